//! `find`, `cp`, `mv`, `dd`, `tee`, `sed`, `awk`: what they do to files.

use super::super::expand::Argument;
use super::super::walk::Walker;
use super::super::{Feed, read_with};
use super::{on_path, operands, written};
use crate::action::paths;
use crate::action::written::Wrote;
use crate::call::Count;
use crate::kind::Kind;

/// `find … -delete`, `-exec … ;`, `-fprint file`.
pub(super) fn find(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) {
    walker.reading.note(Kind::Read, "looks for files", "find");
    let is_root = |a: &&Argument| !a.text.starts_with(['-', '(', '!']);
    let is_option = |a: &Argument| matches!(a.text.as_str(), "-L" | "-P" | "-H") || a.text.starts_with("-O");
    let mut roots: Vec<&str> = rest.iter().skip_while(|a| is_option(a)).take_while(is_root).map(|a| a.text.as_str()).collect();
    if roots.is_empty() {
        roots.push(".");
    }
    let mut at = 0;
    while let Some(argument) = rest.get(at) {
        at += 1;
        match argument.text.as_str() {
            "-delete" => roots.iter().for_each(|root| on_path(walker, Kind::Delete, "find -delete under", root, Count::Set)),
            "-exec" | "-execdir" | "-ok" | "-okdir" => {
                let inner: Vec<Argument> = rest
                    .get(at..)
                    .unwrap_or_default()
                    .iter()
                    .take_while(|a| !(a.text == ";" || a.text == "+" && !a.is_quoted))
                    .cloned()
                    .collect();
                at += inner.len() + 1;
                if inner.is_empty() {
                    walker.reading.unknown("a command is missing after", &argument.text);
                } else {
                    walker.run(&inner, feed);
                }
            }
            "-fprint" | "-fls" | "-fprintf" | "-fprint0" => {
                if let Some(file) = rest.get(at) {
                    on_path(walker, Kind::Overwrite, "the output file of find", &file.text, Count::Exactly(1));
                }
                at += 1;
            }
            "-name" | "-iname" | "-path" | "-ipath" | "-regex" | "-iregex" | "-wholename" | "-type" | "-newer" | "-user" | "-group"
            | "-size" | "-mtime" | "-perm" => at += 1,
            _ => {}
        }
    }
}

/// `fd pattern -x command`.
pub(super) fn fd(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) {
    walker.reading.note(Kind::Read, "looks for files", "fd");
    let at = rest.iter().position(|a| matches!(a.text.as_str(), "-x" | "--exec" | "-X" | "--exec-batch")).map_or(rest.len(), |at| at + 1);
    let inner: Vec<Argument> = rest.get(at..).unwrap_or_default().iter().take_while(|a| a.text != ";").cloned().collect();
    if inner.is_empty() {
        return walker.reading.unknown("a command is missing after", "fd -x");
    }
    walker.run(&inner, feed);
}

/// `ln`, `mv` and `mount`: what a path is called from here on.
pub(super) fn rename(walker: &mut Walker<'_>, name: &str, rest: &[Argument]) {
    let is_link = name.ends_with("ln");
    let files = operands(rest);
    let into = rest.iter().zip(rest.iter().skip(1)).find(|(flag, _)| matches!(flag.text.as_str(), "-t" | "--target-directory"));
    let Some((last, sources)) = files.split_last() else { return };
    let (place, sources) = into.map_or((*last, sources), |(_, directory)| (directory, files.as_slice()));
    for source in sources.iter().filter(|source| source.text != place.text) {
        walker.reading.rename(&source.text, &place.text, is_link);
        // The place may be a directory, in which it keeps its name.
        if let Some(own) = source.text.trim_end_matches('/').rsplit('/').next().filter(|own| !own.is_empty()) {
            walker.reading.rename(&source.text, &format!("{}/{own}", place.text.trim_end_matches('/')), is_link);
        }
    }
}

/// What stands under a second name from here on, for whoever runs it by that name.
pub(super) fn copied(walker: &mut Walker<'_>, rest: &[Argument]) {
    let files = operands(rest);
    let into = rest.iter().zip(rest.iter().skip(1)).find(|(flag, _)| matches!(flag.text.as_str(), "-t" | "--target-directory"));
    let Some((last, sources)) = files.split_last() else { return };
    let (place, sources) = into.map_or((*last, sources), |(_, directory)| (directory, files.as_slice()));
    for source in sources.iter().filter(|source| source.text != place.text) {
        let own = source.text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        for to in [place.text.clone(), format!("{}/{own}", place.text.trim_end_matches('/'))] {
            if paths::effects_of_writing(&to).contains(&Kind::Execute) {
                walker.written_before(&source.text);
            }
            walker.reading.wrote(|| Wrote::Copy { from: source.text.clone(), to });
        }
    }
}

