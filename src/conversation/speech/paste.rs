//! What people paste: fences, quotations, mails, logs, diffs, documents, chats.
//!
//! Read line by line. A shape that no sentence has (a fence, `>`, a mail's head, a
//! time at the beginning of a line) makes a line foreign; a sentence that hands
//! something over ("Summarise this:") makes foreign what it hands over.

use super::envelope::{self, Tagged};
use super::{Cut, Voice};
use regex::Regex;
use std::sync::LazyLock;

/// How many lines are read; of a longer text the rest may be a person's, never certainly.
const LINES_MAX: usize = 4_096;

/// How many tags are looked at; behind the last of them all is foreign.
const TAGS_MAX: usize = 256;

type Pattern = LazyLock<Option<Regex>>;

/// Mails, forwarded or with their head; from there on all is the mail's.
static MAIL: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:\*{0,2})(?:from|subject|von|betreff|objet|asunto|assunto|oggetto|发件人|主题|件名|差出人)\*{0,2}\s?[:：]\s?\S|^-{2,}\s?(?:forwarded|original|weitergeleitete|ursprüngliche|message transf|mensaje reenviado|mensagem encaminhada|messaggio inoltrato)|^begin forwarded message",
    )
    .ok()
});

/// "Bob wrote:", "On Monday Bob wrote:", and the same elsewhere.
static WROTE: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:(?-u:\b)(?:wrote|writes|said|says|schrieb|schreibt|a écrit|escribió|escreveu|ha scritto|replied|posted|commented)|写道|さんは書きました)\s?[:：]\s{0,4}$|^(?:on|am|le|el|em|il) [^\n:：]{0,60}(?:[:.][^\n:：]{0,60})?(?:wrote|schrieb|a écrit|escribió|escreveu|ha scritto)[^\n:：]{0,60}[:：]\s{0,4}$",
    )
    .ok()
});

/// Logs, dumps, diffs, listings, exported chats: a line that a program wrote.
static PRINTED: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"^ {0,8}\[?[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}",
        r"|^ {0,8}\[?[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?[\])]? |^ {0,8}[\[(][0-9]{1,2}:[0-9]{2}(?: ?[AP]M)?[\])] ",
        r"|^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} ",
        r"|^ {0,8}\[?(?:ERROR|WARN|WARNING|INFO|DEBUG|TRACE|FATAL|CRITICAL)\]?[ :]",
        r"|^(?:diff --git |index [0-9a-f]{6,}|@@ -|--- [ab]/|\+\+\+ [ab]/|\*\*\* (?:Begin|Update|Add|Delete) )",
        r"|^Traceback \(most recent call last\)",
        r#"|^ {2,8}(?:File "[^"]*", line [0-9]|at [A-Za-z0-9_.<>$]+\()"#,
        r"|^[A-Za-z0-9_.]*[A-Z][a-z]+(?:Error|Exception|Warning): ",
        r"|^ {0,8}\[?[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{2,4},? [0-9]{1,2}:[0-9]{2}",
        r"|^commit [0-9a-f]{7,40}\s*$",
        r"|^(?:async )?(?:def|class) [A-Za-z0-9_]+.*:\s*$|^(?:import [A-Za-z0-9_., ]+|from [A-Za-z0-9_.]+ import .+)$|^#include ",
        r"|^(?:export |public |private |static |async )*(?:function|const|let|var|class|interface|struct|fn|func) .*[{;]\s*$",
        r"|^\$ [^ ]|^(?:PS )?[A-Z]:\\[^>]*> ?[^ ]|^[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+:[^$# ]+[$#] ",
        r"|^\|.+\|\s*$",
        r"|^[^ ]+(?: [^ ]+)?\s+[0-9]{1,2}:[0-9]{2}(?: ?[AP]M)?\s*$",
        r"|^(?:User|Human|Assistant|AI|Agent|Bot|Customer|Caller|System|Q|A|B|C) ?[:：] [^ ]",
    ))
    .ok()
});

