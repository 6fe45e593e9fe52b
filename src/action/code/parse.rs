//! From tokens to a tree of expressions: a parser that never refuses.
//!
//! Whatever it does not know it steps over, one token at a time, and whatever comes
//! then is read again: a call behind a strange word is still a call. Every road
//! into itself goes through [`Parser::expression`], which counts how deep it is.

use std::collections::HashSet;

use super::Language;
use super::token::{self, Piece, Token, What};
use super::tree::{Argument, Link, Node, Part};

mod imports;
mod names;
mod operand;

pub(super) use imports::module_path;

/// How deep brackets may stand in brackets.
const DEPTH_MAX: usize = 48;
/// How far the `=` behind a type is looked for, in tokens.
const TYPE_TOKENS_MAX: usize = 40;

/// A text that was read.
pub(super) struct Parsed {
    pub(super) nodes: Vec<Node>,
    /// The first thing that is not read.
    pub(super) fault: Option<&'static str>,
    /// The names of the functions and classes it defines.
    pub(super) own: HashSet<String>,
}

pub(super) fn read(language: Language, text: &str) -> Parsed {
    read_at(language, text, 0)
}

fn read_at(language: Language, text: &str, depth: usize) -> Parsed {
    let (tokens, fault) = token::read(language, text);
    let mut parser = Parser { language, tokens: &tokens, at: 0, depth, fault, own: HashSet::new() };
    let mut nodes = Vec::new();
    while parser.at < tokens.len() {
        parser.item(&mut nodes);
    }
    Parsed { nodes, fault: parser.fault, own: parser.own }
}

/// What an operator makes of its operands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    Join,
    Choice,
    Computed,
}

