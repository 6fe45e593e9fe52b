//! An answer that was not streamed.

use super::call::Call;
use super::chunk::{Acting, Chunk, Found};
use super::rewrite;
use super::step::Steps;
use crate::wire::gate::{BodyError, BodyGate, Plan, Ruling};

/// What is needed to take calls out of a body.
#[derive(Debug)]
pub(in crate::wire) struct BodyPlan {
    calls: Vec<Call>,
    steps: Steps,
}

/// The largest arguments need no bound of their own here: the body has one.
const UNBOUNDED: usize = usize::MAX;

/// Reads a body; see [`BodyGate::read`].
pub(in crate::wire) fn read(body: &[u8]) -> Result<BodyGate, BodyError> {
    let chunk = Chunk::read(body).map_err(|flaw| BodyError(flaw.to_string()))?;
    let calls: Vec<Call> = chunk.acting.iter().map(whole).collect();
    let mut steps = Steps::default();
    calls.iter().for_each(|call| steps.note(call));
    let proposals: Vec<_> = calls.iter().map(|call| call.proposal(steps.signature(call.candidate))).collect();
    let plan = if proposals.is_empty() { Plan::Untouched } else { Plan::Gemini(BodyPlan { calls, steps }) };
    Ok(BodyGate { proposals, plan, id: None, summaries: Vec::new() })
}

/// A call that cannot go on: nothing follows the body.
fn whole(acting: &Acting<'_>) -> Call {
    match &acting.found {
        Found::Flawed(flaw) => Call::broken(acting.candidate, flaw.clone()),
        Found::Call(value) => {
            let mut call = Call::of(acting.candidate);
            if call.take(acting.element, value, UNBOUNDED) {
                call.mar(crate::call::Flaw::Truncated);
            }
            call
        }
    }
}

impl BodyPlan {
    /// See [`BodyGate::rewrite`].
    pub(in crate::wire) fn rewrite(mut self, body: &[u8], rulings: &[Ruling]) -> Option<Vec<u8>> {
        let fates = self.steps.fates(&self.calls, rulings.to_vec());
        if fates.iter().all(rewrite::Fate::is_as_it_came) {
            return Some(body.to_vec());
        }
        rewrite::rewritten(body, &fates)
    }
}
