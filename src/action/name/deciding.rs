//! Which word of a name decides what is done.
//!
//! Names put their verb first (`delete_event`), last (`event.delete`, `メール送信`) or
//! behind a product (`zoho_list_trash`), and many words are both verb and object. A
//! word that can only be a verb wins; a word that only names a report of something
//! (`rollout_status`) makes the whole a look at it.

use super::{CONJUNCTIONS, NOISE};
use crate::action::lexicon::{Meaning, Noun, Verb, is_unspaced, meaning, unspaced_meanings};

/// A word of a name, and what it can be.
pub(super) type Known = (String, Meaning);

/// Each word with its meaning; a word of a script without spaces gives one entry for each known word in it.
pub(super) fn look_up(words: &[String]) -> Vec<Known> {
    let mut found = Vec::with_capacity(words.len());
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).map_or("", String::as_str);
        let before = at.checked_sub(1).and_then(|at| words.get(at)).map_or("", String::as_str);
        match beside(before, word, next) {
            Beside::Swallowed => {}
            Beside::Means(meaning) => found.push((word.clone(), meaning)),
            Beside::Itself => look_up_one(word, &mut found),
        }
    }
    found
}

fn look_up_one(word: &str, found: &mut Vec<Known>) {
    let meaning = meaning(word);
    if meaning == Meaning::default() && word.chars().any(is_unspaced) {
        found.extend(unspaced_meanings(word).into_iter().map(|meaning| (word.to_owned(), meaning)));
    } else {
        found.push((word.to_owned(), meaning));
    }
}

/// What a word is between its neighbours.
enum Beside {
    /// What it is anywhere.
    Itself,
    /// Part of the word before or behind it.
    Swallowed,
    Means(Meaning),
}

fn beside(before: &str, word: &str, next: &str) -> Beside {
    let verb = |verb: Verb| Beside::Means(Meaning { verb: Some(verb), noun: None });
    match (before, word, next) {
        // A merge request is one thing, the flag of a feature is that feature, and a dry run runs nothing.
        (_, "merge" | "pull", "request" | "requests") | ("feature", "flag" | "flags", _) | ("dry", "run", _) => Beside::Swallowed,
        ("merge" | "pull", "request" | "requests", _) => Beside::Means(Meaning { verb: None, noun: Some(Noun::Change) }),
        (_, "dry", "run") => verb(Verb::Read),
        // `issue_token`, `page_oncall`: two nouns that are verbs before the right object.
        (_, "issue", next) if matches!(meaning(next).noun, Some(Noun::Credential | Noun::Money | Noun::Grant)) => verb(Verb::Create),
        (_, "page", "oncall" | "responder" | "engineer") => verb(Verb::Send),
        (_, "page", next) if matches!(meaning(next).noun, Some(Noun::Account | Noun::Human)) => verb(Verb::Send),
        _ => Beside::Itself,
    }
}

/// Where the verb that decides stands.
pub(super) fn deciding_verb(words: &[Known]) -> Option<usize> {
    if words.iter().all(|(word, _)| word.chars().any(is_unspaced)) {
        return unspaced_verb(words);
    }
    let first = (0..words.len())
        .find(|&at| words.get(at).is_some_and(|(word, m)| (m.verb.is_some() || m.noun.is_some()) && !NOISE.contains(&word.as_str())))?;
    // `API-post-search`: the HTTP method leads, the verb follows.
    if verb_at(words, first) == Some(Verb::Post) && verb_at(words, first + 1).is_some() && noun_at(words, first + 1) != Some(Noun::Preview)
    {
        return Some(first + 1);
    }
    let found = spaced_verb(words, first)?;
    (!is_report_of(words, found)).then_some(found)
}

