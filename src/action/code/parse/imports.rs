//! What an import makes a name stand for.

use super::super::Language;
use super::super::token::{Piece, What};
use super::{Node, Parser};

impl Parser<'_> {
    /// `import a.b as c`, `from a import b as c`, `import {a as b} from 'c'`.
    pub(super) fn imports(&mut self) -> Option<Vec<Node>> {
        let token = self.peek()?;
        match &token.what {
            What::Name(word) if word == "from" && self.language == Language::Python && token.starts_line | self.is_after_semicolon() => {
                self.import_of_names()
            }
            What::Name(word) if word == "import" && !matches!(self.ahead(1), Some(What::Symbol("(" | "."))) => match self.language {
                Language::Python => self.plain_import(),
                Language::JavaScript => self.script_import(),
                _ => None,
            },
            _ => None,
        }
    }

    fn is_after_semicolon(&self) -> bool {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).is_none_or(|token| matches!(token.what, What::Symbol(";" | ":")))
    }

    fn dotted(&mut self) -> String {
        let mut path = String::new();
        while let Some(What::Name(word)) = self.ahead(0) {
            path.push_str(word);
            self.at += 1;
            if !self.is(".") {
                break;
            }
            self.at += 1;
            path.push('.');
        }
        path
    }

    fn alias(&mut self) -> Option<String> {
        if !self.is_word("as") {
            return None;
        }
        self.at += 1;
        let Some(What::Name(word)) = self.ahead(0) else { return None };
        self.at += 1;
        Some(word.clone())
    }

    fn import_of_names(&mut self) -> Option<Vec<Node>> {
        self.at += 1;
        while self.is(".") || self.is("...") {
            self.at += 1;
        }
        let module = self.dotted();
        if !self.is_word("import") {
            return Some(Vec::new());
        }
        self.at += 1;
        let is_wrapped = self.takes("(");
        let mut bound = Vec::new();
        if self.takes("*") {
            return Some(vec![bind("*", module)]);
        }
        while let Some(What::Name(word)) = self.ahead(0) {
            if self.peek().is_some_and(|token| token.starts_line) && !is_wrapped {
                break;
            }
            self.at += 1;
            let name = self.alias().unwrap_or_else(|| word.clone());
            bound.push(bind(&name, format!("{module}.{word}")));
            if !self.takes(",") {
                break;
            }
        }
        if is_wrapped {
            self.takes(")");
        }
        Some(bound)
    }

    fn plain_import(&mut self) -> Option<Vec<Node>> {
        self.at += 1;
        let mut bound = Vec::new();
        loop {
            let module = self.dotted();
            if module.is_empty() {
                break;
            }
            match self.alias() {
                Some(name) => bound.push(bind(&name, module)),
                None => {
                    let root = module.split('.').next().unwrap_or_default().to_owned();
                    bound.push(bind(&root, root.clone()));
                }
            }
            if !self.takes(",") {
                break;
            }
        }
        Some(bound)
    }

    fn script_import(&mut self) -> Option<Vec<Node>> {
        self.at += 1;
        let mut names: Vec<(String, Option<String>)> = Vec::new();
        let mut in_braces = false;
        while let Some(token) = self.peek() {
            match &token.what {
                What::Name(word) if word == "from" => {
                    self.at += 1;
                    break;
                }
                What::Name(word) if word == "type" => self.at += 1,
                What::Name(word) => {
                    self.at += 1;
                    let alias = self.alias().unwrap_or_else(|| word.clone());
                    names.push((alias, (in_braces && word != "default").then(|| word.clone())));
                }
                What::Symbol("{") => {
                    in_braces = true;
                    self.at += 1;
                }
                What::Symbol("*") => {
                    self.at += 1;
                    if let Some(alias) = self.alias() {
                        names.push((alias, None));
                    }
                }
                What::Symbol("}" | ",") => self.at += 1,
                _ => break,
            }
        }
        let Some(What::Text(pieces)) = self.ahead(0) else { return Some(Vec::new()) };
        let module: String = pieces.iter().map(|p| if let Piece::Plain(text) = p { text.as_str() } else { "" }).collect();
        self.at += 1;
        let path = |member: &Option<String>| match member {
            Some(member) => format!("{}.{member}", module_path(&module)),
            None => module_path(&module),
        };
        Some(names.iter().map(|(alias, member)| bind(alias, path(member))).collect())
    }
}

fn bind(name: &str, module: String) -> Node {
    Node::Assign { to: Box::new(Node::Name(name.to_owned())), value: Box::new(Node::Module(module)), adds: false }
}

/// `node:fs/promises` is `fs`.
pub(in crate::action::code) fn module_path(module: &str) -> String {
    module.trim_start_matches("node:").trim_end_matches("/promises").replace(['/', '@'], ".").trim_matches('.').to_owned()
}
