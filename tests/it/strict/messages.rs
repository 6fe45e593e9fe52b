//! Messages, with thinking that is bound to all that stood before it.

use super::{Answer, Checked, Desk, Say, Signed, ensure, frame, list, text, unmarked};
use serde_json::{Value, json as value};
use std::collections::HashSet;

/// Models that take system messages in the history and bind their thinking.
fn binds(body: &Value) -> bool {
    text(body, "model").contains("-5-5")
}

pub(super) fn answer(desk: &mut Desk, body: &Value, head: &str) -> Checked<Answer> {
    check(desk, body, head)?;
    let mut content: Vec<Value> = Vec::new();
    if body["compaction"]["type"] == "summarize" {
        let signature = sign(desk, body, &[], "compaction");
        let block = value!({"type": "compaction", "content": "what was said", "signature": signature});
        return Ok(given(desk, body, &[block], "compaction"));
    }
    for said in std::mem::take(&mut desk.next) {
        let block = match said {
            Say::Text(words) => value!({"type": "text", "text": words}),
            Say::Call(tool, arguments) => value!({"type": "tool_use", "id": desk.id("toolu"), "name": tool, "input": arguments}),
            Say::Think if body["thinking"].is_object() => {
                let words = desk.id("hm");
                value!({"type": "thinking", "thinking": words, "signature": sign(desk, body, &content, &words)})
            }
            Say::Compact => value!({"type": "compaction", "content": "what was said"}),
            Say::Think => continue,
        };
        content.push(block);
    }
    let calls = content.iter().any(|block| block["type"] == "tool_use");
    Ok(given(desk, body, &content, if calls { "tool_use" } else { "end_turn" }))
}

/// Binds something to all that stands before it.
fn sign(desk: &mut Desk, body: &Value, blocks: &[Value], what: &str) -> String {
    let mut before: Vec<Value> = list(&body["messages"]).iter().map(unmarked).collect();
    before.push(value!({"role": "assistant", "content": blocks}));
    let signature = desk.id("sig");
    desk.signed.insert(signature.clone(), Signed { what: what.into(), head: fixed(body), before: since_compaction(before) });
    signature
}

/// What stands in front of all messages.
fn fixed(body: &Value) -> Value {
    unmarked(&value!([body["system"], body["tools"]]))
}

/// What the model reads of a history: nothing that stands before a compaction inside it.
pub(super) fn since_compaction(mut messages: Vec<Value>) -> Vec<Value> {
    let holds = |message: &Value| list(&message["content"]).iter().rposition(|block| block["type"] == "compaction");
    let Some(place) = messages.iter().rposition(|message| holds(message).is_some()) else { return messages };
    messages.drain(..place);
    let from = holds(&messages[0]).unwrap_or(0);
    messages[0]["content"].as_array_mut().expect("blocks").drain(..from);
    messages
}

pub(super) fn check(desk: &Desk, body: &Value, head: &str) -> Checked<()> {
    let messages = list(&body["messages"]);
    ensure(body["max_tokens"].is_number(), || "max_tokens: field required".into())?;
    ensure(!messages.is_empty(), || "messages: at least one message is required".into())?;
    if body.get("context_management").is_some() || body.get("compaction").is_some() {
        ensure(head.contains("anthropic-beta: "), || "context_management: Extra inputs are not permitted".into())?;
    }
    let marks = body.to_string().matches("\"cache_control\"").count();
    ensure(marks <= 4, || format!("A maximum of 4 blocks with cache_control may be provided. Found {marks}."))?;
    let empty = |block: &Value| block["type"] == "text" && text(block, "text").is_empty();
    ensure(!list(&body["system"]).iter().any(empty) && body["system"] != "", || "system: text content blocks must be non-empty".into())?;
    check_roles(body)?;
    check_calls(messages)?;
    let mut compactions = 0;
    for (place, message) in messages.iter().enumerate() {
        for (at, block) in list(&message["content"]).iter().enumerate() {
            ensure(!empty(block), || format!("messages.{place}: text content blocks must be non-empty"))?;
            if block["type"] == "compaction" && block.get("signature").is_some() {
                compactions += 1;
                ensure((place, at) == (0, 0), || format!("messages.{place}: compaction_block_misplaced"))?;
                check_compaction(desk, body, block)?;
            }
        }
    }
    ensure(compactions <= 1, || "compaction_block_ambiguous".into())?;
    check_thinking(desk, body)
}

