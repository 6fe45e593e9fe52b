//! Folding: rows about one call become one entry with its latest outcome.

use crate::kind::Kind;
use crate::record::RecordError;
use crate::record::chain::Row;
use crate::record::entry::{ActionShape, Approval, Change, Opening, Outcome};
use serde::Serialize;

/// One call that was not simply passed, with its latest outcome. The keys are the
/// contract of `violations --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
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
    /// What it would do.
    pub actions: Vec<ActionShape>,
    /// What the pins said.
    pub verdict: String,
    /// Which pins.
    pub pins: Vec<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// A person's yes or no.
    pub approval: Option<Approval>,
    /// What the agent received.
    pub delivered: String,
    /// The digest of the exact call.
    pub digest: String,
    /// The latest row's number.
    pub seq: i64,
    /// The hash of the row before it.
    pub prev: String,
    /// Its hash.
    pub hash: String,
    /// Why the pins objected. Not part of the JSON shape.
    #[serde(skip)]
    pub why: String,
    /// The code of its hold. Not part of the JSON shape.
    #[serde(skip)]
    pub code: Option<String>,
    /// Until when the hold can be approved. Not part of the JSON shape.
    #[serde(skip)]
    pub expires: Option<String>,
    /// Whether the agent got it. Not part of the JSON shape.
    #[serde(skip)]
    pub(super) sent: Sent,
}

/// Whether, and when, the call itself was handed to the agent's connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sent {
    /// It was not.
    No,
    /// It was, then.
    At(String),
    /// The connection broke: nobody can tell.
    Unknown,
}

/// Which entries are wanted; an empty filter wants all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A pin behind the verdict.
    pub pin: Option<String>,
    /// The latest outcome.
    pub outcome: Option<Outcome>,
    /// The tool's name.
    pub tool: Option<String>,
    /// The conversation.
    pub conversation: Option<String>,
    /// The kind of one of its actions; a broad kind covers its finer ones.
    pub kind: Option<Kind>,
    /// Not older than this, RFC 3339 in UTC with milliseconds.
    pub since: Option<String>,
    /// Only so many, the newest.
    pub limit: Option<usize>,
}

impl Filter {
    /// Whether this entry is wanted, the limit aside.
    pub fn wants(&self, entry: &Entry) -> bool {
        let is = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        self.pin.as_ref().is_none_or(|pin| entry.pins.contains(pin))
            && self.outcome.is_none_or(|outcome| outcome == entry.outcome)
            && is(&self.tool, &entry.tool)
            && is(&self.conversation, &entry.conversation)
            && self.kind.is_none_or(|kind| entry.actions.iter().any(|action| action.is(kind)))
            && self.since.as_deref().is_none_or(|since| entry.at.as_str() >= since)
    }
}

/// Rows about other things than calls have ids with other beginnings.
pub(super) fn is_call(row: &Row) -> bool {
    is_violation(&row.entry) || row.entry.starts_with("a_")
}

/// Whether an id is that of a call that was not simply passed.
pub(super) fn is_violation(id: &str) -> bool {
    id.starts_with("v_")
}

/// How an entry says that the agent gets the call, and not a notice.
const ITSELF: &str = "the call itself, ";

/// The entry that a first row opens.
pub(super) fn open(row: Row) -> Result<Entry, RecordError> {
    let opening: Opening = serde_json::from_str(&row.body).map_err(|error| unreadable(row.seq, &error))?;
    let is_delivered = matches!(opening.outcome, Outcome::Passed | Outcome::Warned | Outcome::Shadow | Outcome::Released);
    Ok(Entry {
        sent: if is_delivered { Sent::At(row.at.clone()) } else { Sent::No },
        id: row.entry,
        at: row.at,
        conversation: opening.conversation,
        agent: opening.agent,
        upstream: opening.upstream,
        dialect: opening.dialect,
        model: opening.model,
        tool: opening.tool,
        arguments: opening.arguments,
        actions: opening.actions,
        verdict: opening.verdict,
        pins: opening.pins,
        outcome: opening.outcome,
        approval: opening.approval,
        delivered: opening.delivered,
        digest: opening.digest,
        seq: row.seq,
        prev: row.prev,
        hash: row.hash,
        why: opening.why,
        code: opening.code,
        expires: opening.expires,
    })
}

/// Takes what a later row says.
pub(super) fn follow(entry: &mut Entry, row: Row) -> Result<(), RecordError> {
    if entry.id != row.entry {
        return Err(RecordError::Unreadable { seq: row.seq, why: "it follows up an entry of another id".into() });
    }
    let change: Change = serde_json::from_str(&row.body).map_err(|error| unreadable(row.seq, &error))?;
    if let Some(outcome) = change.outcome {
        entry.outcome = outcome;
    }
    if let Some(delivered) = change.delivered {
        entry.sent = match &entry.sent {
            _ if delivered.starts_with(ITSELF) => Sent::At(row.at.clone()),
            Sent::At(_) if row.event == "broke" => Sent::Unknown,
            _ => Sent::No,
        };
        entry.delivered = delivered;
    }
    if change.approval.is_some() {
        entry.approval = change.approval;
    }
    (entry.seq, entry.prev, entry.hash) = (row.seq, row.prev, row.hash);
    Ok(())
}

fn unreadable(seq: i64, error: &serde_json::Error) -> RecordError {
    RecordError::Unreadable { seq, why: error.to_string() }
}
