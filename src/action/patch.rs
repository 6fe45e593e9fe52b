//! Patches: which files they add, change, move and delete.

use super::reading::{Reading, evidence, target};
use super::{paths, shell};
use crate::call::{Action, Count, TargetSort};
use crate::kind::Kind;

/// How many lines are looked at.
const LINES_MAX: usize = 200_000;

/// Reads a patch; `false` when the text is none.
pub(super) fn read(reading: &mut Reading, text: &str) -> bool {
    if let Some(at) = text.find("*** Begin Patch") {
        let before = text.get(..at).unwrap_or_default();
        if before.trim().is_empty() || before.contains("apply_patch") {
            envelope(reading, text.get(at..).unwrap_or_default());
            return true;
        }
    }
    let is_diff = text.starts_with("diff --git ")
        || text.contains("\ndiff --git ")
        || (text.contains("--- ") && text.contains("\n+++ ") && text.contains("\n@@"));
    if is_diff {
        unified(reading, text);
    }
    is_diff
}

/// `*** Add File: …`, `*** Update File: …`, `*** Delete File: …`; a line of content begins with `+`, `-` or a blank.
fn envelope(reading: &mut Reading, text: &str) {
    let mut file: Option<(String, String)> = None;
    for line in text.lines().take(LINES_MAX) {
        let header = line.strip_prefix("*** ");
        if let Some(path) = header.and_then(|h| h.strip_prefix("Delete File: ")) {
            finish(reading, file.take());
            gone(reading, path.trim());
        } else if let Some(path) = header
            .and_then(|h| h.strip_prefix("Add File: ").or_else(|| h.strip_prefix("Update File: ")).or_else(|| h.strip_prefix("Move to: ")))
        {
            finish(reading, file.take());
            file = Some((path.trim().to_owned(), String::new()));
        } else if let (Some((_, content)), Some(added)) = (&mut file, line.strip_prefix('+')) {
            content.push_str(added);
            content.push('\n');
        }
    }
    finish(reading, file);
}

fn unified(reading: &mut Reading, text: &str) {
    let mut old = String::new();
    let mut file: Option<(String, String)> = None;
    for line in text.lines().take(LINES_MAX) {
        if let Some(path) = line.strip_prefix("--- ") {
            finish(reading, file.take());
            old = plain(path).to_owned();
        } else if let Some(path) = line.strip_prefix("+++ ") {
            if plain(path) == "/dev/null" {
                gone(reading, &old);
            } else {
                file = Some((plain(path).to_owned(), String::new()));
            }
        } else if let (Some((_, content)), Some(added)) = (&mut file, line.strip_prefix('+')) {
            content.push_str(added);
            content.push('\n');
        }
    }
    finish(reading, file);
}

/// `a/src/x.rs\t2024-…` is `src/x.rs`.
fn plain(path: &str) -> &str {
    let path = path.split('\t').next().unwrap_or(path).trim();
    path.strip_prefix("a/").or_else(|| path.strip_prefix("b/")).unwrap_or(path)
}

fn gone(reading: &mut Reading, path: &str) {
    reading.add(
        Action::new(Kind::Delete, evidence("the patch deletes", path)).on([target(TargetSort::Path, path)]).counting(Count::Exactly(1)),
    );
}

fn finish(reading: &mut Reading, file: Option<(String, String)>) {
    let Some((path, content)) = file else { return };
    let at = || [target(TargetSort::Path, &path)];
    reading.add(Action::new(Kind::Write, evidence("the patch writes", &path)).on(at()));
    let effects = paths::effects_of_writing(&path);
    for &kind in &effects {
        reading.add(Action::new(kind, evidence("the patch writes", &path)).on(at()));
    }
    if effects.contains(&Kind::Execute)
        && !content.is_empty()
        && !path.ends_with(".json")
        && !path.ends_with(".yml")
        && !path.ends_with(".yaml")
        && !path.ends_with(".toml")
    {
        shell::read(reading, &content);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds_of(text: &str) -> Vec<&'static str> {
        let mut reading = Reading::new();
        assert!(read(&mut reading, text), "{text}");
        reading.actions().iter().map(|a| a.kind.name()).collect()
    }

    #[test]
    fn a_patch_deletes_by_its_headers_not_by_its_content() {
        assert_eq!(kinds_of("*** Begin Patch\n*** Delete File: a.rs\n*** End Patch"), ["delete"]);
        assert_eq!(kinds_of("*** Begin Patch\n*** Add File: a.md\n+*** Delete File: b.rs\n*** End Patch"), ["write"]);
        assert_eq!(kinds_of("--- a/x.rs\n+++ /dev/null\n@@ -1 +0,0 @@\n-x"), ["delete"]);
        assert_eq!(kinds_of("--- a/x.rs\n+++ b/x.rs\n@@ -1 +1 @@\n-x\n+y"), ["write"]);
    }

    #[test]
    fn a_text_that_is_no_patch_is_left_alone() {
        assert!(!read(&mut Reading::new(), "Begin with the patch panel."));
    }
}
