//! The book's pages in the store.

use super::{Found, Known, Page, RULED_MAX, Spoken, Stored};
use crate::conversation::strand::{Step, Who};
use crate::conversation::trace::{Mark, Trace};
use crate::record::write::Writing;
use crate::record::{EntryId, RecordError};
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// How many marks of one conversation are kept: its newest.
const MARKS_KEPT: usize = 64;

/// How many conversations that share a mark are looked at.
const SHARERS_MAX: i64 = 8;

/// Bytes of one stored step.
const STEP_BYTES: usize = 14;

/// Looks names up, and marks if none of the names is known and no `chain` ties it; `tied`
/// is what weighs for a conversation already.
pub(in crate::record) fn look_up(
    connection: &Connection,
    names: &[String],
    chain: Option<String>,
    marks: &[Mark],
    tied: &[(String, u32)],
) -> Result<Found, RecordError> {
    let mut found = Found::default();
    let mut of_name = connection.prepare_cached("SELECT conversation FROM alias WHERE name = ?1")?;
    for name in names {
        if let Some(id) = of_name.query_row([name], |row| row.get::<_, String>(0)).optional()? {
            found.by_name.insert(name.clone(), id);
        }
    }
    if found.by_name.is_empty() && chain.is_none() {
        let mut weights: HashMap<String, u32> = tied.iter().cloned().collect();
        let mut of_mark = connection.prepare_cached("SELECT conversation FROM mark WHERE hash = ?1 LIMIT ?2")?;
        for mark in marks {
            let sharers = of_mark.query_map((mark.hash.cast_signed(), SHARERS_MAX), |row| row.get::<_, String>(0))?;
            for id in sharers {
                *weights.entry(id?).or_default() += u32::from(mark.weight);
            }
        }
        found.by_marks = weights.into_iter().collect();
    }
    let by_marks = found.by_marks.iter().map(|(id, _)| id.clone());
    let ids: BTreeSet<String> = found.by_name.values().cloned().chain(by_marks).chain(chain).collect();
    for id in ids {
        if let Some(page) = read(connection, &id)? {
            found.known.insert(id, page);
        }
    }
    Ok(found)
}

/// The conversations of this setting in which rules were said that stand, those that were
/// at work last.
pub(in crate::record) fn ruled(connection: &Connection, setting: &str) -> Result<Vec<String>, RecordError> {
    let select = "SELECT id FROM conversation WHERE setting = ?1 AND EXISTS \
                  (SELECT 1 FROM spoken WHERE conversation = conversation.id AND state <> 'released') ORDER BY seen_ms DESC LIMIT ?2";
    let mut statement = connection.prepare_cached(select)?;
    Ok(statement.query_map((setting, i64::from(RULED_MAX)), |row| row.get(0))?.collect::<Result<_, _>>()?)
}

fn read(connection: &Connection, id: &str) -> Result<Option<Stored>, RecordError> {
    let select = "SELECT credential, agent, dialects, turns, compactions, strands, setting FROM conversation WHERE id = ?1";
    let read = |row: &rusqlite::Row<'_>| {
        let (dialects, strands): (String, Vec<u8>) = (row.get(2)?, row.get(5)?);
        let known = Known {
            id: id.to_owned(),
            kin: BTreeSet::new(),
            credential: row.get(0)?,
            setting: row.get(6)?,
            agent: row.get(1)?,
            dialects: dialects.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            turns: row.get(3)?,
            compactions: row.get(4)?,
            spoken: Vec::new(),
            blocks: Vec::new(),
        };
        Ok((known, unpack(&strands)))
    };
    let Some((mut known, strands)) = connection.prepare_cached(select)?.query_row([id], read).optional()? else { return Ok(None) };
    let mut kin = connection.prepare_cached("SELECT other FROM kin WHERE conversation = ?1")?;
    known.kin = kin.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for conversation in std::iter::once(id).chain(known.kin.iter().map(String::as_str)) {
        known.spoken.extend(spoken_in(connection, conversation)?);
    }
    known.blocks = super::carried::blocks(connection, id)?;
    Ok(Some((known, strands)))
}

const SPOKEN: &str = "SELECT id, text, turn, state, conversation FROM spoken WHERE state <> 'released'";

/// What a person said in a conversation that still stands.
fn spoken_in(connection: &Connection, conversation: &str) -> Result<Vec<Spoken>, RecordError> {
    let mut statement = connection.prepare_cached(&format!("{SPOKEN} AND conversation = ?1 ORDER BY place"))?;
    Ok(statement.query_map([conversation], spoken)?.collect::<Result<_, _>>()?)
}

/// What was said anywhere and still stands.
pub(in crate::record) fn all_spoken(connection: &Connection) -> Result<Vec<Spoken>, RecordError> {
    let mut statement = connection.prepare_cached(&format!("{SPOKEN} ORDER BY place"))?;
    Ok(statement.query_map([], spoken)?.collect::<Result<_, _>>()?)
}

fn spoken(row: &rusqlite::Row<'_>) -> rusqlite::Result<Spoken> {
    let state: String = row.get(3)?;
    Ok(Spoken {
        id: row.get(0)?,
        text: row.get(1)?,
        turn: row.get::<_, i64>(2)?.cast_unsigned(),
        conversation: row.get(4)?,
        is_enforced: state == "enforced",
    })
}

