//! One element of a history, read.
//!
//! The shape of an element tells what it is in every dialect alike: a message has a
//! role and a content, an item of the Responses API has a type, and blocks inside a
//! content have types of their own. Nothing is taken for a person's word here that
//! could be a tool's: an element that cannot be read as one thing is
//! [`Role::Unreadable`] and says nothing.

use super::gemini;
use crate::json::{self, Member};
use crate::wire::seal;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::Range;

/// The most parts of one turn that are looked at.
pub(super) const PARTS_MAX: usize = 4_096;

/// How deep the content of a tool's result may nest contents of its own.
const NESTING_MAX: usize = 4;

/// Who an element says it is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `system`, `developer`
    System,
    /// `user`; what a person, a client or a tool put there.
    User,
    /// `assistant`
    Assistant,
    /// `tool`, `function`, and items that carry a tool's result.
    Tool,
    /// Reasoning, references, what the provider keeps for itself, what is not known.
    Other,
    /// Not to be read as one thing.
    Unreadable,
}

/// One element of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn<'a> {
    /// Its place in the history, from 0.
    pub place: usize,
    /// Who it says it is from.
    pub role: Role,
    /// What it holds, in order; at most [`PARTS_MAX`].
    pub parts: Vec<Part<'a>>,
    /// Whether there are more parts than were looked at.
    pub is_cut: bool,
}

/// One part of a turn. Spans are of the body, and cover the JSON value as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text.
    Text {
        /// Decoded.
        text: Cow<'a, str>,
        /// Where its JSON string stands.
        span: Range<usize>,
    },
    /// What a tool gave back.
    Result {
        /// The id of the call it answers, where it names one.
        call: Option<Cow<'a, str>>,
        /// The tool, where only that is named. It is shared by many calls.
        tool: Option<Cow<'a, str>>,
        /// Its texts, decoded, in order.
        texts: Vec<Cow<'a, str>>,
    },
    /// A call the model made.
    Call {
        /// Its id.
        id: Option<Cow<'a, str>>,
        /// The tool.
        tool: Option<Cow<'a, str>>,
    },
    /// What the provider's own compaction left.
    Compaction {
        /// What it has sealed, or says; `None`: nothing by which it could be known.
        seal: Option<String>,
    },
    /// An image, a document, a thought, something new.
    Other {
        /// Where it stands.
        span: Range<usize>,
    },
}

impl<'a> Turn<'a> {
    /// Reads one element of the history of `body`.
    pub(super) fn read(body: &'a [u8], place: usize, element: &'a str) -> Self {
        let mut reader = Reader { body, parts: Vec::new(), is_cut: false };
        let role = reader.element(element).unwrap_or(Role::Unreadable);
        let parts = if role == Role::Unreadable { Vec::new() } else { reader.parts };
        Self { place, role, parts, is_cut: reader.is_cut }
    }

    /// Whether a tool's result stands in it.
    pub fn has_results(&self) -> bool {
        self.role == Role::Tool || self.parts.iter().any(|part| matches!(part, Part::Result { .. }))
    }

    /// The texts that stand in it by themselves, not inside a tool's result.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| if let Part::Text { text, .. } = part { Some(text.as_ref()) } else { None })
    }
}

struct Reader<'a> {
    body: &'a [u8],
    parts: Vec<Part<'a>>,
    is_cut: bool,
}

/// The members of an object, looked up by key.
struct Object<'a>(Vec<Member<'a>>);

impl<'a> Object<'a> {
    fn read(text: &'a str) -> Option<Self> {
        json::members(text.as_bytes()).ok().map(Self)
    }

    fn get(&self, key: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|member| member.key == key).map(|member| member.value).filter(|value| value.get() != "null")
    }

    fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        self.get(key).and_then(json::as_string)
    }
}

impl<'a> Reader<'a> {
    /// Reads an element into parts and says whose it is. `None`: it cannot be read.
    fn element(&mut self, element: &'a str) -> Option<Role> {
        let element = element.trim_ascii();
        if element.starts_with('"') {
            // The short form of a history that is one message.
            self.text(serde_json::from_str(element).ok()?);
            return Some(Role::User);
        }
        let object = Object::read(element)?;
        let kind = object.text("type");
        match kind.as_deref() {
            None | Some("message") => self.message(&object),
            Some(kind) => self.item(kind, &object, element),
        }
    }

    fn message(&mut self, object: &Object<'a>) -> Option<Role> {
        if let Some(parts) = object.get("parts").filter(|_| object.get("content").is_none()) {
            return self.contents(object, parts);
        }
        // Ollama's server reads roles without case.
        let role = role(&object.text("role")?.to_ascii_lowercase());
        if role == Role::Tool {
            let call = object.text("tool_call_id");
            let tool = object.text("name").or_else(|| object.text("tool_name")).filter(|_| call.is_none());
            let texts = object.get("content").map(|content| texts_of(content, 0)).unwrap_or_default();
            self.push(Part::Result { call, tool, texts });
            return Some(role);
        }
        if let Some(content) = object.get("content") {
            self.content(content)?;
        }
        // Ollama puts a message's pictures beside its text.
        if let Some(images) = object.get("images").filter(|images| images.get() != "[]") {
            self.other(images.get());
        }
        if let Some(calls) = object.get("tool_calls") {
            self.calls(calls)?;
        }
        if let Some(call) = object.get("function_call").and_then(|call| Object::read(call.get())) {
            self.push(Part::Call { id: None, tool: call.text("name") });
        }
        Some(role)
    }

