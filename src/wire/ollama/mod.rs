//! Ollama's own `/api/chat` and `/api/generate`.

mod request;

pub(super) use request::read_request;
