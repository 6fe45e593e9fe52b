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
    /// What is tested, in a few words.
    construct: String,
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

/// Every file of sentences, by its name.
const FILES: &[(&str, &str)] = &[
    ("en", include_str!("../../fixtures/language/en.jsonl")),
    ("scope", include_str!("../../fixtures/language/scope.jsonl")),
    ("advice", include_str!("../../fixtures/language/advice.jsonl")),
    ("languages", include_str!("../../fixtures/language/languages.jsonl")),
    ("frames", include_str!("../../fixtures/language/frames.jsonl")),
    ("people", include_str!("../../fixtures/language/people.jsonl")),
    ("verbs/en", include_str!("../../fixtures/language/verbs/en.jsonl")),
    ("verbs/de", include_str!("../../fixtures/language/verbs/de.jsonl")),
    ("verbs/fr", include_str!("../../fixtures/language/verbs/fr.jsonl")),
    ("verbs/es", include_str!("../../fixtures/language/verbs/es.jsonl")),
    ("verbs/pt", include_str!("../../fixtures/language/verbs/pt.jsonl")),
    ("verbs/it", include_str!("../../fixtures/language/verbs/it.jsonl")),
    ("verbs/zh", include_str!("../../fixtures/language/verbs/zh.jsonl")),
    ("verbs/ja", include_str!("../../fixtures/language/verbs/ja.jsonl")),
    ("verbs/hi", include_str!("../../fixtures/language/verbs/hi.jsonl")),
];

fn cases(lines: &str) -> Vec<Case> {
    let case = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    lines.lines().filter(|line| !line.trim().is_empty()).map(case).collect()
}

#[test]
fn every_sentence_of_the_fixtures_is_read_as_it_is_meant() {
    FILES.iter().for_each(|(name, lines)| check(name, lines));
}

#[test]
fn no_construct_has_more_than_three_sentences_in_a_file_and_there_are_many() {
    let mut constructs = std::collections::BTreeSet::new();
    let mut sentences = 0_usize;
    for (name, lines) in FILES {
        let mut rows = std::collections::BTreeMap::new();
        for case in cases(lines) {
            *rows.entry(case.construct.clone()).or_insert(0_usize) += 1;
            constructs.insert(case.construct);
            sentences += 1;
        }
        let crowded: Vec<_> = rows.iter().filter(|(_, count)| **count > 3).collect();
        assert!(crowded.is_empty(), "{name}: {crowded:?}");
    }
    assert_eq!((sentences, constructs.len()), (SENTENCES, CONSTRUCTS), "the README of the fixtures says how many there are");
}

const SENTENCES: usize = 1259;
const CONSTRUCTS: usize = 758;

// -- never narrower than said

/// The kinds of `part` that `whole` does not at least hold, in the same scope or a wider one.
fn lost(part: &Reading, whole: &Reading) -> Vec<&'static str> {
    let held = |clause: &Clause, kind: Kind| {
        whole.clauses.iter().any(|other| {
            let wide = other.scope.is_open() && other.limit.is_none() && other.tools.is_empty();
            other.on.iter().any(|on| on.covers(kind)) && (wide || (other.scope == clause.scope && other.limit == clause.limit))
        })
    };
    let kinds = part.clauses.iter().flat_map(|clause| clause.on.iter().map(move |kind| (clause, *kind)));
    kinds.filter(|(clause, kind)| !held(clause, *kind)).map(|(_, kind)| kind.name()).collect()
}

/// Every sentence that enforces something, file by file.
fn rules() -> Vec<Vec<Case>> {
    let rules = |lines: &str| cases(lines).into_iter().filter(|case| !case.on.is_empty()).collect();
    FILES.iter().map(|(_, lines)| rules(lines)).collect()
}

#[test]
fn two_rules_said_one_after_the_other_enforce_what_each_enforces() {
    // A rule that names nothing ("Ask me.") is about what was named before it.
    let mut narrower = Vec::new();
    for file in rules().iter().filter(|file| file.len() > 20) {
        for (first, second) in file.iter().zip(file.iter().cycle().skip(7)).step_by(3) {
            let mixed = first.text.is_ascii() != second.text.is_ascii();
            if mixed || second.on.len() > 8 {
                continue;
            }
            let together = format!("{}. {}", first.text.trim_end_matches(['.', '!']), second.text);
            let whole = read(&together);
            let gone = [lost(&read(&first.text), &whole), lost(&read(&second.text), &whole)].concat();
            if !gone.is_empty() {
                narrower.push(format!("{together} loses {gone:?}"));
            }
        }
    }
    assert!(narrower.is_empty(), "{} of them\n{}", narrower.len(), narrower.join("\n"));
}

#[test]
fn courtesies_and_tags_take_nothing_away() {
    let mut narrower = Vec::new();
    for case in rules().iter().flatten().filter(|case| case.text.is_ascii()).step_by(5) {
        let bare = case.text.trim_end_matches(['.', '!']);
        for said in [
            format!("{bare} please."),
            format!("{bare}, ok?"),
            format!("{bare}. Thanks!"),
            format!("Please, {bare}"),
            format!("Rule 3: {bare}"),
        ] {
            let gone = lost(&read(&case.text), &read(&said));
            if !gone.is_empty() {
                narrower.push(format!("{said} loses {gone:?}"));
            }
        }
    }
    assert!(narrower.is_empty(), "{} of them\n{}", narrower.len(), narrower.join("\n"));
}

#[test]
fn a_deed_that_no_table_knows_is_held_broadly_and_not_taken_for_the_one_before() {
    for text in ["Never frobnicate the widgets.", "Never delete files. Never frobnicate the widgets.", "Ask before frobnicating invoices."]
    {
        let kinds: Vec<Kind> =
            read(text).clauses.iter().filter(|clause| clause.scope.is_open()).flat_map(|clause| clause.on.clone()).collect();
        assert!(Kind::CONSEQUENTIAL.iter().all(|kind| kinds.contains(kind)), "{text}: {kinds:?}");
    }
}
