//! One call that a piece of code makes: what is called, and with what.

use std::rc::Rc;

use super::value::{HOLE, Value};

/// How much of what stands between its parentheses a call keeps, in bytes.
const INSIDE_BYTES_MAX: usize = 4096;

/// One call.
#[derive(Debug, Default)]
pub(super) struct Call<'t> {
    /// `os.path.join`: what its variables stand for, without the arguments of the calls in it.
    pub(super) path: String,
    /// What stands between the parentheses, as written.
    pub(super) inside: &'t str,
    /// Every text among its arguments.
    pub(super) texts: Vec<Rc<str>>,
    /// The texts that what it is called on was made with.
    pub(super) owner_texts: Vec<Rc<str>>,
    pub(super) positional: Vec<Value>,
    pub(super) named: Vec<(String, Value)>,
}

impl<'t> Call<'t> {
    pub(super) fn new(path: String, owner_texts: Vec<Rc<str>>, arguments: Vec<(Option<String>, Value)>, inside: &'t str) -> Self {
        let (mut texts, mut visits) = (Vec::new(), 0);
        arguments.iter().for_each(|(_, value)| value.add_texts(&mut texts, &mut visits));
        let mut call = Self { path, inside: start_of(inside), texts, owner_texts, ..Self::default() };
        for (name, value) in arguments {
            match name {
                Some(name) => call.named.push((name, value)),
                None => call.positional.push(value),
            }
        }
        call
    }

    /// The last name of the path.
    pub(super) fn method(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// The first name of the path.
    pub(super) fn root(&self) -> &str {
        self.path.split('.').next().unwrap_or_default()
    }

    /// The argument of this name, or the entry of this name in a map that is an argument.
    pub(super) fn named(&self, names: &[&str]) -> Option<&Value> {
        let own = self.named.iter().find(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value);
        own.or_else(|| self.positional.iter().find_map(|value| names.iter().find_map(|name| value.get(name))))
            .or_else(|| self.named.iter().find_map(|(_, value)| names.iter().find_map(|name| value.get(name))))
    }

    /// Whether an argument says yes or no: `draft=True`, `{private: false}`.
    pub(super) fn says(&self, name: &str, truth: bool) -> bool {
        let words: [&str; 3] = if truth { ["true", "True", "TRUE"] } else { ["false", "False", "FALSE"] };
        self.named(&[name]).and_then(Value::as_path).is_some_and(|path| words.contains(&path))
    }

    /// The first argument, where it is one text.
    pub(super) fn first(&self) -> Option<&str> {
        self.positional.first().and_then(Value::as_text)
    }

    /// What the call is aimed at: its first text, else the one its owner was made with.
    pub(super) fn aim(&self) -> Option<String> {
        // `Path('a').write_text('b')` is aimed at what it is called on.
        let own = self.owner_texts.last().filter(|_| self.path.contains("Path."));
        own.or_else(|| self.texts.first()).or_else(|| self.owner_texts.last()).map(|text| plain(text))
    }

    /// Whether what is sent is read from a file or the environment in the same breath.
    pub(super) fn reads_locally(&self, value: &Value) -> bool {
        let mut found = false;
        walk(value, &mut 0, &mut |value| {
            found |= value.as_path().is_some_and(|path| {
                let last = path.rsplit('.').next().unwrap_or_default();
                path.starts_with("os.environ")
                    || path.starts_with("process.env")
                    || matches!(path, "open" | "io.open" | "fopen" | "file_get_contents" | "os.getenv" | "open.read")
                    || path.starts_with("open.")
                    || matches!(
                        last,
                        "read_bytes" | "read_text" | "readFile" | "readFileSync" | "createReadStream" | "ReadFile" | "file_get_contents"
                    )
                    || path.contains("File.read")
                    || path.contains("File.open")
                    || path.contains("readFile")
            });
        });
        found
    }
}

/// A text with its holes shown.
pub(super) fn plain(text: &str) -> String {
    text.replace(HOLE, "{}")
}

/// Every value in a value, so far.
fn walk(value: &Value, visits: &mut usize, look: &mut impl FnMut(&Value)) {
    *visits += 1;
    if *visits > 300 {
        return;
    }
    look(value);
    match value {
        Value::List(many) | Value::Map(many) | Value::OneOf(many) => many.items.iter().for_each(|(_, value)| walk(value, visits, look)),
        Value::Bound(bound) => walk(&bound.0, visits, look),
        _ => {}
    }
}

/// The first bytes of a text, cut between characters.
fn start_of(text: &str) -> &str {
    let end = (0..=INSIDE_BYTES_MAX.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    text.get(..end).unwrap_or_default()
}
