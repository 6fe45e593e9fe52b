//! The pins as the proxy uses them: compiled, rendered and stamped once, at load.

use crate::call::{Flaw, Proposal};
use crate::config::Config;
use crate::digest::PinStamp;
use crate::inject::Carriage;
use crate::kind::Kind;
use crate::pin::{Clause, Pin, PinId};
use crate::policy::{Policy, PolicyError};
use crate::verdict::Verdict;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A set of pins in force.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) policy: Policy,
    /// What is carried for an agent without a label, or with one no pin names.
    carriage: Arc<Carriage>,
    /// What is carried for the labels that pins name.
    labelled: HashMap<String, Arc<Carriage>>,
    stamps: HashMap<PinId, PinStamp>,
    call_arguments_bytes: usize,
    /// How many configurations were in force before, since the start.
    pub(super) generation: u64,
}

impl Rules {
    pub(super) fn new(config: &Config, generation: u64) -> Result<Self, PolicyError> {
        let labels: BTreeSet<&String> = config.pins.iter().flat_map(|pin| &pin.agents).collect();
        let policy = Policy::new(config.pins.clone(), &config.guarded())?;
        let rendered = |label: Option<&str>| Arc::new(Carriage::new(policy.carried(label)));
        let labelled = labels.into_iter().map(|label| (label.clone(), rendered(Some(label)))).collect();
        let stamps = config.pins.iter().map(|pin| (pin.id.clone(), PinStamp::of(pin))).collect();
        Ok(Self {
            carriage: rendered(None),
            labelled,
            stamps,
            policy,
            call_arguments_bytes: config.limits.call_arguments_bytes,
            generation,
        })
    }

    /// The same rules, with pins that one conversation has besides. What was read from
    /// words compiles, but for clauses nobody can ask for; those pins are then carried,
    /// and everything that matters is held for them.
    pub(super) fn with(&self, pins: &[Pin]) -> Self {
        let policy = self.policy.with(pins.to_vec()).or_else(|error| {
            tracing::error!(%error, "a captured pin cannot be compiled as it was read: every consequential kind is held for it");
            self.policy.with(pins.iter().map(held_broadly).collect())
        });
        let mut stamps = self.stamps.clone();
        stamps.extend(pins.iter().map(|pin| (pin.id.clone(), PinStamp::of(pin))));
        Self {
            policy: policy.unwrap_or_else(|_| self.policy.clone()),
            carriage: Arc::clone(&self.carriage),
            labelled: self.labelled.clone(),
            stamps,
            call_arguments_bytes: self.call_arguments_bytes,
            generation: self.generation,
        }
    }

    /// What is carried with further pins behind the others.
    pub(super) fn carriage_with(&self, label: Option<&str>, more: &[&Pin]) -> Carriage {
        Carriage::new(self.policy.carried(label).chain(more.iter().copied()))
    }

    /// Marks a call with more arguments than are judged, however it came.
    pub(super) fn bound(&self, proposal: &mut Proposal) {
        if proposal.call.input.as_str().len() > self.call_arguments_bytes {
            proposal.flaw.get_or_insert(Flaw::TooLarge);
        }
    }

    /// What is carried in this agent's requests.
    pub(super) fn carriage(&self, label: Option<&str>) -> &Arc<Carriage> {
        label.and_then(|label| self.labelled.get(label)).unwrap_or(&self.carriage)
    }

    /// A pin as it is now, for the record.
    pub(super) fn stamp(&self, pin: &PinId) -> Option<PinStamp> {
        self.stamps.get(pin).cloned()
    }
}

/// A pin that holds everything that matters.
fn held_broadly(pin: &Pin) -> Pin {
    Pin { clauses: vec![Clause::new(Kind::CONSEQUENTIAL, Verdict::Hold)], ..pin.clone() }
}
