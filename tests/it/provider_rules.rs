//! Whatever linchpin writes into requests and answers, a provider that keeps strictly to
//! its rules finds nothing wrong: through holds and releases, rules said in the chat,
//! every kind of compaction, restarts, and other pins after a restart. And a request
//! goes on byte for byte from the one before it, unless somebody changed the rules.

use crate::stage::Linchpin;
use crate::strict::{Agent, Called, Say, Speech, Strict, carried, extends};
use serde_json::json as value;
use std::sync::Arc;
use tempfile::TempDir;

pub(crate) const DELETES: &str = "Confirm with me before deleting anything.";
pub(crate) const PUSHES: &str = "Never push to the main branch.";

/// A configuration with these texts as pins; deletions are held.
fn config(texts: &[&str]) -> String {
    let pin = |(number, text): (usize, &&str)| format!("[[pin]]\nid = \"pin-{number}\"\ntext = \"{text}\"\n");
    texts.iter().enumerate().map(pin).collect()
}

/// A provider, a linchpin in front of it, and what stands in the way of both.
pub(crate) struct Stage {
    pub(crate) strict: Strict,
    dir: Arc<TempDir>,
    linchpin: Option<Linchpin>,
    pub(crate) pins: Vec<&'static str>,
}

impl Stage {
    pub(crate) fn open(pins: &[&'static str]) -> Self {
        let (strict, dir) = (Strict::open(), Arc::new(TempDir::new().expect("a dir")));
        let linchpin = Some(Linchpin::start(Arc::clone(&dir), strict.address, &config(pins)));
        Self { strict, dir, linchpin, pins: pins.to_vec() }
    }

    pub(crate) fn linchpin(&self) -> &Linchpin {
        self.linchpin.as_ref().expect("a linchpin")
    }

    /// Kills it, as a crash does, and starts it with these pins.
    pub(crate) fn restart(&mut self, pins: &[&'static str]) {
        self.linchpin = None;
        self.linchpin = Some(Linchpin::start(Arc::clone(&self.dir), self.strict.address, &config(pins)));
        self.pins = pins.to_vec();
    }

    /// One turn: the person says something, the model answers it.
    pub(crate) fn turn(&self, agent: &mut Agent, words: &str, says: Vec<Say>) -> Vec<Called> {
        self.strict.says(says);
        agent.say(words);
        agent.ask(self.linchpin())
    }

    /// Whatever calls came are answered, until the model has said its say.
    pub(crate) fn finish(&self, agent: &mut Agent, mut calls: Vec<Called>) {
        while !calls.is_empty() {
            self.strict.says(vec![Say::Think, said("done")]);
            agent.answer(&calls);
            calls = agent.ask(self.linchpin());
        }
    }

    /// A person says yes to everything that waits.
    fn approve_all(&self) {
        let (listed, _) = self.linchpin().ask(&["approvals", "list", "--json"]);
        let holds: Vec<serde_json::Value> = listed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert!(!holds.is_empty(), "nothing is held");
        for hold in holds {
            let config = self.dir.path().join("linchpin.toml");
            let code = hold["code"].as_str().expect("a code");
            let (_, is_done) = self.linchpin().ask(&["approvals", "approve", code, "--json", "--config", config.to_str().expect("a path")]);
            assert!(is_done, "{code}");
        }
    }

    pub(crate) fn is_sound(&self) {
        assert_eq!(self.strict.rejected(), Vec::<String>::new());
    }

    /// Every pin in force stands in the newest request exactly once, and this as well.
    pub(crate) fn carries(&self, more: &[&str]) {
        let newest = self.strict.newest();
        for text in self.pins.iter().chain(more) {
            assert_eq!(carried(&newest, text), 1, "{text}: {}", String::from_utf8_lossy(&newest.body));
        }
    }
}

pub(crate) fn said(words: &str) -> Say {
    Say::Text(words.into())
}

pub(crate) fn read() -> Say {
    Say::Call("read_inbox", value!({"folder": "inbox"}))
}

pub(crate) fn delete(id: usize) -> Say {
    Say::Call("delete_email", value!({"id": format!("m-{id}")}))
}

pub(crate) fn every_way() -> impl Iterator<Item = Agent> {
    [Speech::Chat, Speech::Messages, Speech::Responses, Speech::Ollama]
        .into_iter()
        .flat_map(|speech| [false, true].map(|streams| Agent { streams, session: Some(format!("s-{streams}")), ..Agent::new(speech) }))
}

#[test]
fn a_long_conversation_with_holds_and_releases_breaks_no_rule() {
    let stage = Stage::open(&[DELETES]);
    for mut agent in every_way() {
        for turn in 0..8 {
            let says = match turn % 4 {
                0 => vec![Say::Think, read()],
                1 => vec![Say::Think, said("I delete it"), delete(turn)],
                2 => vec![Say::Think, read(), delete(turn), read()],
                _ => vec![Say::Think, said("that was all")],
            };
            let calls = stage.turn(&mut agent, &format!("question {turn}"), says);
            assert!(calls.iter().all(|call| call.tool == "read_inbox"), "{calls:?}");
            stage.finish(&mut agent, calls);
            stage.is_sound();
            stage.carries(&[]);
        }
    }
}

#[test]
fn a_rule_said_in_the_chat_breaks_no_rule_of_the_provider() {
    let mut stage = Stage::open(&[DELETES]);
    for mut agent in every_way() {
        let rule = "Ask me before you send any mail.";
        let mut earlier = None;
        for turn in 0..6 {
            let words = if turn == 2 { format!("well then\npin: {rule}") } else { format!("question {turn}") };
            let calls = stage.turn(&mut agent, &words, vec![Say::Think, read()]);
            stage.finish(&mut agent, calls);
            if turn == 3 {
                stage.restart(&[DELETES]);
            }
            stage.is_sound();
            stage.carries(&[rule][..usize::from(turn >= 2)]);
            let newest = stage.strict.newest();
            let is_said_now = turn == 2 && agent.speech != Speech::Messages;
            assert!(is_said_now || earlier.is_none_or(|earlier| extends(&newest, &earlier)), "{:?}, turn {turn}", agent.speech);
            earlier = Some(newest);
        }
    }
}

#[test]
fn other_pins_after_a_restart_reach_running_conversations_as_their_provider_allows() {
    for mut agent in every_way() {
        let mut stage = Stage::open(&[DELETES]);
        let mut earlier = None;
        for turn in 0..7 {
            match turn {
                2 => stage.restart(&[PUSHES, DELETES]),
                4 if agent.streams => stage.restart(&[PUSHES, DELETES]),
                _ => {}
            }
            let calls = stage.turn(&mut agent, "go on", vec![Say::Think, read()]);
            stage.finish(&mut agent, calls);
            stage.is_sound();
            stage.carries(&[]);
            let newest = stage.strict.newest();
            let is_changed_now = turn == 2 && agent.speech != Speech::Messages;
            assert!(is_changed_now || earlier.is_none_or(|earlier| extends(&newest, &earlier)), "{:?}, turn {turn}", agent.speech);
            earlier = Some(newest);
        }
    }
}

#[test]
fn a_conversation_that_ran_before_linchpin_came_between_keeps_its_head() {
    let stage = Stage::open(&[DELETES]);
    let mut agent = Agent::new(Speech::Messages);
    for turn in 0..3 {
        stage.strict.says(vec![Say::Think, read()]);
        agent.say(&format!("question {turn}"));
        let calls = agent.ask_directly(&stage.strict);
        agent.answer(&calls);
        stage.strict.says(vec![Say::Think, said("done")]);
        agent.ask_directly(&stage.strict);
    }
    let mut earlier = stage.strict.newest();
    for turn in 3..6 {
        let calls = stage.turn(&mut agent, &format!("question {turn}"), vec![Say::Think, read()]);
        stage.finish(&mut agent, calls);
        stage.is_sound();
        stage.carries(&[]);
        let newest = stage.strict.newest();
        assert!(extends(&newest, &earlier), "turn {turn}");
        earlier = newest;
    }
}

#[test]
fn what_a_person_says_before_the_model_has_answered_moves_no_rule_between_them() {
    let stage = Stage::open(&[DELETES]);
    let mut agent = Agent::new(Speech::Messages);
    let rule = "Ask me before you send any mail.";
    agent.say("hello");
    for words in [format!("pin: {rule}"), "and another thing".into(), "and this".into()] {
        let before = agent.history.len();
        stage.turn(&mut agent, &words, vec![Say::Think, said("ok")]);
        // The client threw the answer away: the next words stand right behind these.
        agent.history.truncate(before + 1);
        stage.is_sound();
        stage.carries(&[rule]);
    }
    let calls = stage.turn(&mut agent, "go on", vec![Say::Think, read()]);
    stage.finish(&mut agent, calls);
    stage.turn(&mut agent, "and on", vec![Say::Think, said("ok")]);
    stage.is_sound();
    stage.carries(&[rule]);
}

#[test]
fn a_release_breaks_no_rule_of_the_provider() {
    let mut stage = Stage::open(&[DELETES]);
    for agent in every_way() {
        // A model that thinks has to propose the call again itself.
        for thinks in [false, true] {
            let mut agent = Agent { thinks, session: Some(format!("r-{:?}-{thinks}-{}", agent.speech, agent.streams)), ..agent.clone() };
            let first = stage.turn(&mut agent, "tidy up", vec![Say::Think, read(), delete(1)]);
            stage.finish(&mut agent, first);
            stage.approve_all();
            if !agent.streams {
                stage.restart(&[DELETES]);
            }
            let released = stage.turn(&mut agent, "I said yes", vec![Say::Think, delete(1)]);
            assert_eq!(released.iter().map(|call| call.tool.as_str()).collect::<Vec<_>>(), ["delete_email"], "{:?} {thinks}", agent.speech);
            stage.finish(&mut agent, released);
            let calls = stage.turn(&mut agent, "thanks", vec![Say::Think, read()]);
            stage.finish(&mut agent, calls);
            stage.is_sound();
            stage.carries(&[]);
        }
    }
}

#[test]
fn clients_that_sum_up_their_history_keep_every_rule_and_break_none() {
    let stage = Stage::open(&[DELETES]);
    for mut agent in every_way() {
        let rule = "Ask me before you send any mail.";
        for turn in 0..9 {
            let words = if turn == 1 { format!("pin: {rule}") } else { format!("question {turn}") };
            let calls = stage.turn(&mut agent, &words, vec![Say::Think, read(), delete(turn)]);
            stage.finish(&mut agent, calls);
            if turn % 3 == 2 {
                // The summary is asked for as some clients do, and nothing of the request stays in the history.
                let kept = agent.history.clone();
                stage.turn(
                    &mut agent,
                    "CRITICAL: Respond with TEXT ONLY. Write a detailed summary of the conversation.",
                    vec![said("sum")],
                );
                agent.history = kept;
                agent.compact(turn - 2);
            }
            stage.is_sound();
            stage.carries(&[rule][..usize::from(turn >= 1)]);
        }
    }
}

#[test]
fn a_provider_that_compacts_within_an_answer_reads_every_rule_again_behind_it() {
    let mut stage = Stage::open(&[DELETES]);
    for streams in [false, true] {
        let edits = value!({"edits": [{"type": "compact_20260112"}, {"type": "clear_tool_uses_20250919"}]});
        let session = Some(format!("c-{streams}"));
        let mut agent = Agent { streams, session, extra: value!({ "context_management": edits }), ..Agent::new(Speech::Messages) };
        let rule = "Ask me before you send any mail.";
        for turn in 0..8 {
            let words = if turn == 1 { format!("pin: {rule}") } else { format!("question {turn}") };
            let says = if turn == 3 { vec![Say::Compact, Say::Think, said("go on")] } else { vec![Say::Think, read()] };
            let calls = stage.turn(&mut agent, &words, says);
            stage.finish(&mut agent, calls);
            if turn == 5 {
                stage.restart(&[DELETES, PUSHES]);
            }
            stage.is_sound();
            if turn != 3 && turn != 5 {
                stage.carries(&[rule][..usize::from(turn >= 1)]);
            }
        }
        stage.restart(&[DELETES]);
    }
}

#[test]
fn a_signed_compaction_stays_first_and_what_is_kept_behind_it_stays_valid() {
    let mut stage = Stage::open(&[DELETES]);
    for streams in [false, true] {
        let mut agent = Agent { streams, session: Some(format!("k-{streams}")), ..Agent::new(Speech::Messages) };
        let rule = "Ask me before you send any mail.";
        for turn in 0..9 {
            let words = if turn == 1 || turn == 4 { format!("pin: {rule}") } else { format!("question {turn}") };
            let calls = stage.turn(&mut agent, &words, vec![Say::Think, read()]);
            stage.finish(&mut agent, calls);
            if turn % 4 == 2 {
                let asks = Agent { extra: value!({"compaction": {"type": "summarize"}}), ..agent.clone() };
                let mut asks = Agent { history: agent.history.clone(), ..asks };
                asks.ask(stage.linchpin());
                let block = asks.history.pop().expect("a block");
                let kept = agent.history.split_off(agent.history.len() - 4);
                agent.history = [vec![block], kept].concat();
            }
            if turn == 6 {
                stage.restart(&[DELETES]);
            }
            stage.is_sound();
            stage.carries(&[rule][..usize::from(turn >= 1)]);
        }
    }
}

#[test]
fn responses_compacted_by_the_provider_in_its_two_ways_break_no_rule() {
    let stage = Stage::open(&[DELETES]);
    let rule = "Ask me before you send any mail.";
    for (number, streams) in [false, true].into_iter().enumerate() {
        let mut agent = Agent { streams, session: Some(format!("p-{number}")), ..Agent::new(Speech::Responses) };
        for turn in 0..8 {
            let words = if turn == 1 { format!("pin: {rule}") } else { format!("question {turn}") };
            let calls = stage.turn(&mut agent, &words, vec![Say::Think, read(), delete(turn)]);
            stage.finish(&mut agent, calls);
            match turn {
                2 => {
                    let body = value!({"model": "gpt-x", "input": agent.history});
                    let compacted = agent.send(stage.linchpin(), "/openai/v1/responses/compact", &body);
                    agent.history =
                        serde_json::from_str::<serde_json::Value>(&compacted).expect("JSON")["output"].as_array().expect("items").clone();
                }
                5 => {
                    agent.history.retain(|item| item["type"] != "compaction");
                    let mut asks = agent.clone();
                    asks.history.push(value!({"type": "compaction_trigger"}));
                    asks.ask(stage.linchpin());
                    let users = agent.history.iter().filter(|item| item["role"] == "user").cloned();
                    agent.history = users.chain(asks.history.pop()).collect();
                }
                _ => {}
            }
            stage.is_sound();
            stage.carries(&[rule][..usize::from(turn >= 1)]);
        }
    }
}
