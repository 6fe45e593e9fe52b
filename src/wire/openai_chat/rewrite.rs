//! Kept-back frames, written anew because a call in them was withheld.
//!
//! Only the choices concerned change: their calls come out of the frames, and in
//! front of their `finish_reason` go a notice for each withheld call and each
//! remaining call in one piece. Everything else in those frames stays as it came.

use super::call::Call;
use super::element::CALLS;
use crate::json::{self, Member};
use crate::wire::spelling::Keys;
use crate::wire::splice;
use crate::wire::sse::{Framer, write_frame};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What becomes of one choice.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// The notices in place of withheld calls.
    pub(super) notices: Vec<String>,
    /// The calls that remain, in order.
    pub(super) delivered: Vec<Call>,
    /// The index of the first of them.
    pub(super) first_index: usize,
}

/// The frames of one batch being written anew.
pub(super) struct Rewriting {
    /// The members of a chunk of linchpin's own, but for `choices`.
    envelope: String,
    changes: BTreeMap<u64, Change>,
}

impl Rewriting {
    pub(super) fn new(held: &[Vec<u8>], changes: BTreeMap<u64, Change>) -> Self {
        let envelope = held.iter().find_map(|raw| data_of(raw).and_then(|data| envelope(&data)));
        Self { envelope: envelope.unwrap_or_else(stand_in), changes }
    }

    /// Writes every frame, changed or not.
    pub(super) fn write(mut self, held: &[Vec<u8>], out: &mut Vec<u8>) {
        for raw in held {
            let Some(data) = data_of(raw) else { continue };
            if data.trim_ascii() == b"[DONE]" {
                self.write_rest(out);
                out.extend_from_slice(raw);
                continue;
            }
            // A frame that cannot be read was the flaw: it does not leave.
            let Some(frame) = self.frame(&data, out) else { continue };
            match frame {
                Changed::No => out.extend_from_slice(raw),
                Changed::To(data) => write_frame(out, None, data.as_bytes()),
                Changed::Gone => {}
            }
        }
        self.write_rest(out);
    }

    /// Choices whose end did not come: what is said about them goes behind everything.
    fn write_rest(&mut self, out: &mut Vec<u8>) {
        for (index, change) in std::mem::take(&mut self.changes) {
            self.write_change(index, &change, out);
        }
    }

    fn frame(&mut self, data: &[u8], out: &mut Vec<u8>) -> Option<Changed> {
        let members = json::members(data).ok()?;
        let Some(choices) = Keys(&members).some("choices") else { return Some(Changed::No) };
        let mut kept = Vec::new();
        let mut is_changed = false;
        for (position, choice) in json::elements(choices.get().as_bytes()).ok()?.into_iter().enumerate() {
            let choice_members = json::members(choice.get().as_bytes()).ok()?;
            let index = index_of(&choice_members, position)?;
            if !self.changes.contains_key(&index) {
                kept.push(choice.get().to_owned());
                continue;
            }
            is_changed = true;
            let finishes = Keys(&choice_members).some("finish_reason").is_some();
            let calls_remain = self.changes.get(&index).is_some_and(|change| !change.delivered.is_empty() || change.first_index > 0);
            kept.extend(without_calls(&choice_members, calls_remain));
            if finishes && let Some(change) = self.changes.remove(&index) {
                self.write_change(index, &change, out);
            }
        }
        if !is_changed {
            return Some(Changed::No);
        }
        let has_usage = Keys(&members).some("usage").is_some();
        if kept.is_empty() && !has_usage {
            return Some(Changed::Gone);
        }
        let kept = format!("[{}]", kept.join(","));
        let data =
            splice::object(&members, |key, value| Some(if key == "choices" { Cow::Owned(kept.clone()) } else { Cow::Borrowed(value) }));
        Some(Changed::To(splice::on_one_line(&data)))
    }

