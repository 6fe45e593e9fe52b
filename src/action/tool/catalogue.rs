//! What the tools of widely used servers and agents do: the second evidence, behind
//! what the arguments themselves are and before what a tool says of itself.
//!
//! The facts stand in `catalogue.txt`, which says at its head how a line is written. A
//! line is keyed by the tool's own name, whatever a client puts before it, *and* by the
//! arguments that tell it from another tool of that name; the first line that fits counts.

use crate::action::fold;
use crate::json::{Object, Value, fold_key};
use crate::kind::Kind;
use std::collections::HashMap;
use std::sync::LazyLock;

/// How many words of a name are tried as the product before it.
const PREFIX_WORDS_MAX: usize = 8;
/// Words that clients put before any tool's name.
const CLIENT_WORDS: [&str; 14] =
    ["mcp", "functions", "function", "tools", "tool", "server", "default", "api", "plugin", "connector", "ext", "remote", "local", "app"];

/// What an argument of a listed tool is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Who gets it.
    To,
    /// What it is done to.
    Target,
    /// A sum in main units.
    Amount,
    /// A sum in hundredths.
    Cents,
    /// Text that is read as what it is, and then decides.
    Text(TextKind),
}

/// What the text of an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextKind {
    Shell,
    Sql,
    JavaScript,
    Python,
}

/// One line: what a tool of this name and shape does.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    product: usize,
    pub(super) kinds: Vec<Kind>,
    conditions: Vec<Condition>,
    /// Folded arguments and what they are.
    pub(super) roles: Vec<(Role, String)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Condition {
    /// One of these arguments is there.
    Has(Vec<String>),
    Lacks(String),
    /// The argument's value is one of these, lower case.
    Is(String, Vec<String>),
}

impl Condition {
    fn holds(&self, object: &Object) -> bool {
        let filled = |key: &str| object.get_folded(&[key]).is_some_and(|value| !matches!(value, Value::Null));
        match self {
            Self::Has(keys) => keys.iter().any(|key| filled(key)),
            Self::Lacks(key) => !filled(key),
            Self::Is(key, values) => {
                let spelled = match object.get_folded(&[key]) {
                    Some(Value::String(text)) => text.trim().to_lowercase(),
                    Some(Value::Bool(truth)) => truth.to_string(),
                    _ => return false,
                };
                values.contains(&spelled)
            }
        }
    }
}

impl Entry {
    fn fits(&self, object: &Object, says_product: bool) -> bool {
        (says_product || !self.conditions.is_empty()) && self.conditions.iter().all(|condition| condition.holds(object))
    }

    /// Whether a value decides: then a description that tells of all the tool can do adds nothing.
    pub(super) fn is_by_value(&self) -> bool {
        self.conditions.iter().any(|condition| matches!(condition, Condition::Is(..)))
    }

    /// The arguments that are text of another language.
    pub(super) fn texts(&self) -> impl Iterator<Item = (TextKind, &str)> {
        self.roles.iter().filter_map(|(role, argument)| match role {
            Role::Text(kind) => Some((*kind, argument.as_str())),
            _ => None,
        })
    }
}

#[derive(Debug, Default)]
struct Catalogue {
    /// The words by which clients name each product.
    products: Vec<Vec<String>>,
    entries: HashMap<String, Vec<Entry>>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| parse(include_str!("catalogue.txt")).unwrap_or_default());

/// The line that fits this call.
pub(super) fn find(name: &str, object: &Object) -> Option<&'static Entry> {
    let words = fold::words(name);
    let own = own_words(name);
    (0..words.len().min(PREFIX_WORDS_MAX + 1)).find_map(|start| {
        let (prefix, tail) = words.split_at(start);
        let listed = CATALOGUE.entries.get(&tail.join("_"))?;
        // What stands before a hard separator is a server, whoever named it.
        let is_own = tail.len() >= own;
        listed.iter().find(|entry| {
            let aliases = CATALOGUE.products.get(entry.product).map(Vec::as_slice).unwrap_or_default();
            let says_product = prefix.iter().any(|word| aliases.contains(word));
            let soft = prefix.get(words.len().saturating_sub(own).min(start)..).unwrap_or_default();
            let is_prefix = is_own && soft.is_empty()
                || prefix.iter().all(|word| aliases.contains(word) || CLIENT_WORDS.contains(&word.as_str()))
                || soft.iter().all(|word| aliases.contains(word));
            is_prefix && entry.fits(object, says_product)
        })
    })
}

/// How many words the last part of a namespaced name has.
fn own_words(name: &str) -> usize {
    let spaced = name.replace("__", "/");
    spaced.rsplit(['.', '/', ':']).map(fold::words).find(|part| !part.is_empty()).map_or(0, |part| part.len())
}

/// A line of the catalogue that cannot be read, for whoever wrote it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
struct Unreadable {
    line: usize,
    what: String,
}

fn parse(text: &str) -> Result<Catalogue, Unreadable> {
    let mut catalogue = Catalogue::default();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let told = |what: String| Unreadable { line: at + 1, what };
        if let Some(head) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            catalogue.products.push(head.split_whitespace().map(str::to_owned).collect());
            continue;
        }
        let product = catalogue.products.len().checked_sub(1).ok_or_else(|| told("a tool of no product".to_owned()))?;
        let (names, rest) = line.split_once(" = ").ok_or_else(|| told("no ` = `".to_owned()))?;
        let entry = entry(product, rest).map_err(told)?;
        for name in names.split_whitespace() {
            if fold::words(name).join("_") != name {
                return Err(told(format!("`{name}` is not in lower-case words joined by `_`")));
            }
            catalogue.entries.entry(name.to_owned()).or_default().push(entry.clone());
        }
    }
    Ok(catalogue)
}

/// What stands behind ` = `.
fn entry(product: usize, text: &str) -> Result<Entry, String> {
    let (text, roles) = text.split_once(" with ").unwrap_or((text, ""));
    let (kinds, conditions) = text.split_once(" if ").unwrap_or((text, ""));
    let kinds = kinds.trim().trim_matches('-').split_whitespace();
    Ok(Entry {
        product,
        kinds: kinds.map(|kind| Kind::from_name(kind).ok_or_else(|| format!("unknown kind `{kind}`"))).collect::<Result<_, _>>()?,
        conditions: conditions.split_whitespace().map(condition).collect(),
        roles: roles.split_whitespace().map(role).collect::<Result<_, _>>()?,
    })
}

fn condition(text: &str) -> Condition {
    if let Some(key) = text.strip_prefix('!') {
        return Condition::Lacks(fold_key(key));
    }
    match text.split_once('=') {
        Some((key, values)) => Condition::Is(fold_key(key), values.split('|').map(str::to_lowercase).collect()),
        None => Condition::Has(text.split('|').map(fold_key).collect()),
    }
}

fn role(text: &str) -> Result<(Role, String), String> {
    let (role, argument) = text.split_once('=').ok_or_else(|| format!("`{text}` gives no argument its role"))?;
    let role = match role {
        "to" => Role::To,
        "target" => Role::Target,
        "amount" => Role::Amount,
        "cents" => Role::Cents,
        "shell" => Role::Text(TextKind::Shell),
        "sql" => Role::Text(TextKind::Sql),
        "javascript" => Role::Text(TextKind::JavaScript),
        "python" => Role::Text(TextKind::Python),
        _ => return Err(format!("unknown role `{role}`")),
    };
    Ok((role, fold_key(argument)))
}

#[cfg(test)]
mod tests;
