//! `linchpin halt` and `linchpin resume`: the kill switch, and its end.
//!
//! Both ask the running linchpin, over the operator's port. A halt counts at once, even
//! where it cannot be written; then this says so, and it would not survive a restart.

use super::approvals::desk::Desk;
use super::out::Out;
use super::{Place, talk};
use crate::show;
use clap::Args;
use std::process::ExitCode;

/// The arguments of `linchpin halt`.
#[derive(Debug, Args)]
pub(super) struct Halt {
    /// The conversation, `c_…`; without one, everything
    conversation: Option<String>,
    /// Everything, said out loud
    #[arg(long, conflicts_with = "conversation")]
    all: bool,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// The arguments of `linchpin resume`.
#[derive(Debug, Args)]
pub(super) struct Resume {
    /// The conversation, `c_…`; without one, everything
    conversation: Option<String>,
    /// Everything, said out loud
    #[arg(long, conflicts_with = "conversation")]
    all: bool,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// Runs `linchpin halt`.
pub(super) fn halt(place: &Place, asked: &Halt) -> anyhow::Result<ExitCode> {
    let halted = Desk::find(place)?.halt(asked.conversation.as_deref(), asked.why.as_deref())?;
    if asked.json {
        print(&halted)?;
    }
    let what = what(asked.conversation.as_deref());
    if halted.recorded {
        talk::note(&format!("{what} is halted: open answers are cut, and no call is delivered until `linchpin resume`"));
        return Ok(ExitCode::SUCCESS);
    }
    talk::note(&format!(
        "{what} is halted, but that cannot be written now: it counts, linchpin goes on trying to write it, and until then a restart would end it"
    ));
    Ok(ExitCode::FAILURE)
}

/// Runs `linchpin resume`.
pub(super) fn resume(place: &Place, asked: &Resume) -> anyhow::Result<ExitCode> {
    let resumed = Desk::find(place)?.resume(asked.conversation.as_deref())?;
    if asked.json {
        print(&resumed)?;
    }
    let what = what(asked.conversation.as_deref());
    match (&resumed.still, resumed.ended) {
        (Some(still), _) => {
            talk::note(&format!("{what} stays halted: {}", show::escape(still)));
            return Ok(ExitCode::FAILURE);
        }
        (None, 0) => talk::note(&format!("{what} was not halted")),
        (None, _) => talk::note(&format!("{what} is not halted any more")),
    }
    Ok(ExitCode::SUCCESS)
}

fn what(conversation: Option<&str>) -> String {
    conversation.map_or_else(|| "everything".to_owned(), |id| format!("the conversation `{}`", show::escape_short(id, 80)))
}

fn print(value: &impl serde::Serialize) -> anyhow::Result<()> {
    let mut out = Out::new();
    let _ = out.json(value)?;
    let _ = out.flush()?;
    Ok(())
}
