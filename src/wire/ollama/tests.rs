//! Ollama as clients get it: lines and bodies in, bytes out. The bytes are hand-made,
//! after the shapes that the server and its client libraries publish.

mod damaged;
mod request;

use crate::dialect::Dialect::Ollama;
use crate::wire::testing::{Replayed, release, replay_body, replay_of, replay_pieces_of, withhold, withhold_rm};
use crate::wire::{Bounds, Framing, Gate};
use proptest::prelude::*;

/// A line of a chat whose message has these members.
fn line(message: &str) -> String {
    format!(r#"{{"model":"qwen3","created_at":"2026-01-02T03:04:05.6Z","message":{{"role":"assistant",{message}}},"done":false}}"#) + "\n"
}

fn said(text: &str) -> String {
    line(&format!(r#""content":"{text}""#))
}

fn call(name: &str, arguments: &str) -> String {
    format!(r#"{{"function":{{"name":"{name}","arguments":{arguments}}}}}"#)
}

fn calls(calls: &[String]) -> String {
    line(&format!(r#""content":"","tool_calls":[{}]"#, calls.join(",")))
}

const END: &str = "{\"model\":\"qwen3\",\"created_at\":\"2026-01-02T03:04:06Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"eval_count\":9}\n";

fn replay(stream: &str, rule: &dyn Fn(&crate::call::Proposal) -> crate::wire::Ruling) -> Replayed {
    replay_of(Ollama, Framing::Lines, stream, rule)
}

/// The calls and the words that a client reads, line by line.
fn read_by_client(seen: &Replayed) -> (Vec<String>, String) {
    let (mut calls, mut words) = (Vec::new(), String::new());
    for line in seen.text().lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("one object a line, and none blank");
        let message = &line["message"];
        words.push_str(message["content"].as_str().or(line["response"].as_str()).unwrap_or(""));
        for call in message["tool_calls"].as_array().into_iter().flatten() {
            calls.push(format!("{}({})", call["function"]["name"].as_str().unwrap_or(""), call["function"]["arguments"]));
        }
    }
    (calls, words)
}

#[test]
fn a_stream_whose_calls_pass_leaves_byte_for_byte() {
    let stream = [
        line(r#""content":"","thinking":"the mailbox first""#),
        said("Let me gr\u{fc}\u{df}e \\u2713"),
        calls(&[call("ls", r#"{ "p": 1.0e3 }"#), call("cat", "{}")]),
        calls(&[r#"{"id":"call_x1","type":"function","function":{"index":2,"name":"ls","arguments":{}}}"#.into()]),
        END.into(),
    ]
    .concat();
    let seen = replay(&stream, &release);
    assert_eq!(seen.calls(), [r#"ls({ "p": 1.0e3 })"#, "cat({})", "ls({})"]);
    assert_eq!(seen.text(), stream);
    assert_eq!(seen.proposals[2].call.id, "call_x1");
    assert_eq!(replay(&stream.replace('\n', "\r\n"), &release).text(), stream.replace('\n', "\r\n"));
    assert_eq!(replay(stream.trim_end(), &release).text(), stream.trim_end(), "the last line needs no end");
}

#[test]
fn a_withheld_call_leaves_no_byte_and_the_others_stay_as_they_were() {
    let kept = r#"{"id":"call_2","function":{"index":1,"name":"cat","arguments":{ "a" : 2 }}}"#;
    let stream = [said("Hm. "), calls(&[call("ls", "{}"), call("rm", r#"{"secret":1}"#), kept.into()]), said("Done."), END.into()].concat();
    let seen = replay(&stream, &withhold_rm);
    assert!(!seen.text().contains("secret") && !seen.text().contains("\"rm\""), "{}", seen.text());
    assert!(seen.text().contains(kept), "what stays is not written anew");
    let (calls, words) = read_by_client(&seen);
    assert_eq!(calls, ["ls({})", r#"cat({"a":2})"#]);
    assert_eq!(words, "Hm. \n\n[withheld rm]Done.");
    assert!(seen.text().starts_with(&said("Hm. ")) && seen.text().ends_with(&[said("Done."), END.into()].concat()));
}

#[test]
fn words_beside_a_withheld_call_go_with_the_notice_behind_them() {
    let one = line(&format!(r#""content":"I\u0027ll tidy \u00fcp","thinking":"now","tool_calls":[{}]"#, call("rm", "{}")));
    let seen = replay(&format!("{one}{END}"), &withhold);
    let expected = line(r#""content":"I\u0027ll tidy \u00fcp\n\n[withheld rm]","thinking":"now""#);
    assert_eq!(seen.text(), format!("{expected}{END}"), "all else of the line stays byte for byte");
    let bare = line(&format!(r#""tool_calls":[{}]"#, call("rm", "{}")));
    assert_eq!(read_by_client(&replay(&bare, &withhold)).1, "[withheld rm]");
}

#[test]
fn a_call_in_the_last_line_and_calls_behind_it_are_judged() {
    let last = END.replace(r#""content":"""#, &format!(r#""content":"","tool_calls":[{}]"#, call("rm", "{}")));
    let seen = replay(&format!("{last}{}", calls(&[call("rm", r#"{"late":1}"#)])), &withhold);
    assert_eq!(seen.calls(), ["rm({})", r#"rm({"late":1})"#]);
    assert!(!seen.text().contains("tool_calls") && seen.text().contains(r#""done":true,"done_reason":"stop","eval_count":9"#));
}

#[test]
fn arguments_are_judged_as_any_client_could_have_them() {
    for (arguments, read) in [
        (r#""{\"p\":1}""#, r#"rm({"p":1})"#),
        ("null", "rm()"),
        (r#""""#, "rm()"),
        (r#"[{"p":1}]"#, r#"rm([{"p":1}])"#),
        (r#"{"p":1,"p":2}"#, r#"rm({"p":1,"p":2})"#),
    ] {
        let seen = replay(&calls(&[call("rm", arguments)]), &withhold);
        assert_eq!(seen.calls(), [read], "{arguments}");
        assert_eq!(read_by_client(&seen).0, Vec::<String>::new(), "{arguments}");
    }
    let none = calls(&[r#"{"function":{"name":"ls"}}"#.into()]);
    assert_eq!(replay(&none, &release).calls(), ["ls()"]);
}

#[test]
fn arguments_past_the_limit_are_a_flaw() {
    let stream = calls(&[call("ls", r#"{"long":"0123456789"}"#)]);
    let bounds = Bounds { call_arguments_bytes: 12, ..Bounds::default() };
    let seen = replay_pieces_of(Ollama, Framing::Lines, &[stream.as_bytes()], bounds, &release);
    assert!(seen.proposals[0].flaw.is_some() && !seen.text().contains("0123"), "{}", seen.text());
}

#[test]
fn a_bare_prompt_is_answered_in_its_own_shape() {
    let word = "{\"model\":\"m\",\"created_at\":\"t\",\"response\":\"Hi\",\"done\":false}\n";
    let end = "{\"model\":\"m\",\"created_at\":\"t\",\"response\":\"\",\"done\":true,\"done_reason\":\"stop\",\"context\":[1,2,3],\"logprobs\":[{\"token\":\"Hi\",\"logprob\":-0.1,\"top_logprobs\":[{\"token\":\"Hi\"}]}]}\n";
    let stream = format!("{word}{end}");
    let seen = replay(&stream, &release);
    assert_eq!((seen.text(), seen.calls()), (stream, vec![]));
    let odd = word.replace(r#""response":"Hi""#, r#""response":"Hi","tool_calls":[{"function":{"name":"rm","arguments":{}}}]"#);
    let seen = replay(&odd, &release);
    assert!(seen.proposals[0].flaw.is_some(), "{:?}", seen.calls());
    assert_eq!(seen.text(), word.replace("Hi", "Hi\\n\\n[withheld ]"));
    let both = word.replace(r#""response""#, &format!(r#""message":{{"tool_calls":[{}]}},"response""#, call("rm", "{}")));
    assert!(!replay(&both, &withhold).text().contains("tool_calls"));
}

#[test]
fn a_sign_of_life_is_an_empty_object_in_the_shape_of_the_stream() {
    for (first, own) in [
        (said("Hi"), r#"{"model":"qwen3","created_at":"2026-01-02T03:04:05.6Z","message":{"role":"assistant","content":""},"done":false}"#),
        (
            "{\"model\":\"m\",\"created_at\":\"t\",\"response\":\"Hi\"}\n".into(),
            r#"{"model":"m","created_at":"t","response":"","done":false}"#,
        ),
        (
            String::new(),
            r#"{"model":"qwen3","created_at":"2026-01-02T03:04:05.6Z","message":{"role":"assistant","content":""},"done":false}"#,
        ),
    ] {
        let mut gate = Gate::new(Ollama, Framing::Lines, Bounds::default()).expect("a gate");
        let mut out = Vec::new();
        let stream = first.clone() + &calls(&[call("rm", "{}")]);
        assert_eq!(gate.push(stream.as_bytes(), &mut out).expect("small").len(), 1);
        assert_eq!(String::from_utf8(std::mem::take(&mut out)).expect("text"), first, "words are there before the verdict");
        gate.keep_alive(&mut out);
        assert_eq!(String::from_utf8(out).expect("text"), format!("{own}\n"));
    }
}

#[test]
fn a_halt_ends_the_stream_as_one_that_is_complete_and_only_once() {
    let mut gate = Gate::new(Ollama, Framing::Lines, Bounds::default()).expect("a gate");
    let mut out = Vec::new();
    assert!(gate.push(said("Hi").as_bytes(), &mut out).expect("small").is_empty());
    gate.halt("[linchpin] halted", &mut out);
    gate.halt("[linchpin] halted", &mut out);
    let seen = Replayed { bytes: out, proposals: vec![] };
    assert_eq!(read_by_client(&seen).1, "Hi\n\n[linchpin] halted");
    assert_eq!(seen.text().matches(r#""done":true,"done_reason":"stop""#).count(), 1);
    let mut gate = Gate::new(Ollama, Framing::Lines, Bounds::default()).expect("a gate");
    let mut out = Vec::new();
    assert!(gate.push(END.as_bytes(), &mut out).expect("small").is_empty());
    gate.halt("[linchpin] halted", &mut out);
    assert_eq!(String::from_utf8(out).expect("text"), END, "it was over already");
}

#[test]
fn a_body_is_cut_where_a_call_is_withheld_and_nowhere_else() {
    let body = format!(
        "{{ \"model\": \"m\",\n \"message\": {{\"role\":\"assistant\",\"content\":\"Hi\",\"tool_calls\":[{}, {}]}},\n \"done\" : true }}\n",
        call("ls", "{}"),
        call("rm", r#"{"secret":[1]}"#)
    );
    assert_eq!(replay_body(Ollama, &body, &release).text(), body);
    let seen = replay_body(Ollama, &body, &withhold_rm);
    assert_eq!(seen.calls(), ["ls({})", r#"rm({"secret":[1]})"#]);
    let message = format!(r#"{{"role":"assistant","content":"Hi\n\n[withheld rm]","tool_calls":[{}]}}"#, call("ls", "{}"));
    assert_eq!(seen.text(), format!("{{ \"model\": \"m\",\n \"message\": {message},\n \"done\" : true }}\n"));
    assert!(!replay_body(Ollama, &body, &withhold).text().contains("tool_calls"));
    let error = r#"{"error":"model 'x' not found"}"#;
    assert_eq!(replay_body(Ollama, error, &release).text(), error);
}

proptest! {
    /// Whatever surrounds it, and however the stream is cut.
    #[test]
    fn no_byte_of_a_withheld_call_leaves(
        before in proptest::collection::vec("[ -~\u{2028}\u{85}é]{0,12}", 0..4),
        beside in "[a-z \u{2028}]{0,8}",
        how in 0_usize..6,
        size in 1_usize..200,
    ) {
        let secret = "zebra7731";
        let name = call("rm", &format!(r#"{{"{secret}":"{secret}"}}"#));
        let ending = match how {
            0 => calls(std::slice::from_ref(&name)),
            1 => line(&format!(r#""content":"{beside}","tool_calls":[{name}]"#)),
            2 => calls(&[call("ls", "{}"), name.clone(), call("ls", "{}")]),
            3 => calls(std::slice::from_ref(&name)).trim_end().to_owned(),
            4 => calls(std::slice::from_ref(&name)).split_at(160).0.to_owned(),
            _ => format!("{{\"Message\":{{\"tool_calls\":[{name}]}},\"done\":true}}\n"),
        };
        let words: String = before.iter().map(|text| said(&crate::json::escape(text))).collect();
        let stream = format!("{words}{ending}{END}");
        let pieces: Vec<&[u8]> = stream.as_bytes().chunks(size).collect();
        let seen = replay_pieces_of(Ollama, Framing::Lines, &pieces, Bounds::default(), &withhold_rm);
        prop_assert!(!seen.text().contains(secret), "{}", seen.text());
        prop_assert!(seen.text().starts_with(&words));
        prop_assert!(seen.text().contains("[withheld "));
    }
}
