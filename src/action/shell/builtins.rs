//! The shell's own commands: those that set names, move about, and run text as code.

use super::bindings::Value;
use super::expand::Argument;
use super::interpret::shell_input;
use super::walk::Walker;
use super::{Feed, decode};
use crate::action::reading::placed;
use crate::kind::Kind;

/// What a built-in does with these arguments; `None` when `name` is none of those here.
pub(super) fn run(walker: &mut Walker<'_>, name: &str, rest: &[Argument], feed: &Feed) -> Option<Feed> {
    match name {
        "eval" => eval(walker, rest, feed),
        "source" | "." => source(walker, rest, feed),
        "trap" => trap(walker, rest, feed),
        "alias" => alias(walker, rest),
        "hash" => hashed(walker, rest),
        "set" => set(walker, rest),
        "shift" => {
            match rest.first().map_or(Ok(1), |by| by.text.parse()) {
                Ok(by) => walker.bindings.shift(by),
                Err(_) => walker.bindings.positional = None,
            }
            walker.reading.note(Kind::Read, "parameters are shifted", "");
        }
        "export" | "declare" | "typeset" | "local" | "readonly" | "setenv" => assignments(walker, name, rest),
        "unset" => unset(walker, rest),
        "read" => read(walker, rest, feed),
        "mapfile" | "readarray" | "getopts" | "let" => filled(walker, name, rest),
        "printf" if rest.first().is_some_and(|a| a.text == "-v") => printed(walker, rest),
        "cd" | "pushd" | "popd" | "chdir" | "Set-Location" | "sl" => moved(walker, name, rest),
        _ => return None,
    }
    Some(Feed { is_local: true, is_foreign: true, is_there: true, ..Feed::default() })
}

fn eval(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) {
    let rest = rest.strip_prefix(&[Argument::known("--")]).unwrap_or(rest);
    let line = rest.iter().map(|a| a.text.as_str()).collect::<Vec<_>>().join(" ");
    if rest.iter().any(|argument| argument.is_computed) {
        walker.reading.note(Kind::Execute, "evaluates what the call does not show", &line);
        walker.reading.unknown("evaluates what is computed", &line);
    } else if !rest.is_empty() {
        let positional = walker.bindings.positional.clone();
        walker.read_inside(&line, positional, true, feed);
    } else {
        walker.reading.note(Kind::Read, "nothing is run by", "eval");
    }
}

fn source(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) {
    let Some(file) = rest.first() else { return walker.reading.unknown("a file is missing after", "source") };
    if let Some(text) = &file.printed {
        return walker.read_inside(text, None, true, feed);
    }
    let name = file.text.rsplit('/').next().unwrap_or_default();
    let is_settings = name == "activate"
        || name.starts_with("activate.")
        || name.starts_with(".env")
        || name.ends_with("nvm.sh")
        || name.ends_with("conda.sh")
        || name.starts_with(".bash")
        || name.starts_with(".zsh")
        || name == "env";
    if file.text == "/dev/stdin" {
        return shell_input(walker, "source", feed);
    }
    if walker.written_before(&file.text) {
        return;
    }
    if is_settings {
        return walker.reading.note(Kind::Write, "sets variables from", &file.text);
    }
    walker.reading.note(Kind::Execute, "runs the file", &file.text);
}

fn trap(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) {
    match rest.first() {
        Some(action) if rest.len() > 1 && !matches!(action.text.as_str(), "-" | "") => {
            if action.is_computed && action.text.starts_with('$') {
                walker.reading.unknown("a trap that is computed", &action.text);
            }
            walker.read_inside(&action.text, None, false, feed);
        }
        _ => walker.reading.note(Kind::Read, "a trap", ""),
    }
}

fn alias(walker: &mut Walker<'_>, rest: &[Argument]) {
    for argument in rest {
        if let Some((name, meant)) = argument.text.split_once('=') {
            walker.bindings.aliases.insert(name.to_owned(), meant.to_owned());
        }
    }
    walker.reading.note(Kind::Write, "a name is defined", "alias");
}

/// `hash -p /bin/rm ls`: from then on `ls` is `rm`.
fn hashed(walker: &mut Walker<'_>, rest: &[Argument]) {
    if let [flag, path, names @ ..] = rest
        && flag.text == "-p"
    {
        for name in names {
            walker.bindings.aliases.insert(name.text.clone(), path.text.clone());
        }
    }
    walker.reading.note(Kind::Read, "the command", "hash");
}

fn set(walker: &mut Walker<'_>, rest: &[Argument]) {
    let mut at = 0;
    while let Some(argument) = rest.get(at).filter(|a| a.text.starts_with(['-', '+'])) {
        at += 1;
        if argument.text == "--" {
            walker.bindings.set_positional(rest.get(at..).unwrap_or_default());
            return walker.reading.note(Kind::Read, "variables are set by", "set");
        }
        let is_on = argument.text.starts_with('-');
        if argument.text.contains('e') && walker.bindings.doubts == 0 {
            walker.bindings.stops_at_failure = is_on;
        }
        at += usize::from(argument.text.ends_with('o'));
    }
    if rest.len() > at {
        walker.bindings.set_positional(rest.get(at..).unwrap_or_default());
    }
    walker.reading.note(Kind::Read, "variables are set by", "set");
}

