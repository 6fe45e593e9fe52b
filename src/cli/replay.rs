//! `linchpin replay`: runs recorded conversations through the pins.
//!
//! The question it answers: what would these pins have done to the work of last
//! week? Each recorded call is judged as if the earlier ones had happened as
//! recorded. For a machine a line a call; for a person a table.

mod heard;
mod named;
mod summary;

use super::lines::Lines;
use super::out::Out;
use super::progress::Progress;
use super::recorded::{Conversation, Recorded};
use super::{Place, rules, talk};
use crate::action::Written;
use crate::call::Action;
use crate::config::Capture;
use crate::pin::PinId;
use crate::policy::{Passed, Policy};
use crate::verdict::Judgement;
use clap::Args;
use heard::Heard;
use named::Named;
use serde::Serialize;
use serde_json::value::RawValue;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use summary::Summary;

/// What a replay leaves out.
const UNBUILT: &str = "not built yet: breaker and halts";

/// What `replay` is told on the command line.
#[derive(Debug, Args)]
pub(super) struct Replay {
    /// Recordings: one conversation a line, `{"id","messages","tools"?}`
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Prints one verdict a line instead of a summary
    #[arg(long)]
    json: bool,
}

/// What is printed for one call with `--json`.
#[derive(Debug, Serialize)]
struct Row<'a> {
    conversation: &'a RawValue,
    turn: usize,
    call: usize,
    tool: String,
    verdict: &'static str,
    pins: Vec<String>,
    actions: &'a [Action],
}

impl Replay {
    pub(super) fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let (policy, capture) = rules::load_with_capture(place)?;
        talk::note(UNBUILT);
        let mut progress = Progress::over(self.files.iter().filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum());
        let mut out = Out::new();
        let mut summary = Summary::default();
        let mut all_good = true;
        for file in &self.files {
            let replayed = Lines::file(file, progress.counting()).and_then(|lines| {
                lines.answer_each(&mut out, |number, line, out| {
                    let flow = self.replay((&policy, capture), number, line, out, &mut summary);
                    progress.draw(&summary.in_short());
                    flow
                })
            });
            all_good &= replayed.unwrap_or_else(|error| {
                talk::error(&error);
                false
            });
        }
        progress.clear();
        if !self.json && out.line(&summary.table())?.is_continue() {
            let _ = out.flush()?;
        }
        Ok(if all_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn replay(
        &self,
        (policy, capture): (&Policy, Capture),
        number: u64,
        line: &str,
        out: &mut Out,
        summary: &mut Summary,
    ) -> anyhow::Result<ControlFlow<()>> {
        let conversation = Conversation::read(line)?;
        // One without a name, such as a request log's, is named by its line.
        let own_name = serde_json::value::to_raw_value(&format!("line {number}"))?;
        let id = conversation.id.unwrap_or(&own_name);
        let calls = conversation.calls()?;
        let mut named = Named::default();
        // Recordings have no clock: a conversation's calls fall into one window.
        let mut passed = Passed::default();
        let mut judged: Vec<Judgement> = Vec::with_capacity(calls.len());
        let mut heard = Heard::of(policy, &conversation, capture);
        let mut written = Arc::<Written>::default();
        for call in &calls {
            let policy = heard.before(call.turn);
            let judgement = policy.judge_after(&call.proposal, call.spec.as_ref(), None, &written);
            judged.push(passed.settle(&named.waive(policy, &conversation, call.turn, judgement)));
            // It happened as recorded.
            if call.proposal.flaw.is_none() {
                Arc::make_mut(&mut written).note_call(&call.proposal.call);
            }
        }
        summary.add(id, &judged);
        for (index, (call, judgement)) in calls.iter().zip(&judged).enumerate() {
            if self.json && out.json(&row(id, index, call, judgement))?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

fn row<'a>(conversation: &'a RawValue, index: usize, call: &Recorded, judgement: &'a Judgement) -> Row<'a> {
    Row {
        conversation,
        turn: call.turn,
        call: index,
        tool: call.proposal.call.tool.to_string(),
        verdict: judgement.verdict.name(),
        pins: judgement.pins().iter().map(PinId::to_string).collect(),
        actions: &judgement.actions,
    }
}
