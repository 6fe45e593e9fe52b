//! What is written, inside one transaction: rows, the head, holds.
//!
//! Nothing here decides when; `writer` does. Every function takes an open
//! transaction and the head it continues, and gives the new head back, so that a
//! transaction which fails leaves no trace, in the file or in memory.

use super::chain::{Head, Row};
use super::code::{EntryId, new_code};
use super::entry::{ActionShape, Change, Opening, Outcome, StampShape};
use super::redact::Redactor;
use super::{RecordError, Recorded, Violation};
use crate::call::Input;
use crate::digest::{CallDigest, PinStamp};
use crate::notice::{Notice, Reason};
use crate::pin::PinId;
use crate::verdict::{Judgement, Verdict};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction};
use std::time::Duration;

/// How many calls of one conversation may wait for a person; further ones are refused.
const PENDING_PER_CONVERSATION_MAX: i64 = 25;

/// How often a code that exists already is drawn anew. Once is likelier than a
/// falling meteorite; the bound is there because every loop has one.
const CODE_DRAWS_MAX: usize = 8;

/// How many holds one sweep lets expire; the next sweep goes on.
const EXPIRED_PER_SWEEP_MAX: i64 = 64;

/// A violation, redacted and digested, ready to be written.
#[derive(Debug)]
pub(super) struct Prepared {
    violation: Violation,
    opening: Opening,
    exact_actions: String,
    /// About how much memory it takes while it waits.
    pub(super) bytes: usize,
}

/// Does everything about a violation that needs no transaction.
pub(super) fn prepare(violation: Violation, redactor: &Redactor) -> Result<Prepared, RecordError> {
    let Violation { call, judgement, notice, .. } = &violation;
    if judgement.verdict.withholds() && notice.is_none() {
        return Err(RecordError::NoNotice);
    }
    let digest = CallDigest::of(call).to_string();
    let actions: Vec<ActionShape> = judgement.actions.iter().map(ActionShape::from).collect();
    let exact_actions = serde_json::to_string(&actions).map_err(unwritable)?;
    let (arguments, found) = redactor.redact_call(call.input.as_str());
    let (verdict, pins, why) = what_pins_said(judgement);
    let opening = Opening {
        conversation: violation.conversation.clone(),
        agent: violation.agent.clone(),
        upstream: violation.upstream.clone(),
        dialect: violation.dialect.name().to_owned(),
        model: violation.model.as_deref().map(|model| redactor.redact_with(model, &found)),
        tool: redactor.redact_with(&call.tool.to_string(), &found),
        arguments,
        actions: actions.into_iter().map(|action| redact_action(action, &|text: &str| redactor.redact_with(text, &found))).collect(),
        verdict: verdict.name().to_owned(),
        pins,
        why: redactor.redact_with(&why, &found),
        stamps: stamps_of(&judgement.pins(), &violation.stamps),
        outcome: outcome_of(notice.as_ref(), judgement.verdict),
        delivered: match notice {
            Some(notice) => redactor.redact_with(&notice.text(None), &found),
            None => format!("the call itself, {digest}"),
        },
        digest,
        code: None,
        expires: None,
    };
    let bytes = call.input.as_str().len() + opening.arguments.len() + exact_actions.len() + 1024;
    Ok(Prepared { violation, opening, exact_actions, bytes })
}

/// The verdict of those pins that made it: for a call that only pins in shadow
/// mode object to, what they would have asked for.
fn what_pins_said(judgement: &Judgement) -> (Verdict, Vec<String>, String) {
    let shadow = judgement.objections.iter().filter(|objection| objection.shadow);
    let strictest = shadow.clone().map(|objection| objection.verdict).max();
    match strictest {
        Some(strictest) if judgement.verdict == Verdict::Pass => {
            let decided: Vec<_> = shadow.filter(|objection| objection.verdict == strictest).collect();
            let pins = decided.iter().map(|objection| objection.pin.as_str().to_owned()).collect();
            let why: Vec<&str> = decided.iter().map(|objection| objection.why.as_str()).collect();
            (strictest, pins, why.join("; "))
        }
        _ => {
            let pins = judgement.pins().iter().map(|pin| pin.as_str().to_owned()).collect();
            (judgement.verdict, pins, judgement.why())
        }
    }
}

/// The stamps of the pins that decided. One that came without is stamped with
/// nothing, which no pin's version ever equals.
fn stamps_of(pins: &[PinId], stamps: &[PinStamp]) -> Vec<StampShape> {
    let stamp = |pin: &PinId| match stamps.iter().find(|stamp| stamp.id == *pin) {
        Some(stamp) => StampShape::from(stamp),
        None => StampShape { id: pin.as_str().to_owned(), version: String::new() },
    };
    pins.iter().map(stamp).collect()
}

