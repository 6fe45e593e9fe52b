//! One tool call, in no provider's dialect, and what it would do.
//!
//! `wire` makes a [`Proposal`] from the bytes of a response, `action` reads from
//! it the [`Action`]s it would have, and `policy` compares those with the pins.
//! Nothing here knows a socket, a provider or a pin.

use crate::kind::Kind;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::fmt;

/// The name a client dispatches on, with the namespace or server some dialects
/// send beside it.
///
/// Exactly as it stands on the wire: any text, also empty, also with control
/// characters. Whatever shows it escapes it (`show`); whatever compares it folds it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ToolName {
    /// Responses `namespace`, Anthropic `server_name` or `toolset_name`.
    pub namespace: Option<String>,
    /// The name itself.
    pub name: String,
}

impl ToolName {
    /// A name without a namespace.
    pub fn plain(name: impl Into<String>) -> Self {
        Self { namespace: None, name: name.into() }
    }
}

impl fmt::Display for ToolName {
    /// `namespace.name`, or the bare name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{namespace}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// What the tool is called with: the exact characters that the agent will parse,
/// joined from the stream in order. Complete, not yet judged sane.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Input {
    /// A JSON text; sane only if it is one unambiguous object (`json::read_arguments`).
    Json(String),
    /// Free text of a tool that takes no JSON: a patch, a script.
    Text(String),
}

impl Input {
    /// The characters, whatever they spell.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Json(text) | Self::Text(text) => text,
        }
    }
}

/// One tool call as the agent would run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    /// The call's id on the wire. Some dialects have none; clients rewrite them.
    /// Never a key to anything that loosens.
    pub id: String,
    /// The tool it is addressed to.
    pub tool: ToolName,
    /// What it is called with.
    pub input: Input,
}

/// A call as it came out of a response: perhaps with a flaw that makes it unreadable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What could be read of the call.
    pub call: ToolCall,
    /// Why it cannot be trusted to mean one thing. Such a call is blocked by the
    /// built-in pin `linchpin-unreadable`, whatever the other pins say.
    pub flaw: Option<Flaw>,
    /// The call's element as a whole answer of its dialect holds it, as JSON: what is
    /// delivered if it is released when its own answer is long over. `None` where
    /// there is no such form.
    pub wire: Option<String>,
}

impl Proposal {
    /// A call that was read without a flaw.
    pub fn sound(call: ToolCall) -> Self {
        Self { call, flaw: None, wire: None }
    }
}

/// Why a call is unreadable on the wire.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The stream ended, or was cut, before the call was complete.
    #[error("the call was cut off before its end")]
    Truncated,
    /// The arguments are no JSON.
    #[error("its arguments are not valid JSON ({0})")]
    InvalidJson(String),
    /// Something follows the arguments' JSON text.
    #[error("something follows the end of its arguments")]
    Trailing,
    /// The arguments are JSON, but not an object.
    #[error("its arguments are not a JSON object")]
    NotAnObject,
    /// A key occurs twice in one object.
    #[error("the key `{0}` stands twice in one object")]
    DuplicateKey(String),
    /// Readers of this JSON would not agree on a value (`1e400`, a lone surrogate).
    #[error("readers would not agree on a value in it ({0})")]
    Ambiguous(String),
    /// Nested deeper than [`crate::json::DEPTH_MAX`].
    #[error("its arguments are nested too deeply")]
    TooDeep,
    /// Larger than `[limits] call_arguments_bytes`.
    #[error("the call is larger than the limit")]
    TooLarge,
    /// Two copies of the call on the wire differ.
    #[error("two copies of the call disagree")]
    Disagreeing,
    /// An item that may carry an action and that linchpin does not know.
    #[error("`{0}` is not a known kind of item")]
    UnknownItem(String),
    /// The frame that carries the call is itself ambiguous or out of order.
    #[error("the frame that carries it is malformed ({0})")]
    Frame(String),
}

/// What the request declared about a tool. Worded by whoever wrote the tool: it
/// may add a kind to a reading, it never takes one away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToolSpec {
    /// The declared description.
    pub description: Option<String>,
    /// The declared input schema, as JSON text.
    pub schema: Option<String>,
}

/// An action names at most this many targets. One that names as many may have
/// more that were left out, so no pin takes its targets for all there are.
pub const TARGETS_MAX: usize = 64;

/// One thing a call would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// What kind of effect.
    pub kind: Kind,
    /// On what: every target that could be read, at most [`TARGETS_MAX`].
    pub targets: Vec<Target>,
    /// How many things are affected.
    pub count: Count,
    /// How much money moves. `None` where none was stated.
    pub amount: Option<Amount>,
    /// Which piece of the call shows this, read how. Written by linchpin, but it
    /// may quote the call: escape it before showing it.
    pub evidence: String,
}

impl Action {
    /// An action with nothing known but its kind and where that was read.
    pub fn new(kind: Kind, evidence: impl Into<String>) -> Self {
        Self { kind, targets: Vec::new(), count: Count::Unstated, amount: None, evidence: evidence.into() }
    }

    /// The same action on these targets.
    pub fn on(mut self, targets: impl IntoIterator<Item = Target>) -> Self {
        self.targets.extend(targets);
        self
    }

    /// The same action with this count.
    pub fn counting(mut self, count: Count) -> Self {
        self.count = count;
        self
    }
}

impl Serialize for Action {
    /// The one shape in which every command, record and page shows an action.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let targets: Vec<&str> = self.targets.iter().map(|target| target.value.as_str()).collect();
        let mut shape = serializer.serialize_struct("Action", 5)?;
        shape.serialize_field("kind", self.kind.name())?;
        shape.serialize_field("targets", &targets)?;
        shape.serialize_field("count", &self.count.stated())?;
        shape.serialize_field("amount", &self.amount)?;
        shape.serialize_field("evidence", &self.evidence)?;
        shape.end()
    }
}

/// One thing an action is aimed at, exactly as the call spells it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// What sort of thing it is, which decides the matcher that reads it.
    pub sort: TargetSort,
    /// The call's own spelling, decoded from JSON or shell quoting.
    pub value: String,
}

impl Target {
    /// A target of that sort.
    pub fn new(sort: TargetSort, value: impl Into<String>) -> Self {
        Self { sort, value: value.into() }
    }
}

/// What sort of thing a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetSort {
    /// A file or directory.
    Path,
    /// A person, mail address, channel or phone number.
    Recipient,
    /// A host or an address on the network.
    Host,
    /// A database table.
    Table,
    /// A git ref.
    Branch,
    /// Anything else that is named: an id, a record, a resource.
    Id,
}

/// How many things an action affects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// The call states it.
    Exactly(u64),
    /// The call names a set (`*`, `-r`, no WHERE, "all"): above every limit.
    Set,
    /// Nothing tells: at least one.
    Unstated,
}

impl Count {
    /// The stated number, as the JSON shapes show it.
    pub fn stated(self) -> Option<u64> {
        match self {
            Self::Exactly(count) => Some(count),
            Self::Set | Self::Unstated => None,
        }
    }
}

/// An amount of money in main units (euros, not cents).
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Amount {
    /// The number, never negative zero or NaN.
    pub value: f64,
    /// ISO 4217 where the call names it.
    pub currency: Option<String>,
}
