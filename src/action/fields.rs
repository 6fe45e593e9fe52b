//! What the arguments' own keys and values decide: `trashed: true`, `addLabelIds:
//! ["TRASH"]`, `visibility: "public"`, `dryRun: true`, a list of attendees, a sum.
//!
//! One bounded walk over the arguments finds all of it, whatever the tool is called.

use super::{fold, paths};
use crate::call::{Amount, Target, TargetSort};
use crate::json::{Object, Value, read_value};
use crate::kind::Kind;

mod money;
mod states;
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
    /// A query says what is meant, not a list: any number of things may answer it.
    pub(super) is_selected: bool,
    /// A filter that selects everything.
    pub(super) is_everything: bool,
    /// What is made or written stays among those who work here.
    pub(super) is_internal: bool,
    /// Nobody but its owner sees it.
    pub(super) is_unseen: bool,
    /// What is posted goes to those it names.
    pub(super) is_direct: bool,
    /// A guard is taken away.
    pub(super) loosens: bool,
    /// A role or a permission is among the arguments.
    pub(super) names_role: bool,
    /// Something gets the state *cancelled*.
    pub(super) is_cancelled: bool,
    /// A term after which things are gone.
    pub(super) is_kept_for_a_time: bool,
    /// Local files that are named.
    pub(super) local_paths: Vec<String>,
    pub(super) targets: Vec<Target>,
    pub(super) count: Option<u64>,
    /// How long the other lists are, whose keys do not say what they are.
    pub(super) other_lists: Vec<u64>,
    /// At most so many things.
    pub(super) limit: Option<u64>,
    pub(super) amount: Option<f64>,
    pub(super) currency: Option<String>,
    /// Not everything was looked at.
    pub(super) is_cut: bool,
    /// A key says that the sum is in cents.
    is_in_cents: bool,
    /// A sum is written with its cents, as `20.00`: it is none of cents.
    is_spelled_out: bool,
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
        // The yen, the won and the đồng have no cents.
        let has_cents = !matches!(self.currency.as_deref(), Some("JPY" | "KRW" | "VND"));
        let is_minor = is_minor && !self.is_spelled_out;
        let value = if (is_minor || self.is_in_cents) && has_cents { value / 100.0 } else { value };
        Some(Amount { value: if value == 0.0 { 0.0 } else { value }, currency: self.currency.clone() })
    }

    /// Whether an id says which single thing is meant.
    pub(super) fn names_one(&self) -> bool {
        self.targets.iter().any(|target| target.sort == TargetSort::Id)
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
        let is_query =
            matches!(joined.as_str(), "query" | "q" | "filter" | "search" | "where" | "criteria" | "condition" | "selector" | "pattern");
        self.is_selected |= depth == 0 && is_query && value.as_str().is_some_and(|text| !text.is_empty());
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
                self.local(&joined, items.iter().filter_map(Value::as_str));
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
            Value::String(text) => {
                self.local(&joined, std::iter::once(text.as_str()));
                // `ids: "a,b,c"`
                let is_list = words.last().is_some_and(|last| matches!(last.as_str(), "ids" | "keys" | "uids" | "names" | "paths"));
                let parts = text.split([',', ';']).filter(|part| !part.trim().is_empty()).count();
                if is_list && parts > 1 {
                    self.counted(&joined, &words, parts);
                }
                self.is_everything |= is_list && matches!(text.trim(), "*" | "all" | "ALL");
            }
            Value::Number(number) if matches!(joined.as_str(), "limit" | "max_items" | "max_count") => {
                self.limit = Some(number.as_f64()).filter(|limit| *limit >= 1.0 && limit.fract() == 0.0).map(|limit| limit as u64);
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

    /// Files of this machine that are sent along.
    fn local<'a>(&mut self, joined: &str, texts: impl Iterator<Item = &'a str>) {
        if matches!(joined, "attachments" | "attachment" | "attach" | "attachment_paths" | "media" | "anhange" | "adjuntos" | "allegati") {
            self.local_paths.extend(
                texts
                    .filter(|text| text.starts_with(['/', '~', '.']) && text.len() <= TARGET_CHARACTERS_MAX)
                    .take(TARGETS_MAX)
                    .map(str::to_owned),
            );
        }
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
        if fields.loosens {
            kinds.push(Kind::Permission);
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
