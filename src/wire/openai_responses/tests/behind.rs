//! What an answer leaves behind at the server.

use super::*;
use crate::call::Proposal;
use crate::dialect::Dialect::OpenaiResponses;
use crate::wire::server_held::Answered;
use crate::wire::{BodyGate, Bounds, Gate, Ruling};

fn withholding_rm(proposal: &Proposal) -> Ruling {
    if proposal.flaw.is_some() || proposal.call.tool.name == "rm" { Ruling::Withhold("no".into()) } else { Ruling::Release }
}

fn left_behind(sent: &str) -> Option<Answered> {
    let mut gate = Gate::new(OpenaiResponses, crate::wire::Framing::Events, Bounds::default()).expect("a gate");
    let (mut out, mut left) = (Vec::new(), None);
    let mut next = gate.push(numbered(sent).as_bytes(), &mut out).expect("frames");
    while !next.is_empty() {
        next = gate.rule(next.iter().map(withholding_rm).collect(), &mut out).expect("frames");
        left = left.or_else(|| gate.take_answered());
    }
    assert!(gate.end(&mut out).expect("an end").is_empty());
    left.or_else(|| gate.take_answered())
}

fn calls(answered: &Answered) -> Vec<&str> {
    answered.unanswered.iter().map(|call| call.call.as_str()).collect()
}

#[test]
fn only_what_was_withheld_is_left_unanswered() {
    let items = [call(0, "ls", "{}"), call(1, "rm", "{}"), text(2, "so")];
    let seen = left_behind(&answer(&items)).expect("it ended");
    let withheld: serde_json::Value = serde_json::from_str(&items[1].item).expect("JSON");
    assert_eq!((seen.id.as_str(), calls(&seen)), ("resp_1", vec![withheld["call_id"].as_str().expect("an id")]));
    assert_eq!(seen.unanswered[0].kind, "function_call");
    let body = format!(r#"{{"id":"resp_1","output":[{},{},{}]}}"#, items[0].item, items[1].item, items[2].item);
    let gate = BodyGate::read(OpenaiResponses, body.as_bytes()).expect("a body");
    let rulings: Vec<Ruling> = gate.proposals.iter().map(withholding_rm).collect();
    assert_eq!(gate.answered(&rulings), Some(seen), "streamed or not");
    assert_eq!(left_behind(&answer(&[text(0, "so")])).map(|seen| seen.unanswered), Some(Vec::new()));
}

#[test]
fn a_server_that_does_not_repeat_its_items_has_the_call_all_the_same() {
    let one = call(0, "rm", "{}");
    let sent = [created(), one.frames, ending("completed", &[])].concat();
    assert_eq!(left_behind(&sent).expect("it ended").unanswered.len(), 1);
}

#[test]
fn what_stands_behind_a_cut_is_left_unanswered_too() {
    let (one, two) = (call(0, "ls", "{}"), call(1, "ls", "{}"));
    let stray = event("response.function_call_arguments.delta", r#","item_id":"x","output_index":9,"delta":"{""#);
    let sent = [created(), one.frames, stray, two.frames, ending("completed", &[one.item, two.item])].concat();
    assert_eq!(left_behind(&sent).expect("it ended").unanswered.len(), 1);
}

#[test]
fn an_answer_that_broke_off_leaves_nothing_that_is_known() {
    let sent = [created(), call(0, "rm", "{}").frames].concat();
    assert_eq!(left_behind(&sent), None);
}
