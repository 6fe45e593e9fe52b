//! What OpenAI Responses runs itself, and servers that speak like it.

use super::{DRAWS, FETCHES, LOOKS_UP, REACHES_OUT, RUNS_CODE, Runs, SEARCHES, does, is_of, is_one_of, mcp, unknown};
use crate::json;
use crate::kind::Kind;
use crate::wire::spelling::Keys;
use crate::wire::strip::Declared;
use serde_json::value::RawValue;

/// Tools that the client runs.
const CLIENT: [&str; 6] = ["function", "custom", "local_shell", "apply_patch", "computer", "namespace"];

const SEARCH: [&str; 6] = ["web_search", "web_search_preview", "x_search", "browser_search", "bing_grounding", "openrouter:web_search"];
const LOOKUP: [&str; 4] = ["file_search", "collections_search", "azure_ai_search", "retrieval"];
const CODE: [&str; 3] = ["code_interpreter", "code_execution", "programmatic_tool_calling"];

pub(super) fn runs(declared: &Declared<'_>) -> Runs {
    let members = json::members(declared.element.get().as_bytes()).unwrap_or_default();
    let keys = Keys(&members);
    match declared.kind.as_ref() {
        kind if CLIENT.contains(&kind) || kind.starts_with("computer_") => Runs::Client,
        "shell" if is_local(keys.some("environment")) && keys.some("container").is_none() => Runs::Client,
        "tool_search" if keys.some("execution").and_then(json::as_string).is_some_and(|by| by == "client") => Runs::Client,
        "mcp" => Runs::Server(mcp::any_of(&keys)),
        kind if kind == "shell" || is_one_of(kind, &CODE) => code(kind, &keys),
        kind if is_one_of(kind, &SEARCH) => does(kind, &[Kind::Read, Kind::ReadNetwork], SEARCHES),
        kind if is_one_of(kind, &LOOKUP) || kind == "tool_search" => does(kind, &[Kind::Read], LOOKS_UP),
        "web_fetch" => does("web_fetch", &[Kind::ReadNetwork], FETCHES),
        kind if is_of(kind, "image_generation") => does(kind, &[Kind::Write], DRAWS),
        "" => unknown("a tool without a type"),
        kind => unknown(kind),
    }
}

/// Code in a container: one that may reach the network may do anything out there.
fn code(kind: &str, keys: &Keys<'_, '_>) -> Runs {
    let place = keys.some("container").or_else(|| keys.some("environment"));
    if place.is_some_and(reaches_out) {
        return does(kind, &[Kind::Execute, Kind::Unknown], REACHES_OUT);
    }
    does(kind, &[Kind::Execute], RUNS_CODE)
}

/// Whether a container's own settings open the network. One that was made elsewhere, and
/// is only named here, does not tell.
fn reaches_out(container: &RawValue) -> bool {
    let members = json::members(container.get().as_bytes()).unwrap_or_default();
    let keys = Keys(&members);
    let Some(policy) = keys.some("network_policy") else {
        let is_auto = keys.some("type").and_then(json::as_string).is_some_and(|kind| matches!(kind.as_ref(), "auto" | "container_auto"));
        return !is_auto;
    };
    let inner = json::members(policy.get().as_bytes()).unwrap_or_default();
    Keys(&inner).some("type").and_then(json::as_string).is_none_or(|kind| kind != "disabled")
}

/// Whether a shell's environment is the client's own.
fn is_local(environment: Option<&RawValue>) -> bool {
    let Some(environment) = environment else { return true };
    let members = json::members(environment.get().as_bytes()).unwrap_or_default();
    Keys(&members).some("type").and_then(json::as_string).is_some_and(|kind| kind == "local")
}
