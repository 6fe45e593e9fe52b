//! A Messages request: where its instructions stand.
//!
//! The pins go to the end of the top-level `system`, whatever its shape: it is
//! rendered first, outside of what is compacted, and sent with every request. Its
//! first block is never touched, since some clients keep a block there that the
//! server tells by its place. Messages of role `system` inside the history pass.

use crate::json;
use crate::wire::history;
use crate::wire::place;
use crate::wire::request::{HostedTool, Place, Request, RequestError};
use crate::wire::spelling::Keys;
use memchr::memmem;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What the body is read for; lenient readers' other spellings of these are refused.
const KEYS: [&str; 10] =
    ["model", "messages", "system", "stream", "tools", "thread", "mcp_servers", "metadata", "container", "diagnostics"];

/// The longest identifier that is taken for one, in bytes.
const IDENTIFIER_BYTES_MAX: usize = 1024;

/// Tools that the client runs though the API defines them; the date follows.
const CLIENT_TOOLS: [&str; 6] = ["bash", "text_editor", "memory", "computer", "computer_toolset", "browser_toolset"];

/// Tools the provider runs that only look things up or think; the date follows.
const LOOKUPS: [&str; 4] = ["web_search", "tool_search_tool_regex", "tool_search_tool_bm25", "advisor"];

/// Reads a request; see [`Request::read`]. Both endpoints render the same prompt.
pub(in crate::wire) fn read(body: &[u8], block: &str) -> Result<Request, RequestError> {
    let members = json::members(body).map_err(unreadable)?;
    let keys = Keys(&members);
    if let Some(alike) = keys.alike(&KEYS) {
        return Err(RequestError::Unreadable(format!("the key `{alike}` is spelled like one that is not it")));
    }
    if keys.some("thread").is_some() {
        return Err(THREAD);
    }
    let messages = keys.get("messages").filter(|messages| messages.get().starts_with('['));
    let messages = messages.ok_or_else(|| RequestError::Unreadable("it has no `messages`".into()))?;
    let span = |value: &RawValue| json::span_in(body, value.get());
    Ok(Request {
        model: keys.get("model").and_then(json::as_string).map(Cow::into_owned),
        streams: keys.get("stream").is_some_and(|value| value.get() == "true"),
        place: place_of(body, &keys, block)?,
        tools: keys.some("tools").and_then(span).into_iter().collect(),
        hosted: hosted(&keys, messages),
        system: keys.some("system").and_then(span),
        first_user: history::first_user(messages).and_then(|message| json::span_in(body, message)),
        history: span(messages),
        identifiers: identifiers(&keys),
        continues: None,
        is_kept: false,
    })
}

/// A thread's later requests have no `system`: what answers them could not be
/// pinned, and the server's copy would keep the calls that were withheld.
const THREAD: RequestError = RequestError::Refused {
    setting: "thread",
    why: "the server would keep the conversation, out of reach of the pins; send the full history instead",
    // The client libraries then send the full history by themselves.
    code: Some("thread_unsupported_request"),
};

fn place_of(body: &[u8], keys: &Keys<'_, '_>, block: &str) -> Result<Place, RequestError> {
    let unreadable = || RequestError::Unreadable("its `system` is neither a text nor an array of blocks".into());
    if let Some(system) = keys.get("system") {
        return place::end_of(body, system, "text", block).ok_or_else(unreadable);
    }
    let brace = body.iter().position(|byte| *byte == b'{').ok_or_else(unreadable)?;
    Ok(Place::Member { at: brace + 1, key: "system", is_only: keys.0.is_empty() })
}

