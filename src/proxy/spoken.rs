//! Pins that a person's own words in the conversation made.
//!
//! They have both arms like any other: from the turn in which they were said they are
//! carried, verbatim, in every request of their conversation, and every call is judged
//! by them. They are on the disk before the request goes on.
//!
//! They stand with the others in the instruction place, but where a model's thinking is
//! bound to all that stood before it (`remembered`).

use super::Proxy;
use super::remembered::{Stand, Wanted, binds_thinking};
use super::rules::Rules;
use crate::config::Capture;
use crate::conversation::listen;
use crate::conversation::speech::Voice;
use crate::dialect::Dialect;
use crate::inject::Carriage;
use crate::language;
use crate::pin::{Pin, PinId, PinText};
use crate::record::{Known, Observed, RecordError, Spoken};
use crate::wire::history::History;
use crate::wire::{Place, Request, splice::Edits, strip::Edit};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

/// The most rules that are kept of what is said in one conversation. Who says more may
/// have said anything: what stands then for all that follows holds all that matters.
const SPOKEN_MAX: usize = 20;

/// What was said in a conversation, read and compiled.
#[derive(Debug, Clone)]
pub(super) struct Compiled {
    /// Of which sayings this is, by their ids.
    of: Vec<String>,
    pins: Arc<[Pin]>,
    /// The rules, with these pins among them.
    rules: Arc<Rules>,
}

/// What is in force for one request, and where it is carried.
pub(super) struct InForce {
    pub(super) rules: Arc<Rules>,
    /// What stands in the instruction place.
    pub(super) head: Arc<Carriage>,
    /// What stands behind which message: places in the body.
    pub(super) behind: Vec<(Range<usize>, String)>,
    /// How many texts are carried.
    pub(super) count: usize,
}

impl InForce {
    /// The body with everything in its place.
    /// `more`: what else is written into it.
    pub(super) fn put(&self, body: &[u8], place: &Place, more: &[Edit]) -> Option<Vec<u8>> {
        if self.behind.is_empty() && more.is_empty() {
            return self.head.put(body, place);
        }
        let mut edits = Edits::new();
        for (range, text) in self.head.edit(place).iter().chain(&self.behind).chain(more) {
            edits.replace(range.clone(), text.as_str());
        }
        edits.apply(body)
    }
}

impl Proxy {
    /// Listens to what a person said since the last request.
    pub(super) async fn listen(&self, known: &Known, observed: &Observed, history: &History<'_>) -> Result<(), RecordError> {
        if observed.fresh.is_empty() || self.config.capture == Capture::Off {
            return Ok(());
        }
        // What stands already is not another rule: clients change what is around the words.
        let mut known_texts: HashSet<String> = self.record.spoken(known).into_iter().map(|spoken| spoken.text).collect();
        let mut said = Vec::new();
        for (place, mark) in &observed.fresh {
            let Some(turn) = history.turns_behind(*place).next() else { break };
            let heard = listen(&turn).into_iter().filter(|(voice, _)| *voice > Voice::Foreign);
            let pins = kept(heard.map(|(_, text)| text.to_owned()).collect(), captured).await;
            let new = fitting(pins, &mut known_texts);
            said.extend(new.into_iter().map(|text| Spoken {
                id: id_of(&known.id, *mark, &text),
                text,
                turn: *mark,
                conversation: known.id.clone(),
                is_enforced: self.config.capture == Capture::Enforce,
            }));
        }
        if said.is_empty() { Ok(()) } else { self.record.speak(&known.id, said).await }
    }

    /// What is in force in this conversation, now.
    pub(super) async fn in_force(
        &self,
        known: &Known,
        observed: &Observed,
        label: Option<&str>,
        dialect: Dialect,
        history: &History<'_>,
        request: &Request,
    ) -> Result<InForce, RecordError> {
        let base = &self.rules;
        let mut said = HashSet::new();
        let spoken = self.record.spoken(known).into_iter().filter(|spoken| spoken.is_enforced && said.insert(spoken.text.clone()));
        let spoken: Vec<Spoken> = spoken.collect();
        let (pins, rules) = if spoken.is_empty() {
            (Arc::default(), Arc::clone(base))
        } else {
            let Compiled { pins, rules, .. } = self.compiled(&known.id, &spoken);
            (pins, rules)
        };
        let configured = base.carriage(label);
        if dialect == Dialect::Anthropic && request.model.as_deref().is_some_and(binds_thinking) {
            let wanted = Wanted { configured, spoken: pins.iter().map(|pin| pin.text.as_str()).collect() };
            let Stand { head, behind, count } = self.stand(known, observed, history, &wanted).await?;
            return Ok(InForce { rules, head, behind, count });
        }
        let all: Vec<&Pin> = pins.iter().collect();
        let head = if all.is_empty() { Arc::clone(configured) } else { Arc::new(base.carriage_with(label, &all)) };
        Ok(InForce { count: head.count(), rules, head, behind: Vec::new() })
    }

