//! Which conversations there are: under which names, and how their histories stood.
//!
//! Every request asks, so what is at work is kept in memory and asks no disk. A name
//! that memory does not know is looked up in the store, and if the store does not know
//! it either, what the history holds is compared with others': a client that shortened
//! its history begins anew under another name, and takes along its last calls and
//! answers. What changes is written by the record's thread, about once a second; a
//! crash loses at most that, and with it a tie, never a pin, a hold or an entry.
//!
//! Being one conversation takes sure marks under the same credential. Less makes two
//! conversations *kin*: what protects one protects the other, and nothing else follows.

mod carried;
mod known;
mod live;
mod room;
mod store;

use super::handle::guard;
use crate::conversation::ConversationId;
use crate::conversation::trace::{Mark, SURE, Trace};
use crate::wire::history::History;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex};

pub use carried::Block;
pub(super) use carried::carry;
pub use known::{Compaction, Hints, Known, Observed, Sighting, Spoken, View};
use live::Live;
pub(super) use store::{accept, all_spoken, flush, look_up, ruled, speak, unspeak};

/// How many of a history's newest marks are looked up.
pub(super) const MARKS_MAX: usize = 64;

/// How many conversations lend their rules to one that begins with a summary of nobody
/// knows which.
pub(super) const RULED_MAX: u8 = 4;

/// A conversation as it was stored, and how its histories stood.
pub(super) type Stored = (Known, Vec<Arc<Trace>>);

/// What the store says about names and marks that memory does not know.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// The conversation of each name that has one.
    pub(super) by_name: HashMap<String, String>,
    /// How much each conversation's marks weigh together.
    pub(super) by_marks: Vec<(String, u32)>,
    /// Those conversations.
    pub(super) known: HashMap<String, Stored>,
}

/// The conversations in memory.
#[derive(Debug, Default)]
pub(super) struct Book {
    hot: Mutex<Hot>,
}

#[derive(Debug, Default)]
struct Hot {
    names: HashMap<String, String>,
    lives: HashMap<String, Live>,
    /// How many steps their histories have together.
    steps: usize,
    /// Counts requests, to know what was used last.
    time: u64,
}

/// One conversation on its way to the disk.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) known: Known,
    pub(super) strands: Vec<Arc<Trace>>,
    pub(super) names: Vec<String>,
}

impl Book {
    /// The conversation of these names, if memory knows all of them.
    pub(super) fn find(&self, sighting: &Sighting) -> Option<Known> {
        let mut hot = guard(&self.hot);
        let id = sighting.goes_on_in().or_else(|| hot.names.get(sighting.names.first()?.as_str()))?.clone();
        if !sighting.names.iter().all(|name| hot.names.contains_key(name.as_str())) {
            return None;
        }
        let is_tied = |(other, _): &(String, bool)| *other == id || hot.lives.get(&id).is_some_and(|live| live.known.kin.contains(other));
        if !sighting.chain.iter().all(is_tied) {
            return None;
        }
        hot.time += 1;
        let time = hot.time;
        let live = hot.lives.get_mut(&id)?;
        live.used = time;
        Some(live.known.clone())
    }

    /// How much the marks weigh together that memory knows and the disk does not know yet,
    /// by conversation. Asked by the thread that writes, beside what it asks the disk.
    pub(super) fn weigh(&self, marks: &[Mark]) -> Vec<(String, u32)> {
        let hot = guard(&self.hot);
        let weight = |live: &Live| {
            let own: HashSet<u64> = live.strands.iter().flat_map(|strand| strand.marks()).map(|mark| mark.hash).collect();
            marks.iter().filter(|mark| own.contains(&mark.hash)).map(|mark| u32::from(mark.weight)).sum::<u32>()
        };
        let unwritten = hot.lives.iter().filter(|(_, live)| live.is_dirty);
        unwritten.map(|(id, live)| (id.clone(), weight(live))).filter(|(_, weight)| *weight > 0).collect()
    }

    /// The conversations of this setting in which rules were said, as far as memory knows:
    /// those that were at work last.
    pub(super) fn ruled(&self, setting: &str) -> Vec<String> {
        let hot = guard(&self.hot);
        let mut ruled: Vec<(&String, u64)> = Vec::new();
        for (id, live) in &hot.lives {
            if live.known.setting == setting && !live.known.spoken.is_empty() {
                ruled.push((id, live.used));
            }
        }
        ruled.sort_unstable_by_key(|(_, used)| std::cmp::Reverse(*used));
        ruled.into_iter().take(usize::from(RULED_MAX)).map(|(id, _)| id.clone()).collect()
    }

