//! What the record is asked of halts: an operator's, the breaker's, and those that were
//! said in a chat.

use crate::record::RecordError;
use crate::record::book;
use crate::record::code::EntryId;
use crate::record::halt::{self, Resumed};
use crate::record::halts::{Halt, Lifted, Links, Word};
use crate::record::handle::{HALT_WAIT, Job, Record};
use std::sync::Arc;
use tokio::sync::oneshot;

impl Record {
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
}
