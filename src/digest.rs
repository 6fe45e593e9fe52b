//! Digests: short names for exact things.
//!
//! A person's yes is for one call and no other, under the pins that objected to
//! it and no others. Both are therefore named by a SHA-256 over an unambiguous
//! form: every field with its length before it, the form's own version first. Two
//! different calls, or two different pins, never spell the same bytes.

use crate::call::{Input, ToolCall};
use crate::pin::{Clause, Comparison, Limit, Mode, Order, Pin, PinId, Scope};
use sha2::{Digest, Sha256};
use std::fmt;

/// SHA-256 works on blocks of this size.
const BLOCK_BYTES: usize = 64;

/// HMAC-SHA-256 (RFC 2104): what only somebody with the key can compute.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let hashed: [u8; 32];
    let key = if key.len() > BLOCK_BYTES {
        hashed = Sha256::digest(key).into();
        &hashed[..]
    } else {
        key
    };
    let keyed = |pad: u8| {
        let mut block = [pad; BLOCK_BYTES];
        block.iter_mut().zip(key).for_each(|(padded, byte)| *padded ^= byte);
        block
    };
    let inner = Sha256::new().chain_update(keyed(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(keyed(0x5c)).chain_update(inner).finalize().into()
}

/// The digest of one exact call: tool namespace, tool name, whether its arguments
/// are JSON or text, and their exact bytes. No call id, no dialect, no model: the
/// same call sent again has the same digest, wherever it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallDigest([u8; 32]);

impl CallDigest {
    /// The digest of this call.
    pub fn of(call: &ToolCall) -> Self {
        let mut fields = Fields::new("linchpin-call-v1");
        fields.option(call.tool.namespace.as_deref());
        fields.text(&call.tool.name);
        fields.text(match call.input {
            Input::Json(_) => "json",
            Input::Text(_) => "text",
        });
        fields.text(call.input.as_str());
        Self(fields.finish())
    }
}

impl fmt::Display for CallDigest {
    /// `sha256:` and 64 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", hex(&self.0))
    }
}

/// One pin as it was when it objected: which it is, and a digest of what it says
/// and asks for. A pin that is reworded, narrowed or widened has another version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinStamp {
    /// The pin.
    pub id: PinId,
    /// `sha256:…` over its text, clauses, mode and approvers.
    pub version: String,
    /// How many different people a release needs.
    pub approvers: u8,
    /// Whether a code typed into the chat counts as a yes.
    pub by_reply: bool,
}

impl PinStamp {
    /// The stamp of a pin as it is now.
    pub fn of(pin: &Pin) -> Self {
        let mut fields = Fields::new("linchpin-pin-v1");
        fields.text(pin.id.as_str());
        fields.text(pin.text.as_str());
        fields.text(match pin.mode {
            Mode::Enforce => "enforce",
            Mode::Shadow => "shadow",
        });
        fields.number(pin.approvers.into());
        fields.number(pin.by_reply.into());
        fields.number(pin.waives_named.into());
        fields.texts(&pin.agents);
        fields.number(pin.clauses.len() as u64);
        for clause in &pin.clauses {
            add_clause(&mut fields, clause);
        }
        Self { id: pin.id.clone(), version: format!("sha256:{}", hex(&fields.finish())), approvers: pin.approvers, by_reply: pin.by_reply }
    }
}

fn add_clause(fields: &mut Fields, clause: &Clause) {
    fields.number(clause.on.len() as u64);
    for kind in &clause.on {
        fields.text(kind.name());
    }
    fields.text(clause.then.name());
    fields.texts(&clause.tools);
    add_scope(fields, &clause.scope);
    fields.option(clause.limit.map(|Limit { items, per }| format!("{items} per {} ms", per.as_millis())).as_deref());
}

fn add_scope(fields: &mut Fields, scope: &Scope) {
    let Scope { target, recipient, host, table, branch, currency, amount, count, text } = scope;
    for globs in [target, recipient, host, table, branch, currency] {
        fields.texts(globs);
    }
    fields.option(amount.map(spell).as_deref());
    fields.option(count.map(spell).as_deref());
    fields.option(text.as_deref());
}

