//! A look at every HTTP/1.1 request head before the server reads it.
//!
//! The HTTP library quietly resolves some contradictions that must be refused here:
//! a `Content-Length` beside a `Transfer-Encoding`, lengths that differ, a folded
//! header. This reader stands between the socket and the library, follows the
//! framing from head to head, and hands on a head with such a contradiction as bytes
//! that are no request at all, so that the library answers 400 and hangs up. It
//! never answers itself and never changes a head that is sound.
//!
//! What is held back here the library does not see, so it cannot see either that a head
//! takes for ever: a connection whose first head, or whose begun one, is not whole in
//! time is broken off.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How much is read from the socket at once.
const READ_BYTES: usize = 16 * 1024;

/// What is handed on instead of a contradictory head: no method begins like this.
const POISON: &[u8] = b"\0\r\n\r\n";

/// What HTTP/2 connections begin with: from there on there are no heads to look at.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n";

/// A connection whose request heads are looked at.
#[derive(Debug)]
pub(super) struct Watched<S> {
    socket: S,
    framing: Framing,
    /// Bytes looked at and not handed on yet.
    seen: Vec<u8>,
    handed_on: usize,
    scratch: Box<[u8]>,
    /// Within what time a head has to be whole.
    head_wait: Duration,
    /// When the head that is waited for is late.
    late: Option<Pin<Box<tokio::time::Sleep>>>,
    /// Whether a head was handed on: between two of them the library looks at the clock.
    is_begun: bool,
}

impl<S> Watched<S> {
    pub(super) fn new(socket: S, head_bytes_max: usize, head_wait: Duration) -> Self {
        let scratch = vec![0; READ_BYTES].into();
        let framing = Framing::new(head_bytes_max);
        Self { socket, framing, seen: Vec::new(), handed_on: 0, scratch, head_wait, late: None, is_begun: false }
    }

    /// Waits for more of a head, but not for ever.
    fn wait(&mut self, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        if self.is_begun && self.framing.head.is_empty() {
            return Poll::Pending;
        }
        let wait = self.head_wait;
        let late = self.late.get_or_insert_with(|| Box::pin(tokio::time::sleep(wait)));
        ready!(late.as_mut().poll(context));
        Poll::Ready(Err(std::io::Error::new(std::io::ErrorKind::TimedOut, "a request's head did not come in time")))
    }

    /// Gives what was looked at; false when there is nothing.
    fn hand_on(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let waiting = self.seen.get(self.handed_on..).unwrap_or_default();
        let given = waiting.get(..waiting.len().min(buffer.remaining())).unwrap_or_default();
        buffer.put_slice(given);
        self.handed_on += given.len();
        let gave = !given.is_empty();
        if gave {
            (self.late, self.is_begun) = (None, true);
        }
        if self.handed_on == self.seen.len() {
            self.seen.clear();
            self.handed_on = 0;
        }
        gave
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.hand_on(buffer) {
                return Poll::Ready(Ok(()));
            }
            if this.framing.is_over() {
                return Pin::new(&mut this.socket).poll_read(context, buffer);
            }
            let mut scratch = ReadBuf::new(&mut this.scratch);
            match Pin::new(&mut this.socket).poll_read(context, &mut scratch) {
                Poll::Pending => return this.wait(context),
                Poll::Ready(read) => read?,
            }
            if scratch.filled().is_empty() {
                // The end of input: a head that is not whole is handed on as it is.
                this.framing.flush(&mut this.seen);
                this.hand_on(buffer);
                return Poll::Ready(Ok(()));
            }
            this.framing.follow(scratch.filled(), &mut this.seen);
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.get_mut().socket).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.get_mut().socket).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }
}

/// Follows requests on one connection from head to head.
#[derive(Debug)]
struct Framing {
    state: State,
    /// The head being received.
    head: Vec<u8>,
    head_bytes_max: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In a head, held back until it is whole.
    Head,
    /// In a body of this many more bytes.
    Body(u64),
    /// In the line that says how long the next chunk is.
    ChunkSize(u64, SizePart),
    /// In a chunk, its line end included.
    Chunk(u64),
    /// In the trailers, at a line that is empty so far or not.
    Trailer { is_empty: bool },
    /// Nothing more to look at.
    Over,
}

/// Where in a chunk-size line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SizePart {
    Digits,
    Extension,
}

impl Framing {
    fn new(head_bytes_max: usize) -> Self {
        Self { state: State::Head, head: Vec::new(), head_bytes_max }
    }

    fn is_over(&self) -> bool {
        self.state == State::Over && self.head.is_empty()
    }

    /// Takes what was received, puts what may be handed on into `out`.
    fn follow(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        while !bytes.is_empty() {
            let taken = match self.state {
                State::Head => self.take_head(bytes, out),
                State::Body(left) | State::Chunk(left) => self.take_counted(left, bytes, out),
                State::ChunkSize(..) | State::Trailer { .. } => self.take_byte(bytes, out),
                State::Over => {
                    out.extend_from_slice(bytes);
                    bytes.len()
                }
            };
            bytes = bytes.get(taken..).unwrap_or_default();
        }
    }

    fn flush(&mut self, out: &mut Vec<u8>) {
        out.append(&mut self.head);
        self.state = State::Over;
    }

