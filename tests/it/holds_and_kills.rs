//! Holds outlive a power cut: linchpin is killed again and again while agents wait and
//! an operator decides, and after each start the record is held against what everybody saw.

use crate::stage::{Answered, Linchpin, Received, Script, events, json, post, provide};
use serde_json::{Value, json as value};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const AGENTS: usize = 16;
const OPERATORS: usize = 2;
/// Requests of one conversation before its agent turns to the next.
const TRIES: usize = 2;
/// Conversations of earlier rounds that an agent asks about again first.
const RETURNS: usize = 1;
const PINS: &str = "[hold]\nwait = \"1s\"\n[[pin]]\nid = \"confirm-deletes\"\ntext = \"Confirm with me before deleting anything.\"\non = [\"delete\"]\nthen = \"hold\"\n";

/// What everybody but linchpin saw, over all rounds.
#[derive(Debug, Default)]
struct Seen {
    /// How often each mail's call came out whole.
    delivered: BTreeMap<String, usize>,
    /// The codes that agents were told, and for which mail.
    told: BTreeMap<String, String>,
    /// The codes an operator sent a decision about, answered or not.
    tried: BTreeSet<String>,
    /// The codes whose decision was confirmed: yes or no. The last one counts.
    decided: BTreeMap<String, bool>,
}

/// `LINCHPIN_KILL_ROUNDS` asks for more than the usual rounds.
#[test]
fn a_kill_at_any_moment_loses_no_hold_and_releases_no_call_twice_or_unasked() {
    let rounds: u64 = std::env::var("LINCHPIN_KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(2);
    let upstream = provide(proposes);
    let dir = Arc::new(tempfile::TempDir::new().expect("a dir"));
    let seen = Arc::new(Mutex::new(Seen::default()));
    let mut linchpin = Linchpin::start(Arc::clone(&dir), upstream, PINS);
    for round in 0..rounds {
        under_load(&mut linchpin, round, &seen);
        linchpin = Linchpin::start(Arc::clone(&dir), upstream, PINS);
        compare(&linchpin, round, &seen.lock().expect("no panic"));
    }
    let seen = seen.lock().expect("no panic");
    let yes = seen.decided.values().filter(|yes| **yes).count();
    let (told, no) = (seen.told.len(), seen.decided.len() - yes);
    println!("{rounds} kills: {told} codes told, {yes} approved, {no} denied, {} calls delivered", seen.delivered.len());
    assert!(!seen.delivered.is_empty() && yes > 0 && no > 0 && told > 0, "nothing was at stake");
}

/// The model: deletes the mail that the first message names, streamed if asked to.
#[allow(clippy::needless_pass_by_value, reason = "the stage hands requests over")]
fn proposes(request: Received) -> Script {
    let asked = request.json();
    let messages = asked["messages"].as_array().expect("messages");
    let said = messages.iter().filter_map(|message| message["content"].as_str()).find_map(|text| text.strip_prefix("delete "));
    let arguments = value!({"id": said.expect("a mail")}).to_string();
    let call = value!({"index": 0, "id": "call_1", "type": "function", "function": {"name": "delete_email", "arguments": arguments}});
    if asked["stream"] != true {
        let message = value!({"role": "assistant", "content": null, "tool_calls": [call]});
        return json(value!({"choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}).to_string());
    }
    let frames = [
        value!({"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Sure."}}]}),
        value!({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]}),
        value!({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}),
    ];
    let frames: Vec<String> = frames.iter().map(|frame| format!("data: {frame}\n\n")).chain(["data: [DONE]\n\n".to_owned()]).collect();
    events(&frames.iter().map(String::as_str).collect::<Vec<_>>(), Duration::ZERO)
}

