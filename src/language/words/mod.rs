//! The word tables: which words carry which mark, one table a language.
//!
//! To teach linchpin a language, copy a table, translate it and add it to
//! [`LANGUAGES`]. A table is a list of pairs: a mark, and the phrases that carry
//! it, separated by commas. In a phrase `stem*` matches every word with that
//! beginning, `a|b` either word, and `..` up to three words in between. Accents
//! and capitals do not matter. The longest phrase that fits wins, so a phrase that
//! means something else than its words ("right away" is no right) is simply listed too.

mod de;
mod en;
mod es;
mod fr;
mod hi;
mod it;
mod ja;
mod pt;
mod shared;
mod zh;

use super::mark::Mark;

/// A list of marks with the phrases that carry them.
pub(super) type Table = &'static [(Mark, &'static str)];

/// One language.
#[derive(Debug)]
pub(super) struct Language {
    /// Its name.
    pub(super) name: &'static str,
    /// Where the object stands.
    pub(super) order: Order,
    /// Its tables; a phrase in an earlier one wins over the same phrase in a later one.
    pub(super) tables: &'static [Table],
}

/// Where a verb's object stands, and on which side of its words a joining word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// "delete files", "until I say so"
    ObjectAfter,
    /// "Dateien löschen", "until" still before its words
    Either,
    /// "ファイルを削除", "私が言うまで": both before
    ObjectBefore,
}

/// Every language, in the order in which ties are broken.
pub(super) const LANGUAGES: &[Language] = &[
    Language { name: "English", order: Order::ObjectAfter, tables: &[en::WORDS, shared::WORDS] },
    Language { name: "German", order: Order::Either, tables: &[de::WORDS, shared::WORDS] },
    Language { name: "French", order: Order::ObjectAfter, tables: &[fr::WORDS, shared::WORDS] },
    Language { name: "Spanish", order: Order::ObjectAfter, tables: &[es::WORDS, shared::WORDS] },
    Language { name: "Portuguese", order: Order::ObjectAfter, tables: &[pt::WORDS, shared::WORDS] },
    Language { name: "Italian", order: Order::ObjectAfter, tables: &[it::WORDS, shared::WORDS] },
    Language { name: "Chinese", order: Order::Either, tables: &[zh::WORDS, shared::WORDS] },
    Language { name: "Japanese", order: Order::ObjectBefore, tables: &[ja::WORDS, shared::WORDS] },
    Language { name: "Hindi", order: Order::ObjectBefore, tables: &[hi::WORDS, shared::WORDS] },
];
