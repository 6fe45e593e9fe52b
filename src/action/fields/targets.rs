//! What a call is aimed at, and at how many of them.

use super::{Fields, TARGET_BYTES_MAX, TARGETS_MAX};
use crate::call::{Target, TargetSort};
use crate::json::Value;

impl Fields {
    pub(super) fn name_target(&mut self, joined: &str, words: &[String], value: &Value) {
        let Some(sort) = sort_of(joined, words) else { return };
        let mut push = |text: &str| {
            if text.is_empty() || text.len() > TARGET_BYTES_MAX || self.targets.len() >= TARGETS_MAX {
                return;
            }
            self.targets.push(Target::new(sort, text));
            if sort == TargetSort::Path && (text.starts_with(['/', '~', '.']) || text.contains(":\\")) {
                self.local_paths.push(text.to_owned());
            }
        };
        match value {
            Value::String(text) if sort == TargetSort::Recipient => text.split([',', ';']).for_each(|part| push(part.trim())),
            Value::String(text) => push(text),
            Value::Number(number) => push(number.as_str()),
            Value::Array(items) => items.iter().take(TARGETS_MAX).for_each(|item| match item {
                Value::String(text) => push(text),
                Value::Number(number) => push(number.as_str()),
                Value::Object(inner) => inner
                    .iter()
                    .filter(|(key, _)| matches!(*key, "email" | "address" | "id" | "path" | "name"))
                    .take(1)
                    .filter_map(|(_, v)| v.as_str())
                    .for_each(&mut push),
                _ => {}
            }),
            _ => {}
        }
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
        if is_list && !is_setting && length > 0 {
            self.count = Some(self.count.map_or(length as u64, |count| count.max(length as u64)));
        }
    }
}

fn sort_of(joined: &str, words: &[String]) -> Option<TargetSort> {
    let last = words.last().map_or("", String::as_str);
    Some(match joined {
        "to" | "cc" | "bcc" | "recipient" | "recipients" | "email" | "emails" | "user_email" | "address" | "channel" | "channel_id"
        | "phone" | "phone_number" | "destinataire" | "destinatario" | "empfanger" | "share_with" | "attendees" | "participants"
        | "chat_id" | "space_id" | "new_owner_email" | "user" | "username" | "member" | "reviewers" | "宛先" | "收件人" => {
            TargetSort::Recipient
        }
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
