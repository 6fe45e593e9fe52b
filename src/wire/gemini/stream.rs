//! A streamed answer.
//!
//! A call normally stands whole in one chunk. The chunk waits for the verdict on every
//! call in it and leaves as it came, or with text in the place of what was withheld; the
//! next chunk is read only then, so that the order stays. A call that is streamed in
//! pieces keeps back every chunk until it has ended, and the calls in those chunks are
//! judged with it.
//!
//! One of the client libraries also takes lines of a stream that are no event for
//! chunks, and another one looks for events in other places than the specification
//! says. A frame with such a line in it is read as both would.

use super::call::Call;
use super::chunk::{Chunk, Found};
use super::left::Left;
use super::rewrite::{self, Fate};
use super::step::Steps;
use crate::call::{Flaw, Proposal};
use crate::json;
use crate::wire::framing::Framing;
use crate::wire::gate::{Bounds, Ruling, StreamDialect};
use crate::wire::spelling::is_event;
use crate::wire::sse::Frame;
use std::collections::BTreeMap;
use std::ops::Range;

/// How many calls may wait at one time: those in chunks that a streamed call keeps back.
const CALLS_MAX: usize = 1_024;

/// The UTF-8 byte order mark.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The state of one streamed answer.
#[derive(Debug)]
pub(in crate::wire) struct Stream {
    bounds: Bounds,
    framing: Framing,
    /// The calls that are not ruled on yet, in order.
    calls: Vec<Call>,
    /// Which of them goes on, for each candidate.
    open: BTreeMap<u64, usize>,
    held: Vec<Held>,
    held_bytes: usize,
    /// Frames that could not be kept: the calls in them cannot be released.
    is_overfull: bool,
    steps: Steps,
    left: Left,
    has_begun: bool,
}

/// A frame kept back.
#[derive(Debug)]
struct Held {
    raw: Vec<u8>,
    data: Data,
    complete: bool,
    /// For each thing in it that acts, which call it belongs to.
    acting: Vec<usize>,
    candidates: Vec<(u64, bool)>,
    is_error: bool,
    /// It cannot be read, and this call stands for all of it.
    stands_for: Option<usize>,
}

/// Where a frame's data stands.
#[derive(Debug)]
enum Data {
    None,
    /// In its bytes.
    At(Range<usize>),
    /// On several lines.
    Joined(Vec<u8>),
}

impl Stream {
    pub(in crate::wire) fn new(framing: Framing, bounds: Bounds) -> Self {
        let left = Left::new(framing);
        let (calls, open, held, steps) = Default::default();
        Self { bounds, framing, calls, open, held, held_bytes: 0, is_overfull: false, steps, left, has_begun: false }
    }

    /// What a frame says, if anybody takes it for something.
    fn data<'f>(&self, frame: &'f Frame<'_>) -> Option<Result<&'f [u8], Flaw>> {
        let odd = self.framing == Framing::Events && holds_odd_line(frame.raw, !self.has_begun);
        match frame.data.as_deref() {
            Some(_) if odd => Some(Err(Flaw::Frame("a line that is no part of an event".into()))),
            Some(data) => is_event(data).then_some(Ok(data)),
            None if odd => Some(Ok(frame.raw.trim_ascii())),
            None => None,
        }
    }

    /// Takes what acts in a chunk; gives for each of it the call it belongs to.
    fn take(&mut self, chunk: &Chunk<'_>) -> Vec<usize> {
        let mut places = Vec::with_capacity(chunk.acting.len());
        for acting in &chunk.acting {
            let (place, goes_on) = match &acting.found {
                Found::Flawed(flaw) => {
                    self.mar_open(acting.candidate, flaw);
                    (self.begin(Call::broken(acting.candidate, flaw.clone())), false)
                }
                Found::Call(value) => {
                    let place = self.open.remove(&acting.candidate).unwrap_or_else(|| self.begin(Call::of(acting.candidate)));
                    let call = self.calls.get_mut(place);
                    (place, call.is_some_and(|call| call.take(acting.element, value, self.bounds.call_arguments_bytes)))
                }
            };
            if goes_on {
                self.open.insert(acting.candidate, place);
            }
            places.push(place);
        }
        for (candidate, _) in chunk.candidates.iter().filter(|(_, has_finished)| *has_finished) {
            self.mar_open(*candidate, &Flaw::Truncated);
            self.open.remove(candidate);
        }
        places
    }

    fn begin(&mut self, call: Call) -> usize {
        self.calls.push(call);
        self.calls.len() - 1
    }

    fn mar(&mut self, place: usize, flaw: &Flaw) {
        self.calls.get_mut(place).into_iter().for_each(|call| call.mar(flaw.clone()));
    }

