//! What is known while a script is read: variables, lists, parameters, functions, files.
//!
//! Every branch counts as taken, so a name that is set in one branch and again in
//! another has either value from then on; the command it names is read once for each.

use super::expand::Argument;
use super::syntax::{Script, Word};
use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

/// How many values one name may have; beyond them it is not known.
const CHOICES_MAX: usize = 8;
/// How many elements a list is followed for.
const ELEMENTS_MAX: usize = 256;
/// How many bytes of values one script may expand to; beyond them a value is not known.
const EXPANDED_BYTES_MAX: usize = 256 * 1024;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Known(String),
    List(Vec<Argument>),
    /// One of these: another branch, another round of a loop.
    Either(Vec<String>),
    /// It is set, but to what is not known.
    Unknown,
}

/// A function, with the here-documents that its body refers to.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) body: Rc<Script>,
    pub(super) heredocs: Rc<Vec<Word>>,
    /// How long its body is: what another call of it costs to read.
    pub(super) bytes: usize,
    pub(super) is_called: bool,
}

/// What is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Bindings {
    variables: HashMap<String, Value>,
    /// `$0`, `$1` …, where the script was started with known ones.
    pub(super) positional: Option<Vec<Argument>>,
    /// Aliases defined in the script.
    pub(super) aliases: HashMap<String, String>,
    /// Files that the script itself wrote, where it shows what into them.
    pub(super) files: HashMap<String, String>,
    /// Functions defined in the script.
    pub(super) functions: HashMap<String, Function>,
    /// How many constructs that may not run stand around the command that is read.
    pub(super) doubts: usize,
    /// The body of a function is read that nothing calls.
    pub(super) is_uncalled: bool,
    /// `set -e`: what fails ends the script.
    pub(super) stops_at_failure: bool,
    expanded_bytes: Cell<usize>,
}

impl Bindings {
    pub(super) fn new(positional: Option<Vec<Argument>>) -> Self {
        Self { positional, ..Self::default() }
    }

    /// Sets a name; where it is not certain that this runs, the earlier value stays possible.
    pub(super) fn assign(&mut self, name: &str, value: Value) {
        let value = match self.variables.get(name) {
            Some(earlier) if self.doubts > 0 => either(earlier, value),
            _ => value,
        };
        self.variables.insert(name.to_owned(), value);
    }

    /// Sets a name to this, whatever it was.
    pub(super) fn replace(&mut self, name: &str, value: Value) {
        self.variables.insert(name.to_owned(), value);
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.variables.get(name)
    }

    /// The values a name may have, where there are several.
    pub(super) fn choices(&self, name: &str) -> Option<&[String]> {
        match self.variables.get(name)? {
            Value::Either(choices) => Some(choices),
            Value::Known(_) | Value::List(_) | Value::Unknown => None,
        }
    }

    /// What a loop's name stands for: one of these.
    pub(super) fn one_of(items: &[Argument]) -> Value {
        let texts: Vec<String> = items.iter().map(|item| item.text.clone()).collect();
        match texts.as_slice() {
            _ if items.iter().any(|item| item.is_computed || item.is_glob) => Value::Unknown,
            [only] => Value::Known(only.clone()),
            [] => Value::Unknown,
            several if several.len() <= CHOICES_MAX => Value::Either(texts),
            _ => Value::Unknown,
        }
    }

    /// The value of a variable: `Some(None)` when it is set to something unknown.
    pub(super) fn lookup(&self, name: &str) -> Option<Option<String>> {
        let value = self.value_of(name)?;
        Some(value.filter(|text| self.pay(text.len())))
    }

    fn value_of(&self, name: &str) -> Option<Option<String>> {
        match self.variables.get(name) {
            Some(Value::Known(text)) => return Some(Some(text.clone())),
            Some(Value::List(items)) => return Some(items.first().filter(|item| !item.is_computed).map(|item| item.text.clone())),
            Some(Value::Either(_) | Value::Unknown) => return Some(None),
            None => {}
        }
        match name {
            "IFS" => Some(Some(" ".to_owned())),
            "@" | "*" => {
                let Some(given) = self.positional.as_ref() else {
                    // A command line has no parameters; a function that nobody calls here may get any.
                    return (!self.is_uncalled).then(|| Some(String::new()));
                };
                let given = given.get(1..).unwrap_or_default();
                let is_known = given.iter().all(|argument| !argument.is_computed);
                Some(is_known.then(|| given.iter().map(|argument| argument.text.as_str()).collect::<Vec<_>>().join(" ")))
            }
            "HOME" => Some(Some("~".to_owned())),
            number if number.bytes().all(|b| b.is_ascii_digit()) => {
                let at: usize = number.parse().ok()?;
                let given = self.positional.as_ref()?.get(at);
                Some(given.map_or(Some(String::new()), |argument| (!argument.is_computed).then(|| argument.text.clone())))
            }
            _ => None,
        }
    }

    /// The elements of `$@`, `${name[@]}`; `None` where they are not known.
    pub(super) fn elements(&self, name: &str) -> Option<&[Argument]> {
        let elements = match (name, self.variables.get(name)) {
            ("@" | "*", _) => self.positional.as_deref()?.get(1..).unwrap_or_default(),
            (_, Some(Value::List(elements))) => elements,
            _ => return None,
        };
        let bytes = elements.iter().map(|element| element.text.len() + 1).sum();
        (elements.len() <= ELEMENTS_MAX && self.pay(bytes)).then_some(elements)
    }

    /// Counts what is expanded; `false` once it was too much.
    pub(super) fn pay(&self, bytes: usize) -> bool {
        let paid = self.expanded_bytes.get().saturating_add(bytes);
        self.expanded_bytes.set(paid);
        paid <= EXPANDED_BYTES_MAX
    }

    /// Where words are split: `$IFS`, where the script sets it.
    pub(super) fn separators(&self) -> Vec<char> {
        match self.variables.get("IFS") {
            Some(Value::Known(text)) => text.chars().collect(),
            _ => vec![' ', '\t', '\n'],
        }
    }

    /// `set -- a b c`
    pub(super) fn set_positional(&mut self, given: &[Argument]) {
        let name = self.positional.as_ref().and_then(|all| all.first()).cloned().unwrap_or_else(|| Argument::known("$0"));
        let is_certain = self.doubts == 0;
        self.positional = is_certain.then(|| std::iter::once(name).chain(given.iter().cloned()).collect());
    }

    /// `shift n`
    pub(super) fn shift(&mut self, by: usize) {
        if self.doubts > 0 {
            self.positional = None;
        } else if let Some(positional) = &mut self.positional {
            let end = (by + 1).min(positional.len());
            positional.drain(1.min(end)..end);
        }
    }
}

fn either(earlier: &Value, later: Value) -> Value {
    let texts = |value: &Value| match value {
        Value::Known(text) => Some(vec![text.clone()]),
        Value::Either(texts) => Some(texts.clone()),
        Value::List(_) | Value::Unknown => None,
    };
    let (Some(mut all), Some(more)) = (texts(earlier), texts(&later)) else {
        return if *earlier == later { later } else { Value::Unknown };
    };
    all.extend(more.into_iter().filter(|text| !earlier_has(earlier, text)));
    match all.len() {
        1 => Value::Known(all.remove(0)),
        2..=CHOICES_MAX => Value::Either(all),
        _ => Value::Unknown,
    }
}

fn earlier_has(earlier: &Value, text: &str) -> bool {
    match earlier {
        Value::Known(known) => known == text,
        Value::Either(known) => known.iter().any(|known| known == text),
        Value::List(_) | Value::Unknown => false,
    }
}
