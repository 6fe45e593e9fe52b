//! What delivered calls wrote into files, for the call that runs one of them.
//!
//! Which files a call writes was found when it was judged. When it is about to be
//! delivered that is put here as it is, which costs nothing while its answer waits. What
//! the files do is read, and put on the disk, a moment later, with what came meanwhile; a
//! judge that comes before that reads it himself. So what was written always counts, and
//! only a crash in that moment can lose it from the disk.

use super::handle::guard;
use super::write::Writing;
use super::writer::Writer;
use super::{Record, RecordError};
use crate::action::{Writes, Written};
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How many conversations' files are kept in memory. The others are on the disk.
const HOT_MAX: usize = 1024;

/// How long what calls wrote waits for more before it is read and put on the disk.
const GATHERED: Duration = Duration::from_millis(100);

/// Files with more bytes than this are read off the threads that serve sockets.
const READ_HERE_BYTES_MAX: usize = 32 * 1024;

/// How many bytes that one conversation wrote wait to be read; past it they are read at once.
const WAITING_BYTES_MAX: usize = 1024 * 1024;

/// Under this path stands that files of a conversation were forgotten. No file has it.
const FORGOTTEN: &str = "";

/// What each conversation wrote.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    slots: Mutex<HashMap<String, Arc<Mutex<Slot>>>>,
    /// Conversations of which there is something on the disk.
    stored: Mutex<HashSet<String>>,
}

/// A file, as it is put on the disk; `None`: it is gone from there.
pub(super) type Change = (String, Option<String>);

#[derive(Debug, Default)]
struct Slot {
    written: Arc<Written>,
    /// What calls wrote that was not read yet.
    waiting: Vec<Writes>,
    waiting_bytes: usize,
    /// Whether somebody will come to read and save what waits.
    is_due: bool,
    unsaved: Vec<Change>,
    is_loaded: bool,
}

impl Shelf {
    pub(super) fn open(connection: &Connection) -> Result<Self, RecordError> {
        let mut statement = connection.prepare("SELECT DISTINCT conversation FROM written")?;
        let stored = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(Self { slots: Mutex::default(), stored: Mutex::new(stored) })
    }

    /// Whether the disk has to be asked first.
    pub(super) fn is_on_disk_only(&self, conversation: &str) -> bool {
        guard(&self.stored).contains(conversation) && self.find(conversation).is_none_or(|slot| !guard(&slot).is_loaded)
    }

    /// Takes what the disk had.
    pub(super) fn loaded(&self, conversation: &str, stored: Written) {
        let slot = self.slot(conversation);
        let mut slot = guard(&slot);
        if !slot.is_loaded {
            slot.is_loaded = true;
            slot.written = Arc::new(stored);
        }
    }

    /// Takes what calls write that are about to be delivered. `true`: somebody has to come for it.
    pub(super) fn put(&self, conversation: &str, writes: Vec<Writes>) -> bool {
        let slot = self.slot(conversation);
        let mut slot = guard(&slot);
        slot.waiting_bytes += writes.iter().map(Writes::bytes).sum::<usize>();
        slot.waiting.extend(writes);
        // What is on the disk comes first: those wait until it was asked.
        let may_read = slot.is_loaded || !guard(&self.stored).contains(conversation);
        if slot.waiting_bytes > WAITING_BYTES_MAX && may_read {
            slot.read();
        }
        !std::mem::replace(&mut slot.is_due, true)
    }

    /// Somebody has come; what is put here from now on is another's.
    fn is_come_for(&self, conversation: &str) -> bool {
        let Some(slot) = self.find(conversation) else { return true };
        let mut slot = guard(&slot);
        slot.is_due = false;
        slot.waiting_bytes <= READ_HERE_BYTES_MAX
    }

    fn conversations(&self) -> Vec<String> {
        guard(&self.slots).keys().cloned().collect()
    }

    /// What was written, everything that waits included.
    pub(super) fn settled(&self, conversation: &str) -> Arc<Written> {
        let Some(slot) = self.find(conversation) else { return Arc::default() };
        let mut slot = guard(&slot);
        slot.read();
        Arc::clone(&slot.written)
    }

    /// What is to be put on the disk; from here on it is the taker's.
    pub(super) fn unsaved(&self, conversation: &str) -> Vec<Change> {
        let Some(slot) = self.find(conversation) else { return Vec::new() };
        let unsaved = std::mem::take(&mut guard(&slot).unsaved);
        if !unsaved.is_empty() {
            guard(&self.stored).insert(conversation.to_owned());
        }
        unsaved
    }

