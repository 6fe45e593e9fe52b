//! Gemini `generateContent`, its stream, its count and its caches.

mod request;

pub(super) use request::read_request;
