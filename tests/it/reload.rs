//! The configuration changes while linchpin runs: what tightens counts at once, what
//! loosens waits for an operator, and what is broken changes nothing.

use crate::stage::{Linchpin, Provider, configuration, json, write_private};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than a change takes to be noticed, on a busy machine too.
const NOTICED: Duration = Duration::from_secs(20);

/// A few looks at the file: time enough for what must not happen.
const SEVERAL_LOOKS: Duration = Duration::from_millis(900);

/// Quick looks, and a pin about deleting.
const HOLDS: &str = "[limits]\nreload_ms = 400\n\
    [[pin]]\nid = \"deletes\"\ntext = \"Ask me before deleting.\"\non = [\"delete\"]\nthen = \"hold\"\n";

/// A further pin about sending.
const BLOCKS_SENDING: &str = "[[pin]]\nid = \"sends\"\ntext = \"Never send anything.\"\non = [\"send\"]\nthen = \"block\"\n";

/// What somebody does to the file.
type Break = Box<dyn Fn(&Stage)>;

struct Stage {
    provider: Provider,
    linchpin: Linchpin,
}

impl Stage {
    fn set() -> Self {
        let provider = Provider::answering(vec![json("{}")]);
        let linchpin = Linchpin::before(&provider, HOLDS);
        Self { provider, linchpin }
    }

    fn file(&self) -> PathBuf {
        self.linchpin.dir.path().join("linchpin.toml")
    }

    fn write(&self, more: &str) {
        // Moved into place: on a busy machine nobody knows how long half a file stands there.
        let beside = self.file().with_extension("beside");
        write_private(&beside, &configuration(self.provider.address, more));
        fs::rename(beside, self.file()).expect("moved");
    }

