//! Deciding in a terminal: show the call, ask, send the digest of what was shown.
//!
//! On a terminal nothing is approved that was not shown; a long call is shown screen
//! by screen. Elsewhere (a script) a short call is approved without asking, and a
//! long one only if the caller says that somebody has read it.

use super::desk::{Desk, DeskError, Words};
use super::lines::lines;
use crate::cli::out::Out;
use crate::cli::talk;
use crate::console::{Answer, OPEN_FIRST_BYTES, Sheet};
use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal, Read, Write};
use std::process::ExitCode;
use std::time::Duration;

/// How many lines of a long call are shown at once: they fit a small terminal.
const SCREEN: usize = 20;

/// How often `watch` looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The longest answer that is read from a terminal.
const ANSWER_BYTES_MAX: u64 = 256;

/// How a person wants it.
pub(super) struct Manner<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) reason: Option<&'a str>,
    /// The whole call was read elsewhere: do not show it, do not ask.
    pub(super) was_read: bool,
    pub(super) json: bool,
}

impl Manner<'_> {
    fn words<'a>(&'a self, digest: Option<&'a str>) -> Words<'a> {
        Words { name: self.name, reason: self.reason, digest }
    }
}

/// Lets one call go, if the person wants that once they have seen it.
pub(super) fn approve(desk: &Desk, code: &str, manner: &Manner<'_>) -> anyhow::Result<ExitCode> {
    let sheet = desk.sheet(code)?;
    if sheet.is_open() && !manner.was_read {
        if is_terminal() {
            if !show(&sheet) || ask("approve this call? [y/N] ") != Wish::Yes {
                talk::note("nothing was approved; the call stays withheld");
                return Ok(ExitCode::FAILURE);
            }
        } else if sheet.is_long() {
            anyhow::bail!(
                "the call in the hold `{}` is longer than {OPEN_FIRST_BYTES} bytes: read it (`linchpin approvals show {0}`), then add `--i-have-read-it`",
                sheet.hold.code
            );
        }
    }
    tell(&desk.decide(code, true, &manner.words(Some(&sheet.digest)))?, manner.json)
}

/// Refuses one call.
pub(super) fn deny(desk: &Desk, code: &str, manner: &Manner<'_>) -> anyhow::Result<ExitCode> {
    tell(&desk.decide(code, false, &manner.words(None))?, manner.json)
}

/// Shows holds as they come, for as long as somebody looks; on a terminal it asks
/// about each of them.
pub(super) fn watch(desk: &Desk, manner: &Manner<'_>) -> anyhow::Result<ExitCode> {
    let mut known = BTreeSet::new();
    // The first look must succeed: a wrong token, or nobody there, is told at once.
    let mut pending = desk.pending()?;
    let mut is_silent = false;
    loop {
        known.retain(|code| pending.contains(code));
        for code in pending {
            if known.insert(code.clone()) && tell_new(desk, &code, manner)?.is_break() {
                return Ok(ExitCode::SUCCESS);
            }
        }
        std::thread::sleep(LOOK_EVERY);
        pending = match desk.pending() {
            Err(error @ DeskError::Silent { .. }) => {
                if !std::mem::replace(&mut is_silent, true) {
                    talk::error(&anyhow::Error::new(error).context("waiting for it to come back"));
                }
                known.iter().cloned().collect()
            }
            looked => {
                is_silent = false;
                looked?
            }
        };
    }
}

fn tell_new(desk: &Desk, code: &str, manner: &Manner<'_>) -> anyhow::Result<std::ops::ControlFlow<()>> {
    let sheet = match desk.sheet(code) {
        Ok(sheet) => sheet,
        // It was decided between the two looks, or nobody answers right now.
        Err(error @ (DeskError::Refused(_) | DeskError::Silent { .. })) => {
            talk::error(&error.into());
            return Ok(std::ops::ControlFlow::Continue(()));
        }
        Err(error) => return Err(error.into()),
    };
    let mut out = Out::new();
    if manner.json {
        let _ = out.json(&sheet.hold)?;
        return out.flush();
    }
    if !is_terminal() {
        let _ = out.line(&super::line(&sheet.hold))?;
        return out.flush();
    }
    drop(out);
    let wish = if sheet.is_open() && show(&sheet) { ask("approve, deny or skip this call? [a/d/S] ") } else { Wish::Neither };
    let decided = match wish {
        Wish::Yes => desk.decide(code, true, &manner.words(Some(&sheet.digest))),
        Wish::No => desk.decide(code, false, &manner.words(None)),
        Wish::Neither | Wish::Stop => {
            talk::note(&format!("{code}: nothing was decided"));
            return Ok(std::ops::ControlFlow::Continue(()));
        }
    };
    match decided {
        Ok(answer) => talk::note(&sentence(&answer)),
        Err(error) => talk::error(&error.into()),
    }
    Ok(std::ops::ControlFlow::Continue(()))
}

fn tell(answer: &Answer, json: bool) -> anyhow::Result<ExitCode> {
    let mut out = Out::new();
    let _ = if json { out.json(answer)? } else { out.line(&crate::show::escape(&sentence(answer)))? };
    let _ = out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn sentence(answer: &Answer) -> String {
    let Answer { code, decision, given, needs, by, verified } = answer;
    let by = if *verified { by.clone() } else { format!("{by} (unverified)") };
    match decision.as_str() {
        "approved" => format!("{code}: approved by {by}; the call goes to its agent once"),
        "waiting" => format!("{code}: {by} said yes, {} of {needs} are needed", given.len()),
        _ => format!("{code}: denied by {by}; the call stays withheld"),
    }
}

/// Whether somebody sits here and can be asked.
fn is_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Shows a call; whether the person saw all of it.
fn show(sheet: &Sheet) -> bool {
    let lines = lines(sheet);
    let is_paged = sheet.is_long();
    for (place, line) in lines.iter().enumerate() {
        if is_paged && place > 0 && place % SCREEN == 0 {
            let more = format!("-- {} more lines; Enter goes on, q stops -- ", lines.len() - place);
            if ask(&more) == Wish::Stop {
                return false;
            }
        }
        // The lines are escaped already; escaping them again changes nothing.
        talk::note(line);
    }
    true
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Yes,
    No,
    Stop,
    Neither,
}

/// Asks on stderr and reads one line. An end of input is no yes, and stops a paged text.
#[expect(clippy::print_stderr, reason = "this is where talk goes")]
fn ask(question: &str) -> Wish {
    eprint!("{question}");
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    let read = std::io::stdin().lock().take(ANSWER_BYTES_MAX).read_line(&mut answer);
    wish(&answer, read.is_ok_and(|bytes| bytes > 0))
}

fn wish(answer: &str, is_there: bool) -> Wish {
    match answer.trim().to_ascii_lowercase().as_str() {
        _ if !is_there => Wish::Stop,
        "y" | "yes" | "a" | "approve" => Wish::Yes,
        "d" | "deny" => Wish::No,
        "q" | "quit" => Wish::Stop,
        _ => Wish::Neither,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_yes_is_one() {
        assert_eq!(["y\n", " YES ", "a"].map(|answer| wish(answer, true)), [Wish::Yes; 3]);
        assert_eq!(["", "n", "yess", "no", "\n"].map(|answer| wish(answer, true)), [Wish::Neither; 5]);
        assert_eq!((wish("d", true), wish("q", true), wish("", false)), (Wish::No, Wish::Stop, Wish::Stop));
    }
}
