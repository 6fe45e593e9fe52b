//! Keys as a sender spells them.
//!
//! Some decoders take `Tool_Calls` for `tool_calls`. A frame that relies on that is
//! not a frame any provider sends, so a key that is only *alike* is a finding.

use crate::json::{Member, folds_alike};
use serde_json::value::RawValue;

/// One object's members by the keys a dialect knows.
pub(super) struct Keys<'a, 'm>(pub(super) &'m [Member<'a>]);

impl<'a> Keys<'a, '_> {
    /// The value under exactly this key.
    pub(super) fn get(&self, key: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|member| member.key == key).map(|member| member.value)
    }

    /// The value under this key, unless it is `null`.
    pub(super) fn some(&self, key: &str) -> Option<&'a RawValue> {
        self.get(key).filter(|value| value.get() != "null")
    }

    /// A key that lenient readers would take for one of `known`, spelled otherwise.
    pub(super) fn alike(&self, known: &[&str]) -> Option<&str> {
        let is_alike = |key: &str| !known.contains(&key) && known.iter().any(|known| folds_alike(known, key));
        self.0.iter().map(|member| member.key.as_ref()).find(|key| is_alike(key))
    }
}
