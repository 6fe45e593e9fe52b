//! What a text costs in tokens.
//!
//! The table behind the count takes tens of megabytes, which a proxy has no use for
//! after the one count it makes. `serve` therefore has it made by a process of its
//! own (`linchpin count-tokens`, which is not listed), and `check` counts by itself.

use anyhow::Context;
use std::io::{Read, Write};
use std::process::{Command, ExitCode, Stdio};

/// The largest text that is counted.
const TEXT_BYTES_MAX: u64 = 1 << 20;

/// The name of the command that counts.
pub(super) const COMMAND: &str = "count-tokens";

/// Tokens of a text in OpenAI's `o200k_base`; other models' counts differ somewhat.
pub(super) fn count(text: &str) -> anyhow::Result<usize> {
    let table = tiktoken_rs::o200k_base().context("the token table cannot be read")?;
    Ok(table.encode_ordinary(text).len())
}

/// `linchpin count-tokens`: counts stdin.
pub(super) fn run() -> anyhow::Result<ExitCode> {
    let mut text = String::new();
    std::io::stdin().lock().take(TEXT_BYTES_MAX).read_to_string(&mut text).context("stdin is not text")?;
    super::talk::print(&count(&text)?.to_string());
    Ok(ExitCode::SUCCESS)
}

/// Counts in a process of its own.
pub(super) fn count_elsewhere(text: &str) -> anyhow::Result<usize> {
    let program = std::env::current_exe().context("the program does not know its own path")?;
    let mut child = Command::new(program)
        .arg(COMMAND)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("the counting process cannot be started")?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes())?;
    }
    let done = child.wait_with_output()?;
    String::from_utf8(done.stdout)?.trim().parse().context("the counting process gave no number")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_sentence_costs_about_a_token_a_word() {
        let tokens = super::count("Confirm with me before deleting anything.").expect("a table");
        assert!((5..12).contains(&tokens), "{tokens}");
    }
}
