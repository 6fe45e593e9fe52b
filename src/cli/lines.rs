//! JSON Lines: one question a line, one answer a line on stdout.
//!
//! A line that cannot be read is named on stderr and the others are still
//! answered; the command then ends with exit code 1. Answers are flushed whenever
//! the next question has not arrived yet, so that a program may talk to us line by
//! line, and otherwise written in large pieces.

use super::out::Out;
use super::talk;
use anyhow::{Context, anyhow};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;

/// The longest line: the largest arguments that a running linchpin would judge
/// (8 MiB), spelled as wastefully as JSON allows, and some room.
const LINE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How much is read at once.
const READ_BYTES: usize = 64 * 1024;

/// Lines, and what to call the place they come from.
pub(super) struct Lines<R> {
    name: Option<String>,
    input: BufReader<R>,
}

impl Lines<std::io::StdinLock<'static>> {
    /// Standard input.
    pub(super) fn stdin() -> Self {
        Self { name: None, input: BufReader::with_capacity(READ_BYTES, std::io::stdin().lock()) }
    }
}

impl<R: Read> Lines<R> {
    /// A file, read by way of `through`.
    pub(super) fn file(path: &Path, through: impl FnOnce(File) -> R) -> anyhow::Result<Self> {
        let name = path.display().to_string();
        let file = File::open(path).with_context(|| format!("`{name}` cannot be read"))?;
        Ok(Self { name: Some(name), input: BufReader::with_capacity(READ_BYTES, through(file)) })
    }

    /// Has every line answered; `number` counts from 1. Returns whether all of them
    /// could be. `Break` ends it early.
    pub(super) fn answer_each(
        mut self,
        out: &mut Out,
        mut answer: impl FnMut(u64, &str, &mut Out) -> anyhow::Result<ControlFlow<()>>,
    ) -> anyhow::Result<bool> {
        let mut all_good = true;
        let mut bytes = Vec::new();
        for number in 1_u64.. {
            let answered = match next_line(&mut self.input, &mut bytes).with_context(|| self.place(number))? {
                Line::End => break,
                Line::TooLong => Err(anyhow!("longer than {LINE_BYTES_MAX} bytes")),
                Line::Read if bytes.trim_ascii().is_empty() => Ok(ControlFlow::Continue(())),
                Line::Read => std::str::from_utf8(&bytes).context("not UTF-8").and_then(|line| answer(number, line, out)),
            };
            match answered {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return Ok(all_good),
                Err(error) => {
                    talk::error(&error.context(self.place(number)));
                    all_good = false;
                }
            }
            if self.input.buffer().is_empty() && out.flush()?.is_break() {
                return Ok(all_good);
            }
        }
        out.flush().map(|_| all_good)
    }

    fn place(&self, number: u64) -> String {
        match &self.name {
            Some(name) => format!("{name}:{number}"),
            None => format!("line {number}"),
        }
    }
}

enum Line {
    Read,
    TooLong,
    End,
}

fn next_line(input: &mut impl BufRead, bytes: &mut Vec<u8>) -> std::io::Result<Line> {
    bytes.clear();
    let read = input.by_ref().take(LINE_BYTES_MAX as u64 + 1).read_until(b'\n', bytes)?;
    if read == 0 {
        return Ok(Line::End);
    }
    if bytes.last() == Some(&b'\n') || read <= LINE_BYTES_MAX {
        return Ok(Line::Read);
    }
    input.skip_until(b'\n')?;
    Ok(Line::TooLong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_around_a_bad_one_are_answered() {
        let input: &[u8] = b"one\nbad\n\n\xff\xfe\nseven\nlast";
        let lines = Lines { name: None, input: BufReader::new(input) };
        let mut answered = Vec::new();
        let all_good = lines.answer_each(&mut Out::new(), |number, line, _| {
            anyhow::ensure!(line.trim() != "bad", "a bad line");
            answered.push((number, line.trim_end().to_owned()));
            Ok(ControlFlow::Continue(()))
        });
        assert_eq!(answered, [(1, "one".into()), (5, "seven".into()), (6, "last".to_owned())]);
        assert!(!all_good.expect("readable"));
    }
}
