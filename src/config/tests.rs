//! What is taken, what is refused, and how the refusal reads.
//!
//! Every broken file has a twin beside it that differs as little as possible and
//! is taken; the refusals are kept as snapshots, in the words an operator reads.

use super::*;
use crate::kind::Kind;
use crate::pin::{Clause, Limit, Mode, Order, PIN_TEXT_BYTES_MAX};
use crate::verdict::Verdict;
use std::path::Path;

mod broken;
mod places;

/// Checks a file's text as if it stood in `/etc/linchpin/linchpin.toml`.
fn read(text: &str) -> Result<Config, ConfigError> {
    parse(text, Path::new("/etc/linchpin/linchpin.toml"), &Asked { data: Some("/var/lib/linchpin".into()), ..Asked::default() })
}

fn good(text: &str) -> Config {
    read(text).unwrap_or_else(|error| panic!("{}", error.render(false)))
}

/// A file with one good pin and these lines in it.
fn pin(lines: &str) -> String {
    format!("[[pin]]\nid = \"p\"\ntext = \"Ask me before deleting.\"\n{lines}\n")
}

/// What that pin asks for first.
fn clause(lines: &str) -> Clause {
    good(&pin(lines)).pins[0].clauses[0].clone()
}

#[test]
fn an_explicit_pin_is_enforced_as_written() {
    let clause = clause("on = [\"delete\", \"publish.push\", \"delete\"]\nthen = \"block\"\ntools = \"gmail_*\"");
    assert_eq!((clause.on.as_slice(), clause.then), ([Kind::Delete, Kind::PublishPush].as_slice(), Verdict::Block));
    assert_eq!(clause.tools, ["gmail_*"]);
    assert!(clause.scope.is_open() && clause.limit.is_none());
}

#[test]
fn a_pin_that_says_kinds_and_no_response_holds() {
    assert_eq!(clause("on = [\"write.commit\"]").then, Verdict::Hold);
}

#[test]
fn matchers_are_read_with_their_exceptions_and_comparisons() {
    let scope =
        clause("on = [\"pay\"]\nwhere = { target = [\"/srv/**\", \"!**/target/**\"], amount = \">= 50 eur\", count = 3, text = '\\d+' }")
            .scope;
    assert_eq!(scope.target, ["/srv/**", "!**/target/**"]);
    assert_eq!(scope.currency, ["EUR"]);
    assert_eq!(scope.amount.map(|amount| (amount.order, amount.bound)), Some((Order::AtLeast, 50.0)));
    assert_eq!(scope.count.map(|count| (count.order, count.bound)), Some((Order::AtLeast, 3.0)));
    assert_eq!(scope.text.as_deref(), Some("\\d+"));
    let scope = clause("on = [\"pay\"]\nwhere.amount = 0.5").scope;
    assert_eq!(scope.amount.map(|amount| (amount.order, amount.bound)), Some((Order::AtLeast, 0.5)));
}

#[test]
fn a_limit_is_read_in_items_and_time() {
    let config = good(&pin("limit = \"10 per hour\""));
    assert_eq!(config.pins[0].clauses[0].limit, Some(Limit { items: 10, per: Duration::from_secs(3600) }));
    assert!(config.unbuilt.is_empty(), "{:?}", config.unbuilt);
    assert_eq!(clause("limit = \"5 per 30m\"").limit, Some(Limit { items: 5, per: Duration::from_secs(1800) }));
}

#[test]
fn a_pin_without_enforcement_is_carried_and_objects_to_nothing() {
    let config = good(&pin("enforce = false"));
    assert!(config.pins[0].clauses.is_empty() && config.warnings.is_empty());
    assert_eq!(good(&pin("enforce = false\non = [\"pay\"]")).warnings.len(), 1);
}

#[test]
fn a_shadow_pin_is_for_its_agents_only() {
    let pin = &good(&pin("mode = \"shadow\"\nagents = [\"forum-bot\"]")).pins[0];
    assert_eq!((pin.mode, pin.agents.as_slice()), (Mode::Shadow, ["forum-bot".to_owned()].as_slice()));
}

#[test]
fn a_text_in_no_language_at_all_holds_everything_that_matters() {
    let config = good("[[pin]]\nid = \"p\"\ntext = \"Xqzt vbrrk wlmpf\"");
    let clause = &config.pins[0].clauses[0];
    assert!(clause.then >= Verdict::Hold && Kind::CONSEQUENTIAL.iter().all(|kind| clause.on.contains(kind)), "{clause:?}");
}