/// Agents ask and operators decide until linchpin is killed under them.
fn under_load(linchpin: &mut Linchpin, round: u64, seen: &Arc<Mutex<Seen>>) {
    let stop = Arc::new(AtomicBool::new(false));
    let token = std::fs::read_to_string(linchpin.data().join("operator.token")).expect("a token").trim().to_owned();
    let mut dice = Dice(round + 1);
    let agents = (0..AGENTS).map(|agent| {
        let (port, seen, stop) = (linchpin.agent_port, Arc::clone(seen), Arc::clone(&stop));
        std::thread::spawn(move || be_an_agent(port, round, agent, &seen, &stop))
    });
    let mut everybody: Vec<_> = agents.collect();
    everybody.extend((0..OPERATORS).map(|operator| {
        let (port, token, seen, stop) = (linchpin.console_port, token.clone(), Arc::clone(seen), Arc::clone(&stop));
        let dice = Dice(round * 10 + operator as u64 + 100);
        std::thread::spawn(move || be_an_operator(port, &token, dice, &seen, &stop))
    }));
    std::thread::sleep(Duration::from_millis(1200 + dice.roll(1800)));
    linchpin.kill();
    stop.store(true, Ordering::Relaxed);
    everybody.into_iter().for_each(|one| one.join().expect("no panic"));
}

fn be_an_agent(port: u16, round: u64, agent: usize, seen: &Mutex<Seen>, stop: &AtomicBool) {
    // First what it was told before the last kill, then new mails.
    let old: Vec<String> = seen.lock().expect("no panic").told.values().cloned().collect();
    let old = old.into_iter().skip(agent).step_by(AGENTS).take(RETURNS);
    let new = (0..).map(|turn| format!("m-{round}-{agent}-{turn}"));
    for mail in old.chain(new) {
        for _ in 0..TRIES {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            let Some(answer) = ask(port, &mail, agent.is_multiple_of(2)) else { return };
            let mut seen = seen.lock().expect("no panic");
            if is_delivered(&answer, &mail) {
                *seen.delivered.entry(mail.clone()).or_default() += 1;
                break;
            }
            if let Some(code) = told(&answer) {
                seen.told.insert(code, mail.clone());
            }
        }
    }
}

