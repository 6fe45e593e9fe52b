//! A Responses request: where its instructions stand.
//!
//! The pins go to the end of `instructions`, which the server does not carry over
//! from an earlier response: whatever state it keeps, they are sent with every
//! request. What would bring calls back by another way, or instructions that cannot
//! be seen, is refused.

use crate::json;
use crate::wire::history;
use crate::wire::place;
use crate::wire::request::{HostedTool, Place, Request, RequestError};
use crate::wire::server_held::Continues;
use crate::wire::spelling::Keys;
use memchr::memmem;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What the body is read for; lenient readers' other spellings of these are refused.
const KEYS: [&str; 12] = [
    "model",
    "input",
    "instructions",
    "stream",
    "tools",
    "background",
    "prompt",
    "previous_response_id",
    "conversation",
    "prompt_cache_key",
    "user",
    "store",
];

/// The longest identifier that is taken for one, in bytes.
const IDENTIFIER_BYTES_MAX: usize = 1024;

/// How deep namespaces of tools may nest.
const NAMESPACES_MAX: usize = 4;

/// Tools that the client runs.
const CLIENT_TOOLS: [&str; 5] = ["function", "custom", "local_shell", "apply_patch", "computer"];

/// Tools the provider runs that change nothing; some have a date behind them.
const LOOKUPS: [&str; 5] = ["web_search", "web_search_preview", "file_search", "image_generation", "tool_search"];

const BACKGROUND: RequestError = RequestError::Refused {
    setting: "background",
    why: "with `store: false` nothing is kept by which linchpin could judge the answer when it is fetched; send it without either",
    code: None,
};

const PROMPT: RequestError = RequestError::Refused {
    setting: "prompt",
    why: "a template stored at the provider may hold instructions and tools that cannot be seen; send its text as `instructions` and `input`",
    code: None,
};

/// Reads a request; see [`Request::read`]. All three endpoints render the same prompt.
pub(in crate::wire) fn read(body: &[u8], block: &str) -> Result<Request, RequestError> {
    let members = json::members(body).map_err(unreadable)?;
    let keys = Keys(&members);
    if let Some(alike) = keys.alike(&KEYS) {
        return Err(RequestError::Unreadable(format!("the key `{alike}` is spelled like one that is not it")));
    }
    let is_kept = keys.get("store").is_none_or(|store| store.get() != "false");
    if !is_kept && keys.some("background").is_some_and(|value| value.get() != "false") {
        return Err(BACKGROUND);
    }
    if keys.some("prompt").is_some() {
        return Err(PROMPT);
    }
    let input = keys.some("input");
    if input.is_some_and(|input| input.get().starts_with('{')) {
        return Err(RequestError::Unreadable("its `input` is neither text nor a list".into()));
    }
    let special = input.map_or(Ok(Vec::new()), special_items)?;
    let added = special.iter().filter_map(|item| item.added_tools());
    let declared: Vec<&RawValue> = keys.some("tools").into_iter().chain(added).collect();
    let span = |value: &RawValue| json::span_in(body, value.get());
    Ok(Request {
        model: keys.get("model").and_then(json::as_string).map(Cow::into_owned),
        streams: keys.get("stream").is_some_and(|value| value.get() == "true"),
        place: place_of(body, &keys, block)?,
        hosted: declared.iter().flat_map(|tools| hosted_in(tools, 0)).collect(),
        tools: declared.into_iter().filter_map(span).collect(),
        system: keys.some("instructions").and_then(span),
        history: input.and_then(span),
        first_user: input.and_then(first_user).and_then(|first| json::span_in(body, first)),
        identifiers: identifiers(&keys),
        continues: Continues::read(&keys),
        is_kept,
    })
}

fn place_of(body: &[u8], keys: &Keys<'_, '_>, block: &str) -> Result<Place, RequestError> {
    let unreadable = || RequestError::Unreadable("its `instructions` are no text".into());
    if let Some(instructions) = keys.get("instructions") {
        if instructions.get().starts_with('[') {
            return Err(unreadable());
        }
        return place::end_of(body, instructions, "input_text", block).ok_or_else(unreadable);
    }
    let brace = body.iter().position(|byte| *byte == b'{').ok_or_else(unreadable)?;
    Ok(Place::Member { at: brace + 1, key: "instructions", is_only: keys.0.is_empty() })
}

/// The string input, or the first item of role `user`.
fn first_user(input: &RawValue) -> Option<&str> {
    if input.get().starts_with('"') { Some(input.get()) } else { history::first_user(input) }
}

/// An item of the input that does more than tell the history.
#[derive(Deserialize)]
struct Special<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tools: Option<&'a RawValue>,
}

impl<'a> Special<'a> {
    fn added_tools(&self) -> Option<&'a RawValue> {
        let brings_tools = matches!(self.kind.as_deref(), Some("additional_tools" | "tool_search_output"));
        self.tools.filter(|_| brings_tools)
    }
}

