//! The table of programs: what their sub-commands and flags do.
//!
//! The rows stand in `programs.txt`, which explains its own grammar and needs no
//! Rust to extend. Here they are parsed once, and matched.

use super::expand::Argument;
use crate::call::TargetSort;
use crate::kind::Kind;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// One program's rows.
#[derive(Debug, Default)]
pub(super) struct Program {
    /// What its operands name.
    pub(super) sort: Option<TargetSort>,
    /// Options whose next argument is their value.
    value_options: Vec<String>,
    rules: Vec<Arc<Rule>>,
}

#[derive(Debug)]
struct Rule {
    words: Vec<String>,
    flags: Vec<String>,
    operands: Vec<String>,
    outcome: Outcome,
    adds: bool,
    is_final: bool,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Kinds(Vec<Kind>),
    /// The sub-command's own words tell.
    Words,
    /// The name of the target that is built or run tells.
    Task,
}

/// What the rows say about one command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Matched {
    pub(super) kinds: Vec<Kind>,
    /// The operands that are not sub-commands.
    pub(super) operands: Vec<Argument>,
}

static PROGRAMS: LazyLock<HashMap<String, Program>> = LazyLock::new(|| parse(include_str!("programs.txt")));

/// The rows of this program.
pub(super) fn find(name: &str) -> Option<&'static Program> {
    PROGRAMS.get(name)
}

/// Blocks that share a name add up; a later row with the same pattern replaces the earlier one.
fn parse(text: &str) -> HashMap<String, Program> {
    let mut programs: HashMap<String, Program> = HashMap::new();
    let mut names: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if !line.starts_with(' ') {
            let head = parse_head(line);
            names = head.0;
            for name in &names {
                let program = programs.entry(name.clone()).or_default();
                program.sort = head.1.sort.or(program.sort);
                program.value_options.extend(head.1.value_options.iter().cloned());
            }
        } else if let Some(rule) = parse_rule(line).map(Arc::new) {
            for name in &names {
                let Some(program) = programs.get_mut(name) else { continue };
                program.rules.retain(|earlier| !earlier.has_pattern_of(&rule));
                program.rules.push(rule.clone());
            }
        }
    }
    programs
}

fn parse_head(line: &str) -> (Vec<String>, Program) {
    let mut parts = line.split(" | ");
    let names = parts.next().unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    let sort = match parts.next().unwrap_or_default().trim() {
        "path" => Some(TargetSort::Path),
        "recipient" => Some(TargetSort::Recipient),
        "host" => Some(TargetSort::Host),
        "table" => Some(TargetSort::Table),
        "branch" => Some(TargetSort::Branch),
        "id" => Some(TargetSort::Id),
        _ => None,
    };
    let value_options = parts.next().unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    (names, Program { sort, value_options, rules: Vec::new() })
}

fn parse_rule(line: &str) -> Option<Rule> {
    let (pattern, outcome) = line.split_once("=>")?;
    let (mut words, mut flags, mut operands) = (Vec::new(), Vec::new(), Vec::new());
    for token in pattern.split_whitespace() {
        match token.strip_prefix(['~', '^', '$']) {
            Some(_) => operands.push(token.to_owned()),
            None if token.starts_with(['-', '+']) && token.len() > 1 => flags.push(token.to_owned()),
            None => words.push(token.to_owned()),
        }
    }
    let outcome = outcome.trim();
    let (adds, outcome) = outcome.strip_prefix('+').map_or((false, outcome), |rest| (true, rest));
    let (is_final, outcome) = outcome.strip_suffix('!').map_or((false, outcome), |rest| (true, rest));
    let outcome = match outcome {
        "words" => Outcome::Words,
        "task" => Outcome::Task,
        kinds => Outcome::Kinds(kinds.split_whitespace().filter_map(Kind::from_name).collect()),
    };
    Some(Rule { words, flags, operands, outcome, adds, is_final })
}

/// A command's arguments, sorted into options and operands.
struct Sorted<'a> {
    flags: Vec<(&'a str, Option<&'a str>)>,
    operands: Vec<&'a Argument>,
}

