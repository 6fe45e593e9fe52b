//! A yes is for one call, once; everything else stays withheld.

use super::*;

const CALL: &str = r#"{"ids":[1,2,3]}"#;

fn held(history: &str) -> Violation {
    let ties = Ties { history: Some(history.into()), codes: Vec::new() };
    Violation { ties, wire: Some("{}".into()), ..violation(Verdict::Hold, CALL) }
}

fn by(name: &str) -> Person {
    Person { name: name.into(), is_verified: true, via: Via::Console }
}

fn yes(code: &str, name: &str) -> Decision {
    Decision { code: code.into(), yes: true, by: by(name), reason: None, digest: None, conversation: None }
}

fn no(code: &str, name: &str) -> Decision {
    Decision { yes: false, reason: Some("not today".into()), ..yes(code, name) }
}

fn open_hold(record: &Record) -> (String, Recorded) {
    let recorded = write(record, vec![held("h1")]).remove(0);
    (recorded.code.clone().expect("a code"), recorded)
}

fn conclusion(code: &str, recorded: &Recorded) -> Conclusion {
    Conclusion { entry: id_of(recorded), code: code.into(), denied: "[linchpin] no".into() }
}

fn only_entry(dir: &TempDir) -> Entry {
    entries(&reader(dir), &Filter::default()).remove(0)
}

#[test]
fn a_yes_releases_the_call_to_the_connection_that_waits_and_to_no_other() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let (code, first) = open_hold(&record);
    let second = write(&record, vec![held("h1")]).remove(0);
    assert_eq!(second.code.as_ref(), Some(&code), "a resend joins");
    assert_eq!(holds(&reader(&dir), false).len(), 1);
    assert_eq!(wait(record.decide(yes(&code, "alice"))), Ok(Decided::Granted));
    let waiting = first.waiting.clone().expect("a place in the queue");
    assert_eq!(*waiting.standing.borrow(), Standing::Granted);
    let both = vec![conclusion(&code, &first), conclusion(&code, &second)];
    assert_eq!(wait(record.conclude(both)), Ok(vec![Concluded::Release, Concluded::Withheld]));
    let found = entries(&reader(&dir), &Filter::default());
    assert_eq!((found[0].outcome, found[1].outcome), (Outcome::Released, Outcome::Released));
    assert!(found[0].delivered.starts_with("the call itself"), "{}", found[0].delivered);
    assert!(found[1].delivered.contains(&code), "the other connection got the notice");
    let approval = found[0].approval.clone().expect("an approval");
    assert_eq!((approval.decision.as_str(), approval.path.as_deref()), ("approved", Some("waited")));
    assert_eq!(wait(record.decide(yes(&code, "bob"))), Err(Undecided::Spent(code)));
}

#[test]
fn a_connection_that_is_not_tied_to_the_hold_never_gets_the_call() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let (code, _) = open_hold(&record);
    let stranger = write(&record, vec![held("another history")]).remove(0);
    assert_eq!(stranger.code.as_ref(), Some(&code), "no second question");
    assert!(stranger.waiting.is_none());
    assert_eq!(wait(record.decide(yes(&code, "alice"))), Ok(Decided::Granted));
    let again = write(&record, vec![held("another history")]).remove(0);
    assert!(again.delivered.is_some() && again.waiting.is_none(), "an id alone fetches nothing");
    let tied = Violation { ties: Ties { history: None, codes: vec![code] }, ..held("x") };
    assert_eq!(write(&record, vec![tied]).remove(0).delivered, None, "the very call, proposed again where its answer stands");
    assert!(write(&record, vec![held("h1")]).remove(0).delivered.is_some(), "and then it is spent");
}

#[test]
fn a_call_with_one_other_byte_is_another_hold() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let (code, _) = open_hold(&record);
    wait(record.decide(yes(&code, "alice"))).expect("granted");
    let other = Violation {
        ties: Ties { history: Some("h1".into()), codes: vec![code.clone()] },
        ..violation(Verdict::Hold, r#"{"ids":[1,2,4]}"#)
    };
    let recorded = write(&record, vec![other]).remove(0);
    assert!(recorded.delivered.is_some() && recorded.code != Some(code));
}

#[test]
fn a_no_ends_it_and_the_same_call_is_refused_without_a_new_question() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let (code, first) = open_hold(&record);
    assert_eq!(wait(record.decide(no(&code, "alice"))), Ok(Decided::Denied));
    assert_eq!(wait(record.conclude(vec![conclusion(&code, &first)])), Ok(vec![Concluded::Denied]));
    assert_eq!(wait(record.decide(yes(&code, "bob"))), Err(Undecided::Denied(code.clone())));
    let found = only_entry(&dir);
    assert_eq!((found.outcome, found.delivered.as_str()), (Outcome::Denied, "[linchpin] no"));
    assert_eq!(found.approval.expect("a decision").by[0].reason.as_deref(), Some("not today"));
    let again = write(&record, vec![held("h1")]).remove(0);
    assert!(again.waiting.is_none() && again.delivered.expect("a notice").contains("said no"));
    assert!(holds(&reader(&dir), false).is_empty());
}

