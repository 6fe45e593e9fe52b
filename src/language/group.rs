//! A sentence as rules: the parts that belong together.
//!
//! "You can commit, but check before each push" is two rules; "If you are about to
//! delete more than five items, stop and check with me" is one. A part that has an
//! operator of its own (a negation, a gate, a limit, a permission) begins a new
//! rule once the one before it is complete.

use super::effect;
use super::lexicon::Bit;
use super::mark::{Mark, Verb};
use super::words::Order;

/// The parts of one sentence that make one rule.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// Its words, breaks left out but for `,`.
    pub(super) bits: Vec<Bit>,
    /// Words before it that it takes its effects from when it names none: "Push is fine, never to main".
    pub(super) antecedent: Vec<Bit>,
    /// It belongs to a question.
    pub(super) asked: bool,
    /// How its language orders what it is said in.
    pub(super) order: Order,
}

/// Every rule of a text, sentence by sentence.
pub(super) fn groups(bits: &[Bit]) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut before: Vec<Bit> = Vec::new();
    for sentence in bits.split_inclusive(|bit| bit.is_break(&[".", "?", ";"])) {
        if is_mention(sentence) {
            continue;
        }
        let asked = sentence.last().is_some_and(|bit| bit.is_break(&["?"])) && !is_tagged(sentence);
        // "Ask me. Every time. Before anything gets deleted."
        if let Some(last) = groups.last_mut().filter(|last: &&mut Group| completes(sentence, last)) {
            last.bits.extend(sentence.iter().filter(|bit| bit.mark != Mark::Break).cloned());
            continue;
        }
        let found = sentence_groups(sentence, &before, asked);
        let named: Vec<Bit> = found.iter().flat_map(|group| group.bits.clone()).collect();
        if names_effect(&named) {
            before = named;
        }
        groups.extend(found);
    }
    groups
}

/// "My colleague said 'never push'": everything that could forbid stands in quotes, and
/// somebody said it. A rule that merely stands in quotes is a rule.
fn is_mention(sentence: &[Bit]) -> bool {
    if is_translation(sentence) {
        return true;
    }
    let mut quoted = false;
    let (mut inside, mut outside, mut said) = (false, false, false);
    for bit in sentence {
        if bit.is_break(&["\""]) {
            quoted = !quoted;
        } else if quoted {
            inside |= is_operator(bit);
        } else {
            outside |= is_operator(bit);
            said |= matches!(bit.mark, Mark::Saying | Mark::Question);
        }
    }
    inside && !outside && said
}

/// "Translate this: do not send": what stands behind the colon is somebody's text.
fn is_translation(sentence: &[Bit]) -> bool {
    let first = sentence.iter().find(|bit| !matches!(bit.mark, Mark::Small | Mark::Break));
    let asked = first.is_some_and(|bit| TRANSLATE.iter().any(|word| bit.raw.to_lowercase().starts_with(word)));
    let colon = sentence.iter().position(|bit| bit.mark == Mark::Break).unwrap_or(sentence.len());
    asked && colon < sentence.iter().position(is_operator).unwrap_or(0)
}

const TRANSLATE: &[&str] = &["translat", "übersetz", "tradui", "traduc", "traduz", "翻", "訳", "अनुवाद"];

/// "No purchases, ok?": a rule, and then a word that asks for a nod.
fn is_tagged(sentence: &[Bit]) -> bool {
    const WORDS_MAX: usize = 3;
    let said: Vec<&Bit> = sentence.iter().filter(|bit| !bit.is_break(&["?", "\""])).collect();
    let first = said.iter().find(|bit| !matches!(bit.mark, Mark::Small | Mark::Break));
    if first.is_some_and(|bit| bit.mark == Mark::Question) {
        return false;
    }
    let nod = said.last().is_some_and(|bit| NODS.contains(&bit.raw.to_lowercase().as_str()));
    let Some(comma) = said.iter().rposition(|bit| bit.mark == Mark::Break) else { return nod };
    let (rule, tag) = said.split_at(comma);
    let tag: Vec<Bit> = tag.iter().filter(|bit| bit.mark != Mark::Break).map(|bit| (*bit).clone()).collect();
    let light = tag.len() <= WORDS_MAX && tag.first().is_some_and(|bit| bit.mark != Mark::Question) && !names_effect(&tag);
    nod || (light && rule.iter().any(|bit| is_operator(bit)))
}

