//! Limits, inside one transaction: how many items were delivered within a pin's
//! window, and what a call adds to them.
//!
//! A call's items are counted in the transaction that decides on it, which is on
//! the disk before the call's first byte leaves: two calls that are judged at once
//! never share the last free place. They are taken back only if the call provably
//! never left; a connection that broke proves nothing. The window slides on the
//! steady clock (`clock`), so that nobody ages items by setting the machine's.
//!
//! Every row carries the running total of its limit. What stands in a window is the
//! difference between its newest and its oldest row: two look-ups in an index,
//! however many rows there are.

use super::RecordError;
use super::prepare::Prepared;
use super::write::{Writing, unwritable};
use crate::verdict::{Judgement, Limited};
use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};

/// One call counts as this many items at most. Every limit is smaller, and so many
/// rows of it still add up.
const ITEMS_MAX: u64 = 1 << 31;

/// How much older than the longest window a row gets before it is swept, in ms: a
/// busy limit is swept once in a while, not for every row.
const SWEPT_AFTER_MS: i64 = 60_000;

/// How many rows one sweep takes; the next one goes on.
const SWEEP_MAX: i64 = 4096;

/// What one call counts in one limit of one pin, for one agent. Kept with a hold
/// until its call is released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counted {
    pub(super) pin: String,
    pub(super) agent: String,
    /// Which of the pin's limits.
    pub(super) place: u32,
    /// The limit's window.
    pub(super) per_ms: i64,
    pub(super) items: u64,
}

/// Everything a call counts once it is delivered.
pub(super) fn counted(judgement: &Judgement, agent: &str) -> Vec<Counted> {
    let each = |(pin, limited): (&crate::pin::PinId, &Limited)| Counted {
        pin: pin.as_str().to_owned(),
        agent: agent.to_owned(),
        place: limited.place,
        per_ms: i64::try_from(limited.limit.per.as_millis()).unwrap_or(i64::MAX),
        items: limited.counted().min(ITEMS_MAX),
    };
    judgement.limits().map(each).collect()
}

/// Items that were counted for a call which has not left yet.
#[derive(Debug)]
pub struct Reservation(Vec<i64>);

impl Reservation {
    /// The same items once more, for whoever gives them back if nobody takes these.
    pub fn twin(&self) -> Self {
        Self(self.0.clone())
    }
}

impl Reservation {
    fn new(rows: Vec<i64>) -> Option<Self> {
        (!rows.is_empty()).then_some(Self(rows))
    }
}

