//! What narrows a rule: paths, branches, people, amounts, counts.
//!
//! Scope lost is the worst mistake, and so is scope invented. A pattern narrows a
//! rule only where nothing else in the rule could be meant besides it; whatever is
//! not understood is handed back as words, and the rule stays wide.

use super::lexicon::Bit;
use super::mark::{Mark, Object, Umbrella, Verb};
use super::sorts;
use super::token::fold;
use crate::kind::Kind;
use crate::pin::{Comparison, Limit, Order, Scope};
use std::time::Duration;

/// What was understood of a rule's scope.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Bounds {
    /// What narrows it.
    pub(super) scope: Scope,
    /// Items per time.
    pub(super) limit: Option<Limit>,
    /// Sorts of files by their names (tests, backups): understood, and shown by a path.
    pub(super) files: Vec<String>,
    /// Words that narrow it in the sentence but in nothing a call shows for certain.
    pub(super) words: Vec<String>,
    /// Among them are words of which it is not known that they name anything.
    pub(super) loose: bool,
    /// A number that could not be used.
    pub(super) number: Option<String>,
    /// An exception that could not be used.
    pub(super) exception: bool,
}

impl Bounds {
    /// Whether nothing was said that only words narrow.
    pub(super) fn is_plain(&self) -> bool {
        self.words.is_empty() && self.files.is_empty()
    }

    /// Words and sorts of files together, as they were said.
    pub(super) fn named(&self) -> Vec<String> {
        [self.words.as_slice(), self.files.as_slice()].concat()
    }

    /// What a call shows of them: paths where nothing but files is meant, else words in its arguments.
    pub(super) fn shown(&self, kinds: &[Kind]) -> Option<Scope> {
        let mut scope = self.scope.clone();
        if self.words.is_empty() && !self.files.is_empty() && scope.is_open() && kinds_allow(kinds, Sort::Path) {
            scope.target = self.files.iter().filter_map(|name| sorts::globs(&fold(name))).flatten().collect();
        } else {
            scope.text = Some(text_pattern(&self.named())?);
        }
        Some(scope)
    }
}

/// Reads what narrows a rule on these kinds.
pub(super) fn bounds(bits: &[Bit], kinds: &[Kind], at_most: bool, backwards: bool) -> Bounds {
    let mut bounds = Bounds::default();
    read_number(&mut bounds, bits, kinds, at_most);
    let (inside, excepted) = split_exception(bits);
    read_words(&mut bounds, &inside);
    read_tables(&mut bounds, &inside, kinds);
    read_places(&mut bounds, &inside, kinds, backwards);
    if !excepted.is_empty() {
        read_exception(&mut bounds, &excepted, kinds);
    }
    bounds
}

/// The words outside and inside of an exception. What comes after its targets, or after a
/// comma, belongs to the rule again: "except for *.log, nothing may be deleted".
fn split_exception(bits: &[Bit]) -> (Vec<Bit>, Vec<Bit>) {
    let Some(at) = bits.iter().position(|bit| bit.mark == Mark::Except) else { return (bits.to_vec(), Vec::new()) };
    let (before, from) = bits.split_at(at);
    let target = |bit: &Bit| matches!(bit.mark, Mark::Literal | Mark::BranchName);
    let ends = |bit: &Bit| matches!(bit.mark, Mark::Not | Mark::Forbid | Mark::Ask | Mark::May | Mark::Must | Mark::Verb(_));
    let mut seen = false;
    let length = from.iter().position(|bit| {
        let done = seen && ends(bit);
        seen |= target(bit);
        done
    });
    let (excepted, after) = from.split_at(length.unwrap_or(from.len()));
    ([before, after].concat(), excepted.to_vec())
}

// -- numbers

