//! What a word means: the one vocabulary behind tool names, descriptions,
//! sub-commands of unknown programs, URL paths and buttons.
//!
//! The words themselves stand in `lexicon.txt`, which needs no Rust to extend.

use std::collections::HashMap;
use std::sync::LazyLock;

macro_rules! words_of {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) enum $name { $($(#[$variant_doc])* $variant),+ }
        impl $name {
            fn from_name(name: &str) -> Option<Self> {
                match name { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words_of! {
    /// What is done.
    Verb {
        Read = "read", Open = "open", Create = "create", Close = "close", Enable = "enable", Restore = "restore", Write = "write", Draft = "draft", Delete = "delete", Remove = "remove", Cancel = "cancel", Reset = "reset",
        Overwrite = "overwrite", Replace = "replace", Send = "send", Invite = "invite", Post = "post", Publish = "publish",
        Grant = "grant", Pay = "pay", Transfer = "transfer", Exchange = "exchange", Deploy = "deploy", Control = "control",
        Halt = "halt",
        Call = "call",
        Subscribe = "subscribe",
        Execute = "execute", Install = "install", Upload = "upload", Schedule = "schedule", Approve = "approve",
        Submit = "submit", Manage = "manage", Click = "click",
        Forward = "forward", Perform = "perform", Promote = "promote", Merge = "merge", Capture = "capture", Rollback = "rollback", Recall = "recall",
    }
}

words_of! {
    /// What it is done to.
    Noun {
        Message = "message", Issue = "issue",
        Change = "change",
        Rule = "rule",
        Store = "store", Event = "event", Invitation = "invitation", Public = "public", Page = "page",
        Repository = "repository", Grant = "grant", Account = "account", Credential = "credential", Money = "money",
        Invoice = "invoice", System = "system", Device = "device", Deferred = "deferred", Code = "code", Agent = "agent", File = "file",
        Label = "label", Record = "record", Human = "human", Preview = "preview", Draft = "draft", Trash = "trash",
        Chat = "chat", Forum = "forum", Open = "open", Retention = "retention", Dns = "dns", Member = "member", Campaign = "campaign", Removal = "removal",
    }
}

/// What one word can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Meaning {
    pub(super) verb: Option<Verb>,
    pub(super) noun: Option<Noun>,
}

struct Lexicon {
    words: HashMap<String, Meaning>,
    /// Words of scripts without spaces, longest first.
    unspaced: Vec<(String, Meaning)>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| parse(include_str!("lexicon.txt")));

fn parse(text: &str) -> Lexicon {
    let mut words: HashMap<String, Meaning> = HashMap::new();
    let mut section = Meaning::default();
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(head) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = match head.split_once(' ') {
                Some(("verb", name)) => Meaning { verb: Verb::from_name(name), noun: None },
                Some(("noun", name)) => Meaning { verb: None, noun: Noun::from_name(name) },
                _ => Meaning::default(),
            };
            continue;
        }
        for word in line.split_whitespace() {
            let meaning = words.entry(super::fold::fold(word)).or_default();
            meaning.verb = meaning.verb.or(section.verb);
            meaning.noun = meaning.noun.or(section.noun);
        }
    }
    let mut unspaced: Vec<(String, Meaning)> =
        words.iter().filter(|(word, _)| word.chars().all(is_unspaced)).map(|(word, meaning)| (word.clone(), *meaning)).collect();
    unspaced.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
    Lexicon { words, unspaced }
}

/// Han, kana and Hangul, where a word can hide inside a longer one.
pub(super) fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// What a folded word can be, with the endings English gives a verb or a plural.
pub(super) fn meaning(word: &str) -> Meaning {
    let known = |word: &str| LEXICON.words.get(word).copied();
    if let Some(meaning) = known(word) {
        return meaning;
    }
    // `loeschen`: German written without its umlauts.
    if word.is_ascii()
        && (word.contains("ae") || word.contains("oe") || word.contains("ue"))
        && let Some(meaning) = known(&word.replace("ae", "a").replace("oe", "o").replace("ue", "u"))
    {
        return meaning;
    }
    if word.len() > 4 && word.is_ascii() {
        let ends = [("ies", "y"), ("es", ""), ("es", "e"), ("s", ""), ("ing", ""), ("ing", "e")];
        if let Some(meaning) = ends.iter().find_map(|(end, put)| known(&with_ending(word, end, put)?)) {
            return meaning;
        }
        if word.len() > 5 {
            return FORMS.iter().filter_map(|(end, put)| known(&with_ending(word, end, put)?)).find(is_pure_verb).unwrap_or_default();
        }
    }
    Meaning::default()
}

/// How a verb that the list has as an infinitive looks when it is ordered or told: German
/// `veröffentliche`, French `supprimez`, Spanish and Portuguese `elimina`, Italian `elimini`.
/// Participles are left out: what is *deleted* is a thing.
const FORMS: [(&str, &str); 15] = [
    ("e", "en"),
    ("t", "en"),
    ("ert", "ern"),
    ("elt", "eln"),
    ("le", "eln"),
    ("re", "ern"),
    ("e", "er"),
    ("ez", "er"),
    ("ons", "er"),
    ("is", "ir"),
    ("a", "ar"),
    ("e", "ir"),
    ("a", "are"),
    ("i", "ere"),
    ("isci", "ire"),
];

fn with_ending(word: &str, end: &str, put: &str) -> Option<String> {
    word.strip_suffix(end).map(|stem| format!("{stem}{put}"))
}

fn is_pure_verb(meaning: &Meaning) -> bool {
    meaning.verb.is_some() && meaning.noun.is_none()
}

/// `deleted`, `notified`, `overwritten`: the verb of an English participle.
pub(super) fn of_participle(word: &str) -> Option<Verb> {
    let irregular = match word {
        "sent" => "send",
        "paid" => "pay",
        "overwritten" => "overwrite",
        "shut" => "shutdown",
        "withdrawn" => "withdraw",
        "bought" => "buy",
        _ => "",
    };
    if !irregular.is_empty() {
        return meaning(irregular).verb;
    }
    let ends = [("ied", "y"), ("ed", "e"), ("ed", "")];
    let plain = ends.iter().find_map(|(end, put)| LEXICON.words.get(&with_ending(word, end, put)?).and_then(|m| m.verb));
    // `dropped`, `wiped`: a consonant that was doubled.
    plain.or_else(|| {
        let stem = word.strip_suffix("ed")?;
        LEXICON.words.get(stem.get(..stem.len().checked_sub(1)?)?).and_then(|m| m.verb)
    })
}

/// The known words inside one of a script without spaces, in their order.
pub(super) fn unspaced_meanings(word: &str) -> Vec<Meaning> {
    if !word.contains(is_unspaced) {
        return Vec::new();
    }
    let mut found: Vec<(usize, Meaning)> = Vec::new();
    let mut rest = word.to_owned();
    for (known, meaning) in &LEXICON.unspaced {
        if let Some(at) = rest.find(known.as_str()) {
            found.push((at, *meaning));
            rest = rest.replacen(known.as_str(), &" ".repeat(known.len()), 1);
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, meaning)| meaning).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_of_the_word_list_is_known() {
        for line in include_str!("lexicon.txt").lines() {
            if let Some(head) = line.trim().strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                let known = match head.split_once(' ') {
                    Some(("verb", name)) => Verb::from_name(name).is_some(),
                    Some(("noun", name)) => Noun::from_name(name).is_some(),
                    _ => false,
                };
                assert!(known, "[{head}]");
            }
        }
    }

    #[test]
    fn every_word_of_the_list_can_occur_in_a_name() {
        for line in include_str!("lexicon.txt").lines().filter(|line| !line.starts_with(['#', '['])) {
            for word in line.split_whitespace() {
                assert!(super::super::fold::words(word) == [super::super::fold::fold(word)], "`{word}` is more than one word of a name");
            }
        }
    }

    #[test]
    fn a_verb_is_known_in_the_form_that_orders() {
        for word in ["veroffentliche", "supprimez", "publica", "elimina", "cancella", "speichert"] {
            assert!(meaning(word).verb.is_some(), "{word}");
        }
        for word in ["eliminado", "geloscht", "cancellata", "planet", "profile2"] {
            assert_eq!(meaning(word).verb, None, "{word}");
        }
        assert_eq!(of_participle("notified"), Some(Verb::Send));
        assert_eq!(of_participle("removed"), Some(Verb::Remove));
        assert_eq!(of_participle("red"), None);
    }

    #[test]
    fn a_word_can_be_done_and_done_to() {
        assert_eq!(meaning("email"), Meaning { verb: Some(Verb::Send), noun: Some(Noun::Message) });
        assert_eq!(meaning("policies").noun, Some(Noun::Grant));
        assert_eq!(meaning("deleting").verb, Some(Verb::Delete));
        assert_eq!(meaning("deleted"), Meaning::default());
    }

    #[test]
    fn a_word_inside_a_longer_one_is_found_where_no_spaces_are_written() {
        let verbs: Vec<_> = unspaced_meanings("日程を登録").into_iter().filter_map(|m| m.verb).collect();
        assert_eq!(verbs, [Verb::Write]);
    }
}
