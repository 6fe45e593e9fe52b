//! Statements that change something: what exactly, and how much of it.

use super::token::Token;
use super::{inner_statements, tables};
use crate::action::reading::{Reading, evidence, target};
use crate::call::{Action, Count, TargetSort};
use crate::kind::Kind;

/// Columns that say who may do what.
const POWERS: [&str; 16] = [
    "ROLE",
    "ROLES",
    "IS_ADMIN",
    "ADMIN",
    "IS_OWNER",
    "OWNER",
    "IS_SUPERUSER",
    "SUPERUSER",
    "PERMISSION",
    "PERMISSIONS",
    "ACCESS_LEVEL",
    "SCOPES",
    "IS_STAFF",
    "GRANTS",
    "PRIVILEGES",
    "OWNER_ID",
];
/// Columns that hold a credential.
const CREDENTIALS: [&str; 9] =
    ["PASSWORD", "PASSWORD_HASH", "PASSWD", "PASSWORD_DIGEST", "ENCRYPTED_PASSWORD", "API_KEY", "TOKEN", "SECRET", "HASHED_PASSWORD"];
/// Columns that hide a row.
const HIDDEN: [&str; 8] = ["IS_DELETED", "DELETED", "DELETED_AT", "TRASHED", "IS_TRASHED", "TRASHED_AT", "REMOVED", "IS_REMOVED"];
/// Tables whose rows move money.
const MONEY: [&str; 9] = ["TRANSFERS", "PAYMENTS", "PAYOUTS", "REFUNDS", "TRANSACTIONS", "PAYMENT", "TRANSFER", "WITHDRAWALS", "CHARGES"];

fn add(reading: &mut Reading, kind: Kind, tokens: &[Token], text: &str, count: Count) {
    let targets = tables(tokens).into_iter().map(|table| target(TargetSort::Table, &table));
    reading.add(Action::new(kind, evidence("the statement", text)).on(targets).counting(count));
}

pub(super) fn insert(reading: &mut Reading, tokens: &[Token], text: &str) {
    let table = tables(tokens).first().map(|t| t.rsplit('.').next().unwrap_or(t).to_uppercase()).unwrap_or_default();
    let kind = match table.as_str() {
        table if MONEY.contains(&table) => Kind::Pay,
        "USER_ROLES" | "ROLE_ASSIGNMENTS" | "PERMISSIONS" | "GRANTS" | "USER_PERMISSIONS" | "MEMBERSHIPS" | "ADMINS" => Kind::Permission,
        _ => Kind::Write,
    };
    let targets = tables(tokens).into_iter().map(|table| target(TargetSort::Table, &table));
    let mut action = Action::new(kind, evidence("the statement", text)).on(targets);
    if kind == Kind::Pay {
        action.amount = super::money::inserted(tokens);
    }
    reading.add(action);
    if goes_out(tokens) {
        add(reading, Kind::Disclose, tokens, text, Count::Unstated);
    }
    if tokens.first().and_then(Token::as_word) == Some("MERGE") {
        inner_matched(reading, tokens, text);
    }
    if tokens.iter().zip(tokens.iter().skip(1)).any(|(a, b)| a.as_word() == Some("INSERT") && b.as_word() == Some("OVERWRITE")) {
        add(reading, Kind::Overwrite, tokens, text, Count::Set);
    }
}

/// `INSERT INTO FUNCTION s3(…)`: rows go somewhere else.
fn goes_out(tokens: &[Token]) -> bool {
    let at = tokens.iter().position(|t| t.as_word() == Some("FUNCTION")).filter(|at| *at <= 3);
    at.and_then(|at| tokens.get(at + 1)).and_then(Token::as_word).is_some_and(|name| name != "FILE" && name != "NULL")
}

/// `MERGE … WHEN MATCHED THEN DELETE`.
fn inner_matched(reading: &mut Reading, tokens: &[Token], text: &str) {
    let deletes = tokens.iter().zip(tokens.iter().skip(1)).any(|(a, b)| a.as_word() == Some("THEN") && b.as_word() == Some("DELETE"));
    if deletes {
        add(reading, Kind::Delete, tokens, text, Count::Set);
    }
}

