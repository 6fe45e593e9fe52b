//! What a tool's name says it does, with the value that names an action and the
//! description beside it.

use super::Called;
use crate::action::fields::Fields;
use crate::action::lexicon::{Noun, Verb, meaning};
use crate::action::name::Phrase;
use crate::action::{describe, fold, shell};
use crate::call::TargetSort;
use crate::json::{Object, Value};
use crate::kind::Kind;

/// How many keys are looked at for an object.
const KEYS_MAX: usize = 32;

/// What name, action value and description say.
pub(super) fn told(call: &Called<'_>, words: &[String], phrase: &Phrase, fields: &Fields) -> Vec<Kind> {
    if let Some(kinds) = by_command(call.object, words) {
        return kinds;
    }
    if matches!(phrase.verb, Some(Verb::Click)) {
        return clicked(call.object);
    }
    let mut named = with_named_job(phrase.kinds(), call.object);
    if let Some(kinds) = by_action(call.object, words).filter(|_| !asks_about(phrase, words)) {
        let is_alone = words.len() == 1 && meaning(words.first().map_or("", String::as_str)).noun.is_some();
        let adds =
            kinds.iter().all(|kind| !kind.is_consequential()) && phrase.verb != Some(Verb::Manage) && !is_alone && is_plain_verb(words);
        let mut all = kinds;
        if adds {
            all.extend(named.into_iter().filter(|kind| kind.is_consequential()));
        }
        return all;
    }
    if named.is_empty() {
        named = by_keys(phrase, call.object);
    }
    if named.is_empty() {
        named = by_type(call.object, words);
    }
    described(call, words, phrase, fields, named)
}

/// The name's reading with what the description adds to it.
pub(super) fn described(call: &Called<'_>, words: &[String], phrase: &Phrase, fields: &Fields, mut kinds: Vec<Kind>) -> Vec<Kind> {
    let leading = describe::leading(call.description());
    if kinds.is_empty() {
        if !leading.is_empty() {
            kinds = leading;
            kinds.extend(describe::added(call.description()));
        }
        return kinds;
    }
    // `delete_preview` that shows; the report of a thing is not the thing.
    if phrase.has(Noun::Preview)
        && leading == [Kind::Read]
        && words.last().is_some_and(|word| matches!(meaning(word).noun, Some(Noun::Preview)))
    {
        return leading;
    }
    if kinds.iter().all(|kind| kind.broad() == Kind::Read) {
        kinds.extend(leading.into_iter().filter(|kind| matches!(kind, Kind::Delete | Kind::Send | Kind::Pay | Kind::Deploy)));
        kinds.extend(describe::told(call.description()));
        return kinds;
    }
    let silent = fields.has_guest_list && !fields.has_guests;
    kinds.extend(describe::added(call.description()).into_iter().filter(|kind| !(silent && *kind == Kind::Send)));
    let leading_shares = leading.contains(&Kind::Publish) && leading.contains(&Kind::Permission);
    kinds.extend(leading.into_iter().filter(|kind| matches!(kind, Kind::Delete | Kind::Publish | Kind::Pay)));
    if describe::grants(call.description()) || leading_shares {
        kinds.push(Kind::Permission);
    }
    if kinds.contains(&Kind::Send) && has_open_audience(call, words, phrase, fields) {
        kinds.push(Kind::Publish);
    }
    kinds
}

/// Whether what is written goes to whoever comes by: a forum is named, or a reply is posted and nobody is addressed.
fn has_open_audience(call: &Called<'_>, words: &[String], phrase: &Phrase, fields: &Fields) -> bool {
    if !matches!(phrase.verb, Some(Verb::Post | Verb::Send | Verb::Create)) {
        return false;
    }
    let is_addressed = fields.targets.iter().any(|target| target.sort == TargetSort::Recipient);
    let is_private = call.object.iter().any(|(key, _)| {
        let nouns: Vec<Option<Noun>> = fold::words(key).iter().map(|word| meaning(word).noun).collect();
        nouns.iter().any(|noun| matches!(noun, Some(Noun::Issue | Noun::Chat | Noun::Change)))
    });
    let is_thread =
        words.iter().any(|word| matches!(word.as_str(), "reply" | "answer" | "topic" | "response")) && phrase.verb == Some(Verb::Post);
    !is_addressed && !is_private && (is_thread || describe::names_forum(call.description()))
}

