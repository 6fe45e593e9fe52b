//! Tools that call tools: the call inside is the one that counts.

use super::fold;
use crate::json::{Object, Value, read_value};

/// How many inner calls one call may carry.
const CALLS_MAX: usize = 64;

/// A call found inside another one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Inner {
    pub(super) name: String,
    /// `None`: arguments that cannot be read.
    pub(super) arguments: Option<Object>,
}

const NAME_KEYS: [&str; 20] = [
    "toolname",
    "tool",
    "recipientname",
    "functionname",
    "function",
    "name",
    "id",
    "toolid",
    "tooluse",
    "action",
    "target",
    "toolslug",
    "actionname",
    "method",
    "operationid",
    "qualifiedname",
    "operation",
    "fn",
    "componentkey",
    "capability",
];
const ARGUMENT_KEYS: [&str; 17] = [
    "arguments",
    "args",
    "parameters",
    "params",
    "input",
    "toolargs",
    "toolarguments",
    "toolinput",
    "payload",
    "kwargs",
    "argumentsjson",
    "inputs",
    "toolparameters",
    "body",
    "data",
    "props",
    "configuredprops",
];
const LIST_KEYS: [&str; 10] =
    ["tooluses", "toolcalls", "calls", "invocations", "tools", "requests", "steps", "commands", "actions", "operations"];

/// The calls inside this one; `None` when it is no dispatcher.
pub(super) fn unwrap(tool: &str, object: &Object) -> Option<Vec<Inner>> {
    let words = fold::words(tool);
    let says_so = words.iter().any(|word| {
        matches!(
            word.as_str(),
            "call"
                | "tool"
                | "tools"
                | "use"
                | "invoke"
                | "dispatch"
                | "mcp"
                | "function"
                | "multi"
                | "parallel"
                | "batch"
                | "proxy"
                | "router"
                | "gateway"
                | "execute"
                | "run"
        )
    });
    if !says_so {
        return None;
    }
    if let Some(items) = object.get_folded(&LIST_KEYS).and_then(Value::as_array) {
        let inner: Vec<Inner> =
            items.iter().take(CALLS_MAX + 1).filter_map(Value::as_object).filter_map(|item| one(item).or_else(|| step(item))).collect();
        if !inner.is_empty() && inner.len() == items.len().min(CALLS_MAX + 1) {
            return Some(inner);
        }
    }
    let speaks_of_tools = words
        .iter()
        .any(|word| matches!(word.as_str(), "tool" | "tools" | "mcp" | "function" | "call" | "invoke" | "dispatch" | "proxy" | "router"));
    // `execute_action{app, action, input}`: an app of many, and what to do in it.
    let names_action = words.iter().any(|word| matches!(word.as_str(), "action" | "actions" | "operation"))
        && object.get_folded(&["action", "actionname", "actionid", "operation", "operationid"]).is_some();
    // `execute{tool_name, …}`: the key says it where the name does not.
    let names_tool = object.get_folded(&["toolname", "toolslug", "toolid", "functionname"]).is_some();
    if !speaks_of_tools && !names_action && !names_tool {
        return None;
    }
    one(object).map(|inner| vec![inner])
}

fn one(object: &Object) -> Option<Inner> {
    let Some(name) = NAME_KEYS.iter().find_map(|key| object.get_folded(&[key]).and_then(Value::as_str)) else {
        return nested(object);
    };
    let is_name = !name.is_empty() && name.len() <= 200 && !name.contains(char::is_whitespace) && !name.contains("://");
    if !is_name {
        return nested(object);
    }
    let arguments = object.get_folded(&ARGUMENT_KEYS);
    let read = match arguments {
        Some(Value::Object(inner)) => Some(inner.clone()),
        Some(Value::String(text)) if text.trim().is_empty() => Some(Object::default()),
        Some(Value::String(text)) => object_in(text),
        Some(Value::Null) => Some(Object::default()),
        Some(_) => None,
        None => return None,
    };
    Some(Inner { name: name.to_owned(), arguments: read })
}

/// An object as text, also as text inside text.
fn object_in(text: &str) -> Option<Object> {
    match read_value(text).ok()? {
        Value::Object(object) => Some(object),
        Value::String(inner) => read_value(&inner).ok()?.as_object().cloned(),
        _ => None,
    }
}

/// `{"action": "send_email", "to": …}` in a list of steps: what is beside the name are its arguments.
fn step(object: &Object) -> Option<Inner> {
    const KEYS: [&str; 7] = ["tool", "action", "op", "operation", "method", "toolname", "command"];
    let name = KEYS.iter().find_map(|key| object.get_folded(&[key]).and_then(Value::as_str))?;
    let is_name = !name.is_empty() && name.len() <= 64 && !name.contains(|c: char| c.is_whitespace() || c == '/');
    is_name.then(|| Inner { name: name.to_owned(), arguments: Some(object.clone()) })
}

/// `{"function": {"name": …, "arguments": …}}`.
fn nested(object: &Object) -> Option<Inner> {
    object.iter().filter_map(|(_, value)| value.as_object()).find_map(|inner| {
        let name = inner.get("name").and_then(Value::as_str)?;
        let arguments = inner.get_folded(&ARGUMENT_KEYS)?;
        let read = arguments
            .as_object()
            .cloned()
            .or_else(|| arguments.as_str().and_then(|t| read_value(t).ok()).and_then(|v| v.as_object().cloned()));
        Some(Inner { name: name.to_owned(), arguments: read })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(tool: &str, arguments: &str) -> Vec<String> {
        let value = read_value(arguments).expect("JSON");
        unwrap(tool, value.as_object().expect("an object")).unwrap_or_default().into_iter().map(|inner| inner.name).collect()
    }

    #[test]
    fn a_call_inside_a_call_is_found() {
        assert_eq!(names("tool_call", r#"{"id":"mail.send","args":{"to":"a"}}"#), ["mail.send"]);
        assert_eq!(names("use_mcp_tool", r#"{"server_name":"s","tool_name":"drop_table","arguments":"{}"}"#), ["drop_table"]);
        assert_eq!(
            names("batch", r#"{"steps":[{"action":"send_mail","to":"a"},{"action":"drop_row","id":1}]}"#),
            ["send_mail", "drop_row"]
        );
        assert_eq!(names("execute", r#"{"tool_name":"drop_table","parameters":{"name":"t"}}"#), ["drop_table"]);
        assert_eq!(names("call_function", r#"{"function":{"name":"drop","arguments":"{}"}}"#), ["drop"]);
        assert_eq!(names("parallel_tools", r#"{"calls":[{"name":"a","args":{}},{"name":"b","args":{}}]}"#), ["a", "b"]);
    }

    #[test]
    fn an_ordinary_tool_with_a_name_is_no_dispatcher() {
        assert!(names("create_contact", r#"{"name":"Ann","args":{}}"#).is_empty());
        assert!(names("execute", r#"{"name":"nightly","args":{}}"#).is_empty());
        assert!(names("describe_tool", r#"{"name":"drop_table"}"#).is_empty());
    }
}
