//! What a part of a message is: words, or something that acts.
//!
//! A part says what it is by which of its fields is set, and it may have several set
//! at once: text and a call in one part are both honoured by the client libraries. The
//! fields known to be words, media, results or bookkeeping are listed, and what the
//! provider has run itself is among them. The API gains fields; one that is not listed
//! may be a way to call a tool that linchpin has not heard of, and counts as an action.

use crate::call::Flaw;
use crate::json::{self, folds_alike};
use crate::wire::spelling::{Keys, is_field};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The call.
pub(super) const CALL: &str = "functionCall";
/// Its words.
pub(super) const TEXT: &str = "text";
/// Whether the words are a thought.
pub(super) const THOUGHT: &str = "thought";
/// What the server wants back with the part.
pub(super) const SIGNATURE: &str = "thoughtSignature";

/// Fields whose value is plain.
const PLAIN: [&str; 3] = [TEXT, THOUGHT, SIGNATURE];

/// Fields that carry no action of the client's.
const WORDS: [&str; 16] = [
    "inlineData",
    "fileData",
    "functionResponse",
    // Both ran at the provider.
    "executableCode",
    "codeExecutionResult",
    "toolCall",
    "toolResponse",
    "videoMetadata",
    "mediaResolution",
    "partMetadata",
    "audioTranscription",
    "mediaProcessing",
    "speechMetadata",
    "documentMetadata",
    "spreadsheetMetadata",
    "audioMetadata",
];

/// The call in a part, if there is one.
pub(super) fn call_in(part: &RawValue) -> Result<Option<&RawValue>, Flaw> {
    let members = json::members(part.get().as_bytes()).map_err(|error| Flaw::Frame(error.to_string()))?;
    let keys = Keys(&members);
    let known: Vec<&str> = [CALL].into_iter().chain(PLAIN).chain(WORDS).collect();
    if let Some(alike) = keys.field_alike(&known) {
        return Err(Flaw::Frame(format!("the key `{alike}`")));
    }
    for member in members.iter().filter(|member| !is_field(&member.key, CALL)) {
        let is_words = WORDS.iter().any(|field| is_field(&member.key, field));
        if holds_more(member.value) && !is_words {
            return Err(Flaw::UnknownItem(member.key.clone().into_owned()));
        }
        if is_words && hides_call(member.value) {
            return Err(astray());
        }
    }
    Ok(keys.field(CALL))
}

/// The flaw of a call where none belongs.
pub(super) fn astray() -> Flaw {
    Flaw::Frame("there is a call outside its place".into())
}

/// Whether a value is more than a plain one, and says something.
pub(super) fn holds_more(value: &RawValue) -> bool {
    let value = value.get();
    (value.starts_with('{') || value.starts_with('[')) && !matches!(value, "{}" | "[]")
}

/// Whether a key is that of a call, to anybody.
pub(super) fn names_call(key: &str) -> bool {
    [CALL, "functionCalls"].iter().any(|name| folds_alike(name, key))
}

/// Whether an object somewhere in a value has a call in it. What cannot be read might.
pub(super) fn hides_call(value: &RawValue) -> bool {
    holds_more(value) && serde_json::from_str(value.get()).map_or(true, |Hides(hides)| hides)
}

struct Hides(bool);

impl<'de> Deserialize<'de> for Hides {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Hides;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Hides, A::Error> {
        let mut hides = false;
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            let Hides(inside) = map.next_value()?;
            hides |= inside || names_call(&key);
        }
        Ok(Hides(hides))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Hides, A::Error> {
        let mut hides = false;
        while let Some(Hides(inside)) = seq.next_element()? {
            hides |= inside;
        }
        Ok(Hides(hides))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Hides, E> {
        Ok(Hides(false))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Hides, E> {
        Ok(Hides(false))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Hides, E> {
        Ok(Hides(false))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Hides, E> {
        Ok(Hides(false))
    }

    fn visit_str<E>(self, _: &str) -> Result<Hides, E> {
        Ok(Hides(false))
    }

    fn visit_unit<E>(self) -> Result<Hides, E> {
        Ok(Hides(false))
    }
}
