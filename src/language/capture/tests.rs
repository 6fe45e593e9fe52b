//! Messages as people write them, and what is kept of each.

use super::*;
use crate::verdict::Verdict;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Case {
    text: String,
    construct: String,
    #[serde(default)]
    pins: Vec<String>,
    #[serde(default)]
    stop: bool,
}

fn cases() -> Vec<Case> {
    let lines = include_str!("../../../fixtures/language/capture.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))).collect()
}

fn texts(captured: &Captured) -> Vec<&str> {
    captured.pins.iter().map(|pin| pin.text.as_str()).collect()
}

/// A span as it is compared: the sign at its end is no part of what was said.
fn bare(text: &str) -> &str {
    text.trim_end_matches(['.', '!', '。', '！', '।'])
}

#[test]
fn every_message_of_the_fixtures_gives_the_pins_and_stops_that_a_person_would_hear() {
    let mut wrong = Vec::new();
    for case in cases() {
        let found = capture(&case.text);
        let (is, wanted): (Vec<&str>, Vec<&str>) =
            (texts(&found).into_iter().map(bare).collect(), case.pins.iter().map(|text| bare(text)).collect());
        if is != wanted || found.stop != case.stop {
            wrong.push(format!("{}: {}\n    is {is:?} {}", case.construct, case.text, found.stop));
        }
    }
    assert!(wrong.is_empty(), "{} heard wrongly\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_construct_has_more_than_three_messages_and_there_are_many() {
    let mut constructs = BTreeMap::new();
    for case in cases() {
        *constructs.entry(case.construct).or_insert(0_usize) += 1;
    }
    assert!(constructs.values().all(|count| *count <= 3), "{constructs:?}");
    assert!(constructs.values().sum::<usize>() >= 120);
}

#[test]
fn what_is_captured_is_a_slice_of_what_was_said_and_can_be_enforced() {
    for case in cases() {
        for pin in capture(&case.text).pins {
            assert!(case.text.contains(&pin.text), "{}", pin.text);
            let is_checked = pin.reading.clauses.iter().all(|clause| matches!(clause.then, Verdict::Hold | Verdict::Block));
            assert!(!pin.reading.clauses.is_empty() && is_checked, "{}", pin.text);
        }
    }
}

#[test]
fn a_line_that_begins_with_pin_is_always_a_pin() {
    assert_eq!(texts(&capture("Hello.\npin: be kind to Anna\nThanks")), ["be kind to Anna"]);
    assert_eq!(texts(&capture("Pin: never push. Not even to a fork.")), ["never push. Not even to a fork."]);
    assert!(capture("pin: ").pins.is_empty());
    assert!(capture("my pin: 1234").pins.is_empty());
    assert!(capture("> pin: never push").pins.is_empty(), "a quoted line is not the person's");
}

#[test]
fn one_message_gives_a_bounded_number_of_pins_and_no_text_is_too_long_to_be_heard() {
    let many: String = (0..100).map(|n| format!("Never delete report{n}.txt.\n")).collect();
    assert_eq!(capture(&many).pins.len(), PINS_PER_MESSAGE_MAX);
    let long = format!("{}\n\nNever push without asking me.", "words and words. ".repeat(MESSAGE_BYTES_MAX / 8));
    assert_eq!(texts(&capture(&long)), ["Never push without asking me."]);
}

#[test]
fn odd_bytes_and_open_quotes_are_heard_without_harm() {
    for odd in ["", "\u{0}", "\"", "pin：", "停", "«never", "- \n- ", "、で、", "e\u{301}, but", "🙂 but 🙂 never"] {
        let _ = capture(odd);
        let _ = capture(&odd.repeat(500));
    }
}

#[test]
fn every_pattern_compiles() {
    assert!(mention::all_patterns_compile() && halt::all_patterns_compile());
}

#[test]
fn a_stop_is_heard_in_nine_languages_and_what_only_looks_like_one_is_not() {
    let rows = include_str!("../../../fixtures/language/stops.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let is_wrong = |row: &serde_json::Value| super::is_stop(row["text"].as_str().expect("a text")) != row["stop"];
    let wrong: Vec<serde_json::Value> = rows.filter(is_wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
