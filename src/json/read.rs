//! The strict reader: arguments mean one thing, or they are not read at all.
//!
//! Agents parse a call's arguments with whatever their language brings along, and
//! those parsers disagree: about duplicate keys, about numbers beyond a double,
//! about half a surrogate pair, about text after the end. A firewall that picks
//! one reading has picked the attacker's way around it. So every such text is a
//! [`Flaw`]. Strictly RFC 8259: no BOM, no comments, no NaN, no repair.

use super::span::folds_to_any;
use super::{DEPTH_MAX, fold_key};
use crate::call::{Flaw, Input};

/// A JSON value, in the order and with the numbers it was written in.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, kept as written.
    Number(Number),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Object),
}

impl Value {
    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The members, if this is an object.
    pub fn as_object(&self) -> Option<&Object> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The elements, if this is an array.
    pub fn as_array(&self) -> Option<&[Value]> {
        if let Self::Array(elements) = self { Some(elements) } else { None }
    }

    /// The truth of `true`, `"true"`, `1`, `"1"`, `"yes"`, `"on"`: compared
    /// loosely, since tools do so too.
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Bool(truth) => *truth,
            Self::Number(number) => number.as_f64() != 0.0,
            Self::String(text) => matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on" | "y"),
            Self::Null | Self::Array(_) | Self::Object(_) => false,
        }
    }
}

/// An object: its members in order, no key twice.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object(Vec<(String, Value)>);

impl Object {
    /// The value under exactly this key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The value under a key that folds ([`fold_key`]) to one of these.
    pub fn get_folded(&self, folded_keys: &[&str]) -> Option<&Value> {
        self.0.iter().find(|(name, _)| folds_to_any(name, folded_keys)).map(|(_, value)| value)
    }

    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// How many members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A number as it was written; finite in every reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nearest double.
    pub fn as_f64(&self) -> f64 {
        self.0.parse().unwrap_or(f64::INFINITY)
    }

    /// Whether every reader gets this very number: an integer beyond 2^53 is
    /// rounded by some and kept by others.
    pub fn is_exact(&self) -> bool {
        const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
        self.as_f64().abs() <= EXACT_MAX
    }
}

/// What a tool is called with, read.
#[derive(Debug, Clone, PartialEq)]
pub enum Arguments {
    /// One unambiguous object.
    Object {
        /// The members.
        object: Object,
        /// Two keys somewhere in it that lenient readers take for one: the call is
        /// then `unknown`, since it cannot be told which of the two is used.
        folded: Option<Folded>,
    },
    /// Free text.
    Text(String),
}

/// Two keys of one object that differ, but not to every reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The first spelling.
    pub first: String,
    /// The second.
    pub second: String,
}

/// Reads what a tool is called with. No characters at all are an empty object:
/// that is how calls without arguments are spelled on the wire.
pub fn read_arguments(input: &Input) -> Result<Arguments, Flaw> {
    let text = match input {
        Input::Text(text) => return Ok(Arguments::Text(text.clone())),
        Input::Json(text) => text,
    };
    if text.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
        return Ok(Arguments::Object { object: Object::default(), folded: None });
    }
    let mut reader = Reader::new(text);
    match reader.whole()? {
        Value::Object(object) => Ok(Arguments::Object { object, folded: reader.folded }),
        _ => Err(Flaw::NotAnObject),
    }
}

/// Reads any JSON value as strictly as arguments are read.
pub fn read_value(text: &str) -> Result<Value, Flaw> {
    Reader::new(text).whole()
}

