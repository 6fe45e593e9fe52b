//! What is switched off in a request, and how what is left reads.

use super::*;
use crate::pin::{Clause, Pin, PinId, PinText};
use crate::policy::{Guarded, Policy};
use crate::wire::splice::Edits;
use Verdict::{Block, Hold, Warn};

/// A policy of clauses without any scope.
fn policy(clauses: &[(Kind, Verdict)]) -> Policy {
    let clauses = clauses.iter().map(|(kind, then)| Clause::new([*kind], *then)).collect();
    let pin = Pin::captured(PinId::new("p").expect("an id"), PinText::new("x").expect("a text"), clauses);
    Policy::new(vec![pin], &Guarded::default()).expect("a policy")
}

/// The body as it goes up, and what was done to which tool.
fn gated(dialect: Dialect, body: &str, clauses: &[(Kind, Verdict)]) -> (String, Vec<String>) {
    let policy = policy(clauses);
    let members = json::members(body.as_bytes()).expect("an object");
    let text = |key: &str| members.iter().find(|member| member.key == key).and_then(|member| json::as_string(member.value));
    let tools =
        members.iter().filter(|member| member.key == "tools").filter_map(|member| json::span_in(body.as_bytes(), member.value.get()));
    let tools: Vec<Range<usize>> = tools.collect();
    let model = text("model");
    let asked = Asked { dialect, body: body.as_bytes(), tools: &tools, model: model.as_deref() };
    let Gated { edits, changes } =
        gate(&asked, &mut |unseen| policy.judge_unseen(unseen, None).verdict, &mut |_| Fate::Stays).expect("readable");
    let mut all = Edits::new();
    edits.into_iter().for_each(|(range, text)| all.replace(range, text));
    let edited = String::from_utf8(all.apply(body.as_bytes()).expect("edits that fit")).expect("text");
    json::members(edited.as_bytes()).expect("still an object");
    (edited, changes.into_iter().map(|change| format!("{} {:?}", change.tool, change.done)).collect())
}

const NO_CODE: &[(Kind, Verdict)] = &[(Kind::Execute, Hold)];
const NO_DELETES: &[(Kind, Verdict)] = &[(Kind::Delete, Hold)];
const NO_WEB: &[(Kind, Verdict)] = &[(Kind::ReadNetwork, Block)];
const RESPONSES: Dialect = Dialect::OpenaiResponses;
const CHAT: Dialect = Dialect::OpenaiChat;
const MESSAGES: Dialect = Dialect::Anthropic;

