//! Takes checked values out of one table of the file.
//!
//! `shape` has compared the sorts of all values already; a value of the wrong sort
//! is passed over here, because its mistake is already told.

use super::finding::Finding;
use super::values::Mistake;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The most entries a list may have.
const LIST_MAX: usize = 256;

/// The most bytes a text may have, but for a pin's text, which says its own.
const TEXT_BYTES_MAX: usize = 2048;

/// A value and where it stands.
pub(super) type At<T> = (T, Range<usize>);

/// One table of the file, or nothing where it is absent.
#[derive(Clone)]
pub(super) struct Section<'t> {
    table: Option<&'t DeTable<'t>>,
    /// ` in pin `x``, said after a mistake; empty where the key says enough.
    whose: String,
}

impl<'t> Section<'t> {
    /// The whole file.
    pub(super) fn file(table: &'t DeTable<'t>) -> Self {
        Self { table: Some(table), whose: String::new() }
    }

    /// The table of that name in this one.
    pub(super) fn section(&self, key: &str) -> Section<'t> {
        Section { table: self.value(key).and_then(|value| value.get_ref().as_table()), whose: self.whose.clone() }
    }

    /// The tables in this one, by name, with the place of the name.
    pub(super) fn sections(&self, key: &str, what: &str) -> Vec<(&'t str, Range<usize>, Section<'t>)> {
        let Some(table) = self.section(key).table else { return Vec::new() };
        let entry = |(name, value): (&'t Spanned<std::borrow::Cow<'t, str>>, &'t Spanned<DeValue<'t>>)| {
            let name_text: &'t str = name.get_ref().as_ref();
            let section = Section { table: Some(value.get_ref().as_table()?), whose: String::new() };
            let shown = crate::show::escape_short(name_text, crate::pin::PIN_ID_CHARACTERS_MAX);
            Some((name_text, name.span(), section.called(format!(" in {what} `{shown}`"))))
        };
        table.iter().filter_map(entry).collect()
    }

    /// The tables of the list of that name.
    pub(super) fn list(&self, key: &str) -> Vec<At<Section<'t>>> {
        let list = self.value(key).and_then(|value| value.get_ref().as_array());
        let entry = |value: &'t Spanned<DeValue<'t>>| {
            Some((Section { table: Some(value.get_ref().as_table()?), whose: String::new() }, value.span()))
        };
        list.into_iter().flatten().filter_map(entry).collect()
    }

    /// The same table with a name that is said after a mistake.
    pub(super) fn called(mut self, whose: String) -> Self {
        self.whose = whose;
        self
    }

    /// Whether the table says anything.
    pub(super) fn is_empty(&self) -> bool {
        self.table.is_none_or(DeTable::is_empty)
    }

    /// Where a value stands.
    pub(super) fn span(&self, key: &str) -> Option<Range<usize>> {
        self.value(key).map(Spanned::span)
    }

    /// A text as it stands.
    pub(super) fn text(&self, key: &str) -> Option<At<&'t str>> {
        let value = self.value(key)?;
        Some((value.get_ref().as_str()?, value.span()))
    }

    /// A text that must mean something.
    pub(super) fn read<T>(&self, key: &str, findings: &mut Vec<Finding>, read: impl Fn(&str) -> Result<T, Mistake>) -> Option<At<T>> {
        let (text, span) = self.text(key)?;
        Some((self.one(text, &span, findings, &read)?, span))
    }

    /// A list of texts, or one text, each of which must mean something. An empty
    /// list is a mistake: it could mean nothing or everything.
    pub(super) fn read_list<T>(
        &self,
        key: &str,
        findings: &mut Vec<Finding>,
        read: impl Fn(&str) -> Result<T, Mistake>,
    ) -> Option<Vec<At<T>>> {
        let list = self.read_list_or_empty(key, findings, read)?;
        let span = self.span(key)?;
        if list.is_empty() && self.value(key).and_then(|value| value.get_ref().as_array()).is_some_and(|list| list.is_empty()) {
            let message = format!("`{key}` is empty{}", self.whose);
            findings.push(Finding::new(message, span).help(format!("name something, or leave `{key}` out")));
        }
        Some(list)
    }

    /// [`Section::read_list`] where an empty list means what it says.
    pub(super) fn read_list_or_empty<T>(
        &self,
        key: &str,
        findings: &mut Vec<Finding>,
        read: impl Fn(&str) -> Result<T, Mistake>,
    ) -> Option<Vec<At<T>>> {
        let value = self.value(key)?;
        let single = value.get_ref().as_str().map(|text| (text, value.span()));
        let entries = value.get_ref().as_array().into_iter().flatten();
        let all: Vec<At<&str>> =
            single.into_iter().chain(entries.filter_map(|entry| Some((entry.get_ref().as_str()?, entry.span())))).collect();
        if all.len() > LIST_MAX {
            findings.push(
                Finding::new(format!("`{key}` has {} entries{}", all.len(), self.whose), value.span()).help(format!("at most {LIST_MAX}")),
            );
            return None;
        }
        Some(all.into_iter().filter_map(|(text, span)| Some((self.one(text, &span, findings, &read)?, span))).collect())
    }

    /// A whole number between two bounds.
    pub(super) fn whole(&self, key: &str, min: u64, max: u64, findings: &mut Vec<Finding>) -> Option<u64> {
        let value = self.value(key)?;
        let DeValue::Integer(number) = value.get_ref() else { return None };
        match i128::from_str_radix(number.as_str(), number.radix()).ok().and_then(|number| u64::try_from(number).ok()) {
            Some(number) if (min..=max).contains(&number) => Some(number),
            _ => {
                let message = format!("`{key}` cannot be `{}`{}", number.as_str(), self.whose);
                findings.push(Finding::new(message, value.span()).help(format!("use a whole number from {min} to {max}")));
                None
            }
        }
    }

    /// A switch.
    pub(super) fn switch(&self, key: &str) -> Option<bool> {
        self.value(key)?.get_ref().as_bool()
    }

    /// The characters of a number or a text.
    pub(super) fn number_or_text(&self, key: &str) -> Option<At<String>> {
        let value = self.value(key)?;
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix()).ok()?.to_string(),
            DeValue::Float(number) => number.as_str().to_owned(),
            _ => return None,
        };
        Some((text, value.span()))
    }

    /// Tells a mistake about a value.
    pub(super) fn mistake(&self, mistake: Mistake, span: Range<usize>) -> Finding {
        let finding = Finding::new(format!("{}{}", mistake.message, self.whose), span);
        if mistake.help.is_empty() { finding } else { finding.help(mistake.help) }
    }

    fn one<T>(
        &self,
        text: &str,
        span: &Range<usize>,
        findings: &mut Vec<Finding>,
        read: &impl Fn(&str) -> Result<T, Mistake>,
    ) -> Option<T> {
        let outcome = if text.len() > TEXT_BYTES_MAX {
            Err(Mistake::new(format!("a text of {} bytes is too long", text.len()), format!("at most {TEXT_BYTES_MAX} bytes")))
        } else {
            read(text)
        };
        outcome.map_err(|mistake| findings.push(self.mistake(mistake, span.clone()))).ok()
    }

    fn value(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.table?.get(key)
    }
}
