//! The operator's port for programs: JSON under `/api/`, described in
//! `docs/openapi.json`.
//!
//! Numbers of entries and sizes of bodies are bounded. Errors are
//! `{"error", "message"}`: a word for programs and a clause for people.

use super::Console;
use super::configuration;
use super::decide::{Answer, Asked, Refused, Shown};
use super::operators::Operator;
use super::sheet::Sheet;
use super::stop;
use crate::record::{Entry, Filter, HaltLine, Health, Hold, RecordError};
use crate::show;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Router, body::Bytes};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use std::sync::Arc;

/// How many holds one answer lists; `more` says that there are others.
const HOLDS_MAX: usize = 500;

/// How many bytes of arguments one list holds, about.
const LISTED_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How many entries of the record are listed without a `limit`, and at most.
const ENTRIES: usize = 50;
const ENTRIES_MAX: usize = 200;

/// The description of this API.
const OPENAPI: &str = include_str!("../../docs/openapi.json");

/// Every path of the API with its handler.
pub(super) fn routes() -> Router<Arc<Console>> {
    Router::new()
        .route("/api/status", get(status))
        .route("/api/openapi.json", get(async || ([(header::CONTENT_TYPE, "application/json")], OPENAPI)))
        .route("/api/approvals", get(holds))
        .route("/api/approvals/{code}", get(hold))
        .route("/api/approvals/{code}/{verb}", post(decide))
        .route("/api/violations", get(violations))
        .route("/api/pins/{id}/accept", post(accept_pin))
        .route("/api/pins/{id}/release", post(release_pin))
        .route("/api/config", get(configuration::standing))
        .route("/api/config/accept", post(configuration::accept))
        .route("/api/halts", get(halts))
        .route("/api/halt", post(halt))
        .route("/api/resume", post(resume))
        .route("/api/{*path}", any(async || StatusCode::NOT_FOUND))
}

/// `/api/status`
#[derive(Debug, Serialize)]
struct Status {
    version: &'static str,
    pins: usize,
    record: String,
    you: You,
    refused_logins: u64,
}

#[derive(Debug, Serialize)]
struct You {
    name: String,
    may_approve: bool,
}

async fn status(State(console): State<Arc<Console>>, Extension(operator): Extension<Operator>) -> Response {
    let record = match console.record.health() {
        Health::Well => "well".to_owned(),
        Health::Failing(why) => why.to_string(),
    };
    let you = You { name: operator.name, may_approve: operator.may_approve };
    let refused_logins = console.guard.refused();
    json(
        StatusCode::OK,
        &Status { version: env!("CARGO_PKG_VERSION"), pins: console.reload.in_force().pins.len(), record, you, refused_logins },
    )
}

/// `/api/approvals`
#[derive(Debug, Serialize)]
pub(super) struct Holds {
    pub(super) holds: Vec<Hold>,
    pub(super) more: bool,
}

async fn holds(State(console): State<Arc<Console>>, RawQuery(query): RawQuery) -> Result<Response, Refused> {
    let all = match parameter(query.as_deref(), "all").as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Refused::Unreadable("`all` is `true` or `false`".into())),
    };
    let listed = console.read(move |_, reader| listed(all, |each| reader.holds(all, each))).await?;
    Ok(json(StatusCode::OK, &listed))
}

