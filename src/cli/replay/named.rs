//! What the user named in a recording, as the proxy would have seen it then.

use crate::cli::recorded::Conversation;
use crate::conversation::newest;
use crate::language;
use crate::policy::Policy;
use crate::verdict::Judgement;
use crate::wire::history::History;
use std::collections::BTreeSet;

/// What was named in one conversation and has let a call pass.
#[derive(Debug, Default)]
pub(super) struct Named {
    spent: BTreeSet<String>,
}

impl Named {
    /// The judgement of a call after the pins that stand back for what was named before it.
    pub(super) fn waive(&mut self, policy: &Policy, conversation: &Conversation<'_>, turn: usize, judgement: Judgement) -> Judgement {
        if !policy.waives() || !judgement.verdict.withholds() {
            return judgement;
        }
        let before = conversation.before(turn);
        let Some(said) = newest(&History::new(before.as_bytes(), 0..before.len())) else { return judgement };
        let Some(waived) = policy.waive(&judgement, &language::asked(&said.words)) else { return judgement };
        let words: Vec<String> = waived.namings.iter().map(|named| format!("{} named {named}", said.mark_here())).collect();
        if words.iter().any(|word| self.spent.contains(word)) {
            return judgement;
        }
        self.spent.extend(words);
        waived.judgement
    }
}
