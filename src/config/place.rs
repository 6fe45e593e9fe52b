//! Where the configuration and the data are, and whether those places can be trusted.
//!
//! The configuration decides what is let through, and the data dir holds the
//! record and the operator's token. So neither may be a symlink, another user's, or
//! writable by others: whoever could put their own in place would own the rules.
//! The working directory is never looked at: a cloned repository must not bring
//! its own rules.

use etcetera::{AppStrategy, AppStrategyArgs, app_strategy};
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// The most bytes a configuration file may have.
pub(super) const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// The file's name in the platform's config dir.
pub(super) const FILE_NAME: &str = "linchpin.toml";

/// What is tried on a data dir with a loose mode.
const TIGHTEN: &str = "tighten";

/// Why a file or a dir cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The platform names none for this user.
    #[error("this user has no data dir")]
    NoDataDir,
    /// Reading or writing failed.
    #[error("cannot {what} `{}`", path.display())]
    Disk {
        /// What was tried.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        cause: io::Error,
    },
    /// It could be somebody else's words.
    #[error("`{}` {why}", path.display())]
    Untrusted {
        /// The file or dir.
        path: PathBuf,
        /// What speaks against it.
        why: String,
        /// A way out.
        help: String,
    },
    /// It is not what it should be.
    #[error("`{}` {why}", path.display())]
    Unfit {
        /// The file or dir.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

impl PlaceError {
    fn disk(what: &'static str, path: &Path, cause: io::Error) -> Self {
        Self::Disk { what, path: path.to_owned(), cause }
    }

    fn untrusted(path: &Path, why: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Untrusted { path: path.to_owned(), why: why.into(), help: help.into() }
    }

    fn unfit(path: &Path, why: impl Into<String>) -> Self {
        Self::Unfit { path: path.to_owned(), why: why.into() }
    }

    /// The error with its cause and a way out, for a person.
    pub(super) fn render(&self) -> String {
        let cause = match self {
            Self::Disk { cause, .. } => format!(": {cause}"),
            _ => String::new(),
        };
        let help = match self {
            Self::NoDataDir => Some("name one with `--data DIR`"),
            Self::Untrusted { help, .. } => Some(help.as_str()),
            Self::Disk { .. } | Self::Unfit { .. } => None,
        };
        let help = help.map_or_else(String::new, |help| format!("  help: {}\n", crate::show::escape(help)));
        format!("  × {}\n{help}", crate::show::escape(&format!("{self}{cause}")))
    }
}

/// linchpin's directories, where this platform keeps such things.
fn own_dirs() -> Option<impl AppStrategy> {
    let args = AppStrategyArgs { top_level_domain: String::new(), author: String::new(), app_name: "linchpin".into() };
    app_strategy::choose_native_strategy(args).ok()
}

/// The configuration file in the platform's config dir, there or not.
pub fn usual_file() -> Option<PathBuf> {
    Some(own_dirs()?.config_dir().join(FILE_NAME))
}

/// The platform's data dir. Empty where it names none: whoever needs a data dir is
/// told so then (`prepare_data_dir`), and whoever needs none never learns of it.
pub(super) fn usual_data() -> PathBuf {
    own_dirs().map(|dirs| dirs.data_dir()).unwrap_or_default()
}

/// A data dir's path from the root.
fn data_dir(path: &Path) -> Result<PathBuf, PlaceError> {
    if path.as_os_str().is_empty() { Err(PlaceError::NoDataDir) } else { absolute(path) }
}

/// The file that is to be used: the one asked for, else the usual one if it is there.
pub(super) fn find(asked: Option<&Path>) -> Result<Option<PathBuf>, PlaceError> {
    if let Some(path) = asked {
        return absolute(path).map(Some);
    }
    let Some(path) = usual_file() else { return Ok(None) };
    match fs::symlink_metadata(&path) {
        Ok(_) => trust::check_own_folder(&path).map(|()| Some(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(PlaceError::disk("look at", &path, error)),
    }
}

/// A path from the root, without `.` and without a slash at its end (which would
/// make the system follow a symlink there).
pub(super) fn absolute(path: &Path) -> Result<PathBuf, PlaceError> {
    let path = std::path::absolute(path).map_err(|error| PlaceError::disk("find", path, error))?;
    Ok(path.components().filter(|part| !matches!(part, Component::CurDir)).collect())
}

/// Reads a configuration file that can be trusted.
pub(super) fn read(path: &Path) -> Result<String, PlaceError> {
    let mut file = trust::open_file(path)?;
    let mut bytes = Vec::new();
    file.by_ref().take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| PlaceError::disk("read", path, error))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(PlaceError::unfit(path, format!("is larger than {FILE_BYTES_MAX} bytes")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let line = 1 + error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|byte| **byte == b'\n').count();
        PlaceError::unfit(path, format!("is not UTF-8 in line {line}"))
    })
}

/// Makes the data dir ready to be used: created with mode 0700, or checked and, if
/// its mode is loose, tightened.
pub fn prepare_data_dir(path: &Path) -> Result<(), PlaceError> {
    let path = data_dir(path)?;
    if fs::symlink_metadata(&path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        trust::create_dir(&path)?;
    }
    trust::tighten_dir(&path)
}

/// Checks a data dir that is only read: nothing is created, and a loose mode that
/// cannot be tightened (on a read-only disk) is no obstacle. `false`: it is not there.
pub fn check_data_dir(path: &Path) -> Result<bool, PlaceError> {
    let path = data_dir(path)?;
    match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        _ => match trust::tighten_dir(&path) {
            Err(PlaceError::Disk { what: TIGHTEN, .. }) | Ok(()) => Ok(true),
            Err(error) => Err(error),
        },
    }
}

