//! One call, gathered from its start and its deltas.
//!
//! The client libraries take the input from the deltas when there is any text in
//! them, and from the start otherwise. Two inputs that differ are a finding: which
//! of them runs depends on who reads.

use super::block::Kind;
use crate::call::{Flaw, Input, Proposal, ToolCall, ToolName};
use crate::json;
use crate::wire::spelling::Keys;
use crate::wire::splice;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What a block is read for; lenient readers' other spellings of these are findings.
const KEYS: [&str; 7] = ["type", "id", "name", "input", "caller", "toolset_name", "server_name"];

/// A call on its way, or a block that may be one.
#[derive(Debug, Default)]
pub(super) struct Call {
    id: String,
    tool: ToolName,
    /// The block as it starts.
    block: String,
    /// `input` of the start, unless it is empty.
    given: Option<String>,
    /// The deltas' `partial_json`, joined.
    streamed: String,
    flaw: Option<Flaw>,
}

impl Call {
    /// Begins with a block as it starts, or as it stands in a body.
    pub(super) fn begin(block: &RawValue, bytes_max: usize) -> Self {
        let mut call = Self { block: block.get().to_owned(), ..Self::default() };
        match Kind::of(block) {
            Kind::Unknown(kind) if !kind.is_empty() => call.mar(Flaw::UnknownItem(kind)),
            _ => {}
        }
        let members = match json::members(block.get().as_bytes()) {
            Ok(members) => members,
            Err(error) => {
                call.mar(Flaw::Frame(error.to_string()));
                return call;
            }
        };
        let keys = Keys(&members);
        if let Some(alike) = keys.alike(&KEYS) {
            call.mar(Flaw::Frame(format!("the key `{alike}`")));
        }
        if keys.some("type").and_then(json::as_string).is_none_or(|kind| kind.is_empty()) {
            call.mar(Flaw::UnknownItem("content_block".into()));
        }
        call.id = call.text(keys.some("id"), "id").unwrap_or_default();
        call.tool.namespace = call.text(keys.some("toolset_name").or(keys.some("server_name")), "toolset_name");
        match call.text(keys.some("name"), "name") {
            Some(name) => call.tool.name = name,
            None => call.mar(Flaw::Frame("it has no `name`".into())),
        }
        match keys.some("input").map(RawValue::get).filter(|input| !is_empty(input)) {
            Some(input) if input.len() > bytes_max => call.mar(Flaw::TooLarge),
            input => call.given = input.map(str::to_owned),
        }
        call
    }

    /// A frame that is no block at all, told like a call without a name.
    pub(super) fn broken(flaw: Flaw) -> Self {
        Self { flaw: Some(flaw), ..Self::default() }
    }

    fn text(&mut self, value: Option<&RawValue>, key: &str) -> Option<String> {
        let text = json::as_string(value?);
        if text.is_none() {
            self.mar(Flaw::Frame(format!("`{key}` is no string")));
        }
        text.map(|text| text.into_owned())
    }

    /// Takes a delta.
    pub(super) fn take(&mut self, delta: &RawValue, bytes_max: usize) {
        let members = match json::members(delta.get().as_bytes()) {
            Ok(members) => members,
            Err(error) => return self.mar(Flaw::Frame(error.to_string())),
        };
        let keys = Keys(&members);
        if let Some(alike) = keys.alike(&["type", "partial_json"]) {
            self.mar(Flaw::Frame(format!("the key `{alike}`")));
        }
        if keys.some("type").and_then(json::as_string).is_none_or(|kind| kind != "input_json_delta") {
            self.mar(Flaw::Frame("it grows by something other than `input_json_delta`".into()));
        }
        match keys.some("partial_json").map(json::as_string) {
            Some(Some(text)) if self.streamed.len() + text.len() <= bytes_max => self.streamed.push_str(&text),
            Some(Some(_)) => self.mar(Flaw::TooLarge),
            Some(None) => self.mar(Flaw::Frame("`partial_json` is no string".into())),
            None => {}
        }
    }

    /// The first flaw found is the one that is told.
    pub(super) fn mar(&mut self, flaw: Flaw) {
        self.flaw.get_or_insert(flaw);
    }

    /// The call as it stands now.
    pub(super) fn proposal(&self) -> Proposal {
        let disagrees = self.given.as_deref().is_some_and(|given| !self.streamed.is_empty() && !is_same(given, &self.streamed));
        let flaw = self.flaw.clone().or(disagrees.then_some(Flaw::Disagreeing));
        let input = match &self.given {
            Some(given) if self.streamed.is_empty() => given.clone(),
            _ if self.streamed.is_empty() => "{}".to_owned(),
            _ => self.streamed.clone(),
        };
        let wire = if flaw.is_none() { self.block_with(&input) } else { None };
        let call = ToolCall { id: self.id.clone(), tool: self.tool.clone(), input: Input::Json(input) };
        Proposal { call, flaw, wire }
    }

    /// The block as a whole message has it: with its input.
    fn block_with(&self, input: &str) -> Option<String> {
        if self.streamed.is_empty() && self.given.is_some() {
            return Some(self.block.clone());
        }
        let members = json::members(self.block.as_bytes()).ok()?;
        let mut block = splice::object(&members, |key, value| Some(Cow::Borrowed(if key == "input" { input } else { value })));
        if Keys(&members).get("input").is_none() {
            block.truncate(block.len().saturating_sub(1));
            block.push_str(&format!(",\"input\":{input}}}"));
        }
        Some(block)
    }
}

/// An input that says nothing: `{}`, as every streamed call starts, and `""`.
fn is_empty(input: &str) -> bool {
    let is_space = |c: char| c.is_ascii_whitespace();
    input == r#""""#
        || input.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).is_some_and(|inside| inside.trim_matches(is_space).is_empty())
}

/// Whether two JSON texts mean the same to every reader.
fn is_same(one: &str, other: &str) -> bool {
    one == other || json::read_value(one).is_ok_and(|value| json::read_value(other).is_ok_and(|other| value == other))
}
