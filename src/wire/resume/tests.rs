//! Own answers are read back by the very gates that read providers' answers.

use super::*;
use crate::call::Proposal;
use crate::dialect::Dialect;
use crate::wire::{BodyGate, Bounds, Framing, Gate};

const ARGUMENTS: &str = r#"{ "ids":[1, 2],"why":"\u00fc" }"#;

fn element(dialect: Dialect) -> String {
    let text = json::escape(ARGUMENTS);
    match dialect {
        Dialect::OpenaiChat => format!(r#"{{"id":"call_1","type":"function","function":{{"name":"delete","arguments":"{text}"}}}}"#),
        Dialect::OpenaiResponses => {
            format!(
                r#"{{"type":"function_call","id":"fc_1","call_id":"call_1","name":"delete","arguments":"{text}","status":"completed"}}"#
            )
        }
        Dialect::Ollama => format!(r#"{{"id":"call_1","function":{{"name":"delete","arguments":{ARGUMENTS}}}}}"#),
        _ => format!(r#"{{"type":"tool_use","id":"toolu_1","name":"delete","input":{ARGUMENTS}}}"#),
    }
}

fn composed(dialect: Dialect, streams: bool, calls: &[&str]) -> Vec<u8> {
    let answer = Answer { dialect, id: "k7q2", created: 1, model: "m\"x", streams, wants_usage: true, is_to_prompt: false };
    compose(&answer, calls).expect("an answer")
}

fn read(dialect: Dialect, streams: bool, bytes: &[u8]) -> Vec<Proposal> {
    if !streams {
        return BodyGate::read(dialect, bytes).expect("a body").proposals;
    }
    let framing = if dialect == Dialect::Ollama { Framing::Lines } else { Framing::Events };
    let mut gate = Gate::new(dialect, framing, Bounds::default()).expect("a gate");
    let (mut out, mut found) = (Vec::new(), Vec::new());
    let mut next = gate.push(bytes, &mut out).expect("frames");
    while !next.is_empty() {
        let rulings = next.iter().map(|_| crate::wire::Ruling::Release).collect();
        found.extend(next);
        next = gate.rule(rulings, &mut out).expect("frames");
    }
    assert!(gate.end(&mut out).expect("an end").is_empty());
    assert_eq!(out, bytes, "a released answer leaves as it came");
    found
}

#[test]
fn an_answer_of_our_own_holds_the_calls_exactly() {
    for dialect in [Dialect::OpenaiChat, Dialect::OpenaiResponses, Dialect::Anthropic, Dialect::Ollama] {
        for streams in [false, true] {
            let element = element(dialect);
            let found = read(dialect, streams, &composed(dialect, streams, &[&element, &element.replace("_1", "_2")]));
            assert_eq!(found.len(), 2, "{dialect} {streams}");
            for proposal in &found {
                assert_eq!(proposal.flaw, None, "{dialect} {streams}");
                assert_eq!((proposal.call.tool.name.as_str(), proposal.call.input.as_str()), ("delete", ARGUMENTS));
            }
            assert_eq!(found[0].wire.as_deref(), Some(element.as_str()), "{dialect} {streams}: it can be held again");
        }
    }
}

fn resumable(endpoint: Endpoint, body: &str) -> (bool, bool) {
    let read = Resumable::read(endpoint, body.as_bytes()).expect("readable");
    (read.may_call, read.is_open)
}

#[test]
fn a_held_call_is_no_answer_to_a_count_a_summary_or_a_request_without_calls() {
    let plain = r#"{"messages":[{"role":"user","content":"go on"}]"#;
    assert_eq!(resumable(Endpoint::Chat, &format!("{plain}}}")), (true, true));
    assert_eq!(resumable(Endpoint::Messages, &format!(r#"{plain},"tool_choice":{{"type":"any"}}}}"#)), (true, true));
    for ruled_out in [r#""none""#, r#"{"type":"none"}"#, r#"{"type":"function","function":{"name":"x"}}"#, "7"] {
        assert!(!resumable(Endpoint::Chat, &format!(r#"{plain},"tool_choice":{ruled_out}}}"#)).0, "{ruled_out}");
    }
    assert!(!resumable(Endpoint::CountTokens, &format!("{plain}}}")).0);
    assert!(!resumable(Endpoint::Chat, &format!("{}}}", plain.replace("go on", "CRITICAL: Respond with TEXT ONLY. Sum up."))).0);
}

#[test]
fn a_gemini_request_says_elsewhere_whether_it_may_be_answered_with_a_call() {
    let read = |endpoint, rest: &str| {
        let body = format!(r#"{{"contents":[{{"parts":[{{"text":"go on"}}]}}]{rest}}}"#);
        Resumable::read(endpoint, body.as_bytes()).expect("a request")
    };
    let plain = read(Endpoint::GeminiStream, "");
    assert!(plain.may_call && plain.is_open && plain.streams);
    for free in [r#"{"functionCallingConfig":{"mode":"ANY"}}"#, r#"{"function_calling_config":{"allowed_function_names":[]}}"#, "{}"] {
        assert!(read(Endpoint::GeminiGenerate, &format!(r#","tool_config":{free}"#)).may_call, "{free}");
    }
    for ruled_out in [r#"{"functionCallingConfig":{"mode":"NONE"}}"#, r#"{"functionCallingConfig":{"allowedFunctionNames":["x"]}}"#] {
        assert!(!read(Endpoint::GeminiGenerate, &format!(r#","toolConfig":{ruled_out}"#)).may_call, "{ruled_out}");
    }
    for summary in
        [r#","systemInstruction":{"parts":[{"text":"Write a <state_snapshot>."}]}"#, r#","system_instruction":"<state_snapshot>""#]
    {
        assert!(!read(Endpoint::GeminiGenerate, summary).may_call, "{summary}");
    }
    assert!(!read(Endpoint::GeminiCountTokens, "").may_call && !read(Endpoint::GeminiCache, "").may_call);
}

#[test]
fn a_history_that_was_thought_about_is_not_answered_by_us() {
    assert!(resumable(Endpoint::Responses, r#"{"input":"x","previous_response_id":"resp_1"}"#).1, "the server is told of it later");
    assert!(!resumable(Endpoint::Messages, r#"{"messages":[],"thinking":{"type":"adaptive"}}"#).1);
    assert!(resumable(Endpoint::Messages, r#"{"messages":[],"thinking":{"type":"disabled"}}"#).1);
    let thought = r#"{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"s"}]}]}"#;
    assert!(!resumable(Endpoint::Messages, thought).1);
}

#[test]
fn only_the_models_own_words_tie_a_request_to_a_hold() {
    let notice = "[linchpin] the call `x` was not delivered: held by pin `p` (code K7Q2-M4XN-P). It waits.";
    let history = |role: &str| format!(r#"[{{"role":"user","content":"hi"}},{{"role":"{role}","content":"so: {notice}"}}]"#);
    let codes = ["K7Q2-M4XN-P", "AAAA-AAAA-A"];
    assert_eq!(answered(history("assistant").as_bytes(), codes.into_iter()), ["K7Q2-M4XN-P"]);
    for role in ["user", "tool", "system"] {
        assert!(answered(history(role).as_bytes(), codes.into_iter()).is_empty(), "{role}");
    }
    let contents = format!(r#"[{{"role":"model","parts":[{{"text":"so: {notice}"}}]}}]"#);
    assert_eq!(answered(contents.as_bytes(), codes.into_iter()), ["K7Q2-M4XN-P"]);
    let loose = r#"[{"role":"assistant","content":"the code is K7Q2-M4XN-P"}]"#;
    assert!(answered(loose.as_bytes(), codes.into_iter()).is_empty());
}
