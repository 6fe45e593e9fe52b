//! Sentences and their readings.

use super::*;

fn clauses(text: &str) -> Vec<(String, &'static str)> {
    let list = |clause: &Clause| clause.on.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" ");
    read(text).clauses.iter().map(|clause| (list(clause), clause.then.name())).collect()
}

#[test]
fn the_three_sentences_of_the_readme_are_read_as_they_are_meant() {
    assert_eq!(clauses("Confirm with me before deleting anything."), [("delete".to_owned(), "hold")]);
    assert_eq!(clauses("Never change access permissions."), [("permission".to_owned(), "block")]);
    assert_eq!(clauses("Get my approval before publishing anything."), [("publish".to_owned(), "hold")]);
}

#[test]
fn a_language_that_is_not_understood_is_held_broadly_and_says_so() {
    let reading = read("Vraag me voordat je iets verwijdert");
    assert_eq!(reading.clauses, [Clause::new(Kind::CONSEQUENTIAL, Verdict::Hold)]);
    assert!(reading.notes.iter().any(|note| note.contains("language")), "{:?}", reading.notes);
}

// -- fixtures/language: sentences with the reading they should have

/// One line: the union of the clauses' kinds, the strictest verdict, and where they are said, scope and limit.
#[derive(serde::Deserialize)]
struct Case {
    text: String,
    #[serde(default)]
    on: Vec<String>,
    then: Option<String>,
    #[serde(default, rename = "where")]
    narrowed: Vec<String>,
    limit: Option<String>,
}

/// What a reading says, in the words of a case: kinds, strictest verdict, whether nothing is left open.
fn said(reading: &Reading) -> (Vec<&'static str>, Option<&'static str>) {
    let kinds = reading.clauses.iter().flat_map(|clause| clause.on.clone()).collect();
    let on = kinds::tidy(kinds).unwrap_or_default().into_iter().map(Kind::name).collect();
    (on, reading.clauses.iter().map(|clause| clause.then).max().map(|then| then.name()))
}

/// The patterns that narrow a reading's first clause.
fn patterns(reading: &Reading) -> Vec<String> {
    let Some(clause) = reading.clauses.first() else { return Vec::new() };
    let scope = &clause.scope;
    let lists = [&scope.target, &scope.recipient, &scope.host, &scope.table, &scope.branch];
    let mut all: Vec<String> = lists.into_iter().flatten().cloned().collect();
    all.extend(scope.amount.map(|amount| format!("amount {:?} {}", amount.order, amount.bound)));
    all.extend(scope.count.map(|count| format!("count {:?} {}", count.order, count.bound)));
    all.extend(scope.text.as_ref().map(|text| format!("text {text}")));
    all
}

/// Whether a reading narrows as a case says; `…` stands for the rest of a long list.
fn narrows_as(narrow: &[String], wanted: &[String]) -> bool {
    match wanted.split_last() {
        Some((last, first)) if last == "…" => narrow.starts_with(first) && narrow.len() > first.len(),
        _ => narrow == wanted,
    }
}

fn check(name: &str, lines: &str) {
    let mut wrong = Vec::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let case: Case = serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}: {line}: {error}"));
        let reading = read(&case.text);
        let (mut on, then) = said(&reading);
        let mut wanted: Vec<&str> = case.on.iter().map(String::as_str).collect();
        on.sort_unstable();
        wanted.sort_unstable();
        let limit =
            reading.clauses.iter().find_map(|clause| clause.limit).map(|limit| format!("{} in {} s", limit.items, limit.per.as_secs()));
        let narrow = patterns(&reading);
        if on != wanted
            || then != case.then.as_deref()
            || limit != case.limit
            || !narrows_as(&narrow, &case.narrowed)
            || reading.advice != case.on.is_empty()
        {
            wrong.push(format!("{}\n    is {then:?} {on:?} {narrow:?} {limit:?}", case.text));
        }
    }
    assert!(wrong.is_empty(), "{name}: {} read wrongly\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn english_sentences_are_read_as_they_are_meant() {
    check("en", include_str!("../../fixtures/language/en.jsonl"));
}

#[test]
fn scope_narrows_where_it_is_understood_and_nowhere_else() {
    check("scope", include_str!("../../fixtures/language/scope.jsonl"));
}

#[test]
fn what_no_tool_call_can_show_is_advice_and_so_is_what_loosens() {
    check("advice", include_str!("../../fixtures/language/advice.jsonl"));
}

#[test]
fn sentences_in_eight_other_languages_are_read_as_they_are_meant() {
    check("languages", include_str!("../../fixtures/language/languages.jsonl"));
}
