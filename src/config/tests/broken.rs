//! Broken files, each with a twin that is taken.

use super::{good, pin, read};

/// Checks that each twin is taken and each broken file refused, and keeps the refusals.
fn refusals(cases: &[(&str, &str)]) -> String {
    let mut shown = String::new();
    for (broken, twin) in cases {
        good(twin);
        match read(broken) {
            Ok(_) => panic!("this was taken:\n{broken}"),
            Err(error) => shown.push_str(&format!("{}\n", error.render(false))),
        }
    }
    shown
}

/// The same, for lines of one pin.
fn pin_refusals(cases: &[(&str, &str)]) -> String {
    let cases: Vec<(String, String)> = cases.iter().map(|(broken, twin)| (pin(broken), pin(twin))).collect();
    refusals(&cases.iter().map(|(broken, twin)| (broken.as_str(), twin.as_str())).collect::<Vec<_>>())
}

#[test]
fn a_file_that_is_no_toml_is_shown_where_it_breaks() {
    insta::assert_snapshot!(refusals(&[
        ("[server\nlisten = 1", "[server]\n"),
        (
            "[upstream.a]\nurl = \"http://a\"\ndialect = \"openai\"\n[upstream.a]\n",
            "[upstream.a]\nurl = \"http://a\"\ndialect = \"openai\"\n"
        ),
        ("# nothing but a comment\n", "[server]\n# nothing but a comment\n"),
        ("", "[hold]"),
    ]));
}

#[test]
fn an_unknown_key_is_never_passed_over() {
    insta::assert_snapshot!(refusals(&[
        ("[sever]\nlisten = \"127.0.0.1:1\"", "[server]\nlisten = \"127.0.0.1:1\""),
        ("[server]\nlisen = \"127.0.0.1:1\"", "[server]\nlisten = \"127.0.0.1:1\""),
        ("[frobnicate]\n", "[limits]\n"),
        (&pin("respond = \"hold\""), &pin("then = \"hold\"")),
        (&pin("where = { path = \"/x\" }"), &pin("where = { target = \"/x\" }")),
        (&pin("\"where.target\" = \"/x\""), &pin("where.target = \"/x\"")),
        ("[upstream.a]\nurl = \"http://a\"\ndialect = \"openai\"\nkey = \"\"", "[upstream.a]\nurl = \"http://a\"\ndialect = \"openai\""),
        ("pin = { id = \"a\" }", &pin("")),
        ("server = 1", "server = {}"),
        ("[server]\nlisten = 4141", "[server]\nlisten = \"127.0.0.1:4141\""),
        (&pin("enforce = \"no\""), &pin("enforce = false")),
        (&pin("on = [\"delete\", 1]"), &pin("on = [\"delete\"]")),
    ]));
}

#[test]
fn a_pin_says_nothing_that_means_nothing() {
    insta::assert_snapshot!(pin_refusals(&[
        ("on = [\"delet\"]", "on = [\"delete\"]"),
        ("on = []", "on = [\"read\"]"),
        ("then = \"hodl\"", "then = \"hold\""),
        ("then = \"pass\"", "then = \"warn\""),
        ("mode = \"dry-run\"", "mode = \"shadow\""),
        ("tools = [\"bash\", \"[a\"]", "tools = [\"bash\", \"[a]\"]"),
        ("tools = \"\"", "tools = \"*\""),
        ("where = {}", "where = { host = \"*.example\" }"),
        ("where.target = \"!\"", "where.target = \"!/tmp/**\""),
        ("where.text = \"a(\"", "where.text = \"a()\""),
        ("where.text = '\\w{5000}'", "where.text = '\\w{5}'"),
        ("where.amount = \"much\"", "where.amount = \"> 5.50 USD\""),
        ("where.amount = -1", "where.amount = 1"),
        ("where.amount = \"< 0\"", "where.amount = \"<= 0\""),
        ("where = { amount = \"> 5 EUR\", currency = \"USD\" }", "where = { amount = \"> 5 EUR\", currency = \"eur\" }"),
        ("where.currency = \"euro\"", "where.currency = [\"EUR\", \"usd\"]"),
        ("where.count = \"< 1\"", "where.count = \"< 2\""),
        ("where.count = 2.5", "where.count = 2"),
        ("limit = \"0 per hour\"", "limit = \"1 per hour\""),
        ("limit = \"many per hour\"", "limit = \"10 per 2h\""),
        ("limit = \"10 per blink\"", "limit = \"10 per minute\""),
        ("approvers = 0", "approvers = 1"),
        ("waive = \"always\"", "waive = \"named\""),
        ("approve_by = [\"phone\"]", "approve_by = [\"console\"]"),
        ("agents = [\"@bot\"]", "agents = [\"bot\"]"),
    ]));
}

