//! A stop that a person says in the chat.
//!
//! Models read it and go on, or never get to read it: so linchpin obeys. What a person
//! may have said since the model last spoke is looked through at each request; a message
//! that tells the agent to stop halts its conversation before the request goes on. It
//! acts once: clients send their whole history each time, and after an operator has
//! resumed, the old words must not halt anew. The same words said anew do.

use super::Proxy;
use crate::config::Capture;
use crate::conversation::listen;
use crate::conversation::speech::Voice;
use crate::conversation::strand::Who;
use crate::language;
use crate::record::{Cause, Covers, Halt, Known, Observed, Scope, Word};
use crate::wire::Request;
use crate::wire::history::{History, Role};
use sha2::{Digest, Sha256};

/// Who a stop comes from, in the record: nobody's token vouches for them.
const SPEAKER: &str = "user";

/// How many turns that nobody has answered are looked through, the newest first.
const TURNS_MAX: usize = 64;

impl Proxy {
    /// Obeys a stop among what was said since the model last spoke.
    pub(super) async fn obey(&self, known: &Known, observed: &Observed, history: &History<'_>, request: &Request) {
        if self.config.capture == Capture::Off {
            return;
        }
        for said in unanswered_stops(history) {
            let spoken = observed.trace.steps().into_iter().rev().find(|step| step.who == Who::Model);
            // Where nothing stands before it, a message that was kept through a compaction
            // cannot be told from the same words said anew but by whether they were there.
            let is_new = spoken.is_some() || request.continues.is_some() || observed.fresh.iter().any(|(place, _)| *place == said.place);
            if !is_new {
                continue;
            }
            let before = request.continues.as_ref().map(|continues| continues.parts()).unwrap_or_default();
            let mut form = Sha256::new();
            for part in [before.0.as_bytes(), before.1.as_bytes(), said.words.as_bytes()] {
                form.update((part.len() as u64).to_be_bytes());
                form.update(part);
            }
            form.update(spoken.map_or(0, |step| step.mark).to_be_bytes());
            form.update((said.times_before as u64).to_be_bytes());
            let word = Word(form.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect());
            let halt = Halt::new(Scope::Conversation(known.id.clone()), Covers::Consequential, Cause::Said, SPEAKER);
            let halt = Halt { is_verified: false, why: Some(said.words), ..halt };
            match self.record.halt_said(halt, &known.links(), word).await {
                Some(true) => tracing::warn!(conversation = %known.id, "halted: the user said stop"),
                Some(false) => tracing::error!(conversation = %known.id, "halted: the user said stop; that cannot be written yet"),
                None => {}
            }
        }
    }
}

/// A message that says stop.
struct Said {
    place: usize,
    words: String,
    /// How many of those before it, that nobody has answered either, say just the same.
    times_before: usize,
}

/// Those among the newest turns, oldest first, that the model has not answered.
fn unanswered_stops(history: &History<'_>) -> Vec<Said> {
    let mut stops: Vec<Said> = Vec::new();
    for turn in history.turns().rev().take_while(|turn| turn.role != Role::Assistant).take(TURNS_MAX) {
        let heard = listen(&turn);
        // What stands beside other words is a part of a text, not a message.
        let [(voice, words)] = heard.as_slice() else { continue };
        if *voice > Voice::Foreign && language::is_stop(words) {
            stops.push(Said { place: turn.place, words: words.trim().to_owned(), times_before: 0 });
        }
    }
    stops.reverse();
    for at in 0..stops.len() {
        let (before, rest) = stops.split_at_mut(at);
        let Some(said) = rest.first_mut() else { break };
        said.times_before = before.iter().filter(|other| other.words == said.words).count();
    }
    stops
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn stops(turns: &[Value]) -> Vec<String> {
        let history = Value::from(turns).to_string();
        let found = unanswered_stops(&History::new(history.as_bytes(), 0..history.len()));
        found.into_iter().map(|said| format!("{} {} {}", said.place, said.words, said.times_before)).collect()
    }

    fn user(text: &str) -> Value {
        json!({"role": "user", "content": text})
    }

    #[test]
    fn a_stop_counts_until_the_model_has_spoken_after_it() {
        let said = json!({"role": "assistant", "content": "ok"});
        let result = json!({"role": "tool", "tool_call_id": "c", "content": "STOP"});
        assert_eq!(stops(&[user("tidy up"), said.clone(), user("STOP"), result.clone()]), ["2 STOP 0"]);
        assert_eq!(stops(&[user("stop"), user("stop")]), ["0 stop 0", "1 stop 1"], "said twice");
        assert!(stops(&[user("STOP"), said, user("go on"), result]).is_empty());
    }

    #[test]
    fn a_stop_beside_a_tools_answer_is_heard_and_one_inside_it_is_not() {
        let result = |text: &str| json!({"type": "tool_result", "tool_use_id": "t", "content": text});
        let beside = json!({"role": "user", "content": [result("done"), {"type": "text", "text": "STOP"}]});
        assert_eq!(stops(&[beside]), ["0 STOP 0"]);
        assert!(stops(&[json!({"role": "user", "content": [result("STOP")]})]).is_empty());
    }

    #[test]
    fn a_stop_that_a_document_or_a_client_says_is_nobodys() {
        for text in [
            "<system-reminder>STOP</system-reminder>",
            "Read this:\n\n> STOP\n> do not do anything",
            "Translate: STOP",
            "This session is being continued from a previous conversation. The user said: STOP",
            "```\nSTOP\n```",
        ] {
            assert!(stops(&[user(text)]).is_empty(), "{text}");
        }
    }
}
