//! In which language a written file will be run, and what its content does then.
//!
//! The first line tells, else the name. A file of tasks (`Makefile`, `package.json`) is
//! read task by task: running one of them does not do what the others say. What has no
//! language is read as a shell would, since that is what is asked to run such files.

use super::{USES_MAX, Written, WrittenFile, add, digest, run_by, tidy};
use crate::action::code::{self, Language};
use crate::action::reading::{CODE_BYTES_MAX, Reading};
use crate::action::{shell, sql};
use crate::call::Action;
use crate::kind::Kind;
use std::sync::Arc;

/// How many tasks of one file are told apart.
const TASKS_MAX: usize = 64;

/// The task of a `Makefile` that is run when none is named, and what is run with every one.
pub(in crate::action) const FIRST: &str = "";
pub(in crate::action) const ALWAYS: &str = "(always)";

/// What runs a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::action) enum Script {
    Shell,
    Sql,
    Code(Language),
}

/// What a file does that has this content: itself, and its tasks by name.
pub(super) fn read(path: &str, text: &str, written: &Written) -> Vec<WrittenFile> {
    match path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "makefile" | "gnumakefile" | "justfile" => tasks(path, text, written, recipes(text)),
        name if name.ends_with(".mk") => tasks(path, text, written, recipes(text)),
        "package.json" | "composer.json" | "deno.json" => tasks(path, text, written, members(text)),
        name if name.starts_with("dockerfile") || name.ends_with(".dockerfile") || name == "containerfile" => {
            let lines = text.replace("\\\n", " ");
            let run: Vec<&str> = lines.lines().filter_map(|line| line.trim().strip_prefix("RUN ")).collect();
            vec![file(path, text, Script::Shell, &run.join("\n"), written)]
        }
        _ => {
            let script = of(path, text);
            let mut read = file(path, text, script, text, written);
            if let Script::Code(language) = script {
                read.uses.extend(loads(language, text, path));
                bare_name(&mut read, language, text);
            }
            vec![read]
        }
    }
}

/// A piece that is only a name may be one that is called where it was put.
fn bare_name(file: &mut WrittenFile, language: Language, text: &str) {
    let name = text.trim();
    if !name.is_empty() && name.len() < 80 && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.')) {
        let mut reading = Reading::new();
        code::read(&mut reading, language, &format!("{name}('x')"));
        keep(file, reading.into_actions());
    }
}

fn file(path: &str, text: &str, script: Script, code: &str, written: &Written) -> WrittenFile {
    let mut file = WrittenFile {
        path: path.to_owned(),
        digest: digest(text),
        actions: Vec::new(),
        script,
        is_open: !text.is_empty() && !text.ends_with('\n') && !matches!(code, ""),
        uses: Vec::new(),
    };
    if code.trim().is_empty() {
        return file;
    }
    let mut reading = Reading::new();
    reading.follow(Arc::new(written.clone()));
    match script {
        _ if code.len() > CODE_BYTES_MAX => reading.unknown("a file larger than is read", path),
        Script::Shell => shell::read(&mut reading, code),
        Script::Sql => sql::read(&mut reading, code),
        Script::Code(language) => code::read(&mut reading, language, code),
    }
    keep(&mut file, reading.into_actions());
    file
}

/// Keeps what matters of what a file does, and which files it runs.
fn keep(file: &mut WrittenFile, actions: Vec<Action>) {
    file.uses.extend(run_by(&actions).take(USES_MAX));
    for action in actions.into_iter().filter(|action| action.kind.is_consequential() || action.kind == Kind::Unknown) {
        add(&mut file.actions, action);
    }
}

/// The file, of which no part runs by itself, and each of its tasks.
fn tasks(path: &str, text: &str, written: &Written, found: Vec<Task>) -> Vec<WrittenFile> {
    let mut files = Vec::new();
    let is_cut = found.len() > TASKS_MAX;
    for Task { name, code, needs } in found.into_iter().take(TASKS_MAX) {
        let mut task = file(&format!("{path}#{name}"), text, Script::Shell, &code, written);
        task.is_open = false;
        task.uses.extend(needs.into_iter().map(|need| format!("{path}#{need}")));
        files.push(task);
    }
    let mut whole = file(path, text, Script::Shell, "", written);
    if is_cut {
        add(&mut whole.actions, Action::new(Kind::Unknown, "more tasks than are told apart"));
    }
    files.push(whole);
    files
}

struct Task {
    name: String,
    code: String,
    needs: Vec<String>,
}