    /// Takes what the store knows, and says which conversation this is.
    pub(super) fn settle(&self, sighting: &Sighting, found: Found) -> Known {
        let mut hot = guard(&self.hot);
        let of_name = |hot: &Hot, name: &ConversationId| hot.names.get(name.as_str()).or_else(|| found.by_name.get(name.as_str())).cloned();
        let names = sighting.names.iter().filter_map(|name| of_name(&hot, name));
        let named: Vec<String> = sighting.goes_on_in().cloned().into_iter().chain(names).collect();
        let by_marks = if named.is_empty() { found.by_marks.as_slice() } else { &[] };
        let credential_of = |id: &String| {
            let hot = hot.lives.get(id).map(|live| live.known.credential.clone());
            hot.or_else(|| found.known.get(id).map(|(known, _)| known.credential.clone()))
        };
        let is_same = |id: &String| credential_of(id).as_ref() == Some(&sighting.credential);
        let sure = || by_marks.iter().filter(|(id, weight)| *weight >= SURE && is_same(id)).max_by_key(|(_, weight)| *weight);
        let first = sighting.names.first().map(ToString::to_string).unwrap_or_default();
        let id = named.first().cloned().or_else(|| sure().map(|(id, _)| id.clone())).unwrap_or(first);
        let others = by_marks.iter().map(|(id, _)| id).chain(sighting.chain.iter().map(|(id, _)| id)).cloned();
        let kin: Vec<String> = named.into_iter().chain(others).filter(|other| *other != id).collect();
        let known_of = |id: &String| hot.lives.get(id).map(|live| &live.known).or(found.known.get(id).map(|(known, _)| known));
        let of_kin =
            kin.iter().filter_map(known_of).map(|known| known.blocks.clone()).find(|blocks| !blocks.is_empty()).unwrap_or_default();
        let said: Vec<Spoken> = kin.iter().filter_map(known_of).flat_map(|known| &known.spoken).cloned().collect();
        hot.time += 1;
        let time = hot.time;
        let stored = found.known.get(&id).cloned();
        let is_new = !hot.lives.contains_key(&id);
        let live = hot.lives.entry(id.clone()).or_insert_with(|| {
            let (known, strands) = stored.unwrap_or_default();
            Live { known, strands, new_names: Vec::new(), unheard: BTreeSet::new(), is_dirty: true, used: time }
        });
        live.used = time;
        let steps = if is_new { live.steps() } else { 0 };
        if live.known.id.is_empty() {
            live.known = Known {
                id: id.clone(),
                credential: sighting.credential.clone(),
                setting: sighting.setting.clone(),
                agent: sighting.agent.clone(),
                ..Known::default()
            };
        }
        live.hear(&said);
        if live.known.blocks.is_empty() {
            // One that branched off goes on under what its history was under.
            live.known.blocks = of_kin;
        }
        let before = live.known.kin.len();
        live.known.kin.extend(kin);
        let is_new_dialect = live.known.dialects.insert(sighting.dialect.to_owned());
        live.is_dirty |= is_new_dialect || live.known.kin.len() != before;
        let new: Vec<String> = sighting.names.iter().map(ToString::to_string).filter(|name| !found.by_name.contains_key(name)).collect();
        live.is_dirty |= !new.is_empty();
        live.new_names.extend(new);
        let known = live.known.clone();
        for name in &sighting.names {
            hot.names.entry(name.to_string()).or_insert_with(|| id.clone());
        }
        hot.steps += steps;
        hot.make_room();
        known
    }

