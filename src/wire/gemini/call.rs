//! One call, as it stands in its part, or gathered from the pieces of several.
//!
//! Arguments normally come whole, as an object. A call with `willContinue` goes on in
//! the candidate's next `functionCall`, until one comes without it; its arguments then
//! come value by value (`assembly`).

use super::assembly::Assembly;
use super::part::{SIGNATURE, TEXT, THOUGHT, holds_more};
use crate::call::{Flaw, Input, Proposal, ToolCall, ToolName};
use crate::json;
use crate::wire::spelling::{Keys, is_field};
use crate::wire::splice;
use serde_json::value::RawValue;
use std::borrow::Cow;

const ID: &str = "id";
const NAME: &str = "name";
const ARGS: &str = "args";
const PARTIAL: &str = "partialArgs";
const CONTINUES: &str = "willContinue";

/// A call on its way, or something that may be one.
#[derive(Debug, Default)]
pub(super) struct Call {
    /// The candidate it belongs to.
    pub(super) candidate: u64,
    id: String,
    name: String,
    args: Option<String>,
    assembly: Assembly,
    argument_bytes: usize,
    /// How many parts it came in.
    parts: usize,
    /// Its first part.
    part: String,
    /// What its part was signed with, as JSON.
    pub(super) signature: Option<String>,
    flaw: Option<Flaw>,
}

impl Call {
    /// A call of this candidate of which nothing came yet.
    pub(super) fn of(candidate: u64) -> Self {
        Self { candidate, ..Self::default() }
    }

    /// Something that cannot be read, told like a call without a name.
    pub(super) fn broken(candidate: u64, flaw: Flaw) -> Self {
        Self { candidate, flaw: Some(flaw), ..Self::default() }
    }

