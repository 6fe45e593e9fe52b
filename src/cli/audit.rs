//! `linchpin audit`: is the record what was written?

use super::out::Out;
use super::{Place, data};
use crate::record::{Break, Head, Reader};
use crate::show;
use anyhow::bail;
use clap::{Args, Subcommand};
use serde::Serialize;
use std::process::ExitCode;

/// The arguments of `linchpin audit`.
#[derive(Debug, Args)]
pub(super) struct Audit {
    #[command(subcommand)]
    what: Option<What>,
    /// JSON Lines
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Walks the whole chain; exit 1 and the first bad entry if it is broken (the default)
    Verify {
        /// A head that was noted earlier, which must still be part of the chain: `SEQ:HASH`
        #[arg(long, value_name = "SEQ:HASH", value_parser = head)]
        expect: Option<Head>,
    },
    /// The newest entry's number and hash, to be kept somewhere else
    Head,
    /// Every row as it is stored, as JSON Lines
    Export,
}

/// What `verify --json` prints.
#[derive(Debug, Serialize)]
struct Finding<'a> {
    ok: bool,
    seq: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<&'a str>,
}

/// Runs the command.
pub(super) fn run(place: &Place, asked: &Audit) -> anyhow::Result<ExitCode> {
    let reader = data::open_record(place)?;
    let mut out = Out::new();
    let code = match &asked.what {
        None => verify(&reader, None, &mut out, asked.json)?,
        Some(What::Verify { expect }) => verify(&reader, expect.as_ref(), &mut out, asked.json)?,
        Some(What::Head) => print_head(&reader, &mut out, asked.json)?,
        Some(What::Export) => export(&reader, &mut out)?,
    };
    let _ = out.flush()?;
    Ok(code)
}

fn verify(reader: &Reader, expect: Option<&Head>, out: &mut Out, json: bool) -> anyhow::Result<ExitCode> {
    let walked = reader.verify()?.and_then(|head| match expect {
        Some(noted) => contains(reader, noted).map(|()| head),
        None => Ok(head),
    });
    let (finding, text, code) = match &walked {
        Ok(head) => (
            Finding { ok: true, seq: head.seq, hash: Some(&head.hash), finding: None },
            format!("the chain is whole: {} entries, head {}:{}", head.seq, head.seq, head.hash),
            ExitCode::SUCCESS,
        ),
        Err(Break { seq, finding }) => (
            Finding { ok: false, seq: *seq, hash: None, finding: Some(finding) },
            format!("the chain is broken at entry {seq}: {}", show::escape(finding)),
            ExitCode::FAILURE,
        ),
    };
    let _ = if json { out.json(&finding)? } else { out.line(&text)? };
    Ok(code)
}

/// Whether a head that was noted earlier is still where it was.
fn contains(reader: &Reader, noted: &Head) -> Result<(), Break> {
    let found = match reader.row(noted.seq) {
        Ok(Some(row)) if row.hash == noted.hash => return Ok(()),
        Ok(Some(_)) => "it is not the entry whose hash was noted: the chain was written anew".to_owned(),
        Ok(None) => "it was noted as the head once and is missing".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(Break { seq: noted.seq, finding: found })
}

fn print_head(reader: &Reader, out: &mut Out, json: bool) -> anyhow::Result<ExitCode> {
    let Some(head) = reader.head()? else { bail!("the head of the record is missing") };
    let text = format!("{}:{}", head.seq, show::escape(&head.hash));
    let _ = if json { out.json(&head)? } else { out.line(&text)? };
    Ok(ExitCode::SUCCESS)
}

fn export(reader: &Reader, out: &mut Out) -> anyhow::Result<ExitCode> {
    reader.rows::<anyhow::Error>(|row| out.json(&row))?;
    Ok(ExitCode::SUCCESS)
}

fn head(word: &str) -> Result<Head, String> {
    let parts = word.split_once(':').and_then(|(seq, hash)| Some((seq.parse().ok()?, hash.to_owned())));
    let (seq, hash) = parts.ok_or_else(|| format!("`{}` is not `SEQ:HASH`", show::escape_short(word, 80)))?;
    Ok(Head { seq, hash })
}
