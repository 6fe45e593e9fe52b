//! Servers whose tools the provider calls: only their names may be known here.
//!
//! OpenAI can be told to ask before a call, and the question is judged like any call; so
//! only what a pin blocks by its very name is taken out of a list. The others cannot ask:
//! there every tool that may not pass unseen is switched off, and what no list names with
//! it.

use super::{Done, Judge, Plan};
use crate::call::ToolName;
use crate::json::{self, Member};
use crate::policy::Unseen;
use crate::verdict::Verdict;
use crate::wire::spelling::Keys;
use crate::wire::splice::Edits;
use crate::wire::strip::{self, Declared, Fate};
use serde_json::value::RawValue;
use std::ops::Range;

/// What servers are called in the record.
const NAMESPACE: &str = "mcp";

/// How many tools of one server are told apart; of more, none is.
const NAMES_MAX: usize = 4096;

const KEYS: [&str; 10] = [
    "type",
    "server_label",
    "mcp_server_name",
    "name",
    "allowed_tools",
    "require_approval",
    "default_config",
    "configs",
    "tool_configuration",
    "enabled",
];

/// Whichever tool the server has that these members name.
pub(super) fn any_of(keys: &Keys<'_, '_>) -> Unseen {
    let label = ["server_label", "mcp_server_name", "name"].into_iter().find_map(|key| keys.some(key).and_then(json::as_string));
    Unseen::Any(ToolName { namespace: Some(NAMESPACE.to_owned()), name: label.unwrap_or_default().into_owned() })
}

/// One tool of a server.
fn one_of(server: &Unseen, tool: &str) -> Unseen {
    Unseen::Named(ToolName { namespace: Some(server.tool().name.clone()), name: tool.to_owned() })
}

/// The names in `allowed_tools`; `None`: whatever the server has.
fn names_in(list: Option<&RawValue>) -> Option<(Vec<String>, &RawValue)> {
    let mut list = list?;
    if list.get().starts_with('{') {
        let members = json::members(list.get().as_bytes()).ok()?;
        list = Keys(&members).some("tool_names")?;
    }
    let names = json::elements(list.get().as_bytes()).ok().filter(|names| names.len() <= NAMES_MAX)?;
    let names: Option<Vec<String>> = names.into_iter().map(|name| json::as_string(name).map(|name| name.into_owned())).collect();
    Some((names?, list))
}

/// OpenAI's `mcp`. `can_ask`: whether its calls can be made to ask first.
pub(super) fn server(declared: &Declared<'_>, server: &Unseen, can_ask: bool, judge: &mut Judge<'_>, plan: &mut Plan) -> Fate {
    let element = declared.element;
    let Ok(members) = json::members(element.get().as_bytes()) else { return all_or_none(server, judge, plan) };
    let keys = Keys(&members);
    let approval = Approval(keys.some("require_approval"));
    let is_plain = keys.alike(&KEYS).is_none();
    let Some((names, list)) = names_in(keys.some("allowed_tools")).filter(|_| is_plain) else {
        let is_asked = can_ask && is_plain && approval.asks_for_all();
        if is_asked || !judge(server).withholds() {
            return Fate::Stays;
        }
        let place = keys.get("require_approval").filter(|_| can_ask && is_plain);
        return match place.and_then(|value| json::span_in(element.get().as_bytes(), value.get())) {
            Some(place) => {
                plan.change(server.tool(), Done::Asks, [server.clone()]);
                becomes(element, [(place, "\"always\"".to_owned())])
            }
            None => gone(server, [server.clone()], plan),
        };
    };
    let judged: Vec<(String, Unseen, Verdict)> = names
        .into_iter()
        .map(|name| {
            let unseen = one_of(server, &name);
            let verdict = judge(&unseen);
            (name, unseen, verdict)
        })
        .collect();
    let is_kept = |verdict: Verdict| if can_ask { verdict < Verdict::Block } else { !verdict.withholds() };
    let (kept, dropped): (Vec<_>, Vec<_>) = judged.into_iter().partition(|(_, _, verdict)| is_kept(*verdict));
    if kept.is_empty() && !dropped.is_empty() {
        return gone(server, dropped.into_iter().map(|(_, unseen, _)| unseen), plan);
    }
    let mut edits = Vec::new();
    if !dropped.is_empty() {
        let is_dropped = |name: &RawValue| json::as_string(name).is_some_and(|name| dropped.iter().any(|(dropped, ..)| *dropped == name));
        let Ok((cuts, _)) = strip::without(element.get().as_bytes(), list, &mut |name| is_dropped(name)) else {
            return gone(server, [server.clone()], plan);
        };
        edits.extend(cuts);
        plan.change(server.tool(), Done::Narrowed, dropped.into_iter().map(|(_, unseen, _)| unseen));
    }
    let unasked: Vec<&(String, Unseen, Verdict)> =
        kept.iter().filter(|(name, _, verdict)| verdict.withholds() && !approval.asks_for(name)).collect();
    if !unasked.is_empty() {
        let Some(place) = approval.0.and_then(|value| json::span_in(element.get().as_bytes(), value.get())) else {
            return gone(server, [server.clone()], plan);
        };
        let free = kept.iter().filter(|(name, _, verdict)| !verdict.withholds() && !approval.asks_for(name));
        edits.push((place, Approval::of(free.map(|(name, ..)| name.as_str()))));
        plan.change(server.tool(), Done::Asks, unasked.into_iter().map(|(_, unseen, _)| unseen.clone()));
    }
    becomes(element, edits)
}

