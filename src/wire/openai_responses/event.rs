//! One event of a streamed answer.
//!
//! What an event is says `type` in its data; `event:` in front of it repeats that.
//! Clients differ in which of the two they obey, so where they disagree about a
//! piece of a call, it is a finding.
//!
//! Most events are a few characters of text or reasoning, so [`plain_delta`]
//! recognises those in one pass without looking for anything else.

use super::item;
use crate::call::Flaw;
use crate::json;
use crate::wire::spelling::{self, Keys};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What an event consists of, as far as it is read.
const KEYS: [&str; 12] = [
    "type",
    "sequence_number",
    "output_index",
    "content_index",
    "command_index",
    "item",
    "part",
    "response",
    "delta",
    "name",
    "item_id",
    "error",
];

/// Events that spell a call's input: what they are called, and the key under which
/// the end of such a row has the whole.
const INPUTS: [(&str, &str); 5] = [
    ("response.function_call_arguments.", "arguments"),
    ("response.custom_tool_call_input.", "input"),
    (MCP_ARGUMENTS, "arguments"),
    ("response.shell_call_command.", "command"),
    ("response.apply_patch_call_operation_diff.", "diff"),
];

/// Like those of a call, but they belong to one that the provider runs, too.
const MCP_ARGUMENTS: &str = "response.mcp_call_arguments.";

/// Events that are nothing but a piece of text.
const PLAIN: [&str; 4] =
    ["response.output_text.delta", "response.reasoning_summary_text.delta", "response.reasoning_text.delta", "response.refusal.delta"];

/// What the gate has to know of an event.
#[derive(Debug)]
pub(super) enum Event<'a> {
    /// The whole response, and whether nothing follows it.
    Response {
        /// The `response`.
        response: &'a RawValue,
        /// `completed`, `incomplete`, `failed`.
        ends: bool,
    },
    /// An item begins.
    Added(Place<'a>, &'a RawValue),
    /// An item ends.
    Done(Place<'a>, &'a RawValue),
    /// A part of an item begins or ends: its item, its own index, and the part.
    Part(Place<'a>, u64, &'a RawValue),
    /// A call's input, or a piece of it.
    Input(InputEvent<'a>),
    /// Anything else that belongs to an item.
    Of {
        /// Which one.
        place: Place<'a>,
        /// Whether it adds something to the item, or ends such a row.
        is_piece: bool,
    },
    /// Nothing follows: `error`.
    Error,
    /// An event with no item in it.
    Other,
}

/// Which item an event belongs to.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) index: Option<u64>,
    pub(super) item_id: Option<Cow<'a, str>>,
}

impl<'a> Place<'a> {
    fn read(keys: &Keys<'a, '_>) -> Result<Self, Flaw> {
        let index = keys.some("output_index").map(|_| number(keys, "output_index")).transpose()?;
        Ok(Self { index, item_id: keys.some("item_id").and_then(json::as_string) })
    }

    /// Of an event that brings the item itself.
    fn of_item(keys: &Keys<'a, '_>, item: &'a RawValue) -> Result<Self, Flaw> {
        #[derive(Deserialize)]
        struct Id<'a> {
            #[serde(borrow, default)]
            id: Option<Cow<'a, str>>,
        }
        let item_id = serde_json::from_str::<Id<'_>>(item.get()).ok().and_then(|item| item.id);
        Ok(Self { item_id, ..Self::read(keys)? })
    }
}

/// A call's input, or a piece of it.
#[derive(Debug)]
pub(super) struct InputEvent<'a> {
    pub(super) place: Place<'a>,
    /// Which of the item's texts it belongs to: a shell call has several commands.
    pub(super) number: u64,
    pub(super) delta: Option<Cow<'a, str>>,
    pub(super) whole: Option<Cow<'a, str>>,
    pub(super) name: Option<Cow<'a, str>>,
    /// Whether a call that the provider runs may have it.
    pub(super) is_served: bool,
    /// Whether the row only begins, so that the whole need not be there yet.
    pub(super) begins: bool,
}

impl<'a> Event<'a> {
    /// Reads a frame's data. `named` is what its `event:` line says.
    pub(super) fn read(named: Option<&'a [u8]>, data: &'a [u8]) -> Result<Self, Flaw> {
        let members = json::members(data).map_err(malformed)?;
        let keys = Keys(&members);
        if let Some(alike) = keys.alike(&KEYS) {
            return Err(Flaw::Frame(format!("the key `{alike}`")));
        }
        let kind = spelling::event_type(named, &keys, carries)?;
        let event = Self::of_kind(&kind, &keys)?;
        let own = match event {
            Self::Response { .. } => "response",
            Self::Added(..) | Self::Done(..) => "item",
            Self::Part(..) => "part",
            Self::Input(_) | Self::Of { .. } | Self::Error | Self::Other => "",
        };
        let mut strays = members.iter().filter(|member| member.key != own);
        let is_stray = |key: &str, value: &RawValue| item::holds_call(value) || (key == "item" && item::Kind::of(value).acts());
        if strays.any(|member| is_stray(&member.key, member.value)) {
            return Err(Flaw::UnknownItem(kind.into_owned()));
        }
        Ok(event)
    }

