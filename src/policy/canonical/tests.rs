//! Every spelling of a value that has one form, and those that have none.

use super::*;

fn exact(form: Form) -> String {
    match form {
        Form::Unclear => "unclear".to_owned(),
        Form::Clear(clear) => clear.exact.join(" "),
    }
}

fn is_also(form: Form, name: &str) -> bool {
    matches!(form, Form::Clear(clear) if clear.also.iter().any(|also| also == name))
}

#[test]
fn a_path_is_absolute_and_has_no_way_round() {
    for (written, form) in [
        ("/srv/data", "/srv/data"),
        ("/srv//data/", "/srv/data"),
        ("/tmp/../srv/./data", "/srv/data"),
        ("/../../srv", "/srv"),
        ("/", "/"),
        ("/srv/my file~", "/srv/my file~"),
        (r"C:\Users\Bob", "c:/Users/Bob"),
        ("c:/Users/../Users/Bob", "c:/Users/Bob"),
    ] {
        assert_eq!(exact(path(written)), form, "{written}");
    }
}

#[test]
fn a_path_that_needs_more_than_its_own_text_is_unclear() {
    for written in [
        "srv/data",
        "./x",
        "../x",
        "~/x",
        "~bob/x",
        "$HOME/x",
        "/srv/$X",
        "/srv/*.log",
        "/srv/{a,b}",
        "/srv/[ab]",
        "/srv/%64ata",
        "/srv/`x`",
        "/srv/da\0ta",
        "/srv/da\u{200b}ta",
        "/srv/ｄata",
        "/srv/dat\u{430}",
        "/srv/e\u{301}",
        "/srv/x ",
        "",
        "//server/share",
        "file:///srv",
        "/proc/self/root/srv",
        "/proc/1/cwd/x",
        "/dev/fd/3",
        r"/srv\data",
        r"C:\PROGRA~1\x",
        r"C:\x:stream",
        r"C:\x.",
        r"\\?\C:\x",
        "host:/srv",
    ] {
        assert_eq!(path(written), Form::Unclear, "{written:?}");
    }
}

#[test]
fn a_path_has_the_second_names_its_system_gives_it() {
    assert!(is_also(path("/private/tmp/x"), "/tmp/x"));
    assert!(is_also(path("/System/Volumes/Data/Users/bob"), "/users/bob"));
    assert!(is_also(path("/bin/sh"), "/usr/bin/sh"));
    assert!(!is_also(path("/private/tmpx"), "/tmpx"));
}

#[test]
fn a_host_has_one_spelling() {
    for (written, form) in [
        ("Prod.Example.COM.", "prod.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("::ffff:7f00:1", "127.0.0.1"),
        ("[::1]:8080", "::1 ::1:8080"),
        ("db.example:5432", "db.example db.example:5432"),
        ("bob@db.example", "db.example"),
        ("db.example:/srv/x", "db.example"),
        ("https://good.example@evil.example/x", "evil.example"),
        ("https://EXAMPLE.org:8443/x", "example.org example.org:8443"),
        ("example。org", "example.org"),
        ("%65xample.org", "example.org"),
    ] {
        assert_eq!(exact(host(written)), form, "{written}");
    }
}

#[test]
fn what_no_resolver_takes_is_no_clear_host() {
    for written in
        ["", "$HOST", "*.example.org", "a b", "ex\u{200b}ample.org", "ex\u{430}mple.org", "a..b", "{a,b}.org", "https://", "1.2.3.4.5"]
    {
        assert_eq!(host(written), Form::Unclear, "{written:?}");
    }
}

#[test]
fn this_machine_has_one_name_for_all_its_names() {
    for written in ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.2", "0", "0.0.0.0", "[::]", "[::ffff:127.0.0.1]", "2130706433"] {
        assert!(is_also(host(written), "127.0.0.1"), "{written}");
    }
    assert!(!is_also(host("128.0.0.1"), "127.0.0.1") && !is_also(host("localhost.example"), "localhost"));
}

#[test]
fn a_mail_address_stands_without_its_display_name() {
    for (written, form) in [
        ("Bob <bob@Example.ORG>", "bob@example.org"),
        ("<bob@example.org>", "bob@example.org"),
        ("mailto:bob@example.org", "bob@example.org"),
        ("\"Bob Smith\" <Bob@bücher.example>", "Bob@xn--bcher-kva.example"),
    ] {
        assert_eq!(exact(recipient(written, true)), form, "{written}");
    }
    assert!(is_also(recipient("bob+x@example.org", true), "bob@example.org"));
}

#[test]
fn a_recipient_that_may_be_several_people_is_unclear() {
    for written in [
        "Bob",
        "me",
        "a@x.org, b@y.org",
        "boss@corp.example <evil@x.org>",
        "<a@x.org> <b@y.org>",
        "bob%x.org@relay.org",
        "\"bob\"@x.org",
        "mailto:a@x.org?cc=b@y.org",
        "b\u{43e}b@x.org",
        "bob@",
        "$TO",
        "0170 1234567",
    ] {
        assert_eq!(recipient(written, true), Form::Unclear, "{written:?}");
    }
    assert_eq!(exact(recipient("+49 (170) 123-45", true)), "+4917012345");
    assert_eq!(exact(recipient("#general", true)), "#general");
    assert_eq!(exact(recipient("U024BE7LH", false)), "U024BE7LH");
}

#[test]
fn a_table_stands_without_quotes() {
    for (written, form) in
        [("users", "users"), ("\"public\".\"users\"", "public.users"), ("`users`", "users"), ("[dbo].[users]", "dbo.users")]
    {
        assert_eq!(exact(table(written)), form, "{written}");
    }
    for written in ["", "${t}", "us%", "pg_temp(x)", "\"users", "a..b"] {
        assert_eq!(table(written), Form::Unclear, "{written:?}");
    }
}

#[test]
fn a_branch_is_a_full_ref() {
    for (written, form) in [
        ("main", "refs/heads/main"),
        ("heads/main", "refs/heads/main"),
        ("+refs/heads/main", "refs/heads/main"),
        ("HEAD:main", "refs/heads/main"),
        ("refs/tags/v1", "refs/tags/v1"),
        ("feature/a", "refs/heads/feature/a"),
        ("ahead", "refs/heads/ahead"),
    ] {
        assert_eq!(exact(branch(written)), form, "{written}");
    }
    for written in ["HEAD", "@", "FETCH_HEAD", "main~1", "main^{}", "$B", "1a2b3c4d", "a//b", "../main", ""] {
        assert_eq!(branch(written), Form::Unclear, "{written:?}");
    }
    assert!(is_also(branch("origin/main"), "main"));
}

#[test]
fn an_id_is_compared_as_it_stands_unless_it_hides_something() {
    assert_eq!(exact(id("msg-12")), "msg-12");
    assert_eq!(exact(id("owner/repo")), "owner/repo");
    assert_eq!(exact(id("/srv/../x")), "/x");
    for written in ["", "a*", "../x", "a%2fb", "a\u{202e}b", "${id}", "https://EXAMPLE.org/x", " a"] {
        assert_eq!(id(written), Form::Unclear, "{written:?}");
    }
}
