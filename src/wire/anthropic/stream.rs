//! A streamed Messages answer.
//!
//! Words flow until a call starts. From then on every frame but signs of life is
//! kept back, since blocks come in order, until the call stops and is judged: it
//! leaves in the frames it came in, or as a text block with the same number.
//!
//! A stream that breaks the order (a block that starts twice, a delta for one that
//! is not open, a frame that cannot be read) is not guessed at. A notice says so,
//! and no further block of it leaves: the message is *cut* there, and only its end
//! still comes through.

use super::block::{self, Kind};
use super::call::Call;
use super::event::{self, Event};
use super::held::Held;
use super::rewrite;
use crate::call::{Flaw, Proposal};
use crate::json;
use crate::wire::gate::{Bounds, Ruling, StreamDialect};
use crate::wire::spelling::Keys;
use crate::wire::spelling::is_event;
use crate::wire::sse::{Frame, write_frame};
use serde_json::value::RawValue;

/// How many blocks one message may have.
const BLOCKS_MAX: usize = 4096;

/// The state of one streamed answer.
#[derive(Debug)]
pub(in crate::wire) struct Stream {
    bounds: Bounds,
    has_begun: bool,
    has_ended: bool,
    /// It was said why the turn ends; no block may follow.
    is_ending: bool,
    /// No further block leaves.
    is_cut: bool,
    /// The blocks begun, by their index.
    blocks: Vec<Block>,
    /// The call on its way; its block is the last one.
    held: Option<Held>,
    /// Whether a call was withheld, so that what is signed over it is void.
    is_changed: bool,
    /// How many calls were delivered.
    delivered: usize,
}

/// One block of the message.
#[derive(Debug)]
struct Block {
    kind: Kind,
    is_open: bool,
}

impl Stream {
    pub(in crate::wire) fn new(bounds: Bounds) -> Self {
        let (has_begun, has_ended, is_ending, is_cut, is_changed) = (false, false, false, false, false);
        Self { bounds, has_begun, has_ended, is_ending, is_cut, blocks: Vec::new(), held: None, is_changed, delivered: 0 }
    }

    /// A frame that carries no piece of the message, or one that needs no verdict.
    fn pass(&self, frame: &Frame<'_>, out: &mut Vec<u8>) {
        // What follows a frame without its blank line would become part of it.
        if frame.complete || self.held.is_none() {
            out.extend_from_slice(frame.raw);
        }
    }

    fn is_open(&self, index: u64) -> bool {
        usize::try_from(index).ok().and_then(|index| self.blocks.get(index)).is_some_and(|block| block.is_open)
    }

    fn is_plain(&self, frame: &Frame<'_>, data: &[u8]) -> bool {
        let flows = self.held.is_none() && !self.is_cut && !self.has_ended;
        flows && event::plain_delta(frame.event, data).is_some_and(|index| self.is_open(index))
    }

    /// Takes an event while no call is on its way.
    fn take(&mut self, event: &Event<'_>, frame: &Frame<'_>, data: &[u8], out: &mut Vec<u8>) -> Vec<Proposal> {
        let taken = match event {
            Event::Message(message) => self.begin(message),
            Event::Start(index, content) => return self.start(*index, content, frame, out),
            Event::Delta(index, delta) => self.grow(*index, delta),
            Event::Stop(index) => self.stop(*index),
            Event::Ending => {
                self.write_ending(frame, data, out);
                return Vec::new();
            }
            Event::End | Event::Error => {
                self.has_ended = true;
                Ok(())
            }
            Event::Ping | Event::Unknown => Ok(()),
        };
        match taken {
            Ok(()) => {
                self.pass(frame, out);
                Vec::new()
            }
            Err(flaw) => self.break_off(flaw, frame),
        }
    }

    /// `message_start`. A message that begins with blocks has words only in them.
    fn begin(&mut self, message: &RawValue) -> Result<(), Flaw> {
        if self.has_begun || self.has_ended || !self.blocks.is_empty() {
            return Err(frame_flaw("a second message begins"));
        }
        let malformed = |error: json::SpanError| Flaw::Frame(error.to_string());
        let members = json::members(message.get().as_bytes()).map_err(malformed)?;
        let keys = Keys(&members);
        if let Some(alike) = keys.alike(&["content", "stop_reason"]) {
            return Err(Flaw::Frame(format!("the key `{alike}`")));
        }
        if members.iter().any(|member| member.key != "content" && block::holds_call(member.value)) {
            return Err(frame_flaw("there is a call outside the message's `content`"));
        }
        let content = keys.some("content").filter(|content| json::as_string(content).is_none());
        let content = content.map_or(Ok(Vec::new()), |content| json::elements(content.get().as_bytes())).map_err(malformed)?;
        let kinds: Vec<Kind> = content.into_iter().map(Kind::of).collect();
        if kinds.iter().any(Kind::acts) {
            return Err(frame_flaw("the message begins with a call"));
        }
        self.has_begun = true;
        self.blocks.extend(kinds.into_iter().map(|kind| Block { kind, is_open: false }));
        Ok(())
    }

