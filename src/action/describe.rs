//! A tool's own description: it may add a kind, and speaks where the name is silent.

use super::fold;
use super::lexicon::{Meaning, Noun, Verb, meaning, of_participle};
use super::name::Phrase;
use crate::kind::Kind;

/// How much of a description is read.
const CHARACTERS_MAX: usize = 1500;
/// Words before the verb of a clause.
const FILLERS: [&str; 36] = [
    "it",
    "will",
    "also",
    "then",
    "this",
    "tool",
    "automatically",
    "the",
    "a",
    "permanently",
    "you",
    "can",
    "function",
    "immediately",
    "safely",
    "api",
    "command",
    "and",
    "completely",
    "irreversibly",
    "quickly",
    "asynchronously",
    "optionally",
    "subsequently",
    "use",
    "used",
    "allows",
    "lets",
    "enables",
    "to",
    "for",
    "helps",
    "is",
    "agent",
    "user",
    "users",
];

/// The kinds of the first clause; empty when it does not tell.
pub(super) fn leading(description: &str) -> Vec<Kind> {
    clauses(description).into_iter().take(1).flat_map(|clause| phrase_of(&clause, 14)).collect()
}

/// Whether it begins with granting or sharing.
pub(super) fn grants(description: &str) -> bool {
    clauses(description).first().is_some_and(|clause| {
        let verb = clause.iter().find(|word| !FILLERS.contains(&word.as_str())).and_then(|word| meaning(word).verb);
        verb == Some(Verb::Grant)
    })
}

/// Consequential kinds that a later clause adds: `… and notifies all members`.
pub(super) fn added(description: &str) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for clause in clauses(description).into_iter().skip(1).take(12) {
        kinds.extend(passive(&clause));
        let first = clause.iter().position(|word| !FILLERS.contains(&word.as_str())).unwrap_or_default();
        let Some(word) = clause.get(first) else { continue };
        let found = meaning(word);
        let is_told = first > 0 && clause.iter().take(first).any(|w| matches!(w.as_str(), "will" | "also" | "automatically" | "then"))
            || (word.ends_with('s') && found.noun.is_none());
        let is_bare =
            found.noun.is_none() && matches!(found.verb, Some(Verb::Deploy | Verb::Delete | Verb::Grant)) && clause.len() > 1 && first == 0;
        let is_named =
            matches!(found.verb, Some(Verb::Send | Verb::Pay | Verb::Deploy | Verb::Delete | Verb::Publish | Verb::Grant | Verb::Invite));
        if is_named && (is_told || is_bare) {
            kinds.extend(phrase_of(&clause, 6).into_iter().filter(|kind| kind.is_consequential()));
        }
    }
    kinds
}

/// What a tool that looks at something says that it also does, in so many words: `… and deletes it afterwards`.
pub(super) fn told(description: &str) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for clause in clauses(description).into_iter().skip(1).take(4) {
        let first = clause.iter().position(|word| !FILLERS.contains(&word.as_str())).unwrap_or_default();
        let Some(word) = clause.get(first).filter(|word| word.ends_with('s')) else { continue };
        if matches!(meaning(word), Meaning { verb: Some(Verb::Delete | Verb::Pay), noun: None }) {
            kinds.extend(phrase_of(&clause, 6).into_iter().filter(|kind| matches!(kind, Kind::Delete | Kind::Pay)));
        }
    }
    kinds
}

/// Whether it speaks of a place where anybody reads.
pub(super) fn names_forum(description: &str) -> bool {
    let text: String = description.chars().take(CHARACTERS_MAX).collect();
    fold::words(&text).iter().any(|word| {
        meaning(word).noun == Some(Noun::Forum) || matches!(word.as_str(), "public" | "publicly" | "followers" | "visitors" | "offentlich")
    })
}

