//! Words to marks: the word tables compiled once, and held against a text.

use super::mark::{Mark, Object, Verb};
use super::settle::settle;
use super::token::{Shape, Token, fold, is_spaceless};
use super::typo::is_slip_of;
use super::words::{LANGUAGES, Language, Order};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// A sentence of which the text's language knows less than this (in percent) may be in another.
const OWN_PERCENT_MIN: usize = 70;

/// A sentence of at least this many words, of which fewer than this (in percent) are known,
/// is in no language that is understood.
const FOREIGN_WORDS_MIN: usize = 5;
const FOREIGN_PERCENT_MAX: usize = 34;

/// How many words of a text may be read as others.
const SLIPS_MAX: usize = 16;

/// How many words a gap (`..`) may span.
const GAP_WORDS_MAX: usize = 3;

/// Every language, compiled.
static LEXICONS: LazyLock<Vec<Lexicon>> = LazyLock::new(|| LANGUAGES.iter().map(Lexicon::compile).collect());

/// A stretch of a text with one meaning.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bit {
    /// What it means.
    pub(super) mark: Mark,
    /// As written; `.`, `,`, `;` or `?` for a break.
    pub(super) raw: String,
    /// The number, where it is one.
    pub(super) number: Option<f64>,
    /// What it means as a noun, where it could be a verb or a noun ("email", "order").
    pub(super) noun: Option<Object>,
    /// How the language orders what it is said in.
    pub(super) order: Order,
}

impl Bit {
    /// Whether this is that sign of punctuation.
    pub(super) fn is_break(&self, signs: &[&str]) -> bool {
        self.mark == Mark::Break && signs.contains(&self.raw.as_str())
    }
}

/// A text in the words of one language.
#[derive(Debug)]
pub(super) struct Marked {
    /// The language.
    pub(super) language: &'static Language,
    /// The text from beginning to end.
    pub(super) bits: Vec<Bit>,
    /// How many of its word tokens the tables know, and how many there are.
    pub(super) known: usize,
    /// How many word tokens there are.
    pub(super) words: usize,
    /// Words that were read as others: as written, and as read.
    pub(super) slips: Vec<(String, String)>,
    /// A sentence of it is in no language that is understood.
    pub(super) foreign: bool,
}

/// The text in the words of the language that knows most of them. A sentence in it that is
/// plainly in another language is read in that one.
pub(super) fn mark(tokens: &[Token]) -> Option<Marked> {
    let main = nearest(tokens)?;
    let mut marked = Marked { language: main.language, bits: Vec::new(), known: 0, words: 0, slips: Vec::new(), foreign: false };
    for sentence in tokens.split_inclusive(|token| matches!(token.shape, Shape::Break('.' | '?' | ';'))) {
        let here = main.mark(sentence);
        let foreign = here.known.saturating_mul(100) < here.words.saturating_mul(OWN_PERCENT_MIN);
        let other = if foreign { nearest(sentence).map(|lexicon| (lexicon, lexicon.mark(sentence))) } else { None };
        let (lexicon, part) = match other {
            Some((lexicon, other)) if other.known > here.known => (lexicon, other),
            _ => (main, here),
        };
        marked.take(lexicon.corrected(sentence, part));
    }
    Some(marked)
}

/// The language that knows most of the words.
fn nearest(tokens: &[Token]) -> Option<&'static Lexicon> {
    // `max_by_key` keeps the last of equals; the first is wanted.
    LEXICONS.iter().rev().max_by_key(|lexicon| lexicon.mark(tokens).known)
}

impl Marked {
    fn take(&mut self, part: Self) {
        self.bits.extend(part.bits);
        self.known += part.known;
        self.words += part.words;
        self.slips.extend(part.slips);
        self.foreign |= part.words >= FOREIGN_WORDS_MIN && part.known.saturating_mul(100) < part.words.saturating_mul(FOREIGN_PERCENT_MAX);
    }
}

/// One language's tables, compiled.
#[derive(Debug)]
struct Lexicon {
    language: &'static Language,
    phrases: HashMap<char, Vec<Phrase>>,
}

/// A phrase of a table.
#[derive(Debug)]
struct Phrase {
    parts: Vec<Part>,
    mark: Mark,
}

/// A phrase that stands in a text: how many tokens, and which of them are its gap's.
struct Found {
    mark: Mark,
    length: usize,
    gap: Range<usize>,
}

#[derive(Debug)]
enum Part {
    Word(String),
    Stem(String),
    Gap,
}

impl Lexicon {
    fn compile(language: &'static Language) -> Self {
        let mut phrases: HashMap<char, Vec<Phrase>> = HashMap::new();
        for (mark, list) in language.tables.iter().copied().flatten() {
            for phrase in list.split(',') {
                let parts: Vec<Part> = phrase.split_whitespace().flat_map(parts_of).collect();
                let first = parts.first().and_then(Part::first);
                if let Some(first) = first {
                    phrases.entry(first).or_default().push(Phrase { parts, mark: *mark });
                }
            }
        }
        Self { language, phrases }
    }

