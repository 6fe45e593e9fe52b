//! Names, taken apart into words.
//!
//! `deleteEvent`, `delete_event`, `mcp__calendar__Delete-Event` and the same with a
//! zero-width space in it are one name to whoever calls the tool, so they are one
//! name here.

use unicode_normalization::UnicodeNormalization;

/// How many characters of a name or sentence are looked at.
const CHARACTERS_MAX: usize = 2048;

/// NFKC, lower case, no accents, no invisible characters.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.get(..text.len().min(CHARACTERS_MAX)).unwrap_or_default().to_ascii_lowercase();
    }
    let visible = text.chars().take(CHARACTERS_MAX).filter(|c| !is_invisible(*c)).nfkc();
    let lowered = visible.flat_map(char::to_lowercase).nfd();
    lowered.filter(|c| !is_latin_mark(*c)).nfc().map(plain_latin).collect()
}

/// The words of a name in any naming style, folded.
pub(super) fn words(name: &str) -> Vec<String> {
    if name.is_ascii() { ascii_words(name) } else { all_words(name) }
}

/// What [`all_words`] finds in a name without other letters, which most are.
fn ascii_words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = b' ';
    let mut visible = name.bytes().take(CHARACTERS_MAX).filter(|byte| !byte.is_ascii_control() || *byte == b'\n').peekable();
    while let Some(byte) = visible.next() {
        let starts_hump = byte.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_digit()
                || (before.is_ascii_uppercase() && visible.peek().is_some_and(u8::is_ascii_lowercase)));
        if (starts_hump || !byte.is_ascii_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if byte.is_ascii_alphanumeric() {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
        before = byte;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn all_words(name: &str) -> Vec<String> {
    let visible: String = name.chars().take(CHARACTERS_MAX).filter(|c| !is_invisible(*c)).nfkc().collect();
    let mut words = Vec::new();
    for piece in visible.split(|c: char| !is_word_character(c)) {
        split_humps(piece, &mut words);
    }
    words.iter().map(|word| fold(word)).filter(|word| !word.is_empty()).collect()
}

fn split_humps(piece: &str, words: &mut Vec<String>) {
    let characters: Vec<char> = piece.chars().collect();
    let mut word = String::new();
    for (at, &character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| characters.get(at));
        let after = characters.get(at + 1);
        let starts_hump = character.is_uppercase()
            && (before.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit())
                || (before.is_some_and(|c| c.is_uppercase()) && after.is_some_and(|c| c.is_lowercase())));
        if starts_hump && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.push(character);
    }
    if !word.is_empty() {
        words.push(word);
    }
}

/// Letters, digits, and the marks that spell words in Devanagari and Arabic.
fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{64b}'..='\u{652}')
}

fn is_latin_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

fn plain_latin(character: char) -> char {
    match character {
        'ß' => 's',
        'ø' => 'o',
        'ł' => 'l',
        'ı' => 'i',
        other => other,
    }
}

fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
        || (character.is_control() && character != '\n')
}

#[cfg(test)]
mod tests {
    use super::{all_words, fold, words};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_plain_name_has_the_words_that_any_name_has(name in "[a-cA-C0-2_. \\-\n\t\u{7f}/]{0,24}") {
            prop_assert_eq!(words(&name), all_words(&name));
        }
    }

    #[test]
    fn every_naming_style_gives_the_same_words() {
        for name in [
            "delete_event",
            "deleteEvent",
            "DeleteEvent",
            "delete-event",
            "delete.event",
            "DELETE EVENT",
            "del\u{200b}ete_event",
            "ｄｅｌｅｔｅ＿event",
        ] {
            assert_eq!(words(name), ["delete", "event"], "{name}");
        }
        assert_eq!(words("mcp__gmail__batchDeleteEmails"), ["mcp", "gmail", "batch", "delete", "emails"]);
        assert_eq!(words("getHTTPStatus"), ["get", "http", "status"]);
        assert_eq!(words("übersicht_löschen"), ["ubersicht", "loschen"]);
    }

    #[test]
    fn a_name_without_words_has_none() {
        assert!(words("__ - .").is_empty());
        assert_eq!(fold("Ä\u{202e}B"), "ab");
    }
}
