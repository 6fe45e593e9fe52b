//! What somebody did to a data dir that a linchpin left behind is found, or has no effect
//! on anything that is shown.
//!
//! `LINCHPIN_SEED` repeats a run, `LINCHPIN_CORRUPTIONS` asks for more than fifty.

use crate::stage::{DELETES, Linchpin, ask, json, provide};
use rusqlite::Connection;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

/// Numbers that one seed always gives in one order.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % below.max(1) as u64) as usize
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// A data dir with delivered, held and blocked calls, left by a linchpin on SIGTERM.
fn data_dir() -> Arc<TempDir> {
    let answered = AtomicUsize::new(0);
    let upstream = provide(move |_| {
        let n = answered.fetch_add(1, Ordering::Relaxed);
        let tools = ["send_email", "delete_email", "bash"];
        let call = |(place, tool): (usize, &&str)| {
            let arguments =
                serde_json::json!({"to": format!("p{n}@example.com"), "id": format!("m-{n}"), "command": format!("git push origin b{n}")});
            serde_json::json!({"id": format!("call_{place}"), "type": "function", "function": {"name": tool, "arguments": arguments.to_string()}})
        };
        let calls: Vec<Value> = tools.iter().enumerate().map(call).collect();
        json(serde_json::json!({"choices": [{"index": 0, "message": {"role": "assistant", "content": null, "tool_calls": calls}, "finish_reason": "tool_calls"}]}).to_string())
    });
    let dir = Arc::new(TempDir::new().expect("a dir"));
    let mut linchpin = Linchpin::start(Arc::clone(&dir), upstream, DELETES);
    for n in 0..12 {
        linchpin.post("/v1/chat/completions", &format!(r#"{{"messages":[{{"role":"user","content":"hello {n}"}}]}}"#));
    }
    assert!(linchpin.terminate().success());
    dir
}

/// Everything that the commands show of a data dir.
fn shown(data: &Path) -> Vec<(String, bool)> {
    let commands: [&[&str]; 6] = [
        &["violations", "list", "--json"],
        &["actions", "list", "--json"],
        &["approvals", "list", "--all", "--json"],
        &["conversations", "list", "--json"],
        &["audit", "export"],
        &["audit", "head"],
    ];
    commands.iter().map(|command| ask(data, command)).collect()
}

fn copied(data: &Path) -> TempDir {
    let copy = TempDir::new().expect("a dir");
    for file in std::fs::read_dir(data).expect("a dir").flatten() {
        std::fs::copy(file.path(), copy.path().join(file.file_name())).expect("copied");
    }
    copy
}

fn database(data: &Path) -> Connection {
    Connection::open(data.join("linchpin.db")).expect("a database")
}

fn execute(data: &Path, statements: &str) -> String {
    database(data).execute_batch(statements).expect(statements);
    statements.to_owned()
}

/// Flips a bit of a file.
fn flip(path: &Path, dice: &mut Dice) -> String {
    let mut bytes = std::fs::read(path).expect("read");
    let (place, bit) = (dice.throw(bytes.len()), dice.throw(8));
    bytes[place] ^= 1 << bit;
    std::fs::write(path, bytes).expect("written");
    format!("bit {bit} of byte {place} of {}", path.display())
}

/// Changes one letter of a text.
fn respell(data: &Path, column: &str, seq: usize, dice: &mut Dice) -> String {
    let connection = database(data);
    let select = format!("SELECT {column} FROM record WHERE seq = ?1");
    let mut text: Vec<char> = connection.query_row(&select, [seq as i64], |row| row.get::<_, String>(0)).expect("a row").chars().collect();
    let place = dice.throw(text.len());
    text[place] = if text[place] == '7' { 'b' } else { '7' };
    let text: String = text.into_iter().collect();
    connection.execute(&format!("UPDATE record SET {column} = ?1 WHERE seq = ?2"), (text, seq as i64)).expect("changed");
    format!("letter {place} of `{column}` of entry {seq}")
}

/// Changes an entry and computes every hash behind it anew, the head's too: what somebody
/// does who knows the form and has no key.
fn rewrite(data: &Path, seq: usize) -> String {
    let connection = database(data);
    connection
        .execute("UPDATE record SET body = replace(body, 'example.com', 'example.org') WHERE seq >= ?1", [seq as i64])
        .expect("changed");
    let mut prev = "0".repeat(64);
    let mut statement = connection.prepare("SELECT seq, first, entry, at, event, body FROM record ORDER BY seq").expect("a statement");
    let mut rows = statement.query([]).expect("rows");
    let mut hashes = Vec::new();
    while let Some(row) = rows.next().expect("a row") {
        let number = |place| row.get::<_, i64>(place).expect("a number");
        let text = |place| row.get::<_, String>(place).expect("a text");
        let fields = [
            "linchpin-record-v1".to_owned(),
            number(0).to_string(),
            number(1).to_string(),
            text(2),
            text(3),
            text(4),
            text(5),
            prev.clone(),
        ];
        let mut form = Sha256::new();
        for field in fields {
            form.update((field.len() as u64).to_be_bytes());
            form.update(field.as_bytes());
        }
        let hash: String = form.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        hashes.push((number(0), prev, hash.clone()));
        prev = hash;
    }
    for (seq, prev, hash) in hashes {
        connection.execute("UPDATE record SET prev = ?1, hash = ?2 WHERE seq = ?3", (prev, hash, seq)).expect("changed");
    }
    connection.execute_batch("UPDATE head SET hash = (SELECT hash FROM record ORDER BY seq DESC LIMIT 1)").expect("changed");
    format!("entry {seq} and all behind it written anew, with their hashes and the head")
}

const SET_HEAD: &str = "UPDATE head SET seq = (SELECT max(seq) FROM record), hash = (SELECT hash FROM record ORDER BY seq DESC LIMIT 1)";

/// Does one thing to a data dir, and says what.
fn corrupt(data: &Path, kind: usize, dice: &mut Dice) -> String {
    let last: i64 = database(data).query_row("SELECT max(seq) FROM record", [], |row| row.get(0)).expect("a number");
    let last = usize::try_from(last).expect("a number");
    let (one, other) = (1 + dice.throw(last), 1 + dice.throw(last - 1));
    let other = if other >= one { other + 1 } else { other };
    let (store, head, key) = (data.join("linchpin.db"), data.join("linchpin.db.head"), data.join("linchpin.db.key"));
    match kind {
        0 => respell(data, ["entry", "at", "event"][dice.throw(3)], one, dice),
        1 | 2 => respell(data, "body", one, dice),
        3 => respell(data, ["prev", "hash"][dice.throw(2)], one, dice),
        4 => execute(data, &format!("UPDATE record SET first = first + {} WHERE seq = {one}", 1 + dice.throw(9))),
        5 => execute(data, &format!("DELETE FROM record WHERE seq = {one}")),
        6 => execute(data, &format!("DELETE FROM record WHERE seq BETWEEN {} AND {}", one.min(other), one.max(other))),
        7 => execute(
            data,
            &format!(
                "UPDATE record SET seq = 0 WHERE seq = {one}; UPDATE record SET seq = {one} WHERE seq = {other}; UPDATE record SET seq = {other} WHERE seq = 0"
            ),
        ),
        8 => execute(data, &format!("DELETE FROM record WHERE seq >= {one}")),
        9 => execute(data, &format!("DELETE FROM record WHERE seq >= {}; {SET_HEAD}", one.max(2))),
        10 => execute(
            data,
            ["UPDATE head SET seq = seq - 1", "UPDATE head SET hash = replace(hash, 'a', 'b') || 'c'", "DELETE FROM head"][dice.throw(3)],
        ),
        11 => execute(
            data,
            &format!("INSERT INTO record SELECT {}, first, entry, at, event, body, prev, hash FROM record WHERE seq = {one}", last + 1),
        ),
        12 => rewrite(data, one),
        13 => flip(&head, dice),
        14 => {
            let bytes = std::fs::read(&head).expect("read");
            let length = dice.throw(bytes.len());
            std::fs::write(&head, &bytes[..length]).expect("written");
            format!("the signed head cut to {length} bytes")
        }
        15 => {
            std::fs::remove_file(&head).expect("removed");
            "the signed head removed".into()
        }
        16 => flip(&key, dice),
        17 => execute(
            data,
            [
                "UPDATE hold SET pins = '[]'",
                "UPDATE conversation SET turns = turns + 1",
                "UPDATE exact SET tool = 'read_email'",
                "DELETE FROM hold",
            ][dice.throw(4)],
        ),
        18 => {
            let bytes = std::fs::read(&store).expect("read");
            let length = dice.throw(bytes.len());
            std::fs::write(&store, &bytes[..length]).expect("written");
            format!("the database cut to {length} bytes")
        }
        19 => {
            let mut bytes = std::fs::read(&store).expect("read");
            let begin = dice.throw(bytes.len() - 64);
            bytes[begin..begin + 64].fill(0);
            std::fs::write(&store, bytes).expect("written");
            format!("64 bytes of the database zeroed from {begin}")
        }
        _ => flip(&store, dice),
    }
}

#[test]
fn fifty_random_corruptions_are_found_or_change_nothing_that_is_shown() {
    let seed = number("LINCHPIN_SEED").unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().expect("a clock").as_nanos() as u64);
    let mut dice = Dice(seed);
    let dir = data_dir();
    let data = dir.path().join("data");
    let (whole, is_whole) = ask(&data, &["audit", "verify"]);
    assert!(is_whole, "{whole}");
    let before = shown(&data);
    assert!(before.iter().all(|(text, is_fine)| *is_fine && !text.is_empty()), "{before:?}");
    let (mut found, mut harmless) = (0, Vec::new());
    let rounds = number("LINCHPIN_CORRUPTIONS").unwrap_or(50) as usize;
    for round in 0..rounds {
        let copy = copied(&data);
        // Every kind once, then bits of the database, most of which are of no row.
        let kind = if round < 25 { round } else { dice.throw(30) };
        let done = corrupt(copy.path(), kind, &mut dice);
        let (told, is_whole) = ask(copy.path(), &["audit", "verify"]);
        if !is_whole {
            found += 1;
            // A value, a row, the order, the end: the entry is named.
            assert!(!(kind < 9 && kind != 6) || told.contains("broken at entry"), "seed {seed}: {done}: {told}");
            continue;
        }
        assert_eq!(shown(copy.path()), before, "seed {seed}, round {round}: not found: {done}");
        harmless.push(done);
    }
    println!("seed {seed}: {found} of {rounds} were found; without effect: {harmless:#?}");
    assert!(found >= 20, "seed {seed}: {found} found");
}

#[test]
fn an_export_is_checked_by_itself_and_by_the_key_that_was_noted() {
    let dir = data_dir();
    let data = dir.path().join("data");
    let (export, _) = ask(&data, &["audit", "export"]);
    let (key, _) = ask(&data, &["audit", "key"]);
    let (head, _) = ask(&data, &["audit", "head"]);
    let elsewhere = TempDir::new().expect("a dir");
    let file = elsewhere.path().join("archive.jsonl");
    let verify = |text: &str, more: &[&str]| {
        std::fs::write(&file, text).expect("written");
        let no_data = elsewhere.path().join("none");
        ask(&no_data, &[&["audit", "verify", file.to_str().expect("text")], more].concat())
    };
    let (told, is_whole) = verify(&export, &["--key", key.trim(), "--expect", head.trim()]);
    assert!(is_whole && told.contains("is whole") && told.contains(key.trim()), "{told}");
    let lines: Vec<&str> = export.lines().collect();
    let without =
        |gone: usize| lines.iter().enumerate().filter(|(place, _)| *place != gone).map(|(_, line)| format!("{line}\n")).collect::<String>();
    assert!(verify(&without(0), &[]).0.contains("broken at entry 1:"));
    assert!(verify(&without(4), &[]).0.contains("broken at entry 5:"));
    assert!(!verify(&without(lines.len() - 1), &[]).1, "the end with the signature is missing");
    assert!(!verify(&export.replacen("example.com", "example.org", 1), &[]).1);
    assert!(!verify("", &[]).1 && !verify("{}\n", &[]).1);
    let (told, is_whole) = verify(&export, &["--key", &"0".repeat(64)]);
    assert!(!is_whole && told.contains("another key"), "{told}");
}
