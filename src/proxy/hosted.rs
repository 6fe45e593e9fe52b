//! Tools that the provider runs, on their way up.
//!
//! What a pin would hold or block cannot be held there, so it is switched off in the
//! request, in the same pass in which the pins are put in (`wire::hosted` says how). The
//! first time in a conversation, that is an entry, on the disk before the request goes on.
//!
//! Where a provider can ask before it calls, the question comes back as a call and is
//! judged; a client's yes goes up only for a question that was delivered to it, once.

use super::Proxy;
use super::halted::Brake;
use super::spoken::InForce;
use super::verdicts::Parties;
use crate::call::{Input, ToolCall, ToolName};
use crate::config::Hosted;
use crate::conversation::kept_name;
use crate::digest::PinStamp;
use crate::notice::{Notice, Reason};
use crate::pin::{HOSTED, PinId};
use crate::policy::Unseen;
use crate::record::{DEFAULT_AGENT, Known, RecordError, Remembered, Ties, Violation};
use crate::show;
use crate::verdict::{Judgement, Objection, Verdict};
use crate::wire::hosted::{self, Asked, Change, Done, Yes};
use crate::wire::refusal::Refusal;
use crate::wire::server_held::Debt;
use crate::wire::strip::{Edit, Fate};
use crate::wire::{Endpoint, Request};
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many entries are known to be written without asking the store.
const TOLD_MAX: usize = 65_536;

/// What all exchanges know of hosted tools.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// What was done in which conversation, as far as an entry says so.
    entries: Mutex<HashSet<String>>,
    /// Held by whoever spends a yes.
    spending: tokio::sync::Mutex<()>,
}

impl Told {
    fn entries(&self) -> MutexGuard<'_, HashSet<String>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, name: String) {
        let mut entries = self.entries();
        if entries.len() >= TOLD_MAX {
            entries.clear();
        }
        entries.insert(name);
    }
}

/// A request on its way up.
pub(super) struct Going<'a> {
    pub(super) endpoint: Endpoint,
    pub(super) known: &'a Known,
    pub(super) in_force: &'a InForce,
    pub(super) parties: &'a Parties,
    pub(super) brake: &'a Brake,
    pub(super) request: &'a Request,
    pub(super) body: &'a [u8],
}

/// Yeses that were spent for one request, as they were before.
pub(super) type Spent = Vec<(String, Remembered)>;

impl Proxy {
    /// Gates the tools that the provider runs: what is written where in the request.
    pub(super) async fn gate_hosted(&self, going: &Going<'_>) -> Result<Vec<Edit>, Refusal> {
        let asked = going.asked();
        let unreadable = |error: &dyn std::error::Error| Refusal { status: 400, message: error.to_string(), code: "linchpin_unreadable" };
        match self.config.hosted {
            Hosted::Pass => Ok(Vec::new()),
            Hosted::Refuse => {
                let named = hosted::named(&asked).map_err(|error| unreadable(&error))?;
                let Some(tool) = named.into_iter().next() else { return Ok(Vec::new()) };
                let change = Change { tool, done: Done::Refused, because: Vec::new() };
                self.tell(going, std::slice::from_ref(&change)).await?;
                Err(refused(&change.tool, "`hosted = \"refuse\"` stands under `[tools]`"))
            }
            Hosted::Gate => {
                let gated = hosted::gate(&asked, &mut |unseen| going.judge(unseen).verdict, &mut |_| Fate::Stays);
                let gated = gated.map_err(|error| unreadable(&error))?;
                self.tell(going, &gated.changes).await?;
                match gated.changes.iter().find(|change| change.done == Done::Refused) {
                    Some(change) => Err(refused(&change.tool, &pins_of(&going.judge_all(&change.because)))),
                    None => Ok(gated.edits),
                }
            }
        }
    }

