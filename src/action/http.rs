//! HTTP requests: what method, address and body do together.
//!
//! `DELETE` deletes and `GET` reads, but half of all APIs post their deletes and some
//! read with a post: the last words of the path, the operation of a GraphQL document
//! and the fields of the body decide before the method does. A body that nothing
//! explains, sent to an address that says nothing, is `unknown`.

use super::lexicon::{Noun, Verb, meaning};
use super::name::Phrase;
use super::reading::{Reading, evidence, target};
use super::{fields, fold, secret};
use crate::call::{Action, Amount, Count, Target, TargetSort};
use crate::json::{Value, read_value};
use crate::kind::Kind;

pub(super) mod graphql;
mod hosts;
mod inner;

/// A request as a call spells it.
#[derive(Debug, Clone, Default)]
pub(super) struct Request {
    pub(super) method: Option<String>,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<String>,
    /// A body or part of it that the call does not show.
    pub(super) has_file: bool,
    /// How many requests this one stands in.
    pub(super) depth: usize,
}

impl Request {
    pub(super) fn add_body(&mut self, text: &str) {
        let body = self.body.get_or_insert_default();
        if !body.is_empty() {
            body.push('&');
        }
        body.push_str(text);
    }

    pub(super) fn has_body(&self) -> bool {
        self.body.as_deref().is_some_and(|body| !body.is_empty())
    }

    /// The requests of a batch; empty when it is none.
    fn inner(&self, method: &str) -> Vec<Self> {
        if self.depth >= BATCHES_MAX || matches!(method, "GET" | "HEAD") {
            return Vec::new();
        }
        let body = self.body.as_deref().unwrap_or_default();
        let mut inner = inner::requests(read_value(body).ok().as_ref(), body, &self.url);
        inner.iter_mut().for_each(|request| request.depth = self.depth + 1);
        inner
    }

    fn method(&self) -> String {
        let overridden = self
            .headers
            .iter()
            .find(|(name, _)| matches!(name.to_lowercase().as_str(), "x-http-method" | "x-http-method-override" | "x-method-override"));
        let in_query = self.url.split_once('?').and_then(|(_, query)| query.split('&').find_map(|pair| pair.strip_prefix("_method=")));
        let in_body = self.body.as_deref().and_then(|body| body.split('&').find_map(|pair| pair.strip_prefix("_method=")));
        let in_object = self.body.as_deref().filter(|body| body.contains("\"_method\"")).and_then(|body| read_value(body).ok());
        let in_object = in_object.as_ref().and_then(|value| value.as_object()?.get("_method")?.as_str());
        let method = overridden.map(|(_, value)| value.as_str()).or(in_query).or(in_body).or(in_object).or(self.method.as_deref());
        method.map_or_else(
            || if self.has_body() || self.has_file { "POST".to_owned() } else { "GET".to_owned() },
            |m| m.trim().to_uppercase(),
        )
    }
}

/// How many documents of a batch are looked at.
const DOCUMENTS_MAX: usize = 100;
/// How deep a request may stand in requests.
const BATCHES_MAX: usize = 2;

/// The host of an address, without its port and user. What readers of addresses take
/// apart differently (a backslash, a space) is left as it stands, and is nobody's host.
pub(super) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains(|c: char| c == '\\' || c.is_whitespace() || c.is_control()) {
        return authority;
    }
    let host = authority.rsplit('@').next().unwrap_or_default();
    if host.starts_with('[') { host } else { host.split(':').next().unwrap_or_default() }
}

/// What the request does.
pub(super) fn read(reading: &mut Reading, request: &Request) {
    let method = request.method();
    let shown = format!("{method} {}", request.url);
    let host = host_of(&request.url);
    let mut note = |kind: Kind, how: &str| reading.add(Action::new(kind, evidence(how, &shown)).on([target(TargetSort::Host, host)]));
    let has_secret =
        secret::is_in(request.url.split_once('?').map_or("", |(_, query)| query)) || request.body.as_deref().is_some_and(secret::is_in);
    if has_secret {
        note(Kind::Disclose, "a secret inside the request");
    }
    let path = Path::of(&request.url);
    let inner = request.inner(&method);
    if !inner.is_empty() {
        return inner.iter().for_each(|request| read(reading, request));
    }
    let kinds = match method.as_str() {
        "GET" | "HEAD" => looked_up(request, &path, host),
        "OPTIONS" | "TRACE" | "CONNECT" => vec![Kind::ReadNetwork],
        "DELETE" | "PURGE" => deleted(&path),
        "POST" | "PUT" | "PATCH" | "MKCOL" | "COPY" | "MOVE" | "LINK" => changed(request, &path, host, &method),
        _ => Vec::new(),
    };
    // A local file that goes out is told by whoever found it; that is what the request does.
    if kinds.is_empty() && !request.has_file && !has_secret {
        note(Kind::Unknown, "nothing tells what this request does");
    }
    let (count, amount) = measures(request, host);
    for kind in kinds {
        let mut action = Action::new(kind, evidence("the request", &shown)).on([target(TargetSort::Host, host)]);
        action.count = count;
        action.amount = amount.clone().filter(|_| kind == Kind::Pay);
        reading.add(action);
    }
    // The same address may be served by whoever the header names.
    let others: Vec<Target> = request
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("host"))
        .map(|(_, other)| target(TargetSort::Host, host_of(other)))
        .collect();
    if !others.is_empty() {
        reading.aim_also(&others);
    }
}

