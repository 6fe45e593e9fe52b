//! Promise 4: a yes is for one call. What becomes of a hold is run through in
//! `holds`; here is what a hold names.

use crate::stage::{DELETES, Linchpin, Provider, Script, json, post};

fn call(arguments: &str) -> Script {
    let call = serde_json::json!({"id": "c", "type": "function", "function": {"name": "delete_email", "arguments": arguments}});
    json(
        serde_json::json!({"choices": [{"index": 0, "message": {"content": null, "tool_calls": [call]}, "finish_reason": "tool_calls"}]})
            .to_string(),
    )
}

fn ask(linchpin: &Linchpin, conversation: &str) -> String {
    let headers = format!("x-linchpin-conversation: {conversation}\r\n");
    linchpin.raw(post("/v1/chat/completions", r#"{"messages":[{"role":"user","content":"x"}]}"#, &headers).as_bytes()).text()
}

fn codes(linchpin: &Linchpin) -> Vec<String> {
    let (out, _) = linchpin.ask(&["approvals", "list", "--json"]);
    out.lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON Lines")["code"].as_str().expect("a code").to_owned())
        .collect()
}

#[test]
fn a_hold_names_one_call_in_one_conversation() {
    let provider = Provider::answering(vec![call(r#"{"id":"m-1"}"#)]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let first = ask(&linchpin, "a");
    assert_eq!(ask(&linchpin, "a"), first, "a resend joins the hold");
    assert_ne!(ask(&linchpin, "b"), first, "another conversation has a hold of its own");
    provider.answer(call(r#"{"id":"m-1" }"#));
    assert_ne!(ask(&linchpin, "a"), first, "one byte more is another call");
    let codes = codes(&linchpin);
    assert_eq!(codes.len(), 3, "{codes:?}");
}
