//! Which conversation is this, and who says what in it?
//!
//! `speech` tells a person's words from what was put into their mouth; `newest` finds
//! the last thing they said, `reply` reads an answer to a hold in it, and `origin` says
//! where a held call's targets came from.
//!
//! A conversation id groups what belongs together: the record's entries, and the
//! holds that a resend joins. All of the evidence is the client's own word, so an id
//! is never a reason to loosen anything.
//!
//! A client's own ids name it where there are any, else what the history begins with.
//! Where a client rewrote that (`strand` tells how histories change), what is left of
//! the history (`trace`) ties the new name to the old conversation.

pub mod anchor;
pub mod clue;
mod newest;
mod origin;
mod reply;
pub mod speech;
pub mod strand;
pub mod trace;

pub use newest::{Said, listen, newest};
pub use origin::{Origin, Source, origins};
pub use reply::{Reply, reply};

use crate::digest::hex;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt;

/// `c_` and 24 hexadecimal digits.
const NAME_LENGTH: usize = 26;

/// How many ids of the client are looked at.
const IDENTIFIERS_MAX: usize = 8;

/// A conversation's name, `c_` and 24 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ConversationId(String);

impl ConversationId {
    /// A name that was stored.
    pub(crate) fn stored(name: String) -> Self {
        Self(name)
    }

    /// The id as shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a request shows about the conversation it belongs to.
#[derive(Debug, Default)]
pub struct Evidence<'a> {
    /// SHA-256 of the client's credential.
    pub credential: [u8; 32],
    /// The `x-linchpin-conversation` header.
    pub header: Option<&'a str>,
    /// The client's own session ids: headers and body fields, `name=value`.
    pub identifiers: &'a [String],
    /// The client's system text.
    pub system: Option<&'a [u8]>,
    /// The first user message.
    pub first_user: Option<&'a [u8]>,
    /// What it goes on from and does not show: a previous answer's id. Such a request
    /// does not begin with its conversation's beginning.
    pub previous: Option<&'a str>,
    /// The conversation of that answer, where it is known.
    pub chain: Option<&'a str>,
    /// What a history is known by that begins with a rest of an earlier one (`clue`).
    pub rest: Option<&'a str>,
}

/// The names a request gives its conversation, most telling first, never none: the
/// header, the client's ids, and where there are none of them the beginning of the
/// history. The same evidence always gives the same name.
pub fn names(evidence: &Evidence<'_>) -> Vec<ConversationId> {
    let name = |parts: &[(&str, &[u8])]| named(&evidence.credential, parts);
    let header = evidence.header.map(|header| name(&[("header", header.as_bytes())]));
    let identifiers = evidence.identifiers.iter().take(IDENTIFIERS_MAX).map(|identifier| name(&[("identifier", identifier.as_bytes())]));
    let mut names: Vec<ConversationId> = header.into_iter().chain(identifiers).collect();
    if let (true, Some(chain)) = (names.is_empty(), evidence.chain) {
        names.push(ConversationId::stored(chain.to_owned()));
    } else if let (true, Some(previous)) = (names.is_empty(), evidence.previous) {
        names.push(name(&[("previous", previous.as_bytes())]));
    } else if let (true, Some(rest)) = (names.is_empty(), evidence.rest) {
        names.push(name(&[("rest", rest.as_bytes())]));
    } else if names.is_empty() {
        let (system, first_user) = (evidence.system.unwrap_or_default(), opening(evidence.first_user.unwrap_or_default()));
        names.push(name(&[("system", system), ("first_user", &first_user)]));
    }
    names
}

/// The first message in one spelling: agents send a bare text first and, with a history
/// behind it, the same text as a message or a list of parts, and move cache marks about.
/// What is no text stays as it came.
fn opening(message: &[u8]) -> Cow<'_, [u8]> {
    let as_it_came = Cow::Borrowed(message);
    let Ok(value) = serde_json::from_slice::<Value>(message) else { return as_it_came };
    match words(value.get("content").or_else(|| value.get("parts")).unwrap_or(&value)) {
        Some(text) => Cow::Owned(Value::String(text).to_string().into_bytes()),
        None => as_it_came,
    }
}

