//! Limits: which of a pin's clauses share one, what a call counts in it, and how far
//! it is used where no record says so.
//!
//! Clauses of a pin with the same limit share it: "10 per hour" on deleting and
//! sending is ten of both together. How much of a limit is used is the record's
//! business, since it must outlive a crash. Who judges calls that were written down
//! (`judge`, `test`, `replay`) counts those that passed here.

use super::amounts::count_of_all;
use super::clause::Found;
use crate::call::Action;
use crate::pin::{Clause, Limit, PinId};
use crate::verdict::{Judgement, Limited};
use std::collections::{BTreeSet, HashMap};

/// For each clause, which of its pin's different limits is its own. One without a
/// limit has none of them, whatever stands here.
pub(super) fn places(clauses: &[Clause]) -> Vec<u32> {
    let mut different: Vec<Limit> = Vec::new();
    let mut places = Vec::new();
    for clause in clauses {
        let known = clause.limit.and_then(|limit| different.iter().position(|other| *other == limit));
        places.push(u32::try_from(known.unwrap_or(different.len())).unwrap_or(u32::MAX));
        if known.is_none() {
            different.extend(clause.limit);
        }
    }
    places
}

/// What these findings count in their limit: each action once, by whatever clauses
/// it was met.
pub(super) fn limited((place, limit): (u32, Limit), found: &[&Found], actions: &[Action]) -> Limited {
    let met: BTreeSet<usize> = found.iter().map(|found| found.action).collect();
    let met: Vec<&Action> = met.into_iter().filter_map(|at| actions.get(at)).collect();
    Limited { place, limit, items: count_of_all(&met), used: None }
}

/// What passed so far, of calls that nobody delivers: all of it counts as if it had
/// happened at once.
#[derive(Debug, Clone, Default)]
pub struct Passed {
    used: HashMap<(PinId, u32), u64>,
}

impl Passed {
    /// What becomes of a call after those that passed; if it passes, it counts too.
    pub fn settle(&mut self, judgement: &Judgement) -> Judgement {
        let used = |pin: &PinId, limited: &Limited| self.used.get(&(pin.clone(), limited.place)).copied().or(Some(0));
        let settled = judgement.settled(used);
        if !settled.verdict.withholds() {
            for (pin, limited) in judgement.limits() {
                let used = self.used.entry((pin.clone(), limited.place)).or_default();
                *used = used.saturating_add(limited.counted());
            }
        }
        settled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Count, Input, Proposal, ToolCall, ToolName};
    use crate::kind::Kind;
    use crate::pin::{Comparison, Order, Pin, Scope};
    use crate::policy::{Guarded, Policy};
    use crate::verdict::Verdict::{self, Block, Hold, Pass, Warn};
    use std::time::Duration;

    fn per_hour(items: u64) -> Option<Limit> {
        Some(Limit { items, per: Duration::from_secs(3600) })
    }

    fn clause(on: &[Kind], then: Verdict, limit: Option<Limit>) -> Clause {
        Clause { limit, ..Clause::new(on, then) }
    }

    fn pin(id: &str, clauses: Vec<Clause>) -> Pin {
        Pin { clauses, ..crate::policy::tests::pin(id, &[], Warn) }
    }

    fn judge(pins: &[Pin], command: &str) -> Judgement {
        let policy = Policy::new(pins.to_vec(), &Guarded::default()).expect("good pins");
        let arguments = serde_json::json!({"command": command}).to_string();
        let call = ToolCall { id: "c".into(), tool: ToolName::plain("bash"), input: Input::Json(arguments) };
        policy.judge(&Proposal::sound(call), None, None)
    }

    /// The verdicts of these calls one after the other.
    fn verdicts(pins: &[Pin], commands: &[&str]) -> Vec<Verdict> {
        let mut passed = Passed::default();
        commands.iter().map(|command| passed.settle(&judge(pins, command)).verdict).collect()
    }

    #[test]
    fn items_are_counted_not_calls() {
        let pins = [pin("few", vec![clause(&[Kind::Delete], Hold, per_hour(10))])];
        assert_eq!(verdicts(&pins, &["rm a b c d e f", "rm g h i j k", "rm g h i j", "rm k", "ls"]), [Pass, Hold, Pass, Hold, Pass]);
    }

