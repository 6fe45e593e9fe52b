//! The configuration that was taken up last, word for word, in the data dir.
//!
//! It is written beside its place and moved there, so that there is always a whole one.

use crate::config::Origin;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Its file in the data dir.
const FILE: &str = "config.kept";

/// The most of it that is read: the largest configuration, escaped as wastefully as can be.
const FILE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Why what was kept cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// Reading or writing failed.
    #[error("the confirmed configuration `{}` cannot be read or written", .file.display())]
    Disk {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is something else.
    #[error("the confirmed configuration `{}` is damaged", .file.display())]
    Damaged {
        /// Which.
        file: PathBuf,
    },
}

/// What was kept; `None`: nothing yet.
pub(super) fn read(data_dir: &Path) -> Result<Option<Origin>, KeptError> {
    let file = data_dir.join(FILE);
    let mut bytes = Vec::new();
    match File::open(&file).and_then(|open| open.take(FILE_BYTES_MAX).read_to_end(&mut bytes)) {
        Ok(_) => serde_json::from_slice(&bytes).map(Some).map_err(|_| KeptError::Damaged { file }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(KeptError::Disk { file, source }),
    }
}

/// Keeps this one.
pub(super) fn write(data_dir: &Path, origin: &Origin) -> Result<(), KeptError> {
    draft(data_dir, origin)?.keep()
}

/// Writes it beside its place.
pub(super) fn draft(data_dir: &Path, origin: &Origin) -> Result<Draft, KeptError> {
    let file = data_dir.join(FILE);
    let beside = data_dir.join(format!("{FILE}.new"));
    let written = serde_json::to_string(origin).map_err(io::Error::other).and_then(|text| {
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut open = options.open(&beside)?;
        writeln!(open, "{text}").and_then(|()| open.sync_all())
    });
    match written {
        Ok(()) => Ok(Draft { beside, file }),
        Err(source) => Err(KeptError::Disk { file, source }),
    }
}

/// One that is written and does not count yet.
pub(super) struct Draft {
    beside: PathBuf,
    file: PathBuf,
}

impl Draft {
    /// From here on it is what a start begins with.
    pub(super) fn keep(self) -> Result<(), KeptError> {
        let Self { beside, file } = self;
        let moved = fs::rename(&beside, &file).and_then(|()| match file.parent() {
            Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
            _ => Ok(()),
        });
        moved.map_err(|source| KeptError::Disk { file, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_last_is_read_and_a_draft_does_not_count() {
        let dir = tempfile::tempdir().expect("a dir");
        assert!(read(dir.path()).expect("readable").is_none());
        let [one, two] = ["one", "two"].map(|text| Origin { file: Some("/f".into()), text: text.into() });
        write(dir.path(), &one).expect("kept");
        let draft = draft(dir.path(), &two).expect("written");
        assert_eq!(read(dir.path()).expect("readable"), Some(one));
        draft.keep().expect("kept");
        assert_eq!(read(dir.path()).expect("readable"), Some(two));
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(dir.path().join(FILE)).expect("a file").permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn one_that_is_damaged_is_not_taken_for_none() {
        let dir = tempfile::tempdir().expect("a dir");
        for damaged in ["", "{", "{\"file\":null}"] {
            fs::write(dir.path().join(FILE), damaged).expect("written");
            assert!(matches!(read(dir.path()), Err(KeptError::Damaged { .. })), "{damaged:?}");
        }
    }
}
