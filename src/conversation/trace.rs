//! A request's history as one step per turn.
//!
//! Histories grow by a turn or two at a time and are sent whole each time. What stood
//! there last time, byte for byte, is not read again: a trace remembers how far it
//! had read and a hash of those bytes. A client that moves its cache markers about
//! changes the last few turns only, so the trace stops a few turns before the end.

use super::strand::{Step, Who};
use crate::wire::history::{History, Part, Role, Turn};
use foldhash::quality::FixedState;
use sha2::{Digest, Sha256};
use std::hash::BuildHasher;

/// How many turns at the end are always read anew.
const UNSETTLED: usize = 6;

/// The most elements that are remembered: the newest.
const ELEMENTS_MAX: usize = 4_096;

/// A history, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// One for each element; none for system texts and thoughts.
    elements: Vec<Option<Step>>,
    /// How many elements stand before the first of these.
    before: usize,
    settled: Settled,
}

/// The part of a history that is not read again while its bytes stay the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Settled {
    /// From the bracket up to where the first unsettled element begins.
    bytes: usize,
    hash: u64,
    elements: usize,
}

/// Words that open a summary of what was said before, in clients' own wording; read
/// without case.
const SUMMARIES: [&str; 12] = [
    "this session is being continued from a previous conversation",
    "here is a summary of the conversation",
    "here's a summary of the conversation",
    "summary of the conversation",
    "summary of our conversation",
    "summary of the previous conversation",
    "previous conversation was too long to summarize",
    "another language model started to solve this problem",
    "the conversation history before this point was compacted",
    "<conversation_summary>",
    "<state_snapshot>",
    "<summary>",
];

impl Trace {
    /// Reads a history; of what one of `known` has read already only what changed.
    pub fn read<'t>(history: &History<'_>, known: impl IntoIterator<Item = &'t Self>) -> Self {
        let array = history.bytes();
        let (mut elements, known) = match known.into_iter().find(|trace| trace.continues_in(array)) {
            Some(before) => (before.elements.get(..before.settled.elements).unwrap_or_default().to_vec(), before.settled),
            None => (Vec::new(), Settled::default()),
        };
        elements.extend(history.turns_behind(known.elements).map(|turn| step(&turn)));
        if elements.len() > ELEMENTS_MAX {
            let before = elements.len() - ELEMENTS_MAX;
            elements.drain(..before);
            return Self { elements, before, settled: Settled::default() };
        }
        let unsettled = elements.len().saturating_sub(known.elements).min(UNSETTLED);
        let settled = history.bytes_before(elements.len() - unsettled).map(|bytes| {
            let same = if bytes == known.bytes { Some(known.hash) } else { array.get(..bytes).map(hash) };
            Settled { bytes, hash: same.unwrap_or_default(), elements: elements.len() - unsettled }
        });
        Self { elements, before: 0, settled: settled.unwrap_or_default() }
    }

    /// Whether this array begins with what was read already.
    fn continues_in(&self, array: &[u8]) -> bool {
        self.settled.elements > 0 && array.get(..self.settled.bytes).is_some_and(|same| hash(same) == self.settled.hash)
    }

    /// Its turns, oldest first.
    pub fn steps(&self) -> Vec<Step> {
        self.elements.iter().copied().flatten().collect()
    }

    /// The elements in which somebody speaks as the user, with what they are known by,
    /// and whether it tells a summary.
    pub fn user_turns(&self) -> impl Iterator<Item = (usize, u64, bool)> {
        let turns = (self.before..).zip(&self.elements);
        turns.filter_map(|(place, step)| step.filter(|step| step.who == Who::User).map(|step| (place, step.mark, step.is_summary)))
    }

    /// How many elements are remembered.
    pub fn len(&self) -> usize {
        self.elements.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// Its elements with their places, oldest first; none for system texts and thoughts.
    pub fn elements(&self) -> impl Iterator<Item = (usize, Option<Step>)> {
        (self.before..).zip(self.elements.iter().copied())
    }

    /// A trace that was stored as its steps.
    pub fn of_steps(steps: Vec<Step>) -> Self {
        Self { elements: steps.into_iter().map(Some).collect(), ..Self::default() }
    }

    /// What tells this history from others, oldest first: ids of calls and longer
    /// words of the model.
    pub fn marks(&self) -> impl DoubleEndedIterator<Item = Mark> {
        self.elements.iter().flatten().filter(|step| step.weight > 0).map(|step| Mark { hash: step.mark, weight: step.weight })
    }
}

