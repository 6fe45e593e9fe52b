//! What a tool that writes files says it writes: under which keys the path stands, and
//! under which the content.

use super::Wrote;
use crate::json::{Object, Value};

/// Keys that name the file.
const PATH_KEYS: [&str; 20] = [
    "filepath",
    "path",
    "file",
    "filename",
    "targetfile",
    "absolutepath",
    "relativepath",
    "notebookpath",
    "pathinproject",
    "relativeworkspacepath",
    "targetpath",
    "outputpath",
    "outputfile",
    "destinationpath",
    "filepathname",
    "fullpath",
    "dest",
    "destination",
    "uri",
    "name",
];
/// Keys that hold all of it.
const WHOLE_KEYS: [&str; 14] = [
    "content",
    "contents",
    "filetext",
    "filecontent",
    "filecontents",
    "text",
    "data",
    "body",
    "codecontent",
    "newcontent",
    "newcontents",
    "source",
    "code",
    "script",
];
/// Keys that hold what is put into it.
const PIECE_KEYS: [&str; 16] = [
    "newstring",
    "newstr",
    "newtext",
    "replacement",
    "replace",
    "replacewith",
    "inserttext",
    "insertcontent",
    "newsource",
    "codeedit",
    "repl",
    "replacementcontent",
    "replacementchunk",
    "diff",
    "textedit",
    "newcode",
];
/// Keys that hold lists of the same.
const LIST_KEYS: [&str; 10] =
    ["edits", "files", "changes", "operations", "replacements", "replacementchunks", "writes", "items", "updates", "patches"];
/// How many elements of such lists are looked at.
const ELEMENTS_MAX: usize = 256;
/// How deep they may stand in each other.
const DEPTH_MAX: usize = 4;

/// What this call writes, and whether some of it was not looked at.
pub(in crate::action) fn of_call(object: &Object, words: &[String]) -> Vec<Wrote> {
    let has = |verbs: &[&str]| words.iter().any(|word| verbs.contains(&word.as_str()));
    if has(&["move", "rename", "copy", "mv", "cp"]) {
        return copied(object).into_iter().collect();
    }
    let mode = object.get_folded(&["mode", "append", "writemode"]);
    let appends = matches!(mode, Some(Value::Bool(true))) || mode.and_then(Value::as_str).is_some_and(|mode| mode.starts_with('a'));
    let is_piece = appends || has(&["append", "insert", "edit", "replace", "patch", "update"]);
    let mut wrote = Vec::new();
    look(object, None, is_piece, 0, &mut wrote);
    wrote
}

fn copied(object: &Object) -> Option<Wrote> {
    let at = |keys: &[&str]| object.get_folded(keys).and_then(Value::as_str).map(str::to_owned);
    let from = at(&["source", "sourcepath", "from", "oldpath", "src", "path", "file", "oldname"])?;
    let to = at(&["destination", "destinationpath", "to", "newpath", "dest", "dst", "target", "newname"])?;
    Some(Wrote::Copy { from, to })
}

fn look(object: &Object, outer: Option<&str>, is_piece: bool, depth: usize, wrote: &mut Vec<Wrote>) {
    let path = PATH_KEYS.iter().find_map(|key| object.get_folded(&[key]).and_then(Value::as_str)).or(outer);
    if let Some(path) = path {
        for (keys, is_piece) in [(&WHOLE_KEYS[..], is_piece), (&PIECE_KEYS[..], true)] {
            for text in keys.iter().filter_map(|key| object.get_folded(&[key])).filter_map(text_of) {
                let (path, text) = (path.to_owned(), Some(text));
                wrote.push(if is_piece { Wrote::Piece { path, text } } else { Wrote::Whole { path, text } });
            }
        }
    }
    if depth >= DEPTH_MAX {
        return;
    }
    for key in LIST_KEYS {
        match object.get_folded(&[key]) {
            Some(Value::Array(items)) => {
                let objects =
                    items.iter().take(ELEMENTS_MAX).filter_map(|item| if let Value::Object(inner) = item { Some(inner) } else { None });
                objects.for_each(|inner| look(inner, path, is_piece || key != "files" && outer.is_some(), depth + 1, wrote));
            }
            Some(Value::Object(inner)) => {
                // `files: {"x.sh": "…"}`
                for (name, value) in inner.iter().take(ELEMENTS_MAX) {
                    match value {
                        Value::String(text) => wrote.push(Wrote::Whole { path: name.to_owned(), text: Some(text.clone()) }),
                        Value::Object(inner) => look(inner, Some(name), is_piece, depth + 1, wrote),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

/// A text, or the lines of one.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(lines) if !lines.is_empty() => {
            lines.iter().map(|line| line.as_str().map(|line| format!("{}\n", line.trim_end_matches('\n')))).collect()
        }
        _ => None,
    }
}
