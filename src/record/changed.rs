//! The rows about the configuration: what changed, when, and in whose name.
//!
//! They name settings and pins, never the values of secrets; the whole text of what is
//! in force stands in the data dir beside the record (`reload`).

use super::code::EntryId;
use super::write::{Writing, unwritable};
use super::{RecordError, Terms};
use crate::digest::PinStamp;
use serde::{Deserialize, Serialize};

/// What happened to the configuration.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Changed {
    /// `first`, `taken up`, `confirmed`, `waits`, `withdrawn`, `refused`.
    pub change: String,
    /// SHA-256 over the configuration this is about.
    pub digest: String,
    /// The file it stands in; `None`: the starter configuration.
    pub file: Option<String>,
    /// Each difference, in a clause.
    pub what: Vec<String>,
    /// Who confirmed it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<String>,
}

impl Writing<'_> {
    /// Writes such a row. With pins: they are in force from here on, and a yes that was
    /// given under others is void.
    pub(super) fn changed(&mut self, mut changed: Changed, in_force: Option<&(Vec<PinStamp>, Terms)>) -> Result<(), RecordError> {
        changed.what.iter_mut().for_each(|words| *words = self.redactor.redact(words));
        let id = EntryId::about("c", self.now.wall_ms())?;
        let body = serde_json::to_string(&changed).map_err(unwritable)?;
        self.append(None, id.as_str(), "config", body)?;
        if let Some((pins, _)) = in_force {
            self.set_pins(pins)?;
        }
        Ok(())
    }
}
