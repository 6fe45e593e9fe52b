//! `docs/openapi.json` says what the operator's port answers, and nothing else.
//!
//! Every answer the tests get is compared with it, key by key.

use serde_json::Value;
use std::collections::BTreeSet;

/// The checked-in description.
pub(crate) fn document() -> Value {
    serde_json::from_str(include_str!("../../docs/openapi.json")).expect("JSON")
}

/// Whether an answer is what the description says for its path, method and status.
pub(crate) fn check(method: &str, path: &str, status: u16, answer: &Value) {
    let document = document();
    let path = path.split('?').next().expect("a path");
    let parts: Vec<&str> = path.split('/').collect();
    let is_it = |template: &&String| {
        let wanted: Vec<&str> = template.split('/').collect();
        wanted.len() == parts.len() && wanted.iter().zip(&parts).all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
    };
    let paths = document["paths"].as_object().expect("paths");
    let Some(template) = paths.keys().find(is_it) else { panic!("{path} is not described") };
    let operation = &paths[template][method.to_lowercase()];
    if status == 405 {
        assert!(operation.is_null(), "{method} {path} is described and not there");
        return;
    }
    let response = &operation["responses"][status.to_string()];
    assert!(!response.is_null(), "{method} {template}: {status} is not described");
    let schema = &response["content"]["application/json"]["schema"];
    // A page's request is refused before anything is looked at.
    let is_bare = status == 403 && answer.is_null();
    if !schema.is_null() && !is_bare {
        compare(&document, schema, answer, template);
    }
}

fn compare(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        return compare(document, &document["components"]["schemas"][name], value, &format!("{place} {name}"));
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let chosen = choices.iter().find(|choice| (choice["type"] == "null") == value.is_null()).expect("a choice");
        return compare(document, chosen, value, place);
    }
    if let Some(words) = schema["enum"].as_array() {
        return assert!(words.contains(value), "{place}: {value} is none of {words:?}");
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => {
            if kinds.contains(&"number") {
                "number"
            } else {
                "integer"
            }
        }
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(kinds.contains(&kind), "{place}: {value} is not {kinds:?}");
    if let (Some(members), Some(described)) = (value.as_object(), schema["properties"].as_object()) {
        let there: BTreeSet<&String> = members.keys().collect();
        let allowed: BTreeSet<&String> = described.keys().collect();
        assert!(there.is_subset(&allowed), "{place}: not described: {:?}", there.difference(&allowed));
        for required in schema["required"].as_array().expect("a list").iter().filter_map(Value::as_str) {
            assert!(members.contains_key(required), "{place}: `{required}` is missing");
        }
        members.iter().for_each(|(key, value)| compare(document, &described[key], value, &format!("{place}.{key}")));
    }
    for element in value.as_array().into_iter().flatten() {
        compare(document, &schema["items"], element, place);
    }
}

#[test]
fn every_route_is_described_and_every_description_is_a_route() {
    let source = include_str!("../../src/console/api.rs");
    let routes: BTreeSet<(String, String)> = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix(".route(\""))
        .map(|rest| rest.split_once("\", ").expect("a path and a handler"))
        .map(|(path, handler)| (path, handler.split('(').next().expect("a method").to_owned()))
        // What answers every other path is no route.
        .filter(|(_, method)| method != "any")
        .flat_map(|(path, method)| ["approve", "deny"].map(|verb| (path.replace("{verb}", verb), method.clone())))
        .collect();
    let document = document();
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, methods)| methods.as_object().expect("methods").keys().map(move |method| (path.clone(), method.clone())))
        .collect();
    assert!(routes.len() >= 7);
    assert_eq!(routes, described);
}

#[test]
#[should_panic(expected = "not described")]
fn a_key_that_is_not_described_would_be_found() {
    let mut status =
        serde_json::json!({"version": "1", "pins": 1, "record": "well", "you": {"name": "a", "may_approve": true}, "refused_logins": 0});
    check("GET", "/api/status", 200, &status);
    status["secret"] = true.into();
    check("GET", "/api/status", 200, &status);
}
