//! Where a clause applies: `where` in the configuration.
//!
//! Every matcher that is given must be met, and it is met as soon as one of the
//! action's targets meets it. A matcher is never dodged by silence: an action that
//! names no target of the sort it reads meets it, and so does every value that has
//! no canonical form. Only an action that plainly is about something else (a pin
//! about a branch, and a file is removed) is outside.

use super::PolicyError;
use super::amounts::{count_is_meant, count_of_all, money_is_meant, money_of_all};
use super::canonical::{self, Form};
use super::clause::Seen;
use super::globs::{Globs, Spelled};
use super::texts::{Texts, folded};
use super::trees::Tree;
use crate::call::{Action, Amount, Count, TARGETS_MAX, Target, TargetSort};
use crate::kind::Kind;
use crate::pin::{PinId, Scope};
use regex::{Regex, RegexBuilder};

/// A pattern's program may take this much; what needs more is refused at the start.
const PATTERN_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A [`Scope`], compiled.
#[derive(Debug)]
pub(super) struct Place {
    target: Option<Paths>,
    recipient: Option<Recipients>,
    host: Option<Globs>,
    table: Option<Tables>,
    branch: Option<Globs>,
    money: Scope,
    text: Option<Pattern>,
}

impl Place {
    pub(super) fn new(pin: &PinId, scope: &Scope) -> Result<Self, PolicyError> {
        let globs =
            |patterns: &Vec<String>, spelled: Spelled| given(patterns).map(|these| Globs::new(pin, these, spelled, false)).transpose();
        Ok(Self {
            target: given(&scope.target).map(|these| Paths::new(pin, these)).transpose()?,
            recipient: given(&scope.recipient).map(|these| Recipients::new(pin, these)).transpose()?,
            host: globs(&scope.host, canonical::host_pattern)?,
            table: given(&scope.table).map(|these| Tables::new(pin, these)).transpose()?,
            branch: globs(&scope.branch, canonical::branch_pattern)?,
            money: Scope { currency: scope.currency.clone(), amount: scope.amount, count: scope.count, ..Scope::default() },
            text: scope.text.as_ref().map(|pattern| Pattern::new(pin, pattern)).transpose()?,
        })
    }

    /// Whether the clause is about this action of the call with these texts. An
    /// unknown effect may be anywhere.
    ///
    /// How much and how many is asked of the whole call: fifty times one is fifty.
    pub(super) fn holds(&self, action: &Action, seen: &Seen<'_>) -> bool {
        if action.kind == Kind::Unknown {
            return true;
        }
        self.lies_there(action, seen) && self.is_meant_amount(action, seen)
    }

    fn lies_there(&self, action: &Action, seen: &Seen<'_>) -> bool {
        self.target.as_ref().is_none_or(|paths| paths.meet(action))
            && self.recipient.as_ref().is_none_or(|recipients| recipients.meet(action))
            && self.host.as_ref().is_none_or(|globs| hosts_meet(globs, action))
            && self.table.as_ref().is_none_or(|tables| tables.meet(action))
            && self.branch.as_ref().is_none_or(|globs| branches_meet(globs, action))
            && self.text.as_ref().is_none_or(|pattern| seen.is_unseen || pattern.is_in(action, &seen.texts, seen.raw))
    }

    fn is_meant_amount(&self, action: &Action, seen: &Seen<'_>) -> bool {
        let Scope { amount, count, currency, .. } = &self.money;
        let asks_money = amount.is_some() || !currency.is_empty();
        if !asks_money && count.is_none() {
            return true;
        }
        let alike: Vec<&Action> = seen.actions.iter().filter(|other| other.kind == action.kind && self.lies_there(other, seen)).collect();
        let is_money_meant = |money: Option<&Amount>| money_is_meant(*amount, currency, money);
        let is_all_money_meant = || money_of_all(&alike).is_some_and(|sum| is_money_meant(Some(&sum)));
        (!asks_money || is_money_meant(action.amount.as_ref()) || is_all_money_meant())
            && count.is_none_or(|comparison| count_is_meant(comparison, count_of_all(&alike)))
    }
}

fn given(patterns: &Vec<String>) -> Option<&Vec<String>> {
    (!patterns.is_empty()).then_some(patterns)
}

/// Whether one of the targets of these sorts meets the matcher, or there is none, or
/// there are so many that some may have been left out.
fn one_of(action: &Action, sorts: &[TargetSort], meets: impl Fn(&str, TargetSort) -> bool) -> bool {
    let mut targets = action.targets.iter().filter(|target| sorts.contains(&target.sort)).peekable();
    targets.peek().is_none() || action.targets.len() >= TARGETS_MAX || targets.any(|target| meets(&target.value, target.sort))
}

/// Whether all that the action names is of these sorts, and none of it hides a branch
/// in a repository's own files.
fn is_about(action: &Action, sorts: &[TargetSort]) -> bool {
    let is_of =
        |target: &Target| sorts.contains(&target.sort) && !target.value.split(['/', '\\']).any(|part| part.eq_ignore_ascii_case(".git"));
    !action.targets.is_empty() && action.targets.len() < TARGETS_MAX && action.targets.iter().all(is_of)
}

/// `host`
fn hosts_meet(globs: &Globs, action: &Action) -> bool {
    one_of(action, &[TargetSort::Host], |value, _| globs.meet(&canonical::host(value)))
}

/// `branch`: who removes a file or a table removes no branch.
fn branches_meet(globs: &Globs, action: &Action) -> bool {
    let is_elsewhere = !globs.mean_all() && is_about(action, &[TargetSort::Path, TargetSort::Table]);
    !is_elsewhere && one_of(action, &[TargetSort::Branch], |value, _| globs.meet(&canonical::branch(value)))
}

