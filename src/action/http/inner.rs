//! Requests and procedure calls inside a request: batches, JSON-RPC, XML-RPC, SOAP.

use super::Request;
use crate::action::name::Phrase;
use crate::json::{Object, Value};
use crate::kind::Kind;

/// How many inner calls are looked at.
const CALLS_MAX: usize = 200;

/// The requests of a batch: a list of `{method, url}`, or a multipart body with a request line in each part.
pub(super) fn requests(value: Option<&Value>, body: &str, base: &str) -> Vec<Request> {
    let mut found = Vec::new();
    let items = match value {
        Some(Value::Array(items)) => Some(items.as_slice()),
        Some(Value::Object(object)) => {
            object.get_folded(&["requests", "operations", "batch", "calls", "subrequests", "batchrequests"]).and_then(Value::as_array)
        }
        _ => None,
    };
    for object in items.unwrap_or_default().iter().take(CALLS_MAX).filter_map(Value::as_object) {
        found.extend(request(object, base));
    }
    if found.is_empty() && body.contains("HTTP/1") || body.starts_with("--") {
        for line in body.lines().take(CALLS_MAX * 50) {
            let mut words = line.split_whitespace();
            if let (Some(method), Some(path)) = (words.next().filter(|m| is_method(m)), words.next()) {
                found.push(Request { method: Some(method.to_owned()), url: absolute(path, base), ..Request::default() });
            }
        }
    }
    found.truncate(CALLS_MAX);
    found
}

fn spelled(value: &Value) -> String {
    value.as_str().map_or_else(|| crate::action::tool::spelled(value), str::to_owned)
}

fn request(object: &Object, base: &str) -> Option<Request> {
    let method = object.get_folded(&["method", "httpmethod", "verb"]).and_then(Value::as_str).filter(|m| is_method(&m.to_uppercase()))?;
    let path = object.get_folded(&["url", "path", "relativeurl", "uri", "href", "endpoint"]).and_then(Value::as_str)?;
    let body = object.get_folded(&["body", "data", "payload", "richinput"]).map(spelled);
    Some(Request { method: Some(method.to_owned()), url: absolute(path, base), body, ..Request::default() })
}

fn is_method(text: &str) -> bool {
    matches!(text, "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS")
}

fn absolute(path: &str, base: &str) -> String {
    if path.contains("://") {
        return path.to_owned();
    }
    let scheme = base.find("://").map_or(0, |at| at + 3);
    let end = base.get(scheme..).and_then(|rest| rest.find('/')).map_or(base.len(), |at| scheme + at);
    format!("{}/{}", base.get(..end).unwrap_or_default(), path.trim_start_matches('/'))
}

/// What the procedures that a JSON-RPC body names do; `None` when it is none.
pub(super) fn procedures(value: Option<&Value>) -> Option<Vec<Kind>> {
    let calls: Vec<&Object> = match value? {
        Value::Object(object) => vec![object],
        Value::Array(items) => items.iter().take(CALLS_MAX).filter_map(Value::as_object).collect(),
        _ => return None,
    };
    if calls.is_empty() || calls.iter().any(|call| call.get("jsonrpc").is_none()) {
        return None;
    }
    let mut kinds = Vec::new();
    for call in calls {
        let method = call.get("method").and_then(Value::as_str).unwrap_or_default();
        let named = call.get("params").and_then(Value::as_object).and_then(|params| params.get("name")).and_then(Value::as_str);
        let name = if method.ends_with("tools/call") { named.unwrap_or_default() } else { method };
        kinds.extend(procedure(name));
    }
    Some(kinds)
}

/// What the procedure of an XML-RPC or SOAP body does.
pub(super) fn xml_procedure(body: &str, action: Option<&str>) -> Option<Vec<Kind>> {
    let trimmed = body.trim_start();
    let named = action.map(|action| action.trim_matches('"')).filter(|action| !action.is_empty());
    if !trimmed.starts_with('<') && named.is_none() {
        return None;
    }
    if let Some((_, rest)) = body.split_once("<methodName>") {
        return Some(procedure(rest.split('<').next().unwrap_or_default().trim()));
    }
    let element = body.find("Body").and_then(|at| body.get(at..)).and_then(|rest| rest.split_once('<')).map(|(_, rest)| {
        let name = rest.split([' ', '>', '/', '\n']).next().unwrap_or_default();
        name.rsplit(':').next().unwrap_or_default()
    });
    let named = named.map(|action| action.rsplit(['/', '#', ':']).next().unwrap_or_default());
    let mut kinds: Vec<Kind> = named.map(procedure).unwrap_or_default();
    if let Some(element) = element.filter(|element| !element.is_empty()) {
        kinds.extend(procedure(element));
    }
    kinds.retain(|kind| *kind != Kind::Unknown);
    (named.is_some() || element.is_some()).then(|| if kinds.is_empty() { vec![Kind::Unknown] } else { kinds })
}

/// What a procedure's name says.
pub(super) fn procedure(name: &str) -> Vec<Kind> {
    let bare = name.rsplit(['.', '/']).next().unwrap_or(name);
    if let Some((space, method)) = bare
        .split_once('_')
        .filter(|(space, _)| matches!(*space, "eth" | "net" | "web3" | "debug" | "txpool" | "trace" | "personal" | "wallet" | "engine"))
    {
        let lower = method.to_lowercase();
        return match space {
            _ if lower.starts_with("send") => vec![Kind::Pay],
            _ if lower.starts_with("sign") => vec![Kind::Permission],
            "personal" if lower.starts_with("unlock") || lower.starts_with("import") => vec![Kind::PermissionCredential],
            "wallet" => vec![Kind::Permission],
            _ => vec![Kind::ReadNetwork],
        };
    }
    if matches!(bare, "sendtoaddress" | "sendrawtransaction" | "sendmany") {
        return vec![Kind::Pay];
    }
    let kinds = Phrase::of_name(bare).kinds();
    if kinds.is_empty() { vec![Kind::Unknown] } else { kinds }
}
