//! A shell script, parsed as bash parses it.
//!
//! Written for judging, not for running: it never fails, it reports. What does not
//! parse is noted in [`Parsed::fault`], the commands around it are still found, and
//! the caller calls the whole thing `unknown` as well. Simple commands are read here,
//! compound ones in `constructs`, words in `words`, redirections in `redirects`.

use super::redirects::Pending;
use super::syntax::{Assigned, Assignment, Link, Node, Script, Simple, Word};

/// How deep constructs may stand in one another.
const DEPTH_MAX: usize = 40;
/// How many commands and words one script may have.
const NODES_MAX: usize = 20_000;

/// A parsed script.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) script: Script,
    /// The bodies of its here-documents, by the number in `Redirect::heredoc`.
    pub(super) heredocs: Vec<Word>,
    /// The first thing that did not parse.
    pub(super) fault: Option<&'static str>,
}

/// Parses a script.
pub(super) fn parse(text: &str) -> Parsed {
    let mut parser = Parser { text, at: 0, depth: 0, nodes_left: NODES_MAX, heredocs: Vec::new(), pending: Vec::new(), fault: None };
    let mut script = parser.list(&[]);
    while !parser.is_at_end() {
        // A stray `)`, `;;`, `fi` …: noted, stepped over, and on with the rest.
        parser.fail("an unexpected token");
        parser.step_over_token();
        script.nodes.append(&mut parser.list(&[]).nodes);
    }
    parser.read_heredocs();
    Parsed { script, heredocs: parser.heredocs, fault: parser.fault }
}

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) depth: usize,
    nodes_left: usize,
    pub(super) heredocs: Vec<Word>,
    pub(super) pending: Vec<Pending>,
    fault: Option<&'static str>,
}

impl<'a> Parser<'a> {
    pub(super) fn fail(&mut self, why: &'static str) {
        self.fault.get_or_insert(why);
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    pub(super) fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn step_over_token(&mut self) {
        let step = self.rest().chars().next().map_or(1, char::len_utf8);
        let letters = self.rest().bytes().take_while(u8::is_ascii_alphabetic).count();
        self.at += letters.max(step);
    }

    /// Counts one node or word; `false` when the script has too many.
    pub(super) fn count(&mut self) -> bool {
        if self.nodes_left == 0 {
            self.fail("more commands than are read");
            self.at = self.text.len();
            return false;
        }
        self.nodes_left -= 1;
        true
    }

    /// Goes one level deeper; past the limit the rest is not read.
    pub(super) fn deeper<T: Default>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= DEPTH_MAX {
            self.fail("commands nested deeper than are read");
            self.at = self.text.len();
            return T::default();
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// Blanks, line continuations and comments.
    pub(super) fn space(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\\') if self.peek_at(1) == Some(b'\n') => self.at += 2,
                Some(b'#') => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                _ => return,
            }
        }
    }

    pub(super) fn newlines(&mut self) {
        loop {
            self.space();
            if self.peek() != Some(b'\n') {
                return;
            }
            self.newline();
        }
    }

    pub(super) fn newline(&mut self) {
        self.at += 1;
        self.read_heredocs();
    }