/// Writes a new configuration file, mode 0600; its folder is created if need be.
pub fn write_new(path: &Path, text: &str) -> Result<(), PlaceError> {
    use std::io::Write;
    if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
        trust::create_dir(folder)?;
    }
    let mut file = trust::create_file(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => PlaceError::unfit(path, "is there already, and is left as it is"),
        _ => PlaceError::disk("write", path, error),
    })?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| PlaceError::disk("write", path, error))
}

fn refuse_symlink(path: &Path) -> Result<(), PlaceError> {
    let found = fs::symlink_metadata(path).map_err(|error| PlaceError::disk("read", path, error))?;
    if found.is_symlink() {
        return Err(PlaceError::untrusted(path, "is a symlink", "name the place it leads to"));
    }
    Ok(())
}

#[cfg(unix)]
mod trust {
    //! Looks at what was opened, not at a name that could be exchanged in between.

    use super::{PlaceError, refuse_symlink};
    use rustix::fs::OFlags;
    use std::fs::{self, File, OpenOptions};
    use std::io;
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
    use std::path::Path;

    /// Group's and others' right to write.
    const WRITABLE_BY_OTHERS: u32 = 0o022;

    /// Whoever may write into such a folder may exchange a file in it, unless it is sticky.
    const WORLD_WRITABLE: u32 = 0o002;
    const STICKY: u32 = 0o1000;

