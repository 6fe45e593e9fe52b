//! Pages in which a call stands, and pages in which none does.

use super::*;
use crate::dialect::Dialect;
use crate::wire::Ruling;

const CALL: &str = r#"{"type":"function_call","id":"fc_1","call_id":"call_1","name":"rm","arguments":"{}"}"#;
const WORDS: &str = r#"{"type":"message","id":"msg_1","role":"user","content":[{"type":"input_text","text":"hi"}]}"#;

fn withheld(shape: Shape, body: &str) -> String {
    let page = Page::read(shape, body.as_bytes()).expect("a page");
    let rulings: Vec<Ruling> = page.proposals.iter().map(|_| Ruling::Withhold("no".into())).collect();
    assert!(!rulings.is_empty(), "there is a call in {body}");
    let (written, _) = page.rewrite(body.as_bytes(), &rulings).expect("written");
    String::from_utf8(written).expect("text")
}

fn released(shape: Shape, body: &str) {
    let page = Page::read(shape, body.as_bytes()).expect("a page");
    let rulings: Vec<Ruling> = page.proposals.iter().map(|_| Ruling::Release).collect();
    let (written, aliases) = page.rewrite(body.as_bytes(), &rulings).expect("written");
    assert_eq!((String::from_utf8_lossy(&written).as_ref(), aliases.len()), (body, 0));
}

#[test]
fn a_call_is_found_in_every_kind_of_page_and_leaves_no_byte() {
    let chat =
        r#"{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"rm","arguments":"{}"}}]}"#;
    let completion = format!(r#"{{"id":"chatcmpl-1","choices":[{{"index":0,"message":{chat},"finish_reason":"tool_calls"}}]}}"#);
    for (shape, body) in [
        (Shape::Answer(Dialect::OpenaiResponses), format!(r#"{{"id":"resp_1","output":[{WORDS},{CALL}]}}"#)),
        (Shape::Items, format!(r#"{{"object":"list", "data":[{WORDS}, {CALL}],"first_id":"msg_1","last_id":"fc_1","has_more":false}}"#)),
        (Shape::Items, CALL.to_owned()),
        (Shape::Answers(Dialect::OpenaiChat), format!(r#"{{"object":"list","data":[{completion}, {completion}]}}"#)),
        (Shape::Answer(Dialect::OpenaiChat), completion),
        (Shape::Messages, format!(r#"{{"data":[{{"role":"user","id":"m-0","content":"hi","content_parts":null}}, {chat}]}}"#)),
    ] {
        released(shape, &body);
        let written = withheld(shape, &body);
        assert!(serde_json::from_str::<serde_json::Value>(&written).is_ok(), "{written}");
        for gone in ["call_1", "fc_1", "\"rm\""] {
            assert!(!written.contains(gone), "{gone}: {written}");
        }
        assert!(written.contains("no"), "{written}");
    }
}

#[test]
fn what_is_not_a_call_keeps_its_bytes_beside_one() {
    let body = format!(r#"{{ "data" : [ {WORDS} , {CALL} ] , "has_more" : false }}"#);
    let written = withheld(Shape::Items, &body);
    assert!(written.starts_with(&format!(r#"{{ "data" : [ {WORDS} , "#)) && written.ends_with(r#" ] , "has_more" : false }"#), "{written}");
}

#[test]
fn the_ends_of_a_page_go_by_the_ids_that_the_agent_sees() {
    let body = format!(r#"{{"data":[{CALL}],"first_id":"fc_1","last_id":"fc_1"}}"#);
    let page = Page::read(Shape::Items, body.as_bytes()).expect("a page");
    let (written, aliases) = page.rewrite(body.as_bytes(), &[Ruling::Withhold("no".into())]).expect("written");
    let [(new, old)] = aliases.as_slice() else { panic!("one: {aliases:?}") };
    assert_eq!(old, "fc_1");
    let written: serde_json::Value = serde_json::from_slice(&written).expect("JSON");
    assert_eq!(
        (&written["first_id"], &written["last_id"], &written["data"][0]["id"]),
        (&new.as_str().into(), &new.as_str().into(), &new.as_str().into())
    );
}

#[test]
fn errors_and_removals_are_pages_of_nothing() {
    for shape in [Shape::Items, Shape::Messages, Shape::Answers(Dialect::OpenaiChat), Shape::Answer(Dialect::OpenaiResponses)] {
        for body in [
            r#"{"error":{"message":"no such response"}}"#,
            r#"{"id":"resp_1","object":"response","deleted":true}"#,
            r#"{"object":"list","data":[]}"#,
        ] {
            released(shape, body);
        }
    }
}

#[test]
fn a_call_in_a_place_where_none_belongs_makes_the_page_unreadable() {
    for body in [
        format!(r#"{{"data":[],"more":{CALL}}}"#),
        format!(r#"{{"data":{{"0":{CALL}}}}}"#),
        format!(r#"{{"Data":[{CALL}]}}"#),
        format!(r#"{{"data":[],"output":[{CALL}]}}"#),
        format!(r#"{{"data":[],"data":[{CALL}]}}"#),
        "[]".into(),
        "no JSON".into(),
    ] {
        assert!(Page::read(Shape::Items, body.as_bytes()).is_err(), "{body}");
    }
}

#[test]
fn a_kept_stream_goes_on_behind_what_the_agent_has() {
    let frame = |number: u64| format!("event: x\ndata: {{\"type\":\"x\",\"sequence_number\":{number}}}\n\n");
    let mut replay = Replay::after(1, 1024);
    let seen: String = [frame(0) + &frame(1), ": alive\n\n".into(), frame(2), frame(0)]
        .iter()
        .map(|piece| String::from_utf8(replay.take(piece.as_bytes())).expect("text"))
        .collect();
    assert_eq!(seen, format!(": alive\n\n{}{}", frame(2), frame(0)));
}

#[test]
fn only_a_request_that_says_so_is_answered_later() {
    assert!(is_background(br#"{"background":true}"#) && is_background(br#"{"b\u0061ckground":true}"#));
    for body in ["{}", r#"{"background":false}"#, r#"{"background":null}"#, r#"{"input":"background"}"#] {
        assert!(!is_background(body.as_bytes()), "{body}");
    }
}

#[test]
fn tools_are_remembered_up_to_a_bound() {
    let body = r#"{"tools":[{"name":"a"}],"input":[{"tools":[{"name":"b"}]}]}"#;
    let places = [9..23, 42..56];
    assert_eq!(declared(body.as_bytes(), &places).as_deref(), Some(r#"[{"name":"a"},{"name":"b"}]"#));
    assert_eq!(declared(body.as_bytes(), &[]).as_deref(), Some("[]"));
    let long = format!("[\"{}\"]", "x".repeat(DECLARED_BYTES_MAX));
    assert_eq!(declared(long.as_bytes(), &std::iter::once(0..long.len()).collect::<Vec<_>>()), None);
}
