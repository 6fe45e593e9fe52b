//! Which headers travel.
//!
//! Everything a client or provider says to the other passes, unknown headers and
//! odd names included. What belongs to one connection, to the body's old form or to
//! linchpin itself does not.

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};

/// Headers about one hop, never passed on (RFC 9110 7.6.1, and the old ones).
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Headers about a request body in the form it arrived in.
const REQUEST_BODY: [&str; 6] = ["host", "content-length", "content-encoding", "expect", "content-md5", "digest"];

/// Headers about a response body in the form it arrived in.
const RESPONSE_BODY: [&str; 5] = ["content-length", "content-encoding", "etag", "content-md5", "digest"];

/// linchpin's own headers: only ever answered, never passed on.
const OWN_PREFIX: &str = "x-linchpin-";

/// The conversation header that linchpin honours on requests.
pub(super) const CONVERSATION: &str = "x-linchpin-conversation";

/// How many pin texts a request carried, on responses.
pub(super) const PINS: &str = "x-linchpin-pins";

/// Where a client's own session id may stand, most telling first.
const SESSION: [&str; 6] = ["x-claude-code-session-id", "session_id", "session-id", "thread-id", "conversation_id", "x-session-affinity"];

/// Headers that hold the client's credential, most usual first.
const CREDENTIAL: [&str; 4] = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];

/// What of a request's headers goes upstream. `is_inspected`: the answer will be
/// read, so it is asked for uncompressed.
pub(super) fn upstream(mut headers: HeaderMap, is_inspected: bool) -> HeaderMap {
    strip(&mut headers, &REQUEST_BODY);
    if is_inspected {
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
    headers
}

/// What of a response's headers goes to the agent. `is_rewritten`: the body may have
/// another length and coding than it came with.
pub(super) fn downstream(mut headers: HeaderMap, is_rewritten: bool) -> HeaderMap {
    strip(&mut headers, if is_rewritten { &RESPONSE_BODY } else { &[] });
    headers
}

fn strip(headers: &mut HeaderMap, about_body: &[&str]) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let own = headers.keys().filter(|name| name.as_str().starts_with(OWN_PREFIX)).cloned();
    let gone: Vec<HeaderName> = own.chain(named).collect();
    gone.iter().for_each(|name| drop(headers.remove(name)));
    HOP_BY_HOP.iter().chain(about_body).for_each(|name| drop(headers.remove(*name)));
}

/// The client's own session ids, as `name=value`.
pub(super) fn session_ids(headers: &HeaderMap) -> impl Iterator<Item = String> {
    SESSION.iter().filter_map(|name| Some(format!("{name}={}", headers.get(*name)?.to_str().ok()?)))
}

/// SHA-256 of the bare credential, whichever header carries it; of nothing if none does.
pub(super) fn credential(headers: &HeaderMap) -> [u8; 32] {
    let value = CREDENTIAL.iter().find_map(|name| headers.get(*name)).map(HeaderValue::as_bytes).unwrap_or_default();
    let scheme = value.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case(b"bearer "));
    let bare = if scheme.is_some() { value.get(7..).unwrap_or_default() } else { value };
    Sha256::digest(bare.trim_ascii()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(headers: &[(&'static str, &'static str)]) -> HeaderMap {
        headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn what_belongs_to_one_connection_or_to_linchpin_stays_here() {
        let sent = upstream(
            map(&[
                ("connection", "x-secret-hop, close"),
                ("x-secret-hop", "1"),
                ("te", "trailers"),
                ("x-linchpin-conversation", "c"),
                ("expect", "100-continue"),
            ]),
            true,
        );
        assert_eq!(sent.len(), 1, "{sent:?}");
        assert_eq!(sent.get("accept-encoding").map(HeaderValue::as_bytes), Some(&b"identity"[..]));
    }

    #[test]
    fn everything_else_passes_odd_names_included() {
        let names = [
            ("session_id", "s"),
            ("anthropic-beta", "a,b"),
            ("authorization", "Bearer k"),
            ("x-unknown", "1"),
            ("x-stainless-retry-count", "0"),
        ];
        let sent = upstream(map(&names), false);
        assert_eq!(sent.len(), names.len());
    }

    #[test]
    fn a_credential_is_the_same_whichever_header_carries_it() {
        let bearer = credential(&map(&[("authorization", "Bearer key")]));
        assert_eq!(bearer, credential(&map(&[("x-api-key", "key")])));
        assert_ne!(bearer, credential(&map(&[("x-api-key", "other")])));
    }
}
