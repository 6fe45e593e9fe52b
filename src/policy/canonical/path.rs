//! A path: absolute, `.` and `..` and doubled slashes undone, on Windows with
//! forward slashes and a lower-case drive.
//!
//! What a link, a mount or a working directory makes of it cannot be seen here;
//! the well-known second names of a system's own directories can.

use super::{Form, is_clean, is_computed};

/// Directories that some system reaches under both names.
const SECOND_NAMES: [(&str, &str); 9] = [
    ("/private/tmp", "/tmp"),
    ("/private/var", "/var"),
    ("/private/etc", "/etc"),
    ("/system/volumes/data", ""),
    ("/var/run", "/run"),
    ("/var/lock", "/run/lock"),
    ("/bin", "/usr/bin"),
    ("/sbin", "/usr/sbin"),
    ("/lib", "/usr/lib"),
];

/// The one form of a path, or unclear.
pub(in crate::policy) fn path(value: &str) -> Form {
    if !is_clean(value) {
        return Form::Unclear;
    }
    if is_windows(value) {
        return windows(value);
    }
    // A leading `//` is a network share to some readers.
    if !value.starts_with('/') || value.starts_with("//") || is_computed(value) {
        return Form::Unclear;
    }
    let exact = flattened(value);
    if leads_elsewhere(&exact.to_lowercase()) {
        return Form::Unclear;
    }
    let others = second_names(&exact.to_lowercase());
    Form::with([exact], others)
}

/// `C:\x`, `c:/x`
pub(super) fn is_windows(value: &str) -> bool {
    matches!(value.as_bytes(), [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic())
}

/// A pattern over paths and ids as globs; none for an exception that could not be
/// compared. A pattern that is not absolute is meant at any depth.
pub(in crate::policy) fn path_pattern(pattern: &str, is_exception: bool) -> Vec<String> {
    let pattern = if is_windows(pattern) { lower_drive(&pattern.replace('\\', "/")) } else { pattern.to_owned() };
    let pattern = match pattern.strip_suffix('/') {
        Some(directory) if !directory.is_empty() => format!("{directory}/**"),
        _ => pattern,
    };
    let below_home = pattern.starts_with('~') || pattern.starts_with('$');
    if below_home {
        let rest = pattern.split_once('/').map_or("**", |(_, rest)| rest);
        return if is_exception { Vec::new() } else { vec![format!("**/{rest}")] };
    }
    if pattern.starts_with('/') || pattern.starts_with("**/") || is_windows(&pattern) {
        return vec![pattern];
    }
    let relative = pattern.strip_prefix("./").unwrap_or(&pattern);
    vec![format!("**/{relative}"), relative.to_owned()]
}

fn windows(value: &str) -> Form {
    let path = value.replace('\\', "/");
    let rest = path.get(2..).unwrap_or_default();
    // A second colon opens a stream; `~1` is a short name; a trailing dot or space is dropped.
    let has_short_name = rest.as_bytes().windows(2).any(|pair| matches!(pair, [b'~', digit] if digit.is_ascii_digit()));
    let is_trimmed = |part: &str| part.ends_with(['.', ' ']) && !matches!(part, "." | "..");
    if rest.contains(':') || has_short_name || rest.split('/').any(is_trimmed) || is_computed(rest) {
        return Form::Unclear;
    }
    Form::plain(lower_drive(&format!("{}{}", path.get(..2).unwrap_or_default(), flattened(rest))))
}

fn lower_drive(path: &str) -> String {
    let mut path = path.to_owned();
    if let Some(drive) = path.get_mut(..1) {
        drive.make_ascii_lowercase();
    }
    path
}

/// Without empty parts, `.` and `..`.
fn flattened(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// Paths whose meaning depends on the process that opens them, or on a number.
fn leads_elsewhere(path: &str) -> bool {
    let is_process =
        path.starts_with("/proc/") && path.split('/').any(|part| matches!(part, "root" | "cwd" | "fd" | "exe" | "task" | "map_files"));
    is_process || path.starts_with("/dev/fd") || path.starts_with("/.vol/")
}

fn second_names(path: &str) -> Vec<String> {
    let renamed = |from: &str, to: &str| {
        let rest = path.strip_prefix(from).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
        Some(if to.is_empty() && rest.is_empty() { "/".to_owned() } else { format!("{to}{rest}") })
    };
    SECOND_NAMES.iter().flat_map(|(one, two)| [renamed(one, two), renamed(two, one)]).flatten().collect()
}
