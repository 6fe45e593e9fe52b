//! The one thread that writes.
//!
//! It takes whatever is waiting into one transaction and flushes once for all of
//! it. A transaction that fails fails everybody in it, with an error and without a
//! trace; the thread goes on, and tries again until the store is well.

use super::book;
use super::chain::Head;
use super::clock::{self, Clock};
use super::halt::Breaker;
use super::handle::{BROKEN_MAX, Job, Shared, State, Unclaimed, guard};
use super::limits::Reservation;
use super::place::Place;
use super::prepare::Prepared;
use super::witness::Witness;
use super::write::{Writing, Written};
use super::{Health, RecordError, Recorded, Terms, limits, prune, tables, tally};
use rusqlite::{Connection, TransactionBehavior};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How many batches share one flush.
const GROUP_MAX: usize = 64;

/// How far the store may lag behind memory about conversations.
const FLUSH_EVERY: Duration = Duration::from_secs(1);

/// How often the thread wakes by itself: to let holds expire, to try again.
const TICK: Duration = Duration::from_millis(500);

/// How far the signed head may lag behind while entries are written.
const SIGN_EVERY: Duration = Duration::from_millis(500);

/// How long a good attempt to write counts as news.
const PROBE_AFTER: Duration = Duration::from_secs(1);

/// How far a reader's steady clock may be from ours, in ms.
const CLOCKS_APART_MS_MAX: u64 = 2000;

/// The thread's own.
pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) place: Place,
    pub(super) head: Head,
    pub(super) witness: Witness,
    pub(super) signed_at: Instant,
    pub(super) flushed_at: Instant,
    pub(super) keep: Duration,
    /// When old entries were last looked for.
    pub(super) pruned_at: Option<Instant>,
    pub(super) terms: Terms,
    pub(super) breaker: Breaker,
    pub(super) clock: Clock,
    pub(super) shared: Arc<Shared>,
}

/// One batch and whoever waits for it.
struct Waiting {
    batch: Vec<Prepared>,
    bytes: usize,
    done: oneshot::Sender<Result<(Vec<Recorded>, Unclaimed), RecordError>>,
}

impl Writer {
    /// Works until the record is closed or nobody has a handle to it any more.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        self.tick();
        loop {
            let closing = match jobs.recv_timeout(TICK) {
                Ok(job) => self.take(job, jobs),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            self.tick();
            if let Some(done) = closing {
                self.write_halts();
                self.leave();
                // Whoever waits for this may open the data dir again at once.
                drop(self);
                let _ = done.send(());
                return;
            }
        }
        self.leave();
    }

    /// What is done last: nothing changes behind it, so the signed head vouches for
    /// everything.
    fn leave(&mut self) {
        self.flush_book();
        self.save_written();
        match tables::digest(&self.connection) {
            Ok(tables) => self.sign(Some(tables)),
            Err(error) => {
                tracing::warn!(%error, "nothing vouches for the tables beside the record");
                self.sign(None);
            }
        }
        self.fold_log();
    }

    /// Does a job, and whatever else is waiting up to a group's size.
    fn take(&mut self, first: Job, jobs: &Receiver<Job>) -> Option<oneshot::Sender<()>> {
        let mut group = Vec::new();
        let mut probes = Vec::new();
        let mut closing = None;
        let mut next = Some(first);
        while let Some(job) = next.take() {
            match job {
                Job::Write { batch, bytes, done } => group.push(Waiting { batch, bytes, done }),
                Job::Probe(done) => probes.push(done),
                Job::Work(work) => {
                    // What was asked for before it comes first.
                    self.write_group(std::mem::take(&mut group));
                    work(self);
                }
                Job::Wake => {}
                Job::Close(done) => {
                    closing = Some(done);
                    break;
                }
            }
            if group.len() < GROUP_MAX {
                next = jobs.try_recv().ok();
            }
        }
        self.write_group(group);
        if !probes.is_empty() {
            self.probe();
            for done in probes {
                let _ = done.send(());
            }
        }
        closing
    }

    /// Writes a group in one transaction; if that fails, each batch in its own, so
    /// that one which cannot be written takes no other down with it.
    fn write_group(&mut self, group: Vec<Waiting>) {
        if group.is_empty() {
            return;
        }
        let together =
            self.in_transaction(|writing| group.iter().map(|waiting| write_batch(writing, &waiting.batch)).collect::<Result<Vec<_>, _>>());
        match together {
            Ok(recorded) => {
                for (waiting, recorded) in group.into_iter().zip(recorded) {
                    self.answer(waiting, Ok(recorded));
                }
            }
            Err(error) if group.len() == 1 => {
                for waiting in group {
                    self.answer(waiting, Err(error.clone()));
                }
            }
            Err(_) => {
                for waiting in group {
                    let alone = self.in_transaction(|writing| write_batch(writing, &waiting.batch));
                    self.answer(waiting, alone);
                }
            }
        }
    }

