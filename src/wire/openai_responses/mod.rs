//! OpenAI Responses: `POST …/responses`, `…/responses/compact` and
//! `…/responses/input_tokens`.
//!
//! Instructions are the top-level `instructions`, which the server never carries
//! over. An answer is a row of *items* numbered from 0; calls of many kinds are
//! items beside messages and reasoning. In a stream the same call stands up to five
//! times (its start, its deltas, their end, its end, and the whole response at the
//! end), and clients differ in which of them they act on: all copies must agree, and
//! all are rewritten. A withheld call becomes a message with the same number, so
//! that no other item moves.

mod begun;
mod behind;
mod call;
mod event;
mod halt;
mod held;
mod item;
mod ledger;
mod output;
mod propose;
mod request;
mod response;
mod rewrite;
mod sequence;
mod settle;
mod stream;
#[cfg(test)]
mod tests;

pub(super) use request::read as read_request;
pub(super) use response::{BodyPlan, read as read_body};
pub(super) use stream::Stream;
