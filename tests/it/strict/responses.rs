//! Responses, with items that belong together.

use super::{Answer, Checked, Desk, Say, Signed, ensure, frame, text};
use serde_json::{Value, json as value};
use std::collections::HashSet;

pub(super) fn answer(desk: &mut Desk, body: &Value) -> Checked<Answer> {
    let history = history(desk, body)?;
    check(desk, body, &history)?;
    let mut output = Vec::new();
    let asks = history.last().is_some_and(|item| item["type"] == "compaction_trigger");
    if asks {
        output.push(compaction(desk));
    }
    for said in std::mem::take(&mut desk.next).into_iter().filter(|_| !asks) {
        output.push(match said {
            Say::Text(words) => value!({"type": "message", "id": desk.id("msg"), "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": words, "annotations": []}]}),
            Say::Call(tool, arguments) => value!({"type": "function_call", "id": desk.id("fc"), "call_id": desk.id("call"), "name": tool, "arguments": arguments.to_string(), "status": "completed"}),
            Say::Think => {
                let (id, secret) = (desk.id("rs"), desk.id("enc"));
                desk.signed.insert(secret.clone(), Signed { what: id.clone(), head: Value::Null, before: Vec::new() });
                value!({"type": "reasoning", "id": id, "summary": [], "encrypted_content": secret})
            }
            Say::Compact => compaction(desk),
        });
    }
    let id = desk.id("resp");
    if body["store"] != false {
        desk.stored.insert(id.clone(), history.into_iter().chain(output.iter().cloned()).collect());
    }
    Ok(given(&id, body, &output))
}

fn compaction(desk: &mut Desk) -> Value {
    let (id, secret) = (desk.id("cmp"), desk.id("enc"));
    desk.signed.insert(secret.clone(), Signed { what: id.clone(), head: Value::Null, before: Vec::new() });
    value!({"type": "compaction", "id": id, "encrypted_content": secret})
}

/// `/responses/compact`: the users' messages, and one item for all the rest.
pub(super) fn compact(desk: &mut Desk, body: &Value) -> Checked<Answer> {
    let history = history(desk, body)?;
    check(desk, body, &history)?;
    let mut output: Vec<Value> = history.into_iter().filter(|item| item["role"] == "user").collect();
    output.push(compaction(desk));
    Ok(Answer::Whole(value!({"id": desk.id("resp"), "object": "response.compaction", "output": output, "usage": {"total_tokens": 1}})))
}

/// Everything the model reads: what is stored, and what the request brings.
fn history(desk: &Desk, body: &Value) -> Checked<Vec<Value>> {
    let mut history = match body["previous_response_id"].as_str() {
        Some(id) => desk.stored.get(id).cloned().ok_or_else(|| format!("Previous response with id '{id}' not found."))?,
        None => Vec::new(),
    };
    match &body["input"] {
        Value::String(words) => history.push(value!({"role": "user", "content": words})),
        Value::Array(items) => history.extend(items.iter().cloned()),
        Value::Null => {}
        _ => return Err("input: neither text nor items".into()),
    }
    Ok(history)
}

fn check(desk: &Desk, body: &Value, history: &[Value]) -> Checked<()> {
    ensure(matches!(body["instructions"], Value::Null | Value::String(_)), || "instructions: not a text".into())?;
    ensure(!history.is_empty(), || "input: required".into())?;
    let (mut open, mut calls, mut ids): (HashSet<&str>, HashSet<&str>, HashSet<&str>) = Default::default();
    let mut compactions = 0;
    for (place, item) in history.iter().enumerate() {
        let kind = item["type"].as_str().unwrap_or("message");
        let follows = history.get(place + 1);
        ensure(item.get("id").is_none_or(|id| ids.insert(id.as_str().unwrap_or_default())), || {
            format!("input[{place}]: Duplicate item id")
        })?;
        match kind {
            "message" => {
                ensure(matches!(text(item, "role"), "user" | "assistant" | "system" | "developer"), || {
                    format!("input[{place}]: no such role")
                })?;
                let empty = item["content"] == "" || item["content"].is_null() || item["content"] == value!([]);
                ensure(!empty, || format!("input[{place}]: an empty message"))?;
            }
            "reasoning" => {
                let signed = desk.signed.get(text(item, "encrypted_content"));
                ensure(signed.is_some_and(|signed| signed.what == text(item, "id")), || {
                    format!("input[{place}]: reasoning that was changed")
                })?;
                let kind = follows.map(|item| item["type"].as_str().unwrap_or("message"));
                let is_output = matches!(kind, Some("reasoning" | "function_call" | "compaction"))
                    || follows.is_some_and(|item| item["role"] == "assistant");
                ensure(is_output, || {
                    format!("Item '{}' of type 'reasoning' was provided without its required following item.", text(item, "id"))
                })?;
            }
            "function_call" => {
                let id = text(item, "call_id");
                ensure(calls.insert(id), || format!("input[{place}]: the call `{id}` twice"))?;
                open.insert(id);
            }
            "function_call_output" => {
                let id = text(item, "call_id");
                ensure(open.remove(id), || format!("No tool call found for function call output with call_id {id}."))?;
            }
            "compaction" => {
                compactions += 1;
                ensure(desk.signed.contains_key(text(item, "encrypted_content")), || "a compaction item that was changed".into())?;
            }
            "compaction_trigger" => ensure(follows.is_none(), || "compaction_trigger must be the last input item".into())?,
            other => return Err(format!("input[{place}]: no item of type `{other}`")),
        }
    }
    ensure(compactions <= 1, || format!("{compactions} compaction items"))?;
    ensure(open.is_empty(), || format!("No tool output found for function call {open:?}."))
}

