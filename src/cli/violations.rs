//! `linchpin violations`: what was held, blocked, warned of, and why.

mod tail;

use super::out::Out;
use super::wanted::{self, Wanted};
use super::{Place, data};
use crate::record::{ActionShape, Approval, Entry, Filter, Outcome, Reader, Voice};
use crate::show;
use anyhow::bail;
use clap::{Args, Subcommand};
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::process::ExitCode;

/// How many different names `stats` counts one by one; the rest are counted together.
const NAMES_MAX: usize = 10_000;

/// Under which name `stats` counts the rest.
const OTHERS: &str = "(others)";

/// The arguments of `linchpin violations`.
#[derive(Debug, Args)]
pub(super) struct Violations {
    #[command(subcommand)]
    what: Option<What>,
    /// Only those with this outcome
    #[arg(long, global = true, value_parser = outcome)]
    outcome: Option<Outcome>,
    #[command(flatten)]
    wanted: Wanted,
    /// JSON Lines
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// One line per call, oldest first (the default)
    List,
    /// Everything about one call
    Show {
        /// Its id, `v_…`
        id: String,
    },
    /// The newest ones, then every new one as it is recorded
    Tail,
    /// How many, by outcome, pin and tool
    Stats,
    /// The same objects as `list --json`
    Export,
}

/// Runs the command.
pub(super) fn run(place: &Place, asked: &Violations) -> anyhow::Result<ExitCode> {
    let reader = data::open_record(place)?;
    let filter = asked.wanted.filter(asked.outcome);
    match asked.what.as_ref().unwrap_or(&What::List) {
        What::List => list(&reader, &filter, asked.json),
        What::Export => list(&reader, &filter, true),
        What::Show { id } => show_one(&reader, id, asked.json),
        What::Tail => tail::run(&reader, &filter, asked.json),
        What::Stats => stats(&reader, &filter, asked.json),
    }
}

