//! The one thread that writes, and the handle to it.
//!
//! Whoever has something to record prepares it (redaction, digests), puts it into
//! a bounded queue and waits. The thread takes whatever is waiting into one
//! transaction and flushes once for all of it. A transaction that fails fails
//! everybody in it, with an error and without a trace; the thread goes on.

use super::chain::Head;
use super::code::EntryId;
use super::place::{Place, beside};
use super::redact::Redactor;
use super::witness::{Witness, testimony};
use super::write::{Now, Prepared, Writing, prepare};
use super::{Health, RecordError, Recorded, Settings, Violation, read};
use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How many batches may wait to be written.
const QUEUE_MAX: usize = 1024;

/// How many bytes may wait to be written; one batch alone may always wait.
const QUEUED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How many batches share one flush.
const GROUP_MAX: usize = 64;

/// How many broken connections wait to be noted; past it the oldest is forgotten,
/// which leaves its entry saying what was about to be sent.
const BROKEN_MAX: usize = 65_536;

/// How often the thread wakes by itself: to let holds expire, to try again.
const TICK: Duration = Duration::from_millis(500);

/// How far the signed head may lag behind while entries are written.
const SIGN_EVERY: Duration = Duration::from_millis(500);

/// How long a good attempt to write counts as news.
const PROBE_AFTER: Duration = Duration::from_secs(1);

/// The record of one data dir, open for writing. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Record {
    queue: SyncSender<Job>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    redactor: Redactor,
    queued_bytes: AtomicUsize,
    broken: Mutex<Vec<EntryId>>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    health: Health,
    at: Instant,
}

#[derive(Debug)]
enum Job {
    Write { batch: Vec<Prepared>, bytes: usize, done: oneshot::Sender<Result<Vec<Recorded>, RecordError>> },
    Probe(oneshot::Sender<()>),
    Wake,
    Close(oneshot::Sender<()>),
}

impl Record {
    /// Opens the record of a data dir, creating both if need be.
    ///
    /// Refused: a data dir that another linchpin uses, a file that cannot be read,
    /// a record whose end was cut off.
    pub fn open(data_dir: &Path, settings: Settings) -> Result<Self, RecordError> {
        let redactor = Redactor::new(&settings.redact)?;
        let (place, connection) = Place::open(data_dir, &settings.file)?;
        let head = read::checked_head(&connection)?;
        let mut witness = Witness::open(place.file())?;
        if let Some(found) = read::contradiction(&connection, testimony(place.file())?)? {
            return Err(RecordError::Witness {
                file: beside(place.file(), ".head"),
                why: format!("entry {}: {}", found.seq, found.finding),
            });
        }
        witness.sign(&head)?;
        let shared = Arc::new(Shared {
            redactor,
            queued_bytes: AtomicUsize::new(0),
            broken: Mutex::new(Vec::new()),
            state: Mutex::new(State { health: Health::Well, at: Instant::now() }),
        });
        let (queue, jobs) = sync_channel(QUEUE_MAX);
        let writer = Writer {
            connection,
            place,
            head,
            witness,
            signed_at: Instant::now(),
            hold_expires: settings.hold_expires,
            shared: shared.clone(),
        };
        let thread = std::thread::Builder::new().name("record".into()).spawn(move || writer.run(&jobs));
        thread.map_err(|source| RecordError::io(data_dir, &source))?;
        Ok(Self { queue, shared })
    }

    /// Writes one entry per violation, in order, in one transaction. What it
    /// returns is on the disk; after an error nothing is, and nothing may be
    /// delivered.
    pub async fn withheld_or_warned(&self, batch: Vec<Violation>) -> Result<Vec<Recorded>, RecordError> {
        let batch = batch.into_iter().map(|violation| prepare(violation, &self.shared.redactor)).collect::<Result<Vec<_>, _>>()?;
        let bytes = batch.iter().map(|prepared| prepared.bytes).sum();
        self.shared.reserve(bytes)?;
        let (done, result) = oneshot::channel();
        if let Err(refused) = self.queue.try_send(Job::Write { batch, bytes, done }) {
            self.shared.release(bytes);
            return Err(refusal(&refused));
        }
        result.await.unwrap_or(Err(RecordError::Closed))
    }

    /// Notes that the connection broke before these were delivered. Does not wait.
    pub fn broke(&self, entries: Vec<EntryId>) {
        self.shared.note_broken(entries);
        // A full queue wakes the thread just as well.
        let _ = self.queue.try_send(Job::Wake);
    }

    /// Whether the last attempt to write succeeded. A failing record is tried again
    /// all the time, a quiet one is not: [`Record::probe`].
    pub fn health(&self) -> Health {
        guard(&self.shared.state).health.clone()
    }

