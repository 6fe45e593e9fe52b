//! What one command does: found out by what it is.

use super::super::paths;
use super::super::reading::{evidence, target};
use super::expand::{Argument, literal_output};
use super::program::{self, Matched};
use super::walk::Walker;
use super::{Feed, builtins, decode, hooks, interpret, special, subcommand, windows, wrap};
use crate::call::{Action, Count, TargetSort};
use crate::kind::Kind;

impl Walker<'_> {
    /// One command with its arguments, the name first; what it writes.
    pub(super) fn run(&mut self, arguments: &[Argument], feed: &Feed) -> Feed {
        if !self.reading.command() || !self.reading.enter(0) {
            return Feed::default();
        }
        let out = self.run_here(arguments, feed);
        self.reading.leave();
        out
    }

    fn run_here(&mut self, arguments: &[Argument], feed: &Feed) -> Feed {
        let Some((first, rest)) = arguments.split_first() else { return Feed::default() };
        if first.is_computed {
            self.reading.unknown("a command name that is computed", &first.text);
            return Feed::default();
        }
        if first.is_encoded || (first.text == "eval" && rest.iter().any(|argument| argument.is_encoded)) {
            self.reading.note(Kind::Execute, "an encoded command is run:", &first.text);
        }
        if let Some(meant) = self.bindings.aliases.get(&first.text).filter(|_| !first.is_quoted).cloned() {
            return self.aliased(&first.text, &meant, rest, feed);
        }
        if let Some(mut out) = self.call(&first.text, arguments, feed) {
            out.is_local = true;
            return out;
        }
        if first.is_glob {
            return self.by_pattern(first, rest, feed);
        }
        if first.text.starts_with('!') && first.text.len() > 1 && !first.is_quoted {
            self.reading.unknown("a command from the history", &first.text);
            return Feed::default();
        }
        if first.text.contains(['/', '.']) {
            self.reading.ran(&first.text, None);
        }
        let Some(name) = self.program_name(&first.text) else {
            return self.local_program(&first.text, rest);
        };
        self.named(&name, rest, feed)
    }

    /// What an alias stands for, with the arguments behind it.
    fn aliased(&mut self, alias: &str, meant: &str, rest: &[Argument], feed: &Feed) -> Feed {
        self.bindings.aliases.remove(alias);
        let quoted = rest.iter().map(|argument| format!(" '{}'", argument.text.replace('\'', "'\\''"))).collect::<String>();
        let positional = self.bindings.positional.clone();
        self.read_inside(&format!("{meant}{quoted}"), positional, true, feed);
        Feed { is_local: true, is_foreign: true, is_there: true, ..Feed::default() }
    }

    /// `/bin/r?`: which program that is, the files decide; the well-known ones that it fits count as run.
    fn by_pattern(&mut self, first: &Argument, rest: &[Argument], feed: &Feed) -> Feed {
        const WELL_KNOWN: [&str; 24] = [
            "rm", "mv", "cp", "dd", "sh", "bash", "zsh", "git", "curl", "wget", "nc", "ssh", "scp", "chmod", "chown", "shred", "unlink",
            "rmdir", "truncate", "python3", "perl", "kill", "docker", "find",
        ];
        let pattern = first.text.rsplit('/').next().unwrap_or(&first.text);
        let says_something = pattern.contains(|c: char| c.is_ascii_alphabetic());
        let fitting: Vec<&str> =
            WELL_KNOWN.into_iter().filter(|name| says_something && super::edit::matches(pattern, name)).take(4).collect();
        let has_stars = pattern.contains(['*', '?']);
        if fitting.is_empty() || has_stars {
            self.reading.unknown("a command name that is a pattern", &first.text);
        }
        for name in fitting {
            let spelled: Vec<Argument> = std::iter::once(Argument::known(name)).chain(rest.iter().cloned()).collect();
            self.run(&spelled, feed);
        }
        Feed { is_local: true, is_foreign: true, is_there: true, ..Feed::default() }
    }

    /// A command whose program is known by name.
    fn named(&mut self, name: &str, rest: &[Argument], feed: &Feed) -> Feed {
        hooks::options(self, name, rest, feed);
        self.runs_files(name, rest, feed);
        if let Some(out) = self.wrapped(name, rest, feed) {
            return out;
        }
        if let Some(out) = builtins::run(self, name, rest, feed) {
            return out;
        }
        if let Some(out) = interpret::run(self, name, rest, feed) {
            return out;
        }
        if let Some(out) = special::run(self, name, rest, feed) {
            return out;
        }
        match program::find(name).map(|program| (program, program.matched(rest))) {
            Some((program, Some(matched))) => self.tell(name, rest, &matched, program.sort),
            Some((_, None)) => self.by_words(name, rest),
            None if windows::is_cmdlet(name) => return windows::cmdlet(self, name, rest, feed),
            None => self.stranger(name, rest),
        }
        self.output(name, rest, feed)
    }

    /// The table's name for a program; `None` for a program in a place of its own.
    fn program_name(&self, text: &str) -> Option<String> {
        // zsh: `=rm` is the place of rm.
        let text = text.strip_prefix('=').filter(|name| !name.is_empty()).unwrap_or(text);
        let text = text.strip_suffix(".exe").or_else(|| text.strip_suffix(".cmd")).unwrap_or(text);
        let slashed = text.replace('\\', "/");
        let Some((place, name)) = slashed.rsplit_once('/') else { return Some(text.to_owned()) };
        let is_temporary = ["/tmp", "/var/tmp", "/dev/shm", "/private/tmp"].iter().any(|root| place.starts_with(root));
        let is_place_of_programs = place.ends_with("/bin")
            || place.ends_with("/sbin")
            || matches!(place, "bin" | "sbin")
            || place.ends_with("/.bin")
            || place.ends_with("Scripts")
            || place.ends_with("System32");
        let is_project_tool = matches!(name, "gradlew" | "mvnw" | "configure" | "manage.py" | "artisan");
        ((is_place_of_programs && !is_temporary) || is_project_tool).then(|| name.to_owned())
    }

    /// A program that is a file somewhere: its words tell, or it is code that is not shown.
    fn local_program(&mut self, path: &str, rest: &[Argument]) -> Feed {
        self.written_before(path);
        let name = path.rsplit('/').next().unwrap_or(path);
        let stem = name.split('.').next().unwrap_or(name);
        let by_operands = subcommand::kinds(rest.iter().map(|argument| argument.text.as_str()));
        let is_script = name.contains('.');
        let kinds = match by_operands {
            Some(kinds) if !is_script => kinds,
            _ => {
                subcommand::task_kinds(std::iter::once(stem)).filter(|_| !path.starts_with("/tmp/")).unwrap_or_else(|| vec![Kind::Execute])
            }
        };
        for kind in kinds {
            self.reading.note(kind, "the program", path);
        }
        Feed { is_local: true, is_foreign: true, is_there: true, ..Feed::default() }
    }

    /// A known program with a sub-command that its rows do not have.
    fn by_words(&mut self, name: &str, rest: &[Argument]) {
        if rest.iter().any(|argument| argument.is_computed && !argument.text.starts_with('-'))
            && rest.first().is_some_and(|a| a.is_computed)
        {
            return self.reading.unknown("a sub-command that is computed of", name);
        }
        if subcommand::only_shows(rest.iter().map(|argument| argument.text.as_str())) {
            return self.reading.note(Kind::Read, "only shows what would be done by", name);
        }
        match subcommand::kinds(rest.iter().map(|argument| argument.text.as_str())) {
            Some(kinds) => self.tell_words(name, rest, kinds),
            None => self.reading.unknown("a use that is not known of", name),
        }
    }

    /// A program of an unknown name.
    fn stranger(&mut self, name: &str, rest: &[Argument]) {
        let operands = || rest.iter().map(|argument| argument.text.as_str());
        let is_asked_about = rest.len() == 1 && operands().all(|o| matches!(o, "--version" | "--help" | "-V" | "-h" | "version" | "help"));
        if is_asked_about {
            return self.reading.note(Kind::Read, "help or version of", name);
        }
        if subcommand::only_shows(operands()) {
            return self.reading.note(Kind::Read, "only shows what would be done by", name);
        }
        let by_flags = subcommand::flag_kinds(operands());
        by_flags.iter().for_each(|kind| self.reading.note(*kind, "a flag of", name));
        match subcommand::kinds(operands()) {
            Some(kinds) => self.tell_words(name, rest, kinds),
            None if by_flags.is_empty() => self.reading.unknown("a program that is not known", name),
            None => {}
        }
    }

    /// What sub-commands say, with the operands behind them as targets.
    fn tell_words(&mut self, name: &str, rest: &[Argument], kinds: Vec<Kind>) {
        const RUNNING: [&str; 16] = [
            "cluster",
            "clusters",
            "server",
            "servers",
            "instance",
            "instances",
            "vm",
            "droplet",
            "nodepool",
            "node-pool",
            "nodegroup",
            "machine",
            "load-balancer",
            "environment",
            "vpc",
            "stack",
        ];
        let makes = kinds == [Kind::Write] && rest.iter().any(|argument| RUNNING.contains(&argument.text.as_str()));
        let kinds = if makes { vec![Kind::Deploy] } else { kinds };
        let operands: Vec<Argument> = rest.iter().filter(|argument| !argument.text.starts_with('-')).skip(1).cloned().collect();
        for kind in kinds {
            let targets: Vec<_> = operands.iter().map(|operand| target(TargetSort::Id, &operand.text)).collect();
            let action = Action::new(kind, evidence("a sub-command of", name));
            self.reading.add(if kind.is_consequential() { action.on(targets) } else { action });
        }
    }

    /// One action for each kind, with the operands as targets.
    pub(super) fn tell(&mut self, name: &str, rest: &[Argument], matched: &Matched, sort: Option<TargetSort>) {
        let mut kinds = matched.kinds.clone();
        if kinds.iter().any(|kind| *kind != Kind::Read) && name != "git" {
            kinds.extend(
                subcommand::flag_kinds(rest.iter().map(|argument| argument.text.as_str())).into_iter().filter(|kind| *kind == Kind::Delete),
            );
            kinds.sort_unstable();
            kinds.dedup();
        }
        let stops = rest.iter().take_while(|a| a.text != "--").any(|a| matches!(a.text.as_str(), "--dry-run" | "--help"));
        if stops {
            kinds = vec![Kind::Read];
        }
        if kinds.is_empty() {
            kinds.push(Kind::Read);
        }
        let is_set = matched.operands.iter().any(|operand| operand.is_glob) || rest.iter().any(is_recursive);
        let count = match sort {
            _ if is_set => Count::Set,
            Some(TargetSort::Path) if !matched.operands.is_empty() && !matched.operands.iter().any(|o| o.is_computed) => {
                Count::Exactly(matched.operands.len() as u64)
            }
            Some(_) if !matched.operands.is_empty() && matched.operands.iter().all(|o| o.text.bytes().any(|b| b.is_ascii_digit())) => {
                Count::Exactly(matched.operands.len() as u64)
            }
            _ => Count::Unstated,
        };
        let mut targets: Vec<_> =
            sort.map(|sort| matched.operands.iter().map(|operand| target(sort, &operand.text)).collect()).unwrap_or_default();
        if sort == Some(TargetSort::Recipient) {
            targets.extend(copied_to(rest).map(|recipient| target(TargetSort::Recipient, recipient)));
        }
        for kind in kinds {
            let is_counted = kind.is_consequential();
            let mut action = Action::new(kind, evidence("the command", name)).on(targets.clone());
            action.amount = if kind == Kind::Pay { amount_of(name, rest) } else { None };
            self.reading.add(if is_counted { action.counting(count) } else { action });
        }
        if let Some(secret) = rest.iter().find(|argument| !argument.text.starts_with('-') && paths::is_secret(&argument.text))
            && matched.kinds.iter().all(|kind| *kind == Kind::Read)
        {
            self.reading.add(
                Action::new(Kind::ReadSecret, evidence("reads what looks like a secret", &secret.text))
                    .on([target(TargetSort::Path, &secret.text)]),
            );
        }
        if rest.iter().any(|argument| special::is_written_option(name, &argument.text)) {
            self.reading.note(Kind::Write, "an output option of", name);
        }
    }

    /// `sudo rm x`, `docker exec c rm x`: the command inside decides.
    fn wrapped(&mut self, name: &str, rest: &[Argument], feed: &Feed) -> Option<Feed> {
        let (wrapper, words) = find_wrapper(name, rest)?;
        let rest = rest.get(words..).unwrap_or_default();
        let texts: Vec<&str> = rest.iter().map(|argument| argument.text.as_str()).collect();
        if name == "env" && texts.iter().any(|text| text.starts_with("-S") || text.starts_with("--split-string")) {
            return Some(self.env_split(rest, feed));
        }
        if name == "runuser" && !texts.contains(&"-u") {
            return None;
        }
        if name == "flock"
            && let Some(at) = texts.iter().position(|text| matches!(*text, "-c" | "--command"))
        {
            let line = texts.get(at + 1).copied().unwrap_or_default();
            self.read_inside(line, None, false, feed);
            return Some(Feed { is_local: true, is_foreign: true, is_there: true, ..Feed::default() });
        }
        if name == "command" && texts.first().is_some_and(|text| matches!(*text, "-v" | "-V")) {
            self.reading.note(Kind::Read, "looks up", "command");
            return Some(Feed::default());
        }
        if name == "strace" && !texts.iter().any(|t| !t.starts_with('-')) {
            return None;
        }
        let is_remote = name != "git" && wrapper.is_line && wrapper.values.contains(&"--command");
        if is_remote && let Some(line) = command_option(rest) {
            super::read_with(self.reading, line, None, feed);
            return Some(Feed { is_foreign: true, is_there: true, ..Feed::default() });
        }
        let inside = wrapper.inside(&texts);
        if let Some(strange) = inside.strange {
            self.reading.unknown("an option that is not known before the inner command", strange);
        }
        for (variable, value) in &inside.assignments {
            if matches!(
                *variable,
                "LD_PRELOAD" | "LD_AUDIT" | "BASH_ENV" | "DYLD_INSERT_LIBRARIES" | "PROMPT_COMMAND" | "PERL5OPT" | "PYTHONSTARTUP"
            ) {
                self.reading.note(Kind::Execute, "a variable that makes a program run another", value);
            }
        }
        if wrapper.is_deferred {
            self.reading.note(Kind::Execute, "runs later by", name);
        }
        let command = rest.get(inside.skipped..).unwrap_or_default();
        if command.is_empty() {
            return Some(self.bare_wrapper(name, &texts, feed));
        }
        // One word with blanks in it is a line for whoever runs it.
        if wrapper.is_line || command.first().is_some_and(|word| word.text.contains(' ')) {
            return Some(self.line(name, command, feed));
        }
        Some(self.run(command, feed))
    }

    /// `ssh host "rm x; ls"`: the rest is one line for a shell.
    fn line(&mut self, name: &str, command: &[Argument], feed: &Feed) -> Feed {
        if command.iter().any(|argument| argument.is_computed && command.len() == 1) {
            self.reading.unknown("a command that is computed, run by", name);
        }
        let line = command.iter().map(|argument| argument.text.as_str()).collect::<Vec<_>>().join(" ");
        // A shell at the other end runs what flows in; anything else may keep it.
        let is_run = command.first().is_some_and(|a| matches!(a.text.as_str(), "sh" | "bash" | "zsh" | "sudo"));
        if name.contains("ssh") && feed.is_local && !is_run {
            self.reading.note(Kind::Disclose, "local data into", name);
        }
        super::read_with(self.reading, &line, None, feed);
        Feed { is_local: !name.contains("ssh"), is_foreign: true, is_there: true, ..Feed::default() }
    }

    /// A wrapper with nothing to run: `env`, `exec 3>f`, `sudo -l`, `ssh host` with a script as input.
    fn bare_wrapper(&mut self, name: &str, texts: &[&str], feed: &Feed) -> Feed {
        match name {
            "ssh" if texts.iter().any(|t| matches!(*t, "-V" | "-G" | "-Q")) => self.reading.note(Kind::Read, "asks", name),
            "ssh" | "mosh" | "wsl" | "vagrant" => interpret::shell_input(self, name, feed),
            "sudo" if texts.iter().any(|t| matches!(*t, "-i" | "-s" | "--login" | "--shell")) => interpret::shell_input(self, name, feed),
            "docker" | "podman" | "nerdctl" => self.reading.unknown("a command is missing after", name),
            _ => self.reading.note(Kind::Read, "nothing is run by", name),
        }
        Feed { is_local: true, is_there: true, ..Feed::default() }
    }

    /// `env -S 'cmd args'`.
    fn env_split(&mut self, rest: &[Argument], feed: &Feed) -> Feed {
        let mut line = Vec::new();
        let mut is_started = false;
        for argument in rest {
            let text = argument.text.as_str();
            match text.strip_prefix("--split-string").or_else(|| text.strip_prefix("-S")) {
                Some(glued) if !is_started => {
                    is_started = true;
                    line.push(glued.trim_start_matches('=').to_owned());
                }
                _ if is_started => line.push(text.to_owned()),
                _ => {}
            }
        }
        super::read_with(self.reading, line.join(" ").trim(), None, feed);
        Feed { is_local: true, is_there: true, ..Feed::default() }
    }

    /// What the script itself wrote into the file that is named here.
    fn written_file(&self, rest: &[Argument]) -> Option<String> {
        rest.iter().find_map(|argument| self.bindings.files.get(&argument.text)).cloned()
    }

    /// What a program writes for the next one.
    fn output(&self, name: &str, rest: &[Argument], feed: &Feed) -> Feed {
        let mut spelled = vec![name.to_owned()];
        spelled.extend(rest.iter().map(|argument| argument.text.clone()));
        let is_known = rest.iter().all(|argument| !argument.is_computed && !argument.is_glob);
        if let Some(text) = literal_output(&spelled) {
            let is_local = rest.iter().any(|argument| argument.is_computed && is_secret_name(&argument.text));
            let is_encoded = decode::is_spelled_out(&spelled);
            return Feed { text: is_known.then_some(text), is_local, is_encoded, is_foreign: !is_known, is_there: true, from: None };
        }
        if let Some(text) = self.written_file(rest) {
            spelled.retain(|word| !self.bindings.files.contains_key(word));
            if let Some((text, is_encoded)) = decode::filter(&spelled, &text) {
                return Feed { text: Some(text), is_encoded, is_local: true, is_there: true, ..Feed::default() };
            }
        }
        if let Some((text, is_encoded)) = feed.text.as_deref().and_then(|text| decode::filter(&spelled, text)) {
            return Feed { text: Some(text), is_encoded: is_encoded || feed.is_encoded, ..feed.clone() };
        }
        if matches!(name, "curl" | "wget" | "http" | "https" | "fetch" | "aria2c" | "lynx" | "w3m" | "nc" | "ncat") {
            return Feed { is_foreign: true, is_there: true, ..Feed::default() };
        }
        if feed.is_there {
            return Feed { text: None, is_foreign: true, ..feed.clone() };
        }
        let is_about_nothing = matches!(
            name,
            "date" | "whoami" | "uname" | "hostname" | "seq" | "id" | "pwd" | "uptime" | "nproc" | "true" | "yes" | "uuidgen"
        ) || (name == "jq" && rest.iter().any(|argument| argument.text == "-n" || argument.text.starts_with("-nc")));
        let from = rest.iter().map(|argument| &argument.text).find(|text| self.reading.remembers() && !text.starts_with('-')).cloned();
        Feed { is_local: !is_about_nothing, is_foreign: true, is_there: true, from, ..Feed::default() }
    }
}

