//! Holds against a model of them: whatever happens in whatever order, a call leaves
//! only for a grant, a grant releases at most once, and what leaves is what was held.
//!
//! The model is the picture in `desk` and nothing more. Each step is taken by both,
//! and both must say the same. Time passes while the record is closed, by moving what
//! it remembers of the clocks; a minute is the model's unit.

use super::*;
use proptest::prelude::*;

const EXPIRES: u64 = 100;
const FETCH_WITHIN: u64 = 15;

#[derive(Debug, Clone)]
enum Step {
    /// A call is proposed by a request that goes on from its hold, or does not.
    Propose { conversation: usize, call: usize, is_tied: bool },
    /// The agent of the n-th open connection hangs up.
    HangUp(usize),
    /// The n-th open connection has waited enough.
    Conclude(usize),
    /// Somebody decides on the n-th hold ever made.
    Decide { hold: usize, person: usize, yes: bool },
    /// A tied request is answered with the n-th hold's call.
    Spend(usize),
    /// A conversation is compacted.
    Compact(usize),
    /// linchpin stops, and starts after some minutes.
    Restart { minutes: u64 },
    /// A pin is reworded.
    Reword,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..2usize, Just(0usize), any::<bool>()).prop_map(|(conversation, call, is_tied)| Step::Propose { conversation, call, is_tied }),
        1 => (0..4usize).prop_map(Step::HangUp),
        3 => (0..4usize).prop_map(Step::Conclude),
        4 => (0..4usize, 0..3usize, prop::bool::weighted(0.85)).prop_map(|(hold, person, yes)| Step::Decide { hold, person, yes }),
        2 => (0..4usize).prop_map(Step::Spend),
        1 => (0..2usize).prop_map(Step::Compact),
        1 => prop_oneof![Just(0), Just(10), Just(16), Just(120)].prop_map(|minutes| Step::Restart { minutes }),
        1 => Just(Step::Reword),
    ]
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Open,
    Granted { lapses: u64 },
    Denied,
    Released,
    Expired,
}

#[derive(Debug)]
struct Modelled {
    code: String,
    conversation: usize,
    call: usize,
    version: u64,
    state: State,
    yeses: Vec<usize>,
    expires: u64,
    releases: usize,
}

/// A connection that stands in a queue.
struct Connection {
    recorded: Recorded,
    hold: usize,
}

struct World {
    dir: TempDir,
    record: Option<Record>,
    now: u64,
    version: u64,
    approvers: u8,
    holds: Vec<Modelled>,
    connections: Vec<Connection>,
}

const PEOPLE: [&str; 3] = ["alice", "bob", "carol"];

