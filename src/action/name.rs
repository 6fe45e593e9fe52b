//! What a few words say: a tool's name, the first words of a description, the
//! sub-command of an unknown program, a button.
//!
//! Verb *and* object decide: to send money is to pay, to remove a member is a
//! matter of permission, to add a label is to write. What the words do not tell
//! gets no kind here; the caller turns "no kind" into `unknown`.

use super::fold;
use super::lexicon::{Noun, Verb};
use crate::kind::Kind;
use deciding::{Known, deciding_verb, joined_verbs, look_up, trailing_verb};

mod deciding;
mod effects;

/// What the words say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Phrase {
    /// The verb that decides.
    pub(super) verb: Option<Verb>,
    /// The objects of that verb, in order.
    pub(super) nouns: Vec<Noun>,
    /// Further verbs that the words join to it with "and", "or", "then".
    pub(super) joined: Vec<Verb>,
    /// Whether the object's last word is a noun that is known.
    pub(super) names_head: bool,
    /// Whether any other, unknown word stands beside the verb.
    pub(super) has_more: bool,
    /// Whether something goes into the trash: hidden there, it is as good as deleted.
    pub(super) into_trash: bool,
}

const PREPOSITIONS: [&str; 24] = [
    "to", "from", "in", "into", "on", "for", "of", "with", "by", "at", "via", "using", "mit", "von", "aus", "fur", "de", "des", "du",
    "del", "da", "di", "a", "per",
];
const CONJUNCTIONS: [&str; 9] = ["and", "or", "then", "und", "oder", "et", "y", "e", "o"];
/// Words that turn the way into the trash round.
const AWAY: [&str; 7] = ["from", "out", "not", "no", "aus", "desde", "dal"];
/// Words before the verb that say nothing about it.
const NOISE: [&str; 14] =
    ["api", "batch", "bulk", "multi", "mass", "force", "do", "try", "mcp", "tool", "please", "now", "the", "functions"];

/// Nouns that say where or what for, never what is acted on while another noun does.
const QUALIFIERS: [Noun; 5] = [Noun::Chat, Noun::Forum, Noun::Open, Noun::Retention, Noun::Dns];

impl Phrase {
    /// Reads a name: its last part decides (`orders.refund`), what stands before it is a namespace.
    pub(super) fn of_name(name: &str) -> Self {
        let words = fold::words(name);
        let spaced = name.replace("__", "/");
        let own = spaced.rsplit(['.', '/', ':']).map(fold::words).find(|part| !part.is_empty()).unwrap_or_default();
        let is_tail = own.len() < words.len() && words.ends_with(&own);
        let whole = look_up(&words);
        if is_tail {
            let namespace = look_up(words.get(..words.len() - own.len()).unwrap_or_default()).len();
            if let Some(at) = deciding_verb(whole.get(namespace..).unwrap_or_default()) {
                return Self::around(&words, &whole, namespace + at);
            }
        }
        Self::of_known(&words, &whole)
    }

    /// Reads folded words.
    pub(super) fn of_words(words: &[String]) -> Self {
        Self::of_known(words, &look_up(words))
    }

    fn of_known(words: &[String], known: &[Known]) -> Self {
        match deciding_verb(known) {
            Some(at) => Self::around(words, known, at),
            None => Self { nouns: known.iter().filter_map(|(_, m)| m.noun).collect(), has_more: words.len() > 1, ..Self::default() },
        }
    }

    /// The phrase whose verb stands here.
    fn around(words: &[String], known: &[Known], at: usize) -> Self {
        let verb = known.get(at).and_then(|(_, m)| m.verb);
        let after = known.get(at + 1..).unwrap_or_default();
        let before = known.get(..at).unwrap_or_default();
        let mut joined = joined_verbs(after);
        joined.extend(trailing_verb(verb, after));
        let object_end = after.iter().position(|(word, _)| PREPOSITIONS.contains(&word.as_str())).unwrap_or(after.len());
        let (object, rest) = after.split_at(object_end.min(after.len()));
        // An English object ends with its head: `message template` is a template.
        // What only reports on a thing is the object of nothing but itself.
        let mut nouns: Vec<Noun> = Vec::new();
        let mut qualifiers = Vec::new();
        let mut reports = Vec::new();
        for (_, m) in object.iter().rev().chain(rest).chain(before.iter().rev()) {
            match m.noun {
                Some(Noun::Preview) => reports.push(Noun::Preview),
                Some(noun) if QUALIFIERS.contains(&noun) => qualifiers.push(noun),
                Some(noun) if !nouns.contains(&noun) => nouns.push(noun),
                _ => {}
            }
        }
        nouns.extend(qualifiers);
        nouns.extend(reports);
        let names_head = object.last().is_none_or(|(_, m)| m.noun.is_some());
        let goes_away = words.iter().any(|word| AWAY.contains(&word.as_str()));
        let into_trash = !goes_away && after.iter().any(|(_, m)| m.noun == Some(Noun::Trash));
        Self { verb, nouns, joined, names_head, has_more: known.len() > 1, into_trash }
    }

    /// The kinds of effect these words name; empty when they do not tell.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        let Some(verb) = self.verb else {
            return if self.nouns.last() == Some(&Noun::Preview) { vec![Kind::Read] } else { Vec::new() };
        };
        let mut kinds = self.effects(verb);
        for &verb in &self.joined {
            kinds.extend(self.effects(verb));
        }
        let is_removal = matches!(self.nouns.first(), Some(Noun::Removal | Noun::Issue | Noun::Deferred)) && self.has(Noun::Removal);
        if is_removal && starts(verb) {
            kinds.push(Kind::Delete);
        }
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    pub(super) fn has(&self, noun: Noun) -> bool {
        self.nouns.contains(&noun)
    }

    /// What is acted on. A place stands for what is in it: a chat for its messages, a forum for its posts.
    fn head(&self) -> Option<Noun> {
        match self.nouns.first().copied()? {
            Noun::Chat => Some(Noun::Message),
            Noun::Forum | Noun::Open => Some(Noun::Public),
            Noun::Dns => Some(Noun::System),
            noun => Some(noun),
        }
    }
}

/// Whether a removal that is named begins by this: `schedule_key_deletion`, `request_account_deletion`.
fn starts(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::Perform | Verb::Schedule | Verb::Submit | Verb::Approve | Verb::Execute | Verb::Create | Verb::Send | Verb::Control
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds_of(name: &str) -> String {
        Phrase::of_name(name).kinds().iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn verb_and_object_decide_together() {
        for (name, kinds) in [
            ("send_email", "send"),
            ("send_money", "pay"),
            ("sendMoney", "pay"),
            ("remove_member", "permission"),
            ("remove_file", "delete"),
            ("remove_label_from_thread", "write"),
            ("add_comment", "send"),
            ("add_label", "write"),
            ("create_message_template", "write"),
            ("create_user", "permission"),
            ("order_status", "read"),
            ("message_delete", "delete"),
            ("API-post-search", "read"),
            ("search_and_delete", "delete"),
            ("get_deleted_items", "read"),
            ("cancel_order", "delete pay"),
            ("nutzer_sperren", "permission"),
            ("lister_fichiers", "read"),
            ("発注する", "pay"),
            ("manage_event", ""),
            ("do", ""),
        ] {
            assert_eq!(kinds_of(name), kinds, "{name}");
        }
    }
}