/// Such items. The input is only read for them when one of their names stands in it,
/// or letters are escaped, as no encoder does.
fn special_items(input: &RawValue) -> Result<Vec<Special<'_>>, RequestError> {
    const NAMES: [&str; 3] = ["mcp_approval_response", "additional_tools", "tool_search_output"];
    let text = input.get().as_bytes();
    let is_letter = |at: usize| matches!(text.get(at.saturating_add(4)), Some(b'4'..=b'7'));
    let may_hold =
        NAMES.iter().any(|name| memmem::find(text, name.as_bytes()).is_some()) || memmem::find_iter(text, br"\u00").any(is_letter);
    if !may_hold || text.first() != Some(&b'[') {
        return Ok(Vec::new());
    }
    let mut special = Vec::new();
    for item in json::elements(text).map_err(unreadable)?.into_iter().filter(|item| item.get().starts_with('{')) {
        // Two spellings of a key would be read by somebody as another answer.
        json::members(item.get().as_bytes()).map_err(unreadable)?;
        let read = serde_json::from_str::<Special<'_>>(item.get());
        special.push(read.map_err(|error| RequestError::Unreadable(error.to_string()))?);
    }
    Ok(special)
}

#[derive(Deserialize)]
struct Declared<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    execution: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    require_approval: Option<&'a RawValue>,
    #[serde(borrow, default)]
    environment: Option<&'a RawValue>,
    #[serde(borrow, default)]
    container: Option<&'a RawValue>,
    #[serde(borrow, default)]
    tools: Option<&'a RawValue>,
}

/// Tools that the provider runs itself, by the type they are declared with.
fn hosted_in(tools: &RawValue, depth: usize) -> Vec<HostedTool> {
    let Ok(declared) = json::elements(tools.get().as_bytes()) else {
        return vec![HostedTool { name: "tools that cannot be read".into(), acts: true }];
    };
    declared.into_iter().flat_map(|tool| hosted_tool(tool, depth)).collect()
}

fn hosted_tool(tool: &RawValue, depth: usize) -> Vec<HostedTool> {
    let acting = |name: &str| vec![HostedTool { name: name.to_owned(), acts: true }];
    let Ok(declared) = serde_json::from_str::<Declared<'_>>(tool.get()) else { return acting("a tool that cannot be read") };
    let kind = declared.kind.as_deref().unwrap_or_default();
    match kind {
        "namespace" if depth < NAMESPACES_MAX => declared.tools.map(|tools| hosted_in(tools, depth + 1)).unwrap_or_default(),
        "shell" if is_local(declared.environment) && declared.container.is_none() => Vec::new(),
        // Its calls then come back as requests for approval, which are judged.
        "mcp" if declared.require_approval.is_none_or(is_always) => Vec::new(),
        "tool_search" if declared.execution.as_deref() == Some("client") => Vec::new(),
        kind if CLIENT_TOOLS.contains(&kind) || kind.starts_with("computer_") => Vec::new(),
        kind if LOOKUPS.iter().any(|family| kind == *family || is_dated(kind, family)) => {
            vec![HostedTool { name: kind.to_owned(), acts: false }]
        }
        "" => acting("a tool without a type"),
        kind => acting(kind),
    }
}

fn is_always(approval: &RawValue) -> bool {
    json::as_string(approval).is_some_and(|approval| approval == "always")
}

/// Whether a shell's environment is the client's own.
fn is_local(environment: Option<&RawValue>) -> bool {
    let Some(environment) = environment else { return true };
    let members = json::members(environment.get().as_bytes()).unwrap_or_default();
    Keys(&members).some("type").and_then(json::as_string).is_some_and(|kind| kind == "local")
}

/// `web_search_2025_08_26` is of the family `web_search`.
fn is_dated(kind: &str, family: &str) -> bool {
    let date = kind.strip_prefix(family).and_then(|rest| rest.strip_prefix('_'));
    date.is_some_and(|date| !date.is_empty() && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_'))
}

/// What the body names that tells conversations apart.
fn identifiers(keys: &Keys<'_, '_>) -> Vec<String> {
    let text = |key: &str| keys.some(key).and_then(json::as_string).map(Cow::into_owned);
    let inner_id = || {
        let members = json::members(keys.some("conversation")?.get().as_bytes()).ok()?;
        Keys(&members).some("id").and_then(json::as_string).map(Cow::into_owned)
    };
    [("prompt_cache_key", text("prompt_cache_key")), ("conversation", text("conversation").or_else(inner_id))]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty() && value.len() <= IDENTIFIER_BYTES_MAX)?)))
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

fn unreadable(error: json::SpanError) -> RequestError {
    RequestError::Unreadable(error.to_string())
}
