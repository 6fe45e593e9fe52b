//! Reading the record: what the commands and the console show.
//!
//! A reader has a connection of its own that cannot write, works while a linchpin
//! is running or without one, and streams: a year of entries is not held in
//! memory. Rows about one call are folded into one [`Entry`] with its latest
//! outcome, or into one [`Deed`] if the agent got it; the raw rows are there too, and
//! so is the check of the chain.

mod deed;
mod fold;
mod hold;
mod talk;
mod untold;
mod verify;

pub use deed::Deed;
pub use fold::{Entry, Filter};
pub use hold::Hold;
pub use talk::{HaltLine, Moment, Talk};
pub use untold::Untold;
pub(super) use verify::contradiction;
pub use verify::{Checked, Export, Exported};

use fold::{follow, is_call, is_violation, open};

use super::RecordError;
use super::book::{self, Spoken};
use super::chain::{Head, Row};
use super::place;
use rusqlite::{Connection, OptionalExtension};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// A data dir's record, open for reading.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    file: PathBuf,
}

impl Reader {
    /// Opens a record file without changing it.
    pub fn open(file: &Path) -> Result<Self, RecordError> {
        Ok(Self { connection: place::open_to_read(file)?, file: file.to_owned() })
    }

    /// Hands over every wanted call that was not simply passed, oldest first, until told
    /// to stop.
    pub fn entries<E: From<RecordError>>(
        &self,
        filter: &Filter,
        mut each: impl FnMut(Entry) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        self.wanted(&Wanted { rows: VIOLATIONS, is_wanted: &|entry| filter.wants(entry) }, filter.limit, &mut each)
    }

    /// Hands over every wanted consequential call that was delivered, in the order they
    /// were proposed, until told to stop.
    pub fn deeds<E: From<RecordError>>(&self, filter: &Filter, mut each: impl FnMut(Deed) -> Result<ControlFlow<()>, E>) -> Result<(), E> {
        let wanted = Wanted { rows: CALLS, is_wanted: &|entry| filter.wants_deed(entry) };
        self.wanted(&wanted, filter.limit, &mut |entry| each(Deed::from(entry)))
    }

