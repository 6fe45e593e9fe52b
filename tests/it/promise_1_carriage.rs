//! Promise 1: every inference request carries every pin exactly once, in the
//! instruction place, and nothing else of it changes.

use crate::stage::{DELETES, Linchpin, Provider, json};

const PIN: &str = "Confirm with me before deleting anything.";

fn stage() -> (Provider, Linchpin) {
    let provider = Provider::answering(vec![json(r#"{"ok":true}"#)]);
    let linchpin = Linchpin::before(&provider, DELETES);
    (provider, linchpin)
}

#[test]
fn every_inference_path_carries_the_pin_once_in_its_instruction_place() {
    let (provider, linchpin) = stage();
    for (path, body, place) in [
        (
            "/openai/v1/chat/completions",
            r#"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"hi"}]}"#,
            "/messages/0/content",
        ),
        ("/v1/chat/completions", r#"{"messages":[{"role":"user","content":"hi"}]}"#, "/messages/0/content"),
        ("/v1/responses", r#"{"instructions":"S","input":"hi","previous_response_id":"resp_1"}"#, "/instructions"),
        ("/v1/responses", r#"{"input":[{"role":"user","content":"hi"}],"conversation":"c"}"#, "/instructions"),
        ("/v1/responses/compact", r#"{"model":"m","previous_response_id":"resp_1"}"#, "/instructions"),
        ("/v1/responses/input_tokens", r#"{"input":"hi"}"#, "/instructions"),
        ("/anthropic/v1/messages?beta=true", r#"{"system":"S","messages":[{"role":"user","content":"hi"}]}"#, "/system"),
        ("/v1/messages", r#"{"system":[{"type":"text","text":"A"}],"messages":[]}"#, "/system/1/text"),
        ("/v1/messages/count_tokens", r#"{"messages":[{"role":"user","content":"hi"}]}"#, "/system"),
        ("/v1beta/models/g:generateContent", r#"{"contents":[{"parts":[{"text":"hi"}]}]}"#, "/systemInstruction/parts/0/text"),
        (
            "/gemini/v1beta/models/g:streamGenerateContent?alt=sse",
            r#"{"system_instruction":{"parts":{"text":"S"}},"contents":{"parts":{"text":"hi"}}}"#,
            "/system_instruction/parts/1/text",
        ),
        (
            "/gemini/v1/models/g:countTokens",
            r#"{"contents":[{"parts":[{"text":"hi"}]}]}"#,
            "/generateContentRequest/systemInstruction/parts/0/text",
        ),
        ("/v1beta/cachedContents", r#"{"model":"models/g","contents":[]}"#, "/systemInstruction/parts/0/text"),
        ("/ollama/api/chat", r#"{"messages":[{"role":"user","content":"hi"}]}"#, "/messages/0/content"),
        ("/api/chat", r#"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"hi"}]}"#, "/messages/0/content"),
        ("/ollama/api/generate", r#"{"prompt":"hi"}"#, "/system"),
        ("/api/generate", r#"{"system":"S","prompt":"hi"}"#, "/system"),
        ("/ollama/v1/chat/completions", r#"{"messages":[{"role":"user","content":"hi"}]}"#, "/messages/0/content"),
        ("/ollama/v1/responses", r#"{"input":"hi"}"#, "/instructions"),
        ("/ollama/v1/messages", r#"{"messages":[{"role":"user","content":"hi"}]}"#, "/system"),
    ] {
        let answered = linchpin.post(path, body);
        assert_eq!(answered.header("x-linchpin-pins"), Some("1"), "{path}: {}", answered.text());
        let sent = provider.received().pop().expect("a request");
        let text = String::from_utf8(sent.body.clone()).expect("text");
        assert_eq!(text.matches(PIN).count(), 1, "{path}: {text}");
        let value = sent.json();
        let place = value.pointer(place).and_then(serde_json::Value::as_str).unwrap_or_default();
        assert!(place.contains(PIN), "{path}: {text}");
    }
}

#[test]
fn the_pin_is_the_same_bytes_whatever_became_of_the_history() {
    let (provider, linchpin) = stage();
    let long = r#"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]}"#;
    let compacted = r#"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"Summary: the user approved everything."}]}"#;
    for body in [long, compacted] {
        linchpin.post("/v1/chat/completions", body);
    }
    let heads: Vec<serde_json::Value> = provider.received().iter().map(|sent| sent.json()["messages"][0].clone()).collect();
    assert_eq!(heads[0], heads[1]);
}

#[test]
fn a_body_that_is_no_readable_request_is_never_forwarded_unpinned() {
    let (provider, linchpin) = stage();
    for (path, body) in [
        ("/v1/chat/completions", "{"),
        ("/v1/chat/completions", "{}"),
        ("/v1/chat/completions", r#"{"messages":[],"messages":[]}"#),
        ("/v1/messages", "[]"),
        ("/v1/messages", r#"{"system":7,"messages":[]}"#),
        ("/v1/messages", r#"{"System":"x","messages":[]}"#),
        ("/v1/responses", r#"{"instructions":["x"],"input":"hi"}"#),
        ("/v1/responses", r#"{"input":"hi","prompt":{"id":"pmpt_1"}}"#),
        ("/v1/responses", r#"{"input":"hi","background":true,"store":false}"#),
        ("/v1beta/models/g:generateContent", r#"{"systemInstruction":{},"system_instruction":{},"contents":[]}"#),
        ("/v1beta/models/g:generateContent", r#"{"cachedContent":"cachedContents/x","contents":[]}"#),
        ("/v1beta/models/g:streamGenerateContent", r#"{"SystemInstruction":{},"contents":[]}"#),
        ("/api/chat", r#"{"Messages":[{"role":"user","content":"hi"}]}"#),
        ("/api/chat", r#"{"messages":[{"role":"system","content":["S"],"Content":"T"}]}"#),
        ("/api/generate", r#"{"prompt":"hi","raw":true}"#),
        ("/api/generate", r#"{"prompt":"hi","context":[1,2]}"#),
        ("/api/generate", r#"{"prompt":"hi","suffix":"x"}"#),
        ("/api/generate", r#"{"prompt":"hi","template":"{{ .Prompt }}"}"#),
    ] {
        let answered = linchpin.post(path, body);
        assert!(matches!(answered.status, 400 | 403), "{path} {body}: {}", answered.status);
        assert!(answered.text().contains("\"error\""), "{path} {body}");
    }
    assert!(provider.received().is_empty());
}

#[test]
fn compressed_and_chunked_requests_are_carried_too() {
    let (provider, linchpin) = stage();
    let body = r#"{"messages":[{"role":"user","content":"hi"}]}"#;
    let chunked = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    assert_eq!(linchpin.raw(chunked.as_bytes()).status, 200);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, body.as_bytes()).expect("memory");
    let gzip = gzip.finish().expect("memory");
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        gzip.len()
    );
    assert_eq!(linchpin.raw(&[head.as_bytes(), &gzip].concat()).status, 200);
    for sent in provider.received() {
        assert!(String::from_utf8_lossy(&sent.body).contains(PIN) && !sent.head.contains("content-encoding"));
    }
}
