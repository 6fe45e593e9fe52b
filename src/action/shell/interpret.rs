//! Programs that run what they are given: shells, `eval`, language interpreters, SQL clients.

use super::super::paths;
use super::super::reading::{evidence, target};
use super::super::written::Script;
use super::super::{code, sql};
use super::expand::Argument;
use super::walk::Walker;
use super::windows::{self, Dialect};
use super::{Feed, decode, read_with};
use crate::call::{Action, TargetSort};
use crate::kind::Kind;

/// What an interpreter does with these arguments; `None` when `name` is none.
pub(super) fn run(walker: &mut Walker<'_>, name: &str, rest: &[Argument], feed: &Feed) -> Option<Feed> {
    let out = || Feed { is_local: true, is_foreign: true, is_there: true, ..Feed::default() };
    match name {
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" | "fish" | "rbash" | "mksh" | "su" | "runuser" => shell(walker, name, rest, feed),
        "pwsh" | "powershell" | "cmd" => windows_shell(walker, name, rest, feed),
        _ => {
            let language = code::Language::of_program(name)?;
            language_program(walker, name, language, rest, feed);
        }
    }
    Some(out())
}

fn shell(walker: &mut Walker<'_>, name: &str, rest: &[Argument], feed: &Feed) {
    if matches!(name, "su" | "runuser") {
        // `su user -c 'line'`: the line follows the option, wherever the user stands.
        return match rest.iter().skip_while(|a| !matches!(a.text.as_str(), "-c" | "--command")).nth(1) {
            Some(line) => command_text(walker, name, line, &[], feed),
            None => walker.reading.note(Kind::Execute, "another user's shell by", name),
        };
    }
    let mut operands = Vec::new();
    let (mut has_command, mut is_checked) = (false, false);
    let mut at = 0;
    while let Some(argument) = rest.get(at) {
        let text = argument.text.as_str();
        at += 1;
        if !operands.is_empty() || !(text.starts_with('-') || text.starts_with('+')) || text.len() < 2 {
            operands.push(argument);
            continue;
        }
        match text {
            "-o" | "+o" | "-O" | "+O" | "--rcfile" | "--init-file" => at += 1,
            "--help" | "--version" => return walker.reading.note(Kind::Read, "help or version of", name),
            "--command" => has_command = true,
            long if long.starts_with("--") => {
                if let Some(script) = long.strip_prefix("--command=") {
                    return read_with(walker.reading, script, None, feed);
                }
            }
            short => {
                has_command |= short.contains('c');
                is_checked |= short.contains('n') && !short.contains('c');
            }
        }
    }
    match operands.split_first() {
        Some((script, positional)) if has_command => command_text(walker, name, script, positional, feed),
        None if has_command => walker.reading.unknown("a command is missing after", name),
        Some((script, _)) if is_checked => walker.reading.note(Kind::Read, "checks the syntax of", &script.text),
        Some((script, _)) if script.text == "-" || script.text == "/dev/stdin" => shell_input(walker, name, feed),
        Some((script, positional)) if script.printed.is_some() => {
            if script.is_encoded {
                walker.reading.note(Kind::Execute, "an encoded script, run by", name);
            }
            let positional = std::iter::once(*script).chain(positional.iter().copied()).cloned().collect();
            walker.read_inside(script.printed.as_deref().unwrap_or_default(), Some(positional), false, feed)
        }
        Some((script, _)) if script.text == "/dev/fd/63" => {
            walker.reading.note(Kind::Execute, "runs what another command prints, by", name)
        }
        Some((script, _)) => {
            walker.reading.ran(&script.text, Some(Script::Shell));
            script_file(walker, script)
        }
        None if is_checked => walker.reading.note(Kind::Read, "checks the syntax of its input", name),
        None => shell_input(walker, name, feed),
    }
}

fn command_text(walker: &mut Walker<'_>, name: &str, script: &Argument, positional: &[&Argument], feed: &Feed) {
    if script.is_computed && script.text.trim_start().starts_with('$') {
        walker.reading.note(Kind::Execute, "runs what is computed, by", name);
        return walker.reading.unknown("a script that is computed, run by", name);
    }
    let mut given: Vec<Argument> = positional.iter().map(|argument| (*argument).clone()).collect();
    if given.is_empty() {
        given.push(Argument::known(name));
    }
    if script.is_encoded {
        walker.reading.note(Kind::Execute, "an encoded script, run by", name);
    }
    walker.read_inside(&script.text, Some(given), false, feed);
}

