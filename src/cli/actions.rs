//! `linchpin actions`: the consequential calls that the agent got, and so what there is
//! to undo.

use super::out::Out;
use super::wanted::{self, Wanted};
use super::{Place, data, violations};
use crate::record::{Deed, Filter, Outcome, Reader};
use crate::show;
use anyhow::bail;
use clap::{Args, Subcommand};
use std::ops::ControlFlow;
use std::process::ExitCode;

/// How a delivered call came to be so.
const OUTCOMES: [Outcome; 4] = [Outcome::Passed, Outcome::Warned, Outcome::Shadow, Outcome::Released];

/// The arguments of `linchpin actions`.
#[derive(Debug, Args)]
pub(super) struct Actions {
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
        /// Its id, `a_…` or `v_…`
        id: String,
    },
    /// The same objects as `list --json`
    Export,
}

/// Runs the command.
pub(super) fn run(place: &Place, asked: &Actions) -> anyhow::Result<ExitCode> {
    let reader = data::open_record(place)?;
    let filter = asked.wanted.filter(asked.outcome);
    match asked.what.as_ref().unwrap_or(&What::List) {
        What::List => list(&reader, &filter, asked.json),
        What::Export => list(&reader, &filter, true),
        What::Show { id } => show_one(&reader, id, asked.json),
    }
}

fn list(reader: &Reader, filter: &Filter, json: bool) -> anyhow::Result<ExitCode> {
    let mut out = Out::new();
    if !json {
        let _ = out.line(&heading())?;
    }
    reader.deeds(filter, |deed| print(&mut out, &deed, json))?;
    let _ = out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn print(out: &mut Out, deed: &Deed, json: bool) -> anyhow::Result<ControlFlow<()>> {
    if json { out.json(deed) } else { out.line(&line(deed)) }
}

fn heading() -> String {
    format!("{:<24}  {:<8}  {:<28}  {:<44}  {:<28}  CONVERSATION", "DELIVERED", "OUTCOME", "TOOL", "ACTIONS", "ID")
}

/// One call for people, in one line.
fn line(deed: &Deed) -> String {
    let actions: Vec<String> = deed.actions.iter().map(|action| format!("{} {}", action.kind, action.targets.join(" "))).collect();
    format!(
        "{:<24}  {:<8}  {:<28}  {:<44}  {:<28}  {}",
        show::escape(deed.delivered_at.as_deref().unwrap_or("unknown")),
        deed.outcome.name(),
        show::escape_short(&deed.tool, 27),
        show::escape_short(actions.join(", ").trim_end(), 43),
        show::escape(&deed.id),
        show::escape_short(&deed.conversation, 40),
    )
}

fn show_one(reader: &Reader, id: &str, json: bool) -> anyhow::Result<ExitCode> {
    let Some(deed) = reader.deed(id)? else { bail!("no consequential call `{id}` was delivered") };
    let mut out = Out::new();
    if json {
        let _ = out.json(&deed)?;
    } else {
        for (name, value) in described(&deed) {
            let _ = out.line(&format!("{name:<13} {}", show::escape(&value)))?;
        }
    }
    let _ = out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Every field under the name it has everywhere else.
fn described(deed: &Deed) -> Vec<(&'static str, String)> {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    let unknown = "unknown: the connection broke before the agent can be said to have got it";
    let mut lines = vec![
        ("id", deed.id.clone()),
        ("at", deed.at.clone()),
        ("delivered_at", deed.delivered_at.clone().unwrap_or_else(|| unknown.into())),
        ("outcome", deed.outcome.name().to_owned()),
        ("pins", deed.pins.join(", ")),
        ("why", deed.why.clone()),
        ("tool", deed.tool.clone()),
        ("arguments", deed.arguments.clone()),
    ];
    lines.extend(deed.actions.iter().map(|action| ("action", violations::told(action))));
    lines.extend([
        ("approval", deed.approval.as_ref().map_or_else(|| "-".into(), violations::approval)),
        ("conversation", deed.conversation.clone()),
        ("agent", or_none(&deed.agent)),
        ("upstream", deed.upstream.clone()),
        ("dialect", deed.dialect.clone()),
        ("model", or_none(&deed.model)),
        ("digest", deed.digest.clone()),
        ("record", format!("seq {} hash {}", deed.seq, deed.hash)),
    ]);
    lines
}

fn outcome(word: &str) -> Result<Outcome, String> {
    wanted::outcome(word, &OUTCOMES)
}
