//! One chunk of a streamed answer: which of its pieces belong to a call.
//!
//! Most chunks are a few characters of text, so [`plain_text`] recognises those
//! in one pass without looking for anything else: a chunk made of nothing but known
//! fields, with no call and no end in it.

use super::element;
use crate::call::Flaw;
use crate::json;
use crate::wire::spelling::Keys;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A chunk's pieces that matter, each with its choice's index.
#[derive(Debug, Default)]
pub(super) struct Chunk<'a> {
    pub(super) pieces: Vec<(u64, Piece<'a>)>,
}

/// What a choice of a chunk brings.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    /// An element of `tool_calls`.
    Call(&'a RawValue),
    /// The legacy `function_call`.
    Function(&'a RawValue),
    /// Something that cannot be read as one thing.
    Flawed(Flaw),
    /// `finish_reason`.
    Finish,
}

impl<'a> Chunk<'a> {
    /// Reads a frame's data.
    pub(super) fn read(data: &'a [u8]) -> Result<Self, Flaw> {
        let members = json::members(data).map_err(frame)?;
        let keys = Keys(&members);
        if let Some(alike) = keys.alike(&["choices", "error"]) {
            return Err(Flaw::Frame(format!("the key `{alike}`")));
        }
        let mut chunk = Self::default();
        let Some(choices) = keys.some("choices") else { return Ok(chunk) };
        for (position, choice) in json::elements(choices.get().as_bytes()).map_err(frame)?.into_iter().enumerate() {
            chunk.take_choice(choice, position as u64)?;
        }
        Ok(chunk)
    }

    fn take_choice(&mut self, choice: &'a RawValue, position: u64) -> Result<(), Flaw> {
        let members = json::members(choice.get().as_bytes()).map_err(frame)?;
        let keys = Keys(&members);
        if let Some(alike) = keys.alike(&["index", "delta", "message", "finish_reason"]) {
            return Err(Flaw::Frame(format!("the key `{alike}`")));
        }
        let index = match keys.some("index") {
            Some(index) => index.get().parse().map_err(|_| Flaw::Frame("a choice's `index` is no number".into()))?,
            None => position,
        };
        // A whole `message` in a chunk is read like a delta: some clients take it.
        for key in ["delta", "message"] {
            if let Some(delta) = keys.some(key) {
                self.take_delta(index, delta)?;
            }
        }
        if keys.some("finish_reason").is_some() {
            self.pieces.push((index, Piece::Finish));
        }
        Ok(())
    }

    fn take_delta(&mut self, index: u64, delta: &'a RawValue) -> Result<(), Flaw> {
        let members = json::members(delta.get().as_bytes()).map_err(frame)?;
        if let Some(flaw) = element::flaw_of(&members) {
            self.pieces.push((index, Piece::Flawed(flaw)));
        }
        let keys = Keys(&members);
        if let Some(calls) = keys.some("tool_calls") {
            let calls = json::elements(calls.get().as_bytes()).map_err(frame)?;
            self.pieces.extend(calls.into_iter().map(|call| (index, Piece::Call(call))));
        }
        if let Some(function) = keys.some("function_call") {
            self.pieces.push((index, Piece::Function(function)));
        }
        Ok(())
    }
}

/// Which call an element of `tool_calls` belongs to.
#[derive(Debug, Default)]
pub(super) struct PiecePlace {
    pub(super) index: Option<u64>,
    pub(super) id: String,
    /// There is an `index`, and it is no number.
    pub(super) is_malformed: bool,
}

impl PiecePlace {
    pub(super) fn of(piece: &RawValue) -> Self {
        let Ok(members) = json::members(piece.get().as_bytes()) else { return Self { is_malformed: true, ..Self::default() } };
        let keys = Keys(&members);
        let index = keys.some("index").map(|index| index.get().parse());
        let id = keys.some("id").and_then(json::as_string).unwrap_or_default().into_owned();
        Self { is_malformed: matches!(index, Some(Err(_))), index: index.and_then(Result::ok), id }
    }
}

/// Of a chunk that is nothing but text, reasoning or bookkeeping: how many choices have
/// begun by it. `None` unless every key in it is known, none stands twice and none is
/// part of a call.
pub(super) fn plain_text(data: &[u8]) -> Option<u64> {
    let chunk = serde_json::from_slice::<PlainChunk<'_>>(data).ok()?;
    let choices = chunk.choices.iter().zip(0..).map(|(choice, place)| choice.index.unwrap_or(place).saturating_add(1));
    Some(choices.max().unwrap_or(0))
}

fn frame(error: json::SpanError) -> Flaw {
    Flaw::Frame(error.to_string())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read only to know that nothing else is there")]
struct PlainChunk<'a> {
    id: Option<IgnoredAny>,
    object: Option<IgnoredAny>,
    created: Option<IgnoredAny>,
    model: Option<IgnoredAny>,
    system_fingerprint: Option<IgnoredAny>,
    service_tier: Option<IgnoredAny>,
    obfuscation: Option<IgnoredAny>,
    usage: Option<IgnoredAny>,
    provider: Option<IgnoredAny>,
    #[serde(borrow)]
    choices: Vec<PlainChoice<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read only to know that nothing else is there")]
struct PlainChoice<'a> {
    index: Option<u64>,
    #[serde(borrow)]
    delta: PlainDelta<'a>,
    logprobs: Option<IgnoredAny>,
    finish_reason: Option<Never>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read only to know that nothing else is there")]
struct PlainDelta<'a> {
    #[serde(borrow)]
    role: Option<Cow<'a, str>>,
    content: Option<Text>,
    refusal: Option<Text>,
    reasoning: Option<Text>,
    reasoning_content: Option<Text>,
    tool_calls: Option<Never>,
    function_call: Option<Never>,
}

/// A string, looked at no further.
struct Text;

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyText;
        impl Visitor<'_> for AnyText {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_str<E>(self, _: &str) -> Result<Text, E> {
                Ok(Text)
            }
        }
        deserializer.deserialize_str(AnyText)
    }
}

/// No value at all: with `Option` around it, only `null`.
struct Never;

impl<'de> Deserialize<'de> for Never {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom("there is a value"))
    }
}
