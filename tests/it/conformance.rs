//! The tables in the README: what holds in which dialect, streamed or not, and which
//! doors are closed. Each cell is played here, and the page says what came of it.
//!
//! `LINCHPIN_WRITE_TABLES=1 cargo test --test it conformance` writes the page anew.

use crate::holds::{ARGUMENTS, ASKED, Way, holds_the_call, later, notice, ways};
use crate::office::Office;
use crate::stage::{DELETES, Linchpin, Provider, json, post};
use std::fs;
use std::path::Path;

const PIN: &str = "Confirm with me before deleting anything.";
const ADVICE: &str = "[[pin]]\nid = \"tone\"\ntext = \"Be kind.\"\nenforce = false\n";

/// What is played, and whether it came out as it must.
type Scenario = (&'static str, fn(Way) -> bool);

const SCENARIOS: [Scenario; 9] = [
    ("every pin carried once", carried),
    ("a call that passes: byte for byte", passed),
    ("a held call: no byte, a notice", held),
    ("an unreadable call: blocked", unreadable),
    ("approved while the agent waits: as it came", approved),
    ("approved later: fetched once", fetched),
    ("denied: told, and not asked about again", denied),
    ("halted: no call comes back", halted),
    ("a rule said in the chat: carried and enforced", spoken),
];

fn config(wait: &str, pins: &str) -> String {
    format!("[hold]\nwait = \"{wait}\"\n{pins}")
}

/// What the agent gets for its first words, and what stands behind it.
fn played(way: Way, arguments: &str, config: &str) -> (Provider, Office, String) {
    let provider = Provider::answering(vec![way.call(arguments).0]);
    let office = Office::open(&provider, config);
    let answer = office.post(way.path(), &way.request(&ASKED), "").text();
    (provider, office, answer)
}

fn carried(way: Way) -> bool {
    let (provider, ..) = played(way, ARGUMENTS, &config("0s", DELETES));
    let sent = String::from_utf8(provider.received().remove(0).body).expect("text");
    sent.matches(PIN).count() == 1
}

fn passed(way: Way) -> bool {
    let (_, office, answer) = played(way, ARGUMENTS, &config("0s", ADVICE));
    answer.into_bytes() == way.call(ARGUMENTS).1 && office.holds().is_empty()
}

fn held(way: Way) -> bool {
    let (_, office, answer) = played(way, ARGUMENTS, &config("0s", DELETES));
    !answer.contains("m-1") && answer.contains("held by pin") && office.holds().len() == 1
}

fn unreadable(way: Way) -> bool {
    let (_, office, answer) = played(way, r#"{"ids":["m-1"],"ids":["m-2"]}"#, &config("0s", ADVICE));
    !answer.contains("m-1") && !answer.contains("m-2") && answer.contains("linchpin-unreadable") && office.holds().is_empty()
}

fn decided(way: Way, yes: bool) -> (Office, String, Vec<u8>) {
    let (script, bytes) = way.call(ARGUMENTS);
    let office = Office::open(&Provider::answering(vec![script]), &config("20s", DELETES));
    let answer = std::thread::scope(|scope| {
        let asked = scope.spawn(|| office.post(way.path(), &way.request(&ASKED), "").text());
        office.decide(&office.code(), yes, "alice").expect("decided");
        asked.join().expect("an answer")
    });
    (office, answer, bytes)
}

fn approved(way: Way) -> bool {
    let (_, answer, bytes) = decided(way, true);
    answer.into_bytes() == bytes
}

fn denied(way: Way) -> bool {
    let (office, answer, _) = decided(way, false);
    let again = office.post(way.path(), &way.request(&ASKED), "").text();
    [answer, again].iter().all(|answer| answer.contains("a person said no") && !answer.contains("m-1")) && office.holds().is_empty()
}

fn fetched(way: Way) -> bool {
    let (provider, office, first) = played(way, ARGUMENTS, &config("0s", DELETES));
    office.approve(&office.code());
    let history = notice(&first);
    let next = || office.post(way.path(), &way.request(&later(&history)), "").text();
    let (second, asked) = (next(), provider.received().len());
    holds_the_call(&second) && asked == 1 && !holds_the_call(&next())
}

fn halted(way: Way) -> bool {
    let (_, office, first) = played(way, ARGUMENTS, &config("0s", ADVICE));
    office.halt(None);
    let second = office.post(way.path(), &way.request(&ASKED), "").text();
    first.contains("m-1") && !second.contains("m-1") && second.contains("halted by an operator")
}

fn spoken(way: Way) -> bool {
    let provider = Provider::answering(vec![way.call(ARGUMENTS).0]);
    let office = Office::open(&provider, &config("0s", ADVICE));
    let rule = "Ask me before you delete any mail.";
    let said = format!("hello\npin: {rule}");
    let history = [("user", said.as_str()), ("assistant", "ok"), ("user", "now the mails")];
    let answer = office.post(way.path(), &way.request(&history), "session_id: s\r\n").text();
    let sent = String::from_utf8(provider.received().remove(0).body).expect("text");
    // Once in the user's words, once carried.
    sent.matches(rule).count() == 2 && !answer.contains("m-1") && answer.contains("held by pin")
}

/// A path beside the inference paths, or a request with something in it that goes around them.
struct Door {
    what: &'static str,
    method: &'static str,
    path: &'static str,
    body: &'static str,
}

const fn door(what: &'static str, method: &'static str, path: &'static str, body: &'static str) -> Door {
    Door { what, method, path, body }
}

const DOORS: [Door; 22] = [
    door("a stored response", "GET", "/openai/v1/responses/resp_1", ""),
    door("its input items", "GET", "/openai/v1/responses/resp_1/input_items", ""),
    door("items of a stored conversation", "GET", "/openai/v1/conversations/c/items", ""),
    door("a stored chat completion", "GET", "/openai/v1/chat/completions/c", ""),
    door("`background` in Responses", "POST", "/openai/v1/responses", r#"{"input":"x","background":true}"#),
    door("a stored `prompt` in Responses", "POST", "/openai/v1/responses", r#"{"input":"x","prompt":{"id":"p"}}"#),
    door("OpenAI batches", "POST", "/openai/v1/batches", "{}"),
    door("files", "GET", "/openai/v1/files/f/content", ""),
    door("legacy completions", "POST", "/openai/v1/completions", r#"{"prompt":"x"}"#),
    door("realtime", "POST", "/openai/v1/realtime/sessions", "{}"),
    door("Message Batches", "POST", "/anthropic/v1/messages/batches", "{}"),
    door("their results", "GET", "/anthropic/v1/messages/batches/b/results", ""),
    door("an Anthropic `thread`", "POST", "/anthropic/v1/messages", r#"{"max_tokens":9,"messages":[],"thread":{"type":"create"}}"#),
    door(
        "remote MCP",
        "POST",
        "/anthropic/v1/messages",
        r#"{"max_tokens":9,"messages":[],"mcp_servers":[{"type":"url","url":"https://x","name":"n"}],"tools":[{"type":"mcp_toolset","mcp_server_name":"n"}]}"#,
    ),
    door("Ollama's `raw`", "POST", "/ollama/api/generate", r#"{"prompt":"x","raw":true}"#),
    door("Ollama's `template`", "POST", "/ollama/api/generate", r#"{"prompt":"x","template":"{{ .Prompt }}"}"#),
    door("Ollama's `suffix`", "POST", "/ollama/api/generate", r#"{"prompt":"x","suffix":"y"}"#),
    door("Ollama's `context`", "POST", "/ollama/api/generate", r#"{"prompt":"x","context":[1]}"#),
    door("making a model", "POST", "/ollama/api/create", "{}"),
    door("a path nobody knows", "POST", "/openai/v1/x", "{}"),
    door("a list of models", "GET", "/openai/v1/models", ""),
    door("embeddings", "POST", "/openai/v1/embeddings", r#"{"input":"x"}"#),
];

fn matrix() -> String {
    let ways: Vec<Way> = ways().collect();
    let head: String = ways.iter().filter(|way| !way.streams).map(|way| format!(" {} |", way.name())).collect();
    let mut table = format!("| plain / streamed |{head}\n|---|{}\n", "---|".repeat(ways.len() / 2));
    for (what, play) in SCENARIOS {
        let came = |way: &Way| if play(*way) { "ok" } else { "**no**" };
        let marks: Vec<&str> = std::thread::scope(|scope| {
            let played: Vec<_> = ways.iter().map(|way| scope.spawn(move || came(way))).collect();
            played.into_iter().map(|played| played.join().unwrap_or("**failed**")).collect()
        });
        let cells: String = marks.chunks(2).map(|pair| format!(" {} |", pair.join(" / "))).collect();
        table += &format!("| {what} |{cells}\n");
    }
    table
}

fn doors() -> String {
    let provider = Provider::answering(vec![json(r#"{"ok":true}"#)]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let mut table = "| side door | request | what happens |\n|---|---|---|\n".to_owned();
    for Door { what, method, path, body } in DOORS {
        let before = provider.received().len();
        let answered = linchpin.raw(post(path, body, "").replacen("POST", method, 1).as_bytes());
        let outcome = match (answered.status, provider.received().len() - before) {
            (200, 1) => "passes".to_owned(),
            (status, 0) => format!("refused, {status}"),
            (status, sent) => format!("**{status}, {sent} sent**"),
        };
        table += &format!("| {what} | `{method} {path}` | {outcome} |\n");
    }
    table
}

#[test]
fn the_readme_shows_what_really_holds() {
    let tables = format!("{}\n{}", matrix(), doors());
    assert!(!tables.contains("**"), "{tables}");
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(&page).expect("the page");
    let (begin, end) = ("<!-- conformance: written by the tests -->\n", "<!-- end of conformance -->");
    let (before, rest) = text.split_once(begin).expect("where the tables begin");
    let (shown, after) = rest.split_once(end).expect("where they end");
    if std::env::var_os("LINCHPIN_WRITE_TABLES").is_some() {
        fs::write(&page, format!("{before}{begin}{tables}{end}{after}")).expect("written");
        return;
    }
    assert_eq!(shown, tables, "LINCHPIN_WRITE_TABLES=1 cargo test --test it conformance");
}