    /// An element of Gemini's `contents`; one without a role is the user's.
    fn contents(&mut self, object: &Object<'a>, parts: &'a RawValue) -> Option<Role> {
        let role = match object.get("role").map(json::as_string) {
            None => Role::User,
            Some(named) => Some(named?).filter(|named| !named.is_empty()).map_or(Role::User, |named| role(&named)),
        };
        let body = self.body;
        gemini::parts(body, parts, role, &mut |part| self.push(part))?;
        Some(role)
    }

    fn calls(&mut self, calls: &'a RawValue) -> Option<()> {
        for call in json::elements(calls.get().as_bytes()).ok()? {
            let call = Object::read(call.get())?;
            let inner = call.get("function").or_else(|| call.get("custom")).and_then(|inner| Object::read(inner.get()));
            self.push(Part::Call { id: call.text("id"), tool: inner.and_then(|inner| inner.text("name")) });
        }
        Some(())
    }

    /// An item of the Responses API that is no message.
    fn item(&mut self, kind: &str, object: &Object<'a>, element: &'a str) -> Option<Role> {
        let call = || object.text("call_id").or_else(|| object.text("id"));
        if is_result(kind) {
            let output = ["output", "content", "result"].into_iter().find_map(|key| object.get(key));
            let texts = output.map(|output| texts_of(output, 0)).unwrap_or_default();
            self.push(Part::Result { call: call(), tool: None, texts });
            return Some(Role::Tool);
        }
        if is_call(kind) {
            let tool = object.text("name").or_else(|| object.text("type"));
            self.push(Part::Call { id: call(), tool });
            // Calls that the provider ran carry what came of them.
            if let Some(output) = object.get("output") {
                self.push(Part::Result { call: call(), tool: None, texts: texts_of(output, 0) });
            }
            return Some(Role::Assistant);
        }
        match seal::is_compaction(kind) {
            true => self.push(Part::Compaction { seal: seal::seal(element) }),
            false => self.other(element),
        }
        Some(Role::Other)
    }

    fn content(&mut self, content: &'a RawValue) -> Option<()> {
        if content.get().starts_with('"') {
            self.text(content);
            return Some(());
        }
        for block in json::elements(content.get().as_bytes()).ok()? {
            self.block(block)?;
        }
        Some(())
    }

    fn block(&mut self, block: &'a RawValue) -> Option<()> {
        if block.get().starts_with('"') {
            self.text(block);
            return Some(());
        }
        let object = Object::read(block.get())?;
        let kind = object.text("type").unwrap_or_default();
        match kind.as_ref() {
            "text" | "input_text" | "output_text" => {
                if let Some(text) = object.get("text") {
                    self.text(text);
                }
            }
            kind if is_result(kind) => {
                let call = object.text("tool_use_id").or_else(|| object.text("tool_call_id"));
                let texts = object.get("content").map(|content| texts_of(content, 0)).unwrap_or_default();
                self.push(Part::Result { call, tool: None, texts });
            }
            kind if kind == "tool_use" || kind.ends_with("_tool_use") => {
                self.push(Part::Call { id: object.text("id"), tool: object.text("name") });
            }
            kind if seal::is_compaction(kind) => self.push(Part::Compaction { seal: seal::seal(block.get()) }),
            _ => self.other(block.get()),
        }
        Some(())
    }

    fn text(&mut self, value: &'a RawValue) {
        if let (Some(text), Some(span)) = (json::as_string(value), json::span_in(self.body, value.get())) {
            self.push(Part::Text { text, span });
        }
    }

    fn other(&mut self, value: &'a str) {
        if let Some(span) = json::span_in(self.body, value) {
            self.push(Part::Other { span });
        }
    }

    fn push(&mut self, part: Part<'a>) {
        if self.parts.len() < PARTS_MAX { self.parts.push(part) } else { self.is_cut = true }
    }
}

/// Who a message's role says it is from.
fn role(named: &str) -> Role {
    match named {
        "system" | "developer" => Role::System,
        "user" => Role::User,
        "assistant" | "model" => Role::Assistant,
        "tool" | "function" => Role::Tool,
        _ => Role::Other,
    }
}

fn is_result(kind: &str) -> bool {
    kind.ends_with("_output") || kind.ends_with("_result") || kind.ends_with("_response") || kind == "tool_result"
}

fn is_call(kind: &str) -> bool {
    kind.ends_with("_call")
}

/// Every text of a result, however deep its blocks put it. What is no text of a block
/// (numbers, objects of a tool's own) is kept as it stands.
fn texts_of(value: &RawValue, depth: usize) -> Vec<Cow<'_, str>> {
    if let Some(text) = json::as_string(value) {
        return vec![text];
    }
    let Ok(blocks) = json::elements(value.get().as_bytes()) else { return vec![Cow::Borrowed(value.get())] };
    let mut texts = Vec::new();
    for block in blocks.into_iter().take(PARTS_MAX) {
        let object = Object::read(block.get());
        let text = object.as_ref().and_then(|object| object.text("text"));
        let inner = object.as_ref().and_then(|object| object.get("content")).filter(|_| depth < NESTING_MAX);
        match (text, inner) {
            (Some(text), _) => texts.push(text),
            (None, Some(inner)) => texts.extend(texts_of(inner, depth + 1)),
            (None, None) => texts.push(json::as_string(block).unwrap_or(Cow::Borrowed(block.get()))),
        }
    }
    texts.truncate(PARTS_MAX);
    texts
}
