//! `linchpin demo`, as a newcomer and as somebody who doubts it runs it.

use assert_cmd::Command;
use tempfile::TempDir;

/// Runs the demo. Returns stdout and the exit code.
fn demo(arguments: &[&str]) -> (String, i32) {
    let (home, temporary) = (TempDir::new().expect("a dir"), TempDir::new().expect("a dir"));
    let mut command = Command::cargo_bin("linchpin").expect("the program");
    command.env_remove("LINCHPIN_CONFIG").env_remove("LINCHPIN_DATA").env("TMPDIR", temporary.path()).env("HOME", home.path());
    command.env("XDG_CONFIG_HOME", home.path()).env("XDG_DATA_HOME", home.path()).env("HTTP_PROXY", "http://127.0.0.1:9");
    let output = command.arg("demo").args(arguments).output().expect("it ran");
    for dir in [home.path(), temporary.path()] {
        assert_eq!(std::fs::read_dir(dir).expect("a dir").count(), 0, "something was left in {}", dir.display());
    }
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8(output.stdout).expect("text"), output.status.code().expect("an end of its own"))
}

/// The arms that are said to have failed.
fn failed(text: &str) -> Vec<&str> {
    let mut arms: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("FAILED  ")?.split(':').next()).collect();
    arms.dedup();
    arms
}

#[test]
fn the_mailbox_is_emptied_without_linchpin_and_whole_with_it() {
    let (text, code) = demo(&[]);
    assert_eq!((code, failed(&text)), (0, vec![]), "{text}");
    assert_eq!(text.matches("[.........................] 0 of 250").count(), 2, "{text}");
    assert_eq!(text.matches("[#########################] 250 of 250").count(), 2, "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("   held ")).count(), 6, "{text}");
    assert!(text.contains("1 posted") && text.contains("0 posted, 1 held") && text.contains("Verified"), "{text}");
    assert_eq!(text.matches("   Heard in the chat, kept as a pin: ").count(), 2, "{text}");
    assert!(text.contains("and linchpin noticed: once."), "{text}");
}

#[test]
fn calls_are_held_in_streams_and_in_whole_answers() {
    let (text, _) = demo(&[]);
    assert_eq!(text.matches("5 calls to delete (3 streamed), 0 of them held").count(), 1, "{text}");
    assert_eq!(text.matches("5 calls to delete (3 streamed), 5 of them held").count(), 1, "{text}");
}

#[test]
fn a_missing_folder_for_temporary_files_is_said_and_not_made() {
    let parent = TempDir::new().expect("a dir");
    let missing = parent.path().join("none");
    let output = Command::cargo_bin("linchpin").expect("the program").arg("demo").env("TMPDIR", &missing).output().expect("it ran");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && told.contains("for temporary files"), "{told}");
    assert!(!missing.exists());
}

#[test]
fn the_story_is_told_before_anybody_looks_at_a_clock() {
    let started = std::time::Instant::now();
    assert_eq!(demo(&[]).1, 0);
    assert!(started.elapsed() < std::time::Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn the_story_fits_a_terminal_and_has_no_colour_when_piped() {
    let (text, _) = demo(&[]);
    assert!(text.replace('…', "").is_ascii() && !text.contains('\u{1b}'), "{text}");
    assert!(text.lines().count() < 60 && text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn without_carriage_the_first_mailbox_is_not_saved_by_it() {
    let (text, code) = demo(&["--without", "carriage"]);
    assert_eq!((code, failed(&text)), (1, vec!["carriage"]), "{text}");
}

#[test]
fn without_the_gate_the_second_mailbox_is_lost() {
    let (text, code) = demo(&["--without", "gate"]);
    assert_eq!((code, failed(&text)), (1, vec!["gate"]), "{text}");
    assert_eq!(text.matches("[.........................] 0 of 250").count(), 3, "{text}");
}

#[test]
fn the_help_does_not_name_the_flag_that_breaks_it() {
    let (text, code) = demo(&["--help"]);
    assert!(code == 0 && !text.contains("--without"), "{text}");
}
