//! A Gemini request: where its instructions stand.
//!
//! The pins go to the end of `systemInstruction`, as a text part of their own. Every
//! field may be spelled in two ways, and where the API wants a list it takes one element
//! for it. A count may wrap the request that is counted, and one that does not has no
//! place for instructions: it is wrapped. A cache holds instructions and tools for later
//! requests that only name it: it is pinned when it is made.

use super::place;
use crate::json;
use crate::wire::history::{History, Role};
use crate::wire::request::{Endpoint, HostedTool, Place, Request, RequestError};
use crate::wire::spelling::{Keys, is_field};
use serde_json::value::RawValue;
use std::ops::Range;

/// What the body is read for; lenient readers' other spellings of these are refused.
const FIELDS: [&str; 7] =
    ["contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "cachedContent", "generateContentRequest"];

/// Members of a tool that the agent runs.
const CLIENT_TOOLS: [&str; 2] = ["functionDeclarations", "computerUse"];

/// Members of a tool that the provider runs, and that only look things up.
const LOOKUPS: [&str; 7] =
    ["googleSearch", "googleSearchRetrieval", "enterpriseWebSearch", "googleMaps", "retrieval", "fileSearch", "parallelAiSearch"];

/// Reads a request; see [`Request::read_of`].
pub(in crate::wire) fn read(endpoint: Endpoint, model: Option<&str>, body: &[u8], block: &str) -> Result<Request, RequestError> {
    let members = json::members(body).map_err(unreadable)?;
    let keys = Keys(&members);
    if let Some(alike) = keys.field_alike(&FIELDS) {
        return Err(RequestError::Unreadable(format!("the key `{alike}` is spelled like one that is not it")));
    }
    let is_count = matches!(endpoint, Endpoint::GeminiCountTokens | Endpoint::VertexCountTokens);
    let Some(wrapped) = keys.field("generateContentRequest").filter(|_| is_count) else {
        let whole = Whole { body, keys: &keys, object: 0..body.len() };
        let mut request = whole.read(endpoint, block)?;
        if endpoint == Endpoint::GeminiCountTokens && keys.field_or_null("systemInstruction").is_none() {
            request.place = place::wrapped(body, model, block).ok_or_else(|| RequestError::Unreadable("it names no model".into()))?;
        }
        return Ok(request);
    };
    if keys.field("contents").is_some() {
        return Err(RequestError::Unreadable("it has `contents` beside a `generateContentRequest`".into()));
    }
    let inner = json::members(wrapped.get().as_bytes()).map_err(unreadable)?;
    if let Some(alike) = Keys(&inner).field_alike(&FIELDS) {
        return Err(RequestError::Unreadable(format!("the key `{alike}` is spelled like one that is not it")));
    }
    let object = json::span_in(body, wrapped.get()).ok_or_else(|| RequestError::Unreadable("it has no place".into()))?;
    Whole { body, keys: &Keys(&inner), object }.read(endpoint, block)
}

/// The object that holds a whole request: the body, or what a count wraps.
struct Whole<'b, 'k, 'm> {
    body: &'b [u8],
    keys: &'k Keys<'b, 'm>,
    object: Range<usize>,
}

impl<'b> Whole<'b, '_, '_> {
    fn read(&self, endpoint: Endpoint, block: &str) -> Result<Request, RequestError> {
        let contents = self.keys.field("contents").filter(|contents| contents.get().starts_with(['[', '{', '"']));
        if contents.is_none() && endpoint != Endpoint::GeminiCache {
            return Err(RequestError::Unreadable("it has no `contents`".into()));
        }
        if self.keys.field("cachedContent").is_some() {
            return Err(CACHED);
        }
        let history = contents.and_then(|contents| self.span(contents));
        Ok(Request {
            // The path names it.
            model: None,
            streams: endpoint == Endpoint::GeminiStream,
            place: self.place(block)?,
            tools: self.keys.field("tools").and_then(|tools| self.span(tools)).into_iter().collect(),
            hosted: self.keys.field("tools").map(hosted).unwrap_or_default(),
            system: self.keys.field("systemInstruction").and_then(|system| self.span(system)),
            first_user: history.clone().and_then(|history| first_user(self.body, history)),
            history,
            identifiers: Vec::new(),
            continues: None,
            is_kept: false,
        })
    }

    fn span(&self, value: &RawValue) -> Option<Range<usize>> {
        json::span_in(self.body, value.get())
    }

    fn place(&self, block: &str) -> Result<Place, RequestError> {
        let found = match self.keys.field_or_null("systemInstruction") {
            Some(system) => place::in_content(self.body, system, block),
            None => place::as_member(self.body, &self.object, self.keys.0.is_empty()),
        };
        found.ok_or_else(|| RequestError::Unreadable("its `systemInstruction` is no content".into()))
    }
}

/// Instructions and tools that stand in a cache that nobody here has seen.
const CACHED: RequestError = RequestError::Refused {
    setting: "cachedContent",
    why: "the pins would not stand in that cache; send the whole request instead",
    code: None,
};

/// The first thing that is said as the user.
fn first_user(body: &[u8], history: Range<usize>) -> Option<Range<usize>> {
    let history = History::new(body, history);
    let first = history.turns().find(|turn| turn.role == Role::User)?;
    history.spans().nth(first.place)?
}

/// Tools that the provider runs itself, by the member that declares them.
fn hosted(tools: &RawValue) -> Vec<HostedTool> {
    let elements = match tools.get().starts_with('{') {
        true => vec![tools],
        false => json::elements(tools.get().as_bytes()).unwrap_or_default(),
    };
    elements.into_iter().flat_map(hosted_in).collect()
}

fn hosted_in(tool: &RawValue) -> Vec<HostedTool> {
    let Ok(members) = json::members(tool.get().as_bytes()) else {
        return vec![HostedTool { name: "a tool that cannot be read".into(), acts: true }];
    };
    let is_one_of = |key: &str, names: &[&str]| names.iter().any(|name| is_field(key, name));
    let hosted = members.iter().filter(|member| member.value.get() != "null" && !is_one_of(&member.key, &CLIENT_TOOLS));
    hosted.map(|member| HostedTool { name: member.key.as_ref().to_owned(), acts: !is_one_of(&member.key, &LOOKUPS) }).collect()
}

fn unreadable(error: json::SpanError) -> RequestError {
    RequestError::Unreadable(error.to_string())
}

#[cfg(test)]
mod tests;
