//! What earlier calls of a conversation wrote, for the call that runs it.
//!
//! A script that a call does not show is only `execute`; one that an earlier call wrote
//! was shown then, and running it has the actions of its content as well. What is kept
//! of a file is its path, a digest, and the actions: never its text.
//!
//! Everything here can only add actions. A whole file that is written again stands for
//! itself; what is appended, edited in or written unseen comes on top of what was known.
//! A path that is spelled from somewhere else counts if one spelling ends the other.

mod by_call;
mod kept;
mod script;

pub(super) use by_call::of_call;

use super::reading::evidence;
use crate::call::{Action, TargetSort, ToolCall};
use crate::json::read_arguments;
use crate::kind::Kind;
pub(super) use script::{ALWAYS, FIRST, Script, loads};
use sha2::{Digest, Sha256};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// How many files are remembered. Past it the oldest is forgotten, and running any file
/// that is not remembered cannot be told from then on.
pub const FILES_MAX: usize = 512;
/// How many actions of a file are kept; beyond it, one `unknown` stands for the rest.
const ACTIONS_MAX: usize = 24;
/// How long a path may be that is remembered.
const PATH_BYTES_MAX: usize = 1024;
/// How many other files one file may run or load.
const USES_MAX: usize = 32;
/// How many files one run may lead through.
const RUN_MAX: usize = 64;

/// One thing that a call writes, as it was found in the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrote {
    /// A file with this content; `None` where the call does not show it.
    Whole { path: String, text: Option<String> },
    /// Something is added to or changed in a file.
    Piece { path: String, text: Option<String> },
    /// A file, or everything in a directory, gets a second name.
    Copy { from: String, to: String },
}

/// What one call writes, as it was found when the call was judged. What the files hold
/// is read when somebody asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Writes {
    found: Vec<Wrote>,
    /// It may write anything: reading it fell over.
    is_untold: bool,
}

impl Writes {
    pub(super) fn new(found: Vec<Wrote>) -> Self {
        Self { found, is_untold: false }
    }

    /// What a call writes that nobody judges now. If reading it falls over, it may write anything.
    pub fn of(call: &ToolCall, written: &Arc<Written>) -> Self {
        let Ok(arguments) = read_arguments(&call.input) else { return Self::default() };
        let read = catch_unwind(AssertUnwindSafe(|| super::understand_whole(&call.tool, &arguments, None, written).1));
        read.unwrap_or_else(|_| Self::untold())
    }

    /// What a call writes that could not be read.
    pub fn untold() -> Self {
        Self { found: Vec::new(), is_untold: true }
    }

    /// Whether it writes nothing.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty() && !self.is_untold
    }

    /// How many bytes there are to read.
    pub fn bytes(&self) -> usize {
        self.found.iter().map(Wrote::bytes).sum()
    }
}

impl Wrote {
    fn bytes(&self) -> usize {
        match self {
            Self::Whole { path, text } | Self::Piece { path, text } => path.len() + text.as_ref().map_or(0, String::len),
            Self::Copy { from, to } => from.len() + to.len(),
        }
    }
}

/// One file that was written.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenFile {
    /// Where, as far as the call told: absolute, or below a directory that nobody knows.
    /// A part of a file that is run by name (`Makefile#clean`) stands behind a `#`.
    pub path: String,
    /// SHA-256 of what the call showed of it, in hexadecimal digits.
    pub digest: String,
    /// What its content does when it is run: what matters of it.
    pub actions: Vec<Action>,
    script: Script,
    /// The last line has no end: what is appended goes on with it.
    is_open: bool,
    /// Other files that it runs or loads.
    uses: Vec<String>,
}

/// What the calls of one conversation wrote, the newest last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Written {
    files: Vec<WrittenFile>,
    is_full: bool,
}

