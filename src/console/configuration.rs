//! The configuration as an operator sees it: what is in force, what waits, and the one
//! place where a change that loosens is confirmed.
//!
//! A confirmation names what was shown: if the file was changed meanwhile, nothing is
//! taken up.

use super::Console;
use super::api::json;
use super::decide::Refused;
use super::html;
use super::operators::Operator;
use super::pages::{Failed, framed};
use crate::reload::{Difference, Proposed, Standing};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How many lines of the file's difference a page and an answer show; the rest is counted.
const LINES_MAX: usize = 2000;

pub(super) fn routes() -> Router<Arc<Console>> {
    Router::new().route("/configuration", get(page)).route("/configuration/accept", post(accept_on_page))
}

/// What a confirmation names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    digest: String,
}

/// What was taken up.
#[derive(Debug, Serialize)]
struct Accepted {
    digest: String,
    by: String,
    changes: Vec<Difference>,
}

pub(super) async fn standing(State(console): State<Arc<Console>>) -> Response {
    json(StatusCode::OK, &console.configuration().await)
}

pub(super) async fn accept(
    State(console): State<Arc<Console>>,
    Extension(operator): Extension<Operator>,
    body: Bytes,
) -> Result<Response, Refused> {
    let named: Named = serde_json::from_slice(&body).map_err(|error| Refused::Unreadable(error.to_string()))?;
    let changes = console.confirm(&operator, &named.digest).await?;
    Ok(json(StatusCode::OK, &Accepted { digest: named.digest, by: operator.name, changes }))
}

impl Console {
    async fn configuration(&self) -> Standing {
        let mut standing = self.reload.standing().await;
        if let Some(Proposed { lines, .. }) = &mut standing.waiting {
            let more = lines.len().saturating_sub(LINES_MAX);
            lines.truncate(LINES_MAX);
            lines.extend((more > 0).then(|| format!("… and {more} more lines")));
        }
        standing
    }

    async fn confirm(&self, operator: &Operator, digest: &str) -> Result<Vec<Difference>, Refused> {
        if !operator.may_approve {
            return Err(Refused::NotYoursToConfirm);
        }
        Ok(self.reload.confirm(digest, &operator.name).await?)
    }
}

async fn page(State(console): State<Arc<Console>>, Extension(operator): Extension<Operator>) -> Response {
    let standing = console.configuration().await;
    let file = standing.file.as_ref().map_or_else(|| "the starter configuration".to_owned(), |file| file.display().to_string());
    let mut body = format!("<h1>Configuration</h1>\n<p>In force: <code>{}</code></p>\n", html::short(&file, 300));
    if !standing.from_next_start.is_empty() {
        body.push_str(&format!("<p>From the next start:</p>\n{}", list(standing.from_next_start.iter())));
    }
    if let Some(trouble) = &standing.trouble {
        body.push_str(&format!(
            "<h2>The file cannot be used</h2>\n<p class=\"problem\" role=\"alert\">The old configuration stays in force.</p>\n<pre>{}</pre>\n",
            html::block(trouble)
        ));
    }
    body.push_str(&match &standing.waiting {
        Some(waiting) => proposed(waiting, operator.may_approve),
        None => "<p>Nothing waits. A change of the file that only tightens is taken up at once; one that loosens stands here until somebody confirms it.</p>\n".into(),
    });
    framed(StatusCode::OK, &operator, "/configuration", "Configuration", "", &body)
}

fn proposed(waiting: &Proposed, may_confirm: bool) -> String {
    let what = |difference: &Difference| {
        let loosens = if difference.loosens { "loosens: " } else { "" };
        let when = if difference.from_next_start { " (from the next start)" } else { "" };
        format!("{loosens}{}{when}", difference.what)
    };
    let told: Vec<String> = waiting.changes.iter().map(what).collect();
    let form = if may_confirm {
        format!(
            "<form method=\"post\" action=\"/configuration/accept\">\n<input type=\"hidden\" name=\"digest\" value=\"{}\">\n\
             <button class=\"yes\">Take this configuration up</button>\n</form>\n",
            html::text(&waiting.digest)
        )
    } else {
        "<p class=\"faint\">Your token may read this, and not confirm it.</p>\n".to_owned()
    };
    format!(
        "<h2>A change waits</h2>\n<p>The file was changed in a way that loosens. To take it back, put the old file in place again.</p>\n{}\
         <h2>In the file</h2>\n<pre>{}</pre>\n{form}",
        list(told.iter()),
        html::block(&waiting.lines.join("\n"))
    )
}

fn list<'a>(lines: impl Iterator<Item = &'a String>) -> String {
    let items: String = lines.map(|line| format!("<li>{}</li>\n", html::text(line))).collect();
    format!("<ul>\n{items}</ul>\n")
}

async fn accept_on_page(
    State(console): State<Arc<Console>>,
    Extension(operator): Extension<Operator>,
    body: Bytes,
) -> Result<Response, Failed> {
    let digest = url::form_urlencoded::parse(&body).find(|(key, _)| key == "digest").map(|(_, value)| value.into_owned());
    let confirmed = console.confirm(&operator, digest.as_deref().unwrap_or_default()).await;
    confirmed.map_err(|error| Failed::new(&operator, error))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, "/configuration")]).into_response())
}
