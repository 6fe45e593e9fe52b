//! Tools taken out of a request: what is left, byte for byte.

use super::*;
use crate::wire::splice::Edits;

/// The body without the tools of these names or kinds.
fn stripped(dialect: Dialect, body: &str, gone: &[&str]) -> String {
    let members = json::members(body.as_bytes()).expect("an object");
    let arrays = ["tools", "functions"].into_iter().filter_map(|key| members.iter().find(|member| member.key == key));
    let tools: Vec<Range<usize>> = arrays.filter_map(|member| json::span_in(body.as_bytes(), member.value.get())).collect();
    let edits = strip(dialect, body.as_bytes(), &tools, |declared| {
        let goes = gone.iter().any(|gone| declared.name.as_deref() == Some(gone) || declared.kind == *gone);
        if goes { Fate::Goes } else { Fate::Stays }
    });
    let mut all = Edits::new();
    for (range, text) in edits.expect("readable") {
        all.replace(range, text);
    }
    let edited = String::from_utf8(all.apply(body.as_bytes()).expect("edits that fit")).expect("text");
    json::members(edited.as_bytes()).expect("still an object");
    edited
}

const CHAT: Dialect = Dialect::OpenaiChat;

#[test]
fn a_tool_goes_and_every_other_byte_stays() {
    let body = r#"{ "model":"m", "tools" : [ {"type":"function","function":{"name":"a", "parameters":{"x":1.0e2}}} , {"type":"function","function":{"name":"b"}}, {"type":"web_search"} ] ,"n":1}"#;
    assert_eq!(stripped(CHAT, body, &[]), body);
    assert_eq!(
        stripped(CHAT, body, &["b"]),
        r#"{ "model":"m", "tools" : [ {"type":"function","function":{"name":"a", "parameters":{"x":1.0e2}}} , {"type":"web_search"} ] ,"n":1}"#
    );
    assert_eq!(stripped(CHAT, body, &["a", "b"]), r#"{ "model":"m", "tools" : [ {"type":"web_search"} ] ,"n":1}"#);
    assert_eq!(
        stripped(CHAT, body, &["b", "web_search"]),
        r#"{ "model":"m", "tools" : [ {"type":"function","function":{"name":"a", "parameters":{"x":1.0e2}}} ] ,"n":1}"#
    );
}

#[test]
fn tools_of_which_nothing_is_left_go_with_what_needs_them() {
    for (body, expected) in [
        (r#"{"tools":[{"name":"a"}],"tool_choice":{"type":"any"},"model":"m"}"#, r#"{"model":"m"}"#),
        (r#"{"model":"m","tools":[{"name":"a"}],"n":1,"tool_choice":"auto"}"#, r#"{"model":"m","n":1}"#),
        (r#"{"model":"m","parallel_tool_calls":true,"tools":[{"name":"a"}]}"#, r#"{"model":"m"}"#),
        (r#"{"functions":[{"name":"a"}],"function_call":{"name":"a"},"model":"m"}"#, r#"{"model":"m"}"#),
        (r#"{"\u0074ools":[{"name":"a"}],"model":"m"}"#, r#"{"model":"m"}"#),
        (r#"{"tools":[ {"name":"a"} ]}"#, r#"{"tools":[]}"#),
        (r#"{"model":"m","tools":[]}"#, r#"{"model":"m","tools":[]}"#),
    ] {
        assert_eq!(stripped(CHAT, body, &["a"]), expected, "{body}");
    }
    let kept = r#"{"model":"m","parallel_tool_calls":true}"#;
    let body = r#"{"model":"m","tools":[{"name":"a"}],"parallel_tool_calls":true,"tool_choice":"required"}"#;
    assert_eq!(stripped(Dialect::OpenaiResponses, body, &["a"]), kept);
}

#[test]
fn a_choice_that_names_what_is_gone_becomes_a_free_one() {
    let tools = r#"[{"type":"function","name":"a"},{"type":"function","name":"b"},{"type":"web_search_preview_2025_03_11"}]"#;
    for (choice, gone, expected) in [
        (r#"{"type":"function","name":"a"}"#, "a", r#""auto""#),
        (r#"{"type":"function","function":{"name":"a"}}"#, "a", r#""auto""#),
        (r#"{"type":"function","name":"b"}"#, "a", r#"{"type":"function","name":"b"}"#),
        (r#"{"type":"web_search_preview"}"#, "web_search_preview_2025_03_11", r#""auto""#),
        (r#"{"type":"web_search_preview"}"#, "a", r#"{"type":"web_search_preview"}"#),
        (r#""required""#, "a", r#""required""#),
        (
            r#"{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"a"},{"type":"function","name":"b"}]}"#,
            "a",
            r#"{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"b"}]}"#,
        ),
        (r#"{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"a"}]}"#, "a", r#""none""#),
        (
            r#"{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"a"}}]}}"#,
            "a",
            r#""none""#,
        ),
    ] {
        let edited = stripped(Dialect::OpenaiResponses, &format!(r#"{{"tools":{tools},"tool_choice":{choice}}}"#), &[gone]);
        assert!(edited.ends_with(&format!(r#""tool_choice":{expected}}}"#)), "{choice}: {edited}");
    }
    let body = r#"{"tools":[{"name":"a"},{"name":"b"}],"tool_choice":{"type":"tool","name":"a","disable_parallel_tool_use":true}}"#;
    let expected = r#"{"tools":[{"name":"b"}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}"#;
    assert_eq!(stripped(Dialect::Anthropic, body, &["a"]), expected);
}

#[test]
fn a_group_goes_when_nothing_is_left_of_it() {
    let body = r#"{"tools":[{"type":"namespace","name":"n","tools":[{"type":"function","name":"a"},{"type":"function","name":"b"}]},{"type":"x"}]}"#;
    let one = r#"{"tools":[{"type":"namespace","name":"n","tools":[{"type":"function","name":"b"}]},{"type":"x"}]}"#;
    assert_eq!(stripped(Dialect::OpenaiResponses, body, &["a"]), one);
    assert_eq!(stripped(Dialect::OpenaiResponses, body, &["a", "b"]), r#"{"tools":[{"type":"x"}]}"#);
}

#[test]
fn in_gemini_each_member_is_a_tool_of_its_own() {
    let body = r#"{"tools":[{"functionDeclarations":[{"name":"a"},{"name":"b"}],"googleSearch":{}},{"code_execution":{}}],"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["a","b"]}}}"#;
    for (gone, expected) in [
        (
            &["a"][..],
            r#"{"tools":[{"functionDeclarations":[{"name":"b"}],"googleSearch":{}},{"code_execution":{}}],"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["b"]}}}"#,
        ),
        (
            &["code_execution", "googleSearch"],
            r#"{"tools":[{"functionDeclarations":[{"name":"a"},{"name":"b"}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["a","b"]}}}"#,
        ),
        (&["a", "b"], r#"{"tools":[{"googleSearch":{}},{"code_execution":{}}],"toolConfig":{}}"#),
    ] {
        assert_eq!(stripped(Dialect::Gemini, body, gone), expected);
    }
    let none = r#"{"contents":[]}"#;
    assert_eq!(
        stripped(Dialect::Gemini, r#"{"contents":[],"tools":[{"codeExecution":{}}],"tool_config":{"x":1}}"#, &["codeExecution"]),
        none
    );
}

#[test]
fn what_is_no_declaration_is_not_passed_on() {
    for tools in [r#"{"a":1}"#, "[1]", r#"["a"]"#, r#"[{"name":"a","Name":"b"}]"#] {
        let body = format!(r#"{{"tools":{tools}}}"#);
        let range = body.find(tools).expect("there")..body.len() - 1;
        let all: Vec<Range<usize>> = std::iter::once(range).collect();
        assert!(strip(CHAT, body.as_bytes(), &all, |_| Fate::Stays).is_err(), "{tools}");
    }
}
