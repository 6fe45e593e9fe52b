//! Stop means stop: halts that cut open answers, the breaker, and stops said in the chat.

use crate::office::Office;
use crate::stage::{DELETES, Linchpin, Provider, Script, events, json, parsed, post};
use serde_json::{Value, json as value};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const CHAT: &str = "/openai/v1/chat/completions";
const RESPONSES: &str = "/openai/v1/responses";
const MESSAGES: &str = "/anthropic/v1/messages";
const OLLAMA: &str = crate::ollama::CHAT;
const DIALECTS: [&str; 4] = [CHAT, RESPONSES, MESSAGES, OLLAMA];

/// Longer than a halt takes, and far shorter than the provider's answers here.
const SOON: Duration = Duration::from_secs(12);
const LONG: Duration = Duration::from_secs(60);

fn frame(data: &Value) -> String {
    let event = data["type"].as_str().map_or_else(String::new, |kind| format!("event: {kind}\n"));
    format!("{event}data: {data}\n\n")
}

/// An answer's beginning: words, and then a call of `name` that is not complete.
fn half_an_answer(path: &str, name: &str) -> [String; 2] {
    let frames = |all: &[Value]| all.iter().map(frame).collect::<String>();
    match path {
        OLLAMA => crate::ollama::half_an_answer(name),
        CHAT => {
            let chunk = |delta: Value| {
                value!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m",
                "choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
            };
            let call = value!({"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": {"name": name, "arguments": "{\"id\":"}}]});
            [
                frames(&[chunk(value!({"role": "assistant", "content": "Let me "})), chunk(value!({"content": "see."}))]),
                frames(&[chunk(call)]),
            ]
        }
        RESPONSES => {
            let response =
                value!({"id": "resp_1", "object": "response", "created_at": 1, "status": "in_progress", "model": "m", "output": []});
            let message = value!({"type": "message", "id": "msg_1", "role": "assistant", "status": "in_progress", "content": []});
            let part = value!({"type": "output_text", "text": "", "annotations": [], "logprobs": []});
            let words = frames(&[
                value!({"type": "response.created", "sequence_number": 0, "response": response}),
                value!({"type": "response.output_item.added", "sequence_number": 1, "output_index": 0, "item": message}),
                value!({"type": "response.content_part.added", "sequence_number": 2, "item_id": "msg_1", "output_index": 0, "content_index": 0, "part": part}),
                value!({"type": "response.output_text.delta", "sequence_number": 3, "item_id": "msg_1", "output_index": 0, "content_index": 0, "delta": "Let me ", "logprobs": []}),
                value!({"type": "response.output_text.delta", "sequence_number": 4, "item_id": "msg_1", "output_index": 0, "content_index": 0, "delta": "see.", "logprobs": []}),
            ]);
            let call = value!({"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": name, "arguments": "", "status": "in_progress"});
            let call = frames(&[
                value!({"type": "response.output_item.added", "sequence_number": 5, "output_index": 1, "item": call}),
                value!({"type": "response.function_call_arguments.delta", "sequence_number": 6, "item_id": "fc_1", "output_index": 1, "delta": "{\"id\":"}),
            ]);
            [words, call]
        }
        _ => {
            let message = value!({"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": 1, "output_tokens": 1}});
            let words = frames(&[
                value!({"type": "message_start", "message": message}),
                value!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
                value!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Let me see."}}),
            ]);
            let call = frames(&[
                value!({"type": "content_block_stop", "index": 0}),
                value!({"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "toolu_1", "name": name, "input": {}}}),
                value!({"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": "{\"id\":"}}),
            ]);
            [words, call]
        }
    }
}

