//! What a narrowed pin is about, and the neighbours that pass.

use super::*;
use crate::call::{Amount, Target, ToolName};
use crate::pin::{Clause, Comparison, Order, Pin};
use crate::policy::tests::{pin, verdict_on};
use crate::verdict::Verdict;
use proptest::prelude::*;

/// Whether a pin narrowed to this holds this action.
fn held_in(scope: Scope, action: Action, arguments: &str) -> bool {
    let clause = Clause { scope, ..Clause::new([action.kind], Verdict::Hold) };
    let pin = Pin { clauses: vec![clause], ..pin("p", &[], Verdict::Hold) };
    verdict_on(vec![pin], ToolName::plain("t"), vec![action], arguments) == Verdict::Hold
}

/// Whether a pin narrowed to this holds a call that does all of this.
fn all_held(scope: Scope, actions: Vec<Action>) -> bool {
    let clause = Clause { scope, ..Clause::new(actions.iter().map(|action| action.kind).collect::<Vec<_>>(), Verdict::Hold) };
    let pin = Pin { clauses: vec![clause], ..pin("p", &[], Verdict::Hold) };
    verdict_on(vec![pin], ToolName::plain("t"), actions, "{}") == Verdict::Hold
}

fn words(patterns: &[&str]) -> Vec<String> {
    patterns.iter().map(|pattern| (*pattern).to_owned()).collect()
}

fn held(scope: Scope, sort: TargetSort, value: &str) -> bool {
    held_in(scope, Action::new(Kind::Delete, "").on([Target::new(sort, value)]), "{}")
}

fn path_held(patterns: &[&str], value: &str) -> bool {
    held(Scope { target: words(patterns), ..Scope::default() }, TargetSort::Path, value)
}

#[test]
fn a_path_inside_is_held_and_its_neighbour_passes() {
    let protected = ["/srv/**", "!**/target/**"];
    for inside in ["/srv/data", "/srv", "/SRV/Data", "/tmp/../srv/x", "/", "srv/x", "~/x", "/srv/a/target", "/srv/*/target/x"] {
        let is_exception = inside == "/srv/a/target";
        assert_eq!(path_held(&protected, inside), !is_exception, "{inside}");
    }
    for outside in ["/srv2/data", "/opt/srv/x", "/srv/a/target/x", "/tmp/x"] {
        assert!(!path_held(&protected, outside), "{outside}");
    }
    assert!(path_held(&protected, "/srv/a/TARGET/x"), "an exception is met exactly");
}

#[test]
fn a_directory_stands_for_what_is_in_it() {
    assert!(path_held(&["/srv/data"], "/srv/data/x/y"));
    assert!(path_held(&["/srv/data/db.sqlite"], "/srv"));
    assert!(!path_held(&["/srv/data/db.sqlite"], "/srv/data/db.sqlite-old"));
    assert!(!path_held(&["/srv/data/db.sqlite"], "/srv/other"));
    assert!(path_held(&["/srv/data/"], "/srv/data") && path_held(&["/srv/data/"], "/srv/data/x"));
}

#[test]
fn a_whole_tree_may_hold_what_a_pattern_looks_for_anywhere() {
    let scope = || Scope { target: words(&["**/.env"]), ..Scope::default() };
    let remove = |count| Action::new(Kind::Delete, "").on([Target::new(TargetSort::Path, "/app/build")]).counting(count);
    assert!(held_in(scope(), remove(Count::Set), "{}"));
    assert!(!held_in(scope(), remove(Count::Exactly(1)), "{}"));
    assert!(path_held(&["**/.env"], "/app/.env") && !path_held(&["**/.env"], "/app/.envrc"));
}

#[test]
fn a_pattern_without_a_root_is_meant_at_any_depth() {
    assert!(path_held(&["*.md"], "/a/b.md") && !path_held(&["*.md"], "/a/b.mdx"));
    assert!(path_held(&["src/**"], "/home/me/src/x") && !path_held(&["src/**"], "/home/me/srcx/y"));
    assert!(path_held(&["~/notes/**"], "/home/me/notes/x"));
    assert!(path_held(&["!~/notes/**"], "/home/me/notes/x"), "an exception that cannot be compared excepts nothing");
    assert!(!path_held(&["!/tmp/**"], "/tmp/x") && path_held(&["!/tmp/**"], "/etc/x"));
}

