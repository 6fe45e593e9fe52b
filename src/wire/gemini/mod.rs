//! Gemini `generateContent`, its stream, its count and its caches.

mod place;
mod request;

pub(super) use request::read as read_request;