/// A sentence that asks for something to be done to what follows its colon, which is
/// then not the person's.
static HANDS_OVER: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:(?-u:\b)(?:summari[sz]e|translate|proofread|rewrite|rephrase|paraphrase|shorten|simplify|critique|polish|classify|write the message|send the message|post the following|fasse|übersetze|übersetz|traduis|traduire|résume|résumer|traduce|traducir|resume|resumir|traduz|traduza|resuma|traduci|riassumi)(?-u:\b)|翻译|总结|概括|翻訳|要約|अनुवाद|सारांश)[^:：\n]{0,200}[:：]",
    )
    .ok()
});

/// A line that ends in a colon and announces what is pasted below it.
static ANNOUNCES: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:(?-u:\b)(?:explain|review|analy[sz]e|compare|edit|format|convert|turn this|turn the|extract|answer|reply|respond|here is|here's|here are|this is|these are|below|following|excerpt|attached|pasted|quote|transcript|email|e-mail|mail|message|article|document|policy|contract|readme|text|passage|paragraph|section|snippet|output|log|error|crashes|crash|got|erkläre|prüfe|hier ist|folgende[nrs]?|explique|voici|explica|aquí está|aqui está|spiega|ecco)(?-u:\b)|解释|以下|説明|次の|यह)[^:：\n]{0,200}[:：]\s*$",
    )
    .ok()
});

/// Headings under which people put their own words.
static OWN_HEADING: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?-u:\b)(?:my request|user request|request|task|tasks|todo|to do|goal|goals|rules?|constraints?|requirements?|instructions?|notes?|important|context|what i (?:want|need)|please|steps|plan|aufgabe|regeln|ziel|tâche|règles|tarea|reglas|tarefa|regras|compito|regole)(?-u:\b)|任务|规则|要求|タスク|ルール",
    )
    .ok()
});

/// A closing sentence about what stands before it.
static ABOVE: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:(?-u:\b)(?:above|oben|obige[nrs]?|ci-dessus|precedente|anterior|acima|sopra|add a section|summari[sz]e|translate|explain|proofread|rewrite|what do you think)(?-u:\b)|上面|上記|ऊपर)",
    )
    .ok()
});

fn is(pattern: &Pattern, text: &str) -> bool {
    // A pattern that could not be compiled (a test says that all can) leaves nothing certain.
    pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
}

#[cfg(test)]
pub(super) fn all_patterns_compile() -> bool {
    [&MAIL, &WROTE, &PRINTED, &HANDS_OVER, &ANNOUNCES, &OWN_HEADING, &ABOVE].iter().all(|pattern| pattern.is_some())
}

/// One line, with its break.
struct Line<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

/// Cuts the rest of a text.
pub(super) fn read(cut: &mut Cut<'_>) {
    let has_words_before = |cut: &Cut<'_>| cut.pieces.iter().any(|piece| piece.voice > Voice::Foreign);
    for _ in 0..LINES_MAX {
        let Some(line) = line_at(cut.text, cut.at) else { return };
        let bare = line.text.trim();
        if bare.is_empty() {
            cut.spoken(line.end, Voice::Own);
        } else if let Some(end) = fenced(cut.text, &line) {
            cut.foreign(end);
        } else if bare.starts_with('>') || is(&PRINTED, line.text) {
            let end = if bare.starts_with('>') { line.end } else { end_of_print(cut.text, &line) };
            cut.foreign(end);
        } else if is(&MAIL, bare) {
            let end = end_of_mail(cut.text, &line);
            cut.foreign(end);
        } else if bare.starts_with('#') && is_heading(bare) {
            heading(cut, &line, has_words_before(cut));
        } else if is(&WROTE, bare) && !next_is_quoted(cut.text, &line) {
            cut.spoken(line.end, Voice::Perhaps);
            cut.foreign(cut.text.len());
        } else if let Some(end) = handed_over(cut.text, &line).filter(|_| !bare.starts_with('<')) {
            cut.spoken(end, Voice::Own);
            cut.foreign(cut.text.len());
        } else {
            sentence(cut, &line);
        }
    }
    cut.rest(Voice::Perhaps);
}

