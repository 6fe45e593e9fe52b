//! What the record promises, tried on real files.

mod answers;
mod crash;
mod deed;
mod desk;
mod fault;
mod limits;
mod model;
mod retention;
mod secret;
mod tamper;

use super::*;
use crate::call::{Action, Input, ToolName};
use crate::kind::Kind;
use crate::notice::Reason;
use crate::pin::PinId;
use crate::verdict::{Objection, Verdict};
use std::ops::ControlFlow;
use tempfile::TempDir;

const FILE: &str = "linchpin.db";

fn settings() -> Settings {
    Settings {
        file: FILE.into(),
        redact: vec!["codename-[a-z]+".into()],
        keep: Duration::from_secs(365 * 86_400),
        terms: Terms { expires: Duration::from_secs(3600), fetch_within: Duration::from_secs(900) },
        breaker: Breaker { refusals: 1000, within: Duration::from_secs(600) },
        pins: stamps(),
    }
}

fn stamps() -> Vec<PinStamp> {
    vec![PinStamp { id: pin("confirm-deletes"), version: "sha256:1".into(), approvers: 1, by_reply: false }]
}

fn open(dir: &TempDir) -> Record {
    Record::open(dir.path(), settings()).expect("a record")
}

fn reader(dir: &TempDir) -> Reader {
    Reader::open(&dir.path().join(FILE)).expect("a reader")
}

/// Runs what is async.
fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

fn pin(id: &str) -> PinId {
    PinId::new(id).expect("an id")
}

/// A call of `delete_email` that this verdict met.
fn violation(verdict: Verdict, arguments: &str) -> Violation {
    let call = ToolCall { id: "call_1".into(), tool: ToolName::plain("delete_email"), input: Input::Json(arguments.into()) };
    let pins = vec![pin("confirm-deletes")];
    let objection = Objection { pin: pin("confirm-deletes"), verdict, shadow: false, why: "it deletes".into(), limited: None };
    let actions = vec![Action::new(Kind::Delete, format!("in {arguments}"))];
    Violation {
        conversation: "c_1".into(),
        agent: Some("inbox-bot".into()),
        upstream: "openai".into(),
        dialect: Dialect::OpenaiChat,
        model: Some("gpt-x".into()),
        notice: verdict.withholds().then(|| Notice::of(&call.tool, verdict, pins)),
        call,
        judgement: Judgement { verdict, objections: vec![objection], actions },
        wire: None,
        ties: Ties::default(),
        origins: Vec::new(),
        counts_for: DEFAULT_AGENT.into(),
        links: Links { conversation: "c_1".into(), ..Links::default() },
        is_halted: false,
        is_try: true,
        stamps: stamps(),
    }
}

fn write(record: &Record, batch: Vec<Violation>) -> Vec<Recorded> {
    wait(record.withheld_or_warned(batch)).expect("recorded")
}

fn id_of(recorded: &Recorded) -> EntryId {
    recorded.id.clone().expect("an entry")
}

fn entries(reader: &Reader, filter: &Filter) -> Vec<Entry> {
    let mut found = Vec::new();
    reader
        .entries::<RecordError>(filter, |entry| {
            found.push(entry);
            Ok(ControlFlow::Continue(()))
        })
        .expect("entries");
    found
}

fn holds(reader: &Reader, all: bool) -> Vec<Hold> {
    let mut found = Vec::new();
    reader
        .holds::<RecordError>(all, |hold| {
            found.push(hold);
            Ok(ControlFlow::Continue(()))
        })
        .expect("holds");
    found
}

