//! A call on its way into the record: what can be done before a transaction, and
//! what only inside one.
//!
//! Digests and redaction cost time and need no disk, so whoever records does them
//! on their own thread. How far a limit is used is only known in the transaction, so
//! what the pins say of a call with limits is settled there.

use super::entry::{ActionShape, Opening, Outcome, StampShape};
use super::limits::{Counted, counted};
use super::redact::{Found, Redactor};
use super::write::unwritable;
use super::{RecordError, Violation};
use crate::digest::{CallDigest, PinStamp};
use crate::notice::{Notice, Reason};
use crate::pin::PinId;
use crate::verdict::{Judgement, Verdict};

/// A violation, redacted and digested, ready to be written.
#[derive(Debug)]
pub(super) struct Prepared {
    violation: Violation,
    digest: String,
    tool: String,
    arguments: String,
    actions: Vec<ActionShape>,
    exact_actions: String,
    found: Found,
    counted: Vec<Counted>,
    /// About how much memory it takes while it waits.
    pub(super) bytes: usize,
}

/// A violation of which it is known what the pins say, its limits included.
#[derive(Debug)]
pub(super) struct Settled<'a> {
    pub(super) prepared: &'a Prepared,
    pub(super) opening: Opening,
    pub(super) notice: Option<Notice>,
}

/// Does everything about a violation that needs no transaction.
pub(super) fn prepare(violation: Violation, redactor: &Redactor) -> Result<Prepared, RecordError> {
    let Violation { call, judgement, notice, .. } = &violation;
    if (judgement.verdict.withholds() || violation.is_halted) && notice.is_none() {
        return Err(RecordError::NoNotice);
    }
    let actions: Vec<ActionShape> = judgement.actions.iter().map(ActionShape::from).collect();
    let exact_actions = serde_json::to_string(&actions).map_err(unwritable)?;
    let (arguments, found) = redactor.redact_call(call.input.as_str());
    let bytes = call.input.as_str().len() + violation.wire.as_ref().map_or(0, String::len) + arguments.len() + exact_actions.len() + 1024;
    Ok(Prepared {
        digest: CallDigest::of(call).to_string(),
        tool: redactor.redact_with(&call.tool.to_string(), &found),
        arguments,
        actions: actions.into_iter().map(|action| redact_action(action, &|text: &str| redactor.redact_with(text, &found))).collect(),
        exact_actions,
        counted: counted(judgement, &violation.counts_for),
        found,
        bytes,
        violation,
    })
}

impl Prepared {
    pub(super) fn violation(&self) -> &Violation {
        &self.violation
    }

    /// The digest of the exact call.
    pub(super) fn digest(&self) -> &str {
        &self.digest
    }

    /// What the call would do, not redacted, as JSON.
    pub(super) fn exact_actions(&self) -> &str {
        &self.exact_actions
    }

    /// What is counted once the call is delivered.
    pub(super) fn counted(&self) -> &[Counted] {
        &self.counted
    }

    /// As it was judged, if no limit has anything to do with it.
    pub(super) fn as_judged(&self, redactor: &Redactor) -> Settled<'_> {
        self.opened(&self.violation.judgement, self.violation.notice.clone(), redactor)
    }

    /// As it is judged once its limits are settled; `None`: it simply passes.
    pub(super) fn settled(&self, judgement: &Judgement, redactor: &Redactor) -> Option<Settled<'_>> {
        if !judgement.needs_entry() {
            return None;
        }
        let notice = judgement.verdict.withholds().then(|| Notice::for_call(&self.violation.call.tool, judgement));
        Some(self.opened(judgement, notice, redactor))
    }

    fn opened(&self, judgement: &Judgement, notice: Option<Notice>, redactor: &Redactor) -> Settled<'_> {
        let violation = &self.violation;
        let (verdict, pins, why) = what_pins_said(judgement);
        let opening = Opening {
            conversation: violation.conversation.clone(),
            agent: violation.agent.clone(),
            upstream: violation.upstream.clone(),
            dialect: violation.dialect.name().to_owned(),
            model: violation.model.as_deref().map(|model| redactor.redact_with(model, &self.found)),
            tool: self.tool.clone(),
            arguments: self.arguments.clone(),
            actions: self.actions.clone(),
            verdict: verdict.name().to_owned(),
            pins,
            why: redactor.redact_with(&why, &self.found),
            stamps: stamps_of(&judgement.pins(), &violation.stamps),
            outcome: outcome_of(notice.as_ref(), judgement),
            delivered: match &notice {
                Some(notice) => redactor.redact_with(&notice.text(None), &self.found),
                None => format!("the call itself, {}", self.digest),
            },
            digest: self.digest.clone(),
            code: None,
            expires: None,
            approval: None,
        };
        Settled { prepared: self, opening, notice }
    }
}

