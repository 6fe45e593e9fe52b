//! The instruction place inside one value: a string, or an array of text parts.
//!
//! Every dialect has such a value somewhere (a system message's `content`,
//! `system`, `instructions`); how a block is put at its end is the same everywhere.

use super::request::Place;
use crate::json;
use serde_json::value::RawValue;

/// Where a block goes inside `value`, which is part of `body`. `None`: the value is
/// neither string, null nor array.
pub(super) fn end_of(body: &[u8], value: &RawValue, part_type: &'static str, block: &str) -> Option<Place> {
    let range = json::span_in(body, value.get())?;
    if value.get() == "null" {
        return Some(Place::StringValue { range });
    }
    if let Some(text) = json::as_string(value) {
        return Some(match text.as_ref() {
            "" => Place::StringValue { range },
            text if ends_with_block(text, block) => Place::Already,
            _ => Place::StringEnd { at: range.end.checked_sub(1)? },
        });
    }
    let parts = json::elements(value.get().as_bytes()).ok()?;
    if parts.last().is_some_and(|part| part_is_block(part, block)) {
        return Some(Place::Already);
    }
    Some(Place::PartsEnd { at: range.end.checked_sub(1)?, is_first: parts.is_empty(), part_type })
}

/// Whether a text ends exactly as it would after the block was appended to it, or
/// is nothing but the block.
fn ends_with_block(text: &str, block: &str) -> bool {
    text.strip_suffix(block).is_some_and(|before| before.is_empty() || before.ends_with("\n\n"))
}

/// Whether a part is the text part that would be appended.
fn part_is_block(part: &RawValue, block: &str) -> bool {
    let Ok(members) = json::members(part.get().as_bytes()) else { return false };
    members.len() == 2 && members.iter().any(|m| m.key == "text" && json::as_string(m.value).is_some_and(|text| text == block))
}