/// The oldest pending holds; of all of them the newest.
pub(super) fn listed(
    all: bool,
    read: impl FnOnce(&mut dyn FnMut(Hold) -> Result<ControlFlow<()>, RecordError>) -> Result<(), RecordError>,
) -> Result<Holds, RecordError> {
    let (mut holds, mut bytes, mut more) = (std::collections::VecDeque::new(), 0, false);
    read(&mut |hold: Hold| {
        bytes += hold.arguments.len();
        holds.push_back(hold);
        while holds.len() > HOLDS_MAX || bytes > LISTED_BYTES_MAX && holds.len() > 1 {
            more = true;
            let dropped = if all { holds.pop_front() } else { holds.pop_back() };
            bytes -= dropped.map_or(0, |hold| hold.arguments.len());
        }
        Ok(if more && !all { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(Holds { holds: holds.into(), more })
}

async fn hold(State(console): State<Arc<Console>>, Path(code): Path<String>) -> Result<Response, Refused> {
    let sheet: Sheet = console.sheet(&code).await?;
    Ok(json(StatusCode::OK, &sheet))
}

/// What a decision brings with it; an empty body brings nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    #[serde(rename = "as")]
    claimed: Option<String>,
    reason: Option<String>,
    digest: Option<String>,
}

async fn decide(
    State(console): State<Arc<Console>>,
    Extension(operator): Extension<Operator>,
    Path(address): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Refused> {
    let words: Words = match body.trim_ascii() {
        [] => Words::default(),
        text => serde_json::from_slice(text).map_err(|error| Refused::Unreadable(error.to_string()))?,
    };
    let asked = Asked::at(address, Shown::Digest(words.digest))?;
    let answer: Answer = console.decide(&operator, Asked { claimed: words.claimed, reason: words.reason, ..asked }).await?;
    Ok(json(StatusCode::OK, &answer))
}

/// `/api/violations`
#[derive(Debug, Serialize)]
struct Violations {
    violations: Vec<Entry>,
}

async fn violations(State(console): State<Arc<Console>>, RawQuery(query): RawQuery) -> Result<Response, Refused> {
    let limit = match parameter(query.as_deref(), "limit") {
        None => ENTRIES,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=ENTRIES_MAX).contains(limit))
            .ok_or_else(|| Refused::Unreadable(format!("`limit` is a whole number from 1 to {ENTRIES_MAX}")))?,
    };
    let violations = console.newest(limit).await?;
    Ok(json(StatusCode::OK, &Violations { violations }))
}

/// A pin that was said in a chat, released or accepted, and by whom.
#[derive(Debug, Serialize)]
struct Released {
    id: String,
    by: String,
}

async fn release_pin(
    State(console): State<Arc<Console>>,
    Extension(operator): Extension<Operator>,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    decide_pin(&operator, id, async |id, by| console.record.release_pin(id, by).await).await
}

/// A pin that was proposed because somebody said it in a chat, taken.
async fn accept_pin(
    State(console): State<Arc<Console>>,
    Extension(operator): Extension<Operator>,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    decide_pin(&operator, id, async |id, by| console.record.accept_pin(id, by).await).await
}

/// Decides about a pin in an operator's name. `decision` says whether there was one.
async fn decide_pin(
    operator: &Operator,
    id: String,
    decision: impl AsyncFnOnce(String, String) -> Result<bool, RecordError>,
) -> Result<Response, Refused> {
    if !operator.may_approve {
        return Err(Refused::NotYours);
    }
    if !decision(id.clone(), operator.name.clone()).await? {
        return Err(Refused::NoPin(id));
    }
    Ok(json(StatusCode::OK, &Released { id, by: operator.name.clone() }))
}

/// `/api/halts`
#[derive(Debug, Serialize)]
struct Halts {
    halts: Vec<HaltLine>,
}

async fn halts(State(console): State<Arc<Console>>) -> Result<Response, Refused> {
    let halts = console.read(|_, reader| reader.halts()).await?;
    Ok(json(StatusCode::OK, &Halts { halts }))
}

async fn halt(State(console): State<Arc<Console>>, Extension(operator): Extension<Operator>, body: Bytes) -> Result<Response, Refused> {
    Ok(json(StatusCode::OK, &console.halt(&operator, stop::Asked::read(&body)?).await?))
}

async fn resume(State(console): State<Arc<Console>>, Extension(operator): Extension<Operator>, body: Bytes) -> Result<Response, Refused> {
    Ok(json(StatusCode::OK, &console.resume(&operator, stop::Asked::read(&body)?).await?))
}

impl Console {
    /// The newest entries of the record, oldest of them first.
    pub(super) async fn newest(self: &Arc<Self>, limit: usize) -> Result<Vec<Entry>, RecordError> {
        self.read(move |_, reader| {
            let mut entries = Vec::new();
            reader.entries::<RecordError>(&Filter { limit: Some(limit), ..Filter::default() }, |entry| {
                entries.push(entry);
                Ok(ControlFlow::Continue(()))
            })?;
            Ok(entries)
        })
        .await
    }
}

/// The value of a query's parameter.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query?.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// What a terminal may see raw is escaped here as everywhere.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match show::json_line(value) {
        Ok(text) => (status, [(header::CONTENT_TYPE, "application/json")], text + "\n").into_response(),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `{"error", "message"}`
#[derive(Debug, Serialize)]
struct Error {
    error: &'static str,
    message: String,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, error) = self.status();
        json(status, &Error { error, message: self.to_string() })
    }
}
