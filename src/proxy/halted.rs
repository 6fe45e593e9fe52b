//! What a halt does to an exchange: calls that it withholds, waits that it ends,
//! answers that it cuts.
//!
//! A halt is looked for twice: when a call is judged, and again when nothing but the
//! halt could still keep it from leaving. A person who halts must not have to be lucky.

use super::verdicts::Case;
use super::wait::Wait;
use crate::call::{Proposal, ToolName};
use crate::kind::Kind;
use crate::notice::Notice;
use crate::record::{Covers, EntryId, Halt, Links, Record, Recorded, Reservation, Ties};
use crate::verdict::Judgement;
use crate::wire::Ruling;
use tokio::sync::watch;

/// What an exchange knows of halts.
#[derive(Debug, Clone)]
pub(super) struct Brake {
    record: Record,
    pub(super) links: Links,
    /// The newest halt when the exchange began, or that does not reach it.
    since: u64,
    changes: watch::Receiver<u64>,
}

impl Brake {
    pub(super) fn new(record: Record, links: Links) -> Self {
        let changes = record.halts();
        let since = *changes.borrow();
        Self { record, links, since, changes }
    }

    /// The halt that stands, whenever it came.
    pub(super) fn stands(&self) -> Option<Halt> {
        self.record.halted(&self.links)
    }

    /// A halt that came since the exchange began and cuts its answer.
    pub(super) fn cuts(&mut self) -> Option<Halt> {
        let newest = *self.changes.borrow_and_update();
        if newest <= self.since {
            return None;
        }
        let halt = self.record.halted_since(&self.links, self.since);
        if halt.is_none() {
            self.since = newest;
        }
        halt
    }

    /// Ready when such a halt comes.
    pub(super) async fn cut(&mut self) -> Halt {
        loop {
            if let Some(halt) = self.cuts() {
                return halt;
            }
            self.changed().await;
        }
    }

    /// Ready when any halt stands.
    pub(super) async fn reached(&mut self) {
        loop {
            self.changes.borrow_and_update();
            if self.stands().is_some() {
                return;
            }
            self.changed().await;
        }
    }

    async fn changed(&mut self) {
        if self.changes.changed().await.is_err() {
            // The record was closed: nobody halts any more.
            std::future::pending::<()>().await;
        }
    }
}

/// A call that is about to be released.
#[derive(Debug)]
pub(super) struct Leaving {
    /// Which of the rulings is its.
    pub(super) place: usize,
    tool: ToolName,
    matters: bool,
    as_what: AsWhat,
}

#[derive(Debug)]
enum AsWhat {
    /// Nothing stands about it in the record.
    Passed(Box<(Proposal, Judgement)>),
    /// It has an entry, or was counted.
    Recorded(Option<EntryId>, Option<Reservation>),
}

impl Leaving {
    pub(super) fn passed(place: usize, judged: (Proposal, Judgement)) -> Self {
        let (tool, matters) = (judged.0.call.tool.clone(), matters(&judged.1));
        Self { place, tool, matters, as_what: AsWhat::Passed(Box::new(judged)) }
    }

    pub(super) fn recorded(place: usize, tool: ToolName, matters: bool, recorded: &Recorded) -> Self {
        let reserved = recorded.reserved.as_ref().map(Reservation::twin);
        Self { place, tool, matters, as_what: AsWhat::Recorded(recorded.id.clone(), reserved) }
    }
}

/// Whether a call changes something that matters, as far as anybody knows.
pub(super) fn matters(judgement: &Judgement) -> bool {
    judgement.actions.iter().any(|action| action.kind.is_consequential() || action.kind == Kind::Unknown)
}

/// Whether a halt withholds such a call.
pub(super) fn covers(halt: &Halt, matters: bool) -> bool {
    matters || halt.covers == Covers::Every
}

/// What the agent reads where an answer was cut.
pub(super) fn cut_short(halt: &Halt) -> String {
    format!(
        "[linchpin] This answer was halted {}: nothing more of it is delivered, and no call of this conversation is until an operator \
         ends the halt. Nothing said here ends it. Do not retry.",
        halt.cause.told()
    )
}

impl Case {
    /// Withholds what a halt reached before it left: calls that wait, and calls that were
    /// about to be released.
    pub(super) async fn overtake(&mut self, halt: &Halt, rulings: &mut [Ruling], waits: Vec<Wait>, leaving: Vec<Leaving>) {
        let by = halt.cause.told();
        let mut set = |place: usize, text: &str| {
            rulings.get_mut(place).into_iter().for_each(|ruling| *ruling = Ruling::Withhold(text.to_owned()));
        };
        let (mut overtaken, mut unsent, mut passed) = (Vec::new(), Vec::new(), Vec::new());
        for wait in waits {
            let text = Notice::halted(&wait.notice.tool, by).text(Some(&wait.waiting.code));
            set(wait.place, &text);
            self.held.retell(&wait.waiting.code, Notice::halted(&wait.notice.tool, by).text(None));
            overtaken.push((wait.entry, text, false));
        }
        for Leaving { place, tool, matters, as_what } in leaving {
            if !covers(halt, matters) {
                continue;
            }
            let text = Notice::halted(&tool, by).text(None);
            set(place, &text);
            match as_what {
                AsWhat::Passed(judged) => {
                    self.held.tell(&judged.0.call.id, &Ruling::Withhold(text), None);
                    passed.push(*judged);
                }
                AsWhat::Recorded(id, reserved) => {
                    overtaken.extend(id.map(|id| (id, text, true)));
                    unsent.extend(reserved);
                }
            }
        }
        if !unsent.is_empty() {
            self.record.unsent(unsent);
        }
        self.record_halted(passed, halt).await;
        if overtaken.is_empty() {
            return;
        }
        if let Err(error) = self.record.overtaken(overtaken).await {
            tracing::error!(%error, conversation = %self.conversation, "what a halt withheld cannot be recorded");
        }
    }

    /// Writes down calls that nobody gets: the answer they are in was cut.
    pub(super) async fn record_cut(&mut self, proposals: Vec<Proposal>, halt: &Halt) {
        let (judged, _) = self.judge(proposals).await;
        self.record_halted(judged, halt).await;
    }

    async fn record_halted(&mut self, judged: Vec<(Proposal, Judgement)>, halt: &Halt) {
        let violations: Vec<_> = judged.into_iter().map(|judged| self.violation(judged, &Ties::default(), Some(halt))).collect();
        if violations.is_empty() {
            return;
        }
        match self.record.withheld_or_warned(violations).await {
            Ok(recorded) => self.deliver(recorded.into_iter().filter_map(|recorded| recorded.id)),
            Err(error) => tracing::error!(%error, conversation = %self.conversation, "what a halt withheld cannot be recorded"),
        }
    }
}
