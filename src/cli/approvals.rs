//! `linchpin approvals`: the calls that wait for a person, and what they decide.
//!
//! `list` and `show` read the data dir, with or without a running linchpin. `approve`,
//! `deny` and `watch` speak to the running one's console, with the operator's token.

mod ask;
pub(super) mod desk;
mod lines;

use super::out::Out;
use super::{Place, data};
use crate::config;
use crate::console::{Sheet, pin_texts};
use crate::record::{Hold, Reader, read_code};
use crate::show;
use anyhow::bail;
use ask::Manner;
use clap::{Args, Subcommand};
use desk::Desk;
use std::process::ExitCode;

/// The arguments of `linchpin approvals`.
#[derive(Debug, Args)]
pub(super) struct Approvals {
    #[command(subcommand)]
    what: Option<What>,
    /// With decided and expired ones
    #[arg(long, global = true)]
    all: bool,
    /// JSON Lines
    #[arg(long, global = true)]
    json: bool,
    /// In whose name; only while no `[operator.*]` is configured, and recorded as unverified
    #[arg(long = "as", global = true, value_name = "NAME")]
    name: Option<String>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The calls that wait for a person, oldest first (the default)
    List,
    /// One call, whole
    Show {
        /// Its code, `XXXX-XXXX-X`
        code: String,
    },
    /// Lets one call go to the agent; on a terminal it is shown first
    Approve {
        /// Its code
        code: String,
        /// Why; kept in the record
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// Does not show the call and does not ask; without a terminal, needed above 16 KiB
        #[arg(long)]
        i_have_read_it: bool,
    },
    /// Refuses one call
    Deny {
        /// Its code
        code: String,
        /// Why; kept in the record
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Shows new ones as they come; on a terminal it asks about each
    Watch,
}

/// Runs the command.
pub(super) fn run(place: &Place, asked: &Approvals) -> anyhow::Result<ExitCode> {
    let manner = Manner { name: asked.name.as_deref(), reason: None, was_read: false, json: asked.json };
    match asked.what.as_ref().unwrap_or(&What::List) {
        What::List => list(&data::open_record(place)?, asked),
        What::Show { code } => show_one(place, code, asked.json),
        What::Approve { code, reason, i_have_read_it } => {
            ask::approve(&Desk::find(place)?, code, &Manner { reason: reason.as_deref(), was_read: *i_have_read_it, ..manner })
        }
        What::Deny { code, reason } => ask::deny(&Desk::find(place)?, code, &Manner { reason: reason.as_deref(), ..manner }),
        What::Watch => ask::watch(&Desk::find(place)?, &manner),
    }
}

fn list(reader: &Reader, asked: &Approvals) -> anyhow::Result<ExitCode> {
    let mut out = Out::new();
    if !asked.json {
        let _ = out.line(&format!("{:<11}  {:<24}  {:<8}  {:<28}  {:<28}  ARGUMENTS", "CODE", "EXPIRES", "OUTCOME", "TOOL", "PINS"))?;
    }
    reader.holds(asked.all, |hold| if asked.json { out.json(&hold) } else { out.line(&line(&hold)) })?;
    let _ = out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn line(hold: &Hold) -> String {
    format!(
        "{:<11}  {:<24}  {:<8}  {:<28}  {:<28}  {}",
        show::escape(&hold.code),
        show::escape(&hold.expires),
        hold.outcome.map_or("pending", |outcome| outcome.name()),
        show::escape_short(&hold.tool, 27),
        show::escape_short(&hold.pins.join(", "), 27),
        show::escape_short(&hold.arguments, 60),
    )
}

fn show_one(place: &Place, typed: &str, json: bool) -> anyhow::Result<ExitCode> {
    let reader = data::open_record(place)?;
    let Some(code) = read_code(typed) else { bail!("`{typed}` is no code") };
    let Some(hold) = reader.hold(&code)? else { bail!("there is no hold `{code}`") };
    let mut out = Out::new();
    if json {
        let _ = out.json(&hold)?;
    } else {
        let texts = config::load(&place.asked()).map(|config| pin_texts(&config.pins)).unwrap_or_default();
        for line in lines::lines(&Sheet::of(hold, &texts)) {
            let _ = out.line(&line)?;
        }
    }
    let _ = out.flush()?;
    Ok(ExitCode::SUCCESS)
}