    /// Takes a history, and says what became of it since the last one.
    pub(super) fn observe(&self, id: &str, history: &History<'_>, view: View) -> Observed {
        let strands = guard(&self.hot).lives.get(id).map(|live| live.strands.clone()).unwrap_or_default();
        // Read without the lock: it may be long.
        let trace = Arc::new(Trace::read(history, strands.iter().map(Arc::as_ref)));
        let mut hot = guard(&self.hot);
        let Some(live) = hot.lives.get_mut(id) else {
            // Forgotten meanwhile: whatever is said in it may be new.
            let fresh = trace.user_turns().filter(|(.., is_summary)| !is_summary).map(|(place, mark, _)| (place, mark)).collect();
            return Observed { trace, fresh, ..Observed::default() };
        };
        let steps = live.steps();
        let known: HashSet<u64> = live.strands.iter().flat_map(|strand| strand.user_turns()).map(|(_, mark, _)| mark).collect();
        let is_new = |mark: &u64| !known.contains(mark) || live.unheard.contains(mark);
        let is_fresh = |(_, mark, is_summary): &(usize, u64, bool)| is_new(mark) && !is_summary;
        let fresh: Vec<(usize, u64)> = trace.user_turns().filter(is_fresh).map(|(place, mark, _)| (place, mark)).collect();
        let compaction = if view == View::New { live.add(&trace) } else { live.take(&trace, id, view) };
        live.await_hearing(&fresh);
        let now = live.steps();
        hot.steps = hot.steps.saturating_add(now).saturating_sub(steps);
        hot.make_room();
        Observed { compaction, trace, fresh }
    }

    /// Says that these turns were listened to, and what they said is on the disk: until
    /// then every request that brings them has them listened to.
    pub(super) fn heard(&self, id: &str, turns: &[(usize, u64)]) {
        let mut hot = guard(&self.hot);
        let Some(live) = hot.lives.get_mut(id).filter(|live| !live.unheard.is_empty()) else { return };
        live.unheard.retain(|mark| !turns.iter().any(|(_, heard)| heard == mark));
        live.is_dirty = true;
    }

    /// A conversation that memory knows.
    pub(super) fn known(&self, id: &str) -> Option<Known> {
        guard(&self.hot).lives.get(id).map(|live| live.known.clone())
    }

    /// Adds what a person said. It counts from now on, here and in what is tied to it:
    /// each keeps what counts in it, since any other may be forgotten.
    pub(super) fn speak(&self, id: &str, spoken: &[Spoken]) {
        let mut hot = guard(&self.hot);
        for live in hot.lives.values_mut().filter(|live| live.known.id == id || live.known.kin.contains(id)) {
            live.hear(spoken);
        }
    }

    /// Everything that was said in a conversation or its kin.
    pub(super) fn spoken(&self, known: &Known) -> Vec<Spoken> {
        let hot = guard(&self.hot);
        hot.lives.get(&known.id).map_or(&known.spoken, |live| &live.known.spoken).clone()
    }

    /// Conversations that something ties this one to.
    pub(super) fn kin(&self, id: &str) -> Vec<String> {
        let hot = guard(&self.hot);
        hot.lives.get(id).map(|live| live.known.kin.iter().cloned().collect()).unwrap_or_default()
    }

    /// A proposal that an operator took counts from now on.
    pub(super) fn accept(&self, id: &str) {
        let mut hot = guard(&self.hot);
        let all = hot.lives.values_mut().flat_map(|live| &mut live.known.spoken);
        all.filter(|spoken| spoken.id == id).for_each(|spoken| spoken.is_enforced = true);
    }

    /// Forgets a pin that an operator released.
    pub(super) fn unspeak(&self, id: &str) {
        let mut hot = guard(&self.hot);
        hot.lives.values_mut().for_each(|live| live.known.spoken.retain(|spoken| spoken.id != id));
    }

    /// What has to be written.
    pub(super) fn dirty(&self) -> Vec<Page> {
        let mut hot = guard(&self.hot);
        let dirty = hot.lives.values_mut().filter(|live| live.is_dirty);
        dirty
            .map(|live| {
                live.is_dirty = false;
                Page { known: live.known.clone(), strands: live.heard_strands(), names: std::mem::take(&mut live.new_names) }
            })
            .collect()
    }

    /// One conversation as it would be written now, if memory knows it.
    pub(super) fn page(&self, id: &str) -> Option<Page> {
        let hot = guard(&self.hot);
        let live = hot.lives.get(id)?;
        Some(Page { known: live.known.clone(), strands: live.heard_strands(), names: live.new_names.clone() })
    }

    /// Says that it could not be written.
    pub(super) fn not_written(&self, pages: Vec<Page>) {
        let mut hot = guard(&self.hot);
        for page in pages {
            if let Some(live) = hot.lives.get_mut(&page.known.id) {
                live.is_dirty = true;
                live.new_names.extend(page.names);
            }
        }
    }
}

/// The newest marks of a history, for a lookup.
pub(super) fn newest(trace: &Trace) -> Vec<Mark> {
    trace.marks().rev().take(MARKS_MAX).collect()
}

#[cfg(test)]
mod tests;