/// Tools that the provider runs itself, by the type they are declared with.
fn hosted(keys: &Keys<'_, '_>, messages: &RawValue) -> Vec<HostedTool> {
    let servers = keys.some("mcp_servers").filter(|servers| servers.get().bytes().any(|byte| byte == b'{'));
    let servers = servers.map(|_| HostedTool { name: "mcp_servers".into(), acts: true });
    let declared = keys.some("tools").and_then(|tools| json::elements(tools.get().as_bytes()).ok()).unwrap_or_default();
    let added = added_tools(messages);
    servers.into_iter().chain(declared.into_iter().chain(added).filter_map(hosted_tool)).collect()
}

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tool: Option<&'a RawValue>,
    #[serde(borrow, default)]
    definition: Option<&'a RawValue>,
}

impl<'a> Typed<'a> {
    fn read(value: &'a RawValue) -> Option<Self> {
        serde_json::from_str(value.get()).ok()
    }
}

fn hosted_tool(tool: &RawValue) -> Option<HostedTool> {
    let Some(declared) = Typed::read(tool) else { return Some(HostedTool { name: "a tool that cannot be read".into(), acts: true }) };
    let kind = declared.kind?;
    if matches!(kind.as_ref(), "" | "custom") || CLIENT_TOOLS.iter().any(|family| is_dated(&kind, family)) {
        return None;
    }
    Some(HostedTool { acts: !LOOKUPS.iter().any(|family| kind == *family || is_dated(&kind, family)), name: kind.into_owned() })
}

/// `bash_20250124` is of the family `bash`; `bash_code_execution_20260120` is not.
fn is_dated(kind: &str, family: &str) -> bool {
    let date = kind.strip_prefix(family).and_then(|rest| rest.strip_prefix('_'));
    date.is_some_and(|date| !date.is_empty() && date.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Tools that the history itself defines, in `tool_addition` blocks. The history is
/// only read for them when the word stands in it.
fn added_tools(messages: &RawValue) -> Vec<&RawValue> {
    let text = messages.get().as_bytes();
    if !may_define_tools(text) {
        return Vec::new();
    }
    #[derive(Deserialize)]
    struct Message<'a> {
        #[serde(borrow, default)]
        content: Option<&'a RawValue>,
    }
    let messages = json::elements(text).unwrap_or_default();
    let contents = messages.into_iter().filter_map(|message| serde_json::from_str::<Message<'_>>(message.get()).ok()?.content);
    let blocks = contents.filter_map(|content| json::elements(content.get().as_bytes()).ok()).flatten();
    let additions = blocks.filter_map(Typed::read).filter(|block| block.kind.as_deref() == Some("tool_addition"));
    additions.filter_map(|block| Typed::read(block.tool?)?.definition).collect()
}

/// Whether the word stands in a text, or letters are escaped in it, as no encoder does.
fn may_define_tools(text: &[u8]) -> bool {
    let is_letter = |at: usize| matches!(text.get(at.saturating_add(4)), Some(b'4'..=b'7'));
    memmem::find(text, b"tool_definition").is_some() || memmem::find_iter(text, br"\u00").any(is_letter)
}

/// What the body names that tells conversations apart.
fn identifiers(keys: &Keys<'_, '_>) -> Vec<String> {
    let inside = |key: &str, inner: &str| {
        let members = json::members(keys.some(key)?.get().as_bytes()).ok()?;
        Keys(&members).some(inner).and_then(json::as_string).map(Cow::into_owned)
    };
    let user = inside("metadata", "user_id");
    let session = user.as_deref().and_then(session_of);
    let container = keys.some("container").and_then(json::as_string).map(Cow::into_owned).or_else(|| inside("container", "id"));
    let previous = inside("diagnostics", "previous_message_id");
    [("metadata.user_id", user), ("session_id", session), ("container", container), ("previous_message_id", previous)]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty() && value.len() <= IDENTIFIER_BYTES_MAX)?)))
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

/// The session in a user id: some clients send an object as JSON text there.
fn session_of(user: &str) -> Option<String> {
    let members = json::members(user.as_bytes()).ok()?;
    Keys(&members).some("session_id").and_then(json::as_string).map(Cow::into_owned)
}

fn unreadable(error: json::SpanError) -> RequestError {
    RequestError::Unreadable(error.to_string())
}
