//! A stream that is one JSON array, whose elements arrive one by one.
//!
//! Each element is a frame, with whatever stands before it (`[`, a comma, white
//! space); the closing bracket and what follows it are frames of their own. A value
//! where an array is expected, a missing comma, a second array: every value is a frame
//! all the same, since a client may read it. Where an element ends is found without
//! reading it: brackets are counted outside strings.

use crate::wire::sse::{Frame, FrameTooLarge};
use std::borrow::Cow;
use std::ops::Range;

/// The UTF-8 byte order mark.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Cuts a byte stream into the elements of its array.
#[derive(Debug)]
pub(in crate::wire) struct Framer {
    buffer: Vec<u8>,
    /// Where the current frame begins in `buffer`.
    start: usize,
    /// How far it was read.
    read: usize,
    /// Where the value in it begins, once it has.
    value: Option<Value>,
    /// Whether the array's opening bracket has gone by.
    is_open: bool,
    at_stream_start: bool,
    ended: bool,
    limit_bytes: usize,
}

/// A value that is being received.
#[derive(Debug, Clone, Copy)]
struct Value {
    begins: usize,
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// A number or a word, that ends where something else begins.
    is_bare: bool,
}

/// What a byte is to the frame it stands in.
enum Step {
    On,
    /// The frame ends behind this byte.
    Ends,
    /// The frame ends before this byte.
    Ended,
}

impl Framer {
    pub(super) fn new(limit_bytes: usize) -> Self {
        Self { buffer: Vec::new(), start: 0, read: 0, value: None, is_open: false, at_stream_start: true, ended: false, limit_bytes }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let gone = std::mem::take(&mut self.start);
        self.buffer.drain(..gone);
        self.read -= gone;
        if let Some(value) = &mut self.value {
            value.begins -= gone;
        }
        self.buffer.extend_from_slice(bytes);
    }

    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    pub(super) fn next_frame(&mut self) -> Result<Option<Frame<'_>>, FrameTooLarge> {
        if self.skips_mark() {
            return Ok(None);
        }
        while let Some(byte) = self.buffer.get(self.read).copied() {
            let step = match self.value {
                Some(value) => self.inside(value, byte),
                None => self.between(byte),
            };
            match step {
                Step::On => self.read += 1,
                Step::Ends => {
                    self.read += 1;
                    return Ok(Some(self.cut(true)));
                }
                Step::Ended => return Ok(Some(self.cut(true))),
            }
        }
        if self.buffer.len() - self.start > self.limit_bytes {
            return Err(FrameTooLarge { limit_bytes: self.limit_bytes });
        }
        if self.ended && self.start < self.buffer.len() {
            let complete = self.value.is_none_or(|value| value.is_bare);
            return Ok(Some(self.cut(complete)));
        }
        Ok(None)
    }

    /// Passes over a byte order mark; true while the first bytes may still become one.
    fn skips_mark(&mut self) -> bool {
        if !self.at_stream_start {
            return false;
        }
        if self.buffer.len() < BOM.len() && BOM.starts_with(&self.buffer) && !self.ended {
            return true;
        }
        self.at_stream_start = false;
        if self.buffer.starts_with(BOM) {
            self.read = BOM.len();
        }
        false
    }

    fn between(&mut self, byte: u8) -> Step {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => Step::On,
            b'[' if !self.is_open => {
                self.is_open = true;
                Step::On
            }
            b']' => Step::Ends,
            _ => {
                let (depth, in_string) = (usize::from(matches!(byte, b'{' | b'[')), byte == b'"');
                let is_bare = depth == 0 && !in_string;
                self.is_open = true;
                self.value = Some(Value { begins: self.read, depth, in_string, escaped: false, is_bare });
                Step::On
            }
        }
    }

    fn inside(&mut self, mut value: Value, byte: u8) -> Step {
        if value.is_bare {
            let is_over = matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | b'[' | b'{' | b'"');
            return if is_over { Step::Ended } else { Step::On };
        }
        if value.in_string {
            match byte {
                _ if value.escaped => value.escaped = false,
                b'\\' => value.escaped = true,
                b'"' => value.in_string = false,
                _ => {}
            }
        } else {
            match byte {
                b'"' => value.in_string = true,
                b'{' | b'[' => value.depth += 1,
                b'}' | b']' => value.depth = value.depth.saturating_sub(1),
                _ => {}
            }
        }
        self.value = Some(value);
        if value.depth == 0 && !value.in_string { Step::Ends } else { Step::On }
    }

    /// Gives the frame that ends where was read to.
    fn cut(&mut self, complete: bool) -> Frame<'_> {
        let end = self.read;
        let start = std::mem::replace(&mut self.start, end);
        let value = self.value.take().map(|value| value.begins);
        let part = |range: Range<usize>| self.buffer.get(range).unwrap_or_default();
        Frame { raw: part(start..end), event: None, data: value.map(|begins| Cow::Borrowed(part(begins..end))), complete }
    }
}
