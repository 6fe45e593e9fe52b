//! What clients wrap around a person's words, or send in their place.
//!
//! Envelopes are known by their shape first (a tag that is closed, a word in brackets
//! at the front) and by name only where the shape does not tell. A person's words
//! inside a known envelope count; of an envelope that nobody knows nothing does.

use super::Cut;
use regex::Regex;
use std::sync::LazyLock;

/// Tags that hold what the person typed.
const OF_A_PERSON: [&str; 9] =
    ["user_query", "user_message", "user_request", "user_input", "user_prompt", "human", "user-message", "user-query", "user-prompt"];

/// Tags that hold a task: a person's, or that of whoever started this agent.
const OF_SOMEBODY: [&str; 4] = ["task", "feedback", "user_feedback", "answer"];

/// Tags of HTML that people use in the middle of a sentence.
const INLINE: [&str; 20] =
    ["a", "b", "i", "u", "s", "em", "strong", "code", "br", "p", "span", "div", "kbd", "sub", "sup", "small", "mark", "img", "hr", "input"];

/// How texts begin that no person typed: instructions of clients to their models,
/// summaries, heartbeats, results told as prose. Compared without case.
const OPENERS: [&str; 42] = [
    "this session is being continued from a previous conversation",
    "here is a summary of the conversation",
    "here's a summary of the conversation",
    "summary of the conversation",
    "summary of the previous conversation",
    "summary of our conversation",
    "previous conversation summary",
    "conversation summary",
    "summary:",
    "previous conversation was too long",
    "another language model started to solve this problem",
    "you are performing a context checkpoint",
    "critical: respond with text only",
    "context extraction assistant",
    "your task is to create a detailed summary",
    "your task is to create a concise",
    "caveat: the messages below were generated",
    "heartbeat:",
    "system reminder",
    "system message",
    "system notification",
    "system:",
    "observation:",
    "tool result",
    "tool output",
    "tool response",
    "tool_result",
    "function result",
    "function output",
    "command output",
    "result of tool",
    "result of calling",
    "results of calling",
    "output of tool",
    "output of the command",
    "action result",
    "result of the action",
    "results of the action",
    "stdout:",
    "exit code:",
    "[linchpin]",
    "# agents.md instructions",
];

/// How texts begin that programs send and that people write, too.
const DOUBTFUL: [&str; 5] = ["reminder", "heartbeat", "note to self", "context:", "background:"];

/// Words in brackets at the front by which programs announce themselves.
static BRACKETED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\[[^\]\n]{0,120}(?-u:\b)(?:system|cron|reminder|tool|result|output|heartbeat|automated|automatic|scheduled|schedule|interrupted|internal|runtime|memory|notification|context|event|webhook|trigger|attachment|attached|file|image|document|summary|compacted|subagent|background|task|hook)(?-u:\b)[^\]\n]{0,120}\]|^\[[a-z]{1,40}(?:_[a-z]{1,40}){0,6} for '",
    )
    .ok()
});

/// A request for a title or a summary of what the text itself goes on to quote.
static ABOUT_TALK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\W{0,4}(?:please )?(?:analyze|analyse|create|generate|write|provide|give|come up with|summari[sz]e|extract|condense|produce|return)[^\n]{0,80}(?-u:\b)(?:title|topic|summary|summari[sz]e|name|label|headline|snapshot)(?-u:\b)[^\n]{0,60}(?-u:\b)(?:following|this|below|entire|above) (?:conversation|chat|session|dialog|dialogue|transcript|message|coding session|exchange)",
    )
    .ok()
});

/// A summary in place of a history, however it is announced.
static SUMMARY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^[^\n]{0,160}(?-u:\b)(?:summary|summari[sz]ed|compacted|condensed|compressed)(?-u:\b)[^\n]{0,80}",
        r"(?-u:\b)(?:conversation|session|progress|history|context|chat|discussion)(?-u:\b)[^\n]{0,60}[:\n]",
        r"|^[^\n]{0,80}(?-u:\b)(?:previous|prior|earlier|last) (?:conversation|session|history|context|chat)(?-u:\b)[^\n]{0,80}(?-u:\b)(?:summary|summari[sz]ed|compacted)(?-u:\b)",
        r"|^[^\n]{0,20}(?-u:\b)(?:conversation|session|history|context|chat)(?-u:\b)[^\n]{0,60}(?-u:\b)(?:summary|summari[sz]ed|compacted|condensed)(?-u:\b)[^\n]{0,80}:",
        r"|^(?:analy[sz]e|determine|decide|classify|judge) (?:if|whether) (?:this|the following|the user's|the) (?:message|text|conversation|prompt|request)",
    ))
    .ok()
});

/// A time in brackets: weekday, date, time, zone, and nothing that a person could be called.
static STAMP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^\s{0,8}\[(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )?\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ,]{1,2}\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?(?: ?(?:AM|PM|am|pm))?(?: ?(?:Z|UTC|GMT|[A-Z]{3,4}|[+-]\d{2}:?\d{2}|GMT[+-]\d{1,2}))?\][ \t]{0,4}",
    )
    .ok()
});

