//! A recorded conversation: OpenAI-style messages, and the calls in them.
//!
//! A call is read as it would be on the wire. Only the spelling may be older: a
//! `function_call`, or arguments kept as an object instead of a string.

use super::judge::input;
use crate::call::{Flaw, Input, Proposal, ToolCall, ToolName, ToolSpec};
use crate::json::{self, Member};
use crate::wire::tools;
use anyhow::Context;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// One conversation, a line of a recording.
#[derive(Debug, Deserialize)]
pub(super) struct Conversation<'a> {
    /// Its name.
    #[serde(borrow)]
    pub(super) id: &'a RawValue,
    #[serde(borrow)]
    messages: Vec<&'a RawValue>,
    #[serde(borrow)]
    tools: Option<&'a RawValue>,
}

/// One call of a conversation.
#[derive(Debug)]
pub(super) struct Recorded {
    /// Which of the messages it stands in.
    pub(super) turn: usize,
    /// The call.
    pub(super) proposal: Proposal,
    /// What the conversation declared about its tool.
    pub(super) spec: Option<ToolSpec>,
}

impl<'a> Conversation<'a> {
    pub(super) fn read(line: &'a str) -> anyhow::Result<Self> {
        serde_json::from_str(line).context("not a recorded conversation")
    }

    /// Every call of the assistant, in order.
    pub(super) fn calls(&self) -> anyhow::Result<Vec<Recorded>> {
        let mut specs = HashMap::new();
        let mut calls = Vec::new();
        for (turn, message) in self.messages.iter().enumerate() {
            let proposals = proposals(message).with_context(|| format!("message {turn}"))?;
            calls.extend(proposals.into_iter().map(|proposal| {
                let tool = &proposal.call.tool;
                let spec = specs.entry(tool.name.clone()).or_insert_with(|| self.spec(tool)).clone();
                Recorded { turn, proposal, spec }
            }));
        }
        Ok(calls)
    }

    fn spec(&self, tool: &ToolName) -> Option<ToolSpec> {
        let declared = self.tools?.get().as_bytes();
        tools::find(declared, std::slice::from_ref(&(0..declared.len())), tool)
    }
}

/// The calls of one message; none, unless it is the assistant's.
fn proposals(message: &RawValue) -> anyhow::Result<Vec<Proposal>> {
    let members = json::members(message.get().as_bytes())?;
    if text(&members, "role").as_deref() != Some("assistant") {
        return Ok(Vec::new());
    }
    let listed = match get(&members, "tool_calls") {
        Some(calls) => json::elements(calls.get().as_bytes())?,
        None => Vec::new(),
    };
    let legacy = get(&members, "function_call").map(|call| function("", call));
    Ok(listed.into_iter().map(listed_call).chain(legacy).collect())
}

fn listed_call(element: &RawValue) -> Proposal {
    let members = match json::members(element.get().as_bytes()) {
        Ok(members) => members,
        Err(error) => return flawed("", ToolName::default(), Flaw::Frame(error.to_string())),
    };
    let id = text(&members, "id").unwrap_or_default();
    let kind = text(&members, "type");
    match (kind.as_deref(), get(&members, "function"), get(&members, "custom")) {
        (None | Some("function"), Some(call), None) => function(&id, call),
        (None | Some("custom"), None, Some(call)) => custom(&id, call),
        (kind, _, _) => flawed(&id, ToolName::default(), Flaw::UnknownItem(kind.unwrap_or("tool_calls").to_owned())),
    }
}

/// `{"name", "arguments"}`
fn function(id: &str, call: &RawValue) -> Proposal {
    named(id, call, "arguments", |arguments| {
        let (read, flaw) = input(arguments);
        (Input::Json(read.as_str().to_owned()), flaw)
    })
}

/// `{"name", "input"}`: a tool that takes free text.
fn custom(id: &str, call: &RawValue) -> Proposal {
    named(id, call, "input", |text| match json::as_string(text) {
        Some(text) => (Input::Text(text.into_owned()), None),
        None => (Input::Text(String::new()), Some(Flaw::Frame("its input is no text".into()))),
    })
}