#[test]
fn an_id_is_a_target_too() {
    let scope = || Scope { target: words(&["msg-1*"]), ..Scope::default() };
    assert!(held(scope(), TargetSort::Id, "msg-12") && !held(scope(), TargetSort::Id, "msg-2"));
    assert!(held(scope(), TargetSort::Recipient, "ann"), "no target of the sort: it may be any");
    assert!(
        !held(scope(), TargetSort::Table, "users")
            && held(Scope { target: words(&["users"]), ..Scope::default() }, TargetSort::Table, "users")
    );
}

#[test]
fn only_one_of_many_targets_need_be_inside() {
    let action = Action::new(Kind::Delete, "").on(["/tmp/a", "/srv/b"].map(|path| Target::new(TargetSort::Path, path)));
    assert!(held_in(Scope { target: words(&["/srv/**"]), ..Scope::default() }, action.clone(), "{}"));
    assert!(held_in(Scope { target: words(&["!/tmp/**"]), ..Scope::default() }, action, "{}"));
}

#[test]
fn a_long_list_of_harmless_targets_hides_nothing_behind_it() {
    let many = |count: usize| Action::new(Kind::Delete, "").on((0..count).map(|n| Target::new(TargetSort::Path, format!("/tmp/{n}"))));
    let scope = || Scope { target: words(&["/srv/**"]), ..Scope::default() };
    assert!(held_in(scope(), many(TARGETS_MAX), "{}") && !held_in(scope(), many(TARGETS_MAX - 1), "{}"));
}

#[test]
fn an_action_without_a_target_is_everywhere() {
    for scope in [
        Scope { target: words(&["/srv/**"]), ..Scope::default() },
        Scope { recipient: words(&["!*@corp.example"]), ..Scope::default() },
        Scope { host: words(&["prod-*"]), ..Scope::default() },
        Scope { branch: words(&["main"]), ..Scope::default() },
    ] {
        assert!(held_in(scope, Action::new(Kind::Delete, ""), "{}"));
    }
}

#[test]
fn who_removes_a_file_removes_neither_a_branch_nor_a_table() {
    let branch = || Scope { branch: words(&["main"]), ..Scope::default() };
    let table = || Scope { table: words(&["users"]), ..Scope::default() };
    assert!(!held(branch(), TargetSort::Path, "/tmp/x") && !held(table(), TargetSort::Path, "/tmp/x"));
    assert!(!held(branch(), TargetSort::Table, "users") && !held(table(), TargetSort::Branch, "main"));
    assert!(held(branch(), TargetSort::Path, "/repo/.git/refs/heads/main"), "a branch is a file, too");
    assert!(held(branch(), TargetSort::Id, "x") && held(table(), TargetSort::Id, "x"), "an id may be anything");
    assert!(held(Scope { branch: words(&["!main"]), ..Scope::default() }, TargetSort::Path, "/tmp/x"), "all but main is meant");
}

#[test]
fn an_unknown_effect_may_be_anywhere() {
    let action = Action::new(Kind::Unknown, "").on([Target::new(TargetSort::Path, "/tmp/x")]);
    let clause = Clause { scope: Scope { target: words(&["/srv/**"]), ..Scope::default() }, ..Clause::new([Kind::Delete], Verdict::Block) };
    let pin = Pin { clauses: vec![clause], ..pin("p", &[], Verdict::Hold) };
    assert_eq!(verdict_on(vec![pin], ToolName::plain("t"), vec![action], "{}"), Verdict::Hold);
}

