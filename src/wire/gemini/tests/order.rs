//! Answers that no server sends: read in two ways, out of order, damaged.

use super::*;
use crate::call::Proposal;
use crate::dialect::Dialect::Gemini;
use crate::wire::testing::{release, replay_body, replay_of, replay_pieces_of};
use crate::wire::{Bounds, Ruling};
use proptest::prelude::*;

/// Chunks in which a call can be read by some, or in some other way than it seems.
const AMBIGUOUS: [&str; 27] = [
    r#"{"functionCall":{"name":"ls","args":{}},"function_call":{"name":"rm","args":{"s3":1}}}"#,
    r#"{"functionCall":{"name":"ls","args":{}},"functionCall":{"name":"rm","args":{"s3":1}}}"#,
    r#"{"FunctionCall":{"name":"rm","args":{"s3":1}}}"#,
    r#"{"function-call":{"name":"rm","args":{"s3":1}}}"#,
    r#"{"functioncall":{"name":"rm","args":{"s3":1}}}"#,
    r#"{"function\u0043all":{"name":"rm","name":"ls","args":{"s3":1}}}"#,
    r#"{"functionCall":{"name":"ls","args":{},"args":{"s3":1}}}"#,
    r#"{"functionCall":{"name":"ls","args":{},"Args":{"s3":1}}}"#,
    r#"{"functionCall":{"name":"ls","Name":"rm","args":{"s3":1}}}"#,
    r#"{"functionCall":{"name":["ls"],"args":{"s3":1}}}"#,
    r#"{"functionCall":{"name":"ls","id":7,"args":{"s3":1}}}"#,
    r#"{"functionCall":{"name":"ls","args":{},"partialArgs":[{"jsonPath":"$.s3..x","numberValue":1}]}}"#,
    r#"{"functionCall":{"name":"ls","args":{"a":1},"partialArgs":[{"jsonPath":"$.s3","numberValue":1}]}}"#,
    r#"{"functionCall":{"name":"ls","partial_args":"s3"}}"#,
    r#"{"functionCall":{"name":"ls","willContinue":"s3"}}"#,
    r#"{"functionCall":{"name":"ls","steps":[{"s3":1}]}}"#,
    r#"{"functionCall":"s3"}"#,
    r#"{"functionCall":[{"name":"rm","args":{"s3":1}}]}"#,
    r#"{"functionCalls":[{"name":"rm","args":{"s3":1}}]}"#,
    r#"{"mcpCall":{"name":"rm","args":{"s3":1}}}"#,
    r#"{"computerUse":["s3"]}"#,
    r#"{"text":{"functionCall":{"s3":1}}}"#,
    r#"{"thought":["s3"]}"#,
    r#"{"toolCall":{"toolType":"X","args":{"functionCall":{"name":"rm","args":{"s3":1}}}}}"#,
    r#"{"partMetadata":{"a":[{"function_call":{"name":"s3"}}]}}"#,
    r#"["s3",{"functionCall":{"name":"rm"}}]"#,
    r#"{"functionCall":{"name":"","args":{"s3":1}}}"#,
];

#[test]
fn what_could_be_read_in_two_ways_is_unreadable_in_its_part_alone() {
    for part in AMBIGUOUS {
        let body = last(&[text("before"), part.to_owned(), text("after")].join(","));
        for framing in [Framing::Events, Framing::Array] {
            let seen = replay_of(Gemini, framing, &streamed(framing, &[&body]), &release);
            assert!(seen.proposals.iter().any(|proposal| proposal.flaw.is_some()), "{part}");
            assert!(!seen.text().contains("s3"), "{part}: {}", seen.text());
            let parts = parts_of(&chunks(framing, &seen.text()), 0);
            assert_eq!((parts.len(), parts[0].as_str(), parts[2].as_str()), (3, "before", "after"), "{part}: {}", seen.text());
        }
        let seen = replay_body(Gemini, &body, &release);
        assert!(!seen.text().contains("s3") && seen.text().contains("[withheld"), "{part}: {}", seen.text());
    }
}

