//! An Ollama request: where its instructions stand.
//!
//! In a chat the pins go to the end of the first message if that is a system message, else
//! in front of everything as one. Only there are they rendered by every template: some
//! drop a system message that stands later, others show it as the user's. With a bare
//! prompt they go into `system`, and what would be rendered without `system` is refused.
//!
//! The server reads keys and roles without case; so does this file.

use crate::json;
use crate::wire::history;
use crate::wire::place;
use crate::wire::request::{Endpoint, Place, Request, RequestError};
use crate::wire::spelling::Keys;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::Range;

/// What a chat is read for; other spellings of these are refused.
const CHAT: [&str; 4] = ["model", "messages", "stream", "tools"];

/// The same of a bare prompt.
const PROMPT: [&str; 8] = ["model", "prompt", "stream", "system", "template", "raw", "suffix", "context"];

/// Reads the body of a request.
pub(in crate::wire) fn read_request(endpoint: Endpoint, body: &[u8], block: &str) -> Result<Request, RequestError> {
    let members = json::members(body).map_err(unreadable)?;
    let keys = Keys(&members);
    let known: &[&str] = if endpoint == Endpoint::OllamaGenerate { &PROMPT } else { &CHAT };
    if let Some(alike) = keys.alike(known) {
        return Err(RequestError::Unreadable(format!("the key `{alike}` is spelled like one that is not it")));
    }
    let read = if endpoint == Endpoint::OllamaGenerate { prompt(body, &keys, block) } else { chat(body, &keys, block) }?;
    let span = |value: &RawValue| json::span_in(body, value.get());
    Ok(Request {
        model: keys.some("model").and_then(json::as_string).map(Cow::into_owned),
        streams: streams(&keys),
        place: read.place,
        tools: keys.some("tools").filter(|_| endpoint == Endpoint::OllamaChat).and_then(span).into_iter().collect(),
        hosted: Vec::new(),
        system: read.system,
        first_user: read.first_user,
        history: read.history,
        identifiers: Vec::new(),
        continues: None,
        is_kept: false,
    })
}

/// Whether a stream is asked for: unless it says no, it is.
pub(in crate::wire) fn streams(keys: &Keys<'_, '_>) -> bool {
    keys.some("stream").is_none_or(|value| value.get() != "false")
}

/// What is read of either kind of request.
struct Read {
    place: Place,
    system: Option<Range<usize>>,
    first_user: Option<Range<usize>>,
    history: Option<Range<usize>>,
}

fn chat(body: &[u8], keys: &Keys<'_, '_>, block: &str) -> Result<Read, RequestError> {
    // Without messages nothing is asked of the model: it is loaded, or unloaded.
    let Some(messages) = keys.some("messages") else { return Ok(unasked(None)) };
    let outside = || RequestError::Unreadable("its `messages` stand outside its body".into());
    let range = json::span_in(body, messages.get()).ok_or_else(outside)?;
    if !messages.get().starts_with('[') {
        return Err(RequestError::Unreadable("its `messages` are no array".into()));
    }
    let (mut first, mut first_user) = (None, None);
    json::walk(messages.get(), |message| {
        first = first.or(Some(message));
        first_user = is_from("user", message).then_some(message);
        first_user.is_none()
    });
    let Some(first) = first else { return Ok(unasked(Some(range))) };
    let system = is_from("system", first).then_some(first);
    Ok(Read {
        place: match system {
            Some(system) => in_message(body, system, block)?,
            None => Place::Message { at: range.start + 1, is_only: false },
        },
        system: system.and_then(|system| json::span_in(body, system)),
        first_user: first_user.and_then(|message| json::span_in(body, message)),
        history: Some(range),
    })
}

fn unasked(history: Option<Range<usize>>) -> Read {
    Read { place: Place::Unasked, system: None, first_user: None, history }
}

fn is_from(role: &str, message: &str) -> bool {
    history::role(message).is_some_and(|own| own.eq_ignore_ascii_case(role))
}

fn in_message(body: &[u8], message: &str, block: &str) -> Result<Place, RequestError> {
    let nowhere = || RequestError::Unreadable("its first system message has no readable `content`".into());
    let members = json::members(message.as_bytes()).map_err(unreadable)?;
    let content = Keys(&members).get("content").ok_or_else(nowhere)?;
    place::end_of(body, content, "text", block).ok_or_else(nowhere)
}

/// Fields with which a bare prompt is rendered without its `system`, or behind words that
/// linchpin cannot read, and why they are refused.
const UNPINNED: [(&str, &str); 4] = [
    ("raw", "the prompt would reach the model without its system text; send the prompt without `raw`, or use `/api/chat`"),
    ("template", "a template of the request's own may leave its system text out; put the template into the model"),
    ("suffix", "text is filled in between a prompt and a suffix without the system text; use `/api/chat`"),
    ("context", "it holds earlier turns as numbers that linchpin cannot read; send the turns themselves to `/api/chat`"),
];

fn prompt(body: &[u8], keys: &Keys<'_, '_>, block: &str) -> Result<Read, RequestError> {
    let says = |value: &&RawValue| !matches!(value.get(), "false" | "\"\"") && !is_empty_array(value.get());
    if let Some((setting, why)) = UNPINNED.into_iter().find(|(key, _)| keys.some(key).filter(says).is_some()) {
        return Err(RequestError::Refused { setting, why, code: None });
    }
    let nowhere = || RequestError::Unreadable("its `system` is no text".into());
    let place = match keys.get("system") {
        Some(system) => place::end_of(body, system, "text", block).filter(is_string).ok_or_else(nowhere)?,
        None => {
            let brace = body.iter().position(|byte| *byte == b'{').ok_or_else(nowhere)?;
            Place::Member { at: brace + 1, key: "system", is_only: keys.0.is_empty() }
        }
    };
    let span = |key: &str| keys.some(key).and_then(|value| json::span_in(body, value.get()));
    Ok(Read { place, system: span("system"), first_user: span("prompt"), history: span("prompt") })
}

/// A bare prompt's `system` is a text, never a list of parts.
fn is_string(place: &Place) -> bool {
    !matches!(place, Place::PartsEnd { .. })
}

fn is_empty_array(value: &str) -> bool {
    value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|inner| inner.trim_ascii().is_empty())
}

fn unreadable(error: json::SpanError) -> RequestError {
    RequestError::Unreadable(error.to_string())
}
