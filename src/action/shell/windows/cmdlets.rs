//! Cmdlets by their verb and noun: `Remove-Item`, `Stop-AzVM`, `Set-ADAccountPassword`.
//!
//! PowerShell's verbs are a closed list with a meaning of their own, so a cmdlet that
//! nobody listed is still told by its name; the noun says whether it is about people,
//! rights or files.

use super::super::expand::Argument;
use super::super::walk::Walker;
use super::super::{Feed, redirect};
use super::{Dialect, inside};
use crate::action::http::{self, Request};
use crate::action::reading::{evidence, target};
use crate::action::{paths, sql};
use crate::call::{Action, Count, TargetSort};
use crate::kind::Kind;

const READS: [&str; 36] = [
    "get",
    "test",
    "select",
    "where",
    "sort",
    "group",
    "measure",
    "format",
    "out",
    "convertto",
    "convertfrom",
    "convert",
    "compare",
    "find",
    "search",
    "show",
    "resolve",
    "read",
    "write",
    "join",
    "split",
    "wait",
    "trace",
    "watch",
    "receive",
    "foreach",
    "enter",
    "exit",
    "debug",
    "confirm",
    "limit",
    "tee",
    "ping",
    "view",
    "list",
    "skip",
];
const WRITES: [&str; 31] = [
    "new",
    "set",
    "add",
    "copy",
    "move",
    "rename",
    "export",
    "import",
    "save",
    "update",
    "push",
    "pop",
    "merge",
    "expand",
    "compress",
    "edit",
    "initialize",
    "register",
    "backup",
    "checkpoint",
    "use",
    "open",
    "close",
    "lock",
    "unlock",
    "connect",
    "disconnect",
    "switch",
    "step",
    "assert",
    "undo",
];
const CONTROLS: [&str; 14] = [
    "start", "stop", "restart", "suspend", "resume", "mount", "dismount", "enable", "disable", "deploy", "reset", "repair", "sync",
    "optimize",
];
const OTHERS: [&str; 19] = [
    "remove",
    "clear",
    "uninstall",
    "unregister",
    "grant",
    "revoke",
    "block",
    "unblock",
    "protect",
    "unprotect",
    "send",
    "publish",
    "unpublish",
    "install",
    "invoke",
    "restore",
    "submit",
    "approve",
    "deny",
];

