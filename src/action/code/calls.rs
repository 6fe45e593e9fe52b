//! The calls in a piece of code: dotted name, literal arguments.

use super::Language;

/// How long a name may be, in bytes.
const NAME_BYTES_MAX: usize = 120;

/// How many brackets in a row are stepped over on the way back to a name.
const BRACKETS_MAX: usize = 32;

/// How many literals of one call are kept, and how many bytes of what stands between its parentheses.
const TEXTS_MAX: usize = 64;
const INSIDE_BYTES_MAX: usize = 4096;

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Call {
    /// `os.path.join`, without the arguments of the calls in it.
    pub(super) path: String,
    /// What stands between the parentheses, as written.
    pub(super) inside: String,
    /// Its literal strings, unescaped.
    pub(super) texts: Vec<String>,
    /// The text of the first argument when it is one literal.
    pub(super) first: Option<String>,
}

impl Call {
    /// The last name of the path.
    pub(super) fn method(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// `name = value` or `name: value` among the arguments, without blanks.
    pub(super) fn names(&self, name: &str, value: &str) -> bool {
        let inside: String = self.inside.chars().filter(|c| !c.is_whitespace()).collect();
        [format!("{name}={value}"), format!("{name}:{value}"), format!("'{name}':{value}"), format!("\"{name}\":{value}")]
            .iter()
            .any(|pair| inside.contains(pair.as_str()))
    }
}

/// A string or a comment, or code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    Code,
    Text,
    Comment,
}

/// Splits a text into code, strings and comments: `(what, from, to)`.
fn spans(language: Language, text: &str) -> Vec<(Span, usize, usize)> {
    let bytes = text.as_bytes();
    let (mut spans, mut at, mut code_from) = (Vec::new(), 0, 0);
    while at < bytes.len() {
        let rest = text.get(at..).unwrap_or_default();
        let found = comment_length(language, rest, at == 0 || bytes.get(at - 1).is_none_or(u8::is_ascii_whitespace))
            .map(|n| (Span::Comment, n))
            .or_else(|| string_length(language, rest).map(|n| (Span::Text, n)));
        match found {
            Some((span, length)) => {
                if code_from < at {
                    spans.push((Span::Code, code_from, at));
                }
                spans.push((span, at, at + length));
                at += length;
                code_from = at;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    if code_from < bytes.len() {
        spans.push((Span::Code, code_from, bytes.len()));
    }
    spans
}

fn comment_length(language: Language, rest: &str, is_apart: bool) -> Option<usize> {
    let to_line_end = || rest.find('\n').unwrap_or(rest.len());
    match language {
        Language::Python | Language::Ruby | Language::Perl => {
            (rest.starts_with('#') && (is_apart || language == Language::Python)).then(to_line_end)
        }
        Language::JavaScript | Language::Php | Language::Other => {
            if rest.starts_with("//") && is_apart {
                return Some(to_line_end());
            }
            if rest.starts_with("/*") {
                return Some(rest.find("*/").map_or(rest.len(), |end| end + 2));
            }
            (language != Language::JavaScript && rest.starts_with('#') && is_apart).then(to_line_end)
        }
    }
}

fn string_length(language: Language, rest: &str) -> Option<usize> {
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    if quote == '`' && !matches!(language, Language::JavaScript | Language::Ruby | Language::Perl | Language::Php) {
        return None;
    }
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    if language == Language::Python && rest.starts_with(&triple) {
        return Some(rest.get(3..)?.find(&triple).map_or(rest.len(), |end| end + 6));
    }
    let mut is_escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return Some(at + c.len_utf8()),
            '\n' if quote != '`' => return Some(at),
            _ => {}
        }
    }
    Some(rest.len())
}

/// Every call in the text.
pub(super) fn find(language: Language, text: &str) -> Vec<Call> {
    let spans = spans(language, text);
    let aliases = aliases(text);
    let masked = mask(text, &spans);
    let bytes = masked.as_bytes();
    let brackets = Brackets::of(bytes);
    let mut calls = Vec::new();
    for (at, byte) in masked.bytes().enumerate() {
        if calls.len() > super::CALLS_MAX {
            break;
        }
        let opens = byte == b'(';
        let is_bare = matches!(language, Language::Ruby | Language::Perl) && byte == b' ';
        if !(opens || is_bare || (byte == b'\n' && language == Language::Ruby) || (byte == b';' && language == Language::Ruby)) {
            continue;
        }
        let path = unaliased(path_before(bytes, &brackets, &masked, at), &aliases);
        if path.is_empty() || (!opens && !is_statement_name(&path)) {
            continue;
        }
        let end = if opens { brackets.closing(at).unwrap_or(bytes.len()) } else { line_end(bytes, at) };
        calls.push(call(text, &spans, path, at + 1, end));
    }
    if language == Language::Ruby {
        let path = path_before(bytes, &brackets, &masked, masked.len());
        if is_statement_name(&path) {
            calls.push(Call { path, ..Call::default() });
        }
    }
    calls
}

/// `import x as y`, `from x import y as z`, `const { y } = require('x')`, `import { y } from 'x'`: what a name stands for.
fn aliases(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for line in text.split(['\n', ';']).map(str::trim).filter(|line| line.len() < 400) {
        if let Some((module, names)) = line.strip_prefix("from ").and_then(|rest| rest.split_once(" import ")) {
            found.extend(names.trim_matches(['(', ')']).split(',').filter_map(|name| named(module, name)));
        } else if let Some(rest) = line.strip_prefix("import ") {
            match rest.split_once(" from ") {
                Some((names, module)) => found.extend(imported(names, module)),
                None => found.extend(
                    rest.split(',')
                        .filter_map(|part| part.split_once(" as "))
                        .map(|(module, name)| (name.trim().to_owned(), module.trim().to_owned())),
                ),
            }
        } else if let Some((left, module)) = line.split_once("require(") {
            let names =
                left.trim_start_matches("const ").trim_start_matches("let ").trim_start_matches("var ").trim_end().trim_end_matches('=');
            found.extend(imported(names, module));
        }
        if found.len() > 200 {
            break;
        }
    }
    found
}

fn named(module: &str, name: &str) -> Option<(String, String)> {
    let (name, alias) = name.split_once(" as ").or_else(|| name.split_once(':')).unwrap_or((name, name));
    let (name, alias) = (name.trim(), alias.trim());
    let is_name = !alias.is_empty() && alias.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'$');
    is_name.then(|| (alias.to_owned(), format!("{}.{name}", module.trim())))
}

