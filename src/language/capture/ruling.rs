//! Which clauses restrict what an agent may do, before anybody asks what they restrict.
//!
//! `read` takes a sentence for a rule, because an operator wrote it as one. In chat most
//! sentences are none: "prices under 34 euros", "show me the approvals", "only the first
//! ten rows". Here an operator counts only where it rules.

use super::cut::Clause;
use crate::language::group;
use crate::language::kinds;
use crate::language::lexicon::Bit;
use crate::language::mark::{Mark, Verb};

/// Words that deny and do not forbid: what something is or will be.
const DENIALS: [&str; 22] = [
    "won't",
    "wont",
    "will not",
    "isn't",
    "isnt",
    "is not",
    "aren't",
    "are not",
    "doesn't",
    "doesnt",
    "does not",
    "didn't",
    "didnt",
    "can't",
    "cant",
    "cannot",
    "no longer",
    "couldn't",
    "could not",
    "wouldn't",
    "hardly ever",
    "not only",
];

/// Words that make a bound of any number near them, also in a wish.
const WEAK_BOUNDS: [&str; 7] = ["up to", "under", "below", "within", "less than", "fewer than", "cheaper than"];

/// Words with which a gate needs no condition: "ask me first", "keep asking".
const INSISTENT: [&str; 30] = [
    "first",
    "always",
    "keep",
    "every",
    "each",
    "anything",
    "whenever",
    "zuerst",
    "vorher",
    "immer",
    "erst",
    "d'abord",
    "avant",
    "toujours",
    "primero",
    "antes",
    "siempre",
    "sempre",
    "primeiro",
    "prima",
    "先",
    "必须",
    "都",
    "まず",
    "必ず",
    "पहले",
    "pehle",
    "हमेशा",
    "needs",
    "myself",
];

/// Whether a clause restricts something; a permission alone does not.
pub(super) fn is_ruling(clause: &Clause) -> bool {
    let bits = clause.bits.as_slice();
    bits.iter().enumerate().any(|(at, bit)| match bit.mark {
        Mark::Not => !DENIALS.contains(&bit.raw.to_lowercase().as_str()) || has(bits, Mark::Ask),
        Mark::Forbid | Mark::Closed | Mark::Frozen | Mark::Unbidden => true,
        Mark::Postpone => bits.iter().take(at).all(|bit| bit.mark == Mark::Small && !bit.raw.to_lowercase().starts_with('i')),
        Mark::Ask => is_gate(bits),
        Mark::Tell => has(bits, Mark::Before),
        Mark::AtMost => is_bound(bit, bits),
        Mark::Only => is_narrowing(at, bits),
        _ => false,
    })
}

/// "Ask before …", "if …, check with me", "show me every draft first"; not "show me my mail".
fn is_gate(bits: &[Bit]) -> bool {
    let first = bits.iter().find(|bit| bit.mark != Mark::Small).map(|bit| bit.raw.to_lowercase());
    if first.is_some_and(|first| first.starts_with("show"))
        && !bits.iter().any(|bit| bit.mark == Mark::Before || bit.raw.eq_ignore_ascii_case("first"))
    {
        return false;
    }
    bits.iter().any(|bit| match bit.mark {
        Mark::Before
        | Mark::If
        | Mark::Until
        | Mark::Unless
        | Mark::MoreThan
        | Mark::OrMore
        | Mark::Umbrella(_)
        | Mark::Not
        | Mark::Unasked => true,
        Mark::Anything => true,
        _ => INSISTENT.contains(&bit.raw.to_lowercase().as_str()),
    }) || bits.iter().any(|bit| bit.raw.to_lowercase().split(' ').any(|word| INSISTENT.contains(&word)))
}

/// "At most three runs"; not "prices under 34 euros".
fn is_bound(bit: &Bit, bits: &[Bit]) -> bool {
    let is_weak = WEAK_BOUNDS.iter().any(|weak| bit.raw.to_lowercase().starts_with(weak));
    let pays = has(bits, Mark::Verb(Verb::Pay)) || group::names_effect(bits);
    bits.iter().any(|bit| bit.number.is_some()) && pays && (!is_weak || has(bits, Mark::Unasked))
}

/// "Only after I confirm", "only touch src/"; not "only show the first ten rows".
fn is_narrowing(at: usize, bits: &[Bit]) -> bool {
    let is_conditional = bits.iter().any(|bit| matches!(bit.mark, Mark::Ask | Mark::Until));
    let is_first = bits.iter().take(at).all(|bit| bit.mark == Mark::Small);
    let is_deed = bits.iter().any(|bit| matches!(bit.mark, Mark::Verb(verb) if !kinds::is_light(verb) && verb != Verb::Read));
    let is_placed = bits.iter().any(|bit| matches!(bit.mark, Mark::Literal | Mark::Place | Mark::BranchName));
    let is_leave = has(bits, Mark::May);
    (is_conditional && !is_leave) || (is_first && is_deed && is_placed)
}

fn has(bits: &[Bit], mark: Mark) -> bool {
    bits.iter().any(|bit| bit.mark == mark)
}