#[test]
fn colleagues_are_excepted_and_nobody_else() {
    let outward = || Scope { recipient: words(&["!*@corp.example"]), ..Scope::default() };
    for inside in ["bob@corp.example", "Bob <bob@Corp.Example>", "a@corp.example, b@corp.example"] {
        assert!(!held(outward(), TargetSort::Recipient, inside), "{inside}");
    }
    for outside in
        ["bob@evil.example", "bob@corp.example.evil.example", "a@corp.example; b@evil.example", "Bob", "bob@corp.example <x@evil.example>"]
    {
        assert!(held(outward(), TargetSort::Recipient, outside), "{outside}");
    }
}

#[test]
fn a_recipient_is_met_under_his_other_names() {
    let boss = || Scope { recipient: words(&["boss@corp.example"]), ..Scope::default() };
    assert!(held(boss(), TargetSort::Recipient, "BOSS+x@corp.example") && held(boss(), TargetSort::Recipient, "the boss"));
    assert!(!held(boss(), TargetSort::Recipient, "bob@corp.example") && !held(boss(), TargetSort::Recipient, "#general"));
    let channel = || Scope { recipient: words(&["#general"]), ..Scope::default() };
    assert!(held(channel(), TargetSort::Recipient, "general") && !held(channel(), TargetSort::Recipient, "#random"));
    let domain = || Scope { recipient: words(&["rival.example"]), ..Scope::default() };
    assert!(held(domain(), TargetSort::Recipient, "x@rival.example") && !held(domain(), TargetSort::Recipient, "x@ally.example"));
}

#[test]
fn a_domain_is_met_in_both_of_its_alphabets_and_below() {
    let domain = || Scope { recipient: words(&["@bücher.example", "rival.example"]), ..Scope::default() };
    for inside in ["a@bücher.example", "a@BÜCHER.example", "a@xn--bcher-kva.example", "a@shop.bücher.example", "a@mail.rival.example"] {
        assert!(held(domain(), TargetSort::Recipient, inside), "{inside}");
    }
    for outside in ["a@bucher.example", "a@notrival.example", "a@rival.example.org"] {
        assert!(!held(domain(), TargetSort::Recipient, outside), "{outside}");
    }
    let own = || Scope { recipient: words(&["!@bücher.example"]), ..Scope::default() };
    assert!(!held(own(), TargetSort::Recipient, "a@xn--bcher-kva.example"));
    assert!(held(own(), TargetSort::Recipient, "a@shop.bücher.example"), "an exception is met exactly");
}

#[test]
fn a_mailbox_is_met_with_the_dots_its_service_does_not_see() {
    let boss = || Scope { recipient: words(&["the.boss@gmail.com"]), ..Scope::default() };
    for inside in ["theboss@gmail.com", "t.h.e.boss+x@GoogleMail.com", "Boss <the.boss@googlemail.com>"] {
        assert!(held(boss(), TargetSort::Recipient, inside), "{inside}");
    }
    assert!(!held(boss(), TargetSort::Recipient, "bossy@gmail.com") && !held(boss(), TargetSort::Recipient, "theboss@corp.example"));
    let dotted = || Scope { recipient: words(&["the.boss@corp.example"]), ..Scope::default() };
    assert!(!held(dotted(), TargetSort::Recipient, "theboss@corp.example"), "elsewhere a dot is a dot");
}

#[test]
fn a_host_that_readers_take_apart_differently_is_nobody_s() {
    let own = || Scope { host: words(&["!*.corp.example"]), ..Scope::default() };
    for unclear in [
        r"http://evil.example\@a.corp.example",
        "evil.example/@a.corp.example",
        "evil.example:x@a.corp.example",
        "x@evil.example@a.corp.example",
        "https://evil.example\t@a.corp.example",
    ] {
        assert!(held(own(), TargetSort::Host, unclear), "{unclear}");
    }
    for own_spelling in ["a.corp.example", "root@a.corp.example", "root@a.corp.example:/srv", "https://u:p@a.corp.example/x"] {
        assert!(!held(own(), TargetSort::Host, own_spelling), "{own_spelling}");
    }
}

