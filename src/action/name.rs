//! What a few words say: a tool's name, the first words of a description, the
//! sub-command of an unknown program, a button.
//!
//! Verb *and* object decide: to send money is to pay, to remove a member is a
//! matter of permission, to add a label is to write. What the words do not tell
//! gets no kind here; the caller turns "no kind" into `unknown`.

use super::fold;
use super::lexicon::{Meaning, Noun, Verb, meaning, unspaced_meanings};
use crate::kind::Kind;

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
    into_trash: bool,
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

impl Phrase {
    /// Reads the words of a name.
    pub(super) fn of_name(name: &str) -> Self {
        Self::of_words(&fold::words(name))
    }

    /// Reads folded words.
    pub(super) fn of_words(words: &[String]) -> Self {
        let meanings = look_up(words);
        let Some(at) = deciding_verb(&meanings) else {
            return Self { nouns: meanings.iter().filter_map(|(_, m)| m.noun).collect(), has_more: words.len() > 1, ..Self::default() };
        };
        let verb = meanings.get(at).and_then(|(_, m)| m.verb);
        let after = meanings.get(at + 1..).unwrap_or_default();
        let before = meanings.get(..at).unwrap_or_default();
        let joined = joined_verbs(after);
        let object_end = after.iter().position(|(word, _)| PREPOSITIONS.contains(&word.as_str())).unwrap_or(after.len());
        let (object, rest) = after.split_at(object_end.min(after.len()));
        // An English object ends with its head: `message template` is a template.
        // What only reports on a thing is the object of nothing but itself.
        let mut nouns: Vec<Noun> = Vec::new();
        let mut reports = Vec::new();
        for (_, m) in object.iter().rev().chain(rest).chain(before) {
            match m.noun {
                Some(Noun::Preview) => reports.push(Noun::Preview),
                Some(noun) if !nouns.contains(&noun) => nouns.push(noun),
                _ => {}
            }
        }
        nouns.extend(reports);
        let names_head = object.last().is_none_or(|(_, m)| m.noun.is_some());
        let goes_away = words.iter().any(|word| AWAY.contains(&word.as_str()));
        let into_trash = !goes_away && after.iter().any(|(_, m)| m.noun == Some(Noun::Trash));
        Self { verb, nouns, joined, names_head, has_more: meanings.len() > 1, into_trash }
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
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    pub(super) fn has(&self, noun: Noun) -> bool {
        self.nouns.contains(&noun)
    }

    fn head(&self) -> Option<Noun> {
        self.nouns.first().copied()
    }

    fn effects(&self, verb: Verb) -> Vec<Kind> {
        use Kind as K;
        match verb {
            Verb::Read if self.head() == Some(Noun::Credential) => vec![K::ReadSecret],
            Verb::Read => vec![K::Read],
            Verb::Open => self.opened(),
            Verb::Close => self.closed(),
            Verb::Enable => self.enabled(),
            Verb::Restore if self.has(Noun::Store) => vec![K::Overwrite],
            Verb::Restore => vec![K::Write],
            Verb::Draft => vec![K::Write],
            Verb::Create => self.created(),
            Verb::Write => self.changed(),
            Verb::Delete => self.deleted(),
            Verb::Remove => self.removed(),
            Verb::Cancel => self.cancelled(),
            Verb::Overwrite => vec![K::Overwrite],
            Verb::Reset => self.reset(),
            Verb::Replace => self.changed(),
            Verb::Send if self.head() == Some(Noun::Money) => vec![K::Pay],
            Verb::Send => vec![K::Send],
            Verb::Invite if self.has(Noun::Event) => vec![K::Send],
            Verb::Invite => vec![K::Send, K::Permission],
            Verb::Post => self.posted(),
            Verb::Publish => self.published(),
            Verb::Grant => self.granted(),
            Verb::Pay if self.head() == Some(Noun::Repository) => vec![K::Write],
            Verb::Pay => vec![K::Pay],
            Verb::Transfer => self.transferred(),
            Verb::Exchange if self.has(Noun::Money) || self.head() == Some(Noun::Credential) => vec![K::Pay],
            Verb::Exchange => vec![K::Write],
            Verb::Deploy => self.deployed(),
            Verb::Control => self.controlled(),
            Verb::Halt => self.halted(),
            Verb::Call => self.called(),
            Verb::Subscribe if matches!(self.head(), Some(Noun::Money | Noun::Invoice) | None) => vec![K::Pay],
            Verb::Subscribe => vec![K::Write],
            Verb::Execute if self.has(Noun::System) => vec![K::Deploy],
            Verb::Execute if self.head() == Some(Noun::Money) => vec![K::Pay],
            Verb::Execute => vec![K::Execute],
            Verb::Install => vec![K::ExecuteInstall],
            Verb::Upload if self.has(Noun::Public) => vec![K::Publish],
            Verb::Upload => vec![K::Disclose],
            Verb::Schedule => self.scheduled(),
            Verb::Approve => self.approved(),
            Verb::Submit => self.submitted(),
            Verb::Manage | Verb::Click => Vec::new(),
        }
    }

    fn created(&self) -> Vec<Kind> {
        match self.head() {
            _ if self.has(Noun::Draft) => vec![Kind::Write],
            Some(Noun::Message | Noun::Issue | Noun::Change | Noun::Invitation) => vec![Kind::Send],
            Some(Noun::Rule) if self.has(Noun::Grant) => vec![Kind::Permission],
            Some(Noun::Public) => vec![Kind::Publish],
            Some(Noun::Grant | Noun::Account) => vec![Kind::Permission],
            Some(Noun::Credential) => vec![Kind::PermissionCredential],
            Some(Noun::Money) => vec![Kind::Pay],
            Some(Noun::System) => vec![Kind::Deploy],
            Some(Noun::Deferred | Noun::Agent) => vec![Kind::Execute],
            _ => vec![Kind::Write],
        }
    }

    fn changed(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Grant) => vec![Kind::Permission],
            Some(Noun::Rule) if self.has(Noun::Grant) => vec![Kind::Permission],
            Some(Noun::Credential) => vec![Kind::PermissionCredential],
            // `order notes` are no order: the last word decides whether money is changed.
            Some(Noun::Money) if self.names_head => vec![Kind::Pay],
            Some(Noun::System | Noun::Device) => vec![Kind::Deploy],
            Some(Noun::Deferred | Noun::Agent) => vec![Kind::Execute],
            Some(Noun::Rule) => vec![Kind::Write],
            _ if self.into_trash => vec![Kind::Delete],
            _ => vec![Kind::Write],
        }
    }

    fn deleted(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Grant) => vec![Kind::Permission],
            Some(Noun::Credential) => vec![Kind::Delete, Kind::PermissionCredential],
            Some(Noun::Rule) if self.has(Noun::Grant) => vec![Kind::Delete, Kind::Permission],
            _ => vec![Kind::Delete],
        }
    }

    fn opened(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Device) => vec![Kind::Deploy],
            Some(Noun::Grant | Noun::Account) => vec![Kind::Permission],
            Some(Noun::Issue | Noun::Change) => vec![Kind::Send],
            Some(Noun::Money) => vec![Kind::Pay],
            _ => vec![Kind::Read],
        }
    }

    fn closed(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Device) => vec![Kind::Deploy],
            Some(Noun::Grant) => vec![Kind::Permission],
            Some(Noun::Money) if self.names_head => vec![Kind::Pay],
            _ => vec![Kind::Write],
        }
    }

    fn enabled(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Account | Noun::Grant | Noun::Credential) => vec![Kind::Permission],
            Some(Noun::System | Noun::Device) => vec![Kind::Deploy],
            _ if self.has(Noun::Grant) => vec![Kind::Permission],
            _ => vec![Kind::Write],
        }
    }

    fn halted(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Device | Noun::System | Noun::Code | Noun::Deferred | Noun::Agent) => vec![Kind::Deploy],
            Some(Noun::Money) => vec![Kind::Pay],
            None if !self.has_more => vec![Kind::Deploy],
            _ => vec![Kind::Write],
        }
    }

    fn called(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Human | Noun::Account | Noun::Message | Noun::Record) => vec![Kind::Send],
            Some(Noun::System) => vec![Kind::Deploy],
            _ => vec![Kind::Execute],
        }
    }

    fn removed(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Grant | Noun::Account | Noun::Invitation) => vec![Kind::Permission],
            Some(Noun::Label) => vec![Kind::Write],
            _ if self.has(Noun::Invoice) => vec![Kind::Write],
            _ => vec![Kind::Delete],
        }
    }

    fn reset(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Credential) => vec![Kind::PermissionCredential],
            Some(Noun::Account | Noun::Grant) => vec![Kind::Permission],
            Some(Noun::Device) => vec![Kind::Deploy, Kind::Delete],
            Some(Noun::System) => vec![Kind::Deploy],
            Some(Noun::Record | Noun::Store | Noun::File | Noun::Repository) => vec![Kind::Overwrite],
            _ => vec![Kind::Write],
        }
    }

    fn cancelled(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Code | Noun::Deferred | Noun::Agent | Noun::System) => vec![Kind::Deploy],
            _ if self.has(Noun::Money) => vec![Kind::Delete, Kind::Pay],
            _ => vec![Kind::Delete],
        }
    }

    fn posted(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Message | Noun::Issue) => vec![Kind::Send],
            _ => vec![Kind::Publish],
        }
    }

    fn published(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Message) => vec![Kind::Send],
            _ if self.has(Noun::Change) || self.has(Noun::Repository) => vec![Kind::Publish],
            Some(Noun::Record | Noun::Label | Noun::Account | Noun::Issue) => vec![Kind::Write],
            _ => vec![Kind::Publish],
        }
    }

    fn granted(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Credential) => vec![Kind::PermissionCredential],
            Some(Noun::Public) => vec![Kind::Publish],
            Some(Noun::Event) => vec![Kind::Write],
            _ => vec![Kind::Permission],
        }
    }

    fn transferred(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Human | Noun::Agent | Noun::Issue | Noun::Change | Noun::Message) => vec![Kind::Send],
            Some(Noun::Grant | Noun::Repository | Noun::Account) => vec![Kind::Permission],
            Some(Noun::File | Noun::Record | Noun::Page) => vec![Kind::Write],
            _ => vec![Kind::Pay],
        }
    }

    fn deployed(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::File | Noun::Label | Noun::Record | Noun::Page) => vec![Kind::Write],
            Some(Noun::Account) => vec![Kind::Permission],
            Some(Noun::Money) => vec![Kind::Pay],
            _ => vec![Kind::Deploy],
        }
    }

    fn controlled(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Device | Noun::System) => vec![Kind::Deploy],
            Some(Noun::Code | Noun::Deferred | Noun::Agent) => vec![Kind::Execute],
            Some(Noun::Money) => vec![Kind::Pay],
            Some(Noun::Account) => vec![Kind::Permission],
            None if !self.has_more => vec![Kind::Deploy],
            _ => vec![Kind::Write],
        }
    }

    fn scheduled(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Message) => vec![Kind::Send],
            Some(Noun::Public) => vec![Kind::Publish],
            Some(Noun::Money) => vec![Kind::Pay],
            Some(Noun::Code | Noun::Deferred | Noun::Agent) => vec![Kind::Execute],
            Some(Noun::System | Noun::Device) => vec![Kind::Deploy],
            _ => vec![Kind::Write],
        }
    }

    fn approved(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Money | Noun::Invoice) => vec![Kind::Pay],
            Some(Noun::Issue | Noun::Change | Noun::Message | Noun::Event | Noun::Invitation) => vec![Kind::Send],
            Some(Noun::Grant | Noun::Account | Noun::Credential) => vec![Kind::Permission],
            Some(Noun::System) => vec![Kind::Deploy],
            Some(Noun::Public) => vec![Kind::Publish],
            _ => Vec::new(),
        }
    }

    fn submitted(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Money) => vec![Kind::Pay],
            Some(Noun::Issue | Noun::Message) => vec![Kind::Send],
            Some(Noun::Code | Noun::Deferred) => vec![Kind::Execute],
            Some(Noun::Public) => vec![Kind::Publish],
            _ => Vec::new(),
        }
    }
}