    fn take_head(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> usize {
        let line_end = memchr::memchr(b'\n', bytes).map(|at| at + 1);
        let taken = line_end.unwrap_or(bytes.len());
        let is_first_line = !self.head.contains(&b'\n');
        self.head.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        if self.head.len() > self.head_bytes_max || (is_first_line && self.head == HTTP2_PREFACE) {
            // Too long: the library refuses it with 431. HTTP/2: it has frames, not heads.
            self.flush(out);
            return taken;
        }
        if line_end.is_some() && (self.head.ends_with(b"\r\n\r\n") || self.head.ends_with(b"\n\n")) {
            self.end_head(out);
        }
        taken
    }

    fn end_head(&mut self, out: &mut Vec<u8>) {
        let head = std::mem::take(&mut self.head);
        match body_of(&head) {
            Some(state) => {
                out.extend_from_slice(&head);
                self.state = state;
            }
            None => {
                out.extend_from_slice(POISON);
                self.state = State::Over;
            }
        }
    }

    fn take_counted(&mut self, left: u64, bytes: &[u8], out: &mut Vec<u8>) -> usize {
        let taken = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        out.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        let left = left - taken as u64;
        self.state = match self.state {
            State::Chunk(_) if left > 0 => State::Chunk(left),
            State::Chunk(_) => State::ChunkSize(0, SizePart::Digits),
            _ if left > 0 => State::Body(left),
            _ => State::Head,
        };
        taken
    }

    /// Chunk sizes and trailers, which are short, one byte at a time.
    fn take_byte(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> usize {
        let Some(&byte) = bytes.first() else { return 0 };
        out.push(byte);
        self.state = match (self.state, byte) {
            (State::ChunkSize(0, _), b'\n') => State::Trailer { is_empty: true },
            (State::ChunkSize(size, _), b'\n') => State::Chunk(size.saturating_add(2)),
            (State::ChunkSize(size, SizePart::Digits), digit) => match char::from(digit).to_digit(16) {
                Some(digit) => State::ChunkSize(size.saturating_mul(16).saturating_add(u64::from(digit)), SizePart::Digits),
                None => State::ChunkSize(size, SizePart::Extension),
            },
            (State::Trailer { is_empty: true }, b'\n') => State::Head,
            (State::Trailer { .. }, b'\n') => State::Trailer { is_empty: true },
            (State::Trailer { is_empty: true }, b'\r') => State::Trailer { is_empty: true },
            (State::Trailer { .. }, _) => State::Trailer { is_empty: false },
            (state, _) => state,
        };
        1
    }
}

/// What follows a head; `None`: the head contradicts itself.
fn body_of(head: &[u8]) -> Option<State> {
    let mut length: Option<u64> = None;
    let mut is_chunked = false;
    let mut hosts = 0;
    for line in head.split(|byte| *byte == b'\n').skip(1) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            return None;
        }
        let Some(colon) = memchr::memchr(b':', line) else { continue };
        let (name, value) = (line.get(..colon)?, line.get(colon + 1..)?.trim_ascii());
        if name.eq_ignore_ascii_case(b"content-length") {
            let read = std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()?;
            if length.replace(read).is_some_and(|before| before != read) {
                return None;
            }
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if is_chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return None;
            }
            is_chunked = true;
        } else if name.eq_ignore_ascii_case(b"host") {
            hosts += 1;
        }
    }
    match (is_chunked, length) {
        _ if hosts > 1 => None,
        (true, Some(_)) => None,
        (true, None) => Some(State::ChunkSize(0, SizePart::Digits)),
        (false, Some(0) | None) => Some(State::Head),
        (false, Some(length)) => Some(State::Body(length)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followed(sent: &str) -> String {
        let whole = pieces(sent, sent.len().max(1));
        assert_eq!(pieces(sent, 1), whole, "byte by byte");
        whole
    }

    fn pieces(sent: &str, size: usize) -> String {
        let mut framing = Framing::new(1024);
        let mut out = Vec::new();
        sent.as_bytes().chunks(size).for_each(|piece| framing.follow(piece, &mut out));
        String::from_utf8(out).expect("text")
    }

    const AFTER: &str = "GET /next HTTP/1.1\r\nhost: x\r\n\r\n";

    #[test]
    fn sound_requests_are_handed_on_as_they_came() {
        for sent in [
            "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;x=1\r\nhello\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n",
            "GET / HTTP/1.1\nhost: x\n\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nwhatever follows",
        ] {
            let all = format!("{sent}{AFTER}");
            assert_eq!(followed(&all), all);
        }
    }

    #[test]
    fn a_head_that_contradicts_itself_is_no_request() {
        for sent in [
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
            "POST / HTTP/1.1\r\nX: a\r\n b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        ] {
            assert!(followed(sent).starts_with('\0'), "{sent:?}");
        }
    }

    #[test]
    fn the_head_behind_a_body_is_looked_at_too() {
        let bad = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n";
        for first in [
            "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        ] {
            assert_eq!(followed(&format!("{first}{bad}")), format!("{first}\0\r\n\r\n"));
        }
    }

    #[test]
    fn a_head_that_is_too_long_is_left_to_the_library() {
        let sent = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(5000));
        assert_eq!(followed(&sent), sent);
    }
}