fn named(id: &str, call: &RawValue, key: &str, read: impl FnOnce(&RawValue) -> (Input, Option<Flaw>)) -> Proposal {
    let members = match json::members(call.get().as_bytes()) {
        Ok(members) => members,
        Err(error) => return flawed(id, ToolName::default(), Flaw::Frame(error.to_string())),
    };
    let Some(name) = text(&members, "name") else { return flawed(id, ToolName::default(), Flaw::Frame("it names no tool".into())) };
    let tool = ToolName::plain(name);
    let Some(value) = get(&members, key) else { return flawed(id, tool, Flaw::Truncated) };
    let (input, flaw) = read(value);
    Proposal { call: ToolCall { id: id.to_owned(), tool, input }, flaw, wire: None }
}

fn flawed(id: &str, tool: ToolName, flaw: Flaw) -> Proposal {
    Proposal { call: ToolCall { id: id.to_owned(), tool, input: Input::Json(String::new()) }, flaw: Some(flaw), wire: None }
}

/// The value under a key, unless it is `null`.
fn get<'a>(members: &[Member<'a>], key: &str) -> Option<&'a RawValue> {
    members.iter().find(|member| member.key == key).map(|member| member.value).filter(|value| value.get() != "null")
}

fn text(members: &[Member<'_>], key: &str) -> Option<String> {
    get(members, key).and_then(json::as_string).map(|text| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Turn, tool, input and whether it is flawed, of each call.
    fn calls(messages: &str) -> Vec<(usize, String, String, bool)> {
        let line = format!(r#"{{"id":"c","messages":{messages}}}"#);
        let calls = Conversation::read(&line).expect("a conversation").calls().expect("messages");
        calls
            .into_iter()
            .map(|call| {
                let Proposal { call: ToolCall { tool, input, .. }, flaw, .. } = call.proposal;
                (call.turn, tool.name, input.as_str().to_owned(), flaw.is_some())
            })
            .collect()
    }

    #[test]
    fn every_call_of_the_assistant_is_found_in_its_place() {
        let found = calls(
            r#"[{"role":"user","content":"hi","tool_calls":[{"function":{"name":"no","arguments":"{}"}}]},
                {"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"a","arguments":"{\"x\":1}"}},
                 {"id":"2","type":"custom","custom":{"name":"b","input":"*** Begin"}}]},
                {"role":"tool","content":"x"},
                {"role":"assistant","function_call":{"name":"c","arguments":{"y":2}}}]"#,
        );
        let told: Vec<(usize, &str, &str, bool)> =
            found.iter().map(|(turn, tool, input, flaw)| (*turn, tool.as_str(), input.as_str(), *flaw)).collect();
        assert_eq!(told, [(1, "a", r#"{"x":1}"#, false), (1, "b", "*** Begin", false), (3, "c", r#"{"y":2}"#, false)]);
    }

    #[test]
    fn a_call_that_is_spelled_strangely_is_flawed_and_not_lost() {
        for call in [
            r#"{"type":"mcp","server":"x"}"#,
            r#"{"function":{"name":"a"}}"#,
            r#"{"function":{"arguments":"{}"}}"#,
            r#"{"function":{"name":"a","name":"b","arguments":"{}"}}"#,
            "7",
        ] {
            let found = calls(&format!(r#"[{{"role":"assistant","tool_calls":[{call}]}}]"#));
            assert!(matches!(found.as_slice(), [(0, _, _, true)]), "{call}: {found:?}");
        }
    }

    #[test]
    fn a_tool_is_described_by_the_conversation() {
        let line = r#"{"id":1,"tools":[{"type":"function","function":{"name":"a","description":"Deletes."}}],
            "messages":[{"role":"assistant","tool_calls":[{"function":{"name":"a","arguments":""}}]}]}"#;
        let calls = Conversation::read(line).expect("a conversation").calls().expect("messages");
        assert_eq!(calls[0].spec.as_ref().and_then(|spec| spec.description.as_deref()), Some("Deletes."));
    }
}
