//! What a text would make its readers do.
//!
//! An agent that may not change permissions can post that others should. Whoever
//! approves a post has to see that, so the commands and statements inside a text that
//! is sent or published are read like commands and statements of a call. This only
//! shows: no verdict is made of it.

use super::code::{self, Language};
use super::reading::Reading;
use super::{shell, sql};
use crate::call::Action;
use crate::json::{Arguments, Value, fold_key};
use crate::kind::Kind;
use crate::show;
use regex::Regex;
use std::sync::LazyLock;

/// How many pieces of code are read in the texts of one call.
const PIECES_MAX: usize = 64;

/// A longer piece of code is read as far as this, in bytes.
const PIECE_BYTES_MAX: usize = 4 * 1024;

/// How many characters of it are shown.
const SHOWN_CHARACTERS_MAX: usize = 120;

/// Arguments that are what the call itself runs, looks up or addresses, and no text for readers.
const NOT_FOR_READERS: [&str; 16] = [
    "command",
    "cmd",
    "script",
    "code",
    "sql",
    "query",
    "statement",
    "url",
    "uri",
    "path",
    "filepath",
    "filename",
    "to",
    "cc",
    "bcc",
    "id",
];

/// Commands and statements in the middle of a sentence: from a word that no sentence
/// uses otherwise to the end of its line.
static IN_PROSE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?m)(?:^|[\s:(])((?:sudo|chmod|chown|setfacl|icacls|rm -|git push|git reset --hard|kubectl|terraform|aws|gcloud|az|gsutil|docker|npm|pip3?|systemctl|curl|wget|iptables|ufw|useradd|passwd|DROP|DELETE FROM|TRUNCATE|GRANT|REVOKE|ALTER|UPDATE [A-Za-z_.]+ SET) [^\n]{1,400})",
    )
    .ok()
});

/// What the commands and statements in this call's texts would do to whoever follows
/// them, with the command itself as evidence; empty where there are none, or nothing that matters.
pub fn advised(arguments: &Arguments) -> Vec<Action> {
    let mut pieces = Vec::new();
    match arguments {
        Arguments::Object { object, .. } => object.iter().for_each(|(key, value)| walk(key, value, &mut pieces)),
        Arguments::Text(text) => pieces_of(text, &mut pieces),
    }
    let mut found: Vec<Action> = Vec::new();
    for piece in pieces.iter().take(PIECES_MAX) {
        let mut reading = Reading::new();
        read(&mut reading, piece);
        for action in reading.into_actions() {
            let matters = action.kind.is_consequential() || action.kind == Kind::ReadSecret;
            let action = Action { evidence: show::escape_short(piece.text.trim(), SHOWN_CHARACTERS_MAX), ..action };
            if matters && !found.iter().any(|known| known.kind == action.kind && known.evidence == action.evidence) {
                found.push(action);
            }
        }
    }
    found
}

/// One piece of code, and what language its fence names.
struct Piece<'a> {
    language: &'a str,
    text: &'a str,
}

fn walk<'a>(key: &str, value: &'a Value, pieces: &mut Vec<Piece<'a>>) {
    match value {
        Value::String(text) if !NOT_FOR_READERS.contains(&fold_key(key).as_str()) => pieces_of(text, pieces),
        Value::Array(elements) => elements.iter().for_each(|element| walk(key, element, pieces)),
        Value::Object(object) => object.iter().for_each(|(key, value)| walk(key, value, pieces)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Fences, code in backticks, lines behind a prompt, and commands inside sentences.
fn pieces_of<'a>(text: &'a str, pieces: &mut Vec<Piece<'a>>) {
    let mut rest = text;
    while let Some((before, fenced)) = rest.split_once("```") {
        in_lines(before, pieces);
        let (inside, after) = fenced.split_once("```").unwrap_or((fenced, ""));
        let (language, code) = inside.split_once('\n').unwrap_or(("", inside));
        pieces.push(Piece { language: language.trim(), text: code });
        if pieces.len() >= PIECES_MAX {
            return;
        }
        rest = after;
    }
    in_lines(rest, pieces);
}

fn in_lines<'a>(text: &'a str, pieces: &mut Vec<Piece<'a>>) {
    for line in text.lines() {
        if pieces.len() >= PIECES_MAX {
            return;
        }
        let bare = line.trim_start_matches([' ', '\t', '*', '-', '>']);
        if let Some(command) = bare.strip_prefix("$ ").or_else(|| bare.strip_prefix("# ").filter(|_| looks_run(bare))) {
            pieces.push(Piece { language: "sh", text: command });
            continue;
        }
        let mut spans = line.split('`');
        let mut prose = spans.next().into_iter().collect::<Vec<_>>();
        while let Some(code) = spans.next() {
            pieces.push(Piece { language: "", text: code });
            prose.extend(spans.next());
        }
        for part in prose {
            let found = IN_PROSE.iter().flat_map(|pattern| pattern.captures_iter(part)).filter_map(|found| found.get(1));
            pieces.extend(found.map(|found| Piece { language: "", text: without_end(found.as_str()) }));
        }
    }
}

