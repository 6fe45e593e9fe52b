//! How much was recorded since the start, for whoever looks at numbers and not at calls.

use super::entry::Outcome;
use super::handle::guard;
use std::sync::Mutex;

/// How many pins are counted one by one; the rest are counted together.
const PINS_MAX: usize = 10_000;

/// Counts since the start. What is counted was committed.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    outcomes: Vec<(Outcome, u64)>,
    /// Calls by the pins that decided, in the order in which pins first did.
    pub pins: Vec<(String, u64)>,
}

/// One thing to be counted once it is committed.
#[derive(Debug)]
pub(super) struct Counts {
    pub(super) outcome: Outcome,
    pub(super) pins: Vec<String>,
}

impl Tally {
    /// How many calls came to this outcome.
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.outcomes.iter().find(|(known, _)| *known == outcome).map_or(0, |(_, calls)| *calls)
    }

    fn add(&mut self, Counts { outcome, pins }: Counts) {
        add(&mut self.outcomes, outcome, usize::MAX);
        pins.into_iter().for_each(|pin| add(&mut self.pins, pin, PINS_MAX));
    }
}

/// Counts one more. What finds no room counts with the newest that did.
fn add<T: PartialEq>(counts: &mut Vec<(T, u64)>, one: T, max: usize) {
    let place = counts.iter().position(|(known, _)| *known == one);
    match place {
        None if counts.len() < max => counts.push((one, 1)),
        place => {
            let last = counts.len().saturating_sub(1);
            counts.get_mut(place.unwrap_or(last)).into_iter().for_each(|(_, calls)| *calls = calls.saturating_add(1));
        }
    }
}

/// Adds what a transaction has committed.
pub(super) fn count(tally: &Mutex<Tally>, counts: Vec<Counts>) {
    if !counts.is_empty() {
        let mut tally = guard(tally);
        counts.into_iter().for_each(|one| tally.add(one));
    }
}
