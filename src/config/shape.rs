//! Compares a file with the schema: unknown keys, values of the wrong sort, and
//! settings whose feature is not built yet.

use super::finding::Finding;
use super::schema::{SETTINGS, Setting, Sort};
use crate::show;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Stands in the schema for a name the operator chooses.
const NAME: &str = "NAME";

/// The one list of tables.
const PIN: &str = "pin";

/// How many characters of a wrong value a message repeats.
const SHOWN_CHARACTERS_MAX: usize = 60;

/// A setting that was set and is not built yet.
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
    shape.table(file, &mut Vec::new(), "");
    shape
}

impl Shape {
    /// Compares one table; `path` leads to it, `whose` names the pin it belongs to.
    fn table(&mut self, table: &DeTable<'_>, path: &mut Vec<String>, whose: &str) {
        for (key, value) in table {
            let name = if is_named(path) { NAME } else { key.get_ref().as_ref() };
            path.push(name.to_owned());
            if let Some(setting) = setting(path) {
                self.value(setting, value, whose, path);
            } else if !is_table(path) {
                path.pop();
                self.unknown(key, path);
                continue;
            } else if path.len() == 1 && name == PIN {
                self.pins(value, path);
            } else if let Some(inner) = value.get_ref().as_table() {
                self.table(inner, path, whose);
            } else {
                let message = format!("`{}` is a table, not {}", show::escape(key.get_ref()), sort_of(value.get_ref()));
                self.findings.push(Finding::new(message, value.span()).help(format!("write it under `[{}]`", path.join("."))));
            }
            path.pop();
        }
    }

    /// Compares the list of pins.
    fn pins(&mut self, value: &Spanned<DeValue<'_>>, path: &mut Vec<String>) {
        let Some(list) = value.get_ref().as_array() else {
            self.findings.push(Finding::new("pins are a list of tables", value.span()).help("begin each pin with `[[pin]]`"));
            return;
        };
        for pin in list {
            match pin.get_ref().as_table() {
                Some(table) => {
                    let id = table.get("id").and_then(|id| id.get_ref().as_str()).unwrap_or("without an id");
                    self.table(table, path, &show::escape_short(id, SHOWN_CHARACTERS_MAX));
                }
                None => self.findings.push(Finding::new("a pin is a table", pin.span()).help("begin each pin with `[[pin]]`")),
            }
        }
    }

    /// Compares one value with what its setting takes.
    fn value(&mut self, setting: &'static Setting, value: &Spanned<DeValue<'_>>, whose: &str, path: &[String]) {
        if let Some(wanted) = mismatch(setting.sort, value.get_ref()) {
            let name = path.last().map(String::as_str).unwrap_or_default();
            let message = format!("`{name}`{} takes {wanted}, not {}", of_pin(whose), sort_of(value.get_ref()));
            self.findings.push(Finding::new(message, value.span()).help(format!("{}; default: {}", setting.effect, setting.default)));
            return;
        }
        if let Some(unbuilt) = &setting.unbuilt
            && !asks_for_nothing(value.get_ref(), unbuilt.unless)
        {
            self.missing.push(Missing { name: shown_name(path, whose), instead: unbuilt.instead });
        }
    }

    /// A key that is in no table of the schema.
    fn unknown(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, path: &[String]) {
        let known = keys_of(path);
        let shown = show::escape_short(key.get_ref(), SHOWN_CHARACTERS_MAX);
        let place = match path {
            [] => String::new(),
            [pin] if pin == PIN => " in a pin".to_owned(),
            tables => format!(" in `[{}]`", tables.join(".")),
        };
        let help = match nearest(key.get_ref(), &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here: {}", known.join(", ")),
        };
        self.findings.push(Finding::new(format!("unknown key `{shown}`{place}"), key.span()).label("not a setting").help(help));
    }
}

/// `` of pin `x` `` for what belongs to a pin.
fn of_pin(whose: &str) -> String {
    if whose.is_empty() { String::new() } else { format!(" of pin `{whose}`") }
}

/// How an operator names a setting.
fn shown_name(path: &[String], whose: &str) -> String {
    match path {
        [pin, rest @ ..] if pin == PIN => format!("`{}`{}", rest.join("."), of_pin(whose)),
        [tables @ .., last] => format!("`[{}] {last}`", tables.join(".")),
        [] => String::new(),
    }
}

/// Whether the next key below `path` is a name of the operator's choice.
fn is_named(path: &[String]) -> bool {
    keys_of(path) == [NAME]
}

/// The setting at exactly this path.
fn setting(path: &[String]) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.path.split('.').eq(path.iter().map(String::as_str)))
}

/// Whether settings stand below this path.
fn is_table(path: &[String]) -> bool {
    !keys_of(path).is_empty()
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
        DeValue::Array(_) => "a list",
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
