//! Tools that manage other machines, and jobs of Windows: the module or the job decides.

use super::super::expand::Argument;
use super::super::walk::Walker;
use super::super::windows::{self, Dialect};
use super::super::{Feed, read_with, subcommand};
use super::operands;
use crate::kind::Kind;

/// `ansible hosts -m module -a arguments`
pub(super) fn ansible(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) {
    let value = |flags: &[&str]| {
        let glued = |a: &Argument| flags.iter().find_map(|flag| a.text.strip_prefix(&format!("{flag}=")).map(str::to_owned));
        let at = rest.iter().position(|a| flags.contains(&a.text.as_str()));
        at.and_then(|at| rest.get(at + 1)).map(|a| a.text.clone()).or_else(|| rest.iter().find_map(glued))
    };
    let module = value(&["-m", "--module-name"]).unwrap_or_else(|| "command".to_owned());
    let module = module.rsplit('.').next().unwrap_or_default().to_owned();
    let arguments = value(&["-a", "--args"]).unwrap_or_default();
    let asks = ["-C", "--check", "--list-hosts", "--syntax-check", "--version", "--help"];
    if rest.iter().any(|a| asks.contains(&a.text.as_str())) {
        return walker.reading.note(Kind::Read, "only shows what would be done by", "ansible");
    }
    let kind = match module.as_str() {
        "shell" | "command" | "raw" | "expect" if !arguments.is_empty() => return read_with(walker.reading, &arguments, None, feed),
        "win_shell" | "win_command" | "win_powershell" => {
            return windows::inside(walker, Dialect::PowerShell, &arguments, feed);
        }
        _ if arguments.contains("state=absent") => Kind::Delete,
        "ping" | "setup" | "debug" | "stat" | "find" | "slurp" | "gather_facts" | "assert" | "package_facts" | "service_facts" => {
            Kind::Read
        }
        "copy" | "template" | "file" | "lineinfile" | "blockinfile" | "fetch" | "unarchive" | "get_url" | "git" | "synchronize" => {
            Kind::Write
        }
        "apt" | "yum" | "dnf" | "pip" | "package" | "npm" | "gem" | "apk" | "pacman" => Kind::ExecuteInstall,
        "user" | "group" | "authorized_key" | "acl" | "firewalld" | "iptables" | "ufw" | "sudoers" | "selinux" => Kind::Permission,
        "script" => Kind::Execute,
        "mail" | "slack" | "telegram" => Kind::Send,
        _ => Kind::Deploy,
    };
    walker.reading.note(kind, "the module", &module);
}

/// `salt targets module.function arguments`
pub(super) fn salt(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) {
    let words = operands(rest);
    let Some(at) = words.iter().position(|a| a.text.contains('.') && !a.text.contains(['*', '/', ' ', '@'])) else {
        return walker.reading.note(Kind::Deploy, "the command", "salt");
    };
    let function = words.get(at).map(|a| a.text.as_str()).unwrap_or_default();
    let arguments = words.get(at + 1..).unwrap_or_default();
    let (module, verb) = function.split_once('.').unwrap_or((function, ""));
    let kinds = match (module, verb) {
        ("cmd", "run" | "shell" | "run_all" | "run_stdout" | "retcode" | "exec_code") => match arguments.first() {
            Some(line) => return read_with(walker.reading, &line.text, None, feed),
            None => vec![Kind::Execute],
        },
        ("test" | "grains" | "pillar" | "status" | "network" | "disk" | "sys", _) => vec![Kind::Read],
        ("state", _) if rest.iter().any(|a| a.text.eq_ignore_ascii_case("test=true")) => vec![Kind::Read],
        ("state" | "service" | "system", "show_sls" | "status" | "get_all" | "show_top") => vec![Kind::Read],
        ("state" | "service" | "system", _) => vec![Kind::Deploy],
        ("pkg", "install") => vec![Kind::ExecuteInstall],
        ("user" | "group" | "shadow" | "ssh" | "iptables", verb) if !verb.starts_with("info") && !verb.starts_with("list") => {
            vec![Kind::Permission]
        }
        (_, verb) => {
            let word = verb.replace('_', "-");
            subcommand::kinds(std::iter::once(word.as_str())).unwrap_or_else(|| vec![Kind::Deploy])
        }
    };
    kinds.into_iter().for_each(|kind| walker.reading.note(kind, "the function", function));
}

/// `schtasks /create /tr "program"`: what runs later counts as run.
pub(super) fn schtasks(walker: &mut Walker<'_>, rest: &[Argument]) {
    let has = |switch: &str| rest.iter().any(|a| a.text.eq_ignore_ascii_case(switch));
    if has("/create") || has("/change") {
        walker.reading.note(Kind::Execute, "runs later by", "schtasks");
        let at = rest.iter().position(|a| a.text.eq_ignore_ascii_case("/tr"));
        if let Some(line) = at.and_then(|at| rest.get(at + 1)) {
            windows::inside(walker, Dialect::Cmd, &line.text, &Feed::default());
        }
        return;
    }
    let kind = match () {
        () if has("/delete") => Kind::Delete,
        () if has("/run") => Kind::Execute,
        () if has("/end") => Kind::Deploy,
        () => Kind::Read,
    };
    walker.reading.note(kind, "the command", "schtasks");
}

/// `forfiles /c "command"`, `runas /user:x "command"`, `psexec \\\\host command`: the line decides.
pub(super) fn line_of_windows(walker: &mut Walker<'_>, name: &str, rest: &[Argument]) {
    let at = match name {
        "forfiles" => rest.iter().position(|a| a.text.eq_ignore_ascii_case("/c")).map(|at| at + 1),
        _ => rest.iter().position(|a| !a.text.starts_with(['/', '-', '\\'])),
    };
    let line = at.map(|at| rest.get(at..).unwrap_or_default()).unwrap_or_default();
    if line.is_empty() {
        return walker.reading.note(Kind::Read, "nothing is run by", name);
    }
    let take = if name == "forfiles" { 1 } else { line.len() };
    let line = line.iter().take(take).map(|a| a.text.as_str()).collect::<Vec<_>>().join(" ");
    windows::inside(walker, Dialect::Cmd, &line, &Feed::default());
}
