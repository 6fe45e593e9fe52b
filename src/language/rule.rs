//! One rule of a sentence, decided: what it is on, what happens, and what narrows it.

use super::clauses::{inverted, rule};
use super::effect;
use super::group::{Group, names_effect};
use super::kinds::{is_light, kinds, kinds_of};
use super::lexicon::Bit;
use super::mark::{Mark, Object, Verb};
use super::scope;
use super::signs::{Signs, signs};
use super::words;
use crate::kind::Kind;
use crate::pin::Clause;
use crate::verdict::Verdict;

/// What one rule comes to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    /// Something to enforce, and what to say about it.
    Rule(Vec<Clause>, Vec<String>),
    /// It forbids or gates something that no table knows.
    Unclear,
    /// It says that nobody need be asked, or that something is allowed.
    Waiver,
    /// It speaks about words, style or judgement.
    Advice,
    /// It asks for something, or tells something.
    Task,
}

/// Decides one rule.
pub(super) fn decide(group: &Group) -> Outcome {
    let order = group.order;
    let bits = group.bits.as_slice();
    if is_question(group) || is_product(bits) {
        return Outcome::Task;
    }
    let signs = signs(bits, order);
    match signs {
        Signs { gate: true, doubt: true, .. } if !names_effect(bits) => Outcome::Advice,
        Signs { gate: true, frozen: true, .. } if !bits.iter().any(is_deed) => frozen(group, signs, order),
        Signs { gate: true, .. } => gated(group, signs, order),
        Signs { postponed: true, .. } => postponed(group, signs, order),
        Signs { frozen: true, .. } => frozen(group, signs, order),
        Signs { waiver: true, at_most, .. } if at_most || over(bits) => bounded(group, signs, order, Verdict::Hold),
        Signs { prohibits: true, .. } => forbidden(group, signs, order),
        Signs { waiver: true, .. } => Outcome::Waiver,
        // "Under $20 you may buy freely": beyond it a person is asked, not refused.
        Signs { at_most: true, may: true, .. } if over_money(bits) => bounded(group, signs, order, Verdict::Hold),
        Signs { at_most: true, .. } => bounded(group, signs, order, Verdict::Block),
        Signs { only: true, .. } => allowed_only(group, signs, order),
        Signs { may: true, .. } => Outcome::Waiver,
        _ if outlasts(bits) => lasting(group),
        _ => demanded(group, signs, order),
    }
}

// -- the shapes

/// Somebody is asked first.
fn gated(group: &Group, signs: Signs, order: words::Order) -> Outcome {
    let Some(found) = kinds(group, signs, order) else {
        return Outcome::Rule(vec![Clause::new(Kind::CONSEQUENTIAL, Verdict::Hold)], vec![]);
    };
    rule(group, signs, order, found, Verdict::Hold)
}

/// "Hold off on publishing", "hold off": what is named waits, or everything.
fn postponed(group: &Group, signs: Signs, order: words::Order) -> Outcome {
    match kinds(group, signs, order) {
        Some(found) => rule(group, signs, order, found, Verdict::Hold),
        None => frozen(group, signs, order),
    }
}

/// Nothing is done for now.
fn frozen(group: &Group, signs: Signs, order: words::Order) -> Outcome {
    let literal = group.bits.iter().any(|bit| bit.mark == Mark::Literal);
    if literal {
        return rule(group, signs, order, effect::alone(Object::File).to_vec(), Verdict::Block);
    }
    let note = "nothing but reading is let through without a person's yes".to_owned();
    Outcome::Rule(vec![Clause::new(effect::EVERYTHING, Verdict::Hold)], vec![note])
}

/// Something is forbidden, with or without a way out.
fn forbidden(group: &Group, signs: Signs, order: words::Order) -> Outcome {
    if is_about_words(&group.bits) {
        return Outcome::Advice;
    }
    let Some(found) = kinds(group, signs, order) else {
        let used = group.bits.iter().any(|bit| bit.mark == Mark::Verb(Verb::Use));
        let literal = group.bits.iter().any(|bit| bit.mark == Mark::Literal);
        let after = group.bits.iter().skip_while(|bit| !matches!(bit.mark, Mark::Not | Mark::Forbid | Mark::Closed));
        let wordy = after.into_iter().any(|bit| matches!(bit.mark, Mark::Saying | Mark::Style | Mark::Neglect));
        return if wordy || (used && !literal) { Outcome::Advice } else { Outcome::Unclear };
    };
    let then = if signs.conditional || signs.doubt { Verdict::Hold } else { Verdict::Block };
    rule(group, signs, order, found, then)
}

