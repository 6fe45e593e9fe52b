//! A streamed Responses answer.
//!
//! Words flow until a call's item starts. From then on every frame is kept back,
//! since items come in order, until the item ends and is judged: it leaves in the
//! frames it came in, or as a message with the same number. The response at the end
//! repeats all items; its copies share the fate of what they repeat.
//!
//! A stream that breaks the order (an item that starts twice, a delta for one that
//! has not started, a frame that cannot be read) is not guessed at. A notice says
//! so, and no further item of it leaves: the answer is *cut* there, and only what
//! had begun as words, and the end, still come through.

use super::begun::Begun;
use super::behind::each_once;
use super::call::Call;
use super::event::{self, Event, InputEvent, Place};
use super::halt::Left;
use super::held::{Held, HeldCall};
use super::item::{self, Kind};
use super::ledger::Ledger;
use super::output::ITEMS_MAX;
use super::sequence::Sequence;
use crate::call::{Flaw, Proposal};
use crate::wire::gate::{Bounds, Ruling, StreamDialect};
use crate::wire::server_held::{Answered, summaries};
use crate::wire::spelling::is_event;
use crate::wire::sse::Frame;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The longest id of an item by which it is found, in bytes.
const ID_BYTES_MAX: usize = 1024;

/// The state of one streamed answer.
#[derive(Debug)]
pub(in crate::wire) struct Stream {
    pub(super) bounds: Bounds,
    /// The items begun, by their index.
    pub(super) items: BTreeMap<u64, Item>,
    /// Where the item with an id is.
    ids: BTreeMap<String, u64>,
    pub(super) held: Option<Held>,
    pub(super) ledger: Ledger,
    pub(super) cut: Option<Cut>,
    pub(super) sequence: Sequence,
    /// The response as far as it went, for signs of life.
    pub(super) begun: Begun,
    /// The summaries in it that only the provider can read.
    pub(super) summaries: Vec<String>,
    /// Its id, as it was said first.
    pub(super) id: Option<String>,
    /// What it has left behind at the server, once it has ended.
    pub(super) answered: Option<Answered>,
    /// What has left, for an end in its middle.
    pub(super) left: Left,
}

/// One item of the answer.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) kind: Kind,
    pub(super) is_open: bool,
    /// How many parts of it have begun.
    pub(super) parts: u64,
}

/// From where on no item leaves.
#[derive(Debug)]
pub(super) struct Cut {
    pub(super) at: u64,
    /// What was put there instead.
    pub(super) notice: Option<String>,
}

impl Stream {
    pub(in crate::wire) fn new(bounds: Bounds) -> Self {
        let ledger = Ledger::new(bounds.held_frames_bytes);
        Self {
            bounds,
            items: BTreeMap::new(),
            ids: BTreeMap::new(),
            held: None,
            ledger,
            cut: None,
            sequence: Sequence::default(),
            begun: Begun::default(),
            summaries: Vec::new(),
            id: None,
            answered: None,
            left: Left::default(),
        }
    }

    /// A frame that needs no verdict: it leaves, or waits for the calls before it.
    pub(super) fn pass(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) {
        match &mut self.held {
            Some(held) => held.keep(None, frame.raw, self.bounds.held_frames_bytes),
            None => {
                self.note_left(frame);
                self.sequence.pass(frame, out);
            }
        }
    }

    /// Notes a frame that leaves as it came.
    pub(super) fn note_left(&mut self, frame: &Frame<'_>) {
        let Some(data) = frame.data.as_deref().filter(|data| is_event(data)) else { return };
        if let Some(plain) = event::plain_delta(frame.event, data) {
            if let Ok(index) = self.resolve(&plain.place()) {
                self.left.text(index, &plain, self.bounds.held_frames_bytes);
            }
            return;
        }
        let Ok(event) = Event::read(frame.event, data) else { return };
        let place = match &event {
            Event::Added(place, _) | Event::Done(place, _) | Event::Part(place, ..) => Some(place),
            Event::Response { .. } | Event::Input(_) | Event::Of { .. } | Event::Error | Event::Other => None,
        };
        let index = place.and_then(|place| self.resolve(place).ok());
        self.left.note(&event, index);
    }

    /// The index of the item an event belongs to. Some compatible servers name it by
    /// its id alone; clients go by either, so both must say the same.
    fn resolve(&self, place: &Place<'_>) -> Result<u64, Flaw> {
        let by_id = place.item_id.as_deref().and_then(|id| self.ids.get(id)).copied();
        match (place.index, by_id) {
            (Some(index), Some(other)) if index != other => Err(frame_flaw("its index and its id name two items")),
            (Some(index), _) | (None, Some(index)) => Ok(index),
            (None, None) => Err(frame_flaw("it belongs to no item")),
        }
    }

    /// The index behind the last item's.
    pub(super) fn next_index(&self) -> u64 {
        self.items.last_key_value().map_or(0, |(index, _)| index.saturating_add(1))
    }

