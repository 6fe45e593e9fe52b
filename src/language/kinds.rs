//! What a rule is on: the kinds its words name.
//!
//! Each verb is held together with the things it is done to; a thing without a verb
//! and a word for many kinds at once ("anything irreversible") count as well.

use super::effect;
use super::group::Group;
use super::lexicon::Bit;
use super::mark::{Mark, Object, Umbrella, Verb};
use super::rule::over;
use super::signs::Signs;
use super::words;
use crate::kind::Kind;

/// The kinds that a rule names; `None` when it names none.
pub(super) fn kinds(group: &Group, signs: Signs, order: words::Order) -> Option<Vec<Kind>> {
    let core = core(&group.bits, signs, order);
    let own = || kinds_of(&core, signs).or_else(|| kinds_of(&group.bits, signs));
    // An unknown deed is not the one before it: "never frobnicate the widgets".
    let before = || if has_unknown_verb(&core, order) { None } else { kinds_of(&group.antecedent, signs) };
    // "Push is fine, never to main": the place is named here, the deed before.
    if names_place_only(&core) { before().or_else(own) } else { own().or_else(before) }
}

/// Negations that stand before a thing, not before a deed.
const DETERMINERS: &[&str] = &[
    "no", "kein", "keine", "keinen", "keiner", "keinem", "aucun", "aucune", "pas de", "pas d", "ningún", "ninguna", "nessun", "nessuna",
    "nenhum", "nenhuma", "neither", "none",
];

/// Whether the deed that a rule forbids or gates is a word that no table knows.
pub(super) fn has_unknown_verb(core: &[Bit], order: words::Order) -> bool {
    let does = |bit: &Bit| {
        matches!(bit.mark, Mark::Verb(verb) if !is_light(verb)) || matches!(bit.mark, Mark::Umbrella(_) | Mark::Style | Mark::Saying)
    };
    let denies = |bit: &Bit| bit.mark == Mark::Not && !DETERMINERS.contains(&bit.raw.to_lowercase().as_str());
    if core.iter().any(does) {
        return false;
    }
    let next_unknown = |pair: &[Bit]| match pair {
        [first, second] => (denies(first) || first.mark == Mark::Before) && second.mark == Mark::Unknown,
        _ => false,
    };
    // "Frobnicate no widgets", "benenne keine Spalten um": the deed comes first.
    let said: Vec<&Bit> = core.iter().filter(|bit| !matches!(bit.mark, Mark::Small | Mark::Break)).take(2).collect();
    if let [first, second] = said.as_slice()
        && first.mark == Mark::Unknown
        && second.mark == Mark::Not
    {
        return true;
    }
    if order == words::Order::ObjectAfter {
        core.windows(2).any(next_unknown)
    } else {
        core.iter().any(denies) && core.iter().any(|bit| bit.mark == Mark::Unknown)
    }
}

/// Whether nothing but a branch or an environment is named.
fn names_place_only(bits: &[Bit]) -> bool {
    let mut places = 0_usize;
    for bit in bits {
        match bit.mark {
            Mark::Place | Mark::BranchName | Mark::Object(Object::Branch) => places += 1,
            Mark::Verb(_) | Mark::Object(_) | Mark::Umbrella(_) | Mark::Anything | Mark::Closed => return false,
            _ => {}
        }
    }
    places > 0
}

/// The words of a rule without its ways out: in "never push until I ask you to deploy" nothing is said about deploying.
pub(super) fn core(bits: &[Bit], signs: Signs, order: words::Order) -> Vec<Bit> {
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
pub(super) fn kinds_of(bits: &[Bit], signs: Signs) -> Option<Vec<Kind>> {
    let mut found: Vec<Kind> = Vec::new();
    let umbrellas: Vec<Umbrella> = bits.iter().filter_map(|bit| if let Mark::Umbrella(it) = bit.mark { Some(it) } else { None }).collect();
    let objects: Vec<Object> = bits.iter().filter_map(object_of).collect();
    let path = bits.iter().any(|bit| bit.mark == Mark::Literal && !bit.raw.starts_with(['-', '#', '@']));
    for umbrella in &umbrellas {
        // Changing anything at a path is changing files.
        let files = *umbrella == Umbrella::Changing && path;
        found.extend(if files { effect::alone(Object::File) } else { effect::under(*umbrella) });
    }
    let verbs = verbs(bits, !umbrellas.is_empty());
    for (verb, objects) in &verbs {
        match objects.as_slice() {
            [] => found.extend(effect::of(*verb, None)),
            objects => objects.iter().for_each(|object| found.extend(effect::of(*verb, Some(*object)))),
        }
    }
    if verbs.is_empty() {
        let closed = bits.iter().any(|bit| bit.mark == Mark::Closed);
        let touched = closed || bits.iter().any(|bit| bit.mark == Mark::Forbid);
        for object in &objects {
            found.extend(effect::alone(*object));
            if touched {
                found.extend(effect::of(Verb::Touch, Some(*object)));
            }
            if closed && matches!(object, Object::File | Object::Particular | Object::Data | Object::Secret | Object::Message) {
                found.extend(effect::LOOKING);
            }
        }
        if touched && objects.is_empty() {
            found.extend(bits.iter().filter(|bit| bit.mark == Mark::Literal).flat_map(|bit| literal_kinds(&bit.raw, closed)));
        }
    }
    if bits.iter().any(|bit| bit.mark == Mark::Literal && bit.raw.starts_with(".env")) && (verbs.is_empty() || reads(&verbs)) {
        found.push(Kind::ReadSecret);
    }
    let weak = verbs.iter().all(|(verb, _)| matches!(verb, Verb::Run | Verb::Act | Verb::Use));
    if weak && umbrellas.is_empty() && over(bits) && bits.iter().any(|bit| bit.mark == Mark::Currency) {
        return Some(vec![Kind::Pay]);
    }
    let act = bits.iter().any(|bit| matches!(bit.mark, Mark::Anything | Mark::Verb(Verb::Act)));
    if found.is_empty() && act {
        found.extend(if signs.gate { Kind::CONSEQUENTIAL.as_slice() } else { effect::EVERYTHING });
    }
    tidy(found)
}

/// The things that the verb at this place is done to: those behind it, else those before it.
pub(super) fn objects_of(bits: &[Bit], at: usize) -> Vec<Object> {
    let is_verb = |bit: &Bit| matches!(bit.mark, Mark::Verb(_));
    let after = bits.iter().skip(at + 1).take_while(|bit| !is_verb(bit)).filter_map(object_of).collect::<Vec<_>>();
    if !after.is_empty() {
        return after;
    }
    bits.get(..at).unwrap_or_default().iter().rev().take_while(|bit| !is_verb(bit)).filter_map(object_of).collect()
}

fn reads(verbs: &[(Verb, Vec<Object>)]) -> bool {
    verbs.iter().any(|(verb, _)| matches!(verb, Verb::Read | Verb::Touch | Verb::Commit))
}

/// What a place that is closed is closed to.
fn literal_kinds(raw: &str, closed: bool) -> &'static [Kind] {
    let place = raw.starts_with(['#', '@']) || raw.contains('@');
    if !place && !closed {
        return effect::alone(Object::File);
    }
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
pub(super) fn is_light(verb: Verb) -> bool {
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
