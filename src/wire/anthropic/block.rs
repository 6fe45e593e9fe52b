//! What a content block is: words, or something that acts.
//!
//! Blocks that are known to be words, thoughts, results or bookkeeping are listed.
//! The API gains types monthly; one that is not on the list may be a way to call a
//! tool that linchpin has not heard of, and counts as an action.

use crate::json;
use crate::wire::spelling::Keys;
use serde_json::value::RawValue;

/// How deep an object is searched for; what is nested deeper counts as found.
const DEPTH_MAX: usize = 16;

/// Blocks beside `text` that the client only shows or sends back; see also [`RESULT_SUFFIX`].
const WORDS: [&str; 4] = ["container_upload", "compaction", "fallback", "mcp_tool_listing"];

/// What the provider's own tools answer: `web_search_tool_result` and its like.
const RESULT_SUFFIX: &str = "_tool_result";

/// Blocks signed over everything before them.
const BOUND: [&str; 3] = ["thinking", "redacted_thinking", "connector_text"];

/// Calls that the provider has run itself.
const SERVED: [&str; 2] = ["server_tool_use", "mcp_tool_use"];

/// What sort of block it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text of the answer.
    Text,
    /// Anything else that has no action in it.
    Words,
    /// No action, but it is worthless once a block before it was changed.
    Bound,
    /// A call that is over; it has arguments like one.
    Served,
    /// A call for the client to run.
    Call,
    /// Not known, by this type; empty where it has none that can be read.
    Unknown(String),
}

impl Kind {
    /// Reads a block's `type`.
    pub(super) fn of(block: &RawValue) -> Self {
        let Ok(members) = json::members(block.get().as_bytes()) else { return Self::Unknown(String::new()) };
        let kind = Keys(&members).some("type").and_then(json::as_string).unwrap_or_default();
        Self::named(&kind)
    }

    fn named(kind: &str) -> Self {
        match kind {
            "tool_use" => Self::Call,
            "text" => Self::Text,
            _ if WORDS.contains(&kind) || kind.ends_with(RESULT_SUFFIX) => Self::Words,
            _ if BOUND.contains(&kind) => Self::Bound,
            _ if SERVED.contains(&kind) => Self::Served,
            _ => Self::Unknown(kind.to_owned()),
        }
    }

    /// Whether it must be judged before it leaves.
    pub(super) fn acts(&self) -> bool {
        matches!(self, Self::Call | Self::Unknown(_))
    }
}

/// Whether an object somewhere in a value is a call, in a place where none belongs.
pub(super) fn holds_call(value: &RawValue) -> bool {
    holds(value, 0, &|keys| {
        let is_call = keys.some("type").and_then(json::as_string).is_some_and(|kind| kind == "tool_use");
        is_call || keys.get("partial_json").is_some() || (keys.get("name").is_some() && keys.get("input").is_some())
    })
}

/// Whether an object somewhere in a value is of a type that is not known to be words.
pub(super) fn holds_item(value: &RawValue) -> bool {
    holds_call(value) || holds(value, 0, &|keys| keys.some("type").and_then(json::as_string).is_some_and(|kind| Kind::named(&kind).acts()))
}

fn holds(value: &RawValue, depth: usize, is_found: &dyn Fn(&Keys<'_, '_>) -> bool) -> bool {
    let text = value.get();
    let deeper = |inner: &RawValue| holds(inner, depth + 1, is_found);
    match text.as_bytes().first() {
        Some(b'{' | b'[') if depth >= DEPTH_MAX => true,
        // What cannot be read as one thing could be anything.
        Some(b'{') => match json::members(text.as_bytes()) {
            Ok(members) => is_found(&Keys(&members)) || members.iter().any(|member| deeper(member.value)),
            Err(_) => true,
        },
        Some(b'[') => json::elements(text.as_bytes()).map_or(true, |elements| elements.into_iter().any(deeper)),
        _ => false,
    }
}