/// A threshold or a limit: "more than 50 €", "at most 3 a day".
fn read_number(bounds: &mut Bounds, bits: &[Bit], kinds: &[Kind], at_most: bool) {
    let mut numbers = bits.iter().enumerate().filter(|(_, bit)| bit.number.is_some());
    let Some((at, bit)) = numbers.next() else { return };
    let more = numbers.any(|(_, bit)| !matches!(bit.mark, Mark::Number(1)) || bit.raw.starts_with(|c: char| c.is_numeric()));
    let value = bit.number.unwrap_or_default();
    let bounding = at_most || bits.iter().any(|bit| matches!(bit.mark, Mark::MoreThan | Mark::OrMore));
    if !bounding {
        // "one of my files" bounds nothing; "all 12 reports" is a word of the sentence.
        return;
    }
    let near = |mark: Mark| bits.get(at.saturating_sub(1)..(at + 2).min(bits.len())).unwrap_or_default().iter().any(|bit| bit.mark == mark);
    let order = if bits.iter().any(|bit| bit.mark == Mark::OrMore) && !at_most { Order::AtLeast } else { Order::Above };
    let time = bits.iter().find_map(|bit| if let Mark::Time(seconds) = bit.mark { Some(seconds) } else { None });
    let money = near(Mark::Currency);
    let per_thing =
        time.is_none() && bits.get(at..).unwrap_or_default().iter().any(|bit| bit.mark == Mark::Per && bit.raw.eq_ignore_ascii_case("per"));
    let before = |back: usize| at.checked_sub(back).and_then(|at| bits.get(at)).map(|bit| bit.mark);
    let counted = bits.get(at + 1).is_some_and(|bit| matches!(bit.mark, Mark::Object(_) | Mark::Anything | Mark::Unknown));
    // "contracts over 10k" says how large each is, not how many.
    let attribute = !money && !counted && before(1) == Some(Mark::MoreThan) && matches!(before(2), Some(Mark::Object(_)));
    let spoken = if money { format!("{} (money)", bit.raw) } else { bit.raw.clone() };
    if more || attribute || near(Mark::Measure) || per_thing || (money && time.is_some()) || value < 0.0 {
        bounds.number = Some(spoken);
    } else if money || (kinds == [Kind::Pay] && time.is_none() && !has_object(bits, Object::Order)) {
        bounds.scope.amount = Some(Comparison { order, bound: value });
    } else if let Some(seconds) = time {
        // The whole number below keeps the limit from allowing more than was said.
        let items = if order == Order::AtLeast { value - 1.0 } else { value };
        bounds.limit = Some(Limit { items: items.max(0.0).floor() as u64, per: Duration::from_secs(seconds) });
    } else {
        bounds.scope.count = Some(Comparison { order, bound: value });
    }
}

fn has_object(bits: &[Bit], object: Object) -> bool {
    bits.iter().any(|bit| bit.mark == Mark::Object(object))
}

// -- words that no matcher reads

/// Unknown words, places and particular things: they narrow the sentence, no matcher reads them.
fn read_words(bounds: &mut Bounds, bits: &[Bit]) {
    let shouted = !bits.iter().any(|bit| bit.mark != Mark::Literal && bit.raw.contains(char::is_lowercase));
    for (at, bit) in bits.iter().enumerate() {
        let unknown = bit.mark == Mark::Unknown && bit.raw.chars().count() > 1 && !bit.raw.ends_with("ly");
        let sort = matches!(bit.mark, Mark::Place | Mark::Object(Object::Particular));
        if unknown || sort {
            let understood = if sort { sorts::pattern(&fold(&bit.raw)).is_some() } else { !shouted && is_proper_name(&bit.raw, at) };
            bounds.loose |= !understood;
            if sort && sorts::globs(&fold(&bit.raw)).is_some() {
                bounds.files.push(bit.raw.clone());
            } else {
                bounds.words.push(bit.raw.clone());
            }
        }
    }
}

/// A name that stands in a call as it stands in the sentence: "the ACME files", "project_x".
/// A capital alone says little: in German every noun has one.
fn is_proper_name(raw: &str, at: usize) -> bool {
    let capitals = raw.chars().filter(|c| c.is_uppercase()).count();
    let joined = raw.contains(['_', '-', '.']) || raw.chars().any(|c| c.is_ascii_digit());
    (capitals > 1 && at > 0) || joined
}

// -- paths, branches, people