/// `simulate_policy{action: "DeleteObject"}`, `list_events{action: "delete"}`: the value is asked about.
fn asks_about(phrase: &Phrase, words: &[String]) -> bool {
    const ASKING: [&str; 20] = [
        "help", "lookup", "describe", "suggest", "check", "can", "simulate", "validate", "verify", "estimate", "preview", "explain",
        "list", "search", "find", "count", "audit", "is", "test", "query",
    ];
    const SERVANTS: [&str; 12] =
        ["manager", "manage", "tool", "tools", "admin", "editor", "handler", "service", "operations", "actions", "controller", "crud"];
    let has = |listed: &[&str]| words.iter().any(|word| listed.contains(&word.as_str()));
    phrase.verb == Some(Verb::Read) && has(&ASKING) && !has(&SERVANTS)
}

/// `approve{invoice_id}`: where the name has no object, the keys name it.
fn by_keys(phrase: &Phrase, object: &Object) -> Vec<Kind> {
    if !matches!(phrase.verb, Some(Verb::Approve | Verb::Submit | Verb::Perform | Verb::Promote)) || !phrase.nouns.is_empty() {
        return Vec::new();
    }
    let words: Vec<String> = object.iter().take(KEYS_MAX).flat_map(|(key, _)| fold::words(key)).collect();
    let nouns =
        words.iter().filter_map(|word| meaning(word).noun).filter(|noun| !matches!(noun, Noun::Preview | Noun::Record)).take(1).collect();
    Phrase { nouns, verb: phrase.verb, ..Phrase::default() }.kinds()
}

/// Whether the name's verb is nothing but a verb.
fn is_plain_verb(words: &[String]) -> bool {
    words.iter().filter_map(|word| meaning(word).verb.map(|_| meaning(word).noun)).next().is_some_and(|noun| noun.is_none())
}

/// `kubectl_scale{…}`, `git_reset{…}`: a tool named after a program does what the program does.
fn by_command(object: &Object, words: &[String]) -> Option<Vec<Kind>> {
    let program = words.first().filter(|word| matches!(word.as_str(), "kubectl" | "git" | "helm" | "docker" | "terraform" | "podman"))?;
    let mut command = vec![program.clone()];
    command.extend(words.iter().skip(1).filter(|word| !matches!(word.as_str(), "generic" | "command" | "run" | "tool" | "exec")).cloned());
    for key in ["command", "subcommand", "action", "operation", "resourcetype", "name"] {
        command.extend(object.get_folded(&[key]).and_then(Value::as_str).filter(|text| is_identifier(text)).map(str::to_owned));
    }
    let kinds = shell::table_kinds(&command)?;
    (!kinds.is_empty()).then_some(kinds)
}

/// `action: "delete"`, `method: "run_workflow"`: the value names what is done.
fn by_action(object: &Object, words: &[String]) -> Option<Vec<Kind>> {
    const KEYS: [&str; 14] = [
        "action",
        "operation",
        "method",
        "command",
        "subcommand",
        "op",
        "verb",
        "mode",
        "actiontype",
        "operationtype",
        "act",
        "aktion",
        "accion",
        "cmd",
    ];
    let value = KEYS.iter().find_map(|key| object.get_folded(&[key]).and_then(Value::as_str).filter(|text| is_identifier(text)))?;
    let own = fold::words(value);
    let own_phrase = Phrase::of_words(&own);
    if own_phrase.verb.is_none() && own_phrase.kinds().is_empty() {
        return None;
    }
    if !own_phrase.nouns.is_empty() || own.len() > 1 {
        let kinds = own_phrase.kinds();
        if !kinds.is_empty() || own_phrase.verb == Some(Verb::Click) {
            return Some(with_named_job(kinds, object));
        }
    }
    let mut all = own.clone();
    all.extend(
        words
            .iter()
            .filter(|word| {
                !matches!(meaning(word).verb, Some(Verb::Manage)) && meaning(word).noun.is_some() || meaning(word).verb.is_none()
            })
            .cloned(),
    );
    let mut phrase = Phrase::of_words(&all);
    phrase.verb = own_phrase.verb;
    Some(with_named_job(phrase.kinds(), object))
}

