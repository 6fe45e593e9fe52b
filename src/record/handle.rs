//! The handle to the record: what everybody but the writing thread holds.
//!
//! Whoever has something to record prepares it here (redaction, digests), puts it
//! into a bounded queue and waits. What the queue does not take is refused at
//! once: a flood costs an error, not memory.

mod conversations;
mod holds;
mod stops;

use super::answers::Answers;
use super::board::Board;
use super::book::Book;
use super::changed::Changed;
use super::clock::Clock;
use super::code::EntryId;
use super::halt;
use super::halts::Halts;
use super::hold::open_holds;
use super::limits::Reservation;
use super::place::{Place, beside};
use super::prepare::{Prepared, prepare};
use super::redact::Redactor;
use super::tally::Tally;
use super::witness::{Witness, testimony};
use super::write::Writing;
use super::writer::Writer;
use super::written::Shelf;
use super::{Health, RecordError, Recorded, Settings, Terms, Violation, read};
use crate::digest::PinStamp;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::oneshot;

/// How many batches may wait to be written.
const QUEUE_MAX: usize = 1024;

/// How many bytes may wait to be written; one batch alone may always wait.
const QUEUED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How long whoever halts waits to hear that it is written; it counts before.
const HALT_WAIT: std::time::Duration = std::time::Duration::from_secs(3);

/// How many broken connections wait to be noted; past it the oldest is forgotten,
/// which leaves its entry saying what was about to be sent.
pub(super) const BROKEN_MAX: usize = 65_536;

/// The record of one data dir, open for writing. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Record {
    queue: SyncSender<Job>,
    pub(super) shared: Arc<Shared>,
}

/// What the handles and the thread share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) redactor: Redactor,
    queued_bytes: AtomicUsize,
    pub(super) broken: Mutex<Vec<EntryId>>,
    pub(super) unsent: Mutex<Vec<Reservation>>,
    pub(super) state: Mutex<State>,
    pub(super) tally: Mutex<Tally>,
    pub(super) board: Board,
    pub(super) book: Book,
    pub(super) answers: Answers,
    pub(super) shelf: Shelf,
    pub(super) halts: Halts,
}

/// How the last attempt to write went, and when it was made.
#[derive(Debug)]
pub(super) struct State {
    pub(super) health: Health,
    pub(super) at: Instant,
}

/// What was written for somebody who has not taken it yet. An agent may hang up while
/// its entry is on the way to the disk; what nobody takes was delivered to nobody.
#[derive(Debug)]
pub(super) struct Unclaimed {
    shared: Arc<Shared>,
    entries: Vec<EntryId>,
    reserved: Vec<Reservation>,
}

impl Unclaimed {
    pub(super) fn new(shared: &Arc<Shared>, entries: Vec<EntryId>, reserved: Vec<Reservation>) -> Self {
        Self { shared: Arc::clone(shared), entries, reserved }
    }

    /// From here on it is the taker's.
    fn claim(mut self) {
        self.entries.clear();
        self.reserved.clear();
    }
}

impl Drop for Unclaimed {
    fn drop(&mut self) {
        if !self.entries.is_empty() {
            self.shared.note_broken(std::mem::take(&mut self.entries));
        }
        if !self.reserved.is_empty() {
            self.shared.note_unsent(std::mem::take(&mut self.reserved));
        }
    }
}

/// What the thread does with its own hands.
type Work = Box<dyn FnOnce(&mut Writer) + Send>;

/// What the thread is asked to do.
pub(super) enum Job {
    Write {
        batch: Vec<Prepared>,
        bytes: usize,
        done: oneshot::Sender<Result<(Vec<Recorded>, Unclaimed), RecordError>>,
    },
    /// Something that is a transaction of its own.
    Work(Work),
    Probe(oneshot::Sender<()>),
    Wake,
    Close(oneshot::Sender<()>),
}

impl Record {
    /// Opens the record of a data dir, creating both if need be.
    ///
    /// Refused: a data dir that another linchpin uses, a file that cannot be read,
    /// a record whose end was cut off.
    pub fn open(data_dir: &std::path::Path, settings: Settings) -> Result<Self, RecordError> {
        let redactor = Redactor::new(&settings.redact)?;
        let (place, connection) = Place::open(data_dir, &settings.file)?;
        let head = read::checked_head(&connection)?;
        let mut witness = Witness::open(place.file())?;
        // A missing one is how an owner says that an older copy was put in place; the chain tells of it.
        let is_there = beside(place.file(), ".head").exists();
        let testimony = if is_there { testimony(place.file())? } else { None };
        if let Some(found) = read::contradiction(&connection, testimony)? {
            return Err(RecordError::Witness {
                file: beside(place.file(), ".head"),
                why: format!("entry {}: {}", found.seq, found.finding),
            });
        }
        let is_bereft = witness.is_bereft;
        witness.sign(&head, None)?;
        let shared = Arc::new(Shared {
            redactor,
            queued_bytes: AtomicUsize::new(0),
            broken: Mutex::new(Vec::new()),
            unsent: Mutex::new(Vec::new()),
            state: Mutex::new(State { health: Health::Well, at: Instant::now() }),
            tally: Mutex::new(Tally::default()),
            board: Board::default(),
            book: Book::default(),
            answers: Answers::default(),
            shelf: Shelf::open(&connection)?,
            halts: Halts::default(),
        });
        shared.halts.restore(halt::standing(&connection)?, halt::said(&connection)?);
        shared.board.apply(open_holds(&connection)?);
        let clock = Clock::open(&connection)?;
        let (queue, jobs) = sync_channel(QUEUE_MAX);
        let mut writer = Writer {
            connection,
            place,
            head,
            witness,
            signed_at: Instant::now(),
            flushed_at: Instant::now(),
            keep: settings.keep,
            pruned_at: None,
            terms: settings.terms,
            breaker: settings.breaker,
            clock,
            shared: shared.clone(),
        };
        writer.in_transaction(|writing| {
            if is_bereft {
                writing.note_bereft()?;
            }
            writing.set_pins(&settings.pins)
        })?;
        let thread = std::thread::Builder::new().name("record".into()).spawn(move || writer.run(&jobs));
        thread.map_err(|source| RecordError::io(data_dir, &source))?;
        Ok(Self { queue, shared })
    }

