//! What a request says about its tools besides declaring them: which must be called,
//! which may. An API refuses a choice among tools that are not there.

use super::{Called, Edit, cut, spans, without, without_member};
use crate::dialect::Dialect;
use crate::json::{self, Member};
use crate::wire::spelling::Keys;
use serde_json::value::RawValue;
use std::ops::Range;

/// Members that an API takes only beside tools.
const BESIDE_TOOLS: [&str; 4] = ["tool_choice", "parallel_tool_calls", "toolConfig", "tool_config"];

/// What is changed among the members of the body: arrays of which nothing is left go,
/// with what needs them; a choice that names what is gone becomes a free one.
pub(super) fn top(
    dialect: Dialect,
    body: &[u8],
    members: &[Member<'_>],
    (emptied, more): (&[Range<usize>], &[&str]),
    (gone, left): (&[Called], &[Called]),
) -> Option<Vec<Edit>> {
    let places = spans(body, members)?;
    let is_emptied = |member: &Member<'_>| json::span_in(body, member.value.get()).is_some_and(|span| emptied.contains(&span));
    let goes = |key: &str| members.iter().any(|member| member.key == key && is_emptied(member));
    let (no_tools, no_functions) = (goes("tools"), goes("functions"));
    let is_cut = |member: &Member<'_>| match member.key.as_ref() {
        "tools" => no_tools,
        "functions" => no_functions,
        "function_call" => no_functions,
        key if more.contains(&key) => true,
        // What Responses takes without tools stays; only a choice among none is wrong there.
        "parallel_tool_calls" if dialect == Dialect::OpenaiResponses => false,
        key => no_tools && BESIDE_TOOLS.contains(&key),
    };
    let items: Vec<(Range<usize>, bool)> = places.into_iter().zip(members).map(|(place, member)| (place, is_cut(member))).collect();
    if items.iter().all(|(_, goes)| *goes) {
        // An object with nothing in it is no request; what else is put into it counts on a neighbour.
        let emptied = members.iter().filter(|member| is_emptied(member));
        return emptied.map(|member| Some((json::span_in(body, member.value.get())?, "[]".to_owned()))).collect();
    }
    let mut edits: Vec<Edit> = cut(&items).into_iter().map(|range| (range, String::new())).collect();
    for (member, _) in members.iter().zip(&items).filter(|(_, (_, goes))| !goes) {
        let chosen = match member.key.as_ref() {
            "tool_choice" => of_choice(dialect, body, member.value, gone, left),
            "function_call" => of_function_call(body, member.value, gone, left),
            "toolConfig" | "tool_config" if dialect == Dialect::Gemini => of_config(body, member.value, gone, left),
            _ => continue,
        };
        edits.extend(chosen?);
    }
    Some(edits)
}

/// Whether a choice of this kind and name is one of what is gone.
fn is_gone(kind: &str, name: Option<&str>, gone: &[Called], left: &[Called]) -> bool {
    let is_of = |tool: &Called| match (name, tool.name.as_deref()) {
        (Some(name), Some(own)) => name == own,
        (Some(_), None) => false,
        // `web_search_preview` is chosen, `web_search_preview_2025_03_11` is declared.
        (None, _) => !kind.is_empty() && (tool.kind.starts_with(kind) || kind.starts_with(&tool.kind) && !tool.kind.is_empty()),
    };
    gone.iter().any(is_of) && !left.iter().any(is_of)
}

/// Kind and name by which an element of a choice names a tool.
fn named(choice: &RawValue) -> Option<(String, Option<String>)> {
    let members = json::members(choice.get().as_bytes()).ok()?;
    let keys = Keys(&members);
    let text = |keys: &Keys<'_, '_>, key: &str| keys.some(key).and_then(json::as_string).map(|text| text.into_owned());
    let inner = || {
        let members = json::members(keys.some("function").or_else(|| keys.some("custom"))?.get().as_bytes()).ok()?;
        text(&Keys(&members), "name")
    };
    let name = text(&keys, "server_label").or_else(|| text(&keys, "name")).or_else(inner);
    Some((text(&keys, "type").unwrap_or_default(), name))
}

