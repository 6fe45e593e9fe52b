//! Two kinds of name: the code a person types, and the id of an entry.
//!
//! A code is short enough to read out over a telephone and random enough that
//! nobody guesses a pending one. It is a name, not a key: who may approve is
//! decided by the operator's token.

use std::fmt;

/// Digits and capital letters that no hand or typeface takes for another: no
/// `0 O Q`-like pairs, `1 I L`, `2 Z`, `5 S`, `6 G`, `8 B`, `U V`; of each pair at most one is here.
const CODE_LETTERS: &[u8; 23] = b"234679ACDEFHJKMNPQRTWXY";

/// Nine of 23 letters: 40.7 random bits.
const CODE_LENGTH: usize = 9;

/// Crockford's base 32, in small letters: sorts as its bits do.
const ID_LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The system gave no random bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes ({0})")]
pub struct NoRandomness(String);

/// The name of one entry: `v_`, or another letter, and 26 characters, of which the first ten are the
/// time, so that ids sort by age.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(String);

impl EntryId {
    /// A new id of a call.
    pub(super) fn new(at_ms: i64) -> Result<Self, NoRandomness> {
        Self::about("v", at_ms)
    }

    /// A new id of a call that simply passed.
    pub(super) fn of_passed(at_ms: i64) -> Result<Self, NoRandomness> {
        Self::about("a", at_ms)
    }

    /// A new id of a notice that nobody took.
    pub(super) fn of_notice(at_ms: i64) -> Result<Self, NoRandomness> {
        Self::about("n", at_ms)
    }

    /// A new id of an entry about something else than a call.
    pub(super) fn about(what: &str, at_ms: i64) -> Result<Self, NoRandomness> {
        let mut random = [0; 10];
        fill(&mut random)?;
        let tail = random.iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
        let bits = u128::from(at_ms.unsigned_abs() & 0xffff_ffff_ffff) << 80 | tail;
        let letters = (0..26).rev().map(|place| letter(ID_LETTERS, (bits >> (place * 5)) as usize & 31));
        Ok(Self(format!("{what}_{}", letters.collect::<String>())))
    }

    /// An id as it was stored.
    pub(super) fn stored(id: String) -> Self {
        Self(id)
    }

    /// The id as it is shown and typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A new random code, `K7Q2-M4XN-P`. That it was never used before is checked
/// where it is written down.
pub(super) fn new_code() -> Result<String, NoRandomness> {
    let mut letters = String::with_capacity(CODE_LENGTH);
    while letters.len() < CODE_LENGTH {
        let mut byte = [0];
        fill(&mut byte)?;
        // 253 is the largest multiple of 23: beyond it some letters would be likelier.
        if let [drawn @ 0..253] = byte {
            letters.push(letter(CODE_LETTERS, usize::from(drawn) % CODE_LETTERS.len()));
        }
    }
    Ok(group(&letters))
}

/// A code as a person may have typed it: in small letters, with spaces, without
/// or with other dashes. `None` if it cannot be one.
pub fn read_code(typed: &str) -> Option<String> {
    let letters: String = typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let is_code = letters.len() == CODE_LENGTH && letters.bytes().all(|byte| CODE_LETTERS.contains(&byte));
    is_code.then(|| group(&letters))
}

fn group(letters: &str) -> String {
    let mut grouped = String::with_capacity(letters.len() + 2);
    for (place, letter) in letters.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            grouped.push('-');
        }
        grouped.push(letter);
    }
    grouped
}

fn letter(letters: &[u8], place: usize) -> char {
    letters.get(place).copied().map_or('?', char::from)
}

/// Fills with random bytes.
pub(super) fn fill(bytes: &mut [u8]) -> Result<(), NoRandomness> {
    getrandom::fill(bytes).map_err(|error| NoRandomness(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_grouped_and_read_back_however_it_is_typed() {
        let code = new_code().expect("randomness");
        assert_eq!(code.len(), 11);
        assert_eq!(read_code(&code), Some(code.clone()));
        assert_eq!(read_code(&code.to_lowercase().replace('-', " ")), Some(code));
    }

    #[test]
    fn a_word_that_is_no_code_is_not_read_as_one() {
        for typed in ["", "K7Q2-M4XN", "K7Q2-M4XN-0", "K7Q2-M4XN-PP", "v_01234567"] {
            assert_eq!(read_code(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_code_has_at_least_forty_random_bits_and_uses_every_letter() {
        assert!((CODE_LETTERS.len() as f64).log2() * CODE_LENGTH as f64 >= 40.0);
        let seen: std::collections::BTreeSet<char> =
            (0..200).flat_map(|_| new_code().expect("randomness").chars().collect::<Vec<_>>()).collect();
        assert_eq!(seen.len(), CODE_LETTERS.len() + 1);
    }

    #[test]
    fn ids_are_unique_and_sort_by_age() {
        let (old, new) = (EntryId::new(1_000).expect("randomness"), EntryId::new(2_000_000_000_000).expect("randomness"));
        assert!(old < new && old.as_str().len() == 28);
        assert_ne!(old, EntryId::new(1_000).expect("randomness"));
    }
}
