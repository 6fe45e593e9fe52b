//! One object of an answer: a line of a stream, or the whole of one that is not streamed.
//!
//! Most are a few characters of text, and [`plain`] recognises those in one pass. The
//! others are read for their calls, and for fields that hold more than a plain value and
//! are not known: such a field may be a way to call a tool that linchpin has not heard of.

use super::call::{self, holds_more};
use crate::call::{Flaw, Input, Proposal, ToolCall, ToolName};
use crate::json::{self, Member};
use crate::wire::spelling::Keys;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// How many calls one object may have.
const CALLS_MAX: usize = 512;

/// Fields of an answer that may be lists and objects, and that nobody takes for a call:
/// numbers of tokens, how likely each was, what was rendered, what went wrong.
const LISTS: [&str; 4] = ["context", "logprobs", "_debug_info", "error"];

/// What a proposal is, inside its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The element of `tool_calls` at this position.
    Call(usize),
    /// Fields that may carry an action.
    Unknown,
    /// All of it: it cannot be read as one thing.
    Whole,
}

/// What one object proposes, in order.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) parts: Vec<Part>,
    pub(super) proposals: Vec<Proposal>,
}

impl Line {
    /// Reads an object.
    pub(super) fn read(data: &[u8], call_bytes_max: usize) -> Self {
        let read = Self::parse(data, call_bytes_max).and_then(|line| refuse_hidden(data).map(|()| line));
        read.unwrap_or_else(Self::unreadable)
    }

    /// What stands for an object that cannot be read.
    pub(super) fn unreadable(flaw: Flaw) -> Self {
        Self { parts: vec![Part::Whole], proposals: vec![flawed(flaw)] }
    }

    fn parse(data: &[u8], call_bytes_max: usize) -> Result<Self, Flaw> {
        let outer = json::members(data).map_err(frame)?;
        let keys = Keys(&outer);
        refuse_alike(&keys, &["message", "response", "tool_calls", "error", "done"])?;
        let inner = match message_of(&keys) {
            Some(message) => json::members(message.get().as_bytes()).map_err(frame)?,
            None => Vec::new(),
        };
        let message = Keys(&inner);
        refuse_alike(&message, &["role", "content", "tool_calls", "function_call"])?;
        let calls = match message.some("tool_calls") {
            Some(calls) => json::elements(calls.get().as_bytes()).map_err(frame)?,
            None => Vec::new(),
        };
        if calls.len() > CALLS_MAX {
            return Err(Flaw::TooLarge);
        }
        let mut line = Self::default();
        for (position, element) in calls.into_iter().enumerate() {
            line.parts.push(Part::Call(position));
            line.proposals.push(call::read(element, call_bytes_max));
        }
        if let Some(key) = first(&outer, may_act).or_else(|| first(&inner, may_act_in_message)) {
            line.parts.push(Part::Unknown);
            line.proposals.push(flawed(Flaw::UnknownItem(key)));
        }
        Ok(line)
    }
}

/// The message, if it is one: beside an error it may be plain words.
pub(super) fn message_of<'a>(keys: &Keys<'a, '_>) -> Option<&'a RawValue> {
    keys.some("message").filter(|message| message.get().starts_with(['{', '[']))
}

/// Whether a field of an answer may carry an action; its message is looked at by itself.
pub(super) fn may_act(key: &str, value: &str) -> bool {
    key != "message" && !LISTS.contains(&key) && holds_more(value)
}

/// Whether a field of a message may carry an action; its calls are looked at by themselves.
pub(super) fn may_act_in_message(key: &str, value: &str) -> bool {
    let is_images = key == "images" && memchr::memchr(b'{', value.as_bytes()).is_none();
    key != "tool_calls" && !is_images && holds_more(value)
}

