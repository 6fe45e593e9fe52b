//! The book's pages in the store.

use super::{Found, Known, Page};
use crate::conversation::strand::{Step, Who};
use crate::conversation::trace::{Mark, Trace};
use crate::record::RecordError;
use crate::record::write::Writing;
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeSet, HashMap};

/// How many marks of one conversation are kept: its newest.
const MARKS_KEPT: usize = 64;

/// How many conversations that share a mark are looked at.
const SHARERS_MAX: i64 = 8;

/// Bytes of one stored step.
const STEP_BYTES: usize = 14;

/// Looks names up, and marks if none of the names is known.
pub(in crate::record) fn look_up(connection: &Connection, names: &[String], marks: &[Mark]) -> Result<Found, RecordError> {
    let mut found = Found::default();
    let mut of_name = connection.prepare_cached("SELECT conversation FROM alias WHERE name = ?1")?;
    for name in names {
        if let Some(id) = of_name.query_row([name], |row| row.get::<_, String>(0)).optional()? {
            found.by_name.insert(name.clone(), id);
        }
    }
    if found.by_name.is_empty() {
        let mut weights: HashMap<String, u32> = HashMap::new();
        let mut of_mark = connection.prepare_cached("SELECT conversation FROM mark WHERE hash = ?1 LIMIT ?2")?;
        for mark in marks {
            let sharers = of_mark.query_map((mark.hash.cast_signed(), SHARERS_MAX), |row| row.get::<_, String>(0))?;
            for id in sharers {
                *weights.entry(id?).or_default() += u32::from(mark.weight);
            }
        }
        found.by_marks = weights.into_iter().collect();
    }
    let ids: BTreeSet<String> = found.by_name.values().cloned().chain(found.by_marks.iter().map(|(id, _)| id.clone())).collect();
    for id in ids {
        if let Some(page) = read(connection, &id)? {
            found.known.insert(id, page);
        }
    }
    Ok(found)
}

fn read(connection: &Connection, id: &str) -> Result<Option<(Known, Vec<Trace>)>, RecordError> {
    let select = "SELECT credential, agent, dialects, turns, compactions, strands FROM conversation WHERE id = ?1";
    let read = |row: &rusqlite::Row<'_>| {
        let (dialects, strands): (String, Vec<u8>) = (row.get(2)?, row.get(5)?);
        let known = Known {
            id: id.to_owned(),
            kin: BTreeSet::new(),
            credential: row.get(0)?,
            agent: row.get(1)?,
            dialects: dialects.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            turns: row.get(3)?,
            compactions: row.get(4)?,
        };
        Ok((known, unpack(&strands)))
    };
    let Some((mut known, strands)) = connection.prepare_cached(select)?.query_row([id], read).optional()? else { return Ok(None) };
    let mut kin = connection.prepare_cached("SELECT other FROM kin WHERE conversation = ?1")?;
    known.kin = kin.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(Some((known, strands)))
}

/// Writes pages.
pub(in crate::record) fn flush(writing: &Writing<'_>, pages: &[Page]) -> Result<(), RecordError> {
    for page in pages {
        write(writing, page)?;
    }
    Ok(())
}

fn write(writing: &Writing<'_>, page: &Page) -> Result<(), RecordError> {
    let Page { known, strands, names } = page;
    let dialects = known.dialects.iter().map(String::as_str).collect::<Vec<_>>().join(",");
    let upsert = "INSERT INTO conversation (id, credential, agent, dialects, opened, seen_ms, turns, compactions, strands) \
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE SET agent = ?3, dialects = ?4, \
                  seen_ms = ?6, turns = ?7, compactions = ?8, strands = ?9";
    writing.transaction.prepare_cached(upsert)?.execute((
        &known.id,
        &known.credential,
        &known.agent,
        dialects,
        writing.now.text(),
        writing.now.ms,
        known.turns,
        known.compactions,
        pack(strands),
    ))?;
    let mut alias = writing.transaction.prepare_cached("INSERT OR IGNORE INTO alias (name, conversation) VALUES (?1, ?2)")?;
    for name in names {
        alias.execute((name, &known.id))?;
    }
    let mut kin = writing.transaction.prepare_cached("INSERT OR IGNORE INTO kin (conversation, other) VALUES (?1, ?2)")?;
    for other in &known.kin {
        kin.execute((&known.id, other))?;
    }
    write_marks(writing, known, strands)
}

/// The newest marks replace those before them.
fn write_marks(writing: &Writing<'_>, known: &Known, strands: &[Trace]) -> Result<(), RecordError> {
    let newest = strands.iter().rev().flat_map(|strand| strand.marks().rev()).take(MARKS_KEPT);
    writing.transaction.prepare_cached("DELETE FROM mark WHERE conversation = ?1")?.execute([&known.id])?;
    let mut insert = writing.transaction.prepare_cached("INSERT OR REPLACE INTO mark (hash, conversation, weight) VALUES (?1, ?2, ?3)")?;
    for mark in newest {
        insert.execute((mark.hash.cast_signed(), &known.id, mark.weight))?;
    }
    Ok(())
}

/// Strands as bytes: each its number of steps, then the steps.
fn pack(strands: &[Trace]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for strand in strands {
        let steps = strand.steps();
        bytes.extend_from_slice(&u32::try_from(steps.len()).unwrap_or(0).to_be_bytes());
        for Step { who, mark, bytes: length, is_summary, weight } in steps {
            bytes.extend_from_slice(&mark.to_be_bytes());
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.push(match who {
                Who::User => 0,
                Who::Model => 1,
                Who::Tool => 2,
            });
            bytes.push(weight << 1 | u8::from(is_summary));
        }
    }
    bytes
}

/// What cannot be read is not remembered: it ties nothing.
fn unpack(bytes: &[u8]) -> Vec<Trace> {
    let mut strands = Vec::new();
    let mut rest = bytes;
    while let Some((count, behind)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*count)).unwrap_or(usize::MAX).saturating_mul(STEP_BYTES);
        let Some((steps, behind)) = behind.split_at_checked(length) else { break };
        strands.push(Trace::of_steps(steps.chunks_exact(STEP_BYTES).filter_map(step).collect()));
        rest = behind;
    }
    strands
}

fn step(bytes: &[u8]) -> Option<Step> {
    let (mark, rest) = bytes.split_first_chunk::<8>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let [who, flags] = rest else { return None };
    let who = match who {
        0 => Who::User,
        1 => Who::Model,
        _ => Who::Tool,
    };
    Some(Step { who, mark: u64::from_be_bytes(*mark), bytes: u32::from_be_bytes(*length), is_summary: flags & 1 == 1, weight: flags >> 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strands_are_read_back_as_they_were_stored() {
        let step = |mark| Step { who: Who::Tool, mark, bytes: 7, is_summary: mark == 2, weight: 3 };
        let strands = vec![Trace::of_steps(vec![step(1), step(2)]), Trace::of_steps(vec![step(u64::MAX)])];
        assert_eq!(unpack(&pack(&strands)), strands);
        assert_eq!(unpack(&pack(&strands)[..20]), Vec::<Trace>::new(), "a cut page ties nothing");
    }
}
