//! What a word means beside its neighbours: the passes over a text once its words have their marks.
//!
//! "Email" is a deed in "email Bob" and a thing in "every email"; "payments" is a table's
//! name in "the payments table"; な forbids behind a verb and is nothing elsewhere.

use super::lexicon::Bit;
use super::mark::{Mark, Object, Verb};
use super::token::fold;
use super::words::{Language, Order};

/// How many names a list of tables may have.
const TABLES_MAX: usize = 16;

/// Words after which a verb is a noun: "every email", "my order", "delete mail".
const DETERMINERS: &[&str] = &[
    "the", "a", "an", "my", "your", "our", "any", "all", "every", "each", "some", "this", "that", "these", "those", "of", "in", "on",
    "from", "by", "their", "new", "old", "other", "single", "about", "der", "die", "das", "eine", "einen", "meine", "le", "la", "les",
    "un", "une", "el", "los", "una", "o", "os", "um", "uma", "il", "lo",
];

/// Prepositions that bound a number and else only say where.
const BOUNDING: &[&str] = &["under", "below", "beneath", "unter", "unterhalb", "sous", "bajo", "debajo", "sotto", "sob", "abaixo"];

/// What a table of a database is called.
const TABLE_WORDS: &[&str] =
    &["table", "tables", "tabelle", "tabellen", "tabla", "tablas", "tabela", "tabelas", "tabella", "टेबल", "तालिका", "表", "テーブル"];

/// Decides what depends on its neighbours.
pub(super) fn settle(bits: &mut [Bit], language: &Language) {
    nouns(bits);
    tables(bits, language);
    adjectives(bits);
    bounding_words(bits);
    if FIRST_PERSONS.contains(&language.name) {
        done_by_me(bits);
    }
    list_numbers(bits);
    if language.order == Order::ObjectBefore {
        prohibitive_particles(bits);
    }
}

/// Decides, for every word that is a verb or a noun, which it is here.
fn nouns(bits: &mut [Bit]) {
    let mut before: Option<(Mark, String)> = None;
    for bit in bits {
        if let (Some(noun), Some((mark, raw))) = (bit.noun, &before) {
            let follows = matches!(mark, Mark::Verb(_) | Mark::Object(_) | Mark::Number(_) | Mark::Umbrella(_));
            if follows || DETERMINERS.contains(&raw.to_lowercase().as_str()) {
                bit.mark = Mark::Object(noun);
            }
        }
        before = Some((bit.mark, bit.raw.clone()));
    }
}