#[test]
fn what_was_recorded_is_read_back_in_order_with_what_the_agent_got() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let written =
        write(&record, vec![violation(Verdict::Hold, r#"{"ids":[1]}"#), violation(Verdict::Block, "{}"), violation(Verdict::Warn, "{ }")]);
    let found = entries(&reader(&dir), &Filter::default());
    assert_eq!(found.iter().map(|e| e.outcome).collect::<Vec<_>>(), [Outcome::Held, Outcome::Blocked, Outcome::Warned]);
    assert_eq!(found.iter().map(|e| e.id.as_str()).collect::<Vec<_>>(), written.iter().map(|r| id_of(r).to_string()).collect::<Vec<_>>());
    let code = written[0].code.clone().expect("a code");
    assert!(written[0].delivered.as_ref().expect("a notice").contains(&code));
    assert_eq!(Some(&found[0].delivered), written[0].delivered.as_ref());
    assert_eq!(written[2].delivered, None);
    assert!(found[2].delivered.contains(&found[2].digest));
    assert_eq!(found[0].actions[0].kind, "delete");
}

#[test]
fn a_violation_line_has_exactly_the_promised_keys_in_their_order() {
    let dir = TempDir::new().expect("a dir");
    write(&open(&dir), vec![violation(Verdict::Block, "{}")]);
    let line = crate::show::json_line(&entries(&reader(&dir), &Filter::default())[0]).expect("JSON");
    let keys: Vec<String> = crate::json::members(line.as_bytes()).expect("an object").iter().map(|m| m.key.to_string()).collect();
    let promised = "id at conversation agent upstream dialect model tool arguments actions verdict pins outcome approval delivered digest seq prev hash";
    assert_eq!(keys.join(" "), promised);
}

#[test]
fn an_approval_line_has_exactly_the_promised_keys_and_the_exact_arguments() {
    let dir = TempDir::new().expect("a dir");
    let arguments = r#"{ "ids":[1],"password":"hunter2hunter2" }"#;
    let written = write(&open(&dir), vec![violation(Verdict::Hold, arguments)]);
    let found = holds(&reader(&dir), false);
    let line = crate::show::json_line(&found[0]).expect("JSON");
    let keys: Vec<String> = crate::json::members(line.as_bytes()).expect("an object").iter().map(|m| m.key.to_string()).collect();
    assert_eq!(keys.join(" "), "code at expires conversation agent dialect model tool arguments actions pins origin needs given");
    assert_eq!((Some(&found[0].code), found[0].arguments.as_str(), found[0].needs), (written[0].code.as_ref(), arguments, 1));
}

#[test]
fn the_same_call_sent_again_joins_its_hold_and_another_call_does_not() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let again =
        Violation { call: ToolCall { id: "call_2".into(), ..violation(Verdict::Hold, "{}").call }, ..violation(Verdict::Hold, "{}") };
    let elsewhere = Violation { conversation: "c_2".into(), ..violation(Verdict::Hold, "{}") };
    let written = write(&record, vec![violation(Verdict::Hold, "{}"), again, violation(Verdict::Hold, "{ }"), elsewhere]);
    assert_eq!(written[0].code, written[1].code);
    assert_ne!(written[0].id, written[1].id);
    assert_ne!(written[0].code, written[2].code);
    assert_ne!(written[0].code, written[3].code);
    assert_eq!(holds(&reader(&dir), false).len(), 3);
}

#[test]
fn one_call_sent_many_times_at_once_opens_one_hold() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().expect("a runtime");
    let codes = runtime.block_on(async {
        let sent: Vec<_> = (0..64)
            .map(|_| {
                let record = record.clone();
                tokio::spawn(async move { record.withheld_or_warned(vec![violation(Verdict::Hold, "{}")]).await })
            })
            .collect();
        let mut codes = std::collections::BTreeSet::new();
        for one in sent {
            codes.extend(one.await.expect("joined").expect("recorded").into_iter().map(|recorded| recorded.code));
        }
        codes
    });
    assert_eq!(codes.len(), 1);
    assert_eq!(holds(&reader(&dir), false).len(), 1);
    assert_eq!(entries(&reader(&dir), &Filter::default()).len(), 64);
}

