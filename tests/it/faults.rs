//! The store fails in every way a store fails. What the agent, the operator and `/readyz`
//! see is the table in `docs/faults.md`; each row of it is a test here.

use crate::stage::{Answered, DELETES, Linchpin, ask, json, post, provide, raw};
use rusqlite::Connection;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Far longer than linchpin takes to notice that its store is well again.
const PATIENCE: Duration = Duration::from_secs(30);

/// A provider whose every answer has one call that passes and changes nothing, one that
/// passes and is consequential, and one that a pin holds, each with this much beside it.
fn provider(padding: usize) -> SocketAddr {
    let pad = "x".repeat(padding);
    provide(move |request| {
        // The first message is the pins'.
        let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let n = asked["messages"].as_array().and_then(|all| all.last()?["content"].as_str().map(str::to_owned)).unwrap_or_default();
        let calls: Vec<Value> = [("read_email", "read"), ("send_email", "sent"), ("delete_email", "gone")]
            .iter()
            .enumerate()
            .map(|(place, (tool, mark))| {
                let arguments = serde_json::json!({"id": format!("{mark}-{n}"), "to": "bob@example.com", "note": pad}).to_string();
                serde_json::json!({"id": format!("call_{place}"), "type": "function", "function": {"name": tool, "arguments": arguments}})
            })
            .collect();
        json(serde_json::json!({"choices": [{"index": 0, "message": {"role": "assistant", "content": null, "tool_calls": calls}, "finish_reason": "tool_calls"}]}).to_string())
    })
}

fn dir() -> Arc<TempDir> {
    Arc::new(TempDir::new().expect("a dir"))
}

