//! Where the pins go in a request, and which requests are refused.

use crate::inject::Carriage;
use crate::wire::resume::Resumable;
use crate::wire::{Endpoint, Place, Request, RequestError};

fn read(endpoint: Endpoint, body: &str) -> Result<Request, RequestError> {
    Request::read(endpoint, body.as_bytes(), carriage().block())
}

fn carriage() -> Carriage {
    Carriage::stored("RULES".into(), vec!["RULES".into()])
}

fn carried(endpoint: Endpoint, body: &str) -> String {
    let request = read(endpoint, body).expect("a request");
    String::from_utf8(carriage().put(body.as_bytes(), &request.place).expect("a place")).expect("text")
}

fn chat(body: &str) -> String {
    carried(Endpoint::OllamaChat, body)
}

fn prompt(body: &str) -> String {
    carried(Endpoint::OllamaGenerate, body)
}

#[test]
fn a_chat_is_pinned_in_its_first_message_and_nowhere_else() {
    assert_eq!(
        chat(r#"{"messages":[{"role":"user","content":"hi"}]}"#),
        r#"{"messages":[{"role":"system","content":"RULES"},{"role":"user","content":"hi"}]}"#
    );
    assert_eq!(
        chat(r#"{"messages":[ {"content":"S","role":"System"}, {"role":"system","content":"T"}]}"#),
        r#"{"messages":[ {"content":"S\n\nRULES","role":"System"}, {"role":"system","content":"T"}]}"#
    );
    for empty in [r#""""#, "null"] {
        assert_eq!(
            chat(&format!(r#"{{"messages":[{{"role":"system","content":{empty}}}]}}"#)),
            r#"{"messages":[{"role":"system","content":"RULES"}]}"#
        );
    }
    let late = r#"{"messages":[{"role":"user","content":"hi"},{"role":"system","content":"S"}]}"#;
    assert!(chat(late).starts_with(r#"{"messages":[{"role":"system","content":"RULES"},{"role":"user""#));
}

#[test]
fn what_is_there_already_is_not_put_in_twice() {
    let once = chat(r#"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"hi"}]}"#);
    assert_eq!(chat(&once), once);
    let once = prompt(r#"{"prompt":"hi","system":"S"}"#);
    assert_eq!(prompt(&once), once);
}

#[test]
fn loading_and_unloading_a_model_asks_it_nothing() {
    for body in [r#"{"model":"m"}"#, r#"{"model":"m","messages":[],"keep_alive":0}"#, r#"{"model":"m","messages":null}"#] {
        assert_eq!(chat(body), body, "a system message alone would make it answer");
        assert_eq!(read(Endpoint::OllamaChat, body).expect("a request").place, Place::Unasked);
    }
    assert_eq!(prompt(r#"{"model":"m","keep_alive":0}"#), r#"{"system":"RULES","model":"m","keep_alive":0}"#);
}

#[test]
fn a_bare_prompt_is_pinned_in_its_system_text() {
    assert_eq!(prompt(r#"{"model":"m","prompt":"hi"}"#), r#"{"system":"RULES","model":"m","prompt":"hi"}"#);
    assert_eq!(prompt(r#"{"prompt":"hi","system":"S"}"#), r#"{"prompt":"hi","system":"S\n\nRULES"}"#);
    assert_eq!(prompt("{}"), r#"{"system":"RULES"}"#);
    let plain = r#"{"prompt":"hi","raw":false,"template":"","suffix":"","context":[ ],"system":""}"#;
    assert_eq!(prompt(plain), plain.replace(r#""system":"""#, r#""system":"RULES""#));
    let request = read(Endpoint::OllamaGenerate, r#"{"prompt":"hi"}"#).expect("a request");
    assert_eq!(request.history, Some(10..14), "a history of one message");
}

#[test]
fn what_would_be_rendered_without_the_pins_is_refused_with_a_reason() {
    for (setting, field) in [
        ("raw", r#""raw":true"#),
        ("raw", r#""raw":1"#),
        ("template", r#""template":"{{ .Prompt }}""#),
        ("suffix", r#""suffix":"return x""#),
        ("context", r#""context":[1,2,3]"#),
        ("context", r#""context":"AQID""#),
    ] {
        match read(Endpoint::OllamaGenerate, &format!(r#"{{"prompt":"hi",{field}}}"#)) {
            Err(RequestError::Refused { setting: refused, why, .. }) => assert!(refused == setting && why.len() > 40, "{field}"),
            other => panic!("{field}: {other:?}"),
        }
        assert!(
            read(Endpoint::OllamaChat, &format!(r#"{{"messages":[{{"role":"user","content":"x"}}],{field}}}"#)).is_ok(),
            "no chat has {field}"
        );
    }
}

#[test]
fn what_a_server_without_case_could_read_otherwise_is_unreadable() {
    for body in [
        "[]",
        r#"{"messages":{}}"#,
        r#"{"Messages":[]}"#,
        "{\"me\u{17f}\u{17f}ages\":[]}",
        r#"{"messages":[],"MESSAGES":[{"role":"user","content":"x"}]}"#,
        r#"{"messages":[{"role":"system","content":"S","Content":"T"}]}"#,
        r#"{"messages":[{"role":"system","content":7}]}"#,
        r#"{"messages":[{"role":"system"}]}"#,
    ] {
        assert!(matches!(read(Endpoint::OllamaChat, body), Err(RequestError::Unreadable(_))), "{body}");
    }
    for body in [r#"{"prompt":"x","Raw":true}"#, r#"{"prompt":"x","system":["S"]}"#, r#"{"prompt":"x","system":7}"#] {
        assert!(matches!(read(Endpoint::OllamaGenerate, body), Err(RequestError::Unreadable(_))), "{body}");
    }
}

#[test]
fn a_stream_is_asked_for_unless_it_is_not() {
    for (field, streams) in [("", true), (r#","stream":true"#, true), (r#","stream":null"#, true), (r#","stream":false"#, false)] {
        let body = format!(r#"{{"messages":[{{"role":"user","content":"x"}}]{field}}}"#);
        assert_eq!(read(Endpoint::OllamaChat, &body).expect("a request").streams, streams);
        let resumable = Resumable::read(Endpoint::OllamaChat, body.as_bytes()).expect("a request");
        assert_eq!((resumable.streams, resumable.may_call, resumable.is_open), (streams, true, true));
        assert!(!Resumable::read(Endpoint::OllamaGenerate, body.as_bytes()).expect("a request").is_open, "a prompt offers no tools");
    }
}
