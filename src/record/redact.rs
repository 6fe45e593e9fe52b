//! Secrets stay out of the record.
//!
//! A record is read by many, copied into tickets and kept for a year; the keys and
//! passwords that pass by in a call's arguments must not be in it. What is
//! recognised as a secret is replaced by [`MARK`]; the digest beside it is still
//! over the exact bytes. Two ways of looking, both over any text, also broken
//! JSON: string literals, decoded, with the key they stand under, and patterns of
//! well-known keys. When in doubt it is redacted: a record that shows too little
//! is a nuisance, one that shows a password is an incident.

mod literal;
mod pattern;

use super::RecordError;
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use std::borrow::Cow;

/// What stands in place of a secret.
pub(super) const MARK: &str = "[redacted]";

/// The most bytes of one text that are kept; the rest is named by its length.
pub(super) const KEPT_BYTES_MAX: usize = 64 * 1024;

/// How far beyond that a secret is followed, so that none is cut in half and
/// missed: longer than any key or token.
const MARGIN_BYTES: usize = 8 * 1024;

/// JSON in a string in JSON …: how deep that is followed; below it, patterns only.
const NESTING_MAX: usize = 6;

/// The shortest secret that is also looked for elsewhere in the same call.
const FOUND_BYTES_MIN: usize = 5;

/// How many secrets of one call are looked for elsewhere in it.
const FOUND_MAX: usize = 256;

/// How large a compiled pattern may be.
const PATTERN_BYTES_MAX: usize = 1024 * 1024;

/// How many patterns the operator may add.
const PATTERNS_MAX: usize = 256;

/// Takes secrets out of texts.
#[derive(Debug)]
pub struct Redactor {
    patterns: Vec<Regex>,
    /// All of them at once: most texts match none.
    any: RegexSet,
}

/// The secrets found in one call: none of them may stand anywhere in its entry.
#[derive(Debug, Default)]
pub(super) struct Found {
    secrets: Vec<String>,
    /// More than are kept: what quotes the call is then not kept at all.
    overflow: bool,
}

impl Found {
    fn add(&mut self, secret: &str) {
        let secret = secret.trim();
        if secret.len() < FOUND_BYTES_MIN || secret == MARK || self.secrets.iter().any(|known| known == secret) {
            return;
        }
        if self.secrets.len() < FOUND_MAX { self.secrets.push(secret.to_owned()) } else { self.overflow = true }
    }
}

impl Redactor {
    /// Compiles the built-in patterns and the operator's.
    pub fn new(patterns: &[String]) -> Result<Self, RecordError> {
        if let Some(pattern) = patterns.get(PATTERNS_MAX) {
            return Err(RecordError::Pattern { pattern: pattern.clone(), why: format!("there are more than {PATTERNS_MAX}") });
        }
        let all: Vec<&str> = pattern::BUILT_IN.iter().copied().chain(patterns.iter().map(String::as_str)).collect();
        let compiled = all.iter().copied().map(compile).collect::<Result<_, _>>()?;
        let any = RegexSetBuilder::new(&all).size_limit(PATTERN_BYTES_MAX * all.len()).build();
        let any = any.map_err(|error| RecordError::Pattern { pattern: "all together".into(), why: error.to_string() })?;
        Ok(Self { patterns: compiled, any })
    }

    /// The text as it may be kept: without secrets, and cut to [`KEPT_BYTES_MAX`].
    pub fn redact(&self, text: &str) -> String {
        self.redact_call(text).0
    }

    /// The arguments of a call as they may be kept, and the secrets that were in them.
    pub(super) fn redact_call(&self, arguments: &str) -> (String, Found) {
        let mut found = Found::default();
        let window = start_of(arguments, KEPT_BYTES_MAX + MARGIN_BYTES);
        let mut kept = self.redact_nested(window, NESTING_MAX, &mut found).into_owned();
        kept = without(&kept, &found);
        let is_whole = window.len() == arguments.len();
        if !is_whole {
            // Whatever began in the margin may go on beyond the window, where nobody looked.
            kept.truncate(start_of(&kept, kept.len().saturating_sub(MARGIN_BYTES)).len());
        }
        if !is_whole || kept.len() > KEPT_BYTES_MAX {
            kept.truncate(start_of(&kept, KEPT_BYTES_MAX).len());
            kept.push_str(&format!("…[cut: {} bytes in all]", arguments.len()));
        }
        (kept, found)
    }

