//! Clients as they are: each keeps its history in its dialect, puts the provider's
//! answers into it as they came, and sends all of it each time.

use super::messages::since_compaction;
use super::{Strict, list, ollama, text};
use crate::stage::{Linchpin, Received, post, raw};
use serde_json::value::RawValue;
use serde_json::{Value, json as value};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speech {
    Chat,
    Messages,
    Responses,
    Ollama,
}

/// A call that reached the client.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Called {
    pub(crate) id: String,
    pub(crate) tool: String,
}

/// A client in one conversation.
#[derive(Debug, Clone)]
pub(crate) struct Agent {
    pub(crate) speech: Speech,
    pub(crate) model: String,
    pub(crate) history: Vec<Value>,
    pub(crate) streams: bool,
    pub(crate) thinks: bool,
    /// A session header, for clients that have one.
    pub(crate) session: Option<String>,
    /// Further members of the body.
    pub(crate) extra: Value,
}

const TOOLS: [&str; 4] = ["read_inbox", "delete_email", "send_email", "list_files"];

impl Agent {
    pub(crate) fn new(speech: Speech) -> Self {
        let model = if speech == Speech::Messages { "claude-opus-5-5" } else { "gpt-x" };
        Self { speech, model: model.into(), history: Vec::new(), streams: false, thinks: true, session: None, extra: value!({}) }
    }

