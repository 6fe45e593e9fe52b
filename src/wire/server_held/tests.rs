//! What the provider gets in the client's stead.

use super::*;
use serde_json::{Value, json};

fn owed(kind: &str, call: &str) -> Owed {
    let call = Unanswered { kind: kind.into(), call: call.into(), item: format!("item_{call}") };
    Owed { call, text: "held by \"p\"".into(), code: None }
}

fn put(debt: &Debt, body: &Value) -> Value {
    let put = debt.put(body.to_string().as_bytes()).expect("answers").expect("a place");
    serde_json::from_slice(&put).expect("JSON")
}

fn kinds(body: &Value) -> Vec<String> {
    let items = body["input"].as_array().expect("items");
    let name = |item: &Value| item["call_id"].as_str().or(item["content"].as_str()).unwrap_or_default().to_owned();
    items.iter().map(|item| format!("{} {}", item["type"].as_str().unwrap_or("message"), name(item))).collect()
}

#[test]
fn a_withheld_call_is_answered_once_at_the_head_of_what_is_new() {
    let debt = Debt { owed: vec![owed("function_call", "c1"), owed("custom_tool_call", "c2")], ..Debt::default() };
    let text = put(&debt, &json!({"previous_response_id": "r", "input": "go on"}));
    assert_eq!(kinds(&text), ["function_call_output c1", "custom_tool_call_output c2", "message go on"]);
    assert_eq!(text["input"][0]["output"], "held by \"p\"");
    assert_eq!(text["previous_response_id"], "r");
    let items = json!([{"type": "function_call_output", "call_id": "c3", "output": "ok"}, {"role": "user", "content": "and?"}]);
    let items = put(&debt, &json!({"previous_response_id": "r", "input": items}));
    assert_eq!(kinds(&items), ["function_call_output c1", "custom_tool_call_output c2", "function_call_output c3", "message and?"]);
    let none = put(&debt, &json!({"previous_response_id": "r"}));
    assert_eq!(kinds(&none), ["function_call_output c1", "custom_tool_call_output c2"]);
}

#[test]
fn what_the_client_answers_itself_is_not_answered_twice() {
    let debt = Debt { owed: vec![owed("function_call", "c1"), owed("shell_call", "c2")], ..Debt::default() };
    let own = json!([{"role": "user", "content": "x"}, {"type": "function_call_output", "call_id": "c1", "output": "mine"}]);
    assert_eq!(
        kinds(&put(&debt, &json!({"input": own, "previous_response_id": "r"}))),
        ["shell_call_output c2", "message x", "function_call_output c1"]
    );
}

#[test]
fn every_kind_of_call_has_an_answer_but_a_screen() {
    for kind in [
        "function_call",
        "custom_tool_call",
        "local_shell_call",
        "shell_call",
        "apply_patch_call",
        "mcp_approval_request",
        "tool_search_call",
    ] {
        let answer: Value = serde_json::from_str(&owed(kind, "c1").answer().expect("an answer")).expect("JSON");
        assert!(answer.to_string().contains("c1"), "{kind}");
        assert!(Answer::read(&answer.to_string()).is_some(), "{kind}: the same item from a client would be known as an answer");
    }
    assert_eq!(owed("mcp_approval_request", "m").answer().map(|answer| answer.contains("\"approve\":false")), Some(true));
    let debt = Debt { owed: vec![owed("computer_call", "c1")], ..Debt::default() };
    let body = br#"{"previous_response_id":"r","input":"x"}"#;
    assert_eq!(debt.put(body), Err(Unanswerable("computer_call".into())));
    let own = br#"{"previous_response_id":"r","input":[{"type":"computer_call_output","call_id":"c1","output":{}}]}"#;
    assert_eq!(debt.put(own).map(|put| put.is_some()), Ok(true), "the client can");
}

#[test]
fn a_request_that_owes_nothing_keeps_its_bytes() {
    let body = br#"{ "input" : "x", "previous_response_id":"r" }"#;
    let told = Debt { codes: vec!["K7Q2".into()], ..Debt::default() };
    assert_eq!(told.put(body), Ok(Some(body.to_vec())));
}

#[test]
fn an_answer_of_our_own_is_led_back_to_the_one_before() {
    let (one, two) = (Owed { code: Some("A".into()), ..owed("function_call", "c1") }, owed("function_call", "c2"));
    let debt = Debt { owed: vec![one.clone(), two], ..Debt::default() };
    let continues = Continues::Response("resp_1".into());
    let body = json!({"previous_response_id": "resp_1", "input": "approved"}).to_string();
    let delivered = [Delivered { element: "{}", id: "c1", owed: Some(&one) }];
    let own = debt.swallow(Some(&continues), body.as_bytes(), &delivered).expect("room");
    let next = json!({"previous_response_id": "resp_lp_a", "input": [{"type": "function_call_output", "call_id": "c1", "output": "done"}, {"role": "user", "content": "thanks"}]});
    let sent = put(&own, &next);
    assert_eq!(sent["previous_response_id"], "resp_1");
    assert_eq!(kinds(&sent), ["function_call_output c2", "function_call_output c1", "message approved", "message thanks"]);
    // And once more, from there.
    let again = own.swallow(Some(&Continues::Response("resp_lp_a".into())), next.to_string().as_bytes(), &[]).expect("room");
    let last = put(&again, &json!({"previous_response_id": "resp_lp_b", "input": "well"}));
    assert_eq!(last["previous_response_id"], "resp_1");
    assert_eq!(kinds(&last), ["function_call_output c2", "function_call_output c1", "message approved", "message thanks", "message well"]);
}

#[test]
fn a_call_that_the_server_never_had_is_handed_in_without_its_id() {
    let element = r#"{"type":"function_call","id":"fc_1","call_id":"c1","name":"delete","arguments":"{}"}"#;
    let delivered = [Delivered { element, id: "c1", owed: None }];
    let body = br#"{"input":"delete it"}"#;
    let own = Debt::default().swallow(None, body, &delivered).expect("room");
    let sent = put(
        &own,
        &json!({"previous_response_id": "resp_lp_a", "input": [{"type": "function_call_output", "call_id": "c1", "output": "done"}]}),
    );
    assert_eq!(sent["previous_response_id"], Value::Null);
    assert_eq!(kinds(&sent), ["message delete it", "function_call c1", "function_call_output c1"]);
    assert_eq!(sent["input"][1].get("id"), None);
}

#[test]
fn more_than_is_kept_is_not_swallowed() {
    let body = json!({"input": "x".repeat(SWALLOWED_BYTES_MAX)}).to_string();
    assert_eq!(Debt::default().swallow(Some(&Continues::Response("r".into())), body.as_bytes(), &[]), None);
}
