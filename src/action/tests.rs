use super::*;
use crate::call::{Action, Input};
use crate::json::read_arguments;

fn actions_of(tool: &str, arguments: &str, description: &str) -> Vec<Action> {
    let arguments = read_arguments(&Input::Json(arguments.to_owned())).expect("readable");
    let spec = ToolSpec { description: (!description.is_empty()).then(|| description.to_owned()), schema: None };
    understand(&ToolName::plain(tool), &arguments, Some(&spec))
}

fn kinds_of(tool: &str, arguments: &str) -> String {
    let mut names: Vec<&str> = actions_of(tool, arguments, "").iter().map(|a| a.kind.name()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}

#[test]
fn a_call_is_never_without_an_action() {
    assert_eq!(kinds_of("", "{}"), "unknown");
    assert_eq!(kinds_of("zzz", r#"{"a":1}"#), "unknown");
    assert_eq!(kinds_of("bash", r#"{"command":""}"#), "unknown");
}

#[test]
fn a_dispatcher_is_looked_through() {
    assert_eq!(kinds_of("tool_call", r#"{"id":"mail_delete","args":{"id":"4"}}"#), "delete");
    assert_eq!(kinds_of("use_mcp_tool", r#"{"server_name":"m","tool_name":"list_mail","arguments":"{}"}"#), "read");
}