impl Writing<'_> {
    /// How many items stand in the window of this limit.
    pub(super) fn used(&self, counted: &Counted) -> Result<u64, RecordError> {
        let Some(limit) = self.limit(counted)? else { return Ok(0) };
        let since_ms = self.now.ms.saturating_sub(counted.per_ms);
        let oldest = "SELECT total - items FROM counted WHERE of_limit = ?1 AND at_ms > ?2 ORDER BY at_ms, id LIMIT 1";
        let before: Option<i64> = self.transaction.prepare_cached(oldest)?.query_row((limit, since_ms), |row| row.get(0)).optional()?;
        let Some(before) = before else { return Ok(0) };
        let (total, _) = self.newest(limit)?;
        Ok(u64::try_from(total.saturating_sub(before)).unwrap_or(0))
    }

    /// Counts the items of a call that is about to leave.
    pub(super) fn count(&mut self, all: &[Counted]) -> Result<Option<Reservation>, RecordError> {
        let rows: Result<Vec<i64>, RecordError> = all.iter().map(|counted| self.count_one(counted)).collect();
        Ok(Reservation::new(rows?))
    }

    fn count_one(&mut self, counted: &Counted) -> Result<i64, RecordError> {
        let upsert = "INSERT INTO limited (pin, agent, place, per_ms) VALUES (?1, ?2, ?3, ?4) \
                      ON CONFLICT (pin, agent, place) DO UPDATE SET per_ms = excluded.per_ms RETURNING id";
        let Counted { pin, agent, place, per_ms, items } = counted;
        let limit: i64 = self.transaction.prepare_cached(upsert)?.query_row((pin, agent, place, per_ms), |row| row.get(0))?;
        let items = i64::try_from(*items).unwrap_or(i64::MAX);
        let (total, newest_ms) = self.newest(limit)?;
        let insert = "INSERT INTO counted (of_limit, at_ms, items, total) VALUES (?1, ?2, ?3, ?4)";
        let at_ms = self.now.ms.max(newest_ms);
        self.transaction.prepare_cached(insert)?.execute((limit, at_ms, items, total.saturating_add(items)))?;
        Ok(self.transaction.last_insert_rowid())
    }

    /// Takes back what was counted for a call that never left.
    pub(super) fn take_back(&mut self, Reservation(rows): &Reservation) -> Result<(), RecordError> {
        for id in rows {
            let delete = "DELETE FROM counted WHERE id = ?1 RETURNING of_limit, at_ms, items";
            let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
            let Some((limit, at_ms, items)) = self.transaction.prepare_cached(delete)?.query_row([id], read).optional()? else { continue };
            let lower = "UPDATE counted SET total = total - ?1 WHERE of_limit = ?2 AND (at_ms, id) > (?3, ?4)";
            self.transaction.prepare_cached(lower)?.execute((items, limit, at_ms, id))?;
        }
        Ok(())
    }

    /// The pins that hold this very call in its conversation, or held it when a person
    /// said no.
    pub(super) fn pins_that_hold(&self, prepared: &Prepared) -> Result<Vec<String>, RecordError> {
        let row = self.row_of_call(&prepared.violation().conversation, prepared.digest())?;
        Ok(row.map(|row| row.pins.into_iter().map(|pin| pin.id).collect()).unwrap_or_default())
    }

    /// Keeps with a hold what its call counts once it is released.
    pub(super) fn keep_counted(&self, code: &str, prepared: &Prepared) -> Result<(), RecordError> {
        let counted = serde_json::to_string(prepared.counted()).map_err(unwritable)?;
        self.transaction.prepare_cached("UPDATE exact SET counted = ?1 WHERE code = ?2")?.execute((counted, code))?;
        Ok(())
    }

    /// What the call of a hold counts.
    pub(super) fn kept_counted(&self, code: &str) -> Result<Vec<Counted>, RecordError> {
        let select = "SELECT counted FROM exact WHERE code = ?1";
        let counted: Option<String> = self.transaction.prepare_cached(select)?.query_row([code], |row| row.get(0)).optional()?;
        counted.map_or(Ok(Vec::new()), |counted| serde_json::from_str(&counted).map_err(unwritable))
    }

    fn limit(&self, counted: &Counted) -> Result<Option<i64>, RecordError> {
        let select = "SELECT id FROM limited WHERE pin = ?1 AND agent = ?2 AND place = ?3";
        let mut statement = self.transaction.prepare_cached(select)?;
        Ok(statement.query_row((&counted.pin, &counted.agent, counted.place), |row| row.get(0)).optional()?)
    }

    /// The running total of a limit, and when it was last added to.
    fn newest(&self, limit: i64) -> Result<(i64, i64), RecordError> {
        let select = "SELECT total, at_ms FROM counted WHERE of_limit = ?1 ORDER BY at_ms DESC, id DESC LIMIT 1";
        let newest = self.transaction.prepare_cached(select)?.query_row([limit], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        Ok(newest.unwrap_or((0, 0)))
    }

    /// Deletes what no window reaches any more, the oldest first.
    pub(super) fn sweep_counted(&mut self, before_ms: i64) -> Result<(), RecordError> {
        let delete = "DELETE FROM counted WHERE id IN (SELECT id FROM counted ORDER BY id LIMIT ?1) AND at_ms <= ?2";
        self.transaction.execute(delete, (SWEEP_MAX, before_ms))?;
        self.transaction.execute("DELETE FROM limited WHERE NOT EXISTS (SELECT 1 FROM counted WHERE of_limit = limited.id)", [])?;
        Ok(())
    }
}

/// Up to when rows are older than every window, if the oldest row is.
pub(super) fn due(connection: &rusqlite::Connection, now_ms: i64) -> Result<Option<i64>, RecordError> {
    let oldest = "SELECT at_ms FROM counted ORDER BY id LIMIT 1";
    let oldest: Option<i64> = connection.prepare_cached(oldest)?.query_row([], |row| row.get(0)).optional()?;
    let Some(oldest) = oldest else { return Ok(None) };
    let longest: i64 = connection.prepare_cached("SELECT coalesce(max(per_ms), 0) FROM limited")?.query_row([], |row| row.get(0))?;
    let before_ms = now_ms.saturating_sub(longest);
    Ok((oldest.saturating_add(SWEPT_AFTER_MS) <= before_ms).then_some(before_ms))
}
