//! One clause of a pin, compiled, against one action.

use super::PolicyError;
use super::names::{Names, ToolGlobs};
use super::scope::Place;
use super::texts::Texts;
use crate::call::Action;
use crate::kind::Kind;
use crate::pin::{Clause, Limit, PinId};
use crate::verdict::Verdict;

/// A [`Clause`] that is ready to be asked.
#[derive(Debug)]
pub(super) struct Rule {
    on: Vec<Kind>,
    then: Verdict,
    tools: ToolGlobs,
    place: Option<Place>,
    limit: Option<(u32, Limit)>,
}

/// One call as the clauses look at it.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) raw: &'a str,
    pub(super) names: Names,
    pub(super) texts: Texts,
    pub(super) actions: Vec<Action>,
    /// Whether its texts are not there to be looked at: they may be any.
    pub(super) is_unseen: bool,
}

impl Rule {
    /// `place`: which of the pin's limits is the clause's, if it has one.
    pub(super) fn new(pin: &PinId, clause: &Clause, place: u32) -> Result<Self, PolicyError> {
        Ok(Self {
            on: clause.on.clone(),
            then: clause.then,
            tools: ToolGlobs::new(pin, &clause.tools)?,
            place: if clause.scope.is_open() { None } else { Some(Place::new(pin, &clause.scope)?) },
            limit: clause.limit.map(|limit| (place, limit)),
        })
    }

    /// What the clause asks for on this call, and why, action by action.
    pub(super) fn found<'a>(&'a self, seen: &'a Seen<'_>) -> impl Iterator<Item = Found> + 'a {
        let actions = if self.tools.meet(&seen.names) { seen.actions.as_slice() } else { &[] };
        actions.iter().enumerate().filter_map(|(at, action)| self.ask(at, action, seen))
    }

    fn ask(&self, at: usize, action: &Action, seen: &Seen<'_>) -> Option<Found> {
        let (verdict, limit) = self.verdict_on(action.kind)?;
        let is_there = self.place.as_ref().is_none_or(|place| place.holds(action, seen));
        is_there.then(|| Found { verdict, limit, action: at, why: format!("{}: {}", action.kind, action.evidence) })
    }

    /// An unknown effect may be the one the clause is about: it is held until a
    /// person has looked, never blocked on suspicion, and no limit has room for it,
    /// since nobody can count it. A clause on `unknown` itself means it.
    fn verdict_on(&self, kind: Kind) -> Option<(Verdict, Option<(u32, Limit)>)> {
        match kind {
            kind if self.on.iter().any(|on| on.covers(kind)) => Some((self.then, self.limit)),
            Kind::Unknown => Some((self.then.min(Verdict::Hold), None)),
            _ => None,
        }
    }
}

/// One thing that a clause has to say about one action.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) verdict: Verdict,
    pub(super) why: String,
    /// The limit before which the clause says nothing, and which of the pin's it is.
    pub(super) limit: Option<(u32, Limit)>,
    /// Which of the call's actions.
    pub(super) action: usize,
}

impl Found {
    /// Which of the pin's limits it comes under.
    pub(super) fn place(&self) -> Option<u32> {
        self.limit.map(|(place, _)| place)
    }
}
