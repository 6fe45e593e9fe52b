//! How each dialect spells a request, a stream and a refusal.
//!
//! The only room that knows providers' JSON. It answers these questions:
//!
//! * of a request ([`Request`]): where is its instruction place, and is there
//!   anything in it that would let it act unseen?
//! * of a response ([`gate`]): which calls does it propose, and how does it read
//!   when some of them are withheld?
//! * of a call that was held ([`resume`]): can this request be answered with it, and how?
//! * of a history ([`history`]): who says what in it?
//! * of what the provider's own compaction left ([`seal`]): how is it known again?
//! * of what the provider keeps of it ([`server_held`]): what does that still need?
//! * of what it gives out of that again ([`stored`]): how is each call in it judged?
//! * of linchpin's own words ([`refusal`]): how does this dialect spell an error?
//!
//! Nothing here decides anything: a gate asks and waits for its [`Ruling`]s.

pub mod coding;
pub mod framing;
pub mod gate;
pub mod history;
pub mod hosted;
pub mod refusal;
pub mod request;
pub mod resume;
pub mod seal;
pub mod server_held;
pub mod splice;
pub mod sse;
pub mod stored;
pub mod strip;
pub mod tools;

mod anthropic;
mod gemini;
mod ollama;
mod openai_chat;
mod openai_responses;
mod place;
mod spelling;
#[cfg(test)]
mod testing;

pub use framing::Framing;
pub use gate::{BodyGate, Bounds, Gate, Ruling};
pub use request::{Endpoint, Place, Request, RequestError};
