//! JSON, read the way a firewall has to.
//!
//! Two jobs, two readers. [`read_arguments`] reads what a *tool* will be called
//! with and refuses whatever two parsers could read differently: a duplicate key,
//! `1e400`, a lone surrogate, something after the end. [`members`] and
//! [`elements`] find out where things stand in a *request or response* without
//! copying or judging the rest, so that `wire` and `inject` can splice bytes and
//! leave every other byte alone.

mod read;
mod span;

pub use read::{Arguments, Folded, Number, Object, Value, read_arguments, read_value};
pub use span::{Member, SpanError, as_string, elements, escape, fold_key, folds_alike, members, span_in, walk};

/// The deepest nesting that is read; arguments beyond it are blocked as unreadable.
pub const DEPTH_MAX: usize = 128;
