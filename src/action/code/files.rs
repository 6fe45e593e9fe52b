//! Calls that open, write and change files, and what their paths add.

use super::calls::{Call, plain};
use super::value::Value;
use crate::action::fields;
use crate::action::paths;
use crate::action::reading::{Reading, evidence, target};
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