fn chat(n: impl std::fmt::Display) -> String {
    format!(r#"{{"messages":[{{"role":"user","content":"{n}"}}]}}"#)
}

/// What the agent got of the answer to its request `n`: the read, the sending, a notice
/// with a code for the deletion; never the deletion.
fn got(linchpin: &Linchpin, n: &str) -> (bool, bool, bool) {
    let answered = linchpin.post("/v1/chat/completions", &chat(n));
    let text = answered.text();
    assert_eq!(answered.status, 200, "{text}");
    assert!(!text.contains(&format!("gone-{n}")), "a held call was delivered: {text}");
    (text.contains(&format!("read-{n}")), text.contains(&format!("sent-{n}")), text.contains("(code "))
}

const ALL: (bool, bool, bool) = (true, true, true);
const ONLY_THE_READ: (bool, bool, bool) = (true, false, false);

fn ready(linchpin: &Linchpin) -> u16 {
    linchpin.console("/readyz", false).status
}

/// The operator gets through: the console answers, and says what is wrong or nothing.
fn told(linchpin: &Linchpin) -> String {
    let answered = linchpin.console("/api/status", true);
    assert_eq!(answered.status, 200);
    let status: Value = serde_json::from_slice(&answered.body).expect("JSON");
    status["record"].as_str().expect("a word").to_owned()
}

fn recovers(linchpin: &Linchpin) {
    let until = Instant::now() + PATIENCE;
    while ready(linchpin) != 200 {
        assert!(Instant::now() < until, "it does not recover: {}", told(linchpin));
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(told(linchpin), "well");
}

/// Every call whose delivery an agent saw is in the ledger, and the chain is whole.
fn nothing_is_lost(linchpin: &Linchpin, delivered: &[String]) {
    let (ledger, _) = linchpin.ask(&["actions", "list", "--json"]);
    for n in delivered {
        assert!(ledger.contains(&format!("sent-{n}")), "the call of request {n} was delivered and is not in the ledger");
    }
    let (told, is_whole) = linchpin.ask(&["audit", "verify"]);
    assert!(is_whole, "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_withholds_what_needs_an_entry_and_nothing_else_until_there_is_room() {
    use rustix::process::{Resource, Rlimit, prlimit};
    // A file that may not grow is refused as on a full disk; the log is a file too, and stays small.
    let linchpin = Linchpin::start_under(dir(), provider(10), DELETES, "trap '' XFSZ; ulimit -S -f 2000;");
    let mut delivered = Vec::new();
    // A small entry may find room where a large one did not: full it is once nothing at all fits.
    for n in (0..400).map(|n| n.to_string()) {
        let (read, sent, _) = got(&linchpin, &n);
        assert!(read, "a call that needs no entry was withheld");
        delivered.extend(sent.then_some(n));
        if !sent && ready(&linchpin) == 503 {
            break;
        }
    }
    assert!(delivered.len() > 3, "the disk was full from the start");
    assert_eq!(got(&linchpin, "full"), ONLY_THE_READ);
    assert_eq!(ready(&linchpin), 503);
    assert!(told(&linchpin).contains("cannot be written"), "{}", told(&linchpin));
    nothing_is_lost(&linchpin, &delivered);
    prlimit(Some(linchpin.pid()), Resource::Fsize, Rlimit { current: None, maximum: None }).expect("room");
    recovers(&linchpin);
    assert_eq!(got(&linchpin, "room"), ALL);
    delivered.push("room".into());
    nothing_is_lost(&linchpin, &delivered);
}

#[test]
fn a_locked_store_withholds_after_two_seconds_and_recovers_by_itself() {
    let linchpin = Linchpin::start(dir(), provider(10), DELETES);
    assert_eq!(got(&linchpin, "before"), ALL);
    let other = Connection::open(linchpin.data().join("linchpin.db")).expect("a database");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let begun = Instant::now();
    assert_eq!(got(&linchpin, "locked"), ONLY_THE_READ);
    assert!(begun.elapsed() < PATIENCE, "the agent waited {:?}", begun.elapsed());
    assert_eq!(ready(&linchpin), 503);
    assert!(told(&linchpin).contains("locked"), "{}", told(&linchpin));
    assert_eq!(linchpin.violations().len(), 1, "what was written before can be read");
    other.execute_batch("ROLLBACK").expect("no lock");
    recovers(&linchpin);
    assert_eq!(got(&linchpin, "after"), ALL);
    nothing_is_lost(&linchpin, &["before".into(), "after".into()]);
}

#[test]
fn a_slow_store_makes_the_agent_wait_and_neither_the_operator_nor_other_answers() {
    let linchpin = Linchpin::start(dir(), provider(10), DELETES);
    assert_eq!(got(&linchpin, "before"), ALL);
    let other = Connection::open(linchpin.data().join("linchpin.db")).expect("a database");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| (got(&linchpin, "slow"), begun.elapsed()));
        std::thread::sleep(Duration::from_millis(100));
        let asked = Instant::now();
        assert_eq!(linchpin.console("/healthz", false).status, 200);
        assert_eq!(told(&linchpin), "well", "nothing has failed yet");
        assert_eq!(
            linchpin.raw(b"GET /v1/models HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").status,
            200,
            "no entry is needed"
        );
        assert!(asked.elapsed() < Duration::from_millis(1200), "the operator waited {:?}", asked.elapsed());
        std::thread::sleep(Duration::from_millis(700).saturating_sub(begun.elapsed()));
        other.execute_batch("ROLLBACK").expect("no lock");
        let (got, took) = waiting.join().expect("an answer");
        assert_eq!(got, ALL, "late, and whole");
        assert!(took >= Duration::from_millis(600), "its entry was not on the disk: {took:?}");
    });
    assert_eq!(ready(&linchpin), 200);
    nothing_is_lost(&linchpin, &["before".into(), "slow".into()]);
}

#[test]
fn a_store_that_was_overwritten_while_linchpin_runs_lets_nothing_through_that_it_did_not_write() {
    let linchpin = Linchpin::start(dir(), provider(10), DELETES);
    assert_eq!(got(&linchpin, "before"), ALL);
    let file = linchpin.data().join("linchpin.db");
    for path in [file.clone(), linchpin.data().join("linchpin.db-wal")] {
        let length = std::fs::metadata(&path).expect("a file").len();
        let mut file = std::fs::OpenOptions::new().write(true).open(&path).expect("a file");
        file.write_all(&vec![0xa5; usize::try_from(length).expect("a length")]).expect("overwritten");
    }
    for n in 0..20 {
        // Pages that SQLite still has in memory may be good for one more entry; a held call never comes through.
        let (read, ..) = got(&linchpin, &n.to_string());
        assert!(read, "a call that needs no entry was withheld");
    }
    let (told, is_whole) = linchpin.ask(&["audit", "verify"]);
    assert!(!is_whole, "{told}");
    assert_eq!(linchpin.console("/healthz", false).status, 200);
}

