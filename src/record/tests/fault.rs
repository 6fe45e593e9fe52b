//! A store that refuses: nothing earlier is lost, nothing is said to be written.

use super::*;
use rusqlite::Connection;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Asks until the record is well again.
fn recovers(record: &Record) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(10) {
        if wait(record.probe()) == Health::Well {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

#[test]
fn a_second_linchpin_on_the_same_data_dir_is_refused_until_the_first_is_gone() {
    let dir = TempDir::new().expect("a dir");
    let first = open(&dir);
    assert!(matches!(Record::open(dir.path(), settings()), Err(RecordError::InUse { .. })));
    write(&first, vec![violation(Verdict::Block, "{}")]);
    wait(first.close());
    assert_eq!(write(&open(&dir), vec![violation(Verdict::Block, "{}")]).len(), 1);
}

#[test]
fn commands_read_while_a_linchpin_writes_and_without_one() {
    let dir = TempDir::new().expect("a dir");
    assert!(matches!(Reader::open(&dir.path().join(FILE)), Err(RecordError::Nothing { .. })));
    let record = open(&dir);
    let reading = reader(&dir);
    write(&record, vec![violation(Verdict::Block, "{}")]);
    assert_eq!(entries(&reading, &Filter::default()).len(), 1);
    wait(record.close());
    assert_eq!(entries(&reader(&dir), &Filter::default()).len(), 1);
}

#[test]
fn a_locked_store_is_an_error_and_is_well_again_when_the_lock_is_gone() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    write(&record, vec![violation(Verdict::Block, "{}")]);
    let other = Connection::open(dir.path().join(FILE)).expect("a database");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    assert!(matches!(wait(record.withheld_or_warned(vec![violation(Verdict::Block, "{}")])), Err(RecordError::Store(_))));
    assert!(matches!(record.health(), Health::Failing(RecordError::Store(_))));
    other.execute_batch("ROLLBACK").expect("no lock");
    assert!(recovers(&record));
    write(&record, vec![violation(Verdict::Block, "{}")]);
    assert_eq!(reader(&dir).verify().expect("walked").expect("whole").head.seq, 2);
}

#[test]
fn more_than_the_queue_takes_is_refused_at_once() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let other = Connection::open(dir.path().join(FILE)).expect("a database");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let begun = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let results = wait(async {
        let waiting: Vec<_> = (0..1500)
            .map(|_| {
                let (record, begun) = (record.clone(), begun.clone());
                tokio::spawn(async move {
                    begun.fetch_add(1, Ordering::Relaxed);
                    record.withheld_or_warned(vec![violation(Verdict::Warn, "{}")]).await
                })
            })
            .collect();
        // One thread: whoever has begun stands in the queue, or was refused.
        while begun.load(Ordering::Relaxed) < 1500 {
            tokio::task::yield_now().await;
        }
        other.execute_batch("ROLLBACK").expect("no lock");
        let mut results = Vec::new();
        for one in waiting {
            results.push(one.await.expect("joined"));
        }
        results
    });
    let refused = results.iter().filter(|result| matches!(result, Err(RecordError::Full))).count();
    let written = results.iter().filter(|result| result.is_ok()).count();
    assert!(refused > 0 && written > 0 && refused + written == 1500, "{refused} refused, {written} written");
    assert_eq!(entries(&reader(&dir), &Filter::default()).len(), written);
}

#[test]
fn a_record_that_was_moved_away_takes_no_more_entries() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    write(&record, vec![violation(Verdict::Block, "{}")]);
    std::fs::rename(dir.path().join(FILE), dir.path().join("elsewhere")).expect("moved");
    let refused = wait(record.withheld_or_warned(vec![violation(Verdict::Block, "{}")]));
    assert!(matches!(refused, Err(RecordError::Moved { .. })));
    assert!(matches!(record.health(), Health::Failing(RecordError::Moved { .. })));
    std::fs::rename(dir.path().join("elsewhere"), dir.path().join(FILE)).expect("moved back");
    assert!(recovers(&record));
    write(&record, vec![violation(Verdict::Block, "{}")]);
}

