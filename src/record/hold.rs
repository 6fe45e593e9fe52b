//! Holds, inside one transaction: opened, joined, decided, granted, spent, over.
//!
//! `desk` has the words and the picture. Every function here runs in the one
//! writing thread and changes nothing outside its transaction: what others may see
//! of it is left in `effects` and shown after the commit.

mod open;

pub(super) use open::Placed;

use super::RecordError;
use super::board::Effect;
use super::book::Compaction;
use super::code::EntryId;
use super::desk::{Concluded, Conclusion, Decided, Decision, Grant, Path, Pending, Standing, Undecided, Via};
use super::entry::{Approval, Change, Outcome, StampShape, Voice};
use super::halt::{Try, links_of};
use super::write::{Writing, unwritable};
use crate::call::{Input, ToolCall, ToolName};
use crate::dialect::Dialect;
use crate::digest::{CallDigest, PinStamp};
use rusqlite::OptionalExtension;

/// How many holds one sweep lets expire or lapse; the next sweep goes on.
const SWEEP_MAX: i64 = 64;

/// A row of the table `hold`.
#[derive(Debug, Clone)]
pub(super) struct Row {
    code: String,
    conversation: String,
    digest: String,
    pub(super) pins: Vec<StampShape>,
    needs: i64,
    expires_ms: i64,
    outcome: String,
    history: Option<String>,
    lapses_ms: Option<i64>,
}

impl Row {
    fn pending(&self, is_granted: bool) -> Pending {
        Pending { code: self.code.clone(), history: self.history.clone(), is_granted }
    }
}

const SELECT: &str = "SELECT code, conversation, digest, pins, needs, expires_ms, outcome, history, lapses_ms FROM hold";

