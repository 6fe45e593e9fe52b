//! A streamed Chat Completions answer.
//!
//! Text of every choice flows while a call is on its way: this dialect demands no
//! order between the two. All pieces of calls, and the `finish_reason` of a choice
//! that has some, are kept back until every such choice has finished; then they are
//! judged together. When all are released the kept frames leave as they came.
//! Otherwise the choices concerned are written anew: their calls out of the frames,
//! a notice for each withheld call, the others whole and numbered from 0.

use super::call::Call;
use super::chunk::{self, Chunk, Piece};
use super::halt::Left;
use super::rewrite::{Change, Rewriting};
use crate::call::{Flaw, Proposal};
use crate::wire::gate::{Bounds, Ruling, StreamDialect};
use crate::wire::server_held::Answered;
use crate::wire::sse::Frame;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};

/// How many choices are told apart.
const CHOICES_MAX: usize = 128;

/// How many calls one choice may have.
const CALLS_MAX: usize = 512;

/// The state of one streamed answer.
#[derive(Debug)]
pub(in crate::wire) struct Stream {
    bounds: Bounds,
    choices: BTreeMap<u64, Choice>,
    /// Frames kept back, in order.
    held: Vec<Vec<u8>>,
    held_bytes: usize,
    left: Left,
}

/// One choice's calls.
#[derive(Debug, Default)]
struct Choice {
    /// Calls not ruled on yet, by their index; the legacy `function_call` has none.
    calls: BTreeMap<Option<u64>, Call>,
    /// Whether its `finish_reason` came.
    is_finished: bool,
    /// The same, also of a choice without calls.
    has_finished: bool,
    /// Indices of calls that were ruled on: nothing may be added to them.
    ruled: BTreeSet<Option<u64>>,
    /// How many calls were delivered, for numbering the next one written anew.
    delivered: usize,
}

impl Stream {
    pub(in crate::wire) fn new(bounds: Bounds) -> Self {
        Self { bounds, choices: BTreeMap::new(), held: Vec::new(), held_bytes: 0, left: Left::default() }
    }

    fn is_waiting(&self) -> bool {
        self.choices.values().any(|choice| !choice.calls.is_empty())
    }

    fn hold(&mut self, raw: &[u8]) {
        self.held_bytes = self.held_bytes.saturating_add(raw.len());
        if self.held_bytes <= self.bounds.held_frames_bytes {
            return self.held.push(raw.to_vec());
        }
        self.choices.values_mut().flat_map(|choice| choice.calls.values_mut()).for_each(|call| call.mar(Flaw::TooLarge));
    }

    /// Takes a chunk's pieces; true when the frame must be kept back.
    fn take(&mut self, chunk: &Chunk<'_>) -> bool {
        let mut holds = false;
        for (index, piece) in &chunk.pieces {
            let is_too_many = self.choices.len() >= CHOICES_MAX && !self.choices.contains_key(index);
            let choice = self.choices.entry(if is_too_many { 0 } else { *index }).or_default();
            match piece {
                _ if is_too_many => choice.mar(&Flaw::TooLarge),
                Piece::Call(piece) => choice.take(piece, self.bounds.call_arguments_bytes),
                Piece::Function(function) => choice.call(None).take_function(function, self.bounds.call_arguments_bytes),
                Piece::Flawed(flaw) => choice.mar(flaw),
                Piece::Finish => {
                    choice.is_finished |= !choice.calls.is_empty();
                    choice.has_finished = true;
                }
            }
            holds |= !choice.calls.is_empty();
        }
        holds
    }

    fn mar(&mut self, flaw: &Flaw) {
        self.choices.entry(0).or_default().mar(flaw);
    }

    /// All calls, once no choice that has some is unfinished.
    fn ready(&mut self) -> Vec<Proposal> {
        let is_open = |choice: &Choice| !choice.calls.is_empty() && !choice.is_finished;
        if self.choices.values().any(is_open) { Vec::new() } else { self.proposals() }
    }

    fn proposals(&self) -> Vec<Proposal> {
        self.choices.values().flat_map(|choice| choice.calls.values()).map(Call::proposal).collect()
    }
}