#[test]
fn a_message_or_a_candidate_that_cannot_be_read_goes_as_a_whole_and_the_turn_still_ends() {
    let call = r#"{"functionCall":{"name":"rm","args":{"s3":1}}}"#;
    for candidate in [
        format!(r#"{{"content":{{"parts":[{{"text":"a"}}],"parts":[{call}]}},"finishReason":"STOP","index":0}}"#),
        format!(r#"{{"content":{{"Parts":[{call}]}},"finishReason":"STOP","index":0}}"#),
        format!(r#"{{"content":{{"parts":{{"0":{call}}}}},"finishReason":"STOP","index":0}}"#),
        format!(r#"{{"content":{{"parts":[],"extra":[{call}]}},"finishReason":"STOP","index":0}}"#),
        format!(r#"{{"content":[{call}],"finishReason":"STOP","index":0}}"#),
        format!(r#"{{"content":{{"parts":[]}},"Content":{{"parts":[{call}]}},"finishReason":"STOP","index":0}}"#),
        format!(r#"{{"content":{{"parts":[]}},"parts":[{call}],"finishReason":"STOP","index":0}}"#),
        format!(r#"{{"groundingMetadata":{{"x":[[{call}]]}},"finishReason":"STOP","index":0}}"#),
        format!(r#"{{"content":{{"parts":[{call}]}},"finishReason":"STOP","index":"0"}}"#),
        format!(r#"{{"content":{{"parts":[{call}]}},"finishReason":"STOP","index":99999}}"#),
        format!(r#"[{call}]"#),
    ] {
        let chunk = format!(r#"{{"candidates":[{candidate}],"responseId":"r"}}"#);
        for framing in [Framing::Events, Framing::Array] {
            let seen = replay_of(Gemini, framing, &streamed(framing, &[&chunk]), &release);
            assert!(seen.proposals.iter().all(|proposal| proposal.flaw.is_some()), "{chunk}");
            assert!(!seen.text().contains("s3"), "{chunk}: {}", seen.text());
            let chunks = chunks(framing, &seen.text());
            assert_eq!(parts_of(&chunks, 0), ["[withheld ]"], "{chunk}");
            assert_eq!(chunks[0]["candidates"][0]["finishReason"], "STOP");
        }
    }
}

#[test]
fn a_chunk_that_cannot_be_read_is_replaced_and_the_next_ones_are_read() {
    for broken in [
        r#"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"rm","args":{"s3":1}}}]}}],"candidates":[]}"#,
        r#"{"Candidates":[{"content":{"parts":[{"functionCall":{"name":"rm","args":{"s3":1}}}]}}]}"#,
        r#"{"candidates":{"0":{"content":{"parts":[{"functionCall":{"name":"rm","args":{"s3":1}}}]}}}}"#,
        r#"{"response":{"candidates":[{"content":{"parts":[{"functionCall":{"name":"rm","args":{"s3":1}}}]}}]}}"#,
        r#"[{"candidates":[{"content":{"parts":[{"functionCall":{"name":"rm","args":{"s3":1}}}]}}]}]"#,
        r#"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"rm","args":{"s3":'1'}}}]}}]}"#,
    ] {
        for framing in [Framing::Events, Framing::Array] {
            let sent = streamed(framing, &[&chunk(&text("before"), ""), broken, &last(&text("after"))]);
            let seen = replay_of(Gemini, framing, &sent, &release);
            assert!(seen.proposals.iter().any(|proposal| proposal.flaw.is_some()), "{broken}");
            assert!(!seen.text().contains("s3"), "{}", seen.text());
            assert_eq!(parts_of(&chunks(framing, &seen.text()), 0), ["before", "[withheld ]", "after"], "{}", seen.text());
        }
    }
}

/// Streams of events that some client libraries read otherwise than the specification.
#[test]
fn lines_that_are_no_events_are_read_as_the_client_libraries_read_them() {
    let call = last(r#"{"functionCall":{"name":"rm","args":{"s3":1}}}"#);
    let (head, tail) = call.split_at(14);
    for sent in [
        // google-genai for Python takes any other lines for JSON once their braces balance.
        format!("{call}\n\n"),
        format!("{head}\n{tail}\n\n"),
        format!("{head}\n\n{tail}\n\n"),
        format!("data: {{}}\n{call}\n\n"),
        format!(": words\n{call}\n\n"),
        // @google/genai trims what stands between two blank lines, and knows no fields.
        format!("data: \n{call}\n\n"),
        format!("  data: {call}\n\n"),
        format!("data: {{}}\n\n\u{feff}data: {call}\n\n"),
        format!("\u{a0}data:{call}\n\n"),
        format!("data:{call}\n\n"),
        format!("data: {}\n\n", call.replace("\"functionCall\":", "\"functionCall\"\n:")),
        format!("data: {}\n\n", call.replace("\"functionCall\":", "\"functionCall\"\r:")),
        format!("data: {head}\ndata: {tail}\n\n"),
        format!("data: {call}\r\r"),
        format!("data: {call}"),
        format!("\u{feff}data: {call}\n\n"),
        format!("event: message\nid: 1\ndata: {call}\n\n"),
    ] {
        let seen = replay_of(Gemini, Framing::Events, &sent, &|proposal: &Proposal| {
            Ruling::Withhold(format!("[withheld {}]", proposal.call.tool))
        });
        assert!(!seen.proposals.is_empty(), "{sent}");
        let json = seen.text().replace(": [", ":[");
        assert!(!json.contains(r#""functionCall":{"#) && !json.contains(r#""name":"rm""#), "{sent:?}: {json}");
    }
    for sent in [
        ": comment\n\n",
        ": {\"comment\"}\n\n",
        "event: x\nid: {1}\nretry: 5\n\n",
        "ping\n\n",
        "data: ping\n\n",
        "\n\n\n",
        "{\"error\":{\"code\":500}}\n\n",
    ] {
        assert_eq!(replay_of(Gemini, Framing::Events, sent, &release).text(), sent);
    }
}

#[test]
fn values_beside_the_array_are_judged_too() {
    let call = last(r#"{"functionCall":{"name":"rm","args":{"s3":1}}}"#);
    for sent in [call.clone(), format!("[{{}}]{call}"), format!("[{{}} {call}"), format!("[[{call}]]"), format!("\u{feff}[,,{call}")] {
        let seen = replay_of(Gemini, Framing::Array, &sent, &|_: &Proposal| Ruling::Withhold("[withheld]".into()));
        assert!(!seen.proposals.is_empty() && !seen.text().contains("s3"), "{sent}: {}", seen.text());
    }
}

/// Any part at all: words, calls whole and in pieces, things nobody knows.
fn any_part() -> impl Strategy<Value = String> {
    let known = prop_oneof![
        3 => Just(text("a")),
        3 => Just(call("ls", "{}")),
        3 => Just(call("rm", r#"{"s3":1}"#)),
        2 => Just(r#"{"functionCall":{"name":"ls","willContinue":true}}"#.to_owned()),
        2 => Just(r#"{"functionCall":{"name":"rm","willContinue":true},"thoughtSignature":"U2ln"}"#.to_owned()),
        2 => Just(r#"{"functionCall":{"partialArgs":[{"jsonPath":"$.s3","numberValue":1}],"willContinue":true}}"#.to_owned()),
        2 => Just(r#"{"functionCall":{}}"#.to_owned()),
        1 => Just(r#"{"text":"b","functionCall":{"name":"rm","args":{"s3":2}},"thoughtSignature":"U2ln"}"#.to_owned()),
        1 => Just("{broken".to_owned()),
        1 => Just(r#"{"other":{"s3":1}}"#.to_owned()),
    ];
    prop_oneof![8 => known, 1 => prop::sample::select(AMBIGUOUS.to_vec()).prop_map(str::to_owned)]
}

fn any_chunk() -> impl Strategy<Value = String> {
    let end = prop_oneof![3 => Just(String::new()), 1 => Just(r#","finishReason":"STOP""#.to_owned())];
    let spoken = (prop::collection::vec(any_part(), 0..3), end, 0..2_u64)
        .prop_map(|(parts, end, index)| chunk(&parts.join(","), &end).replace(r#""index":0"#, &format!(r#""index":{index}"#)));
    prop_oneof![
        12 => spoken,
        1 => Just(r#"{"usageMetadata":{"n":1}}"#.to_owned()),
        1 => Just(r#"{"error":{"code":503,"message":"x"}}"#.to_owned()),
        1 => Just(r#"{"candidates":[{"s3":{"functionCall":{}}}]}"#.to_owned()),
    ]
}

/// Whether something that is `s3` may leave: it stands in a call that was released.
fn judged(
    framing: Framing,
    sent: &str,
    seen: &crate::wire::testing::Replayed,
    rule: &dyn Fn(&Proposal) -> Ruling,
) -> Result<(), TestCaseError> {
    let out = seen.text();
    prop_assert!(!out.contains("s3"), "{sent}\n{out}");
    let released = seen.proposals.iter().filter(|proposal| rule(proposal) == Ruling::Release).count();
    let named = out.matches(r#""functionCall":{"name":"#).count();
    prop_assert_eq!(named, released, "{:?} {}\n{}", framing, sent, out);
    if seen.proposals.iter().all(|proposal| rule(proposal) == Ruling::Release) {
        prop_assert_eq!(out.as_str(), sent);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn whatever_the_order_no_call_leaves_unjudged(sent in prop::collection::vec(any_chunk(), 0..7), array in any::<bool>(), cut in 0..4_usize, size in 1..90_usize) {
        let framing = if array { Framing::Array } else { Framing::Events };
        let whole = streamed(framing, &sent);
        let sent = match cut {
            0 => whole.get(..whole.len() * 2 / 3).unwrap_or(&whole).to_owned(),
            _ => whole,
        };
        let rule = |proposal: &Proposal| match proposal.flaw.is_none() && proposal.call.tool.name == "ls" && !proposal.call.input.as_str().contains("s3") {
            true => Ruling::Release,
            false => Ruling::Withhold("[withheld]".into()),
        };
        let seen = replay_pieces_of(Gemini, framing, &[sent.as_bytes()], Bounds::default(), &rule);
        judged(framing, &sent, &seen, &rule)?;
        let pieces: Vec<&[u8]> = sent.as_bytes().chunks(size).collect();
        prop_assert_eq!(replay_pieces_of(Gemini, framing, &pieces, Bounds::default(), &rule), seen);
    }

    /// A sound stream with a few bytes changed, dropped or doubled.
    #[test]
    fn a_damaged_stream_lets_no_judged_call_out(which in 0..3_usize, damage in prop::collection::vec((0.0..1.0_f64, 0..4_u8, any::<u8>()), 1..4)) {
        let (framing, sound) = [(Framing::Events, SSE), (Framing::Array, ARRAY), (Framing::Events, PIECES)][which];
        let mut bytes = sound.as_bytes().to_vec();
        for (place, kind, byte) in damage {
            let at = (place * bytes.len() as f64) as usize;
            match kind {
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                2 => bytes.insert(at, byte),
                _ => bytes.truncate(at.max(1)),
            }
        }
        let rule = |_: &Proposal| Ruling::Withhold("[withheld]".into());
        let seen = replay_pieces_of(Gemini, framing, &[&bytes], Bounds::default(), &rule);
        let out = String::from_utf8_lossy(&seen.bytes).into_owned();
        let left = readable_calls(framing, &out);
        prop_assert!(left.is_empty(), "{left:?} left in {out}");
    }
}

/// The calls that any of the client libraries would find in a stream.
fn readable_calls(framing: Framing, out: &str) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    match framing {
        Framing::Array => {
            let elements = serde_json::from_str::<Vec<Value>>(out).unwrap_or_default();
            texts.extend(elements.iter().map(Value::to_string));
        }
        Framing::Events | Framing::Lines => {
            for event in out.split(['\n', '\r']).chain(out.split("\n\n")) {
                let event = event.trim();
                texts.push(event.strip_prefix("data:").unwrap_or(event).trim().to_owned());
            }
        }
    }
    let chunks: Vec<Value> = texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    (0..3).flat_map(|candidate| parts_of(&chunks, candidate)).filter(|part| part.contains("({") || part.contains("(null")).collect()
}
