//! What servers run themselves that speak Chat Completions: OpenAI searches the web, and
//! compatible servers have tool types, members and models of their own for it.

use super::{Asked, Done, IS_UNKNOWN, Judge, LOOKS_UP, Plan, RUNS_CODE, Runs, SEARCHES, is_one_of, known, mcp, responses, unknown};
use crate::json::{self, Member};
use crate::kind::Kind;
use crate::policy::Unseen;
use crate::wire::spelling::Keys;
use crate::wire::strip::{self, Declared, StripError};
use serde_json::value::RawValue;

/// Tools that the client runs; a declaration without a type is a function everywhere.
/// What a `builtin_function` does is called like one, and done when the client answers.
const CLIENT: [&str; 4] = ["", "function", "custom", "builtin_function"];

pub(super) fn runs(declared: &Declared<'_>) -> Runs {
    let kind = declared.kind.as_ref();
    if CLIENT.contains(&kind) {
        return Runs::Client;
    }
    match kind {
        "mcp" => {
            let members = json::members(declared.element.get().as_bytes()).unwrap_or_default();
            Runs::Server(mcp::any_of(&Keys(&members)))
        }
        // What Responses leaves to the client, no chat hands out.
        _ => match responses::runs(declared) {
            Runs::Client => unknown(kind),
            runs => runs,
        },
    }
}

/// What a member of the body switches on, unless it says that it does not.
struct Switch {
    key: &'static str,
    kinds: &'static [Kind],
    evidence: &'static str,
    /// Whether this value switches it on.
    is_on: fn(&RawValue) -> bool,
}

const SEARCH: &[Kind] = &[Kind::Read, Kind::ReadNetwork];

/// Whom these are: OpenAI, xAI, Qwen (two), and gateways that connect servers.
const SWITCHES: [Switch; 8] = [
    Switch { key: "web_search_options", kinds: SEARCH, evidence: SEARCHES, is_on: |_| true },
    Switch { key: "search_parameters", kinds: SEARCH, evidence: SEARCHES, is_on: |value| !says(value, "mode", "off") },
    Switch { key: "enable_search", kinds: SEARCH, evidence: SEARCHES, is_on: is_true },
    Switch { key: "enable_code_interpreter", kinds: &[Kind::Execute], evidence: RUNS_CODE, is_on: is_true },
    Switch { key: "compound_custom", kinds: &[Kind::Execute, Kind::ReadNetwork], evidence: RUNS_CODE, is_on: |_| true },
    Switch { key: "mcp_servers", kinds: &[Kind::Unknown], evidence: IS_UNKNOWN, is_on: holds_something },
    Switch { key: "integrations", kinds: &[Kind::Unknown], evidence: IS_UNKNOWN, is_on: holds_something },
    Switch { key: "connectors", kinds: &[Kind::Unknown], evidence: IS_UNKNOWN, is_on: holds_something },
];

/// Plugins of a gateway that read what the request brings, or mend its answer.
const HARMLESS_PLUGINS: [&str; 3] = ["file-parser", "response-healing", "moderation"];

/// Everything in the body that is no declaration.
pub(super) fn around(asked: &Asked<'_>, judge: &mut Judge<'_>, plan: &mut Plan) -> Result<(), StripError> {
    let members = json::members(asked.body).map_err(|error| StripError::Unreadable(error.to_string()))?;
    let keys = Keys(&members);
    for Switch { key, kinds, evidence, is_on } in &SWITCHES {
        let unseen = known(key, kinds, evidence);
        if keys.some(key).is_some_and(is_on) && judge(&unseen).withholds() {
            plan.change(&unseen.tool().clone(), Done::Removed, [unseen]);
            plan.cut.push((*key).to_owned());
        }
    }
    if let Some(list) = keys.some("plugins") {
        plugins(asked.body, list, judge, plan)?;
    }
    if let Some(unseen) = asked.model.and_then(of_model)
        && judge(&unseen).withholds()
    {
        plan.change(&unseen.tool().clone(), Done::Refused, [unseen]);
    }
    Ok(())
}

/// Plugins that a gateway runs beside the model.
fn plugins(body: &[u8], list: &RawValue, judge: &mut Judge<'_>, plan: &mut Plan) -> Result<(), StripError> {
    let mut goes = |plugin: &RawValue| {
        let members = json::members(plugin.get().as_bytes()).unwrap_or_default();
        let keys = Keys(&members);
        let id = keys.some("id").and_then(json::as_string).unwrap_or_default();
        let is_off = keys.some("enabled").is_some_and(|enabled| enabled.get() == "false");
        if is_off || HARMLESS_PLUGINS.contains(&id.as_ref()) {
            return false;
        }
        let name = format!("plugin {id}");
        let unseen = if id == "web" { known(&name, SEARCH, SEARCHES) } else { known(&name, &[Kind::Unknown], IS_UNKNOWN) };
        let withholds = judge(&unseen).withholds();
        if withholds {
            plan.change(&unseen.tool().clone(), Done::Removed, [unseen]);
        }
        withholds
    };
    let (edits, is_emptied) = strip::without(body, list, &mut goes)?;
    if is_emptied {
        plan.cut.push("plugins".to_owned());
    } else {
        plan.edits.extend(edits);
    }
    Ok(())
}

/// What a model does by itself, whatever the request declares: it is told by its name.
fn of_model(model: &str) -> Option<Unseen> {
    let name = model.to_ascii_lowercase();
    let (base, variant) = name.split_once(':').unwrap_or((&name, ""));
    let last = base.rsplit('/').next().unwrap_or(base);
    if last.starts_with("compound") && (base.starts_with("groq/") || is_one_of(last, &["compound", "compound-mini", "compound-beta"])) {
        return Some(known(model, &[Kind::Execute, Kind::ReadNetwork], RUNS_CODE));
    }
    let parts: Vec<&str> = last.split('-').collect();
    let is_pair = |first: &str, second: &str| parts.windows(2).any(|pair| pair == [first, second]);
    let searches = is_pair("search", "preview") || is_pair("search", "api") || parts.first() == Some(&"sonar") || variant == "online";
    if searches {
        return Some(known(model, SEARCH, SEARCHES));
    }
    is_pair("deep", "research").then(|| known(model, SEARCH, LOOKS_UP))
}

fn is_true(value: &RawValue) -> bool {
    value.get() == "true"
}

fn holds_something(value: &RawValue) -> bool {
    !matches!(value.get().replace([' ', '\n', '\r', '\t'], "").as_str(), "[]" | "{}" | "false" | "\"\"")
}

fn says(value: &RawValue, key: &str, word: &str) -> bool {
    let members: Vec<Member<'_>> = json::members(value.get().as_bytes()).unwrap_or_default();
    Keys(&members).some(key).and_then(json::as_string).is_some_and(|said| said == word)
}