impl Writing<'_> {
    /// Takes a person's decision.
    pub(super) fn decide(&mut self, decision: &Decision) -> Result<Result<Decided, Undecided>, RecordError> {
        let code = decision.code.clone();
        let Some(row) = self.row(&code)? else { return Ok(Err(Undecided::Unknown(code))) };
        if decision.conversation.as_ref().is_some_and(|conversation| *conversation != row.conversation) {
            return Ok(Err(Undecided::Foreign(code)));
        }
        match Outcome::from_name(&row.outcome) {
            Some(Outcome::Held) if row.expires_ms > self.now.ms => {}
            Some(Outcome::Denied) => return Ok(Err(Undecided::Denied(code))),
            Some(Outcome::Released) => return Ok(Err(Undecided::Spent(code))),
            _ => return Ok(Err(Undecided::Expired(code))),
        }
        if decision.by.via == Via::Reply && !self.takes_reply(&row, decision.yes)? {
            return Ok(Err(Undecided::NotByReply(code)));
        }
        if decision.yes { self.approve(&row, decision) } else { self.deny(&row, decision).map(Ok) }
    }

    fn deny(&mut self, row: &Row, decision: &Decision) -> Result<Decided, RecordError> {
        self.add_voice(&row.code, decision)?;
        self.close(row, Outcome::Denied, Standing::Denied)?;
        let approval = self.approval(row, "denied")?;
        self.change_all(&row.code, "denied", &Change { outcome: Some(Outcome::Denied), approval: Some(approval), ..Change::default() })?;
        let links = links_of(self.transaction, &row.conversation)?;
        self.refused(&Try { links: &links, call: &row.digest, request: &row.code })?;
        Ok(Decided::Denied)
    }

    fn approve(&mut self, row: &Row, decision: &Decision) -> Result<Result<Decided, Undecided>, RecordError> {
        if decision.digest.as_ref().is_some_and(|digest| *digest != row.digest) {
            return Ok(Err(Undecided::OtherCall(row.code.clone())));
        }
        let row = &self.renewed(row)?;
        if row.lapses_ms.is_some() {
            return Ok(Err(Undecided::Granted(row.code.clone())));
        }
        let given = self.given(&row.code)?;
        let key = name_key(&decision.by.name);
        if given.iter().any(|voice| name_key(&voice.name) == key) {
            return Ok(Err(Undecided::Twice { name: decision.by.name.clone(), code: row.code.clone() }));
        }
        self.add_voice(&row.code, decision)?;
        let given: Vec<String> = self.given(&row.code)?.into_iter().map(|voice| voice.name).collect();
        let is_granted = i64::try_from(given.len()).unwrap_or(i64::MAX) >= row.needs;
        if is_granted {
            let lapses_ms = self.now.after(self.terms.fetch_within).min(row.expires_ms);
            self.transaction.execute("UPDATE hold SET lapses_ms = ?1 WHERE code = ?2", (lapses_ms, &row.code))?;
            self.show_granted(row, true);
        }
        let approval = self.approval(row, if is_granted { "approved" } else { "waiting" })?;
        self.change_all(&row.code, "approved", &Change { approval: Some(approval), ..Change::default() })?;
        Ok(Ok(if is_granted { Decided::Granted } else { Decided::Waits { given, needs: row.needs } }))
    }

    /// The hold under the pins as they are now. If one was changed since, earlier
    /// yeses were for something else and are void.
    fn renewed(&mut self, row: &Row) -> Result<Row, RecordError> {
        let (pins, needs) = self.in_force(&row.pins)?;
        if row.pins == pins {
            return Ok(row.clone());
        }
        self.rebind(row, &pins, needs)?;
        Ok(Row { pins, needs, lapses_ms: None, ..row.clone() })
    }

    /// Binds a hold to other pins than it was opened for.
    fn rebind(&mut self, row: &Row, pins: &[StampShape], needs: i64) -> Result<(), RecordError> {
        let stored = serde_json::to_string(pins).map_err(unwritable)?;
        self.transaction.execute("UPDATE hold SET pins = ?1, needs = ?2, lapses_ms = NULL WHERE code = ?3", (stored, needs, &row.code))?;
        self.transaction.execute("DELETE FROM voice WHERE code = ?1", [&row.code])?;
        self.show_granted(row, false);
        Ok(())
    }

    /// These pins as they are in force now, and how many people they need. A pin that
    /// is gone has a version that no other has.
    fn in_force(&self, pins: &[StampShape]) -> Result<(Vec<StampShape>, i64), RecordError> {
        let mut statement = self.transaction.prepare_cached("SELECT version, approvers FROM pin_in_force WHERE id = ?1")?;
        let mut spoken = self.transaction.prepare_cached("SELECT 1 FROM spoken WHERE id = ?1 AND state = 'enforced'")?;
        let (mut stamps, mut needs) = (Vec::new(), 1);
        for pin in pins {
            let found: Option<(String, i64)> = statement.query_row([&pin.id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            // What was said in a chat never changes; it stands or was released.
            let mut stands = || spoken.exists([&pin.id]).map(|stands| if stands { pin.version.clone() } else { "gone".into() });
            let (version, approvers) = match found {
                Some(found) => found,
                None => (stands()?, 1),
            };
            needs = needs.max(approvers);
            stamps.push(StampShape { id: pin.id.clone(), version });
        }
        Ok((stamps, needs))
    }

    /// Replaces the set of pins in force.
    pub(super) fn set_pins(&mut self, pins: &[PinStamp]) -> Result<(), RecordError> {
        self.transaction.execute("DELETE FROM pin_in_force", [])?;
        let insert = "INSERT INTO pin_in_force (id, version, approvers, by_reply) VALUES (?1, ?2, ?3, ?4)";
        let mut statement = self.transaction.prepare_cached(insert)?;
        for pin in pins {
            statement.execute((pin.id.as_str(), &pin.version, pin.approvers, pin.by_reply))?;
        }
        Ok(())
    }

    /// Whether a code typed in the chat decides here. It acts once: from then on it is spent.
    fn takes_reply(&mut self, row: &Row, yes: bool) -> Result<bool, RecordError> {
        let may_approve = row.needs == 1 && self.is_by_reply(&row.pins)?;
        Ok((may_approve || !yes) && self.spend_word(&row.conversation, &format!("reply {}", row.code))?)
    }

    fn is_by_reply(&self, pins: &[StampShape]) -> Result<bool, RecordError> {
        let mut statement = self.transaction.prepare_cached("SELECT by_reply FROM pin_in_force WHERE id = ?1")?;
        for pin in pins {
            if !statement.query_row([&pin.id], |row| row.get::<_, bool>(0)).optional()?.unwrap_or(false) {
                return Ok(false);
            }
        }
        Ok(!pins.is_empty())
    }

    fn add_voice(&self, code: &str, decision: &Decision) -> Result<(), RecordError> {
        let by = &decision.by;
        let reason = decision.reason.as_deref().map(|reason| self.redactor.redact(reason));
        self.transaction.execute(
            "INSERT INTO voice (code, yes, name, at, via, verified, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (code, decision.yes, by.name.trim(), self.now.text(), by.via.name(), by.is_verified, reason),
        )?;
        Ok(())
    }

    fn given(&self, code: &str) -> Result<Vec<Voice>, RecordError> {
        voices(self.transaction, code, true)
    }

    fn approval(&self, row: &Row, decision: &str) -> Result<Approval, RecordError> {
        let by = voices(self.transaction, &row.code, decision != "denied")?;
        Ok(Approval { decision: decision.to_owned(), needs: row.needs, by, path: None })
    }

    /// Spends the grant of a hold: from the commit on, its call may leave once, on the
    /// connection that asked. `None`: there is no grant to spend.
    pub(super) fn spend(&mut self, code: &str, entry: Option<&EntryId>, path: Path) -> Result<Option<Grant>, RecordError> {
        let Some(row) = self.row(code)? else { return Ok(None) };
        let is_live = row.outcome == Outcome::Held.name() && row.expires_ms > self.now.ms;
        let is_granted = row.lapses_ms.is_some_and(|lapses_ms| lapses_ms > self.now.ms);
        if !is_live || !is_granted || row.pins != self.in_force(&row.pins)?.0 || self.is_halted(&row.conversation)? {
            return Ok(None);
        }
        let Some(exact) = self.exact(&row)? else { return Ok(None) };
        let counted = self.kept_counted(code)?;
        self.count(&counted)?;
        let approval = Approval { path: Some(path.name().to_owned()), ..self.approval(&row, "approved")? };
        let change = Change { outcome: Some(Outcome::Released), approval: Some(approval.clone()), ..Change::default() };
        let entries = self.entries_of(code)?;
        // A call that is proposed anew has an entry of its own, which says what left.
        let getting = entry.or(entries.first().filter(|_| path == Path::Answered));
        for id in &entries {
            let delivered = (getting == Some(id)).then(|| format!("the call itself, {}", row.digest));
            self.change(id.as_str(), "released", Change { delivered, ..change.clone() })?;
        }
        self.close(&row, Outcome::Released, Standing::Over)?;
        Ok(Some(Grant { entry: getting.cloned(), approval: Some(approval), ..exact }))
    }

    /// The exact call of a hold. One that is not what the hold was opened for is
    /// never released.
    fn exact(&self, row: &Row) -> Result<Option<Grant>, RecordError> {
        let select = "SELECT call_id, namespace, tool, form, arguments, dialect, wire FROM exact WHERE code = ?1";
        let read = |found: &rusqlite::Row<'_>| {
            let (form, arguments): (String, String) = (found.get(3)?, found.get(4)?);
            let input = if form == "json" { Input::Json(arguments) } else { Input::Text(arguments) };
            let call = ToolCall { id: found.get(0)?, tool: ToolName { namespace: found.get(1)?, name: found.get(2)? }, input };
            Ok((call, found.get::<_, String>(5)?, found.get::<_, Option<String>>(6)?))
        };
        let found = self.transaction.prepare_cached(select)?.query_row([&row.code], read).optional()?;
        let Some((call, dialect, wire)) = found else { return Ok(None) };
        let Some(dialect) = Dialect::from_name(&dialect) else { return Ok(None) };
        if CallDigest::of(&call).to_string() != row.digest {
            return Err(RecordError::Store(format!("the exact arguments of the hold `{}` were changed", row.code)));
        }
        let pins = row.pins.iter().map(|pin| pin.id.clone()).collect();
        Ok(Some(Grant { code: row.code.clone(), entry: None, call, dialect, wire, pins, approval: None }))
    }

    /// The grants among these holds, not spent.
    pub(super) fn grants(&self, codes: &[String]) -> Result<Vec<Grant>, RecordError> {
        let mut grants = Vec::new();
        for code in codes {
            let Some(row) = self.row(code)? else { continue };
            if row.lapses_ms.is_some_and(|lapses_ms| lapses_ms > self.now.ms) {
                grants.extend(self.exact(&row)?);
            }
        }
        Ok(grants)
    }

    /// A connection has waited enough: spends its grant, or notes what it delivers.
    pub(super) fn conclude(&mut self, conclusion: &Conclusion) -> Result<Concluded, RecordError> {
        if self.spend(&conclusion.code, Some(&conclusion.entry), Path::Waited)?.is_some() {
            return Ok(Concluded::Release);
        }
        let is_denied = self.row(&conclusion.code)?.is_some_and(|row| row.outcome == Outcome::Denied.name());
        if !is_denied {
            return Ok(Concluded::Withheld);
        }
        let delivered = self.redactor.redact(&conclusion.denied);
        self.change(conclusion.entry.as_str(), "told", Change { delivered: Some(delivered), ..Change::default() })?;
        Ok(Concluded::Denied)
    }

    /// Lets holds expire and grants lapse whose time is over. Says whether there were any.
    pub(super) fn sweep(&mut self) -> Result<bool, RecordError> {
        let due = format!("{SELECT} WHERE outcome = 'held' AND (expires_ms <= ?1 OR lapses_ms <= ?1) ORDER BY expires_ms LIMIT ?2");
        let mut rows = Vec::new();
        {
            let mut statement = self.transaction.prepare_cached(&due)?;
            let mut found = statement.query((self.now.ms, SWEEP_MAX))?;
            while let Some(row) = found.next()? {
                rows.push(read(row)?);
            }
        }
        for row in &rows {
            if row.expires_ms <= self.now.ms {
                self.close(row, Outcome::Expired, Standing::Over)?;
                self.change_all(&row.code, "expired", &Change { outcome: Some(Outcome::Expired), ..Change::default() })?;
            } else {
                self.lapse(row)?;
            }
        }
        Ok(!rows.is_empty())
    }

    /// A conversation was compacted: that is an entry, and no yes outlives it.
    pub(super) fn compacted(&mut self, compaction: &Compaction) -> Result<EntryId, RecordError> {
        let id = EntryId::about("k", self.now.wall_ms())?;
        let Compaction { conversation, turns, bytes, .. } = compaction;
        let body = serde_json::json!({ "conversation": conversation, "turns": turns, "bytes": bytes });
        self.append(None, id.as_str(), "compacted", body.to_string())?;
        self.lapse_all(conversation)?;
        Ok(id)
    }

    /// How many tokens a compaction took away.
    pub(super) fn counted(&mut self, entry: &EntryId, conversation: &str, tokens: u64) -> Result<(), RecordError> {
        let first = "SELECT first FROM record WHERE entry = ?1 ORDER BY seq LIMIT 1";
        let first: Option<i64> = self.transaction.prepare_cached(first)?.query_row([entry.as_str()], |row| row.get(0)).optional()?;
        let body = serde_json::json!({ "conversation": conversation, "tokens": tokens });
        self.append(first, entry.as_str(), "counted", body.to_string())
    }

    /// Lets every unspent grant of a conversation lapse; its holds wait again.
    pub(super) fn lapse_all(&mut self, conversation: &str) -> Result<(), RecordError> {
        let select = format!("{SELECT} WHERE conversation = ?1 AND outcome = 'held' AND lapses_ms IS NOT NULL");
        let mut rows = Vec::new();
        {
            let mut statement = self.transaction.prepare_cached(&select)?;
            let mut found = statement.query([conversation])?;
            while let Some(row) = found.next()? {
                rows.push(read(row)?);
            }
        }
        rows.iter().try_for_each(|row| self.lapse(row))
    }

    fn lapse(&mut self, row: &Row) -> Result<(), RecordError> {
        let approval = self.approval(row, "lapsed")?;
        self.transaction.execute("UPDATE hold SET lapses_ms = NULL WHERE code = ?1", [&row.code])?;
        self.transaction.execute("DELETE FROM voice WHERE code = ?1", [&row.code])?;
        self.show_granted(row, false);
        self.change_all(&row.code, "lapsed", &Change { approval: Some(approval), ..Change::default() })
    }

    fn show_granted(&mut self, row: &Row, is_granted: bool) {
        self.effects.push(Effect::Granted { conversation: row.conversation.clone(), code: row.code.clone(), is_granted });
    }

    /// Ends a hold; its exact arguments go.
    fn close(&mut self, row: &Row, outcome: Outcome, standing: Standing) -> Result<(), RecordError> {
        self.transaction.execute("UPDATE hold SET outcome = ?1, lapses_ms = NULL WHERE code = ?2", (outcome.name(), &row.code))?;
        self.transaction.execute("DELETE FROM exact WHERE code = ?1", [&row.code])?;
        self.effects.push(Effect::Closed { conversation: row.conversation.clone(), code: row.code.clone(), standing });
        self.folds_log = true;
        Ok(())
    }

    fn change_all(&mut self, code: &str, event: &str, change: &Change) -> Result<(), RecordError> {
        self.entries_of(code)?.iter().try_for_each(|entry| self.change(entry.as_str(), event, change.clone()))
    }

    fn entries_of(&self, code: &str) -> Result<Vec<EntryId>, RecordError> {
        let select = "SELECT entry FROM hold_entry WHERE code = ?1 ORDER BY entry";
        let mut statement = self.transaction.prepare_cached(select)?;
        let entries = statement.query_map([code], |row| row.get::<_, String>(0))?.map(|id| id.map(EntryId::stored));
        Ok(entries.collect::<Result<_, _>>()?)
    }

    fn row(&self, code: &str) -> Result<Option<Row>, RecordError> {
        let mut statement = self.transaction.prepare_cached(&format!("{SELECT} WHERE code = ?1"))?;
        let mut rows = statement.query([code])?;
        rows.next()?.map(read).transpose()
    }
}