#[test]
fn two_approvers_are_two_people() {
    let dir = TempDir::new().expect("a dir");
    let pins = vec![PinStamp { approvers: 2, ..stamps().remove(0) }];
    let record = Record::open(dir.path(), Settings { pins: pins.clone(), ..settings() }).expect("a record");
    let recorded = write(&record, vec![Violation { stamps: pins, ..held("h1") }]).remove(0);
    let code = recorded.code.clone().expect("a code");
    assert_eq!(wait(record.decide(yes(&code, "Alice"))), Ok(Decided::Waits { given: vec!["Alice".into()], needs: 2 }));
    assert_eq!(wait(record.decide(yes(&code, " alice "))), Err(Undecided::Twice { name: " alice ".into(), code: code.clone() }));
    assert_eq!(holds(&reader(&dir), false)[0].given, ["Alice"]);
    assert_eq!(wait(record.conclude(vec![conclusion(&code, &recorded)])), Ok(vec![Concluded::Withheld]));
    assert_eq!(wait(record.decide(yes(&code, "bob"))), Ok(Decided::Granted));
}

#[test]
fn a_grant_that_nobody_fetches_lapses_and_the_hold_waits_again() {
    let dir = TempDir::new().expect("a dir");
    let terms = Terms { fetch_within: Duration::from_millis(1), ..settings().terms };
    let record = Record::open(dir.path(), Settings { terms, ..settings() }).expect("a record");
    let (code, recorded) = open_hold(&record);
    wait(record.decide(yes(&code, "alice"))).expect("granted");
    std::thread::sleep(Duration::from_millis(20));
    assert_eq!(wait(record.conclude(vec![conclusion(&code, &recorded)])), Ok(vec![Concluded::Withheld]));
    while record.pending("c_1")[0].is_granted {
        std::thread::sleep(Duration::from_millis(20));
    }
    let hold = holds(&reader(&dir), false).remove(0);
    assert!(hold.given.is_empty() && hold.code == code);
    assert_eq!(only_entry(&dir).approval.expect("a decision").decision, "lapsed");
}

#[test]
fn a_yes_given_under_other_pins_is_void() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let (code, recorded) = open_hold(&record);
    wait(record.decide(yes(&code, "alice"))).expect("granted");
    wait(record.set_pins(vec![PinStamp { version: "sha256:2".into(), ..stamps().remove(0) }])).expect("set");
    assert_eq!(wait(record.conclude(vec![conclusion(&code, &recorded)])), Ok(vec![Concluded::Withheld]));
    assert_eq!(wait(record.decide(yes(&code, "alice"))), Ok(Decided::Granted), "the same person, for the new pin");
    assert_eq!(wait(record.conclude(vec![conclusion(&code, &recorded)])), Ok(vec![Concluded::Release]));
}

#[test]
fn what_was_decided_outlives_a_restart() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let (code, _) = open_hold(&record);
    wait(record.decide(yes(&code, "alice"))).expect("granted");
    wait(record.close());
    let record = open(&dir);
    assert_eq!(record.pending("c_1"), [Pending { code: code.clone(), history: Some("h1".into()), is_granted: true }]);
    let spent = wait(record.spend(vec![code.clone(), code], |_| None)).expect("spent");
    assert_eq!(spent.len(), 1, "once");
    assert_eq!(spent[0].call.input.as_str(), CALL);
    assert_eq!(only_entry(&dir).approval.expect("an approval").path.as_deref(), Some("answered"));
}

#[test]
fn a_decision_that_cannot_count_says_which_way() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let (code, _) = open_hold(&record);
    assert_eq!(wait(record.decide(yes("AAAA-AAAA-A", "alice"))), Err(Undecided::Unknown("AAAA-AAAA-A".into())));
    let foreign = Decision { conversation: Some("c_2".into()), ..yes(&code, "alice") };
    assert_eq!(wait(record.decide(foreign)), Err(Undecided::Foreign(code.clone())));
    let other = Decision { digest: Some("sha256:0".into()), ..yes(&code, "alice") };
    assert_eq!(wait(record.decide(other)), Err(Undecided::OtherCall(code.clone())));
    let reply = Person { via: Via::Reply, ..by("user") };
    assert_eq!(wait(record.decide(Decision { by: reply, ..yes(&code, "x") })), Err(Undecided::NotByReply(code.clone())));
    assert!(record.pending("c_1").iter().all(|hold| !hold.is_granted));
    wait(record.decide(yes(&code, "alice"))).expect("granted");
    assert_eq!(wait(record.decide(yes(&code, "bob"))), Err(Undecided::Granted(code)));
}

#[test]
fn grants_lapse_together_when_their_conversation_is_compacted() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let (code, _) = open_hold(&record);
    wait(record.decide(yes(&code, "alice"))).expect("granted");
    wait(record.lapse("c_1".into())).expect("lapsed");
    assert_eq!(wait(record.spend(vec![code], |_| None)), Ok(Vec::new()));
}

#[test]
fn a_clock_that_is_set_ages_nothing() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let (code, _) = open_hold(&record);
    wait(record.close());
    // As if the machine's clock had stood a year ahead, and was put back.
    let file = rusqlite::Connection::open(dir.path().join(FILE)).expect("a database");
    file.execute("UPDATE clock SET wall_ms = wall_ms + 31536000000", []).expect("updated");
    drop(file);
    let record = open(&dir);
    assert_eq!(holds(&reader(&dir), false).len(), 1);
    assert_eq!(wait(record.decide(yes(&code, "alice"))), Ok(Decided::Granted));
}
