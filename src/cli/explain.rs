//! `linchpin explain`: how a sentence would be enforced as a pin.
//!
//! What a person should ask before they rely on a sentence. Needs no
//! configuration, no data dir and no network: a sentence means the same everywhere.

use super::check::{clause_in_words, json_clause};
use super::lines::Lines;
use super::out::Out;
use crate::language::{self, Because, Reading};
use crate::pin::PinText;
use crate::show;
use anyhow::Context;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::process::ExitCode;

/// Stands for standard input.
const STDIN: &str = "-";

/// What `explain` is told on the command line.
#[derive(Debug, clap::Args)]
pub(super) struct Explain {
    /// The sentence; `-` reads `{"id","text"}` lines from stdin
    #[arg(required = true)]
    text: Vec<String>,
    /// Prints JSON Lines instead of an explanation
    #[arg(long)]
    json: bool,
}

/// A sentence as it is written down. Other members are nobody's business here.
#[derive(Debug, Deserialize)]
struct Question<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    text: String,
}

impl Explain {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let mut out = Out::new();
        let all_good = if self.text.as_slice() == [STDIN] {
            Lines::stdin().answer_each(&mut out, |_, line, out| self.answer_line(line, out))?
        } else {
            let _ = self.answer(None, &self.text.join(" "), &mut out)?;
            let _ = out.flush()?;
            true
        };
        Ok(if all_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn answer_line(&self, line: &str, out: &mut Out) -> anyhow::Result<ControlFlow<()>> {
        let question: Question = serde_json::from_str(line).context("not a sentence to explain")?;
        self.answer(question.id, &question.text, out)
    }

    fn answer(&self, id: Option<&RawValue>, text: &str, out: &mut Out) -> anyhow::Result<ControlFlow<()>> {
        let text = PinText::new(text)?;
        let reading = language::read(text.as_str());
        if self.json { out.json(&shape(id, &text, &reading)?) } else { out.line(&told(&text, &reading)) }
    }
}

/// `{"id","text","enforced","advice"}`, and the notes.
fn shape(id: Option<&RawValue>, text: &PinText, reading: &Reading) -> anyhow::Result<Value> {
    let id: Value = id.map(|id| serde_json::from_str(id.get())).transpose()?.unwrap_or(Value::Null);
    let because: Vec<Value> = reading.because.iter().map(|because| json!({"words": because.words, "means": because.means})).collect();
    let enforced: Vec<Value> = reading.clauses.iter().map(json_clause).collect();
    Ok(json!({"id": id, "text": text.as_str(), "enforced": enforced, "advice": reading.advice, "notes": reading.notes, "because": because}))
}

/// The sentence, then a line for each thing it asks for and each thing to know.
fn told(text: &PinText, reading: &Reading) -> String {
    let mut lines = vec![show::escape(text.as_str())];
    lines.extend(reading.clauses.iter().map(|clause| format!("  {}", clause_in_words(clause))));
    if reading.clauses.is_empty() {
        lines.push("  advice: carried in every request, no tool call is checked for it".into());
    }
    if !reading.because.is_empty() {
        let each = |because: &Because| format!("`{}` = {}", show::escape(&because.words), because.means);
        lines.push(format!("  because: {}", reading.because.iter().map(each).collect::<Vec<_>>().join("; ")));
    }
    lines.extend(reading.notes.iter().map(|note| format!("  note: {}", show::escape(note))));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_explained_in_the_documented_shape() {
        let text = PinText::new("Confirm with me before deleting anything.").expect("a text");
        let id = RawValue::from_string("\"a\"".into()).expect("json");
        let shown = shape(Some(&id), &text, &language::read(text.as_str())).expect("a shape");
        assert_eq!(shown["id"], "a");
        assert_eq!(shown["enforced"][0]["on"], json!(["delete"]));
        assert_eq!(shown["enforced"][0]["then"], "hold");
        assert_eq!(shown["enforced"][0]["where"], Value::Null);
        assert_eq!(shown["advice"], false);
    }

    #[test]
    fn a_person_is_told_that_advice_is_only_carried() {
        let text = PinText::new("Be careful.").expect("a text");
        assert!(told(&text, &language::read(text.as_str())).contains("carried in every request"));
    }
}
