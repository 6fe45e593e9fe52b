//! SQL: what its statements do, in whatever dialect they are written.
//!
//! A tokenizer and the statements' verbs, not a grammar: a grammar refuses what it
//! does not know, and every server knows something else. What matters for a verdict
//! stands in the same few places everywhere: the verb, the object, the columns that
//! are set, and whether there is a `WHERE`. Text in quotes and comments is never a verb.

use super::reading::{Reading, evidence, target};
use super::shell;
use crate::call::{Action, Count, TargetSort};
use crate::kind::Kind;

mod change;
mod token;

use token::Token;

/// How many statements one text may have.
const STATEMENTS_MAX: usize = 500;
/// How many statements one statement may hold.
const INNER_MAX: usize = 100;

/// Whether a text is a statement rather than words that resemble one.
pub(super) fn looks_like(text: &str) -> bool {
    let (tokens, _) = token::read(text);
    let words: Vec<&str> = tokens.iter().filter_map(Token::as_word).take(3).collect();
    let Some(first) = words.first() else { return false };
    let second = words.get(1).copied().unwrap_or_default();
    match *first {
        "SELECT" => {
            tokens.len() > 1
                && (tokens.iter().any(|t| t.as_word() == Some("FROM") || t.is_symbol('(') || t.is_symbol('*'))
                    || matches!(tokens.get(1), Some(Token::Number)))
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

fn read_here(reading: &mut Reading, text: &str) {
    let rest = meta_commands(reading, text);
    let (tokens, fault) = token::read(&rest);
    if let Some(fault) = fault {
        reading.unknown(fault, text);
    }
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

/// `\! cmd` of psql, `.shell cmd` of sqlite: a line of its own each; the rest is SQL.
fn meta_commands(reading: &mut Reading, text: &str) -> String {
    if !text.contains('\\') && !text.trim_start().starts_with('.') && !text.contains("\n.") {
        return text.to_owned();
    }
    let mut rest = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let Some(command) = bare.strip_prefix('\\').or_else(|| bare.strip_prefix('.').filter(|c| c.starts_with(char::is_alphabetic)))
        else {
            rest.push_str(line);
            continue;
        };
        let (verb, operand) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        match verb {
            _ if verb.starts_with('!') => shell::read(reading, command.trim_start_matches('!')),
            "shell" | "system" => shell::read(reading, operand),
            "copy" => reading.note(Kind::Write, "the client command", bare),
            "i" | "ir" | "include" | "read" => reading.note(Kind::Execute, "runs statements from a file", operand),
            "o" | "output" | "once" | "import" | "save" | "backup" | "g" | "gexec" | "clone" => {
                reading.note(Kind::Write, "the client command", bare)
            }
            "restore" => reading.note(Kind::Overwrite, "the client command", bare),
            "password" => reading.note(Kind::PermissionCredential, "the client command", bare),
            _ => reading.note(Kind::Read, "the client command", bare),
        }
    }
    rest
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
        "SELECT" | "TABLE" | "VALUES" | "SHOW" | "DESCRIBE" | "DESC" | "PRAGMA" | "HELP" | "LIST" | "LS" => query(reading, tokens, text),
        "WITH" => with(reading, tokens, text),
        "EXPLAIN" | "PROFILE" => explain(reading, rest, text),
        "INSERT" | "REPLACE" | "MERGE" | "UPSERT" => change::insert(reading, tokens, text),
        "UPDATE" => change::update(reading, tokens, text),
        "DELETE" => change::delete(reading, tokens, text),
        "TRUNCATE" | "PURGE" => reading.add(
            Action::new(Kind::Delete, evidence("the statement", text))
                .on(tables(tokens).into_iter().map(|t| target(TargetSort::Table, &t)))
                .counting(Count::Set),
        ),
        "DROP" | "UNDROP" if verb == "UNDROP" => note(Kind::Write),
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
        "COPY" | "UNLOAD" | "EXPORT" | "LOAD" | "IMPORT" | "PUT" | "GET" => transfer(reading, verb, tokens, text),
        "RESTORE" => note(Kind::Overwrite),
        "VACUUM" | "ANALYZE" | "ANALYSE" | "REINDEX" | "CLUSTER" | "OPTIMIZE" | "REFRESH" | "COMMENT" | "LOCK" | "UNLOCK"
        | "CHECKPOINT" | "USE" | "ATTACH" | "DETACH" | "BACKUP" | "FLASHBACK" | "RENAME" | "DISCARD" | "NOTIFY" | "LISTEN" | "UNLISTEN"
        | "RESET" | "CACHE" | "UNCACHE" | "REPAIR" | "MSCK" | "FLUSH" | "SECURITY" | "CHECK" | "ENABLE" => note(Kind::Write),
        "BEGIN" | "START" | "COMMIT" | "ROLLBACK" | "SAVEPOINT" | "RELEASE" | "END" | "DECLARE" | "PRINT" | "RETURN" | "FETCH"
        | "CLOSE" | "OPEN" | "GO" | "IF" | "ELSE" | "WHILE" | "LOOP" | "FOR" | "ELSIF" | "THEN" | "RAISE" | "PERFORM" | "EXCEPTION"
        | "WHEN" | "DELIMITER" => block(reading, tokens, text),
        _ if tokens.first().is_some_and(|t| matches!(t, Token::Word { .. })) => reading.unknown("a statement that is not known", text),
        _ => reading.unknown("no statement that is known in", text),
    }
}

fn query(reading: &mut Reading, tokens: &[Token], text: &str) {
    let before = reading.len();
    for (at, token) in tokens.iter().enumerate() {
        if token.as_word() == Some("INTO") && tokens.first().and_then(Token::as_word) == Some("SELECT") {
            reading.note(Kind::Write, "a query that writes", text);
        }
        if tokens.get(at + 1).is_some_and(|t| t.is_symbol('(')) {
            function(reading, token, tokens.get(at + 1..).unwrap_or_default(), text);
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

/// A function that does more than compute.
fn function(reading: &mut Reading, name: &Token, arguments: &[Token], text: &str) {
    let Some(name) = name.as_word() else { return };
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
        "PG_FILE_UNLINK" | "LO_UNLINK" => reading.note(Kind::Delete, "the function", name),
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
        "LOAD_EXTENSION" => reading.note(Kind::Execute, "the function", name),
        _ => {}
    }
}

/// A command for the server's shell.
fn os_command(reading: &mut Reading, command: Option<&str>) {
    match command {
        Some(command) => shell::read(reading, command),
        None => reading.unknown("a command that is computed for the server's shell", ""),
    }
}

/// A query with names before it: whatever in it changes something counts.
fn with(reading: &mut Reading, tokens: &[Token], text: &str) {
    let before = reading.len();
    inner_statements(reading, tokens, text);
    if reading.len() == before {
        query(reading, tokens, text);
    }
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

fn explain(reading: &mut Reading, rest: &[Token], text: &str) {
    let runs = rest
        .iter()
        .take_while(|t| !matches!(t.as_word(), Some("SELECT" | "UPDATE" | "DELETE" | "INSERT" | "WITH" | "MERGE" | "CREATE")))
        .any(|t| matches!(t.as_word(), Some("ANALYZE" | "ANALYSE")));
    let at = rest
        .iter()
        .position(|t| matches!(t.as_word(), Some("SELECT" | "UPDATE" | "DELETE" | "INSERT" | "WITH" | "MERGE" | "CREATE" | "REPLACE")));
    match at.and_then(|at| rest.get(at..)) {
        Some(inner) if runs => statement(reading, inner, text),
        _ => reading.note(Kind::Read, "a query plan of", text),
    }
}

/// `EXEC proc`, `CALL proc()`, `EXEC('text')`, `EXECUTE IMMEDIATE 'text'`, `DO $$ … $$`.
fn call(reading: &mut Reading, tokens: &[Token], text: &str) {
    let name = tokens.get(1).and_then(Token::as_word).unwrap_or_default();
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
    reading.note(Kind::Execute, "the procedure", text);
}

fn transfer(reading: &mut Reading, verb: &str, tokens: &[Token], text: &str) {
    let word_at = |word: &str| tokens.iter().position(|t| t.as_word() == Some(word));
    if let Some(at) = word_at("PROGRAM") {
        return match tokens.get(at + 1).and_then(Token::as_text) {
            Some(command) => shell::read(reading, command),
            None => reading.unknown("a program that is computed", text),
        };
    }
    let leaves = tokens.iter().filter_map(Token::as_text).any(|s| s.contains("://") && !s.starts_with("file:"));
    let is_out = matches!(verb, "UNLOAD" | "EXPORT" | "PUT")
        || (verb == "COPY" && word_at("TO").is_some() && word_at("FROM").is_none_or(|from| word_at("TO").is_some_and(|to| to < from)))
        || (verb == "COPY" && word_at("INTO").is_some() && tokens.get(2).is_some_and(|t| t.as_text().is_some() || t.is_symbol('@')));
    let kind = if is_out && (leaves || matches!(verb, "UNLOAD" | "EXPORT")) { Kind::Disclose } else { Kind::Write };
    reading.add(Action::new(kind, evidence("the statement", text)).on(tables(tokens).into_iter().map(|t| target(TargetSort::Table, &t))));
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
