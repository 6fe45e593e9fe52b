//! SQL: what its statements do, in whatever dialect they are written.
//!
//! A tokenizer and the statements' verbs, not a grammar: a grammar refuses what it
//! does not know, and every server knows something else. What matters for a verdict
//! stands in the same few places everywhere: the verb, the object, the columns that
//! are set, and whether there is a `WHERE`. Text in quotes and comments is never a verb.

use super::reading::{Reading, evidence, target};
use crate::call::{Action, Count, TargetSort};
use crate::kind::Kind;

mod change;
mod client;
mod money;
mod procedure;
mod query;
mod run;
mod token;
mod transfer;

use query::{explain, query, with};
use run::call;
use token::{Dialect, Token};
use transfer::transfer;

/// How many statements one text may have.
const STATEMENTS_MAX: usize = 500;
/// How many statements one statement may hold.
const INNER_MAX: usize = 100;

/// Whether a text is a statement rather than words that resemble one.
pub(super) fn looks_like(text: &str) -> bool {
    let (tokens, _) = token::read(text, Dialect::Plain);
    let words: Vec<&str> = tokens.iter().filter_map(Token::as_word).take(3).collect();
    let Some(first) = words.first() else { return false };
    let second = words.get(1).copied().unwrap_or_default();
    match *first {
        "SELECT" => {
            tokens.len() > 1
                && (tokens.iter().any(|t| t.as_word() == Some("FROM") || t.is_symbol('(') || t.is_symbol('*'))
                    || matches!(tokens.get(1), Some(Token::Number(_))))
        }
        "DELETE" | "INSERT" | "MERGE" | "REPLACE" => matches!(second, "FROM" | "INTO"),
        "UPDATE" => tokens.iter().any(|t| t.as_word() == Some("SET")),
        "DROP" | "CREATE" | "ALTER" | "TRUNCATE" => {
            let objects = [
                "TABLE",
                "DATABASE",
                "SCHEMA",
                "VIEW",
                "INDEX",
                "USER",
                "ROLE",
                "FUNCTION",
                "PROCEDURE",
                "TRIGGER",
                "COLUMN",
                "SEQUENCE",
                "TYPE",
                "OR",
                "UNIQUE",
                "MATERIALIZED",
                "SYSTEM",
                "IF",
                "TEMP",
                "TEMPORARY",
                "EXTENSION",
                "POLICY",
                "LOGIN",
            ];
            objects.contains(&second)
        }
        "WITH" => tokens.iter().any(|t| t.as_word() == Some("AS")),
        "GRANT" | "REVOKE" => tokens.iter().any(|t| matches!(t.as_word(), Some("TO" | "FROM"))),
        _ => false,
    }
}

/// Reads the statements of a text.
pub(super) fn read(reading: &mut Reading, text: &str) {
    reading.nested(text.len(), |reading| read_here(reading, text));
}

/// Reads a text as every dialect would that could read it otherwise. What one of them would run counts.
fn read_here(reading: &mut Reading, text: &str) {
    let rest = client::commands(reading, text);
    if rest.trim().is_empty() && rest.len() < text.len() {
        return;
    }
    let (tokens, fault) = token::read(&rest, Dialect::Plain);
    let mut has_sound_reading = fault.is_none();
    for dialect in Dialect::others(&rest) {
        let (others, fault) = token::read(&rest, dialect);
        has_sound_reading |= fault.is_none();
        if others != tokens {
            let mut other = reading.fork();
            statements(&mut other, &others, text);
            other.keep(|action| action.kind.is_consequential());
            reading.join(other);
        }
    }
    if let Some(fault) = fault.filter(|_| !has_sound_reading) {
        reading.unknown(fault, text);
    }
    statements(reading, &tokens, text);
}

