//! A Chat Completions request: where its instructions stand.
//!
//! The pins go to the end of the first block of system and developer messages,
//! merged into its last message, since many servers' chat templates accept one
//! system message and only at the head. Without such a block a system message is
//! put in front; `system` is understood everywhere, `developer` is not.

use crate::json;
use crate::wire::history;
use crate::wire::place;
use crate::wire::request::{HostedTool, Place, Request, RequestError};
use crate::wire::spelling::Keys;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What the body is read for; lenient readers' other spellings of these are refused.
const KEYS: [&str; 8] = ["model", "messages", "stream", "tools", "functions", "web_search_options", "prompt_cache_key", "store"];

/// Reads a request; see [`Request::read`].
pub(in crate::wire) fn read(body: &[u8], block: &str) -> Result<Request, RequestError> {
    let members = json::members(body).map_err(unreadable)?;
    let keys = Keys(&members);
    if let Some(alike) = keys.alike(&KEYS) {
        return Err(RequestError::Unreadable(format!("the key `{alike}` is spelled like one that is not it")));
    }
    let messages = keys.get("messages").ok_or_else(|| RequestError::Unreadable("it has no `messages`".into()))?;
    let head = Head::read(messages)?;
    let span = |value: &str| json::span_in(body, value);
    Ok(Request {
        model: keys.get("model").and_then(json::as_string).map(Cow::into_owned),
        streams: keys.get("stream").is_some_and(|value| value.get() == "true"),
        place: place_of(body, messages, &head, block)?,
        tools: ["tools", "functions"].into_iter().filter_map(|key| keys.some(key)).filter_map(|tools| span(tools.get())).collect(),
        hosted: hosted(&keys),
        system: head.block.last().copied().and_then(span),
        first_user: head.first_user.and_then(span),
        history: span(messages.get()),
        identifiers: keys
            .get("prompt_cache_key")
            .and_then(json::as_string)
            .map(|key| format!("prompt_cache_key={key}"))
            .into_iter()
            .collect(),
        continues: None,
        is_kept: keys.get("store").is_some_and(|store| store.get() == "true"),
    })
}

/// The messages a history begins with.
struct Head<'a> {
    /// The contiguous system and developer messages at the front.
    block: Vec<&'a str>,
    /// The first message of role `user`.
    first_user: Option<&'a str>,
    /// Whether there is any message at all.
    is_empty: bool,
}

impl<'a> Head<'a> {
    /// Looks at no more of the history than its beginning.
    fn read(messages: &'a RawValue) -> Result<Self, RequestError> {
        if !messages.get().starts_with('[') {
            return Err(RequestError::Unreadable("its `messages` are no array".into()));
        }
        let mut head = Self { block: Vec::new(), first_user: None, is_empty: true };
        let mut is_in_block = true;
        json::walk(messages.get(), |message| {
            head.is_empty = false;
            let role = history::role(message);
            is_in_block &= matches!(role.as_deref(), Some("system" | "developer"));
            if is_in_block {
                head.block.push(message);
            } else if role.as_deref() == Some("user") {
                head.first_user = Some(message);
            }
            head.first_user.is_none()
        });
        Ok(head)
    }
}

fn place_of(body: &[u8], messages: &RawValue, head: &Head<'_>, block: &str) -> Result<Place, RequestError> {
    let nowhere = || RequestError::Unreadable("its first system message has no readable `content`".into());
    let Some(last) = head.block.last() else {
        let array = json::span_in(body, messages.get()).ok_or_else(nowhere)?;
        return Ok(Place::Message { at: array.start + 1, is_only: head.is_empty });
    };
    let members = json::members(last.as_bytes()).map_err(unreadable)?;
    let content = Keys(&members).get("content").ok_or_else(nowhere)?;
    place::end_of(body, content, "text", block).ok_or_else(nowhere)
}

/// Tools that OpenAI runs itself. Chat Completions has one: web search, which only reads.
fn hosted(keys: &Keys<'_, '_>) -> Vec<HostedTool> {
    let search = keys.some("web_search_options").map(|_| HostedTool { name: "web_search_options".into(), acts: false });
    search.into_iter().chain(keys.some("tools").into_iter().flat_map(hosted_in)).collect()
}

/// Declared tools that are neither `function` nor `custom`: compatible servers run
/// those themselves, and what they do is not known.
fn hosted_in(tools: &RawValue) -> Vec<HostedTool> {
    #[derive(Deserialize)]
    struct Declared<'a> {
        #[serde(borrow, default, rename = "type")]
        kind: Option<Cow<'a, str>>,
    }
    let Ok(tools) = serde_json::from_str::<Vec<Declared<'_>>>(tools.get()) else { return Vec::new() };
    let is_hosted = |kind: &Cow<'_, str>| !matches!(kind.as_ref(), "function" | "custom");
    let acts = |kind: &str| !kind.starts_with("web_search");
    tools
        .into_iter()
        .filter_map(|tool| tool.kind)
        .filter(is_hosted)
        .map(|kind| HostedTool { acts: acts(&kind), name: kind.into_owned() })
        .collect()
}

fn unreadable(error: json::SpanError) -> RequestError {
    RequestError::Unreadable(error.to_string())
}