#[test]
fn a_store_that_is_damaged_is_not_started_with_and_the_way_out_is_said() {
    let dir = dir();
    let mut linchpin = Linchpin::start(Arc::clone(&dir), provider(10), DELETES);
    got(&linchpin, "before");
    assert!(linchpin.terminate().success());
    let file = linchpin.data().join("linchpin.db");
    let mut bytes = std::fs::read(&file).expect("read");
    bytes[..4096].fill(0xa5);
    std::fs::write(&file, &bytes).expect("written");
    let told = refused_start(&linchpin);
    assert!(told.contains("damaged") && told.contains("restore a copy, or move it away"), "{told}");
    assert_eq!(std::fs::read(&file).expect("read"), bytes, "nothing was written over it");
}

#[test]
fn a_schema_of_another_version_is_refused_and_said() {
    let mut linchpin = Linchpin::start(dir(), provider(10), DELETES);
    got(&linchpin, "before");
    assert!(linchpin.terminate().success());
    Connection::open(linchpin.data().join("linchpin.db")).expect("a database").execute_batch("PRAGMA user_version = 1").expect("set");
    assert!(refused_start(&linchpin).contains("schema 1 is of another linchpin"));
}

/// stderr of a start that does not come up.
fn refused_start(linchpin: &Linchpin) -> String {
    refused_under(linchpin, "")
}

fn refused_under(linchpin: &Linchpin, before: &str) -> String {
    let output = std::process::Command::new("sh")
        .args(["-c", &format!("exec {before} \"$0\" serve --listen 127.0.0.1:0 --console 127.0.0.1:0 --config \"$1\" --data \"$2\"")])
        .arg(env!("CARGO_BIN_EXE_linchpin"))
        .arg(linchpin.dir.path().join("linchpin.toml"))
        .arg(linchpin.data())
        .output()
        .expect("it runs");
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What makes file modes count for the program that follows, also for the system's owner;
/// `None` where nothing does, and modes show nothing.
#[cfg(unix)]
fn obeying_modes(dir: &TempDir) -> Option<&'static str> {
    use std::os::unix::fs::PermissionsExt;
    let closed = dir.path().join("closed");
    std::fs::create_dir(&closed).expect("a dir");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o500)).expect("a mode");
    ["", "setpriv --bounding-set=-all"].into_iter().find(|before| {
        let touch = format!("{before} touch \"$0/file\" && exit 1 || {before} true");
        std::process::Command::new("sh").args(["-c", &touch]).arg(&closed).output().is_ok_and(|output| output.status.success())
    })
}

#[cfg(unix)]
#[test]
fn a_read_only_data_dir_is_not_started_with_and_can_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let dir = dir();
    let Some(before) = obeying_modes(&dir) else { return println!("file modes mean nothing here") };
    let mut linchpin = Linchpin::start(Arc::clone(&dir), provider(10), DELETES);
    assert_eq!(got(&linchpin, "before"), ALL);
    assert!(linchpin.terminate().success());
    let mode = |mode, file_mode| {
        for file in std::fs::read_dir(linchpin.data()).expect("a dir").flatten() {
            std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(file_mode)).expect("a mode");
        }
        std::fs::set_permissions(linchpin.data(), std::fs::Permissions::from_mode(mode)).expect("a mode");
    };
    mode(0o500, 0o400);
    let told = refused_under(&linchpin, before);
    let read = std::process::Command::new("sh")
        .args(["-c", &format!("exec {before} \"$0\" actions list --json --data \"$1\"")])
        .arg(env!("CARGO_BIN_EXE_linchpin"))
        .arg(linchpin.data())
        .output()
        .expect("it runs");
    mode(0o700, 0o600);
    assert!(told.contains("cannot use") && told.contains("ermission denied"), "{told}");
    assert!(String::from_utf8_lossy(&read.stdout).contains("sent-before"), "{}", String::from_utf8_lossy(&read.stderr));
}

