//! What linchpin writes into an answer of this dialect: a message in a call's place.

use super::sequence::Sequence;
use crate::json;
use crate::wire::spelling::Keys;
use crate::wire::splice;
use crate::wire::sse::write_frame;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// Said in place of a call where a ruling gives no words.
const NO_WORDS: &str = "[linchpin] a call was not delivered.";

/// How many bytes of a digest of a call's id go into the id of the message in its place.
const ID_DIGEST_BYTES: usize = 8;

/// A message that stands in place of an item.
#[derive(Debug, Clone)]
pub(super) struct Message {
    index: u64,
    id: String,
    /// The text, escaped.
    text: String,
}

impl Message {
    /// The message in place of the item at this index, that had this id.
    pub(super) fn new(index: u64, item_id: &str, text: &str) -> Self {
        let text = if text.is_empty() { NO_WORDS } else { text };
        Self { index, id: format!("msg_lp_{index}{}", suffix(item_id)), text: json::escape(text) }
    }

    /// Its text, in a message that has begun to leave under its own id.
    pub(super) fn inside(index: u64, item_id: &str, text: &str) -> Self {
        Self { id: json::escape(item_id), ..Self::new(index, "", text) }
    }

    /// The item as it stands in a response.
    pub(super) fn item(&self) -> String {
        self.item_with(&self.part(&self.text))
    }

    fn item_with(&self, parts: &str) -> String {
        let id = &self.id;
        format!(r#"{{"type":"message","id":"{id}","role":"assistant","status":"completed","content":[{parts}]}}"#)
    }

    fn part(&self, text: &str) -> String {
        format!(r#"{{"type":"output_text","text":"{text}","annotations":[],"logprobs":[]}}"#)
    }

    /// An item that ends with this text, after the first `kept` of its parts.
    pub(super) fn item_after(&self, original: &RawValue, kept: u64) -> String {
        let rebuilt = || {
            let members = json::members(original.get().as_bytes()).ok()?;
            let keys = Keys(&members);
            if keys.some("type").and_then(json::as_string)? != "message" {
                return None;
            }
            let parts = keys.some("content").map_or(Ok(Vec::new()), |content| json::elements(content.get().as_bytes())).ok()?;
            let is_kept = |(position, part): &(usize, &RawValue)| (*position as u64) < kept && super::item::part_flaw(part).is_none();
            let kept = parts.into_iter().enumerate().filter(is_kept).map(|(_, part)| part.get().to_owned());
            let parts: Vec<String> = kept.chain([self.part(&self.text)]).collect();
            let content = format!("[{}]", parts.join(","));
            let item = splice::object(&members, |key, value| match key {
                "content" => Some(Cow::Owned(content.clone())),
                "status" => Some(Cow::Borrowed("\"completed\"")),
                _ => Some(Cow::Borrowed(value)),
            });
            keys.get("content").is_some().then_some(item)
        };
        splice::on_one_line(&rebuilt().unwrap_or_else(|| self.item()))
    }

    /// Writes the whole message.
    pub(super) fn write(&self, sequence: &mut Sequence, out: &mut Vec<u8>) {
        let begun = format!(r#"{{"type":"message","id":"{}","role":"assistant","status":"in_progress","content":[]}}"#, self.id);
        self.write_item("response.output_item.added", &begun, sequence, out);
        self.write_part(0, sequence, out);
        self.write_item("response.output_item.done", &self.item(), sequence, out);
    }

    /// Writes the text as a part of the message.
    pub(super) fn write_part(&self, content_index: u64, sequence: &mut Sequence, out: &mut Vec<u8>) {
        let text = &self.text;
        let frames = [
            ("response.content_part.added", format!(r#""part":{}"#, self.part(""))),
            ("response.output_text.delta", format!(r#""delta":"{text}","logprobs":[]"#)),
            ("response.output_text.done", format!(r#""text":"{text}","logprobs":[]"#)),
            ("response.content_part.done", format!(r#""part":{}"#, self.part(text))),
        ];
        let (index, id) = (self.index, &self.id);
        for (kind, rest) in frames {
            let number = sequence.member();
            let data =
                format!(r#"{{"type":"{kind}",{number}"item_id":"{id}","output_index":{index},"content_index":{content_index},{rest}}}"#);
            write_frame(out, Some(kind), data.as_bytes());
        }
    }

    /// Writes the begin or end of the item.
    pub(super) fn write_item(&self, kind: &str, item: &str, sequence: &mut Sequence, out: &mut Vec<u8>) {
        let (number, index) = (sequence.member(), self.index);
        write_frame(out, Some(kind), format!(r#"{{"type":"{kind}",{number}"output_index":{index},"item":{item}}}"#).as_bytes());
    }
}

/// What tells messages of different answers apart. The call's id does, and is itself a
/// part of the call that does not leave: only a digest of it is written.
fn suffix(item_id: &str) -> String {
    if item_id.is_empty() {
        return String::new();
    }
    let digest = Sha256::digest(item_id.as_bytes());
    digest.iter().take(ID_DIGEST_BYTES).fold("_".to_owned(), |written, byte| format!("{written}{byte:02x}"))
}