fn line_at(text: &str, start: usize) -> Option<Line<'_>> {
    let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
    let end = start + rest.find('\n').map_or(rest.len(), |at| at + 1);
    Some(Line { start, end, text: text.get(start..end)?.trim_end_matches(['\n', '\r']) })
}

/// The end of what a fence at this line encloses. One that is not closed encloses the rest.
fn fenced(text: &str, line: &Line<'_>) -> Option<usize> {
    let bare = line.text.trim();
    let fence =
        ["```", "~~~", "\"\"\"", "'''"].into_iter().find(|fence| bare.starts_with(fence)).or_else(|| is_rule(bare).then_some(bare))?;
    if bare.get(fence.len()..).is_some_and(|rest| rest.contains(fence)) {
        return Some(line.end);
    }
    let mut next = line_at(text, line.end);
    while let Some(line) = next {
        if line.text.trim().starts_with(fence) {
            return Some(line.end);
        }
        next = line_at(text, line.end);
    }
    // A rule that no second one answers only parts what stands before and behind it.
    Some(if is_rule(bare) { line.end } else { text.len() })
}

/// `---`, `***`, `=====`
fn is_rule(bare: &str) -> bool {
    ['-', '*', '=', '_'].into_iter().any(|sign| bare.len() >= 3 && bare.chars().all(|c| c == sign))
}

/// What a program printed goes on to the next empty line.
fn end_of_print(text: &str, line: &Line<'_>) -> usize {
    let mut end = line.end;
    while let Some(next) = line_at(text, end) {
        // What is indented below an empty line belongs to it still.
        let is_indented = |line: &Line<'_>| line.text.starts_with("    ") || line.text.starts_with('\t');
        let goes_on = next.text.trim().is_empty() && line_at(text, next.end).is_some_and(|after| is_indented(&after));
        let is_over = (next.text.trim().is_empty() && !goes_on) || fenced(text, &next).is_some();
        if is_over {
            break;
        }
        end = next.end;
    }
    end
}

/// A mail goes on to a line that parts it from what follows, or to the end.
fn end_of_mail(text: &str, line: &Line<'_>) -> usize {
    let mut end = line.end;
    while let Some(next) = line_at(text, end) {
        end = next.end;
        if is_rule(next.text.trim()) {
            break;
        }
    }
    end
}

fn is_heading(bare: &str) -> bool {
    let signs = bare.chars().take_while(|c| *c == '#').count();
    (1..=6).contains(&signs) && bare.chars().nth(signs).is_some_and(char::is_whitespace)
}

/// A heading begins a document, unless it is one that people put over their own words.
/// Where nothing stands before the document, its last paragraph may be a person's.
fn heading(cut: &mut Cut<'_>, line: &Line<'_>, has_words_before: bool) {
    let is_after_foreign = cut.pieces.iter().any(|piece| piece.voice == Voice::Foreign);
    if is(&OWN_HEADING, line.text) && !is_after_foreign {
        cut.spoken(line.end, Voice::Perhaps);
        cut.is_tainted = true;
        return;
    }
    if let Some(own) = own_heading_after(cut.text, line) {
        cut.foreign(own);
        return;
    }
    let rest = cut.text.get(line.end..).unwrap_or_default();
    let last = rest.trim_end().rfind("\n\n").map(|at| line.end + at + 2).filter(|_| !has_words_before);
    let last = last.filter(|last| cut.text.get(*last..).is_some_and(|last| is(&ABOVE, last)));
    cut.foreign(last.unwrap_or(cut.text.len()));
}

/// Where a heading for the person's own request follows in what a client put together.
fn own_heading_after(text: &str, line: &Line<'_>) -> Option<usize> {
    let mut next = line_at(text, line.end);
    while let Some(line) = next {
        let lower = line.text.to_lowercase();
        if lower.starts_with('#') && (lower.contains("my request") || lower.contains("user request") || lower.contains("user's request")) {
            return Some(line.end);
        }
        next = line_at(text, line.end);
    }
    None
}

