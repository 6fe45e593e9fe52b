//! `cmd` and batch files: carets, `%NAME%`, `if`, `for`, and what stands behind them.
//!
//! Conditions are stepped over and every branch counts as taken. What the loop's
//! variable or an unknown `%NAME%` would be is computed; as a command name, `unknown`.

use super::super::bindings::Value;
use super::super::edit::edited;
use super::super::expand::Argument;
use super::super::syntax::Edit;
use super::super::walk::Walker;
use super::super::{Feed, redirect};
use super::{Dialect, inside};
use crate::action::paths;
use crate::kind::Kind;

/// How often values may hold further names.
const EXPANSIONS_MAX: usize = 4;

/// Reads a script.
pub(super) fn script(walker: &mut Walker<'_>, text: &str, feed: &Feed) {
    let joined = text.replace("^\r\n", "").replace("^\n", "");
    let mut rest = joined.as_str();
    let mut input = feed.clone();
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n', '@', '&', ')', ',', ';', '=']);
        if let Some(after) = rest.strip_prefix('|') {
            rest = after.strip_prefix('|').unwrap_or(after);
            continue;
        }
        if rest.is_empty() || !walker.reading.command() {
            return;
        }
        if let Some(after) = rest.strip_prefix('(') {
            let end = closing(after);
            inside(walker, Dialect::Cmd, after.get(..end).unwrap_or_default(), &input);
            rest = after.get(end..).unwrap_or_default();
            continue;
        }
        let word = first_word(rest);
        let after = rest.get(word.len()..).unwrap_or_default();
        rest = match word.to_lowercase().as_str() {
            "if" => condition(after),
            "else" | "do" => after,
            "for" => loop_head(walker, after),
            "rem" => line_end(rest),
            label if label.starts_with(':') => line_end(rest),
            "call" if !after.trim_start().starts_with(':') => after,
            "call" => {
                walker.reading.note(Kind::Read, "a part of the script is called", "");
                line_end(rest)
            }
            "start" => start(after),
            _ => {
                let end = command_end(rest);
                let out = simple(walker, rest.get(..end).unwrap_or_default(), &input);
                let behind = rest.get(end..).unwrap_or_default();
                let is_piped = behind.starts_with('|') && !behind.starts_with("||");
                input = if is_piped { out } else { feed.clone() };
                behind
            }
        };
    }
}

fn first_word(text: &str) -> &str {
    let end = text.find([' ', '\t', '\r', '\n', '&', '|', '(', ')', '<', '>', '/', '"', ',', ';']).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn line_end(text: &str) -> &str {
    text.find('\n').and_then(|at| text.get(at..)).unwrap_or_default()
}

/// Where a command ends: at an operator outside quotes and carets.
fn command_end(text: &str) -> usize {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let mut open = 0_usize;
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        if std::mem::take(&mut is_escaped) {
            continue;
        }
        match character {
            '^' if !is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '\n' => return at,
            '&' if !is_quoted && before != '>' => return at,
            '|' if !is_quoted => return at,
            '(' if !is_quoted => open += 1,
            ')' if !is_quoted && open == 0 => return at,
            ')' if !is_quoted => open -= 1,
            _ => {}
        }
        before = character;
    }
    text.len()
}

/// Where the parenthesis that is open ends, in bytes.
fn closing(text: &str) -> usize {
    let (mut is_quoted, mut open) = (false, 1_usize);
    for (at, character) in text.char_indices() {
        match character {
            '"' => is_quoted = !is_quoted,
            '(' if !is_quoted => open += 1,
            ')' if !is_quoted => open -= 1,
            _ => {}
        }
        if open == 0 {
            return at;
        }
    }
    text.len()
}

/// What stands behind the condition of an `if`.
fn condition(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let word = first_argument(rest);
        let after = rest.get(word.len()..).unwrap_or_default().trim_start();
        match word.to_lowercase().as_str() {
            "/i" | "not" => rest = after,
            "exist" | "defined" | "errorlevel" | "cmdextversion" => return skip_argument(after),
            "" => return after,
            compared if compared.contains("==") && !compared.ends_with("==") => return after,
            _ => {
                // `a == b`, `a EQU b`
                let operator = first_argument(after);
                return skip_argument(after.get(operator.len()..).unwrap_or_default().trim_start());
            }
        }
    }
}