    /// What the agent gets if the model proposes this: the pins that stopped it, or nothing.
    fn proposes(&self, tool: &str, arguments: Value) -> String {
        let call = serde_json::json!({"id": "c", "type": "function", "function": {"name": tool, "arguments": arguments.to_string()}});
        let choice = serde_json::json!({"index": 0, "message": {"content": null, "tool_calls": [call]}, "finish_reason": "tool_calls"});
        self.provider.answer(json(serde_json::json!({ "choices": [choice] }).to_string()));
        self.linchpin.post("/v1/chat/completions", r#"{"messages":[{"role":"user","content":"x"}]}"#).text()
    }

    fn deletes(&self, file: &str) -> String {
        self.proposes("bash", serde_json::json!({"command": format!("rm {file}")}))
    }

    fn sends(&self) -> String {
        self.proposes("send_email", serde_json::json!({"to": "a@example.com", "body": "hello"}))
    }

    fn standing(&self) -> Value {
        let answered = self.linchpin.console("/api/config", true);
        let standing = serde_json::from_slice(&answered.body).expect("JSON");
        crate::openapi::check("GET", "/api/config", answered.status, &standing);
        standing
    }

    fn until(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + NOTICED;
        loop {
            let standing = self.standing();
            if is_so(&standing) {
                return standing;
            }
            assert!(Instant::now() < until, "{what}: {standing}\n{}", self.linchpin.log());
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    fn waits(&self) -> Value {
        self.until("a change waits", |standing| !standing["waiting"].is_null())["waiting"].clone()
    }

    /// What the record says about the configuration, oldest first.
    fn changes(&self) -> Vec<(String, Value)> {
        let (out, _) = self.linchpin.ask(&["audit", "export"]);
        let rows = out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON Lines")).filter(|row| row["event"] == "config");
        let body =
            |row: Value| serde_json::from_str::<Value>(row["body"].as_str().expect("a text")).unwrap_or_else(|_| row["body"].clone());
        rows.map(body).map(|body| (body["change"].as_str().expect("a change").to_owned(), body)).collect()
    }

    fn told(&self) -> Vec<String> {
        self.changes().into_iter().map(|(change, _)| change).collect()
    }
}

#[test]
fn a_pin_that_is_added_counts_without_a_restart_and_without_anybody() {
    let stage = Stage::set();
    assert!(!stage.sends().contains("sends"), "nothing forbids it yet");
    let before = stage.standing()["digest"].clone();
    stage.write(&format!("{HOLDS}{BLOCKS_SENDING}"));
    let now = stage.until("it is taken up", |standing| standing["digest"] != before);
    assert!(now["waiting"].is_null(), "{now}");
    assert!(stage.sends().contains("blocked by pin `sends`"), "{}", stage.linchpin.log());
    let carried = String::from_utf8(stage.provider.received().last().expect("a request").body.clone()).expect("text");
    assert!(carried.contains("Never send anything."), "both arms: {carried}");
    assert_eq!(stage.told(), ["first", "taken up"]);
    assert!(stage.linchpin.log().contains("pin `sends` is new"), "{}", stage.linchpin.log());
    assert_eq!(serde_json::from_slice::<Value>(&stage.linchpin.console("/api/status", true).body).expect("JSON")["pins"], 2);
}

#[test]
fn a_pin_that_is_taken_away_stays_until_an_operator_confirms() {
    let stage = Stage::set();
    stage.write(&HOLDS.replace("hold", "warn"));
    let waiting = stage.waits();
    assert!(stage.deletes("a.txt").contains("held by pin `deletes`"), "the old pin is in force");
    let changes = waiting["changes"].to_string();
    assert!(changes.contains("pin `deletes` may ask for less"), "{changes}");
    let lines = waiting["lines"].to_string();
    assert!(lines.contains("- then = ") && lines.contains("+ then = "), "{lines}");
    assert!(stage.linchpin.log().contains("check --accept"), "{}", stage.linchpin.log());
    assert_eq!(stage.linchpin.console("/readyz", false).status, 200, "it serves, with the old pins");
    let other = stage.linchpin.tell_console("/api/config/accept", "{\"digest\":\"another\"}");
    assert_eq!((other.status, other.text().contains("changed")), (409, true), "{}", other.text());
    let body = format!("{{\"digest\":{}}}", waiting["digest"]);
    let accepted = stage.linchpin.tell_console("/api/config/accept", &body);
    assert_eq!(accepted.status, 200, "{}", accepted.text());
    crate::openapi::check("POST", "/api/config/accept", 200, &serde_json::from_slice(&accepted.body).expect("JSON"));
    assert!(!stage.deletes("b.txt").contains("held"), "it only warns now");
    assert_eq!(stage.linchpin.tell_console("/api/config/accept", &body).status, 404, "once");
    let changes = stage.changes();
    assert_eq!(stage.told(), ["first", "waits", "confirmed"]);
    assert_eq!(changes[2].1["by"], "admin");
}

#[test]
fn nobody_without_the_token_confirms() {
    let stage = Stage::set();
    stage.write("[limits]\nreload_ms = 400\n");
    let digest = stage.waits()["digest"].clone();
    let body = format!("{{\"digest\":{digest}}}");
    for (port, expected) in [(stage.linchpin.console_port, 401), (stage.linchpin.agent_port, 403)] {
        let request = format!(
            "POST /api/config/accept HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        assert_eq!(crate::stage::raw(port, request.as_bytes()).status, expected);
    }
    assert!(stage.deletes("a.txt").contains("held by pin `deletes`"));
}

#[test]
fn the_command_confirms_the_file_it_has_checked() {
    let stage = Stage::set();
    stage.write("[limits]\nreload_ms = 400\n");
    let file = stage.file().display().to_string();
    let (_, is_fine) = stage.linchpin.ask(&["check", "--accept", "--config", &file]);
    assert!(is_fine, "{}", stage.linchpin.log());
    assert!(!stage.deletes("a.txt").contains("held"));
    assert_eq!(stage.told(), ["first", "waits", "confirmed"]);
    let (_, is_fine) = stage.linchpin.ask(&["check", "--accept", "--config", &file]);
    assert!(is_fine, "a second time there is nothing to do");
}

#[test]
fn where_people_have_tokens_the_bootstrap_token_confirms_nothing() {
    let provider = Provider::answering(vec![json("{}")]);
    let operator = format!("[operator.alice]\ntoken_sha256 = \"{}\"\n", "ab".repeat(32));
    let linchpin = Linchpin::before(&provider, &format!("{HOLDS}{operator}"));
    let stage = Stage { provider, linchpin };
    stage.write("[limits]\nreload_ms = 400\n");
    let digest = stage.waits()["digest"].clone();
    let refused = stage.linchpin.tell_console("/api/config/accept", &format!("{{\"digest\":{digest}}}"));
    assert_eq!((refused.status, refused.text().contains("not-allowed")), (403, true), "{}", refused.text());
    assert!(stage.deletes("a.txt").contains("held by pin `deletes`"));
}

#[test]
fn whatever_is_wrong_with_the_file_the_old_pins_stay() {
    let stage = Stage::set();
    let loose = |stage: &Stage| {
        #[cfg(unix)]
        fs::set_permissions(stage.file(), std::os::unix::fs::PermissionsExt::from_mode(0o666)).expect("a mode");
        let _ = stage;
    };
    let link = |stage: &Stage| {
        fs::rename(stage.file(), stage.file().with_extension("moved")).expect("moved");
        #[cfg(unix)]
        std::os::unix::fs::symlink(stage.file().with_extension("moved"), stage.file()).expect("a link");
    };
    let breaks: [(&str, Break, &str); 8] = [
        ("emptied", Box::new(|stage| write_private(&stage.file(), "")), "the file says nothing"),
        ("only a comment", Box::new(|stage| write_private(&stage.file(), "# soon\n")), "the file says nothing"),
        ("deleted", Box::new(|stage| fs::remove_file(stage.file()).expect("deleted")), "cannot read"),
        ("no TOML", Box::new(|stage| write_private(&stage.file(), "[[pin]\nid=")), "not TOML"),
        ("a slip", Box::new(|stage| stage.write(&HOLDS.replace("hold", "hodl"))), "unknown response"),
        ("cut off", Box::new(|stage| stage.write(&HOLDS[..HOLDS.len() - 8])), "not TOML"),
        ("others may write it", Box::new(loose), "may be written by others"),
        ("a symlink", Box::new(link), "is a symlink"),
    ];
    for (name, break_it, why) in breaks {
        break_it(&stage);
        let standing = stage.until(name, |standing| !standing["trouble"].is_null());
        assert!(standing["trouble"].as_str().expect("a text").contains(why), "{name}: {standing}");
        assert!(stage.deletes("a.txt").contains("held by pin `deletes`"), "{name}");
        assert!(stage.linchpin.log().contains("the old one stays in force"), "{name}");
        assert_eq!(stage.linchpin.console("/readyz", false).status, 200, "{name}");
        let page = stage.linchpin.console("/configuration", true).text();
        assert!(page.contains("The file cannot be used"), "{name}: {page}");
        let _ = fs::remove_file(stage.file());
        stage.write(HOLDS);
        stage.until("it is whole again", |standing| standing["trouble"].is_null());
    }
    let told = stage.told();
    assert_eq!(told.iter().filter(|change| *change == "refused").count(), 8, "{told:?}");
    assert!(told.iter().all(|change| matches!(change.as_str(), "first" | "refused")), "{told:?}");
}

#[test]
fn a_file_that_says_the_same_again_is_no_change() {
    let stage = Stage::set();
    stage.write(HOLDS);
    std::thread::sleep(SEVERAL_LOOKS);
    stage.write(&format!("# a comment\n{HOLDS}"));
    std::thread::sleep(SEVERAL_LOOKS);
    assert_eq!(stage.told(), ["first"]);
}

#[cfg(unix)]
#[test]
fn files_that_are_moved_into_place_and_folders_that_are_exchanged_are_noticed() {
    let stage = Stage::set();
    let dir = stage.linchpin.dir.path().to_owned();
    let moved = dir.join("new.toml");
    write_private(&moved, &configuration(stage.provider.address, &format!("{HOLDS}{BLOCKS_SENDING}")));
    let before = stage.standing()["digest"].clone();
    fs::rename(moved, stage.file()).expect("moved over it");
    stage.until("a file moved into place", |standing| standing["digest"] != before);
    assert!(stage.sends().contains("blocked by pin `sends`"));
}

#[cfg(unix)]
#[test]
fn a_folder_behind_a_link_that_is_exchanged_is_noticed() {
    // How mounted configurations are updated: the folder's link is pointed at another folder.
    let provider = Provider::answering(vec![json("{}")]);
    let dir = Arc::new(TempDir::new().expect("a dir"));
    let folder = |name: &str, more: &str| {
        let folder = dir.path().join(name);
        fs::create_dir(&folder).expect("a folder");
        write_private(&folder.join("linchpin.toml"), &configuration(provider.address, more));
        folder
    };
    let (first, second) = (folder("one", HOLDS), folder("two", &format!("{HOLDS}{BLOCKS_SENDING}")));
    let current = dir.path().join("current");
    std::os::unix::fs::symlink(&first, &current).expect("a link");
    let linchpin = Linchpin::start_at(Arc::clone(&dir), &current.join("linchpin.toml"), false);
    let stage = Stage { provider, linchpin };
    let before = stage.standing()["digest"].clone();
    std::os::unix::fs::symlink(&second, dir.path().join("next")).expect("a link");
    fs::rename(dir.path().join("next"), &current).expect("exchanged");
    stage.until("the folder is exchanged", |standing| standing["digest"] != before);
    assert!(stage.sends().contains("blocked by pin `sends`"));
}

#[test]
fn a_restart_is_no_way_around_an_operator() {
    let mut stage = Stage::set();
    let dir = Arc::clone(&stage.linchpin.dir);
    stage.linchpin.kill();
    stage.write("[limits]\nreload_ms = 400\n");
    stage.linchpin = Linchpin::start_with(Arc::clone(&dir), false);
    assert!(stage.linchpin.log().contains("loosens: pin `deletes` is taken away"), "{}", stage.linchpin.log());
    assert!(stage.deletes("a.txt").contains("held by pin `deletes`"), "what was confirmed is in force");
    let waiting = stage.waits();
    assert_eq!(stage.told(), ["first", "waits"]);
    // And neither is a second one.
    stage.linchpin.kill();
    stage.linchpin = Linchpin::start_with(Arc::clone(&dir), false);
    assert!(stage.deletes("b.txt").contains("held by pin `deletes`"));
    let body = format!("{{\"digest\":{}}}", waiting["digest"]);
    assert_eq!(stage.linchpin.tell_console("/api/config/accept", &body).status, 200);
    assert!(!stage.deletes("c.txt").contains("held"));
    stage.linchpin.kill();
    stage.linchpin = Linchpin::start_with(dir, false);
    assert!(!stage.deletes("d.txt").contains("held"), "what an operator confirmed is kept");
}

#[test]
fn a_start_that_a_person_stands_by_takes_the_file() {
    let mut stage = Stage::set();
    let dir = Arc::clone(&stage.linchpin.dir);
    stage.linchpin.kill();
    stage.write("[limits]\nreload_ms = 400\n");
    let refused = std::process::Command::new(env!("CARGO_BIN_EXE_linchpin"))
        .args(["serve", "--accept-config", "--config"])
        .arg(stage.file())
        .arg("--data")
        .arg(stage.linchpin.data())
        .env("LINCHPIN_TOKEN", "0".repeat(64))
        .stdin(std::process::Stdio::null())
        .output()
        .expect("it runs");
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("needs a person"));
    stage.linchpin = Linchpin::start_with(dir, true);
    assert!(!stage.deletes("a.txt").contains("held"));
    assert_eq!(stage.told(), ["first", "confirmed"]);
}

#[test]
fn going_to_and_fro_lets_nothing_through() {
    let stage = Stage::set();
    let tight = format!("{HOLDS}{BLOCKS_SENDING}");
    let first = stage.standing()["digest"].clone();
    stage.write(&tight);
    let second = stage.until("tightened", |standing| standing["digest"] != first)["digest"].clone();
    stage.write(HOLDS);
    stage.waits();
    assert!(stage.sends().contains("blocked by pin `sends`"), "what was tightened stays");
    stage.write(&tight);
    stage.until("taken back", |standing| standing["waiting"].is_null());
    assert_eq!(stage.standing()["digest"], second);
    assert_eq!(stage.told(), ["first", "taken up", "waits", "withdrawn"]);
    for round in 0..6 {
        stage.write(if round % 2 == 0 { "[limits]\nreload_ms = 400\n" } else { &tight });
        let text = stage.sends();
        assert!(text.contains("blocked by pin `sends`"), "{round}: {text}");
    }
}

#[test]
fn a_tightening_in_the_same_file_waits_with_the_loosening() {
    let stage = Stage::set();
    stage.write(&format!("{}{BLOCKS_SENDING}", HOLDS.replace("hold", "warn")));
    let waiting = stage.waits();
    assert_eq!(waiting["changes"].as_array().expect("a list").len(), 2, "{waiting}");
    assert!(!stage.sends().contains("blocked"), "swapped whole, or not at all");
    assert!(stage.deletes("a.txt").contains("held by pin `deletes`"));
}

#[test]
fn a_yes_that_was_given_under_other_pins_is_void() {
    let stage = Stage::set();
    assert!(stage.deletes("a.txt").contains("held by pin `deletes`"));
    let (out, _) = stage.linchpin.ask(&["approvals", "list", "--json"]);
    let hold: Value = serde_json::from_str(out.lines().next().expect("a hold")).expect("JSON");
    let code = hold["code"].as_str().expect("a code").to_owned();
    let (_, is_approved) = stage.linchpin.ask(&["approvals", "approve", &code]);
    assert!(is_approved);
    let before = stage.standing()["digest"].clone();
    // Tighter, so taken up at once; and another version of the pin.
    stage.write(&HOLDS.replace("on = [\"delete\"]", "on = [\"delete\", \"send\"]"));
    stage.until("tightened", |standing| standing["digest"] != before);
    let again = stage.deletes("a.txt");
    assert!(again.contains("held by pin `deletes`"), "the yes was for another pin: {again}");
}

#[test]
fn a_call_that_is_under_way_is_judged_by_the_stricter_of_then_and_now() {
    let stage = Stage::set();
    let arguments = serde_json::json!({"to": "a@example.com", "body": "hello"}).to_string();
    let function = serde_json::json!({"name": "send_email", "arguments": arguments});
    let start = serde_json::json!({"id": "x", "choices": [{"index": 0, "delta": {"role": "assistant", "content": "Now: "}}]});
    let call = serde_json::json!({"id": "x", "choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": function}]}}]});
    let end = serde_json::json!({"id": "x", "choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]});
    let mut script = crate::stage::events(&[&format!("data: {start}\n\n")], Duration::from_secs(4));
    let rest = crate::stage::events(&[&format!("data: {call}\n\n"), &format!("data: {end}\n\n"), "data: [DONE]\n\n"], Duration::ZERO);
    script.pop();
    script.extend(rest.into_iter().skip(1));
    stage.provider.answer(script);
    let port = stage.linchpin.agent_port;
    let asked = std::thread::spawn(move || {
        let body = r#"{"stream":true,"messages":[{"role":"user","content":"x"}]}"#;
        crate::stage::raw(port, crate::stage::post("/v1/chat/completions", body, "").as_bytes()).text()
    });
    let until = Instant::now() + NOTICED;
    while stage.provider.received().is_empty() {
        assert!(Instant::now() < until, "the request does not arrive");
        std::thread::sleep(Duration::from_millis(10));
    }
    let before = stage.standing()["digest"].clone();
    stage.write(&format!("{HOLDS}{BLOCKS_SENDING}"));
    stage.until("tightened", |standing| standing["digest"] != before);
    let text = asked.join().expect("an answer");
    assert!(text.contains("Now: ") && text.contains("blocked by pin `sends`") && !text.contains("a@example.com"), "{text}");
}

#[test]
fn an_agent_that_edits_the_file_itself_is_stopped_by_the_pin_and_by_the_operator() {
    let stage = Stage::set();
    let file = stage.file().display().to_string();
    for command in [format!("sed -i s/hold/warn/ {file}"), format!("echo > {file}"), format!("linchpin check --accept --config {file}")] {
        let text = stage.proposes("bash", serde_json::json!({ "command": command }));
        assert!(text.contains("linchpin-self"), "{command}: {text}");
    }
    // A way that no tool call showed, say a program that it wrote before.
    stage.write(&HOLDS.replace("hold", "warn"));
    stage.waits();
    assert!(stage.deletes("a.txt").contains("held by pin `deletes`"));
}

#[test]
fn what_was_opened_at_the_start_says_that_it_counts_from_the_next_one() {
    let stage = Stage::set();
    stage.write(&format!("{HOLDS}[notify]\nwebhook = \"https://hooks.example/x?secret=1\"\n"));
    let waiting = stage.waits();
    assert_eq!(waiting["changes"][0]["from_next_start"], true, "{waiting}");
    let accepted = stage.linchpin.tell_console("/api/config/accept", &format!("{{\"digest\":{}}}", waiting["digest"]));
    assert_eq!(accepted.status, 200);
    assert!(stage.standing()["from_next_start"].to_string().contains("[notify]"));
    let rows = serde_json::to_string(&stage.changes().into_iter().map(|(_, body)| body).collect::<Vec<_>>()).expect("JSON");
    assert!(!rows.contains("hooks.example") && !rows.contains("secret"), "no secret in the record: {rows}");
}
