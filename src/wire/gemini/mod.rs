//! Gemini `generateContent`, its stream, its count and its caches.
//!
//! An answer has one or more *candidates*, each of them a row of *parts*; a stream sends
//! the same shape again and again, with the parts that are new. A part says what it is by
//! the field that is set in it, and a call is a part with `functionCall`. All fields may
//! be spelled in two ways. A withheld call's part becomes a text part; everything else
//! stays byte for byte.

mod assembly;
mod call;
mod chunk;
mod left;
mod part;
mod place;
mod request;
mod response;
mod rewrite;
mod step;
mod stream;
#[cfg(test)]
mod tests;

pub(super) use request::read as read_request;
pub(super) use response::{BodyPlan, read as read_body};
pub(super) use stream::Stream;
