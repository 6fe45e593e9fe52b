//! Chat Completions as clients get it: streams and bodies in, bytes out.
//!
//! Shapes from OpenAI's published schema and from what compatible servers send; the
//! bytes are hand-made.

use crate::dialect::Dialect::OpenaiChat;
use crate::wire::testing::{Replayed, release, replay, replay_body, withhold, withhold_rm};

/// A stream of chunks whose `choices` are given, and `[DONE]`.
fn stream(choices: &[&str]) -> String {
    let chunk = |choices: &&str| {
        format!("data: {{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"m\",\"choices\":[{choices}]}}\n\n")
    };
    format!("{}data: [DONE]\n\n", choices.iter().map(chunk).collect::<String>())
}

fn delta(index: u64, delta: &str) -> String {
    format!(r#"{{"index":{index},"delta":{delta},"finish_reason":null}}"#)
}

fn finish(index: u64, reason: &str) -> String {
    format!(r#"{{"index":{index},"delta":{{}},"finish_reason":"{reason}"}}"#)
}

fn begin(index: u64, call: u64, name: &str) -> String {
    delta(
        index,
        &format!(
            r#"{{"tool_calls":[{{"index":{call},"id":"call_{call}","type":"function","function":{{"name":"{name}","arguments":""}}}}]}}"#
        ),
    )
}

fn more(index: u64, call: u64, arguments: &str) -> String {
    let arguments = crate::json::escape(arguments);
    delta(index, &format!(r#"{{"tool_calls":[{{"index":{call},"function":{{"arguments":"{arguments}"}}}}]}}"#))
}

fn text(index: u64, text: &str) -> String {
    delta(index, &format!(r#"{{"content":"{text}"}}"#))
}

fn joined(parts: &[String]) -> String {
    stream(&parts.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The calls a concatenating client would assemble: (choice, index, id, name, arguments).
fn assembled(seen: &Replayed) -> Vec<(u64, u64, String, String, String)> {
    let mut calls: std::collections::BTreeMap<(u64, u64), (String, String, String)> = Default::default();
    for line in seen.text().lines().filter_map(|line| line.strip_prefix("data: ")).filter(|data| *data != "[DONE]") {
        let chunk: serde_json::Value = serde_json::from_str(line).expect("a chunk");
        for choice in chunk["choices"].as_array().into_iter().flatten() {
            for call in choice["delta"]["tool_calls"].as_array().into_iter().flatten() {
                let entry = calls.entry((choice["index"].as_u64().unwrap(), call["index"].as_u64().unwrap())).or_default();
                entry.0.push_str(call["id"].as_str().unwrap_or(""));
                entry.1.push_str(call["function"]["name"].as_str().unwrap_or(""));
                entry.2.push_str(call["function"]["arguments"].as_str().unwrap_or(""));
            }
        }
    }
    calls.into_iter().map(|((choice, index), (id, name, arguments))| (choice, index, id, name, arguments)).collect()
}

#[test]
fn a_stream_whose_calls_pass_leaves_byte_for_byte() {
    let parts = [
        text(0, "Let me"),
        begin(0, 0, "ls"),
        more(0, 0, "{\"p\":"),
        more(0, 0, "1}"),
        begin(0, 1, "cat"),
        more(0, 1, "{}"),
        finish(0, "tool_calls"),
    ];
    let sent = joined(&parts);
    let seen = replay(OpenaiChat, &sent, &release);
    assert_eq!(seen.calls(), [r#"ls({"p":1})"#, "cat({})"]);
    assert_eq!(seen.text(), sent);
}

#[test]
fn a_withheld_call_leaves_no_byte_and_the_others_close_ranks() {
    let parts = [
        begin(0, 0, "ls"),
        more(0, 0, "{}"),
        begin(0, 1, "rm"),
        more(0, 1, "{\"secret\":1}"),
        begin(0, 2, "cat"),
        more(0, 2, "{\"a\":2}"),
        finish(0, "tool_calls"),
    ];
    let seen = replay(OpenaiChat, &joined(&parts), &withhold_rm);
    assert!(!seen.text().contains("secret") && !seen.text().contains("call_1"));
    assert!(seen.text().contains("[withheld rm]"));
    let expected = [(0, 0, "call_0", "ls", "{}"), (0, 1, "call_2", "cat", "{\"a\":2}")];
    let expected: Vec<_> = expected.map(|(c, i, id, n, a)| (c, i, id.to_owned(), n.to_owned(), a.to_owned())).into();
    assert_eq!(assembled(&seen), expected);
    assert!(seen.text().contains(r#""finish_reason":"tool_calls""#));
}

#[test]
fn with_no_call_left_the_turn_ends_with_stop() {
    let seen = replay(OpenaiChat, &joined(&[text(0, "Hm"), begin(0, 0, "rm"), more(0, 0, "{}"), finish(0, "tool_calls")]), &withhold);
    assert!(seen.text().contains(r#""finish_reason":"stop""#) && !seen.text().contains("tool_calls"));
    let length = replay(OpenaiChat, &joined(&[begin(0, 0, "rm"), more(0, 0, "{\"a"), finish(0, "length")]), &withhold);
    assert!(length.text().contains(r#""finish_reason":"length""#));
}

#[test]
fn text_flows_while_a_call_is_on_its_way() {
    let parts = [begin(0, 0, "rm"), text(1, "other choice"), text(0, "more words")];
    let sent = parts.iter().map(|p| format!("data: {{\"choices\":[{p}]}}\n\n")).collect::<String>();
    let mut gate = crate::wire::Gate::new(OpenaiChat, crate::wire::Framing::Events, crate::wire::Bounds::default()).expect("a gate");
    let mut out = Vec::new();
    assert!(gate.push(sent.as_bytes(), &mut out).expect("small").is_empty());
    let out = String::from_utf8(out).expect("text");
    assert!(out.contains("other choice") && out.contains("more words") && !out.contains("tool_calls"));
}

#[test]
fn pieces_of_names_and_ids_are_joined_and_repeated_ones_are_not_doubled() {
    let split =
        [begin(0, 0, "r"), delta(0, r#"{"tool_calls":[{"index":0,"function":{"name":"m","arguments":"{}"}}]}"#), finish(0, "tool_calls")];
    assert_eq!(replay(OpenaiChat, &joined(&split), &release).calls(), ["rm({})"]);
    let repeated = [begin(0, 0, "ls"), begin(0, 0, "ls"), more(0, 0, "{}"), finish(0, "tool_calls")];
    let seen = replay(OpenaiChat, &joined(&repeated), &release);
    assert_eq!(seen.calls(), ["ls({})"]);
    assert_eq!(assembled(&seen), [(0, 0, "call_0".to_owned(), "ls".to_owned(), "{}".to_owned())]);
}

#[test]
fn without_an_index_a_new_id_opens_a_new_call() {
    let piece = |id: &str, name: &str, arguments: &str| {
        delta(
            0,
            &format!(r#"{{"tool_calls":[{{"id":"{id}","type":"function","function":{{"name":"{name}","arguments":"{arguments}"}}}}]}}"#),
        )
    };
    let parts = [piece("a", "ls", "{"), piece("", "", "}"), piece("b", "rm", "{}"), finish(0, "stop")];
    let seen = replay(OpenaiChat, &joined(&parts), &withhold_rm);
    assert_eq!(seen.calls(), ["ls({})", "rm({})"]);
    assert_eq!(assembled(&seen).len(), 1);
}

#[test]
fn every_choice_is_judged() {
    let parts =
        [begin(0, 0, "ls"), begin(1, 0, "rm"), more(1, 0, "{}"), finish(1, "tool_calls"), more(0, 0, "{}"), finish(0, "tool_calls")];
    let seen = replay(OpenaiChat, &joined(&parts), &withhold_rm);
    assert_eq!(seen.calls(), ["ls({})", "rm({})"]);
    assert_eq!(assembled(&seen).len(), 1);
}

#[test]
fn free_text_and_legacy_calls_are_calls() {
    let custom = delta(0, r#"{"tool_calls":[{"index":0,"id":"c","type":"custom","custom":{"name":"apply_patch","input":"*** Begin"}}]}"#);
    let seen = replay(OpenaiChat, &joined(&[custom, finish(0, "tool_calls")]), &withhold);
    assert_eq!(seen.calls(), ["apply_patch(*** Begin)"]);
    assert!(!seen.text().contains("*** Begin"));
    let legacy = [
        delta(0, r#"{"function_call":{"name":"rm","arguments":""}}"#),
        delta(0, r#"{"function_call":{"arguments":"{}"}}"#),
        finish(0, "function_call"),
    ];
    let seen = replay(OpenaiChat, &joined(&legacy), &withhold);
    assert_eq!(seen.calls(), ["rm({})"]);
    assert!(!seen.text().contains("function_call"));
}

#[test]
fn a_cut_stream_delivers_no_half_call() {
    let whole = joined(&[text(0, "a"), begin(0, 0, "rm"), more(0, 0, "{\"path\":\"/tmp\""), finish(0, "tool_calls")]);
    let cut = whole.split_once("\"finish_reason\":\"tool_calls\"").map(|(before, _)| before).expect("a finish");
    let seen = replay(OpenaiChat, cut, &release);
    assert!(seen.proposals.iter().all(|p| p.flaw.is_some()), "{:?}", seen.calls());
    assert!(!seen.text().contains("/tmp"));
}

#[test]
fn what_is_not_known_to_be_words_is_an_action() {
    for field in [r#""mcp_call":{"name":"rm"}"#, r#""Tool_Calls":[{"index":0}]"#, r#""content":[{"type":"tool_use","name":"rm"}]"#] {
        let seen = replay(OpenaiChat, &joined(&[delta(0, &format!("{{{field}}}")), finish(0, "stop")]), &release);
        assert!(seen.proposals.iter().any(|p| p.flaw.is_some()), "{field}");
        assert!(!seen.text().contains("\"rm\"") && !seen.text().contains("Tool_Calls"), "{}", seen.text());
    }
    let harmless = [delta(0, r#"{"reasoning_details":[{"type":"x"}],"x_note":"words","x_empty":{}}"#), finish(0, "stop")];
    let sent = joined(&harmless);
    let seen = replay(OpenaiChat, &sent, &release);
    assert_eq!((seen.text(), seen.calls()), (sent, vec![]));
}

#[test]
fn a_key_that_stands_twice_in_a_frame_lets_nothing_out() {
    let twice = r#"{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"ls","name":"rm","arguments":"{}"}}]}}"#;
    let seen = replay(OpenaiChat, &joined(&[twice.to_owned(), finish(0, "tool_calls")]), &release);
    assert!(seen.proposals[0].flaw.is_some());
    assert!(!seen.text().contains("\"ls\""));
}

#[test]
fn a_call_that_goes_on_after_its_verdict_is_not_extended() {
    let parts = [begin(0, 0, "ls"), more(0, 0, "{}"), finish(0, "tool_calls"), more(0, 0, "; rm -rf")];
    let seen = replay(OpenaiChat, &joined(&parts), &release);
    assert_eq!(assembled(&seen), [(0, 0, "call_0".to_owned(), "ls".to_owned(), "{}".to_owned())]);
    assert_eq!(seen.proposals.len(), 2);
}

#[test]
fn whatever_is_no_call_leaves_as_it_came() {
    let sent =
        ": ping\n\ndata: {\"choices\":[],\"usage\":{\"total_tokens\":3}}\n\ndata: {\"error\":{\"message\":\"x\"}}\r\n\r\ndata: [DONE]\n\n";
    assert_eq!(replay(OpenaiChat, sent, &release).text(), sent);
}

#[test]
fn a_body_is_cut_where_a_call_is_withheld_and_nowhere_else() {
    let body = r#"{ "id":"x", "choices":[{"index":0,"message":{"role":"assistant","content":"Hi \u00e9","tool_calls":[
        {"id":"a","type":"function","function":{"name":"ls","arguments":"{}"}}, {"id":"b","type":"function","function":{"name":"rm","arguments":"{\"q\":1}"}}]},
        "finish_reason":"tool_calls"}], "usage":{"n":1.0e3}}"#;
    assert_eq!(replay_body(OpenaiChat, body, &release).text(), body);
    let seen = replay_body(OpenaiChat, body, &withhold_rm);
    assert_eq!(seen.calls(), ["ls({})", r#"rm({"q":1})"#]);
    let value: serde_json::Value = serde_json::from_slice(&seen.bytes).expect("still JSON");
    let message = &value["choices"][0]["message"];
    assert_eq!(message["content"], "Hi é\n\n[withheld rm]");
    assert_eq!(message["tool_calls"].as_array().map(Vec::len), Some(1));
    assert_eq!(value["choices"][0]["finish_reason"], "tool_calls");
    assert!(seen.text().contains(r#""Hi \u00e9\n\n"#) && seen.text().ends_with(r#""usage":{"n":1.0e3}}"#));
    let none = replay_body(OpenaiChat, body, &withhold);
    assert!(!none.text().contains("tool_calls") && none.text().contains(r#""finish_reason":"stop""#));
}

#[test]
fn a_body_with_a_null_content_gets_the_notice_as_its_content() {
    let body =
        r#"{"choices":[{"message":{"content":null,"function_call":{"name":"rm","arguments":"{}"}},"finish_reason":"function_call"}]}"#;
    let seen = replay_body(OpenaiChat, body, &withhold);
    assert_eq!(seen.text(), r#"{"choices":[{"message":{"content":"[withheld rm]"},"finish_reason":"stop"}]}"#);
}
