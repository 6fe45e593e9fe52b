//! One call: as one copy of it spells it ([`Reading`]), and gathered from all the
//! copies a stream sends ([`Call`]).
//!
//! Clients act on different copies: some on the end of the item, some on the whole
//! response, some on the deltas. Copies that differ are a finding, since it would
//! depend on the client which of them runs.

use super::item::{Form, Kind};
use crate::call::{Flaw, Input, Proposal, ToolCall, ToolName};
use crate::json::{self, Value};
use crate::wire::server_held::Unanswered;
use crate::wire::spelling::Keys;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// What an item is read for; lenient readers' other spellings of these are findings.
const KEYS: [&str; 14] = [
    "type",
    "id",
    "call_id",
    "name",
    "namespace",
    "server_label",
    "arguments",
    "input",
    "action",
    "actions",
    "operation",
    "execution",
    "status",
    "caller",
];

/// How many commands of one call are told apart.
const COMMANDS_MAX: usize = 4096;

/// One item, read.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) kind: Kind,
    pub(super) call: ToolCall,
    /// The item's own `id`, or the call's.
    pub(super) item_id: String,
    /// What deltas of this item spell when joined, each under its number.
    texts: Vec<String>,
    has_input: bool,
    flaw: Option<Flaw>,
    /// The item, if it is a call that can be delivered on its own.
    raw: Option<String>,
}

impl Reading {
    /// Reads an item as it starts, as it ends, or as it stands in a response.
    pub(super) fn of(item: &RawValue, bytes_max: usize) -> Self {
        let kind = Kind::of(item);
        let call = ToolCall { id: String::new(), tool: ToolName::default(), input: Input::Json(String::new()) };
        let mut reading = Self { kind, call, item_id: String::new(), texts: Vec::new(), has_input: false, flaw: None, raw: None };
        match json::members(item.get().as_bytes()) {
            Ok(members) => reading.fill(item, &Keys(&members), bytes_max),
            Err(error) => reading.mar(Flaw::Frame(error.to_string())),
        }
        reading
    }

    fn fill(&mut self, item: &RawValue, keys: &Keys<'_, '_>, bytes_max: usize) {
        if let Some(alike) = keys.alike(&KEYS) {
            self.mar(Flaw::Frame(format!("the key `{alike}`")));
        }
        let id = self.text(keys, "id").unwrap_or_default();
        self.call.id = self.text(keys, "call_id").unwrap_or_else(|| id.clone());
        self.item_id = if id.is_empty() { self.call.id.clone() } else { id };
        if keys.some("status").and_then(json::as_string).is_some_and(|status| status == "incomplete") {
            self.mar(Flaw::Truncated);
        }
        match self.kind.clone() {
            Kind::Call(form) => {
                self.raw = (item.get().len() <= bytes_max).then(|| item.get().to_owned());
                self.fill_call(form, keys);
            }
            Kind::Unknown(kind) => {
                self.call.tool.name = keys.some("name").and_then(json::as_string).unwrap_or_default().into_owned();
                self.call.input = Input::Json(item.get().to_owned());
                self.mar(Flaw::UnknownItem(if kind.is_empty() { "item".into() } else { kind }));
            }
            Kind::Message | Kind::Words | Kind::Served => {}
        }
        if self.call.input.as_str().len() > bytes_max {
            self.call.input = Input::Json(String::new());
            self.texts.clear();
            self.flaw = Some(Flaw::TooLarge);
        }
    }

    fn fill_call(&mut self, form: Form, keys: &Keys<'_, '_>) {
        let raw = |key: &str| keys.some(key).map(|value| value.get().to_owned());
        let (name, namespace, input) = match form {
            Form::Function => (self.name(keys), self.text(keys, "namespace"), self.text(keys, "arguments")),
            Form::Custom => (self.name(keys), self.text(keys, "namespace"), self.text(keys, "input")),
            Form::Approval => (self.name(keys), self.text(keys, "server_label"), self.text(keys, "arguments")),
            Form::LocalShell => ("local_shell".into(), None, raw("action")),
            Form::Shell => ("shell".into(), None, raw("action")),
            Form::Patch => ("apply_patch".into(), None, raw("operation")),
            Form::Computer => ("computer".into(), None, computer_input(keys)),
            Form::Search => {
                let arguments = keys.some("arguments");
                let text = arguments.and_then(json::as_string).map(|text| text.into_owned());
                ("tool_search".into(), None, text.or_else(|| raw("arguments")))
            }
        };
        self.texts = match form {
            Form::Function | Form::Custom | Form::Approval => input.clone().into_iter().collect(),
            Form::Shell => commands(keys),
            Form::Patch => inner_text(keys, "operation", "diff").into_iter().collect(),
            Form::LocalShell | Form::Computer | Form::Search => Vec::new(),
        };
        self.has_input = input.is_some();
        let input = input.unwrap_or_default();
        self.call.input = if form == Form::Custom { Input::Text(input) } else { Input::Json(input) };
        self.call.tool = ToolName { namespace, name };
    }