fn statements(reading: &mut Reading, tokens: &[Token], text: &str) {
    let statements: Vec<&[Token]> = tokens.split(|t| t.is_symbol(';')).filter(|s| !s.is_empty()).collect();
    if statements.is_empty() && reading.actions().is_empty() {
        return reading.unknown("no statement in", text);
    }
    if statements.len() > STATEMENTS_MAX {
        reading.unknown("more statements than are read", "");
    }
    for statement in statements.into_iter().take(STATEMENTS_MAX) {
        self::statement(reading, statement, text);
    }
}

/// One statement.
fn statement(reading: &mut Reading, tokens: &[Token], text: &str) {
    let Some(verb) = tokens.first().and_then(Token::as_word) else {
        // A parenthesised query, or a template's hole.
        return match tokens.iter().find_map(Token::as_word) {
            Some("SELECT" | "WITH" | "VALUES") => reading.note(Kind::Read, "the query", text),
            _ => reading.unknown("no statement that is known in", text),
        };
    };
    let rest = tokens.get(1..).unwrap_or_default();
    let mut note = |kind: Kind| {
        reading
            .add(Action::new(kind, evidence("the statement", text)).on(tables(tokens).into_iter().map(|t| target(TargetSort::Table, &t))))
    };
    match verb {
        "PRAGMA" if tokens.iter().any(|t| t.is_symbol('=')) => note(Kind::Write),
        "SELECT" | "TABLE" | "VALUES" | "SHOW" | "DESCRIBE" | "DESC" | "PRAGMA" | "HELP" | "LIST" | "LS" => query(reading, tokens, text),
        "WITH" => with(reading, tokens, text),
        "EXPLAIN" | "PROFILE" => explain(reading, rest, text),
        "INSERT" | "REPLACE" | "MERGE" | "UPSERT" => change::insert(reading, tokens, text),
        "UPDATE" => change::update(reading, tokens, text),
        "DELETE" => change::delete(reading, tokens, text),
        "TRUNCATE" | "PURGE" | "REMOVE" | "RM" => reading.add(
            Action::new(Kind::Delete, evidence("the statement", text))
                .on(tables(tokens).into_iter().map(|t| target(TargetSort::Table, &t)))
                .counting(Count::Set),
        ),
        "UNDROP" => note(Kind::Write),
        "DROP" => change::drop(reading, tokens, text),
        "ALTER" => change::alter(reading, tokens, text),
        "CREATE" => change::create(reading, tokens, text),
        "GRANT" | "REVOKE" | "DENY" | "REASSIGN" => note(Kind::Permission),
        "SET" => match rest.first().and_then(Token::as_word) {
            Some("GLOBAL" | "PERSIST" | "PERSIST_ONLY") => note(Kind::Deploy),
            Some("PASSWORD") => note(Kind::PermissionCredential),
            _ => note(Kind::Write),
        },
        "EXEC" | "EXECUTE" | "CALL" | "DO" | "PREPARE" | "RUN" => call(reading, tokens, text),
        "KILL" | "SHUTDOWN" | "RESTART" | "SUSPEND" | "RESUME" | "CANCEL" => note(Kind::Deploy),
        "COPY" | "UNLOAD" | "EXPORT" | "LOAD" | "IMPORT" | "PUT" | "GET" | "BACKUP" => transfer(reading, verb, tokens, text),
        "RESTORE" => note(Kind::Overwrite),
        "DETACH" if tokens.iter().any(|t| t.as_word() == Some("PERMANENTLY")) => note(Kind::Delete),
        "DISABLE" => note(Kind::Permission),
        "INSTALL" => note(Kind::ExecuteInstall),
        "RESET" if rest.iter().any(|t| matches!(t.as_word(), Some("MASTER" | "BINARY"))) => note(Kind::Delete),
        "STOP" | "CHANGE" => note(Kind::Deploy),
        "START" if rest.first().is_some_and(|t| matches!(t.as_word(), Some("SLAVE" | "REPLICA" | "GROUP_REPLICATION"))) => {
            note(Kind::Deploy)
        }
        "SYSTEM" => system(reading, tokens, text),
        "ANALYZE" | "ANALYSE" if runs_a_statement(rest) => inner_statements(reading, tokens, text),
        "MATCH" | "OPTIONAL" | "UNWIND" => graph(reading, tokens, text),
        "VACUUM" | "ANALYZE" | "ANALYSE" | "REINDEX" | "CLUSTER" | "OPTIMIZE" | "REFRESH" | "COMMENT" | "LOCK" | "UNLOCK"
        | "CHECKPOINT" | "USE" | "ATTACH" | "DETACH" | "FLASHBACK" | "RENAME" | "DISCARD" | "NOTIFY" | "LISTEN" | "UNLISTEN" | "RESET"
        | "CACHE" | "UNCACHE" | "REPAIR" | "MSCK" | "FLUSH" | "SECURITY" | "CHECK" | "ENABLE" => note(Kind::Write),
        "BEGIN" | "START" | "COMMIT" | "ROLLBACK" | "SAVEPOINT" | "RELEASE" | "END" | "DECLARE" | "PRINT" | "RETURN" | "FETCH"
        | "CLOSE" | "OPEN" | "GO" | "IF" | "ELSE" | "WHILE" | "LOOP" | "FOR" | "ELSIF" | "THEN" | "RAISE" | "PERFORM" | "EXCEPTION"
        | "WHEN" | "DELIMITER" => block(reading, tokens, text),
        _ if tokens.first().is_some_and(|t| matches!(t, Token::Word { .. })) => reading.unknown("a statement that is not known", text),
        _ => reading.unknown("no statement that is known in", text),
    }
}

