//! What a call is aimed at, and at how many of them.

use super::{CUT_MARK, Fields, TARGET_CHARACTERS_MAX, TARGETS_MAX};
use crate::action::fold;
use crate::call::{Target, TargetSort};
use crate::json::Value;

impl Fields {
    pub(super) fn name_target(&mut self, joined: &str, words: &[String], value: &Value) {
        if let Some(text) = value.as_str().filter(|text| joined == "subject" && adds_recipients(text)) {
            return self.aim_at(TargetSort::Recipient, text);
        }
        let Some(sort) = sort_of(joined, words).or_else(|| sort_by_value(words, value)) else { return };
        match value {
            Value::String(text) if sort == TargetSort::Recipient && !text.contains('"') => {
                text.split([',', ';']).for_each(|part| self.aim_at(sort, part.trim()))
            }
            Value::String(text) if sort == TargetSort::Id && text.contains(',') && words.last().is_some_and(|last| last == "ids") => {
                self.count = self.count.max(Some(text.split(',').filter(|part| !part.trim().is_empty()).count() as u64));
                text.split(',').for_each(|part| self.aim_at(sort, part.trim()));
            }
            Value::String(text) => self.aim_at(sort, text),
            Value::Number(number) => self.aim_at(sort, number.as_str()),
            Value::Array(items) => self.aim_at_each(sort, items),
            _ => {}
        }
        self.count_recipients(sort);
    }

    /// What a list inside a list names, under the list's own key.
    pub(super) fn name_targets(&mut self, joined: &str, items: &[Value]) {
        if let Some(sort) = sort_of(joined, &fold::words(joined)) {
            self.aim_at_each(sort, items);
        }
    }

    fn aim_at_each(&mut self, sort: TargetSort, items: &[Value]) {
        for item in items.iter().take(TARGETS_MAX) {
            match item {
                Value::String(text) => self.aim_at(sort, text),
                Value::Number(number) => self.aim_at(sort, number.as_str()),
                Value::Object(inner) => {
                    let named = |wanted: &[&str]| inner.iter().find(|(key, _)| wanted.contains(key)).and_then(|(_, value)| value.as_str());
                    if let Some(text) = named(&["email", "address", "id", "path"]).or_else(|| named(&["name"])) {
                        self.aim_at(sort, text);
                    }
                }
                _ => {}
            }
        }
    }

    /// One more target. Of one that is too long the beginning is kept, with a mark
    /// that no name has: it must not be taken for all there is, nor be left out.
    fn aim_at(&mut self, sort: TargetSort, text: &str) {
        if text.is_empty() || self.targets.len() >= TARGETS_MAX {
            return;
        }
        let target = match text.char_indices().nth(TARGET_CHARACTERS_MAX).and_then(|(end, _)| text.get(..end)) {
            Some(beginning) => Target::new(sort, format!("{beginning}{CUT_MARK}")),
            None => Target::new(sort, text),
        };
        if self.targets.contains(&target) {
            return;
        }
        if sort == TargetSort::Path && (text.starts_with(['/', '~', '.']) || text.contains(":\\")) {
            self.local_paths.push(target.value.clone());
        }
        self.targets.push(target);
    }

    fn count_recipients(&mut self, sort: TargetSort) {
        let recipients = self.targets.iter().filter(|t| t.sort == TargetSort::Recipient).count();
        if sort == TargetSort::Recipient && recipients > 1 {
            self.count = Some(recipients as u64);
        }
    }

    /// A list of things that are acted on.
    pub(super) fn counted(&mut self, joined: &str, words: &[String], length: usize) {
        let last = words.last().map_or("", String::as_str);
        let is_setting = words.iter().any(|w| {
            matches!(
                w.as_str(),
                "label"
                    | "labels"
                    | "fields"
                    | "properties"
                    | "tags"
                    | "columns"
                    | "scopes"
                    | "options"
                    | "flags"
                    | "args"
                    | "command"
                    | "pipeline"
                    | "projection"
                    | "passengers"
                    | "payment"
                    | "flights"
                    | "chips"
            )
        });
        let is_list = matches!(last, "ids" | "names" | "keys" | "uids")
            || [
                "messages",
                "emails",
                "files",
                "items",
                "inputs",
                "documents",
                "records",
                "contacts",
                "entities",
                "events",
                "users",
                "rows",
                "objects",
                "issues",
                "paths",
                "tasks",
                "updates",
                "orders",
                "invoices",
                "recipients",
                "to",
                "numbers",
                "ops",
                "operations",
                "targets",
            ]
            .contains(&joined);
        if !is_list && !is_setting && length > 0 {
            self.other_lists.push(length as u64);
        }
        if is_list && !is_setting && length > 0 {
            self.count = Some(self.count.map_or(length as u64, |count| count.max(length as u64)));
        }
    }
}

