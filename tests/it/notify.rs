//! A person learns of a hold: from the real program, over a webhook whose signature
//! is checked as the page on notifications tells.

use crate::stage::{DELETES, Linchpin, Provider, json, whole};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const CHAT: &str = r#"{"messages":[{"role":"user","content":"hi"}]}"#;
const CALL: &str = r#"{"choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"delete_email","arguments":"{\"id\":\"m-1\"}"}}]},"finish_reason":"tool_calls"}]}"#;

#[test]
fn a_hold_reaches_the_webhook_signed_and_with_a_link_to_the_desk() {
    let receiver = Provider::answering(vec![whole("200 OK", "text/plain", "ok")]);
    let provider = Provider::answering(vec![json(CALL)]);
    let more = format!("[notify]\nwebhook = \"http://{}/hook?key=s3cret\"\n{DELETES}", receiver.address);
    let linchpin = Linchpin::before(&provider, &more);
    linchpin.post("/v1/chat/completions", CHAT);
    let until = Instant::now() + Duration::from_secs(30);
    while receiver.received().is_empty() {
        assert!(Instant::now() < until, "nobody was told: {}", linchpin.log());
        std::thread::sleep(Duration::from_millis(10));
    }
    let notice = receiver.received().remove(0);
    let hold = &notice.json()["holds"][0];
    let code = hold["code"].as_str().expect("a code");
    assert_eq!(hold["link"], format!("http://127.0.0.1:{}/holds/{code}", linchpin.console_port));
    assert_eq!((&hold["tool"], &hold["pins"][0]), (&"delete_email".into(), &"confirm-deletes".into()));
    assert!(!String::from_utf8_lossy(&notice.body).contains("m-1"), "no arguments");
    assert!(linchpin.log().contains("notify.key") && !linchpin.log().contains("s3cret"), "{}", linchpin.log());
    let key = std::fs::read_to_string(linchpin.data().join("notify.key")).expect("a key");
    let header = |name: &str| notice.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).expect("a header").to_owned();
    let (timestamp, signature) = (header("x-linchpin-timestamp"), header("x-linchpin-signature"));
    let mac = linchpin::digest::hmac_sha256(key.trim().as_bytes(), &[timestamp.as_bytes(), b".", notice.body.as_slice()].concat());
    let mac: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(signature, format!("sha256={mac}"));
    let Some(said) = as_the_page_tells(&key, &timestamp, &signature, &notice.body) else { return };
    assert_eq!(said, "True False False");
}

/// What the page's own lines say of this notice, of another body, and of an old time.
/// `None`: this machine has no Python.
fn as_the_page_tells(key: &str, timestamp: &str, signature: &str, body: &[u8]) -> Option<String> {
    let page = include_str!("../../docs/notifications.md");
    let (_, rest) = page.split_once("```python\n").expect("lines to copy");
    let (lines, _) = rest.split_once("```").expect("their end");
    let asked = "\nimport sys\nkey, sent, signature = sys.argv[1:4]\nbody = sys.stdin.buffer.read()\n\
                 headers = {'x-linchpin-timestamp': sent, 'x-linchpin-signature': signature}\n\
                 old = dict(headers, **{'x-linchpin-timestamp': str(int(sent) - 1)})\n\
                 print(*[is_from_linchpin(key, given, said) for given, said in [(headers, body), (headers, body + b' '), (old, body)]])\n";
    let started = Command::new("python3")
        .args(["-c", &format!("{lines}{asked}"), key, timestamp, signature])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut python = started.ok()?;
    python.stdin.take().expect("a pipe").write_all(body).expect("written");
    let output = python.wait_with_output().expect("it ends");
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).expect("text").trim().to_owned())
}
