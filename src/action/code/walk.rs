//! Follows a piece of code from top to bottom: what its names stand for, and which calls it makes.
//!
//! Every branch counts as taken and every loop as run once. A function that the code
//! defines is read where it stands; one that it hands on, to `map`, to a decorator, to a
//! thread, counts as called. What each call does is not decided here but in `known`.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::calls::Call;
use super::names::element;
use super::tree::{Argument, Link, Node, Part};
use super::value::{HOLE, Text, Value};
use super::{CALLS_MAX, Language, built_in, known};
use crate::action::reading::Reading;
use crate::action::shell;

/// How many bytes of text one piece of code may put together, beside a few for each byte of its own.
const JOINED_BYTES_MAX: usize = 64 * 1024;

pub(super) struct Walk<'r, 't> {
    pub(super) reading: &'r mut Reading,
    pub(super) language: Language,
    text: &'t str,
    pub(super) names: HashMap<String, Value>,
    /// Modules of which everything was imported.
    pub(super) stars: Vec<String>,
    pub(super) own: HashSet<String>,
    calls_left: usize,
    bytes_left: usize,
}

impl<'r, 't> Walk<'r, 't> {
    pub(super) fn new(reading: &'r mut Reading, language: Language, text: &'t str, own: HashSet<String>) -> Self {
        let bytes_left = JOINED_BYTES_MAX + text.len() * 16;
        Self { reading, language, text, names: HashMap::new(), stars: Vec::new(), own, calls_left: CALLS_MAX, bytes_left }
    }

    pub(super) fn all(&mut self, nodes: &[Node]) -> Value {
        nodes.iter().map(|node| self.one(node)).last().unwrap_or(Value::Unknown)
    }

    pub(super) fn one(&mut self, node: &Node) -> Value {
        if !self.reading.descend() {
            return Value::Unknown;
        }
        let value = self.value(node);
        self.reading.ascend();
        value
    }

    fn value(&mut self, node: &Node) -> Value {
        match node {
            Node::Text(parts) => self.text(parts),
            Node::Command(parts) => {
                let command = self.text(parts);
                self.command(&command);
                Value::Unknown
            }
            Node::Number(number) => Value::Number(number.as_str().into()),
            Node::Name(name) => self.name(name),
            Node::Module(path) => Value::thing(path),
            Node::List(nodes) => self.list(nodes),
            Node::Map(entries) => self.map(entries),
            Node::Join(nodes) => {
                let values: Vec<Value> = nodes.iter().map(|node| self.one(node)).collect();
                self.joined(&values)
            }
            Node::Choice(nodes) => Value::one_of(nodes.iter().map(|node| self.one(node)).collect()),
            Node::Computed(nodes) => {
                nodes.iter().for_each(|node| drop(self.one(node)));
                Value::Unknown
            }
            Node::Block(nodes) => self.all(nodes),
            Node::Assign { to, value, adds } => {
                let mut value = self.one(value);
                if *adds {
                    let before = self.one(to);
                    value = self.joined(&[before, value]);
                }
                self.bind(to, value.clone());
                value
            }
            Node::Each { to, of } => {
                let value = self.one(of);
                self.bind(to, element(&value));
                Value::Unknown
            }
            Node::Own { parts, .. } => {
                self.all(parts);
                Value::Own
            }
            Node::Chain { head, links } => self.chain(head, links),
        }
    }

    fn name(&self, name: &str) -> Value {
        if let Some(value) = self.names.get(name) {
            return value.clone();
        }
        if self.own.contains(name) {
            return Value::Own;
        }
        let of_star = self.stars.iter().map(|module| format!("{module}.{name}")).find(|path| known::is_known(self.language, path));
        Value::thing(of_star.as_deref().unwrap_or(name))
    }