fn first_argument(text: &str) -> &str {
    let mut is_quoted = false;
    let end = text.find(|c: char| {
        is_quoted ^= c == '"';
        !is_quoted && matches!(c, ' ' | '\t' | '\n' | '(')
    });
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

fn skip_argument(text: &str) -> &str {
    text.get(first_argument(text).len()..).unwrap_or_default()
}

/// `for /f "…" %i in ( … ) do`: what the loop runs to fill its variable; what stands behind it.
fn loop_head<'a>(walker: &mut Walker<'_>, text: &'a str) -> &'a str {
    let lower = text.to_ascii_lowercase();
    let Some(open) = lower.find(" in ").and_then(|at| Some(at + lower.get(at..)?.find('(')?)) else {
        walker.reading.unknown("a loop that cannot be read", text);
        return line_end(text);
    };
    let set = text.get(open + 1..).unwrap_or_default();
    let end = closing(set);
    let items = set.get(..end).unwrap_or_default().trim();
    if lower.trim_start().starts_with("/f")
        && let Some(command) = items.strip_prefix(['\'', '`']).map(|items| items.trim_end_matches(['\'', '`']))
    {
        inside(walker, Dialect::Cmd, command, &Feed::default());
    }
    walker.reading.note(Kind::Read, "a loop", "");
    set.get(end + 1..).unwrap_or_default()
}

/// `start "title" /wait program`
fn start(text: &str) -> &str {
    let mut rest = text.trim_start();
    if rest.starts_with('"') {
        rest = skip_argument(rest).trim_start();
    }
    while rest.starts_with('/') {
        rest = skip_argument(rest).trim_start();
    }
    rest
}

fn simple(walker: &mut Walker<'_>, command: &str, feed: &Feed) -> Feed {
    let expanded = expanded(walker, command);
    if expanded != command && command_end(&expanded) < expanded.len() {
        inside(walker, Dialect::Cmd, &expanded, feed);
        return Feed { is_local: true, is_foreign: true, is_there: true, ..Feed::default() };
    }
    if let Some(assignment) =
        expanded.trim_start().get(..4).filter(|set| set.eq_ignore_ascii_case("set ")).and(expanded.trim_start().get(4..))
    {
        set(walker, assignment);
        return Feed::default();
    }
    let (arguments, written, input) = words(&expanded);
    let Some((first, rest)) = arguments.split_first() else { return Feed::default() };
    let name = first.text.to_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    let feed = if input.is_empty() { feed.clone() } else { Feed { is_local: true, is_foreign: true, is_there: true, ..Feed::default() } };
    let out = match name {
        "echo" | "echo." | "title" | "cls" | "color" | "goto" | "exit" | "setlocal" | "endlocal" | "pause" | "ver" | "vol" | "prompt"
        | "path" | "chcp" | "timeout" | "popd" | "dir" | "type" | "find" | "sort" | "where" | "tree" | "fc" | "comp" | "assoc" => {
            walker.reading.note(Kind::Read, "the command", name);
            let line = rest.iter().map(|argument| argument.text.as_str()).collect::<Vec<_>>().join(" ");
            let is_text = name.starts_with("echo") && rest.iter().all(|argument| !argument.is_computed);
            Feed {
                text: is_text.then_some(line),
                is_local: !name.starts_with("echo"),
                is_foreign: !is_text,
                is_there: true,
                ..Feed::default()
            }
        }
        "cmd" if rest.iter().all(|a| a.text.starts_with('/')) && feed.text.is_some() => {
            inside(walker, Dialect::Cmd, feed.text.as_deref().unwrap_or_default(), &Feed::default());
            Feed::default()
        }
        _ => {
            let mut spelled = vec![Argument { text: name.to_owned(), ..first.clone() }];
            spelled.extend(rest.iter().cloned());
            walker.run(&spelled, &feed)
        }
    };
    if let ("copy", Some(last)) = (name, rest.last())
        && rest.iter().any(|argument| paths::is_nowhere(&argument.text))
    {
        walker.reading.note(Kind::Overwrite, "earlier content is lost of", &last.text);
    }
    for (path, appends) in written.into_iter().filter(|(path, _)| !paths::is_nowhere(path)) {
        redirect::written(walker.reading, &path, appends, &out);
        if !appends && matches!(name, "type" | "copy") && rest.iter().any(|a| paths::is_nowhere(&a.text)) {
            walker.reading.note(Kind::Overwrite, "earlier content is lost of", &path);
        }
    }
    out
}

/// `set NAME=value`, `set /p NAME=`, `set "NAME=value"`
fn set(walker: &mut Walker<'_>, text: &str) {
    let text = text.trim();
    let text = text.strip_prefix('"').map_or(text, |quoted| quoted.rsplit_once('"').map_or(quoted, |(inside, _)| inside));
    let is_asked = text.get(..2).is_some_and(|switch| switch.eq_ignore_ascii_case("/p") || switch.eq_ignore_ascii_case("/a"));
    if let Some((name, value)) = text.split_once('=') {
        let name = name.rsplit(' ').next().unwrap_or(name).to_lowercase();
        walker.bindings.assign(&format!("%{name}%"), if is_asked { Value::Unknown } else { Value::Known(value.to_owned()) });
    }
    walker.reading.note(Kind::Read, "a variable is set by", "set");
}

/// `%NAME%`, `!NAME!`, `%NAME:~0,2%`, `%NAME:a=b%` where the script shows the value.
fn expanded(walker: &Walker<'_>, command: &str) -> String {
    let mut text = command.to_owned();
    for _ in 0..EXPANSIONS_MAX {
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        let mut has_changed = false;
        while let Some(at) = rest.find(['%', '!']) {
            let mark = rest.get(at..at + 1).unwrap_or_default();
            let after = rest.get(at + 1..).unwrap_or_default();
            let value = after
                .find(mark)
                .and_then(|end| Some((after.get(..end)?, end)))
                .and_then(|(name, end)| Some((value_of(walker, name)?, end)));
            out.push_str(rest.get(..at).unwrap_or_default());
            match value {
                Some((value, end)) => {
                    has_changed = true;
                    out.push_str(&value);
                    rest = after.get(end + 1..).unwrap_or_default();
                }
                None => {
                    out.push_str(mark);
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        text = out;
        if !has_changed {
            break;
        }
    }
    text
}

fn value_of(walker: &Walker<'_>, spelled: &str) -> Option<String> {
    let (name, change) = spelled.split_once(':').map_or((spelled, None), |(name, change)| (name, Some(change)));
    let name = name.to_lowercase();
    let value = match walker.bindings.get(&format!("%{name}%")) {
        Some(Value::Known(text)) if walker.bindings.pay(text.len()) => text.clone(),
        None if name == "comspec" => "cmd.exe".to_owned(),
        _ => return None,
    };
    match change {
        None => Some(value),
        Some(change) => match change.strip_prefix('~') {
            Some(slice) => edited(&value, Edit::Slice, &slice.replace(',', ":")),
            None => edited(&value, Edit::ReplaceAll, &change.replacen('=', "/", 1)),
        },
    }
}

type Written = Vec<(String, bool)>;

/// The words of a command, the files it writes, the file it reads.
fn words(text: &str) -> (Vec<Argument>, Written, String) {
    let (mut all, mut written, mut input) = (Vec::new(), Vec::new(), String::new());
    let mut word: Option<Argument> = None;
    let mut goes = None;
    let mut is_quoted = false;
    let mut characters = text.chars().chain([' ']).peekable();
    while let Some(character) = characters.next() {
        match character {
            '^' if !is_quoted => word.get_or_insert_default().text.extend(characters.next()),
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default().is_quoted = true;
            }
            ' ' | '\t' | '\r' | '>' | '<' if !is_quoted => {
                let is_descriptor = character == '>' && word.as_ref().is_some_and(|w| matches!(w.text.as_str(), "1" | "2"));
                match (word.take(), goes) {
                    (None, _) => {}
                    (Some(_), _) if is_descriptor => {}
                    (Some(done), Some('<')) => (input, goes) = (done.text, None),
                    (Some(done), Some(way)) => {
                        if !done.text.starts_with('&') {
                            written.push((done.text, way == 'a'));
                        }
                        goes = None;
                    }
                    (Some(done), None) => all.push(done),
                }
                match character {
                    '>' => goes = Some(if characters.next_if_eq(&'>').is_some() { 'a' } else { '>' }),
                    '<' => goes = Some('<'),
                    _ => {}
                }
            }
            other => {
                let word = word.get_or_insert_default();
                word.is_computed |= matches!(other, '%' | '!');
                word.is_glob |= matches!(other, '*' | '?');
                word.text.push(other);
                // `del/q`: a switch directly behind the command.
                if characters.peek() == Some(&'/')
                    && all.is_empty()
                    && goes.is_none()
                    && !is_quoted
                    && !word.text.contains(['/', ':', '\\', '.'])
                {
                    all.extend(std::iter::once(word.clone()));
                    *word = Argument::default();
                }
            }
        }
    }
    (all, written, input)
}
