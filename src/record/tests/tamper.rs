//! A record that was changed behind linchpin's back: found each time, with a twin
//! that changed nothing and passes.

use super::*;
use rusqlite::Connection;

/// A record of six entries, closed, changed by these statements, and walked.
fn changed_by(statements: &str) -> Result<Walked, Break> {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    write(&record, (0..6).map(|n| violation(Verdict::Block, &format!("{{\"n\":{n}}}"))).collect());
    wait(record.close());
    Connection::open(dir.path().join(FILE)).expect("a database").execute_batch(statements).expect("statements");
    reader(&dir).verify().expect("walked")
}

/// The number of the entry at which the walk stops.
fn broken_at(statements: &str) -> i64 {
    changed_by(statements).expect_err(statements).seq
}

#[test]
fn a_record_that_was_only_read_copied_or_compacted_is_whole() {
    for statements in ["", "VACUUM", "ANALYZE", "REINDEX", "PRAGMA journal_mode = delete", "UPDATE record SET event = event"] {
        assert_eq!(changed_by(statements).expect(statements).head.seq, 6);
    }
}

#[test]
fn every_edited_field_is_found() {
    let edits = [
        "first = first - 1",
        "entry = 'v_0000000000000000000000000'",
        "at = '2026-01-01T00:00:00.000Z'",
        "event = 'warned'",
        "body = replace(body, 'delete_email', 'read_email')",
        "body = body || ' '",
        "prev = upper(prev)",
        "hash = '0' || substr(hash, 2) || 'x'",
    ];
    for edit in edits {
        assert_eq!(broken_at(&format!("UPDATE record SET {edit} WHERE seq = 3")), 3, "{edit}");
    }
}

#[test]
fn a_missing_entry_is_found_wherever_it_is_missing() {
    assert_eq!(broken_at("DELETE FROM record WHERE seq = 1"), 1);
    assert_eq!(broken_at("DELETE FROM record WHERE seq = 3"), 3);
    assert_eq!(broken_at("DELETE FROM record WHERE seq = 6"), 6);
    assert_eq!(broken_at("DELETE FROM record WHERE seq > 2"), 3);
    assert_eq!(broken_at("DELETE FROM record"), 1);
}

#[test]
fn a_gap_that_was_closed_up_is_found() {
    assert_eq!(broken_at("DELETE FROM record WHERE seq = 3; UPDATE record SET seq = seq - 1 WHERE seq > 3"), 3);
}

#[test]
fn swapped_entries_are_found() {
    let swap =
        "UPDATE record SET seq = 99 WHERE seq = 3; UPDATE record SET seq = 3 WHERE seq = 4; UPDATE record SET seq = 4 WHERE seq = 99";
    assert_eq!(broken_at(swap), 3);
}

#[test]
fn an_added_entry_is_found() {
    let copy = "INSERT INTO record SELECT 7, 7, entry, at, event, body, prev, hash FROM record WHERE seq = 6";
    assert_eq!(broken_at(copy), 7);
    assert_eq!(broken_at("INSERT INTO record SELECT 0, 0, entry, at, event, body, prev, hash FROM record WHERE seq = 6"), 0);
}

#[test]
fn an_edited_head_is_found() {
    assert_eq!(broken_at("UPDATE head SET seq = 5"), 6);
    assert_eq!(broken_at("UPDATE head SET seq = 7"), 7);
    assert_eq!(broken_at("UPDATE head SET hash = upper(hash)"), 6);
    assert_eq!(broken_at("DELETE FROM head"), 6);
}

/// A closed record of six entries whose last two were cut off, the head with them.
fn cut_clean() -> TempDir {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    write(&record, vec![violation(Verdict::Block, "{}"); 6]);
    wait(record.close());
    let cut = "DELETE FROM record WHERE seq > 4; UPDATE head SET seq = 4, hash = (SELECT hash FROM record WHERE seq = 4)";
    Connection::open(dir.path().join(FILE)).expect("a database").execute_batch(cut).expect("statements");
    dir
}

#[test]
fn an_end_cut_off_together_with_its_head_is_found_by_the_signed_head() {
    let dir = cut_clean();
    assert_eq!(reader(&dir).verify().expect("walked").expect_err("it was taken").seq, 6);
    assert!(matches!(Record::open(dir.path(), settings()), Err(RecordError::Witness { .. })));
}

#[test]
fn a_record_that_was_replaced_is_not_continued() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    write(&record, vec![violation(Verdict::Block, "{}")]);
    wait(record.close());
    std::fs::remove_file(dir.path().join(FILE)).expect("removed");
    assert!(matches!(Record::open(dir.path(), settings()), Err(RecordError::Witness { .. })));
}

