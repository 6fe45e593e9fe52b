//! What the words of a call's name say, where its owner is a service and not a value in memory.

use super::Language;
use super::calls::Call;
use super::files;
use super::value::Value;
use crate::action::fold;
use crate::action::lexicon::{Verb, meaning};
use crate::action::name::Phrase;
use crate::action::reading::{Reading, evidence};
use crate::call::Action;
use crate::kind::Kind;

/// Words that name something that runs, in the path of a cloud's client.
const CLOUD: [&str; 19] = [
    "instances",
    "instance",
    "boto",
    "client",
    "compute",
    "iam",
    "run",
    "terminate",
    "start",
    "stop",
    "reboot",
    "ec",
    "cluster",
    "service",
    "deployment",
    "policy",
    "user",
    "role",
    "group",
];

pub(super) fn read(reading: &mut Reading, language: Language, call: &Call<'_>) {
    let method = call.method();
    let command = ["Command", "Request", "CommandInput"].iter().find_map(|end| method.strip_suffix(end)).filter(|stem| !stem.is_empty());
    let is_class = method.starts_with(char::is_uppercase) && !matches!(language, Language::Go | Language::Other);
    // `EmailMessage()` makes a value; `new DeleteObjectCommand(…)` says what will be sent.
    if is_class && command.is_none() || call.root() == "own" && !call.path.contains('.') {
        return;
    }
    // `s3.send(new ListObjectsCommand(…))`: the command has said it.
    let is_command = |value: &Value| value.as_path().is_some_and(|path| path.ends_with("Command"));
    if method == "send" && call.positional.iter().any(is_command) {
        return;
    }
    if matches!(method, "click" | "dblclick" | "tap" | "submit") && clicked(reading, call) {
        return;
    }
    let words = fold::words(command.unwrap_or(method));
    let Some(verb) = words.iter().find_map(|word| meaning(word).verb) else { return };
    if matches!(verb, Verb::Read | Verb::Manage | Verb::Click) {
        return;
    }
    // `service.users().messages()` walks to a thing, and `.execute()` does what was said before it.
    let is_bare = call.positional.is_empty() && call.named.is_empty();
    let is_noun = words.len() == 1 && words.first().is_some_and(|word| meaning(word).noun.is_some() && word.ends_with('s'));
    if is_bare && (is_noun || method == "execute") {
        return;
    }
    made_public(reading, call, &words);
    let is_simple = words.len() == 1;
    // `orders.group(…)`: an ordinary verb on a value changes nothing outside.
    if is_simple && verb == Verb::Write {
        if matches!(method, "edit" | "update" | "save" | "modify") && !(call.positional.is_empty() && call.named.is_empty()) {
            reading.note(Kind::Write, "the call", &call.path);
        }
        return;
    }
    let owner: Vec<String> = call.path.rsplit_once('.').map(|(owner, _)| fold::words(owner)).unwrap_or_default();
    let noun = owner.iter().rev().find_map(|word| meaning(word).noun);
    // `list.remove(x)`, `set.delete(1)`, `map.clear()`: a value in memory.
    if is_simple && (noun.is_none() && !owner.last().is_some_and(|word| is_money(word)) || owner.len() < 2) {
        return;
    }
    if ["TRASH", "SPAM"].iter().any(|label| call.texts.iter().any(|t| **t == **label)) && call.inside.contains("add") {
        return reading.note(Kind::Delete, "a label that removes, by", &call.path);
    }
    if call.says("draft", true) {
        return reading.note(Kind::Write, "a draft by", &call.path);
    }
    let mut all: Vec<String> = words;
    if is_simple {
        all.extend(owner.iter().rev().take(2).rev().cloned());
    }
    let buys = is_simple && matches!(verb, Verb::Create | Verb::Approve | Verb::Submit) && owner.last().is_some_and(|word| is_money(word));
    for kind in if buys { vec![Kind::Pay] } else { kinds(&all) } {
        let mut action = Action::new(kind, evidence("the call", &call.path));
        if kind == Kind::Pay {
            action.amount = files::amount(call);
        }
        reading.add(action);
    }
}

/// What a service that is asked to make one of these takes money for.
fn is_money(word: &str) -> bool {
    ["transfer", "payout", "refund", "charge", "payment", "checkout", "subscription", "order", "topup", "withdrawal"]
        .iter()
        .any(|stem| word.starts_with(stem))
}

/// A click does what the thing that is clicked says; `false` where the call is no click.
fn clicked(reading: &mut Reading, call: &Call<'_>) -> bool {
    let Some(selector) = call.texts.first().or_else(|| call.owner_texts.last()).map(|text| text.to_string()) else {
        return false;
    };
    let words = fold::words(&selector);
    let kinds: Vec<Kind> = Phrase::of_words(&words).kinds().into_iter().filter(|kind| kind.is_consequential()).collect();
    kinds.iter().for_each(|kind| reading.note(*kind, "a click on", &selector));
    let is_look = words.iter().any(|word| {
        matches!(
            word.as_str(),
            "tab" | "link" | "menu" | "dropdown" | "accordion" | "page" | "next" | "previous" | "expand" | "image" | "a" | "nav"
        )
    });
    if kinds.is_empty() && !is_look {
        reading.unknown("a click on what the call does not show", &selector);
    }
    true
}

fn made_public(reading: &mut Reading, call: &Call<'_>, words: &[String]) {
    let is_public = call.says("private", false) || call.named(&["visibility"]).and_then(Value::as_text) == Some("public");
    if is_public {
        reading.note(Kind::Publish, "made visible to all by", &call.path);
        if !words.iter().any(|w| matches!(w.as_str(), "upload" | "create")) {
            reading.note(Kind::Permission, "made visible to all by", &call.path);
        }
    }
}

fn kinds(words: &[String]) -> Vec<Kind> {
    let first = words.first().map_or("", String::as_str);
    let is_grant = matches!(first, "attach" | "detach" | "put") && words.iter().any(|w| matches!(w.as_str(), "policy" | "role" | "acl"));
    if is_grant {
        return vec![Kind::Permission];
    }
    if matches!(first, "run" | "start" | "stop" | "reboot") && words.iter().any(|w| CLOUD.contains(&w.as_str())) {
        return vec![Kind::Deploy];
    }
    if first == "submit" && words.iter().any(|w| w == "order") {
        return vec![Kind::Pay];
    }
    Phrase::of_words(words).kinds()
}
