//! Where things stand in a JSON text, without reading the rest of it.
//!
//! Everything here borrows from the text it looks at; nothing is copied but a key
//! or string that has escapes in it. An object whose keys could be told apart by
//! one reader and not by another is an error here: whoever splices into it would
//! not know which of the two the server reads.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// The most members or elements of one object or array that are looked at.
const ITEMS_MAX: usize = 1_000_000;

/// One member of an object: its key, unescaped, and its value as it stands.
#[derive(Debug)]
pub struct Member<'a> {
    /// The key, unescaped.
    pub key: Cow<'a, str>,
    /// The value's own bytes.
    pub value: &'a RawValue,
}

/// Why a text cannot be looked into.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    /// It is not JSON, or not the kind of value that was expected.
    #[error("not the JSON that was expected ({0})")]
    Syntax(String),
    /// Two keys of one object that some readers take for the same one.
    #[error("the keys `{0}` and `{1}` of one object could be read as the same key")]
    SameKey(String, String),
}

/// The members of a JSON object, in order. Refuses keys that are equal after
/// unescaping and folding ([`fold_key`]).
pub fn members(object: &[u8]) -> Result<Vec<Member<'_>>, SpanError> {
    let Members(members) = serde_json::from_slice(object).map_err(syntax)?;
    refuse_same_keys(&members)?;
    Ok(members)
}

/// The elements of a JSON array, in order.
pub fn elements(array: &[u8]) -> Result<Vec<&RawValue>, SpanError> {
    let Elements(elements) = serde_json::from_slice(array).map_err(syntax)?;
    Ok(elements)
}

/// The text of a JSON string; `None` when the value is no string.
pub fn as_string(value: &RawValue) -> Option<Cow<'_, str>> {
    Text::deserialize(value).ok().map(|Text(text)| text)
}

/// Where `part` stands inside `whole`. `None` unless it really is a slice of it.
pub fn span_in(whole: &[u8], part: &str) -> Option<Range<usize>> {
    let start = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
    let end = start.checked_add(part.len())?;
    (end <= whole.len()).then_some(start..end)
}

/// `text` as the inside of a JSON string, without the quotes around it.
pub fn escape(text: &str) -> String {
    let quoted = serde_json::Value::String(text.to_owned()).to_string();
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
}

/// The form under which lenient readers take two keys for one: NFKC, without
/// case, without `_` and `-`.
pub fn fold_key(key: &str) -> String {
    if key.is_ascii() {
        return folded_ascii(key).map(char::from).collect();
    }
    key.nfkc().flat_map(char::to_lowercase).filter(|c| !matches!(c, '_' | '-')).collect()
}

/// Whether lenient readers take two keys for one.
pub fn folds_alike(first: &str, second: &str) -> bool {
    if first.is_ascii() && second.is_ascii() {
        return folded_ascii(first).eq(folded_ascii(second));
    }
    fold_key(first) == fold_key(second)
}

/// Whether a key folds to one of these, which are folded already.
pub(super) fn folds_to_any(key: &str, folded: &[&str]) -> bool {
    if key.is_ascii() {
        return folded.iter().any(|folded| folded_ascii(key).eq(folded.bytes()));
    }
    folded.contains(&fold_key(key).as_str())
}

fn folded_ascii(key: &str) -> impl Iterator<Item = u8> + '_ {
    key.bytes().filter(|byte| !matches!(byte, b'_' | b'-')).map(|byte| byte.to_ascii_lowercase())
}

/// Up to this many keys are compared each with each, which allocates nothing.
const FEW: usize = 24;

