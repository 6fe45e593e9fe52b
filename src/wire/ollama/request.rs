//! Ollama requests.

use crate::wire::request::{Endpoint, Request, RequestError};

/// Reads the body of a request.
pub(in crate::wire) fn read_request(_endpoint: Endpoint, _body: &[u8], _block: &str) -> Result<Request, RequestError> {
    Err(RequestError::Refused { setting: "ollama", why: "linchpin does not read this dialect yet", code: None })
}