/// Whom a program for messages is told to send copies to, in its options.
fn copied_to(rest: &[Argument]) -> impl Iterator<Item = &str> {
    let is_copy = |flag: &str| matches!(flag, "-b" | "-c" | "-t" | "--to" | "--cc" | "--bcc" | "--recipient" | "--rcpt");
    let apart = rest.iter().zip(rest.iter().skip(1)).filter(move |(flag, _)| is_copy(&flag.text)).map(|(_, value)| value.text.as_str());
    let glued =
        rest.iter().filter_map(|argument| argument.text.split_once('=')).filter(move |(flag, _)| is_copy(flag)).map(|(_, value)| value);
    apart.chain(glued).filter(|value| !value.starts_with('-'))
}

/// `--command 'rm x'`, `-C 'rm x'`, `-c 'rm x'`
fn command_option(rest: &[Argument]) -> Option<&str> {
    let flags = ["--command", "-C", "-c"];
    let glued = rest.iter().find_map(|argument| argument.text.strip_prefix("--command="));
    let at = rest.iter().position(|argument| flags.contains(&argument.text.as_str()));
    glued.or_else(|| Some(rest.get(at? + 1)?.text.as_str()))
}

fn find_wrapper(name: &str, rest: &[Argument]) -> Option<(wrap::Wrapper, usize)> {
    let mut key = name.to_owned();
    let mut found = wrap::find(&key).map(|wrapper| (wrapper, 0));
    for (at, argument) in rest.iter().enumerate().take(3) {
        if argument.text.starts_with('-') {
            break;
        }
        key = format!("{key} {}", argument.text);
        found = wrap::find(&key).map(|wrapper| (wrapper, at + 1)).or(found);
    }
    found
}

/// The sum that a command's options state. Stripe's counts in cents.
fn amount_of(name: &str, rest: &[Argument]) -> Option<crate::call::Amount> {
    let glued = rest.iter().filter_map(|argument| argument.text.split_once('='));
    let apart = rest
        .iter()
        .zip(rest.iter().skip(1))
        .filter(|(flag, _)| flag.text.starts_with('-'))
        .map(|(flag, value)| (flag.text.as_str(), value.text.as_str()));
    crate::action::fields::sum_among(glued.chain(apart), name == "stripe")
}

fn is_recursive(argument: &Argument) -> bool {
    let text = argument.text.as_str();
    matches!(text, "--recursive" | "--all" | "-a" | "-A" | "-Recurse")
        || (text.starts_with('-') && !text.starts_with("--") && text.len() < 6 && text.contains(['r', 'R']))
}

/// `$API_TOKEN`, `$DB_PASSWORD` …
fn is_secret_name(text: &str) -> bool {
    let text = text.to_uppercase();
    text.contains('$') && ["SECRET", "TOKEN", "PASSWORD", "PASSWD", "_KEY", "CREDENTIAL", "PRIVATE"].iter().any(|part| text.contains(part))
}
