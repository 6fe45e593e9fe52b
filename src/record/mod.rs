//! The record: what linchpin did, on disk before it is done.
//!
//! Every call that is not simply passed, and every consequential one that is, is
//! written here first, in one transaction, flushed to the disk; only then does its
//! notice, or the call, leave for the agent. If it cannot be written, the caller gets
//! an error and delivers nothing.
//! Entries are chained (`chain`), hold no secrets (`redact`), and are never
//! changed: what happens later is a later entry.
//!
//! One thread owns the connection (`writer`); everybody else sends it work (`handle`) and
//! waits. The commands read the same file on connections of their own (`read`).

mod answers;
mod board;
mod book;
mod chain;
mod changed;
mod clock;
mod code;
mod desk;
mod entry;
mod halt;
mod halts;
mod handle;
mod hold;
mod limits;
mod place;
mod prepare;
mod prune;
mod read;
mod redact;
mod signature;
mod tables;
mod tally;
mod told;
mod witness;
mod word;
mod write;
mod writer;
mod written;

#[cfg(test)]
mod tests;

pub use answers::Remembered;
pub use book::{Block, Compaction, Hints, Known, Observed, Sighting, Spoken, View};
pub use chain::{Break, Head, Row, Walked};
pub use changed::Changed;
pub use code::{EntryId, NoRandomness, read_code};
pub use desk::{
    Concluded, Conclusion, Decided, Decision, Grant, Path as GrantPath, Pending, Person, Standing, Ties, Undecided, Via, Waiting,
};
pub use entry::{ActionShape, AmountShape, Approval, OriginShape, Outcome, Voice};
pub use halt::{Breaker, Resumed};
pub use halts::{Cause, Covers, Halt, Lifted, Links, Scope, Word};
pub use handle::Record;
pub use limits::Reservation;
pub use read::{Checked, Deed, Entry, Export, Exported, Filter, HaltLine, Hold, Moment, Reader, Talk, Untold};
pub use redact::Redactor;
pub use signature::{Seal, SignedHead};
pub use tally::Tally;
pub use word::Naming;

/// Whether a linchpin is writing this data dir right now. Only who may write its
/// files can make it look so.
pub fn is_in_use(data_dir: &Path) -> bool {
    place::is_in_use(data_dir)
}

use crate::call::ToolCall;
use crate::conversation::Origin;
use crate::dialect::Dialect;
use crate::digest::PinStamp;
use crate::notice::Notice;
use crate::verdict::Judgement;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the record has to be told.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `[store] url`: the name of the database in the data dir.
    pub file: String,
    /// `[redact] patterns`: further secrets, as regular expressions.
    pub redact: Vec<String>,
    /// `[record] keep`: how long entries are kept.
    pub keep: Duration,
    /// `[hold]`: how long things last.
    pub terms: Terms,
    /// `[breaker]`
    pub breaker: Breaker,
    /// The pins in force from the start.
    pub pins: Vec<PinStamp>,
}

/// How long a hold and a grant last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// `[hold] expires`: how long a hold can be approved.
    pub expires: Duration,
    /// `[hold] fetch_within`: how long a grant waits to be fetched.
    pub fetch_within: Duration,
}

/// One call that needs an entry (it was not simply passed, or is consequential), and
/// what is about to happen to it.
#[derive(Debug, Clone)]
pub struct Violation {
    /// The conversation it was proposed in.
    pub conversation: String,
    /// The agent it was proposed to, if it has a name.
    pub agent: Option<String>,
    /// The name of the upstream that answered.
    pub upstream: String,
    /// How the exchange was spelled.
    pub dialect: Dialect,
    /// The model, as the exchange names it.
    pub model: Option<String>,
    /// The call.
    pub call: ToolCall,
    /// What policy says about it.
    pub judgement: Judgement,
    /// What the agent is about to get in its place. `None`: the call itself, which
    /// is only taken for a judgement that does not withhold.
    pub notice: Option<Notice>,
    /// The pins that objected, as they were when they did. A hold is bound to them.
    pub stamps: Vec<PinStamp>,
    /// The call's element as a whole answer of its dialect would hold it, as JSON:
    /// what is delivered when it is released later.
    pub wire: Option<String>,
    /// What ties its request to holds of its conversation.
    pub ties: Ties,
    /// Where the call's targets came from, for whoever decides about it.
    pub origins: Vec<Origin>,
    /// Whose limits it comes under: the name of its `[agent.NAME]`, else
    /// [`DEFAULT_AGENT`]. Never anything that a request says about itself.
    pub counts_for: String,
    /// What ties its request to other conversations.
    pub links: Links,
    /// Withheld since its conversation is halted, whatever the pins say.
    pub is_halted: bool,
    /// Whether it counts as a try if it is refused: a call that broke off on its way does not.
    pub is_try: bool,
}

