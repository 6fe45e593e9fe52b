//! Statements, what they do, and what their near misses do not.

use super::*;

fn kinds_of(text: &str) -> String {
    let mut reading = Reading::new();
    read(&mut reading, text);
    let mut names: Vec<&str> = reading.actions().iter().map(|a| a.kind.name()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}

#[test]
fn the_verb_decides_and_text_in_quotes_is_never_one() {
    for (statement, kinds) in [
        ("select * from t where note = 'drop table t'", "read"),
        ("SELECT 1; -- DROP TABLE t", "read"),
        ("SELECT 1; DROP TABLE t", "delete read"),
        ("drop/**/table/**/t", "delete"),
        ("/*!50000 DROP TABLE t */", "delete"),
        ("update t set a = 1", "overwrite"),
        ("update t set a = 1 where 1=1", "overwrite"),
        ("update t set a = 1 where id = 4", "write"),
        ("update users set is_admin = true where id = 4", "permission"),
        ("update users set deleted_at = null where id = 4", "write"),
        ("with gone as (delete from t where a < 3 returning *) select count(*) from gone", "delete"),
        ("insert into log(body) values ('DELETE FROM t')", "write"),
        ("explain delete from t", "read"),
        ("explain analyze delete from t", "delete"),
        ("EXEC('DEL' + 'ETE FROM t')", "delete"),
        ("frobnicate the table", "unknown"),
        ("select * from (", "read unknown"),
        ("\\! rm -rf /srv/x", "delete"),
    ] {
        assert_eq!(kinds_of(statement), kinds, "{statement}");
    }
}

#[test]
fn a_search_for_words_is_no_statement() {
    assert!(looks_like("delete from users"));
    assert!(!looks_like("delete account older than a year"));
    assert!(!looks_like("update on the release"));
}

#[test]
fn every_table_of_a_list_is_named() {
    let tables_of = |text: &str| {
        let mut reading = Reading::new();
        read(&mut reading, text);
        reading.actions().iter().flat_map(|action| &action.targets).map(|target| target.value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(tables_of("drop table if exists a, s.users cascade"), ["a", "s.users"]);
    assert_eq!(tables_of("truncate a, only b"), ["a", "b"]);
    assert_eq!(tables_of("delete from a as x, b y using c"), ["a", "b"]);
    assert_eq!(tables_of("drop table a"), ["a"]);
}

#[test]
fn hostile_statements_are_read_quickly() {
    for text in [
        "(".repeat(20_000),
        ";".repeat(20_000),
        "'\\\\'".repeat(7_000),
        "$a$".repeat(7_001),
        "/*".repeat(10_000),
        "[".repeat(20_000),
        "{".repeat(20_000),
        "#-- ".repeat(5_000),
        "SELECT f(".repeat(2_500),
        "DELETE FROM ".repeat(1_800),
        "EXEC(@q);SET @q='x';".repeat(1_000),
    ] {
        let start = std::time::Instant::now();
        kinds_of(&text);
        assert!(start.elapsed().as_millis() < 2_000, "{:?} {}", start.elapsed(), text.chars().take(12).collect::<String>());
    }
}

#[test]
fn what_any_dialect_would_run_counts() {
    assert!(kinds_of("SELECT * FROM #tmp; DROP TABLE invoices").contains("delete"));
    assert!(kinds_of("SELECT 1--1; DROP TABLE ledger").contains("delete"));
    assert_eq!(kinds_of("SELECT 1 -- 1; DROP TABLE ledger"), "read");
    assert_eq!(kinds_of("INSERT INTO t VALUES ('it\\'s fine')"), "write");
}
