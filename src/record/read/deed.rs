//! What an agent did: consequential calls that it got, one line a call. Whoever has to
//! undo something begins here.

use super::fold::Sent;
use super::{Entry, Filter};
use crate::record::entry::{ActionShape, Approval, Outcome};
use serde::Serialize;

/// One consequential call that was delivered. The keys are the contract of
/// `actions --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Deed {
    /// Its id.
    pub id: String,
    /// When it was proposed.
    pub at: String,
    /// In which conversation.
    pub conversation: String,
    /// To which agent.
    pub agent: Option<String>,
    /// By which upstream.
    pub upstream: String,
    /// In which dialect.
    pub dialect: String,
    /// By which model.
    pub model: Option<String>,
    /// The tool.
    pub tool: String,
    /// Its arguments, redacted, perhaps cut.
    pub arguments: String,
    /// What it does.
    pub actions: Vec<ActionShape>,
    /// Which pins objected and let it pass, or held it until a person said yes.
    pub pins: Vec<String>,
    /// `passed`, `warned`, `shadow`, or `released`.
    pub outcome: Outcome,
    /// A person's yes.
    pub approval: Option<Approval>,
    /// The digest of the exact call.
    pub digest: String,
    /// The latest row's number.
    pub seq: i64,
    /// The hash of the row before it.
    pub prev: String,
    /// Its hash.
    pub hash: String,
    /// When it was handed to the agent's connection; `None`: that broke, and nobody can
    /// tell whether the agent got it.
    pub delivered_at: Option<String>,
    /// Why the pins objected. Not part of the JSON shape.
    #[serde(skip)]
    pub why: String,
}

impl From<Entry> for Deed {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            conversation: entry.conversation,
            agent: entry.agent,
            upstream: entry.upstream,
            dialect: entry.dialect,
            model: entry.model,
            tool: entry.tool,
            arguments: entry.arguments,
            actions: entry.actions,
            pins: entry.pins,
            outcome: entry.outcome,
            approval: entry.approval,
            digest: entry.digest,
            seq: entry.seq,
            prev: entry.prev,
            hash: entry.hash,
            delivered_at: if let Sent::At(at) = entry.sent { Some(at) } else { None },
            why: entry.why,
        }
    }
}

impl Filter {
    /// Whether this is a consequential call that the agent got, or may have got.
    pub(super) fn is_deed(entry: &Entry) -> bool {
        entry.sent != Sent::No && entry.actions.iter().any(ActionShape::is_consequential)
    }

    /// Whether this is a wanted one, the limit aside.
    pub(super) fn wants_deed(&self, entry: &Entry) -> bool {
        Self::is_deed(entry) && self.wants(entry)
    }
}
