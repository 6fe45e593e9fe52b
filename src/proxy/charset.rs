//! An answer is judged as UTF-8, so that is what the agent is told to read.
//!
//! Some client libraries decode a stream by the `charset` of its media type. In another
//! one the same bytes could spell other characters, quotes and braces among them.

use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

/// Takes a `charset` that is not UTF-8 out of the media type.
pub(super) fn as_judged(headers: &mut HeaderMap) {
    let Some(media_type) = headers.get(CONTENT_TYPE) else { return };
    let Ok(text) = media_type.to_str() else {
        headers.remove(CONTENT_TYPE);
        return;
    };
    let mut parts = text.split(';');
    let kind = parts.next().unwrap_or_default().trim();
    if parts.all(is_harmless) {
        return;
    }
    let plain = HeaderValue::from_str(kind).unwrap_or_else(|_| HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, plain);
}

/// Whether a parameter leaves the bytes what they are.
fn is_harmless(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let value = value.trim().trim_matches(['"', '\'']);
    !name.trim().eq_ignore_ascii_case("charset") || ["utf-8", "utf8", "us-ascii"].iter().any(|own| value.eq_ignore_ascii_case(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_charset_is_not_handed_on_and_everything_else_is() {
        for (media_type, handed_on) in [
            ("application/x-ndjson; charset=utf-7", "application/x-ndjson"),
            ("text/event-stream;Charset=\"UTF-16LE\"", "text/event-stream"),
            ("application/json; charset=utf-8; charset=utf-7", "application/json"),
            ("application/x-ndjson", "application/x-ndjson"),
            ("application/json; charset=utf-8", "application/json; charset=utf-8"),
            ("text/event-stream; charset=UTF-8; boundary=x", "text/event-stream; charset=UTF-8; boundary=x"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
            as_judged(&mut headers);
            assert_eq!(headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()), Some(handed_on));
        }
    }
}
