//! Patterns of secrets that tell by their own form, or by what stands before them.

/// Well-known secrets. A group named `secret` is what is replaced, else the whole match.
pub(super) const BUILT_IN: &[&str] = &[
    // Private keys in PEM, to their end or the end of the text.
    r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\z)",
    // Keys of model providers and others that begin with a telling prefix.
    r"(?-u:\b)(?:sk|rk|pk)[-_][A-Za-z0-9_-]{16,}",
    r"(?-u:\b)(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}",
    r"(?-u:\b)gh[pousr]_[A-Za-z0-9]{20,}",
    r"(?-u:\b)github_pat_[A-Za-z0-9_]{20,}",
    r"(?-u:\b)glpat-[A-Za-z0-9_-]{16,}",
    r"(?-u:\b)xox[a-z]-[A-Za-z0-9-]{10,}|(?-u:\b)xapp-[A-Za-z0-9-]{10,}",
    r"(?-u:\b)AIza[A-Za-z0-9_-]{30,}",
    r"(?-u:\b)(?:hf|npm|dop_v1|shpat|shpss|lin_api|pypi|gsk|xai|tvly)[-_][A-Za-z0-9_-]{20,}",
    r"(?-u:\b)SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    r"hooks\.slack\.com/services/(?<secret>[A-Za-z0-9/_-]{10,})",
    // JSON Web Tokens, with or without a signature.
    r"(?-u:\b)eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?",
    // HTTP authentication.
    r"(?i)(?-u:\b)bearer[ \t]+(?<secret>[A-Za-z0-9+/_.~=-]{8,})",
    // "basic understanding" is no password: one has a digit in it, or is long.
    r"(?i)(?-u:\b)(?:basic|token)[ \t]+(?<secret>[A-Za-z+/_.~=-]*[0-9][A-Za-z0-9+/_.~=-]{5,}|[A-Za-z0-9+/_.~=-]{20,})",
    r#"(?i)(?:proxy-)?authorization["']?[ \t]*[:=][ \t]*["']?(?<secret>[^\r\n"']{4,})"#,
    r#"(?i)(?-u:\b)(?:set-)?cookie["']?[ \t]*:[ \t]*["']?(?<secret>[^\r\n"']{4,})"#,
    // Credentials in an address; the password may hold an `@`.
    r#"(?i)(?-u:\b)[a-z][a-z0-9+.-]*://(?<secret>[^\s/?\#"'<>]+)@"#,
    // Signed addresses and codes in a query.
    r#"(?i)[?&](?:sig|signature|x-(?:amz|goog)-(?:signature|credential|security-token)|key|auth|code)=(?<secret>[^\s&"'#\\]{8,})"#,
    // `password=…`, `--token …`, `API_KEY: …`, `<secret>…</secret>`, quoted or not.
    r#"(?i)(?:passw(?:or)?d|passphrase|passcode|secrets?|token|credentials?|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key|signing[_-]?key|encryption[_-]?key|(?:(?-u:\b)|_)(?:pwd|pass))(?:[_-]?(?:value|key|string|base64|[0-9]+))?\\?["'`]?\]?[ \t]*(?:is[ \t]*)?(?:=>|:=|[:=])[ \t]*\\?(?:"(?<secret>[^"\r\n]+)|'(?<secret2>[^'\r\n]+)|(?<secret3>(?:[^\s"'&;,\\]|\\[^nrtu"\\/])+))"#,
    r#"(?i)passphrase[ \t]*[:=][ \t]*(?<secret>[^\r\n"'\\]+)"#,
    r#"(?i)(?:passw(?:or)?d|passphrase|passcode|pin(?: code)?)[ \t]+is[ \t]+["'`]?(?<secret>[^\s"'`\\]*[0-9][^\s"'`\\]*)"#,
    r#"(?i)(?:^|[\s"'\[(,=])--?(?:[a-z0-9]+-)*(?:passw(?:or)?d|pass|passphrase|secret|token|api-?key|secret-key|access-key)(?:\s+|=)\\?(?:"(?<secret>[^"\r\n]+)|'(?<secret2>[^'\r\n]+)|(?<secret3>(?:[^\s"'&;,\\]|\\[^nrtu"\\/])+))"#,
    r"(?i)<[a-z0-9:._-]*(?:passw(?:or)?d|secret|token|api[_-]?key|passphrase)[^<>]*>(?<secret>[^<]+)</",
    r"(?i)login\s+\S+\s+password\s+(?<secret>\S+)",
    r#"(?i)(?:^|[\s"'])(?:-u|--user|--proxy-user)(?:\s+|=)\\?["']?[^\s:"']+:(?<secret>[^\s"']+)"#,
    r"(?i)(?-u:\b)sshpass\s+-p\s*(?<secret>\S+)|(?-u:\b)mysql(?:dump|admin)?(?-u:\b)[^\r\n;|&]*?\s-p(?<secret2>\S+)",
    r"(?i)(?-u:\b)login(?-u:\b)[^\r\n;|&]*?\s-p[ \t=]+(?<secret>\S+)",
];

/// The groups whose text is the secret.
pub(super) const GROUPS: [&str; 3] = ["secret", "secret2", "secret3"];