impl Program {
    /// What the rows say about these arguments (the program's own name not among them);
    /// `None` when no row fits.
    pub(super) fn matched(&self, arguments: &[Argument]) -> Option<Matched> {
        let first = self.matched_in(self.sort_out(arguments, false));
        // `tool -x value delete`: a flag that no list names may have taken its value from among the operands.
        match first {
            Some((matched, true)) => Some(matched),
            first => match self.matched_in(self.sort_out(arguments, true)) {
                Some((matched, true)) => Some(matched),
                second => first.or(second).map(|(matched, _)| matched),
            },
        }
    }

    /// What the rows say, and whether one of them knows a sub-command that was given.
    fn matched_in(&self, sorted: Sorted<'_>) -> Option<(Matched, bool)> {
        let fitting: Vec<(&Rule, usize)> = self.rules.iter().filter_map(|rule| Some((rule.as_ref(), rule.score(&sorted)?))).collect();
        let words_used = |rule: &Rule| rule.words.iter().filter(|word| *word != ".").count();
        let strongest = |chosen: &[&(&Rule, usize)]| chosen.iter().map(|(_, score)| *score).max();
        let finals: Vec<_> = fitting.iter().filter(|(rule, _)| rule.is_final).collect();
        let bases: Vec<_> = fitting.iter().filter(|(rule, _)| !rule.adds).collect();
        let pool = if finals.is_empty() { bases } else { finals };
        let best = strongest(&pool)?;
        let mut kinds = Vec::new();
        let mut used = 0;
        let is_final = pool.iter().any(|(rule, _)| rule.is_final);
        for (rule, score) in pool {
            if *score == best {
                used = used.max(words_used(rule));
                kinds.extend(rule.kinds(&sorted)?);
            }
        }
        for (rule, _) in fitting.iter().filter(|(rule, _)| rule.adds && !is_final) {
            kinds.extend(rule.kinds(&sorted)?);
        }
        kinds.sort_unstable();
        kinds.dedup();
        let is_sure = used > 0 || is_final || sorted.operands.is_empty() || !self.rules.iter().any(|rule| words_used(rule) > 0);
        let operands = sorted.operands.iter().skip(used).map(|operand| (*operand).clone()).collect();
        Some((Matched { kinds, operands }, is_sure))
    }

    fn sort_out<'a>(&self, arguments: &'a [Argument], flags_take_values: bool) -> Sorted<'a> {
        let (mut flags, mut operands) = (Vec::new(), Vec::new());
        let mut iter = arguments.iter().peekable();
        let mut only_operands = false;
        while let Some(argument) = iter.next() {
            let text = argument.text.as_str();
            if only_operands || !text.starts_with('-') || text.len() < 2 {
                operands.push(argument);
            } else if text == "--" {
                only_operands = true;
            } else if let Some((name, value)) = text.split_once('=') {
                flags.push((name, Some(value)));
            } else if self.takes_value(text) {
                flags.push((text, iter.next().map(|value| value.text.as_str())));
            } else {
                // A flag that no list names may still be followed by its value.
                let value = iter.peek().filter(|next| !next.text.starts_with('-')).map(|next| next.text.as_str());
                flags.push((text, value));
                if flags_take_values && value.is_some() {
                    iter.next();
                }
            }
        }
        Sorted { flags, operands }
    }

    fn takes_value(&self, option: &str) -> bool {
        self.value_options.iter().any(|known| known == option)
    }
}

impl Rule {
    fn has_pattern_of(&self, other: &Self) -> bool {
        self.words == other.words && self.flags == other.flags && self.operands == other.operands && self.adds == other.adds
    }

    fn kinds(&self, sorted: &Sorted<'_>) -> Option<Vec<Kind>> {
        let words = |from: usize| sorted.operands.iter().skip(from).map(|operand| operand.text.as_str());
        match &self.outcome {
            Outcome::Kinds(kinds) => Some(kinds.clone()),
            Outcome::Words => super::subcommand::kinds(words(0)),
            // `run *`: what stands in the place of the star is the task.
            Outcome::Task => super::subcommand::task_kinds(words(self.words.iter().position(|word| word == "*").unwrap_or_default())),
        }
    }

