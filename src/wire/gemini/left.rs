//! What of a streamed answer has left, and how linchpin's own words follow it.
//!
//! Own frames are written so that they fit behind what has left: as events, or as
//! elements of an array that is opened, separated and closed where that is still to be
//! done.

use super::rewrite::{candidate, envelope, response};
use crate::json;
use crate::wire::framing::Framing;
use crate::wire::splice;
use crate::wire::sse::write_frame;
use std::collections::BTreeMap;

/// How much of an answer has left.
#[derive(Debug)]
pub(super) struct Left {
    framing: Framing,
    /// The members that all chunks share, of the first chunk.
    envelope: Option<String>,
    /// The candidates that have begun, and whether they have finished.
    candidates: BTreeMap<u64, bool>,
    has_failed: bool,
    /// The last frame lacks the blank line at its end.
    is_open_ended: bool,
    has_bracket: bool,
    has_element: bool,
    is_closed: bool,
}

impl Left {
    pub(super) fn new(framing: Framing) -> Self {
        Self {
            framing,
            envelope: None,
            candidates: BTreeMap::new(),
            has_failed: false,
            is_open_ended: false,
            has_bracket: false,
            has_element: false,
            is_closed: false,
        }
    }

    /// The members that all chunks share.
    pub(super) fn envelope(&self) -> &str {
        self.envelope.as_deref().unwrap_or_default()
    }

    /// Notes whose answer it is, of a chunk that may yet be kept back.
    pub(super) fn note_envelope(&mut self, data: &[u8]) {
        if self.envelope.is_none() {
            self.envelope = Some(envelope(data));
        }
    }

    /// Notes what a chunk says that is about to leave.
    pub(super) fn note(&mut self, candidates: &[(u64, bool)], is_error: bool) {
        for (index, has_finished) in candidates {
            *self.candidates.entry(*index).or_default() |= has_finished;
        }
        self.has_failed |= is_error;
    }

    /// Writes a frame's bytes as they came. `around` are those that are no data.
    pub(super) fn write(&mut self, raw: &[u8], around: &[u8], complete: bool, out: &mut Vec<u8>) {
        self.has_bracket |= around.contains(&b'[');
        self.is_closed |= around.contains(&b']');
        self.has_element |= around.len() < raw.len();
        self.is_open_ended = !complete;
        out.extend_from_slice(raw);
    }

    /// Writes an error's frame as the last one.
    pub(super) fn write_error(&mut self, frame: &[u8], out: &mut Vec<u8>) {
        if self.framing == Framing::Array {
            return self.write_last(&String::from_utf8_lossy(frame), out);
        }
        self.end_event(out);
        out.extend_from_slice(frame);
    }

    /// Ends an event that came without its blank line: what follows would be part of it.
    fn end_event(&mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.is_open_ended) {
            out.extend_from_slice(b"\n\n");
        }
    }

    /// Writes a whole event of linchpin's own.
    pub(super) fn write_event(&mut self, data: &[u8], out: &mut Vec<u8>) {
        self.end_event(out);
        let data = splice::on_one_line(&String::from_utf8_lossy(data));
        write_frame(out, None, data.as_bytes());
    }

    /// Writes one more object behind all that has left, as the last one.
    pub(super) fn write_last(&mut self, object: &str, out: &mut Vec<u8>) {
        if self.framing != Framing::Array {
            return self.write_event(object.as_bytes(), out);
        }
        if self.is_closed || (self.has_element && !self.has_bracket) {
            return;
        }
        let before = match (self.has_bracket, self.has_element) {
            (false, _) => "[",
            (true, false) => "",
            (true, true) => ",\n",
        };
        out.extend_from_slice(format!("{before}{object}").as_bytes());
        self.has_bracket = true;
        self.close(out);
    }

    /// Closes the array, if it is one and open.
    fn close(&mut self, out: &mut Vec<u8>) {
        if self.framing == Framing::Array && self.has_bracket && !std::mem::replace(&mut self.is_closed, true) {
            out.extend_from_slice(b"]");
        }
    }

    /// Ends the answer with these words for every candidate that has not finished.
    pub(super) fn end(&mut self, text: &str, out: &mut Vec<u8>) {
        let has_begun = !self.candidates.is_empty();
        if !has_begun {
            self.candidates.insert(0, false);
        }
        let text = json::escape(&if has_begun { format!("\n\n{text}") } else { text.to_owned() });
        let unfinished = self.candidates.iter().filter(|(_, has_finished)| !**has_finished);
        let candidates: Vec<String> = unfinished.map(|(index, _)| candidate(*index, &text)).collect();
        if candidates.is_empty() || self.has_failed {
            return self.close(out);
        }
        let object = response(&candidates.join(","), self.envelope());
        self.write_last(&object, out);
    }
}
