//! The signatures of one answer's calls.
//!
//! Of the calls that one answer makes at once (a *step*) only the first is signed, and
//! the API refuses a history whose steps do not begin with a signed call. So when the
//! first is withheld and another delivered, that other one gets the signature.

use super::call::Call;
use super::rewrite::Fate;
use crate::wire::gate::Ruling;
use std::collections::BTreeMap;

/// How far each candidate's step has come.
#[derive(Debug, Default)]
pub(super) struct Steps(BTreeMap<u64, Step>);

#[derive(Debug, Default)]
struct Step {
    /// What the first call that was signed was signed with.
    signature: Option<String>,
    has_delivered: bool,
    /// The signature of a withheld call, until a delivered one has it.
    owed: Option<String>,
}

impl Steps {
    /// Notes a call that was read.
    pub(super) fn note(&mut self, call: &Call) {
        let step = self.0.entry(call.candidate).or_default();
        step.signature = step.signature.take().or_else(|| call.signature.clone());
    }

    /// What the first call of this candidate's step was signed with.
    pub(super) fn signature(&self, candidate: u64) -> Option<&str> {
        self.0.get(&candidate)?.signature.as_deref()
    }

    /// What becomes of these calls. One without a ruling is not delivered.
    pub(super) fn fates(&mut self, calls: &[Call], rulings: Vec<Ruling>) -> Vec<Fate> {
        let mut rulings = rulings.into_iter();
        let mut fates: Vec<Fate> = Vec::with_capacity(calls.len());
        // Whose signature is owed, where it can still be taken from its place.
        let mut owing: BTreeMap<u64, usize> = BTreeMap::new();
        for (place, call) in calls.iter().enumerate() {
            let step = self.0.entry(call.candidate).or_default();
            let notice = match rulings.next() {
                Some(Ruling::Release) => {
                    let owed = step.owed.take().filter(|_| call.signature.is_none());
                    let moved = owing.remove(&call.candidate).filter(|_| owed.is_some());
                    if let Some(Fate::Withheld { keeps_signature, .. }) = moved.and_then(|from| fates.get_mut(from)) {
                        *keeps_signature = false;
                    }
                    step.has_delivered = true;
                    fates.push(Fate::Leaves(owed));
                    continue;
                }
                Some(Ruling::Withhold(notice)) => notice,
                None => String::new(),
            };
            if !step.has_delivered && step.owed.is_none() && call.signature.is_some() {
                step.owed.clone_from(&call.signature);
                owing.insert(call.candidate, place);
            }
            fates.push(Fate::Withheld { notice, keeps_signature: true });
        }
        fates
    }
}
