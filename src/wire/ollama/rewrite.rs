//! An object written anew because something in it was withheld.
//!
//! The calls concerned come out of its `tool_calls`, fields that may act come out as a
//! whole, and the notice goes to the end of its words. Everything around the message
//! stays byte for byte as it came, and so do the calls that remain.

use super::line::{Part, may_act, may_act_in_message, message_of};
use crate::json;
use crate::wire::spelling::Keys;
use crate::wire::splice::{self, Edits};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The object without what was withheld. `has_spoken`: words stand before it in the same
/// answer. `None`: it has no place for words, and is left out as a whole.
pub(super) fn without(data: &[u8], withheld: &[Part], notice: &str, has_spoken: bool) -> Option<Vec<u8>> {
    if withheld.contains(&Part::Whole) {
        return None;
    }
    let members = json::members(data).ok()?;
    let keys = Keys(&members);
    let (old, new) = match message_of(&keys) {
        Some(message) => (message, message_without(message, withheld, notice, has_spoken)?),
        None => (keys.some("response")?, words_with(keys.some("response"), notice, has_spoken)?),
    };
    if withheld.contains(&Part::Unknown) {
        let written = splice::object(&members, |key, value| match key {
            _ if std::ptr::eq(value, old.get()) => Some(Cow::Owned(new.clone())),
            _ => (!may_act(key, value)).then_some(Cow::Borrowed(value)),
        });
        return Some(written.into_bytes());
    }
    let mut edits = Edits::new();
    edits.replace(json::span_in(data, old.get())?, new);
    edits.apply(data)
}

fn message_without(message: &RawValue, withheld: &[Part], notice: &str, has_spoken: bool) -> Option<String> {
    let members = json::members(message.get().as_bytes()).ok()?;
    let keys = Keys(&members);
    let calls = match keys.some("tool_calls") {
        Some(calls) => kept(calls, withheld)?,
        None => None,
    };
    let drops = |key: &str, value: &str| withheld.contains(&Part::Unknown) && may_act_in_message(key, value);
    let content = keys.some("content").filter(|content| !drops("content", content.get()));
    let content = words_with(content, notice, has_spoken)?;
    let written = splice::object(&members, |key, value| match key {
        "content" => Some(Cow::Owned(content.clone())),
        "tool_calls" => calls.clone().map(Cow::Owned),
        _ => (!drops(key, value)).then_some(Cow::Borrowed(value)),
    });
    if keys.get("content").is_some() {
        return Some(written);
    }
    let inside = written.strip_suffix('}')?;
    let separator = if inside == "{" { "" } else { "," };
    Some(format!("{inside}{separator}\"content\":{content}}}"))
}

/// The elements of `tool_calls` that stay; inner `None`: none does, and the key goes.
fn kept(calls: &RawValue, withheld: &[Part]) -> Option<Option<String>> {
    let elements = json::elements(calls.get().as_bytes()).ok()?;
    let stays = |position: usize| !withheld.contains(&Part::Call(position));
    let kept: Vec<&str> = elements.iter().enumerate().filter(|(position, _)| stays(*position)).map(|(_, element)| element.get()).collect();
    Some((!kept.is_empty()).then(|| format!("[{}]", kept.join(","))))
}

/// Words with a notice behind them, as a JSON string.
fn words_with(words: Option<&RawValue>, notice: &str, has_spoken: bool) -> Option<String> {
    let notice = json::escape(notice);
    let own = words.and_then(json::as_string).filter(|own| !own.is_empty());
    let gap = if own.is_some() || has_spoken { r"\n\n" } else { "" };
    match words.filter(|_| own.is_some()) {
        Some(words) => Some(format!("{}{gap}{notice}\"", words.get().strip_suffix('"')?)),
        None => Some(format!("\"{gap}{notice}\"")),
    }
}
