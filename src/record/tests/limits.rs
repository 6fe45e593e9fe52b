//! What a limit lets pass, and what uses it up.

use super::*;
use crate::call::Count;
use crate::pin::Limit;
use crate::verdict::Limited;
use proptest::prelude::*;
use rusqlite::Connection;

const HOUR: u64 = 3600;

/// What one pin says of a call: past so many items an hour, or anyway.
fn objection(id: &str, verdict: Verdict, limit: Option<u64>, items: Count) -> Objection {
    let limit = limit.map(|items| Limit { items, per: Duration::from_secs(HOUR) });
    let limited = limit.map(|limit| Limited { place: 0, limit, items, used: None });
    Objection { pin: pin(id), verdict, shadow: false, why: "it deletes".into(), limited }
}

fn judged(arguments: &str, objections: Vec<Objection>) -> Violation {
    let call = violation(Verdict::Hold, arguments);
    let judgement = Judgement::new(objections, call.judgement.actions.clone());
    let notice = judgement.verdict.withholds().then(|| Notice::for_call(&call.call.tool, &judgement));
    let stamp = |o: &Objection| PinStamp { id: o.pin.clone(), version: "sha256:1".into(), approvers: 1, by_reply: false };
    let stamps = judgement.objections.iter().map(stamp).collect();
    Violation { notice, stamps, judgement, wire: Some("{}".into()), ..call }
}

/// A call that deletes so many things, where ten an hour may be.
fn delete(arguments: &str, items: u64) -> Violation {
    judged(arguments, vec![objection("few", Verdict::Hold, Some(10), Count::Exactly(items))])
}

fn passes(recorded: &Recorded) -> bool {
    recorded.delivered.is_none()
}

fn tell(record: &Record, batch: Vec<Violation>) -> Vec<bool> {
    write(record, batch).iter().map(passes).collect()
}

fn yes(code: &str) -> Decision {
    let by = Person { name: "alice".into(), is_verified: true, via: Via::Console };
    Decision { code: code.into(), yes: true, by, reason: None, digest: None, conversation: None }
}

/// Stops the record, lets the clocks do this, and starts it again.
fn restarted(record: Record, dir: &TempDir, clock: &str) -> Record {
    wait(record.close());
    let file = Connection::open(dir.path().join(FILE)).expect("a database");
    file.execute(&format!("UPDATE clock SET wall_ms = wall_ms {clock}"), []).expect("set");
    drop(file);
    open(dir)
}

fn rows(dir: &TempDir, table: &str) -> i64 {
    let file = Connection::open(dir.path().join(FILE)).expect("a database");
    file.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("counted")
}

#[test]
fn ten_items_pass_and_the_eleventh_waits_for_a_person() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    assert_eq!(tell(&record, vec![delete("{}", 4), delete("{ }", 5), delete("{  }", 2)]), [true, true, false]);
    assert_eq!(tell(&record, vec![delete("[1]", 1)]), [true], "what was held used nothing up");
    let eleventh = write(&record, vec![delete("[2]", 1)]).remove(0);
    let told = eleventh.delivered.expect("a notice");
    assert!(told.contains("held by pin `few`") && told.contains("its limit of 10 per hour is used up (10 of 10)"), "{told}");
    let found = entries(&reader(&dir), &Filter::default());
    assert_eq!(found.iter().map(|entry| entry.outcome).collect::<Vec<_>>(), [Outcome::Held; 2], "what passes is no violation");
    assert!(found[0].why.contains("2 more is above its limit of 10 per hour (9 of 10 used)"), "{}", found[0].why);
    assert!(found[1].why.contains("used up (10 of 10)"), "{}", found[1].why);
    let hold = holds(&reader(&dir), false).pop().expect("a hold");
    assert!(hold.why.expect("a reason").contains("used up (10 of 10)"));
}

#[test]
fn a_set_is_above_every_limit() {
    let dir = TempDir::new().expect("a dir");
    let set = judged("{}", vec![objection("few", Verdict::Block, Some(1_000_000_000), Count::Set)]);
    let recorded = write(&open(&dir), vec![set]).remove(0);
    assert!(recorded.delivered.expect("a notice").contains("a set is above its limit"));
}

