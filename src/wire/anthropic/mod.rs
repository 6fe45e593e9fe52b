//! Anthropic Messages: `POST …/messages` and `…/messages/count_tokens`.
//!
//! Instructions are the top-level `system`. An answer is one message, a row of
//! *content blocks* numbered from 0; in a stream each of them starts, grows by
//! deltas and stops before the next one. A call is a block of type `tool_use`.
//! A withheld one becomes a text block with the same number, so that no other
//! block moves, and when no call is left the turn ends with `end_turn`.
//!
//! Thinking is signed over everything before it. Once a block was withheld, a
//! thinking block behind it would no longer be accepted when the client sends it
//! back, so the message ends in front of it.

mod block;
mod call;
mod event;
mod held;
mod request;
mod response;
mod rewrite;
mod stream;
#[cfg(test)]
mod tests;

pub(super) use request::read as read_request;
pub(super) use response::{BodyPlan, read as read_body};
pub(super) use stream::Stream;
