//! Directories above a pattern: who removes `/srv` removes `/srv/data` with it.
//!
//! A glob answers whether a path lies inside a pattern. For a target that is a
//! directory the other direction matters as well: whether something that the
//! pattern means may lie inside the target.

use super::PolicyError;
use super::globs::matcher;
use crate::pin::PinId;
use globset::GlobMatcher;

/// One pattern over absolute paths, part by part.
#[derive(Debug)]
pub(super) struct Tree {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    /// `**`, or a part that cannot be looked at by itself: any number of any parts.
    Any,
    /// One part.
    One(GlobMatcher),
}

impl Tree {
    /// `None` for a pattern that begins anywhere but at a root.
    pub(super) fn new(pin: &PinId, glob: &str) -> Result<Option<Self>, PolicyError> {
        let Some(below) = glob.strip_prefix('/').or_else(|| glob.starts_with("**").then_some(glob)) else { return Ok(None) };
        // A brace that spans parts is not taken apart: whatever it is, it may be there.
        let spans = below.split('/').any(|part| part.matches('{').count() != part.matches('}').count());
        let parts = if spans { "**" } else { below };
        let parts = parts.split('/').filter(|part| !part.is_empty()).map(|part| Part::new(pin, part)).collect::<Result<_, _>>()?;
        Ok(Some(Self { parts }))
    }

    /// Whether this directory may hold what the pattern means. `whole_tree`: the
    /// call names a set, so that also what only might lie below it counts.
    pub(super) fn lies_below(&self, directory: &str, whole_tree: bool) -> bool {
        let mut parts = self.parts.iter();
        for name in directory.split('/').filter(|name| !name.is_empty()) {
            match parts.next() {
                None => return false,
                Some(Part::Any) => return whole_tree,
                Some(Part::One(glob)) if glob.is_match(name) => {}
                Some(Part::One(_)) => return false,
            }
        }
        true
    }
}

impl Part {
    fn new(pin: &PinId, part: &str) -> Result<Self, PolicyError> {
        if part == "**" { Ok(Self::Any) } else { matcher(pin, part, true).map(Self::One) }
    }
}
