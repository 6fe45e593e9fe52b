//! Which conversations are halted, as everybody knows it without asking the disk.
//!
//! A halt counts from the moment it is noted here, before it is written: a store that is
//! slow, full or gone keeps nobody from stopping an agent. The writing thread then puts
//! it on the disk, and tries again as long as it cannot. An end of a halt goes the other
//! way round: it is on the disk first.
//!
//! What protects one conversation protects those it is tied to, so a halt reaches its
//! conversation and its kin.

use super::RecordError;
use super::book::Known;
use super::handle::guard;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Mutex;
use tokio::sync::{oneshot, watch};

/// How many messages that halted something are remembered in memory. Past it an old one
/// that a client sends again may halt again, which only tightens.
const SAID_MAX: usize = 65_536;

/// What ties a request to halts, and to refusals that were counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// Its conversation.
    pub conversation: String,
    /// The conversations that something ties that one to.
    pub kin: BTreeSet<String>,
    /// Names the credential, without being it.
    pub credential: String,
}

impl Known {
    /// What ties requests of this conversation to halts.
    pub fn links(&self) -> Links {
        Links { conversation: self.id.clone(), kin: self.kin.clone(), credential: self.credential.clone() }
    }
}

/// How much a halt withholds, from less to more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Covers {
    /// Calls that change something that matters, and those nobody understands.
    Consequential,
    /// Every call; open answers are cut.
    Every,
}

/// What is halted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everything.
    All,
    /// One conversation and its kin.
    Conversation(String),
    /// Everything under one credential.
    Credential(String),
}

/// Who or what halted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// An operator.
    Operator,
    /// Too many refusals.
    Breaker,
    /// A stop said in the chat.
    Said,
}

impl Covers {
    /// The word in the store.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Consequential => "consequential",
            Self::Every => "every",
        }
    }

    /// Reads that word; what is not known covers everything.
    pub(super) fn from_name(name: &str) -> Self {
        if name == Self::Consequential.name() { Self::Consequential } else { Self::Every }
    }
}

impl Scope {
    /// The two words in the store: what, and which.
    pub(super) fn names(&self) -> (&'static str, &str) {
        match self {
            Self::All => ("all", ""),
            Self::Conversation(id) => ("conversation", id),
            Self::Credential(name) => ("credential", name),
        }
    }

    /// Reads those words; what is not known is everything.
    pub(super) fn from_names(of: &str, subject: String) -> Self {
        match of {
            "conversation" => Self::Conversation(subject),
            "credential" => Self::Credential(subject),
            _ => Self::All,
        }
    }

    /// The conversation, if it is one.
    pub fn conversation(&self) -> Option<&str> {
        if let Self::Conversation(id) = self { Some(id) } else { None }
    }
}

impl Cause {
    /// The word in the store and the record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Breaker => "breaker",
            Self::Said => "said",
        }
    }

    pub(super) fn from_name(name: &str) -> Self {
        [Self::Breaker, Self::Said].into_iter().find(|cause| cause.name() == name).unwrap_or(Self::Operator)
    }

    /// For the agent, behind "halted".
    pub fn told(self) -> &'static str {
        match self {
            Self::Operator => "by an operator",
            Self::Breaker => "because calls that had been refused were tried again and again",
            Self::Said => "because the user said stop",
        }
    }
}

/// One halt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Halt {
    /// What it halts.
    pub scope: Scope,
    /// How much it withholds.
    pub covers: Covers,
    /// Who or what it comes from.
    pub cause: Cause,
    /// In whose name.
    pub by: String,
    /// Whether a token says so.
    pub is_verified: bool,
    /// Why, in their words.
    pub why: Option<String>,
    /// Which halt this is, counted from the start of the process: answers that were open
    /// before it are cut.
    pub order: u64,
}

impl Halt {
    /// A halt that is about to be noted.
    pub fn new(scope: Scope, covers: Covers, cause: Cause, by: impl Into<String>) -> Self {
        Self { scope, covers, cause, by: by.into(), is_verified: true, why: None, order: 0 }
    }
}

/// A message in the chat that says stop, by its place and its words. It acts once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Word(pub String);

/// A halt on its way to the disk.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) halt: Halt,
    /// The message that says it, and where.
    pub(super) word: Option<(String, Word)>,
    /// Who waits to hear how the first attempt to write it went.
    pub(super) done: Option<oneshot::Sender<Result<(), RecordError>>>,
    /// The halt was ended before it was written; that its message has acted is not.
    pub(super) is_over: bool,
}

/// The halts that stand.
#[derive(Debug, Default)]
pub(super) struct Halts {
    state: Mutex<State>,
    /// The order of the newest halt.
    changes: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    /// Those of one conversation, under every conversation they reach.
    reached: HashMap<String, Vec<Halt>>,
    /// All others.
    wide: Vec<Halt>,
    said: HashSet<(String, Word)>,
    unwritten: Vec<Order>,
    order: u64,
}