/// Whether a name is an approved verb, a hyphen and a noun.
pub(in crate::action::shell) fn is_cmdlet(name: &str) -> bool {
    let Some((verb, noun)) = name.split_once('-') else { return false };
    let verb = verb.to_lowercase();
    let is_verb = [READS.as_slice(), &WRITES, &CONTROLS, &OTHERS].iter().any(|verbs| verbs.contains(&verb.as_str()));
    is_verb && noun.len() > 1 && noun.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// What a cmdlet does.
pub(in crate::action::shell) fn run(walker: &mut Walker<'_>, name: &str, rest: &[Argument], feed: &Feed) -> Feed {
    run_with(walker, name, rest, false, feed)
}

/// What a cmdlet does; whether it was given a block, which has been read.
pub(super) fn run_with(walker: &mut Walker<'_>, name: &str, rest: &[Argument], has_block: bool, feed: &Feed) -> Feed {
    let lower = name.to_lowercase();
    let (verb, noun) = lower.split_once('-').unwrap_or((&lower, ""));
    let foreign = Feed { is_local: true, is_foreign: true, is_there: true, ..Feed::default() };
    if has_switch(rest, "whatif") || has_switch(rest, "?") {
        walker.reading.note(Kind::Read, "only shows what would be done by", name);
        return foreign;
    }
    match lower.as_str() {
        "invoke-webrequest" | "invoke-restmethod" => {
            request(walker, name, rest, feed);
            return Feed { is_foreign: true, is_there: true, ..Feed::default() };
        }
        "write-output" | "write-host" => {
            walker.reading.note(Kind::Read, "prints by", name);
            let text = rest.iter().filter(|a| !a.text.starts_with('-')).map(|a| a.text.as_str()).collect::<Vec<_>>().join(" ");
            let is_known = rest.iter().all(|argument| !argument.is_computed);
            return Feed { text: is_known.then_some(text), is_foreign: !is_known, is_there: true, ..Feed::default() };
        }
        "start-process" => start_process(walker, rest),
        "invoke-expression" => match value(rest, "command").or_else(|| operand(rest)) {
            Some(text) if !text.is_computed => inside(walker, Dialect::PowerShell, &text.text, feed),
            _ => walker.reading.note(Kind::Execute, "evaluates what the call does not show", name),
        },
        "invoke-sqlcmd" => match value(rest, "query").or_else(|| operand(rest)) {
            Some(text) if !text.is_computed => sql::read(walker.reading, &text.text),
            _ => walker.reading.note(Kind::Execute, "statements that the call does not show, for", name),
        },
        "set-alias" | "new-alias" => {
            let words: Vec<&Argument> = rest.iter().filter(|a| !a.text.starts_with('-')).collect();
            if let [alias, program, ..] = words.as_slice() {
                walker.bindings.aliases.insert(alias.text.clone(), program.text.clone());
            }
            walker.reading.note(Kind::Write, "a name is defined by", name);
        }
        "foreach-object" | "where-object" | "start-job" | "start-threadjob" | "invoke-command" if has_block => {
            walker.reading.note(Kind::Read, "runs the block behind", name);
        }
        "set-content" | "out-file" | "add-content" | "tee-object" => written(walker, name, rest, feed),
        _ => tell(walker, name, verb, noun, rest),
    }
    foreign
}

fn tell(walker: &mut Walker<'_>, name: &str, verb: &str, noun: &str, rest: &[Argument]) {
    let kinds = kinds(verb, noun);
    let is_path = noun.contains("item") || noun.contains("content") || noun == "acl";
    let sort = if is_path { TargetSort::Path } else { TargetSort::Id };
    let named: Vec<&Argument> = named(rest);
    let is_set = has_switch(rest, "recurse") || named.iter().any(|a| a.is_glob) || named.is_empty();
    let targets: Vec<_> = named.iter().map(|argument| target(sort, &argument.text.replace('\\', "/"))).collect();
    for kind in kinds {
        let count = if is_set { Count::Set } else { Count::Exactly(named.len() as u64) };
        let action = Action::new(kind, evidence("the cmdlet", name)).on(targets.clone());
        walker.reading.add(if kind.is_consequential() { action.counting(count) } else { action });
    }
    let is_forced = has_switch(rest, "force") && matches!((verb, noun), ("copy" | "move" | "new", "item"));
    if is_forced {
        walker.reading.add(Action::new(Kind::Overwrite, evidence("earlier content is lost by", name)).on(targets));
    }
    if verb == "get" && named.iter().any(|argument| paths::is_secret(&argument.text)) {
        walker.reading.note(Kind::ReadSecret, "reads what looks like a secret by", name);
    }
}

fn kinds(verb: &str, noun: &str) -> Vec<Kind> {
    let about = |words: &[&str]| words.iter().any(|word| noun.contains(word));
    let is_right = about(&[
        "acl",
        "policy",
        "member",
        "permission",
        "role",
        "grant",
        "firewall",
        "mppreference",
        "consent",
        "auditing",
        "privilege",
        "sharing",
    ]);
    let is_credential = about(&["password", "credential", "secret", "accesskey", "apikey", "token", "certificate"]);
    let is_account = about(&["localuser", "localgroup", "aduser", "adgroup", "adcomputer", "mguser", "azureaduser", "msoluser", "account"]);
    let is_session = matches!(
        noun,
        "variable"
            | "module"
            | "job"
            | "event"
            | "alias"
            | "psdrive"
            | "pssession"
            | "psbreakpoint"
            | "typedata"
            | "host"
            | "history"
            | "line"
            | "cimsession"
    );
    match verb {
        "remove" | "clear" if is_session => vec![Kind::Write],
        "get" if matches!(noun, "secret" | "credential" | "azkeyvaultsecret") => vec![Kind::ReadSecret],
        "clear" if matches!(noun, "content" | "item" | "itemproperty") => vec![Kind::Overwrite],
        "clear" | "format" | "initialize" if about(&["disk", "volume", "partition"]) => vec![Kind::Delete, Kind::Overwrite],
        _ if READS.contains(&verb) => vec![Kind::Read],
        "remove" | "revoke" | "grant" | "add" | "set" | "new" | "enable" | "disable" | "update" | "unlock" if is_credential => {
            vec![Kind::PermissionCredential]
        }
        "remove" if is_right => vec![Kind::Permission],
        "remove" | "clear" | "uninstall" | "unregister" | "unpublish" => vec![Kind::Delete],
        "grant" | "revoke" | "block" | "unblock" | "protect" | "unprotect" | "approve" | "deny" => vec![Kind::Permission],
        _ if (is_right || is_account) && (WRITES.contains(&verb) || CONTROLS.contains(&verb)) => vec![Kind::Permission],
        "send" => vec![Kind::Send],
        "publish" => vec![Kind::Publish],
        "install" => vec![Kind::ExecuteInstall],
        "import" | "use" if noun == "module" => vec![Kind::Write],
        "invoke" | "submit" => vec![Kind::Execute],
        "register" | "new" | "set" if about(&["scheduledtask", "scheduledjob", "wmievent", "cimindicationevent"]) => vec![Kind::Execute],
        "restore" => vec![Kind::Overwrite],
        "start" if matches!(noun, "sleep" | "transcript") => vec![Kind::Read],
        "stop" if noun == "transcript" => vec![Kind::Read],
        "start" if about(&["job"]) => vec![Kind::Execute],
        "new" | "set" | "update" if about(&["service", "az", "vm", "ec2", "website", "webapp", "cluster"]) && noun != "webserviceproxy" => {
            vec![Kind::Deploy]
        }
        _ if CONTROLS.contains(&verb) => vec![Kind::Deploy],
        _ => vec![Kind::Write],
    }
}

fn written(walker: &mut Walker<'_>, name: &str, rest: &[Argument], feed: &Feed) {
    let path = ["path", "filepath", "literalpath"].iter().find_map(|parameter| value(rest, parameter)).or_else(|| operand(rest));
    let Some(path) = path else { return walker.reading.note(Kind::Write, "writes by", name) };
    let appends = name.eq_ignore_ascii_case("add-content") || has_switch(rest, "append");
    redirect::written(walker.reading, &path.text, appends, feed);
    let content = value(rest, "value").map(|a| a.text.as_str());
    if !appends && (content == Some("") || content == Some("$null")) {
        walker.reading.note(Kind::Overwrite, "earlier content is lost of", &path.text);
    }
}

fn start_process(walker: &mut Walker<'_>, rest: &[Argument]) {
    let program = value(rest, "filepath").or_else(|| operand(rest));
    let Some(program) = program else { return walker.reading.note(Kind::Execute, "starts a program by", "Start-Process") };
    let at = rest.iter().position(|a| is_parameter(&a.text, "argumentlist") || is_parameter(&a.text, "args"));
    let given = at.map(|at| rest.get(at + 1..).unwrap_or_default()).unwrap_or_default();
    let mut spelled = vec![program.clone()];
    let given: Vec<&Argument> = given.iter().take_while(|a| !is_any_parameter(&a.text) || a.is_quoted).collect();
    match given.as_slice() {
        [line] => spelled.extend(line.text.split_whitespace().map(Argument::known)),
        several => spelled.extend(several.iter().map(|a| (*a).clone())),
    }
    let behind: Vec<Argument> =
        rest.iter().skip_while(|a| *a != program).skip(1).take_while(|a| !a.text.starts_with('-')).cloned().collect();
    if at.is_none() {
        spelled.extend(behind);
    }
    walker.run(&spelled, &Feed::default());
}

fn request(walker: &mut Walker<'_>, name: &str, rest: &[Argument], feed: &Feed) {
    let text = |parameter: &str| value(rest, parameter).map(|a| a.text.clone());
    let mut request = Request { method: text("method").or_else(|| text("custommethod")), ..Request::default() };
    request.url = text("uri").or_else(|| operand(rest).map(|a| a.text.clone())).unwrap_or_default();
    if let Some(body) = value(rest, "body") {
        if body.is_computed {
            request.has_file = true;
            let lower = body.text.to_lowercase();
            if lower.contains("get-content") || lower.contains("$env:") || lower.contains("readall") {
                walker.reading.note(Kind::Disclose, "local data goes to the network by", name);
            }
        } else {
            request.add_body(&body.text);
        }
    }
    if let Some(file) = text("infile") {
        request.has_file = true;
        walker.reading.add(
            Action::new(Kind::Disclose, evidence("a local file goes to the network", &file))
                .on([target(TargetSort::Path, &file), target(TargetSort::Host, http::host_of(&request.url))]),
        );
    } else if feed.is_local && feed.text.is_none() {
        walker.reading.note(Kind::Disclose, "local data goes to the network by", name);
    }
    http::read(walker.reading, &request);
    if let Some(file) = text("outfile") {
        redirect::written(walker.reading, &file, false, &Feed::default());
    }
}

/// The paths, names and ids that a cmdlet is aimed at.
fn named(rest: &[Argument]) -> Vec<&Argument> {
    const NAMES: [&str; 8] = ["path", "literalpath", "name", "identity", "id", "user", "computername", "resourcegroupname"];
    let mut found = Vec::new();
    let mut is_value = false;
    let mut is_named = false;
    for argument in rest {
        if is_any_parameter(&argument.text) && !argument.is_quoted {
            is_named = NAMES.iter().any(|name| is_parameter(&argument.text, name));
            is_value = !is_switch(&argument.text);
        } else if !is_value || is_named {
            found.push(argument);
            is_value = false;
        } else {
            is_value = false;
        }
    }
    found
}

fn is_switch(text: &str) -> bool {
    ["recurse", "force", "confirm", "whatif", "verbose", "passthru", "asjob", "nowait"].iter().any(|switch| is_parameter(text, switch))
}

fn is_any_parameter(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '?'))
}

/// `-Path`, `-pa`, `-Path:value`: any beginning of a parameter's name stands for it.
fn is_parameter(text: &str, parameter: &str) -> bool {
    let Some(name) = text.strip_prefix('-') else { return false };
    let name = name.split(':').next().unwrap_or_default().to_lowercase();
    !name.is_empty() && parameter.starts_with(&name)
}

fn has_switch(rest: &[Argument], switch: &str) -> bool {
    let is_there = |a: &&Argument| is_parameter(&a.text, switch) && (a.text.len() > 2 || switch.len() == 1) && !a.is_quoted;
    rest.iter().find(is_there).is_some_and(|a| !a.text.to_lowercase().ends_with(":$false"))
}

fn value<'a>(rest: &'a [Argument], parameter: &str) -> Option<&'a Argument> {
    let at = rest.iter().position(|a| is_parameter(&a.text, parameter) && !a.is_quoted && a.text.len() > 2)?;
    rest.get(at + 1)
}

fn operand(rest: &[Argument]) -> Option<&Argument> {
    named(rest).into_iter().next()
}
