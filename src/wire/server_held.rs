//! What the server keeps of a conversation, and what linchpin owes it.
//!
//! With `previous_response_id` or `conversation` a Responses client sends only what is
//! new; the rest stands at the provider, as the model said it. A call that was withheld
//! is still in that copy, and unanswered, so the provider takes no further request. The
//! client has never seen the call and cannot answer it: linchpin does, in the client's
//! stead, with the words that the agent got. And an answer that linchpin gave itself is
//! not in that copy at all: what was said around it is handed in with the next request.

mod answered;

pub(super) use answered::summaries;
pub use answered::{Answered, Unanswered, newest_summary};

use super::hosted::Question;
use super::resume::without_id;
use super::spelling::Keys;
use super::splice::Edits;
use super::stored::Fate;
use crate::json;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashSet;

/// The most bytes of requests that linchpin answered itself which are kept for the
/// server; with more, the model is asked instead.
pub const SWALLOWED_BYTES_MAX: usize = 4 << 20;

/// How many holds one chain of answers is known to have told of: its newest.
const CODES_MAX: usize = 64;

/// What the ids of linchpin's own answers begin with.
pub const OWN_ID: &str = "resp_lp_";

/// The longest id that is taken for one, in bytes.
const ID_BYTES_MAX: usize = 1024;

/// Where the server keeps what came before a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Continues {
    /// `previous_response_id`: in that answer's chain, which may go on in several ways.
    Response(String),
    /// `conversation`: in one place, to which every answer is added.
    Conversation(String),
}

impl Continues {
    /// Reads it from a request's members. `None`: the request shows its whole history.
    pub(super) fn read(keys: &Keys<'_, '_>) -> Option<Self> {
        let text = |value: &RawValue| json::as_string(value).map(Cow::into_owned).filter(|id| !id.is_empty() && id.len() <= ID_BYTES_MAX);
        if let Some(previous) = keys.some("previous_response_id") {
            return text(previous).map(Self::Response);
        }
        let conversation = keys.some("conversation")?;
        let inner = || {
            let members = json::members(conversation.get().as_bytes()).ok()?;
            Keys(&members).some("id").and_then(text)
        };
        text(conversation).or_else(inner).map(Self::Conversation)
    }

    /// The id, and what it names.
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Response(id) => ("response", id),
            Self::Conversation(id) => ("conversation", id),
        }
    }
}

/// A call in the server's copy that was withheld, so that nobody else answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// Which call.
    #[serde(flatten)]
    pub call: Unanswered,
    /// What the agent was told in its place, without the hold's code.
    pub text: String,
    /// The hold it waits in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
}

