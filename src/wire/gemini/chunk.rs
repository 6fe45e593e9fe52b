//! One response object: a whole answer, or one chunk of a streamed one.
//!
//! Both have the same shape, so both are read here. What must be judged is found with
//! its place: a part that holds a call, or a part, a content or a candidate that cannot
//! be read as one thing. The smallest of them is told, so that the least is lost when it
//! is withheld. A call anywhere else, in metadata or beside the candidates, is a flaw of
//! what it stands in.

use super::part::{self, astray, hides_call, holds_more, names_call};
use crate::call::Flaw;
use crate::json::{self, Member};
use crate::wire::spelling::{Keys, is_field};
use serde_json::value::RawValue;

const CANDIDATES: &str = "candidates";
const ERROR: &str = "error";
const CONTENT: &str = "content";
const INDEX: &str = "index";
const FINISH: &str = "finishReason";
const PARTS: &str = "parts";
const ROLE: &str = "role";

/// How many candidates are told apart.
const CANDIDATES_MAX: u64 = 128;

/// How many things one chunk may hold that must be judged.
const ACTING_MAX: usize = 512;

/// What a chunk brings.
#[derive(Debug, Default)]
pub(super) struct Chunk<'a> {
    /// What must be judged, in order.
    pub(super) acting: Vec<Acting<'a>>,
    /// The candidates that speak in it, and whether they say that they have finished.
    pub(super) candidates: Vec<(u64, bool)>,
    /// Whether it is an error, which ends a stream.
    pub(super) is_error: bool,
}

/// Something that must be judged before it leaves.
#[derive(Debug)]
pub(super) struct Acting<'a> {
    pub(super) candidate: u64,
    /// What goes, if it is withheld.
    pub(super) element: &'a RawValue,
    pub(super) is_a: What,
    pub(super) found: Found<'a>,
}

/// What an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Part,
    Content,
    Candidate,
}

#[derive(Debug)]
pub(super) enum Found<'a> {
    /// The value of a part's `functionCall`.
    Call(&'a RawValue),
    /// It cannot be read as one thing.
    Flawed(Flaw),
}

impl<'a> Chunk<'a> {
    /// Reads a response object. An error is one that concerns all of it.
    pub(super) fn read(data: &'a [u8]) -> Result<Self, Flaw> {
        let members = json::members(data).map_err(malformed)?;
        let keys = Keys(&members);
        refuse_alike(&keys, &[CANDIDATES, ERROR])?;
        refuse_astray(&members, CANDIDATES)?;
        let mut chunk = Self { is_error: keys.field(ERROR).is_some(), ..Self::default() };
        let Some(candidates) = keys.field(CANDIDATES) else { return Ok(chunk) };
        for (candidate, position) in json::elements(candidates.get().as_bytes()).map_err(malformed)?.into_iter().zip(0..) {
            let known = chunk.acting.len();
            if let Err(flaw) = chunk.take_candidate(candidate, position) {
                chunk.acting.truncate(known);
                chunk.candidates.push((position, true));
                chunk.take_flaw(position, candidate, What::Candidate, flaw);
            }
            if chunk.acting.len() > ACTING_MAX {
                return Err(Flaw::TooLarge);
            }
        }
        Ok(chunk)
    }

    fn take_flaw(&mut self, candidate: u64, element: &'a RawValue, is_a: What, flaw: Flaw) {
        self.acting.push(Acting { candidate, element, is_a, found: Found::Flawed(flaw) });
    }

    fn take_candidate(&mut self, candidate: &'a RawValue, position: u64) -> Result<(), Flaw> {
        if is_plain(candidate) {
            return Ok(());
        }
        let members = json::members(candidate.get().as_bytes()).map_err(malformed)?;
        let keys = Keys(&members);
        refuse_alike(&keys, &[CONTENT, INDEX, FINISH])?;
        refuse_astray(&members, CONTENT)?;
        let index = match keys.field(INDEX) {
            Some(index) => index.get().parse().map_err(|_| Flaw::Frame("a candidate's `index` is no number".into()))?,
            None => position,
        };
        if index >= CANDIDATES_MAX {
            return Err(Flaw::TooLarge);
        }
        let reason = keys.field(FINISH).map(RawValue::get);
        self.candidates.push((index, reason.is_some_and(|reason| reason != r#""FINISH_REASON_UNSPECIFIED""#)));
        let Some(content) = keys.field(CONTENT).filter(|content| !is_plain(content)) else { return Ok(()) };
        let known = self.acting.len();
        if let Err(flaw) = self.take_content(content, index) {
            self.acting.truncate(known);
            self.take_flaw(index, content, What::Content, flaw);
        }
        Ok(())
    }

    fn take_content(&mut self, content: &'a RawValue, candidate: u64) -> Result<(), Flaw> {
        let members = json::members(content.get().as_bytes()).map_err(malformed)?;
        let keys = Keys(&members);
        refuse_alike(&keys, &[PARTS, ROLE])?;
        if let Some(unknown) = members.iter().find(|member| !is_field(&member.key, PARTS) && holds_more(member.value)) {
            return Err(Flaw::UnknownItem(unknown.key.clone().into_owned()));
        }
        let Some(parts) = keys.field(PARTS).filter(|parts| !is_plain(parts)) else { return Ok(()) };
        for element in json::elements(parts.get().as_bytes()).map_err(malformed)?.into_iter().filter(|part| !is_plain(part)) {
            let found = match part::call_in(element) {
                Ok(None) => continue,
                Ok(Some(call)) => Found::Call(call),
                Err(flaw) => Found::Flawed(flaw),
            };
            self.acting.push(Acting { candidate, element, is_a: What::Part, found });
        }
        Ok(())
    }
}

fn malformed(error: json::SpanError) -> Flaw {
    Flaw::Frame(error.to_string())
}

/// Whether a value is neither an object nor an array: nobody finds a call in it.
fn is_plain(value: &RawValue) -> bool {
    !value.get().starts_with(['{', '['])
}

fn refuse_alike(keys: &Keys<'_, '_>, fields: &[&str]) -> Result<(), Flaw> {
    match keys.field_alike(fields) {
        Some(alike) => Err(Flaw::Frame(format!("the key `{alike}`"))),
        None => Ok(()),
    }
}

/// Refuses a call in any member but this one.
fn refuse_astray(members: &[Member<'_>], but: &str) -> Result<(), Flaw> {
    let is_astray = |member: &Member<'_>| !is_field(&member.key, but) && (names_call(&member.key) || hides_call(member.value));
    if members.iter().any(is_astray) { Err(astray()) } else { Ok(()) }
}
