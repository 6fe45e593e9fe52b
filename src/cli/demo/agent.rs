//! The demo's agent: asks the model, runs the tools it is told to, and shortens its
//! history when that grows long.
//!
//! It knows nothing of linchpin: it has a base URL, and speaks to whatever answers
//! there. Every second answer it asks for as a stream, as clients of both kinds do.

use super::chat;
use super::mailbox::Desk;
use serde_json::{Value, json};

/// How long a history may grow before it is shortened.
const HISTORY_BYTES_MAX: usize = 10_000;

/// After so many requests the user has had enough of an agent that gets nowhere.
const REQUESTS_MAX: usize = 30;

const INSTRUCTIONS: &str = "You are a helpful agent. Use your tools. Say DONE when there is nothing left to do.";

/// What an agent that works on its own is told after an answer without a call.
const CARRY_ON: &str = "Carry on.";

/// An agent, before its work.
#[derive(Debug)]
pub(super) struct Agent<'a> {
    /// The only thing that is changed to put linchpin in between.
    pub(super) base_url: String,
    /// Which model it asks.
    pub(super) model: &'static str,
    /// The user's words.
    pub(super) task: &'static str,
    /// Its way to the model.
    pub(super) client: &'a reqwest::Client,
}

impl Agent<'_> {
    /// Works until the model says it is done, or for [`REQUESTS_MAX`]. Returns how
    /// often the history was shortened.
    pub(super) async fn work(&self, desk: &mut dyn Desk) -> anyhow::Result<usize> {
        let mut history = vec![json!({"role": "user", "content": self.task})];
        let mut compactions = 0;
        for request in 0..REQUESTS_MAX {
            if history.iter().map(|message| message.to_string().len()).sum::<usize>() > HISTORY_BYTES_MAX {
                history = vec![summary(&history)];
                compactions += 1;
            }
            let message = self.ask(&history, &desk.tools(), request % 2 == 1).await?;
            let calls = chat::calls(&message).to_vec();
            let is_done = message.get("content").and_then(Value::as_str).is_some_and(|text| text.ends_with("DONE"));
            history.push(message);
            history.extend(calls.iter().map(|call| run(call, desk)));
            match calls.is_empty() {
                true if is_done => return Ok(compactions),
                true => history.push(json!({"role": "user", "content": CARRY_ON})),
                false => {}
            }
        }
        Ok(compactions)
    }

    /// One request, one message back.
    async fn ask(&self, history: &[Value], tools: &Value, streams: bool) -> anyhow::Result<Value> {
        let mut messages = vec![json!({"role": "system", "content": INSTRUCTIONS})];
        messages.extend_from_slice(history);
        // As most agents do, it says which session this is.
        let session = format!("demo-{}", self.model);
        let body =
            json!({"model": self.model, "messages": messages, "tools": tools, "stream": streams, "prompt_cache_key": session}).to_string();
        let request = self.client.post(format!("{}/chat/completions", self.base_url));
        let answer = request.header("content-type", "application/json").bearer_auth("demo").body(body).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        anyhow::ensure!(status.is_success(), "the demo's agent was answered with {status}: {text}");
        if streams { chat::read_stream(&text) } else { chat::read_whole(&text) }
    }
}

/// Runs one call and tells its result.
fn run(call: &Value, desk: &mut dyn Desk) -> Value {
    let part = |place: &str| call.pointer(place).and_then(Value::as_str).unwrap_or_default();
    let arguments: Value = serde_json::from_str(part("/function/arguments")).unwrap_or(Value::Null);
    let result = desk.run(part("/function/name"), &arguments);
    json!({"role": "tool", "tool_call_id": part("/id"), "content": result.to_string()})
}

/// What is left of a history: the aim and where the work stands. That there was a
/// condition is the kind of thing a summary loses.
fn summary(history: &[Value]) -> Value {
    let newest = history.iter().rev().find_map(|message| {
        let result: Value = serde_json::from_str(message.get("content")?.as_str()?).ok()?;
        Some((result.get("page")?.as_u64()?, result.get("pages")?.as_u64()?))
    });
    let progress = newest.map(|(page, pages)| format!(" Read so far: page {page} of {pages}.")).unwrap_or_default();
    json!({"role": "user", "content": format!("Summary of the conversation so far: the user wants the inbox tidied up: archive or delete mails.{progress}")})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_keeps_the_aim_and_loses_the_condition() {
        let history = [
            json!({"role": "user", "content": "Tidy up, but touch nothing until I say so."}),
            json!({"role": "tool", "content": r#"{"page":3,"pages":5}"#}),
        ];
        let text = summary(&history).to_string();
        assert!(text.contains("tidied up") && text.contains("page 3 of 5") && !text.contains("until"), "{text}");
    }
}
