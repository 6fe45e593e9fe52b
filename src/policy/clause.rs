//! One clause of a pin, compiled, against one action.

use super::PolicyError;
use super::names::{Names, ToolGlobs};
use super::scope::Place;
use super::texts::Texts;
use crate::call::Action;
use crate::kind::Kind;
use crate::pin::{Clause, PinId};
use crate::verdict::Verdict;

/// A [`Clause`] that is ready to be asked.
#[derive(Debug)]
pub(super) struct Rule {
    on: Vec<Kind>,
    then: Verdict,
    tools: ToolGlobs,
    place: Option<Place>,
    has_limit: bool,
}

/// One call as the clauses look at it.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) raw: &'a str,
    pub(super) names: Names,
    pub(super) texts: Texts,
    pub(super) actions: Vec<Action>,
}

impl Rule {
    pub(super) fn new(pin: &PinId, clause: &Clause) -> Result<Self, PolicyError> {
        Ok(Self {
            on: clause.on.clone(),
            then: clause.then,
            tools: ToolGlobs::new(pin, &clause.tools)?,
            place: if clause.scope.is_open() { None } else { Some(Place::new(pin, &clause.scope)?) },
            has_limit: clause.limit.is_some(),
        })
    }

    /// What the clause asks for on this call, and why, action by action.
    pub(super) fn objections<'a>(&'a self, seen: &'a Seen<'_>) -> impl Iterator<Item = (Verdict, String)> + 'a {
        let actions = if self.tools.meet(&seen.names) { seen.actions.as_slice() } else { &[] };
        actions.iter().filter_map(|action| self.objection(action, seen))
    }

    fn objection(&self, action: &Action, seen: &Seen<'_>) -> Option<(Verdict, String)> {
        let verdict = self.verdict_on(action.kind)?;
        let is_there = self.place.as_ref().is_none_or(|place| place.holds(action, seen));
        let limited = if self.has_limit { " (its limit is not counted yet and stands at zero)" } else { "" };
        is_there.then(|| (verdict, format!("{}: {}{limited}", action.kind, action.evidence)))
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
