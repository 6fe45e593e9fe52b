//! Where the running console listens: a note in the data dir, for the commands that
//! speak to it.
//!
//! A command sends the operator's token only to the address that the linchpin
//! which holds this data dir wrote down, not to whoever listens on a usual port.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;

/// The note's file in the data dir.
const FILE: &str = "console.address";

/// The most of it that is read.
const FILE_BYTES_MAX: usize = 128;

/// Notes where the console listens.
pub fn note_address(data_dir: &Path, address: SocketAddr) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = data_dir.join(FILE);
    match std::fs::remove_file(&file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    writeln!(options.open(&file)?, "{address}")
}

/// What was noted last; whether that linchpin still runs is another question.
pub fn noted_address(data_dir: &Path) -> Option<SocketAddr> {
    let text = std::fs::read(data_dir.join(FILE)).ok().filter(|bytes| bytes.len() <= FILE_BYTES_MAX)?;
    String::from_utf8(text).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_note_counts_and_nonsense_does_not() {
        let dir = tempfile::tempdir().expect("a directory");
        assert_eq!(noted_address(dir.path()), None);
        for port in [4142, 4999] {
            let address = SocketAddr::from(([127, 0, 0, 1], port));
            note_address(dir.path(), address).expect("noted");
            assert_eq!(noted_address(dir.path()), Some(address));
        }
        std::fs::write(dir.path().join(FILE), "evil.example:80").expect("written");
        assert_eq!(noted_address(dir.path()), None);
    }
}