/// `target`: paths and ids, and the names of branches and tables.
#[derive(Debug)]
struct Paths {
    globs: Globs,
    trees: Vec<Tree>,
}

impl Paths {
    fn new(pin: &PinId, patterns: &[String]) -> Result<Self, PolicyError> {
        let globs = Globs::new(pin, patterns, with_directories, true)?;
        let mut trees = Vec::new();
        for pattern in patterns.iter().filter(|pattern| !pattern.starts_with('!')) {
            for glob in canonical::path_pattern(pattern, false) {
                trees.extend(Tree::new(pin, &glob)?);
            }
        }
        Ok(Self { globs, trees })
    }

    fn meet(&self, action: &Action) -> bool {
        one_of(action, &[TargetSort::Path, TargetSort::Id, TargetSort::Branch, TargetSort::Table], |value, sort| {
            let form = if sort == TargetSort::Path { canonical::path(value) } else { canonical::id(value) };
            self.globs.meet(&form) || self.lie_below(&form, action.count == Count::Set)
        })
    }

    fn lie_below(&self, form: &Form, whole_tree: bool) -> bool {
        let Form::Clear(clear) = form else { return true };
        let mut paths = clear.also.iter().filter(|name| name.starts_with('/'));
        !self.globs.is_excepted(clear) && paths.any(|path| self.trees.iter().any(|tree| tree.lies_below(path, whole_tree)))
    }
}

/// A pattern for a directory means what is in it, and `x/**` means `x` too.
fn with_directories(pattern: &str, is_exception: bool) -> Vec<String> {
    let mut globs = canonical::path_pattern(pattern, is_exception);
    let directories: Vec<String> = globs.iter().filter_map(|glob| glob.strip_suffix("/**")).map(str::to_owned).collect();
    if !is_exception {
        globs.extend(globs.clone().iter().map(|glob| format!("{glob}/**")));
    }
    globs.extend(directories.into_iter().filter(|directory| !directory.is_empty()));
    globs
}

/// `recipient`: mail addresses, channels, people.
#[derive(Debug)]
struct Recipients {
    globs: Globs,
    by_address: bool,
}

impl Recipients {
    fn new(pin: &PinId, patterns: &[String]) -> Result<Self, PolicyError> {
        let by_address = patterns.iter().any(|pattern| canonical::is_address_pattern(pattern.trim_start_matches('!')));
        Ok(Self { globs: Globs::new(pin, patterns, canonical::recipient_pattern, false)?, by_address })
    }

    fn meet(&self, action: &Action) -> bool {
        one_of(action, &[TargetSort::Recipient], |value, _| {
            let separators: &[char] = if value.contains('"') { &[] } else { &[',', ';'] };
            let mut several = value.split(separators).map(str::trim).filter(|one| !one.is_empty()).peekable();
            several.peek().is_none() || several.any(|one| self.globs.meet(&canonical::recipient(one, self.by_address)))
        })
    }
}

/// `table`: a name without a schema may be of any schema.
#[derive(Debug)]
struct Tables {
    globs: Globs,
    /// For names with fewer parts than the pattern: the patterns' last parts.
    last: Vec<(usize, globset::GlobMatcher)>,
}

impl Tables {
    fn new(pin: &PinId, patterns: &[String]) -> Result<Self, PolicyError> {
        let mut last = Vec::new();
        for pattern in patterns.iter().filter(|pattern| !pattern.starts_with('!')) {
            let name = pattern.rsplit('.').next().unwrap_or_default();
            last.push((pattern.split('.').count(), super::globs::matcher(pin, name, false)?));
        }
        Ok(Self { globs: Globs::new(pin, patterns, |pattern, _| vec![pattern.to_owned()], false)?, last })
    }

    /// Who removes a file or a branch removes no table.
    fn meet(&self, action: &Action) -> bool {
        let is_elsewhere = !self.globs.mean_all() && is_about(action, &[TargetSort::Path, TargetSort::Branch]);
        let meets = |value: &str| {
            let form = canonical::table(value);
            self.globs.meet(&form) || self.may_be(&form)
        };
        !is_elsewhere && one_of(action, &[TargetSort::Table], |value, _| meets(value))
    }

    fn may_be(&self, form: &Form) -> bool {
        let Form::Clear(clear) = form else { return true };
        let parts = clear.exact.first().map_or(0, |name| name.split('.').count());
        let name = clear.also.last().map_or("", String::as_str);
        let is_last = self.last.iter().any(|(pattern_parts, glob)| parts < *pattern_parts && glob.is_match(name));
        is_last && !self.globs.is_excepted(clear)
    }
}

/// `text`: a regular expression over the arguments as they stand, decoded, and folded.
#[derive(Debug)]
struct Pattern {
    exact: Regex,
    loose: Regex,
}

impl Pattern {
    fn new(pin: &PinId, pattern: &str) -> Result<Self, PolicyError> {
        let built = |loose: bool| {
            RegexBuilder::new(pattern)
                .case_insensitive(loose)
                .size_limit(PATTERN_BYTES_MAX)
                .build()
                .map_err(|source| PolicyError::Pattern { pin: pin.clone(), pattern: pattern.to_owned(), source: Box::new(source) })
        };
        Ok(Self { exact: built(false)?, loose: built(true)? })
    }

    fn is_in(&self, action: &Action, texts: &Texts, raw: &str) -> bool {
        let meets = |text: &str| self.exact.is_match(text) || self.loose.is_match(&folded(text));
        meets(raw)
            || texts.pieces.iter().any(|piece| meets(&piece.text) || meets(&piece.key))
            || meets(&texts.joined())
            || action.targets.iter().any(|target| meets(&target.value))
    }
}

#[cfg(test)]
mod tests;
