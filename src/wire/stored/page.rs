//! One page of kept things, taken apart and put together again.
//!
//! Each piece is put into the form of a whole answer, which the dialect's own gate
//! reads and writes; so there is one place that knows what a call is. What is not
//! rewritten keeps its bytes.

use crate::call::Proposal;
use crate::dialect::Dialect;
use crate::json::{self, Member};
use crate::wire::gate::{BodyError, BodyGate, Ruling};
use crate::wire::server_held::Answered;
use crate::wire::spelling::Keys;
use crate::wire::splice::{self, Edits};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::Range;

/// What kind of thing is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// An answer, as its own request got it.
    Answer(Dialect),
    /// A page of such answers.
    Answers(Dialect),
    /// A page of Responses items, or one item.
    Items,
    /// A page of Chat Completions messages.
    Messages,
}

/// Ids of items that the agent knows by others: its own, and the provider's.
pub type Aliases = Vec<(String, String)>;

/// A page, read.
#[derive(Debug)]
pub struct Page {
    /// The calls in it, in order.
    pub proposals: Vec<Proposal>,
    pieces: Vec<Piece>,
    is_items: bool,
}

/// A part of the page that one gate reads.
#[derive(Debug)]
struct Piece {
    /// Where it stands in the page.
    range: Range<usize>,
    wrap: Wrap,
    /// The piece in the form of a whole answer; `None`: it has that form already.
    wrapped: Option<Vec<u8>>,
    gate: BodyGate,
}

/// What is put around a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrap {
    Bare,
    /// An item.
    Item,
    /// An array of items.
    Items,
    /// A message.
    Message,
}

impl Wrap {
    fn dialect(self) -> Dialect {
        if self == Self::Message { Dialect::OpenaiChat } else { Dialect::OpenaiResponses }
    }