/// The names that a JavaScript module is bound to.
fn imported(names: &str, module: &str) -> Vec<(String, String)> {
    let module: String = module.trim_start_matches(['\'', '"', '`']).chars().take_while(|c| !matches!(c, '\'' | '"' | '`')).collect();
    let module = module.trim_start_matches("node:").trim_end_matches("/promises").to_owned();
    let names = names.trim();
    match names.strip_prefix('{').map(|rest| rest.trim_end_matches('}')) {
        Some(inner) => inner.split(',').filter_map(|name| named(&module, name)).collect(),
        None => {
            let name = names.trim_start_matches("* as ").trim();
            named(&module, name).map(|(alias, _)| (alias, module)).into_iter().collect()
        }
    }
}

fn unaliased(path: String, aliases: &[(String, String)]) -> String {
    let head = path.split('.').next().unwrap_or_default();
    match aliases.iter().find(|(alias, full)| alias == head && full != head) {
        Some((_, full)) => format!("{full}{}", path.get(head.len()..).unwrap_or_default()),
        None => path,
    }
}

/// The text with strings and comments blanked, byte for byte.
fn mask(text: &str, spans: &[(Span, usize, usize)]) -> String {
    let mut masked = String::with_capacity(text.len());
    for (span, from, to) in spans {
        match span {
            Span::Code => {
                masked.extend(text.get(*from..*to).unwrap_or_default().bytes().map(|b| if b.is_ascii() { char::from(b) } else { 'x' }))
            }
            Span::Text => masked.extend(std::iter::repeat_n('"', to - from)),
            Span::Comment => masked.extend(std::iter::repeat_n(' ', to - from)),
        }
    }
    masked
}

