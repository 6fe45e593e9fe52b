//! git, where its operands decide: refspecs, aliases and settings that run programs.

use super::super::expand::Argument;
use super::super::walk::Walker;
use super::super::{Feed, program, read_with};
use crate::action::reading::{evidence, target};
use crate::call::{Action, Count, TargetSort};
use crate::kind::Kind;

/// `true` when everything about the command has been told.
pub(super) fn run(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) -> bool {
    let mut at = 0;
    let mut aliases: Vec<(String, String)> = Vec::new();
    while let Some(argument) = rest.get(at).filter(|a| a.text.starts_with('-')) {
        let text = argument.text.as_str();
        at += 1;
        match text {
            "-c" | "--config-env" => {
                if let Some((key, value)) = rest.get(at).and_then(|a| a.text.split_once('=')) {
                    match key.strip_prefix("alias.") {
                        Some(alias) => aliases.push((alias.to_owned(), value.to_owned())),
                        None => setting(walker, key, value),
                    }
                }
                at += 1;
            }
            "-C" | "--git-dir" | "--work-tree" | "--namespace" | "--exec-path" | "--super-prefix" => at += 1,
            _ => {}
        }
    }
    let Some(verb) = rest.get(at) else { return false };
    let operands = rest.get(at + 1..).unwrap_or_default();
    if verb.is_computed {
        walker.reading.unknown("a sub-command that is computed of", "git");
        return true;
    }
    if let Some((_, meant)) = aliases.iter().find(|(alias, _)| *alias == verb.text) {
        aliased(walker, meant, operands, feed);
        return true;
    }
    match verb.text.as_str() {
        "config" => config(walker, operands),
        "checkout" => checkout(walker, operands),
        "push" => push(walker, rest, operands),
        "rebase" if operands.iter().any(|a| a.text == "--exec" || a.text == "-x") => {
            if let Some(command) = operands.iter().skip_while(|a| a.text != "--exec" && a.text != "-x").nth(1) {
                read_with(walker.reading, &command.text, None, feed);
            }
            false
        }
        "bisect" if operands.first().is_some_and(|a| a.text == "run") => {
            walker.run(operands.get(1..).unwrap_or_default(), feed);
            true
        }
        "reset" if operands.iter().all(|a| !a.text.starts_with('-')) => {
            walker.reading.note(Kind::Write, "the command", "git reset");
            true
        }
        _ => false,
    }
}

fn aliased(walker: &mut Walker<'_>, meant: &str, operands: &[Argument], feed: &Feed) {
    let tail = operands.iter().map(|a| a.text.as_str()).collect::<Vec<_>>().join(" ");
    match meant.strip_prefix('!') {
        Some(line) => read_with(walker.reading, &format!("{line} {tail}"), None, feed),
        None => read_with(walker.reading, &format!("git {meant} {tail}"), None, feed),
    }
}

/// A setting that makes git run another program, or keeps it from running a guard.
fn setting(walker: &mut Walker<'_>, key: &str, value: &str) {
    let key = key.to_lowercase();
    let is_harmless = matches!(
        value,
        "" | "cat"
            | "less"
            | "true"
            | "false"
            | ":"
            | "vim"
            | "nano"
            | "vi"
            | "less -R"
            | "delta"
            | "store"
            | "cache"
            | "osxkeychain"
            | "manager"
    );
    let runs = matches!(
        key.as_str(),
        "core.pager"
            | "core.sshcommand"
            | "core.editor"
            | "core.fsmonitor"
            | "core.gitproxy"
            | "core.askpass"
            | "diff.external"
            | "credential.helper"
            | "sequence.editor"
            | "gpg.program"
    ) || (key.ends_with(".textconv")
        || key.ends_with(".clean")
        || key.ends_with(".smudge")
        || key.starts_with("pager.")
        || key.ends_with(".driver")
        || key.ends_with(".cmd")
        || key.ends_with(".command"));
    if key == "core.hookspath" {
        let kind = if matches!(value, "/dev/null" | "") { Kind::Permission } else { Kind::Execute };
        walker.reading.note(kind, "git's hooks are taken from", value);
    } else if runs && !is_harmless {
        walker.reading.note(Kind::Execute, "a git setting that runs a program", value);
        super::super::hooks::value(walker, value);
    }
}

fn config(walker: &mut Walker<'_>, operands: &[Argument]) -> bool {
    let words: Vec<&str> = operands.iter().map(|a| a.text.as_str()).filter(|t| !t.starts_with('-') && *t != "set").collect();
    if operands.iter().any(|a| a.text.starts_with("--get") || a.text == "--list" || a.text == "-l" || a.text.starts_with("--unset")) {
        return false;
    }
    let (Some(key), Some(value)) = (words.first(), words.get(1)) else { return false };
    if key.starts_with("alias.") {
        walker.reading.note(Kind::Write, "an alias of git", key);
        if let Some(line) = value.strip_prefix('!') {
            walker.reading.note(Kind::Execute, "an alias that runs", line);
            read_with(walker.reading, line, None, &Feed::default());
        }
        return true;
    }
    setting(walker, key, value);
    false
}

/// With a path behind it, `checkout` throws away what is there.
fn checkout(walker: &mut Walker<'_>, operands: &[Argument]) -> bool {
    let creates = operands.iter().any(|a| {
        a.text.starts_with("-b")
            || a.text.starts_with("-B")
            || a.text.starts_with("--orphan")
            || matches!(a.text.as_str(), "--track" | "-t" | "--detach" | "-d")
    });
    let dashes = operands.iter().position(|a| a.text == "--");
    let names: Vec<&Argument> = operands.iter().filter(|a| !a.text.starts_with('-')).collect();
    let paths: Vec<&Argument> = match dashes {
        Some(at) => operands.get(at + 1..).unwrap_or_default().iter().collect(),
        None if creates => Vec::new(),
        None if names.len() > 1 => names.get(1..).unwrap_or_default().to_vec(),
        None => names.into_iter().filter(|a| matches!(a.text.as_str(), "." | "./" | ":/" | "*") || a.is_glob).collect(),
    };
    if paths.is_empty() {
        return false;
    }
    let count = if paths.iter().any(|a| a.is_glob || a.text == ".") { Count::Set } else { Count::Exactly(paths.len() as u64) };
    let targets = paths.iter().map(|a| target(TargetSort::Path, &a.text));
    walker.reading.add(Action::new(Kind::Overwrite, evidence("changes are thrown away by", "git checkout")).on(targets).counting(count));
    true
}

/// `git push remote refspecs`: branches are the targets, not the remote.
fn push(walker: &mut Walker<'_>, rest: &[Argument], operands: &[Argument]) -> bool {
    let Some(matched) = program::find("git").and_then(|git| git.matched(rest)) else { return false };
    let names: Vec<&Argument> = operands.iter().filter(|a| !a.text.starts_with('-')).collect();
    let refs: Vec<&str> = names.iter().skip(1).map(|a| a.text.as_str()).collect();
    let deletes = matched.kinds.contains(&Kind::Delete);
    for kind in matched.kinds {
        let targets = refs.iter().map(|name| {
            let name = name.trim_start_matches('+');
            target(TargetSort::Branch, name.rsplit_once(':').map_or(name, |(_, to)| to))
        });
        let action = Action::new(kind, evidence("the command", "git push")).on(targets);
        let count = if deletes && kind == Kind::Delete && !refs.is_empty() { Count::Exactly(refs.len() as u64) } else { Count::Unstated };
        walker.reading.add(action.counting(count));
    }
    true
}