    fn open(&mut self, index: u64) -> Option<&mut Item> {
        self.items.get_mut(&index).filter(|item| item.is_open)
    }

    /// The call on its way at this index.
    fn held_at(&mut self, index: u64) -> Option<&mut HeldCall> {
        self.held.as_mut()?.calls.get_mut(&index).filter(|held| !held.call.is_done())
    }

    fn take(&mut self, event: &Event<'_>, frame: &Frame<'_>, data: &[u8], out: &mut Vec<u8>) -> Vec<Proposal> {
        let taken = match event {
            Event::Response { response, ends } => return self.take_response(response, *ends, frame, data, out),
            Event::Added(place, item) => self.begin(place, item, frame, out),
            Event::Done(place, item) => self.resolve(place).and_then(|index| self.finish(index, item, frame, out)),
            Event::Part(place, number, part) => self.resolve(place).and_then(|index| self.take_part(index, *number, part, frame, out)),
            Event::Input(input) => self.resolve(&input.place).and_then(|index| self.take_input(index, input, frame, out)),
            Event::Of { place, is_piece } => match self.resolve(place) {
                Ok(index) => self.take_other(index, *is_piece, frame, out),
                Err(flaw) => Err(flaw),
            },
            Event::Error => return self.take_error(frame, out),
            Event::Other => {
                self.pass(frame, out);
                Ok(())
            }
        };
        match taken {
            Ok(()) => self.ready(),
            Err(flaw) => self.break_off(flaw, frame),
        }
    }

    fn begin(&mut self, place: &Place<'_>, item: &RawValue, frame: &Frame<'_>, out: &mut Vec<u8>) -> Result<(), Flaw> {
        if self.cut.is_some() {
            return self.drop_frame(frame);
        }
        let index = place.index.unwrap_or_else(|| self.next_index());
        if self.items.contains_key(&index) || place.item_id.as_deref().is_some_and(|id| self.ids.contains_key(id)) {
            return Err(frame_flaw("an item starts twice"));
        }
        if self.items.len() >= ITEMS_MAX {
            return Err(Flaw::TooLarge);
        }
        let kind = Kind::of(item);
        let acts = kind.acts();
        if let Some(id) = place.item_id.as_deref().filter(|id| !id.is_empty() && id.len() <= ID_BYTES_MAX) {
            self.ids.insert(id.to_owned(), index);
        }
        self.items.insert(index, Item { kind, is_open: true, parts: 0 });
        if acts {
            let call = Call::begin(item, self.bounds.call_arguments_bytes);
            self.hold(index, HeldCall::of(call, None), frame);
        } else {
            self.pass(frame, out);
        }
        Ok(())
    }

    /// Keeps a call back from here on.
    fn hold(&mut self, index: u64, call: HeldCall, frame: &Frame<'_>) {
        let held = self.held.get_or_insert_default();
        held.calls.insert(index, call);
        held.keep(Some(index), frame.raw, self.bounds.held_frames_bytes);
    }

    fn finish(&mut self, index: u64, item: &RawValue, frame: &Frame<'_>, out: &mut Vec<u8>) -> Result<(), Flaw> {
        let bytes_max = self.bounds.call_arguments_bytes;
        if self.held_at(index).is_none() {
            let kind = Kind::of(item);
            let begun = self.open(index).ok_or_else(|| frame_flaw("an item that is not open ends"))?;
            if kind == begun.kind && !kind.acts() {
                begun.is_open = false;
                if self.summaries.is_empty() {
                    self.summaries = summaries(std::iter::once(item.get()));
                }
                if self.held.is_none() {
                    self.begun.left(index, item);
                }
                self.pass(frame, out);
                return Ok(());
            }
            // What began as a message and ends as something else can still end as words.
            let flaw = match (&begun.kind, kind) {
                (Kind::Message, Kind::Unknown(part)) => Flaw::UnknownItem(part),
                (Kind::Message, _) => Flaw::Disagreeing,
                _ => return Err(Flaw::Disagreeing),
            };
            let parts = begun.parts;
            self.hold(index, HeldCall::of(Call::broken(Some(flaw)), Some(parts)), frame);
        } else if let Some(held) = &mut self.held {
            held.keep(Some(index), frame.raw, self.bounds.held_frames_bytes);
        }
        if let Some(begun) = self.open(index) {
            begun.is_open = false;
        }
        if let Some(held) = self.held_at(index) {
            if !frame.complete {
                held.call.mar(Flaw::Truncated);
            }
            held.call.finish(item, bytes_max);
            held.ended = held.parts.map(|_| item.get().to_owned());
        }
        Ok(())
    }

    fn take_part(&mut self, index: u64, number: u64, part: &RawValue, frame: &Frame<'_>, out: &mut Vec<u8>) -> Result<(), Flaw> {
        if self.keep_held(index, frame) {
            return Ok(());
        }
        let begun = self.open(index).ok_or_else(|| frame_flaw("a part of an item that is not open"))?;
        match (item::part_flaw(part), &begun.kind) {
            (None, _) => {
                begun.parts = begun.parts.max(number.saturating_add(1));
                self.pass(frame, out);
                Ok(())
            }
            (Some(kind), Kind::Message) => {
                let parts = begun.parts;
                self.hold(index, HeldCall::of(Call::broken(Some(Flaw::UnknownItem(kind))), Some(parts)), frame);
                Ok(())
            }
            (Some(kind), _) => Err(Flaw::UnknownItem(kind)),
        }
    }

