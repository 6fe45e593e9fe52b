//! `/login`: from a token, or the link that `serve` prints, to a session.
//!
//! The link's page has a button and nothing else: following a link changes
//! nothing. Whoever pushes it is the bootstrap token's operator, since who reads what
//! `serve` prints could read the token too.

use super::guard::{COOKIE_NAME, session_secret};
use super::operators::Operator;
use super::session::{NoRandomness, SESSION_LASTS};
use super::{Console, html};
use crate::config::Config;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use std::sync::Arc;

/// The parameter and the field of the link's secret.
const LINK: &str = "once";

pub(super) fn routes() -> Router<Arc<Console>> {
    Router::new().route("/login", get(show).post(log_in)).route("/logout", post(log_out))
}

/// The link that logs the operator in once.
pub(super) fn link(config: &Config, secret: &str) -> String {
    let base = match &config.console.public_url {
        Some(url) => url.origin().ascii_serialization(),
        None => format!("http://{}", config.server.console),
    };
    format!("{base}/login?{LINK}={secret}")
}

async fn show(RawQuery(query): RawQuery, operator: Option<Extension<Operator>>) -> Response {
    let secret = super::api::parameter(query.as_deref(), LINK);
    let name = operator.map(|Extension(operator)| operator.name);
    form(StatusCode::OK, secret.as_deref(), name.as_deref(), "")
}

fn form(status: StatusCode, secret: Option<&str>, who: Option<&str>, problem: &str) -> Response {
    let who = who.map_or_else(String::new, |name| {
        format!("<p>You are logged in as <strong>{}</strong>. <a href=\"/\">Go on</a></p>", html::text(name))
    });
    let problem = if problem.is_empty() { String::new() } else { format!("<p class=\"problem\" role=\"alert\">{problem}</p>") };
    let fields = match secret {
        Some(secret) => format!(
            "<p>This link logs you in once, as <strong>admin</strong>.</p>\n<input type=\"hidden\" name=\"{LINK}\" value=\"{}\">\n\
             <button class=\"yes\">Log in</button>",
            html::text(secret)
        ),
        None => "<label for=\"token\">Your token</label>\n\
             <input id=\"token\" name=\"token\" type=\"password\" autocomplete=\"current-password\" required autofocus>\n\
             <p class=\"faint\">The content of <code>operator.token</code> in the data dir, or your own if you are a named operator.</p>\n\
             <button class=\"yes\">Log in</button>"
            .to_owned(),
    };
    let body = format!(
        "<main class=\"narrow\">\n<h1>linchpin</h1>\n{who}{problem}<form method=\"post\" action=\"/login\">\n{fields}\n</form>\n</main>"
    );
    html::page(status, "", "Log in", &body)
}

async fn log_in(State(console): State<Arc<Console>>, headers: HeaderMap, body: Bytes) -> Response {
    let guard = &console.guard;
    let field = |name: &str| {
        let mut fields = url::form_urlencoded::parse(&body);
        fields.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let operator = match (field(LINK), field("token")) {
        (Some(secret), _) => guard.sessions.use_link(secret.as_bytes()).then(|| guard.operators.bootstrap_operator()),
        (None, Some(token)) => guard.operators.who(token.trim().as_bytes()),
        (None, None) => None,
    };
    let Some(operator) = operator else {
        guard.refuse();
        let problem = "That did not work: a token must be typed whole, and a login link works once, within five minutes.";
        return form(StatusCode::UNAUTHORIZED, None, None, problem);
    };
    match guard.sessions.open(operator) {
        Ok(secret) => redirect("/", &cookie(&secret, SESSION_LASTS.as_secs(), guard.is_secure(&headers))),
        Err(error) => failed(&error),
    }
}

async fn log_out(State(console): State<Arc<Console>>, headers: HeaderMap) -> Response {
    if let Some(secret) = session_secret(&headers) {
        console.guard.sessions.close(secret);
    }
    redirect("/login", &cookie("", 0, console.guard.is_secure(&headers)))
}

fn failed(error: &NoRandomness) -> Response {
    tracing::error!(%error, "nobody can log in");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

fn cookie(secret: &str, seconds: u64, is_secure: bool) -> String {
    let secure = if is_secure { "; Secure" } else { "" };
    format!("{COOKIE_NAME}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

/// Sends the browser on, with a GET.
fn redirect(to: &'static str, cookie: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, to), (header::SET_COOKIE, cookie)]).into_response()
}
