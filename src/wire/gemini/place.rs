//! Where the pins go in a Gemini request: a text part at the end of its instructions.

use crate::json;
use crate::wire::request::Place;
use crate::wire::spelling::Keys;
use serde_json::value::RawValue;
use std::ops::Range;

const PART: (&str, &str) = (r#"{"text":""#, r#""}"#);

/// The place inside `systemInstruction`, which is part of `body`. `None`: it is nothing
/// that instructions can be.
pub(super) fn in_content(body: &[u8], system: &RawValue, block: &str) -> Option<Place> {
    if system.get() == "null" {
        return between(json::span_in(body, system.get())?, &format!(r#"{{"parts":[{}"#, PART.0), &format!("{}]}}", PART.1));
    }
    if system.get().starts_with('"') {
        return crate::wire::place::end_of(body, system, "text", block);
    }
    let members = json::members(system.get().as_bytes()).ok()?;
    let Some(parts) = Keys(&members).field_or_null("parts") else {
        if Keys(&members).field_alike(&["parts"]).is_some() {
            return None;
        }
        let at = json::span_in(body, system.get())?.start + 1;
        let comma = if members.is_empty() { "" } else { "," };
        return between(at..at, &format!(r#""parts":[{}"#, PART.0), &format!("{}]{comma}", PART.1));
    };
    in_parts(body, parts, block)
}

fn in_parts(body: &[u8], parts: &RawValue, block: &str) -> Option<Place> {
    let span = json::span_in(body, parts.get())?;
    match parts.get().as_bytes().first()? {
        b'n' => between(span, &format!("[{}", PART.0), &format!("{}]", PART.1)),
        // One part in place of a list of one.
        b'{' if is_block(parts, block) => Some(Place::Already),
        b'{' | b'"' => between(span, &format!("[{},{}", parts.get(), PART.0), &format!("{}]", PART.1)),
        b'[' => {
            let elements = json::elements(parts.get().as_bytes()).ok()?;
            if elements.last().is_some_and(|last| is_block(last, block)) {
                return Some(Place::Already);
            }
            let at = span.end.checked_sub(1)?;
            let comma = if elements.is_empty() { "" } else { "," };
            between(at..at, &format!("{comma}{}", PART.0), PART.1)
        }
        _ => None,
    }
}

/// Instructions for a request that has none: a member at the head of its object.
pub(super) fn as_member(body: &[u8], object: &Range<usize>, is_only: bool) -> Option<Place> {
    let at = object.start + body.get(object.clone())?.iter().position(|byte| *byte == b'{')? + 1;
    let comma = if is_only { "" } else { "," };
    between(at..at, &format!(r#""systemInstruction":{{"parts":[{}"#, PART.0), &format!("{}]}}{comma}", PART.1))
}

/// The place in a count that has no instructions: the whole of it is wrapped, since what
/// counts bare contents takes nothing else. `None`: no model is known.
pub(super) fn wrapped(body: &[u8], model: Option<&str>, block: &str) -> Option<Place> {
    if block.is_empty() {
        return Some(Place::Already);
    }
    let model = json::escape(model?);
    let text = std::str::from_utf8(body).ok()?.trim_ascii();
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let head = format!(r#"{{"generateContentRequest":{{"model":"models/{model}","systemInstruction":{{"parts":[{}"#, PART.0);
    between(0..body.len(), &head, &format!("{}]}},{inner}}}}}", PART.1))
}

/// Whether a part is the one that would be appended.
fn is_block(part: &RawValue, block: &str) -> bool {
    let Ok(members) = json::members(part.get().as_bytes()) else { return false };
    members.len() == 1 && Keys(&members).some("text").and_then(json::as_string).is_some_and(|text| text == block)
}

fn between(range: Range<usize>, before: &str, after: &str) -> Option<Place> {
    Some(Place::Between { range, before: before.to_owned(), after: after.to_owned() })
}
