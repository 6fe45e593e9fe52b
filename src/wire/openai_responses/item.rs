//! What an output item is: words, a call that the provider runs, or one for the client.
//!
//! Items that are known to be words, thoughts, results or bookkeeping are listed.
//! The API gains types monthly; one that is not on the list may be a way to call a
//! tool that linchpin has not heard of, and counts as an action. So does a message
//! with a part that is not known.

use crate::json;
use crate::wire::spelling::Keys;
use serde_json::value::RawValue;

/// How deep an object is searched for a call; what is nested deeper counts as one.
const DEPTH_MAX: usize = 24;

/// Items that the client only shows or sends back; see also [`RESULT_SUFFIX`].
const WORDS: [&str; 8] = [
    "reasoning",
    "compaction",
    "compaction_summary",
    "compaction_trigger",
    "mcp_list_tools",
    "mcp_approval_response",
    "additional_tools",
    "configuration_update",
];

/// What tools answer: `function_call_output` and its like.
const RESULT_SUFFIX: &str = "_output";

/// Calls that the provider has run, or is running, itself.
const SERVED: [&str; 6] = ["mcp_call", "code_interpreter_call", "web_search_call", "file_search_call", "image_generation_call", "program"];

/// Types of a message's part that carry no action.
const PARTS: [&str; 10] = [
    "output_text",
    "refusal",
    "text",
    "summary_text",
    "reasoning_text",
    "output_audio",
    "input_text",
    "input_image",
    "input_file",
    "computer_screenshot",
];

/// Members that say what a call does.
const CALLS_OWN: [&str; 6] = ["arguments", "input", "action", "actions", "operation", "call_id"];

/// The members of a response that repeat what the client itself sent.
const ECHOES: [&str; 7] = ["instructions", "tools", "tool_choice", "metadata", "prompt", "text", "input"];

/// How a call is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `function_call`
    Function,
    /// `custom_tool_call`
    Custom,
    /// `local_shell_call`
    LocalShell,
    /// `shell_call`
    Shell,
    /// `apply_patch_call`
    Patch,
    /// `computer_call`
    Computer,
    /// `mcp_approval_request`
    Approval,
    /// `tool_search_call`, run by the client.
    Search,
}

impl Form {
    const ALL: [Self; 8] =
        [Self::Function, Self::Custom, Self::LocalShell, Self::Shell, Self::Patch, Self::Computer, Self::Approval, Self::Search];

    /// The type of such an item.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Function => "function_call",
            Self::Custom => "custom_tool_call",
            Self::LocalShell => "local_shell_call",
            Self::Shell => "shell_call",
            Self::Patch => "apply_patch_call",
            Self::Computer => "computer_call",
            Self::Approval => "mcp_approval_request",
            Self::Search => "tool_search_call",
        }
    }

    fn named(kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == kind)
    }
}

/// What sort of item it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A message; all its parts are words.
    Message,
    /// Anything else that has no action in it.
    Words,
    /// A call that the provider runs; it has arguments like one.
    Served,
    /// A call for the client to run, or to approve.
    Call(Form),
    /// Not known, by this type; empty where it has none that can be read.
    Unknown(String),
}

impl Kind {
    /// Reads an item's `type`, and what else decides.
    pub(super) fn of(item: &RawValue) -> Self {
        let Ok(members) = json::members(item.get().as_bytes()) else { return Self::Unknown(String::new()) };
        let keys = Keys(&members);
        let text = |key: &str| keys.some(key).and_then(json::as_string);
        let kind = text("type").unwrap_or_default();
        match kind.as_ref() {
            "message" | "reasoning" if keys.0.iter().any(|member| is_misplaced(&member.key, member.value)) => {
                Self::Unknown(kind.into_owned())
            }
            "message" => keys.some("content").and_then(unknown_part).map_or(Self::Message, Self::Unknown),
            "tool_search_call" if text("execution").is_some_and(|by| by == "server") => Self::Served,
            kind if WORDS.contains(&kind) || kind.ends_with(RESULT_SUFFIX) => Self::Words,
            kind if SERVED.contains(&kind) => Self::Served,
            kind => Form::named(kind).map_or_else(|| Self::Unknown(kind.to_owned()), Self::Call),
        }
    }

    /// Whether it must be judged before it leaves.
    pub(super) fn acts(&self) -> bool {
        matches!(self, Self::Call(_) | Self::Unknown(_))
    }
}

/// Whether a member of words or thoughts belongs to a call, or has one in it. A
/// `content` is looked at part by part.
fn is_misplaced(key: &str, value: &RawValue) -> bool {
    value.get() != "null" && (CALLS_OWN.contains(&key) || (key != "content" && holds_call(value)))
}

/// The type of the first part of a `content` that is not known to be words.
fn unknown_part(content: &RawValue) -> Option<String> {
    if content.get().starts_with('"') {
        return None;
    }
    let unreadable = || Some("content".to_owned());
    json::elements(content.get().as_bytes()).map_or_else(|_| unreadable(), |parts| parts.into_iter().find_map(part_flaw))
}

/// The type of a part, unless it is known to be words.
pub(super) fn part_flaw(part: &RawValue) -> Option<String> {
    let Ok(members) = json::members(part.get().as_bytes()) else { return Some("content".into()) };
    let kind = Keys(&members).some("type").and_then(json::as_string).unwrap_or_default();
    if PARTS.contains(&kind.as_ref()) && !holds_call(part) {
        return None;
    }
    Some(if kind.is_empty() { "content".into() } else { kind.into_owned() })
}

/// Whether an object somewhere in a value is a call, in a place where none belongs.
pub(super) fn holds_call(value: &RawValue) -> bool {
    holds(value, 0)
}

/// A member of a response, beside its `output`, that has a call in it.
pub(super) fn stray_call<'m>(keys: &'m Keys<'_, 'm>) -> Option<&'m str> {
    let is_own = |key: &str| key != "output" && !ECHOES.contains(&key);
    keys.0.iter().find(|member| is_own(&member.key) && holds_call(member.value)).map(|member| member.key.as_ref())
}

fn holds(value: &RawValue, depth: usize) -> bool {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'{' | b'[') if depth >= DEPTH_MAX => true,
        // What cannot be read as one thing could be anything.
        Some(b'{') => json::members(text.as_bytes()).map_or(true, |members| {
            let kind = Keys(&members).some("type").and_then(json::as_string);
            kind.is_some_and(|kind| Form::named(&kind).is_some()) || members.iter().any(|member| holds(member.value, depth + 1))
        }),
        Some(b'[') => {
            json::elements(text.as_bytes()).map_or(true, |elements| elements.into_iter().any(|element| holds(element, depth + 1)))
        }
        _ => false,
    }
}
