//! A recipient: a mail address without its display name, a phone number in
//! international form, or a channel or person as named.
//!
//! A bare name may stand for any mailbox, so patterns over addresses cannot be
//! decided on it; a channel (`#general`) is no mailbox, and can.

use super::host::domain_pattern;
use super::{Form, is_clean};
use unicode_normalization::UnicodeNormalization;

/// The one form of a recipient, or unclear. `by_address`: it will be compared with
/// patterns over mail addresses.
pub(in crate::policy) fn recipient(value: &str, by_address: bool) -> Form {
    if !is_clean(value) || value.contains(['$', '`', '*', '?', '{', '}', '%', '\\', ',', ';']) {
        return Form::Unclear;
    }
    let value =
        value.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")).map_or(value, |_| value.get(7..).unwrap_or_default());
    let bare = match (value.split_once('<'), value.strip_suffix('>')) {
        // A display name that looks like an address is one to some readers.
        (Some((name, _)), Some(_)) if name.contains('@') => return Form::Unclear,
        (Some((_, rest)), Some(_)) => rest.strip_suffix('>').unwrap_or_default(),
        _ => value,
    };
    match bare.rsplit_once('@') {
        Some((local, domain)) if !local.is_empty() => address(local, domain),
        _ if is_phone_like(bare) => phone(bare),
        _ if bare.starts_with('#') => channel(bare),
        _ if by_address => Form::Unclear,
        _ => channel(bare),
    }
}

/// A mail service that sees no dots in a name, and its other domain.
const DOTLESS_DOMAIN: &str = "gmail.com";
const DOTLESS_DOMAINS: [&str; 2] = [DOTLESS_DOMAIN, "googlemail.com"];

/// A pattern over recipients as globs. `@example.org` means its whole domain, and
/// so does a positive `example.org`; positive ones mean the domains below it too.
pub(in crate::policy) fn recipient_pattern(pattern: &str, is_exception: bool) -> Vec<String> {
    let pattern: String = pattern.nfkc().collect();
    let is_domain = is_domain_like(&pattern) && !is_exception;
    match pattern.rsplit_once('@') {
        Some(("", domain)) if domain.contains('.') => whole_domain("*", domain, is_exception),
        Some((local, domain)) if domain.contains('.') && !local.is_empty() => named_mailbox(local, domain, is_exception),
        _ if is_exception => vec![pattern],
        _ => {
            let unmarked = pattern.trim_start_matches(['#', '@']).to_owned();
            let domain = if is_domain { whole_domain("*", &pattern, is_exception) } else { Vec::new() };
            [pattern, unmarked].into_iter().chain(domain).collect()
        }
    }
}

fn whole_domain(local: &str, domain: &str, is_exception: bool) -> Vec<String> {
    let domain = domain_pattern(domain);
    let below = (!is_exception).then(|| format!("{local}@*.{domain}"));
    std::iter::once(format!("{local}@{domain}")).chain(below).collect()
}

/// `boss@example.org`, `boss-*@example.org`; `*@…` is the whole domain.
fn named_mailbox(local: &str, domain: &str, is_exception: bool) -> Vec<String> {
    if local == "*" {
        return whole_domain(local, domain, is_exception);
    }
    let domain = domain_pattern(domain);
    let exact = format!("{local}@{domain}");
    if is_exception { vec![exact] } else { std::iter::once(exact).chain(dotless(local, &domain)).collect() }
}

/// The one name under which a service that sees no dots knows a mailbox.
fn dotless(local: &str, domain: &str) -> Option<String> {
    DOTLESS_DOMAINS.contains(&domain).then(|| format!("{}@{}", local.replace('.', "").to_lowercase(), DOTLESS_DOMAIN))
}

/// Whether a pattern (without its `!`) is about mail addresses.
pub(in crate::policy) fn is_address_pattern(pattern: &str) -> bool {
    let in_domain = pattern.strip_prefix('@').is_some_and(|domain| domain.contains('.'));
    in_domain || pattern.find('@').is_some_and(|at| at > 0) || is_domain_like(pattern)
}

fn is_domain_like(pattern: &str) -> bool {
    pattern.contains('.') && !pattern.contains(['@', '#', ' '])
}

fn address(local: &str, domain: &str) -> Form {
    let is_plain = |c: char| c.is_alphanumeric() || "!#&'+-/=^_|~.".contains(c);
    let domain = idna::domain_to_ascii(domain).unwrap_or_default();
    let domain = domain.trim_end_matches('.');
    let is_domain = !domain.is_empty() && domain.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
    if !local.chars().all(is_plain) || !is_domain {
        return Form::Unclear;
    }
    // `bob+anything@…` is delivered to bob.
    let mailbox = local.split('+').next().filter(|mailbox| !mailbox.is_empty()).unwrap_or(local);
    let others: Vec<String> = std::iter::once(format!("{mailbox}@{domain}")).chain(dotless(mailbox, domain)).collect();
    Form::with([format!("{local}@{domain}")], others)
}

fn is_phone_like(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    digits >= 5 && value.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b' ' | b'.' | b'(' | b')' | b'/'))
}

/// Without its country a number may be anybody's.
fn phone(value: &str) -> Form {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    if value.starts_with('+') && !value.contains("(0)") { Form::plain(format!("+{digits}")) } else { Form::Unclear }
}

fn channel(value: &str) -> Form {
    if value.is_empty() || value.contains(['<', '>', '"']) {
        return Form::Unclear;
    }
    let unmarked = value.trim_start_matches(['#', '@']).to_owned();
    Form::with([value.to_owned()], [unmarked])
}
