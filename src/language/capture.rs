//! What a person says in chat that has to outlive the message: standing instructions and stops.
//!
//! A rule that is only said in chat is lost when the client shortens its history. This
//! file finds it there, in the person's own words (`conversation::speech` says which
//! those may be), so that it can become a pin. A message is cut into sentences and
//! clauses (`cut`); a clause that forbids or gates something and is no mention of a
//! rule (`mention`) is kept verbatim, with the scene set for it ("before deleting, …").
//! `halt` knows the messages that stop the agent altogether.
//!
//! Words tighten, never loosen: a release, a waiver, a yes gives nothing back here.
//! A false capture makes every later call ask, so what only looks like a rule is left alone.

mod cut;
mod halt;
mod mention;
mod only_stop;
mod ruling;

use super::lexicon::{self, Bit};
use super::token::tokens;
use super::{Reading, read};
use crate::conversation::speech;
use cut::Clause;
use mention::{is_mention, is_own_task};
use ruling::is_ruling;

/// The longest message that is listened to, in bytes. A longer one is pasted material,
/// of which at most the last paragraph may be a person's; `speech` gives that.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// How many sentences of one message are read.
const SENTENCES_MAX: usize = 512;

/// How many standing instructions one message may give.
const PINS_PER_MESSAGE_MAX: usize = 20;

/// The longest sentence that is read as an instruction, in bytes: nobody types a longer one.
const SENTENCE_BYTES_MAX: usize = 1024;

/// What a person's message asks to be kept.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Captured {
    /// The standing instructions, in the order they were said; at most 20 of one message.
    pub pins: Vec<Standing>,
    /// The message tells the agent to stop.
    pub stop: bool,
}

/// One standing instruction.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The person's own words: a slice of the message. May hold line breaks, addresses
    /// and anything else a person types; whoever carries it to a model decides what fits.
    pub text: String,
    /// What it enforces. Without clauses only after `pin:`; such a text is advice.
    pub reading: Reading,
}

/// Reads one message of role `user`. What is not certainly foreign is listened to.
pub fn capture(message: &str) -> Captured {
    let mut heard = speech::heard(message);
    if message.len() > MESSAGE_BYTES_MAX {
        heard = heard.pop().into_iter().collect();
    }
    let stop = says_stop(&heard);
    let mut pins = Vec::new();
    for piece in heard {
        if cut::sentences(piece).any(mention::is_about_the_rest) {
            continue;
        }
        for line in cut::lines(piece) {
            match explicit(line) {
                Some(text) => keep(text, read(text), &mut pins),
                None => cut::sentences(line).take(SENTENCES_MAX).for_each(|sentence| instructions(sentence, &mut pins)),
            }
        }
    }
    pins.truncate(PINS_PER_MESSAGE_MAX);
    // A stop acts by itself; "stop, don't do anything" is not a rule for the rest of the day.
    if stop {
        pins.clear();
    }
    Captured { pins, stop }
}

/// Whether a message of role `user` tells the agent to stop.
pub fn is_stop(message: &str) -> bool {
    message.len() <= MESSAGE_BYTES_MAX && says_stop(&speech::heard(message))
}

fn says_stop(heard: &[&str]) -> bool {
    matches!(heard, [only] if halt::is_stop(only))
}

/// The instructions of one sentence.
fn instructions(sentence: &str, pins: &mut Vec<Standing>) {
    if sentence.len() > SENTENCE_BYTES_MAX || pins.len() >= PINS_PER_MESSAGE_MAX || is_mention(sentence) {
        return;
    }
    let clauses = cut::clauses(sentence);
    let mut at = 0;
    while let Some(rest) = clauses.get(at..).filter(|rest| !rest.is_empty()) {
        let Some((start, end)) = rule(rest) else { return };
        let (first, last) = (rest.get(start), rest.get(end));
        if let (Some(first), Some(last)) = (first, last) {
            let text = sentence.get(first.start..last.end).unwrap_or_default();
            let text = if end + 1 == rest.len() { sentence.get(first.start..).unwrap_or_default() } else { text };
            let before = clauses.get(..at + start).unwrap_or_default();
            standing(text.trim(), before, pins);
        }
        at += end + 1;
    }
}

/// The first run of clauses that is one rule, with what leads to it and what it goes on with.
fn rule(clauses: &[Clause]) -> Option<(usize, usize)> {
    // "Before you run it, check with me": the condition stands in the clause before.
    let is_answer = |at: usize| {
        clauses.get(at).is_some_and(Clause::is_waiting) && at.checked_sub(1).and_then(|at| clauses.get(at)).is_some_and(Clause::leads)
    };
    let at = (0..clauses.len()).find(|at| clauses.get(*at).is_some_and(is_ruling) || is_answer(*at))?;
    let scene = |index: &usize| clauses.get(*index).is_some_and(|clause| sets_scene(clause, clauses.get(index + 1)));
    let start = (0..at).rev().take_while(scene).last().unwrap_or(at);
    let mut end = at;
    while let Some(next) = clauses.get(end + 1) {
        let goes_on =
            is_ruling(next) || next.leads() || (next.is_listed() && !next.is_new_task()) || next.is_waiting() || next.is_courtesy();
        if !goes_on {
            break;
        }
        end += 1;
    }
    Some((start, end))
}

/// Whether a clause belongs to the rule that comes next: a condition, a topic, "from now on".
fn sets_scene(clause: &Clause, next: Option<&Clause>) -> bool {
    let is_topic = clause.is_topic() && next.is_some_and(|next| !next.is_joined && !next.names_thing());
    clause.leads() || clause.is_lasting || is_topic
}

/// Keeps what is a rule for the agent and is enforced by something.
fn standing(text: &str, before: &[Clause], pins: &mut Vec<Standing>) {
    let text = cut::without_joint(text);
    if is_own_task(text, before) || halt::is_stop(text) || halt::is_of_style(text) {
        return;
    }
    let bare = mention::without_quotes(text);
    let understood = read(&bare);
    if understood.clauses.is_empty() || mention::is_only_unclear(&understood, &bits(&bare)) {
        return;
    }
    keep(text, read(text), pins);
}

fn keep(text: &str, reading: Reading, pins: &mut Vec<Standing>) {
    let is_new = pins.iter().all(|pin| pin.text != text);
    if !text.is_empty() && is_new && pins.len() < PINS_PER_MESSAGE_MAX {
        pins.push(Standing { text: text.to_owned(), reading });
    }
}

/// What follows `pin:` at the beginning of a line: a pin whatever it says.
fn explicit(line: &str) -> Option<&str> {
    const SIGN: &str = "pin";
    let (sign, text) = line.split_once([':', '：'])?;
    sign.trim().eq_ignore_ascii_case(SIGN).then(|| text.trim()).filter(|text| !text.is_empty())
}

/// The words of a text as the tables know them.
fn bits(text: &str) -> Vec<Bit> {
    lexicon::mark(&tokens(text)).map(|marked| marked.bits).unwrap_or_default()
}

#[cfg(test)]
mod tests;
