//! Requests, and where their pins go.

use crate::wire::{Endpoint, Place, Request, RequestError};

fn read(body: &str) -> Result<Request, RequestError> {
    Request::read(Endpoint::Responses, body.as_bytes(), "BLOCK")
}

fn hosted(tools: &str) -> Vec<(String, bool)> {
    let request = read(&format!(r#"{{"input":"a","tools":[{tools}]}}"#)).expect("a request");
    request.hosted.into_iter().map(|tool| (tool.name, tool.acts)).collect()
}

#[test]
fn the_pins_go_to_the_end_of_the_instructions() {
    assert_eq!(read(r#"{"instructions":"abc"}"#).map(|r| r.place), Ok(Place::StringEnd { at: 20 }));
    assert_eq!(read(r#"{"instructions":""}"#).map(|r| r.place), Ok(Place::StringValue { range: 16..18 }));
    assert_eq!(read(r#"{"instructions":null}"#).map(|r| r.place), Ok(Place::StringValue { range: 16..20 }));
    assert_eq!(read(r#"{"instructions":"abc\n\nBLOCK"}"#).map(|r| r.place), Ok(Place::Already));
    for state in ["", r#","previous_response_id":"resp_1""#, r#","conversation":{"id":"conv_1"}"#] {
        let place = read(&format!(r#" {{"input":"a"{state}}}"#)).map(|r| r.place);
        assert_eq!(place, Ok(Place::Member { at: 2, key: "instructions", is_only: false }));
    }
}

#[test]
fn a_request_that_could_be_read_in_two_ways_is_not_read() {
    for body in [
        r#"{"instructions":[{"type":"message"}]}"#,
        r#"{"instructions":7}"#,
        r#"{"Instructions":"a"}"#,
        r#"{"instructions":"a","instructions":"b"}"#,
        r#"{"instructions":"a","in\u0073tructions":"b"}"#,
        r#"{"Background":true}"#,
        r#"{"input":[{"type":"message","type":"mcp_approval_response","approve":true}]}"#,
        r#"{"input":[{"type":"message","type":"mcp\u005fapproval_response","approve":true}]}"#,
        r#"{"input":{"type":"mcp_approval_response","approve":true}}"#,
        "[]",
        "",
    ] {
        assert!(matches!(read(body), Err(RequestError::Unreadable(_))), "{body}");
    }
}

#[test]
fn what_would_bring_calls_back_unjudged_is_refused() {
    for (body, named) in [(r#"{"background":true,"store":false}"#, "background"), (r#"{"prompt":{"id":"pmpt_1"}}"#, "prompt")] {
        assert!(matches!(read(body), Err(RequestError::Refused { setting, .. }) if setting == named), "{body}");
    }
    for body in [
        r#"{"background":false,"prompt":null}"#,
        r#"{"background":true}"#,
        r#"{"input":[{"type":"mcp_approval_response","approve":false}]}"#,
        r#"{"input":[{"role":"user","content":"mcp_approval_response approve true"}]}"#,
    ] {
        assert!(read(body).is_ok(), "{body}");
    }
}

#[test]
fn tools_that_the_client_runs_are_not_hosted() {
    for tool in [
        r#"{"type":"function","name":"x"}"#,
        r#"{"type":"custom","name":"x"}"#,
        r#"{"type":"namespace","name":"n","tools":[{"type":"function","name":"x"}]}"#,
        r#"{"type":"local_shell"}"#,
        r#"{"type":"shell"}"#,
        r#"{"type":"shell","environment":{"type":"local"}}"#,
        r#"{"type":"apply_patch"}"#,
        r#"{"type":"computer_use_preview"}"#,
        r#"{"type":"tool_search","execution":"client"}"#,
        r#"{"type":"mcp","server_label":"s"}"#,
        r#"{"type":"mcp","require_approval":"always"}"#,
    ] {
        assert_eq!(hosted(tool), [], "{tool}");
    }
}

#[test]
fn tools_that_the_provider_runs_are_told_by_whether_they_act() {
    for (tool, name, acts) in [
        (r#"{"type":"web_search"}"#, "web_search", false),
        (r#"{"type":"web_search_2025_08_26"}"#, "web_search_2025_08_26", false),
        (r#"{"type":"web_search_preview_2025_03_11"}"#, "web_search_preview_2025_03_11", false),
        (r#"{"type":"file_search"}"#, "file_search", false),
        (r#"{"type":"image_generation"}"#, "image_generation", false),
        (r#"{"type":"tool_search"}"#, "tool_search", false),
        (r#"{"type":"tool_search","execution":"server"}"#, "tool_search", false),
        (r#"{"type":"mcp","require_approval":"never"}"#, "mcp", true),
        (r#"{"type":"mcp","require_approval":{"never":{"tool_names":["x"]}}}"#, "mcp", true),
        (r#"{"type":"code_interpreter"}"#, "code_interpreter", true),
        (r#"{"type":"shell","environment":{"type":"container_auto"}}"#, "shell", true),
        (r#"{"type":"programmatic_tool_calling"}"#, "programmatic_tool_calling", true),
        (r#"{"type":"web_search_and_buy"}"#, "web_search_and_buy", true),
        (r#"{"type":"namespace","name":"n","tools":[{"type":"code_interpreter"}]}"#, "code_interpreter", true),
    ] {
        assert_eq!(hosted(tool), [(name.to_owned(), acts)], "{tool}");
    }
}

#[test]
fn tools_that_the_history_adds_count_too() {
    let body = r#"{"input":[{"type":"additional_tools","role":"developer","tools":[{"type":"code_interpreter"}]}]}"#;
    let request = read(body).expect("a request");
    assert_eq!(request.hosted.len(), 1);
    assert_eq!(&body[request.tools[0].clone()], r#"[{"type":"code_interpreter"}]"#);
}

#[test]
fn a_conversation_is_told_by_what_the_body_names() {
    let body = r#"{"model":"m","stream":true,"instructions":"i","prompt_cache_key":"k","conversation":{"id":"c"},"input":[{"role":"developer","content":"d"},{"role":"user","content":"u"}]}"#;
    let request = read(body).expect("a request");
    assert_eq!((request.model.as_deref(), request.streams), (Some("m"), true));
    assert_eq!(request.identifiers, ["prompt_cache_key=k", "conversation=c"]);
    assert_eq!(request.first_user.map(|range| &body[range]), Some(r#"{"role":"user","content":"u"}"#));
    assert_eq!(request.system.map(|range| &body[range]), Some(r#""i""#));
    let plain = r#"{"input":"hi"}"#;
    assert_eq!(read(plain).expect("a request").first_user.map(|range| &plain[range]), Some(r#""hi""#));
}
