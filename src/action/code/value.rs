//! What an expression stands for, as far as the text shows.
//!
//! Text that is put together from literals is known; a module, and whatever hangs on
//! it, is known by its dotted path; of anything else it is only known that it is not.
//! Values are shared, never deep, and looked through only so far: the code that makes
//! them is chosen by somebody else.

use std::rc::Rc;

/// Stands in a text for what is computed there.
pub(super) const HOLE: char = '\u{e000}';
/// How deep a list may stand in lists.
const HEIGHT_MAX: u32 = 12;
/// How many items a list keeps.
const ITEMS_MAX: usize = 200;
/// How many values are looked through for their texts.
const VISITS_MAX: usize = 300;
/// How many texts one value gives.
pub(super) const TEXTS_MAX: usize = 64;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(Text),
    Number(Rc<str>),
    List(Rc<Many>),
    Map(Rc<Many>),
    /// One of these.
    OneOf(Rc<Many>),
    /// A module, a function, an object: where it comes from, and the texts it was made with.
    Thing(Rc<Thing>),
    /// A method of a value in memory.
    Bound(Rc<(Value, String)>),
    /// A function that the code itself defines: its body is read where it stands.
    Own,
    /// Something that was looked up by a name that is computed.
    Hidden,
    Unknown,
}

/// A text, with [`HOLE`]s where it is computed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text {
    pub(super) text: Rc<str>,
    /// It was spelled so that nobody can read it.
    pub(super) is_encoded: bool,
}

impl Text {
    pub(super) fn is_whole(&self) -> bool {
        !self.text.contains(HOLE)
    }
}

#[derive(Debug, PartialEq)]
pub(super) struct Many {
    /// With the key of each, in a map.
    pub(super) items: Vec<(Option<Rc<str>>, Value)>,
    height: u32,
}

#[derive(Debug, PartialEq)]
pub(super) struct Thing {
    pub(super) path: String,
    pub(super) texts: Vec<Rc<str>>,
}

impl Value {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(Text { text: text.into(), is_encoded: false })
    }

    pub(super) fn thing(path: &str) -> Self {
        Self::Thing(Rc::new(Thing { path: path.to_owned(), texts: Vec::new() }))
    }

    pub(super) fn thing_of(path: String, mut texts: Vec<Rc<str>>) -> Self {
        texts.truncate(8);
        Self::Thing(Rc::new(Thing { path, texts }))
    }

    pub(super) fn list(values: Vec<Self>) -> Self {
        many(values.into_iter().map(|value| (None, value)).collect()).map_or(Self::Unknown, Self::List)
    }

    pub(super) fn map(items: Vec<(Option<Rc<str>>, Self)>) -> Self {
        many(items).map_or(Self::Unknown, Self::Map)
    }

    /// One of these; one alone is itself.
    pub(super) fn one_of(values: Vec<Self>) -> Self {
        let mut flat: Vec<Self> = Vec::new();
        for value in values {
            let inner = if let Self::OneOf(inner) = &value { inner.items.iter().map(|(_, v)| v.clone()).collect() } else { vec![value] };
            for value in inner.into_iter().take(16) {
                if flat.len() < 16 && !flat.contains(&value) {
                    flat.push(value);
                }
            }
        }
        match flat.len() {
            0 => Self::Unknown,
            1 => flat.pop().unwrap_or(Self::Unknown),
            _ => many(flat.into_iter().map(|value| (None, value)).collect()).map_or(Self::Unknown, Self::OneOf),
        }
    }

    pub(super) fn bound(self, method: &str) -> Self {
        if self.height() >= HEIGHT_MAX { Self::Unknown } else { Self::Bound(Rc::new((self, method.to_owned()))) }
    }

    /// The whole text.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) if text.is_whole() => Some(&text.text),
            _ => None,
        }
    }

    pub(super) fn as_number(&self) -> Option<&str> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }

    pub(super) fn as_path(&self) -> Option<&str> {
        if let Self::Thing(thing) = self { Some(&thing.path) } else { None }
    }

    pub(super) fn items(&self) -> Option<impl Iterator<Item = &Self>> {
        match self {
            Self::List(many) => Some(many.items.iter().map(|(_, value)| value)),
            _ => None,
        }
    }

    /// What a map has under a key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(many) = self else { return None };
        many.items.iter().rev().find(|(k, _)| k.as_deref() == Some(key)).map(|(_, value)| value)
    }

    /// The alternatives, or the value itself.
    pub(super) fn alternatives(&self) -> Vec<&Self> {
        match self {
            Self::OneOf(many) => many.items.iter().map(|(_, value)| value).collect(),
            value => vec![value],
        }
    }

    fn height(&self) -> u32 {
        match self {
            Self::List(many) | Self::Map(many) | Self::OneOf(many) => many.height,
            Self::Bound(bound) => bound.0.height() + 1,
            _ => 0,
        }
    }

    /// Every text in it, also those a thing was made with.
    pub(super) fn add_texts(&self, texts: &mut Vec<Rc<str>>, visits: &mut usize) {
        *visits += 1;
        if texts.len() >= TEXTS_MAX || *visits > VISITS_MAX {
            return;
        }
        match self {
            Self::Text(text) => texts.push(Rc::clone(&text.text)),
            Self::List(many) | Self::Map(many) | Self::OneOf(many) => {
                many.items.iter().for_each(|(_, value)| value.add_texts(texts, visits))
            }
            Self::Thing(thing) => texts.extend(thing.texts.iter().cloned()),
            Self::Bound(bound) => bound.0.add_texts(texts, visits),
            Self::Number(_) | Self::Own | Self::Hidden | Self::Unknown => {}
        }
    }

    /// As JSON, where it is close to it: what a request would carry.
    pub(super) fn spelled(&self, room: &mut usize) -> String {
        if *room == 0 {
            return "null".to_owned();
        }
        *room -= 1;
        match self {
            Self::Text(text) => serde_json::Value::String(text.text.replace(HOLE, "")).to_string(),
            Self::Number(number) if number.parse::<f64>().is_ok() => number.to_string(),
            Self::List(many) => format!("[{}]", many.items.iter().map(|(_, v)| v.spelled(room)).collect::<Vec<_>>().join(",")),
            Self::Map(many) => {
                let member = |key: &str, value: &Self, room: &mut usize| {
                    format!("{}:{}", serde_json::Value::String(key.to_owned()), value.spelled(room))
                };
                let members: Vec<String> =
                    many.items.iter().filter_map(|(key, value)| Some(member(key.as_deref()?, value, room))).collect();
                format!("{{{}}}", members.join(","))
            }
            Self::Thing(thing) if matches!(thing.path.as_str(), "True" | "true") => "true".to_owned(),
            Self::Thing(thing) if matches!(thing.path.as_str(), "False" | "false") => "false".to_owned(),
            _ => "null".to_owned(),
        }
    }
}

fn many(mut items: Vec<(Option<Rc<str>>, Value)>) -> Option<Rc<Many>> {
    items.truncate(ITEMS_MAX);
    let height = 1 + items.iter().map(|(_, value)| value.height()).max().unwrap_or_default();
    (height <= HEIGHT_MAX).then(|| Rc::new(Many { items, height }))
}
