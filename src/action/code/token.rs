//! The tokens of inline code, in any of the languages that calls carry.
//!
//! One tokenizer serves them all: they agree on names, numbers, brackets and
//! quotes, and differ in comments, in what quotes hold, and in a few words for
//! quotes (`%w[…]`, `q(…)`, `/…/`). What a string computes stands in it as code.

use super::Language;
use super::text::{Holes, bracketed, closing, pieces_of};

/// One token and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) what: What,
    /// Where it begins and ends in the text, in bytes.
    pub(super) from: usize,
    pub(super) to: usize,
    /// Whether a line ends before it.
    pub(super) starts_line: bool,
    /// Whether a blank stands before it.
    pub(super) is_apart: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Name(String),
    Number(String),
    /// A string: what it says, piece by piece.
    Text(Vec<Piece>),
    /// A string that a shell runs: `` `…` ``, `%x(…)`.
    Command(Vec<Piece>),
    /// `%w[a b]`.
    Words(Vec<String>),
    Symbol(&'static str),
}

/// A piece of a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Plain(String),
    /// Code whose value stands here.
    Code(String),
}

/// Symbols, longest first.
const SYMBOLS: [&str; 58] = [
    "===", "!==", "**=", "...", "<=>", "<<=", ">>=", "&&=", "||=", "??=", "=>", "->", "::", "?.", ":=", "==", "!=", "<=", ">=", "**", "&&",
    "||", "??", "<-", "+=", "-=", "*=", "/=", "|=", "=~", "!~", "|>", "<<", "(", ")", "[", "]", "{", "}", ",", ";", ":", ".", "=", "+",
    "-", "*", "/", "%", "<", ">", "!", "&", "|", "^", "~", "?", "@",
];

/// The tokens of a text, and the first thing in it that is not closed.
pub(super) fn read(language: Language, text: &str) -> (Vec<Token>, Option<&'static str>) {
    let mut scan = Scan { language, text, at: 0, tokens: Vec::new(), fault: None, is_open_ended: false };
    scan.run();
    (scan.tokens, scan.fault)
}

