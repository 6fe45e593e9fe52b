//! What linchpin writes into a message of this dialect: a text block in a call's
//! place, and another reason why the turn ended.

use crate::json;
use crate::wire::spelling::Keys;
use crate::wire::splice::{self, Edits};
use crate::wire::sse::{Frame, Framer, write_frame};
use serde_json::value::RawValue;
use std::ops::Range;

/// Said in place of a call where a ruling gives no words: a text block that is
/// empty is refused when the client sends it back.
const NO_WORDS: &str = "[linchpin] a call was not delivered.";

/// A message's head, where the upstream's own cannot leave.
const MESSAGE_START: &str = r#"{"type":"message_start","message":{"id":"msg_linchpin","type":"message","role":"assistant","model":"linchpin","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0}}}"#;

/// Writes the head of a message.
pub(super) fn write_message_start(out: &mut Vec<u8>) {
    write_frame(out, Some("message_start"), MESSAGE_START.as_bytes());
}

/// Writes why the turn ended, where the upstream's own words for it do not come.
pub(super) fn write_end_turn(has_calls: bool, out: &mut Vec<u8>) {
    let reason = if has_calls { "tool_use" } else { "end_turn" };
    let end =
        format!(r#"{{"type":"message_delta","delta":{{"stop_reason":"{reason}","stop_sequence":null}},"usage":{{"output_tokens":0}}}}"#);
    write_frame(out, Some("message_delta"), end.as_bytes());
}

/// Writes the end of the message.
pub(super) fn write_message_stop(out: &mut Vec<u8>) {
    write_frame(out, Some("message_stop"), br#"{"type":"message_stop"}"#);
}

/// Writes a whole text block.
pub(super) fn write_text(out: &mut Vec<u8>, index: usize, text: &str) {
    let start = format!(r#"{{"type":"content_block_start","index":{index},"content_block":{{"type":"text","text":""}}}}"#);
    write_frame(out, Some("content_block_start"), start.as_bytes());
    write_delta(out, index, words(text));
    write_stop(out, index);
}

/// Writes more text into a text block that is open, as a paragraph of its own.
pub(super) fn write_more_text(out: &mut Vec<u8>, index: usize, text: &str) {
    write_delta(out, index, &format!("\n\n{}", words(text)));
}

fn write_delta(out: &mut Vec<u8>, index: usize, text: &str) {
    let text = json::escape(text);
    let delta = format!(r#"{{"type":"content_block_delta","index":{index},"delta":{{"type":"text_delta","text":"{text}"}}}}"#);
    write_frame(out, Some("content_block_delta"), delta.as_bytes());
}

/// Writes the end of a block.
pub(super) fn write_stop(out: &mut Vec<u8>, index: usize) {
    let stop = format!(r#"{{"type":"content_block_stop","index":{index}}}"#);
    write_frame(out, Some("content_block_stop"), stop.as_bytes());
}

/// A text block as it stands in a body.
pub(super) fn text_block(text: &str) -> String {
    format!(r#"{{"type":"text","text":"{}"}}"#, json::escape(words(text)))
}

fn words(text: &str) -> &str {
    if text.is_empty() { NO_WORDS } else { text }
}

/// Changes the end of a turn that no longer has a call. `holder` is the object, part
/// of `whole`, that has the `stop_reason`. `None`: it cannot be read.
pub(super) fn end_turn(whole: &[u8], holder: &[u8], edits: &mut Edits) -> Option<()> {
    let members = json::members(holder).ok()?;
    let keys = Keys(&members);
    if keys.alike(&["stop_reason", "stop_sequence"]).is_some() {
        return None;
    }
    let Some(reason) = keys.some("stop_reason") else { return Some(()) };
    if json::as_string(reason).is_none_or(|reason| reason != "tool_use") {
        return Some(());
    }
    edits.replace(span(whole, reason)?, r#""end_turn""#);
    if let Some(sequence) = keys.some("stop_sequence") {
        edits.replace(span(whole, sequence)?, "null");
    }
    Some(())
}

/// Writes a `message_delta` whose turn no longer has a call. One that cannot be read
/// does not leave.
pub(super) fn write_ending(frame: &Frame<'_>, data: &[u8], out: &mut Vec<u8>) {
    let Some(edited) = ending(data) else { return };
    match span_of(frame.raw, data) {
        Some(range) => {
            let mut edits = Edits::new();
            edits.replace(range, edited);
            out.extend(edits.apply(frame.raw).unwrap_or_default());
        }
        // Its data stood on several lines.
        None => write_frame(out, Some("message_delta"), splice::on_one_line(&String::from_utf8_lossy(&edited)).as_bytes()),
    }
}

fn ending(data: &[u8]) -> Option<Vec<u8>> {
    let members = json::members(data).ok()?;
    let mut edits = Edits::new();
    if let Some(delta) = Keys(&members).some("delta") {
        end_turn(data, delta.get().as_bytes(), &mut edits)?;
    }
    edits.apply(data)
}

fn span(whole: &[u8], value: &RawValue) -> Option<Range<usize>> {
    json::span_in(whole, value.get())
}

/// Where a frame's data stands in its bytes, if it stands there in one piece.
fn span_of(raw: &[u8], data: &[u8]) -> Option<Range<usize>> {
    json::span_in(raw, std::str::from_utf8(data).ok()?)
}

/// A frame kept back, read again.
pub(super) fn with_frame(raw: &[u8], read: impl FnOnce(&Frame<'_>, &[u8])) {
    let mut framer = Framer::new(usize::MAX);
    framer.push(raw);
    framer.end();
    if let Ok(Some(frame)) = framer.next_frame() {
        read(&frame, frame.data.as_deref().unwrap_or_default());
    }
}