/// `require_approval`. What it does not say for sure is not asked for.
struct Approval<'a>(Option<&'a RawValue>);

impl Approval<'_> {
    fn asks_for_all(&self) -> bool {
        self.0.is_none_or(|value| json::as_string(value).is_some_and(|word| word == "always"))
    }

    fn asks_for(&self, name: &str) -> bool {
        if self.asks_for_all() {
            return true;
        }
        let members = self.0.and_then(|value| json::members(value.get().as_bytes()).ok()).unwrap_or_default();
        let keys = Keys(&members);
        let is_plain = |filter: &RawValue| {
            json::members(filter.get().as_bytes()).is_ok_and(|members| members.iter().all(|member| member.key == "tool_names"))
        };
        let lists = |filter: &RawValue| names_in(Some(filter)).map(|(names, _)| names.iter().any(|listed| listed == name));
        match (keys.some("always"), keys.some("never")) {
            // Some tools may be free that only the server knows by itself.
            (_, Some(never)) if !never.get().starts_with('{') || !is_plain(never) => false,
            (_, Some(never)) => lists(never) == Some(false),
            (Some(always), None) => always.get().starts_with('{') && lists(always) == Some(true),
            (None, None) => false,
        }
    }

    /// That all are asked for but these.
    fn of<'n>(free: impl Iterator<Item = &'n str>) -> String {
        let free: Vec<String> = free.map(|name| format!("\"{}\"", json::escape(name))).collect();
        if free.is_empty() { "\"always\"".to_owned() } else { format!(r#"{{"never":{{"tool_names":[{}]}}}}"#, free.join(",")) }
    }
}

/// Anthropic's `mcp_toolset`: nothing in it can ask.
pub(super) fn toolset(declared: &Declared<'_>, server: &Unseen, judge: &mut Judge<'_>, plan: &mut Plan) -> Fate {
    let fate = narrowed_toolset(declared.element, server, judge, plan);
    plan.servers.push((server.tool().name.clone(), fate != Fate::Goes));
    fate
}

fn narrowed_toolset(element: &RawValue, server: &Unseen, judge: &mut Judge<'_>, plan: &mut Plan) -> Fate {
    let Ok(members) = json::members(element.get().as_bytes()) else { return all_or_none(server, judge, plan) };
    let keys = Keys(&members);
    let configs = keys.some("configs").map(|configs| json::members(configs.get().as_bytes())).transpose();
    let (Ok(configs), None) = (configs, keys.alike(&KEYS)) else { return all_or_none(server, judge, plan) };
    let configs = configs.unwrap_or_default();
    let was_on = keys.some("default_config").is_none_or(|config| enabled(config) != Some(false));
    let others_pass = !was_on || !judge(server).withholds();
    let is_on = was_on && others_pass;
    let (mut edits, mut off, mut left) = (Vec::new(), Vec::new(), usize::from(is_on));
    for Member { key, value } in &configs {
        if !enabled(value).unwrap_or(was_on) {
            continue;
        }
        let unseen = one_of(server, key);
        let passes = !judge(&unseen).withholds();
        left += usize::from(passes);
        if enabled(value).unwrap_or(is_on) != passes {
            edits.extend(switch(element, value, passes));
        }
        if !passes {
            off.push(unseen);
        }
    }
    if !others_pass {
        off.push(server.clone());
        edits.extend(match keys.get("default_config") {
            Some(config) => switch(element, config, false),
            None => Some((1..1, r#""default_config":{"enabled":false},"#.to_owned())),
        });
    }
    if off.is_empty() {
        return Fate::Stays;
    }
    if left == 0 {
        return gone(server, off, plan);
    }
    plan.change(server.tool(), Done::Narrowed, off);
    becomes(element, edits)
}

/// A server with the older API's own setting, or with none: all its tools are on then.
pub(super) fn configured(server: &RawValue, judge: &mut Judge<'_>, plan: &mut Plan) -> Fate {
    let members = json::members(server.get().as_bytes()).unwrap_or_default();
    let keys = Keys(&members);
    let any = any_of(&keys);
    let configuration = keys.some("tool_configuration").map(|configuration| json::members(configuration.get().as_bytes()));
    let (Ok(configuration), None) = (configuration.transpose(), keys.alike(&KEYS)) else { return all_or_none(&any, judge, plan) };
    let configuration = configuration.unwrap_or_default();
    let inner = Keys(&configuration);
    if inner.some("enabled").is_some_and(|enabled| enabled.get() == "false") {
        return Fate::Stays;
    }
    let Some((names, list)) = names_in(inner.some("allowed_tools")) else { return all_or_none(&any, judge, plan) };
    let dropped: Vec<Unseen> = names.iter().map(|name| one_of(&any, name)).filter(|unseen| judge(unseen).withholds()).collect();
    if dropped.is_empty() {
        return Fate::Stays;
    }
    let is_dropped = |name: &RawValue| json::as_string(name).is_some_and(|name| dropped.iter().any(|dropped| dropped.tool().name == name));
    match strip::without(server.get().as_bytes(), list, &mut |name| is_dropped(name)) {
        Ok((cuts, false)) => {
            plan.change(any.tool(), Done::Narrowed, dropped);
            becomes(server, cuts)
        }
        Ok((_, true)) | Err(_) => gone(&any, dropped, plan),
    }
}

fn enabled(config: &RawValue) -> Option<bool> {
    let members = json::members(config.get().as_bytes()).ok()?;
    match Keys(&members).some("enabled")?.get() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// A configuration with another `enabled`.
fn switch(element: &RawValue, config: &RawValue, on: bool) -> Option<(Range<usize>, String)> {
    let whole = element.get().as_bytes();
    let span = json::span_in(whole, config.get())?;
    let Ok(members) = json::members(config.get().as_bytes()) else { return Some((span, format!(r#"{{"enabled":{on}}}"#))) };
    match Keys(&members).get("enabled") {
        Some(value) => Some((json::span_in(whole, value.get())?, on.to_string())),
        None => {
            let comma = if members.is_empty() { "" } else { "," };
            Some((span.start + 1..span.start + 1, format!(r#""enabled":{on}{comma}"#)))
        }
    }
}

/// The server as a whole, of which nothing is known.
fn all_or_none(server: &Unseen, judge: &mut Judge<'_>, plan: &mut Plan) -> Fate {
    if judge(server).withholds() { gone(server, [server.clone()], plan) } else { Fate::Stays }
}

fn gone(server: &Unseen, because: impl IntoIterator<Item = Unseen>, plan: &mut Plan) -> Fate {
    plan.change(server.tool(), Done::Removed, because);
    Fate::Goes
}

fn becomes(element: &RawValue, edits: impl IntoIterator<Item = (Range<usize>, String)>) -> Fate {
    let mut all = Edits::new();
    edits.into_iter().for_each(|(range, text)| all.replace(range, text));
    if all.is_empty() {
        return Fate::Stays;
    }
    // Edits that do not fit leave nothing that could be trusted.
    all.apply(element.get().as_bytes()).and_then(|bytes| String::from_utf8(bytes).ok()).map_or(Fate::Goes, Fate::Becomes)
}
