//! `linchpin capture`: which words of a chat linchpin would keep as pins, and which would stop it.
//!
//! Messages as JSON Lines, in the order they were said. Each is read by itself, so
//! the answer to a line never depends on the lines before it.

use super::lines::Lines;
use super::out::Out;
use crate::kind::Kind;
use crate::language::{self, Captured, Reading};
use crate::show;
use crate::verdict::Verdict;
use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::process::ExitCode;

/// Who a message must be from to be listened to.
const USER: &str = "user";

/// What `capture` is told on the command line.
#[derive(Debug, clap::Args)]
pub(super) struct Capture {
    /// Prints JSON Lines instead of a table
    #[arg(long)]
    json: bool,
}

/// A message as it is written down. Other members are nobody's business here.
#[derive(Debug, Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    role: String,
    text: String,
}

impl Capture {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let all_good = Lines::stdin().answer_each(&mut Out::new(), |number, line, out| self.answer(number, line, out))?;
        Ok(if all_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn answer(&self, number: u64, line: &str, out: &mut Out) -> anyhow::Result<ControlFlow<()>> {
        let message: Message = serde_json::from_str(line).context("not a message")?;
        ensure!(!message.role.is_empty(), "a message without a role");
        // What the model, a tool or the system says gives no pins.
        let captured = if message.role == USER { language::capture(&message.text) } else { Captured::default() };
        if self.json { out.json(&shape(message.id, &captured)?) } else { out.line(&told(message.id, number, &captured)) }
    }
}

/// `{"id","pins":[{"text","on","then"}],"stop"}`.
fn shape(id: Option<&RawValue>, captured: &Captured) -> anyhow::Result<Value> {
    let id: Value = id.map(|id| serde_json::from_str(id.get())).transpose()?.unwrap_or(Value::Null);
    let pins: Vec<Value> =
        captured.pins.iter().map(|pin| json!({"text": pin.text, "on": kinds(&pin.reading), "then": then(&pin.reading)})).collect();
    Ok(json!({"id": id, "pins": pins, "stop": captured.stop}))
}

/// A row for each pin and each stop, and one for a message with neither.
fn told(id: Option<&RawValue>, number: u64, captured: &Captured) -> String {
    const ID_CHARACTERS_MAX: usize = 24;
    const TEXT_CHARACTERS_MAX: usize = 300;
    let name = id.map_or_else(|| format!("line {number}"), |id| id.get().trim_matches('"').to_owned());
    let name = show::escape_short(&name, ID_CHARACTERS_MAX);
    let row = |what: &str, text: &str| format!("{name:<24}  {what:<6}  {text}");
    let mut rows: Vec<String> = Vec::new();
    for pin in &captured.pins {
        let text = show::escape_short(&pin.text, TEXT_CHARACTERS_MAX);
        let on = kinds(&pin.reading).join(", ");
        let on = if on.is_empty() { "carried, not enforced".to_owned() } else { on };
        rows.push(row(then(&pin.reading).unwrap_or("advice"), &format!("{text}  ({on})")));
    }
    if captured.stop {
        rows.push(row("stop", "no further consequential call passes"));
    }
    if rows.is_empty() {
        rows.push(row("-", "nothing to keep"));
    }
    rows.join("\n")
}

/// Every kind it is on, in the order of its clauses.
fn kinds(reading: &Reading) -> Vec<&'static str> {
    let mut on: Vec<Kind> = Vec::new();
    for kind in reading.clauses.iter().flat_map(|clause| clause.on.iter().copied()) {
        if !on.contains(&kind) {
            on.push(kind);
        }
    }
    on.into_iter().map(Kind::name).collect()
}

/// The strictest of what happens; nothing for advice.
fn then(reading: &Reading) -> Option<&'static str> {
    reading.clauses.iter().map(|clause| clause.then).max().map(Verdict::name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "Fix the test, but don't push without asking me.";

    #[test]
    fn a_message_is_answered_in_the_documented_shape() {
        let id = RawValue::from_string("7".into()).expect("json");
        let shown = shape(Some(&id), &language::capture(SAID)).expect("a shape");
        let pin = json!({"text": "don't push without asking me.", "on": ["publish.push"], "then": "hold"});
        assert_eq!(shown, json!({"id": 7, "pins": [pin], "stop": false}));
    }

    #[test]
    fn a_person_sees_a_row_for_each_pin_and_each_stop_and_for_neither() {
        assert!(told(None, 3, &language::capture(SAID)).starts_with("line 3                    hold    don't push"));
        assert!(told(None, 3, &language::capture("STOP")).contains("stop    no further"));
        assert!(told(None, 3, &language::capture("Fix the test.")).contains("nothing to keep"));
    }

    #[test]
    fn only_the_user_is_listened_to_and_a_line_that_is_no_message_is_an_error() {
        let capture = Capture { json: false };
        assert!(capture.answer(1, r#"{"id":"a","role":"tool","text":"STOP"}"#, &mut Out::new()).is_ok());
        assert!(capture.answer(1, r#"{"id":"a","role":"user"}"#, &mut Out::new()).is_err());
        assert!(capture.answer(1, "[]", &mut Out::new()).is_err());
    }
}
