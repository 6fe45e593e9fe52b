//! `${name…}` and `$'…'`: what stands inside them, as bash reads it.

use super::parse::Parser;
use super::syntax::{Change, Edit, Piece, Variable, Word};

/// What may stand behind the name in `${name…}`, longest first.
const OPERATORS: [&str; 17] = [":-", ":=", ":+", "##", "%%", "//", "^^", ",,", "-", "=", "+", "#", "%", "/", "^", ",", ":"];

impl Parser<'_> {
    /// The inside of `${…}`.
    pub(super) fn braced(&mut self, word: &mut Word, quoted: bool) {
        let is_indirect = self.peek() == Some(b'!') || (self.peek() == Some(b'#') && self.peek_at(1) != Some(b'}'));
        if is_indirect {
            self.at += 1;
        }
        let rest = self.rest();
        let letters = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let length =
            if letters == 0 && matches!(rest.bytes().next(), Some(b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-')) { 1 } else { letters };
        let name = rest.get(..length).unwrap_or_default().to_owned();
        self.at += length;
        let start = self.at;
        let index = self.peek().filter(|byte| *byte == b'[' && !name.is_empty()).map(|_| self.index(quoted));
        if self.eat("}") {
            let change = if is_indirect { Change::Other(Word::default()) } else { Change::None };
            return word.pieces.push(Piece::Variable(Variable { name, index, change, quoted }));
        }
        let operator: &str = OPERATORS.into_iter().find(|operator| self.eat(operator)).unwrap_or_default();
        let argument = self.deeper(|parser| parser.brace_argument(quoted));
        let change = match operator {
            _ if is_indirect || self.at == start => Change::Other(argument),
            ":-" | "-" => Change::Default(argument),
            ":=" | "=" => Change::Assign(argument),
            ":+" | "+" => Change::Alternative(argument),
            "##" => Change::Edit(Edit::TrimStart { longest: true }, argument),
            "#" => Change::Edit(Edit::TrimStart { longest: false }, argument),
            "%%" => Change::Edit(Edit::TrimEnd { longest: true }, argument),
            "%" => Change::Edit(Edit::TrimEnd { longest: false }, argument),
            "//" => Change::Edit(Edit::ReplaceAll, argument),
            "/" => Change::Edit(Edit::ReplaceFirst, argument),
            "^^" | "^" => Change::Edit(Edit::Upper { all: operator == "^^" }, argument),
            ",," | "," => Change::Edit(Edit::Lower { all: operator == ",," }, argument),
            ":" => Change::Edit(Edit::Slice, argument),
            _ => Change::Other(argument),
        };
        word.pieces.push(Piece::Variable(Variable { name, index, change, quoted }));
    }

    /// `[…]` behind a name inside `${`.
    fn index(&mut self, quoted: bool) -> Word {
        self.at += 1;
        let mut index = Word::default();
        loop {
            match self.peek() {
                None => {
                    self.fail("a `${` that is not closed");
                    return index;
                }
                Some(b']') => {
                    self.at += 1;
                    return index;
                }
                Some(b'$') => self.dollar(&mut index, quoted),
                Some(b'`') => self.backticks(&mut index, quoted),
                Some(_) => {
                    let rest = self.rest();
                    let end = rest.bytes().position(|b| matches!(b, b']' | b'$' | b'`')).unwrap_or(rest.len()).max(1);
                    index.push_plain(rest.get(..end).unwrap_or(rest));
                    self.at += end;
                }
            }
        }
    }

    fn brace_argument(&mut self, quoted: bool) -> Word {
        let mut word = Word::default();
        loop {
            match self.peek() {
                None => {
                    self.fail("a `${` that is not closed");
                    return word;
                }
                Some(b'}') => {
                    self.at += 1;
                    return word;
                }
                Some(b'\\') => self.backslash(&mut word),
                Some(b'\'') if !quoted => self.single_quoted(&mut word),
                Some(b'"') => {
                    self.at += 1;
                    self.double_quoted(&mut word, Some(b'"'));
                }
                Some(b'$') => self.dollar(&mut word, quoted),
                Some(b'`') => self.backticks(&mut word, quoted),
                Some(_) => {
                    let rest = self.rest();
                    let end = rest.bytes().position(|b| matches!(b, b'}' | b'\\' | b'\'' | b'"' | b'$' | b'`')).unwrap_or(rest.len());
                    word.push_plain(rest.get(..end.max(1)).unwrap_or(rest));
                    self.at += end.max(1);
                }
            }
        }
    }

    /// The inside of `$'…'`.
    pub(super) fn ansi_c(&mut self, word: &mut Word) {
        let mut bytes: Vec<u8> = Vec::new();
        loop {
            let rest = self.rest();
            let plain = rest.bytes().position(|b| matches!(b, b'\\' | b'\'')).unwrap_or(rest.len());
            bytes.extend(rest.bytes().take(plain));
            self.at += plain;
            match self.peek() {
                Some(b'\\') => {
                    self.at += 1;
                    self.ansi_c_escape(&mut bytes);
                }
                Some(_) => {
                    self.at += 1;
                    break;
                }
                None => {
                    self.fail("a quote that is not closed");
                    break;
                }
            }
        }
        word.push_quoted(&String::from_utf8_lossy(&bytes));
    }

    fn ansi_c_escape(&mut self, bytes: &mut Vec<u8>) {
        let Some(escaped) = self.rest().chars().next() else { return };
        self.at += escaped.len_utf8();
        let Ok(byte) = u8::try_from(escaped) else {
            bytes.push(b'\\');
            return bytes.extend(escaped.encode_utf8(&mut [0; 4]).bytes());
        };
        let character = match byte {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'a' => '\u{7}',
            b'b' => '\u{8}',
            b'e' | b'E' => '\u{1b}',
            b'f' => '\u{c}',
            b'v' => '\u{b}',
            b'x' => return bytes.push(self.digits(16, 2, 0) as u8),
            b'u' => char::from_u32(self.digits(16, 4, 0)).unwrap_or('\u{fffd}'),
            b'U' => char::from_u32(self.digits(16, 8, 0)).unwrap_or('\u{fffd}'),
            b'0'..=b'7' => return bytes.push(self.digits(8, 2, u32::from(byte - b'0')) as u8),
            b'c' => {
                let control = self.rest().chars().next().unwrap_or_default();
                self.at += control.len_utf8();
                return bytes.push(u8::try_from(control).unwrap_or_default() & 0x1f);
            }
            b'\\' | b'\'' | b'"' | b'?' => char::from(byte),
            other => {
                bytes.push(b'\\');
                return bytes.push(other);
            }
        };
        bytes.extend(character.encode_utf8(&mut [0; 4]).bytes());
    }

    fn digits(&mut self, radix: u32, most: usize, first: u32) -> u32 {
        let mut value = first;
        for _ in 0..most {
            let Some(digit) = self.peek().and_then(|b| char::from(b).to_digit(radix)) else { break };
            value = value.wrapping_mul(radix).wrapping_add(digit);
            self.at += 1;
        }
        value
    }
}
