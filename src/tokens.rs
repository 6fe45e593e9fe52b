//! What a text costs in tokens.
//!
//! The table behind the count takes tens of megabytes, which a proxy has no use for
//! after the few counts it makes. `serve` therefore has them made by a process of its
//! own (`linchpin count-tokens`, which is not listed), and `check` counts by itself.

use std::io::Write;
use std::process::{Command, Stdio};

/// The largest text that is counted.
pub const TEXT_BYTES_MAX: usize = 1 << 20;

/// The name of the command that counts.
pub const COMMAND: &str = "count-tokens";

/// Why there is no number.
#[derive(Debug, thiserror::Error)]
pub enum TokensError {
    /// The table is damaged.
    #[error("the token table cannot be read ({0})")]
    Table(String),
    /// The process does not start, or ends early.
    #[error("the counting process does not work")]
    Process(#[from] std::io::Error),
    /// It answered something else.
    #[error("the counting process gave no number")]
    NoNumber,
}

/// Tokens of a text in OpenAI's `o200k_base`; other models' counts differ somewhat.
pub fn count(text: &str) -> Result<usize, TokensError> {
    let table = tiktoken_rs::o200k_base().map_err(|error| TokensError::Table(error.to_string()))?;
    Ok(table.encode_ordinary(text).len())
}

/// Counts in a process of its own. Takes a moment: for threads that may wait.
pub fn count_elsewhere(text: &str) -> Result<usize, TokensError> {
    let program = std::env::current_exe()?;
    let mut child = Command::new(program).arg(COMMAND).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    // Whatever cannot be handed over, the process is waited for: it reads no further then.
    let written = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(text.as_bytes()));
    let done = child.wait_with_output()?;
    written?;
    String::from_utf8_lossy(&done.stdout).trim().parse().map_err(|_| TokensError::NoNumber)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_sentence_costs_about_a_token_a_word() {
        let tokens = super::count("Confirm with me before deleting anything.").expect("a table");
        assert!((5..12).contains(&tokens), "{tokens}");
    }
}
