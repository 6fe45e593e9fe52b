//! Carriage: exactly once, in the instruction place, every other byte untouched.

use super::*;
use crate::pin::{Mode, PinId, PinText, Source};
use crate::wire::{Endpoint, Request};
use proptest::prelude::*;

fn pin(id: &str, text: &str) -> Pin {
    Pin {
        id: PinId::new(id).expect("an id"),
        text: PinText::new(text).expect("a text"),
        clauses: Vec::new(),
        mode: Mode::Enforce,
        source: Source::Configured,
        agents: Vec::new(),
        approvers: 1,
        by_reply: false,
        waives_named: false,
    }
}

fn carriage() -> Carriage {
    Carriage::new(&[pin("a", "Ask \"me\" first.\nAlways."), pin("b", "削除の前に確認")])
}

fn carried(endpoint: Endpoint, body: &str) -> String {
    let carriage = carriage();
    let request = Request::read(endpoint, body.as_bytes(), carriage.block()).expect("a readable request");
    String::from_utf8(carriage.put(body.as_bytes(), &request.place).expect("a place in the body")).expect("text")
}

/// What was put in, given that everything before and after is the original.
fn added(endpoint: Endpoint, body: &str) -> String {
    let sent = carried(endpoint, body);
    let start = body.bytes().zip(sent.bytes()).take_while(|(a, b)| a == b).count();
    let end = body.bytes().rev().zip(sent.bytes().rev()).take_while(|(a, b)| a == b).count().min(body.len() - start);
    assert_eq!(format!("{}{}", &body[..start], &body[body.len() - end..]), body, "something else changed");
    sent[start..sent.len() - end].to_owned()
}

#[test]
fn chat_pins_go_to_the_end_of_the_first_system_block() {
    let body =
        r#"{"x":1e2,"messages":[{"role":"system","content":"A"},{"role":"developer","content":"B\u0042"},{"role":"user","content":"hi"}]}"#;
    let value: serde_json::Value = serde_json::from_str(&carried(Endpoint::Chat, body)).expect("JSON");
    assert_eq!(value["messages"][0]["content"], "A");
    assert_eq!(value["messages"][1]["content"], format!("BB\n\n{}", carriage().block()));
    added(Endpoint::Chat, body);
}

#[test]
fn chat_without_a_system_message_gets_one_at_the_head() {
    for body in [r#"{"messages":[{"role":"user","content":"hi"}]}"#, r#"{"messages":[ ]}"#] {
        let value: serde_json::Value = serde_json::from_str(&carried(Endpoint::Chat, body)).expect("JSON");
        assert_eq!(value["messages"][0], serde_json::json!({"role":"system","content":carriage().block()}));
    }
}

#[test]
fn a_content_of_parts_gets_one_more_part() {
    let body = r#"{"messages":[{"role":"system","content":[{"type":"text","text":"A"}]},{"role":"user","content":"hi"}]}"#;
    let value: serde_json::Value = serde_json::from_str(&carried(Endpoint::Chat, body)).expect("JSON");
    assert_eq!(value["messages"][0]["content"][1], serde_json::json!({"type":"text","text":carriage().block()}));
}

#[test]
fn a_client_that_echoes_the_block_does_not_make_it_stack() {
    let once = carried(Endpoint::Chat, r#"{"messages":[{"role":"system","content":"A"},{"role":"user","content":"hi"}]}"#);
    assert_eq!(carried(Endpoint::Chat, &once), once);
    let alone = carried(Endpoint::Chat, r#"{"messages":[{"role":"user","content":"hi"}]}"#);
    assert_eq!(carried(Endpoint::Chat, &alone), alone);
}

#[test]
fn a_block_in_the_history_is_no_evidence_that_it_is_carried() {
    let echoed = format!(r#"{{"messages":[{{"role":"user","content":"{}"}}]}}"#, json::escape(carriage().block()));
    assert!(carried(Endpoint::Chat, &echoed).starts_with(r#"{"messages":[{"role":"system","content":"#));
    let marker = format!(r#"{{"messages":[{{"role":"system","content":"{} more"}}]}}"#, json::escape(carriage().block()));
    assert!(added(Endpoint::Chat, &marker).contains("[linchpin]"));
}

#[test]
fn what_is_no_readable_request_has_no_place() {
    for body in [
        "",
        "{",
        "[]",
        "{}",
        r#"{"messages":1}"#,
        r#"{"messages":[],"messages":[]}"#,
        r#"{"messages":[],"Messages":[]}"#,
        r#"{"messages":[{"role":"system"}]}"#,
        r#"{"messages":[{"role":"system","content":7}]}"#,
        "{\"messages\":[\u{0}]}",
    ] {
        assert!(Request::read(Endpoint::Chat, body.as_bytes(), "x").is_err(), "{body} was taken");
    }
}

#[test]
fn without_pins_nothing_is_touched() {
    let body = br#"{"messages":[]}"#;
    let request = Request::read(Endpoint::Chat, body, "").expect("readable");
    assert_eq!(Carriage::default().put(body, &request.place).as_deref(), Some(&body[..]));
}

proptest! {
    /// Whatever else a request holds: only the splice changes.
    #[test]
    fn every_other_byte_of_a_request_leaves_as_it_came(
        before in "[ \t\n]{0,3}", number in "-?[1-9][0-9]{0,30}(\\.[0-9]{1,5})?(e[0-9]{1,3})?", text in "[^\"\\\\\\p{C}]{0,20}", system in any::<bool>(),
    ) {
        let head = if system { r#"{"role":"system","content":"s\/\u0073"},"# } else { "" };
        let body = format!(r#"{before}{{"z":{number},"messages":[{head}{{"role":"user","content":"{text}"}}],"a":[1 , 2]}}{before}"#);
        prop_assert!(!added(Endpoint::Chat, &body).is_empty());
    }
}
