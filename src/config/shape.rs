//! Compares a file with the schema: unknown keys, values of the wrong sort, and
//! settings whose feature is not built yet.

use super::finding::Finding;
use super::schema::{SETTINGS, Setting, Sort};
use crate::show;
use std::borrow::Cow;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Stands in the schema for a name the operator chooses.
const NAME: &str = "NAME";

/// The one list of tables.
const PIN: &str = "pin";

/// How many characters of a wrong value a message repeats.
const SHOWN_CHARACTERS_MAX: usize = 60;

/// A setting that was set and is not built yet.
#[derive(PartialEq, Eq)]
pub(super) struct Missing {
    /// The setting as an operator writes it: `` `[hold] wait` ``, or `` `limit` of pin `x` ``.
    pub(super) name: String,
    /// What happens instead.
    pub(super) instead: &'static str,
}

/// What the comparison found.
#[derive(Default)]
pub(super) struct Shape {
    /// Mistakes.
    pub(super) findings: Vec<Finding>,
    /// What is set and not built.
    pub(super) missing: Vec<Missing>,
}

/// Compares a whole file.
pub(super) fn compare(file: &DeTable<'_>) -> Shape {
    let mut shape = Shape::default();
    shape.table(file, &Trail::default());
    shape
}

/// Which tables lead to a place: as the schema names them, as the operator does,
/// and in which pin.
#[derive(Default, Clone)]
struct Trail {
    path: Vec<String>,
    shown: Vec<String>,
    /// `` pin `x` ``, inside a pin.
    pin: Option<String>,
}

impl Trail {
    /// The trail to a key below.
    fn below(&self, key: &str) -> Self {
        let mut below = self.clone();
        below.path.push(if keys_of(&self.path) == [NAME] { NAME.to_owned() } else { key.to_owned() });
        below.shown.push(show::escape_short(key, SHOWN_CHARACTERS_MAX));
        below
    }

    /// How an operator names the setting at its end: `` `[hold] wait` ``, `` `limit` of pin `x` ``.
    fn setting(&self) -> String {
        let shown: Vec<&str> = self.shown.iter().map(String::as_str).collect();
        match (&self.pin, shown.as_slice()) {
            (Some(pin), [_, rest @ ..]) => format!("`{}` of {pin}", rest.join(".")),
            (None, [table @ ("agent" | "operator"), name, ..]) => format!("`[{table}.{name}]`"),
            (None, [table, "tls", _]) => format!("`[{table}] tls`"),
            (_, [tables @ .., last]) => format!("`[{}] {last}`", tables.join(".")),
            (_, []) => String::new(),
        }
    }

    /// How an operator names the table at its end, said after a mistake.
    fn table(&self) -> String {
        let shown: Vec<&str> = self.shown.iter().map(String::as_str).collect();
        match (&self.pin, shown.as_slice()) {
            (_, []) => String::new(),
            (Some(pin), [_]) => format!(" in {pin}"),
            (Some(pin), [_, rest @ ..]) => format!(" in `{}` of {pin}", rest.join(".")),
            (None, tables) => format!(" in `[{}]`", tables.join(".")),
        }
    }
}

impl Shape {
    /// Compares one table.
    fn table(&mut self, table: &DeTable<'_>, trail: &Trail) {
        for (key, value) in table {
            let below = trail.below(key.get_ref());
            if !is_one_segment(key.get_ref()) && !is_named(&below.path) {
                self.unknown(key, trail);
            } else if let Some(setting) = setting(&below.path) {
                self.value(setting, value, &below);
            } else if keys_of(&below.path).is_empty() {
                self.unknown(key, trail);
            } else if below.path == [PIN] {
                self.pins(value, &below);
            } else if let Some(inner) = value.get_ref().as_table() {
                self.table(inner, &below);
            } else {
                let message = format!("`{}` is a table, not {}", show::escape(key.get_ref()), sort_of(value.get_ref()));
                self.findings.push(Finding::new(message, value.span()).help(format!("write it under `[{}]`", below.shown.join("."))));
            }
        }
    }

    /// Compares the list of pins.
    fn pins(&mut self, value: &Spanned<DeValue<'_>>, trail: &Trail) {
        let Some(list) = value.get_ref().as_array() else {
            self.findings.push(Finding::new("pins are a list of tables", value.span()).help("begin each pin with `[[pin]]`"));
            return;
        };
        for pin in list {
            let Some(table) = pin.get_ref().as_table() else {
                self.findings.push(Finding::new("a pin is a table", pin.span()).help("begin each pin with `[[pin]]`"));
                continue;
            };
            let id = table.get("id").and_then(|id| id.get_ref().as_str());
            let called = |id| format!("pin `{}`", show::escape_short(id, SHOWN_CHARACTERS_MAX));
            let pin = id.map_or_else(|| "a pin without an id".to_owned(), called);
            self.table(table, &Trail { pin: Some(pin), ..trail.clone() });
        }
    }