    /// It could not be put there.
    pub(super) fn still_unsaved(&self, conversation: &str, changes: Vec<Change>) {
        let slot = self.slot(conversation);
        let mut slot = guard(&slot);
        let later = std::mem::replace(&mut slot.unsaved, changes);
        slot.unsaved.extend(later);
    }

    fn find(&self, conversation: &str) -> Option<Arc<Mutex<Slot>>> {
        guard(&self.slots).get(conversation).cloned()
    }

    fn slot(&self, conversation: &str) -> Arc<Mutex<Slot>> {
        let mut slots = guard(&self.slots);
        if slots.len() >= HOT_MAX && !slots.contains_key(conversation) {
            // One that somebody holds has something on the way to the disk.
            slots.retain(|_, slot| Arc::strong_count(slot) > 1 || slot.try_lock().is_ok_and(|slot| !slot.is_at_rest()));
        }
        Arc::clone(slots.entry(conversation.to_owned()).or_default())
    }
}

impl Slot {
    /// Whether the disk knows all of it.
    fn is_at_rest(&self) -> bool {
        self.waiting.is_empty() && self.unsaved.is_empty() && !self.is_due
    }

    fn read(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        self.waiting_bytes = 0;
        // Whoever reads now reads what the disk had as well, or there was nothing.
        self.is_loaded = true;
        let mut written = Written::clone(&self.written);
        std::mem::take(&mut self.waiting).into_iter().for_each(|writes| written.note(writes));
        self.unsaved.extend(changes(&self.written, &written));
        self.written = Arc::new(written);
    }
}

/// What is other than before, in order.
fn changes(before: &Written, after: &Written) -> Vec<Change> {
    let is_gone = |path: &str| !after.files().iter().any(|file| file.path == path);
    let gone = before.files().iter().filter(|file| is_gone(&file.path)).map(|file| (file.path.clone(), None));
    let fresh = after.files().iter().filter(|file| !before.files().contains(file)).map(|file| (file.path.clone(), Some(file.kept())));
    let forgotten = (after.is_full() && !before.is_full()).then(|| (FORGOTTEN.to_owned(), Some(String::new())));
    gone.chain(fresh).chain(forgotten).collect()
}

