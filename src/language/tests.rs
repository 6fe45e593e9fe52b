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
