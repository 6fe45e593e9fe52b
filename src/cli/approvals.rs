//! `linchpin approvals`: the calls that wait for a person.

use super::out::Out;
use super::{Place, data};
use crate::json::{self, Value};
use crate::record::{Hold, Reader, read_code};
use crate::show;
use anyhow::bail;
use clap::{Args, Subcommand};
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
    /// In whose name
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
    /// Lets one call go to the agent
    Approve {
        /// Its code
        code: String,
    },
    /// Refuses one call
    Deny {
        /// Its code
        code: String,
    },
    /// Shows new ones as they come and asks
    Watch,
}

/// Runs the command.
pub(super) fn run(place: &Place, asked: &Approvals) -> anyhow::Result<ExitCode> {
    match asked.what.as_ref().unwrap_or(&What::List) {
        What::List => list(&data::open_record(place)?, asked),
        What::Show { code } => show_one(&data::open_record(place)?, code, asked.json),
        What::Approve { .. } => bail!("`approvals approve` is not built yet: nothing was approved, the call stays withheld"),
        What::Deny { .. } => bail!("`approvals deny` is not built yet: nothing was changed, the call stays withheld until it expires"),
        What::Watch => bail!("`approvals watch` is not built yet; `approvals list` shows what waits"),
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

fn show_one(reader: &Reader, typed: &str, json: bool) -> anyhow::Result<ExitCode> {
    let Some(code) = read_code(typed) else { bail!("`{typed}` is no code") };
    let Some(hold) = reader.hold(&code)? else { bail!("there is no hold `{code}`") };
    let mut out = Out::new();
    if json {
        let _ = out.json(&hold)?;
    } else {
        for (name, value) in described(&hold) {
            let _ = out.line(&format!("{name:<13} {}", show::escape(&value)))?;
        }
    }
    let _ = out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// A hold with its arguments twice: as the tool will decode them, member by
/// member, and as the exact text.
fn described(hold: &Hold) -> Vec<(&'static str, String)> {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    let mut lines = vec![
        ("code", hold.code.clone()),
        ("outcome", hold.outcome.map_or("pending", |outcome| outcome.name()).to_owned()),
        ("at", hold.at.clone()),
        ("expires", hold.expires.clone()),
        ("pins", hold.pins.join(", ")),
        ("needs", format!("{} of {}", hold.given.len(), hold.needs)),
        ("conversation", hold.conversation.clone()),
        ("agent", or_none(&hold.agent)),
        ("dialect", hold.dialect.clone()),
        ("model", or_none(&hold.model)),
        ("digest", hold.digest.clone()),
    ];
    for action in &hold.actions {
        let targets = if action.targets.is_empty() { String::new() } else { format!(" on {}", action.targets.join(", ")) };
        lines.push(("action", format!("{}{targets} ({})", action.kind, action.evidence)));
    }
    for origin in hold.origin.iter().flatten() {
        let place = origin.place.as_ref().map_or_else(String::new, |place| format!(", {place}"));
        lines.push(("origin", format!("{}: {}{place}", origin.target, origin.origin)));
    }
    lines.push(("tool", hold.tool.clone()));
    if let Ok(value) = json::read_value(&hold.arguments) {
        decoded(&value, "", &mut lines);
    }
    lines.push(("arguments", hold.arguments.clone()));
    lines
}

/// Every value under the path that leads to it. The depth is bounded by the reader.
fn decoded(value: &Value, path: &str, lines: &mut Vec<(&'static str, String)>) {
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| decoded(value, &format!("{path}.{key}"), lines)),
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(place, value)| decoded(value, &format!("{path}[{place}]"), lines));
        }
        Value::String(text) => lines.push(("decoded", format!("{path} = {text}"))),
        Value::Number(number) => lines.push(("decoded", format!("{path} = {}", number.as_str()))),
        Value::Bool(truth) => lines.push(("decoded", format!("{path} = {truth}"))),
        Value::Null => lines.push(("decoded", format!("{path} = null"))),
    }
}
