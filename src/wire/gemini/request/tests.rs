//! Requests: where the pins go in whatever shape the instructions have, and what is refused.

use super::*;
use crate::inject::Carriage;
use serde_json::{Value, json};

const CONTENTS: &str = r#""contents":[{"role":"user","parts":[{"text":"hi"}]}]"#;

fn carriage() -> Carriage {
    Carriage::of_texts(["Never delete \"x\"."])
}

fn pinned_at(endpoint: Endpoint, body: &str) -> String {
    let request = Request::read_of(endpoint, Some("gem-9"), body.as_bytes(), carriage().block()).expect("a request");
    String::from_utf8(carriage().put(body.as_bytes(), &request.place).expect("a place")).expect("text")
}

/// The parts of the instructions once the pins are in.
fn parts(body: &str) -> Value {
    let pinned = pinned_at(Endpoint::GeminiGenerate, body);
    let value: Value = serde_json::from_str(&pinned).unwrap_or_else(|error| panic!("{error}: {pinned}"));
    let system = value.get("systemInstruction").or_else(|| value.get("system_instruction")).expect("instructions");
    assert!(value.get("contents").is_some_and(Value::is_array), "{pinned}");
    system.get("parts").unwrap_or(system).clone()
}

fn refused(body: &str) -> RequestError {
    Request::read(Endpoint::GeminiGenerate, body.as_bytes(), "PINS").expect_err(body)
}

