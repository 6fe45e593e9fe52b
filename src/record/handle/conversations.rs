//! What the record is asked of conversations: which one a request belongs to, what became
//! of its history, and what a person said in it.

use crate::record::RecordError;
use crate::record::answers;
use crate::record::book::{self, Block, Hints, Known, Observed, Sighting, Spoken, View};
use crate::record::code::EntryId;
use crate::record::handle::Record;
use crate::record::write::Writing;
use crate::record::writer::Writer;
use crate::wire::history::History;
use std::collections::BTreeSet;

impl Record {
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
    pub async fn observe(&self, conversation: &str, history: &History<'_>, view: View) -> Observed {
        let mut observed = self.shared.book.observe(conversation, history, view);
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
}