#[test]
fn a_signed_head_that_lags_behind_is_fine_and_a_forged_one_is_not() {
    let dir = TempDir::new().expect("a dir");
    let signed = dir.path().join("linchpin.db.head");
    let record = open(&dir);
    write(&record, vec![violation(Verdict::Block, "{}")]);
    wait(record.close());
    let early = std::fs::read_to_string(&signed).expect("a signed head");
    let record = open(&dir);
    write(&record, vec![violation(Verdict::Block, "{}")]);
    wait(record.close());
    assert_ne!(std::fs::read_to_string(&signed).expect("a signed head"), early);
    std::fs::write(&signed, &early).expect("set back");
    assert_eq!(reader(&dir).verify().expect("walked").expect("whole").head.seq, 2);
    for forged in [early.replace("\"seq\":1", "\"seq\":2"), "{}".into(), String::new()] {
        std::fs::write(&signed, forged).expect("forged");
        assert!(reader(&dir).verify().expect("walked").is_err());
        assert!(matches!(Record::open(dir.path(), settings()), Err(RecordError::Witness { .. })));
    }
    std::fs::remove_file(&signed).expect("removed");
    assert_eq!(write(&open(&dir), vec![violation(Verdict::Block, "{}")]).len(), 1);
}

#[test]
fn a_signed_head_that_was_taken_away_is_found_and_a_start_without_it_is_an_entry() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    write(&record, vec![violation(Verdict::Block, "{}")]);
    wait(record.close());
    std::fs::remove_file(dir.path().join("linchpin.db.head")).expect("removed");
    assert!(reader(&dir).verify().expect("walked").expect_err("found").finding.contains("missing"));
    wait(open(&dir).close());
    assert_eq!(reader(&dir).row(2).expect("read").map(|row| row.event).as_deref(), Some("unsigned"));
    assert!(reader(&dir).verify().expect("walked").is_ok());
}

#[test]
fn a_head_that_another_key_signed_is_found() {
    let (dir, other) = (TempDir::new().expect("a dir"), TempDir::new().expect("a dir"));
    for dir in [&dir, &other] {
        let record = open(dir);
        write(&record, vec![violation(Verdict::Block, "{}")]);
        wait(record.close());
    }
    std::fs::copy(other.path().join("linchpin.db.key"), dir.path().join("linchpin.db.key")).expect("copied");
    assert!(reader(&dir).verify().expect("walked").expect_err("found").finding.contains("another key"));
    std::fs::remove_file(dir.path().join("linchpin.db.key")).expect("removed");
    assert!(reader(&dir).verify().expect("walked").is_ok(), "a copy for somebody who checks it has no key");
}

#[test]
fn what_stands_beside_the_chain_is_vouched_for_once_the_record_is_closed() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    write(&record, vec![violation(Verdict::Hold, "{}")]);
    let change = |statement: &str| Connection::open(dir.path().join(FILE)).expect("a database").execute_batch(statement).expect("changed");
    change("UPDATE hold SET expires_ms = expires_ms + 1");
    assert!(reader(&dir).verify().expect("walked").is_ok(), "nobody vouches for it while a linchpin is at work");
    wait(record.close());
    assert!(reader(&dir).verify().expect("walked").is_ok());
    for statement in ["UPDATE hold SET needs = 0", "DELETE FROM voice; INSERT INTO voice VALUES ('a', 1, 'b', 'c', 'd', 1, NULL)"] {
        change(statement);
        assert!(reader(&dir).verify().expect("walked").expect_err("found").finding.contains("beside"), "{statement}");
    }
}

#[test]
fn a_record_whose_end_was_cut_off_is_not_continued() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    write(&record, vec![violation(Verdict::Block, "{}"); 3]);
    wait(record.close());
    Connection::open(dir.path().join(FILE)).expect("a database").execute_batch("DELETE FROM record WHERE seq = 3").expect("statement");
    assert_eq!(Record::open(dir.path(), settings()).map(|_| ()), Err(RecordError::Cut));
}

#[test]
fn a_hold_whose_exact_arguments_were_changed_is_not_shown() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let code = write(&record, vec![violation(Verdict::Hold, r#"{"to":"a"}"#)])[0].code.clone().expect("a code");
    assert!(reader(&dir).hold(&code).expect("read").is_some());
    let edit = r#"UPDATE exact SET arguments = '{"to":"b"}'"#;
    Connection::open(dir.path().join(FILE)).expect("a database").execute_batch(edit).expect("statement");
    assert!(matches!(reader(&dir).hold(&code), Err(RecordError::Store(why)) if why.contains("were changed")));
}

#[test]
fn a_copied_record_is_whole_elsewhere() {
    let (dir, copy) = (TempDir::new().expect("a dir"), TempDir::new().expect("a dir"));
    let record = open(&dir);
    write(&record, vec![violation(Verdict::Block, "{}"); 3]);
    for file in [FILE.to_owned(), format!("{FILE}-wal")] {
        std::fs::copy(dir.path().join(&file), copy.path().join(&file)).expect("copied");
    }
    assert_eq!(reader(&copy).verify().expect("walked").expect("whole").head.seq, 3);
}
