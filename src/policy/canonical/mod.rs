//! One thing, one spelling.
//!
//! A `where` matcher compares a value only when it stands in canonical form. The
//! same file, host or mailbox has many spellings, and an agent (or whoever speaks
//! through it) picks the one that the operator did not think of. So a value is
//! either brought into its one form, or it is [`Form::Unclear`]: then it counts as
//! inside every pattern and outside every exception.
//!
//! One file a sort of target; each says which spellings it undoes and which it refuses.

mod branch;
mod host;
mod path;
mod recipient;
mod table;

pub(super) use branch::{branch, branch_pattern};
pub(super) use host::{host, host_pattern, is_loopback};
pub(super) use path::{path, path_pattern};
pub(super) use recipient::{is_address_pattern, recipient, recipient_pattern};
pub(super) use table::table;

use crate::show;
use unicode_normalization::UnicodeNormalization;
use unicode_security::MixedScript;

/// The longest value that is compared; beyond it nothing is clear.
const VALUE_BYTES_MAX: usize = 4096;

/// A value, as far as it means one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// It may mean anything.
    Unclear,
    /// It means this.
    Clear(Clear),
}

/// A value in canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clear {
    /// The form itself (of a host with a port: without and with it): what an
    /// exception is compared with.
    pub(super) exact: Vec<String>,
    /// Lower-case spellings of what it may also be called, the form included: a
    /// pattern that meets any of them is met.
    pub(super) also: Vec<String>,
}

impl Form {
    /// A clear form with no other name than its own.
    fn plain(exact: String) -> Self {
        Self::with([exact], [])
    }

    /// A clear form that may also be met under other names.
    fn with(exact: impl Into<Vec<String>>, others: impl Into<Vec<String>>) -> Self {
        let (exact, others) = (exact.into(), others.into());
        let also = exact.iter().chain(&others).map(|name| name.to_lowercase()).collect();
        Self::Clear(Clear { exact, also })
    }
}

/// An id, a record, a resource: compared as it stands.
pub(super) fn id(value: &str) -> Form {
    if value.starts_with('/') || path::is_windows(value) {
        return path(value);
    }
    let climbs = value.split(['/', '\\']).any(|part| matches!(part, "." | ".."));
    let is_respelled = value.contains("://") && url::Url::parse(value).map_or(true, |url| url.as_str() != value);
    if !is_clean(value) || is_computed(value) || climbs || is_respelled { Form::Unclear } else { Form::plain(value.to_owned()) }
}

/// Whether a text shows what it is: nothing invisible, nothing that another
/// character is drawn like, no space around it, and no word in two scripts.
fn is_clean(value: &str) -> bool {
    if value.is_empty() || value.len() > VALUE_BYTES_MAX || value.trim() != value {
        return false;
    }
    if value.is_ascii() {
        return !value.bytes().any(|byte| byte.is_ascii_control());
    }
    let is_composed = value.nfkc().eq(value.chars());
    let in_one_script = || value.split(|c: char| !c.is_alphanumeric()).all(|word| word.is_single_script());
    value.chars().all(show::is_plain) && is_composed && in_one_script()
}

/// Whether something still has to be filled in by a shell, a template or a decoder.
fn is_computed(value: &str) -> bool {
    value.contains(['$', '`', '*', '?', '[', ']', '{', '}', '%', '\\']) || value.starts_with('~')
}

#[cfg(test)]
mod tests;
