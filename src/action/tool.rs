//! One tool call: what its name, its description and its arguments say, put together.
//!
//! Arguments that are code, a statement, a request or a patch decide by themselves.
//! Else a value that names the action (`action: "delete"`) decides together with the
//! name; else the name; else the description. Values that state an effect are added
//! in any case, and a call that only tries (`dryRun: true`) reads.

use super::code::{self, Language};
use super::fields::Fields;
use super::http::{self, Request};
use super::lexicon::Verb;
use super::name::Phrase;
use super::reading::{Reading, evidence};
use super::{describe, dispatch, fold, patch, secret, shell, sql, written};
use crate::call::{Action, Amount, Target, TargetSort, ToolSpec};
use crate::json::{Object, Value};
use crate::kind::Kind;
use catalogue::{Entry, Role};

mod carried;
mod catalogue;
mod named;
mod values;

pub(super) use carried::spelled;

/// The longest target that the catalogue names.
const TARGET_BYTES_MAX: usize = 300;

/// A call as this file reads it.
pub(super) struct Called<'a> {
    pub(super) name: &'a str,
    pub(super) object: &'a Object,
    pub(super) spec: Option<&'a ToolSpec>,
}

impl Called<'_> {
    fn description(&self) -> &str {
        self.spec.and_then(|spec| spec.description.as_deref()).unwrap_or_default()
    }

    fn schema(&self) -> &str {
        self.spec.and_then(|spec| spec.schema.as_deref()).unwrap_or_default()
    }
}

/// Reads one call.
pub(super) fn read(reading: &mut Reading, call: &Called<'_>) {
    if let Some(inner) = dispatch::unwrap(call.name, call.object) {
        return dispatched(reading, call.name, &inner);
    }
    let words = fold::words(call.name);
    let phrase = Phrase::of_name(call.name);
    let before = reading.len();
    let listed = catalogue::find(call.name, call.object);
    let is_carried = match listed {
        Some(entry) if !entry.kinds.contains(&Kind::ReadNetwork) => carried::read_listed(reading, call.object, entry),
        _ => carried::read(reading, call, &words),
    };
    let mut fields = Fields::of(call.object);
    fields.is_internal |= words.iter().any(|word| matches!(word.as_str(), "internal" | "private" | "intern" | "interne"));
    let mut kinds = match listed {
        Some(entry) if is_carried || entry.is_by_value() => entry.kinds.clone(),
        Some(entry) => named::described(call, &words, &phrase, &fields, entry.kinds.clone()),
        None if is_carried => named::beside_code(&words),
        None => named::told(call, &words, &phrase, &fields),
    };
    if !is_carried {
        values::add(&mut kinds, call, &phrase, &fields);
    } else if reading.len() == before && kinds.is_empty() {
        kinds.push(Kind::Unknown);
    }
    if fields.stops && !is_carried {
        kinds = vec![Kind::Read];
    }
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.is_empty() && !is_carried {
        reading.unknown("neither name nor arguments tell what this tool does:", call.name);
    }
    for kind in kinds {
        reading.add(Action::new(kind, evidence(if listed.is_some() { "the listed tool" } else { "the tool" }, call.name)));
    }
    if fields.is_cut {
        reading.unknown("more arguments than are looked at, for", call.name);
    }
    if reading.has(Kind::Execute) && !is_carried {
        values::run_content(reading, call.object);
        values::run_written(reading, call.object);
    }
    if reading.collects() && reading.actions().iter().any(|action| action.kind.broad() != Kind::Read) {
        written::of_call(call.object, &words).into_iter().for_each(|wrote| reading.wrote(|| wrote));
    }
    secrets(reading, call.object);
    let listed_sum = listed.and_then(|entry| listed_amount(entry, call.object, &fields));
    let amount = listed_sum.or_else(|| fields.amount(describe::is_in_minor_units(call.description(), call.schema())));
    // What the catalogue names comes first; whatever else the arguments name is aimed at as well.
    let mut targets = listed.map(|entry| listed_targets(entry, call.object)).unwrap_or_default();
    let named: Vec<Target> =
        fields.targets.iter().filter(|target| targets.iter().all(|listed| listed.value != target.value)).cloned().collect();
    targets.extend(named);
    if is_carried {
        return reading.aim(&[], None, amount.as_ref());
    }
    reading.aim(&targets, fields.count, amount.as_ref());
    if fields.is_everything
        || (fields.is_selected && fields.count.is_none() && !fields.names_one())
        || words.iter().any(|word| matches!(word.as_str(), "all" | "everything" | "alle" | "tout" | "todo" | "todos" | "tutto"))
    {
        reading.aim_at_set();
    }
    // `remove_tracks{tracks: […]}`: the one list of a removal is what is removed.
    if let ([length], Some(Verb::Delete | Verb::Remove | Verb::Cancel)) = (fields.other_lists.as_slice(), phrase.verb) {
        reading.aim(&[], Some(*length), None);
    }
    reading.aim(&[], fields.limit, None);
}

