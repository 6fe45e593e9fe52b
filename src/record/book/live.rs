//! One conversation at work: its histories, and what each new one does to them.

use super::{Compaction, Known, Spoken, View};
use crate::conversation::strand::{Change, Step, Who, compare};
use crate::conversation::trace::Trace;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// How many histories of one conversation are told apart: branches, subagents.
const STRANDS_MAX: usize = 8;

/// Past this many turns that wait to be listened to, those that are gone are forgotten.
const UNHEARD_MAX: usize = 4_096;

#[derive(Debug)]
pub(super) struct Live {
    pub(super) known: Known,
    pub(super) strands: Vec<Arc<Trace>>,
    /// Names that are not stored yet.
    pub(super) new_names: Vec<String>,
    /// Turns of the user that nobody has listened to yet.
    pub(super) unheard: BTreeSet<u64>,
    pub(super) is_dirty: bool,
    pub(super) used: u64,
}

impl Live {
    /// Puts new turns beside the histories: they go on from something that is not shown.
    pub(super) fn add(&mut self, trace: &Arc<Trace>) -> Option<Compaction> {
        if !self.strands.contains(trace) {
            self.known.turns = self.known.turns.saturating_add(i64::try_from(trace.steps().len()).unwrap_or(i64::MAX));
            self.push(trace);
        }
        None
    }

    fn push(&mut self, trace: &Arc<Trace>) {
        self.is_dirty = true;
        if self.strands.len() >= STRANDS_MAX {
            self.strands.remove(0);
        }
        self.strands.push(Arc::clone(trace));
    }

    /// Puts a history in the place of the one it goes on from.
    pub(super) fn take(&mut self, trace: &Arc<Trace>, id: &str, view: View) -> Option<Compaction> {
        let (place, mut change) = nearest(&self.strands, trace);
        if let (None, View::Sealed, Some(newest)) = (change, view, self.strands.last()) {
            // It goes on from none of them as they were: they are in the summary.
            let gone = newest.steps();
            change = Some(Change::Compacted { turns: gone.len(), bytes: gone.iter().map(|step| u64::from(step.bytes)).sum() });
        }
        self.is_dirty |= self.strands.get(place) != Some(trace);
        self.known.turns = self.known.turns.max(i64::try_from(trace.steps().len()).unwrap_or(i64::MAX));
        match (change, self.strands.get_mut(place)) {
            (Some(Change::Branched), _) | (None, _) | (_, None) => self.push(trace),
            (Some(_), Some(strand)) => *strand = Arc::clone(trace),
        }
        let Some(Change::Compacted { turns, bytes }) = change else { return None };
        self.known.compactions += 1;
        Some(Compaction { conversation: id.to_owned(), turns, bytes, entry: None })
    }

    /// Adds what was said, if it does not stand there.
    pub(super) fn hear(&mut self, spoken: &[Spoken]) {
        for one in spoken {
            if !self.known.spoken.iter().any(|known| known.id == one.id) {
                self.known.spoken.push(one.clone());
            }
        }
    }

    /// Notes turns that somebody is about to listen to. What no history holds any more
    /// is not waited for.
    pub(super) fn await_hearing(&mut self, fresh: &[(usize, u64)]) {
        if self.unheard.len() > UNHEARD_MAX {
            let there: HashSet<u64> = self.strands.iter().flat_map(|strand| strand.user_turns()).map(|(_, mark, _)| mark).collect();
            self.unheard.retain(|mark| there.contains(mark));
        }
        self.unheard.extend(fresh.iter().map(|(_, mark)| mark));
    }

    /// Its histories as they are stored: without turns that nobody has listened to,
    /// which are new again for whoever reads this.
    pub(super) fn heard_strands(&self) -> Vec<Arc<Trace>> {
        if self.unheard.is_empty() {
            return self.strands.clone();
        }
        let heard = |strand: &Arc<Trace>| strand.steps().into_iter().filter(|step| !self.unheard.contains(&step.mark)).collect();
        self.strands.iter().map(|strand| Arc::new(Trace::of_steps(heard(strand)))).collect()
    }
}

/// The strand that a history goes on from, and what became of it. `None`: from none of
/// them; it is the first, or a subagent's.
fn nearest(strands: &[Arc<Trace>], trace: &Trace) -> (usize, Option<Change>) {
    let steps = trace.steps();
    let first = |steps: &[Step]| steps.first().map(|step| step.mark);
    let there: HashSet<(Who, u64)> = steps.iter().map(|step| (step.who, step.mark)).collect();
    let marks: HashSet<u64> = trace.marks().map(|mark| mark.hash).collect();
    let mut best: Option<(usize, usize, Change)> = None;
    for (place, strand) in strands.iter().enumerate() {
        let old = strand.steps();
        let shared = old.iter().filter(|step| there.contains(&(step.who, step.mark))).count();
        let is_related = first(&old) == first(&steps) || strand.marks().any(|mark| marks.contains(&mark.hash));
        // A new summary that shares nothing goes on from the history that was told last.
        let is_new = |step: &&Step| !old.iter().any(|known| known.mark == step.mark);
        let is_told = steps.iter().filter(|step| step.is_summary).any(|step| is_new(&step));
        if (is_related || is_told) && best.is_none_or(|(_, most, _)| shared >= most) {
            best = Some((place, shared, compare(&old, &steps)));
        }
    }
    best.map_or((strands.len(), None), |(place, _, change)| (place, Some(change)))
}
