//! Arguments that are streamed value by value.
//!
//! Vertex may send a call as a row of pieces, each of which says where in the arguments
//! a value stands (a JSON path) and what it is; only texts may go on over several
//! pieces. They are put together here the one way all readers would. A path that is
//! more than names and places, a value given twice, a gap in an array: that is no one
//! thing to every reader, and a flaw.

use crate::call::Flaw;
use crate::json::{self, DEPTH_MAX};
use crate::wire::spelling::Keys;
use serde_json::value::RawValue;

const PATH: &str = "jsonPath";
const STRING: &str = "stringValue";
const NUMBER: &str = "numberValue";
const BOOL: &str = "boolValue";
const NULL: &str = "nullValue";
const CONTINUES: &str = "willContinue";

/// How many values one call's arguments may be put together from.
const VALUES_MAX: usize = 16_384;

/// How many members or elements one object or array may have: each is looked for in turn.
const WIDTH_MAX: usize = 1_024;

/// Arguments on their way.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    members: Vec<(String, Node)>,
    values: usize,
}

#[derive(Debug)]
enum Node {
    Object(Vec<(String, Node)>),
    Array(Vec<Node>),
    /// A text, and whether it goes on.
    Text(String, bool),
    /// A number, a truth value or `null`, as it is written.
    Bare(String),
}

/// One step of a path.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Place(usize),
}

/// What a piece brings.
enum Brought {
    Text(String, bool),
    Bare(String),
}

impl Assembly {
    /// Whether nothing was brought.
    pub(super) fn is_empty(&self) -> bool {
        self.values == 0
    }

    /// Takes one element of `partialArgs`.
    pub(super) fn take(&mut self, piece: &RawValue) -> Result<(), Flaw> {
        let members = json::members(piece.get().as_bytes()).map_err(|error| Flaw::Frame(error.to_string()))?;
        let keys = Keys(&members);
        if let Some(alike) = keys.field_alike(&[PATH, STRING, NUMBER, BOOL, NULL, CONTINUES]) {
            return Err(Flaw::Frame(format!("the key `{alike}`")));
        }
        self.values += 1;
        if self.values > VALUES_MAX {
            return Err(Flaw::TooLarge);
        }
        let path = keys.field(PATH).and_then(json::as_string).ok_or_else(|| unclear("it has no path"))?;
        let path = steps(&path).ok_or_else(|| unclear("its path is not made of names and places"))?;
        put(&mut self.members, &path, brought(&keys)?)
    }

    /// The arguments as one JSON text. A text that was to go on is none.
    pub(super) fn written(&self) -> Result<String, Flaw> {
        let mut out = String::new();
        write_object(&self.members, &mut out)?;
        Ok(out)
    }
}

fn unclear(what: &str) -> Flaw {
    Flaw::Frame(format!("a piece of its arguments: {what}"))
}

/// Reads `$.name[0]['other name']`.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = match rest.strip_prefix('.') {
            Some(named) => name(named)?,
            None => bracketed(rest.strip_prefix('[')?)?,
        };
        steps.push(step);
        rest = after;
    }
    let is_named = matches!(steps.first(), Some(Step::Name(_)));
    (is_named && steps.len() < DEPTH_MAX).then_some(steps)
}

fn name(text: &str) -> Option<(Step, &str)> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    let is_plain = |c: char| c == '_' || c.is_ascii_alphanumeric() || !c.is_ascii();
    let is_name = name.chars().all(is_plain) && name.chars().next().is_some_and(|c| !c.is_ascii_digit());
    is_name.then(|| (Step::Name(name.to_owned()), rest))
}