    /// Writes one entry per violation, in order, in one transaction, and counts what
    /// limits count of those that are delivered; one of no consequence that only limits objected
    /// to, which have room, gets no entry. What it returns is on the disk; after an error nothing
    /// is, and nothing may be delivered.
    pub async fn withheld_or_warned(&self, batch: Vec<Violation>) -> Result<Vec<Recorded>, RecordError> {
        let batch = batch.into_iter().map(|violation| prepare(violation, &self.shared.redactor)).collect::<Result<Vec<_>, _>>()?;
        let bytes = batch.iter().map(|prepared| prepared.bytes).sum();
        self.shared.reserve(bytes)?;
        let (done, result) = oneshot::channel();
        if let Err(refused) = self.queue.try_send(Job::Write { batch, bytes, done }) {
            self.shared.release(bytes);
            return Err(refusal(&refused));
        }
        let (recorded, unclaimed) = result.await.unwrap_or(Err(RecordError::Closed))?;
        unclaimed.claim();
        Ok(recorded)
    }

    /// Says which pins are in force from now on. A yes that was given under others
    /// is void.
    pub async fn set_pins(&self, pins: Vec<PinStamp>) -> Result<(), RecordError> {
        self.transact(move |writing| writing.set_pins(&pins)).await
    }

    /// Notes what happened to the configuration, and, where another one is in force
    /// from now on, its pins and terms. A yes that was given under others is void.
    pub async fn changed(&self, changed: Changed, in_force: Option<(Vec<PinStamp>, Terms)>) -> Result<(), RecordError> {
        let terms = in_force.as_ref().map(|(_, terms)| *terms);
        self.transact(move |writing| writing.changed(changed, in_force.as_ref())).await?;
        match terms {
            Some(terms) => {
                let set = move |writer: &mut Writer| {
                    writer.terms = terms;
                    Ok(())
                };
                self.ask(set).await
            }
            None => Ok(()),
        }
    }

    /// Asks the writing thread something that changes nothing.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Writer) -> Result<T, RecordError> + Send + 'static,
    ) -> Result<T, RecordError> {
        let (done, result) = oneshot::channel();
        let work: Work = Box::new(move |writer| drop(done.send(question(writer))));
        self.queue.try_send(Job::Work(work)).map_err(|refused| refusal(&refused))?;
        result.await.unwrap_or(Err(RecordError::Closed))
    }

    /// Runs one transaction on the writing thread and waits until it is on the disk.
    pub(super) async fn transact<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writing<'_>) -> Result<T, RecordError> + Send + 'static,
    ) -> Result<T, RecordError> {
        let (done, result) = oneshot::channel();
        let work: Work = Box::new(move |writer| {
            // Whoever hung up has nothing done in their name.
            if !done.is_closed() {
                let _ = done.send(writer.in_transaction(work));
            }
        });
        self.queue.try_send(Job::Work(work)).map_err(|refused| refusal(&refused))?;
        result.await.unwrap_or(Err(RecordError::Closed))
    }

    /// The same, and then something on the writing thread before anything else is written.
    async fn transact_then<S: Send + 'static, T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writing<'_>) -> Result<S, RecordError> + Send + 'static,
        then: impl FnOnce(&mut Writer) -> T + Send + 'static,
    ) -> Result<T, RecordError> {
        let (done, result) = oneshot::channel();
        let work: Work = Box::new(move |writer| {
            if !done.is_closed() {
                let written = writer.in_transaction(work).map(|_| then(writer));
                let _ = done.send(written);
            }
        });
        self.queue.try_send(Job::Work(work)).map_err(|refused| refusal(&refused))?;
        result.await.unwrap_or(Err(RecordError::Closed))
    }

    /// Notes that the connection broke before these were delivered. Does not wait.
    pub fn broke(&self, entries: Vec<EntryId>) {
        self.shared.note_broken(entries);
        // A full queue wakes the thread just as well.
        let _ = self.queue.try_send(Job::Wake);
    }

    /// Takes back what was counted for calls of which not a byte was handed to a
    /// connection. Does not wait; until it is done, and if it never is, they count.
    pub fn unsent(&self, reserved: Vec<Reservation>) {
        self.shared.note_unsent(reserved);
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

/// A lock whose last owner may have died: what it guards is whole at every moment.
pub(super) fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
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

    pub(super) fn note_broken(&self, entries: Vec<EntryId>) {
        let mut broken = guard(&self.broken);
        let too_many = (broken.len() + entries.len()).saturating_sub(BROKEN_MAX).min(broken.len());
        broken.drain(..too_many);
        broken.extend(entries.into_iter().take(BROKEN_MAX));
    }

    pub(super) fn note_unsent(&self, reserved: Vec<Reservation>) {
        let mut unsent = guard(&self.unsent);
        let room = BROKEN_MAX.saturating_sub(unsent.len());
        unsent.extend(reserved.into_iter().take(room));
    }

    pub(super) fn release(&self, bytes: usize) {
        self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}
