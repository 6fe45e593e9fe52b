//! Sub-commands and task names, read as words: `mailctl trash 7`, `npm run deploy`.

use super::super::fold;
use super::super::lexicon::{Verb, meaning};
use super::super::name::Phrase;
use crate::kind::Kind;

/// How many operands can be sub-commands.
const WORDS_MAX: usize = 5;

/// What a program's operands say, read up to the one that holds the verb;
/// `None` when none does.
pub(super) fn kinds<'a>(operands: impl Iterator<Item = &'a str>) -> Option<Vec<Kind>> {
    let mut words = Vec::new();
    let mut spare: Option<Vec<Kind>> = None;
    for operand in operands.take(WORDS_MAX).take_while(|operand| is_word(operand)) {
        let fresh = fold::words(operand);
        let has_verb = fresh.iter().any(|word| meaning(word).verb.is_some());
        let is_pure = fresh.first().is_some_and(|word| meaning(word).verb.is_some() && meaning(word).noun.is_none());
        words.extend(fresh);
        let phrase = Phrase::of_words(&words);
        let kinds = phrase.kinds();
        if kinds.is_empty() {
            continue;
        }
        if is_pure {
            return Some(kinds);
        }
        if has_verb {
            spare = Some(kinds);
        }
    }
    spare
}

fn is_word(operand: &str) -> bool {
    operand.len() <= 64
        && operand.starts_with(char::is_alphabetic)
        && operand.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':'))
}

/// What building or running a target of this name does: a conventional one writes, a
/// name that states an effect has it, anything else runs code that is not shown.
pub(super) fn task_kinds<'a>(mut operands: impl Iterator<Item = &'a str>) -> Option<Vec<Kind>> {
    let task = operands.find(|operand| !operand.contains('='))?;
    let words = fold::words(task);
    const BUILDS: [&str; 44] = [
        "build",
        "test",
        "tests",
        "lint",
        "fmt",
        "format",
        "check",
        "typecheck",
        "type",
        "types",
        "compile",
        "start",
        "dev",
        "serve",
        "watch",
        "coverage",
        "cov",
        "docs",
        "doc",
        "bench",
        "benchmark",
        "generate",
        "gen",
        "codegen",
        "all",
        "debug",
        "release-build",
        "ci",
        "unit",
        "e2e",
        "integration",
        "validate",
        "verify",
        "help",
        "vet",
        "tidy",
        "storybook",
        "preview",
        "prettier",
        "eslint",
        "tsc",
        "typings",
        "bundle",
        "assets",
    ];
    let leads = words.first()?;
    if BUILDS.contains(&leads.as_str()) {
        return Some(vec![Kind::Write]);
    }
    let stated: Vec<Kind> = Phrase::of_words(&words).kinds().into_iter().filter(|kind| kind.is_consequential()).collect();
    let is_statement = meaning(leads).verb.is_some_and(|verb| !matches!(verb, Verb::Read | Verb::Execute));
    if !stated.is_empty() && (is_statement || words.len() > 1) {
        return Some(stated);
    }
    if words.iter().any(|word| BUILDS.contains(&word.as_str())) {
        return Some(vec![Kind::Write]);
    }
    Some(vec![Kind::Execute])
}