#[test]
fn a_pin_has_an_id_of_its_own_and_words() {
    let long = format!("[[pin]]\nid = \"p\"\non = [\"pay\"]\ntext = \"{}\"", "x".repeat(100_000));
    insta::assert_snapshot!(refusals(&[
        ("[[pin]]\ntext = \"Ask me.\"\non = [\"pay\"]", "[[pin]]\nid = \"a\"\ntext = \"Ask me.\"\non = [\"pay\"]"),
        ("[[pin]]\nid = \"a\"\non = [\"pay\"]", "[[pin]]\nid = \"a\"\ntext = \"Ask me.\"\non = [\"pay\"]"),
        ("[[pin]]\nid = \"a b\"\ntext = \"Ask me.\"\non = [\"pay\"]", "[[pin]]\nid = \"A.b_c-1\"\ntext = \"Ask me.\"\non = [\"pay\"]"),
        (
            "[[pin]]\nid = \"linchpin-self\"\ntext = \"Ask me.\"\non = [\"pay\"]",
            "[[pin]]\nid = \"linchpinned\"\ntext = \"Ask me.\"\non = [\"pay\"]"
        ),
        (&format!("{}\n{}", pin("").replace("\"p\"", "\"P\""), pin("")), &format!("{}\n{}", pin("").replace("\"p\"", "\"q\""), pin(""))),
        ("[[pin]]\nid = \"a\"\non = [\"pay\"]\ntext = \" \\n \"", "[[pin]]\nid = \"a\"\non = [\"pay\"]\ntext = \" .\\n \""),
        (&long, &long.replace(&"x".repeat(99_000), "")),
        ("[[pin]]\nid = \"a\"\non = [\"pay\"]\ntext = \"Ask\\u0007 me.\"", "[[pin]]\nid = \"a\"\non = [\"pay\"]\ntext = \"Ask\\n me.\""),
    ]));
}

#[test]
fn addresses_and_durations_are_what_they_say() {
    insta::assert_snapshot!(refusals(&[
        ("[server]\nlisten = \"localhost:4141\"", "[server]\nlisten = \"127.0.0.1:4143\""),
        ("[server]\nlisten = \"::1\"", "[server]\nlisten = \"[::1]:4141\""),
        ("[server]\nhosts = [\"http://box\"]", "[server]\nhosts = [\"Box.example\"]"),
        ("[server]\ndata = \"~/linchpin\"", "[server]\ndata = \"/srv/linchpin\""),
        ("[server]\ntls = { cert = \"a\" }", "[server]\ntls = { cert = \"a\", key = \"b\" }"),
        ("[hold]\nwait = \"3 days\"", "[hold]\nwait = \"45s\""),
        ("[hold]\nwait = \"-5s\"", "[hold]\nwait = \"0s\""),
        ("[hold]\nexpires = \"0s\"", "[hold]\nexpires = \"1m\""),
        ("[hold]\nwait = \"2h\"\nexpires = \"1h\"", "[hold]\nwait = \"1h\"\nexpires = \"1h\""),
        ("[record]\nkeep = \"99999999999999999999d\"", "[record]\nkeep = \"3650d\""),
        ("[breaker]\nrefusals = 0", "[breaker]\nrefusals = 1"),
        ("[store]\nurl = \"postgres://db\"", "[store]\nurl = \"sqlite://other.db\""),
        ("[store]\nurl = \"sqlite://../other.db\"", "[store]\nurl = \"sqlite://other.db\""),
        ("[redact]\npatterns = [\"(\"]", "[redact]\npatterns = [\"x\"]"),
        ("[notify]\nkind = \"slack\"", "[notify]\nkind = \"slack\"\nwebhook = \"https://x.example/?a=b\""),
        ("[notify]\nwebhook = \"https://x.example/\"\nkind = \"pigeon\"", "[notify]\nwebhook = \"https://x.example/\"\nkind = \"ntfy\""),
        ("[conversation]\ncapture = \"on\"", "[conversation]\ncapture = \"propose\""),
        ("[tools]\nhosted = \"allow\"", "[tools]\nhosted = \"pass\""),
    ]));
}

