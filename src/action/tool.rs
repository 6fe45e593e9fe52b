//! One tool call: what its name, its description and its arguments say, put together.
//!
//! Arguments that are code, a statement, a request or a patch decide by themselves.
//! Else a value that names the action (`action: "delete"`) decides together with the
//! name; else the name; else the description. Values that state an effect are added
//! in any case, and a call that only tries (`dryRun: true`) reads.

use super::code::{self, Language};
use super::fields::{self, Fields};
use super::http::{self, Request};
use super::lexicon::{Noun, Verb, meaning};
use super::name::Phrase;
use super::reading::{Reading, evidence};
use super::{describe, dispatch, fold, patch, secret, shell, sql};
use crate::call::{Action, ToolSpec};
use crate::json::{Object, Value};
use crate::kind::Kind;

mod carried;

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
    let before = reading.len();
    let is_carried = carried::read(reading, call, &words);
    let fields = Fields::of(call.object);
    let mut kinds = if is_carried { named_beside_code(&words) } else { told(call, &words, &fields) };
    if !is_carried {
        add_values(&mut kinds, call, &words, &fields);
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
        reading.add(Action::new(kind, evidence("the tool", call.name)));
    }
    if fields.is_cut {
        reading.unknown("more arguments than are looked at, for", call.name);
    }
    if reading.has(Kind::Execute) && !is_carried {
        run_content(reading, call.object);
    }
    secrets(reading, call.object);
    let amount = fields.amount(describe::is_in_minor_units(call.description(), call.schema()));
    if is_carried {
        reading.aim(&[], None, amount.as_ref());
    } else {
        reading.aim(&fields.targets, fields.count, amount.as_ref());
        if fields.is_everything {
            reading.aim_at_set();
        }
    }
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

/// Kinds that a name adds to code: never reading, writing or running, which the code itself shows.
fn named_beside_code(words: &[String]) -> Vec<Kind> {
    if words.iter().any(|word| matches!(word.as_str(), "patch" | "diff")) {
        return Vec::new();
    }
    let phrase = Phrase::of_words(words);
    if matches!(
        phrase.verb,
        Some(
            Verb::Execute | Verb::Read | Verb::Manage | Verb::Control | Verb::Create | Verb::Write | Verb::Send | Verb::Submit | Verb::Pay
        ) | None
    ) {
        return Vec::new();
    }
    phrase.kinds().into_iter().filter(|kind| kind.is_consequential() && kind.broad() != Kind::Execute).collect()
}

/// What name, action value and description say.
fn told(call: &Called<'_>, words: &[String], fields: &Fields) -> Vec<Kind> {
    let phrase = Phrase::of_words(words);
    let named = phrase.kinds();
    if let Some(kinds) = by_command(call.object, words) {
        return kinds;
    }
    if matches!(phrase.verb, Some(Verb::Click)) {
        return clicked(call.object);
    }
    if let Some(kinds) = by_action(call.object, words) {
        let is_alone = words.len() == 1 && meaning(words.first().map_or("", String::as_str)).noun.is_some();
        let adds =
            kinds.iter().all(|kind| !kind.is_consequential()) && phrase.verb != Some(Verb::Manage) && !is_alone && is_plain_verb(words);
        let mut all = kinds;
        if adds {
            all.extend(named.into_iter().filter(|kind| kind.is_consequential()));
        }
        return all;
    }
    if named.is_empty() {
        let mut kinds = describe::leading(call.description());
        if !kinds.is_empty() {
            kinds.extend(describe::added(call.description()));
        }
        return kinds;
    }
    let leading = describe::leading(call.description());
    let mut kinds = named;
    // `delete_preview` that shows; the report of a thing is not the thing.
    if phrase.has(Noun::Preview)
        && leading == [Kind::Read]
        && words.last().is_some_and(|word| matches!(meaning(word).noun, Some(Noun::Preview)))
    {
        return leading;
    }
    let reads = kinds.iter().all(|kind| kind.broad() == Kind::Read);
    if reads {
        kinds.extend(leading.into_iter().filter(|kind| matches!(kind, Kind::Delete | Kind::Send | Kind::Pay | Kind::Deploy)));
    } else {
        let silent = fields.has_guest_list && !fields.has_guests;
        kinds.extend(describe::added(call.description()).into_iter().filter(|kind| !(silent && *kind == Kind::Send)));
    }
    kinds
}

/// Whether the name's verb is nothing but a verb.
fn is_plain_verb(words: &[String]) -> bool {
    words.iter().filter_map(|word| meaning(word).verb.map(|_| meaning(word).noun)).next().is_some_and(|noun| noun.is_none())
}

/// `kubectl_scale{…}`, `git_reset{…}`: a tool named after a program does what the program does.
fn by_command(object: &Object, words: &[String]) -> Option<Vec<Kind>> {
    let program =
        words.first().filter(|word| matches!(word.as_str(), "kubectl" | "git" | "helm" | "docker" | "terraform" | "podman" | "argocd"))?;
    let mut command = vec![program.clone()];
    command.extend(words.iter().skip(1).filter(|word| !matches!(word.as_str(), "generic" | "command" | "run" | "tool" | "exec")).cloned());
    for key in ["command", "subcommand", "action", "operation", "resourcetype", "name"] {
        command.extend(object.get_folded(&[key]).and_then(Value::as_str).filter(|text| is_identifier(text)).map(str::to_owned));
    }
    let kinds = shell::table_kinds(&command)?;
    (!kinds.is_empty()).then_some(kinds)
}