fn list(reader: &Reader, filter: &Filter, json: bool) -> anyhow::Result<ExitCode> {
    let mut out = Out::new();
    if !json {
        let _ = out.line(&heading())?;
    }
    reader.entries(filter, |entry| print(&mut out, &entry, json))?;
    let _ = out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn print(out: &mut Out, entry: &Entry, json: bool) -> anyhow::Result<ControlFlow<()>> {
    if json { out.json(entry) } else { out.line(&line(entry)) }
}

fn heading() -> String {
    format!("{:<24}  {:<8}  {:<28}  {:<28}  {:<28}  CONVERSATION", "AT", "OUTCOME", "TOOL", "PINS", "ID")
}

/// One entry for people, in one line.
fn line(entry: &Entry) -> String {
    format!(
        "{:<24}  {:<8}  {:<28}  {:<28}  {:<28}  {}",
        show::escape(&entry.at),
        entry.outcome.name(),
        show::escape_short(&entry.tool, 27),
        show::escape_short(&entry.pins.join(", "), 27),
        show::escape(&entry.id),
        show::escape_short(&entry.conversation, 40),
    )
}

pub(super) fn brief_heading() -> String {
    format!("{:<8}  {:<15}  {:<15}  {:<15}  CODE", "OUTCOME", "TOOL", "ACTION", "PIN")
}

/// One entry for people whose line has fewer than 80 columns.
pub(super) fn brief(entry: &Entry) -> String {
    let actions: Vec<&str> = entry.actions.iter().map(|action| action.kind.as_str()).collect();
    format!(
        "{:<8}  {:<15}  {:<15}  {:<15}  {}",
        entry.outcome.name(),
        show::escape_short(&entry.tool, 14),
        show::escape_short(&actions.join(", "), 14),
        show::escape_short(&entry.pins.join(", "), 14),
        show::escape(entry.code.as_deref().unwrap_or("-")),
    )
}

fn show_one(reader: &Reader, id: &str, json: bool) -> anyhow::Result<ExitCode> {
    let Some(entry) = reader.entry(id)? else { bail!("there is no entry `{id}`") };
    let mut out = Out::new();
    if json {
        let _ = out.json(&entry)?;
    } else {
        for (name, value) in described(&entry) {
            let _ = out.line(&format!("{name:<13} {}", show::escape(&value)))?;
        }
    }
    let _ = out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Every field of an entry under the name it has everywhere else.
fn described(entry: &Entry) -> Vec<(&'static str, String)> {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    let mut lines = vec![
        ("id", entry.id.clone()),
        ("at", entry.at.clone()),
        ("outcome", entry.outcome.name().to_owned()),
        ("verdict", entry.verdict.clone()),
        ("pins", entry.pins.join(", ")),
        ("why", entry.why.clone()),
        ("tool", entry.tool.clone()),
        ("arguments", entry.arguments.clone()),
    ];
    lines.extend(entry.actions.iter().map(|action| ("action", told(action))));
    lines.extend([
        ("delivered", entry.delivered.clone()),
        ("code", or_none(&entry.code)),
        ("expires", or_none(&entry.expires)),
        ("approval", entry.approval.as_ref().map_or_else(|| "-".into(), approval)),
        ("conversation", entry.conversation.clone()),
        ("agent", or_none(&entry.agent)),
        ("upstream", entry.upstream.clone()),
        ("dialect", entry.dialect.clone()),
        ("model", or_none(&entry.model)),
        ("digest", entry.digest.clone()),
        ("record", format!("seq {} hash {}", entry.seq, entry.hash)),
    ]);
    lines
}

#[derive(Debug, Default, Serialize)]
struct Stats {
    total: u64,
    outcomes: BTreeMap<String, u64>,
    pins: BTreeMap<String, u64>,
    tools: BTreeMap<String, u64>,
}

fn stats(reader: &Reader, filter: &Filter, json: bool) -> anyhow::Result<ExitCode> {
    let mut stats = Stats::default();
    reader.entries::<anyhow::Error>(filter, |entry| {
        stats.total += 1;
        count(&mut stats.outcomes, entry.outcome.name());
        count(&mut stats.tools, &entry.tool);
        entry.pins.iter().for_each(|pin| count(&mut stats.pins, pin));
        Ok(ControlFlow::Continue(()))
    })?;
    let mut out = Out::new();
    if json {
        let _ = out.json(&stats)?;
    } else {
        let _ = out.line(&format!("{} calls", stats.total))?;
        for (title, counts) in [("outcome", &stats.outcomes), ("pin", &stats.pins), ("tool", &stats.tools)] {
            print_counts(&mut out, title, counts)?;
        }
    }
    let _ = out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    let name = if counts.contains_key(name) || counts.len() < NAMES_MAX { name } else { OTHERS };
    *counts.entry(name.to_owned()).or_default() += 1;
}

/// The most frequent first.
fn print_counts(out: &mut Out, title: &str, counts: &BTreeMap<String, u64>) -> anyhow::Result<()> {
    let mut ordered: Vec<(&String, &u64)> = counts.iter().collect();
    ordered.sort_by(|one, other| other.1.cmp(one.1).then(one.0.cmp(other.0)));
    let _ = out.line(&format!("\nby {title}"))?;
    for (name, count) in ordered {
        let _ = out.line(&format!("{count:>9}  {}", show::escape_short(name, 100)))?;
    }
    Ok(())
}

/// An action, on one line.
pub(super) fn told(action: &ActionShape) -> String {
    let targets = if action.targets.is_empty() { String::new() } else { format!(" on {}", action.targets.join(", ")) };
    let count = action.count.map(|count| format!(", {count} in all")).unwrap_or_default();
    format!("{}{targets}{count} ({})", action.kind, action.evidence)
}

fn outcome(word: &str) -> Result<Outcome, String> {
    wanted::outcome(word, &Outcome::ALL)
}

/// Who decided what, on one line.
pub(super) fn approval(approval: &Approval) -> String {
    let verified = |voice: &Voice| if voice.verified { "" } else { ", unverified" };
    let said = |voice: &Voice| {
        let reason = voice.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
        format!("{} ({} over {}{}){reason}", voice.name, voice.at, voice.via, verified(voice))
    };
    let by: Vec<String> = approval.by.iter().map(said).collect();
    let path = approval.path.as_ref().map_or_else(String::new, |path| format!(", {path}"));
    format!("{}{path}; {} of {} by {}", approval.decision, approval.by.len(), approval.needs, by.join("; "))
}
