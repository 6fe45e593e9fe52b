//! A call that somebody wrote down: the row that `judge` answers and `test` expects something of.
//!
//! Arguments that do not mean one thing are not a bad row: they are judged, and
//! blocked, as they would be on the wire.

use crate::action;
use crate::call::{Flaw, Input, Proposal, ToolCall, ToolName, ToolSpec};
use crate::json::as_string;
use anyhow::Context;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::Arc;

/// The members of a row that are about the call.
pub(super) const MEMBERS: [&str; 6] = ["id", "tool", "arguments", "description", "input_schema", "conversation"];

/// One call, as it is written down. Other members are nobody's business here.
#[derive(Debug, Deserialize)]
pub(super) struct Written<'a> {
    /// Its name, for whoever reads the answer.
    #[serde(borrow)]
    pub(super) id: Option<&'a RawValue>,
    /// The tool's name.
    pub(super) tool: String,
    #[serde(borrow)]
    arguments: &'a RawValue,
    description: Option<String>,
    #[serde(borrow)]
    input_schema: Option<&'a RawValue>,
    #[serde(borrow, default)]
    conversation: Option<&'a RawValue>,
}

impl<'a> Written<'a> {
    pub(super) fn read(line: &'a str) -> anyhow::Result<Self> {
        serde_json::from_str(line).context("not a call: it needs `tool` and `arguments`")
    }

    pub(super) fn proposal(&self) -> Proposal {
        let (input, flaw) = input(self.arguments);
        let id = self.id.map(|id| id.get().to_owned()).unwrap_or_default();
        Proposal { call: ToolCall { id, tool: ToolName::plain(self.tool.clone()), input }, flaw, wire: None }
    }

    pub(super) fn spec(&self) -> ToolSpec {
        ToolSpec { description: self.description.clone(), schema: self.input_schema.map(|schema| schema.get().to_owned()) }
    }
}

/// How many conversations are told apart; past it, further ones are each call by itself.
const CONVERSATIONS_MAX: usize = 10_000;

/// What the calls of each conversation wrote, in the order they stand: rows with the same
/// `conversation` happen one after the other. A row without one stands alone.
#[derive(Debug, Default)]
pub(super) struct Earlier(HashMap<String, Arc<action::Written>>);

impl Earlier {
    pub(super) fn before(&self, call: &Written<'_>) -> Arc<action::Written> {
        call.conversation.and_then(|name| self.0.get(name.get())).cloned().unwrap_or_default()
    }

    /// The call happens, as far as later ones are concerned.
    pub(super) fn happened(&mut self, call: &Written<'_>, proposal: &Proposal) {
        let Some(name) = call.conversation.filter(|_| proposal.flaw.is_none()) else { return };
        if self.0.len() < CONVERSATIONS_MAX || self.0.contains_key(name.get()) {
            Arc::make_mut(self.0.entry(name.get().to_owned()).or_default()).note_call(&proposal.call);
        }
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

    #[test]
    fn a_row_needs_a_tool_and_arguments_and_no_name() {
        assert!(Written::read(r#"{"tool":"x","arguments":{},"note":1}"#).is_ok_and(|call| call.id.is_none()));
        for line in [r#"{"tool":"x"}"#, r#"{"arguments":{}}"#, "[]", r#"{"tool":7,"arguments":{}}"#] {
            assert!(Written::read(line).is_err(), "{line}");
        }
    }
}
