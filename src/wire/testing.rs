//! How every dialect's gate is tested: one function feeds it, data does the rest.

use super::{BodyGate, Bounds, Framing, Gate, Ruling};
use crate::call::Proposal;
use crate::dialect::Dialect;

/// What came out of a gate.
#[derive(Debug, PartialEq)]
pub(super) struct Replayed {
    /// What the agent got.
    pub(super) bytes: Vec<u8>,
    /// What was proposed, in order.
    pub(super) proposals: Vec<Proposal>,
}

impl Replayed {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).expect("a text stream")
    }

    /// `tool(input)` for each proposal, with its flaw behind it.
    pub(super) fn calls(&self) -> Vec<String> {
        let shown = |p: &Proposal| match &p.flaw {
            None => format!("{}({})", p.call.tool, p.call.input.as_str()),
            Some(flaw) => format!("{}({}) !{flaw}", p.call.tool, p.call.input.as_str()),
        };
        self.proposals.iter().map(shown).collect()
    }
}

/// Feeds a stream of events in these pieces and rules on every proposal.
pub(super) fn replay_pieces(dialect: Dialect, pieces: &[&[u8]], bounds: Bounds, rule: &dyn Fn(&Proposal) -> Ruling) -> Replayed {
    replay_pieces_of(dialect, Framing::Events, pieces, bounds, rule)
}

/// The same for any framing.
pub(super) fn replay_pieces_of(
    dialect: Dialect,
    framing: Framing,
    pieces: &[&[u8]],
    bounds: Bounds,
    rule: &dyn Fn(&Proposal) -> Ruling,
) -> Replayed {
    let mut gate = Gate::new(dialect, framing, bounds).expect("a dialect with streams");
    let mut seen = Replayed { bytes: Vec::new(), proposals: Vec::new() };
    let mut settle = |gate: &mut Gate, mut proposals: Vec<Proposal>, bytes: &mut Vec<u8>| {
        while !proposals.is_empty() {
            let rulings = proposals.iter().map(rule).collect();
            seen.proposals.append(&mut proposals);
            proposals = gate.rule(rulings, bytes).expect("frames within bounds");
        }
    };
    let mut bytes = Vec::new();
    for piece in pieces {
        let proposals = gate.push(piece, &mut bytes).expect("frames within bounds");
        settle(&mut gate, proposals, &mut bytes);
    }
    let proposals = gate.end(&mut bytes).expect("frames within bounds");
    settle(&mut gate, proposals, &mut bytes);
    seen.bytes = bytes;
    seen
}

/// Feeds a stream of events whole, byte by byte and cut at some places, and checks that
/// it made no difference: same proposals, same bytes.
pub(super) fn replay(dialect: Dialect, stream: &str, rule: &dyn Fn(&Proposal) -> Ruling) -> Replayed {
    replay_of(dialect, Framing::Events, stream, rule)
}

/// The same for any framing.
pub(super) fn replay_of(dialect: Dialect, framing: Framing, stream: &str, rule: &dyn Fn(&Proposal) -> Ruling) -> Replayed {
    let bytes = stream.as_bytes();
    let whole = replay_pieces_of(dialect, framing, &[bytes], Bounds::default(), rule);
    for size in [1, 2, 3, 7, 61, 509] {
        let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
        let cut = replay_pieces_of(dialect, framing, &pieces, Bounds::default(), rule);
        assert_eq!(cut.text(), whole.text(), "cut into pieces of {size}");
        assert_eq!(cut.proposals, whole.proposals, "cut into pieces of {size}");
    }
    whole
}

/// Reads a body and rules on every proposal.
pub(super) fn replay_body(dialect: Dialect, body: &str, rule: &dyn Fn(&Proposal) -> Ruling) -> Replayed {
    let gate = BodyGate::read(dialect, body.as_bytes()).expect("a readable body");
    let proposals = gate.proposals.clone();
    let rulings: Vec<Ruling> = proposals.iter().map(rule).collect();
    let bytes = gate.rewrite(body.as_bytes(), &rulings).expect("a body that can be rewritten");
    Replayed { bytes, proposals }
}

/// Everything passes but what has a flaw.
pub(super) fn release(proposal: &Proposal) -> Ruling {
    if proposal.flaw.is_some() { withhold(proposal) } else { Ruling::Release }
}

/// Nothing passes.
pub(super) fn withhold(proposal: &Proposal) -> Ruling {
    Ruling::Withhold(format!("[withheld {}]", proposal.call.tool))
}

/// Only calls of tools whose name begins with `rm`, and flawed ones, are withheld.
pub(super) fn withhold_rm(proposal: &Proposal) -> Ruling {
    if proposal.call.tool.name.starts_with("rm") { withhold(proposal) } else { release(proposal) }
}
