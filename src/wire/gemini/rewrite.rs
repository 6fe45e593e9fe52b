//! A response object with some of its calls withheld.
//!
//! A withheld call's part becomes a text part with the notice; the words that stood
//! beside it in the same part stay in front of that. All other bytes stay: other parts,
//! `finishReason`, usage.
//!
//! The API wants the first call of each step signed, and signs only that one. If it is
//! withheld, its signature moves to the first call that is delivered; if none is, it
//! stays where the call was.

use super::call::{signature_of, signed};
use super::chunk::{Acting, Chunk, What};
use super::part::{TEXT, THOUGHT};
use crate::json;
use crate::wire::spelling::Keys;
use crate::wire::splice::Edits;
use serde_json::value::RawValue;

/// Said in place of a call where a ruling gives no words.
const NO_WORDS: &str = "[linchpin] a call was not delivered.";

/// What becomes of one thing that was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// It leaves as it came, signed with this if it was not.
    Leaves(Option<String>),
    /// These words take its place.
    Withheld {
        notice: String,
        /// Its signature stays in its place.
        keeps_signature: bool,
    },
    /// It is a later piece of a call that is withheld.
    Swallowed,
}

impl Fate {
    /// Whether nothing is changed by it.
    pub(super) fn is_as_it_came(&self) -> bool {
        *self == Self::Leaves(None)
    }
}

/// Carries out what was decided about each thing that acts, in order. `None`: it cannot
/// be rewritten, or there is not one fate for each.
pub(super) fn rewritten(data: &[u8], fates: &[Fate]) -> Option<Vec<u8>> {
    let chunk = Chunk::read(data).ok()?;
    if chunk.acting.len() != fates.len() {
        return None;
    }
    let mut edits = Edits::new();
    for (acting, fate) in chunk.acting.iter().zip(fates) {
        let range = json::span_in(data, acting.element.get())?;
        match fate {
            Fate::Leaves(None) => {}
            Fate::Leaves(Some(signature)) => edits.replace(range, signed(acting.element.get(), signature)?),
            Fate::Withheld { notice, keeps_signature } => edits.replace(range, replaced(acting, notice, *keeps_signature)),
            Fate::Swallowed => edits.replace(range, swallowed(acting.element)),
        }
    }
    edits.apply(data)
}

/// What stands in the place of something withheld.
fn replaced(acting: &Acting<'_>, notice: &str, keeps_signature: bool) -> String {
    let text = json::escape(words(notice));
    match acting.is_a {
        What::Candidate => candidate(acting.candidate, &text),
        What::Content => format!(r#"{{"parts":[{{"text":"{text}"}}],"role":"model"}}"#),
        What::Part => {
            let signature = signature_of(acting.element).filter(|_| keeps_signature);
            let signature = signature.map_or_else(String::new, |signature| format!(r#","thoughtSignature":{signature}"#));
            let beside = own_text(acting.element).map_or_else(String::new, |own| own + ",");
            format!(r#"{beside}{{"text":"{text}"{signature}}}"#)
        }
    }
}

/// A later piece of a withheld call: a part that says nothing, since clients drop a
/// message without parts.
fn swallowed(part: &RawValue) -> String {
    let signature = signature_of(part).map_or_else(String::new, |signature| format!(r#","thoughtSignature":{signature}"#));
    match own_text(part) {
        Some(own) if signature.is_empty() => own,
        Some(own) => format!(r#"{own},{{"text":""{signature}}}"#),
        None => format!(r#"{{"text":""{signature}}}"#),
    }
}

/// The words in a part beside its call, as a part of their own.
fn own_text(part: &RawValue) -> Option<String> {
    let members = json::members(part.get().as_bytes()).ok()?;
    let keys = Keys(&members);
    let text = keys.field(TEXT).filter(|text| json::as_string(text).is_some_and(|text| !text.is_empty()))?;
    let thought = keys.field(THOUGHT).filter(|thought| thought.get() == "true");
    let thought = thought.map_or("", |_| r#","thought":true"#);
    Some(format!(r#"{{"text":{}{thought}}}"#, text.get()))
}

fn words(notice: &str) -> &str {
    if notice.is_empty() { NO_WORDS } else { notice }
}

/// A candidate of linchpin's own that ends its turn; `text` is escaped.
pub(super) fn candidate(index: u64, text: &str) -> String {
    format!(r#"{{"content":{{"parts":[{{"text":"{text}"}}],"role":"model"}},"finishReason":"STOP","index":{index}}}"#)
}

/// A response object of linchpin's own, in the place of one that cannot leave.
pub(super) fn stand_in(notice: &str, envelope: &str) -> String {
    response(&candidate(0, &json::escape(words(notice))), envelope)
}

/// A response object of these candidates; `envelope` are its other members.
pub(super) fn response(candidates: &str, envelope: &str) -> String {
    let comma = if envelope.is_empty() { "" } else { "," };
    format!(r#"{{"candidates":[{candidates}]{comma}{envelope}}}"#)
}

/// The members that all chunks of an answer share: plain names, nothing counted.
pub(super) fn envelope(data: &[u8]) -> String {
    const SHARED: [&str; 6] = ["responseId", "response_id", "modelVersion", "model_version", "createTime", "create_time"];
    let members = json::members(data).unwrap_or_default();
    let shared = members.iter().filter(|member| SHARED.contains(&member.key.as_ref()) && member.value.get().starts_with('"'));
    shared.map(|member| format!("\"{}\":{}", member.key, member.value.get())).collect::<Vec<_>>().join(",")
}
