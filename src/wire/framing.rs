//! How a streamed answer is cut into frames: by events, by lines, or by the elements
//! of one JSON array.
//!
//! Whichever it is, a frame keeps every byte it came in, so that what nobody changes
//! leaves as it came, and holds at most one JSON text to be read. What stands between
//! two frames belongs to the second of them.

mod array;
mod lines;

use super::sse::{self, Frame, FrameTooLarge};
use crate::dialect::Dialect;

/// How the frames of a stream are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Framing {
    /// Server-sent events: OpenAI, Anthropic, Gemini with `alt=sse`.
    Events,
    /// One JSON object a line, `application/x-ndjson`: Ollama.
    Lines,
    /// The elements of one JSON array, sent piece by piece: Gemini without `alt=sse`.
    Array,
}

impl Framing {
    /// What a media type (a `Content-Type` without its parameters, in lower case) says
    /// about the stream of this dialect; `None`: the answer is no stream.
    pub fn of(dialect: Dialect, media_type: &str) -> Option<Self> {
        match (dialect, media_type) {
            (_, "text/event-stream") => Some(Self::Events),
            (Dialect::Ollama, "application/x-ndjson" | "application/ndjson" | "application/jsonl") => Some(Self::Lines),
            _ => None,
        }
    }

    /// What an answer looks like that came whole, or under another media type. `None`:
    /// one JSON text, or no stream at all.
    pub fn sniff(dialect: Dialect, body: &[u8]) -> Option<Self> {
        let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
        if [&b"data:"[..], b"event:", b"id:", b"retry:", b":"].iter().any(|field| text.starts_with(field)) {
            return Some(Self::Events);
        }
        match dialect {
            Dialect::Gemini if text.starts_with(b"[") => Some(Self::Array),
            Dialect::Ollama if has_second_text(text) => Some(Self::Lines),
            _ => None,
        }
    }
}

/// Whether more than one line of a body holds something: behind an object the next line,
/// behind anything else any line that begins with a brace.
fn has_second_text(body: &[u8]) -> bool {
    if !body.starts_with(b"{") {
        let mut lines = body.split(|byte| byte.is_ascii_control()).skip(1).map(<[u8]>::trim_ascii_start);
        return lines.any(|line| line.starts_with(b"{"));
    }
    let first_end = memchr::memchr(b'\n', body);
    let rest = first_end.and_then(|end| body.get(end..)).unwrap_or_default();
    rest.trim_ascii_start().starts_with(b"{")
}

/// Cuts a byte stream into frames, whatever pieces it arrives in.
#[derive(Debug)]
pub(super) enum Cutter {
    Events(sse::Framer),
    Lines(lines::Framer),
    Array(array::Framer),
}

impl Cutter {
    /// A cutter for one stream, whose frames have at most `limit_bytes` bytes.
    pub(super) fn new(framing: Framing, limit_bytes: usize) -> Self {
        match framing {
            Framing::Events => Self::Events(sse::Framer::new(limit_bytes)),
            Framing::Lines => Self::Lines(lines::Framer::new(limit_bytes)),
            Framing::Array => Self::Array(array::Framer::new(limit_bytes)),
        }
    }

    /// Takes the next piece of the stream.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        match self {
            Self::Events(framer) => framer.push(bytes),
            Self::Lines(framer) => framer.push(bytes),
            Self::Array(framer) => framer.push(bytes),
        }
    }

    /// Says that nothing follows: what is incomplete is then a frame too.
    pub(super) fn end(&mut self) {
        match self {
            Self::Events(framer) => framer.end(),
            Self::Lines(framer) => framer.end(),
            Self::Array(framer) => framer.end(),
        }
    }

    /// The next frame, if one is there. After an error the stream cannot be read on.
    pub(super) fn next_frame(&mut self) -> Result<Option<Frame<'_>>, FrameTooLarge> {
        match self {
            Self::Events(framer) => framer.next_frame(),
            Self::Lines(framer) => framer.next_frame(),
            Self::Array(framer) => framer.next_frame(),
        }
    }
}

#[cfg(test)]
mod tests;