/// `account_request{type: "delete"}`: where nothing else tells, the sort of request does, if it can only be a verb.
fn by_type(object: &Object, words: &[String]) -> Vec<Kind> {
    const KEYS: [&str; 9] = ["type", "kind", "requesttype", "intent", "step", "change", "changetype", "event", "do"];
    let value = KEYS.iter().find_map(|key| object.get_folded(&[key]).and_then(Value::as_str).filter(|text| is_identifier(text)));
    let mut own = value.map(fold::words).unwrap_or_default();
    if own.first().is_none_or(|word| meaning(word).verb.is_none() || meaning(word).noun.is_some()) {
        return Vec::new();
    }
    if own.len() == 1 {
        own.extend(words.iter().filter(|word| meaning(word).verb.is_none()).cloned());
    }
    Phrase::of_words(&own).kinds()
}

/// A job that is started does what its name states: `workflow_id: "deploy-prod.yml"`.
fn with_named_job(kinds: Vec<Kind>, object: &Object) -> Vec<Kind> {
    if kinds != [Kind::Execute] {
        return kinds;
    }
    let named = object
        .get_folded(&[
            "workflowid",
            "workflow",
            "workflowname",
            "job",
            "jobname",
            "pipeline",
            "jobid",
            "task",
            "taskname",
            "queryid",
            "queryname",
            "scriptname",
            "component",
            "componentkey",
            "actionid",
            "runbook",
            "macro",
            "command",
            "dag",
            "dagid",
        ])
        .and_then(Value::as_str)
        .filter(|text| is_identifier(text))
        .unwrap_or_default();
    let deploys = fold::words(named)
        .iter()
        .any(|word| matches!(word.as_str(), "deploy" | "deployment" | "release" | "prod" | "production" | "rollout"));
    if deploys {
        return vec![Kind::Deploy];
    }
    let mut kinds = kinds;
    kinds.extend(Phrase::of_name(named).kinds().into_iter().filter(|kind| kind.is_consequential()));
    kinds
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))
}

/// A click does what the thing that is clicked says.
fn clicked(object: &Object) -> Vec<Kind> {
    let Some(element) = object
        .get_folded(&[
            "element",
            "text",
            "label",
            "buttontext",
            "description",
            "name",
            "selector",
            "accessibilitylabel",
            "arialabel",
            "elementtext",
            "linktext",
            "elementdescription",
            "title",
            "buttonlabel",
            "locator",
            "button",
        ])
        .and_then(Value::as_str)
    else {
        return Vec::new();
    };
    let words = fold::words(element);
    let is_look = words.iter().any(|word| {
        matches!(word.as_str(), "tab" | "link" | "menu" | "dropdown" | "accordion" | "page" | "next" | "previous" | "expand" | "image")
    });
    let kinds = Phrase::of_words(&words).kinds();
    if kinds.iter().any(|kind| kind.is_consequential()) || !is_look {
        return kinds;
    }
    vec![Kind::Read]
}

/// Kinds that a name adds to code: never reading, writing or running, which the code itself shows.
pub(super) fn beside_code(words: &[String]) -> Vec<Kind> {
    if words.iter().any(|word| matches!(word.as_str(), "patch" | "diff")) {
        return Vec::new();
    }
    let phrase = Phrase::of_words(words);
    if matches!(
        phrase.verb,
        Some(
            Verb::Execute | Verb::Read | Verb::Manage | Verb::Control | Verb::Create | Verb::Write | Verb::Send | Verb::Submit | Verb::Pay
        ) | None
    ) {
        return Vec::new();
    }
    phrase.kinds().into_iter().filter(|kind| kind.is_consequential() && kind.broad() != Kind::Execute).collect()
}
