//! `linchpin violations tail`: follows the record while a linchpin writes it.

use super::{heading, print};
use crate::cli::out::Out;
use crate::record::{Filter, Reader};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::Duration;

/// How many of the newest entries come first, without `--limit`.
const FIRST_DEFAULT: usize = 10;

/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Prints the newest entries, then every entry that is new or has a new outcome,
/// until it is interrupted or nobody reads any more.
pub(super) fn run(reader: &Reader, filter: &Filter, json: bool) -> anyhow::Result<ExitCode> {
    let mut out = Out::new();
    if !json {
        let _ = out.line(&heading())?;
    }
    let mut seen = reader.head()?.map_or(0, |head| head.seq);
    let first = Filter { limit: Some(filter.limit.unwrap_or(FIRST_DEFAULT)), ..filter.clone() };
    reader.entries(&first, |entry| print(&mut out, &entry, json))?;
    while out.flush()?.is_continue() && wait().is_continue() {
        let (changed, newest) = reader.changed_since(seen)?;
        seen = newest;
        for id in changed {
            let entry = reader.entry(&id)?.filter(|entry| filter.wants(entry));
            if let Some(entry) = entry
                && print(&mut out, &entry, json)?.is_break()
            {
                return Ok(ExitCode::SUCCESS);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Waits for the next look; `Break` as soon as the reader of our output is gone.
#[cfg(unix)]
fn wait() -> ControlFlow<()> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdout = std::io::stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
    let timeout = Timespec::try_from(LOOK_EVERY).ok();
    let closed = PollFlags::ERR | PollFlags::HUP;
    match poll(&mut watched, timeout.as_ref()) {
        Ok(1..) if watched.iter().any(|stdout| stdout.revents().intersects(closed)) => ControlFlow::Break(()),
        Ok(0) => ControlFlow::Continue(()),
        // Interrupted, or a stdout that cannot be watched.
        Ok(_) | Err(_) => {
            std::thread::sleep(LOOK_EVERY);
            ControlFlow::Continue(())
        }
    }
}

#[cfg(not(unix))]
fn wait() -> ControlFlow<()> {
    std::thread::sleep(LOOK_EVERY);
    ControlFlow::Continue(())
}
