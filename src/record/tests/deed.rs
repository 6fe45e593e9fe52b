//! The ledger: every consequential call that the agent got, and no other.

use super::*;

/// A call to which no pin objects, with an action of this kind.
fn passed(kind: Kind, arguments: &str) -> Violation {
    let mut call = violation(Verdict::Pass, arguments);
    call.judgement = Judgement::new(Vec::new(), vec![Action::new(kind, "in `id`")]);
    Violation { stamps: Vec::new(), ..call }
}

fn deeds(dir: &TempDir, filter: &Filter) -> Vec<Deed> {
    let mut found = Vec::new();
    let take = |deed| {
        found.push(deed);
        Ok::<_, RecordError>(ControlFlow::Continue(()))
    };
    reader(dir).deeds(filter, take).expect("deeds");
    found
}

#[test]
fn a_consequential_call_that_passes_is_in_the_ledger_and_no_violation() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let written = write(&record, vec![passed(Kind::Send, r#"{"to":"a","password":"hunter2zebra"}"#), violation(Verdict::Block, "{}")]);
    assert_eq!((written[0].delivered.clone(), written[0].code.clone()), (None, None));
    let found = deeds(&dir, &Filter::default());
    assert_eq!(found.len(), 1, "what was blocked was not done: {found:?}");
    assert_eq!((found[0].outcome, found[0].delivered_at.as_ref()), (Outcome::Passed, Some(&found[0].at)));
    assert!(found[0].id.starts_with("a_") && !found[0].arguments.contains("hunter2zebra"), "{found:?}");
    let violations = entries(&reader(&dir), &Filter::default());
    assert_eq!(violations.iter().map(|entry| entry.outcome).collect::<Vec<_>>(), [Outcome::Blocked]);
    assert_eq!(reader(&dir).entry(&found[0].id).expect("read"), None, "it is no violation by its id either");
    assert_eq!(reader(&dir).deed(&found[0].id).expect("read"), Some(found[0].clone()));
    assert_eq!(reader(&dir).verify().expect("walked").expect("whole").head.seq, 2);
}

#[test]
fn a_warned_call_is_in_both_lists_and_one_of_no_consequence_only_among_the_violations() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let mut read = violation(Verdict::Warn, "{}");
    read.judgement.actions = vec![Action::new(Kind::Read, "it reads")];
    write(&record, vec![violation(Verdict::Warn, "{}"), read]);
    assert_eq!(deeds(&dir, &Filter::default()).iter().map(|deed| deed.outcome).collect::<Vec<_>>(), [Outcome::Warned]);
    assert_eq!(entries(&reader(&dir), &Filter::default()).len(), 2);
}

#[test]
fn a_held_call_is_done_once_a_person_released_it_and_only_for_whom_got_it() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let held = || Violation {
        ties: Ties { history: Some("h".into()), codes: Vec::new() },
        wire: Some("{}".into()),
        ..violation(Verdict::Hold, r#"{"id":1}"#)
    };
    let (first, second) = (write(&record, vec![held()]).remove(0), write(&record, vec![held()]).remove(0));
    assert_eq!(deeds(&dir, &Filter::default()), [], "nobody has it yet");
    let code = first.code.clone().expect("a code");
    let by = Person { name: "alice".into(), is_verified: true, via: Via::Console };
    let yes = Decision { code: code.clone(), yes: true, by, reason: None, digest: None, conversation: None };
    assert_eq!(wait(record.decide(yes)), Ok(Decided::Granted));
    let ends = |one: &Recorded| Conclusion { entry: id_of(one), code: code.clone(), denied: "no".into() };
    wait(record.conclude(vec![ends(&first), ends(&second)])).expect("concluded");
    let found = deeds(&dir, &Filter::default());
    assert_eq!(found.iter().map(|deed| deed.id.as_str()).collect::<Vec<_>>(), [id_of(&first).as_str()]);
    assert!(found[0].delivered_at.as_ref().is_some_and(|at| *at >= found[0].at) && found[0].approval.is_some());
}

#[test]
fn a_call_whose_connection_broke_stays_in_the_ledger_without_a_time() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let written = write(&record, vec![passed(Kind::Pay, "{}"), violation(Verdict::Block, "{}")]);
    record.broke(written.iter().map(id_of).collect());
    wait(record.close());
    let found = deeds(&dir, &Filter::default());
    assert_eq!(found.iter().map(|deed| deed.delivered_at.clone()).collect::<Vec<_>>(), [None], "a notice that broke is no deed");
}

#[test]
fn the_ledger_is_narrowed_by_kind_and_what_could_not_be_told_is_in_it() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    write(&record, vec![passed(Kind::PublishPush, "{}"), passed(Kind::Unknown, "{}"), passed(Kind::Delete, "{}")]);
    let of = |kind| deeds(&dir, &Filter { kind, ..Filter::default() }).len();
    assert_eq!((of(None), of(Some(Kind::Publish)), of(Some(Kind::PublishPush)), of(Some(Kind::Pay))), (3, 1, 1, 0));
    assert_eq!(deeds(&dir, &Filter { limit: Some(1), ..Filter::default() })[0].actions[0].kind, "delete");
}

#[test]
fn what_was_recorded_is_counted_once_it_is_on_the_disk() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    write(&record, vec![passed(Kind::Send, "{}"), violation(Verdict::Block, "{}"), violation(Verdict::Hold, "{}")]);
    let withheld = Violation { notice: None, ..violation(Verdict::Block, "{}") };
    assert!(wait(record.withheld_or_warned(vec![withheld])).is_err());
    let tally = record.tally();
    assert_eq!([Outcome::Passed, Outcome::Blocked, Outcome::Held, Outcome::Warned].map(|outcome| tally.of(outcome)), [1, 1, 1, 0]);
    assert_eq!((tally.pins, record.pending_in_all()), (vec![("confirm-deletes".to_owned(), 2)], 1));
}
