//! Ollama: how the tests that run over all dialects spell it, and what only its own API
//! has: bare prompts, lines, models that are loaded and made.

use crate::office::Office;
use crate::stage::{DELETES, Linchpin, Provider, Script, json, post, streamed, whole as http};
use serde_json::{Value, json as value};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

pub(crate) const CHAT: &str = "/ollama/api/chat";
pub(crate) const PROMPT: &str = "/ollama/api/generate";

const PIN: &str = "Confirm with me before deleting anything.";

/// One object of an answer.
pub(crate) fn object(message: &str, is_done: bool) -> String {
    let end = if is_done { r#","done_reason":"stop","eval_count":7"# } else { "" };
    format!(r#"{{"model":"qwen3","created_at":"2026-01-02T03:04:05Z","message":{{"role":"assistant",{message}}},"done":{is_done}{end}}}"#)
}

fn calling(name: &str, arguments: &str) -> String {
    format!(r#""content":"","tool_calls":[{{"function":{{"name":"{name}","arguments":{arguments}}}}}]"#)
}

/// An answer of one call that is not streamed.
pub(crate) fn whole(name: &str, arguments: &str) -> String {
    object(&calling(name, arguments), true)
}

/// The same as lines, with a word before it.
pub(crate) fn lines(name: &str, arguments: &str) -> Vec<String> {
    let lines = [object(r#""content":"Sure.""#, false), object(&calling(name, arguments), false), object(r#""content":"""#, true)];
    lines.map(|line| line + "\n").into()
}

pub(crate) fn ndjson(pieces: &[&str], pause: Duration) -> Script {
    streamed("application/x-ndjson", pieces, pause)
}

/// A request of this chat that offers a tool.
pub(crate) fn request(messages: &[Value], streams: bool) -> String {
    let tool = value!({"type": "function", "function": {"name": "delete_email", "parameters": {"type": "object", "properties": {"ids": {"type": "array"}}}}});
    value!({"model": "m", "stream": streams, "tools": [tool], "messages": messages}).to_string()
}

/// An answer's beginning: words, and then a line with a call that is not complete.
pub(crate) fn half_an_answer(name: &str) -> [String; 2] {
    let line = |words: &str| object(&format!(r#""content":"{words}""#), false) + "\n";
    let call = object(&calling(name, r#"{"id":"41"}"#), false);
    [line("Let me ") + &line("see."), call.split_at(call.len() - 20).0.to_owned()]
}

/// Fails unless client libraries would take this for a complete answer without a call.
pub(crate) fn check_complete(stream: &str) {
    assert!(stream.ends_with('\n'), "the last line is whole: {stream}");
    let lines: Vec<Value> = stream.lines().map(|line| serde_json::from_str(line).expect("one object a line, none blank")).collect();
    let ends: Vec<bool> = lines.iter().map(|line| line["done"].as_bool().expect("done")).collect();
    assert_eq!(ends.iter().position(|ends| *ends), Some(ends.len() - 1), "{stream}");
    assert!(lines.iter().all(|line| line["model"] == "qwen3" && line["message"]["role"] == "assistant"), "{stream}");
}

fn user(text: &str) -> Value {
    value!({"role": "user", "content": text})
}

#[test]
fn a_bare_prompt_is_pinned_judged_and_answered_in_its_own_shape() {
    let line = |text: &str, end: &str| format!("{{\"model\":\"m\",\"created_at\":\"t\",\"response\":\"{text}\",\"done\":{end}}}\n");
    let plain = [line("Hi", "false"), line("", "true,\"done_reason\":\"stop\",\"context\":[1,2]")].concat();
    let provider = Provider::answering(vec![ndjson(&[&plain], Duration::ZERO)]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let body = r#"{"model":"m","prompt":"hi","system":"S"}"#;
    let answered = linchpin.post(PROMPT, body);
    assert_eq!((answered.text(), answered.header("x-linchpin-pins")), (plain.clone(), Some("1")));
    let sent = provider.received().pop().expect("a request").json();
    assert!(sent["system"].as_str().is_some_and(|system| system.starts_with("S\n\n") && system.matches(PIN).count() == 1), "{sent}");
    let odd = plain.replacen("\"response\"", "\"tool_calls\":[{\"function\":{\"name\":\"read\",\"arguments\":{}}}],\"response\"", 1);
    provider.answer(ndjson(&[&odd], Duration::ZERO));
    let text = linchpin.post(PROMPT, body).text();
    assert!(text.contains("linchpin-unreadable") && !text.contains("tool_calls") && text.contains("\"response\":\"Hi"), "{text}");
    provider.answer(vec![(Vec::new(), Duration::from_secs(60))]);
    let mut socket = TcpStream::connect(("127.0.0.1", linchpin.agent_port)).expect("a connection");
    socket.write_all(post(PROMPT, body, "").as_bytes()).expect("sent");
    std::thread::sleep(Duration::from_millis(500));
    assert!(linchpin.ask(&["halt"]).1);
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).expect("an end");
    let answer = String::from_utf8(answer).expect("text");
    assert!(answer.contains("\"response\":\"[linchpin]") && answer.contains("application/x-ndjson"), "{answer}");
}

#[test]
fn what_would_be_rendered_without_the_pins_is_refused_in_ollamas_shape() {
    let provider = Provider::answering(vec![json("{}")]);
    let linchpin = Linchpin::before(&provider, DELETES);
    for field in [r#""raw":true"#, r#""template":"{{ .Prompt }}""#, r#""suffix":"x""#, r#""context":[1]"#, r#""Raw":true"#] {
        let answered = linchpin.post(PROMPT, &format!(r#"{{"model":"m","prompt":"hi",{field}}}"#));
        let error: Value = serde_json::from_slice(&answered.body).expect("JSON");
        assert!(matches!(answered.status, 400 | 403) && error["error"].is_string(), "{field}: {error}");
    }
    for (method, path) in
        [("POST", "create"), ("POST", "copy"), ("DELETE", "delete"), ("POST", "pull"), ("POST", "push"), ("POST", "blobs/sha256:0")]
    {
        let request = post(&format!("/ollama/api/{path}"), r#"{"model":"m"}"#, "").replacen("POST", method, 1);
        let answered = linchpin.raw(request.as_bytes());
        assert!(answered.status == 403 && answered.text().contains("ask Ollama itself"), "{path}: {}", answered.text());
    }
    assert!(provider.received().is_empty());
}

#[test]
fn loading_a_model_and_looking_at_models_goes_through_as_it_is() {
    let provider = Provider::answering(vec![json(r#"{"model":"m","done":true,"done_reason":"load"}"#)]);
    let linchpin = Linchpin::before(&provider, DELETES);
    for body in [r#"{"model":"m"}"#, r#"{"model":"m","messages":[],"keep_alive":0}"#] {
        let answered = linchpin.post(CHAT, body);
        assert_eq!((answered.status, answered.header("x-linchpin-pins")), (200, Some("0")), "{}", answered.text());
        assert_eq!(provider.received().pop().expect("a request").body, body.as_bytes());
    }
    for (method, path) in
        [("GET", "/ollama/api/tags"), ("GET", "/api/ps"), ("GET", "/api/version"), ("POST", "/ollama/api/show"), ("GET", "/ollama/")]
    {
        let request = post(path, "{}", "").replacen("POST", method, 1);
        assert_eq!(linchpin.raw(request.as_bytes()).status, 200, "{path}");
    }
}

#[test]
fn the_other_families_paths_on_the_same_port_are_pinned_and_judged_in_their_dialects() {
    let provider = Provider::answering(vec![json("{}")]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let arguments = r#"{\"id\":\"zebra-7731\"}"#;
    for (path, body, answer) in [
        (
            "/ollama/v1/chat/completions",
            r#"{"messages":[{"role":"user","content":"hi"}]}"#,
            format!(r#"{{"choices":[{{"index":0,"message":{{"role":"assistant","content":"","tool_calls":[{{"id":"c","type":"function","function":{{"name":"delete_email","arguments":"{arguments}"}}}}]}},"finish_reason":"tool_calls"}}]}}"#),
        ),
        (
            "/ollama/v1/responses",
            r#"{"input":"hi"}"#,
            format!(r#"{{"id":"resp_1","object":"response","status":"completed","output":[{{"type":"function_call","id":"fc_1","call_id":"c","name":"delete_email","arguments":"{arguments}","status":"completed"}}]}}"#),
        ),
        (
            "/ollama/v1/messages",
            r#"{"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#,
            r#"{"id":"m","type":"message","role":"assistant","content":[{"type":"tool_use","id":"c","name":"delete_email","input":{"id":"zebra-7731"}}],"stop_reason":"tool_use","usage":{}}"#.into(),
        ),
    ] {
        provider.answer(json(answer));
        let text = linchpin.post(path, body).text();
        assert!(text.contains("confirm-deletes") && !text.contains("zebra"), "{path}: {text}");
        let sent = provider.received().pop().expect("a request");
        assert_eq!(String::from_utf8_lossy(&sent.body).matches(PIN).count(), 1, "{path}");
        assert!(sent.head.contains(&format!("post {} ", path.trim_start_matches("/ollama"))), "{}", sent.head);
    }
    let refused: Value = serde_json::from_slice(&linchpin.post("/ollama/v1/messages", "{}").body).expect("JSON");
    assert_eq!(refused["type"], "error", "its own error shape: {refused}");
}

#[test]
fn words_arrive_while_ollama_is_still_speaking() {
    let first = object(r#""content":"first words""#, false) + "\n";
    let provider = Provider::answering(vec![ndjson(&[&first, &(object(r#""content":"""#, true) + "\n")], Duration::from_secs(5))]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let mut socket = TcpStream::connect(("127.0.0.1", linchpin.agent_port)).expect("a connection");
    socket.set_read_timeout(Some(Duration::from_secs(4))).expect("a timeout");
    // No `stream` is a stream.
    socket.write_all(post(CHAT, r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#, "").as_bytes()).expect("sent");
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&seen).contains("first words") {
        let count = socket.read(&mut buffer).expect("words before the provider's pause is over");
        assert!(count > 0, "the connection ended early");
        seen.extend_from_slice(&buffer[..count]);
    }
}

#[test]
fn whatever_the_media_type_says_an_answer_is_judged_and_read_as_utf_8() {
    let stream = lines("delete_email", r#"{"ids":["zebra-7731"]}"#).concat();
    let body = request(&[user("hi")], true);
    for script in [
        ndjson(&[&stream], Duration::ZERO),
        http("200 OK", "application/json", &stream),
        http("200 OK", "text/plain; charset=utf-7", &stream),
        http("500 Oops", "application/x-ndjson", &stream),
        streamed("application/x-ndjson; charset=utf-16", &[&stream], Duration::ZERO),
    ] {
        let provider = Provider::answering(vec![script]);
        let linchpin = Linchpin::before(&provider, DELETES);
        let answered = linchpin.post(CHAT, &body);
        assert!(!answered.text().contains("zebra") && answered.text().contains("confirm-deletes"), "{}", answered.text());
        assert!(!answered.head.contains("utf-7") && !answered.head.contains("utf-16"), "{}", answered.head);
    }
    let events = format!("data: {}\n\n", whole("delete_email", r#"{"ids":["zebra-7731"]}"#));
    let provider = Provider::answering(vec![http("200 OK", "text/event-stream", events)]);
    let text = Linchpin::before(&provider, DELETES).post(CHAT, &body).text();
    assert!(!text.contains("zebra") && text.contains("linchpin-unreadable"), "no such stream is known of it: {text}");
}

#[test]
fn untouched_answers_and_ollamas_own_errors_leave_byte_for_byte() {
    let stream = lines("read_email", r#"{ "id" : 1.0 }"#).concat().replace('\n', "\r\n");
    for (script, expected) in [
        (ndjson(&[&stream], Duration::ZERO), stream.clone()),
        (
            http("404 Not Found", "application/json; charset=utf-8", r#"{"error":"model 'x'  not found"}"#),
            r#"{"error":"model 'x'  not found"}"#.into(),
        ),
        (
            ndjson(&[&object(r#""content":"Hi""#, false), "\n{\"error\":\"out of memory\"}\n"], Duration::ZERO),
            format!("{}\n{{\"error\":\"out of memory\"}}\n", object(r#""content":"Hi""#, false)),
        ),
    ] {
        let provider = Provider::answering(vec![script]);
        let linchpin = Linchpin::before(&provider, DELETES);
        assert_eq!(linchpin.post(CHAT, &request(&[user("hi")], true)).text(), expected);
        assert!(linchpin.violations().is_empty());
    }
}

#[test]
fn a_sign_of_life_while_a_person_is_waited_for_is_an_empty_line_of_the_answer() {
    let stream = lines("delete_email", r#"{"ids":["m-1"]}"#);
    let pieces: Vec<&str> = stream.iter().map(String::as_str).collect();
    let provider = Provider::answering(vec![ndjson(&pieces, Duration::ZERO)]);
    let office = Office::open(&provider, &format!("[hold]\nwait = \"40s\"\n{DELETES}"));
    let answered = std::thread::scope(|scope| {
        let asked = scope.spawn(|| office.post(CHAT, &request(&[user("tidy up")], true), ""));
        let code = office.code();
        std::thread::sleep(Duration::from_secs(12));
        office.approve(&code);
        asked.join().expect("an answer").text()
    });
    let sign = object(r#""content":"""#, false) + "\n";
    assert_eq!(answered, stream.concat().replacen(&stream[1], &(sign + &stream[1]), 1));
}

#[test]
fn a_stop_and_a_rule_in_a_bare_prompt_count() {
    let provider = Provider::answering(vec![json("{}")]);
    let office = Office::open(&provider, "[hold]\nwait = \"0s\"\n[[pin]]\nid = \"tone\"\ntext = \"Be kind.\"\nenforce = false\n");
    let rule = "Ask me before you send any mail.";
    let body = value!({"model": "m", "prompt": format!("hello\npin: {rule}"), "stream": false}).to_string();
    let answered = office.post(PROMPT, &body, "session_id: s\r\n");
    assert_eq!(answered.header("x-linchpin-pins"), Some("2"));
    let sent = provider.received().pop().expect("a request").json();
    assert!(sent["system"].as_str().is_some_and(|system| system.contains(rule)), "{sent}");
    office.post(PROMPT, r#"{"model":"m","prompt":"STOP!!","stream":false}"#, "session_id: s\r\n");
    assert_eq!(office.halted().len(), 1);
}