/// What a person says at the end of a rule to hear a yes.
const NODS: &[&str] = &[
    "ok",
    "okay",
    "please",
    "pls",
    "right",
    "yes",
    "yeah",
    "understood",
    "got it",
    "deal",
    "clear",
    "thanks",
    "ja",
    "klar",
    "oder",
    "bitte",
    "verstanden",
    "d accord",
    "compris",
    "vale",
    "entendido",
    "sí",
    "certo",
    "tá",
    "va bene",
    "capito",
    "好",
    "好吗",
    "明白",
    "いい",
    "いいですか",
    "ठीक है",
    "theek hai",
];

/// Whether a sentence is only the rest of the rule before it, which names nothing yet.
fn completes(sentence: &[Bit], last: &Group) -> bool {
    let first = sentence.iter().find(|bit| !matches!(bit.mark, Mark::Small | Mark::And | Mark::Break | Mark::Per));
    let leads = first.is_none_or(|bit| matches!(bit.mark, Mark::Before | Mark::If | Mark::Until | Mark::Unless | Mark::Time(_)));
    leads && !has_operator(sentence) && has_operator(&last.bits) && !names_effect(&last.bits) && !is_whole(&last.bits)
}

/// The rules of one sentence.
fn sentence_groups(sentence: &[Bit], before: &[Bit], asked: bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut current: Vec<Bit> = Vec::new();
    let parts = parts(sentence);
    for (index, part) in parts.iter().enumerate() {
        let fresh = has_operator(part)
            && has_operator(&current)
            && is_complete(&current, part)
            && !is_tail(part, &current)
            && !is_way_out(part, &current)
            && !is_closing(part);
        let loose = !current.is_empty() && !has_operator(&current) && is_own_rule(part) && !leads_on(&current) && !is_topic(&current, part);
        // "do not, under any circumstances, delete": what is forbidden is still to come.
        let aside = !has_operator(part)
            && has_operator(&current)
            && (names_effect(&current) || is_whole(&current))
            && !continues(part, parts.get(index + 1));
        if fresh || loose || aside {
            groups.push(group(std::mem::take(&mut current), &groups, before, asked));
        }
        current.extend(part.iter().cloned());
        current.push(comma(current.last().map_or(Order::ObjectAfter, |bit| bit.order)));
    }
    if current.iter().any(|bit| bit.mark != Mark::Break) {
        groups.push(group(current, &groups, before, asked));
    }
    groups
}

fn group(bits: Vec<Bit>, earlier: &[Group], before: &[Bit], asked: bool) -> Group {
    let nearest = earlier.iter().rev().find(|group| names_effect(&group.bits)).map(|group| group.bits.clone());
    let order = bits.first().map_or(Order::ObjectAfter, |bit| bit.order);
    Group { bits, antecedent: nearest.unwrap_or_else(|| before.to_vec()), asked, order }
}

fn comma(order: Order) -> Bit {
    Bit { mark: Mark::Break, raw: ",".into(), number: None, noun: None, order }
}

/// Cuts a sentence at commas, and before an "and" or "but" that an operator follows.
fn parts(sentence: &[Bit]) -> Vec<Vec<Bit>> {
    let mut parts: Vec<Vec<Bit>> = Vec::new();
    let mut current: Vec<Bit> = Vec::new();
    for (index, bit) in sentence.iter().enumerate() {
        let joins = matches!(bit.mark, Mark::And | Mark::But) && !current.is_empty();
        let cut = bit.is_break(&[",", ".", "?", ";"]) || (joins && operator_follows(sentence.get(index + 1..).unwrap_or_default()));
        if cut && !current.is_empty() {
            parts.push(std::mem::take(&mut current));
        }
        if bit.mark != Mark::Break {
            current.push(bit.clone());
        }
    }
    if !current.is_empty() {
        parts.push(current);
    }
    parts
}

/// Whether the next words open a rule of their own; "and nothing else" does not.
fn operator_follows(bits: &[Bit]) -> bool {
    let mut next = bits.iter().take_while(|bit| bit.mark != Mark::Break).filter(|bit| bit.mark != Mark::Small);
    let first = next.next();
    first.is_some_and(|bit| is_operator(bit) && (bit.mark != Mark::Only || next.next().is_some()))
}

pub(super) fn is_operator(bit: &Bit) -> bool {
    matches!(
        bit.mark,
        Mark::Not
            | Mark::Forbid
            | Mark::Closed
            | Mark::Frozen
            | Mark::Postpone
            | Mark::Tell
            | Mark::Ask
            | Mark::Unasked
            | Mark::Unbidden
            | Mark::AtMost
            | Mark::May
            | Mark::NoNeed
            | Mark::Only
    )
}

pub(super) fn has_operator(bits: &[Bit]) -> bool {
    bits.iter().any(is_operator)
}