    /// Tries to write if nobody did within the last second, and says how it went.
    pub async fn probe(&self) -> Health {
        let (done, result) = oneshot::channel();
        match self.queue.try_send(Job::Probe(done)) {
            Ok(()) => match result.await {
                Ok(()) => self.health(),
                Err(_) => Health::Failing(RecordError::Closed),
            },
            Err(refused) => Health::Failing(refusal(&refused)),
        }
    }

    /// Writes everything that waits, then closes the file. Other handles get
    /// [`RecordError::Closed`] from then on.
    pub async fn close(self) {
        let (done, closed) = oneshot::channel();
        let queue = self.queue;
        let sent = tokio::task::spawn_blocking(move || queue.send(Job::Close(done))).await;
        if matches!(sent, Ok(Ok(()))) {
            let _ = closed.await;
        }
    }
}

fn refusal(refused: &TrySendError<Job>) -> RecordError {
    match refused {
        TrySendError::Full(_) => RecordError::Full,
        TrySendError::Disconnected(_) => RecordError::Closed,
    }
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn reserve(&self, bytes: usize) -> Result<(), RecordError> {
        let before = self.queued_bytes.fetch_add(bytes, Ordering::Relaxed);
        if before > 0 && before.saturating_add(bytes) > QUEUED_BYTES_MAX {
            self.release(bytes);
            return Err(RecordError::Full);
        }
        Ok(())
    }

    fn note_broken(&self, entries: Vec<EntryId>) {
        let mut broken = guard(&self.broken);
        let too_many = (broken.len() + entries.len()).saturating_sub(BROKEN_MAX).min(broken.len());
        broken.drain(..too_many);
        broken.extend(entries.into_iter().take(BROKEN_MAX));
    }

    fn release(&self, bytes: usize) {
        self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

struct Writer {
    connection: Connection,
    place: Place,
    head: Head,
    witness: Witness,
    signed_at: Instant,
    hold_expires: Duration,
    shared: Arc<Shared>,
}

/// One batch and whoever waits for it.
struct Waiting {
    batch: Vec<Prepared>,
    bytes: usize,
    done: oneshot::Sender<Result<Vec<Recorded>, RecordError>>,
}

impl Writer {
    /// Works until the record is closed or nobody has a handle to it any more.
    fn run(mut self, jobs: &Receiver<Job>) {
        self.tick();
        loop {
            let closing = match jobs.recv_timeout(TICK) {
                Ok(job) => self.take(job, jobs),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            self.tick();
            if let Some(done) = closing {
                self.sign();
                self.fold_log();
                // Whoever waits for this may open the data dir again at once.
                drop(self);
                let _ = done.send(());
                return;
            }
        }
        self.sign();
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

    fn answer(&self, waiting: Waiting, result: Result<Vec<Recorded>, RecordError>) {
        self.shared.release(waiting.bytes);
        if let Err(Ok(recorded)) = waiting.done.send(result) {
            // Whoever asked is gone: nothing of this is delivered to anybody.
            self.shared.note_broken(recorded.into_iter().map(|one| one.id).collect());
        }
    }

    /// What has to happen without anybody asking.
    fn tick(&mut self) {
        self.note_broken();
        while let Ok(true) = self.expire_due() {}
        let is_failing = guard(&self.shared.state).health != Health::Well;
        if is_failing {
            self.probe();
        }
        if self.signed_at.elapsed() >= SIGN_EVERY {
            self.sign();
        }
    }

    /// Signs the head. One that cannot be signed lags behind, which it may.
    fn sign(&mut self) {
        self.signed_at = Instant::now();
        if let Err(error) = self.witness.sign(&self.head) {
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

    /// Lets holds expire, if any is due. Looks without a transaction first: most of
    /// the time there is nothing to do.
    fn expire_due(&mut self) -> Result<bool, RecordError> {
        let due = "SELECT EXISTS (SELECT 1 FROM hold WHERE outcome = 'held' AND expires_ms <= ?1)";
        let now = Timestamp::now().as_millisecond();
        let is_due = self.connection.prepare_cached(due).and_then(|mut due| due.query_row([now], |row| row.get::<_, bool>(0)));
        if !is_due? {
            return Ok(false);
        }
        let expired = self.in_transaction(|writing| writing.expire());
        // Exact arguments were deleted: they must not live on in the log.
        self.fold_log();
        expired
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
    fn in_transaction<T>(&mut self, work: impl FnOnce(&mut Writing<'_>) -> Result<T, RecordError>) -> Result<T, RecordError> {
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
            now: Now(Timestamp::now()),
            hold_expires: self.hold_expires,
            redactor: &self.shared.redactor,
        };
        let value = work(&mut writing)?;
        let head = writing.head;
        transaction.commit()?;
        self.head = head;
        Ok(value)
    }
}

fn write_batch(writing: &mut Writing<'_>, batch: &[Prepared]) -> Result<Vec<Recorded>, RecordError> {
    batch.iter().map(|prepared| writing.violation(prepared)).collect()
}
