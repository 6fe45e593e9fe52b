//! The numbers that a stream's frames bear.
//!
//! Clients resume a stream by `sequence_number`. As long as nothing was changed the
//! frames keep theirs, and leave byte for byte. Once a frame was put in or left out,
//! all that follow are numbered on without a gap; those without a number stay so.

use crate::json;
use crate::wire::splice::{self, Edits};
use crate::wire::sse::{Frame, Framer, write_frame};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Numbers the frames that leave.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    next: Option<u64>,
    shifts: bool,
}

#[derive(Deserialize)]
struct Numbered<'a> {
    #[serde(borrow, default)]
    sequence_number: Option<&'a RawValue>,
}

impl Sequence {
    /// Lets a frame out.
    pub(super) fn pass(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) {
        match frame.data.as_deref().and_then(number_of) {
            Some(number) => self.pass_numbered(frame, Some(number), out),
            None => out.extend_from_slice(frame.raw),
        }
    }

    /// Lets a frame out whose number was found already.
    pub(super) fn pass_numbered(&mut self, frame: &Frame<'_>, number: Option<&RawValue>, out: &mut Vec<u8>) {
        let Some(own) = number.and_then(|number| number.get().parse::<u64>().ok()) else { return out.extend_from_slice(frame.raw) };
        if !self.shifts {
            self.next = own.checked_add(1);
            return out.extend_from_slice(frame.raw);
        }
        self.edit(frame, Edits::new(), out);
    }

    /// Lets a frame out whose data is edited. One that cannot be edited does not leave.
    pub(super) fn edit(&mut self, frame: &Frame<'_>, mut edits: Edits, out: &mut Vec<u8>) {
        let data = frame.data.as_deref().unwrap_or_default();
        let number = number_of(data).filter(|number| number.get().parse::<u64>().is_ok());
        if let Some((number, next)) = number.zip(self.next)
            && let Some(range) = json::span_in(data, number.get())
            && self.shifts
        {
            edits.replace(range, next.to_string());
            self.next = next.checked_add(1);
        }
        let Some(edited) = edits.apply(data) else { return };
        match std::str::from_utf8(data).ok().and_then(|data| json::span_in(frame.raw, data)) {
            Some(range) => {
                let mut edits = Edits::new();
                edits.replace(range, edited);
                out.extend(edits.apply(frame.raw).unwrap_or_default());
            }
            // Its data stood on several lines.
            None => {
                let event = frame.event.map(String::from_utf8_lossy);
                write_frame(out, event.as_deref(), splice::on_one_line(&String::from_utf8_lossy(&edited)).as_bytes());
            }
        }
    }

    /// Says that a frame was left out or will be put in, in place of this one.
    pub(super) fn shift(&mut self, raw: &[u8]) {
        self.shifts = true;
        if self.next.is_none() {
            with_frame(raw, |frame| {
                let number = frame.data.as_deref().and_then(number_of);
                self.next = number.and_then(|number| number.get().parse().ok());
            });
        }
    }

    /// Says that no frame of the upstream's follows.
    pub(super) fn halt(&mut self) {
        self.shifts = true;
    }

    /// The member that bears the number of a frame of linchpin's own, with a comma
    /// behind it; empty where frames have none.
    pub(super) fn member(&mut self) -> String {
        let Some(number) = self.next else { return String::new() };
        self.next = number.checked_add(1);
        format!("\"sequence_number\":{number},")
    }

    /// The member that bears the number of the last frame once more.
    pub(super) fn last_member(&self) -> String {
        self.next.and_then(|next| next.checked_sub(1)).map_or_else(String::new, |last| format!("\"sequence_number\":{last},"))
    }
}

fn number_of(data: &[u8]) -> Option<&RawValue> {
    serde_json::from_slice::<Numbered<'_>>(data).ok()?.sequence_number
}

/// A frame kept back, read again.
pub(super) fn with_frame(raw: &[u8], read: impl FnOnce(&Frame<'_>)) {
    let mut framer = Framer::new(usize::MAX);
    framer.push(raw);
    framer.end();
    if let Ok(Some(frame)) = framer.next_frame() {
        read(&frame);
    }
}
