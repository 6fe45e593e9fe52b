//! `linchpin audit`: is the record what was written?
//!
//! Of a data dir, or of an export that was kept elsewhere, which needs no data dir.

use super::out::Out;
use super::{Place, data};
use crate::record::{Break, Checked, Export, Exported, Head, Reader, Seal, SignedHead, Walked};
use crate::show;
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The longest line of an export that is read: far above what one entry can have.
const LINE_BYTES_MAX: u64 = 16 * 1024 * 1024;

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
    Verify(Verify),
    /// The newest entry's number and hash, to be kept somewhere else
    Head,
    /// The public key that the signed head is checked with, to be kept somewhere else
    Key,
    /// Every row as it is stored, as JSON Lines; `verify FILE` checks it
    Export,
}

#[derive(Debug, Default, Args)]
struct Verify {
    /// An export instead of the data dir; `-` is stdin
    #[arg(value_name = "FILE")]
    export: Option<PathBuf>,
    /// A head that was noted earlier, which must still be part of the chain: `SEQ:HASH`
    #[arg(long, value_name = "SEQ:HASH", value_parser = head)]
    expect: Option<Head>,
    /// The public key that must have signed the head
    #[arg(long, value_name = "HEX")]
    key: Option<String>,
}

/// What `verify --json` prints.
#[derive(Debug, Serialize)]
struct Finding<'a> {
    ok: bool,
    seq: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<&'a str>,
    /// The first entry that is there, if older ones were deleted since they were old.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_from: Option<i64>,
    /// The newest entry that is signed for, and by which key.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed: Option<&'a SignedHead>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<&'a str>,
}

/// Runs the command.
pub(super) fn run(place: &Place, asked: &Audit) -> anyhow::Result<ExitCode> {
    let mut out = Out::new();
    let code = match &asked.what {
        None => verify(place, &Verify::default(), &mut out, asked.json)?,
        Some(What::Verify(wanted)) => verify(place, wanted, &mut out, asked.json)?,
        Some(What::Head) => print_head(&data::open_record(place)?, &mut out, asked.json)?,
        Some(What::Key) => print_key(&data::open_record(place)?, &mut out, asked.json)?,
        Some(What::Export) => export(&data::open_record(place)?, &mut out)?,
    };
    let _ = out.flush()?;
    Ok(code)
}

