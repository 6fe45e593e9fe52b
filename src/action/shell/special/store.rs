//! Clients of databases and of other programs: the statement inside decides.

use super::super::Feed;
use super::super::expand::Argument;
use super::super::interpret;
use super::super::walk::Walker;
use crate::action::code::{self, Language};
use crate::action::lexicon::meaning;
use crate::action::name::Phrase;
use crate::action::{fold, sql};
use crate::kind::Kind;

/// `psql -c`, `mysql -e`, `sqlite3 db '…'`, or a script as input; `false`: the table is to be asked.
pub(super) fn sql_client(walker: &mut Walker<'_>, name: &str, rest: &[Argument], feed: &Feed) -> bool {
    let mut statements: Vec<String> = Vec::new();
    let mut operands: Vec<&Argument> = Vec::new();
    let mut files: Vec<&str> = Vec::new();
    let mut is_list = false;
    let mut at = 0;
    while let Some(argument) = rest.get(at) {
        at += 1;
        let text = argument.text.as_str();
        let next = || rest.get(at).map(|a| a.text.clone());
        match text {
            "-c" | "-e" | "--command" | "--execute" | "--query" | "-q" | "-Q" | "--sql" => {
                statements.extend(next());
                at += 1;
            }
            "-f" | "--file" | "-i" if name != "sqlite3" => {
                files.extend(rest.get(at).map(|a| a.text.as_str()));
                at += 1;
            }
            "-l" | "--list" | "--version" | "-V" | "--help" => is_list = true,
            "-d" | "-h" | "-U" | "-p" | "-P" | "-u" | "-D" | "-v" | "-P-" | "--host" | "--port" | "--user" | "--dbname" | "--database"
            | "--username" | "-S" | "-F" | "--set" | "-cmd" | "-separator" => at += 1,
            cluster
                if cluster.starts_with('-')
                    && !cluster.starts_with("--")
                    && cluster.len() > 2
                    && cluster.ends_with(['c', 'e'])
                    && name != "sqlite3" =>
            {
                statements.extend(next());
                at += 1;
            }
            option if option.starts_with("--command=") || option.starts_with("--execute=") || option.starts_with("--query=") => {
                statements.extend(option.split_once('=').map(|(_, text)| text.to_owned()));
            }
            option if option.starts_with("-e") && name == "mysql" && option.len() > 2 => {
                statements.extend(option.get(2..).map(str::to_owned))
            }
            option if option.starts_with('-') => {}
            _ => operands.push(argument),
        }
    }
    if name == "sqlite3" || name == "duckdb" {
        statements.extend(operands.iter().skip(1).map(|a| a.text.clone()));
    } else if matches!(name, "bq") {
        match operands.first().map(|a| a.text.as_str()) {
            Some("query") => statements.extend(operands.iter().skip(1).map(|a| a.text.clone())),
            _ => return false,
        }
    } else if name == "influx" && operands.first().is_some_and(|a| !matches!(a.text.as_str(), "query")) {
        return false;
    } else if name == "cockroach" || name == "influx" {
        statements.extend(operands.iter().skip(1).filter(|a| a.text.contains(' ')).map(|a| a.text.clone()));
    }
    if is_list {
        walker.reading.note(Kind::Read, "asks", name);
    } else if !statements.is_empty() {
        interpret::statements(walker, name, &statements);
    } else if let Some(text) = &feed.text {
        if feed.is_encoded {
            walker.reading.note(Kind::Execute, "encoded statements for", name);
        }
        sql::read(walker.reading, text);
    } else if feed.is_there || !files.is_empty() {
        let is_dump = files.iter().any(|file| file.contains("dump") || file.contains("backup"));
        walker.reading.note(if is_dump { Kind::Overwrite } else { Kind::Write }, "statements that the call does not show, for", name);
    } else {
        walker.reading.note(Kind::Read, "a session without a statement of", name);
    }
    true
}

/// A script of commands, one a line, for a client that would take them as arguments.
pub(super) fn lines(walker: &mut Walker<'_>, name: &str, feed: &Feed) {
    for line in feed.text.as_deref().unwrap_or_default().lines().filter(|line| !line.trim().is_empty()) {
        let arguments = std::iter::once(name).chain(line.split_whitespace()).map(Argument::known).collect::<Vec<_>>();
        walker.run(&arguments, &Feed::default());
    }
}

/// `mongosh --eval`.
pub(super) fn mongo(walker: &mut Walker<'_>, name: &str, rest: &[Argument], feed: &Feed) {
    let shown = rest.iter().skip_while(|a| a.text != "--eval" && a.text != "-eval").nth(1).map(|a| a.text.clone());
    let shown = shown.or_else(|| rest.iter().find_map(|a| a.text.strip_prefix("--eval=").map(str::to_owned))).or_else(|| feed.text.clone());
    match shown {
        Some(text) => code::read(walker.reading, Language::JavaScript, &text),
        None if feed.is_there || rest.iter().any(|a| a.text.ends_with(".js")) => {
            walker.reading.note(Kind::Execute, "a script that the call does not show, for", name)
        }
        None => walker.reading.note(Kind::Read, "a session without a statement of", name),
    }
}

/// AppleScript: `do shell script "…"`, and verbs told to applications.
pub(super) fn apple_script(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) {
    let lines: Vec<&str> =
        rest.iter().zip(rest.iter().skip(1)).filter(|(flag, _)| flag.text == "-e").map(|(_, line)| line.text.as_str()).collect();
    let script = if lines.is_empty() { feed.text.clone().unwrap_or_default() } else { lines.join("\n") };
    if script.is_empty() {
        return walker.reading.note(Kind::Execute, "a script that the call does not show, for", "osascript");
    }
    if let Some(at) = script.find("do shell script") {
        let quoted = script.get(at..).unwrap_or_default().split('"').nth(1).unwrap_or_default();
        return super::read_with(walker.reading, quoted, None, &Feed::default());
    }
    let outside: String = script.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    let words = fold::words(&outside);
    let told: Vec<String> = words
        .iter()
        .filter(|word| !matches!(word.as_str(), "tell" | "application" | "set" | "get" | "to" | "end" | "of"))
        .cloned()
        .collect();
    let first = told.iter().position(|word| meaning(word).verb.is_some());
    let kinds = first.map(|at| Phrase::of_words(told.get(at..).unwrap_or_default()).kinds()).unwrap_or_default();
    for kind in &kinds {
        walker.reading.note(*kind, "AppleScript", &script);
    }
    if kinds.is_empty() {
        walker.reading.note(Kind::Write, "AppleScript", &script);
    }
}
