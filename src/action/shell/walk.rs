//! Follows a parsed script: which commands run, with which arguments, fed by what.

use super::super::reading::Reading;
use super::expand::{Argument, Bindings};
use super::syntax::{Assignment, Change, Node, Operator, Piece, Redirect, Script, Simple, Word};
use super::{Feed, redirect};
use crate::kind::Kind;

/// How many written files are kept, and how long each may be.
const FILES_MAX: usize = 16;
const FILE_BYTES_MAX: usize = 32 * 1024;

/// Follows one script.
pub(super) struct Walker<'a> {
    pub(super) reading: &'a mut Reading,
    pub(super) bindings: Bindings,
    heredocs: Vec<Word>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(reading: &'a mut Reading, heredocs: Vec<Word>, positional: Option<Vec<String>>) -> Self {
        Self { reading, bindings: Bindings { positional, ..Bindings::default() }, heredocs }
    }

    /// Every command of a script; what the last one writes.
    pub(super) fn script(&mut self, script: &Script, feed: &Feed) -> Feed {
        let mut out = Feed::default();
        if !self.reading.enter(0) {
            return out;
        }
        for node in &script.nodes {
            let next = self.node(node, feed);
            out = if script.nodes.len() == 1 { next } else { joined(&out, &next) };
        }
        self.reading.leave();
        out
    }

    fn node(&mut self, node: &Node, feed: &Feed) -> Feed {
        match node {
            Node::Simple(simple) => self.simple(simple, feed),
            Node::Pipeline(stages) => stages.iter().fold(feed.clone(), |feed, stage| self.node(stage, &feed)),
            Node::Group { body, words, redirects } => {
                words.iter().for_each(|word| self.inner(word));
                if body.nodes.is_empty() {
                    self.reading.note(Kind::Read, "a test or a sum", "");
                }
                let input = self.input(redirects, feed);
                let out = self.script(body, &input);
                self.redirects(redirects, &out, "");
                out
            }
            Node::For { name, words, body, redirects } => {
                words.iter().for_each(|word| self.inner(word));
                let items: Vec<Argument> = words.iter().flat_map(|word| self.bindings.arguments(word)).collect();
                let value = match items.as_slice() {
                    [item] if !item.is_computed && !item.is_glob => Some(item.text.clone()),
                    _ => None,
                };
                self.bindings.variables.insert(name.clone(), value);
                let input = self.input(redirects, feed);
                let out = self.script(body, &input);
                self.redirects(redirects, &out, "");
                out
            }
            Node::Function { name, body } => {
                let outer = self.bindings.positional.take();
                self.bindings.functions.insert(name.clone(), ());
                let out = self.script(body, &Feed::default());
                self.bindings.positional = outer;
                out
            }
        }
    }

    fn simple(&mut self, simple: &Simple, feed: &Feed) -> Feed {
        for word in simple.words.iter().chain(simple.assignments.iter().map(|a| &a.value)).chain(simple.redirects.iter().map(|r| &r.target))
        {
            self.inner(word);
        }
        let input = self.input(&simple.redirects, feed);
        let arguments: Vec<Argument> = simple.words.iter().flat_map(|word| self.bindings.arguments(word)).collect();
        if arguments.is_empty() {
            simple.assignments.iter().for_each(|assignment| self.assign(assignment));
            if !simple.assignments.is_empty() {
                self.reading.note(Kind::Read, "a variable is set", "");
            }
            self.redirects(&simple.redirects, &input, "");
            return Feed::default();
        }
        for assignment in &simple.assignments {
            let value = self.bindings.value(&assignment.value);
            if is_hijack(&assignment.name, &value.text) {
                self.reading.note(Kind::Execute, "a variable that makes a program run another", &assignment.name);
            }
        }
        let before = self.reading.len();
        let mut out = self.run(&arguments, &input);
        let holds_local = simple.words.iter().any(reads_local);
        out.is_local |= holds_local;
        let name = arguments.first().map(|a| a.text.clone()).unwrap_or_default();
        if holds_local && is_network(&name) && !is_authentication(&simple.words, &arguments) {
            self.reading.note(Kind::Disclose, "local data inside the arguments of", &name);
        }
        self.redirects(&simple.redirects, &out, &name);
        if self.reading.len() == before && self.reading.actions().is_empty() {
            self.reading.unknown("no effect could be read from the command", &name);
        }
        out
    }

    /// Scripts that stand inside a word: substitutions, defaults, sums.
    pub(super) fn inner(&mut self, word: &Word) {
        for piece in &word.pieces {
            match piece {
                Piece::Plain(_) | Piece::Quoted(_) => {}
                Piece::Command { script, .. } | Piece::Process(script) => {
                    self.script(script, &Feed::default());
                }
                Piece::Arithmetic(inner) => self.inner(inner),
                Piece::Variable(variable) => match &variable.change {
                    Change::None => {}
                    Change::Default(inner) | Change::Alternative(inner) | Change::Other(inner) => self.inner(inner),
                },
            }
        }
    }

    fn assign(&mut self, assignment: &Assignment) {
        let value = self.bindings.value(&assignment.value);
        let known = (!value.is_computed).then_some(value.text);
        self.bindings.variables.insert(assignment.name.clone(), known);
    }

    /// What a command reads, its redirections considered.
    fn input(&mut self, redirects: &[Redirect], feed: &Feed) -> Feed {
        let mut input = feed.clone();
        for redirect in redirects {
            let body = redirect.heredoc.and_then(|index| self.heredocs.get(index).cloned());
            if let Some(body) = &body {
                self.inner(body);
            }
            if let Some(fresh) = redirect::input(self.reading, &self.bindings, redirect, body.as_ref()) {
                input = fresh;
            }
        }
        input
    }

    fn redirects(&mut self, redirects: &[Redirect], out: &Feed, command: &str) {
        for redirect in redirects {
            redirect::output(self.reading, &self.bindings, redirect, out, command);
            self.remember(redirect, out);
        }
    }

    /// Keeps what the script writes into a file, for when it runs that file.
    fn remember(&mut self, redirect: &Redirect, out: &Feed) {
        let (Operator::Write | Operator::Clobber | Operator::Append, Some(text)) = (redirect.operator, &out.text) else { return };
        let path = self.bindings.value(&redirect.target).text;
        if self.bindings.files.len() < FILES_MAX && text.len() <= FILE_BYTES_MAX {
            let file = self.bindings.files.entry(path).or_default();
            if redirect.operator != Operator::Append || file.len() > FILE_BYTES_MAX {
                file.clear();
            }
            file.push_str(text);
        }
    }

    /// A file that is run: what the script wrote into it is read as well.
    pub(super) fn written_before(&mut self, path: &str) {
        let bare = path.strip_prefix("./").unwrap_or(path);
        let text = [path, bare, &format!("./{bare}")].iter().find_map(|path| self.bindings.files.get(*path).cloned());
        if let Some(text) = text {
            super::read(self.reading, &text);
        }
    }
}

