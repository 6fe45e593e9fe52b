//! What a request must bring before any page is looked up.

use super::html;
use super::operators::{Operator, Operators};
use super::session::Sessions;
use crate::config::Config;
use crate::hosts::Hosts;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, HeaderMap, ORIGIN};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Paths that answer everybody, and say next to nothing.
const OPEN: [&str; 3] = ["/healthz", "/readyz", "/login"];

/// How long a request may take, from its head to its answer.
const REQUEST_WAIT: Duration = Duration::from_secs(30);

/// The session's cookie.
pub(super) const COOKIE_NAME: &str = "linchpin_session";

/// Refused logins are counted one by one and logged at most this often.
const LOG_EVERY: Duration = Duration::from_secs(1);

/// What everybody without a token gets, whatever they asked for.
const UNAUTHORIZED: &str = "<main class=\"narrow\">\n<h1>Not logged in</h1>\n<p><a class=\"go\" href=\"/login\">Log in</a></p>\n\
     <p class=\"faint\">A program sends the operator's token as a bearer token.</p>\n</main>";

/// Who may speak to the console.
#[derive(Debug)]
pub(super) struct Guard {
    hosts: Hosts,
    /// The origin of `public_url`, and its host as `Host` names it.
    public: Option<(String, String)>,
    pub(super) operators: Operators,
    pub(super) sessions: Sessions,
    refused: AtomicU64,
    logged_at: Mutex<Option<Instant>>,
}

impl Guard {
    pub(super) fn new(config: &Config, operators: Operators) -> Self {
        let public_host = config.console.public_url.iter().filter_map(|url| url.host_str()).map(str::to_lowercase);
        let hosts = Hosts::new(config.server.console.ip(), config.console.hosts.iter().cloned().chain(public_host));
        let public = config.console.public_url.as_ref().map(|url| {
            let origin = url.origin().ascii_serialization();
            let host = origin.split_once("://").map(|(_, host)| host.to_owned()).unwrap_or_default();
            (origin, host)
        });
        Self { hosts, public, operators, sessions: Sessions::default(), refused: AtomicU64::new(0), logged_at: Mutex::new(None) }
    }

    /// Only one Host, and one that is known: first of all, so that a page which
    /// rebinds a name learns nothing.
    fn knows_host(&self, headers: &HeaderMap) -> bool {
        let mut named = headers.get_all(HOST).iter();
        let known = named.next().and_then(|host| host.to_str().ok()).is_some_and(|host| self.hosts.knows(host));
        known && named.next().is_none()
    }

    /// A change asked for by a foreign page is refused, token or not.
    fn is_foreign_page(&self, method: &Method, headers: &HeaderMap) -> bool {
        if is_reading(method) {
            return false;
        }
        let is_own_site = |site: &[u8]| site.eq_ignore_ascii_case(b"same-origin") || site.eq_ignore_ascii_case(b"none");
        let is_other_site = headers.get_all("sec-fetch-site").iter().any(|site| !is_own_site(site.as_bytes()));
        is_other_site || headers.get_all(ORIGIN).iter().any(|origin| !origin.to_str().is_ok_and(|origin| self.is_own(origin, headers)))
    }

    /// Whether an origin is the console's: its public one, or plain http to the very
    /// host that was asked.
    fn is_own(&self, origin: &str, headers: &HeaderMap) -> bool {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        match &self.public {
            Some((public, _)) if public == origin => true,
            Some((_, public_host)) if public_host.eq_ignore_ascii_case(host) => false,
            _ => origin.strip_prefix("http://").is_some_and(|authority| authority.eq_ignore_ascii_case(host)),
        }
    }

    /// Whether a page of ours asks, as far as a browser says so. Every browser does.
    fn is_own_page(headers: &HeaderMap) -> bool {
        headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site")
    }

    /// Whether the session's cookie travels over TLS only.
    pub(super) fn is_secure(&self, headers: &HeaderMap) -> bool {
        let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
        self.public.is_some() && origin.is_none_or(|origin| origin.starts_with("https://"))
    }

    /// Whose request this is.
    fn who(&self, method: &Method, headers: &HeaderMap) -> Option<Operator> {
        let mut authorizations = headers.get_all(AUTHORIZATION).iter();
        if let Some(value) = authorizations.next() {
            let bearer = value.as_bytes().split_at_checked(7).filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"bearer "));
            let (_, token) = bearer.filter(|_| authorizations.next().is_none())?;
            return self.operators.who(token.trim_ascii());
        }
        // A browser adds the cookie by itself: a change needs a sign that a page of ours asked.
        let is_meant = is_reading(method) || Self::is_own_page(headers);
        session_secret(headers).filter(|_| is_meant).and_then(|secret| self.sessions.who(secret))
    }

    /// Counts somebody who was refused.
    pub(super) fn refuse(&self) {
        let count = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
        let mut logged_at = self.logged_at.lock().unwrap_or_else(PoisonError::into_inner);
        if logged_at.is_none_or(|at| at.elapsed() >= LOG_EVERY) {
            *logged_at = Some(Instant::now());
            tracing::warn!(refused = count, "the console was called without a valid token");
        }
    }

    /// How many were refused since the start.
    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

/// The secret of the session's cookie.
pub(super) fn session_secret(headers: &HeaderMap) -> Option<&[u8]> {
    let cookies = headers.get_all(COOKIE).iter().flat_map(|header| header.as_bytes().split(|byte| *byte == b';'));
    cookies.map(|cookie| cookie.trim_ascii()).find_map(|cookie| cookie.strip_prefix(COOKIE_NAME.as_bytes())?.strip_prefix(b"="))
}

fn is_reading(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

pub(super) fn unauthorized() -> Response {
    let page = html::page(StatusCode::UNAUTHORIZED, "", "Not logged in", UNAUTHORIZED);
    ([(header::WWW_AUTHENTICATE, "Bearer")], page).into_response()
}

pub(super) async fn check(State(guard): State<Arc<Guard>>, mut request: Request, next: Next) -> Response {
    if !guard.knows_host(request.headers()) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    if guard.is_foreign_page(request.method(), request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let is_open = OPEN.contains(&request.uri().path());
    match guard.who(request.method(), request.headers()) {
        Some(operator) => drop(request.extensions_mut().insert(operator)),
        None if is_open => {}
        None => {
            guard.refuse();
            return unauthorized();
        }
    }
    let Ok(mut response) = tokio::time::timeout(REQUEST_WAIT, next.run(request)).await else {
        return StatusCode::REQUEST_TIMEOUT.into_response();
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Not `no-referrer`: with it browsers send `Origin: null` from our own forms.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    response
}
