//! What is known of holds without asking the disk: which ones are open in a
//! conversation, and who waits for them.
//!
//! The writing thread changes the board after a transaction was committed, so that
//! nobody acts on what is not on the disk. Everybody reads it.

use super::desk::{Pending, Standing, Waiting};
use super::handle::guard;
use std::collections::HashMap;
use std::sync::Mutex;
use tokio::sync::watch;

/// Open holds by conversation, and the connections that wait for them.
#[derive(Debug, Default)]
pub(super) struct Board {
    state: Mutex<State>,
    /// How many holds were opened so far.
    openings: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    open: HashMap<String, Vec<Pending>>,
    waited_for: HashMap<String, watch::Sender<Standing>>,
}

/// One thing a transaction changed.
#[derive(Debug, Clone)]
pub(super) enum Effect {
    /// A hold was opened.
    Opened { conversation: String, pending: Pending },
    /// It was granted, or a grant lapsed.
    Granted { conversation: String, code: String, is_granted: bool },
    /// It was decided against, spent, or its time is over.
    Closed { conversation: String, code: String, standing: Standing },
}

impl Board {
    /// The holds that are open in a conversation, oldest first.
    pub(super) fn pending(&self, conversation: &str) -> Vec<Pending> {
        guard(&self.state).open.get(conversation).cloned().unwrap_or_default()
    }

    /// How many holds are open in all.
    pub(super) fn count(&self) -> usize {
        guard(&self.state).open.values().map(Vec::len).sum()
    }

    /// A place in the queue of an open hold.
    pub(super) fn wait(&self, conversation: &str, code: &str) -> Option<Waiting> {
        let mut state = guard(&self.state);
        let pending = state.open.get(conversation)?.iter().find(|pending| pending.code == code)?;
        let standing = if pending.is_granted { Standing::Granted } else { Standing::Open };
        let sender = state.waited_for.entry(code.to_owned()).or_insert_with(|| watch::channel(standing).0);
        Some(Waiting { code: code.to_owned(), standing: sender.subscribe() })
    }

    /// Shows what was committed, and wakes whoever waits for it.
    pub(super) fn apply(&self, effects: Vec<Effect>) {
        if effects.is_empty() {
            return;
        }
        let opened = effects.iter().filter(|effect| matches!(effect, Effect::Opened { .. })).count();
        let mut state = guard(&self.state);
        effects.into_iter().for_each(|effect| state.apply(effect));
        // Whoever hung up needs no place any more.
        state.waited_for.retain(|_, sender| sender.receiver_count() > 0);
        drop(state);
        if opened > 0 {
            self.openings.send_modify(|openings| *openings = openings.wrapping_add(1));
        }
    }

    /// Changes whenever a hold was opened.
    pub(super) fn openings(&self) -> watch::Receiver<u64> {
        self.openings.subscribe()
    }
}

impl State {
    fn apply(&mut self, effect: Effect) {
        match effect {
            Effect::Opened { conversation, pending } => self.open.entry(conversation).or_default().push(pending),
            Effect::Granted { conversation, code, is_granted } => {
                let pending = self.open.get_mut(&conversation).and_then(|open| open.iter_mut().find(|pending| pending.code == code));
                pending.into_iter().for_each(|pending| pending.is_granted = is_granted);
                self.tell(&code, if is_granted { Standing::Granted } else { Standing::Open });
            }
            Effect::Closed { conversation, code, standing } => {
                if let Some(open) = self.open.get_mut(&conversation) {
                    open.retain(|pending| pending.code != code);
                    if open.is_empty() {
                        self.open.remove(&conversation);
                    }
                }
                self.tell(&code, standing);
                self.waited_for.remove(&code);
            }
        }
    }

    fn tell(&self, code: &str, standing: Standing) {
        if let Some(sender) = self.waited_for.get(code) {
            sender.send_replace(standing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(code: &str) -> Pending {
        Pending { code: code.into(), history: None, is_granted: false }
    }

    #[test]
    fn whoever_waits_learns_what_became_of_the_hold() {
        let board = Board::default();
        board.apply(vec![Effect::Opened { conversation: "c".into(), pending: pending("A") }]);
        let waiting = board.wait("c", "A").expect("a place");
        assert_eq!(*waiting.standing.borrow(), Standing::Open);
        board.apply(vec![Effect::Granted { conversation: "c".into(), code: "A".into(), is_granted: true }]);
        assert_eq!(*waiting.standing.borrow(), Standing::Granted);
        board.apply(vec![Effect::Closed { conversation: "c".into(), code: "A".into(), standing: Standing::Over }]);
        assert_eq!(*waiting.standing.borrow(), Standing::Over);
        assert!(board.pending("c").is_empty() && board.wait("c", "A").is_none());
    }

    #[test]
    fn a_hold_is_only_waited_for_in_its_own_conversation() {
        let board = Board::default();
        board.apply(vec![Effect::Opened { conversation: "c".into(), pending: pending("A") }]);
        assert!(board.wait("d", "A").is_none());
    }
}