pub(super) fn delete(reading: &mut Reading, tokens: &[Token], text: &str) {
    let count = match conditions(tokens) {
        Some(condition) if !is_always_true(condition) => listed(condition),
        _ => Count::Set,
    };
    add(reading, Kind::Delete, tokens, text, count);
}

pub(super) fn update(reading: &mut Reading, tokens: &[Token], text: &str) {
    let set = tokens
        .iter()
        .position(|t| {
            matches!(t.as_word(), Some("SET")) || t.as_word() == Some("UPDATE") && tokens.first().and_then(Token::as_word) == Some("ALTER")
        })
        .map_or(tokens.len(), |at| at + 1);
    let end = tokens.iter().position(|t| t.as_word() == Some("WHERE")).unwrap_or(tokens.len()).max(set);
    let columns = assigned(tokens.get(set..end).unwrap_or_default());
    let condition = conditions(tokens);
    let is_everything = condition.is_none_or(is_always_true) && !tokens.iter().any(|t| matches!(t.as_word(), Some("JOIN" | "LIMIT")));
    let count = if is_everything { Count::Set } else { condition.map_or(Count::Unstated, listed) };
    let mut kinds = Vec::new();
    for (column, value) in &columns {
        let column = column.as_str();
        let is_off = matches!(value.first(), Some(Token::Word { upper, .. }) if matches!(upper.as_str(), "FALSE" | "NULL"));
        if POWERS.contains(&column) {
            kinds.push(Kind::Permission);
        } else if CREDENTIALS.contains(&column) {
            kinds.push(Kind::PermissionCredential);
        } else if (HIDDEN.contains(&column) && !is_off)
            || (column == "STATUS" && matches!(value.first(), Some(Token::Text(text)) if matches!(text.as_str(), "deleted" | "trashed")))
        {
            kinds.push(Kind::Delete);
        } else if matches!(column, "BALANCE" | "ACCOUNT_BALANCE" | "WALLET_BALANCE" | "CREDIT_BALANCE") {
            kinds.push(Kind::Pay);
        }
    }
    if is_everything {
        kinds.push(Kind::Overwrite);
    }
    if kinds.is_empty() {
        kinds.push(Kind::Write);
    }
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        add(reading, kind, tokens, text, count);
    }
}

pub(super) fn drop(reading: &mut Reading, tokens: &[Token], text: &str) {
    let object = tokens.get(1).and_then(Token::as_word).unwrap_or_default();
    if matches!(object, "DATABASE" | "SCHEMA" | "OWNED" | "CATALOG") {
        // What holds tables is no table: any of them may be in it.
        let holders = tables(tokens).into_iter().map(|name| target(TargetSort::Id, &name));
        reading.add(Action::new(Kind::Delete, evidence("the statement", text)).on(holders).counting(Count::Set));
    } else {
        let several = tables(tokens).len();
        add(reading, Kind::Delete, tokens, text, if several > 1 { Count::Exactly(several as u64) } else { Count::Unstated });
    }
    if matches!(object, "USER" | "ROLE" | "LOGIN" | "POLICY" | "OWNED") {
        add(reading, Kind::Permission, tokens, text, Count::Unstated);
    }
}