/// `tool_choice`, which is not cut.
fn of_choice(dialect: Dialect, body: &[u8], choice: &RawValue, gone: &[Called], left: &[Called]) -> Option<Vec<Edit>> {
    let span = json::span_in(body, choice.get())?;
    if !choice.get().starts_with('{') {
        return Some(Vec::new());
    }
    let members = json::members(choice.get().as_bytes()).ok()?;
    let keys = Keys(&members);
    if keys.some("type").and_then(json::as_string).is_some_and(|kind| kind == "allowed_tools") {
        return of_allowed(body, &keys, span, gone, left);
    }
    let Some((kind, name)) = named(choice).filter(|(kind, name)| is_gone(kind, name.as_deref(), gone, left)) else {
        return Some(Vec::new());
    };
    if dialect != Dialect::Anthropic {
        return Some(vec![(span, "\"auto\"".to_owned())]);
    }
    if kind != "tool" || name.is_none() {
        return Some(Vec::new());
    }
    // What else it says (`disable_parallel_tool_use`) stays.
    let mut edits = without_member(body, &members, "name").ok()?;
    edits.push((json::span_in(body, keys.get("type")?.get())?, "\"auto\"".to_owned()));
    Some(edits)
}

/// A choice among some of the tools: what is gone goes, and of none of them none is called.
fn of_allowed(body: &[u8], keys: &Keys<'_, '_>, whole: Range<usize>, gone: &[Called], left: &[Called]) -> Option<Vec<Edit>> {
    let inner = keys.some("allowed_tools").map(|inner| json::members(inner.get().as_bytes()));
    let inner = inner.transpose().ok()?;
    let tools = inner.as_ref().and_then(|inner| Keys(inner).some("tools")).or_else(|| keys.some("tools"));
    let Some(tools) = tools.filter(|tools| tools.get().starts_with('[')) else { return Some(Vec::new()) };
    let is_item_gone = |item: &RawValue| named(item).is_some_and(|(kind, name)| is_gone(&kind, name.as_deref(), gone, left));
    without(body, tools, &mut |item| is_item_gone(item))
        .ok()
        .map(|(edits, is_emptied)| if is_emptied { vec![(whole, "\"none\"".to_owned())] } else { edits })
}

/// The older `function_call`, which is not cut.
fn of_function_call(body: &[u8], call: &RawValue, gone: &[Called], left: &[Called]) -> Option<Vec<Edit>> {
    let is_named = named(call).is_some_and(|(_, name)| name.is_some() && is_gone("function", name.as_deref(), gone, left));
    let span = json::span_in(body, call.get())?;
    Some(if is_named { vec![(span, "\"auto\"".to_owned())] } else { Vec::new() })
}

/// Gemini's `toolConfig`, which is not cut.
fn of_config(body: &[u8], config: &RawValue, gone: &[Called], left: &[Called]) -> Option<Vec<Edit>> {
    let members = json::members(config.get().as_bytes()).ok()?;
    let is_calling = |member: &&Member<'_>| matches!(member.key.as_ref(), "functionCallingConfig" | "function_calling_config");
    let Some(calling) = members.iter().find(is_calling).filter(|calling| calling.value.get().starts_with('{')) else {
        return Some(Vec::new());
    };
    let is_function = |tool: &Called| tool.kind == "function";
    if gone.iter().any(is_function) && !left.iter().any(is_function) {
        // The API takes it only where there is a function.
        return without_member(body, &members, &calling.key).ok();
    }
    let inner = json::members(calling.value.get().as_bytes()).ok()?;
    let is_names = |member: &&Member<'_>| matches!(member.key.as_ref(), "allowedFunctionNames" | "allowed_function_names");
    let Some(names) = inner.iter().find(is_names).filter(|names| names.value.get().starts_with('[')) else { return Some(Vec::new()) };
    let is_name_gone = |name: &RawValue| json::as_string(name).is_some_and(|name| is_gone("function", Some(&name), gone, left));
    let (edits, is_emptied) = without(body, names.value, &mut |name| is_name_gone(name)).ok()?;
    if is_emptied { Some(vec![(json::span_in(body, calling.value.get())?, r#"{"mode":"NONE"}"#.to_owned())]) } else { Some(edits) }
}
