//! Edits of a JSON text as bytes.
//!
//! A body is never re-serialised: what linchpin changes is cut out or put in, and
//! every other byte leaves as it came, key order, numbers, escapes and white space
//! included. Prompt caches and signatures depend on it.

use crate::json::{self, Member};
use std::borrow::Cow;
use std::ops::Range;

/// Edits of one text, collected in any order, applied together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edits(Vec<(Range<usize>, Vec<u8>)>);

impl Edits {
    /// No edit yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts `bytes` in the place of a range.
    pub fn replace(&mut self, range: Range<usize>, bytes: impl Into<Vec<u8>>) {
        self.0.push((range, bytes.into()));
    }

    /// Puts `bytes` before the byte at `at`.
    pub fn insert(&mut self, at: usize, bytes: impl Into<Vec<u8>>) {
        self.replace(at..at, bytes);
    }

    /// Whether nothing is to be changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The edited text. Edits that overlap an earlier one, or lie outside the text,
    /// cannot be made: `None`, and the caller withholds what it wanted to change.
    pub fn apply(mut self, text: &[u8]) -> Option<Vec<u8>> {
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        let added: usize = self.0.iter().map(|(_, bytes)| bytes.len()).sum();
        let mut edited = Vec::with_capacity(text.len() + added);
        let mut done = 0;
        for (range, bytes) in self.0 {
            edited.extend_from_slice(text.get(done..range.start)?);
            edited.extend_from_slice(&bytes);
            done = range.end.max(range.start);
        }
        edited.extend_from_slice(text.get(done..)?);
        Some(edited)
    }
}

/// An object written from members: each keeps its value's bytes, gets another value,
/// or is left out, as `choose` says.
pub fn object<'a>(members: &'a [Member<'a>], choose: impl Fn(&str, &'a str) -> Option<Cow<'a, str>>) -> String {
    let chosen = members.iter().filter_map(|member| Some((&member.key, choose(&member.key, member.value.get())?)));
    let written: Vec<String> = chosen.map(|(key, value)| format!("\"{}\":{value}", json::escape(key))).collect();
    format!("{{{}}}", written.join(","))
}

/// A JSON text on one line: outside strings a line end is white space, inside them
/// JSON allows none.
pub fn on_one_line(json: &str) -> String {
    json.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_edited_stays_as_it_was() {
        let mut edits = Edits::new();
        edits.replace(4..5, "two");
        edits.insert(0, ">");
        edits.replace(6..8, "");
        assert_eq!(edits.apply(b"one 2 3 four"), Some(b">one two four".to_vec()));
    }

    #[test]
    fn edits_that_overlap_are_refused() {
        let mut edits = Edits::new();
        edits.replace(0..4, "a");
        edits.replace(2..5, "b");
        assert_eq!(edits.apply(b"abcdefgh"), None);
        let mut outside = Edits::new();
        outside.insert(9, "x");
        assert_eq!(outside.apply(b"abc"), None);
    }
}
