//! Looks at this machine: accounts, processes, the data dir, signs of a container.
//!
//! Nothing here is trusted with a decision; it is what the operator is told. What cannot
//! be read is told as such.

use super::{Data, Facts};
use crate::config::Config;
use std::net::SocketAddr;

/// Files that container runtimes leave in a container.
const CONTAINER_SIGNS: [&str; 3] = ["/.dockerenv", "/run/.containerenv", "/run/systemd/container"];

/// Variables that they set.
const CONTAINER_VARIABLES: [&str; 2] = ["container", "KUBERNETES_SERVICE_HOST"];

/// What is to be seen by a linchpin with this configuration.
pub fn seen(config: &Config) -> Facts {
    let further = config.agents.values().filter_map(|agent| agent.listen);
    let agents: Vec<SocketAddr> = [config.server.listen].into_iter().chain(further).collect();
    let (account, others) = machine::accounts();
    let company = account.as_ref().and_then(|account| machine::company(account.uid));
    let data = machine::data(&config.server.data);
    Facts { account, company, others, is_container: is_container(), data, console: config.server.console, agents }
}

fn is_container() -> bool {
    CONTAINER_SIGNS.iter().any(|sign| std::path::Path::new(sign).exists())
        || CONTAINER_VARIABLES.iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(unix)]
mod machine {
    //! Users with numbers, modes, and on Linux the processes and the list of accounts.

    use super::Data;
    use crate::separation::Account;
    use std::fs;
    use std::io::{self, Read};
    use std::os::unix::fs::MetadataExt;
    use std::path::{Path, PathBuf};

    /// The most that is read of the list of accounts, and of processes.
    const ACCOUNTS_BYTES_MAX: u64 = 1024 * 1024;
    const PROCESSES_MAX: usize = 100_000;

    /// Rights to write that others than the owner have.
    const WRITABLE_BY_GROUP: u32 = 0o020;
    const WRITABLE_BY_ALL: u32 = 0o002;
    const STICKY: u32 = 0o1000;

