//! `linchpin check`: is the configuration valid, and how will each pin be enforced?
//!
//! What a person reads here is the answer to *would it stop that?* before it has
//! to. Needs no data dir, no network and no running linchpin.

use super::{Place, talk};
use crate::config::{self, Config, ConfigError};
use crate::inject::Carriage;
use crate::pin::{Clause, Comparison, Mode, Order, Pin, SELF, Scope, UNREADABLE};
use crate::policy::Policy;
use crate::separation;
use crate::show;
use crate::tokens;
use anyhow::Context;
use serde_json::{Value, json};
use std::process::ExitCode;

/// What `check` can be told.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
    /// Confirms this configuration, where the running linchpin waits with it: it loosens
    #[arg(long, conflicts_with = "json")]
    accept: bool,
}

/// The pins that are part of linchpin, and what each does.
const BUILT_IN: [(&str, &str); 2] = [
    (UNREADABLE, "blocks calls that cannot be read unambiguously; cannot be approved"),
    (SELF, "blocks calls that reach for linchpin itself; cannot be approved"),
];

/// Validates, and prints what will be enforced.
pub(super) fn run(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    if args.accept {
        return super::accept::run(place);
    }
    let config = match config::load(&place.asked()) {
        Ok(config) => config,
        Err(error) if args.json => {
            talk::print(&show::json_line(&invalid(&error))?);
            return Ok(ExitCode::FAILURE);
        }
        Err(error) => return Err(error.into()),
    };
    let policy = Policy::new(config.pins.clone(), &config.guarded()).context("the pins cannot be enforced")?;
    let tokens = tokens::count(Carriage::new(policy.carried(None)).block())?;
    talk::note(&config.origin());
    for (name, host) in config.foreign_hosts() {
        talk::note(&format!("upstream `{name}` is not built in: {host}"));
    }
    config.warnings.iter().for_each(|warning| talk::note(&format!("warning: {warning}")));
    config.unbuilt.iter().for_each(|unbuilt| talk::note(&format!("warning: {unbuilt}")));
    // Of the account that runs this, which need not be the one that `serve` will run as.
    separation::told(&separation::seen(&config)).iter().for_each(|line| talk::note(line));
    talk::print(&if args.json { show::json_line(&valid(&config, tokens))? } else { told(&config, tokens) });
    Ok(ExitCode::SUCCESS)
}

/// The whole configuration for a person.
fn told(config: &Config, tokens: usize) -> String {
    let mut lines = vec!["pins".to_owned()];
    config.pins.iter().for_each(|pin| lines.extend(told_pin(config, pin)));
    if config.pins.is_empty() {
        lines.push("  none".into());
    }
    lines.push(format!("  together they cost about {tokens} tokens per request"));
    lines.push(String::new());
    lines.push("built-in pins".into());
    lines.extend(BUILT_IN.map(|(id, effect)| format!("  {id}: {effect}")));
    lines.push(String::new());
    lines.push("upstreams".into());
    for upstream in config.upstreams.values() {
        lines.push(format!("  /{} -> {} ({})", upstream.name, upstream.url, upstream.family.name()));
    }
    lines.push(String::new());
    lines.push("listeners".into());
    lines.push(format!("  agents     {}", config.server.listen));
    lines.push(format!("  operators  {}", config.server.console));
    lines.push(String::new());
    lines.push("data".into());
    lines.push(format!("  {}", show::escape(&config.store_file().display().to_string())));
    lines.join("\n")
}

/// One pin for a person: its words, then a line for each thing it asks for.
pub(super) fn told_pin(config: &Config, pin: &Pin) -> Vec<String> {
    let mut lines = vec![format!("  {}: {}", pin.id, show::escape(pin.text.as_str()))];
    for clause in &pin.clauses {
        lines.push(format!("      {}", clause_in_words(clause)));
    }
    if pin.clauses.is_empty() {
        lines.push("      advice: carried in every request, no tool call is checked for it".into());
    }
    if pin.mode == Mode::Shadow {
        lines.push("      shadow: judged and recorded, changes nothing".into());
    }
    if !pin.agents.is_empty() {
        lines.push(format!("      only for: {}", pin.agents.join(", ")));
    }
    if pin.approvers > 1 {
        lines.push(format!("      needs {} approvers", pin.approvers));
    }
    if pin.by_reply {
        lines.push("      a code typed in the chat approves it, unverified".into());
    }
    if pin.waives_named {
        lines.push("      stands back, and warns, for what the user's own newest words ask for by name".into());
    }
    lines.extend(config.notes.get(&pin.id).into_iter().flatten().map(|note| format!("      note: {}", show::escape(note))));
    lines
}

/// "holds delete and overwrite by tools `bash`, where target is `/srv/**`".
pub(super) fn clause_in_words(clause: &Clause) -> String {
    let kinds: Vec<&str> = clause.on.iter().map(|kind| kind.name()).collect();
    let mut words = format!("{}: {}", clause.then, kinds.join(", "));
    if !clause.tools.is_empty() {
        words.push_str(&format!("; only by tools {}", quoted(&clause.tools)));
    }
    let narrowed = scope_in_words(&clause.scope);
    if !narrowed.is_empty() {
        words.push_str(&format!("; only where {}", narrowed.join(" and ")));
    }
    if let Some(limit) = clause.limit {
        words.push_str(&format!("; beyond {limit}"));
    }
    words
}

