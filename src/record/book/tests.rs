//! What memory promises about turns that nobody has listened to yet.

use super::*;

fn sighting(name: &str) -> Sighting {
    let evidence = crate::conversation::Evidence { header: Some(name), ..Default::default() };
    Sighting {
        names: crate::conversation::names(&evidence),
        credential: "k".into(),
        setting: "s".into(),
        agent: None,
        dialect: "openai-chat",
        chain: None,
    }
}

fn observe(book: &Book, id: &str, words: &[&str]) -> Observed {
    let turns: Vec<String> = words.iter().map(|words| format!(r#"{{"role":"user","content":"{words}"}}"#)).collect();
    let body = format!("[{}]", turns.join(","));
    book.observe(id, &History::new(body.as_bytes(), 0..body.len()), View::Whole)
}

fn places(observed: &Observed) -> Vec<usize> {
    observed.fresh.iter().map(|(place, _)| *place).collect()
}

#[test]
fn a_turn_is_new_until_somebody_has_listened_to_it() {
    let book = Book::default();
    let id = book.settle(&sighting("one"), Found::default()).id;
    assert_eq!(places(&observe(&book, &id, &["a"])), [0]);
    // The agent hung up, or the store was full: what was said is not in force yet.
    let again = observe(&book, &id, &["a"]);
    assert_eq!(places(&again), [0]);
    book.heard(&id, &again.fresh);
    assert!(places(&observe(&book, &id, &["a"])).is_empty());
    assert_eq!(places(&observe(&book, &id, &["a", "b"])), [1]);
}

#[test]
fn what_nobody_has_listened_to_is_not_stored_as_known() {
    let book = Book::default();
    let id = book.settle(&sighting("one"), Found::default()).id;
    let first = observe(&book, &id, &["a"]);
    book.heard(&id, &first.fresh);
    observe(&book, &id, &["a", "b"]);
    let stored = book.dirty().pop().expect("a page");
    assert_eq!(stored.strands.iter().map(|strand| strand.steps().len()).collect::<Vec<_>>(), [1]);
}

#[test]
fn a_dialect_that_is_new_is_noted_whatever_else_is() {
    let book = Book::default();
    let id = book.settle(&sighting("one"), Found::default()).id;
    let (other, found) = (Sighting { dialect: "anthropic", ..sighting("one") }, Found { by_marks: Vec::new(), ..Found::default() });
    let mut named = other.clone();
    named.names.push(crate::conversation::names(&crate::conversation::Evidence { header: Some("two"), ..Default::default() }).remove(0));
    book.settle(&sighting("two"), Found::default());
    let known = book.settle(&named, found);
    assert_eq!((known.id, known.kin.len(), known.dialects.len()), (id, 1, 2), "it has kin now, and a second dialect");
}

#[test]
fn new_turns_alone_are_no_compaction() {
    let book = Book::default();
    let id = book.settle(&sighting("one"), Found::default()).id;
    let tell = |words: &str, view| {
        let body =
            format!(r#"[{{"role":"user","content":"{words}"}},{{"role":"assistant","content":"so"}},{{"role":"user","content":"go"}}]"#);
        book.observe(&id, &History::new(body.as_bytes(), 0..body.len()), view)
    };
    for words in ["a", "b", "a", "<summary> of it"] {
        assert_eq!(tell(words, View::New).compaction, None, "the provider has the rest");
    }
    assert!(tell("<summary> of it all", View::Whole).compaction.is_some(), "a history that is sent whole has lost some");
}

#[test]
fn an_answer_to_the_same_credential_is_the_same_conversation_and_to_another_one_its_kin() {
    let book = Book::default();
    let id = book.settle(&sighting("one"), Found::default()).id;
    let goes_on = |name: &str, is_same| Sighting { chain: Some((id.clone(), is_same)), ..sighting(name) };
    assert_eq!(book.settle(&goes_on("two", true), Found::default()).id, id);
    let other = book.settle(&goes_on("three", false), Found::default());
    assert!(other.id != id && other.kin.contains(&id), "{other:?}");
    assert_eq!(book.find(&goes_on("three", false)).map(|known| known.id), Some(other.id));
    assert_eq!(book.find(&goes_on("four", true)), None, "a name that is new is noted");
}

#[test]
fn a_history_that_begins_with_a_sealed_summary_was_compacted_once() {
    let book = Book::default();
    let id = book.settle(&sighting("one"), Found::default()).id;
    let tell = |turns: &str, view| {
        let history = History::new(turns.as_bytes(), 0..turns.len());
        book.observe(&id, &history, view).compaction.map(|compaction| compaction.turns)
    };
    let summary = r#"{"type":"compaction","encrypted_content":"x"}"#;
    assert_eq!(tell(r#"[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"#, View::Whole), None);
    assert_eq!(tell(&format!(r#"[{summary},{{"role":"user","content":"c"}}]"#), View::Sealed), Some(2));
    let later = format!(r#"[{summary},{{"role":"user","content":"c"}},{{"role":"assistant","content":"d"}}]"#);
    assert_eq!(tell(&later, View::Sealed), None);
}

#[test]
fn past_its_room_memory_forgets_what_is_written_and_waits_for_what_is_not() {
    let book = Book::default();
    let open = |number: usize| book.settle(&sighting(&format!("name {number}")), Found::default());
    (0..1100).for_each(|number| drop(open(number)));
    assert_eq!(guard(&book.hot).lives.len(), 1100, "nothing of it is written");
    assert!(!book.is_crowded());
    (1100..2100).for_each(|number| drop(open(number)));
    assert!(book.is_crowded(), "whoever brings more has to wait");
    let written = book.dirty();
    assert_eq!(written.len(), 2100);
    assert!(!book.is_crowded() && guard(&book.hot).lives.len() <= 1024, "what was written is forgotten");
    assert!(guard(&book.hot).names.len() <= 1024);
    book.not_written(written);
}

#[test]
fn long_histories_are_forgotten_before_short_ones_fill_the_memory() {
    let book = Book::default();
    let long: Vec<String> = (0..4_000).map(|number| format!("w{number}")).collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    for number in 0..600 {
        let id = book.settle(&sighting(&format!("name {number}")), Found::default()).id;
        let trace = Arc::new(Trace::of_steps(observe(&Book::default(), "", &long[..100]).trace.steps().repeat(40)));
        let mut hot = guard(&book.hot);
        let live = hot.lives.get_mut(&id).expect("a life");
        live.strands.push(trace);
        live.is_dirty = false;
        hot.steps += 4_000;
        hot.make_room();
    }
    let hot = guard(&book.hot);
    assert!(hot.steps <= 2 * 1024 * 1024 && hot.lives.len() < 530, "{} steps of {}", hot.steps, hot.lives.len());
    assert_eq!(hot.steps, hot.lives.values().map(Live::steps).sum::<usize>());
}

#[test]
fn what_was_forgotten_between_two_looks_is_listened_to_as_a_whole() {
    assert_eq!(places(&observe(&Book::default(), "c_unknown", &["a", "b"])), [0, 1]);
}

#[test]
fn what_was_said_in_a_kin_conversation_counts_when_memory_has_forgotten_that_one() {
    let book = Book::default();
    let parent = book.settle(&sighting("parent"), Found::default());
    let mut both = sighting("child");
    let child = book.settle(&both, Found::default());
    both.names.push(sighting("parent").names.remove(0));
    book.settle(&both, Found::default());
    let said = Spoken { id: "said-1".into(), text: "x".into(), turn: 1, conversation: parent.id.clone(), is_enforced: true };
    book.speak(&parent.id, &[said]);
    guard(&book.hot).lives.remove(&parent.id);
    assert_eq!(book.spoken(&child).len(), 1);
    assert!(book.spoken(&parent).is_empty(), "that one is read from the store again");
}
