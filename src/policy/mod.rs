//! Does a call break a pin?
//!
//! `action` has read what the call would do; here each pin's clauses are held
//! against that, and the strictest objection is the verdict. Everything that can
//! be compiled (globs, regular expressions, the words that mean linchpin itself)
//! is compiled once, in [`Policy::new`].
//!
//! Two pins are built in and cannot be configured away: `linchpin-unreadable`
//! blocks what cannot be read as one call, `linchpin-self` (`own`) what reaches
//! for linchpin.

mod amounts;
mod canonical;
mod clause;
mod globs;
mod limits;
mod names;
mod own;
mod scope;
pub mod starter;
mod texts;
mod trees;
mod unseen;
mod waive;

pub use unseen::Unseen;
pub use waive::Waived;

use crate::action::{self, Writes, Written};
use crate::call::{Action, Flaw, Proposal, ToolSpec};
use crate::json::{Arguments, read_arguments};
use crate::kind::Kind;
use crate::pin::{Mode, Pin, PinId, SELF, Source, UNREADABLE};
use crate::verdict::{Judgement, Objection, Verdict};
use clause::{Found, Rule, Seen};
pub use limits::Passed;
use names::Names;
use own::Own;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use texts::Texts;

/// The pins in force, with everything about them compiled that can be. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Policy {
    pins: Arc<[Enforced]>,
    own: Arc<Own>,
    /// Pins of one conversation, besides those of all.
    more: Arc<[Enforced]>,
}

/// One pin and its compiled clauses.
#[derive(Debug)]
struct Enforced {
    pin: Pin,
    rules: Vec<Rule>,
}

/// What belongs to linchpin on this machine, for the pin `linchpin-self`.
#[derive(Debug, Clone, Default)]
pub struct Guarded {
    /// The ports it listens on, the agent's and the operator's.
    pub ports: Vec<u16>,
    /// Further names and addresses its ports are reached under; loopback is always one.
    pub hosts: Vec<String>,
    /// Names that lead to the operator's port whatever the port: `[console]`'s own.
    pub desks: Vec<String>,
    /// Its configuration file and its data dir, absolute.
    pub paths: Vec<String>,
}

/// Why a set of pins cannot be enforced.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// A glob that is none.
    #[error("`{glob}` in pin `{pin}` is not a pattern")]
    Glob {
        /// The pin.
        pin: PinId,
        /// What stands there.
        glob: String,
        /// What is wrong with it.
        #[source]
        source: globset::Error,
    },
    /// A regular expression that is none, or one too large to compile.
    #[error("`{pattern}` in pin `{pin}` is not a regular expression")]
    Pattern {
        /// The pin.
        pin: PinId,
        /// What stands there.
        pattern: String,
        /// What is wrong with it.
        #[source]
        source: Box<regex::Error>,
    },
    /// What guards linchpin itself cannot be compiled.
    #[error("the pin `{SELF}` cannot be compiled")]
    Own(#[source] regex::Error),
}

impl Policy {
    /// Compiles a set of pins; the built-in ones are added.
    pub fn new(pins: Vec<Pin>, guarded: &Guarded) -> Result<Self, PolicyError> {
        let pins = pins.into_iter().map(Enforced::new).collect::<Result<_, _>>()?;
        Ok(Self { pins, own: Arc::new(Own::new(guarded).map_err(PolicyError::Own)?), more: Arc::default() })
    }

    /// The same pins and these, which only one conversation has.
    pub fn with(&self, more: Vec<Pin>) -> Result<Self, PolicyError> {
        let more = more.into_iter().map(Enforced::new).collect::<Result<_, _>>()?;
        Ok(Self { pins: Arc::clone(&self.pins), own: Arc::clone(&self.own), more })
    }

    /// Judges one call, for an agent label (`None`: no label).
    ///
    /// Unreadable arguments are blocked; what was read and not understood is held
    /// by every pin that holds or blocks.
    pub fn judge(&self, proposal: &Proposal, spec: Option<&ToolSpec>, agent: Option<&str>) -> Judgement {
        self.judge_after(proposal, spec, agent, &Arc::default())
    }

    /// The same, where earlier calls of the conversation wrote files that this one may run.
    pub fn judge_after(&self, proposal: &Proposal, spec: Option<&ToolSpec>, agent: Option<&str>, written: &Arc<Written>) -> Judgement {
        self.judge_and_read(proposal, spec, agent, written).0
    }

    /// The same, and what the call writes, for calls that come after it.
    pub fn judge_and_read(
        &self,
        proposal: &Proposal,
        spec: Option<&ToolSpec>,
        agent: Option<&str>,
        written: &Arc<Written>,
    ) -> (Judgement, Writes) {
        match read(proposal) {
            Err(flaw) => (unreadable(&flaw), Writes::default()),
            Ok(arguments) => {
                let (seen, writes) = seen(proposal, &arguments, spec, written);
                (Judgement::new(self.objections(&seen, agent), seen.actions), writes)
            }
        }
    }

