//! The operator's port. Never mounted on the agent's.
//!
//! It has a listener, a thread and a runtime of its own, so that a flooded agent
//! port locks nobody out. `/healthz` and `/readyz` are open and bare; everything
//! else answers one constant 401 to whoever has no token, whether it exists or not.

mod guard;
mod token;

pub use token::{Token, TokenError};

use crate::config::Config;
use crate::record::{Health, Record};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use guard::Guard;
use std::future::Future;
use std::sync::Arc;
use std::thread::JoinHandle;

/// What the console needs.
#[derive(Debug)]
pub struct Console {
    guard: Arc<Guard>,
    record: Record,
    pins: usize,
}

impl Console {
    /// A console for this configuration, opened by this token.
    pub fn new(config: &Config, token: Token, record: Record) -> Self {
        Self { guard: Arc::new(Guard::new(config, token)), record, pins: config.pins.len() }
    }

    /// Serves on a thread of its own until `stop` is ready.
    pub fn start(
        self,
        listener: std::net::TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<JoinHandle<()>> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("console".into()).spawn(move || {
            let served = runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, self.router()).with_graceful_shutdown(stop).await
            });
            if let Err(error) = served {
                tracing::error!(%error, "the console ended");
            }
        })
    }

    fn router(self) -> Router {
        let guard = Arc::clone(&self.guard);
        Router::new()
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .route("/", get(front_page))
            .route("/api/status", get(status))
            .fallback(async || StatusCode::NOT_FOUND)
            .layer(middleware::from_fn_with_state(guard, guard::check))
            .with_state(Arc::new(self))
    }
}

/// 503 while the record cannot be written: calls that need an entry are withheld then.
async fn ready(State(console): State<Arc<Console>>) -> Response {
    match console.record.probe().await {
        Health::Well => "ready\n".into_response(),
        Health::Failing(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}\n")).into_response(),
    }
}

async fn status(State(console): State<Arc<Console>>) -> Json<serde_json::Value> {
    let health = match console.record.health() {
        Health::Well => "well".to_owned(),
        Health::Failing(why) => why.to_string(),
    };
    Json(serde_json::json!({ "version": env!("CARGO_PKG_VERSION"), "pins": console.pins, "record": health }))
}

async fn front_page() -> impl IntoResponse {
    let security = [(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")];
    (security, Html(include_str!("front.html")))
}
