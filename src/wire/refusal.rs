//! linchpin's own errors, as each family of dialects spells them.
//!
//! Used when a *request* is refused or an upstream fails; a withheld *call* is
//! never an error but a normal answer with a notice in it, since agents take
//! errors for transport trouble and try again.

use super::framing::Framing;
use crate::dialect::{Dialect, Family};
use crate::json;

/// An error body and how a client should take it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// What to tell, one clause.
    pub message: String,
    /// A machine's word for it: `linchpin_policy`, `linchpin_upstream` …
    pub code: &'static str,
}

impl Refusal {
    /// The body in the shape of this family. `id` is the request id on linchpin's own errors.
    pub fn body(&self, family: Family, id: &str) -> String {
        let message = json::escape(&self.message);
        let (status, code) = (self.status, self.code);
        match family {
            Family::Openai => format!(
                r#"{{"error":{{"message":"{message}","type":"{}","param":null,"code":"{code}"}}}}"#,
                if status >= 500 { "server_error" } else { "invalid_request_error" }
            ),
            Family::Anthropic => format!(
                r#"{{"type":"error","error":{{"type":"{}","message":"{message}","details":{{"error_code":"{code}"}}}},"request_id":"{id}"}}"#,
                anthropic_type(status)
            ),
            Family::Gemini => gemini_error(status, &message),
            Family::Ollama => format!(r#"{{"error":"{message}"}}"#),
        }
    }

    /// Whether a client may try the same again: only when the upstream was at fault.
    pub fn may_retry(&self) -> bool {
        self.status >= 500
    }
}

fn anthropic_type(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        500.. => "api_error",
        _ => "invalid_request_error",
    }
}

fn gemini_status(status: u16) -> &'static str {
    match status {
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        500.. => "UNAVAILABLE",
        _ => "INVALID_ARGUMENT",
    }
}

/// A frame that tells a streaming client, in mid-stream, that the answer broke off.
/// `status` is the HTTP status the error would have had. In an array the frame is the bare
/// element: what stands before and behind it depends on what has left (`gate`).
pub(super) fn stream_error(dialect: Dialect, framing: Framing, status: u16, message: &str) -> Vec<u8> {
    let text = json::escape(message);
    let openai = format!(r#"{{"message":"{text}","type":"server_error","code":"linchpin_upstream"}}"#);
    let (event, data) = match dialect {
        Dialect::OpenaiChat => (None, format!(r#"{{"error":{openai}}}"#)),
        // The documented flat shape is swallowed by OpenAI's own client libraries.
        Dialect::OpenaiResponses => (Some("error"), format!(r#"{{"type":"error","error":{openai}}}"#)),
        Dialect::Anthropic => (Some("error"), format!(r#"{{"type":"error","error":{{"type":"api_error","message":"{text}"}}}}"#)),
        Dialect::Gemini => (None, gemini_error(status, &text)),
        Dialect::Ollama => (None, format!(r#"{{"error":"{text}"}}"#)),
    };
    let mut frame = Vec::new();
    match framing {
        Framing::Events => super::sse::write_frame(&mut frame, event, data.as_bytes()),
        Framing::Lines => frame.extend_from_slice(format!("{data}\n").as_bytes()),
        Framing::Array => frame.extend_from_slice(data.as_bytes()),
    }
    frame
}

/// `message` is escaped.
fn gemini_error(status: u16, message: &str) -> String {
    format!(r#"{{"error":{{"code":{status},"message":"{message}","status":"{}","details":[]}}}}"#, gemini_status(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_gets_valid_json_whatever_the_message_says() {
        let refusal = Refusal { status: 403, message: "no \"quotes\"\nhere".into(), code: "linchpin_policy" };
        for family in Family::ALL {
            let body = refusal.body(family, "req_lp_1");
            assert!(serde_json::from_str::<serde_json::Value>(&body).is_ok(), "{body}");
        }
    }
}