#[cfg(unix)]
#[test]
fn a_data_dir_that_becomes_read_only_while_linchpin_runs_costs_the_signature_and_no_entry() {
    use std::os::unix::fs::PermissionsExt;
    let dir = dir();
    let Some(before) = obeying_modes(&dir) else { return println!("file modes mean nothing here") };
    let linchpin = Linchpin::start_under(Arc::clone(&dir), provider(10), DELETES, before);
    let mode = |mode| std::fs::set_permissions(linchpin.data(), std::fs::Permissions::from_mode(mode)).expect("a mode");
    mode(0o500);
    assert_eq!(got(&linchpin, "closed"), ALL, "its files are open");
    assert_eq!(ready(&linchpin), 200);
    let until = Instant::now() + PATIENCE;
    while !linchpin.log().contains("could not be signed") {
        assert!(Instant::now() < until, "nobody is told");
        std::thread::sleep(Duration::from_millis(50));
    }
    nothing_is_lost(&linchpin, &["closed".into()]);
    mode(0o700);
}

#[test]
fn a_kill_loses_no_call_that_an_agent_got() {
    let dir = dir();
    let upstream = provider(10);
    for round in 0..3 {
        let mut linchpin = Linchpin::start(Arc::clone(&dir), upstream, DELETES);
        let port = linchpin.agent_port;
        let answers = Arc::new(AtomicUsize::new(0));
        let ask = |agent: usize| {
            let answers = Arc::clone(&answers);
            std::thread::spawn(move || keep_asking(port, &format!("{round}-{agent}"), &answers))
        };
        let agents: Vec<_> = (0..4).map(ask).collect();
        let until = Instant::now() + PATIENCE;
        while answers.load(Ordering::Relaxed) == 0 && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(40 + 70 * round));
        linchpin.kill();
        let read: Vec<String> = agents.into_iter().flat_map(|agent| agent.join().expect("no panic")).collect();
        assert!(!read.is_empty(), "nothing was delivered before the kill");
        nothing_is_lost(&linchpin, &read);
    }
}

/// The numbers of the requests whose consequential call was delivered.
fn keep_asking(port: u16, name: &str, answers: &AtomicUsize) -> Vec<String> {
    let mut read = Vec::new();
    for turn in 0..10_000 {
        let n = format!("{name}-{turn}");
        let Ok(mut socket) = TcpStream::connect(("127.0.0.1", port)) else { break };
        let mut text = String::new();
        let _ = socket.write_all(post("/v1/chat/completions", &chat(&n), "").as_bytes());
        let _ = socket.read_to_string(&mut text);
        if text.is_empty() {
            break;
        }
        if text.contains(&format!("sent-{n}")) {
            answers.fetch_add(1, Ordering::Relaxed);
            read.push(n);
        }
    }
    read
}

#[cfg(unix)]
#[test]
fn asked_to_stop_it_answers_who_waits_signs_its_head_and_ends_well() {
    let mut linchpin = Linchpin::start(dir(), provider(10), &format!("{DELETES}[hold]\nwait = \"60s\"\n"));
    let port = linchpin.agent_port;
    let waiting = std::thread::spawn(move || -> Answered { raw(port, post("/v1/chat/completions", &chat("last"), "").as_bytes()) });
    let until = Instant::now() + PATIENCE;
    while linchpin.ask(&["approvals", "list", "--json"]).0.is_empty() {
        assert!(Instant::now() < until, "no hold");
        std::thread::sleep(Duration::from_millis(20));
    }
    let begun = Instant::now();
    assert!(linchpin.terminate().success());
    assert!(begun.elapsed() < Duration::from_secs(25), "it took {:?}", begun.elapsed());
    let text = waiting.join().expect("an answer").text();
    assert!(text.contains("(code ") && text.contains("sent-last") && !text.contains("gone-last"), "{text}");
    let (verified, is_whole) = ask(&linchpin.data(), &["audit", "verify", "--json"]);
    let verified: Value = serde_json::from_str(&verified).expect("JSON");
    assert!(is_whole && verified["signed"]["seq"] == verified["seq"] && verified["signed"]["tables"].is_string(), "{verified}");
    assert_eq!(linchpin.ask(&["approvals", "list", "--json"]).0.lines().count(), 1, "the hold outlives it");
    nothing_is_lost(&linchpin, &["last".into()]);
}
