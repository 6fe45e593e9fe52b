//! What the arguments' own keys and values decide: `trashed: true`, `addLabelIds:
//! ["TRASH"]`, `visibility: "public"`, `dryRun: true`, a list of attendees, a sum.
//!
//! One bounded walk over the arguments finds all of it, whatever the tool is called.

use super::lexicon::{Verb, meaning};
use super::{fold, paths};
use crate::call::{Amount, Target};
use crate::json::{Object, Value, read_value};
use crate::kind::Kind;

mod money;
mod targets;

pub(super) use money::sum_among;

/// How many values of a call are looked at; a call with more is `unknown`.
const VALUES_MAX: usize = 50_000;
/// How deep the walk goes; what lies deeper makes the call `unknown`.
const DEPTH_MAX: usize = 16;
/// The longest string that may be JSON inside JSON.
const INNER_JSON_BYTES_MAX: usize = 64 * 1024;
/// How much of a target is kept.
const TARGET_CHARACTERS_MAX: usize = 300;
/// Ends a target that was longer. No path, address or name is written with it in its
/// one form, so that no pin takes what is left for the whole.
const CUT_MARK: char = '…';
/// How many targets are kept.
const TARGETS_MAX: usize = 64;

/// What the walk found.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Effects that values state.
    pub(super) kinds: Vec<Kind>,
    /// The call only tries, checks or previews.
    pub(super) stops: bool,
    /// What is made is a draft.
    pub(super) is_draft: bool,
    /// People are invited along.
    pub(super) has_guests: bool,
    /// The arguments have a place for people, filled or not.
    pub(super) has_guest_list: bool,
    /// A means of payment is named.
    pub(super) pays: bool,
    /// A filter that selects everything.
    pub(super) is_everything: bool,
    /// Local files that are named.
    pub(super) local_paths: Vec<String>,
    pub(super) targets: Vec<Target>,
    pub(super) count: Option<u64>,
    pub(super) amount: Option<f64>,
    pub(super) currency: Option<String>,
    /// Not everything was looked at.
    pub(super) is_cut: bool,
    values_left: usize,
}

impl Fields {
    /// Walks the arguments.
    pub(super) fn of(object: &Object) -> Self {
        let mut fields = Self { values_left: VALUES_MAX, ..Self::default() };
        fields.object(object, "", 0);
        fields.kinds.sort_unstable();
        fields.kinds.dedup();
        fields
    }

    /// The sum, as an action carries it.
    pub(super) fn amount(&self, is_minor: bool) -> Option<Amount> {
        let value = self.amount?.abs();
        let value = if is_minor { value / 100.0 } else { value };
        Some(Amount { value: if value == 0.0 { 0.0 } else { value }, currency: self.currency.clone() })
    }

    fn object(&mut self, object: &Object, inside: &str, depth: usize) {
        for (key, value) in object.iter() {
            if self.values_left == 0 || depth > DEPTH_MAX {
                self.is_cut = true;
                return;
            }
            self.values_left -= 1;
            self.member(key, value, inside, depth);
        }
    }

