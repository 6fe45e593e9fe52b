//! Ollama's chat, as strict as its server and its models' templates get: one system
//! message at the head, words that are strings, arguments that are objects, and every
//! call answered before anybody else speaks. Calls have no ids.

use super::{Answer, Checked, Desk, Say, ensure, list, text};
use serde_json::{Value, json as value};

pub(super) fn answer(desk: &mut Desk, body: &Value) -> Checked<Answer> {
    check(body)?;
    let mut messages = Vec::new();
    for said in std::mem::take(&mut desk.next) {
        match said {
            Say::Think => messages.push(value!({"role": "assistant", "content": "", "thinking": "the mailbox first"})),
            Say::Text(words) => messages.push(value!({"role": "assistant", "content": words})),
            Say::Call(tool, arguments) => {
                let call = value!({"function": {"name": tool, "arguments": arguments}});
                messages.push(value!({"role": "assistant", "content": "", "tool_calls": [call]}));
            }
            Say::Compact => {}
        }
    }
    let object = |message: Value, is_done: bool| {
        let mut object = value!({"model": "qwen3", "created_at": "2026-01-02T03:04:05Z", "message": message, "done": is_done});
        if is_done {
            object["done_reason"] = value!("stop");
        }
        object
    };
    if body["stream"] == false {
        return Ok(Answer::Whole(object(joined(&messages), true)));
    }
    let last = object(value!({"role": "assistant", "content": ""}), true);
    let lines = messages.into_iter().map(|message| object(message, false)).chain([last]);
    Ok(Answer::Lines(lines.map(|line| format!("{line}\n")).collect()))
}

/// The message that a client makes of the pieces it got.
pub(super) fn joined(messages: &[Value]) -> Value {
    let words = |key: &str| messages.iter().map(|message| text(message, key)).collect::<String>();
    let calls: Vec<Value> = messages.iter().flat_map(|message| list(&message["tool_calls"]).to_vec()).collect();
    let mut whole = value!({"role": "assistant", "content": words("content")});
    if !words("thinking").is_empty() {
        whole["thinking"] = value!(words("thinking"));
    }
    if !calls.is_empty() {
        whole["tool_calls"] = value!(calls);
    }
    whole
}

fn check(body: &Value) -> Checked<()> {
    let messages = list(&body["messages"]);
    ensure(!messages.is_empty(), || "no messages".into())?;
    let mut open: Vec<&str> = Vec::new();
    for (place, message) in messages.iter().enumerate() {
        let role = text(message, "role");
        ensure(message["content"].is_string(), || format!("messages.{place}: its content is no string"))?;
        ensure(open.is_empty() || role == "tool", || format!("messages.{place}: calls without their results: {open:?}"))?;
        match role {
            "system" => ensure(place == 0 && !text(message, "content").is_empty(), || format!("messages.{place}: a system message there"))?,
            "user" => {}
            "assistant" => {
                for call in list(&message["tool_calls"]) {
                    ensure(call["function"]["arguments"].is_object(), || format!("messages.{place}: arguments that are no object"))?;
                    open.push(text(&call["function"], "name"));
                }
            }
            "tool" => {
                let its = open.iter().position(|name| *name == text(message, "tool_name"));
                open.remove(its.ok_or_else(|| format!("messages.{place}: a result without its call"))?);
            }
            other => return Err(format!("messages.{place}: no role `{other}`")),
        }
    }
    ensure(open.is_empty(), || format!("calls without their results: {open:?}"))
}

#[test]
fn what_ollamas_templates_reject_is_rejected() {
    let user = value!({"role": "user", "content": "x"});
    let call = |arguments: Value| value!({"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "t", "arguments": arguments}}]});
    let result = value!({"role": "tool", "tool_name": "t", "content": "r"});
    let system = value!({"role": "system", "content": "s"});
    check(&value!({"messages": [system, user, call(value!({})), result, user]})).expect("a sound history");
    for wrong in [
        vec![],
        vec![user.clone(), system],
        vec![user.clone(), call(value!("{}")), result.clone()],
        vec![user.clone(), call(value!({})), user.clone()],
        vec![user.clone(), result],
        vec![user, value!({"role": "assistant", "content": null})],
    ] {
        assert!(check(&value!({"messages": wrong})).is_err(), "{wrong:?}");
    }
}