    fn answer(&self, waiting: Waiting, result: Result<Vec<Written>, RecordError>) {
        self.shared.release(waiting.bytes);
        let conversation = |place: usize| waiting.batch.get(place).map(|prepared| prepared.violation().conversation.as_str());
        let recorded = |(place, written): (usize, Written)| {
            let Written { id, delivered, code, notice, reserved, waits_for } = written;
            let waiting = waits_for.and_then(|code| self.shared.board.wait(conversation(place)?, &code));
            Recorded { id, delivered, code, waiting, notice, reserved }
        };
        let result = result.map(|written| {
            let recorded: Vec<Recorded> = written.into_iter().enumerate().map(recorded).collect();
            let entries = recorded.iter().filter_map(|one| one.id.clone()).collect();
            let reserved = recorded.iter().filter_map(|one| one.reserved.as_ref().map(Reservation::twin)).collect();
            (recorded, Unclaimed::new(&self.shared, entries, reserved))
        });
        // Whoever asked may be gone: then nothing of this is delivered to anybody.
        drop(waiting.done.send(result));
    }

    /// What has to happen without anybody asking.
    fn tick(&mut self) {
        self.write_halts();
        self.note_broken();
        self.take_back_unsent();
        self.sweep_counted();
        if self.shared.answers.is_sweep_due() {
            // What is not deleted now is next time.
            let _ = self.in_transaction(|writing| writing.sweep_answers());
        }
        while let Ok(true) = self.sweep_due() {}
        let is_failing = guard(&self.shared.state).health != Health::Well;
        if is_failing {
            self.probe();
        }
        self.note_clock();
        if self.flushed_at.elapsed() >= FLUSH_EVERY {
            self.flush_book();
        }
        if self.signed_at.elapsed() >= SIGN_EVERY {
            self.sign(None);
        }
        self.prune_due();
    }

    /// Lets entries go that are older than they are kept.
    fn prune_due(&mut self) {
        if self.pruned_at.is_some_and(|at| at.elapsed() < prune::every(self.keep)) {
            return;
        }
        let keep_ms = i64::try_from(self.keep.as_millis()).unwrap_or(i64::MAX);
        let before = clock::text(self.clock.now().ms.saturating_sub(keep_ms).max(0));
        match prune::due(&self.connection, &before, self.witness.signed_seq()) {
            // There may be more: the next tick looks again.
            Ok(Some(through)) => drop(self.in_transaction(|writing| writing.prune(through))),
            Ok(None) => self.pruned_at = Some(Instant::now()),
            Err(error) => {
                self.pruned_at = Some(Instant::now());
                tracing::warn!(%error, "old entries could not be looked for");
            }
        }
    }

    /// Notes how the clocks stand when the wall clock was set, so that whoever reads
    /// the store meanwhile counts terms as we do.
    fn note_clock(&mut self) {
        let apart_ms = clock::read_ms(&self.connection).map(|read| read.abs_diff(self.clock.now().ms));
        if apart_ms.is_ok_and(|apart_ms| apart_ms > CLOCKS_APART_MS_MAX) {
            let _ = self.in_transaction(|_| Ok(()));
        }
    }

    /// Writes what changed about conversations. What cannot be written waits.
    pub(super) fn flush_book(&mut self) {
        self.flushed_at = Instant::now();
        let pages = self.shared.book.dirty();
        if !pages.is_empty() && self.in_transaction(|writing| book::flush(writing, &pages)).is_err() {
            self.shared.book.not_written(pages);
        }
        let ties = self.shared.answers.take();
        let write = |writing: &mut Writing<'_>| ties.iter().try_for_each(|(name, tie)| writing.remember(name, tie));
        if !ties.is_empty() && self.in_transaction(write).is_err() {
            self.shared.answers.not_written(ties);
        }
    }

    /// Writes halts, which count already. One that cannot be written is tried again.
    fn write_halts(&mut self) {
        let mut left = self.shared.halts.take_unwritten().into_iter();
        if left.len() > 0 {
            // Which conversation that is, and what it is tied to.
            self.flush_book();
        }
        while let Some(mut order) = left.next() {
            let written = self.in_transaction(|writing| writing.halt(&order));
            let failed = written.is_err();
            if let Some(done) = order.done.take() {
                let _ = done.send(written);
            }
            if failed {
                return self.shared.halts.not_written(std::iter::once(order).chain(left).collect());
            }
        }
    }

