//! Calls that send a request or open a way out: `requests.post(…)`, `fetch(…)`, sockets, uploads.

use super::calls::{Call, plain};
use super::value::{HOLE, Value};
use crate::action::http::{self, Request};
use crate::action::paths;
use crate::action::reading::{Reading, evidence, target};
use crate::call::{Action, TargetSort};
use crate::kind::Kind;

/// Words that name a client in a path.
const CLIENTS: [&str; 29] = [
    "requests",
    "httpx",
    "axios",
    "session",
    "client",
    "http",
    "https",
    "got",
    "superagent",
    "aiohttp",
    "ky",
    "urllib",
    "undici",
    "faraday",
    "httparty",
    "fetch",
    "$",
    "needle",
    "excon",
    "resty",
    "httr",
    "httr2",
    "crul",
    "guzzle",
    "restclient",
    "typhoeus",
    "reqwest",
    "ureq",
    "rest",
];

/// Sockets, and moves over a live file.
pub(super) fn sent_out(reading: &mut Reading, call: &Call<'_>) -> bool {
    let reads = || call.positional.iter().any(|value| call.reads_locally(value));
    match call.method() {
        "sendall" | "send" | "sendto" | "write" if reads() && call.path.to_lowercase().contains("sock") => {
            reading.note(Kind::Disclose, "local data goes to the network by", &call.path);
        }
        "sendall" | "sendto" if reads() => reading.note(Kind::Disclose, "local data goes to the network by", &call.path),
        "sendall" | "sendto" => reading.note(Kind::Write, "the call", &call.path),
        "put" | "put_object" | "PutObjectCommand" | "putObject" => {
            let lower = call.path.to_lowercase();
            if call.method() == "put" && !["ftp", "scp", "s3", "object"].iter().any(|word| lower.contains(word)) {
                return false;
            }
            let targets: Vec<_> = call.texts.iter().take(1).map(|t| target(TargetSort::Path, &plain(t))).collect();
            reading.add(Action::new(Kind::Disclose, evidence("local data goes to the network by", &call.path)).on(targets));
        }
        "move" | "replace" if call.path.starts_with("shutil") || call.path.starts_with("os.") => {
            let is_restored = matches!(call.texts.as_slice(), [from, to, ..] if paths::is_backup_of(from, to));
            reading.note(if is_restored { Kind::Overwrite } else { Kind::Write }, "the call", &call.path);
        }
        _ => return false,
    }
    true
}

/// `requests.delete(url)`, `axios.post(url, {…})`, `fetch(url, {method: …})`, `axios({method, url})`.
pub(super) fn read(reading: &mut Reading, call: &Call<'_>) -> bool {
    let path = call.path.to_lowercase();
    let method = call.method();
    let verb = method.to_lowercase();
    let is_client = path.split('.').any(|part| CLIENTS.iter().any(|client| part == *client || part.ends_with(client) && client.len() > 3));
    let is_fetch = matches!(
        method,
        "fetch"
            | "urlopen"
            | "ofetch"
            | "Request"
            | "$fetch"
            | "axios"
            | "got"
            | "ky"
            | "ajax"
            | "NewRequest"
            | "NewRequestWithContext"
            | "request"
    );
    let is_verb = matches!(verb.as_str(), "get" | "post" | "put" | "patch" | "delete" | "head" | "options");
    if !(is_fetch || is_verb && is_client) || is_fetch && method == "request" && !is_client {
        return false;
    }
    // A client that is only named: `httpx.Client()`, `requests.Session()`.
    if method == "Request" && call.positional.is_empty() && call.named.is_empty() {
        return false;
    }
    let url = address(call);
    if url.is_none() && !is_client && !is_fetch {
        return false;
    }
    let stated = call.named(&["method", "type"]).and_then(Value::as_text).map(str::to_uppercase).filter(|m| is_method(m));
    let among_texts = call.positional.iter().filter_map(Value::as_text).map(str::to_uppercase).find(|text| is_method(text));
    let body = body_of(call);
    let verb = match (is_verb, stated.or(among_texts)) {
        (true, _) => verb.to_uppercase(),
        (false, Some(verb)) => verb,
        (false, None) if body.is_some() => "POST".to_owned(),
        (false, None) => "GET".to_owned(),
    };
    let sent = sent_values(call);
    let has_file = sent.iter().any(|value| call.reads_locally(value));
    let host = url.as_deref().map_or("", http::host_of);
    if has_file && verb != "GET" {
        let action = Action::new(Kind::Disclose, evidence("local data goes to the network by", &call.path));
        reading.add(action.on([target(TargetSort::Host, host)]));
    }
    let headers = call.named(&["headers"]).map(pairs).unwrap_or_default();
    match url {
        Some(url) => http::read(reading, &Request { method: Some(verb), url, body, has_file, headers, depth: 0 }),
        None => match verb.as_str() {
            "GET" | "HEAD" | "OPTIONS" => reading.note(Kind::ReadNetwork, "the call", &call.path),
            "DELETE" => reading.note(Kind::Delete, "the call", &call.path),
            _ => reading.unknown("a request to an address that is computed", &call.path),
        },
    }
    true
}

fn is_method(text: &str) -> bool {
    matches!(text, "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS")
}

/// The address, whole or with holes behind its host.
fn address(call: &Call<'_>) -> Option<String> {
    let named = call
        .named(&["url", "uri", "baseURL"])
        .and_then(|value| if let Value::Text(text) = value { Some(text.text.to_string()) } else { None });
    let found = named
        .filter(|url| url.contains("://") || url.starts_with('/'))
        .or_else(|| call.texts.iter().find(|t| t.contains("://")).map(|t| t.to_string()));
    // `client.delete('/v1/keys/3')`: an address of which the start is known elsewhere.
    let found =
        found.or_else(|| call.texts.iter().find(|t| t.starts_with('/') && !t.starts_with("//") && t.len() > 1).map(|t| t.to_string()))?;
    // Where even the host is computed there is no address.
    if found.split_once("://").is_some_and(|(scheme, rest)| scheme.contains(HOLE) || rest.starts_with(HOLE)) {
        return None;
    }
    let shown = found.replace(HOLE, "x");
    Some(if shown.starts_with('/') { format!("https://host{shown}") } else { shown })
}

/// What is sent: everything but headers, parameters and credentials.
fn sent_values<'c>(call: &'c Call<'_>) -> Vec<&'c Value> {
    let is_sent = |name: &str| !matches!(name, "headers" | "params" | "auth" | "cookies" | "timeout" | "verify" | "cert" | "proxies");
    let named = call.named.iter().filter(|(name, _)| is_sent(name)).map(|(_, value)| value);
    let keyed = ["body", "data", "json", "files", "form"].iter().filter_map(|name| call.named(&[name]));
    let positional = call.positional.iter().filter(|value| value.get("headers").is_none() && value.get("auth").is_none());
    positional.chain(named).chain(keyed).collect()
}

/// The body, as JSON where it is close to it.
fn body_of(call: &Call<'_>) -> Option<String> {
    let value = call.named(&["json", "data", "body", "form", "content"]).or_else(|| {
        call.positional
            .iter()
            .skip(1)
            .find(|value| matches!(value, Value::Map(_)) && value.get("headers").is_none() && value.get("method").is_none())
    })?;
    Some(match value {
        Value::Text(text) => text.text.replace(HOLE, ""),
        value => value.spelled(&mut 400),
    })
}

fn pairs(value: &Value) -> Vec<(String, String)> {
    ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "SOAPAction"]
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), value.get(name)?.as_text()?.to_owned())))
        .collect()
}
