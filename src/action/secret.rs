//! Text that is itself a secret: keys and tokens by the shapes their issuers gave them.

use regex::RegexSet;
use std::sync::LazyLock;

/// How much of a text is looked at.
const BYTES_MAX: usize = 64 * 1024;

static SHAPES: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
    RegexSet::new([
        r"AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}",
        r"(?-u:\b)sk[-_](live|test|ant|proj|or)[-_][0-9A-Za-z_-]{6,}",
        r"(?-u:\b)gh[pousr]_[0-9A-Za-z]{20,}|github_pat_[0-9A-Za-z_]{20,}|glpat-[0-9A-Za-z_-]{16,}",
        r"(?-u:\b)xox[abprs]-[0-9A-Za-z-]{10,}",
        r"-----BEGIN [A-Z ]*PRIVATE KEY",
        r"(?-u:\b)eyJ[0-9A-Za-z_-]{16,}\.eyJ[0-9A-Za-z_-]{8,}\.",
        r"(?-u:\b)[0-9]{3}-[0-9]{2}-[0-9]{4}(?-u:\b)",
        r"(?i)(?-u:\b)(db_?password|password|passwd|secret_key|private_key|api_secret)(=|%3d)[^&\s$<{]{4,}",
        r"(?-u:\b)AIza[0-9A-Za-z_-]{35}|(?-u:\b)ya29\.[0-9A-Za-z_-]{20,}|(?-u:\b)npm_[0-9A-Za-z]{30,}|(?-u:\b)SG\.[0-9A-Za-z_-]{16,}\.",
    ])
    .ok()
});

/// Whether a text holds something shaped like a secret.
pub(super) fn is_in(text: &str) -> bool {
    let end = (0..=BYTES_MAX.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    SHAPES.as_ref().is_some_and(|shapes| shapes.is_match(text.get(..end).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_shape() {
        assert!(SHAPES.is_some());
        for text in [
            "k=AKIAABCDEFGHIJKLMNOP",
            "token ghp_0123456789abcdefghijABCDEFGHIJ",
            "-----BEGIN OPENSSH PRIVATE KEY-----",
            "x=sk-live-0a1b2c3d",
        ] {
            assert!(is_in(text), "{text}");
        }
        for text in ["key=k&token=t", "page=2&sort=asc", "password reset", "2024-05-12"] {
            assert!(!is_in(text), "{text}");
        }
    }
}
