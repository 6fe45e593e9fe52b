//! Files and dirs that are trusted, and those that are not.
#![cfg(unix)]

use super::pin;
use crate::config::{Asked, check_data_dir, load, prepare_data_dir, write_new};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).expect("a file");
        set_mode(&path, 0o600);
        path
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("there").permissions().mode() & 0o7777
}

/// `Ok`, or what was said.
fn loading(path: &Path) -> Result<(), String> {
    let asked = Asked { config: Some(path.to_owned()), data: Some("/var/lib/linchpin".into()), ..Asked::default() };
    load(&asked).map(|_| ()).map_err(|error| error.render(false))
}

#[test]
fn a_file_that_others_may_write_is_refused() {
    let folder = Folder::new();
    let file = folder.file("linchpin.toml", pin(""));
    for good in [0o600, 0o644, 0o400] {
        set_mode(&file, good);
        assert_eq!(loading(&file), Ok(()));
    }
    for loose in [0o620, 0o602, 0o666] {
        set_mode(&file, loose);
        assert!(loading(&file).is_err_and(|error| error.contains("may be written by others") && error.contains("help: ")));
    }
}

#[test]
fn a_file_in_a_folder_that_anybody_may_write_to_is_refused_unless_the_folder_is_sticky() {
    let folder = Folder::new();
    let file = folder.file("linchpin.toml", pin(""));
    set_mode(folder.0.path(), 0o777);
    assert!(loading(&file).is_err_and(|error| error.contains("anybody may write to")));
    set_mode(folder.0.path(), 0o1777);
    assert_eq!(loading(&file), Ok(()));
}

#[test]
fn a_symlink_is_refused_and_what_it_leads_to_is_not() {
    let folder = Folder::new();
    let file = folder.file("real.toml", pin(""));
    let link = folder.path("linchpin.toml");
    symlink(&file, &link).expect("a link");
    assert!(loading(&link).is_err_and(|error| error.contains("is a symlink")));
    assert_eq!(loading(&file), Ok(()));
}

#[test]
fn another_users_file_and_dir_are_refused() {
    let folder = Folder::new();
    let (file, data) = (folder.file("linchpin.toml", pin("")), folder.path("data"));
    fs::create_dir(&data).expect("a dir");
    let other = Some(rustix::process::geteuid().as_raw() + 1);
    // Only root may give a file away; anybody else has no such file to test with.
    let mut given = [&file, &data].into_iter().map(|path| std::os::unix::fs::chown(path, other, None));
    if given.any(|given| given.is_err()) {
        return;
    }
    assert!(loading(&file).is_err_and(|error| error.contains("belongs to another user")));
    assert!(prepare_data_dir(&data).is_err() && check_data_dir(&data).is_err());
}

#[test]
fn what_is_no_text_file_is_refused_at_once() {
    let folder = Folder::new();
    assert!(loading(folder.0.path()).is_err_and(|error| error.contains("is not a file")));
    assert!(loading(&folder.path("absent")).is_err_and(|error| error.contains("cannot read")));
    assert!(loading(Path::new("/dev/zero")).is_err());
    assert!(loading(&folder.file("latin", b"[server]\n# caf\xe9\n")).is_err_and(|error| error.contains("not UTF-8 in line 2")));
    let large = format!("# {}\n{}", "x".repeat(1024 * 1024), pin(""));
    assert!(loading(&folder.file("large", &large)).is_err_and(|error| error.contains("larger than")));
    assert_eq!(loading(&folder.file("fits", large[64 * 1024..].replacen('x', "#", 1))), Ok(()));
}

#[test]
fn a_missing_data_dir_is_made_for_its_owner_alone() {
    let folder = Folder::new();
    let data = folder.path("a/b");
    assert_eq!(check_data_dir(&data).ok(), Some(false));
    prepare_data_dir(&data).expect("a data dir");
    assert_eq!(mode(&data), 0o700);
    assert_eq!(check_data_dir(&data).ok(), Some(true));
}

#[test]
fn a_loose_data_dir_is_tightened_and_not_refused() {
    let folder = Folder::new();
    let data = folder.path("data");
    fs::create_dir(&data).expect("a dir");
    set_mode(&data, 0o777);
    prepare_data_dir(&data).expect("a data dir");
    assert_eq!(mode(&data), 0o700);
}

#[test]
fn a_data_dir_that_is_a_symlink_is_refused_also_with_a_slash_behind_it() {
    let folder = Folder::new();
    fs::create_dir(folder.path("real")).expect("a dir");
    symlink(folder.path("real"), folder.path("data")).expect("a link");
    for spelled in ["data", "data/", "data/.", "./data//"] {
        assert!(prepare_data_dir(&folder.path(spelled)).is_err(), "{spelled}");
    }
    prepare_data_dir(&folder.path("real/")).expect("a data dir");
    prepare_data_dir(&folder.file("file", "")).expect_err("a file is no dir");
}

#[test]
fn a_new_file_is_for_its_owner_alone_and_an_old_one_is_left_alone() {
    let folder = Folder::new();
    let path = folder.path("new/linchpin.toml");
    write_new(&path, "one").expect("written");
    assert_eq!((mode(&path), mode(path.parent().expect("a folder"))), (0o600, 0o700));
    assert!(write_new(&path, "two").is_err_and(|error| error.to_string().contains("is there already")));
    assert_eq!(fs::read_to_string(&path).expect("there"), "one");
    symlink(folder.path("nowhere"), folder.path("dangling")).expect("a link");
    write_new(&folder.path("dangling"), "x").expect_err("a link is there");
}

#[test]
fn without_any_data_dir_only_those_who_need_one_are_told() {
    let error = prepare_data_dir(Path::new("")).expect_err("no data dir");
    assert_eq!(error.to_string(), "this user has no data dir");
}
