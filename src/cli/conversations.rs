//! `linchpin conversations`: what was talked about under which rules, and what became
//! of histories.

use super::out::Out;
use super::{Place, data};
use crate::record::{Moment, Reader, Talk};
use crate::show;
use anyhow::bail;
use clap::{Args, Subcommand};
use serde::Serialize;
use std::process::ExitCode;

/// The arguments of `linchpin conversations`.
#[derive(Debug, Args)]
pub(super) struct Conversations {
    #[command(subcommand)]
    what: Option<What>,
    /// JSON Lines
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// All of them, the ones spoken in last at the end (the default)
    List,
    /// One of them: what happened in it, in order
    Show {
        /// Its id, `c_…`
        id: String,
    },
}

/// One conversation and what happened in it, for `show --json`.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    talk: &'a Talk,
    timeline: &'a [Moment],
}

/// Runs the command.
pub(super) fn run(place: &Place, asked: &Conversations) -> anyhow::Result<ExitCode> {
    let reader = data::open_record(place)?;
    match &asked.what {
        Some(What::Show { id }) => show_one(&reader, id, asked.json),
        Some(What::List) | None => list(&reader, asked.json),
    }
}

fn list(reader: &Reader, json: bool) -> anyhow::Result<ExitCode> {
    let mut out = Out::new();
    if !json {
        let _ = out.line(&format!(
            "{:<28}  {:<16}  {:>6}  {:>11}  {:>4}  {:<6}  DIALECTS",
            "ID", "AGENT", "TURNS", "COMPACTIONS", "PINS", "HALTED"
        ))?;
    }
    for talk in reader.conversations()? {
        let _ = if json { out.json(&talk)? } else { out.line(&line(&talk))? };
    }
    let _ = out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn line(talk: &Talk) -> String {
    format!(
        "{:<28}  {:<16}  {:>6}  {:>11}  {:>4}  {:<6}  {}",
        show::escape_short(&talk.id, 40),
        show::escape_short(talk.agent.as_deref().unwrap_or("-"), 16),
        talk.turns,
        talk.compactions,
        talk.pins,
        if talk.halted { "yes" } else { "no" },
        show::escape_short(&talk.dialects.join(", "), 60),
    )
}

/// How many tokens that was, where they were counted.
fn tokens(moment: &Moment) -> String {
    moment.tokens.map_or_else(String::new, |tokens| format!(", about {tokens} tokens"))
}

fn show_one(reader: &Reader, id: &str, json: bool) -> anyhow::Result<ExitCode> {
    let Some(talk) = reader.conversations()?.into_iter().find(|talk| talk.id == id) else {
        bail!("there is no conversation `{}`", show::escape_short(id, 80))
    };
    let timeline = reader.timeline(id)?;
    let mut out = Out::new();
    if json {
        let _ = out.json(&Shown { talk: &talk, timeline: &timeline })?;
    } else {
        let _ = out.line(&line(&talk))?;
        for moment in &timeline {
            let _ = out.line(&format!(
                "{:<24}  {:<10}  {}",
                show::escape(&moment.at),
                show::escape_short(&moment.event, 10),
                show::escape_short(&format!("{}{}", moment.what, tokens(moment)), 160)
            ))?;
        }
    }
    let _ = out.flush()?;
    Ok(ExitCode::SUCCESS)
}
