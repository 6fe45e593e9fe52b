//! What became of each call, for whoever reads it again.
//!
//! A provider keeps answers and gives them out again, as often as somebody asks. Each
//! time the agent gets what it got the first time: a call that was withheld is the same
//! notice, with the same code, and no second question; one that was delivered is the
//! call. Only what linchpin has not seen before is judged, and then the same holds for
//! it. Nobody waits for a person here, and no grant is spent by reading.

use super::server_held::ServerHeld;
use super::verdicts::Case;
use super::wait::Ruled;
use crate::call::Proposal;
use crate::conversation::clue::Clue;
use crate::conversation::{self};
use crate::digest::CallDigest;
use crate::notice::Notice;
use crate::record::{Halt, Record, RecordError, Remembered};
use crate::wire::Ruling;
use crate::wire::server_held::{Continues, Debt};
use crate::wire::stored::{Fate, Told};
use sha2::{Digest, Sha256};

/// Said in place of a call in a list of answers that are no one conversation's.
const READ_BY_ITSELF: &str = "[linchpin] a call is not shown in this list; read the answer it is in by its own id.";

impl ServerHeld {
    /// For a request that reads something kept: what is known of that.
    pub(super) async fn reading(
        record: &Record,
        upstream: &str,
        credential: &[u8; 32],
        continues: Option<Continues>,
    ) -> Result<Self, RecordError> {
        let mut held = Self::of(upstream, credential);
        (held.is_stored, held.reads, held.is_tied, held.continues) = (true, true, true, continues);
        let Some(continues) = &held.continues else { return Ok(held) };
        let Some(found) = record.remembered(&held.name(continues)).await? else { return Ok(held) };
        let is_same = held.is_own(&found);
        held.chain = Some((found.conversation, is_same));
        if is_same {
            held.debt.codes = found.debt.codes;
            held.tools = found.debt.tools;
        }
        Ok(held)
    }

    /// Remembers the tools that this request declares, and under which name.
    pub(super) async fn remember_tools(&mut self, record: &Record, declared: String) -> Result<(), RecordError> {
        let name = conversation::kept_name("", ("tools", &crate::digest::hex(&Sha256::digest(declared.as_bytes()))));
        let debt = Debt { declared: Some(declared), ..Debt::default() };
        record.remember(name.clone(), Remembered { debt, ..self.tie_to(String::new()) }).await?;
        self.tools = Some(name);
        Ok(())
    }

    /// The tools that were declared by the request whose answer is read.
    pub(super) async fn declared(&self, record: &Record) -> Result<Option<String>, RecordError> {
        let Some(name) = &self.tools else { return Ok(None) };
        Ok(record.remembered(name).await?.and_then(|found| found.debt.declared))
    }
}

/// A call as fates know it.
#[derive(Debug)]
pub(super) struct Seen {
    id: String,
    digest: String,
}

impl Seen {
    pub(super) fn of(proposal: &Proposal) -> Self {
        Self { id: proposal.call.id.clone(), digest: CallDigest::of(&proposal.call).to_string() }
    }
}

impl Case {
    /// Like [`Case::rule`], of calls that the provider kept.
    pub(super) async fn rule_kept(&mut self, proposals: Vec<Proposal>) -> Ruled {
        let halt = self.waiter.brake.stands();
        let mut rulings = Vec::with_capacity(proposals.len());
        let (mut places, mut new) = (Vec::new(), Vec::new());
        for proposal in proposals {
            let fate = self.fate(&proposal).await;
            rulings.push(match fate {
                Some(fate) => self.as_before(&proposal, fate, halt.as_ref()),
                None if self.held.is_catalogue => Ruling::Withhold(READ_BY_ITSELF.to_owned()),
                None => {
                    places.push(rulings.len());
                    new.push(proposal);
                    Ruling::Withhold(String::new())
                }
            });
        }
        if !new.is_empty() {
            let mut ruled = self.rule_new(new).await;
            ruled.waits.clear();
            let ruled = self.conclude(ruled).await;
            for (place, ruling) in places.into_iter().zip(ruled) {
                rulings.get_mut(place).into_iter().for_each(|rule| *rule = ruling.clone());
            }
        }
        Ruled::new(rulings, Vec::new(), Vec::new(), &self.waiter.patience)
    }

