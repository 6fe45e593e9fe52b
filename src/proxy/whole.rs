//! An answer that is judged as a whole.
//!
//! Answers that were not streamed, streams that arrived in one piece or under another
//! content type, and answers that linchpin gives itself: nothing of them leaves before
//! every call in them has its verdict.

use super::Proxy;
use super::answer::{self, Answer};
use super::body::Collected;
use super::stream::unreadable;
use super::verdicts::Case;
use crate::wire::refusal::Refusal;
use crate::wire::seal;
use crate::wire::{BodyGate, Framing, Gate, Ruling};
use bytes::Bytes;
use hyper::header::{CONTENT_LENGTH, HeaderMap, HeaderValue};
use hyper::{Response, StatusCode};

/// Judges an answer that is there as a whole.
pub(super) async fn judge_whole(proxy: &Proxy, mut case: Case, status: StatusCode, headers: HeaderMap, body: Collected) -> Answer {
    let bytes = body.bytes.clone();
    case.note_seals(seal::seals(&bytes)).await;
    if let Some(framing) = Framing::sniff(case.dialect, &bytes) {
        return judge_frames(proxy, case, framing, status, headers, &bytes).await;
    }
    let gate = match BodyGate::read(case.dialect, &bytes) {
        Ok(gate) => gate,
        // An error that is no JSON object is read by nobody as a call.
        Err(_) if bytes.trim_ascii().is_empty() || (status.as_u16() >= 400 && !is_json_object(&bytes)) => {
            return respond(status, headers, answer::whole(bytes));
        }
        Err(error) => return withhold_whole(case, &error.to_string()).await,
    };
    if gate.proposals.is_empty() {
        case.keep(gate.answered(&[])).await;
        return respond(status, headers, answer::whole(bytes));
    }
    let ruled = case.rule(gate.proposals.clone()).await;
    if !ruled.waits.is_empty() {
        // Should nobody be there any more when it is decided.
        case.keep(gate.answered(&[])).await;
    }
    let rulings = case.settle(ruled).await;
    case.keep(gate.answered(&rulings)).await;
    if rulings.iter().all(|ruling| *ruling == Ruling::Release) && rulings.len() == gate.proposals.len() {
        return respond(status, headers, tracked(bytes, case));
    }
    match gate.rewrite(&bytes, &rulings) {
        Some(rewritten) => {
            let mut answered = respond(status, headers, answer::whole(Bytes::new()));
            answered.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(rewritten.len()));
            *answered.body_mut() = tracked(rewritten.into(), case);
            answered
        }
        None => withhold_whole(case, "it cannot be rewritten without the withheld call").await,
    }
}

/// A stream that arrived as a whole, or under another content type.
async fn judge_frames(proxy: &Proxy, mut case: Case, framing: Framing, status: StatusCode, headers: HeaderMap, bytes: &[u8]) -> Answer {
    let Some(mut gate) = Gate::new(case.dialect, framing, proxy.bounds()) else {
        return withhold_whole(case, "this dialect has no such streams").await;
    };
    let mut out = Vec::new();
    let mut next = gate.push(bytes, &mut out);
    let mut is_ended = false;
    loop {
        case.note_seals(gate.take_seals()).await;
        match next {
            Ok(proposals) if !proposals.is_empty() => {
                let ruled = case.rule(proposals).await;
                if !ruled.waits.is_empty() {
                    case.keep(gate.so_far()).await;
                }
                let rulings = case.settle(ruled).await;
                next = gate.rule(rulings, &mut out);
                case.keep(gate.take_answered()).await;
            }
            Ok(_) if is_ended => return respond(status, headers, tracked(out.into(), case)),
            Ok(_) => {
                is_ended = true;
                case.keep(gate.take_answered()).await;
                next = gate.end(&mut out);
            }
            Err(error) => return withhold_whole(case, &error.to_string()).await,
        }
    }
}

/// An answer that cannot be read is withheld as a whole, with an entry.
pub(super) async fn withhold_whole(mut case: Case, why: &str) -> Answer {
    let ruled = case.rule(vec![unreadable(why)]).await;
    let told = ruled.rulings.into_iter().find_map(|ruling| if let Ruling::Withhold(text) = ruling { Some(text) } else { None });
    case.delivered();
    let message = told.unwrap_or_else(|| format!("[linchpin] the answer was withheld: {why}"));
    answer::refuse(&Refusal { status: 403, message, code: "linchpin_unreadable" }, case.dialect.family())
}

/// A body whose delivery the record follows: it counts as delivered when the
/// connection has taken it.
pub(super) fn tracked(bytes: Bytes, case: Case) -> answer::AnswerBody {
    let taken = futures_util::stream::unfold(Some((bytes, case)), |waiting| async move {
        let (bytes, mut case) = waiting?;
        // Nothing was sent yet: whoever is gone now gets nothing, and nothing is counted.
        if case.waiter.peer.is_gone() {
            return Some((Err(answer::Broken("the agent has hung up".into())), None));
        }
        case.leaves();
        case.delivered();
        Some((Ok(bytes), None))
    });
    answer::pieces(taken)
}

/// An answer of these parts.
pub(super) fn respond(status: StatusCode, headers: HeaderMap, body: answer::AnswerBody) -> Answer {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

pub(super) fn is_json_object(bytes: &[u8]) -> bool {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start().starts_with(b"{")
}
