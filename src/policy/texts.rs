//! The text of a call, in every form in which a rule about words should see it.
//!
//! Arguments are escaped, nested in strings, spelled in full-width letters or with
//! invisible characters between; a rule that looked at the raw bytes only would
//! see none of that.

use crate::json::{Arguments, Value, read_value};
use crate::show;
use unicode_normalization::UnicodeNormalization;

/// JSON inside a string inside JSON is opened this often.
const NESTING_MAX: usize = 4;

/// One call's texts.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// Every key, string and number, decoded, in order.
    pub(super) pieces: Vec<Piece>,
}

/// One decoded string or number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// The key it stands under; empty where there is none.
    pub(super) key: String,
    /// The text itself.
    pub(super) text: String,
}

impl Texts {
    /// Decodes the arguments.
    pub(super) fn of(arguments: &Arguments) -> Self {
        let mut texts = Self::default();
        match arguments {
            Arguments::Text(text) => texts.push("", text, 0),
            Arguments::Object { object, .. } => {
                for (key, value) in object.iter() {
                    texts.walk(key, value, 0);
                }
            }
        }
        texts
    }

    fn walk(&mut self, key: &str, value: &Value, nesting: usize) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => self.pieces.push(Piece { key: key.to_owned(), text: number.as_str().to_owned() }),
            Value::String(text) => self.push(key, text, nesting),
            Value::Array(elements) => elements.iter().for_each(|element| self.walk(key, element, nesting)),
            Value::Object(object) => object.iter().for_each(|(key, value)| self.walk(key, value, nesting)),
        }
    }

    fn push(&mut self, key: &str, text: &str, nesting: usize) {
        self.pieces.push(Piece { key: key.to_owned(), text: text.to_owned() });
        if nesting < NESTING_MAX
            && text.trim_start().starts_with(['{', '[', '"'])
            && let Ok(value) = read_value(text)
        {
            self.walk(key, &value, nesting + 1);
        }
    }

    /// Everything in one line of thought: a command split over an array is one command again.
    pub(super) fn joined(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// A text as a careless reader sees it: compatibility forms undone, lower case,
/// without invisible characters.
pub(super) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    visible(text).chars().flat_map(char::to_lowercase).nfkc().collect()
}

/// [`folded`], but with its case.
pub(super) fn visible(text: &str) -> String {
    let is_seen = |c: &char| c.is_whitespace() || show::is_plain(*c);
    if text.is_ascii() { text.to_owned() } else { text.nfkc().filter(is_seen).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Input;
    use crate::json::read_arguments;

    fn joined(arguments: &str) -> String {
        Texts::of(&read_arguments(&Input::Json(arguments.to_owned())).expect("readable")).joined()
    }

    #[test]
    fn escapes_and_nesting_are_undone() {
        assert_eq!(joined(r#"{"c":["r\u006d","-rf"],"n":4141}"#), "rm -rf 4141");
        assert!(joined(r#"{"a":"{\"b\":\"{\\\"c\\\":\\\"r\\\\u006d\\\"}\"}"}"#).ends_with(" rm"));
    }

    #[test]
    fn a_folded_text_has_one_width_one_case_and_nothing_invisible() {
        assert_eq!(folded("Ｄ\u{200b}elete\nALL"), "delete\nall");
    }
}