fn arguments(call: usize) -> String {
    format!(r#"{{"id":{call}}}"#)
}

impl World {
    fn new(approvers: u8) -> Self {
        let mut world = Self {
            dir: TempDir::new().expect("a dir"),
            record: None,
            now: 0,
            version: 1,
            approvers,
            holds: Vec::new(),
            connections: Vec::new(),
        };
        world.open();
        world
    }

    fn stamp(&self) -> PinStamp {
        PinStamp { version: format!("sha256:{}", self.version), approvers: self.approvers, ..stamps().remove(0) }
    }

    fn open(&mut self) {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let terms = Terms { expires: minutes(EXPIRES), fetch_within: minutes(FETCH_WITHIN) };
        let settings = Settings { terms, pins: vec![self.stamp()], ..settings() };
        self.record = Some(Record::open(self.dir.path(), settings).expect("a record"));
    }

    fn record(&self) -> &Record {
        self.record.as_ref().expect("an open record")
    }

    /// What time alone does, in the model.
    fn age(&mut self) {
        for hold in &mut self.holds {
            let is_live = matches!(hold.state, State::Open | State::Granted { .. });
            if is_live && hold.expires <= self.now {
                hold.state = State::Expired;
            } else if matches!(hold.state, State::Granted { lapses } if lapses <= self.now) {
                (hold.state, hold.yeses) = (State::Open, Vec::new());
            }
        }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Propose { conversation, call, is_tied } => self.propose(conversation, call, is_tied),
            Step::HangUp(at) if at < self.connections.len() => drop(self.connections.remove(at)),
            Step::Conclude(at) if at < self.connections.len() => self.conclude(at),
            Step::Decide { hold, person, yes } if hold < self.holds.len() => self.decide(hold, person, yes),
            Step::Spend(hold) if hold < self.holds.len() => self.spend(hold),
            Step::Compact(conversation) => self.compact(conversation),
            Step::Restart { minutes } => self.restart(minutes),
            Step::Reword => self.reword(),
            _ => {}
        }
        self.check();
    }

    fn propose(&mut self, conversation: usize, call: usize, is_tied: bool) {
        let place = self.holds.iter().rposition(|hold| {
            hold.conversation == conversation
                && hold.call == call
                && hold.expires > self.now
                && !matches!(hold.state, State::Released | State::Expired)
        });
        let codes = place.filter(|_| is_tied).map(|place| self.holds[place].code.clone()).into_iter().collect();
        let made = Violation {
            conversation: format!("c_{conversation}"),
            stamps: vec![self.stamp()],
            ties: Ties { history: None, codes },
            ..violation(Verdict::Hold, &arguments(call))
        };
        let recorded = write(self.record(), vec![made]).remove(0);
        let code = recorded.code.clone().expect("a code");
        let Some(place) = place else {
            assert!(self.holds.iter().all(|hold| hold.code != code) && recorded.delivered.is_some());
            let (version, expires) = (self.version, self.now + EXPIRES);
            self.holds.push(Modelled { code, conversation, call, version, state: State::Open, yeses: Vec::new(), expires, releases: 0 });
            let hold = self.holds.len() - 1;
            return self.connections.push(Connection { recorded, hold });
        };
        let hold = &mut self.holds[place];
        assert_eq!(hold.code, code, "the same call joins");
        if hold.state == State::Denied {
            assert!(recorded.delivered.is_some() && recorded.waiting.is_none());
            return;
        }
        if hold.version != self.version {
            (hold.version, hold.state, hold.yeses) = (self.version, State::Open, Vec::new());
        } else if is_tied && matches!(hold.state, State::Granted { .. }) {
            assert_eq!(recorded.delivered, None, "a tied request spends the grant");
            (hold.state, hold.releases) = (State::Released, hold.releases + 1);
            return;
        }
        assert!(recorded.delivered.is_some());
        assert_eq!(recorded.waiting.is_some(), is_tied);
        if is_tied {
            self.connections.push(Connection { recorded, hold: place });
        }
    }

    fn conclude(&mut self, at: usize) {
        let Connection { recorded, hold } = self.connections.remove(at);
        let (version, hold) = (self.version, &mut self.holds[hold]);
        let conclusion = Conclusion { entry: id_of(&recorded), code: hold.code.clone(), denied: "no".into() };
        let concluded = wait(self.record.as_ref().expect("open").conclude(vec![conclusion])).expect("concluded").remove(0);
        let expected = match hold.state {
            State::Granted { .. } if hold.version == version => {
                (hold.state, hold.releases) = (State::Released, hold.releases + 1);
                Concluded::Release
            }
            State::Denied => Concluded::Denied,
            _ => Concluded::Withheld,
        };
        assert_eq!(concluded, expected);
    }

    fn decide(&mut self, hold: usize, person: usize, yes: bool) {
        let (now, version, approvers) = (self.now, self.version, self.approvers);
        let hold = &mut self.holds[hold];
        let code = hold.code.clone();
        let by = Person { name: PEOPLE[person].into(), is_verified: true, via: Via::Console };
        let decision = Decision { code: code.clone(), yes, by, reason: None, digest: None, conversation: None };
        let decided = wait(self.record.as_ref().expect("open").decide(decision));
        let expected = match hold.state {
            State::Expired => Err(Undecided::Expired(code)),
            State::Denied => Err(Undecided::Denied(code)),
            State::Released => Err(Undecided::Spent(code)),
            State::Open | State::Granted { .. } if !yes => {
                hold.state = State::Denied;
                Ok(Decided::Denied)
            }
            State::Open | State::Granted { .. } => {
                if hold.version != version {
                    (hold.version, hold.state, hold.yeses) = (version, State::Open, Vec::new());
                }
                if matches!(hold.state, State::Granted { .. }) {
                    Err(Undecided::Granted(code))
                } else if hold.yeses.contains(&person) {
                    Err(Undecided::Twice { name: PEOPLE[person].into(), code })
                } else {
                    hold.yeses.push(person);
                    if hold.yeses.len() == usize::from(approvers) {
                        hold.state = State::Granted { lapses: (now + FETCH_WITHIN).min(hold.expires) };
                        Ok(Decided::Granted)
                    } else {
                        let given = hold.yeses.iter().map(|person| PEOPLE[*person].to_owned()).collect();
                        Ok(Decided::Waits { given, needs: i64::from(approvers) })
                    }
                }
            }
        };
        assert_eq!(decided, expected);
    }

    fn spend(&mut self, hold: usize) {
        let (version, hold) = (self.version, &mut self.holds[hold]);
        let spent = wait(self.record.as_ref().expect("open").spend(vec![hold.code.clone()], |_| None)).expect("spent");
        let is_granted = matches!(hold.state, State::Granted { .. }) && hold.version == version;
        assert_eq!(spent.len(), usize::from(is_granted));
        for grant in spent {
            assert_eq!(grant.call.input.as_str(), arguments(hold.call), "what leaves is what was held");
            (hold.state, hold.releases) = (State::Released, hold.releases + 1);
        }
    }

    fn compact(&mut self, conversation: usize) {
        wait(self.record().lapse(format!("c_{conversation}"))).expect("lapsed");
        for hold in self.holds.iter_mut().filter(|hold| hold.conversation == conversation) {
            if matches!(hold.state, State::Granted { .. }) {
                (hold.state, hold.yeses) = (State::Open, Vec::new());
            }
        }
    }

    fn restart(&mut self, minutes: u64) {
        self.connections.clear();
        wait(self.record.take().expect("open").close());
        let file = rusqlite::Connection::open(self.dir.path().join(FILE)).expect("a database");
        file.execute("UPDATE clock SET wall_ms = wall_ms - ?1", [i64::try_from(minutes * 60_000).expect("few")]).expect("updated");
        drop(file);
        self.now += minutes;
        self.age();
        self.open();
    }

    fn reword(&mut self) {
        self.version += 1;
        wait(self.record().set_pins(vec![self.stamp()])).expect("set");
    }

    fn check(&self) {
        assert!(self.holds.iter().all(|hold| hold.releases <= 1), "at most once");
        let shown = holds(&reader(&self.dir), false);
        let live = self.holds.iter().filter(|hold| matches!(hold.state, State::Open | State::Granted { .. }));
        let live: Vec<&str> = live.map(|hold| hold.code.as_str()).collect();
        assert_eq!(shown.iter().map(|hold| hold.code.as_str()).collect::<Vec<_>>(), live, "what is listed is what waits");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_a_call_leaves_only_for_a_grant_and_once(approvers in 1..=2u8, steps in prop::collection::vec(step(), 1..50)) {
        let mut world = World::new(approvers);
        for step in &steps {
            world.take(step);
        }
        wait(world.record.take().expect("open").close());
        let end = reader(&world.dir).verify().expect("readable");
        prop_assert!(end.is_ok(), "{end:?}");
    }
}
