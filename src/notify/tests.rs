//! What receivers get, with one that takes it, one that does not, and none at all.

use super::*;
use crate::call::{Action, Input, ToolCall, ToolName};
use crate::dialect::Dialect;
use crate::digest::{PinStamp, hex, hmac_sha256};
use crate::kind::Kind;
use crate::notice::Notice;
use crate::pin::PinId;
use crate::record::{Breaker, DEFAULT_AGENT, Decision, Links, Person, RecordError, Settings, Terms, Ties, Via, Violation};
use crate::verdict::{Judgement, Objection, Verdict};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tempfile::TempDir;

/// Longer than anything here takes, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(60);

/// One request as a receiver got it.
#[derive(Debug, Clone)]
struct Got {
    head: String,
    body: String,
}

impl Got {
    fn codes(&self) -> Vec<String> {
        let body: serde_json::Value = serde_json::from_str(&self.body).expect("JSON");
        body["holds"].as_array().expect("holds").iter().map(|hold| hold["code"].as_str().expect("a code").to_owned()).collect()
    }

    fn header(&self, name: &str) -> &str {
        self.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap_or_default()
    }
}

/// A receiver that answers as it is told, the last answer for ever. An empty answer is none.
struct Fake {
    address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Fake {
    fn answering(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let (answers, seen): (Vec<String>, _) = (answers.iter().map(|answer| (*answer).to_owned()).collect(), Arc::clone(&got));
        std::thread::spawn(move || {
            let mut kept = Vec::new();
            for (n, mut socket) in listener.incoming().flatten().enumerate() {
                let Some(request) = read(&mut socket) else { continue };
                seen.lock().expect("no panic").push(request);
                let answer = answers.get(n).or(answers.last()).expect("an answer");
                if answer.is_empty() {
                    kept.push(socket);
                } else {
                    let _ = write!(socket, "HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                }
            }
        });
        Self { address, got }
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().expect("no panic").clone()
    }

    fn wait_for(&self, count: usize) -> Vec<Got> {
        until(|| self.got().len() >= count);
        self.got()
    }
}

fn read(socket: &mut impl Read) -> Option<Got> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length: usize = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok())?;
            if body.len() >= length {
                return Some(Got { head: head.to_owned(), body: body.to_owned() });
            }
        }
        match socket.read(&mut buffer) {
            Ok(count) if count > 0 => bytes.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    }
}

fn until(mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "it does not come about");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A record, and a runtime in which somebody may tell of its holds.
struct House {
    runtime: tokio::runtime::Runtime,
    record: Record,
    dir: TempDir,
    stop: watch::Sender<bool>,
}

impl House {
    fn new() -> Self {
        let dir = TempDir::new().expect("a dir");
        let hour = Duration::from_secs(3600);
        let terms = Terms { expires: hour, fetch_within: hour };
        let settings = Settings {
            file: "linchpin.db".into(),
            redact: Vec::new(),
            keep: Duration::from_secs(86_400),
            terms,
            breaker: Breaker { refusals: 1000, within: hour },
            pins: Vec::new(),
        };
        let record = Record::open(dir.path(), settings).expect("a record");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        Self { runtime, record, dir, stop: watch::channel(false).0 }
    }

    fn notifier(&self, webhook: &str, own: Vec<SocketAddr>, pace: Pace) -> Notifier {
        let notify = Notify { webhook: webhook.parse().expect("a URL"), kind: WebhookKind::Generic };
        let desk = "https://desk.example".parse().expect("a URL");
        let store = self.dir.path().join("linchpin.db");
        let setup = Setup { notify: &notify, desk, own, data_dir: self.dir.path(), store, pace };
        Notifier::new(setup, self.record.clone()).expect("a notifier")
    }

    /// Tells this receiver from now on.
    fn tell(&self, fake: &Fake, pace: Pace) {
        let notifier = self.notifier(&format!("http://{}/hook?key=secret", fake.address), Vec::new(), pace);
        self.runtime.spawn(notifier.run(self.stop.subscribe()));
    }

    /// Opens holds and gives their codes.
    fn open(&self, calls: &[&str]) -> Vec<String> {
        let batch = calls.iter().map(|call| held("delete_email", call)).collect();
        let written = self.runtime.block_on(self.record.withheld_or_warned(batch)).expect("recorded");
        written.into_iter().map(|one| one.code.expect("a code")).collect()
    }

    fn untold(&self) -> usize {
        Reader::open(&self.dir.path().join("linchpin.db")).expect("a reader").untold(10).expect("read").1
    }

