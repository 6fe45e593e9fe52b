//! Where a response waits for its verdicts.
//!
//! A gate takes the bytes of one response. What carries no action it lets through
//! at once; from the first byte of a call on it keeps that call back, and when the
//! call is complete it hands it out as a [`Proposal`] and stands still. Whoever
//! drives the gate judges, writes the record, and answers with one [`Ruling`] a
//! proposal, in order. Released calls leave in the bytes they came in; withheld
//! ones leave as a notice in their place.
//!
//! Gates are pure: they know no pin, no clock and no socket, so that a recorded
//! stream is a complete test of them.

use super::framing::{Cutter, Framing};
use super::refusal::stream_error;
use super::seal;
use super::server_held::Answered;
use super::sse::FrameTooLarge;
use super::{anthropic, gemini, ollama, openai_chat, openai_responses};
use crate::call::Proposal;
use crate::dialect::Dialect;

/// What was decided about one proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// The call leaves as it came.
    Release,
    /// The agent gets this text in place of the call.
    Withhold(String),
}

/// The bounds a gate keeps. Past them a call is withheld as unreadable.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// One call's arguments.
    pub call_arguments_bytes: usize,
    /// All the frames kept back at one time; also the largest single frame.
    pub held_frames_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { call_arguments_bytes: 8 << 20, held_frames_bytes: 16 << 20 }
    }
}

/// One dialect's way of reading a streamed answer, frame by frame.
///
/// `frame` and `end` return the proposals that are now complete; when there are
/// any, the next call is `rule` with as many rulings, and only then the next frame.
/// Whatever is written to `out` leaves for the agent at once.
pub(super) trait StreamDialect: Send {
    /// Reads one frame.
    fn frame(&mut self, frame: &super::sse::Frame<'_>, out: &mut Vec<u8>) -> Vec<Proposal>;
    /// Carries out what was decided about the proposals given last.
    fn rule(&mut self, rulings: Vec<Ruling>, out: &mut Vec<u8>);
    /// Nothing follows, be it the end or a cut: calls still incomplete become
    /// proposals with the flaw `Truncated`.
    fn end(&mut self, out: &mut Vec<u8>) -> Vec<Proposal>;
    /// Writes a sign of life, while a ruling is waited for, that clients of this
    /// dialect take for one.
    fn keep_alive(&self, out: &mut Vec<u8>);
    /// What the answer leaves behind at the server if none of the calls on their way
    /// reaches the agent; `None`: nothing, as far as is known.
    fn so_far(&self) -> Option<Answered> {
        None
    }
    /// What the answer has left behind at the server, once, when it has ended.
    fn take_answered(&mut self) -> Option<Answered> {
        None
    }
    /// Ends the answer here as one that is complete, with this text and without
    /// anything that was kept back. Nothing is asked of it any more.
    fn halt(&mut self, text: &str, out: &mut Vec<u8>);
    /// Writes an error's frame behind what has left; nothing follows it, and nothing is
    /// asked of the answer any more.
    fn break_off(&mut self, error: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(error);
    }
}

/// The gate of one streamed answer.
pub struct Gate {
    framer: Cutter,
    spoken: (Dialect, Framing),
    dialect: Box<dyn StreamDialect>,
    /// What the provider's compactions sealed in the frames read so far.
    seals: Vec<String>,
    ended: bool,
    closed: bool,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate").field("ended", &self.ended).finish_non_exhaustive()
    }
}

impl Gate {
    /// A gate for an answer streamed in these frames; `None`: linchpin reads no such
    /// streams of this dialect.
    pub fn new(dialect: Dialect, framing: Framing, bounds: Bounds) -> Option<Self> {
        let spoken = (dialect, framing);
        let dialect: Box<dyn StreamDialect> = match spoken {
            (Dialect::OpenaiChat, Framing::Events) => Box::new(openai_chat::Stream::new(bounds)),
            (Dialect::Anthropic, Framing::Events) => Box::new(anthropic::Stream::new(bounds)),
            (Dialect::OpenaiResponses, Framing::Events) => Box::new(openai_responses::Stream::new(bounds)),
            (Dialect::Gemini, Framing::Events | Framing::Array) => Box::new(gemini::Stream::new(framing, bounds)),
            (Dialect::Ollama, Framing::Lines) => Box::new(ollama::Stream::new(bounds)),
            _ => return None,
        };
        Some(Self {
            framer: Cutter::new(framing, bounds.held_frames_bytes),
            spoken,
            dialect,
            seals: Vec::new(),
            ended: false,
            closed: false,
        })
    }

