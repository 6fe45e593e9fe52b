//! Words as bash reads them: quotes, `$'…'`, `${…}`, substitutions.

use super::parse::Parser;
use super::syntax::{Change, Piece, Script, Variable, Word};

/// The literal text of a word, expansions left out.
pub(super) fn literal(word: &Word) -> String {
    let texts = word.pieces.iter().filter_map(|piece| match piece {
        Piece::Plain(text) | Piece::Quoted(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

impl Parser<'_> {
    /// The word that begins here; `None` at a blank, an operator or the end.
    pub(super) fn word(&mut self) -> Option<Word> {
        let mut word = Word::default();
        let start = self.at;
        while let Some(byte) = self.peek() {
            let before = self.at;
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b')' => break,
                b'<' | b'>' if self.peek_at(1) == Some(b'(') => self.process(&mut word),
                b'(' if ends_in_extglob(&word) || (at_qualifier(&word, self.rest())) => self.extglob(&mut word),
                b'(' | b'<' | b'>' => break,
                b'\\' => self.backslash(&mut word),
                b'\'' => self.single_quoted(&mut word),
                b'"' => {
                    self.at += 1;
                    word.push_quoted("");
                    self.double_quoted(&mut word, Some(b'"'));
                }
                b'$' => self.dollar(&mut word, false),
                b'`' => self.backticks(&mut word, false),
                _ => self.plain(&mut word),
            }
            if self.at == before {
                // Nothing here may stand still: whatever this is, it is not read.
                self.fail("a word that cannot be read");
                self.at = self.text.len();
            }
        }
        (self.at > start && !(word.pieces.is_empty() && self.text.get(start..self.at).is_some_and(|t| t.trim().is_empty()))).then_some(word)
    }

    fn plain(&mut self, word: &mut Word) {
        let rest = self.rest();
        let is_special = |b: u8| {
            matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>' | b'\\' | b'\'' | b'"' | b'$' | b'`')
        };
        let end = rest.bytes().position(is_special).unwrap_or(rest.len());
        word.push_plain(rest.get(..end).unwrap_or_default());
        self.at += end;
    }

    fn extglob(&mut self, word: &mut Word) {
        let rest = self.rest();
        let end = rest.find(')').map_or(rest.len(), |end| end + 1);
        word.push_plain(rest.get(..end).unwrap_or_default());
        self.at += end;
    }

    pub(super) fn backslash(&mut self, word: &mut Word) {
        self.at += 1;
        match self.rest().chars().next() {
            Some('\n') => self.at += 1,
            Some(character) => {
                self.at += character.len_utf8();
                word.push_quoted(character.encode_utf8(&mut [0; 4]));
            }
            None => word.push_quoted("\\"),
        }
    }

    pub(super) fn single_quoted(&mut self, word: &mut Word) {
        self.at += 1;
        let rest = self.rest();
        let end = rest.find('\'').unwrap_or_else(|| {
            self.fail("a quote that is not closed");
            rest.len()
        });
        word.push_quoted(rest.get(..end).unwrap_or_default());
        self.at += (end + 1).min(rest.len());
    }

    /// The inside of double quotes up to `end`, or the whole text.
    pub(super) fn double_quoted(&mut self, word: &mut Word, end: Option<u8>) {
        loop {
            let rest = self.rest();
            let plain = rest.bytes().position(|b| matches!(b, b'"' | b'\\' | b'$' | b'`')).unwrap_or(rest.len());
            word.push_quoted(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            match self.peek() {
                None => {
                    if end.is_some() {
                        self.fail("a quote that is not closed");
                    }
                    return;
                }
                byte if byte == end => {
                    self.at += 1;
                    return;
                }
                Some(b'\\') => self.backslash_in_quotes(word),
                Some(b'$') => self.dollar(word, true),
                Some(b'`') => self.backticks(word, true),
                Some(_) => {
                    word.push_quoted("\"");
                    self.at += 1;
                }
            }
        }
    }

    fn backslash_in_quotes(&mut self, word: &mut Word) {
        self.at += 1;
        match self.peek() {
            Some(b'\n') => self.at += 1,
            Some(byte @ (b'$' | b'`' | b'"' | b'\\')) => {
                self.at += 1;
                word.push_quoted(char::from(byte).encode_utf8(&mut [0; 4]));
            }
            _ => word.push_quoted("\\"),
        }
    }

    fn process(&mut self, word: &mut Word) {
        self.at += 2;
        let script = self.closed_list();
        word.pieces.push(Piece::Process(script));
    }

    fn closed_list(&mut self) -> Script {
        let script = self.deeper(|parser| parser.list(&[]));
        if !self.eat(")") {
            self.fail("a substitution that is not closed");
        }
        script
    }

    pub(super) fn dollar(&mut self, word: &mut Word, quoted: bool) {
        let rest = self.rest();
        if rest.starts_with("$((") && closes_arithmetic(rest) {
            self.at += 3;
            let inner = self.arithmetic_word();
            return word.pieces.push(Piece::Arithmetic(inner));
        }
        if self.eat("$(") {
            let script = self.closed_list();
            return word.pieces.push(Piece::Command { script, quoted });
        }
        if self.eat("${") {
            return self.braced(word, quoted);
        }
        if !quoted && self.eat("$'") {
            return self.ansi_c(word);
        }
        if !quoted && self.eat("$\"") {
            word.push_quoted("");
            return self.double_quoted(word, Some(b'"'));
        }
        self.at += 1;
        let rest = self.rest();
        let letters = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let length = match rest.bytes().next() {
            Some(b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-') => 1,
            _ => letters,
        };
        if length == 0 {
            return if quoted { word.push_quoted("$") } else { word.push_plain("$") };
        }
        let name = rest.get(..length).unwrap_or_default().to_owned();
        self.at += length;
        word.pieces.push(Piece::Variable(Variable { name, index: None, change: Change::None, quoted }));
    }

    /// The inside of `(( … ))` or `$(( … ))`, with the closing parentheses.
    pub(super) fn arithmetic_word(&mut self) -> Word {
        let mut word = Word::default();
        let mut open = 0_usize;
        loop {
            match self.peek() {
                None => {
                    self.fail("arithmetic that is not closed");
                    return word;
                }
                Some(b')') if open == 0 => {
                    if !self.eat("))") {
                        self.at += 1;
                        self.fail("arithmetic that is not closed");
                    }
                    return word;
                }
                Some(b')') => {
                    open -= 1;
                    self.at += 1;
                }
                Some(b'(') => {
                    open += 1;
                    self.at += 1;
                }
                Some(b'$') => self.dollar(&mut word, true),
                Some(b'`') => self.backticks(&mut word, true),
                Some(_) => {
                    let rest = self.rest();
                    let end = rest.bytes().position(|b| matches!(b, b')' | b'(' | b'$' | b'`')).unwrap_or(rest.len());
                    self.at += end.max(1);
                }
            }
        }
    }

    pub(super) fn backticks(&mut self, word: &mut Word, quoted: bool) {
        self.at += 1;
        let mut text = String::new();
        let mut characters = self.rest().char_indices();
        let mut end = None;
        while let Some((at, character)) = characters.next() {
            match character {
                '`' => {
                    end = Some(at);
                    break;
                }
                '\\' => match characters.next() {
                    Some((_, escaped @ ('`' | '\\' | '$'))) => text.push(escaped),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => text.push('\\'),
                },
                other => text.push(other),
            }
        }
        match end {
            Some(end) => self.at += end + 1,
            None => {
                self.fail("a backtick that is not closed");
                self.at = self.text.len();
            }
        }
        let script = self.inner(&text, |parser| {
            let script = parser.list(&[]);
            if !parser.is_at_end() {
                parser.fail("an unexpected token");
            }
            script
        });
        word.pieces.push(Piece::Command { script, quoted });
    }
}

/// `?(`, `*(`, `+(`, `@(`, `!(` begin a pattern, not a subshell.
fn ends_in_extglob(word: &Word) -> bool {
    matches!(word.pieces.last(), Some(Piece::Plain(text)) if text.ends_with(['?', '*', '+', '@', '!']))
}

/// zsh: `*(.)`, `x(N)`: letters behind a pattern that choose among the files.
fn at_qualifier(word: &Word, rest: &str) -> bool {
    let Some(Piece::Plain(text)) = word.pieces.last() else { return false };
    let inside = rest.get(1..).and_then(|rest| rest.split_once(')')).map_or("", |(inside, _)| inside);
    let is_short = !inside.is_empty() && inside.len() <= 12;
    let chooses = if text.contains(['*', '?', ']']) {
        inside
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/' | b'@' | b'^' | b'+' | b'-' | b'[' | b']' | b',' | b':'))
    } else {
        matches!(inside, "N" | "." | "/" | "@" | "*" | "N." | "N/" | ".N" | "/N")
    };
    is_short && chooses
}

/// Whether `$((` is arithmetic: it ends in `))`, not in two parentheses apart.
fn closes_arithmetic(rest: &str) -> bool {
    let mut open = 0_usize;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            b'(' => open += 1,
            b')' => open = open.saturating_sub(1),
            _ => {}
        }
        if open == 1 && byte == b')' {
            return rest.as_bytes().get(at + 1) == Some(&b')');
        }
    }
    false
}
