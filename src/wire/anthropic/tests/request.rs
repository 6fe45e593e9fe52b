//! Requests: where the pins go, and what is refused.

use crate::wire::request::HostedTool;
use crate::wire::{Endpoint, Place, Request, RequestError};

fn read(body: &str) -> Result<Request, RequestError> {
    let counted = Request::read(Endpoint::CountTokens, body.as_bytes(), "PINS");
    let request = Request::read(Endpoint::Messages, body.as_bytes(), "PINS");
    assert_eq!(request, counted, "both endpoints render the same prompt");
    request
}

fn place(system: &str) -> Place {
    read(&format!(r#"{{"system":{system},"messages":[]}}"#)).expect("a request").place
}

#[test]
fn the_pins_go_to_the_end_of_the_system_whatever_its_shape() {
    assert_eq!(place(r#""Be kind""#), Place::StringEnd { at: 18 });
    assert_eq!(place(r#""""#), Place::StringValue { range: 10..12 });
    assert_eq!(place("null"), Place::StringValue { range: 10..14 });
    assert_eq!(place("[]"), Place::PartsEnd { at: 11, is_first: true, part_type: "text" });
    assert_eq!(place(r#"[{"type":"text"}]"#), Place::PartsEnd { at: 26, is_first: false, part_type: "text" });
    let absent = read(r#" {"messages":[]}"#).expect("a request");
    assert_eq!(absent.place, Place::Member { at: 2, key: "system", is_only: false });
}

#[test]
fn pins_that_stand_there_already_are_not_put_there_twice() {
    assert_eq!(place(r#""Be kind\n\nPINS""#), Place::Already);
    assert_eq!(place(r#"[{"type":"text","text":"a"},{"type":"text","text":"PINS"}]"#), Place::Already);
    assert!(matches!(place(r#""PINS\n\nBe kind""#), Place::StringEnd { .. }));
}

#[test]
fn a_request_says_who_asks_and_for_what() {
    let body = r#"{"model":"m","stream":true,"messages":[{"role":"system","content":"x"},{"content":"hi","role":"user"},{"role":"user","content":"2"}],
        "system":[{"type":"text","text":"billing"}],"tools":[{"name":"a","input_schema":{}}],
        "metadata":{"user_id":"{\"device_id\":\"d\",\"session_id\":\"s-1\"}"},"container":{"id":"c"},"diagnostics":{"previous_message_id":"msg_0"}}"#;
    let request = read(body).expect("a request");
    assert_eq!((request.model.as_deref(), request.streams), (Some("m"), true));
    assert_eq!(&body[request.first_user.expect("a user")], r#"{"content":"hi","role":"user"}"#);
    assert_eq!(&body[request.system.expect("a system")], r#"[{"type":"text","text":"billing"}]"#);
    assert_eq!(&body[request.tools[0].clone()], r#"[{"name":"a","input_schema":{}}]"#);
    let identifiers =
        [r#"metadata.user_id={"device_id":"d","session_id":"s-1"}"#, "session_id=s-1", "container=c", "previous_message_id=msg_0"];
    assert_eq!(request.identifiers, identifiers);
    assert_eq!(read(r#"{"messages":[],"metadata":{"user_id":"person"},"container":"c"}"#).expect("a request").identifiers.len(), 2);
}

#[test]
fn a_thread_is_refused_so_that_the_client_sends_everything() {
    for thread in [r#"{"type":"create"}"#, r#"{"type":"continue","previous_message_id":"msg_1"}"#] {
        let refused = read(&format!(r#"{{"messages":[],"thread":{thread}}}"#));
        assert!(matches!(refused, Err(RequestError::Refused { code: Some("thread_unsupported_request"), .. })), "{thread}");
    }
    assert!(read(r#"{"messages":[],"thread":null}"#).is_ok());
}

#[test]
fn a_request_that_could_be_read_two_ways_is_refused() {
    for body in [
        r#"{"messages":[],"system":"a","system":"b"}"#,
        r#"{"messages":[],"System":"a"}"#,
        r#"{"messages":[],"s\u0079stem":"a","system":"b"}"#,
        r#"{"messages":[],"Thread":{"type":"create"}}"#,
        r#"{"messages":[],"system":{"type":"text"}}"#,
        r#"{"messages":{}}"#,
        r#"{"system":"a"}"#,
        r#"{"messages":[]"#,
        "[]",
    ] {
        assert!(matches!(read(body), Err(RequestError::Unreadable(_))), "{body}");
    }
    assert!(read(r#"{"messages":[],"systems":1,"thread_count":2}"#).is_ok());
}

/// The hosted tools of a request with this member.
fn hosted(member: &str) -> Vec<(String, bool)> {
    let request = read(&format!(r#"{{"messages":[],{member}}}"#)).expect("a request");
    request.hosted.into_iter().map(|HostedTool { name, acts }| (name, acts)).collect()
}

#[test]
fn tools_that_the_provider_runs_are_told_apart_by_whether_they_can_change_anything() {
    let tool = |kind: &str| hosted(&format!(r#""tools":[{{"type":"{kind}","name":"x"}}]"#));
    for kind in ["custom", "bash_20250124", "text_editor_20250728", "memory_20250818", "computer_20250124", "computer_toolset_20260801"] {
        assert_eq!(tool(kind), [], "{kind}");
    }
    for kind in ["web_search_20250305", "tool_search_tool_regex_20251119", "tool_search_tool_bm25", "advisor_20260301"] {
        assert_eq!(tool(kind), [(kind.to_owned(), false)]);
    }
    for kind in ["web_fetch_20250910", "code_execution_20260120", "mcp_toolset", "bash_code_execution_20270101", "web_search_and_post_2027"]
    {
        assert_eq!(tool(kind), [(kind.to_owned(), true)]);
    }
    assert_eq!(hosted(r#""tools":[{"name":"a","allowed_callers":["code_execution_20260120"]}]"#), []);
    assert_eq!(hosted(r#""mcp_servers":[{"type":"url","url":"https://x","name":"x"}]"#), [("mcp_servers".to_owned(), true)]);
    assert_eq!(hosted(r#""mcp_servers":[]"#), []);
    assert!(hosted(r#""tools":[{"type":"custom","type":"code_execution_20260120"}]"#)[0].1);
}

#[test]
fn a_tool_that_the_history_defines_is_found_too() {
    let addition = r#"{"role":"system","content":[{"type":"tool_addition","tool":{"type":"tool_definition","definition":{"type":"code_execution_20260120","name":"c"}}}]}"#;
    let request = read(&format!(r#"{{"messages":[{{"role":"user","content":"hi"}},{addition}]}}"#)).expect("a request");
    assert_eq!(request.hosted, [HostedTool { name: "code_execution_20260120".into(), acts: true }]);
    let escaped = read(&format!(r#"{{"messages":[{}]}}"#, addition.replace("_definition", r"\u005fdefinition"))).expect("a request");
    assert_eq!(escaped.hosted, request.hosted);
    let words = read(r#"{"messages":[{"role":"user","content":"what is a tool_definition?"}]}"#).expect("a request");
    assert_eq!(words.hosted, []);
}

#[test]
fn a_request_as_a_coding_agent_sends_it_passes() {
    let body = r#"{"model":"m","max_tokens":32000,"stream":true,"thinking":{"type":"adaptive"},
        "context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]},"output_config":{"effort":"high"},
        "system":[{"type":"text","text":"x-anthropic-billing-header: a"},{"type":"text","text":"b","cache_control":{"type":"ephemeral"}},
          {"type":"text","text":"c","cache_control":{"type":"ephemeral"}}],
        "messages":[{"role":"user","content":[{"type":"text","text":"hi"}]},{"role":"system","content":"be brief"}]}"#;
    let request = read(body).expect("a request");
    let Place::PartsEnd { at, is_first: false, .. } = request.place else { panic!("{:?}", request.place) };
    assert!(body[at..].starts_with("],\n        \"messages\""));
}
