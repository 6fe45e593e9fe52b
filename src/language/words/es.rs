use super::Table;

pub(super) const WORDS: Table = &[];
