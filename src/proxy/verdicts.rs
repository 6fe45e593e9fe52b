//! From proposals to rulings: judged, recorded, and only then told.
//!
//! A verdict that withholds or warns is on the disk before the agent learns of it, and
//! so is a consequential call that passes before the agent gets it. If it cannot be
//! written, the call is withheld: there is none of these without an entry.

use super::body::Collected;
use super::door::Newest;
use super::fates::Seen;
use super::halted::{Leaving, covers, matters};
use super::hosted::question_name;
use super::rules::Rules;
use super::server_held::{self, ServerHeld};
use super::wait::{Ruled, Wait, Waiter};
use crate::action::{Writes, Written};
use crate::call::{Flaw, Proposal, ToolCall, ToolName, ToolSpec};
use crate::conversation::ConversationId;
use crate::conversation::clue::Clue;
use crate::dialect::Dialect;
use crate::digest::{PinStamp, hex};
use crate::kind::Kind;
use crate::notice::Notice;
use crate::record::{DEFAULT_AGENT, EntryId, Halt, Pending, Record, Recorded, Remembered, Reservation, Ties, Violation};
use crate::verdict::{Judgement, Verdict};
use crate::wire::server_held::Debt;
use crate::wire::{Ruling, hosted, resume, tools};
use sha2::{Digest, Sha256};
use std::ops::Range;
use std::sync::Arc;

/// Arguments longer than this are judged off the thread that serves sockets.
const JUDGE_HERE_BYTES_MAX: usize = 32 * 1024;

/// One exchange, as far as its calls are concerned.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) rules: Arc<Rules>,
    /// Those in force by now.
    pub(super) newest: Newest,
    pub(super) record: Record,
    pub(super) conversation: ConversationId,
    pub(super) agent: Option<String>,
    pub(super) upstream: String,
    pub(super) dialect: Dialect,
    pub(super) model: Option<String>,
    /// The request's body, and where in it tools are declared.
    pub(super) request: Collected,
    pub(super) tools: Vec<Range<usize>>,
    /// Where in it the history stands, and the system text outside of it.
    pub(super) history: Option<Range<usize>>,
    pub(super) system: Option<Range<usize>>,
    /// What it goes on from at the provider.
    pub(super) held: ServerHeld,
    pub(super) waiter: Waiter,
    /// The entries written for this exchange; closed when they were delivered.
    delivery: Delivery,
    /// What calls write, with their places among those ruled on last; not delivered yet.
    writing: Vec<(usize, Writes)>,
    /// Questions that the provider asks before it calls something itself, likewise.
    asking: Vec<(usize, ToolCall)>,
    /// The calls ruled on last.
    pub(super) seen: Vec<Seen>,
}

/// The entries of an exchange that may still turn out undelivered.
#[derive(Debug)]
struct Delivery {
    record: Record,
    entries: Vec<EntryId>,
    /// What limits counted for calls that wait to be handed to the connection.
    reserved: Vec<Reservation>,
}

impl Drop for Delivery {
    /// Whatever ends an exchange early, the record says that its words did not arrive,
    /// and takes back what was counted for calls of which nothing has left.
    fn drop(&mut self) {
        if !self.entries.is_empty() {
            self.record.broke(std::mem::take(&mut self.entries));
        }
        if !self.reserved.is_empty() {
            self.record.unsent(std::mem::take(&mut self.reserved));
        }
    }
}

/// What a case is made of.
#[derive(Debug)]
pub(super) struct Parties {
    pub(super) conversation: ConversationId,
    pub(super) agent: Option<String>,
    pub(super) upstream: String,
    pub(super) dialect: Dialect,
    pub(super) model: Option<String>,
}

/// The request of an exchange, as far as its calls are concerned.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) body: Collected,
    pub(super) tools: Vec<Range<usize>>,
    pub(super) history: Option<Range<usize>>,
    pub(super) system: Option<Range<usize>>,
    pub(super) held: ServerHeld,
}