/// The text of a message that has nothing else.
fn words(content: &Value) -> Option<String> {
    match content {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => match parts.as_slice() {
            [part] => words_of_part(part),
            _ => None,
        },
        Value::Object(_) => words_of_part(content).filter(|_| content.get("role").is_none()),
        _ => None,
    }
}

/// The text of a part that has nothing else; in Gemini it names no type.
fn words_of_part(part: &Value) -> Option<String> {
    let is_text = match part.get("type") {
        Some(kind) => matches!(kind.as_str(), Some("text" | "input_text")),
        None => part.as_object()?.len() == 1,
    };
    part.get("text").filter(|_| is_text)?.as_str().map(str::to_owned)
}

/// Names what a provider keeps, an answer or a conversation, by its id. Whose it is
/// stands beside the name, not in it.
pub fn kept_name(upstream: &str, (kind, id): (&str, &str)) -> String {
    named(&[0; 32], &[("upstream", upstream.as_bytes()), ("kept", kind.as_bytes()), ("id", id.as_bytes())]).0
}

/// Names a credential in the store, without being it or what is sent of it.
pub fn credential_name(credential: &[u8; 32]) -> String {
    named(credential, &[]).0
}

/// Names what agents of one making share: a credential and the system text.
pub fn setting_name(credential: &[u8; 32], system: Option<&[u8]>) -> String {
    named(credential, &[("setting", system.unwrap_or_default())]).0
}

fn named(credential: &[u8; 32], parts: &[(&str, &[u8])]) -> ConversationId {
    let mut hash = Sha256::new();
    hash.update(credential);
    for (name, value) in parts {
        hash.update((name.len() as u64).to_be_bytes());
        hash.update(name);
        hash.update((value.len() as u64).to_be_bytes());
        hash.update(value);
    }
    let mut name = format!("c_{}", hex(&hash.finalize()));
    name.truncate(NAME_LENGTH);
    ConversationId(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_keeps_its_name_while_its_history_grows() {
        let evidence = || Evidence { system: Some(b"s"), first_user: Some(b"u"), ..Evidence::default() };
        assert_eq!(names(&evidence()), names(&evidence()));
        assert_eq!(names(&evidence())[0].as_str().len(), 26);
    }

    #[test]
    fn the_first_message_may_be_spelled_otherwise_later() {
        let name = |first: &str| names(&Evidence { first_user: Some(first.as_bytes()), ..Evidence::default() });
        let bare = name(r#""tidy \u0075p""#);
        for later in [
            r#"{"role":"user","content":"tidy up"}"#,
            r#"{"type":"message","role":"user","content":[{"type":"input_text","text":"tidy up"}]}"#,
            r#"{"role":"user","content":[{"type":"text","text":"tidy up","cache_control":{"type":"ephemeral"}}]}"#,
        ] {
            assert_eq!(name(later), bare, "{later}");
        }
        for other in [
            r#"{"role":"user","content":"tidy up now"}"#,
            r#"{"role":"user","content":[{"type":"text","text":"tidy"},{"type":"text","text":" up"}]}"#,
            r#"{"role":"user","content":[{"type":"image","text":"tidy up"}]}"#,
            r#"[{"type":"text","text":"tidy up""#,
        ] {
            assert_ne!(name(other), bare, "{other}");
        }
    }

    #[test]
    fn other_credentials_or_other_beginnings_are_other_conversations() {
        let base = names(&Evidence { system: Some(b"ab"), first_user: Some(b"c"), ..Evidence::default() });
        let shifted = names(&Evidence { system: Some(b"a"), first_user: Some(b"bc"), ..Evidence::default() });
        let stranger = names(&Evidence { credential: [1; 32], system: Some(b"ab"), first_user: Some(b"c"), ..Evidence::default() });
        assert!(base != shifted && base != stranger);
    }
}