/// Something in a history by which it is known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark {
    /// Its hash.
    pub hash: u64,
    /// How much it says: from 1 (words that two conversations might share) to
    /// [`SURE`].
    pub weight: u8,
}

/// Marks that weigh this much together are no chance.
pub const SURE: u32 = 3;

/// Words of the model shorter than this say nothing, in bytes.
const WORDS_MIN: usize = 64;

/// Words longer than this are hardly said twice.
const WORDS_LONG: usize = 240;

/// Ids with fewer letters and digits than this may be counted, not drawn.
const ID_MIN: usize = 12;

/// Reads one turn; `None`: it does not count.
fn step(turn: &Turn<'_>) -> Option<Step> {
    let who = match turn.role {
        Role::User if turn.has_results() => Who::Tool,
        Role::User => Who::User,
        Role::Assistant => Who::Model,
        Role::Tool => Who::Tool,
        // What the provider sealed stands for everything before it.
        Role::Other if turn.parts.iter().any(|part| matches!(part, Part::Compaction { .. })) => Who::Model,
        Role::System | Role::Other | Role::Unreadable => return None,
    };
    let mut form = Sha256::new();
    let (mut bytes, mut weight, mut is_summary) = (0, 0, false);
    for part in &turn.parts {
        match part {
            Part::Text { text, .. } => {
                let text = text.trim();
                form.update(b"t");
                form.update(text);
                bytes += text.len();
                is_summary |= who == Who::User && tells_summary(text);
            }
            Part::Call { id, tool } => {
                let id = plain(id.as_deref().unwrap_or_default());
                form.update(b"c");
                form.update(tool.as_deref().unwrap_or_default());
                form.update(&id);
                weight = weight.max(id_weight(&id));
            }
            // What a tool said may be blanked in place; which call it answers stays.
            Part::Result { call, tool, .. } => {
                form.update(b"r");
                form.update(plain(call.as_deref().or(tool.as_deref()).unwrap_or_default()));
            }
            Part::Compaction { seal } => {
                form.update(b"s");
                form.update(seal.as_deref().unwrap_or_default());
                is_summary = true;
            }
            Part::Other { .. } => {}
        }
    }
    if who == Who::Model {
        weight = weight.max(if bytes >= WORDS_LONG { 2 } else { u8::from(bytes >= WORDS_MIN) });
    }
    let digest = form.finalize();
    let mark = digest.iter().take(8).fold(0, |mark, byte| mark << 8 | u64::from(*byte));
    Some(Step { who, mark, bytes: u32::try_from(bytes).unwrap_or(u32::MAX), is_summary, weight })
}

/// An id without what clients change in it: `call_1` comes back as `call1`.
pub(super) fn plain(id: &str) -> String {
    id.chars().filter(char::is_ascii_alphanumeric).collect()
}

pub(super) fn id_weight(id: &str) -> u8 {
    match id.len() {
        0..ID_MIN => 0,
        ID_MIN..24 => 2,
        _ => 3,
    }
}

/// Whether a client tells here what was said before.
pub fn tells_summary(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(160).flat_map(char::to_lowercase).collect();
    SUMMARIES.iter().any(|opener| head.starts_with(opener))
}

