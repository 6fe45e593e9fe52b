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
//! This is the first version: a client's own session id where there is one, else
//! what the history begins with. It does not yet see through a compaction that
//! rewrites the first message.

mod newest;
mod origin;
mod reply;
pub mod speech;
pub mod strand;

pub use newest::{Said, newest};
pub use origin::{Origin, Source, origins};
pub use reply::{Reply, reply};

use sha2::{Digest, Sha256};
use std::fmt;

/// A conversation's name, `c_` and 24 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ConversationId(String);

impl ConversationId {
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
}

/// Names the conversation: by the first of header, client ids, beginning of the
/// history that is there. The same evidence always gives the same name.
pub fn identify(evidence: &Evidence<'_>) -> ConversationId {
    let mut hash = Sha256::new();
    hash.update(evidence.credential);
    let mut add = |name: &str, value: &[u8]| {
        hash.update((name.len() as u64).to_be_bytes());
        hash.update(name);
        hash.update((value.len() as u64).to_be_bytes());
        hash.update(value);
    };
    if let Some(header) = evidence.header {
        add("header", header.as_bytes());
    } else if let Some(identifier) = evidence.identifiers.first() {
        add("identifier", identifier.as_bytes());
    } else {
        add("system", evidence.system.unwrap_or_default());
        add("first_user", evidence.first_user.unwrap_or_default());
    }
    let digest = hash.finalize();
    let digits: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    ConversationId(format!("c_{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_keeps_its_name_while_its_history_grows() {
        let evidence = || Evidence { system: Some(b"s"), first_user: Some(b"u"), ..Evidence::default() };
        assert_eq!(identify(&evidence()), identify(&evidence()));
        assert_eq!(identify(&evidence()).as_str().len(), 26);
    }

    #[test]
    fn other_credentials_or_other_beginnings_are_other_conversations() {
        let base = identify(&Evidence { system: Some(b"ab"), first_user: Some(b"c"), ..Evidence::default() });
        let shifted = identify(&Evidence { system: Some(b"a"), first_user: Some(b"bc"), ..Evidence::default() });
        let stranger = identify(&Evidence { credential: [1; 32], system: Some(b"ab"), first_user: Some(b"c"), ..Evidence::default() });
        assert!(base != shifted && base != stranger);
    }
}