/// `# rm -rf /x` behind a prompt, not `# A heading`.
fn looks_run(line: &str) -> bool {
    IN_PROSE.as_ref().is_some_and(|pattern| pattern.is_match(line))
}

/// A command in a sentence ends before the sentence's own signs.
fn without_end(command: &str) -> &str {
    let end = command.find(". ").or_else(|| command.find(", ")).or_else(|| command.find(" and then ")).unwrap_or(command.len());
    command.get(..end).unwrap_or(command).trim_end_matches(['.', ',', ';', ':', ')', '!', '?'])
}

fn read(reading: &mut Reading, piece: &Piece<'_>) {
    let text = piece.text.trim();
    let text = text.get(..text.floor_char_boundary(PIECE_BYTES_MAX)).unwrap_or(text);
    // A name in backticks is no command.
    if text.is_empty() || (piece.language.is_empty() && !text.contains(char::is_whitespace)) {
        return;
    }
    if matches!(piece.language, "json" | "yaml" | "yml" | "toml" | "xml" | "html" | "css" | "text" | "txt" | "diff" | "markdown" | "md") {
        return;
    }
    match Language::of_name(piece.language) {
        Some(language) => code::read(reading, language, text),
        None if sql::looks_like(text) => sql::read(reading, text),
        None => shell::read(reading, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Input;
    use crate::json::read_arguments;

    fn kinds(text: &str) -> Vec<&'static str> {
        let arguments = serde_json::json!({"thread": 4711, "body": text}).to_string();
        let mut kinds: Vec<&str> =
            advised(&read_arguments(&Input::Json(arguments)).expect("readable")).iter().map(|action| action.kind.name()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    #[test]
    fn a_post_that_tells_readers_to_change_something_is_known_by_it() {
        assert_eq!(kinds("Just run `chmod -R 777 /srv/share` and it works."), ["permission"]);
        assert_eq!(kinds("Try this:\n```sh\nrm -rf ./cache\n```\nand restart."), ["delete"]);
        assert_eq!(kinds("Fix: sudo chmod -R 777 /srv/share, then log in again."), ["permission"]);
        assert_eq!(kinds("```sql\nDELETE FROM sessions WHERE user_id = 4;\n```"), ["delete"]);
        assert_eq!(kinds("As admin: GRANT ALL ON crm.* TO intern;"), ["permission"]);
        assert_eq!(kinds("$ git push --force origin main"), ["overwrite", "publish.push"]);
    }

    #[test]
    fn a_post_that_only_talks_makes_nobody_do_anything() {
        for text in [
            "Thanks, that works now!",
            "Use `ls -la` to see the modes, or read the `README`.",
            "I deleted my branch and the problem was gone.",
            "```json\n{\"delete\": true}\n```",
            "# Removing users\nPlease ask an admin.",
            "",
        ] {
            assert_eq!(kinds(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn the_call_s_own_command_is_not_told_to_anybody() {
        let arguments = read_arguments(&Input::Json(r#"{"command":"`rm -rf /x`","to":"`rm -rf /x`"}"#.into())).expect("readable");
        assert!(advised(&arguments).is_empty());
    }

    #[test]
    fn a_text_full_of_code_is_read_to_a_bound() {
        let arguments = serde_json::json!({"body": "`rm -rf /x` ".repeat(20_000)}).to_string();
        assert_eq!(advised(&read_arguments(&Input::Json(arguments)).expect("readable")).len(), 1);
    }
}
