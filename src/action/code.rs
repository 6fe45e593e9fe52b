//! Inline code in Python, JavaScript, Ruby, Perl, PHP, R, Go and their kin: which calls it makes.
//!
//! `token` and `parse` read all of them as expressions, with names, strings and brackets
//! where each language has them and no grammar that could refuse; `walk` follows what the
//! names stand for, and `known` says what the calls do: `shutil.rmtree(…)`, `os.system("…")`,
//! `client.messages.create(…)`. What runs text as code, or looks a name up at run time,
//! cannot be told. A call nobody knows has no effect here: the reading is a lower bound.

use super::reading::Reading;
use crate::kind::Kind;

mod apple;
mod built_in;
mod by_name;
mod calls;
mod files;
mod known;
mod names;
mod notebook;
mod parse;
mod requests;
mod runs;
mod text;
mod token;
mod tree;
mod value;
mod walk;

/// How many calls one text may have.
const CALLS_MAX: usize = 2_000;

/// A language that calls carry inline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Language {
    Python,
    JavaScript,
    Ruby,
    Perl,
    Php,
    R,
    Go,
    AppleScript,
    /// Read like the others: strings in quotes, calls with parentheses.
    Other,
}

impl Language {
    /// The language that a program of this name runs.
    pub(super) fn of_program(name: &str) -> Option<Self> {
        let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        Some(match bare {
            "python" | "pypy" | "ipython" | "py" => Self::Python,
            "node" | "nodejs" | "deno" | "bun" | "ts-node" | "tsx" | "qjs" => Self::JavaScript,
            "ruby" | "irb" => Self::Ruby,
            "perl" => Self::Perl,
            "php" => Self::Php,
            "Rscript" | "R" => Self::R,
            "osascript" => Self::AppleScript,
            "lua" | "luajit" | "julia" | "tclsh" | "groovy" | "scala-cli" | "elixir" | "swift-script" => Self::Other,
            _ => return None,
        })
    }

    /// The language that a `language` argument names.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        Some(match name.trim().to_lowercase().as_str() {
            "python" | "py" | "python3" | "ipython" | "jupyter" => Self::Python,
            "javascript" | "js" | "typescript" | "ts" | "node" | "nodejs" | "tsx" | "jsx" | "deno" => Self::JavaScript,
            "ruby" | "rb" => Self::Ruby,
            "perl" | "pl" => Self::Perl,
            "php" => Self::Php,
            "r" | "rscript" => Self::R,
            "go" | "golang" => Self::Go,
            "applescript" | "osascript" => Self::AppleScript,
            "julia" | "lua" | "java" | "groovy" | "rust" | "c" | "cpp" | "csharp" | "kotlin" | "swift" | "scala" => Self::Other,
            _ => return None,
        })
    }

    /// The code inside an option that carries it: `-c`, `-e`, `--eval=…`; empty where it is the next argument.
    pub(super) fn inline_code<'a>(&self, option: &'a str) -> Option<&'a str> {
        let long = ["--eval", "--execute", "--print"];
        if let Some(found) = long.iter().find_map(|flag| option.strip_prefix(flag)) {
            return Some(found.trim_start_matches('='));
        }
        let letters = option.strip_prefix('-').filter(|rest| !rest.starts_with('-') && !rest.is_empty())?;
        let carriers: &[char] = match self {
            Self::Python => &['c'],
            Self::JavaScript => &['e', 'p'],
            Self::Ruby | Self::R | Self::Go | Self::AppleScript | Self::Other => &['e'],
            Self::Perl => &['e', 'E'],
            Self::Php => &['r'],
        };
        // `-pie`, `-lane`: the letter that carries code ends the cluster.
        let at = letters.find(carriers)?;
        let is_cluster = letters.get(..at)?.chars().all(|c| c.is_ascii_alphabetic());
        (is_cluster && letters.len() <= 6 && letters.get(at + 1..)?.is_empty()).then_some("")
    }

    /// `perl -pi`, `ruby -i`.
    pub(super) fn edits_in_place(&self, option: &str) -> bool {
        matches!(self, Self::Perl | Self::Ruby)
            && option.starts_with('-')
            && !option.starts_with("--")
            && option.len() < 10
            && option.contains('i')
    }
}

/// Reads a piece of code.
pub(super) fn read(reading: &mut Reading, language: Language, text: &str) {
    reading.nested(text.len(), |reading| {
        let before = reading.len();
        let files_before = files::written_in(reading);
        files::run_written(reading, language, text);
        match language {
            Language::AppleScript => apple::read(reading, text),
            Language::Python => {
                let rest = notebook::read(reading, text);
                calls(reading, language, &rest);
            }
            _ => calls(reading, language, text),
        }
        if reading.len() == before && reading.actions().is_empty() {
            reading.note(Kind::Read, "code without a call that changes something", text);
        }
        files::wrote(reading, &files_before, text);
    });
}

fn calls(reading: &mut Reading, language: Language, text: &str) {
    let parsed = parse::read(language, text);
    let mut walk = walk::Walk::new(reading, language, text, parsed.own);
    walk.all(&parsed.nodes);
    if let Some(fault) = parsed.fault {
        reading.unknown(fault, text);
    }
}

#[cfg(test)]
mod tests;
