//! `linchpin judge`: reads calls as JSON Lines, prints a verdict for each.
//!
//! The same judging as in the proxy, on calls that somebody wrote down. Arguments
//! that do not mean one thing are not a bad line: they are blocked, as they would
//! be on the wire. Each call is judged by itself: no limit was used up before it; but
//! what an earlier line of the same `conversation` wrote counts when a later one runs it.

use super::lines::Lines;
use super::out::Out;
use super::written::{Earlier, Written};
use super::{Place, rules};
use crate::call::Action;
use crate::pin::PinId;
use crate::policy::{Passed, Policy};
use crate::show;
use crate::verdict::Judgement;
use clap::Args;
use serde::Serialize;
use serde_json::value::RawValue;
use std::ops::ControlFlow;
use std::process::ExitCode;

/// What `judge` is told on the command line.
#[derive(Debug, Args)]
pub(super) struct Judge {
    /// Prints JSON Lines instead of a table
    #[arg(long)]
    json: bool,
}

/// What is printed for one call with `--json`.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    id: Option<&'a RawValue>,
    verdict: &'static str,
    pins: Vec<String>,
    actions: &'a [Action],
    why: String,
}

impl Judge {
    pub(super) fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let policy = rules::load(place)?;
        let mut earlier = Earlier::default();
        let all_good = Lines::stdin().answer_each(&mut Out::new(), |_, line, out| self.answer(&policy, &mut earlier, line, out))?;
        Ok(if all_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn answer(&self, policy: &Policy, earlier: &mut Earlier, line: &str, out: &mut Out) -> anyhow::Result<ControlFlow<()>> {
        let call = Written::read(line)?;
        let proposal = call.proposal();
        let judgement = Passed::default().settle(&policy.judge_after(&proposal, Some(&call.spec()), None, &earlier.before(&call)));
        earlier.happened(&call, &proposal);
        if self.json { out.json(&answer(&call, &judgement)) } else { out.line(&row(&call, &judgement)) }
    }
}

fn answer<'a>(call: &Written<'a>, judgement: &'a Judgement) -> Answer<'a> {
    Answer {
        id: call.id,
        verdict: judgement.verdict.name(),
        pins: judgement.pins().iter().map(PinId::to_string).collect(),
        actions: &judgement.actions,
        why: judgement.why(),
    }
}

/// `hold   bash                     confirm-deletes  delete: rm`
fn row(call: &Written<'_>, judgement: &Judgement) -> String {
    const TOOL_CHARACTERS_MAX: usize = 32;
    const WHY_CHARACTERS_MAX: usize = 160;
    let tool = show::escape_short(&call.tool, TOOL_CHARACTERS_MAX);
    let pins: Vec<String> = judgement.pins().iter().map(PinId::to_string).collect();
    let why = show::escape_short(&judgement.why(), WHY_CHARACTERS_MAX);
    format!("{:<6} {tool:<33} {:<24} {why}", judgement.verdict.name(), pins.join(","))
}