    /// The pins whose words ride along on a request of this agent: those an operator
    /// or a user wrote, also when they are text only; never one in shadow.
    pub fn carried(&self, agent: Option<&str>) -> impl Iterator<Item = &Pin> {
        self.pins_for(agent).map(|enforced| &enforced.pin).filter(|pin| pin.mode == Mode::Enforce && pin.source != Source::BuiltIn)
    }

    fn objections(&self, seen: &Seen<'_>, agent: Option<&str>) -> Vec<Objection> {
        self.own.objection(seen).into_iter().chain(self.pins_for(agent).flat_map(|enforced| enforced.objections(seen))).collect()
    }

    fn pins_for(&self, agent: Option<&str>) -> impl Iterator<Item = &Enforced> {
        self.pins.iter().chain(self.more.iter()).filter(move |enforced| enforced.is_for(agent))
    }
}

impl Enforced {
    fn new(pin: Pin) -> Result<Self, PolicyError> {
        let places = limits::places(&pin.clauses);
        let rules = pin.clauses.iter().zip(places).map(|(clause, place)| Rule::new(&pin.id, clause, place)).collect::<Result<_, _>>()?;
        Ok(Self { pin, rules })
    }

    fn is_for(&self, agent: Option<&str>) -> bool {
        self.pin.agents.is_empty() || agent.is_some_and(|agent| self.pin.agents.iter().any(|label| label == agent))
    }

    /// The strictest thing this pin has to say, with the first reason for it; and for
    /// each of its limits the strictest that it says past it.
    fn objections(&self, seen: &Seen<'_>) -> Vec<Objection> {
        let found: Vec<Found> = self.rules.iter().flat_map(|rule| rule.found(seen)).collect();
        let mut places: Vec<Option<u32>> = found.iter().map(Found::place).collect();
        places.sort_unstable();
        places.dedup();
        let of = |place| found.iter().filter(move |found| found.place() == place);
        places.into_iter().filter_map(|place| self.objection(&of(place).collect::<Vec<_>>(), seen)).collect()
    }

    /// The objection of clauses with one limit, or without any.
    fn objection(&self, found: &[&Found], seen: &Seen<'_>) -> Option<Objection> {
        let strictest = found.iter().copied().reduce(|strictest, next| if next.verdict > strictest.verdict { next } else { strictest })?;
        Some(Objection {
            pin: self.pin.id.clone(),
            verdict: strictest.verdict,
            shadow: self.pin.mode == Mode::Shadow,
            why: strictest.why.clone(),
            limited: strictest.limit.map(|limit| limits::limited(limit, found, &seen.actions)),
        })
    }
}

/// The call's arguments, or why they do not mean one thing.
fn read(proposal: &Proposal) -> Result<Arguments, Flaw> {
    match &proposal.flaw {
        Some(flaw) => Err(flaw.clone()),
        None => read_arguments(&proposal.call.input),
    }
}

/// The call as the clauses look at it.
fn seen<'a>(proposal: &'a Proposal, arguments: &Arguments, spec: Option<&ToolSpec>, written: &Arc<Written>) -> (Seen<'a>, Writes) {
    let texts = Texts::of(arguments);
    let names = Names::of(&proposal.call.tool, &texts);
    let (actions, writes) = understood(proposal, arguments, spec, written);
    (Seen { raw: proposal.call.input.as_str(), names, texts, actions, is_unseen: false }, writes)
}

/// What the call would do. Two keys that some readers take for one leave open which
/// of them counts, a reading that fell over may have been about to say anything, and
/// no reading at all is not a harmless one: all of these are `unknown`.
fn understood(proposal: &Proposal, arguments: &Arguments, spec: Option<&ToolSpec>, written: &Arc<Written>) -> (Vec<Action>, Writes) {
    let read = catch_unwind(AssertUnwindSafe(|| action::understand_whole(&proposal.call.tool, arguments, spec, written)));
    let fell_over = |_| (vec![Action::new(Kind::Unknown, "the reading of it failed")], Writes::untold());
    let (mut actions, writes) = read.unwrap_or_else(fell_over);
    let is_unknown = |actions: &[Action]| actions.iter().any(|action| action.kind == Kind::Unknown);
    if let Arguments::Object { folded: Some(folded), .. } = arguments
        && !is_unknown(&actions)
    {
        let evidence = format!("the keys `{}` and `{}` are one key to some readers", folded.first, folded.second);
        actions.push(Action::new(Kind::Unknown, evidence));
    }
    if actions.is_empty() {
        actions.push(Action::new(Kind::Unknown, "nothing in it was understood"));
    }
    (actions, writes)
}

/// A call that cannot be read is blocked, whatever the other pins say.
fn unreadable(flaw: &Flaw) -> Judgement {
    let objection =
        Objection { pin: PinId::built_in(UNREADABLE), verdict: Verdict::Block, shadow: false, why: flaw.to_string(), limited: None };
    Judgement::new(vec![objection], vec![Action::new(Kind::Unknown, flaw.to_string())])
}

#[cfg(test)]
mod tests;
