//! Calls that open, write and change files, and what their paths add.

use super::Language;
use super::calls::{Call, plain};
use super::value::Value;
use crate::action::fields;
use crate::action::paths;
use crate::action::reading::{Reading, evidence, target};
use crate::action::written::{Wrote, loads};
use crate::call::{Action, Count, TargetSort};
use crate::kind::Kind;

/// A call whose kind is known: what it is aimed at, and what its path adds.
pub(super) fn changed(reading: &mut Reading, kind: Kind, call: &Call<'_>) {
    let named = call.aim();
    let mut kinds = vec![kind];
    if kind == Kind::Write
        && let Some(path) = &named
    {
        kinds.extend(paths::effects_of_writing(path));
    }
    let path = call.path.as_str();
    let is_set = ["tree", "many", "Many", "rm_rf", "flush", "drop", "purge"].iter().any(|part| path.contains(part))
        || call.method().ends_with("All");
    for kind in kinds {
        let sort = if matches!(kind, Kind::Send) { TargetSort::Recipient } else { TargetSort::Path };
        let targets = named.iter().map(|name| target(sort, name));
        let mut action =
            Action::new(kind, evidence("the call", path)).on(targets).counting(if is_set { Count::Set } else { Count::Unstated });
        if kind == Kind::Pay {
            action.amount = amount(call);
        }
        reading.add(action);
    }
}

/// A sum among the arguments that have names.
pub(super) fn amount(call: &Call<'_>) -> Option<crate::call::Amount> {
    let pairs = call.inside.split(',').filter_map(|pair| pair.split_once(['=', ':']));
    let pairs = pairs.map(|(name, value)| (name.trim_start_matches(['{', ' ', '\n', '(']), value.trim_end_matches(['}', ' ', ')'])));
    fields::sum_among(pairs, call.path.to_lowercase().starts_with("stripe"))
}

pub(super) fn is_opener(path: &str) -> bool {
    matches!(
        path,
        "open" | "io.open" | "File.open" | "codecs.open" | "fopen" | "File.new" | "gzip.open" | "bz2.open" | "File.write" | "os.OpenFile"
    ) || path.ends_with("Path.open")
}

/// `open(path, 'w')`.
pub(super) fn opened(reading: &mut Reading, call: &Call<'_>, text: &str) -> bool {
    if !is_opener(&call.path) {
        return false;
    }
    let is_method = call.path.ends_with("Path.open");
    let path = if is_method {
        call.owner_texts.last().map(|t| plain(t)).unwrap_or_default()
    } else {
        call.first().map(str::to_owned).or_else(|| call.aim()).unwrap_or_default()
    };
    let mode =
        call.named.iter().find(|(name, _)| name == "mode").map(|(_, value)| value).or_else(|| call.positional.get(usize::from(!is_method)));
    // Perl's two ways: `open(F, ">a")`, `open(my $f, '>', 'a')`.
    let writes_by_arrow = call.positional.get(1).and_then(Value::as_text).is_some_and(|mode| mode.starts_with('>'));
    let mode = mode.and_then(Value::as_text).unwrap_or("r");
    let at = || [target(TargetSort::Path, &path)];
    if call.path != "File.write" && !mode.contains(['w', 'a', 'x', '+']) && !writes_by_arrow {
        let kind = if paths::is_secret(&path) { Kind::ReadSecret } else { Kind::Read };
        reading.add(Action::new(kind, evidence("opens", &path)).on(at()));
        return true;
    }
    reading.add(Action::new(Kind::Write, evidence("writes", &path)).on(at()));
    let is_only_emptied = mode.starts_with('w')
        && call.path == "open"
        && (text.contains(&format!("{}).close()", call.inside)) || text.trim_end().ends_with(&format!("open({})", call.inside)));
    for kind in paths::effects_of_writing(&path).into_iter().filter(|kind| !(mode.contains('a') && *kind == Kind::Overwrite)) {
        reading.add(Action::new(kind, evidence("writes", &path)).on(at()));
    }
    if is_only_emptied {
        reading.add(Action::new(Kind::Overwrite, evidence("empties", &path)).on(at()));
    }
    true
}

/// Paths that were written so far, where somebody wants to know.
pub(super) fn written_in(reading: &Reading) -> Vec<String> {
    if !reading.collects() {
        return Vec::new();
    }
    let writes = reading.actions().iter().filter(|action| matches!(action.kind, Kind::Write | Kind::Overwrite | Kind::Execute));
    let paths = writes.flat_map(|action| &action.targets).filter(|target| target.sort == TargetSort::Path);
    paths.map(|target| target.value.clone()).collect()
}

/// What this code writes into the files that it opens: any text that stands in it.
pub(super) fn wrote(reading: &mut Reading, before: &[String], text: &str) {
    let fresh: Vec<String> = written_in(reading).into_iter().filter(|path| !before.contains(path)).collect();
    if fresh.is_empty() {
        return;
    }
    let texts: Vec<String> =
        literals(text).into_iter().filter(|literal| !fresh.contains(literal) && literal.contains([' ', '\n', '('])).collect();
    for path in fresh {
        let content = (!texts.is_empty()).then(|| texts.join("\n") + "\n");
        reading.wrote(|| if content.is_some() { Wrote::Whole { path, text: content } } else { Wrote::Piece { path, text: None } });
    }
}

/// Files that earlier calls wrote, and that this code loads or runs.
pub(super) fn run_written(reading: &mut Reading, language: Language, text: &str) {
    const RUNNING: [&str; 14] =
        ["exec", "eval", "run", "load", "import", "require", "source", "spawn", "system", "call", "popen", "Popen", "include", "fork"];
    if !reading.remembers() {
        return;
    }
    loads(language, text, "").iter().for_each(|path| reading.ran(path, None));
    if RUNNING.iter().any(|word| text.contains(word)) {
        literals(text).iter().filter(|literal| !literal.contains([' ', '\n'])).for_each(|path| reading.ran(path, None));
    }
}

/// How many texts in quotes are looked at.
const LITERALS_MAX: usize = 512;

/// The texts in quotes, as every language here spells them, escapes resolved.
fn literals(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'', '`']).filter(|_| found.len() < LITERALS_MAX) {
        let from = rest.get(at..).unwrap_or_default();
        let one = from.get(..1).unwrap_or_default();
        let mark = [one.repeat(3), one.to_owned()].into_iter().find(|mark| from.starts_with(mark.as_str())).unwrap_or_default();
        let inside = from.get(mark.len()..).unwrap_or_default();
        let is_end = |at: &usize| inside.get(..*at).unwrap_or_default().bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0;
        let Some(end) = inside.match_indices(&mark).map(|(at, _)| at).find(is_end) else { break };
        let literal = inside.get(..end).unwrap_or_default();
        found.push(literal.replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\"").replace("\\'", "'"));
        rest = inside.get(end + mark.len()..).unwrap_or_default();
    }
    found
}
