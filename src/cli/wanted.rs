//! Which calls of the record somebody wants to see: the same words for `violations` and
//! `actions`.

use crate::kind::Kind;
use crate::record::{Filter, Outcome};
use crate::show;
use anyhow::{Context, bail};
use clap::Args;
use jiff::Timestamp;
use std::time::Duration;

/// What narrows a list.
#[derive(Debug, Args)]
pub(super) struct Wanted {
    /// Only those of this pin
    #[arg(long, global = true, value_name = "ID")]
    pin: Option<String>,
    /// Only calls of this tool
    #[arg(long, global = true, value_name = "NAME")]
    tool: Option<String>,
    /// Only those of this conversation
    #[arg(long, global = true, value_name = "ID")]
    conversation: Option<String>,
    /// Only those with an action of this kind: `delete`, `publish.push`, …
    #[arg(long, global = true, value_parser = kind)]
    kind: Option<Kind>,
    /// Only those since then: `90s`, `30m`, `24h`, `7d`, or an RFC 3339 time
    #[arg(long, global = true, value_name = "WHEN", value_parser = since)]
    since: Option<String>,
    /// Only so many, the newest
    #[arg(long, global = true, value_name = "N")]
    limit: Option<usize>,
}

impl Wanted {
    /// The filter, with the outcome that the command itself asks for.
    pub(super) fn filter(&self, outcome: Option<Outcome>) -> Filter {
        let Self { pin, tool, conversation, kind, since, limit } = self;
        Filter {
            pin: pin.clone(),
            outcome,
            tool: tool.clone(),
            conversation: conversation.clone(),
            kind: *kind,
            since: since.clone(),
            limit: *limit,
        }
    }
}

/// Reads an outcome, where calls have one of these.
pub(super) fn outcome(word: &str, known: &[Outcome]) -> Result<Outcome, String> {
    let names = || known.iter().map(|outcome| outcome.name()).collect::<Vec<_>>().join(", ");
    let found = Outcome::from_name(word).filter(|outcome| known.contains(outcome));
    found.ok_or_else(|| format!("unknown outcome `{}`; use one of: {}", show::escape_short(word, 40), names()))
}

fn kind(word: &str) -> Result<Kind, String> {
    let known = || Kind::ALL.map(Kind::name).join(", ");
    Kind::from_name(word).ok_or_else(|| format!("unknown kind `{}`; use one of: {}", show::escape_short(word, 40), known()))
}

/// A time in the form the record uses, so that texts compare as times do.
fn since(word: &str) -> Result<String, String> {
    let then = match word.parse::<Timestamp>() {
        Ok(then) => then,
        Err(_) => ago(word).map_err(|_| format!("`{}` is no time; use `24h`, `7d` or an RFC 3339 time", show::escape_short(word, 40)))?,
    };
    Ok(format!("{then:.3}"))
}

fn ago(word: &str) -> anyhow::Result<Timestamp> {
    let unit_seconds = match word.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3600,
        Some('d') => 86_400,
        Some('w') => 7 * 86_400,
        _ => bail!("no unit"),
    };
    let number: u64 = word.get(..word.len() - 1).unwrap_or_default().parse()?;
    let seconds = number.checked_mul(unit_seconds).context("too long")?;
    Ok(Timestamp::now().checked_sub(Duration::from_secs(seconds))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_takes_a_time_or_how_long_ago() {
        assert_eq!(since("2026-02-03T04:05:06Z"), Ok("2026-02-03T04:05:06.000Z".into()));
        assert_eq!(since("2026-02-03T04:05:06.5+01:00"), Ok("2026-02-03T03:05:06.500Z".into()));
        assert!(since("2h").expect("a duration") < since("1h").expect("a duration"));
    }

    #[test]
    fn since_refuses_what_is_neither() {
        for word in ["", "h", "-1h", "1y", "yesterday", "99999999999999999999d", "999999999999d", "1é"] {
            assert!(since(word).is_err(), "{word}");
        }
    }
}
