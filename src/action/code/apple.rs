//! AppleScript: what its sentences tell applications to do.
//!
//! It has no calls. A command is the verb a sentence begins with, inside `tell` or
//! behind it; what a shell or another script runs stands in quotes.

use super::Language;
use crate::action::name::Phrase;
use crate::action::reading::Reading;
use crate::action::{fold, shell};
use crate::kind::Kind;

pub(super) fn read(reading: &mut Reading, text: &str) {
    if text.contains("$.NS") || text.contains("Application(") {
        return super::read(reading, Language::JavaScript, text);
    }
    for line in text.lines() {
        let bare = line.trim();
        if !bare.starts_with("--") && !bare.starts_with('#') {
            sentence(reading, bare);
        }
    }
}

fn sentence(reading: &mut Reading, line: &str) {
    if let Some((_, command)) = line.split_once("do shell script") {
        return match quoted(command) {
            Some((command, is_whole)) => shell::read(reading, &if is_whole { command } else { format!("{command}${{hole}}") }),
            None => reading.unknown("a command that is computed", line),
        };
    }
    if let Some((_, script)) = line.split_once("do script") {
        return match quoted(script) {
            Some((command, _)) => shell::read(reading, &command),
            None => reading.unknown("a command that is computed", line),
        };
    }
    if line.contains("do JavaScript") || line.contains("execute javascript") || line.contains("run script") || line.contains("load script")
    {
        return reading.note(Kind::Execute, "runs a script inside", line);
    }
    let told = told(line);
    let (verb, rest) = told.split_once(char::is_whitespace).unwrap_or((told, ""));
    let unquoted: String = rest.split('"').step_by(2).collect();
    match verb {
        "keystroke" | "key" | "click" | "perform" => reading.unknown("a key or a click on what the call does not show", line),
        "delete" | "remove" | "trash" | "empty" | "erase" => reading.note(Kind::Delete, "the sentence", line),
        "send" | "reply" | "forward" => reading.note(Kind::Send, "the sentence", line),
        "move" if unquoted.contains("to trash") || unquoted.contains("to the trash") => reading.note(Kind::Delete, "the sentence", line),
        "make" | "duplicate" | "move" | "save" | "close" | "set" | "copy" | "add" | "open" | "activate" | "launch" | "eject" => {
            let is_own = verb == "set" && !unquoted.contains(" of ");
            if !is_own && !matches!(verb, "open" | "activate" | "launch" | "copy") {
                reading.note(Kind::Write, "the sentence", line);
            }
        }
        "quit" | "restart" | "shut" | "sleep" | "log" if !rest.starts_with('"') => reading.note(Kind::Deploy, "the sentence", line),
        "" | "end" | "get" | "count" | "return" | "repeat" | "if" | "else" | "try" | "on" | "tell" | "display" | "delay" | "exists"
        | "considering" | "ignoring" | "with" | "using" | "say" | "beep" | "choose" | "property" | "local" | "global" | "exit"
        | "error" | "name" | "every" | "first" | "log" | "use" | "{" | "select" | "reveal" => {}
        _ => {
            let words = fold::words(verb);
            let kinds = Phrase::of_words(&words).kinds();
            kinds.iter().for_each(|kind| reading.note(*kind, "the sentence", line));
        }
    }
}

/// What is told: `tell application "X" to …` gives `…`; a block's head gives nothing.
fn told(line: &str) -> &str {
    let mut line = line;
    for _ in 0..4 {
        if line.starts_with("tell ") {
            let Some((at, _)) =
                line.match_indices(" to ").find(|(at, _)| line.get(..*at).is_some_and(|before| before.matches('"').count() % 2 == 0))
            else {
                return "";
            };
            line = line.get(at + 4..).unwrap_or_default();
        } else if line.starts_with("if ") && line.contains(" then ") {
            line = line.split_once(" then ").map_or("", |(_, rest)| rest);
        } else {
            break;
        }
    }
    line.trim_start()
}

/// The first text in quotes, and whether nothing is joined to it.
fn quoted(text: &str) -> Option<(String, bool)> {
    let start = text.trim_start();
    let inner = start.strip_prefix('"')?;
    let (mut out, mut is_escaped) = (String::new(), false);
    for (at, character) in inner.char_indices() {
        match character {
            _ if is_escaped => {
                is_escaped = false;
                out.push(character);
            }
            '\\' => is_escaped = true,
            '"' => return Some((out, !inner.get(at + 1..).unwrap_or_default().trim_start().starts_with('&'))),
            character => out.push(character),
        }
    }
    None
}
