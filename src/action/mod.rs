//! What a call would do.
//!
//! The seam: [`understand`].

use crate::call::{Action, ToolName, ToolSpec};
use crate::json::Arguments;
use crate::kind::Kind;

/// Everything this call would do, as far as its own text tells; never empty.
pub fn understand(_tool: &ToolName, _arguments: &Arguments, _spec: Option<&ToolSpec>) -> Vec<Action> {
    vec![Action::new(Kind::Unknown, "not understood yet")]
}
