//! A kept stream that an agent reads on from where it was cut.
//!
//! `starting_after` counts the frames that linchpin wrote, which may be others than the
//! provider's: a notice has more of them than a call. And a call of which only the end
//! is sent cannot be judged. So the provider is asked for the whole stream, it passes
//! the gate as it did the first time, and what the agent has already stays back here.

use crate::wire::sse::{Frame, Framer};
use serde::Deserialize;

/// Lets frames out behind a number.
#[derive(Debug)]
pub struct Replay {
    framer: Framer,
    after: u64,
    has_begun: bool,
}

#[derive(Deserialize)]
struct Numbered {
    #[serde(default)]
    sequence_number: Option<u64>,
}

impl Replay {
    /// Of a stream whose frames have at most `frame_bytes_max` bytes, what follows the
    /// frame with this number.
    pub fn after(after: u64, frame_bytes_max: usize) -> Self {
        Self { framer: Framer::new(frame_bytes_max), after, has_begun: false }
    }

    /// Takes what the gate let through; gives what of it the agent has not got.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<u8> {
        if self.has_begun {
            return bytes.to_vec();
        }
        let mut out = Vec::new();
        self.framer.push(bytes);
        // A frame that is too large has passed the gate's own bound: it cannot be.
        while let Ok(Some(frame)) = self.framer.next_frame() {
            self.has_begun |= number(&frame).is_some_and(|number| number > self.after);
            // Signs of life and errors have no number, and are for whoever is there.
            if self.has_begun || number(&frame).is_none() {
                out.extend_from_slice(frame.raw);
            }
        }
        out
    }
}

fn number(frame: &Frame<'_>) -> Option<u64> {
    serde_json::from_slice::<Numbered>(frame.data.as_deref()?).ok()?.sequence_number
}
