//! What known calls do, by the table in `known.txt`, which needs no Rust to extend.
//!
//! A path that stands in the table decides. What is left is asked, in this order: is a
//! statement among its arguments, is it a request, does it open a file; and last, as with
//! a tool nobody knows, what do the words of its name say.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Language;
use super::calls::Call;
use super::{by_name, files, requests, runs};
use crate::action::reading::{Reading, evidence};
use crate::action::sql;
use crate::call::Action;
use crate::kind::Kind;

/// What the table says of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Does(Kind),
    Shell,
    Code,
    Load,
    Looks,
    Memory,
}

struct Table {
    /// By name, for one language or for all.
    roles: HashMap<(Option<Language>, String), Role>,
    /// Modules whose functions change something.
    modules: HashMap<String, ()>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| parse(include_str!("known.txt")));

fn parse(text: &str) -> Table {
    let mut table = Table { roles: HashMap::new(), modules: HashMap::new() };
    let (mut role, mut languages) = (None, vec![None]);
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(head) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            let mut words = head.split_whitespace();
            role = words.next().and_then(role_named);
            languages = words.map(Language::of_name).filter(Option::is_some).collect();
            if languages.is_empty() {
                languages.push(None);
            }
            continue;
        }
        let Some(role) = role else { continue };
        for name in line.split_whitespace() {
            for language in &languages {
                table.roles.insert((*language, name.to_owned()), role);
            }
            if role.changes()
                && let Some((module, _)) = name.rsplit_once('.').filter(|(module, _)| !module.is_empty())
            {
                table.modules.insert(module.to_owned(), ());
            }
        }
    }
    for module in ["globals", "builtins", "__builtins__", "globalThis", "window", "global"] {
        table.modules.insert(module.to_owned(), ());
    }
    table
}

fn role_named(name: &str) -> Option<Role> {
    Some(match name {
        "shell" => Role::Shell,
        "code" => Role::Code,
        "load" => Role::Load,
        "looks" => Role::Looks,
        "memory" => Role::Memory,
        kind => Role::Does(Kind::from_name(kind)?),
    })
}

impl Role {
    fn changes(self) -> bool {
        match self {
            Self::Does(kind) => kind.is_consequential(),
            Self::Shell | Self::Code | Self::Load => true,
            Self::Looks | Self::Memory => false,
        }
    }
}

fn named(language: Language, name: &str) -> Option<Role> {
    let of = |language: Option<Language>| TABLE.roles.get(&(language, name.to_owned())).copied();
    of(Some(language)).or_else(|| of(None))
}

/// What the table says of a path: of itself, of its method beside its module, of its last names, of its method.
fn role(language: Language, path: &str) -> Option<Role> {
    let method = path.rsplit('.').next().unwrap_or_default();
    if let Some(role) = named(language, path) {
        return Some(role);
    }
    // A value in memory is what its own language says it is.
    let root = path.trim_start_matches('.').split('.').next().unwrap_or_default();
    let of_module = path.char_indices().filter(|(_, c)| *c == '.').take(3).filter_map(|(at, _)| path.get(..at));
    if let Some(role) = of_module.filter_map(|module| named(language, &format!("{module}*{method}"))).next() {
        return Some(role);
    }
    let last_two = path.rmatch_indices('.').nth(1).and_then(|(at, _)| path.get(at + 1..)).filter(|_| path.matches('.').count() >= 2);
    if let Some(role) = last_two.and_then(|two| named(language, two)).filter(|role| role.changes()) {
        return Some(role);
    }
    if path.contains('.')
        && let Some(role) = named(language, &format!(".{method}"))
    {
        return Some(role);
    }
    let first_two = path.match_indices('.').nth(1).and_then(|(at, _)| path.get(..at));
    [Some(root), first_two].into_iter().flatten().filter_map(|module| named(language, module)).find(|role| *role == Role::Memory)
}

/// Whether a path stands in the table as something that changes anything.
pub(super) fn is_known(language: Language, path: &str) -> bool {
    named(language, path).is_some_and(Role::changes)
}

/// Whether this is a function whose call would change something.
pub(super) fn is_function(language: Language, path: &str) -> bool {
    is_known(language, path) || path.contains('.') && role(language, path).is_some_and(Role::changes)
}

/// Whether a name looked up in it could be a function that changes something.
pub(super) fn is_module(_language: Language, path: &str) -> bool {
    TABLE.modules.contains_key(path)
}

/// Whether this function only looks at the functions it is given.
pub(super) fn only_looks(path: &str) -> bool {
    let method = path.rsplit('.').next().unwrap_or_default();
    TABLE.roles.get(&(None, path.to_owned())) == Some(&Role::Looks) || matches!(method, "setattr" | "spyOn" | "patch" | "stub" | "mock")
}

/// PHP's functions that call what they are given the name of.
pub(super) fn calls_by_name(path: &str) -> bool {
    matches!(
        path,
        "array_map"
            | "call_user_func"
            | "call_user_func_array"
            | "array_walk"
            | "usort"
            | "array_filter"
            | "register_shutdown_function"
            | "ob_start"
            | "forward_static_call"
    )
}

