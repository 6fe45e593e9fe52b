//! A streamed Ollama answer.
//!
//! Each line is judged by itself: words leave as they arrive, and a line with calls, or
//! one that cannot be read, waits for its verdict while nothing behind it is looked at.
//! When everything in it is released it leaves as it came.

use super::line::{self, Line, Part};
use super::own::Envelope;
use super::rewrite;
use crate::call::{Flaw, Proposal};
use crate::wire::gate::{Bounds, Ruling, StreamDialect};
use crate::wire::sse::Frame;
use memchr::memmem;

/// The state of one streamed answer.
#[derive(Debug)]
pub(in crate::wire) struct Stream {
    bounds: Bounds,
    envelope: Envelope,
    /// The line that waits, with its line's end, and what it proposes.
    held: Option<(Vec<u8>, Vec<Part>)>,
    /// Whether words of the answer have left.
    has_spoken: bool,
    /// Whether the line that ends it has left.
    is_done: bool,
}

impl Stream {
    pub(in crate::wire) fn new(bounds: Bounds) -> Self {
        Self { bounds, envelope: Envelope::default(), held: None, has_spoken: false, is_done: false }
    }

    /// A line leaves in which there is this.
    fn note(&mut self, told: line::Plain) {
        self.has_spoken |= told.speaks;
        self.is_done |= told.is_done;
    }

    fn write_without(&mut self, raw: &[u8], withheld: &[Part], notice: &str, out: &mut Vec<u8>) {
        let (data, end) = raw.split_at_checked(raw.trim_ascii_end().len()).unwrap_or((raw, b""));
        if let Some(rewritten) = rewrite::without(data, withheld, notice, self.has_spoken) {
            self.note(line::Plain { speaks: true, ..line::told(data) });
            out.extend_from_slice(&rewritten);
            // Whatever comes next begins on a line of its own.
            out.extend_from_slice(if end.ends_with(b"\n") { end } else { b"\n" });
            return;
        }
        let ends = memmem::find(data, b"\"done\":true").is_some();
        let gap = if self.has_spoken { "\n\n" } else { "" };
        self.envelope.line(&format!("{gap}{notice}"), ends, out);
        self.note(line::Plain { speaks: true, is_done: ends });
    }
}

impl StreamDialect for Stream {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) -> Vec<Proposal> {
        let Some(data) = frame.data.as_deref() else {
            out.extend_from_slice(frame.raw);
            return Vec::new();
        };
        self.envelope.learn(data);
        if let Some(told) = line::plain(data) {
            self.note(told);
            out.extend_from_slice(frame.raw);
            return Vec::new();
        }
        let mut read = Line::read(data, self.bounds.call_arguments_bytes);
        if !frame.complete && read.parts.contains(&Part::Whole) {
            read = Line::unreadable(Flaw::Truncated);
        }
        if read.parts.is_empty() {
            self.note(line::told(data));
            out.extend_from_slice(frame.raw);
            return Vec::new();
        }
        self.held = Some((frame.raw.to_vec(), read.parts));
        read.proposals
    }

    fn rule(&mut self, rulings: Vec<Ruling>, out: &mut Vec<u8>) {
        let Some((raw, parts)) = self.held.take() else { return };
        let mut rulings = rulings.into_iter();
        let (mut withheld, mut notices) = (Vec::new(), Vec::new());
        for part in parts {
            match rulings.next() {
                Some(Ruling::Release) => continue,
                Some(Ruling::Withhold(notice)) => notices.push(notice),
                // A proposal without a ruling is not delivered.
                None => {}
            }
            withheld.push(part);
        }
        if withheld.is_empty() {
            self.note(line::told(raw.trim_ascii_end()));
            return out.extend_from_slice(&raw);
        }
        self.write_without(&raw, &withheld, &notices.join("\n\n"), out);
    }

    fn end(&mut self, _out: &mut Vec<u8>) -> Vec<Proposal> {
        Vec::new()
    }

    fn keep_alive(&self, out: &mut Vec<u8>) {
        self.envelope.line("", false, out);
    }

    fn halt(&mut self, text: &str, out: &mut Vec<u8>) {
        self.held = None;
        if !std::mem::replace(&mut self.is_done, true) {
            let gap = if self.has_spoken { "\n\n" } else { "" };
            self.envelope.line(&format!("{gap}{text}"), true, out);
        }
    }
}