    /// Writes an entry about each change that its conversation has none of yet.
    async fn tell(&self, going: &Going<'_>, changes: &[Change]) -> Result<(), Refusal> {
        let (mut names, mut violations) = (Vec::new(), Vec::new());
        for change in changes {
            let judgement = going.judge_all(&change.because);
            let what = format!("{}\n{:?}\n{}", change.tool, change.done, pins_of(&judgement));
            let name = kept_name(&going.known.id, ("hosted", &what));
            if self.told.entries().contains(&name) {
                continue;
            }
            if self.record.remembered(&name).await.map_err(unusable)?.is_none() {
                let call = ToolCall { id: String::new(), tool: change.tool.clone(), input: shown(change) };
                let notice = |pins| Reason::Switched(pins, change.done.told());
                violations.push(going.violation(call, judgement, notice, false));
            }
            names.push(name);
        }
        if !violations.is_empty() {
            self.record.withheld_or_warned(violations).await.map_err(unusable)?;
        }
        for name in names {
            self.record.note_answer(name.clone(), going.remembered(Debt::default()));
            self.told.note(name);
        }
        Ok(())
    }

    /// Spends the yeses to a provider's questions that stand in a request. One that is not
    /// for a question which was delivered here refuses the request.
    pub(super) async fn spend_yeses(&self, going: &Going<'_>) -> Result<Spent, Refusal> {
        let history = going.request.history.clone().filter(|_| going.endpoint == Endpoint::Responses);
        let Some(yeses) = history.map_or(Some(Vec::new()), |history| hosted::yeses(going.body, history)) else {
            return Err(Refusal { status: 400, message: "its approvals cannot be read as one thing".into(), code: "linchpin_unreadable" });
        };
        if yeses.is_empty() {
            return Ok(Vec::new());
        }
        let _one_at_a_time = self.told.spending.lock().await;
        let mut spent = Spent::new();
        for yes in &yeses {
            let name = question_name(&going.parties.upstream, &yes.id);
            let found = self.record.remembered(&name).await.map_err(unusable)?;
            match going.weigh(yes, found.as_ref()) {
                Ok(false) => {}
                Ok(true) if spent.iter().any(|(known, _)| *known == name) => {}
                Ok(true) => spent.extend(found.map(|found| (name, found))),
                Err(why) => {
                    self.refuse_yes(going, yes, why).await?;
                    return Err(Refusal { status: 403, message: unapproved(yes, why), code: "linchpin_policy" });
                }
            }
        }
        for (name, found) in &spent {
            let question = found.debt.question.clone().map(|question| hosted::Question { is_spent: true, ..question });
            let debt = Debt { question, ..found.debt.clone() };
            self.record.remember(name.clone(), Remembered { debt, ..found.clone() }).await.map_err(unusable)?;
        }
        Ok(spent)
    }

    /// Gives back what was spent for a request that the provider did not take.
    pub(super) async fn give_back(&self, spent: Spent) {
        for (name, found) in spent {
            if let Err(error) = self.record.remember(name, found).await {
                tracing::error!(%error, "an approval counts as used, though its request was refused upstream");
            }
        }
    }

    async fn refuse_yes(&self, going: &Going<'_>, yes: &Yes, why: &'static str) -> Result<(), Refusal> {
        let id = crate::json::escape(&show::escape_short(&yes.id, 128));
        let call = ToolCall {
            id: yes.id.clone(),
            tool: ToolName { namespace: yes.label.clone(), name: "mcp_approval_response".into() },
            input: Input::Json(format!(r#"{{"approval_request_id":"{id}","approve":true}}"#)),
        };
        let judgement = Judgement::new(vec![own_objection(why)], Vec::new());
        let violation = going.violation(call, judgement, |pins| Reason::Unasked(pins, why), true);
        self.record.withheld_or_warned(vec![violation]).await.map(|_| ()).map_err(unusable)
    }
}

impl Going<'_> {
    fn asked(&self) -> Asked<'_> {
        Asked { dialect: self.parties.dialect, body: self.body, tools: &self.request.tools, model: self.parties.model.as_deref() }
    }

    fn judge(&self, unseen: &Unseen) -> Judgement {
        self.in_force.rules.policy.judge_unseen(unseen, self.parties.agent.as_deref())
    }

    /// What is said about several things together; about nothing, that linchpin itself is
    /// set to refuse it.
    fn judge_all(&self, because: &[Unseen]) -> Judgement {
        let (mut objections, mut actions) = (Vec::new(), Vec::new());
        for judgement in because.iter().map(|unseen| self.judge(unseen)) {
            objections.extend(judgement.objections.into_iter().filter(|objection| !objection.shadow));
            actions.extend(judgement.actions.into_iter().filter(|action| !actions.contains(action)).collect::<Vec<_>>());
        }
        if because.is_empty() {
            objections.push(own_objection("tools that the provider runs are refused"));
        }
        Judgement::new(objections, actions)
    }

