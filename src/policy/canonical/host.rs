//! A host: an address in its usual notation, or a name as lower-case A-labels.
//!
//! Decimal, octal and hexadecimal addresses, a trailing dot, a port, a user and a
//! whole address line in front of it are undone; what no resolver would take is unclear.

use super::{Form, is_clean};
use std::net::{IpAddr, Ipv6Addr};
use url::{Host, Url};

/// The one form of a host, or unclear. With a port it may also be met as `host:port`.
pub(in crate::policy) fn host(value: &str) -> Form {
    // Readers of addresses do not agree on what a backslash, a space or a control character ends.
    if value.contains(|c: char| c == '\\' || c.is_whitespace() || c.is_control()) {
        return Form::Unclear;
    }
    if value.contains("://") {
        return Url::parse(value).ok().and_then(|url| clear(url.host_str()?, url.port())).unwrap_or(Form::Unclear);
    }
    let value = match value.split_once('@') {
        // In `evil:/x@good` and `evil/@good` the host stands first.
        Some((user, host)) if user.contains([':', '/', '?', '#']) || host.contains('@') => return Form::Unclear,
        Some((_, host)) => host,
        None => value,
    };
    let (name, port) = without_port(value);
    clear(name, port).unwrap_or(Form::Unclear)
}

/// Whether this is this machine: loopback, or the address that stands for all of its own.
pub(in crate::policy) fn is_loopback(canonical: &str) -> bool {
    let is_own = |address: IpAddr| address.is_loopback() || address.is_unspecified();
    let bare = canonical.trim_start_matches('[').trim_end_matches(']');
    let is_name = matches!(bare, "localhost" | "localhost.localdomain" | "ip6-localhost" | "ip6-loopback" | "host.docker.internal");
    is_name || bare.ends_with(".localhost") || bare.parse().is_ok_and(is_own)
}

/// A pattern over hosts as globs. A positive one for a whole domain means the
/// domain itself too, and one with a port is met by the host on any port.
pub(in crate::policy) fn host_pattern(pattern: &str, is_exception: bool) -> Vec<String> {
    let pattern = domain_pattern(pattern);
    if is_exception {
        return vec![pattern];
    }
    let (bare, _) = without_port(&pattern);
    let domain = bare.strip_prefix("*.").filter(|domain| !domain.contains('*'));
    let mut globs = vec![bare.to_owned()];
    globs.extend(domain.map(str::to_owned));
    globs
}

/// A pattern over domain names as values stand: lower-case A-labels.
pub(super) fn domain_pattern(pattern: &str) -> String {
    let pattern = pattern.trim_end_matches('.').to_lowercase();
    if pattern.is_ascii() {
        return pattern;
    }
    let labels = pattern.split('.').map(|label| idna::domain_to_ascii(label).unwrap_or_else(|_| label.to_owned()));
    labels.collect::<Vec<_>>().join(".")
}

/// `[::1]:80`, `host:80`, `host:path`; a bare IPv6 address has no port.
fn without_port(value: &str) -> (&str, Option<u16>) {
    let is_address = value.parse::<Ipv6Addr>().is_ok();
    match value.rsplit_once(':') {
        Some((name, rest)) if !is_address && (!name.contains(':') || name.ends_with(']')) => (name, rest.parse().ok()),
        _ => (value, None),
    }
}

fn clear(name: &str, port: Option<u16>) -> Option<Form> {
    // Full-width dots separate labels as well; they are undone by the parser below.
    let is_shown = name.is_ascii() || is_clean(&name.replace(['。', '．', '｡'], "."));
    if name.is_empty() || !is_shown {
        return None;
    }
    let bracketed = if name.parse::<Ipv6Addr>().is_ok() { format!("[{name}]") } else { name.to_owned() };
    let exact = match Host::parse(&bracketed).ok()? {
        Host::Domain(domain) => domain.trim_end_matches('.').to_owned(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_ipv4_mapped().map_or_else(|| address.to_string(), |address| address.to_string()),
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    if exact.is_empty() || !exact.bytes().all(is_name) || exact.split('.').any(str::is_empty) {
        return None;
    }
    Some(named(exact, port))
}

fn named(exact: String, port: Option<u16>) -> Form {
    let mut others = Vec::new();
    if is_loopback(&exact) {
        others.extend(["localhost", "127.0.0.1", "::1", "[::1]"].map(str::to_owned));
    }
    let with_port = port.map(|port| format!("{exact}:{port}"));
    let exact: Vec<String> = std::iter::once(exact).chain(with_port).collect();
    Form::with(exact, others)
}
