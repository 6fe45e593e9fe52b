//! What calls of every sort do, and what their near misses do not.

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

/// The kinds that matter of what was read: effects and `unknown`, or the ordinary ones where there is none.
fn deciding(actions: &[Action]) -> Vec<&'static str> {
    let is_deciding = |action: &&Action| action.kind.is_consequential() || action.kind == crate::kind::Kind::Unknown;
    let mut names: Vec<&str> = actions.iter().filter(is_deciding).map(|a| a.kind.name()).collect();
    if names.is_empty() {
        names = actions.iter().map(|a| a.kind.name()).collect();
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// Runs one file of labelled calls: `{"tool", "arguments", "description"?, "schema"?, "kinds"}`, one a line.
fn every_labelled_call_is_read_as_labelled(file: &str, lines: &str) {
    let mut wrong = Vec::new();
    for (number, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let case: serde_json::Value = serde_json::from_str(line).expect("a labelled call is JSON");
        let arguments = read_arguments(&Input::Json(case["arguments"].to_string())).expect("readable");
        let spec =
            ToolSpec { description: case["description"].as_str().map(str::to_owned), schema: case.get("schema").map(ToString::to_string) };
        let actions = understand(&ToolName::plain(case["tool"].as_str().expect("a tool")), &arguments, Some(&spec));
        let mut wanted: Vec<&str> = case["kinds"].as_array().expect("kinds").iter().filter_map(|k| k.as_str()).collect();
        wanted.sort_unstable();
        if deciding(&actions) != wanted {
            wrong.push(format!("{file}:{}: wanted {wanted:?}, read {:?}: {}", number + 1, deciding(&actions), case["arguments"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn labelled_shell_calls_are_read_as_labelled() {
    every_labelled_call_is_read_as_labelled("shell.jsonl", include_str!("../../fixtures/action/shell.jsonl"));
}

#[test]
fn labelled_named_tools_are_read_as_labelled() {
    every_labelled_call_is_read_as_labelled("tool.jsonl", include_str!("../../fixtures/action/tool.jsonl"));
}

#[test]
fn labelled_requests_are_read_as_labelled() {
    every_labelled_call_is_read_as_labelled("http.jsonl", include_str!("../../fixtures/action/http.jsonl"));
}

#[test]
fn labelled_statements_are_read_as_labelled() {
    every_labelled_call_is_read_as_labelled("sql.jsonl", include_str!("../../fixtures/action/sql.jsonl"));
}

#[test]
fn labelled_patches_are_read_as_labelled() {
    every_labelled_call_is_read_as_labelled("patch.jsonl", include_str!("../../fixtures/action/patch.jsonl"));
}

#[test]
fn labelled_code_is_read_as_labelled() {
    every_labelled_call_is_read_as_labelled("code.jsonl", include_str!("../../fixtures/action/code.jsonl"));
}

/// The files of labelled calls.
const LABELLED: [(&str, &str); 5] = [
    ("shell.jsonl", include_str!("../../fixtures/action/shell.jsonl")),
    ("tool.jsonl", include_str!("../../fixtures/action/tool.jsonl")),
    ("http.jsonl", include_str!("../../fixtures/action/http.jsonl")),
    ("sql.jsonl", include_str!("../../fixtures/action/sql.jsonl")),
    ("code.jsonl", include_str!("../../fixtures/action/code.jsonl")),
];
/// How many rows of one file may show the same construct: many rows are to mean many constructs.
const ROWS_OF_A_CONSTRUCT_MAX: usize = 3;

#[test]
fn no_construct_is_labelled_over_and_over() {
    for (file, lines) in LABELLED {
        let (mut rows, mut constructs) = (0, std::collections::BTreeMap::<String, usize>::new());
        for line in lines.lines().filter(|line| !line.trim().is_empty()) {
            let case: serde_json::Value = serde_json::from_str(line).expect("a labelled call is JSON");
            rows += 1;
            if let Some(construct) = case["construct"].as_str() {
                *constructs.entry(construct.to_owned()).or_default() += 1;
            }
        }
        let named: usize = constructs.values().sum();
        println!("{file}: {rows} calls, {named} of them of {} named constructs", constructs.len());
        let too_often: Vec<_> = constructs.iter().filter(|(_, count)| **count > ROWS_OF_A_CONSTRUCT_MAX).collect();
        assert!(too_often.is_empty(), "{file}: {too_often:?}");
        if file == "shell.jsonl" {
            assert!(rows >= 480 && named == rows, "{file}: {rows} calls, {named} with a construct");
        }
    }
}

#[test]
fn two_keys_that_could_be_one_are_unknown_beside_what_was_read() {
    let kinds = kinds_of("delete_note", r#"{"noteId":"1","note_id":"2"}"#);
    assert_eq!(kinds, "delete unknown");
}

#[test]
fn free_text_is_read_as_what_it_is() {
    let of = |tool: &str, text: &str| {
        let actions = understand(&ToolName::plain(tool), &Arguments::Text(text.to_owned()), None);
        deciding(&actions).join(" ")
    };
    assert_eq!(of("apply_patch", "*** Begin Patch\n*** Delete File: a\n*** End Patch"), "delete");
    assert_eq!(of("shell", "rm a"), "delete");
    assert_eq!(of("python", "print(1)"), "read");
    assert_eq!(of("frob", "anything"), "unknown");
}

#[test]
fn counts_sums_and_targets_are_taken_from_the_call() {
    let actions = actions_of("delete_notes", r#"{"note_ids":["a","b","c"]}"#, "");
    assert_eq!(actions[0].count.stated(), Some(3));
    assert_eq!(actions[0].targets.len(), 3);
    let actions = actions_of("create_refund", r#"{"payment":"p1","amount":250}"#, "Refunds a payment; the amount is in cents.");
    assert_eq!(actions[0].amount.as_ref().map(|amount| amount.value), Some(2.5));
    let actions = actions_of("bash", r#"{"command":"rm a b"}"#, "");
    assert_eq!(actions[0].count.stated(), Some(2));
    assert_eq!(actions[0].targets.iter().map(|t| t.value.as_str()).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn a_call_that_is_too_much_to_read_is_unknown_and_quickly_so() {
    let deep = format!("{}rm x{}", "$(".repeat(3000), ")".repeat(3000));
    let wide = "echo a; ".repeat(60_000);
    let quotes = "\"$(\"".repeat(20_000);
    let braces = format!("echo {}", "{a,b}".repeat(200));
    let heredocs = "cat <<A <<B <<C\n".repeat(5_000);
    let nested = (0..13).fold("rm x".to_owned(), |inner, _| format!("bash -c {}", serde_json::Value::String(inner)));
    let wrapped = format!("{}rm x", "sudo ".repeat(100));
    for script in [&deep, &wide, &quotes, &heredocs, &nested, &wrapped] {
        let start = std::time::Instant::now();
        let arguments = read_arguments(&Input::Json(serde_json::json!({ "command": script }).to_string())).expect("readable");
        let names = deciding(&understand(&ToolName::plain("bash"), &arguments, None)).join(" ");
        assert!(names.contains("unknown"), "{names}: {}", &script[..40]);
        assert!(start.elapsed().as_secs() < 5, "{:?}: {}", start.elapsed(), &script[..40]);
    }
    let arguments = read_arguments(&Input::Json(serde_json::json!({ "command": braces }).to_string())).expect("readable");
    assert!(!understand(&ToolName::plain("bash"), &arguments, None).is_empty());
}

#[test]
fn the_deepest_call_fits_a_small_stack() {
    let inner = format!("{}rm x{}", "( ".repeat(38), " )".repeat(38));
    let script = format!("{}eval '{inner}'{}", "{ ( $( ".repeat(9), " ) ) ; }".repeat(9));
    let worst = [
        script,
        "sudo ".repeat(5000) + "rm x",
        "f() { ".repeat(39) + "rm x" + &"; }".repeat(39),
        "if true; then ".repeat(39) + "rm x" + &"; fi".repeat(39),
    ];
    let run = move || {
        for script in worst {
            let arguments = read_arguments(&Input::Json(serde_json::json!({ "command": script }).to_string())).expect("readable");
            assert!(deciding(&understand(&ToolName::plain("bash"), &arguments, None)).contains(&"unknown"), "{script}");
        }
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).expect("a thread").join().expect("no overflow");
}

#[test]
fn a_long_text_that_is_no_code_makes_nothing_unknown() {
    let body = "Dear all, please do not rm -rf anything. ".repeat(50_000);
    let arguments = serde_json::json!({ "to": "a@x.example", "subject": "x", "body": body }).to_string();
    assert_eq!(kinds_of("send_mail", &arguments), "send");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(text in "[ -~\\n\u{e4}\u{3042}]{0,200}", tool in "(bash|python|query|http_request|apply_patch|frob_x)") {
        for key in ["command", "code", "sql", "query", "url", "input", "body"] {
            let arguments = serde_json::json!({ key: text, "method": "POST" }).to_string();
            let arguments = read_arguments(&Input::Json(arguments)).expect("readable");
            proptest::prop_assert!(!understand(&ToolName::plain(tool.clone()), &arguments, None).is_empty());
        }
        proptest::prop_assert!(!understand(&ToolName::plain(text.clone()), &Arguments::Text(text), None).is_empty());
    }

    #[test]
    fn no_shell_like_text_makes_a_reader_panic(parts in proptest::collection::vec("(rm|\\$\\(|\\)|\\{|\\}|<<E|\\n|'|\"|`|\\$\\{x|;|&&|\\||>|<|if|then|fi|case|esac|for|in|do|done|\\(\\(|\\)\\)|\\\\| |a,b|#|=|\\[\\[|\\]\\]|\\$'|!|function f|eval|bash -c)", 0..40)) {
        let script = parts.concat();
        let arguments = read_arguments(&Input::Json(serde_json::json!({ "command": script }).to_string())).expect("readable");
        proptest::prop_assert!(!understand(&ToolName::plain("bash"), &arguments, None).is_empty());
    }
}
