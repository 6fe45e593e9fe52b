//! A provider that keeps to the rules of real ones, and answers 400 to whatever breaks
//! them: which tool results have to stand where, which roles, which thinking was bound
//! to which beginning, how many cache marks, where compaction items go. Whoever writes
//! into requests must not be found out by any of it.

mod agent;
mod chat;
mod messages;
mod ollama;
mod responses;

pub(crate) use agent::{Agent, Called, Speech, carried, extends};

use crate::stage::{Received, Script, events, json, provide, streamed, whole};
use serde_json::{Value, json as value};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One piece of what the model says next.
#[derive(Debug, Clone)]
pub(crate) enum Say {
    Think,
    Text(String),
    Call(&'static str, Value),
    /// The provider compacts the history inside this very answer.
    Compact,
}

/// The provider.
#[derive(Clone)]
pub(crate) struct Strict {
    pub(crate) address: SocketAddr,
    desk: Arc<Mutex<Desk>>,
}

/// What it remembers.
#[derive(Default)]
struct Desk {
    next: Vec<Say>,
    received: Vec<Received>,
    rejected: Vec<String>,
    count: u64,
    /// What each signature was given for.
    signed: HashMap<String, Signed>,
    /// Stored answers: everything up to them.
    stored: HashMap<String, Vec<Value>>,
}

/// What a thought, or a compaction, is bound to.
#[derive(Debug, Clone, PartialEq)]
struct Signed {
    what: String,
    head: Value,
    before: Vec<Value>,
}

type Checked<T> = Result<T, String>;

impl Strict {
    pub(crate) fn open() -> Self {
        let desk = Arc::<Mutex<Desk>>::default();
        let at = Arc::clone(&desk);
        Self { address: provide(move |request| at.lock().expect("no panic").answer(request)), desk }
    }

    /// What the model says to the next request.
    pub(crate) fn says(&self, next: Vec<Say>) {
        self.desk.lock().expect("no panic").next = next;
    }

    /// What was found wrong.
    pub(crate) fn rejected(&self) -> Vec<String> {
        self.desk.lock().expect("no panic").rejected.clone()
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.desk.lock().expect("no panic").received.clone()
    }
}

impl Desk {
    fn answer(&mut self, request: Received) -> Script {
        self.received.push(request.clone());
        let path = request.head.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default().to_owned();
        let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        let answered = match path.as_str() {
            "/v1/chat/completions" => chat::answer(self, &body),
            "/v1/responses" => responses::answer(self, &body),
            "/v1/responses/compact" => responses::compact(self, &body),
            "/api/chat" => ollama::answer(self, &body),
            "/v1/messages" => messages::answer(self, &body, &request.head),
            "/v1/messages/count_tokens" => messages::check(self, &body, &request.head).map(|()| Answer::Whole(value!({"input_tokens": 7}))),
            other => Err(format!("no such path `{other}`")),
        };
        match answered {
            Ok(Answer::Whole(body)) => json(body.to_string()),
            Ok(Answer::Lines(lines)) => {
                streamed("application/x-ndjson", &lines.iter().map(String::as_str).collect::<Vec<_>>(), Duration::ZERO)
            }
            Ok(Answer::Events(frames)) => events(&frames.iter().map(String::as_str).collect::<Vec<_>>(), Duration::ZERO),
            Err(why) => {
                self.rejected.push(format!("{path}: {why}"));
                let error = value!({"type": "error", "error": {"type": "invalid_request_error", "message": why}});
                whole("400 Bad Request", "application/json", error.to_string())
            }
        }
    }

    /// An id that nobody had before.
    fn id(&mut self, prefix: &str) -> String {
        self.count += 1;
        format!("{prefix}_{:016x}", self.count.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
}

enum Answer {
    Whole(Value),
    Events(Vec<String>),
    Lines(Vec<String>),
}

/// One frame of a stream.
fn frame(event: Option<&str>, data: &Value) -> String {
    let event = event.map(|event| format!("event: {event}\n")).unwrap_or_default();
    format!("{event}data: {data}\n\n")
}

fn ensure(holds: bool, why: impl Fn() -> String) -> Checked<()> {
    if holds { Ok(()) } else { Err(why()) }
}

fn text<'a>(of: &'a Value, key: &str) -> &'a str {
    of[key].as_str().unwrap_or_default()
}

fn list(of: &Value) -> &[Value] {
    of.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The same without cache marks, which are not compared.
fn unmarked(of: &Value) -> Value {
    match of {
        Value::Object(members) => Value::Object(
            members.iter().filter(|(key, _)| *key != "cache_control").map(|(key, value)| (key.clone(), unmarked(value))).collect(),
        ),
        Value::Array(elements) => Value::Array(elements.iter().map(unmarked).collect()),
        other => other.clone(),
    }
}
