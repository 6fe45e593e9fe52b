//! linchpin's own words in a stream: signs of life, a halt, an error.

use super::*;
use crate::dialect::Dialect::Gemini;
use crate::wire::{Bounds, Gate, Ruling};

fn gate(framing: Framing) -> Gate {
    Gate::new(Gemini, framing, Bounds::default()).expect("a gate")
}

/// Feeds the first bytes of a stream, releasing what is asked for.
fn fed(gate: &mut Gate, stream: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut next = gate.push(stream.as_bytes(), &mut out).expect("small");
    while !next.is_empty() {
        next = gate.rule(next.iter().map(|_| Ruling::Release).collect(), &mut out).expect("small");
    }
    out
}

/// `text`, `finishReason` of every chunk that speaks.
fn ends(framing: Framing, out: &[u8]) -> Vec<(String, String)> {
    let seen = chunks(framing, std::str::from_utf8(out).expect("text"));
    let said = |chunk: &Value| {
        let candidate = &chunk["candidates"][0];
        let text = candidate["content"]["parts"][0]["text"].as_str().unwrap_or_default().to_owned();
        (text, candidate["finishReason"].as_str().unwrap_or_default().to_owned())
    };
    seen.iter().map(said).collect()
}

#[test]
fn a_sign_of_life_is_white_space_and_nothing_else() {
    for framing in [Framing::Events, Framing::Array] {
        let sent = streamed(framing, &[chunk(&text("a"), ""), last(&call("rm", "{}"))]);
        let mut gate = gate(framing);
        let mut out = Vec::new();
        let asked = gate.push(sent.as_bytes(), &mut out).expect("small");
        assert_eq!(asked.len(), 1);
        (0..3).for_each(|_| gate.keep_alive(&mut out));
        assert!(gate.rule(vec![Ruling::Release], &mut out).expect("small").is_empty());
        assert!(gate.end(&mut out).expect("an end").is_empty());
        let out = String::from_utf8(out).expect("text");
        assert_eq!(out.replacen("\n\n\n", "", 1).replace("\n\n\n", ""), sent.replacen("\n\n\n", "", 1), "{out}");
        assert_eq!(parts_of(&chunks(framing, &out), 0), ["a", "rm({})"]);
    }
}

#[test]
fn a_halted_answer_ends_as_one_that_is_complete() {
    for framing in [Framing::Events, Framing::Array] {
        let begun = streamed(framing, &[chunk(&text("a"), ""), chunk(&text("b"), "")]);
        let begun = begun.trim_end().trim_end_matches(']');
        let begun = if framing == Framing::Events { format!("{begun}\n\n") } else { begun.to_owned() };
        let mut gate = gate(framing);
        let mut out = fed(&mut gate, &begun);
        assert!(gate.halt("halted", &mut out).is_empty());
        let expected = [("a", ""), ("b", ""), ("\n\nhalted", "STOP")].map(|(text, end)| (text.to_owned(), end.to_owned()));
        assert_eq!(ends(framing, &out), expected);
        let text = String::from_utf8_lossy(&out);
        assert_eq!(text.matches(r#""responseId":"r""#).count(), 3, "it is one answer: {text}");
    }
}

#[test]
fn a_halt_before_the_first_word_or_behind_the_last_one_still_leaves_one_answer() {
    for framing in [Framing::Events, Framing::Array] {
        let mut silent = gate(framing);
        let mut out = Vec::new();
        silent.halt("halted", &mut out);
        assert_eq!(ends(framing, &out), [("halted".to_owned(), "STOP".to_owned())]);

        let mut opened = gate(framing);
        let mut out = fed(&mut opened, if framing == Framing::Array { "[" } else { "\n" });
        opened.halt("halted", &mut out);
        assert_eq!(ends(framing, &out), [("halted".to_owned(), "STOP".to_owned())]);

        let mut finished = gate(framing);
        let sent = streamed(framing, &[last(&text("a"))]);
        let all = sent.trim_end_matches(['\n', ']']);
        let mut out = fed(&mut finished, &if framing == Framing::Array { all.to_owned() } else { sent.clone() });
        finished.halt("halted", &mut out);
        assert_eq!(ends(framing, &out), [("a".to_owned(), "STOP".to_owned())]);

        let mut closed = gate(framing);
        let mut out = fed(&mut closed, &sent);
        closed.halt("halted", &mut out);
        assert_eq!(ends(framing, &out), [("a".to_owned(), "STOP".to_owned())]);
    }
}

#[test]
fn a_halt_swallows_the_call_on_its_way_and_tells_of_it() {
    let begun = chunk(r#"{"functionCall":{"name":"rm","args":{"s3":1},"willContinue":true}}"#, "");
    for framing in [Framing::Events, Framing::Array] {
        let stream = streamed(framing, &[&chunk(&text("a"), ""), &begun]);
        let mut gate = gate(framing);
        let mut out = fed(&mut gate, stream.trim_end_matches(['\n', ']']));
        if framing == Framing::Events {
            out.extend(fed(&mut gate, "\n\n"));
        }
        let unfinished = gate.halt("halted", &mut out);
        assert_eq!(unfinished.iter().map(|proposal| proposal.call.tool.name.as_str()).collect::<Vec<_>>(), ["rm"]);
        assert!(!String::from_utf8_lossy(&out).contains("s3"));
        assert_eq!(ends(framing, &out).last(), Some(&("\n\nhalted".to_owned(), "STOP".to_owned())));
    }
}

#[test]
fn an_answer_that_breaks_off_says_so_where_the_libraries_look_for_it() {
    for framing in [Framing::Events, Framing::Array] {
        let begun = streamed(framing, &[chunk(&text("a"), "")]);
        for sent in ["", begun.trim_end_matches(['\n', ']']), begun.as_str()] {
            let mut gate = gate(framing);
            let mut out = fed(&mut gate, sent);
            if framing == Framing::Events && !sent.is_empty() && !sent.ends_with("\n\n") {
                gate.end(&mut out).expect("an end");
            }
            gate.break_off(403, "linchpin cannot judge \"this\"", &mut out);
            let seen = chunks(framing, std::str::from_utf8(&out).expect("text"));
            if framing == Framing::Array && sent.ends_with("]\n") {
                assert!(seen.iter().all(|chunk| chunk["error"].is_null()), "nothing follows a closed array");
                continue;
            }
            let error = &seen.last().expect("a chunk")["error"];
            assert_eq!((error["code"].as_u64(), error["status"].as_str()), (Some(403), Some("PERMISSION_DENIED")), "{sent}");
        }
    }
}
