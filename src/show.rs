//! The one way in which text that linchpin did not write reaches a person.
//!
//! Tool names, arguments, model names and upstream texts are chosen by a model or
//! by whoever speaks through it. Shown raw, they can move a terminal's cursor,
//! reverse a line or hide half of it. Everything that is shown passes [`escape`];
//! what a machine reads (`--json`) escapes the same set as JSON does.

use unicode_normalization::UnicodeNormalization;

/// Makes foreign text safe for a terminal, a text log, a page or a notice to an agent.
///
/// Control characters (newline and tab included), bidirectional and zero-width
/// controls, tag characters and whatever is not in NFC become `\u{…}`.
pub fn escape(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_plain(character) { shown.push(character) } else { shown.extend(character.escape_unicode()) }
    }
    shown
}

/// [`escape`], cut to `characters_max` characters with an ellipsis for the rest.
pub fn escape_short(text: &str, characters_max: usize) -> String {
    let mut cut: String = text.chars().take(characters_max).collect();
    let whole = cut.len() == text.len();
    cut = escape(&cut);
    if !whole {
        cut.push('…');
    }
    cut
}

/// Whether a character shows as what it is, wherever it stands.
fn is_plain(character: char) -> bool {
    match character {
        ' '..='~' => true,
        // C0, DEL and C1 controls; soft hyphen, Arabic letter mark, Mongolian vowel separator.
        '\0'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' => false,
        // Zero-width, bidirectional marks and line separators; fillers; variation selectors; BOM.
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => false,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{feff}' => false,
        '\u{fe00}'..='\u{fe0f}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' => false,
        // A character that NFC would write otherwise has a twin that looks the same.
        other => std::iter::once(other).nfc().eq(std::iter::once(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_or_direction_character_reaches_a_person() {
        assert_eq!(escape("rm\u{202e}\u{1b}[2J\n"), r"rm\u{202e}\u{1b}[2J\u{a}");
    }

    #[test]
    fn ordinary_text_in_any_language_is_left_alone() {
        for text in ["Löschen bestätigen", "削除の前に確認", "हटाने से पहले पूछें", "no — really"]
        {
            assert_eq!(escape(text), text);
        }
    }

    #[test]
    fn a_long_text_is_cut_with_an_ellipsis() {
        assert_eq!(escape_short("abcdef", 3), "abc…");
        assert_eq!(escape_short("abc", 3), "abc");
    }
}
