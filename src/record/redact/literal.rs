//! String literals in a text, each with what the key before it says about it.
//!
//! Not a parser: arguments that are broken JSON, or shell with JSON in it, are
//! recorded too, and hide a password just as well. So this walks any text from
//! left to right, takes what stands between double quotes for a literal, and
//! remembers the last one that was followed by a colon.

use std::ops::Range;

/// One literal, or one bare value (a number) that stands under a telling key.
#[derive(Debug)]
pub(super) struct Literal {
    /// Where its inside stands, without quotes.
    pub(super) inside: Range<usize>,
    /// Its text, unescaped as JSON is.
    pub(super) decoded: String,
    /// Whether the key it stands under, however deep, says that it is a secret.
    pub(super) is_secret: bool,
    /// Whether it has no quotes.
    pub(super) is_bare: bool,
}

/// Words that make a key telling, wherever they stand in it.
const TELLING: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "credential",
    "apikey",
    "accesskey",
    "privatekey",
    "authkey",
    "signingkey",
    "encryptionkey",
    "authorization",
    "bearer",
    "clientkey",
    "sessionkey",
    "cookie",
];

/// Words that make a key telling when it ends with them: `max_tokens` counts, it is no key.
const TELLING_AT_THE_END: &[&str] = &["token", "pin", "otp", "auth", "pass", "jwt", "cvv", "cvc"];

/// Keys whose value may be the name of what stands beside it: `{"name":"DB_PASSWORD","value":"…"}`.
const NAMING: &[&str] =
    &["name", "key", "field", "label", "id", "selector", "element", "target", "locator", "variable", "placeholder", "ref"];

/// Keys whose value is what the other one names.
const NAMED: &[&str] = &["value", "text", "val", "content", "input", "string", "data", "keys"];

/// The longest value that is taken for a name.
const NAME_BYTES_MAX: usize = 80;

/// Below a telling key everything is secret; this deep in it the walk stops counting brackets.
const DEPTH_MAX: usize = 256;

/// Every literal of the text, in order.
pub(super) fn literals(text: &str) -> Vec<Literal> {
    let mut walk =
        Walk { text, place: 0, secret_next: false, secret_below: None, depth: 0, key: Key::Other, siblings: Vec::new(), found: Vec::new() };
    while walk.step() {}
    walk.found
}

struct Walk<'a> {
    text: &'a str,
    place: usize,
    /// The next value stands under a telling key.
    secret_next: bool,
    /// Inside of a container under a telling key: the depth outside of it.
    secret_below: Option<usize>,
    depth: usize,
    /// What the key before the next value says about other values.
    key: Key,
    /// Of every container that is open: what it said so far.
    siblings: Vec<Siblings>,
    found: Vec<Literal>,
}

/// What a key is to the values beside its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    /// Its value may name another one.
    Naming,
    /// Its value may be named by another one.
    Named,
    /// Neither.
    Other,
}

/// One object, while it is open.
#[derive(Debug, Default)]
struct Siblings {
    /// One of its values is a telling name.
    is_telling: bool,
    /// Its values, by their place in `found`, that such a name would be about.
    named: Vec<usize>,
}

