//! `[[pin]]`: each one's words, and what they will cost a call.
//!
//! What the operator wrote explicitly counts; what is left out is understood from
//! the text (`language`). A text that is not understood is enforced broadly and
//! says so: a pin never falls silent because of its wording.

mod clauses;

use super::finding::Finding;
use super::section::{At, Section};
use super::values::{self, Mistake};
use crate::kind::Kind;
use crate::language;
use crate::pin::{BUILT_IN_PREFIX, Mode, PIN_ID_CHARACTERS_MAX, PIN_TEXT_BYTES_MAX, Pin, PinError, PinId, PinText, Scope, Source};
use crate::show;
use clauses::{Explicit, clauses};
use std::collections::BTreeMap;
use std::ops::Range;

/// The most pins a file may have: each rides along on every request.
const PINS_MAX: usize = 256;

/// The most people a release may need.
const APPROVERS_MAX: u64 = 16;

/// Who can say yes at all.
pub(super) struct Desk {
    /// How many operators are configured.
    pub(super) operators: usize,
    /// `[hold] reply`
    pub(super) reply: bool,
}

/// The pins of a file.
#[derive(Default)]
pub(super) struct Set {
    pub(super) pins: Vec<Pin>,
    pub(super) notes: BTreeMap<PinId, Vec<String>>,
    pub(super) warnings: Vec<String>,
}

/// Reads all pins, in the order of the file.
pub(super) fn read(file: &Section<'_>, desk: &Desk, findings: &mut Vec<Finding>) -> Set {
    let mut set = Set::default();
    let mut seen: Vec<(String, Range<usize>)> = Vec::new();
    let sections = file.list("pin");
    if sections.len() > PINS_MAX
        && let Some((_, place)) = sections.get(PINS_MAX)
    {
        findings.push(Finding::new(format!("there are {} pins", sections.len()), place.clone()).help(format!("at most {PINS_MAX}")));
    }
    for (section, place) in sections.into_iter().take(PINS_MAX) {
        let id = id(&section, &place, &mut seen, findings);
        let whose = match section.text("id") {
            Some((id, _)) => format!(" in pin `{}`", show::escape_short(id, PIN_ID_CHARACTERS_MAX)),
            None => " in a pin without an id".to_owned(),
        };
        let section = section.called(whose);
        one(&section, &place, id, desk, &mut set, findings);
    }
    set
}

/// Reads one pin.
fn one(section: &Section<'_>, place: &Range<usize>, id: Option<PinId>, desk: &Desk, set: &mut Set, findings: &mut Vec<Finding>) {
    let text = text(section, place, findings);
    let explicit = explicit(section, findings);
    let mode = section.read("mode", findings, values::mode).map_or(Mode::default(), |(mode, _)| mode);
    let agents = strings(section.read_list("agents", findings, values::label)).unwrap_or_default();
    let approvers = approvers(section, desk, findings);
    let waives_named = section.read("waive", findings, values::waiver).is_some();
    let by_reply = approve_by(section, approvers, desk, findings);
    let (Some(id), Some((text, text_place))) = (id, text) else { return };
    if approvers > 1 && desk.operators == 0 {
        set.warnings
            .push(format!("pin `{id}` needs {approvers} approvers and no `[operator.*]` is configured: their names would be unverified"));
    }
    let (clauses, notes) = if section.switch("enforce") == Some(false) {
        let unused: Vec<&str> = ["on", "then", "tools", "where", "limit"].into_iter().filter(|key| section.span(key).is_some()).collect();
        if !unused.is_empty() {
            set.warnings.push(format!("pin `{id}` is carried as text only: its {} count for nothing", unused.join(", ")));
        }
        (Vec::new(), Vec::new())
    } else {
        clauses(explicit, language::read(text.as_str()))
    };
    if clauses.is_empty() && section.switch("enforce") != Some(false) {
        let finding = Finding::new(format!("pin `{id}` would enforce nothing"), text_place).label("no tool call can be checked for this");
        findings.push(finding.help("say `on` and `then`, or `enforce = false` to carry it as text only"));
    }
    if !notes.is_empty() {
        set.notes.insert(id.clone(), notes);
    }
    set.pins.push(Pin { id, text, clauses, mode, source: Source::Configured, agents, approvers, by_reply, waives_named });
}

/// A pin's id, which no other pin has.
fn id(section: &Section<'_>, place: &Range<usize>, seen: &mut Vec<(String, Range<usize>)>, findings: &mut Vec<Finding>) -> Option<PinId> {
    let Some((text, span)) = section.text("id") else {
        if section.span("id").is_none() {
            findings.push(Finding::new("a pin without an `id`", place.clone()).help("add a short name: `id = \"confirm-deletes\"`"));
        }
        return None;
    };
    let id = match PinId::new(text) {
        Ok(id) => id,
        Err(_) => {
            let finding = Finding::new(format!("`{}` is not a pin id", show::escape_short(text, 60)), span);
            findings.push(finding.help("use letters, digits, `-`, `_` and `.`, beginning with a letter or digit, at most 64"));
            return None;
        }
    };
    let folded = id.as_str().to_ascii_lowercase();
    if folded.starts_with(BUILT_IN_PREFIX) {
        let finding = Finding::new(format!("the id `{id}` is reserved"), span.clone());
        findings.push(finding.help(format!("ids that begin with `{BUILT_IN_PREFIX}` belong to the built-in pins")));
        return None;
    }
    if let Some((_, first)) = seen.iter().find(|(other, _)| *other == folded) {
        let finding = Finding::new(format!("the id `{id}` is there twice"), span).label("again here").also(first.clone(), "first here");
        findings.push(finding.help("give every pin an id of its own"));
        return None;
    }
    seen.push((folded, span));
    Some(id)
}

