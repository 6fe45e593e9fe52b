//! scp, rsync, sftp and their kin: which side is here, which is elsewhere.

use super::super::Feed;
use super::super::expand::Argument;
use super::super::walk::Walker;
use crate::action::paths;
use crate::action::reading::{evidence, target};
use crate::call::{Action, Count, TargetSort};
use crate::kind::Kind;

/// scp, rsync: from here to there is disclosed, from there to here is written.
pub(super) fn copy(walker: &mut Walker<'_>, name: &str, rest: &[Argument], feed: &Feed) {
    const VALUES: [&str; 18] = [
        "-i",
        "-P",
        "-p-",
        "-o",
        "-F",
        "-l",
        "-c",
        "-S",
        "-J",
        "-e",
        "--rsh",
        "--exclude",
        "--include",
        "--filter",
        "--files-from",
        "-f",
        "-b",
        "--exclude-from",
    ];
    let mut names: Vec<&Argument> = Vec::new();
    let mut at = 0;
    while let Some(argument) = rest.get(at) {
        at += 1;
        if VALUES.contains(&argument.text.as_str()) {
            at += 1;
        } else if !argument.text.starts_with('-') {
            names.push(argument);
        }
    }
    let has = |flags: &[&str]| {
        rest.iter().any(|a| {
            flags.iter().any(|flag| {
                a.text == *flag
                    || (flag.len() == 2
                        && a.text.starts_with('-')
                        && !a.text.starts_with("--")
                        && flag.chars().nth(1).is_some_and(|c| a.text.contains(c)))
            })
        })
    };
    if name == "rsync" && has(&["-n", "--dry-run"]) {
        return walker.reading.note(Kind::Read, "shows what would be copied by", name);
    }
    if let Some(text) = feed.text.as_deref().filter(|_| matches!(name, "sftp" | "lftp" | "ftp")) {
        return transfer_script(walker, name, text);
    }
    if let Some(script) = rest.iter().skip_while(|a| a.text != "-e" && a.text != "-c").nth(1).filter(|_| name == "lftp") {
        return transfer_script(walker, name, &script.text);
    }
    let deletes = rest.iter().any(|a| a.text.starts_with("--delete") || a.text == "--remove-source-files");
    let Some((target_name, sources)) = names.split_last() else { return walker.reading.note(Kind::Read, "the command", name) };
    if deletes {
        walker.reading.add(
            Action::new(Kind::Delete, evidence("deletes what is not in the source by", name))
                .on([target(TargetSort::Path, &target_name.text)])
                .counting(Count::Set),
        );
    }
    let is_sent = is_remote(&target_name.text) || matches!(name, "croc" | "wormhole" | "magic-wormhole");
    if is_sent && !sources.iter().all(|source| is_remote(&source.text)) {
        let host = target_name.text.split(':').next().unwrap_or_default();
        let targets = sources
            .iter()
            .map(|s| target(TargetSort::Path, &s.text))
            .chain([target(TargetSort::Host, host.rsplit('@').next().unwrap_or(host))]);
        return walker.reading.add(Action::new(Kind::Disclose, evidence("local files go to the network by", name)).on(targets));
    }
    if matches!(name, "sftp" | "lftp" | "ftp") {
        return walker.reading.note(Kind::Execute, "a session that the call does not show", name);
    }
    for kind in paths::effects_of_writing(&target_name.text) {
        walker.reading.add(Action::new(kind, evidence("written by", name)).on([target(TargetSort::Path, &target_name.text)]));
    }
    walker.reading.add(Action::new(Kind::Write, evidence("the command", name)).on([target(TargetSort::Path, &target_name.text)]));
}

fn transfer_script(walker: &mut Walker<'_>, name: &str, script: &str) {
    for line in script.split(['\n', ';']) {
        let kind = match line.split_whitespace().next().unwrap_or_default() {
            "put" | "mput" | "reput" | "mirror" if !line.contains("mirror") || line.contains("-R") => Kind::Disclose,
            "rm" | "mrm" | "rmdir" | "delete" | "mdelete" | "del" => Kind::Delete,
            "chmod" | "chown" | "chgrp" => Kind::Permission,
            "get" | "mget" | "mkdir" | "rename" | "mirror" | "lcd" => Kind::Write,
            "" => continue,
            _ => Kind::Read,
        };
        walker.reading.note(kind, "a line for", &format!("{name}: {line}"));
    }
}

/// `host:path`, `user@host:path`, `rsync://…`; not a drive letter.
fn is_remote(text: &str) -> bool {
    text.contains("://") || text.split_once(':').is_some_and(|(host, _)| host.len() > 1 && !host.contains('/'))
}