/// Everybody's say on a hold, in order.
pub(super) fn voices(connection: &rusqlite::Connection, code: &str, yes: bool) -> Result<Vec<Voice>, RecordError> {
    let select = "SELECT name, at, via, verified, reason FROM voice WHERE code = ?1 AND yes = ?2 ORDER BY rowid";
    let mut statement = connection.prepare_cached(select)?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Voice { name: row.get(0)?, at: row.get(1)?, via: row.get(2)?, verified: row.get(3)?, reason: row.get(4)? })
    };
    Ok(statement.query_map((code, yes), read)?.collect::<Result<_, _>>()?)
}

/// Names are compared without case and outer space.
fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

fn read(row: &rusqlite::Row<'_>) -> Result<Row, RecordError> {
    let pins: String = row.get(3)?;
    Ok(Row {
        code: row.get(0)?,
        conversation: row.get(1)?,
        digest: row.get(2)?,
        pins: serde_json::from_str(&pins).map_err(unwritable)?,
        needs: row.get(4)?,
        expires_ms: row.get(5)?,
        outcome: row.get(6)?,
        history: row.get(7)?,
        lapses_ms: row.get(8)?,
    })
}

/// The holds that are open, for the board, as they stand at the start.
pub(super) fn open_holds(connection: &rusqlite::Connection) -> Result<Vec<Effect>, RecordError> {
    let mut statement = connection.prepare(&format!("{SELECT} WHERE outcome = 'held' ORDER BY place"))?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let Row { code, conversation, history, lapses_ms, .. } = read(row)?;
        let pending = Pending { code, history, is_granted: lapses_ms.is_some() };
        found.push(Effect::Opened { conversation, pending });
    }
    Ok(found)
}
