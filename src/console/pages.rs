//! The pages: what waits, one hold, the newest of the record.
//!
//! Forms post to paths of their own and are answered with a redirect, so that a page
//! loaded again decides nothing again.

use super::api::{listed, parameter};
use super::decide::{Asked, Refused, Shown};
use super::operators::Operator;
use super::{Console, hold_page, html};
use crate::record::{ActionShape, Entry, Hold, RecordError};
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use jiff::Timestamp;
use std::sync::Arc;

/// How many holds, and entries, a page lists.
const CARDS_MAX: usize = 100;

/// How often the front page loads itself again, if it is asked to.
const RELOAD_SECONDS: u32 = 10;

/// What a page says first when there is nothing on it, for either reason.
const UNSEEN: &str = "There is nothing to see";
const UNDECIDED: &str = "Nothing was decided";

/// The way back to the front page, in words.
pub(super) const WAITING: &str = "What waits";

/// How many actions a card tells.
const ACTIONS_MAX: usize = 3;

pub(super) fn routes() -> Router<Arc<Console>> {
    Router::new()
        .route("/", get(front))
        .route("/record", get(record))
        .route("/holds/{code}", get(hold))
        .route("/holds/{code}/{verb}", post(decide))
}

/// A page with its head and its way around.
pub(super) fn framed(status: StatusCode, operator: &Operator, here: &str, title: &str, head: &str, body: &str) -> Response {
    let item = |path: &str, name: &str| {
        let current = if path == here { " aria-current=\"page\"" } else { "" };
        format!("<a href=\"{path}\"{current}>{name}</a>")
    };
    let body = format!(
        "<a class=\"skip\" href=\"#main\">To the content</a>\n<header><nav aria-label=\"Main\">{} {} {} {} <span class=\"who\">{}</span>\n\
         <form method=\"post\" action=\"/logout\"><button>Log out</button></form></nav></header>\n<main id=\"main\">\n{body}\n</main>",
        item("/", "Waiting"),
        item("/record", "Record"),
        item("/configuration", "Configuration"),
        item("/stop", "Stop"),
        html::text(&operator.name)
    );
    html::page(status, head, title, &body)
}

