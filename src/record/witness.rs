//! The witness: a signed copy of the head in a file beside the database.
//!
//! The head inside the database moves in the same transaction as its entry, but
//! whoever cuts off the end of the record can set it back as well. This copy is
//! written a little later, by another way, with a key: it may lag behind, and
//! never names an entry that is not on the disk. A record that does not contain
//! what it names was cut off, replaced, or restored from an older copy.
//!
//! Who can read the key can sign a new copy. The key lies in the data dir for the
//! owner alone, so this shows what others did and what went wrong, not what the
//! owner did; for that, keep `linchpin audit head` somewhere else.

use super::RecordError;
use super::chain::Head;
use super::place::{beside, private_file};
use crate::digest::{Fields, hex, hmac_sha256};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use subtle::ConstantTimeEq;

/// How many bytes of the two files are read; both are far shorter.
const FILE_BYTES_MAX: u64 = 4096;

/// The length of a key.
const KEY_BYTES: usize = 32;

/// Signs heads. Only the linchpin that writes the record has one.
#[derive(Debug)]
pub(super) struct Witness {
    file: PathBuf,
    key: [u8; KEY_BYTES],
    /// What was signed last.
    signed: Option<Head>,
}

/// What stands in the file.
#[derive(Debug, Serialize, Deserialize)]
struct Signed {
    seq: i64,
    hash: String,
    mac: String,
}

impl Witness {
    /// The witness of this database; its key is made when there is none.
    pub(super) fn open(database: &Path) -> Result<Self, RecordError> {
        let key = match read_key(database)? {
            Some(key) => key,
            None => make_key(database)?,
        };
        Ok(Self { file: beside(database, ".head"), key, signed: None })
    }

    /// Signs this head, unless it is the one that was signed last. The entry it
    /// names must be on the disk.
    pub(super) fn sign(&mut self, head: &Head) -> Result<(), RecordError> {
        if self.signed.as_ref() == Some(head) {
            return Ok(());
        }
        let signed = Signed { seq: head.seq, hash: head.hash.clone(), mac: mac(&self.key, head) };
        let text = serde_json::to_string(&signed).map_err(|error| RecordError::Store(error.to_string()))?;
        let draft = beside(&self.file, ".new");
        let io = |source: std::io::Error| RecordError::io(&self.file, &source);
        let mut file = private_file(&draft)?;
        // Flushed before it takes the old one's place: a power cut must not leave an empty file.
        file.set_len(0).and_then(|()| writeln!(file, "{text}")).and_then(|()| file.sync_all()).map_err(io)?;
        fs::rename(&draft, &self.file).map_err(io)?;
        self.signed = Some(head.clone());
        Ok(())
    }
}

/// What the witness says, if there is one: the head it names, or why it is not
/// believed. A copied database without a witness is a record all the same.
pub(super) fn testimony(database: &Path) -> Result<Option<Result<Head, String>>, RecordError> {
    let Some(bytes) = read(&beside(database, ".head"))? else { return Ok(None) };
    let Some(key) = read_key(database)? else { return Ok(Some(Err("its key is missing".into()))) };
    let Ok(signed) = serde_json::from_slice::<Signed>(&bytes) else { return Ok(Some(Err("it cannot be read".into()))) };
    let head = Head { seq: signed.seq, hash: signed.hash };
    let is_signed: bool = mac(&key, &head).as_bytes().ct_eq(signed.mac.as_bytes()).into();
    Ok(Some(if is_signed { Ok(head) } else { Err("its signature does not match".into()) }))
}

/// HMAC-SHA-256 over the head.
fn mac(key: &[u8; KEY_BYTES], head: &Head) -> String {
    let mut fields = Fields::new("linchpin-head-v1");
    fields.text(&head.seq.to_string());
    fields.text(&head.hash);
    hex(&hmac_sha256(key, &fields.finish()))
}

fn read_key(database: &Path) -> Result<Option<[u8; KEY_BYTES]>, RecordError> {
    let path = beside(database, ".key");
    let Some(bytes) = read(&path)? else { return Ok(None) };
    let text = String::from_utf8(bytes).unwrap_or_default();
    let digits: Vec<Option<u8>> =
        (0..KEY_BYTES).map(|n| text.get(n * 2..n * 2 + 2).and_then(|two| u8::from_str_radix(two, 16).ok())).collect();
    let key = digits.into_iter().collect::<Option<Vec<u8>>>().and_then(|bytes| bytes.try_into().ok());
    key.map(Some).ok_or_else(|| RecordError::Damaged { file: path, why: "it is no key".into() })
}

fn make_key(database: &Path) -> Result<[u8; KEY_BYTES], RecordError> {
    let mut key = [0; KEY_BYTES];
    super::code::fill(&mut key)?;
    let (path, draft) = (beside(database, ".key"), beside(database, ".key.new"));
    let io = |source: std::io::Error| RecordError::io(&path, &source);
    let mut file = private_file(&draft)?;
    file.set_len(0).and_then(|()| writeln!(file, "{}", hex(&key))).and_then(|()| file.sync_all()).map_err(io)?;
    fs::rename(&draft, &path).map_err(io)?;
    Ok(key)
}

/// A small file's bytes; `None`: it is not there.
fn read(path: &Path) -> Result<Option<Vec<u8>>, RecordError> {
    let io = |source: std::io::Error| RecordError::io(path, &source);
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io(error)),
    };
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(io)?;
    Ok(Some(bytes))
}
