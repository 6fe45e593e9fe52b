//! What a request must bring before any page is looked up.

use super::token::Token;
use crate::config::Config;
use crate::hosts::Hosts;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST, HeaderMap, ORIGIN};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Paths that answer everybody, and say next to nothing.
const OPEN: [&str; 2] = ["/healthz", "/readyz"];

/// Who may speak to the console.
#[derive(Debug)]
pub(super) struct Guard {
    hosts: Hosts,
    /// The origin of `public_url`.
    public_origin: Option<String>,
    token: Token,
}

impl Guard {
    pub(super) fn new(config: &Config, token: Token) -> Self {
        let public = config.console.public_url.iter().filter_map(|url| url.host_str()).map(str::to_lowercase);
        let hosts = Hosts::new(config.server.console.ip(), config.console.hosts.iter().cloned().chain(public));
        let public_origin = config.console.public_url.as_ref().map(|url| url.origin().ascii_serialization());
        Self { hosts, public_origin, token }
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
        if matches!(*method, Method::GET | Method::HEAD) {
            return false;
        }
        let is_cross_site = headers.get_all("sec-fetch-site").iter().any(|site| site.as_bytes().eq_ignore_ascii_case(b"cross-site"));
        let host = headers.get(HOST).map(|host| host.as_bytes()).unwrap_or_default();
        let is_own = |origin: &str| {
            let authority = origin.split_once("://").map(|(_, authority)| authority.as_bytes());
            authority == Some(host) || self.public_origin.as_deref() == Some(origin)
        };
        is_cross_site || headers.get_all(ORIGIN).iter().any(|origin| !origin.to_str().is_ok_and(is_own))
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        let value = headers.get(AUTHORIZATION).map(|value| value.as_bytes()).unwrap_or_default();
        let bearer = value.split_at_checked(7).filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"bearer "));
        bearer.is_some_and(|(_, token)| self.token.is(token.trim_ascii()))
    }
}

pub(super) async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    if !guard.knows_host(request.headers()) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    if guard.is_foreign_page(request.method(), request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if OPEN.contains(&request.uri().path()) || guard.has_token(request.headers()) {
        return next.run(request).await;
    }
    tracing::warn!("the console was called without its token");
    (StatusCode::UNAUTHORIZED, "unauthorized\n").into_response()
}