#[test]
fn a_closed_record_says_so() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let handle = record.clone();
    wait(record.close());
    assert_eq!(wait(handle.withheld_or_warned(vec![violation(Verdict::Block, "{}")])).err(), Some(RecordError::Closed));
    assert_eq!(wait(handle.probe()), Health::Failing(RecordError::Closed));
}

#[test]
fn a_file_that_is_no_record_is_refused_with_a_way_out() {
    let garbage = [b"not a database at all, but long enough to be read as one".repeat(40), b"x".to_vec()];
    for bytes in garbage {
        let dir = TempDir::new().expect("a dir");
        std::fs::write(dir.path().join(FILE), &bytes).expect("written");
        let refused = Record::open(dir.path(), settings()).map(|_| ()).expect_err("it was taken");
        assert!(refused.to_string().contains("move it away"), "{refused}");
        assert_eq!(std::fs::read(dir.path().join(FILE)).expect("read"), bytes, "it was changed");
    }
}

#[test]
fn a_store_that_is_locked_when_it_is_opened_is_not_called_damaged() {
    let dir = TempDir::new().expect("a dir");
    wait(open(&dir).close());
    let other = Connection::open(dir.path().join(FILE)).expect("a database");
    other.execute_batch("PRAGMA locking_mode = exclusive; BEGIN IMMEDIATE; UPDATE probe SET tries = 0; COMMIT").expect("a lock");
    assert!(matches!(Record::open(dir.path(), settings()), Err(RecordError::Store(why)) if why.contains("locked")));
}

#[test]
fn another_programs_database_is_refused_and_left_alone() {
    let dir = TempDir::new().expect("a dir");
    Connection::open(dir.path().join(FILE)).expect("a database").execute_batch("CREATE TABLE record (a)").expect("a table");
    assert!(matches!(Record::open(dir.path(), settings()), Err(RecordError::Damaged { .. })));
}

#[test]
fn a_damaged_page_is_an_error_and_not_a_panic() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    write(&record, (0..200).map(|n| violation(Verdict::Block, &format!("{{\"n\":{n}}}"))).collect());
    wait(record.close());
    let file = dir.path().join(FILE);
    let whole = std::fs::read(&file).expect("read");
    for page in 1..whole.len() / 4096 {
        let mut bytes = whole.clone();
        bytes[page * 4096..page * 4096 + 512].fill(0xa5);
        std::fs::write(&file, &bytes).expect("written");
        let seen = Reader::open(&file).and_then(|reader| {
            let _ = reader.entries::<RecordError>(&Filter::default(), |_| Ok(ControlFlow::Continue(())));
            reader.verify()
        });
        // Pages of other tables may be hit: then the chain is whole, or cannot be said to be.
        let _ = seen;
        let _ = Record::open(dir.path(), settings()).map(|record| wait(record.close()));
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let outer = TempDir::new().expect("a dir");
    let dir = outer.path().join("new/data");
    let record = Record::open(&dir, settings()).expect("a record");
    write(&record, vec![violation(Verdict::Hold, "{}")]);
    let mode = |path: &Path| std::fs::metadata(path).expect("metadata").permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for file in std::fs::read_dir(&dir).expect("a dir") {
        let path = file.expect("a file").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[cfg(unix)]
#[test]
fn a_record_that_is_a_symbolic_link_is_refused() {
    let (dir, elsewhere) = (TempDir::new().expect("a dir"), TempDir::new().expect("a dir"));
    std::os::unix::fs::symlink(elsewhere.path().join("db"), dir.path().join(FILE)).expect("a link");
    assert!(matches!(Record::open(dir.path(), settings()), Err(RecordError::Unsafe { .. })));
}