    /// What became of this call before.
    async fn fate(&self, proposal: &Proposal) -> Option<Fate> {
        let Seen { id, digest } = Seen::of(proposal);
        if id.is_empty() {
            return None;
        }
        // What cannot be looked up is judged anew.
        let found = self.record.remembered(&self.held.call_name(&id)).await.ok()??;
        let is_own = self.held.is_own(&found);
        let fate = found.debt.fate?;
        let is_this = fate.digest == digest;
        match fate.told {
            // Others may spell the rest of it otherwise; an id that is drawn is enough.
            Some(told) if is_this || Clue::Call(&id).name().is_some() => {
                let told = if is_own { told } else { Told { said: told.plain.clone(), code: None, ..told } };
                Some(Fate { digest, told: Some(told) })
            }
            Some(_) => None,
            None => (is_this && is_own && proposal.flaw.is_none()).then_some(Fate { digest, told: None }),
        }
    }

    fn as_before(&mut self, proposal: &Proposal, fate: Fate, halt: Option<&Halt>) -> Ruling {
        match (fate.told, halt) {
            (Some(told), _) => {
                let ruling = Ruling::Withhold(told.said.clone());
                self.held.tell_again(&proposal.call.id, told);
                ruling
            }
            (None, Some(halt)) => Ruling::Withhold(Notice::halted(&proposal.call.tool, halt.cause.told()).text(None)),
            (None, None) => Ruling::Release,
        }
    }

    /// Remembers what becomes of the calls ruled on last, in an answer that can be read again.
    pub(super) fn note_fates(&mut self, rulings: &[Ruling]) {
        if !self.held.is_stored {
            return;
        }
        for (seen, ruling) in self.seen.iter().zip(rulings).filter(|(seen, _)| !seen.id.is_empty()) {
            let told = if let Ruling::Withhold(said) = ruling { Some(self.held.told(&seen.id, said)) } else { None };
            let debt = Debt { fate: Some(Fate { digest: seen.digest.clone(), told }), ..Debt::default() };
            let tie = self.held.tie_to(self.conversation.to_string());
            self.record.note_answer(self.held.call_name(&seen.id), Remembered { debt, ..tie });
        }
    }

    /// Whether the answer can be read again by an id that nobody has seen yet.
    pub(super) fn is_untied(&self) -> bool {
        self.held.is_stored && !self.held.is_tied
    }

    /// Ties an answer to its conversation as soon as its id is known: whoever hangs up then
    /// can still read it.
    pub(super) async fn tie_answer(&mut self, id: String) {
        self.held.is_tied = true;
        let (name, remembered) = self.held.begun(id, self.conversation.to_string());
        if remembered.debt.tools.is_none() {
            self.record.note_answer(name, remembered);
        } else if let Err(error) = self.record.remember(name, remembered).await {
            tracing::error!(%error, conversation = %self.conversation, "an answer that comes later is tied in memory only");
        }
    }

    /// Adds what reading showed to what is remembered by now; false: nothing is new. An
    /// older reading may come later.
    pub(super) async fn adds_to(&self, name: &str, remembered: &mut Remembered) -> bool {
        let Ok(Some(now)) = self.record.remembered(name).await else { return true };
        if !self.held.is_own(&now) {
            return false;
        }
        let seen = std::mem::take(&mut remembered.debt.owed);
        let new: Vec<_> = seen.into_iter().filter(|owed| !now.debt.owed.iter().any(|known| known.call == owed.call)).collect();
        let is_new = !new.is_empty();
        remembered.debt.owed = now.debt.owed.into_iter().chain(new).collect();
        let codes = std::mem::replace(&mut remembered.debt.codes, now.debt.codes);
        remembered.debt.tell(codes);
        is_new
    }
}
