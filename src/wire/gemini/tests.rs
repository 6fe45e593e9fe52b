//! Gemini as clients get it: streams and bodies in, bytes out.
//!
//! `fixtures/gemini/` says where the shapes come from; the bytes are hand-made.

mod body;
mod order;
mod stream;
mod worded;

use crate::wire::Framing;
use serde_json::Value;

const SSE: &str = include_str!("../../../fixtures/gemini/parallel.sse");
const ARRAY: &str = include_str!("../../../fixtures/gemini/parallel.json");
const PIECES: &str = include_str!("../../../fixtures/gemini/pieces.sse");
const WHOLE: &str = include_str!("../../../fixtures/gemini/whole.json");

/// A chunk whose only candidate has these parts; `rest` are its other members.
fn chunk(parts: &str, rest: &str) -> String {
    format!(
        r#"{{"candidates":[{{"content":{{"parts":[{parts}],"role":"model"}}{rest},"index":0}}],"modelVersion":"m","responseId":"r","usageMetadata":{{"n":1.0e1}}}}"#
    )
}

fn text(text: &str) -> String {
    format!(r#"{{"text":"{text}"}}"#)
}

fn call(name: &str, args: &str) -> String {
    format!(r#"{{"functionCall":{{"name":"{name}","args":{args}}}}}"#)
}

/// The end, with these parts.
fn last(parts: &str) -> String {
    chunk(parts, r#","finishReason":"STOP""#)
}

/// These chunks as a stream.
fn streamed<C: AsRef<str>>(framing: Framing, chunks: &[C]) -> String {
    let chunks = chunks.iter().map(AsRef::as_ref);
    match framing {
        Framing::Array => format!("[{}]\n", chunks.collect::<Vec<_>>().join(",\r\n")),
        Framing::Events | Framing::Lines => chunks.map(|chunk| format!("data: {chunk}\n\n")).collect(),
    }
}

/// The chunks of a stream, as the strictest of the client libraries reads them.
fn chunks(framing: Framing, stream: &str) -> Vec<Value> {
    if framing == Framing::Array {
        return serde_json::from_str(stream).unwrap_or_else(|error| panic!("{error}: {stream}"));
    }
    let events = stream.split("\n\n").map(str::trim).filter(|event| !event.is_empty());
    let data = events.map(|event| event.strip_prefix("data: ").unwrap_or_else(|| panic!("no event: {event}")));
    data.map(|data| serde_json::from_str(data).unwrap_or_else(|error| panic!("{error}: {data}"))).collect()
}

/// What a client holds of a candidate at the end, a part each: its text, or
/// `name(args)`; behind either what it is signed with.
fn parts_of(chunks: &[Value], candidate: usize) -> Vec<String> {
    let mut parts = Vec::new();
    for chunk in chunks {
        let candidates = chunk["candidates"].as_array().into_iter().flatten();
        for own in candidates.filter(|one| one["index"].as_u64().unwrap_or(0) == candidate as u64) {
            parts.extend(own["content"]["parts"].as_array().into_iter().flatten().filter_map(shown));
        }
    }
    parts
}

fn shown(part: &Value) -> Option<String> {
    let call = [&part["functionCall"], &part["function_call"]].into_iter().find(|call| call.is_object());
    let signature = [&part["thoughtSignature"], &part["thought_signature"]].into_iter().find_map(Value::as_str);
    let mut said = part["text"].as_str().unwrap_or_default().to_owned();
    if let Some(call) = call {
        said += &format!("{}({})", call["name"].as_str().unwrap_or_default(), call["args"]);
    }
    said += &signature.map_or_else(String::new, |signature| format!(" #{signature}"));
    (!said.is_empty()).then_some(said)
}