    /// How closely the rule fits; `None` when it does not.
    fn score(&self, sorted: &Sorted<'_>) -> Option<usize> {
        let mut score = 0;
        for (at, word) in self.words.iter().enumerate() {
            if word == "." {
                // Nothing may follow: the program alone.
                sorted.operands.get(at).is_none().then_some(())?;
                continue;
            }
            let operand = sorted.operands.get(at)?.text.as_str();
            let choice = word.split('|').find(|choice| matches_glob(choice, operand))?;
            score += match choice {
                "*" => 1,
                glob if glob.contains('*') => 8,
                _ => 10,
            };
        }
        for flag in &self.flags {
            let fits = flag.split('|').any(|flag| has_flag(flag, &sorted.flags));
            fits.then_some(())?;
            score += 2;
        }
        let rest = sorted.operands.get(self.words.len()..).unwrap_or_default();
        for token in &self.operands {
            let (place, glob) = token.split_at_checked(1)?;
            let fits = |operand: &&Argument| glob.split('|').any(|glob| matches_glob(glob, &operand.text));
            let is_there = match place {
                "^" => rest.first().is_some_and(fits),
                "$" => rest.last().is_some_and(fits),
                _ => rest.iter().any(fits),
            };
            is_there.then_some(())?;
            score += 2;
        }
        Some(score)
    }
}

fn has_flag(wanted: &str, flags: &[(&str, Option<&str>)]) -> bool {
    let (wanted, wanted_value) = wanted.split_once('=').map_or((wanted, None), |(flag, value)| (flag, Some(value)));
    flags.iter().any(|(flag, value)| {
        let is_named = *flag == wanted || is_in_cluster(wanted, flag);
        let value_fits = match (wanted_value, value) {
            (None, value) => !matches!(value, Some("false" | "no" | "none" | "0")) || *flag != wanted || !flag.starts_with("--"),
            (Some(wanted), Some(value)) => matches_glob(wanted, value),
            (Some(_), None) => false,
        };
        is_named && value_fits
    })
}

/// `-f` inside `-rf`.
fn is_in_cluster(wanted: &str, flag: &str) -> bool {
    let letter = wanted.strip_prefix('-').filter(|letter| letter.len() == 1);
    let cluster = flag.strip_prefix('-').filter(|letters| !letters.starts_with('-') && letters.len() < 6);
    matches!((letter, cluster), (Some(letter), Some(cluster)) if cluster.contains(letter))
}

/// `*` stands for any text.
pub(super) fn matches_glob(glob: &str, text: &str) -> bool {
    let mut parts = glob.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds_of(command: &str) -> String {
        let mut arguments: Vec<Argument> = command.split_whitespace().map(Argument::known).collect();
        let name = arguments.remove(0);
        let matched = find(&name.text).and_then(|program| program.matched(&arguments)).unwrap_or_default();
        matched.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_closest_row_wins_and_a_stopping_flag_wins_over_all() {
        for (command, kinds) in [
            ("rm -rf build", "delete"),
            ("rm --help", "read"),
            ("kubectl delete pod x", "delete"),
            ("kubectl delete pod x --dry-run=client", "read"),
            ("kubectl delete pod x --dry-run=none", "delete"),
            ("kubectl -n prod get pods", "read"),
            ("docker compose down", "deploy"),
            ("docker compose down -v", "delete"),
        ] {
            assert_eq!(kinds_of(command), kinds, "{command}");
        }
    }

    #[test]
    fn every_row_names_kinds_that_exist() {
        for line in include_str!("programs.txt").lines().filter(|line| line.starts_with(' ')) {
            let outcome = line.split_once("=>").expect("a row has an outcome").1.trim().trim_start_matches('+').trim_end_matches('!');
            let is_known =
                matches!(outcome, "words" | "task" | "") || outcome.split_whitespace().all(|kind| Kind::from_name(kind).is_some());
            assert!(is_known, "{line}");
        }
    }
}
