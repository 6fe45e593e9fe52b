//! A branch: a full git ref.
//!
//! A short name is a branch, but git would also find a tag of that name; both
//! are compared. What names a commit by way of another (`HEAD`, `main~1`, a hash)
//! is unclear.

use super::{Form, is_clean};

/// The one form of a ref, or unclear. It may also be met under its short name.
pub(in crate::policy) fn branch(value: &str) -> Form {
    let value = value.strip_prefix('+').unwrap_or(value);
    // Of `source:destination` the destination is what changes.
    let value = value.rsplit_once(':').map_or(value, |(_, destination)| destination);
    let is_ref = is_clean(value) && !value.contains(['$', '`', '*', '?', '[', ']', '{', '}', '%', '\\', '^', '~', ' ', '@']);
    let is_hash = (7..=64).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_ref || is_hash || value.split('/').any(is_pointer) {
        return Form::Unclear;
    }
    match value.strip_prefix("refs/") {
        Some(rest) => full(value, rest),
        None => short(value.strip_prefix("heads/").unwrap_or(value)),
    }
}

/// A part that git resolves by itself, or that no ref has.
fn is_pointer(part: &str) -> bool {
    part.eq_ignore_ascii_case("head") || part.to_ascii_uppercase().ends_with("_HEAD") || matches!(part, "" | "." | "..")
}

fn full(value: &str, rest: &str) -> Form {
    let mut others: Vec<String> = ["heads/", "tags/"].iter().filter_map(|kind| rest.strip_prefix(kind)).map(str::to_owned).collect();
    if let Some((_, name)) = rest.strip_prefix("remotes/").and_then(|tracked| tracked.split_once('/')) {
        others.push(name.to_owned());
        others.push(format!("refs/heads/{name}"));
    }
    Form::with([value.to_owned()], others)
}

fn short(name: &str) -> Form {
    let mut others = vec![name.to_owned(), format!("refs/tags/{name}")];
    // `origin/main` is most often main's copy.
    if let Some((_, tracked)) = name.split_once('/') {
        others.push(tracked.to_owned());
        others.push(format!("refs/heads/{tracked}"));
    }
    Form::with([format!("refs/heads/{name}")], others)
}

/// A pattern over refs as a glob. An exception that is no full ref means branches only.
pub(in crate::policy) fn branch_pattern(pattern: &str, is_exception: bool) -> Vec<String> {
    if is_exception && !pattern.starts_with("refs/") { vec![format!("refs/heads/{pattern}")] } else { vec![pattern.to_owned()] }
}
