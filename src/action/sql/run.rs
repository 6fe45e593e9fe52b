//! Statements that run other statements: procedures, blocks, text that becomes a statement.

use super::query::os_command;
use super::token::{self, Dialect, Token};
use super::{inner_statements, procedure, read};
use crate::action::reading::Reading;
use crate::kind::Kind;

/// `EXEC proc`, `CALL proc()`, `EXEC('text')`, `EXECUTE IMMEDIATE 'text'`, `DO $$ … $$`.
pub(super) fn call(reading: &mut Reading, tokens: &[Token], text: &str) {
    let name = tokens.get(1).and_then(Token::as_word).unwrap_or_default();
    let variable = tokens.iter().zip(tokens.iter().skip(1)).find(|(at, _)| at.is_symbol('@')).and_then(|(_, name)| name.as_word());
    let strings: Vec<&str> = tokens.iter().filter_map(Token::as_text).collect();
    if name.ends_with("XP_CMDSHELL") || tokens.iter().any(|t| t.as_word() == Some("XP_CMDSHELL")) {
        return os_command(reading, strings.first().copied());
    }
    let is_text = tokens.get(1).is_some_and(|t| t.is_symbol('(') || t.as_text().is_some())
        || matches!(name, "IMMEDIATE" | "SP_EXECUTESQL")
        || tokens.iter().any(|t| t.as_word() == Some("SP_EXECUTESQL"));
    let verb = tokens.first().and_then(Token::as_word);
    if verb == Some("DO") || verb == Some("PREPARE") || is_text {
        let joined = if verb == Some("DO") || verb == Some("PREPARE") || name == "SP_EXECUTESQL" {
            strings.first().copied().unwrap_or_default().to_owned()
        } else {
            strings.concat()
        };
        // `SET @q = 'DROP TABLE t'; PREPARE s FROM @q`: what was put into it stands above.
        let kept = variable.filter(|_| reading.spend(text.len())).map(|variable| kept_in(variable, text)).unwrap_or_default();
        if !kept.is_empty() && joined.trim().is_empty() {
            return read(reading, &kept);
        }
        if joined.trim().is_empty() {
            return if verb == Some("PREPARE") {
                inner_statements(reading, tokens, text)
            } else {
                reading.unknown("a statement that is computed", text)
            };
        }
        if tokens.iter().any(|t| t.is_symbol('@')) && name != "SP_EXECUTESQL" {
            reading.unknown("a statement that is partly computed", text);
        }
        return read(reading, &joined);
    }
    if name.contains("SP_CONFIGURE") {
        return reading.note(Kind::Deploy, "the procedure", name);
    }
    let qualified = name_of(tokens);
    procedure::kinds(&qualified).into_iter().for_each(|kind| reading.note(kind, "the procedure", &qualified));
}

/// `EXEC msdb.dbo.sp_send_dbmail`: the name with its schemas.
fn name_of(tokens: &[Token]) -> String {
    let mut name = String::new();
    for token in tokens.iter().skip(1) {
        match token {
            Token::Word { plain, .. } | Token::Identifier(plain) if name.is_empty() || name.ends_with('.') => name.push_str(plain),
            Token::Symbol('.') if !name.is_empty() => name.push('.'),
            _ => break,
        }
    }
    name
}

/// The texts that a variable was given, side by side; empty where anything else was put into it.
fn kept_in(variable: &str, text: &str) -> String {
    let (tokens, _) = token::read(text, Dialect::Plain);
    let mut kept = String::new();
    for statement in tokens.split(|t| t.is_symbol(';')) {
        let sets = matches!(statement.first().and_then(Token::as_word), Some("SET" | "DECLARE" | "SELECT"));
        let Some(at) = statement.iter().position(|t| t.as_word() == Some(variable)).filter(|_| sets) else { continue };
        let Some(equals) = statement.iter().skip(at).position(|t| t.is_symbol('=')) else { continue };
        for token in statement.iter().skip(at + equals + 1) {
            match token {
                Token::Text(part) => kept.push_str(part),
                Token::Symbol('+' | '|' | '(' | ')' | ',') => {}
                Token::Word { upper, .. } if upper == "CONCAT" => {}
                _ => return String::new(),
            }
        }
    }
    kept
}