struct Scan<'a> {
    language: Language,
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    fault: Option<&'static str>,
    /// A bracket of a quote that does not close is looked for once.
    is_open_ended: bool,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn run(&mut self) {
        let (mut starts_line, mut is_apart) = (true, true);
        while let Some(character) = self.rest().chars().next() {
            if character.is_whitespace() {
                starts_line |= character == '\n';
                is_apart = true;
                self.at += character.len_utf8();
                continue;
            }
            // A line that goes on.
            if character == '\\' && self.rest().starts_with("\\\n") {
                self.at += 2;
                is_apart = true;
                continue;
            }
            if let Some(length) = self.comment(is_apart) {
                self.at += length;
                is_apart = true;
                continue;
            }
            let from = self.at;
            let what = self.one(character, is_apart, starts_line);
            if self.at == from {
                self.at += character.len_utf8();
            }
            if let Some(what) = what {
                self.tokens.push(Token { what, from, to: self.at, starts_line, is_apart });
                starts_line = false;
            }
            is_apart = false;
        }
    }

    fn comment(&self, is_apart: bool) -> Option<usize> {
        let rest = self.rest();
        let to_line_end = || rest.find('\n').unwrap_or(rest.len());
        let slashes = matches!(self.language, Language::JavaScript | Language::Php | Language::Go | Language::Other);
        if slashes && rest.starts_with("//") || self.language == Language::Other && rest.starts_with("-- ") {
            return Some(to_line_end());
        }
        if slashes && rest.starts_with("/*") {
            return Some(rest.get(2..)?.find("*/").map_or(rest.len(), |end| end + 4));
        }
        if self.language == Language::Ruby && rest.starts_with("=begin") {
            return Some(rest.find("\n=end").map_or(rest.len(), |end| end + 5));
        }
        if rest.starts_with("#!") && self.at == 0 {
            return Some(to_line_end());
        }
        let hashes = match self.language {
            Language::Python | Language::R => true,
            Language::Ruby | Language::Perl => is_apart,
            Language::Php | Language::Other => is_apart && !rest.starts_with("#["),
            Language::JavaScript | Language::Go | Language::AppleScript => false,
        };
        (hashes && rest.starts_with('#')).then(to_line_end)
    }

    fn one(&mut self, character: char, is_apart: bool, starts_line: bool) -> Option<What> {
        match character {
            '"' | '\'' => Some(self.quoted(character, "")),
            '`' if self.language != Language::Python => Some(self.quoted(character, "")),
            '/' if self.is_pattern_here(is_apart) => Some(self.pattern()),
            '<' if matches!(self.language, Language::Ruby | Language::Perl | Language::Php) && self.rest().starts_with("<<") => {
                self.here_document().or_else(|| self.symbol())
            }
            '<' if self.language == Language::Php && (self.rest().starts_with("<?php") || self.rest().starts_with("<?=")) => {
                self.at += self.rest().find(['p', '=']).map_or(2, |n| if self.rest().starts_with("<?php") { 5 } else { n + 1 });
                None
            }
            '%' if self.language == Language::Ruby && self.is_operand_here(is_apart) => self.percent().or_else(|| self.symbol()),
            ':' if self.language == Language::Ruby
                && self.rest().get(1..).is_some_and(|r| r.starts_with(is_name_start))
                && is_apart | starts_line =>
            {
                self.at += 1;
                let name = self.name();
                Some(What::Text(vec![Piece::Plain(name)]))
            }
            c if c.is_ascii_digit() => {
                let length = self.rest().bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_')).count();
                let number = self.rest().get(..length).unwrap_or_default().trim_end_matches('.').to_owned();
                self.at += number.len().max(1);
                Some(What::Number(number))
            }
            c if is_name_start(c) || (c == '@' && matches!(self.language, Language::Ruby | Language::Perl)) => Some(self.word()),
            _ => self.symbol(),
        }
    }

    fn symbol(&mut self) -> Option<What> {
        let rest = self.rest();
        let found = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol))?;
        self.at += found.len();
        Some(What::Symbol(found))
    }

    fn name(&mut self) -> String {
        let rest = self.rest();
        let is_part = |c: char| {
            c.is_alphanumeric()
                || matches!(c, '_' | '$' | '@')
                || (c == '.' && self.language == Language::R)
                || (!c.is_ascii() && !c.is_whitespace())
        };
        let mut length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        if self.language == Language::Ruby && rest.get(length..).is_some_and(|r| r.starts_with(['!', '?']) && !r.starts_with("!=")) {
            length += 1;
        }
        self.at += length;
        rest.get(..length).unwrap_or_default().to_owned()
    }

    /// A name, or a string with letters before its quote.
    fn word(&mut self) -> What {
        let rest = self.rest();
        let prefix = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let after = rest.get(prefix..).and_then(|r| r.chars().next());
        if self.language == Language::Python
            && prefix <= 2
            && let Some(quote @ ('"' | '\'')) = after
        {
            let letters = rest.get(..prefix).unwrap_or_default().to_ascii_lowercase();
            if letters.chars().all(|c| matches!(c, 'r' | 'b' | 'u' | 'f' | 't')) {
                self.at += prefix;
                return self.quoted(quote, &letters);
            }
        }
        if self.language == Language::Perl
            && matches!(rest.get(..prefix), Some("q" | "qq" | "qw" | "qx" | "m" | "qr" | "s" | "tr" | "y"))
            && let Some(found) = self.perl_quote(prefix)
        {
            return found;
        }
        let mut name = self.name();
        // `$x->y`, `@list`: one name, whatever stands before it.
        if matches!(self.language, Language::Perl | Language::Php | Language::Ruby) {
            name = name.trim_start_matches(['$', '@']).to_owned();
        }
        What::Name(name)
    }

    /// Whether an operand, not an operator, is to come.
    fn is_operand_here(&self, is_apart: bool) -> bool {
        match self.tokens.last().map(|token| &token.what) {
            None => true,
            Some(What::Symbol(symbol)) => !matches!(*symbol, ")" | "]" | "}"),
            // `puts %w(a)`, `split /x/`.
            Some(What::Name(name)) => {
                matches!(
                    name.as_str(),
                    "return"
                        | "case"
                        | "in"
                        | "of"
                        | "typeof"
                        | "and"
                        | "or"
                        | "not"
                        | "if"
                        | "unless"
                        | "when"
                        | "split"
                        | "grep"
                        | "puts"
                        | "print"
                ) || self.language == Language::Ruby
                    && is_apart
                    && self.rest().get(1..).is_some_and(|r| !r.starts_with(char::is_whitespace))
            }
            Some(_) => false,
        }
    }

    fn is_pattern_here(&self, is_apart: bool) -> bool {
        matches!(self.language, Language::JavaScript | Language::Ruby | Language::Perl)
            && self.is_operand_here(is_apart)
            && self.rest().get(1..).is_some_and(|rest| rest.bytes().take_while(|b| *b != b'\n').any(|b| b == b'/'))
    }

    /// `/…/flags`: text that nothing runs.
    fn pattern(&mut self) -> What {
        let rest = self.rest();
        let (mut is_escaped, mut in_class) = (false, false);
        let mut end = rest.len();
        for (at, character) in rest.char_indices().skip(1) {
            match character {
                '\n' => {
                    end = at;
                    break;
                }
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => {
                    end = at + 1;
                    break;
                }
                _ => {}
            }
        }
        let flags = rest.get(end..).unwrap_or_default().bytes().take_while(u8::is_ascii_lowercase).count();
        self.at += end + flags;
        What::Text(vec![Piece::Plain(String::new())])
    }

    fn quoted(&mut self, quote: char, letters: &str) -> What {
        let rest = self.rest();
        let triple: &str = match quote {
            '"' => "\"\"\"",
            '\'' => "'''",
            _ => "```",
        };
        let is_triple = matches!(self.language, Language::Python | Language::Other) && rest.starts_with(triple);
        let open = if is_triple { 3 } else { quote.len_utf8() };
        let is_raw = letters.contains('r') || quote == '`' && self.language == Language::Go;
        let crosses_lines = is_triple || quote == '`' || !matches!(self.language, Language::Python | Language::JavaScript | Language::Go);
        let inner = rest.get(open..).unwrap_or_default();
        let end = closing(
            inner,
            if is_triple { triple } else { rest.get(..open).unwrap_or_default() },
            is_raw && self.language == Language::Go,
            crosses_lines,
        );
        let (content, length) = match end {
            Some(end) => (inner.get(..end).unwrap_or_default(), open + end + open),
            None => {
                self.fault = self.fault.or(Some("a quote that is not closed in the code"));
                let line = if crosses_lines { inner.len() } else { inner.find('\n').unwrap_or(inner.len()) };
                (inner.get(..line).unwrap_or_default(), open + line)
            }
        };
        self.at += length;
        let pieces = self.pieces(content, quote, letters, is_raw);
        if quote == '`' && matches!(self.language, Language::Ruby | Language::Perl | Language::Php) {
            return What::Command(pieces);
        }
        What::Text(pieces)
    }

    /// What a string says, and what it computes.
    fn pieces(&self, content: &str, quote: char, letters: &str, is_raw: bool) -> Vec<Piece> {
        let holes = match self.language {
            Language::Python if letters.contains(['f', 't']) => Holes::Braces,
            Language::JavaScript if quote == '`' => Holes::DollarBraces,
            Language::Ruby if quote != '\'' => Holes::HashBraces,
            Language::Perl | Language::Php if quote != '\'' => Holes::Dollar,
            _ => Holes::None,
        };
        let is_plain = quote == '\'' && matches!(self.language, Language::Ruby | Language::Perl | Language::Php);
        pieces_of(content, holes, is_raw || is_plain)
    }

    /// `%w[…]`, `%x(…)`, `%q{…}`.
    fn percent(&mut self) -> Option<What> {
        let rest = self.rest();
        let letter = rest.get(1..)?.chars().next()?;
        let (sort, skip) = if letter.is_ascii_alphabetic() { (letter, 2) } else { ('Q', 1) };
        let (content, length) = self.bracketed(rest.get(skip..)?)?;
        self.at += skip + length;
        Some(match sort {
            'w' | 'W' | 'i' | 'I' => What::Words(content.split_whitespace().map(str::to_owned).collect()),
            'x' => What::Command(pieces_of(content, Holes::HashBraces, false)),
            'q' | 'r' | 's' => What::Text(pieces_of(content, Holes::None, true)),
            _ => What::Text(pieces_of(content, Holes::HashBraces, false)),
        })
    }

    fn perl_quote(&mut self, prefix: usize) -> Option<What> {
        let rest = self.rest();
        let sort = rest.get(..prefix)?;
        let blank = rest.get(prefix..)?.len() - rest.get(prefix..)?.trim_start_matches(' ').len();
        let inner = rest.get(prefix + blank..)?;
        let opens = inner.chars().next()?;
        if opens.is_alphanumeric() || matches!(opens, '=' | ',' | ';' | ')' | '_' | '.' | '-') || blank > 0 && opens == '#' {
            return None;
        }
        let (content, mut length) = self.bracketed(inner)?;
        if matches!(sort, "s" | "tr" | "y") {
            let again = inner.get(length..)?;
            let more =
                if matches!(opens, '{' | '(' | '[' | '<') { self.bracketed(again)?.1 } else { again.find(opens)? + opens.len_utf8() };
            length += more;
            length += inner.get(length..)?.bytes().take_while(u8::is_ascii_lowercase).count();
        }
        self.at += prefix + blank + length;
        Some(match sort {
            "qw" => What::Words(content.split_whitespace().map(str::to_owned).collect()),
            "qx" => What::Command(pieces_of(content, Holes::Dollar, false)),
            "qq" => What::Text(pieces_of(content, Holes::Dollar, false)),
            "q" => What::Text(pieces_of(content, Holes::None, true)),
            _ => What::Text(vec![Piece::Plain(String::new())]),
        })
    }

    fn bracketed(&mut self, rest: &'a str) -> Option<(&'a str, usize)> {
        if self.is_open_ended || !rest.starts_with(|c: char| !c.is_alphanumeric() && !c.is_whitespace()) {
            return None;
        }
        let found = bracketed(rest);
        self.is_open_ended = found.is_none();
        found
    }

    /// `<<~SQL … SQL`, `<<<EOT … EOT;`.
    fn here_document(&mut self) -> Option<What> {
        let rest = self.rest();
        let head = rest.get(2..)?.trim_start_matches(['<', '~', '-', ' ']);
        let head = head.trim_start_matches(['"', '\'']);
        let length = head.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(head.len());
        let tag = head.get(..length).filter(|tag| tag.len() > 1 && tag.starts_with(|c: char| c.is_ascii_uppercase()))?;
        if self.is_open_ended {
            return None;
        }
        let body_at = rest.find('\n')? + 1;
        let body = rest.get(body_at..)?;
        let mut end = 0;
        for line in body.split_inclusive('\n') {
            let bare = line.trim().trim_end_matches([';', ')', ',']);
            if bare == tag {
                self.at += body_at + end + line.find(tag).unwrap_or_default() + tag.len();
                return Some(What::Text(pieces_of(body.get(..end).unwrap_or_default(), Holes::Dollar, false)));
            }
            end += line.len();
        }
        self.is_open_ended = true;
        None
    }
}

fn is_name_start(character: char) -> bool {
    character.is_alphabetic() || matches!(character, '_' | '$') || !character.is_ascii() && !character.is_whitespace()
}
