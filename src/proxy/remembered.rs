//! Where pins stand in a conversation whose beginning must not change.
//!
//! Newer models' thinking is bound to every byte that stood before it: the system text,
//! the tools, all earlier messages. So the head carries what it carried in the first
//! request, for good. What came up later, said in the chat or newly configured, stands
//! in a system message behind the message after which it came up, put there anew in
//! every request. Both are remembered on the disk: a restart, with other pins too,
//! changes nothing that was sent before. A conversation that was running before linchpin
//! was put in between keeps its head as it is; all pins came up later, then.
//!
//! Nothing in force is left out for this: what stands at no remembered place, because it
//! is new or because a compaction took the place away, gets one, in this very request.

use super::Proxy;
use crate::conversation::anchor::{Anchor, Stops};
use crate::inject::Carriage;
use crate::json;
use crate::record::{Block, Known, Observed, RecordError};
use crate::wire::Place;
use crate::wire::history::History;
use memchr::memmem;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

/// What stands where in one request.
pub(super) struct Stand {
    /// In the instruction place.
    pub(super) head: Arc<Carriage>,
    /// Behind messages: places in the body, and what stands there.
    pub(super) behind: Vec<(Range<usize>, String)>,
    /// How many texts stand there.
    pub(super) count: usize,
}

/// What is in force now, as it would be carried in a conversation that begins.
pub(super) struct Wanted<'a> {
    /// What is configured.
    pub(super) configured: &'a Arc<Carriage>,
    /// What was said in the conversation.
    pub(super) spoken: Vec<&'a str>,
}

impl Proxy {
    /// Finds the place of everything that is in force, and remembers the new ones.
    pub(super) async fn stand(
        &self,
        known: &Known,
        observed: &Observed,
        history: &History<'_>,
        wanted: &Wanted<'_>,
    ) -> Result<Stand, RecordError> {
        let blocks = self.record.blocks(known);
        let mut room = Room::read(observed, history);
        let head = match blocks.iter().rfind(|block| block.anchor.is_none()) {
            Some(block) => Arc::clone(&block.carriage),
            None => {
                let head = if room.thinks { Arc::default() } else { Arc::clone(wanted.configured) };
                self.carry(known, Arc::clone(&head), None).await?
            }
        };
        let gone: Vec<&Block> = blocks.iter().filter(|block| !room.put_back(block)).collect();
        for block in gone {
            // Found again in what was kept of the history, its place is another one from here on.
            if let Some((anchor, place)) = room.again(block) {
                self.carry(known, Arc::clone(&block.carriage), Some(anchor)).await?;
                room.put(&block.carriage, place);
            }
        }
        let is_missing = |text: &&str| !head.texts().any(|carried| carried == *text) && !room.carried.contains(*text);
        let configured: Vec<&str> = wanted.configured.texts().filter(is_missing).collect();
        let spoken: Vec<&str> = wanted.spoken.iter().copied().filter(is_missing).collect();
        let missing = [Carriage::of_texts(configured), Carriage::spoken(spoken)].into_iter().filter(|new| new.count() > 0);
        let missing: Vec<Arc<Carriage>> = missing.map(Arc::new).collect();
        let Some((anchor, place)) = room.newest() else {
            // Nowhere in the history: from here on the head is another one.
            let whole = missing.iter().fold((*head).clone(), |head, more| head.and(more));
            let head = if missing.is_empty() { head } else { self.carry(known, Arc::new(whole), None).await? };
            return Ok(room.with(head));
        };
        for new in missing {
            let new = self.carry(known, new, Some(anchor)).await?;
            room.put(&new, place);
        }
        Ok(room.with(head))
    }

    /// Remembers where a block stands, and gives it back.
    async fn carry(&self, known: &Known, carriage: Arc<Carriage>, anchor: Option<Anchor>) -> Result<Arc<Carriage>, RecordError> {
        self.record.carry(&known.id, Block { carriage: Arc::clone(&carriage), anchor }).await?;
        Ok(carriage)
    }
}

/// A history, as far as it has places for system messages, and what stands in them.
struct Room {
    stops: Stops,
    spans: Vec<Option<Range<usize>>>,
    /// The element that holds the newest compaction: what stands before it is not read.
    compacted: Option<usize>,
    /// The newest element in which the model thinks.
    thought: Option<usize>,
    thinks: bool,
    carried: HashSet<String>,
    behind: Vec<(Range<usize>, String)>,
}