/// `cp` and `mv` where the target tells more than the table; `false`: it does not.
pub(super) fn copy(walker: &mut Walker<'_>, name: &str, rest: &[Argument]) -> bool {
    let files = operands(rest);
    let Some((target, sources)) = files.split_last() else { return false };
    let Some(source) = sources.first() else { return false };
    if name.ends_with("mv") && paths::is_nowhere(&target.text) {
        on_path(walker, Kind::Delete, "moved to nowhere", &source.text, Count::Exactly(sources.len() as u64));
        return true;
    }
    if name.ends_with("mv") && paths::is_trash(&target.text) {
        on_path(walker, Kind::Delete, "moved to the trash", &source.text, Count::Exactly(sources.len() as u64));
        return true;
    }
    let mut found = false;
    if paths::is_nowhere(&source.text) || paths::is_backup_of(&source.text, &target.text) {
        on_path(walker, Kind::Overwrite, "earlier content is lost of", &target.text, Count::Exactly(1));
        found = true;
    }
    for kind in paths::effects_of_writing(&target.text) {
        on_path(walker, kind, "written by a copy", &target.text, Count::Exactly(1));
        found = true;
    }
    if found {
        walker.reading.note(Kind::Write, "the command", name);
    }
    found
}

/// `dd if=… of=…`.
pub(super) fn dd(walker: &mut Walker<'_>, rest: &[Argument], _feed: &Feed) {
    let operand = |key: &str| rest.iter().find_map(|a| a.text.strip_prefix(key));
    match operand("of=") {
        Some(target) if paths::is_device(target) || operand("if=").is_some_and(|source| source.starts_with("/dev/")) => {
            on_path(walker, Kind::Overwrite, "written by dd", target, Count::Exactly(1));
        }
        Some(target) => written(walker, target, false, &Feed::default()),
        None => walker.reading.note(Kind::Read, "the command", "dd"),
    }
}

/// `tee file`, `tee -a file`.
pub(super) fn tee(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) {
    let appends = rest.iter().any(|a| matches!(a.text.as_str(), "-a" | "--append"));
    for file in operands(rest) {
        written(walker, &file.text, appends, feed);
    }
    walker.reading.note(Kind::Read, "passes on", "tee");
}

/// `sed -i`, and GNU sed's `e` and `w`.
pub(super) fn sed(walker: &mut Walker<'_>, rest: &[Argument]) {
    let edits = rest.iter().any(|a| {
        a.text == "--in-place"
            || a.text.starts_with("--in-place=")
            || (a.text.starts_with('-') && !a.text.starts_with("--") && a.text.contains('i'))
    });
    let runs = rest.iter().filter(|a| !a.text.starts_with('-')).take(1).any(|a| {
        let script = a.text.trim_end();
        script.starts_with("s") && script.rsplit(['/', '|', '#', ',']).next().is_some_and(|flags| flags.contains('e') && flags.len() < 4)
    });
    if runs {
        walker.reading.note(Kind::Execute, "sed runs what it matches", "");
    }
    for script in rest.iter().filter(|a| !a.text.starts_with('-')) {
        for line in script.text.split([';', '\n']).filter_map(run_by_sed) {
            read_with(walker.reading, line, None, &Feed::default());
        }
    }
    if edits {
        let files: Vec<&Argument> = operands(rest);
        let has_script_option = rest.iter().any(|a| a.text == "-e" || a.text == "-f");
        for file in files.iter().skip(usize::from(!has_script_option)) {
            written(walker, &file.text, true, &Feed::default());
        }
        walker.reading.note(Kind::Write, "edits files in place", "sed");
    } else {
        walker.reading.note(Kind::Read, "the command", "sed");
    }
}

/// The command in `1e rm x`, `$e …`, `/re/e …`.
fn run_by_sed(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let address = match line.strip_prefix('/') {
        Some(pattern) => pattern.split_once('/').map(|(_, rest)| rest)?,
        None => line.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '$' | ',' | '~')),
    };
    let has_address = address.len() < line.len();
    let command = address.trim_start().strip_prefix('e')?;
    (command.starts_with(' ') && (has_address || command.len() > 1)).then(|| command.trim())
}

/// awk: its program can run commands and write files.
pub(super) fn awk(walker: &mut Walker<'_>, rest: &[Argument]) {
    walker.reading.note(Kind::Read, "the command", "awk");
    if rest.iter().any(|a| a.text == "-i" || a.text == "inplace") {
        walker.reading.note(Kind::Write, "edits files in place", "awk");
    }
    if rest.iter().any(|a| a.text == "-f" || a.text.starts_with("--file")) {
        return;
    }
    let Some(script) = operands(rest).into_iter().find(|a| a.text.contains(['{', '/', '(']) || a.text.contains("BEGIN")) else { return };
    for command in commands_in_awk(&script.text) {
        read_with(walker.reading, &command, None, &Feed::default());
    }
    if script.text.contains("system(") && commands_in_awk(&script.text).is_empty() {
        walker.reading.note(Kind::Execute, "awk runs what it computes", "");
        walker.reading.unknown("a command that awk computes", &script.text);
    }
}

/// `system("…")`, `"…" | getline`, `print | "…"`.
fn commands_in_awk(script: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = script;
    while let Some(at) = rest.find('"') {
        let before = rest.get(..at).unwrap_or_default().trim_end();
        let after = rest.get(at + 1..).unwrap_or_default();
        let Some(end) = after.find('"') else { break };
        let text = after.get(..end).unwrap_or_default();
        let behind = after.get(end + 1..).unwrap_or_default();
        let is_piped = before.ends_with('|') && !before.ends_with("||");
        let feeds = behind.trim_start().strip_prefix('|').is_some_and(|b| b.trim_start().starts_with("getline"));
        if before.ends_with("system(") || is_piped || feeds {
            found.push(text.replace("\\\"", "\""));
        }
        rest = behind;
    }
    found
}
