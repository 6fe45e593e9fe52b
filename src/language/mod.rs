//! What a sentence asks for.

use crate::pin::Clause;

/// How a sentence would be enforced.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// What it asks for; empty when no tool call can be checked for it.
    pub clauses: Vec<Clause>,
    /// No tool call can be checked for it: carried, not enforced.
    pub advice: bool,
    /// What the operator should know about this reading: words that gave a kind,
    /// scope that was not understood, a language that was not.
    pub notes: Vec<String>,
}

/// Reads a sentence as a pin.
pub fn read(_text: &str) -> Reading {
    Reading::default()
}
