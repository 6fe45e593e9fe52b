//! Lines for a database's client rather than for the database: `\! cmd`, `.shell cmd`, `system cmd`.

use super::super::code::Language;
use super::super::reading::Reading;
use super::super::{code, fold, shell};
use crate::action::name::Phrase;
use crate::kind::Kind;

/// Reads the client's own lines, and gives the rest, which is SQL.
pub(super) fn commands(reading: &mut Reading, text: &str) -> String {
    let mut rest = String::with_capacity(text.len());
    // Inside a text that goes over several lines nothing is a command.
    let mut in_text = false;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if in_text || !command(reading, bare) {
            rest.push_str(line);
            in_text ^= line.bytes().filter(|b| *b == b'\'').count() % 2 == 1;
        }
    }
    rest
}

/// Reads one line, if it is the client's.
fn command(reading: &mut Reading, line: &str) -> bool {
    if let Some(rest) = line.strip_prefix(":!!").or_else(|| line.strip_prefix("!!")).or_else(|| line.strip_prefix('!')) {
        shell::read(reading, rest);
        return true;
    }
    if let Some(command) = line.strip_prefix('\\') {
        backslash(reading, command);
        return true;
    }
    if let Some(command) = line.strip_prefix('.').filter(|c| c.starts_with(char::is_alphabetic)) {
        dot(reading, command);
        return true;
    }
    let (word, operand) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    match word {
        _ if line.starts_with('@') && !line.starts_with("@@") && !line.contains(['=', ' ']) => {
            reading.note(Kind::Execute, "runs statements from a file", line)
        }
        ":r" => reading.note(Kind::Execute, "runs statements from a file", operand),
        "system" | "host" | "HOST" | "!" if !operand.is_empty() => shell::read(reading, operand.trim_end_matches(';')),
        "source" | "SOURCE" if !operand.is_empty() => reading.note(Kind::Execute, "runs statements from a file", operand),
        "pager" if !operand.is_empty() => shell::read(reading, operand),
        "tee" | "spool" | "SPOOL" if !operand.is_empty() && !operand.contains('(') => reading.note(Kind::Write, "the client command", line),
        _ => return false,
    }
    true
}

/// `psql`'s and `mysql`'s.
fn backslash(reading: &mut Reading, command: &str) {
    let (verb, operand) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    if let Some(rest) = command.strip_prefix('!') {
        return shell::read(reading, rest);
    }
    match verb {
        "copy" => copied(reading, operand),
        "i" | "ir" | "include" | "include_relative" | "." => reading.note(Kind::Execute, "runs statements from a file", operand),
        "gexec" => reading.unknown("statements that a query computes", command),
        "o" | "out" | "g" | "gx" | "w" | "write" | "T" | "s" => written(reading, command, operand),
        "lo_unlink" => reading.note(Kind::Delete, "the client command", command),
        "lo_import" | "lo_export" | "setenv" | "cd" => reading.note(Kind::Write, "the client command", command),
        "password" => reading.note(Kind::PermissionCredential, "the client command", command),
        "P" if !operand.is_empty() => shell::read(reading, operand),
        _ => reading.note(Kind::Read, "the client command", command),
    }
}

/// A file, or a command that output is piped into.
fn written(reading: &mut Reading, command: &str, operand: &str) {
    match operand.trim_start().strip_prefix('|') {
        Some(piped) => shell::read(reading, piped.trim_matches(['\'', '"'])),
        None if operand.trim().is_empty() => reading.note(Kind::Read, "the client command", command),
        None => reading.note(Kind::Write, "the client command", command),
    }
}

/// `\copy t to 'file'`, `\copy t from program 'cmd'`.
fn copied(reading: &mut Reading, operand: &str) {
    let lower = operand.to_lowercase();
    if let Some(at) = lower.find(" program ") {
        let command = operand.get(at + 9..).unwrap_or_default().trim();
        let inner = command.strip_prefix('\'').and_then(|c| c.rsplit_once('\'')).map_or(command, |(inner, _)| inner);
        return shell::read(reading, inner);
    }
    reading.note(Kind::Write, "the client command", operand);
}

/// SQLite's, DuckDB's, and the control commands of Kusto.
fn dot(reading: &mut Reading, command: &str) {
    let (verb, operand) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    match verb {
        "shell" | "system" => shell::read(reading, operand),
        "read" => reading.note(Kind::Execute, "runs statements from a file", operand),
        "load" => reading.note(Kind::Execute, "loads an extension", operand),
        "output" | "once" | "excel" | "log" | "trace" => written(reading, command, operand),
        "import" => match operand.trim().trim_start_matches(['"', '\'']).strip_prefix('|') {
            Some(piped) => shell::read(reading, piped.split(['"', '\'']).next().unwrap_or_default()),
            None => reading.note(Kind::Write, "the client command", command),
        },
        "save" | "backup" | "clone" | "archive" | "ar" | "recover" => reading.note(Kind::Write, "the client command", command),
        "restore" => reading.note(Kind::Overwrite, "the client command", command),
        "open" if operand.contains("--new") => reading.note(Kind::Overwrite, "the client command", command),
        "python" => code::read(reading, Language::Python, operand),
        "show" | "schema" | "tables" | "indexes" | "databases" | "dump" | "mode" | "headers" | "help" | "open" | "quit" | "exit"
        | "stats" | "timer" => reading.note(Kind::Read, "the client command", command),
        _ => {
            let words: Vec<String> = fold::words(verb).into_iter().chain(fold::words(operand).into_iter().take(2)).collect();
            let kinds = Phrase::of_words(&words).kinds();
            let is_told = kinds.iter().any(|kind| kind.is_consequential());
            kinds.into_iter().filter(|kind| kind.is_consequential()).for_each(|kind| reading.note(kind, "the client command", command));
            if !is_told {
                reading.note(Kind::Read, "the client command", command);
            }
        }
    }
}
