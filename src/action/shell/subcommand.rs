//! Sub-commands and task names, read as words: `mailctl trash 7`, `npm run deploy`.

use super::super::fold;
use super::super::lexicon::{Verb, meaning};
use super::super::name::Phrase;
use crate::kind::Kind;

/// How many operands can be sub-commands.
const WORDS_MAX: usize = 5;

/// Words that only command lines use so, beside the vocabulary of names.
const SHORT_VERBS: [(&str, Kind); 30] = [
    ("cp", Kind::Write),
    ("mv", Kind::Write),
    ("ln", Kind::Write),
    ("mkdir", Kind::Write),
    ("mb", Kind::Write),
    ("touch", Kind::Write),
    ("clone", Kind::Write),
    ("pull", Kind::Write),
    ("fetch", Kind::Write),
    ("login", Kind::Write),
    ("logout", Kind::Write),
    ("checkout", Kind::Write),
    ("commit", Kind::Write),
    ("ps", Kind::Read),
    ("top", Kind::Read),
    ("du", Kind::Read),
    ("stat", Kind::Read),
    ("whoami", Kind::Read),
    ("plan", Kind::Read),
    ("up", Kind::Deploy),
    ("down", Kind::Deploy),
    ("promote", Kind::Deploy),
    ("rb", Kind::Delete),
    ("rmi", Kind::Delete),
    ("rmdir", Kind::Delete),
    ("unlink", Kind::Delete),
    ("gc", Kind::Delete),
    ("undeploy", Kind::Delete),
    ("passwd", Kind::PermissionCredential),
    ("repl", Kind::Execute),
];

/// Flags that say of any program what it does.
const TELLING_FLAGS: [(&str, Kind); 22] = [
    ("--delete", Kind::Delete),
    ("--delete-all", Kind::Delete),
    ("--remove", Kind::Delete),
    ("--remove-all", Kind::Delete),
    ("--purge", Kind::Delete),
    ("--prune", Kind::Delete),
    ("--destroy", Kind::Delete),
    ("--wipe", Kind::Delete),
    ("--erase", Kind::Delete),
    ("--drop", Kind::Delete),
    ("--unlink", Kind::Delete),
    ("--clean", Kind::Delete),
    ("--overwrite", Kind::Overwrite),
    ("--truncate", Kind::Overwrite),
    ("--clobber", Kind::Overwrite),
    ("--publish", Kind::Publish),
    ("--push", Kind::Publish),
    ("--deploy", Kind::Deploy),
    ("--install", Kind::ExecuteInstall),
    ("--upload", Kind::Disclose),
    ("--send", Kind::Send),
    ("--exec", Kind::Execute),
];

/// What the flags of an unknown program say, whatever its words are.
pub(super) fn flag_kinds<'a>(operands: impl Iterator<Item = &'a str>) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = operands
        .take_while(|operand| *operand != "--")
        .filter(|operand| operand.starts_with('-') && !operand.ends_with("=false"))
        .map(|operand| operand.split('=').next().unwrap_or(operand))
        // `-purge`, as programs in Go spell it, is `--purge`.
        .filter_map(|flag| TELLING_FLAGS.iter().find(|(known, _)| *known == flag || known.get(1..) == Some(flag)).map(|(_, kind)| *kind))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Whether a flag says that nothing is done.
pub(super) fn only_shows<'a>(mut operands: impl Iterator<Item = &'a str>) -> bool {
    operands.any(|operand| {
        matches!(
            operand,
            "--dry-run" | "--dryrun" | "--help" | "--simulate" | "--what-if" | "--whatif" | "--noop" | "--no-act" | "--preview"
        ) || (operand.starts_with("--dry-run=") && !operand.ends_with("=none") && !operand.ends_with("=false"))
    })
}

/// What a program's operands say, read up to the one that holds the verb;
/// `None` when none does. Flags and what is no word (a path, a number) are stepped over.
pub(super) fn kinds<'a>(operands: impl Iterator<Item = &'a str>) -> Option<Vec<Kind>> {
    let mut words = Vec::new();
    let mut spare: Option<Vec<Kind>> = None;
    let mut has_any_verb = false;
    for operand in operands.take_while(|operand| *operand != "--").filter(|operand| is_word(operand)).take(WORDS_MAX) {
        if let Some((_, kind)) = SHORT_VERBS.iter().find(|(verb, _)| *verb == operand) {
            return Some(vec![*kind]);
        }
        // Most operands are plain: they need no folding.
        let is_plain = operand.bytes().all(|b| b.is_ascii_lowercase());
        let fresh = if is_plain { vec![operand.to_owned()] } else { fold::words(operand) };
        let has_verb = fresh.iter().any(|word| meaning(word).verb.is_some());
        let is_pure = fresh.first().is_some_and(|word| meaning(word).verb.is_some() && meaning(word).noun.is_none());
        words.extend(fresh);
        has_any_verb |= has_verb;
        if !has_any_verb {
            continue;
        }
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
        && operand.chars().any(|c| !c.is_ascii_digit())
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
    const CLEANERS: [&str; 7] = ["distclean", "mrproper", "realclean", "cleanall", "mostlyclean", "clobber", "nuke"];
    if words.iter().any(|word| CLEANERS.contains(&word.as_str())) {
        return Some(vec![Kind::Delete]);
    }
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