pub(super) fn alter(reading: &mut Reading, tokens: &[Token], text: &str) {
    let words: Vec<&str> = tokens.iter().filter_map(Token::as_word).collect();
    let has = |word: &str| words.contains(&word);
    let follows = |first: &str, seconds: &[&str]| words.iter().zip(words.iter().skip(1)).any(|(a, b)| *a == first && seconds.contains(b));
    let kind =
        match words.get(1).copied().unwrap_or_default() {
            "ROLE" | "USER" | "LOGIN" | "DEFAULT" | "SHARE" | "POLICY" | "GROUP" | "AUTHORIZATION" => {
                if has("PASSWORD") || has("IDENTIFIED") { Kind::PermissionCredential } else { Kind::Permission }
            }
            "SYSTEM" | "WAREHOUSE" | "INSTANCE" | "SERVER" | "RESOURCE" | "CLUSTER" => Kind::Deploy,
            _ if follows("OWNER", &["TO"]) || follows("ROW", &["LEVEL"]) || has("DISABLE") || has("NOCHECK") => Kind::Permission,
            _ if drops_data(&words) || limits_keeping(&words) => Kind::Delete,
            // ClickHouse changes rows by altering their table.
            "TABLE" if follows_name(tokens, "DELETE") => Kind::Delete,
            "TABLE" if follows_name(tokens, "UPDATE") => return update(reading, tokens, text),
            "TABLE" if has("SWAP") => Kind::Overwrite,
            "TASK" | "JOB" | "EVENT" if has("RESUME") || has("ENABLE") => Kind::Execute,
            _ => Kind::Write,
        };
    add(reading, kind, tokens, text, Count::Unstated);
}

/// Whether rows will be dropped by their age from now on.
fn limits_keeping(words: &[&str]) -> bool {
    words.iter().any(|word| matches!(*word, "TTL" | "DATA_RETENTION_TIME_IN_DAYS" | "RETENTION"))
}

/// Whether the word stands right behind the table's name.
fn follows_name(tokens: &[Token], word: &str) -> bool {
    let is_name = |t: &&Token| matches!(t, Token::Word { .. } | Token::Identifier(_) | Token::Symbol('.'));
    let at = tokens.iter().position(|t| t.as_word() == Some(word));
    at.is_some_and(|at| (3..=12).contains(&at) && tokens.iter().take(at).all(|t| is_name(&t)))
}

/// `DROP COLUMN`, `DROP PARTITION`, `DROP name`; not a constraint, a default, an identity.
fn drops_data(words: &[&str]) -> bool {
    words.iter().zip(words.iter().skip(1).copied().chain([""])).any(|(word, next)| {
        matches!(*word, "DROP" | "TRUNCATE")
            && !matches!(
                next,
                "CONSTRAINT" | "DEFAULT" | "NOT" | "EXPRESSION" | "IDENTITY" | "PRIMARY" | "FOREIGN" | "INDEX" | "KEY" | "CHECK"
            )
    })
}

pub(super) fn create(reading: &mut Reading, tokens: &[Token], text: &str) {
    let words: Vec<&str> = tokens.iter().filter_map(Token::as_word).take(6).collect();
    let replaces = words.get(1) == Some(&"OR") && words.get(2) == Some(&"REPLACE");
    let object = words.iter().skip(if replaces { 3 } else { 1 }).find(|w| {
        !matches!(
            **w,
            "TEMP" | "TEMPORARY" | "UNIQUE" | "GLOBAL" | "LOCAL" | "IF" | "NOT" | "EXISTS" | "UNLOGGED" | "EXTERNAL" | "TRANSIENT"
        )
    });
    match object.copied().unwrap_or_default() {
        "USER" | "ROLE" | "LOGIN" | "POLICY" | "SHARE" | "GROUP" | "CREDENTIAL" => {
            add(reading, Kind::Permission, tokens, text, Count::Unstated)
        }
        "WAREHOUSE" | "CLUSTER" | "INSTANCE" | "SERVER" => add(reading, Kind::Deploy, tokens, text, Count::Unstated),
        "EVENT" | "TASK" | "JOB" => {
            add(reading, Kind::Execute, tokens, text, Count::Unstated);
            inner_statements(reading, tokens, text);
        }
        "TABLE" | "DATABASE" | "SCHEMA" if replaces => add(reading, Kind::Overwrite, tokens, text, Count::Unstated),
        "EXTENSION" | "PLUGIN" => add(reading, Kind::Write, tokens, text, Count::Unstated),
        // Cypher: `CREATE (n:Person {…})`.
        "" if tokens.get(1).is_some_and(|t| t.is_symbol('(')) => add(reading, Kind::Write, tokens, text, Count::Unstated),
        "" => reading.unknown("a statement that is not complete", text),
        // Code that the server runs outside of its own languages.
        "ALIAS" => add(reading, Kind::Execute, tokens, text, Count::Unstated),
        "FUNCTION" | "PROCEDURE" | "AGGREGATE" if tokens.iter().any(|t| t.as_word() == Some("SONAME")) || is_of_the_system(tokens) => {
            add(reading, Kind::Execute, tokens, text, Count::Unstated)
        }
        _ => add(reading, Kind::Write, tokens, text, Count::Unstated),
    }
}

