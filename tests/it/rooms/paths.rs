//! A file of Rust, taken apart into the paths it names.
//!
//! No compiler's view: names and punctuation are enough to see `use std::{fs, fmt}`
//! and `std::fs::read` in the middle of a function, and comments and texts are left out.

/// Names and punctuation, without comments and texts.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let at = |place: usize| characters.get(place).copied().unwrap_or('\0');
    let (mut tokens, mut place) = (Vec::new(), 0);
    while place < characters.len() {
        let start = place;
        match at(place) {
            '/' if at(place + 1) == '/' => place = skip_until(&characters, place, |c| c == '\n'),
            '/' if at(place + 1) == '*' => {
                place += 2;
                while place < characters.len() && !(at(place) == '*' && at(place + 1) == '/') {
                    place += 1;
                }
                place += 2;
            }
            '"' => place = after_text(&characters, place),
            'r' if matches!(at(place + 1), '"' | '#') && raw_text(&characters, place).is_some() => {
                place = raw_text(&characters, place).expect("just found");
            }
            '\'' if at(place + 1) == '\\' => place = skip_until(&characters, place + 3, |c| c == '\'') + 1,
            '\'' if at(place + 2) == '\'' => place += 3,
            c if c.is_alphanumeric() || c == '_' => {
                place = skip_until(&characters, place, |c| !(c.is_alphanumeric() || c == '_'));
                tokens.push(characters[start..place].iter().collect());
            }
            ':' if at(place + 1) == ':' => {
                place += 2;
                tokens.push("::".to_owned());
            }
            c => {
                place += 1;
                if !c.is_whitespace() {
                    tokens.push(c.to_string());
                }
            }
        }
    }
    tokens
}

fn skip_until(characters: &[char], from: usize, ends: impl Fn(char) -> bool) -> usize {
    (from..characters.len()).find(|place| ends(characters[*place])).unwrap_or(characters.len())
}

/// Behind a text in quotes that begins here.
fn after_text(characters: &[char], start: usize) -> usize {
    let mut place = start + 1;
    while place < characters.len() && characters[place] != '"' {
        place += if characters[place] == '\\' { 2 } else { 1 };
    }
    place + 1
}

/// Behind a raw text that begins here, if one does.
fn raw_text(characters: &[char], start: usize) -> Option<usize> {
    let hashes = characters[start + 1..].iter().take_while(|c| **c == '#').count();
    if characters.get(start + 1 + hashes) != Some(&'"') {
        return None;
    }
    let body = start + 2 + hashes;
    let is_end = |place: &usize| characters[*place] == '"' && characters[*place + 1..].iter().take_while(|c| **c == '#').count() >= hashes;
    (body..characters.len()).find(is_end).map(|end| end + 1 + hashes)
}

/// The tokens outside `#[cfg(test)]` modules.
pub(super) fn without_tests(tokens: &[String]) -> Vec<String> {
    let opening = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    let (mut kept, mut place) = (Vec::new(), 0);
    while place < tokens.len() {
        let is_opening = tokens[place..].iter().zip(opening).filter(|(token, expected)| token == expected).count() == opening.len();
        if !is_opening || tokens.get(place + 9).map(String::as_str) != Some("{") {
            kept.push(tokens[place].clone());
            place += 1;
            continue;
        }
        let (mut depth, mut end) = (1, place + 10);
        while end < tokens.len() && depth > 0 {
            depth += match tokens[end].as_str() {
                "{" => 1,
                "}" => -1,
                _ => 0,
            };
            end += 1;
        }
        place = end;
    }
    kept
}

/// Every path that begins with one of `roots`, with its groups spelled out.
pub(super) fn paths(tokens: &[String], roots: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let is_inner = place > 0 && matches!(tokens[place - 1].as_str(), "::" | ".");
        let is_absolute = place > 1 && tokens[place - 1] == "::" && !is_name(&tokens[place - 2]);
        // A root alone is only a name, as in `pub(crate)`, unless it is imported.
        let is_path = tokens.get(place + 1).is_some_and(|next| next == "::") || (place > 0 && tokens[place - 1] == "use");
        if roots.contains(&token.as_str()) && is_path && (!is_inner || is_absolute) {
            tree(tokens, place, "", &mut found);
        }
    }
    found
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Reads one tree of a `use`, or one path, and gives where it ends.
fn tree(tokens: &[String], start: usize, before: &str, found: &mut Vec<String>) -> usize {
    let (mut path, mut place) = (before.to_owned(), start);
    loop {
        match tokens.get(place).map(String::as_str) {
            Some("{") => {
                place += 1;
                while tokens.get(place).is_some_and(|token| token != "}") {
                    place = tree(tokens, place, &path, found).max(place + 1);
                    while tokens.get(place).is_some_and(|token| token != "," && token != "}") {
                        place += 1;
                    }
                    place += usize::from(tokens.get(place).is_some_and(|token| token == ","));
                }
                return place + 1;
            }
            Some(token) if is_name(token) || token == "*" => {
                if token != "self" || path.is_empty() {
                    path = if path.is_empty() { token.to_owned() } else { format!("{path}::{token}") };
                }
                place += 1;
                if tokens.get(place).is_some_and(|next| next == "::") {
                    place += 1;
                } else {
                    found.push(path);
                    return place;
                }
            }
            _ => {
                found.push(path);
                return place;
            }
        }
    }
}
