//! What a provider keeps and gives out again: answers, items, messages, by their ids.
//!
//! The provider's copy is the original. A call that was withheld from the agent is
//! still in it, so whoever reads the copy meets the same gate as whoever asked the
//! model. Here pages of such things are taken apart into pieces that a gate can read,
//! and put together again.

mod page;
mod replay;

pub use page::{Aliases, Page, Shape};
pub use replay::Replay;

use super::spelling::Keys;
use crate::json;
use memchr::memmem;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::ops::Range;

/// The most bytes of declared tools that are remembered for an answer that is read later.
pub const DECLARED_BYTES_MAX: usize = 1 << 20;

/// What became of one call, for whoever reads it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fate {
    /// Which call exactly.
    pub digest: String,
    /// What the agent was told in its place; `None`: it was delivered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub told: Option<Told>,
}

/// The words in a withheld call's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// As the agent got them.
    pub said: String,
    /// Without the hold's code.
    pub plain: String,
    /// The hold's code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
}

/// Whether a Responses request is answered later: by then it has nothing but an id.
pub fn is_background(body: &[u8]) -> bool {
    // Hardly any request has one, and most are long.
    if memmem::find(body, b"background").is_none() && memmem::find(body, br"\u").is_none() {
        return false;
    }
    let members = json::members(body).unwrap_or_default();
    Keys(&members).some("background").is_some_and(|value| value.get() != "false")
}

/// The tools that a body declares in these places, as one array. `None`: it is longer
/// than is remembered, or cannot be read.
pub fn declared(body: &[u8], tools: &[Range<usize>]) -> Option<String> {
    let mut all = Vec::new();
    for range in tools {
        all.extend(json::elements(body.get(range.clone())?).ok()?.into_iter().map(RawValue::get));
    }
    let bytes: usize = all.iter().map(|tool| tool.len() + 1).sum();
    (bytes < DECLARED_BYTES_MAX).then(|| format!("[{}]", all.join(",")))
}

/// The tools that a response says it was made with.
pub fn echoed_tools(body: &[u8]) -> Option<String> {
    let members = json::members(body).ok()?;
    let tools = Keys(&members).some("tools").map(RawValue::get).filter(|tools| tools.starts_with('['))?;
    (tools.len() <= DECLARED_BYTES_MAX).then(|| tools.to_owned())
}

/// The id of something kept.
pub fn id_of(body: &[u8]) -> Option<String> {
    let members = json::members(body).ok()?;
    let id = Keys(&members).some("id").and_then(json::as_string)?;
    (!id.is_empty() && id.len() <= ID_BYTES_MAX).then(|| id.into_owned())
}

/// The longest id that is taken for one, in bytes.
const ID_BYTES_MAX: usize = 1024;

/// The request that adding these items amounts to: as if they were handed in to be
/// answered in that conversation. `None`: the body brings no items.
pub fn as_request(body: &[u8], conversation: &str) -> Result<Option<String>, json::SpanError> {
    if body.trim_ascii().is_empty() {
        return Ok(None);
    }
    let members = json::members(body)?;
    let keys = Keys(&members);
    if let Some(alike) = keys.alike(&["items"]) {
        return Err(json::SpanError::SameKey("items".into(), alike.into()));
    }
    let Some(items) = keys.some("items").map(RawValue::get) else { return Ok(None) };
    Ok(Some(format!(r#"{{"conversation":"{}","input":{items}}}"#, json::escape(conversation))))
}

#[cfg(test)]
mod tests;
