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
mod room;
mod store;

use super::code::EntryId;
use super::handle::guard;
use crate::conversation::ConversationId;
use crate::conversation::strand::{Change, Who, compare};
use crate::conversation::trace::{Mark, SURE, Trace};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, Mutex};

pub use carried::Block;
pub(super) use carried::carry;
pub(super) use store::{accept, all_spoken, flush, look_up, ruled, speak, unspeak};

/// How many histories of one conversation are told apart: branches, subagents.
const STRANDS_MAX: usize = 8;

/// Past this many turns that wait to be listened to, those that are gone are forgotten.
const UNHEARD_MAX: usize = 4_096;

/// How many of a history's newest marks are looked up.
pub(super) const MARKS_MAX: usize = 64;

/// How many conversations lend their rules to one that begins with a summary of nobody
/// knows which.
pub(super) const RULED_MAX: u8 = 4;

/// A request, as far as it tells which conversation it belongs to.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// The names it gives; never none.
    pub names: Vec<ConversationId>,
    /// Names the credential, without being it.
    pub credential: String,
    /// Names the credential and the system text together: agents of one making. Empty:
    /// the client says by itself which conversation is which.
    pub setting: String,
    /// The agent's label.
    pub agent: Option<String>,
    /// The dialect.
    pub dialect: &'static str,
    /// The conversation of the answer it goes on from, as linchpin remembers it, and
    /// whether that was given to the same credential.
    pub chain: Option<(String, bool)>,
}

impl Sighting {
    /// The conversation it goes on in, for sure.
    fn goes_on_in(&self) -> Option<&String> {
        self.chain.as_ref().filter(|(_, is_same)| *is_same).map(|(conversation, _)| conversation)
    }
}

/// One conversation, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Its id: the first name it had.
    pub id: String,
    /// Conversations that something ties it to.
    pub kin: BTreeSet<String>,
    pub(super) credential: String,
    pub(super) setting: String,
    pub(super) agent: Option<String>,
    pub(super) dialects: BTreeSet<String>,
    /// Turns of its longest history.
    pub(super) turns: i64,
    pub(super) compactions: i64,
    /// What a person said here that still stands: this conversation's, and its kin's.
    pub spoken: Vec<Spoken>,
    /// Where which pins are carried, oldest first.
    pub(super) blocks: Vec<Block>,
}

/// A pin that a person's own words in a conversation made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// Its id.
    pub id: String,
    /// The words, verbatim.
    pub text: String,
    /// What the turn is known by in which they were said.
    pub turn: u64,
    /// Where that was.
    pub conversation: String,
    /// Whether it counts; a proposal does not, until an operator takes it.
    pub is_enforced: bool,
}

/// How much of its conversation a request shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// All that its client has.
    Whole,
    /// What is new; the provider keeps the rest, so nothing can be missing.
    New,
    /// What came after a summary that only the provider can read.
    Sealed,
}

/// A request's history, compared with how it stood.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    /// What was said before and is gone.
    pub compaction: Option<Compaction>,
    /// The history.
    pub trace: Arc<Trace>,
    /// The turns of the user that were not there before: which element, and what it
    /// is known by.
    pub fresh: Vec<(usize, u64)>,
}

impl Known {
    /// Its id as requests are marked with it.
    pub fn id(&self) -> ConversationId {
        ConversationId::stored(self.id.clone())
    }
}

/// A compaction that was noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compaction {
    /// Where.
    pub conversation: String,
    /// How many turns are gone.
    pub turns: usize,
    /// How long they were, in bytes of text.
    pub bytes: u64,
    /// Its entry, once it is written.
    pub entry: Option<EntryId>,
}

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

#[derive(Debug)]
struct Live {
    known: Known,
    strands: Vec<Arc<Trace>>,
    /// Names that are not stored yet.
    new_names: Vec<String>,
    /// Turns of the user that nobody has listened to yet.
    unheard: BTreeSet<u64>,
    is_dirty: bool,
    used: u64,
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
    pub(super) fn observe(&self, id: &str, body: &[u8], range: Range<usize>, view: View) -> Observed {
        let array = body.get(range.clone()).unwrap_or_default();
        let before = {
            let hot = guard(&self.hot);
            let strands = hot.lives.get(id).map(|live| live.strands.as_slice()).unwrap_or_default();
            strands.iter().find(|strand| strand.continues_in(array)).cloned().unwrap_or_default()
        };
        // Read without the lock: it may be long.
        let trace = Arc::new(Trace::read(body, range, &before));
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

impl Live {
    /// Puts new turns beside the histories: they go on from something that is not shown.
    fn add(&mut self, trace: &Arc<Trace>) -> Option<Compaction> {
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
    fn take(&mut self, trace: &Arc<Trace>, id: &str, view: View) -> Option<Compaction> {
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
    fn hear(&mut self, spoken: &[Spoken]) {
        for one in spoken {
            if !self.known.spoken.iter().any(|known| known.id == one.id) {
                self.known.spoken.push(one.clone());
            }
        }
    }

    /// Notes turns that somebody is about to listen to. What no history holds any more
    /// is not waited for.
    fn await_hearing(&mut self, fresh: &[(usize, u64)]) {
        if self.unheard.len() > UNHEARD_MAX {
            let there: HashSet<u64> = self.strands.iter().flat_map(|strand| strand.user_turns()).map(|(_, mark, _)| mark).collect();
            self.unheard.retain(|mark| there.contains(mark));
        }
        self.unheard.extend(fresh.iter().map(|(_, mark)| mark));
    }

    /// Its histories as they are stored: without turns that nobody has listened to,
    /// which are new again for whoever reads this.
    fn heard_strands(&self) -> Vec<Arc<Trace>> {
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
    let first = |steps: &[crate::conversation::strand::Step]| steps.first().map(|step| step.mark);
    let there: HashSet<(Who, u64)> = steps.iter().map(|step| (step.who, step.mark)).collect();
    let marks: HashSet<u64> = trace.marks().map(|mark| mark.hash).collect();
    let mut best: Option<(usize, usize, Change)> = None;
    for (place, strand) in strands.iter().enumerate() {
        let old = strand.steps();
        let shared = old.iter().filter(|step| there.contains(&(step.who, step.mark))).count();
        let is_related = first(&old) == first(&steps) || strand.marks().any(|mark| marks.contains(&mark.hash));
        // A new summary that shares nothing goes on from the history that was told last.
        let is_new = |step: &&crate::conversation::strand::Step| !old.iter().any(|known| known.mark == step.mark);
        let is_told = steps.iter().filter(|step| step.is_summary).any(|step| is_new(&step));
        if (is_related || is_told) && best.is_none_or(|(_, most, _)| shared >= most) {
            best = Some((place, shared, compare(&old, &steps)));
        }
    }
    best.map_or((strands.len(), None), |(place, _, change)| (place, Some(change)))
}

/// What a request says that gives no name that is known: what its history holds, and
/// which clues stand in it; in one without tools, what is quoted there, too.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// Its history.
    pub trace: Trace,
    /// Names of what linchpin saw leave in the answers of one conversation.
    pub clues: Vec<String>,
    /// Names of what it quotes; they make kin at most.
    pub quoted: Vec<String>,
    /// Whether its beginning may be what was left of another history.
    pub may_be_rest: bool,
}

/// The newest marks of a history, for a lookup.
pub(super) fn newest(trace: &Trace) -> Vec<Mark> {
    trace.marks().rev().take(MARKS_MAX).collect()
}

#[cfg(test)]
mod tests;