    /// Marks the candidate's call that goes on, if there is one.
    fn mar_open(&mut self, candidate: u64, flaw: &Flaw) {
        if let Some(place) = self.open.get(&candidate).copied() {
            self.mar(place, flaw);
        }
    }

    /// Keeps a frame back, or notes that there is no more room.
    fn hold(&mut self, held: Held) {
        self.held_bytes = self.held_bytes.saturating_add(held.raw.len());
        if self.held_bytes <= self.bounds.held_frames_bytes && self.calls.len() <= CALLS_MAX {
            return self.held.push(held);
        }
        self.is_overfull = true;
        self.calls.iter_mut().for_each(|call| call.mar(Flaw::TooLarge));
        self.open.clear();
        let stands_for = self.begin(Call::broken(0, Flaw::TooLarge));
        self.held.push(held.emptied(stands_for));
    }

    fn proposals(&mut self) -> Vec<Proposal> {
        self.calls.iter().for_each(|call| self.steps.note(call));
        self.calls.iter().map(|call| call.proposal(self.steps.signature(call.candidate))).collect()
    }

    /// A frame that needs no verdict leaves as it came.
    fn pass(&mut self, frame: &Frame<'_>, chunk: Option<&Chunk<'_>>, out: &mut Vec<u8>) -> Vec<Proposal> {
        if let Some(chunk) = chunk {
            self.left.note(&chunk.candidates, chunk.is_error);
        }
        let data = frame.data.as_deref().unwrap_or_default().len();
        let around = frame.raw.get(..frame.raw.len().saturating_sub(data)).unwrap_or_default();
        self.left.write(frame.raw, around, frame.complete, out);
        Vec::new()
    }

    fn release(&mut self, held: &Held, fates: &mut [Fate], out: &mut Vec<u8>) {
        if let Some(place) = held.stands_for {
            let notice = match take_fate(fates, place) {
                Fate::Withheld { notice, .. } => notice,
                Fate::Leaves(_) | Fate::Swallowed => String::new(),
            };
            let object = rewrite::stand_in(&notice, self.left.envelope());
            self.left.note(&[(0, true)], false);
            return self.write_instead(held, object.as_bytes(), out);
        }
        self.left.note(&held.candidates, held.is_error);
        let own: Vec<Fate> = held.acting.iter().map(|place| take_fate(fates, *place)).collect();
        if own.iter().all(Fate::is_as_it_came) {
            let around = held.around();
            return self.left.write(&held.raw, &around, held.complete, out);
        }
        match held.data().and_then(|data| rewrite::rewritten(data, &own)) {
            Some(data) => self.write_instead(held, &data, out),
            None => {
                let object = rewrite::stand_in("", self.left.envelope());
                self.write_instead(held, object.as_bytes(), out);
            }
        }
    }

    /// Writes a frame with other data.
    fn write_instead(&mut self, held: &Held, data: &[u8], out: &mut Vec<u8>) {
        let split = match &held.data {
            Data::At(range) => held.raw.get(..range.start).zip(held.raw.get(range.end..)),
            Data::None | Data::Joined(_) => None,
        };
        // Nothing of an event that cannot be read stays.
        let split = split.filter(|_| held.stands_for.is_none() || self.framing == Framing::Array);
        match (self.framing, split) {
            (Framing::Array, Some((before, after))) => {
                let raw = [before, data, after].concat();
                self.left.write(&raw, before, true, out);
            }
            (_, Some((before, after))) if held.complete && before.ends_with(b"data: ") && after.ends_with(b"\n") => {
                let raw = [before, data, after].concat();
                self.left.write(&raw, &[], true, out);
            }
            (Framing::Array, None) => self.left.write_last(&String::from_utf8_lossy(data), out),
            _ => self.left.write_event(data, out),
        }
    }
}

