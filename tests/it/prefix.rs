//! How much of what a provider has cached it finds again: long conversations in which
//! anything may happen, told by chance. Every request goes on byte for byte from the one
//! before it, but for turns in which the rules changed or the client cut its history,
//! and a strict provider finds nothing wrong in any of them.

use crate::provider_rules::{DELETES, PUSHES, Stage, delete, every_way, read, said};
use crate::strict::{Agent, Say, Speech, extends};

const TURNS: usize = 24;

const RULES: [&str; 3] =
    ["Ask me before you send any mail.", "Never delete the mails of my landlord.", "Do not publish anything until I tell you to."];

/// Chances that are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// How often a request had to extend the one before it, how often it did, and how many
/// there were.
#[derive(Debug, Default, Clone, Copy)]
struct Share {
    due: usize,
    kept: usize,
    all: usize,
}

/// One conversation. `cuts`: whether its client compacts.
fn session(stage: &mut Stage, agent: &mut Agent, dice: &mut Dice, cuts: bool) -> Share {
    let (mut share, mut rules) = (Share::default(), 0);
    let mut seen = stage.strict.received().len();
    for turn in 0..TURNS {
        let mut is_changed = turn == 0;
        let mut words = format!("question {}", dice.roll(4));
        let mut says = vec![Say::Think, read()];
        match dice.roll(12) {
            0..3 => says = vec![Say::Think, said("a word"), read(), read()],
            3 | 4 => says = vec![Say::Think, read(), delete(turn)],
            5 => says = vec![Say::Think, said("only words")],
            6 if rules < RULES.len() => {
                words = format!("{words}\npin: {}", RULES[rules]);
                rules += 1;
                is_changed |= agent.speech != Speech::Messages;
            }
            7 => stage.restart(&stage.pins.clone()),
            8 => {
                let more = if stage.pins.len() == 1 { vec![DELETES, PUSHES] } else { vec![DELETES] };
                stage.restart(&more);
                is_changed |= agent.speech != Speech::Messages;
            }
            9 if cuts && turn > 3 => {
                agent.compact(6);
                is_changed = true;
            }
            10 => {
                // Some clients put system messages of their own into the history.
                stage.strict.says(vec![Say::Think, said("noted")]);
                agent.note("It is Tuesday.", &words);
                says = Vec::new();
            }
            _ => {}
        }
        let calls = if says.is_empty() { agent.ask(stage.linchpin()) } else { stage.turn(agent, &words, says) };
        stage.finish(agent, calls);
        stage.is_sound();
        let received = stage.strict.received();
        for place in seen..received.len() {
            share.all += 1;
            if !(is_changed && place == seen) {
                share.due += 1;
                let is_kept = place > 0 && extends(&received[place], &received[place - 1]);
                share.kept += usize::from(is_kept);
                assert!(is_kept, "{:?}, turn {turn}: {}", agent.speech, String::from_utf8_lossy(&received[place].body));
            }
        }
        seen = received.len();
        stage.carries(&RULES[..rules]);
    }
    share
}

#[test]
fn requests_go_on_byte_for_byte_from_the_ones_before_them() {
    std::thread::scope(|scope| {
        for (number, mut agent) in (1..).zip(every_way()) {
            scope.spawn(move || {
                // One of each two has a client that compacts; the other is known by its words alone.
                let cuts = agent.streams;
                agent.session = agent.session.filter(|_| cuts);
                let (mut stage, mut dice) = (Stage::open(&[DELETES]), Dice(0x5eed_1234_5678_9abc ^ number));
                let share = session(&mut stage, &mut agent, &mut dice, cuts);
                println!(
                    "{:?}, streamed: {}, compacting: {cuts}: {} of {} requests extend the one before, as they should; {} in all",
                    agent.speech, agent.streams, share.kept, share.due, share.all
                );
                assert!(share.due > TURNS, "too little was compared: {share:?}");
            });
        }
    });
}
