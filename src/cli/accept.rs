//! `linchpin check --accept`: an operator confirms a change of the configuration that
//! loosens.
//!
//! The running linchpin has the change; this command shows what it shows, asks, and names
//! that very change. It confirms the file that `check` has just found valid, no other.

use super::approvals::desk::Desk;
use super::{Place, talk};
use crate::config;
use crate::reload::{Proposed, Standing};
use anyhow::Context;
use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How long the running linchpin may take to notice the file: the longest it is told to, and some.
const NOTICED_WITHIN: Duration = Duration::from_secs(15);

/// How often it is asked meanwhile.
const PAUSE: Duration = Duration::from_millis(300);

/// Confirms the change that waits, if it is this file's.
pub(super) fn run(place: &Place) -> anyhow::Result<ExitCode> {
    let origin = config::origin(&place.asked())?;
    origin.config(&place.asked())?;
    let desk = Desk::find(place).context("nothing can be confirmed")?;
    let digest = origin.digest();
    let standing = noticed(&desk, &digest)?;
    let waiting = match standing.waiting {
        Some(waiting) if waiting.digest == digest => waiting,
        _ if standing.digest == digest => {
            talk::note("this configuration is in force already");
            tell_next_start(&standing.from_next_start);
            return Ok(ExitCode::SUCCESS);
        }
        Some(_) => anyhow::bail!("another change waits than the one in this file: does the running linchpin use it?"),
        None => match standing.trouble {
            Some(trouble) => anyhow::bail!("the running linchpin cannot use the file: {trouble}"),
            // It says the same in other words, or the running linchpin has another file.
            None => {
                talk::note("nothing waits: what is in force asks for the same, or the running linchpin uses another file");
                return Ok(ExitCode::SUCCESS);
            }
        },
    };
    show(&waiting);
    if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() && !is_meant()? {
        talk::note("nothing was confirmed; the old configuration stays in force");
        return Ok(ExitCode::FAILURE);
    }
    let later: Vec<String> = waiting.changes.iter().filter(|change| change.from_next_start).map(|change| change.what.clone()).collect();
    desk.accept_config(&digest)?;
    talk::note("confirmed: it is in force");
    tell_next_start(&later);
    Ok(ExitCode::SUCCESS)
}

/// What the running linchpin says once it has seen this file.
fn noticed(desk: &Desk, digest: &str) -> anyhow::Result<Standing> {
    let until = Instant::now() + NOTICED_WITHIN;
    loop {
        let standing = desk.config()?;
        let is_noticed = standing.digest == digest || standing.waiting.as_ref().is_some_and(|waiting| waiting.digest == digest);
        if is_noticed || Instant::now() > until {
            return Ok(standing);
        }
        std::thread::sleep(PAUSE);
    }
}

fn show(waiting: &Proposed) {
    talk::note("this change waits for an operator:");
    for change in &waiting.changes {
        let loosens = if change.loosens { "loosens: " } else { "" };
        let when = if change.from_next_start { " (from the next start)" } else { "" };
        talk::note(&format!("  {loosens}{}{when}", change.what));
    }
    talk::note("in the file:");
    waiting.lines.iter().for_each(|line| talk::note(&format!("  {line}")));
}

#[expect(clippy::print_stderr, reason = "a question stands in front of its answer")]
fn is_meant() -> anyhow::Result<bool> {
    eprint!("take it up? [y/N] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

fn tell_next_start(later: &[String]) {
    if !later.is_empty() {
        talk::note(&format!("from the next start: {}", later.join("; ")));
    }
}