/// Tables by their names, where every kind of the rule is one that a statement has.
fn read_tables(bounds: &mut Bounds, bits: &[Bit], kinds: &[Kind]) {
    let named: Vec<&Bit> = bits.iter().filter(|bit| bit.mark == Mark::Table).collect();
    if named.is_empty() {
        return;
    }
    let known = kinds
        .iter()
        .all(|kind| matches!(kind.broad(), Kind::Delete | Kind::Overwrite | Kind::Write | Kind::Read | Kind::Permission | Kind::Disclose));
    let else_named = bits.iter().any(|bit| match bit.mark {
        Mark::Object(object) => !matches!(object, Object::Data | Object::File),
        Mark::Literal | Mark::BranchName | Mark::Umbrella(_) | Mark::Anything => true,
        _ => false,
    });
    let conditional = bits.iter().any(|bit| matches!(bit.mark, Mark::If | Mark::Outside));
    if known && !else_named && !conditional && bounds.is_plain() && adjacent(bits) {
        bounds.scope.table.extend(named.iter().map(|bit| bit.raw.clone()));
    } else {
        bounds.words.extend(named.iter().map(|bit| bit.raw.clone()));
        bounds.loose = true;
    }
}

/// Literals, where the rule can mean nothing besides them.
fn read_places(bounds: &mut Bounds, bits: &[Bit], kinds: &[Kind], backwards: bool) {
    let named: Vec<&Bit> = bits.iter().filter(|bit| matches!(bit.mark, Mark::Literal | Mark::BranchName)).collect();
    let options = |bit: &&&Bit| bit.raw.starts_with('-');
    if named.is_empty() || named.iter().any(|bit| options(&bit)) {
        return;
    }
    let sorts: Vec<Sort> = named.iter().map(|bit| sort(bit, kinds)).collect();
    let Some(first) = sorts.first().copied() else { return };
    let alone = sorts.iter().all(|sort| *sort == first)
        && bounds.is_plain()
        && objects_allow(bits, first)
        && verbs_together(bits, backwards)
        && !is_listed_with_things(bits);
    if !alone || !kinds_allow(kinds, first) {
        // Words that a rule is *outside* of would find the wrong calls.
        if outside_of(bits) {
            bounds.exception = true;
        } else {
            bounds.words.extend(named.iter().map(|bit| bit.raw.clone()));
            bounds.loose = true;
        }
        return;
    }
    let mark = if outside_of(bits) { "!" } else { "" };
    for bit in named {
        narrow(&mut bounds.scope, first, mark, &bit.raw);
    }
}

/// What sort of target a literal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Path,
    Recipient,
    Host,
    Branch,
}

fn sort(bit: &Bit, kinds: &[Kind]) -> Sort {
    let raw = bit.raw.as_str();
    let git = kinds.iter().all(|kind| matches!(kind, Kind::PublishPush | Kind::WriteCommit | Kind::Overwrite | Kind::Publish));
    let outward = kinds.iter().any(|kind| matches!(kind, Kind::Send));
    let outward = outward && !raw.contains('/') && !raw.contains('*') && !raw.starts_with('.');
    if bit.mark == Mark::BranchName || (git && !raw.starts_with(['/', '.', '~']) && kinds.contains(&Kind::PublishPush)) {
        Sort::Branch
    } else if raw.contains("://") {
        Sort::Host
    } else if outward || raw.contains('@') || raw.starts_with('#') {
        Sort::Recipient
    } else if kinds == [Kind::ReadNetwork] {
        Sort::Host
    } else {
        Sort::Path
    }
}

/// Whether every kind of the rule is one whose calls show such a target.
fn kinds_allow(kinds: &[Kind], sort: Sort) -> bool {
    kinds.iter().all(|kind| match sort {
        Sort::Path => matches!(
            kind.broad(),
            Kind::Delete | Kind::Overwrite | Kind::Write | Kind::Read | Kind::Execute | Kind::Disclose | Kind::Permission
        ),
        Sort::Recipient => matches!(kind.broad(), Kind::Send | Kind::Publish | Kind::Disclose | Kind::Permission | Kind::Pay),
        Sort::Host => matches!(kind.broad(), Kind::Read | Kind::Disclose | Kind::Send),
        Sort::Branch => matches!(kind.broad(), Kind::Publish | Kind::Write | Kind::Overwrite | Kind::Delete),
    })
}

