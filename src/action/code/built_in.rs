//! Functions that only make a value of other values: text, names, lists.
//!
//! A command or a module's name that is put together from pieces is known only by
//! what these give; what they do not know is computed, and says so.

use super::parse;
use super::value::{HOLE, Text, Value};
use super::walk::Walk;
use crate::action::shell;

/// What a call of such a function gives; `None` when it is none of them.
pub(super) fn call(walk: &mut Walk<'_, '_>, path: &str, arguments: &[(Option<String>, Value)]) -> Option<Value> {
    let first = arguments.first().map(|(_, value)| value);
    let second = arguments.get(1).map(|(_, value)| value);
    let bare = path.rsplit('.').next().unwrap_or_default();
    Some(match path {
        "getattr" | "Reflect.get" | "operator.attrgetter" => looked_up(walk, first?, second?),
        "__import__" | "importlib.import_module" | "importlib.__import__" | "import_module" | "require" | "import" | "imp.load_module" => {
            imported(walk, first?)
        }
        "functools.partial" | "partial" | "vars" | "compile" | "json.dumps" | "JSON.stringify" | "shlex.split" | "str" | "String"
        | "bytes" | "bytearray" | "textwrap.dedent" | "dedent" | "literal" | "Array.from" | "list" | "tuple" | "iter" | "asyncio.run"
        | "contextlib.closing" | "closing" => first?.clone(),
        "globals" | "locals" => Value::thing("globals"),
        "c" | "array" | "Array.of" | "qw" => Value::list(arguments.iter().map(|(_, value)| value.clone()).collect()),
        "os.path.join" | "path.join" | "path.resolve" | "posixpath.join" | "File.join" | "file.path" | "filepath.Join" => {
            spread(walk, arguments, "/")
        }
        "paste0" => spread(walk, arguments, ""),
        "paste" => spread(walk, arguments, " "),
        "chr" | "String.fromCharCode" | "String.fromCodePoint" => characters(arguments),
        "Buffer.from" => match second.and_then(Value::as_text) {
            Some("base64" | "base64url") => decoded(first?, shell::base64_text),
            Some("hex") => decoded(first?, shell::hex_text),
            _ => first?.clone(),
        },
        "bytes.fromhex" | "bytearray.fromhex" | "binascii.unhexlify" | "binascii.a2b_hex" | "unhexlify" | "hex2bin" => {
            decoded(first?, shell::hex_text)
        }
        _ if matches!(
            bare,
            "b64decode"
                | "atob"
                | "decodebytes"
                | "urlsafe_b64decode"
                | "standard_b64decode"
                | "decode64"
                | "base64_decode"
                | "decode_base64"
                | "strict_decode64"
                | "a2b_base64"
        ) =>
        {
            decoded(first?, shell::base64_text)
        }
        _ => return None,
    })
}

/// `getattr(os, 'rem' + 'ove')`.
fn looked_up(walk: &mut Walk<'_, '_>, owner: &Value, name: &Value) -> Value {
    match (owner, name.as_text()) {
        (_, Some(name)) => walk.member(owner, name),
        (Value::Thing(thing), None) if super::known::is_module(walk.language, &thing.path) => Value::Hidden,
        (Value::Hidden, None) => Value::Hidden,
        _ => Value::Unknown,
    }
}

fn imported(walk: &mut Walk<'_, '_>, name: &Value) -> Value {
    match name.as_text() {
        Some(name) => Value::thing(&parse::module_path(name)),
        None => {
            walk.reading.unknown("code that is looked up by a name that is computed", "");
            Value::Hidden
        }
    }
}

fn decoded(value: &Value, decode: fn(&str) -> Option<String>) -> Value {
    let text = value.as_text().and_then(decode);
    text.map_or(Value::Unknown, |text| Value::Text(Text { text: text.as_str().into(), is_encoded: true }))
}

fn characters(arguments: &[(Option<String>, Value)]) -> Value {
    let one = |value: &Value| value.as_number().and_then(|n| n.parse::<u32>().ok()).and_then(char::from_u32);
    let text: Option<String> = arguments.iter().map(|(_, value)| one(value)).collect();
    text.map_or_else(|| Value::text(&HOLE.to_string()), |text| Value::text(&text))
}

