//! Verb and object decide the kind: "change permissions" is not "change the file".
//!
//! The tables say which words belong to which class; this file is the one place
//! that says what a class does. It knows no language.

use super::mark::{Object, Umbrella, Verb};
use crate::kind::Kind::{self, *};

/// Every kind that changes something: what "anything" means when nothing at all is to be done.
pub(super) const EVERYTHING: &[Kind] = &[Delete, Overwrite, Send, Publish, Permission, Pay, Deploy, Execute, Disclose, Write];

/// What a closed place is closed to, besides what would change it.
pub(super) const LOOKING: &[Kind] = &[Read, ReadSecret, Disclose];

/// Whatever a command could do: for rules about how a command is run.
pub(super) const ANY: &[Kind] = &[Delete, Overwrite, Send, Publish, Permission, Pay, Deploy, Execute, Disclose, Write, Read];

/// What a verb does to an object.
pub(super) fn of(verb: Verb, object: Option<Object>) -> &'static [Kind] {
    use Object as O;
    if object == Some(O::Invoice) && matches!(verb, Verb::Send | Verb::Share | Verb::Publish) {
        return &[Send, Pay];
    }
    let object = match object {
        Some(O::Particular) => Some(O::File),
        Some(O::Invoice) => Some(O::Money),
        other => other,
    };
    match (verb, object) {
        (Verb::Remove, Some(O::Access | O::Member)) => &[Permission, Delete],
        (Verb::Remove | Verb::Overwrite | Verb::Truncate, Some(O::Disk)) => &[Delete, Overwrite],
        (Verb::Remove | Verb::Cancel, Some(O::Process)) => &[Deploy],
        (Verb::Remove | Verb::Restart, Some(O::Message)) => &[Delete],
        (Verb::Close, Some(O::Member | O::Access)) => &[Delete, Permission, Write],
        (Verb::Close, Some(O::Money | O::Order)) => &[Delete, Pay, Write],
        (Verb::Close, Some(O::Ticket)) => &[Write, Send],
        (Verb::Close | Verb::Switch, Some(O::Message | O::Post | O::Event)) => &[Write],
        (Verb::Close, Some(O::System | O::Device | O::Process)) => &[Deploy],
        (Verb::Close, _) => &[Write],
        (Verb::Unsubscribe, Some(O::Order | O::Money)) => &[Write, Delete, Pay],
        (Verb::Unsubscribe, _) => &[Write, Delete],
        (Verb::Switch, Some(O::Access | O::Member)) => &[Permission],
        (Verb::Switch, Some(O::System | O::Device | O::Process | O::Program)) => &[Deploy],
        (Verb::Switch, _) => &[Deploy, Overwrite, Write],
        (Verb::Grant, Some(O::Device)) => &[Deploy, Permission],
        (
            Verb::Change | Verb::Open | Verb::Read | Verb::Touch | Verb::Run | Verb::Create | Verb::Move | Verb::Overwrite | Verb::Restart,
            Some(O::Device | O::Process),
        ) => &[Deploy],
        (Verb::Remove, Some(O::Credential)) => &[Delete, PermissionCredential],
        (Verb::Remove, _) => &[Delete],
        (Verb::Cancel, Some(O::Order | O::Money)) => &[Delete, Pay],
        (Verb::Cancel, _) => &[Delete],
        (Verb::Change | Verb::Touch | Verb::Create | Verb::Overwrite | Verb::Grant | Verb::Share, Some(O::Access | O::Member)) => {
            &[Permission]
        }
        (Verb::Change | Verb::Touch | Verb::Create | Verb::Overwrite | Verb::Rotate, Some(O::Credential)) => &[PermissionCredential],
        (Verb::Change | Verb::Move, Some(O::Order)) => &[Pay, Overwrite, Write],
        (Verb::Change | Verb::Move, Some(O::Event)) => &[Overwrite, Write, Send],
        (Verb::Change, Some(O::System)) => &[Deploy, Overwrite, Write],
        (Verb::Change, Some(O::Post)) => &[Publish, Overwrite, Write],
        (Verb::Change, Some(O::Ticket)) => &[Overwrite, Write, Send],
        (Verb::Change, Some(O::Money)) => &[Pay, Overwrite, Write],
        (Verb::Change | Verb::Move, Some(O::Branch)) => &[Overwrite, Write, PublishPush],
        (Verb::Move, Some(O::Money)) => &[Pay],
        (Verb::Move, Some(O::System)) => &[Deploy, Send, Disclose, Overwrite, Write],
        (Verb::Change | Verb::Move, _) => &[Overwrite, Write],
        (Verb::Touch, Some(O::System)) => EVERYTHING,
        (Verb::Touch, Some(O::Money | O::Order)) => &[Pay, Overwrite, Write, Delete],
        (Verb::Touch, Some(O::Branch)) => &[Delete, Overwrite, Write, PublishPush],
        (Verb::Touch, Some(O::Message | O::Event | O::Ticket)) => &[Delete, Overwrite, Write, Send],
        (Verb::Touch, Some(O::Secret)) => &[ReadSecret, Delete, Overwrite, Write, Disclose, PermissionCredential],
        (Verb::Touch, _) => &[Delete, Overwrite, Write],
        (Verb::Overwrite, _) => &[Overwrite],
        (Verb::Truncate, _) => &[Delete, Overwrite],
        (Verb::Create, Some(O::Event)) => &[Write, Send],
        (Verb::Create | Verb::Open, Some(O::Ticket)) => &[Send, Publish],
        (Verb::Create, Some(O::Message)) => &[Send],
        (Verb::Create, Some(O::Order | O::Money)) => &[Pay],
        (Verb::Create, Some(O::Post)) => &[Publish],
        (Verb::Create, Some(O::System)) => &[Deploy, Pay],
        (Verb::Create, Some(O::Release)) => &[Publish, Deploy],
        (Verb::Create, Some(O::Program)) => &[Execute, Write],
        (Verb::Create, _) => &[Write],
        (Verb::Send | Verb::Share | Verb::Upload, Some(O::Money)) => &[Pay],
        (Verb::Send, Some(O::Data | O::Secret | O::Credential)) => &[Send, Disclose],
        (Verb::Send, Some(O::Internet)) => &[Send, ReadNetwork],
        (Verb::Send, Some(O::File)) => &[Send, Disclose],
        (Verb::Send, _) => &[Send],
        (Verb::Invite, _) => &[Send, Permission],
        (Verb::Share, Some(O::File)) => &[Permission, Disclose],
        (Verb::Share, Some(O::Post)) => &[Publish],
        (Verb::Share, _) => &[Permission, Disclose, Send],
        (Verb::Publish, Some(O::Message | O::Ticket)) => &[Publish, Send],
        (Verb::Publish, Some(O::Data | O::Secret | O::Credential)) => &[Publish, Send, Disclose],
        (Verb::Publish, Some(O::Release)) => &[Publish, Deploy],
        (Verb::Publish, Some(O::System)) => &[Publish, Deploy],
        (Verb::Publish, _) => &[Publish],
        (Verb::Comment, _) => &[Send, Publish],
        (Verb::Push, Some(O::Message)) => &[Send],
        (Verb::Push, Some(O::System)) => &[PublishPush, Deploy],
        (Verb::Push, _) => &[PublishPush],
        (Verb::ForcePush, _) => &[PublishPush, Overwrite],
        (Verb::Commit, _) => &[WriteCommit],
        (Verb::Merge, _) => &[Publish],
        (Verb::Grant, Some(O::Money)) => &[Pay],
        (Verb::Grant, _) => &[Permission],
        (Verb::Rotate, _) => &[PermissionCredential],
        (Verb::Pay, _) => &[Pay],
        (Verb::Deploy, Some(O::Package)) => &[Deploy, Publish],
        (Verb::Deploy, _) => &[Deploy],
        (Verb::GoLive, _) => &[Publish, Deploy],
        (Verb::Restart, _) => &[Deploy],
        (Verb::Migrate, _) => &[Deploy, Execute],
        (Verb::Run, Some(O::System)) => &[Deploy, Execute],
        (Verb::Run | Verb::Build, _) => &[Execute],
        (Verb::Install, _) => &[ExecuteInstall],
        (Verb::Upload, _) => &[Disclose, Publish],
        (Verb::Leave, _) => &[Disclose, Send, Publish],
        (Verb::Open, Some(O::Access)) => &[Permission],
        (Verb::Open, Some(O::Order | O::Money)) => &[Pay],
        (Verb::Read | Verb::Open, Some(O::Secret | O::Credential)) => &[ReadSecret],
        (Verb::Read | Verb::Open, Some(O::Internet)) => &[ReadNetwork],
        (Verb::Read, Some(O::Ticket)) => &[Send, Publish],
        (Verb::Read | Verb::Open, _) => &[Read],
        (Verb::Fetch, _) => &[ReadNetwork],
        (Verb::Archive, _) => &[Write],
        (Verb::Act, Some(object)) | (Verb::Use, Some(object)) => alone(object),
        (Verb::Act, None) => EVERYTHING,
        (Verb::Use, None) => &[],
    }
}

