//! What happens to a tool call, and which pins said so.
//!
//! `policy` makes a [`Judgement`]; `proxy` carries it out; `record` keeps it.
//! This is the file to open when the question is *why was this call held?*

use crate::call::Action;
use crate::pin::PinId;
use std::fmt;

/// What happens to a tool call, from mildest to strictest.
///
/// The order of the variants *is* the order of severity: the strictest pin
/// wins (`max`), so adding a pin can never loosen a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Delivered unchanged.
    Pass,
    /// Delivered unchanged, with an entry in the record.
    Warn,
    /// Withheld until a person says yes.
    Hold,
    /// Withheld.
    Block,
}

impl Verdict {
    /// The word in the configuration, the record and every JSON shape.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Hold => "hold",
            Self::Block => "block",
        }
    }

    /// Reads the word in the configuration.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Pass, Self::Warn, Self::Hold, Self::Block].into_iter().find(|verdict| verdict.name() == name)
    }

    /// Whether the agent gets a notice in place of the call.
    pub fn withholds(self) -> bool {
        self >= Self::Hold
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One pin's objection to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// The pin that objects.
    pub pin: PinId,
    /// What it asks for; never [`Verdict::Pass`].
    pub verdict: Verdict,
    /// A pin in shadow mode: recorded, without effect on the verdict.
    pub shadow: bool,
    /// Why, in one clause for the operator.
    pub why: String,
}

/// Everything `policy` has to say about one call.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The strictest of the objections that count.
    pub verdict: Verdict,
    /// All objections, strictest first, shadow ones last.
    pub objections: Vec<Objection>,
    /// What the call would do, ordinary reads and writes included.
    pub actions: Vec<Action>,
}

impl Judgement {
    /// The pins behind the verdict: of those that are not in shadow, the ones
    /// that asked for no less. Empty when the call passes.
    pub fn pins(&self) -> Vec<PinId> {
        let decided = |objection: &&Objection| !objection.shadow && objection.verdict == self.verdict;
        self.objections.iter().filter(decided).map(|objection| objection.pin.clone()).collect()
    }

    /// The reason in one line: the deciding objections, or what was read when none objects.
    pub fn why(&self) -> String {
        let mut deciding: Vec<&str> =
            self.objections.iter().filter(|o| !o.shadow && o.verdict == self.verdict).map(|o| o.why.as_str()).collect();
        let mut said = std::collections::BTreeSet::new();
        deciding.retain(|why| said.insert(*why));
        if deciding.is_empty() { "no pin objects".into() } else { deciding.join("; ") }
    }

    /// Whether this judgement belongs in the record of what was not simply passed.
    pub fn is_recorded(&self) -> bool {
        !self.objections.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_block_outweighs_any_number_of_warnings() {
        let asked = [Verdict::Warn, Verdict::Block, Verdict::Warn, Verdict::Pass, Verdict::Hold];
        assert_eq!(asked.into_iter().max(), Some(Verdict::Block));
    }
}