/// A number bounds something: "at most three a day", "up to 50 without asking".
fn bounded(group: &Group, signs: Signs, order: words::Order, then: Verdict) -> Outcome {
    if group.bits.iter().any(|bit| matches!(bit.mark, Mark::Style | Mark::Measure | Mark::Saying)) && !signs.waiver {
        return Outcome::Advice;
    }
    match kinds(group, signs, order) {
        Some(found) => rule(group, signs, order, found, then),
        None => Outcome::Unclear,
    }
}

/// What runs too long: no call shows how long it will run, so each that runs something is held.
fn lasting(group: &Group) -> Outcome {
    let note = format!("`{}` cannot be seen in a call: every such call is held", spoken(&group.bits));
    Outcome::Rule(vec![Clause::new([Kind::Execute], Verdict::Hold)], vec![note])
}

/// Only something is allowed, or something only under a condition.
fn allowed_only(group: &Group, signs: Signs, order: words::Order) -> Outcome {
    if is_about_words(&group.bits) {
        return Outcome::Advice;
    }
    let Some(found) = kinds(group, signs, order) else {
        return Outcome::Task;
    };
    let bounds = scope::bounds(&group.bits, &found, false, order == words::Order::ObjectBefore);
    if !signs.conditional && bounds.is_plain() && !bounds.scope.is_open() {
        // "only in /tmp" forbids what is outside.
        let clause = Clause { scope: inverted(bounds.scope), ..Clause::new(found, Verdict::Block) };
        return Outcome::Rule(vec![clause], vec![]);
    }
    let note = format!("`{}` cannot be seen in a call: every such call is held", spoken(&group.bits));
    Outcome::Rule(vec![Clause::new(found, Verdict::Hold)], vec![note])
}

/// "The refund must go to the original card": a condition on something that matters.
fn demanded(group: &Group, signs: Signs, order: words::Order) -> Outcome {
    if let Some(found) = precondition(group, order) {
        let note = format!("the condition in `{}` cannot be checked: a person decides", spoken(&group.bits));
        return Outcome::Rule(vec![Clause::new(found, Verdict::Hold)], vec![note]);
    }
    let must = group.bits.iter().position(|bit| bit.mark == Mark::Must);
    let wordy = group.bits.iter().any(|bit| matches!(bit.mark, Mark::Style | Mark::Saying));
    let Some(must) = must.filter(|_| !wordy) else {
        return if wordy { Outcome::Advice } else { Outcome::Task };
    };
    let subject = group.bits.get(..must).unwrap_or_default();
    let matters = [Kind::Pay, Kind::Delete, Kind::Permission, Kind::Deploy, Kind::Publish];
    match kinds(group, signs, order) {
        Some(found) if names_effect(subject) && found.iter().any(|kind| matters.contains(&kind.broad())) => {
            let note = format!("`{}` cannot be seen in a call: every such call is held", spoken(&group.bits));
            Outcome::Rule(vec![Clause::new(found, Verdict::Hold)], vec![note])
        }
        _ => Outcome::Task,
    }
}

/// "Before deploying, run the tests": what matters waits for something that no call shows.
fn precondition(group: &Group, order: words::Order) -> Option<Vec<Kind>> {
    if group.bits.iter().any(|bit| matches!(bit.mark, Mark::NoNeed | Mark::May | Mark::Question | Mark::Saying | Mark::Style)) {
        return None;
    }
    let at = group.bits.iter().position(|bit| bit.mark == Mark::Before)?;
    let clause: Vec<Bit> = if order == words::Order::ObjectBefore {
        group.bits.iter().take(at).cloned().collect()
    } else {
        group.bits.iter().skip(at + 1).take_while(|bit| bit.mark != Mark::Break).cloned().collect()
    };
    let found = kinds_of(&clause, Signs::default())?;
    let matters = clause.iter().any(is_deed) && found.iter().all(|kind| kind.is_consequential());
    matters.then_some(found)
}

// -- small questions

/// A question is no rule; "could you ask me first?" is a request, not a question.
fn is_question(group: &Group) -> bool {
    let first = group.bits.iter().find(|bit| !matches!(bit.mark, Mark::Small | Mark::Break));
    group.asked && !first.is_some_and(|bit| matches!(bit.mark, Mark::May | Mark::Ask)) && !is_request(&group.bits)
}