    /// Takes the next piece of the answer. Proposals returned must be ruled on
    /// ([`Self::rule`]) before anything else; what the piece holds behind them waits.
    /// After an error the stream cannot be read on and must be cut.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<Vec<Proposal>, FrameTooLarge> {
        self.framer.push(bytes);
        self.advance(out)
    }

    /// Carries out what was decided, then reads on.
    pub fn rule(&mut self, rulings: Vec<Ruling>, out: &mut Vec<u8>) -> Result<Vec<Proposal>, FrameTooLarge> {
        self.dialect.rule(rulings, out);
        self.advance(out)
    }

    /// Says that the upstream has nothing more to say, or was cut off.
    pub fn end(&mut self, out: &mut Vec<u8>) -> Result<Vec<Proposal>, FrameTooLarge> {
        self.ended = true;
        self.framer.end();
        self.advance(out)
    }

    /// What the answer leaves behind at the server if none of the calls that wait for a
    /// ruling reaches the agent.
    pub fn so_far(&self) -> Option<Answered> {
        self.dialect.so_far()
    }

    /// What the answer has left behind at the server, once, when it has ended: to be
    /// kept before the last bytes written leave.
    pub fn take_answered(&mut self) -> Option<Answered> {
        self.dialect.take_answered()
    }

    /// What the provider's compactions sealed in the frames read so far, once: to be kept
    /// before the last bytes written leave.
    pub fn take_seals(&mut self) -> Vec<String> {
        std::mem::take(&mut self.seals)
    }

    /// Writes a sign of life while a ruling is waited for: clients, and what stands
    /// between, give up on a silent stream.
    pub fn keep_alive(&self, out: &mut Vec<u8>) {
        self.dialect.keep_alive(out);
    }

    /// Ends the answer here as one that is complete, with this text and without anything
    /// that was kept back: the calls in that are returned, which nobody gets. Proposals
    /// given before must have been ruled on.
    pub fn halt(&mut self, text: &str, out: &mut Vec<u8>) -> Vec<Proposal> {
        if self.closed {
            return Vec::new();
        }
        (self.ended, self.closed) = (true, true);
        let unfinished = self.dialect.end(&mut Vec::new());
        self.dialect.halt(text, out);
        unfinished
    }

    /// Tells the client that the answer breaks off here. `status` is the HTTP status such
    /// an error would have had.
    pub fn break_off(&mut self, status: u16, message: &str, out: &mut Vec<u8>) {
        (self.ended, self.closed) = (true, true);
        let (dialect, framing) = self.spoken;
        self.dialect.break_off(&stream_error(dialect, framing, status, message), out);
    }

    fn advance(&mut self, out: &mut Vec<u8>) -> Result<Vec<Proposal>, FrameTooLarge> {
        while let Some(frame) = self.framer.next_frame()? {
            self.seals.extend(frame.data.as_deref().map(seal::seals).unwrap_or_default());
            let proposals = self.dialect.frame(&frame, out);
            if !proposals.is_empty() {
                return Ok(proposals);
            }
        }
        if self.ended && !self.closed {
            self.closed = true;
            return Ok(self.dialect.end(out));
        }
        Ok(Vec::new())
    }
}

/// One whole answer that was not streamed, read.
#[derive(Debug)]
pub struct BodyGate {
    /// The calls it proposes, in order.
    pub proposals: Vec<Proposal>,
    /// How to take each of them out, for the dialect that read it.
    pub(super) plan: Plan,
    /// The id by which a later request may go on from it, where the server keeps it.
    pub(super) id: Option<String>,
    /// See [`Answered::summaries`].
    pub(super) summaries: Vec<String>,
}

/// What a dialect remembers between reading a body and rewriting it.
#[derive(Debug)]
pub(super) enum Plan {
    /// There is nothing in it to withhold.
    Untouched,
    /// Chat Completions.
    OpenaiChat(openai_chat::BodyPlan),
    /// OpenAI Responses.
    OpenaiResponses(openai_responses::BodyPlan),
    /// Anthropic Messages.
    Anthropic(anthropic::BodyPlan),
    /// Gemini.
    Gemini(gemini::BodyPlan),
    /// Ollama.
    Ollama(ollama::BodyPlan),
}

/// Why an answer cannot be read; it is then withheld as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the answer cannot be read ({0})")]
pub struct BodyError(pub String);

impl BodyGate {
    /// Reads a body. `status` is the HTTP status it came with: an error that is no
    /// JSON at all carries no call and passes; a success must be readable.
    pub fn read(dialect: Dialect, body: &[u8]) -> Result<Self, BodyError> {
        match dialect {
            Dialect::OpenaiChat => openai_chat::read_body(body),
            Dialect::OpenaiResponses => openai_responses::read_body(body),
            Dialect::Anthropic => anthropic::read_body(body),
            Dialect::Gemini => gemini::read_body(body),
            Dialect::Ollama => ollama::read_body(body),
        }
    }

    /// What the answer leaves behind at the server if these are the rulings.
    pub fn answered(&self, rulings: &[Ruling]) -> Option<Answered> {
        let id = self.id.clone()?;
        let unanswered = match &self.plan {
            Plan::OpenaiResponses(plan) => plan.unanswered(rulings),
            Plan::Untouched | Plan::OpenaiChat(_) | Plan::Anthropic(_) | Plan::Gemini(_) | Plan::Ollama(_) => Vec::new(),
        };
        Some(Answered { id, unanswered, summaries: self.summaries.clone() })
    }

    /// The body as the agent gets it. `None`: it cannot be rewritten, and must be
    /// withheld as a whole. With nothing but releases it is the very same bytes.
    pub fn rewrite(self, body: &[u8], rulings: &[Ruling]) -> Option<Vec<u8>> {
        if rulings.len() != self.proposals.len() {
            return None;
        }
        match self.plan {
            Plan::Untouched => Some(body.to_vec()),
            Plan::OpenaiChat(plan) => plan.rewrite(body, rulings),
            Plan::OpenaiResponses(plan) => plan.rewrite(body, rulings),
            Plan::Anthropic(plan) => plan.rewrite(body, rulings),
            Plan::Gemini(plan) => plan.rewrite(body, rulings),
            Plan::Ollama(plan) => plan.rewrite(body, rulings),
        }
    }
}
