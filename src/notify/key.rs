//! The key that signs notices, so that a receiver knows whose they are.
//!
//! It lies in the data dir for its owner alone; whoever receives notices copies it
//! from there. The signature is over the time and the body: a notice that somebody
//! kept is not as good as a new one.

use crate::digest::{hex, hmac_sha256};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The key's file in the data dir.
const FILE: &str = "notify.key";

/// Bytes of randomness in a key.
const RANDOM_BYTES: usize = 32;

/// Signs notices.
#[derive(Clone)]
pub(super) struct Key {
    text: String,
    file: PathBuf,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("file", &self.file).finish_non_exhaustive()
    }
}

/// What stands in the head of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signed {
    /// `x-linchpin-timestamp`: seconds since 1970.
    pub(super) timestamp: String,
    /// `x-linchpin-signature`
    pub(super) signature: String,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("the key for notices `{}` cannot be read or made", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What happened.
        #[source]
        source: std::io::Error,
    },
    /// The file holds no key.
    #[error("`{}` holds no key: delete it to get a new one", .file.display())]
    Empty {
        /// Which.
        file: PathBuf,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers ({0})")]
    NoRandomness(String),
}

impl Key {
    /// The key of a data dir, made now (mode 0600) if there is none.
    pub(super) fn open(data_dir: &Path) -> Result<Self, KeyError> {
        let file = data_dir.join(FILE);
        let failed = |source| KeyError::File { file: file.clone(), source };
        if !file.try_exists().map_err(failed)? {
            make(&file)?;
        }
        let text = std::fs::read_to_string(&file).map_err(failed)?.trim().to_owned();
        if text.len() < RANDOM_BYTES {
            return Err(KeyError::Empty { file });
        }
        Ok(Self { text, file })
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// Signs a body sent at this time: HMAC-SHA-256 with the key's text as the key.
    pub(super) fn sign(&self, timestamp: i64, body: &str) -> Signed {
        let timestamp = timestamp.to_string();
        let mac = hmac_sha256(self.text.as_bytes(), format!("{timestamp}.{body}").as_bytes());
        Signed { signature: format!("sha256={}", hex(&mac)), timestamp }
    }
}

fn make(file: &Path) -> Result<(), KeyError> {
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random).map_err(|error| KeyError::NoRandomness(error.to_string()))?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(file).and_then(|mut file| writeln!(file, "{}", hex(&random)).and_then(|()| file.sync_all()));
    written.map_err(|source| KeyError::File { file: file.to_owned(), source })
}