    fn write_change(&self, index: u64, change: &Change, out: &mut Vec<u8>) {
        for notice in &change.notices {
            self.write_delta(index, &format!(r#"{{"content":"{}"}}"#, json::escape(notice)), out);
        }
        for (offset, call) in change.delivered.iter().enumerate() {
            let delta = match call.index {
                Some(_) => format!(r#"{{"tool_calls":[{}]}}"#, call.written(change.first_index + offset)),
                None => format!(r#"{{"function_call":{}}}"#, call.written_legacy()),
            };
            self.write_delta(index, &delta, out);
        }
    }

    fn write_delta(&self, index: u64, delta: &str, out: &mut Vec<u8>) {
        let envelope = &self.envelope;
        let data = format!(r#"{{{envelope},"choices":[{{"index":{index},"delta":{delta},"logprobs":null,"finish_reason":null}}]}}"#);
        write_frame(out, None, splice::on_one_line(&data).as_bytes());
    }
}

/// What became of one frame.
enum Changed {
    No,
    To(String),
    Gone,
}

/// The choice without its calls; `None` when nothing is left of it.
fn without_calls(members: &[Member<'_>], calls_remain: bool) -> Option<String> {
    let mut says_something = false;
    let mut inner = Vec::new();
    for key in ["delta", "message"] {
        let Some(delta) = Keys(members).some(key) else { continue };
        let delta_members = json::members(delta.get().as_bytes()).ok()?;
        let is_word = |member: &&Member<'_>| !CALLS.contains(&member.key.as_ref()) && member.value.get() != "null";
        says_something |= delta_members.iter().any(|member| is_word(&member));
        inner.push((key, words_only(&delta_members)));
    }
    let finish = Keys(members).some("finish_reason");
    if !says_something && finish.is_none() {
        return None;
    }
    Some(splice::object(members, |key, value| {
        Some(match key {
            "finish_reason" if !calls_remain => Cow::Borrowed(finish_without_calls(value)),
            _ => match inner.iter().find(|(inner_key, _)| *inner_key == key) {
                Some((_, delta)) => Cow::Owned(delta.clone()),
                None => Cow::Borrowed(value),
            },
        })
    }))
}

/// A delta or message without its calls and without fields that may be calls.
fn words_only(members: &[Member<'_>]) -> String {
    let flawed = super::element::flaw_of(members).is_some();
    let is_plain = |value: &str| !value.starts_with('{') && !value.starts_with('[');
    splice::object(members, |key, value| {
        let keeps = !CALLS.contains(&key) && (!flawed || is_plain(value));
        keeps.then_some(Cow::Borrowed(value))
    })
}

/// A `finish_reason` when no call is left: a call's becomes `stop`, others stay.
pub(super) fn finish_without_calls(value: &str) -> &str {
    if matches!(value, r#""tool_calls""# | r#""function_call""#) { r#""stop""# } else { value }
}

fn index_of(members: &[Member<'_>], position: usize) -> Option<u64> {
    match Keys(members).some("index") {
        Some(index) => index.get().parse().ok(),
        None => Some(position as u64),
    }
}

/// The data of one kept-back frame.
fn data_of(raw: &[u8]) -> Option<Vec<u8>> {
    let mut framer = Framer::new(usize::MAX);
    framer.push(raw);
    framer.end();
    framer.next_frame().ok()?.and_then(|frame| frame.data.map(Cow::into_owned))
}

/// The members of a chunk of linchpin's own, but for `choices`, in an answer with this chunk.
pub(super) fn envelope_of(data: &[u8]) -> String {
    envelope(data).unwrap_or_else(stand_in)
}

fn stand_in() -> String {
    r#""id":"chatcmpl-linchpin","object":"chat.completion.chunk","created":0,"model":"""#.to_owned()
}

/// A chunk's members but for `choices` and `usage`, without the braces.
fn envelope(data: &[u8]) -> Option<String> {
    let members = json::members(data).ok()?;
    let is_chunk = Keys(&members).some("choices").is_some();
    let object = splice::object(&members, |key, value| {
        let keeps = !matches!(key, "choices" | "usage" | "obfuscation");
        keeps.then_some(Cow::Borrowed(value))
    });
    let inside = object.strip_prefix('{')?.strip_suffix('}')?;
    (is_chunk && !inside.is_empty()).then(|| inside.to_owned())
}