impl Halts {
    /// Notes what stands in the store.
    pub(super) fn restore(&self, standing: Vec<(Halt, BTreeSet<String>)>, said: Vec<(String, Word)>) {
        let mut state = guard(&self.state);
        standing.into_iter().for_each(|(halt, reach)| state.stand(&halt, &reach));
        state.said.extend(said);
    }

    /// Notes a halt, which counts from now on, and is still to be written.
    pub(super) fn note(&self, mut halt: Halt, reach: &BTreeSet<String>) -> oneshot::Receiver<Result<(), RecordError>> {
        let (done, written) = oneshot::channel();
        let mut state = guard(&self.state);
        halt.order = state.next_order();
        state.stand(&halt, reach);
        state.unwritten.push(Order { halt, word: None, done: Some(done), is_over: false });
        self.changed(&state);
        written
    }

    /// The same for a stop that a message says; `None`: that message has acted before.
    pub(super) fn note_said(&self, mut halt: Halt, links: &Links, word: Word) -> Option<oneshot::Receiver<Result<(), RecordError>>> {
        let (done, written) = oneshot::channel();
        let mut state = guard(&self.state);
        let heard = |id: &String| state.said.contains(&(id.clone(), word.clone()));
        if heard(&links.conversation) || links.kin.iter().any(heard) {
            return None;
        }
        if state.said.len() >= SAID_MAX {
            state.said.clear();
        }
        state.said.insert((links.conversation.clone(), word.clone()));
        halt.order = state.next_order();
        state.stand(&halt, &links.kin);
        let word = Some((links.conversation.clone(), word));
        state.unwritten.push(Order { halt, word, done: Some(done), is_over: false });
        self.changed(&state);
        Some(written)
    }

    /// Notes what is on the disk already.
    pub(super) fn written(&self, halts: Vec<(Halt, BTreeSet<String>)>) {
        if halts.is_empty() {
            return;
        }
        let mut state = guard(&self.state);
        for (mut halt, reach) in halts {
            halt.order = state.next_order();
            state.stand(&halt, &reach);
        }
        self.changed(&state);
    }

    /// The strictest halt that reaches this.
    pub(super) fn of(&self, links: &Links) -> Option<Halt> {
        let mut state = guard(&self.state);
        if state.reached.is_empty() && state.wide.is_empty() {
            return None;
        }
        // Kin that were found since are reached, too.
        let own = |halt: &&Halt| halt.scope.conversation() == Some(links.conversation.as_str());
        let own: Vec<Halt> = state.reached.get(&links.conversation).into_iter().flatten().filter(own).cloned().collect();
        own.iter().for_each(|halt| state.stand(halt, &links.kin));
        state.all_of(links).max_by_key(|halt| (halt.covers, halt.order)).cloned()
    }

    /// The newest halt of everything that reaches this and came after `order`.
    pub(super) fn since(&self, links: &Links, order: u64) -> Option<Halt> {
        let state = guard(&self.state);
        let cuts = |halt: &&Halt| halt.covers == Covers::Every && halt.order > order;
        state.all_of(links).filter(cuts).max_by_key(|halt| halt.order).cloned()
    }

    /// The order of the newest halt; changes with every one.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// What waits to be written.
    pub(super) fn take_unwritten(&self) -> Vec<Order> {
        std::mem::take(&mut guard(&self.state).unwritten)
    }

    /// Puts back what could not be written.
    pub(super) fn not_written(&self, orders: Vec<Order>) {
        guard(&self.state).unwritten.splice(..0, orders);
    }

    /// Ends halts that were noted up to `order`. Says how many.
    pub(super) fn lift(&self, scope: &Lifted, order: u64) -> usize {
        let mut state = guard(&self.state);
        let is_lifted = |halt: &Halt| halt.order <= order && scope.takes(&halt.scope);
        let mut lifted: HashSet<Scope> = HashSet::new();
        for halts in state.reached.values_mut() {
            lifted.extend(halts.iter().filter(|halt| is_lifted(halt)).map(|halt| halt.scope.clone()));
            halts.retain(|halt| !is_lifted(halt));
        }
        state.reached.retain(|_, halts| !halts.is_empty());
        lifted.extend(state.wide.iter().filter(|halt| is_lifted(halt)).map(|halt| halt.scope.clone()));
        state.wide.retain(|halt| !is_lifted(halt));
        state.unwritten.iter_mut().filter(|order| is_lifted(&order.halt)).for_each(|order| order.is_over = true);
        state.unwritten.retain(|order| !order.is_over || order.word.is_some());
        lifted.len()
    }

    /// The order of the newest halt.
    pub(super) fn order(&self) -> u64 {
        guard(&self.state).order
    }

    fn changed(&self, state: &State) {
        self.changes.send_replace(state.order);
    }
}

/// Which halts an operator ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lifted {
    /// All of them.
    All,
    /// Those of one conversation.
    Conversation(String),
}

