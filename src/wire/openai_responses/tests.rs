//! Responses as clients get them: streams and bodies in, bytes out.
//!
//! Shapes from OpenAI's published schema and client libraries; the bytes are hand-made.

mod behind;
mod body;
mod copies;
mod order;
mod request;
mod stream;

use crate::json;
use crate::wire::testing::Replayed;

/// Frames before they are numbered.
const NUMBER: &str = "\"sequence_number\":#";

/// One event, as the API writes it.
fn event(kind: &str, rest: &str) -> String {
    format!("event: {kind}\ndata: {{\"type\":\"{kind}\",{NUMBER}{rest}}}\n\n")
}

/// Numbers the frames from 0.
fn numbered(stream: &str) -> String {
    let mut parts = stream.split(NUMBER);
    let mut written = parts.next().unwrap_or_default().to_owned();
    for (number, part) in parts.enumerate() {
        written.push_str(&format!("\"sequence_number\":{number}{part}"));
    }
    written
}

fn created() -> String {
    event("response.created", r#","response":{"id":"resp_1","object":"response","status":"in_progress","output":[]}"#)
}

fn added(index: u64, item: &str) -> String {
    event("response.output_item.added", &format!(r#","output_index":{index},"item":{item}"#))
}

fn done(index: u64, item: &str) -> String {
    event("response.output_item.done", &format!(r#","output_index":{index},"item":{item}"#))
}

fn ending(kind: &str, items: &[String]) -> String {
    event(
        &format!("response.{kind}"),
        &format!(r#","response":{{"id":"resp_1","status":"{kind}","output":[{}],"usage":{{"n":1.0e1}}}}"#, items.join(",")),
    )
}

/// An item: its frames, and itself as it stands in the response at the end.
#[derive(Clone)]
struct Item {
    frames: String,
    item: String,
}

fn text(index: u64, text: &str) -> Item {
    let head = format!(r#""item_id":"msg_{index}","output_index":{index},"content_index":0"#);
    let part = |text: &str| format!(r#"{{"type":"output_text","text":"{text}","annotations":[]}}"#);
    let item = format!(r#"{{"type":"message","id":"msg_{index}","role":"assistant","status":"completed","content":[{}]}}"#, part(text));
    let frames = [
        added(index, &format!(r#"{{"type":"message","id":"msg_{index}","role":"assistant","status":"in_progress","content":[]}}"#)),
        event("response.content_part.added", &format!(r#",{head},"part":{}"#, part(""))),
        event("response.output_text.delta", &format!(r#",{head},"delta":"{text}","logprobs":[],"obfuscation":"x""#)),
        event("response.output_text.done", &format!(r#",{head},"text":"{text}","logprobs":[]"#)),
        event("response.content_part.done", &format!(r#",{head},"part":{}"#, part(text))),
        done(index, &item),
    ];
    Item { frames: frames.concat(), item }
}

fn reasoning(index: u64) -> Item {
    let item =
        format!(r#"{{"type":"reasoning","id":"rs_{index}","summary":[{{"type":"summary_text","text":"Hm"}}],"encrypted_content":"gAAA"}}"#);
    let head = format!(r#""item_id":"rs_{index}","output_index":{index},"summary_index":0"#);
    let frames = [
        added(index, &format!(r#"{{"type":"reasoning","id":"rs_{index}","summary":[]}}"#)),
        event("response.reasoning_summary_part.added", &format!(r#",{head},"part":{{"type":"summary_text","text":""}}"#)),
        event("response.reasoning_summary_text.delta", &format!(r#",{head},"delta":"Hm""#)),
        event("response.reasoning_summary_text.done", &format!(r#",{head},"text":"Hm""#)),
        done(index, &item),
    ];
    Item { frames: frames.concat(), item }
}

fn function(index: u64, name: &str, arguments: &str, status: &str) -> String {
    let arguments = json::escape(arguments);
    format!(
        r#"{{"type":"function_call","id":"fc_{index}","call_id":"call_{index}","name":"{name}","arguments":"{arguments}","status":"{status}"}}"#
    )
}

fn arguments_delta(index: u64, delta: &str) -> String {
    let delta = json::escape(delta);
    event("response.function_call_arguments.delta", &format!(r#","item_id":"fc_{index}","output_index":{index},"delta":"{delta}""#))
}

fn arguments_done(index: u64, name: &str, arguments: &str) -> String {
    let arguments = json::escape(arguments);
    event(
        "response.function_call_arguments.done",
        &format!(r#","item_id":"fc_{index}","output_index":{index},"name":"{name}","arguments":"{arguments}""#),
    )
}

/// A call whose arguments come in two pieces.
fn call(index: u64, name: &str, arguments: &str) -> Item {
    let (head, tail) = arguments.split_at(1);
    let item = function(index, name, arguments, "completed");
    let frames = [
        added(index, &function(index, name, "", "in_progress")),
        arguments_delta(index, head),
        arguments_delta(index, tail),
        arguments_done(index, name, arguments),
        done(index, &item),
    ];
    Item { frames: frames.concat(), item }
}

/// An item that comes whole.
fn whole(index: u64, item: &str) -> Item {
    Item { frames: added(index, item) + &done(index, item), item: item.to_owned() }
}

/// A whole answer of these items.
fn answer(items: &[Item]) -> String {
    let frames: String = items.iter().map(|item| item.frames.as_str()).collect();
    let all: Vec<String> = items.iter().map(|item| item.item.clone()).collect();
    numbered(&(created() + &frames + &ending("completed", &all)))
}

/// An item, shown in short: `message:text` or `type:name(input)`.
fn shown(item: &serde_json::Value) -> String {
    let kind = item["type"].as_str().expect("a type");
    match kind {
        "message" => format!("message:{}", item["content"][0]["text"].as_str().unwrap_or_default()),
        "function_call" => {
            format!("call:{}({})", item["name"].as_str().unwrap_or_default(), item["arguments"].as_str().unwrap_or_default())
        }
        kind => kind.to_owned(),
    }
}

/// What a client would hold at the end: the items by their `output_item.done`, and
/// by the response at the end. Fails on anything the client libraries stumble over.
fn assembled(seen: &Replayed) -> (Vec<String>, Option<Vec<String>>) {
    let (mut items, mut output, mut next) = (Vec::<(serde_json::Value, String)>::new(), None, 0);
    let mut closed = 0;
    for frame in seen.text().replace("\r\n", "\n").split_terminator("\n\n") {
        let Some(data) = frame.lines().find_map(|line| line.strip_prefix("data: ")).filter(|data| *data != "[DONE]") else { continue };
        let event: serde_json::Value = serde_json::from_str(data).expect("an event");
        if let Some(number) = event["sequence_number"].as_u64() {
            assert_eq!(number, next, "numbers without a gap: {data}");
            next += 1;
        }
        let index = event["output_index"].as_u64().unwrap_or_default() as usize;
        match event["type"].as_str().expect("a type") {
            "response.output_item.added" => {
                assert_eq!(index, items.len(), "items in order: {}", seen.text());
                items.push((event["item"].clone(), String::new()));
            }
            "response.output_text.delta" => items[index].1.push_str(event["delta"].as_str().expect("text")),
            "response.output_item.done" => {
                let (begun, text) = &items[index];
                assert_eq!((&begun["type"], &begun["id"]), (&event["item"]["type"], &event["item"]["id"]));
                let content = event["item"]["content"].as_array().into_iter().flatten();
                let whole: String = content.filter_map(|part| part["text"].as_str()).collect();
                assert!(begun["type"] != "message" || *text == whole, "deltas spell the whole: {text} {whole}");
                items[index].0 = event["item"].clone();
                closed += 1;
            }
            "response.completed" | "response.incomplete" | "response.failed" => {
                output = Some(event["response"]["output"].as_array().expect("items").iter().map(shown).collect());
                assert_eq!(closed, items.len(), "no item is left open");
            }
            _ => {}
        }
    }
    (items.iter().map(|(item, _)| shown(item)).collect(), output)
}

/// What the response at the end has.
fn assembled_output(seen: &Replayed) -> Vec<String> {
    let text = seen.text();
    let last = text.lines().rfind(|line| line.starts_with("data: {\"type\":\"response.completed\"")).expect("an end");
    let event: serde_json::Value = serde_json::from_str(last.trim_start_matches("data: ")).expect("an event");
    event["response"]["output"].as_array().expect("items").iter().map(shown).collect()
}
