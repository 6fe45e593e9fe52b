//! Compound commands: `if`, `while`, `for`, `case`, groups, tests, functions.

use super::parse::Parser;
use super::syntax::{Node, Script, Word};
use std::rc::Rc;

impl Parser<'_> {
    pub(super) fn group(&mut self, body: Script, words: Vec<Word>) -> Node {
        Node::Group { body, words, redirects: self.redirects() }
    }

    pub(super) fn arithmetic_command(&mut self) -> Node {
        self.at += 2;
        let word = self.arithmetic_word();
        self.group(Script::default(), vec![word])
    }

    pub(super) fn braces(&mut self) -> Node {
        self.at += 1;
        let body = self.list(&["}"]);
        if body.nodes.is_empty() {
            self.fail("an empty group");
        }
        self.expect_reserved("}");
        self.group(body, Vec::new())
    }

    pub(super) fn conditional(&mut self) -> Node {
        self.at += "if".len();
        let mut body = self.filled(&["then"]);
        self.expect_reserved("then");
        body.nodes.append(&mut self.filled(&["elif", "else", "fi"]).nodes);
        loop {
            if self.eat_reserved("elif") {
                body.nodes.append(&mut self.filled(&["then"]).nodes);
                self.expect_reserved("then");
                body.nodes.append(&mut self.filled(&["elif", "else", "fi"]).nodes);
            } else if self.eat_reserved("else") {
                body.nodes.append(&mut self.filled(&["fi"]).nodes);
            } else {
                break;
            }
        }
        self.expect_reserved("fi");
        self.group(body, Vec::new())
    }

    /// A list that may not be empty.
    pub(super) fn filled(&mut self, ends: &[&str]) -> Script {
        let list = self.list(ends);
        if list.nodes.is_empty() {
            self.fail("a command is missing");
        }
        list
    }

    pub(super) fn repeated(&mut self) -> Node {
        self.at += "while".len();
        let mut body = self.filled(&["do"]);
        body.nodes.append(&mut self.do_group().nodes);
        self.group(body, Vec::new())
    }

    pub(super) fn do_group(&mut self) -> Script {
        self.expect_reserved("do");
        let body = self.filled(&["done"]);
        self.expect_reserved("done");
        body
    }

    pub(super) fn counted(&mut self) -> Node {
        self.at += self.reserved().len();
        self.space();
        let mut words = Vec::new();
        let mut name = String::new();
        if self.eat("((") {
            words.push(self.arithmetic_word());
        } else {
            name = self.reserved().to_owned();
            self.at += name.len();
            self.newlines();
            if self.eat_reserved("in") {
                words = self.words_to_separator();
            }
        }
        self.newlines();
        let body = if self.reserved() == "{" { self.brace_body() } else { self.do_group() };
        Node::For { name, words, body, redirects: self.redirects() }
    }

    pub(super) fn brace_body(&mut self) -> Script {
        match self.braces() {
            Node::Group { body, .. } => body,
            _ => Script::default(),
        }
    }

    pub(super) fn words_to_separator(&mut self) -> Vec<Word> {
        let mut words = Vec::new();
        loop {
            self.space();
            match self.word() {
                Some(word) if self.count() => words.push(word),
                _ => break,
            }
        }
        if self.peek() == Some(b';') {
            self.at += 1;
        }
        words
    }

    pub(super) fn choice(&mut self) -> Node {
        self.at += "case".len();
        self.space();
        let words: Vec<Word> = self.word().into_iter().collect();
        self.newlines();
        if !self.eat_reserved("in") {
            self.fail("a `case` without `in`");
        }
        let mut body = Script::default();
        loop {
            self.newlines();
            if self.is_at_end() || self.eat_reserved("esac") {
                break;
            }
            self.eat("(");
            while self.word().is_some() || self.eat("|") {
                self.space();
            }
            if !self.eat(")") {
                self.fail("a `case` that is not closed");
                break;
            }
            body.nodes.append(&mut self.list(&["esac"]).nodes);
            if !(self.eat(";;&") || self.eat(";;") || self.eat(";&")) {
                self.expect_reserved("esac");
                break;
            }
        }
        self.group(body, words)
    }

    pub(super) fn test(&mut self) -> Node {
        self.at += 2;
        let mut words = Vec::new();
        loop {
            self.newlines();
            if self.eat_reserved("]]") {
                break;
            }
            if let Some(word) = self.word() {
                words.push(word);
            } else if self.is_at_end() {
                self.fail("a `[[` that is not closed");
                break;
            } else {
                self.at += 1;
            }
            if !self.count() {
                break;
            }
        }
        self.group(Script::default(), words)
    }

    pub(super) fn function_keyword(&mut self) -> Node {
        self.at += "function".len();
        self.space();
        let name = self.reserved().to_owned();
        self.at += name.len();
        self.space();
        if self.eat("(") {
            self.space();
            self.eat(")");
        }
        self.function_body(name)
    }

    pub(super) fn function_body(&mut self, name: String) -> Node {
        self.newlines();
        let start = self.at;
        let nodes: Vec<Node> = self.deeper(Self::command).into_iter().collect();
        if nodes.is_empty() {
            self.fail("a function without a body");
        }
        Node::Function { name, body: Rc::new(Script { nodes }), bytes: self.at.saturating_sub(start) }
    }
}