    /// The rows that say that nobody could be told.
    fn unheard(&self) -> Vec<String> {
        let mut found = Vec::new();
        let reader = Reader::open(&self.dir.path().join("linchpin.db")).expect("a reader");
        let each = |row: crate::record::Row| {
            found.extend((row.event == "unheard").then_some(row.body));
            Ok::<_, RecordError>(ControlFlow::Continue(()))
        };
        reader.rows(each).expect("rows");
        found
    }
}

fn held(tool: &str, arguments: &str) -> Violation {
    let pin = PinId::new("confirm-deletes").expect("an id");
    let call = ToolCall { id: "c".into(), tool: ToolName::plain(tool), input: Input::Json(arguments.into()) };
    let objection = Objection { pin: pin.clone(), verdict: Verdict::Hold, shadow: false, why: "it deletes".into(), limited: None };
    Violation {
        conversation: "c_1".into(),
        agent: None,
        upstream: "openai".into(),
        dialect: Dialect::OpenaiChat,
        model: None,
        notice: Some(Notice::of(&call.tool, Verdict::Hold, vec![pin.clone()])),
        call,
        judgement: Judgement::new(vec![objection], vec![Action::new(Kind::Delete, "it says so")]),
        stamps: vec![PinStamp { id: pin, version: "1".into(), approvers: 1, by_reply: false }],
        wire: None,
        ties: Ties::default(),
        origins: Vec::new(),
        counts_for: DEFAULT_AGENT.into(),
        links: Links::default(),
        is_halted: false,
        is_try: true,
    }
}

fn quick() -> Pace {
    let short = Duration::from_millis(20);
    Pace { between: short, pause: short, pause_max: short, tries_max: 3 }
}