fn check_compaction(desk: &Desk, body: &Value, block: &Value) -> Checked<()> {
    let signed = desk.signed.get(text(block, "signature")).ok_or("compaction_signature_invalid")?;
    ensure(text(block, "content") == "what was said", || "compaction_content_mismatch".into())?;
    ensure(signed.head == fixed(body), || "compaction: `system` or `tools` changed".into())
}

fn check_roles(body: &Value) -> Checked<()> {
    let messages = list(&body["messages"]);
    let role = |place: usize| messages.get(place).map(|message| text(message, "role"));
    let opens = |message: &Value| message["role"] == "user" || message["content"][0]["type"] == "compaction";
    ensure(opens(&messages[0]), || "messages.0: use the top-level 'system' parameter, or begin with a user's message".into())?;
    for place in 0..messages.len() {
        match role(place).unwrap_or_default() {
            "user" | "assistant" => {}
            "system" => {
                ensure(binds(body), || "role 'system' is not supported on this model".into())?;
                ensure(matches!(role(place - 1), Some("user" | "system")), || format!("messages.{place}: system must follow a user turn"))?;
                let follows = role(place + 1);
                ensure(matches!(follows, None | Some("assistant" | "system")), || {
                    format!("messages.{place}: system must be last or be followed by an assistant turn, not by {follows:?}")
                })?;
            }
            other => return Err(format!("messages.{place}: no role `{other}`")),
        }
    }
    Ok(())
}

fn check_calls(messages: &[Value]) -> Checked<()> {
    let mut known = HashSet::new();
    let mut open: Vec<&str> = Vec::new();
    for (place, message) in messages.iter().enumerate() {
        let blocks = list(&message["content"]);
        let ids = |kind: &'static str, key: &'static str| {
            blocks.iter().filter(move |block| block["type"] == kind).map(move |block| text(block, key))
        };
        if message["role"] != "assistant" {
            let answered: Vec<&str> = ids("tool_result", "tool_use_id").collect();
            let first = answered.len();
            ensure(blocks.iter().take(first).all(|block| block["type"] == "tool_result"), || {
                format!("messages.{place}: results come first")
            })?;
            ensure(answered == open, || {
                format!(
                    "messages.{place}: `tool_use` ids {open:?} were found without `tool_result` blocks immediately after ({answered:?})"
                )
            })?;
            open.clear();
            continue;
        }
        ensure(open.is_empty(), || format!("messages.{place}: calls without results: {open:?}"))?;
        for id in ids("tool_use", "id") {
            ensure(known.insert(id), || format!("messages.{place}: `tool_use` ids must be unique"))?;
            open.push(id);
        }
    }
    ensure(open.is_empty(), || format!("calls without results: {open:?}"))
}

fn check_thinking(desk: &Desk, body: &Value) -> Checked<()> {
    let messages: Vec<Value> = since_compaction(list(&body["messages"]).iter().map(unmarked).collect());
    let kept_tail = messages
        .first()
        .is_some_and(|message| message["content"][0].get("signature").is_some() && message["content"][0]["type"] == "compaction");
    for (place, message) in messages.iter().enumerate().filter(|(_, message)| message["role"] == "assistant") {
        let blocks = list(&message["content"]);
        for (at, block) in blocks.iter().enumerate().filter(|(_, block)| block["type"] == "thinking") {
            let signed = desk
                .signed
                .get(text(block, "signature"))
                .ok_or_else(|| format!("messages.{place}: Invalid `signature` in `thinking` block"))?;
            ensure(signed.what == text(block, "thinking"), || format!("messages.{place}: `thinking` blocks cannot be modified"))?;
            let mut before = messages[..place].to_vec();
            before.push(value!({"role": "assistant", "content": blocks[..at]}));
            let is_bound = before == signed.before || (kept_tail && signed.before.ends_with(&before[1..]));
            ensure(!binds(body) || (is_bound && signed.head == fixed(body)), || {
                format!(
                    "messages.{place}: Invalid signature in thinking block. The block is bound to a different conversation:\n{}\n{}\nnow\n{}\n{}",
                    signed.head,
                    value!(signed.before),
                    fixed(body),
                    value!(before)
                )
            })?;
        }
    }
    // While tools are at work the turn has to begin with its thinking.
    let last = messages.iter().rfind(|message| message["role"] == "assistant");
    let is_at_work =
        |message: &&Value| body["thinking"].is_object() && list(&message["content"]).iter().any(|block| block["type"] == "tool_use");
    let begins = |message: &Value| matches!(text(&message["content"][0], "type"), "thinking" | "redacted_thinking" | "compaction");
    ensure(last.filter(is_at_work).is_none_or(begins), || "Expected `thinking` or `redacted_thinking`, but found `tool_use`".into())
}