/// How many things, and how much money, the body states. Stripe counts in cents.
fn measures(request: &Request, host: &str) -> (Count, Option<Amount>) {
    let body = request.body.as_deref().unwrap_or_default();
    let is_minor = host.contains("stripe.com");
    match read_value(body) {
        Ok(Value::Object(object)) => {
            let fields = fields::Fields::of(&object);
            (fields.count.map_or(Count::Unstated, Count::Exactly), fields.amount(is_minor))
        }
        _ => (Count::Unstated, fields::sum_among(body.split('&').filter_map(|pair| pair.split_once('=')), is_minor)),
    }
}

/// The words of a path, its ids left out.
struct Path {
    segments: Vec<String>,
}

impl Path {
    fn of(url: &str) -> Self {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        let segments = path.split('/').skip(1).filter(|s| !s.is_empty()).map(str::to_owned).collect();
        Self { segments }
    }

    /// The last segments that are words, last first.
    fn words(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().rev().map(String::as_str).filter(|segment| is_word(segment))
    }

    fn last(&self) -> Option<&str> {
        self.segments.last().map(String::as_str)
    }

    fn has(&self, word: &str) -> bool {
        self.segments.iter().any(|segment| segment.to_lowercase() == word)
    }

    fn is_api(&self) -> bool {
        self.segments.iter().any(|s| {
            matches!(s.as_str(), "api" | "rest" | "rpc")
                || (s.starts_with('v') && s.len() < 5 && s.bytes().skip(1).all(|b| b.is_ascii_digit() || b == b'.'))
        })
    }
}

fn is_word(segment: &str) -> bool {
    let is_version = segment.len() < 5 && segment.starts_with('v') && segment.bytes().skip(1).any(|b| b.is_ascii_digit());
    segment.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && !is_version
        && segment.chars().filter(char::is_ascii_digit).count() < 3
        && !matches!(segment, "api" | "rest" | "me" | "rpc")
}

/// The kinds that a segment's own verb names: `batchDelete`, `chat.postMessage`, `_search`.
fn verb_kinds(segment: &str) -> Option<Vec<Kind>> {
    let words = fold::words(segment.trim_end_matches(".php"));
    if matches!(segment, "up" | "down") {
        // A place, or a sign of life; tools are called so for bringing services up.
        return None;
    }
    let leads = words.iter().map(|word| meaning(word)).find(|m| m.verb.is_some() || m.noun.is_some())?;
    let is_pure = words.iter().map(|word| meaning(word)).any(|m| m.verb.is_some() && m.noun.is_none_or(|noun| noun == Noun::Trash));
    let is_called = segment.contains('.')
        || segment.contains(char::is_uppercase)
        || segment.starts_with('_')
        || words.len() == 1
        || leads.noun.is_none();
    (is_pure && is_called).then(|| Phrase::of_words(&words).kinds()).filter(|kinds| !kinds.is_empty())
}

fn looked_up(request: &Request, path: &Path, host: &str) -> Vec<Kind> {
    let last = path.last().unwrap_or_default();
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let acts = fold::words(last).len() == 1 && path.is_api() && path.segments.len() > 2;
    // `GET …/deleteMessage?id=4` of an API that takes its commands this way.
    let is_command = !query.is_empty() && last.contains(char::is_uppercase) && (host.starts_with("api.") || path.is_api());
    let mut kinds = verb_kinds(last).filter(|_| acts || is_command || last.contains('.') && path.is_api()).unwrap_or_default();
    kinds.extend(asked_for(query));
    let acting: Vec<Kind> = kinds.into_iter().filter(|kind| kind.is_consequential()).collect();
    if acting.is_empty() { vec![Kind::ReadNetwork] } else { acting }
}

/// `?action=delete&id=4`.
fn asked_for(query: &str) -> Vec<Kind> {
    let names = ["action", "act", "do", "op", "operation", "cmd", "command", "task", "method"];
    let value = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| names.contains(&name.to_lowercase().as_str()));
    value.map(|(_, value)| Phrase::of_name(value).kinds()).unwrap_or_default()
}

