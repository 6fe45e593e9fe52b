//! Arguments that are code, statements, requests or patches, under whatever key.

use super::catalogue::{Entry, TextKind};
use super::{Called, inline, request_of, send_request};
use crate::action::code::Language;
use crate::action::http::graphql;
use crate::action::lexicon::Verb;
use crate::action::name::Phrase;
use crate::action::reading::Reading;
use crate::action::{patch, shell, sql};
use crate::json::{Object, Value, fold_key};
use crate::kind::Kind;
use std::borrow::Cow;

/// Keys that hold a command line.
const SHELL_KEYS: [&str; 16] = [
    "command",
    "cmd",
    "shellcommand",
    "bashcommand",
    "commandline",
    "shell",
    "bash",
    "argv",
    "commands",
    "runcommand",
    "terminalcommand",
    "keystrokes",
    "cmdline",
    "sh",
    "exec",
    "powershell",
];
/// Keys that hold a statement.
const SQL_KEYS: [&str; 8] = ["sql", "query", "statement", "sqlquery", "statements", "queries", "sqlstatement", "q"];
/// Keys that hold code.
const CODE_KEYS: [&str; 16] = [
    "code",
    "script",
    "source",
    "program",
    "python",
    "javascript",
    "js",
    "function",
    "snippet",
    "pythoncode",
    "jscode",
    "expression",
    "sourcecode",
    "input",
    "cell",
    "cellsource",
];

/// Reads whatever the arguments carry; `false` when they carry nothing of the kind.
pub(super) fn read(reading: &mut Reading, call: &Called<'_>, words: &[String]) -> bool {
    let mut found = false;
    for (key, value) in call.object.iter() {
        let folded = fold_key(key);
        found |= match value {
            Value::String(text) if !text.trim().is_empty() => text_value(reading, call, words, &folded, text),
            Value::Array(items) => list_value(reading, words, &folded, items),
            Value::Object(inner) if matches!(folded.as_str(), "action" | "exec" | "call") => wrapped_command(reading, inner),
            _ => false,
        };
    }
    found | request(reading, call, words)
}

/// Reads the arguments of a listed tool that are text of another language; `false` when there are none.
pub(super) fn read_listed(reading: &mut Reading, object: &Object, entry: &Entry) -> bool {
    let mut found = false;
    for (kind, argument) in entry.texts() {
        let texts: Vec<String> = match object.get_folded(&[argument]) {
            Some(Value::String(text)) if !text.trim().is_empty() => vec![text.clone()],
            Some(Value::Array(items)) if kind == TextKind::Shell => {
                let words: Vec<String> = items.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                shell::read_arguments(reading, &words);
                found |= !words.is_empty();
                continue;
            }
            _ => continue,
        };
        found = true;
        for text in &texts {
            match kind {
                TextKind::Shell => shell::read(reading, text),
                TextKind::Sql => sql::read(reading, text),
                TextKind::JavaScript => inline(reading, Language::JavaScript, text),
                TextKind::Python => inline(reading, Language::Python, text),
            }
        }
    }
    found
}

fn text_value(reading: &mut Reading, call: &Called<'_>, words: &[String], key: &str, text: &str) -> bool {
    if matches!(key, "input" | "patch" | "diff" | "patchtext" | "command" | "content")
        && (is_patch_tool(words) || key != "content")
        && patch::read(reading, text)
    {
        return true;
    }
    if matches!(key, "query" | "mutation" | "document" | "graphql" | "operation" | "graphqlquery") && graphql::looks_like(text) {
        let chosen = call.object.get_folded(&["operationname"]).and_then(Value::as_str);
        graphql::kinds(text, chosen).into_iter().for_each(|kind| reading.note(kind, "the operation", text));
        return true;
    }
    let is_graph = words.iter().any(|word| matches!(word.as_str(), "cypher" | "neo4j" | "memgraph" | "falkordb"));
    if is_graph && matches!(key, "query" | "cypher" | "statement") {
        cypher(reading, text);
        return true;
    }
    if SQL_KEYS.contains(&key)
        && (key == "sql" || key == "sqlquery" || is_database(words) || key != "q" && sql::looks_like(text) && !is_search(words))
    {
        sql::read(reading, text);
        return true;
    }
    if SHELL_KEYS.contains(&key) && !asks_about_it(words) && is_command(call.object, words, key, text) {
        if sql::looks_like(text) && is_database(words) {
            sql::read(reading, text);
        } else {
            shell::read(reading, &with_program(words, text));
        }
        return true;
    }
    if CODE_KEYS.contains(&key) {
        return code_value(reading, call.object, words, key, text);
    }
    false
}

/// A statement of a graph database: its clauses say what it does.
fn cypher(reading: &mut Reading, text: &str) {
    let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_uppercase).collect();
    let has = |listed: &[&str]| words.iter().any(|word| listed.contains(&word.as_str()));
    let kind = match () {
        () if has(&["DELETE", "DROP"]) => Kind::Delete,
        () if has(&["CREATE", "MERGE", "SET", "REMOVE", "FOREACH", "LOAD"]) => Kind::Write,
        () if has(&["CALL"]) => Kind::Unknown,
        () if has(&["MATCH", "RETURN", "SHOW"]) => Kind::Read,
        () => Kind::Unknown,
    };
    reading.note(kind, "the graph statement", text);
}

