//! What an answer leaves behind at the server.

use crate::digest::hex;
use crate::json;
use crate::wire::seal;
use crate::wire::spelling::Keys;
use memchr::memmem;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::ops::Range;

/// An answer that has ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// Its id, by which a later request may go on from it.
    pub id: String,
    /// The calls in it that did not reach the agent, in order.
    pub unanswered: Vec<Unanswered>,
    /// What its summaries are known by that only the provider can read.
    pub summaries: Vec<String>,
}

/// A call that the server has and the agent has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unanswered {
    /// The type of its item.
    pub kind: String,
    /// The id by which it is answered.
    pub call: String,
    /// The item's own id.
    pub item: String,
}

/// How many summaries of one answer or one history are looked at.
const SUMMARIES_MAX: usize = 4;

/// What an item is known by that is a summary which only the provider can read: what
/// was said before it is in there, and in no request any more.
pub(in crate::wire) fn summary(item: &str) -> Option<String> {
    let members = json::members(item.as_bytes()).ok()?;
    let keys = Keys(&members);
    let kind = keys.some("type").and_then(json::as_string)?;
    let sealed = keys.some("encrypted_content").and_then(json::as_string).filter(|sealed| !sealed.is_empty())?;
    seal::is_compaction(&kind).then(|| hex(&Sha256::digest(sealed.as_bytes())))
}

/// The summaries among these items, newest first.
pub(in crate::wire) fn summaries<'a>(items: impl DoubleEndedIterator<Item = &'a str>) -> Vec<String> {
    items.rev().filter_map(summary).take(SUMMARIES_MAX).collect()
}

/// The newest such summary in a history that stands in `range` of a body.
pub fn newest_summary(body: &[u8], range: Range<usize>) -> Option<String> {
    let history = body.get(range)?;
    memmem::find(history, b"encrypted_content")?;
    let items = json::elements(history).ok()?;
    items.iter().rev().find_map(|item| summary(item.get()))
}
