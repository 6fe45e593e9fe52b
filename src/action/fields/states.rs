//! Keys and values that decide: what is switched on, which state something gets,
//! where it is put, who may see it.

use super::Fields;
use crate::action::fold;
use crate::action::lexicon::{Noun, Verb, meaning, unspaced_meanings};
use crate::json::Value;
use crate::kind::Kind;

impl Fields {
    /// Keys that turn something on or off.
    pub(super) fn switch(&mut self, joined: &str, words: &[String], value: &Value) {
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
            "private" | "is_private" | "internal" | "is_internal" | "internal_note" if is_on => self.is_internal = true,
            "public" | "is_public" if is_switch && !is_on => self.is_internal = true,
            "publish" | "published" | "is_published" if is_switch && !is_on => self.is_draft = true,
            "all" | "everything" | "delete_all" | "all_items" | "purge_everything" if is_on => self.is_everything = true,
            "public" | "is_public" | "published" | "is_published" | "make_public" | "publicly_visible" if is_on => {
                self.kinds.push(Kind::Publish)
            }
            "admin" | "is_admin" | "is_owner" | "superuser" | "is_superuser" if is_on => self.kinds.push(Kind::Permission),
            "archived" | "in_trash" | "trashed" | "is_trashed" | "deleted" | "is_deleted" | "removed" if is_on && joined != "archived" => {
                self.kinds.push(Kind::Delete)
            }
            "send" | "send_now" | "notify" | "send_immediately" if is_on => self.kinds.push(Kind::Send),
            _ if is_switch && loosens(words, is_on) => self.loosens = true,
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
    pub(super) fn state(&mut self, joined: &str, words: &[String], value: &Value, inside: &str) {
        self.keeps(words, value);
        self.removes(joined, value, inside);
        self.names_role |=
            matches!(joined, "role" | "roles" | "role_id" | "permission" | "permissions" | "access_level" | "rolle" | "rol" | "角色");
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
            "then",
        ]
        .iter()
        .any(|w| has(w));
        let is_bin = |text: &String| {
            let words = fold::words(text);
            // `trash.txt` is a file of that name.
            let is_file = text.rsplit('/').next().is_some_and(|name| name.trim_start_matches('.').contains('.'));
            let is_word = |word: &String| {
                meaning(word).noun == Some(Noun::Trash) || unspaced_meanings(word).iter().any(|m| m.noun == Some(Noun::Trash))
            };
            !is_file && words.len() <= 2 && words.iter().any(is_word)
        };
        if is_place && !is_asked && texts.iter().any(is_bin) {
            self.kinds.push(Kind::Delete);
        }
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
        if (has("status") || has("state") || has("estado") || has("statut")) && !is_asked {
            self.is_cancelled |= any(&["cancelled", "canceled", "storniert", "annulé", "cancelado", "cancelada", "annullato", "已取消"]);
        }
        if texts.iter().any(|text| is_anybody(text)) && !is_asked && !has("mention") && !has("to") && !has("channel") {
            self.kinds.extend([Kind::Publish, Kind::Permission]);
        }
        match joined {
            "visibility" | "privacy" | "audience" if any(&["private", "only_me", "self", "me", "internal", "draft", "hidden"]) => {
                self.is_internal = true;
                self.is_unseen = true;
            }
            "visibility" | "audience" if any(&["direct", "mentioned", "specified"]) => self.is_direct = true,
            "visibility" | "sichtbarkeit" | "visibilite" | "visibilidad" | "visibilidade" | "visibilita" | "可见性" | "公開範囲"
                if texts.iter().any(|text| meaning(&fold::fold(text)).noun == Some(Noun::Open)) && !is_asked =>
            {
                self.kinds.extend([Kind::Publish, Kind::Permission]);
            }
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

    /// `deleted_at: "2026-…"`, `ops: [{op: "remove"}]`, `destroy: ["e1"]`, `requests: [{deleteSheet: {…}}]`.
    fn removes(&mut self, joined: &str, value: &Value, inside: &str) {
        let is_list = matches!(
            inside,
            "ops" | "operations" | "patch" | "patches" | "changes" | "actions" | "requests" | "mutations" | "edits" | "updates"
        );
        let deletes = |word: &str| meaning(word).verb == Some(Verb::Delete) && meaning(word).noun.is_none();
        let is_filled = match value {
            Value::Array(items) => !items.is_empty(),
            Value::Object(_) => true,
            _ => false,
        };
        let found = match value {
            Value::String(text) if matches!(joined, "deleted_at" | "trashed_at" | "removed_at") => !text.is_empty(),
            Value::String(text) if is_list && matches!(joined, "op" | "operation" | "action" | "type" | "kind" | "method") => {
                let word = text.to_lowercase();
                deletes(&word) || word == "remove"
            }
            _ if is_filled && is_list => joined.split('_').next().is_some_and(deletes),
            _ if is_filled => matches!(joined, "delete" | "destroy" | "purge" | "erase" | "deletes" | "to_delete" | "ids_to_delete"),
            _ => false,
        };
        if found {
            self.kinds.push(Kind::Delete);
        }
    }

    /// How long things are kept before they are gone.
    fn keeps(&mut self, words: &[String], value: &Value) {
        let has = |word: &str| words.iter().any(|w| w == word);
        let is_term =
            has("retention") || has("autodelete") || (has("delete") || has("purge") || has("expire")) && (has("after") || has("days"));
        let is_set = match value {
            Value::Number(number) => number.as_f64() > 0.0,
            Value::String(text) => text.chars().any(|c| c.is_ascii_digit()),
            _ => false,
        };
        self.is_kept_for_a_time |= is_term && is_set;
    }

    pub(super) fn people(&mut self, joined: &str, value: &Value) {
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

/// Whether a switch takes a guard away: `require_approval: false`, `auto_approve: true`, `skip_permissions: true`.
fn loosens(words: &[String], is_on: bool) -> bool {
    const GUARDS: [&str; 17] = [
        "approval",
        "approvals",
        "approve",
        "protection",
        "protected",
        "mfa",
        "2fa",
        "sso",
        "audit",
        "auditing",
        "sandbox",
        "guard",
        "guardrails",
        "firewall",
        "permissions",
        "authentication",
        "safeguards",
    ];
    let has = |listed: &[&str]| words.iter().any(|word| listed.contains(&word.as_str()));
    let is_demand = words.len() == 1 || has(&["require", "requires", "required", "enforce", "enforced", "enable", "enabled", "use"]);
    let is_leave = has(&["auto", "skip", "bypass", "disable", "disabled", "ignore", "without", "dangerously"]);
    has(&GUARDS) && (if is_on { is_leave } else { is_demand && !is_leave }) || is_on && has(&["dangerously", "unrestricted"])
}

/// Words by which sharing names the whole world.
fn is_anybody(text: &str) -> bool {
    matches!(
        text,
        "anyone"
            | "anyonewithlink"
            | "anyone_with_link"
            | "anyonewiththelink"
            | "anyone_with_the_link"
            | "allusers"
            | "all_users"
            | "public-read"
            | "anonymous"
            | "allauthenticatedusers"
            | "public_link"
            | "anyonecanfind"
            | "world_readable"
    )
}
