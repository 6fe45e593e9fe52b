//! Streamed answers.

use super::*;
use crate::call::Proposal;
use crate::dialect::Dialect::Anthropic;
use crate::wire::testing::{release, replay, replay_pieces, withhold, withhold_rm};
use crate::wire::{Bounds, Gate, Ruling};

fn seen(stream: &str, rule: &dyn Fn(&Proposal) -> Ruling) -> (Vec<String>, Option<String>, Replayed) {
    let seen = replay(Anthropic, stream, rule);
    let (blocks, reason) = assembled(&seen);
    (blocks, reason, seen)
}

/// The stream gives these calls and leaves as it came when they are released.
fn passes(stream: &str, calls: &[&str]) {
    let seen = replay(Anthropic, stream, &release);
    assert_eq!(seen.calls(), calls);
    assert_eq!(seen.text(), stream);
}

/// The stream is not to be trusted: at least one flaw, and nothing of it leaks.
fn is_flawed(stream: &str, secret: &str) -> Replayed {
    let rule = |proposal: &Proposal| if proposal.flaw.is_some() { Ruling::Withhold("[withheld]".into()) } else { Ruling::Release };
    let seen = replay(Anthropic, stream, &rule);
    assert!(seen.proposals.iter().any(|proposal| proposal.flaw.is_some()), "no flaw in {stream}");
    assert!(!seen.text().contains(secret), "{}", seen.text());
    assembled(&seen);
    seen
}

#[test]
fn a_stream_without_calls_leaves_byte_for_byte() {
    passes(&message(&[text(0, "Hi \\u00e9")], "end_turn"), &[]);
    passes(&message(&[thinking(0), text(1, "Hi")], "refusal"), &[]);
    passes(&message(&[thinking(0), text(1, "Hi")], "stop_sequence").replace('\n', "\r\n"), &[]);
}

