//! Answering a request with a call that a person released meanwhile.
//!
//! The request must go on from the held call's answer, or be the one that made it
//! sent again; it must be one that a call can answer, and offer the tool; and the pins
//! in force must have no other objection than the ones a person has seen. Then the
//! grant is spent, and linchpin answers itself, with the held bytes: the model is not
//! asked. Everywhere else the request goes its way, and the grant is spent if the
//! model proposes the very same call again.

use super::server_held::own_id;
use super::verdicts::Case;
use crate::action::Writes;
use crate::call::Proposal;
use crate::policy::Passed;
use crate::record::{Grant, Pending, RecordError};
use crate::verdict::Verdict;
use crate::wire::resume::{Answer, Resumable, compose};
use crate::wire::{Endpoint, hosted, tools};
use jiff::Timestamp;

/// An answer of linchpin's own.
#[derive(Debug)]
pub(super) struct Resumed {
    pub(super) bytes: Vec<u8>,
    pub(super) streams: bool,
}

impl Case {
    /// The answer that consists of this conversation's granted calls, if this request
    /// can be answered so. From then on their grants are spent.
    pub(super) async fn resume(&mut self, endpoint: Endpoint) -> Option<Resumed> {
        // Nothing was spent if this fails, and the model is asked.
        self.try_resume(endpoint).await.unwrap_or_else(|error| {
            tracing::error!(%error, conversation = %self.conversation, "a released call cannot be delivered yet");
            None
        })
    }

    async fn try_resume(&mut self, endpoint: Endpoint) -> Result<Option<Resumed>, RecordError> {
        let pending = self.record.pending(self.conversation.as_str());
        // Nothing is released, and no grant spent, as long as a halt stands.
        if !pending.iter().any(|hold| hold.is_granted) || self.waiter.brake.stands().is_some() {
            return Ok(None);
        }
        let ties = self.ties(&pending);
        let is_due = |hold: &&Pending| hold.is_granted && ties.bind(hold) && self.held.can_take(hold, &ties);
        let codes: Vec<String> = pending.iter().filter(is_due).map(|hold| hold.code.clone()).collect();
        if codes.is_empty() {
            return Ok(None);
        }
        let Some(resumable) = Resumable::read(endpoint, &self.request.bytes).filter(|request| request.may_call && request.is_open) else {
            return Ok(None);
        };
        let grants = self.record.grants(codes).await?;
        let grants: Vec<Grant> = grants.into_iter().filter(|grant| self.may_deliver(grant)).collect();
        if grants.is_empty() || !self.held.has_room(&self.request.bytes, &grants) {
            return Ok(None);
        }
        let codes = grants.into_iter().map(|grant| grant.code).collect();
        if self.waiter.peer.is_gone() {
            return Ok(None);
        }
        let (held, body, conversation) = (self.held.clone(), self.request.bytes.clone(), self.conversation.as_str().to_owned());
        let written = self.record.written(self.conversation.as_str()).await?;
        let spent = self.record.spend(codes, move |spent| held.after(&body, conversation, spent)).await?;
        spent.iter().filter(|grant| is_question(grant)).for_each(|grant| self.asked(&grant.call));
        self.record.wrote(self.conversation.as_str(), spent.iter().map(|grant| Writes::of(&grant.call, &written)).collect());
        Ok(self.answer_with(&spent, &resumable))
    }

    /// Whether a granted call can be delivered in answer to this request.
    fn may_deliver(&self, grant: &Grant) -> bool {
        let spec = tools::find(&self.request.bytes, &self.tools, &grant.call.tool);
        let is_offered = spec.is_some() || tools::offers(&self.request.bytes, &self.tools, &grant.call.tool);
        let judgement = self.rules.policy.judge(&Proposal::sound(grant.call.clone()), spec.as_ref(), self.agent.as_deref());
        // A person has said yes to this call: what others used up since does not matter.
        let judgement = Passed::default().settle(&judgement);
        let is_seen = judgement.pins().iter().all(|pin| grant.pins.iter().any(|seen| seen == pin.as_str()));
        is_offered && grant.wire.is_some() && grant.dialect == self.dialect && is_seen && judgement.verdict <= Verdict::Hold
    }

    fn answer_with(&mut self, spent: &[Grant], request: &Resumable) -> Option<Resumed> {
        let calls: Vec<String> = spent.iter().filter_map(|grant| self.held.element(grant)).collect();
        let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
        let id = own_id(spent)?;
        let answer = Answer {
            dialect: self.dialect,
            id: &id,
            created: Timestamp::now().as_second(),
            model: self.model.as_deref().unwrap_or("linchpin"),
            streams: request.streams,
            wants_usage: request.wants_usage,
            // Such a request offers no tools.
            is_to_prompt: false,
        };
        let bytes = compose(&answer, &calls);
        self.deliver(spent.iter().filter_map(|grant| grant.entry.clone()));
        bytes.map(|bytes| Resumed { bytes, streams: request.streams })
    }
}

/// Whether what was granted is a question of the provider's, which the client answers.
fn is_question(grant: &Grant) -> bool {
    let proposal = Proposal { wire: grant.wire.clone(), ..Proposal::sound(grant.call.clone()) };
    hosted::asking(&proposal).is_some()
}