    /// Takes the `functionCall` of a part; true when more of it is to follow.
    pub(super) fn take(&mut self, part: &RawValue, call: &RawValue, bytes_max: usize) -> bool {
        if self.parts == 0 {
            self.part = part.get().to_owned();
        }
        self.parts += 1;
        self.signature = self.signature.take().or_else(|| signature_of(part));
        let members = match json::members(call.get().as_bytes()) {
            Ok(members) => members,
            Err(error) => {
                self.mar(Flaw::Frame(error.to_string()));
                return false;
            }
        };
        let keys = Keys(&members);
        let known = [ID, NAME, ARGS, PARTIAL, CONTINUES];
        if let Some(alike) = keys.field_alike(&known) {
            self.mar(Flaw::Frame(format!("the key `{alike}`")));
        }
        let is_known = |key: &str| known.iter().any(|field| is_field(key, field));
        if let Some(unknown) = members.iter().find(|member| !is_known(&member.key) && holds_more(member.value)) {
            self.mar(Flaw::UnknownItem(unknown.key.clone().into_owned()));
        }
        self.take_name(keys.field(ID), "id", |call| &mut call.id);
        self.take_name(keys.field(NAME), "name", |call| &mut call.name);
        if self.parts > 1 {
            self.refuse_another(&keys);
        }
        self.take_arguments(&keys, bytes_max);
        match keys.field(CONTINUES).map(RawValue::get) {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                self.mar(Flaw::Frame("`willContinue` is neither true nor false".into()));
                false
            }
        }
    }

    /// A later piece that looks like a call of its own is one to clients that know of no
    /// pieces.
    fn refuse_another(&mut self, keys: &Keys<'_, '_>) {
        let has_args = keys.field(ARGS).is_some_and(|args| !is_empty(args.get()));
        let has_name = keys.field(NAME).is_some_and(|name| name.get() != "\"\"");
        if has_args || (has_name && keys.field(PARTIAL).is_none()) {
            self.mar(Flaw::Frame("another call begins before its end".into()));
        }
    }

    fn take_name(&mut self, value: Option<&RawValue>, key: &str, own: impl Fn(&mut Self) -> &mut String) {
        match value.map(json::as_string) {
            None => {}
            Some(Some(text)) if text.is_empty() || *own(self) == text => {}
            Some(Some(text)) if own(self).is_empty() => *own(self) = text.into_owned(),
            Some(Some(_)) => self.mar(Flaw::Disagreeing),
            Some(None) => self.mar(Flaw::Frame(format!("`{key}` is no string"))),
        }
    }

    fn take_arguments(&mut self, keys: &Keys<'_, '_>, bytes_max: usize) {
        let (args, partial) = (keys.field(ARGS), keys.field(PARTIAL));
        let length = |value: Option<&RawValue>| value.map_or(0, |value| value.get().len());
        self.argument_bytes = self.argument_bytes.saturating_add(length(args)).saturating_add(length(partial));
        if self.argument_bytes > bytes_max {
            return self.mar(Flaw::TooLarge);
        }
        if let Some(args) = args {
            if self.args.as_deref().is_some_and(|before| before != args.get()) {
                self.mar(Flaw::Disagreeing);
            }
            self.args = Some(args.get().to_owned());
        }
        let Some(partial) = partial else { return };
        match json::elements(partial.get().as_bytes()) {
            Ok(pieces) => pieces.into_iter().filter_map(|piece| self.assembly.take(piece).err()).for_each(|flaw| {
                self.flaw.get_or_insert(flaw);
            }),
            Err(error) => self.mar(Flaw::Frame(error.to_string())),
        }
    }

    /// The first flaw found is the one that is told.
    pub(super) fn mar(&mut self, flaw: Flaw) {
        self.flaw.get_or_insert(flaw);
    }

    /// The call as it stands now. `signature` is what the first call of its step was
    /// signed with: a call that is delivered on its own is the first of its own step.
    pub(super) fn proposal(&self, signature: Option<&str>) -> Proposal {
        let (input, flaw) = match self.input() {
            Ok(input) => (input, None),
            Err(flaw) => (String::new(), Some(flaw)),
        };
        let nameless = self.name.is_empty().then(|| Flaw::Frame("it has no `name`".into()));
        let flaw = self.flaw.clone().or(flaw).or(nameless);
        let wire = if flaw.is_none() { self.wire(&input, signature) } else { None };
        let call = ToolCall { id: self.id.clone(), tool: ToolName::plain(self.name.clone()), input: Input::Json(input) };
        Proposal { call, flaw, wire }
    }

    fn input(&self) -> Result<String, Flaw> {
        match self.args.as_deref() {
            Some(args) if self.assembly.is_empty() => Ok(args.to_owned()),
            Some(args) if !is_empty(args) => Err(Flaw::Disagreeing),
            Some(_) | None => self.assembly.written(),
        }
    }

    /// The part that holds the call and nothing but the call.
    fn wire(&self, input: &str, signature: Option<&str>) -> Option<String> {
        let members = json::members(self.part.as_bytes()).ok()?;
        let has_text = [TEXT, THOUGHT].iter().any(|field| Keys(&members).field_or_null(field).is_some());
        let own = self.signature.as_deref();
        let mut part = if self.parts > 1 || !self.assembly.is_empty() {
            let id = if self.id.is_empty() { String::new() } else { format!("\"id\":\"{}\",", json::escape(&self.id)) };
            format!(r#"{{"functionCall":{{{id}"name":"{}","args":{input}}}}}"#, json::escape(&self.name))
        } else if has_text {
            let is_call = |key: &str| !is_field(key, TEXT) && !is_field(key, THOUGHT);
            splice::object(&members, |key, value| is_call(key).then_some(Cow::Borrowed(value)))
        } else {
            self.part.clone()
        };
        let is_signed = json::members(part.as_bytes()).is_ok_and(|members| Keys(&members).field(SIGNATURE).is_some());
        if let Some(signature) = own.or(signature).filter(|_| !is_signed) {
            part = signed(&part, signature)?;
        }
        Some(part)
    }
}

/// Arguments that say nothing.
fn is_empty(args: &str) -> bool {
    let inside = args.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    inside.is_some_and(|inside| inside.trim_ascii().is_empty())
}

/// What a part is signed with, as JSON.
pub(super) fn signature_of(part: &RawValue) -> Option<String> {
    let members = json::members(part.get().as_bytes()).ok()?;
    let signature = Keys(&members).field(SIGNATURE)?;
    json::as_string(signature).filter(|text| !text.is_empty()).map(|_| signature.get().to_owned())
}

/// The part with this signature at its end, instead of an empty one. `None`: it cannot
/// be read.
pub(super) fn signed(part: &str, signature: &str) -> Option<String> {
    let members = json::members(part.as_bytes()).ok()?;
    let has_member = members.iter().any(|member| is_field(&member.key, SIGNATURE));
    let key = if members.iter().any(|member| member.key == "function_call") { "thought_signature" } else { "thoughtSignature" };
    let part = if has_member {
        splice::object(&members, |key, value| (!is_field(key, SIGNATURE)).then_some(Cow::Borrowed(value)))
    } else {
        part.trim_ascii_end().to_owned()
    };
    let open = part.strip_suffix('}')?;
    let comma = if open.trim_ascii_end().ends_with('{') { "" } else { "," };
    Some(format!("{open}{comma}\"{key}\":{signature}}}"))
}
