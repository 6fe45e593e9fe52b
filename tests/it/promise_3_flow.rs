//! Promise 3: text leaves as it arrives, and what was not changed leaves byte for byte.

use crate::stage::{DELETES, Linchpin, Provider, events, post, whole};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const CHAT: &str = r#"{"stream":true,"messages":[{"role":"user","content":"hi"}]}"#;

#[test]
fn text_arrives_while_the_provider_is_still_speaking() {
    let first = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"first words\"},\"finish_reason\":null}]}\n\n";
    let provider = Provider::answering(vec![events(&[first, "data: [DONE]\n\n"], Duration::from_secs(5))]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let mut socket = TcpStream::connect(("127.0.0.1", linchpin.agent_port)).expect("a connection");
    socket.set_read_timeout(Some(Duration::from_secs(4))).expect("a timeout");
    socket.write_all(post("/v1/chat/completions", CHAT, "").as_bytes()).expect("sent");
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while !String::from_utf8_lossy(&seen).contains("first words") {
        let count = socket.read(&mut buffer).expect("words before the provider's pause is over");
        assert!(count > 0, "the connection ended early");
        seen.extend_from_slice(&buffer[..count]);
    }
}

#[test]
fn an_untouched_stream_leaves_byte_for_byte() {
    let call = "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"read_email\",\"arguments\":\"{}\"}}]}}]}\r\n\r\n";
    let pieces = [
        ": hello\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"\\u00e9\"}}]}\n\n",
        call,
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
        "data: [DONE]\n\n",
    ];
    let provider = Provider::answering(vec![events(&pieces, Duration::ZERO)]);
    let linchpin = Linchpin::before(&provider, DELETES);
    assert_eq!(linchpin.post("/v1/chat/completions", CHAT).text(), pieces.concat());
}

#[test]
fn errors_of_the_provider_are_passed_on_as_they_are() {
    for (status, kind, body) in [
        ("429 Too Many Requests", "application/json", r#"{"error":{"message":"slow  down","code":"x"} }"#),
        ("502 Bad Gateway", "text/html", "<html>bad gateway</html>"),
        ("503 Unavailable", "text/plain", ""),
        ("307 Temporary Redirect", "text/plain", ""),
    ] {
        let provider = Provider::answering(vec![whole(status, kind, body)]);
        let linchpin = Linchpin::before(&provider, DELETES);
        let answered = linchpin.post("/v1/chat/completions", CHAT);
        assert_eq!((answered.status.to_string(), answered.text()), (status[..3].to_owned(), body.to_owned()));
        assert_eq!((answered.header("content-type"), answered.header("x-upstream")), (Some(kind), Some("yes")));
        assert_eq!(provider.received().len(), 1, "nothing is followed or tried again");
    }
}

#[test]
fn an_upstream_that_is_not_there_is_a_502_in_the_dialects_shape() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let linchpin = Linchpin::start(std::sync::Arc::new(tempfile::TempDir::new().expect("a dir")), gone, DELETES);
    let answered = linchpin.post("/v1/messages", r#"{"messages":[{"role":"user","content":"x"}]}"#);
    assert_eq!(answered.status, 502);
    assert!(answered.text().contains(r#""type":"error""#) && answered.header("x-should-retry").is_none(), "{}", answered.text());
}

#[test]
fn headers_travel_and_linchpins_own_do_not() {
    let provider = Provider::answering(vec![whole("200 OK", "application/json", "{}")]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let headers = "session_id: s1\r\nanthropic-beta: a,b\r\nx-linchpin-conversation: c9\r\nx-custom: 1\r\n";
    let answered = linchpin.raw(post("/v1/chat/completions", CHAT, headers).as_bytes());
    let sent = provider.received().pop().expect("a request").head;
    assert!(
        sent.contains("session_id: s1")
            && sent.contains("anthropic-beta: a,b")
            && sent.contains("x-custom: 1")
            && sent.contains("bearer k")
    );
    assert!(!sent.contains("x-linchpin") && sent.contains("accept-encoding: identity"), "{sent}");
    assert!(answered.header("x-linchpin-conversation").is_some());
}

#[test]
fn when_the_agent_goes_away_the_provider_is_hung_up_on() {
    let words: Vec<String> = (0..200).map(|n| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{n}\"}}}}]}}\n\n")).collect();
    let pieces: Vec<&str> = words.iter().map(String::as_str).collect();
    let provider = Provider::answering(vec![events(&pieces, Duration::from_millis(50))]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let mut socket = TcpStream::connect(("127.0.0.1", linchpin.agent_port)).expect("a connection");
    socket.write_all(post("/v1/chat/completions", CHAT, "").as_bytes()).expect("sent");
    let mut buffer = [0; 256];
    assert!(socket.read(&mut buffer).expect("an answer") > 0);
    drop(socket);
    // The console still answers, and nothing is left waiting: the next exchange is served at once.
    assert_eq!(linchpin.console("/readyz", false).status, 200);
}