    /// One line of the machine's own list of accounts.
    #[derive(Debug, PartialEq, Eq)]
    struct Line<'a> {
        name: &'a str,
        uid: u32,
        gid: u32,
        logs_in: bool,
    }

    /// Who linchpin runs as, and who else can log in.
    pub(super) fn accounts() -> (Option<Account>, Option<Vec<String>>) {
        let uid = rustix::process::geteuid().as_raw();
        match list("/etc/passwd") {
            Some(text) => (Some(account(&text, uid)), Some(others(&text, uid))),
            None => (Some(Account { uid, name: None, logs_in: None }), None),
        }
    }

    /// A list of the machine's. Elsewhere than on Linux people are not in it.
    fn list(file: &str) -> Option<String> {
        if !cfg!(target_os = "linux") {
            return None;
        }
        let mut bytes = Vec::new();
        fs::File::open(file).and_then(|file| file.take(ACCOUNTS_BYTES_MAX).read_to_end(&mut bytes)).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// `name:password:uid:gid:comment:home:shell`; an empty shell is the usual one.
    fn read(line: &str) -> Option<Line<'_>> {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, uid, gid, _, _, shell] = fields.as_slice() else { return None };
        let program = shell.trim().rsplit('/').next().unwrap_or_default();
        let logs_in = !matches!(program, "nologin" | "false" | "true" | "sync" | "halt" | "shutdown");
        Some(Line { name, uid: uid.parse().ok()?, gid: gid.parse().ok()?, logs_in })
    }

    fn account(text: &str, uid: u32) -> Account {
        let own: Vec<Line<'_>> = text.lines().filter_map(read).filter(|line| line.uid == uid).collect();
        let logs_in = (!own.is_empty()).then(|| own.iter().any(|line| line.logs_in));
        Account { uid, name: own.first().map(|line| line.name.to_owned()), logs_in }
    }

    fn others(text: &str, uid: u32) -> Vec<String> {
        let lines = text.lines().filter_map(read);
        lines.filter(|line| line.logs_in && line.uid != uid && line.uid != 0).map(|line| line.name.to_owned()).collect()
    }

    /// The other processes of this user, by name.
    pub(super) fn company(uid: u32) -> Option<Vec<String>> {
        if !cfg!(target_os = "linux") {
            return None;
        }
        let own = std::process::id();
        let is_company = |entry: &fs::DirEntry| {
            let number = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
            number.is_some_and(|number| number != own) && entry.metadata().is_ok_and(|found| found.uid() == uid)
        };
        let entries = fs::read_dir("/proc").ok()?.flatten().take(PROCESSES_MAX).filter(is_company);
        Some(entries.map(|entry| name(&entry.path())).collect())
    }

    /// The kernel keeps 15 bytes of it.
    fn name(process: &Path) -> String {
        let read = fs::read(process.join("comm")).unwrap_or_default();
        String::from_utf8_lossy(&read).trim_end().to_owned()
    }

    pub(super) fn data(path: &Path) -> Option<Data> {
        match fs::symlink_metadata(path) {
            Ok(found) => Some(Data::There { mode: found.mode() & 0o7777, open_above: open_above(path) }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(Data::NotThere),
            Err(_) => None,
        }
    }

    /// Whoever may write to a folder may exchange what is in it, unless it is sticky.
    fn open_above(path: &Path) -> Option<PathBuf> {
        let own = rustix::process::geteuid().as_raw();
        let (people, groups) = (list("/etc/passwd"), list("/etc/group"));
        let is_own = |gid| people.as_deref().zip(groups.as_deref()).is_some_and(|(people, groups)| is_own_group(people, groups, gid, own));
        let is_open = |folder: &&Path| {
            fs::metadata(folder).is_ok_and(|found| {
                let has = |right| found.mode() & right != 0 && found.mode() & STICKY == 0;
                (found.uid() != own && found.uid() != 0)
                    || has(WRITABLE_BY_ALL)
                    || (has(WRITABLE_BY_GROUP) && found.gid() != 0 && !is_own(found.gid()))
            })
        };
        path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty()).find(is_open).map(Path::to_owned)
    }

    /// Whether nobody but this user is in a group, as in those that many systems make for each user.
    fn is_own_group(people: &str, groups: &str, gid: u32, uid: u32) -> bool {
        let own: Vec<&str> = people.lines().filter_map(read).filter(|line| line.uid == uid).map(|line| line.name).collect();
        let is_others = people.lines().filter_map(read).any(|line| line.gid == gid && line.uid != uid);
        // `name:password:gid:members`
        let of_group = groups.lines().map(|line| line.split(':').collect::<Vec<&str>>());
        let mut of_group = of_group.filter(|fields| fields.get(2).is_some_and(|number| number.parse() == Ok(gid))).peekable();
        let is_known = of_group.peek().is_some();
        let mut members =
            of_group.flat_map(|fields| fields.get(3).map(|members| members.split(',')).into_iter().flatten().collect::<Vec<_>>());
        is_known && !is_others && members.all(|member| member.trim().is_empty() || own.contains(&member.trim()))
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use std::os::unix::fs::PermissionsExt;

        const LIST: &str = "root:x:0:0::/root:/bin/bash\ndaemon:x:1:1::/:/usr/sbin/nologin\nann:x:1000:1000:Ann:/home/ann:/bin/zsh\n\
             bob:x:1001:1001::/home/bob:\nlinchpin:x:990:990::/var/lib/linchpin:/bin/false\nsync:x:4:65534::/bin:/bin/sync\nbroken\n+::::::\n";

        #[test]
        fn whoever_has_a_shell_can_log_in() {
            assert_eq!(others(LIST, 990), ["ann", "bob"], "root is the administrator; the rest has no shell");
            assert_eq!(others(LIST, 1000), ["bob"]);
            assert_eq!(account(LIST, 990), Account { uid: 990, name: Some("linchpin".into()), logs_in: Some(false) });
            assert_eq!(account(LIST, 1001), Account { uid: 1001, name: Some("bob".into()), logs_in: Some(true) });
            assert_eq!(account(LIST, 10001), Account { uid: 10001, name: None, logs_in: None });
        }

        #[test]
        fn one_number_with_two_names_is_one_account() {
            let list = "app:x:990:990::/:/usr/sbin/nologin\napp-login:x:990:990::/:/bin/sh\n";
            assert_eq!(account(list, 990).logs_in, Some(true));
        }

        #[test]
        fn a_folder_in_which_the_data_dir_can_be_exchanged_is_named() {
            let dir = tempfile::tempdir().expect("a dir");
            let (above, data_dir) = (dir.path().join("above"), dir.path().join("above/data"));
            fs::create_dir_all(&data_dir).expect("made");
            let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
            mode(&data_dir, 0o700);
            for (open, named) in [(0o755, false), (0o777, true), (0o1777, false)] {
                mode(&above, open);
                let Some(Data::There { mode: 0o700, open_above }) = super::data(&data_dir) else { panic!("it is there") };
                assert_eq!(open_above == Some(above.clone()), named, "{open:o}: {open_above:?}");
            }
            assert_eq!(super::data(&above.join("none")), Some(Data::NotThere));
        }

        #[test]
        fn a_group_of_one_user_alone_lets_nobody_else_write() {
            let groups = "ann:x:1000:\nbob:x:1001:bob,ann\nstaff:x:50:\nteam:x:60:ann,bob\n";
            let people = format!("{LIST}cem:x:1002:50::/:/bin/sh\n");
            assert!(is_own_group(&people, groups, 1000, 1000));
            assert!(!is_own_group(&people, groups, 1001, 1000), "bob is in it");
            assert!(!is_own_group(&people, groups, 50, 1000), "it is somebody's first group");
            assert!(!is_own_group(&people, groups, 60, 1000) && !is_own_group(&people, groups, 61, 1000), "members, or in no list");
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn another_process_of_this_user_is_company() {
            let mut child = std::process::Command::new("sleep").arg("30").spawn().expect("it starts");
            // Until it has begun it bears this program's name.
            let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
            let is_there = || company(rustix::process::geteuid().as_raw()).expect("a list").iter().any(|name| name == "sleep");
            while !is_there() && std::time::Instant::now() < until {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            assert!(is_there());
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[cfg(not(unix))]
mod machine {
    //! Where users have no numbers nothing of this can be told.

    use super::Data;
    use crate::separation::Account;
    use std::path::Path;

    pub(super) fn accounts() -> (Option<Account>, Option<Vec<String>>) {
        (None, None)
    }

    pub(super) fn company(_uid: u32) -> Option<Vec<String>> {
        None
    }

    pub(super) fn data(_path: &Path) -> Option<Data> {
        None
    }
}