    fn start(&mut self, index: u64, content: &RawValue, frame: &Frame<'_>, out: &mut Vec<u8>) -> Vec<Proposal> {
        if self.has_ended || usize::try_from(index) != Ok(self.blocks.len()) {
            return self.break_off(frame_flaw("a block's index is out of order"), frame);
        }
        if self.blocks.len() >= BLOCKS_MAX {
            return self.break_off(Flaw::TooLarge, frame);
        }
        let kind = Kind::of(content);
        if kind == Kind::Bound && self.is_changed {
            self.cut(out);
            return Vec::new();
        }
        let acts = kind.acts();
        self.blocks.push(Block { kind, is_open: true });
        if !acts {
            self.pass(frame, out);
            return Vec::new();
        }
        let mut held = Held::of(Call::begin(content, self.bounds.call_arguments_bytes));
        held.keep(frame.raw, self.bounds.held_frames_bytes);
        self.held = Some(held);
        Vec::new()
    }

    fn grow(&self, index: u64, delta: &RawValue) -> Result<(), Flaw> {
        let block = usize::try_from(index).ok().and_then(|index| self.blocks.get(index));
        let Some(block) = block.filter(|block| block.is_open && !self.has_ended) else {
            return Err(frame_flaw("a delta for a block that is not open"));
        };
        if event::brings_call(delta)? && block.kind != Kind::Served {
            return Err(frame_flaw("a piece of a call in a block that is none"));
        }
        Ok(())
    }

    fn stop(&mut self, index: u64) -> Result<(), Flaw> {
        match usize::try_from(index).ok().and_then(|index| self.blocks.get_mut(index)) {
            Some(block) if block.is_open => {
                block.is_open = false;
                Ok(())
            }
            Some(_) | None => Err(frame_flaw("a block that is not open stops")),
        }
    }

    /// Takes an event while a call is on its way: a piece of it, or something that
    /// breaks it off.
    fn take_held(&mut self, event: Result<Event<'_>, Flaw>, frame: &Frame<'_>) -> Vec<Proposal> {
        let last = (self.blocks.len() as u64).wrapping_sub(1);
        let bounds = self.bounds;
        let Some(held) = &mut self.held else { return Vec::new() };
        match event {
            Ok(Event::Delta(index, delta)) if index == last => held.call.take(delta, bounds.call_arguments_bytes),
            Ok(Event::Ping | Event::Unknown) => {}
            Ok(Event::Stop(index)) if index == last => {
                if !frame.complete {
                    held.call.mar(Flaw::Truncated);
                }
                held.keep(frame.raw, bounds.held_frames_bytes);
                return vec![held.call.proposal()];
            }
            Ok(Event::Ending | Event::End | Event::Error) => {
                held.call.mar(Flaw::Truncated);
                held.cuts = true;
                held.after = Some(frame.raw.to_vec());
                return vec![held.call.proposal()];
            }
            Ok(_) => return self.break_off(frame_flaw("another block goes on before its end"), frame),
            Err(flaw) => return self.break_off(flaw, frame),
        }
        held.keep(frame.raw, bounds.held_frames_bytes);
        Vec::new()
    }

    /// Keeps back a frame that is out of order; the message is cut there.
    fn break_off(&mut self, flaw: Flaw, frame: &Frame<'_>) -> Vec<Proposal> {
        let held = self.held.get_or_insert_with(|| {
            self.blocks.push(Block { kind: Kind::Unknown(String::new()), is_open: true });
            Held::of(Call::broken(flaw.clone()))
        });
        held.call.mar(flaw);
        held.cuts = true;
        held.keep(frame.raw, self.bounds.held_frames_bytes);
        vec![held.call.proposal()]
    }

    /// Takes an event behind the cut: only the message's end comes through.
    fn take_behind_cut(&mut self, event: Result<Event<'_>, Flaw>, frame: &Frame<'_>, data: &[u8], out: &mut Vec<u8>) {
        match event {
            Ok(Event::Ping) => self.pass(frame, out),
            Ok(Event::Ending) => self.write_ending(frame, data, out),
            Ok(Event::End | Event::Error) => {
                self.has_ended = true;
                self.pass(frame, out);
            }
            Ok(_) | Err(_) => {}
        }
    }

    /// Writes a `message_delta`, changed when all the message's calls were withheld.
    fn write_ending(&mut self, frame: &Frame<'_>, data: &[u8], out: &mut Vec<u8>) {
        self.is_ending = true;
        if !self.is_changed || self.delivered > 0 {
            return self.pass(frame, out);
        }
        rewrite::write_ending(frame, data, out);
    }

