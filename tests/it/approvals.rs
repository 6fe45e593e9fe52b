//! A person decides: by command, by API, and who counts as one.

use crate::openapi;
use crate::stage::{Answered, DELETES, Linchpin, Provider, json, raw};
use serde_json::{Value, json as value};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

const CHAT: &str = r#"{"model":"m","messages":[{"role":"user","content":"clean up"}],
    "tools":[{"type":"function","function":{"name":"delete_emails"}}]}"#;

fn proposal(arguments: &str) -> String {
    let call = value!({"id": "call_1", "type": "function", "function": {"name": "delete_emails", "arguments": arguments}});
    let message = value!({"role": "assistant", "content": null, "tool_calls": [call]});
    value!({"choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}).to_string()
}

/// A linchpin in which one call waits, and its code.
fn held(arguments: &str, more: &str) -> (Provider, Linchpin, String) {
    let provider = Provider::answering(vec![json(proposal(arguments))]);
    let linchpin = Linchpin::before(&provider, &format!("{DELETES}{more}"));
    let code = hold(&linchpin);
    (provider, linchpin, code)
}

fn hold(linchpin: &Linchpin) -> String {
    let text = linchpin.post("/v1/chat/completions", CHAT).text();
    assert!(text.contains("confirm-deletes"), "{text}");
    let (listed, _) = linchpin.ask(&["approvals", "list", "--json"]);
    let newest: Value = serde_json::from_str(listed.lines().last().expect("a hold")).expect("JSON");
    newest["code"].as_str().expect("a code").to_owned()
}

fn operator(name: &str) -> String {
    let hash: String = Sha256::digest(format!("token of {name}")).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("[operator.{name}]\ntoken_sha256 = \"{hash}\"\n")
}

/// A command without a terminal; `token` is in `LINCHPIN_TOKEN`.
fn command(linchpin: &Linchpin, arguments: &[&str], token: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_linchpin"));
    command.args(arguments).arg("--data").arg(linchpin.data()).env_remove("LINCHPIN_CONFIG").env_remove("LINCHPIN_TOKEN");
    command.env("XDG_CONFIG_HOME", linchpin.dir.path()).stdin(Stdio::null());
    if let Some(token) = token {
        command.env("LINCHPIN_TOKEN", token);
    }
    command.output().expect("it runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn answer(output: &Output) -> Value {
    assert!(output.status.success(), "{}", said(output));
    serde_json::from_slice(&output.stdout).expect("one object")
}

/// A request to the API; the status and what came back.
fn api(linchpin: &Linchpin, method: &str, path: &str, token: &str, headers: &str, body: &str) -> (u16, Value) {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}",
        linchpin.console_port,
        body.len()
    );
    let answered = raw(linchpin.console_port, request.as_bytes());
    let answer = serde_json::from_slice(&answered.body).unwrap_or(Value::Null);
    openapi::check(method, path, answered.status, &answer);
    (answered.status, answer)
}

fn bootstrap(linchpin: &Linchpin) -> String {
    std::fs::read_to_string(linchpin.data().join("operator.token")).expect("a token").trim().to_owned()
}

fn outcome(linchpin: &Linchpin, code: &str) -> Value {
    let (listed, _) = linchpin.ask(&["approvals", "list", "--all", "--json"]);
    let all: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    all.into_iter().find(|hold| hold["code"] == code).expect("the hold")
}

#[test]
fn a_call_is_approved_by_command_and_goes_to_its_agent_once() {
    let (provider, linchpin, code) = held(r#"{"ids":["zebra-1"]}"#, "");
    let asked = provider.received().len();
    let approved = answer(&command(&linchpin, &["approvals", "approve", &code, "--json", "--reason", "asked for"], None));
    assert_eq!(approved, value!({"code": code, "decision": "approved", "given": ["admin"], "needs": 1, "by": "admin", "verified": true}));
    let entry = linchpin.violations().remove(0);
    assert_eq!((&entry["approval"]["by"][0]["name"], &entry["approval"]["by"][0]["verified"]), (&"admin".into(), &true.into()));
    assert_eq!(entry["approval"]["by"][0]["reason"], "asked for");
    let fetched = linchpin.post("/v1/chat/completions", CHAT).text();
    assert!(fetched.contains("zebra-1") && provider.received().len() == asked, "{fetched}");
    let again = command(&linchpin, &["approvals", "approve", &code], None);
    assert!(!again.status.success() && said(&again).contains("delivered already"), "{}", said(&again));
}

#[test]
fn a_call_is_denied_by_command_and_stays_withheld() {
    let (_provider, linchpin, code) = held(r#"{"ids":[1]}"#, "");
    let denied = command(&linchpin, &["approvals", "deny", &code.to_lowercase(), "--reason", "no"], None);
    assert!(denied.status.success() && String::from_utf8_lossy(&denied.stdout).contains("denied by admin"), "{}", said(&denied));
    assert_eq!(outcome(&linchpin, &code)["outcome"], "denied");
    assert!(linchpin.post("/v1/chat/completions", CHAT).text().contains("a person said no"));
    let late = command(&linchpin, &["approvals", "approve", &code], None);
    assert!(!late.status.success() && said(&late).contains("was denied"), "{}", said(&late));
}

#[test]
fn what_cannot_be_decided_says_which_and_fails() {
    let (_provider, linchpin, code) = held(r#"{"ids":[1]}"#, "");
    for (typed, expected) in [("K7Q2-M4XN-P", "there is no hold"), ("../x", "is no code"), ("zzz", "is no code")] {
        for verb in ["approve", "deny"] {
            let output = command(&linchpin, &["approvals", verb, typed], None);
            assert!(output.status.code() == Some(1) && said(&output).contains(expected), "{typed}: {}", said(&output));
        }
    }
    let wrong = command(&linchpin, &["approvals", "approve", &code], Some("not the token"));
    assert!(wrong.status.code() == Some(1) && said(&wrong).contains("does not take this token"), "{}", said(&wrong));
    assert_eq!(outcome(&linchpin, &code).get("outcome"), None);
}

#[test]
fn where_no_linchpin_runs_the_token_is_sent_to_nobody() {
    let (_provider, mut linchpin, code) = held(r#"{"ids":[1]}"#, "");
    linchpin.kill();
    // Whoever takes the port now gets nothing.
    let squatter = std::net::TcpListener::bind(("127.0.0.1", linchpin.console_port)).expect("the port is free");
    squatter.set_nonblocking(true).expect("a listener");
    for verb in [&["approvals", "approve", &code][..], &["approvals", "deny", &code], &["approvals", "watch"]] {
        let output = command(&linchpin, verb, None);
        assert!(output.status.code() == Some(1) && said(&output).contains("linchpin serve"), "{}", said(&output));
    }
    assert!(squatter.accept().is_err(), "somebody connected");
}

#[test]
fn watch_tells_holds_as_they_come() {
    let (provider, linchpin, code) = held(r#"{"ids":["first"]}"#, "");
    let mut watch = Command::new(env!("CARGO_BIN_EXE_linchpin"))
        .args(["approvals", "watch", "--json", "--data"])
        .arg(linchpin.data())
        .env("XDG_CONFIG_HOME", linchpin.dir.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut shown = BufReader::new(watch.stdout.take().expect("stdout")).lines();
    let mut next = || serde_json::from_str::<Value>(&shown.next().expect("a line").expect("text")).expect("JSON");
    assert_eq!(next()["code"], code.as_str());
    provider.answer(json(proposal(r#"{"ids":["second"]}"#)));
    let second = hold(&linchpin);
    assert_eq!(next()["code"], second.as_str());
    let _ = watch.kill();
    let _ = watch.wait();
}

#[test]
fn a_yes_of_somebody_who_is_no_operator_any_more_does_not_count() {
    let provider = Provider::answering(vec![json(proposal(r#"{"ids":[1]}"#))]);
    let pins = format!("{DELETES}approvers = 2\n");
    let mut linchpin = Linchpin::before(&provider, &pins);
    let code = hold(&linchpin);
    answer(&command(&linchpin, &["approvals", "approve", &code, "--as", "bob", "--json"], None));
    linchpin.kill();
    let dir = std::sync::Arc::clone(&linchpin.dir);
    drop(linchpin);
    let linchpin = Linchpin::start(dir, provider.address, &format!("{pins}{}{}", operator("alice"), operator("bob")));
    let refused = command(&linchpin, &["approvals", "approve", &code], Some("token of alice"));
    assert!(!refused.status.success() && said(&refused).contains("it can only be denied"), "{}", said(&refused));
    assert!(command(&linchpin, &["approvals", "deny", &code], Some("token of alice")).status.success());
}

#[test]
fn a_flood_of_silent_connections_does_not_lock_the_operator_out() {
    let (_provider, linchpin, code) = held(r#"{"ids":[1]}"#, "");
    let flood: Vec<std::net::TcpStream> =
        (0..600).filter_map(|_| std::net::TcpStream::connect(("127.0.0.1", linchpin.console_port)).ok()).collect();
    assert!(flood.len() > 500);
    assert!(command(&linchpin, &["approvals", "deny", &code], None).status.success());
}

#[test]
fn the_api_lists_shows_approves_and_denies() {
    let (_provider, linchpin, code) = held(r#"{"ids":["a\u002fb"]}"#, "");
    let token = bootstrap(&linchpin);
    let (status, listed) = api(&linchpin, "GET", "/api/approvals", &token, "", "");
    assert_eq!((status, &listed["holds"][0]["code"], &listed["more"]), (200, &code.clone().into(), &false.into()));
    let (_, sheet) = api(&linchpin, "GET", &format!("/api/approvals/{code}"), &token, "", "");
    assert_eq!(sheet["pin_texts"][0]["text"], "Confirm with me before deleting anything.");
    assert_eq!(sheet["arguments"], r#"{"ids":["a\u002fb"]}"#);
    let approve = format!("/api/approvals/{code}/approve");
    let other = value!({"digest": "sha256:0000"}).to_string();
    assert_eq!(api(&linchpin, "POST", &approve, &token, "", &other).0, 409, "a yes to another call");
    for bad in ["[]", "{", r#"{"digset":"x"}"#, r#"{"as":""}"#, r#"{"as":"a\u202eb"}"#] {
        assert_eq!(api(&linchpin, "POST", &approve, &token, "", bad).0, 400, "{bad}");
    }
    let long = value!({"reason": "x".repeat(3000)}).to_string();
    assert_eq!(api(&linchpin, "POST", &approve, &token, "", &long).0, 400);
    let flood = value!({"reason": "x".repeat(300_000)}).to_string();
    assert_eq!(api(&linchpin, "POST", &approve, &token, "", &flood).0, 413);
    assert_eq!(api(&linchpin, "GET", &approve, &token, "", "").0, 405, "a GET never changes anything");
    assert_eq!(outcome(&linchpin, &code)["given"], value!([]));
    let shown = value!({"digest": sheet["digest"], "reason": "seen"}).to_string();
    let (status, answer) = api(&linchpin, "POST", &approve, &token, "", &shown);
    assert_eq!((status, &answer["decision"]), (200, &"approved".into()));
    let (status, refused) = api(&linchpin, "POST", &approve, &token, "", "");
    assert_eq!((status, &refused["error"]), (409, &"granted".into()));
    let (status, answer) = api(&linchpin, "POST", &format!("/api/approvals/{code}/deny"), &token, "", "");
    assert_eq!((status, &answer["decision"]), (200, &"denied".into()), "a no outweighs a yes");
    assert_eq!(api(&linchpin, "POST", "/api/approvals/K7Q2-M4XN-P/deny", &token, "", "").0, 404);
    assert_eq!(api(&linchpin, "POST", "/api/approvals/nonsense/deny", &token, "", "").0, 400);
    let (_, entries) = api(&linchpin, "GET", "/api/violations?limit=1", &token, "", "");
    assert_eq!(entries["violations"][0]["outcome"], "denied");
    assert_eq!(api(&linchpin, "GET", "/api/violations?limit=100000", &token, "", "").0, 400);
    let (_, all) = api(&linchpin, "GET", "/api/approvals?all=true", &token, "", "");
    assert_eq!(all["holds"][0]["outcome"], "denied");
    assert_eq!(api(&linchpin, "GET", "/api/approvals?all=perhaps", &token, "", "").0, 400);
    assert_eq!(api(&linchpin, "GET", "/api/status", &token, "", "").1["you"], value!({"name": "admin", "may_approve": true}));
    assert_eq!(api(&linchpin, "GET", "/api/openapi.json", &token, "", "").1, openapi::document());
}

#[test]
fn two_operators_are_two_people_and_the_bootstrap_token_is_none() {
    let more = format!("approvers = 2\n{}{}", operator("alice"), operator("bob"));
    let (_provider, linchpin, code) = held(r#"{"ids":["zebra-2"]}"#, &more);
    let refused = command(&linchpin, &["approvals", "approve", &code], None);
    assert!(refused.status.code() == Some(1) && said(&refused).contains("may deny but not approve"), "{}", said(&refused));
    let claimed = command(&linchpin, &["approvals", "approve", &code, "--as", "bob"], Some("token of alice"));
    assert!(claimed.status.code() == Some(1) && said(&claimed).contains("cannot be claimed"), "{}", said(&claimed));
    let first = answer(&command(&linchpin, &["approvals", "approve", &code, "--json"], Some("token of alice")));
    assert_eq!((&first["decision"], &first["given"], &first["needs"]), (&"waiting".into(), &value!(["alice"]), &2.into()));
    let twice = command(&linchpin, &["approvals", "approve", &code], Some("token of alice"));
    assert!(!twice.status.success() && said(&twice).contains("approved the hold"), "{}", said(&twice));
    assert!(!linchpin.post("/v1/chat/completions", CHAT).text().contains("zebra-2"), "one yes of two");
    let second = answer(&command(&linchpin, &["approvals", "approve", &code, "--json"], Some("token of bob")));
    assert_eq!((&second["decision"], &second["given"]), (&"approved".into(), &value!(["alice", "bob"])));
    assert!(linchpin.post("/v1/chat/completions", CHAT).text().contains("zebra-2"));
    let code = hold(&linchpin);
    let denied = answer(&command(&linchpin, &["approvals", "deny", &code, "--json"], None));
    assert_eq!((&denied["decision"], &denied["by"]), (&"denied".into(), &"admin".into()));
}

#[test]
fn a_claimed_name_is_recorded_as_unverified() {
    let (_provider, linchpin, code) = held(r#"{"ids":[1]}"#, "approvers = 2\n");
    let first = answer(&command(&linchpin, &["approvals", "approve", &code, "--as", "Carol", "--json"], None));
    assert_eq!((&first["by"], &first["verified"], &first["decision"]), (&"Carol".into(), &false.into(), &"waiting".into()));
    let same = command(&linchpin, &["approvals", "approve", &code, "--as", " carol "], None);
    assert!(!same.status.success(), "names are compared without case and outer space");
    answer(&command(&linchpin, &["approvals", "approve", &code, "--json"], None));
    let by = &linchpin.violations()[0]["approval"]["by"];
    assert_eq!((&by[0]["name"], &by[0]["verified"], &by[1]["name"]), (&"Carol".into(), &false.into(), &"admin".into()));
}

#[test]
fn a_long_call_is_approved_only_by_who_says_what_they_read() {
    let arguments = value!({"ids": vec!["zebra"; 4000]}).to_string();
    let (_provider, linchpin, code) = held(&arguments, "");
    let token = bootstrap(&linchpin);
    let refused = command(&linchpin, &["approvals", "approve", &code], None);
    assert!(refused.status.code() == Some(1) && said(&refused).contains("--i-have-read-it"), "{}", said(&refused));
    let (status, why) = api(&linchpin, "POST", &format!("/api/approvals/{code}/approve"), &token, "", "");
    assert_eq!((status, &why["error"]), (409, &"not-opened".into()));
    let approved = answer(&command(&linchpin, &["approvals", "approve", &code, "--i-have-read-it", "--json"], None));
    assert_eq!(approved["decision"], "approved");
}

#[test]
fn a_foreign_page_changes_nothing_token_or_not() {
    let (_provider, linchpin, code) = held(r#"{"ids":[1]}"#, "");
    let token = bootstrap(&linchpin);
    let own = format!("origin: http://127.0.0.1:{}\r\n", linchpin.console_port);
    for foreign in [
        "origin: https://evil.example\r\n".to_owned(),
        "origin: null\r\n".to_owned(),
        format!("origin: https://127.0.0.1:{}\r\n", linchpin.console_port),
        format!("origin: http://127.0.0.1:{}\r\n", linchpin.agent_port),
        "sec-fetch-site: cross-site\r\n".to_owned(),
        "sec-fetch-site: same-site\r\n".to_owned(),
        format!("{own}sec-fetch-site: cross-site\r\n"),
        format!("{own}origin: https://evil.example\r\n"),
    ] {
        for verb in ["approve", "deny"] {
            let path = format!("/api/approvals/{code}/{verb}");
            assert_eq!(api(&linchpin, "POST", &path, &token, &foreign, "").0, 403, "{foreign}");
            assert_eq!(api(&linchpin, "POST", &path, "wrong", &foreign, "").0, 403, "{foreign}");
        }
    }
    assert_eq!(outcome(&linchpin, &code).get("outcome"), None);
    let path = format!("/api/approvals/{code}/deny");
    assert_eq!(api(&linchpin, "POST", &path, "wrong", &own, "").0, 401);
    assert_eq!(api(&linchpin, "POST", &path, &token, &format!("{own}sec-fetch-site: same-origin\r\n"), "").0, 200);
}

/// A browser's request: the cookie, and for a form its fields.
fn browse(linchpin: &Linchpin, path: &str, cookie: &str, form: Option<&str>) -> Answered {
    let method = if form.is_some() { "POST" } else { "GET" };
    let port = linchpin.console_port;
    let body = form.unwrap_or_default();
    let origin = if form.is_some() { format!("origin: http://127.0.0.1:{port}\r\nsec-fetch-site: same-origin\r\n") } else { String::new() };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n{origin}cookie: a=b; linchpin_session={cookie}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    raw(port, request.as_bytes())
}

/// The session that a login set.
fn session(answered: &Answered) -> String {
    assert_eq!((answered.status, answered.header("location")), (303, Some("/")), "{}", answered.text());
    let cookie = answered.header("set-cookie").expect("a cookie");
    assert!(cookie.contains("httponly") && cookie.contains("samesite=strict") && !cookie.contains("; secure"), "{cookie}");
    let secret = cookie.strip_prefix("linchpin_session=").and_then(|rest| rest.split(';').next()).expect("a secret");
    assert_eq!(secret.len(), 64);
    secret.to_owned()
}

fn logged_in(linchpin: &Linchpin, token: &str) -> String {
    session(&browse(linchpin, "/login", "", Some(&format!("token={}", token.replace(' ', "+")))))
}

/// The proof on a page on which a whole call stands.
fn proof(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("name=\"shown\" value=\"")?;
    rest.split('"').next().map(str::to_owned)
}

#[test]
fn the_login_link_works_once_and_only_when_its_button_is_pushed() {
    let (_provider, linchpin, _) = held(r#"{"ids":[1]}"#, "");
    let log = linchpin.log();
    let (_, secret) = log.split_once("/login?once=").expect("a link");
    let secret = secret.lines().next().expect("a secret");
    for _ in 0..2 {
        let page = browse(&linchpin, &format!("/login?once={secret}"), "", None);
        assert!(page.status == 200 && page.text().contains(secret) && page.header("set-cookie").is_none());
    }
    let foreign = format!(
        "POST /login HTTP/1.1\r\nhost: 127.0.0.1:{}\r\norigin: https://evil.example\r\nconnection: close\r\ncontent-length: 69\r\n\r\nonce={secret}",
        linchpin.console_port
    );
    assert_eq!(raw(linchpin.console_port, foreign.as_bytes()).status, 403);
    let cookie = session(&browse(&linchpin, "/login", "", Some(&format!("once={secret}"))));
    assert_eq!(browse(&linchpin, "/", &cookie, None).status, 200);
    for wrong in [format!("once={secret}"), "once=".into(), "token=x".into(), String::new()] {
        let again = browse(&linchpin, "/login", "", Some(&wrong));
        assert!(again.status == 401 && again.header("set-cookie").is_none(), "{wrong}");
    }
    assert_eq!(browse(&linchpin, "/logout", &cookie, Some("")).status, 303);
    assert_eq!(browse(&linchpin, "/", &cookie, None).status, 401);
}

#[test]
fn a_call_is_approved_on_its_page() {
    let (_provider, linchpin, code) = held(r#"{"ids":["zebra-3"],"note":"two\nlines"}"#, "");
    let cookie = logged_in(&linchpin, &bootstrap(&linchpin));
    let front = browse(&linchpin, "/", &cookie, None).text();
    assert!(front.contains("1 call waits") && front.contains(&format!("/holds/{code}")), "{front}");
    let page = browse(&linchpin, &format!("/holds/{code}"), &cookie, None);
    assert!(page.header("content-security-policy").is_some_and(|policy| policy.contains("frame-ancestors 'none'")));
    let text = page.text();
    assert!(text.contains("Confirm with me before deleting anything.") && text.contains("<pre>two\nlines</pre>"), "{text}");
    assert!(text.contains("Where its targets were named") && text.contains("nowhere"), "{text}");
    let proof = proof(&text).expect("a proof");
    let approve = format!("/holds/{code}/approve");
    assert_eq!(browse(&linchpin, &approve, &cookie, None).status, 405, "a GET changes nothing");
    assert_eq!(browse(&linchpin, &approve, &cookie, Some("reason=x")).status, 409, "a yes to what was not shown");
    assert_eq!(browse(&linchpin, &approve, "", Some(&format!("shown={proof}"))).status, 401);
    let unsigned = format!(
        "POST {approve} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\ncookie: linchpin_session={cookie}\r\nconnection: close\r\ncontent-length: 70\r\n\r\nshown={proof}",
        linchpin.console_port
    );
    assert_eq!(raw(linchpin.console_port, unsigned.as_bytes()).status, 401, "a cookie alone is no sign that a page of ours asked");
    let done = browse(&linchpin, &approve, &cookie, Some(&format!("shown={proof}&reason=as+asked")));
    assert_eq!((done.status, done.header("location").map(str::to_uppercase)), (303, Some(format!("/HOLDS/{code}"))));
    assert!(linchpin.post("/v1/chat/completions", CHAT).text().contains("zebra-3"));
    let after = browse(&linchpin, &format!("/holds/{code}"), &cookie, None).text();
    assert!(after.contains("was approved and delivered") && after.contains("as asked"), "{after}");
    assert!(browse(&linchpin, "/record", &cookie, None).text().contains("released"));
    assert_eq!(browse(&linchpin, "/holds/K7Q2-M4XN-P", &cookie, None).status, 404);
}

#[test]
fn a_long_call_is_approved_only_on_the_page_with_its_whole_text() {
    let arguments = value!({"ids": vec!["zebra"; 4000], "z": "the-very-end"}).to_string();
    let (_provider, linchpin, code) = held(&arguments, "");
    let cookie = logged_in(&linchpin, &bootstrap(&linchpin));
    let first = browse(&linchpin, &format!("/holds/{code}"), &cookie, None).text();
    assert!(proof(&first).is_none() && !first.contains("the-very-end") && first.contains("?whole"), "the beginning only");
    let whole = browse(&linchpin, &format!("/holds/{code}?whole"), &cookie, None).text();
    assert!(whole.contains("the-very-end"));
    let form = format!("shown={}", proof(&whole).expect("a proof"));
    assert_eq!(browse(&linchpin, &format!("/holds/{code}/approve"), &cookie, Some(&form)).status, 303);
}

#[test]
fn nothing_an_agent_wrote_is_markup_on_a_page() {
    let evil = r#"{"ids":["<script>alert(1)</script>"],"x":"\u202e\" onload=\"y","<b>k":"</pre><form action=//evil>"}"#;
    let (_provider, linchpin, code) = held(evil, "");
    let cookie = logged_in(&linchpin, &bootstrap(&linchpin));
    for path in ["/".to_owned(), format!("/holds/{code}"), "/record".to_owned()] {
        let page = browse(&linchpin, &path, &cookie, None).text();
        assert!(page.contains(&code) || path == "/record");
        for markup in ["<script", "<b>", "<form action", "\u{202e}", "onload=\""] {
            assert!(!page.contains(markup), "{path}: {markup}");
        }
    }
}

#[test]
fn the_bootstrap_token_sees_no_button_that_approves_where_people_have_their_own() {
    let (_provider, linchpin, code) = held(r#"{"ids":[1]}"#, &operator("alice"));
    let path = format!("/holds/{code}");
    let admin = logged_in(&linchpin, &bootstrap(&linchpin));
    let text = browse(&linchpin, &path, &admin, None).text();
    assert!(!text.contains("formaction=\"/holds/".to_owned().as_str()) || proof(&text).is_none());
    let alice = logged_in(&linchpin, "token of alice");
    let text = browse(&linchpin, &path, &alice, None).text();
    let form = format!("shown={}", proof(&text).expect("a proof"));
    assert_eq!(browse(&linchpin, &format!("{path}/approve"), &admin, Some(&form)).status, 403);
    assert_eq!(browse(&linchpin, &format!("{path}/approve"), &alice, Some(&format!("{form}&as=bob"))).status, 403);
    assert_eq!(browse(&linchpin, &format!("{path}/approve"), &alice, Some(&form)).status, 303);
    assert_eq!(linchpin.violations()[0]["approval"]["by"][0]["name"], "alice");
}

#[test]
fn the_api_and_the_page_halt_and_resume() {
    let provider = Provider::answering(vec![json("{}")]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let token = std::fs::read_to_string(linchpin.data().join("operator.token")).expect("a token").trim().to_owned();
    let talk = linchpin.post("/openai/v1/chat/completions", r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#);
    let conversation = talk.header("x-linchpin-conversation").expect("an id").to_owned();
    let body = format!(r#"{{"conversation":"{conversation}","why":"wrong inbox"}}"#);
    let (status, halted) = api(&linchpin, "POST", "/api/halt", &token, "", &body);
    assert_eq!((status, &halted["recorded"], &halted["by"]), (200, &Value::Bool(true), &Value::from("admin")));
    let (_, listed) = api(&linchpin, "GET", "/api/halts", &token, "", "");
    assert_eq!((&listed["halts"][0]["why"], &listed["halts"][0]["conversation"]), (&"wrong inbox".into(), &conversation.as_str().into()));
    let page = linchpin.console("/stop", true).text();
    assert!(page.contains("wrong inbox") && page.contains(&conversation) && page.contains("Resume"), "{page}");
    for (path, bad, status) in [
        ("/api/halt", r#"{"conversation":"c_0"}"#, 404),
        ("/api/resume", r#"{"conversation":"c_0"}"#, 404),
        ("/api/halt", "[]", 400),
        ("/api/halt", r#"{"who":"me"}"#, 400),
    ] {
        assert_eq!(api(&linchpin, "POST", path, &token, "", bad).0, status, "{path} {bad}");
    }
    assert_eq!(api(&linchpin, "GET", "/api/halt", &token, "", "").0, 405, "a GET never changes anything");
    assert_eq!(api(&linchpin, "POST", "/api/halt", &token, "origin: https://evil.example\r\n", "").0, 403);
    assert_eq!(api(&linchpin, "POST", "/api/halt", "wrong", "", "").0, 401);
    let (status, resumed) = api(&linchpin, "POST", "/api/resume", &token, "", "");
    assert_eq!((status, &resumed["ended"], &resumed["still"]), (200, &Value::from(1), &Value::Null));
}

#[test]
fn where_people_have_tokens_the_bootstrap_token_halts_and_does_not_resume() {
    let provider = Provider::answering(vec![json("{}")]);
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let linchpin = Linchpin::before(&provider, &format!("[operator.alice]\ntoken_sha256 = \"{hash}\"\n{DELETES}"));
    let token = std::fs::read_to_string(linchpin.data().join("operator.token")).expect("a token").trim().to_owned();
    assert_eq!(api(&linchpin, "POST", "/api/halt", &token, "", "").0, 200);
    assert_eq!(api(&linchpin, "POST", "/api/resume", &token, "", "").0, 403);
    let (status, resumed) = api(&linchpin, "POST", "/api/resume", "test", "", "");
    assert_eq!((status, &resumed["by"]), (200, &Value::from("alice")));
}
