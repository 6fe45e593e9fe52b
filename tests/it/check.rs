//! `linchpin check` and `linchpin init`, as a person at a terminal meets them.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

/// linchpin with a home of its own and no settings in its environment.
fn linchpin(home: &Path) -> Command {
    let mut command = Command::cargo_bin("linchpin").expect("the program");
    command.env_clear().env("HOME", home).current_dir(home);
    command
}

/// Exit code, stdout and stderr.
fn run(command: &mut Command) -> (i32, String, String) {
    let output = command.output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("a code"), text(output.stdout), text(output.stderr))
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().expect("a home")
}

#[test]
fn without_a_file_the_starter_pins_are_shown_and_stderr_says_so() {
    let home = home();
    let (code, out, err) = run(linchpin(home.path()).arg("check"));
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("confirm-deletes: ") && out.contains("      hold: delete") && out.contains("linchpin-self"), "{out}");
    assert!(err.contains("the starter pins apply"), "{err}");
}

#[test]
fn a_file_in_the_working_directory_is_never_taken() {
    let home = home();
    fs::write(home.path().join("linchpin.toml"), "nonsense").expect("written");
    assert_eq!(run(linchpin(home.path()).arg("check")).0, 0);
}

#[test]
fn init_writes_where_check_looks_and_never_over_it() {
    let home = home();
    let (code, out, err) = run(linchpin(home.path()).args(["init", "--preset", "coding"]));
    assert_eq!(code, 0, "{err}");
    let path = out.trim_end();
    let written = fs::read_to_string(path).expect("the file is there");
    let (code, out, err) = run(linchpin(home.path()).arg("check"));
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("confirm-pushes") && err.contains(path), "{out}{err}");
    let (code, out, err) = run(linchpin(home.path()).args(["init", "--preset", "ops"]));
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("is there already"), "{err}");
    assert_eq!(fs::read_to_string(path).expect("the file is there"), written);
}

#[test]
fn init_writes_to_a_file_of_ones_choice_and_knows_its_presets() {
    let home = home();
    let (code, out, err) = run(linchpin(home.path()).args(["init", "mine.toml"]));
    assert_eq!(code, 0, "{err}");
    assert!(out.trim_end().ends_with("mine.toml") && err.contains("--config"), "{out}{err}");
    let (code, _, err) = run(linchpin(home.path()).args(["check", "--config", "mine.toml"]));
    assert_eq!(code, 0, "{err}");
    assert_eq!(run(linchpin(home.path()).args(["init", "--preset", "kitchen"])).0, 2);
}

#[test]
fn a_broken_file_ends_with_its_line_its_cause_and_a_way_out() {
    let home = home();
    let broken = "[[pin]]\nid = \"no-delete\"\ntext = \"Never delete anything.\"\nthen = \"hodl\"\n";
    fs::write(home.path().join("broken.toml"), broken).expect("written");
    let (code, out, err) = run(linchpin(home.path()).env("LINCHPIN_CONFIG", "broken.toml").arg("check"));
    assert_eq!((code, out.as_str()), (1, ""));
    for part in ["unknown response `hodl` in pin `no-delete`", "broken.toml:4:8", "───┬──", "help: use one of: block, hold, warn"]
    {
        assert!(err.contains(part), "{part}: {err}");
    }
    assert!(!err.contains('\u{1b}'), "no colour in a pipe: {err}");
    let (code, out, _) = run(linchpin(home.path()).args(["check", "--json", "--config", "broken.toml"]));
    let told: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &told["valid"], &told["errors"][0]["line"]), (1, &false.into(), &4.into()));
}

#[test]
fn a_good_file_is_told_to_a_machine_in_the_documented_shape() {
    let home = home();
    let text = "[upstream.lab]\nurl = \"http://127.0.0.1:9\"\ndialect = \"anthropic\"\n[limits]\npending_holds = 20\n\
                [[pin]]\nid = \"p\"\ntext = \"Ask me.\"\non = [\"pay\"]\nthen = \"block\"\nwhere = { amount = \"> 5 EUR\" }\n";
    fs::write(home.path().join("good.toml"), text).expect("written");
    let (code, out, err) = run(linchpin(home.path()).args(["check", "--json", "--config", "good.toml"]));
    let told: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let clause =
        serde_json::json!({"on": ["pay"], "then": "block", "tools": [], "where": {"amount": "> 5", "currency": ["EUR"]}, "limit": null});
    assert_eq!((code, &told["pins"][0]["enforced"][0]), (0, &clause), "{out}");
    assert_eq!(told["unbuilt"].as_array().map(Vec::len), Some(1), "{out}");
    assert!(err.contains("upstream `lab` is not built in: 127.0.0.1") && err.contains("`[limits] pending_holds`: not built yet"), "{err}");
    let page = include_str!("../../docs/configuration.md");
    for key in told.as_object().expect("an object").keys() {
        assert!(page.contains(&format!("\"{key}\"")), "`{key}` is not on the page");
    }
}

#[cfg(unix)]
#[test]
fn a_config_dir_that_is_a_symlink_is_refused() {
    let home = home();
    let path = run(linchpin(home.path()).arg("init")).1;
    let folder = Path::new(path.trim_end()).parent().expect("a folder");
    let moved = home.path().join("moved");
    fs::rename(folder, &moved).expect("moved");
    std::os::unix::fs::symlink(&moved, folder).expect("a link");
    let (code, out, err) = run(linchpin(home.path()).arg("check"));
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("is a symlink") && err.contains("help: "), "{err}");
    assert_eq!(run(linchpin(home.path()).args(["check", "--config", "moved/linchpin.toml"])).0, 0);
}

#[test]
fn check_says_what_keeps_the_agent_apart_and_keeps_it_out_of_the_data() {
    let home = home();
    let (code, out, err) = run(linchpin(home.path()).arg("check"));
    assert_eq!(code, 0, "{err}");
    assert!(!out.contains("separation"), "{out}");
    for seen in ["separation: ", "  account: ", "  data dir: ", "  console: 127.0.0.1:4142 ", "  what helps most: "] {
        assert!(err.contains(seen), "{seen}: {err}");
    }
}