fn outcome_of(notice: Option<&Notice>, verdict: Verdict) -> Outcome {
    match notice.map(|notice| &notice.reason) {
        Some(Reason::Held(_)) => Outcome::Held,
        Some(Reason::Blocked(_) | Reason::Crowded(_) | Reason::NotRecorded) => Outcome::Blocked,
        None if verdict == Verdict::Pass => Outcome::Shadow,
        None => Outcome::Warned,
    }
}

fn redact_action(action: ActionShape, redact: &dyn Fn(&str) -> String) -> ActionShape {
    ActionShape { targets: action.targets.iter().map(|target| redact(target)).collect(), evidence: redact(&action.evidence), ..action }
}

/// The time of a transaction; every row in it bears the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now(pub(super) Timestamp);

impl Now {
    pub(super) fn ms(self) -> i64 {
        self.0.as_millisecond()
    }

    fn text(self) -> String {
        format!("{:.3}", self.0)
    }

    fn after(self, time: Duration) -> Self {
        let ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        Self(Timestamp::from_millisecond(self.ms().saturating_add(ms)).unwrap_or(Timestamp::MAX))
    }
}

/// One transaction under way.
pub(super) struct Writing<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    pub(super) head: Head,
    pub(super) now: Now,
    pub(super) hold_expires: Duration,
    pub(super) redactor: &'a Redactor,
}