    fn name(&mut self, keys: &Keys<'_, '_>) -> String {
        let name = self.text(keys, "name");
        if name.is_none() {
            self.mar(Flaw::Frame("it has no `name`".into()));
        }
        name.unwrap_or_default()
    }

    fn text(&mut self, keys: &Keys<'_, '_>, key: &str) -> Option<String> {
        let text = json::as_string(keys.some(key)?);
        if text.is_none() {
            self.mar(Flaw::Frame(format!("`{key}` is no string")));
        }
        text.map(|text| text.into_owned())
    }

    fn mar(&mut self, flaw: Flaw) {
        self.flaw.get_or_insert(flaw);
    }

    /// The call, if this copy is the only one there is.
    pub(super) fn proposal(&self) -> Proposal {
        let needs_input = matches!(self.kind, Kind::Call(form) if form != Form::Function && form != Form::Approval);
        let missing = (needs_input && !self.has_input).then(|| Flaw::Frame("it has no input".into()));
        Proposal { call: self.call.clone(), flaw: self.flaw.clone().or(missing), wire: self.raw.clone() }
    }

    /// What the server keeps of it if the agent does not get it; `None`: nothing that
    /// could be answered.
    pub(super) fn unanswered(&self) -> Option<Unanswered> {
        let Kind::Call(form) = self.kind else { return None };
        let call = if form == Form::Approval { &self.item_id } else { &self.call.id };
        (!call.is_empty()).then(|| Unanswered { kind: form.name().to_owned(), call: call.clone(), item: self.item_id.clone() })
    }

    /// Whether another copy, complete like this one, is the same call.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        // Compared last: a response may have thousands of calls.
        let is_input = || match (&self.call.input, &other.call.input) {
            (Input::Json(one), Input::Json(other)) => one == other || is_same_json(one, other),
            (one, other) => one == other,
        };
        self.kind == other.kind && self.call.id == other.call.id && self.call.tool == other.call.tool && is_input()
    }

    /// Whether this copy, from before the call was complete, says nothing else than
    /// the complete one: an input that is not there yet is no contradiction.
    fn is_start_of(&self, whole: &Self) -> bool {
        let is_input = match (&self.call.input, &whole.call.input) {
            _ if matches!(self.kind, Kind::Unknown(_)) => true,
            (Input::Json(early), Input::Json(late)) => is_partial_json(early, late),
            (early, late) => early.as_str().is_empty() || early == late,
        };
        self.kind == whole.kind && self.call.id == whole.call.id && self.call.tool == whole.call.tool && is_input
    }
}

/// What a computer call is called with: some models send one action, others a list.
/// Warnings that the client is to confirm are a part of what is asked.
fn computer_input(keys: &Keys<'_, '_>) -> Option<String> {
    let member = |key: &str| keys.some(key).map(|value| format!("\"{key}\":{}", value.get()));
    let actions: Vec<String> = ["action", "actions"].into_iter().filter_map(member).collect();
    let checks = member("pending_safety_checks").filter(|checks| !checks.ends_with(":[]"));
    (!actions.is_empty()).then(|| format!("{{{}}}", actions.into_iter().chain(checks).collect::<Vec<_>>().join(",")))
}

fn commands(keys: &Keys<'_, '_>) -> Vec<String> {
    let read = || {
        let members = json::members(keys.some("action")?.get().as_bytes()).ok()?;
        let commands = json::elements(Keys(&members).some("commands")?.get().as_bytes()).ok()?;
        Some(commands.into_iter().map(|command| json::as_string(command).unwrap_or_default().into_owned()).collect())
    };
    read().unwrap_or_default()
}

fn inner_text(keys: &Keys<'_, '_>, outer: &str, inner: &str) -> Option<String> {
    let members = json::members(keys.some(outer)?.get().as_bytes()).ok()?;
    Keys(&members).some(inner).and_then(json::as_string).map(|text| text.into_owned())
}

/// Whether two JSON texts mean the same to every reader.
fn is_same_json(one: &str, other: &str) -> bool {
    json::read_value(one).is_ok_and(|value| json::read_value(other).is_ok_and(|other| value == other))
}

/// Whether an early JSON text has nothing in it that the late one has not.
fn is_partial_json(early: &str, late: &str) -> bool {
    if early.is_empty() || early == late {
        return true;
    }
    match (json::read_value(early), json::read_value(late)) {
        (Ok(early), Ok(late)) => is_partial(&early, &late),
        _ => false,
    }
}