/// What the catalogue says the call is aimed at.
fn listed_targets(entry: &Entry, object: &Object) -> Vec<Target> {
    let mut targets = Vec::new();
    for (role, argument) in &entry.roles {
        let sort = match role {
            Role::To => TargetSort::Recipient,
            Role::Target => TargetSort::Id,
            Role::Amount | Role::Cents | Role::Text(_) => continue,
        };
        match object.get_folded(&[argument]) {
            // A list in one text is taken apart where all arguments are looked at.
            Some(Value::String(text)) if text.len() <= TARGET_BYTES_MAX && !text.contains([',', ';']) => {
                targets.push(Target::new(sort, text.as_str()));
            }
            Some(Value::Number(number)) => targets.push(Target::new(sort, number.as_str())),
            _ => {}
        }
    }
    targets
}

/// The sum where the catalogue says it stands.
fn listed_amount(entry: &Entry, object: &Object, fields: &Fields) -> Option<Amount> {
    entry.roles.iter().find_map(|(role, argument)| {
        let is_minor = match role {
            Role::Amount => false,
            Role::Cents => true,
            Role::To | Role::Target | Role::Text(_) => return None,
        };
        object.get_folded(&[argument])?;
        fields.amount(is_minor)
    })
}

/// Free text of a tool that takes no JSON.
pub(super) fn read_text(reading: &mut Reading, name: &str, text: &str) {
    if patch::read(reading, text) {
        return;
    }
    let words = fold::words(name);
    if let Some(language) = carried::language_of(&words) {
        return code::read(reading, language, text);
    }
    if carried::is_shell(&words) {
        return shell::read(reading, text);
    }
    if sql::looks_like(text) {
        return sql::read(reading, text);
    }
    let kinds: Vec<Kind> = Phrase::of_words(&words).kinds().into_iter().filter(|kind| kind.is_consequential()).collect();
    kinds.iter().for_each(|kind| reading.note(*kind, "the tool", name));
    reading.unknown("free text for a tool that is not known:", name);
}

fn dispatched(reading: &mut Reading, name: &str, inner: &[dispatch::Inner]) {
    for call in inner {
        let Some(arguments) = &call.arguments else {
            for kind in
                Phrase::of_name(&call.name).kinds().into_iter().filter(|kind| kind.is_consequential() && kind.broad() != Kind::Execute)
            {
                reading.note(kind, "the inner tool", &call.name);
            }
            reading.unknown("arguments that cannot be read, inside", name);
            continue;
        };
        reading.nested(0, |reading| read(reading, &Called { name: &call.name, object: arguments, spec: None }));
    }
}

/// An address, and a secret inside an address, whatever the tool says it is for.
fn secrets(reading: &mut Reading, object: &Object) {
    for (key, value) in object.iter() {
        let Some(text) = value.as_str() else { continue };
        let is_address = text.starts_with("http://") || text.starts_with("https://");
        if is_address && text.split_once('?').is_some_and(|(_, query)| secret::is_in(query)) {
            reading.note(Kind::Disclose, "a secret inside the address", key);
        }
    }
}

/// A request that a tool spells out in its arguments.
fn request_of(object: &Object) -> Option<Request> {
    let url = object.get_folded(&["url", "uri", "endpoint", "href", "address", "requesturl"]).and_then(Value::as_str)?;
    let method = object.get_folded(&["method", "httpmethod", "verb", "requestmethod"]).and_then(Value::as_str);
    let body = object.get_folded(&["body", "data", "json", "payload", "requestbody", "content"]).map(|value| match value {
        Value::String(text) => text.clone(),
        other => carried::spelled(other),
    });
    let mut headers = object.get_folded(&["headers", "header", "httpheaders", "requestheaders"]).map(headers_in).unwrap_or_default();
    // A proxy sees the request as the host it names would.
    let proxy = object.get_folded(&["proxy", "proxyurl", "httpproxy", "httpsproxy", "host"]).and_then(Value::as_str);
    headers.extend(proxy.map(|proxy| ("host".to_owned(), proxy.to_owned())));
    Some(Request { method: method.map(str::to_owned), url: url.to_owned(), headers, body, has_file: false, depth: 0 })
}

/// Headers as an object, as pairs, as `{name, value}` or as lines.
fn headers_in(value: &Value) -> Vec<(String, String)> {
    let line = |text: &str| text.split_once(':').map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()));
    let one = |item: &Value| match item {
        Value::String(text) => line(text),
        Value::Array(pair) => Some((pair.first()?.as_str()?.to_owned(), pair.get(1)?.as_str()?.to_owned())),
        Value::Object(pair) => {
            let part = |keys: &[&str]| pair.get_folded(keys).and_then(Value::as_str).map(str::to_owned);
            Some((part(&["name", "key", "header"])?, part(&["value"])?))
        }
        _ => None,
    };
    match value {
        Value::Object(object) => object.iter().filter_map(|(key, value)| Some((key.to_owned(), value.as_str()?.to_owned()))).collect(),
        Value::Array(items) => items.iter().filter_map(one).collect(),
        Value::String(text) => text.lines().filter_map(line).collect(),
        _ => Vec::new(),
    }
}

fn send_request(reading: &mut Reading, request: &Request) {
    http::read(reading, request);
}

fn inline(reading: &mut Reading, language: Language, text: &str) {
    code::read(reading, language, text);
}

#[cfg(test)]
mod tests;
