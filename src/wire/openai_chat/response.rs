//! A Chat Completions answer that was not streamed.
//!
//! The whole body is read, every choice's calls are proposed, and what is withheld
//! is cut out of the bytes: the notice goes to the end of the message's content,
//! `tool_calls` keeps the elements that remain, and a choice without calls ends
//! with `stop`.

use super::call::Call;
use super::element;
use super::rewrite::finish_without_calls;
use crate::call::{Flaw, Proposal};
use crate::json;
use crate::wire::gate::{BodyError, BodyGate, Plan, Ruling};
use crate::wire::spelling::Keys;
use crate::wire::splice::{self, Edits};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::Range;

/// Where the calls of a body stand.
#[derive(Debug)]
pub(in crate::wire) struct BodyPlan {
    choices: Vec<ChoicePlan>,
}

#[derive(Debug)]
struct ChoicePlan {
    /// The message object.
    message: Range<usize>,
    /// The value of `finish_reason`.
    finish: Option<Range<usize>>,
    /// Each proposal of this choice, in order.
    parts: Vec<Part>,
}

/// What a proposal is, inside the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The element of `tool_calls` at this position.
    Call(usize),
    /// `function_call`.
    Function,
    /// A field that may carry an action.
    Unknown,
}

/// The largest arguments need no bound of their own here: the body has one.
const UNBOUNDED: usize = usize::MAX;

/// The longest id of an answer that is remembered, in bytes.
pub(super) const ID_BYTES_MAX: usize = 1024;

/// Reads a body; see [`BodyGate::read`].
pub(in crate::wire) fn read(body: &[u8]) -> Result<BodyGate, BodyError> {
    let members = json::members(body).map_err(unreadable)?;
    let keys = Keys(&members);
    if let Some(alike) = keys.alike(&["choices", "error"]) {
        return Err(BodyError(format!("the key `{alike}` is spelled like one that is not it")));
    }
    let Some(choices) = keys.some("choices") else {
        return Ok(BodyGate { proposals: Vec::new(), plan: Plan::Untouched, id: None, summaries: Vec::new() });
    };
    let id = keys.some("id").and_then(json::as_string).filter(|id| !id.is_empty() && id.len() <= ID_BYTES_MAX).map(Cow::into_owned);
    let mut proposals = Vec::new();
    let mut plans = Vec::new();
    for choice in json::elements(choices.get().as_bytes()).map_err(unreadable)? {
        plans.extend(read_choice(body, choice, &mut proposals)?);
    }
    let plan = if proposals.is_empty() { Plan::Untouched } else { Plan::OpenaiChat(BodyPlan { choices: plans }) };
    Ok(BodyGate { proposals, plan, id, summaries: Vec::new() })
}

fn read_choice(body: &[u8], choice: &RawValue, proposals: &mut Vec<Proposal>) -> Result<Option<ChoicePlan>, BodyError> {
    let members = json::members(choice.get().as_bytes()).map_err(unreadable)?;
    let keys = Keys(&members);
    if keys.alike(&["message", "delta", "finish_reason"]).is_some() || keys.some("delta").is_some() {
        return Err(BodyError("a choice is not spelled as an answer's".into()));
    }
    let Some(message) = keys.some("message") else { return Ok(None) };
    let mut parts = Vec::new();
    let message_members = json::members(message.get().as_bytes()).map_err(unreadable)?;
    let inner = Keys(&message_members);
    if let Some(calls) = inner.some("tool_calls") {
        for (position, element) in json::elements(calls.get().as_bytes()).map_err(unreadable)?.into_iter().enumerate() {
            let mut call = Call::at(Some(position as u64));
            call.take(element, UNBOUNDED);
            proposals.push(call.proposal());
            parts.push(Part::Call(position));
        }
    }
    if let Some(function) = inner.some("function_call") {
        let mut call = Call::at(None);
        call.take_function(function, UNBOUNDED);
        proposals.push(call.proposal());
        parts.push(Part::Function);
    }
    if let Some(flaw) = element::flaw_of(&message_members) {
        proposals.push(flawed(flaw));
        parts.push(Part::Unknown);
    }
    let span = |value: &RawValue| json::span_in(body, value.get());
    let outside = || BodyError("a message stands outside its body".into());
    Ok(Some(ChoicePlan { message: span(message).ok_or_else(outside)?, finish: keys.some("finish_reason").and_then(span), parts }))
}

