//! A limit: so many items pass, and past them a person is asked, whichever
//! conversation, label or connection they come through, and whatever dies meanwhile.

use crate::office::Office;
use crate::stage::{Linchpin, Provider, Script, events, json, post};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

const FEW: &str = "[[pin]]\nid = \"few-deletes\"\ntext = \"Delete no more than ten mails an hour without asking.\"\non = [\"delete\"]\n\
                   then = \"hold\"\nlimit = \"10 per hour\"\n";

fn element(tool: &str, arguments: &str) -> serde_json::Value {
    serde_json::json!({"id": "c", "type": "function", "function": {"name": tool, "arguments": arguments}})
}

fn answer(calls: &[serde_json::Value]) -> Script {
    let message = serde_json::json!({"role": "assistant", "content": null, "tool_calls": calls});
    json(serde_json::json!({"choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}).to_string())
}

/// An answer that deletes one mail.
fn delete(mail: &str) -> Script {
    answer(&[element("delete_email", &serde_json::json!({"id": mail}).to_string())])
}

fn streamed() -> Script {
    let call =
        serde_json::json!({"index": 0, "id": "c", "type": "function", "function": {"name": "delete_email", "arguments": "{\"id\":\"m\"}"}});
    let chunk = |delta: serde_json::Value, reason: Option<&str>| {
        format!("data: {}\n\n", serde_json::json!({"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}))
    };
    let call = chunk(serde_json::json!({"role": "assistant", "tool_calls": [call]}), None);
    events(&[&call, &chunk(serde_json::json!({}), Some("tool_calls")), "data: [DONE]\n\n"], std::time::Duration::ZERO)
}

const ASKED: &str = r#"{"messages":[{"role":"user","content":"tidy up"}]}"#;

/// What the agent gets in this conversation, on this path.
fn ask(linchpin: &Linchpin, path: &str, conversation: usize) -> String {
    linchpin.raw(post(path, ASKED, &format!("x-linchpin-conversation: c{conversation}\r\n")).as_bytes()).text()
}

fn passes(text: &str) -> bool {
    text.contains("delete_email\"") && !text.contains("[linchpin]")
}

#[test]
fn the_eleventh_waits_for_a_person_in_whatever_conversation_and_under_whatever_label() {
    let provider = Provider::answering((0..10).map(|n| delete(&format!("m-{n}"))).chain([delete("last")]).collect());
    let mut linchpin = Linchpin::before(&provider, FEW);
    for n in 0..10 {
        let path = if n % 2 == 0 { "/v1/chat/completions".to_owned() } else { format!("/@bot-{n}/v1/chat/completions") };
        let text = ask(&linchpin, &path, n);
        assert!(passes(&text), "{n}: {text}");
    }
    for (conversation, path) in [(0, "/v1/chat/completions"), (99, "/@another/openai/v1/chat/completions")] {
        let text = ask(&linchpin, path, conversation);
        assert!(text.contains("its limit of 10 per hour is used up (10 of 10)") && !passes(&text), "{text}");
    }
    linchpin.kill();
    let linchpin = Linchpin::start(Arc::clone(&linchpin.dir), provider.address, FEW);
    let text = ask(&linchpin, "/v1/chat/completions", 100);
    assert!(text.contains("held by pin `few-deletes`"), "it outlives a kill: {text}");
    let found = linchpin.violations();
    assert_eq!(found.len(), 3, "what passed is no violation");
    let (shown, _) = linchpin.ask(&["violations", "show", found[0]["id"].as_str().expect("an id")]);
    assert!(shown.contains("used up (10 of 10)"), "{shown}");
    let codes = linchpin.ask(&["approvals", "list", "--json"]).0;
    let hold: serde_json::Value = serde_json::from_str(codes.lines().next().expect("a hold")).expect("JSON");
    let (shown, _) = linchpin.ask(&["approvals", "show", hold["code"].as_str().expect("a code")]);
    assert!(shown.contains("used up (10 of 10)"), "{shown}");
}

#[test]
fn other_calls_use_nothing_up() {
    let read = answer(&[element("list_emails", r#"{"folder":"inbox"}"#)]);
    let provider = Provider::answering((0..20).map(|_| read.clone()).chain([delete("m-1")]).collect());
    let linchpin = Linchpin::before(&provider, FEW);
    for n in 0..20 {
        assert!(ask(&linchpin, "/v1/chat/completions", n).contains("list_emails"));
    }
    assert!(passes(&ask(&linchpin, "/v1/chat/completions", 0)));
    assert_eq!(linchpin.violations(), Vec::<serde_json::Value>::new());
}

#[test]
fn calls_of_one_answer_are_counted_in_their_order() {
    let ids =
        |from: u32, count: u32| serde_json::json!({"ids": (from..from + count).map(|n| n.to_string()).collect::<Vec<_>>()}).to_string();
    let calls = [element("delete_emails", &ids(0, 6)), element("delete_emails", &ids(10, 5)), element("delete_emails", &ids(20, 4))];
    let provider = Provider::answering(vec![answer(&calls)]);
    let linchpin = Linchpin::before(&provider, FEW);
    let text = ask(&linchpin, "/v1/chat/completions", 0);
    assert_eq!(text.matches("\"delete_emails\"").count(), 2, "{text}");
    assert!(text.contains("5 more is above its limit of 10 per hour (6 of 10 used)"), "{text}");
}

#[test]
fn streams_at_once_never_share_the_last_place() {
    let provider = Provider::answering(vec![streamed()]);
    let linchpin = Linchpin::before(&provider, FEW);
    let linchpin = &linchpin;
    let passed = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..24).map(|n| scope.spawn(move || passes(&ask(linchpin, "/v1/chat/completions", n)))).collect();
        asked.into_iter().map(|one| one.join().expect("answered")).filter(|passed| *passed).count()
    });
    assert_eq!(passed, 10);
    assert_eq!(linchpin.violations().len(), 14);
}

#[test]
fn a_kill_at_any_moment_lets_nothing_through_that_is_not_counted() {
    let provider = Provider::answering(vec![streamed()]);
    let pins = FEW.replace("10 per hour", "60 per hour");
    let mut linchpin = Linchpin::before(&provider, &pins);
    let mut passed = 0;
    for round in 0..5 {
        let port = linchpin.agent_port;
        let asking: Vec<_> = (0..4)
            .map(|thread| std::thread::spawn(move || (0..20).filter(|n| attempt(port, round * 1000 + thread * 100 + n)).count()))
            .collect();
        std::thread::sleep(std::time::Duration::from_millis(37 * (round as u64 + 1)));
        linchpin.kill();
        passed += asking.into_iter().map(|one| one.join().expect("asked")).sum::<usize>();
        linchpin = Linchpin::start(Arc::clone(&linchpin.dir), provider.address, &pins);
    }
    let rest = (0..200).take_while(|n| passes(&ask(&linchpin, "/v1/chat/completions", 9000 + n))).count();
    assert!(passed + rest <= 60, "{passed} before the kills and {rest} after");
    assert!(rest < 200 && passed + rest > 0);
}

/// Whether the call came through; not if linchpin was killed before it could.
fn attempt(port: u16, conversation: usize) -> bool {
    let Ok(mut socket) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let request = post("/v1/chat/completions", ASKED, &format!("x-linchpin-conversation: c{conversation}\r\n"));
    let mut bytes = Vec::new();
    let _ = socket.write_all(request.as_bytes()).and_then(|()| socket.read_to_end(&mut bytes));
    passes(&String::from_utf8_lossy(&bytes))
}

#[test]
fn what_waits_behind_a_hold_and_never_leaves_is_taken_back() {
    let more = format!(
        "[hold]\nwait = \"1h\"\n{FEW}[[pin]]\nid = \"ask-first\"\ntext = \"Ask me before you send mail.\"\non = [\"send\"]\nthen = \"hold\"\n"
    );
    let ten = serde_json::json!({"ids": (0..10).map(|n| n.to_string()).collect::<Vec<_>>()}).to_string();
    let calls = [element("delete_emails", &ten), element("send_email", r#"{"to":"a@b.example","body":"hi"}"#)];
    let provider = Provider::answering(vec![answer(&calls)]);
    let office = Office::open(&provider, &more);
    let mut socket = TcpStream::connect(("127.0.0.1", office.port)).expect("a connection");
    socket.write_all(post("/v1/chat/completions", ASKED, "").as_bytes()).expect("sent");
    let code = office.code();
    provider.answer(delete("m-11"));
    let meanwhile = || office.post("/v1/chat/completions", r#"{"messages":[{"role":"user","content":"more"}],"stream":false}"#, "");
    // Nobody is left who could get the ten: they never left.
    socket.shutdown(std::net::Shutdown::Both).expect("hung up");
    let mut rest = Vec::new();
    let _ = socket.read_to_end(&mut rest);
    assert!(rest.is_empty(), "not a byte had left");
    while is_anything_counted(&office) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(passes(&meanwhile().text()));
    assert_eq!(office.code(), code, "and the other call still waits for a person");
}

#[test]
fn a_call_that_a_person_releases_is_fetched_and_counts_then() {
    let more = "[hold]\nwait = \"0s\"\n\
                [[pin]]\nid = \"two-deletes\"\ntext = \"Never more than two.\"\non = [\"delete\"]\nthen = \"block\"\nlimit = \"2 per hour\"\n\
                [[pin]]\nid = \"confirm\"\ntext = \"Ask first.\"\non = [\"delete\"]\nwhere = { target = \"m-1\" }\nthen = \"hold\"\n";
    let provider = Provider::answering(vec![delete("m-1")]);
    let office = Office::open(&provider, more);
    let tool = serde_json::json!({"type": "function", "function": {"name": "delete_email", "parameters": {"type": "object"}}});
    let ask = |said: &str| {
        let body = serde_json::json!({"messages": [{"role": "user", "content": said}], "tools": [tool]}).to_string();
        office.post("/v1/chat/completions", &body, "").text()
    };
    assert!(!passes(&ask("tidy up")));
    assert!(!is_anything_counted(&office), "a held call uses nothing up");
    office.approve(&office.code());
    assert!(passes(&ask("tidy up")), "its own request again gets it");
    provider.answer(delete("m-2"));
    assert!(passes(&ask("and another")), "one of two is left");
    provider.answer(delete("m-3"));
    let third = ask("and a third");
    assert!(third.contains("blocked by pin `two-deletes`: its limit of 2 per hour is used up (2 of 2)"), "{third}");
}

#[test]
fn an_agent_that_says_it_will_send_no_more_gets_nothing_uncounted() {
    let provider = Provider::answering(vec![delete("m-1")]);
    let linchpin = Linchpin::before(&provider, &FEW.replace("10 per hour", "2 per hour"));
    let half_closed = |n: usize| {
        let mut socket = TcpStream::connect(("127.0.0.1", linchpin.agent_port)).expect("a connection");
        let request = post("/v1/chat/completions", ASKED, &format!("x-linchpin-conversation: c{n}\r\n"));
        socket.write_all(request.as_bytes()).expect("sent");
        socket.shutdown(std::net::Shutdown::Write).expect("half closed");
        let mut bytes = Vec::new();
        let _ = socket.read_to_end(&mut bytes);
        passes(&String::from_utf8_lossy(&bytes))
    };
    let passed =
        (0..6).filter(|n| half_closed(*n)).count() + (6..10).filter(|n| passes(&ask(&linchpin, "/v1/chat/completions", *n))).count();
    assert!(passed <= 2, "{passed}");
}

/// Whether anything is counted.
fn is_anything_counted(office: &Office) -> bool {
    let store = office.dir.path().join("data").join("linchpin.db");
    let file = rusqlite::Connection::open_with_flags(store, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a store");
    file.query_row("SELECT EXISTS (SELECT 1 FROM counted)", [], |row| row.get(0)).expect("asked")
}
