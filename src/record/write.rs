//! What is written, inside one transaction: rows, the head, holds.
//!
//! Nothing here decides when; `writer` does. Every function takes an open
//! transaction and the head it continues, and gives the new head back, so that a
//! transaction which fails leaves no trace, in the file or in memory.

use super::board::Effect;
use super::chain::{Head, Row};
use super::clock::{self, Now};
use super::code::EntryId;
use super::entry::{Change, Opening, Outcome};
use super::halt::{Breaker, Try};
use super::halts::{Halt, Halts};
use super::hold::Placed;
use super::limits::Reservation;
use super::prepare::{Prepared, Settled};
use super::redact::Redactor;
use super::tally::Counts;
use super::{RecordError, Terms};
use crate::notice::{Notice, Reason};
use crate::pin::PinId;
use crate::verdict::Limited;
use rusqlite::{OptionalExtension, Transaction};
use std::collections::BTreeSet;

/// What was written about a call, before it is known to be on the disk.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) id: Option<EntryId>,
    pub(super) delivered: Option<String>,
    pub(super) code: Option<String>,
    pub(super) notice: Option<Notice>,
    pub(super) reserved: Option<Reservation>,
    /// The hold that this very connection may wait for.
    pub(super) waits_for: Option<String>,
}

/// One transaction under way.
pub(super) struct Writing<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    pub(super) head: Head,
    pub(super) now: Now,
    pub(super) terms: Terms,
    pub(super) breaker: Breaker,
    pub(super) halts: &'a Halts,
    pub(super) redactor: &'a Redactor,
    /// What others may see once it is committed.
    pub(super) effects: Vec<Effect>,
    /// What the breaker halted, and what that reaches.
    pub(super) halted: Vec<(Halt, BTreeSet<String>)>,
    /// What is counted once it is committed.
    pub(super) counts: Vec<Counts>,
    /// Whether exact arguments were deleted, which must not live on in the log.
    pub(super) folds_log: bool,
}

