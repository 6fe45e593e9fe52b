//! Whole calls against whole pins: which verdict comes out, and why.

use super::*;
use crate::call::{Input, ToolCall, ToolName};
use crate::pin::{Clause, PinText};

pub(super) fn pin(id: &str, on: &[Kind], then: Verdict) -> Pin {
    Pin {
        id: PinId::new(id).expect("an id"),
        text: PinText::new("Ask me first.").expect("a text"),
        clauses: vec![Clause::new(on, then)],
        mode: Mode::Enforce,
        source: Source::Configured,
        agents: vec![],
        approvers: 1,
        by_reply: false,
        waives_named: false,
    }
}

fn call(arguments: &str) -> Proposal {
    Proposal::sound(ToolCall { id: "c".into(), tool: ToolName::plain("opaque"), input: Input::Json(arguments.into()) })
}

/// The verdict of these pins on these actions.
fn verdict(pins: Vec<Pin>, actions: &[Kind]) -> Verdict {
    let actions: Vec<Action> = actions.iter().map(|kind| Action::new(*kind, "said so")).collect();
    verdict_on(pins, ToolName::plain("opaque"), actions, "{}")
}

/// The verdict of these pins on these actions of a call with these arguments.
pub(super) fn verdict_on(pins: Vec<Pin>, tool: ToolName, actions: Vec<Action>, arguments: &str) -> Verdict {
    let policy = Policy::new(pins, &Guarded::default()).expect("good pins");
    let texts = Texts::of(&read_arguments(&Input::Json(arguments.to_owned())).expect("readable"));
    let seen = Seen { raw: arguments, names: Names::of(&tool, &texts), texts, actions, is_unseen: false };
    Judgement::new(policy.objections(&seen, None), seen.actions).verdict
}

#[test]
fn one_block_outweighs_any_number_of_warnings() {
    let mut pins: Vec<Pin> = (0..50).map(|n| pin(&format!("w{n}"), &[Kind::Delete], Verdict::Warn)).collect();
    assert_eq!(verdict(pins.clone(), &[Kind::Delete]), Verdict::Warn);
    pins.push(pin("b", &[Kind::Delete], Verdict::Block));
    assert_eq!(verdict(pins, &[Kind::Delete]), Verdict::Block);
}

#[test]
fn the_second_action_of_a_call_is_judged_like_the_first() {
    assert_eq!(verdict(vec![pin("p", &[Kind::Pay], Verdict::Hold)], &[Kind::Read, Kind::Pay]), Verdict::Hold);
    assert_eq!(verdict(vec![pin("p", &[Kind::Pay], Verdict::Hold)], &[Kind::Read, Kind::Send]), Verdict::Pass);
}

#[test]
fn what_is_not_understood_is_held_but_not_blocked_on_suspicion() {
    assert_eq!(verdict(vec![pin("p", &[Kind::Delete], Verdict::Block)], &[Kind::Unknown]), Verdict::Hold);
    assert_eq!(verdict(vec![pin("p", &[Kind::Delete], Verdict::Warn)], &[Kind::Unknown]), Verdict::Warn);
    assert_eq!(verdict(vec![pin("p", &[Kind::Unknown], Verdict::Block)], &[Kind::Unknown]), Verdict::Block);
    assert_eq!(verdict(vec![], &[Kind::Unknown]), Verdict::Pass);
}

#[test]
fn a_pin_in_shadow_is_recorded_and_changes_nothing() {
    let shadow = Pin { mode: Mode::Shadow, ..pin("s", &[Kind::Delete], Verdict::Block) };
    let policy = Policy::new(vec![shadow, pin("w", &[Kind::Delete], Verdict::Warn)], &Guarded::default()).expect("good pins");
    let judgement = policy.judge(&call("{}"), None, None);
    assert_eq!(judgement.verdict, Verdict::Warn);
    let order: Vec<(&str, bool)> = judgement.objections.iter().map(|o| (o.pin.as_str(), o.shadow)).collect();
    assert_eq!(order, [("w", false), ("s", true)]);
    assert_eq!(policy.carried(None).map(|pin| pin.id.as_str()).collect::<Vec<_>>(), ["w"]);
}

#[test]
fn a_pin_for_one_agent_is_only_for_that_agent() {
    let named = Pin { agents: vec!["forum-bot".into()], ..pin("n", &[Kind::Delete], Verdict::Hold) };
    let policy = Policy::new(vec![named], &Guarded::default()).expect("good pins");
    assert_eq!(policy.judge(&call("{}"), None, Some("forum-bot")).verdict, Verdict::Hold);
    for other in [None, Some("forum-bot2"), Some("")] {
        assert_eq!(policy.judge(&call("{}"), None, other).verdict, Verdict::Pass);
        assert_eq!(policy.carried(other).count(), 0);
    }
}

#[test]
fn an_unreadable_call_is_blocked_even_without_any_pin() {
    let policy = Policy::new(vec![], &Guarded::default()).expect("no pins");
    for arguments in [r#"{"a":1,"a":2}"#, r#"{"a":"#, r#"{"a":1} {"b":2}"#, "[1]", r#""rm""#, "\u{feff}{}", "{'a':1}"] {
        let judgement = policy.judge(&call(arguments), None, None);
        assert_eq!(judgement.verdict, Verdict::Block, "{arguments}");
        assert_eq!(judgement.pins(), [PinId::built_in(UNREADABLE)], "{arguments}");
    }
    let cut = Proposal { flaw: Some(Flaw::Truncated), ..call("{}") };
    assert_eq!(policy.judge(&cut, None, None).verdict, Verdict::Block);
    assert_eq!(policy.judge(&call(r#"{"a":1}"#), None, None).verdict, Verdict::Pass);
}

#[test]
fn two_keys_that_some_readers_take_for_one_are_held() {
    let policy = Policy::new(vec![pin("p", &[Kind::Pay], Verdict::Block)], &Guarded::default()).expect("good pins");
    assert_eq!(policy.judge(&call(r#"{"userId":1,"user_id":2}"#), None, None).verdict, Verdict::Hold);
}

proptest::proptest! {
    #[test]
    fn one_more_pin_never_loosens_a_verdict(pins in proptest::collection::vec((0_usize..18, 1_usize..4), 0..6), actions in proptest::collection::vec(0_usize..18, 1..4)) {
        let verdicts = [Verdict::Pass, Verdict::Warn, Verdict::Hold, Verdict::Block];
        let made = |count: usize| pins.iter().take(count).enumerate().map(|(n, (kind, then))| pin(&format!("p{n}"), &[Kind::ALL[*kind]], verdicts[*then])).collect::<Vec<_>>();
        let actions: Vec<Kind> = actions.iter().map(|kind| Kind::ALL[*kind]).collect();
        for count in 0..pins.len() {
            proptest::prop_assert!(verdict(made(count), &actions) <= verdict(made(count + 1), &actions));
        }
    }
}
