//! The handle to the record: what everybody but the writing thread holds.
//!
//! Whoever has something to record prepares it here (redaction, digests), puts it
//! into a bounded queue and waits. What the queue does not take is refused at
//! once: a flood costs an error, not memory.

use super::answers::{self, Answers, Remembered};
use super::board::Board;
use super::book::{self, Block, Book, Hints, Known, Observed, Sighting, Spoken, View};
use super::changed::Changed;
use super::clock::Clock;
use super::code::EntryId;
use super::desk::{Concluded, Conclusion, Decided, Decision, Grant, Path, Pending, Undecided};
use super::halt::{self, Resumed};
use super::halts::{Halt, Halts, Lifted, Links, Word};
use super::hold::open_holds;
use super::limits::Reservation;
use super::place::{Place, beside};
use super::prepare::{Prepared, prepare};
use super::redact::Redactor;
use super::tally::Tally;
use super::witness::{Witness, testimony};
use super::word::Naming;
use super::write::Writing;
use super::writer::Writer;
use super::written::Shelf;
use super::{Health, RecordError, Recorded, Settings, Terms, Violation, read};
use crate::digest::PinStamp;
use std::collections::BTreeSet;
use std::ops::Range;
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

    /// Which conversation a request belongs to. `hints` reads its history, and is only
    /// asked where no name is known.
    pub async fn conversation(&self, sighting: Sighting, hints: impl FnOnce() -> Hints) -> Result<Known, RecordError> {
        if let Some(known) = self.shared.book.find(&sighting) {
            return Ok(known);
        }
        if self.shared.book.is_crowded() {
            // What is new waits until the store has caught up with memory.
            self.ask(|writer| {
                writer.flush_book();
                Ok(())
            })
            .await?;
            if self.shared.book.is_crowded() {
                return Err(RecordError::Full);
            }
        }
        let hints = hints();
        let marks = book::newest(&hints.trace);
        let names: Vec<String> = sighting.names.iter().map(ToString::to_string).collect();
        let chain = sighting.chain.clone().map(|(conversation, _)| conversation);
        let (credential, setting) = (sighting.credential.clone(), sighting.setting.clone());
        let look_up = move |writer: &mut Writer| {
            let mut tied = answers::tied(writer, &hints, &credential)?;
            if !setting.is_empty() && hints.may_be_rest {
                // Of which conversation is not known: it gets the rules of all that it may be of.
                let ruled = writer.shared.book.ruled(&setting).into_iter().chain(book::ruled(&writer.connection, &setting)?);
                let new: BTreeSet<String> = ruled.filter(|id| !tied.iter().any(|(tied, _)| tied == id)).collect();
                tied.extend(new.into_iter().map(|id| (id, 1)));
            }
            let mut found = book::look_up(&writer.connection, &names, chain, &marks, &tied)?;
            found.by_marks.extend(writer.shared.book.weigh(&marks));
            Ok(found)
        };
        let found = self.ask(look_up).await?;
        Ok(self.shared.book.settle(&sighting, found))
    }

    /// Takes a conversation's history. If what was said in it is gone, that is recorded,
    /// and with it every yes that was given in it.
    pub async fn observe(&self, conversation: &str, body: &[u8], range: Range<usize>, view: View) -> Observed {
        let mut observed = self.shared.book.observe(conversation, body, range, view);
        if let Some(compaction) = &mut observed.compaction {
            let written = compaction.clone();
            match self.transact(move |writing| writing.compacted(&written)).await {
                Ok(entry) => compaction.entry = Some(entry),
                // Where this cannot be written no yes can be spent either.
                Err(error) => tracing::error!(%error, conversation, "a compaction cannot be recorded"),
            }
        }
        observed
    }

    /// Notes how many tokens a compaction took away, behind its entry.
    pub async fn counted(&self, entry: EntryId, conversation: String, tokens: u64) -> Result<(), RecordError> {
        self.transact(move |writing| writing.counted(&entry, &conversation, tokens)).await
    }

    /// Takes what a person said in a conversation: on the disk first, in force then.
    pub async fn speak(&self, conversation: &str, spoken: Vec<Spoken>) -> Result<(), RecordError> {
        // With it what it is a rule of: after a crash its conversation is known again.
        let page: Vec<_> = self.shared.book.page(conversation).into_iter().collect();
        let speak = move |writing: &mut Writing<'_>| book::flush(writing, &page).and_then(|()| book::speak(writing, &spoken));
        let standing = self.transact(speak).await?;
        self.shared.book.speak(conversation, &standing);
        Ok(())
    }

    /// Says that what is new in this history was listened to, and is in force.
    pub fn heard(&self, conversation: &str, observed: &Observed) {
        self.shared.book.heard(conversation, &observed.fresh);
    }

    /// What was said in a conversation, or in one it is tied to, and still stands.
    pub fn spoken(&self, known: &Known) -> Vec<Spoken> {
        self.shared.book.spoken(known)
    }

    /// Where in a conversation which pins are carried, oldest first.
    pub fn blocks(&self, known: &Known) -> Vec<Block> {
        self.shared.book.blocks(known)
    }

    /// Remembers where pins are carried, and which conversation that is: on the disk
    /// before any request leaves that carries them there.
    pub async fn carry(&self, conversation: &str, block: Block) -> Result<(), RecordError> {
        let page: Vec<_> = self.shared.book.page(conversation).into_iter().collect();
        let (id, written) = (conversation.to_owned(), block.clone());
        let write = move |writing: &mut Writing<'_>| book::flush(writing, &page).and_then(|()| book::carry(writing, &id, &written));
        self.transact(write).await?;
        self.shared.book.carry(conversation, block);
        Ok(())
    }

    /// Takes a proposed pin in an operator's name: it counts from then on. Says whether
    /// there was one.
    pub async fn accept_pin(&self, pin: String, by: String) -> Result<bool, RecordError> {
        let accepted = pin.clone();
        let was_there = self.transact(move |writing| book::accept(writing, &pin, &by)).await?;
        self.shared.book.accept(&accepted);
        Ok(was_there)
    }

    /// Releases a captured pin in an operator's name. Says whether there was one.
    pub async fn release_pin(&self, pin: String, by: String) -> Result<bool, RecordError> {
        let released = pin.clone();
        let was_there = self.transact(move |writing| book::unspeak(writing, &pin, &by)).await?;
        self.shared.book.unspeak(&released);
        Ok(was_there)
    }

    /// Halts, now: what is said here counts before it is written. `false`: it cannot be
    /// written yet, and is tried again; it would not survive a restart.
    pub async fn halt(&self, halt: Halt) -> bool {
        let reach = halt.scope.conversation().and_then(|id| self.shared.book.known(id)).map(|known| known.kin).unwrap_or_default();
        let written = self.shared.halts.note(halt, &reach);
        self.hear(written).await
    }

    /// The same for a stop that a message in the chat says, which acts once: `None`, it has.
    pub async fn halt_said(&self, halt: Halt, links: &Links, word: Word) -> Option<bool> {
        let written = self.shared.halts.note_said(halt, links, word)?;
        Some(self.hear(written).await)
    }

    async fn hear(&self, written: oneshot::Receiver<Result<(), RecordError>>) -> bool {
        // A full queue wakes the thread just as well.
        let _ = self.queue.try_send(Job::Wake);
        let written = tokio::time::timeout(HALT_WAIT, written).await;
        matches!(written, Ok(Ok(Ok(()))))
    }

    /// Ends halts in an operator's name: on the disk first.
    pub async fn resume(&self, lifted: Lifted, by: String) -> Result<Resumed, RecordError> {
        let order = self.shared.halts.order();
        let shared = Arc::clone(&self.shared);
        self.transact_then(
            {
                let lifted = lifted.clone();
                move |writing| writing.resume(&lifted, &by)
            },
            // On the writing thread, before anything else is written.
            move |writer| {
                let ended = shared.halts.lift(&lifted, order);
                let remains = match &lifted {
                    Lifted::All => None,
                    Lifted::Conversation(id) => {
                        let known = shared.book.known(id).map(|known| known.links());
                        known.or_else(|| halt::links_of(&writer.connection, id).ok()).and_then(|links| shared.halts.of(&links))
                    }
                };
                Resumed { ended, remains }
            },
        )
        .await
    }

    /// The strictest halt that reaches this, if any. Asks no disk.
    pub fn halted(&self, links: &Links) -> Option<Halt> {
        self.shared.halts.of(links)
    }

    /// A halt of every call that reaches this and came after `order`. Asks no disk.
    pub fn halted_since(&self, links: &Links, order: u64) -> Option<Halt> {
        self.shared.halts.since(links, order)
    }

    /// The order of the newest halt; changes with every one.
    pub fn halts(&self) -> tokio::sync::watch::Receiver<u64> {
        self.shared.halts.changes()
    }

    /// Whether there is such a conversation. One that cannot be looked up may be.
    pub async fn knows(&self, conversation: &str) -> bool {
        if self.shared.book.known(conversation).is_some() {
            return true;
        }
        let id = conversation.to_owned();
        let found = self.ask(move |writer| book::look_up(&writer.connection, std::slice::from_ref(&id), None, &[], &[]));
        match tokio::time::timeout(HALT_WAIT, found).await {
            Ok(Ok(found)) => found.known.contains_key(conversation),
            Ok(Err(_)) | Err(_) => true,
        }
    }

    /// Says that halts came before these calls left: the entry, what is delivered in its
    /// place, and whether that is what became of the call.
    pub async fn overtaken(&self, calls: Vec<(EntryId, String, bool)>) -> Result<(), RecordError> {
        self.transact(move |writing| calls.iter().try_for_each(|(id, delivered, ends)| writing.overtaken(id, delivered, *ends))).await
    }

    /// The holds of a conversation that are open, oldest first. Asks no disk.
    pub fn pending(&self, conversation: &str) -> Vec<Pending> {
        self.shared.board.pending(conversation)
    }

    /// How many holds are open in all. Asks no disk.
    pub fn pending_in_all(&self) -> usize {
        self.shared.board.count()
    }

    /// How much was recorded since this record was opened.
    pub fn tally(&self) -> Tally {
        guard(&self.shared.tally).clone()
    }

    /// Changes whenever a hold was opened, which is on the disk by then.
    pub fn openings(&self) -> tokio::sync::watch::Receiver<u64> {
        self.shared.board.openings()
    }

    /// Notes that people were told of these holds.
    pub async fn told(&self, codes: Vec<String>) -> Result<(), RecordError> {
        self.transact(move |writing| writing.told(&codes)).await
    }

    /// Notes, as a row of the chain, that nobody could be told of these holds.
    pub async fn nobody_told(&self, codes: Vec<String>, tries: u32, why: String) -> Result<(), RecordError> {
        self.transact(move |writing| writing.nobody_told(codes, tries, &why)).await
    }

    /// Takes a person's yes or no. What it returns is on the disk.
    pub async fn decide(&self, decision: Decision) -> Result<Decided, Undecided> {
        self.transact(move |writing| writing.decide(&decision)).await?
    }

    /// The granted calls among these holds, not spent.
    pub async fn grants(&self, codes: Vec<String>) -> Result<Vec<Grant>, RecordError> {
        self.transact(move |writing| writing.grants(&codes)).await
    }

    /// Spends the grants of these holds for a request that linchpin answers itself.
    /// What it returns may leave, once; it is spent even if nothing of it arrives. `keep`
    /// says what hangs on that answer, and under which name: it is remembered with it.
    pub async fn spend(
        &self,
        codes: Vec<String>,
        keep: impl FnOnce(&[Grant]) -> Option<(String, Remembered)> + Send + 'static,
    ) -> Result<Vec<Grant>, RecordError> {
        let shared = Arc::clone(&self.shared);
        let spend = move |writing: &mut Writing<'_>| {
            let spent = codes.iter().map(|code| writing.spend(code, None, Path::Answered));
            let spent: Vec<Grant> = spent.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
            let entries = spent.iter().filter_map(|grant| grant.entry.clone()).collect();
            let kept = keep(&spent).filter(|_| !spent.is_empty());
            if let Some((name, remembered)) = &kept {
                writing.remember(name, remembered)?;
            }
            let name = kept.map(|(name, _)| name);
            Ok((spent, name, Unclaimed::new(&shared, entries, Vec::new())))
        };
        let (spent, kept, unclaimed) = self.transact(spend).await?;
        unclaimed.claim();
        kept.into_iter().for_each(|name| self.shared.answers.forget(&name));
        Ok(spent)
    }

    /// Says that connections have waited enough, and learns what each delivers. A
    /// grant is spent for the connection that asks first.
    pub async fn conclude(&self, conclusions: Vec<Conclusion>) -> Result<Vec<Concluded>, RecordError> {
        self.transact(move |writing| conclusions.iter().map(|conclusion| writing.conclude(conclusion)).collect()).await
    }

    /// Lets all unspent grants of a conversation lapse: a yes does not outlive the
    /// history it was given in.
    pub async fn lapse(&self, conversation: String) -> Result<(), RecordError> {
        self.transact(move |writing| writing.lapse_all(&conversation)).await
    }

    /// Spends what a person named for a call. `false`: it does not count, or no more.
    /// What it returns is on the disk.
    pub async fn spend_naming(&self, naming: Naming) -> Result<bool, RecordError> {
        self.transact(move |writing| writing.spend_naming(&naming)).await
    }

    /// Makes everything void that a message named and that is not spent: a yes does not
    /// outlive the history it was given in. `message` is [`Said::mark`](crate::conversation::Said::mark).
    pub async fn void_message(&self, conversation: String, message: String) -> Result<(), RecordError> {
        self.transact(move |writing| writing.spend_word(&conversation, &message).map(drop)).await
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