/// A hash of many bytes, only ever compared within this process.
fn hash(bytes: &[u8]) -> u64 {
    FixedState::default().hash_one(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::strand::{Change, compare};

    fn read(messages: &str, before: &Trace) -> Trace {
        Trace::read(&History::new(messages.as_bytes(), 0..messages.len()), [before])
    }

    fn history(turns: usize) -> Vec<String> {
        let turn = |number: usize| match number % 4 {
            0 => format!(r#"{{"role":"user","content":"question {number}"}}"#),
            1 => {
                format!(r#"{{"role":"assistant","tool_calls":[{{"id":"call_{number}","function":{{"name":"read","arguments":"{{}}"}}}}]}}"#)
            }
            2 => format!(r#"{{"role":"tool","tool_call_id":"call_{}","content":"result"}}"#, number - 1),
            _ => format!(r#"{{"role":"assistant","content":"answer {number}"}}"#),
        };
        (0..turns).map(turn).collect()
    }

    fn array(messages: &[String]) -> String {
        format!("[{}]", messages.join(", "))
    }

    #[test]
    fn what_stood_there_before_is_not_read_again_and_reads_the_same() {
        let mut before = Trace::default();
        for turns in [1, 2, 9, 10, 30, 31, 90] {
            let text = array(&history(turns));
            let (anew, on) = (read(&text, &Trace::default()), read(&text, &before));
            assert_eq!(anew.steps(), on.steps(), "{turns}");
            assert_eq!(anew, on, "{turns}");
            before = on;
        }
        let mut other = history(90);
        other[3] = other[3].replace("answer", "another answer");
        let text = array(&other);
        assert_eq!(read(&text, &before), read(&text, &Trace::default()), "a change far back is seen");
    }

    #[test]
    fn of_a_very_long_history_the_newest_turns_stand_where_they_stand() {
        let long = read(&array(&history(ELEMENTS_MAX + 8)), &Trace::default());
        assert_eq!(long.user_turns().last().map(|(place, ..)| place), Some(ELEMENTS_MAX + 4));
        assert_eq!(long.user_turns().next().map(|(place, ..)| place), Some(8), "older ones are not remembered");
    }

    #[test]
    fn cache_marks_blanked_results_and_renamed_ids_change_nothing() {
        let plain = read(&array(&history(12)), &Trace::default());
        let marked =
            array(&history(12)).replace("\"question 8\"", r#"[{"type":"text","text":"question 8","cache_control":{"type":"ephemeral"}}]"#);
        let blanked = array(&history(12)).replace("\"result\"", "\"[old result cleared]\"");
        let renamed = array(&history(12)).replace("\"call_", "\"call");
        for text in [marked, blanked, renamed] {
            assert_eq!(compare(&plain.steps(), &read(&text, &Trace::default()).steps()), Change::Grown, "{text}");
        }
    }

    #[test]
    fn long_words_of_the_model_and_drawn_ids_are_marks_and_short_ones_are_none() {
        let say = |text: &str| format!(r#"[{{"role":"assistant","content":"{text}"}}]"#);
        let weight = |text: &str| read(text, &Trace::default()).marks().map(|mark| mark.weight).max().unwrap_or(0);
        assert_eq!(weight(&say("Done.")), 0);
        assert_eq!(weight(&say(&"word ".repeat(20))), 1);
        assert_eq!(weight(&say(&"word ".repeat(60))), 2);
        let call = |id: &str| format!(r#"[{{"type":"function_call","call_id":"{id}","name":"x","arguments":"{{}}"}}]"#);
        assert_eq!((weight(&call("call_1")), weight(&call("call_A8dk20fkWq19"))), (0, 2));
        let user = say(&"word ".repeat(60)).replace("assistant", "user");
        assert_eq!(weight(&user), 0, "users say the same thing twice");
    }

    #[test]
    fn a_summary_is_known_by_how_it_opens() {
        let text =
            r#"[{"role":"user","content":"This session is being continued from a previous conversation that ran out of context. …"}]"#;
        assert!(read(text, &Trace::default()).steps()[0].is_summary);
        assert!(!read(&text.replace("This session", "Yesterday this session"), &Trace::default()).steps()[0].is_summary);
    }
}
