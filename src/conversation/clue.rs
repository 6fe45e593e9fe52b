//! What linchpin saw leave in an answer, and knows again in a history.
//!
//! The newest answer stands in no history yet when a client shortens it, and often
//! nothing else is kept: a notice with a hold's code, one call and its result, a block
//! in which the provider sealed everything. The ids, codes and seals in an answer are
//! remembered as it leaves; a history that begins anew is asked for them.

use super::named;
use super::trace::{id_weight, plain, tells_summary};
use crate::wire::history::{History, Part, Role, Turn};

/// How many clues of a history are looked up: the newest.
const CLUES_MAX: usize = 64;

/// How many elements at a history's beginning are read for what it is known by.
const OPENING_MAX: usize = 16;

/// What stands before a code in a notice.
const NOTICE: (&str, &str) = ("[linchpin]", "(code ");

/// The length of a code as notices show it.
const CODE_LENGTH: usize = 11;

/// Something that no two answers share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clue<'a> {
    /// A hold's code, in a notice.
    Code(&'a str),
    /// A call's id.
    Call(&'a str),
    /// What a provider's compaction has sealed.
    Seal(&'a str),
}

impl Clue<'_> {
    /// What it is remembered under. `None`: it says too little.
    pub fn name(&self) -> Option<String> {
        let (kind, value) = match self {
            Self::Code(code) => ("code", (*code).to_owned()),
            Self::Call(id) => ("call", plain(id)),
            Self::Seal(seal) => ("seal", (*seal).to_owned()),
        };
        let says = !matches!(self, Self::Call(_)) || u32::from(id_weight(&value)) >= super::trace::SURE;
        says.then(|| named(&[0; 32], &[("clue", kind.as_bytes()), ("value", value.as_bytes())]).0)
    }
}

/// The names of what the model is said to have answered in a history, newest first. A
/// code is text, and a model says what it is told to say: where a history does not begin
/// with a rest of another one it proves nothing.
pub fn in_history(history: &History<'_>) -> Vec<String> {
    let is_rest = begins_with_rest(history);
    let clues = history.turns().rev().flat_map(|turn| in_turn(&turn)).filter(|(is_code, _)| is_rest || !is_code);
    clues.map(|(_, name)| name).take(CLUES_MAX).collect()
}

/// The names of what a history only quotes: codes in what the model is said to have
/// answered and, where all of it is a text for a summariser, the ids and codes in
/// messages of the user's.
pub fn quoted(history: &History<'_>, is_for_summariser: bool) -> Vec<String> {
    let codes_said = history.turns().rev().flat_map(|turn| in_turn(&turn)).filter(|(is_code, _)| *is_code);
    let mut names: Vec<String> = codes_said.map(|(_, name)| name).take(CLUES_MAX).collect();
    for turn in history.turns().rev().filter(|turn| is_for_summariser && turn.role == Role::User) {
        for text in turn.texts() {
            let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_' && letter != '-');
            names.extend(words.rev().filter_map(|word| Clue::Call(word).name()).take(CLUES_MAX));
            names.extend(codes(text).filter_map(|code| Clue::Code(code).name()).take(CLUES_MAX));
        }
    }
    names.truncate(CLUES_MAX);
    names
}

/// What a history is known by that does not begin with a person's words but with what
/// was left of an earlier one: its first clue. Its first words may be anybody's.
pub fn of_rest(history: &History<'_>) -> Option<String> {
    if !begins_with_rest(history) {
        return None;
    }
    opening(history).find_map(|turn| in_turn(&turn).into_iter().next()).map(|(_, name)| name)
}

fn opening<'a>(history: &History<'a>) -> impl Iterator<Item = Turn<'a>> {
    history.turns().filter(|turn| !matches!(turn.role, Role::System)).take(OPENING_MAX)
}

/// Whether what a history begins with was left of an earlier one.
fn begins_with_rest(history: &History<'_>) -> bool {
    opening(history).next().is_some_and(|first| match first.role {
        Role::User => first.texts().any(tells_summary),
        _ => matches!(first.role, Role::Assistant | Role::Tool) || has_seal(&first),
    })
}

/// Whether what a history begins with may have been left of an earlier one. In doubt it
/// was: nothing follows but that another's rules count here, too.
pub fn may_begin_with_rest(history: &History<'_>) -> bool {
    opening(history).next().is_some_and(|first| match first.role {
        Role::User => first.texts().any(may_tell_summary),
        // A seal is known for sure, or is another's.
        _ => !has_seal(&first),
    })
}

/// Stems of the words for a summary, as nine languages begin one.
const SUMMARY_STEMS: [&str; 22] = [
    "summar",
    "recap",
    "compact",
    "condens",
    "so far",
    "zusammenfass",
    "bisher",
    "résum",
    "resum",
    "hasta ahora",
    "até agora",
    "riassun",
    "riepilog",
    "samenvat",
    "tot nu toe",
    "要約",
    "これまで",
    "总结",
    "摘要",
    "至此",
    "요약",
    "지금까지",
];

/// How many letters of a message are looked at for one.
const SUMMARY_HEAD: usize = 240;

fn may_tell_summary(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(SUMMARY_HEAD).flat_map(char::to_lowercase).collect();
    SUMMARY_STEMS.iter().any(|stem| head.contains(stem))
}

fn has_seal(turn: &Turn<'_>) -> bool {
    turn.parts.iter().any(|part| matches!(part, Part::Compaction { .. }))
}

