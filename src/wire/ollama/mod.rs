//! Ollama's own API: `POST /api/chat` and `POST /api/generate`.
//!
//! A chat's instructions are its first message, if that is a system message: many of the
//! models' templates render that one and no other. A bare prompt has a `system` beside it.
//! An answer is one object, or one object a line; a call stands whole in one of them, its
//! arguments an object, mostly without an id. Nothing of a call waits for a later line, so
//! each line is judged by itself.
//!
//! Facts from the client libraries and from the server's published source.

mod call;
mod line;
mod own;
mod request;
mod response;
mod rewrite;
mod stream;
#[cfg(test)]
mod tests;

pub(super) use own::{compose, say};
pub(super) use request::{read_request, streams};
pub(super) use response::{BodyPlan, read as read_body};
pub(super) use stream::Stream;
