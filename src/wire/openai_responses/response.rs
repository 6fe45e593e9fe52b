//! An answer that was not streamed.
//!
//! The whole body is read and its calls are proposed. A withheld one is replaced
//! where it stands by a message; a body without `output` is an error or a count,
//! and holds no call.

use super::output::Output;
use super::rewrite::Message;
use crate::wire::gate::{BodyError, BodyGate, Plan, Ruling};
use crate::wire::server_held::Unanswered;
use crate::wire::splice::Edits;
use std::ops::Range;

/// Where the calls of a body stand.
#[derive(Debug)]
pub(in crate::wire) struct BodyPlan {
    calls: Vec<Place>,
}

/// One call's item.
#[derive(Debug)]
struct Place {
    index: u64,
    item_id: String,
    unanswered: Option<Unanswered>,
    range: Range<usize>,
}

/// The largest arguments need no bound of their own here: the body has one.
const UNBOUNDED: usize = usize::MAX;

/// Reads a body; see [`BodyGate::read`].
pub(in crate::wire) fn read(body: &[u8]) -> Result<BodyGate, BodyError> {
    let output = Output::read(body, body, UNBOUNDED).map_err(|flaw| BodyError(flaw.to_string()))?;
    let (mut proposals, mut calls) = (Vec::new(), Vec::new());
    for (index, ((_, reading), range)) in output.items.into_iter().zip(output.spans).enumerate() {
        if let Some(reading) = reading {
            proposals.push(reading.proposal());
            let unanswered = reading.unanswered();
            calls.push(Place { index: index as u64, item_id: reading.item_id, unanswered, range });
        }
    }
    let plan = if proposals.is_empty() { Plan::Untouched } else { Plan::OpenaiResponses(BodyPlan { calls }) };
    Ok(BodyGate { proposals, plan, id: output.id, summaries: output.summaries })
}

impl BodyPlan {
    /// The calls that these rulings withhold; one without a ruling is withheld.
    pub(in crate::wire) fn unanswered(&self, rulings: &[Ruling]) -> Vec<Unanswered> {
        let is_withheld = |place: usize| rulings.get(place) != Some(&Ruling::Release);
        self.calls.iter().enumerate().filter(|(place, _)| is_withheld(*place)).filter_map(|(_, call)| call.unanswered.clone()).collect()
    }

    /// See [`BodyGate::rewrite`].
    pub(in crate::wire) fn rewrite(self, body: &[u8], rulings: &[Ruling]) -> Option<Vec<u8>> {
        let mut edits = Edits::new();
        let mut rulings = rulings.iter();
        for call in self.calls {
            let notice = match rulings.next() {
                Some(Ruling::Release) => continue,
                Some(Ruling::Withhold(notice)) => notice,
                // A call without a ruling is not delivered.
                None => "",
            };
            edits.replace(call.range, Message::new(call.index, &call.item_id, notice).item());
        }
        edits.apply(body)
    }
}