/// Whether a statement stands behind these words: `ANALYZE DELETE FROM t` of MariaDB runs it.
fn runs_a_statement(rest: &[Token]) -> bool {
    rest.iter().take(4).any(|t| matches!(t.as_word(), Some("DELETE" | "UPDATE" | "INSERT" | "REPLACE")))
}

/// ClickHouse's own commands; `system …` of a client is told before.
fn system(reading: &mut Reading, tokens: &[Token], text: &str) {
    let words: Vec<&str> = tokens.iter().filter_map(Token::as_word).collect();
    let kind = match words.get(1).copied().unwrap_or_default() {
        "DROP" if words.contains(&"CACHE") || words.iter().any(|word| word.ends_with("_CACHE")) => Kind::Write,
        "DROP" | "UNFREEZE" => Kind::Delete,
        "FLUSH" | "SYNC" | "RELOAD" => Kind::Write,
        _ => Kind::Deploy,
    };
    reading.note(kind, "the statement", text);
}

/// Cypher: `MATCH (n) DETACH DELETE n`.
fn graph(reading: &mut Reading, tokens: &[Token], text: &str) {
    let has = |words: &[&str]| tokens.iter().filter_map(Token::as_word).any(|word| words.contains(&word));
    if has(&["DELETE"]) {
        let count = if has(&["WHERE"]) { Count::Unstated } else { Count::Set };
        return reading.add(Action::new(Kind::Delete, evidence("the statement", text)).counting(count));
    }
    let kind = if has(&["SET", "CREATE", "MERGE", "REMOVE"]) { Kind::Write } else { Kind::Read };
    reading.note(kind, "the statement", text);
}

