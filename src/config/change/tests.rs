//! One edit at a time, told by what becomes of it.

use super::*;
use crate::config::{Asked, parse};
use std::path::Path;

const BASE: &str = "[hold]\nwait = \"5s\"\n[[pin]]\nid = \"deletes\"\ntext = \"Ask before deleting.\"\non = [\"delete\", \"publish\"]\nthen = \"hold\"\n\
    tools = [\"bash\"]\nwhere = { target = [\"/srv/**\", \"!/srv/tmp/**\"], amount = \"> 5\" }\nlimit = \"10 per hour\"\napprovers = 1\nagents = [\"a\"]\n\
    [[pin]]\nid = \"pays\"\ntext = \"Never pay.\"\non = [\"pay\"]\nthen = \"block\"\n";

fn read(text: &str) -> Config {
    let asked = Asked { data: Some("/var/lib/linchpin".into()), ..Asked::default() };
    parse(text, Path::new("/etc/linchpin/linchpin.toml"), &asked).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// What an edit of [`BASE`] comes to: nothing, `false` (taken up at once) or `true` (waits).
fn edited(from: &str, to: &str) -> Option<bool> {
    assert!(BASE.contains(from), "{from}");
    let found = changes(&read(BASE), &read(&BASE.replacen(from, to, 1)));
    (!found.is_empty()).then(|| found.iter().any(|change| change.loosens))
}

#[test]
fn what_only_adds_or_tightens_waits_for_nobody() {
    for (from, to) in [
        (
            "[[pin]]\nid = \"pays\"",
            "[[pin]]\nid = \"new\"\ntext = \"Never push.\"\non = [\"publish\"]\nthen = \"warn\"\n[[pin]]\nid = \"pays\"",
        ),
        ("then = \"hold\"", "then = \"block\""),
        ("on = [\"delete\", \"publish\"]", "on = [\"delete\", \"publish\", \"send\"]"),
        ("tools = [\"bash\"]\n", ""),
        ("tools = [\"bash\"]", "tools = [\"bash\", \"sh\"]"),
        ("\"/srv/**\", \"!/srv/tmp/**\"", "\"/srv/**\""),
        ("\"/srv/**\", \"!/srv/tmp/**\"", "\"/srv/**\", \"/var/**\", \"!/srv/tmp/**\""),
        ("target = [\"/srv/**\", \"!/srv/tmp/**\"], ", ""),
        (", amount = \"> 5\"", ""),
        ("limit = \"10 per hour\"\n", ""),
        ("10 per hour", "9 per hour"),
        ("10 per hour", "10 per day"),
        ("agents = [\"a\"]\n", ""),
        ("agents = [\"a\"]", "agents = [\"a\", \"b\"]"),
        ("[hold]", "[limits]\nbody_bytes = 2048\n[hold]"),
        ("[hold]", "[redact]\npatterns = [\"x+\"]\n[hold]"),
    ] {
        assert_eq!(edited(from, to), Some(false), "{from} -> {to}");
    }
}

#[test]
fn what_takes_away_narrows_or_weakens_waits_for_an_operator() {
    for (from, to) in [
        ("[[pin]]\nid = \"pays\"\ntext = \"Never pay.\"\non = [\"pay\"]\nthen = \"block\"\n", ""),
        ("then = \"block\"", "then = \"hold\""),
        ("then = \"hold\"", "then = \"warn\""),
        ("Ask before deleting.", "Ask before deleting, if you like."),
        ("on = [\"delete\", \"publish\"]", "on = [\"delete\", \"publish.push\"]"),
        ("on = [\"delete\", \"publish\"]", "on = [\"delete\"]"),
        ("tools = [\"bash\"]", "tools = [\"sh\"]"),
        ("\"/srv/**\"", "\"/srv/www/**\""),
        ("\"!/srv/tmp/**\"", "\"!/srv/tmp/**\", \"!/srv/www/**\""),
        ("amount = \"> 5\"", "amount = \"> 50\""),
        ("on = [\"pay\"]", "on = [\"pay\"]\nwhere = { text = \"gold\" }"),
        ("on = [\"pay\"]", "on = [\"pay\"]\nlimit = \"1 per year\""),
        ("on = [\"pay\"]", "on = [\"pay\"]\nagents = [\"a\"]"),
        ("on = [\"pay\"]", "on = [\"pay\"]\nmode = \"shadow\""),
        ("on = [\"pay\"]", "on = [\"pay\"]\nwaive = \"named\""),
        ("10 per hour", "11 per hour"),
        ("10 per hour", "10 per minute"),
        ("agents = [\"a\"]", "agents = [\"b\"]"),
        ("wait = \"5s\"", "wait = \"6s\""),
        ("wait = \"5s\"", "wait = \"5s\"\nexpires = \"1h\""),
        ("[hold]", "[server]\nlisten = \"127.0.0.1:5151\"\n[hold]"),
        ("[hold]", "[server]\nconsole = \"127.0.0.1:5151\"\n[hold]"),
        ("[hold]", "[server]\nhosts = [\"desk.example\"]\n[hold]"),
        ("[hold]", "[console]\nhosts = [\"desk.example\"]\n[hold]"),
        ("[hold]", "[upstream.openai]\nurl = \"https://evil.example\"\n[hold]"),
        ("[hold]", "[upstream.lab]\nurl = \"https://lab.example\"\ndialect = \"openai\"\n[hold]"),
        ("[hold]", "[store]\nurl = \"sqlite://other.db\"\n[hold]"),
        ("[hold]", "[notify]\nwebhook = \"https://evil.example\"\n[hold]"),
        ("[hold]", "[breaker]\nrefusals = 500\n[hold]"),
        ("[hold]", "[tools]\nhosted = \"pass\"\n[hold]"),
        ("[hold]", "[conversation]\ncapture = \"off\"\n[hold]"),
        ("[hold]", "[limits]\ncall_arguments_bytes = 99999999\n[hold]"),
        ("[hold]", "[record]\nkeep = \"1d\"\n[hold]"),
        ("[hold]", &format!("[operator.eve]\ntoken_sha256 = \"{}\"\n[hold]", "ab".repeat(32))),
        ("[hold]", &format!("[agent.eve]\nkey_sha256 = [\"{}\"]\n[hold]", "ab".repeat(32))),
    ] {
        assert_eq!(edited(from, to), Some(true), "{from} -> {to}");
    }
}

#[test]
fn what_says_the_same_in_other_words_is_no_change() {
    for (from, to) in [("[hold]", "# a comment\n[hold]"), ("wait = \"5s\"", "wait = '5s'"), ("then = \"block\"", "then  =  'block'")] {
        assert_eq!(edited(from, to), None, "{from} -> {to}");
    }
}

#[test]
fn a_tightening_does_not_carry_a_loosening_through() {
    let both = BASE.replace("then = \"hold\"", "then = \"block\"");
    let both =
        both.replace("text = \"Never pay.\"\non = [\"pay\"]\nthen = \"block\"", "text = \"Never pay.\"\non = [\"pay\"]\nthen = \"warn\"");
    let found = changes(&read(BASE), &read(&both));
    assert_eq!(found.iter().filter(|change| change.loosens).count(), 1, "{found:?}");
    assert!(found.len() > 1, "{found:?}");
}

#[test]
fn what_counts_from_the_next_start_only_says_so() {
    let found = changes(&read(BASE), &read(&format!("[server]\nlisten = \"127.0.0.1:5151\"\n{BASE}")));
    assert!(matches!(found.as_slice(), [Change { at_start: true, loosens: true, .. }]), "{found:?}");
}
