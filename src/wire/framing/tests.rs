//! Streams cut at every place: no byte lost, no value unseen.

use super::*;
use proptest::prelude::*;

/// Every frame of a stream that arrives in pieces of this size: raw, data, complete.
fn frames(framing: Framing, stream: &[u8], size: usize) -> Vec<(String, Option<String>, bool)> {
    let mut cutter = Cutter::new(framing, 1 << 16);
    let mut seen = Vec::new();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut take = |cutter: &mut Cutter| {
        while let Some(frame) = cutter.next_frame().expect("small frames") {
            seen.push((text(frame.raw), frame.data.as_deref().map(text), frame.complete));
        }
    };
    for piece in stream.chunks(size) {
        cutter.push(piece);
        take(&mut cutter);
    }
    cutter.end();
    take(&mut cutter);
    seen
}

fn data(framing: Framing, stream: &str) -> Vec<String> {
    let whole = frames(framing, stream.as_bytes(), stream.len().max(1));
    for size in 1..=stream.len().min(9) {
        assert_eq!(frames(framing, stream.as_bytes(), size), whole, "{stream:?} in pieces of {size}");
    }
    let raw: String = whole.iter().map(|frame| frame.0.as_str()).collect();
    assert_eq!(raw, stream, "a byte was lost");
    whole.into_iter().filter_map(|frame| frame.1).collect()
}

#[test]
fn the_elements_of_an_array_are_frames_and_every_byte_between_them_is_kept() {
    assert_eq!(data(Framing::Array, "[{\"a\":\"]}\"},\n {\"b\":[1,{}]}\n]\n"), [r#"{"a":"]}"}"#, r#"{"b":[1,{}]}"#]);
    assert_eq!(data(Framing::Array, r#"[{"a":"\\\"]"},{"b":1}]"#), [r#"{"a":"\\\"]"}"#, r#"{"b":1}"#]);
    assert_eq!(data(Framing::Array, "\u{feff}[{}]"), ["{}"]);
    assert_eq!(data(Framing::Array, "[]"), Vec::<String>::new());
}

#[test]
fn a_value_anywhere_in_the_stream_is_a_frame_since_somebody_may_read_it() {
    assert_eq!(data(Framing::Array, r#"{"error":{}}"#), [r#"{"error":{}}"#]);
    assert_eq!(data(Framing::Array, r#"[{}]{"late":1}"#), ["{}", r#"{"late":1}"#]);
    assert_eq!(data(Framing::Array, r#"[{}][{"late":1}]"#), ["{}", r#"[{"late":1}]"#]);
    assert_eq!(data(Framing::Array, r#"[{}{"b":1} "s" 12,true]"#), ["{}", r#"{"b":1}"#, r#""s""#, "12", "true"]);
    assert_eq!(data(Framing::Array, r#"[[{"nested":1}]]"#), [r#"[{"nested":1}]"#]);
}

#[test]
fn an_element_that_was_cut_off_is_an_incomplete_frame() {
    let seen = frames(Framing::Array, br#"[{"a":1},{"b":"#, 3);
    assert_eq!(seen.last().map(|frame| (frame.1.as_deref(), frame.2)), Some((Some(r#"{"b":"#), false)));
    let whole = frames(Framing::Array, br#"[{"a":1}]"#, 3);
    assert!(whole.iter().all(|frame| frame.2), "{whole:?}");
}

#[test]
fn each_line_is_a_frame_and_a_blank_one_has_no_data() {
    assert_eq!(data(Framing::Lines, "{\"a\":1}\n\r\n{\"b\":2}\r\n{\"c\":3}"), [r#"{"a":1}"#, r#"{"b":2}"#, r#"{"c":3}"#]);
    let seen = frames(Framing::Lines, b"{}\n{\"b\"", 2);
    assert_eq!(seen.last().map(|frame| frame.2), Some(false));
}

#[test]
fn a_frame_past_the_limit_is_an_error() {
    for framing in [Framing::Lines, Framing::Array] {
        let mut cutter = Cutter::new(framing, 8);
        cutter.push(br#"[{"a":"0123456789"#);
        assert!(cutter.next_frame().is_err(), "{framing:?}");
    }
}

#[test]
fn a_stream_is_known_by_its_media_type_or_its_first_bytes() {
    assert_eq!(Framing::of(Dialect::Gemini, "text/event-stream"), Some(Framing::Events));
    assert_eq!(Framing::of(Dialect::Ollama, "application/x-ndjson"), Some(Framing::Lines));
    assert_eq!(Framing::of(Dialect::OpenaiChat, "application/x-ndjson"), None);
    assert_eq!(Framing::sniff(Dialect::Gemini, b" [{}"), Some(Framing::Array));
    assert_eq!(Framing::sniff(Dialect::OpenaiChat, b"[{}"), None);
    assert_eq!(Framing::sniff(Dialect::Ollama, b"{}\n{}"), Some(Framing::Lines));
    assert_eq!(Framing::sniff(Dialect::Ollama, b"{\n\"a\":1}\n"), None);
    assert_eq!(Framing::sniff(Dialect::Ollama, b"oops\nan error\n {\"a\":1}\n"), Some(Framing::Lines));
    assert_eq!(Framing::sniff(Dialect::Ollama, b"oops\r{\"a\":1}"), Some(Framing::Lines));
    assert_eq!(Framing::sniff(Dialect::Ollama, b"<html>\nan error {}</html>\n"), None);
    assert_eq!(Framing::sniff(Dialect::OpenaiChat, b"data: {}"), Some(Framing::Events));
}

proptest! {
    #[test]
    fn no_byte_is_lost_or_doubled_however_a_stream_is_cut(bytes in proptest::collection::vec(prop::sample::select(b"[]{},:\"\\ \n\ra1".to_vec()), 0..120), size in 1_usize..20) {
        for framing in [Framing::Lines, Framing::Array] {
            let whole = frames(framing, &bytes, bytes.len().max(1));
            let raw: String = whole.iter().map(|frame| frame.0.as_str()).collect();
            prop_assert_eq!(raw.as_bytes(), &bytes[..]);
            prop_assert_eq!(frames(framing, &bytes, size), whole);
        }
    }
}