/// `name: needs` and the indented lines below it. What stands first is run when none is
/// named; what stands under no name is run with every one.
fn recipes(text: &str) -> Vec<Task> {
    let task = |name: &str| Task { name: name.to_owned(), code: String::new(), needs: Vec::new() };
    let mut found = vec![task(FIRST), task(ALWAYS)];
    let lines = text.replace("\\\n", " ");
    for line in lines.lines() {
        if line.starts_with(['\t', ' ']) {
            let recipe = line.trim_start().trim_start_matches(['@', '-', '+']);
            if let Some(task) = found.last_mut() {
                task.code.push_str(&recipe.replace("$$", "$"));
                task.code.push('\n');
            }
            continue;
        }
        // `VERSION = 1` and `x := $(shell rm y)` are no tasks; the second runs all the same.
        if let Some((name, rest)) = line.split_once(':').filter(|(name, rest)| !name.contains(['=', '#']) && !rest.starts_with('=')) {
            let name = name.split_whitespace().next().unwrap_or_default().to_owned();
            if name.starts_with('.') {
                continue;
            }
            let rest = rest.trim_start_matches(':');
            let needs: Vec<String> =
                rest.split(';').next().unwrap_or_default().split_whitespace().take(USES_MAX).map(str::to_owned).collect();
            if let [first, _] = found.as_mut_slice() {
                first.needs.push(name.clone());
            }
            let code = rest.split_once(';').map(|(_, code)| format!("{code}\n")).unwrap_or_default();
            found.push(Task { name, code, needs });
        } else if let Some((_, command)) = line.split_once("$(shell ")
            && let Some(always) = found.get_mut(1)
        {
            always.code.push_str(command.rsplit_once(')').map_or(command, |(command, _)| command));
            always.code.push('\n');
        }
    }
    found
}

/// Every `"name": "value"` of a JSON text, also of a piece of one.
fn members(text: &str) -> Vec<Task> {
    let mut found = Vec::new();
    let mut strings = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('"') {
        let end = after.match_indices('"').map(|(at, _)| at).find(|at| {
            let slashes = after.get(..*at).unwrap_or_default().bytes().rev().take_while(|byte| *byte == b'\\').count();
            slashes % 2 == 0
        });
        let Some(end) = end else { break };
        let string = after.get(..end).unwrap_or_default();
        let is_value = before.trim() == ":";
        strings.push(string);
        if let ([.., name, value], true) = (strings.as_slice(), is_value) {
            let value: String = serde_json::from_str(&format!("\"{value}\"")).unwrap_or_default();
            let value = value.trim_start_matches("npm run ").to_owned();
            let needs = if value.split_whitespace().count() == 1 { vec![value.clone()] } else { Vec::new() };
            found.push(Task { name: (*name).to_owned(), code: value, needs });
        }
        rest = after.get(end + 1..).unwrap_or_default();
    }
    found
}

/// What runs a file of this name that begins so.
pub(super) fn of(path: &str, text: &str) -> Script {
    let first = text.lines().next().unwrap_or_default();
    if let Some(line) = first.strip_prefix("#!") {
        let words = || line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
        let program = words().find(|word| !matches!(*word, "env") && !word.starts_with('-') && !word.contains('=')).unwrap_or_default();
        return Language::of_program(program).map_or(Script::Shell, Script::Code);
    }
    let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref().unwrap_or_default() {
        "py" | "pyw" | "ipynb" => Script::Code(Language::Python),
        "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "tsx" | "jsx" => Script::Code(Language::JavaScript),
        "rb" | "rake" | "gemspec" => Script::Code(Language::Ruby),
        "pl" | "pm" => Script::Code(Language::Perl),
        "php" => Script::Code(Language::Php),
        "r" => Script::Code(Language::R),
        "go" => Script::Code(Language::Go),
        "scpt" | "applescript" => Script::Code(Language::AppleScript),
        "lua" | "jl" | "groovy" | "gradle" | "java" | "kts" | "swift" | "rs" | "c" | "cpp" | "cs" => Script::Code(Language::Other),
        "sql" | "psql" | "ddl" | "dml" => Script::Sql,
        _ => Script::Shell,
    }
}

/// Other files that code loads: `import cleanup`, `require("./cleanup")`.
pub(in crate::action) fn loads(language: Language, text: &str, path: &str) -> Vec<String> {
    let place = path.rsplit_once('/').map(|(place, _)| format!("{place}/")).unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    for line in text.split(['\n', ';']).map(str::trim) {
        match language {
            Language::Python => {
                let names = line.strip_prefix("from ").map(|rest| rest.split(" import").next().unwrap_or_default());
                let names = names.or_else(|| line.strip_prefix("import "));
                for name in names.unwrap_or_default().split(',').filter_map(|name| name.split_whitespace().next()) {
                    let module = name.trim_start_matches('.').replace('.', "/");
                    found.extend([format!("{place}{module}.py"), format!("{place}{module}/__init__.py")]);
                }
            }
            _ => {
                let quoted = line.split(['"', '\'']).skip(1).step_by(2);
                let is_loading = ["require", "import", "from", "load", "include", "source"].iter().any(|word| line.contains(word));
                for name in quoted.filter(|name| is_loading && !name.is_empty() && !name.contains(' ')) {
                    found.push(format!("{place}{name}"));
                    found.extend(["js", "mjs", "cjs", "ts", "rb", "php", "lua"].map(|end| format!("{place}{name}.{end}")));
                }
            }
        }
        if found.len() > USES_MAX * 8 {
            break;
        }
    }
    found.iter().map(|path| tidy(path)).collect()
}