#[test]
fn a_call_that_is_withheld_for_another_reason_uses_nothing_up() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let few = || objection("few", Verdict::Hold, Some(1), Count::Unstated);
    let held = judged("{}", vec![few(), objection("all", Verdict::Block, None, Count::Unstated)]);
    let two = judged("{ }", vec![few(), objection("none", Verdict::Hold, Some(0), Count::Unstated)]);
    assert_eq!(tell(&record, vec![held, two, judged("[1]", vec![few()]), judged("[2]", vec![few()])]), [false, false, true, false]);
}

#[test]
fn a_call_that_is_delivered_with_a_warning_counts() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let warned = |arguments: &str| judged(arguments, vec![objection("few", Verdict::Warn, Some(1), Count::Unstated)]);
    let written = write(&record, vec![warned("1"), warned("2"), warned("3")]);
    assert!(written.iter().all(passes));
    let is_violation = |one: &Recorded| one.id.as_ref().is_some_and(|id| id.as_str().starts_with("v_"));
    assert_eq!(written.iter().map(is_violation).collect::<Vec<_>>(), [false, true, true]);
    assert!(entries(&reader(&dir), &Filter::default())[1].why.contains("used up (2 of 1)"));
}

#[test]
fn a_shadow_pin_counts_and_withholds_nothing() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let shadowed =
        |arguments: &str| judged(arguments, vec![Objection { shadow: true, ..objection("few", Verdict::Block, Some(1), Count::Unstated) }]);
    let written = write(&record, vec![shadowed("1"), shadowed("2")]);
    assert!(written.iter().all(passes));
    let found = entries(&reader(&dir), &Filter::default());
    assert_eq!(found.iter().map(|entry| entry.outcome).collect::<Vec<_>>(), [Outcome::Shadow]);
}

#[test]
fn two_calls_that_are_judged_at_once_never_share_the_last_place() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().expect("a runtime");
    let passed = runtime.block_on(async {
        let sent: Vec<_> = (0..64)
            .map(|n| {
                let record = record.clone();
                tokio::spawn(async move { record.withheld_or_warned(vec![delete(&format!("[{n}]"), 1)]).await })
            })
            .collect();
        let mut passed = 0;
        for one in sent {
            passed += one.await.expect("joined").expect("recorded").iter().filter(|one| passes(one)).count();
        }
        passed
    });
    assert_eq!(passed, 10);
}

#[test]
fn what_was_delivered_outlives_a_restart_and_no_clock_ages_it() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    assert_eq!(tell(&record, vec![delete("1", 10)]), [true]);
    // As if the machine's clock had stood a year ahead, and was put back.
    let record = restarted(record, &dir, "+ 31536000000");
    assert_eq!(tell(&record, vec![delete("2", 1)]), [false]);
    let record = restarted(record, &dir, "- 3540000");
    assert_eq!(tell(&record, vec![delete("3", 1)]), [false], "59 minutes later");
    let record = restarted(record, &dir, "- 60000");
    assert_eq!(tell(&record, vec![delete("4", 10), delete("5", 1)]), [true, false], "an hour later");
}

#[test]
fn another_conversation_or_label_is_the_same_agent_and_another_agent_is_not() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let elsewhere = Violation { conversation: "c_2".into(), agent: Some("another-label".into()), ..delete("2", 1) };
    assert_eq!(tell(&record, vec![delete("1", 10), elsewhere]), [true, false]);
    let other = Violation { counts_for: "forum-bot".into(), ..delete("3", 10) };
    assert_eq!(tell(&record, vec![other]), [true]);
}

#[test]
fn what_never_left_is_taken_back_and_only_that() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let mut written = write(&record, vec![delete("1", 3), delete("2", 4), delete("3", 2)]);
    record.unsent(vec![written.remove(1).reserved.expect("reserved")]);
    // Whatever is asked for after it comes after it.
    wait(record.probe());
    assert_eq!(tell(&record, vec![delete("4", 6), delete("5", 5), delete("6", 1)]), [false, true, false]);
}