/// A script file that the call does not show.
fn script_file(walker: &mut Walker<'_>, script: &Argument) {
    walker.written_before(&script.text);
    let stem = script.text.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
    let kinds = super::subcommand::task_kinds(std::iter::once(stem))
        .filter(|kinds| !(script.is_computed || script.text.starts_with(['/', '~']) && *kinds == [Kind::Write]));
    for kind in kinds.unwrap_or_else(|| vec![Kind::Execute]) {
        walker.reading.add(Action::new(kind, evidence("runs the script", &script.text)).on([target(TargetSort::Path, &script.text)]));
    }
}

/// What flows into a shell is what it runs.
pub(super) fn shell_input(walker: &mut Walker<'_>, name: &str, feed: &Feed) {
    match &feed.text {
        Some(text) => {
            if feed.is_encoded {
                walker.reading.note(Kind::Execute, "an encoded script, run by", name);
            }
            read_with(walker.reading, text, None, &Feed::default());
        }
        None if feed.is_foreign => walker.reading.note(Kind::Execute, "runs what flows into", name),
        None => {
            walker.reading.note(Kind::Execute, "an interactive shell", name);
        }
    }
}

fn windows_shell(walker: &mut Walker<'_>, name: &str, rest: &[Argument], feed: &Feed) {
    let dialect = if name == "cmd" { Dialect::Cmd } else { Dialect::PowerShell };
    let texts: Vec<&str> = rest.iter().map(|a| a.text.as_str()).collect();
    let begins = |text: &str, parameter: &str, least: usize| {
        let name = text.trim_start_matches(['-', '/']);
        text.starts_with(['-', '/']) && name.len() >= least && parameter.starts_with(&name.to_ascii_lowercase())
    };
    let is_encoded = |text: &str| begins(text, "encodedcommand", 1) || text.eq_ignore_ascii_case("-ec");
    let at = texts.iter().position(|text| match dialect {
        Dialect::Cmd => matches!(text.to_ascii_lowercase().get(..2), Some("/c" | "/k" | "/r")),
        Dialect::PowerShell => begins(text, "command", 1) || is_encoded(text),
    });
    // The first word that is no parameter is the command in Windows PowerShell, a file in a newer one.
    let is_parameter = |text: &str| text.starts_with('-') || text.starts_with('/');
    let values = ["executionpolicy", "version", "windowstyle", "configurationname", "outputformat", "inputformat", "workingdirectory"];
    let first = (0..texts.len()).find(|&at| {
        let before = at.checked_sub(1).and_then(|at| texts.get(at)).copied().unwrap_or_default();
        let is_value = values.iter().any(|value| begins(before, value, 2)) || before.eq_ignore_ascii_case("-ep");
        !is_parameter(texts.get(at).copied().unwrap_or_default()) && !is_value
    });
    let line = |from: usize| texts.get(from..).unwrap_or_default().join(" ");
    match (at, first) {
        (Some(at), _) if dialect == Dialect::PowerShell && texts.get(at).is_some_and(|text| is_encoded(text)) => {
            walker.reading.note(Kind::Execute, "an encoded script, run by", name);
            match texts.get(at + 1).and_then(|text| decode::base64_wide(text)) {
                Some(text) => windows::inside(walker, dialect, &text, feed),
                None => walker.reading.unknown("an encoded script that cannot be read, run by", name),
            }
        }
        (Some(at), _) if line(at + 1) == "-" || line(at + 1).is_empty() && dialect == Dialect::PowerShell => {
            windows_input(walker, dialect, name, feed)
        }
        (Some(at), _) => {
            let glued = texts.get(at).and_then(|text| text.get(2..)).filter(|_| dialect == Dialect::Cmd).unwrap_or_default();
            let is_computed = rest.get(at + 1).is_some_and(|a| a.is_computed && a.text.starts_with('$') && dialect == Dialect::Cmd);
            if is_computed {
                walker.reading.unknown("a script that is computed, run by", name);
            }
            windows::inside(walker, dialect, format!("{glued} {}", line(at + 1)).trim(), feed);
        }
        (None, Some(first)) => {
            let text = texts.get(first).copied().unwrap_or_default();
            let is_file = text.to_ascii_lowercase().ends_with(".ps1") || dialect == Dialect::Cmd;
            match rest.get(first) {
                Some(script) if is_file => script_file(walker, script),
                _ => windows::inside(walker, dialect, &line(first), feed),
            }
        }
        (None, None) if texts.iter().any(|text| matches!(*text, "-?" | "/?" | "-Help" | "--help" | "--version" | "-Version")) => {
            walker.reading.note(Kind::Read, "help or version of", name)
        }
        (None, None) => windows_input(walker, dialect, name, feed),
    }
}

