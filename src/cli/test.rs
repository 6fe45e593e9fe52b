//! `linchpin test`: cases with expected verdicts, for a user's own CI.
//!
//! A case is a call as `judge` reads it, with what should happen to it:
//! `{"id"?,"tool","arguments","description"?,"input_schema"?,"agent"?,"expect":"hold","pins"?:["…"]}`.
//! One a line; lines that begin with `#` are notes. A file without a case fails:
//! a CI that tests nothing should not be green.

use super::judge::input;
use super::lines::Lines;
use super::out::Out;
use super::{Place, rules, talk};
use crate::call::{Proposal, ToolCall, ToolName, ToolSpec};
use crate::pin::PinId;
use crate::policy::Policy;
use crate::show;
use crate::verdict::{Judgement, Verdict};
use anyhow::{Context, anyhow};
use clap::Args;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::io::{IsTerminal, Read};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

/// How much of a case's name and of a reason is shown.
const SHOWN_CHARACTERS_MAX: usize = 200;

/// What `test` is told on the command line.
#[derive(Debug, Args)]
pub(super) struct Test {
    /// Files of cases; standard input when there is none
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// One case. A member that is none of these is a mistake: an expectation that is
/// misspelled must not be a case that passes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    tool: String,
    #[serde(borrow)]
    arguments: &'a RawValue,
    description: Option<String>,
    #[serde(borrow)]
    input_schema: Option<&'a RawValue>,
    agent: Option<String>,
    #[serde(alias = "expected", alias = "verdict")]
    expect: String,
    pins: Option<Vec<String>>,
}

/// How the cases went.
#[derive(Debug, Default)]
struct Score {
    passed: usize,
    failed: usize,
}

impl Test {
    pub(super) fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        if self.files.is_empty() && std::io::stdin().is_terminal() {
            talk::error(&anyhow!("`test` needs a file of cases, or cases on standard input"));
            return Ok(ExitCode::from(2));
        }
        let policy = rules::load(place)?;
        let (mut out, mut score) = (Out::new(), Score::default());
        let mut all_good = true;
        for file in &self.files {
            let name = format!("{}:", file.display());
            let tested = Lines::file(file, |file| file).and_then(|lines| run(lines, &name, &policy, &mut out, &mut score));
            all_good &= tested.unwrap_or_else(|error| {
                talk::error(&error);
                false
            });
        }
        if self.files.is_empty() {
            all_good &= run(Lines::stdin(), "line ", &policy, &mut out, &mut score)?;
        }
        let _ = out.line(&format!("{} passed, {} failed", score.passed, score.failed))?.is_continue() && out.flush()?.is_continue();
        let is_empty = score.passed + score.failed == 0;
        if is_empty {
            talk::error(&anyhow!("there is no case to test"));
        }
        Ok(if all_good && !is_empty && score.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn run<R: Read>(lines: Lines<R>, name: &str, policy: &Policy, out: &mut Out, score: &mut Score) -> anyhow::Result<bool> {
    lines.answer_each(out, |number, line, out| {
        if line.trim_start().starts_with('#') {
            return Ok(ControlFlow::Continue(()));
        }
        let case: Case = serde_json::from_str(line).context("not a case")?;
        match case.failure(policy)? {
            None => {
                score.passed += 1;
                Ok(ControlFlow::Continue(()))
            }
            Some(failure) => {
                score.failed += 1;
                out.line(&format!("FAILED {}{number} {}: {failure}", show::escape(name), case.title()))
            }
        }
    })
}

impl Case<'_> {
    /// What went otherwise than expected.
    fn failure(&self, policy: &Policy) -> anyhow::Result<Option<String>> {
        let expected = Verdict::from_name(&self.expect)
            .with_context(|| format!("`{}` is no verdict: use one of pass, warn, hold, block", show::escape(&self.expect)))?;
        let judgement = policy.judge(&self.proposal(), Some(&self.spec()), self.agent.as_deref());
        let pins: Vec<String> = judgement.pins().iter().map(PinId::to_string).collect();
        let missing = self.pins.iter().flatten().find(|pin| !pins.contains(pin));
        Ok(if judgement.verdict != expected {
            Some(format!("expected {expected}, got {}", told(&judgement, &pins)))
        } else {
            missing.map(|pin| format!("expected the pin `{}` to decide, got {}", show::escape(pin), told(&judgement, &pins)))
        })
    }

    fn proposal(&self) -> Proposal {
        let (input, flaw) = input(self.arguments);
        Proposal { call: ToolCall { id: String::new(), tool: ToolName::plain(self.tool.clone()), input }, flaw, wire: None }
    }

    fn spec(&self) -> ToolSpec {
        ToolSpec { description: self.description.clone(), schema: self.input_schema.map(|schema| schema.get().to_owned()) }
    }

    /// The case's name, or its tool's.
    fn title(&self) -> String {
        let id = self.id.map(|id| crate::json::as_string(id).map_or_else(|| id.get().to_owned(), |id| id.into_owned()));
        show::escape_short(id.as_deref().unwrap_or(&self.tool), SHOWN_CHARACTERS_MAX)
    }
}

/// `hold by confirm-deletes (delete: rm)`
fn told(judgement: &Judgement, pins: &[String]) -> String {
    let by = if pins.is_empty() { String::new() } else { format!(" by {}", pins.join(", ")) };
    format!("{}{by} ({})", judgement.verdict, show::escape_short(&judgement.why(), SHOWN_CHARACTERS_MAX))
}