impl Owed {
    /// The item that answers it; `None`: nobody but the client can.
    fn answer(&self) -> Option<String> {
        let (call, text) = (json::escape(&self.call.call), json::escape(&self.text));
        Some(match self.call.kind.as_str() {
            kind @ ("function_call" | "custom_tool_call") => {
                format!(r#"{{"type":"{kind}_output","call_id":"{call}","output":"{text}"}}"#)
            }
            // The schema names it by `id`, the guide by `call_id`.
            "local_shell_call" => {
                let id = json::escape(&self.call.item);
                format!(r#"{{"type":"local_shell_call_output","id":"{id}","call_id":"{call}","output":"{text}","status":"incomplete"}}"#)
            }
            "shell_call" => format!(
                r#"{{"type":"shell_call_output","call_id":"{call}","output":[{{"stdout":"","stderr":"{text}","outcome":{{"type":"exit","exit_code":1}}}}]}}"#
            ),
            "apply_patch_call" => {
                format!(r#"{{"type":"apply_patch_call_output","call_id":"{call}","status":"failed","output":"{text}"}}"#)
            }
            "mcp_approval_request" => {
                format!(r#"{{"type":"mcp_approval_response","approval_request_id":"{call}","approve":false,"reason":"{text}"}}"#)
            }
            "tool_search_call" => {
                format!(r#"{{"type":"tool_search_output","call_id":"{call}","execution":"client","status":"incomplete","tools":[]}}"#)
            }
            // A computer's answer is a picture of its screen.
            _ => return None,
        })
    }
}

/// By which id the provider knows an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Real {
    /// Its own.
    #[default]
    Same,
    /// By none: linchpin gave it, and what it goes on from is known to the provider so.
    Other(String),
    /// linchpin gave it, and the provider knows nothing of what it goes on from.
    Nothing,
}

/// What has to be done for the server in a request that goes on from an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Debt {
    /// The id the provider knows.
    #[serde(default)]
    pub real: Real,
    /// The calls nobody has answered.
    #[serde(default)]
    pub owed: Vec<Owed>,
    /// Codes of the holds that this chain's answers told of.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Items that clients sent in requests which linchpin answered itself, as JSON
    /// with commas between them.
    #[serde(default)]
    pub swallowed: String,
    /// Ids of calls among them, which the server does not have.
    #[serde(default)]
    pub handed_in: Vec<String>,
    /// What the provider asked, where this is remembered of a question of its own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub question: Option<Question>,
    /// Where this is about one call: what became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fate: Option<Fate>,
    /// Under which name the tools are remembered that the request declared, where its
    /// answer is read later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<String>,
    /// Where this is about tools: their declarations, as a JSON array.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<String>,
}

/// The server's copy has a call that only the client could answer, and it was withheld.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a call of kind `{0}` that was withheld is in the server's copy of this conversation, and cannot be answered there")]
pub struct Unanswerable(pub String);

impl Debt {
    /// Whether a request that goes on from here needs nothing.
    pub fn is_plain(&self) -> bool {
        self.real == Real::Same && self.owed.is_empty() && self.swallowed.is_empty()
    }

    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        let is_about_nothing = self.fate.is_none() && self.tools.is_none() && self.declared.is_none() && self.question.is_none();
        self.is_plain() && self.codes.is_empty() && is_about_nothing
    }

    /// Adds codes of holds that were told of.
    pub fn tell(&mut self, codes: impl IntoIterator<Item = String>) {
        for code in codes {
            if !self.codes.contains(&code) {
                self.codes.push(code);
            }
        }
        self.codes.drain(..self.codes.len().saturating_sub(CODES_MAX));
    }

    /// The request as the provider has to get it: under the id it knows, with every
    /// call answered once, and with what it has not heard.
    pub fn put(&self, body: &[u8]) -> Result<Option<Vec<u8>>, Unanswerable> {
        if self.is_plain() {
            return Ok(Some(body.to_vec()));
        }
        let input = Input::of(body);
        let answered = input.answered();
        let unanswered = self.owed.iter().filter(|owed| !owed.is_answered(&answered));
        let answers: Result<Vec<String>, Unanswerable> =
            unanswered.map(|owed| owed.answer().ok_or_else(|| Unanswerable(owed.call.kind.clone()))).collect();
        let answers = answers?;
        let new = self.in_order(&input);
        let items: Vec<&str> = answers.iter().map(String::as_str).chain(new).collect();
        Ok(self.edit(body, &format!("[{}]", items.join(","))))
    }

    /// What a request brings and what was swallowed before it: answers to calls in the
    /// server's copy come first, those to calls that were handed in behind these.
    fn in_order<'a>(&'a self, input: &'a Input<'_>) -> impl Iterator<Item = &'a str> {
        let is_handed_in = |item: &&str| {
            let call = Answer::read(item).and_then(|answer| answer.call_id.or(answer.approval_request_id));
            call.is_some_and(|call| self.handed_in.iter().any(|own| *own == call))
        };
        let (late, early): (Vec<&str>, Vec<&str>) = input.results.iter().copied().partition(is_handed_in);
        let swallowed = (!self.swallowed.is_empty()).then_some(self.swallowed.as_str());
        early.into_iter().chain(swallowed).chain(late).chain(input.rest.iter().map(Cow::as_ref))
    }

    fn edit(&self, body: &[u8], input: &str) -> Option<Vec<u8>> {
        let members = json::members(body).ok()?;
        let keys = Keys(&members);
        let mut edits = Edits::new();
        match keys.get("input") {
            Some(old) => edits.replace(json::span_in(body, old.get())?, input),
            None => {
                let brace = body.iter().position(|byte| *byte == b'{')?;
                edits.insert(brace + 1, format!("\"input\":{input}{}", if members.is_empty() { "" } else { "," }));
            }
        }
        let real = match &self.real {
            Real::Same => return edits.apply(body),
            Real::Other(id) => format!("\"{}\"", json::escape(id)),
            Real::Nothing => "null".to_owned(),
        };
        edits.replace(json::span_in(body, keys.get("previous_response_id")?.get())?, real);
        edits.apply(body)
    }

