//! One clause of a pin, compiled, against one action.

use super::PolicyError;
use crate::call::Action;
use crate::kind::Kind;
use crate::pin::{Clause, PinId};
use crate::verdict::Verdict;

/// A [`Clause`] that is ready to be asked.
#[derive(Debug)]
pub(super) struct Rule {
    on: Vec<Kind>,
    then: Verdict,
    has_limit: bool,
}

impl Rule {
    pub(super) fn new(_pin: &PinId, clause: &Clause) -> Result<Self, PolicyError> {
        Ok(Self { on: clause.on.clone(), then: clause.then, has_limit: clause.limit.is_some() })
    }

    /// What the clause asks for on this action, and why; `None` when it is about something else.
    pub(super) fn objects_to(&self, action: &Action) -> Option<(Verdict, String)> {
        let verdict = self.verdict_on(action.kind)?;
        let limited = if self.has_limit { " (its limit is not counted yet and stands at zero)" } else { "" };
        Some((verdict, format!("{}: {}{limited}", action.kind, action.evidence)))
    }

    /// An unknown effect may be the one the clause is about: it is held until a
    /// person has looked, never blocked on suspicion. A clause on `unknown` itself means it.
    fn verdict_on(&self, kind: Kind) -> Option<Verdict> {
        match kind {
            kind if self.on.iter().any(|on| on.covers(kind)) => Some(self.then),
            Kind::Unknown => Some(self.then.min(Verdict::Hold)),
            _ => None,
        }
    }
}
