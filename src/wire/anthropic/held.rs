//! What a stream keeps back while a call is on its way.

use super::call::Call;
use crate::call::Flaw;

/// A call on its way, and the frames kept back because of it.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) call: Call,
    pub(super) frames: Vec<Vec<u8>>,
    bytes: usize,
    /// Whether some frames could not be kept: it can no longer be released.
    pub(super) is_partial: bool,
    /// Whether the message is cut behind it.
    pub(super) cuts: bool,
    /// The end of the message, which came before the call's.
    pub(super) after: Option<Vec<u8>>,
}

impl Held {
    /// Nothing kept back for it yet.
    pub(super) fn of(call: Call) -> Self {
        Self { call, ..Self::default() }
    }

    /// Keeps a frame back, or notes that there is no more room.
    pub(super) fn keep(&mut self, raw: &[u8], bytes_max: usize) {
        self.bytes = self.bytes.saturating_add(raw.len());
        if self.bytes <= bytes_max {
            return self.frames.push(raw.to_vec());
        }
        self.is_partial = true;
        self.call.mar(Flaw::TooLarge);
    }
}
