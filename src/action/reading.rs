//! What has been read of a call so far, and how much may still be read.
//!
//! One [`Reading`] travels through every reader of this room. It owns the two
//! limits that keep a hostile call cheap: how deep one language may stand inside
//! another, and how much work a whole call may cost. Past either of them the call
//! is `unknown`; nothing that was read before is lost.

use super::renamed::Renamed;
use super::written::{Script, Written, Wrote};
use crate::call::{Action, Amount, Count, Target, TargetSort};
use crate::kind::Kind;
use crate::show::escape_short;
use std::sync::Arc;

/// How deep anything may stand inside anything: a wrapped command, a group, a shell in
/// SQL in a shell in a dispatcher … Small enough for the stack of any thread.
pub(super) const NESTING_MAX: usize = 32;
/// How deep expressions of inline code may stand inside each other, every layer of code counted.
const EXPRESSIONS_MAX: usize = 120;
/// How many bytes are read as code in one call, every layer counted.
pub(super) const CODE_BYTES_MAX: usize = 256 * 1024;
/// How many commands are read in any case, and how many bytes of code give room for one more. Loops, functions and
/// wrappers count too: this is what keeps reading proportional to what is written.
const COMMANDS_MIN: usize = 128;
const COMMAND_BYTES: usize = 16;
/// How many bytes of a piece an evidence looks at.
const PIECE_BYTES_MAX: usize = 512;
/// How many actions one call may have; beyond it, one `unknown` stands for the rest.
const ACTIONS_MAX: usize = 128;
/// How many targets one action names; beyond it, the action names a set.
const TARGETS_MAX: usize = 64;
/// How many writes one call is remembered for.
pub(super) const WRITES_MAX: usize = 256;
/// How long the directory may be that relative paths are put below.
const PLACE_BYTES_MAX: usize = 4096;
/// How many characters of the call an evidence quotes.
const QUOTED_CHARACTERS_MAX: usize = 80;

/// The actions found so far and the work that is left.
#[derive(Debug)]
pub(super) struct Reading {
    actions: Vec<Action>,
    code_bytes_left: usize,
    commands_left: usize,
    depth: usize,
    /// The directory in which what is read runs, where the call says so.
    place: Option<String>,
    renamed: Renamed,
    expressions: usize,
    /// What earlier calls wrote.
    written: Option<Arc<Written>>,
    /// What this one writes, where somebody wants to know.
    writes: Option<Vec<Wrote>>,
}

impl Reading {
    pub(super) fn new() -> Self {
        Self {
            actions: Vec::new(),
            code_bytes_left: CODE_BYTES_MAX,
            commands_left: COMMANDS_MIN,
            depth: 0,
            place: None,
            renamed: Renamed::default(),
            expressions: 0,
            written: None,
            writes: None,
        }
    }

    /// One more action; the same action twice is one.
    pub(super) fn add(&mut self, mut action: Action) {
        if let Some(place) = &self.place {
            for target in action.targets.iter_mut().filter(|target| target.sort == TargetSort::Path) {
                target.value = placed(place, &target.value);
            }
        }
        if action.targets.len() > TARGETS_MAX {
            action.targets.truncate(TARGETS_MAX);
            if action.count == Count::Unstated {
                action.count = Count::Set;
            }
        }
        let is_ordinary = !action.kind.is_consequential() && action.kind != Kind::Unknown;
        let twin = self.actions.iter_mut().find(|a| a.kind == action.kind && (is_ordinary || is_same(a, &action)));
        if let Some(twin) = twin {
            let room = TARGETS_MAX.saturating_sub(twin.targets.len());
            let fresh: Vec<Target> = action.targets.into_iter().filter(|t| !twin.targets.contains(t)).take(room).collect();
            twin.targets.extend(fresh);
            twin.amount = twin.amount.take().or(action.amount);
        } else if self.actions.len() < ACTIONS_MAX {
            self.actions.push(action);
        } else if !self.has(Kind::Unknown) {
            self.actions.push(Action::new(Kind::Unknown, "more actions than are looked at"));
        }
    }

    /// An action of this kind, read as `how` says, from this piece of the call.
    pub(super) fn note(&mut self, kind: Kind, how: &str, piece: &str) {
        self.add(Action::new(kind, evidence(how, piece)));
    }

    /// The call cannot be told, and why.
    pub(super) fn unknown(&mut self, why: &str, piece: &str) {
        self.note(Kind::Unknown, why, piece);
    }

