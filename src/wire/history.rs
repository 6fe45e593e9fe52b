//! The beginning of a history: who speaks in it, and the first word of a user.
//!
//! Every dialect's history is an array whose elements name a role. It is read no
//! further than is needed, since it may be long.

use crate::json;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

#[derive(Deserialize)]
struct Speaker<'a> {
    #[serde(borrow, default)]
    role: Option<Cow<'a, str>>,
}

/// The `role` of an element; `None` where it has none that can be read.
pub(super) fn role(element: &str) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Speaker<'_>>(element).ok().and_then(|speaker| speaker.role)
}

/// The first element of role `user`.
pub(super) fn first_user(history: &RawValue) -> Option<&str> {
    let mut found = None;
    json::walk(history.get(), |element| {
        found = (role(element).as_deref() == Some("user")).then_some(element);
        found.is_none()
    });
    found
}
