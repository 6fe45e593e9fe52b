//! Italian: no words yet, so a sentence in it is one that is not understood, and is held.

use super::Table;

pub(super) const WORDS: Table = &[];
