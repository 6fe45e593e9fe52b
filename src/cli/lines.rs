//! JSON Lines: one question a line on stdin, one answer a line on stdout.
//!
//! A line that cannot be read is named on stderr and the others are still
//! answered; the command then ends with exit code 1. Answers are flushed whenever
//! the next question has not arrived yet, so that a program may talk to us line by
//! line, and otherwise written in large pieces.

use super::talk;
use anyhow::{Context, anyhow};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::ExitCode;

/// The longest line: the largest arguments that a running linchpin would judge
/// (8 MiB), spelled as wastefully as JSON allows, and some room.
pub(super) const LINE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Answers every line of `input`; `answer` writes what it has to say.
pub(super) fn answer_each<W: Write>(
    input: &mut BufReader<impl Read>,
    output: &mut W,
    mut answer: impl FnMut(&str, &mut W) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let mut exit = ExitCode::SUCCESS;
    let mut bytes = Vec::new();
    for number in 1_u64.. {
        match next_line(input, &mut bytes).context("standard input cannot be read")? {
            Line::End => break,
            Line::TooLong => {
                talk::error(&anyhow!("line {number}: longer than {LINE_BYTES_MAX} bytes"));
                exit = ExitCode::FAILURE;
            }
            Line::Read if bytes.trim_ascii().is_empty() => {}
            Line::Read => {
                let answered = std::str::from_utf8(&bytes).context("not UTF-8").and_then(|line| answer(line, output));
                match answered {
                    Ok(()) => {}
                    Err(error) if is_output_closed(&error) => return Ok(exit),
                    Err(error) => {
                        talk::error(&error.context(format!("line {number}")));
                        exit = ExitCode::FAILURE;
                    }
                }
            }
        }
        if input.buffer().is_empty() {
            output.flush().or_else(ignore_closed)?;
        }
    }
    output.flush().or_else(ignore_closed)?;
    Ok(exit)
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

/// Whoever read our answers has gone: no failure, `head` does that.
fn is_output_closed(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

fn ignore_closed(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was answered when each line is answered with its length.
    fn answers(input: &[u8]) -> String {
        let mut output = Vec::new();
        let answered = answer_each(&mut std::io::BufReader::new(input), &mut output, |line, output| {
            anyhow::ensure!(line.trim() != "bad", "a bad line");
            writeln!(output, "{}", line.trim_end().len()).map_err(Into::into)
        });
        answered.expect("answers");
        String::from_utf8(output).expect("text")
    }

    #[test]
    fn the_lines_around_a_bad_one_are_answered() {
        assert_eq!(answers(b"one\nbad\n\n\xff\xfe\nseven77\nlast"), "3\n7\n4\n");
    }
}