    fn wanted<E: From<RecordError>>(
        &self,
        wanted: &Wanted<'_>,
        limit: Option<usize>,
        each: &mut dyn FnMut(Entry) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let Some(limit) = limit else { return self.fold_all("ASC", wanted, each) };
        let mut newest = VecDeque::new();
        if limit > 0 {
            self.fold_all::<E>("DESC", wanted, &mut |entry| {
                newest.push_front(entry);
                Ok(if newest.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
            })?;
        }
        for entry in newest {
            if each(entry)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Folds rows that stand together, since they are read in the order of their
    /// first row.
    fn fold_all<E: From<RecordError>>(
        &self,
        order: &str,
        wanted: &Wanted<'_>,
        each: &mut dyn FnMut(Entry) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let select = format!("{SELECT} WHERE {} ORDER BY first {order}, seq ASC", wanted.rows);
        let mut statement = self.connection.prepare(&select).map_err(RecordError::from)?;
        let mut rows = statement.query([]).map_err(RecordError::from)?;
        let mut current: Option<Entry> = None;
        while let Some(row) = rows.next().map_err(RecordError::from)? {
            let row = read_row(row)?;
            if row.seq != row.first {
                if let Some(entry) = &mut current {
                    follow(entry, row)?;
                }
                continue;
            }
            let opened = if is_call(&row) { Some(open(row)?) } else { None };
            if let Some(entry) = std::mem::replace(&mut current, opened)
                && (wanted.is_wanted)(&entry)
                && each(entry)?.is_break()
            {
                return Ok(());
            }
        }
        if let Some(entry) = current.filter(|entry| (wanted.is_wanted)(entry)) {
            let _ = each(entry)?;
        }
        Ok(())
    }

    /// The entry of this id, if it is about a call that was not simply passed.
    pub fn entry(&self, id: &str) -> Result<Option<Entry>, RecordError> {
        if is_violation(id) { self.call(id) } else { Ok(None) }
    }

    /// The entry of this id, if it is about a consequential call that was delivered.
    pub fn deed(&self, id: &str) -> Result<Option<Deed>, RecordError> {
        Ok(self.call(id)?.filter(Filter::is_deed).map(Deed::from))
    }

    fn call(&self, id: &str) -> Result<Option<Entry>, RecordError> {
        let mut statement = self.connection.prepare_cached(&format!("{SELECT} WHERE entry = ?1 ORDER BY seq"))?;
        let mut rows = statement.query([id])?;
        let mut found = None;
        while let Some(row) = rows.next()? {
            let row = read_row(row)?;
            match &mut found {
                None if is_call(&row) => found = Some(open(row)?),
                None => return Ok(None),
                Some(entry) => follow(entry, row)?,
            }
        }
        Ok(found)
    }

    /// The pins that were said in chats and still stand, oldest first.
    pub fn spoken(&self) -> Result<Vec<Spoken>, RecordError> {
        book::all_spoken(&self.connection)
    }

    /// The ids of the calls that rows after this one are about, each once, and the newest row's number.
    pub fn changed_since(&self, seq: i64) -> Result<(Vec<String>, i64), RecordError> {
        let mut statement = self.connection.prepare_cached("SELECT seq, entry FROM record WHERE seq > ?1 ORDER BY seq")?;
        let mut rows = statement.query([seq])?;
        let (mut changed, mut newest) = (Vec::new(), seq);
        while let Some(row) = rows.next()? {
            newest = row.get(0)?;
            let entry: String = row.get(1)?;
            if !changed.contains(&entry) {
                changed.push(entry);
            }
            if changed.len() >= CHANGED_MAX {
                break;
            }
        }
        Ok((changed, newest))
    }

    /// Hands over every row as it is stored, in order, until told to stop.
    pub fn rows<E: From<RecordError>>(&self, mut each: impl FnMut(Row) -> Result<ControlFlow<()>, E>) -> Result<(), E> {
        let mut statement = self.connection.prepare(&format!("{SELECT} ORDER BY seq")).map_err(RecordError::from)?;
        let mut rows = statement.query([]).map_err(RecordError::from)?;
        while let Some(row) = rows.next().map_err(RecordError::from)? {
            if each(read_row(row)?)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The head that is stored.
    pub fn head(&self) -> Result<Option<Head>, RecordError> {
        stored_head(&self.connection)
    }

    /// The row with this number.
    pub fn row(&self, seq: i64) -> Result<Option<Row>, RecordError> {
        row_at(&self.connection, seq)
    }
}

/// How many changed entries one look takes; the next one goes on.
const CHANGED_MAX: usize = 1000;

/// Which rows are read, and which of the calls they are about are wanted.
struct Wanted<'a> {
    rows: &'static str,
    is_wanted: &'a dyn Fn(&Entry) -> bool,
}

/// Rows about calls that were not simply passed. The index that gives the order leads
/// past the others without reading their bodies.
const VIOLATIONS: &str = "entry >= 'v_' AND entry < 'w'";

/// Rows about calls.
const CALLS: &str = "(entry >= 'v_' AND entry < 'w' OR entry >= 'a_' AND entry < 'b')";

const SELECT: &str = "SELECT seq, first, entry, at, event, body, prev, hash FROM record";

/// The stored head, if the newest row is the one it names. Anything else is a
/// record whose end was changed: going on from there would hide it.
pub(super) fn checked_head(connection: &Connection) -> Result<Head, RecordError> {
    let head = stored_head(connection)?.ok_or(RecordError::Cut)?;
    let newest: i64 = connection.query_row("SELECT coalesce(max(seq), 0) FROM record", [], |row| row.get(0))?;
    let is_named = match row_at(connection, newest)? {
        Some(row) => row.seq == head.seq && row.hash == head.hash && row.expected_hash() == row.hash,
        None => head == Head::of_nothing(),
    };
    if is_named { Ok(head) } else { Err(RecordError::Cut) }
}

fn stored_head(connection: &Connection) -> Result<Option<Head>, RecordError> {
    let head = connection.query_row("SELECT seq, hash FROM head WHERE one = 1", [], |row| Ok(Head { seq: row.get(0)?, hash: row.get(1)? }));
    Ok(head.optional()?)
}

fn row_at(connection: &Connection, seq: i64) -> Result<Option<Row>, RecordError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE seq = ?1"))?;
    let mut rows = statement.query([seq])?;
    rows.next()?.map(read_row).transpose()
}

fn read_row(row: &rusqlite::Row<'_>) -> Result<Row, RecordError> {
    let seq = row.get(0)?;
    let read = || -> rusqlite::Result<Row> {
        Ok(Row {
            seq,
            first: row.get(1)?,
            entry: row.get(2)?,
            at: row.get(3)?,
            event: row.get(4)?,
            body: row.get(5)?,
            prev: row.get(6)?,
            hash: row.get(7)?,
        })
    };
    read().map_err(|error| RecordError::Unreadable { seq, why: error.to_string() })
}