fn verify(place: &Place, wanted: &Verify, out: &mut Out, json: bool) -> anyhow::Result<ExitCode> {
    let checked = match &wanted.export {
        Some(file) => verify_export(file, wanted.expect.as_ref())?.map(|Checked { walked, signed }| (walked, Some(signed))),
        None => verify_data_dir(&data::open_record(place)?, wanted.expect.as_ref())?,
    };
    let checked = checked.and_then(|(walked, signed)| match signed_by(wanted.key.as_deref(), signed.as_ref()) {
        Ok(()) => Ok((walked, signed)),
        Err(found) => Err(found),
    });
    report(&checked, out, json)?;
    Ok(if checked.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

type Whole = (Walked, Option<SignedHead>);

fn verify_data_dir(reader: &Reader, expect: Option<&Head>) -> anyhow::Result<Result<Whole, Break>> {
    let walked = match reader.verify()? {
        Ok(walked) => walked,
        Err(found) => return Ok(Err(found)),
    };
    if let Some(noted) = expect
        && let Err(found) =
            contains(noted, walked.pruned, reader.row(noted.seq).map(|row| row.map(|row| row.hash)).map_err(|error| error.to_string()))
    {
        return Ok(Err(found));
    }
    Ok(Ok((walked, reader.signed_head()?)))
}

/// Reads line by line: an archive may be longer than memory.
fn verify_export(file: &Path, expect: Option<&Head>) -> anyhow::Result<Result<Checked, Break>> {
    let source: Box<dyn Read> = match file.to_str() {
        Some("-") => Box::new(std::io::stdin()),
        _ => Box::new(std::fs::File::open(file).with_context(|| format!("`{}` cannot be read", file.display()))?),
    };
    let mut lines = BufReader::new(source);
    let (mut exported, mut found, mut line) = (Exported::default(), None, String::new());
    while (&mut lines).take(LINE_BYTES_MAX).read_line(&mut line).context("the export cannot be read")? > 0 {
        if let Err(broken) = exported.line(&line) {
            return Ok(Err(broken));
        }
        if expect.is_some_and(|noted| noted.seq == exported.head().seq) {
            found = Some(exported.head().hash.clone());
        }
        line.clear();
    }
    Ok(exported.end().and_then(|checked| match expect {
        Some(noted) => contains(noted, checked.walked.pruned, Ok(found)).map(|()| checked),
        None => Ok(checked),
    }))
}

fn report(checked: &Result<Whole, Break>, out: &mut Out, json: bool) -> anyhow::Result<()> {
    let (walked, signed) = match checked {
        Ok((walked, signed)) => (walked, signed.as_ref()),
        Err(Break { seq, finding }) => {
            let told = Finding { ok: false, seq: *seq, hash: None, kept_from: None, signed: None, finding: Some(finding) };
            let at =
                if *seq == 0 { "the record is not what was written".to_owned() } else { format!("the chain is broken at entry {seq}") };
            let _ = if json { out.json(&told)? } else { out.line(&format!("{at}: {}", show::escape(finding)))? };
            return Ok(());
        }
    };
    let Walked { head, pruned } = walked;
    let kept_from = (*pruned > 0).then_some(pruned + 1);
    if json {
        let _ = out.json(&Finding { ok: true, seq: head.seq, hash: Some(&head.hash), kept_from, signed, finding: None })?;
        return Ok(());
    }
    let _ = out.line(&format!("the chain is whole: {} entries, head {}:{}", head.seq - pruned, head.seq, head.hash))?;
    if *pruned > 0 {
        let _ = out.line(&format!("entries 1 to {pruned} are deleted, since they were old; a checkpoint proves where the rest begins"))?;
    }
    if let Some(SignedHead { head, seal }) = signed {
        let _ = out.line(&format!("signed up to entry {} by the key {}", head.seq, show::escape(&seal.key)))?;
    }
    Ok(())
}

/// Whether a head that was noted earlier is still where it was.
fn contains(noted: &Head, pruned: i64, found: Result<Option<String>, String>) -> Result<(), Break> {
    let found = match found {
        Ok(Some(hash)) if hash == noted.hash => return Ok(()),
        Ok(Some(_)) => "it is not the entry whose hash was noted: the chain was written anew".to_owned(),
        Ok(None) if noted.seq <= pruned => "it is older than entries are kept: compare it with an export of that time".to_owned(),
        Ok(None) => "it was noted as the head once and is missing".to_owned(),
        Err(error) => error,
    };
    Err(Break { seq: noted.seq, finding: found })
}

/// Whether the head was signed by this key.
fn signed_by(key: Option<&str>, signed: Option<&SignedHead>) -> Result<(), Break> {
    let Some(key) = key else { return Ok(()) };
    match signed {
        Some(signed) if signed.seal.key.eq_ignore_ascii_case(key.trim()) => Ok(()),
        Some(signed) => Err(Break { seq: signed.head.seq, finding: format!("it was signed by another key: {}", signed.seal.key) }),
        None => Err(Break { seq: 0, finding: "nothing in it is signed".into() }),
    }
}

/// What `head --json` prints.
#[derive(Debug, Serialize)]
struct Noted<'a> {
    #[serde(flatten)]
    head: &'a Head,
    signed: Option<SignedHead>,
}

fn print_head(reader: &Reader, out: &mut Out, json: bool) -> anyhow::Result<ExitCode> {
    let Some(head) = reader.head()? else { bail!("the head of the record is missing") };
    let text = format!("{}:{}", head.seq, show::escape(&head.hash));
    let _ = if json { out.json(&Noted { head: &head, signed: reader.signed_head()? })? } else { out.line(&text)? };
    Ok(ExitCode::SUCCESS)
}

fn print_key(reader: &Reader, out: &mut Out, json: bool) -> anyhow::Result<ExitCode> {
    let Some(signed) = reader.signed_head()? else { bail!("nothing in this data dir is signed, or not as it was") };
    let key = signed.seal.key;
    let _ = if json { out.json(&serde_json::json!({ "key": key }))? } else { out.line(&show::escape(&key))? };
    Ok(ExitCode::SUCCESS)
}

fn export(reader: &Reader, out: &mut Out) -> anyhow::Result<ExitCode> {
    // Read first: what it names by now is among the rows.
    let signed = reader.signed_head()?;
    let seal = |seq: i64| -> Option<Seal> { signed.as_ref().filter(|signed| signed.head.seq == seq).map(|signed| signed.seal.clone()) };
    reader.rows::<anyhow::Error>(|row| out.json(&Export { signed: seal(row.seq), row }))?;
    Ok(ExitCode::SUCCESS)
}

fn head(word: &str) -> Result<Head, String> {
    let parts = word.split_once(':').and_then(|(seq, hash)| Some((seq.parse().ok()?, hash.to_owned())));
    let (seq, hash) = parts.ok_or_else(|| format!("`{}` is not `SEQ:HASH`", show::escape_short(word, 80)))?;
    Ok(Head { seq, hash })
}
