//! What a rule's operators say together: who may do what, and who must be asked.
//!
//! A negation has a scope. "Never send without asking" is a gate; "send without
//! asking" waives one. "Never ask" waives, "never fail to ask" and "must not not
//! ask" gate. This file looks at what stands before each word that asks.

use super::lexicon::Bit;
use super::mark::{Mark, Verb};
use super::words::Order;

/// How far an operator reaches back from a word that asks.
const REACH: usize = 6;

/// What the operators of one rule say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Signs {
    /// A person is to be asked.
    pub(super) gate: bool,
    /// A person need not be asked.
    pub(super) waiver: bool,
    /// Something is forbidden.
    pub(super) prohibits: bool,
    /// Everything is to wait.
    pub(super) frozen: bool,
    /// What is named is to wait.
    pub(super) postponed: bool,
    /// Something is allowed.
    pub(super) may: bool,
    /// Only something is allowed.
    pub(super) only: bool,
    /// A bound is named.
    pub(super) at_most: bool,
    /// It holds unless, until, if, before or without something.
    pub(super) conditional: bool,
    /// It speaks about the agent's own doubts.
    pub(super) doubt: bool,
}

/// How one word that asks is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Gate,
    Waiver,
    Unasked,
}

/// Reads the operators of one rule.
pub(super) fn signs(bits: &[Bit], order: Order) -> Signs {
    let mut signs = Signs::default();
    let mut unasked = false;
    let mut negations = 0_usize;
    let mut spent = 0_usize;
    for (index, bit) in bits.iter().enumerate() {
        match bit.mark {
            Mark::Ask => match asked(bits, index, order) {
                Asked::Gate => signs.gate = true,
                Asked::Waiver => {
                    signs.waiver = true;
                    spent += 1;
                }
                Asked::Unasked => unasked = true,
            },
            Mark::Tell => signs.gate |= bits.iter().any(|bit| bit.mark == Mark::Before),
            Mark::Unasked | Mark::Alone => unasked = true,
            Mark::Unbidden => signs.gate = true,
            Mark::Not => negations += 1,
            // "Never forget to ask" forbids nothing; "never skip the scanner" does.
            Mark::Neglect if negations > 0 && asks_after(bits, index) => spent += 1,
            Mark::Forbid | Mark::Closed => signs.prohibits = true,
            Mark::Frozen => signs.frozen = true,
            Mark::Postpone => signs.postponed = true,
            Mark::May => signs.may = true,
            Mark::Only => signs.only = true,
            Mark::AtMost => signs.at_most = true,
            Mark::Doubt => signs.doubt = true,
            Mark::Unless | Mark::Until | Mark::If | Mark::Before | Mark::Without => signs.conditional = true,
            _ => {}
        }
    }
    signs.prohibits |= negations > spent;
    if unasked {
        let against = signs.prohibits || signs.frozen || signs.only;
        signs.gate |= against;
        signs.waiver |= !against;
    }
    signs
}

/// Whether somebody is asked further on.
fn asks_after(bits: &[Bit], index: usize) -> bool {
    bits.iter().skip(index).any(|bit| matches!(bit.mark, Mark::Ask | Mark::Tell))
}

/// How the word that asks at `index` is meant.
fn asked(bits: &[Bit], index: usize, order: Order) -> Asked {
    if order != Order::ObjectAfter
        && let Some(meant) = asked_by_what_follows(bits, index)
    {
        return meant;
    }
    let mut back = bits.get(..index).unwrap_or_default().iter().rev().take(REACH).peekable();
    while let Some(bit) = back.next() {
        match bit.mark {
            Mark::Without => return Asked::Unasked,
            Mark::NoNeed => return Asked::Waiver,
            Mark::Neglect => return if back.any(|bit| bit.mark == Mark::Not) { Asked::Gate } else { Asked::Waiver },
            Mark::Not => {
                let twice = back.peek().is_some_and(|bit| bit.mark == Mark::Not);
                return if twice { Asked::Gate } else { Asked::Waiver };
            }
            Mark::Verb(Verb::Act | Verb::Use)
            | Mark::Small
            | Mark::Question
            | Mark::Unknown
            | Mark::Ask
            | Mark::May
            | Mark::And
            | Mark::Must => {}
            _ => return Asked::Gate,
        }
    }
    Asked::Gate
}

/// In languages that put it there: "frag mich nicht", "पूछे बिना".
fn asked_by_what_follows(bits: &[Bit], index: usize) -> Option<Asked> {
    let mut after = bits.get(index + 1..).unwrap_or_default().iter().filter(|bit| bit.mark != Mark::Small);
    match after.next().map(|bit| bit.mark) {
        Some(Mark::Without) => Some(Asked::Unasked),
        Some(Mark::NoNeed) => Some(Asked::Waiver),
        Some(Mark::Not) => match after.next().map(|bit| bit.mark) {
            Some(Mark::Not | Mark::Neglect) => Some(Asked::Gate),
            Some(Mark::Verb(verb)) if verb != Verb::Act => None,
            _ => Some(Asked::Waiver),
        },
        _ => None,
    }
}