/// `redis_command{command: "FLUSHALL"}`, `aws_cli{command: "s3 rm …"}`: the tool's name is the program that its line leaves out.
fn with_program<'a>(words: &[String], line: &'a str) -> Cow<'a, str> {
    const PROGRAMS: [(&str, &str); 14] = [
        ("redis", "redis-cli"),
        ("aws", "aws"),
        ("gcloud", "gcloud"),
        ("az", "az"),
        ("azure", "az"),
        ("kubectl", "kubectl"),
        ("helm", "helm"),
        ("docker", "docker"),
        ("git", "git"),
        ("gh", "gh"),
        ("terraform", "terraform"),
        ("npm", "npm"),
        ("pip", "pip"),
        ("systemctl", "systemctl"),
    ];
    let Some((_, program)) = PROGRAMS.iter().find(|(word, _)| words.iter().any(|w| w == word)) else { return Cow::Borrowed(line) };
    let first = line.split_whitespace().next().unwrap_or_default();
    let is_own_line = first.rsplit('/').next() == Some(program) || shell::table_kinds(&[first.to_owned()]).is_some();
    if is_own_line && *program != "redis-cli" { Cow::Borrowed(line) } else { Cow::Owned(format!("{program} {line}")) }
}

/// `lookup_command_help{command: "rm"}`: what is asked about is not run.
fn asks_about_it(words: &[String]) -> bool {
    let phrase = Phrase::of_words(words);
    phrase.verb == Some(Verb::Read)
        && words
            .iter()
            .any(|word| matches!(word.as_str(), "help" | "explain" | "lookup" | "describe" | "validate" | "lint" | "suggest" | "manual"))
}

/// Whether the value is a command line, not the name of an action.
fn is_command(object: &Object, words: &[String], key: &str, text: &str) -> bool {
    // `vehicle_command{command: "door_unlock"}`: the name of an action, in words.
    let is_named_action = text.contains('_') && !text.contains([' ', '/', '-', '.']) && !Phrase::of_name(text).kinds().is_empty();
    if is_named_action && shell::table_kinds(&[text.to_owned()]).is_none() {
        return false;
    }
    if is_shell(words)
        || matches!(key, "shellcommand" | "bashcommand" | "commandline" | "cmdline" | "terminalcommand" | "runcommand" | "argv")
    {
        return true;
    }
    let is_single_word = !text.trim().contains(char::is_whitespace);
    let has_others = object.len() > 1;
    !is_single_word || !has_others && !matches!(key, "exec" | "shell")
}

fn list_value(reading: &mut Reading, words: &[String], key: &str, items: &[Value]) -> bool {
    let texts: Vec<String> = items.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    if texts.len() != items.len() || texts.is_empty() {
        return false;
    }
    match key {
        "commands" | "cmds" | "scripts" => texts.iter().for_each(|line| shell::read(reading, line)),
        "command" | "cmd" | "argv" => shell::read_arguments(reading, &texts),
        "args" | "arguments" if is_shell(words) => shell::read_arguments(reading, &texts),
        "statements" | "queries" | "sql" => texts.iter().for_each(|text| sql::read(reading, text)),
        _ => return false,
    }
    true
}

/// `local_shell`'s `action: {"type": "exec", "command": […]}`.
fn wrapped_command(reading: &mut Reading, inner: &Object) -> bool {
    match inner.get_folded(&["command", "cmd", "commands"]) {
        Some(Value::String(line)) => {
            shell::read(reading, line);
            true
        }
        Some(Value::Array(items)) => {
            let texts: Vec<String> = items.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            if inner.get("commands").is_some() {
                texts.iter().for_each(|line| shell::read(reading, line));
            } else {
                shell::read_arguments(reading, &texts);
            }
            !texts.is_empty()
        }
        _ => false,
    }
}

