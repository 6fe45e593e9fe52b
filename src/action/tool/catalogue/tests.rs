//! The catalogue can be read, and says what it should of tools and of their namesakes.

use super::*;
use crate::json::read_value;
use std::collections::HashSet;

fn kinds_of(name: &str, arguments: &str) -> Option<Vec<Kind>> {
    let value = read_value(arguments).expect("JSON");
    find(name, value.as_object().expect("an object")).map(|entry| entry.kinds.clone())
}

#[test]
fn every_line_can_be_read() {
    let catalogue = parse(include_str!("../catalogue.txt")).expect("the catalogue can be read");
    assert!(catalogue.products.len() >= 40, "{} products", catalogue.products.len());
    assert!(catalogue.entries.len() >= 900, "{} tools", catalogue.entries.len());
    for (name, entries) in &catalogue.entries {
        for entry in entries {
            assert!(!entry.kinds.is_empty() || entry.texts().count() > 0, "`{name}` is listed and nothing is said of it");
        }
    }
}

#[test]
fn no_line_stands_behind_one_that_takes_all_its_calls() {
    let catalogue = parse(include_str!("../catalogue.txt")).expect("the catalogue can be read");
    for (name, entries) in &catalogue.entries {
        let mut open: HashSet<usize> = HashSet::new();
        for entry in entries {
            assert!(!open.contains(&entry.product), "`{name}` has a line behind one without a condition");
            if entry.conditions.is_empty() {
                open.insert(entry.product);
            }
        }
    }
}

#[test]
fn no_product_is_listed_twice() {
    let catalogue = parse(include_str!("../catalogue.txt")).expect("the catalogue can be read");
    let mut seen = HashSet::new();
    for product in catalogue.products.iter().filter_map(|words| words.first()) {
        assert!(seen.insert(product.clone()), "`{product}` is listed twice");
    }
}

#[test]
fn a_line_that_says_nothing_is_refused() {
    for (text, what) in [
        ("get_me = read", "a tool of no product"),
        ("[x]\nget_me read", "no ` = `"),
        ("[x]\nget_me = look", "unknown kind `look`"),
        ("[x]\ngetMe = read", "`getMe` is not in lower-case words joined by `_`"),
        ("[x]\nrun = - with bash=x", "unknown role `bash`"),
    ] {
        assert_eq!(parse(text).map(|_| ()).map_err(|error| error.what), Err(what.to_owned()), "{text}");
    }
}

#[test]
fn a_tool_is_known_under_every_client_s_prefix() {
    let arguments = r#"{"owner":"o","repo":"r","pullNumber":4}"#;
    for name in [
        "merge_pull_request",
        "mcp__github__merge_pull_request",
        "mcp__work-hub__merge_pull_request",
        "github_merge_pull_request",
        "github.mergePullRequest",
        "github-merge-pull-request",
        "functions.merge_pull_request",
        "mcp_github_merge_pull_request",
    ] {
        assert_eq!(kinds_of(name, arguments), Some(vec![Kind::PublishPush]), "{name}");
    }
    assert_eq!(kinds_of("my_merge_pull_request", arguments), None);
}

#[test]
fn another_tool_of_the_same_name_is_not_taken_for_a_listed_one() {
    assert_eq!(kinds_of("merge_pull_request", r#"{"ticket":"4"}"#), None);
    assert_eq!(kinds_of("list_notifications", "{}"), None);
    assert_eq!(kinds_of("github_list_notifications", "{}"), Some(vec![Kind::Read]));
    assert_eq!(kinds_of("message", r#"{"action":"delete","messageId":"5"}"#), Some(vec![Kind::Delete]));
    assert_eq!(kinds_of("message", r#"{"action":"read"}"#), Some(vec![Kind::Read]));
}