#[test]
fn ten_calls_in_one_are_ten() {
    let scope = || Scope { count: Some(Comparison { order: Order::Above, bound: 3.0 }), ..Scope::default() };
    let remove =
        |name: usize| Action::new(Kind::Delete, "").on([Target::new(TargetSort::Path, format!("/srv/{name}"))]).counting(Count::Exactly(1));
    assert!(all_held(scope(), (0..4).map(remove).collect()) && !all_held(scope(), (0..3).map(remove).collect()));
    let narrowed = || Scope { target: words(&["/srv/1", "/srv/2"]), ..scope() };
    assert!(!all_held(narrowed(), (0..9).map(remove).collect()), "only what lies there is counted");
    let computed = Action::new(Kind::Delete, "").on([Target::new(TargetSort::Path, "/srv/f{1..9}")]).counting(Count::Exactly(1));
    assert!(all_held(scope(), vec![computed]));
}

#[test]
fn a_sum_in_pieces_is_a_sum() {
    let scope = || Scope { amount: Some(Comparison { order: Order::Above, bound: 50.0 }), ..Scope::default() };
    let pay = |value: f64, currency: &str| Action {
        amount: Some(Amount { value, currency: Some(currency.into()) }),
        ..Action::new(Kind::Pay, "")
    };
    assert!(all_held(scope(), vec![pay(40.0, "EUR"), pay(40.0, "EUR")]) && !all_held(scope(), vec![pay(40.0, "EUR"), pay(10.0, "EUR")]));
    assert!(!all_held(scope(), vec![pay(40.0, "EUR"), pay(40.0, "USD")]), "two currencies are not added up");
}

#[test]
fn a_host_is_met_in_every_notation() {
    let here = || Scope { host: words(&["127.0.0.1"]), ..Scope::default() };
    for spelling in ["0x7f.1", "localhost:80", "http://2130706433/x", "[::1]", "127.0.0.1."] {
        assert!(held(here(), TargetSort::Host, spelling), "{spelling}");
    }
    assert!(!held(here(), TargetSort::Host, "127.0.0.1.example.org"));
    let domain = || Scope { host: words(&["*.prod.example"]), ..Scope::default() };
    assert!(held(domain(), TargetSort::Host, "DB.prod.example.") && held(domain(), TargetSort::Host, "prod.example"));
    assert!(!held(domain(), TargetSort::Host, "db.notprod.example"));
    let port = || Scope { host: words(&["!localhost:3000"]), ..Scope::default() };
    assert!(!held(port(), TargetSort::Host, "localhost:3000") && held(port(), TargetSort::Host, "localhost:3001"));
}

#[test]
fn a_table_is_met_with_and_without_its_schema() {
    let users = || Scope { table: words(&["prod.users"]), ..Scope::default() };
    for table in ["prod.users", "users", "\"PROD\".users", "db.prod.users"] {
        assert!(held(users(), TargetSort::Table, table), "{table}");
    }
    assert!(!held(users(), TargetSort::Table, "dev.users") && !held(users(), TargetSort::Table, "prod.users_old"));
    let scratch = || Scope { table: words(&["!scratch.*"]), ..Scope::default() };
    assert!(!held(scratch(), TargetSort::Table, "scratch.t") && held(scratch(), TargetSort::Table, "t"));
}

#[test]
fn a_branch_is_met_short_and_full() {
    let main = || Scope { branch: words(&["main", "release/*"]), ..Scope::default() };
    for branch in ["main", "refs/heads/main", "+HEAD:main", "MAIN", "release/1.0", "HEAD", "origin/main"] {
        assert!(held(main(), TargetSort::Branch, branch), "{branch}");
    }
    assert!(!held(main(), TargetSort::Branch, "maintenance") && !held(main(), TargetSort::Branch, "feature/main-menu"));
    let feature = || Scope { branch: words(&["!feature/*"]), ..Scope::default() };
    assert!(!held(feature(), TargetSort::Branch, "refs/heads/feature/x") && held(feature(), TargetSort::Branch, "refs/tags/feature/x"));
}

