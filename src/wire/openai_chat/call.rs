//! One call, gathered from the pieces a stream sends it in.
//!
//! The client libraries concatenate whatever arrives: names, ids, arguments. Some
//! servers repeat the name or id in every piece instead, or leave out the index.
//! Such a call is *irregular*: what it means is taken the one sensible way, and it
//! leaves linchpin written in one piece, so that nobody can read it another way.

use crate::call::{Flaw, Input, Proposal, ToolCall, ToolName};
use crate::json;
use crate::wire::spelling::Keys;
use serde_json::value::RawValue;

/// How many pieces of a name or id are kept.
const PIECES_MAX: usize = 64;

/// A call on its way.
#[derive(Debug, Default)]
pub(super) struct Call {
    /// Its `index` on the wire; `None` for the legacy `function_call`.
    pub(super) index: Option<u64>,
    id: Vec<String>,
    name: Vec<String>,
    input: String,
    form: Option<Form>,
    flaw: Option<Flaw>,
    /// Whether the wire form could be read in more than one way.
    pub(super) is_irregular: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Function,
    Custom,
}

impl Call {
    pub(super) fn at(index: Option<u64>) -> Self {
        Self { index, ..Self::default() }
    }

    /// Takes one piece: an element of `tool_calls`.
    pub(super) fn take(&mut self, piece: &RawValue, bytes_max: usize) {
        let members = match json::members(piece.get().as_bytes()) {
            Ok(members) => members,
            Err(error) => return self.mar(Flaw::Frame(error.to_string())),
        };
        let keys = Keys(&members);
        if let Some(alike) = keys.alike(&["id", "index", "type", "function", "custom"]) {
            self.mar(Flaw::Frame(format!("the key `{alike}`")));
        }
        if let Some(kind) = keys.some("type").and_then(json::as_string)
            && !matches!(kind.as_ref(), "" | "function" | "custom")
        {
            self.mar(Flaw::UnknownItem(kind.into_owned()));
        }
        self.take_text(keys.some("id"), |call| &mut call.id);
        if let Some(function) = keys.some("function") {
            self.take_function(function, bytes_max);
        }
        if let Some(custom) = keys.some("custom") {
            self.take_inner(custom, Form::Custom, "input", bytes_max);
        }
    }

    /// Takes one piece of the legacy `function_call`, or of `function`.
    pub(super) fn take_function(&mut self, function: &RawValue, bytes_max: usize) {
        self.take_inner(function, Form::Function, "arguments", bytes_max);
    }

    fn take_inner(&mut self, inner: &RawValue, form: Form, input_key: &str, bytes_max: usize) {
        if self.form.replace(form).is_some_and(|before| before != form) {
            self.mar(Flaw::Disagreeing);
        }
        let members = match json::members(inner.get().as_bytes()) {
            Ok(members) => members,
            Err(error) => return self.mar(Flaw::Frame(error.to_string())),
        };
        let keys = Keys(&members);
        if let Some(alike) = keys.alike(&["name", input_key]) {
            self.mar(Flaw::Frame(format!("the key `{alike}`")));
        }
        self.take_text(keys.some("name"), |call| &mut call.name);
        match keys.some(input_key).map(json::as_string) {
            None => {}
            Some(Some(text)) if self.input.len() + text.len() <= bytes_max => self.input.push_str(&text),
            Some(Some(_)) => self.mar(Flaw::TooLarge),
            Some(None) => self.mar(Flaw::Frame(format!("`{input_key}` is no string"))),
        }
    }

    fn take_text(&mut self, value: Option<&RawValue>, pieces: impl Fn(&mut Self) -> &mut Vec<String>) {
        match value.map(json::as_string) {
            None => {}
            Some(Some(text)) if text.is_empty() => {}
            Some(Some(text)) if pieces(self).len() < PIECES_MAX => {
                pieces(self).push(text.into_owned());
                self.is_irregular |= pieces(self).len() > 1;
            }
            Some(_) => self.mar(Flaw::Frame("`name` or `id` is no string, or in too many pieces".into())),
        }
    }

    /// The first flaw found is the one that is told.
    pub(super) fn mar(&mut self, flaw: Flaw) {
        self.flaw.get_or_insert(flaw);
    }

    /// Whether a piece without an index, bearing this id, opens another call.
    pub(super) fn is_other_than(&self, id: &str) -> bool {
        !id.is_empty() && !self.id.is_empty() && self.id.iter().all(|own| own != id)
    }

    /// The id as clients will have it.
    pub(super) fn id(&self) -> String {
        joined(&self.id)
    }

    /// The call as it stands now.
    pub(super) fn proposal(&self) -> Proposal {
        let input = match self.form {
            Some(Form::Custom) => Input::Text(self.input.clone()),
            Some(Form::Function) | None => Input::Json(self.input.clone()),
        };
        let call = ToolCall { id: self.id(), tool: ToolName::plain(joined(&self.name)), input };
        // The legacy form has no place beside other calls.
        let wire = self.index.is_some().then(|| format!("{{{}}}", self.members()));
        Proposal { call, flaw: self.flaw.clone(), wire }
    }

    /// The whole call as one element of `tool_calls`, at this index.
    pub(super) fn written(&self, index: usize) -> String {
        format!(r#"{{"index":{index},{}}}"#, self.members())
    }

    fn members(&self) -> String {
        let text = json::escape;
        let (id, name, input) = (text(&self.id()), text(&joined(&self.name)), text(&self.input));
        match self.form {
            Some(Form::Custom) => {
                format!(r#""id":"{id}","type":"custom","custom":{{"name":"{name}","input":"{input}"}}"#)
            }
            Some(Form::Function) | None => {
                format!(r#""id":"{id}","type":"function","function":{{"name":"{name}","arguments":"{input}"}}"#)
            }
        }
    }

    /// The whole call as the value of the legacy `function_call`.
    pub(super) fn written_legacy(&self) -> String {
        format!(r#"{{"name":"{}","arguments":"{}"}}"#, json::escape(&joined(&self.name)), json::escape(&self.input))
    }
}

/// A text repeated in every piece is that text; otherwise the pieces are joined.
fn joined(pieces: &[String]) -> String {
    match pieces {
        [first, rest @ ..] if rest.iter().all(|piece| piece == first) => first.clone(),
        pieces => pieces.concat(),
    }
}
