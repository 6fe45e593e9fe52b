//! PowerShell and `cmd`: read by readers of their own, to a useful degree.
//!
//! A tool that runs commands seldom says for which shell. A script is read as bash
//! first; where that leaves something unknown and the text looks like one of these
//! two, it is read as that as well. What bash would do to anything stays told.

mod aliases;
mod cmd;
mod cmdlets;
mod methods;
mod powershell;
mod scan;

use super::super::reading::Reading;
use super::Feed;
use super::walk::Walker;
use crate::kind::Kind;
use regex::Regex;
use std::sync::LazyLock;

pub(super) use cmdlets::{is_cmdlet, run as cmdlet};

/// How much of a script is looked at for signs.
const LOOKED_AT_MAX: usize = 16 * 1024;

/// A shell of Windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    PowerShell,
    Cmd,
}

static POWERSHELL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let cmdlet = r"(?i-u:\b)(?i:get|set|remove|new|add|invoke|start|stop|restart|write|out|select|where|foreach|import|export|test|copy|move|clear|convertto|convertfrom|install|uninstall|register|unregister|send|enable|disable|join|split|measure|sort|format|receive|rename|update|find|resolve|expand|compress|grant|revoke|publish|suspend|resume|wait|read)-[A-Za-z]{3,}";
    let rest = r"(?m)(^|;)\s*\$[A-Za-z_]\w*\s*\+?=|\$[A-Za-z_]\w*\s+=\s|\$_(?-u:\b)|(?i)\$env:|\$(true|false|null)(?-u:\b)|\[[A-Za-z][\w.]*\]::|(?-u:\b)new-object(?-u:\b)|\|\s*(iex|%|\?|ri|where|foreach)(\s|$)|^\s*&\s*[('\x22$]|(?-u:\s)-(recurse|erroraction|whatif|literalpath|confirm)(?-u:\b)|(?-u:\b)(iex|ri|rd|rni|clc|gci|iwr|irm|saps|spps|icm|nal|sal)\s|[A-Za-z]`[A-Za-z]|@'|\$PSVersionTable";
    Regex::new(&format!("{cmdlet}|{rest}")).ok()
});
static CMD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = r"(?im)%[a-z_]\w*(:[^%\s]*)?%|%%?[a-z]\s+in\s*\(|(^|[&|(])\s*@?[a-z]+(\.exe)?\s+(/[a-z?](\s|:|$))|(?-u:\b)if\s+(not\s+)?(exist|errorlevel|defined|/i)(?-u:\b)|[a-z]\^[a-z]|@echo|>\s*nul(?-u:\b)|(?-u:\b)(del|erase|rd|copy|xcopy|move|ren|md|start|call|type|dir|set|schtasks|reg|certutil|wmic|vssadmin)(\.exe)?\s+\S|[a-z]:\\|(?-u:\b)wsl(\.exe)?\s";
    Regex::new(pattern).ok()
});

/// Which shells of Windows a text may be for.
fn signs(script: &str) -> Vec<Dialect> {
    let end = (0..=script.len().min(LOOKED_AT_MAX)).rev().find(|at| script.is_char_boundary(*at)).unwrap_or_default();
    let head = script.get(..end).unwrap_or_default();
    let fits = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(head));
    let mut found = Vec::new();
    if fits(&POWERSHELL) {
        found.push(Dialect::PowerShell);
    }
    if fits(&CMD) {
        found.push(Dialect::Cmd);
    }
    found
}

/// Reads a script whose shell is not named.
pub(super) fn read_any(reading: &mut Reading, script: &str) {
    let found = signs(script);
    if found.is_empty() {
        return super::read_with(reading, script, None, &Feed::default());
    }
    let mut as_bash = reading.fork();
    super::read_with(&mut as_bash, script, None, &Feed::default());
    if !as_bash.has(Kind::Unknown) {
        reading.join(as_bash);
        if found.contains(&Dialect::PowerShell) && begins_as_powershell(script) {
            let mut other = reading.fork();
            read(&mut other, Dialect::PowerShell, script, &Feed::default());
            if !other.has(Kind::Unknown) {
                other.keep(|action| action.kind.is_consequential());
                reading.join(other);
            }
        }
        return;
    }
    for dialect in found {
        let mut other = as_bash.fork();
        read(&mut other, dialect, script, &Feed::default());
        if !other.has(Kind::Unknown) {
            // Understood: what bash alone would not have understood is not for bash.
            as_bash.keep(|action| action.kind.is_consequential());
            reading.join(as_bash);
            return reading.join(other);
        }
        as_bash.join(other);
    }
    reading.join(as_bash);
}

/// A cmdlet or one of its short names stands first: it is PowerShell, even where bash would take it too.
fn begins_as_powershell(script: &str) -> bool {
    let first = script.trim_start().split([' ', '\t', '\n', ';', '|', '(']).next().unwrap_or_default();
    let short = ["iex", "icm", "iwr", "irm", "ri", "rni", "clc", "gci", "saps", "spps", "sls", "gc", "gi"];
    is_cmdlet(first) || short.contains(&first.to_ascii_lowercase().as_str())
}

/// Reads a script for this shell.
pub(super) fn read(reading: &mut Reading, dialect: Dialect, script: &str, feed: &Feed) {
    let mut walker = Walker::new(reading, Vec::new(), None);
    inside(&mut walker, dialect, script, feed);
}

/// Reads a script for this shell, with what is known here.
pub(super) fn inside(walker: &mut Walker<'_>, dialect: Dialect, script: &str, feed: &Feed) {
    if !walker.reading.enter(script.len()) {
        return;
    }
    let before = walker.reading.len();
    match dialect {
        Dialect::PowerShell => {
            powershell::script(walker, script, feed);
        }
        Dialect::Cmd => cmd::script(walker, script, feed),
    }
    if walker.reading.len() == before && walker.reading.actions().is_empty() {
        walker.reading.note(Kind::Read, "nothing but comments or blanks in", script);
    }
    walker.reading.leave();
}

#[cfg(test)]
mod tests;
