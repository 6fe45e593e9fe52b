//! Chat Completions, as strict as chat templates and servers get.

use super::{Answer, Checked, Desk, Say, ensure, frame, list, text};
use serde_json::{Value, json as value};
use std::collections::HashSet;

pub(super) fn answer(desk: &mut Desk, body: &Value) -> Checked<Answer> {
    check(body)?;
    let mut message = value!({"role": "assistant", "content": null});
    let mut calls = Vec::new();
    for said in std::mem::take(&mut desk.next) {
        match said {
            Say::Text(words) => message["content"] = value!(words),
            Say::Call(tool, arguments) => {
                calls.push(
                    value!({"id": desk.id("call"), "type": "function", "function": {"name": tool, "arguments": arguments.to_string()}}),
                );
            }
            Say::Think | Say::Compact => {}
        }
    }
    let finish = if calls.is_empty() { "stop" } else { "tool_calls" };
    if body["stream"] == true {
        let chunk = |delta: Value, finish: Value| {
            frame(
                None,
                &value!({"id": "x", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}),
            )
        };
        let mut frames = vec![chunk(value!({"role": "assistant", "content": message["content"]}), Value::Null)];
        for (index, call) in calls.iter().enumerate() {
            let arguments = text(&call["function"], "arguments");
            let (first, second) = arguments.split_at(arguments.len() / 2);
            let mut begun = call.clone();
            begun["index"] = value!(index);
            begun["function"]["arguments"] = value!(first);
            frames.push(chunk(value!({"tool_calls": [begun]}), Value::Null));
            frames.push(chunk(value!({"tool_calls": [{"index": index, "function": {"arguments": second}}]}), Value::Null));
        }
        frames.push(chunk(value!({}), value!(finish)));
        frames.push("data: [DONE]\n\n".into());
        return Ok(Answer::Events(frames));
    }
    if !calls.is_empty() {
        message["tool_calls"] = value!(calls);
    }
    Ok(Answer::Whole(
        value!({"id": "x", "object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": finish}]}),
    ))
}

fn check(body: &Value) -> Checked<()> {
    let messages = list(&body["messages"]);
    ensure(!messages.is_empty(), || "no messages".into())?;
    let (mut open, mut known): (HashSet<&str>, HashSet<&str>) = (HashSet::new(), HashSet::new());
    for (place, message) in messages.iter().enumerate() {
        let role = text(message, "role");
        ensure(open.is_empty() || role == "tool", || format!("messages.{place}: calls without their results: {open:?}"))?;
        let has_words = || match &message["content"] {
            Value::String(words) => !words.is_empty(),
            Value::Array(parts) => !parts.is_empty() && parts.iter().all(|part| !text(part, "text").is_empty()),
            _ => false,
        };
        match role {
            "system" | "developer" => {
                ensure(place == 0, || format!("messages.{place}: System message must be at the beginning."))?;
                ensure(has_words(), || format!("messages.{place}: an empty system message"))?;
            }
            "user" => ensure(has_words(), || format!("messages.{place}: an empty message"))?,
            "assistant" => {
                let calls = list(&message["tool_calls"]);
                ensure(message.get("tool_calls").is_none() || !calls.is_empty(), || format!("messages.{place}: an empty list of calls"))?;
                ensure(has_words() || !calls.is_empty(), || format!("messages.{place}: neither words nor calls"))?;
                for call in calls {
                    ensure(known.insert(text(call, "id")), || format!("messages.{place}: the id `{}` twice", text(call, "id")))?;
                    ensure(serde_json::from_str::<Value>(text(&call["function"], "arguments")).is_ok(), || {
                        "arguments that are no JSON".into()
                    })?;
                    open.insert(text(call, "id"));
                }
            }
            "tool" => ensure(open.remove(text(message, "tool_call_id")), || format!("messages.{place}: a result without its call"))?,
            other => return Err(format!("messages.{place}: no role `{other}`")),
        }
    }
    ensure(open.is_empty(), || format!("calls without their results: {open:?}"))
}

#[test]
fn what_chat_servers_reject_is_rejected() {
    let user = value!({"role": "user", "content": "x"});
    let call = |id: &str| value!({"role": "assistant", "content": null, "tool_calls": [{"id": id, "type": "function", "function": {"name": "t", "arguments": "{}"}}]});
    let result = |id: &str| value!({"role": "tool", "tool_call_id": id, "content": "r"});
    let system = value!({"role": "system", "content": "s"});
    check(&value!({"messages": [system, user, call("a"), result("a"), user]})).expect("a sound history");
    for wrong in [
        vec![],
        vec![user.clone(), system],
        vec![user.clone(), call("a"), user.clone()],
        vec![user.clone(), result("a")],
        vec![user.clone(), call("a"), result("a"), call("a"), result("a")],
        vec![user.clone(), value!({"role": "assistant", "content": null})],
        vec![user, value!({"role": "assistant", "content": "x", "tool_calls": []})],
    ] {
        assert!(check(&value!({"messages": wrong})).is_err(), "{wrong:?}");
    }
}
