//! What a call would do, as far as its own text tells.
//!
//! The seam is [`understand`]: a tool's name, what it is called with and what the
//! request declared about it go in, actions come out. The strongest evidence is
//! what the arguments themselves are: a command, a statement, a request, a patch,
//! a value that decides. A name or a description may add a kind to that, never take
//! one away. What cannot be told is `unknown`, which a hold pin holds.
//!
//! It is a lower bound: no working directory, no aliases, no file contents but those that
//! an earlier call wrote ([`understand_after`]).
//! `tool` puts the pieces together; each language has a file of its own.

mod advice;
mod code;
mod describe;
mod dispatch;
mod fields;
mod fold;
mod http;
mod lexicon;
mod name;
mod patch;
mod paths;
mod reading;
mod renamed;
mod secret;
mod shell;
mod sql;
mod tool;
mod written;

pub use advice::advised;
pub use written::{FILES_MAX, Writes, Written, WrittenFile};

use crate::call::{Action, ToolName, ToolSpec};
use crate::json::Arguments;
use std::sync::Arc;

/// Everything this call would do, as far as its own text tells; never empty.
pub fn understand(tool: &ToolName, arguments: &Arguments, spec: Option<&ToolSpec>) -> Vec<Action> {
    understand_after(tool, arguments, spec, &Arc::default())
}

/// The same, where earlier calls of the conversation wrote files: running one of them
/// has the actions of what was written. What was written only adds.
pub fn understand_after(tool: &ToolName, arguments: &Arguments, spec: Option<&ToolSpec>, written: &Arc<Written>) -> Vec<Action> {
    understand_whole(tool, arguments, spec, written).0
}

/// The same, and what the call writes itself, for those that come after it.
pub fn understand_whole(tool: &ToolName, arguments: &Arguments, spec: Option<&ToolSpec>, written: &Arc<Written>) -> (Vec<Action>, Writes) {
    let mut reading = reading::Reading::new();
    reading.follow(Arc::clone(written));
    reading.collect();
    understand_into(&mut reading, tool, arguments, spec);
    let writes = Writes::new(reading.take_writes());
    (reading.into_actions(), writes)
}

fn understand_into(reading: &mut reading::Reading, tool: &ToolName, arguments: &Arguments, spec: Option<&ToolSpec>) {
    match arguments {
        Arguments::Object { object, folded } => {
            if let Some(folded) = folded {
                reading.unknown("two keys that some readers take for one:", &format!("{} and {}", folded.first, folded.second));
            }
            tool::read(reading, &tool::Called { name: &tool.name, object, spec });
        }
        Arguments::Text(text) => tool::read_text(reading, &tool.name, text),
    }
}

#[cfg(test)]
mod tests;