#[test]
fn money_and_counts_narrow() {
    let above = |bound| Some(Comparison { order: Order::Above, bound });
    let pay = |value| Action { amount: Some(Amount { value, currency: Some("EUR".into()) }), ..Action::new(Kind::Pay, "") };
    let scope = || Scope { amount: above(50.0), ..Scope::default() };
    assert!(held_in(scope(), pay(50.5), "{}") && !held_in(scope(), pay(50.0), "{}") && held_in(scope(), Action::new(Kind::Pay, ""), "{}"));
    let scope = || Scope { count: above(10.0), ..Scope::default() };
    let delete = |count| Action::new(Kind::Delete, "").counting(count);
    assert!(held_in(scope(), delete(Count::Set), "{}") && !held_in(scope(), delete(Count::Exactly(10)), "{}"));
}

#[test]
fn a_text_is_found_however_it_is_spelled() {
    let scope = || Scope { text: Some("prod-db".into()), ..Scope::default() };
    let action = || Action::new(Kind::Delete, "");
    for arguments in [
        r#"{"c":"drop prod-db"}"#,
        r#"{"c":"drop pro\u0064-db"}"#,
        r#"{"c":"PROD-DB"}"#,
        r#"{"c":"ｐrod-db"}"#,
        r#"{"c":"prod\u200b-db"}"#,
        r#"{"c":"{\"x\":\"pr\\u006fd-db\"}"}"#,
        r#"{"prod-db":1}"#,
    ] {
        assert!(held_in(scope(), action(), arguments), "{arguments}");
    }
    assert!(!held_in(scope(), action(), r#"{"c":"drop prod-dc"}"#));
}

#[test]
fn a_pattern_that_is_none_is_refused_with_its_pin() {
    let bad = |scope| {
        let clause = Clause { scope, ..Clause::new([Kind::Delete], Verdict::Hold) };
        crate::policy::Policy::new(vec![Pin { clauses: vec![clause], ..pin("p", &[], Verdict::Hold) }], &Default::default())
            .err()
            .map(|error| error.to_string())
    };
    assert_eq!(bad(Scope { target: words(&["/srv/[a"]), ..Scope::default() }).as_deref(), Some("`/srv/[a` in pin `p` is not a pattern"));
    assert_eq!(bad(Scope { text: Some("(".into()), ..Scope::default() }).as_deref(), Some("`(` in pin `p` is not a regular expression"));
}

/// Ways to write the same absolute path, or one that cannot be told from it.
fn respelled(path: &str, way: u8) -> String {
    let last = path.rsplit('/').next().unwrap_or_default();
    match way % 10 {
        0 => path.replace('/', "//"),
        1 => format!("/tmp/..{path}"),
        2 => format!("{path}/."),
        3 => path.to_uppercase(),
        4 => format!("{path}/x/.."),
        5 => last.to_owned(),
        6 => format!("~/{last}"),
        7 => path.replacen('a', "\u{430}", 1),
        8 => path.replacen('s', "?", 1),
        _ => path.replacen('/', "/proc/self/root/", 1),
    }
}

proptest! {
    #[test]
    fn respelling_a_path_never_lowers_a_verdict(
        path in "/(srv|tmp|opt)/[a-s]{1,4}(/[a-s]{1,4})?",
        patterns in proptest::collection::vec("!?/(srv|tmp|opt)/(\\*\\*|\\*|[a-s]{1,2}\\*)", 1..4),
        way in any::<u8>(),
    ) {
        let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
        let other = respelled(&path, way);
        prop_assert!(!path_held(&patterns, &path) || path_held(&patterns, &other), "{path} is held by {patterns:?}, {other} is not");
    }

    #[test]
    fn no_target_makes_a_matcher_panic(value in ".*", pattern in "[a-z/*.!@#:]{0,12}", sort in 0_usize..6) {
        let sorts = [TargetSort::Path, TargetSort::Recipient, TargetSort::Host, TargetSort::Table, TargetSort::Branch, TargetSort::Id];
        let scope = Scope {
            target: words(&[&pattern]), recipient: words(&[&pattern]), host: words(&[&pattern]), table: words(&[&pattern]),
            branch: words(&[&pattern]), ..Scope::default()
        };
        let clause = Clause { scope, ..Clause::new([Kind::Delete], Verdict::Hold) };
        if let Ok(policy) = crate::policy::Policy::new(vec![Pin { clauses: vec![clause], ..pin("p", &[], Verdict::Hold) }], &Default::default()) {
            drop(policy);
            held(Scope { target: words(&[&pattern]), ..Scope::default() }, sorts[sort], &value);
        }
    }
}

/// Whether a pin with these patterns for this sort holds an action on this value.
fn held_by(sort: TargetSort, patterns: &[String], value: &str) -> bool {
    let patterns = patterns.to_vec();
    let scope = match sort {
        TargetSort::Recipient => Scope { recipient: patterns, ..Scope::default() },
        TargetSort::Host => Scope { host: patterns, ..Scope::default() },
        TargetSort::Table => Scope { table: patterns, ..Scope::default() },
        TargetSort::Branch => Scope { branch: patterns, ..Scope::default() },
        TargetSort::Path | TargetSort::Id => Scope { target: patterns, ..Scope::default() },
    };
    held(scope, sort, value)
}

/// Other ways to write the same name of this sort, or one that may be it.
fn other_spellings(sort: TargetSort, value: &str) -> Vec<String> {
    let ways: &[&str] = match sort {
        TargetSort::Recipient => &["Ann <{}>", "<{}>", "mailto:{}", "{U}", "{}, ann@a.example", "\"{}\" <{}>", "\u{200b}{}", "ann"],
        TargetSort::Host => &["{U}", "{}.", "{}:8080", "root@{}", "https://{}/x", "ssh://root@{}:22", "%{X}", "\u{200b}{}", "{F}"],
        TargetSort::Table => &["\"{}\"", "`{}`", "[{}]", "{U}", "{}\u{200b}", "{F}"],
        TargetSort::Branch => &["refs/heads/{}", "heads/{}", "+{}", "HEAD:{}", "x:refs/heads/{}", "{U}", "origin/{}", "{}^{}"],
        TargetSort::Path | TargetSort::Id => &["{}"],
    };
    let full_width: String =
        value.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).filter(|_| c.is_ascii_lowercase()).unwrap_or(c)).collect();
    let first_in_hex = value.bytes().next().map_or_else(String::new, |first| format!("{first:02x}{}", &value[1..]));
    let fill = |way: &&str| {
        way.replace("{U}", &value.to_uppercase()).replace("{F}", &full_width).replace("{X}", &first_in_hex).replace("{}", value)
    };
    ways.iter().map(fill).collect()
}

