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
fn what_a_row_wrote_counts_when_a_later_row_of_its_conversation_runs_it() {
    let home = home();
    let row = |id: u32, conversation: &str, command: &str| {
        serde_json::json!({"id": id, "conversation": conversation, "tool": "bash", "arguments": {"command": command}}).to_string()
    };
    let write = "cat > tidy.sh <<'EOF'\nrm -rf /srv/data\nEOF";
    let calls = [row(1, "a", write), row(2, "a", "bash tidy.sh"), row(3, "b", "bash tidy.sh"), row(4, "a", "cat tidy.sh")].join("\n");
    let (_, out, _) = run(home.path(), &["judge", "--json"], &calls);
    let found: Vec<(bool, u64)> =
        rows(&out).iter().map(|row| (row["actions"].to_string().contains("\"delete\""), row["id"].as_u64().expect("an id"))).collect();
    assert_eq!(found, [(false, 1), (true, 2), (false, 3), (false, 4)]);
}

#[test]
fn a_replay_hears_what_was_said_and_knows_what_was_written() {
    let home = home();
    let call = |id: &str, command: &str| {
        let arguments = serde_json::json!({ "command": command }).to_string();
        serde_json::json!({"role": "assistant", "tool_calls": [{"id": id, "type": "function", "function": {"name": "bash", "arguments": arguments}}]})
    };
    let conversation = serde_json::json!({"id": "c", "messages": [
        {"role": "user", "content": "tidy up"}, call("1", "mkdir out"),
        {"role": "user", "content": "pin: Ask me before you create a directory or write a file."}, call("2", "mkdir out"),
        call("3", "echo 'rm -rf /srv/data' > x.sh"), call("4", "sh ./x.sh"),
    ]});
    let file = home.path().join("c.jsonl");
    fs::write(&file, format!("{conversation}\n")).expect("written");
    let (code, out, _) = run(home.path(), &["replay", "--json", file.to_str().expect("a path")], "");
    assert_eq!(code, 0);
    let found: Vec<(String, String)> =
        rows(&out).iter().map(|row| (row["verdict"].as_str().expect("a word").to_owned(), row["pins"].to_string())).collect();
    assert_eq!(found[0].0, "pass", "{found:?}");
    assert!(found[1].0 == "hold" && found[1].1.contains("said-1"), "{found:?}");
    assert!(found[3].1.contains("confirm-deletes"), "{found:?}");
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
fn a_replay_lets_a_pin_stand_back_for_what_was_named_before_the_call_and_once() {
    let home = home();
    let pins = "[[pin]]\nid = \"ask\"\ntext = \"Ask before deleting.\"\non = [\"delete\"]\nthen = \"hold\"\nwaive = \"named\"\n";
    fs::write(home.path().join("pins.toml"), pins).expect("written");
    let call = r#"{"role":"assistant","content":"","tool_calls":[{"id":"1","type":"function","function":{"name":"delete_email","arguments":"{\"id\":\"msg-1881\"}"}}]}"#;
    let (asked, said) = (r#"{"role":"user","content":"please delete msg-1881"}"#, r#"{"role":"user","content":"go on"}"#);
    let conversation = format!(r#"{{"id":"c1","messages":[{said},{call},{asked},{call},{call},{said},{call}]}}"#);
    fs::write(home.path().join("week.jsonl"), conversation).expect("written");
    let config = home.path().join("pins.toml");
    let (_, out, err) = run(home.path(), &["replay", "--json", "week.jsonl", "--config", config.to_str().expect("a path")], "");
    let verdicts: Vec<Value> = rows(&out).iter().map(|row| row["verdict"].clone()).collect();
    assert_eq!(verdicts, ["hold", "warn", "hold", "hold"], "{err}");
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
    let (code, out, _) = run(home.path(), &["test", "--json"], &format!("{good}{bad}"));
    let told: Vec<(Value, Value, Value)> =
        rows(&out).iter().map(|row| (row["line"].clone(), row["passed"].clone(), row["verdict"].clone())).collect();
    assert_eq!((code, told), (1, vec![(2.into(), true.into(), "block".into()), (3.into(), false.into(), "block".into())]));
    let misspelled = "{\"tool\":\"x\",\"arguments\":{},\"expct\":\"pass\"}\n";
    assert_eq!(run(home.path(), &["test"], misspelled).0, 1);
    assert_eq!(run(home.path(), &["test"], "").0, 1, "no case is no success");
}

#[test]
fn a_ci_gets_its_report_also_of_lines_that_are_no_case() {
    let home = home();
    let cases =
        "{\"id\":\"a\",\"tool\":\"x\",\"arguments\":\"{\",\"expect\":\"pass\"}\n{\"tool\":\"x\",\"arguments\":{},\"expect\":\"hodl\"}\n";
    fs::write(home.path().join("a.jsonl"), cases).expect("written");
    fs::write(home.path().join("empty.jsonl"), "# later\n").expect("written");
    let (code, _, err) = run(home.path(), &["test", "a.jsonl", "empty.jsonl", "--junit", "report.xml"], "");
    assert!(code == 1 && err.contains("a.jsonl:2: `hodl` is no verdict: use one of pass, warn, hold, block"), "{err}");
    assert!(err.contains("`empty.jsonl` has no case"), "{err}");
    let report = fs::read_to_string(home.path().join("report.xml")).expect("a report");
    assert!(
        report.contains(r#"tests="2" failures="1" errors="1""#) && report.contains(r#"line="1"><failure message="expected pass, "#),
        "{report}"
    );
    assert_eq!(run(home.path(), &["test", "nowhere.jsonl"], "").0, 1);
    assert_eq!(run(home.path(), &["test", "--yaml"], "").0, 2);
}

/// linchpin's own policy tests: a configuration and its cases, as a user's CI runs them.
#[test]
fn the_policies_in_the_fixtures_hold_what_their_cases_say() {
    let home = home();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/policy");
    let mut tested = 0;
    for entry in fs::read_dir(&fixtures).expect("fixtures").map(|entry| entry.expect("an entry").path()) {
        if entry.extension().is_some_and(|extension| extension == "toml") {
            let cases = entry.with_extension("jsonl");
            let (config, cases) = (entry.to_str().expect("a path"), cases.to_str().expect("a path"));
            let (code, out, err) = run(home.path(), &["--config", config, "test", cases], "");
            assert_eq!(code, 0, "{config}: {out}{err}");
            tested += 1;
        }
    }
    assert!(tested > 0);
}
