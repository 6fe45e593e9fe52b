//! Bodies on their way in: collected whole, within limits, decoded.

use super::budget::{Budget, Share};
use crate::wire::coding::{Coding, CodingError};
use crate::wire::refusal::Refusal;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::header::{CONTENT_ENCODING, HeaderMap};
use std::sync::Arc;
use std::time::Duration;

/// A body in memory, and the share of the budget that it takes.
#[derive(Debug)]
pub(super) struct Collected {
    pub(super) bytes: Bytes,
    pub(super) share: Share,
}

/// Why a request's body is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BodyError {
    #[error("the body is larger than {0} bytes (`body_bytes` under `[limits]`)")]
    TooLarge(usize),
    #[error("the body did not arrive within {0} ms (`request_ms` under `[limits]`)")]
    TooSlow(u64),
    #[error("the body broke off")]
    Broken,
    #[error("linchpin holds as many bytes as it may (`buffered_bytes` under `[limits]`)")]
    NoMemory,
    #[error(transparent)]
    Coding(#[from] CodingError),
}

impl From<BodyError> for Refusal {
    fn from(error: BodyError) -> Self {
        let status = match &error {
            BodyError::TooLarge(_) | BodyError::Coding(CodingError::TooLarge(_)) => 413,
            BodyError::TooSlow(_) => 408,
            BodyError::Broken | BodyError::Coding(CodingError::Corrupt(_)) => 400,
            BodyError::NoMemory => 503,
            BodyError::Coding(CodingError::Unknown(_)) => 415,
        };
        Self { status, message: error.to_string(), code: "linchpin_body" }
    }
}

/// Collects a request's body as it says it is, still compressed.
pub(super) async fn collect(body: Incoming, bytes_max: usize, wait_ms: u64, budget: &Arc<Budget>) -> Result<Collected, BodyError> {
    let all = gather(body, bytes_max, budget);
    tokio::time::timeout(Duration::from_millis(wait_ms), all).await.unwrap_or(Err(BodyError::TooSlow(wait_ms)))
}

async fn gather(mut body: Incoming, bytes_max: usize, budget: &Arc<Budget>) -> Result<Collected, BodyError> {
    let mut share = budget.share();
    let announced = body.size_hint().exact();
    if announced.is_some_and(|announced| announced > bytes_max as u64) {
        return Err(BodyError::TooLarge(bytes_max));
    }
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame.map_err(|_| BodyError::Broken)?.into_data() else { continue };
        if first.len() + all.len() + piece.len() > bytes_max {
            return Err(BodyError::TooLarge(bytes_max));
        }
        share.grow(piece.len()).map_err(|_| BodyError::NoMemory)?;
        // Most bodies are one piece, which then is not copied.
        if first.is_empty() && all.is_empty() {
            first = piece;
            continue;
        }
        if all.is_empty() {
            all.reserve(announced.and_then(|length| usize::try_from(length).ok()).unwrap_or(first.len() * 2));
            all.extend_from_slice(&std::mem::take(&mut first));
        }
        all.extend_from_slice(&piece);
    }
    Ok(Collected { bytes: if all.is_empty() { first } else { all.freeze() }, share })
}

/// The body as what it says, whatever coding it came in.
pub(super) fn decoded(mut body: Collected, headers: &HeaderMap, bytes_max: usize) -> Result<Collected, BodyError> {
    let codings: Vec<&[u8]> = headers.get_all(CONTENT_ENCODING).iter().map(|value| value.as_bytes()).collect();
    let coding = match codings.as_slice() {
        [] => return Ok(body),
        [one] => Coding::from_header(&String::from_utf8_lossy(one))?,
        several => return Err(CodingError::Unknown(String::from_utf8_lossy(&several.join(&b',')).into_owned()).into()),
    };
    if coding == Coding::Identity {
        return Ok(body);
    }
    let decoded = coding.decode(&body.bytes, bytes_max)?;
    body.share.grow(decoded.len()).map_err(|_| BodyError::NoMemory)?;
    body.bytes = decoded.into();
    Ok(body)
}