    /// What hangs on linchpin's own answer to a request that goes on from here: its
    /// calls are known to the server if they were owed, and are handed in if not.
    /// `None`: the request is longer than is kept.
    pub fn swallow(&self, continues: Option<&Continues>, body: &[u8], delivered: &[Delivered<'_>]) -> Option<Self> {
        let input = Input::of(body);
        let answered = input.answered();
        let is_open = |owed: &&Owed| !owed.is_answered(&answered) && !delivered.iter().any(|call| call.is(owed));
        let real = match (continues, &self.real) {
            (None, _) => Real::Nothing,
            (Some(Continues::Response(id)), Real::Same) => Real::Other(id.clone()),
            (Some(_), real) => real.clone(),
        };
        let unknown: Vec<String> =
            delivered.iter().filter(|call| call.owed.is_none()).map(|call| without_id(call.element)).collect::<Option<_>>()?;
        let items: Vec<&str> = self.in_order(&input).chain(unknown.iter().map(String::as_str)).collect();
        let handed_in = delivered.iter().filter(|call| call.owed.is_none()).map(|call| call.id.to_owned());
        let swallowed = items.join(",");
        (swallowed.len() <= SWALLOWED_BYTES_MAX).then(|| Self {
            real,
            owed: self.owed.iter().filter(is_open).cloned().collect(),
            codes: self.codes.clone(),
            swallowed,
            handed_in: self.handed_in.iter().cloned().chain(handed_in).collect(),
            ..Self::default()
        })
    }
}

/// A held call that linchpin delivers in an answer of its own.
#[derive(Debug, Clone, Copy)]
pub struct Delivered<'a> {
    /// Its element as it was held.
    pub element: &'a str,
    /// The id by which it is answered.
    pub id: &'a str,
    /// What the server knows it as, if it is in the server's copy.
    pub owed: Option<&'a Owed>,
}

impl Delivered<'_> {
    fn is(&self, owed: &Owed) -> bool {
        self.owed.is_some_and(|own| own.call == owed.call)
    }
}

/// A request's `input`, in the order in which its parts are handed on.
#[derive(Debug, Default)]
struct Input<'a> {
    /// Answers to calls that stand at its head.
    results: Vec<&'a str>,
    rest: Vec<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    call_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    approval_request_id: Option<Cow<'a, str>>,
}

impl<'a> Answer<'a> {
    /// Reads an item that answers a call.
    fn read(item: &'a str) -> Option<Self> {
        let answer: Self = serde_json::from_str(item).ok()?;
        let kind = answer.kind.as_deref().unwrap_or_default();
        (kind.ends_with("_output") || kind == "mcp_approval_response").then_some(answer)
    }
}

impl<'a> Input<'a> {
    fn of(body: &'a [u8]) -> Self {
        let members = json::members(body).unwrap_or_default();
        let Some(input) = Keys(&members).some("input").map(RawValue::get) else { return Self::default() };
        if input.starts_with('"') {
            let message = format!(r#"{{"role":"user","content":{input}}}"#);
            return Self { results: Vec::new(), rest: vec![Cow::Owned(message)] };
        }
        let items: Vec<&str> = json::elements(input.as_bytes()).unwrap_or_default().into_iter().map(RawValue::get).collect();
        let results = items.iter().take_while(|item| Answer::read(item).is_some()).count();
        let (results, rest) = items.split_at_checked(results).unwrap_or_default();
        Self { results: results.to_vec(), rest: rest.iter().map(|item| Cow::Borrowed(*item)).collect() }
    }

    /// The ids of the calls that it answers.
    fn answered(&self) -> HashSet<String> {
        let items = self.results.iter().copied().chain(self.rest.iter().map(Cow::as_ref));
        let ids = items.filter_map(Answer::read).flat_map(|answer| [answer.call_id, answer.approval_request_id, answer.id]);
        ids.flatten().map(Cow::into_owned).collect()
    }
}

impl Owed {
    fn is_answered(&self, ids: &HashSet<String>) -> bool {
        ids.contains(&self.call.call) || (self.call.kind == "local_shell_call" && ids.contains(&self.call.item))
    }
}

#[cfg(test)]
mod tests;
