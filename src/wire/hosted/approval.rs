//! `mcp_approval_response`: the client's yes to a call that the provider then runs.
//!
//! The question, `mcp_approval_request`, came back as a call and was judged like one. So
//! a yes counts only for a question that reached the agent, for what stood in it, and for
//! the server that was declared then. This file reads what a request says; what reached
//! whom is remembered elsewhere.

use crate::call::{Input, Proposal, ToolCall, ToolName};
use crate::digest::{CallDigest, hex};
use crate::json;
use crate::wire::spelling::Keys;
use memchr::memmem;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::ops::Range;

const REQUEST: &str = "mcp_approval_request";
const RESPONSE: &str = "mcp_approval_response";

/// What says where a server stands.
const PLACES: [&str; 3] = ["server_url", "connector_id", "tunnel_id"];

/// A question that reached the agent, as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The digest of the call that it asks about.
    pub call: String,
    /// The server that would be called, as it was labelled.
    pub label: String,
    /// Where it stood, hashed.
    pub server: String,
    /// Whether a yes to it went up.
    #[serde(default)]
    pub is_spent: bool,
}

/// A yes in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Yes {
    /// To which question.
    pub id: String,
    /// The digests of that question, as often as it stands in the request itself.
    pub shown: Vec<String>,
    /// The labels under which it does.
    pub label: Option<String>,
    /// Whether the call that it allowed stands behind it: it is history.
    pub is_past: bool,
}

/// The id of the question that a proposal is, if it is one.
pub fn asking(proposal: &Proposal) -> Option<&str> {
    let wire = proposal.wire.as_deref().filter(|wire| memmem::find(wire.as_bytes(), b"approval_request").is_some())?;
    let members = json::members(wire.as_bytes()).ok()?;
    let is_question = Keys(&members).some("type").and_then(json::as_string).is_some_and(|kind| kind == REQUEST);
    (is_question && !proposal.call.id.is_empty()).then_some(proposal.call.id.as_str())
}

/// What is remembered of a question about this call, which a request with these tools led to.
pub fn question(call: &ToolCall, body: &[u8], tools: &[Range<usize>]) -> Question {
    let label = call.tool.namespace.clone().unwrap_or_default();
    Question { call: CallDigest::of(call).to_string(), server: server(body, tools, &label), label, is_spent: false }
}

/// Where the servers stand that these tools declare under a label, hashed.
pub fn server(body: &[u8], tools: &[Range<usize>], label: &str) -> String {
    let mut hash = Sha256::new();
    let arrays = tools.iter().filter_map(|range| json::elements(body.get(range.clone())?).ok());
    for element in arrays.flatten() {
        let members = json::members(element.get().as_bytes()).unwrap_or_default();
        let keys = Keys(&members);
        if keys.some("server_label").and_then(json::as_string).is_none_or(|own| own != label) {
            continue;
        }
        for place in PLACES {
            let value = keys.some(place).and_then(json::as_string).unwrap_or_default();
            hash.update((value.len() as u64).to_be_bytes());
            hash.update(value.as_bytes());
        }
    }
    hex(&hash.finalize())
}

/// Every yes that stands in a request's input. `None`: it cannot be told.
pub fn yeses(body: &[u8], history: Range<usize>) -> Option<Vec<Yes>> {
    let text = body.get(history)?;
    let is_letter = |at: usize| matches!(text.get(at.saturating_add(4)), Some(b'4'..=b'7'));
    let may_hold = memmem::find(text, RESPONSE.as_bytes()).is_some() || memmem::find_iter(text, br"\u00").any(is_letter);
    if !may_hold || text.trim_ascii().first() != Some(&b'[') {
        return Some(Vec::new());
    }
    let items = json::elements(text).ok()?;
    let items: Vec<Item<'_>> = items.into_iter().filter(|item| item.get().starts_with('{')).map(Item::read).collect::<Option<_>>()?;
    let mut yeses = Vec::new();
    for (place, item) in items.iter().enumerate().filter(|(_, item)| item.kind == RESPONSE && item.approves) {
        let id = item.answers.clone().unwrap_or_default();
        let of_it = || items.iter().filter(|other| other.kind == REQUEST && other.id.as_deref() == Some(id.as_ref()));
        let is_past = items.iter().skip(place + 1).any(|other| other.kind == "mcp_call" && other.answers.as_deref() == Some(id.as_ref()));
        let shown = of_it().filter_map(|question| question.call.as_ref()).map(|call| CallDigest::of(call).to_string()).collect();
        let label = of_it().find_map(|question| question.call.as_ref()?.tool.namespace.clone());
        yeses.push(Yes { id: id.into_owned(), shown, label, is_past });
    }
    Some(yeses)
}

/// An item of the input, as far as it has to do with approvals.
struct Item<'a> {
    kind: Cow<'a, str>,
    id: Option<Cow<'a, str>>,
    answers: Option<Cow<'a, str>>,
    approves: bool,
    call: Option<ToolCall>,
}

impl<'a> Item<'a> {
    /// `None`: two readers might read it as two things.
    fn read(item: &'a RawValue) -> Option<Self> {
        let members = json::members(item.get().as_bytes()).ok()?;
        let keys = Keys(&members);
        let text = |key: &str| keys.some(key).and_then(json::as_string);
        let kind = text("type").unwrap_or_default();
        if kind == RESPONSE && keys.alike(&["type", "approve", "approval_request_id"]).is_some() {
            return None;
        }
        let owned = |key: &str| text(key).map(Cow::into_owned);
        let call = (kind == REQUEST).then(|| ToolCall {
            id: owned("id").unwrap_or_default(),
            tool: ToolName { namespace: owned("server_label"), name: owned("name").unwrap_or_default() },
            input: Input::Json(owned("arguments").unwrap_or_default()),
        });
        let approves = keys.get("approve").is_none_or(|approve| approve.get() != "false");
        Some(Self { id: text("id"), answers: text("approval_request_id"), approves, call, kind })
    }
}
