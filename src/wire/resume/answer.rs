//! An answer of linchpin's own that consists of held calls.
//!
//! Each call's element stands in it byte for byte as it was held. Around it is no
//! more than what client libraries demand of an answer in that dialect.

use crate::dialect::Dialect;
use crate::json::{self, Member};
use crate::wire::ollama;
use crate::wire::server_held::OWN_ID;
use crate::wire::spelling::Keys;
use crate::wire::splice;
use crate::wire::sse::write_frame;
use std::borrow::Cow;

/// What stands around the calls.
#[derive(Debug, Clone)]
pub struct Answer<'a> {
    /// The dialect, which is that of the calls.
    pub dialect: Dialect,
    /// A name for the answer, of ASCII letters and digits.
    pub id: &'a str,
    /// Seconds since 1970.
    pub created: i64,
    /// The model that was asked.
    pub model: &'a str,
    /// Whether it is streamed.
    pub streams: bool,
    /// Whether a stream ends with a chunk about usage.
    pub wants_usage: bool,
    /// Whether it answers a bare prompt (Ollama's `/api/generate`), not a conversation.
    pub is_to_prompt: bool,
}

/// The media type of such an answer.
pub fn media_type(dialect: Dialect, streams: bool) -> &'static str {
    match (dialect, streams) {
        (_, false) => "application/json",
        (Dialect::Ollama, true) => "application/x-ndjson",
        (_, true) => "text/event-stream; charset=utf-8",
    }
}

/// Writes the answer. `None`: linchpin does not write answers of this dialect, or an
/// element cannot be read.
pub fn compose(answer: &Answer<'_>, calls: &[&str]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    match (answer.dialect, answer.streams) {
        (Dialect::OpenaiChat, false) => out.extend(chat(answer, calls).into_bytes()),
        (Dialect::OpenaiChat, true) => stream_chat(answer, calls, &mut out),
        (Dialect::OpenaiResponses, false) => out.extend(response(answer, calls, "completed").into_bytes()),
        (Dialect::OpenaiResponses, true) => stream_response(answer, calls, &mut out)?,
        (Dialect::Anthropic, false) => out.extend(message(answer, &calls.join(","), "\"tool_use\"").into_bytes()),
        (Dialect::Anthropic, true) => stream_message(answer, calls, &mut out)?,
        (Dialect::Ollama, _) => ollama::compose(answer, calls, &mut out),
        (Dialect::Gemini, _) => return None,
    }
    Some(out)
}

