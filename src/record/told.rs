//! Whom a hold was told to: nobody yet, or people; or that nobody could be.
//!
//! `notify` reads here what is still to be told and notes here what was, so that a
//! restart neither forgets a hold nor tells one for ever.

use super::RecordError;
use super::code::EntryId;
use super::entry::Unheard;
use super::write::{Writing, unwritable};

impl Writing<'_> {
    /// Notes that people were told of these holds.
    pub(super) fn told(&mut self, codes: &[String]) -> Result<(), RecordError> {
        let mut update = self.transaction.prepare_cached("UPDATE hold SET is_told = 1 WHERE code = ?1")?;
        for code in codes {
            update.execute([code])?;
        }
        Ok(())
    }

    /// Notes, in the chain too, that nobody could be told of these holds.
    pub(super) fn nobody_told(&mut self, codes: Vec<String>, tries: u32, why: &str) -> Result<(), RecordError> {
        self.told(&codes)?;
        let id = EntryId::of_notice(self.now.wall_ms())?;
        let body = serde_json::to_string(&Unheard { codes, tries, why: self.redactor.redact(why) }).map_err(unwritable)?;
        self.append(None, id.as_str(), "unheard", body)
    }
}
