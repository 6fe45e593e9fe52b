//! Whose words are these? What a person wrote, told from what was put into their mouth.
//!
//! Role `user` is not the user: reminders of the client, files, tools' output, mails
//! and summaries arrive there too. This file cuts one text into pieces and says of
//! each how sure it is that a person wrote it here and now. Two readings follow from
//! one: what *loosens* takes only what is certain ([`own`]), what *tightens* listens to
//! all that may be a person's ([`heard`]).
//!
//! One law makes this safe: foreign text may end itself. A file can contain the tag
//! that closes its envelope, a mail the fence that closes its quotation. So nothing
//! behind a foreign piece of the same text is ever certain.

mod envelope;
mod paste;

use std::ops::Range;

/// The longest text that is cut up, in bytes. Of a longer one nothing is certain:
/// people paste more than this, they do not type it.
pub const TYPED_BYTES_MAX: usize = 32 * 1024;

/// How sure it is that a person wrote something. The order is that of certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Voice {
    /// It was put there: an envelope, pasted material, a quotation.
    Foreign,
    /// A person may have written it.
    Perhaps,
    /// A person wrote it.
    Own,
}

/// The longest text that is looked through for pieces. Of a longer one, which is pasted,
/// the last paragraph may be a person's.
const READ_BYTES_MAX: usize = 64 * 1024;

/// The longest last paragraph that may be.
const LAST_BYTES_MAX: usize = 2 * 1024;

/// One piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it stands, at character boundaries.
    pub range: Range<usize>,
    /// Whose it is.
    pub voice: Voice,
}

/// Cuts a text of role `user` into pieces: in order, beside one another, all of it.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut cut = Cut { text, at: 0, is_tainted: text.len() > TYPED_BYTES_MAX || envelope::is_doubtful(text), tags: 0, pieces: Vec::new() };
    if text.len() > READ_BYTES_MAX {
        let last = text.trim_end().rfind("\n\n").filter(|last| text.len() - last <= LAST_BYTES_MAX);
        cut.foreign(last.unwrap_or(text.len()));
    } else if envelope::is_foreign_as_a_whole(text) {
        cut.foreign(text.len());
    } else {
        envelope::skip_stamp(&mut cut);
        paste::read(&mut cut);
    }
    cut.rest(Voice::Own);
    cut.pieces
}

/// What is certainly a person's, and all that there is besides is not foreign: the
/// whole text with no doubt in it. `None`: some of it is not certain.
///
/// A stamp that the client put in front does not count.
pub fn own(text: &str) -> Option<&str> {
    let pieces = pieces(text);
    let mut words = pieces.iter().filter(|piece| !is_stamp(text, piece));
    let first = words.next()?;
    let is_all = first.voice == Voice::Own && words.all(|piece| piece.voice == Voice::Own);
    text.get(first.range.start..).filter(|_| is_all).map(str::trim)
}

/// The texts that may be a person's, in order.
pub fn heard(text: &str) -> Vec<&str> {
    let spoken = pieces(text).into_iter().filter(|piece| piece.voice > Voice::Foreign);
    spoken.filter_map(|piece| text.get(piece.range)).filter(|piece| !piece.trim().is_empty()).collect()
}

/// The one piece that leaves the rest certain: a time in brackets at the very front.
fn is_stamp(text: &str, piece: &Piece) -> bool {
    piece.range.start == 0 && piece.voice == Voice::Foreign && envelope::stamp(text).is_some_and(|end| end == piece.range.end)
}

/// A text on its way into pieces.
struct Cut<'a> {
    text: &'a str,
    /// Up to where it is cut.
    at: usize,
    /// Whether something foreign came before.
    is_tainted: bool,
    /// How many tags were looked at.
    tags: usize,
    pieces: Vec<Piece>,
}

impl Cut<'_> {
    /// Everything up to `end` is foreign, and what follows is never certain.
    fn foreign(&mut self, end: usize) {
        self.push(end, Voice::Foreign);
        self.is_tainted = true;
    }

    /// Everything up to `end` has this voice, as far as what came before lets it.
    fn spoken(&mut self, end: usize, voice: Voice) {
        let voice = if self.is_tainted { voice.min(Voice::Perhaps) } else { voice };
        self.push(end, voice);
    }

    /// So has the rest.
    fn rest(&mut self, voice: Voice) {
        self.spoken(self.text.len(), voice);
    }

    fn push(&mut self, end: usize, voice: Voice) {
        let range = self.at..end.min(self.text.len());
        if range.is_empty() || !self.text.is_char_boundary(range.end) {
            return;
        }
        self.at = range.end;
        match self.pieces.last_mut().filter(|last| last.voice == voice) {
            Some(last) => last.range.end = range.end,
            None => self.pieces.push(Piece { range, voice }),
        }
    }
}

#[cfg(test)]
mod tests;