    /// Signs the head. One that cannot be signed lags behind, which it may.
    fn sign(&mut self, tables: Option<String>) {
        self.signed_at = Instant::now();
        if let Err(error) = self.witness.sign(&self.head, tables) {
            tracing::warn!(%error, "the head of the record could not be signed");
        }
    }

    fn note_broken(&mut self) {
        let broken = std::mem::take(&mut *guard(&self.shared.broken));
        if broken.is_empty() {
            return;
        }
        let noted = self.in_transaction(|writing| broken.iter().try_for_each(|id| writing.broke(id)));
        if noted.is_err() {
            let mut waiting = guard(&self.shared.broken);
            let room = BROKEN_MAX.saturating_sub(waiting.len());
            waiting.splice(..0, broken.into_iter().take(room));
        }
    }

    /// What cannot be taken back now stays counted until it can.
    fn take_back_unsent(&mut self) {
        let unsent = std::mem::take(&mut *guard(&self.shared.unsent));
        if unsent.is_empty() {
            return;
        }
        let taken = self.in_transaction(|writing| unsent.iter().try_for_each(|reserved| writing.take_back(reserved)));
        if taken.is_err() {
            self.shared.note_unsent(unsent);
        }
    }

    /// Deletes some of what no limit's window reaches any more; the next tick goes on.
    fn sweep_counted(&mut self) {
        if let Ok(Some(before_ms)) = limits::due(&self.connection, self.clock.now().ms) {
            // What is not deleted now is next time.
            let _ = self.in_transaction(|writing| writing.sweep_counted(before_ms));
        }
    }

    /// Lets holds expire and grants lapse, if any is due. Looks without a transaction first: most of
    /// the time there is nothing to do.
    fn sweep_due(&mut self) -> Result<bool, RecordError> {
        let due = "SELECT EXISTS (SELECT 1 FROM hold WHERE outcome = 'held' AND (expires_ms <= ?1 OR lapses_ms <= ?1))";
        let now = self.clock.now().ms;
        let is_due = self.connection.prepare_cached(due).and_then(|mut due| due.query_row([now], |row| row.get::<_, bool>(0)));
        if !is_due? {
            return Ok(false);
        }
        self.in_transaction(|writing| writing.sweep())
    }

    /// A write that changes nothing anybody reads.
    fn probe(&mut self) {
        let is_fresh = {
            let state = guard(&self.shared.state);
            state.health == Health::Well && state.at.elapsed() < PROBE_AFTER
        };
        if !is_fresh {
            let _ = self.in_transaction(|writing| {
                writing.transaction.execute("UPDATE probe SET tries = tries + 1", [])?;
                Ok(())
            });
        }
    }

    /// Moves the log into the database file and empties it.
    fn fold_log(&mut self) {
        let _ = self.connection.pragma_update_and_check(None, "wal_checkpoint", "truncate", |_| Ok(()));
    }

    /// Runs one transaction and keeps what it teaches about the store's health.
    pub(super) fn in_transaction<T>(&mut self, work: impl FnOnce(&mut Writing<'_>) -> Result<T, RecordError>) -> Result<T, RecordError> {
        let result = self.try_transaction(work);
        let health = match &result {
            Ok(_) => Health::Well,
            Err(error) => Health::Failing(error.clone()),
        };
        *guard(&self.shared.state) = State { health, at: Instant::now() };
        result
    }

    fn try_transaction<T>(&mut self, work: impl FnOnce(&mut Writing<'_>) -> Result<T, RecordError>) -> Result<T, RecordError> {
        self.place.check_unmoved()?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut writing = Writing {
            transaction: &transaction,
            head: self.head.clone(),
            now: self.clock.now(),
            terms: self.terms,
            breaker: self.breaker,
            halts: &self.shared.halts,
            redactor: &self.shared.redactor,
            effects: Vec::new(),
            halted: Vec::new(),
            counts: Vec::new(),
            folds_log: false,
        };
        let value = work(&mut writing)?;
        let Writing { head, now, effects, halted, counts, folds_log, .. } = writing;
        now.note(&transaction)?;
        transaction.commit()?;
        self.head = head;
        self.shared.halts.written(halted);
        self.shared.board.apply(effects);
        tally::count(&self.shared.tally, counts);
        if folds_log {
            self.fold_log();
        }
        Ok(value)
    }
}

fn write_batch(writing: &mut Writing<'_>, batch: &[Prepared]) -> Result<Vec<Written>, RecordError> {
    batch.iter().map(|prepared| writing.violation(prepared)).collect()
}