impl StreamDialect for Stream {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) -> Vec<Proposal> {
        let data = self.data(frame);
        self.has_begun = true;
        let read = match data {
            None if self.open.is_empty() => return self.pass(frame, None, out),
            None => None,
            Some(Ok(data)) => {
                self.left.note_envelope(data);
                Some(Chunk::read(data))
            }
            Some(Err(flaw)) => Some(Err(flaw)),
        };
        let mut held = Held::of(frame);
        match read {
            None => {}
            Some(Ok(chunk)) if chunk.acting.is_empty() && self.open.is_empty() => return self.pass(frame, Some(&chunk), out),
            Some(Ok(chunk)) => {
                held.acting = self.take(&chunk);
                (held.candidates, held.is_error) = (chunk.candidates, chunk.is_error);
                if let Some(flaw) = flaw_of(frame) {
                    held.acting.iter().for_each(|place| self.mar(*place, &flaw));
                }
            }
            Some(Err(flaw)) => {
                let flaw = if frame.complete { flaw } else { Flaw::Truncated };
                let open: Vec<usize> = self.open.values().copied().collect();
                open.into_iter().for_each(|place| self.mar(place, &flaw));
                held.stands_for = Some(self.begin(Call::broken(0, flaw)));
            }
        }
        self.hold(held);
        if self.open.is_empty() { self.proposals() } else { Vec::new() }
    }

    fn rule(&mut self, mut rulings: Vec<Ruling>, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.is_overfull) {
            let is_released = |ruling: &&mut Ruling| **ruling == Ruling::Release;
            rulings.iter_mut().filter(is_released).for_each(|ruling| *ruling = Ruling::Withhold(String::new()));
        }
        let calls = std::mem::take(&mut self.calls);
        let mut fates = self.steps.fates(&calls, rulings);
        self.held_bytes = 0;
        for held in std::mem::take(&mut self.held) {
            self.release(&held, &mut fates, out);
        }
    }

    fn end(&mut self, _out: &mut Vec<u8>) -> Vec<Proposal> {
        for place in std::mem::take(&mut self.open).into_values() {
            self.calls.get_mut(place).into_iter().for_each(|call| call.mar(Flaw::Truncated));
        }
        self.proposals()
    }

    fn halt(&mut self, text: &str, out: &mut Vec<u8>) {
        self.held.clear();
        self.left.end(text, out);
    }

    fn break_off(&mut self, error: &[u8], out: &mut Vec<u8>) {
        self.held.clear();
        self.left.write_error(error, out);
    }

    /// White space: the one sign of life that no client of this dialect stumbles over.
    fn keep_alive(&self, out: &mut Vec<u8>) {
        out.push(b'\n');
    }
}

impl Held {
    fn of(frame: &Frame<'_>) -> Self {
        let range = frame.data.as_deref().and_then(|data| json::span_in(frame.raw, std::str::from_utf8(data).ok()?));
        let data = match (&frame.data, range) {
            (None, _) => Data::None,
            (Some(_), Some(range)) => Data::At(range),
            (Some(data), None) => Data::Joined(data.to_vec()),
        };
        let (acting, candidates) = Default::default();
        Self { raw: frame.raw.to_vec(), data, complete: frame.complete, acting, candidates, is_error: false, stands_for: None }
    }

    /// The same without its data: only what stands before it in an array is kept.
    fn emptied(mut self, stands_for: usize) -> Self {
        let end = match &self.data {
            Data::At(range) => range.start,
            Data::None | Data::Joined(_) => 0,
        };
        self.raw.truncate(end);
        Self { data: Data::At(end..end), acting: Vec::new(), candidates: Vec::new(), stands_for: Some(stands_for), ..self }
    }

    fn data(&self) -> Option<&[u8]> {
        match &self.data {
            Data::None => None,
            Data::At(range) => self.raw.get(range.clone()),
            Data::Joined(data) => Some(data),
        }
    }

    /// Its bytes that are no data.
    fn around(&self) -> Vec<u8> {
        let Data::At(range) = &self.data else { return self.raw.clone() };
        [self.raw.get(..range.start), self.raw.get(range.end..)].into_iter().flatten().flatten().copied().collect()
    }
}

/// What is wrong with a frame whose chunk can be read.
fn flaw_of(frame: &Frame<'_>) -> Option<Flaw> {
    match frame.data {
        _ if !frame.complete => Some(Flaw::Truncated),
        None => Some(Flaw::Frame("it stands on a line that is no part of an event".into())),
        Some(_) => None,
    }
}

/// What becomes of a call's next piece: the first one says what there is to say.
fn take_fate(fates: &mut [Fate], place: usize) -> Fate {
    let Some(fate) = fates.get_mut(place) else { return Fate::Swallowed };
    let later = match fate {
        Fate::Withheld { .. } | Fate::Swallowed => Fate::Swallowed,
        Fate::Leaves(_) => Fate::Leaves(None),
    };
    std::mem::replace(fate, later)
}

/// Whether a line with an object in it is no field of an event.
fn holds_odd_line(raw: &[u8], is_first: bool) -> bool {
    let raw = if is_first { raw.strip_prefix(BOM).unwrap_or(raw) } else { raw };
    let is_field = |line: &[u8]| {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        line.is_empty() || name.is_empty() || [&b"data"[..], b"event", b"id", b"retry"].contains(&name)
    };
    let is_odd = raw.split(|byte| matches!(byte, b'\n' | b'\r')).any(|line| !is_field(line));
    is_odd && memchr::memchr(b'{', raw).is_some()
}
