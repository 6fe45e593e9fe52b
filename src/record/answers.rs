//! Answers that providers keep, remembered: which conversation each belongs to, and
//! what linchpin owes the server in a request that goes on from it.
//!
//! An id of an answer is only ever remembered because it came from an upstream. What
//! something hangs on is on the disk before the answer's last byte leaves; a mere tie
//! is written within a second. Providers keep answers for thirty days, and so long are
//! they remembered here.

use super::RecordError;
use super::book::Hints;
use super::handle::{Record, guard};
use super::write::{Writing, unwritable};
use super::writer::Writer;
use crate::conversation::trace::SURE;
use crate::wire::server_held::Debt;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long an answer is remembered, in ms: a day longer than providers keep it.
const KEPT_MS: i64 = 31 * 24 * 60 * 60 * 1000;

/// How many answers are remembered that only tie requests together: the newest.
const TIES_MAX: i64 = 250_000;

/// Of how many answers, the newest, it is remembered what is owed.
const DEBTS_MAX: i64 = 1_000_000;

/// How many ties wait in memory to be written; further ones are not remembered.
const WAITING_MAX: usize = 65_536;

/// How often old answers are looked for, and how many go at once.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
const SWEEP_MAX: i64 = 4096;

/// One answer, or one conversation at a provider, as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// The conversation it belongs to.
    pub conversation: String,
    /// Names the credential it was given to, without being it.
    pub credential: String,
    /// What a request that goes on from it needs.
    pub debt: Debt,
}

/// Ties that are not written yet.
#[derive(Debug)]
pub(super) struct Answers {
    waiting: Mutex<HashMap<String, Remembered>>,
    swept_at: Mutex<Instant>,
}

impl Default for Answers {
    fn default() -> Self {
        Self { waiting: Mutex::default(), swept_at: Mutex::new(Instant::now()) }
    }
}

impl Answers {
    pub(super) fn note(&self, name: String, remembered: Remembered) {
        let mut waiting = guard(&self.waiting);
        if waiting.len() < WAITING_MAX || waiting.contains_key(&name) {
            waiting.insert(name, remembered);
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<Remembered> {
        guard(&self.waiting).get(name).cloned()
    }

    /// Says that the store has it, or something newer.
    pub(super) fn forget(&self, name: &str) {
        guard(&self.waiting).remove(name);
    }

    pub(super) fn take(&self) -> HashMap<String, Remembered> {
        std::mem::take(&mut guard(&self.waiting))
    }

    /// Says that these could not be written.
    pub(super) fn not_written(&self, unwritten: HashMap<String, Remembered>) {
        let mut waiting = guard(&self.waiting);
        for (name, remembered) in unwritten {
            if waiting.len() < WAITING_MAX {
                waiting.entry(name).or_insert(remembered);
            }
        }
    }

    /// Whether it is time to look for old answers.
    pub(super) fn is_sweep_due(&self) -> bool {
        let mut swept_at = guard(&self.swept_at);
        let is_due = swept_at.elapsed() >= SWEEP_EVERY;
        if is_due {
            *swept_at = Instant::now();
        }
        is_due
    }
}

/// Looks an answer up in the store.
pub(super) fn look_up(connection: &Connection, name: &str) -> Result<Option<Remembered>, RecordError> {
    let select = "SELECT conversation, credential, debt FROM answer WHERE name = ?1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?));
    let found = connection.prepare_cached(select)?.query_row([name], read).optional()?;
    let Some((conversation, credential, debt)) = found else { return Ok(None) };
    let debt = if debt.is_empty() { Debt::default() } else { serde_json::from_str(&debt).map_err(unwritable)? };
    Ok(Some(Remembered { conversation, credential, debt }))
}

/// The conversations whose answers a history holds clues of, and how sure each tie is.
/// What is only quoted ties to none but the same credential's, and to that as kin.
pub(super) fn tied(writer: &Writer, hints: &Hints, credential: &str) -> Result<Vec<(String, u32)>, RecordError> {
    let mut tied: Vec<(String, u32)> = Vec::new();
    let clues = hints.clues.iter().map(|name| (name, true)).chain(hints.quoted.iter().map(|name| (name, false)));
    for (name, is_said) in clues {
        let waiting = writer.shared.answers.find(name);
        let found = if waiting.is_some() { waiting } else { look_up(&writer.connection, name)? };
        let Some(found) = found.filter(|found| is_said || found.credential == credential) else { continue };
        let weight = if is_said { SURE } else { 1 };
        if !tied.iter().any(|(conversation, _)| *conversation == found.conversation) {
            tied.push((found.conversation, weight));
        }
    }
    Ok(tied)
}

impl Record {
    /// What is remembered under a name.
    pub async fn remembered(&self, name: &str) -> Result<Option<Remembered>, RecordError> {
        if let Some(waiting) = self.shared.answers.find(name) {
            return Ok(Some(waiting));
        }
        let name = name.to_owned();
        // It may have been written, or not, since memory was asked.
        self.ask(move |writer| match writer.shared.answers.find(&name) {
            Some(waiting) => Ok(Some(waiting)),
            None => look_up(&writer.connection, &name),
        })
        .await
    }

    /// Remembers an answer on which something hangs. It is on the disk then; where that
    /// cannot be, memory keeps it until it can.
    pub async fn remember(&self, name: String, remembered: Remembered) -> Result<(), RecordError> {
        let (stored, copy) = (name.clone(), remembered.clone());
        let written = self.transact(move |writing| writing.remember(&stored, &copy)).await;
        match &written {
            Ok(()) => self.shared.answers.forget(&name),
            Err(_) => self.shared.answers.note(name, remembered),
        }
        written
    }

    /// Remembers an answer that only ties requests together. Does not wait.
    pub fn note_answer(&self, name: String, remembered: Remembered) {
        self.shared.answers.note(name, remembered);
    }
}

impl Writing<'_> {
    /// Remembers an answer, in place of what was remembered under that name.
    pub(super) fn remember(&self, name: &str, remembered: &Remembered) -> Result<(), RecordError> {
        let Remembered { conversation, credential, debt } = remembered;
        let debt = if debt.is_empty() { String::new() } else { serde_json::to_string(debt).map_err(unwritable)? };
        let insert = "INSERT OR REPLACE INTO answer (name, conversation, credential, seen_ms, debt) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.transaction.prepare_cached(insert)?.execute((name, conversation, credential, self.now.ms, debt))?;
        Ok(())
    }

    /// Forgets some of the answers that are too old, or too many.
    pub(super) fn sweep_answers(&self) -> Result<(), RecordError> {
        let old = "DELETE FROM answer WHERE place IN (SELECT place FROM answer WHERE seen_ms < ?1 ORDER BY seen_ms LIMIT ?2)";
        self.transaction.execute(old, (self.now.ms.saturating_sub(KEPT_MS), SWEEP_MAX))?;
        let newest: i64 = self.transaction.query_row("SELECT coalesce(max(place), 0) FROM answer", [], |row| row.get(0))?;
        let ties = "DELETE FROM answer WHERE place IN (SELECT place FROM answer WHERE debt = '' AND place <= ?1 ORDER BY place LIMIT ?2)";
        self.transaction.execute(ties, (newest.saturating_sub(TIES_MAX), SWEEP_MAX))?;
        let debts = "DELETE FROM answer WHERE place IN (SELECT place FROM answer WHERE place <= ?1 ORDER BY place LIMIT ?2)";
        self.transaction.execute(debts, (newest.saturating_sub(DEBTS_MAX), SWEEP_MAX))?;
        Ok(())
    }
}
