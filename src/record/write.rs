//! What is written, inside one transaction: rows, the head, holds.
//!
//! Nothing here decides when; `writer` does. Every function takes an open
//! transaction and the head it continues, and gives the new head back, so that a
//! transaction which fails leaves no trace, in the file or in memory.

use super::board::Effect;
use super::chain::{Head, Row};
use super::clock::{self, Now};
use super::code::EntryId;
use super::entry::{ActionShape, Change, Opening, Outcome, StampShape};
use super::hold::Placed;
use super::redact::Redactor;
use super::{RecordError, Terms, Violation};
use crate::digest::{CallDigest, PinStamp};
use crate::notice::{Notice, Reason};
use crate::pin::PinId;
use crate::verdict::{Judgement, Verdict};
use rusqlite::{OptionalExtension, Transaction};

/// A violation, redacted and digested, ready to be written.
#[derive(Debug)]
pub(super) struct Prepared {
    violation: Violation,
    opening: Opening,
    exact_actions: String,
    /// About how much memory it takes while it waits.
    pub(super) bytes: usize,
}

impl Prepared {
    pub(super) fn violation(&self) -> &Violation {
        &self.violation
    }

    /// The digest of the exact call.
    pub(super) fn digest(&self) -> &str {
        &self.opening.digest
    }

    /// The deciding pins, as they were when they objected.
    pub(super) fn stamps(&self) -> &[StampShape] {
        &self.opening.stamps
    }

    /// How many different people have to say yes.
    pub(super) fn needs(&self) -> i64 {
        let is_deciding = |stamp: &&PinStamp| self.opening.pins.iter().any(|pin| pin == stamp.id.as_str());
        self.violation.stamps.iter().filter(is_deciding).map(|stamp| i64::from(stamp.approvers)).max().unwrap_or(1).max(1)
    }

    /// What the call would do, not redacted, as JSON.
    pub(super) fn exact_actions(&self) -> &str {
        &self.exact_actions
    }
}

/// What was written about a call, before it is known to be on the disk.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) id: EntryId,
    pub(super) delivered: Option<String>,
    pub(super) code: Option<String>,
    /// The hold that this very connection may wait for.
    pub(super) waits_for: Option<String>,
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
        approval: None,
    };
    let bytes =
        call.input.as_str().len() + violation.wire.as_ref().map_or(0, String::len) + opening.arguments.len() + exact_actions.len() + 1024;
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
        Some(Reason::Denied(_)) => Outcome::Denied,
        Some(Reason::Blocked(_) | Reason::Crowded(_) | Reason::NotRecorded) => Outcome::Blocked,
        None if verdict == Verdict::Pass => Outcome::Shadow,
        None => Outcome::Warned,
    }
}

fn redact_action(action: ActionShape, redact: &dyn Fn(&str) -> String) -> ActionShape {
    ActionShape { targets: action.targets.iter().map(|target| redact(target)).collect(), evidence: redact(&action.evidence), ..action }
}

/// One transaction under way.
pub(super) struct Writing<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    pub(super) head: Head,
    pub(super) now: Now,
    pub(super) terms: Terms,
    pub(super) redactor: &'a Redactor,
    /// What others may see once it is committed.
    pub(super) effects: Vec<Effect>,
    /// Whether exact arguments were deleted, which must not live on in the log.
    pub(super) folds_log: bool,
}

impl Writing<'_> {
    /// Writes the first row about a call and, for a held one, its place in a hold.
    pub(super) fn violation(&mut self, prepared: &Prepared) -> Result<Written, RecordError> {
        let id = EntryId::new(self.now.wall_ms())?;
        let mut opening = prepared.opening.clone();
        let mut notice = prepared.violation.notice.clone();
        let mut waits_for = None;
        if opening.outcome == Outcome::Held {
            match self.place(prepared)? {
                Placed::Waits { code, expires_ms, is_tied } => {
                    self.join(&code, &id)?;
                    waits_for = is_tied.then(|| code.clone());
                    opening.code = Some(code);
                    opening.expires = Some(clock::text(expires_ms));
                }
                Placed::Spent { code, approval } => {
                    (opening.outcome, notice) = (Outcome::Released, None);
                    opening.delivered = format!("the call itself, {}", opening.digest);
                    (opening.code, opening.approval) = (Some(code), approval);
                }
                Placed::Denied(code) => {
                    opening.outcome = Outcome::Denied;
                    notice = notice.map(|notice| notice.because(Reason::Denied));
                    opening.code = Some(code);
                }
                Placed::Crowded => {
                    opening.outcome = Outcome::Blocked;
                    notice = notice.map(|notice| notice.because(Reason::Crowded));
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
        Ok(Written { id, delivered, code: opening.code, waits_for })
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
