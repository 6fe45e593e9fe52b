//! What a person said in the chat and what acts once: codes typed there, and targets
//! they named.
//!
//! A message stays in the history and comes back with every request. That it has
//! acted is on the disk before anything happens because of it, and nothing ever
//! takes it back: not a restart, not a history that was cut or told anew.

use super::RecordError;
use super::write::Writing;

/// What a person named for one call.
#[derive(Debug, Clone)]
pub struct Naming {
    /// The conversation they said it in.
    pub conversation: String,
    /// The digest of the call.
    pub digest: String,
    /// What was named, each with the message it was named in.
    pub words: Vec<String>,
    /// What makes all of it void: the message itself, once its history was cut.
    pub voids: Vec<String>,
}

impl Writing<'_> {
    /// Spends a word of a conversation. `false`: it was spent before.
    pub(super) fn spend_word(&mut self, conversation: &str, word: &str) -> Result<bool, RecordError> {
        let insert = "INSERT OR IGNORE INTO spent_word (conversation, word, at_ms) VALUES (?1, ?2, ?3)";
        let added = self.transaction.prepare_cached(insert)?.execute((conversation, word, self.now.ms))?;
        Ok(added == 1)
    }

    /// Spends what was named for a call: all of these words. `false`, and none is spent,
    /// if one of them or of `voids` was spent before, or if the very call waits for a
    /// person or was denied: their word is asked for already, or was given.
    pub(super) fn spend_naming(&mut self, naming: &Naming) -> Result<bool, RecordError> {
        let Naming { conversation, digest, words, voids } = naming;
        if self.row_of_call(conversation, digest)?.is_some() {
            return Ok(false);
        }
        for word in words.iter().chain(voids) {
            if self.is_spent(conversation, word)? {
                return Ok(false);
            }
        }
        for word in words {
            self.spend_word(conversation, word)?;
        }
        Ok(true)
    }

    fn is_spent(&self, conversation: &str, word: &str) -> Result<bool, RecordError> {
        let select = "SELECT EXISTS (SELECT 1 FROM spent_word WHERE conversation = ?1 AND word = ?2)";
        Ok(self.transaction.prepare_cached(select)?.query_row((conversation, word), |row| row.get(0))?)
    }
}