    fn mark(&self, tokens: &[Token]) -> Marked {
        let mut marked = Marked { language: self.language, bits: Vec::new(), known: 0, words: 0, slips: Vec::new(), foreign: false };
        self.mark_into(&mut marked, tokens);
        settle(&mut marked.bits, self.language);
        marked
    }

    fn mark_into(&self, marked: &mut Marked, tokens: &[Token]) {
        let mut rest = tokens;
        while let Some(token) = rest.first() {
            let found = self.longest(rest).unwrap_or_else(|| Found { mark: plain_mark(token), length: 1, gap: 0..0 });
            let (taken, after) = rest.split_at(found.length.clamp(1, rest.len()));
            let gap = taken.get(found.gap.clone()).unwrap_or_default();
            let words = taken.iter().filter(|token| token.shape == Shape::Word).count().saturating_sub(gap.len());
            marked.words += words;
            if found.mark != Mark::Unknown {
                marked.known += words;
            }
            let noun = if matches!(found.mark, Mark::Verb(_)) { self.noun(rest, found.length) } else { None };
            marked.bits.push(Bit {
                mark: found.mark,
                raw: raw_of(taken),
                number: number_of(token, found.mark),
                noun,
                order: self.language.order,
            });
            // What stands in the gap means what it means: "leave the permissions alone".
            self.mark_gap(marked, gap);
            rest = after;
        }
    }

    fn mark_gap(&self, marked: &mut Marked, gap: &[Token]) {
        if !gap.is_empty() {
            self.mark_into(marked, gap);
        }
    }

    /// The same with slips of the finger put right.
    fn corrected(&self, tokens: &[Token], marked: Marked) -> Marked {
        let (respelled, slips) = self.respelled(tokens, &marked);
        if slips.is_empty() { marked } else { Marked { slips, ..self.mark(&respelled) } }
    }

    /// The tokens with slips of the finger put right, where that tightens.
    fn respelled(&self, tokens: &[Token], marked: &Marked) -> (Vec<Token>, Vec<(String, String)>) {
        let unknown = |token: &Token| marked.bits.iter().any(|bit| bit.mark == Mark::Unknown && bit.raw == token.raw);
        let mut slips = Vec::new();
        let mut respelled = tokens.to_vec();
        for token in respelled.iter_mut().filter(|token| token.shape == Shape::Word && unknown(token)) {
            if slips.len() >= SLIPS_MAX {
                break;
            }
            if let Some(meant) = self.meant(&token.folded) {
                slips.push((token.raw.clone(), meant.clone()));
                token.folded = meant;
            }
        }
        (respelled, slips)
    }

    /// The word of a table of which this one is a slip.
    fn meant(&self, folded: &str) -> Option<String> {
        let first = folded.chars().next()?;
        self.phrases.get(&first)?.iter().filter(|phrase| tightens(phrase.mark)).find_map(|phrase| match phrase.parts.as_slice() {
            [Part::Word(word)] => is_slip_of(folded, word).then(|| word.clone()),
            [Part::Stem(stem)] => {
                let reach = stem.chars().count().saturating_sub(1);
                let cut = folded.char_indices().nth(reach).map_or(folded.len(), |(at, _)| at);
                (0..3).find_map(|more| {
                    let end = folded.get(cut..).unwrap_or_default().char_indices().nth(more).map_or(folded.len(), |(at, _)| cut + at);
                    let (begin, rest) = (folded.get(..end)?, folded.get(end..)?);
                    is_slip_of(begin, stem).then(|| format!("{stem}{rest}"))
                })
            }
            _ => None,
        })
    }

    /// The longest phrase at the beginning of these tokens; the earlier of equals.
    fn longest(&self, tokens: &[Token]) -> Option<Found> {
        let mut best: Option<Found> = None;
        for phrase in self.beginning_like(tokens) {
            let Some((length, gap)) = fits(&phrase.parts, tokens, 0) else { continue };
            if best.as_ref().is_none_or(|best| length - gap.len() > best.length - best.gap.len()) {
                best = Some(Found { mark: phrase.mark, length, gap });
            }
        }
        best
    }

    /// The thing that the same tokens name as well.
    fn noun(&self, tokens: &[Token], length: usize) -> Option<Object> {
        self.beginning_like(tokens).find_map(|phrase| match phrase.mark {
            Mark::Object(object) => fits(&phrase.parts, tokens, 0).is_some_and(|(taken, _)| taken == length).then_some(object),
            _ => None,
        })
    }

    fn beginning_like(&self, tokens: &[Token]) -> impl Iterator<Item = &Phrase> {
        let first = tokens.first().and_then(|token| token.folded.chars().next());
        first.and_then(|first| self.phrases.get(&first)).into_iter().flatten()
    }
}