/// One request about a mail; nothing if nobody answered.
fn ask(port: u16, mail: &str, streams: bool) -> Option<String> {
    let tool = value!({"type": "function", "function": {"name": "delete_email", "parameters": {"type": "object"}}});
    let body = value!({"stream": streams, "tools": [tool], "messages": [{"role": "user", "content": format!("delete {mail}")}]});
    let mut socket = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let mut bytes = Vec::new();
    let sent = socket.write_all(post("/openai/v1/chat/completions", &body.to_string(), "").as_bytes());
    let _ = sent.and_then(|()| socket.read_to_end(&mut bytes));
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether the call is there, in the very spelling of the model.
fn is_delivered(answer: &str, mail: &str) -> bool {
    answer.contains(&format!(r#"{{\"id\":\"{mail}\"}}"#))
}

/// The code in a notice that a call waits.
fn told(answer: &str) -> Option<String> {
    let (_, rest) = answer.split_once("(code ")?;
    let (code, rest) = rest.split_once(')')?;
    rest.starts_with(". It waits").then(|| code.to_owned())
}

/// What becomes of a hold is in its code: a yes or a no while its agent waits, a yes
/// after the agent was told to, or nothing.
fn fate(code: &str, seen: &Seen) -> Option<bool> {
    match code.bytes().map(u64::from).sum::<u64>() % 4 {
        0 => Some(true),
        1 => Some(false),
        2 if seen.told.contains_key(code) => Some(true),
        _ => None,
    }
}

/// Looks at what waits, and decides when the dice say so.
fn be_an_operator(port: u16, token: &str, mut dice: Dice, seen: &Mutex<Seen>, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        let Some(listed) = api(port, token, "GET", "/api/approvals") else { return };
        let listed: Value = serde_json::from_slice(&listed.body).unwrap_or_default();
        let waiting = listed["holds"].as_array().cloned().unwrap_or_default();
        for code in waiting.iter().filter_map(|hold| hold["code"].as_str()) {
            let yes = {
                let mut seen = seen.lock().expect("no panic");
                let Some(yes) = fate(code, &seen).filter(|_| dice.roll(4) == 0) else { continue };
                seen.tried.insert(code.to_owned());
                yes
            };
            let verb = if yes { "approve" } else { "deny" };
            let answered = api(port, token, "POST", &format!("/api/approvals/{code}/{verb}"));
            if answered.is_some_and(|answered| answered.status == 200) {
                seen.lock().expect("no panic").decided.insert(code.to_owned(), yes);
            }
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn api(port: u16, token: &str, method: &str, path: &str) -> Option<Answered> {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {token}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    );
    let mut socket = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let mut bytes = Vec::new();
    let sent = socket.write_all(request.as_bytes());
    let _ = sent.and_then(|()| socket.read_to_end(&mut bytes));
    Some(crate::stage::parsed(&bytes))
}

/// The record against what everybody saw.
fn compare(linchpin: &Linchpin, round: u64, seen: &Seen) {
    let (out, is_whole) = linchpin.ask(&["audit", "verify"]);
    assert!(is_whole, "round {round}: {out}");
    let holds = holds_of(linchpin, &["approvals", "list", "--all", "--json"]);
    let pending = holds_of(linchpin, &["approvals", "list", "--json"]);
    let pending: BTreeSet<String> = pending.iter().map(|hold| code_of(hold).to_owned()).collect();
    let by_code: BTreeMap<&str, &Value> = holds.iter().map(|hold| (code_of(hold), hold)).collect();
    let mut released: BTreeMap<&str, usize> = BTreeMap::new();
    let mut others = BTreeSet::new();
    for hold in &holds {
        if hold["outcome"] == "released" {
            assert_eq!(hold["given"], value!(["admin"]), "round {round}: released without a yes: {hold}");
            assert!(seen.tried.contains(code_of(hold)), "round {round}: released, and nobody decided: {hold}");
            *released.entry(mail_of(hold)).or_default() += 1;
        } else {
            // Only a call that has left can be held anew.
            assert!(others.insert(mail_of(hold)), "round {round}: two holds for one call: {hold}");
        }
    }
    for (mail, times) in &seen.delivered {
        let yes = released.get(mail.as_str()).copied().unwrap_or(0);
        assert!(*times <= yes, "round {round}: `{mail}` was delivered {times} times, for {yes} approvals");
    }
    for (code, mail) in &seen.told {
        let hold = by_code.get(code.as_str()).unwrap_or_else(|| panic!("round {round}: the hold `{code}` is lost"));
        assert_eq!(mail_of(hold), mail, "round {round}: an agent was told a code that is another call's");
        let is_touched = seen.tried.contains(code);
        assert!(is_touched || pending.contains(code), "round {round}: nobody decided about it, and it waits no more: {hold}");
        assert!(is_touched || hold["given"] == value!([]), "round {round}: a yes that nobody gave: {hold}");
    }
    for (code, yes) in &seen.decided {
        let hold = by_code.get(code.as_str()).unwrap_or_else(|| panic!("round {round}: the hold `{code}` is lost"));
        let outcome = hold["outcome"].as_str().unwrap_or("pending");
        let is_kept = match (yes, outcome) {
            (false, "denied") | (true, "released") => true,
            // Granted, and not fetched yet.
            (true, "pending") => hold["given"] == value!(["admin"]),
            // Another operator's no, on its way when linchpin was killed.
            (true, "denied") => true,
            _ => false,
        };
        assert!(is_kept, "round {round}: a confirmed {} is not in the record: {hold}", if *yes { "yes" } else { "no" });
    }
    // Whoever asks again joins the hold that waits.
    let untouched = seen.told.iter().filter(|(code, _)| !seen.tried.contains(*code));
    for (code, mail) in untouched.take(3) {
        let answer = ask(linchpin.agent_port, mail, false).expect("an answer");
        assert_eq!(told(&answer).as_deref(), Some(code.as_str()), "round {round}: {answer}");
    }
}

fn holds_of(linchpin: &Linchpin, command: &[&str]) -> Vec<Value> {
    linchpin.ask(command).0.lines().map(|line| serde_json::from_str(line).expect("JSON Lines")).collect()
}

fn code_of(hold: &Value) -> &str {
    hold["code"].as_str().expect("a code")
}

/// The mail that a held call would delete.
fn mail_of(hold: &Value) -> &str {
    let arguments = hold["arguments"].as_str().expect("arguments");
    arguments.strip_prefix(r#"{"id":""#).and_then(|rest| rest.strip_suffix(r#""}"#)).unwrap_or_else(|| panic!("no mail in {hold}"))
}

/// Small numbers in no order that a person would guess, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}