/// Whether the things that are named besides are only what such a target is.
fn objects_allow(bits: &[Bit], sort: Sort) -> bool {
    bits.iter().all(|bit| match bit.mark {
        Mark::Object(object) => match sort {
            Sort::Path => matches!(object, Object::File | Object::Data),
            Sort::Recipient => matches!(object, Object::Message | Object::File | Object::Data | Object::Invoice | Object::Event),
            Sort::Host => matches!(object, Object::Internet | Object::Post),
            Sort::Branch => matches!(object, Object::Branch | Object::File),
        },
        Mark::Umbrella(Umbrella::Changing) => sort == Sort::Path,
        Mark::Umbrella(_) | Mark::Place | Mark::If => false,
        _ => true,
    })
}

/// Whether no verb stands beyond the literals: "never delete, or touch /etc" would mean more than /etc.
fn verbs_together(bits: &[Bit], backwards: bool) -> bool {
    let is_verb = |bit: &&Bit| matches!(bit.mark, Mark::Verb(verb) if !matches!(verb, Verb::Act | Verb::Use));
    let is_literal = |bit: &Bit| matches!(bit.mark, Mark::Literal | Mark::BranchName);
    let first = bits.iter().position(is_literal).unwrap_or_default();
    let last = bits.iter().rposition(is_literal).unwrap_or_default();
    let before = bits.get(..first).unwrap_or_default();
    let after = bits.get(last..).unwrap_or_default();
    let between = bits.get(first..last).unwrap_or_default().iter().any(|bit| is_verb(&bit));
    let (near, far) = if backwards { (after, before) } else { (before, after) };
    let near_verbs = near.iter().filter(is_verb).count();
    let far_verbs = far.iter().filter(is_verb).count();
    let anything = near.windows(2).any(|pair| {
        let [left, right] = pair else { return false };
        left.mark == Mark::Anything && right.mark == Mark::And
    });
    !between && !anything && (near_verbs == 0 || far_verbs == 0) && adjacent(near)
}

/// Whether the verbs of a list have nothing of their own between them.
fn adjacent(bits: &[Bit]) -> bool {
    let is_verb = |bit: &Bit| matches!(bit.mark, Mark::Verb(verb) if !matches!(verb, Verb::Act | Verb::Use));
    let first = bits.iter().position(is_verb);
    let last = bits.iter().rposition(is_verb);
    let (Some(first), Some(last)) = (first, last) else { return true };
    let between = bits.get(first..last).unwrap_or_default();
    between.iter().all(|bit| is_verb(bit) || matches!(bit.mark, Mark::And | Mark::Break | Mark::Small | Mark::Not | Mark::Per))
}

/// "customers or bob@x.org": a literal is one of several things, and the others are no literals.
fn is_listed_with_things(bits: &[Bit]) -> bool {
    let said: Vec<&Bit> = bits.iter().filter(|bit| bit.mark != Mark::Small && bit.mark != Mark::Break).collect();
    let target = |bit: &Bit| matches!(bit.mark, Mark::Literal | Mark::BranchName);
    let thing = |bit: &Bit| matches!(bit.mark, Mark::Object(_) | Mark::Anything | Mark::Unknown | Mark::Place);
    said.windows(3).any(|three| {
        let [left, middle, right] = three else { return false };
        middle.mark == Mark::And && ((thing(left) && target(right)) || (target(left) && thing(right)))
    })
}

fn outside_of(bits: &[Bit]) -> bool {
    bits.iter().any(|bit| bit.mark == Mark::Outside)
}

/// Adds a literal to the matcher of its sort.
fn narrow(scope: &mut Scope, sort: Sort, mark: &str, raw: &str) {
    match sort {
        Sort::Path => scope.target.extend(path_globs(raw, mark).into_iter().map(|glob| format!("{mark}{glob}"))),
        Sort::Recipient => {
            let glob = if raw.starts_with('@') && raw.contains('.') {
                format!("*{raw}")
            } else if !raw.contains('@') && !raw.starts_with('#') {
                format!("*@{raw}")
            } else {
                raw.to_owned()
            };
            scope.recipient.push(format!("{mark}{glob}"));
        }
        Sort::Host => {
            let host = raw.split("://").nth(1).unwrap_or(raw).split('/').next().unwrap_or(raw);
            scope.host.push(format!("{mark}{host}"));
            scope.host.push(format!("{mark}*.{host}"));
        }
        Sort::Branch => scope.branch.push(format!("{mark}{}", raw.split_whitespace().next().unwrap_or(raw))),
    }
}

