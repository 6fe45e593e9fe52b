//! Places in a history at which something was put, found again on later requests.
//!
//! What linchpin puts behind a message is not in the client's own history: it has to be
//! put there anew each time, at the same place, or the provider takes the history for
//! another one. A place is known by the turn it stands behind and by everything before
//! that. Where the beginning was cut off, the turn itself will do, if there is only one
//! like it.

use super::strand::{Step, Who};
use super::trace::Trace;

/// A place in a history: behind a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Anchor {
    /// What the turn is known by.
    pub turn: u64,
    /// What the turn before it is known by; 0: there is none.
    pub before: u64,
    /// What it and everything before it are known by.
    pub upto: u64,
}

/// The places in a history at which a system message may stand: behind all that people
/// and tools say in one go, before the model speaks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stops {
    /// Each turn of a person or a tool, and behind which element whatever is anchored
    /// at it stands.
    turns: Vec<(Anchor, usize)>,
}

impl Stops {
    /// Finds them.
    pub fn read(trace: &Trace) -> Self {
        let mut turns: Vec<(Anchor, usize)> = Vec::new();
        let (mut upto, mut before, mut run) = (0, 0, 0);
        for (place, step) in trace.elements() {
            match step {
                Some(step) if step.who == Who::Model => {
                    upto = mixed(upto, &step);
                    before = step.mark;
                    run = turns.len();
                    continue;
                }
                Some(step) => {
                    upto = mixed(upto, &step);
                    turns.push((Anchor { turn: step.mark, before, upto }, place));
                    before = step.mark;
                }
                // The client's own system messages stay in front.
                None => {}
            }
            turns.iter_mut().skip(run).for_each(|(_, behind)| *behind = place);
        }
        Self { turns }
    }

    /// Behind which element something stands that was put there earlier.
    pub fn find(&self, anchor: Anchor) -> Option<usize> {
        self.turns.iter().find(|(known, _)| known.upto == anchor.upto).map(|(_, place)| *place)
    }

    /// The place again where the beginning of the history was cut off: its turn has to
    /// be the only one like it, and has to stand behind the same turn or be the first.
    pub fn find_in_rest(&self, anchor: Anchor) -> Option<(Anchor, usize)> {
        let mut alike = self.turns.iter().enumerate().filter(|(_, (known, _))| known.turn == anchor.turn);
        let (number, found) = alike.next().filter(|_| alike.next().is_none())?;
        (number == 0 || found.0.before == anchor.before).then_some(*found)
    }

    /// The newest place, and behind which element it is.
    pub fn newest(&self) -> Option<(Anchor, usize)> {
        self.turns.last().copied()
    }
}

/// The same steps in the same order give the same number, in every process.
fn mixed(upto: u64, step: &Step) -> u64 {
    let who = match step.who {
        Who::User => 1,
        Who::Model => 2,
        Who::Tool => 3,
    };
    (upto.rotate_left(29) ^ step.mark ^ who).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::history::History;

    /// `u` a user's turn, `t` a tool's, `m` the model's, `s` a system message; with a number.
    fn stops(history: &str) -> Stops {
        let element = |name: &str| match name.split_at(1) {
            ("s", _) => r#"{"role":"system","content":"x"}"#.to_owned(),
            ("t", number) => {
                format!(r#"{{"role":"user","content":[{{"type":"tool_result","tool_use_id":"call_{number}","content":"x"}}]}}"#)
            }
            ("m", number) => format!(r#"{{"role":"assistant","content":"answer {number}"}}"#),
            (_, number) => format!(r#"{{"role":"user","content":"question {number}"}}"#),
        };
        let body = format!("[{}]", history.split_whitespace().map(element).collect::<Vec<_>>().join(","));
        Stops::read(&Trace::read(&History::new(body.as_bytes(), 0..body.len()), []))
    }

    fn newest(history: &str) -> (Anchor, usize) {
        stops(history).newest().expect("a place")
    }

    #[test]
    fn the_newest_place_is_behind_all_that_was_said_before_the_model_speaks() {
        for (history, place) in [("u1", 0), ("u1 u2 s1", 2), ("u1 m1 t1", 2), ("u1 m1 t1 u2 m2", 3), ("u1 s1 m1", 1)] {
            assert_eq!(newest(history).1, place, "{history}");
        }
        assert_eq!(stops("m1").newest(), None);
        assert_eq!(stops("").newest(), None);
    }

    #[test]
    fn a_place_is_found_again_while_the_history_grows_and_words_are_said_twice() {
        let (anchor, place) = newest("u1 m1 u1");
        assert_eq!(place, 2);
        assert_eq!(stops("u1 m1 u1 m2 u1 m3 u4").find(anchor), Some(2));
        assert_eq!(stops("u1 m1 u1 u2 m2").find(anchor), Some(3), "the run it stands in was longer");
    }

    #[test]
    fn a_place_outlives_a_cut_beginning_if_its_turn_is_the_only_one_like_it() {
        let (anchor, _) = newest("u1 m1 u2");
        let again = |history: &str| stops(history).find_in_rest(anchor).map(|(_, place)| place);
        assert_eq!(stops("m1 u2 m2 u3").find(anchor), None);
        assert_eq!((again("m1 u2 m2 u3"), again("m9 u2 m2 u3")), (Some(1), Some(1)));
        assert_eq!(again("m1 u2 m2 u2"), None, "it could be either");
        assert_eq!(again("u9 m9 u2"), None, "the same words, said elsewhere");
        assert_eq!(again("u9 m9 u3"), None);
    }
}