    fn member(&mut self, key: &str, value: &Value, inside: &str, depth: usize) {
        let words = fold::words(key);
        let joined = words.join("_");
        self.switch(&joined, &words, value);
        self.state(&joined, &words, value, inside);
        self.people(&joined, value);
        self.money(&joined, value, inside);
        self.name_target(&joined, &words, value);
        match value {
            Value::Object(inner) => {
                if inner.is_empty() && matches!(joined.as_str(), "filter" | "where" | "condition" | "selector") {
                    self.is_everything = true;
                }
                self.object(inner, &joined, depth + 1);
            }
            Value::Array(items) => {
                self.counted(&joined, &words, items.len());
                self.list(&joined, items, depth);
            }
            Value::String(text) if text.len() <= INNER_JSON_BYTES_MAX && text.trim_start().starts_with(['{', '[']) => {
                match read_value(text) {
                    Ok(Value::Object(inner)) => self.object(&inner, &joined, depth + 1),
                    Ok(Value::Array(items)) => {
                        self.counted(&joined, &words, items.len());
                        self.list(&joined, &items, depth);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// What lies in a list, and in lists inside it.
    fn list(&mut self, joined: &str, items: &[Value], depth: usize) {
        self.is_cut |= depth > DEPTH_MAX;
        for item in items {
            match item {
                Value::Object(inner) => self.object(inner, joined, depth + 1),
                Value::Array(items) if depth <= DEPTH_MAX => {
                    self.name_targets(joined, items);
                    self.list(joined, items, depth + 1);
                }
                _ => {}
            }
        }
    }

    /// Keys that turn something on or off.
    fn switch(&mut self, joined: &str, words: &[String], value: &Value) {
        let is_switch = matches!(value, Value::Bool(_))
            || value.as_str().is_some_and(|t| matches!(t.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no"));
        let is_on = value.is_truthy() && is_switch;
        match joined {
            "dry_run" | "dryrun" | "validate_only" | "preview" | "preview_only" | "simulate" | "test_mode" | "no_op" | "noop"
            | "check_only" | "what_if" | "whatif" | "plan_only" => {
                self.stops |= is_on || value.as_str().is_some_and(|t| matches!(t, "client" | "server" | "All"))
            }
            "draft" | "is_draft" | "as_draft" | "save_as_draft" => self.is_draft |= is_on,
            "overwrite" | "overwrite_existing" | "replace_existing" | "clobber" | "force_push" | "force_overwrite" if is_on => {
                self.kinds.push(Kind::Overwrite)
            }
            "private" | "is_private" if is_switch && !value.is_truthy() => self.kinds.extend([Kind::Publish, Kind::Permission]),
            "public" | "is_public" | "published" | "is_published" | "make_public" | "publicly_visible" if is_on => {
                self.kinds.push(Kind::Publish)
            }
            "admin" | "is_admin" | "is_owner" | "superuser" | "is_superuser" if is_on => self.kinds.push(Kind::Permission),
            "archived" | "in_trash" | "trashed" | "is_trashed" | "deleted" | "is_deleted" | "removed" if is_on && joined != "archived" => {
                self.kinds.push(Kind::Delete)
            }
            _ if is_on && words.len() <= 4 => {
                let leads = words.first().and_then(|word| meaning(word).verb);
                let is_choice = words.iter().any(|w| {
                    matches!(
                        w.as_str(),
                        "include" | "included" | "show" | "confirm" | "allow" | "if" | "recently" | "with" | "protection" | "marker"
                    )
                });
                match leads {
                    Some(Verb::Delete) if !is_choice => self.kinds.push(Kind::Delete),
                    Some(Verb::Publish) if words.len() == 1 => self.kinds.push(Kind::Publish),
                    Some(Verb::Send) if !is_choice && words.len() > 1 => self.kinds.push(Kind::Send),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Keys whose value names a state, a place or a power.
    fn state(&mut self, joined: &str, words: &[String], value: &Value, inside: &str) {
        let texts: Vec<String> = match value {
            Value::String(text) if text.len() < 64 => vec![text.to_lowercase()],
            Value::Array(items) => {
                items.iter().take(50).filter_map(Value::as_str).filter(|t| t.len() < 64).map(str::to_lowercase).collect()
            }
            _ => Vec::new(),
        };
        let has = |word: &str| words.iter().any(|w| w == word);
        let any = |wanted: &[&str]| texts.iter().any(|text| wanted.contains(&text.as_str()));
        let is_asked = has("query")
            || has("search")
            || has("q")
            || has("remove")
            || has("from")
            || has("exclude")
            || has("filter")
            || has("source")
            || inside == "filter"
            || inside == "query"
            || inside == "criteria";
        let is_place = [
            "label",
            "labels",
            "folder",
            "mailbox",
            "destination",
            "move",
            "to",
            "target",
            "status",
            "state",
            "category",
            "ids",
            "add",
            "disposition",
            "flag",
            "flags",
            "action",
        ]
        .iter()
        .any(|w| has(w));
        if is_place
            && !is_asked
            && any(&[
                "trash",
                "spam",
                "junk",
                "bin",
                "deleted",
                "deleted items",
                "deleteditems",
                "trashed",
                "\\deleted",
                "papierkorb",
                "corbeille",
                "papelera",
                "[gmail]/trash",
            ])
        {
            self.kinds.push(Kind::Delete);
        }
        match joined {
            "visibility" | "access" | "privacy" | "acl" | "access_level" | "sharing"
                if any(&["public", "world", "anyone", "everyone", "public-read", "public_read", "public-read-write"]) && !is_asked =>
            {
                self.kinds.extend([Kind::Publish, Kind::Permission]);
            }
            "link_sharing" | "share_link" | "link_access" | "general_access"
                if texts.iter().any(|t| !matches!(t.as_str(), "off" | "none" | "private" | "restricted" | "disabled" | "")) =>
            {
                self.kinds.extend([Kind::Publish, Kind::Permission]);
            }
            "access_level" | "permission_level" if !is_asked => self.kinds.push(Kind::Permission),
            "role" | "roles" | "permissions" | "scopes" | "owner"
                if matches!(inside, "set" | "update" | "changes" | "values" | "data" | "patch" | "fields_to_update") =>
            {
                self.kinds.push(Kind::Permission)
            }
            "password" | "api_key" | "token" if matches!(inside, "set" | "update" | "changes") => {
                self.kinds.push(Kind::PermissionCredential)
            }
            "ask" | "approval" | "approval_policy" | "approvals" | "security" | "sandbox" | "sandbox_mode" | "guard" | "guardrails"
            | "confirm_mode" | "permission_mode" | "verification" | "two_factor" | "mfa" | "audit_log" | "firewall"
                if any(&[
                    "off",
                    "none",
                    "disabled",
                    "full",
                    "never",
                    "danger-full-access",
                    "bypass",
                    "bypasspermissions",
                    "false",
                    "yolo",
                    "auto",
                    "allow",
                ]) || matches!(value, Value::Bool(false)) =>
            {
                self.kinds.push(Kind::Permission);
            }
            "forward" | "forward_to" | "forwarding_address" | "redirect_to" if value.as_str().is_some_and(|t| t.contains('@')) => {
                self.kinds.extend([Kind::Send, Kind::Disclose])
            }
            "out" | "merge" if inside == "pipeline" => self.kinds.push(Kind::Overwrite),
            "send_updates" | "send_notifications" if any(&["all", "externalonly", "external_only"]) => self.kinds.push(Kind::Send),
            "side" if any(&["buy", "sell"]) => self.pays = true,
            _ => {}
        }
    }

    fn people(&mut self, joined: &str, value: &Value) {
        if !matches!(
            joined,
            "attendees"
                | "participants"
                | "guests"
                | "invitees"
                | "attendee_emails"
                | "required_attendees"
                | "optional_attendees"
                | "teilnehmer"
                | "invites"
                | "participantes"
                | "invited"
                | "guest_emails"
                | "asistentes"
        ) {
            return;
        }
        self.has_guest_list = true;
        self.has_guests |= match value {
            Value::Array(items) => !items.is_empty(),
            Value::String(text) => !text.trim().is_empty(),
            _ => false,
        };
    }
}

/// The effects that a body states, whatever the request is.
pub(super) fn effects_in(value: Option<&Value>, body: &str) -> Vec<Kind> {
    if let Some(object) = value.and_then(Value::as_object) {
        let fields = Fields::of(object);
        let mut kinds = fields.kinds;
        if fields.is_draft {
            kinds.push(Kind::Write);
        }
        return kinds;
    }
    let has = |pair: &str| body.split('&').any(|p| p.eq_ignore_ascii_case(pair));
    if has("visibility=public") || has("private=false") { vec![Kind::Publish, Kind::Permission] } else { Vec::new() }
}

/// What a file tool does to the files it names, besides writing.
pub(super) fn file_effects(object: &Object) -> Vec<Kind> {
    let text = |keys: &[&str]| object.get_folded(keys).and_then(Value::as_str);
    let path = text(&["path", "filepath", "filename", "file", "targetfile", "destination", "dest", "target", "newpath"]);
    let content = text(&["content", "contents", "filetext", "text", "data", "newcontent"]);
    let mut kinds = Vec::new();
    if let Some(path) = path {
        if paths::is_trash(path) {
            kinds.push(Kind::Delete);
        }
        kinds.extend(paths::effects_of_writing(path));
        if content.is_some_and(str::is_empty) {
            kinds.push(Kind::Overwrite);
        }
    }
    kinds
}

#[cfg(test)]
mod tests;
