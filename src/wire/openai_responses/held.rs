//! What a stream keeps back while calls are on their way.

use super::call::Call;
use crate::call::{Flaw, Proposal};
use std::collections::BTreeMap;

/// Calls on their way, and the frames kept back because of them.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// The calls by their item's index.
    pub(super) calls: BTreeMap<u64, HeldCall>,
    /// Frames in order, each with the index of the call it belongs to.
    pub(super) frames: Vec<(Option<u64>, Vec<u8>)>,
    bytes: usize,
    /// Whether some frames could not be kept: nothing of it can be released.
    pub(super) is_partial: bool,
    /// A frame that belongs to no call and cannot leave.
    pub(super) broken: Option<Flaw>,
    /// Whether the answer is cut behind it.
    pub(super) cuts: bool,
    /// The whole response, which came last.
    pub(super) response: Option<Vec<u8>>,
    /// The items of that response's output that are judged with it: position and id.
    pub(super) asked: Vec<(usize, String)>,
}

/// One call on its way.
#[derive(Debug)]
pub(super) struct HeldCall {
    pub(super) call: Call,
    /// How many parts of it have left already, if it is a message that began as words.
    pub(super) parts: Option<u64>,
    /// The item as it ended, if it is such a message.
    pub(super) ended: Option<String>,
}

impl HeldCall {
    pub(super) fn of(call: Call, parts: Option<u64>) -> Self {
        Self { call, parts, ended: None }
    }
}

impl Held {
    /// Keeps a frame back, or notes that there is no more room: the calls are then
    /// too large, and their places are all that is kept.
    pub(super) fn keep(&mut self, index: Option<u64>, raw: &[u8], bytes_max: usize) {
        self.bytes = self.bytes.saturating_add(raw.len());
        if self.bytes <= bytes_max {
            return self.frames.push((index, raw.to_vec()));
        }
        if !self.is_partial {
            self.is_partial = true;
            self.frames.iter_mut().filter(|(index, _)| index.is_some()).for_each(|(_, raw)| raw.clear());
        }
        self.calls.values_mut().for_each(|held| held.call.mar(Flaw::TooLarge));
        // Words that could not be kept leave a gap, so nothing can follow.
        self.cuts |= index.is_none();
        // Each call keeps a place for what stands for it.
        if index.is_some() && !self.frames.iter().any(|(kept, _)| *kept == index) {
            self.frames.push((index, Vec::new()));
        }
    }

    /// Marks every call that is not complete.
    pub(super) fn mar_unfinished(&mut self, flaw: &Flaw) {
        self.calls.values_mut().filter(|held| !held.call.is_done()).for_each(|held| held.call.mar(flaw.clone()));
    }

    pub(super) fn is_ready(&self) -> bool {
        self.calls.values().all(|held| held.call.is_done())
    }

    /// The calls as they stand now, and the frame that cannot leave.
    pub(super) fn proposals(&self) -> Vec<Proposal> {
        let broken = self.broken.clone().map(|flaw| Call::broken(Some(flaw)).proposal());
        self.calls.values().map(|held| held.call.proposal()).chain(broken).collect()
    }
}