impl Writing<'_> {
    /// Writes the first row about a call, its place in a hold if it is held, and what
    /// its limits count if it is delivered.
    pub(super) fn violation(&mut self, prepared: &Prepared) -> Result<Written, RecordError> {
        if prepared.violation().is_halted {
            return self.halted_call(prepared);
        }
        let Some(settled) = self.settle(prepared)? else {
            return Ok(Written { reserved: self.count(prepared.counted())?, ..Written::default() });
        };
        let id = match settled.opening.outcome {
            Outcome::Passed => EntryId::of_passed(self.now.wall_ms())?,
            _ => EntryId::new(self.now.wall_ms())?,
        };
        let placed = if settled.opening.outcome == Outcome::Held { Some(self.place(&settled)?) } else { None };
        let Settled { mut opening, mut notice, .. } = settled;
        let mut written = Written { id: Some(id.clone()), ..Written::default() };
        match placed {
            // Delivered: it passed, with a warning or with nothing but shadows.
            None if notice.is_none() => written.reserved = self.count(prepared.counted())?,
            None => {}
            Some(Placed::Waits { code, expires_ms, is_tied }) => {
                self.join(&code, &id)?;
                written.waits_for = is_tied.then(|| code.clone());
                opening.code = Some(code);
                opening.expires = Some(clock::text(expires_ms));
            }
            Some(Placed::Spent { code, approval }) => {
                (opening.outcome, notice) = (Outcome::Released, None);
                opening.delivered = format!("the call itself, {}", opening.digest);
                (opening.code, opening.approval) = (Some(code), approval);
            }
            Some(Placed::Denied(code)) => {
                opening.outcome = Outcome::Denied;
                notice = notice.map(|notice| notice.because(Reason::Denied));
                opening.code = Some(code);
            }
            Some(Placed::Crowded) => {
                opening.outcome = Outcome::Blocked;
                notice = notice.map(|notice| notice.because(Reason::Crowded));
            }
        }
        written.delivered = notice.as_ref().map(|notice| notice.text(opening.code.as_deref()));
        if let Some(text) = &written.delivered {
            // Tool names are foreign too: one may be, or hold, a secret.
            opening.delivered = self.redactor.redact(text);
        }
        let event = opening.outcome.name();
        let body = serde_json::to_string(&opening).map_err(unwritable)?;
        self.append(None, id.as_str(), event, body)?;
        if matches!(opening.outcome, Outcome::Blocked | Outcome::Denied) && prepared.violation().is_try {
            let violation = prepared.violation();
            let request = violation.ties.history.as_deref().unwrap_or(id.as_str());
            self.refused(&Try { links: &violation.links, call: prepared.digest(), request })?;
        }
        self.counts.push(Counts { outcome: opening.outcome, pins: opening.pins });
        Ok(Written { code: opening.code, notice, ..written })
    }

    /// Writes the row of a call that is withheld since its conversation is halted.
    fn halted_call(&mut self, prepared: &Prepared) -> Result<Written, RecordError> {
        let id = EntryId::new(self.now.wall_ms())?;
        let Settled { opening, notice, .. } = prepared.as_judged(self.redactor);
        let body = serde_json::to_string(&opening).map_err(unwritable)?;
        self.append(None, id.as_str(), opening.outcome.name(), body)?;
        let delivered = notice.as_ref().map(|notice| notice.text(None));
        Ok(Written { id: Some(id), delivered, notice, ..Written::default() })
    }

    /// A call of this entry was about to leave, or to wait, and a halt came first.
    pub(super) fn overtaken(&mut self, id: &EntryId, delivered: &str, ends: bool) -> Result<(), RecordError> {
        let delivered = self.redactor.redact(delivered);
        let outcome = ends.then_some(Outcome::Halted);
        self.change(id.as_str(), "halted", Change { outcome, delivered: Some(delivered.clone()), ..Change::default() })?;
        let select = "SELECT body FROM record WHERE entry = ?1 ORDER BY seq LIMIT 1";
        let opening = self.transaction.prepare_cached(select)?.query_row([id.as_str()], |row| row.get::<_, String>(0)).optional()?;
        let opening: Option<Opening> = opening.map(|body| serde_json::from_str(&body)).transpose().map_err(unwritable)?;
        let Some(opening) = opening.filter(|opening| ends && opening.outcome == Outcome::Passed) else { return Ok(()) };
        // What had simply passed now stands among what did not.
        let body = serde_json::to_string(&Opening { outcome: Outcome::Halted, delivered, ..opening }).map_err(unwritable)?;
        let id = EntryId::new(self.now.wall_ms())?;
        self.append(None, id.as_str(), Outcome::Halted.name(), body)
    }

    /// What the pins say of a call now that its limits can be looked up; `None`: it
    /// simply passes.
    fn settle<'p>(&mut self, prepared: &'p Prepared) -> Result<Option<Settled<'p>>, RecordError> {
        let judgement = &prepared.violation().judgement;
        if prepared.counted().is_empty() {
            return Ok(Some(prepared.as_judged(self.redactor)));
        }
        let asked_about = self.pins_that_hold(prepared)?;
        let mut used = Vec::new();
        for ((pin, limited), counted) in judgement.limits().zip(prepared.counted()) {
            used.push((pin, limited.place, self.used(counted)?));
        }
        let used = |pin: &PinId, limited: &Limited| {
            let known = used.iter().find(|(of, place, _)| *of == pin && *place == limited.place)?;
            // A person is asked about this very call, or has said no to it: room is no yes.
            (!asked_about.iter().any(|asked| asked == pin.as_str())).then_some(known.2)
        };
        Ok(prepared.settled(&judgement.settled(used), self.redactor))
    }

    /// The connection broke before the agent can be said to have got this.
    pub(super) fn broke(&mut self, id: &EntryId) -> Result<(), RecordError> {
        let delivered = "unknown: the connection broke first".to_owned();
        self.change(id.as_str(), "broke", Change { delivered: Some(delivered), ..Change::default() })
    }

    pub(super) fn change(&mut self, entry: &str, event: &str, change: Change) -> Result<(), RecordError> {
        let first = "SELECT first FROM record WHERE entry = ?1 ORDER BY seq LIMIT 1";
        let first: Option<i64> = self.transaction.prepare_cached(first)?.query_row([entry], |row| row.get(0)).optional()?;
        let Some(first) = first else { return Ok(()) };
        let body = serde_json::to_string(&change).map_err(unwritable)?;
        self.counts.extend(change.outcome.map(|outcome| Counts { outcome, pins: Vec::new() }));
        self.append(Some(first), entry, event, body)
    }

    /// Appends one row to the chain. The head in the file moves with it, from where
    /// we left it and from nowhere else.
    pub(super) fn append(&mut self, first: Option<i64>, entry: &str, event: &str, body: String) -> Result<(), RecordError> {
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

pub(super) fn unwritable(error: serde_json::Error) -> RecordError {
    RecordError::Store(error.to_string())
}
