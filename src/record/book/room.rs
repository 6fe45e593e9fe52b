//! How much of the conversations is in memory, and what happens past that.
//!
//! Conversations that were not used for longest are forgotten; the store has them. One
//! that is not written yet cannot be forgotten: whoever brings another then waits until
//! the store has caught up, and is refused if it cannot.

use super::{Book, Hot};
use crate::record::handle::guard;

/// How many conversations are kept in memory.
const HOT_MAX: usize = 1024;

/// How many steps of their histories, of 16 bytes each.
const STEPS_MAX: usize = 2 * 1024 * 1024;

/// How many names of theirs.
const NAMES_MAX: usize = 16 * HOT_MAX;

impl Book {
    /// Whether so much waits to be written that more has to wait.
    pub(in crate::record) fn is_crowded(&self) -> bool {
        let mut hot = guard(&self.hot);
        let is_crowded = |hot: &Hot| hot.lives.len() > 2 * HOT_MAX || hot.steps > 2 * STEPS_MAX || hot.names.len() > 2 * NAMES_MAX;
        if is_crowded(&hot) {
            hot.make_room();
        }
        is_crowded(&hot)
    }
}

impl Hot {
    /// Forgets what was not used for longest and is on the disk.
    pub(super) fn make_room(&mut self) {
        if self.lives.len() <= HOT_MAX && self.steps <= STEPS_MAX && self.names.len() <= NAMES_MAX {
            return;
        }
        let mut written: Vec<(u64, String)> =
            self.lives.iter().filter(|(_, live)| !live.is_dirty).map(|(id, live)| (live.used, id.clone())).collect();
        written.sort_unstable();
        for (used, id) in written {
            // A little more than must be: it is not to be done for each request.
            if (self.lives.len() <= HOT_MAX / 8 * 7 && self.steps <= STEPS_MAX / 8 * 7) || used == self.time {
                break;
            }
            let forgotten = self.lives.remove(&id);
            self.steps = self.steps.saturating_sub(forgotten.map_or(0, |live| live.steps()));
        }
        let lives = &self.lives;
        self.names.retain(|_, id| lives.contains_key(id));
        if self.names.len() > NAMES_MAX {
            self.names.retain(|name, id| lives.get(id).is_some_and(|live| live.new_names.contains(name)));
        }
    }
}

impl super::Live {
    /// How many steps its histories have.
    pub(super) fn steps(&self) -> usize {
        self.strands.iter().map(|strand| strand.len()).sum()
    }
}