fn windows_input(walker: &mut Walker<'_>, dialect: Dialect, name: &str, feed: &Feed) {
    match &feed.text {
        Some(text) => windows::inside(walker, dialect, text, &Feed::default()),
        None => walker.reading.note(Kind::Execute, "runs what flows into", name),
    }
}

fn language_program(walker: &mut Walker<'_>, name: &str, language: code::Language, rest: &[Argument], feed: &Feed) {
    let mut at = 0;
    while let Some(argument) = rest.get(at) {
        let text = argument.text.as_str();
        at += 1;
        if let Some(glued) = language.inline_code(text) {
            let shown = if glued.is_empty() { rest.get(at).map(|a| a.text.as_str()) } else { Some(glued) };
            return match shown {
                Some(text) if rest.get(at).is_some_and(|a| a.is_computed && a.text.trim_start().starts_with('$')) => {
                    walker.reading.note(Kind::Execute, "runs code that is computed", text);
                    walker.reading.unknown("code that is computed, run by", name);
                }
                Some(text) => inline(walker, language, text, rest, feed),
                None => walker.reading.unknown("code is missing after", name),
            };
        }
        match text {
            "-V" | "--version" | "-v" | "--help" | "-h" if at == 1 && rest.len() == 1 => {
                return walker.reading.note(Kind::Read, "help or version of", name);
            }
            "--check" | "-wc" | "-c"
                if matches!(language, code::Language::Perl | code::Language::Php | code::Language::Ruby | code::Language::JavaScript) =>
            {
                return walker.reading.note(Kind::Read, "checks the syntax of a file", name);
            }
            "-l" if language == code::Language::Php => return walker.reading.note(Kind::Read, "checks the syntax of a file", name),
            "-m" if language == code::Language::Python => return module(walker, rest.get(at..).unwrap_or_default(), feed),
            "-r" | "--require" | "--import" | "--loader" | "-I" | "-M" | "-W" | "-X" | "--env-file" => at += 1,
            "-" => break,
            "test" | "check" | "fmt" | "lint" | "build" | "add" | "install" | "i" | "run" | "x" | "task"
                if matches!(name, "deno" | "bun") =>
            {
                return runtime(walker, name, text, rest, feed);
            }
            option if option.starts_with('-') => {}
            _ => {
                walker.reading.ran(&argument.text, Some(Script::Code(language)));
                return file(walker, name, argument, rest.get(at..).unwrap_or_default(), feed);
            }
        }
    }
    match &feed.text {
        Some(text) => {
            if feed.is_encoded {
                walker.reading.note(Kind::Execute, "encoded code, run by", name);
            }
            code::read(walker.reading, language, text);
        }
        None if feed.is_there => walker.reading.note(Kind::Execute, "runs what flows into", name),
        None => walker.reading.note(Kind::Execute, "an interpreter without a script", name),
    }
}

fn inline(walker: &mut Walker<'_>, language: code::Language, text: &str, rest: &[Argument], _feed: &Feed) {
    let edits = rest.iter().any(|a| language.edits_in_place(&a.text));
    if edits {
        walker.reading.note(Kind::Write, "edits files in place", "");
    }
    code::read(walker.reading, language, text);
}

