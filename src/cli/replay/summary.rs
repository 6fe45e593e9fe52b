//! What a replay tells a person: how many calls passed, and which pins the others met.

use crate::pin::PinId;
use crate::show;
use crate::verdict::{Judgement, Verdict};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The most conversations that get a line of their own; the total counts all.
const ROWS_MAX: usize = 1_000;

/// How much of a conversation's name is shown.
const NAME_CHARACTERS_MAX: usize = 80;

/// Calls by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    pass: usize,
    warn: usize,
    hold: usize,
    block: usize,
}

/// What was counted so far.
#[derive(Debug, Default)]
pub(super) struct Summary {
    rows: Vec<(String, Tally)>,
    conversations: usize,
    total: Tally,
    by_pin: BTreeMap<PinId, Tally>,
}

impl Summary {
    /// Counts one conversation.
    pub(super) fn add(&mut self, id: &RawValue, judged: &[Judgement]) {
        let mut tally = Tally::default();
        for judgement in judged {
            tally.count(judgement.verdict);
            self.total.count(judgement.verdict);
            for pin in judgement.pins() {
                self.by_pin.entry(pin).or_default().count(judgement.verdict);
            }
        }
        self.conversations += 1;
        if self.rows.len() < ROWS_MAX {
            let name = crate::json::as_string(id).map_or_else(|| id.get().to_owned(), |name| name.into_owned());
            self.rows.push((show::escape_short(&name, NAME_CHARACTERS_MAX), tally));
        }
    }

    /// `12 conversations, 80 calls`
    pub(super) fn in_short(&self) -> String {
        format!("{}, {} calls", self.conversations(), self.total.calls())
    }

    fn conversations(&self) -> String {
        format!("{} conversation{}", self.conversations, if self.conversations == 1 { "" } else { "s" })
    }

    /// The table, and below it how often each pin decided.
    pub(super) fn table(&self) -> String {
        let total = self.conversations();
        let width = self.rows.iter().map(|(name, _)| name.chars().count()).chain([total.len(), 15]).max().unwrap_or(15);
        let mut lines = vec![format!("{:<width$}  calls   pass   warn   hold  block", "conversation")];
        lines.extend(self.rows.iter().map(|(name, tally)| tally.line(name, width)));
        if self.conversations > self.rows.len() {
            lines.push(format!("… and {} more", self.conversations - self.rows.len()));
        }
        lines.push(self.total.line(&total, width));
        if !self.by_pin.is_empty() {
            lines.push(format!("\n{:<width$}  calls   pass   warn   hold  block", "pin"));
            lines.extend(self.by_pin.iter().map(|(pin, tally)| tally.line(pin.as_str(), width)));
        }
        lines.push(format!("\n{} per conversation", self.per_conversation()));
        lines.join("\n")
    }

    /// `0.55 holds and 0.02 blocks`
    fn per_conversation(&self) -> String {
        let mean = |calls: usize| calls as f64 / self.conversations.max(1) as f64;
        format!("{:.2} holds and {:.2} blocks", mean(self.total.hold), mean(self.total.block))
    }
}

impl Tally {
    fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Pass => self.pass += 1,
            Verdict::Warn => self.warn += 1,
            Verdict::Hold => self.hold += 1,
            Verdict::Block => self.block += 1,
        }
    }

    fn calls(&self) -> usize {
        self.pass + self.warn + self.hold + self.block
    }

    fn line(&self, name: &str, width: usize) -> String {
        format!("{name:<width$} {:>6} {:>6} {:>6} {:>6} {:>6}", self.calls(), self.pass, self.warn, self.hold, self.block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Objection;

    fn judged(verdict: Verdict) -> Judgement {
        let objection = Objection { pin: PinId::new("p").expect("an id"), verdict, shadow: false, why: String::new(), limited: None };
        let objections = if verdict == Verdict::Pass { vec![] } else { vec![objection] };
        Judgement { verdict, objections, actions: vec![] }
    }

    #[test]
    fn a_table_has_a_line_a_conversation_the_total_and_the_pins() {
        let mut summary = Summary::default();
        let id: Box<RawValue> = serde_json::from_str(r#""mail\u001b[2J""#).expect("JSON");
        summary.add(&id, &[judged(Verdict::Pass), judged(Verdict::Hold), judged(Verdict::Hold)]);
        let expected = [
            r"conversation     calls   pass   warn   hold  block",
            r"mail\u{1b}[2J        3      1      0      2      0",
            r"1 conversation       3      1      0      2      0",
            "",
            r"pin              calls   pass   warn   hold  block",
            r"p                    2      0      0      2      0",
            "",
            "2.00 holds and 0.00 blocks per conversation",
        ];
        assert_eq!(summary.table().lines().collect::<Vec<_>>(), expected);
    }
}
