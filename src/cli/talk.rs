//! stderr: what linchpin says to the person at the terminal. stdout: what was asked for.

use crate::config::ConfigError;
use crate::show;
use std::io::{IsTerminal, Write};

/// Says what went wrong, cause by cause.
#[expect(clippy::print_stderr, reason = "this is where talk goes")]
pub(super) fn error(error: &anyhow::Error) {
    if let Some(error) = error.downcast_ref::<ConfigError>() {
        eprint!("{}", error.render(wants_colour()));
        return;
    }
    let causes: Vec<String> = error.chain().map(|cause| show::escape(&cause.to_string())).collect();
    eprintln!("linchpin: {}", causes.join(": "));
}

/// Says something that is not an error.
#[expect(clippy::print_stderr, reason = "this is where talk goes")]
pub(super) fn note(text: &str) {
    eprintln!("{}", show::escape(text));
}

/// Prints data. A reader that went away is no error: it has seen enough.
pub(super) fn print(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Whether stderr shows colours: only a terminal does, and not under `NO_COLOR`.
pub(super) fn wants_colour() -> bool {
    std::io::stderr().is_terminal() && !is_plain()
}

/// The same of stdout.
pub(super) fn stdout_wants_colour() -> bool {
    std::io::stdout().is_terminal() && !is_plain()
}

fn is_plain() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}