fn refuse_same_keys(members: &[Member<'_>]) -> Result<(), SpanError> {
    let same = if members.len() <= FEW { same_among_few(members) } else { same_among_many(members) };
    same.map_or(Ok(()), |(first, second)| Err(SpanError::SameKey(first.to_owned(), second.to_owned())))
}

fn same_among_few<'m>(members: &'m [Member<'_>]) -> Option<(&'m str, &'m str)> {
    members.iter().enumerate().find_map(|(place, first)| {
        let later = members.iter().skip(place + 1);
        later.map(|second| second.key.as_ref()).find(|second| folds_alike(&first.key, second)).map(|second| (first.key.as_ref(), second))
    })
}

/// One sort instead of every pair: an object with a million keys stays cheap.
fn same_among_many<'m>(members: &'m [Member<'_>]) -> Option<(&'m str, &'m str)> {
    let mut folded: Vec<(String, &str)> = members.iter().map(|m| (fold_key(&m.key), m.key.as_ref())).collect();
    folded.sort_unstable();
    folded.windows(2).find_map(|pair| match pair {
        [(first, first_key), (second, second_key)] if first == second => Some((*first_key, *second_key)),
        _ => None,
    })
}

/// Shows the elements of a JSON array to `more`, in order, until it says false.
/// `text` is an array in a text that was parsed: what is no JSON ends the walk.
pub fn walk<'a>(text: &'a str, mut more: impl FnMut(&'a str) -> bool) {
    if !text.starts_with('[') {
        return;
    }
    let mut at = 1;
    while let Some(start) =
        text.as_bytes().get(at..).and_then(|rest| rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',')))
    {
        let start = at + start;
        let Some(end) = end_of_value(text.as_bytes(), start) else { return };
        match text.get(start..end) {
            Some(element) if more(element) => at = end,
            Some(_) | None => return,
        }
    }
}

/// Where the value that begins at `start` ends; `None` at a closing bracket.
fn end_of_value(text: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        match text.get(at)? {
            b'"' => at = end_of_string(text, at + 1)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
                continue;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            b',' if depth == 0 => return Some(at),
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if depth > 0 => {
                at += 1;
                continue;
            }
            // A number, a word, or the white space behind one.
            _ => at = at + text.get(at..)?.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b'"' | b'{' | b'['))?,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

fn end_of_string(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        match text.get(at)? {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

fn syntax(error: serde_json::Error) -> SpanError {
    SpanError::Syntax(error.to_string())
}

struct Members<'a>(Vec<Member<'a>>);
struct Elements<'a>(Vec<&'a RawValue>);
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Text(key), value)) = map.next_entry()? {
                    if members.len() >= ITEMS_MAX {
                        return Err(serde::de::Error::custom("too many members"));
                    }
                    members.push(Member { key, value });
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

impl<'de> Deserialize<'de> for Elements<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Elements<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = seq.next_element()? {
                    if elements.len() >= ITEMS_MAX {
                        return Err(serde::de::Error::custom("too many elements"));
                    }
                    elements.push(element);
                }
                Ok(Elements(elements))
            }
        }
        deserializer.deserialize_seq(InOrder)
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowed;
        impl<'de> Visitor<'de> for Borrowed {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Borrowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_their_bytes() {
        let text = br#"{ "b" : 1.0e2 , "\u0061":[1, 2] }"#;
        let found = members(text).expect("an object");
        let pairs: Vec<(&str, &str)> = found.iter().map(|m| (m.key.as_ref(), m.value.get())).collect();
        assert_eq!(pairs, [("b", "1.0e2"), ("a", "[1, 2]")]);
        assert_eq!(span_in(text, found[0].value.get()), Some(8..13));
    }

    #[test]
    fn two_spellings_of_one_key_are_refused() {
        for text in [r#"{"a":1,"a":2}"#, r#"{"a":1,"\u0061":2}"#, r#"{"userId":1,"user_id":2}"#, r#"{"Messages":1,"messages":2}"#] {
            assert!(matches!(members(text.as_bytes()), Err(SpanError::SameKey(..))), "{text}");
        }
    }

    #[test]
    fn keys_that_are_merely_alike_are_fine() {
        assert!(members(br#"{"user":1,"users":2,"user_name":3}"#).is_ok());
    }

    #[test]
    fn a_walk_shows_the_elements_until_it_is_told_to_stop() {
        for array in [r#"[ {"a":[1,"]}\\\""]} , "x,\"y" ,12.5e3,null , [[],{}]]"#, "[]", "[ ]", "[1]", r#"["a"]"#] {
            let mut seen = Vec::new();
            walk(array, |element| {
                seen.push(element.trim_end());
                true
            });
            let expected: Vec<&str> = elements(array.as_bytes()).expect("an array").into_iter().map(RawValue::get).collect();
            assert_eq!(seen, expected, "{array}");
            let mut count = 0;
            walk(array, |_| {
                count += 1;
                false
            });
            assert_eq!(count, expected.len().min(1));
        }
    }

    #[test]
    fn a_slice_of_something_else_has_no_place() {
        let (whole, other) = (b"abc".to_vec(), String::from("abc"));
        assert_eq!(span_in(&whole, &other), None);
    }

    #[test]
    fn escaping_gives_the_inside_of_a_string() {
        assert_eq!(escape("a\"b\\\n\u{1}é"), r#"a\"b\\\n\u0001é"#);
    }
}
