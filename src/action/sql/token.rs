//! SQL's tokens: what is a word, what is only text.

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A word outside quotes.
    Word {
        /// In capitals, for comparing.
        upper: String,
        /// As written.
        plain: String,
    },
    /// A name in quotes: never a verb.
    Identifier(String),
    /// A string.
    Text(String),
    /// A number, as written.
    Number(String),
    /// Anything else, one character.
    Symbol(char),
}

impl Token {
    pub(super) fn as_word(&self) -> Option<&str> {
        if let Self::Word { upper, .. } = self { Some(upper) } else { None }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn is_number(&self, number: &str) -> bool {
        matches!(self, Self::Number(own) if own == number)
    }

    pub(super) fn is_symbol(&self, symbol: char) -> bool {
        *self == Self::Symbol(symbol)
    }
}

/// How a server tells text and comments, where servers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `--` and `#` begin a comment, a backslash is a backslash.
    Plain,
    /// A backslash escapes, and `--` needs a blank behind it: MySQL and its kin.
    Backslash,
    /// `#` begins a name or is an operator: SQL Server, PostgreSQL.
    Hash,
}

impl Dialect {
    /// The other dialects that could read this text otherwise.
    pub(super) fn others(text: &str) -> Vec<Self> {
        let mut others = Vec::new();
        let has_close_dashes = text
            .match_indices("--")
            .any(|(at, _)| text.get(at + 2..).is_some_and(|rest| rest.starts_with(|c: char| !c.is_whitespace() && c != '-')));
        if text.contains('\\') && text.contains(['\'', '"']) || has_close_dashes {
            others.push(Self::Backslash);
        }
        if text.contains('#') {
            others.push(Self::Hash);
        }
        others
    }
}

/// The tokens of a text, and the first thing that is not closed.
pub(super) fn read(text: &str, dialect: Dialect) -> (Vec<Token>, Option<&'static str>) {
    let (mut tokens, mut fault, mut at, mut open) = (Vec::new(), None, 0, 0_i32);
    while let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        if let Some(length) = comment(rest, dialect) {
            at += length;
            continue;
        }
        let (token, length, is_closed) = next(rest, character, dialect);
        if !is_closed {
            fault = fault.or(Some("a quote that is not closed in the statement"));
        }
        match &token {
            Some(Token::Symbol('(')) => open += 1,
            Some(Token::Symbol(')')) => open -= 1,
            Some(Token::Symbol(';')) if open != 0 => {
                fault = fault.or(Some("a parenthesis that is not closed in the statement"));
                open = 0;
            }
            _ => {}
        }
        tokens.extend(token);
        at += length.max(1);
    }
    if open != 0 {
        fault = fault.or(Some("a parenthesis that is not closed in the statement"));
    }
    (tokens, fault)
}

/// The length of the comment that begins here.
fn comment(rest: &str, dialect: Dialect) -> Option<usize> {
    let is_dashed = rest.starts_with("--")
        && (dialect != Dialect::Backslash
            || rest.get(2..).is_none_or(|r| r.is_empty() || r.starts_with(|c: char| c.is_whitespace() || c == '-')));
    if is_dashed || rest.starts_with('#') && !rest.starts_with("#>") && dialect != Dialect::Hash {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    // MySQL runs what stands in `/*! … */`.
    if rest.starts_with("/*!") {
        return Some(3 + rest.get(3..)?.bytes().take_while(u8::is_ascii_digit).count());
    }
    if rest.starts_with("*/") {
        return Some(2);
    }
    rest.starts_with("/*").then(|| rest.find("*/").map_or(rest.len(), |end| end + 2))
}

fn next(rest: &str, character: char, dialect: Dialect) -> (Option<Token>, usize, bool) {
    match character {
        c if c.is_whitespace() => (None, c.len_utf8(), true),
        '\'' => quoted(rest, '\'', true, dialect),
        '"' | '`' => quoted(rest, character, false, dialect),
        '[' => match rest.find(']') {
            Some(end) => (Some(Token::Identifier(rest.get(1..end).unwrap_or_default().to_owned())), end + 1, true),
            None => (Some(Token::Symbol('[')), 1, true),
        },
        '$' if dollar_tag(rest).is_some() => dollar_quoted(rest),
        c if c.is_ascii_digit() => {
            let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'.').count();
            (Some(Token::Number(rest.get(..length).unwrap_or_default().to_owned())), length, true)
        }
        'n' | 'N' | 'e' | 'E' | 'b' | 'B' | 'x' | 'X' if rest.as_bytes().get(1) == Some(&b'\'') => {
            let (token, length, is_closed) = quoted(
                rest.get(1..).unwrap_or_default(),
                '\'',
                true,
                if matches!(character, 'e' | 'E') { Dialect::Backslash } else { dialect },
            );
            (token, length + 1, is_closed)
        }
        c if c.is_alphabetic() || c == '_' => {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$'))).unwrap_or(rest.len());
            let plain = rest.get(..end).unwrap_or_default().to_owned();
            (Some(Token::Word { upper: plain.to_uppercase(), plain }), end, true)
        }
        // A template's hole stands for a name.
        '{' => match rest.find('}') {
            Some(end) => (Some(Token::Identifier(rest.get(..=end).unwrap_or_default().to_owned())), end + 1, true),
            None => (Some(Token::Symbol('{')), 1, true),
        },
        other => (Some(Token::Symbol(other)), other.len_utf8(), true),
    }
}

fn quoted(rest: &str, quote: char, is_text: bool, dialect: Dialect) -> (Option<Token>, usize, bool) {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == '\\' && dialect == Dialect::Backslash && quote != '`' {
            text.extend(characters.next().map(|(_, escaped)| escaped));
            continue;
        }
        if character == quote {
            if characters.peek().is_some_and(|(_, next)| *next == quote) {
                characters.next();
                text.push(quote);
                continue;
            }
            let token = if is_text { Token::Text(text) } else { Token::Identifier(text) };
            return (Some(token), at + 1, true);
        }
        text.push(character);
    }
    let token = if is_text { Token::Text(text) } else { Token::Identifier(text) };
    (Some(token), rest.len(), false)
}

fn dollar_tag(rest: &str) -> Option<&str> {
    let inside = rest.strip_prefix('$')?;
    let end = inside.find('$')?;
    let tag = inside.get(..end)?;
    tag.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_').then(|| rest.get(..end + 2)).flatten()
}

fn dollar_quoted(rest: &str) -> (Option<Token>, usize, bool) {
    let tag = dollar_tag(rest).unwrap_or_default();
    let inside = rest.get(tag.len()..).unwrap_or_default();
    match inside.find(tag) {
        Some(end) => (Some(Token::Text(inside.get(..end).unwrap_or_default().to_owned())), tag.len() * 2 + end, true),
        None => (Some(Token::Text(inside.to_owned())), rest.len(), false),
    }
}
