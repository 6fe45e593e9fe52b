//! Programs whose meaning does not fit a row: what they do hangs on operands.

use super::super::paths;
use super::super::reading::{evidence, target};
use super::expand::Argument;
use super::program;
use super::walk::Walker;
use super::{Feed, read_with, redirect};
use crate::call::{Action, Count, TargetSort};
use crate::kind::Kind;

mod copies;
mod files;
mod git;
mod manage;
mod network;
mod store;

/// How many words that flow into a command become its arguments.
const INFLOW_MAX: usize = 256;

/// What the program does; `None` when the table is to be asked.
pub(super) fn run(walker: &mut Walker<'_>, name: &str, rest: &[Argument], feed: &Feed) -> Option<Feed> {
    let local = Feed { is_local: true, is_foreign: true, is_there: true, ..Feed::default() };
    if matches!(name, "ln" | "gln" | "mv" | "gmv" | "mount" | "bindfs") {
        files::rename(walker, name, rest);
    }
    if matches!(name, "cp" | "gcp" | "mv" | "gmv" | "ln" | "gln" | "install" | "ginstall" | "rsync") {
        files::copied(walker, rest);
    }
    match name {
        "find" | "gfind" => files::find(walker, rest, feed),
        "fd" | "fdfind" if rest.iter().any(|a| matches!(a.text.as_str(), "-x" | "--exec" | "-X" | "--exec-batch")) => {
            files::fd(walker, rest, feed)
        }
        "cp" | "mv" | "gcp" | "gmv" => return files::copy(walker, name, rest).then_some(local),
        "dd" => files::dd(walker, rest, feed),
        "tee" | "sponge" => files::tee(walker, rest, feed),
        "sed" | "gsed" => files::sed(walker, rest),
        "awk" | "gawk" | "mawk" | "nawk" => files::awk(walker, rest),
        "git" => return git::run(walker, rest, feed).then_some(local),
        "xargs" | "gxargs" => xargs(walker, rest, feed),
        "parallel" => parallel(walker, rest, feed),
        "npx" | "bunx" | "pnpx" | "uvx" => package_runner(walker, name, rest, feed),
        "pnpm" | "yarn" | "bun" | "pipx" | "npm" if is_package_run(name, rest) => {
            package_runner(walker, name, rest.get(1..).unwrap_or_default(), feed)
        }
        "kubectl" | "oc" | "k" if is_exec(rest) => pod(walker, rest, feed),
        "docker" | "podman" | "nerdctl" if is_container_run(rest) => container(walker, rest, feed),
        "curl" | "wget" | "http" | "https" | "xh" => network::request(walker, name, rest, feed),
        "nc" | "ncat" | "netcat" | "socat" | "telnet" | "websocat" => network::pipe(walker, name, rest, feed),
        "scp" | "rsync" | "sftp" | "lftp" | "ftp" | "rcp" | "croc" | "magic-wormhole" | "wormhole" => {
            copies::copy(walker, name, rest, feed)
        }
        "psql" | "mysql" | "mariadb" | "sqlite3" | "sqlcmd" | "duckdb" | "clickhouse-client" | "clickhouse" | "cockroach" | "snowsql"
        | "bq" | "trino" | "presto" | "usql" | "pgcli" | "sqlplus" | "isql" | "cqlsh" | "influx" => {
            return store::sql_client(walker, name, rest, feed).then_some(local);
        }
        "mongosh" | "mongo" => store::mongo(walker, name, rest, feed),
        "crontab" if feed.is_there || rest.iter().any(|a| !a.text.starts_with('-') || a.text == "-") => deferred(walker, name, feed),
        "at" => deferred(walker, name, feed),
        "gh" if rest.first().is_some_and(|a| a.text == "api") => {
            network::forge_api(walker, "api.github.com", rest.get(1..).unwrap_or_default())
        }
        "glab" if rest.first().is_some_and(|a| a.text == "api") => {
            network::forge_api(walker, "gitlab.com/api/v4", rest.get(1..).unwrap_or_default())
        }
        "redis-cli" | "keydb-cli" | "valkey-cli" if rest.iter().all(|a| a.text.starts_with('-')) && feed.text.is_some() => {
            store::lines(walker, name, feed)
        }
        "ansible" => manage::ansible(walker, rest, feed),
        "salt" | "salt-ssh" | "salt-call" => manage::salt(walker, rest, feed),
        "schtasks" => manage::schtasks(walker, rest),
        "forfiles" | "runas" | "psexec" => manage::line_of_windows(walker, name, rest),
        "osascript" => store::apple_script(walker, rest, feed),
        "tmux" | "screen" => keys(walker, name, rest),
        "printf" | "echo" | "print" => walker.reading.note(Kind::Read, "prints", name),
        _ => return None,
    }
    Some(if name == "curl" || name == "wget" {
        Feed { is_foreign: true, is_there: true, ..Feed::default() }
    } else if matches!(name, "echo" | "printf" | "print" | "tee") {
        return None.or_else(|| passed_on(name, rest, feed));
    } else if matches!(name, "sed" | "awk" | "gawk" | "gsed") && feed.is_there {
        Feed { text: None, is_foreign: true, ..feed.clone() }
    } else {
        local
    })
}