/// Each word with its meaning; a word of a script without spaces gives one entry for each known word in it.
fn look_up(words: &[String]) -> Vec<(String, Meaning)> {
    let mut found = Vec::with_capacity(words.len());
    for word in words {
        let meaning = meaning(word);
        if meaning == Meaning::default() && word.chars().any(super::lexicon::is_unspaced) {
            found.extend(unspaced_meanings(word).into_iter().map(|meaning| (word.clone(), meaning)));
        } else {
            found.push((word.clone(), meaning));
        }
    }
    found
}

/// Which word decides: the first that can only be a verb, unless a word that is both
/// leads and something follows it that is not a verb.
fn deciding_verb(meanings: &[(String, Meaning)]) -> Option<usize> {
    let is_verb = |at: usize| meanings.get(at).is_some_and(|(_, m)| m.verb.is_some());
    let leads = |at: usize| {
        meanings.get(at).is_some_and(|(_, m)| m.verb == Some(Verb::Read) && m.noun == Some(Noun::Preview)) && at + 1 < meanings.len()
    };
    let is_pure = |at: usize| meanings.get(at).is_some_and(|(_, m)| m.verb.is_some() && m.noun.is_none());
    let first = (0..meanings.len())
        .find(|&at| meanings.get(at).is_some_and(|(word, m)| (m.verb.is_some() || m.noun.is_some()) && !NOISE.contains(&word.as_str())))?;
    // `API-post-search`, `message_delete`, `order_status`: what leads is no verb here.
    let last = meanings.len().saturating_sub(1);
    // Languages that write no spaces put the verb last.
    if meanings.iter().all(|(word, _)| word.chars().any(super::lexicon::is_unspaced)) {
        return (0..meanings.len()).rev().find(|&at| is_verb(at));
    }
    let is_http_verb = meanings.get(first).is_some_and(|(_, m)| m.verb == Some(Verb::Post))
        && meanings.get(first + 1).is_some_and(|(_, m)| m.verb.is_some() && m.noun != Some(Noun::Preview));
    if is_http_verb {
        return Some(first + 1);
    }
    if is_pure(first) || leads(first) {
        return Some(first);
    }
    if let Some(pure) = (first + 1..meanings.len()).find(|&at| is_pure(at)) {
        return Some(pure);
    }
    let ends_in_report = last > first && meanings.get(last).is_some_and(|(_, m)| m.noun == Some(Noun::Preview));
    let posts = meanings.get(first).is_some_and(|(_, m)| m.verb == Some(Verb::Post));
    if is_verb(first) && (posts || !ends_in_report) {
        return Some(first);
    }
    (first + 1..meanings.len()).find(|&at| is_verb(at) && !ends_in_report)
}

fn joined_verbs(after: &[(String, Meaning)]) -> Vec<Verb> {
    let pairs = after.iter().zip(after.iter().skip(1));
    pairs.filter(|((word, _), _)| CONJUNCTIONS.contains(&word.as_str())).filter_map(|(_, (_, next))| next.verb).collect()
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
            ("search_and_delete", "delete read"),
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
