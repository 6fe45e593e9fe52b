//! What a streamed answer leaves behind at the server: calls that the agent never saw.

use super::call::Reading;
use super::ledger::Fate;
use super::output::Output;
use super::stream::Stream;
use crate::wire::server_held::{Answered, Unanswered};

impl Stream {
    /// Notes what the ended response leaves behind at the server: every call in it that
    /// was withheld, and everything behind a cut.
    pub(super) fn leave_behind(&mut self, output: &Output, asked: &[(usize, Option<String>)]) {
        let Some(id) = output.id.clone().or_else(|| self.id.clone()) else { return };
        let cut = self.cut.as_ref().map(|cut| cut.at);
        let is_cut = |position: usize| cut.is_some_and(|cut| position as u64 >= cut);
        let is_withheld = |position: usize, fate: &Fate| match asked.iter().find(|(at, _)| *at == position) {
            // Whatever was decided, nothing leaves there.
            _ if is_cut(position) => true,
            Some((_, replacement)) => replacement.is_some(),
            None => *fate != Fate::Keep,
        };
        let fates = self.ledger.fates(&output.items);
        let at_the_end = output.items.iter().zip(&fates).enumerate();
        let at_the_end = at_the_end.filter(|(position, (_, fate))| is_withheld(*position, fate));
        let at_the_end = at_the_end.filter_map(|(_, ((_, reading), _))| reading.as_ref());
        // Some servers do not repeat their items at the end.
        let unanswered = each_once(self.ledger.withheld().chain(at_the_end));
        let summaries = if output.summaries.is_empty() { &self.summaries } else { &output.summaries };
        self.answered = Some(Answered { id, unanswered, summaries: summaries.clone() });
    }
}

/// What these calls leave behind, each call once.
pub(super) fn each_once<'a>(calls: impl Iterator<Item = &'a Reading>) -> Vec<Unanswered> {
    let mut all: Vec<Unanswered> = Vec::new();
    for one in calls.filter_map(Reading::unanswered) {
        if !all.iter().any(|known| known.call == one.call) {
            all.push(one);
        }
    }
    all
}
