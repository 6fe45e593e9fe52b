//! An answer that was not streamed.
//!
//! The whole body is read and its calls are proposed. A withheld one is replaced
//! where it stands by a text block; a body without `content` is an error or a
//! count, and holds no call.

use super::block::{self, Kind};
use super::call::Call;
use super::rewrite;
use crate::json;
use crate::wire::gate::{BodyError, BodyGate, Plan, Ruling};
use crate::wire::spelling::Keys;
use crate::wire::splice::Edits;
use serde_json::value::RawValue;
use std::ops::Range;

/// Where the blocks of a body stand.
#[derive(Debug)]
pub(in crate::wire) struct BodyPlan {
    blocks: Vec<(Kind, Range<usize>)>,
}

/// The largest arguments need no bound of their own here: the body has one.
const UNBOUNDED: usize = usize::MAX;

/// Reads a body; see [`BodyGate::read`].
pub(in crate::wire) fn read(body: &[u8]) -> Result<BodyGate, BodyError> {
    let members = json::members(body).map_err(unreadable)?;
    let keys = Keys(&members);
    if let Some(alike) = keys.alike(&["type", "content", "stop_reason", "stop_sequence"]) {
        return Err(BodyError(format!("the key `{alike}` is spelled like one that is not it")));
    }
    if members.iter().any(|member| member.key != "content" && block::holds_call(member.value)) {
        return Err(BodyError("there is a call outside its `content`".into()));
    }
    let untouched = || BodyGate { proposals: Vec::new(), plan: Plan::Untouched, id: None, summaries: Vec::new() };
    let Some(content) = keys.some("content") else { return Ok(untouched()) };
    if json::as_string(content).is_some() {
        return Ok(untouched());
    }
    let blocks = json::elements(content.get().as_bytes()).map_err(unreadable)?;
    let kinds: Vec<Kind> = blocks.iter().map(|block| Kind::of(block)).collect();
    let acting = blocks.iter().zip(&kinds).filter(|(_, kind)| kind.acts());
    let proposals: Vec<_> = acting.map(|(block, _)| Call::begin(block, UNBOUNDED).proposal()).collect();
    if proposals.is_empty() {
        return Ok(untouched());
    }
    let span = |block: &RawValue| json::span_in(body, block.get());
    let spans: Option<Vec<_>> = blocks.iter().map(|block| span(block)).collect();
    let spans = spans.ok_or_else(|| BodyError("a block stands outside its body".into()))?;
    Ok(BodyGate {
        proposals,
        plan: Plan::Anthropic(BodyPlan { blocks: kinds.into_iter().zip(spans).collect() }),
        id: None,
        summaries: Vec::new(),
    })
}

impl BodyPlan {
    /// See [`BodyGate::rewrite`].
    pub(in crate::wire) fn rewrite(self, body: &[u8], rulings: &[Ruling]) -> Option<Vec<u8>> {
        let mut rulings = rulings.iter();
        let mut edits = Edits::new();
        let (mut is_withheld, mut calls_remain) = (false, false);
        let mut end = 0;
        for (kind, range) in &self.blocks {
            if is_withheld && *kind == Kind::Bound {
                edits.replace(end..self.blocks.last()?.1.end, "");
                break;
            }
            end = range.end;
            match kind.acts().then(|| rulings.next()) {
                None => {}
                Some(Some(Ruling::Release)) => calls_remain |= *kind == Kind::Call,
                Some(ruling) => {
                    is_withheld = true;
                    edits.replace(range.clone(), rewrite::text_block(notice(ruling)));
                }
            }
        }
        if is_withheld && !calls_remain {
            rewrite::end_turn(body, body, &mut edits)?;
        }
        edits.apply(body)
    }
}

/// What is said in place of a call; a call without a ruling is not delivered.
fn notice(ruling: Option<&Ruling>) -> &str {
    match ruling {
        Some(Ruling::Withhold(notice)) => notice,
        Some(Ruling::Release) | None => "",
    }
}

fn unreadable(error: json::SpanError) -> BodyError {
    BodyError(error.to_string())
}
