//! A stream of one JSON object a line.
//!
//! Only LF ends a line here. Clients that also split at other characters only ever
//! split what linchpin reads as one text, and then find no JSON in the pieces: a line
//! that holds two texts is not readable, and is withheld.

use crate::wire::sse::{Frame, FrameTooLarge};
use std::borrow::Cow;

/// Cuts a byte stream into lines.
#[derive(Debug)]
pub(in crate::wire) struct Framer {
    buffer: Vec<u8>,
    /// Where the current line begins in `buffer`.
    start: usize,
    /// How far it was searched for its end.
    searched: usize,
    ended: bool,
    limit_bytes: usize,
}

impl Framer {
    pub(super) fn new(limit_bytes: usize) -> Self {
        Self { buffer: Vec::new(), start: 0, searched: 0, ended: false, limit_bytes }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let gone = std::mem::take(&mut self.start);
        self.buffer.drain(..gone);
        self.searched -= gone;
        self.buffer.extend_from_slice(bytes);
    }

    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    pub(super) fn next_frame(&mut self) -> Result<Option<Frame<'_>>, FrameTooLarge> {
        let unsearched = self.buffer.get(self.searched..).unwrap_or_default();
        if let Some(offset) = memchr::memchr(b'\n', unsearched) {
            return Ok(Some(self.cut(self.searched + offset + 1, true)));
        }
        self.searched = self.buffer.len();
        if self.buffer.len() - self.start > self.limit_bytes {
            return Err(FrameTooLarge { limit_bytes: self.limit_bytes });
        }
        if self.ended && self.start < self.buffer.len() {
            return Ok(Some(self.cut(self.buffer.len(), false)));
        }
        Ok(None)
    }

    fn cut(&mut self, end: usize, complete: bool) -> Frame<'_> {
        let start = std::mem::replace(&mut self.start, end);
        self.searched = end;
        let raw = self.buffer.get(start..end).unwrap_or_default();
        let text = raw.trim_ascii_end();
        Frame { raw, event: None, data: (!text.is_empty()).then_some(Cow::Borrowed(text)), complete }
    }
}
