//! Answers that were not streamed.

use super::*;
use crate::dialect::Dialect::OpenaiResponses;
use crate::wire::BodyGate;
use crate::wire::testing::{release, replay_body, withhold, withhold_rm};

fn body(items: &[String]) -> String {
    format!(
        r#"{{ "id":"resp_1", "object":"response","status":"completed", "output":[{}], "usage":{{"n":1.0e3}}, "tools":[{{"type":"function","name":"rm"}}] }}"#,
        items.join(" ,\n")
    )
}

#[test]
fn a_body_is_changed_where_a_call_is_withheld_and_nowhere_else() {
    let items = [reasoning(0).item, call(1, "rm", r#"{"s3":1}"#).item, call(2, "ls", "{}").item, text(3, "b\\u00e9").item];
    let sent = body(&items);
    assert_eq!(replay_body(OpenaiResponses, &sent, &release).text(), sent);
    let seen = replay_body(OpenaiResponses, &sent, &withhold_rm);
    assert_eq!(seen.calls(), [r#"rm({"s3":1})"#, "ls({})"]);
    let notice = r#"{"type":"message","id":"msg_lp_1_3fcc88d12fee7b93","role":"assistant","status":"completed","content":[{"type":"output_text","text":"[withheld rm]","annotations":[],"logprobs":[]}]}"#;
    assert_eq!(seen.text(), sent.replace(&items[1], notice));
    assert!(!replay_body(OpenaiResponses, &sent, &withhold).text().contains("function_call"));
}

#[test]
fn a_body_without_calls_is_never_altered() {
    for sent in [
        r#"{"object":"response.input_tokens","input_tokens":7}"#,
        r#"{"error":{"message":"x"}}"#,
        r#"{"object":"response.compaction","output":[{"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]},{"type":"compaction","encrypted_content":"x"}]}"#,
        r#"{"output":null}"#,
    ] {
        let seen = replay_body(OpenaiResponses, sent, &withhold);
        assert_eq!((seen.text(), seen.calls()), (sent.to_owned(), vec![]));
    }
}

#[test]
fn a_body_that_could_be_read_in_two_ways_is_not_read() {
    let call = function(0, "rm", "{}", "completed");
    for sent in [
        format!(r#"{{"output":[],"output":[{call}]}}"#),
        format!(r#"{{"Output":[{call}]}}"#),
        format!(r#"{{"output":{call}}}"#),
        format!(r#"{{"result":{{"output":[{call}]}}}}"#),
        "[]".to_owned(),
    ] {
        assert!(BodyGate::read(OpenaiResponses, sent.as_bytes()).is_err(), "{sent}");
    }
}

#[test]
fn an_incomplete_call_is_truncated() {
    let seen = replay_body(OpenaiResponses, &body(&[function(0, "rm", "{\"a", "incomplete")]), &release);
    assert!(seen.calls()[0].ends_with("cut off before its end"));
    assert!(seen.text().contains("[withheld rm]"));
}
