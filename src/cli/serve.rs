//! `linchpin serve`: runs the proxy.

use super::Place;
use std::process::ExitCode;

/// Listens until it is told to stop.
pub(super) fn run(_place: &Place) -> anyhow::Result<ExitCode> {
    anyhow::bail!("`serve` is not built yet")
}
