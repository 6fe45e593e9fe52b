//! A history: who speaks in it, and what they say.
//!
//! Every dialect's history is an array whose elements name a role, or a kind of item
//! that only one side writes. It is read no further than is needed, since it may be
//! long: [`History`] notes where its elements stand, and `turn` reads one of them when
//! somebody asks. Who *wrote* what stands there is another question: agents put much
//! into a user's mouth (`conversation::speech`).

mod gemini;
mod turn;

pub use turn::{Part, Role, Turn};

use crate::json;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;

/// The most elements of a history that are looked at; of a longer one the newest, and
/// what came before them counts as not seen.
pub const ELEMENTS_MAX: usize = 65_536;

/// A request's history, not read yet.
#[derive(Debug, Clone)]
pub struct History<'a> {
    body: &'a [u8],
    range: Range<usize>,
    elements: VecDeque<&'a str>,
    /// How many elements stand before the first of these.
    before: usize,
}

impl<'a> History<'a> {
    /// The history that stands in `range` of a body: an array, or a string or an object
    /// that is its one message. Anything else, and what is no text, is an empty history.
    pub fn new(body: &'a [u8], range: Range<usize>) -> Self {
        let mut history = Self { body, range: range.clone(), elements: VecDeque::new(), before: 0 };
        let Some(text) = body.get(range).and_then(|bytes| std::str::from_utf8(bytes).ok()).map(str::trim_ascii) else {
            return history;
        };
        if text.starts_with(['"', '{']) {
            history.elements.push_back(text);
            return history;
        }
        json::walk(text, |element| {
            if history.elements.len() >= ELEMENTS_MAX {
                history.elements.pop_front();
                history.before += 1;
            }
            history.elements.push_back(element);
            true
        });
        history
    }

    /// The turns, oldest first; each is read when it is asked for.
    pub fn turns(&self) -> impl DoubleEndedIterator<Item = Turn<'a>> + ExactSizeIterator {
        self.turns_behind(0)
    }

    /// The turns behind the first so many, which are not read.
    pub fn turns_behind(&self, count: usize) -> impl DoubleEndedIterator<Item = Turn<'a>> + ExactSizeIterator {
        let elements = self.elements.iter().enumerate().skip(count);
        elements.map(|(place, element)| Turn::read(self.body, self.before + place, element))
    }

    /// The body it stands in.
    pub fn body(&self) -> &'a [u8] {
        self.body
    }

    /// The bytes of it.
    pub fn bytes(&self) -> &'a [u8] {
        self.body.get(self.range.clone()).unwrap_or_default()
    }
}

impl History<'_> {
    /// How many turns there are to read.
    pub fn len(&self) -> usize {
        self.elements.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// How many bytes of it stand before its turn of this place among those to read.
    pub fn bytes_before(&self, place: usize) -> Option<usize> {
        json::span_in(self.bytes(), self.elements.get(place)?).map(|span| span.start)
    }

    /// Where each element stands in the body, oldest first.
    pub fn spans(&self) -> impl ExactSizeIterator<Item = Option<Range<usize>>> {
        self.elements.iter().map(|element| json::span_in(self.body, element))
    }
}

#[derive(Deserialize)]
struct Speaker<'a> {
    #[serde(borrow, default)]
    role: Option<Cow<'a, str>>,
}

/// The `role` of an element; `None` where it has none that can be read.
pub(super) fn role(element: &str) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Speaker<'_>>(element).ok().and_then(|speaker| speaker.role)
}

/// The first element of role `user`.
pub(super) fn first_user(history: &RawValue) -> Option<&str> {
    let mut found = None;
    json::walk(history.get(), |element| {
        found = (role(element).as_deref() == Some("user")).then_some(element);
        found.is_none()
    });
    found
}

#[cfg(test)]
mod tests;