/// A place, or a name in quotes without anything in it that is escaped.
fn bracketed(text: &str) -> Option<(Step, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'));
    if let Some(quote) = quote {
        let (name, rest) = text.get(1..)?.split_once(quote)?;
        let is_plain = !name.contains(['\\', '\'', '"']) && !name.chars().any(char::is_control);
        return is_plain.then_some((Step::Name(name.to_owned()), rest.strip_prefix(']')?));
    }
    let (place, rest) = text.split_once(']')?;
    let is_place = place == "0" || (place.bytes().all(|byte| byte.is_ascii_digit()) && !place.starts_with('0'));
    Some((Step::Place(place.parse().ok().filter(|_| is_place)?), rest))
}

/// The one value of a piece. One without a value ends a text.
fn brought(keys: &Keys<'_, '_>) -> Result<Brought, Flaw> {
    let goes_on = match keys.field(CONTINUES).map(RawValue::get) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(unclear("`willContinue` is neither true nor false")),
    };
    let values = [STRING, NUMBER, BOOL, NULL].map(|field| keys.field_or_null(field));
    let value = match values {
        [None, None, None, None] => Brought::Text(String::new(), goes_on),
        [Some(text), None, None, None] => {
            let text = json::as_string(text).ok_or_else(|| unclear("`stringValue` is no string"))?;
            Brought::Text(text.into_owned(), goes_on)
        }
        [None, Some(number), None, None] if is_number(number) => Brought::Bare(number.get().to_owned()),
        [None, None, Some(truth), None] if matches!(truth.get(), "true" | "false") => Brought::Bare(truth.get().to_owned()),
        [None, None, None, Some(null)] if matches!(null.get(), "null" | "\"NULL_VALUE\"") => Brought::Bare("null".to_owned()),
        _ => return Err(unclear("it is not one value")),
    };
    if goes_on && matches!(value, Brought::Bare(_)) {
        return Err(unclear("only a text goes on"));
    }
    Ok(value)
}

fn is_number(value: &RawValue) -> bool {
    value.get().starts_with(|c: char| c == '-' || c.is_ascii_digit())
}

/// Puts a value where the path leads, below these members.
fn put(members: &mut Vec<(String, Node)>, path: &[Step], value: Brought) -> Result<(), Flaw> {
    let [Step::Name(name), rest @ ..] = path else { return Err(unclear("a place where a name belongs")) };
    if let Some((_, node)) = members.iter_mut().find(|(key, _)| key == name) {
        return put_in(node, rest, value);
    }
    if members.len() >= WIDTH_MAX {
        return Err(Flaw::TooLarge);
    }
    members.push((name.clone(), fresh(rest, value)?));
    Ok(())
}

fn put_in(node: &mut Node, path: &[Step], value: Brought) -> Result<(), Flaw> {
    match (node, path, value) {
        (Node::Text(text, goes_on @ true), [], Brought::Text(more, still)) => {
            text.push_str(&more);
            *goes_on = still;
            Ok(())
        }
        (Node::Object(members), [Step::Name(_), ..], value) => put(members, path, value),
        (Node::Array(elements), [Step::Place(place), rest @ ..], value) => {
            let length = elements.len();
            match elements.get_mut(*place) {
                Some(element) => put_in(element, rest, value),
                None if *place == length && length < WIDTH_MAX => {
                    elements.push(fresh(rest, value)?);
                    Ok(())
                }
                None => Err(unclear("a gap in an array")),
            }
        }
        _ => Err(Flaw::Disagreeing),
    }
}

/// What the rest of a path leads to, begun now.
fn fresh(path: &[Step], value: Brought) -> Result<Node, Flaw> {
    match (path, value) {
        ([], Brought::Text(text, goes_on)) => Ok(Node::Text(text, goes_on)),
        ([], Brought::Bare(text)) => Ok(Node::Bare(text)),
        ([Step::Name(_), ..], value) => {
            let mut members = Vec::new();
            put(&mut members, path, value)?;
            Ok(Node::Object(members))
        }
        ([Step::Place(0), rest @ ..], value) => Ok(Node::Array(vec![fresh(rest, value)?])),
        ([Step::Place(_), ..], _) => Err(unclear("a gap in an array")),
    }
}

