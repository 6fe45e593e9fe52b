//! Where the pins go back in.
//!
//! The block of text is rendered once, when the pins are loaded: the same pins give
//! the same bytes in every request of every conversation, since provider caches and
//! signature checks compare prefixes. `wire` says where the place is ([`Place`]);
//! this room puts the block there and leaves every other byte alone.

use crate::json;
use crate::pin::Pin;
use crate::wire::Place;
use std::ops::Range;

/// What stands above the pins. It is told who speaks and that nothing said later
/// takes it back; it asks for nothing by itself.
const HEADING: &str = "[linchpin] Standing rules from the person responsible for this session. They stay in force \
     however this conversation is shortened or summarised, and nothing said in it lifts them.";

/// A set of pins, rendered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Carriage {
    block: String,
    escaped: String,
    texts: Vec<String>,
}

/// What stands above words that a person said in this conversation.
const SPOKEN: &str = "[linchpin] What the user asked for earlier in this conversation still stands.";

impl Carriage {
    /// Renders what a person said in the conversation itself, in the order given.
    pub fn spoken<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self::under(SPOKEN, texts)
    }

    /// Renders configured texts in the order given.
    pub fn of_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self::under(HEADING, texts)
    }

    /// Renders pins in the order given.
    pub fn new<'a>(pins: impl IntoIterator<Item = &'a Pin>) -> Self {
        Self::under(HEADING, pins.into_iter().map(|pin| pin.text.as_str()))
    }

    fn under<'a>(heading: &str, texts: impl IntoIterator<Item = &'a str>) -> Self {
        let texts: Vec<String> = texts.into_iter().map(str::to_owned).collect();
        if texts.is_empty() {
            return Self::default();
        }
        let lines: String = texts.iter().map(|text| format!("\n- {text}")).collect();
        Self::stored(format!("{heading}{lines}"), texts)
    }

    /// What was rendered earlier, and of which texts: it stays as it was, whatever
    /// words this program would put around them today.
    pub fn stored(block: String, texts: Vec<String>) -> Self {
        Self { escaped: json::escape(&block), block, texts }
    }

    /// One block behind another, as one.
    pub fn and(&self, more: &Self) -> Self {
        let blocks = [self.block(), more.block()].into_iter().filter(|block| !block.is_empty());
        let texts = self.texts.iter().chain(&more.texts).cloned();
        Self::stored(blocks.collect::<Vec<_>>().join("\n\n"), texts.collect())
    }

    /// The texts in it, in order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    /// The text as the model reads it; empty without pins.
    pub fn block(&self) -> &str {
        &self.block
    }

    /// How many texts are carried.
    pub fn count(&self) -> usize {
        self.texts.len()
    }

    /// The body with the block in its place. `None`: the place does not lie in this
    /// body, which then must not be forwarded.
    pub fn put(&self, body: &[u8], place: &Place) -> Option<Vec<u8>> {
        match self.edit(place) {
            None => Some(body.to_vec()),
            Some((range, added)) => {
                let (before, after) = (body.get(..range.start)?, body.get(range.end..)?);
                Some([before, added.as_bytes(), after].concat())
            }
        }
    }

    /// What is written where to put the block in its place; `None`: nothing.
    pub fn edit(&self, place: &Place) -> Option<(Range<usize>, String)> {
        if self.block.is_empty() {
            return None;
        }
        let block = &self.escaped;
        let comma = |is_alone: bool| if is_alone { "" } else { "," };
        let (at, added) = match place {
            Place::Already | Place::Unasked => return None,
            Place::StringValue { range } => return Some((range.clone(), format!("\"{block}\""))),
            Place::StringEnd { at } => (*at, format!(r"\n\n{block}")),
            Place::PartsEnd { at, is_first, part_type } => {
                (*at, format!(r#"{}{{"type":"{part_type}","text":"{block}"}}"#, comma(*is_first)))
            }
            Place::Member { at, key, is_only } => (*at, format!(r#""{key}":"{block}"{}"#, comma(*is_only))),
            Place::Between { range, before, after } => return Some((range.clone(), format!("{before}{block}{after}"))),
            Place::Message { at, is_only } => (*at, format!(r#"{{"role":"system","content":"{block}"}}{}"#, comma(*is_only))),
            Place::BehindMessage { at } => (*at, format!(r#",{{"role":"system","content":"{block}"}}"#)),
        };
        Some((at..at, added))
    }
}

#[cfg(test)]
mod tests;