impl Settled<'_> {
    /// The deciding pins, as they were when they objected.
    pub(super) fn stamps(&self) -> &[StampShape] {
        &self.opening.stamps
    }

    /// How many different people have to say yes.
    pub(super) fn needs(&self) -> i64 {
        let is_deciding = |stamp: &&PinStamp| self.opening.pins.iter().any(|pin| pin == stamp.id.as_str());
        let stamps = &self.prepared.violation.stamps;
        stamps.iter().filter(is_deciding).map(|stamp| i64::from(stamp.approvers)).max().unwrap_or(1).max(1)
    }
}

/// The verdict of those pins that made it: for a call that only pins in shadow
/// mode object to, what they would have asked for.
fn what_pins_said(judgement: &Judgement) -> (Verdict, Vec<String>, String) {
    let shadow = judgement.objections.iter().filter(|objection| objection.shadow);
    let strictest = shadow.clone().map(|objection| objection.verdict).max();
    match strictest {
        Some(strictest) if judgement.verdict == Verdict::Pass => {
            let decided: Vec<_> = shadow.filter(|objection| objection.verdict == strictest).collect();
            let pins = decided.iter().map(|objection| objection.pin.as_str().to_owned()).collect();
            let why: Vec<String> = decided.iter().map(|objection| objection.why()).collect();
            (strictest, pins, why.join("; "))
        }
        _ => {
            let pins = judgement.pins().iter().map(|pin| pin.as_str().to_owned()).collect();
            (judgement.verdict, pins, judgement.why())
        }
    }
}

/// The stamps of the pins that decided. One that came without is stamped with
/// nothing, which no pin's version ever equals.
fn stamps_of(pins: &[PinId], stamps: &[PinStamp]) -> Vec<StampShape> {
    let stamp = |pin: &PinId| match stamps.iter().find(|stamp| stamp.id == *pin) {
        Some(stamp) => StampShape::from(stamp),
        None => StampShape { id: pin.as_str().to_owned(), version: String::new() },
    };
    pins.iter().map(stamp).collect()
}

fn outcome_of(notice: Option<&Notice>, judgement: &Judgement) -> Outcome {
    match notice.map(|notice| &notice.reason) {
        Some(Reason::Held(_)) => Outcome::Held,
        Some(Reason::Halted(_)) => Outcome::Halted,
        Some(Reason::Denied(_)) => Outcome::Denied,
        Some(Reason::Blocked(_) | Reason::Crowded(_) | Reason::NotRecorded) => Outcome::Blocked,
        Some(Reason::Switched(..) | Reason::Unasked(..)) => Outcome::Blocked,
        None if !judgement.is_recorded() => Outcome::Passed,
        None if judgement.verdict == Verdict::Pass => Outcome::Shadow,
        None => Outcome::Warned,
    }
}

fn redact_action(action: ActionShape, redact: &dyn Fn(&str) -> String) -> ActionShape {
    ActionShape { targets: action.targets.iter().map(|target| redact(target)).collect(), evidence: redact(&action.evidence), ..action }
}
