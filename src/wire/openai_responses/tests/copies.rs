//! The copies of one call: all agree, or nothing of it leaves.

use super::*;
use crate::dialect::Dialect::OpenaiResponses;
use crate::wire::testing::{release, replay, withhold_rm};

/// Replays a stream in which one copy says something else.
fn changed(sent: &str, from: &str, to: &str, nth: usize) -> Replayed {
    let at = sent.match_indices(from).nth(nth).map(|(at, _)| at).expect("that copy");
    let changed = [&sent[..at], to, &sent[at + from.len()..]].concat();
    replay(OpenaiResponses, &changed, &release)
}

#[test]
fn a_name_that_differs_in_any_copy_lets_nothing_out() {
    let sent = answer(&[call(0, "ls", r#"{"p":1}"#), text(1, "b")]);
    // In the item's start, the arguments' end and the item's end.
    for copy in 0..3 {
        let seen = changed(&sent, r#""name":"ls""#, r#""name":"dd""#, copy);
        assert!(seen.calls()[0].ends_with("!two copies of the call disagree"), "{copy} {:?}", seen.calls());
        assert!(!seen.text().contains("\"dd\"") && !seen.text().contains("\"ls\""), "{copy} {}", seen.text());
        assert_eq!(assembled(&seen).0.len(), 2);
    }
    let seen = changed(&sent, r#""name":"ls""#, r#""name":"dd""#, 3);
    assert_eq!(seen.calls().len(), 2);
    assert!(!seen.text().contains("\"dd\"") && seen.calls()[1].contains("disagree"), "{}", seen.text());
}

#[test]
fn arguments_that_differ_in_any_copy_let_nothing_out() {
    let sent = answer(&[call(0, "ls", r#"{"p":1}"#)]);
    for copy in 0..2 {
        let seen = changed(&sent, r#"{\"p\":1}"#, r#"{\"s3\":1}"#, copy);
        assert!(seen.calls()[0].ends_with("disagree"), "{copy} {:?}", seen.calls());
        assert!(!seen.text().contains("s3"), "{copy} {}", seen.text());
    }
    let seen = changed(&sent, r#"{\"p\":1}"#, r#"{\"s3\":1}"#, 2);
    assert!(seen.calls()[1].ends_with("disagree") && !seen.text().contains("s3"), "{}", seen.text());
    let delta = changed(&sent, r#"\"p\":1}"#, r#"\"s3\":1}"#, 0);
    assert!(delta.calls()[0].ends_with("disagree") && !delta.text().contains("s3"));
    let start = changed(&sent, r#""arguments":"""#, r#""arguments":"{\"s3\":1}""#, 0);
    assert!(start.calls()[0].ends_with("disagree") && !start.text().contains("s3"));
}

#[test]
fn another_kind_or_id_in_a_copy_lets_nothing_out() {
    let sent = answer(&[call(0, "ls", "{}")]);
    for (from, to) in [(r#""call_id":"call_0""#, r#""call_id":"s3""#), (r#""type":"function_call""#, r#""type":"mcp_approval_request""#)] {
        for copy in 0..3 {
            let seen = changed(&sent, from, to, copy);
            assert!(seen.calls().iter().any(|call| call.contains("disagree")), "{copy} {:?}", seen.calls());
            assert!(!seen.text().contains("s3") && !seen.text().contains("mcp_approval_request"), "{copy} {}", seen.text());
        }
    }
}

#[test]
fn an_action_that_fills_up_agrees_with_itself() {
    let item =
        |commands: &str| format!(r#"{{"type":"shell_call","id":"i","call_id":"c","action":{{"commands":{commands},"timeout_ms":null}}}}"#);
    let command = |step: &str, rest: &str| {
        event(&format!("response.shell_call_command.{step}"), &format!(r#","output_index":0,"command_index":1,{rest}"#))
    };
    let frames = added(0, &item("[]"))
        + &command("added", r#""command":"""#)
        + &command("delta", r#""delta":"l""#)
        + &command("delta", r#""delta":"s""#)
        + &command("done", r#""command":"ls""#)
        + &done(0, &item(r#"["pwd","ls"]"#));
    let sent = answer(&[Item { frames, item: item(r#"["pwd","ls"]"#) }]);
    let seen = replay(OpenaiResponses, &sent, &release);
    assert_eq!((seen.text(), seen.proposals[0].flaw.clone()), (sent.clone(), None));
    for (from, to, copy) in
        [(r#""delta":"s""#, r#""delta":"s3""#, 0), (r#""command":"ls""#, r#""command":"s3""#, 0), ("[]", r#"["s3"]"#, 1)]
    {
        let seen = changed(&sent, from, to, copy);
        assert!(!seen.text().contains("s3") && seen.calls()[0].contains("disagree"), "{from} {:?}", seen.calls());
    }
}

#[test]
fn a_patch_and_free_text_agree_with_their_deltas() {
    let patch = |diff: &str| {
        format!(r#"{{"type":"apply_patch_call","id":"i","call_id":"c","operation":{{"type":"update_file","path":"a","diff":"{diff}"}}}}"#)
    };
    let custom = |input: &str| format!(r#"{{"type":"custom_tool_call","id":"i","call_id":"c","name":"ls","input":"{input}"}}"#);
    type Spelled<'a> = &'a dyn Fn(&str) -> String;
    let rows: [(&str, &str, Spelled<'_>); 2] =
        [("response.apply_patch_call_operation_diff", "diff", &patch), ("response.custom_tool_call_input", "input", &custom)];
    for (row, key, item) in rows {
        let frames = added(0, &item(""))
            + &event(&format!("{row}.delta"), r#","output_index":0,"delta":"+x""#)
            + &event(&format!("{row}.done"), &format!(r#","output_index":0,"{key}":"+x""#))
            + &done(0, &item("+x"));
        let sent = answer(&[Item { frames, item: item("+x") }]);
        let seen = replay(OpenaiResponses, &sent, &release);
        assert_eq!((seen.text(), seen.proposals[0].flaw.clone()), (sent.clone(), None));
        for copy in 0..4 {
            let seen = changed(&sent, "+x", "+s3", copy);
            assert!(!seen.text().contains("s3") && seen.calls().iter().any(|call| call.contains("disagree")), "{copy} {:?}", seen.calls());
        }
    }
}

#[test]
fn a_call_that_only_the_whole_response_has_is_judged_there() {
    for kind in ["completed", "incomplete", "failed", "created", "in_progress", "queued"] {
        let calls = [function(0, "ls", "{}", "completed"), function(1, "rm", r#"{"s3":1}"#, "completed")];
        let sent = numbered(&ending(kind, &calls));
        assert_eq!(replay(OpenaiResponses, &sent, &release).text(), sent);
        let seen = replay(OpenaiResponses, &sent, &withhold_rm);
        assert_eq!(seen.calls(), ["ls({})", r#"rm({"s3":1})"#]);
        assert!(!seen.text().contains("s3") && seen.text().contains("\"ls\"") && seen.text().contains("[withheld rm]"));
        assert!(seen.text().contains("msg_lp_1_3fcc88d12fee7b93"));
    }
}

#[test]
fn a_call_that_the_whole_response_has_twice_is_judged_twice() {
    let mut items = vec![call(0, "ls", "{}")];
    items.push(Item { frames: String::new(), item: items[0].item.clone() });
    let seen = replay(OpenaiResponses, &answer(&items), &release);
    assert_eq!(seen.calls().len(), 2);
}

#[test]
fn a_response_that_leaves_out_items_is_told_by_what_they_say() {
    let stream = created() + &reasoning(0).frames + &call(1, "rm", "{}").frames + &call(2, "ls", "{}").frames;
    let sent = numbered(&(stream + &ending("completed", &[call(1, "rm", "{}").item, call(2, "ls", "{}").item])));
    let seen = replay(OpenaiResponses, &sent, &withhold_rm);
    assert_eq!(seen.calls().len(), 2);
    assert_eq!(assembled(&seen).1, Some(vec!["message:[withheld rm]".into(), "call:ls({})".into()]));
}