fn joined(first: &Feed, second: &Feed) -> Feed {
    Feed {
        text: None,
        is_encoded: first.is_encoded || second.is_encoded,
        is_local: first.is_local || second.is_local,
        is_foreign: first.is_foreign || second.is_foreign,
        is_there: true,
    }
}

/// Variables that make another program run code.
fn is_hijack(name: &str, value: &str) -> bool {
    let harmless = matches!(
        value,
        "" | "cat" | "less" | "more" | "true" | ":" | "vim" | "vi" | "nano" | "less -R" | "/bin/true" | "/bin/cat" | "less -FRX"
    );
    match name {
        "LD_PRELOAD"
        | "LD_AUDIT"
        | "DYLD_INSERT_LIBRARIES"
        | "BASH_ENV"
        | "ENV"
        | "PROMPT_COMMAND"
        | "PYTHONSTARTUP"
        | "PERL5OPT"
        | "RUBYOPT"
        | "PERL5DB"
        | "GIT_SSH_COMMAND"
        | "GIT_SSH"
        | "GIT_ASKPASS"
        | "SSH_ASKPASS"
        | "GIT_EXTERNAL_DIFF"
        | "LESSOPEN"
        | "GIT_PROXY_COMMAND"
        | "JAVA_TOOL_OPTIONS"
        | "PAGER"
        | "GIT_PAGER"
        | "MANPAGER"
        | "EDITOR"
        | "VISUAL"
        | "GIT_EDITOR"
        | "GIT_SEQUENCE_EDITOR" => !harmless && !matches!((name, value), ("ENV", v) if !v.contains('/')),
        "NODE_OPTIONS" => value.contains("require") || value.contains("import") || value.contains("-r "),
        _ => false,
    }
}

/// Programs that carry their arguments to the network.
pub(super) fn is_network(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    matches!(
        name,
        "curl"
            | "wget"
            | "dig"
            | "nslookup"
            | "host"
            | "ping"
            | "nc"
            | "ncat"
            | "http"
            | "https"
            | "xh"
            | "httpie"
            | "telnet"
            | "aria2c"
            | "websocat"
            | "grpcurl"
    )
}

/// Whether a word holds what a local file or the environment says.
fn reads_local(word: &Word) -> bool {
    word.pieces.iter().any(|piece| matches!(piece, Piece::Command { script, .. } if script.nodes.iter().any(node_reads_local)))
}

fn node_reads_local(node: &Node) -> bool {
    const READERS: [&str; 26] = [
        "cat",
        "tac",
        "head",
        "tail",
        "base64",
        "xxd",
        "od",
        "strings",
        "tar",
        "gzip",
        "zip",
        "env",
        "printenv",
        "grep",
        "sed",
        "awk",
        "jq",
        "pass",
        "security",
        "gpg",
        "pg_dump",
        "mysqldump",
        "sqlite3",
        "less",
        "hexdump",
        "find",
    ];
    match node {
        Node::Simple(simple) => {
            let name = simple.words.first().map(super::words::literal).unwrap_or_default();
            READERS.contains(&name.rsplit('/').next().unwrap_or_default())
                || (simple.words.is_empty() && !simple.redirects.is_empty())
                || simple.words.iter().any(reads_local)
        }
        Node::Pipeline(stages) => stages.iter().any(node_reads_local),
        Node::Group { body, .. } | Node::For { body, .. } => body.nodes.iter().any(node_reads_local),
        Node::Function { .. } => false,
    }
}

/// A secret in an `Authorization` header goes where it belongs.
fn is_authentication(words: &[Word], arguments: &[Argument]) -> bool {
    let local_words: Vec<String> = words.iter().filter(|word| reads_local(word)).map(super::words::literal).collect();
    !local_words.is_empty()
        && local_words.iter().all(|word| {
            let word = word.to_lowercase();
            word.starts_with("authorization:")
                || word.starts_with("x-api-key:")
                || word.starts_with("private-token:")
                || word.starts_with("apikey:")
        })
        && !arguments.is_empty()
}
