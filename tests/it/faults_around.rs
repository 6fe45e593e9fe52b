//! Faults around linchpin: the provider, the network, the agent and the signal. Each says
//! what the agent, the operator and `/readyz` saw. (docs/faults.md lists them all.)

use crate::stage::{DELETES, Linchpin, Provider, Script, events, json, parsed, post};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const CHAT: &str = "/v1/chat/completions";
const ASKS: &str = r#"{"stream":true,"messages":[{"role":"user","content":"hi"}]}"#;
const WORDS: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"first words\"}}]}\n\n";
const HALF: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"delete_email\",\"arguments\":\"{\\\"id\\\":\\\"zebra\"}}]}}]}\n\n";
const CALL: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"delete_email\",\"arguments\":\"{\\\"id\\\":\\\"zebra\\\"}\"}}]}}]}\n\n";
const END: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const DONE: &str = "data: [DONE]\n\n";

/// Longer than any test listens; the provider's thread sleeps it alone.
const FOR_EVER: Duration = Duration::from_secs(60);

fn with(limits: &str) -> String {
    format!("{DELETES}[limits]\n{limits}\n")
}

/// Linchpin goes on: it is ready, and the next exchange is served.
fn goes_on(provider: &Provider, linchpin: &Linchpin) {
    assert_eq!(linchpin.console("/readyz", false).status, 200, "{}", linchpin.log());
    assert_eq!(linchpin.console("/api/status", true).status, 200);
    provider.answer(json(r#"{"choices":[{"index":0,"message":{"role":"assistant","content":"well"},"finish_reason":"stop"}]}"#));
    assert!(linchpin.post(CHAT, ASKS).text().contains("well"));
    assert!(linchpin.ask(&["audit", "verify"]).1);
}

fn connected(port: u16) -> TcpStream {
    let socket = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    socket.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
    socket
}

/// Reads until these words have come.
fn read_until(socket: &mut TcpStream, words: &str) -> Vec<u8> {
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&seen).contains(words) {
        let count = socket.read(&mut buffer).expect("something to read");
        assert!(count > 0, "it ended before {words:?}: {}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&buffer[..count]);
    }
    seen
}

#[test]
fn an_upstream_that_is_down_is_named_and_served_again_when_it_is_back() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let linchpin = Linchpin::start(Arc::new(TempDir::new().expect("a dir")), address, DELETES);
    let answered = linchpin.post(CHAT, ASKS);
    assert_eq!(answered.status, 502);
    assert!(answered.text().contains("upstream `openai` did not answer"), "{}", answered.text());
    assert!(linchpin.log().contains("no answer"), "the operator reads it in the log: {}", linchpin.log());
    assert_eq!(linchpin.console("/readyz", false).status, 200, "linchpin itself is well");
    let listener = TcpListener::bind(address).expect("still free");
    std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("a connection");
        let _ = socket.read(&mut [0; 65536]);
        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
    });
    assert_eq!(linchpin.post(CHAT, ASKS).status, 200);
}

#[test]
fn an_upstream_that_stalls_or_is_cut_delivers_no_call_and_says_so() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\nconnection: close\r\n\r\n{\"choices\":[";
    let stalls = |mut script: Script| {
        script.pop();
        script.push((Vec::new(), FOR_EVER));
        script
    };
    let cut = |mut script: Script| {
        script.pop();
        script
    };
    let rows: Vec<(&str, Script, u16, &[&str])> = vec![
        ("stalls before its answer", vec![(Vec::new(), FOR_EVER)], 502, &["did not answer"]),
        ("hangs up before its answer", vec![], 502, &["did not answer"]),
        ("stalls within a body", vec![(head.into(), FOR_EVER)], 502, &["broke off"]),
        ("is cut within a body", vec![(head.into(), Duration::ZERO)], 502, &["broke off"]),
        ("stalls within a stream", stalls(events(&[WORDS], Duration::ZERO)), 200, &["first words", "broke off"]),
        ("is cut within a stream", cut(events(&[WORDS], Duration::ZERO)), 200, &["first words", "broke off"]),
        ("stalls within a call", stalls(events(&[WORDS, HALF], Duration::ZERO)), 200, &["first words", "linchpin-unreadable", "broke off"]),
        ("is cut within a call", cut(events(&[WORDS, HALF], Duration::ZERO)), 200, &["first words", "linchpin-unreadable", "broke off"]),
    ];
    let provider = Provider::answering(vec![]);
    let linchpin = Linchpin::before(&provider, &with("upstream_idle_ms = 600"));
    for (what, script, status, words) in rows {
        provider.answer(script);
        let answered = linchpin.post(CHAT, ASKS);
        assert_eq!(answered.status, status, "{what}: {}", answered.text());
        assert!(words.iter().all(|words| answered.text().contains(words)), "{what}: {}", answered.text());
        assert!(!answered.text().contains("zebra"), "{what}: {}", answered.text());
        assert_eq!(linchpin.console("/readyz", false).status, 200, "{what}");
    }
    assert!(linchpin.log().contains("broke off"), "{}", linchpin.log());
    assert_eq!(linchpin.violations().len(), 2, "the calls that came half are in the record");
    goes_on(&provider, &linchpin);
}