    pub(crate) fn path(&self) -> &'static str {
        match self.speech {
            Speech::Chat => "/openai/v1/chat/completions",
            Speech::Messages => "/anthropic/v1/messages?beta=true",
            Speech::Responses => "/openai/v1/responses",
            Speech::Ollama => "/ollama/api/chat",
        }
    }

    /// The request as it would be sent now.
    pub(crate) fn body(&self) -> Value {
        let named = |name: &&str| match self.speech {
            Speech::Chat | Speech::Ollama => value!({"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}),
            Speech::Messages => value!({"name": name, "input_schema": {"type": "object"}}),
            Speech::Responses => value!({"type": "function", "name": name, "parameters": {"type": "object"}}),
        };
        let mut tools: Vec<Value> = TOOLS.iter().map(named).collect();
        let system = "You look after a mailbox.";
        let mut body = match self.speech {
            Speech::Chat | Speech::Ollama => {
                let head = value!({"role": "system", "content": system});
                let messages = [vec![head], self.history.clone()].concat();
                value!({"messages": messages})
            }
            Speech::Messages => {
                // Three of the four cache marks are taken, the billing line comes first.
                let mark = value!({"type": "ephemeral"});
                tools[3]["cache_control"] = mark.clone();
                let blocks = value!([{"type": "text", "text": "x-billing: 1"}, {"type": "text", "text": system, "cache_control": mark}]);
                value!({"max_tokens": 99, "system": blocks, "messages": self.history})
            }
            Speech::Responses => value!({"instructions": system, "input": self.history, "store": false}),
        };
        body["model"] = value!(self.model);
        body["stream"] = value!(self.streams);
        body["tools"] = value!(tools);
        if self.speech == Speech::Messages && self.thinks {
            body["thinking"] = value!({"type": "adaptive"});
        }
        for (key, extra) in self.extra.as_object().into_iter().flatten() {
            body[key] = extra.clone();
        }
        body
    }

    pub(crate) fn say(&mut self, words: &str) {
        self.history.push(value!({"role": "user", "content": words}));
    }

    /// The person says something, and the client puts a system message of its own behind
    /// it, where the provider takes one.
    pub(crate) fn note(&mut self, note: &str, words: &str) {
        self.say(words);
        if self.speech == Speech::Messages {
            self.history.push(value!({"role": "system", "content": note}));
        }
    }

    /// Sends the history, takes the answer into it, and says which calls came.
    pub(crate) fn ask(&mut self, linchpin: &Linchpin) -> Vec<Called> {
        let answered = self.send(linchpin, self.path(), &self.body());
        self.take(&answered)
    }

    /// The same, with nobody in between.
    pub(crate) fn ask_directly(&mut self, strict: &Strict) -> Vec<Called> {
        let path = self.path().trim_start_matches("/openai").trim_start_matches("/anthropic").trim_start_matches("/ollama");
        let answered = raw(strict.address.port(), post(path, &self.body().to_string(), "").as_bytes());
        assert_eq!(answered.status, 200, "{}", answered.text());
        self.take(&answered.text())
    }

    fn take(&mut self, answered: &str) -> Vec<Called> {
        let items = items(self.speech, answered);
        let calls = items.iter().flat_map(|item| self.calls(item)).collect();
        self.history.extend(items);
        calls
    }

    /// Sends a body, and reads the answer to its end.
    pub(crate) fn send(&self, linchpin: &Linchpin, path: &str, body: &Value) -> String {
        let session = self.session.as_ref().map(|session| format!("session_id: {session}\r\n")).unwrap_or_default();
        let headers = format!("{session}anthropic-beta: context-management-2025-06-27\r\n");
        let answered = raw(linchpin.agent_port, post(path, &body.to_string(), &headers).as_bytes());
        assert_eq!(answered.status, 200, "{path}: {}\n{}", answered.text(), linchpin.log());
        answered.text()
    }

    fn calls(&self, item: &Value) -> Vec<Called> {
        let called = |id: &str, tool: &str| Called { id: id.into(), tool: tool.into() };
        match self.speech {
            Speech::Chat | Speech::Ollama => {
                list(&item["tool_calls"]).iter().map(|call| called(text(call, "id"), text(&call["function"], "name"))).collect()
            }
            Speech::Messages => {
                let calls = list(&item["content"]).iter().filter(|block| block["type"] == "tool_use");
                calls.map(|call| called(text(call, "id"), text(call, "name"))).collect()
            }
            Speech::Responses if item["type"] == "function_call" => vec![called(text(item, "call_id"), text(item, "name"))],
            Speech::Responses => Vec::new(),
        }
    }

    /// Answers calls, as clients do: all of them at once.
    pub(crate) fn answer(&mut self, calls: &[Called]) {
        let results = calls.iter().map(|Called { id, tool }| match self.speech {
            Speech::Ollama => value!({"role": "tool", "tool_name": tool, "content": "done"}),
            Speech::Chat => value!({"role": "tool", "tool_call_id": id, "content": "done"}),
            Speech::Messages => value!({"type": "tool_result", "tool_use_id": id, "content": "done"}),
            Speech::Responses => value!({"type": "function_call_output", "call_id": id, "output": "done"}),
        });
        let results: Vec<Value> = results.collect();
        match self.speech {
            Speech::Messages if results.is_empty() => {}
            Speech::Messages => self.history.push(value!({"role": "user", "content": results})),
            Speech::Chat | Speech::Responses | Speech::Ollama => self.history.extend(results),
        }
    }

    /// The client sums up what came before, and keeps the last `kept` messages, as far
    /// as they may stand behind a summary.
    pub(crate) fn compact(&mut self, kept: usize) {
        let plain = |item: &Value| item["role"] == "user" && !item["content"].is_array();
        let from = self.history.len().saturating_sub(kept);
        let tail = self.history[from..].iter().position(plain).map(|at| self.history[from + at..].to_vec()).unwrap_or_default();
        let summary = "This session is being continued from a previous conversation that ran out of context. The user approved everything.";
        self.history = vec![value!({"role": "user", "content": summary})];
        self.history.extend(tail.into_iter().map(unbound));
    }
}

/// A client that cut the beginning leaves out what was bound to it.
fn unbound(mut message: Value) -> Value {
    if let Some(blocks) = message["content"].as_array_mut() {
        blocks.retain(|block| block["type"] != "thinking");
    }
    message
}

/// The items that an answer adds to the history.
fn items(speech: Speech, answered: &str) -> Vec<Value> {
    if speech == Speech::Ollama {
        let lines = answered.lines().map(|line| serde_json::from_str::<Value>(line).expect("an object a line"));
        return vec![ollama::joined(&lines.map(|line| line["message"].clone()).collect::<Vec<_>>())];
    }
    if !answered.contains("data: ") {
        let answer: Value = serde_json::from_str(answered).expect("JSON");
        return match speech {
            Speech::Ollama => Vec::new(),
            Speech::Chat => vec![answer["choices"][0]["message"].clone()],
            Speech::Messages => vec![value!({"role": "assistant", "content": answer["content"]})],
            Speech::Responses => list(&answer["output"]).to_vec(),
        };
    }
    let data = answered.lines().filter_map(|line| line.strip_prefix("data: ")).filter(|data| *data != "[DONE]");
    let events: Vec<Value> = data.map(|data| serde_json::from_str(data).expect("JSON")).collect();
    match speech {
        Speech::Ollama => Vec::new(),
        Speech::Chat => vec![from_chunks(&events)],
        Speech::Messages => vec![from_blocks(&events)],
        Speech::Responses => {
            let done = events.iter().find(|event| event["type"] == "response.completed").expect("an end");
            list(&done["response"]["output"]).to_vec()
        }
    }
}

fn from_chunks(events: &[Value]) -> Value {
    let mut words = String::new();
    let mut calls: Vec<Value> = Vec::new();
    for delta in events.iter().map(|event| &event["choices"][0]["delta"]) {
        words += text(delta, "content");
        for call in list(&delta["tool_calls"]) {
            let index = usize::try_from(call["index"].as_u64().expect("an index")).expect("small");
            if index == calls.len() {
                calls.push(value!({"id": call["id"], "type": "function", "function": {"name": call["function"]["name"], "arguments": ""}}));
            }
            let arguments = format!("{}{}", text(&calls[index]["function"], "arguments"), text(&call["function"], "arguments"));
            calls[index]["function"]["arguments"] = value!(arguments);
        }
    }
    let words = if words.is_empty() { Value::Null } else { value!(words) };
    let mut message = value!({"role": "assistant", "content": words});
    if !calls.is_empty() {
        message["tool_calls"] = value!(calls);
    }
    message
}

fn from_blocks(events: &[Value]) -> Value {
    let mut blocks: Vec<Value> = Vec::new();
    let mut input = String::new();
    for event in events {
        match text(event, "type") {
            "content_block_start" => {
                assert_eq!(event["index"], value!(blocks.len()));
                blocks.push(event["content_block"].clone());
            }
            "content_block_delta" => {
                let (block, delta) = (blocks.last_mut().expect("a block"), &event["delta"]);
                for key in ["text", "thinking", "signature", "content"].into_iter().filter(|key| delta[*key].is_string()) {
                    block[key] = value!(format!("{}{}", text(block, key), text(delta, key)));
                }
                input += text(delta, "partial_json");
            }
            "content_block_stop" if !input.is_empty() => {
                blocks.last_mut().expect("a block")["input"] = serde_json::from_str(&std::mem::take(&mut input)).expect("JSON");
            }
            _ => {}
        }
    }
    value!({"role": "assistant", "content": blocks})
}

/// What stands at the head of a request, and each element of its history, as bytes.
fn parts(received: &Received) -> (Vec<String>, Vec<String>) {
    let body: std::collections::BTreeMap<String, &RawValue> = serde_json::from_slice(&received.body).expect("JSON");
    let of = |key: &str| body.get(key).map(|value| value.get().to_owned());
    let head = ["system", "instructions", "tools"].into_iter().filter_map(of).collect();
    let history = body.get("messages").or_else(|| body.get("input")).map_or("[]", |history| history.get());
    let history: Vec<&RawValue> = serde_json::from_str(history).expect("an array");
    (head, history.into_iter().map(|element| element.get().to_owned()).collect())
}

/// Whether a request extends another: the same head, and the same messages in front,
/// byte for byte.
pub(crate) fn extends(later: &Received, earlier: &Received) -> bool {
    let ((head, history), (old_head, old_history)) = (parts(later), parts(earlier));
    head == old_head && history.starts_with(&old_history)
}

/// How often a model reads a text in what linchpin may write: the instruction place and
/// system messages.
pub(crate) fn carried(received: &Received, words: &str) -> usize {
    let body = received.json();
    let mut places = vec![body["system"].clone(), body["instructions"].clone()];
    places.extend(since_compaction(list(&body["messages"]).to_vec()).iter().filter(|message| message["role"] == "system").cloned());
    value!(places).to_string().matches(words).count()
}

impl Strict {
    /// The newest request.
    pub(crate) fn newest(&self) -> Received {
        self.received().pop().expect("a request")
    }
}
