//! What happens to a call that waits for a person: the words for it.
//!
//! ```text
//!            decide(yes), enough of them         spend
//!   held ───────────────────────────────▶ granted ────▶ released
//!    │ ▲                                    │
//!    │ └── lapses unfetched, or a pin changed ┘
//!    ├── decide(no) ──▶ denied      (also from granted)
//!    └── its time is over ──▶ expired  (also from granted)
//! ```
//!
//! A yes is for one call. It is spent in the transaction that says so, which is on
//! the disk before the call's first byte leaves: at most one release for a grant,
//! whatever breaks in between. `hold` carries this out inside transactions.

use super::RecordError;
use super::code::EntryId;
use super::entry::Approval;
use crate::call::ToolCall;
use crate::dialect::Dialect;
use std::fmt;
use tokio::sync::watch;

/// Whoever decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their name. Names are compared without case and outer space.
    pub name: String,
    /// Whether a token of their own says so; else it is only claimed.
    pub is_verified: bool,
    /// Over which channel.
    pub via: Via,
}

/// The channel of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The operator's port: pages, commands, API.
    Console,
    /// A code typed into the chat.
    Reply,
}

impl Via {
    /// The word in the record and in `approve_by`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Reply => "reply",
        }
    }
}

/// A person's yes or no to one hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The hold.
    pub code: String,
    /// Whether the call may go.
    pub yes: bool,
    /// Who says so.
    pub by: Person,
    /// Why, in their words.
    pub reason: Option<String>,
    /// The digest of the call they were shown, where the channel shows it: a yes to
    /// anything else is refused.
    pub digest: Option<String>,
    /// The conversation the decision is confined to, for a reply.
    pub conversation: Option<String>,
}

/// What a decision came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// Further people have to say yes.
    Waits {
        /// Who did.
        given: Vec<String>,
        /// How many have to.
        needs: i64,
    },
    /// The call may go, once.
    Granted,
    /// It will not go.
    Denied,
}

/// Why a decision does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    /// No such code.
    #[error("there is no hold `{0}`")]
    Unknown(String),
    /// Its time is over.
    #[error("the hold `{0}` has expired; the call stays withheld")]
    Expired(String),
    /// Somebody said no.
    #[error("the hold `{0}` was denied; the call stays withheld")]
    Denied(String),
    /// Its grant is spent.
    #[error("the hold `{0}` was approved and its call delivered already")]
    Spent(String),
    /// It has all the yeses it needs.
    #[error("the hold `{0}` is approved already; its call is delivered when the agent comes back for it")]
    Granted(String),
    /// The code belongs to another conversation.
    #[error("the hold `{0}` belongs to another conversation")]
    Foreign(String),
    /// The same person again.
    #[error("`{name}` has approved the hold `{code}` already; it needs another person")]
    Twice {
        /// Who.
        name: String,
        /// The hold.
        code: String,
    },
    /// What was shown is not what is held.
    #[error("the hold `{0}` is for another call than the one that was shown")]
    OtherCall(String),
    /// The channel is not one of those the pin allows, or the code was typed before.
    #[error("the hold `{0}` cannot be approved by this reply in the chat")]
    NotByReply(String),
    /// The store.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// How a granted call reaches the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// Its own answer was still open.
    Waited,
    /// linchpin answered a later request itself, with the held bytes.
    Answered,
    /// The model proposed the very same call again.
    Reissued,
}

impl Path {
    /// The word in the record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waited => "waited",
            Self::Answered => "answered",
            Self::Reissued => "reissued",
        }
    }
}

/// What a request shows that ties it to holds of its conversation: more than ids and
/// headers, which anybody can copy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    /// SHA-256 over its history, hexadecimal: a request sent again has the same.
    pub history: Option<String>,
    /// Codes of holds whose notice stands in its history as the model's own words.
    pub codes: Vec<String>,
}

impl Ties {
    /// Whether the request goes on from this hold's answer, or is its request again.
    pub fn bind(&self, hold: &Pending) -> bool {
        self.codes.contains(&hold.code) || (self.history.is_some() && self.history == hold.history)
    }
}

/// A hold that is neither decided against nor over, as the proxy knows it without
/// asking the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Its code.
    pub code: String,
    /// See [`Ties::history`], of the request whose answer made it.
    pub history: Option<String>,
    /// Whether it is granted.
    pub is_granted: bool,
}

/// A granted call, spent or about to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The hold.
    pub code: String,
    /// The entry whose agent gets it, once it is spent and has none of its own.
    pub entry: Option<EntryId>,
    /// The call, exactly as it was shown.
    pub call: ToolCall,
    /// How it was spelled.
    pub dialect: Dialect,
    /// Its element as a whole answer of that dialect would hold it, as JSON.
    pub wire: Option<String>,
    /// The pins it was held for.
    pub pins: Vec<String>,
    /// Who said yes, and how it is delivered, once it is spent.
    pub approval: Option<Approval>,
}

/// Where a hold stands, for a connection that waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody, or not everybody needed, has decided.
    Open,
    /// It is granted.
    Granted,
    /// It is denied.
    Denied,
    /// It is over: spent elsewhere, or expired.
    Over,
}

/// A place in the queue of one hold.
#[derive(Clone)]
pub struct Waiting {
    /// The hold.
    pub code: String,
    /// Where it stands.
    pub standing: watch::Receiver<Standing>,
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").field("code", &self.code).field("standing", &*self.standing.borrow()).finish()
    }
}

/// A connection has waited enough, and says what it is about to deliver.
#[derive(Debug, Clone)]
pub struct Conclusion {
    /// Its entry.
    pub entry: EntryId,
    /// The hold.
    pub code: String,
    /// What is delivered if the hold was denied.
    pub denied: String,
}

/// What such a connection delivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Concluded {
    /// The call: its grant was spent for it.
    Release,
    /// The words for a denied call.
    Denied,
    /// The words that were recorded when it was held.
    Withheld,
}