/// Walks the text once, byte by byte; recursion ends at [`DEPTH_MAX`].
struct Reader<'a> {
    text: &'a str,
    at: usize,
    folded: Option<Folded>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, folded: None }
    }

    fn whole(&mut self) -> Result<Value, Flaw> {
        self.space();
        let value = self.value(0)?;
        self.space();
        if self.at == self.text.len() { Ok(value) } else { Err(Flaw::Trailing) }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Result<u8, Flaw> {
        let byte = self.peek().ok_or(Flaw::Truncated)?;
        self.at += 1;
        Ok(byte)
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn invalid<T>(&self, what: &str) -> Result<T, Flaw> {
        Err(Flaw::InvalidJson(format!("{what} at byte {}", self.at)))
    }

    fn value(&mut self, depth: usize) -> Result<Value, Flaw> {
        if depth > DEPTH_MAX {
            return Err(Flaw::TooDeep);
        }
        match self.peek().ok_or(Flaw::Truncated)? {
            b'{' => self.object(depth).map(Value::Object),
            b'[' => self.array(depth).map(Value::Array),
            b'"' => self.string().map(Value::String),
            b'-' | b'0'..=b'9' => self.number().map(Value::Number),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            _ => self.invalid("no JSON value"),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Flaw> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.starts_with(word) {
            self.at += word.len();
            Ok(value)
        } else if word.starts_with(rest) {
            Err(Flaw::Truncated)
        } else {
            self.invalid("no JSON value")
        }
    }

    fn object(&mut self, depth: usize) -> Result<Object, Flaw> {
        self.next()?;
        let mut members: Vec<(String, Value)> = Vec::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Object(members));
        }
        loop {
            self.space();
            if self.peek().ok_or(Flaw::Truncated)? != b'"' {
                return self.invalid("no key");
            }
            let key = self.string()?;
            self.space();
            if self.next()? != b':' {
                return self.invalid("no colon after a key");
            }
            self.space();
            let value = self.value(depth + 1)?;
            members.push((key, value));
            self.space();
            match self.next()? {
                b',' => {}
                b'}' => break,
                _ => return self.invalid("no comma between members"),
            }
        }
        self.check_keys(&members)?;
        Ok(Object(members))
    }

    /// One sort instead of every pair: an object with a million keys stays cheap.
    fn check_keys(&mut self, members: &[(String, Value)]) -> Result<(), Flaw> {
        let mut keys: Vec<(String, &str)> = members.iter().map(|(key, _)| (fold_key(key), key.as_str())).collect();
        keys.sort_unstable();
        for pair in keys.windows(2) {
            let [(first_folded, first), (second_folded, second)] = pair else { continue };
            if first == second {
                return Err(Flaw::DuplicateKey((*first).to_owned()));
            }
            if first_folded == second_folded {
                self.folded = Some(Folded { first: (*first).to_owned(), second: (*second).to_owned() });
            }
        }
        Ok(())
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Value>, Flaw> {
        self.next()?;
        let mut elements = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(elements);
        }
        loop {
            self.space();
            elements.push(self.value(depth + 1)?);
            self.space();
            match self.next()? {
                b',' => {}
                b']' => return Ok(elements),
                _ => return self.invalid("no comma between elements"),
            }
        }
    }

    fn number(&mut self) -> Result<Number, Flaw> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.next()? {
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return self.invalid("no digit"),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.some_digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.some_digits()?;
        }
        if matches!(self.peek(), Some(b'0'..=b'9' | b'.' | b'a'..=b'z' | b'A'..=b'Z')) {
            return self.invalid("no number");
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        let number = Number(text.to_owned());
        if number.as_f64().is_finite() { Ok(number) } else { Err(Flaw::Ambiguous(format!("the number {text}"))) }
    }

    fn digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
    }

    fn some_digits(&mut self) -> Result<(), Flaw> {
        if !self.next()?.is_ascii_digit() {
            return self.invalid("no digit");
        }
        self.digits();
        Ok(())
    }

    fn string(&mut self) -> Result<String, Flaw> {
        self.next()?;
        let mut text = String::new();
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).ok_or(Flaw::Truncated)?;
            text.push_str(self.text.get(self.at..self.at + plain).unwrap_or_default());
            self.at += plain;
            match self.next()? {
                b'"' => return Ok(text),
                b'\\' => text.push(self.escaped()?),
                _ => return self.invalid("a raw control character in a string"),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Flaw> {
        Ok(match self.next()? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return self.invalid("an unknown escape"),
        })
    }

    fn unicode(&mut self) -> Result<char, Flaw> {
        let first = self.hex()?;
        let lone = || Flaw::Ambiguous("half of a surrogate pair".to_owned());
        let code = match first {
            0xd800..=0xdbff => {
                if self.next()? != b'\\' || self.next()? != b'u' {
                    return Err(lone());
                }
                match self.hex()? {
                    second @ 0xdc00..=0xdfff => 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                    _ => return Err(lone()),
                }
            }
            single => single,
        };
        char::from_u32(code).ok_or_else(lone)
    }

    fn hex(&mut self) -> Result<u32, Flaw> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(digit) = char::from(self.next()?).to_digit(16) else { return self.invalid("no hexadecimal digit") };
            code = code * 16 + digit;
        }
        Ok(code)
    }
}

#[cfg(test)]
mod tests;