fn flawed(flaw: Flaw) -> Proposal {
    let mut call = Call::at(None);
    call.mar(flaw);
    call.proposal()
}

impl BodyPlan {
    /// See [`BodyGate::rewrite`].
    pub(in crate::wire) fn rewrite(self, body: &[u8], rulings: &[Ruling]) -> Option<Vec<u8>> {
        let mut rulings = rulings.iter();
        let mut edits = Edits::new();
        for choice in &self.choices {
            let ruled: Vec<(Part, &Ruling)> = choice.parts.iter().copied().zip(rulings.by_ref()).collect();
            let notices: Vec<&str> = ruled.iter().filter_map(|(_, ruling)| notice(ruling)).collect();
            if notices.is_empty() {
                continue;
            }
            let withheld: Vec<Part> = ruled.iter().filter(|(_, ruling)| notice(ruling).is_some()).map(|(part, _)| *part).collect();
            let message = body.get(choice.message.clone())?;
            edits.replace(choice.message.clone(), rewritten(message, &withheld, &notices.join("\n\n"))?);
            let calls_remain = ruled.iter().any(|(part, ruling)| *part != Part::Unknown && notice(ruling).is_none());
            if let (false, Some(finish)) = (calls_remain, choice.finish.clone()) {
                let value = std::str::from_utf8(body.get(finish.clone())?).ok()?;
                edits.replace(finish, finish_without_calls(value));
            }
        }
        edits.apply(body)
    }
}

fn notice(ruling: &Ruling) -> Option<&str> {
    match ruling {
        Ruling::Withhold(notice) => Some(notice),
        Ruling::Release => None,
    }
}

/// A message without its withheld calls, the notice at the end of its content.
fn rewritten(message: &[u8], withheld: &[Part], notice: &str) -> Option<String> {
    let members = json::members(message).ok()?;
    let keys = Keys(&members);
    let calls = match keys.some("tool_calls") {
        Some(calls) => kept_calls(calls, withheld)?,
        None => None,
    };
    let is_plain = |value: &str| !value.starts_with('{') && !value.starts_with('[');
    let without_unknown = withheld.contains(&Part::Unknown);
    let content = keys.some("content").filter(|content| !without_unknown || is_plain(content.get()));
    let content = content_with(content, notice)?;
    let mut written = splice::object(&members, |key, value| match key {
        "content" => Some(Cow::Owned(content.clone())),
        "tool_calls" => calls.clone().map(Cow::Owned),
        "function_call" if withheld.contains(&Part::Function) => None,
        _ if without_unknown && !is_plain(value) => None,
        _ => Some(Cow::Borrowed(value)),
    });
    if keys.get("content").is_none() {
        let separator = if written == "{}" { "" } else { "," };
        written.truncate(written.len().saturating_sub(1));
        written.push_str(&format!("{separator}\"content\":{content}}}"));
    }
    Some(written)
}

/// The elements of `tool_calls` that stay; inner `None`: none does, and the key goes.
fn kept_calls(calls: &RawValue, withheld: &[Part]) -> Option<Option<String>> {
    let elements = json::elements(calls.get().as_bytes()).ok()?;
    let stays = |position: usize| !withheld.contains(&Part::Call(position));
    let kept: Vec<&str> = elements.iter().enumerate().filter(|(position, _)| stays(*position)).map(|(_, element)| element.get()).collect();
    Some((!kept.is_empty()).then(|| format!("[{}]", kept.join(","))))
}

/// The content with a notice behind it.
fn content_with(content: Option<&RawValue>, notice: &str) -> Option<String> {
    let notice = json::escape(notice);
    let Some(content) = content else { return Some(format!("\"{notice}\"")) };
    let Some(text) = json::as_string(content) else {
        let parts = json::elements(content.get().as_bytes()).ok()?;
        let kept = parts.iter().map(|part| part.get().to_owned());
        let all: Vec<String> = kept.chain([format!(r#"{{"type":"text","text":"{notice}"}}"#)]).collect();
        return Some(format!("[{}]", all.join(",")));
    };
    let separator = if text.is_empty() { "" } else { r"\n\n" };
    Some(format!("{}{separator}{notice}\"", content.get().strip_suffix('"')?))
}

fn unreadable(error: json::SpanError) -> BodyError {
    BodyError(error.to_string())
}
