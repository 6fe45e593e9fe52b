//! What verb and object mean together: the one table of this room.
//!
//! A line for each verb, a small function where the object decides. Whatever is
//! empty here is not told by the words, and the caller makes `unknown` of it.

use super::Phrase;
use crate::action::lexicon::{Noun, Verb};
use crate::kind::Kind;

impl Phrase {
    pub(super) fn effects(&self, verb: Verb) -> Vec<Kind> {
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
            Verb::Send if self.has(Noun::Forum) => vec![K::Send, K::Publish],
            Verb::Send => vec![K::Send],
            Verb::Forward => self.forwarded(),
            Verb::Perform => self.performed(),
            Verb::Promote => self.promoted(),
            Verb::Merge => self.merged(),
            Verb::Rollback => self.rolled_back(),
            Verb::Recall if self.has(Noun::Message) => vec![K::Delete],
            Verb::Recall => vec![K::Read],
            Verb::Capture if self.has(Noun::Money) => vec![K::Pay],
            Verb::Capture => vec![K::Read],
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
            Verb::Execute if self.head() == Some(Noun::System) => vec![K::Deploy],
            Verb::Execute if self.head() == Some(Noun::Money) => vec![K::Pay],
            Verb::Execute if self.head() == Some(Noun::Campaign) => vec![K::Send],
            Verb::Execute if self.head() == Some(Noun::Grant) => vec![K::Permission],
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
            _ if self.keeps_for_a_time() => vec![Kind::Delete],
            Some(Noun::Message | Noun::Public) if self.has(Noun::Chat) => vec![Kind::Send],
            Some(Noun::Message) if self.has(Noun::Forum) => vec![Kind::Send, Kind::Publish],
            Some(Noun::Repository | Noun::File | Noun::Invoice) | None if self.has(Noun::Open) => vec![Kind::Publish, Kind::Permission],
            Some(Noun::Record) if self.has(Noun::Dns) => vec![Kind::Deploy],
            // `create_share_link`: a link that opens something.
            Some(Noun::Invoice) if self.has(Noun::Grant) => vec![Kind::Permission],
            Some(Noun::Message | Noun::Issue | Noun::Change | Noun::Invitation) => vec![Kind::Send],
            Some(Noun::Rule) if self.has(Noun::Grant) => vec![Kind::Permission],
            Some(Noun::Public) => vec![Kind::Publish],
            Some(Noun::Grant | Noun::Account | Noun::Member) => vec![Kind::Permission],
            Some(Noun::Credential) => vec![Kind::PermissionCredential],
            Some(Noun::Money) => vec![Kind::Pay],
            Some(Noun::System) => vec![Kind::Deploy],
            Some(Noun::Deferred | Noun::Agent) => vec![Kind::Execute],
            _ => vec![Kind::Write],
        }
    }

    fn changed(&self) -> Vec<Kind> {
        match self.head() {
            _ if self.keeps_for_a_time() => vec![Kind::Delete],
            _ if self.has(Noun::Open) && !self.has(Noun::Message) => vec![Kind::Publish, Kind::Permission],
            Some(Noun::Record) if self.has(Noun::Dns) => vec![Kind::Deploy],
            // The plan of a subscription is what it costs.
            Some(Noun::Invoice) if self.has(Noun::Money) => vec![Kind::Pay],
            Some(Noun::Grant) => vec![Kind::Permission],
            Some(Noun::Rule | Noun::Account | Noun::Member) if self.has(Noun::Grant) => vec![Kind::Permission],
            Some(Noun::Credential) => vec![Kind::PermissionCredential],
            // The code of a function that runs somewhere is that function.
            Some(Noun::Code) if self.has(Noun::System) => vec![Kind::Deploy],
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
            Some(Noun::Grant | Noun::Member) => vec![Kind::Permission],
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
            _ if self.keeps_for_a_time() => vec![Kind::Delete],
            Some(Noun::Account | Noun::Grant | Noun::Member | Noun::Credential) => vec![Kind::Permission],
            Some(Noun::System | Noun::Device | Noun::Code | Noun::Deferred) => vec![Kind::Deploy],
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
            // `remove_user` without a group to leave may end the account as well.
            Some(Noun::Account) if self.nouns.len() == 1 => vec![Kind::Delete, Kind::Permission],
            Some(Noun::Grant | Noun::Account | Noun::Member | Noun::Invitation) => vec![Kind::Permission],
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
            _ if self.has(Noun::Removal) => vec![Kind::Write],
            Some(Noun::Code | Noun::Deferred | Noun::Agent | Noun::System) => vec![Kind::Deploy],
            _ if self.has(Noun::Money) => vec![Kind::Delete, Kind::Pay],
            _ => vec![Kind::Delete],
        }
    }

    fn posted(&self) -> Vec<Kind> {
        match self.head() {
            _ if self.has(Noun::Chat) => vec![Kind::Send],
            Some(Noun::Message) if self.has(Noun::Forum) => vec![Kind::Send, Kind::Publish],
            Some(Noun::Message | Noun::Issue) => vec![Kind::Send],
            _ => vec![Kind::Publish],
        }
    }

    fn forwarded(&self) -> Vec<Kind> {
        match self.head() {
            // A browser goes forward too.
            None if self.has_more => vec![Kind::Read],
            Some(Noun::Page) => vec![Kind::Read],
            Some(Noun::Grant) => vec![Kind::Deploy],
            _ => vec![Kind::Send],
        }
    }

    /// `process_payment`, `effectuer_virement`, `पता_करें`: the object says what is done, or nothing does.
    fn performed(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Money) => vec![Kind::Pay],
            Some(Noun::Message) => vec![Kind::Send],
            Some(Noun::System | Noun::Device) => vec![Kind::Deploy],
            Some(Noun::Code | Noun::Deferred | Noun::Agent) => vec![Kind::Execute],
            Some(Noun::Public) => vec![Kind::Publish],
            Some(Noun::Grant | Noun::Credential) => vec![Kind::Permission],
            Some(Noun::Preview) => vec![Kind::Read],
            _ => Vec::new(),
        }
    }

    fn rolled_back(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Store) => vec![Kind::Overwrite],
            Some(Noun::Money | Noun::File | Noun::Record | Noun::Page) => vec![Kind::Write],
            _ => vec![Kind::Deploy],
        }
    }

    /// Into a branch that others see; records and cells are merged too.
    fn merged(&self) -> Vec<Kind> {
        let is_code = self.has(Noun::Change) || self.has(Noun::Repository);
        if is_code || self.nouns.is_empty() && !self.has_more { vec![Kind::Publish] } else { vec![Kind::Write] }
    }

    fn promoted(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Account | Noun::Grant | Noun::Member | Noun::Human) => vec![Kind::Permission],
            Some(Noun::System | Noun::Code | Noun::Repository | Noun::Store) => vec![Kind::Deploy],
            Some(Noun::Public | Noun::Record | Noun::Event | Noun::Page) => vec![Kind::Publish],
            _ => Vec::new(),
        }
    }

    /// Whether what is set is how long things are kept, not how long a grant or an offer holds.
    fn keeps_for_a_time(&self) -> bool {
        self.has(Noun::Retention)
            && ![Noun::Credential, Noun::Money, Noun::Invoice, Noun::Public, Noun::Grant, Noun::Dns, Noun::Account]
                .iter()
                .any(|noun| self.has(*noun))
    }

    fn published(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Message | Noun::Campaign) => vec![Kind::Send],
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
            Some(Noun::Campaign) => vec![Kind::Send],
            None if !self.has_more => vec![Kind::Deploy],
            _ => vec![Kind::Write],
        }
    }

    fn scheduled(&self) -> Vec<Kind> {
        match self.head() {
            Some(Noun::Message | Noun::Campaign) => vec![Kind::Send],
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
            Some(Noun::Grant | Noun::Account | Noun::Member | Noun::Credential) => vec![Kind::Permission],
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
            Some(Noun::Public | Noun::Change) => vec![Kind::Publish],
            _ => Vec::new(),
        }
    }
}