/// A message handed on from another channel: its name, who wrote it, an id or a time.
static CHANNEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^\s{0,8}\[(?:Telegram|WhatsApp|Slack|Discord|Signal|iMessage|SMS|Matrix|Teams|Email|Web|WebChat|Voice|LINE|WeChat)(?-u:\b)[^\]\n]{0,200}\][ \t]{0,4}",
    )
    .ok()
});

/// A tag at the place where it begins.
static TAG: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^<([A-Za-z][A-Za-z0-9_.:-]{0,63})(?:\s[^<>]{0,512})?/?>").ok());

/// Whether no word of a text is a person's.
pub(super) fn is_foreign_as_a_whole(text: &str) -> bool {
    let text = text.trim_start();
    let head: String = text.chars().take(96).flat_map(char::to_lowercase).collect();
    let is_announced = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref().is_none_or(|pattern| pattern.is_match(text));
    let is_structure = text.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    OPENERS.iter().any(|opener| head.starts_with(opener))
        || is_structure
        || (text.starts_with('[') && stamp(text).is_none() && channel(text).is_none() && is_announced(&BRACKETED))
        || is_announced(&ABOUT_TALK)
        || is_announced(&SUMMARY)
}

/// Whether the beginning leaves open who wrote the text.
pub(super) fn is_doubtful(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(32).flat_map(char::to_lowercase).collect();
    DOUBTFUL.iter().any(|opener| head.starts_with(opener))
}

/// Where the time ends that a client put in front.
pub(super) fn stamp(text: &str) -> Option<usize> {
    STAMP.as_ref()?.find(text).map(|found| found.end())
}

fn channel(text: &str) -> Option<usize> {
    CHANNEL.as_ref()?.find(text).map(|found| found.end())
}

/// Steps over what a client put in front of a person's words. A time can be nobody's
/// doing; a name in brackets can hold a bracket, so what follows is not certain.
pub(super) fn skip_stamp(cut: &mut Cut<'_>) {
    let (stamp, channel) = (stamp(cut.text), channel(cut.text));
    if let Some(end) = stamp.or(channel) {
        let is_tainted = cut.is_tainted || stamp.is_none();
        cut.foreign(end);
        cut.is_tainted = is_tainted;
    }
}

/// What a tag at the beginning of `text` does.
pub(super) enum Tagged {
    /// Everything up to here is the envelope, and foreign.
    Foreign(usize),
    /// The person's words stand between these two places, the tag ends at the third.
    Person {
        /// Behind the opening tag.
        start: usize,
        /// Before the closing one.
        end: usize,
        /// Behind it.
        after: usize,
        /// Whether the envelope is a person's for certain.
        is_certain: bool,
    },
}

/// The envelope that begins at the beginning of `text`, if a tag stands there.
/// `at_line_start`: in the middle of a line a tag is an envelope only if its name is
/// no word of HTML, and it is closed.
pub(super) fn tagged(text: &str, at_line_start: bool) -> Option<Tagged> {
    let found = TAG.as_ref()?.captures(text)?;
    let (whole, name) = (found.get(0)?, found.get(1)?.as_str());
    let is_inline = INLINE.contains(&name.to_ascii_lowercase().as_str());
    let closing = format!("</{name}>");
    // The last closing tag: what is inside may bring one of its own.
    let close = text.rfind(&closing);
    let lower = name.to_ascii_lowercase();
    let is_certain = OF_A_PERSON.contains(&lower.as_str());
    if is_certain || OF_SOMEBODY.contains(&lower.as_str()) {
        let end = close.unwrap_or(text.len());
        let after = close.map_or(text.len(), |close| close + closing.len());
        return Some(Tagged::Person { start: whole.end(), end, after, is_certain });
    }
    let spans_lines = close.is_some_and(|close| text.get(..close).is_some_and(|inside| inside.contains('\n')));
    match close {
        Some(_) if is_inline && !spans_lines => None,
        // What a file or a page inside brings to close its own envelope must not end it
        // early; but two envelopes of one name beside each other are two.
        Some(_) => Some(Tagged::Foreign(first_close(text, name, &closing))),
        None if whole.as_str().ends_with("/>") => Some(Tagged::Foreign(whole.end())),
        None if is_inline || !at_line_start => None,
        None => Some(Tagged::Foreign(text.len())),
    }
}

/// The end of the closing tag that pairs with the opening one.
fn first_close(text: &str, name: &str, closing: &str) -> usize {
    let opening = format!("<{name}");
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..) {
        let (open, close) = (rest.find(&opening), rest.find(closing));
        match (open, close) {
            (Some(open), Some(close)) if open < close => {
                depth += 1;
                at += open + opening.len();
            }
            (_, Some(close)) => {
                at += close + closing.len();
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            (_, None) => break,
        }
    }
    text.len()
}

#[cfg(test)]
pub(super) fn all_patterns_compile() -> bool {
    [&BRACKETED, &ABOUT_TALK, &SUMMARY, &STAMP, &CHANNEL, &TAG].iter().all(|pattern| pattern.is_some())
}