/// A subject that goes on in a second line with another header of the mail.
fn adds_recipients(subject: &str) -> bool {
    let is_header =
        |line: &str| line.split_once(':').is_some_and(|(key, _)| matches!(key.trim().to_lowercase().as_str(), "to" | "cc" | "bcc"));
    subject.split(['\r', '\n']).skip(1).any(is_header)
}

/// A mail address is a recipient under whatever key it stands, unless the key says
/// that it is the sender's.
fn sort_by_value(words: &[String], value: &Value) -> Option<TargetSort> {
    const OWN: [&str; 12] =
        ["from", "sender", "reply", "replyto", "author", "account", "owner", "organizer", "creator", "login", "mailbox", "own"];
    const SAID: [&str; 12] =
        ["subject", "body", "text", "content", "title", "note", "comment", "description", "query", "search", "q", "old"];
    let is_other = |listed: &[&str]| words.iter().any(|word| listed.contains(&word.as_str()));
    let is_address = |text: &str| {
        let parts = text.trim().rsplit_once('@');
        parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !text.trim().contains([' ', '\n']))
    };
    let names_one = match value {
        Value::String(text) => is_address(text),
        Value::Array(items) => items.iter().filter_map(Value::as_str).any(is_address),
        _ => false,
    };
    (names_one && !is_other(&OWN) && !is_other(&SAID)).then_some(TargetSort::Recipient)
}

fn sort_of(joined: &str, words: &[String]) -> Option<TargetSort> {
    let last = words.last().map_or("", String::as_str);
    Some(match joined {
        "to"
        | "cc"
        | "bcc"
        | "recipient"
        | "recipients"
        | "email"
        | "emails"
        | "user_email"
        | "address"
        | "channel"
        | "channel_id"
        | "phone"
        | "phone_number"
        | "destinataire"
        | "destinatario"
        | "empfanger"
        | "share_with"
        | "attendees"
        | "participants"
        | "chat_id"
        | "space_id"
        | "new_owner_email"
        | "user"
        | "username"
        | "member"
        | "reviewers"
        | "group"
        | "group_id"
        | "groups"
        | "list_id"
        | "mailing_list"
        | "distribution_list"
        | "audience"
        | "audience_id"
        | "segment_id"
        | "room"
        | "room_id"
        | "team_id"
        | "an"
        | "a"
        | "para"
        | "per"
        | "destinatari"
        | "destinatarios"
        | "destinataires"
        | "recipient_email"
        | "to_email"
        | "to_number"
        | "宛先"
        | "受信者"
        | "收件人"
        | "接收人"
        | "प्राप्तकर्ता" => TargetSort::Recipient,
        "path" | "paths" | "file" | "files" | "filename" | "file_path" | "filepath" | "directory" | "dir" | "folder" | "destination"
        | "source" | "target_file" | "notebook_path" | "output_path" | "src" | "dst" | "root" => TargetSort::Path,
        "host" | "hostname" | "server" | "ip" | "url" | "uri" | "endpoint" | "domain" => TargetSort::Host,
        "table" | "table_name" | "collection" | "tables" => TargetSort::Table,
        "branch" | "ref" | "base" | "branch_name" => TargetSort::Branch,
        "repo" | "repository" | "database" | "name" | "key" | "uid" | "namespace" | "resource" | "project" => TargetSort::Id,
        _ if matches!(last, "id" | "ids" | "uid" | "uuid" | "names" | "key" | "number") && !joined.contains("user_google") => {
            TargetSort::Id
        }
        _ if matches!(last, "path" | "paths") => TargetSort::Path,
        _ => return None,
    })
}