    fn text(&mut self, parts: &[Part]) -> Value {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Plain(plain) => text.push_str(plain),
                Part::Hole(nodes) => match self.all(nodes) {
                    Value::Text(inner) if self.pay(inner.text.len()) => text.push_str(&inner.text),
                    Value::Number(number) => text.push_str(&number),
                    _ => text.push(HOLE),
                },
            }
        }
        Value::text(&text)
    }

    fn list(&mut self, nodes: &[Node]) -> Value {
        let is_loop = |node: &&Node| matches!(node, Node::Each { .. });
        let loops = nodes.iter().filter(is_loop).count();
        nodes.iter().filter(is_loop).for_each(|node| drop(self.one(node)));
        let values: Vec<Value> = nodes.iter().filter(|node| !is_loop(node)).map(|node| self.one(node)).collect();
        if loops > 0 { Value::Unknown } else { Value::list(values) }
    }

    fn map(&mut self, entries: &[(Option<Node>, Node)]) -> Value {
        let mut items = Vec::new();
        for (key, node) in entries {
            let name = match key {
                Some(Node::Name(name)) => Some(name.as_str().into()),
                Some(key) => self.one(key).as_text().map(Rc::from),
                None => {
                    if let Node::Name(name) = node {
                        Some(name.as_str().into())
                    } else {
                        None
                    }
                }
            };
            let value = self.one(node);
            items.push((name, value));
        }
        Value::map(items)
    }

    /// Texts side by side are one text; so are lists.
    pub(super) fn joined(&mut self, values: &[Value]) -> Value {
        if let [Value::Thing(thing), rest @ ..] = values
            && thing.path.contains("Path")
        {
            let tail: Vec<&str> = rest.iter().map(|v| v.as_text().unwrap_or("{}")).collect();
            let start = thing.texts.first().map_or("", |text| text);
            return Value::thing_of(thing.path.clone(), vec![[&[start], tail.as_slice()].concat().join("/").into()]);
        }
        if values.iter().all(|value| matches!(value, Value::List(_))) {
            return Value::list(values.iter().filter_map(Value::items).flatten().cloned().collect());
        }
        if !values.iter().any(|value| matches!(value, Value::Text(_))) {
            return Value::Unknown;
        }
        let (mut text, mut is_encoded) = (String::new(), false);
        for value in values {
            match value {
                Value::Text(part) if self.pay(part.text.len()) => {
                    text.push_str(&part.text);
                    is_encoded |= part.is_encoded;
                }
                _ => text.push(HOLE),
            }
        }
        Value::Text(Text { text: text.into(), is_encoded })
    }

    /// Takes the cost of copying a text; `false` where there is no more of it.
    pub(super) fn pay(&mut self, bytes: usize) -> bool {
        match self.bytes_left.checked_sub(bytes) {
            Some(left) => {
                self.bytes_left = left;
                true
            }
            None => {
                self.reading.unknown("more text put together than is read", "");
                false
            }
        }
    }

    fn chain(&mut self, head: &Node, links: &[Link]) -> Value {
        let (mut value, links) = match (head, links) {
            (Node::Name(owner), [Link::Member(member), rest @ ..]) if is_self(owner) => match self.names.get(&format!("self.{member}")) {
                Some(value) => (value.clone(), rest),
                None if self.own.contains(member) => (Value::Own, rest),
                None => (self.one(head), links),
            },
            _ => (self.one(head), links),
        };
        for (at, link) in links.iter().enumerate() {
            value = match link {
                Link::Member(member) => self.member(&value, member),
                Link::Index(nodes) => {
                    let index = self.all(nodes);
                    self.indexed(&value, &index)
                }
                Link::Call { arguments, from, to } => {
                    let arguments = self.arguments(arguments);
                    if let (Node::Name(name), [Link::Member(method), Link::Call { .. }], 1) = (head, links, at) {
                        self.grow(name, method, &arguments);
                    }
                    let inside = self.text.get(*from..*to).unwrap_or_default();
                    self.call(value, arguments, inside)
                }
            };
        }
        // Ruby and Perl call a method by its name alone.
        if matches!(links.last(), Some(Link::Member(_))) && matches!(self.language, Language::Ruby | Language::Perl) {
            return self.call(value, Vec::new(), "");
        }
        value
    }

    fn arguments(&mut self, arguments: &[Argument]) -> Vec<(Option<String>, Value)> {
        let is_loop = |argument: &&Argument| matches!(argument.value, Node::Each { .. });
        arguments.iter().filter(is_loop).for_each(|argument| drop(self.one(&argument.value)));
        arguments.iter().filter(|argument| !is_loop(argument)).map(|argument| (argument.name.clone(), self.one(&argument.value))).collect()
    }

    pub(super) fn call(&mut self, callee: Value, arguments: Vec<(Option<String>, Value)>, inside: &'t str) -> Value {
        if self.calls_left == 0 {
            self.reading.unknown("more calls than are read", "");
            return Value::Unknown;
        }
        self.calls_left -= 1;
        self.handed_on(&callee, &arguments);
        match callee {
            Value::Thing(thing) => {
                if let Some(value) = built_in::call(self, &thing.path, &arguments) {
                    return value;
                }
                self.call_of(&thing.path, thing.texts.clone(), arguments, inside)
            }
            Value::Bound(bound) => built_in::method(self, &bound.0, &bound.1, &arguments),
            Value::OneOf(many) => {
                let results = many.items.iter().take(8).map(|(_, callee)| self.call(callee.clone(), arguments.clone(), inside)).collect();
                Value::one_of(results)
            }
            Value::Text(text) if self.language == Language::Php && text.is_whole() => {
                self.call(Value::thing(&text.text), arguments, inside)
            }
            Value::Text(text) if self.language == Language::Php => {
                self.reading.unknown("a function whose name is computed", &text.text);
                Value::Unknown
            }
            Value::Hidden => {
                self.reading.unknown("a function that is looked up by a name that is computed", inside);
                Value::Unknown
            }
            Value::Own => Value::thing("own"),
            Value::List(_) | Value::Map(_) | Value::Number(_) | Value::Text(_) | Value::Unknown => Value::Unknown,
        }
    }

    fn call_of(&mut self, path: &str, owner_texts: Vec<Rc<str>>, arguments: Vec<(Option<String>, Value)>, inside: &'t str) -> Value {
        let method = path.rsplit('.').next().unwrap_or_default();
        if self.own.contains(path) || self.own.contains(method) && matches!(path.split('.').next(), Some("own" | "self" | "this" | "_")) {
            return Value::thing("own");
        }
        let call = Call::new(path.to_owned(), owner_texts, arguments, inside);
        if !self.pay(call.texts.iter().map(|text| text.len()).sum()) {
            return Value::Unknown;
        }
        known::read(self.reading, self.language, &call, self.text);
        // `boto3.client('s3')`: what a factory makes is named by its first word.
        let made = call.first().filter(|word| is_factory(method) && is_name(word));
        let path = made.map_or_else(|| path.to_owned(), |word| format!("{path}.{word}"));
        let mut texts = call.owner_texts;
        texts.extend(call.texts);
        Value::thing_of(path, texts)
    }

    /// A function that is handed to another one counts as called.
    fn handed_on(&mut self, callee: &Value, arguments: &[(Option<String>, Value)]) {
        if callee.as_path().is_some_and(known::only_looks) {
            return;
        }
        for (_, value) in arguments {
            for value in value.alternatives() {
                match value {
                    Value::Thing(thing) if thing.texts.is_empty() && known::is_function(self.language, &thing.path) => {
                        let call = Call::new(thing.path.clone(), Vec::new(), Vec::new(), "");
                        known::handed_on(self.reading, self.language, &call);
                    }
                    Value::Text(text)
                        if self.language == Language::Php && is_name(&text.text) && callee.as_path().is_some_and(known::calls_by_name) =>
                    {
                        let rest = arguments.iter().skip(1).cloned().collect();
                        self.call(Value::thing(&text.text.clone()), rest, "");
                    }
                    Value::Hidden => self.reading.unknown("a function that is looked up by a name that is computed", ""),
                    _ => {}
                }
            }
        }
    }

    /// A line for the system's shell.
    pub(super) fn command(&mut self, command: &Value) {
        if let Value::Text(text) = command {
            shell::read(self.reading, &text.text.replace(HOLE, "${hole}"));
        }
    }
}

pub(super) fn is_self(name: &str) -> bool {
    matches!(name, "self" | "this")
}

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '.'))
}

fn is_factory(method: &str) -> bool {
    matches!(
        method,
        "client"
            | "resource"
            | "build"
            | "Client"
            | "service"
            | "create_client"
            | "getService"
            | "discovery"
            | "application"
            | "get_service"
            | "collection"
            | "table"
            | "from"
    )
}
