//! Server-sent events, cut into frames that keep their raw bytes.
//!
//! Reading is liberal, as the specification and every client in the field are:
//! lines end in LF, CRLF or a lone CR, comments and unknown fields are allowed,
//! several `data` lines join, a BOM may stand at the very start. Writing is strict:
//! see [`write_frame`]. A frame that linchpin does not change leaves as the bytes
//! it came in, so nothing here ever normalises.

use memchr::memchr2;
use std::borrow::Cow;
use std::ops::Range;

/// The UTF-8 byte order mark.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// One frame: the lines up to and including the blank line that ends it.
#[derive(Debug)]
pub struct Frame<'a> {
    /// Every byte, line ends included.
    pub raw: &'a [u8],
    /// The last `event:` field's value.
    pub event: Option<&'a [u8]>,
    /// The `data:` fields' values, joined with LF. `None`: there was no such field.
    pub data: Option<Cow<'a, [u8]>>,
    /// Whether the blank line came. The last frame of a cut stream has none; some
    /// clients drop such a frame, others deliver it.
    pub complete: bool,
}

/// The frame being received is larger than the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a frame of the stream is larger than {limit_bytes} bytes")]
pub struct FrameTooLarge {
    /// The limit.
    pub limit_bytes: usize,
}

/// Cuts a byte stream into frames, whatever pieces it arrives in.
#[derive(Debug)]
pub struct Framer {
    buffer: Vec<u8>,
    /// Where the current frame begins in `buffer`.
    start: usize,
    /// Where the current line begins in `buffer`.
    line: usize,
    /// How far the current line was searched for its end.
    searched: usize,
    event: Option<Range<usize>>,
    data: Vec<Range<usize>>,
    at_stream_start: bool,
    ended: bool,
    limit_bytes: usize,
}

impl Framer {
    /// A framer for one stream, whose frames have at most `limit_bytes` bytes.
    pub fn new(limit_bytes: usize) -> Self {
        Self {
            buffer: Vec::new(),
            start: 0,
            line: 0,
            searched: 0,
            event: None,
            data: Vec::new(),
            at_stream_start: true,
            ended: false,
            limit_bytes,
        }
    }

    /// Takes the next piece of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.forget_consumed();
        self.buffer.extend_from_slice(bytes);
    }

    /// Says that nothing follows: [`Self::next_frame`] then also gives what has no blank line.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// The next frame, if one is there. After an error the stream cannot be read on.
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, FrameTooLarge> {
        while let Some(line_end) = self.find_line_end() {
            let line = self.line..line_end.start;
            self.line = line_end.end;
            self.searched = line_end.end;
            if self.take_line(line) {
                return Ok(Some(self.cut(line_end.end, true)));
            }
        }
        if self.buffer.len() - self.start > self.limit_bytes {
            return Err(FrameTooLarge { limit_bytes: self.limit_bytes });
        }
        if self.ended && self.start < self.buffer.len() {
            let end = self.buffer.len();
            self.take_line(self.line..end);
            return Ok(Some(self.cut(end, false)));
        }
        Ok(None)
    }

    /// Where the current line's end stands; `None`: not received yet. A CR that is
    /// the last byte received may be half of a CRLF, so it waits for the next one.
    fn find_line_end(&mut self) -> Option<Range<usize>> {
        let unsearched = self.buffer.get(self.searched..)?;
        let Some(offset) = memchr2(b'\n', b'\r', unsearched) else {
            self.searched = self.buffer.len();
            return None;
        };
        let at = self.searched + offset;
        let length = match (self.buffer.get(at), self.buffer.get(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(b'\r'), None) if !self.ended => {
                self.searched = at;
                return None;
            }
            _ => 1,
        };
        Some(at..at + length)
    }

    /// Notes the field on a line; true when the line is the blank one.
    fn take_line(&mut self, mut line: Range<usize>) -> bool {
        if self.at_stream_start {
            self.at_stream_start = false;
            if self.slice(&line).starts_with(BOM) {
                line.start += BOM.len();
            }
        }
        let text = self.slice(&line);
        if text.is_empty() {
            return true;
        }
        let (name_length, value_offset) = match memchr::memchr(b':', text) {
            Some(0) => return false,
            Some(colon) if text.get(colon + 1) == Some(&b' ') => (colon, colon + 2),
            Some(colon) => (colon, colon + 1),
            None => (text.len(), text.len()),
        };
        let value = line.start + value_offset..line.end;
        match text.get(..name_length) {
            Some(b"data") => self.data.push(value),
            Some(b"event") => self.event = Some(value),
            _ => {}
        }
        false
    }

    /// Gives the frame that ends at `end` and begins the next one there.
    fn cut(&mut self, end: usize, complete: bool) -> Frame<'_> {
        let start = std::mem::replace(&mut self.start, end);
        self.line = end;
        self.searched = end;
        let event = self.event.take();
        let data = std::mem::take(&mut self.data);
        let part = |range: &Range<usize>| self.buffer.get(range.clone()).unwrap_or_default();
        Frame {
            raw: part(&(start..end)),
            event: event.as_ref().map(part),
            data: match data.as_slice() {
                [] => None,
                [one] => Some(Cow::Borrowed(part(one))),
                several => Some(Cow::Owned(several.iter().map(part).collect::<Vec<_>>().join(&b'\n'))),
            },
            complete,
        }
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.buffer.get(range.clone()).unwrap_or_default()
    }

    /// Drops the frames already given, so that the buffer holds one frame at most
    /// beside what just arrived.
    fn forget_consumed(&mut self) {
        if self.start == 0 {
            return;
        }
        let gone = std::mem::take(&mut self.start);
        self.buffer.drain(..gone);
        self.line -= gone;
        self.searched -= gone;
        let moved = |range: &mut Range<usize>| *range = range.start - gone..range.end - gone;
        self.event.iter_mut().for_each(moved);
        self.data.iter_mut().for_each(moved);
    }
}

/// Writes a frame of linchpin's own, in the form every client reads: LF, the
/// `event:` line where the dialect has one, one `data:` line, a blank line.
/// `data` is compact JSON and holds no line end.
pub fn write_frame(out: &mut Vec<u8>, event: Option<&str>, data: &[u8]) {
    debug_assert!(memchr2(b'\n', b'\r', data).is_none(), "a frame's data is one line");
    if let Some(event) = event {
        out.extend_from_slice(b"event: ");
        out.extend_from_slice(event.as_bytes());
        out.push(b'\n');
    }
    out.extend_from_slice(b"data: ");
    out.extend_from_slice(data);
    out.extend_from_slice(b"\n\n");
}

#[cfg(test)]
mod tests;
