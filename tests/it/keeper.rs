//! A provider that keeps what was said, as strict as the real one: it knows answers by
//! their ids and conversations by theirs, and refuses an id that it did not give out, a call
//! that has no answer, and an answer that has no call or comes twice.

use crate::stage::{Provider, Received, Script, events, whole};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the provider keeps.
#[derive(Default)]
pub(crate) struct Kept {
    /// Every item of the chain that ends with an answer, by the answer's id.
    answers: HashMap<String, Vec<Value>>,
    conversations: HashMap<String, Vec<Value>>,
    pub(crate) given: usize,
}

/// A provider that keeps what was said. What it says next is told by the newest user's
/// words: `call TOOL ARGUMENTS`, several with ` & ` between them; else it says `ok`.
pub(crate) fn provider() -> (Provider, Arc<Mutex<Kept>>) {
    let kept = Arc::new(Mutex::new(Kept::default()));
    let own = Arc::clone(&kept);
    (Provider::asking(move |request| answer(&mut own.lock().expect("no panic"), request)), kept)
}

fn answer(kept: &mut Kept, request: &Received) -> Script {
    let body = request.json();
    let refuse = |status: &str, message: String, code: &str| {
        whole(status, "application/json", json!({"error": {"message": message, "type": "invalid_request_error", "code": code}}).to_string())
    };
    let previous = body["previous_response_id"].as_str();
    if request.head.starts_with("post /v1/responses/compact") {
        kept.given += 1;
        let item = json!({"type": "compaction", "id": "cmp_1", "encrypted_content": format!("sealed {}", kept.given)});
        let body = json!({"id": format!("resp_{}", kept.given), "object": "response.compaction", "output": [item]});
        return crate::stage::json(body.to_string());
    }
    let conversation = body["conversation"].as_str().or(body["conversation"]["id"].as_str());
    let mut items = match (previous, conversation) {
        (Some(id), _) => match kept.answers.get(id) {
            Some(items) => items.clone(),
            None => return refuse("404 Not Found", format!("Previous response with id '{id}' not found."), "previous_response_not_found"),
        },
        (None, Some(id)) => kept.conversations.get(id).cloned().unwrap_or_default(),
        (None, None) => Vec::new(),
    };
    match &body["input"] {
        Value::String(text) => items.push(json!({"role": "user", "content": text})),
        Value::Array(new) => items.extend(new.iter().cloned()),
        other => panic!("input {other}"),
    }
    if let Some(problem) = problem(&items) {
        return refuse("400 Bad Request", problem, "invalid_value");
    }
    kept.given += 1;
    let (id, output) = (format!("resp_{}", kept.given), said(&items, kept.given));
    items.extend(output.iter().cloned());
    if let Some(conversation) = conversation {
        kept.conversations.insert(conversation.to_owned(), items.clone());
    }
    if body["store"] != json!(false) {
        kept.answers.insert(id.clone(), items);
    }
    let response = |status: &str, output: &[Value]| json!({"id": id, "object": "response", "status": status, "output": output});
    if body["stream"] != json!(true) {
        return crate::stage::json(response("completed", &output).to_string());
    }
    let frame = |kind: &str, mut data: Value| {
        data["type"] = kind.into();
        format!("event: {kind}\ndata: {data}\n\n")
    };
    let mut frames = vec![frame("response.created", json!({"response": response("in_progress", &[])}))];
    for (index, item) in output.iter().enumerate() {
        frames.push(frame("response.output_item.added", json!({"output_index": index, "item": item})));
        frames.push(frame("response.output_item.done", json!({"output_index": index, "item": item})));
    }
    frames.push(frame("response.completed", json!({"response": response("completed", &output)})));
    let frames: Vec<&str> = frames.iter().map(String::as_str).collect();
    events(&frames, Duration::ZERO)
}

/// What the real one refuses.
fn problem(items: &[Value]) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    for item in items {
        let (kind, call) = (item["type"].as_str().unwrap_or("message"), item["call_id"].as_str().unwrap_or_default());
        if kind.ends_with("_call") {
            open.push(call);
        } else if kind.ends_with("_call_output") {
            let Some(at) = open.iter().position(|open| *open == call) else {
                return Some(format!("No tool call found for function call output with call_id {call}."));
            };
            open.remove(at);
        }
    }
    open.first().map(|call| format!("No tool output found for function call {call}."))
}

fn said(items: &[Value], turn: usize) -> Vec<Value> {
    let newest = items.last().and_then(|item| item["content"].as_str()).unwrap_or_default();
    let Some(calls) = newest.strip_prefix("call ") else {
        return vec![json!({"type": "message", "id": format!("msg_{turn}"), "role": "assistant", "status": "completed",
            "content": [{"type": "output_text", "text": "ok", "annotations": []}]})];
    };
    let call = |(place, call): (usize, &str)| {
        let (tool, arguments) = call.split_once(' ').expect("arguments");
        let ids =
            json!({"id": format!("fc_{turn}_{place}"), "call_id": format!("call_{turn}_{place}"), "name": tool, "status": "completed"});
        let mut item = ids;
        if tool == "sweep" {
            (item["type"], item["input"]) = ("custom_tool_call".into(), arguments.into());
        } else {
            (item["type"], item["arguments"]) = ("function_call".into(), arguments.into());
        }
        item
    };
    calls.split(" & ").enumerate().map(call).collect()
}
