//! Calls that reach for linchpin, in shell, code, HTTP arguments, file tools and SQL, and
//! the ordinary calls that look like one.

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use tempfile::TempDir;

/// FIXME: a copy of a wide directory that linchpin's files are only a part of is for other pins to hold.
const NOT_STOPPED: [&str; 1] = ["reach-110"];

#[test]
fn calls_that_reach_for_linchpin_are_stopped_and_near_misses_pass() {
    let home = TempDir::new().expect("a dir");
    let config = home.path().join("linchpin.toml");
    // A pin that says nothing about any of these: only the built-in one can stop them.
    fs::write(&config, "[[pin]]\nid = \"pays\"\ntext = \"Tell me about payments.\"\non = [\"pay\"]\nthen = \"warn\"\n").expect("written");
    #[cfg(unix)]
    fs::set_permissions(&config, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("a mode");
    let calls = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/reach/calls.jsonl")).expect("calls");
    // The file of the configuration is the one these calls name.
    let calls = calls.replace("/home/ana/.config/linchpin/linchpin.toml", &config.display().to_string());
    let output = Command::cargo_bin("linchpin")
        .expect("a program")
        .args(["judge", "--json", "--data", "/home/ana/.local/share/linchpin", "--config"])
        .arg(&config)
        .write_stdin(calls)
        .output()
        .expect("it runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let (mut reached, mut near, mut wrong) = (0, 0, Vec::new());
    for line in text.lines() {
        let answer: Value = serde_json::from_str(line).expect("JSON");
        let id = answer["id"].as_str().expect("an id");
        let is_stopped = answer["pins"].as_array().expect("pins").iter().any(|pin| pin == "linchpin-self");
        let is_reach = id.starts_with("reach-");
        if is_reach {
            reached += 1
        } else {
            near += 1
        }
        if is_stopped != (is_reach && !NOT_STOPPED.contains(&id)) {
            wrong.push(format!("{id}: {line}"));
        }
    }
    assert!(reached >= 72 && near >= 32, "{reached} {near}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
