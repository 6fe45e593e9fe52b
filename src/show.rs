//! The one way in which text that linchpin did not write reaches a person.
//!
//! Tool names, arguments, model names and upstream texts are chosen by a model or
//! by whoever speaks through it. Shown raw, they can move a terminal's cursor,
//! reverse a line or hide half of it. Everything that is shown passes [`escape`];
//! what a machine reads (`--json`) escapes the same set as JSON does.

use serde::Serialize;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use unicode_security::MixedScript;
use unicode_security::mixed_script::AugmentedScriptSet;

/// Makes foreign text safe for a terminal, a text log, a page or a notice to an agent.
///
/// Control characters (newline and tab included), bidirectional and zero-width
/// controls, tag characters and whatever is not in NFC become `\u{…}`. So do the
/// letters that do not belong in a word of two scripts: `p\u{430}ypal`.
pub fn escape(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    if text.is_ascii() {
        text.chars().for_each(|character| push(&mut shown, character, is_plain(character)));
        return shown;
    }
    let is_composed = is_nfc(text);
    let is_shown = |character| is_plain(character) && (is_composed || canonical_combining_class(character) == 0);
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|character| !is_of_word(character)).unwrap_or(rest.len());
        // Between two words stands one character at least.
        let end = if word > 0 { word } else { rest.chars().next().map_or(rest.len(), char::len_utf8) };
        let (part, after) = rest.split_at(end);
        let own = own_script(part);
        part.chars().for_each(|character| push(&mut shown, character, is_shown(character) && own.belongs(character)));
        rest = after;
    }
    shown
}

fn push(shown: &mut String, character: char, is_plain: bool) {
    if is_plain { shown.push(character) } else { shown.extend(character.escape_unicode()) }
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || canonical_combining_class(character) != 0
}

/// Which letters of a word are its own.
enum Own {
    /// All: it is of one script, or of scripts that are written together.
    All,
    /// The Latin ones: the others may only look like them.
    Latin,
    /// None: it is of several scripts, and Latin is not among them.
    None,
}

impl Own {
    fn belongs(&self, character: char) -> bool {
        match self {
            Self::All => true,
            Self::Latin => is_latin(character),
            Self::None => AugmentedScriptSet::for_char(character).is_all(),
        }
    }
}

fn own_script(word: &str) -> Own {
    if word.is_ascii() || word.is_single_script() {
        return Own::All;
    }
    let mut others = AugmentedScriptSet::default();
    word.chars().filter(|character| !is_latin(*character)).for_each(|character| others.intersect_with(character.into()));
    match others {
        // `APIキー`: nobody takes these for Latin letters.
        others if others.jpan || others.kore || others.hanb => Own::All,
        _ if word.contains(|character| is_latin(character) && !AugmentedScriptSet::for_char(character).is_all()) => Own::Latin,
        _ => Own::None,
    }
}

/// Latin, or of no script (a digit).
fn is_latin(character: char) -> bool {
    let mut set = AugmentedScriptSet::for_char('a');
    set.intersect_with(character.into());
    !set.is_empty()
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

/// One line of JSON Lines, for a machine: what [`escape`] would escape stands in it
/// as `\uXXXX`, so that the line is as harmless on a terminal as it is in a pipe.
/// It reads back as exactly the same value.
pub fn json_line(value: &impl Serialize) -> serde_json::Result<String> {
    let json = serde_json::to_string(value)?;
    let mut line = String::with_capacity(json.len());
    for character in json.chars() {
        if is_plain(character) { line.push(character) } else { push_json_escape(&mut line, character) }
    }
    Ok(line)
}

/// Outside of its strings JSON is plain ASCII, so this stands inside one.
fn push_json_escape(line: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        line.push_str(&format!("\\u{unit:04x}"));
    }
}

/// Whether a character shows as what it is, wherever it stands.
pub(crate) fn is_plain(character: char) -> bool {
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
    fn a_json_line_hides_nothing_and_reads_back_the_same() {
        let foreign = "a\u{202e}b\u{1b}[2J\n\u{e0041}\u{200d}é";
        let line = json_line(&foreign).expect("a string");
        assert_eq!(line, r#""a\u202eb\u001b[2J\n\udb40\udc41\u200dé""#);
        assert_eq!(serde_json::from_str::<String>(&line).expect("JSON"), foreign);
    }

    #[test]
    fn a_letter_put_together_from_two_characters_shows_as_two() {
        assert_eq!(escape("cafe\u{301}"), r"cafe\u{301}");
        assert_eq!(escape("caf\u{e9}"), "caf\u{e9}");
    }

    #[test]
    fn a_letter_that_only_looks_like_the_others_is_marked() {
        assert_eq!(escape("p\u{430}ypal@example.com"), r"p\u{430}ypal@example.com");
        assert_eq!(escape("a \u{440}\u{430}ypal b"), r"a \u{440}\u{430}ypal b");
        assert_eq!(escape("\u{3b1}\u{430}"), r"\u{3b1}\u{430}");
        for whole in
            ["Привет, world", "東京タワーへ", "ПриветЁ 7", "Ω-value", "naïve café", "한국어와 漢字", "APIキーを", "用iPhone版", "5µm", "x²"]
        {
            assert_eq!(escape(whole), whole);
        }
    }

    #[test]
    fn a_long_text_is_cut_with_an_ellipsis() {
        assert_eq!(escape_short("abcdef", 3), "abc…");
        assert_eq!(escape_short("abc", 3), "abc");
    }
}