/// `LANGUAGE C`, `LANGUAGE plpython3u`: what it does is not held back by the server.
fn is_of_the_system(tokens: &[Token]) -> bool {
    let language =
        tokens.iter().zip(tokens.iter().skip(1)).find(|(word, _)| word.as_word() == Some("LANGUAGE")).and_then(|(_, name)| name.as_word());
    language.is_some_and(|name| matches!(name, "C" | "PLPYTHONU" | "PLPYTHON3U" | "PLPERLU" | "PLTCLU" | "PLSH"))
}

/// The tokens behind `WHERE`.
fn conditions(tokens: &[Token]) -> Option<&[Token]> {
    let at = tokens.iter().position(|t| matches!(t.as_word(), Some("WHERE")))?;
    let rest = tokens.get(at + 1..)?;
    let end = rest.iter().position(|t| matches!(t.as_word(), Some("RETURNING" | "ORDER" | "LIMIT"))).unwrap_or(rest.len());
    rest.get(..end)
}

/// `true`, `1 = 1`, `x = x`.
fn is_always_true(condition: &[Token]) -> bool {
    match condition {
        [Token::Word { upper, .. }] => upper == "TRUE",
        [Token::Number(_)] => true,
        [left, Token::Symbol('='), right] => left == right,
        [open, inner @ .., close] if open.is_symbol('(') && close.is_symbol(')') => is_always_true(inner),
        [] => true,
        _ => {
            condition.iter().any(|t| t.as_word() == Some("OR"))
                && condition.split(|t| t.as_word() == Some("OR")).any(|part| !part.is_empty() && part.len() <= 3 && is_always_true(part))
        }
    }
}

/// The length of `id IN (1, 2, 3)`; one for `id = 7`.
fn listed(condition: &[Token]) -> Count {
    match condition {
        [Token::Word { .. } | Token::Identifier(_), Token::Word { upper, .. }, open, items @ .., close]
            if upper == "IN" && open.is_symbol('(') && close.is_symbol(')') =>
        {
            let is_list = items.iter().all(|t| matches!(t, Token::Number(_) | Token::Text(_) | Token::Symbol(',' | '-')));
            if is_list {
                Count::Exactly(items.iter().filter(|t| matches!(t, Token::Number(_) | Token::Text(_))).count() as u64)
            } else {
                Count::Unstated
            }
        }
        [Token::Word { upper, .. }, Token::Symbol('='), Token::Number(_) | Token::Text(_)]
            if upper == "ID" || upper.ends_with("_ID") && upper.len() < 12 =>
        {
            if upper == "ID" {
                Count::Exactly(1)
            } else {
                Count::Unstated
            }
        }
        _ => Count::Unstated,
    }
}

/// `column = value, column = value`.
fn assigned(tokens: &[Token]) -> Vec<(String, &[Token])> {
    let mut found = Vec::new();
    let mut depth = 0_i32;
    let mut start = 0;
    for (at, token) in tokens.iter().chain([&Token::Symbol(',')]).enumerate() {
        match token {
            Token::Symbol('(') => depth += 1,
            Token::Symbol(')') => depth -= 1,
            Token::Symbol(',') if depth == 0 => {
                let part = tokens.get(start..at).unwrap_or_default();
                if let Some(equals) = part.iter().position(|t| t.is_symbol('=')) {
                    let name = part.get(..equals).and_then(<[Token]>::last).map(|t| match t {
                        Token::Word { upper, .. } => upper.clone(),
                        Token::Identifier(name) => name.to_uppercase(),
                        _ => String::new(),
                    });
                    found.push((name.unwrap_or_default(), part.get(equals + 1..).unwrap_or_default()));
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}
