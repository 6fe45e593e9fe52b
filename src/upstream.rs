//! The provider's side: one client, the configured addresses, nothing followed.
//!
//! An upstream's URL is the configured one with its path replaced; that nothing else
//! of it changed is checked each time. Redirects are passed on and never followed,
//! so that credentials go only where the operator said.

use crate::config::{Limits, Upstream};
use bytes::Bytes;
use hyper::{HeaderMap, Method};
use reqwest::redirect::Policy;
use std::time::Duration;
use url::Url;

/// How many idle connections are kept to one provider.
const IDLE_CONNECTIONS_MAX: usize = 256;

/// Speaks to every upstream.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
}

/// Why an upstream gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// The client could not be set up.
    #[error("the HTTP client cannot be set up")]
    Setup(#[source] reqwest::Error),
    /// The path would change more of the URL than its path.
    #[error("the path `{0}` cannot be sent upstream as it is")]
    Path(String),
    /// No connection, or one that broke before an answer came.
    #[error("upstream `{name}` did not answer")]
    Silent {
        /// Its name.
        name: String,
        /// What happened.
        #[source]
        source: reqwest::Error,
    },
}

impl Client {
    /// A client with these limits.
    pub fn new(limits: &Limits) -> Result<Self, UpstreamError> {
        // Another part of the process may have chosen a provider; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_millis(limits.connect_ms))
            .read_timeout(Duration::from_millis(limits.upstream_idle_ms))
            .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
            .build()
            .map_err(UpstreamError::Setup)?;
        Ok(Self { http })
    }

    /// Sends one request and waits for the head of its answer.
    pub async fn send(
        &self,
        upstream: &Upstream,
        target: Target<'_>,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<reqwest::Response, UpstreamError> {
        let url = target.below(&upstream.url)?;
        let request = self.http.request(target.method.clone(), url).headers(headers);
        let request = if body.is_empty() { request } else { request.body(body) };
        request.send().await.map_err(|source| UpstreamError::Silent { name: upstream.name.clone(), source: source.without_url() })
    }
}

/// What is asked of an upstream.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path below the upstream's URL, as the client spelled it.
    pub path: &'a str,
    /// The query, without its `?`.
    pub query: Option<&'a str>,
}

impl Target<'_> {
    /// The URL to ask: `base` with this path behind its own.
    fn below(&self, base: &Url) -> Result<Url, UpstreamError> {
        let path = format!("{}{}", base.path().trim_end_matches('/'), self.path);
        let mut url = base.clone();
        url.set_path(&path);
        url.set_query(self.query);
        let is_same_place = url.scheme() == base.scheme() && url.host() == base.host() && url.port() == base.port();
        let is_exact = url.path() == path && url.query() == self.query && url.fragment().is_none() && url.username().is_empty();
        if is_same_place && is_exact { Ok(url) } else { Err(UpstreamError::Path(crate::show::escape_short(&path, 200))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(base: &str, path: &str, query: Option<&str>) -> Option<String> {
        let target = Target { method: &Method::GET, path, query };
        target.below(&Url::parse(base).expect("a url")).ok().map(String::from)
    }

    #[test]
    fn only_the_path_and_query_of_the_configured_url_change() {
        assert_eq!(below("https://api.example", "/v1/models", None).as_deref(), Some("https://api.example/v1/models"));
        assert_eq!(below("http://h:81/api/", "/v1/x", Some("a=1&b=%20")).as_deref(), Some("http://h:81/api/v1/x?a=1&b=%20"));
        assert_eq!(below("https://h", "/v1/models/a%20b", None).as_deref(), Some("https://h/v1/models/a%20b"));
    }

    #[test]
    fn a_path_that_would_be_read_otherwise_is_not_sent() {
        for path in ["/v1/../x", "/v1/%2e%2e/x", "/v1/a b", "/v1/x#y", "/v1\\x"] {
            assert_eq!(below("https://h", path, None), None, "{path}");
        }
    }
}
