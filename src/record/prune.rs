//! Entries that are older than `[record] keep` go, and a checkpoint says so.
//!
//! The oldest go first, so that what is kept is one piece of the chain. An entry stays
//! as long as a later one follows it up, or its hold is open: what is shown of a call is
//! whole, or is gone. Age is counted on the steady clock's time: a clock that somebody
//! sets while linchpin runs ages nothing.

use super::RecordError;
use super::chain::{Checkpoint, PRUNED};
use super::code::EntryId;
use super::write::{Writing, unwritable};
use rusqlite::{Connection, OptionalExtension};
use std::time::Duration;

/// How many entries go in one transaction; the next one goes on.
const PRUNE_MAX: i64 = 4096;

/// How often entries are looked for that are too old, at most and at least.
const EVERY_MAX: Duration = Duration::from_secs(3600);
const EVERY_MIN: Duration = Duration::from_secs(1);

/// How often to look, where entries are kept so long.
pub(super) fn every(keep: Duration) -> Duration {
    (keep / 24).clamp(EVERY_MIN, EVERY_MAX)
}

/// The last entry that may go, if any may. `before` is the time of the oldest to stay;
/// nothing beyond `signed` goes: the signed head names an entry that is there.
pub(super) fn due(connection: &Connection, before: &str, signed: i64) -> Result<Option<i64>, RecordError> {
    let number = |select: &str| -> Result<Option<i64>, RecordError> {
        Ok(connection.prepare_cached(select)?.query_row([], |row| row.get::<_, Option<i64>>(0)).optional()?.flatten())
    };
    let Some(first) = number("SELECT min(seq) FROM record")? else { return Ok(None) };
    // Not the newest of all that are old, but of those that stand together at the beginning.
    let young = "SELECT seq FROM record WHERE at >= ?1 ORDER BY seq LIMIT 1";
    let young: Option<i64> = connection.prepare_cached(young)?.query_row([before], |row| row.get(0)).optional()?;
    let mut through =
        young.map_or(signed, |seq| seq.saturating_sub(1)).min(signed.saturating_sub(1)).min(first.saturating_add(PRUNE_MAX - 1));
    let open = "SELECT min(record.first) FROM hold JOIN hold_entry ON hold_entry.code = hold.code \
                JOIN record ON record.entry = hold_entry.entry WHERE hold.outcome = 'held'";
    if let Some(open) = number(open)? {
        through = through.min(open.saturating_sub(1));
    }
    let mut followed = connection.prepare_cached("SELECT first FROM record WHERE first <= ?1 AND seq > ?1 ORDER BY first LIMIT 1")?;
    while through >= first {
        match followed.query_row([through], |row| row.get::<_, i64>(0)).optional()? {
            Some(first_followed) => through = first_followed.saturating_sub(1),
            None => break,
        }
    }
    // A checkpoint alone does not go: it would only make another one.
    let counts = "SELECT EXISTS (SELECT 1 FROM record WHERE seq <= ?1 AND event <> ?2)";
    let is_worth_it = through >= first && connection.prepare_cached(counts)?.query_row((through, PRUNED), |row| row.get(0))?;
    Ok(is_worth_it.then_some(through))
}

impl Writing<'_> {
    /// Deletes the entries up to this one, with what people said about them, and leaves a
    /// checkpoint.
    pub(super) fn prune(&mut self, through: i64) -> Result<(), RecordError> {
        let last = "SELECT hash, at FROM record WHERE seq = ?1";
        let (hash, until): (String, String) = self.transaction.query_row(last, [through], |row| Ok((row.get(0)?, row.get(1)?)))?;
        const OLD: &str = "SELECT entry FROM record WHERE seq <= ?1";
        let voices = format!("DELETE FROM voice WHERE code IN (SELECT code FROM hold_entry WHERE entry IN ({OLD}))");
        self.transaction.execute(&voices, [through])?;
        self.transaction.execute(&format!("DELETE FROM hold_entry WHERE entry IN ({OLD})"), [through])?;
        let entries = self.transaction.execute("DELETE FROM record WHERE seq <= ?1", [through])?;
        let entries = i64::try_from(entries).unwrap_or(i64::MAX);
        let body = serde_json::to_string(&Checkpoint { through, hash, until, entries }).map_err(unwritable)?;
        let id = EntryId::about("s", self.now.wall_ms())?;
        self.append(None, id.as_str(), PRUNED, body)
    }

    /// Notes that a start found the key of the signed head, and no signed head.
    pub(super) fn note_bereft(&mut self) -> Result<(), RecordError> {
        let id = EntryId::about("s", self.now.wall_ms())?;
        self.append(None, id.as_str(), "unsigned", serde_json::json!({ "why": "the signed head was missing at a start" }).to_string())
    }
}