/// Statements that begin inside another one.
fn inner_statements(reading: &mut Reading, tokens: &[Token], text: &str) {
    let mut left = INNER_MAX;
    for (at, token) in tokens.iter().enumerate().skip(1) {
        let next = tokens.get(at + 1).and_then(Token::as_word);
        let after = tokens.get(at..).unwrap_or_default();
        let starts = match token.as_word() {
            Some("DELETE") => next == Some("FROM"),
            Some("INSERT" | "MERGE") => next == Some("INTO"),
            Some("UPDATE") => {
                after.iter().take(8).any(|t| t.as_word() == Some("SET"))
                    && !matches!(tokens.get(at - 1).and_then(Token::as_word), Some("FOR" | "ON" | "DO" | "KEY"))
            }
            Some("DROP" | "ALTER" | "CREATE") => next.is_some_and(|n| {
                matches!(
                    n,
                    "TABLE"
                        | "DATABASE"
                        | "SCHEMA"
                        | "VIEW"
                        | "INDEX"
                        | "USER"
                        | "ROLE"
                        | "LOGIN"
                        | "FUNCTION"
                        | "PROCEDURE"
                        | "TRIGGER"
                        | "SEQUENCE"
                )
            }),
            Some("TRUNCATE" | "EXEC" | "EXECUTE" | "GRANT" | "REVOKE") => true,
            _ => false,
        };
        if starts {
            if left == 0 {
                return reading.unknown("more statements inside a statement than are read", text);
            }
            left -= 1;
            let end = closing(after).unwrap_or(after.len());
            statement(reading, after.get(..end).unwrap_or(after), text);
            if token.as_word() == Some("EXECUTE") || token.as_word() == Some("EXEC") {
                return;
            }
        }
    }
}

/// Where the parenthesis around these tokens closes.
fn closing(tokens: &[Token]) -> Option<usize> {
    let mut open = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.is_symbol('(') {
            open += 1;
        } else if token.is_symbol(')') {
            if open == 0 {
                return Some(at);
            }
            open -= 1;
        }
    }
    None
}

/// A block of a procedural dialect: the statements in it count, its frame does not.
fn block(reading: &mut Reading, tokens: &[Token], text: &str) {
    let before = reading.len();
    inner_statements(reading, tokens, text);
    if reading.len() == before && reading.actions().is_empty() {
        reading.note(Kind::Read, "a frame around statements", text);
    }
}

/// The tables a statement names, also those behind a comma.
fn tables(tokens: &[Token]) -> Vec<String> {
    let mut names = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if !matches!(token.as_word(), Some("FROM" | "INTO" | "UPDATE" | "TABLE" | "JOIN" | "TRUNCATE" | "DATABASE" | "SCHEMA" | "VIEW")) {
            continue;
        }
        let mut next = tokens.get(at + 1..).unwrap_or_default();
        while let Some((name, rest)) = table(next) {
            if !names.contains(&name) {
                names.push(name);
            }
            let Some(others) = behind_comma(rest) else { break };
            next = others;
        }
    }
    names
}

/// One name, and what stands behind it.
fn table(mut next: &[Token]) -> Option<(String, &[Token])> {
    while let Some(Token::Word { upper, .. }) = next.first() {
        if !matches!(upper.as_str(), "IF" | "EXISTS" | "NOT" | "ONLY" | "TABLE" | "INTO" | "OUTFILE") {
            break;
        }
        next = next.get(1..).unwrap_or_default();
    }
    let mut name = String::new();
    while let Some((token, rest)) = next.split_first() {
        match token {
            Token::Word { plain, .. } | Token::Identifier(plain) if name.is_empty() || name.ends_with('.') => name.push_str(plain),
            Token::Symbol('.') if !name.is_empty() => name.push('.'),
            _ => break,
        }
        next = rest;
    }
    (!name.is_empty()).then_some((name, next))
}

/// `, b`, `x, b`, `AS x, b`: the rest of a list, behind the second name of its first table.
fn behind_comma(rest: &[Token]) -> Option<&[Token]> {
    const SECOND_NAME_TOKENS_MAX: usize = 2;
    let at = rest.iter().take(SECOND_NAME_TOKENS_MAX + 1).position(|token| token.is_symbol(','))?;
    let is_name = |token: &Token| matches!(token, Token::Word { .. } | Token::Identifier(_));
    rest.get(..at)?.iter().all(is_name).then(|| rest.get(at + 1..).unwrap_or_default())
}

#[cfg(test)]
mod tests;
