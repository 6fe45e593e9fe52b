//! Shell commands, whatever tool they are for and whatever key they stand under.
//!
//! `parse` and `words` read the script as bash does, `expand` turns words into
//! arguments, `walk` follows what would run and what feeds what, `run` says what one
//! command does: by itself (`wrap`, `interpret`, `special`) or by the table
//! (`programs.txt`). A branch counts as taken. What the shell would not parse, a
//! command name that is computed, a program that is not known: `unknown`.

mod bindings;
mod builtins;
mod carried;
mod constructs;
mod decode;
mod edit;
mod expand;
mod hooks;
mod interpret;
mod parse;
mod program;
mod redirect;
mod redirects;
mod run;
mod runs_files;
mod special;
mod subcommand;
mod syntax;
mod values;
mod walk;
mod windows;
mod words;
mod wrap;

use super::reading::Reading;
use crate::kind::Kind;
use expand::Argument;
use walk::Walker;

/// What flows from one command into the next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Feed {
    /// The text itself, where the call shows it.
    pub(super) text: Option<String>,
    /// It was spelled so that nobody can read it.
    pub(super) is_encoded: bool,
    /// It holds what local files or commands say.
    pub(super) is_local: bool,
    /// It comes from the network or a file: code that the call does not show.
    pub(super) is_foreign: bool,
    /// Something flows at all.
    pub(super) is_there: bool,
    /// The file that it comes from.
    pub(super) from: Option<String>,
}

/// What a base64 text says.
pub(super) fn base64_text(text: &str) -> Option<String> {
    decode::base64(text)
}

/// What a hex text says.
pub(super) fn hex_text(text: &str) -> Option<String> {
    decode::hex(text)
}

/// Reads a script.
pub(super) fn read(reading: &mut Reading, script: &str) {
    windows::read_any(reading, script);
}

/// Reads a script that is started with these positional parameters and this input.
fn read_with(reading: &mut Reading, script: &str, positional: Option<Vec<Argument>>, feed: &Feed) {
    let before = reading.len();
    reading.nested(script.len(), |reading| {
        let parsed = parse::parse(script);
        if let Some(fault) = parsed.fault {
            reading.unknown(fault, script);
        }
        let is_empty = parsed.script.nodes.is_empty();
        let mut walker = Walker::new(reading, parsed.heredocs, positional);
        walker.script(&parsed.script, feed);
        walker.finish();
        if is_empty && parsed.fault.is_none() {
            reading.note(Kind::Read, "nothing but comments or blanks in", script);
        } else if reading.len() == before {
            // A command that only repeats what was read before adds nothing; one that was read as nothing is not understood.
            if reading.actions().is_empty() {
                reading.unknown("no effect could be read from", script);
            }
        }
    });
}

/// Reads a command that is already split into its arguments.
pub(super) fn read_arguments(reading: &mut Reading, arguments: &[String]) {
    let bytes = arguments.iter().map(String::len).sum();
    let arguments: Vec<Argument> = arguments.iter().map(Argument::known).collect();
    reading.nested(bytes, |reading| {
        let mut walker = Walker::new(reading, Vec::new(), None);
        walker.run(&arguments, &Feed::default());
    });
}

/// Whether a path of the shell's, with `*` and `?`, may name this file.
pub(super) fn fits(pattern: &str, path: &str) -> bool {
    let depth = pattern.split('/').count();
    let tail: Vec<&str> = path.rsplit('/').take(depth).collect();
    tail.len() == depth && pattern.split('/').rev().zip(tail).all(|(pattern, part)| edit::matches(pattern, part))
}

/// What the table says about a command that a tool's name and arguments spell.
pub(super) fn table_kinds(arguments: &[String]) -> Option<Vec<Kind>> {
    let (name, rest) = arguments.split_first()?;
    let rest: Vec<Argument> = rest.iter().map(Argument::known).collect();
    program::find(name)?.matched(&rest).map(|matched| matched.kinds)
}

#[cfg(test)]
mod tests;