impl Room {
    fn read(observed: &Observed, history: &History<'_>) -> Self {
        let (body, bytes) = (history.body(), history.bytes());
        let spans: Vec<Option<Range<usize>>> = history.spans().collect();
        let newest = |kinds: &[&str]| {
            // Most histories hold none, and are not looked at element by element.
            let words: Vec<String> = kinds.iter().map(|kind| format!("\"{kind}\"")).collect();
            if !words.iter().any(|word| memmem::find(bytes, word.as_bytes()).is_some()) {
                return None;
            }
            spans.iter().rposition(|span| span.clone().and_then(|span| body.get(span)).is_some_and(|element| has_block(element, kinds)))
        };
        let (compacted, thought) = (newest(&["compaction"]), newest(&["thinking", "redacted_thinking"]));
        Self {
            stops: Stops::read(&observed.trace),
            compacted,
            thinks: thought.is_some(),
            thought,
            carried: HashSet::new(),
            behind: Vec::new(),
            spans,
        }
    }

    /// Puts back what stood behind a turn that is still there. Says whether it is.
    fn put_back(&mut self, block: &Block) -> bool {
        let place = block.anchor.and_then(|anchor| self.stops.find(anchor));
        place.into_iter().for_each(|place| self.put(&block.carriage, place));
        place.is_some()
    }

    /// Where a block stands whose turn is still there, though not what was before it. What
    /// stands somewhere already needs no such place.
    fn again(&self, block: &Block) -> Option<(Anchor, usize)> {
        let found = self.stops.find_in_rest(block.anchor?)?;
        block.carriage.texts().any(|text| !self.carried.contains(text)).then_some(found)
    }

    /// Puts a block behind an element.
    fn put(&mut self, carriage: &Carriage, place: usize) {
        let Some(Some(span)) = self.spans.get(place) else { return };
        self.behind.extend(carriage.edit(&Place::BehindMessage { at: span.end }));
        if self.compacted.is_none_or(|compacted| place > compacted) {
            self.carried.extend(carriage.texts().map(str::to_owned));
        }
    }

    /// The newest place, if no thought and no compaction stands behind it.
    fn newest(&self) -> Option<(Anchor, usize)> {
        let is_free = |place: usize| self.thought.max(self.compacted).is_none_or(|last| last < place);
        self.stops.newest().filter(|(_, place)| is_free(*place) && self.spans.get(*place).is_some_and(Option::is_some))
    }

    fn with(self, head: Arc<Carriage>) -> Stand {
        let count = head.count() + self.carried.iter().filter(|text| !head.texts().any(|carried| carried == *text)).count();
        Stand { head, behind: self.behind, count }
    }
}

/// Whether a message holds a block of one of these kinds.
fn has_block(message: &[u8], kinds: &[&str]) -> bool {
    let blocks = || {
        let members = json::members(message).ok()?;
        let content = members.iter().find(|member| member.key == "content")?.value;
        json::elements(content.get().as_bytes()).ok()
    };
    blocks().unwrap_or_default().iter().any(|block| {
        let members = json::members(block.get().as_bytes()).unwrap_or_default();
        let kind = members.iter().find(|member| member.key == "type").and_then(|member| json::as_string(member.value));
        kind.is_some_and(|kind| kinds.contains(&kind.as_ref()))
    })
}

/// Whether a model's thinking is bound to everything that stood before it; those models
/// take system messages inside the conversation, too. A Claude without a number is the newest.
pub(super) fn binds_thinking(model: &str) -> bool {
    let model = model.to_ascii_lowercase();
    let Some((_, name)) = model.split_once("claude") else { return false };
    let mut numbers =
        name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| part.len() <= 2).filter_map(|part| part.parse::<u8>().ok());
    match (numbers.next(), numbers.next()) {
        _ if ["fable", "mythos"].iter().any(|family| name.contains(family)) => true,
        (None, _) => true,
        (Some(major), minor) => (major, minor.unwrap_or(0)) >= (5, 5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_that_check_what_stood_before_their_thinking_are_told_by_their_names() {
        for model in [
            "claude-opus-5-5",
            "claude-sonnet-5.5",
            "anthropic/claude-haiku-5-5-20261001",
            "claude-fable-5-1",
            "claude-opus-6",
            "claude-opus",
        ] {
            assert!(binds_thinking(model), "{model}");
        }
        for model in
            ["claude-opus-4-8", "claude-opus-5-20260701", "claude-3-5-sonnet-20241022", "claude-sonnet-5", "gpt-5.5", "claude-haiku-4-5"]
        {
            assert!(!binds_thinking(model), "{model}");
        }
    }
}
