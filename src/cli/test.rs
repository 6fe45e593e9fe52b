//! `linchpin test`: cases with expected verdicts, for a user's own CI.
//!
//! A case is a call as `judge` reads it, with what should happen to it. One a line;
//! lines that begin with `#` are notes. Whoever runs it learns from the exit code
//! whether all went as expected, and from the report what did not, where and why.
//! A file without a case fails: a CI that tests nothing should not be green.

mod case;
mod junit;

use super::lines::Lines;
use super::out::Out;
use super::written::Earlier;
use super::{Place, rules, talk};
use crate::policy::Policy;
use crate::show;
use anyhow::{Context, anyhow};
use case::{Case, Outcome};
use clap::Args;
use serde::Serialize;
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
    /// Prints every case as a line of JSON instead of the failed ones as text
    #[arg(long)]
    json: bool,
    /// Also writes the report as JUnit XML, which most CIs show
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

/// What is printed for one case with `--json`.
#[derive(Debug, Serialize)]
struct Row<'a> {
    id: Option<&'a RawValue>,
    file: Option<&'a str>,
    line: u64,
    passed: bool,
    expected: &'a str,
    verdict: &'static str,
    pins: &'a [String],
    why: &'a str,
}

/// How the cases go.
struct Run<'a> {
    policy: &'a Policy,
    json: bool,
    passed: usize,
    failed: usize,
    report: Option<junit::Report>,
}

impl Test {
    pub(super) fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        if self.files.is_empty() && std::io::stdin().is_terminal() {
            talk::error(&anyhow!("`test` needs a file of cases, or cases on standard input"));
            return Ok(ExitCode::from(2));
        }
        let policy = rules::load(place)?;
        let report = self.junit.is_some().then(junit::Report::default);
        let mut run = Run { policy: &policy, json: self.json, passed: 0, failed: 0, report };
        let mut out = Out::new();
        let all_good = self.run_files(&mut run, &mut out)?;
        if !self.json && out.line(&format!("{} passed, {} failed", run.passed, run.failed))?.is_continue() {
            let _ = out.flush()?;
        }
        if let (Some(report), Some(path)) = (&run.report, &self.junit) {
            std::fs::write(path, report.to_string()).with_context(|| format!("`{}` cannot be written", path.display()))?;
        }
        let is_empty = run.passed + run.failed == 0;
        if is_empty {
            talk::error(&anyhow!("there is no case to test"));
        }
        Ok(if all_good && !is_empty && run.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn run_files(&self, run: &mut Run<'_>, out: &mut Out) -> anyhow::Result<bool> {
        if self.files.is_empty() {
            return run.lines(Lines::stdin(), None, out);
        }
        let mut all_good = true;
        for file in &self.files {
            let name = file.display().to_string();
            let before = run.passed + run.failed;
            let tested = Lines::file(file, |file| file).and_then(|lines| run.lines(lines, Some(&name), out));
            all_good &= tested.unwrap_or_else(|error| {
                talk::error(&error);
                false
            });
            if run.passed + run.failed == before {
                talk::error(&anyhow!("`{name}` has no case"));
                all_good = false;
            }
        }
        Ok(all_good)
    }
}

impl Run<'_> {
    /// Whether every line could be read.
    fn lines<R: Read>(&mut self, lines: Lines<R>, file: Option<&str>, out: &mut Out) -> anyhow::Result<bool> {
        let mut earlier = Earlier::default();
        lines.answer_each(out, |line_number, line, out| {
            if line.trim_start().starts_with('#') {
                return Ok(ControlFlow::Continue(()));
            }
            let read = Case::read(line);
            if let (Err(error), Some(report)) = (&read, &mut self.report) {
                report.broken(file, line_number, &format!("{error:#}"));
            }
            let case = read?;
            let outcome = case.outcome(self.policy, &mut earlier);
            self.count(file, line_number, &case, &outcome);
            self.tell(file, line_number, &case, &outcome, out)
        })
    }

    fn count(&mut self, file: Option<&str>, line: u64, case: &Case<'_>, outcome: &Outcome) {
        if outcome.failure.is_none() {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
        if let Some(report) = &mut self.report {
            report.add(file, line, &case.title(), outcome.failure.as_deref());
        }
    }

    fn tell(&self, file: Option<&str>, line: u64, case: &Case<'_>, outcome: &Outcome, out: &mut Out) -> anyhow::Result<ControlFlow<()>> {
        if self.json {
            return out.json(&Row {
                id: case.call.id,
                file,
                line,
                passed: outcome.failure.is_none(),
                expected: case.expected.name(),
                verdict: outcome.verdict.name(),
                pins: &outcome.pins,
                why: &outcome.why,
            });
        }
        let Some(failure) = &outcome.failure else { return Ok(ControlFlow::Continue(())) };
        let place = file.map_or_else(|| format!("line {line}"), |file| format!("{}:{line}", show::escape(file)));
        out.line(&format!("FAILED {place} {}: {failure}", case.title()))
    }
}