#[test]
fn a_conversation_fills_its_desk_and_no_other_ones() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    write(&record, (0..25).map(|n| violation(Verdict::Hold, &format!("{{\"n\":{n}}}"))).collect());
    let crowded = write(&record, vec![violation(Verdict::Hold, r#"{"n":25}"#), violation(Verdict::Hold, r#"{"n":3}"#)]);
    assert_eq!(crowded[0].code, None);
    assert!(crowded[0].delivered.as_ref().expect("a notice").contains("too many calls"));
    assert!(crowded[1].code.is_some(), "a call that waits already was refused");
    let elsewhere = Violation { conversation: "c_2".into(), ..violation(Verdict::Hold, "{}") };
    assert!(write(&record, vec![elsewhere])[0].code.is_some());
    let refused = Filter { outcome: Some(Outcome::Blocked), ..Filter::default() };
    assert_eq!(entries(&reader(&dir), &refused).len(), 1);
}

#[test]
fn an_expired_hold_is_gone_from_the_desk_with_its_exact_arguments() {
    let dir = TempDir::new().expect("a dir");
    let record =
        Record::open(dir.path(), Settings { terms: Terms { expires: Duration::from_millis(300), ..settings().terms }, ..settings() })
            .expect("a record");
    let written = write(&record, vec![violation(Verdict::Hold, r#"{"token":"exactly-this"}"#); 2]);
    assert_eq!(holds(&reader(&dir), false).len(), 1);
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(holds(&reader(&dir), false), []);
    assert_eq!(holds(&reader(&dir), true)[0].outcome, Some(Outcome::Expired));
    assert!(entries(&reader(&dir), &Filter::default()).iter().all(|entry| entry.outcome == Outcome::Expired && entry.seq > 2));
    for file in [FILE.to_owned(), format!("{FILE}-wal")] {
        let bytes = std::fs::read(dir.path().join(file)).unwrap_or_default();
        assert!(memchr::memmem::find(&bytes, b"exactly-this").is_none());
    }
    let anew = write(&record, vec![violation(Verdict::Hold, r#"{"token":"exactly-this"}"#)]);
    assert_ne!(anew[0].code, written[0].code);
}

#[test]
fn a_broken_connection_is_a_later_entry_about_the_same_call() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let written = write(&record, vec![violation(Verdict::Block, "{}"), violation(Verdict::Warn, "{}")]);
    record.broke(vec![id_of(&written[1])]);
    wait(record.close());
    let found = entries(&reader(&dir), &Filter::default());
    assert_eq!((found[0].seq, found[1].seq, found[1].outcome), (1, 3, Outcome::Warned));
    assert!(found[1].delivered.contains("broke") && !found[0].delivered.contains("broke"));
    assert_eq!(reader(&dir).verify().expect("walked").expect("whole").head.seq, 3);
}

#[test]
fn an_entry_that_nobody_waits_for_any_more_says_so() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    wait(async {
        let mut asked = Box::pin(record.withheld_or_warned(vec![violation(Verdict::Block, "{}")]));
        // Polled once: it stands in the queue. Then its client goes away.
        assert!(futures_util::poll!(&mut asked).is_pending());
    });
    wait(record.close());
    assert!(entries(&reader(&dir), &Filter::default())[0].delivered.contains("broke"));
}

#[test]
fn a_shadow_pin_is_recorded_with_what_it_would_have_asked_for() {
    let dir = TempDir::new().expect("a dir");
    let mut shadowed = violation(Verdict::Hold, "{}");
    shadowed.judgement.verdict = Verdict::Pass;
    shadowed.judgement.objections[0].shadow = true;
    shadowed.notice = None;
    write(&open(&dir), vec![shadowed]);
    let entry = &entries(&reader(&dir), &Filter::default())[0];
    assert_eq!(
        (entry.outcome, entry.verdict.as_str(), entry.pins.as_slice()),
        (Outcome::Shadow, "hold", &["confirm-deletes".to_owned()][..])
    );
}

#[test]
fn a_withheld_call_without_a_notice_is_refused_not_recorded_as_delivered() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let wrong = Violation { notice: None, ..violation(Verdict::Block, "{}") };
    assert_eq!(wait(record.withheld_or_warned(vec![violation(Verdict::Warn, "{}"), wrong])).err(), Some(RecordError::NoNotice));
    assert_eq!(entries(&reader(&dir), &Filter::default()), []);
}

#[test]
fn filters_narrow_and_a_limit_keeps_the_newest() {
    let dir = TempDir::new().expect("a dir");
    let other = Violation { conversation: "c_2".into(), ..violation(Verdict::Warn, "{}") };
    write(&open(&dir), vec![violation(Verdict::Hold, "{}"), other, violation(Verdict::Block, "{}")]);
    let count = |filter: Filter| entries(&reader(&dir), &filter).len();
    assert_eq!(count(Filter { conversation: Some("c_1".into()), ..Filter::default() }), 2);
    assert_eq!(count(Filter { pin: Some("confirm-deletes".into()), ..Filter::default() }), 3);
    assert_eq!(count(Filter { pin: Some("another".into()), ..Filter::default() }), 0);
    assert_eq!(count(Filter { since: Some("2999-01-01T00:00:00.000Z".into()), ..Filter::default() }), 0);
    let newest: Vec<Outcome> =
        entries(&reader(&dir), &Filter { limit: Some(2), ..Filter::default() }).iter().map(|entry| entry.outcome).collect();
    assert_eq!(newest, [Outcome::Warned, Outcome::Blocked]);
    assert_eq!(count(Filter { limit: Some(0), ..Filter::default() }), 0);
}

#[test]
fn a_pin_that_wants_two_people_makes_the_hold_want_two() {
    let dir = TempDir::new().expect("a dir");
    let mut two = violation(Verdict::Hold, "{}");
    two.stamps[0].approvers = 2;
    // A pin that only warned, or did not object, asks for nobody.
    let mut one = violation(Verdict::Hold, "{ }");
    one.stamps.push(PinStamp { id: pin("another"), version: "sha256:2".into(), approvers: 3, by_reply: false });
    write(&open(&dir), vec![two, one]);
    assert_eq!(holds(&reader(&dir), false).iter().map(|hold| hold.needs).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn a_notice_without_room_says_so() {
    let notice = Notice { tool: ToolName::plain("x"), reason: Reason::Crowded(vec![pin("p")]), limits: vec![] };
    assert!(notice.text(None).contains("too many") && notice.text(None).contains("Do not retry"));
}
