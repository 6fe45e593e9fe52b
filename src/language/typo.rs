//! Slips of the finger: "delte", "overwirte", "permisions".
//!
//! Only slips that are hardly ever another word are read: two neighbours swapped, one
//! letter left out, one letter doubled, and in a long word one letter for another. A word
//! is only ever read as one that tightens, and what it was read as is said in a note.

/// A word shorter than this is never corrected.
const CHARACTERS_MIN: usize = 5;

/// A word longer than this is none.
const CHARACTERS_MAX: usize = 32;

/// From this length on one letter may stand for another.
const LONG: usize = 8;

/// Whether `written` is `meant` with one slip in it.
pub(super) fn is_slip_of(written: &str, meant: &str) -> bool {
    let written: Vec<char> = written.chars().take(CHARACTERS_MAX + 1).collect();
    let meant: Vec<char> = meant.chars().take(CHARACTERS_MAX + 1).collect();
    let fits = (CHARACTERS_MIN..=CHARACTERS_MAX).contains(&written.len()) && (CHARACTERS_MIN..=CHARACTERS_MAX).contains(&meant.len());
    if !fits || written.first() != meant.first() {
        return false;
    }
    let head = written.iter().zip(&meant).take_while(|(a, b)| a == b).count();
    let written_rest = written.get(head..).unwrap_or_default();
    let meant_rest = meant.get(head..).unwrap_or_default();
    match (written_rest, meant_rest) {
        ([a, b, left @ ..], [c, d, right @ ..]) if a == d && b == c && left == right => a != b,
        (left, [_, right @ ..]) if left == right => true,
        ([doubled, left @ ..], right) if left == right => written.get(head.wrapping_sub(1)) == Some(doubled),
        ([_, left @ ..], [_, right @ ..]) if left == right => meant.len() >= LONG,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_slip_of;

    #[test]
    fn one_slip_is_read() {
        for (written, meant) in [("delte", "delete"), ("overwirte", "overwrite"), ("permisions", "permissions"), ("pubblish", "publish")] {
            assert!(is_slip_of(written, meant), "{written} is not {meant}");
        }
    }

    #[test]
    fn another_word_is_no_slip() {
        for (written, meant) in [("contract", "contact"), ("shape", "share"), ("folder", "older"), ("send", "spend"), ("delete", "delete")]
        {
            assert!(!is_slip_of(written, meant), "{written} is {meant}");
        }
    }
}