proptest! {
    #[test]
    fn respelling_any_target_never_lowers_a_verdict(
        (sort, value, patterns) in prop_oneof![
            (Just(TargetSort::Recipient), "[ab]{1,2}@[ab]\\.example", proptest::collection::vec("!?(\\*@a\\.example|a\\*@\\*|ab@b\\.example|@b\\.example)", 1..4)),
            (Just(TargetSort::Host), "[ab]{1,2}\\.(prod|dev)\\.example|10\\.0\\.0\\.[1-3]", proptest::collection::vec("!?(\\*\\.prod\\.example|a\\*|10\\.0\\.0\\.\\*|b\\.dev\\.example)", 1..4)),
            (Just(TargetSort::Table), "[ab]{1,2}", proptest::collection::vec("!?(a\\*|ab|p\\.a|p\\.\\*)", 1..4)),
            (Just(TargetSort::Branch), "(main|release/[12]|fix/a)", proptest::collection::vec("!?(main|release/\\*|refs/heads/fix/\\*)", 1..4)),
        ],
    ) {
        if held_by(sort, &patterns, &value) {
            for other in other_spellings(sort, &value) {
                prop_assert!(held_by(sort, &patterns, &other), "{value} is held by {patterns:?}, {other} is not");
            }
        }
    }
}
