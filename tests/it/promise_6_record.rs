//! Promise 6: the record is true. What the agent gets was on the disk before, and a
//! later entry says if it did not arrive.

use crate::stage::{DELETES, Linchpin, Provider, json, post};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const CHAT: &str = r#"{"messages":[{"role":"user","content":"hi"}]}"#;
const CALL: &str = r#"{"choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"delete_email","arguments":"{\"id\":\"m-1\",\"password\":\"hunter2zebra\"}"}}]},"finish_reason":"tool_calls"}]}"#;

#[test]
fn the_chain_holds_and_resends_join_one_hold() {
    let provider = Provider::answering(vec![json(CALL)]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let texts: Vec<String> = (0..3).map(|_| linchpin.post("/v1/chat/completions", CHAT).text()).collect();
    assert!(texts.iter().all(|text| *text == texts[0]), "the same hold, the same code: {texts:?}");
    assert_eq!(linchpin.ask(&["approvals", "list", "--json"]).0.lines().count(), 1);
    let (out, is_whole) = linchpin.ask(&["audit", "verify"]);
    assert!(is_whole, "{out}");
}

#[test]
fn secrets_do_not_reach_the_record() {
    let provider = Provider::answering(vec![json(CALL)]);
    let linchpin = Linchpin::before(&provider, DELETES);
    linchpin.post("/v1/chat/completions", CHAT);
    let shown = serde_json::to_string(&linchpin.violations()).expect("JSON");
    assert!(shown.contains("m-1") && !shown.contains("hunter2zebra"), "{shown}");
    assert!(!linchpin.log().contains("hunter2zebra"));
}

/// Kills linchpin while agents are being refused, and compares what they read with
/// what the record has. `LINCHPIN_KILL_ROUNDS` asks for more than the usual rounds.
#[test]
fn a_kill_at_any_moment_leaves_no_answer_without_its_entry() {
    let dir = Arc::new(tempfile::TempDir::new().expect("a dir"));
    let provider = Provider::answering(vec![json(CALL)]);
    let mut delivered = 0;
    let rounds = std::env::var("LINCHPIN_KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    for round in 0..rounds {
        let mut linchpin = Linchpin::start(Arc::clone(&dir), provider.address, DELETES);
        let (stop, answers) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let agents: Vec<_> = (0..6)
            .map(|agent| ask_again_and_again(linchpin.agent_port, format!("c-{round}-{agent}"), Arc::clone(&stop), Arc::clone(&answers)))
            .collect();
        // A busy machine takes its time to give the first answer; the kill comes at some moment behind it.
        let begun = Instant::now();
        while answers.load(Ordering::Relaxed) == 0 && begun.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(37 * (round % 8)));
        linchpin.kill();
        stop.store(true, Ordering::Relaxed);
        let read: Vec<String> = agents.into_iter().flat_map(|agent| agent.join().expect("no panic")).collect();
        delivered += read.len();
        let (out, is_whole) = linchpin.ask(&["audit", "verify"]);
        assert!(is_whole, "round {round}: {out}");
        let known: Vec<String> =
            linchpin.violations().iter().map(|entry| entry["delivered"].as_str().unwrap_or_default().to_owned()).collect();
        let missing = read.iter().filter(|text| !known.iter().any(|known| !known.is_empty() && text.contains(known.as_str()))).count();
        assert_eq!(missing, 0, "round {round}: an agent read a notice that the record does not have");
    }
    assert!(delivered > 0, "no answer was delivered at all");
}

fn ask_again_and_again(
    port: u16,
    conversation: String,
    stop: Arc<AtomicBool>,
    answers: Arc<AtomicUsize>,
) -> std::thread::JoinHandle<Vec<String>> {
    std::thread::spawn(move || {
        let mut read = Vec::new();
        for turn in 0.. {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let headers = format!("x-linchpin-conversation: {conversation}-{turn}\r\n");
            let Ok(mut socket) = TcpStream::connect(("127.0.0.1", port)) else { break };
            let mut text = String::new();
            let _ = socket.write_all(post("/v1/chat/completions", CHAT, &headers).as_bytes());
            let _ = socket.read_to_string(&mut text);
            if text.contains("Do not retry") {
                answers.fetch_add(1, Ordering::Relaxed);
                read.push(text);
            }
        }
        read
    })
}
