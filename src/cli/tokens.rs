//! `linchpin count-tokens`: counts stdin, for a `serve` that keeps no table of its own.

use crate::tokens::{TEXT_BYTES_MAX, count};
use anyhow::Context;
use std::io::Read;
use std::process::ExitCode;

/// Runs the command.
pub(super) fn run() -> anyhow::Result<ExitCode> {
    let mut text = String::new();
    std::io::stdin().lock().take(TEXT_BYTES_MAX as u64).read_to_string(&mut text).context("stdin is not text")?;
    super::talk::print(&count(&text)?.to_string());
    Ok(ExitCode::SUCCESS)
}
