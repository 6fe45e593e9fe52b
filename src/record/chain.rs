//! The chain: why a missing, edited or swapped entry shows.
//!
//! Every row of the record carries the hash of the row before it (`prev`) and its
//! own (`hash`), taken over all of its fields. The head, the newest row's number
//! and hash, stands in another table and is written in the same transaction, so a
//! cut-off end shows too. Whoever can rewrite the whole file can also compute a
//! whole new chain: against that, keep the output of `linchpin audit head`
//! somewhere else and ask `linchpin audit verify --expect` for it later.
//!
//! The hashed form, version 1: SHA-256 over these texts in this order, each
//! preceded by its length in bytes as an unsigned 64-bit number, most significant
//! byte first: `linchpin-record-v1`, `seq` in decimal, `first` in decimal,
//! `entry`, `at`, `event`, `body` (the JSON text exactly as stored), `prev`.
//! `prev` of the first row is 64 zeros.

use crate::digest::{Fields, hex};
use serde::Serialize;

/// The `prev` of the first row.
pub(super) const BEFORE_ALL: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One row of the record as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

/// Walks a chain row by row, in constant memory.
pub(super) struct Walk {
    head: Head,
}

impl Walk {
    pub(super) fn new() -> Self {
        Self { head: Head::of_nothing() }
    }

    /// Takes the next row; the break, if it does not continue the chain.
    pub(super) fn step(&mut self, row: &Row) -> Result<(), Break> {
        let expected = self.head.seq + 1;
        let broken = |seq, finding: String| Err(Break { seq, finding });
        if row.seq > expected {
            let last = row.seq - 1;
            return broken(
                expected,
                if last > expected { format!("entries {expected} to {last} are missing") } else { "it is missing".into() },
            );
        }
        if row.seq < expected {
            return broken(row.seq, "it stands before the first entry".into());
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
        self.head = Head { seq: row.seq, hash: row.hash.clone() };
        Ok(())
    }

    /// Compares the end of the walk with the head that was stored.
    pub(super) fn finish(self, stored: Option<Head>) -> Result<Head, Break> {
        let walked = self.head;
        match stored {
            None => Err(Break { seq: walked.seq, finding: "the head of the record is missing".into() }),
            Some(head) if head == walked => Ok(head),
            Some(head) if head.seq > walked.seq => {
                let finding = format!("the end is cut off: the head names entry {}, the last one is {}", head.seq, walked.seq);
                Err(Break { seq: walked.seq + 1, finding })
            }
            Some(head) if head.seq < walked.seq => {
                Err(Break { seq: head.seq + 1, finding: format!("it stands beyond the head, which names entry {}", head.seq) })
            }
            Some(_) => Err(Break { seq: walked.seq, finding: "it is not the entry that the head names".into() }),
        }
    }
}
