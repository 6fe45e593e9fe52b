//! What narrows a rule, put together with its kinds and its verdict: the clauses.

use super::effect;
use super::group::{Group, names_effect};
use super::kinds::{core, has_unknown_verb, is_light, kinds_of};
use super::lexicon::Bit;
use super::mark::{Mark, Object, Verb};
use super::rule::{Outcome, over, spoken};
use super::scope::{self, Bounds};
use super::signs::Signs;
use super::words;
use crate::kind::Kind;
use crate::pin::{Clause, Scope};
use crate::verdict::Verdict;

/// Puts kinds, verdict and scope together, deed by deed.
pub(super) fn rule(group: &Group, signs: Signs, order: words::Order, on: Vec<Kind>, then: Verdict) -> Outcome {
    let core = core(&group.bits, signs, order);
    let core = if names_effect(&core) { core } else { group.bits.clone() };
    if let Some(clause) = run_with(&core, then) {
        return Outcome::Rule(vec![clause], vec![]);
    }
    let deeds = if order == words::Order::ObjectBefore { vec![core.as_slice()] } else { deeds(&core) };
    let kinds: Option<Vec<Vec<Kind>>> = deeds.iter().map(|deed| kinds_of(deed, signs)).collect();
    let Some(kinds) = kinds.filter(|kinds| kinds.len() > 1) else {
        return one_deed(group, signs, order, &core, on, then);
    };
    let mut all = (Vec::new(), Vec::new());
    for (deed, on) in deeds.iter().zip(kinds) {
        if let Outcome::Rule(clauses, notes) = one_deed(group, signs, order, deed, on, then) {
            all.0.extend(clauses);
            all.1.extend(notes);
        }
    }
    Outcome::Rule(all.0, all.1)
}

/// One deed of a rule, with what narrows it.
fn one_deed(group: &Group, signs: Signs, order: words::Order, deed: &[Bit], on: Vec<Kind>, then: Verdict) -> Outcome {
    let mut narrowing = deed.to_vec();
    narrowing.extend(group.bits.iter().skip_while(|bit| bit.mark != Mark::Except).cloned());
    let limiting = signs.at_most || (signs.prohibits && over(&group.bits));
    let bounds = scope::bounds(&narrowing, &on, limiting, order == words::Order::ObjectBefore);
    let bounds = elsewhere(group, &on, bounds, order);
    let mut notes = notes(&bounds, signs, group);
    let mut clauses = clauses(on, then, bounds, &mut notes);
    if has_unknown_verb(deed, order) {
        notes.push("what is not to be done was not understood: every consequential kind is held".to_owned());
        clauses.push(Clause::new(Kind::CONSEQUENTIAL, Verdict::Hold));
    }
    Outcome::Rule(clauses, notes)
}

/// "Deleting under /tmp is fine, everywhere else ask": what the rule before it named is outside.
fn elsewhere(group: &Group, on: &[Kind], bounds: Bounds, order: words::Order) -> Bounds {
    let says_so = group.bits.iter().any(|bit| bit.mark == Mark::Elsewhere);
    if !says_so || !bounds.scope.is_open() || !bounds.is_plain() || bounds.limit.is_some() {
        return bounds;
    }
    let before = scope::bounds(&group.antecedent, on, true, order == words::Order::ObjectBefore);
    if !before.is_plain() || before.exception || before.number.is_some() {
        return Bounds { exception: true, ..bounds };
    }
    Bounds { scope: inverted(before.scope), limit: before.limit, ..bounds }
}

/// "delete anything or touch /etc" is two deeds: what narrows the one does not narrow
/// the other. "delete or overwrite files" is one.
fn deeds(bits: &[Bit]) -> Vec<&[Bit]> {
    let does = |bit: &Bit| matches!(bit.mark, Mark::Verb(verb) if !is_light(verb));
    let named = |bit: &Bit| {
        matches!(
            bit.mark,
            Mark::Object(_) | Mark::Anything | Mark::Literal | Mark::Number(_) | Mark::BranchName | Mark::Place | Mark::Unknown
        )
    };
    let mut deeds = Vec::new();
    let mut rest = bits;
    let mut from = 0_usize;
    while let Some(at) = rest.iter().skip(from).position(|bit| bit.mark == Mark::And).map(|at| at + from) {
        let (left, right) = rest.split_at(at);
        let complete = left.iter().skip_while(|bit| !does(bit)).any(named);
        let opens = right.iter().skip(1).find(|bit| bit.mark != Mark::Small).is_some_and(does);
        if complete && opens {
            deeds.push(left);
            rest = right;
            from = 1;
        } else {
            from = at + 1;
        }
    }
    deeds.push(rest);
    deeds
}