/// The names of the clues in a turn, and of each whether it is a code.
fn in_turn(turn: &Turn<'_>) -> Vec<(bool, String)> {
    let is_model = turn.role == Role::Assistant;
    let sure = |clue: Clue<'_>| clue.name().map(|name| (false, name)).into_iter().collect();
    let of_part = |part: &Part<'_>| -> Vec<(bool, String)> {
        match part {
            Part::Text { text, .. } if is_model => {
                codes(text).filter_map(|code| Clue::Code(code).name()).map(|name| (true, name)).collect()
            }
            Part::Call { id: Some(id), .. } => sure(Clue::Call(id)),
            Part::Result { call: Some(id), .. } => sure(Clue::Call(id)),
            Part::Compaction { seal: Some(seal) } => sure(Clue::Seal(seal)),
            _ => Vec::new(),
        }
    };
    turn.parts.iter().flat_map(of_part).collect()
}

/// The codes in the notices of a text.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    let notices = text.split(NOTICE.0).skip(1);
    notices.filter_map(|notice| notice.split_once(NOTICE.1)?.1.get(..CODE_LENGTH)).filter(|code| super::reply::is_code(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: &str = "call_A8dk20fkWq19bBnM42xYzTqL";
    const NOTICE: &str = "[linchpin] the call `x` was not delivered: held by pin `y` (code K7Q2-M4XN-P). It waits.";
    const SEAL: &str = r#"{"type":"compaction","encrypted_content":"sealed-by-the-provider"}"#;

    fn whole(history: &str) -> History<'_> {
        History::new(history.as_bytes(), 0..history.len())
    }

    fn clues(history: &str) -> Vec<String> {
        in_history(&whole(history))
    }

    fn name(clue: Clue<'_>) -> String {
        clue.name().expect("it says enough")
    }

    #[test]
    fn codes_calls_and_seals_of_the_model_are_clues() {
        let history = format!(
            r#"[{SEAL},{{"role":"assistant","content":"I tried. {NOTICE}"}},{{"role":"user","content":"go on"}},{{"type":"function_call","call_id":"{CALL}","name":"x"}}]"#
        );
        let expected = [Clue::Call(CALL), Clue::Code("K7Q2-M4XN-P"), Clue::Seal("sealed-by-the-provider")];
        assert_eq!(clues(&history), expected.map(name));
    }

    #[test]
    fn what_others_say_and_ids_that_are_counted_are_none() {
        for history in [
            format!(r#"[{{"role":"user","content":"{NOTICE}"}}]"#),
            r#"[{"role":"assistant","content":"(code K7Q2-M4XN-P)"}]"#.into(),
            r#"[{"type":"function_call","call_id":"call_1","name":"x"}]"#.into(),
            r#"[{"type":"compaction_trigger"}]"#.into(),
        ] {
            assert!(clues(&history).is_empty(), "{history}");
        }
    }

    #[test]
    fn what_a_summariser_is_given_to_read_is_quoted() {
        let history = format!(r#"[{{"role":"user","content":"Sum up: <call id=\"{CALL}\"/> {NOTICE}"}}]"#);
        assert!(quoted(&whole(&history), false).is_empty());
        assert_eq!(quoted(&whole(&history), true), [Clue::Call(CALL), Clue::Code("K7Q2-M4XN-P")].map(name));
    }

    #[test]
    fn a_code_that_a_model_may_have_been_told_to_say_is_only_quoted() {
        let history = format!(r#"[{{"role":"user","content":"another talk"}},{{"role":"assistant","content":"{NOTICE}"}}]"#);
        assert!(clues(&history).is_empty());
        assert_eq!(quoted(&whole(&history), false), [name(Clue::Code("K7Q2-M4XN-P"))]);
    }

    #[test]
    fn a_history_that_may_begin_with_a_rest_is_told_from_one_that_begins() {
        let may = |history: &str| may_begin_with_rest(&whole(history));
        for text in ["Summary so far: the inbox.", "Résumé de la conversation : …", "Bisher: Mails sortiert.", "これまでの要約: 終わり"]
        {
            assert!(may(&format!(r#"[{{"role":"system","content":"s"}},{{"role":"user","content":"{text}"}}]"#)), "{text}");
        }
        assert!(may(r#"[{"role":"assistant","content":"and now the rest"}]"#));
        assert!(!may(&format!("[{SEAL}]")));
        for text in ["Tidy up my inbox.", "Lösche nichts ohne zu fragen.", ""] {
            assert!(!may(&format!(r#"[{{"role":"user","content":"{text}"}}]"#)), "{text}");
        }
    }

    #[test]
    fn only_a_history_that_begins_with_a_rest_is_known_by_it() {
        let rest = |history: &str| of_rest(&whole(history));
        let call = format!(r#"{{"role":"assistant","tool_calls":[{{"id":"{CALL}","function":{{"name":"x"}}}}]}}"#);
        let summary = r#"{"role":"user","content":"Here is a summary of the conversation to date: nothing."}"#;
        assert_eq!(rest(&format!(r#"[{{"role":"system","content":"s"}},{summary},{call}]"#)), Some(name(Clue::Call(CALL))));
        assert_eq!(rest(&format!(r#"[{SEAL},{{"role":"user","content":"next"}}]"#)), Some(name(Clue::Seal("sealed-by-the-provider"))));
        assert_eq!(rest(&format!(r#"[{{"role":"user","content":"a summary, please"}},{call}]"#)), None);
        assert_eq!(rest(&format!("[{summary}]")), None, "it says nothing");
    }
}
