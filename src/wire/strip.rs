//! Tools taken out of a request, by splicing.
//!
//! What an agent has no right to, and what a provider would run where nobody can hold
//! it, does not go up at all. Who decides ([`Fate`]) looks at one declaration at a time;
//! this file cuts it out of its array, and with it what would be wrong without it: a
//! group that has no tool left, a `tool_choice` that names one, the array itself. Every
//! other byte stays as it came, and the same request gives the same bytes each time.

mod choice;

use super::spelling::Keys;
use crate::dialect::Dialect;
use crate::json::{self, Member};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::Range;

/// How deep groups of tools may nest.
const DEPTH_MAX: usize = 4;

/// How many declarations are looked at; a request with more is not understood.
const TOOLS_MAX: usize = 16_384;

/// One tool, as a request declares it.
#[derive(Debug, Clone)]
pub struct Declared<'a> {
    /// Its `type`; empty where none is said. In Gemini, the member that declares it.
    pub kind: Cow<'a, str>,
    /// Its `name`, wherever the dialect puts that.
    pub name: Option<Cow<'a, str>>,
    /// The group that it stands in.
    pub namespace: Option<String>,
    /// The declaration; in Gemini, for what is no function, the member's value.
    pub element: &'a RawValue,
}

/// What becomes of one declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It goes up as it came.
    Stays,
    /// It is taken out.
    Goes,
    /// It goes up as this JSON text.
    Becomes(String),
}

/// What is written where, to be put into the body together with everything else.
pub type Edit = (Range<usize>, String);

/// Why declarations cannot be taken apart. Such a request must not go up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StripError {
    /// Something in the tools is not what a declaration is.
    #[error("its tools cannot be read ({0})")]
    Unreadable(String),
    /// There are more than are looked at, or they are nested deeper.
    #[error("it declares more tools than linchpin looks at")]
    TooMany,
}

/// Asks for the fate of every tool that `tools` (arrays inside `body`) declare, and says
/// what has to be written where.
pub fn strip(
    dialect: Dialect,
    body: &[u8],
    tools: &[Range<usize>],
    fate: impl FnMut(&Declared<'_>) -> Fate,
) -> Result<Vec<Edit>, StripError> {
    strip_and_cut(dialect, body, tools, fate, &[])
}

/// The same, and these members of the body go as well.
pub fn strip_and_cut(
    dialect: Dialect,
    body: &[u8],
    tools: &[Range<usize>],
    mut fate: impl FnMut(&Declared<'_>) -> Fate,
    cut: &[&str],
) -> Result<Vec<Edit>, StripError> {
    let mut stripping = Stripping { dialect, body, fate: &mut fate, edits: Vec::new(), seen: 0, gone: Vec::new(), left: Vec::new() };
    let mut emptied = Vec::new();
    for range in tools {
        let array = body.get(range.clone()).unwrap_or_default();
        if stripping.array(array, None, 0)? == Left::Nothing {
            emptied.push(range.clone());
        }
    }
    if stripping.gone.is_empty() && cut.is_empty() {
        return Ok(stripping.edits);
    }
    let members = json::members(body).map_err(unreadable)?;
    let Stripping { mut edits, gone, left, .. } = stripping;
    let top = choice::top(dialect, body, &members, (&emptied, cut), (&gone, &left)).ok_or_else(|| unreadable("a member has no place"))?;
    // What is cut out as a whole is not edited inside.
    edits.retain(|(range, _)| !top.iter().any(|(cut, _)| cut.start <= range.start && range.end <= cut.end));
    edits.extend(top);
    Ok(edits)
}

/// The edits that take elements out of a list, and whether nothing is left of it.
pub(super) fn without(body: &[u8], list: &RawValue, goes: &mut dyn FnMut(&RawValue) -> bool) -> Result<(Vec<Edit>, bool), StripError> {
    let mut items = Vec::new();
    for element in json::elements(list.get().as_bytes()).map_err(unreadable)? {
        let span = json::span_in(body, element.get()).ok_or_else(|| unreadable("an element has no place"))?;
        items.push((span, goes(element)));
    }
    let is_emptied = !items.is_empty() && items.iter().all(|(_, goes)| *goes);
    Ok((cut(&items).into_iter().map(|range| (range, String::new())).collect(), is_emptied))
}

/// The edits that take one member out of an object.
pub(super) fn without_member(body: &[u8], members: &[Member<'_>], key: &str) -> Result<Vec<Edit>, StripError> {
    let places = spans(body, members).ok_or_else(|| unreadable("a member has no place"))?;
    let items: Vec<(Range<usize>, bool)> = places.into_iter().zip(members).map(|(span, member)| (span, member.key == key)).collect();
    Ok(cut(&items).into_iter().map(|range| (range, String::new())).collect())
}

/// A tool by what a choice may name it by.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Called {
    kind: String,
    name: Option<String>,
}

impl Called {
    fn of(declared: &Declared<'_>) -> Self {
        let name = declared.name.as_deref().map(str::to_owned).or_else(|| label(declared.element));
        Self { kind: declared.kind.as_ref().to_owned(), name }
    }
}

/// The server that a declaration names.
fn label(element: &RawValue) -> Option<String> {
    let members = json::members(element.get().as_bytes()).ok()?;
    let keys = Keys(&members);
    ["server_label", "mcp_server_name"].into_iter().find_map(|key| keys.some(key).and_then(json::as_string)).map(Cow::into_owned)
}

/// Whether anything is left of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Something,
    /// Nothing, and there was something.
    Nothing,
}

struct Stripping<'b, 'f> {
    dialect: Dialect,
    body: &'b [u8],
    fate: &'f mut dyn FnMut(&Declared<'_>) -> Fate,
    edits: Vec<Edit>,
    seen: usize,
    gone: Vec<Called>,
    left: Vec<Called>,
}

