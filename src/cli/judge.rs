//! `linchpin judge`: reads calls as JSON Lines, prints a verdict for each.
//!
//! The same judging as in the proxy, on calls that somebody wrote down. Arguments
//! that do not mean one thing are not a bad line: they are blocked, as they would
//! be on the wire.

use super::lines::Lines;
use super::out::Out;
use super::{Place, rules};
use crate::call::{Action, Flaw, Input, Proposal, ToolCall, ToolName, ToolSpec};
use crate::json::as_string;
use crate::pin::PinId;
use crate::policy::Policy;
use crate::show;
use crate::verdict::Judgement;
use anyhow::Context;
use clap::Args;
use serde::{Deserialize, Serialize};
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

/// One call as it is written down. Other members are nobody's business here.
#[derive(Debug, Deserialize)]
struct Question<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    tool: String,
    #[serde(borrow)]
    arguments: &'a RawValue,
    description: Option<String>,
    #[serde(borrow)]
    input_schema: Option<&'a RawValue>,
}

/// What is printed for one call with `--json`.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    id: &'a RawValue,
    verdict: &'static str,
    pins: Vec<String>,
    actions: &'a [Action],
    why: String,
}

impl Judge {
    pub(super) fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let policy = rules::load(place)?;
        let all_good = Lines::stdin().answer_each(&mut Out::new(), |_, line, out| self.answer(&policy, line, out))?;
        Ok(if all_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn answer(&self, policy: &Policy, line: &str, out: &mut Out) -> anyhow::Result<ControlFlow<()>> {
        let question: Question = serde_json::from_str(line).context("not a call to judge")?;
        let judgement = policy.judge(&question.proposal(), Some(&question.spec()), None);
        if self.json { out.json(&answer(&question, &judgement)) } else { out.line(&row(&question, &judgement)) }
    }
}

impl Question<'_> {
    fn proposal(&self) -> Proposal {
        let (input, flaw) = input(self.arguments);
        let call = ToolCall { id: self.id.get().to_owned(), tool: ToolName::plain(self.tool.clone()), input };
        Proposal { call, flaw, wire: None }
    }

    fn spec(&self) -> ToolSpec {
        ToolSpec { description: self.description.clone(), schema: self.input_schema.map(|schema| schema.get().to_owned()) }
    }
}

/// What the call is made with. An object stands for its own bytes. A string is
/// the arguments as they stood on the wire: JSON if it begins like JSON, else the
/// free text of a tool that takes none.
pub(super) fn input(arguments: &RawValue) -> (Input, Option<Flaw>) {
    let raw = arguments.get();
    if !raw.starts_with('"') {
        return (Input::Json(raw.to_owned()), None);
    }
    let Some(text) = as_string(arguments) else {
        return (Input::Text(raw.to_owned()), Some(Flaw::Ambiguous("half of a surrogate pair".to_owned())));
    };
    let first = text.trim_start_matches([' ', '\t', '\r', '\n']).chars().next();
    let input = if matches!(first, None | Some('{' | '[' | '"' | '\u{feff}')) { Input::Json } else { Input::Text };
    (input(text.into_owned()), None)
}

fn answer<'a>(question: &Question<'a>, judgement: &'a Judgement) -> Answer<'a> {
    Answer {
        id: question.id,
        verdict: judgement.verdict.name(),
        pins: judgement.pins().iter().map(PinId::to_string).collect(),
        actions: &judgement.actions,
        why: judgement.why(),
    }
}

/// `hold   bash                     confirm-deletes  delete: rm`
fn row(question: &Question<'_>, judgement: &Judgement) -> String {
    const TOOL_CHARACTERS_MAX: usize = 32;
    const WHY_CHARACTERS_MAX: usize = 160;
    let tool = show::escape_short(&question.tool, TOOL_CHARACTERS_MAX);
    let pins: Vec<String> = judgement.pins().iter().map(PinId::to_string).collect();
    let why = show::escape_short(&judgement.why(), WHY_CHARACTERS_MAX);
    format!("{:<6} {tool:<33} {:<24} {why}", judgement.verdict.name(), pins.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &str) -> (Input, Option<Flaw>) {
        let raw: Box<RawValue> = serde_json::from_str(arguments).expect("JSON");
        input(&raw)
    }

    #[test]
    fn an_object_is_judged_by_its_own_bytes() {
        assert_eq!(read(r#"{ "a":1, "a":2 }"#), (Input::Json(r#"{ "a":1, "a":2 }"#.into()), None));
    }

    #[test]
    fn a_string_that_begins_like_json_is_json_however_it_goes_on() {
        for text in [r#"{"a":"#, " \n[1", "\u{feff}{}", "", "\"rm\""] {
            assert_eq!(read(&serde_json::to_string(text).expect("JSON")), (Input::Json(text.into()), None));
        }
    }

    #[test]
    fn any_other_string_is_free_text() {
        assert_eq!(read("\"*** Begin Patch\\n{\""), (Input::Text("*** Begin Patch\n{".into()), None));
    }

    #[test]
    fn half_a_surrogate_pair_is_a_flaw_and_not_a_bad_line() {
        assert!(matches!(read(r#""{\"a\":\"\ud800\"}""#).1, Some(Flaw::Ambiguous(_))));
    }
}