fn spell(Comparison { order, bound }: Comparison) -> String {
    let order = match order {
        Order::Above => ">",
        Order::AtLeast => ">=",
        Order::Below => "<",
        Order::AtMost => "<=",
        Order::Exactly => "=",
    };
    format!("{order} {:016x}", bound.to_bits())
}

/// SHA-256 over fields that cannot run into each other: each is preceded by its
/// length in bytes as eight bytes, most significant first.
pub(crate) struct Fields(Sha256);

impl Fields {
    /// Begins a form; `version` names it, so that two forms never collide.
    pub(crate) fn new(version: &str) -> Self {
        let mut fields = Self(Sha256::new());
        fields.text(version);
        fields
    }

    /// Adds a text.
    pub(crate) fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text.as_bytes());
    }

    /// Adds bytes that need not be text.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    /// Adds a number, in decimal.
    pub(crate) fn number(&mut self, number: u64) {
        self.text(&number.to_string());
    }

    /// Adds a text that may be missing; missing is not the same as empty.
    pub(crate) fn option(&mut self, text: Option<&str>) {
        self.number(text.is_some().into());
        self.text(text.unwrap_or_default());
    }

    /// Adds a list of texts, with their number first.
    pub(crate) fn texts(&mut self, texts: &[String]) {
        self.number(texts.len() as u64);
        for text in texts {
            self.text(text);
        }
    }

    /// The digest of what was added.
    pub(crate) fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::ToolName;
    use crate::kind::Kind;
    use crate::pin::{PinText, Source};
    use crate::verdict::Verdict;

    fn call(namespace: Option<&str>, name: &str, input: Input) -> ToolCall {
        ToolCall { id: "1".into(), tool: ToolName { namespace: namespace.map(Into::into), name: name.into() }, input }
    }

    fn json(text: &str) -> Input {
        Input::Json(text.into())
    }

    #[test]
    fn the_mac_is_that_of_rfc_4231() {
        let mac = |key: &[u8], message: &[u8]| hex(&hmac_sha256(key, message));
        assert_eq!(mac(b"Jefe", b"what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let long = mac(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(long, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    #[test]
    fn a_call_sent_again_under_another_id_has_the_same_digest() {
        let again = ToolCall { id: "2".into(), ..call(None, "rm", json("{}")) };
        assert_eq!(CallDigest::of(&call(None, "rm", json("{}"))), CallDigest::of(&again));
    }

    #[test]
    fn calls_that_differ_in_anything_the_agent_would_run_have_different_digests() {
        let calls = [
            call(None, "rm", json("{}")),
            call(None, "rm", json("{ }")),
            call(None, "rm", Input::Text("{}".into())),
            call(Some(""), "rm", json("{}")),
            call(Some("r"), "m", json("{}")),
            call(None, "r", json("m{}")),
        ];
        let digests: std::collections::HashSet<_> = calls.iter().map(CallDigest::of).collect();
        assert_eq!(digests.len(), calls.len());
    }

    #[test]
    fn the_form_of_a_digest_is_fixed() {
        // Computed by another program from the form's description.
        let shown = CallDigest::of(&call(None, "delete_email", json(r#"{"ids":[1]}"#))).to_string();
        assert_eq!(shown, "sha256:fa1ed5f8f4d1d0c15ba27aee795cf6ebd7cdc67973be9acd04915b1e666ba966");
    }

    #[test]
    fn a_pin_that_is_reworded_or_narrowed_has_another_version() {
        let pin = Pin {
            id: PinId::new("p").expect("an id"),
            text: PinText::new("Ask first.").expect("a text"),
            clauses: vec![Clause::new([Kind::Delete], Verdict::Hold)],
            mode: Mode::Enforce,
            source: Source::Configured,
            agents: vec![],
            approvers: 1,
            by_reply: false,
            waives_named: false,
        };
        let mut narrowed = pin.clone();
        narrowed.clauses[0].scope.target.push("/tmp/**".into());
        let reworded = Pin { text: PinText::new("Ask me first.").expect("a text"), ..pin.clone() };
        assert_ne!(PinStamp::of(&pin).version, PinStamp::of(&narrowed).version);
        assert_ne!(PinStamp::of(&pin).version, PinStamp::of(&reworded).version);
        assert_eq!(PinStamp::of(&pin), PinStamp::of(&pin.clone()));
    }
}