impl Writing<'_> {
    /// Writes the first row about a call and, for a held one, its place in a hold.
    pub(super) fn violation(&mut self, prepared: &Prepared) -> Result<Recorded, RecordError> {
        let id = EntryId::new(self.now.ms())?;
        let mut opening = prepared.opening.clone();
        let mut notice = prepared.violation.notice.clone();
        if opening.outcome == Outcome::Held {
            match self.hold(prepared)? {
                Some((code, expires)) => {
                    self.join(&code, &id)?;
                    opening.code = Some(code);
                    opening.expires = Some(expires.text());
                }
                None => {
                    opening.outcome = Outcome::Blocked;
                    notice = notice.map(crowded);
                }
            }
        }
        let delivered = notice.map(|notice| notice.text(opening.code.as_deref()));
        if let Some(text) = &delivered {
            // Tool names are foreign too: one may be, or hold, a secret.
            opening.delivered = self.redactor.redact(text);
        }
        let event = opening.outcome.name();
        let body = serde_json::to_string(&opening).map_err(unwritable)?;
        self.append(None, id.as_str(), event, body)?;
        Ok(Recorded { id, delivered, code: opening.code })
    }

    /// The pending hold of this very call in this conversation, or a new one.
    /// `None`: too many wait already.
    fn hold(&self, prepared: &Prepared) -> Result<Option<(String, Now)>, RecordError> {
        let Violation { conversation, stamps, .. } = &prepared.violation;
        let digest = &prepared.opening.digest;
        let pins = serde_json::to_string(&prepared.opening.stamps).map_err(unwritable)?;
        let deciding = |stamp: &&PinStamp| prepared.opening.pins.iter().any(|pin| pin == stamp.id.as_str());
        let needs = stamps.iter().filter(deciding).map(|stamp| stamp.approvers).max().unwrap_or(1).max(1);
        let pending = "SELECT code, expires_ms FROM hold WHERE conversation = ?1 AND digest = ?2 AND outcome = 'held' AND expires_ms > ?3";
        let found = self
            .transaction
            .prepare_cached(pending)?
            .query_row((conversation, digest, self.now.ms()), |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)));
        if let Some((code, expires_ms)) = found.optional()? {
            // The newest pins bind it: they are what a person must have seen.
            self.transaction.execute("UPDATE hold SET pins = ?2, needs = ?3 WHERE code = ?1", (&code, pins, needs))?;
            return Ok(Some((code, Now(Timestamp::from_millisecond(expires_ms).unwrap_or(Timestamp::MAX)))));
        }
        if self.pending_in(conversation)? >= PENDING_PER_CONVERSATION_MAX {
            return Ok(None);
        }
        let (code, expires) = (self.fresh_code()?, self.now.after(self.hold_expires));
        self.transaction.execute(
            "INSERT INTO hold (code, conversation, digest, pins, needs, opened_ms, expires_ms, outcome) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'held')",
            (&code, conversation, digest, pins, needs, self.now.ms(), expires.ms()),
        )?;
        self.keep_exact(&code, prepared)?;
        Ok(Some((code, expires)))
    }

    fn pending_in(&self, conversation: &str) -> Result<i64, RecordError> {
        let count = "SELECT count(*) FROM hold WHERE conversation = ?1 AND outcome = 'held' AND expires_ms > ?2";
        Ok(self.transaction.prepare_cached(count)?.query_row((conversation, self.now.ms()), |row| row.get(0))?)
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

    fn keep_exact(&self, code: &str, prepared: &Prepared) -> Result<(), RecordError> {
        let Violation { agent, dialect, model, call, .. } = &prepared.violation;
        let form = match call.input {
            Input::Json(_) => "json",
            Input::Text(_) => "text",
        };
        self.transaction.execute(
            "INSERT INTO exact (code, agent, dialect, model, namespace, tool, form, arguments, actions) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            (
                code,
                agent,
                dialect.name(),
                model,
                &call.tool.namespace,
                &call.tool.name,
                form,
                call.input.as_str(),
                &prepared.exact_actions,
            ),
        )?;
        Ok(())
    }

    fn join(&self, code: &str, id: &EntryId) -> Result<(), RecordError> {
        self.transaction.prepare_cached("INSERT INTO hold_entry (code, entry) VALUES (?1, ?2)")?.execute((code, id.as_str()))?;
        Ok(())
    }

    /// The connection broke before the agent can be said to have got this.
    pub(super) fn broke(&mut self, id: &EntryId) -> Result<(), RecordError> {
        let delivered = "unknown: the connection broke first".to_owned();
        self.change(id.as_str(), "broke", Change { delivered: Some(delivered), ..Change::default() })
    }

    /// Lets holds expire whose time is over; their exact arguments go. Says whether there were any.
    pub(super) fn expire(&mut self) -> Result<bool, RecordError> {
        let due: Vec<String> = self
            .transaction
            .prepare_cached("SELECT code FROM hold WHERE outcome = 'held' AND expires_ms <= ?1 ORDER BY expires_ms LIMIT ?2")?
            .query_map((self.now.ms(), EXPIRED_PER_SWEEP_MAX), |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for code in &due {
            self.transaction.execute("UPDATE hold SET outcome = 'expired' WHERE code = ?1", [code])?;
            self.transaction.execute("DELETE FROM exact WHERE code = ?1", [code])?;
            let entries: Vec<String> = self
                .transaction
                .prepare_cached("SELECT entry FROM hold_entry WHERE code = ?1 ORDER BY entry")?
                .query_map([code], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            for entry in entries {
                self.change(&entry, "expired", Change { outcome: Some(Outcome::Expired), ..Change::default() })?;
            }
        }
        Ok(!due.is_empty())
    }

    fn change(&mut self, entry: &str, event: &str, change: Change) -> Result<(), RecordError> {
        let first = "SELECT first FROM record WHERE entry = ?1 ORDER BY seq LIMIT 1";
        let first: Option<i64> = self.transaction.prepare_cached(first)?.query_row([entry], |row| row.get(0)).optional()?;
        let Some(first) = first else { return Ok(()) };
        let body = serde_json::to_string(&change).map_err(unwritable)?;
        self.append(Some(first), entry, event, body)
    }

    /// Appends one row to the chain. The head in the file moves with it, from where
    /// we left it and from nowhere else.
    fn append(&mut self, first: Option<i64>, entry: &str, event: &str, body: String) -> Result<(), RecordError> {
        let seq = self.head.seq + 1;
        let mut row = Row {
            seq,
            first: first.unwrap_or(seq),
            entry: entry.to_owned(),
            at: self.now.text(),
            event: event.to_owned(),
            body,
            prev: self.head.hash.clone(),
            hash: String::new(),
        };
        row.hash = row.expected_hash();
        self.transaction
            .prepare_cached("INSERT INTO record (seq, first, entry, at, event, body, prev, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
            .execute((row.seq, row.first, &row.entry, &row.at, &row.event, &row.body, &row.prev, &row.hash))?;
        let moved = self
            .transaction
            .prepare_cached("UPDATE head SET seq = ?1, hash = ?2 WHERE one = 1 AND seq = ?3 AND hash = ?4")?
            .execute((row.seq, &row.hash, self.head.seq, &self.head.hash))?;
        if moved != 1 {
            return Err(RecordError::Cut);
        }
        self.head = Head { seq, hash: row.hash };
        Ok(())
    }
}

fn crowded(notice: Notice) -> Notice {
    let reason = match notice.reason {
        Reason::Held(pins) => Reason::Crowded(pins),
        other => other,
    };
    Notice { reason, ..notice }
}

fn unwritable(error: serde_json::Error) -> RecordError {
    RecordError::Store(error.to_string())
}
