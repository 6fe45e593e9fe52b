//! The words about a conversation: what tells which one a request belongs to, what is
//! kept of it, and what its history says when it is compared with how it stood.

use super::Block;
use crate::conversation::ConversationId;
use crate::conversation::trace::Trace;
use crate::record::code::EntryId;
use std::collections::BTreeSet;
use std::sync::Arc;

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
    pub(super) fn goes_on_in(&self) -> Option<&String> {
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
    pub(in crate::record) credential: String,
    pub(in crate::record) setting: String,
    pub(in crate::record) agent: Option<String>,
    pub(in crate::record) dialects: BTreeSet<String>,
    /// Turns of its longest history.
    pub(in crate::record) turns: i64,
    pub(in crate::record) compactions: i64,
    /// What a person said here that still stands: this conversation's, and its kin's.
    pub spoken: Vec<Spoken>,
    /// Where which pins are carried, oldest first.
    pub(in crate::record) blocks: Vec<Block>,
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