/// What the disk has of a conversation.
pub(super) fn load(connection: &Connection, conversation: &str) -> Result<Written, RecordError> {
    let mut statement = connection.prepare_cached("SELECT path, kept FROM written WHERE conversation = ?1 ORDER BY place")?;
    let rows: Vec<(String, String)> =
        statement.query_map([conversation], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let is_full = rows.iter().any(|(path, _)| path == FORGOTTEN);
    Ok(Written::read_back(rows.into_iter().filter(|(path, _)| path != FORGOTTEN), is_full))
}

/// Puts changes on the disk.
pub(super) fn save(writing: &Writing<'_>, conversation: &str, changes: &[Change]) -> Result<(), RecordError> {
    for (path, kept) in changes {
        writing.transaction.prepare_cached("DELETE FROM written WHERE conversation = ?1 AND path = ?2")?.execute([conversation, path])?;
        if let Some(kept) = kept {
            let insert = "INSERT INTO written (conversation, path, kept) VALUES (?1, ?2, ?3)";
            writing.transaction.prepare_cached(insert)?.execute([conversation, path, kept])?;
        }
    }
    Ok(())
}

impl Record {
    /// What delivered calls of this conversation, and of those it is tied to, wrote.
    /// Asks the disk once for each conversation that wrote anything.
    pub async fn written(&self, conversation: &str) -> Result<Arc<Written>, RecordError> {
        let own = self.written_in(conversation).await?;
        let mut of_kin = Vec::new();
        for kin in self.shared.book.kin(conversation) {
            of_kin.push(self.written_in(&kin).await?);
        }
        of_kin.retain(|written| !written.is_empty());
        if of_kin.is_empty() {
            return Ok(own);
        }
        Ok(Arc::new(Written::joined(of_kin.iter().chain([&own]).map(Arc::as_ref))))
    }

    async fn written_in(&self, conversation: &str) -> Result<Arc<Written>, RecordError> {
        if self.shared.shelf.is_on_disk_only(conversation) {
            let name = conversation.to_owned();
            let stored = self.ask(move |writer| load(&writer.connection, &name)).await?;
            self.shared.shelf.loaded(conversation, stored);
        }
        Ok(self.shared.shelf.settled(conversation))
    }

    /// Remembers what calls write that are about to be delivered. Does not wait; it is
    /// read, and put on the disk, beside the answer's way out.
    pub fn wrote(&self, conversation: &str, mut writes: Vec<Writes>) {
        writes.retain(|writes| !writes.is_empty());
        if writes.is_empty() || !self.shared.shelf.put(conversation, writes) {
            return;
        }
        let (record, conversation) = (self.clone(), conversation.to_owned());
        tokio::spawn(async move {
            tokio::time::sleep(GATHERED).await;
            if let Err(error) = record.keep_written(&conversation).await {
                tracing::error!(%error, conversation, "what a call wrote is remembered only until linchpin ends");
            }
        });
    }

    async fn keep_written(&self, conversation: &str) -> Result<(), RecordError> {
        let (record, name) = (self.clone(), conversation.to_owned());
        let is_short = self.shared.shelf.is_come_for(conversation);
        if self.shared.shelf.is_on_disk_only(conversation) {
            self.written_in(conversation).await?;
        }
        let read = move || drop(record.shared.shelf.settled(&name));
        if is_short {
            read();
        } else {
            // A long script takes a moment to read; sockets do not wait for it.
            let _ = tokio::task::spawn_blocking(read).await;
        }
        let (record, name) = (self.clone(), conversation.to_owned());
        let unsaved = self.shared.shelf.unsaved(conversation);
        if unsaved.is_empty() {
            return Ok(());
        }
        let kept = unsaved.clone();
        let saved = self.transact(move |writing| save(writing, &name, &kept)).await;
        if saved.is_err() {
            record.shared.shelf.still_unsaved(conversation, unsaved);
        }
        saved
    }
}

impl Writer {
    /// Puts everything on the disk that still waits, before the record is closed.
    pub(super) fn save_written(&mut self) {
        let shared = Arc::clone(&self.shared);
        for conversation in shared.shelf.conversations() {
            if shared.shelf.is_on_disk_only(&conversation)
                && let Ok(stored) = load(&self.connection, &conversation)
            {
                shared.shelf.loaded(&conversation, stored);
            }
            shared.shelf.settled(&conversation);
            let unsaved = shared.shelf.unsaved(&conversation);
            if unsaved.is_empty() {
                continue;
            }
            if let Err(error) = self.in_transaction(|writing| save(writing, &conversation, &unsaved)) {
                tracing::error!(%error, conversation, "what a call wrote is forgotten: it could not be written");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Input, ToolCall, ToolName};

    fn write(path: &str, content: &str) -> Writes {
        let arguments = serde_json::json!({ "file_path": path, "content": content }).to_string();
        let call = ToolCall { id: String::new(), tool: ToolName::plain("Write"), input: Input::Json(arguments) };
        Writes::of(&call, &Arc::default())
    }

    #[test]
    fn what_waits_counts_as_if_it_had_been_read() {
        let shelf = Shelf::default();
        shelf.put("c", vec![write("x.sh", "rm -rf /srv"), write("y.sh", "ls")]);
        assert_eq!(shelf.settled("c").files().len(), 2);
        assert!(shelf.settled("other").is_empty());
        assert_eq!(shelf.unsaved("c").len(), 2);
        shelf.put("c", vec![write("x.sh", "ls")]);
        shelf.settled("c");
        assert_eq!(shelf.unsaved("c").into_iter().map(|(path, _)| path).collect::<Vec<_>>(), ["x.sh"]);
        let is_first = |shelf: &Shelf| shelf.put("d", vec![write("x.sh", "ls")]);
        assert!(is_first(&shelf) && !is_first(&shelf), "one comes for both");
        shelf.is_come_for("d");
        assert!(is_first(&shelf), "and another for what comes after");
    }

    #[test]
    fn what_the_disk_had_comes_before_what_is_written_after_a_start() {
        let shelf = Shelf::default();
        guard(&shelf.stored).insert("c".to_owned());
        shelf.put("c", vec![write("y.sh", "ls")]);
        assert!(shelf.is_on_disk_only("c"));
        let mut before = Written::default();
        before.note(write("x.sh", "rm -rf /srv"));
        shelf.loaded("c", before);
        assert!(!shelf.is_on_disk_only("c"));
        assert_eq!(shelf.settled("c").files().len(), 2);
    }

    #[test]
    fn conversations_beyond_the_cap_are_left_to_the_disk() {
        let shelf = Shelf::default();
        for at in 0..HOT_MAX * 2 {
            let name = format!("c{at}");
            shelf.put(&name, vec![write("x.sh", "ls")]);
            shelf.settled(&name);
            shelf.unsaved(&name);
            shelf.is_come_for(&name);
        }
        assert!(guard(&shelf.slots).len() <= HOT_MAX);
        assert!(shelf.is_on_disk_only("c0"));
    }
}