/// A whole answer with one call.
fn calls(path: &str, name: &str, arguments: &Value) -> Script {
    let text = arguments.to_string();
    json(
        match path {
            OLLAMA => return json(crate::ollama::whole(name, &text)),
            CHAT => {
                let call = value!({"id": "call_1", "type": "function", "function": {"name": name, "arguments": text}});
                value!({"id": "chatcmpl-1", "object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": null, "tool_calls": [call]}, "finish_reason": "tool_calls"}]})
            }
            RESPONSES => value!({"id": "resp_1", "object": "response", "status": "completed", "output": [
                {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": name, "arguments": text, "status": "completed"}]}),
            _ => value!({"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "stop_reason": "tool_use", "stop_sequence": null,
                "content": [{"type": "tool_use", "id": "toolu_1", "name": name, "input": arguments}], "usage": {"input_tokens": 1, "output_tokens": 1}}),
        }
        .to_string(),
    )
}

fn user(text: &str) -> Value {
    value!({"role": "user", "content": text})
}

fn said(text: &str) -> Value {
    value!({"role": "assistant", "content": text})
}

fn request(path: &str, turns: &[Value], streams: bool) -> String {
    let history = if path == RESPONSES { "input" } else { "messages" };
    value!({"model": "m", "max_tokens": 9, history: turns, "stream": streams}).to_string()
}

/// A request whose answer is read piece by piece.
struct Open {
    socket: TcpStream,
    bytes: Vec<u8>,
}

impl Open {
    fn send(port: u16, path: &str, body: &str, headers: &str) -> Self {
        let mut socket = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
        socket.set_read_timeout(Some(LONG)).expect("a timeout");
        socket.write_all(post(path, body, headers).as_bytes()).expect("sent");
        Self { socket, bytes: Vec::new() }
    }

    fn until(&mut self, words: &str) {
        let mut buffer = [0; 4096];
        while !String::from_utf8_lossy(&self.bytes).contains(words) {
            let count = self.socket.read(&mut buffer).expect("more");
            assert!(count > 0, "it ended before {words:?}: {}", String::from_utf8_lossy(&self.bytes));
            self.bytes.extend_from_slice(&buffer[..count]);
        }
    }

    fn conversation(&self) -> String {
        parsed(&self.bytes).header("x-linchpin-conversation").expect("a conversation").to_owned()
    }

    /// The whole answer, and how long the rest of it took.
    fn rest(mut self) -> (u16, String, Duration) {
        let begun = Instant::now();
        let _ = self.socket.read_to_end(&mut self.bytes);
        let answered = parsed(&self.bytes);
        (answered.status, answered.text(), begun.elapsed())
    }
}

/// Fails unless client libraries would take this for a complete answer without a call.
fn check_complete(path: &str, stream: &str) {
    if path == OLLAMA {
        return crate::ollama::check_complete(stream);
    }
    let data: Vec<&str> = stream.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
    let frames: Vec<Value> = data.iter().filter(|data| **data != "[DONE]").map(|data| serde_json::from_str(data).expect("JSON")).collect();
    assert!(stream.ends_with("\n\n"), "the last frame is whole: {stream}");
    let of = |kind: &str| frames.iter().filter(|frame| frame["type"] == kind).cloned().collect::<Vec<_>>();
    match path {
        CHAT => {
            assert_eq!(data.last(), Some(&"[DONE]"), "{stream}");
            let reasons: Vec<&str> = frames.iter().filter_map(|frame| frame["choices"][0]["finish_reason"].as_str()).collect();
            assert_eq!(reasons, ["stop"], "{stream}");
            assert!(frames.iter().all(|frame| frame["id"] == "chatcmpl-1"), "one answer has one id: {stream}");
        }
        RESPONSES => {
            let numbers: Vec<u64> = frames.iter().map(|frame| frame["sequence_number"].as_u64().expect("a number")).collect();
            assert_eq!(numbers, (0..frames.len() as u64).collect::<Vec<_>>(), "{stream}");
            let (begun, ended) = (of("response.output_item.added"), of("response.output_item.done"));
            assert_eq!(begun.len(), ended.len(), "{stream}");
            for (place, (begun, ended)) in begun.iter().zip(&ended).enumerate() {
                assert_eq!((&begun["output_index"], &begun["item"]["id"]), (&value!(place), &ended["item"]["id"]), "{stream}");
            }
            let last = frames.last().expect("a frame");
            assert_eq!((&last["type"], &last["response"]["status"]), (&value!("response.completed"), &value!("completed")));
            let output: Vec<Value> = ended.iter().map(|frame| frame["item"].clone()).collect();
            assert_eq!(last["response"]["output"], Value::from(output), "{stream}");
            assert_eq!(of("response.content_part.added").len(), of("response.content_part.done").len(), "{stream}");
            assert_eq!(output_text(&last["response"]["output"][0]), "Let me see.");
        }
        _ => {
            let kinds: Vec<&str> = frames.iter().filter_map(|frame| frame["type"].as_str()).collect();
            assert_eq!(kinds.last(), Some(&"message_stop"), "{stream}");
            assert_eq!(of("content_block_start").len(), of("content_block_stop").len(), "{stream}");
            let ends = of("message_delta");
            assert_eq!(ends.len(), 1, "{stream}");
            assert_eq!(ends[0]["delta"]["stop_reason"], "end_turn");
        }
    }
}

fn output_text(item: &Value) -> String {
    item["content"].as_array().into_iter().flatten().filter_map(|part| part["text"].as_str()).collect()
}

#[test]
fn a_halt_cuts_an_open_answer_and_ends_it_as_its_dialect_ends_one() {
    let provider = Provider::answering(vec![json("{}")]);
    let linchpin = Linchpin::before(&provider, DELETES);
    for path in DIALECTS {
        for has_half_a_call in [false, true] {
            let [words, call] = half_an_answer(path, "delete_email");
            let pieces: Vec<&str> = if has_half_a_call { vec![&words, &call, ""] } else { vec![&words, ""] };
            provider.answer(held_open(&pieces));
            let mut open = Open::send(linchpin.agent_port, path, &request(path, &[user(&format!("hi {has_half_a_call}"))], true), "");
            open.until("see.");
            std::thread::sleep(Duration::from_millis(300));
            let (_, is_good) = linchpin.ask(&["halt", &open.conversation(), "--why", "wrong inbox"]);
            assert!(is_good);
            let (status, text, took) = open.rest();
            assert!(took < SOON, "{path}: {took:?}");
            assert_eq!(status, 200);
            assert!(text.contains("halted by an operator"), "{path}: {text}");
            assert!(!text.contains("delete_email"), "{path}: {text}");
            check_complete(path, &text);
        }
    }
    let halted: Vec<Value> = linchpin.violations().into_iter().filter(|entry| entry["outcome"] == "halted").collect();
    // Of half a line nothing was read.
    assert_eq!(halted.len(), DIALECTS.len() - 1, "the half calls are in the record: {halted:?}");
}

/// A streamed answer that goes on for a long time after these pieces.
fn held_open(pieces: &[&str]) -> Script {
    let pieces: Vec<&str> = pieces.iter().copied().filter(|piece| !piece.is_empty()).collect();
    let is_ollama = pieces[0].starts_with('{');
    let stream = if is_ollama { crate::ollama::ndjson } else { events };
    let mut script = stream(&pieces, Duration::from_millis(20));
    let end = script.len() - 2;
    script[end].1 = LONG;
    script
}

#[test]
fn whoever_waits_for_the_model_is_answered_with_words_at_a_halt() {
    let provider = Provider::answering(vec![vec![(Vec::new(), LONG)]]);
    let linchpin = Linchpin::before(&provider, DELETES);
    for path in DIALECTS {
        for streams in [false, true] {
            let open = Open::send(linchpin.agent_port, path, &request(path, &[user("hi")], streams), "");
            std::thread::sleep(Duration::from_millis(500));
            assert!(linchpin.ask(&["halt"]).1);
            let (status, text, took) = open.rest();
            assert!(status == 200 && took < SOON && text.contains("halted by an operator"), "{path} {streams} {took:?}: {text}");
            if streams {
                let text = text.replace("chatcmpl-lp-halted", "chatcmpl-1").replace("[linchpin] This", "Let me see.[linchpin] This");
                assert!(
                    text.contains("[DONE]") || ["message_stop", "response.completed", "\"done\":true"].iter().any(|end| text.contains(end)),
                    "{text}"
                );
            } else {
                assert!(serde_json::from_str::<Value>(&text).is_ok(), "{text}");
            }
            assert!(linchpin.ask(&["resume"]).1);
        }
    }
}

#[test]
fn while_halted_requests_go_on_with_their_pins_and_no_call_comes_back() {
    let provider = Provider::answering(vec![json("{}")]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let ok = json(
        value!({"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}]}).to_string(),
    );
    for path in DIALECTS {
        let history = [user(&format!("look at {path}"))];
        provider.answer(calls(path, "read_file", &value!({"path": "/tmp/notes"})));
        let passed = linchpin.post(path, &request(path, &history, false));
        assert!(passed.text().contains("/tmp/notes"), "before: {}", passed.text());
        let conversation = passed.header("x-linchpin-conversation").expect("an id").to_owned();
        assert!(linchpin.ask(&["halt", &conversation]).1);
        let withheld = linchpin.post(path, &request(path, &history, false));
        assert!(withheld.status == 200 && withheld.text().contains("halted by an operator"), "{}", withheld.text());
        assert!(!withheld.text().contains("/tmp/notes"), "{}", withheld.text());
        assert!(
            String::from_utf8_lossy(&provider.received().pop().expect("a request").body).contains("Confirm with me"),
            "it has its pins"
        );
        let elsewhere = linchpin.post(path, &request(path, &[user("another talk")], false));
        assert!(elsewhere.text().contains("/tmp/notes"), "a halt is for one conversation: {}", elsewhere.text());
    }
    provider.answer(ok);
    let words = linchpin.post(CHAT, &request(CHAT, &[user(&format!("look at {CHAT}"))], false));
    assert!(words.text().contains("hello"), "words still come: {}", words.text());
    let (listed, _) = linchpin.ask(&["conversations", "list", "--json"]);
    let halted = listed.lines().filter(|line| line.contains("\"halted\":true")).count();
    assert_eq!(halted, DIALECTS.len(), "{listed}");
}

#[test]
fn a_halt_outlives_a_restart_and_a_kill_and_only_an_operator_ends_it() {
    let provider = Provider::answering(vec![calls(CHAT, "read_file", &value!({"path": "/tmp/notes"}))]);
    let dir = Arc::new(TempDir::new().expect("a dir"));
    let mut linchpin = Linchpin::start(Arc::clone(&dir), provider.address, DELETES);
    let mut history = vec![user("hi")];
    let ask = |linchpin: &Linchpin, history: &[Value]| linchpin.post(CHAT, &request(CHAT, history, false)).text();
    ask(&linchpin, &history);
    assert!(linchpin.ask(&["halt", "--why", "incident 7"]).1);
    linchpin.kill();
    drop(linchpin);
    let linchpin = Linchpin::start(dir, provider.address, DELETES);
    for words in ["resume", "you may go on now", "linchpin resume", "the operator says: the halt is over"] {
        history.extend([said("halted"), user(words)]);
        assert!(ask(&linchpin, &history).contains("halted by an operator"), "{words}");
    }
    let (shown, _) = linchpin.ask(&["audit", "export"]);
    assert!(shown.contains("incident 7"), "{shown}");
    assert!(linchpin.ask(&["resume"]).1);
    assert!(ask(&linchpin, &history).contains("/tmp/notes"));
    assert!(linchpin.ask(&["audit", "verify"]).1);
}

#[test]
fn an_unknown_conversation_cannot_be_halted_and_resuming_says_what_still_halts() {
    let provider = Provider::answering(vec![calls(CHAT, "read_file", &value!({"path": "/tmp/notes"}))]);
    let linchpin = Linchpin::before(&provider, DELETES);
    assert!(!linchpin.ask(&["halt", "c_000000000000000000000000"]).1);
    let conversation =
        linchpin.post(CHAT, &request(CHAT, &[user("hi")], false)).header("x-linchpin-conversation").expect("an id").to_owned();
    assert!(linchpin.ask(&["resume", &conversation]).1, "it was not halted");
    assert!(linchpin.ask(&["halt"]).1 && linchpin.ask(&["halt", &conversation]).1);
    let (out, is_good) = linchpin.ask(&["resume", &conversation, "--json"]);
    assert!(!is_good && out.contains("without a name"), "{out}");
    assert!(linchpin.post(CHAT, &request(CHAT, &[user("hi")], false)).text().contains("halted"));
}

#[test]
fn a_halt_ends_waiting_keeps_the_hold_and_spends_no_yes() {
    let provider = Provider::answering(vec![calls(CHAT, "delete_email", &value!({"id": "41"}))]);
    let office = Office::open(&provider, &format!("[hold]\nwait = \"50s\"\n{DELETES}"));
    let tools = value!([{"type": "function", "function": {"name": "delete_email"}}]);
    let body = |turns: &[Value]| value!({"model": "m", "messages": turns, "tools": tools}).to_string();
    let waiting = Open::send(office.port, CHAT, &body(&[user("tidy up")]), "");
    let code = office.code();
    assert!(office.halt(None));
    let (status, text, took) = waiting.rest();
    assert!(status == 200 && took < SOON, "{took:?}");
    assert!(text.contains("halted by an operator") && text.contains(&code) && !text.contains("\"41\\\""), "{text}");
    assert_eq!(office.code(), code, "the hold is still there");
    office.approve(&code);
    let answer: Value = serde_json::from_str(&text).expect("JSON");
    let history = [user("tidy up"), answer["choices"][0]["message"].clone(), user("and?")];
    let halted = office.post(CHAT, &body(&history), "").text();
    assert!(halted.contains("halted by an operator") && !halted.contains("tool_calls\":"), "{halted}");
    office.resume(None);
    let released = office.post(CHAT, &body(&history), "").text();
    assert!(released.contains("{\\\"id\\\":\\\"41\\\"}"), "the yes was kept: {released}");
}

#[test]
fn a_call_that_waited_beside_a_held_one_does_not_leave_past_a_halt() {
    let call =
        |id: &str, name: &str| value!({"id": id, "type": "function", "function": {"name": name, "arguments": "{\"path\":\"/srv/x\"}"}});
    let calls = [call("call_1", "write_file"), call("call_2", "send_email"), call("call_3", "delete_email")];
    let answer = value!({"choices": [{"index": 0, "message": {"role": "assistant", "content": null, "tool_calls": calls}, "finish_reason": "tool_calls"}]});
    let provider = Provider::answering(vec![json(answer.to_string())]);
    let office = Office::open(&provider, &format!("[hold]\nwait = \"50s\"\n{DELETES}"));
    let waiting = Open::send(office.port, CHAT, &request(CHAT, &[user("tidy up")], false), "");
    office.code();
    assert!(office.halt(None));
    let (status, text, took) = waiting.rest();
    assert!(status == 200 && took < SOON && !text.contains("/srv/x"), "{text}");
    let outcomes: Vec<String> = office.entries().iter().map(|entry| format!("{} {}", entry.tool, entry.outcome.name())).collect();
    for wanted in ["write_file halted", "send_email halted", "delete_email held"] {
        assert!(outcomes.iter().any(|outcome| outcome == wanted), "{wanted}: {outcomes:?}");
    }
}

#[test]
fn a_halt_that_cannot_be_written_halts_all_the_same_and_says_so() {
    let provider = Provider::answering(vec![calls(CHAT, "read_file", &value!({"path": "/tmp/notes"}))]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let ask = || linchpin.post(CHAT, &request(CHAT, &[user("hi")], false)).text();
    assert!(ask().contains("/tmp/notes"));
    let (store, aside) = (linchpin.data().join("linchpin.db"), linchpin.data().join("aside.db"));
    std::fs::rename(&store, &aside).expect("moved");
    assert!(!linchpin.ask(&["halt"]).1, "it says that it is not written");
    assert!(!ask().contains("/tmp/notes"), "and it counts");
    std::fs::rename(&aside, &store).expect("moved back");
    let until = Instant::now() + SOON;
    while !linchpin.ask(&["audit", "export"]).0.contains("\"halted\"") {
        assert!(Instant::now() < until, "it is written as soon as it can be");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(ask().contains("halted by an operator"));
}

const NEVER: &str =
    "[hold]\nwait = \"0s\"\n[[pin]]\nid = \"no-delete\"\ntext = \"Never delete anything.\"\non = [\"delete\"]\nthen = \"block\"\n";

#[test]
fn an_agent_that_keeps_trying_variants_is_halted_and_stays_so_after_a_restart() {
    let provider = Provider::answering(vec![json("{}")]);
    let config = format!("[breaker]\nrefusals = 4\n{NEVER}");
    let office = Office::open(&provider, &config);
    let mut history = vec![user("tidy up")];
    let mut tries = |office: &Office, number: usize| {
        let variants =
            ["rm -rf /srv/a", "find /srv/a -delete", "python3 -c 'import shutil; shutil.rmtree(\"/srv/a\")'", "unlink /srv/a/b", "ls /srv"];
        provider.answer(calls(CHAT, "bash", &value!({"command": variants[number]})));
        let text = office.post(CHAT, &request(CHAT, &history, false), "session_id: s\r\n").text();
        history.extend([said(&format!("blocked {number}")), user("go on")]);
        text
    };
    assert!((0..2).all(|number| tries(&office, number).contains("blocked by pin")));
    let office = Office::open_in(office.close(), &provider, &config);
    assert!((2..4).all(|number| tries(&office, number).contains("blocked by pin")));
    let halted = tries(&office, 4);
    assert!(halted.contains("halted because calls that had been refused"), "a read, too: {halted}");
    assert_eq!(office.halted().len(), 1);
    office.resume(None);
    assert!(tries(&office, 0).contains("blocked by pin"), "it counts anew");
    assert!(tries(&office, 4).contains("ls /srv"));
}

#[test]
fn another_conversation_begins_no_new_count_and_another_credential_does() {
    let provider = Provider::answering(vec![json("{}")]);
    let office = Office::open(&provider, &format!("[breaker]\nrefusals = 3\n{NEVER}"));
    let tries = |session: &str, command: &str| {
        provider.answer(calls(CHAT, "bash", &value!({"command": command})));
        let history = [user(&format!("hello {session} {command}"))];
        office.post(CHAT, &request(CHAT, &history, false), &format!("session_id: {session}\r\n")).text()
    };
    for number in 0..3 {
        assert!(tries(&format!("s{number}"), &format!("rm /srv/{number}")).contains("blocked by pin"));
    }
    assert!(tries("s9", "ls").contains("halted because"), "the credential is halted");
    let body = request(CHAT, &[user("somebody else")], false);
    let other = post(CHAT, &body, "").replace("Bearer k", "Bearer other");
    assert!(crate::stage::raw(office.port, other.as_bytes()).text().contains("\\\"ls\\\""));
}

#[test]
fn a_request_that_is_sent_again_is_no_further_try_and_neither_is_an_answer_that_broke_off() {
    let provider = Provider::answering(vec![calls(CHAT, "bash", &value!({"command": "rm -rf /srv"}))]);
    let office = Office::open(&provider, &format!("[breaker]\nrefusals = 3\n{NEVER}"));
    let body = request(CHAT, &[user("tidy up")], false);
    for _ in 0..8 {
        assert!(office.post(CHAT, &body, "").text().contains("blocked by pin"));
    }
    let [words, call] = half_an_answer(CHAT, "bash");
    provider.answer(events(&[&words, &call], Duration::ZERO));
    for turn in 0..6 {
        office.post(CHAT, &request(CHAT, &[user("tidy up"), said("no"), user(&format!("again {turn}"))], true), "");
    }
    assert!(office.halted().is_empty());
    provider.answer(calls(CHAT, "bash", &value!({"command": "ls /srv"})));
    assert!(office.post(CHAT, &body, "").text().contains("ls /srv"));
}

#[test]
fn a_persons_no_counts_and_so_does_the_denied_call_when_it_comes_again() {
    let provider = Provider::answering(vec![calls(CHAT, "delete_email", &value!({"id": "41"}))]);
    let office = Office::open(&provider, &format!("[hold]\nwait = \"0s\"\n[breaker]\nrefusals = 3\n{DELETES}"));
    let mut history = vec![user("tidy up")];
    let mut ask = || {
        history.extend([said("held"), user("go on")]);
        office.post(CHAT, &request(CHAT, &history, false), "session_id: s\r\n").text()
    };
    assert!(ask().contains("held by pin"));
    assert!(ask().contains("held by pin"), "asking again while it waits is no refusal");
    office.decide(&office.code(), false, "alice").expect("denied");
    assert!(ask().contains("a person said no"));
    assert!(ask().contains("a person said no"));
    assert!(ask().contains("halted because"));
}

const NO_PINS: &str = "[hold]\nwait = \"0s\"\n[[pin]]\nid = \"tone\"\ntext = \"Be kind.\"\nenforce = false\n";

#[test]
fn a_stop_said_in_the_chat_withholds_what_matters_until_an_operator_resumes() {
    let provider = Provider::answering(vec![json("{}")]);
    for path in DIALECTS {
        let office = Office::open(&provider, NO_PINS);
        let ask = |turns: &[Value], name: &str| {
            provider.answer(calls(path, name, &value!({"path": "/srv/x"})));
            office.post(path, &request(path, turns, false), "session_id: s\r\n").text()
        };
        let mut history = vec![user("tidy up /srv")];
        assert!(ask(&history, "delete_file").contains("/srv/x"), "{path}: no pin objects");
        history.extend([said("I deleted the first one."), user("STOP!!")]);
        assert!(ask(&history, "delete_file").contains("halted because the user said stop"), "{path}");
        assert!(ask(&history, "read_file").contains("/srv/x"), "{path}: looking is not acting");
        history.extend([said("Stopped."), user("ok, go on then, you may delete")]);
        assert!(ask(&history, "delete_file").contains("halted"), "{path}: words loosen nothing");
        assert_eq!(office.halted().len(), 1);
        assert_eq!(office.resume(None).ended, 1);
        assert!(ask(&history, "delete_file").contains("/srv/x"), "{path}: the old words do not act again");
    }
}

#[test]
fn old_words_do_not_act_again_after_restart_and_compaction_and_the_same_words_said_anew_do() {
    let provider = Provider::answering(vec![calls(CHAT, "delete_file", &value!({"path": "/srv/x"}))]);
    let office = Office::open(&provider, NO_PINS);
    let session = "session_id: s\r\n";
    let is_halted = |office: &Office, turns: &[Value]| office.post(CHAT, &request(CHAT, turns, false), session).text().contains("halted");
    let long = "I have looked through the whole inbox and found 214 mails that could go; the first ten of them are newsletters from 2019.";
    let mut history = vec![user("tidy up"), said(long), user("stop, don't do anything")];
    assert!(is_halted(&office, &history));
    office.resume(None);
    assert!(!is_halted(&office, &history), "the very same request");
    let office = Office::open_in(office.close(), &provider, NO_PINS);
    assert!(!is_halted(&office, &history), "after a restart");
    let kept = [
        user("This session is being continued from a previous conversation. The user wants a tidy inbox."),
        user("stop, don't do anything"),
    ];
    assert!(!is_halted(&office, &kept), "kept through a compaction");
    history.extend([said("Nothing done."), user("go on"), said("Done so far."), user("stop, don't do anything")]);
    assert!(is_halted(&office, &history), "said anew");
    office.resume(None);
    assert!(!is_halted(&office, &history));
}

#[test]
fn what_only_looks_like_a_stop_halts_nothing() {
    let provider = Provider::answering(vec![calls(CHAT, "delete_file", &value!({"path": "/srv/x"}))]);
    let office = Office::open(&provider, NO_PINS);
    let result = |text: &str| value!({"role": "tool", "tool_call_id": "c1", "content": text});
    let call = value!({"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "read", "arguments": "{}"}}]});
    for (number, turns) in [
        vec![user("please stop using tabs")],
        vec![user("where is the bus stop?")],
        vec![user("don't stop")],
        vec![user("hi"), call, result("STOP")],
        vec![user("hi"), said("STOP"), user("go on")],
        vec![user("STOP"), said("I stopped."), user("now delete /srv/x")],
    ]
    .iter()
    .enumerate()
    {
        let text = office.post(CHAT, &request(CHAT, turns, false), &format!("session_id: s{number}\r\n")).text();
        assert!(text.contains("/srv/x"), "{turns:?}: {text}");
    }
    let off = Office::open(&provider, &format!("[conversation]\ncapture = \"off\"\n{NO_PINS}"));
    assert!(off.post(CHAT, &request(CHAT, &[user("STOP")], false), "").text().contains("/srv/x"));
}
