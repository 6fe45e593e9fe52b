//! Notebook cells: lines that are commands, cells that are another language.

use super::Language;
use crate::action::reading::Reading;
use crate::action::{shell, sql};
use crate::kind::Kind;

/// Reads the lines of a cell that are no Python, and gives the rest, with as many lines as before.
pub(super) fn read<'t>(reading: &mut Reading, text: &'t str) -> std::borrow::Cow<'t, str> {
    let start = text.trim_start();
    if let Some(cell) = start.strip_prefix("%%") {
        let (head, body) = cell.split_once('\n').unwrap_or((cell, ""));
        if let Some(rest) = whole_cell(reading, head, body) {
            return rest.to_owned().into();
        }
    }
    let is_magic = |line: &str| line.trim_start().starts_with(['!', '%']) || assigned(line).is_some();
    if !text.contains(['!', '%']) || !text.lines().any(is_magic) {
        return text.into();
    }
    let mut rest = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        // A line that goes on from the one before is no magic: `x = (a\n  % b)`.
        let command = bare.strip_prefix("!!").or_else(|| bare.strip_prefix('!')).or_else(|| assigned(bare));
        if let Some(command) = command.filter(|command| !command.starts_with('=')) {
            shell::read(reading, &filled(command));
            rest.push('\n');
        } else if let Some(magic) = bare.strip_prefix('%').filter(|magic| magic.starts_with(|c: char| c.is_alphabetic())) {
            let code = line_magic(reading, magic);
            rest.push_str(code);
            rest.push('\n');
        } else {
            rest.push_str(line);
        }
    }
    rest.into()
}

/// `files = !ls`.
fn assigned(line: &str) -> Option<&str> {
    let (name, command) = line.split_once('=')?;
    let is_name = !name.trim().is_empty() && name.trim().chars().all(|c| c.is_alphanumeric() || c == '_');
    command.trim_start().strip_prefix('!').filter(|command| is_name && !command.starts_with('='))
}

/// `{name}` in a command is Python's value.
fn filled(command: &str) -> String {
    let mut filled = String::with_capacity(command.len());
    let mut rest = command;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after
            .split_once('}')
            .filter(|(name, _)| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']')))
        {
            Some((_, behind)) if !before.ends_with('$') => {
                filled.push_str("${hole}");
                rest = behind;
            }
            _ => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// A cell of one kind; gives what is Python after all.
fn whole_cell<'t>(reading: &mut Reading, head: &str, body: &'t str) -> Option<&'t str> {
    let name = head.split_whitespace().next().unwrap_or_default();
    match name {
        "bash" | "sh" | "script" | "system" | "!" | "cmd" | "sx" => shell::read(reading, body),
        "sql" | "bigquery" | "sparksql" | "read_sql" => sql::read(reading, body),
        "javascript" | "js" | "node" => super::read(reading, Language::JavaScript, body),
        "ruby" => super::read(reading, Language::Ruby, body),
        "perl" => super::read(reading, Language::Perl, body),
        "R" => super::read(reading, Language::R, body),
        "html" | "HTML" | "latex" | "markdown" | "svg" => reading.note(Kind::Read, "the cell only shows", name),
        "writefile" | "file" => {
            let path = head.split_whitespace().last().unwrap_or_default();
            for kind in crate::action::paths::effects_of_writing(path).into_iter().chain([Kind::Write]) {
                reading.note(kind, "the cell writes", path);
            }
        }
        "time" | "timeit" | "capture" | "prun" | "memit" | "python" | "python3" | "py" | "pyspark" | "spark" => return Some(body),
        _ => {
            reading.unknown("a cell in a language that is not known", name);
            return Some(body);
        }
    }
    Some("")
}

/// `%pip install x`, `%timeit f()`; gives what is Python after all.
fn line_magic<'t>(reading: &mut Reading, magic: &'t str) -> &'t str {
    let (name, rest) = magic.split_once(char::is_whitespace).unwrap_or((magic, ""));
    match name {
        "pip" | "conda" | "mamba" | "uv" | "rm" | "mv" | "cp" | "mkdir" | "rmdir" | "cat" | "ls" | "less" | "ll" => {
            shell::read(reading, magic)
        }
        "sh" | "sx" | "system" | "bash" => shell::read(reading, rest),
        "sql" => sql::read(reading, rest),
        "time" | "timeit" | "prun" | "memit" | "mprun" | "lprun" | "debug" => return rest,
        "run" | "load" | "loadpy" | "macro" | "rerun" | "load_ext" | "reload_ext" => {
            reading.note(Kind::Execute, "runs what the call does not show, by", magic)
        }
        "reset" | "reset_selective" | "xdel" => reading.note(Kind::Write, "the session's names", magic),
        "writefile" | "save" | "store" | "logstart" | "notebook" => reading.note(Kind::Write, "the magic", magic),
        _ => reading.note(Kind::Read, "a setting of the session", magic),
    }
    ""
}