/// A pin's words.
fn text(section: &Section<'_>, place: &Range<usize>, findings: &mut Vec<Finding>) -> Option<At<PinText>> {
    let Some((text, span)) = section.text("text") else {
        if section.span("text").is_none() {
            let mistake = Mistake::new("no `text`", "add the sentence the model should see: `text = \"…\"`");
            findings.push(section.mistake(mistake, place.clone()));
        }
        return None;
    };
    let (message, help) = match PinText::new(text) {
        Ok(text) => return Some((text, span)),
        Err(PinError::LongText { bytes }) => {
            let help = format!("a pin rides along on every request: say it in at most {PIN_TEXT_BYTES_MAX} bytes");
            (format!("a text of {bytes} bytes is too long"), help)
        }
        Err(PinError::ControlCharacter(control)) => {
            (format!("the control character U+{:04X}", u32::from(control)), "take out control characters; a newline may stay".into())
        }
        Err(PinError::EmptyText | PinError::Id(_)) => ("an empty text".into(), "write the sentence the model should see".into()),
    };
    findings.push(section.mistake(Mistake::new(message, help), span));
    None
}

/// What the pin says itself.
fn explicit(section: &Section<'_>, findings: &mut Vec<Finding>) -> Explicit {
    let on = section.read_list("on", findings, values::kind).map(|kinds| {
        let mut once: Vec<Kind> = Vec::new();
        kinds.into_iter().for_each(|(kind, _)| {
            if !once.contains(&kind) {
                once.push(kind)
            }
        });
        once
    });
    Explicit {
        on,
        then: section.read("then", findings, values::response).map(|(verdict, _)| verdict),
        tools: strings(section.read_list("tools", findings, values::glob)),
        scope: scope(section, findings),
        limit: section.read("limit", findings, values::limit).map(|(limit, _)| limit),
    }
}

/// `where`.
fn scope(pin: &Section<'_>, findings: &mut Vec<Finding>) -> Option<Scope> {
    let place = pin.span("where")?;
    let section = pin.section("where");
    if section.is_empty() {
        findings.push(pin.mistake(Mistake::new("`where` is empty", "name a matcher, or leave `where` out"), place));
        return None;
    }
    let mut globs = |key: &str| strings(section.read_list(key, findings, values::glob_or_exception)).unwrap_or_default();
    let mut scope = Scope {
        target: globs("target"),
        recipient: globs("recipient"),
        host: globs("host"),
        table: globs("table"),
        branch: globs("branch"),
        ..Scope::default()
    };
    scope.currency = strings(section.read_list("currency", findings, values::currency)).unwrap_or_default();
    scope.text = section.read("text", findings, values::regex).map(|(text, _)| text);
    scope.count = compared(&section, "count", findings, values::count).map(|(comparison, _)| comparison);
    if let Some(((comparison, currency), place)) = compared(&section, "amount", findings, values::amount) {
        scope.amount = Some(comparison);
        if let Some(currency) = currency {
            if !scope.currency.is_empty() && scope.currency != [currency.as_str()] {
                let message = format!("`amount` is in {currency}, `currency` says {}", scope.currency.join(", "));
                findings.push(pin.mistake(Mistake::new(message, "say the currency once"), place));
            }
            scope.currency = vec![currency];
        }
    }
    Some(scope)
}

/// A number or a comparison.
fn compared<T>(section: &Section<'_>, key: &str, findings: &mut Vec<Finding>, read: impl Fn(&str) -> Result<T, Mistake>) -> Option<At<T>> {
    let (text, place) = section.number_or_text(key)?;
    match read(&text) {
        Ok(value) => Some((value, place)),
        Err(mistake) => {
            findings.push(section.mistake(mistake, place));
            None
        }
    }
}

/// `approvers`: at least one, and no more than there are.
fn approvers(section: &Section<'_>, desk: &Desk, findings: &mut Vec<Finding>) -> u8 {
    let Some(wanted) = section.whole("approvers", 1, APPROVERS_MAX, findings) else { return 1 };
    if desk.operators > 0
        && usize::try_from(wanted).is_ok_and(|wanted| wanted > desk.operators)
        && let Some(place) = section.span("approvers")
    {
        let message = format!("{wanted} approvers are asked for, and there {}", are(desk.operators));
        findings.push(section.mistake(Mistake::new(message, "add an `[operator.NAME]`, or ask for fewer"), place));
    }
    u8::try_from(wanted).unwrap_or(u8::MAX)
}

fn are(operators: usize) -> String {
    if operators == 1 { "is 1 operator".into() } else { format!("are {operators} operators") }
}

/// `approve_by`: the chat only where the operator opened it, and never for two people.
fn approve_by(section: &Section<'_>, approvers: u8, desk: &Desk, findings: &mut Vec<Finding>) -> bool {
    let ways = section.read_list("approve_by", findings, values::approve_by).unwrap_or_default();
    let Some((_, place)) = ways.into_iter().find(|(is_reply, _)| *is_reply) else { return false };
    if !desk.reply {
        let mistake = Mistake::new("`reply` is switched off", "set `reply = true` under `[hold]`, or leave `reply` out here");
        findings.push(section.mistake(mistake, place.clone()));
    }
    if approvers > 1 {
        let mistake = Mistake::new(
            format!("a reply in the chat cannot stand for {approvers} approvers"),
            "leave `reply` out, or ask for one approver",
        );
        findings.push(section.mistake(mistake, place));
    }
    true
}

/// The values without their places.
fn strings(list: Option<Vec<At<String>>>) -> Option<Vec<String>> {
    list.map(|list| list.into_iter().map(|(value, _)| value).collect())
}