/// Writes what a person said, and gives back what of it stands. Words that were
/// released stay so: the message that said them acts once.
pub(in crate::record) fn speak(writing: &mut Writing<'_>, spoken: &[Spoken]) -> Result<Vec<Spoken>, RecordError> {
    let mut standing = Vec::new();
    for one in spoken {
        let state = if one.is_enforced { "enforced" } else { "proposed" };
        let insert = "INSERT OR IGNORE INTO spoken (id, conversation, text, turn, at, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let row = (&one.id, &one.conversation, &one.text, one.turn.cast_signed(), writing.now.text(), state);
        if writing.transaction.prepare_cached(insert)?.execute(row)? == 1 {
            let id = EntryId::about("p", writing.now.wall_ms())?;
            let text = writing.redactor.redact(&one.text);
            let body = serde_json::json!({ "conversation": one.conversation, "pin": one.id, "text": text, "state": state });
            writing.append(None, id.as_str(), "captured", body.to_string())?;
        }
        let stands = "SELECT EXISTS (SELECT 1 FROM spoken WHERE id = ?1 AND state = ?2)";
        if writing.transaction.prepare_cached(stands)?.query_row((&one.id, state), |row| row.get(0))? {
            standing.push(one.clone());
        }
    }
    Ok(standing)
}

/// Takes a proposed pin in somebody's name. Says whether there was one to take.
pub(in crate::record) fn accept(writing: &mut Writing<'_>, pin: &str, by: &str) -> Result<bool, RecordError> {
    let update = "UPDATE spoken SET state = 'enforced' WHERE id = ?1 AND state = 'proposed'";
    if writing.transaction.prepare_cached(update)?.execute([pin])? == 0 {
        return Ok(false);
    }
    let id = EntryId::about("p", writing.now.wall_ms())?;
    writing.append(None, id.as_str(), "accepted", serde_json::json!({ "pin": pin, "by": by }).to_string())?;
    Ok(true)
}

/// Releases a captured pin in somebody's name. Says whether there was one to release.
pub(in crate::record) fn unspeak(writing: &mut Writing<'_>, pin: &str, by: &str) -> Result<bool, RecordError> {
    let update = "UPDATE spoken SET state = 'released' WHERE id = ?1 AND state <> 'released'";
    if writing.transaction.prepare_cached(update)?.execute([pin])? == 0 {
        return Ok(false);
    }
    let id = EntryId::about("p", writing.now.wall_ms())?;
    writing.append(None, id.as_str(), "released", serde_json::json!({ "pin": pin, "by": by }).to_string())?;
    Ok(true)
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
    let upsert = "INSERT INTO conversation (id, credential, agent, dialects, opened, seen_ms, turns, compactions, strands, setting) \
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (id) DO UPDATE SET agent = ?3, dialects = ?4, \
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
        &known.setting,
    ))?;
    let mut alias = writing.transaction.prepare_cached("INSERT OR IGNORE INTO alias (name, conversation) VALUES (?1, ?2)")?;
    for name in names {
        alias.execute((name, &known.id))?;
    }
    let mut kin = writing.transaction.prepare_cached("INSERT OR IGNORE INTO kin (conversation, other) VALUES (?1, ?2)")?;
    for other in &known.kin {
        kin.execute((&known.id, other))?;
    }
    for block in &known.blocks {
        super::carry(writing, &known.id, block)?;
    }
    write_marks(writing, known, strands)
}

/// The newest marks replace those before them.
fn write_marks(writing: &Writing<'_>, known: &Known, strands: &[Arc<Trace>]) -> Result<(), RecordError> {
    let newest = strands.iter().rev().flat_map(|strand| strand.marks().rev()).take(MARKS_KEPT);
    writing.transaction.prepare_cached("DELETE FROM mark WHERE conversation = ?1")?.execute([&known.id])?;
    let mut insert = writing.transaction.prepare_cached("INSERT OR REPLACE INTO mark (hash, conversation, weight) VALUES (?1, ?2, ?3)")?;
    for mark in newest {
        insert.execute((mark.hash.cast_signed(), &known.id, mark.weight))?;
    }
    Ok(())
}

/// Strands as bytes: each its number of steps, then the steps.
fn pack(strands: &[Arc<Trace>]) -> Vec<u8> {
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
fn unpack(bytes: &[u8]) -> Vec<Arc<Trace>> {
    let mut strands = Vec::new();
    let mut rest = bytes;
    while let Some((count, behind)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*count)).unwrap_or(usize::MAX).saturating_mul(STEP_BYTES);
        let Some((steps, behind)) = behind.split_at_checked(length) else { break };
        strands.push(Arc::new(Trace::of_steps(steps.chunks_exact(STEP_BYTES).filter_map(step).collect())));
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
        let strands = vec![Arc::new(Trace::of_steps(vec![step(1), step(2)])), Arc::new(Trace::of_steps(vec![step(u64::MAX)]))];
        assert_eq!(unpack(&pack(&strands)), strands);
        assert_eq!(unpack(&pack(&strands)[..20]), Vec::<Arc<Trace>>::new(), "a cut page ties nothing");
    }
}