fn passed_on(name: &str, rest: &[Argument], feed: &Feed) -> Option<Feed> {
    if name == "tee" {
        return Some(feed.clone());
    }
    let mut spelled = vec![name.to_owned()];
    spelled.extend(rest.iter().map(|argument| argument.text.clone()));
    let is_known = rest.iter().all(|argument| !argument.is_computed && !argument.is_glob);
    let is_secret = rest.iter().any(|a| {
        a.is_computed && ["SECRET", "TOKEN", "PASSWORD", "_KEY", "PRIVATE"].iter().any(|part| a.text.to_uppercase().contains(part))
    });
    let text = super::expand::literal_output(&spelled).filter(|_| is_known);
    let is_encoded = super::decode::is_spelled_out(&spelled);
    Some(Feed { is_encoded, is_foreign: text.is_none(), text, is_local: is_secret, is_there: true, from: None })
}

/// Options that name an output file, for programs that otherwise only look.
pub(super) fn is_written_option(name: &str, text: &str) -> bool {
    matches!(name, "sort" | "base64" | "tree" | "jq") && (text == "-o" || text.starts_with("--output="))
}

fn xargs(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) {
    const VALUES: [&str; 12] = ["-n", "-P", "-L", "-d", "-E", "-s", "-a", "-R", "--max-args", "--max-procs", "--delimiter", "--arg-file"];
    let mut at = 0;
    let mut place: Option<String> = None;
    while let Some(argument) = rest.get(at).filter(|a| a.text.starts_with('-')) {
        let text = argument.text.as_str();
        at += 1;
        match text {
            "-I" | "-J" => {
                place = rest.get(at).map(|a| a.text.clone());
                at += 1;
            }
            "-i" | "--replace" => place = Some("{}".to_owned()),
            value if VALUES.contains(&value) => at += 1,
            glued => {
                let name = glued.strip_prefix("-I").or_else(|| glued.strip_prefix("--replace=")).or_else(|| glued.strip_prefix("-J"));
                place = name.map(str::to_owned).or(place);
            }
        }
    }
    let mut command = rest.get(at..).unwrap_or_default().to_vec();
    if command.is_empty() {
        return walker.reading.note(Kind::Read, "prints by", "xargs");
    }
    // What flows in becomes arguments nobody sees here, unless the call shows it.
    let inflow = feed.text.as_deref().map(str::trim).filter(|text| !text.is_empty() && !text.contains('\n'));
    match place.filter(|place| !place.is_empty()) {
        Some(place) => {
            for argument in command.iter_mut().filter(|argument| argument.text.contains(&place)) {
                argument.text = argument.text.replace(&place, inflow.unwrap_or("$(…)"));
                argument.is_computed |= inflow.is_none();
            }
        }
        None => match inflow {
            Some(line) => command.extend(line.split_whitespace().take(INFLOW_MAX).map(Argument::known)),
            None => command.push(Argument { text: "$(…)".to_owned(), is_computed: true, ..Argument::default() }),
        },
    }
    let is_sent = feed.is_local && feed.text.is_none() && command.first().is_some_and(|name| super::carried::is_network(&name.text));
    if is_sent {
        walker.reading.note(Kind::Disclose, "local data inside the arguments of", command.first().map_or("", |name| &name.text));
    }
    walker.run(&command, &Feed { text: None, ..feed.clone() });
}