#[test]
fn only_what_is_set_and_missing_is_named() {
    assert!(good(&pin("")).unbuilt.is_empty());
    let harmless =
        "[hold]\nwait = \"0s\"\nexpires = \"2h\"\nreply = false\n[conversation]\ncapture = \"off\"\n[tools]\nhosted = \"refuse\"\n";
    assert_eq!(good(&format!("{harmless}{}", pin("approvers = 1\napprove_by = [\"console\"]"))).unbuilt, Vec::<String>::new());
    let hash = "ab".repeat(32);
    let all = format!(
        "[server]\ntls = {{ cert = \"c.pem\", key = \"k.pem\" }}\n[upstream.gemini]\nurl = \"http://127.0.0.1:9\"\n[hold]\nwait = \"45s\"\n\
         fetch_within = \"1m\"\n[breaker]\nrefusals = 3\nwithin = \"1m\"\n[conversation]\ncapture = \"enforce\"\n[tools]\nhosted = \"gate\"\n\
         [agent.bot]\nkey_sha256 = [\"{hash}\"]\ntools.allow = [\"read_*\"]\n[operator.alice]\ntoken_sha256 = \"{}\"\n\
         [notify]\nwebhook = \"https://hooks.example/x?y\"\n[console]\npublic_url = \"https://desk.example\"\n[limits]\nreload_ms = 10\n[record]\nkeep = \"30d\"\n{}",
        "cd".repeat(32),
        pin("waive = \"named\"\nlimit = \"1/day\"")
    );
    insta::assert_snapshot!(good(&all).unbuilt.join("\n"));
}

#[test]
fn the_command_line_outweighs_the_file() {
    let asked =
        Asked { data: Some("/elsewhere".into()), listen: "127.0.0.1:1".parse().ok(), console: "[::1]:2".parse().ok(), ..Asked::default() };
    let text = "[server]\nlisten = \"127.0.0.1:3\"\nconsole = \"127.0.0.1:4\"\ndata = \"data\"\n";
    let config = parse(text, Path::new("/etc/linchpin.toml"), &asked).expect("a good file");
    assert_eq!((config.server.listen.port(), config.server.console.port()), (1, 2));
    assert_eq!(config.server.data, Path::new("/elsewhere"));
    let config = parse(text, Path::new("/etc/linchpin.toml"), &Asked::default()).expect("a good file");
    assert_eq!((config.server.listen.port(), config.server.data.as_path()), (3, Path::new("/etc/data")));
}

#[test]
fn the_command_line_is_checked_like_the_file() {
    let asked = Asked { console: "0.0.0.0:4142".parse().ok(), data: Some("/d".into()), ..Asked::default() };
    let error = parse(&pin(""), Path::new("/etc/linchpin.toml"), &asked).expect_err("an open console");
    assert!(error.to_string().contains("in clear text"), "{error}");
}

#[test]
fn an_upstream_keeps_its_path_and_is_told_from_the_built_in_ones() {
    let config = good(
        "[upstream.router]\nurl = \"https://router.example/api/\"\ndialect = \"openai\"\n[upstream.openai]\nurl = \"http://127.0.0.1:9100\"\n",
    );
    assert_eq!(config.upstreams["router"].url.as_str(), "https://router.example/api");
    let foreign: Vec<_> = config.foreign_hosts().into_iter().collect();
    assert_eq!(foreign, [("openai", "127.0.0.1"), ("router", "router.example")]);
    assert!(config.upstreams["anthropic"].built_in);
    assert!(good("[upstream.openai]\nurl = \"https://api.openai.com/\"").upstreams["openai"].built_in);
}

#[test]
fn a_text_may_be_as_long_as_a_pin_may_be() {
    assert_eq!(good(&format!("[[pin]]\nid=\"p\"\non=[\"pay\"]\ntext=\"{}\"", "x".repeat(PIN_TEXT_BYTES_MAX))).pins.len(), 1);
}

#[test]
fn what_deserves_a_second_look_is_said() {
    let warnings = good(
        "[server]\nlisten = \"0.0.0.0:4141\"\n[upstream.lab]\nurl = \"http://lab.example/v1\"\ndialect = \"openai\"\n[hold]\nreply = true\n",
    )
    .warnings;
    insta::assert_snapshot!(warnings.join("\n"));
    assert!(good(&pin("")).warnings.is_empty());
}

#[test]
fn every_limit_is_read_into_its_own_place() {
    let keys = [
        "connections",
        "buffered_bytes",
        "header_bytes",
        "body_bytes",
        "request_ms",
        "call_arguments_bytes",
        "held_frames_bytes",
        "response_bytes",
        "connect_ms",
        "upstream_idle_ms",
        "drain_ms",
        "metric_labels",
        "reload_ms",
    ];
    let lines: Vec<String> = keys.iter().enumerate().map(|(place, key)| format!("{key} = {}", 9000 - place)).collect();
    let limits = good(&format!("[limits]\n{}", lines.join("\n"))).limits;
    let expected = Limits {
        connections: 9000,
        buffered_bytes: 8999,
        header_bytes: 8998,
        body_bytes: 8997,
        request_ms: 8996,
        call_arguments_bytes: 8995,
        held_frames_bytes: 8994,
        response_bytes: 8993,
        connect_ms: 8992,
        upstream_idle_ms: 8991,
        drain_ms: 8990,
        metric_labels: 8989,
        reload_ms: 8988,
    };
    assert_eq!(limits, expected);
    assert_eq!(good(&pin("")).limits, Limits::default());
}
