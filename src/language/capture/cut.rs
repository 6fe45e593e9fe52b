//! A message as sentences, and a sentence as clauses, each where it stands.
//!
//! The rest of this room reads words and forgets where they stood. A captured rule is
//! the person's own words, so here every part keeps its place in the text.

use crate::language::group;
use crate::language::lexicon::Bit;
use crate::language::mark::Mark;

/// Words that join a clause to the one before it, and are no part of a rule.
const JOINTS: [&str; 36] = [
    "and",
    "but",
    "so",
    "just",
    "also",
    "then",
    "though",
    "oh",
    "ok",
    "okay",
    "und",
    "aber",
    "sondern",
    "et",
    "mais",
    "y",
    "pero",
    "e",
    "mas",
    "ma",
    "però",
    "但是",
    "但",
    "不过",
    "而且",
    "でも",
    "ただし",
    "ただ",
    "लेकिन",
    "पर",
    "मगर",
    "और",
    "lekin",
    "par",
    "aur",
    "yet",
];

/// Words that always open a clause of their own.
const ALWAYS: [&str; 5] = ["but", "pero", "sondern", "lekin", "लेकिन"];

/// How a clause begins that says from when on a rule holds.
const LASTING: [&str; 29] = [
    "from now on",
    "whatever you do",
    "going forward",
    "in future",
    "in the future",
    "from here on",
    "until further notice",
    "for now",
    "no matter what",
    "ab jetzt",
    "ab sofort",
    "von jetzt an",
    "künftig",
    "désormais",
    "dorénavant",
    "à partir de",
    "quoi qu'il arrive",
    "a partir de",
    "de ahora en adelante",
    "daqui em diante",
    "a partire da",
    "d'ora in poi",
    "d'ora in avanti",
    "以后",
    "从现在开始",
    "今後",
    "これから",
    "अब से",
    "ab se",
];

/// The longest such clause, in characters.
const LASTING_CHARACTERS_MAX: usize = 32;

/// How many clauses of a sentence are looked at.
const CLAUSES_MAX: usize = 64;

/// The longest item that goes on with a list, in words.
const ITEM_WORDS_MAX: usize = 4;

/// The longest such item without a joining word.
const BARE_ITEM_WORDS_MAX: usize = 2;

/// One clause of a sentence.
#[derive(Debug)]
pub(super) struct Clause {
    /// Where it begins in the sentence.
    pub(super) start: usize,
    /// Where it ends, before the sign that parts it from the next.
    pub(super) end: usize,
    /// Its words.
    pub(super) bits: Vec<Bit>,
    /// It begins with "but" or "and".
    pub(super) is_joined: bool,
    /// It says from when on, and nothing else: "from now on".
    pub(super) is_lasting: bool,
}

impl Clause {
    /// It sets the scene for a rule: "before you delete", "if it costs more".
    pub(super) fn leads(&self) -> bool {
        // "先整理": what is done first, not what comes before something.
        let is_first_task = self.bits.first().is_some_and(|bit| bit.raw.starts_with('先')) && !self.is_waiting();
        group::leads_on(&self.bits) && !is_first_task && !self.bits.iter().any(|bit| bit.mark == Mark::Question)
    }

    /// It only names what is spoken about: "production, …".
    pub(super) fn is_topic(&self) -> bool {
        let is_thing = |bit: &Bit| matches!(bit.mark, Mark::Object(_) | Mark::Literal | Mark::Place | Mark::Umbrella(_) | Mark::Anything);
        let is_deed = |bit: &Bit| matches!(bit.mark, Mark::Verb(_)) || group::is_operator(bit);
        let first = self.bits.iter().find(|bit| bit.mark != Mark::Small);
        self.words() <= ITEM_WORDS_MAX && first.is_some_and(is_thing) && !self.bits.iter().any(is_deed)
    }

    /// It names what it is about itself.
    pub(super) fn names_thing(&self) -> bool {
        self.bits.iter().any(|bit| matches!(bit.mark, Mark::Object(_) | Mark::Literal | Mark::Place | Mark::Anything))
    }

