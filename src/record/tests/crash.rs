//! A linchpin that dies while it writes, or finds the disk full, loses nothing
//! that it acknowledged.
//!
//! The dying is done by this test program itself, started anew for [`a_child_without_a_data_dir_has_nothing_to_do`].
#![cfg(unix)]

use super::*;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

/// Names the data dir of a child; without it [`a_child_without_a_data_dir_has_nothing_to_do`] has nothing to do.
const CHILD_DIR: &str = "LINCHPIN_TEST_RECORD_DIR";

/// The marker before an acknowledged id in the child's output.
const WRITTEN: &str = "acknowledged ";

/// Not a test by itself: what the started program runs.
#[test]
fn a_child_without_a_data_dir_has_nothing_to_do() {
    let Some(dir) = std::env::var_os(CHILD_DIR) else { return };
    let record = Record::open(Path::new(&dir), settings()).expect("a record");
    let mut stdout = std::io::stdout();
    for n in 0.. {
        let batch = vec![violation(Verdict::Hold, &format!("{{\"n\":{}}}", n % 7)), violation(Verdict::Block, &"x".repeat(3000))];
        match wait(record.withheld_or_warned(batch)) {
            Ok(written) => written.iter().for_each(|one| writeln!(stdout, "{WRITTEN}{}", id_of(one)).expect("told")),
            Err(error) => {
                writeln!(stdout, "refused {error} {:?}", record.health() == Health::Well).expect("told");
                return;
            }
        }
        stdout.flush().expect("told");
    }
}

fn start(dir: &TempDir, before: &str) -> Child {
    let program = std::env::current_exe().expect("this program");
    Command::new("sh")
        .args([
            "-c",
            &format!("{before} exec \"$0\" --exact record::tests::crash::a_child_without_a_data_dir_has_nothing_to_do --nocapture"),
        ])
        .arg(program)
        .env(CHILD_DIR, dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child")
}

/// The ids that a line of the child's output acknowledges: a test's own output may
/// stand before it.
fn acknowledged(line: &str) -> Option<String> {
    line.split_once(WRITTEN).map(|(_, id)| id.trim().to_owned())
}

fn ids(dir: &TempDir) -> BTreeSet<String> {
    entries(&reader(dir), &Filter::default()).into_iter().map(|entry| entry.id).collect()
}

#[test]
fn every_acknowledged_entry_outlives_a_kill() {
    let dir = TempDir::new().expect("a dir");
    let mut promised = BTreeSet::new();
    for round in 0..8 {
        let mut child = start(&dir, "");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        // Killed after a different number of entries each time, while the next ones are under way.
        while promised.len() < (round + 1) * (round + 5) {
            promised.extend(acknowledged(&lines.next().expect("a line").expect("text")));
        }
        child.kill().expect("killed");
        promised.extend(lines.map_while(Result::ok).filter_map(|line| acknowledged(&line)));
        child.wait().expect("gone");
        assert!(reader(&dir).verify().expect("walked").is_ok());
        assert!(promised.is_subset(&ids(&dir)), "an acknowledged entry is missing after round {round}");
    }
    assert!(promised.len() > 90);
    wait(open(&dir).close());
    assert!(promised.is_subset(&ids(&dir)));
}

#[test]
fn a_full_disk_refuses_new_entries_and_keeps_the_old_ones() {
    let dir = TempDir::new().expect("a dir");
    // Files may not grow beyond 4000 blocks: the write fails as on a full disk.
    let child = start(&dir, "trap '' XFSZ; ulimit -f 4000;");
    let output = child.wait_with_output().expect("its output");
    let told = String::from_utf8(output.stdout).expect("text");
    let promised: BTreeSet<String> = told.lines().filter_map(acknowledged).collect();
    assert!(told.contains("refused the record cannot be written") && told.contains("false"), "{told}");
    assert!(promised.len() > 10);
    assert!(reader(&dir).verify().expect("walked").is_ok());
    let missing: Vec<_> = promised.difference(&ids(&dir)).cloned().collect();
    assert_eq!(missing, [""; 0], "of {}", promised.len());
    // With room again, it goes on.
    write(&open(&dir), vec![violation(Verdict::Block, "{}")]);
    assert!(reader(&dir).verify().expect("walked").is_ok());
}