fn first(members: &[Member<'_>], acts: fn(&str, &str) -> bool) -> Option<String> {
    members.iter().find(|member| acts(&member.key, member.value.get())).map(|member| member.key.clone().into_owned())
}

fn refuse_alike(keys: &Keys<'_, '_>, known: &[&str]) -> Result<(), Flaw> {
    keys.alike(known).map_or(Ok(()), |alike| Err(Flaw::Frame(format!("the key `{alike}`"))))
}

/// What ends a line to one client or another, besides LF: Python's `splitlines` takes all
/// of these, others a lone CR.
const LINE_ENDS: [char; 10] = ['\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];

/// Refuses an object in whose pieces a client that splits it further would find an object
/// with a call: one that passes over what it cannot read gets to that.
fn refuse_hidden(data: &[u8]) -> Result<(), Flaw> {
    let Ok(text) = std::str::from_utf8(data) else { return Err(Flaw::Frame("it is no UTF-8".into())) };
    let few: &[char] = &['\n', '\r'];
    let hides = [few, &LINE_ENDS].into_iter().any(|ends| {
        let mut pieces = text.split(ends).map(str::trim_ascii).filter(|piece| piece.len() < text.trim_ascii().len());
        pieces.any(|piece| piece.starts_with('{') && Line::parse(piece.as_bytes(), 0).is_ok_and(|line| !line.parts.is_empty()))
    });
    if hides { Err(Flaw::Frame("another object stands on a line of its own inside it".into())) } else { Ok(()) }
}

fn flawed(flaw: Flaw) -> Proposal {
    let call = ToolCall { id: String::new(), tool: ToolName::default(), input: Input::Json(String::new()) };
    Proposal { call, flaw: Some(flaw), wire: None }
}

fn frame(error: json::SpanError) -> Flaw {
    Flaw::Frame(error.to_string())
}

/// What is told of an object that holds no action.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Plain {
    /// Whether it has words of the answer.
    pub(super) speaks: bool,
    /// Whether it is the last.
    pub(super) is_done: bool,
}

/// Recognises an object that is nothing but text, thoughts or bookkeeping. `None` unless
/// every key in it is known, none stands twice and none holds more than plain values.
pub(super) fn plain(data: &[u8]) -> Option<Plain> {
    // What a client may take for an end of line is looked at closely.
    let is_one_line = !data.iter().any(|byte| matches!(byte, 0xa8 | 0xa9 | 0x85 | 0..=0x1f));
    let read: PlainLine<'_> = serde_json::from_slice(data).ok().filter(|_| is_one_line)?;
    let says = |text: &Option<Cow<'_, str>>| text.as_ref().is_some_and(|text| !text.is_empty());
    let speaks = says(&read.response) || read.message.as_ref().is_some_and(|message| says(&message.content));
    Some(Plain { speaks, is_done: read.done == Some(true) })
}

/// The same of one that was read.
pub(super) fn told(data: &[u8]) -> Plain {
    let members = json::members(data).unwrap_or_default();
    let keys = Keys(&members);
    let says = |value: Option<&RawValue>| value.and_then(json::as_string).is_some_and(|text| !text.is_empty());
    let inner = message_of(&keys).and_then(|message| json::members(message.get().as_bytes()).ok()).unwrap_or_default();
    let speaks = says(keys.some("response")) || says(Keys(&inner).some("content"));
    Plain { speaks, is_done: keys.some("done").is_some_and(|done| done.get() == "true") }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read only to know that nothing else is there")]
struct PlainLine<'a> {
    model: Option<Cow<'a, str>>,
    created_at: Option<Cow<'a, str>>,
    #[serde(borrow)]
    message: Option<PlainMessage<'a>>,
    #[serde(borrow)]
    response: Option<Cow<'a, str>>,
    thinking: Option<Cow<'a, str>>,
    done: Option<bool>,
    done_reason: Option<Cow<'a, str>>,
    total_duration: Option<u64>,
    load_duration: Option<u64>,
    prompt_eval_count: Option<u64>,
    prompt_eval_duration: Option<u64>,
    eval_count: Option<u64>,
    eval_duration: Option<u64>,
    logprobs: Option<IgnoredAny>,
    context: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read only to know that nothing else is there")]
struct PlainMessage<'a> {
    role: Option<Cow<'a, str>>,
    #[serde(borrow)]
    content: Option<Cow<'a, str>>,
    thinking: Option<Cow<'a, str>>,
    images: Option<Never>,
    tool_calls: Option<Never>,
}

/// No value at all: with `Option` around it, only `null`.
struct Never;

impl<'de> Deserialize<'de> for Never {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom("there is a value"))
    }
}
