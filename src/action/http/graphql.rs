//! GraphQL documents: what their operations do, told by the fields at their top.
//!
//! A document may hold several operations and says elsewhere which of them runs; a
//! field may have any alias; strings and comments say nothing.

use crate::action::name::Phrase;
use crate::kind::Kind;

/// How many pieces of a document are looked at.
const PIECES_MAX: usize = 50_000;

/// Whether a text is a GraphQL document.
pub(in crate::action) fn looks_like(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let word: String = start.chars().take_while(|c| c.is_ascii_alphabetic()).collect();
    let is_worded = matches!(word.as_str(), "query" | "mutation" | "subscription" | "fragment");
    let behind = start.get(word.len()..).unwrap_or_default().trim_start();
    let opens = behind.starts_with(['{', '(', '@']) || is_worded && behind.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let is_json = start.starts_with("{\"") || start.starts_with("{}");
    (is_worded && opens && text.contains('{'))
        || (start.starts_with('#') || word.is_empty() && start.starts_with('{')) && !is_json && text.contains('}')
}

/// What the operations of a document do; with a name, what the operation of that name does.
pub(in crate::action) fn kinds(document: &str, chosen: Option<&str>) -> Vec<Kind> {
    let pieces = pieces(document);
    let definitions = definitions(&pieces);
    let is_chosen =
        |definition: &&Definition<'_>| chosen.is_some_and(|name| definition.sort != "fragment" && definition.name == Some(name));
    let has_chosen = definitions.iter().any(|d| is_chosen(&d));
    let (mut kinds, mut reads) = (Vec::new(), true);
    for definition in &definitions {
        let runs = !has_chosen || definition.sort == "fragment" || is_chosen(&definition);
        let changes =
            definition.sort == "mutation" || definition.sort == "fragment" && definition.on.is_some_and(|on| on.contains("Mutation"));
        if changes && runs {
            reads = false;
            for field in &definition.fields {
                let found = Phrase::of_name(field).kinds();
                kinds.extend(if found.is_empty() { vec![Kind::Unknown] } else { found });
            }
        }
    }
    if reads {
        return vec![Kind::ReadNetwork];
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

struct Definition<'a> {
    sort: &'a str,
    name: Option<&'a str>,
    /// What a fragment is a piece of.
    on: Option<&'a str>,
    fields: Vec<&'a str>,
}

/// Names and brackets; strings, comments and numbers are left out.
fn pieces(document: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(character) = document.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = document.get(at..).unwrap_or_default();
        let length = match character {
            '"' if rest.starts_with("\"\"\"") => rest.get(3..).and_then(|inner| inner.find("\"\"\"")).map_or(rest.len(), |end| end + 6),
            '"' => string_length(rest),
            '#' => rest.find('\n').unwrap_or(rest.len()),
            c if c.is_alphabetic() || c == '_' => {
                let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
                pieces.extend(rest.get(..length));
                length
            }
            '{' | '}' | '(' | ')' | ':' | '@' | '$' => {
                pieces.extend(rest.get(..1));
                1
            }
            '.' if rest.starts_with("...") => {
                pieces.push("...");
                3
            }
            other => other.len_utf8(),
        };
        at += length.max(1);
        if pieces.len() > PIECES_MAX {
            break;
        }
    }
    pieces
}

fn string_length(rest: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' | b'\n' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn definitions<'a>(pieces: &[&'a str]) -> Vec<Definition<'a>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&piece) = pieces.get(at) {
        let mut definition = Definition { sort: "query", name: None, on: None, fields: Vec::new() };
        if matches!(piece, "query" | "mutation" | "subscription" | "fragment") {
            definition.sort = piece;
            at += 1;
            definition.name = pieces.get(at).copied().filter(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'));
            if definition.sort == "fragment" && pieces.get(at + 1) == Some(&"on") {
                definition.on = pieces.get(at + 2).copied();
            }
        } else if piece != "{" {
            at += 1;
            continue;
        }
        at = body(pieces, at, &mut definition);
        found.push(definition);
    }
    found
}

/// The fields between the braces that come next; gives where they close.
fn body<'a>(pieces: &[&'a str], from: usize, definition: &mut Definition<'a>) -> usize {
    let (mut braces, mut parentheses) = (0_usize, 0_usize);
    let mut at = from;
    while let Some(&piece) = pieces.get(at) {
        let next = pieces.get(at + 1).copied().unwrap_or_default();
        let before = at.checked_sub(1).and_then(|at| pieces.get(at)).copied().unwrap_or_default();
        match piece {
            "(" => parentheses += 1,
            ")" => parentheses = parentheses.saturating_sub(1),
            "{" if parentheses == 0 => braces += 1,
            "}" if parentheses == 0 => {
                braces = braces.saturating_sub(1);
                if braces == 0 {
                    return at + 1;
                }
            }
            _ if braces == 1 && parentheses == 0 && is_field(piece, before, next) => definition.fields.push(piece),
            _ => {}
        }
        at += 1;
    }
    at
}

/// A field: no alias, no directive, no fragment's name.
fn is_field(piece: &str, before: &str, next: &str) -> bool {
    piece.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && next != ":"
        && !matches!(before, "..." | "@" | "$" | "on")
        && piece != "on"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(document: &str, chosen: Option<&str>) -> String {
        kinds(document, chosen).iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_fields_at_the_top_decide() {
        assert_eq!(told("mutation($id:ID!){ gone: deleteTeam(id:$id){ id } }", None), "delete");
        assert_eq!(told("query Deleted { teams(state: DELETED) { deleteUrl } }", None), "read.network");
        assert_eq!(told("{ search(text: \"mutation { deleteAll }\") { hits } }", None), "read.network");
        assert_eq!(told("# mutation { deleteAll }\nquery { me { id } }", None), "read.network");
        assert_eq!(told("mutation { ...Gone } fragment Gone on Mutation { purgeCache { ok } }", None), "delete");
        assert_eq!(told("mutation { frobnicate { ok } }", None), "unknown");
    }

    #[test]
    fn the_operation_that_is_named_runs_and_the_others_do_not() {
        let both = "query A { me { id } } mutation B { deleteTeam(id: 4) { ok } }";
        assert_eq!(told(both, Some("B")), "delete");
        assert_eq!(told(both, Some("A")), "read.network");
        assert_eq!(told(both, None), "delete");
        assert_eq!(told(both, Some("Neither")), "delete");
    }

    #[test]
    fn a_document_is_told_from_other_text() {
        for document in ["{ me { id } }", "query A($x: Int) { a }", "mutation { a }", "fragment F on T { a } query { ...F }"] {
            assert!(looks_like(document), "{document}");
        }
        for text in ["{\"a\": 1}", "select 1", "query the database", "fragment of a sentence"] {
            assert!(!looks_like(text), "{text}");
        }
    }
}