    #[test]
    fn a_withheld_call_uses_nothing_up_and_a_warned_one_does() {
        let pins = [pin("few", vec![clause(&[Kind::Delete], Hold, per_hour(2))]), pin("none", vec![clause(&[Kind::Publish], Block, None)])];
        assert_eq!(verdicts(&pins, &["rm a b; git push", "rm a b", "rm c"]), [Block, Pass, Hold]);
        let pins = [pin("few", vec![clause(&[Kind::Delete], Warn, per_hour(1))])];
        assert_eq!(verdicts(&pins, &["rm a", "rm b", "rm c"]), [Pass, Warn, Warn]);
    }

    #[test]
    fn a_set_is_above_every_limit_and_so_is_what_nobody_understands() {
        let pins = [pin("few", vec![clause(&[Kind::Delete], Block, per_hour(1_000_000))])];
        assert_eq!(verdicts(&pins, &["rm -r /srv/data/*", "$X /srv/data", "rm /srv/data/one"]), [Block, Hold, Pass]);
    }

    #[test]
    fn clauses_with_one_limit_share_it_and_others_do_not() {
        let shared = [pin("p", vec![clause(&[Kind::Delete], Hold, per_hour(2)), clause(&[Kind::Publish], Hold, per_hour(2))])];
        assert_eq!(verdicts(&shared, &["rm a", "git push", "rm b"]), [Pass, Pass, Hold]);
        let apart = [pin("p", vec![clause(&[Kind::Delete], Hold, per_hour(2)), clause(&[Kind::Publish], Hold, per_hour(1))])];
        assert_eq!(verdicts(&apart, &["rm a", "git push", "rm b", "git push"]), [Pass, Pass, Pass, Hold]);
        let judgement = judge(&apart, "rm a; git push");
        assert_eq!(judgement.limits().map(|(_, limited)| limited.place).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(judgement.pins().len(), 1, "one pin is named once");
    }

    #[test]
    fn an_action_that_two_clauses_meet_counts_once() {
        let pins = [pin("p", vec![clause(&[Kind::Delete], Hold, per_hour(5)), clause(&[Kind::Delete], Block, per_hour(5))])];
        let judgement = judge(&pins, "rm a b");
        assert_eq!(judgement.verdict, Block);
        assert_eq!(judgement.limits().map(|(_, limited)| limited.items).collect::<Vec<_>>(), [Count::Exactly(2)]);
    }

    #[test]
    fn every_limit_on_a_call_must_have_room_and_all_or_none_are_counted() {
        let pins =
            [pin("ten", vec![clause(&[Kind::Delete], Hold, per_hour(10))]), pin("two", vec![clause(&[Kind::Delete], Hold, per_hour(2))])];
        let mut passed = Passed::default();
        let verdicts: Vec<Verdict> = ["rm a b", "rm c", "rm d"].map(|command| passed.settle(&judge(&pins, command)).verdict).into();
        assert_eq!(verdicts, [Pass, Hold, Hold]);
        let used = |id: &str| passed.used.get(&(PinId::new(id).expect("an id"), 0)).copied();
        assert_eq!((used("ten"), used("two")), (Some(2), Some(2)));
    }

    #[test]
    fn what_stands_without_a_limit_is_not_loosened_by_one() {
        let more_than_3 = Scope { count: Some(Comparison { order: Order::Above, bound: 3.0 }), ..Scope::default() };
        let many = Clause { scope: more_than_3, ..Clause::new([Kind::Delete], Block) };
        let pins = [pin("p", vec![clause(&[Kind::Delete], Hold, per_hour(100)), many])];
        assert_eq!(verdicts(&pins, &["rm a b c", "rm a b c d"]), [Pass, Block]);
    }

    #[test]
    fn there_is_one_place_for_each_different_limit() {
        let of = |limits: &[Option<Limit>]| places(&limits.iter().map(|limit| clause(&[Kind::Delete], Hold, *limit)).collect::<Vec<_>>());
        assert_eq!(of(&[per_hour(1), None, per_hour(2), per_hour(1)]), [0, 1, 1, 0]);
    }
}
