//! `linchpin judge`, `replay` and `test`, as a program or a CI meets them.

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Exit code, stdout and stderr of linchpin with a home of its own.
fn run(home: &Path, arguments: &[&str], stdin: &str) -> (i32, String, String) {
    let mut command = Command::cargo_bin("linchpin").expect("the program");
    command.env_clear().env("HOME", home).current_dir(home).args(arguments).write_stdin(stdin);
    let output = command.output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("a code"), text(output.stdout), text(output.stderr))
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().expect("a home")
}

fn rows(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

#[test]
fn every_call_gets_its_verdict_in_order_and_a_bad_line_is_named() {
    let home = home();
    let calls = concat!(
        "{\"id\":\"a\",\"tool\":\"x\",\"arguments\":{\"a\":1,\"a\":2}}\n",
        "not json\n",
        "{\"id\":7,\"tool\":\"x\",\"arguments\":\"{\\\"a\\\":\"}\n",
        "{\"id\":\"c\",\"tool\":\"fetch\",\"arguments\":{\"url\":\"http://127.1:4142/api\"}}\n",
    );
    let (code, out, err) = run(home.path(), &["judge", "--json"], calls);
    assert_eq!(code, 1);
    assert!(err.contains("line 2: "), "{err}");
    let rows = rows(&out);
    let told: Vec<(&Value, &str, &Value)> =
        rows.iter().map(|row| (&row["id"], row["verdict"].as_str().expect("a word"), &row["pins"][0])).collect();
    assert_eq!(
        told,
        [
            (&"a".into(), "block", &"linchpin-unreadable".into()),
            (&7.into(), "block", &"linchpin-unreadable".into()),
            (&"c".into(), "block", &"linchpin-self".into())
        ]
    );
    let keys: Vec<&String> = rows[0].as_object().expect("an object").keys().collect();
    assert_eq!(keys.len(), 5, "{keys:?}");
}

#[test]
fn a_pin_in_the_configuration_judges() {
    let home = home();
    let config = home.path().join("pins.toml");
    fs::write(&config, "[[pin]]\nid = \"no-x\"\ntext = \"Never use x.\"\non = [\"unknown\"]\nthen = \"block\"\ntools = [\"x_*\"]\n")
        .expect("written");
    let config = config.to_str().expect("a path");
    let calls = "{\"id\":1,\"tool\":\"srv__X_Do\",\"arguments\":\"%%%\"}\n{\"id\":2,\"tool\":\"y\",\"arguments\":\"%%%\"}\n";
    let (code, out, err) = run(home.path(), &["judge", "--json", "--config", config], calls);
    assert_eq!(code, 0, "{err}");
    let verdicts: Vec<Value> = rows(&out).iter().map(|row| row["verdict"].clone()).collect();
    assert_eq!(verdicts, ["block", "pass"], "{out}");
}

#[test]
fn a_recording_is_replayed_call_by_call() {
    let home = home();
    let recording = home.path().join("week.jsonl");
    let conversation = r#"{"id":"c1","messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"a","arguments":"{\"u\":\"http://localhost:4142\"}"}},{"id":"2","type":"function","function":{"name":"b","arguments":"{"}}]}]}"#;
    fs::write(&recording, format!("{conversation}\nnonsense\n")).expect("written");
    let (code, out, err) = run(home.path(), &["replay", "--json", "week.jsonl"], "");
    assert_eq!(code, 1);
    assert!(err.contains("week.jsonl:2: ") && err.contains("not built yet"), "{err}");
    let told: Vec<(Value, Value, Value)> =
        rows(&out).iter().map(|row| (row["turn"].clone(), row["call"].clone(), row["pins"][0].clone())).collect();
    assert_eq!(told, [(1.into(), 0.into(), "linchpin-self".into()), (1.into(), 1.into(), "linchpin-unreadable".into())]);
    let (_, out, _) = run(home.path(), &["replay", "week.jsonl"], "");
    assert!(out.contains("c1") && out.contains("linchpin-unreadable"), "{out}");
}

#[test]
fn a_case_that_goes_otherwise_fails_the_test_run() {
    let home = home();
    let good = "# what must never happen\n{\"tool\":\"x\",\"arguments\":\"{\",\"expect\":\"block\",\"pins\":[\"linchpin-unreadable\"]}\n";
    let bad = "{\"id\":\"mine\",\"tool\":\"x\",\"arguments\":\"{\",\"expect\":\"pass\"}\n";
    assert_eq!(run(home.path(), &["test"], good).0, 0);
    let (code, out, _) = run(home.path(), &["test"], &format!("{good}{bad}"));
    assert!(
        code == 1
            && out.contains("FAILED line 3 mine: expected pass, got block by linchpin-unreadable")
            && out.contains("1 passed, 1 failed"),
        "{out}"
    );
    let misspelled = "{\"tool\":\"x\",\"arguments\":{},\"expct\":\"pass\"}\n";
    assert_eq!(run(home.path(), &["test"], misspelled).0, 1);
    assert_eq!(run(home.path(), &["test"], "").0, 1, "no case is no success");
}
