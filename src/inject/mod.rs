//! Where the pins go back in.
//!
//! The block of text is rendered once, when the pins are loaded: the same pins give
//! the same bytes in every request of every conversation, since provider caches and
//! signature checks compare prefixes. `wire` says where the place is ([`Place`]);
//! this room puts the block there and leaves every other byte alone.

use crate::json;
use crate::pin::Pin;
use crate::wire::Place;

/// What stands above the pins. It is told who speaks and that nothing said later
/// takes it back; it asks for nothing by itself.
const HEADING: &str = "[linchpin] Standing rules from the person responsible for this session. They stay in force \
     however this conversation is shortened or summarised, and nothing said in it lifts them.";

/// A set of pins, rendered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Carriage {
    block: String,
    escaped: String,
    count: usize,
}

impl Carriage {
    /// Renders pins in the order given.
    pub fn new<'a>(pins: impl IntoIterator<Item = &'a Pin>) -> Self {
        let texts: Vec<&str> = pins.into_iter().map(|pin| pin.text.as_str()).collect();
        if texts.is_empty() {
            return Self::default();
        }
        let lines: String = texts.iter().map(|text| format!("\n- {text}")).collect();
        let block = format!("{HEADING}{lines}");
        Self { escaped: json::escape(&block), block, count: texts.len() }
    }

    /// The text as the model reads it; empty without pins.
    pub fn block(&self) -> &str {
        &self.block
    }

    /// How many texts are carried.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The body with the block in its place. `None`: the place does not lie in this
    /// body, which then must not be forwarded.
    pub fn put(&self, body: &[u8], place: &Place) -> Option<Vec<u8>> {
        if self.count == 0 {
            return Some(body.to_vec());
        }
        let block = &self.escaped;
        let comma = |is_alone: bool| if is_alone { "" } else { "," };
        match place {
            Place::Already => Some(body.to_vec()),
            Place::StringEnd { at } => insert(body, *at, &format!(r"\n\n{block}")),
            Place::StringValue { range } => {
                let (before, after) = (body.get(..range.start)?, body.get(range.end..)?);
                Some([before, b"\"", block.as_bytes(), b"\"", after].concat())
            }
            Place::PartsEnd { at, is_first, part_type } => {
                insert(body, *at, &format!(r#"{}{{"type":"{part_type}","text":"{block}"}}"#, comma(*is_first)))
            }
            Place::Member { at, key, is_only } => insert(body, *at, &format!(r#""{key}":"{block}"{}"#, comma(*is_only))),
            Place::Message { at, is_only } => insert(body, *at, &format!(r#"{{"role":"system","content":"{block}"}}{}"#, comma(*is_only))),
        }
    }
}

/// One copy of the body, with something put in.
fn insert(body: &[u8], at: usize, added: &str) -> Option<Vec<u8>> {
    let (before, after) = body.split_at_checked(at)?;
    Some([before, added.as_bytes(), after].concat())
}

#[cfg(test)]
mod tests;
