//! What a provider's own compaction leaves behind: a block or an item that only the
//! provider can read, and that the client hands back as it came.
//!
//! It stands in an answer once, and at the head of every history from then on. By what
//! is sealed in it the two are known for one another.

use crate::json;
use memchr::memmem;
use serde_json::value::RawValue;

/// The members in which something is sealed, most telling first.
const SEALED: [&str; 3] = ["encrypted_content", "signature", "content"];

/// Seals shorter than this could be anybody's, in bytes.
const SEAL_BYTES_MIN: usize = 16;

/// How deep an answer may nest a compaction: in a block or item, in a list, in a message
/// or response, in an event.
const DEPTH_MAX: usize = 6;

/// How many are looked for in one piece of an answer.
const SEALS_MAX: usize = 8;

/// What every kind of compaction has in its name.
const WORD: &str = "compaction";

/// Whether an element of a history, or a block in one, is what a compaction left behind.
/// One that asks for a compaction is not.
pub fn is_compaction(kind: &str) -> bool {
    kind == WORD || kind == "compaction_summary"
}

/// The seal of a compaction's block or item.
pub fn seal(element: &str) -> Option<String> {
    let members = json::members(element.as_bytes()).ok()?;
    let text = |key: &&str| members.iter().find(|member| member.key == **key).and_then(|member| json::as_string(member.value));
    SEALED.iter().filter_map(text).find(|text| text.len() >= SEAL_BYTES_MIN).map(std::borrow::Cow::into_owned)
}

/// The seals in an answer, or in one event of it.
pub fn seals(answer: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    // Hardly any answer has one.
    if memmem::find(answer, WORD.as_bytes()).is_some()
        && let Ok(text) = std::str::from_utf8(answer)
    {
        look(text.trim_ascii(), 0, &mut found);
    }
    found
}

fn look(value: &str, depth: usize, found: &mut Vec<String>) {
    if depth > DEPTH_MAX || found.len() >= SEALS_MAX || memmem::find(value.as_bytes(), WORD.as_bytes()).is_none() {
        return;
    }
    let inner = |value: &RawValue, found: &mut Vec<String>| look(value.get(), depth + 1, found);
    if value.starts_with('[') {
        json::elements(value.as_bytes()).unwrap_or_default().into_iter().for_each(|element| inner(element, found));
    } else if value.starts_with('{') {
        let members = json::members(value.as_bytes()).unwrap_or_default();
        let kind = members.iter().find(|member| member.key == "type").and_then(|member| json::as_string(member.value));
        // A streamed block brings its seal behind it, as a delta.
        if kind.is_some_and(|kind| is_compaction(&kind) || kind == "compaction_delta") {
            found.extend(seal(value));
        }
        members.iter().for_each(|member| inner(member.value, found));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOB: &str = "gAAAAABsealed-by-the-provider";

    #[test]
    fn a_seal_is_found_wherever_an_answer_has_it() {
        for answer in [
            format!(
                r#"{{"object":"response.compaction","output":[{{"role":"user"}},{{"type":"compaction","encrypted_content":"{BLOB}"}}]}}"#
            ),
            format!(r#"{{"type":"response.output_item.done","item":{{"type":"compaction","id":"cmp_1","encrypted_content":"{BLOB}"}}}}"#),
            format!(
                r#"{{"type":"response.completed","response":{{"output":[{{"type":"compaction_summary","encrypted_content":"{BLOB}"}}]}}}}"#
            ),
            format!(r#"{{"content":[{{"type":"compaction","content":"a summary of all that","signature":"{BLOB}"}}]}}"#),
            format!(
                r#"{{"type":"content_block_delta","delta":{{"type":"compaction_delta","content":null,"encrypted_content":"{BLOB}"}}}}"#
            ),
        ] {
            assert_eq!(seals(answer.as_bytes()), [BLOB], "{answer}");
        }
    }

    #[test]
    fn words_about_a_compaction_are_none() {
        for answer in [
            format!(r#"{{"content":[{{"type":"text","text":"compaction {BLOB}"}}],"stop_reason":"compaction"}}"#),
            format!(r#"{{"input":[{{"type":"compaction_trigger","content":"{BLOB}"}}]}}"#),
            format!(r#"{{"arguments":"{{\"type\":\"compaction\",\"signature\":\"{BLOB}\"}}"}}"#),
            r#"{"type":"compaction","content":null}"#.into(),
            r#"{"type":"compaction","content":"short"}"#.into(),
            "compaction [[[[".into(),
        ] {
            assert!(seals(answer.as_bytes()).is_empty(), "{answer}");
        }
    }
}