    /// An empty reading with what is left of this one's limits, to read something in another way.
    pub(super) fn fork(&self) -> Self {
        Self {
            actions: Vec::new(),
            code_bytes_left: self.code_bytes_left,
            commands_left: self.commands_left,
            depth: self.depth,
            place: self.place.clone(),
            renamed: self.renamed.clone(),
            expressions: self.expressions,
            written: self.written.clone(),
            writes: self.writes.as_ref().map(|_| Vec::new()),
        }
    }

    /// Takes over what another reading found, and what it cost.
    pub(super) fn join(&mut self, other: Self) {
        self.code_bytes_left = self.code_bytes_left.min(other.code_bytes_left);
        self.commands_left = self.commands_left.min(other.commands_left);
        self.renamed.join(other.renamed);
        other.writes.into_iter().flatten().for_each(|wrote| self.wrote(|| wrote));
        other.actions.into_iter().for_each(|action| self.add(action));
    }

    /// Reads with what earlier calls wrote.
    pub(super) fn follow(&mut self, written: Arc<Written>) {
        self.written = Some(written).filter(|written| !written.is_empty());
    }

    /// Notes from here on what the call writes.
    pub(super) fn collect(&mut self) {
        self.writes = Some(Vec::new());
    }

    pub(super) fn collects(&self) -> bool {
        self.writes.is_some()
    }

    pub(super) fn take_writes(&mut self) -> Vec<Wrote> {
        self.writes.take().unwrap_or_default()
    }

    /// The call writes this. Costs nothing where nobody wants to know.
    pub(super) fn wrote(&mut self, wrote: impl FnOnce() -> Wrote) {
        let Some(writes) = self.writes.as_mut().filter(|writes| writes.len() < WRITES_MAX) else { return };
        let place = |path: String| self.place.as_deref().map(|place| placed(place, &path)).unwrap_or(path);
        writes.push(match wrote() {
            Wrote::Whole { path, text } => Wrote::Whole { path: place(path), text },
            Wrote::Piece { path, text } => Wrote::Piece { path: place(path), text },
            Wrote::Copy { from, to } => Wrote::Copy { from: place(from), to: place(to) },
        });
    }

    /// This file is run: what earlier calls wrote into it is done as well.
    pub(super) fn ran(&mut self, path: &str, asked: Option<Script>) {
        let Some(written) = self.written.clone() else { return };
        let path = self.place.as_deref().map_or_else(|| path.to_owned(), |place| placed(place, path));
        let (actions, _) = written.ran(&path, asked);
        actions.into_iter().for_each(|action| self.add(action));
    }

    /// Whether anything is remembered of earlier calls.
    pub(super) fn remembers(&self) -> bool {
        self.written.is_some()
    }

    /// Drops the actions that are not wanted.
    pub(super) fn keep(&mut self, is_wanted: impl Fn(&Action) -> bool) {
        self.actions.retain(is_wanted);
    }

    /// From here on, the one path may be reached as the other.
    pub(super) fn rename(&mut self, from: &str, to: &str, is_link: bool) {
        let whole = |path: &str| self.place.as_deref().map_or_else(|| path.to_owned(), |place| placed(place, path));
        let (from, to) = (whole(from), whole(to));
        if !self.renamed.add(&from, &to, is_link) {
            self.unknown("more second names than are followed, such as", &to);
        }
    }

    /// From here on, relative paths are below this directory; `None`: below one that is not known.
    pub(super) fn move_to(&mut self, place: Option<String>) {
        self.place = place.filter(|place| place.len() <= PLACE_BYTES_MAX);
    }

    pub(super) fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    pub(super) fn has_moved(&self) -> bool {
        self.place.is_some()
    }

    /// Reads one layer of code inside another; past the limits it is `unknown`.
    pub(super) fn nested(&mut self, code_bytes: usize, read: impl FnOnce(&mut Self)) {
        if self.enter(code_bytes) {
            read(self);
            self.leave();
        }
    }

