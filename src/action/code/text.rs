//! What the quotes of inline code hold: where they close, what their escapes stand
//! for, and which part of a string is code again.

use super::token::Piece;

/// How far the end of an expression inside a string is looked for.
const EXPRESSION_BYTES_MAX: usize = 4096;

/// Where the quote closes.
pub(super) fn closing(inner: &str, quote: &str, is_raw: bool, crosses_lines: bool) -> Option<usize> {
    let first = quote.bytes().next()?;
    let bytes = inner.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if !is_raw => at += 1,
            b'\n' if !crosses_lines => return None,
            _ if byte == first && bytes.get(at..).is_some_and(|rest| rest.starts_with(quote.as_bytes())) => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// What stands in brackets, or between two of the same character, and how long all of it is.
pub(super) fn bracketed(rest: &str) -> Option<(&str, usize)> {
    let open = rest.chars().next()?;
    let close = match open {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '<' => '>',
        other if other.is_alphanumeric() || other.is_whitespace() => return None,
        other => other,
    };
    let mut depth = 0_usize;
    for (at, character) in rest.char_indices() {
        if character == open && (open != close || at == 0) {
            depth += 1;
        } else if character == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some((rest.get(open.len_utf8()..at)?, at + close.len_utf8()));
            }
        }
    }
    None
}

/// How a string says that something is computed in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holes {
    None,
    /// `{x}`
    Braces,
    /// `${x}`
    DollarBraces,
    /// `#{x}`
    HashBraces,
    /// `$x`, `{$x}`, `${x}`, `#{x}`
    Dollar,
}

pub(super) fn pieces_of(content: &str, holes: Holes, is_raw: bool) -> Vec<Piece> {
    let (mut pieces, mut plain, mut at) = (Vec::new(), String::new(), 0);
    while let Some(character) = content.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = content.get(at..).unwrap_or_default();
        if character == '\\' && !is_raw {
            let (text, length) = unescaped(rest);
            plain.push_str(&text);
            at += length;
            continue;
        }
        if holes == Holes::Braces && (rest.starts_with("{{") || rest.starts_with("}}")) {
            plain.push(character);
            at += 2;
            continue;
        }
        if let Some((code, length)) = hole(rest, holes) {
            if !plain.is_empty() {
                pieces.push(Piece::Plain(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Code(code.to_owned()));
            at += length;
            continue;
        }
        plain.push(character);
        at += character.len_utf8();
    }
    if !plain.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Plain(plain));
    }
    pieces
}

/// The code of a hole that begins here, and how long all of it is.
fn hole(rest: &str, holes: Holes) -> Option<(&str, usize)> {
    let opens: &[&str] = match holes {
        Holes::None => return None,
        Holes::Braces => &["{"],
        Holes::DollarBraces => &["${"],
        Holes::HashBraces => &["#{"],
        Holes::Dollar => &["#{", "${", "{$"],
    };
    if let Some(open) = opens.iter().find(|open| rest.starts_with(**open)) {
        let inside = rest.get(open.len()..)?;
        // What does not close is computed to its end, and looked at only once.
        let Some(end) = brace_end(inside) else { return Some((inside, rest.len())) };
        let code = inside.get(..end)?;
        // `{x!r:>10}`: what is behind is about its looks.
        let code = if holes == Holes::Braces {
            code.rsplit_once(':').filter(|(c, f)| !c.is_empty() && !f.contains(['(', '"', '\'', ']'])).map_or(code, |(c, _)| c)
        } else {
            code
        };
        return Some((code, open.len() + end + 1));
    }
    if holes == Holes::Dollar && rest.starts_with('$') {
        let name = rest.get(1..)?;
        let length = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
        return (length > 0).then(|| (name.get(..length).unwrap_or_default(), 1 + length));
    }
    None
}

/// Where the brace that is open closes; braces and quotes inside it belong to it.
fn brace_end(inside: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, byte) in inside.bytes().enumerate().take(EXPRESSION_BYTES_MAX) {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'{') => depth += 1,
            (None, b'}') if depth == 0 => return Some(at),
            (None, b'}') => depth -= 1,
            _ => {}
        }
    }
    None
}

/// What an escape stands for, and how long it is.
fn unescaped(rest: &str) -> (String, usize) {
    let mut characters = rest.chars().skip(1);
    let Some(letter) = characters.next() else { return (String::new(), 1) };
    let coded = |from: usize, digits: usize| {
        let value = rest.get(from..from + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        value.map(|c| (c.to_string(), from + digits))
    };
    let found = match letter {
        'n' => Some(("\n".to_owned(), 2)),
        't' => Some(("\t".to_owned(), 2)),
        'r' => Some(("\r".to_owned(), 2)),
        '\n' => Some((String::new(), 2)),
        'x' => coded(2, 2),
        'u' if rest.get(2..).is_some_and(|r| r.starts_with('{')) => rest.bytes().take(12).position(|b| b == b'}').and_then(|end| {
            let value = rest.get(3..end).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32)?;
            Some((value.to_string(), end + 1))
        }),
        'u' => coded(2, 4),
        'U' => coded(2, 8),
        '0'..='7' => {
            let length = rest.bytes().skip(1).take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
            let value = rest.get(1..1 + length).and_then(|octal| u32::from_str_radix(octal, 8).ok()).and_then(char::from_u32);
            value.map(|c| (c.to_string(), 1 + length))
        }
        _ => None,
    };
    found.unwrap_or_else(|| (letter.to_string(), 1 + letter.len_utf8()))
}