#[test]
fn a_stream_whose_calls_pass_leaves_byte_for_byte() {
    passes(&message(&[call(0, "ls", r#"{"p":1}"#)], "tool_use"), &[r#"ls({"p":1})"#]);
    let blocks = [thinking(0), text(1, "Now"), call(2, "ls", "{}"), call(3, "cat", r#"{"a":[]}"#), text(4, "done")];
    passes(&message(&blocks, "tool_use"), &["ls({})", r#"cat({"a":[]})"#]);
}

#[test]
fn a_withheld_call_becomes_words_in_its_place_and_the_others_stay() {
    let blocks = [call(0, "ls", "{}"), call(1, "rm", r#"{"secret":1}"#), call(2, "cat", r#"{"a":2}"#)];
    let (kept, reason, seen) = seen(&message(&blocks, "tool_use"), &withhold_rm);
    assert_eq!(kept, ["tool_use:ls {}", "text [withheld rm]", r#"tool_use:cat {"a":2}"#]);
    assert_eq!(reason.as_deref(), Some("tool_use"));
    assert!(!seen.text().contains("secret") && !seen.text().contains("toolu_1"));
    assert!(seen.text().contains(&blocks[0]) && seen.text().contains(&blocks[2]));
}

#[test]
fn with_no_call_left_the_turn_ends() {
    let stream = message(&[text(0, "Hm"), call(1, "rm", "{}"), call(2, "rm2", "{}")], "tool_use");
    let (kept, reason, seen) = seen(&stream, &withhold);
    assert_eq!(kept, ["text Hm", "text [withheld rm]", "text [withheld rm2]"]);
    assert_eq!(reason.as_deref(), Some("end_turn"));
    assert!(seen.text().ends_with(&ending("end_turn")), "{}", seen.text());
}

#[test]
fn other_reasons_why_a_turn_ended_stay() {
    for reason in ["max_tokens", "pause_turn", "refusal", "stop_sequence", "model_context_window_exceeded"] {
        let stream = message(&[call(0, "rm", "{}")], reason);
        assert!(replay(Anthropic, &stream, &withhold).text().ends_with(&ending(reason)));
    }
}

#[test]
fn a_reason_that_came_without_a_call_stays() {
    passes(&message(&[text(0, "Hm")], "tool_use"), &[]);
}

#[test]
fn words_behind_a_withheld_call_come_through() {
    let (kept, reason, _) = seen(&message(&[call(0, "rm", "{}"), text(1, "more")], "tool_use"), &withhold);
    assert_eq!(kept, ["text [withheld rm]", "text more"]);
    assert_eq!(reason.as_deref(), Some("end_turn"));
}

#[test]
fn a_message_ends_in_front_of_a_thought_that_followed_a_withheld_call() {
    let blocks = [text(0, "a"), call(1, "rm", "{}"), thinking(2), text(3, "b"), call(4, "ls", r#"{"unjudged":1}"#)];
    let (kept, reason, seen) = seen(&message(&blocks, "tool_use"), &withhold_rm);
    assert_eq!(kept, ["text a", "text [withheld rm]"]);
    assert_eq!(reason.as_deref(), Some("end_turn"));
    assert!(!seen.text().contains("unjudged"));
    passes(&message(&blocks, "tool_use"), &["rm({})", r#"ls({"unjudged":1})"#]);
}

#[test]
fn a_call_delivered_before_the_cut_keeps_the_turn_open() {
    let blocks = [call(0, "ls", "{}"), call(1, "rm", "{}"), thinking(2), call(3, "cat", "{}")];
    let (kept, reason, _) = seen(&message(&blocks, "tool_use"), &withhold_rm);
    assert_eq!(kept, ["tool_use:ls {}", "text [withheld rm]"]);
    assert_eq!(reason.as_deref(), Some("tool_use"));
}

#[test]
fn thoughts_before_a_withheld_call_are_untouched() {
    let (kept, _, seen) = seen(&message(&[thinking(0), call(1, "rm", "{}")], "tool_use"), &withhold);
    assert_eq!(kept, ["thinking Hm", "text [withheld rm]"]);
    assert!(seen.text().contains(&thinking(0)));
}

#[test]
fn no_byte_of_a_call_leaves_before_its_verdict() {
    let stream = message_start() + &text(0, "words") + &begin(1, "rm") + &more(1, "{\"a\":") + ": c\n\n" + &event("ping", "");
    let mut gate = Gate::new(Anthropic, crate::wire::Framing::Events, Bounds::default()).expect("a gate");
    let mut out = Vec::new();
    assert!(gate.push(stream.as_bytes(), &mut out).expect("small").is_empty());
    let out = String::from_utf8(out).expect("text");
    assert_eq!(out, message_start() + &text(0, "words") + ": c\n\n" + &event("ping", ""));
}

#[test]
fn signs_of_life_overtake_a_call_and_everything_else_waits() {
    let held = begin(0, "ls") + &event("content_block_note", r#","index":0,"note":"x""#) + &more(0, "{}");
    let stream = message_start() + &held + ": c\n\n" + &event("ping", "") + &stop(0) + &ending("tool_use");
    let seen = replay(Anthropic, &stream, &release);
    assert_eq!(seen.text(), message_start() + ": c\n\n" + &event("ping", "") + &held + &stop(0) + &ending("tool_use"));
}

#[test]
fn an_input_is_read_where_the_client_reads_it() {
    let given = |input: &str| start(0, &format!(r#"{{"type":"tool_use","id":"t","name":"rm","input":{input}}}"#));
    let whole = |parts: &[String]| message(&[parts.concat() + &stop(0)], "tool_use");
    passes(&whole(&[given(r#"{"a": 1}"#)]), &[r#"rm({"a": 1})"#]);
    passes(&whole(&[given("{ }")]), &["rm({})"]);
    passes(&whole(&[given("{}"), more(0, "")]), &["rm({})"]);
    passes(&whole(&[given(r#"{"a":1}"#), more(0, r#"{"a": 1}"#)]), &[r#"rm({"a": 1})"#]);
    let disagrees = is_flawed(&whole(&[given(r#"{"a":1}"#), more(0, r#"{"a":2}"#)]), "\"a\"");
    assert_eq!(disagrees.calls(), [r#"rm({"a":2}) !two copies of the call disagree"#]);
}

#[test]
fn the_server_or_toolset_of_a_call_is_part_of_its_name() {
    for key in ["toolset_name", "server_name"] {
        let block =
            format!(r#"{{"type":"tool_use","id":"t","name":"click","{key}":"computer","input":{{}},"caller":{{"type":"direct"}}}}"#);
        passes(&message(&[start(0, &block) + &stop(0)], "tool_use"), &["computer.click({})"]);
    }
}

#[test]
fn what_the_provider_ran_itself_flows() {
    let served = start(0, r#"{"type":"server_tool_use","id":"s","name":"web_search","input":{}}"#) + &more(0, "{\"query\":1}") + &stop(0);
    let result =
        start(1, r#"{"type":"web_search_tool_result","tool_use_id":"s","content":[{"type":"web_search_result","url":"u"}]}"#) + &stop(1);
    let mcp = start(2, r#"{"type":"mcp_tool_use","id":"m","name":"x","server_name":"y","input":{}}"#) + &more(2, "{}") + &stop(2);
    let listing = start(3, r#"{"type":"mcp_tool_listing","server_name":"y","tools":[{"name":"x","input_schema":{}}]}"#) + &stop(3);
    let fallback = start(4, r#"{"type":"fallback","from":{"model":"a"},"to":{"model":"b"},"trigger":{"type":"refusal"}}"#) + &stop(4);
    passes(&message(&[served, result, mcp, listing, fallback], "pause_turn"), &[]);
}

#[test]
fn a_compaction_is_never_altered() {
    let block = start(0, r#"{"type":"compaction","content":""}"#);
    let delta = delta(0, r#"{"type":"compaction_delta","content":"summary","encrypted_content":"e"}"#);
    passes(&message(&[block + &delta + &stop(0)], "compaction"), &[]);
}

#[test]
fn deltas_of_text_that_are_not_known_flow() {
    let block = [
        start(0, r#"{"type":"text","text":""}"#),
        delta(0, r#"{"type":"citations_delta","citation":{"type":"char_location","cited_text":"x"}}"#),
        delta(0, r#"{"type":"emphasis_delta","level":{"type":"bold"}}"#),
        event("content_block_delta", r#","index":0,"delta":{"type":"text_delta","text":"x"},"p":"padding""#),
        stop(0),
    ];
    passes(&message(&[block.concat()], "end_turn"), &[]);
}

#[test]
fn a_block_that_is_not_known_is_an_action() {
    let unknown = start(0, r#"{"type":"tool_call_v2","id":"t","name":"rm","payload":"secret"}"#) + &more(0, "secret") + &stop(0);
    let stream = message(&[unknown, text(1, "after")], "tool_use");
    let (kept, reason, seen) = seen(&stream, &release);
    assert_eq!(seen.calls(), ["rm(secret) !`tool_call_v2` is not a known kind of item"]);
    assert_eq!(kept, ["text [withheld rm]", "text after"]);
    assert_eq!(reason.as_deref(), Some("end_turn"));
}

#[test]
fn a_cut_stream_delivers_no_half_call() {
    let whole = message_start() + &text(0, "a") + &call(1, "rm", r#"{"path":"/tmp"}"#);
    let stop_line = "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":1}\n";
    for cut in [whole.replace(&stop(1), ""), whole.replace(&stop(1), stop_line)] {
        let (kept, reason, seen) = seen(&cut, &release);
        assert_eq!(seen.calls(), [r#"rm({"path":"/tmp"}) !the call was cut off before its end"#]);
        assert_eq!((kept, reason), (vec!["text a".to_owned(), "text [withheld rm]".to_owned()], None));
    }
    let early = replay(Anthropic, &(message_start() + &text(0, "a")), &release);
    assert_eq!((early.text(), early.calls()), (message_start() + &text(0, "a"), vec![]));
}

#[test]
fn an_error_in_mid_stream_comes_through_and_the_half_call_does_not() {
    let error = event("error", r#","error":{"type":"overloaded_error","message":"Overloaded"}"#);
    passes(&(message_start() + &text(0, "a") + &error), &[]);
    let stream = message_start() + &begin(0, "rm") + &more(0, "{\"a") + &error;
    let (kept, _, seen) = seen(&stream, &release);
    assert_eq!(kept, ["text [withheld rm]"]);
    assert!(seen.text().ends_with(&error));
}

#[test]
fn a_message_that_ends_in_mid_call_ends_without_it() {
    let stream = message_start() + &begin(0, "rm") + &more(0, "{\"a\":1}") + &ending("tool_use");
    let (kept, reason, _) = seen(&stream, &release);
    assert_eq!((kept, reason.as_deref()), (vec!["text [withheld rm]".to_owned()], Some("end_turn")));
}

#[test]
fn a_stream_out_of_order_is_cut_where_it_broke() {
    let open_text = start(0, r#"{"type":"text","text":""}"#);
    for broken in [
        text(0, "a") + &call(2, "rm", "{\"s3\":1}"),
        text(0, "a") + &call(0, "rm", "{\"s3\":1}"),
        text(0, "a") + &more(1, "s3"),
        text(0, "a") + &more(0, "s3"),
        text(0, "a") + &stop(1) + &call(1, "rm", "{\"s3\":1}"),
        text(0, "a") + &stop(0) + &call(1, "rm", "{\"s3\":1}"),
        open_text.clone() + &more(0, "s3") + &stop(0),
        open_text.clone() + &delta(0, r#"{"type":"x","Partial_JSON":"s3"}"#) + &stop(0),
        open_text.clone() + &delta(0, r#"{"type":"x","block":{"type":"tool_use","name":"s3"}}"#) + &stop(0),
        begin(0, "rm") + &begin(1, "rm") + &more(1, "s3") + &stop(1) + &stop(0),
        begin(0, "rm") + &more(1, "s3") + &stop(0),
        text(0, "a") + &event("content_block_start", r#","index":"1","content_block":{"type":"tool_use","name":"s3"}"#),
        text(0, "a") + &event("block", r#","block":{"type":"tool_use","name":"s3","input":{}}"#),
        text(0, "a") + &event("block", r#","block":{"type":"invocation","name":"s3"}"#),
        text(0, "a") + &event("content_block_stop", r#","index":0,"block":{"type":"tool_use","name":"s3"}"#),
        text(0, "a") + "event: x\ndata: {\"type\":\"ping\",\"type\":\"content_block_start\",\"s3\":1}\n\n",
        text(0, "a") + "event: x\ndata: [{\"s3\":1}]\n\n",
        text(0, "a") + "event: x\ndata: {\"s3\":\n\n",
        text(0, "a") + &message_start().replace("\"content\":[]", "\"content\":[{\"type\":\"tool_use\",\"name\":\"s3\"}]"),
    ] {
        let seen = is_flawed(&(message_start() + &broken + &call(1, "ls", "{\"later\":1}") + &ending("tool_use")), "s3");
        assert!(!seen.text().contains("later") || broken.contains("\"index\":0,\"delta\":{\"type\":\"input"), "{}", seen.text());
        assert!(seen.text().ends_with(&ending("end_turn")), "{}", seen.text());
    }
}

#[test]
fn a_message_that_begins_with_a_call_loses_it() {
    let with = |content: &str| message_start().replace("\"content\":[]", &format!("\"content\":[{content}]"));
    let seen = is_flawed(&(with(r#"{"type":"tool_use","id":"t","name":"s3","input":{}}"#) + &ending("tool_use")), "s3");
    assert!(seen.text().starts_with("event: message_start\n"));
    assert!(seen.text().ends_with(&ending("end_turn")));
    passes(&(with(r#"{"type":"text","text":"a"}"#) + &ending("end_turn")), &[]);
}

#[test]
fn an_event_that_says_two_things_about_a_block_is_not_delivered() {
    let call = begin(0, "s3") + &more(0, "{}") + &stop(0);
    for renamed in ["content_block_start", "content_block_delta", "content_block_stop"] {
        let line = format!("event: {renamed}\n");
        is_flawed(&(message_start() + &call.replace(&line, "event: ping\n") + &ending("tool_use")), "s3");
    }
    let hidden = "event: content_block_start\ndata: {\"type\":\"ping\",\"index\":0,\"s3\":1}\n\n";
    is_flawed(&(message_start() + hidden + &ending("tool_use")), "s3");
}

#[test]
fn frames_without_an_event_line_are_judged_all_the_same() {
    let bare =
        |stream: String| stream.lines().filter(|line| !line.starts_with("event:")).map(|line| format!("{line}\n")).collect::<String>();
    let stream = bare(message(&[text(0, "a"), call(1, "ls", "{}")], "tool_use"));
    passes(&stream, &["ls({})"]);
    assert!(!replay(Anthropic, &stream, &withhold).text().contains("toolu_1"));
}

#[test]
fn a_key_that_stands_twice_in_a_call_lets_nothing_out() {
    for block in [
        r#"{"type":"tool_use","id":"t","name":"ls","name":"s3","input":{}}"#,
        r#"{"type":"tool_use","id":"t","name":"ls","Input":{"s3":1}}"#,
        r#"{"Type":"tool_use","id":"t","name":"s3","input":{}}"#,
        r#"{"type":"text","\u0074ype":"tool_use","name":"s3"}"#,
        r#"{"type":"tool_use","id":"t","name":["s3"],"input":{}}"#,
        r#"["s3"]"#,
    ] {
        is_flawed(&message(&[start(0, block) + &stop(0)], "tool_use"), "s3");
    }
}

#[test]
fn calls_past_a_bound_are_withheld() {
    let bounds = |call_arguments_bytes, held_frames_bytes| Bounds { call_arguments_bytes, held_frames_bytes };
    let stream = message(&[call(0, "ls", &format!("{{\"a\":\"{}\"}}", "s3".repeat(100)))], "tool_use");
    for bounds in [bounds(100, 4096), bounds(4096, 400)] {
        let seen = replay_pieces(Anthropic, &[stream.as_bytes()], bounds, &|_| Ruling::Release);
        assert!(seen.calls()[0].ends_with("!the call is larger than the limit"), "{:?}", seen.calls());
        assert!(bounds.call_arguments_bytes == 100 || !seen.text().contains("s3"));
    }
    let many: Vec<String> = (0..5000).map(|index| text(index, "a")).collect();
    let seen = replay_pieces(Anthropic, &[message(&many, "end_turn").as_bytes()], Bounds::default(), &release);
    assert_eq!(seen.proposals.len(), 1);
}

#[test]
fn an_ending_in_several_lines_is_changed_too() {
    let stream = message(&[call(0, "rm", "{}")], "tool_use").replace(r#""delta":{"stop_reason""#, "\ndata: \"delta\":{\"stop_reason\"");
    let seen = replay(Anthropic, &stream, &withhold);
    assert!(seen.text().contains(r#""stop_reason":"end_turn""#) && !seen.text().contains(r#""tool_use""#), "{}", seen.text());
}

#[test]
fn a_notice_is_never_an_empty_block() {
    let seen = replay(Anthropic, &message(&[call(0, "rm", "{}")], "tool_use"), &|_| Ruling::Withhold(String::new()));
    assert_eq!(assembled(&seen).0, ["text [linchpin] a call was not delivered."]);
}

#[test]
fn a_withheld_call_in_a_stream_with_crlf_leaves_valid_frames() {
    let stream = message(&[text(0, "a"), call(1, "rm", "{}")], "tool_use").replace('\n', "\r\n");
    let (kept, reason, _) = seen(&stream, &withhold);
    assert_eq!((kept, reason.as_deref()), (vec!["text a".to_owned(), "text [withheld rm]".to_owned()], Some("end_turn")));
}

#[test]
fn what_is_no_event_passes() {
    let stream = message(&[text(0, "a")], "end_turn") + ": bye\n\ndata: [DONE]\n\nevent: ping\ndata:\n\n";
    passes(&stream, &[]);
}

#[test]
fn a_notice_goes_into_a_text_that_was_begun() {
    let broken = start(0, r#"{"type":"text","text":""}"#) + &more(0, "s3") + &stop(0);
    let seen = is_flawed(&(message_start() + &broken + &ending("tool_use")), "s3");
    assert_eq!(assembled(&seen).0, ["text \n\n[withheld]"]);
}
