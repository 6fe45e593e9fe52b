//! A held call finds its hold: one that waits already, or a new one.
//!
//! The same call in the same conversation never opens a second question. Whether its
//! connection may get the call is another matter: only a request that is tied to the
//! hold may.

use super::{Row, SELECT, read};
use crate::call::Input;
use crate::record::board::Effect;
use crate::record::code::{EntryId, new_code};
use crate::record::desk::{Path, Pending};
use crate::record::entry::{Approval, OriginShape, Outcome};
use crate::record::prepare::Settled;
use crate::record::write::{Writing, unwritable};
use crate::record::{RecordError, Violation};

/// How many calls of one conversation may wait for a person; further ones are refused.
const PENDING_PER_CONVERSATION_MAX: i64 = 25;

/// How often a code that exists already is drawn anew. Once is likelier than a
/// falling meteorite; the bound is there because every loop has one.
const CODE_DRAWS_MAX: usize = 8;

/// Where a held call finds itself.
pub(in crate::record) enum Placed {
    /// In a hold that waits for a person, this one's or an earlier one's.
    Waits {
        /// Its code.
        code: String,
        /// Until when it can be approved, on the steady clock.
        expires_ms: i64,
        /// Whether its request is tied to the hold, so that it may be released here.
        is_tied: bool,
    },
    /// In one that is granted, by a request that is tied to it: the grant is spent.
    Spent {
        /// Its code.
        code: String,
        /// Who said yes.
        approval: Option<Approval>,
    },
    /// In one that somebody said no to.
    Denied(String),
    /// Nowhere: too many wait already.
    Crowded,
}

impl Writing<'_> {
    /// The hold of this very call in this conversation, or a new one.
    pub(in crate::record) fn place(&mut self, settled: &Settled<'_>) -> Result<Placed, RecordError> {
        let prepared = settled.prepared;
        let violation = prepared.violation();
        let conversation = violation.conversation.as_str();
        if let Some(row) = self.row_of_call(conversation, prepared.digest())? {
            if row.outcome == Outcome::Denied.name() {
                return Ok(Placed::Denied(row.code));
            }
            if row.pins != settled.stamps() {
                // The newest pins bind it: they are what a person has to see.
                self.rebind(&row, settled.stamps(), settled.needs())?;
                self.keep_counted(&row.code, prepared)?;
                let is_tied = violation.ties.bind(&row.pending(false));
                return Ok(Placed::Waits { code: row.code, expires_ms: row.expires_ms, is_tied });
            }
            let is_tied = violation.ties.bind(&row.pending(row.lapses_ms.is_some()));
            if is_tied && let Some(grant) = self.spend(&row.code, None, Path::Reissued)? {
                return Ok(Placed::Spent { code: grant.code, approval: grant.approval });
            }
            return Ok(Placed::Waits { code: row.code, expires_ms: row.expires_ms, is_tied });
        }
        if self.pending_in(conversation)? >= PENDING_PER_CONVERSATION_MAX {
            return Ok(Placed::Crowded);
        }
        self.open(settled)
    }

    /// The hold of this call that is not over: a denied one before one that waits.
    pub(in crate::record) fn row_of_call(&self, conversation: &str, digest: &str) -> Result<Option<Row>, RecordError> {
        let select = format!(
            "{SELECT} WHERE conversation = ?1 AND digest = ?2 AND expires_ms > ?3 AND outcome IN ('held', 'denied') \
             ORDER BY outcome, place LIMIT 1"
        );
        let mut statement = self.transaction.prepare_cached(&select)?;
        let mut rows = statement.query((conversation, digest, self.now.ms))?;
        rows.next()?.map(read).transpose()
    }

    fn open(&mut self, settled: &Settled<'_>) -> Result<Placed, RecordError> {
        let prepared = settled.prepared;
        let violation = prepared.violation();
        let (code, expires_ms) = (self.fresh_code()?, self.now.after(self.terms.expires));
        let pins = serde_json::to_string(settled.stamps()).map_err(unwritable)?;
        self.transaction.execute(
            "INSERT INTO hold (code, conversation, digest, pins, needs, opened_ms, expires_ms, outcome, history) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'held', ?8)",
            (&code, &violation.conversation, prepared.digest(), pins, settled.needs(), self.now.ms, expires_ms, &violation.ties.history),
        )?;
        self.keep_exact(&code, violation, prepared.exact_actions())?;
        self.keep_counted(&code, prepared)?;
        let pending = Pending { code: code.clone(), history: violation.ties.history.clone(), is_granted: false };
        self.effects.push(Effect::Opened { conversation: violation.conversation.clone(), pending });
        Ok(Placed::Waits { code, expires_ms, is_tied: true })
    }

    fn pending_in(&self, conversation: &str) -> Result<i64, RecordError> {
        let count = "SELECT count(*) FROM hold WHERE conversation = ?1 AND outcome = 'held' AND expires_ms > ?2";
        Ok(self.transaction.prepare_cached(count)?.query_row((conversation, self.now.ms), |row| row.get(0))?)
    }

    fn fresh_code(&self) -> Result<String, RecordError> {
        for _ in 0..CODE_DRAWS_MAX {
            let code = new_code()?;
            let is_used: bool =
                self.transaction.query_row("SELECT EXISTS (SELECT 1 FROM hold WHERE code = ?1)", [&code], |row| row.get(0))?;
            if !is_used {
                return Ok(code);
            }
        }
        Err(RecordError::Store("no unused code was found".into()))
    }

    fn keep_exact(&self, code: &str, violation: &Violation, actions: &str) -> Result<(), RecordError> {
        let Violation { agent, dialect, model, call, wire, origins, .. } = violation;
        let origins: Vec<OriginShape> = origins.iter().map(OriginShape::from).collect();
        let origin = serde_json::to_string(&origins).map_err(unwritable)?;
        let form = match call.input {
            Input::Json(_) => "json",
            Input::Text(_) => "text",
        };
        self.transaction.execute(
            "INSERT INTO exact (code, agent, dialect, model, call_id, namespace, tool, form, arguments, actions, wire, origin) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            (
                code,
                agent,
                dialect.name(),
                model,
                &call.id,
                &call.tool.namespace,
                &call.tool.name,
                form,
                call.input.as_str(),
                actions,
                wire,
                origin,
            ),
        )?;
        Ok(())
    }

    /// Adds an entry to those that a hold decides about.
    pub(in crate::record) fn join(&self, code: &str, id: &EntryId) -> Result<(), RecordError> {
        self.transaction.prepare_cached("INSERT INTO hold_entry (code, entry) VALUES (?1, ?2)")?.execute((code, id.as_str()))?;
        Ok(())
    }
}