impl Case {
    pub(super) fn new(rules: Arc<Rules>, newest: Newest, record: Record, parties: Parties, asked: Asked, waiter: Waiter) -> Self {
        let Parties { conversation, agent, upstream, dialect, model } = parties;
        let Asked { body: request, tools, history, system, held } = asked;
        let delivery = Delivery { record: record.clone(), entries: Vec::new(), reserved: Vec::new() };
        Self {
            rules,
            newest,
            record,
            conversation,
            agent,
            upstream,
            dialect,
            model,
            request,
            tools,
            history,
            system,
            held,
            waiter,
            delivery,
            writing: Vec::new(),
            asking: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Judges proposals, writes the record, and says what happens to each, in order;
    /// those that wait for a person are named beside.
    pub(super) async fn rule(&mut self, proposals: Vec<Proposal>) -> Ruled {
        if self.held.reads { self.rule_kept(proposals).await } else { self.rule_new(proposals).await }
    }

    /// The same of calls that nobody has seen yet.
    pub(super) async fn rule_new(&mut self, proposals: Vec<Proposal>) -> Ruled {
        self.seen = if self.held.is_stored { proposals.iter().map(Seen::of).collect() } else { Vec::new() };
        let ids = server_held::ids(&proposals);
        ids.iter().for_each(|id| self.note(Clue::Call(id)));
        let count = ids.len();
        self.asking = asking(&proposals);
        let (judged, writes) = self.judge(proposals).await;
        let halt = self.waiter.brake.stands();
        // Whoever says stop waives nothing.
        let judged = if halt.is_some() { judged } else { self.waive(judged).await };
        let (judged, origins) = self.trace(judged).await;
        let halt_of = |judgement: &Judgement| halt.as_ref().filter(|halt| covers(halt, matters(judgement)));
        let mut rulings: Vec<Ruling> =
            judged.iter().map(|(proposal, judgement)| unrecorded(proposal, judgement, halt_of(judgement))).collect();
        // What nobody judged is not delivered.
        rulings.resize_with(count, || Ruling::Withhold(Notice::not_recorded(&ToolName::default()).text(None)));
        let ties = if judged.iter().any(|(_, judgement)| judgement.may_be_held() || judgement.verdict.withholds()) {
            self.ties(&self.record.pending(self.conversation.as_str()))
        } else {
            Ties::default()
        };
        let acts = |judgement: &Judgement| judgement.actions.iter().any(|action| action.kind.broad() != Kind::Read);
        let writing: Vec<(usize, Writes)> = std::iter::zip(&judged, writes)
            .enumerate()
            .filter(|(_, ((_, judgement), writes))| !writes.is_empty() && acts(judgement))
            .map(|(place, (_, writes))| (place, writes))
            .collect();
        let (mut places, mut violations, mut leaving) = (Vec::new(), Vec::new(), Vec::new());
        for (place, (judged, origins)) in judged.into_iter().zip(origins).enumerate() {
            let halt = halt_of(&judged.1);
            if judged.1.needs_entry() || halt.is_some() {
                places.push((place, judged.0.call.tool.clone(), matters(&judged.1)));
                violations.push(Violation { origins, ..self.violation(judged, &ties, halt) });
            } else {
                leaving.push(Leaving::passed(place, judged));
            }
        }
        let mut waits = Vec::new();
        if !violations.is_empty() {
            match self.record.withheld_or_warned(violations).await {
                Ok(recorded) => {
                    for ((place, tool, matters), recorded) in places.into_iter().zip(recorded) {
                        if recorded.delivered.is_none() {
                            leaving.push(Leaving::recorded(place, tool, matters, &recorded));
                        }
                        if let (Some(text), Some(id)) = (&recorded.delivered, ids.get(place)) {
                            self.held.tell(id, &Ruling::Withhold(text.clone()), Some(&recorded));
                        }
                        recorded.code.iter().for_each(|code| self.note(Clue::Code(code)));
                        let Recorded { id, delivered, waiting, notice, reserved, .. } = recorded;
                        rulings
                            .get_mut(place)
                            .into_iter()
                            .for_each(|ruling| *ruling = delivered.clone().map_or(Ruling::Release, Ruling::Withhold));
                        if let (Some(waiting), Some(notice), Some(entry)) = (waiting, notice, id.clone()) {
                            waits.push(Wait { place, entry, waiting, notice });
                        }
                        self.delivery.entries.extend(id);
                        self.delivery.reserved.extend(reserved);
                    }
                }
                Err(error) => {
                    tracing::error!(%error, conversation = %self.conversation, "calls are withheld: the record cannot be written")
                }
            }
        }
        for (id, ruling) in ids.iter().zip(&rulings) {
            self.held.tell(id, ruling, None);
        }
        self.note_fates(&rulings);
        self.writing = writing;
        self.remember_writes(|place| rulings.get(place) == Some(&Ruling::Release));
        Ruled::new(rulings, waits, leaving, &self.waiter.patience)
    }

    /// Remembers what those of the calls ruled on last write that are delivered now.
    pub(super) fn remember_writes(&mut self, is_delivered: impl Fn(usize) -> bool) {
        let (asked, unasked): (Vec<_>, Vec<_>) = std::mem::take(&mut self.asking).into_iter().partition(|(place, _)| is_delivered(*place));
        self.asking = unasked;
        asked.iter().for_each(|(_, call)| self.asked(call));
        let (now, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.writing).into_iter().partition(|(place, _)| is_delivered(*place));
        self.writing = later;
        self.record.wrote(self.conversation.as_str(), now.into_iter().map(|(_, writes)| writes).collect());
    }

    /// Remembers a question of the provider's that is delivered: a yes to it may go up. One
    /// that is lost in a crash costs a question anew, never more.
    pub(super) fn asked(&self, call: &ToolCall) {
        let question = hosted::question(call, &self.request.bytes, &self.tools);
        let tie = self.held.tie_to(self.conversation.to_string());
        let debt = Debt { question: Some(question), ..Debt::default() };
        self.record.note_answer(question_name(&self.upstream, &call.id), Remembered { debt, ..tie });
    }

    /// What ties this request to open holds of its conversation.
    pub(super) fn ties(&self, pending: &[Pending]) -> Ties {
        let history = self.history.clone().and_then(|range| self.request.bytes.get(range));
        let codes = pending.iter().map(|hold| hold.code.as_str());
        // What goes on from elsewhere is another history, be its new part the same.
        let before = self.held.continues.as_ref().map(|continues| continues.parts()).unwrap_or_default();
        let digest = |history: &[u8]| Sha256::new().chain_update(before.0).chain_update(before.1).chain_update(history).finalize();
        let mut ties = Ties {
            history: history.map(|history| hex(&digest(history))),
            codes: history.map(|history| resume::answered(history, codes)).unwrap_or_default(),
        };
        self.held.tie(&mut ties);
        ties
    }

    /// Notes entries that are about to be delivered.
    pub(super) fn deliver(&mut self, entries: impl Iterator<Item = EntryId>) {
        self.delivery.entries.extend(entries);
    }

    /// Says that what was released so far is handed to the agent's connection now: from
    /// here on nobody can tell what of it arrives, and it counts.
    pub(super) fn leaves(&mut self) {
        self.delivery.reserved.clear();
    }

    /// Says that everything was handed to the agent's connection.
    pub(super) fn delivered(&mut self) {
        self.delivery.entries.clear();
    }

    /// Judges calls, and says beside it what each of them writes.
    pub(super) async fn judge(&self, mut proposals: Vec<Proposal>) -> (Vec<(Proposal, Judgement)>, Vec<Writes>) {
        proposals.iter_mut().for_each(|proposal| self.rules.bound(proposal));
        let specs: Vec<Option<ToolSpec>> =
            proposals.iter().map(|proposal| tools::find(&self.request.bytes, &self.tools, &proposal.call.tool)).collect();
        let bytes: usize = proposals.iter().map(|proposal| proposal.call.input.as_str().len()).sum();
        let written = match self.record.written(self.conversation.as_str()).await {
            Ok(written) => written,
            Err(error) => {
                tracing::error!(%error, conversation = %self.conversation, "calls are withheld: what earlier ones wrote cannot be read");
                return Default::default();
            }
        };
        let (rules, newest, agent) = (Arc::clone(&self.rules), self.newest.beside(&self.rules), self.agent.clone());
        let each = move || judge_each((&rules, newest.as_deref()), proposals, &specs, agent.as_deref(), &written);
        if bytes <= JUDGE_HERE_BYTES_MAX {
            return each();
        }
        // A judge that panicked has judged nothing: no ruling, and the gate delivers nothing.
        tokio::task::spawn_blocking(each).await.unwrap_or_default()
    }

    /// What is written about a call: by what the pins say, or by a halt that withholds it.
    pub(super) fn violation(&self, (proposal, judgement): (Proposal, Judgement), ties: &Ties, halt: Option<&Halt>) -> Violation {
        let newest = self.newest.beside(&self.rules);
        let stamp = |pin| newest.as_ref().and_then(|newest| newest.stamp(pin)).or_else(|| self.rules.stamp(pin));
        let stamps: Vec<PinStamp> = judgement.objections.iter().filter_map(|objection| stamp(&objection.pin)).collect();
        let notice = match halt {
            Some(halt) => Some(Notice::halted(&proposal.call.tool, halt.cause.told())),
            None => judgement.verdict.withholds().then(|| Notice::of(&proposal.call.tool, judgement.verdict, judgement.pins())),
        };
        // An answer that broke off is nobody's try.
        let is_try = proposal.flaw != Some(Flaw::Truncated);
        Violation {
            conversation: self.conversation.as_str().to_owned(),
            agent: self.agent.clone(),
            upstream: self.upstream.clone(),
            dialect: self.dialect,
            model: self.model.clone(),
            call: proposal.call,
            judgement,
            notice,
            stamps,
            wire: proposal.wire,
            ties: ties.clone(),
            origins: Vec::new(),
            counts_for: DEFAULT_AGENT.to_owned(),
            links: self.waiter.brake.links.clone(),
            is_halted: halt.is_some(),
            is_try,
        }
    }
}

/// Those proposals that are questions of the provider's, with their places.
fn asking(proposals: &[Proposal]) -> Vec<(usize, ToolCall)> {
    let is_question = |(_, proposal): &(usize, &Proposal)| hosted::asking(proposal).is_some();
    proposals.iter().enumerate().filter(is_question).map(|(place, proposal)| (place, proposal.call.clone())).collect()
}

/// Judged by the rules that the exchange began with and, where others are in force by
/// now, by those too.
fn judge_each(
    (rules, newest): (&Rules, Option<&Rules>),
    proposals: Vec<Proposal>,
    specs: &[Option<ToolSpec>],
    agent: Option<&str>,
    written: &Arc<Written>,
) -> (Vec<(Proposal, Judgement)>, Vec<Writes>) {
    let mut written = Arc::clone(written);
    let are_several = proposals.len() > 1;
    let judge = |(proposal, spec): (Proposal, &Option<ToolSpec>)| {
        let judge = |rules: &Rules| rules.policy.judge_and_read(&proposal, spec.as_ref(), agent, &written);
        let (mut judgement, writes) = judge(rules);
        if let Some(newest) = newest {
            // What a call writes does not hang on the pins.
            judgement = judgement.and(judge(newest).0);
        }
        // What one call of an answer writes the next one may run.
        if are_several && !writes.is_empty() && !judgement.verdict.withholds() {
            Arc::make_mut(&mut written).note(writes.clone());
        }
        ((proposal, judgement), writes)
    };
    proposals.into_iter().zip(specs).map(judge).unzip()
}

/// The ruling if no entry can be written: only what needs none is delivered.
fn unrecorded(proposal: &Proposal, judgement: &Judgement, halt: Option<&Halt>) -> Ruling {
    if halt.is_none() && judgement.verdict == Verdict::Pass && !judgement.needs_entry() {
        return Ruling::Release;
    }
    Ruling::Withhold(Notice::not_recorded(&proposal.call.tool).text(None))
}
