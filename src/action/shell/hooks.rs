//! Options, variables and inputs by which a program that is none of ours to read runs
//! a command: `tar --to-command`, `GIT_SSH_COMMAND`, `vim -c ':!…'`, `script -c`.

use super::expand::Argument;
use super::walk::Walker;
use super::{Feed, read_with};
use crate::kind::Kind;

/// Options whose value is a command line: program, option (`=` glues it).
const OPTIONS: [(&str, &str); 24] = [
    ("tar", "--checkpoint-action"),
    ("tar", "--to-command"),
    ("tar", "--use-compress-program"),
    ("tar", "-I"),
    ("bsdtar", "--use-compress-program"),
    ("zip", "--unzip-command"),
    ("zip", "-TT"),
    ("rsync", "-e"),
    ("rsync", "--rsh"),
    ("rsync", "--rsync-path"),
    ("script", "-c"),
    ("script", "-qc"),
    ("script", "--command"),
    ("split", "--filter"),
    ("sort", "--compress-program"),
    ("man", "-P"),
    ("man", "--pager"),
    ("rg", "--pre"),
    ("xterm", "-e"),
    ("konsole", "-e"),
    ("nix-shell", "--run"),
    ("nix-shell", "--command"),
    ("nix", "-c"),
    ("socat", "EXEC"),
];

/// Reads the command lines that stand in the options of a program, beside what the program does itself.
pub(super) fn options(walker: &mut Walker<'_>, name: &str, rest: &[Argument], feed: &Feed) {
    for (at, argument) in rest.iter().enumerate() {
        let text = argument.text.as_str();
        for (_, option) in OPTIONS.iter().filter(|(program, _)| *program == name) {
            let glued = text.strip_prefix(option).and_then(|rest| rest.strip_prefix(['=', ':']));
            let apart = (text == *option).then(|| rest.get(at + 1).map(|a| a.text.as_str())).flatten();
            let Some(line) = glued.or(apart) else { continue };
            let line = line.strip_prefix("exec=").unwrap_or(line);
            if line.contains(' ') || matches!(name, "script" | "nix-shell") {
                read_with(walker.reading, line, None, &Feed::default());
            }
        }
        match name {
            "vim" | "nvim" | "vi" | "ex" | "view" => editor_command(walker, text),
            "gdb" | "lldb" => line_after(walker, text, &["shell ", "!", "platform shell "]),
            "expect" => line_after(walker, text, &["spawn ", "exec ", "system "]),
            "emacs" => lisp(walker, text),
            _ => {}
        }
    }
    if matches!(name, "ed" | "ex" | "gdb" | "ftp" | "sftp" | "bc" | "mail")
        && let Some(text) = &feed.text
    {
        text.lines().for_each(|line| line_after(walker, line, &["!", "shell "]));
    }
    if matches!(name, "make" | "gmake")
        && let Some(text) = &feed.text
    {
        for recipe in text.lines().filter_map(|line| line.strip_prefix('\t')) {
            read_with(walker.reading, recipe.trim_start_matches(['@', '-', '+']), None, &Feed::default());
        }
    }
}

/// `:!rm x`, `call system("rm x")`, `call delete("x")`
fn editor_command(walker: &mut Walker<'_>, text: &str) {
    let text = text.trim_start_matches(['+', ':', ' ']);
    line_after(walker, text, &["!", "silent !", "silent! !", "terminal "]);
    if text.contains("delete(") {
        walker.reading.note(Kind::Delete, "the editor deletes by", text);
    }
    if let Some((_, line)) = text.split_once("system(") {
        read_with(walker.reading, line.trim_end_matches(')').trim_matches(['"', '\'']), None, &Feed::default());
    }
}

fn lisp(walker: &mut Walker<'_>, text: &str) {
    if text.contains("(delete-file") || text.contains("(delete-directory") || text.contains("(move-file-to-trash") {
        walker.reading.note(Kind::Delete, "the editor deletes by", text);
    }
    for call in ["(shell-command \"", "(shell-command-to-string \"", "(call-process-shell-command \""] {
        if let Some((_, line)) = text.split_once(call) {
            read_with(walker.reading, line.split('"').next().unwrap_or_default(), None, &Feed::default());
        }
    }
}

fn line_after(walker: &mut Walker<'_>, text: &str, leads: &[&str]) {
    for part in text.split(';').map(str::trim_start) {
        if let Some(line) = leads.iter().find_map(|lead| part.strip_prefix(lead)).filter(|line| !line.trim().is_empty()) {
            read_with(walker.reading, line, None, &Feed::default());
        }
    }
}

/// A variable or a setting whose value another program runs.
pub(super) fn value(walker: &mut Walker<'_>, value: &str) {
    if value.trim().contains(' ') {
        read_with(walker.reading, value, None, &Feed::default());
    }
}
