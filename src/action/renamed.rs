//! Second names that a call gives to a path before it does something to it.
//!
//! `ln -s /srv /tmp/l; rm -rf /tmp/l/x` removes `/srv/x`, and a pin about `/srv`
//! must see that. A link, a mount and a move are followed within the call that makes
//! them; one that an earlier call made cannot be seen here.

use super::reading::target;
use crate::call::{Action, Target, TargetSort};

/// How many second names are followed; more than these are a call that hides something.
const NAMES_MAX: usize = 128;

/// The second names a call has given so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Renamed {
    names: Vec<Name>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    from: String,
    to: String,
    is_link: bool,
}

impl Renamed {
    /// `from` may from here on be reached as `to`. `false`: no more are followed.
    pub(super) fn add(&mut self, from: &str, to: &str, is_link: bool) -> bool {
        let name = Name { from: trimmed(from).to_owned(), to: trimmed(to).to_owned(), is_link };
        if !self.names.contains(&name) {
            self.names.push(name);
        }
        self.names.len() <= NAMES_MAX
    }

    pub(super) fn join(&mut self, other: Self) {
        let new: Vec<Name> = other.names.into_iter().filter(|name| !self.names.contains(name)).collect();
        self.names.extend(new);
    }

    /// What these actions are aimed at besides, each under its first name.
    pub(super) fn follow(&self, actions: &mut [Action], targets_max: usize) {
        for action in actions.iter_mut().filter(|action| action.kind.is_consequential()) {
            let paths = action.targets.iter().filter(|target| target.sort == TargetSort::Path);
            let firsts: Vec<Target> = paths.flat_map(|path| self.names.iter().filter_map(|name| name.first_of(&path.value))).collect();
            let room = targets_max.saturating_sub(action.targets.len());
            let fresh: Vec<Target> = firsts.into_iter().filter(|first| !action.targets.contains(first)).take(room).collect();
            action.targets.extend(fresh);
        }
    }
}

impl Name {
    /// What this path was called before, if it lies at the second name, below it or above it.
    fn first_of(&self, path: &str) -> Option<Target> {
        let bare = trimmed(path);
        let below = bare.strip_prefix(self.to.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('/') || self.to == "/");
        let is_above = || self.to.strip_prefix(bare).is_some_and(|rest| rest.starts_with('/'));
        match below {
            // Who removes a link removes the link, unless a slash leads through it.
            Some("") if self.is_link && bare == path => None,
            Some(rest) => Some(target(TargetSort::Path, &format!("{}{rest}", self.from))),
            None if !self.is_link && is_above() => Some(target(TargetSort::Path, &self.from)),
            None => None,
        }
    }
}

fn trimmed(path: &str) -> &str {
    let bare = path.trim_end_matches('/');
    if bare.is_empty() { path } else { bare }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;

    fn removed(from: &str, to: &str, is_link: bool, path: &str) -> Vec<String> {
        let mut renamed = Renamed::default();
        renamed.add(from, to, is_link);
        let mut actions = [Action::new(Kind::Delete, "").on([target(TargetSort::Path, path)])];
        renamed.follow(&mut actions, 64);
        actions[0].targets.iter().skip(1).map(|target| target.value.clone()).collect()
    }

    #[test]
    fn what_lies_behind_a_link_is_named() {
        assert_eq!(removed("/srv", "/tmp/l", true, "/tmp/l/x"), ["/srv/x"]);
        assert_eq!(removed("/srv/", "/tmp/l", true, "/tmp/l/"), ["/srv"]);
        assert!(removed("/srv", "/tmp/l", true, "/tmp/l").is_empty(), "the link itself");
        assert!(removed("/srv", "/tmp/l", true, "/tmp/lx").is_empty() && removed("/srv", "/tmp/l", true, "/tmp").is_empty());
    }

    #[test]
    fn what_was_moved_or_mounted_is_still_what_it_was() {
        assert_eq!(removed("/srv/data", "/tmp/z", false, "/tmp/z"), ["/srv/data"]);
        assert_eq!(removed("/srv/data", "/tmp/z", false, "/tmp"), ["/srv/data"]);
        assert!(removed("/srv/data", "/tmp/z", false, "/tmp/y").is_empty());
    }

    #[test]
    fn a_call_that_gives_many_second_names_is_not_followed_for_ever() {
        let mut renamed = Renamed::default();
        assert!((0..NAMES_MAX).all(|n| renamed.add("/a", &format!("/b{n}"), true)) && !renamed.add("/a", "/c", true));
    }
}
