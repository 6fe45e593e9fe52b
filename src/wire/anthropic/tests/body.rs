//! Answers that were not streamed.

use crate::dialect::Dialect::Anthropic;
use crate::wire::BodyGate;
use crate::wire::testing::{release, replay_body, withhold, withhold_rm};

/// A body with white space, escapes and numbers that would not survive a re-serialising.
fn body(content: &str) -> String {
    format!(
        "{{ \"id\":\"msg_1\", \"type\":\"message\",\"content\":[{content}], \"stop_reason\" : \"tool_use\",\"stop_sequence\":null,\n\"usage\":{{\"n\":1.0e3}}}}"
    )
}

const TEXT: &str = r#"{"type":"text","text":"Hi \u00e9"}"#;
const LS: &str = r#"{"type":"tool_use","id":"a","name":"ls","input":{"p": 1}}"#;
const RM: &str = r#"{"type":"tool_use","id":"b","name":"rm","input":{"q":1}}"#;
const GONE: &str = r#"{"type":"text","text":"[withheld rm]"}"#;
const THOUGHT: &str = r#"{"type":"thinking","thinking":"t","signature":"s"}"#;

#[test]
fn a_body_is_cut_where_a_call_is_withheld_and_nowhere_else() {
    let sent = body(&format!("{TEXT} , {LS},{RM}"));
    assert_eq!(replay_body(Anthropic, &sent, &release).text(), sent);
    let seen = replay_body(Anthropic, &sent, &withhold_rm);
    assert_eq!(seen.calls(), [r#"ls({"p": 1})"#, r#"rm({"q":1})"#]);
    assert_eq!(seen.text(), sent.replace(RM, GONE));
}

#[test]
fn with_no_call_left_the_turn_ends() {
    let sent = body(RM);
    let ended = sent.replace(RM, GONE).replace(r#""stop_reason" : "tool_use""#, r#""stop_reason" : "end_turn""#);
    assert_eq!(replay_body(Anthropic, &sent, &withhold).text(), ended);
    for reason in ["max_tokens", "pause_turn", "refusal"] {
        let sent = sent.replace(r#""stop_reason" : "tool_use""#, &format!(r#""stop_reason" : "{reason}""#));
        assert_eq!(replay_body(Anthropic, &sent, &withhold).text(), sent.replace(RM, GONE));
    }
}

#[test]
fn a_message_ends_in_front_of_a_thought_that_followed_a_withheld_call() {
    let sent = body(&[TEXT, RM, THOUGHT, TEXT, LS].join(", "));
    assert_eq!(replay_body(Anthropic, &sent, &release).text(), sent);
    let expected = body(&[TEXT, GONE].join(", ")).replace(r#""stop_reason" : "tool_use""#, r#""stop_reason" : "end_turn""#);
    assert_eq!(replay_body(Anthropic, &sent, &withhold_rm).text(), expected);
    let before = body(&[THOUGHT, LS, RM].join(","));
    assert_eq!(replay_body(Anthropic, &before, &withhold_rm).text(), before.replace(RM, GONE));
}

#[test]
fn a_block_that_is_not_known_is_an_action() {
    for block in
        [r#"{"type":"tool_call_v2","name":"x","input":{}}"#, r#"{"name":"x"}"#, r#""words""#, r#"{"type":"text","Type":"tool_use"}"#]
    {
        let seen = replay_body(Anthropic, &body(block), &release);
        assert!(seen.proposals[0].flaw.is_some(), "{block}");
        assert!(!seen.text().contains(block));
    }
}

#[test]
fn what_holds_no_call_leaves_as_it_came() {
    for sent in [
        r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":null}"#,
        r#"{ "input_tokens" : 2095 }"#,
        r#"{"type":"message","content":[{"type":"compaction","content":"s","encrypted_content":"e"}],"stop_reason":"compaction"}"#,
        r#"{"type":"message","content":[],"stop_reason":"end_turn"}"#,
        r#"{"content":[{"type":"server_tool_use","id":"s","name":"web_search","input":{}},{"type":"web_search_tool_result","content":[]}]}"#,
    ] {
        let seen = replay_body(Anthropic, sent, &withhold);
        assert_eq!((seen.text(), seen.calls()), (sent.to_owned(), vec![]));
    }
}

#[test]
fn a_body_that_could_be_read_two_ways_is_withheld_whole() {
    for sent in [
        r#"{"content":[],"content":[{"type":"tool_use","name":"rm","input":{}}]}"#,
        r#"{"Content":[{"type":"tool_use","name":"rm","input":{}}]}"#,
        r#"{"message":{"content":[{"type":"tool_use","name":"rm","input":{}}]}}"#,
        r#"{"content":{"type":"tool_use"}}"#,
        r#"{"content":[{"type":"tool_use","name":"rm","input":{}}]"#,
    ] {
        assert!(BodyGate::read(Anthropic, sent.as_bytes()).is_err(), "{sent}");
    }
}
