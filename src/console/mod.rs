//! The operator's port. Never mounted on the agent's.
//!
//! It has a listener, a thread and a runtime of its own, so that a flooded agent
//! port locks nobody out. `/healthz` and `/readyz` are open and bare, `/login` is
//! open; everything else answers one constant 401 to whoever has no token, whether
//! it exists or not. A GET never changes anything.

mod address;
mod api;
mod configuration;
mod connections;
mod decide;
mod guard;
mod hold_page;
mod html;
mod login;
mod metrics;
mod operators;
mod pages;
mod session;
mod sheet;
mod stop;
mod token;

pub use address::{note_address, noted_address};
pub use decide::Answer;
pub use sheet::{Decoded, Member, OPEN_FIRST_BYTES, PinLine, PinTexts, Sheet, members, pin_texts};
pub use stop::{Ended, Halted};
pub use token::{Token, TokenError, read_token};

use crate::config::Config;
use crate::record::{Health, Record};
use crate::reload::Reload;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use guard::Guard;
use operators::Operators;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::Semaphore;

/// The largest body of a request: a reason and some room.
const BODY_BYTES_MAX: usize = 16 * 1024;

/// How many requests read the store at one time; others wait their turn.
const READERS_MAX: usize = 4;

/// What the console needs.
#[expect(missing_debug_implementations, reason = "nothing of it is for a log")]
pub struct Console {
    guard: Arc<Guard>,
    record: Record,
    /// The database, for reading.
    store: PathBuf,
    /// What is in force, and what waits to be.
    reload: Arc<Reload>,
    readers: Semaphore,
    /// `[limits] metric_labels`.
    metric_labels: usize,
    /// Makes proofs of what a page showed that nobody else can make.
    proof_key: String,
}

impl Console {
    /// A console for this configuration, opened by this token and the operators' own.
    pub fn new(config: &Config, token: Token, record: Record, reload: Arc<Reload>) -> Result<Self, TokenError> {
        let proof_key = session::secret().map_err(|error| TokenError::NoRandomness(error.to_string()))?;
        Ok(Self {
            guard: Arc::new(Guard::new(config, Operators::new(config, token))),
            record,
            store: config.store_file(),
            reload,
            readers: Semaphore::new(READERS_MAX),
            metric_labels: config.limits.metric_labels,
            proof_key,
        })
    }

    /// The texts of the pins in force.
    fn pin_texts(&self) -> PinTexts {
        pin_texts(&self.reload.in_force().pins)
    }

    /// A link that logs the operator in once, within five minutes.
    pub fn login_link(&self, config: &Config) -> Result<String, TokenError> {
        let secret = self.guard.sessions.link().map_err(|error| TokenError::NoRandomness(error.to_string()))?;
        Ok(login::link(config, &secret))
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
            let served: std::io::Result<()> = runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                connections::serve(listener, self.router(), stop).await;
                Ok(())
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
            .route("/metrics", get(metrics::metrics))
            .merge(pages::routes())
            .merge(stop::routes())
            .merge(login::routes())
            .merge(api::routes())
            .merge(configuration::routes())
            .fallback(pages::nothing)
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
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
