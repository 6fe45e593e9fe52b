//! What the arguments' values add to what a name says.

use super::Called;
use crate::action::fields::{self, Fields};
use crate::action::lexicon::{Noun, Verb};
use crate::action::name::Phrase;
use crate::action::reading::Reading;
use crate::action::{paths, shell};
use crate::call::TargetSort;
use crate::json::{Object, Value};
use crate::kind::Kind;

/// What values add to what was told.
pub(super) fn add(kinds: &mut Vec<Kind>, call: &Called<'_>, phrase: &Phrase, fields: &Fields) {
    let reads = !kinds.is_empty() && kinds.iter().all(|kind| kind.broad() == Kind::Read);
    let creates = matches!(phrase.verb, Some(Verb::Create | Verb::Upload | Verb::Publish));
    let is_filter = reads;
    for &kind in &fields.kinds {
        let is_own = kind == Kind::Permission && creates && fields.kinds.contains(&Kind::Publish);
        if !is_own && (!is_filter || matches!(kind, Kind::Overwrite)) {
            kinds.push(kind);
        }
    }
    if reads {
        return;
    }
    audience(kinds, phrase, fields);
    states(kinds, phrase, fields);
    let changes_member = matches!(phrase.verb, Some(Verb::Write | Verb::Manage)) && (phrase.has(Noun::Member) || phrase.has(Noun::Account));
    // `terraform_apply{auto_approve: true}` asks nobody, but it takes no guard away.
    if fields.loosens && !matches!(phrase.verb, Some(Verb::Deploy | Verb::Merge | Verb::Read)) {
        kinds.push(Kind::Permission);
    }
    if fields.names_role && changes_member {
        kinds.push(Kind::Permission);
    }
    // `swap{amount_in}`: what is exchanged or approved with a sum is money.
    let moves = matches!(phrase.verb, Some(Verb::Exchange | Verb::Transfer | Verb::Submit | Verb::Approve | Verb::Perform));
    if moves && fields.amount.is_some() && kinds.iter().all(|kind| !kind.is_consequential()) {
        kinds.push(Kind::Pay);
    }
    let is_change = kinds.iter().all(|kind| !kind.is_consequential()) && !kinds.is_empty();
    if fields.has_guests && (is_change || kinds.contains(&Kind::Delete)) {
        kinds.push(Kind::Send);
    }
    if fields.pays && is_change {
        kinds.push(Kind::Pay);
    }
    if fields.is_everything && matches!(phrase.verb, Some(Verb::Write | Verb::Replace)) {
        kinds.push(Kind::Overwrite);
    }
    if is_change {
        kinds.extend(fields::file_effects(call.object));
        if is_remote_commit(call.object) {
            kinds.push(Kind::PublishPush);
        }
    }
    if kinds.contains(&Kind::Disclose)
        && phrase.verb == Some(Verb::Upload)
        && fields.local_paths.is_empty()
        && call.object.get_folded(&["content", "contents", "text", "data"]).is_some()
    {
        kinds.retain(|kind| *kind != Kind::Disclose);
        kinds.push(Kind::Write);
    }
}

/// Who gets to see what is written: a post that names whom it is for is a message as well.
fn audience(kinds: &mut Vec<Kind>, phrase: &Phrase, fields: &Fields) {
    let is_removal = matches!(phrase.verb, Some(Verb::Delete | Verb::Remove | Verb::Cancel));
    let is_addressed = fields.targets.iter().any(|target| target.sort == TargetSort::Recipient);
    if phrase.verb == Some(Verb::Post) && is_addressed && !phrase.has(Noun::Public) && kinds.contains(&Kind::Publish) {
        kinds.push(Kind::Send);
    }
    if is_removal || fields.kinds.contains(&Kind::Publish) {
        return;
    }
    if fields.is_draft || (fields.is_unseen || fields.is_direct) && kinds.contains(&Kind::Publish) && !phrase.has(Noun::Repository) {
        kinds.retain(|kind| *kind != Kind::Publish);
        kinds.push(if fields.is_direct { Kind::Send } else { Kind::Write });
    }
    // A note that only colleagues see is no message to the customer.
    let is_note = matches!(phrase.verb, Some(Verb::Create | Verb::Write)) && phrase.has(Noun::Message) && !is_addressed;
    if fields.is_internal && is_note {
        kinds.retain(|kind| *kind != Kind::Send);
        kinds.push(Kind::Write);
    }
}

/// What becomes of the thing: cancelled, or gone after a term.
fn states(kinds: &mut Vec<Kind>, phrase: &Phrase, fields: &Fields) {
    let is_cancelled = fields.is_cancelled && !kinds.contains(&Kind::Read);
    if is_cancelled && phrase.has(Noun::Money) {
        kinds.extend([Kind::Delete, Kind::Pay]);
    } else if is_cancelled && phrase.has(Noun::Event) {
        kinds.push(Kind::Delete);
    }
    if fields.is_kept_for_a_time && matches!(phrase.verb, Some(Verb::Write | Verb::Enable | Verb::Deploy | Verb::Schedule | Verb::Manage)) {
        kinds.push(Kind::Delete);
    }
    let leaves = kinds.iter().any(|kind| matches!(kind.broad(), Kind::Send | Kind::Publish));
    if leaves && fields.local_paths.iter().any(|path| paths::is_secret(path)) {
        kinds.push(Kind::Disclose);
    }
}

/// A file that is written into a branch of a hosted repository.
fn is_remote_commit(object: &Object) -> bool {
    object.get_folded(&["branch"]).is_some()
        && object.get_folded(&["repo", "repository", "projectid", "message", "commitmessage"]).is_some()
        && object.get_folded(&["content", "files", "contents", "actions"]).is_some()
}

/// A file that another program runs by itself does what its content does, read as a script.
pub(super) fn run_content(reading: &mut Reading, object: &Object) {
    let content = object.get_folded(&["content", "contents", "filetext", "text", "newcontent"]).and_then(Value::as_str);
    let path = object.get_folded(&["path", "filepath", "file", "filename", "targetfile"]).and_then(Value::as_str);
    let (Some(content), Some(path)) = (content, path) else { return };
    let is_script = [".json", ".yml", ".yaml", ".toml", ".service", ".timer", ".plist", ".py"].iter().all(|end| !path.ends_with(end))
        && !path.contains("cron");
    if is_script && paths::effects_of_writing(path).contains(&Kind::Execute) {
        shell::read(reading, content);
    }
}

/// A tool that runs something, given the path of a file that an earlier call wrote.
pub(super) fn run_written(reading: &mut Reading, object: &Object) {
    if !reading.remembers() {
        return;
    }
    for (_, value) in object.iter() {
        match value {
            Value::String(text) if text.len() < 1024 && !text.contains('\n') => reading.ran(text, None),
            Value::Array(items) => items.iter().filter_map(Value::as_str).for_each(|text| reading.ran(text, None)),
            _ => {}
        }
    }
}
