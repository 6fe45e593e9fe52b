//! Holds, as a person is shown them before they decide.

use super::{Entry, Reader};
use crate::call::{Input, ToolCall, ToolName};
use crate::digest::CallDigest;
use crate::record::entry::{ActionShape, OriginShape, Outcome, StampShape, Voice};
use crate::record::hold::voices;
use crate::record::{RecordError, clock};
use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// One hold. The keys are the contract of `approvals list --json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hold {
    /// What a person calls it.
    pub code: String,
    /// When it was opened.
    pub at: String,
    /// Until when it can be approved.
    pub expires: String,
    /// The conversation it is good in.
    pub conversation: String,
    /// The agent.
    pub agent: Option<String>,
    /// The dialect it was proposed in.
    pub dialect: String,
    /// The model.
    pub model: Option<String>,
    /// The tool.
    pub tool: String,
    /// The exact arguments while it is pending; redacted ones once it is decided.
    pub arguments: String,
    /// What it would do.
    pub actions: Vec<ActionShape>,
    /// The pins that hold it.
    pub pins: Vec<String>,
    /// Where its targets came from; `null` once it is decided.
    pub origin: Option<Vec<OriginShape>>,
    /// How many different people have to say yes.
    pub needs: i64,
    /// Who did.
    pub given: Vec<String>,
    /// What became of it; only decided ones show it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outcome: Option<Outcome>,
    /// Why the pins hold it, redacted. Not part of the JSON shape.
    #[serde(skip)]
    pub why: Option<String>,
    /// The digest of the exact call. Not part of the JSON shape.
    #[serde(skip)]
    pub digest: String,
    /// What people said, in order: the yeses, then a no. Not part of the JSON shape.
    #[serde(skip)]
    pub voices: Vec<Voice>,
    /// Which of the pins are not any more what they were when they objected. Not part of the JSON shape.
    #[serde(skip)]
    pub changed: Vec<String>,
    /// Whether its call goes to the agent as soon as it comes for it. Not part of the JSON shape.
    #[serde(skip)]
    pub is_granted: bool,
}

/// A row of the table `hold`.
struct Kept {
    code: String,
    conversation: String,
    digest: String,
    pins: String,
    needs: i64,
    opened_ms: i64,
    expires_ms: i64,
    outcome: String,
    lapses_ms: Option<i64>,
}

const SELECT: &str = "SELECT code, conversation, digest, pins, needs, opened_ms, expires_ms, outcome, lapses_ms FROM hold";