/// A function that is handed to another one.
pub(super) fn handed_on(reading: &mut Reading, language: Language, call: &Call<'_>) {
    match role(language, &call.path) {
        Some(Role::Does(kind)) => reading.note(kind, "a function that is handed on", &call.path),
        Some(Role::Shell | Role::Code) => {
            reading.note(Kind::Execute, "runs a command that is computed", &call.path);
            reading.unknown("a command that is computed", &call.path);
        }
        Some(Role::Load) => reading.note(Kind::Execute, "a function that is handed on", &call.path),
        Some(Role::Looks | Role::Memory) | None => {}
    }
}

/// What one call does.
pub(super) fn read(reading: &mut Reading, language: Language, call: &Call<'_>, text: &str) {
    let method = call.method();
    // `fs.unlink.call(…)` is `fs.unlink(…)`.
    if matches!(method, "call" | "apply" | "bind") && call.path.rsplit_once('.').is_some_and(|(owner, _)| is_known(language, owner)) {
        let owner = call.path.rsplit_once('.').map(|(owner, _)| owner.to_owned()).unwrap_or_default();
        let positional = call.positional.iter().skip(1).cloned().map(|value| (None, value)).collect();
        return read(reading, language, &Call::new(owner, call.owner_texts.clone(), positional, call.inside), text);
    }
    match role(language, &call.path) {
        Some(Role::Code) => return runs::code(reading, language, call),
        Some(Role::Shell) => return runs::command(reading, call),
        Some(Role::Load) => return reading.note(Kind::Execute, "runs what the call does not show, by", &call.path),
        Some(Role::Does(kind)) => return files::changed(reading, kind, call),
        Some(Role::Looks) => return,
        Some(Role::Memory) if !files::is_opener(&call.path) => return,
        Some(Role::Memory) | None => {}
    }
    let is_statement = |text: &&std::rc::Rc<str>| sql::looks_like(text) || text.trim_start().to_uppercase().starts_with("TRUNCATE ");
    if is_statement_call(method) {
        let statements: Vec<_> = call.texts.iter().filter(is_statement).collect();
        if !statements.is_empty() {
            return statements.into_iter().for_each(|text| sql::read(reading, &super::calls::plain(text)));
        }
    }
    // The mongo shell, `db.users.drop()`; a class of records, `User.destroy({…})`.
    let is_records = call.path.starts_with(char::is_uppercase) && matches!(method, "destroy" | "truncate");
    if is_records || call.root() == "db" && matches!(method, "drop" | "remove") {
        return files::changed(reading, Kind::Delete, call);
    }
    // A model that is asked is asked, whatever the noun on the way there.
    if call.path.contains("completions") || call.path.contains("embeddings") {
        return reading.add(Action::new(Kind::ReadNetwork, evidence("asks a model by", &call.path)));
    }
    if requests::sent_out(reading, call) || requests::read(reading, call) || files::opened(reading, call, text) {
        return;
    }
    by_name::read(reading, language, call);
}

fn is_statement_call(method: &str) -> bool {
    matches!(
        method,
        "execute"
            | "executemany"
            | "executescript"
            | "query"
            | "exec"
            | "run"
            | "raw"
            | "read_sql"
            | "read_sql_query"
            | "prepare"
            | "sql"
            | "fetch"
            | "fetchrow"
            | "fetchval"
            | "all"
            | "get"
            | "each"
            | "execute_sql"
            | "select_all"
            | "text"
            | "do"
            | "$executeRawUnsafe"
            | "$executeRaw"
            | "$queryRaw"
            | "$queryRawUnsafe"
            | "unsafe"
            | "batch"
            | "multi"
            | "Exec"
            | "ExecContext"
            | "Query"
            | "QueryRow"
            | "dbExecute"
            | "dbGetQuery"
            | "dbSendQuery"
            | "exec_query"
            | "from_sql"
            | "mysqli_query"
            | "pg_query"
            | "query_row"
            | "statement"
            | "unprepared"
            | "execute_query"
            | "executeQuery"
            | "executeUpdate"
            | "command"
            | "one"
            | "none"
            | "any"
            | "many"
            | "duckdb"
            | "run_query"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_of_the_table_is_known() {
        for line in include_str!("known.txt").lines() {
            let Some(head) = line.trim().strip_prefix('[').and_then(|line| line.strip_suffix(']')) else { continue };
            let mut words = head.split_whitespace();
            assert!(words.next().and_then(role_named).is_some(), "[{head}]");
            assert!(words.all(|word| Language::of_name(word).is_some()), "[{head}]");
        }
    }

    #[test]
    fn a_method_is_known_on_whatever_it_is_called() {
        assert!(is_function(Language::Python, "pathlib.Path.unlink"));
        assert!(!is_function(Language::Python, "unlinked"));
        assert!(!is_function(Language::Python, "print"));
    }
}