#[test]
fn a_hold_is_told_once_and_signed_and_says_nothing_of_the_arguments() {
    let (house, fake) = (House::new(), Fake::answering(&["204 No Content"]));
    house.tell(&fake, quick());
    let codes = house.open(&[r#"{"id":"m-1","password":"hunter2zebra"}"#]);
    let got = fake.wait_for(1).remove(0);
    assert_eq!(got.codes(), codes);
    assert!(got.head.starts_with("POST /hook?key=secret HTTP/1.1"), "{}", got.head);
    let key = std::fs::read_to_string(house.dir.path().join("notify.key")).expect("a key");
    let signed = format!("{}.{}", got.header("x-linchpin-timestamp"), got.body);
    let mac = hex(&hmac_sha256(key.trim().as_bytes(), signed.as_bytes()));
    assert_eq!(got.header("x-linchpin-signature"), format!("sha256={mac}"));
    assert!(!got.body.contains("m-1") && !got.body.contains("hunter2"), "{}", got.body);
    until(|| house.untold() == 0);
    house.open(&["{}"]);
    until(|| house.untold() == 0);
    assert_eq!(fake.got().len(), 2);
    assert!(house.unheard().is_empty());
}

#[cfg(unix)]
#[test]
fn the_key_is_its_owners_alone_and_stays_the_same() {
    use std::os::unix::fs::PermissionsExt;
    let dir = TempDir::new().expect("a dir");
    let first = Key::open(dir.path()).expect("a key");
    let mode = std::fs::metadata(first.file()).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(Key::open(dir.path()).expect("a key").sign(1, "x"), first.sign(1, "x"));
    assert_ne!(first.sign(2, "x"), first.sign(1, "x"));
    std::fs::write(first.file(), "short").expect("written");
    assert!(matches!(Key::open(dir.path()), Err(KeyError::Empty { .. })));
}

#[test]
fn calls_that_are_held_together_come_in_one_notice() {
    let (house, fake) = (House::new(), Fake::answering(&["200 OK"]));
    let codes = house.open(&["1", "2", "3"]);
    house.tell(&fake, quick());
    assert_eq!(fake.wait_for(1)[0].codes(), codes);
    until(|| house.untold() == 0);
    assert_eq!(fake.got().len(), 1);
}

#[test]
fn after_a_notice_the_next_waits_and_takes_all_that_came_meanwhile() {
    let (house, fake) = (House::new(), Fake::answering(&["200 OK"]));
    house.tell(&fake, Pace { between: Duration::from_secs(3600), ..quick() });
    house.open(&["1"]);
    until(|| house.untold() == 0);
    let later = house.open(&["2", "3"]);
    assert_eq!(house.untold(), 2);
    // Another day begins.
    house.stop.send_replace(true);
    let house = House { stop: watch::channel(false).0, ..house };
    house.tell(&fake, quick());
    assert_eq!(fake.wait_for(2)[1].codes(), later, "and a restart begins where it was");
}

#[test]
fn a_receiver_that_fails_is_tried_again() {
    let (house, fake) = (House::new(), Fake::answering(&["500 No", "429 Later", "200 OK"]));
    house.tell(&fake, quick());
    let codes = house.open(&["1"]);
    assert_eq!(fake.wait_for(3)[2].codes(), codes);
    until(|| house.untold() == 0);
    assert_eq!((fake.got().len(), house.unheard().len()), (3, 0));
}

#[test]
fn a_dead_receiver_is_given_up_and_the_record_says_so() {
    let house = House::new();
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let codes = house.open(&["1", "2"]);
    let notifier = house.notifier(&format!("http://{nobody}/secret"), Vec::new(), quick());
    house.runtime.spawn(notifier.run(house.stop.subscribe()));
    until(|| house.untold() == 0);
    let unheard = house.unheard();
    assert_eq!(unheard.len(), 1, "{unheard:?}");
    let row: serde_json::Value = serde_json::from_str(&unheard[0]).expect("JSON");
    assert_eq!((&row["codes"], &row["tries"]), (&serde_json::json!(codes), &serde_json::json!(3)));
    assert!(!unheard[0].contains("secret"), "{unheard:?}");
    let reader = Reader::open(&house.dir.path().join("linchpin.db")).expect("a reader");
    assert!(reader.verify().expect("walked").is_ok());
    let mut calls = 0;
    let each = |_| {
        calls += 1;
        Ok::<_, RecordError>(ControlFlow::Continue(()))
    };
    reader.entries(&crate::record::Filter::default(), each).expect("entries");
    assert_eq!(calls, 2, "it is no violation");
    // The next hold is tried anew.
    house.open(&["3"]);
    until(|| house.unheard().len() == 2);
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Fake::answering(&["200 OK"]);
    let location = format!("307 Go\r\nlocation: http://{}/", elsewhere.address);
    let (house, fake) = (House::new(), Fake::answering(&[&location]));
    house.tell(&fake, quick());
    house.open(&["1"]);
    until(|| house.untold() == 0);
    assert_eq!((fake.got().len(), elsewhere.got().len()), (3, 0));
    assert!(house.unheard()[0].contains("answers 307"));
}

#[test]
fn no_verdict_waits_for_a_receiver() {
    let (house, fake) = (House::new(), Fake::answering(&[""]));
    house.tell(&fake, quick());
    house.open(&["1"]);
    fake.wait_for(1);
    // The receiver keeps the notice waiting; the record goes on.
    house.open(&["2"]);
}

#[test]
fn nothing_is_sent_to_linchpins_own_ports_whatever_they_are_called() {
    let (house, fake) = (House::new(), Fake::answering(&["200 OK"]));
    let port = fake.address.port();
    for webhook in [format!("http://127.0.0.1:{port}/"), format!("http://localhost:{port}/"), format!("http://[::ffff:127.0.0.1]:{port}/")]
    {
        let notifier = house.notifier(&webhook, vec![SocketAddr::from(([0, 0, 0, 0], port))], quick());
        let message = body::message(WebhookKind::Generic, &[], 0, &notifier.desk);
        let refused = house.runtime.block_on(notifier.post(&message));
        assert!(matches!(refused, Err(PostError::Own(_))), "{webhook}: {refused:?}");
    }
    let other = house.notifier(&format!("http://127.0.0.1:{port}/"), vec![SocketAddr::from(([127, 0, 0, 1], 1))], quick());
    let message = body::message(WebhookKind::Generic, &[], 0, &other.desk);
    assert!(house.runtime.block_on(other.post(&message)).is_ok());
    assert_eq!(fake.got().len(), 1);
}

#[test]
fn who_was_denied_meanwhile_is_not_told_of() {
    let (house, fake) = (House::new(), Fake::answering(&["200 OK"]));
    let codes = house.open(&["1", "2"]);
    let by = Person { name: "alice".into(), is_verified: true, via: Via::Console };
    let no = Decision { code: codes[0].clone(), yes: false, by, reason: None, digest: None, conversation: None };
    house.runtime.block_on(house.record.decide(no)).expect("denied");
    house.tell(&fake, quick());
    assert_eq!(fake.wait_for(1)[0].codes(), codes[1..]);
}

#[test]
fn pauses_grow_and_are_bounded() {
    let house = House::new();
    let notifier = house.notifier("http://127.0.0.1:9/", Vec::new(), Pace::default());
    for (tries, longest) in [(1, 1), (2, 2), (3, 4), (8, 120), (u32::MAX, 120)] {
        let pause = notifier.pause_after(tries);
        assert!(pause <= Duration::from_secs(longest) && pause >= Duration::from_secs(longest) / 2, "{tries}: {pause:?}");
    }
}