fn runtime(walker: &mut Walker<'_>, name: &str, verb: &str, rest: &[Argument], feed: &Feed) {
    match verb {
        "run" | "x" | "task" => match rest.iter().skip_while(|a| a.text != verb).skip(1).find(|a| !a.text.starts_with('-')) {
            Some(script) if script.text.contains("://") => walker.reading.note(Kind::Execute, "runs code from the network", &script.text),
            Some(script) if verb == "x" => super::special::package(walker, name, script, rest, feed),
            Some(script) => script_file(walker, script),
            None => walker.reading.note(Kind::Read, "lists tasks", name),
        },
        "add" | "install" | "i" => walker.reading.note(Kind::ExecuteInstall, "installs packages by", name),
        _ => walker.reading.note(Kind::Write, "builds or tests by", name),
    }
}

fn module(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) {
    let Some((module, arguments)) = rest.split_first() else { return walker.reading.unknown("a module is missing", "-m") };
    let path = module.text.replace('.', "/");
    for path in [format!("{path}.py"), format!("{path}/__main__.py"), format!("{path}/__init__.py")] {
        walker.reading.ran(&path, None);
    }
    let program = match module.text.as_str() {
        "pip" | "pytest" | "unittest" | "black" | "ruff" | "mypy" | "flake8" | "isort" | "pylint" | "coverage" | "tox" | "nox"
        | "twine" | "build" | "venv" | "virtualenv" | "poetry" | "uv" | "pipx" | "sphinx" | "mkdocs" | "jupyter" | "alembic"
        | "pre_commit" | "bandit" | "http.server" => module.text.as_str(),
        "json.tool" | "this" | "platform" | "site" | "sysconfig" | "tokenize" | "ast" | "dis" | "inspect" | "pydoc" | "timeit"
        | "calendar" => {
            return walker.reading.note(Kind::Read, "the module", &module.text);
        }
        "compileall" | "py_compile" | "zipfile" | "tarfile" | "ensurepip" | "doctest" | "cProfile" => {
            return walker.reading.note(Kind::Write, "the module", &module.text);
        }
        _ => {
            let kinds = super::subcommand::kinds(arguments.iter().map(|a| a.text.as_str()))
                .filter(|k| k.iter().any(|kind| kind.is_consequential()));
            for kind in kinds.unwrap_or_else(|| vec![Kind::Execute]) {
                walker.reading.note(kind, "the module", &module.text);
            }
            return;
        }
    };
    let program = match program {
        "build" | "http.server" | "sphinx" => return walker.reading.note(Kind::Write, "the module", program),
        "pre_commit" => "pre-commit",
        program => program,
    };
    let mut command = vec![Argument::known(program)];
    command.extend(arguments.iter().cloned());
    walker.run(&command, feed);
}

fn file(walker: &mut Walker<'_>, name: &str, script: &Argument, arguments: &[Argument], feed: &Feed) {
    let base = script.text.rsplit('/').next().unwrap_or_default();
    if paths::is_nowhere(&script.text) {
        return shell_input(walker, name, feed);
    }
    let shows_code = base == "manage.py" && arguments.first().is_some_and(|a| a.text == "shell");
    if let Some(code) = arguments.iter().skip_while(|a| a.text != "-c" && a.text != "--command").nth(1).filter(|_| shows_code) {
        return code::read(walker.reading, code::Language::Python, &code.text);
    }
    if matches!(base, "manage.py" | "artisan" | "console" | "setup.py" | "rails") {
        if base == "setup.py" {
            let kinds = match arguments.first().map(|a| a.text.as_str()) {
                Some("install" | "develop") => Kind::ExecuteInstall,
                Some("upload" | "register") => Kind::Publish,
                _ => Kind::Write,
            };
            return walker.reading.note(kinds, "the script", base);
        }
        let mut command = vec![Argument::known(base)];
        command.extend(arguments.iter().cloned());
        walker.run(&command, feed);
        return;
    }
    script_file(walker, script);
}

/// Statements for an SQL client.
pub(super) fn statements(walker: &mut Walker<'_>, name: &str, texts: &[String]) {
    for text in texts {
        sql::read(walker.reading, text);
    }
    if texts.is_empty() {
        walker.reading.unknown("nothing tells what is run by", name);
    }
}
