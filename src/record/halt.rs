//! Halts and what leads to them, inside one transaction: written, ended, and the count
//! of refusals that makes an agent halt by itself.
//!
//! `halts` has the words, and knows what stands. A call that is blocked or was denied is
//! counted on the disk with its conversation and its credential, so that neither a new
//! conversation, another spelling nor a restart begins a new count; the same call in the
//! answer to the same request, as clients repeat it after a broken connection, is one try.

use super::RecordError;
use super::code::EntryId;
use super::halts::{Cause, Covers, Halt, Lifted, Links, Order, Scope, Word};
use super::write::Writing;
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeSet;
use std::time::Duration;

/// `[breaker]`: an agent that keeps trying is halted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breaker {
    /// This many refusals…
    pub refusals: u64,
    /// …in this time.
    pub within: Duration,
}

/// Whose halt it is when the breaker halts.
const BREAKER: &str = "breaker";

/// What words that said stop are called among those that act once.
const STOP: &str = "stop ";

/// One refused try.
#[derive(Debug)]
pub(super) struct Try<'a> {
    pub(super) links: &'a Links,
    /// The digest of the call.
    pub(super) call: &'a str,
    /// The request it was an answer to.
    pub(super) request: &'a str,
}

/// What ending halts came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resumed {
    /// How many halts ended.
    pub ended: usize,
    /// A halt that reaches the conversation still.
    pub remains: Option<Halt>,
}

impl Writing<'_> {
    /// Writes a halt that counts already.
    pub(super) fn halt(&mut self, order: &Order) -> Result<(), RecordError> {
        if let Some((conversation, Word(word))) = &order.word {
            self.spend_word(conversation, &format!("{STOP}{word}"))?;
        }
        if order.is_over { Ok(()) } else { self.stand(&order.halt) }
    }

    fn stand(&mut self, halt: &Halt) -> Result<(), RecordError> {
        let (of, subject) = halt.scope.names();
        let why = halt.why.as_deref().map(|why| self.redactor.redact(why));
        let insert =
            "INSERT OR REPLACE INTO halt (of, subject, covers, cause, by, verified, why, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let row = (of, subject, halt.covers.name(), halt.cause.name(), &halt.by, halt.is_verified, &why, self.now.text());
        self.transaction.prepare_cached(insert)?.execute(row)?;
        let id = EntryId::about("s", self.now.wall_ms())?;
        let body = serde_json::json!({
            "of": of, "conversation": halt.scope.conversation(), "covers": halt.covers.name(), "cause": halt.cause.name(),
            "by": halt.by, "verified": halt.is_verified, "why": why,
        });
        self.append(None, id.as_str(), "halted", body.to_string())
    }

    /// Ends halts in somebody's name. Refusals that were counted are forgotten.
    pub(super) fn resume(&mut self, lifted: &Lifted, by: &str) -> Result<(), RecordError> {
        let conversation = match lifted {
            Lifted::All => {
                self.transaction.execute("DELETE FROM halt", [])?;
                self.transaction.execute("DELETE FROM refusal", [])?;
                None
            }
            Lifted::Conversation(id) => {
                self.transaction.execute("DELETE FROM halt WHERE of = 'conversation' AND subject = ?1", [id])?;
                self.transaction.execute("DELETE FROM refusal WHERE conversation = ?1", [id])?;
                Some(id)
            }
        };
        let id = EntryId::about("s", self.now.wall_ms())?;
        self.append(None, id.as_str(), "resumed", serde_json::json!({ "conversation": conversation, "by": by }).to_string())
    }

    /// Counts a refused try. When there were too many, what they have in common is halted.
    pub(super) fn refused(&mut self, tried: &Try<'_>) -> Result<(), RecordError> {
        let Try { links, call, request } = tried;
        let seen = "SELECT EXISTS (SELECT 1 FROM refusal WHERE conversation = ?1 AND call = ?2 AND request = ?3)";
        let key = (&links.conversation, call, request);
        if self.transaction.prepare_cached(seen)?.query_row(key, |row| row.get::<_, bool>(0))? {
            return Ok(());
        }
        let insert = "INSERT INTO refusal (conversation, credential, call, request, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)";
        let row = (&links.conversation, &links.credential, call, request, self.now.ms);
        self.transaction.prepare_cached(insert)?.execute(row)?;
        let within_ms = i64::try_from(self.breaker.within.as_millis()).unwrap_or(i64::MAX);
        let from_ms = self.now.ms.saturating_sub(within_ms);
        self.transaction.prepare_cached("DELETE FROM refusal WHERE at_ms <= ?1")?.execute([from_ms])?;
        let scope = if self.refusals_of(links)? >= self.breaker.refusals {
            Scope::Conversation(links.conversation.clone())
        } else if self.refusals_under(&links.credential)? >= self.breaker.refusals {
            Scope::Credential(links.credential.clone())
        } else {
            return Ok(());
        };
        let (of, subject) = scope.names();
        let stands = "SELECT EXISTS (SELECT 1 FROM halt WHERE of = ?1 AND subject = ?2 AND covers = 'every')";
        if self.transaction.prepare_cached(stands)?.query_row((of, subject), |row| row.get::<_, bool>(0))? {
            return Ok(());
        }
        let Breaker { refusals, within } = self.breaker;
        let why = format!("{refusals} refused calls within {} s", within.as_secs());
        let halt = Halt { why: Some(why), ..Halt::new(scope, Covers::Every, Cause::Breaker, BREAKER) };
        self.stand(&halt)?;
        self.halted.push((halt, links.kin.clone()));
        Ok(())
    }

    /// What was refused in a conversation and its kin.
    fn refusals_of(&self, links: &Links) -> Result<u64, RecordError> {
        let mut count = self.transaction.prepare_cached("SELECT count(*) FROM refusal WHERE conversation = ?1")?;
        let mut all = 0;
        for id in std::iter::once(&links.conversation).chain(&links.kin) {
            all += count.query_row([id], |row| row.get::<_, i64>(0))?.cast_unsigned();
        }
        Ok(all)
    }

    fn refusals_under(&self, credential: &str) -> Result<u64, RecordError> {
        let count = "SELECT count(*) FROM refusal WHERE credential = ?1";
        Ok(self.transaction.prepare_cached(count)?.query_row([credential], |row| row.get::<_, i64>(0))?.cast_unsigned())
    }

    /// Whether a halt reaches a conversation, as far as its holds are concerned.
    pub(super) fn is_halted(&self, conversation: &str) -> Result<bool, RecordError> {
        Ok(self.halts.of(&links_of(self.transaction, conversation)?).is_some())
    }
}

