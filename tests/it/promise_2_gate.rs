//! Promise 2: no byte of a call reaches the agent before its verdict, and a failure
//! to judge is a verdict.

use crate::ollama;
use crate::stage::{DELETES, Linchpin, Provider, Script, events, json, whole};
use std::time::Duration;

const CHAT: &str = r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#;
const MESSAGES: &str = r#"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#;
const SECRET: &str = "zebra-7731";

fn chat(name: &str, arguments: &str) -> String {
    let arguments = serde_json::Value::from(arguments);
    format!(
        r#"{{"choices":[{{"index":0,"message":{{"role":"assistant","content":null,"tool_calls":[{{"id":"call_1","type":"function","function":{{"name":"{name}","arguments":{arguments}}}}}]}},"finish_reason":"tool_calls"}}]}}"#
    )
}

fn chat_events(name: &str, arguments: &str) -> Script {
    let arguments = serde_json::Value::from(arguments);
    let call = format!(
        "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"tool_calls\":[{{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{{\"name\":\"{name}\",\"arguments\":{arguments}}}}}]}},\"finish_reason\":null}}]}}\n\n"
    );
    events(
        &[&call, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n", "data: [DONE]\n\n"],
        Duration::ZERO,
    )
}

fn message(name: &str, input: &str) -> String {
    format!(
        r#"{{"id":"msg_1","type":"message","role":"assistant","content":[{{"type":"tool_use","id":"toolu_1","name":"{name}","input":{input}}}],"stop_reason":"tool_use","usage":{{}}}}"#
    )
}

/// What the agent got for one answer of the provider.
fn got(script: Script, path: &str, body: &str) -> (String, Vec<serde_json::Value>) {
    let provider = Provider::answering(vec![script]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let text = linchpin.post(path, body).text();
    (text, linchpin.violations())
}

#[test]
fn a_withheld_call_leaves_no_byte_in_any_dialect_streamed_or_not() {
    let arguments = format!(r#"{{"ids":["{SECRET}"]}}"#);
    for (script, path, body) in [
        (json(chat("delete_emails", &arguments)), "/v1/chat/completions", CHAT),
        (chat_events("delete_emails", &arguments), "/v1/chat/completions", CHAT),
        (json(message("delete_emails", &arguments)), "/v1/messages", MESSAGES),
        (json(ollama::whole("delete_emails", &arguments)), ollama::CHAT, CHAT),
        (ollama::ndjson(&[&ollama::lines("delete_emails", &arguments).concat()], Duration::ZERO), ollama::CHAT, CHAT),
    ] {
        let (text, violations) = got(script, path, body);
        assert!(!text.contains(SECRET) && !text.contains("call_1") && !text.contains("toolu_1"), "{text}");
        assert!(text.contains("confirm-deletes") && text.contains("Do not retry or rephrase"), "{text}");
        assert_eq!(violations.len(), 1, "{violations:?}");
        assert_eq!((&violations[0]["outcome"], &violations[0]["pins"][0]), (&"held".into(), &"confirm-deletes".into()));
        let delivered = violations[0]["delivered"].as_str().expect("a text");
        assert!(text.contains(&delivered.replace('"', "\\\"")), "the record says what was sent");
    }
}

#[test]
fn a_call_that_no_pin_objects_to_comes_whole() {
    let body = chat("read_email", r#"{"id":"m-1"}"#);
    let (text, violations) = got(json(&body), "/v1/chat/completions", CHAT);
    assert_eq!((text, violations.len()), (body, 0));
}

#[test]
fn what_cannot_be_read_as_one_call_is_blocked_whatever_the_pins_say() {
    for arguments in [r#"{"id":"#, r#"{"id":1,"id":2}"#, r#"{"id":1}{"id":2}"#, r#"{"id":1e999}"#, r#"["x"]"#, "{'id':1}"] {
        for script in [json(chat("read_email", arguments)), chat_events("read_email", arguments)] {
            let (text, violations) = got(script, "/v1/chat/completions", CHAT);
            assert!(text.contains("linchpin-unreadable"), "{arguments}: {text}");
            assert_eq!(violations[0]["outcome"], "blocked");
        }
    }
}

#[test]
fn the_status_and_the_content_type_of_an_answer_change_nothing() {
    let call = chat("delete_emails", &format!(r#"{{"ids":["{SECRET}"]}}"#));
    let stream = format!(
        "data: {}\n\ndata: [DONE]\n\n",
        call.replace("\"message\"", "\"delta\"").replace("[{\"id\":\"call_1\"", "[{\"index\":0,\"id\":\"call_1\"")
    );
    for script in [
        whole("500 Oops", "application/json", &call),
        whole("200 OK", "text/html", &call),
        whole("200 OK", "text/plain", &stream),
        whole("429 Slow", "application/json", &stream),
    ] {
        let (text, _) = got(script, "/v1/chat/completions", CHAT);
        assert!(!text.contains(SECRET) && text.contains("confirm-deletes"), "{text}");
    }
}

#[test]
fn an_answer_that_cannot_be_decoded_is_withheld() {
    let odd = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: snappy\r\ncontent-length: 9\r\nconnection: close\r\n\r\nzebra-773".to_vec();
    for script in [vec![(odd, Duration::ZERO)], whole("200 OK", "application/json", "zebra-7731 is no JSON")] {
        let (text, _) = got(script, "/v1/chat/completions", CHAT);
        assert!(!text.contains("zebra") && text.contains("\"error\""), "{text}");
    }
}

#[test]
fn a_compressed_answer_is_judged_as_what_it_says() {
    let call = chat("delete_emails", &format!(r#"{{"ids":["{SECRET}"]}}"#));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, call.as_bytes()).expect("memory");
    let body = gzip.finish().expect("memory");
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let (text, violations) = got(vec![([head.as_bytes(), &body].concat(), Duration::ZERO)], "/v1/chat/completions", CHAT);
    assert!(text.contains("confirm-deletes") && violations.len() == 1, "{text}");
}
