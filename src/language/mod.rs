//! What a sentence asks for: plain words to clauses.
//!
//! People write pins in their own words. This room compiles such a sentence,
//! always in the same way: the text becomes `token`s, the word tables (`words`, one
//! a language) give each word a `mark`, the marks are cut into rules (`group`), the
//! operators of each rule are read (`signs`), and each rule is decided (`rule`): which
//! kinds its words name (`kinds`, with what a verb does to an object in `effect`), and
//! what narrows it (`scope`, `clauses`).
//!
//! One law stands above all of it: a sentence is never read narrower than it was
//! said. What is not understood is held, on every kind that matters, and a note
//! says so.

mod asked;
mod because;
mod capture;
mod clauses;
mod effect;
mod group;
mod kinds;
mod lexicon;
mod mark;
mod rule;
mod scope;
mod settle;
mod signs;
mod sorts;
mod token;
mod typo;
mod words;

pub use asked::{Asked, asked};
pub use capture::{Captured, Standing, capture, is_stop};

use crate::kind::Kind;
use crate::pin::Clause;
use crate::verdict::Verdict;
pub use because::Because;
use lexicon::Marked;
use rule::Outcome;

/// A text of which fewer words are known than this (in percent) is in no language that is understood.
const KNOWN_PERCENT_MIN: usize = 40;

/// How a sentence would be enforced.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// What it asks for; empty when no tool call can be checked for it.
    pub clauses: Vec<Clause>,
    /// No tool call can be checked for it: carried, not enforced.
    pub advice: bool,
    /// What the operator should know about this reading: words that gave a kind,
    /// scope that was not understood, a language that was not.
    pub notes: Vec<String>,
    /// Which words gave what.
    pub because: Vec<Because>,
}

/// Reads a sentence as a pin. A sentence that is not understood is held broadly.
pub fn read(text: &str) -> Reading {
    let tokens = token::tokens(text);
    let Some(marked) = lexicon::mark(&tokens) else {
        return broad("the text has no words that could be read");
    };
    if tokens.len() >= token::TOKENS_MAX {
        return broad("the text is too long to be read as a rule");
    }
    let groups = group::groups(&marked.bits);
    let outcomes: Vec<Outcome> = groups.iter().map(rule::decide).collect();
    let mut reading = gather(&outcomes);
    for (group, outcome) in groups.iter().zip(&outcomes) {
        if matches!(outcome, Outcome::Rule(..) | Outcome::Waiver) {
            because::reasons(group, &mut reading.because);
        }
    }
    for (written, meant) in &marked.slips {
        note(&mut reading.notes, &format!("`{written}` was read as `{meant}`"));
    }
    if marked.foreign {
        let wide = broad("a sentence of it was not understood");
        wide.clauses.iter().for_each(|clause| add(&mut reading.clauses, clause));
        wide.notes.iter().for_each(|text| note(&mut reading.notes, text));
        reading.advice = false;
    }
    if !is_understood(&marked) {
        return broad(&format!("the language was not understood ({} came nearest)", marked.language.name));
    }
    reading
}

/// Everything that matters is held, and the reason said.
fn broad(why: &str) -> Reading {
    let note = format!("{why}: every consequential kind is held");
    Reading { clauses: vec![Clause::new(Kind::CONSEQUENTIAL, Verdict::Hold)], advice: false, notes: vec![note], because: Vec::new() }
}

/// Whether enough words are known.
fn is_understood(marked: &Marked) -> bool {
    marked.words > 0 && marked.known.saturating_mul(100) >= marked.words.saturating_mul(KNOWN_PERCENT_MIN)
}

/// The rules of a text together.
fn gather(outcomes: &[Outcome]) -> Reading {
    let mut reading = Reading::default();
    for outcome in outcomes {
        match outcome {
            Outcome::Rule(clauses, notes) => {
                clauses.iter().for_each(|clause| add(&mut reading.clauses, clause));
                notes.iter().for_each(|text| note(&mut reading.notes, text));
            }
            Outcome::Unclear => {
                let wide = broad("what is forbidden was not understood");
                wide.clauses.iter().for_each(|clause| add(&mut reading.clauses, clause));
                wide.notes.iter().for_each(|text| note(&mut reading.notes, text));
            }
            Outcome::Waiver => note(&mut reading.notes, "what allows something, or says that nobody need be asked, loosens nothing"),
            Outcome::Advice => note(&mut reading.notes, "no tool call shows whether this is kept: carried, not enforced"),
            Outcome::Task => {}
        }
    }
    reading.advice = reading.clauses.is_empty();
    if reading.advice && reading.notes.is_empty() {
        note(&mut reading.notes, "nothing in it forbids or gates a tool call: carried, not enforced");
    }
    reading
}

fn note(notes: &mut Vec<String>, text: &str) {
    if !notes.iter().any(|known| known == text) {
        notes.push(text.to_owned());
    }
}

/// Adds a clause, to one with the same verdict and scope where there is one.
fn add(clauses: &mut Vec<Clause>, clause: &Clause) {
    let same = |other: &&mut Clause| {
        other.then == clause.then
            && other.scope == clause.scope
            && other.tools == clause.tools
            && other.limit.is_none()
            && clause.limit.is_none()
    };
    if clauses.contains(clause) {
        return;
    }
    match clauses.iter_mut().find(same) {
        Some(other) => {
            let mut on = other.on.clone();
            on.extend(&clause.on);
            other.on = kinds::tidy(on).unwrap_or_default();
        }
        None => clauses.push(clause.clone()),
    }
}

#[cfg(test)]
mod tests;