/// What the store knows of a conversation's ties.
pub(super) fn links_of(connection: &Connection, conversation: &str) -> Result<Links, RecordError> {
    let credential = "SELECT credential FROM conversation WHERE id = ?1";
    let credential: Option<String> = connection.prepare_cached(credential)?.query_row([conversation], |row| row.get(0)).optional()?;
    Ok(Links { conversation: conversation.to_owned(), kin: kin_of(connection, conversation)?, credential: credential.unwrap_or_default() })
}

fn kin_of(connection: &Connection, conversation: &str) -> Result<BTreeSet<String>, RecordError> {
    let mut kin = connection.prepare_cached("SELECT other FROM kin WHERE conversation = ?1")?;
    Ok(kin.query_map([conversation], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The halts that stand in the store, each with what it reaches.
pub(super) fn standing(connection: &Connection) -> Result<Vec<(Halt, BTreeSet<String>)>, RecordError> {
    let mut statement = connection.prepare("SELECT of, subject, covers, cause, by, verified, why FROM halt ORDER BY at")?;
    let read = |row: &rusqlite::Row<'_>| {
        let (of, covers, cause): (String, String, String) = (row.get(0)?, row.get(2)?, row.get(3)?);
        Ok(Halt {
            scope: Scope::from_names(&of, row.get(1)?),
            covers: Covers::from_name(&covers),
            cause: Cause::from_name(&cause),
            by: row.get(4)?,
            is_verified: row.get(5)?,
            why: row.get(6)?,
            order: 0,
        })
    };
    let halts: Vec<Halt> = statement.query_map([], read)?.collect::<Result<_, _>>()?;
    let reach = |halt: &Halt| halt.scope.conversation().map_or(Ok(BTreeSet::new()), |id| kin_of(connection, id));
    halts.into_iter().map(|halt| Ok((halt.clone(), reach(&halt)?))).collect()
}

/// The messages that have said stop already.
pub(super) fn said(connection: &Connection) -> Result<Vec<(String, Word)>, RecordError> {
    let mut statement =
        connection.prepare("SELECT conversation, substr(word, 6) FROM spent_word WHERE word LIKE 'stop %' ORDER BY at_ms")?;
    let said = statement.query_map([], |row| Ok((row.get(0)?, Word(row.get(1)?))))?;
    Ok(said.collect::<Result<_, _>>()?)
}