impl<'b> Stripping<'b, '_> {
    /// Goes through one array of declarations.
    fn array(&mut self, array: &'b [u8], namespace: Option<&str>, depth: usize) -> Result<Left, StripError> {
        if depth > DEPTH_MAX {
            return Err(StripError::TooMany);
        }
        let elements = json::elements(array).map_err(unreadable)?;
        let mut items = Vec::with_capacity(elements.len());
        let before = self.edits.len();
        for element in elements {
            self.seen += 1;
            if self.seen > TOOLS_MAX {
                return Err(StripError::TooMany);
            }
            let goes = self.element(element, namespace, depth)? == Left::Nothing;
            items.push((self.span(element)?, goes));
        }
        Ok(self.settle(&items, before))
    }

    /// Cuts out what goes; edits inside of that are void. Those since `before` are this list's.
    fn settle(&mut self, items: &[(Range<usize>, bool)], before: usize) -> Left {
        let cuts = cut(items);
        let mut own = self.edits.split_off(before);
        own.retain(|(range, _)| !cuts.iter().any(|cut| cut.start <= range.start && range.end <= cut.end));
        self.edits.append(&mut own);
        self.edits.extend(cuts.into_iter().map(|range| (range, String::new())));
        if !items.is_empty() && items.iter().all(|(_, goes)| *goes) { Left::Nothing } else { Left::Something }
    }

    fn element(&mut self, element: &'b RawValue, namespace: Option<&str>, depth: usize) -> Result<Left, StripError> {
        let members = json::members(element.get().as_bytes()).map_err(unreadable)?;
        if self.dialect == Dialect::Gemini {
            return self.gemini(&members, depth);
        }
        let keys = Keys(&members);
        let text = |keys: &Keys<'b, '_>, key: &str| keys.some(key).and_then(json::as_string);
        let kind = text(&keys, "type").unwrap_or_default();
        let own_name = text(&keys, "name");
        let group = keys.some("tools").filter(|tools| kind == "namespace" && tools.get().starts_with('['));
        if let Some(group) = group {
            let inner = match (namespace, own_name.as_deref()) {
                (Some(outer), Some(name)) => format!("{outer}.{name}"),
                (outer, name) => name.or(outer).unwrap_or_default().to_owned(),
            };
            return self.array(group.get().as_bytes(), Some(&inner), depth + 1);
        }
        let inner_name = || {
            let inner = keys.some("function").or_else(|| keys.some("custom"))?;
            let members = json::members(inner.get().as_bytes()).ok()?;
            Keys(&members).some("name").and_then(json::as_string)
        };
        let name = own_name.or_else(inner_name);
        let declared = Declared { kind, name, namespace: namespace.map(str::to_owned), element };
        let span = self.span(element)?;
        Ok(self.decide(&declared, span))
    }

    /// One element may declare several tools, each in a member of its own.
    fn gemini(&mut self, members: &[Member<'b>], depth: usize) -> Result<Left, StripError> {
        let mut items = Vec::new();
        let before = self.edits.len();
        for (member, span) in members.iter().zip(spans(self.body, members).ok_or_else(|| unreadable("a member has no place"))?) {
            let value = member.value;
            let is_functions = matches!(member.key.as_ref(), "functionDeclarations" | "function_declarations");
            let left = if is_functions && value.get().starts_with('[') {
                self.functions(value.get().as_bytes(), depth)?
            } else if value.get() == "null" {
                Left::Something
            } else {
                let declared = Declared { kind: member.key.clone(), name: None, namespace: None, element: value };
                let span = self.span(value)?;
                self.decide(&declared, span)
            };
            items.push((span, left == Left::Nothing));
        }
        Ok(self.settle(&items, before))
    }

    fn functions(&mut self, array: &'b [u8], depth: usize) -> Result<Left, StripError> {
        let before = self.edits.len();
        let mut items = Vec::new();
        for element in json::elements(array).map_err(unreadable)? {
            self.seen += 1;
            if self.seen > TOOLS_MAX || depth > DEPTH_MAX {
                return Err(StripError::TooMany);
            }
            let members = json::members(element.get().as_bytes()).map_err(unreadable)?;
            let name = Keys(&members).some("name").and_then(json::as_string);
            let declared = Declared { kind: Cow::Borrowed("function"), name, namespace: None, element };
            let span = self.span(element)?;
            let goes = self.decide(&declared, span.clone()) == Left::Nothing;
            items.push((span, goes));
        }
        Ok(self.settle(&items, before))
    }

    fn decide(&mut self, declared: &Declared<'_>, span: Range<usize>) -> Left {
        match (self.fate)(declared) {
            Fate::Goes => {
                self.gone.push(Called::of(declared));
                return Left::Nothing;
            }
            Fate::Becomes(text) => self.edits.push((span, text)),
            Fate::Stays => {}
        }
        self.left.push(Called::of(declared));
        Left::Something
    }

    fn span(&self, value: &RawValue) -> Result<Range<usize>, StripError> {
        json::span_in(self.body, value.get()).ok_or_else(|| unreadable("a tool has no place"))
    }
}

