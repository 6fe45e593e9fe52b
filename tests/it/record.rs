//! `linchpin violations`, `audit` and `approvals`, on a data dir that a linchpin left behind.

use assert_cmd::Command;
use linchpin::call::{Action, Input, ToolCall, ToolName};
use linchpin::dialect::Dialect;
use linchpin::digest::PinStamp;
use linchpin::kind::Kind;
use linchpin::notice::Notice;
use linchpin::pin::PinId;
use linchpin::record::{Breaker, Links, Record, Recorded, Settings, Terms, Ties, Violation};
use linchpin::verdict::{Judgement, Objection, Verdict};
use serde_json::Value;
use std::time::Duration;
use tempfile::TempDir;

const EVIL: &str = "rm\u{202e}\u{1b}[2J";

fn violation(verdict: Verdict, tool: &str) -> Violation {
    let pin = PinId::new("confirm-deletes").expect("an id");
    let tool = ToolName::plain(tool);
    Violation {
        conversation: "c_1".into(),
        agent: None,
        upstream: "anthropic".into(),
        dialect: Dialect::Anthropic,
        model: Some("m".into()),
        notice: verdict.withholds().then(|| Notice::of(&tool, verdict, vec![pin.clone()])),
        call: ToolCall { id: "1".into(), tool, input: Input::Json(r#"{"ids":["a\u202eb"],"password":"hunter2zebra"}"#.into()) },
        judgement: Judgement {
            verdict,
            objections: vec![Objection { pin: pin.clone(), verdict, shadow: false, why: "it deletes".into(), limited: None }],
            actions: vec![Action::new(Kind::Delete, "in `ids`")],
        },
        stamps: vec![PinStamp { id: pin, version: "sha256:1".into(), approvers: 1, by_reply: false }],
        wire: None,
        ties: Ties::default(),
        origins: Vec::new(),
        links: Links::default(),
        is_halted: false,
        is_try: true,
        counts_for: "default".into(),
    }
}

/// A data dir with one held, one blocked and one warned call.
fn data_dir() -> (TempDir, Vec<Recorded>) {
    let dir = TempDir::new().expect("a dir");
    let settings = Settings {
        file: "linchpin.db".into(),
        redact: vec![],
        breaker: Breaker { refusals: 1_000_000, within: Duration::from_secs(600) },
        keep: Duration::from_secs(365 * 86_400),
        terms: Terms { expires: Duration::from_secs(3600), fetch_within: Duration::from_secs(900) },
        pins: vec![],
    };
    let record = Record::open(dir.path(), settings).expect("a record");
    let batch = vec![violation(Verdict::Hold, "delete_email"), violation(Verdict::Block, EVIL), violation(Verdict::Warn, "delete_email")];
    let written = tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let written = record.withheld_or_warned(batch).await.expect("recorded");
        record.close().await;
        written
    });
    // A process that another test starts at this moment may share the lock until it runs.
    for _ in 0..500 {
        if !linchpin::record::is_in_use(dir.path()) {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    (dir, written)
}

/// stdout of a command, and whether it succeeded.
fn run(dir: &TempDir, arguments: &[&str]) -> (String, bool, String) {
    let mut command = Command::cargo_bin("linchpin").expect("the program");
    let output = command.env_remove("LINCHPIN_CONFIG").env("HOME", dir.path()).env("XDG_CONFIG_HOME", dir.path()).args(arguments);
    let output = output.arg("--data").arg(dir.path()).output().expect("it ran");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (text(output.stdout), output.status.success(), text(output.stderr))
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn the_list_is_one_line_a_call_and_the_export_the_same() {
    let (dir, written) = data_dir();
    for list in
        [&["violations", "--json"][..], &["violations", "list", "--json"], &["violations", "export"], &["violations", "export", "--json"]]
    {
        let (text, is_fine, _) = run(&dir, list);
        let found = lines(&text);
        assert!(is_fine && found.len() == 3, "{list:?}: {text}");
        assert_eq!(found[0]["id"], written[0].id.as_ref().expect("an entry").as_str());
        assert_eq!(found.iter().map(|entry| entry["outcome"].as_str().expect("a word")).collect::<Vec<_>>(), ["held", "blocked", "warned"]);
        assert!(!text.contains("hunter2zebra") && !text.contains('\u{1b}') && !text.contains('\u{202e}'));
    }
}

#[test]
fn filters_are_taken_before_and_after_the_word_list() {
    let (dir, _) = data_dir();
    let count = |arguments: &[&str]| run(&dir, arguments).0.lines().count();
    assert_eq!(count(&["violations", "--json", "--tool", "delete_email"]), 2);
    assert_eq!(count(&["violations", "list", "--json", "--tool", "delete_email", "--outcome", "warned"]), 1);
    assert_eq!(count(&["violations", "--since", "1h", "list", "--json", "--limit", "2"]), 2);
    assert_eq!(count(&["violations", "--json", "--since", "2999-01-01T00:00:00Z"]), 0);
}

#[test]
fn nothing_an_agent_wrote_moves_the_terminal() {
    let (dir, written) = data_dir();
    let code = written[0].code.clone().expect("a code");
    for arguments in [
        vec!["violations"],
        vec!["violations", "show", written[1].id.as_ref().expect("an entry").as_str()],
        vec!["violations", "stats"],
        vec!["approvals"],
        vec!["approvals", "show", &code],
        vec!["violations", "show", EVIL],
    ] {
        let (text, _, talk) = run(&dir, &arguments);
        let is_safe = |text: &str| !text.contains('\u{1b}') && !text.contains('\u{202e}');
        assert!(is_safe(&text) && is_safe(&talk), "{arguments:?}: {text} {talk}");
    }
}

#[test]
fn a_person_is_shown_the_exact_call_that_waits() {
    let (dir, written) = data_dir();
    let code = written[0].code.clone().expect("a code");
    let found = lines(&run(&dir, &["approvals", "list", "--json"]).0);
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["code"], &found[0]["needs"]), (&Value::from(code.as_str()), &Value::from(1)));
    assert_eq!(found[0]["arguments"], r#"{"ids":["a\u202eb"],"password":"hunter2zebra"}"#);
    let (text, is_fine, _) = run(&dir, &["approvals", "show", &code.to_lowercase().replace('-', "")]);
    assert!(is_fine && text.contains(r"  [0] = a\u{202e}b") && text.contains(r#"{"ids":["a\u202eb"]"#), "{text}");
}

#[test]
fn nobody_decides_without_a_running_linchpin() {
    let (dir, written) = data_dir();
    let code = written[0].code.clone().expect("a code");
    for arguments in [&["approvals", "approve", &code][..], &["approvals", "deny", &code], &["approvals", "watch"]] {
        let (text, is_fine, talk) = run(&dir, arguments);
        assert!(text.is_empty() && !is_fine && talk.contains("no linchpin is running"), "{talk}");
    }
}

#[test]
fn a_whole_chain_is_confirmed_and_a_broken_one_is_named() {
    let (dir, _) = data_dir();
    let (text, is_fine, _) = run(&dir, &["audit", "verify"]);
    assert!(is_fine && text.contains("whole: 3 entries"), "{text}");
    let noted = run(&dir, &["audit", "head"]).0;
    assert!(run(&dir, &["audit", "verify", "--expect", noted.trim()]).1);
    assert!(!run(&dir, &["audit", "verify", "--expect", &noted.trim().replace("3:", "4:")]).1);
    assert_eq!(lines(&run(&dir, &["audit", "export", "--json"]).0).len(), 3);

    let database = rusqlite::Connection::open(dir.path().join("linchpin.db")).expect("a database");
    database.execute("UPDATE record SET body = replace(body, 'blocked', 'warned') WHERE seq = 2", []).expect("an edit");
    let (text, is_fine, _) = run(&dir, &["audit"]);
    assert!(!is_fine && text.contains("broken at entry 2"), "{text}");
    let found = lines(&run(&dir, &["audit", "verify", "--json"]).0);
    assert_eq!((&found[0]["ok"], &found[0]["seq"]), (&Value::from(false), &Value::from(2)));
}

#[test]
fn an_empty_data_dir_is_a_failure_and_stays_empty() {
    let dir = TempDir::new().expect("a dir");
    for arguments in [&["violations"][..], &["audit"], &["approvals", "list", "--json"]] {
        let (text, is_fine, talk) = run(&dir, arguments);
        assert!(text.is_empty() && !is_fine && talk.contains("no record"), "{talk}");
    }
    assert_eq!(std::fs::read_dir(dir.path()).expect("a dir").count(), 0);
}

#[test]
fn a_wrong_filter_is_wrong_usage() {
    let (dir, _) = data_dir();
    for arguments in
        [&["violations", "--outcome", "gone"][..], &["violations", "--since", "yesterday"], &["audit", "verify", "--expect", "3"]]
    {
        let mut command = Command::cargo_bin("linchpin").expect("the program");
        command.args(arguments).arg("--data").arg(dir.path()).assert().code(2);
    }
}

#[cfg(unix)]
#[test]
fn tail_follows_a_running_linchpin_and_ends_when_nobody_reads() {
    use std::io::{BufRead, BufReader};
    let dir = TempDir::new().expect("a dir");
    let settings = Settings {
        file: "linchpin.db".into(),
        redact: vec![],
        breaker: Breaker { refusals: 1_000_000, within: Duration::from_secs(600) },
        keep: Duration::from_secs(365 * 86_400),
        terms: Terms { expires: Duration::from_secs(3600), fetch_within: Duration::from_secs(900) },
        pins: vec![],
    };
    let record = Record::open(dir.path(), settings).expect("a record");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let write = |tool: &str| runtime.block_on(record.withheld_or_warned(vec![violation(Verdict::Block, tool)])).expect("recorded");
    write("first");
    let mut tail = std::process::Command::new(assert_cmd::cargo::cargo_bin("linchpin"))
        .args(["violations", "tail", "--json", "--data"])
        .arg(dir.path())
        .env("XDG_CONFIG_HOME", dir.path())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("it ran");
    let mut shown = BufReader::new(tail.stdout.take().expect("stdout")).lines();
    assert!(shown.next().expect("a line").expect("text").contains("\"first\""));
    write("second");
    assert!(shown.next().expect("a line").expect("text").contains("\"second\""));
    drop(shown);
    assert!(tail.wait().expect("it ended").success());
}