/// "the payments table", "tables users and orders", "die Tabelle kunden".
fn tables(bits: &mut [Bit], language: &Language) {
    let named: Vec<usize> = (0..bits.len()).filter(|at| bits.get(*at).is_some_and(is_table_word)).collect();
    for at in named {
        let side = if language.name == "English" { Side::After } else { Side::Beside };
        let after = language.order != Order::ObjectBefore && name_list(bits, at, side);
        if !after {
            name_list(bits, at, Side::Before);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
    /// Behind it, in a language where only a name stands there without an article.
    Beside,
}

fn is_table_word(bit: &Bit) -> bool {
    TABLE_WORDS.contains(&fold(&bit.raw).as_str())
}

/// Marks the names on one side of the word "table"; says whether there was one.
fn name_list(bits: &mut [Bit], table: usize, side: Side) -> bool {
    let step = |at: usize| if side == Side::Before { at.checked_sub(1) } else { at.checked_add(1) };
    let mut found = Vec::new();
    let mut at = step(table);
    while let Some(index) = at.filter(|_| found.len() < TABLES_MAX) {
        let Some(bit) = bits.get(index) else { break };
        if is_name(bit, side) && !found.iter().any(|other: &usize| other.abs_diff(index) == 1) {
            found.push(index);
        } else if !(bit.mark == Mark::And || bit.is_break(&[","]) || bit.is_break(&["\""])) || (found.is_empty() && bit.mark == Mark::And) {
            break;
        }
        at = step(index);
    }
    for index in &found {
        if let Some(bit) = bits.get_mut(*index) {
            bit.mark = Mark::Table;
            bit.noun = None;
        }
    }
    !found.is_empty()
}

/// Whether a word may be a table's name: behind the word "table" only what no rule needs.
fn is_name(bit: &Bit, side: Side) -> bool {
    let spelled = bit.raw.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.')) && bit.raw.len() > 1;
    spelled
        && match side {
            Side::After => matches!(bit.mark, Mark::Unknown | Mark::Literal) || bit.raw.contains('_'),
            Side::Beside => {
                matches!(bit.mark, Mark::Unknown | Mark::Literal | Mark::Object(_)) && bit.raw.starts_with(|c: char| c.is_ascii_lowercase())
            }
            Side::Before => matches!(
                bit.mark,
                Mark::Unknown
                    | Mark::Literal
                    | Mark::Object(
                        Object::Message
                            | Object::Member
                            | Object::Order
                            | Object::Money
                            | Object::Invoice
                            | Object::Event
                            | Object::Ticket
                            | Object::Post
                    )
                    | Mark::Verb(Verb::Pay | Verb::Comment)
            ),
        }
}

/// "under 20 €" bounds, "under /tmp" is a place.
fn bounding_words(bits: &mut [Bit]) {
    for at in 0..bits.len() {
        let counts = |bit: &Bit| bit.number.is_some() || bit.mark == Mark::Currency;
        let next = bits.get(at + 1).is_some_and(counts);
        if let Some(bit) = bits.get_mut(at).filter(|bit| BOUNDING.contains(&fold(&bit.raw).as_str())) {
            bit.mark = if next { Mark::AtMost } else { Mark::Small };
        }
    }
}

/// "shared branches", "deleted files": what was done to a thing is not what is to be done.
fn adjectives(bits: &mut [Bit]) {
    for at in 1..bits.len() {
        let led = bits.get(at - 1).is_some_and(|bit| matches!(bit.mark, Mark::Small | Mark::Verb(_)));
        let thing = bits.get(at + 1).is_some_and(|bit| matches!(bit.mark, Mark::Object(_)));
        if let Some(bit) = bits.get_mut(at).filter(|bit| led && thing && matches!(bit.mark, Mark::Verb(_)) && bit.raw.ends_with("ed")) {
            bit.mark = Mark::Small;
        }
    }
}

/// Languages in which "I" behind a verb says that nobody else does it.
const FIRST_PERSONS: &[&str] = &["German", "Spanish", "Italian"];

/// "Le mail le mando io", "Rechnungen bezahle ich": the person does it, so the agent asks.
fn done_by_me(bits: &mut [Bit]) {
    for at in 2..bits.len() {
        let after_verb = bits.get(at - 1).is_some_and(|bit| matches!(bit.mark, Mark::Verb(_)));
        let ends = bits.get(at + 1).is_none_or(|bit| bit.mark == Mark::Break || bit.mark == Mark::Small);
        let conditional = bits.iter().take(at).any(|bit| matches!(bit.mark, Mark::If | Mark::Before | Mark::Until | Mark::Unless));
        if let Some(bit) =
            bits.get_mut(at).filter(|bit| after_verb && ends && !conditional && matches!(fold(&bit.raw).as_str(), "ich" | "yo" | "io"))
        {
            bit.mark = Mark::Ask;
        }
    }
}

/// "Rule 3: …", "2) …": the number of a rule bounds nothing.
fn list_numbers(bits: &mut [Bit]) {
    let first = bits.iter().position(|bit| bit.number.is_some()).unwrap_or(bits.len());
    let led = bits.iter().take(first).all(|bit| matches!(bit.mark, Mark::Small | Mark::Break | Mark::Unknown)) && first <= 2;
    let ends = bits.get(first + 1).is_some_and(|bit| bit.mark == Mark::Break);
    if let Some(bit) = bits.get_mut(first).filter(|_| led && ends) {
        bit.number = None;
        bit.mark = Mark::Small;
    }
}

/// 消すな: な behind a verb, at the end of what is said.
fn prohibitive_particles(bits: &mut [Bit]) {
    for at in 1..bits.len() {
        let after_verb = bits.get(at - 1).is_some_and(|bit| matches!(bit.mark, Mark::Verb(_)));
        let ends = bits.get(at + 1).is_none_or(|bit| bit.mark == Mark::Break);
        if let Some(bit) = bits.get_mut(at).filter(|bit| bit.raw == "な" && after_verb && ends) {
            bit.mark = Mark::Not;
        }
    }
}