fn parallel(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) {
    const VALUES: [&str; 12] =
        ["-j", "-a", "-n", "-N", "--jobs", "--colsep", "--joblog", "--results", "--timeout", "--delay", "-C", "--retries"];
    let mut at = 0;
    while let Some(argument) = rest.get(at).filter(|a| a.text.starts_with('-')) {
        at += if VALUES.contains(&argument.text.as_str()) { 2 } else { 1 };
    }
    let command: Vec<&Argument> = rest.get(at..).unwrap_or_default().iter().take_while(|a| !a.text.starts_with(":::")).collect();
    if command.is_empty() {
        // The lines that flow in, or stand behind `:::`, are the commands themselves.
        let lines = rest.iter().skip_while(|a| !a.text.starts_with(":::")).skip(1).map(|a| a.text.as_str()).collect::<Vec<_>>().join("\n");
        return match (&feed.text, lines.is_empty()) {
            (Some(text), true) => read_with(walker.reading, text, None, &Feed::default()),
            (_, false) => read_with(walker.reading, &lines, None, &Feed::default()),
            (None, true) => walker.reading.note(Kind::Execute, "runs what flows into", "parallel"),
        };
    }
    let is_split = command.len() > 1;
    if is_split {
        let command: Vec<Argument> = command.into_iter().cloned().collect();
        walker.run(&command, feed);
    } else if let Some(line) = command.first() {
        read_with(walker.reading, &line.text, None, feed);
    }
}

fn is_package_run(name: &str, rest: &[Argument]) -> bool {
    let first = rest.first().map(|a| a.text.as_str());
    matches!((name, first), ("pnpm" | "yarn", Some("dlx")) | ("bun", Some("x")) | ("pipx", Some("run")) | ("npm", Some("exec" | "x")))
}

fn package_runner(walker: &mut Walker<'_>, name: &str, rest: &[Argument], feed: &Feed) {
    let mut at = 0;
    while let Some(argument) = rest.get(at).filter(|a| a.text.starts_with('-')) {
        match argument.text.as_str() {
            "-c" | "--call" => {
                let line = rest.get(at + 1).map(|a| a.text.clone()).unwrap_or_default();
                return read_with(walker.reading, &line, None, feed);
            }
            "-p" | "--package" | "--from" | "--with" | "--python" => at += 2,
            _ => at += 1,
        }
    }
    match rest.get(at) {
        Some(package_name) => package(walker, name, package_name, rest.get(at..).unwrap_or_default(), feed),
        None => walker.reading.note(Kind::Read, "nothing is run by", name),
    }
}

/// A package's program: a well-known one does what it does; any other is code that is not shown.
pub(super) fn package(walker: &mut Walker<'_>, runner: &str, package: &Argument, from_package: &[Argument], feed: &Feed) {
    let bare =
        package.text.rsplit_once('@').map_or(package.text.as_str(), |(name, _)| if name.is_empty() { package.text.as_str() } else { name });
    let is_known = program::find(bare).is_some() || matches!(bare, "ts-node" | "tsx" | "node");
    if !is_known || package.text.contains(['/', ':']) {
        return walker.reading.note(Kind::Execute, "runs a package that the call does not show", &format!("{runner} {}", package.text));
    }
    let mut command = vec![Argument::known(bare)];
    let after = from_package.iter().position(|a| a == package).map_or(0, |at| at + 1);
    command.extend(from_package.get(after..).unwrap_or_default().iter().cloned());
    walker.run(&command, feed);
}

fn is_exec(rest: &[Argument]) -> bool {
    rest.iter().any(|a| matches!(a.text.as_str(), "exec" | "rsh"))
        && rest.iter().take_while(|a| a.text != "exec" && a.text != "rsh").all(|a| !is_verb(&a.text))
}

fn is_verb(text: &str) -> bool {
    matches!(text, "get" | "delete" | "apply" | "create" | "describe" | "logs" | "patch" | "run")
}

/// `kubectl exec pod -- command`.
fn pod(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) {
    let command: Vec<Argument> = match rest.iter().position(|a| a.text == "--") {
        Some(at) => rest.get(at + 1..).unwrap_or_default().to_vec(),
        None => {
            let operands = rest.iter().skip_while(|a| a.text != "exec" && a.text != "rsh").skip(1);
            operands.filter(|a| !a.text.starts_with('-')).skip(1).cloned().collect()
        }
    };
    if command.is_empty() {
        return walker.reading.unknown("a command is missing after", "exec");
    }
    walker.run(&command, feed);
}