/// The dotted name that ends at `at`; the arguments of calls inside it are left out.
fn path_before(bytes: &[u8], brackets: &Brackets, masked: &str, at: usize) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut end = at;
    let mut length = 0;
    loop {
        let start = bytes
            .get(..end)
            .unwrap_or_default()
            .iter()
            .rposition(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'?' | b'!')))
            .map_or(0, |p| p + 1);
        let name = masked.get(start..end).unwrap_or_default();
        length += name.len() + 1;
        if !name.is_empty() {
            parts.push(name);
        } else if parts.is_empty() {
            return String::new();
        } else {
            // A literal or an expression owns what follows.
            parts.push("_");
        }
        let joiner = bytes.get(..start).unwrap_or_default();
        let before = match joiner {
            [head @ .., b'?', b'.'] | [head @ .., b'-', b'>'] | [head @ .., b':', b':'] => head,
            [head @ .., b'.'] => head,
            _ => break,
        };
        if length > NAME_BYTES_MAX {
            break;
        }
        end = before.len();
        // `f(x).g(` and `a['b'].g(`: step over what is in brackets.
        let mut stepped = 0;
        while bytes.get(..end).and_then(<[u8]>::last).is_some_and(|b| matches!(b, b')' | b']')) {
            stepped += 1;
            let Some(open) = brackets.opening(end - 1).filter(|_| stepped <= BRACKETS_MAX) else { break };
            end = open;
        }
        while bytes.get(..end).and_then(<[u8]>::last).is_some_and(u8::is_ascii_whitespace) {
            end -= 1;
        }
    }
    parts.reverse();
    parts.join(".")
}

/// Which bracket closes which, found once for the whole text.
struct Brackets {
    /// `(open, close)`, by where they open.
    by_open: Vec<(usize, usize)>,
    /// `(close, open)`, by where they close.
    by_close: Vec<(usize, usize)>,
}

impl Brackets {
    fn of(bytes: &[u8]) -> Self {
        let (mut open, mut by_close) = (Vec::new(), Vec::new());
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'(' | b'[' => open.push(at),
                b')' | b']' => by_close.extend(open.pop().map(|from| (at, from))),
                _ => {}
            }
        }
        let mut by_open: Vec<(usize, usize)> = by_close.iter().map(|(close, open)| (*open, *close)).collect();
        by_open.sort_unstable();
        Self { by_open, by_close }
    }

    fn closing(&self, open: usize) -> Option<usize> {
        let at = self.by_open.binary_search_by_key(&open, |pair| pair.0).ok()?;
        self.by_open.get(at).map(|pair| pair.1)
    }

    fn opening(&self, close: usize) -> Option<usize> {
        let at = self.by_close.binary_search_by_key(&close, |pair| pair.0).ok()?;
        self.by_close.get(at).map(|pair| pair.1)
    }
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes.iter().skip(at).position(|b| matches!(b, b'\n' | b';')).map_or(bytes.len(), |n| at + n)
}

/// Names that Perl and Ruby call without parentheses.
fn is_statement_name(path: &str) -> bool {
    let method = path.rsplit('.').next().unwrap_or_default();
    matches!(
        method,
        "unlink"
            | "rmdir"
            | "system"
            | "exec"
            | "eval"
            | "rename"
            | "chmod"
            | "chown"
            | "truncate"
            | "rmtree"
            | "delete_all"
            | "destroy_all"
            | "destroy"
            | "rm_rf"
            | "rm"
            | "rm_r"
    )
}

fn call(text: &str, spans: &[(Span, usize, usize)], path: String, from: usize, to: usize) -> Call {
    let inside = start_of(text.get(from..to).unwrap_or_default()).to_owned();
    let within: Vec<&(Span, usize, usize)> = spans
        .iter()
        .skip(spans.partition_point(|s| s.1 < from))
        .take_while(|s| s.1 < to)
        .filter(|s| s.0 == Span::Text)
        .take(TEXTS_MAX)
        .collect();
    let texts: Vec<String> = within.iter().map(|(_, from, to)| unquoted(text.get(*from..*to).unwrap_or_default())).collect();
    let first = within
        .first()
        .filter(|(_, start, _)| text.get(from..*start).is_some_and(|before| before.trim().len() <= 1 && !before.contains([',', '('])));
    let is_whole =
        |end: usize| text.get(end..to).is_some_and(|after| after.trim_start().is_empty() || after.trim_start().starts_with([',', ')']));
    let first = first.filter(|(_, _, end)| is_whole(*end)).map(|(_, from, to)| unquoted(text.get(*from..*to).unwrap_or_default()));
    Call { path, inside, texts, first }
}

/// The first bytes of a text, cut between characters.
fn start_of(text: &str) -> &str {
    let end = (0..=INSIDE_BYTES_MAX.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    text.get(..end).unwrap_or_default()
}

fn unquoted(literal: &str) -> String {
    let inner = ["\"\"\"", "'''", "\"", "'", "`"]
        .iter()
        .find_map(|q| literal.strip_prefix(q).map(|rest| rest.strip_suffix(q).unwrap_or(rest)))
        .unwrap_or(literal);
    let mut out = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match (character, character == '\\') {
            (_, true) => match characters.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            },
            (plain, false) => out.push(plain),
        }
    }
    out
}