    /// An item of a list that goes on.
    pub(super) fn is_listed(&self) -> bool {
        let joins = self.bits.iter().any(|bit| matches!(bit.mark, Mark::And | Mark::Except | Mark::Elsewhere));
        (self.words() <= ITEM_WORDS_MAX && joins) || (self.words() <= BARE_ITEM_WORDS_MAX && group::names_effect(&self.bits))
    }

    /// It begins something else to be done.
    pub(super) fn is_new_task(&self) -> bool {
        let first = self.bits.first().map(|bit| bit.raw.to_lowercase());
        first.is_some_and(|first| ["then", "just", "now", "please", "instead", "but", "dann", "sondern"].contains(&first.as_str()))
    }

    /// Nothing but courtesy: "please".
    pub(super) fn is_courtesy(&self) -> bool {
        self.bits.iter().all(|bit| matches!(bit.mark, Mark::Small | Mark::Break))
    }

    /// It says what the person will do before anything happens: "I want to see it first".
    pub(super) fn is_waiting(&self) -> bool {
        self.bits.iter().any(|bit| matches!(bit.mark, Mark::Ask | Mark::Unasked | Mark::Alone))
    }

    fn words(&self) -> usize {
        self.bits.iter().filter(|bit| bit.mark != Mark::Break).count()
    }
}

/// The lines of a text that begin with `pin:`, each alone, and what stands between them.
pub(super) fn lines(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if super::explicit(line).is_some() {
            parts.extend(text.get(start..at));
            parts.push(line);
            start = end;
        }
        at = end;
    }
    parts.extend(text.get(start..));
    parts
}

/// The sentences of a text. A list below a heading that forbids stays with its heading.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = sentence_end(rest);
        let (sentence, after) = rest.split_at_checked(end)?;
        rest = after;
        (!sentence.is_empty()).then_some(sentence)
    })
    .map(|sentence| sentence.trim().trim_start_matches(['-', '*', '•', '–', '—', ' ']))
    .filter(|sentence| !sentence.is_empty())
}

/// Where the first sentence of a text ends.
fn sentence_end(text: &str) -> usize {
    let mut quoted = false;
    let mut words = 0_usize;
    let mut ends = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, c)) = ends.next() {
        let next = ends.peek().map(|(_, next)| *next);
        let behind = at + c.len_utf8();
        quoted = match c {
            '“' | '«' | '「' | '„' => true,
            '”' | '»' | '」' => false,
            '"' => !quoted,
            '\n' => false,
            _ => quoted,
        };
        words += usize::from(c.is_alphanumeric() && !before.is_alphanumeric());
        before = c;
        words = if c == ':' { 0 } else { words };
        let is_wide = matches!(c, '。' | '！' | '？' | '；' | '।');
        let closes = matches!(c, '.' | '!' | '?' | ';') && next.is_none_or(char::is_whitespace);
        let is_line = c == '\n' && !is_heading(text.get(..at).unwrap_or_default(), text.get(behind..).unwrap_or_default());
        // "ASK. BEFORE. DELETING."
        let is_broken = c == '.' && words == 1 && is_one_word(text.get(behind..).unwrap_or_default());
        words = if closes && is_broken { 0 } else { words };
        if is_line || (!quoted && (is_wide || (closes && !is_broken))) {
            return behind;
        }
    }
    text.len()
}

/// Whether the next sentence is a single word with a full stop.
fn is_one_word(text: &str) -> bool {
    let word = text.trim_start_matches([' ', '\t']).split(['\n', ' ']).next().unwrap_or_default();
    word.len() > 2 && word.ends_with('.')
}