impl Written {
    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && !self.is_full
    }

    /// The files, the newest last.
    pub fn files(&self) -> &[WrittenFile] {
        &self.files
    }

    /// Remembers what a call writes that is about to be delivered; whether it writes anything.
    pub fn note_call(&mut self, call: &ToolCall) -> bool {
        let writes = Writes::of(call, &Arc::new(self.clone()));
        let any = !writes.is_empty();
        self.note(writes);
        any
    }

    /// Remembers what was found in a call that is about to be delivered. If reading that
    /// falls over, it may have written anything.
    pub fn note(&mut self, writes: Writes) {
        if writes.found.is_empty() {
            self.is_full |= writes.is_untold;
            return;
        }
        let mut noted = self.clone();
        noted.is_full |= writes.is_untold || writes.found.len() >= super::reading::WRITES_MAX;
        let read = catch_unwind(AssertUnwindSafe(|| {
            writes.found.into_iter().for_each(|wrote| noted.take(wrote));
            noted
        }));
        match read {
            Ok(noted) => *self = noted,
            Err(_) => self.is_full = true,
        }
    }

    /// What the calls of several conversations wrote, the newest last.
    pub fn joined<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut joined = Self::default();
        for written in all {
            joined.is_full |= written.is_full;
            written.files.iter().for_each(|file| joined.put(file.clone()));
        }
        joined
    }

    fn take(&mut self, wrote: Wrote) {
        match wrote {
            Wrote::Whole { path, text: Some(text) } => {
                let path = tidy(&path);
                let part = format!("{path}#");
                self.files.retain(|file| file.path != path && !file.path.starts_with(&part));
                script::read(&path, &text, self).into_iter().for_each(|file| self.put(file));
            }
            // What it holds now is not shown; what it held may still be there, if the writing fails.
            Wrote::Whole { text: None, .. } => {}
            Wrote::Piece { path, text: Some(text) } => {
                let path = tidy(&path);
                script::read(&path, &text, self).into_iter().for_each(|file| self.add(file));
            }
            Wrote::Piece { path, text: None } => {
                let path = tidy(&path);
                let unseen = Action::new(Kind::Unknown, "a change to it that was not shown");
                self.files.iter_mut().filter(|file| file.path == path).for_each(|file| add(&mut file.actions, unseen.clone()));
            }
            Wrote::Copy { from, to } => self.copy(&tidy(&from), &tidy(&to)),
        }
    }

    /// A file as it stands from now on.
    fn put(&mut self, file: WrittenFile) {
        if file.path.len() > PATH_BYTES_MAX {
            self.is_full = true;
            return;
        }
        self.files.retain(|known| known.path != file.path);
        if self.files.len() >= FILES_MAX {
            self.files.remove(0);
            self.is_full = true;
        }
        self.files.push(file);
    }

    /// A piece on top of what is known of its file.
    fn add(&mut self, mut piece: WrittenFile) {
        if let Some(known) = self.files.iter().find(|known| known.path == piece.path) {
            let own = std::mem::replace(&mut piece.actions, known.actions.clone());
            own.into_iter().for_each(|action| add(&mut piece.actions, action));
            if known.is_open {
                add(&mut piece.actions, Action::new(Kind::Unknown, "a line of it was written in two pieces"));
            }
            piece.uses.extend(known.uses.iter().take(USES_MAX).cloned());
            piece.script = known.script;
        }
        self.put(piece);
    }

    fn copy(&mut self, from: &str, to: &str) {
        let under = format!("{}/", from.trim_end_matches('/'));
        let inside = format!("/{under}");
        let renamed = |file: &WrittenFile| {
            let rest = file.path.strip_prefix(from).filter(|rest| rest.is_empty() || rest.starts_with('#'));
            let path = match (rest, file.path.strip_prefix(&under)) {
                (Some(rest), _) => format!("{to}{rest}"),
                (None, Some(inner)) => format!("{}/{inner}", to.trim_end_matches('/')),
                // A directory that is named from somewhere else.
                (None, None) if !from.starts_with('/') && file.path.contains(&inside) => {
                    let rest = file.path.split_once(&inside).map(|(_, rest)| rest).unwrap_or_default();
                    format!("{}/{rest}", to.trim_end_matches('/'))
                }
                (None, None) if is_one(&file.path, from) && !file.path.contains('#') => to.to_owned(),
                (None, None) => return None,
            };
            Some(WrittenFile { path, ..file.clone() })
        };
        let copies: Vec<WrittenFile> = self.files.iter().filter_map(renamed).take(FILES_MAX).collect();
        copies.into_iter().for_each(|copy| self.put(copy));
    }

    /// The files that this path may name.
    fn named<'a, 'p>(&'a self, path: &'p str) -> impl Iterator<Item = &'a WrittenFile> + use<'a, 'p> {
        let is_pattern = path.contains(['*', '?', '[']);
        self.files.iter().filter(move |file| if is_pattern { super::shell::fits(path, &file.path) } else { is_one(&file.path, path) })
    }

    /// What running this path does, as far as it was written; whether it was. What is
    /// run as a language that its name does not say cannot be told.
    pub(super) fn ran(&self, path: &str, asked: Option<Script>) -> (Vec<Action>, bool) {
        let mut actions = Vec::new();
        let mut seen: Vec<&WrittenFile> = Vec::new();
        let mut next: Vec<String> = vec![tidy(path)];
        let mut asked = asked;
        while let Some(path) = next.pop() {
            for file in self.named(&path) {
                if seen.iter().any(|seen| seen.path == file.path) {
                    continue;
                }
                if seen.len() >= RUN_MAX {
                    add(&mut actions, Action::new(Kind::Unknown, "more written files than are followed"));
                    return (actions, true);
                }
                seen.push(file);
                let shown = file.path.rsplit('/').next().unwrap_or(&file.path);
                for action in &file.actions {
                    let how = format!("{}, in a file that an earlier call wrote:", action.evidence);
                    add(&mut actions, Action { evidence: evidence(&how, shown), ..action.clone() });
                }
                if asked.is_some_and(|asked| asked != file.script) {
                    add(&mut actions, Action::new(Kind::Unknown, evidence("is run as another language than it was read in:", shown)));
                }
                next.extend(file.uses.iter().cloned());
            }
            asked = None;
        }
        if seen.is_empty() && self.is_full {
            add(&mut actions, Action::new(Kind::Unknown, evidence("more files were written than are remembered, perhaps", path)));
        }
        (actions, !seen.is_empty())
    }
}