    /// The unquoted word that stands here, without taking it: a candidate for a reserved word.
    pub(super) fn reserved(&self) -> &'a str {
        let rest = self.rest();
        let end = rest.bytes().position(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')'));
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
    }

    pub(super) fn eat_reserved(&mut self, word: &str) -> bool {
        let found = self.reserved() == word;
        if found {
            self.at += word.len();
        }
        found
    }

    pub(super) fn expect_reserved(&mut self, word: &str) {
        self.newlines();
        while matches!(self.peek(), Some(b';')) {
            self.at += 1;
            self.newlines();
        }
        if !self.eat_reserved(word) {
            self.fail("a construct that is not closed");
        }
    }

    /// Commands up to one of these reserved words, a closing parenthesis or the end.
    pub(super) fn list(&mut self, ends: &[&str]) -> Script {
        let mut nodes = Vec::new();
        loop {
            self.newlines();
            if self.is_at_end() || matches!(self.peek(), Some(b')')) || self.rest().starts_with(";;") || self.rest().starts_with(";&") {
                break;
            }
            let word = self.reserved();
            if ends.contains(&word) || matches!(word, "then" | "do" | "done" | "fi" | "else" | "elif" | "esac" | "}") {
                break;
            }
            let start = self.at;
            self.and_or(&mut nodes);
            self.space();
            match self.peek() {
                Some(b';') if !matches!(self.peek_at(1), Some(b';' | b'&')) => self.at += 1,
                Some(b'&') => self.at += 1,
                _ => {}
            }
            if self.at == start {
                self.fail("an unexpected token");
                self.step_over_token();
            }
            if !self.count() {
                break;
            }
        }
        Script { nodes }
    }

    fn and_or(&mut self, nodes: &mut Vec<Node>) {
        let mut chain: Vec<(Link, Node)> = Vec::new();
        let mut link = Link::First;
        loop {
            let mut one = Vec::new();
            self.pipeline(&mut one);
            chain.extend(one.into_iter().map(|node| (link, node)));
            self.space();
            link = if self.eat("&&") {
                Link::And
            } else if self.eat("||") {
                Link::Or
            } else {
                break;
            };
            self.newlines();
            if self.is_at_end() {
                self.fail("a command is missing after `&&` or `||`");
                break;
            }
            if !self.count() {
                break;
            }
        }
        match chain.len() {
            0 | 1 => nodes.extend(chain.into_iter().map(|(_, node)| node)),
            _ => nodes.push(Node::Chain(chain)),
        }
    }

    fn pipeline(&mut self, nodes: &mut Vec<Node>) {
        let mut stages = Vec::new();
        self.space();
        while self.eat_reserved("!") || self.eat_reserved("time") {
            self.space();
        }
        loop {
            if let Some(node) = self.deeper(Self::command) {
                stages.push(node);
            } else if !self.is_at_end() || !stages.is_empty() {
                self.fail("a command is missing");
            }
            self.space();
            if self.rest().starts_with("||") || !(self.eat("|&") || self.eat("|")) {
                break;
            }
            self.newlines();
            // Some shells take `a | ! b`.
            while self.eat_reserved("!") {
                self.space();
            }
        }
        match stages.len() {
            0 => {}
            1 => nodes.append(&mut stages),
            _ => nodes.push(Node::Pipeline(stages)),
        }
    }

    pub(super) fn command(&mut self) -> Option<Node> {
        self.space();
        if self.rest().starts_with("((") && self.rest().contains("))") {
            return Some(self.arithmetic_command());
        }
        if self.eat("(") {
            let body = self.list(&[]);
            if !self.eat(")") {
                self.fail("a parenthesis that is not closed");
            }
            return Some(self.group(body, Vec::new()));
        }
        match self.reserved() {
            "{" => Some(self.braces()),
            "if" => Some(self.conditional()),
            "while" | "until" => Some(self.repeated()),
            "for" | "select" => Some(self.counted()),
            "case" => Some(self.choice()),
            "[[" => Some(self.test()),
            "function" => Some(self.function_keyword()),
            "coproc" => {
                self.at += "coproc".len();
                self.deeper(Self::command)
            }
            _ => self.simple(),
        }
    }

    fn simple(&mut self) -> Option<Node> {
        let mut simple = Simple::default();
        loop {
            self.space();
            if let Some(redirect) = self.redirect() {
                simple.redirects.push(redirect);
                continue;
            }
            if simple.words.is_empty()
                && let Some(assignment) = self.assignment()
            {
                simple.assignments.push(assignment);
                continue;
            }
            if self.is_declared_list(&simple)
                && let Some(assignment) = self.assignment()
            {
                simple.assignments.push(assignment);
                continue;
            }
            if self.peek() == Some(b'(') && !simple.words.is_empty() {
                if let Some(function) = self.function_after(&simple) {
                    return Some(function);
                }
                self.fail("an unexpected `(`");
                self.at += 1;
                continue;
            }
            let Some(word) = self.word() else { break };
            simple.words.push(word);
            if !self.count() {
                break;
            }
        }
        let is_empty = simple.words.is_empty() && simple.assignments.is_empty() && simple.redirects.is_empty();
        (!is_empty).then_some(Node::Simple(simple))
    }

    fn function_after(&mut self, simple: &Simple) -> Option<Node> {
        let [word] = simple.words.as_slice() else { return None };
        let name = word.as_plain()?.to_owned();
        let inside = self.rest().strip_prefix('(')?;
        let closing = inside.trim_start_matches([' ', '\t']).strip_prefix(')')?;
        self.at = self.text.len() - closing.len();
        Some(self.function_body(name))
    }

    fn assignment(&mut self) -> Option<Assignment> {
        let rest = self.rest();
        let name_end = rest.bytes().position(|b| !(b.is_ascii_alphanumeric() || b == b'_'))?;
        let name = rest.get(..name_end)?;
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let mut after = rest.get(name_end..)?;
        let is_element = after.starts_with('[');
        if is_element {
            after = after.get(after.find("]=").or_else(|| after.find("]+="))? + 1..)?;
        }
        let appends = after.starts_with("+=");
        let value = after.strip_prefix("+=").or_else(|| after.strip_prefix('='))?;
        self.at = self.text.len() - value.len();
        let value = match self.eat("(") {
            true => Assigned::List(self.array()),
            false if is_element => Assigned::Element(self.word().unwrap_or_default()),
            false => Assigned::Text(self.word().unwrap_or_default()),
        };
        Some(Assignment { name: name.to_owned(), value, appends })
    }

    /// `declare -a NAME=(…)`: only there may a list stand behind a command.
    fn is_declared_list(&self, simple: &Simple) -> bool {
        let declares =
            matches!(simple.words.first().and_then(Word::as_plain), Some("declare" | "typeset" | "local" | "export" | "readonly"));
        let rest = self.rest();
        let name = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let after = rest.get(name..).unwrap_or_default();
        declares && name > 0 && (after.starts_with("=(") || after.starts_with("+=("))
    }

    /// `(a b c)`
    fn array(&mut self) -> Vec<Word> {
        let mut all = Vec::new();
        loop {
            self.newlines();
            if self.eat(")") {
                break;
            }
            match self.word() {
                Some(word) if self.count() => all.push(word),
                _ => {
                    self.fail("an array that is not closed");
                    break;
                }
            }
        }
        all
    }

    /// Reads another text with the limits of this one: the inside of backticks, a here-document.
    pub(super) fn inner<T: Default>(&mut self, text: &str, read: impl FnOnce(&mut Parser<'_>) -> T) -> T {
        self.deeper(|outer| {
            let mut inner = Parser {
                text,
                at: 0,
                depth: outer.depth,
                nodes_left: outer.nodes_left,
                heredocs: std::mem::take(&mut outer.heredocs),
                pending: Vec::new(),
                fault: outer.fault,
            };
            let value = read(&mut inner);
            inner.read_heredocs();
            (outer.nodes_left, outer.fault) = (inner.nodes_left, inner.fault);
            outer.heredocs = inner.heredocs;
            value
        })
    }
}