/// Where each of an object's members stands, from its key to its value's end.
pub(super) fn spans(body: &[u8], members: &[Member<'_>]) -> Option<Vec<Range<usize>>> {
    let mut spans = Vec::with_capacity(members.len());
    let mut before: Option<usize> = None;
    for member in members {
        let value = json::span_in(body, member.value.get())?;
        let start = match before {
            Some(before) => before + memchr::memchr(b'"', body.get(before..value.start)?)?,
            None => key_before(body, value.start)?,
        };
        before = Some(value.end);
        spans.push(start..value.end);
    }
    Some(spans)
}

/// Where an object's first key begins, whose value begins at `value`: it is the string
/// behind the brace, and before it there is nothing but white space.
fn key_before(body: &[u8], value: usize) -> Option<usize> {
    let head = body.get(..value)?.trim_ascii_end().strip_suffix(b":")?.trim_ascii_end().strip_suffix(b"\"")?;
    let is_start =
        |at: &usize| head.get(..*at).is_some_and(|before| before.trim_ascii_end().ends_with(b"{") && is_whole(head.get(*at + 1..)));
    memchr::memrchr_iter(b'"', head).find(is_start)
}

/// Whether a text is the whole inside of one JSON string: no quote in it ends it.
fn is_whole(inside: Option<&[u8]>) -> bool {
    let mut is_escaped = false;
    inside.unwrap_or_default().iter().all(|byte| {
        let ends = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        !ends
    })
}

/// What to cut out of a list so that these items go, each with one comma.
pub(super) fn cut(items: &[(Range<usize>, bool)]) -> Vec<Range<usize>> {
    let mut cuts = Vec::new();
    let mut kept_end: Option<usize> = None;
    let mut run: Option<Range<usize>> = None;
    for (span, goes) in items {
        if *goes {
            run = Some(run.map_or(span.start, |run| run.start)..span.end);
            continue;
        }
        cuts.extend(run.take().map(|run| run.start..span.start));
        kept_end = Some(span.end);
    }
    cuts.extend(run.map(|run| kept_end.unwrap_or(run.start)..run.end));
    cuts
}

fn unreadable(why: impl ToString) -> StripError {
    StripError::Unreadable(why.to_string())
}

#[cfg(test)]
mod tests;
