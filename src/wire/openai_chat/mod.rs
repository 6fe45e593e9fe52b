//! OpenAI Chat Completions: `POST …/chat/completions`.
//!
//! Instructions are the system and developer messages a history begins with. An
//! answer has one or more *choices*; a call is keyed by its choice and its place in
//! `tool_calls`, and in a stream every piece of it is concatenated to what came
//! before, names and ids included. Compatible servers spell all of this with
//! variations; where a variation could be read in two ways, what leaves is written
//! anew so that it can be read in one.

mod call;
mod chunk;
mod element;
mod halt;
mod request;
mod response;
mod rewrite;
mod stream;
#[cfg(test)]
mod tests;

pub(super) use request::read as read_request;
pub(super) use response::{BodyPlan, read as read_body};
pub(super) use stream::Stream;
