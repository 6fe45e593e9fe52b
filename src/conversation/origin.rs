//! Where a held call's targets came from: whoever decides wants to know whose wish it is.
//!
//! A mail that was found in a search and a mail that the user named are the same bytes
//! in the call. This file looks each target up in the history the call grew out of. It
//! runs when a hold is opened, looks through a bounded part of the history, newest
//! first, and shows; nothing is ever decided on it.

use super::speech::{self, Voice};
use crate::wire::history::{History, Part, Role, Turn};
use memchr::memmem;

/// How many targets are looked up.
const TARGETS_MAX: usize = 16;

/// Shorter targets stand everywhere by chance.
const TARGET_BYTES_MIN: usize = 3;

/// How much text is looked through, newest first.
const TEXT_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Where one target came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The target, as the call spells it.
    pub target: String,
    /// Who brought it in.
    pub source: Source,
    /// The message it was first seen in there, counted from 1.
    pub message: Option<usize>,
    /// The tool whose result it was found in, as far as that can be told.
    pub tool: Option<String>,
}

/// Who brought a target in. Of several the one that says most about the user's wish;
/// a tool's result outweighs a user's message that may be somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Nobody: it stands nowhere in the history.
    Nowhere,
    /// Part of the history is with the provider, or was too long to be looked through.
    Unseen,
    /// The system text.
    System,
    /// A message of role `user`; perhaps not their own words.
    UserMessage,
    /// A tool's result.
    ToolResult,
    /// The user's own words, certainly.
    OwnWords,
}

impl Source {
    /// The word in every JSON shape, and for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nowhere => "nowhere",
            Self::Unseen => "unseen",
            Self::System => "system text",
            Self::UserMessage => "user message",
            Self::ToolResult => "tool result",
            Self::OwnWords => "own words",
        }
    }
}

impl Origin {
    /// Where it stands, in words: "message 3", "message 4, the result of `search`".
    pub fn place(&self) -> Option<String> {
        let message = format!("message {}", self.message?);
        Some(match &self.tool {
            Some(tool) => format!("{message}, the result of `{tool}`"),
            None => message,
        })
    }
}

/// Looks up where targets came from. `system`: the client's system text outside the
/// history; `is_partial`: whether the provider keeps more of the history.
pub fn origins<'t>(history: &History<'_>, system: &str, is_partial: bool, targets: impl IntoIterator<Item = &'t str>) -> Vec<Origin> {
    let mut found: Vec<Origin> = Vec::new();
    for target in targets {
        if found.len() < TARGETS_MAX && found.iter().all(|origin| origin.target != target) {
            found.push(Origin { target: target.to_owned(), source: Source::Nowhere, message: None, tool: None });
        }
    }
    let mut left = TEXT_BYTES_MAX;
    let mut calls: Vec<(usize, String)> = Vec::new();
    for turn in history.turns().rev() {
        look(&turn, &mut found, &mut calls, &mut left);
        if left == 0 {
            break;
        }
    }
    for origin in &mut found {
        let is_in_system = origin.source == Source::Nowhere && stands_in(system, &origin.target);
        if is_in_system {
            origin.source = Source::System;
        } else if origin.source == Source::Nowhere && (is_partial || left == 0) {
            origin.source = Source::Unseen;
        }
    }
    found
}

/// Looks for all targets in one turn. `calls` are results seen later whose call stands
/// further ahead: the place in `found`, and the call's id.
fn look(turn: &Turn<'_>, found: &mut [Origin], calls: &mut Vec<(usize, String)>, left: &mut usize) {
    for part in &turn.parts {
        match part {
            Part::Text { text, .. } => {
                let source = match turn.role {
                    Role::User => Source::UserMessage,
                    Role::System => Source::System,
                    _ => continue,
                };
                let is_alone = source == Source::UserMessage && !turn.has_results();
                for (_, origin) in hits(text, found, left) {
                    let source = if is_alone && is_own(text, &origin.target) { Source::OwnWords } else { source };
                    note(origin, source, turn.place);
                }
            }
            Part::Result { call, tool, texts } => {
                for text in texts {
                    for (place, origin) in hits(text, found, left) {
                        if note(origin, Source::ToolResult, turn.place) {
                            calls.retain(|(other, _)| *other != place);
                            calls.extend(call.as_deref().map(|call| (place, plain(call))));
                            origin.tool = tool.as_deref().map(str::to_owned);
                        }
                    }
                }
            }
            Part::Call { id: Some(id), tool: Some(tool) } => {
                let id = plain(id);
                calls.retain(|(place, call)| {
                    let is_its = *call == id;
                    if is_its && let Some(origin) = found.get_mut(*place) {
                        origin.tool = Some(tool.clone().into_owned());
                    }
                    !is_its
                });
            }
            Part::Call { .. } | Part::Compaction { .. } | Part::Other { .. } => {}
        }
    }
}

