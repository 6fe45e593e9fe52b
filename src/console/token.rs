//! The bootstrap token: who holds it is the operator.

use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use subtle::ConstantTimeEq;

/// The token's file in the data dir.
const FILE: &str = "operator.token";

/// The most of it that is read.
const FILE_BYTES_MAX: u64 = 4096;

/// Bytes of randomness: enough that no lock-out is needed.
const RANDOM_BYTES: usize = 32;

/// The bootstrap token. Only its hash is kept.
#[derive(Debug, Clone)]
pub struct Token {
    sha256: [u8; 32],
    file: PathBuf,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file cannot be read or made.
    #[error("the operator's token `{}` cannot be read or made", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What happened.
        #[source]
        source: std::io::Error,
    },
    /// The file holds no token.
    #[error("`{}` holds no token: delete it to get a new one", .file.display())]
    Empty {
        /// Which.
        file: PathBuf,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers ({0})")]
    NoRandomness(String),
}

impl Token {
    /// The token of a data dir, made now (mode 0600) if there is none.
    pub fn open(data_dir: &Path) -> Result<Self, TokenError> {
        let file = data_dir.join(FILE);
        let failed = |source| TokenError::File { file: file.clone(), source };
        if !file.try_exists().map_err(failed)? {
            make(&file)?;
        }
        let token = read_token(data_dir)?;
        Ok(Self { sha256: Sha256::digest(token).into(), file })
    }

    /// Whether this is the token; takes as long for a wrong one as for the right one.
    pub fn is(&self, presented: &[u8]) -> bool {
        let presented: [u8; 32] = Sha256::digest(presented).into();
        presented.ct_eq(&self.sha256).into()
    }

    /// Where it is kept.
    pub fn file(&self) -> &Path {
        &self.file
    }
}

/// The token itself, for a command that speaks to the console.
pub fn read_token(data_dir: &Path) -> Result<String, TokenError> {
    let file = data_dir.join(FILE);
    let mut text = String::new();
    let opened = std::fs::File::open(&file).and_then(|opened| opened.take(FILE_BYTES_MAX).read_to_string(&mut text));
    if let Err(source) = opened {
        return Err(TokenError::File { file, source });
    }
    let token = text.trim();
    if token.len() < RANDOM_BYTES { Err(TokenError::Empty { file }) } else { Ok(token.to_owned()) }
}

fn make(file: &Path) -> Result<(), TokenError> {
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random).map_err(|error| TokenError::NoRandomness(error.to_string()))?;
    let digits: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(file).and_then(|mut file| writeln!(file, "{digits}").and_then(|()| file.sync_all()));
    written.map_err(|source| TokenError::File { file: file.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_made_once_and_only_itself_opens() {
        let dir = tempfile::tempdir().expect("a directory");
        let token = Token::open(dir.path()).expect("a token");
        let text = std::fs::read_to_string(token.file()).expect("a file");
        assert!(token.is(text.trim().as_bytes()) && !token.is(b"") && !token.is(text.as_bytes()));
        assert!(Token::open(dir.path()).expect("the same").is(text.trim().as_bytes()));
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(token.file()).expect("a file").permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn an_emptied_token_file_opens_nothing() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::write(dir.path().join(FILE), "\n").expect("written");
        assert!(matches!(Token::open(dir.path()), Err(TokenError::Empty { .. })));
    }
}