/// Whether `line` is the heading of a list of which `after` begins with an item: "Do not:".
fn is_heading(head: &str, after: &str) -> bool {
    let is_item =
        |line: &str| line.trim_start().starts_with(['-', '*', '•']) || line.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let first = head.trim_start().lines().next().unwrap_or_default().trim_end();
    first.ends_with([':', '：']) && first.chars().count() < 80 && is_item(after.lines().next().unwrap_or_default()) && {
        let bits = super::bits(first);
        group::has_operator(&bits) && !bits.iter().any(|bit| matches!(bit.mark, Mark::Saying | Mark::Question | Mark::May))
    }
}

/// The clauses of a sentence.
pub(super) fn clauses(sentence: &str) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    let is_listing = sentence.contains('\n');
    let mut quoted = false;
    for (at, c) in sentence.char_indices() {
        let rest = sentence.get(at..).unwrap_or_default();
        let next = rest.chars().nth(1).unwrap_or(' ');
        quoted ^= c == '"';
        let is_sign = match c {
            ',' => !next.is_numeric(),
            ';' | '(' | ')' | '，' | '；' | '—' | '–' | '（' | '）' | '…' => true,
            '、' => clauses.is_empty() && before == 'で',
            '.' => next == '.' || before == '.',
            ':' | '：' => !is_listing && next != '/' && !next.is_numeric(),
            '-' => before == ' ' && next == ' ',
            _ => false,
        };
        let joins = before == ' ' && c != ' ' && opens_rule(rest);
        if !quoted && (is_sign || joins) && clauses.len() < CLAUSES_MAX {
            push(sentence, start, at, &mut clauses);
            start = if is_sign { at + c.len_utf8() } else { at };
        }
        before = c;
    }
    push(sentence, start, sentence.len(), &mut clauses);
    clauses
}

fn push(sentence: &str, start: usize, end: usize, clauses: &mut Vec<Clause>) {
    let text = sentence.get(start..end).unwrap_or_default();
    let lead = text.len() - text.trim_start().len();
    let text = text.trim();
    if !text.is_empty() {
        let lower = text.to_lowercase();
        clauses.push(Clause {
            start: start + lead,
            end: start + lead + text.len(),
            bits: super::bits(text),
            is_joined: without_joint(text).len() < text.len(),
            is_lasting: LASTING.iter().any(|words| lower.starts_with(words)) && text.chars().count() < LASTING_CHARACTERS_MAX,
        });
    }
}

/// "… and don't push": a joining word that an operator follows.
fn opens_rule(rest: &str) -> bool {
    let Some((word, after)) = rest.split_once(' ') else { return false };
    let word = word.to_lowercase();
    if ALWAYS.contains(&word.as_str()) || (word == "ma" && after.starts_with("non ")) {
        return true;
    }
    // "Lösch aber nichts", "get my OK before": there it joins nothing.
    if !JOINTS.contains(&word.as_str()) || matches!(word.as_str(), "par" | "aber" | "ok" | "okay") {
        return false;
    }
    let head: String = after.chars().take(60).collect();
    let mut bits = super::bits(&head).into_iter().filter(|bit| bit.mark != Mark::Small);
    bits.next().is_some_and(|bit| (group::is_operator(&bit) && bit.mark != Mark::Only) || matches!(bit.mark, Mark::Before | Mark::If))
}

/// The text without the words that join it to what was said before.
pub(super) fn without_joint(text: &str) -> &str {
    let mut text = text.trim_start_matches(['(', ',', '-', ' ', '—', '–', ':']);
    // What closes a bracket that was left outside.
    if !text.contains('(') {
        text = text.trim_end_matches([')', ' ']).trim_end_matches(").");
    }
    for _ in 0..2 {
        let Some((word, after)) = text.split_once(' ') else { break };
        let bare = word.trim_end_matches([',', ':', '，']).to_lowercase();
        if !JOINTS.contains(&bare.as_str()) || (after.trim().is_empty()) {
            break;
        }
        text = after.trim_start();
    }
    for joint in ["但是", "不过", "而且", "但"] {
        text = text.strip_prefix(joint).unwrap_or(text);
    }
    text.trim()
}