/// The targets that stand in a text.
fn hits<'f>(text: &str, found: &'f mut [Origin], left: &mut usize) -> impl Iterator<Item = (usize, &'f mut Origin)> {
    let is_read = *left > 0;
    *left = left.saturating_sub(text.len());
    found.iter_mut().enumerate().filter(move |(_, origin)| is_read && stands_in(text, &origin.target))
}

/// Remembers where a target was seen: the strongest source, and of that the oldest message.
fn note(origin: &mut Origin, source: Source, place: usize) -> bool {
    let is_better = source >= origin.source;
    if is_better {
        (origin.source, origin.message, origin.tool) = (source, Some(place + 1), None);
    }
    is_better
}

/// Clients rewrite the ids of calls: only letters and digits are compared.
fn plain(id: &str) -> String {
    id.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Whether a target stands in the part of a text that is certainly a person's.
fn is_own(text: &str, target: &str) -> bool {
    let pieces = speech::pieces(text);
    let mut own = pieces.iter().filter(|piece| piece.voice == Voice::Own).filter_map(|piece| text.get(piece.range.clone()));
    own.any(|piece| stands_in(piece, target))
}

/// Whether a target stands in a text with nothing directly beside it that would make it another.
fn stands_in(text: &str, target: &str) -> bool {
    if target.len() < TARGET_BYTES_MIN {
        return false;
    }
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (starts, ends) = (is_letter(target.chars().next()), is_letter(target.chars().next_back()));
    memmem::find_iter(text.as_bytes(), target.as_bytes()).any(|at| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + target.len()..).and_then(|after| after.chars().next());
        !(starts && is_letter(before) || ends && is_letter(after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HISTORY: &str = r#"[{"role":"system","content":"The archive is box-9."},
        {"role":"user","content":"please delete report-7.pdf"},
        {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"search_mail","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"call1","content":"m-1881: invoice\nm-1882: lunch"},
        {"role":"user","content":"> delete m-1883\n\nwhat is this?"},
        {"role":"assistant","content":"I will delete m-1999 too"}]"#;

    fn origin(target: &str) -> String {
        let history = History::new(HISTORY.as_bytes(), 0..HISTORY.len());
        let found = origins(&history, "", false, [target]);
        found.iter().map(|origin| format!("{} {}", origin.source.name(), origin.place().unwrap_or_default())).collect()
    }

    #[test]
    fn a_target_is_traced_to_whoever_brought_it_in() {
        assert_eq!(origin("report-7.pdf"), "own words message 2");
        assert_eq!(origin("m-1881"), "tool result message 4, the result of `search_mail`");
        assert_eq!(origin("m-1883"), "user message message 5");
        assert_eq!(origin("box-9"), "system text message 1");
        assert_eq!(origin("m-1999"), "nowhere ");
        assert_eq!(origin("m-188"), "nowhere ", "a piece of another id is not it");
    }

    #[test]
    fn a_result_that_only_names_its_tool_was_that_tool_s() {
        let history = r#"[{"parts":[{"text":"tidy up"}]},{"role":"user","parts":[{"functionResponse":{"name":"search_mail","response":{"output":"m-1880\nm-1881"}}}]}]"#;
        let found = origins(&History::new(history.as_bytes(), 0..history.len()), "", false, ["m-1881"]);
        assert_eq!(found[0].place().as_deref(), Some("message 2, the result of `search_mail`"));
    }

    #[test]
    fn what_a_tool_brought_in_is_not_the_user_s_for_being_pasted_once_more() {
        let history = r#"[{"role":"tool","tool_call_id":"c","content":"x-77"},{"role":"user","content":"> x-77"}]"#;
        let found = origins(&History::new(history.as_bytes(), 0..history.len()), "", false, ["x-77"]);
        assert_eq!(found[0].source, Source::ToolResult);
    }

    #[test]
    fn what_the_provider_keeps_is_not_said_to_stand_nowhere() {
        let found = origins(&History::new(b"[]", 0..2), "", true, ["x-77", "x-77"]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].source, Source::Unseen);
        assert_eq!(origins(&History::new(b"[]", 0..2), "keep x-77", true, ["x-77"])[0].source, Source::System);
    }

    #[test]
    fn only_so_much_is_looked_through_and_then_it_says_so() {
        let filler = format!(r#"{{"role":"user","content":"{}"}}"#, "z".repeat(TEXT_BYTES_MAX));
        let history = format!(r#"[{{"role":"user","content":"delete x-77"}},{filler}]"#);
        let found = origins(&History::new(history.as_bytes(), 0..history.len()), "", false, ["x-77"]);
        assert_eq!(found[0].source, Source::Unseen);
        let many: Vec<String> = (0..100).map(|place| format!("id-{place}")).collect();
        assert_eq!(origins(&History::new(b"[]", 0..2), "", false, many.iter().map(String::as_str)).len(), TARGETS_MAX);
    }
}
