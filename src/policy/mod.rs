//! Does a call break a pin?

use crate::call::{Proposal, ToolSpec};
use crate::pin::Pin;
use crate::verdict::Judgement;

/// The pins in force, with everything about them compiled that can be.
#[derive(Debug)]
pub struct Policy {}

/// Why a set of pins cannot be enforced.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {}

impl Policy {
    /// Compiles a set of pins; the built-in ones are added.
    pub fn new(_pins: Vec<Pin>) -> Result<Self, PolicyError> {
        Ok(Self {})
    }

    /// Judges one call, for an agent label (`None`: no label).
    pub fn judge(&self, _proposal: &Proposal, _spec: Option<&ToolSpec>, _agent: Option<&str>) -> Judgement {
        Judgement { verdict: crate::verdict::Verdict::Pass, objections: vec![], actions: vec![] }
    }
}