impl Walk<'_> {
    /// Goes on by one token; false at the end.
    fn step(&mut self) -> bool {
        let Some(character) = self.rest().chars().next() else { return false };
        match character {
            '"' => self.literal(),
            '{' | '[' => self.open(),
            '}' | ']' => self.close(),
            ',' | ':' => self.place += 1,
            _ if character.is_whitespace() => self.place += character.len_utf8(),
            _ => self.bare(),
        }
        true
    }

    fn rest(&self) -> &str {
        self.text.get(self.place..).unwrap_or_default()
    }

    fn open(&mut self) {
        self.place += 1;
        if self.secret_next && self.secret_below.is_none() {
            self.secret_below = Some(self.depth);
        }
        self.secret_next = false;
        self.key = Key::Other;
        if self.depth < DEPTH_MAX {
            self.depth += 1;
            self.siblings.push(Siblings::default());
        }
    }

    fn close(&mut self) {
        self.place += 1;
        self.secret_next = false;
        self.key = Key::Other;
        self.depth = self.depth.saturating_sub(1);
        self.siblings.pop();
        if self.secret_below.is_some_and(|outside| self.depth <= outside) {
            self.secret_below = None;
        }
    }

    /// A number, a word: kept unless its key tells.
    fn bare(&mut self) {
        let start = self.place;
        let is_end = |c: char| matches!(c, '"' | ',' | ':' | '{' | '}' | '[' | ']') || c.is_whitespace();
        let length = self.rest().find(is_end).unwrap_or(self.rest().len());
        self.place += length;
        let word = self.text.get(start..self.place).unwrap_or_default();
        if self.is_secret() && !matches!(word, "null" | "true" | "false") {
            self.found.push(Literal { inside: start..self.place, decoded: word.to_owned(), is_secret: true, is_bare: true });
        }
        self.secret_next = false;
        self.key = Key::Other;
    }

    fn literal(&mut self) {
        let start = self.place + 1;
        let (decoded, length, is_closed) = decode(self.text.get(start..).unwrap_or_default());
        let inside = start..start + length;
        self.place = inside.end + usize::from(is_closed);
        if is_closed && self.rest().trim_start().starts_with(':') {
            self.secret_next = is_telling(&decoded);
            self.key = role(&decoded);
            self.found.push(Literal { inside, decoded, is_secret: false, is_bare: false });
            return;
        }
        let is_secret = !decoded.is_empty() && (self.is_secret() || self.is_named_secret(&decoded));
        self.secret_next = false;
        self.key = Key::Other;
        self.found.push(Literal { inside, decoded, is_secret, is_bare: false });
    }

    /// Whether a value beside this one says that it is secret. If this value is the
    /// one that says so, the others become secret, also those that came before it.
    fn is_named_secret(&mut self, value: &str) -> bool {
        let place = self.found.len();
        let Some(siblings) = self.siblings.last_mut() else { return false };
        match self.key {
            Key::Named => {
                siblings.named.push(place);
                siblings.is_telling
            }
            Key::Naming if value.len() <= NAME_BYTES_MAX && is_telling(value) => {
                siblings.is_telling = true;
                for named in &siblings.named {
                    if let Some(literal) = self.found.get_mut(*named) {
                        literal.is_secret = !literal.decoded.is_empty();
                    }
                }
                false
            }
            Key::Naming | Key::Other => false,
        }
    }

    fn is_secret(&self) -> bool {
        self.secret_next || self.secret_below.is_some()
    }
}

/// Reads a literal's inside: its text, how many bytes it takes, and whether it ends with a quote.
fn decode(text: &str) -> (String, usize, bool) {
    let mut decoded = String::new();
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '"' => return (decoded, place, true),
            '\\' => match characters.next() {
                Some((_, 'u')) => {
                    let (character, units) = unicode(characters.as_str());
                    decoded.push(character);
                    if units > 0 {
                        characters.nth(units - 1);
                    }
                }
                Some((_, 'n')) => decoded.push('\n'),
                Some((_, 'r')) => decoded.push('\r'),
                Some((_, 't')) => decoded.push('\t'),
                Some((_, other)) => decoded.push(other),
                None => break,
            },
            other => decoded.push(other),
        }
    }
    (decoded, text.len(), false)
}

/// The character of `\uXXXX`, or of a surrogate pair, and how many characters after `\u` it takes.
fn unicode(rest: &str) -> (char, usize) {
    let unit = |text: &str| text.get(..4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
    let Some(first) = unit(rest) else { return ('\u{fffd}', 0) };
    if let Some(character) = char::from_u32(first.into()) {
        return (character, 4);
    }
    let second = rest.get(4..6).filter(|mark| *mark == "\\u").and_then(|_| unit(rest.get(6..).unwrap_or_default()));
    let pair = second.and_then(|second| char::decode_utf16([first, second]).next()).and_then(Result::ok);
    pair.map_or(('\u{fffd}', 4), |character| (character, 10))
}

fn role(key: &str) -> Key {
    let folded = crate::json::fold_key(key);
    if NAMING.contains(&folded.as_str()) {
        Key::Naming
    } else if NAMED.contains(&folded.as_str()) {
        Key::Named
    } else {
        Key::Other
    }
}

fn is_telling(key: &str) -> bool {
    let folded = crate::json::fold_key(key);
    TELLING.iter().any(|word| folded.contains(word)) || TELLING_AT_THE_END.iter().any(|word| folded.ends_with(word))
}
