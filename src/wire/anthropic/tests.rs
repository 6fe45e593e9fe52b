//! Messages as clients get them: streams and bodies in, bytes out.
//!
//! Shapes from Anthropic's published client libraries and documentation; the bytes
//! are hand-made.

mod body;
mod order;
mod request;
mod stream;

use crate::json;
use crate::wire::testing::Replayed;

/// One event, as the API writes it.
fn event(kind: &str, rest: &str) -> String {
    format!("event: {kind}\ndata: {{\"type\":\"{kind}\"{rest}}}\n\n")
}

fn message_start() -> String {
    event(
        "message_start",
        r#","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":1}}"#,
    )
}

fn start(index: u64, block: &str) -> String {
    event("content_block_start", &format!(r#","index":{index},"content_block":{block}"#))
}

fn delta(index: u64, delta: &str) -> String {
    event("content_block_delta", &format!(r#","index":{index},"delta":{delta}"#))
}

fn stop(index: u64) -> String {
    event("content_block_stop", &format!(r#","index":{index}"#))
}

fn text(index: u64, text: &str) -> String {
    let words = delta(index, &format!(r#"{{"type":"text_delta","text":"{text}"}}"#));
    [start(index, r#"{"type":"text","text":""}"#), words, stop(index)].concat()
}

fn thinking(index: u64) -> String {
    let parts = [
        start(index, r#"{"type":"thinking","thinking":"","signature":""}"#),
        delta(index, r#"{"type":"thinking_delta","thinking":"Hm"}"#),
        delta(index, r#"{"type":"signature_delta","signature":"c2ln"}"#),
        stop(index),
    ];
    parts.concat()
}

fn begin(index: u64, name: &str) -> String {
    start(index, &format!(r#"{{"type":"tool_use","id":"toolu_{index}","name":"{name}","input":{{}}}}"#))
}

fn more(index: u64, input: &str) -> String {
    delta(index, &format!(r#"{{"type":"input_json_delta","partial_json":"{}"}}"#, json::escape(input)))
}

/// A call whose input comes in two pieces.
fn call(index: u64, name: &str, input: &str) -> String {
    let (head, tail) = input.split_at(1);
    [begin(index, name), more(index, ""), more(index, head), more(index, tail), stop(index)].concat()
}

fn ending(reason: &str) -> String {
    let delta = event(
        "message_delta",
        &format!(r#","delta":{{"stop_reason":"{reason}","stop_sequence":null}},"usage":{{"output_tokens":7,"x":1.0e1}}"#),
    );
    delta + &event("message_stop", "")
}

/// A whole message around these blocks.
fn message(blocks: &[String], reason: &str) -> String {
    message_start() + &blocks.concat() + &ending(reason)
}

/// What a client would hold at the end: each block as `type:text` or
/// `tool_use:name(input)`, and the reason why the turn ended. Fails on anything the
/// client libraries stumble over.
fn assembled(seen: &Replayed) -> (Vec<String>, Option<String>) {
    let (mut blocks, mut open, mut reason) = (Vec::<(String, String)>::new(), None, None);
    for frame in seen.text().replace("\r\n", "\n").split_terminator("\n\n") {
        let Some(data) = frame.lines().find_map(|line| line.strip_prefix("data: ")) else { continue };
        let event: serde_json::Value = serde_json::from_str(data).expect("an event");
        let index = event["index"].as_u64().unwrap_or_default() as usize;
        match event["type"].as_str().expect("a type") {
            "content_block_start" => {
                assert_eq!((index, open), (blocks.len(), None), "blocks in order");
                open = Some(index);
                let block = &event["content_block"];
                let kind = block["type"].as_str().expect("a type");
                let name = block["name"].as_str().map(|name| format!(":{name}"));
                blocks.push((format!("{kind}{}", name.unwrap_or_default()), String::new()));
            }
            "content_block_delta" => {
                assert_eq!(Some(index), open, "a delta for the open block");
                for key in ["text", "thinking", "partial_json"] {
                    blocks[index].1.push_str(event["delta"][key].as_str().unwrap_or_default());
                }
            }
            "content_block_stop" => assert_eq!(Some(index), open.take(), "the open block stops"),
            "message_delta" => reason = event["delta"]["stop_reason"].as_str().map(str::to_owned),
            _ => {}
        }
    }
    (blocks.into_iter().map(|(kind, text)| format!("{kind} {text}")).collect(), reason)
}
