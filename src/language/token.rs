//! A sentence as tokens: words, numbers, literals and breaks.
//!
//! People write the same word in many ways: with and without accents, in capitals,
//! with a curly apostrophe. Words are compared in one folded form; what may become
//! a pattern in a pin (a path, an address, a branch) keeps its own spelling.
//! Chinese and Japanese put no space between words, so there every character is a
//! token, and the word tables spell their words the same way.

use unicode_normalization::UnicodeNormalization;

/// The most tokens that are read of one text; what follows makes the reading broad.
pub(super) const TOKENS_MAX: usize = 2048;

/// One token.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    /// Folded, for comparing.
    pub(super) folded: String,
    /// As written.
    pub(super) raw: String,
    /// What sort of thing it is.
    pub(super) shape: Shape,
}

/// What sort of thing a token is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Shape {
    /// A word, or one character of a script without spaces.
    Word,
    /// A number.
    Number(f64),
    /// A path, glob, address, host, channel or option: kept as written.
    Literal,
    /// Punctuation that ends a sentence (`.`) or only a part of one (`,`); a question mark is `?`.
    Break(char),
}

/// Cuts a text into tokens, at most [`TOKENS_MAX`] of them.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    for line in text.split('\n') {
        for chunk in line.split_whitespace() {
            push_chunk(&mut found, &spell_out(chunk));
            if found.len() >= TOKENS_MAX {
                found.truncate(TOKENS_MAX);
                return found;
            }
        }
        found.push(broken('.'));
    }
    found
}

/// The folded form of a word: compatibility forms, capitals and accents put aside.
pub(super) fn fold(word: &str) -> String {
    let lower: String = word.nfkd().flat_map(char::to_lowercase).collect();
    let bare = lower.chars().filter(|c| !is_accent(*c));
    bare.collect::<String>().nfc().collect::<String>().replace('ß', "ss")
}

/// Marks that people leave out: Latin accents and the Devanagari nukta.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{93c}' | '\u{200c}' | '\u{200d}')
}

/// Whether a character belongs to a script that is written without spaces.
pub(super) fn is_spaceless(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '々')
}

/// Abbreviations that would otherwise read as paths.
fn spell_out(chunk: &str) -> String {
    let chunk = chunk.replace(['’', '‘', '`', '´'], "'");
    match chunk.to_lowercase().as_str() {
        "w/o" => "without".into(),
        "w/" => "with".into(),
        _ => chunk,
    }
}

/// Takes one piece without white space apart. Where a script without spaces meets
/// another ("修改/etc/hosts文件"), the piece is several.
fn push_chunk(found: &mut Vec<Token>, chunk: &str) {
    let mut rest = chunk;
    while let Some(first) = rest.chars().next() {
        let tight = is_spaceless(first);
        let end = rest.find(|c| is_spaceless(c) != tight).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        if tight {
            push_words(found, piece);
        } else {
            push_piece(found, piece);
        }
        rest = after;
    }
}

/// Takes a piece in a script with spaces apart.
fn push_piece(found: &mut Vec<Token>, chunk: &str) {
    let opened = chunk.trim_start_matches(['"', '\'', '(', '[', '{', '“', '”', '«', '»', '„', '「']);
    if opened.len() < chunk.len() {
        found.push(broken(if chunk.starts_with(['(', '[']) { ',' } else { '"' }));
    }
    // ".env-Dateien" is a path and a word.
    if let Some((path, word)) = opened.split_once('-').filter(|(path, word)| path.starts_with('.') && word.starts_with(char::is_uppercase))
    {
        push_piece(found, path);
        return push_piece(found, word);
    }
    let bare = opened.trim_end_matches(['"', '\'', ')', ']', '}', '“', '”', '«', '»', '」', '.', ',', ';', ':', '!', '?']);
    if is_literal(bare) {
        found.push(Token { folded: fold(bare), raw: bare.to_owned(), shape: Shape::Literal });
        push_words(found, opened.get(bare.len()..).unwrap_or_default());
    } else {
        push_words(found, opened);
        if opened.get(bare.len()..).is_some_and(|closing| closing.contains('\'')) {
            found.push(broken('"'));
        }
    }
}

/// Whether a piece is spelled like a path, glob, address, host, channel or option.
fn is_literal(bare: &str) -> bool {
    if bare.chars().count() < 2 || bare.chars().any(is_spaceless) {
        return false;
    }
    let parts: Vec<&str> = bare.split('.').collect();
    let dotted = parts.len() > 1 && parts.iter().any(|part| part.chars().count() > 1 && part.starts_with(char::is_alphabetic));
    let dotted = dotted && parts.iter().skip(1).all(|part| part.chars().count() > 1 || part.starts_with(char::is_numeric));
    let slashes = bare.matches('/').count();
    let lettered = bare.chars().any(char::is_alphabetic);
    if bare.contains('*') {
        return lettered || slashes > 0;
    }
    lettered
        && (bare.starts_with(['/', '~', '#', '@'])
            || bare.starts_with("--")
            || bare.contains("://")
            || bare.contains('@')
            || (bare.starts_with('.') && !bare.starts_with(".."))
            || bare.starts_with("../")
            || dotted
            || (slashes > 0 && bare.ends_with('/'))
            || slashes > 1)
}

