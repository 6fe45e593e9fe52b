//! stderr: what linchpin says to the person at the terminal.

use crate::show;

/// Says what went wrong, cause by cause.
#[expect(clippy::print_stderr, reason = "this is where talk goes")]
pub(super) fn error(error: &anyhow::Error) {
    let causes: Vec<String> = error.chain().map(|cause| show::escape(&cause.to_string())).collect();
    eprintln!("linchpin: {}", causes.join(": "));
}

/// Says something that is not an error.
#[expect(clippy::print_stderr, reason = "this is where talk goes")]
pub(super) fn note(text: &str) {
    eprintln!("{}", show::escape(text));
}