impl Lifted {
    fn takes(&self, scope: &Scope) -> bool {
        match self {
            Self::All => true,
            Self::Conversation(id) => scope.conversation() == Some(id),
        }
    }
}

impl State {
    fn next_order(&mut self) -> u64 {
        self.order += 1;
        self.order
    }

    /// Lets a halt stand for its conversation and what it reaches, or for everything.
    fn stand(&mut self, halt: &Halt, reach: &BTreeSet<String>) {
        let Some(id) = halt.scope.conversation() else {
            self.wide.retain(|other| other.scope != halt.scope || other.covers != halt.covers);
            return self.wide.push(halt.clone());
        };
        for id in std::iter::once(id).chain(reach.iter().map(String::as_str)) {
            let halts = self.reached.entry(id.to_owned()).or_default();
            let is_same = |other: &Halt| other.scope == halt.scope && other.covers == halt.covers;
            halts.retain(|other| !is_same(other) || other.order > halt.order);
            if !halts.iter().any(is_same) {
                halts.push(halt.clone());
            }
        }
    }

    fn all_of<'s>(&'s self, links: &'s Links) -> impl Iterator<Item = &'s Halt> {
        let reached = std::iter::once(&links.conversation).chain(&links.kin).filter_map(|id| self.reached.get(id)).flatten();
        let is_wide = |halt: &&Halt| match &halt.scope {
            Scope::All => true,
            Scope::Credential(name) => *name == links.credential,
            Scope::Conversation(_) => false,
        };
        self.wide.iter().filter(is_wide).chain(reached)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(id: &str, kin: &[&str]) -> Links {
        Links { conversation: id.into(), kin: kin.iter().map(ToString::to_string).collect(), credential: "k".into() }
    }

    fn halt(scope: Scope) -> Halt {
        Halt::new(scope, Covers::Every, Cause::Operator, "alice")
    }

    #[test]
    fn a_halt_reaches_its_conversation_its_kin_and_nobody_else() {
        let halts = Halts::default();
        drop(halts.note(halt(Scope::Conversation("c".into())), &links("c", &["parent"]).kin));
        for reached in [links("c", &[]), links("parent", &[]), links("child", &["c"])] {
            assert!(halts.of(&reached).is_some(), "{reached:?}");
        }
        assert_eq!(halts.of(&links("d", &["e"])), None);
        assert_eq!(halts.lift(&Lifted::Conversation("c".into()), halts.order()), 1);
        assert_eq!(halts.of(&links("parent", &[])), None);
    }

    #[test]
    fn kin_that_are_found_later_are_reached_from_then_on() {
        let halts = Halts::default();
        drop(halts.note(halt(Scope::Conversation("c".into())), &BTreeSet::new()));
        assert_eq!(halts.of(&links("parent", &[])), None);
        assert!(halts.of(&links("c", &["parent"])).is_some());
        assert!(halts.of(&links("parent", &[])).is_some());
    }

    #[test]
    fn an_answer_is_cut_by_what_came_after_it_and_only_by_a_halt_of_every_call() {
        let halts = Halts::default();
        drop(halts.note(halt(Scope::All), &BTreeSet::new()));
        let order = halts.order();
        assert_eq!(halts.since(&links("c", &[]), order), None);
        let said = Halt { covers: Covers::Consequential, ..halt(Scope::Conversation("c".into())) };
        drop(halts.note(said, &BTreeSet::new()));
        assert_eq!(halts.since(&links("c", &[]), order), None);
        drop(halts.note(halt(Scope::Credential("k".into())), &BTreeSet::new()));
        assert!(halts.since(&links("c", &[]), order).is_some());
        assert_eq!(halts.since(&Links { credential: "other".into(), ..links("c", &[]) }, order), None);
    }

    #[test]
    fn a_message_halts_once_also_where_kin_send_it_again() {
        let halts = Halts::default();
        let stop = || Halt { covers: Covers::Consequential, cause: Cause::Said, ..halt(Scope::Conversation("c".into())) };
        assert!(halts.note_said(stop(), &links("c", &[]), Word("w".into())).is_some());
        halts.lift(&Lifted::All, halts.order());
        assert!(halts.note_said(stop(), &links("c", &[]), Word("w".into())).is_none());
        assert!(halts.note_said(stop(), &links("d", &["c"]), Word("w".into())).is_none());
        assert!(halts.note_said(stop(), &links("c", &[]), Word("said anew".into())).is_some());
        assert_eq!(halts.take_unwritten().len(), 2, "that it has acted is still written");
    }

    #[test]
    fn what_was_halted_after_somebody_asked_to_resume_stays_halted() {
        let halts = Halts::default();
        drop(halts.note(halt(Scope::All), &BTreeSet::new()));
        let asked = halts.order();
        drop(halts.note(halt(Scope::Conversation("c".into())), &BTreeSet::new()));
        assert_eq!(halts.lift(&Lifted::All, asked), 1);
        assert!(halts.of(&links("c", &[])).is_some());
    }
}
