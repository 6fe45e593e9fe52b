//! Who may speak to the agent port at all, before anything is routed.
//!
//! A request target that is not in normal form could mean one path here and another
//! one upstream, so it is refused. A foreign `Host` is how a web page reaches a
//! local port by DNS rebinding; a foreign `Origin` is how it does so openly.

use crate::hosts::Hosts;
use hyper::header::{HOST, HeaderMap, ORIGIN, UPGRADE};
use hyper::{Uri, Version};

/// Why a request is not admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Barred {
    /// The HTTP status.
    pub(super) status: u16,
    /// What to tell.
    pub(super) why: &'static str,
}

/// Admits a request, or says why not.
pub(super) fn admit(version: Version, uri: &Uri, headers: &HeaderMap, hosts: &Hosts) -> Result<(), Barred> {
    check_target(version, uri)?;
    check_host(version, uri, headers, hosts)?;
    check_page(headers, hosts)?;
    check_upgrade(headers)
}

/// Frames of a WebSocket would pass unread. Clients that try one first go back to HTTP
/// upon this status.
fn check_upgrade(headers: &HeaderMap) -> Result<(), Barred> {
    let upgrades = headers.get_all(UPGRADE).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let names_websocket = |protocol: &[u8]| protocol.trim_ascii().get(..9).is_some_and(|name| name.eq_ignore_ascii_case(b"websocket"));
    if upgrades.into_iter().any(names_websocket) {
        return Err(Barred { status: 426, why: "linchpin speaks no WebSocket: send requests over HTTP, streamed as server-sent events" });
    }
    Ok(())
}

fn check_target(version: Version, uri: &Uri) -> Result<(), Barred> {
    let refused = |why| Err(Barred { status: 400, why });
    let is_absolute = version < Version::HTTP_2 && (uri.scheme().is_some() || uri.authority().is_some());
    let path = uri.path();
    if is_absolute || !path.starts_with('/') {
        return refused("the request target is not a path");
    }
    if path.contains("//") || path.contains('\\') || path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return refused("the path is not in normal form");
    }
    if !path.bytes().all(|byte| byte.is_ascii_graphic()) || has_hidden_byte(path) {
        return refused("the path encodes a character that it must not");
    }
    Ok(())
}

/// Whether a path encodes a dot, a slash, a backslash, a percent sign or a control
/// character, or has a percent sign that encodes nothing.
fn has_hidden_byte(path: &str) -> bool {
    path.split('%').skip(1).any(|rest| {
        let code = rest.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code {
            None => true,
            Some(byte) => matches!(byte, b'.' | b'/' | b'\\' | b'%' | 0..=0x1f | 0x7f..),
        }
    })
}

fn check_host(version: Version, uri: &Uri, headers: &HeaderMap, hosts: &Hosts) -> Result<(), Barred> {
    let unknown = Barred { status: 421, why: "this Host is not one linchpin answers to; add it to `hosts` under `[server]`" };
    let mut named = headers.get_all(HOST).iter();
    let header = named.next().map(|value| value.to_str().map_err(|_| unknown)).transpose()?;
    if named.next().is_some() {
        return Err(Barred { status: 400, why: "there is more than one Host" });
    }
    let authority = uri.authority().map(|authority| authority.as_str()).filter(|_| version >= Version::HTTP_2);
    if let (Some(header), Some(authority)) = (header, authority)
        && header != authority
    {
        return Err(Barred { status: 400, why: "Host and :authority differ" });
    }
    header.or(authority).filter(|host| hosts.knows(host)).map(|_| ()).ok_or(unknown)
}

/// A page in a browser has no business here unless it is listed. (Node sends
/// `sec-fetch-mode` by itself: that is no sign of a browser.)
fn check_page(headers: &HeaderMap, hosts: &Hosts) -> Result<(), Barred> {
    let refused = Err(Barred { status: 403, why: "requests from web pages are refused" });
    if headers.get_all("sec-fetch-site").iter().any(|site| site.as_bytes().eq_ignore_ascii_case(b"cross-site")) {
        return refused;
    }
    for origin in headers.get_all(ORIGIN) {
        let Ok(origin) = origin.to_str() else { return refused };
        let lower = origin.trim().to_ascii_lowercase();
        let page = lower.strip_prefix("http://").or_else(|| lower.strip_prefix("https://"));
        if page.is_some_and(|page| !hosts.lists(page)) {
            return refused;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(target: &str, headers: &[(&'static str, &str)]) -> u16 {
        let hosts = Hosts::new([127, 0, 0, 1].into(), ["host.docker.internal".to_owned()]);
        let mut map = HeaderMap::new();
        map.insert(HOST, "127.0.0.1:4141".parse().expect("a value"));
        for (name, value) in headers {
            let value = value.parse().expect("a value");
            if *name == "host" {
                map.insert(HOST, value)
            } else {
                map.insert(*name, value)
            };
        }
        admit(Version::HTTP_11, &target.parse().expect("a target"), &map, &hosts).err().map_or(200, |barred| barred.status)
    }

    #[test]
    fn a_target_that_could_mean_two_paths_is_refused() {
        for target in [
            "/openai/v1/models/%2e%2e/responses/x",
            "/openai/v1/models/../responses/x",
            "/openai//evil.example/v1/responses",
            "/openai/v1/models/./x",
            "/openai/v1/models/a%2fb",
            "/openai/v1/models/a%5Cb",
            "/openai/v1/models/a%00b",
            "/openai/v1/models/%252e%252e",
            "/openai/v1/%",
            "/openai/v1/%zz",
            "/openai/v1/models/a%0d%0aHost:x",
            "http://evil.example/v1/responses",
            "/openai/v1/models/%c0%ae",
        ] {
            assert_eq!(status(target, &[]), 400, "{target}");
        }
        for target in [
            "/openai/v1/chat/completions",
            "/v1/messages?beta=true",
            "/v1/models/ft:gpt-4%20x",
            "/v1/models/a...b",
            "/v1/models?x=//../%2e",
        ] {
            assert_eq!(status(target, &[]), 200, "{target}");
        }
    }

    #[test]
    fn only_a_known_host_is_answered() {
        for host in ["127.0.0.1", "localhost:4141", "LOCALHOST", "[::1]:4141", "host.docker.internal:80"] {
            assert_eq!(status("/v1/models", &[("host", host)]), 200, "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:4141", "", "4141"] {
            assert_eq!(status("/v1/models", &[("host", host)]), 421, "{host}");
        }
    }

    #[test]
    fn a_web_page_is_refused_and_a_program_is_not() {
        for headers in [
            [("origin", "https://evil.example")],
            [("origin", "http://127.0.0.1:8080")],
            [("origin", "http://localhost:3000")],
            [("sec-fetch-site", "cross-site")],
        ] {
            assert_eq!(status("/v1/models", &headers), 403, "{headers:?}");
        }
        for headers in [
            [("origin", "http://host.docker.internal")],
            [("origin", "vscode-file://vscode-app")],
            [("sec-fetch-mode", "cors")],
            [("sec-fetch-site", "same-origin")],
        ] {
            assert_eq!(status("/v1/models", &headers), 200, "{headers:?}");
        }
    }
}
