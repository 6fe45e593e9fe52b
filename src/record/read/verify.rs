//! Is the record what was written? In a data dir, or in an export that somebody kept.

use super::{Reader, SELECT, read_row, row_at, stored_head};
use crate::record::chain::{Break, Head, Row, Walk, Walked};
use crate::record::signature::{Seal, SignedHead};
use crate::record::{RecordError, place, tables, witness};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

/// One row as `audit export` prints it. The row that the signed head names bears the
/// signature, so that an export is checked without its data dir.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Export {
    /// The row.
    #[serde(flatten)]
    pub row: Row,
    /// Of the row that the signed head names.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub signed: Option<Seal>,
}

impl Reader {
    /// Walks the whole chain, as it stands at this moment, and compares its end with
    /// the head, and the whole with its witness; then the indices that lists are read by,
    /// and, if a linchpin closed the record, the tables beside the chain.
    pub fn verify(&self) -> Result<Result<Walked, Break>, RecordError> {
        // Read first: what it names by now is on the disk by now.
        let testimony = witness::testimony(&self.file)?;
        // One transaction: everything of the same moment, also while a linchpin is writing.
        let moment = self.connection.unchecked_transaction()?;
        let walked = match walk(&moment)? {
            Ok(walked) => walked,
            Err(found) => return Ok(Err(found)),
        };
        let signed = testimony.as_ref().and_then(|told| told.as_ref().ok()).cloned();
        if let Some(found) = contradiction(&moment, testimony)? {
            return Ok(Err(found));
        }
        if let Some(finding) = damaged_index(&moment)? {
            return Ok(Err(Break { seq: 0, finding }));
        }
        let is_closed = self.file.parent().is_none_or(|data_dir| !place::is_in_use(data_dir));
        let sealed = signed.filter(|signed| is_closed && signed.head == walked.head).and_then(|signed| signed.seal.tables);
        Ok(match sealed {
            Some(sealed) if sealed != tables::digest(&moment)? => Err(Break { seq: 0, finding: CHANGED_BESIDE.into() }),
            _ => Ok(walked),
        })
    }

    /// The signed head beside the record, if there is one to be believed.
    pub fn signed_head(&self) -> Result<Option<SignedHead>, RecordError> {
        Ok(witness::testimony(&self.file)?.and_then(Result::ok))
    }
}

const CHANGED_BESIDE: &str =
    "the chain is whole, and the tables beside it (holds, conversations, limits) are not what linchpin left when it was stopped";

fn walk(connection: &Connection) -> Result<Result<Walked, Break>, RecordError> {
    let head = stored_head(connection);
    let mut statement = connection.prepare(&format!("{SELECT} NOT INDEXED ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    let mut walk = Walk::new();
    while let Some(row) = rows.next()? {
        match read_row(row) {
            Ok(row) => {
                if let Err(found) = walk.step(&row) {
                    return Ok(Err(found));
                }
            }
            Err(RecordError::Unreadable { seq, why }) => return Ok(Err(Break { seq, finding: format!("it cannot be read ({why})") })),
            Err(other) => return Err(other),
        }
    }
    Ok(walk.finish(head?))
}

/// What SQLite finds wrong with its pages and indices: a list that is read by a damaged
/// index leaves entries out that the chain has.
fn damaged_index(connection: &Connection) -> Result<Option<String>, RecordError> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok((found != "ok").then(|| format!("the database is damaged: {found}")))
}

/// What of a witness's testimony a record does not bear out. None: it is borne out, or there is no witness.
pub(in crate::record) fn contradiction(
    connection: &Connection,
    testimony: Option<Result<SignedHead, String>>,
) -> Result<Option<Break>, RecordError> {
    let named = match testimony {
        None => return Ok(None),
        Some(Err(why)) => {
            return Ok(Some(Break { seq: 0, finding: format!("the signed head beside the record is not to be trusted: {why}") }));
        }
        Some(Ok(signed)) => signed.head,
    };
    let finding = match row_at(connection, named.seq)? {
        _ if named == Head::of_nothing() => return Ok(None),
        Some(row) if row.hash == named.hash => return Ok(None),
        Some(_) => "it is not the entry whose hash was signed: the chain was written anew",
        None => "it was signed as the head once and is missing",
    };
    Ok(Some(Break { seq: named.seq, finding: finding.to_owned() }))
}

/// What an export turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Its chain.
    pub walked: Walked,
    /// The signed head in it.
    pub signed: SignedHead,
}

/// Checks an export, row by row.
pub struct Exported {
    walk: Walk,
    signed: Option<SignedHead>,
}

impl Default for Exported {
    fn default() -> Self {
        Self { walk: Walk::new(), signed: None }
    }
}

impl Exported {
    /// Takes the next line.
    pub fn line(&mut self, line: &str) -> Result<(), Break> {
        let seq = self.walk.head().seq + 1;
        let export: Export = serde_json::from_str(line).map_err(|error| Break { seq, finding: format!("it cannot be read ({error})") })?;
        self.walk.step(&export.row)?;
        if let Some(seal) = export.signed {
            let signed = SignedHead { head: self.walk.head().clone(), seal };
            if !signed.is_genuine() {
                return Err(Break { seq: export.row.seq, finding: "its signature does not match".into() });
            }
            self.signed = Some(signed);
        }
        Ok(())
    }

    /// The newest row so far.
    pub fn head(&self) -> &Head {
        self.walk.head()
    }

    /// What it turned out to be, once all lines were taken.
    pub fn end(self) -> Result<Checked, Break> {
        let walked = self.walk.end()?;
        match self.signed {
            Some(signed) => Ok(Checked { walked, signed }),
            None => Err(Break { seq: 0, finding: "no entry bears a signature: the end is missing, or nothing was signed".into() }),
        }
    }
}
