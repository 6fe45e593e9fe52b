//! `linchpin pins`: which rules are in force, and where each came from.

use super::approvals::desk::Desk;
use super::out::Out;
use super::{Place, data, talk};
use crate::config::{self, Config};
use crate::language;
use crate::pin::{Clause, Mode, Pin, SELF, UNREADABLE};
use crate::record::Spoken;
use crate::show;
use crate::verdict::Verdict;
use clap::{Args, Subcommand};
use serde::Serialize;
use std::process::ExitCode;

/// The arguments of `linchpin pins`.
#[derive(Debug, Args)]
pub(super) struct Pins {
    #[command(subcommand)]
    what: Option<What>,
    /// JSON Lines
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Configured, captured and built-in ones (the default)
    List,
    /// Puts a pin in force that was said in a chat and is only proposed (`capture = "propose"`)
    Accept {
        /// Its id, `said-…`
        id: String,
    },
    /// Releases a pin that was said in a chat, or declines one that is proposed
    Release {
        /// Its id, `said-…`
        id: String,
    },
}

/// One pin. The keys are the contract of `pins list --json`.
#[derive(Debug, Serialize)]
struct Row {
    id: String,
    text: String,
    source: &'static str,
    conversation: Option<String>,
    on: Vec<&'static str>,
    then: Option<&'static str>,
    mode: &'static str,
}

/// Runs the command.
pub(super) fn run(place: &Place, asked: &Pins) -> anyhow::Result<ExitCode> {
    match &asked.what {
        Some(What::Release { id }) => {
            Desk::find(place)?.pin(id, "release")?;
            talk::note(&format!("`{}` is released; the message that said it makes no pin again", show::escape_short(id, 80)));
        }
        Some(What::Accept { id }) => {
            Desk::find(place)?.pin(id, "accept")?;
            talk::note(&format!("`{}` is in force in its conversation from the next request on", show::escape_short(id, 80)));
        }
        Some(What::List) | None => list(place, asked.json)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(place: &Place, json: bool) -> anyhow::Result<()> {
    let config = config::load(&place.asked())?;
    let mut out = Out::new();
    if !json {
        let _ = out.line(&format!("{:<24}  {:<10}  {:<28}  {:<6}  {:<30}  TEXT", "ID", "SOURCE", "ON", "THEN", "CONVERSATION"))?;
    }
    for row in rows(&config, spoken(place)?) {
        let _ = if json { out.json(&row)? } else { out.line(&line(&row))? };
    }
    let _ = out.flush()?;
    Ok(())
}

/// What was said in chats; nothing where no linchpin has run yet.
fn spoken(place: &Place) -> anyhow::Result<Vec<Spoken>> {
    match data::open_record(place) {
        Ok(reader) => Ok(reader.spoken()?),
        Err(error) => {
            talk::note(&format!("pins that were said in chats are not listed: {error}"));
            Ok(Vec::new())
        }
    }
}

fn rows(config: &Config, spoken: Vec<Spoken>) -> Vec<Row> {
    let configured = config.pins.iter().map(|pin: &Pin| Row {
        id: pin.id.to_string(),
        text: pin.text.as_str().to_owned(),
        source: "configured",
        conversation: None,
        on: kinds(&pin.clauses),
        then: strictest(&pin.clauses),
        mode: if pin.mode == Mode::Enforce { "enforce" } else { "shadow" },
    });
    let captured = spoken.into_iter().map(|spoken| {
        let clauses = language::read(&spoken.text).clauses;
        Row {
            id: spoken.id,
            text: spoken.text,
            source: "captured",
            conversation: Some(spoken.conversation),
            on: kinds(&clauses),
            then: strictest(&clauses),
            mode: if spoken.is_enforced { "enforce" } else { "propose" },
        }
    });
    let built_in = [
        (UNREADABLE, "What cannot be read as one call is not delivered."),
        (SELF, "Nothing that reaches for linchpin itself is delivered."),
    ];
    let built_in = built_in.into_iter().map(|(id, text)| Row {
        id: id.to_owned(),
        text: text.to_owned(),
        source: "built-in",
        conversation: None,
        on: Vec::new(),
        then: Some(Verdict::Block.name()),
        mode: "enforce",
    });
    configured.chain(captured).chain(built_in).collect()
}

fn kinds(clauses: &[Clause]) -> Vec<&'static str> {
    let mut kinds: Vec<&'static str> = clauses.iter().flat_map(|clause| &clause.on).map(|kind| kind.name()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn strictest(clauses: &[Clause]) -> Option<&'static str> {
    clauses.iter().map(|clause| clause.then).max().map(Verdict::name)
}

fn line(row: &Row) -> String {
    format!(
        "{:<24}  {:<10}  {:<28}  {:<6}  {:<30}  {}",
        show::escape_short(&row.id, 40),
        row.source,
        show::escape_short(&row.on.join(", "), 27),
        row.then.unwrap_or("-"),
        show::escape_short(row.conversation.as_deref().unwrap_or("-"), 30),
        show::escape_short(&row.text, 80),
    )
}
