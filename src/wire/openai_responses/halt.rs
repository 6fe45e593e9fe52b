//! A streamed answer that ends here, because of a halt.
//!
//! Client libraries refuse a stream whose items have not all ended, and some go by the
//! response at the end alone. So what has left is remembered: each item as it ended, and
//! of an item that is still open its parts so far. At a halt the open ones are ended, a
//! message about the halt follows, and the response lists all of them.

use super::event::{Event, PlainEvent};
use super::rewrite::Message;
use super::sequence::Sequence;
use crate::json;
use crate::wire::spelling::Keys;
use crate::wire::splice;
use crate::wire::sse::write_frame;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A response's head, where the upstream's own has not left.
const HEAD: &str = r#"{"id":"resp_linchpin","object":"response","created_at":0,"status":"in_progress","error":null,"incomplete_details":null,"instructions":null,"metadata":{},"model":"linchpin","output":[],"parallel_tool_calls":true,"temperature":null,"tool_choice":"auto","tools":[],"top_p":null,"usage":null}"#;

/// What has left of an answer.
#[derive(Debug, Default)]
pub(super) struct Left {
    response: Option<String>,
    items: BTreeMap<u64, Item>,
    bytes: usize,
    has_ended: bool,
}

#[derive(Debug)]
enum Item {
    /// It has ended, as this.
    Ended(String),
    /// It began as this, and has these parts.
    Open(String, BTreeMap<u64, Part>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// It has ended, as this.
    Ended(String),
    /// A text under way: the key it stands under, and the text, escaped.
    Text(&'static str, String),
}

impl Left {
    /// An event leaves, of the item at this index if it is an item's.
    pub(super) fn note(&mut self, event: &Event<'_>, index: Option<u64>) {
        match (event, index) {
            (Event::Response { response, ends: false }, _) if self.response.is_none() => {
                self.response = Some(response.get().to_owned());
            }
            (Event::Response { ends: true, .. } | Event::Error, _) => self.has_ended = true,
            (Event::Added(_, item), Some(index)) => {
                self.items.insert(index, Item::Open(item.get().to_owned(), BTreeMap::new()));
                self.grow(item.get().len());
            }
            (Event::Done(_, item), Some(index)) => self.ended(index, item.get().to_owned()),
            (Event::Part(_, number, part), Some(index)) => self.part(index, *number, part),
            _ => {}
        }
    }

    /// An item has ended.
    pub(super) fn ended(&mut self, index: u64, item: String) {
        self.grow(item.len());
        self.items.insert(index, Item::Ended(item));
    }

    /// A piece of text leaves.
    pub(super) fn text(&mut self, index: u64, plain: &PlainEvent<'_>, bytes_max: usize) {
        let piece = plain.text();
        self.grow(piece.len());
        let Some(Item::Open(_, parts)) = self.items.get_mut(&index).filter(|_| self.bytes <= bytes_max) else { return };
        if let Some(key) = plain.key() {
            match parts.entry(plain.content_index.unwrap_or(0)).or_insert_with(|| Part::Text(key, String::new())) {
                Part::Text(_, text) => text.push_str(piece),
                Part::Ended(_) => {}
            }
        }
    }

    fn part(&mut self, index: u64, number: u64, part: &RawValue) {
        self.grow(part.get().len());
        let Some(Item::Open(_, parts)) = self.items.get_mut(&index) else { return };
        let is_empty = || {
            let members = json::members(part.get().as_bytes()).ok()?;
            let keys = Keys(&members);
            let key = if keys.some("refusal").is_some() { "refusal" } else { "text" };
            keys.some(key).and_then(json::as_string).filter(|text| text.is_empty()).map(|_| key)
        };
        // A part begins empty; when it has ended it is whole.
        let part = match (is_empty(), parts.contains_key(&number)) {
            (Some(key), false) => Part::Text(key, String::new()),
            _ => Part::Ended(part.get().to_owned()),
        };
        parts.insert(number, part);
    }

    fn grow(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// Writes the end.
    pub(super) fn end(&mut self, text: &str, sequence: &mut Sequence, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        if self.response.is_none() {
            write(out, sequence, "response.created", &format!(r#""response":{HEAD}"#));
        }
        for (index, item) in &mut self.items {
            if let Item::Open(begun, parts) = item {
                *item = Item::Ended(end_item(*index, begun, parts, sequence, out));
            }
        }
        let next = self.items.last_key_value().map_or(0, |(index, _)| index.saturating_add(1));
        let message = Message::new(next, "halt", text);
        message.write(sequence, out);
        let ended = self.items.values().filter_map(|item| if let Item::Ended(item) = item { Some(item.clone()) } else { None });
        let output: Vec<String> = ended.chain([message.item()]).collect();
        let response = completed(self.response.as_deref().unwrap_or(HEAD), &format!("[{}]", output.join(",")));
        write(out, sequence, "response.completed", &format!(r#""response":{response}"#));
    }
}

/// Ends an item that is open, and gives it as it ended.
fn end_item(index: u64, begun: &str, parts: &BTreeMap<u64, Part>, sequence: &mut Sequence, out: &mut Vec<u8>) -> String {
    let members = json::members(begun.as_bytes()).unwrap_or_default();
    let keys = Keys(&members);
    let is_message = keys.some("type").and_then(json::as_string).is_some_and(|kind| kind == "message");
    let id = json::escape(&keys.some("id").and_then(json::as_string).unwrap_or_default());
    let mut content = Vec::new();
    for (number, part) in parts.iter().filter(|_| is_message) {
        content.push(match part {
            Part::Ended(part) => part.clone(),
            Part::Text(key, text) => {
                let (kind, rest) = if *key == "text" { ("output_text", r#","annotations":[],"logprobs":[]"#) } else { ("refusal", "") };
                let part = format!(r#"{{"type":"{kind}","{key}":"{text}"{rest}}}"#);
                let place = format!(r#""item_id":"{id}","output_index":{index},"content_index":{number}"#);
                let logprobs = if *key == "text" { r#","logprobs":[]"# } else { "" };
                write(out, sequence, &format!("response.{kind}.done"), &format!(r#"{place},"{key}":"{text}"{logprobs}"#));
                write(out, sequence, "response.content_part.done", &format!(r#"{place},"part":{part}"#));
                part
            }
        });
    }
    let content = format!("[{}]", content.join(","));
    let item = splice::object(&members, |key, value| match key {
        "content" if is_message => Some(Cow::Owned(content.clone())),
        "status" => Some(Cow::Borrowed(if is_message { "\"completed\"" } else { "\"incomplete\"" })),
        _ => Some(Cow::Borrowed(value)),
    });
    let item = splice::on_one_line(&item);
    write(out, sequence, "response.output_item.done", &format!(r#""output_index":{index},"item":{item}"#));
    item
}

/// The response as it ends.
fn completed(response: &str, output: &str) -> String {
    let members = json::members(response.as_bytes()).unwrap_or_default();
    let response = splice::object(&members, |key, value| {
        Some(match key {
            "output" => Cow::Borrowed(output),
            "status" => Cow::Borrowed("\"completed\""),
            _ => Cow::Borrowed(value),
        })
    });
    splice::on_one_line(&response)
}

fn write(out: &mut Vec<u8>, sequence: &mut Sequence, kind: &str, rest: &str) {
    let number = sequence.member();
    write_frame(out, Some(kind), format!(r#"{{"type":"{kind}",{number}{rest}}}"#).as_bytes());
}
