//! `linchpin actions`: what the agent got and somebody may have to undo, on disk before it.

use crate::stage::{DELETES, Linchpin, Provider, events, json};
use serde_json::Value;
use std::time::Duration;

const CHAT: &str = r#"{"messages":[{"role":"user","content":"hi"}]}"#;

/// An answer with these calls, each a tool and its arguments.
fn calls(calls: &[(&str, &str)]) -> String {
    let call = |(place, (tool, arguments)): (usize, &(&str, &str))| serde_json::json!({"id": format!("call_{place}"), "type": "function", "function": {"name": tool, "arguments": arguments}});
    let calls: Vec<Value> = calls.iter().enumerate().map(call).collect();
    serde_json::json!({"choices": [{"index": 0, "message": {"role": "assistant", "content": null, "tool_calls": calls}, "finish_reason": "tool_calls"}]})
        .to_string()
}

fn actions(linchpin: &Linchpin, more: &[&str]) -> Vec<Value> {
    let (out, is_fine) = linchpin.ask(&[&["actions", "list", "--json"], more].concat());
    assert!(is_fine, "{out}");
    out.lines().map(|line| serde_json::from_str(line).expect("JSON Lines")).collect()
}

const MIXED: [(&str, &str); 4] = [
    ("send_email", r#"{"to":"bob@example.com","body":"zebra"}"#),
    ("read_email", r#"{"id":"m-2"}"#),
    ("delete_email", r#"{"id":"m-3"}"#),
    ("bash", r#"{"command":"git push origin main"}"#),
];

#[test]
fn consequential_calls_that_were_delivered_are_listed_and_no_others() {
    let provider = Provider::answering(vec![json(calls(&MIXED))]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let text = linchpin.post("/v1/chat/completions", CHAT).text();
    assert!(text.contains("zebra") && text.contains("m-2") && !text.contains("m-3"), "{text}");
    let found = actions(&linchpin, &[]);
    assert_eq!(found.iter().map(|one| one["tool"].as_str().expect("a name")).collect::<Vec<_>>(), ["send_email", "bash"]);
    let mut keys: Vec<&str> = found[0].as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    let mut wanted = vec![
        "id",
        "at",
        "conversation",
        "agent",
        "upstream",
        "dialect",
        "model",
        "tool",
        "arguments",
        "actions",
        "pins",
        "outcome",
        "approval",
        "digest",
        "seq",
        "prev",
        "hash",
        "delivered_at",
    ];
    wanted.sort_unstable();
    assert_eq!(keys, wanted);
    assert_eq!(linchpin.violations().len(), 1, "what passed is no violation");
    assert_eq!(actions(&linchpin, &["--kind", "publish"]).len(), 1);
    let id = found[0]["id"].as_str().expect("an id");
    assert_eq!(linchpin.ask(&["actions", "export"]).0.lines().count(), 2);
    assert!(linchpin.ask(&["actions", "show", id]).0.contains("bob@example.com"));
    assert!(!linchpin.ask(&["violations", "show", id]).1);
    assert!(linchpin.ask(&["audit", "verify"]).1);
}

#[test]
fn a_consequential_call_is_not_delivered_when_it_cannot_be_recorded_and_a_read_is() {
    let provider = Provider::answering(vec![json(calls(&MIXED[..2]))]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let healthy = linchpin.post("/v1/chat/completions", CHAT).text();
    assert!(healthy.contains("zebra") && healthy.contains("m-2"), "{healthy}");
    std::fs::rename(linchpin.data().join("linchpin.db"), linchpin.data().join("elsewhere.db")).expect("moved");
    let text = linchpin.post("/v1/chat/completions", CHAT).text();
    assert!(!text.contains("zebra") && text.contains("could not record") && text.contains("m-2"), "{text}");
}

#[test]
fn a_streamed_call_that_its_agent_may_not_have_got_is_listed_without_a_time() {
    let call = |arguments: &str| {
        format!(
            "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"tool_calls\":[{{\"index\":0,\"id\":\"c\",\"function\":{{\"name\":\"send_email\",\"arguments\":\"{arguments}\"}}}}]}},\"finish_reason\":\"tool_calls\"}}]}}\n\n"
        )
    };
    let (first, filler) = (call("{\\\"to\\\":\\\"bob@example.com\\\"}"), format!(": {}\n\n", "x".repeat(1 << 16)));
    let pieces: Vec<&str> = std::iter::once(first.as_str()).chain(std::iter::repeat_n(filler.as_str(), 400)).collect();
    let provider = Provider::answering(vec![events(&pieces, Duration::from_millis(10))]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let mut socket = std::net::TcpStream::connect(("127.0.0.1", linchpin.agent_port)).expect("a connection");
    let streamed = CHAT.replace("{\"messages", "{\"stream\":true,\"messages");
    std::io::Write::write_all(&mut socket, crate::stage::post("/v1/chat/completions", &streamed, "").as_bytes()).expect("sent");
    for _ in 0..500 {
        if !actions(&linchpin, &[]).is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    drop(socket);
    for _ in 0..500 {
        if actions(&linchpin, &[]).iter().any(|one| one["delivered_at"].is_null()) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("nobody noticed that the agent hung up: {:?}", actions(&linchpin, &[]));
}

#[test]
fn the_operator_sees_numbers_of_what_was_done_and_nobody_else_does() {
    let provider = Provider::answering(vec![json(calls(&MIXED))]);
    let linchpin = Linchpin::before(&provider, &format!("{DELETES}[limits]\nmetric_labels = 1\n"));
    linchpin.post("/v1/chat/completions", CHAT);
    assert_eq!(linchpin.console("/metrics", false).status, 401);
    let text = linchpin.console("/metrics", true).text();
    for line in [
        "linchpin_store_up 1",
        "linchpin_holds_pending 1",
        "linchpin_refused_logins_total 1",
        "linchpin_outcomes_total{outcome=\"passed\"} 2",
        "linchpin_outcomes_total{outcome=\"held\"} 1",
        "linchpin_objections_total{pin=\"confirm-deletes\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in {text}");
    }
    assert!(!text.contains("pin=\"other\""), "{text}");
}
