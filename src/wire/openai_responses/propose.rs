//! What a stream has to be ruled on, and when: calls that are complete, calls that were
//! cut off, frames out of order, and whole responses that repeat what went before.

use super::event::Event;
use super::held::Held;
use super::ledger::Fate;
use super::output::Output;
use super::stream::{Stream, frame_flaw};
use crate::call::{Flaw, Proposal};
use crate::wire::sse::Frame;
use serde_json::value::RawValue;

impl Stream {
    /// The stream ends with an error: calls on their way will not be completed.
    pub(super) fn take_error(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) -> Vec<Proposal> {
        self.pass(frame, out);
        self.truncate()
    }

    /// Proposes what is on its way as it stands.
    pub(super) fn truncate(&mut self) -> Vec<Proposal> {
        let Some(held) = &mut self.held else { return Vec::new() };
        held.mar_unfinished(&Flaw::Truncated);
        self.propose()
    }

    /// The calls kept back, once the last of them is complete.
    pub(super) fn ready(&mut self) -> Vec<Proposal> {
        if self.held.as_ref().is_some_and(Held::is_ready) { self.propose() } else { Vec::new() }
    }

    pub(super) fn propose(&mut self) -> Vec<Proposal> {
        let Some(held) = &self.held else { return Vec::new() };
        for (index, call) in &held.calls {
            self.ledger.note(*index, call.call.reading().cloned(), call.call.is_done());
        }
        held.proposals()
    }

    /// Keeps back a frame that is out of order; the answer is cut there.
    pub(super) fn break_off(&mut self, flaw: Flaw, frame: &Frame<'_>) -> Vec<Proposal> {
        self.sequence.shift(frame.raw);
        if self.cut.is_some() && self.held.is_none() {
            return Vec::new();
        }
        let held = self.held.get_or_insert_default();
        if held.calls.is_empty() {
            held.broken = Some(flaw);
        } else {
            held.mar_unfinished(&flaw);
        }
        held.cuts = true;
        self.propose()
    }

    /// A whole response: whatever in it was not judged yet is judged now.
    pub(super) fn take_response(
        &mut self,
        response: &RawValue,
        ends: bool,
        frame: &Frame<'_>,
        data: &[u8],
        out: &mut Vec<u8>,
    ) -> Vec<Proposal> {
        let output = match Output::read(data, response.get().as_bytes(), self.bounds.call_arguments_bytes) {
            Ok(output) => output,
            Err(flaw) => return self.break_off(flaw, frame),
        };
        if self.id.is_none() {
            self.id.clone_from(&output.id);
        }
        if ends {
            self.left.note(&Event::Response { response, ends }, None);
        }
        if !ends && self.held.is_some() {
            if output.items.iter().any(|(kind, _)| kind.acts()) {
                return self.break_off(frame_flaw("a response in the middle of a call"), frame);
            }
            self.pass(frame, out);
            return Vec::new();
        }
        if !ends && output.items.is_empty() {
            self.left.note(&Event::Response { response, ends }, None);
            self.begun.begin(response);
        }
        let mut proposals = self.truncate();
        let mut asked = Vec::new();
        for (position, fate) in self.ledger.fates(&output.items).into_iter().enumerate() {
            let Some((_, Some(reading))) = output.items.get(position) else { continue };
            let Fate::Ask(flaw) = fate else { continue };
            let proposal = reading.proposal();
            proposals.push(Proposal { flaw: proposal.flaw.or(flaw), ..proposal });
            asked.push((position, reading.item_id.clone()));
        }
        if proposals.is_empty() {
            self.write_response(frame, &output, &[], out);
            if ends {
                self.leave_behind(&output, &[]);
            }
            return proposals;
        }
        let held = self.held.get_or_insert_default();
        held.response = Some(frame.raw.to_vec());
        held.asked = asked;
        proposals
    }
}
