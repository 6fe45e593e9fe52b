//! The starter pins: what linchpin enforces before anybody has configured it.
//!
//! They ask, they do not forbid: each of them holds, so that a first run shows
//! what linchpin does without breaking anybody's work for good. Together they
//! cover seven of the nine consequential kinds. Running code and changing running
//! systems are left out: a coding agent does both all day, and a product that
//! asks at every test run is switched off. What such code visibly does (delete,
//! send, push, …) is still held, and so is every call that is not understood.

use crate::kind::Kind;
use crate::pin::{Clause, Mode, Pin, PinId, PinText, Source};
use crate::verdict::Verdict;

/// Id, words and kinds of each.
const STARTERS: [(&str, &str, &[Kind]); 6] = [
    ("confirm-deletes", "Ask me and wait for my yes before deleting anything.", &[Kind::Delete]),
    ("confirm-overwrites", "Ask me and wait for my yes before overwriting anything that cannot be brought back.", &[Kind::Overwrite]),
    (
        "confirm-messages",
        "Ask me and wait for my yes before publishing anything or sending anything to other people.",
        &[Kind::Send, Kind::Publish],
    ),
    ("confirm-access", "Never change permissions, sharing, members, passwords or keys without my approval.", &[Kind::Permission]),
    ("confirm-spending", "Never spend, move or commit money without my approval.", &[Kind::Pay]),
    ("confirm-disclosure", "Never send local files, secrets or private data out without my approval.", &[Kind::Disclose]),
];

/// The starter pins.
pub fn pins() -> Vec<Pin> {
    STARTERS.iter().filter_map(|(id, text, on)| pin(id, text, on)).collect()
}

/// `None` for an id or a text that is none; the test below says that there is none such.
fn pin(id: &str, text: &str, on: &[Kind]) -> Option<Pin> {
    Some(Pin {
        id: PinId::new(id).ok()?,
        text: PinText::new(text).ok()?,
        clauses: vec![Clause::new(on, Verdict::Hold)],
        mode: Mode::Enforce,
        source: Source::Configured,
        agents: Vec::new(),
        approvers: 1,
        by_reply: false,
        waives_named: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_starter_pin_is_in_force() {
        assert_eq!(pins().len(), STARTERS.len());
    }
}
