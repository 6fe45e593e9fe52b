//! What was decided about each call of a stream, for the copies that come later.
//!
//! The response at a stream's end has every item again. Its copy of a call must be
//! the one that was judged; then it shares that one's fate. A call that was never
//! judged is judged there.

use super::call::Reading;
use super::item::Kind;
use super::rewrite::Message;
use crate::call::{Flaw, Input};

/// Calls that were judged, in order.
#[derive(Debug)]
pub(super) struct Ledger {
    entries: Vec<Entry>,
    bytes: usize,
    bytes_max: usize,
}

#[derive(Debug)]
struct Entry {
    index: u64,
    /// The call; `None`: there was no room to remember it, or it was never read.
    reading: Option<Reading>,
    /// Whether it was whole when it was judged.
    is_whole: bool,
    /// What stands in its place; `None`: it was released.
    replacement: Option<String>,
}

/// What happens to an item of a whole response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays.
    Keep,
    /// This item takes its place.
    Replace(String),
    /// It was not judged yet; perhaps it differs from what was.
    Ask(Option<Flaw>),
}

impl Ledger {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { entries: Vec::new(), bytes: 0, bytes_max }
    }

    /// Notes a call, by its item's index, as released.
    pub(super) fn note(&mut self, index: u64, reading: Option<Reading>, is_whole: bool) {
        let bytes = |reading: &Reading| match &reading.call.input {
            Input::Json(text) | Input::Text(text) => text.len().saturating_mul(2),
        };
        self.bytes = self.bytes.saturating_add(reading.as_ref().map_or(0, bytes));
        let reading = reading.filter(|_| self.bytes <= self.bytes_max);
        self.entries.push(Entry { index, reading, is_whole, replacement: None });
    }

    /// Notes that the call noted last for this index was withheld.
    pub(super) fn withhold(&mut self, index: u64, replacement: String) {
        if let Some(entry) = self.entries.iter_mut().rev().find(|entry| entry.index == index) {
            entry.replacement = Some(replacement);
        }
    }

    /// The calls that were withheld so far.
    pub(super) fn withheld(&self) -> impl Iterator<Item = &Reading> {
        self.entries.iter().filter(|entry| entry.replacement.is_some()).filter_map(|entry| entry.reading.as_ref())
    }

    /// What happens to the items of a response, each by its position.
    pub(super) fn fates(&self, items: &[(Kind, Option<Reading>)]) -> Vec<Fate> {
        let mut is_used = vec![false; self.entries.len()];
        let mut fates = Vec::with_capacity(items.len());
        for (position, (_, reading)) in items.iter().enumerate() {
            fates.push(match reading {
                None => Fate::Keep,
                Some(reading) => self.fate(position as u64, reading, &mut is_used),
            });
        }
        fates
    }

    fn fate(&self, index: u64, reading: &Reading, is_used: &mut [bool]) -> Fate {
        let is_same = |entry: &Entry| entry.is_whole && entry.reading.as_ref().is_some_and(|judged| judged.is_same(reading));
        let free = || self.entries.iter().enumerate().filter(|(at, _)| is_used.get(*at) == Some(&false));
        let same_place = free().find(|(_, entry)| entry.index == index && is_same(entry));
        let found = same_place.or_else(|| free().find(|(_, entry)| is_same(entry)));
        if let Some((at, entry)) = found {
            if let Some(used) = is_used.get_mut(at) {
                *used = true;
            }
            return entry.replacement.clone().map_or(Fate::Keep, Fate::Replace);
        }
        match self.entries.iter().find(|entry| entry.index == index) {
            Some(Entry { replacement: Some(replacement), .. }) => Fate::Replace(replacement.clone()),
            // Half of it was judged; the other half is not delivered either.
            Some(Entry { is_whole: false, .. }) => Fate::Replace(Message::new(index, "", "").item()),
            Some(Entry { reading: Some(_), .. }) => Fate::Ask(Some(Flaw::Disagreeing)),
            Some(Entry { reading: None, .. }) | None => Fate::Ask(None),
        }
    }
}