fn assignments(walker: &mut Walker<'_>, name: &str, rest: &[Argument]) {
    let refers = rest.iter().any(|a| a.text.starts_with('-') && a.text.contains('n')) && name != "export";
    for argument in rest {
        if let Some((variable, value)) = argument.text.split_once('=') {
            let is_known = !argument.is_computed && !refers;
            walker.bindings.assign(variable, if is_known { Value::Known(value.to_owned()) } else { Value::Unknown });
            if matches!(variable, "LD_PRELOAD" | "BASH_ENV" | "PROMPT_COMMAND" | "DYLD_INSERT_LIBRARIES" | "LD_AUDIT") {
                walker.reading.note(Kind::Execute, "a variable that makes programs run another", variable);
            }
        }
    }
    walker.reading.note(Kind::Read, "variables are set by", name);
}

fn unset(walker: &mut Walker<'_>, rest: &[Argument]) {
    for argument in rest.iter().filter(|a| !a.text.starts_with('-')) {
        walker.bindings.assign(&argument.text, Value::Known(String::new()));
    }
    walker.reading.note(Kind::Write, "variables are unset", "");
}

/// `read NAME …`: the fields of a line that the call shows, or what nobody sees here.
fn read(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) {
    const VALUES: [&str; 8] = ["-p", "-d", "-n", "-N", "-t", "-u", "-i", "-k"];
    let mut names: Vec<&str> = Vec::new();
    let mut is_list = false;
    let mut at = 0;
    while let Some(argument) = rest.get(at) {
        at += 1;
        let text = argument.text.as_str();
        is_list |= text.starts_with('-') && text.contains(['a', 'A']);
        if VALUES.contains(&text) {
            at += 1;
        } else if !text.starts_with('-') {
            names.push(text);
        }
    }
    if names.is_empty() {
        names.push("REPLY");
    }
    let shown = feed.text.as_deref().map(str::trim).filter(|text| !text.contains('\n'));
    let separators = walker.bindings.separators();
    let fields: Option<Vec<&str>> = shown.map(|line| line.split(separators.as_slice()).filter(|field| !field.is_empty()).collect());
    let last = names.len() - 1;
    for (at, name) in names.into_iter().enumerate() {
        let value = match &fields {
            Some(fields) if is_list => Value::List(fields.iter().copied().map(Argument::known).collect()),
            Some(fields) if at == last => Value::Known(fields.get(at..).unwrap_or_default().join(" ")),
            Some(fields) => Value::Known(fields.get(at).copied().unwrap_or_default().to_owned()),
            None => Value::Unknown,
        };
        walker.bindings.assign(name, value);
    }
    walker.reading.note(Kind::Read, "a line is read", "");
}

/// Names that are filled with what nobody sees here.
fn filled(walker: &mut Walker<'_>, name: &str, rest: &[Argument]) {
    for argument in rest.iter().filter(|a| !a.text.starts_with('-')) {
        let variable = argument.text.split(['=', '+', '-', '*']).next().unwrap_or_default();
        walker.bindings.assign(variable, Value::Unknown);
    }
    walker.reading.note(Kind::Read, "variables are set by", name);
}

/// `printf -v NAME FORMAT …`
fn printed(walker: &mut Walker<'_>, rest: &[Argument]) {
    let Some((name, format)) = rest.get(1).zip(rest.get(2..)) else { return walker.reading.note(Kind::Read, "prints", "printf") };
    let is_known = format.iter().all(|argument| !argument.is_computed && !argument.is_glob);
    let texts: Vec<String> = format.iter().map(|argument| argument.text.clone()).collect();
    let value = decode::formatted(&texts).filter(|_| is_known).map_or(Value::Unknown, Value::Known);
    walker.bindings.assign(&name.text, value);
    walker.reading.note(Kind::Read, "a variable is set by", "printf");
}

/// `cd DIRECTORY`: relative paths are below it as long as the directory is certain.
fn moved(walker: &mut Walker<'_>, name: &str, rest: &[Argument]) {
    let is_option = |a: &&Argument| !(a.text.starts_with('-') && a.text.len() > 1) && a.text != "/d" && a.text != "/D";
    let to = rest.iter().find(is_option);
    let place = match to {
        None if name == "cd" => Some("~".to_owned()),
        Some(to) if !to.is_computed && !to.is_glob && to.text != "-" && name != "popd" => {
            let is_absolute = to.text.starts_with(['/', '~']);
            match walker.reading.place() {
                Some(place) => Some(placed(place, &to.text)),
                None => is_absolute.then(|| placed(&to.text, ".")),
            }
        }
        _ => None,
    };
    walker.reading.note(Kind::Read, "moves to another directory by", name);
    walker.reading.move_to(place);
}
