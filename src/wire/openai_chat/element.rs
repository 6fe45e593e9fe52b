//! What a delta or message may hold besides calls.
//!
//! The fields that are known to be words, thoughts or bookkeeping are listed. A
//! field that is not may be a way to call a tool that linchpin has not heard of: if
//! it holds more than a plain value, it counts as an action.

use crate::call::Flaw;
use crate::json::{self, Member};
use crate::wire::spelling::Keys;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Fields that carry calls.
pub(super) const CALLS: [&str; 2] = ["tool_calls", "function_call"];

/// Fields of a message or delta that carry no action: the API's own, then what
/// compatible servers add (reasoning text, search results, safety annotations).
const WORDS: [&str; 20] = [
    "role",
    "content",
    "content_parts",
    "refusal",
    "name",
    "audio",
    "annotations",
    "logprobs",
    "obfuscation",
    "index",
    "reasoning",
    "reasoning_content",
    "reasoning_details",
    "reasoning_text",
    "thinking",
    "thinking_blocks",
    "images",
    "citations",
    "content_filter_results",
    "provider_specific_fields",
];

/// Types of a content part that carry no action.
const PARTS: [&str; 12] = [
    "text",
    "file",
    "output_text",
    "refusal",
    "thinking",
    "reasoning",
    "redacted_thinking",
    "reference",
    "image_url",
    "image",
    "input_audio",
    "audio",
];

/// Why a message or delta cannot be taken to be words and known calls only.
pub(super) fn flaw_of(members: &[Member<'_>]) -> Option<Flaw> {
    if let Some(alike) = Keys(members).alike(&CALLS) {
        return Some(Flaw::Frame(format!("the key `{alike}`")));
    }
    let contents = ["content", "content_parts"].into_iter().filter_map(|key| Keys(members).some(key));
    if let Some(part) = contents.filter_map(unknown_part).next() {
        return Some(Flaw::UnknownItem(part));
    }
    let is_known = |member: &&Member<'_>| WORDS.contains(&member.key.as_ref()) || CALLS.contains(&member.key.as_ref());
    let unknown = members.iter().filter(|member| !is_known(member)).find(|member| holds_more(member.value));
    unknown.map(|member| Flaw::UnknownItem(member.key.clone().into_owned()))
}

/// Whether a value is more than a plain one.
fn holds_more(value: &RawValue) -> bool {
    let value = value.get();
    (value.starts_with('{') || value.starts_with('[')) && !matches!(value, "{}" | "[]")
}

/// The type of a content part that is not known to carry no action.
fn unknown_part(content: &RawValue) -> Option<String> {
    #[derive(Deserialize)]
    struct Part<'a> {
        #[serde(borrow, default, rename = "type")]
        kind: Cow<'a, str>,
    }
    if !content.get().starts_with('[') {
        return content.get().starts_with('{').then(|| "content".to_owned());
    }
    let parts = json::elements(content.get().as_bytes()).ok()?;
    let kind =
        |part: &RawValue| serde_json::from_str::<Part<'_>>(part.get()).map_or_else(|_| "content".to_owned(), |p| p.kind.into_owned());
    parts.into_iter().filter(|part| !part.get().starts_with('"')).map(kind).find(|kind| !PARTS.contains(&kind.as_str()))
}