/// `action: "delete"`, `method: "run_workflow"`: the value names what is done.
fn by_action(object: &Object, words: &[String]) -> Option<Vec<Kind>> {
    const KEYS: [&str; 14] = [
        "action",
        "operation",
        "method",
        "command",
        "subcommand",
        "op",
        "verb",
        "mode",
        "actiontype",
        "operationtype",
        "act",
        "aktion",
        "accion",
        "cmd",
    ];
    let value = KEYS.iter().find_map(|key| object.get_folded(&[key]).and_then(Value::as_str).filter(|text| is_identifier(text)))?;
    let own = fold::words(value);
    let own_phrase = Phrase::of_words(&own);
    own_phrase.verb?;
    if !own_phrase.nouns.is_empty() || own.len() > 1 {
        let kinds = own_phrase.kinds();
        if !kinds.is_empty() || own_phrase.verb == Some(Verb::Click) {
            return Some(with_named_job(kinds, object));
        }
    }
    let mut all = own.clone();
    all.extend(
        words
            .iter()
            .filter(|word| {
                !matches!(meaning(word).verb, Some(Verb::Manage)) && meaning(word).noun.is_some() || meaning(word).verb.is_none()
            })
            .cloned(),
    );
    let mut phrase = Phrase::of_words(&all);
    phrase.verb = own_phrase.verb;
    Some(with_named_job(phrase.kinds(), object))
}

/// A job that is started does what its name states: `workflow_id: "deploy-prod.yml"`.
fn with_named_job(kinds: Vec<Kind>, object: &Object) -> Vec<Kind> {
    if kinds != [Kind::Execute] {
        return kinds;
    }
    let named = object
        .get_folded(&["workflowid", "workflow", "job", "jobname", "pipeline", "jobid", "task"])
        .and_then(Value::as_str)
        .unwrap_or_default();
    let deploys = fold::words(named)
        .iter()
        .any(|word| matches!(word.as_str(), "deploy" | "deployment" | "release" | "prod" | "production" | "rollout"));
    if deploys { vec![Kind::Deploy] } else { kinds }
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))
}

/// A click does what the thing that is clicked says.
fn clicked(object: &Object) -> Vec<Kind> {
    let Some(element) =
        object.get_folded(&["element", "text", "label", "buttontext", "description", "name", "selector"]).and_then(Value::as_str)
    else {
        return Vec::new();
    };
    let words = fold::words(element);
    let is_look = words.iter().any(|word| {
        matches!(word.as_str(), "tab" | "link" | "menu" | "dropdown" | "accordion" | "page" | "next" | "previous" | "expand" | "image")
    });
    let kinds = Phrase::of_words(&words).kinds();
    if kinds.iter().any(|kind| kind.is_consequential()) || !is_look {
        return kinds;
    }
    vec![Kind::Read]
}

/// What values add to what was told.
fn add_values(kinds: &mut Vec<Kind>, call: &Called<'_>, words: &[String], fields: &Fields) {
    let phrase = Phrase::of_words(words);
    let reads = !kinds.is_empty() && kinds.iter().all(|kind| kind.broad() == Kind::Read);
    let creates = matches!(phrase.verb, Some(Verb::Create | Verb::Upload | Verb::Publish));
    let is_filter = reads;
    for &kind in &fields.kinds {
        let is_own = kind == Kind::Permission && creates && fields.kinds.contains(&Kind::Publish);
        if !is_own && (!is_filter || matches!(kind, Kind::Overwrite)) {
            kinds.push(kind);
        }
    }
    if reads {
        return;
    }
    if fields.is_draft && !matches!(phrase.verb, Some(Verb::Delete)) {
        kinds.retain(|kind| !matches!(kind.broad(), Kind::Publish));
        kinds.push(Kind::Write);
    }
    let is_change = kinds.iter().all(|kind| !kind.is_consequential()) && !kinds.is_empty();
    if fields.has_guests && (is_change || kinds.contains(&Kind::Delete)) {
        kinds.push(Kind::Send);
    }
    if fields.pays && is_change {
        kinds.push(Kind::Pay);
    }
    if fields.is_everything && matches!(phrase.verb, Some(Verb::Write | Verb::Replace)) {
        kinds.push(Kind::Overwrite);
    }
    if is_change {
        kinds.extend(fields::file_effects(call.object));
        if is_remote_commit(call.object) {
            kinds.push(Kind::PublishPush);
        }
    }
    if kinds.contains(&Kind::Disclose)
        && phrase.verb == Some(Verb::Upload)
        && fields.local_paths.is_empty()
        && call.object.get_folded(&["content", "contents", "text", "data"]).is_some()
    {
        kinds.retain(|kind| *kind != Kind::Disclose);
        kinds.push(Kind::Write);
    }
}

/// A file that another program runs by itself does what its content does, read as a script.
fn run_content(reading: &mut Reading, object: &Object) {
    let content = object.get_folded(&["content", "contents", "filetext", "text", "newcontent"]).and_then(Value::as_str);
    let path = object.get_folded(&["path", "filepath", "file", "filename", "targetfile"]).and_then(Value::as_str);
    let (Some(content), Some(path)) = (content, path) else { return };
    let is_script = [".json", ".yml", ".yaml", ".toml", ".service", ".timer", ".plist", ".py"].iter().all(|end| !path.ends_with(end))
        && !path.contains("cron");
    if is_script && super::paths::effects_of_writing(path).contains(&Kind::Execute) {
        shell::read(reading, content);
    }
}

/// A file that is written into a branch of a hosted repository.
fn is_remote_commit(object: &Object) -> bool {
    object.get_folded(&["branch"]).is_some()
        && object.get_folded(&["repo", "repository", "projectid"]).is_some()
        && object.get_folded(&["content", "files", "contents"]).is_some()
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
    Some(Request { method: method.map(str::to_owned), url: url.to_owned(), headers, body, has_file: false })
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