#[test]
fn a_limit_that_cannot_be_kept_is_refused() {
    insta::assert_snapshot!(refusals(&[
        ("[limits]\nconnections = 0", "[limits]\nconnections = 1"),
        ("[limits]\nheader_bytes = 100", "[limits]\nheader_bytes = 8192"),
        ("[limits]\nbody_bytes = -1", "[limits]\nbody_bytes = 0x1000"),
        ("[limits]\ndrain_ms = 99999999999999999999999999999999999999999", "[limits]\ndrain_ms = 1"),
        ("[limits]\nbuffered_bytes = 1048576", "[limits]\nbuffered_bytes = 67108864"),
        ("[limits]\nbody_bytes = 1073741824", "[limits]\nbody_bytes = 536870912"),
    ]));
}

#[test]
fn an_upstream_is_an_origin_and_nothing_else() {
    let upstream = |url: &str| format!("[upstream.x]\nurl = \"{url}\"\ndialect = \"openai\"");
    let good = upstream("https://api.example/base");
    let broken = [
        "ftp://api.example",
        "api.example",
        "https://user:pass@api.example",
        "https://api.example/?key=1",
        "https://api.example/#x",
        "https://api.example/a//b",
        "https://api.example/a%2fb",
        "https://",
    ];
    let mut cases: Vec<(String, String)> = broken.iter().map(|url| (upstream(url), good.clone())).collect();
    cases.push(("[upstream.x]\nurl = \"https://a\"".into(), good.clone()));
    cases.push(("[upstream.x]\ndialect = \"openai\"".into(), good.clone()));
    cases.push((good.replace("openai", "mistral"), good.clone()));
    cases.push((good.replace(".x]", ".v1]"), good.replace(".x]", ".v2]")));
    cases.push((good.replace(".x]", ".\"@x\"]"), good.replace(".x]", ".x-1]")));
    cases.push((good.replace(".x]", ".X]"), good.clone()));
    insta::assert_snapshot!(refusals(&cases.iter().map(|(broken, twin)| (broken.as_str(), twin.as_str())).collect::<Vec<_>>()));
}

#[test]
fn no_request_comes_back_to_linchpin_however_its_address_is_spelled() {
    let spelled = |origin: &str| format!("[upstream.x]\nurl = \"http://{origin}\"\ndialect = \"openai\"");
    for own in [
        "127.0.0.1:4141",
        "127.0.0.1:4142",
        "localhost:4141",
        "LOCALHOST.:4141",
        "a.localhost:4141",
        "127.1:4141",
        "0x7f000001:4141",
        "2130706433:4141",
        "0177.0.0.1:4141",
        "127.9.9.9:4141",
        "[::1]:4141",
        "[::ffff:127.0.0.1]:4141",
        "[0:0:0:0:0:ffff:7f00:1]:4141",
        "0.0.0.0:4141",
        "[::]:4142",
        "１２７.0.0.1:4141",
        "box.example:4141",
    ] {
        let text = format!("[server]\nhosts = [\"box.example\"]\n{}", spelled(own));
        assert!(read(&text).is_err(), "{own} was taken");
    }
    for other in ["127.0.0.1:4143", "192.0.2.1:4141", "boxx.example:4141", "localhost", "[2001:db8::1]:4141"] {
        good(&format!("[server]\nhosts = [\"box.example\"]\n{}", spelled(other)));
    }
    assert!(read("[server]\nlisten = \"192.0.2.7:4141\"\n[upstream.x]\nurl = \"http://192.0.2.7:4141\"\ndialect = \"openai\"").is_err());
    assert!(read("[notify]\nwebhook = \"http://127.0.0.1:4142/\"").is_err());
    assert!(read("[server]\nlisten = \"127.0.0.1:11434\"").is_err(), "the built-in `ollama` would lead to linchpin");
    insta::assert_snapshot!(refusals(&[(&spelled("[::ffff:127.0.0.1]:4141"), &spelled("[::ffff:127.0.0.1]:4140"))]));
}

#[test]
fn the_console_is_apart_and_not_in_the_open() {
    insta::assert_snapshot!(refusals(&[
        ("[server]\nconsole = \"127.0.0.1:4141\"", "[server]\nconsole = \"[::1]:4141\""),
        ("[server]\nlisten = \"0.0.0.0:4142\"", "[server]\nlisten = \"0.0.0.0:4141\""),
        ("[server]\nconsole = \"0.0.0.0:4142\"", "[server]\nconsole = \"0.0.0.0:4142\"\n[console]\npublic_url = \"https://desk.example\""),
        ("[server]\nconsole = \"[::]:4142\"", "[server]\nconsole = \"[::ffff:127.0.0.1]:4142\""),
        ("[server]\nconsole = \"10.0.0.1:1\"", "[server]\nconsole = \"10.0.0.1:1\"\n[console]\ntls = { cert = \"a\", key = \"b\" }"),
        ("[console]\npublic_url = \"http://desk.example\"", "[console]\npublic_url = \"https://desk.example\""),
    ]));
}

