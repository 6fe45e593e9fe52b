//! PowerShell's words: quotes, backticks, here-strings, variables, brackets.

use super::super::bindings::{Bindings, Value};
use super::super::expand::Argument;

/// One token of a script.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A word; the name, where it is one variable and nothing else.
    Word(Argument, Option<String>),
    /// `( … )`, `@( … )`, `$( … )`
    Paren(String),
    /// `{ … }`
    Block(String),
    /// `@{ … }`
    Table(String),
    Assign,
    /// `>`, `>>`, `2>`: the target is the next word.
    Redirect,
    /// `&` or `.` before a command.
    Call,
    Pipe,
    End,
}

pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// Brackets or quotes that are not closed.
    pub(super) is_broken: bool,
    is_at_start: bool,
    /// What stands directly behind the token before, without a blank.
    pub(super) is_glued: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, is_broken: false, is_at_start: true, is_glued: false }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        self.at += if found { token.len() } else { 0 };
        found
    }

    /// The next token; `None` at the end.
    pub(super) fn next(&mut self, bindings: &Bindings) -> Option<Token> {
        let before = self.at;
        self.space();
        self.is_glued = self.at == before && before > 0;
        let first = self.peek()?;
        let is_start = std::mem::take(&mut self.is_at_start);
        for (spelled, token) in [
            ("&&", Token::End),
            ("||", Token::End),
            ("|", Token::Pipe),
            (";", Token::End),
            ("\n", Token::End),
            ("2>&1", Token::Word(Argument::default(), None)),
            ("*>", Token::Redirect),
            ("2>>", Token::Redirect),
            ("2>", Token::Redirect),
            (">>", Token::Redirect),
            (">", Token::Redirect),
        ] {
            if self.eat(spelled) {
                self.is_at_start = matches!(token, Token::End | Token::Pipe);
                return match token {
                    Token::Word(..) => self.next(bindings),
                    token => Some(token),
                };
            }
        }
        if first == '&' || (is_start && self.rest().starts_with(". ")) {
            self.at += 1;
            return Some(if is_start { Token::Call } else { Token::End });
        }
        for (spelled, open, close) in [("@(", '(', ')'), ("$(", '(', ')'), ("(", '(', ')'), ("@{", '{', '}'), ("{", '{', '}')] {
            if self.rest().starts_with(spelled) {
                self.at += spelled.len();
                let inner = self.balanced(open, close);
                return Some(match (spelled, open) {
                    ("@{", _) => Token::Table(inner),
                    (_, '{') => Token::Block(inner),
                    _ => Token::Paren(inner),
                });
            }
        }
        for operator in ["+=", "="] {
            if self.eat(operator) {
                self.is_at_start = true;
                return Some(Token::Assign);
            }
        }
        if matches!(first, ')' | '}') {
            self.is_broken = true;
            self.at += 1;
            return self.next(bindings);
        }
        Some(self.word(bindings))
    }

    fn space(&mut self) {
        loop {
            let rest = self.rest();
            if rest.starts_with("`\n") || rest.starts_with("`\r\n") {
                self.at += if rest.starts_with("`\n") { 2 } else { 3 };
            } else if rest.starts_with([' ', '\t', '\r', ',']) {
                self.at += 1;
            } else if rest.starts_with("<#") {
                self.at += rest.find("#>").map_or(rest.len(), |end| end + 2);
            } else if rest.starts_with('#') {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else {
                return;
            }
        }
    }

    /// The inside of brackets up to the one that closes them.
    fn balanced(&mut self, open: char, close: char) -> String {
        let start = self.at;
        let mut depth = 1_usize;
        while let Some(character) = self.peek() {
            self.at += character.len_utf8();
            match character {
                '`' => self.at += self.peek().map_or(0, char::len_utf8),
                '\'' | '"' => self.skip_quoted(character),
                c if c == open => depth += 1,
                c if c == close => {
                    depth -= 1;
                    if depth == 0 {
                        return self.text.get(start..self.at - 1).unwrap_or_default().to_owned();
                    }
                }
                _ => {}
            }
        }
        self.is_broken = true;
        self.text.get(start..).unwrap_or_default().to_owned()
    }

    fn skip_quoted(&mut self, quote: char) {
        while let Some(character) = self.peek() {
            self.at += character.len_utf8();
            if character == '`' && quote == '"' {
                self.at += self.peek().map_or(0, char::len_utf8);
            } else if character == quote {
                return;
            }
        }
        self.is_broken = true;
    }

    fn word(&mut self, bindings: &Bindings) -> Token {
        let mut word = Argument::default();
        let mut variable = None;
        let start = self.at;
        while let Some(character) = self.peek() {
            match character {
                ' ' | '\t' | '\r' | '\n' | ';' | '|' | '&' | '(' | ')' | '{' | '}' | ',' | '>' => break,
                '=' if self.at > start && word.text.starts_with('$') => break,
                '+' if word.is_quoted || variable.is_some() => break,
                '+' if self.at == start => {
                    self.at += 1;
                    word.text.push('+');
                    break;
                }
                '\'' => self.single(&mut word),
                '"' => self.double(&mut word, bindings),
                '@' if self.rest().starts_with("@'") || self.rest().starts_with("@\"") => self.here_string(&mut word),
                '`' => {
                    self.at += 1;
                    if let Some(escaped) = self.peek() {
                        self.at += escaped.len_utf8();
                        word.text.push(escaped);
                    }
                }
                '$' => {
                    let is_whole = self.at == start;
                    let name = self.variable(&mut word, bindings);
                    variable = is_whole.then_some(name);
                }
                other => {
                    variable = None;
                    word.is_glob |= matches!(other, '*' | '?');
                    word.text.push(other);
                    self.at += other.len_utf8();
                }
            }
        }
        if self.at == start {
            // Nothing here may stand still.
            self.at += self.peek().map_or(1, char::len_utf8);
        }
        Token::Word(word, variable)
    }

    fn single(&mut self, word: &mut Argument) {
        self.at += 1;
        word.is_quoted = true;
        loop {
            let rest = self.rest();
            let Some(end) = rest.find('\'') else {
                self.is_broken = true;
                self.at = self.text.len();
                return word.text.push_str(rest);
            };
            word.text.push_str(rest.get(..end).unwrap_or_default());
            self.at += end + 1;
            if !self.eat("'") {
                return;
            }
            word.text.push('\'');
        }
    }

    fn double(&mut self, word: &mut Argument, bindings: &Bindings) {
        self.at += 1;
        word.is_quoted = true;
        while let Some(character) = self.peek() {
            match character {
                '"' => {
                    self.at += 1;
                    if !self.eat("\"") {
                        return;
                    }
                    word.text.push('"');
                }
                '`' => {
                    self.at += 1;
                    let escaped = self.peek().unwrap_or('`');
                    self.at += escaped.len_utf8();
                    word.text.push(match escaped {
                        'n' => '\n',
                        't' => '\t',
                        other => other,
                    });
                }
                '$' if self.rest().starts_with("$(") => {
                    self.at += 2;
                    let inner = self.balanced('(', ')');
                    word.is_computed = true;
                    word.printed.get_or_insert_default().push_str(&format!("{inner}\n"));
                    word.text.push_str("$(…)");
                }
                '$' => {
                    self.variable(word, bindings);
                }
                other => {
                    word.text.push(other);
                    self.at += other.len_utf8();
                }
            }
        }
        self.is_broken = true;
    }

    fn here_string(&mut self, word: &mut Argument) {
        let end = if self.rest().starts_with("@'") { "\n'@" } else { "\n\"@" };
        self.at += 2;
        let rest = self.rest();
        let length = rest.find(end).unwrap_or_else(|| {
            self.is_broken = true;
            rest.len()
        });
        word.is_quoted = true;
        word.text.push_str(rest.get(..length).unwrap_or_default().trim_start_matches(['\r', '\n']));
        self.at = (self.at + length + end.len()).min(self.text.len());
    }

    /// `$name`, `${name}`, `$env:NAME`: its name, lower case.
    fn variable(&mut self, word: &mut Argument, bindings: &Bindings) -> String {
        self.at += 1;
        let rest = self.rest();
        let (name, length) = match rest.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
            Some((name, _)) => (name, name.len() + 2),
            None => {
                let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b'?' | b'^')).count();
                (rest.get(..length).unwrap_or_default(), length)
            }
        };
        self.at += length;
        let name = name.to_lowercase();
        match bindings.get(&format!("${name}")) {
            Some(Value::Known(text)) if bindings.pay(text.len()) => word.text.push_str(text),
            _ => {
                word.is_computed = !matches!(name.as_str(), "true" | "false" | "null");
                word.text.push_str(&format!("${name}"));
            }
        }
        name
    }
}
