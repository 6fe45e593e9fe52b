//! Statements that carry data in and out: `COPY`, `UNLOAD`, `LOAD DATA`, `EXPORT`.

use super::tables;
use super::token::Token;
use crate::action::reading::{Reading, evidence, target};
use crate::action::shell;
use crate::call::{Action, TargetSort};
use crate::kind::Kind;

pub(super) fn transfer(reading: &mut Reading, verb: &str, tokens: &[Token], text: &str) {
    let word_at = |word: &str| tokens.iter().position(|t| t.as_word() == Some(word));
    if let Some(at) = word_at("PROGRAM") {
        return match tokens.get(at + 1).and_then(Token::as_text) {
            Some(command) => shell::read(reading, command),
            None => reading.unknown("a program that is computed", text),
        };
    }
    let leaves = tokens.iter().filter_map(Token::as_text).any(|s| s.contains("://") && !s.starts_with("file:"));
    let is_out = matches!(verb, "UNLOAD" | "EXPORT" | "BACKUP")
        || (verb == "COPY" && word_at("TO").is_some() && word_at("FROM").is_none_or(|from| word_at("TO").is_some_and(|to| to < from)))
        || (verb == "COPY" && word_at("INTO").is_some() && tokens.get(2).is_some_and(|t| t.as_text().is_some() || t.is_symbol('@')));
    // A shared library is loaded into the server.
    if verb == "LOAD" && tokens.len() <= 2 {
        return reading.note(Kind::Execute, "loads an extension", text);
    }
    if verb == "PUT" {
        return reading.note(Kind::Disclose, "local files go to the server by", text);
    }
    let kind = if is_out && (leaves || matches!(verb, "UNLOAD" | "EXPORT")) { Kind::Disclose } else { Kind::Write };
    reading.add(Action::new(kind, evidence("the statement", text)).on(tables(tokens).into_iter().map(|t| target(TargetSort::Table, &t))));
}