    /// Goes one layer deeper; `false`, and `unknown`, past the limits. Pairs with [`Self::leave`].
    pub(super) fn enter(&mut self, code_bytes: usize) -> bool {
        if self.depth >= NESTING_MAX {
            self.unknown("code nested deeper than is read", "");
            return false;
        }
        let is_paid = self.spend(code_bytes);
        self.commands_left += if is_paid { code_bytes / COMMAND_BYTES } else { 0 };
        self.depth += usize::from(is_paid);
        is_paid
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Counts one command; `false`, and `unknown`, when there are more than such a text can mean.
    pub(super) fn command(&mut self) -> bool {
        let is_left = self.commands_left > 0;
        self.commands_left = self.commands_left.saturating_sub(1);
        if !is_left {
            self.unknown("more commands than are read", "");
        }
        is_left
    }

    /// Goes into an expression of inline code; `false`, and `unknown`, where they stand too deep. Pairs with [`Self::ascend`].
    pub(super) fn descend(&mut self) -> bool {
        if self.expressions >= EXPRESSIONS_MAX {
            self.unknown("code nested deeper than is read", "");
            return false;
        }
        self.expressions += 1;
        true
    }

    pub(super) fn ascend(&mut self) {
        self.expressions = self.expressions.saturating_sub(1);
    }

    /// Takes this much from the work that is left; `false`, and `unknown`, when there is none.
    pub(super) fn spend(&mut self, bytes: usize) -> bool {
        match self.code_bytes_left.checked_sub(bytes) {
            Some(left) => {
                self.code_bytes_left = left;
                true
            }
            None => {
                self.code_bytes_left = 0;
                self.unknown("more code than is read", "");
                false
            }
        }
    }

    pub(super) fn has(&self, kind: Kind) -> bool {
        self.actions.iter().any(|action| action.kind == kind)
    }

    pub(super) fn len(&self) -> usize {
        self.actions.len()
    }

    pub(super) fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Gives every action that states no targets, count or amount of its own those of the whole call.
    pub(super) fn aim(&mut self, targets: &[Target], count: Option<u64>, amount: Option<&Amount>) {
        for action in &mut self.actions {
            if action.targets.is_empty() {
                action.targets.extend(targets.iter().take(TARGETS_MAX).cloned());
            }
            if let (Count::Unstated, Some(count)) = (action.count, count) {
                action.count = Count::Exactly(count);
            }
            if action.kind == Kind::Pay && action.amount.is_none() {
                action.amount = amount.cloned();
            }
        }
    }

    /// Every action on a host is on these as well.
    pub(super) fn aim_also(&mut self, hosts: &[Target]) {
        let on_host = |action: &&mut Action| action.targets.iter().any(|target| target.sort == TargetSort::Host);
        for action in self.actions.iter_mut().filter(on_host) {
            let room = TARGETS_MAX.saturating_sub(action.targets.len());
            action.targets.extend(hosts.iter().take(room).cloned());
        }
    }

    /// Every consequential action is aimed at a set.
    pub(super) fn aim_at_set(&mut self) {
        for action in self.actions.iter_mut().filter(|action| action.kind.is_consequential() && action.count == Count::Unstated) {
            action.count = Count::Set;
        }
    }

    /// What was read, never empty: nothing understood is `unknown`.
    pub(super) fn into_actions(mut self) -> Vec<Action> {
        if self.actions.is_empty() {
            self.unknown("nothing in the call tells what it does", "");
        }
        // Looking at something is told only where nothing else is done.
        if self.actions.iter().any(|action| action.kind != Kind::Read) {
            self.actions.retain(|action| action.kind != Kind::Read);
        }
        self.renamed.follow(&mut self.actions, TARGETS_MAX);
        self.actions
    }
}

/// Whether two actions of one kind are one and the same.
fn is_same(one: &Action, other: &Action) -> bool {
    one.targets == other.targets && one.count == other.count && one.amount == other.amount
}

/// One clause for the operator: how it was read, and the piece itself, shortened.
pub(super) fn evidence(how: &str, piece: &str) -> String {
    let piece = piece.trim();
    let end = (0..=piece.len().min(PIECE_BYTES_MAX)).rev().find(|at| piece.is_char_boundary(*at)).unwrap_or_default();
    let head = piece.get(..end).unwrap_or_default();
    if piece.is_empty() { how.to_owned() } else { format!("{how} `{}`", escape_short(head, QUOTED_CHARACTERS_MAX)) }
}

/// A path as seen from this directory; what is no plain relative path stays as it is.
pub(super) fn placed(place: &str, path: &str) -> String {
    let is_relative = !path.is_empty() && !path.starts_with(['/', '~', '$', '\\', '-', '<']) && !path.contains(':');
    if !is_relative {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = place.trim_end_matches('/').split('/').collect();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.len() > 1 && !matches!(parts.last(), Some(&".." | &"~")) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    match parts.as_slice() {
        [""] => "/".to_owned(),
        parts => parts.join("/"),
    }
}

/// A target of this sort.
pub(super) fn target(sort: TargetSort, value: &str) -> Target {
    Target::new(sort, value)
}
