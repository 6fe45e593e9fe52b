//! Answers on their way out.

use super::headers;
use crate::dialect::Family;
use crate::wire::refusal::Refusal;
use bytes::Bytes;
use futures_util::Stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Response, StatusCode};
use std::sync::atomic::{AtomicU64, Ordering};

/// What a body ends with when it cannot be finished.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Broken(pub(super) String);

/// Any body that linchpin sends.
pub(super) type AnswerBody = UnsyncBoxBody<Bytes, Broken>;

/// An answer with such a body.
pub(super) type Answer = Response<AnswerBody>;

/// A body that is there already.
pub(super) fn whole(bytes: impl Into<Bytes>) -> AnswerBody {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// A body that comes in pieces.
pub(super) fn pieces(stream: impl Stream<Item = Result<Bytes, Broken>> + Send + 'static) -> AnswerBody {
    use futures_util::StreamExt as _;
    BodyExt::boxed_unsync(StreamBody::new(stream.map(|piece| piece.map(Frame::data))))
}

/// An answer that gives something back only once it has left, or was hung up on.
pub(super) fn holding(answer: Answer, held: Option<impl Send + 'static>) -> Answer {
    let Some(held) = held else { return answer };
    answer.map(|body| {
        let keep = move |frame| {
            let _ = &held;
            frame
        };
        body.map_frame(keep).boxed_unsync()
    })
}

/// linchpin's own error, in the shape of a family of dialects.
pub(super) fn refuse(refusal: &Refusal, family: Family) -> Answer {
    let id = request_id();
    let mut answer = Response::new(whole(refusal.body(family, &id)));
    *answer.status_mut() = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if !refusal.may_retry() {
        headers.insert("x-should-retry", HeaderValue::from_static("false"));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        let name = if family == Family::Anthropic { "request-id" } else { "x-request-id" };
        headers.insert(name, id);
    }
    answer
}

/// Names for linchpin's own errors; only ever compared with its log.
fn request_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("req_lp_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Says which conversation this was and how many pins were carried.
pub(super) fn mark(headers: &mut HeaderMap, conversation: &str, pins: usize) {
    if let Ok(value) = HeaderValue::from_str(conversation) {
        headers.insert(headers::CONVERSATION, value);
    }
    headers.insert(headers::PINS, HeaderValue::from(pins));
}
