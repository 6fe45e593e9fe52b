//! Operands: strings, names and what hangs on them, brackets, functions.

use super::super::Language;
use super::super::token::What;
use super::names;
use super::{Argument, Link, Node, Parser};

/// How many links one chain may have.
const LINKS_MAX: usize = 400;

impl Parser<'_> {
    /// A string, a name with what hangs on it, something in brackets; `None` where none begins.
    pub(super) fn operand(&mut self) -> Option<Node> {
        self.prefixes();
        let token = self.peek()?;
        let head = match &token.what {
            What::Text(pieces) => {
                self.at += 1;
                let mut parts = self.parts(pieces);
                // `'a' 'b'` is one string.
                while self.is_in(&[Language::Python, Language::Other])
                    && let Some(What::Text(more)) = self.ahead(0)
                {
                    self.at += 1;
                    let more = self.parts(more);
                    parts.extend(more);
                }
                Node::Text(parts)
            }
            What::Command(pieces) => {
                self.at += 1;
                Node::Command(self.parts(pieces))
            }
            What::Words(words) => {
                self.at += 1;
                let text = |word: &String| Node::Text(vec![super::Part::Plain(word.clone())]);
                Node::List(words.iter().map(text).collect())
            }
            What::Number(number) => {
                self.at += 1;
                Node::Number(number.clone())
            }
            What::Name(word) if word == "lambda" && self.language == Language::Python => return Some(self.lambda()),
            What::Name(word) if names::defines(word) => self.definition()?,
            What::Name(word) if names::is_joint(word) => return None,
            What::Name(word) => {
                self.at += 1;
                Node::Name(word.clone())
            }
            What::Symbol("(") => self.group(),
            What::Symbol("[") => {
                self.at += 1;
                Node::List(self.until("]"))
            }
            What::Symbol("{") => self.braces(),
            What::Symbol(_) => return None,
        };
        Some(self.links(head))
    }

    fn prefixes(&mut self) {
        loop {
            let is_prefix = match self.ahead(0) {
                Some(What::Symbol("!" | "-" | "+" | "~" | "*" | "**" | "..." | "&" | "@" | "\\" | "?")) => true,
                // `delete x.y`, but `delete(x)`, `delete = …`, `r.delete`.
                Some(What::Name(word)) if names::is_prefix(word) => {
                    let next = self.ahead(1);
                    let is_name = matches!(next, None | Some(What::Symbol("=" | "." | "," | ")" | ";" | ":" | "->")));
                    let is_called = word == "delete" && matches!(next, Some(What::Symbol("(")));
                    !is_name && !is_called
                }
                _ => false,
            };
            if !is_prefix {
                return;
            }
            self.at += 1;
        }
    }

    /// What hangs on an operand: members, indexes, calls.
    fn links(&mut self, head: Node) -> Node {
        let mut links = Vec::new();
        while links.len() < LINKS_MAX
            && let Some(link) = self.link(&head, links.last())
        {
            links.push(link);
        }
        if links.len() == LINKS_MAX {
            self.fault = Some("a chain of calls longer than is read");
        }
        if self.calls_without_parentheses(&head, links.last())
            && let Some(call) = self.bare_arguments()
        {
            links.push(call);
        }
        if links.is_empty() { head } else { Node::Chain { head: Box::new(head), links } }
    }

    fn link(&mut self, head: &Node, last: Option<&Link>) -> Option<Link> {
        let token = self.peek()?;
        match &token.what {
            What::Symbol("." | "?." | "->" | "::") => self.member(),
            What::Symbol("(") if !token.starts_line && (!token.is_apart || !self.is_in(&[Language::Ruby])) => {
                if matches!(head, Node::Number(_) | Node::Text(_)) && last.is_none() {
                    return None;
                }
                let from = token.to;
                self.at += 1;
                let arguments = self.arguments(")");
                let to = self.tokens.get(self.at.saturating_sub(1)).map_or(from, |closing| closing.from.max(from));
                Some(Link::Call { arguments, from, to })
            }
            What::Symbol("[") if !token.is_apart && !token.starts_line => {
                self.at += 1;
                Some(Link::Index(self.until("]")))
            }
            // `x!.y` of TypeScript.
            What::Symbol("!")
                if !token.is_apart && self.language == Language::JavaScript && matches!(self.ahead(1), Some(What::Symbol("."))) =>
            {
                self.at += 1;
                self.member()
            }
            // sql`…`
            What::Text(pieces)
                if !token.is_apart && self.language == Language::JavaScript && !matches!(head, Node::Text(_) | Node::Number(_)) =>
            {
                let (from, to) = (token.from, token.to);
                self.at += 1;
                let value = Node::Text(self.parts(pieces));
                Some(Link::Call { arguments: vec![Argument { name: None, value }], from, to })
            }
            _ => None,
        }
    }

    fn member(&mut self) -> Option<Link> {
        let Some(What::Symbol(joint)) = self.ahead(0) else { return None };
        let is_joint = match *joint {
            "." => !self.is_in(&[Language::Php, Language::Perl]),
            "->" => self.is_in(&[Language::Php, Language::Perl, Language::Other]),
            "::" => !self.is_in(&[Language::Python, Language::JavaScript]),
            _ => true,
        };
        if !is_joint {
            return None;
        }
        match self.ahead(1) {
            Some(What::Name(name)) => {
                self.at += 2;
                Some(Link::Member(name.trim_start_matches('$').to_owned()))
            }
            Some(What::Symbol(opens @ ("(" | "[" | "{"))) => {
                self.at += 2;
                let from = self.tokens.get(self.at.saturating_sub(1)).map_or(0, |token| token.to);
                Some(match *opens {
                    "(" => {
                        let arguments = self.arguments(")");
                        Link::Call { arguments, from, to: self.tokens.get(self.at.saturating_sub(1)).map_or(from, |t| t.from.max(from)) }
                    }
                    "[" => Link::Index(self.until("]")),
                    _ => Link::Index(self.until("}")),
                })
            }
            // `&File.method(:delete)`, `obj.class`: stepped over.
            _ => None,
        }
    }

    /// `unlink $x`, `puts "a"`, `FileUtils.rm_rf dir`.
    fn calls_without_parentheses(&self, head: &Node, last: Option<&Link>) -> bool {
        if !self.is_in(&[Language::Ruby, Language::Perl, Language::Php, Language::Other]) || !matches!(head, Node::Name(_)) {
            return false;
        }
        let Some(token) = self.peek() else { return false };
        if token.starts_line || !token.is_apart || matches!(last, Some(Link::Call { .. } | Link::Index(_))) {
            return false;
        }
        match &token.what {
            What::Text(_) | What::Command(_) | What::Words(_) => true,
            What::Number(_) => self.language != Language::Other,
            What::Name(name) => {
                self.is_in(&[Language::Ruby, Language::Perl])
                    && !names::is_joint(name)
                    && !matches!(name.as_str(), "x" | "eq" | "ne" | "lt" | "gt" | "cmp")
            }
            What::Symbol("[" | "(") => self.language == Language::Ruby,
            What::Symbol(_) => false,
        }
    }

    fn bare_arguments(&mut self) -> Option<Link> {
        let from = self.peek()?.from;
        let mut arguments = Vec::new();
        while let Some(argument) = self.argument() {
            arguments.push(argument);
            if !self.takes(",") {
                break;
            }
        }
        let to = self.tokens.get(self.at.saturating_sub(1)).map_or(from, |token| token.to);
        (!arguments.is_empty()).then_some(Link::Call { arguments, from, to })
    }

    /// The arguments up to a bracket, and the bracket.
    pub(super) fn arguments(&mut self, close: &str) -> Vec<Argument> {
        let mut arguments = Vec::new();
        while self.peek().is_some() && !self.takes(close) {
            let before = self.at;
            arguments.extend(self.argument());
            if self.at == before {
                let mut nodes = Vec::new();
                self.item(&mut nodes);
                arguments.extend(nodes.into_iter().map(|value| Argument { name: None, value }));
            }
        }
        arguments
    }

    fn argument(&mut self) -> Option<Argument> {
        let name = match (self.ahead(0), self.ahead(1)) {
            (Some(What::Name(name)), Some(What::Symbol("="))) => Some((name.clone(), 2)),
            (Some(What::Name(name)), Some(What::Symbol(":"))) if !self.is_in(&[Language::Python, Language::JavaScript, Language::Go]) => {
                Some((name.clone(), 2))
            }
            _ => None,
        };
        if let Some((name, length)) = name {
            self.at += length;
            return Some(Argument { name: Some(name), value: self.expression()? });
        }
        if self.is_word("for") || self.is_word("foreach") {
            return self.each().map(|value| Argument { name: None, value });
        }
        let value = self.expression()?;
        if self.is("=>") {
            self.at += 1;
            let key = match &value {
                Node::Text(parts) => parts.iter().map(|p| if let super::Part::Plain(text) = p { text.as_str() } else { "" }).collect(),
                Node::Name(name) => name.clone(),
                _ => String::new(),
            };
            return Some(Argument { name: Some(key), value: self.expression()? });
        }
        Some(Argument { name: None, value })
    }

    /// The expressions up to a bracket, and the bracket.
    fn until(&mut self, close: &str) -> Vec<Node> {
        let mut nodes = Vec::new();
        while self.peek().is_some() && !self.takes(close) {
            self.item(&mut nodes);
        }
        nodes
    }

    /// `(a)`, `(a, b)`.
    fn group(&mut self) -> Node {
        self.at += 1;
        let from = self.at;
        let mut nodes = self.until(")");
        let has_comma = self.tokens.get(from..self.at).unwrap_or_default().iter().any(|t| t.what == What::Symbol(","));
        if nodes.len() == 1 && !(has_comma && self.at - from < 4) {
            return nodes.pop().unwrap_or(Node::List(Vec::new()));
        }
        Node::List(nodes)
    }

    /// `{a: b}`, `{ statements }`.
    fn braces(&mut self) -> Node {
        self.at += 1;
        let mut entries = Vec::new();
        let mut is_map = false;
        while self.peek().is_some() && !self.takes("}") {
            let mut nodes = Vec::new();
            self.item(&mut nodes);
            let is_pair = (self.is(":") || self.is("=>")) && nodes.len() == 1;
            if is_pair {
                self.at += 1;
                is_map = true;
                let key = nodes.pop();
                if let Some(value) = self.expression() {
                    entries.push((key, value));
                }
                continue;
            }
            entries.extend(nodes.into_iter().map(|node| (None, node)));
        }
        // `{a, b}` names what it holds; anything else without a key is a statement.
        let is_names = entries.iter().all(|(_, node)| matches!(node, Node::Name(_)));
        if is_map || is_names { Node::Map(entries) } else { Node::Block(entries.into_iter().map(|(_, node)| node).collect()) }
    }

    /// `lambda a, b: …`.
    fn lambda(&mut self) -> Node {
        while self.peek().is_some_and(|token| !token.starts_line) && !self.is(":") {
            self.at += 1;
        }
        self.takes(":");
        Node::Own { name: None, parts: self.expression().into_iter().collect() }
    }

    /// `def f(a):`, `function f(a) { … }`, `class C(B) { … }`.
    fn definition(&mut self) -> Option<Node> {
        self.at += 1;
        self.takes("*");
        let mut name = None;
        // Go's receiver: `func (s *Server) Delete(…)`.
        if self.language == Language::Go && self.is("(") {
            self.group();
        }
        while let Some(What::Name(word)) = self.ahead(0) {
            name = Some(word.clone());
            self.at += 1;
            if !(self.takes(".") || self.takes("::")) {
                break;
            }
        }
        self.own.extend(name.clone());
        let mut parts = Vec::new();
        if self.is("(") {
            parts.push(self.group());
        }
        if self.is("{") {
            parts.push(self.braces());
        }
        Some(Node::Own { name, parts })
    }
}
