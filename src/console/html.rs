//! The pages' frame, and the one way in which foreign text gets into a page.
//!
//! Pages are made here on the server, work without a script, load nothing from
//! anywhere and may not be framed. Foreign text passes [`text`]: what `show::escape`
//! makes visible first, then what HTML would read as its own.

use crate::show;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// The one style sheet, inside every page.
const STYLE: &str = include_str!("style.css");

/// What a page may load and do: its own style, and forms to where it came from.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = base64(&Sha256::digest(STYLE));
    format!("default-src 'none'; img-src data:; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
});

/// Makes foreign text safe inside an element or a quoted attribute.
pub(super) fn text(foreign: &str) -> String {
    plain(&show::escape(foreign))
}

/// [`text`] for what has line breaks of its own, to stand in a block that keeps them.
pub(super) fn block(foreign: &str) -> String {
    let lines: Vec<String> = foreign.split('\n').map(text).collect();
    lines.join("\n")
}

/// [`text`], cut to `characters_max` characters.
pub(super) fn short(foreign: &str, characters_max: usize) -> String {
    plain(&show::escape_short(foreign, characters_max))
}

fn plain(shown: &str) -> String {
    let mut safe = String::with_capacity(shown.len());
    for character in shown.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A whole page. `title` and `body` are safe already.
pub(super) fn page(status: StatusCode, head: &str, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<link rel=\"icon\" href=\"data:,\">\n{head}<title>{title} · linchpin</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    );
    (status, [(header::CONTENT_SECURITY_POLICY, POLICY.as_str())], Html(html)).into_response()
}

/// RFC 4648, as the policy wants it.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS.get((bits >> (18 - 6 * place)) as usize & 63).filter(|_| place <= chunk.len());
            text.push(letter.copied().map_or('=', char::from));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_policy_names_the_style_as_browsers_hash_it() {
        for (bytes, expected) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(base64(bytes.as_bytes()), expected);
        }
        assert!(!STYLE.contains("</"));
    }

    fn is_harmless(shown: &str) -> bool {
        let is_fine = |c: char| crate::show::is_plain(c) && !matches!(c, '<' | '>' | '"' | '\'');
        shown.chars().all(is_fine)
            && shown.split('&').skip(1).all(|rest| ["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|name| rest.starts_with(name)))
    }

    /// What an attacker would try, in any order and mixture.
    fn foreign() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<String>(),
            any::<char>().prop_map(String::from),
            prop::sample::select(vec![
                "<script>",
                "</style>",
                "\"><img src=x onerror=1>",
                "'",
                "&lt;",
                "&#x3c;",
                "\u{202e}",
                "\u{1b}[2J",
                "\u{200b}",
                "\u{e0041}",
                "\r\n",
                "\0",
                "e\u{301}",
                "<!--",
                "]]>",
                "\u{feff}",
                "\u{2028}",
                "javascript:",
            ])
            .prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn no_control_direction_or_markup_character_of_an_agent_reaches_a_page(foreign in foreign(), cut in 0_usize..40) {
            prop_assert!(is_harmless(&text(&foreign)), "{:?}", text(&foreign));
            prop_assert!(is_harmless(&short(&foreign, cut)));
            prop_assert!(block(&foreign).split('\n').all(is_harmless));
            prop_assert_eq!(block(&foreign).matches('\n').count(), foreign.matches('\n').count());
        }
    }
}