/// "Add a check that users cannot delete their own role": what is to be built must not do it.
fn is_product(bits: &[Bit]) -> bool {
    let mut said = bits.iter().filter(|bit| !matches!(bit.mark, Mark::Small | Mark::Break) || RELATIVE.contains(&bit.raw.as_str()));
    let makes = |raw: &str| MAKES.iter().any(|word| raw.to_lowercase().starts_with(word));
    let builds = said.next().is_some_and(|bit| matches!(bit.mark, Mark::Verb(Verb::Create | Verb::Build)) || makes(&bit.raw));
    let relative = bits.iter().position(|bit| RELATIVE.contains(&bit.raw.as_str()));
    let operator =
        bits.iter().position(|bit| matches!(bit.mark, Mark::Not | Mark::Forbid | Mark::Ask | Mark::Only | Mark::AtMost | Mark::Unasked));
    let to_the_agent = bits.iter().any(|bit| matches!(bit.raw.to_lowercase().as_str(), "you" | "me" | "i" | "my"));
    builds && !to_the_agent && relative.zip(operator).is_some_and(|(relative, operator)| relative < operator)
}

const MAKES: &[&str] =
    &["add ", "write ", "implement", "füge", "schreib", "ajoute", "écris", "añade", "escribe", "adicion", "aggiungi", "scrivi"];

const RELATIVE: &[&str] = &["that", "which", "so", "who", "dass", "damit", "das", "que", "che"];

/// "…, but could you ask me before deleting anything?"
fn is_request(bits: &[Bit]) -> bool {
    const REACH: usize = 4;
    let polite = |bit: &Bit| POLITE.contains(&bit.raw.to_lowercase().as_str());
    let asks = |from: usize| bits.iter().skip(from + 1).take(REACH).any(|bit| bit.mark == Mark::Ask);
    bits.iter().enumerate().any(|(at, bit)| polite(bit) && asks(at))
}

/// Words that make a question a request.
const POLITE: &[&str] = &[
    "could",
    "can",
    "would",
    "will",
    "you can",
    "can you",
    "could you",
    "would you",
    "könntest",
    "kannst",
    "würdest",
    "peux",
    "pourrais",
    "pourriez",
    "podrías",
    "puedes",
    "poderia",
    "pode",
    "potresti",
    "puoi",
];

/// Whether a word says what is done or to what; "anything" does not.
fn is_deed(bit: &Bit) -> bool {
    match bit.mark {
        Mark::Verb(verb) => !is_light(verb),
        Mark::Object(_) | Mark::Literal | Mark::BranchName | Mark::Table => true,
        _ => false,
    }
}

/// Whether what is forbidden is said or worded, not done.
fn is_about_words(bits: &[Bit]) -> bool {
    let after = bits.iter().skip_while(|bit| !matches!(bit.mark, Mark::Not | Mark::Only));
    let mut telling = after.skip(1).filter(|bit| !matches!(bit.mark, Mark::Small | Mark::Alone | Mark::Not));
    let head = telling.next().map(|bit| bit.mark);
    let worded = bits.iter().any(|bit| bit.mark == Mark::Style);
    // "Never start a sentence with 'So'" starts no program.
    let things = bits.iter().any(|bit| matches!(bit.mark, Mark::Object(_) | Mark::Literal | Mark::Place));
    let deeds = bits.iter().any(|bit| matches!(bit.mark, Mark::Verb(verb) if !is_light(verb) && (things || verb != Verb::Run)));
    matches!(head, Some(Mark::Saying | Mark::Style)) || (worded && !deeds)
}

/// Whether a threshold is named.
pub(super) fn over(bits: &[Bit]) -> bool {
    bits.iter().any(|bit| matches!(bit.mark, Mark::MoreThan | Mark::OrMore)) && bits.iter().any(|bit| bit.number.is_some())
}

/// Whether a sum of money is named.
fn over_money(bits: &[Bit]) -> bool {
    bits.iter().any(|bit| bit.number.is_some()) && bits.iter().any(|bit| bit.mark == Mark::Currency)
}

/// "Kill anything that runs longer than 30 minutes": a bound on time, which no call shows.
fn outlasts(bits: &[Bit]) -> bool {
    let timed = bits.iter().any(|bit| matches!(bit.mark, Mark::Time(_) | Mark::Measure));
    let runs =
        bits.iter().any(|bit| matches!(bit.mark, Mark::Verb(Verb::Run | Verb::Build) | Mark::Object(Object::Program | Object::Process)));
    over(bits) && timed && runs
}

/// The words of a rule, for a note.
pub(super) fn spoken(bits: &[Bit]) -> String {
    let words: Vec<&str> = bits.iter().filter(|bit| bit.mark != Mark::Break).map(|bit| bit.raw.as_str()).collect();
    words.join(" ")
}