    /// Compares one value with what its setting takes.
    fn value(&mut self, setting: &'static Setting, value: &Spanned<DeValue<'_>>, trail: &Trail) {
        if let Some(wanted) = mismatch(setting.sort, value.get_ref()) {
            let message = format!("{} takes {wanted}, not {}", trail.setting(), sort_of(value.get_ref()));
            self.findings.push(Finding::new(message, value.span()).help(format!("{}; default: {}", setting.effect, setting.default)));
            return;
        }
        let Some(unbuilt) = &setting.unbuilt else { return };
        let missing = Missing { name: trail.setting(), instead: unbuilt.instead };
        if !asks_for_nothing(value.get_ref(), unbuilt.unless) && !self.missing.contains(&missing) {
            self.missing.push(missing);
        }
    }

    /// A key that is in no table of the schema.
    fn unknown(&mut self, key: &Spanned<Cow<'_, str>>, trail: &Trail) {
        let known = keys_of(&trail.path);
        let shown = show::escape_short(key.get_ref(), SHOWN_CHARACTERS_MAX);
        let help = match nearest(key.get_ref(), &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here: {}", known.join(", ")),
        };
        let message = format!("unknown key `{shown}`{}", trail.table());
        self.findings.push(Finding::new(message, key.span()).label("not a setting").help(help));
    }
}

/// Whether a path ends in a name of the operator's choice.
fn is_named(path: &[String]) -> bool {
    path.last().is_some_and(|last| last == NAME)
}

/// Whether a key is one step of a path: `"where.target"` in quotes is not the
/// `target` of a `where`.
fn is_one_segment(key: &str) -> bool {
    !key.contains('.')
}

/// The setting at exactly this path.
fn setting(path: &[String]) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.path.split('.').eq(path.iter().map(String::as_str)))
}

/// The keys that may stand directly below a path.
fn keys_of(path: &[String]) -> Vec<&'static str> {
    let mut keys = Vec::new();
    for setting in SETTINGS {
        let mut segments = setting.path.split('.');
        if path.iter().all(|part| segments.next() == Some(part.as_str()))
            && let Some(key) = segments.next()
            && !keys.contains(&key)
        {
            keys.push(key);
        }
    }
    keys
}

/// What a setting takes, in words, if the value is something else.
fn mismatch(sort: Sort, value: &DeValue<'_>) -> Option<String> {
    let is_text = |value: &DeValue<'_>| matches!(value, DeValue::String(_));
    let fits = match sort {
        Sort::Text(_) => is_text(value),
        Sort::Texts(_) => is_text(value) || value.as_array().is_some_and(|list| list.iter().all(|one| is_text(one.get_ref()))),
        Sort::Whole(_) => matches!(value, DeValue::Integer(_)),
        Sort::Switch => matches!(value, DeValue::Boolean(_)),
        Sort::Comparison(_) => matches!(value, DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_)),
    };
    (!fits).then(|| sort.words())
}

impl Sort {
    /// What it takes, as a person would say it.
    pub(super) fn words(self) -> String {
        match self {
            Self::Text(what) => format!("a text ({what})"),
            Self::Texts(what) => format!("a list of texts ({what})"),
            Self::Whole(what) => format!("a whole number ({what})"),
            Self::Switch => "`true` or `false`".into(),
            Self::Comparison(what) => format!("a number or a comparison ({what})"),
        }
    }
}

/// What a value is, as a person would say it.
fn sort_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a switch",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list of something else",
        DeValue::Table(_) => "a table",
    }
}

/// Whether every part of a value is one of those that ask for nothing missing.
fn asks_for_nothing(value: &DeValue<'_>, unless: &[&str]) -> bool {
    match value {
        DeValue::String(text) => unless.contains(&text.as_ref()),
        DeValue::Integer(number) => unless.contains(&number.as_str()),
        DeValue::Boolean(switch) => unless.contains(&if *switch { "true" } else { "false" }),
        DeValue::Array(list) => !unless.is_empty() && list.iter().all(|one| asks_for_nothing(one.get_ref(), unless)),
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => false,
    }
}

/// The known word that a wrong one most likely stands for.
pub(super) fn nearest<'k>(wrong: &str, known: &[&'k str]) -> Option<&'k str> {
    /// Longer words are no slips of the finger, and comparing them costs.
    const WORD_CHARACTERS_MAX: usize = 40;
    if wrong.chars().count() > WORD_CHARACTERS_MAX {
        return None;
    }
    let wrong = wrong.to_lowercase();
    let (slips, word) = known.iter().map(|word| (slips(&wrong, word), *word)).min()?;
    (slips <= 1 + word.chars().count() / 4).then_some(word)
}

/// How many letters must be put in, left out or replaced to make one word of the other.
fn slips(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (place, letter) in left.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(place + 1);
        for ((above_left, above), other) in row.iter().zip(row.iter().skip(1)).zip(&right) {
            let before = next.last().copied().unwrap_or(usize::MAX - 1);
            next.push((above + 1).min(before + 1).min(above_left + usize::from(letter != *other)));
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}