    pub(super) fn open_file(path: &Path) -> Result<File, PlaceError> {
        refuse_symlink(path)?;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path);
        let file = opened.map_err(|error| PlaceError::disk("read", path, error))?;
        let found = file.metadata().map_err(|error| PlaceError::disk("read", path, error))?;
        if !found.is_file() {
            return Err(PlaceError::unfit(path, "is not a file"));
        }
        refuse_foreign(path, &found)?;
        if found.mode() & WRITABLE_BY_OTHERS != 0 {
            let why = format!("may be written by others (mode {:04o})", found.mode() & 0o7777);
            return Err(PlaceError::untrusted(path, why, "run `chmod go-w` on it, after a look at what it says"));
        }
        refuse_open_folder(path)?;
        Ok(file)
    }

    /// The folder that linchpin looks into by itself is nobody else's.
    pub(super) fn check_own_folder(file: &Path) -> Result<(), PlaceError> {
        let Some(folder) = file.parent() else { return Ok(()) };
        refuse_symlink(folder)?;
        let found = fs::metadata(folder).map_err(|error| PlaceError::disk("look at", folder, error))?;
        refuse_foreign(folder, &found)
    }

    pub(super) fn create_file(path: &Path) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
    }

    pub(super) fn create_dir(path: &Path) -> Result<(), PlaceError> {
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(|error| PlaceError::disk("create", path, error))
    }

    pub(super) fn tighten_dir(path: &Path) -> Result<(), PlaceError> {
        refuse_symlink(path)?;
        let flags = OFlags::NOFOLLOW | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let opened = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path);
        let dir = opened.map_err(|error| match error.kind() {
            io::ErrorKind::NotADirectory => PlaceError::unfit(path, "is not a directory"),
            _ => PlaceError::disk("open", path, error),
        })?;
        let found = dir.metadata().map_err(|error| PlaceError::disk("open", path, error))?;
        refuse_foreign(path, &found)?;
        if found.mode() & 0o077 != 0 {
            dir.set_permissions(fs::Permissions::from_mode(0o700)).map_err(|error| PlaceError::disk(super::TIGHTEN, path, error))?;
        }
        Ok(())
    }

    fn refuse_foreign(path: &Path, found: &fs::Metadata) -> Result<(), PlaceError> {
        let own = rustix::process::geteuid().as_raw();
        if found.uid() != own && found.uid() != 0 {
            let why = format!("belongs to another user (uid {}, linchpin runs as {own})", found.uid());
            return Err(PlaceError::untrusted(path, why, "run linchpin as that user, or make a copy that is your own"));
        }
        Ok(())
    }

    fn refuse_open_folder(path: &Path) -> Result<(), PlaceError> {
        let Some(folder) = path.parent() else { return Ok(()) };
        let found = fs::metadata(folder).map_err(|error| PlaceError::disk("look at", folder, error))?;
        if found.mode() & WORLD_WRITABLE != 0 && found.mode() & STICKY == 0 {
            let why = format!("lies in a folder that anybody may write to (mode {:04o})", found.mode() & 0o7777);
            return Err(PlaceError::untrusted(path, why, format!("run `chmod o-w {}`, after a look at the file", folder.display())));
        }
        Ok(())
    }
}

#[cfg(not(unix))]
mod trust {
    //! Where the system has no owners and modes of this kind, only symlinks are refused.

    use super::{PlaceError, refuse_symlink};
    use std::fs::{self, File, OpenOptions};
    use std::io;
    use std::path::Path;

    pub(super) fn open_file(path: &Path) -> Result<File, PlaceError> {
        refuse_symlink(path)?;
        let file = File::open(path).map_err(|error| PlaceError::disk("read", path, error))?;
        if !file.metadata().map_err(|error| PlaceError::disk("read", path, error))?.is_file() {
            return Err(PlaceError::unfit(path, "is not a file"));
        }
        Ok(file)
    }

    pub(super) fn check_own_folder(file: &Path) -> Result<(), PlaceError> {
        file.parent().map_or(Ok(()), refuse_symlink)
    }

    pub(super) fn create_file(path: &Path) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).open(path)
    }

    pub(super) fn create_dir(path: &Path) -> Result<(), PlaceError> {
        fs::create_dir_all(path).map_err(|error| PlaceError::disk("create", path, error))
    }

    pub(super) fn tighten_dir(path: &Path) -> Result<(), PlaceError> {
        refuse_symlink(path)?;
        if !path.is_dir() {
            return Err(PlaceError::unfit(path, "is not a directory"));
        }
        Ok(())
    }
}
