//! What redirections read, write and lose.

use super::super::paths;
use super::super::reading::{Reading, evidence, target};
use super::super::written::Wrote;
use super::Feed;
use super::bindings::Bindings;
use super::expand::decodes;
use super::syntax::{Operator, Piece, Redirect, Word};
use crate::call::{Action, TargetSort};
use crate::kind::Kind;

/// What this redirection feeds into the command, if anything.
pub(super) fn input(reading: &mut Reading, bindings: &Bindings, redirect: &Redirect, heredoc: Option<&Word>) -> Option<Feed> {
    match redirect.operator {
        Operator::Heredoc => Some(literal(bindings, heredoc?)),
        Operator::Herestring => Some(literal(bindings, &redirect.target)),
        Operator::Read | Operator::ReadWrite => {
            if let [Piece::Process(script)] = redirect.target.pieces.as_slice() {
                let text = bindings.output(script);
                let is_hidden = text.is_none();
                return Some(Feed {
                    text,
                    is_encoded: decodes(script),
                    is_local: is_hidden,
                    is_foreign: is_hidden,
                    is_there: true,
                    ..Feed::default()
                });
            }
            let path = bindings.value(&redirect.target).text;
            if paths::network_file(&path).is_some() {
                reading.note(Kind::ReadNetwork, "input from the network file", &path);
                return Some(Feed { is_foreign: true, is_there: true, ..Feed::default() });
            }
            let kind = if paths::is_secret(&path) { Kind::ReadSecret } else { Kind::Read };
            reading.add(Action::new(kind, evidence("input from", &path)).on([target(TargetSort::Path, &path)]));
            let is_hidden = !paths::is_nowhere(&path);
            Some(Feed { is_local: is_hidden, is_foreign: is_hidden, is_there: true, from: Some(path), ..Feed::default() })
        }
        Operator::Write | Operator::Clobber | Operator::Append | Operator::Duplicate => None,
    }
}

fn literal(bindings: &Bindings, word: &Word) -> Feed {
    let value = bindings.value(word);
    let is_encoded = word.pieces.iter().any(|piece| matches!(piece, Piece::Command { script, .. } if decodes(script)));
    Feed { is_local: value.is_computed && value.text.contains("$("), text: Some(value.text), is_encoded, is_there: true, ..Feed::default() }
}

/// What this redirection writes, and whether something is lost by it.
pub(super) fn output(reading: &mut Reading, bindings: &Bindings, redirect: &Redirect, out: &Feed, command: &str) {
    let path = bindings.value(&redirect.target).text;
    match redirect.operator {
        Operator::Write | Operator::Clobber | Operator::Append | Operator::ReadWrite => {}
        Operator::Read | Operator::Duplicate | Operator::Heredoc | Operator::Herestring => return,
    }
    if paths::is_nowhere(&path) || path == "/dev/fd/63" {
        return;
    }
    if let Some(host) = paths::network_file(&path) {
        let kind = if out.is_local { Kind::Disclose } else { Kind::Write };
        return reading.add(Action::new(kind, evidence("output to the network file", &path)).on([target(TargetSort::Host, host)]));
    }
    written(reading, &path, redirect.operator == Operator::Append, out);
    let is_emptied = redirect.operator == Operator::Write && (matches!(command, "" | ":" | "true" | "exec") || is_blank(out, command));
    if redirect.operator == Operator::Clobber || is_emptied {
        reading.add(Action::new(Kind::Overwrite, evidence("earlier content is lost of", &path)).on([target(TargetSort::Path, &path)]));
    }
}

fn is_blank(out: &Feed, command: &str) -> bool {
    matches!(command, "echo" | "printf") && out.text.as_deref().is_some_and(|text| text.trim().is_empty())
}

/// A file is written; what that does besides.
pub(super) fn written(reading: &mut Reading, path: &str, appends: bool, content: &Feed) {
    let at = || [target(TargetSort::Path, path)];
    reading.add(Action::new(Kind::Write, evidence("output to", path)).on(at()));
    reading.wrote(|| {
        let (path, text) = (path.to_owned(), content.text.clone());
        if appends { Wrote::Piece { path, text } } else { Wrote::Whole { path, text } }
    });
    let effects = paths::effects_of_writing(path);
    for &kind in effects.iter().filter(|kind| !(appends && **kind == Kind::Overwrite)) {
        reading.add(Action::new(kind, evidence("output to", path)).on(at()));
    }
    if effects.contains(&Kind::Execute)
        && let Some(text) = &content.text
    {
        super::read(reading, text);
    }
}
