//! Streams in order.

use super::*;
use crate::dialect::Dialect::OpenaiResponses;
use crate::wire::testing::{release, replay, withhold, withhold_rm};

#[test]
fn a_stream_whose_calls_pass_leaves_byte_for_byte() {
    let items = [
        vec![text(0, "Hello")],
        vec![call(0, "ls", "{}")],
        vec![reasoning(0), call(1, "ls", r#"{"p":1}"#)],
        vec![text(0, "a"), call(1, "ls", "{}"), call(2, "cat", "{}"), text(3, "b")],
    ];
    for items in items {
        let sent = format!(": hello\n\n{}data: [DONE]\n\n", answer(&items));
        let seen = replay(OpenaiResponses, &sent, &release);
        assert_eq!(seen.text(), sent);
        assert!(seen.proposals.iter().all(|proposal| proposal.flaw.is_none()), "{:?}", seen.calls());
        let crlf = sent.replace('\n', "\r\n");
        assert_eq!(replay(OpenaiResponses, &crlf, &release).text(), crlf);
    }
}

#[test]
fn a_withheld_call_becomes_a_message_in_its_place() {
    let items = [call(0, "ls", "{}"), call(1, "rm", r#"{"secret":1}"#), call(2, "cat", "{}")];
    let seen = replay(OpenaiResponses, &answer(&items), &withhold_rm);
    assert_eq!(seen.calls(), ["ls({})", r#"rm({"secret":1})"#, "cat({})"]);
    assert!(!seen.text().contains("secret") && !seen.text().contains("\"call_1\"") && !seen.text().contains("\"fc_1\""));
    let expected = ["call:ls({})", "message:[withheld rm]", "call:cat({})"].map(str::to_owned).to_vec();
    assert_eq!(assembled(&seen), (expected.clone(), Some(expected)));
    assert!(seen.text().contains(r#""usage":{"n":1.0e1}}}"#));
}

#[test]
fn with_every_call_withheld_the_answer_still_completes() {
    for items in [vec![call(0, "rm", "{}")], vec![reasoning(0), call(1, "rm", "{}"), call(2, "rmdir", "{}"), text(3, "b")]] {
        let seen = replay(OpenaiResponses, &answer(&items), &withhold);
        let (streamed, output) = assembled(&seen);
        assert_eq!(Some(&streamed), output.as_ref());
        assert_eq!(streamed.len(), items.len());
        assert!(!seen.text().contains("function_call"), "{}", seen.text());
    }
}

#[test]
fn the_frames_of_a_message_in_a_calls_place_are_the_usual_ones() {
    let seen = replay(OpenaiResponses, &answer(&[call(0, "rm", "{}")]), &withhold);
    let expected = r#"event: response.output_item.added
data: {"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"message","id":"msg_lp_0_a05bc463627d10dc","role":"assistant","status":"in_progress","content":[]}}

event: response.content_part.added
data: {"type":"response.content_part.added","sequence_number":2,"item_id":"msg_lp_0_a05bc463627d10dc","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}}

event: response.output_text.delta
data: {"type":"response.output_text.delta","sequence_number":3,"item_id":"msg_lp_0_a05bc463627d10dc","output_index":0,"content_index":0,"delta":"[withheld rm]","logprobs":[]}

event: response.output_text.done
data: {"type":"response.output_text.done","sequence_number":4,"item_id":"msg_lp_0_a05bc463627d10dc","output_index":0,"content_index":0,"text":"[withheld rm]","logprobs":[]}

event: response.content_part.done
data: {"type":"response.content_part.done","sequence_number":5,"item_id":"msg_lp_0_a05bc463627d10dc","output_index":0,"content_index":0,"part":{"type":"output_text","text":"[withheld rm]","annotations":[],"logprobs":[]}}

event: response.output_item.done
data: {"type":"response.output_item.done","sequence_number":6,"output_index":0,"item":{"type":"message","id":"msg_lp_0_a05bc463627d10dc","role":"assistant","status":"completed","content":[{"type":"output_text","text":"[withheld rm]","annotations":[],"logprobs":[]}]}}

event: response.completed
data: {"type":"response.completed","sequence_number":7,"response":{"id":"resp_1","status":"completed","output":[{"type":"message","id":"msg_lp_0_a05bc463627d10dc","role":"assistant","status":"completed","content":[{"type":"output_text","text":"[withheld rm]","annotations":[],"logprobs":[]}]}],"usage":{"n":1.0e1}}}

"#;
    assert!(seen.text().ends_with(expected), "{}", seen.text());
}

#[test]
fn frames_without_a_number_stay_without() {
    let sent = answer(&[call(0, "rm", "{}"), text(1, "b")]);
    let bare: String = regex::Regex::new(r#""sequence_number":\d+,?"#).expect("a pattern").replace_all(&sent, "").into_owned();
    let seen = replay(OpenaiResponses, &bare, &withhold);
    assert!(!seen.text().contains("sequence_number"));
    assert_eq!(assembled(&seen).0, ["message:[withheld rm]", "message:b"]);
}

#[test]
fn every_kind_of_call_is_a_call() {
    let kinds = [
        (r#"{"type":"function_call","id":"i","call_id":"c","namespace":"n","name":"ls","arguments":"{}"}"#, "n.ls({})"),
        (r#"{"type":"custom_tool_call","id":"i","call_id":"c","name":"ls","input":"*** s3"}"#, "ls(*** s3)"),
        (r#"{"type":"local_shell_call","id":"i","call_id":"c","action":{"command":["s3"]}}"#, r#"local_shell({"command":["s3"]})"#),
        (r#"{"type":"shell_call","id":"i","call_id":"c","action":{"commands":["s3"]}}"#, r#"shell({"commands":["s3"]})"#),
        (r#"{"type":"apply_patch_call","id":"i","call_id":"c","operation":{"path":"s3"}}"#, r#"apply_patch({"path":"s3"})"#),
        (
            r#"{"type":"computer_call","id":"i","call_id":"c","action":{"x":1},"actions":[2]}"#,
            r#"computer({"action":{"x":1},"actions":[2]})"#,
        ),
        (
            r#"{"type":"computer_call","id":"i","call_id":"c","actions":[2],"pending_safety_checks":[{"id":"s"}]}"#,
            r#"computer({"actions":[2],"pending_safety_checks":[{"id":"s"}]})"#,
        ),
        (r#"{"type":"mcp_approval_request","id":"i","server_label":"s","name":"ls","arguments":"{}"}"#, "s.ls({})"),
        (r#"{"type":"tool_search_call","id":"i","execution":"client","arguments":{"q":1}}"#, r#"tool_search({"q":1})"#),
    ];
    for (item, call) in kinds {
        let sent = answer(&[whole(0, item)]);
        let seen = replay(OpenaiResponses, &sent, &release);
        assert_eq!((seen.calls(), seen.text()), (vec![call.to_owned()], sent.clone()));
        let seen = replay(OpenaiResponses, &sent, &withhold);
        assert!(!seen.text().contains("_call") && !seen.text().contains("mcp") && !seen.text().contains("s3"), "{}", seen.text());
        assert_eq!(assembled(&seen).0.len(), 1);
    }
}

#[test]
fn what_the_provider_runs_and_says_flows() {
    let items = [
        r#"{"type":"mcp_call","id":"i","name":"x","arguments":"{}","output":"y"}"#,
        r#"{"type":"web_search_call","id":"i","status":"completed","action":{"type":"search"}}"#,
        r#"{"type":"tool_search_call","id":"i","execution":"server","arguments":{}}"#,
        r#"{"type":"shell_call_output","id":"i","output":[]}"#,
        r#"{"type":"mcp_list_tools","id":"i","tools":[{"name":"x","input_schema":{"type":"object"}}]}"#,
        r#"{"type":"compaction","id":"i","encrypted_content":"x"}"#,
        r#"{"type":"program","id":"i","code":"x"}"#,
    ];
    for item in items {
        let sent = answer(&[whole(0, item)]);
        let seen = replay(OpenaiResponses, &sent, &release);
        assert_eq!((seen.text(), seen.calls()), (sent, vec![]));
    }
    let served = added(0, r#"{"type":"mcp_call","id":"m","name":"x","arguments":""}"#)
        + &event("response.mcp_call_arguments.delta", r#","output_index":0,"item_id":"m","delta":"{}""#)
        + &event("response.mcp_call_arguments.done", r#","output_index":0,"item_id":"m","arguments":"{}""#);
    let sent = numbered(&served);
    assert_eq!(replay(OpenaiResponses, &sent, &release).text(), sent);
}

#[test]
fn an_item_that_is_not_known_is_an_action() {
    for item in [r#"{"type":"robot_call","id":"i","name":"ls","s3":1}"#, r#"{"id":"i","s3":1}"#, r#"{"Type":"message","s3":1}"#] {
        let seen = replay(OpenaiResponses, &answer(&[whole(0, item), text(1, "b")]), &release);
        assert!(seen.proposals[0].flaw.is_some(), "{item}");
        assert!(!seen.text().contains("s3"), "{}", seen.text());
        assert_eq!(assembled(&seen).0.len(), 2);
    }
}

#[test]
fn words_that_hold_what_a_call_holds_are_no_words() {
    let call = r#"{"type":"function_call","name":"rm","arguments":"s3"}"#;
    for item in [
        r#"{"type":"reasoning","id":"i","summary":[],"arguments":"s3"}"#.to_owned(),
        r#"{"type":"message","id":"i","content":[],"action":{"command":["s3"]}}"#.to_owned(),
        format!(r#"{{"type":"reasoning","id":"i","summary":[{call}]}}"#),
        format!(r#"{{"type":"message","id":"i","content":[],"tool_calls":[{call}]}}"#),
    ] {
        let seen = replay(OpenaiResponses, &answer(&[whole(0, &item), text(1, "b")]), &release);
        assert!(seen.proposals[0].flaw.is_some() && !seen.text().contains("s3"), "{}", seen.text());
        assert_eq!(assembled(&seen).0.len(), 2);
    }
    let words =
        r#"{"type":"message","id":"i","role":"assistant","content":[],"phase":"commentary","agent":{"agent_name":"a"},"action":null}"#;
    let sent = answer(&[whole(0, words)]);
    assert_eq!(replay(OpenaiResponses, &sent, &release).text(), sent);
}

#[test]
fn a_part_that_is_not_known_ends_the_message_as_words() {
    let message = text(0, "Hi");
    let part = r#"{"type":"tool_use","name":"rm","s3":1}"#;
    let frame = event("response.content_part.added", &format!(r#","item_id":"msg_0","output_index":0,"content_index":1,"part":{part}"#));
    let item = message.item.replace("]}]}", &format!("]}},{part}]}}"));
    let frames = message.frames.replace(&done(0, &message.item), &(frame + &done(0, &item)));
    assert!(item.contains("s3") && frames.contains("s3"));
    let seen = replay(OpenaiResponses, &answer(&[Item { frames, item: item.clone() }, text(1, "b")]), &release);
    assert!(!seen.text().contains("s3"), "{}", seen.text());
    assert_eq!(assembled(&seen).0, ["message:Hi", "message:b"]);
    assert_eq!(seen.proposals.len(), 1, "{:?}", seen.calls());
    // It may come only at the message's end, or only in the response.
    let late = message.frames.replace(&done(0, &message.item), &done(0, &item));
    let seen = replay(OpenaiResponses, &answer(&[Item { frames: late, item: item.clone() }]), &release);
    assert!(!seen.text().contains("s3"), "{}", seen.text());
    let last = replay(OpenaiResponses, &answer(&[Item { item, ..message }]), &release);
    assert!(!last.text().contains("s3") && last.proposals.len() == 1);
}

#[test]
fn a_cut_stream_delivers_no_half_call_and_does_not_complete() {
    let sent = answer(&[text(0, "a"), call(1, "rm", r#"{"path":"s3"}"#)]);
    let start = sent.find("function_call").expect("a call");
    let end = sent.find("event: response.completed").expect("an end");
    for at in start + 200..end {
        let seen = replay(OpenaiResponses, &sent[..at], &withhold);
        assert!(!seen.text().contains("s3") && !seen.text().contains("function_call"), "{}", seen.text());
        assert!(!seen.text().contains("response.completed"));
        assert_eq!(assembled(&seen).0.len(), 2, "{}", seen.text());
        if at < end - 1 {
            assert!(seen.proposals[0].flaw.is_some(), "{at} {:?}", seen.calls());
        }
    }
}

#[test]
fn a_call_that_the_end_of_the_answer_cuts_off_is_truncated() {
    for ends in ["incomplete", "failed"] {
        let cut = created() + &added(0, &function(0, "rm", "", "in_progress")) + &arguments_delta(0, "{\"s3\"");
        let sent = numbered(&(cut + &ending(ends, &[function(0, "rm", "{\"s3\"", "incomplete")])));
        let seen = replay(OpenaiResponses, &sent, &release);
        assert_eq!(seen.calls(), [r#"rm({"s3") !the call was cut off before its end"#]);
        assert!(!seen.text().contains("s3") && seen.text().contains(&format!("response.{ends}")));
        assert_eq!(assembled(&seen).1.map(|items| items.len()), Some(1));
    }
}

#[test]
fn whatever_is_no_item_leaves_as_it_came() {
    let odd = ": ping\n\nevent: keepalive\ndata: {\"type\":\"keepalive\",\"sequence_number\":3}\n\nevent: error\ndata: {\"type\":\"error\",\"code\":\"x\",\"message\":\"y\"}\n\ndata: {\"error\":{\"message\":\"x\"}}\n\ndata: [DONE]\n\n";
    assert_eq!(replay(OpenaiResponses, odd, &release).text(), odd);
    let words = "data: no JSON at all\ndata: here\n\n";
    assert_eq!(replay(OpenaiResponses, words, &release).text(), words);
}

#[test]
fn an_event_on_a_line_of_its_own_behind_words_does_not_slip_by() {
    let item = call(0, "rm", r#"{"s3":1}"#).item;
    let sent = created() + &added(0, &item).replace("\ndata: ", "\ndata: words\ndata: ");
    let seen = replay(OpenaiResponses, &numbered(&sent), &release);
    assert!(seen.proposals[0].flaw.is_some() && !seen.text().contains("s3"), "{}", seen.text());
}