#[test]
fn people_are_told_apart() {
    let a = "aa".repeat(32);
    let b = "bb".repeat(32);
    let alice = format!("[operator.alice]\ntoken_sha256 = \"{a}\"\n");
    let bob = format!("[operator.bob]\ntoken_sha256 = \"{b}\"\n");
    let both = format!("{alice}{bob}");
    let bot = format!("[agent.bot]\nkey_sha256 = [\"{}\"]\n", "cc".repeat(32));
    let shared = format!("{alice}{}", bob.replace(&b, &a.to_uppercase()));
    let twice = format!("{alice}{}", bob.replace("bob", "Alice"));
    let agent_and_operator = format!("{alice}{}", bot.replace("cc", "aa"));
    let two = format!("{alice}{}", pin("approvers = 2"));
    let reply = pin("approve_by = [\"reply\"]");
    let reply_for_two = format!("[hold]\nreply = true\n{both}{}", pin("approvers = 2\napprove_by = [\"reply\"]"));
    let cases = [
        (shared, both.clone()),
        (twice, both.clone()),
        (alice.replace("alice", "Admin"), alice.clone()),
        (alice.replace(&a, "abc"), alice.clone()),
        ("[operator.alice]".to_owned(), alice.clone()),
        (agent_and_operator, format!("{alice}{bot}")),
        ("[agent.bot]\ntools.allow = [\"x\"]".to_owned(), bot.clone()),
        ("[agent.bot]\nlisten = \"127.0.0.1:4142\"".to_owned(), "[agent.bot]\nlisten = \"127.0.0.1:4151\"".to_owned()),
        (two, format!("{both}{}", pin("approvers = 2"))),
        (reply.clone(), format!("[hold]\nreply = true\n{reply}")),
        (reply_for_two, format!("{both}{}", pin("approvers = 2"))),
    ];
    insta::assert_snapshot!(refusals(&cases.iter().map(|(broken, twin)| (broken.as_str(), twin.as_str())).collect::<Vec<_>>()));
}

#[test]
fn a_report_shows_no_character_that_could_mislead() {
    let error = read("[server] # \u{202e}txet\nlisen\u{200b} = 1\n").expect_err("an invalid key");
    let shown = error.render(false);
    assert!(!shown.contains('\u{202e}') && !shown.contains('\u{200b}'), "{shown}");
    let error = read("[server]\n\"li\u{202e}sten\" = 1\n").expect_err("an unknown key").to_string();
    assert!(error.contains(r"unknown key `li\u{202e}sten`"), "{error}");
}

mod fuzz {
    use super::*;
    use proptest::prelude::*;

    /// Words that a file is made of, so that chance gets past the parser.
    fn pieces() -> impl Strategy<Value = String> {
        let words = [
            "[server]",
            "[[pin]]",
            "[hold]",
            "[limits]",
            "[upstream.x]",
            "[agent.b]",
            "\n",
            " = ",
            "id",
            "text",
            "on",
            "then",
            "where",
            "limit",
            "listen",
            "url",
            "\"hold\"",
            "\"127.0.0.1:4141\"",
            "[",
            "]",
            "{",
            "}",
            "\"",
            "'",
            ",",
            "-1",
            "1e999",
            "0x",
            "\"> 5 EUR\"",
            "\"ü\u{202e}削\"",
            "#",
            "\u{feff}",
            "1979-05-27",
            "true",
            "\\u0000",
            "\"\"\"",
            "\r",
            "\t",
        ];
        proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..40).prop_map(|words| words.concat())
    }

    proptest! {
        #[test]
        fn no_file_makes_linchpin_panic(text in pieces(), cut in 0usize..400, junk in ".{0,8}") {
            let long = format!("{}{}", pin("where = { text = 'ü', count = 3 }"), "x".repeat(300));
            let split = (0..=cut.min(long.len())).rev().find(|at| long.is_char_boundary(*at)).unwrap_or(0);
            for text in [text, format!("{}{junk}{}", &long[..split], &long[split..])] {
                if let Err(error) = read(&text) {
                    prop_assert!(!error.render(true).is_empty());
                }
            }
        }
    }
}
