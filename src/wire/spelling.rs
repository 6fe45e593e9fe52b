//! Keys and frames as a sender spells them.
//!
//! Some decoders take `Tool_Calls` for `tool_calls`. A frame that relies on that is
//! not a frame any provider sends, so a key that is only *alike* is a finding.

use crate::call::Flaw;
use crate::json::{self, Member, folds_alike};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// One object's members by the keys a dialect knows.
pub(super) struct Keys<'a, 'm>(pub(super) &'m [Member<'a>]);

impl<'a> Keys<'a, '_> {
    /// The value under exactly this key.
    pub(super) fn get(&self, key: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|member| member.key == key).map(|member| member.value)
    }

    /// The value under this key, unless it is `null`.
    pub(super) fn some(&self, key: &str) -> Option<&'a RawValue> {
        self.get(key).filter(|value| value.get() != "null")
    }

    /// The value of a field that may be spelled in two ways (`fooBar`, as given, or
    /// `foo_bar`), unless it is `null`. Both at once is no readable object.
    pub(super) fn field(&self, camel: &str) -> Option<&'a RawValue> {
        self.field_or_null(camel).filter(|value| value.get() != "null")
    }

    /// The same, be it `null` or not.
    pub(super) fn field_or_null(&self, camel: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|member| is_field(&member.key, camel)).map(|member| member.value)
    }

    /// A key that lenient readers would take for one of these fields, in neither of its
    /// two spellings.
    pub(super) fn field_alike(&self, known: &[&str]) -> Option<&str> {
        let is_alike = |key: &str| !known.iter().any(|known| is_field(key, known)) && known.iter().any(|known| folds_alike(known, key));
        self.0.iter().map(|member| member.key.as_ref()).find(|key| is_alike(key))
    }

    /// A key that lenient readers would take for one of `known`, spelled otherwise.
    pub(super) fn alike(&self, known: &[&str]) -> Option<&str> {
        let is_alike = |key: &str| !known.contains(&key) && known.iter().any(|known| folds_alike(known, key));
        self.0.iter().map(|member| member.key.as_ref()).find(|key| is_alike(key))
    }
}

/// Whether a key is a field's name: `fooBar`, or `foo_bar` as the schema spells it.
pub(super) fn is_field(key: &str, camel: &str) -> bool {
    let snake = || camel.chars().flat_map(|c| [c.is_ascii_uppercase().then_some('_'), Some(c.to_ascii_lowercase())]).flatten();
    key == camel || key.chars().eq(snake())
}

/// What an event is: its `type`, else what its `event:` line (`named`) says. Clients
/// go by either, so a difference is a flaw where one of the two carries an action.
pub(super) fn event_type<'a>(named: Option<&'a [u8]>, keys: &Keys<'a, '_>, carries: impl Fn(&str) -> bool) -> Result<Cow<'a, str>, Flaw> {
    let named = named.map(String::from_utf8_lossy);
    let kind = match keys.some("type") {
        Some(kind) => json::as_string(kind).ok_or_else(|| Flaw::Frame("`type` is no string".into()))?,
        None => named.clone().unwrap_or_default(),
    };
    match named.filter(|named| *named != kind) {
        Some(named) if carries(&named) || carries(&kind) => Err(Flaw::Frame(format!("its event `{named}` is not its type `{kind}`"))),
        Some(_) | None => Ok(kind),
    }
}

/// Whether a frame's data can be read as an event at all. `[DONE]`, plain words and
/// nothing are no JSON object to anybody. Words with a brace in them may be: a client
/// that goes line by line finds an object on a later line.
pub(super) fn is_event(data: &[u8]) -> bool {
    let data = data.trim_ascii();
    let is_words = data.first().is_none_or(u8::is_ascii_alphanumeric) && memchr::memchr(b'{', data).is_none();
    data != b"[DONE]" && !is_words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_two_spellings_and_no_third() {
        for key in ["systemInstruction", "system_instruction"] {
            assert!(is_field(key, "systemInstruction"), "{key}");
        }
        for key in ["SystemInstruction", "system-instruction", "system_Instruction", "systeminstruction", "system_instruction_", ""] {
            assert!(!is_field(key, "systemInstruction"), "{key}");
        }
        assert!(is_field("tools", "tools"));
        let members = json::members(br#"{"SystemInstruction":1,"tools":null}"#).expect("an object");
        assert_eq!(Keys(&members).field_alike(&["systemInstruction", "tools"]), Some("SystemInstruction"));
        assert!(Keys(&members).field("tools").is_none() && Keys(&members).field_or_null("tools").is_some());
    }

    #[test]
    fn words_are_no_event_unless_an_object_stands_behind_them() {
        for words in ["", " ", "[DONE]", " [DONE] ", "ping", "no JSON\nat all"] {
            assert!(!is_event(words.as_bytes()), "{words}");
        }
        for event in ["{}", "\u{feff}{}", "[DONE]\n{}", "words\n{\"type\":\"x\"}", "\"x\""] {
            assert!(is_event(event.as_bytes()), "{event}");
        }
    }
}
