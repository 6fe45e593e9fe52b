//! A streamed answer that ends here, because of a halt.
//!
//! Every choice that has begun and not finished gets the words about the halt and a
//! `finish_reason`; without one, clients take the stream for broken.

use super::response::ID_BYTES_MAX;
use super::rewrite;
use crate::json;
use crate::wire::spelling::Keys;
use crate::wire::splice;
use crate::wire::sse::write_frame;

/// How much of the answer has left, as far as its end depends on it.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// The first chunk that left, for the members that all chunks share.
    first: Option<Vec<u8>>,
    /// How many choices have begun: their indices are below it.
    choices: u64,
    pub(super) is_done: bool,
}

impl Left {
    /// A chunk is about to leave, or to be kept back, in which choices up to this number speak.
    pub(super) fn note(&mut self, data: &[u8], choices: u64) {
        if self.first.is_none() {
            self.first = Some(data.to_vec());
        }
        self.choices = self.choices.max(choices);
    }

    /// The id that all its chunks have.
    pub(super) fn id(&self) -> Option<String> {
        let members = json::members(self.first.as_deref()?).ok()?;
        let id = Keys(&members).some("id").and_then(json::as_string)?;
        (!id.is_empty() && id.len() <= ID_BYTES_MAX).then(|| id.into_owned())
    }

    /// Writes the end. `is_finished`: the choice has had its `finish_reason`.
    pub(super) fn end(&mut self, text: &str, is_finished: impl Fn(u64) -> bool, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.is_done, true) {
            return;
        }
        let envelope = rewrite::envelope_of(self.first.as_deref().unwrap_or_default());
        let has_begun = self.choices > 0;
        for index in (0..self.choices.max(1)).filter(|index| !is_finished(*index)) {
            let (role, gap) = if has_begun { ("", "\\n\\n") } else { (r#""role":"assistant","#, "") };
            let words = format!(r#"{{{role}"content":"{gap}{}"}}"#, json::escape(text));
            for (delta, finish) in [(words.as_str(), "null"), ("{}", "\"stop\"")] {
                let data =
                    format!(r#"{{{envelope},"choices":[{{"index":{index},"delta":{delta},"logprobs":null,"finish_reason":{finish}}}]}}"#);
                write_frame(out, None, splice::on_one_line(&data).as_bytes());
            }
        }
        write_frame(out, None, b"[DONE]");
    }
}