impl Reader {
    /// Hands over the pending holds that have not expired, oldest first; with
    /// `all` the others too.
    pub fn holds<E: From<RecordError>>(&self, all: bool, mut each: impl FnMut(Hold) -> Result<ControlFlow<()>, E>) -> Result<(), E> {
        let now_ms = clock::read_ms(&self.connection)?;
        // One moment: a hold that is decided meanwhile keeps its arguments until we are done.
        let _moment = self.connection.unchecked_transaction().map_err(RecordError::from)?;
        let select = format!("{SELECT} ORDER BY place");
        let mut statement = self.connection.prepare(&select).map_err(RecordError::from)?;
        let mut rows = statement.query([]).map_err(RecordError::from)?;
        while let Some(row) = rows.next().map_err(RecordError::from)? {
            let kept = kept(row).map_err(RecordError::from)?;
            if (all || kept.is_pending(now_ms)) && each(self.show(kept, now_ms)?)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The hold of this code.
    pub fn hold(&self, code: &str) -> Result<Option<Hold>, RecordError> {
        let _moment = self.connection.unchecked_transaction()?;
        let mut statement = self.connection.prepare_cached(&format!("{SELECT} WHERE code = ?1"))?;
        let mut rows = statement.query([code])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        self.show(kept(row)?, clock::read_ms(&self.connection)?).map(Some)
    }

    fn show(&self, kept: Kept, now_ms: i64) -> Result<Hold, RecordError> {
        let is_pending = kept.is_pending(now_ms);
        let is_granted = is_pending && kept.lapses_ms.is_some_and(|lapses_ms| lapses_ms > now_ms);
        let stamps: Vec<StampShape> = serde_json::from_str(&kept.pins).map_err(|error| RecordError::Store(error.to_string()))?;
        let changed = if is_pending { self.changed(&stamps)? } else { Vec::new() };
        let mut hold = kept.into_hold(is_pending, stamps);
        (hold.is_granted, hold.changed) = (is_granted, changed);
        hold.voices = voices(&self.connection, &hold.code, true)?;
        hold.given = hold.voices.iter().map(|voice| voice.name.clone()).collect();
        hold.voices.extend(voices(&self.connection, &hold.code, false)?);
        let first = self.first_entry(&hold.code)?;
        hold.why = first.as_ref().map(|entry| entry.why.clone());
        if is_pending { self.with_exact(hold) } else { Ok(with_recorded(hold, first)) }
    }

    /// Which of these pins have another version by now, or are gone.
    fn changed(&self, stamps: &[StampShape]) -> Result<Vec<String>, RecordError> {
        let mut statement = self.connection.prepare_cached("SELECT version FROM pin_in_force WHERE id = ?1")?;
        let mut changed = Vec::new();
        for stamp in stamps {
            let version: Option<String> = statement.query_row([&stamp.id], |row| row.get(0)).optional()?;
            if version.as_ref() != Some(&stamp.version) {
                changed.push(stamp.id.clone());
            }
        }
        Ok(changed)
    }

    /// Fills in the exact call. One that is not what the hold was opened for is
    /// never shown: a person would decide on something else than is released.
    fn with_exact(&self, mut hold: Hold) -> Result<Hold, RecordError> {
        let select = "SELECT agent, dialect, model, namespace, tool, form, arguments, actions, origin FROM exact WHERE code = ?1";
        let mut statement = self.connection.prepare_cached(select)?;
        let mut rows = statement.query([&hold.code])?;
        let Some(row) = rows.next()? else {
            return Err(RecordError::Store(format!("the exact arguments of the hold `{}` are missing", hold.code)));
        };
        let (form, arguments, actions): (String, String, String) = (row.get(5)?, row.get(6)?, row.get(7)?);
        let input = if form == "json" { Input::Json(arguments) } else { Input::Text(arguments) };
        let call = ToolCall { id: String::new(), tool: ToolName { namespace: row.get(3)?, name: row.get(4)? }, input };
        if CallDigest::of(&call).to_string() != hold.digest {
            return Err(RecordError::Store(format!("the exact arguments of the hold `{}` were changed", hold.code)));
        }
        let origin: String = row.get(8)?;
        hold.origin = Some(serde_json::from_str(&origin).map_err(|error| RecordError::Store(error.to_string()))?);
        (hold.agent, hold.dialect, hold.model) = (row.get(0)?, row.get(1)?, row.get(2)?);
        hold.tool = call.tool.to_string();
        hold.actions = serde_json::from_str(&actions).map_err(|error| RecordError::Store(error.to_string()))?;
        hold.arguments = match call.input {
            Input::Json(text) | Input::Text(text) => text,
        };
        Ok(hold)
    }

    /// The entry that a hold was opened with.
    pub(super) fn first_entry(&self, code: &str) -> Result<Option<Entry>, RecordError> {
        let select = "SELECT entry FROM hold_entry WHERE code = ?1 ORDER BY entry LIMIT 1";
        let entry: Option<String> = self.connection.prepare_cached(select)?.query_row([code], |row| row.get(0)).optional()?;
        entry.map_or(Ok(None), |entry| self.entry(&entry))
    }
}

/// Fills in what the record says about the call: its exact arguments are gone.
fn with_recorded(hold: Hold, first: Option<Entry>) -> Hold {
    match first {
        Some(Entry { agent, dialect, model, tool, arguments, actions, .. }) => {
            Hold { agent, dialect, model, tool, arguments, actions, ..hold }
        }
        None => hold,
    }
}

impl Kept {
    fn is_pending(&self, now_ms: i64) -> bool {
        self.outcome == Outcome::Held.name() && self.expires_ms > now_ms
    }

    /// The hold without what stands elsewhere. One that nobody let expire yet
    /// (no linchpin is running) has expired all the same.
    fn into_hold(self, is_pending: bool, stamps: Vec<StampShape>) -> Hold {
        let outcome = match Outcome::from_name(&self.outcome) {
            _ if is_pending => None,
            Some(Outcome::Held) | None => Some(Outcome::Expired),
            decided => decided,
        };
        Hold {
            code: self.code,
            at: clock::text(self.opened_ms),
            expires: clock::text(self.expires_ms),
            conversation: self.conversation,
            agent: None,
            dialect: String::new(),
            model: None,
            tool: String::new(),
            arguments: String::new(),
            actions: Vec::new(),
            pins: stamps.into_iter().map(|stamp| stamp.id).collect(),
            origin: None,
            needs: self.needs,
            given: Vec::new(),
            outcome,
            why: None,
            digest: self.digest,
            voices: Vec::new(),
            changed: Vec::new(),
            is_granted: false,
        }
    }
}

fn kept(row: &rusqlite::Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        code: row.get(0)?,
        conversation: row.get(1)?,
        digest: row.get(2)?,
        pins: row.get(3)?,
        needs: row.get(4)?,
        opened_ms: row.get(5)?,
        expires_ms: row.get(6)?,
        outcome: row.get(7)?,
        lapses_ms: row.get(8)?,
    })
}