    /// Another text about the same call: its secrets are taken out as well, also
    /// where nothing beside them tells that they are secret.
    pub(super) fn redact_with(&self, text: &str, found: &Found) -> String {
        if found.overflow { MARK.to_owned() } else { without(&self.redact(text), found) }
    }

    /// Literals first, then patterns over the whole.
    fn redact_nested<'a>(&self, text: &'a str, nesting: usize, found: &mut Found) -> Cow<'a, str> {
        let literals = if nesting == 0 { Cow::Borrowed(text) } else { self.redact_literals(text, nesting, found) };
        match self.redact_patterns(&literals, found) {
            Some(redacted) => Cow::Owned(redacted),
            None => literals,
        }
    }

    fn redact_literals<'a>(&self, text: &'a str, nesting: usize, found: &mut Found) -> Cow<'a, str> {
        let mut redacted = String::new();
        let mut copied = 0;
        for literal in literal::literals(text) {
            let replacement = if literal.is_secret {
                found.add(&literal.decoded);
                Some(if literal.is_bare { format!("\"{MARK}\"") } else { MARK.to_owned() })
            } else if text.get(literal.inside.clone()) == Some(&literal.decoded) {
                // No escapes in it: the patterns see it as it is when they read the whole.
                None
            } else {
                let inside = self.redact_nested(&literal.decoded, nesting - 1, found);
                (inside != literal.decoded).then(|| crate::json::escape(&inside))
            };
            if let Some(replacement) = replacement {
                redacted.push_str(text.get(copied..literal.inside.start).unwrap_or_default());
                redacted.push_str(&replacement);
                copied = literal.inside.end;
            }
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        redacted.push_str(text.get(copied..).unwrap_or_default());
        Cow::Owned(redacted)
    }

    /// `None` when no pattern matches.
    fn redact_patterns(&self, text: &str, found: &mut Found) -> Option<String> {
        if !self.any.is_match(text) {
            return None;
        }
        let mut redacted: Option<String> = None;
        for pattern in &self.patterns {
            let now = redacted.as_deref().unwrap_or(text);
            if let Some(next) = replace(pattern, now, found) {
                redacted = Some(next);
            }
        }
        redacted
    }
}

fn replace(pattern: &Regex, text: &str, found: &mut Found) -> Option<String> {
    let mut redacted = String::new();
    let mut copied = 0;
    for captures in pattern.captures_iter(text) {
        let Some(secret) = pattern::GROUPS.iter().find_map(|name| captures.name(name)).or_else(|| captures.get(0)) else { continue };
        if is_no_secret(secret.as_str()) {
            continue;
        }
        found.add(secret.as_str());
        redacted.push_str(text.get(copied..secret.start()).unwrap_or_default());
        redacted.push_str(MARK);
        copied = secret.end();
    }
    if copied == 0 {
        return None;
    }
    redacted.push_str(text.get(copied..).unwrap_or_default());
    Some(redacted)
}

/// What stands in a secret's place often enough and is none.
fn is_no_secret(text: &str) -> bool {
    let is_word = ["true", "false", "null", "none", MARK].iter().any(|word| text.eq_ignore_ascii_case(word));
    is_word || text.chars().all(|c| matches!(c, '{' | '}' | '[' | ']' | '(' | ')'))
}

/// The text without these secrets, plain or spelled as JSON spells them.
fn without(text: &str, found: &Found) -> String {
    let mut clean = text.to_owned();
    for secret in &found.secrets {
        for spelling in [secret.clone(), crate::json::escape(secret)] {
            if clean.contains(&spelling) {
                clean = clean.replace(&spelling, MARK);
            }
        }
    }
    clean
}

fn compile(pattern: &str) -> Result<Regex, RecordError> {
    let built = RegexBuilder::new(pattern).size_limit(PATTERN_BYTES_MAX).build();
    built.map_err(|error| RecordError::Pattern { pattern: pattern.to_owned(), why: error.to_string() })
}

/// The longest start of a text that has at most so many bytes.
fn start_of(text: &str, bytes_max: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes_max)).unwrap_or(text)
}