impl Part {
    fn first(&self) -> Option<char> {
        match self {
            Self::Word(word) | Self::Stem(word) => word.chars().next(),
            Self::Gap => None,
        }
    }
}

/// Whether reading a word so can only make a rule stricter.
fn tightens(mark: Mark) -> bool {
    match mark {
        Mark::Verb(verb) => !matches!(verb, Verb::Act | Verb::Use | Verb::Create),
        Mark::Object(_) | Mark::Not | Mark::Forbid | Mark::Ask | Mark::Before | Mark::Without => true,
        _ => false,
    }
}

/// A word of a phrase, as parts: one, or one a character in a script without spaces.
fn parts_of(word: &str) -> Vec<Part> {
    if word == ".." {
        return vec![Part::Gap];
    }
    if word.chars().any(is_spaceless) {
        return spaceless_parts(word);
    }
    match word.strip_suffix('*') {
        Some(stem) => vec![Part::Stem(fold(stem))],
        None => vec![Part::Word(fold(word))],
    }
}

/// Characters one by one, Latin runs whole.
fn spaceless_parts(word: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut run = String::new();
    for c in word.chars() {
        if is_spaceless(c) {
            if !run.is_empty() {
                parts.push(Part::Word(fold(&run)));
                run.clear();
            }
            parts.push(Part::Word(fold(&c.to_string())));
        } else {
            run.push(c);
        }
    }
    if !run.is_empty() {
        parts.push(Part::Word(fold(&run)));
    }
    parts
}

/// How many tokens a phrase takes from `at` on, and which of them are its gap's, if it stands there.
fn fits(parts: &[Part], tokens: &[Token], at: usize) -> Option<(usize, Range<usize>)> {
    let Some((part, parts)) = parts.split_first() else { return Some((0, 0..0)) };
    if let Part::Gap = part {
        return (0..=GAP_WORDS_MAX).find_map(|skipped| {
            let gap = tokens.get(at..at + skipped)?;
            let wordy = gap.iter().all(|token| matches!(token.shape, Shape::Word | Shape::Literal));
            let (length, _) = wordy.then(|| fits(parts, tokens, at + skipped)).flatten()?;
            Some((length + skipped, at..at + skipped))
        });
    }
    let token = tokens.get(at)?;
    let same = match part {
        Part::Word(word) => *word == token.folded,
        Part::Stem(stem) => token.shape == Shape::Word && token.folded.starts_with(stem),
        Part::Gap => false,
    };
    let (length, gap) = (same && !matches!(token.shape, Shape::Break(_))).then(|| fits(parts, tokens, at + 1)).flatten()?;
    Some((length + 1, gap))
}

/// What a token means that no table knows.
fn plain_mark(token: &Token) -> Mark {
    match token.shape {
        Shape::Word => Mark::Unknown,
        Shape::Number(value) => Mark::Number(value as u64),
        Shape::Literal => Mark::Literal,
        Shape::Break(_) => Mark::Break,
    }
}

fn number_of(token: &Token, mark: Mark) -> Option<f64> {
    match (token.shape, mark) {
        (Shape::Number(value), _) => Some(value),
        (_, Mark::Number(value)) => Some(value as f64),
        _ => None,
    }
}

/// The tokens as written, with spaces where the script has them.
fn raw_of(tokens: &[Token]) -> String {
    let mut raw = String::new();
    for token in tokens {
        let tight = token.raw.chars().next().is_none_or(is_spaceless);
        if !raw.is_empty() && !tight {
            raw.push(' ');
        }
        raw.push_str(&token.raw);
    }
    raw
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::mark::Verb;
    use crate::language::token::tokens;

    #[test]
    fn the_longest_phrase_wins() {
        let marked = mark(&tokens("without asking me first")).expect("a language");
        assert_eq!(marked.bits.first().map(|bit| bit.mark), Some(Mark::Without));
        let marked = mark(&tokens("give Bob full access")).expect("a language");
        assert_eq!(marked.bits.first().map(|bit| bit.mark), Some(Mark::Verb(Verb::Grant)));
    }

    #[test]
    fn a_phrase_does_not_reach_over_a_break() {
        let marked = mark(&tokens("give it. Access")).expect("a language");
        assert!(marked.bits.iter().all(|bit| bit.mark != Mark::Verb(Verb::Grant)));
    }

    #[test]
    fn no_phrase_of_any_table_is_empty_or_begins_with_a_gap() {
        for (mark, list) in LANGUAGES.iter().flat_map(|language| language.tables).copied().flatten() {
            for phrase in list.split(',') {
                let first = phrase.split_whitespace().flat_map(parts_of).next();
                assert!(first.is_some_and(|part| part.first().is_some()), "{mark:?} has the phrase `{phrase}`");
            }
        }
    }
}