fn spaced_verb(words: &[Known], first: usize) -> Option<usize> {
    let after = || first + 1..words.len();
    let is_pure = |at: usize| verb_at(words, at).is_some() && noun_at(words, at).is_none();
    let looks = |at: usize| {
        verb_at(words, at) == Some(Verb::Read) && matches!(noun_at(words, at), None | Some(Noun::Preview)) && at + 1 < words.len()
    };
    // `make_list_scenarios`, `render_trigger_deploy`: the name of a product can be a word that is done.
    let is_product = words.get(first).is_some_and(|(word, _)| matches!(word.as_str(), "make" | "render" | "signal" | "front" | "ring"));
    if is_product && verb_at(words, first + 1).is_some() {
        return Some(first + 1);
    }
    if is_pure(first) || looks(first) {
        return Some(first);
    }
    // `message_delete`, `zoho_mail_list_trash`: what leads is no verb here.
    if let Some(found) = after().find(|&at| is_pure(at)).or_else(|| after().find(|&at| looks(at))) {
        return Some(found);
    }
    let ends_in_report = words.len() > first + 1 && noun_at(words, words.len() - 1) == Some(Noun::Preview);
    let is_verb = |at: usize| verb_at(words, at).is_some() && !is_several(words, at);
    // `email_trash`, `messages_label`: a word for a message is its object where another verb stands.
    let other = after().find(|&at| is_verb(at) && !is_message(words, at));
    match verb_at(words, first) {
        Some(Verb::Post) => Some(first),
        _ if ends_in_report => None,
        Some(_) if is_message(words, first) || is_several(words, first) => other.or(Some(first).filter(|at| is_verb(*at))),
        Some(_) => Some(first),
        None => other.or_else(|| after().find(|&at| is_verb(at))),
    }
}

/// Chinese puts the verb first and Japanese last; a word for a look at something ends a name in both.
fn unspaced_verb(words: &[Known]) -> Option<usize> {
    let verbs: Vec<usize> = (0..words.len()).filter(|&at| verb_at(words, at).is_some()).collect();
    let (first, last) = (*verbs.first()?, *verbs.last()?);
    let has_kana = words.iter().any(|(word, _)| word.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7af}')));
    if noun_at(words, words.len() - 1) == Some(Noun::Preview) && noun_at(words, last).is_none() && verb_at(words, first) != Some(Verb::Read)
    {
        return (!has_kana || verb_at(words, last) != Some(Verb::Delete)).then_some(first).filter(|_| words.len() < 3);
    }
    if has_kana || verb_at(words, last) == Some(Verb::Read) {
        return Some(last);
    }
    verbs.into_iter().find(|&at| noun_at(words, at).is_none()).or(Some(first))
}

/// `rollout_status`, `payment_result`: how it went, not doing it.
fn is_report_of(words: &[Known], verb: usize) -> bool {
    const REPORTS: [&str; 8] = ["status", "progress", "result", "results", "state", "eta", "estimate", "preview"];
    let is_big = matches!(
        verb_at(words, verb),
        Some(Verb::Deploy | Verb::Control | Verb::Execute | Verb::Pay | Verb::Schedule | Verb::Install | Verb::Transfer | Verb::Exchange)
    );
    is_big && verb + 2 == words.len() && words.last().is_some_and(|(word, _)| REPORTS.contains(&word.as_str()))
}

fn is_message(words: &[Known], at: usize) -> bool {
    matches!(noun_at(words, at), Some(Noun::Message | Noun::Chat))
}

/// `console_messages`, `network_requests`: several of them are what there is, not what is done.
fn is_several(words: &[Known], at: usize) -> bool {
    let is_post = matches!(noun_at(words, at), Some(Noun::Message | Noun::Issue | Noun::Public | Noun::Money));
    let ends = at + 1 == words.len();
    is_post && words.len() > 1 && words.get(at).is_some_and(|(word, _)| word.ends_with('s') || ends && word == "request")
}

fn verb_at(words: &[Known], at: usize) -> Option<Verb> {
    words.get(at).and_then(|(_, meaning)| meaning.verb)
}

fn noun_at(words: &[Known], at: usize) -> Option<Noun> {
    words.get(at).and_then(|(_, meaning)| meaning.noun)
}

/// `update_topic_notify`: a change that ends in another effect has both.
pub(super) fn trailing_verb(verb: Option<Verb>, after: &[Known]) -> Option<Verb> {
    let (_, last) = after.last()?;
    let is_change = matches!(verb, Some(Verb::Write | Verb::Create | Verb::Draft));
    let is_effect = matches!(last.verb, Some(Verb::Send | Verb::Delete | Verb::Publish | Verb::Pay)) && last.noun.is_none();
    // `create_backup_before_delete` deletes nothing.
    const RELATIONS: [&str; 8] = ["before", "after", "on", "if", "until", "without", "for", "when"];
    let is_related = after.iter().any(|(word, _)| RELATIONS.contains(&word.as_str()));
    last.verb.filter(|_| is_change && is_effect && !is_related && after.len() > 1)
}

pub(super) fn joined_verbs(after: &[Known]) -> Vec<Verb> {
    let pairs = after.iter().zip(after.iter().skip(1));
    pairs.filter(|((word, _), _)| CONJUNCTIONS.contains(&word.as_str())).filter_map(|(_, (_, next))| next.verb).collect()
}
