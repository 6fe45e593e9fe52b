//! Frames out of every line end, every cut, and nothing lost.

use super::*;
use proptest::prelude::*;

const LIMIT: usize = 1 << 20;

/// What a frame said, and its raw bytes.
type Seen = (Option<String>, Option<String>, bool, Vec<u8>);

fn frames(pieces: &[&[u8]]) -> Vec<Seen> {
    let mut framer = Framer::new(LIMIT);
    let mut seen = Vec::new();
    let mut drain = |framer: &mut Framer| {
        while let Some(frame) = framer.next_frame().expect("small frames") {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            seen.push((frame.event.map(text), frame.data.as_deref().map(text), frame.complete, frame.raw.to_vec()));
        }
    };
    for piece in pieces {
        framer.push(piece);
        drain(&mut framer);
    }
    framer.end();
    drain(&mut framer);
    seen
}

fn said(stream: &str) -> Vec<(Option<String>, Option<String>)> {
    frames(&[stream.as_bytes()]).into_iter().map(|(event, data, ..)| (event, data)).collect()
}

fn pair(event: Option<&str>, data: Option<&str>) -> (Option<String>, Option<String>) {
    (event.map(Into::into), data.map(Into::into))
}

#[test]
fn every_line_end_ends_a_frame() {
    for end in ["\n", "\r\n", "\r"] {
        let stream = format!("event: a{end}data: 1{end}{end}data:2{end}{end}");
        assert_eq!(said(&stream), [pair(Some("a"), Some("1")), pair(None, Some("2"))], "{end:?}");
    }
}

#[test]
fn comments_and_unknown_fields_belong_to_their_frame_and_say_nothing() {
    assert_eq!(said(": ping\n\nid: 7\nretry: 1\ndata\n\n"), [pair(None, None), pair(None, Some(""))]);
}

#[test]
fn several_data_lines_join_with_a_line_feed() {
    assert_eq!(said("data: {\ndata:  \"a\":1}\n\n"), [pair(None, Some("{\n \"a\":1}"))]);
}

#[test]
fn a_byte_order_mark_counts_only_at_the_very_start() {
    assert_eq!(said("\u{feff}data: 1\n\n\u{feff}data: 2\n\n"), [pair(None, Some("1")), pair(None, None)]);
}

#[test]
fn other_unicode_line_ends_end_no_line() {
    assert_eq!(said("data: a\u{2028}b\u{85}c\n\n"), [pair(None, Some("a\u{2028}b\u{85}c"))]);
}

#[test]
fn a_last_frame_without_its_blank_line_is_given_as_incomplete() {
    let seen = frames(&[b"data: 1\n\ndata: 2\n"]);
    assert_eq!(
        seen.iter().map(|(_, data, complete, _)| (data.as_deref(), *complete)).collect::<Vec<_>>(),
        [(Some("1"), true), (Some("2"), false)]
    );
}

#[test]
fn an_endless_frame_is_an_error_and_not_an_endless_buffer() {
    let mut framer = Framer::new(10);
    framer.push(b"data: 12345678901234");
    assert!(framer.next_frame().is_err());
}

proptest! {
    /// Whatever the bytes and wherever they are cut: the same frames, and their raw bytes are the stream.
    #[test]
    fn any_cut_gives_the_same_frames(
        lines in prop::collection::vec(prop::sample::select(vec!["data: x", "data:", "event: e", ": c", "", "\u{feff}", "data: ä\u{2028}"]), 0..20),
        ends in prop::collection::vec(prop::sample::select(vec!["\n", "\r\n", "\r"]), 20),
        cuts in prop::collection::vec(0usize..200, 0..8),
    ) {
        let stream: String = lines.iter().zip(&ends).map(|(line, end)| format!("{line}{end}")).collect();
        let bytes = stream.as_bytes();
        let whole = frames(&[bytes]);
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        prop_assert_eq!(&frames(&single), &whole);
        let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= bytes.len()).chain([0, bytes.len()]).collect();
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(&frames(&pieces), &whole);
        let raw: Vec<u8> = whole.into_iter().flat_map(|(.., raw)| raw).collect();
        prop_assert_eq!(raw.as_slice(), bytes);
    }
}
