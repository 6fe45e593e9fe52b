//! The witness: a signed copy of the head in a file beside the database.
//!
//! The head inside the database moves in the same transaction as its entry, but
//! whoever cuts off the end of the record can set it back as well. This copy is
//! written a little later, by another way, with a key: it may lag behind, and
//! never names an entry that is not on the disk. A record that does not contain
//! what it names was cut off, replaced, or restored from an older copy. When the
//! record is closed, the copy vouches for the tables beside the chain too.
//!
//! Who can read the key can sign a new copy. The key lies in the data dir for the
//! owner alone, so this shows what others did and what went wrong, not what the
//! owner did; for that, keep `linchpin audit head` and `linchpin audit key` somewhere else.

use super::RecordError;
use super::chain::Head;
use super::place::{beside, private_file};
use super::signature::{SEED_BYTES, SignedHead, Signer, bytes_of};
use crate::digest::hex;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// How many bytes of the two files are read; both are far shorter.
const FILE_BYTES_MAX: u64 = 4096;

/// Signs heads. Only the linchpin that writes the record has one.
#[derive(Debug)]
pub(super) struct Witness {
    file: PathBuf,
    signer: Signer,
    /// What was signed last, and whether the record was closed then.
    signed: Option<(Head, Option<String>)>,
    /// Whether there was a key, and nothing that it had signed.
    pub(super) is_bereft: bool,
}

impl Witness {
    /// The witness of this database; its key is made when there is none.
    pub(super) fn open(database: &Path) -> Result<Self, RecordError> {
        let file = beside(database, ".head");
        let (seed, is_bereft) = match read_seed(database)? {
            Some(seed) => (seed, !file.exists()),
            None => (make_seed(database)?, false),
        };
        Ok(Self { file, signer: Signer::new(&seed)?, signed: None, is_bereft })
    }

    /// The number of the newest entry that was signed for.
    pub(super) fn signed_seq(&self) -> i64 {
        self.signed.as_ref().map_or(0, |(head, _)| head.seq)
    }

    /// Signs this head, unless it is the one that was signed last. The entry it
    /// names must be on the disk. `tables` vouches for what stands beside the chain.
    pub(super) fn sign(&mut self, head: &Head, tables: Option<String>) -> Result<(), RecordError> {
        if self.signed.as_ref().is_some_and(|(signed, beside)| signed == head && *beside == tables) {
            return Ok(());
        }
        let signed = self.signer.sign(head, tables.clone());
        let text = serde_json::to_string(&signed).map_err(|error| RecordError::Store(error.to_string()))?;
        replace(&self.file, &text)?;
        self.signed = Some((head.clone(), tables));
        Ok(())
    }
}

/// What the witness says, if there is one: what it signed, or why it is not
/// believed. A copied database with neither key nor witness is a record all the same.
pub(super) fn testimony(database: &Path) -> Result<Option<Result<SignedHead, String>>, RecordError> {
    let seed = read_seed(database)?;
    let Some(bytes) = read(&beside(database, ".head"))? else {
        return Ok(seed.map(|_| Err("it is missing, and its key is there".into())));
    };
    let Ok(signed) = serde_json::from_slice::<SignedHead>(&bytes) else { return Ok(Some(Err("it cannot be read".into()))) };
    if !signed.is_genuine() {
        return Ok(Some(Err("its signature does not match".into())));
    }
    let own = seed.map(|seed| Signer::new(&seed)).transpose()?.map(|signer| signer.key());
    Ok(Some(match own {
        Some(own) if own != signed.seal.key => Err("it was signed with another key".into()),
        // A copy for somebody who checks it has no key: the one that is named has to be known to them.
        _ => Ok(signed),
    }))
}

fn read_seed(database: &Path) -> Result<Option<[u8; SEED_BYTES]>, RecordError> {
    let path = beside(database, ".key");
    let Some(bytes) = read(&path)? else { return Ok(None) };
    let text = String::from_utf8(bytes).unwrap_or_default();
    let seed = bytes_of(text.trim_end()).and_then(|bytes| bytes.try_into().ok());
    seed.map(Some).ok_or_else(|| RecordError::Damaged { file: path, why: "it is no key".into() })
}

fn make_seed(database: &Path) -> Result<[u8; SEED_BYTES], RecordError> {
    let mut seed = [0; SEED_BYTES];
    super::code::fill(&mut seed)?;
    replace(&beside(database, ".key"), &hex(&seed))?;
    Ok(seed)
}

/// Writes a small file anew. Flushed before it takes the old one's place: a power cut
/// must not leave an empty file.
fn replace(path: &Path, text: &str) -> Result<(), RecordError> {
    let draft = beside(path, ".new");
    let io = |source: std::io::Error| RecordError::io(path, &source);
    let mut file = private_file(&draft)?;
    file.set_len(0).and_then(|()| writeln!(file, "{text}")).and_then(|()| file.sync_all()).map_err(io)?;
    fs::rename(&draft, path).map_err(io)
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
