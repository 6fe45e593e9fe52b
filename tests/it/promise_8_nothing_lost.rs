//! Promise 8: whatever goes wrong, nothing earlier is lost and nothing is let through.

use crate::stage::{DELETES, Linchpin, Provider, events, json, post};
use std::time::Duration;

const CHAT: &str = r#"{"messages":[{"role":"user","content":"hi"}]}"#;
const CALL: &str = r#"{"choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"delete_email","arguments":"{\"id\":\"zebra-1\"}"}}]},"finish_reason":"tool_calls"}]}"#;

#[test]
fn a_restart_keeps_every_hold_and_every_entry() {
    let provider = Provider::answering(vec![json(CALL)]);
    let mut first = Linchpin::before(&provider, DELETES);
    first.post("/v1/chat/completions", CHAT);
    let before = first.ask(&["approvals", "list", "--json"]).0;
    first.kill();
    let again = Linchpin::start(std::sync::Arc::clone(&first.dir), provider.address, DELETES);
    assert_eq!(again.ask(&["approvals", "list", "--json"]).0, before);
    assert_eq!(before.lines().count(), 1);
}

#[test]
fn two_linchpins_do_not_share_a_data_dir() {
    let provider = Provider::answering(vec![json("{}")]);
    let first = Linchpin::before(&provider, DELETES);
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_linchpin"))
        .args(["serve", "--listen", "127.0.0.1:0", "--console", "127.0.0.1:0", "--data"])
        .arg(first.data())
        .env("HOME", first.dir.path())
        .env_remove("LINCHPIN_CONFIG")
        .env("XDG_CONFIG_HOME", first.dir.path())
        .output()
        .expect("it runs");
    assert!(!second.status.success());
}

#[test]
fn limits_are_kept_and_told() {
    let provider = Provider::answering(vec![json("{}")]);
    let linchpin = Linchpin::before(&provider, &format!("{DELETES}[limits]\nbody_bytes = 2048\nrequest_ms = 700\n"));
    let big = format!(r#"{{"messages":[{{"role":"user","content":"{}"}}]}}"#, "x".repeat(4096));
    assert_eq!(linchpin.post("/v1/chat/completions", &big).status, 413);
    let bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let mut bomb = bomb;
    std::io::Write::write_all(&mut bomb, &vec![b' '; 1 << 20]).expect("memory");
    let bomb = bomb.finish().expect("memory");
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        bomb.len()
    );
    assert_eq!(linchpin.raw(&[head.as_bytes(), &bomb].concat()).status, 413);
    assert_eq!(linchpin.raw(post("/v1/chat/completions", CHAT, "content-encoding: lzma\r\n").as_bytes()).status, 415);
    assert_eq!(linchpin.raw(post("/v1/chat/completions", "\u{0}", "").as_bytes()).status, 400);
    let half = "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\nconnection: close\r\n\r\n{\"mess";
    assert_eq!(linchpin.raw(half.as_bytes()).status, 408);
    assert!(provider.received().is_empty());
}

#[test]
fn oversized_arguments_are_withheld() {
    let call = CALL.replace("zebra-1", &"zebra-1 ".repeat(400));
    let provider = Provider::answering(vec![json(call)]);
    let linchpin = Linchpin::before(&provider, &format!("{DELETES}[limits]\ncall_arguments_bytes = 1024\n"));
    let text = linchpin.post("/v1/chat/completions", CHAT).text();
    assert!(text.contains("linchpin-unreadable") && !text.contains("zebra"), "{text}");
}

#[test]
fn a_stream_cut_in_mid_call_delivers_no_half_call() {
    let half = "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"read_email\",\"arguments\":\"{\\\"id\\\":\\\"zebra\"}}]}}]}\n\n";
    let provider = Provider::answering(vec![events(&[half], Duration::ZERO)]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let text = linchpin.post("/v1/chat/completions", CHAT).text();
    assert!(!text.contains("zebra") && text.contains("linchpin-unreadable"), "{text}");
}

#[test]
fn a_broken_stream_says_what_was_withheld_before_it_says_that_it_broke() {
    let half = "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"read_email\",\"arguments\":\"{\"}}]}}]}\n\n";
    let mut script = events(&[half], Duration::ZERO);
    script.pop();
    let provider = Provider::answering(vec![script]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let text = linchpin.post("/v1/chat/completions", CHAT).text();
    let (notice, error) = (text.find("linchpin-unreadable"), text.find("broke off"));
    assert!(notice.is_some() && notice < error, "{text}");
}

#[test]
fn when_the_record_cannot_be_written_nothing_that_needs_it_is_delivered() {
    let provider = Provider::answering(vec![json(CALL)]);
    let linchpin = Linchpin::before(&provider, DELETES);
    linchpin.post("/v1/chat/completions", CHAT);
    // The record notices that its file is not where it was, and writes no more.
    std::fs::rename(linchpin.data().join("linchpin.db"), linchpin.data().join("elsewhere.db")).expect("moved");
    let text = linchpin.post("/v1/chat/completions", CHAT).text();
    assert!(!text.contains("zebra") && text.contains("could not record"), "{text}");
    assert_eq!(linchpin.console("/readyz", false).status, 503);
}