#[test]
fn what_nobody_waited_for_is_taken_back() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    wait(async {
        let mut asked = Box::pin(record.withheld_or_warned(vec![delete("1", 10)]));
        // Polled once: it stands in the queue. Then its client goes away.
        assert!(futures_util::poll!(&mut asked).is_pending());
    });
    wait(record.close());
    assert_eq!(tell(&open(&dir), vec![delete("2", 10)]), [true]);
}

#[test]
fn a_released_call_counts_when_it_is_delivered_and_not_before() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let objections =
        || vec![objection("few", Verdict::Hold, Some(2), Count::Unstated), objection("all", Verdict::Hold, None, Count::Unstated)];
    let held = write(&record, vec![judged("1", objections())]).remove(0);
    let code = held.code.expect("a code");
    let few = |arguments: &str| judged(arguments, vec![objection("few", Verdict::Hold, Some(2), Count::Unstated)]);
    assert_eq!(tell(&record, vec![few("2")]), [true]);
    wait(record.decide(yes(&code))).expect("granted");
    assert_eq!(wait(record.spend(vec![code], |_| None)).expect("spent").len(), 1);
    assert_eq!(tell(&record, vec![few("3")]), [false]);
}

#[test]
fn room_is_no_yes_for_a_call_that_a_person_is_asked_about() {
    let dir = TempDir::new().expect("a dir");
    let terms = Terms { expires: Duration::from_secs(2 * HOUR), ..settings().terms };
    let record = Record::open(dir.path(), Settings { terms, ..settings() }).expect("a record");
    assert_eq!(tell(&record, vec![delete("1", 10)]), [true]);
    let held = write(&record, vec![delete("2", 1)]).remove(0);
    let denied = write(&record, vec![delete("3", 1)]).remove(0).code.expect("a code");
    wait(record.decide(Decision { yes: false, ..yes(&denied) })).expect("denied");
    let record = restarted(record, &dir, "- 3600000");
    let again = write(&record, vec![delete("2", 1), delete("3", 1), delete("4", 1)]);
    assert_eq!(again.iter().map(passes).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(again[0].code, held.code, "it joins its hold");
    assert!(again[1].delivered.as_ref().expect("a notice").contains("said no"));
}

#[test]
fn a_record_that_cannot_be_written_lets_nothing_pass() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    std::fs::rename(dir.path().join(FILE), dir.path().join("moved")).expect("moved");
    assert!(wait(record.withheld_or_warned(vec![delete("1", 1)])).is_err());
}

#[test]
fn what_no_window_reaches_is_swept() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    tell(&record, (0..5).map(|n| delete(&n.to_string(), 1)).collect());
    let record = restarted(record, &dir, "- 3599000");
    wait(record.probe());
    assert_eq!(rows(&dir, "counted"), 5);
    let record = restarted(record, &dir, "- 120000");
    assert_eq!(tell(&record, vec![delete("x", 10)]), [true]);
    wait(record.close());
    assert_eq!((rows(&dir, "counted"), rows(&dir, "limited")), (1, 1));
}

/// What happens to a record and to the model beside it.
#[derive(Debug, Clone)]
enum Step {
    /// A call under one pin or both, perhaps held by a third one anyway.
    Propose { under: (bool, bool), items: u64, is_held: bool },
    /// The connection of a call that passed was gone before it left.
    Unsent(usize),
    /// A person releases a held call, and it is delivered.
    Release(usize),
    /// So much time passes, or the clock is put back while nothing runs.
    Restart { minutes: i64, is_put_back: bool },
}

