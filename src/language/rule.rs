//! One rule of a sentence, decided: what it is on, what happens, and what narrows it.

use super::effect;
use super::group::{Group, names_effect};
use super::lexicon::Bit;
use super::mark::{Mark, Object, Umbrella, Verb};
use super::scope::{self, Bounds};
use super::signs::{Signs, signs};
use super::words;
use crate::kind::Kind;
use crate::pin::{Clause, Scope};
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
pub(super) fn decide(group: &Group, order: words::Order) -> Outcome {
    let bits = group.bits.as_slice();
    if is_question(group) {
        return Outcome::Task;
    }
    let signs = signs(bits, order);
    match signs {
        Signs { gate: true, doubt: true, .. } if !names_effect(bits) => Outcome::Advice,
        Signs { gate: true, .. } => gated(group, signs, order),
        Signs { frozen: true, .. } => frozen(group, signs, order),
        Signs { waiver: true, at_most, .. } if at_most || over(bits) => bounded(group, signs, order, Verdict::Hold),
        Signs { prohibits: true, .. } => forbidden(group, signs, order),
        Signs { waiver: true, .. } => Outcome::Waiver,
        Signs { at_most: true, .. } => bounded(group, signs, order, Verdict::Block),
        Signs { only: true, .. } => allowed_only(group, signs, order),
        Signs { may: true, .. } => Outcome::Waiver,
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
        let wordy = group.bits.iter().any(|bit| matches!(bit.mark, Mark::Saying | Mark::Style | Mark::Neglect));
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

/// Only something is allowed, or something only under a condition.
fn allowed_only(group: &Group, signs: Signs, order: words::Order) -> Outcome {
    if is_about_words(&group.bits) {
        return Outcome::Advice;
    }
    let Some(found) = kinds(group, signs, order) else {
        return Outcome::Task;
    };
    let bounds = scope::bounds(&group.bits, &found, false, order == words::Order::ObjectBefore);
    if !signs.conditional && bounds.words.is_empty() && !bounds.scope.is_open() {
        // "only in /tmp" forbids what is outside.
        let clause = Clause { scope: inverted(bounds.scope), ..Clause::new(found, Verdict::Block) };
        return Outcome::Rule(vec![clause], vec![]);
    }
    let note = format!("`{}` cannot be seen in a call: every such call is held", spoken(&group.bits));
    Outcome::Rule(vec![Clause::new(found, Verdict::Hold)], vec![note])
}

/// "The refund must go to the original card": a condition on something that matters.
fn demanded(group: &Group, signs: Signs, order: words::Order) -> Outcome {
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

// -- what it is on

/// The kinds that a rule names; `None` when it names none.
fn kinds(group: &Group, signs: Signs, order: words::Order) -> Option<Vec<Kind>> {
    let core = core(&group.bits, signs, order);
    let own = kinds_of(&core, signs).or_else(|| kinds_of(&group.bits, signs));
    own.or_else(|| kinds_of(&group.antecedent, signs))
}

/// The words of a rule without its ways out: in "never push until I ask you to deploy" nothing is said about deploying.
fn core(bits: &[Bit], signs: Signs, order: words::Order) -> Vec<Bit> {
    let leads_out = |mark: Mark| match mark {
        Mark::Unless | Mark::Until | Mark::Without | Mark::Except => true,
        Mark::If | Mark::Before => signs.prohibits && !signs.gate,
        _ => false,
    };
    let mut core: Vec<Bit> = Vec::new();
    let mut part = 0_usize;
    let mut out = false;
    for bit in bits {
        if bit.mark == Mark::Break || bit.mark == Mark::But {
            out = false;
            part = core.len();
        }
        if leads_out(bit.mark) {
            if order == words::Order::ObjectBefore {
                core.truncate(part);
            } else {
                out = true;
            }
        } else if !out {
            core.push(bit.clone());
        }
    }
    core
}

/// The kinds that words name: each verb with its objects, each object without a verb, each umbrella.
fn kinds_of(bits: &[Bit], signs: Signs) -> Option<Vec<Kind>> {
    let mut found: Vec<Kind> = Vec::new();
    let umbrellas: Vec<Umbrella> = bits.iter().filter_map(|bit| if let Mark::Umbrella(it) = bit.mark { Some(it) } else { None }).collect();
    let objects: Vec<Object> = bits.iter().filter_map(object_of).collect();
    for umbrella in &umbrellas {
        found.extend(effect::under(*umbrella));
    }
    let verbs = verbs(bits, !umbrellas.is_empty());
    for (verb, objects) in &verbs {
        match objects.as_slice() {
            [] => found.extend(effect::of(*verb, None)),
            objects => objects.iter().for_each(|object| found.extend(effect::of(*verb, Some(*object)))),
        }
    }
    if verbs.is_empty() {
        let touched = bits.iter().any(|bit| bit.mark == Mark::Forbid);
        for object in &objects {
            found.extend(effect::alone(*object));
            if touched {
                found.extend(effect::of(Verb::Touch, Some(*object)));
            }
        }
        if touched && objects.is_empty() {
            found.extend(bits.iter().filter(|bit| bit.mark == Mark::Literal).flat_map(|bit| literal_kinds(&bit.raw)));
        }
    }
    if bits.iter().any(|bit| bit.mark == Mark::Literal && bit.raw.starts_with(".env")) && (verbs.is_empty() || reads(&verbs)) {
        found.push(Kind::ReadSecret);
    }
    let act = bits.iter().any(|bit| matches!(bit.mark, Mark::Anything | Mark::Verb(Verb::Act)));
    if found.is_empty() && act {
        found.extend(if signs.gate { Kind::CONSEQUENTIAL.as_slice() } else { effect::EVERYTHING });
    }
    tidy(found)
}

fn reads(verbs: &[(Verb, Vec<Object>)]) -> bool {
    verbs.iter().any(|(verb, _)| matches!(verb, Verb::Read | Verb::Touch | Verb::Commit))
}

/// What a place that is closed is closed to.
fn literal_kinds(raw: &str) -> &'static [Kind] {
    if raw.starts_with(['#', '@']) || raw.contains('@') {
        &[Kind::Send, Kind::Publish]
    } else {
        &[Kind::Read, Kind::ReadSecret, Kind::Delete, Kind::Overwrite, Kind::Write, Kind::Execute, Kind::Disclose]
    }
}

fn object_of(bit: &Bit) -> Option<Object> {
    match bit.mark {
        Mark::Object(object) => Some(object),
        Mark::Place => Some(Object::System),
        _ => None,
    }
}

/// Each verb that says what is done, with the things it is done to.
fn verbs(bits: &[Bit], umbrella: bool) -> Vec<(Verb, Vec<Object>)> {
    let said: Vec<(usize, Verb)> =
        bits.iter().enumerate().filter_map(|(at, bit)| if let Mark::Verb(verb) = bit.mark { Some((at, verb)) } else { None }).collect();
    let mut found: Vec<(Verb, Vec<Object>)> = Vec::new();
    for (index, (at, verb)) in said.iter().enumerate() {
        let next = said.get(index + 1).map_or(bits.len(), |(next, _)| *next);
        let previous = index.checked_sub(1).and_then(|index| said.get(index)).map_or(0, |(previous, _)| *previous);
        let after: Vec<Object> = bits.get(*at..next).unwrap_or_default().iter().filter_map(object_of).collect();
        let before: Vec<Object> = bits.get(previous..*at).unwrap_or_default().iter().filter_map(object_of).collect();
        found.push((*verb, if after.is_empty() { before } else { after }));
    }
    share_objects(&mut found);
    let weighty = found.iter().any(|(verb, _)| !is_light(*verb));
    found.retain(|(verb, objects)| match verb {
        Verb::Act | Verb::Use => !weighty && !umbrella && !objects.is_empty(),
        Verb::Create => !weighty || !objects.is_empty(),
        Verb::Run | Verb::Change if umbrella => false,
        Verb::Run => said.len() < 2 || !objects.is_empty() || !found_besides_run(&said),
        _ => true,
    });
    found
}

/// "delete or overwrite files": the files are both verbs'.
fn share_objects(found: &mut [(Verb, Vec<Object>)]) {
    let mut later: Vec<Object> = Vec::new();
    for (_, objects) in found.iter_mut().rev() {
        if objects.is_empty() {
            objects.clone_from(&later);
        } else {
            later.clone_from(objects);
        }
    }
}

/// "run npm publish", "run migrations": what is run says more than that it is run.
fn found_besides_run(said: &[(usize, Verb)]) -> bool {
    said.iter().any(|(_, verb)| !is_light(*verb) && *verb != Verb::Run)
}

/// Verbs that say little by themselves: "make a payment", "do a deploy".
fn is_light(verb: Verb) -> bool {
    matches!(verb, Verb::Act | Verb::Use | Verb::Create)
}

/// In the order of the kinds, each once, and none that a broader one covers.
pub(super) fn tidy(mut found: Vec<Kind>) -> Option<Vec<Kind>> {
    found.sort_unstable();
    found.dedup();
    let broad = found.clone();
    found.retain(|kind| *kind == kind.broad() || !broad.contains(&kind.broad()));
    if found.is_empty() { None } else { Some(found) }
}

// -- what narrows it

/// Puts kinds, verdict and scope together.
fn rule(group: &Group, signs: Signs, order: words::Order, on: Vec<Kind>, then: Verdict) -> Outcome {
    let core = core(&group.bits, signs, order);
    let core = if names_effect(&core) { core } else { group.bits.clone() };
    let mut narrowing = core;
    narrowing.extend(group.bits.iter().skip_while(|bit| bit.mark != Mark::Except).cloned());
    let limiting = signs.at_most || (signs.prohibits && over(&group.bits));
    let backwards = order == words::Order::ObjectBefore;
    let bounds = scope::bounds(&narrowing, &on, limiting, backwards);
    let mut notes = notes(&bounds, signs, group);
    let clauses = clauses(on, then, bounds, &mut notes);
    Outcome::Rule(clauses, notes)
}

/// One clause, or two where words narrow it that a call may or may not show: what
/// visibly falls under them gets the verdict, what cannot be told is held.
fn clauses(on: Vec<Kind>, then: Verdict, bounds: Bounds, notes: &mut Vec<String>) -> Vec<Clause> {
    let plain = Clause { scope: bounds.scope.clone(), limit: bounds.limit, ..Clause::new(on.clone(), then) };
    if bounds.number.is_some() {
        return vec![Clause::new(on, Verdict::Hold)];
    }
    let Some(text) = scope::text_pattern(&bounds.words) else { return vec![plain] };
    let ordinary = |kind: &Kind| {
        matches!(kind.broad(), Kind::Write | Kind::Read) && !matches!(kind, Kind::WriteCommit | Kind::ReadSecret | Kind::ReadNetwork)
    };
    let wide: Vec<Kind> = on.iter().copied().filter(|kind| !ordinary(kind)).collect();
    if then == Verdict::Hold && wide.len() == on.len() {
        return vec![plain];
    }
    let wide = if wide.is_empty() { on.clone() } else { wide };
    notes.push(format!("a call that names `{}` gets the verdict; one that may mean it is held", bounds.words.join("`, `")));
    let seen = Clause { scope: Scope { text: Some(text), ..plain.scope.clone() }, ..plain.clone() };
    vec![seen, Clause { scope: plain.scope, limit: plain.limit, ..Clause::new(wide, Verdict::Hold) }]
}

/// What the operator should know about how a rule was narrowed, or was not.
fn notes(bounds: &Bounds, signs: Signs, group: &Group) -> Vec<String> {
    let mut notes = Vec::new();
    if !bounds.words.is_empty() {
        notes.push(format!("`{}` narrows the sentence, but no call shows it for certain", bounds.words.join("`, `")));
    }
    if let Some(number) = &bounds.number {
        notes.push(format!("the number {number} cannot be counted in a call: every such call is held"));
    }
    if bounds.exception {
        notes.push("the exception is not subtracted: no call shows it for certain".to_owned());
    }
    if signs.conditional && signs.prohibits && !signs.gate {
        notes.push(format!("the condition in `{}` cannot be checked: a person decides", spoken(&group.bits)));
    }
    notes
}

/// A scope turned inside out: "only in /tmp" is everything but /tmp.
fn inverted(scope: Scope) -> Scope {
    let turn = |globs: Vec<String>| {
        globs.into_iter().map(|glob| glob.strip_prefix('!').map_or_else(|| format!("!{glob}"), str::to_owned)).collect()
    };
    Scope {
        target: turn(scope.target),
        recipient: turn(scope.recipient),
        host: turn(scope.host),
        table: turn(scope.table),
        branch: turn(scope.branch),
        ..scope
    }
}

// -- small questions

/// A question is no rule; "could you ask me first?" is a request, not a question.
fn is_question(group: &Group) -> bool {
    let first = group.bits.iter().find(|bit| !matches!(bit.mark, Mark::Small | Mark::Break));
    group.asked && !first.is_some_and(|bit| matches!(bit.mark, Mark::May | Mark::Ask))
}

/// Whether what is forbidden is said or worded, not done.
fn is_about_words(bits: &[Bit]) -> bool {
    let after = bits.iter().skip_while(|bit| !matches!(bit.mark, Mark::Not | Mark::Only));
    let mut telling = after.skip(1).filter(|bit| !matches!(bit.mark, Mark::Small | Mark::Alone | Mark::Not));
    let head = telling.next().map(|bit| bit.mark);
    let worded = bits.iter().any(|bit| bit.mark == Mark::Style);
    let deeds = bits.iter().any(|bit| matches!(bit.mark, Mark::Verb(verb) if !is_light(verb)));
    matches!(head, Some(Mark::Saying | Mark::Style)) || (worded && !deeds)
}

/// Whether a threshold is named.
fn over(bits: &[Bit]) -> bool {
    bits.iter().any(|bit| matches!(bit.mark, Mark::MoreThan | Mark::OrMore)) && bits.iter().any(|bit| bit.number.is_some())
}

/// The words of a rule, for a note.
fn spoken(bits: &[Bit]) -> String {
    let words: Vec<&str> = bits.iter().filter(|bit| bit.mark != Mark::Break).map(|bit| bit.raw.as_str()).collect();
    words.join(" ")
}