/// What is meant by a thing that is named without a verb: "no payments", "three mails a day".
pub(super) fn alone(object: Object) -> &'static [Kind] {
    match object {
        Object::File | Object::Particular => &[Delete, Overwrite, Write],
        Object::Data => &[Disclose, Send],
        Object::Secret => &[ReadSecret, Disclose, Send],
        Object::Credential => &[PermissionCredential, ReadSecret, Disclose],
        Object::Access | Object::Member => &[Permission],
        Object::Money | Object::Invoice | Object::Order => &[Pay],
        Object::Event => &[Write, Delete, Send],
        Object::Message => &[Send],
        Object::Post => &[Publish],
        Object::Ticket => &[Send, Publish],
        Object::Branch => &[PublishPush, Delete, Overwrite],
        Object::System => EVERYTHING,
        Object::Disk => &[Delete, Overwrite, Write],
        Object::Device | Object::Process => &[Deploy],
        Object::Release => &[Publish, Deploy],
        Object::Package => &[ExecuteInstall],
        Object::Program => &[Execute],
        Object::Sudo => &[Execute],
        Object::Internet => &[ReadNetwork],
        Object::Tool => EVERYTHING,
    }
}

/// What an umbrella word stands for.
pub(super) fn under(umbrella: Umbrella) -> &'static [Kind] {
    match umbrella {
        Umbrella::Destructive => &[Delete, Overwrite],
        Umbrella::Grave => &Kind::CONSEQUENTIAL,
        Umbrella::External => &[Send, Publish, Disclose, Pay, Deploy],
        Umbrella::Changing => EVERYTHING,
    }
}