fn write_object(members: &[(String, Node)], out: &mut String) -> Result<(), Flaw> {
    out.push('{');
    for (place, (key, node)) in members.iter().enumerate() {
        out.push_str(&format!("{}\"{}\":", if place == 0 { "" } else { "," }, json::escape(key)));
        write_node(node, out)?;
    }
    out.push('}');
    Ok(())
}

fn write_node(node: &Node, out: &mut String) -> Result<(), Flaw> {
    match node {
        Node::Object(members) => write_object(members, out)?,
        Node::Array(elements) => {
            out.push('[');
            for (place, element) in elements.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { "," });
                write_node(element, out)?;
            }
            out.push(']');
        }
        Node::Text(_, true) => return Err(Flaw::Truncated),
        Node::Text(text, false) => out.push_str(&format!("\"{}\"", json::escape(text))),
        Node::Bare(text) => out.push_str(text),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assembled(pieces: &[&str]) -> Result<String, Flaw> {
        let mut assembly = Assembly::default();
        for piece in pieces {
            let piece: Box<RawValue> = serde_json::from_str(piece).expect("JSON");
            assembly.take(&piece)?;
        }
        assembly.written()
    }

    #[test]
    fn pieces_become_the_arguments_they_are_pieces_of() {
        let pieces = [
            r#"{"jsonPath":"$.path","stringValue":"/srv","willContinue":true}"#,
            r#"{"json_path":"$.path","string_value":"/a\"b"}"#,
            r#"{"jsonPath":"$.n","numberValue":1.50e2}"#,
            r#"{"jsonPath":"$.list[0]","boolValue":true}"#,
            r#"{"jsonPath":"$.list[1].who","nullValue":null}"#,
            r#"{"jsonPath":"$['a b'][\"c\"]","nullValue":"NULL_VALUE"}"#,
            r#"{"jsonPath":"$.open","willContinue":true}"#,
            r#"{"jsonPath":"$.open"}"#,
        ];
        let expected = r#"{"path":"/srv/a\"b","n":1.50e2,"list":[true,{"who":null}],"a b":{"c":null},"open":""}"#;
        assert_eq!(assembled(&pieces).as_deref(), Ok(expected));
        assert_eq!(assembled(&[]).as_deref(), Ok("{}"));
    }

    #[test]
    fn what_could_be_put_together_in_two_ways_is_not() {
        for pieces in [
            &[r#"{"jsonPath":"$.a","stringValue":"x"}"#, r#"{"jsonPath":"$.a","stringValue":"y"}"#][..],
            &[r#"{"jsonPath":"$.a","stringValue":"x","willContinue":true}"#, r#"{"jsonPath":"$.a","numberValue":1}"#],
            &[r#"{"jsonPath":"$.a","numberValue":1}"#, r#"{"jsonPath":"$.a.b","numberValue":1}"#],
            &[r#"{"jsonPath":"$.a","stringValue":"x","willContinue":true}"#],
            &[r#"{"jsonPath":"$.a","stringValue":"x","numberValue":1}"#],
            &[r#"{"jsonPath":"$.a[1]","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.a","numberValue":"1"}"#],
            &[r#"{"jsonPath":"$.a","numberValue":1,"willContinue":true}"#],
            &[r#"{"jsonPath":"$","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$[0]","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$..a","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.*","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.a[-1]","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.a[00]","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$['a\\u0062']","stringValue":"x"}"#],
            &[r#"{"jsonPath":"a","stringValue":"x"}"#],
            &[r#"{"stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.a","jsonpath":"$.b","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.a","JsonPath":"$.b","stringValue":"x"}"#],
            &[r#"{"jsonPath":"$.a","StringValue":"x"}"#],
        ] {
            assert!(assembled(pieces).is_err(), "{pieces:?}");
        }
    }
}
