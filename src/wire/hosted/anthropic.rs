//! What the Messages API runs itself. Its tools' types end with a date; those that it
//! only defines, and clients run, are listed.

use super::{
    Asked, Done, FETCHES, Judge, LOOKS_UP, Plan, RUNS_CODE, Runs, SEARCHES, does, fate_of, is_of, is_one_of, mcp, place_of, unknown,
};
use crate::call::ToolName;
use crate::json;
use crate::kind::Kind;
use crate::wire::spelling::Keys;
use crate::wire::strip::{self, Declared, Fate, StripError};
use memchr::memmem;
use serde_json::value::RawValue;

/// Tools that the client runs though the API defines them.
const CLIENT: [&str; 8] = ["", "custom", "bash", "text_editor", "memory", "computer", "computer_toolset", "browser_toolset"];

const CODE: [&str; 3] = ["code_execution", "bash_code_execution", "text_editor_code_execution"];
const LOOKUP: [&str; 4] = ["tool_search_tool_regex", "tool_search_tool_bm25", "tool_search_tool", "advisor"];

pub(super) fn runs(declared: &Declared<'_>) -> Runs {
    match declared.kind.as_ref() {
        kind if is_one_of(kind, &CLIENT) => Runs::Client,
        "mcp_toolset" => {
            let members = json::members(declared.element.get().as_bytes()).unwrap_or_default();
            Runs::Server(mcp::any_of(&Keys(&members)))
        }
        kind if is_one_of(kind, &CODE) => does(kind, &[Kind::Execute], RUNS_CODE),
        kind if is_of(kind, "web_search") => does(kind, &[Kind::Read, Kind::ReadNetwork], SEARCHES),
        kind if is_of(kind, "web_fetch") => does(kind, &[Kind::ReadNetwork], FETCHES),
        kind if is_one_of(kind, &LOOKUP) => does(kind, &[Kind::Read], LOOKS_UP),
        kind => unknown(kind),
    }
}

/// Servers, what needs a container, and tools that the history defines.
pub(super) fn around(asked: &Asked<'_>, judge: &mut Judge<'_>, plan: &mut Plan) -> Result<(), StripError> {
    let members = json::members(asked.body).map_err(|error| StripError::Unreadable(error.to_string()))?;
    let keys = Keys(&members);
    if let Some(servers) = keys.some("mcp_servers") {
        servers_of(asked.body, servers, judge, plan)?;
    }
    let is_code = |tool: &ToolName| is_one_of(&tool.name, &CODE);
    if plan.changes.iter().any(|change| change.done == Done::Removed && is_code(&change.tool)) {
        without_container(asked, keys.some("container"), plan)?;
    }
    let Some(messages) = keys.some("messages") else { return Ok(()) };
    for definition in definitions(messages) {
        let inner = json::members(definition.get().as_bytes()).map_err(|error| StripError::Unreadable(error.to_string()))?;
        let kind = Keys(&inner).some("type").and_then(json::as_string).unwrap_or_default();
        let declared = Declared { kind, name: None, namespace: None, element: definition };
        let mut own = Plan::default();
        if fate_of(asked.dialect, &declared, judge, &mut own) != Fate::Stays {
            // What stands in the history was said, and is not said otherwise now.
            own.changes.into_iter().for_each(|change| plan.change(&change.tool, Done::Refused, change.because));
        }
    }
    Ok(())
}

/// `mcp_servers`: one that no toolset may use any more goes; the older API's own setting,
/// which stands in the server, is narrowed.
fn servers_of(body: &[u8], list: &RawValue, judge: &mut Judge<'_>, plan: &mut Plan) -> Result<(), StripError> {
    let mut narrowed = Vec::new();
    let mut goes = |server: &RawValue| {
        let members = json::members(server.get().as_bytes()).unwrap_or_default();
        let keys = Keys(&members);
        let name = keys.some("name").and_then(json::as_string).unwrap_or_default();
        let named: Vec<bool> = plan.servers.iter().filter(|(server, _)| *server == name).map(|(_, is_left)| *is_left).collect();
        if !named.is_empty() && keys.some("tool_configuration").is_none() {
            return named.iter().all(|is_left| !is_left);
        }
        match mcp::configured(server, judge, plan) {
            Fate::Stays => false,
            Fate::Goes => true,
            Fate::Becomes(text) => {
                narrowed.extend(json::span_in(body, server.get()).map(|span| (span, text)));
                false
            }
        }
    };
    let (edits, is_emptied) = strip::without(body, list, &mut goes)?;
    if is_emptied {
        plan.cut.push("mcp_servers".to_owned());
    } else {
        plan.edits.extend(edits.into_iter().chain(narrowed));
    }
    Ok(())
}

/// What cannot stand without the tool that runs code: skills in its container, and callers
/// of other tools that are such code.
fn without_container(asked: &Asked<'_>, container: Option<&RawValue>, plan: &mut Plan) -> Result<(), StripError> {
    if let Some(container) = container.filter(|container| container.get().starts_with('{')) {
        let members = json::members(container.get().as_bytes()).map_err(|error| StripError::Unreadable(error.to_string()))?;
        if members.iter().all(|member| member.key == "skills") {
            plan.cut.push("container".to_owned());
        } else {
            plan.edits.extend(strip::without_member(asked.body, &members, "skills")?);
        }
    }
    let mut called = Vec::new();
    strip::strip(asked.dialect, asked.body, asked.tools, |declared| {
        let members = json::members(declared.element.get().as_bytes()).unwrap_or_default();
        let callers = Keys(&members).some("allowed_callers");
        let is_code = |caller: &&RawValue| json::as_string(caller).is_some_and(|caller| is_one_of(&caller, &CODE));
        let callers = callers.filter(|callers| json::elements(callers.get().as_bytes()).unwrap_or_default().iter().any(is_code));
        if let (Some(callers), Some(place)) = (callers, place_of(asked.body, declared)) {
            let start = json::span_in(asked.body, callers.get()).map(|span| span.start - place..span.end - place);
            called.extend(start.map(|range| (place, declared.element.get().to_owned(), range)));
        }
        Fate::Stays
    })?;
    for (place, element, range) in called {
        let (Some(before), Some(after)) = (element.get(..range.start), element.get(range.end..)) else { continue };
        plan.fates.entry(place).or_insert_with(|| Fate::Becomes(format!("{before}[\"direct\"]{after}")));
    }
    plan.is_open = true;
    Ok(())
}

/// Tools that the history itself defines, in `tool_addition` blocks. It is only read for
/// them when the word stands in it, or letters are escaped, as no encoder does.
fn definitions(messages: &RawValue) -> Vec<&RawValue> {
    let text = messages.get().as_bytes();
    let is_letter = |at: usize| matches!(text.get(at.saturating_add(4)), Some(b'4'..=b'7'));
    if memmem::find(text, b"tool_definition").is_none() && !memmem::find_iter(text, br"\u00").any(is_letter) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for message in json::elements(text).unwrap_or_default() {
        let Some(content) = inner(message, "content") else { continue };
        for block in json::elements(content.get().as_bytes()).unwrap_or_default() {
            let is_addition = inner(block, "type").and_then(json::as_string).is_some_and(|kind| kind == "tool_addition");
            let definition = inner(block, "tool").and_then(|tool| inner(tool, "definition"));
            found.extend(definition.filter(|_| is_addition));
        }
    }
    found
}

/// One member of an object.
fn inner<'a>(object: &'a RawValue, key: &str) -> Option<&'a RawValue> {
    let members = json::members(object.get().as_bytes()).ok()?;
    Keys(&members).some(key)
}
