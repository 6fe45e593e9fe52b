//! Queries: what reads, and which functions and forms do more than read.

use super::token::Token;
use super::{inner_statements, looks_like, procedure, read, statement, tables};
use crate::action::reading::{Reading, evidence, target};
use crate::action::{paths, shell};
use crate::call::{Action, TargetSort};
use crate::kind::Kind;

pub(super) fn query(reading: &mut Reading, tokens: &[Token], text: &str) {
    let before = reading.len();
    for (at, token) in tokens.iter().enumerate() {
        if token.as_word() == Some("INTO") && tokens.first().and_then(Token::as_word) == Some("SELECT") {
            reading.note(Kind::Write, "a query that writes", text);
            let file = tokens
                .get(at + 1)
                .filter(|t| matches!(t.as_word(), Some("OUTFILE" | "DUMPFILE")))
                .and_then(|_| tokens.get(at + 2))
                .and_then(Token::as_text);
            let effects = file.map(paths::effects_of_writing).unwrap_or_default();
            effects.into_iter().for_each(|kind| reading.note(kind, "the file that is written", text));
        }
        if tokens.get(at + 1).is_some_and(|t| t.is_symbol('(')) {
            let owner =
                at.checked_sub(2).and_then(|owner| tokens.get(owner)).filter(|_| tokens.get(at - 1).is_some_and(|t| t.is_symbol('.')));
            let Some(name) = token.as_word() else { continue };
            function(reading, owner.and_then(Token::as_word), name, tokens.get(at + 1..).unwrap_or_default(), text);
        }
    }
    let tables = tables(tokens);
    let is_secret = tokens
        .iter()
        .filter_map(Token::as_word)
        .any(|word| matches!(word, "PASSWORD" | "PASSWORD_HASH" | "PASSWD" | "SECRET" | "API_KEY" | "PRIVATE_KEY"));
    let kind = if is_secret { Kind::ReadSecret } else { Kind::Read };
    if reading.len() == before || is_secret {
        reading.add(Action::new(kind, evidence("the query", text)).on(tables.into_iter().map(|t| target(TargetSort::Table, &t))));
    }
}

/// How many tokens of a function's arguments are looked at.
const ARGUMENT_TOKENS_MAX: usize = 400;

/// A function that does more than compute.
fn function(reading: &mut Reading, owner: Option<&str>, name: &str, arguments: &[Token], text: &str) {
    let arguments = arguments.get(..arguments.len().min(ARGUMENT_TOKENS_MAX)).unwrap_or_default();
    let arguments = super::closing(arguments.get(1..).unwrap_or_default()).and_then(|end| arguments.get(..=end + 1)).unwrap_or(arguments);
    let is_computed = arguments
        .iter()
        .any(|t| matches!(t, Token::Word { .. } | Token::Identifier(_)) && !matches!(t.as_word(), Some("NULL" | "TRUE" | "FALSE")));
    if let Some(kind) =
        owner.and_then(|owner| procedure::of_package(owner, name, is_computed)).or_else(|| procedure::of_package(name, "", is_computed))
    {
        return reading.note(kind, "the function", name);
    }
    let strings: Vec<&str> = arguments.iter().take_while(|t| !t.is_symbol(';')).filter_map(Token::as_text).collect();
    match name {
        "SCHEDULE" | "SCHEDULE_IN_DATABASE" | "ADD_JOB" | "CREATE_JOB" => {
            reading.note(Kind::Execute, "runs later", text);
            for string in strings.iter().filter(|s| looks_like(s)) {
                read(reading, string);
            }
        }
        "PG_TERMINATE_BACKEND"
        | "PG_CANCEL_BACKEND"
        | "PG_RELOAD_CONF"
        | "PG_PROMOTE"
        | "PG_SWITCH_WAL"
        | "PG_ROTATE_LOGFILE"
        | "UNSCHEDULE" => reading.note(Kind::Deploy, "the function", name),
        "LO_EXPORT" | "PG_FILE_WRITE" | "SETVAL" | "SET_CONFIG" | "LO_IMPORT" | "WRITEFILE" => {
            reading.note(Kind::Write, "the function", name)
        }
        "ADD_RETENTION_POLICY" | "DROP_CHUNKS" | "PG_DROP_REPLICATION_SLOT" | "PG_FILE_UNLINK" | "LO_UNLINK" => {
            reading.note(Kind::Delete, "the function", name)
        }
        "HTTP_POST" | "HTTP_PUT" | "HTTP_PATCH" | "HTTP" | "UTL_HTTP" | "NET_HTTP_POST" => {
            let holds_data = arguments.iter().any(|t| matches!(t.as_word(), Some("SELECT")));
            reading.note(if holds_data { Kind::Disclose } else { Kind::Write }, "the function", name);
        }
        "HTTP_DELETE" => reading.note(Kind::Delete, "the function", name),
        "DBLINK" | "DBLINK_EXEC" | "QUERY_TO_XML" | "OPENQUERY" | "OPENROWSET" | "EXECUTE_IMMEDIATE" => {
            for string in strings.iter().filter(|s| looks_like(s)) {
                read(reading, string);
            }
        }
        "SYS_EXEC" | "SYS_EVAL" | "XP_CMDSHELL" => os_command(reading, strings.first().copied()),
        "LOAD_EXTENSION" | "SYS_BINEVAL" => reading.note(Kind::Execute, "the function", name),
        _ => procedure::stated(name).into_iter().for_each(|kind| reading.note(kind, "the function", name)),
    }
}

/// A command for the server's shell.
pub(super) fn os_command(reading: &mut Reading, command: Option<&str>) {
    match command {
        Some(command) => shell::read(reading, command),
        None => reading.unknown("a command that is computed for the server's shell", ""),
    }
}

/// A query with names before it: whatever in it changes something counts.
pub(super) fn with(reading: &mut Reading, tokens: &[Token], text: &str) {
    let before = reading.len();
    inner_statements(reading, tokens, text);
    if reading.len() == before {
        query(reading, tokens, text);
    }
}

pub(super) fn explain(reading: &mut Reading, rest: &[Token], text: &str) {
    let runs = rest
        .iter()
        .take_while(|t| !matches!(t.as_word(), Some("SELECT" | "UPDATE" | "DELETE" | "INSERT" | "WITH" | "MERGE" | "CREATE")))
        .collect::<Vec<_>>();
    let runs = runs.iter().enumerate().any(|(at, t)| {
        // `(ANALYZE false)` does not run it.
        let is_off = runs.get(at + 1).is_some_and(|next| matches!(next.as_word(), Some("FALSE" | "OFF")) || next.is_number("0"));
        matches!(t.as_word(), Some("ANALYZE" | "ANALYSE")) && !is_off
    });
    let at = rest
        .iter()
        .position(|t| matches!(t.as_word(), Some("SELECT" | "UPDATE" | "DELETE" | "INSERT" | "WITH" | "MERGE" | "CREATE" | "REPLACE")));
    match at.and_then(|at| rest.get(at..)) {
        Some(inner) if runs => statement(reading, inner, text),
        _ => reading.note(Kind::Read, "a query plan of", text),
    }
}
