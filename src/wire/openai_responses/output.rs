//! The `output` of a whole response, inside the data it came in.

use super::call::Reading;
use super::item::{self, Kind};
use crate::call::Flaw;
use crate::json;
use crate::wire::server_held::summaries;
use crate::wire::spelling::Keys;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::Range;

/// How many items one answer may have.
pub(super) const ITEMS_MAX: usize = 4096;

/// The longest id of a response that is remembered, in bytes.
const ID_BYTES_MAX: usize = 1024;

/// Where the items of a response stand.
#[derive(Debug, Default)]
pub(super) struct Output {
    /// The array; `None`: there is none.
    pub(super) array: Option<Range<usize>>,
    /// Each item's place.
    pub(super) spans: Vec<Range<usize>>,
    /// What each item is, and its reading if it must be judged.
    pub(super) items: Vec<(Kind, Option<Reading>)>,
    /// The response's id.
    pub(super) id: Option<String>,
    /// The summaries in it that only the provider can read.
    pub(super) summaries: Vec<String>,
}

impl Output {
    /// Reads a response that is part of `whole`.
    pub(super) fn read(whole: &[u8], response: &[u8], bytes_max: usize) -> Result<Self, Flaw> {
        let members = json::members(response).map_err(malformed)?;
        let keys = Keys(&members);
        if let Some(alike) = keys.alike(&["output", "status", "error", "object", "id"]) {
            return Err(Flaw::Frame(format!("the key `{alike}`")));
        }
        if let Some(key) = item::stray_call(&keys) {
            return Err(Flaw::Frame(format!("there is a call in `{key}`")));
        }
        let id = keys.some("id").and_then(json::as_string).filter(|id| !id.is_empty() && id.len() <= ID_BYTES_MAX).map(Cow::into_owned);
        let Some(output) = keys.some("output") else { return Ok(Self { id, ..Self::default() }) };
        let elements = json::elements(output.get().as_bytes()).map_err(malformed)?;
        if elements.len() > ITEMS_MAX {
            return Err(Flaw::TooLarge);
        }
        let span = |value: &RawValue| json::span_in(whole, value.get());
        let spans: Option<Vec<_>> = elements.iter().map(|element| span(element)).collect();
        let spans = spans.ok_or_else(|| Flaw::Frame("an item stands outside its response".into()))?;
        let summaries = summaries(elements.iter().map(|element| element.get()));
        let read = |element: &RawValue| {
            let kind = Kind::of(element);
            let reading = kind.acts().then(|| Reading::of(element, bytes_max));
            (kind, reading)
        };
        Ok(Self { array: span(output), spans, items: elements.into_iter().map(read).collect(), id, summaries })
    }
}

fn malformed(error: json::SpanError) -> Flaw {
    Flaw::Frame(error.to_string())
}
