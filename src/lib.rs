//! linchpin: a reverse proxy between an AI agent and its LLM API that keeps
//! safety rules alive.
//!
//! An agent shortens its own history, and a rule that lives only in that history
//! is lost with it. So linchpin keeps each rule as a *pin*: its words are written
//! into every request anew, and every tool call that comes back is judged against
//! it before the agent sees a byte of it.
//!
//! The rooms, in reading order. Imports point upwards only: talking may use
//! remembering, thinking and words; thinking uses words and nothing else.
//!
//! * words: plain values everyone shares: [`kind`], [`call`], [`verdict`],
//!   [`pin`], [`digest`], [`notice`], [`show`], [`dialect`]
//! * thinking: bytes and values in, values out; no socket, disk, clock or
//!   randomness: [`json`], [`wire`], [`inject`], [`conversation`], [`action`],
//!   [`language`], [`policy`]
//! * remembering: the disk: [`record`]
//! * talking: sockets, people, the clock: [`config`], [`hosts`], [`upstream`],
//!   [`proxy`], [`reload`], [`separation`], [`console`], [`notify`],
//!   [`tokens`], [`cli`]
//!
//! To see what happens to one request, read `proxy/exchange.rs` top to bottom.

#![cfg_attr(test, allow(clippy::string_slice, clippy::print_stdout, clippy::print_stderr))]

// -- words
pub mod call;
pub mod dialect;
pub mod digest;
pub mod kind;
pub mod notice;
pub mod pin;
pub mod show;
pub mod verdict;

// -- thinking
pub mod action;
pub mod conversation;
pub mod inject;
pub mod json;
pub mod language;
pub mod policy;
pub mod wire;

// -- remembering
pub mod record;

// -- talking
pub mod cli;
pub mod config;
pub mod console;
pub mod hosts;
pub mod notify;
pub mod proxy;
pub mod reload;
pub mod separation;
pub mod tokens;
pub mod upstream;
