//! One event of a streamed answer.
//!
//! What an event is says `type` in its data; `event:` in front of it repeats that.
//! Clients differ in which of the two they obey, so where they disagree about a
//! piece of content, it is a finding.
//!
//! Most events are a few characters of text or thought, so [`plain_delta`]
//! recognises those in one pass without looking for anything else.

use super::block;
use crate::call::Flaw;
use crate::json;
use crate::wire::spelling::{self, Keys};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Events that can bring a call.
const ACTIONS: [&str; 4] = ["message_start", "content_block_start", "content_block_delta", "content_block_stop"];

/// What an event of the message itself consists of.
const KEYS: [&str; 5] = ["type", "index", "content_block", "delta", "message"];

/// What the gate has to know of an event.
#[derive(Debug)]
pub(super) enum Event<'a> {
    /// The message begins; its `message`.
    Message(&'a RawValue),
    /// A block begins: its index and its `content_block`.
    Start(u64, &'a RawValue),
    /// A block grows: its index and the `delta`.
    Delta(u64, &'a RawValue),
    /// A block ends.
    Stop(u64),
    /// `message_delta`: how the message ends.
    Ending,
    /// Nothing follows: `message_stop`.
    End,
    /// Nothing follows: `error`.
    Error,
    /// Nothing but a sign of life.
    Ping,
    /// An event that is not known, with no item in it.
    Unknown,
}

impl<'a> Event<'a> {
    /// Reads a frame's data. `named` is what its `event:` line says.
    pub(super) fn read(named: Option<&'a [u8]>, data: &'a [u8]) -> Result<Self, Flaw> {
        let members = json::members(data).map_err(frame)?;
        let keys = Keys(&members);
        if let Some(alike) = keys.alike(&KEYS) {
            return Err(Flaw::Frame(format!("the key `{alike}`")));
        }
        let kind = spelling::event_type(named, &keys, |kind| ACTIONS.contains(&kind))?;
        let mut others = members.iter().filter(|member| !KEYS.contains(&member.key.as_ref()));
        if ACTIONS.contains(&kind.as_ref()) && others.any(|member| block::holds_item(member.value)) {
            return Err(Flaw::UnknownItem(kind.into_owned()));
        }
        let part = |key: &str| keys.some(key).ok_or_else(|| Flaw::Frame(format!("it has no `{key}`")));
        let index = || part("index")?.get().parse().map_err(|_| Flaw::Frame("its `index` is no number".into()));
        Ok(match kind.as_ref() {
            "message_start" => Self::Message(part("message")?),
            "content_block_start" => Self::Start(index()?, part("content_block")?),
            "content_block_delta" => Self::Delta(index()?, part("delta")?),
            "content_block_stop" => Self::Stop(index()?),
            _ if members.iter().any(|member| block::holds_call(member.value)) => {
                return Err(Flaw::UnknownItem(kind.into_owned()));
            }
            "message_delta" => Self::Ending,
            "message_stop" => Self::End,
            "error" => Self::Error,
            _ if members.iter().any(|member| block::holds_item(member.value)) => {
                return Err(Flaw::UnknownItem(kind.into_owned()));
            }
            "ping" => Self::Ping,
            _ => Self::Unknown,
        })
    }
}

/// Whether a delta brings a piece of a call's input, or a call.
pub(super) fn brings_call(delta: &RawValue) -> Result<bool, Flaw> {
    let members = json::members(delta.get().as_bytes()).map_err(frame)?;
    if let Some(alike) = Keys(&members).alike(&["type", "partial_json"]) {
        return Err(Flaw::Frame(format!("the key `{alike}`")));
    }
    Ok(block::holds_call(delta))
}

/// The block that an event adds to, if the event is a piece of text or thought and
/// nothing else: every key in it is known and none stands twice.
pub(super) fn plain_delta(named: Option<&[u8]>, data: &[u8]) -> Option<u64> {
    if named.is_some_and(|named| named != b"content_block_delta") {
        return None;
    }
    let event: PlainEvent<'_> = serde_json::from_slice(data).ok()?;
    let delta = event.delta;
    let value = match (delta.kind.as_ref(), delta.text, delta.thinking, delta.signature) {
        ("text_delta", Some(text), None, None) => text,
        ("thinking_delta", None, Some(thinking), None) => thinking,
        ("signature_delta", None, None, Some(signature)) => signature,
        _ => return None,
    };
    (event.kind == "content_block_delta" && value.get().starts_with('"')).then_some(event.index)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlainEvent<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    index: u64,
    #[serde(borrow)]
    delta: PlainDelta<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlainDelta<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    thinking: Option<&'a RawValue>,
    #[serde(borrow)]
    signature: Option<&'a RawValue>,
}

fn frame(error: json::SpanError) -> Flaw {
    Flaw::Frame(error.to_string())
}