    fn of_kind(kind: &str, keys: &Keys<'a, '_>) -> Result<Self, Flaw> {
        let part = |key: &str| keys.some(key).ok_or_else(|| Flaw::Frame(format!("it has no `{key}`")));
        Ok(match kind {
            "response.output_item.added" => Self::Added(Place::of_item(keys, part("item")?)?, part("item")?),
            "response.output_item.done" => Self::Done(Place::of_item(keys, part("item")?)?, part("item")?),
            "response.content_part.added" | "response.content_part.done" => {
                let content = keys.some("content_index").map(|_| number(keys, "content_index")).transpose()?;
                Self::Part(Place::read(keys)?, content.unwrap_or(0), part("part")?)
            }
            "response.completed" | "response.incomplete" | "response.failed" => Self::Response { response: part("response")?, ends: true },
            "response.created" | "response.in_progress" | "response.queued" => Self::Response { response: part("response")?, ends: false },
            "error" => Self::Error,
            kind => match input_of(kind) {
                Some((step, whole_key)) => Self::Input(InputEvent::read(kind, step, whole_key, keys)?),
                // A response under a name that is not known is read like the others.
                None if keys.some("response").is_some() => Self::Response { response: part("response")?, ends: false },
                None if keys.some("output_index").or(keys.some("item_id")).is_some() => {
                    let is_piece = [".delta", ".done"].iter().any(|step| kind.ends_with(step));
                    Self::Of { place: Place::read(keys)?, is_piece }
                }
                None => Self::Other,
            },
        })
    }
}

impl<'a> InputEvent<'a> {
    fn read(kind: &str, step: &str, whole_key: &str, keys: &Keys<'a, '_>) -> Result<Self, Flaw> {
        let text = |key: &str| match keys.some(key) {
            None => Ok(None),
            Some(value) => json::as_string(value).map(Some).ok_or_else(|| Flaw::Frame(format!("`{key}` is no string"))),
        };
        let command = keys.some("command_index").map(|_| number(keys, "command_index")).transpose()?;
        let event = Self {
            place: Place::read(keys)?,
            number: command.unwrap_or(0),
            delta: text("delta")?,
            whole: text(whole_key)?,
            name: text("name")?,
            is_served: kind.starts_with(MCP_ARGUMENTS),
            begins: step == "added",
        };
        let is_known = match step {
            "delta" => event.delta.is_some() && event.whole.is_none(),
            "done" => event.whole.is_some() && event.delta.is_none(),
            "added" => event.delta.is_none(),
            _ => false,
        };
        if is_known { Ok(event) } else { Err(Flaw::Frame(format!("it is no `{kind}`"))) }
    }
}

/// The step in a row of input events, and the key of the whole.
fn input_of(kind: &str) -> Option<(&str, &'static str)> {
    INPUTS.into_iter().find_map(|(prefix, key)| Some((kind.strip_prefix(prefix)?, key)))
}

/// Whether an event of this name can bring a piece of a call.
fn carries(kind: &str) -> bool {
    const CARRIERS: [&str; 2] = ["response.output_item.", "response.content_part."];
    const WHOLES: [&str; 6] =
        ["response.completed", "response.incomplete", "response.failed", "response.created", "response.in_progress", "response.queued"];
    WHOLES.contains(&kind) || CARRIERS.iter().any(|prefix| kind.starts_with(prefix)) || input_of(kind).is_some()
}

fn number(keys: &Keys<'_, '_>, key: &str) -> Result<u64, Flaw> {
    let value = keys.some(key).ok_or_else(|| Flaw::Frame(format!("it has no `{key}`")))?;
    value.get().parse().map_err(|_| Flaw::Frame(format!("its `{key}` is no number")))
}

fn malformed(error: json::SpanError) -> Flaw {
    Flaw::Frame(error.to_string())
}

/// An event that is a piece of text or reasoning and nothing else: every key in it
/// is known and none stands twice.
pub(super) fn plain_delta<'a>(named: Option<&'a [u8]>, data: &'a [u8]) -> Option<PlainEvent<'a>> {
    let event: PlainEvent<'_> = serde_json::from_slice(data).ok()?;
    let is_text = PLAIN.contains(&event.kind.as_ref()) && event.delta.get().starts_with('"');
    (is_text && named.is_none_or(|named| named == event.kind.as_bytes())).then_some(event)
}

/// See [`plain_delta`].
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "some members are read only to know that nothing else is there")]
pub(super) struct PlainEvent<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) sequence_number: Option<&'a RawValue>,
    output_index: Option<u64>,
    #[serde(borrow)]
    delta: &'a RawValue,
    #[serde(borrow)]
    item_id: Option<Cow<'a, str>>,
    pub(super) content_index: Option<u64>,
    summary_index: Option<u64>,
    obfuscation: Option<Cow<'a, str>>,
    logprobs: Option<Vec<IgnoredAny>>,
}

impl PlainEvent<'_> {
    /// The text, escaped as it came.
    pub(super) fn text(&self) -> &str {
        let text = self.delta.get();
        text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or_default()
    }

    /// The key under which its part of a message has the text; `None`: it is no message's.
    pub(super) fn key(&self) -> Option<&'static str> {
        match self.kind.as_ref() {
            "response.output_text.delta" => Some("text"),
            "response.refusal.delta" => Some("refusal"),
            _ => None,
        }
    }

    pub(super) fn place(&self) -> Place<'_> {
        Place { index: self.output_index, item_id: self.item_id.as_deref().map(Cow::Borrowed) }
    }
}