fn is_partial(early: &Value, late: &Value) -> bool {
    match early {
        Value::Null => true,
        Value::String(text) if text.is_empty() => true,
        Value::Array(elements) if elements.is_empty() => true,
        Value::Object(early) => early.iter().all(|(key, value)| {
            let counterpart = late.as_object().and_then(|late| late.get(key)).unwrap_or(&Value::Null);
            is_partial(value, counterpart)
        }),
        early => early == late,
    }
}

/// A call on its way, or an item that may be one.
#[derive(Debug)]
pub(super) struct Call {
    begun: Option<Reading>,
    done: Option<Reading>,
    /// What deltas said, by the number of the text they add to.
    pieces: BTreeMap<u64, String>,
    /// What the ends of those texts said.
    wholes: BTreeMap<u64, String>,
    bytes: usize,
    flaw: Option<Flaw>,
}

impl Call {
    /// Begins with the item as it starts.
    pub(super) fn begin(item: &RawValue, bytes_max: usize) -> Self {
        Self { begun: Some(Reading::of(item, bytes_max)), ..Self::broken(None) }
    }

    /// A message in which something stands that is no words.
    pub(super) fn broken(flaw: Option<Flaw>) -> Self {
        Self { begun: None, done: None, pieces: BTreeMap::new(), wholes: BTreeMap::new(), bytes: 0, flaw }
    }

    /// Takes a piece of an input.
    pub(super) fn take_piece(&mut self, number: u64, text: &str, bytes_max: usize) {
        if self.has_room(text, bytes_max) {
            self.pieces.entry(number).or_default().push_str(text);
        }
    }

    /// Takes an input that is said to be whole.
    pub(super) fn take_whole(&mut self, number: u64, text: &str, bytes_max: usize) {
        if self.has_room(text, bytes_max.saturating_mul(2)) && self.wholes.insert(number, text.to_owned()).is_some() {
            self.mar(Flaw::Frame("its input ends twice".into()));
        }
    }

    /// Takes a name that stands beside an input.
    pub(super) fn take_name(&mut self, name: &str) {
        if self.begun.as_ref().is_some_and(|begun| begun.call.tool.name != name) {
            self.mar(Flaw::Disagreeing);
        }
    }

    fn has_room(&mut self, text: &str, bytes_max: usize) -> bool {
        self.bytes = self.bytes.saturating_add(text.len());
        let fits = self.bytes <= bytes_max && self.pieces.len() <= COMMANDS_MAX && self.wholes.len() <= COMMANDS_MAX;
        if !fits {
            self.mar(Flaw::TooLarge);
        }
        fits
    }

    /// Takes the item as it ends.
    pub(super) fn finish(&mut self, item: &RawValue, bytes_max: usize) {
        self.done = Some(Reading::of(item, bytes_max));
    }

    pub(super) fn is_done(&self) -> bool {
        self.done.is_some()
    }

    /// The first flaw found is the one that is told.
    pub(super) fn mar(&mut self, flaw: Flaw) {
        self.flaw.get_or_insert(flaw);
    }

    /// The copy that is nearest to the whole.
    pub(super) fn reading(&self) -> Option<&Reading> {
        self.done.as_ref().or(self.begun.as_ref())
    }

    /// The call as it stands now.
    pub(super) fn proposal(&self) -> Proposal {
        let begun_flaw = self.begun.as_ref().and_then(|begun| begun.flaw.clone());
        let Some(done) = &self.done else {
            let call = self.reading().map(|begun| begun.call.clone());
            let mut call = call.unwrap_or(ToolCall { id: String::new(), tool: ToolName::default(), input: Input::Json(String::new()) });
            if let Some(text) = self.pieces.get(&0).or(self.wholes.get(&0)) {
                call.input = if matches!(call.input, Input::Text(_)) { Input::Text(text.clone()) } else { Input::Json(text.clone()) };
            }
            return Proposal { call, flaw: self.flaw.clone().or(begun_flaw).or(Some(Flaw::Truncated)), wire: None };
        };
        let Proposal { call, flaw, wire } = done.proposal();
        let flaw = self.flaw.clone().or(begun_flaw).or(flaw).or_else(|| self.disagrees(done).then_some(Flaw::Disagreeing));
        Proposal { call, flaw, wire }
    }

    fn disagrees(&self, done: &Reading) -> bool {
        let differs = |(number, text): (&u64, &String)| {
            let said = usize::try_from(*number).ok().and_then(|number| done.texts.get(number));
            said.map_or(!text.is_empty(), |said| said != text)
        };
        let is_other = self.begun.as_ref().is_some_and(|begun| !begun.is_start_of(done));
        is_other || self.pieces.iter().any(differs) || self.wholes.iter().any(differs)
    }
}