fn spread(walk: &mut Walk<'_, '_>, arguments: &[(Option<String>, Value)], between: &str) -> Value {
    let values: Vec<Value> = arguments.iter().filter(|(name, _)| name.is_none()).map(|(_, value)| value.clone()).collect();
    between_texts(walk, &values, between)
}

fn between_texts(walk: &mut Walk<'_, '_>, values: &[Value], between: &str) -> Value {
    let mut parts = Vec::new();
    for (at, value) in values.iter().enumerate() {
        if at > 0 && !between.is_empty() {
            parts.push(Value::text(between));
        }
        parts.push(value.clone());
    }
    if parts.is_empty() { Value::text("") } else { walk.joined(&parts) }
}

/// A method of a text or a list in memory: nothing outside changes by it.
pub(super) fn method(walk: &mut Walk<'_, '_>, owner: &Value, method: &str, arguments: &[(Option<String>, Value)]) -> Value {
    let values: Vec<Value> = arguments.iter().map(|(_, value)| value.clone()).collect();
    let first = values.first();
    match (owner, method) {
        (Value::Text(text), _) if !walk.pay(text.text.len()) => Value::Unknown,
        // `"rm x".execute()` of Groovy.
        (Value::Text(_), "execute") => {
            walk.command(owner);
            Value::Unknown
        }
        (Value::Text(text), "join") => match first.and_then(Value::items) {
            Some(items) => {
                let items: Vec<Value> = items.cloned().collect();
                between_texts(walk, &items, &text.text.clone())
            }
            None => Value::text(&HOLE.to_string()),
        },
        (Value::List(_), "join") => {
            let items: Vec<Value> = owner.items().map(|items| items.cloned().collect()).unwrap_or_default();
            between_texts(walk, &items, first.and_then(Value::as_text).unwrap_or(","))
        }
        (Value::Text(_), "concat") => walk.joined(&[std::slice::from_ref(owner), &values].concat()),
        (Value::Text(text), "format" | "format_map") => Value::text(&filled(&text.text, arguments)),
        (Value::Text(text), "replace" | "replaceAll" | "gsub" | "sub") => {
            match (first.and_then(Value::as_text), values.get(1).and_then(Value::as_text)) {
                (Some(from), Some(to)) if !from.is_empty() && to.len() <= from.len() => Value::text(&text.text.replace(from, to)),
                _ => Value::text(&HOLE.to_string()),
            }
        }
        (Value::Text(text), "split") => match first.and_then(Value::as_text) {
            Some("") => Value::list(text.text.chars().map(|c| Value::text(&c.to_string())).collect()),
            Some(at) => Value::list(text.text.split(at).map(Value::text).collect()),
            None => Value::list(text.text.split_whitespace().map(Value::text).collect()),
        },
        (Value::Text(text), "reverse") => Value::text(&text.text.chars().rev().collect::<String>()),
        (Value::List(_), "reverse" | "reversed") => {
            let mut items: Vec<Value> = owner.items().map(|items| items.cloned().collect()).unwrap_or_default();
            items.reverse();
            Value::list(items)
        }
        (Value::Text(text), "lower" | "toLowerCase" | "downcase") => Value::text(&text.text.to_lowercase()),
        (
            Value::Text(_),
            "encode" | "decode" | "strip" | "trim" | "toString" | "freeze" | "to_s" | "as_posix" | "dedent" | "stripIndent",
        ) if first.and_then(Value::as_text).is_none_or(|text| !matches!(text, "hex" | "base64" | "rot13" | "rot_13")) => owner.clone(),
        (Value::Text(_), _) => Value::text(&HOLE.to_string()),
        (Value::Map(_), "get" | "fetch" | "pop" | "setdefault") => {
            first.and_then(Value::as_text).and_then(|key| owner.get(key)).cloned().unwrap_or(Value::Unknown)
        }
        _ => Value::Unknown,
    }
}

/// `'rm {}'.format(x)`.
fn filled(text: &str, arguments: &[(Option<String>, Value)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut next = arguments.iter().filter(|(name, _)| name.is_none());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (key, behind) = after.split_once('}').unwrap_or((after, ""));
        let value = if key.is_empty() { next.next() } else { arguments.iter().find(|(name, _)| name.as_deref() == Some(key)) };
        match value.and_then(|(_, value)| value.as_text()).filter(|value| value.len() < 1000) {
            Some(value) => filled.push_str(value),
            None => filled.push(HOLE),
        }
        rest = behind;
    }
    filled.push_str(rest);
    filled
}