#[cfg(unix)]
#[test]
fn an_open_stream_may_finish_after_sigterm_and_nobody_new_is_served() {
    let provider = Provider::answering(vec![events(&[WORDS, CALL, END, DONE], Duration::from_millis(400))]);
    let mut linchpin = Linchpin::before(&provider, DELETES);
    let mut socket = connected(linchpin.agent_port);
    socket.write_all(post(CHAT, ASKS, "").as_bytes()).expect("sent");
    let mut seen = read_until(&mut socket, "first words");
    linchpin.signal_term();
    let mut more = Vec::new();
    socket.read_to_end(&mut more).expect("the rest");
    seen.extend_from_slice(&more);
    let text = parsed(&seen).text();
    assert!(text.ends_with(DONE) && text.contains("confirm-deletes") && !text.contains("zebra"), "{text}");
    assert!(linchpin.ends_well(), "{}", linchpin.log());
    assert!(linchpin.log().contains("stopping"));
    assert!(TcpStream::connect(("127.0.0.1", linchpin.agent_port)).is_err());
    assert_eq!(linchpin.ask(&["approvals", "list", "--json"]).0.lines().count(), 1, "the hold is still there");
    assert!(linchpin.ask(&["audit", "verify"]).1);
}

#[cfg(unix)]
#[test]
fn a_stream_that_outlasts_the_stop_is_cut_and_the_record_is_whole() {
    let provider = Provider::answering(vec![events(&[WORDS, CALL, END, DONE], FOR_EVER)]);
    let mut linchpin = Linchpin::before(&provider, &with("drain_ms = 500"));
    let mut socket = connected(linchpin.agent_port);
    socket.write_all(post(CHAT, ASKS, "").as_bytes()).expect("sent");
    read_until(&mut socket, "first words");
    let begun = Instant::now();
    linchpin.signal_term();
    assert!(linchpin.ends_well(), "{}", linchpin.log());
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert!(linchpin.log().contains("did not finish in time"), "{}", linchpin.log());
    let mut left = Vec::new();
    let _ = socket.read_to_end(&mut left);
    assert!(!String::from_utf8_lossy(&left).contains("zebra"));
    assert!(linchpin.ask(&["audit", "verify"]).1);
}

#[test]
fn a_body_of_200_mb_is_refused_before_it_is_sent_and_one_of_unknown_length_at_the_cap() {
    let provider = Provider::answering(vec![json("{}")]);
    let linchpin = Linchpin::before(&provider, &with("body_bytes = 65536"));
    let announced = "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 200000000\r\nconnection: close\r\n\r\n";
    let mut socket = connected(linchpin.agent_port);
    socket.write_all(announced.as_bytes()).expect("sent");
    assert!(String::from_utf8_lossy(&read_until(&mut socket, "body_bytes")).starts_with("HTTP/1.1 413"));
    let mut socket = connected(linchpin.agent_port);
    socket.write_all(b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n").expect("sent");
    let chunk = [b"4000\r\n".as_slice(), &[b' '; 0x4000], b"\r\n"].concat();
    for _ in 0..5 {
        let _ = socket.write_all(&chunk);
    }
    assert!(String::from_utf8_lossy(&read_until(&mut socket, "body_bytes")).starts_with("HTTP/1.1 413"));
    assert!(provider.received().is_empty());
    goes_on(&provider, &linchpin);
}

#[test]
fn an_answer_that_is_a_bomb_is_withheld() {
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    bomb.write_all(&vec![b' '; 8 << 20]).expect("memory");
    let bomb = bomb.finish().expect("memory");
    let head = |kind: &str| {
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            bomb.len()
        )
    };
    let provider = Provider::answering(vec![]);
    let linchpin = Linchpin::before(&provider, &with("response_bytes = 65536\nheld_frames_bytes = 65536"));
    provider.answer(vec![([head("application/json").as_bytes(), &bomb].concat(), Duration::ZERO)]);
    let answered = linchpin.post(CHAT, ASKS);
    assert_eq!(answered.status, 403, "{}", answered.text());
    provider.answer(vec![([head("text/event-stream").as_bytes(), &bomb].concat(), Duration::ZERO)]);
    let streamed = linchpin.post(CHAT, ASKS);
    assert!(streamed.body.len() < 65536, "{} {}", streamed.status, streamed.body.len());
    goes_on(&provider, &linchpin);
}

/// Silent connections, half a head, and half of a second one behind a whole exchange.
#[test]
fn a_head_that_does_not_come_in_time_keeps_no_connection() {
    let provider = Provider::answering(vec![json("{}")]);
    let linchpin = Linchpin::before(&provider, &with("request_ms = 1000"));
    let half = b"POST /v1/chat/completions HTTP/1.1\r\nhost: local";
    let mut sockets: Vec<TcpStream> = (0..20).map(|_| connected(linchpin.agent_port)).collect();
    for socket in sockets.iter_mut().skip(10) {
        socket.write_all(half).expect("sent");
    }
    let mut again = connected(linchpin.agent_port);
    again.write_all(b"GET /openai/v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("sent");
    let mut first = [0; 16];
    again.read_exact(&mut first).expect("an answer");
    again.write_all(half).expect("sent");
    sockets.push(again);
    for mut socket in sockets {
        // A read that times out is an error here: the connection was kept.
        let mut rest = Vec::new();
        let ended = socket.read_to_end(&mut rest);
        assert!(ended.is_ok() || ended.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset));
    }
    goes_on(&provider, &linchpin);
}
