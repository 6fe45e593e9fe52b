//! Which words gave what: the reasons that `explain` shows beside a reading.
//!
//! A reading that cannot be followed cannot be trusted. Each reason is a word of the
//! sentence, as written, and what it was taken for: a kind of action, or what it does to
//! the rule.

use super::effect;
use super::group::Group;
use super::kinds::{self, is_light};
use super::lexicon::Bit;
use super::mark::Mark;

/// How many reasons a reading gives at most.
const REASONS_MAX: usize = 24;

/// A word or phrase, and what it was read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// As written in the sentence.
    pub words: String,
    /// What it means for the rule, in a few words.
    pub means: String,
}

/// The reasons for one rule, in the order of its words.
pub(super) fn reasons(group: &Group, reasons: &mut Vec<Because>) {
    let deeds = group.bits.iter().any(|bit| matches!(bit.mark, Mark::Verb(verb) if !is_light(verb)));
    for (at, bit) in group.bits.iter().enumerate() {
        let Some(means) = operator(bit).map(str::to_owned).or_else(|| names(&group.bits, at, deeds)) else { continue };
        let because = Because { words: bit.raw.clone(), means };
        if reasons.len() < REASONS_MAX && !reasons.contains(&because) {
            reasons.push(because);
        }
    }
}

/// What a word does to the rule.
fn operator(bit: &Bit) -> Option<&'static str> {
    match bit.mark {
        Mark::Not | Mark::Forbid => Some("forbids"),
        Mark::Closed => Some("forbids, looking too"),
        Mark::Frozen => Some("everything waits"),
        Mark::Postpone => Some("waits"),
        Mark::Ask | Mark::Tell => Some("a person is asked"),
        Mark::Unasked | Mark::Alone | Mark::Unbidden => Some("unasked"),
        Mark::May => Some("allows"),
        Mark::NoNeed => Some("nobody need be asked"),
        Mark::Only => Some("only this"),
        Mark::Except => Some("an exception"),
        Mark::Outside => Some("outside of this"),
        Mark::Elsewhere => Some("whatever was not named before"),
        Mark::AtMost | Mark::MoreThan | Mark::OrMore => Some("a bound"),
        _ => None,
    }
}

/// The kinds that a verb, a thing or an umbrella word gives.
fn names(bits: &[Bit], at: usize, deeds: bool) -> Option<String> {
    let kinds = match bits.get(at)?.mark {
        Mark::Verb(verb) if !is_light(verb) || !deeds => {
            let objects = kinds::objects_of(bits, at);
            if objects.is_empty() {
                effect::of(verb, None).to_vec()
            } else {
                objects.iter().flat_map(|object| effect::of(verb, Some(*object))).copied().collect()
            }
        }
        Mark::Object(object) if !deeds => effect::alone(object).to_vec(),
        Mark::Umbrella(umbrella) => effect::under(umbrella).to_vec(),
        _ => return None,
    };
    let tidy = kinds::tidy(kinds)?;
    let words: Vec<&str> = tidy.iter().map(|kind| kind.name()).collect();
    Some(words.join(" or "))
}