/// Writes an answer that consists of words. `None`: linchpin does not write answers of
/// this dialect.
pub fn say(answer: &Answer<'_>, words: &str) -> Option<Vec<u8>> {
    let text = json::escape(words);
    let mut out = Vec::new();
    match (answer.dialect, answer.streams) {
        (Dialect::OpenaiChat, false) => out.extend(said_in_chat(answer, &text).into_bytes()),
        (Dialect::OpenaiChat, true) => stream_words_in_chat(answer, &text, &mut out),
        (Dialect::OpenaiResponses, false) => out.extend(response(answer, &[&spoken_item(answer, &text)], "completed").into_bytes()),
        (Dialect::OpenaiResponses, true) => stream_spoken_response(answer, &text, &mut out),
        (Dialect::Anthropic, false) => {
            out.extend(message(answer, &format!(r#"{{"type":"text","text":"{text}"}}"#), "\"end_turn\"").into_bytes())
        }
        (Dialect::Anthropic, true) => stream_spoken_message(answer, &text, &mut out),
        (Dialect::Ollama, _) => ollama::say(answer, words, &mut out),
        (Dialect::Gemini, _) => return None,
    }
    Some(out)
}

fn said_in_chat(answer: &Answer<'_>, text: &str) -> String {
    let head = chat_head(answer, "chat.completion");
    format!(
        r#"{{{head},"choices":[{{"index":0,"message":{{"role":"assistant","content":"{text}","refusal":null}},"logprobs":null,"finish_reason":"stop"}}],"usage":{CHAT_USAGE}}}"#
    )
}

fn stream_words_in_chat(answer: &Answer<'_>, text: &str, out: &mut Vec<u8>) {
    let head = chat_head(answer, "chat.completion.chunk");
    for (delta, finish) in [
        (r#"{"role":"assistant","content":"","refusal":null}"#.to_owned(), "null"),
        (format!(r#"{{"content":"{text}"}}"#), "null"),
        ("{}".to_owned(), "\"stop\""),
    ] {
        let data = format!(r#"{{{head},"choices":[{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{finish}}}]}}"#);
        write_frame(out, None, data.as_bytes());
    }
    if answer.wants_usage {
        write_frame(out, None, format!(r#"{{{head},"choices":[],"usage":{CHAT_USAGE}}}"#).as_bytes());
    }
    write_frame(out, None, b"[DONE]");
}

fn spoken_part(text: &str) -> String {
    format!(r#"{{"type":"output_text","text":"{text}","annotations":[],"logprobs":[]}}"#)
}

fn spoken_item(answer: &Answer<'_>, text: &str) -> String {
    let (id, part) = (answer.id, spoken_part(text));
    format!(r#"{{"type":"message","id":"msg_lp_{id}","role":"assistant","status":"completed","content":[{part}]}}"#)
}

fn stream_spoken_response(answer: &Answer<'_>, text: &str, out: &mut Vec<u8>) {
    let mut sequence = 0;
    let mut write = |kind: &str, rest: &str| {
        let data = format!(r#"{{"type":"{kind}","sequence_number":{sequence},{rest}}}"#);
        sequence += 1;
        write_frame(out, Some(kind), data.as_bytes());
    };
    let begun = response(answer, &[], "in_progress");
    write("response.created", &format!(r#""response":{begun}"#));
    write("response.in_progress", &format!(r#""response":{begun}"#));
    let (id, item) = (answer.id, spoken_item(answer, text));
    let empty = format!(r#"{{"type":"message","id":"msg_lp_{id}","role":"assistant","status":"in_progress","content":[]}}"#);
    write("response.output_item.added", &format!(r#""output_index":0,"item":{empty}"#));
    let place = format!(r#""item_id":"msg_lp_{id}","output_index":0,"content_index":0"#);
    write("response.content_part.added", &format!(r#"{place},"part":{}"#, spoken_part("")));
    write("response.output_text.delta", &format!(r#"{place},"delta":"{text}","logprobs":[]"#));
    write("response.output_text.done", &format!(r#"{place},"text":"{text}","logprobs":[]"#));
    write("response.content_part.done", &format!(r#"{place},"part":{}"#, spoken_part(text)));
    write("response.output_item.done", &format!(r#""output_index":0,"item":{item}"#));
    write("response.completed", &format!(r#""response":{}"#, response(answer, &[&item], "completed")));
}

fn stream_spoken_message(answer: &Answer<'_>, text: &str, out: &mut Vec<u8>) {
    let mut write = |kind: &str, rest: &str| write_frame(out, Some(kind), format!(r#"{{"type":"{kind}"{rest}}}"#).as_bytes());
    write("message_start", &format!(r#","message":{}"#, message(answer, "", "null")));
    write("content_block_start", r#","index":0,"content_block":{"type":"text","text":""}"#);
    write("content_block_delta", &format!(r#","index":0,"delta":{{"type":"text_delta","text":"{text}"}}"#));
    write("content_block_stop", r#","index":0"#);
    write("message_delta", r#","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":0}"#);
    write("message_stop", "");
}

const CHAT_USAGE: &str = r#"{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}"#;

fn chat(answer: &Answer<'_>, calls: &[&str]) -> String {
    let (head, calls) = (chat_head(answer, "chat.completion"), calls.join(","));
    format!(
        r#"{{{head},"choices":[{{"index":0,"message":{{"role":"assistant","content":null,"refusal":null,"tool_calls":[{calls}]}},"logprobs":null,"finish_reason":"tool_calls"}}],"usage":{CHAT_USAGE}}}"#
    )
}

fn chat_head(answer: &Answer<'_>, object: &str) -> String {
    let Answer { id, created, model, .. } = answer;
    format!(r#""id":"chatcmpl-lp-{id}","object":"{object}","created":{created},"model":"{}""#, json::escape(model))
}

fn stream_chat(answer: &Answer<'_>, calls: &[&str], out: &mut Vec<u8>) {
    let head = chat_head(answer, "chat.completion.chunk");
    let mut write = |delta: &str, finish: &str| {
        let data = format!(r#"{{{head},"choices":[{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{finish}}}]}}"#);
        write_frame(out, None, splice::on_one_line(&data).as_bytes());
    };
    write(r#"{"role":"assistant","content":null,"refusal":null}"#, "null");
    for (index, call) in calls.iter().enumerate() {
        let members = call.trim_start().strip_prefix('{').unwrap_or(call);
        write(&format!(r#"{{"tool_calls":[{{"index":{index},{members}]}}"#), "null");
    }
    write("{}", "\"tool_calls\"");
    if answer.wants_usage {
        write_frame(out, None, format!(r#"{{{head},"choices":[],"usage":{CHAT_USAGE}}}"#).as_bytes());
    }
    write_frame(out, None, b"[DONE]");
}

fn response(answer: &Answer<'_>, calls: &[&str], status: &str) -> String {
    let Answer { id, created, model, .. } = answer;
    let (model, output) = (json::escape(model), calls.join(","));
    let usage = if status == "completed" {
        r#"{"input_tokens":0,"input_tokens_details":{"cached_tokens":0},"output_tokens":0,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":0}"#
    } else {
        "null"
    };
    format!(
        r#"{{"id":"{OWN_ID}{id}","object":"response","created_at":{created},"status":"{status}","error":null,"incomplete_details":null,"instructions":null,"metadata":{{}},"model":"{model}","output":[{output}],"parallel_tool_calls":true,"temperature":null,"tool_choice":"auto","tools":[],"top_p":null,"usage":{usage}}}"#
    )
}

fn stream_response(answer: &Answer<'_>, calls: &[&str], out: &mut Vec<u8>) -> Option<()> {
    let mut sequence = 0;
    let mut write = |kind: &str, rest: &str| {
        let data = format!(r#"{{"type":"{kind}","sequence_number":{sequence},{rest}}}"#);
        sequence += 1;
        write_frame(out, Some(kind), splice::on_one_line(&data).as_bytes());
    };
    let begun = response(answer, &[], "in_progress");
    write("response.created", &format!(r#""response":{begun}"#));
    write("response.in_progress", &format!(r#""response":{begun}"#));
    for (index, item) in calls.iter().enumerate() {
        let members = json::members(item.as_bytes()).ok()?;
        let keys = Keys(&members);
        let text = |key: &str| keys.some(key).and_then(json::as_string).map(Cow::into_owned);
        let grows = match text("type")?.as_str() {
            "function_call" => Some(("arguments", "response.function_call_arguments")),
            "custom_tool_call" => Some(("input", "response.custom_tool_call_input")),
            _ => None,
        };
        let item_id = json::escape(&text("id").unwrap_or_default());
        let added = grows.map_or_else(|| (*item).to_owned(), |(key, _)| with(&members, key, "\"\""));
        write("response.output_item.added", &format!(r#""output_index":{index},"item":{added}"#));
        if let Some((key, event)) = grows {
            let input = json::escape(&text(key).unwrap_or_default());
            let place = format!(r#""item_id":"{item_id}","output_index":{index}"#);
            write(&format!("{event}.delta"), &format!(r#"{place},"delta":"{input}""#));
            write(&format!("{event}.done"), &format!(r#"{place},"{key}":"{input}""#));
        }
        write("response.output_item.done", &format!(r#""output_index":{index},"item":{item}"#));
    }
    write("response.completed", &format!(r#""response":{}"#, response(answer, calls, "completed")));
    Some(())
}

fn message(answer: &Answer<'_>, content: &str, stop_reason: &str) -> String {
    let Answer { id, model, .. } = answer;
    let model = json::escape(model);
    format!(
        r#"{{"id":"msg_lp_{id}","type":"message","role":"assistant","model":"{model}","content":[{content}],"stop_reason":{stop_reason},"stop_sequence":null,"usage":{{"input_tokens":0,"output_tokens":0}}}}"#
    )
}

fn stream_message(answer: &Answer<'_>, calls: &[&str], out: &mut Vec<u8>) -> Option<()> {
    let mut write = |kind: &str, rest: &str| {
        let data = format!(r#"{{"type":"{kind}"{rest}}}"#);
        write_frame(out, Some(kind), splice::on_one_line(&data).as_bytes());
    };
    write("message_start", &format!(r#","message":{}"#, message(answer, "", "null")));
    for (index, block) in calls.iter().enumerate() {
        let members = json::members(block.as_bytes()).ok()?;
        let input = Keys(&members).some("input").map_or("{}", |input| input.get());
        write("content_block_start", &format!(r#","index":{index},"content_block":{}"#, with(&members, "input", "{}")));
        let delta = format!(r#"{{"type":"input_json_delta","partial_json":"{}"}}"#, json::escape(input));
        write("content_block_delta", &format!(r#","index":{index},"delta":{delta}"#));
        write("content_block_stop", &format!(r#","index":{index}"#));
    }
    write("message_delta", r#","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":0}"#);
    write("message_stop", "");
    Some(())
}

/// A held call's element under the ids by which the server knows it.
pub fn known_as(element: &str, call: &str, item: &str) -> Option<String> {
    let members = json::members(element.as_bytes()).ok()?;
    let name = |id: &str| Some(Cow::Owned(format!("\"{}\"", json::escape(id))));
    let is_so = |key: &str, id: &str| Keys(&members).some(key).and_then(json::as_string).is_none_or(|own| own == id);
    if is_so("call_id", call) && is_so("id", item) {
        return Some(element.to_owned());
    }
    Some(splice::object(&members, |key, value| match key {
        "call_id" => name(call),
        "id" => name(item),
        _ => Some(Cow::Borrowed(value)),
    }))
}

/// A call's element for a server that does not know it: its own id would be looked for.
/// A question is answered by its id, and keeps it.
pub(in crate::wire) fn without_id(element: &str) -> Option<String> {
    let members = json::members(element.as_bytes()).ok()?;
    let is_question = Keys(&members).some("type").and_then(json::as_string).is_some_and(|kind| kind == "mcp_approval_request");
    Some(splice::object(&members, |key, value| (is_question || key != "id").then_some(Cow::Borrowed(value))))
}

/// An element with another value for one of its members.
fn with(members: &[Member<'_>], key: &str, value: &str) -> String {
    splice::object(members, |member, own| Some(Cow::Owned(if member == key { value.to_owned() } else { own.to_owned() })))
}