async fn front(
    State(console): State<Arc<Console>>,
    Extension(operator): Extension<Operator>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failed> {
    let reloads = parameter(query.as_deref(), "reload").is_some();
    let found = console.read(|_, reader| listed(false, |each| reader.holds(false, each))).await;
    let found = found.map_err(|error| Failed::new(&operator, error.into()))?;
    let now = Timestamp::now();
    let (granted, open): (Vec<Hold>, Vec<Hold>) = found.holds.into_iter().partition(|hold| hold.is_granted);
    let cards = |holds: &[Hold]| holds.iter().take(CARDS_MAX).map(|hold| card(hold, now)).collect::<String>();
    let title = match open.len() {
        0 => "Nothing waits".to_owned(),
        1 => "1 call waits".to_owned(),
        more => format!("{more} calls wait"),
    };
    let mut body = format!("<h1>{title}</h1>\n");
    if open.is_empty() {
        body.push_str("<p>Calls that a pin holds stand here until somebody decides about them.</p>\n");
    }
    body.push_str(&cards(&open));
    if found.more || open.len() > CARDS_MAX {
        body.push_str("<p class=\"faint\">There are more; they show up as these are decided.</p>\n");
    }
    if !granted.is_empty() {
        body.push_str(&format!("<h2>Approved, not fetched by their agents yet</h2>\n{}", cards(&granted)));
    }
    body.push_str(if reloads {
        "<p class=\"faint\">This page loads itself again every 10 seconds. <a class=\"go\" href=\"/\">Stop that</a></p>"
    } else {
        "<p class=\"faint\"><a class=\"go\" href=\"/?reload\">Load this page again every 10 seconds</a></p>"
    });
    let head = if reloads { format!("<meta http-equiv=\"refresh\" content=\"{RELOAD_SECONDS}\">\n") } else { String::new() };
    Ok(framed(StatusCode::OK, &operator, "/", &title, &head, &body))
}

fn card(hold: &Hold, now: Timestamp) -> String {
    let actions: Vec<String> = hold.actions.iter().take(ACTIONS_MAX).map(|action| html::short(&told(action), 160)).collect();
    let more = hold.actions.len().saturating_sub(ACTIONS_MAX);
    let more = if more > 0 { format!("<p class=\"faint\">and {more} more</p>") } else { String::new() };
    let pins: Vec<String> = hold.pins.iter().map(|pin| format!("<span class=\"tag\">{}</span>", html::text(pin))).collect();
    let needs = if hold.needs > 1 { format!("<span>{} of {} said yes</span>", hold.given.len(), hold.needs) } else { String::new() };
    let code = html::text(&hold.code);
    format!(
        "<article class=\"card\">\n<div class=\"row\"><a href=\"/holds/{code}\"><code>{}</code></a> {} <span class=\"age faint\">{}</span></div>\n\
         {}{more}<p class=\"faint row\"><span>{code}</span> {needs}<span>{}</span></p>\n</article>\n",
        html::short(&hold.tool, 80),
        pins.join(" "),
        html::text(&age(&hold.at, now)),
        actions.iter().map(|action| format!("<p>{action}</p>\n")).collect::<String>(),
        html::short(&from(hold), 120),
    )
}

/// Who asked, in a line.
fn from(hold: &Hold) -> String {
    let agent = hold.agent.as_deref().map_or_else(|| "unnamed agent".to_owned(), |agent| format!("agent {agent}"));
    let model = hold.model.as_deref().map_or_else(String::new, |model| format!(", {model}"));
    format!("{agent}{model}, {}", hold.conversation)
}

/// How many targets there are; of many, not all are kept.
pub(super) fn all_targets(action: &ActionShape) -> usize {
    let counted = action.count.and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
    counted.max(action.targets.len())
}

/// What an action would do, in a line. Not safe to show.
pub(super) fn told(action: &ActionShape) -> String {
    let targets: Vec<&str> = action.targets.iter().take(8).map(String::as_str).collect();
    let more = all_targets(action).saturating_sub(targets.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let on = if targets.is_empty() { String::new() } else { format!(": {}{more}", targets.join(", ")) };
    let count = action.count.map_or_else(String::new, |count| format!(" ({count} in all)"));
    let amount = action
        .amount
        .as_ref()
        .map_or_else(String::new, |amount| format!(", {} {}", amount.value, amount.currency.as_deref().unwrap_or("(no currency)")));
    format!("{}{on}{count}{amount}", action.kind)
}

/// How long ago a time of the record was, for a person.
pub(super) fn age(at: &str, now: Timestamp) -> String {
    let Ok(then) = at.parse::<Timestamp>() else { return at.to_owned() };
    let seconds = now.as_second() - then.as_second();
    match seconds {
        ..=0 => "just now".into(),
        1..60 => format!("{seconds} s ago"),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..86_400 => format!("{} h {} min ago", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

async fn hold(
    State(console): State<Arc<Console>>,
    Extension(operator): Extension<Operator>,
    Path(code): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failed> {
    let is_opened = parameter(query.as_deref(), "whole").is_some();
    let sheet = console.sheet(&code).await.map_err(|why| Failed::new(&operator, why))?;
    let proof = (is_opened || !sheet.is_long()).then(|| console.proof(&sheet));
    // Up to some MiB of text: not on the thread that answers.
    let shown = tokio::task::spawn_blocking(move || hold_page::page(&operator, &sheet, proof.as_deref()));
    Ok(shown.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
}

async fn decide(
    State(console): State<Arc<Console>>,
    Extension(operator): Extension<Operator>,
    Path(address): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failed> {
    let failed = |why| Failed { heading: UNDECIDED, ..Failed::new(&operator, why) };
    let mut asked = Asked::at(address, Shown::Page(String::new())).map_err(failed)?;
    for (name, value) in url::form_urlencoded::parse(&body) {
        match name.as_ref() {
            "as" if !value.trim().is_empty() => asked.claimed = Some(value.into_owned()),
            "reason" => asked.reason = Some(value.into_owned()),
            "shown" => asked.shown = Shown::Page(value.into_owned()),
            _ => {}
        }
    }
    let answer = console.decide(&operator, asked).await.map_err(failed)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, format!("/holds/{}", answer.code))]).into_response())
}

async fn record(State(console): State<Arc<Console>>, Extension(operator): Extension<Operator>) -> Result<Response, Failed> {
    let mut entries = console.newest(CARDS_MAX).await.map_err(|error: RecordError| Failed::new(&operator, error.into()))?;
    entries.reverse();
    let now = Timestamp::now();
    let mut body = "<h1>Record</h1>\n<p class=\"faint\">The newest calls that were not simply passed, newest first. \
                    Arguments are redacted. All of it: <code>linchpin violations</code>.</p>\n"
        .to_owned();
    if entries.is_empty() {
        body.push_str("<p>Nothing yet.</p>\n");
    }
    entries.iter().for_each(|entry| body.push_str(&entry_card(entry, now)));
    Ok(framed(StatusCode::OK, &operator, "/record", "Record", "", &body))
}

fn entry_card(entry: &Entry, now: Timestamp) -> String {
    let field = |name: &str, value: &str| format!("<dt>{name}</dt><dd>{}</dd>\n", html::text(value));
    let voices = entry.approval.iter().flat_map(|approval| &approval.by).map(hold_page::voice);
    let people: String = voices.map(|voice| format!("<dt>decided by</dt><dd>{voice}</dd>\n")).collect();
    let actions: String = entry.actions.iter().map(|action| field("would do", &told(action))).collect();
    format!(
        "<details class=\"card\">\n<summary><span class=\"tag{}\">{}</span> <code>{}</code> <span class=\"faint\">{} · {}</span></summary>\n\
         <dl>{}{actions}{}{people}{}{}{}{}{}</dl>\n<pre tabindex=\"0\" role=\"region\" aria-label=\"Arguments\">{}</pre>\n</details>\n",
        hold_page::colour(entry.outcome.name()),
        entry.outcome.name(),
        html::short(&entry.tool, 80),
        html::short(&entry.pins.join(", "), 80),
        html::text(&age(&entry.at, now)),
        field("at", &entry.at),
        field("why", &entry.why),
        field("delivered", &entry.delivered),
        field("conversation", &entry.conversation),
        field("agent", entry.agent.as_deref().unwrap_or("-")),
        field("model", entry.model.as_deref().unwrap_or("-")),
        field("id", &entry.id),
        html::block(&entry.arguments),
    )
}

/// Where nothing is. Only who is logged in learns that.
pub(super) async fn nothing(Extension(operator): Extension<Operator>) -> Response {
    let body = format!("<h1>There is no such page</h1>\n<p><a class=\"go\" href=\"/\">{WAITING}</a></p>");
    framed(StatusCode::NOT_FOUND, &operator, "", "No such page", "", &body)
}

/// A page that says why there is nothing to see, or nothing was decided.
pub(super) struct Failed {
    operator: Operator,
    heading: &'static str,
    why: Refused,
}

impl Failed {
    pub(super) fn new(operator: &Operator, why: Refused) -> Self {
        Self { operator: operator.clone(), heading: UNSEEN, why }
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let (status, _) = self.why.status();
        let (back, words) = match &self.why {
            Refused::NotConfirmed(_) | Refused::NotYoursToConfirm => ("/configuration".to_owned(), "Look at the configuration again"),
            Refused::Changed(code) | Refused::NotOpened(code) => (format!("/holds/{}", html::text(code)), "Look at the call again"),
            _ => ("/".to_owned(), WAITING),
        };
        let body = format!(
            "<h1>{}</h1>\n<p class=\"problem\" role=\"alert\">{}</p>\n<p><a class=\"go\" href=\"{back}\">{words}</a></p>",
            self.heading,
            html::text(&sentence(&self.why.to_string()))
        );
        framed(status, &self.operator, "", self.heading, "", &body)
    }
}

/// A clause as a sentence of its own.
fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(['.']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_as_people_say_it() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().expect("a time");
        let told = [
            "2026-03-01T12:00:05.000Z",
            "2026-03-01T11:59:20.000Z",
            "2026-03-01T11:30:00Z",
            "2026-03-01T09:58:00Z",
            "2026-02-26T12:00:00Z",
            "x",
        ]
        .map(|at| age(at, now));
        assert_eq!(told, ["just now", "40 s ago", "30 min ago", "2 h 2 min ago", "3 days ago", "x"]);
    }
}