    /// Keeps a frame of a call that is on its way; false: there is none at this index.
    fn keep_held(&mut self, index: u64, frame: &Frame<'_>) -> bool {
        if self.held_at(index).is_none() {
            return false;
        }
        if let Some(held) = &mut self.held {
            held.keep(Some(index), frame.raw, self.bounds.held_frames_bytes);
        }
        true
    }

    fn take_input(&mut self, index: u64, input: &InputEvent<'_>, frame: &Frame<'_>, out: &mut Vec<u8>) -> Result<(), Flaw> {
        let bytes_max = self.bounds.call_arguments_bytes;
        if self.keep_held(index, frame) {
            let Some(held) = self.held_at(index) else { return Ok(()) };
            let begun = if input.begins { input.whole.as_deref() } else { None };
            if let Some(piece) = input.delta.as_deref().or(begun) {
                held.call.take_piece(input.number, piece, bytes_max);
            } else if let Some(whole) = &input.whole {
                held.call.take_whole(input.number, whole, bytes_max);
            }
            if let Some(name) = &input.name {
                held.call.take_name(name);
            }
            return Ok(());
        }
        match self.open(index) {
            Some(Item { kind: Kind::Served, .. }) if input.is_served => {
                self.pass(frame, out);
                Ok(())
            }
            Some(_) | None => Err(frame_flaw("a piece of a call that is not on its way")),
        }
    }

    fn take_other(&mut self, index: u64, is_piece: bool, frame: &Frame<'_>, out: &mut Vec<u8>) -> Result<(), Flaw> {
        if self.keep_held(index, frame) {
            return Ok(());
        }
        match self.items.get(&index) {
            Some(item) if !item.kind.acts() => {
                self.pass(frame, out);
                Ok(())
            }
            // News of an item that has not begun, with no piece of it.
            None if !is_piece => {
                self.pass(frame, out);
                Ok(())
            }
            Some(_) | None => Err(frame_flaw("a piece of an item that is not open")),
        }
    }

    /// A frame behind the cut.
    fn drop_frame(&mut self, frame: &Frame<'_>) -> Result<(), Flaw> {
        self.sequence.shift(frame.raw);
        Ok(())
    }
}

impl StreamDialect for Stream {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) -> Vec<Proposal> {
        let Some(data) = frame.data.as_deref() else {
            // A comment, a sign of life.
            if frame.complete || self.held.is_none() {
                out.extend_from_slice(frame.raw);
            }
            return Vec::new();
        };
        if !is_event(data) {
            // What follows a frame without its blank line would become part of it.
            if frame.complete || self.held.is_none() {
                self.pass(frame, out);
            }
            return if data.trim_ascii() == b"[DONE]" { self.truncate() } else { Vec::new() };
        }
        if let Some(plain) = event::plain_delta(frame.event, data).filter(|_| self.held.is_none())
            && let Ok(index) = self.resolve(&plain.place())
            && self.open(index).is_some_and(|item| !item.kind.acts())
        {
            self.left.text(index, &plain, self.bounds.held_frames_bytes);
            self.sequence.pass_numbered(frame, plain.sequence_number, out);
            return Vec::new();
        }
        match Event::read(frame.event, data) {
            Ok(event) => self.take(&event, frame, data, out),
            Err(flaw) => self.break_off(flaw, frame),
        }
    }

    fn rule(&mut self, rulings: Vec<Ruling>, out: &mut Vec<u8>) {
        self.settle(rulings, out);
    }

    fn end(&mut self, _out: &mut Vec<u8>) -> Vec<Proposal> {
        self.truncate()
    }

    fn so_far(&self) -> Option<Answered> {
        let on_their_way = self.held.iter().flat_map(|held| held.calls.values()).filter_map(|held| held.call.reading());
        let unanswered = each_once(self.ledger.withheld().chain(on_their_way));
        Some(Answered { id: self.id.clone()?, unanswered, summaries: self.summaries.clone() })
    }

    fn take_answered(&mut self) -> Option<Answered> {
        self.answered.take()
    }

    fn halt(&mut self, text: &str, out: &mut Vec<u8>) {
        self.held = None;
        self.sequence.halt();
        self.left.end(text, &mut self.sequence, out);
    }

    fn keep_alive(&self, out: &mut Vec<u8>) {
        let is_even = !self.items.values().any(|item| item.is_open && !item.kind.acts());
        self.begun.sign_of_life(&self.sequence.last_member(), is_even, out);
    }
}

pub(super) fn frame_flaw(what: &str) -> Flaw {
    Flaw::Frame(what.into())
}