/// Whether a rule is whole before the next part: it names what it is about, or it
/// needs no name, or it is a permission.
fn is_complete(current: &[Bit], next: &[Bit]) -> bool {
    let adjunct = current.iter().any(|bit| matches!(bit.mark, Mark::Unasked | Mark::Without | Mark::Until | Mark::Unless | Mark::Before));
    is_whole(current) || names_effect(current) || (names_effect(next) && !adjunct)
}

/// Whether a rule says all it has to say without naming an effect.
fn is_whole(bits: &[Bit]) -> bool {
    let operates = bits.iter().position(is_operator).unwrap_or(bits.len());
    let worded = bits.iter().skip(operates).any(|bit| matches!(bit.mark, Mark::Saying | Mark::Style));
    worded || bits.iter().any(|bit| matches!(bit.mark, Mark::Frozen | Mark::May | Mark::NoNeed))
}

/// Whether a part only says who is asked about what was just forbidden: "don't commit, I want to review it first".
fn is_way_out(part: &[Bit], current: &[Bit]) -> bool {
    let asks = part.iter().any(|bit| bit.mark == Mark::Ask);
    let more =
        part.iter().any(|bit| matches!(bit.mark, Mark::Not | Mark::Forbid | Mark::Closed | Mark::NoNeed | Mark::Doubt | Mark::Neglect));
    let forbids = current.iter().any(|bit| bit.mark == Mark::Not) && current.iter().all(|bit| bit.mark != Mark::May);
    asks && !more && !names_effect(part) && forbids
}

/// Whether a part only closes what was allowed: "…, no one else".
fn is_closing(part: &[Bit]) -> bool {
    let closes = part.iter().any(|bit| bit.mark == Mark::Only);
    closes && part.iter().all(|bit| matches!(bit.mark, Mark::Only | Mark::Small | Mark::And))
}

/// Whether the words before only say what the next part is about: "my calendar, never touch it".
fn is_topic(current: &[Bit], part: &[Bit]) -> bool {
    let thing = |bit: &Bit| matches!(bit.mark, Mark::Object(_) | Mark::Literal | Mark::Place);
    let deed = |bit: &Bit| matches!(bit.mark, Mark::Verb(_));
    current.iter().any(thing) && !current.iter().any(deed) && !part.iter().any(thing)
}

/// Whether a part ends the list before it: "never send files, secrets or mail without my approval".
fn is_tail(part: &[Bit], current: &[Bit]) -> bool {
    let before: Vec<Mark> = part.iter().take_while(|bit| !is_operator(bit)).map(|bit| bit.mark).collect();
    let unasked = part.iter().find(|bit| is_operator(bit)).is_some_and(|bit| bit.mark == Mark::Unasked);
    let leads_out = unasked || before.iter().any(|mark| matches!(mark, Mark::Without | Mark::Unless | Mark::Until));
    let forbids = current.iter().any(|bit| bit.mark == Mark::Not);
    leads_out && forbids && current.iter().all(|bit| !matches!(bit.mark, Mark::Ask | Mark::Unasked))
}

/// Whether a part is a rule by itself: it opens with its operator and names an effect.
fn is_own_rule(part: &[Bit]) -> bool {
    let opens = part.iter().filter(|bit| !matches!(bit.mark, Mark::Small | Mark::And | Mark::But)).take(1).any(is_operator);
    opens && names_effect(part)
}

/// Whether words without an operator set the scene for the next part: "before deleting, …", "if …".
pub(super) fn leads_on(bits: &[Bit]) -> bool {
    bits.iter()
        .any(|bit| matches!(bit.mark, Mark::Before | Mark::If | Mark::Until | Mark::Unless | Mark::Without | Mark::Must | Mark::Except))
}

/// Whether a part without an operator goes on with a list: "never delete, overwrite or send anything".
fn continues(part: &[Bit], next: Option<&Vec<Bit>>) -> bool {
    let listed = |bits: &[Bit]| bits.first().is_some_and(|bit| bit.mark == Mark::And) || bits.iter().any(|bit| bit.mark == Mark::And);
    listed(part) || leads_on(part) || !names_effect(part) || next.is_some_and(|next| !has_operator(next) && listed(next))
}

/// Whether something is named that a tool call could do.
pub(super) fn names_effect(bits: &[Bit]) -> bool {
    bits.iter().any(|bit| match bit.mark {
        Mark::Verb(Verb::Use | Verb::Act) => false,
        Mark::Verb(_) | Mark::Umbrella(_) | Mark::Anything => true,
        Mark::Object(object) => !effect::alone(object).is_empty(),
        _ => false,
    })
}