/// With tools of which one may go, in the dialect's own shape.
fn with(tool: &str) -> String {
    format!(r#"{{"model":"m","tools":[{{"type":"function","name":"f"}},{tool}]}}"#)
}

const WITHOUT: &str = r#"{"model":"m","tools":[{"type":"function","name":"f"}]}"#;

#[track_caller]
fn goes(dialect: Dialect, tool: &str, clauses: &[(Kind, Verdict)]) {
    let function = match dialect {
        Dialect::Gemini => r#""functionDeclarations":[{"name":"f"}]"#,
        Dialect::Anthropic => r#""name":"f""#,
        _ => r#""type":"function","name":"f""#,
    };
    let with = with(tool).replace(r#""type":"function","name":"f""#, function);
    let (edited, changes) = gated(dialect, &with, clauses);
    assert!(
        !edited.contains(tool) && edited.len() < with.len() && changes.iter().all(|it| it.ends_with("Removed")),
        "{tool}: {edited} {changes:?}"
    );
    assert_eq!(changes.len(), 1, "{tool}: {changes:?}");
}

#[track_caller]
fn stays(dialect: Dialect, body: &str, clauses: &[(Kind, Verdict)]) {
    assert_eq!(gated(dialect, body, clauses), (body.to_owned(), vec![]));
}

#[test]
fn what_a_pin_would_hold_is_taken_out_and_what_it_would_pass_stays() {
    for (dialect, tool, clauses) in [
        (RESPONSES, r#"{"type":"code_interpreter","container":{"type":"auto"}}"#, NO_CODE),
        (RESPONSES, r#"{"type":"shell","environment":{"type":"container_auto"}}"#, NO_CODE),
        (RESPONSES, r#"{"type":"shell","environment":{"type":"container_reference","container_id":"c"}}"#, NO_DELETES),
        (RESPONSES, r#"{"type":"programmatic_tool_calling"}"#, NO_CODE),
        (RESPONSES, r#"{"type":"code_interpreter","container":{"type":"auto","network_policy":{"type":"allowlist"}}}"#, NO_DELETES),
        (RESPONSES, r#"{"type":"web_search"}"#, NO_WEB),
        (RESPONSES, r#"{"type":"web_search_preview_2025_03_11"}"#, NO_WEB),
        (RESPONSES, r#"{"type":"file_search"}"#, &[(Kind::Read, Hold)]),
        (RESPONSES, r#"{"type":"image_generation"}"#, &[(Kind::Write, Hold)]),
        (RESPONSES, r#"{"type":"tool_search"}"#, &[(Kind::Read, Block)]),
        (RESPONSES, r#"{"type":"teleport"}"#, NO_DELETES),
        (RESPONSES, r#"{"name":"no type"}"#, NO_DELETES),
        (CHAT, r#"{"type":"code_interpreter"}"#, NO_CODE),
        (CHAT, r#"{"type":"browser_search"}"#, NO_WEB),
        (CHAT, r#"{"type":"shell"}"#, NO_DELETES),
        (CHAT, r#"{"type":"teleport"}"#, NO_DELETES),
        (MESSAGES, r#"{"type":"code_execution_20260120","name":"code_execution"}"#, NO_CODE),
        (MESSAGES, r#"{"type":"bash_code_execution_20250825","name":"x"}"#, NO_CODE),
        (MESSAGES, r#"{"type":"web_search_20250305","name":"web_search"}"#, NO_WEB),
        (MESSAGES, r#"{"type":"web_fetch_20260209","name":"web_fetch"}"#, NO_WEB),
        (MESSAGES, r#"{"type":"advisor_20260301","name":"advisor"}"#, &[(Kind::Read, Hold)]),
        (MESSAGES, r#"{"type":"teleport_20990101","name":"teleport"}"#, NO_DELETES),
        (Dialect::Gemini, r#"{"codeExecution":{}}"#, NO_CODE),
        (Dialect::Gemini, r#"{"code_execution":{}}"#, NO_CODE),
        (Dialect::Gemini, r#"{"googleSearch":{}}"#, NO_WEB),
        (Dialect::Gemini, r#"{"url_context":{}}"#, NO_WEB),
        (Dialect::Gemini, r#"{"mcpServers":[{"name":"x"}]}"#, NO_DELETES),
        (Dialect::Gemini, r#"{"file_search":{}}"#, &[(Kind::Read, Hold)]),
        (Dialect::Gemini, r#"{"teleport":{}}"#, NO_DELETES),
    ] {
        goes(dialect, tool, clauses);
        // A warning is none of its business, and neither is a pin about something else.
        let alone = format!(r#"{{"model":"m","tools":[{tool}]}}"#);
        stays(dialect, &alone, &[]);
        stays(dialect, &alone, &[(clauses[0].0, Warn)]);
        if clauses != NO_DELETES {
            stays(dialect, &alone, &[(Kind::Pay, Block)]);
        }
    }
    let (edited, _) = gated(RESPONSES, &with(r#"{"type":"code_interpreter"}"#), NO_CODE);
    assert_eq!(edited, WITHOUT);
}

#[test]
fn tools_that_the_client_runs_are_none_of_the_gates_business() {
    let everything: Vec<(Kind, Verdict)> = Kind::ALL.iter().map(|kind| (*kind, Block)).collect();
    for (dialect, tool) in [
        (RESPONSES, r#"{"type":"custom","name":"x"}"#),
        (RESPONSES, r#"{"type":"local_shell"}"#),
        (RESPONSES, r#"{"type":"shell","environment":{"type":"local"}}"#),
        (RESPONSES, r#"{"type":"apply_patch"}"#),
        (RESPONSES, r#"{"type":"computer_use_preview"}"#),
        (RESPONSES, r#"{"type":"tool_search","execution":"client"}"#),
        (RESPONSES, r#"{"type":"namespace","name":"n","tools":[{"type":"function","name":"g"}]}"#),
        (CHAT, r#"{"type":"custom","custom":{"name":"x"}}"#),
        (CHAT, r#"{"type":"builtin_function","function":{"name":"$web_search"}}"#),
        (MESSAGES, r#"{"type":"bash_20250124","name":"bash"}"#),
        (MESSAGES, r#"{"type":"text_editor_20250728","name":"e"}"#),
        (MESSAGES, r#"{"type":"memory_20250818","name":"memory"}"#),
        (MESSAGES, r#"{"type":"computer_toolset_20260801","name":"c"}"#),
        (Dialect::Gemini, r#"{"computerUse":{"environment":"ENVIRONMENT_BROWSER"}}"#),
    ] {
        let function =
            if dialect == Dialect::Gemini { r#""functionDeclarations":[{"name":"f"}]"# } else { r#""type":"function","name":"f""# };
        let function = if dialect == MESSAGES { r#""name":"f""# } else { function };
        stays(dialect, &with(tool).replace(r#""type":"function","name":"f""#, function), &everything);
    }
}

#[test]
fn inside_a_namespace_a_hosted_tool_is_one_too() {
    let body = with(r#"{"type":"namespace","name":"n","tools":[{"type":"function","name":"g"},{"type":"code_interpreter"}]}"#);
    let (edited, changes) = gated(RESPONSES, &body, NO_CODE);
    assert!(edited.ends_with(r#""tools":[{"type":"function","name":"g"}]}]}"#), "{edited}");
    assert_eq!(changes, ["code_interpreter Removed"]);
}

fn mcp(more: &str) -> String {
    with(&format!(r#"{{"type":"mcp","server_label":"wiki","server_url":"https://wiki.example/mcp"{more}}}"#))
}

#[test]
fn a_servers_calls_are_made_to_ask_where_its_tools_are_not_known() {
    for (before, after) in [
        (r#","require_approval":"never""#, r#","require_approval":"always""#),
        (r#","require_approval": {"never":{"read_only":true}} "#, r#","require_approval": "always" "#),
        (
            r#","allowed_tools":{"read_only":true},"require_approval":"never""#,
            r#","allowed_tools":{"read_only":true},"require_approval":"always""#,
        ),
        (r#","require_approval":{"always":{"tool_names":["a"]}}"#, r#","require_approval":"always""#),
    ] {
        let (edited, changes) = gated(RESPONSES, &mcp(before), NO_DELETES);
        assert_eq!(edited, mcp(after), "{before}");
        assert_eq!(changes, ["mcp.wiki Asks"]);
    }
    for fine in ["", r#","require_approval":"always""#, r#","require_approval":null"#, r#","allowed_tools":null"#] {
        stays(RESPONSES, &mcp(fine), NO_DELETES);
    }
    // Nothing is held: nothing has to ask.
    stays(RESPONSES, &mcp(r#","require_approval":"never""#), &[(Kind::Delete, Warn)]);
}

#[test]
fn a_list_of_a_servers_tools_loses_what_a_pin_blocks_and_asks_for_what_it_holds() {
    let tools = |names: &str, more: &str| mcp(&format!(r#","allowed_tools":{names}{more}"#));
    const NEVER: &str = r#","require_approval":"never""#;
    stays(RESPONSES, &tools(r#"["search_pages","get_page"]"#, NEVER), NO_DELETES);
    let (edited, changes) = gated(RESPONSES, &tools(r#"["search_pages", "delete_page"]"#, NEVER), NO_DELETES);
    assert_eq!(edited, tools(r#"["search_pages", "delete_page"]"#, r#","require_approval":{"never":{"tool_names":["search_pages"]}}"#));
    assert_eq!(changes, ["mcp.wiki Asks"]);
    let (edited, changes) = gated(RESPONSES, &tools(r#"["search_pages", "delete_page"]"#, NEVER), &[(Kind::Delete, Block)]);
    assert_eq!(edited, tools(r#"["search_pages"]"#, NEVER));
    assert_eq!(changes, ["mcp.wiki Narrowed"]);
    let (edited, changes) = gated(RESPONSES, &tools(r#"{"tool_names":["delete_page"]}"#, NEVER), &[(Kind::Delete, Block)]);
    assert_eq!((edited.as_str(), changes), (WITHOUT, vec!["mcp.wiki Removed".to_owned()]));
    let (edited, _) = gated(RESPONSES, &tools(r#"["update_page"]"#, NEVER), NO_DELETES);
    assert_eq!(edited, tools(r#"["update_page"]"#, r#","require_approval":"always""#));
    // What asks already, asks.
    for asks in [
        r#","require_approval":{"never":{"tool_names":["search_pages"]}}"#,
        r#","require_approval":{"always":{"tool_names":["delete_page"]}}"#,
    ] {
        stays(RESPONSES, &tools(r#"["search_pages","delete_page"]"#, asks), NO_DELETES);
    }
    let both = r#","require_approval":{"always":{"tool_names":["delete_page"]},"never":{"tool_names":["delete_page"]}}"#;
    let (edited, _) = gated(RESPONSES, &tools(r#"["delete_page"]"#, both), NO_DELETES);
    assert_eq!(edited, tools(r#"["delete_page"]"#, r#","require_approval":"always""#));
}

#[test]
fn where_nothing_can_ask_a_server_keeps_only_what_may_pass_unseen() {
    const TOOLS: &str = r#","allowed_tools":["search_pages","delete_page"],"require_approval":"always""#;
    let (edited, changes) = gated(CHAT, &mcp(TOOLS), NO_DELETES);
    assert_eq!(edited, mcp(&TOOLS.replace(r#","delete_page""#, "")));
    assert_eq!(changes, ["mcp.wiki Narrowed"]);
    assert_eq!(gated(CHAT, &mcp(""), NO_DELETES).0, WITHOUT);
    let odd = mcp(r#","Require_Approval":"never""#);
    assert_eq!(gated(RESPONSES, &odd, NO_DELETES).0, WITHOUT, "spelled so that somebody may read it");
}

#[test]
fn members_that_switch_something_on_go_and_models_that_cannot_do_without_are_refused() {
    for (member, clauses) in [
        (r#""web_search_options":{}"#, NO_WEB),
        (r#""search_parameters":{"mode":"auto"}"#, NO_WEB),
        (r#""enable_search":true"#, NO_WEB),
        (r#""plugins":[{"id":"web"}]"#, NO_WEB),
        (r#""enable_code_interpreter":true"#, NO_CODE),
        (r#""mcp_servers":[{"url":"x"}]"#, NO_DELETES),
    ] {
        let body = format!(r#"{{"model":"m",{member},"n":1}}"#);
        assert_eq!(gated(CHAT, &body, clauses).0, r#"{"model":"m","n":1}"#, "{member}");
        stays(CHAT, &body, &[]);
    }
    for fine in
        [r#""search_parameters":{"mode":"off"}"#, r#""enable_search":false"#, r#""plugins":[{"id":"file-parser"}]"#, r#""mcp_servers":[]"#]
    {
        stays(CHAT, &format!(r#"{{"model":"m",{fine}}}"#), &[(Kind::ReadNetwork, Block), (Kind::Delete, Block)]);
    }
    let last = r#"{"model":"m","tools":[{"type":"code_interpreter"}],"web_search_options":{}}"#;
    assert_eq!(gated(CHAT, last, &[(Kind::Execute, Hold), (Kind::ReadNetwork, Hold)]).0, r#"{"model":"m"}"#);
    for model in ["gpt-4o-search-preview", "gpt-5-search-api", "perplexity/sonar-pro", "openai/gpt-5:online", "groq/compound-mini"] {
        let (edited, changes) = gated(CHAT, &format!(r#"{{"model":"{model}"}}"#), NO_WEB);
        assert!(edited.contains(model) && changes == [format!("{model} Refused")], "{model}: {changes:?}");
    }
    for model in ["gpt-5", "gpt-4o-audio-preview", "research-assistant", "llama3:latest", "compound-eye-7b"] {
        stays(CHAT, &format!(r#"{{"model":"{model}"}}"#), NO_WEB);
    }
}

fn messages(servers: &str, tools: &str) -> String {
    format!(r#"{{"model":"m","mcp_servers":[{servers}],"tools":[{{"name":"f"}},{tools}],"messages":[]}}"#)
}

#[test]
fn a_toolset_keeps_only_what_may_pass_unseen() {
    const SERVER: &str = r#"{"type":"url","url":"https://wiki.example","name":"wiki"}"#;
    let toolset = |more: &str| messages(SERVER, &format!(r#"{{"type":"mcp_toolset","mcp_server_name":"wiki"{more}}}"#));
    let gone = r#"{"model":"m","tools":[{"name":"f"}],"messages":[]}"#;
    assert_eq!(gated(MESSAGES, &toolset(""), NO_DELETES), (gone.to_owned(), vec!["mcp.wiki Removed".to_owned()]));
    assert_eq!(gated(MESSAGES, &toolset(r#","configs":{"delete_page":{}}"#), NO_DELETES).0, gone);
    for (before, after) in [
        (
            r#","configs":{"search_pages":{},"delete_page":{"enabled":true}}"#,
            r#"{"default_config":{"enabled":false},"type":"mcp_toolset","mcp_server_name":"wiki","configs":{"search_pages":{"enabled":true},"delete_page":{"enabled":false}}}"#,
        ),
        (
            r#","default_config":{"defer_loading":true},"configs":{"search_pages":{"defer_loading":false}}"#,
            r#"{"type":"mcp_toolset","mcp_server_name":"wiki","default_config":{"enabled":false,"defer_loading":true},"configs":{"search_pages":{"enabled":true,"defer_loading":false}}}"#,
        ),
        (
            r#","default_config":{"enabled":false},"configs":{"search_pages":{"enabled":true},"delete_page":{"enabled": true }}"#,
            r#"{"type":"mcp_toolset","mcp_server_name":"wiki","default_config":{"enabled":false},"configs":{"search_pages":{"enabled":true},"delete_page":{"enabled": false }}}"#,
        ),
    ] {
        let (edited, changes) = gated(MESSAGES, &toolset(before), NO_DELETES);
        assert_eq!(edited, messages(SERVER, after), "{before}");
        assert_eq!(changes, ["mcp.wiki Narrowed"]);
    }
    for fine in
        [r#","default_config":{"enabled":false},"configs":{"search_pages":{"enabled":true}}"#, r#","default_config":{"enabled":false}"#]
    {
        stays(MESSAGES, &toolset(fine), NO_DELETES);
    }
    stays(MESSAGES, &toolset(""), &[(Kind::Delete, Warn)]);
}

#[test]
fn the_older_servers_setting_is_narrowed_and_one_without_any_goes() {
    let server = |more: &str| format!(r#"{{"type":"url","url":"https://wiki.example","name":"wiki"{more}}}"#);
    let body = |servers: &str| format!(r#"{{"model":"m","mcp_servers":[{servers}],"messages":[]}}"#);
    let gone = r#"{"model":"m","messages":[]}"#;
    for more in ["", r#","tool_configuration":{"enabled":true}"#, r#","tool_configuration":{"allowed_tools":["delete_page"]}"#] {
        assert_eq!(gated(MESSAGES, &body(&server(more)), NO_DELETES).0, gone, "{more}");
    }
    let two = r#","tool_configuration":{"allowed_tools":["get_page","delete_page"]}"#;
    let one = r#","tool_configuration":{"allowed_tools":["get_page"]}"#;
    assert_eq!(gated(MESSAGES, &body(&server(two)), NO_DELETES).0, body(&server(one)));
    stays(MESSAGES, &body(&server(one)), NO_DELETES);
    stays(MESSAGES, &body(&server(r#","tool_configuration":{"enabled":false}"#)), NO_DELETES);
    let both = format!("{},{}", server(""), server(one).replace("wiki", "other"));
    assert_eq!(gated(MESSAGES, &body(&both), NO_DELETES).0, body(&server(one).replace("wiki", "other")));
}

#[test]
fn what_needs_the_code_goes_with_it() {
    let body = r#"{"model":"m","container":{"id":"c","skills":[{"type":"anthropic","skill_id":"xlsx"}]},"tools":[{"type":"code_execution_20260120","name":"code_execution"},{"name":"f","allowed_callers":["code_execution_20260120"],"x":1}],"tool_choice":{"type":"tool","name":"code_execution"},"messages":[]}"#;
    let expected = r#"{"model":"m","container":{"id":"c"},"tools":[{"name":"f","allowed_callers":["direct"],"x":1}],"tool_choice":{"type":"auto"},"messages":[]}"#;
    assert_eq!(gated(MESSAGES, body, NO_CODE), (expected.to_owned(), vec!["code_execution_20260120 Removed".to_owned()]));
    stays(MESSAGES, body, NO_DELETES);
    let only = body.replace(r#""id":"c","#, "");
    assert_eq!(gated(MESSAGES, &only, NO_CODE).0, expected.replace(r#""container":{"id":"c"},"#, ""));
}

#[test]
fn a_tool_that_the_history_defines_cannot_be_taken_out() {
    let history = |kind: &str| {
        format!(
            r#"{{"model":"m","messages":[{{"role":"system","content":[{{"type":"tool_addition","tool":{{"type":"tool_definition","definition":{{"type":"{kind}","name":"x"}}}}}}]}}]}}"#
        )
    };
    let (_, changes) = gated(MESSAGES, &history("code_execution_20260120"), NO_CODE);
    assert_eq!(changes, ["code_execution_20260120 Refused"]);
    stays(MESSAGES, &history("custom"), NO_CODE);
}

#[test]
fn every_hosted_tool_is_named_also_where_it_would_pass() {
    let body = with(r#"{"type":"web_search"},{"type":"mcp","server_label":"wiki","require_approval":"always"}"#);
    let tools = body.find('[').expect("tools")..body.len() - 1;
    let all: Vec<Range<usize>> = std::iter::once(tools).collect();
    let asked = Asked { dialect: RESPONSES, body: body.as_bytes(), tools: &all, model: None };
    let named: Vec<String> = named(&asked).expect("readable").iter().map(ToolName::to_string).collect();
    assert_eq!(named, ["web_search", "mcp.wiki"]);
}

mod approvals {
    use super::super::approval::*;
    use crate::call::{Input, ToolCall, ToolName};

    fn read(input: &str) -> Option<Vec<Yes>> {
        yeses(input.as_bytes(), 0..input.len())
    }

    const REQUEST: &str =
        r#"{"type":"mcp_approval_request","id":"mcpr_1","server_label":"wiki","name":"delete_page","arguments":"{\"id\":1}"}"#;
    const YES: &str = r#"{"type":"mcp_approval_response","approval_request_id":"mcpr_1","approve":true}"#;

    #[test]
    fn every_yes_is_found_however_it_is_spelled() {
        for yes in [YES, &YES.replace("mcp_", "mcp\\u005f"), &YES.replace(r#","approve":true"#, ""), &YES.replace("true", "1")] {
            let found = read(&format!("[{REQUEST},{yes}]")).expect("readable");
            assert_eq!(found.len(), 1, "{yes}");
            assert_eq!((found[0].id.as_str(), found[0].is_past, found[0].label.as_deref()), ("mcpr_1", false, Some("wiki")));
        }
        for none in [
            &YES.replace("true", "false"),
            r#"{"type":"message","role":"user","content":"mcp_approval_response"}"#,
            "\"mcp_approval_response\"",
        ] {
            assert_eq!(read(&format!("[{none}]")), Some(Vec::new()), "{none}");
        }
        assert_eq!(read(&format!("[{}]", YES.replace("true", "false,\"Approve\":true"))), None);
        assert_eq!(read(&format!("[{}]", YES.replace("approve\":true", "Approve\":true"))), None);
    }

    #[test]
    fn a_yes_is_past_where_the_call_stands_behind_it() {
        let done = r#"{"type":"mcp_call","id":"mcp_1","approval_request_id":"mcpr_1","name":"delete_page"}"#;
        assert!(read(&format!("[{REQUEST},{YES},{done}]")).expect("readable")[0].is_past);
        assert!(!read(&format!("[{REQUEST},{done},{YES}]")).expect("readable")[0].is_past);
        assert!(!read(&format!("[{REQUEST},{YES},{}]", done.replace("mcpr_1", "mcpr_2"))).expect("readable")[0].is_past);
    }

    #[test]
    fn a_question_is_the_same_only_with_the_same_call_and_server() {
        let call = |id: u8| ToolCall {
            id: "mcpr_1".into(),
            tool: ToolName { namespace: Some("wiki".into()), name: "delete_page".into() },
            input: Input::Json(format!("{{\"id\":{id}}}")),
        };
        let tools = |url: &str| {
            format!(r#"[{{"type":"mcp","server_label":"wiki","server_url":"{url}"}},{{"type":"mcp","server_label":"x","server_url":"y"}}]"#)
        };
        let of = |id, url: &str| {
            let tools = tools(url);
            let all: Vec<std::ops::Range<usize>> = std::iter::once(0..tools.len()).collect();
            question(&call(id), tools.as_bytes(), &all)
        };
        assert_eq!(of(1, "a"), of(1, "a"));
        assert_ne!(of(1, "a"), of(2, "a"));
        assert_ne!(of(1, "a"), of(1, "b"));
        let shown = &read(&format!("[{REQUEST},{YES}]")).expect("readable")[0].shown;
        assert_eq!(shown, &[of(1, "a").call]);
        assert_ne!(shown, &[of(2, "a").call]);
    }
}
