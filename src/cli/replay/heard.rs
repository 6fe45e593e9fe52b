//! What the user said in a recording that is a rule from then on, as the proxy would
//! have heard it. A compaction in the recording takes none of it back.

use crate::cli::recorded::Conversation;
use crate::config::Capture;
use crate::conversation::listen;
use crate::conversation::speech::Voice;
use crate::kind::Kind;
use crate::language;
use crate::pin::{Clause, Pin, PinId, PinText};
use crate::policy::Policy;
use crate::verdict::Verdict;
use crate::wire::history::History;
use std::borrow::Cow;

/// The most pins that the words of one conversation make.
const SPOKEN_MAX: usize = 64;

/// The pins of one conversation as it goes on.
pub(super) struct Heard<'a> {
    base: &'a Policy,
    policy: Cow<'a, Policy>,
    /// What was said in which message, the first at the end.
    coming: Vec<(usize, String)>,
    pins: Vec<Pin>,
}

impl<'a> Heard<'a> {
    pub(super) fn of(base: &'a Policy, conversation: &Conversation<'_>, capture: Capture) -> Self {
        let mut coming = Vec::new();
        if capture == Capture::Enforce {
            let messages = conversation.before(usize::MAX);
            for (place, turn) in History::new(messages.as_bytes(), 0..messages.len()).turns().enumerate() {
                let own = listen(&turn).into_iter().filter(|(voice, _)| *voice > Voice::Foreign);
                let pins = own.flat_map(|(_, text)| language::capture(text).pins);
                coming.extend(pins.map(|pin| (place, pin.text)));
            }
        }
        coming.reverse();
        Self { base, policy: Cow::Borrowed(base), coming, pins: Vec::new() }
    }

    /// The pins in force when a message is written that stands there.
    pub(super) fn before(&mut self, turn: usize) -> &Policy {
        let known = self.pins.len();
        while let Some((_, text)) = self.coming.pop_if(|(place, _)| *place < turn) {
            let is_known = self.pins.iter().any(|pin| pin.text.as_str() == text);
            if let (Some(pin), false, true) = (self.pin(&text), is_known, self.pins.len() < SPOKEN_MAX) {
                self.pins.push(pin);
            }
        }
        if self.pins.len() > known {
            let broad = |pin: &Pin| Pin { clauses: vec![Clause::new(Kind::CONSEQUENTIAL, Verdict::Hold)], ..pin.clone() };
            let policy = self.base.with(self.pins.clone()).or_else(|_| self.base.with(self.pins.iter().map(broad).collect()));
            self.policy = policy.map_or(Cow::Borrowed(self.base), Cow::Owned);
        }
        &self.policy
    }

    fn pin(&self, text: &str) -> Option<Pin> {
        let plain: String = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
        let id = PinId::new(&format!("said-{}", self.pins.len() + 1)).ok()?;
        Some(Pin::captured(id, PinText::new(&plain).ok()?, language::read(text).clauses))
    }
}
