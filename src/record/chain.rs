//! The chain: why a missing, edited or swapped entry shows.
//!
//! Every row of the record carries the hash of the row before it (`prev`) and its
//! own (`hash`), taken over all of its fields. The head, the newest row's number
//! and hash, stands in another table and is written in the same transaction, so a
//! cut-off end shows too. Whoever can rewrite the whole file can also compute a
//! whole new chain: against that, keep the output of `linchpin audit head`
//! somewhere else and ask `linchpin audit verify --expect` for it later.
//!
//! Entries that are older than `[record] keep` go, the oldest first, and in their place
//! stands a *checkpoint*: an entry like any other that names the last one that went and
//! its hash. What is kept has to begin right behind it.
//!
//! The hashed form, version 1: SHA-256 over these texts in this order, each
//! preceded by its length in bytes as an unsigned 64-bit number, most significant
//! byte first: `linchpin-record-v1`, `seq` in decimal, `first` in decimal,
//! `entry`, `at`, `event`, `body` (the JSON text exactly as stored), `prev`.
//! `prev` of the first row is 64 zeros.

use crate::digest::{Fields, hex};
use serde::{Deserialize, Serialize};

/// The `prev` of the first row.
pub(super) const BEFORE_ALL: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One row of the record as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its place: 1, 2, 3 …
    pub seq: i64,
    /// The `seq` of the first row about the same thing.
    pub first: i64,
    /// The id of the thing it is about: `v_…` for a call.
    pub entry: String,
    /// When it was written, RFC 3339, UTC, milliseconds.
    pub at: String,
    /// What happened.
    pub event: String,
    /// The rest, as JSON text.
    pub body: String,
    /// The hash of the row before.
    pub prev: String,
    /// Its own hash.
    pub hash: String,
}

impl Row {
    /// What `hash` must be.
    pub(super) fn expected_hash(&self) -> String {
        let Self { seq, first, entry, at, event, body, prev, hash: _ } = self;
        let mut fields = Fields::new("linchpin-record-v1");
        for text in [&seq.to_string(), &first.to_string(), entry, at, event, body, prev] {
            fields.text(text);
        }
        hex(&fields.finish())
    }
}

/// The newest row's number and hash; 0 and [`BEFORE_ALL`] while there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How many rows there are.
    pub seq: i64,
    /// The newest one's hash.
    pub hash: String,
}

impl Head {
    /// The head of an empty record.
    pub(super) fn of_nothing() -> Self {
        Self { seq: 0, hash: BEFORE_ALL.to_owned() }
    }
}

/// Where the chain is broken: the first entry that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Break {
    /// The entry's number.
    pub seq: i64,
    /// What is wrong with it, in one clause.
    pub finding: String,
}

/// What is known of entries that went since they were old: the body of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// The number of the last entry that went.
    pub(super) through: i64,
    /// Its hash.
    pub(super) hash: String,
    /// When it was written.
    pub(super) until: String,
    /// How many entries went with this checkpoint.
    pub(super) entries: i64,
}

/// The event of a checkpoint.
pub(super) const PRUNED: &str = "pruned";

/// Walks a chain row by row, in constant memory.
pub(super) struct Walk {
    head: Head,
    /// What the first row says that it follows, if it is not the first of all.
    begins_after: Option<Head>,
    checkpoint: Option<Checkpoint>,
}

impl Walk {
    pub(super) fn new() -> Self {
        Self { head: Head::of_nothing(), begins_after: None, checkpoint: None }
    }

    /// The last row so far.
    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    /// Takes the next row; the break, if it does not continue the chain.
    pub(super) fn step(&mut self, row: &Row) -> Result<(), Break> {
        if self.head == Head::of_nothing() && row.seq > 1 {
            // A checkpoint that comes later has to vouch for this.
            self.head = Head { seq: row.seq - 1, hash: row.prev.clone() };
            self.begins_after = Some(self.head.clone());
        }
        let expected = self.head.seq + 1;
        let broken = |seq, finding: String| Err(Break { seq, finding });
        if row.seq > expected {
            return broken(expected, missing(expected, row.seq - 1));
        }
        if row.seq < expected {
            return broken(row.seq, "it stands before the first entry, or twice".into());
        }
        if row.expected_hash() != row.hash {
            return broken(row.seq, "it is not what was written: its hash does not match its fields".into());
        }
        if row.prev != self.head.hash {
            return broken(row.seq, format!("it does not follow entry {}, or that entry was replaced", self.head.seq));
        }
        if row.first > row.seq || row.first < 1 {
            return broken(row.seq, "it follows up an entry that does not exist".into());
        }
        if row.event == PRUNED {
            match serde_json::from_str(&row.body) {
                Ok(checkpoint) => self.checkpoint = Some(checkpoint),
                Err(error) => return broken(row.seq, format!("it is no checkpoint that can be read ({error})")),
            }
        }
        self.head = Head { seq: row.seq, hash: row.hash.clone() };
        Ok(())
    }

    /// The end of the walk, if its beginning is the first entry or stands right behind a checkpoint.
    pub(super) fn end(self) -> Result<Walked, Break> {
        let Some(begin) = self.begins_after else { return Ok(Walked { head: self.head, pruned: 0 }) };
        match self.checkpoint {
            Some(Checkpoint { through, hash, .. }) if through == begin.seq && hash == begin.hash => {
                Ok(Walked { head: self.head, pruned: through })
            }
            Some(Checkpoint { through, .. }) if through == begin.seq => {
                Err(Break { seq: through + 1, finding: format!("it does not follow the entry {through} that the checkpoint names") })
            }
            Some(Checkpoint { through, .. }) if (1..begin.seq).contains(&through) => {
                Err(Break { seq: through + 1, finding: missing(through + 1, begin.seq) })
            }
            _ => Err(Break { seq: 1, finding: missing(1, begin.seq) }),
        }
    }

    /// Compares the end of the walk with the head that was stored.
    pub(super) fn finish(self, stored: Option<Head>) -> Result<Walked, Break> {
        let last = self.head.seq;
        if let Some(head) = stored.as_ref().filter(|head| head.seq > last) {
            let finding = format!("the end is cut off: the head names entry {}, the last one is {last}", head.seq);
            return Err(Break { seq: last + 1, finding });
        }
        let done = self.end()?;
        let walked = &done.head;
        match stored {
            None => Err(Break { seq: walked.seq, finding: "the head of the record is missing".into() }),
            Some(head) if head == *walked => Ok(done),
            Some(head) if head.seq < walked.seq => {
                Err(Break { seq: head.seq + 1, finding: format!("it stands beyond the head, which names entry {}", head.seq) })
            }
            Some(_) => Err(Break { seq: walked.seq, finding: "it is not the entry that the head names".into() }),
        }
    }
}

/// A chain that was walked to its end and is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    /// Its newest entry.
    pub head: Head,
    /// Up to which entry there is only a checkpoint; 0: all are there.
    pub pruned: i64,
}

fn missing(first: i64, last: i64) -> String {
    if last > first { format!("entries {first} to {last} are missing") } else { "it is missing".into() }
}
