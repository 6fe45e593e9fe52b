//! The same deed in other words: wrapped, quoted, spaced, aimed elsewhere.

use super::*;
use proptest::prelude::*;

/// Harmful commands, and what they do.
const HARMFUL: [(&str, &[Kind]); 12] = [
    ("rm -rf out", &[Kind::Delete]),
    ("git push --force", &[Kind::PublishPush, Kind::Overwrite]),
    ("kubectl delete pod web", &[Kind::Delete]),
    ("chmod 777 x", &[Kind::Permission]),
    ("truncate -s 0 x", &[Kind::Overwrite]),
    ("systemctl stop nginx", &[Kind::Deploy]),
    ("npm publish", &[Kind::Publish]),
    ("scp x host:/srv", &[Kind::Disclose]),
    ("pip install x", &[Kind::ExecuteInstall]),
    ("curl -X DELETE https://x.example/items/3", &[Kind::Delete]),
    ("passwd -d root", &[Kind::PermissionCredential]),
    ("find . -name x -delete", &[Kind::Delete]),
];

/// Commands that only look, some with a dangerous word as their text.
const HARMLESS: [&str; 8] = [
    "ls -la",
    "grep -rn 'rm -rf' docs",
    "echo 'git push --force'",
    "cat notes.txt",
    "git log --diff-filter=D",
    "wc -l x",
    "which rm",
    "printf '%s' 'DROP TABLE x'",
];

/// Ways to run a command, with its text in the place of `{}`; `q` asks for it in single quotes.
const WRAPPERS: [&str; 64] = [
    "sudo {}",
    "sudo -n -u deploy -- {}",
    "doas {}",
    "env {}",
    "env -i A=1 B=2 {}",
    "A=1 {}",
    "nice -n 5 {}",
    "ionice -c 3 {}",
    "timeout -k 5 10 {}",
    "nohup {} &",
    "setsid -w {}",
    "time {}",
    "command {}",
    "builtin command {}",
    "exec {}",
    "stdbuf -oL {}",
    "strace -f -o t {}",
    "flock /tmp/l {}",
    "flock /tmp/l -c {q}",
    "chroot /mnt {}",
    "unshare -r {}",
    "busybox {}",
    "xvfb-run -a {}",
    "watch -n 5 {q}",
    "ssh -p 22 me@host {q}",
    "docker exec -it web {}",
    "docker compose exec web {}",
    "kubectl exec -it web -- {}",
    "bash -c {q}",
    "sh -lc {q}",
    "zsh -c {q}",
    "su - me -c {q}",
    "eval {q}",
    "trap {q} EXIT",
    "( {} )",
    "{ {}; }",
    "if true; then {}; fi",
    "if true; then :; else {}; fi",
    "while true; do {}; break; done",
    "for i in 1; do {}; done",
    "case x in *) {};; esac",
    "f() { {}; }; f",
    "f() { {}; }",
    "true && {}",
    "false || {}",
    "! {}",
    "echo x | {}",
    "{} > log.txt 2>&1",
    "echo $({})",
    "cat <({})",
    "x={q}; eval \"$x\"",
    "echo {q} | sh",
    "bash <<< {q}",
    "bash <<'E'\n{}\nE",
    "coproc {}",
    "poetry run {}",
    "xargs -I% {}",
    "xargs -I {} sh -c {q}",
    "seq 3 | xargs -n1 -P4 bash -c {q} _",
    "find . -exec {} \\;",
    "parallel {q} ::: 1",
    "systemd-run --wait {}",
    "alias z={q}; z",
    "set -- {}; \"$@\"",
];

fn wrapped(wrapper: &str, command: &str) -> String {
    let quoted = format!("'{}'", command.replace('\'', "'\\''"));
    match wrapper.contains("{q}") {
        true => wrapper.replace("{q}", &quoted),
        false => wrapper.replacen("{}", command, 2),
    }
}

fn actions_of(script: &str) -> Vec<Kind> {
    let mut reading = Reading::new();
    read(&mut reading, script);
    reading.actions().iter().map(|action| action.kind).collect()
}

