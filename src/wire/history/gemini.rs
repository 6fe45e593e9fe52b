//! The parts of Gemini's `contents`.
//!
//! A part says what it is by the fields it has, each in one of two spellings, and may
//! have several of them: words and a call at once, words and a tool's result. Calls and
//! results are tied by an id if they have one; where they have none, only the tool's
//! name says which belongs to which.

use super::turn::{PARTS_MAX, Part, Role};
use crate::json;
use crate::wire::spelling::Keys;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// How deep a tool's result is looked into for texts.
const NESTING_MAX: usize = 8;

/// Shows the parts of one content to `push`, in order. `None`: they cannot be read.
pub(super) fn parts<'a>(body: &'a [u8], parts: &'a RawValue, role: Role, push: &mut dyn FnMut(Part<'a>)) -> Option<()> {
    if !parts.get().starts_with('[') {
        // The API takes one part for a list of one.
        return part(body, parts, role, push);
    }
    json::elements(parts.get().as_bytes()).ok()?.into_iter().try_for_each(|element| part(body, element, role, push))
}

fn part<'a>(body: &'a [u8], element: &'a RawValue, role: Role, push: &mut dyn FnMut(Part<'a>)) -> Option<()> {
    if element.get().starts_with('"') {
        push(Part::Text { text: json::as_string(element)?, span: json::span_in(body, element.get())? });
        return Some(());
    }
    let members = json::members(element.get().as_bytes()).ok()?;
    let keys = Keys(&members);
    let is_thought = role == Role::Assistant && keys.some("thought").is_some_and(|value| value.get() == "true");
    let mut is_known = false;
    if let Some(text) = keys.some("text").filter(|_| !is_thought) {
        push(Part::Text { text: json::as_string(text)?, span: json::span_in(body, text.get())? });
        is_known = true;
    }
    for key in ["functionCall", "toolCall", "executableCode"] {
        if let Some(call) = keys.field(key) {
            let members = json::members(call.get().as_bytes()).ok()?;
            let tool = text(&members, "name").or_else(|| text(&members, "toolType")).unwrap_or(Cow::Borrowed(key));
            push(Part::Call { id: text(&members, "id"), tool: Some(tool) });
            is_known = true;
        }
    }
    for key in ["functionResponse", "toolResponse", "codeExecutionResult"] {
        if let Some(result) = keys.field(key) {
            push(result_part(result)?);
            is_known = true;
        }
    }
    if !is_known {
        push(Part::Other { span: json::span_in(body, element.get())? });
    }
    Some(())
}

/// What a tool gave back: every text in it, however deep.
fn result_part(result: &RawValue) -> Option<Part<'_>> {
    let members = json::members(result.get().as_bytes()).ok()?;
    let call = text(&members, "id");
    let tool = text(&members, "name").or_else(|| text(&members, "toolType")).filter(|_| call.is_none());
    let mut texts = Vec::new();
    for member in members.iter().filter(|member| !matches!(member.key.as_ref(), "id" | "name")) {
        texts_in(member.value, 0, &mut texts);
    }
    Some(Part::Result { call, tool, texts })
}

fn text<'a>(members: &[json::Member<'a>], key: &str) -> Option<Cow<'a, str>> {
    Keys(members).field(key).and_then(json::as_string)
}

/// The texts of a value, decoded; numbers and the like, and what is nested deeper than
/// is looked into, as they stand.
fn texts_in<'a>(value: &'a RawValue, depth: usize, texts: &mut Vec<Cow<'a, str>>) {
    if texts.len() >= PARTS_MAX {
        return;
    }
    let raw = value.get();
    let inner: Option<Vec<&RawValue>> = match raw.as_bytes().first() {
        Some(b'{') if depth < NESTING_MAX => {
            json::members(raw.as_bytes()).ok().map(|members| members.iter().map(|member| member.value).collect())
        }
        Some(b'[') if depth < NESTING_MAX => json::elements(raw.as_bytes()).ok(),
        _ => None,
    };
    match inner {
        Some(inner) => inner.into_iter().for_each(|value| texts_in(value, depth + 1, texts)),
        None => texts.push(json::as_string(value).unwrap_or(Cow::Borrowed(raw))),
    }
}
