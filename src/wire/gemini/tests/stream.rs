//! Streams in order.

use super::*;
use crate::dialect::Dialect::Gemini;
use crate::wire::testing::{Replayed, release, replay_of, withhold, withhold_rm};
use crate::wire::{Bounds, Gate};

const BOTH: [Framing; 2] = [Framing::Events, Framing::Array];

fn parts(framing: Framing, seen: &Replayed) -> Vec<String> {
    parts_of(&chunks(framing, &seen.text()), 0)
}

#[test]
fn a_stream_whose_calls_pass_leaves_byte_for_byte() {
    for (framing, sent) in [(Framing::Events, SSE), (Framing::Array, ARRAY), (Framing::Events, PIECES)] {
        let seen = replay_of(Gemini, framing, sent, &|_| crate::wire::Ruling::Release);
        assert_eq!(seen.text(), sent);
        assert!(seen.proposals.iter().all(|proposal| proposal.flaw.is_none()), "{:?}", seen.calls());
    }
    let crlf = SSE.replace('\n', "\r\n");
    assert_eq!(replay_of(Gemini, Framing::Events, &crlf, &|_| crate::wire::Ruling::Release).text(), crlf);
}

#[test]
fn a_withheld_call_becomes_text_and_all_other_bytes_stay() {
    for (framing, sent) in [(Framing::Events, SSE), (Framing::Array, ARRAY)] {
        let seen = replay_of(Gemini, framing, sent, &withhold_rm);
        let calls: Vec<String> = seen.calls().iter().map(|call| call.split_whitespace().collect()).collect();
        assert_eq!(
            calls,
            [
                r#"rm_files({"paths":["/srv/s3"],"force":true})"#,
                r#"list_dir({"path":"/srv","depth":1.0})"#,
                r#"rm_dir({"path":"/srv/s3/old"})"#
            ]
        );
        assert!(!seen.text().contains("s3"), "{}", seen.text());
        assert_eq!(
            parts(framing, &seen)[2..],
            ["[withheld rm_files]", r#"list_dir({"depth":1.0,"path":"/srv"}) #EpYBCpMBAXLI2nw="#, "[withheld rm_dir]"]
        );
        let (before, _) = sent.split_once("rm_files").expect("a call");
        let same = before.rfind(r#"{"functionCall""#).or(before.rfind("{\n            \"functionCall\"")).expect("a part");
        assert!(seen.text().starts_with(&sent[..same]), "{}", seen.text());
        let tail = sent.rfind("totalTokenCount\": 183").expect("usage");
        assert!(seen.text().ends_with(&sent[tail..]), "{}", seen.text());
    }
}

#[test]
fn a_signature_goes_to_the_first_call_that_is_delivered() {
    let signed = r#"{"functionCall":{"name":"rm","args":{"s3":1}},"thoughtSignature":"U2ln"}"#;
    let both = [signed.to_owned(), call("ls", "{}")].join(",");
    for framing in BOTH {
        let see = |chunks: &[String], rule| parts(framing, &replay_of(Gemini, framing, &streamed(framing, chunks), rule));
        assert_eq!(see(&[last(&both)], &withhold_rm), ["[withheld rm]", "ls({}) #U2ln"]);
        assert_eq!(see(&[last(&both)], &withhold), ["[withheld rm] #U2ln", "[withheld ls]"]);
        let own = r#"{"functionCall":{"name":"ls","args":{}},"thoughtSignature":"T3du"}"#;
        assert_eq!(see(&[last(&[signed, own].join(","))], &withhold_rm), ["[withheld rm] #U2ln", "ls({}) #T3du"]);
        let empty = r#"{"functionCall":{"name":"ls","args":{}},"thoughtSignature":""}"#;
        assert_eq!(see(&[last(&[signed, empty].join(","))], &withhold_rm), ["[withheld rm]", "ls({}) #U2ln"]);
        let first = [call("ls", "{}").replace("}}}", r#"}},"thoughtSignature":"U2ln"}"#), call("rm", "{}")].join(",");
        assert_eq!(see(&[last(&first)], &withhold_rm), ["ls({}) #U2ln", "[withheld rm]"]);
        // The first one has gone its way when the second comes.
        let apart = [chunk(signed, ""), last(&[call("ls", "{}"), call("cat", "{}")].join(","))];
        assert_eq!(see(&apart, &withhold_rm), ["[withheld rm] #U2ln", "ls({}) #U2ln", "cat({})"]);
    }
}

#[test]
fn a_call_delivered_later_begins_a_step_of_its_own_and_is_signed_as_its_step_was() {
    let signed = r#"{"text":"words","functionCall":{"name":"ls","args":{}},"thoughtSignature":"U2ln"}"#;
    let sent = streamed(Framing::Events, &[last(&[signed.to_owned(), call("rm", "{ }")].join(","))]);
    let seen = replay_of(Gemini, Framing::Events, &sent, &withhold);
    let wires: Vec<&str> = seen.proposals.iter().filter_map(|proposal| proposal.wire.as_deref()).collect();
    let expected = [
        r#"{"functionCall":{"name":"ls","args":{}},"thoughtSignature":"U2ln"}"#,
        r#"{"functionCall":{"name":"rm","args":{ }},"thoughtSignature":"U2ln"}"#,
    ];
    assert_eq!(wires, expected);
    let plain = replay_of(Gemini, Framing::Events, &streamed(Framing::Events, &[last(&call("rm", "{}"))]), &withhold);
    assert_eq!(plain.proposals[0].wire.as_deref(), Some(call("rm", "{}").as_str()));
}

#[test]
fn words_leave_before_the_call_behind_them_is_decided() {
    for framing in BOTH {
        let sent = streamed(framing, &[chunk(&text("early"), ""), last(&call("rm", "{}"))]);
        let (early, _) = sent.split_once(r#"{"functionCall"#).expect("a call");
        let mut gate = Gate::new(Gemini, framing, Bounds::default()).expect("a gate");
        let mut out = Vec::new();
        assert!(gate.push(early.as_bytes(), &mut out).expect("small").is_empty());
        let out = String::from_utf8(out).expect("text");
        assert!(out.contains("early") && !out.contains("STOP") && sent.starts_with(&out), "{out}");
    }
}

#[test]
fn words_beside_a_call_in_its_part_stay() {
    let part = r#"{"text":"both \u00e9","thought":true,"functionCall":{"name":"rm","args":{"s3":1}},"thoughtSignature":"U2ln"}"#;
    for framing in BOTH {
        let seen = replay_of(Gemini, framing, &streamed(framing, &[last(part)]), &withhold);
        assert_eq!(parts(framing, &seen), ["both é", "[withheld rm] #U2ln"]);
        assert!(seen.text().contains(r#"{"text":"both \u00e9","thought":true},{"text":"[withheld rm]","#), "{}", seen.text());
        assert!(!seen.text().contains("s3"));
    }
}

#[test]
fn every_candidate_is_judged() {
    let both = r#"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"ls"}}]},"index":0},{"content":{"parts":[{"functionCall":{"name":"rm","args":null}}]},"index":1,"finishReason":"STOP"}]}"#;
    for framing in BOTH {
        let seen = replay_of(Gemini, framing, &streamed(framing, &[both, &last("")]), &withhold_rm);
        assert_eq!(seen.calls(), ["ls({})", "rm({})"]);
        let chunks = chunks(framing, &seen.text());
        assert_eq!((parts_of(&chunks, 0), parts_of(&chunks, 1)), (vec!["ls(null)".to_owned()], vec!["[withheld rm]".to_owned()]));
    }
}

#[test]
fn a_call_in_pieces_waits_until_it_is_whole() {
    for framing in BOTH {
        let sent = match framing {
            Framing::Events => PIECES.to_owned(),
            _ => streamed(framing, &PIECES.split("\n\n").filter_map(|event| event.strip_prefix("data: ")).collect::<Vec<_>>()),
        };
        let mut gate = Gate::new(Gemini, framing, Bounds::default()).expect("a gate");
        let mut out = Vec::new();
        let before = sent.find(r#"{"functionCall":{}}"#).expect("its end");
        assert!(gate.push(&sent.as_bytes()[..before], &mut out).expect("small").is_empty());
        assert!(!String::from_utf8_lossy(&out).contains("functionCall"));
        let seen = replay_of(Gemini, framing, &sent, &withhold);
        assert_eq!(seen.calls(), [r#"rm_files({"paths":["/srv/s3"],"force":true})"#]);
        assert_eq!(
            seen.proposals[0].wire.as_deref(),
            Some(
                r#"{"functionCall":{"id":"c-1","name":"rm_files","args":{"paths":["/srv/s3"],"force":true}},"thoughtSignature":"EpYBCpMBAXLI2nw="}"#
            )
        );
        assert_eq!(parts(framing, &seen), ["One moment.", "[withheld rm_files] #EpYBCpMBAXLI2nw=", "Done asking."]);
        assert!(!seen.text().contains("s3") && !seen.text().contains("partialArgs"), "{}", seen.text());
        assert_eq!(seen.text().matches("responseId").count(), sent.matches("responseId").count(), "every chunk is still there");
    }
}

#[test]
fn words_between_a_calls_pieces_keep_their_place() {
    let begun = r#"{"functionCall":{"name":"ls","willContinue":true}}"#;
    let end = r#"{"functionCall":{"partialArgs":[{"jsonPath":"$.a","numberValue":1}]}}"#;
    let chunks = [chunk(begun, ""), chunk(&text("between"), ""), chunk(&call("rm", "{}"), ""), chunk(end, ""), last(&text("after"))];
    for framing in BOTH {
        // The other call stands before the first one's end: neither is what it seems.
        let seen = replay_of(Gemini, framing, &streamed(framing, &chunks), &release);
        assert!(seen.proposals.iter().all(|proposal| proposal.flaw.is_some()), "{:?}", seen.calls());
        let other: Vec<&String> = chunks.iter().enumerate().filter(|(place, _)| *place != 2).map(|(_, chunk)| chunk).collect();
        let sent = streamed(framing, &other);
        let seen = replay_of(Gemini, framing, &sent, &release);
        assert_eq!((seen.text(), seen.calls()), (sent, vec![r#"ls({"a":1})"#.to_owned()]));
    }
}

#[test]
fn a_call_that_does_not_end_is_no_call() {
    let begun = r#"{"functionCall":{"name":"rm","args":{"s3":1},"willContinue":true}}"#;
    for framing in BOTH {
        for chunks in [vec![chunk(begun, "")], vec![last(begun)], vec![chunk(begun, ""), last("")]] {
            let seen = replay_of(Gemini, framing, &streamed(framing, &chunks), &release);
            assert_eq!(seen.proposals[0].flaw, Some(crate::call::Flaw::Truncated));
            assert!(!seen.text().contains("s3") && seen.text().contains("[withheld rm]"), "{}", seen.text());
        }
    }
}

#[test]
fn a_cut_stream_delivers_no_half_call() {
    for (framing, sent) in [(Framing::Events, SSE), (Framing::Array, ARRAY), (Framing::Events, PIECES)] {
        let call = sent.find("rm_files").expect("a call");
        for cut in (call..call + 150).step_by(7) {
            let seen = replay_of(Gemini, framing, &sent[..cut], &release);
            assert!(seen.proposals.iter().all(|proposal| proposal.flaw.is_some()), "{:?}", seen.calls());
            assert!(!seen.text().contains("rm_files\"") && !seen.text().contains("s3"), "{}", seen.text());
        }
    }
}

#[test]
fn whatever_is_no_call_leaves_as_it_came() {
    let sent = [
        r#"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"n":1.0e1}}"#,
        r#"{"usage_metadata":{"total_token_count":3}}"#,
        r#"{"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL","finishMessage":"Malformed function call: print(api.rm('/'))","index":0}]}"#,
        r#"{"candidates":[{"content":{"role":"model"},"finishReason":"UNEXPECTED_TOOL_CALL"}]}"#,
        r#"{"candidates":[{"content":{"parts":[{"executableCode":{"language":"PYTHON","code":"rm()"}},{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"{}"}},{"toolCall":{"toolType":"GOOGLE_SEARCH","args":{"q":["x"]},"id":"1"}},{"toolResponse":{"response":{"a":[1]}}},{"inline_data":{"mimeType":"image/png","data":"aGk="}},{"text":"{\"functionCall\":{}}"},{"x_note":"words","x_empty":{}}]},"groundingMetadata":{"webSearchQueries":["functionCall"]}}]}"#,
        r#"{"candidates":[]}"#,
        r#"{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE","details":[{"@type":"x"}]}}"#,
    ];
    for framing in BOTH {
        let sent = streamed(framing, &sent);
        let seen = replay_of(Gemini, framing, &sent, &release);
        assert_eq!((seen.text(), seen.calls()), (sent, vec![]));
    }
}

#[test]
fn a_call_under_any_reason_to_finish_is_a_call() {
    for reason in ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "MAX_TOKENS", "SAFETY"] {
        let sent = streamed(Framing::Events, &[chunk(&call("rm", r#"{"s3":1}"#), &format!(r#","finishReason":"{reason}""#))]);
        let seen = replay_of(Gemini, Framing::Events, &sent, &withhold);
        assert_eq!(seen.calls(), [r#"rm({"s3":1})"#]);
        assert!(!seen.text().contains("s3") && seen.text().contains(reason), "{}", seen.text());
    }
}

#[test]
fn arguments_reach_the_verdict_in_the_very_characters_the_client_parses() {
    for args in [r#"{ "a" : 1.0e2, "b":"\u00e9\/" }"#, "[1]", r#""{\"a\":1}""#, "12", r#"{"a":1,"a":2}"#] {
        let seen = replay_of(Gemini, Framing::Events, &streamed(Framing::Events, &[last(&call("ls", args))]), &withhold);
        assert_eq!(seen.calls()[0], format!("ls({args})"));
    }
}

#[test]
fn calls_beyond_the_bounds_are_withheld() {
    let large = Bounds { call_arguments_bytes: 16, ..Bounds::default() };
    let sent = streamed(Framing::Array, &[chunk(&call("ls", r#"{"path":"/home/s3/secret"}"#), ""), last(&text("more"))]);
    let seen = crate::wire::testing::replay_pieces_of(Gemini, Framing::Array, &[sent.as_bytes()], large, &release);
    assert_eq!(seen.proposals[0].flaw, Some(crate::call::Flaw::TooLarge));
    assert_eq!(parts(Framing::Array, &seen), ["[withheld ls]", "more"]);

    let begun = r#"{"functionCall":{"name":"ls","willContinue":true}}"#;
    let piece = |place: usize| {
        format!(r#"{{"functionCall":{{"partialArgs":[{{"jsonPath":"$.s3[{place}]","numberValue":1}}],"willContinue":true}}}}"#)
    };
    let mut many = vec![chunk(begun, "")];
    many.extend((0..9).map(|place| chunk(&piece(place), "")));
    many.push(last(&text("more")));
    for framing in BOTH {
        let sent = streamed(framing, &many);
        let few = Bounds { held_frames_bytes: 900, ..Bounds::default() };
        let seen = crate::wire::testing::replay_pieces_of(Gemini, framing, &[sent.as_bytes()], few, &|_| crate::wire::Ruling::Release);
        assert_eq!(seen.proposals[0].flaw, Some(crate::call::Flaw::TooLarge));
        assert!(!seen.text().contains("s3[0]") && !seen.text().contains(r#""name":"ls""#), "{}", seen.text());
        assert!(parts(framing, &seen).last().is_some_and(|part| part == "more"), "{}", seen.text());
    }
}
