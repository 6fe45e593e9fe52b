//! The globs of one `where` matcher: what is inside, and what is excepted.
//!
//! What is inside is compared generously (without case, under every name the thing
//! has, a directory with everything in it); an exception must be met exactly.

use super::PolicyError;
use super::canonical::{Clear, Form};
use crate::pin::PinId;
use globset::{Glob, GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};

/// Patterns over values of one sort.
#[derive(Debug)]
pub(super) struct Globs {
    inside: Inside,
    excepted: GlobSet,
}

#[derive(Debug)]
enum Inside {
    /// No pattern but exceptions: everything.
    All,
    These(GlobSet),
}

/// How one sort of value spells its patterns: the globs that a pattern stands for.
pub(super) type Spelled = fn(pattern: &str, is_exception: bool) -> Vec<String>;

impl Globs {
    /// Compiles the patterns; `separated`: `*` does not cross a `/`.
    pub(super) fn new(pin: &PinId, patterns: &[String], spelled: Spelled, separated: bool) -> Result<Self, PolicyError> {
        let exceptions = patterns.iter().filter_map(|pattern| pattern.strip_prefix('!'));
        let inside: Vec<&String> = patterns.iter().filter(|pattern| !pattern.starts_with('!')).collect();
        let excepted = exceptions.flat_map(|pattern| spelled(pattern, true)).collect::<Vec<_>>();
        let globs: Vec<String> = inside.iter().flat_map(|pattern| spelled(pattern, false)).map(|glob| glob.to_lowercase()).collect();
        Ok(Self {
            inside: if inside.is_empty() { Inside::All } else { Inside::These(set(pin, &globs, separated)?) },
            excepted: set(pin, &excepted, separated)?,
        })
    }

    /// Whether everything is meant but the exceptions.
    pub(super) fn mean_all(&self) -> bool {
        matches!(self.inside, Inside::All)
    }

    /// Whether a value counts as meant.
    pub(super) fn meet(&self, form: &Form) -> bool {
        match form {
            Form::Unclear => true,
            Form::Clear(clear) => self.is_inside(clear) && !self.is_excepted(clear),
        }
    }

    fn is_inside(&self, clear: &Clear) -> bool {
        match &self.inside {
            Inside::All => true,
            Inside::These(globs) => clear.also.iter().any(|name| globs.is_match(name)),
        }
    }

    /// Whether an exception says that this value is not meant.
    pub(super) fn is_excepted(&self, clear: &Clear) -> bool {
        clear.exact.iter().any(|name| self.excepted.is_match(name))
    }
}

fn set(pin: &PinId, globs: &[String], separated: bool) -> Result<GlobSet, PolicyError> {
    let mut set = GlobSetBuilder::new();
    for text in globs {
        set.add(glob(pin, text, separated)?);
    }
    set.build().map_err(|source| wrong(pin, &globs.join(", "), source))
}

fn glob(pin: &PinId, text: &str, separated: bool) -> Result<Glob, PolicyError> {
    GlobBuilder::new(text).literal_separator(separated).build().map_err(|source| wrong(pin, text, source))
}

/// One glob, in lower case.
pub(super) fn matcher(pin: &PinId, text: &str, separated: bool) -> Result<GlobMatcher, PolicyError> {
    glob(pin, &text.to_lowercase(), separated).map(|glob| glob.compile_matcher())
}

fn wrong(pin: &PinId, glob: &str, source: globset::Error) -> PolicyError {
    PolicyError::Glob { pin: pin.clone(), glob: glob.to_owned(), source }
}
