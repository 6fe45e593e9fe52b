//! What time it is, for rows and for terms.
//!
//! Rows bear the wall clock's time, since people read them. Terms (when a hold
//! expires, a grant lapses, a limit's window ends) are counted on a steady clock
//! that goes on through sleep, and that nobody can set: a clock that is put forward
//! or back ages nothing. The store remembers how the two stood, so that a restart
//! goes on where it was; over the time in between the wall clock has to be believed,
//! and one that went back counts as one that stood still.

use super::RecordError;
use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use std::time::Duration;

/// The steady clock of one open record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// What it shows at `since`, in ms; about the wall clock's time since 1970.
    base_ms: i64,
    since: Steady,
}

/// One moment, on both clocks. Every row of a transaction bears the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    wall: Timestamp,
    /// For terms, in ms.
    pub(super) ms: i64,
}

impl Clock {
    /// Goes on from where the store says the clock stood.
    pub(super) fn open(connection: &Connection) -> Result<Self, RecordError> {
        Ok(Self { base_ms: read_ms(connection)?, since: Steady::now() })
    }

    pub(super) fn now(&self) -> Now {
        Now { wall: Timestamp::now(), ms: self.base_ms.saturating_add(self.since.elapsed_ms()) }
    }
}

impl Now {
    /// The wall clock's time, RFC 3339 in UTC with milliseconds.
    pub(super) fn text(self) -> String {
        format!("{:.3}", self.wall)
    }

    /// The wall clock's time in ms since 1970, for ids that sort by age.
    pub(super) fn wall_ms(self) -> i64 {
        self.wall.as_millisecond()
    }

    /// A term that begins now.
    pub(super) fn after(self, time: Duration) -> i64 {
        self.ms.saturating_add(i64::try_from(time.as_millis()).unwrap_or(i64::MAX))
    }

    /// Notes how the two clocks stand.
    pub(super) fn note(self, transaction: &Transaction<'_>) -> Result<(), RecordError> {
        let update = "UPDATE clock SET steady_ms = ?1, wall_ms = ?2 WHERE one = 1";
        transaction.prepare_cached(update)?.execute((self.ms, self.wall_ms()))?;
        Ok(())
    }
}

/// What the steady clock shows, as far as a reader of the store can tell.
pub(super) fn read_ms(connection: &Connection) -> Result<i64, RecordError> {
    let select = "SELECT steady_ms, wall_ms FROM clock WHERE one = 1";
    let (steady_ms, wall_ms): (i64, i64) = connection.query_row(select, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let passed_ms = Timestamp::now().as_millisecond().saturating_sub(wall_ms).max(0);
    Ok(steady_ms.saturating_add(passed_ms))
}

/// A term as people read it.
pub(super) fn text(ms: i64) -> String {
    format!("{:.3}", Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX))
}

/// A moment of a clock that is never set. Linux's monotonic clock stands still while
/// the machine sleeps, its boot clock does not.
#[cfg(any(target_os = "linux", target_os = "android"))]
#[derive(Debug, Clone, Copy)]
struct Steady(i64);

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Steady {
    fn now() -> Self {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        Self(time.tv_sec.saturating_mul(1000).saturating_add(time.tv_nsec / 1_000_000))
    }

    fn elapsed_ms(self) -> i64 {
        Self::now().0.saturating_sub(self.0).max(0)
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
#[derive(Debug, Clone, Copy)]
struct Steady(std::time::Instant);

#[cfg(not(any(target_os = "linux", target_os = "android")))]
impl Steady {
    fn now() -> Self {
        Self(std::time::Instant::now())
    }

    fn elapsed_ms(self) -> i64 {
        i64::try_from(self.0.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}