/// The agent whom every caller is that matches no `[agent.NAME]`.
pub const DEFAULT_AGENT: &str = "default";

/// What was written about one [`Violation`].
#[derive(Debug)]
pub struct Recorded {
    /// The entry. `None`: only limits objected, they have room, and the call is of no
    /// consequence; it passes.
    pub id: Option<EntryId>,
    /// The text the agent gets in place of the call; `None`: the call itself.
    pub delivered: Option<String>,
    /// The code of the hold it waits in.
    pub code: Option<String>,
    /// Its place in that hold's queue; `None`: this connection does not get the call,
    /// whatever is decided.
    pub waiting: Option<Waiting>,
    /// What the agent is told, in parts, for a call that is withheld.
    pub notice: Option<Notice>,
    /// What was counted for it, if it is delivered and limits count it.
    pub reserved: Option<Reservation>,
}

/// Whether entries can be written, as far as the last attempt tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// They can.
    Well,
    /// They cannot, and nothing that would need one is delivered meanwhile.
    Failing(RecordError),
}

/// Why something could not be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Another process writes this data dir.
    #[error("another linchpin is using the data dir `{}`", .data_dir.display())]
    InUse {
        /// The data dir.
        data_dir: PathBuf,
    },
    /// A file that leads somewhere else.
    #[error("`{}` is refused: {why}", .path.display())]
    Unsafe {
        /// Which.
        path: PathBuf,
        /// Why.
        why: &'static str,
    },
    /// The file is not there yet.
    #[error("there is no record `{}`: no linchpin has run with this data dir", .file.display())]
    Nothing {
        /// The database.
        file: PathBuf,
    },
    /// The file cannot be read as what it should be.
    #[error(
        "the record `{}` is damaged or of another kind ({why}); restore a copy, or move it away with its `-wal` file to begin a new one",
        .file.display()
    )]
    Damaged {
        /// The database.
        file: PathBuf,
        /// What SQLite says.
        why: String,
    },
    /// The newest entry is not the one that the head names.
    #[error(
        "the record's end was changed or cut off; `linchpin audit verify` says where, and moving the data dir away begins a new record"
    )]
    Cut,
    /// The record does not contain what its witness names.
    #[error(
        "the record does not go on from its signed head `{}` ({why}); \
         `linchpin audit verify` says more; if you put an older copy in place yourself, remove that file",
        .file.display()
    )]
    Witness {
        /// The file with the signed head.
        file: PathBuf,
        /// Why.
        why: String,
    },
    /// One entry cannot be read.
    #[error("entry {seq} cannot be read ({why}); `linchpin audit verify` says whether it was changed")]
    Unreadable {
        /// Its number.
        seq: i64,
        /// Why.
        why: String,
    },
    /// The file was moved or deleted while it was in use.
    #[error("the record `{}` was moved or replaced while linchpin was running; restart linchpin", .file.display())]
    Moved {
        /// Where it was.
        file: PathBuf,
    },
    /// The operating system refuses.
    #[error("cannot use `{}` ({why})", .path.display())]
    Io {
        /// What.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The store refuses: disk full, read-only, locked.
    #[error("the record cannot be written or read ({0})")]
    Store(String),
    /// More is waiting to be written than is kept in memory.
    #[error("too many entries are waiting to be written")]
    Full,
    /// It was closed.
    #[error("the record is closed")]
    Closed,
    /// A judgement that withholds came without a notice.
    #[error("a call that is withheld needs a notice")]
    NoNotice,
    /// A pattern of `[redact]`.
    #[error("the redaction pattern `{pattern}` cannot be used ({why})")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// Why.
        why: String,
    },
    /// No random bytes for an id or a code.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl RecordError {
    fn io(path: &Path, source: &std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), why: source.to_string() }
    }
}

impl From<rusqlite::Error> for RecordError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.to_string())
    }
}