fn code_value(reading: &mut Reading, object: &Object, words: &[String], key: &str, text: &str) -> bool {
    let named = object.get_folded(&["language", "lang", "runtime", "kernel", "interpreter"]).and_then(Value::as_str);
    if named.is_some_and(|name| matches!(name.to_lowercase().as_str(), "bash" | "sh" | "shell" | "zsh" | "powershell")) {
        shell::read(reading, text);
        return true;
    }
    if named.is_some_and(|name| name.to_lowercase().contains("sql")) {
        sql::read(reading, text);
        return true;
    }
    let language = named.and_then(Language::of_name).or_else(|| language_of(words)).or_else(|| Language::of_name(key));
    let is_script = matches!(key, "function" | "expression" | "script")
        && words.iter().any(|w| matches!(w.as_str(), "browser" | "evaluate" | "page" | "javascript" | "js" | "puppeteer" | "playwright"));
    if is_script && (key != "function" || text.contains("=>") || text.contains('(')) {
        inline(reading, Language::JavaScript, text);
        return true;
    }
    if matches!(key, "expression" | "function" | "source" | "input" | "program") && language.is_none() {
        return false;
    }
    let runs = matches!(Phrase::of_words(words).verb, Some(Verb::Execute | Verb::Control) | None) || language.is_some() || is_shell(words);
    match language {
        Some(language)
            if matches!(
                key,
                "code"
                    | "script"
                    | "snippet"
                    | "cell"
                    | "cellsource"
                    | "python"
                    | "javascript"
                    | "js"
                    | "pythoncode"
                    | "jscode"
                    | "sourcecode"
                    | "program"
                    | "source"
                    | "input"
                    | "expression"
            ) =>
        {
            inline(reading, language, text)
        }
        _ if key == "script" && is_shell(words) => shell::read(reading, text),
        _ if runs
            && matches!(key, "code" | "script" | "snippet" | "cell")
            && words.iter().any(|w| {
                matches!(
                    w.as_str(),
                    "run" | "execute" | "exec" | "eval" | "evaluate" | "code" | "interpreter" | "script" | "repl" | "sandbox"
                )
            }) =>
        {
            inline(reading, Language::Python, text);
            inline(reading, Language::JavaScript, text);
            if reading.actions().iter().all(|action| action.kind == Kind::Read) {
                reading.unknown("code in a language that is not named", text);
            }
        }
        _ => return false,
    }
    true
}

fn request(reading: &mut Reading, call: &Called<'_>, words: &[String]) -> bool {
    let Some(request) = request_of(call.object) else { return false };
    let is_method = request
        .method
        .as_deref()
        .is_some_and(|m| matches!(m.trim().to_uppercase().as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS"));
    let is_client = words.iter().any(|w| matches!(w.as_str(), "fetch" | "http" | "https" | "request" | "curl" | "api" | "rest"));
    let is_plain =
        Phrase::of_words(words).verb.is_none_or(|v| matches!(v, Verb::Read | Verb::Execute | Verb::Send | Verb::Manage | Verb::Post));
    if !(is_method || is_client && is_plain) {
        return false;
    }
    send_request(reading, &request);
    true
}

/// Whether the tool's name says shell.
pub(super) fn is_shell(words: &[String]) -> bool {
    words.iter().any(|word| {
        matches!(
            word.as_str(),
            "bash"
                | "shell"
                | "sh"
                | "zsh"
                | "terminal"
                | "exec"
                | "execute"
                | "cmd"
                | "command"
                | "run"
                | "powershell"
                | "console"
                | "ssh"
                | "pods"
                | "tty"
        )
    }) || words.iter().any(|w| w == "local") && words.iter().any(|w| w == "shell")
}

/// The language a tool's name says.
pub(super) fn language_of(words: &[String]) -> Option<Language> {
    words.iter().find_map(|word| match word.as_str() {
        "python" | "ipython" | "jupyter" | "notebook" | "py" | "pyodide" => Some(Language::Python),
        "javascript" | "js" | "node" | "nodejs" | "typescript" | "ts" | "deno" | "puppeteer" | "jxa" => Some(Language::JavaScript),
        "ruby" | "rails" => Some(Language::Ruby),
        "perl" => Some(Language::Perl),
        "php" => Some(Language::Php),
        "r" | "rscript" => Some(Language::R),
        "go" | "golang" => Some(Language::Go),
        "applescript" | "osascript" => Some(Language::AppleScript),
        "lua" | "julia" | "groovy" => Some(Language::Other),
        _ => None,
    })
}

fn is_database(words: &[String]) -> bool {
    words.iter().any(|word| {
        matches!(
            word.as_str(),
            "sql"
                | "pg"
                | "postgres"
                | "postgresql"
                | "mysql"
                | "sqlite"
                | "db"
                | "database"
                | "bigquery"
                | "snowflake"
                | "redshift"
                | "duckdb"
                | "clickhouse"
                | "supabase"
                | "mssql"
                | "oracle"
                | "mariadb"
                | "databricks"
        )
    }) || matches!(words, [word] if word == "query")
        || words.iter().any(|w| w == "query") && words.iter().any(|w| matches!(w.as_str(), "run" | "execute" | "exec"))
}

fn is_search(words: &[String]) -> bool {
    words.iter().any(|word| matches!(word.as_str(), "search" | "find" | "web" | "grep" | "emails" | "messages" | "code" | "docs"))
}

fn is_patch_tool(words: &[String]) -> bool {
    words.iter().any(|word| matches!(word.as_str(), "patch" | "diff"))
}

/// A value as JSON text again, for a body that stands in the arguments as an object.
pub(in crate::action) fn spelled(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.as_str().to_owned(),
        Value::String(text) => serde_json::Value::String(text.clone()).to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(spelled).collect::<Vec<_>>().join(",")),
        Value::Object(object) => {
            let members: Vec<String> =
                object.iter().map(|(key, value)| format!("{}:{}", serde_json::Value::String(key.to_owned()), spelled(value))).collect();
            format!("{{{}}}", members.join(","))
        }
    }
}