fn next_is_quoted(text: &str, line: &Line<'_>) -> bool {
    line_at(text, line.end).is_some_and(|next| next.text.trim_start().starts_with('>'))
}

/// Where what a sentence hands over begins: behind its colon, if anything follows it.
fn handed_over(text: &str, line: &Line<'_>) -> Option<usize> {
    let announced = || ANNOUNCES.as_ref().and_then(|pattern| pattern.find(line.text));
    let found = HANDS_OVER.as_ref().and_then(|pattern| pattern.find(line.text)).or_else(announced)?;
    let end = line.start + found.end();
    let rest = text.get(end..)?;
    // `https://`, `10:30` and `C:\` are no colons that hand anything over.
    let is_colon = rest.starts_with(char::is_whitespace) || found.as_str().ends_with('：');
    (is_colon && !rest.trim().is_empty()).then_some(end)
}

/// A line of ordinary words, with the quotations and envelopes in it.
fn sentence(cut: &mut Cut<'_>, line: &Line<'_>) {
    for (at, c) in line.text.char_indices() {
        let place = line.start + at;
        if place < cut.at {
            continue;
        }
        let ahead = cut.text.get(place..).unwrap_or_default();
        if c == '<' {
            cut.tags += 1;
            if cut.tags > TAGS_MAX {
                return cut.foreign(cut.text.len());
            }
            let is_first = line.text.get(..at).is_some_and(|before| before.trim().is_empty());
            match envelope::tagged(ahead, is_first) {
                Some(Tagged::Foreign(end)) => {
                    cut.spoken(place, Voice::Own);
                    return cut.foreign(place + end);
                }
                Some(Tagged::Person { start, end, after, is_certain }) => {
                    return person(cut, place, (place + start, place + end, place + after), is_certain);
                }
                None => {}
            }
        }
        let is_inside_word = line.text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(char::is_alphanumeric);
        if let Some(end) = quoted(line.text.get(at..).unwrap_or_default()).filter(|_| !(c == '\'' && is_inside_word)) {
            cut.spoken(place, Voice::Own);
            cut.foreign(place + end);
        }
    }
    cut.spoken(line.end, Voice::Own);
}

/// The tags of a person's envelope are nobody's; what stands between them is read by itself.
fn person(cut: &mut Cut<'_>, place: usize, (start, end, after): (usize, usize, usize), is_certain: bool) {
    let was_tainted = cut.is_tainted || !is_certain || !cut.text.get(..place).unwrap_or_default().trim().is_empty();
    cut.spoken(place, Voice::Own);
    cut.foreign(start);
    cut.is_tainted = was_tainted;
    let inside = cut.text.get(start..end).unwrap_or_default();
    for piece in super::pieces(inside) {
        cut.spoken(start + piece.range.end, piece.voice);
        if piece.voice == Voice::Foreign {
            cut.is_tainted = true;
        }
    }
    cut.foreign(after);
}

/// The end of a quotation of several words at the beginning of `text`. A single word
/// in quotes is a name.
fn quoted(text: &str) -> Option<usize> {
    const QUOTES: [(char, char); 9] =
        [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('»', '«'), ('「', '」'), ('『', '』'), ('`', '`'), ('\'', '\'')];
    let first = text.chars().next()?;
    let close = QUOTES.iter().find(|(open, _)| *open == first).map(|(_, close)| *close)?;
    let inside = text.get(first.len_utf8()..)?;
    let end = match close {
        // An apostrophe inside a word closes nothing.
        '\'' => inside.match_indices(close).map(|(at, _)| at).find(|at| !follows_letter(inside, *at))?,
        _ => inside.find(close)?,
    };
    let words = inside.get(..end)?;
    let is_several = words.trim().contains(char::is_whitespace) || (words.chars().count() > 6 && !words.is_ascii());
    is_several.then(|| first.len_utf8() + end + close.len_utf8())
}

fn follows_letter(text: &str, quote: usize) -> bool {
    text.get(quote + 1..).and_then(|after| after.chars().next()).is_some_and(char::is_alphanumeric)
}