/// Cuts what is no literal into words, numbers and breaks.
fn push_words(found: &mut Vec<Token>, text: &str) {
    let mut word = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c.is_ascii_digit() && word.is_empty() {
            let mut digits = String::from(c);
            while let Some(next) = rest.next_if(|c| c.is_ascii_digit() || matches!(c, '.' | ',')) {
                digits.push(next);
            }
            // "10k" is ten thousand.
            let thousands = matches!(rest.peek(), Some('k' | 'K')) && !rest.clone().nth(1).is_some_and(char::is_alphanumeric);
            if thousands {
                rest.next();
            }
            push_number(found, &digits, if thousands { 1000.0 } else { 1.0 });
        } else if is_spaceless(c) {
            flush(found, &mut word);
            found.push(word_of(&c.to_string()));
        } else if c == '\'' && ends_in_not(&word, rest.peek()) {
            // `don't` is one word; `l'accord` and `I'm` are two.
            word.push(c);
        } else if c.is_alphanumeric() || is_mark(c) {
            word.push(c);
        } else {
            flush(found, &mut word);
            push_sign(found, c);
        }
    }
    flush(found, &mut word);
}

/// Whether an apostrophe stands in an English `n't`.
fn ends_in_not(word: &str, next: Option<&char>) -> bool {
    word.ends_with(['n', 'N']) && matches!(next, Some('t' | 'T'))
}

/// Combining vowels and signs inside a word (Devanagari and others).
fn is_mark(c: char) -> bool {
    is_accent(c) || matches!(c, '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{962}' | '\u{963}')
}

fn flush(found: &mut Vec<Token>, word: &mut String) {
    if !word.is_empty() {
        found.push(word_of(word));
        word.clear();
    }
}

/// A number, with its thousands separators put aside. What follows it (`.`, `,`) is a break again.
fn push_number(found: &mut Vec<Token>, digits: &str, times: f64) {
    let bare = digits.trim_end_matches(['.', ',']);
    let groups: Vec<&str> = bare.split(['.', ',']).collect();
    let thousands = groups.len() > 1 && groups.iter().skip(1).all(|group| group.len() == 3);
    let plain = if thousands { groups.concat() } else { bare.replace(',', ".") };
    match plain.parse::<f64>().map(|value| value * times) {
        Ok(value) => found.push(Token { folded: plain, raw: bare.to_owned(), shape: Shape::Number(value) }),
        Err(_) => found.push(word_of(bare)),
    }
    for sign in digits.get(bare.len()..).unwrap_or_default().chars() {
        push_sign(found, sign);
    }
}

/// Punctuation and signs that mean something; others are dropped.
fn push_sign(found: &mut Vec<Token>, sign: char) {
    match sign {
        '.' | '!' | '。' | '！' | '।' | '．' => found.push(broken('.')),
        ';' | '；' => found.push(broken(';')),
        '?' | '？' => found.push(broken('?')),
        ',' | ':' | '，' | '、' | '：' | '(' | ')' | '（' | '）' | '—' | '–' => found.push(broken(',')),
        '"' | '“' | '”' | '«' | '»' | '„' | '「' | '」' => found.push(broken('"')),
        '€' | '$' | '£' | '¥' | '₹' | '>' | '<' | '%' | '/' => found.push(word_of(&sign.to_string())),
        _ => {}
    }
}

fn word_of(raw: &str) -> Token {
    Token { folded: fold(raw).replace('\'', ""), raw: raw.to_owned(), shape: Shape::Word }
}

fn broken(sign: char) -> Token {
    Token { folded: sign.to_string(), raw: sign.to_string(), shape: Shape::Break(sign) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.folded).collect()
    }

    #[test]
    fn words_are_compared_without_accents_capitals_and_apostrophes() {
        assert_eq!(folded("Don’t LÖSCHE l'accès"), ["dont", "losche", "l", "acces", "."]);
    }

    #[test]
    fn paths_addresses_and_globs_keep_their_spelling() {
        let literals: Vec<String> = tokens("Never touch /etc/Passwd, *.tmp, bob@x.org, .env or config/prod.yaml.")
            .into_iter()
            .filter(|token| token.shape == Shape::Literal)
            .map(|token| token.raw)
            .collect();
        assert_eq!(literals, ["/etc/Passwd", "*.tmp", "bob@x.org", ".env", "config/prod.yaml"]);
    }

    #[test]
    fn two_words_with_a_slash_are_no_path() {
        assert!(tokens("emails/messages and/or e.g. 10k").iter().all(|token| token.shape != Shape::Literal));
    }

    #[test]
    fn a_number_is_read_with_and_without_its_separators() {
        let values: Vec<f64> = tokens("1,000 $50 1.000 9.5")
            .iter()
            .filter_map(|token| if let Shape::Number(value) = token.shape { Some(value) } else { None })
            .collect();
        assert_eq!(values, [1000.0, 50.0, 1000.0, 9.5]);
    }

    #[test]
    fn a_script_without_spaces_is_one_token_a_character() {
        assert_eq!(folded("别删。"), ["别", "删", ".", "."]);
    }
}
