//! A hold as a person reads it: what is on the page, in the API's answer and on
//! the terminal before somebody decides.
//!
//! The arguments are there twice, as the exact text and taken apart member by
//! member, the way the tool will decode them: `"a\u002fb"` reads `a/b` to a tool.
//! Everything in a sheet that an agent wrote is raw; whoever shows it escapes it.

use crate::json::{self, Value};
use crate::pin::Pin;
use crate::record::{Hold, Voice};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A call above this many bytes is approved only after its whole text was opened.
pub const OPEN_FIRST_BYTES: usize = 16 * 1024;

/// How many decoded members are told one by one; the exact text is there in any case.
const MEMBERS_MAX: usize = 10_000;

/// One hold, whole. The keys are the answer of `GET /api/approvals/{code}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// The keys of `approvals list --json`.
    #[serde(flatten)]
    pub hold: Hold,
    /// The digest of the exact call: a yes names it.
    pub digest: String,
    /// Why the pins hold it, in a line: what they met, and which limit is used up.
    pub why: Option<String>,
    /// Whether everybody needed has said yes, and the call waits for its agent.
    pub granted: bool,
    /// What people said so far.
    pub voices: Vec<Voice>,
    /// The pins that hold it, with their words.
    pub pin_texts: Vec<PinLine>,
}

/// A pin on a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinLine {
    /// Which.
    pub id: String,
    /// Its words as they are now; `null` if it is not among the configured ones.
    pub text: Option<String>,
    /// Whether it is not any more what it was when it held the call. Earlier yeses
    /// do not count then.
    pub changed: bool,
}

/// The words of the pins, by id.
pub type PinTexts = BTreeMap<String, String>;

/// The words of these pins.
pub fn pin_texts(pins: &[Pin]) -> PinTexts {
    pins.iter().map(|pin| (pin.id.as_str().to_owned(), pin.text.as_str().to_owned())).collect()
}

impl Sheet {
    /// The sheet of a hold.
    pub fn of(hold: Hold, texts: &PinTexts) -> Self {
        let line = |id: &String| PinLine { id: id.clone(), text: texts.get(id).cloned(), changed: hold.changed.contains(id) };
        Self {
            digest: hold.digest.clone(),
            why: hold.why.clone(),
            granted: hold.is_granted,
            voices: hold.voices.clone(),
            pin_texts: hold.pins.iter().map(line).collect(),
            hold,
        }
    }

    /// Whether it waits for a person.
    pub fn is_open(&self) -> bool {
        self.hold.outcome.is_none() && !self.granted
    }

    /// Whether its whole text must be opened before somebody says yes.
    pub fn is_long(&self) -> bool {
        self.hold.arguments.len() > OPEN_FIRST_BYTES
    }

    /// Where it stands, in a word.
    pub fn standing(&self) -> &'static str {
        match self.hold.outcome {
            Some(outcome) => outcome.name(),
            None if self.granted => "approved",
            None => "pending",
        }
    }
}

/// One member of the arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// How deep it stands.
    pub depth: usize,
    /// Its key, or its place in a list.
    pub key: String,
    /// What it is.
    pub value: Decoded,
}

/// What a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decoded {
    /// A text.
    Text(String),
    /// A number, a truth value or nothing.
    Plain(String),
    /// An object or a list, told by the members that follow, deeper.
    Group(String),
    /// There are more members than are told.
    More,
}

/// The arguments taken apart, in their order. Nothing if they are no JSON.
pub fn members(arguments: &str) -> Vec<Member> {
    let mut found = Vec::new();
    match json::read_value(arguments) {
        Ok(Value::Object(object)) => object.iter().for_each(|(key, value)| add(key.to_owned(), value, 0, &mut found)),
        Ok(value) => add(String::new(), &value, 0, &mut found),
        Err(_) => {}
    }
    found
}

/// The depth is bounded by the reader.
fn add(key: String, value: &Value, depth: usize, found: &mut Vec<Member>) {
    if found.len() >= MEMBERS_MAX {
        if found.len() == MEMBERS_MAX {
            found.push(Member { depth: 0, key: String::new(), value: Decoded::More });
        }
        return;
    }
    let decoded = match value {
        Value::Object(object) => Decoded::Group(counted(object.len(), "member")),
        Value::Array(elements) => match plain_list(elements) {
            Some(list) => Decoded::Plain(list),
            None => Decoded::Group(counted(elements.len(), "element")),
        },
        Value::String(text) => Decoded::Text(text.clone()),
        Value::Number(number) => Decoded::Plain(number.as_str().to_owned()),
        Value::Bool(truth) => Decoded::Plain(truth.to_string()),
        Value::Null => Decoded::Plain("null".into()),
    };
    let is_told = !matches!(decoded, Decoded::Group(_));
    found.push(Member { depth, key, value: decoded });
    match value {
        _ if is_told => {}
        Value::Object(object) => object.iter().for_each(|(key, value)| add(key.to_owned(), value, depth + 1, found)),
        Value::Array(elements) => elements.iter().enumerate().for_each(|(place, value)| add(format!("[{place}]"), value, depth + 1, found)),
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

/// A list of nothing but numbers and the like, in one: thousands of row ids are read
/// better side by side. Texts stand alone, since they could look like several.
fn plain_list(elements: &[Value]) -> Option<String> {
    let spell = |value: &Value| match value {
        Value::Number(number) => Some(number.as_str().to_owned()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null => Some("null".into()),
        Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let all: Vec<String> = elements.iter().map(spell).collect::<Option<_>>().filter(|all: &Vec<String>| !all.is_empty())?;
    Some(format!("[{}]", all.join(", ")))
}

fn counted(count: usize, what: &str) -> String {
    match count {
        0 => "empty".into(),
        1 => format!("1 {what}"),
        more => format!("{more} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(arguments: &str) -> Vec<String> {
        let tell = |member: Member| {
            let value = match member.value {
                Decoded::Text(text) => format!("{text:?}"),
                Decoded::Plain(text) => text,
                Decoded::Group(text) => format!("({text})"),
                Decoded::More => "…".into(),
            };
            format!("{}{}={value}", "  ".repeat(member.depth), member.key)
        };
        members(arguments).into_iter().map(tell).collect()
    }

    #[test]
    fn arguments_are_taken_apart_as_the_tool_decodes_them() {
        let seen = told(r#"{"path":"a\u002fb","ids":[1,{"x":null}],"force":{}}"#);
        assert_eq!(seen, [r#"path="a/b""#, "ids=(2 elements)", "  [0]=1", "  [1]=(1 member)", "    x=null", "force=(empty)"]);
        assert_eq!(told("[true,1e2,null]"), ["=[true, 1e2, null]"]);
        assert_eq!(told(r#"["1, 2"]"#), ["=(1 element)", r#"  [0]="1, 2""#]);
        assert!(told("*** Begin Patch").is_empty());
    }

    #[test]
    fn a_key_stands_there_once_however_many_members_it_has() {
        let many = format!(r#"{{"{}":[{}0]}}"#, "k".repeat(1000), r#""0","#.repeat(MEMBERS_MAX + 5));
        let seen = members(&many);
        assert_eq!(seen.len(), MEMBERS_MAX + 1);
        assert_eq!(seen.last().map(|member| &member.value), Some(&Decoded::More));
        assert!(seen.iter().map(|member| member.key.len()).sum::<usize>() < 100_000);
    }
}
