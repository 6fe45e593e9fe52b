//! A streamed answer on its way through the gate.
//!
//! Pieces go in as the upstream sends them, and whatever the gate lets through goes
//! out at once, ahead of any verdict that is still to be made. When the agent goes
//! away this is dropped, and the upstream's connection with it.

use super::answer::Broken;
use super::halted::cut_short;
use super::verdicts::Case;
use super::wait::{KEEP_ALIVE_EVERY, Ruled};
use crate::call::{Flaw, Input, Proposal, ToolCall, ToolName};
use crate::record::Halt;
use crate::wire::Gate;
use crate::wire::coding::Pieces;
use crate::wire::stored::Replay;
use bytes::Bytes;
use futures_util::Stream;

/// One streamed answer.
pub(super) struct Live {
    /// `None`: it is not asked any more.
    upstream: Option<reqwest::Response>,
    coding: Pieces,
    gate: Gate,
    case: Case,
    /// Proposals that wait for the text before them to leave.
    pending: Vec<Proposal>,
    /// What was decided about those given last, while some wait for a person.
    ruled: Option<Ruled>,
    state: State,
    /// What to say of an answer that broke off, behind everything else.
    broken: Option<&'static str>,
    /// Of a stream that is read again, what the agent has not got.
    replay: Option<Replay>,
}

/// A halt came.
struct Halted(Halt);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// More may come from the upstream.
    Open,
    /// The upstream has ended; the gate may have more to say.
    Ended,
    /// Everything was said.
    Closed,
}

impl Live {
    pub(super) fn new(upstream: reqwest::Response, coding: Pieces, gate: Gate, case: Case) -> Self {
        Self {
            upstream: Some(upstream),
            coding,
            gate,
            case,
            pending: Vec::new(),
            ruled: None,
            state: State::Open,
            broken: None,
            replay: None,
        }
    }

    /// Only what the agent has not got of it.
    pub(super) fn replayed(self, replay: Option<Replay>) -> Self {
        Self { replay, ..self }
    }

    /// The answer as the agent gets it.
    pub(super) fn into_stream(self) -> impl Stream<Item = Result<Bytes, Broken>> + Send {
        futures_util::stream::unfold(self, |mut live| async move {
            let piece = live.next().await?;
            Some((Ok(piece), live))
        })
    }

    /// The next bytes for the agent; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let mut out = Vec::new();
            if self.ruled.is_some() {
                // Whoever hung up gets nothing more, and the record says so.
                self.wait(&mut out).await?;
            } else if self.pending.is_empty() {
                self.advance(&mut out).await?;
            } else {
                let ruled = self.case.rule(std::mem::take(&mut self.pending)).await;
                if !ruled.waits.is_empty() {
                    // Should nobody be there any more when it is decided.
                    self.case.keep(self.gate.so_far()).await;
                }
                self.ruled = Some(ruled);
            }
            if let Some(replay) = &mut self.replay {
                out = replay.take(&out);
            }
            if !out.is_empty() {
                return Some(out.into());
            }
        }
    }

    /// Carries out what was decided, or shows a sign of life until everything is.
    /// `None`: the agent hung up meanwhile.
    async fn wait(&mut self, out: &mut Vec<u8>) -> Option<()> {
        let ruled = self.ruled.as_mut()?;
        let waiter = self.case.waiter.clone();
        if tokio::time::timeout(KEEP_ALIVE_EVERY, ruled.settled(&waiter)).await.is_err() {
            self.gate.keep_alive(out);
            return Some(());
        }
        let ruled = self.ruled.take()?;
        if !ruled.waits.is_empty() && waiter.peer.is_gone() {
            return None;
        }
        let rulings = self.case.conclude(ruled).await;
        self.case.leaves();
        let next = self.gate.rule(rulings, out);
        self.take(next, out).await;
        Some(())
    }

    /// Reads on; `None`: there is nothing more to say.
    async fn advance(&mut self, out: &mut Vec<u8>) -> Option<()> {
        match self.state {
            State::Open => match self.read().await {
                Err(Halted(halt)) => self.halt(&halt, out).await,
                Ok(Ok(Some(piece))) => self.push(&piece, out).await,
                Ok(Ok(None)) => self.end(out).await,
                Ok(Err(error)) => {
                    tracing::warn!(%error, conversation = %self.case.conversation, "an upstream's answer broke off");
                    self.end(out).await;
                    self.broken = Some("the upstream's answer broke off");
                }
            },
            State::Ended => match self.broken.take() {
                Some(message) => self.break_off(502, message, out),
                None => self.state = State::Closed,
            },
            State::Closed => {
                self.case.delivered();
                return None;
            }
        }
        Some(())
    }

    /// The upstream's next piece, unless a halt cuts the answer first.
    async fn read(&mut self) -> Result<reqwest::Result<Option<Bytes>>, Halted> {
        let Some(upstream) = &mut self.upstream else { return Ok(Ok(None)) };
        tokio::select! {
            biased;
            halt = self.case.waiter.brake.cut() => Err(Halted(halt)),
            piece = upstream.chunk() => Ok(piece),
        }
    }

    /// Ends the answer as its dialect ends one, with words about the halt and without
    /// anything that was kept back.
    async fn halt(&mut self, halt: &Halt, out: &mut Vec<u8>) {
        self.upstream = None;
        self.state = State::Closed;
        self.broken = None;
        // The provider may have kept more of it than the agent gets.
        self.case.keep(self.gate.so_far()).await;
        let unfinished = self.gate.halt(&cut_short(halt), out);
        self.case.record_cut(unfinished, halt).await;
    }

    async fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        let next = if self.coding.is_identity() {
            self.gate.push(piece, out)
        } else {
            match self.coding.push(piece) {
                Ok(decoded) => self.gate.push(&decoded, out),
                Err(error) => return self.give_up(&error.to_string(), out).await,
            }
        };
        self.take(next, out).await;
    }

    async fn end(&mut self, out: &mut Vec<u8>) {
        self.state = State::Ended;
        let next = self.gate.end(out);
        self.take(next, out).await;
    }

    async fn take(&mut self, next: Result<Vec<Proposal>, crate::wire::sse::FrameTooLarge>, out: &mut Vec<u8>) {
        self.case.note_seals(self.gate.take_seals()).await;
        let id = if self.case.is_untied() { self.gate.so_far().map(|answered| answered.id) } else { None };
        if let Some(id) = id {
            self.case.tie_answer(id).await;
        }
        self.case.keep(self.gate.take_answered()).await;
        match next {
            Ok(proposals) => self.pending = proposals,
            Err(error) => self.give_up(&error.to_string(), out).await,
        }
    }

    /// The stream cannot be read on: that is a verdict, with an entry, and its end.
    async fn give_up(&mut self, why: &str, out: &mut Vec<u8>) {
        let ruled = self.case.rule(vec![unreadable(why)]).await;
        tracing::warn!(why, rulings = ruled.rulings.len(), conversation = %self.case.conversation, "a stream cannot be judged");
        self.pending.clear();
        self.break_off(403, &format!("linchpin cannot judge this answer: {why}"), out);
    }

    fn break_off(&mut self, status: u16, message: &str, out: &mut Vec<u8>) {
        self.state = State::Closed;
        self.gate.break_off(status, message, out);
    }
}

/// What stands in the record for an answer that cannot be read at all.
pub(super) fn unreadable(why: &str) -> Proposal {
    let call = ToolCall { id: String::new(), tool: ToolName::default(), input: Input::Text(String::new()) };
    Proposal { call, flaw: Some(Flaw::Frame(why.to_owned())), wire: None }
}