#[test]
fn every_wrapper_keeps_what_the_command_does() {
    let mut wrong = Vec::new();
    for wrapper in WRAPPERS {
        for (command, kinds) in HARMFUL {
            let script = wrapped(wrapper, command);
            let found = actions_of(&script);
            if !kinds.iter().all(|kind| found.contains(kind)) {
                wrong.push(format!("{script}: {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_wrapper_makes_a_look_harmful() {
    let mut wrong = Vec::new();
    // These add an effect of their own, or change what the text is.
    let own = [
        "trap",
        "systemd-run",
        "docker",
        "sh -lc",
        "echo {q} | sh",
        "find",
        "exec",
        "parallel",
        "xargs",
        "ssh",
        "alias",
        "kubectl",
        "watch",
    ];
    for wrapper in WRAPPERS.iter().filter(|wrapper| !own.iter().any(|own| wrapper.starts_with(own))) {
        for command in HARMLESS {
            let script = wrapped(wrapper, command);
            let found = actions_of(&script);
            if found.iter().any(|kind| kind.is_consequential() || *kind == Kind::Unknown) {
                wrong.push(format!("{script}: {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One letter, spelled so that the shell reads the same.
fn spelled(letter: char, how: u8) -> String {
    match how % 6 {
        0 => letter.to_string(),
        1 => format!("\\{letter}"),
        2 => format!("'{letter}'"),
        3 => format!("\"{letter}\""),
        4 => format!("$'\\x{:02x}'", u32::from(letter)),
        _ => format!("{letter}''"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn quoting_and_spacing_change_nothing(at in 0..HARMFUL.len(), hows in proptest::collection::vec(0..6_u8, 64), blanks in proptest::collection::vec(0..4_usize, 16)) {
        let (command, kinds) = HARMFUL[at];
        let mut script = String::new();
        let mut blanks = blanks.into_iter();
        for (letter, how) in command.chars().zip(hows) {
            if letter == ' ' {
                script.push_str([" ", "\t", "   ", " \\\n "][blanks.next().unwrap_or_default()]);
            } else {
                script.push_str(&spelled(letter, how));
            }
        }
        let found = actions_of(&script);
        prop_assert!(kinds.iter().all(|kind| found.contains(kind)), "{script}: {found:?}");
    }

    #[test]
    fn other_targets_change_nothing(name in "[a-z][a-z0-9_./]{0,20}") {
        for (template, kind) in [("rm -rf {}", Kind::Delete), ("truncate -s 0 {}", Kind::Overwrite), ("chmod 700 {}", Kind::Permission), ("kubectl delete pod {}", Kind::Delete), ("git branch -D {}", Kind::Delete)] {
            let found = actions_of(&template.replace("{}", &name));
            prop_assert!(found.contains(&kind) && !found.contains(&Kind::Unknown), "{template} {name}: {found:?}");
        }
        for template in ["ls {}", "grep -n x {}", "stat {}", "echo rm -rf {}", "git show {}"] {
            let found = actions_of(&template.replace("{}", &name));
            prop_assert!(!found.iter().any(|kind| kind.is_consequential() || *kind == Kind::Unknown), "{template} {name}: {found:?}");
        }
    }

    #[test]
    fn wrappers_in_wrappers_keep_what_the_command_does(at in 0..HARMFUL.len(), outer in 0..WRAPPERS.len(), inner in 0..WRAPPERS.len()) {
        let (command, kinds) = HARMFUL[at];
        // A here-document or a list does not stand inside a command's arguments.
        let is_simple = !WRAPPERS[inner].starts_with("coproc") && !WRAPPERS[inner].contains(['\n', ';', '&', '|', '(', '!', '>', '<', '=']);
        let outer = if WRAPPERS[outer].contains("{q}") || is_simple { WRAPPERS[outer] } else { "bash -c {q}" };
        let script = wrapped(outer, &wrapped(WRAPPERS[inner], command));
        let found = actions_of(&script);
        let is_told = kinds.iter().all(|kind| found.contains(kind)) || found.contains(&Kind::Unknown);
        prop_assert!(is_told, "{script}: {found:?}");
    }
}
