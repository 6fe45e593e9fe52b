//! `linchpin violations`: what was held, blocked, warned of, and why.

mod tail;

use super::out::Out;
use super::{Place, data};
use crate::record::{Approval, Entry, Filter, Outcome, Reader, Voice};
use crate::show;
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::Duration;

/// How many different names `stats` counts one by one; the rest are counted together.
const NAMES_MAX: usize = 10_000;

/// Under which name `stats` counts the rest.
const OTHERS: &str = "(others)";

/// The arguments of `linchpin violations`.
#[derive(Debug, Args)]
pub(super) struct Violations {
    #[command(subcommand)]
    what: Option<What>,
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

#[derive(Debug, Args)]
struct Wanted {
    /// Only those of this pin
    #[arg(long, global = true, value_name = "ID")]
    pin: Option<String>,
    /// Only those with this outcome
    #[arg(long, global = true, value_parser = outcome)]
    outcome: Option<Outcome>,
    /// Only calls of this tool
    #[arg(long, global = true, value_name = "NAME")]
    tool: Option<String>,
    /// Only those of this conversation
    #[arg(long, global = true, value_name = "ID")]
    conversation: Option<String>,
    /// Only those since then: `90s`, `30m`, `24h`, `7d`, or an RFC 3339 time
    #[arg(long, global = true, value_name = "WHEN", value_parser = since)]
    since: Option<String>,
    /// Only so many, the newest
    #[arg(long, global = true, value_name = "N")]
    limit: Option<usize>,
}

impl Wanted {
    fn filter(&self) -> Filter {
        let Self { pin, outcome, tool, conversation, since, limit } = self;
        Filter {
            pin: pin.clone(),
            outcome: *outcome,
            tool: tool.clone(),
            conversation: conversation.clone(),
            since: since.clone(),
            limit: *limit,
        }
    }
}

/// Runs the command.
pub(super) fn run(place: &Place, asked: &Violations) -> anyhow::Result<ExitCode> {
    let reader = data::open_record(place)?;
    let filter = asked.wanted.filter();
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
    for action in &entry.actions {
        let targets = if action.targets.is_empty() { String::new() } else { format!(" on {}", action.targets.join(", ")) };
        let count = action.count.map(|count| format!(", {count} in all")).unwrap_or_default();
        lines.push(("action", format!("{}{targets}{count} ({})", action.kind, action.evidence)));
    }
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

fn outcome(word: &str) -> Result<Outcome, String> {
    let known = || Outcome::ALL.map(Outcome::name).join(", ");
    Outcome::from_name(word).ok_or_else(|| format!("unknown outcome `{}`; use one of: {}", show::escape_short(word, 40), known()))
}

/// A time in the form the record uses, so that texts compare as times do.
fn since(word: &str) -> Result<String, String> {
    let then = match word.parse::<Timestamp>() {
        Ok(then) => then,
        Err(_) => ago(word).map_err(|_| format!("`{}` is no time; use `24h`, `7d` or an RFC 3339 time", show::escape_short(word, 40)))?,
    };
    Ok(format!("{then:.3}"))
}

fn ago(word: &str) -> anyhow::Result<Timestamp> {
    let unit_seconds = match word.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3600,
        Some('d') => 86_400,
        Some('w') => 7 * 86_400,
        _ => bail!("no unit"),
    };
    let number: u64 = word.get(..word.len() - 1).unwrap_or_default().parse()?;
    let seconds = number.checked_mul(unit_seconds).context("too long")?;
    Ok(Timestamp::now().checked_sub(Duration::from_secs(seconds))?)
}

/// Who decided what, on one line.
fn approval(approval: &Approval) -> String {
    let verified = |voice: &Voice| if voice.verified { "" } else { ", unverified" };
    let said = |voice: &Voice| {
        let reason = voice.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
        format!("{} ({} over {}{}){reason}", voice.name, voice.at, voice.via, verified(voice))
    };
    let by: Vec<String> = approval.by.iter().map(said).collect();
    let path = approval.path.as_ref().map_or_else(String::new, |path| format!(", {path}"));
    format!("{}{path}; {} of {} by {}", approval.decision, approval.by.len(), approval.needs, by.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_takes_a_time_or_how_long_ago() {
        assert_eq!(since("2026-02-03T04:05:06Z"), Ok("2026-02-03T04:05:06.000Z".into()));
        assert_eq!(since("2026-02-03T04:05:06.5+01:00"), Ok("2026-02-03T03:05:06.500Z".into()));
        assert!(since("2h").expect("a duration") < since("1h").expect("a duration"));
    }

    #[test]
    fn since_refuses_what_is_neither() {
        for word in ["", "h", "-1h", "1y", "yesterday", "99999999999999999999d", "999999999999d", "1é"] {
            assert!(since(word).is_err(), "{word}");
        }
    }
}