fn given(id: &str, body: &Value, output: &[Value]) -> Answer {
    let whole = value!({"id": id, "object": "response", "status": "completed", "model": body["model"], "output": output, "usage": {"total_tokens": 1}});
    if body["stream"] != true {
        return Answer::Whole(whole);
    }
    let mut frames = Vec::new();
    let mut number = 0;
    let mut event = |mut data: Value| {
        data["sequence_number"] = value!(number);
        number += 1;
        frames.push(frame(data["type"].as_str(), &data));
    };
    let mut begun = whole.clone();
    (begun["status"], begun["output"]) = (value!("in_progress"), value!([]));
    event(value!({"type": "response.created", "response": begun}));
    for (index, item) in output.iter().enumerate() {
        let mut added = item.clone();
        match text(item, "type") {
            "message" => {
                (added["status"], added["content"]) = (value!("in_progress"), value!([]));
                let (id, part) = (&item["id"], &item["content"][0]);
                event(value!({"type": "response.output_item.added", "output_index": index, "item": added}));
                event(
                    value!({"type": "response.content_part.added", "item_id": id, "output_index": index, "content_index": 0, "part": {"type": "output_text", "text": "", "annotations": []}}),
                );
                event(
                    value!({"type": "response.output_text.delta", "item_id": id, "output_index": index, "content_index": 0, "delta": part["text"]}),
                );
                event(
                    value!({"type": "response.output_text.done", "item_id": id, "output_index": index, "content_index": 0, "text": part["text"]}),
                );
                event(
                    value!({"type": "response.content_part.done", "item_id": id, "output_index": index, "content_index": 0, "part": part}),
                );
            }
            "function_call" => {
                (added["status"], added["arguments"]) = (value!("in_progress"), value!(""));
                event(value!({"type": "response.output_item.added", "output_index": index, "item": added}));
                event(
                    value!({"type": "response.function_call_arguments.delta", "item_id": item["id"], "output_index": index, "delta": item["arguments"]}),
                );
                event(
                    value!({"type": "response.function_call_arguments.done", "item_id": item["id"], "output_index": index, "name": item["name"], "arguments": item["arguments"]}),
                );
            }
            _ => event(value!({"type": "response.output_item.added", "output_index": index, "item": added})),
        }
        event(value!({"type": "response.output_item.done", "output_index": index, "item": item}));
    }
    event(value!({"type": "response.completed", "response": whole}));
    Answer::Events(frames)
}

#[test]
fn what_responses_servers_reject_is_rejected() {
    let mut desk = Desk::default();
    let compacted = compaction(&mut desk);
    let user = value!({"role": "user", "content": "x"});
    let call = value!({"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "t", "arguments": "{}"});
    let output = value!({"type": "function_call_output", "call_id": "c1", "output": "r"});
    let secret = "enc_x";
    desk.signed.insert(secret.into(), Signed { what: "rs_1".into(), head: Value::Null, before: Vec::new() });
    let thought = value!({"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": secret});
    let trigger = value!({"type": "compaction_trigger"});
    let checked = |input: Vec<Value>| check(&desk, &value!({}), &input);
    checked(vec![compacted.clone(), user.clone(), thought.clone(), call.clone(), output.clone(), trigger.clone()])
        .expect("a sound history");
    for wrong in [
        vec![user.clone(), call.clone(), user.clone()],
        vec![user.clone(), output],
        vec![user.clone(), thought, user.clone()],
        vec![compacted.clone(), user.clone(), compacted],
        vec![trigger, user.clone()],
        vec![user, call.clone(), call],
    ] {
        assert!(checked(wrong.clone()).is_err(), "{wrong:?}");
    }
}