fn is_container_run(rest: &[Argument]) -> bool {
    let words: Vec<&str> = rest.iter().map(|a| a.text.as_str()).filter(|t| !t.starts_with('-')).take(3).collect();
    matches!(words.as_slice(), ["run", ..] | ["container", "run", ..] | ["compose", "run", ..])
}

/// `docker run image command`: the image is code that is not shown; the command may be.
fn container(walker: &mut Walker<'_>, rest: &[Argument], feed: &Feed) {
    const FLAGS: [&str; 17] = [
        "-i",
        "-t",
        "-d",
        "-it",
        "-ti",
        "-dit",
        "-itd",
        "--rm",
        "--init",
        "--privileged",
        "--read-only",
        "--detach",
        "--interactive",
        "--tty",
        "--no-healthcheck",
        "-P",
        "-q",
    ];
    let mut at = rest.iter().position(|a| a.text == "run").map_or(0, |at| at + 1);
    let is_detached = rest.iter().any(|a| matches!(a.text.as_str(), "-d" | "--detach" | "-dit" | "-itd"));
    while let Some(argument) = rest.get(at).filter(|a| a.text.starts_with('-')) {
        let text = argument.text.as_str();
        at += if FLAGS.contains(&text) || text.contains('=') { 1 } else { 2 };
    }
    walker.reading.note(Kind::Execute, "runs a container image that the call does not show", rest.get(at).map_or("", |a| a.text.as_str()));
    if is_detached {
        walker.reading.note(Kind::Deploy, "starts a container that stays", "docker run");
    }
    let command = rest.get(at + 1..).unwrap_or_default();
    if let Some(first) = command.first()
        && (program::find(&first.text).is_some() || matches!(first.text.as_str(), "sh" | "bash" | "python" | "python3" | "node"))
    {
        walker.run(command, feed);
    }
}

/// A job for later, given as input.
fn deferred(walker: &mut Walker<'_>, name: &str, feed: &Feed) {
    walker.reading.note(Kind::Execute, "runs later by", name);
    let Some(text) = &feed.text else { return };
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty()) {
        let command = if name == "crontab" { after_schedule(line) } else { line };
        read_with(walker.reading, command, None, &Feed::default());
    }
}

/// A crontab line without its five fields of time.
fn after_schedule(line: &str) -> &str {
    let line = line.trim_start();
    let fields = if line.starts_with('@') { 1 } else { 5 };
    let mut rest = line;
    for _ in 0..fields {
        rest = rest.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim_start());
    }
    rest
}

/// `tmux send-keys -t x 'rm -rf y' Enter`.
fn keys(walker: &mut Walker<'_>, name: &str, rest: &[Argument]) {
    let looks = rest.first().is_none_or(|a| {
        matches!(
            a.text.as_str(),
            "ls" | "list-sessions" | "-ls" | "-list" | "capture-pane" | "has-session" | "list-windows" | "list-panes" | "display-message"
        )
    });
    if looks {
        return walker.reading.note(Kind::Read, "looks at sessions of", name);
    }
    if rest.iter().any(|a| a.text.starts_with("kill-")) {
        return walker.reading.note(Kind::Deploy, "ends a session of", name);
    }
    walker.reading.note(Kind::Execute, "runs in a session of", name);
    for argument in rest.iter().skip(1).filter(|a| a.text.contains(' ')) {
        read_with(walker.reading, &argument.text, None, &Feed::default());
    }
}

/// One action with one path as its target.
fn on_path(walker: &mut Walker<'_>, kind: Kind, how: &str, path: &str, count: Count) {
    walker.reading.add(Action::new(kind, evidence(how, path)).on([target(TargetSort::Path, path)]).counting(count));
}

/// The arguments that are no options.
fn operands(rest: &[Argument]) -> Vec<&Argument> {
    let mut only = false;
    rest.iter()
        .filter(|argument| {
            let is_end = argument.text == "--" && !only;
            only |= is_end;
            !is_end && (only || !argument.text.starts_with('-') || argument.text == "-")
        })
        .collect()
}

fn written(walker: &mut Walker<'_>, path: &str, appends: bool, feed: &Feed) {
    if !paths::is_nowhere(path) {
        redirect::written(walker.reading, path, appends, feed);
    }
}
