//! Where in a conversation which pins are carried: what has to stay where it is.
//!
//! Some providers bind a model's thinking to every byte that stood before it. There the
//! block at the head is the one of the conversation's first request, for good, and what
//! came up later stands behind the message after which it came up. Both are on the disk
//! before the request leaves that first carries them.

use super::{Book, Known};
use crate::conversation::anchor::Anchor;
use crate::digest::hex;
use crate::inject::Carriage;
use crate::record::RecordError;
use crate::record::handle::guard;
use crate::record::write::Writing;
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// How many blocks stand in one conversation; past it the oldest is forgotten, and what
/// it said is put behind the newest message again.
const BLOCKS_MAX: u8 = 64;

/// A block of pins and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The block.
    pub carriage: Arc<Carriage>,
    /// Behind which turn. `None`: in the instruction place.
    pub anchor: Option<Anchor>,
}

impl Book {
    /// The blocks of a conversation, oldest first.
    pub(in crate::record) fn blocks(&self, known: &Known) -> Vec<Block> {
        let hot = guard(&self.hot);
        hot.lives.get(&known.id).map_or(&known.blocks, |live| &live.known.blocks).clone()
    }

    /// Adds a block that is on the disk.
    pub(in crate::record) fn carry(&self, id: &str, block: Block) {
        let mut hot = guard(&self.hot);
        let Some(live) = hot.lives.get_mut(id) else { return };
        let blocks = &mut live.known.blocks;
        if block.anchor.is_none() {
            blocks.retain(|other| other.anchor.is_some());
        }
        if !blocks.contains(&block) {
            blocks.push(block);
        }
        if blocks.len() > usize::from(BLOCKS_MAX)
            && let Some(oldest) = blocks.iter().position(|block| block.anchor.is_some())
        {
            blocks.remove(oldest);
        }
    }
}

/// Writes a block.
pub(in crate::record) fn carry(writing: &Writing<'_>, conversation: &str, block: &Block) -> Result<(), RecordError> {
    let texts = serde_json::to_string(&block.carriage.texts().collect::<Vec<_>>()).unwrap_or_else(|_| "[]".into());
    let name = hex(&Sha256::digest(format!("{}\n{texts}", block.carriage.block())));
    let rendered = "INSERT OR IGNORE INTO rendered (name, block, texts) VALUES (?1, ?2, ?3)";
    writing.transaction.prepare_cached(rendered)?.execute((&name, block.carriage.block(), texts))?;
    if block.anchor.is_none() {
        let replaced = "DELETE FROM carried WHERE conversation = ?1 AND turn IS NULL AND rendered <> ?2";
        writing.transaction.prepare_cached(replaced)?.execute((conversation, &name))?;
    }
    let number = |part: fn(Anchor) -> u64| block.anchor.map(|anchor| part(anchor).cast_signed());
    let carried = "INSERT INTO carried (conversation, rendered, turn, before, upto) SELECT ?1, ?2, ?3, ?4, ?5 \
                   WHERE NOT EXISTS (SELECT 1 FROM carried WHERE conversation = ?1 AND rendered = ?2 AND turn IS ?3 AND upto IS ?5)";
    let row = (conversation, &name, number(|anchor| anchor.turn), number(|anchor| anchor.before), number(|anchor| anchor.upto));
    writing.transaction.prepare_cached(carried)?.execute(row)?;
    let forget = "DELETE FROM carried WHERE conversation = ?1 AND turn IS NOT NULL AND place NOT IN \
                  (SELECT place FROM carried WHERE conversation = ?1 ORDER BY place DESC LIMIT ?2)";
    writing.transaction.prepare_cached(forget)?.execute((conversation, BLOCKS_MAX))?;
    Ok(())
}

/// The blocks of a conversation, oldest first.
pub(super) fn blocks(connection: &Connection, conversation: &str) -> Result<Vec<Block>, RecordError> {
    let select =
        "SELECT block, texts, turn, before, upto FROM carried JOIN rendered ON name = rendered WHERE conversation = ?1 ORDER BY place";
    let mut statement = connection.prepare_cached(select)?;
    let read = |row: &rusqlite::Row<'_>| {
        let (block, texts): (String, String) = (row.get(0)?, row.get(1)?);
        let number = |place| row.get::<_, Option<i64>>(place).map(|number| number.map(i64::cast_unsigned));
        let (turn, before, upto) = (number(2)?, number(3)?, number(4)?);
        let anchor = turn.zip(before).zip(upto).map(|((turn, before), upto)| Anchor { turn, before, upto });
        // Texts that cannot be read count as not carried: they are carried again.
        let texts: Vec<String> = serde_json::from_str(&texts).unwrap_or_default();
        Ok(Block { carriage: Arc::new(Carriage::stored(block, texts)), anchor })
    };
    Ok(statement.query_map([conversation], read)?.collect::<Result<_, _>>()?)
}