fn step() -> impl Strategy<Value = Step> {
    let under = prop_oneof![Just((true, false)), Just((false, true)), Just((true, true))];
    prop_oneof![
        8 => (under, 1..4u64, prop::bool::weighted(0.2)).prop_map(|(under, items, is_held)| Step::Propose { under, items, is_held }),
        2 => (0..8usize).prop_map(Step::Unsent),
        2 => (0..8usize).prop_map(Step::Release),
        3 => (0..50i64, prop::bool::weighted(0.3)).prop_map(|(minutes, is_put_back)| Step::Restart { minutes, is_put_back }),
    ]
}

/// Ten an hour, and twelve in two hours.
const LIMITS: [(&str, u64, i64); 2] = [("ten", 10, 60), ("twelve", 12, 120)];

/// The simple model: a list of what was delivered when.
struct Model {
    now: i64,
    delivered: Vec<(i64, (bool, bool), u64)>,
}

impl Model {
    fn used(&self, place: usize) -> u64 {
        let (_, _, minutes) = LIMITS[place];
        let counts = |under: &(bool, bool)| [under.0, under.1][place];
        let inside = self.delivered.iter().filter(|(at, under, _)| counts(under) && self.now - at < minutes);
        inside.map(|(_, _, items)| items).sum()
    }

    fn has_room(&self, under: (bool, bool), items: u64) -> bool {
        (0..2).all(|place| ![under.0, under.1][place] || self.used(place) + items <= LIMITS[place].1)
    }
}

fn proposed(n: usize, under: (bool, bool), items: u64, is_held: bool) -> Violation {
    let limited = |place: usize| {
        let (id, most, minutes) = LIMITS[place];
        let limit = Limit { items: most, per: Duration::from_secs(60 * minutes.unsigned_abs()) };
        Objection {
            limited: Some(Limited { place: 0, limit, items: Count::Exactly(items), used: None }),
            ..objection(id, Verdict::Hold, None, Count::Unstated)
        }
    };
    let mut objections: Vec<Objection> = (0..2).filter(|place| [under.0, under.1][*place]).map(limited).collect();
    objections.extend(is_held.then(|| objection("confirm-deletes", Verdict::Hold, None, Count::Unstated)));
    Violation { conversation: format!("c_{n}"), ..judged(&format!("[{n}]"), objections) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_no_window_ever_holds_more_than_its_limit(steps in prop::collection::vec(step(), 1..40)) {
        let dir = TempDir::new().expect("a dir");
        let mut record = open(&dir);
        let mut model = Model { now: 0, delivered: Vec::new() };
        let mut unsent: Vec<(usize, Reservation)> = Vec::new();
        let mut held: Vec<(String, (bool, bool), u64)> = Vec::new();
        for (n, step) in steps.into_iter().enumerate() {
            match step {
                Step::Propose { under, items, is_held } => {
                    let recorded = write(&record, vec![proposed(n, under, items, is_held)]).remove(0);
                    prop_assert_eq!(passes(&recorded), !is_held && model.has_room(under, items));
                    match recorded.reserved {
                        Some(reserved) => {
                            unsent.push((model.delivered.len(), reserved));
                            model.delivered.push((model.now, under, items));
                        }
                        None => held.push((recorded.code.expect("a code"), under, items)),
                    }
                }
                Step::Unsent(at) if at < unsent.len() => {
                    let (place, reserved) = unsent.remove(at);
                    record.unsent(vec![reserved]);
                    wait(record.probe());
                    model.delivered[place].2 = 0;
                }
                Step::Release(at) if at < held.len() => {
                    let (code, under, items) = held.remove(at);
                    // Under pins that are not in force any more nothing is released: these are.
                    if wait(record.decide(yes(&code))).is_ok() && !wait(record.spend(vec![code], |_| None)).expect("asked").is_empty() {
                        model.delivered.push((model.now, under, items));
                    }
                }
                Step::Restart { minutes, is_put_back } => {
                    let clock = if is_put_back { "+ 31536000000".to_owned() } else { format!("- {}", minutes * 60_000) };
                    record = restarted(record, &dir, &clock);
                    model.now += if is_put_back { 0 } else { minutes };
                }
                Step::Unsent(_) | Step::Release(_) => {}
            }
        }
    }
}
