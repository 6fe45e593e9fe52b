//! stdout: what a command hands to whoever called it, line by line.
//!
//! People's lines are escaped by whoever makes them (`show`); JSON lines are made
//! by `show::json_line`. A reader that goes away early (`| head`) is no error.

use crate::show;
use serde::Serialize;
use std::io::{self, BufWriter, ErrorKind, StdoutLock, Write};
use std::ops::ControlFlow;

/// stdout, buffered.
pub(super) struct Out(BufWriter<StdoutLock<'static>>);

impl Out {
    pub(super) fn new() -> Self {
        Self(BufWriter::new(io::stdout().lock()))
    }

    /// Writes one line of text that is safe to show. `Break`: nobody reads any more.
    pub(super) fn line(&mut self, text: &str) -> anyhow::Result<ControlFlow<()>> {
        unless_closed(writeln!(self.0, "{text}"))
    }

    /// Writes one line of JSON Lines.
    pub(super) fn json(&mut self, value: &impl Serialize) -> anyhow::Result<ControlFlow<()>> {
        self.line(&show::json_line(value)?)
    }

    /// Hands over what is buffered.
    pub(super) fn flush(&mut self) -> anyhow::Result<ControlFlow<()>> {
        unless_closed(self.0.flush())
    }
}

fn unless_closed(written: io::Result<()>) -> anyhow::Result<ControlFlow<()>> {
    match written {
        Ok(()) => Ok(ControlFlow::Continue(())),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ControlFlow::Break(())),
        Err(error) => Err(error.into()),
    }
}