/// `the duplicates are removed`, `everyone will be notified`: what a clause says happens.
fn passive(clause: &[String]) -> Option<Kind> {
    const CONDITIONS: [&str; 14] =
        ["if", "when", "once", "after", "until", "unless", "that", "which", "where", "whether", "who", "before", "how", "whose"];
    // `ids are sent in one call` tells how the tool works.
    let is_technical =
        clause.iter().any(|word| matches!(word.as_str(), "id" | "ids" | "request" | "requests" | "payload" | "parameter" | "field"));
    if is_technical || clause.iter().any(|word| CONDITIONS.contains(&word.as_str())) {
        return None;
    }
    let at = clause.iter().position(|word| matches!(word.as_str(), "is" | "are" | "be" | "gets" | "get"))?;
    let verb = clause.iter().skip(at + 1).take(3).find_map(|word| of_participle(word))?;
    match verb {
        Verb::Delete | Verb::Remove => Some(Kind::Delete),
        Verb::Send => Some(Kind::Send),
        Verb::Publish => Some(Kind::Publish),
        Verb::Pay => Some(Kind::Pay),
        Verb::Overwrite => Some(Kind::Overwrite),
        _ => None,
    }
}

/// Whether sums are stated in cents.
pub(super) fn is_in_minor_units(description: &str, schema: &str) -> bool {
    let text = fold::fold(&format!("{description} {schema}"));
    ["in cents", "smallest currency unit", "minor unit", "(cents)", "amount_cents", "in pence", "in centimes", "integer cents", "cents to"]
        .iter()
        .any(|part| text.contains(part))
}

/// The clauses of a description as folded words, empty ones left out.
fn clauses(description: &str) -> Vec<Vec<String>> {
    let text: String = description.chars().take(CHARACTERS_MAX).collect();
    let text = text.replace(" and ", ". ").replace(" then ", ". then ").replace(" und ", ". ");
    let pieces = text.split(['.', ';', '\n', ',', ':', '。', '、', '!', '(', ')', '，', '；', '।']);
    pieces.filter(|piece| !is_negated(piece)).map(fold::words).filter(|words| !words.is_empty()).collect()
}

fn is_negated(piece: &str) -> bool {
    let piece = piece.to_lowercase();
    ["not ", "never", "without", "n't", "cannot", "nicht", "sans ", " sin ", "no longer"].iter().any(|word| piece.contains(word))
}

fn phrase_of(clause: &[String], words_max: usize) -> Vec<Kind> {
    let first = clause.iter().position(|word| !FILLERS.contains(&word.as_str())).unwrap_or_default();
    let words = clause.get(first..).unwrap_or_default();
    let words = words.get(..words.len().min(words_max)).unwrap_or_default();
    // An English article is the Italian and Spanish word for `to`.
    let words: Vec<String> = words.iter().filter(|word| !matches!(word.as_str(), "a" | "an" | "the")).cloned().collect();
    let leads = words.first().map(|word| meaning(word)).unwrap_or_default();
    let is_unspaced = words.iter().any(|word| word.chars().any(super::lexicon::is_unspaced));
    // A clause of another language may lead with its object; an English one leads with its verb.
    if leads.verb.is_none() && !is_unspaced {
        return Vec::new();
    }
    // `Reserves a hotel`: the word that leads is the verb, whatever else it can be.
    let mut phrase = Phrase::of_words(&words);
    if !is_unspaced {
        phrase.verb = leads.verb;
    }
    phrase.joined.clear();
    phrase.kinds()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_clause_adds_what_else_happens() {
        assert_eq!(added("Cancels the event. It will also send an email to everybody."), [Kind::Send]);
        assert_eq!(added("Replaces a secret and restarts its consumers."), [Kind::Deploy]);
        assert_eq!(added("Creates a draft. It does not send anything."), []);
        assert_eq!(added("Merges records; the duplicates are removed."), [Kind::Delete]);
        assert_eq!(added("Updates a row; fails if it is deleted."), []);
        assert_eq!(leading("Lists what would be deleted."), [Kind::Read]);
        assert_eq!(leading("Permanently deletes the page"), [Kind::Delete]);
    }
}