/// Each matcher in words.
fn scope_in_words(scope: &Scope) -> Vec<String> {
    let mut words: Vec<String> = scope.lists().map(|(name, list)| format!("{name} is {}", quoted(list))).collect();
    words.extend(scope.amount.map(|amount| format!("amount {}", comparison_in_words(amount))));
    words.extend(scope.count.map(|count| format!("count {}", comparison_in_words(count))));
    words.extend(scope.text.as_ref().map(|text| format!("arguments match `{}`", show::escape(text))));
    words
}

/// How many patterns of one list a line shows; `--json` has them all.
const PATTERNS_SHOWN_MAX: usize = 8;

/// "`a`, `b`, but not `c`".
fn quoted(globs: &[String]) -> String {
    let inside: Vec<&str> = globs.iter().map(String::as_str).filter(|glob| !glob.starts_with('!')).collect();
    let outside: Vec<&str> = globs.iter().filter_map(|glob| glob.strip_prefix('!')).collect();
    match (inside.is_empty(), outside.is_empty()) {
        (_, true) => listed(&inside),
        (true, false) => format!("not {}", listed(&outside)),
        (false, false) => format!("{}, but not {}", listed(&inside), listed(&outside)),
    }
}

/// "`a`, `b` and 12 more".
fn listed(globs: &[&str]) -> String {
    let shown: Vec<String> = globs.iter().take(PATTERNS_SHOWN_MAX).map(|glob| format!("`{}`", show::escape(glob))).collect();
    let more = globs.len().saturating_sub(PATTERNS_SHOWN_MAX);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

fn comparison_in_words(comparison: Comparison) -> String {
    let sign = match comparison.order {
        Order::Above => ">",
        Order::AtLeast => ">=",
        Order::Below => "<",
        Order::AtMost => "<=",
        Order::Exactly => "=",
    };
    format!("{sign} {}", comparison.bound)
}

/// The whole configuration for a machine.
fn valid(config: &Config, tokens: usize) -> Value {
    let pins: Vec<Value> = config.pins.iter().map(|pin| json_pin(config, pin)).collect();
    let upstream = |upstream: &config::Upstream| json!({"name": upstream.name, "url": upstream.url.as_str(), "dialect": upstream.family.name(), "built_in": upstream.built_in});
    json!({
        "valid": true,
        "file": config.file,
        "pins": pins,
        "tokens": tokens,
        "built_in": BUILT_IN.map(|(id, _)| id),
        "upstreams": config.upstreams.values().map(upstream).collect::<Vec<_>>(),
        "listen": config.server.listen.to_string(),
        "console": config.server.console.to_string(),
        "data": config.server.data,
        "warnings": config.warnings,
        "unbuilt": config.unbuilt,
        "errors": [],
    })
}

fn json_pin(config: &Config, pin: &Pin) -> Value {
    let mode = match pin.mode {
        Mode::Enforce => "enforce",
        Mode::Shadow => "shadow",
    };
    json!({
        "id": pin.id.as_str(),
        "text": pin.text.as_str(),
        "enforced": pin.clauses.iter().map(json_clause).collect::<Vec<_>>(),
        "advice": pin.clauses.is_empty(),
        "mode": mode,
        "agents": pin.agents,
        "approvers": pin.approvers,
        "notes": config.notes.get(&pin.id).cloned().unwrap_or_default(),
    })
}

/// One clause, in the shape that `explain --json` prints too.
pub(super) fn json_clause(clause: &Clause) -> Value {
    let limit = clause.limit.map(|limit| limit.to_string());
    let kinds: Vec<&str> = clause.on.iter().map(|kind| kind.name()).collect();
    json!({"on": kinds, "then": clause.then.name(), "tools": clause.tools, "where": json_scope(&clause.scope), "limit": limit})
}

/// The matchers that are set, or null.
fn json_scope(scope: &Scope) -> Value {
    let mut set: serde_json::Map<String, Value> = scope.lists().map(|(name, list)| (name.to_owned(), json!(list))).collect();
    for (name, comparison) in [("amount", scope.amount), ("count", scope.count)] {
        set.extend(comparison.map(|comparison| (name.to_owned(), json!(comparison_in_words(comparison)))));
    }
    set.extend(scope.text.as_ref().map(|text| ("text".to_owned(), json!(text))));
    if set.is_empty() { Value::Null } else { Value::Object(set) }
}

/// Why there is no configuration, for a machine.
fn invalid(error: &ConfigError) -> Value {
    let errors = match error {
        ConfigError::Invalid(report) => {
            let each = |finding: &config::Finding| json!({"line": report.line(finding), "message": finding.message, "help": finding.help});
            report.findings.iter().map(each).collect()
        }
        ConfigError::Place(error) => vec![json!({"line": null, "message": error.to_string(), "help": null})],
    };
    let file = match error {
        ConfigError::Invalid(report) => json!(report.file),
        ConfigError::Place(_) => Value::Null,
    };
    json!({"valid": false, "file": file, "errors": errors})
}
