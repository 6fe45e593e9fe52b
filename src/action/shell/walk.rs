//! Follows a parsed script: which commands run, with which arguments, fed by what.

use super::super::reading::Reading;
use super::bindings::{Bindings, Function, Value};
use super::carried::{is_authentication, is_hijack, is_network, reads_local};
use super::expand::Argument;
use super::syntax::{Assigned, Assignment, Change, Link, Node, Operator, Piece, Redirect, Script, Simple, Word};
use super::{Feed, hooks, parse, redirect};
use crate::kind::Kind;
use std::rc::Rc;

/// How many written files are kept, and how long each may be.
const FILES_MAX: usize = 16;
const FILE_BYTES_MAX: usize = 32 * 1024;

/// Follows one script.
pub(super) struct Walker<'a> {
    pub(super) reading: &'a mut Reading,
    pub(super) bindings: Bindings,
    heredocs: Rc<Vec<Word>>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(reading: &'a mut Reading, heredocs: Vec<Word>, positional: Option<Vec<Argument>>) -> Self {
        Self { reading, bindings: Bindings::new(positional), heredocs: Rc::new(heredocs) }
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
            // Only `cd x && …` is certain to stand there: a `cd` may fail, and the rest runs on.
            if self.reading.has_moved() && !self.bindings.stops_at_failure {
                self.reading.move_to(None);
            }
        }
        self.reading.leave();
        out
    }

    fn node(&mut self, node: &Node, feed: &Feed) -> Feed {
        match node {
            Node::Simple(simple) => self.simple(simple, feed),
            Node::Pipeline(stages) => self.in_doubt(|walker| stages.iter().fold(feed.clone(), |feed, stage| walker.node(stage, &feed))),
            Node::Chain(chain) => self.chain(chain, feed),
            Node::Group { body, words, redirects } => {
                words.iter().for_each(|word| self.inner(word));
                if body.nodes.is_empty() {
                    self.reading.note(Kind::Read, "a test or a sum", "");
                }
                let input = self.input(redirects, feed);
                let out = self.in_doubt(|walker| walker.script(body, &input));
                self.redirects(redirects, &out, "");
                out
            }
            Node::For { name, words, body, redirects } => {
                words.iter().for_each(|word| self.inner(word));
                let items: Vec<Argument> = words.iter().flat_map(|word| self.bindings.arguments(word)).collect();
                self.bindings.assign(name, Bindings::one_of(&items));
                let input = self.input(redirects, feed);
                let out = self.in_doubt(|walker| walker.script(body, &input));
                self.redirects(redirects, &out, "");
                out
            }
            Node::Function { name, body, bytes } => {
                let function = Function { body: body.clone(), heredocs: self.heredocs.clone(), bytes: *bytes, is_called: false };
                if let Some(earlier) = self.bindings.functions.insert(name.clone(), function)
                    && !earlier.is_called
                {
                    self.function_body(&earlier, None, &Feed::default());
                }
                self.reading.note(Kind::Read, "a function is defined", name);
                Feed::default()
            }
        }
    }

    /// Commands joined by `&&` and `||`: all but the first may not run.
    fn chain(&mut self, chain: &[(Link, Node)], feed: &Feed) -> Feed {
        let mut out = Feed::default();
        for (link, node) in chain {
            if *link == Link::Or && self.reading.has_moved() {
                self.reading.move_to(None);
            }
            let next = match link {
                Link::First => self.node(node, feed),
                Link::And | Link::Or => {
                    self.bindings.doubts += 1;
                    let next = self.node(node, feed);
                    self.bindings.doubts -= 1;
                    next
                }
            };
            out = if *link == Link::First { next } else { joined(&out, &next) };
        }
        out
    }

    /// Follows what may not run, or runs in a shell of its own: what it sets is one possibility.
    fn in_doubt<T>(&mut self, follow: impl FnOnce(&mut Self) -> T) -> T {
        let place = self.reading.place().map(str::to_owned);
        self.bindings.doubts += 1;
        let out = follow(self);
        self.bindings.doubts -= 1;
        if self.reading.place() != place.as_deref() {
            self.reading.move_to(None);
        }
        out
    }

    /// Reads a script that runs in this shell or a child of it: it sees what is known here.
    pub(super) fn read_inside(&mut self, script: &str, positional: Option<Vec<Argument>>, is_certain: bool, feed: &Feed) {
        let outer = std::mem::replace(&mut self.bindings.positional, positional);
        let place = self.reading.place().map(str::to_owned);
        self.bindings.doubts += usize::from(!is_certain);
        let mut bindings = std::mem::take(&mut self.bindings);
        self.reading.nested(script.len(), |reading| {
            let parsed = parse::parse(script);
            if let Some(fault) = parsed.fault {
                reading.unknown(fault, script);
            }
            if parsed.script.nodes.is_empty() && parsed.fault.is_none() {
                reading.note(Kind::Read, "nothing but comments or blanks in", script);
            }
            let mut walker = Walker { reading, bindings: std::mem::take(&mut bindings), heredocs: Rc::new(parsed.heredocs) };
            walker.script(&parsed.script, feed);
            bindings = walker.bindings;
        });
        self.bindings = bindings;
        self.bindings.doubts = self.bindings.doubts.saturating_sub(usize::from(!is_certain));
        self.bindings.positional = outer;
        if self.reading.place() != place.as_deref() {
            self.reading.move_to(None);
        }
    }

    /// Calls a function that the script defines.
    pub(super) fn call(&mut self, name: &str, arguments: &[Argument], feed: &Feed) -> Option<Feed> {
        let mut function = self.bindings.functions.remove(name)?;
        // The first call costs nothing: its text is paid for.
        let is_paid = !function.is_called || self.reading.spend(function.bytes);
        function.is_called = true;
        let out = if is_paid { self.function_body(&function, Some(arguments.to_vec()), feed) } else { Feed::default() };
        self.bindings.functions.entry(name.to_owned()).or_insert(function);
        Some(out)
    }

    fn function_body(&mut self, function: &Function, positional: Option<Vec<Argument>>, feed: &Feed) -> Feed {
        let was_uncalled = std::mem::replace(&mut self.bindings.is_uncalled, positional.is_none());
        let outer = std::mem::replace(&mut self.bindings.positional, positional);
        let heredocs = std::mem::replace(&mut self.heredocs, function.heredocs.clone());
        let out = self.in_doubt(|walker| walker.script(&function.body, feed));
        self.heredocs = heredocs;
        self.bindings.is_uncalled = was_uncalled;
        self.bindings.positional = outer;
        out
    }

    /// Functions that nothing called: what they would do counts as done.
    pub(super) fn finish(&mut self) {
        let mut uncalled: Vec<(String, Function)> =
            self.bindings.functions.iter().filter(|(_, f)| !f.is_called).map(|(name, f)| (name.clone(), f.clone())).collect();
        uncalled.sort_by(|one, other| one.0.cmp(&other.0));
        for (name, function) in uncalled {
            let is_called = self.bindings.functions.get(&name).is_none_or(|function| function.is_called);
            if !is_called {
                self.bindings.functions.remove(&name);
                self.function_body(&function, None, &Feed::default());
            }
        }
    }

    fn simple(&mut self, simple: &Simple, feed: &Feed) -> Feed {
        let assigned = simple.assignments.iter().flat_map(|assignment| assignment.value.words());
        for word in simple.words.iter().chain(assigned).chain(simple.redirects.iter().map(|r| &r.target)) {
            self.inner(word);
        }
        self.each_choice(simple, feed)
    }

    /// A command whose name is one of several is read once for each.
    fn each_choice(&mut self, simple: &Simple, feed: &Feed) -> Feed {
        let names = simple.words.first().map(|word| word.pieces.as_slice()).unwrap_or_default();
        let chosen = names.iter().find_map(|piece| match piece {
            Piece::Variable(variable) => Some((variable.name.as_str(), self.bindings.choices(&variable.name)?.to_vec())),
            _ => None,
        });
        let Some((name, choices)) = chosen else { return self.plain(simple, feed) };
        let mut out = Feed::default();
        for choice in &choices {
            if !self.reading.spend(choice.len() + 16) {
                break;
            }
            self.bindings.replace(name, Value::Known(choice.clone()));
            out = joined(&out, &self.each_choice(simple, feed));
        }
        self.bindings.replace(name, Value::Either(choices));
        out
    }

    fn plain(&mut self, simple: &Simple, feed: &Feed) -> Feed {
        let input = self.input(&simple.redirects, feed);
        let arguments: Vec<Argument> = simple.words.iter().flat_map(|word| self.bindings.arguments(word)).collect();
        if arguments.is_empty() {
            simple.assignments.iter().for_each(|assignment| self.assign(assignment));
            if !simple.assignments.is_empty() || !simple.words.is_empty() {
                self.reading.note(Kind::Read, "a variable is set", "");
            }
            self.redirects(&simple.redirects, &input, "");
            return Feed::default();
        }
        for assignment in &simple.assignments {
            let value = assignment.value.words().first().map(|word| self.bindings.value(word)).unwrap_or_default();
            if is_hijack(&assignment.name, &value.text) {
                self.reading.note(Kind::Execute, "a variable that makes a program run another", &assignment.name);
                hooks::value(self, &value.text);
            }
            if matches!(assignment.value, Assigned::List(_)) {
                self.assign(assignment);
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
                Piece::Variable(variable) => {
                    variable.index.iter().for_each(|index| self.inner(index));
                    match &variable.change {
                        Change::None => {}
                        Change::Assign(inner) => {
                            self.inner(inner);
                            self.assign_default(&variable.name, inner);
                        }
                        Change::Default(inner) | Change::Alternative(inner) | Change::Edit(_, inner) | Change::Other(inner) => {
                            self.inner(inner)
                        }
                    }
                }
            }
        }
    }

    /// `${NAME:=value}` sets the name where it has no value.
    fn assign_default(&mut self, name: &str, word: &Word) {
        if self.bindings.lookup(name).is_none_or(|known| known.is_some_and(|text| text.is_empty())) {
            let value = self.bindings.value(word);
            self.bindings.assign(name, if value.is_computed { Value::Unknown } else { Value::Known(value.text) });
        }
    }

    fn assign(&mut self, assignment: &Assignment) {
        let value = match &assignment.value {
            Assigned::Text(word) => {
                let value = self.bindings.value(word);
                self.appended(assignment, value)
            }
            Assigned::List(words) => {
                let elements: Vec<Argument> = words.iter().flat_map(|word| self.bindings.arguments(word)).collect();
                let is_keyed =
                    words.iter().any(|word| word.pieces.first().is_some_and(|p| matches!(p, Piece::Plain(t) if t.starts_with('['))));
                match self.bindings.get(&assignment.name) {
                    _ if is_keyed => Value::Unknown,
                    Some(Value::List(earlier)) if assignment.appends => Value::List(earlier.iter().cloned().chain(elements).collect()),
                    Some(_) if assignment.appends => Value::Unknown,
                    _ => Value::List(elements),
                }
            }
            Assigned::Element(_) => Value::Unknown,
        };
        self.bindings.assign(&assignment.name, value);
    }

    /// `NAME=value`, or what `NAME+=value` makes of the value before.
    fn appended(&self, assignment: &Assignment, value: Argument) -> Value {
        match self.bindings.get(&assignment.name) {
            _ if value.is_computed => Value::Unknown,
            None => Value::Known(value.text),
            Some(_) if !assignment.appends => Value::Known(value.text),
            Some(Value::Known(earlier)) if earlier.len() + value.text.len() <= FILE_BYTES_MAX => {
                Value::Known(format!("{earlier}{}", value.text))
            }
            Some(_) => Value::Unknown,
        }
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

    /// A file that is run: what the script wrote into it is read as well; whether it wrote it.
    pub(super) fn written_before(&mut self, path: &str) -> bool {
        self.reading.ran(path, None);
        let bare = path.strip_prefix("./").unwrap_or(path);
        let text = [path, bare, &format!("./{bare}")].iter().find_map(|path| self.bindings.files.get(*path).cloned());
        let is_known = text.is_some();
        if let Some(text) = text {
            self.read_inside(&text, None, false, &Feed::default());
        }
        is_known
    }
}

fn joined(first: &Feed, second: &Feed) -> Feed {
    Feed {
        text: None,
        is_encoded: first.is_encoded || second.is_encoded,
        is_local: first.is_local || second.is_local,
        is_foreign: first.is_foreign || second.is_foreign,
        is_there: true,
        from: first.from.clone().or_else(|| second.from.clone()),
    }
}