struct Parser<'a> {
    language: Language,
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    fault: Option<&'static str>,
    own: HashSet<String>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn ahead(&self, by: usize) -> Option<&'a What> {
        self.tokens.get(self.at + by).map(|token| &token.what)
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.ahead(0), Some(What::Symbol(s)) if *s == symbol)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.ahead(0), Some(What::Name(name)) if name == word)
    }

    /// Takes the symbol if it is next.
    fn takes(&mut self, symbol: &str) -> bool {
        let is_next = self.is(symbol);
        self.at += usize::from(is_next);
        is_next
    }

    fn is_in(&self, languages: &[Language]) -> bool {
        languages.contains(&self.language)
    }

    /// One expression, or one token stepped over; always gets on.
    fn item(&mut self, nodes: &mut Vec<Node>) {
        let before = self.at;
        match self.statement(nodes) {
            Some(node) => nodes.push(node),
            None if self.at == before => self.at += 1,
            None => {}
        }
        if self.at == before {
            self.at += 1;
        }
    }

    fn statement(&mut self, nodes: &mut Vec<Node>) -> Option<Node> {
        if let Some(imports) = self.imports() {
            nodes.extend(imports);
            return None;
        }
        if self.is_word("for") || self.is_word("foreach") {
            return self.each();
        }
        self.expression()
    }

    /// `for a in b`, `for (const a of b)`: the loop's head; its body follows by itself.
    fn each(&mut self) -> Option<Node> {
        self.at += 1;
        while self.is("(") || ["const", "let", "var", "my", "await", "auto"].iter().any(|word| self.is_word(word)) {
            self.at += 1;
        }
        let mut to = vec![self.operand()?];
        while self.takes(",") {
            to.extend(self.operand());
        }
        if !(self.is_word("in") || self.is_word("of") || self.is_word("as") || self.is("=") || self.is(":=")) {
            return Some(Node::Computed(to));
        }
        self.at += 1;
        if self.is_word("range") && self.language == Language::Go {
            self.at += 1;
        }
        let of = Box::new(self.expression()?);
        let to = if to.len() == 1 { to.pop()? } else { Node::List(to) };
        Some(Node::Each { to: Box::new(to), of })
    }

    /// One expression; `None` where none begins.
    fn expression(&mut self) -> Option<Node> {
        if self.depth >= DEPTH_MAX {
            self.fault = Some("code nested deeper than is read");
            return None;
        }
        self.depth += 1;
        let node = self.operand().map(|first| self.behind(first));
        self.depth -= 1;
        node
    }

    /// What operators join to an operand.
    fn behind(&mut self, first: Node) -> Node {
        let mut node = first;
        loop {
            let before = self.at;
            node = self.joined(node);
            // These bind last; a tree that went on from them would grow without end.
            if self.at == before || matches!(node, Node::Assign { .. } | Node::Own { .. } | Node::Block(_)) {
                return node;
            }
        }
    }

    fn joined(&mut self, left: Node) -> Node {
        let Some(token) = self.peek() else { return left };
        match &token.what {
            What::Symbol(symbol) => self.joined_by_symbol(left, symbol),
            What::Name(word) if !token.starts_line => self.joined_by_word(left, word),
            _ => left,
        }
    }

    fn joined_by_symbol(&mut self, left: Node, symbol: &str) -> Node {
        match symbol {
            "=" | ":=" | "+=" | "||=" | "??=" => self.assigned(left, symbol == "+="),
            "<-" if self.is_in(&[Language::R, Language::Other]) => self.assigned(left, false),
            ":" if self.is_typed(&left) => self.typed(left),
            "." if !self.is_in(&[Language::Php, Language::Perl]) => left,
            "+" | "." => self.operated(left, Joint::Join),
            "/" if self.language == Language::Python => self.operated(left, Joint::Join),
            "||" | "??" | "&&" => self.operated(left, Joint::Choice),
            "?" if self.is_in(&[Language::JavaScript, Language::Php, Language::Ruby, Language::Perl, Language::Other]) => {
                self.ternary(left)
            }
            "=>" if self.is_in(&[Language::JavaScript, Language::Other]) => self.arrow(left),
            "-" | "*" | "/" | "%" | "**" | "==" | "===" | "!=" | "!==" | "<" | ">" | "<=" | ">=" | "<=>" | "&" | "|" | "^" | "<<"
            | ">>" | "=~" | "!~" | "|>" => {
                // A new line begins a new expression where a sign could stand before one.
                if self.peek().is_some_and(|token| token.starts_line) && matches!(symbol, "-" | "*" | "&" | "<" | "<<") {
                    return left;
                }
                self.operated(left, Joint::Computed)
            }
            _ => left,
        }
    }

    fn joined_by_word(&mut self, left: Node, word: &str) -> Node {
        match word {
            "or" | "and" => self.operated(left, Joint::Choice),
            "as" if self.language == Language::Python => {
                self.at += 1;
                match self.operand() {
                    Some(to) => Node::Assign { to: Box::new(to), value: Box::new(left), adds: false },
                    None => left,
                }
            }
            "as" | "satisfies" if self.language == Language::JavaScript => {
                self.at += 2;
                left
            }
            "if" if self.language == Language::Python => self.conditional(left),
            "x" if self.language == Language::Perl => self.operated(left, Joint::Computed),
            _ => left,
        }
    }

    /// Operands of one operator stand side by side; where operators mix, the value is not followed. The tree stays flat.
    fn operated(&mut self, left: Node, joint: Joint) -> Node {
        self.at += 1;
        let right = self.operand();
        let (mut nodes, is_same) = match left {
            Node::Join(nodes) => (nodes, joint == Joint::Join),
            Node::Choice(nodes) => (nodes, joint == Joint::Choice),
            Node::Computed(nodes) => (nodes, joint == Joint::Computed),
            left => (vec![left], true),
        };
        nodes.extend(right);
        match joint {
            Joint::Join if is_same => Node::Join(nodes),
            Joint::Choice if is_same => Node::Choice(nodes),
            _ => Node::Computed(nodes),
        }
    }

    fn assigned(&mut self, to: Node, adds: bool) -> Node {
        self.at += 1;
        match self.expression() {
            Some(value) => Node::Assign { to: Box::new(to), value: Box::new(value), adds },
            None => to,
        }
    }

    /// `x: str = 'a'`, `const t: any = …`: whether a type and then a value follows.
    fn is_typed(&self, left: &Node) -> bool {
        if !self.is_in(&[Language::Python, Language::JavaScript]) || !matches!(left, Node::Name(name) if !names::is_label(name)) {
            return false;
        }
        let mut depth = 0_usize;
        for token in self.tokens.iter().skip(self.at + 1).take(TYPE_TOKENS_MAX) {
            if token.starts_line && depth == 0 {
                return false;
            }
            match token.what {
                What::Symbol("(" | "[" | "{") => depth += 1,
                What::Symbol(")" | "]" | "}") if depth == 0 => return false,
                What::Symbol(")" | "]" | "}") => depth -= 1,
                What::Symbol("," | ";") if depth == 0 => return false,
                What::Symbol("=") if depth == 0 => return true,
                _ => {}
            }
        }
        false
    }

    fn typed(&mut self, to: Node) -> Node {
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            match token.what {
                What::Symbol("(" | "[" | "{") => depth += 1,
                What::Symbol(")" | "]" | "}") => depth = depth.saturating_sub(1),
                What::Symbol("=") if depth == 0 => return self.assigned(to, false),
                _ => {}
            }
            self.at += 1;
        }
        to
    }

    /// `a if b else c`.
    fn conditional(&mut self, left: Node) -> Node {
        self.at += 1;
        let condition = self.expression();
        if !self.is_word("else") {
            return computed(left, condition);
        }
        self.at += 1;
        let other = self.expression();
        chosen(condition, [Some(left), other])
    }

    /// `x ? a : b`.
    fn ternary(&mut self, left: Node) -> Node {
        self.at += 1;
        if self.is(":") || self.is(")") || self.is(",") {
            return left;
        }
        let yes = self.expression();
        if !self.takes(":") {
            return computed(left, yes);
        }
        let no = self.expression();
        chosen(Some(left), [yes, no])
    }

    fn arrow(&mut self, parameters: Node) -> Node {
        self.at += 1;
        let body = self.expression();
        Node::Own { name: None, parts: [Some(parameters), body].into_iter().flatten().collect() }
    }

    /// The code in a string.
    fn parts(&mut self, pieces: &[Piece]) -> Vec<Part> {
        let mut part = |piece: &Piece| match piece {
            Piece::Plain(text) => Part::Plain(text.clone()),
            Piece::Code(_) if self.depth >= DEPTH_MAX => {
                self.fault = Some("code nested deeper than is read");
                Part::Hole(Vec::new())
            }
            Piece::Code(code) => {
                let parsed = read_at(self.language, code, self.depth + 1);
                self.fault = self.fault.or(parsed.fault);
                Part::Hole(parsed.nodes)
            }
        };
        pieces.iter().map(&mut part).collect()
    }
}

/// One of two values, behind a condition that is looked at.
fn chosen(condition: Option<Node>, values: [Option<Node>; 2]) -> Node {
    let choice = Node::Choice(values.into_iter().flatten().collect());
    Node::Block(condition.into_iter().chain([choice]).collect())
}

/// One more operand of a value that is not followed; the tree stays flat.
fn computed(left: Node, more: Option<Node>) -> Node {
    let mut nodes = if let Node::Computed(nodes) = left { nodes } else { vec![left] };
    nodes.extend(more);
    Node::Computed(nodes)
}