#[test]
fn the_pins_are_the_last_part_of_the_instructions_whatever_their_shape() {
    let pin = json!({"text": carriage().block()});
    for (system, before) in [
        (r#"{"parts":[{"text":"S"}]}"#, vec![json!({"text":"S"})]),
        (r#"{"role":"system","parts":[{"text":"S"},{"text":"T"}]}"#, vec![json!({"text":"S"}), json!({"text":"T"})]),
        (r#"{"parts":[]}"#, vec![]),
        (r#"{ "parts" : null }"#, vec![]),
        (r#"{"parts":{"text":"one"}}"#, vec![json!({"text":"one"})]),
        (r#"{"role":"user"}"#, vec![]),
        ("{ }", vec![]),
        ("null", vec![]),
    ] {
        for key in ["systemInstruction", "system_instruction"] {
            let expected: Vec<Value> = before.iter().cloned().chain([pin.clone()]).collect();
            assert_eq!(parts(&format!(r#"{{"{key}":{system},{CONTENTS}}}"#)), Value::Array(expected), "{key} {system}");
        }
    }
    assert_eq!(parts(&format!("{{{CONTENTS}}}")), json!([pin]));
    assert_eq!(parts(&format!(r#"{{"systemInstruction":"S",{CONTENTS}}}"#)), json!(format!("S\n\n{}", carriage().block())));
}

#[test]
fn nothing_but_the_pins_is_added_and_they_are_added_once() {
    for body in [
        format!(r#"{{ "system_instruction" : {{"parts":[ {{"text":"S"}} ] }} , {CONTENTS}, "new":1.0e2}}"#),
        format!("{{{CONTENTS}}}"),
        format!(r#"{{{CONTENTS},"systemInstruction":{{"parts":[{{"text":"\u00fc"}}]}}}}"#),
    ] {
        let pinned = pinned_at(Endpoint::GeminiGenerate, &body);
        assert_eq!(pinned_at(Endpoint::GeminiGenerate, &pinned), pinned, "{body}");
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        assert!(bare(&pinned).contains(&bare(CONTENTS)), "{pinned}");
        assert_eq!(pinned.matches("Never delete").count(), 1);
    }
}

#[test]
fn what_looks_like_the_pins_elsewhere_in_the_instructions_is_not_them() {
    let block = json!({"text": carriage().block()}).to_string();
    for system in
        [format!(r#"{{"parts":[{block},{{"text":"and forget that"}}]}}"#), format!(r#"{{"parts":[{{"thought":true,{}]}}"#, &block[1..])]
    {
        let found = parts(&format!(r#"{{"systemInstruction":{system},{CONTENTS}}}"#));
        assert_eq!(found.as_array().and_then(|parts| parts.last()), Some(&json!({"text": carriage().block()})), "{system}");
    }
}

#[test]
fn a_bare_count_is_wrapped_and_a_wrapped_one_is_pinned_inside() {
    let wrapped: Value = serde_json::from_str(&pinned_at(Endpoint::GeminiCountTokens, &format!("{{{CONTENTS}}}"))).expect("json");
    let request = &wrapped["generateContentRequest"];
    assert_eq!((request["model"].as_str(), wrapped.as_object().map(|whole| whole.len())), (Some("models/gem-9"), Some(1)));
    assert_eq!(request["systemInstruction"]["parts"][0]["text"].as_str(), Some(carriage().block()));
    assert_eq!(request["contents"][0]["parts"][0]["text"].as_str(), Some("hi"));
    for key in ["generateContentRequest", "generate_content_request"] {
        let body = format!(r#"{{"{key}":{{"model":"models/m",{CONTENTS},"system_instruction":{{"parts":[{{"text":"S"}}]}}}}}}"#);
        let inside: Value = serde_json::from_str(&pinned_at(Endpoint::GeminiCountTokens, &body)).expect("json");
        assert_eq!(inside[key]["system_instruction"]["parts"][1]["text"].as_str(), Some(carriage().block()));
    }
    let vertex: Value = serde_json::from_str(&pinned_at(Endpoint::VertexCountTokens, &format!("{{{CONTENTS}}}"))).expect("json");
    assert_eq!(vertex["systemInstruction"]["parts"][0]["text"].as_str(), Some(carriage().block()));
}

#[test]
fn a_cache_is_pinned_when_it_is_made_with_or_without_contents() {
    for body in [r#"{"model":"models/m","ttl":"60s"}"#.to_owned(), format!(r#"{{"model":"models/m",{CONTENTS}}}"#), "{}".to_owned()] {
        let pinned: Value = serde_json::from_str(&pinned_at(Endpoint::GeminiCache, &body)).expect("json");
        assert_eq!(pinned["systemInstruction"]["parts"][0]["text"].as_str(), Some(carriage().block()), "{body}");
    }
}

#[test]
fn a_request_that_two_readers_could_read_differently_is_refused() {
    for body in [
        format!(r#"{{"systemInstruction":{{}},"system_instruction":{{}},{CONTENTS}}}"#),
        format!(r#"{{"SystemInstruction":{{}},{CONTENTS}}}"#),
        format!(r#"{{{CONTENTS},"contents":[]}}"#),
        format!(r#"{{"systemInstruction":{{"parts":[],"Parts":[]}},{CONTENTS}}}"#),
        format!(r#"{{"systemInstruction":{{"Parts":[]}},{CONTENTS}}}"#),
        format!(r#"{{"systemInstruction":[{{"text":"S"}}],{CONTENTS}}}"#),
        format!(r#"{{"systemInstruction":7,{CONTENTS}}}"#),
        format!(r#"{{"systemInstruction":{{"parts":7}},{CONTENTS}}}"#),
        r#"{"contents":7}"#.to_owned(),
        "{}".to_owned(),
        "[]".to_owned(),
    ] {
        assert!(matches!(refused(&body), RequestError::Unreadable(_)), "{body}");
    }
    let both = format!(r#"{{"generateContentRequest":{{{CONTENTS}}},{CONTENTS}}}"#);
    assert!(Request::read_of(Endpoint::GeminiCountTokens, Some("m"), both.as_bytes(), "PINS").is_err());
}

#[test]
fn a_request_says_who_asks_and_for_what() {
    let body = r#"{"contents":[{"role":"model","parts":[{"text":"earlier"}]},{"parts":[{"text":"hi"}]},{"role":"user","parts":[{"text":"2"}]}],
        "system_instruction":{"parts":[{"text":"S"}]},"tools":[{"function_declarations":[{"name":"a"}]},{"googleSearch":{}},{"code_execution":{}},{"newThing":{}}]}"#;
    for endpoint in [Endpoint::GeminiGenerate, Endpoint::GeminiStream] {
        let request = Request::read(endpoint, body.as_bytes(), "PINS").expect("a request");
        assert_eq!(request.streams, endpoint == Endpoint::GeminiStream);
        assert_eq!(&body[request.first_user.expect("a user")], r#"{"parts":[{"text":"hi"}]}"#);
        assert_eq!(&body[request.system.expect("a system")], r#"{"parts":[{"text":"S"}]}"#);
        assert!(body[request.history.expect("a history")].starts_with(r#"[{"role":"model""#));
        assert!(body[request.tools[0].clone()].starts_with(r#"[{"function_declarations""#));
        let hosted: Vec<(String, bool)> = request.hosted.into_iter().map(|tool| (tool.name, tool.acts)).collect();
        assert_eq!(hosted, [("googleSearch".into(), false), ("code_execution".into(), true), ("newThing".into(), true)]);
    }
}

#[test]
fn one_content_in_place_of_a_list_is_the_user_s() {
    let body = r#"{"contents":{"parts":{"text":"hi"}}}"#;
    let request = Request::read(Endpoint::GeminiGenerate, body.as_bytes(), "PINS").expect("a request");
    assert_eq!(&body[request.first_user.expect("a user")], r#"{"parts":{"text":"hi"}}"#);
}

#[test]
fn a_cache_that_nobody_here_has_seen_is_refused() {
    for key in ["cachedContent", "cached_content"] {
        let body = format!(r#"{{"{key}":"cachedContents/x",{CONTENTS}}}"#);
        assert!(matches!(refused(&body), RequestError::Refused { setting: "cachedContent", .. }), "{key}");
        assert!(Request::read(Endpoint::GeminiGenerate, body.replace(r#""cachedContents/x""#, "null").as_bytes(), "PINS").is_ok());
    }
}
