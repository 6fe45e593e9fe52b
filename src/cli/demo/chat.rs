//! Chat Completions on the wire, as the demo's model writes it and its agent reads it:
//! an answer as a whole, or as a stream of pieces.

use anyhow::Context;
use serde_json::{Value, json};

/// How many characters of a text, or of a call's arguments, one piece carries.
const PIECE_CHARACTERS: usize = 48;

/// How many calls one answer may have; a stream that names a further one is refused.
const CALLS_MAX: usize = 64;

/// An answer as a whole.
pub(super) fn whole(model: &str, message: &Value) -> String {
    let choice = json!({"index": 0, "message": message, "finish_reason": reason(message)});
    json!({"id": "chatcmpl-demo", "object": "chat.completion", "created": 0, "model": model, "choices": [choice]}).to_string()
}

/// The same answer as the events of a stream.
pub(super) fn events(model: &str, message: &Value) -> Vec<String> {
    let event = |delta: Value, reason: Value| {
        let choice = json!({"index": 0, "delta": delta, "finish_reason": reason});
        let chunk = json!({"id": "chatcmpl-demo", "object": "chat.completion.chunk", "created": 0, "model": model, "choices": [choice]});
        format!("data: {chunk}\n\n")
    };
    let mut deltas = vec![json!({"role": "assistant", "content": ""})];
    deltas.extend(pieces(&text_at(message, "/content")).map(|piece| json!({"content": piece})));
    for (index, call) in calls(message).iter().enumerate() {
        let function = json!({"name": text_at(call, "/function/name"), "arguments": ""});
        deltas.push(json!({"tool_calls": [{"index": index, "id": text_at(call, "/id"), "type": "function", "function": function}]}));
        let piece = |piece: String| json!({"tool_calls": [{"index": index, "function": {"arguments": piece}}]});
        deltas.extend(pieces(&text_at(call, "/function/arguments")).map(piece));
    }
    let mut events: Vec<String> = deltas.into_iter().map(|delta| event(delta, Value::Null)).collect();
    events.push(event(json!({}), reason(message).into()));
    events.push("data: [DONE]\n\n".into());
    events
}

/// The message of an answer that came as a whole.
pub(super) fn read_whole(body: &str) -> anyhow::Result<Value> {
    let answer: Value = serde_json::from_str(body).context("the demo's agent got an answer that is not JSON")?;
    answer.pointer("/choices/0/message").cloned().context("the demo's agent got an answer without a message")
}

/// The message of a streamed answer: the pieces of each text and call, joined.
pub(super) fn read_stream(body: &str) -> anyhow::Result<Value> {
    let mut text = String::new();
    let mut calls: Vec<[String; 3]> = Vec::new();
    for data in body.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim).filter(|data| *data != "[DONE]") {
        let chunk: Value = serde_json::from_str(data).context("the demo's agent got a piece that is not JSON")?;
        let Some(delta) = chunk.pointer("/choices/0/delta") else { continue };
        text.push_str(&text_at(delta, "/content"));
        for piece in self::calls(delta) {
            let index = piece.get("index").and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok()).unwrap_or(0);
            anyhow::ensure!(index < CALLS_MAX, "the demo's agent got more calls than {CALLS_MAX}");
            calls.resize_with(calls.len().max(index + 1), Default::default);
            let parts = ["/id", "/function/name", "/function/arguments"].map(|place| text_at(piece, place));
            calls.get_mut(index).into_iter().flatten().zip(parts).for_each(|(whole, part)| whole.push_str(&part));
        }
    }
    let call =
        |[id, name, arguments]: [String; 3]| json!({"id": id, "type": "function", "function": {"name": name, "arguments": arguments}});
    let calls: Vec<Value> = calls.into_iter().map(call).collect();
    Ok(message(&text, calls))
}

/// An assistant's message.
pub(super) fn message(text: &str, calls: Vec<Value>) -> Value {
    if calls.is_empty() {
        return json!({"role": "assistant", "content": text});
    }
    let content = if text.is_empty() { Value::Null } else { text.into() };
    json!({"role": "assistant", "content": content, "tool_calls": calls})
}

/// The calls in a message, or the pieces of calls in a delta.
pub(super) fn calls(message: &Value) -> &[Value] {
    message.get("tool_calls").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn reason(message: &Value) -> &'static str {
    if calls(message).is_empty() { "stop" } else { "tool_calls" }
}

fn text_at(value: &Value, place: &str) -> String {
    value.pointer(place).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn pieces(text: &str) -> impl Iterator<Item = String> {
    let mut rest = text.chars().peekable();
    std::iter::from_fn(move || {
        rest.peek()?;
        Some(rest.by_ref().take(PIECE_CHARACTERS).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_the_same_streamed_or_not() {
        let arguments = json!({"ids": (0..30).map(|id| format!("m{id:03}")).collect::<Vec<_>>()}).to_string();
        let call = |id: &str| json!({"id": id, "type": "function", "function": {"name": "delete_mails", "arguments": arguments}});
        for message in [message("Done.", vec![]), message("", vec![call("call_1"), call("call_2")]), message("So:", vec![call("call_1")])] {
            assert_eq!(read_whole(&whole("m", &message)).expect("an answer"), message);
            let events = events("m", &message);
            assert!(calls(&message).is_empty() || events.len() > 8, "the arguments come in pieces");
            assert_eq!(read_stream(&events.concat()).expect("an answer"), message);
        }
    }

    #[test]
    fn a_stream_that_is_none_is_an_error() {
        assert!(read_stream("data: {\n\n").is_err());
        let far = json!({"choices": [{"delta": {"tool_calls": [{"index": 4_000_000_000_u64}]}}]});
        assert!(read_stream(&format!("data: {far}\n\n")).is_err());
    }
}
