//! The built-in pin `linchpin-self`: calls that reach for linchpin.
//!
//! An agent that can approve its own calls, read the operator's token or point its
//! base URL elsewhere is not behind linchpin any more. So whatever a call carries is
//! searched for linchpin's ports, files, commands and variables, in every spelling
//! that is cheap to undo. It blocks and cannot be approved, which is why it looks
//! for a reach and not for the word: who writes about linchpin, passes.
//!
//! What a script on disk does, what a name resolves to and what arithmetic gives
//! cannot be seen here; the operator's port has its own secret for that.

mod files;
mod ports;
mod words;

use super::Guarded;
use super::clause::Seen;
use super::texts::visible;
use crate::kind::Kind;
use crate::pin::{PinId, SELF};
use crate::verdict::{Objection, Verdict};
use files::Files;
use ports::Ports;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use words::Words;

/// What is searched for, compiled.
#[derive(Debug)]
pub(super) struct Own {
    ports: Ports,
    files: Files,
    words: &'static Words,
}

impl Own {
    pub(super) fn new(guarded: &Guarded) -> Result<Self, regex::Error> {
        Ok(Self { ports: Ports::new(guarded)?, files: Files::new(&guarded.paths)?, words: Words::get()? })
    }

    /// The objection to a call that reaches for linchpin.
    pub(super) fn objection(&self, seen: &Seen<'_>) -> Option<Objection> {
        let is_search = self.words.is_search(seen);
        let reach = spellings(seen).iter().find_map(|text| self.reach(text, is_search));
        let reach = reach
            .or_else(|| lists(seen).iter().find_map(|text| self.words.reach(text, is_search).or_else(|| self.files.reach_joined(text))));
        let in_actions = || self.files.in_actions(&seen.actions).or_else(|| self.ports.in_actions(&seen.actions));
        let why = reach.or_else(|| self.words.in_pieces(&seen.texts)).or_else(in_actions)?;
        Some(Objection { pin: PinId::built_in(SELF), verdict: Verdict::Block, shadow: false, why, limited: None })
    }

    /// What of linchpin's a text reaches for.
    fn reach(&self, text: &str, is_search: bool) -> Option<String> {
        self.words.reach(text, is_search).or_else(|| self.files.reach(text)).or_else(|| self.ports.reach(text))
    }
}

/// The call's text as written, without the quotes and escapes a shell drops, and
/// with percent-encoding undone.
fn spellings(seen: &Seen<'_>) -> Vec<String> {
    let mut whole = visible(&seen.texts.joined());
    let keys = seen.texts.pieces.iter().map(|piece| &piece.key).filter(|key| !key.is_empty()).collect::<BTreeSet<_>>();
    // A phrase that is only read is something searched for.
    let is_phrase = |kind: Kind, target: &str| kind.broad() == Kind::Read && target.contains(' ');
    let targets = seen.actions.iter().flat_map(|action| action.targets.iter().map(|target| (action.kind, &target.value)));
    let targets = targets.filter(|(kind, target)| !is_phrase(*kind, target)).map(|(_, target)| target);
    // What was decoded on the way to an action stands in what shows it.
    let evidence = seen.actions.iter().map(|action| &action.evidence);
    for text in keys.into_iter().chain(targets).chain(evidence) {
        whole.push('\n');
        whole.push_str(&visible(text));
    }
    let whole = whole.replace(['\u{3002}', '\u{ff61}'], ".");
    let unquoted = whole.replace("${IFS}", " ").replace("$IFS", " ").replace("$@", "").replace(['"', '\'', '\\', '^', '`'], "");
    // `[l]inchpin`: a pattern that does not find itself.
    let unquoted = BRACKETED.as_ref().map_or_else(|_| unquoted.clone(), |letter| letter.replace_all(&unquoted, "$1").into_owned());
    let decoded = if unquoted.contains('%') { percent_decoded(&unquoted) } else { String::new() };
    let mut spellings = vec![whole, unquoted, decoded];
    spellings.dedup();
    spellings
}

/// The call's text with its lists of quoted words put together: as the words of a
/// command (`["a", "b"]` is `a b`), and as the parts of a path (`"a" / "b"` is `a/b`).
fn lists(seen: &Seen<'_>) -> Vec<String> {
    let text = visible(&seen.texts.joined());
    let Some(between) = BETWEEN.as_ref().ok().filter(|between| between.is_match(&text)) else { return Vec::new() };
    let words = between.replace_all(&text, " ").replace(['"', '\'', '[', ']'], "");
    vec![words, between.replace_all(&text, "/").into_owned()]
}

/// What stands between two quoted words of a list, of a sum, or of a path.
static BETWEEN: LazyLock<Result<Regex, regex::Error>> = LazyLock::new(|| Regex::new(r#"/?["']\s*[,/+]\s*\[?\s*["']/?"#));

static BRACKETED: LazyLock<Result<Regex, regex::Error>> = LazyLock::new(|| Regex::new(r"\[([a-zA-Z])\]"));

/// Bytes that are no text stay encoded.
fn percent_decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        decoded.push_str(before);
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(u8::is_ascii);
        decoded.push(byte.map_or('%', char::from));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    decoded.push_str(rest);
    decoded
}

#[cfg(test)]
mod tests;
