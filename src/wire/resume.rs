//! A call that goes out later than the model proposed it.
//!
//! When a person has said yes and the call's own answer is long over, the next
//! request that goes on from it is answered by linchpin itself, with the held call
//! and nothing else, where the API takes that: not where a model's thinking has to
//! stand before it, and where the server keeps the history only if it can be told of
//! the call (`server_held`).

mod answer;

pub(super) use answer::without_id;
pub use answer::{Answer, compose, known_as, media_type, say};

use super::history;
use super::ollama;
use super::request::Endpoint;
use super::spelling::Keys;
use crate::json;
use memchr::memmem;
use serde_json::value::RawValue;

/// What a request says about being answered with a held call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resumable {
    /// Whether a call would be a sensible answer to it at all: nothing in `tool_choice`
    /// rules it out, and it asks for no count and no summary.
    pub may_call: bool,
    /// Whether the API takes a call that the model did not make just now.
    pub is_open: bool,
    /// Whether the answer is to be streamed.
    pub streams: bool,
    /// Whether a stream is to end with a chunk about usage (Chat Completions).
    pub wants_usage: bool,
}

/// Signs that a request asks for a summary of its own history: clients' instructions
/// to their models, as they stand in the last message, and the providers' own fields.
/// A sign too many only makes a grant wait for the next request.
const SUMMARY: [&[u8]; 8] = [
    b"CONTEXT CHECKPOINT COMPACTION",
    b"Respond with TEXT ONLY",
    b"\"compaction_trigger\"",
    b"Context Extraction Assistant",
    b"state_snapshot",
    b"detailed summary of the conversation",
    b"summary of our conversation",
    b"Summarize the conversation",
];

impl Resumable {
    /// Reads a request's body. `None`: it cannot be read that far, so it is not
    /// answered with a held call.
    pub fn read(endpoint: Endpoint, body: &[u8]) -> Option<Self> {
        let members = json::members(body).ok()?;
        let keys = Keys(&members);
        let streams = match endpoint {
            Endpoint::GeminiStream => true,
            Endpoint::OllamaChat | Endpoint::OllamaGenerate => ollama::streams(&keys),
            _ => keys.get("stream").is_some_and(|value| value.get() == "true"),
        };
        let may_call = endpoint.is_answered() && chooses_freely(&keys) && !asks_for_summary(&keys);
        let is_open = match endpoint {
            Endpoint::Chat | Endpoint::Responses | Endpoint::OllamaChat => true,
            Endpoint::GeminiGenerate | Endpoint::GeminiStream => true,
            Endpoint::Messages => !thinks(&keys),
            _ => false,
        };
        Some(Self { may_call, is_open, streams, wants_usage: wants_usage(&keys) })
    }
}

/// Whether `tool_choice`, or what Gemini has for it, leaves every call possible. One that
/// names a tool, or a list, does not.
fn chooses_freely(keys: &Keys<'_, '_>) -> bool {
    if let Some(config) = keys.field("toolConfig") {
        return allows_calls(config);
    }
    let Some(choice) = keys.some("tool_choice") else { return true };
    let is_free = |word: &str| matches!(word, "auto" | "any" | "required");
    if let Some(word) = json::as_string(choice) {
        return is_free(&word);
    }
    let members = json::members(choice.get().as_bytes()).unwrap_or_default();
    Keys(&members).some("type").and_then(json::as_string).is_some_and(|word| is_free(&word))
}

/// Whether a `toolConfig` leaves every call possible.
fn allows_calls(config: &RawValue) -> bool {
    let members = json::members(config.get().as_bytes()).unwrap_or_default();
    let Some(calling) = Keys(&members).field("functionCallingConfig") else { return true };
    let members = json::members(calling.get().as_bytes()).unwrap_or_default();
    let keys = Keys(&members);
    let is_free = |mode: &RawValue| json::as_string(mode).is_some_and(|mode| matches!(mode.as_ref(), "AUTO" | "ANY" | "VALIDATED"));
    let names_none = |names: &RawValue| json::elements(names.get().as_bytes()).is_ok_and(|names| names.is_empty());
    keys.field("mode").is_none_or(is_free) && keys.field("allowedFunctionNames").is_none_or(names_none)
}

fn asks_for_summary(keys: &Keys<'_, '_>) -> bool {
    let says = |text: &str| SUMMARY.iter().any(|sign| memmem::find(text.as_bytes(), sign).is_some());
    let history = ["messages", "input", "contents"].into_iter().find_map(|key| keys.some(key));
    let mut last = None;
    if let Some(history) = history {
        json::walk(history.get(), |element| {
            last = Some(element);
            true
        });
    }
    let system = ["system", "instructions", "systemInstruction"].into_iter().filter_map(|key| keys.field(key));
    keys.some("compaction").is_some() || last.is_some_and(says) || system.map(RawValue::get).any(says)
}

/// Whether the model's thinking has to stand before its calls: it is asked for, or it
/// stands in the history already.
fn thinks(keys: &Keys<'_, '_>) -> bool {
    let asked = keys.some("thinking").is_some_and(|thinking| {
        let members = json::members(thinking.get().as_bytes()).unwrap_or_default();
        Keys(&members).some("type").and_then(json::as_string).is_none_or(|kind| kind != "disabled")
    });
    let thought = |messages: &RawValue| {
        [&b"\"thinking\""[..], b"\"redacted_thinking\""].iter().any(|kind| memmem::find(messages.get().as_bytes(), kind).is_some())
    };
    asked || keys.some("messages").is_some_and(thought)
}

fn wants_usage(keys: &Keys<'_, '_>) -> bool {
    let Some(options) = keys.some("stream_options") else { return false };
    let members = json::members(options.get().as_bytes()).unwrap_or_default();
    Keys(&members).some("include_usage").is_some_and(|value| value.get() == "true")
}

/// Those of `codes` that stand in what the model itself is said to have answered.
/// `history` is the array of messages or items.
pub fn answered<'a>(history: &[u8], codes: impl Iterator<Item = &'a str>) -> Vec<String> {
    let codes: Vec<&str> = codes.filter(|code| memmem::find(history, code.as_bytes()).is_some()).collect();
    let Some(history) = std::str::from_utf8(history).ok().filter(|history| !codes.is_empty() && history.starts_with('[')) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    json::walk(history, |element| {
        let role = history::role(element).map(|role| role.to_ascii_lowercase());
        let is_model = matches!(role.as_deref(), Some("assistant" | "model"));
        let said = codes.iter().filter(|code| is_model && is_told(element, code));
        found.extend(said.map(|code| (*code).to_owned()));
        true
    });
    found
}

/// Whether linchpin's notice of this hold stands in an element.
fn is_told(element: &str, code: &str) -> bool {
    element.match_indices(code).any(|(at, _)| {
        let before = element.get(..at).unwrap_or_default();
        before.rfind("[linchpin]").is_some() && before.ends_with("(code ")
    })
}

#[cfg(test)]
mod tests;
