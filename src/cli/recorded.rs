//! A recorded conversation: its messages, and the calls in them.
//!
//! A call is read as it would be on the wire. Messages are OpenAI's, as the contract
//! says; what else is found in people's logs is read too, so that a recording of
//! another shape is not a recording without calls: older `function_call`s, arguments
//! kept as an object, Anthropic's `tool_use` blocks, items of the Responses API, and
//! `events`, which keep a conversation that was compacted piece by piece.

use super::written::input;
use crate::call::{Flaw, Input, Proposal, ToolCall, ToolName, ToolSpec};
use crate::json::{self, Member};
use crate::wire::tools;
use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// Kinds of content that are only looked at, or thought.
const INERT: [&str; 13] = [
    "text",
    "output_text",
    "input_text",
    "refusal",
    "thinking",
    "redacted_thinking",
    "reasoning",
    "image",
    "image_url",
    "input_audio",
    "audio",
    "file",
    "document",
];

/// One conversation, a line of a recording.
#[derive(Debug)]
pub(super) struct Conversation<'a> {
    /// Its name, if it has one.
    pub(super) id: Option<&'a RawValue>,
    messages: Vec<&'a RawValue>,
    tools: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    messages: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
    #[serde(borrow)]
    events: Option<Vec<Event<'a>>>,
    #[serde(borrow)]
    tools: Option<&'a RawValue>,
}

/// `append` says messages; `compact` makes the client forget some, which undoes no call.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow, default)]
    messages: Vec<&'a RawValue>,
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
        let Line { id, messages, input, events, tools } = serde_json::from_str(line).context("not a recorded conversation")?;
        let messages = match (messages, events, input) {
            (Some(messages), None, _) => messages,
            (None, Some(events), _) => appended(events)?,
            (None, None, Some(input)) => json::elements(input.get().as_bytes()).unwrap_or_default(),
            (Some(_), Some(_), _) => bail!("not a recorded conversation: it has both `messages` and `events`"),
            (None, None, None) => bail!("not a recorded conversation: it has no `messages`"),
        };
        Ok(Self { id, messages, tools })
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

    /// The messages before one of them, as an array.
    pub(super) fn before(&self, turn: usize) -> String {
        let before: Vec<&str> = self.messages.iter().take(turn).map(|message| message.get()).collect();
        format!("[{}]", before.join(","))
    }

    fn spec(&self, tool: &ToolName) -> Option<ToolSpec> {
        let declared = self.tools?.get().as_bytes();
        tools::find(declared, std::slice::from_ref(&(0..declared.len())), tool)
    }
}

/// The messages of all events, in order.
fn appended(events: Vec<Event<'_>>) -> anyhow::Result<Vec<&RawValue>> {
    let mut messages = Vec::new();
    for event in events {
        match event.kind.as_str() {
            "append" => messages.extend(event.messages),
            "compact" => {}
            other => bail!("`{other}` is not a known kind of event"),
        }
    }
    Ok(messages)
}

/// The calls of one message; none, unless it is the assistant's.
fn proposals(message: &RawValue) -> anyhow::Result<Vec<Proposal>> {
    let members = json::members(message.get().as_bytes())?;
    match text(&members, "role").as_deref() {
        Some("assistant" | "model") => {}
        None => return Ok(item(message, &members).into_iter().collect()),
        Some(_) => return Ok(Vec::new()),
    }
    let listed = match get(&members, "tool_calls") {
        Some(calls) => json::elements(calls.get().as_bytes())?,
        None => Vec::new(),
    };
    let legacy = get(&members, "function_call").map(|call| function("", call));
    let blocks = get(&members, "content").and_then(|content| json::elements(content.get().as_bytes()).ok()).unwrap_or_default();
    let in_content = blocks.into_iter().filter_map(block);
    Ok(in_content.chain(listed.into_iter().map(listed_call)).chain(legacy).collect())
}

/// A block of an assistant's content, if it is a call. One that may be and is not
/// known is a flawed call, not none.
fn block(element: &RawValue) -> Option<Proposal> {
    let members = match json::members(element.get().as_bytes()) {
        Ok(members) => members,
        Err(_) if element.get().starts_with('"') => return None,
        Err(error) => return Some(flawed("", ToolName::default(), Flaw::Frame(error.to_string()))),
    };
    let id = text(&members, "id").unwrap_or_default();
    match text(&members, "type")?.as_str() {
        kind if INERT.contains(&kind) || kind.ends_with("tool_result") => None,
        "tool_use" | "server_tool_use" | "mcp_tool_use" => {
            Some(named(&id, element, "input", |input| (Input::Json(input.get().to_owned()), None)))
        }
        kind => Some(flawed(&id, ToolName::default(), Flaw::UnknownItem(kind.to_owned()))),
    }
}

/// An item without a role, if it is a call.
fn item(element: &RawValue, members: &[Member<'_>]) -> Option<Proposal> {
    let id = text(members, "call_id").unwrap_or_default();
    match text(members, "type")?.as_str() {
        "function_call" => Some(function(&id, element)),
        "custom_tool_call" => Some(custom(&id, element)),
        kind if kind.ends_with("_call") => Some(flawed(&id, ToolName::default(), Flaw::UnknownItem(kind.to_owned()))),
        _ => None,
    }
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
    fn a_call_is_found_in_whatever_shape_a_log_keeps_it() {
        let blocks = r#"[{"role":"assistant","content":[{"type":"text","text":"hm"},{"type":"tool_use","id":"1","name":"a","input":{"x":1}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"ok"}]}]"#;
        assert_eq!(calls(blocks), [(0, "a".into(), r#"{"x":1}"#.into(), false)]);
        let items = r#"[{"role":"user","content":"hi"},{"type":"function_call","call_id":"1","name":"a","arguments":"{}"},
            {"type":"function_call_output","call_id":"1","output":"ok"},{"type":"reasoning","summary":[]}]"#;
        assert_eq!(calls(items), [(1, "a".into(), "{}".into(), false)]);
        let unknown = r#"[{"type":"local_shell_call"},{"role":"assistant","content":[{"type":"new_tool_thing"},{"type":"thinking"}]}]"#;
        assert!(matches!(calls(unknown).as_slice(), [(0, _, _, true), (1, _, _, true)]));
    }

    #[test]
    fn a_compaction_undoes_no_call() {
        let call = r#"{"role":"assistant","tool_calls":[{"function":{"name":"a","arguments":"{}"}}]}"#;
        let line = format!(
            r#"{{"id":1,"events":[{{"type":"append","messages":[{{"role":"user","content":"x"}},{call}]}},{{"type":"compact","summary":"…"}},{{"type":"append","messages":[{call}]}}]}}"#
        );
        let turns: Vec<usize> =
            Conversation::read(&line).expect("a conversation").calls().expect("messages").iter().map(|call| call.turn).collect();
        assert_eq!(turns, [1, 2]);
        for bad in [r#"{"id":1,"events":[{"type":"forget"}]}"#, r#"{"id":1}"#, r#"{"id":1,"messages":[],"events":[]}"#] {
            assert!(Conversation::read(bad).is_err(), "{bad}");
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
