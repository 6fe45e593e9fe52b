//! A table: its name without quotes, with the schema where one is named.

use super::{Form, is_clean};

/// The one form of a table's name, or unclear. It may also be met without its schema.
pub(in crate::policy) fn table(value: &str) -> Form {
    if !is_clean(value) || value.contains(['$', '*', '?', '%', '{', '}', '\\', '(', ' ', '@', ':']) {
        return Form::Unclear;
    }
    let parts: Option<Vec<&str>> = value.split('.').map(unquoted).collect();
    let Some(parts) = parts else { return Form::Unclear };
    let suffixes: Vec<String> = (1..parts.len()).filter_map(|start| parts.get(start..)).map(|suffix| suffix.join(".")).collect();
    Form::with([parts.join(".")], suffixes)
}

/// `"users"`, `` `users` ``, `[users]`, `users`; no half of a quote.
fn unquoted(part: &str) -> Option<&str> {
    let quotes = [('"', '"'), ('`', '`'), ('[', ']')];
    let inner = quotes.iter().find_map(|(open, close)| part.strip_prefix(*open)?.strip_suffix(*close)).unwrap_or(part);
    (!inner.is_empty() && !inner.contains(['"', '`', '[', ']', '\''])).then_some(inner)
}