    /// What was said in one conversation, read and compiled once.
    fn compiled(&self, conversation: &str, spoken: &[Spoken]) -> Compiled {
        let cache = || self.spoken_rules.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let is_of = |known: &&Compiled| known.of.iter().eq(spoken.iter().map(|spoken| &spoken.id));
        if let Some(known) = cache().get(conversation).filter(is_of) {
            return known.clone();
        }
        let pins: Arc<[Pin]> = spoken.iter().filter_map(pin).collect();
        let of = spoken.iter().map(|spoken| spoken.id.clone()).collect();
        let compiled = Compiled { of, rules: Arc::new(self.rules.with(&pins)), pins };
        let mut cache = cache();
        if cache.len() >= SPOKEN_RULES_MAX {
            cache.clear();
        }
        cache.insert(conversation.to_owned(), compiled.clone());
        compiled
    }
}

/// Of these rules the new ones, as far as one conversation may have more.
fn fitting(rules: Vec<String>, known: &mut HashSet<String>) -> Vec<String> {
    let mut new = Vec::new();
    for rule in rules.into_iter().filter(|rule| PinText::new(rule).is_ok()) {
        let is_full = known.len() >= SPOKEN_MAX && !known.contains(&rule);
        if is_full && !known.contains(UNHEARD) {
            tracing::warn!("more rules were said in a conversation than are kept: everything that matters is held in it");
        }
        let kept = if is_full { UNHEARD.to_owned() } else { rule };
        if known.insert(kept.clone()) {
            new.push(kept);
        }
    }
    new
}

/// How many conversations' rules are kept compiled.
const SPOKEN_RULES_MAX: usize = 1024;

/// The standing instructions in what a person may have said. `capture` finds them in one text.
///
/// Words that nobody could listen to may have been a rule: everything waits then.
async fn kept(texts: Vec<String>, capture: fn(&str) -> Vec<String>) -> Vec<String> {
    let bytes: usize = texts.iter().map(String::len).sum();
    // Whoever listens only reads: one that panicked leaves nothing half done.
    let listened = move || std::panic::catch_unwind(|| texts.iter().flat_map(|text| capture(text)).take(SPOKEN_MAX + 1).collect());
    let heard = if bytes <= LISTEN_HERE_BYTES_MAX { Ok(listened()) } else { tokio::task::spawn_blocking(listened).await };
    heard.ok().and_then(Result::ok).unwrap_or_else(|| {
        tracing::error!("a message could not be listened to: everything that matters is held in its conversation");
        vec![UNHEARD.to_owned()]
    })
}

/// What stands for a message that could not be listened to, and for rules past
/// [`SPOKEN_MAX`]: it holds everything but reading, until an operator releases it.
const UNHEARD: &str = "Don't do anything without asking me first.";

/// The standing instructions in one text, as pins have them.
fn captured(text: &str) -> Vec<String> {
    language::capture(text).pins.iter().map(|pin| plain(&pin.text)).collect()
}

/// Longer messages are listened to off the thread that serves sockets.
const LISTEN_HERE_BYTES_MAX: usize = 8 * 1024;

/// Words as a pin has them: without control characters but line ends.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

/// The pin that these words make. What they ask for is read again after each start: the
/// words are what was kept.
fn pin(spoken: &Spoken) -> Option<Pin> {
    Some(Pin::captured(PinId::new(&spoken.id).ok()?, PinText::new(&spoken.text).ok()?, language::read(&spoken.text).clauses))
}

/// The same words in the same turn are the same pin.
fn id_of(conversation: &str, turn: u64, text: &str) -> String {
    let mut form = Sha256::new();
    form.update(conversation);
    form.update(turn.to_be_bytes());
    form.update(text);
    let digits: String = form.finalize().iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    format!("said-{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::pin::Clause;
    use crate::verdict::Verdict;

    fn spoken(text: &str) -> Spoken {
        Spoken { id: id_of("c", 1, text), text: text.into(), turn: 1, conversation: "c".into(), is_enforced: true }
    }

    #[test]
    fn rules_past_the_most_that_are_kept_hold_everything_that_matters() {
        let mut known = HashSet::new();
        let rules = |from: usize, to: usize| (from..to).map(|number| format!("Never touch file {number}.")).collect::<Vec<_>>();
        assert_eq!(fitting(rules(0, SPOKEN_MAX), &mut known).len(), SPOKEN_MAX);
        assert!(fitting(rules(0, 3), &mut known).is_empty(), "what stands already is no further rule");
        assert_eq!(fitting(rules(SPOKEN_MAX, SPOKEN_MAX + 5), &mut known), [UNHEARD]);
        assert!(fitting(rules(SPOKEN_MAX + 5, SPOKEN_MAX + 6), &mut known).is_empty(), "once");
    }

    #[tokio::test]
    async fn a_message_that_cannot_be_listened_to_holds_everything_that_matters() {
        for length in [10, LISTEN_HERE_BYTES_MAX + 1] {
            assert_eq!(kept(vec!["x".repeat(length)], |_| panic!("a listener with a fault")).await, [UNHEARD]);
            assert!(kept(vec!["x".repeat(length)], captured).await.is_empty(), "one that can says nothing of the kind");
        }
        let pin = pin(&spoken(UNHEARD)).expect("a pin");
        for kind in Kind::CONSEQUENTIAL {
            let holds = |clause: &Clause| clause.on.contains(&kind) && clause.then >= Verdict::Hold;
            assert!(pin.clauses.iter().any(holds), "{kind}");
        }
    }
}