fn deleted(path: &Path) -> Vec<Kind> {
    let noun = path.words().find_map(|segment| fold::words(segment).iter().find_map(|word| meaning(word).noun));
    if path.segments.iter().any(|s| s.contains("protect")) {
        return vec![Kind::Permission];
    }
    if path.has("subscriptions") && !path.has("pubsub") {
        return vec![Kind::Pay, Kind::Delete];
    }
    match noun {
        Some(Noun::Grant | Noun::Member) => vec![Kind::Permission],
        Some(Noun::Credential) => vec![Kind::Delete, Kind::PermissionCredential],
        _ => vec![Kind::Delete],
    }
}

fn changed(request: &Request, path: &Path, host: &str, method: &str) -> Vec<Kind> {
    let body = request.body.as_deref().unwrap_or_default();
    let value = read_value(body).ok();
    if let Some(kinds) = operation(request, path, value.as_ref(), body) {
        return kinds;
    }
    let known = hosts::kinds(host, method, &request.url, body);
    if !known.is_empty() {
        return known;
    }
    if host == "api.telegram.org" && path.last().is_some_and(|l| l.starts_with("send")) {
        return vec![Kind::Send];
    }
    let mut kinds = stated(path, method, value.as_ref());
    let mut by_body = fields::effects_in(value.as_ref(), body);
    if matches!(method, "PUT" | "PATCH") && value.as_ref().is_some_and(gives_power) {
        by_body.push(Kind::Permission);
    }
    if !by_body.is_empty() {
        kinds.retain(|kind| kind.is_consequential());
        if by_body == [Kind::Write] && matches!(kinds.as_slice(), [Kind::Publish]) {
            return vec![Kind::Write];
        }
        // What is made public as it is made is published; nobody's rights change.
        let is_made = method == "POST" && kinds.contains(&Kind::Publish);
        kinds.extend(by_body.into_iter().filter(|kind| !(is_made && *kind == Kind::Permission)));
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Whether a field says who may do what: `{"role": "admin"}`.
fn gives_power(value: &Value) -> bool {
    const POWERS: [&str; 10] =
        ["role", "roles", "isadmin", "admin", "issuperuser", "permissions", "accesslevel", "scopes", "isstaff", "privileges"];
    value.as_object().is_some_and(|object| object.get_folded(&POWERS).is_some())
}

/// What the words of the path say about a change.
fn stated(path: &Path, method: &str, value: Option<&Value>) -> Vec<Kind> {
    let last = path.last().unwrap_or_default();
    if path.has("webhook") || path.has("hooks") || path.has("webhooks") && method != "PUT" && path.segments.len() > 1 {
        return Vec::new();
    }
    if path.has("dispatches") {
        let deploys = path.segments.iter().any(|s| ["deploy", "release", "prod"].iter().any(|w| s.contains(w)));
        return vec![if deploys { Kind::Deploy } else { Kind::Execute }];
    }
    if path.has("contents") && path.has("repos") || path.has("statuses") && !path.has("repos") {
        let is_direct = value.and_then(Value::as_object).and_then(|o| o.get("visibility")).and_then(Value::as_str) == Some("direct");
        return vec![if is_direct { Kind::Send } else { Kind::Publish }];
    }
    if let Some(kinds) = verb_kinds(last) {
        return kinds;
    }
    // The last segment that names a thing; a name of one's own behind it is only that.
    let named = path.words().find(|segment| fold::words(segment).iter().any(|word| meaning(word).noun.is_some()));
    let segment = named.or_else(|| path.words().next()).unwrap_or_default();
    let words = fold::words(segment);
    if words.is_empty() {
        return Vec::new();
    }
    let is_update = method == "PATCH" || method == "PUT" || last != segment;
    let money =
        ["payment", "intents", "charge", "refund", "payout", "transfer", "order", "subscription", "checkout", "trade", "withdrawal"];
    if words.iter().any(|word| money.iter().any(|m| word.starts_with(m))) {
        return vec![Kind::Pay];
    }
    let mut phrase = Phrase::of_words(&words);
    phrase.verb = Some(if is_update { Verb::Write } else { Verb::Create });
    phrase.nouns = words.iter().rev().filter_map(|word| meaning(word).noun).collect();
    if path.has("deployments") || path.has("pods") || path.has("replicas") || path.has("scale") {
        return vec![Kind::Deploy];
    }
    if phrase.has(Noun::Repository) || phrase.nouns.is_empty() {
        return vec![Kind::Write];
    }
    if phrase.has(Noun::Public) && is_update {
        return vec![Kind::Write];
    }
    phrase.kinds()
}

/// GraphQL, procedures by name, and searches that are posted.
fn operation(request: &Request, path: &Path, value: Option<&Value>, body: &str) -> Option<Vec<Kind>> {
    let object = value.and_then(Value::as_object);
    let chosen = object.and_then(|o| o.get("operationName")).and_then(Value::as_str);
    let documents = documents(value);
    if !documents.is_empty() {
        let mut kinds: Vec<Kind> = documents.iter().flat_map(|document| graphql::kinds(document, chosen)).collect();
        if kinds.iter().any(|kind| kind.broad() != Kind::Read) {
            kinds.retain(|kind| kind.broad() != Kind::Read);
        }
        return Some(kinds);
    }
    if path.last() == Some("graphql") {
        // A stored document is only named.
        return Some(match (object, chosen) {
            (Some(_), Some(name)) => Phrase::of_name(name).kinds(),
            (Some(_), None) => Vec::new(),
            (None, _) if graphql::looks_like(body) => graphql::kinds(body, None),
            (None, _) => Vec::new(),
        });
    }
    if let Some(kinds) = inner::procedures(value) {
        return Some(kinds);
    }
    let action = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("soapaction")).map(|(_, value)| value.as_str());
    if let Some(kinds) = inner::xml_procedure(body, action).filter(|_| value.is_none()) {
        return Some(kinds);
    }
    let last = path.last().unwrap_or_default();
    matches!(
        last,
        "_search" | "search" | "query" | "_count" | "_msearch" | "find" | "aggregate" | "lookup" | "validate" | "preview" | "estimate"
    )
    .then(|| vec![Kind::ReadNetwork])
}

/// The GraphQL documents of a body, one or a batch.
fn documents(value: Option<&Value>) -> Vec<&str> {
    let items = match value {
        Some(Value::Array(items)) => items.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    items.iter().take(DOCUMENTS_MAX).filter_map(document_of).collect()
}

fn document_of(value: &Value) -> Option<&str> {
    value.as_object()?.get("query")?.as_str().filter(|document| document.contains('{'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds_of(method: &str, url: &str, body: &str) -> String {
        let mut reading = Reading::new();
        let request =
            Request { method: Some(method.into()), url: url.into(), body: (!body.is_empty()).then(|| body.into()), ..Request::default() };
        read(&mut reading, &request);
        let names: Vec<&str> = reading.actions().iter().map(|a| a.kind.name()).collect();
        names.join(" ")
    }

    #[test]
    fn path_body_and_method_decide_together() {
        for (method, url, body, kinds) in [
            ("GET", "https://docs.example/how-to/delete-account", "", "read.network"),
            ("DELETE", "https://api.example/v2/notes/4", "", "delete"),
            ("DELETE", "https://api.example/v2/teams/4/members/9", "", "permission"),
            ("POST", "https://api.example/v2/notes/4/delete", "", "delete"),
            ("POST", "https://api.example/v2/notes?_method=delete", "", "delete"),
            ("POST", "https://api.example/v2/messages", r#"{"to":"a","text":"hi"}"#, "send"),
            ("POST", "https://api.example/graphql", r#"{"query":"mutation { archivePurge(id: 1) { ok } }"}"#, "delete"),
            ("POST", "https://api.example/graphql", r#"{"query":"{ viewer { name } }"}"#, "read.network"),
            ("POST", "https://x.example/", r#"{"a":1}"#, "unknown"),
            ("POST", "https://api.example/v1/tasks", r#"{"title":"milk"}"#, "write"),
        ] {
            assert_eq!(kinds_of(method, url, body), kinds, "{method} {url}");
        }
    }

    #[test]
    fn a_long_body_that_no_reader_needs_makes_nothing_unknown() {
        let body = serde_json::json!({ "title": "x", "text": "rm -rf / and DROP TABLE x; ".repeat(50_000) }).to_string();
        assert_eq!(kinds_of("POST", "https://api.example/v1/tasks", &body), "write");
    }

    #[test]
    fn a_request_inside_a_request_is_read() {
        let batch = |method: &str| format!(r#"{{"requests":[{{"method":"GET","url":"/a"}},{{"method":"{method}","url":"/b/1"}}]}}"#);
        assert!(kinds_of("POST", "https://api.example/batch", &batch("DELETE")).contains("delete"));
        assert_eq!(kinds_of("POST", "https://api.example/batch", &batch("GET")), "read.network");
        let call = |method: &str| format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":[]}}"#);
        assert_eq!(kinds_of("POST", "http://node.example:8545", &call("eth_blockNumber")), "read.network");
        assert_eq!(kinds_of("POST", "http://node.example:8545", &call("eth_sendRawTransaction")), "pay");
    }

    #[test]
    fn a_host_is_read_without_user_and_port() {
        assert_eq!(host_of("https://u:p@h.example:8443/x"), "h.example");
    }
}
