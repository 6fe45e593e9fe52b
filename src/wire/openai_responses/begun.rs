//! The response as far as it went, for signs of life while a call waits.
//!
//! Comments keep no client of this dialect waiting; `response.in_progress` does. Some
//! clients take the response in it for all there is so far, so it has to list the
//! items that have left. Where that cannot be said for sure, a `keepalive` says nothing.

use crate::json;
use crate::wire::splice;
use crate::wire::sse::write_frame;
use serde_json::value::RawValue;

/// The largest response that is repeated as a sign of life, in bytes.
const BYTES_MAX: usize = 256 * 1024;

/// A response that has begun.
#[derive(Debug, Default)]
pub(super) struct Begun {
    /// Around its items; `None`: it did not begin, or cannot be told any more.
    around: Option<(String, String)>,
    has_begun: bool,
    items: Vec<String>,
    bytes: usize,
}

impl Begun {
    /// A response without an item.
    pub(super) fn begin(&mut self, response: &RawValue) {
        *self = Self { has_begun: true, bytes: response.get().len(), ..Self::default() };
        self.around = around_items(response.get()).filter(|_| self.bytes <= BYTES_MAX);
    }

    /// An item without a call has left, whole.
    pub(super) fn left(&mut self, index: u64, item: &RawValue) {
        self.bytes = self.bytes.saturating_add(item.get().len());
        if self.bytes > BYTES_MAX || index != self.items.len() as u64 {
            return self.lose();
        }
        if self.around.is_some() {
            self.items.push(splice::on_one_line(item.get()));
        }
    }

    /// Something left that is not followed here.
    pub(super) fn lose(&mut self) {
        (self.around, self.items) = (None, Vec::new());
    }

    /// It bears the last number again, so that what follows keeps its own. `is_even`:
    /// every item that began to leave has ended.
    pub(super) fn sign_of_life(&self, number: &str, is_even: bool, out: &mut Vec<u8>) {
        match &self.around {
            _ if !self.has_begun => out.extend_from_slice(b": waiting for a person\n\n"),
            Some((before, after)) if is_even => {
                let items = self.items.join(",");
                let data = format!(r#"{{"type":"response.in_progress",{number}"response":{before}[{items}]{after}}}"#);
                write_frame(out, Some("response.in_progress"), data.as_bytes());
            }
            _ => {
                let data = format!(r#"{{{number}"type":"keepalive"}}"#);
                write_frame(out, Some("keepalive"), data.as_bytes());
            }
        }
    }
}

/// What stands before and behind the value of `output`.
fn around_items(response: &str) -> Option<(String, String)> {
    let members = json::members(response.as_bytes()).ok()?;
    let output = members.iter().find(|member| member.key == "output")?;
    let span = json::span_in(response.as_bytes(), output.value.get())?;
    let part = |range: Option<&str>| range.map(splice::on_one_line);
    Some((part(response.get(..span.start))?, part(response.get(span.end..))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).expect("JSON")
    }

    fn sign(begun: &Begun, is_even: bool) -> String {
        let mut out = Vec::new();
        begun.sign_of_life("\"sequence_number\":4,", is_even, &mut out);
        String::from_utf8(out).expect("text")
    }

    fn begun() -> Begun {
        let mut begun = Begun::default();
        begun.begin(&raw("{\"id\":\"r\",\n\"output\":[],\"status\":\"in_progress\"}"));
        begun
    }

    #[test]
    fn a_sign_of_life_lists_what_has_left() {
        let mut begun = begun();
        begun.left(0, &raw("{\"type\":\"message\"}"));
        let told = r#"{"id":"r", "output":[{"type":"message"}],"status":"in_progress"}"#;
        let data = format!(r#"data: {{"type":"response.in_progress","sequence_number":4,"response":{told}}}"#);
        assert_eq!(sign(&begun, true), format!("event: response.in_progress\n{data}\n\n"));
    }

    #[test]
    fn where_that_cannot_be_said_it_says_nothing() {
        let silent = "event: keepalive\ndata: {\"sequence_number\":4,\"type\":\"keepalive\"}\n\n";
        assert_eq!(sign(&begun(), false), silent, "an item is open");
        let mut gap = begun();
        gap.left(1, &raw("{}"));
        assert_eq!(sign(&gap, true), silent);
        let mut large = begun();
        large.left(0, &raw(&format!("\"{}\"", "x".repeat(BYTES_MAX))));
        assert_eq!(sign(&large, true), silent);
        assert_eq!(sign(&Begun::default(), true), ": waiting for a person\n\n", "nothing has begun");
    }
}