/// Endings of file names that people write with their dot: "`.log` files".
const EXTENSIONS: &[&str] = &[
    "log", "txt", "md", "tmp", "bak", "py", "js", "ts", "tsx", "jsx", "rs", "go", "java", "c", "h", "cpp", "rb", "php", "json", "yaml",
    "yml", "toml", "ini", "csv", "tsv", "xls", "xlsx", "doc", "docx", "ppt", "pptx", "pdf", "png", "jpg", "jpeg", "gif", "svg", "zip",
    "gz", "tar", "sql", "db", "sqlite", "html", "css", "sh", "ps1", "bat", "exe", "dll", "so", "lock", "cfg", "conf", "env", "pem", "key",
    "crt", "xml", "swp", "cache", "out", "map", "ipynb",
];

/// A path as globs over absolute paths: itself and, where it may be a directory, everything below.
fn path_globs(raw: &str, mark: &str) -> Vec<String> {
    if let Some(extension) = raw.strip_prefix('.').filter(|rest| EXTENSIONS.contains(rest)) {
        // "no .env files" is `.env` and `prod.env`; "except .log files" is no `.log` folder.
        let named = format!("**/.{extension}");
        let ending = format!("**/*.{extension}");
        return if mark.is_empty() { vec![named, ending] } else { vec![ending] };
    }
    let bare = raw.trim_end_matches('/');
    let rooted = match bare.strip_prefix("~/").or_else(|| bare.strip_prefix("./")) {
        Some(rest) => format!("**/{rest}"),
        None if bare.starts_with('/') || bare.starts_with("**") => bare.to_owned(),
        None => format!("**/{bare}"),
    };
    if bare.ends_with('*') || bare.starts_with("*.") { vec![rooted] } else { vec![rooted.clone(), format!("{rooted}/**")] }
}

/// "except in /tmp": subtracted where it is a path, branch or address, else left in.
fn read_exception(bounds: &mut Bounds, bits: &[Bit], kinds: &[Kind]) {
    let named: Vec<&Bit> = bits.iter().filter(|bit| matches!(bit.mark, Mark::Literal | Mark::BranchName)).collect();
    let plain = bits.iter().all(|bit| {
        matches!(bit.mark, Mark::Except | Mark::Small | Mark::Literal | Mark::BranchName | Mark::And | Mark::Break)
            || matches!(bit.mark, Mark::Object(Object::File | Object::Branch | Object::Message | Object::Internet) | Mark::Anything)
    });
    let open = bounds.is_plain();
    if named.is_empty() || !plain || !open || named.iter().any(|bit| !kinds_allow(kinds, sort(bit, kinds))) {
        bounds.exception = true;
        return;
    }
    for bit in named {
        narrow(&mut bounds.scope, sort(bit, kinds), "!", &bit.raw);
    }
}

/// Words as a regular expression over a call's arguments.
fn text_pattern(words: &[String]) -> Option<String> {
    let parts: Vec<String> = words.iter().filter_map(|word| word_pattern(word)).collect();
    if parts.is_empty() { None } else { Some(format!("(?i){}", parts.join("|"))) }
}

fn word_pattern(word: &str) -> Option<String> {
    if let Some(pattern) = sorts::pattern(&fold(word)) {
        return Some(pattern);
    }
    let lower = word.to_lowercase();
    let stem = lower.strip_suffix('s').unwrap_or(&lower);
    let characters = stem.chars().count();
    if characters < 2 {
        None
    } else if characters < 4 && stem.is_ascii() {
        Some(format!(r"(?-u:\b){}(?-u:\b)", regex::escape(stem)))
    } else {
        Some(regex::escape(stem))
    }
}