/// A rule about how commands are run, and about nothing else: `sudo` shows in the call itself.
fn run_with(bits: &[Bit], then: Verdict) -> Option<Clause> {
    let sudo = bits.iter().find(|bit| bit.mark == Mark::Object(Object::Sudo))?;
    let else_named = bits.iter().any(|bit| match bit.mark {
        Mark::Verb(verb) => !is_light(verb) && verb != Verb::Run,
        Mark::Object(object) => !matches!(object, Object::Sudo | Object::Program),
        Mark::Literal | Mark::Unknown | Mark::Umbrella(_) => true,
        _ => false,
    });
    let spelled = matches!(sudo.raw.to_lowercase().as_str(), "sudo" | "doas");
    let text = (spelled && !else_named).then(|| format!(r"(?i)(?-u:\b){}(?-u:\b)", sudo.raw.to_lowercase()))?;
    Some(Clause { scope: Scope { text: Some(text), ..Scope::default() }, ..Clause::new(effect::ANY, then) })
}

/// One clause, or two where words narrow it that a call may or may not show: what
/// visibly falls under them gets the verdict, what cannot be told is held.
fn clauses(on: Vec<Kind>, then: Verdict, bounds: Bounds, notes: &mut Vec<String>) -> Vec<Clause> {
    let plain = Clause { scope: bounds.scope.clone(), limit: bounds.limit, ..Clause::new(on.clone(), then) };
    if bounds.number.is_some() {
        return vec![Clause::new(on, Verdict::Hold)];
    }
    let Some(shown) = bounds.shown(&on) else { return vec![plain] };
    let named = bounds.named().join("`, `");
    let ordinary = |kind: &Kind| {
        matches!(kind.broad(), Kind::Write | Kind::Read) && !matches!(kind, Kind::WriteCommit | Kind::ReadSecret | Kind::ReadNetwork)
    };
    let mut wide: Vec<Kind> = on.iter().copied().filter(|kind| bounds.loose || !ordinary(kind)).collect();
    if on.contains(&Kind::Read) && !bounds.loose {
        wide.push(Kind::ReadSecret);
    }
    if then == Verdict::Hold && wide.len() == on.len() {
        notes.push(format!("`{named}` narrows the sentence, but no call shows it for certain: every such call is held"));
        return vec![plain];
    }
    let wide = if wide.is_empty() { on.clone() } else { wide };
    notes.push(told(&named, &on, then, &wide));
    let seen = Clause { scope: shown, ..plain.clone() };
    vec![seen, Clause { scope: plain.scope, limit: plain.limit, ..Clause::new(wide, Verdict::Hold) }]
}

/// What a call gets that shows what was named, one that may mean it, and one that does neither.
fn told(named: &str, on: &[Kind], then: Verdict, wide: &[Kind]) -> String {
    let list = |kinds: Vec<&str>| kinds.join(" or ");
    let verdict = if then == Verdict::Block { "blocked" } else { "held" };
    let held = list(wide.iter().map(|kind| kind.name()).collect());
    let passes: Vec<&str> = on.iter().filter(|kind| !wide.contains(kind)).map(|kind| kind.name()).collect();
    let told = format!("`{named}` narrows the sentence: a call that names it is {verdict}, any other {held} may mean it and is held");
    if passes.is_empty() {
        told
    } else {
        format!("{told}; not covered is a {} that does not name it (write `where` to say more)", list(passes))
    }
}

/// What the operator should know about how a rule was narrowed, or was not.
fn notes(bounds: &Bounds, signs: Signs, group: &Group) -> Vec<String> {
    let mut notes = Vec::new();
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
pub(super) fn inverted(scope: Scope) -> Scope {
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