fn given(desk: &mut Desk, body: &Value, content: &[Value], stop: &str) -> Answer {
    let message = value!({"id": desk.id("msg"), "type": "message", "role": "assistant", "model": body["model"], "content": content, "stop_reason": stop, "stop_sequence": null, "usage": {"input_tokens": 1, "output_tokens": 1}});
    if body["stream"] != true {
        return Answer::Whole(message);
    }
    let event = |data: Value| frame(data["type"].as_str(), &data);
    let mut begun = message.clone();
    (begun["content"], begun["stop_reason"]) = (value!([]), Value::Null);
    let mut frames = vec![event(value!({"type": "message_start", "message": begun}))];
    for (index, block) in content.iter().enumerate() {
        let (start, deltas) = in_pieces(block);
        frames.push(event(value!({"type": "content_block_start", "index": index, "content_block": start})));
        frames.extend(deltas.into_iter().map(|delta| event(value!({"type": "content_block_delta", "index": index, "delta": delta}))));
        frames.push(event(value!({"type": "content_block_stop", "index": index})));
    }
    frames.push(event(
        value!({"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": null}, "usage": {"output_tokens": 1}}),
    ));
    frames.push(event(value!({"type": "message_stop"})));
    Answer::Events(frames)
}

fn in_pieces(block: &Value) -> (Value, Vec<Value>) {
    let kind = text(block, "type");
    match kind {
        "text" => (value!({"type": "text", "text": ""}), vec![value!({"type": "text_delta", "text": block["text"]})]),
        "thinking" => (
            value!({"type": "thinking", "thinking": "", "signature": ""}),
            vec![
                value!({"type": "thinking_delta", "thinking": block["thinking"]}),
                value!({"type": "signature_delta", "signature": block["signature"]}),
            ],
        ),
        "tool_use" => {
            let mut start = block.clone();
            start["input"] = value!({});
            (start, vec![value!({"type": "input_json_delta", "partial_json": block["input"].to_string()})])
        }
        _ => {
            let mut delta = block.clone();
            delta["type"] = value!("compaction_delta");
            (value!({"type": "compaction", "content": null}), vec![delta])
        }
    }
}

#[test]
fn what_messages_servers_reject_is_rejected() {
    let mut desk = Desk::default();
    let body = |model: &str, messages: Vec<Value>| value!({"model": model, "max_tokens": 9, "thinking": {"type": "adaptive"}, "system": "s", "messages": messages});
    let user = |words: &str| value!({"role": "user", "content": words});
    let system = value!({"role": "system", "content": "also"});
    let signature = sign(&mut desk, &body("claude-opus-5-5", vec![user("a"), system.clone()]), &[], "hm");
    let thought = value!({"type": "thinking", "thinking": "hm", "signature": signature});
    let call = value!({"type": "tool_use", "id": "t1", "name": "x", "input": {}});
    let turn = value!({"role": "assistant", "content": [thought, call]});
    let result = value!({"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "r"}]});
    let sound = vec![user("a"), system.clone(), turn.clone(), result.clone()];
    check(&desk, &body("claude-opus-5-5", sound), "").expect("a sound history");
    for wrong in [
        vec![user("a"), turn.clone(), result.clone()],
        vec![user("b"), system.clone(), turn.clone(), result.clone()],
        vec![user("a"), system.clone(), user("c"), turn.clone(), result.clone()],
        vec![user("a"), system.clone(), turn.clone(), system.clone(), result.clone()],
        vec![user("a"), system.clone(), turn],
        vec![system.clone(), user("a")],
        vec![user("a"), system, value!({"role": "assistant", "content": [call]}), result],
    ] {
        assert!(check(&desk, &body("claude-opus-5-5", wrong.clone()), "").is_err(), "{wrong:?}");
    }
}
