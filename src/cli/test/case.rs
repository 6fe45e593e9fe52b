//! One case: a call, what should become of it, and what did.
//!
//! A member that is none of a case's is a mistake, and so is a pin that is expected
//! of a call that should pass: an expectation that is misspelled must not be a case
//! that passes.

use super::SHOWN_CHARACTERS_MAX;
use crate::cli::written::{Earlier, MEMBERS, Written};
use crate::json;
use crate::pin::PinId;
use crate::policy::{Passed, Policy};
use crate::show;
use crate::verdict::{Judgement, Verdict};
use anyhow::{Context, bail};
use serde::Deserialize;

/// The members of a case that are not the call's.
const EXPECTED: [&str; 3] = ["expect", "pins", "agent"];

/// `{"id"?,"tool","arguments","description"?,"input_schema"?,"agent"?,"expect":"hold","pins"?:["…"]}`
#[derive(Debug)]
pub(super) struct Case<'a> {
    pub(super) call: Written<'a>,
    pub(super) expected: Verdict,
    pins: Vec<String>,
    agent: Option<String>,
}

/// What became of the call.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) verdict: Verdict,
    pub(super) pins: Vec<String>,
    pub(super) why: String,
    /// What went otherwise than expected, in one line.
    pub(super) failure: Option<String>,
}

#[derive(Deserialize)]
struct Expectation {
    expect: String,
    #[serde(default)]
    pins: Vec<String>,
    agent: Option<String>,
}

impl<'a> Case<'a> {
    pub(super) fn read(line: &'a str) -> anyhow::Result<Self> {
        let members = json::members(line.trim().as_bytes()).context("not a case: it is no JSON object")?;
        let is_known = |key: &str| MEMBERS.contains(&key) || EXPECTED.contains(&key);
        if let Some(unknown) = members.iter().find(|member| !is_known(&member.key)) {
            bail!("`{}` is no member of a case: use {}", unknown.key, [&MEMBERS[..], &EXPECTED[..]].concat().join(", "));
        }
        let call = Written::read(line)?;
        let Expectation { expect, pins, agent } = serde_json::from_str(line).context("not a case: it needs `expect`")?;
        let expected =
            Verdict::from_name(&expect).with_context(|| format!("`{expect}` is no verdict: use one of pass, warn, hold, block"))?;
        if expected == Verdict::Pass && !pins.is_empty() {
            bail!("`pins` beside `expect`: `pass`: no pin decides on a call that passes");
        }
        Ok(Self { call, expected, pins, agent })
    }

    pub(super) fn outcome(&self, policy: &Policy, earlier: &mut Earlier) -> Outcome {
        let proposal = self.call.proposal();
        let judged = policy.judge_after(&proposal, Some(&self.call.spec()), self.agent.as_deref(), &earlier.before(&self.call));
        let judgement = Passed::default().settle(&judged);
        earlier.happened(&self.call, &proposal);
        let pins: Vec<String> = judgement.pins().iter().map(PinId::to_string).collect();
        let failure = self.failure(&judgement, &pins);
        Outcome { verdict: judgement.verdict, why: judgement.why(), pins, failure }
    }

    fn failure(&self, judgement: &Judgement, pins: &[String]) -> Option<String> {
        if judgement.verdict != self.expected {
            return Some(format!("expected {}, got {}", self.expected, told(judgement, pins)));
        }
        let missing = self.pins.iter().find(|pin| !pins.contains(pin))?;
        Some(format!("expected the pin `{}` to decide, got {}", show::escape(missing), told(judgement, pins)))
    }

    /// The case's name, or its tool's.
    pub(super) fn title(&self) -> String {
        let id = self.call.id.map(|id| json::as_string(id).map_or_else(|| id.get().to_owned(), |id| id.into_owned()));
        show::escape_short(id.as_deref().unwrap_or(&self.call.tool), SHOWN_CHARACTERS_MAX)
    }
}

/// `hold by confirm-deletes (delete: rm)`
fn told(judgement: &Judgement, pins: &[String]) -> String {
    let by = if pins.is_empty() { String::new() } else { format!(" by {}", pins.join(", ")) };
    format!("{}{by} ({})", judgement.verdict, show::escape_short(&judgement.why(), SHOWN_CHARACTERS_MAX))
}

#[cfg(test)]
mod tests {
    use super::Case;

    fn error(line: &str) -> String {
        Case::read(line).err().map(|error| format!("{error:#}")).unwrap_or_default()
    }

    #[test]
    fn a_case_that_is_none_says_what_is_wrong_with_it() {
        assert!(error(r#"{"tool":"x","arguments":{},"expct":"pass"}"#).starts_with("`expct` is no member of a case: use id, tool, "));
        assert!(error(r#"{"tool":"x","arguments":{},"expect":"hodl"}"#).starts_with("`hodl` is no verdict: "));
        assert!(error(r#"{"tool":"x","arguments":{}}"#).starts_with("not a case: it needs `expect`"));
        assert!(error(r#"{"tool":"x","expect":"pass"}"#).starts_with("not a call: "));
        assert!(error(r#"{"tool":"x","arguments":{},"expect":"pass","pins":["p"]}"#).starts_with("`pins` beside "));
        assert!(error("[]").starts_with("not a case: "));
        assert_eq!(error(r#"{"tool":"x","arguments":{},"expect":"hold","pins":["p"]}"#), "");
    }
}
