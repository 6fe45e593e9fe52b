//! Signed heads: what somebody else can check with nothing but a public key.
//!
//! The signature is Ed25519 over one line of text, so that any program can check it:
//! `linchpin-head-v2:SEQ:HASH`, with `:TABLES` behind it if linchpin had closed the record
//! and vouches for what stands beside the chain too. The key pair is made from a seed
//! of 32 random bytes that lies in the data dir for the owner alone; the public half
//! travels with every signed head. Ed25519 needs no randomness to sign, so one head has
//! one signature.

use super::RecordError;
use super::chain::Head;
use crate::digest::hex;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

/// The bytes of a seed.
pub(super) const SEED_BYTES: usize = 32;

/// The longest text that is read as bytes in hexadecimal: a signature.
const HEX_DIGITS_MAX: usize = 128;

/// A head and the signature over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedHead {
    /// The head.
    #[serde(flatten)]
    pub head: Head,
    /// What is signed beside it.
    #[serde(flatten)]
    pub seal: Seal,
}

/// What a signed head consists of beside the head itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// The digest of the tables beside the chain, if the record was closed then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tables: Option<String>,
    /// The public key, in hexadecimal.
    pub key: String,
    /// The signature, in hexadecimal.
    pub signature: String,
}

/// Signs heads. Only the linchpin that writes the record has one.
pub(super) struct Signer(Ed25519KeyPair);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Signer").field(&self.key()).finish()
    }
}

impl Signer {
    pub(super) fn new(seed: &[u8; SEED_BYTES]) -> Result<Self, RecordError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed);
        pair.map(Self).map_err(|error| RecordError::Store(format!("the key that signs heads cannot be used ({error})")))
    }

    /// The public key, in hexadecimal.
    pub(super) fn key(&self) -> String {
        hex(self.0.public_key().as_ref())
    }

    pub(super) fn sign(&self, head: &Head, tables: Option<String>) -> SignedHead {
        let signature = hex(self.0.sign(text(head, tables.as_deref()).as_bytes()).as_ref());
        SignedHead { head: head.clone(), seal: Seal { tables, key: self.key(), signature } }
    }
}

impl SignedHead {
    /// Whether the key that it names signed it.
    pub fn is_genuine(&self) -> bool {
        let Seal { tables, key, signature } = &self.seal;
        let (Some(key), Some(signature)) = (bytes_of(key), bytes_of(signature)) else { return false };
        UnparsedPublicKey::new(&ED25519, key).verify(text(&self.head, tables.as_deref()).as_bytes(), &signature).is_ok()
    }
}

/// The line that is signed.
fn text(head: &Head, tables: Option<&str>) -> String {
    let tables = tables.map(|tables| format!(":{tables}")).unwrap_or_default();
    format!("linchpin-head-v2:{}:{}{tables}", head.seq, head.hash)
}

/// Bytes that are written as [`hex`] writes them: one spelling, so that no letter of a
/// signed head can be another one and still be right.
pub(super) fn bytes_of(text: &str) -> Option<Vec<u8>> {
    if text.len() > HEX_DIGITS_MAX {
        return None;
    }
    let value = |digit: &u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(value(high)? << 4 | value(low)?)).collect();
    if rest.is_empty() { bytes } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed() -> SignedHead {
        Signer::new(&[7; SEED_BYTES]).expect("a signer").sign(&Head { seq: 3, hash: "ab".into() }, Some("cd".into()))
    }

    #[test]
    fn a_head_is_signed_in_the_form_that_the_page_tells_other_programs() {
        assert_eq!(text(&signed().head, Some("cd")), "linchpin-head-v2:3:ab:cd");
        assert_eq!(text(&signed().head, None), "linchpin-head-v2:3:ab");
        let text = serde_json::to_string(&signed()).expect("JSON");
        assert!(text.starts_with(r#"{"seq":3,"hash":"ab","tables":"cd","key":""#), "{text}");
        assert_eq!(serde_json::from_str::<SignedHead>(&text).expect("a signed head"), signed());
    }

    #[test]
    fn a_signature_is_for_one_head_by_one_key() {
        assert!(signed().is_genuine());
        let mut others = vec![signed(); 7];
        others[0].head.seq = 4;
        others[1].head.hash = "ac".into();
        others[2].seal.tables = None;
        others[3].seal.key = Signer::new(&[8; SEED_BYTES]).expect("a signer").key();
        others[4].seal.signature.replace_range(0..1, "g");
        others[5].seal.signature.make_ascii_uppercase();
        others[6].seal.key.make_ascii_uppercase();
        assert!(others.iter().all(|other| !other.is_genuine()));
    }
}