    fn around(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Bare => None,
            Self::Item => Some((r#"{"output":["#, "]}")),
            Self::Items => Some((r#"{"output":"#, "}")),
            Self::Message => Some((r#"{"choices":[{"index":0,"message":"#, r#","finish_reason":"stop"}]}"#)),
        }
    }

    /// The piece, out of the form that it was put in.
    fn unwrap(self, whole: Vec<u8>) -> Option<Vec<u8>> {
        let inner = |value: &RawValue| value.get().as_bytes().to_vec();
        let first = |array: &RawValue| json::elements(array.get().as_bytes()).ok()?.first().map(|element| inner(element));
        match self {
            Self::Bare => Some(whole),
            Self::Item => member(&whole, "output", first),
            Self::Items => member(&whole, "output", |array| Some(inner(array))),
            Self::Message => {
                let choice = member(&whole, "choices", first)?;
                member(&choice, "message", |message| Some(inner(message)))
            }
        }
    }
}

fn member<T>(object: &[u8], key: &str, read: impl FnOnce(&RawValue) -> Option<T>) -> Option<T> {
    let members = json::members(object).ok()?;
    Keys(&members).some(key).and_then(read)
}

impl Page {
    /// Reads a page. What is no page of this shape and holds no call is one of nothing: an
    /// error, or a thing that was removed.
    pub fn read(shape: Shape, body: &[u8]) -> Result<Self, BodyError> {
        let mut page = Self { proposals: Vec::new(), pieces: Vec::new(), is_items: shape == Shape::Items };
        let members = json::members(body).map_err(|error| BodyError(error.to_string()))?;
        let keys = Keys(&members);
        if let Some(alike) = keys.alike(&["data", "type", "output", "choices", "object"]) {
            return Err(BodyError(format!("the key `{alike}` is spelled like one that is not it")));
        }
        let list = keys.some("data").filter(|data| data.get().starts_with('['));
        if list.is_none() && keys.some("data").is_some() && !matches!(shape, Shape::Answer(_)) {
            return Err(BodyError("its `data` is no list".into()));
        }
        match (shape, list) {
            (Shape::Answer(dialect), _) => page.add(body, 0..body.len(), Wrap::Bare, dialect)?,
            (Shape::Items, Some(list)) => page.add(body, span(body, list)?, Wrap::Items, Dialect::OpenaiResponses)?,
            (Shape::Items, None) if keys.some("type").is_some() => page.add(body, 0..body.len(), Wrap::Item, Dialect::OpenaiResponses)?,
            (Shape::Answers(dialect), Some(list)) => page.add_each(body, list, Wrap::Bare, dialect)?,
            (Shape::Messages, Some(list)) => page.add_each(body, list, Wrap::Message, Dialect::OpenaiChat)?,
            (Shape::Items, None) => page.add(body, 0..body.len(), Wrap::Bare, Dialect::OpenaiResponses)?,
            (Shape::Answers(dialect), None) => page.add(body, 0..body.len(), Wrap::Bare, dialect)?,
            (Shape::Messages, None) => page.add(body, 0..body.len(), Wrap::Bare, Dialect::OpenaiChat)?,
        }
        if list.is_some() && !matches!(shape, Shape::Answer(_)) {
            refuse_strays(&members)?;
        }
        Ok(page)
    }

    fn add_each(&mut self, body: &[u8], list: &RawValue, wrap: Wrap, dialect: Dialect) -> Result<(), BodyError> {
        let elements = json::elements(list.get().as_bytes()).map_err(|error| BodyError(error.to_string()))?;
        elements.into_iter().try_for_each(|element| self.add(body, span(body, element)?, wrap, dialect))
    }

    fn add(&mut self, body: &[u8], range: Range<usize>, wrap: Wrap, dialect: Dialect) -> Result<(), BodyError> {
        let piece = body.get(range.clone()).ok_or_else(outside)?;
        let wrapped = wrap.around().map(|(before, behind)| [before.as_bytes(), piece, behind.as_bytes()].concat());
        let dialect = if wrap == Wrap::Bare { dialect } else { wrap.dialect() };
        let gate = BodyGate::read(dialect, wrapped.as_deref().unwrap_or(piece))?;
        self.proposals.extend(gate.proposals.iter().cloned());
        self.pieces.push(Piece { range, wrap, wrapped, gate });
        Ok(())
    }

    /// What one answer leaves behind at the server if these are the rulings.
    pub fn answered(&self, rulings: &[Ruling]) -> Option<Answered> {
        match self.pieces.as_slice() {
            [Piece { wrap: Wrap::Bare, gate, .. }] => gate.answered(rulings),
            _ => None,
        }
    }

    /// The page as the agent gets it, and the ids of items that have others there. `None`: it cannot be rewritten, and must be withheld.
    pub fn rewrite(self, body: &[u8], rulings: &[Ruling]) -> Option<(Vec<u8>, Aliases)> {
        if rulings.len() != self.proposals.len() {
            return None;
        }
        let mut edits = Edits::new();
        let mut aliases = Vec::new();
        let mut rulings = rulings.iter().cloned();
        for Piece { range, wrap, wrapped, gate } in self.pieces {
            let own: Vec<Ruling> = rulings.by_ref().take(gate.proposals.len()).collect();
            if own.iter().all(|ruling| *ruling == Ruling::Release) {
                continue;
            }
            let piece = body.get(range.clone())?;
            let written = wrap.unwrap(gate.rewrite(wrapped.as_deref().unwrap_or(piece), &own)?)?;
            if wrap == Wrap::Items {
                aliases = renamed(piece, &written);
            }
            edits.replace(range, written);
        }
        if self.is_items {
            name_ends(body, &aliases, &mut edits)?;
        }
        Some((edits.apply(body)?, aliases))
    }
}

/// A call beside the list of a page is in no place that anybody knows.
fn refuse_strays(members: &[Member<'_>]) -> Result<(), BodyError> {
    let rest = splice::object(members, |key, value| (key != "data").then_some(Cow::Borrowed(value)));
    let gate = BodyGate::read(Dialect::OpenaiResponses, rest.as_bytes())?;
    if gate.proposals.is_empty() { Ok(()) } else { Err(BodyError("there is a call outside its `data`".into())) }
}

/// The ids that differ between two arrays of items: the later one, and the earlier.
fn renamed(before: &[u8], after: &[u8]) -> Aliases {
    let ids = |array: &[u8]| {
        let id = |item: &&RawValue| member(item.get().as_bytes(), "id", |id| json::as_string(id).map(Cow::into_owned)).unwrap_or_default();
        json::elements(array).unwrap_or_default().iter().map(id).collect::<Vec<_>>()
    };
    ids(after).into_iter().zip(ids(before)).filter(|(new, old)| new != old && !old.is_empty()).collect()
}

/// A page says which items it begins and ends with; they go by the ids that the agent sees.
fn name_ends(body: &[u8], aliases: &[(String, String)], edits: &mut Edits) -> Option<()> {
    let members = json::members(body).ok()?;
    for end in ["first_id", "last_id"].into_iter().filter_map(|key| Keys(&members).some(key)) {
        let id = json::as_string(end).unwrap_or_default();
        if let Some((new, _)) = aliases.iter().find(|(_, old)| *old == id) {
            edits.replace(json::span_in(body, end.get())?, format!("\"{}\"", json::escape(new)));
        }
    }
    Some(())
}

fn span(body: &[u8], part: &RawValue) -> Result<Range<usize>, BodyError> {
    json::span_in(body, part.get()).ok_or_else(outside)
}

fn outside() -> BodyError {
    BodyError("a piece stands outside its page".into())
}
