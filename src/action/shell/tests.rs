//! Command lines, what they do, and what their near misses do not.

use super::*;

fn kinds_of(script: &str) -> String {
    let mut reading = Reading::new();
    read(&mut reading, script);
    let mut names: Vec<&str> = reading.actions().iter().map(|a| a.kind.name()).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() > 1 {
        names.retain(|name| !name.starts_with("read") && *name != "write");
    }
    names.join(" ")
}

#[test]
fn a_deletion_is_found_however_it_is_spelled() {
    for script in [
        "rm -rf build",
        "r\\\nm build",
        "\"rm\" build",
        "$'\\x72m' build",
        "echo $(rm build)",
        "sudo -u me rm build",
        "bash -c 'rm build'",
        "x=rm; $x build",
        "find . -name '*.o' -delete",
        "ls | xargs rm",
        "f() { rm build; }; f",
        "if true; then rm build; fi",
        "cat <<E\n$(rm build)\nE",
        "{rm,build}",
    ] {
        assert_eq!(kinds_of(script), "delete", "{script}");
    }
}

#[test]
fn text_about_a_deletion_is_none() {
    for script in ["echo 'rm -rf build'", "grep -rn 'rm -rf' .", "ls # rm -rf build", "cat <<'E'\n$(rm build)\nE", "rm --help"] {
        assert!(!kinds_of(script).contains("delete"), "{script}");
        assert!(!kinds_of(script).contains("unknown"), "{script}");
    }
}

#[test]
fn what_cannot_be_told_is_unknown() {
    for script in ["$CMD build", "ls &&", "echo $(rm build", "frob --all", "'unterminated", "ls | | cat", "sudo --frob rm x"] {
        assert!(kinds_of(script).contains("unknown"), "{script}: {}", kinds_of(script));
    }
}

#[test]
fn an_escape_before_a_long_character_is_stepped_over_whole() {
    for script in ["$'\\ä' x", "$'\\cä'", "$'\\c", "$'\\"] {
        assert!(!kinds_of(script).is_empty(), "{script}");
    }
}

#[test]
fn a_script_that_is_written_and_then_run_does_what_it_holds() {
    assert_eq!(kinds_of("echo 'rm build' > x.sh && bash x.sh"), "delete execute");
    assert_eq!(kinds_of("cat > x.sh <<'E'\nrm build\nE\nchmod +x x.sh; ./x.sh"), "delete execute permission");
    assert!(!kinds_of("echo 'rm build' > x.sh && bash -n x.sh").contains("delete"));
}

mod same;
mod second_parser;
