//! How a ruling is carried out: what leaves of a streamed answer, and as what.

use super::event::Event;
use super::held::{Held, HeldCall};
use super::item::Kind;
use super::ledger::Fate;
use super::output::Output;
use super::rewrite::Message;
use super::sequence;
use super::stream::{Cut, Item, Stream};
use crate::wire::gate::Ruling;
use crate::wire::splice::Edits;
use crate::wire::sse::Frame;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::ops::Range;

impl Stream {
    /// Carries out what was decided about the proposals given last.
    pub(super) fn settle(&mut self, rulings: Vec<Ruling>, out: &mut Vec<u8>) {
        let Some(held) = self.held.take() else { return };
        self.begun.lose();
        let mut rulings = rulings.into_iter();
        // A call without a ruling is not delivered.
        let mut next = || match rulings.next() {
            Some(Ruling::Release) => None,
            Some(Ruling::Withhold(notice)) => Some(notice),
            None => Some(String::new()),
        };
        let mut withheld = BTreeMap::new();
        for index in held.calls.keys() {
            let ruled = if held.is_partial { next().or(Some(String::new())) } else { next() };
            ruled.into_iter().for_each(|notice| drop(withheld.insert(*index, notice)));
        }
        // What cannot be read does not leave, whatever was decided.
        let broken = held.broken.as_ref().map(|_| next().unwrap_or_default());
        let replaced = |position: usize, item_id: &str, notice: String| Message::new(position as u64, item_id, &notice).item();
        let asked: Vec<(usize, Option<String>)> =
            held.asked.iter().map(|(position, id)| (*position, next().map(|notice| replaced(*position, id, notice)))).collect();
        self.write_held(&held, &withheld, out);
        // Nothing may be added to what was ruled on.
        for (_, item) in self.items.iter_mut().filter(|(index, _)| held.calls.contains_key(index)) {
            *item = Item { kind: Kind::Unknown(String::new()), is_open: false, parts: 0 };
        }
        if held.cuts {
            self.cut_with(broken.as_deref(), out);
        }
        if let Some(raw) = &held.response {
            self.settle_response(raw, &asked, out);
        }
    }

    /// Writes a whole response. `asked` are the positions judged with it, and what
    /// stands in their place.
    pub(super) fn write_response(&mut self, frame: &Frame<'_>, output: &Output, asked: &[(usize, Option<String>)], out: &mut Vec<u8>) {
        let fates = self.ledger.fates(&output.items);
        let replacement = |position: usize| match asked.iter().find(|(at, _)| *at == position) {
            Some((_, replacement)) => replacement.clone(),
            None => match fates.get(position) {
                Some(Fate::Replace(item)) => Some(item.clone()),
                Some(Fate::Ask(_)) => Some(Message::new(position as u64, "", "").item()),
                Some(Fate::Keep) | None => None,
            },
        };
        let mut edits = Edits::new();
        match (&self.cut, &output.array) {
            (Some(cut), Some(array)) => {
                let data = frame.data.as_deref().unwrap_or_default();
                let at = usize::try_from(cut.at).unwrap_or(usize::MAX);
                let text = |range: &Range<usize>| String::from_utf8_lossy(data.get(range.clone()).unwrap_or_default());
                let kept = output.spans.iter().take(at).enumerate();
                let kept = kept.map(|(position, range)| replacement(position).unwrap_or_else(|| text(range).into_owned()));
                let items: Vec<String> = kept.chain(cut.notice.clone()).collect();
                edits.replace(array.clone(), format!("[{}]", items.join(",")));
            }
            _ => {
                for (position, range) in output.spans.iter().enumerate() {
                    replacement(position).into_iter().for_each(|item| edits.replace(range.clone(), item));
                }
            }
        }
        if edits.is_empty() { self.sequence.pass(frame, out) } else { self.sequence.edit(frame, edits, out) }
    }

    /// Writes what stands in a withheld call's place, and gives the item as the
    /// response at the end will have it.
    fn write_notice(&mut self, index: u64, held: &HeldCall, notice: &str, out: &mut Vec<u8>) -> String {
        let id = held.call.reading().map(|reading| reading.item_id.clone()).unwrap_or_default();
        let Some(parts) = held.parts else {
            let message = Message::new(index, &id, notice);
            message.write(&mut self.sequence, out);
            return message.item();
        };
        let message = Message::inside(index, &id, notice);
        message.write_part(parts, &mut self.sequence, out);
        let original = held.ended.as_ref().and_then(|item| RawValue::from_string(item.clone()).ok());
        let Some(original) = original else { return message.item() };
        let item = message.item_after(&original, parts);
        message.write_item("response.output_item.done", &item, &mut self.sequence, out);
        item
    }

    /// Writes the frames kept back, with a notice in place of each withheld call.
    fn write_held(&mut self, held: &Held, withheld: &BTreeMap<u64, String>, out: &mut Vec<u8>) {
        let mut written = Vec::new();
        for (index, raw) in &held.frames {
            let call = index.and_then(|index| Some((index, held.calls.get(&index)?, withheld.get(&index)?)));
            let Some((index, call, notice)) = call else {
                sequence::with_frame(raw, |frame| {
                    self.note_left(frame);
                    self.sequence.pass(frame, out);
                });
                continue;
            };
            if written.contains(&index) {
                continue;
            }
            written.push(index);
            self.sequence.shift(raw);
            let item = self.write_notice(index, call, notice, out);
            self.left.ended(index, item.clone());
            self.ledger.withhold(index, item);
        }
    }

    fn cut_with(&mut self, notice: Option<&str>, out: &mut Vec<u8>) {
        let at = self.next_index();
        let message = notice.map(|notice| Message::new(at, "", notice));
        if let Some(message) = &message {
            message.write(&mut self.sequence, out);
            self.left.ended(at, message.item());
        }
        self.cut.get_or_insert(Cut { at, notice: message.map(|message| message.item()) });
    }

    /// Carries out the rulings on what a whole response alone had.
    fn settle_response(&mut self, raw: &[u8], asked: &[(usize, Option<String>)], out: &mut Vec<u8>) {
        let bytes_max = self.bounds.call_arguments_bytes;
        sequence::with_frame(raw, |frame| {
            let data = frame.data.as_deref().unwrap_or_default();
            let Ok(Event::Response { response, ends }) = Event::read(frame.event, data) else { return };
            let Ok(output) = Output::read(data, response.get().as_bytes(), bytes_max) else { return };
            if asked.iter().any(|(_, replacement)| replacement.is_some()) {
                self.sequence.shift(raw);
            }
            self.write_response(frame, &output, asked, out);
            if ends {
                self.leave_behind(&output, asked);
            }
            for (position, replacement) in asked {
                let reading = output.items.get(*position).and_then(|(_, reading)| reading.clone());
                self.ledger.note(*position as u64, reading, true);
                replacement.iter().for_each(|item| self.ledger.withhold(*position as u64, item.clone()));
            }
        });
    }
}