    /// Whether a yes has to be spent, or is only told of; or why it does not count.
    fn weigh(&self, yes: &Yes, found: Option<&Remembered>) -> Result<bool, &'static str> {
        let question = found.and_then(|found| Some((found, found.debt.question.as_ref()?)));
        let Some((found, question)) = question else { return Err("no such question was delivered to this agent") };
        if found.conversation != self.known.id || found.credential != self.brake.links.credential {
            return Err("the question was delivered in another conversation");
        }
        if yes.shown.iter().any(|shown| *shown != question.call) {
            return Err("what stands in the request is not what was asked");
        }
        if question.is_spent {
            return if yes.is_past { Ok(false) } else { Err("it was used already, and a yes is for one call") };
        }
        if self.brake.stands().is_some() {
            return Err("this conversation is halted");
        }
        if question.server != hosted::server(self.body, &self.request.tools, &question.label) {
            return Err("its server is declared otherwise than when it was asked");
        }
        Ok(true)
    }

    fn remembered(&self, debt: Debt) -> Remembered {
        Remembered { conversation: self.known.id.clone(), credential: self.brake.links.credential.clone(), debt }
    }

    fn violation(&self, call: ToolCall, judgement: Judgement, reason: impl FnOnce(Vec<PinId>) -> Reason, is_try: bool) -> Violation {
        let stamp = |pin: &PinId| self.in_force.rules.stamp(pin);
        let stamps: Vec<PinStamp> = judgement.objections.iter().filter_map(|objection| stamp(&objection.pin)).collect();
        let notice = Notice { tool: call.tool.clone(), reason: reason(judgement.pins()), limits: Vec::new() };
        Violation {
            conversation: self.known.id.clone(),
            agent: self.parties.agent.clone(),
            upstream: self.parties.upstream.clone(),
            dialect: self.parties.dialect,
            model: self.parties.model.clone(),
            call,
            judgement,
            notice: Some(notice),
            stamps,
            wire: None,
            ties: Ties::default(),
            origins: Vec::new(),
            counts_for: DEFAULT_AGENT.to_owned(),
            links: self.brake.links.clone(),
            is_halted: false,
            is_try,
        }
    }
}

/// The name under which a question that was delivered is remembered.
pub(super) fn question_name(upstream: &str, id: &str) -> String {
    kept_name(upstream, ("question", id))
}

fn own_objection(why: &str) -> Objection {
    Objection { pin: PinId::built_in(HOSTED), verdict: Verdict::Block, shadow: false, why: why.to_owned(), limited: None }
}

/// What of a declaration stands in the record: nothing that could be a secret.
fn shown(change: &Change) -> Input {
    let names = change.because.iter().filter_map(|unseen| match unseen {
        Unseen::Named(tool) => Some(format!("\"{}\"", crate::json::escape(&tool.name))),
        Unseen::Known { .. } | Unseen::Any(_) => None,
    });
    let names: Vec<String> = names.collect();
    let tool = crate::json::escape(&change.tool.to_string());
    let tools = if names.is_empty() { String::new() } else { format!(r#","tools":[{}]"#, names.join(",")) };
    Input::Json(format!(r#"{{"declared":"{tool}"{tools}}}"#))
}

fn pins_of(judgement: &Judgement) -> String {
    let pins: Vec<String> = judgement.pins().iter().map(|pin| format!("`{pin}`")).collect();
    format!("{} {}", if pins.len() == 1 { "pin" } else { "pins" }, pins.join(", "))
}

fn refused(tool: &ToolName, why: &str) -> Refusal {
    let name = show::escape_short(&tool.to_string(), 80);
    let message = format!(
        "the tool `{name}` is run by the provider before linchpin sees a call, and {why} would not let it pass; leave it out of the \
         request, or let an operator set `hosted = \"pass\"` under `[tools]`"
    );
    Refusal { status: 403, message, code: "linchpin_policy" }
}

fn unapproved(yes: &Yes, why: &str) -> String {
    let id = show::escape_short(&yes.id, 80);
    format!("the approval of `{id}` is refused: {why}; answer with `\"approve\": false`, or leave it out")
}

fn unusable(error: RecordError) -> Refusal {
    tracing::error!(%error, "a request is refused: the store cannot be used");
    Refusal { status: 503, message: "linchpin cannot use its store".into(), code: "linchpin_record" }
}
