//! One call, as it stands in `tool_calls`.
//!
//! Its arguments are an object. Some servers send them as a string that holds one, which
//! some clients hand on and others refuse: what the string holds is judged then.

use crate::call::{Flaw, Input, Proposal, ToolCall, ToolName};
use crate::json::{self, Member};
use crate::wire::spelling::Keys;
use crate::wire::splice;
use serde_json::value::RawValue;

/// The members of a call, and of the function in it.
const OUTER: [&str; 4] = ["id", "type", "index", "function"];
const INNER: [&str; 4] = ["index", "name", "description", "arguments"];

/// Reads one element of `tool_calls`.
pub(super) fn read(element: &RawValue, bytes_max: usize) -> Proposal {
    let mut call = ToolCall { id: String::new(), tool: ToolName::default(), input: Input::Json(String::new()) };
    let flaw = fill(&mut call, element, bytes_max).err();
    Proposal { call, flaw, wire: Some(splice::on_one_line(element.get())) }
}

fn fill(call: &mut ToolCall, element: &RawValue, bytes_max: usize) -> Result<(), Flaw> {
    let outer = json::members(element.get().as_bytes()).map_err(frame)?;
    if let Some(id) = Keys(&outer).some("id") {
        call.id = text(id, "id")?;
    }
    let function = Keys(&outer).some("function").ok_or_else(|| Flaw::Frame("it has no `function`".into()))?;
    let inner = json::members(function.get().as_bytes()).map_err(frame)?;
    let name = Keys(&inner).some("name").ok_or_else(|| Flaw::Frame("it has no `name`".into()))?;
    call.tool = ToolName::plain(text(name, "name")?);
    if let Some(arguments) = Keys(&inner).some("arguments") {
        let arguments = json::as_string(arguments).unwrap_or_else(|| arguments.get().into());
        if arguments.len() > bytes_max {
            return Err(Flaw::TooLarge);
        }
        call.input = Input::Json(arguments.into_owned());
    }
    only(&outer, &OUTER)?;
    only(&inner, &INNER)
}

/// Whether there is nothing else in it that could be another call, or a part of this one.
fn only(members: &[Member<'_>], known: &[&str]) -> Result<(), Flaw> {
    if let Some(alike) = Keys(members).alike(known) {
        return Err(Flaw::Frame(format!("the key `{alike}`")));
    }
    let unknown = members.iter().find(|member| !known.contains(&member.key.as_ref()) && holds_more(member.value.get()));
    unknown.map_or(Ok(()), |member| Err(Flaw::UnknownItem(member.key.clone().into_owned())))
}

/// Whether a value is more than a plain one.
pub(super) fn holds_more(value: &str) -> bool {
    (value.starts_with('{') || value.starts_with('[')) && !matches!(value, "{}" | "[]")
}

fn text(value: &RawValue, key: &str) -> Result<String, Flaw> {
    json::as_string(value).map(std::borrow::Cow::into_owned).ok_or_else(|| Flaw::Frame(format!("`{key}` is no string")))
}

fn frame(error: json::SpanError) -> Flaw {
    Flaw::Frame(error.to_string())
}