impl StreamDialect for Stream {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) -> Vec<Proposal> {
        let Some(data) = frame.data.as_deref() else {
            out.extend_from_slice(frame.raw);
            return Vec::new();
        };
        if let Some(choices) = chunk::plain_text(data) {
            self.left.note(data, choices.min(CHOICES_MAX as u64));
            out.extend_from_slice(frame.raw);
            return Vec::new();
        }
        if data.trim_ascii() == b"[DONE]" {
            return self.done(frame, out);
        }
        let must_hold = match Chunk::read(data) {
            Ok(chunk) => {
                let choices = chunk.pieces.iter().map(|(index, _)| index.saturating_add(1)).max().unwrap_or(0);
                self.left.note(data, choices.min(CHOICES_MAX as u64));
                self.take(&chunk)
            }
            Err(flaw) => {
                self.mar(&flaw);
                true
            }
        };
        if !must_hold {
            out.extend_from_slice(frame.raw);
            return Vec::new();
        }
        if !frame.complete {
            self.mar(&Flaw::Truncated);
        }
        self.hold(frame.raw);
        self.ready()
    }

    fn rule(&mut self, rulings: Vec<Ruling>, out: &mut Vec<u8>) {
        let mut rulings = rulings.into_iter();
        let mut changes = BTreeMap::new();
        for (index, choice) in &mut self.choices {
            if let Some(change) = choice.rule(&mut rulings) {
                changes.insert(*index, change);
            }
        }
        self.held_bytes = 0;
        let held = std::mem::take(&mut self.held);
        if changes.is_empty() {
            return held.iter().for_each(|raw| out.extend_from_slice(raw));
        }
        Rewriting::new(&held, changes).write(&held, out);
    }

    fn end(&mut self, _out: &mut Vec<u8>) -> Vec<Proposal> {
        let unfinished = self.choices.values_mut().filter(|choice| !choice.is_finished);
        unfinished.flat_map(|choice| choice.calls.values_mut()).for_each(|call| call.mar(Flaw::Truncated));
        self.proposals()
    }

    fn so_far(&self) -> Option<Answered> {
        Some(Answered { id: self.left.id()?, ..Answered::default() })
    }

    fn halt(&mut self, text: &str, out: &mut Vec<u8>) {
        self.held.clear();
        // A choice whose calls are kept back has finished for the upstream alone.
        let choices = &self.choices;
        let is_finished = |index| choices.get(&index).is_some_and(|choice| choice.has_finished && choice.calls.is_empty());
        self.left.end(text, is_finished, out);
    }

    fn keep_alive(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b": waiting for a person\n\n");
    }
}

impl Stream {
    /// `[DONE]`: no piece follows, so what is there is judged, finished or not.
    fn done(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) -> Vec<Proposal> {
        self.left.is_done = true;
        if !self.is_waiting() {
            out.extend_from_slice(frame.raw);
            return Vec::new();
        }
        self.hold(frame.raw);
        self.proposals()
    }
}

impl Choice {
    /// Takes one element of `tool_calls`.
    fn take(&mut self, piece: &RawValue, bytes_max: usize) {
        let place = chunk::PiecePlace::of(piece);
        let call = self.call(place.index.or_else(|| self.index_of(&place.id)));
        call.is_irregular |= place.index.is_none();
        if place.is_malformed {
            call.mar(Flaw::Frame("`index` is no number".into()));
        }
        call.take(piece, bytes_max);
    }

    /// Where a piece without an index belongs: a new id opens a new call, anything
    /// else goes to the last one.
    fn index_of(&self, id: &str) -> Option<u64> {
        match self.calls.last_key_value() {
            Some((index, last)) if !last.is_other_than(id) => *index,
            Some(_) | None => Some(self.calls.len().saturating_add(self.ruled.len()) as u64),
        }
    }

    /// The call at this index, begun now if it is new.
    fn call(&mut self, index: Option<u64>) -> &mut Call {
        let is_too_many = self.calls.len() >= CALLS_MAX && !self.calls.contains_key(&index);
        let index = if is_too_many { Some(u64::MAX) } else { index };
        let is_ruled = self.ruled.contains(&index);
        let call = self.calls.entry(index).or_insert_with(|| Call::at(index));
        if is_too_many {
            call.mar(Flaw::TooLarge);
        }
        if is_ruled {
            call.mar(Flaw::Frame("it goes on after its end".into()));
        }
        call
    }

    /// Marks every call on its way, or one without a name if there is none.
    fn mar(&mut self, flaw: &Flaw) {
        if self.calls.is_empty() {
            self.calls.insert(None, Call::at(None));
        }
        self.calls.values_mut().for_each(|call| call.mar(flaw.clone()));
    }

    /// Carries out the rulings on this choice's calls. `None`: its frames leave as they came.
    fn rule(&mut self, rulings: &mut impl Iterator<Item = Ruling>) -> Option<Change> {
        let calls = std::mem::take(&mut self.calls);
        let mut change = Change { first_index: self.delivered, ..Change::default() };
        let mut is_changed = false;
        for (index, call) in calls {
            self.ruled.insert(index);
            match rulings.next() {
                Some(Ruling::Release) => {
                    is_changed |= call.is_irregular;
                    change.delivered.push(call);
                    self.delivered += 1;
                }
                Some(Ruling::Withhold(notice)) => {
                    is_changed = true;
                    change.notices.push(notice);
                }
                // A proposal without a ruling is not delivered.
                None => is_changed = true,
            }
        }
        is_changed.then_some(change)
    }
}
