//! An Ollama answer that was not streamed: one object, read like a line of a stream.

use super::line::{Line, Part};
use super::rewrite;
use crate::wire::gate::{BodyError, BodyGate, Plan, Ruling};

/// What the proposals of a body are.
#[derive(Debug)]
pub(in crate::wire) struct BodyPlan {
    parts: Vec<Part>,
}

/// The largest arguments need no bound of their own here: the body has one.
const UNBOUNDED: usize = usize::MAX;

/// Reads a body; see [`BodyGate::read`].
pub(in crate::wire) fn read(body: &[u8]) -> Result<BodyGate, BodyError> {
    let line = Line::read(body, UNBOUNDED);
    if line.parts.contains(&Part::Whole) {
        let why = line.proposals.first().and_then(|proposal| proposal.flaw.as_ref()).map(ToString::to_string);
        return Err(BodyError(why.unwrap_or_default()));
    }
    let plan = if line.parts.is_empty() { Plan::Untouched } else { Plan::Ollama(BodyPlan { parts: line.parts }) };
    Ok(BodyGate { proposals: line.proposals, plan, id: None, summaries: Vec::new() })
}

impl BodyPlan {
    /// See [`BodyGate::rewrite`].
    pub(in crate::wire) fn rewrite(self, body: &[u8], rulings: &[Ruling]) -> Option<Vec<u8>> {
        let (mut withheld, mut notices) = (Vec::new(), Vec::new());
        for (part, ruling) in self.parts.into_iter().zip(rulings) {
            if let Ruling::Withhold(notice) = ruling {
                withheld.push(part);
                notices.push(notice.as_str());
            }
        }
        if withheld.is_empty() {
            return Some(body.to_vec());
        }
        rewrite::without(body, &withheld, &notices.join("\n\n"), false)
    }
}