    /// Ends the blocks that are open. No further one leaves.
    fn cut(&mut self, out: &mut Vec<u8>) {
        self.is_cut = true;
        for (index, block) in self.blocks.iter_mut().enumerate().filter(|(_, block)| block.is_open) {
            block.is_open = false;
            if !self.has_ended {
                rewrite::write_stop(out, index);
            }
        }
    }

    /// Carries out a ruling; the call's block is the last one.
    fn settle(&mut self, held: &Held, ruling: Option<&Ruling>, out: &mut Vec<u8>) {
        let is_call = self.blocks.pop().is_some_and(|block| block.kind == Kind::Call);
        match ruling {
            Some(Ruling::Release) if !held.is_partial => {
                held.frames.iter().for_each(|raw| out.extend_from_slice(raw));
                self.delivered += usize::from(is_call);
            }
            // A call without a ruling is not delivered.
            Some(Ruling::Release) | None => self.write_notice("", held.cuts, out),
            Some(Ruling::Withhold(notice)) => self.write_notice(notice, held.cuts, out),
        }
        self.blocks.push(Block { kind: Kind::Text, is_open: false });
        if held.cuts {
            self.cut(out);
        }
    }

    /// Writes a notice as the next block. In front of a cut a text block that is
    /// still open takes it, which might otherwise end empty.
    fn write_notice(&mut self, notice: &str, cuts: bool, out: &mut Vec<u8>) {
        self.is_changed = true;
        if self.has_ended {
            return;
        }
        let index = self.blocks.len();
        if !self.has_begun && index == 0 {
            self.has_begun = true;
            rewrite::write_message_start(out);
        }
        let last = self.blocks.iter().enumerate().next_back().filter(|(_, block)| cuts && block.is_open);
        match last {
            Some((open, block)) if block.kind == Kind::Text => rewrite::write_more_text(out, open, notice),
            Some(_) | None => {
                if cuts {
                    self.cut(out);
                }
                rewrite::write_text(out, index, notice);
            }
        }
    }
}

impl StreamDialect for Stream {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) -> Vec<Proposal> {
        let Some(data) = frame.data.as_deref().filter(|data| is_event(data)) else {
            self.pass(frame, out);
            return Vec::new();
        };
        if self.is_plain(frame, data) {
            out.extend_from_slice(frame.raw);
            return Vec::new();
        }
        match (Event::read(frame.event, data), self.held.is_some()) {
            (event, false) if self.is_cut => {
                self.take_behind_cut(event, frame, data, out);
                Vec::new()
            }
            (Ok(Event::Ping), _) => {
                self.pass(frame, out);
                Vec::new()
            }
            (event, true) => self.take_held(event, frame),
            (Ok(event), false) => self.take(&event, frame, data, out),
            (Err(flaw), false) => self.break_off(flaw, frame),
        }
    }

    fn rule(&mut self, rulings: Vec<Ruling>, out: &mut Vec<u8>) {
        let Some(held) = self.held.take() else { return };
        self.settle(&held, rulings.first(), out);
        if let Some(raw) = &held.after {
            rewrite::with_frame(raw, |frame, data| self.take_behind_cut(Event::read(frame.event, data), frame, data, out));
        }
    }

    fn end(&mut self, _out: &mut Vec<u8>) -> Vec<Proposal> {
        let Some(held) = &mut self.held else { return Vec::new() };
        held.call.mar(Flaw::Truncated);
        held.cuts = true;
        vec![held.call.proposal()]
    }

    fn halt(&mut self, text: &str, out: &mut Vec<u8>) {
        if self.has_ended {
            return;
        }
        if self.held.take().is_some() {
            // Its block has not begun to leave.
            self.blocks.pop();
        }
        if !self.has_begun {
            self.has_begun = true;
            rewrite::write_message_start(out);
        }
        if !self.is_ending {
            match self.blocks.iter().enumerate().next_back().filter(|(_, block)| block.is_open && block.kind == Kind::Text) {
                Some((open, _)) => rewrite::write_more_text(out, open, text),
                None => {
                    self.cut(out);
                    rewrite::write_text(out, self.blocks.len(), text);
                }
            }
            self.cut(out);
            // A call that was delivered wants its answer.
            rewrite::write_end_turn(self.delivered > 0, out);
        }
        self.has_ended = true;
        rewrite::write_message_stop(out);
    }

    fn keep_alive(&self, out: &mut Vec<u8>) {
        write_frame(out, Some("ping"), br#"{"type":"ping"}"#);
    }
}

fn frame_flaw(what: &str) -> Flaw {
    Flaw::Frame(what.into())
}