/// One more action, up to what is kept.
fn add(actions: &mut Vec<Action>, action: Action) {
    let is_there =
        actions.iter().any(|known| known.kind == action.kind && known.targets == action.targets && known.amount == action.amount);
    if is_there {
        return;
    }
    if actions.len() < ACTIONS_MAX {
        actions.push(action);
    } else if !actions.iter().any(|known| known.kind == Kind::Unknown) {
        actions.push(Action::new(Kind::Unknown, "more actions than are kept"));
    }
}

/// Whether two spellings of a path may be one file: one of them, seen from a directory
/// that nobody knows, ends the other.
fn is_one(one: &str, other: &str) -> bool {
    let ends = |long: &str, short: &str| {
        let tail = long.len().checked_sub(short.len()).and_then(|at| long.get(at..));
        let is_tail = tail.is_some_and(|tail| tail.eq_ignore_ascii_case(short));
        is_tail
            && (long.len() == short.len()
                || !short.starts_with('/') && long.get(..long.len() - short.len()).is_some_and(|head| head.ends_with('/')))
    };
    !one.is_empty() && !other.is_empty() && if one.len() >= other.len() { ends(one, other) } else { ends(other, one) }
}

/// A path without what only says where somebody stands: `./`, `~/`, `$PWD/`, `a/../`.
fn tidy(path: &str) -> String {
    let path = path.trim().replace('\\', "/");
    let mut path = path.trim_matches(['"', '\'']);
    let lead = path.strip_prefix("file://").unwrap_or(path);
    path = lead;
    for here in ["~/", "$PWD/", "${PWD}/", "$(pwd)/", "$HOME/", "${HOME}/", "$OLDPWD/"] {
        path = path.strip_prefix(here).unwrap_or(path);
    }
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("{}{}", if is_absolute { "/" } else { "" }, parts.join("/"))
}

/// The digest of what was shown.
fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Paths that these actions run.
fn run_by(actions: &[Action]) -> impl Iterator<Item = String> {
    let runs = actions.iter().filter(|action| action.kind.broad() == Kind::Execute);
    runs.flat_map(|action| &action.targets).filter(|target| target.sort == TargetSort::Path).map(|target| tidy(&target.value))
}

#[cfg(test)]
mod tests;
