//! Old entries go, and the chain says so.

use super::*;
use rusqlite::Connection;

const KEEP: Duration = Duration::from_millis(300);

fn keeping(dir: &TempDir, keep: Duration) -> Record {
    Record::open(dir.path(), Settings { keep, ..settings() }).expect("a record")
}

/// A closed record of five blocked calls, older than they are kept; with what was written before.
fn aged(dir: &TempDir, before: Vec<Violation>) {
    let record = open(dir);
    write(&record, before);
    write(&record, (0..5).map(|n| violation(Verdict::Block, &format!("{{\"n\":{n}}}"))).collect());
    wait(record.close());
    std::thread::sleep(KEEP * 2);
}

fn reopened(dir: &TempDir) {
    wait(keeping(dir, KEEP).close());
}

fn verified(dir: &TempDir) -> Result<Walked, Break> {
    reader(dir).verify().expect("walked")
}

fn exported(dir: &TempDir) -> Result<Checked, Break> {
    let reader = reader(dir);
    let signed = reader.signed_head().expect("read").expect("a signed head");
    let mut exported = Exported::default();
    let mut broken = None;
    reader
        .rows::<RecordError>(|row| {
            let export = Export { signed: (row.seq == signed.head.seq).then(|| signed.seal.clone()), row };
            broken = exported.line(&serde_json::to_string(&export).expect("JSON")).err();
            Ok(if broken.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })
        .expect("rows");
    broken.map_or_else(|| exported.end(), Err)
}

#[test]
fn old_entries_go_and_a_checkpoint_proves_where_the_rest_begins() {
    let dir = TempDir::new().expect("a dir");
    aged(&dir, vec![]);
    let before = exported(&dir).expect("whole").walked.head;
    let last_gone = reader(&dir).row(4).expect("read").expect("a row");
    reopened(&dir);
    let walked = verified(&dir).expect("whole");
    assert_eq!((walked.pruned, walked.head.seq), (4, 6), "the newest signed entry stays");
    let checkpoint = reader(&dir).row(6).expect("read").expect("a row");
    assert!(checkpoint.event == "pruned" && checkpoint.body.contains(&last_gone.hash), "{checkpoint:?}");
    assert_eq!(entries(&reader(&dir), &Filter::default()).len(), 1);
    assert_eq!(exported(&dir).expect("whole").walked, walked);
    assert_eq!(reader(&dir).row(before.seq).expect("read").expect("a row").hash, before.hash, "the noted head is still there");
    // It goes on, and a checkpoint alone makes no other one.
    write(&keeping(&dir, Duration::from_secs(3600)), vec![violation(Verdict::Block, "{}")]);
    assert_eq!(verified(&dir).expect("whole").head.seq, 7);
}

#[test]
fn what_is_young_stays() {
    let dir = TempDir::new().expect("a dir");
    aged(&dir, vec![]);
    wait(keeping(&dir, Duration::from_secs(3600)).close());
    assert_eq!((verified(&dir).expect("whole").pruned, entries(&reader(&dir), &Filter::default()).len()), (0, 5));
}

#[test]
fn a_call_that_waits_for_a_person_stays_however_old() {
    let dir = TempDir::new().expect("a dir");
    aged(&dir, vec![violation(Verdict::Block, "{}"), violation(Verdict::Hold, "{}")]);
    reopened(&dir);
    assert_eq!(verified(&dir).expect("whole").pruned, 1);
    assert_eq!(holds(&reader(&dir), false)[0].tool, "delete_email");
}

#[test]
fn a_call_with_a_young_outcome_stays_whole() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let written = write(&record, vec![violation(Verdict::Block, "{}"), violation(Verdict::Warn, "{}"), violation(Verdict::Block, "{}")]);
    std::thread::sleep(KEEP * 2);
    record.broke(vec![id_of(&written[1])]);
    wait(record.close());
    reopened(&dir);
    assert_eq!(verified(&dir).expect("whole").pruned, 1, "the second call was followed up just now");
    assert!(entries(&reader(&dir), &Filter::default())[0].delivered.contains("broke"));
}

#[test]
fn more_than_a_checkpoint_names_cannot_be_taken_away() {
    for (statements, at) in [
        ("DELETE FROM record WHERE seq = 5", 5),
        ("DELETE FROM record WHERE seq = 6", 6),
        ("UPDATE record SET body = replace(body, '\"through\":4', '\"through\":5') WHERE seq = 6; DELETE FROM record WHERE seq = 5", 6),
    ] {
        let dir = TempDir::new().expect("a dir");
        aged(&dir, vec![]);
        reopened(&dir);
        Connection::open(dir.path().join(FILE)).expect("a database").execute_batch(statements).expect("statements");
        assert_eq!(verified(&dir).expect_err(statements).seq, at, "{statements}");
    }
}
