//! The agent's port: requests in, pinned requests out, judged answers back.
//!
//! Nothing of the operator's is reachable here. [`exchange`] tells one request's
//! story; this file holds what all exchanges share, and the connections.

mod admit;
mod answer;
mod body;
mod budget;
mod charset;
mod closed;
mod door;
mod exchange;
mod fates;
mod halted;
mod headers;
mod hosted;
mod lost;
mod peer;
mod remembered;
mod resume;
mod room;
mod route;
mod rules;
mod server_held;
mod spoken;
mod stops;
mod stored;
mod stream;
mod verdicts;
mod wait;
mod watch;
mod whole;
mod words;

pub use door::Door;

use crate::config::Config;
use crate::hosts::Hosts;
use crate::policy::PolicyError;
use crate::record::Record;
use crate::upstream::{Client, UpstreamError};
use crate::wire::Bounds;
use budget::Budget;
use door::Newest;
use hyper::Version;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use peer::Peer;
use rules::Rules;
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::sync::watch::{Sender, channel};
use wait::Patience;

/// How long the listener rests after the system refused it a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How many streams one HTTP/2 connection may have open.
const STREAMS_PER_CONNECTION_MAX: u32 = 256;

/// What all exchanges share.
#[derive(Debug)]
pub struct Proxy {
    config: Config,
    rules: Arc<Rules>,
    /// The rules in force, where these are not any more.
    newest: Newest,
    record: Record,
    client: Client,
    budget: Arc<Budget>,
    hosts: Hosts,
    patience: Patience,
    /// The rules of conversations in which something was said, with the pins they have.
    spoken_rules: Mutex<HashMap<String, spoken::Compiled>>,
    /// What was done about hosted tools.
    told: Arc<hosted::Told>,
    /// How many more counts may run beside the requests.
    counts: Arc<Semaphore>,
    /// Said once, when waiting for people must end.
    stop: Sender<bool>,
}

/// Why there is no proxy.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// The pins cannot be enforced.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// There is no way to speak to upstreams.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
}

impl Proxy {
    /// A proxy that enforces this configuration and writes to this record.
    pub fn new(config: Config, record: Record) -> Result<Self, ProxyError> {
        let (stop, stopping) = channel(false);
        let rules = Arc::new(Rules::new(&config, 0)?);
        Ok(Self {
            patience: Patience { wait: config.hold.wait, stopping },
            stop,
            spoken_rules: Mutex::default(),
            told: Arc::default(),
            counts: Arc::new(Semaphore::new(lost::COUNTS_MAX)),
            newest: Newest::new(Arc::clone(&rules)),
            rules,
            client: Client::new(&config.limits)?,
            budget: Budget::new(config.limits.buffered_bytes),
            hosts: Hosts::new(config.server.listen.ip(), config.server.hosts.iter().cloned()),
            record,
            config,
        })
    }

    /// The same proxy with another configuration: the record, what is buffered and who
    /// waits stay the same.
    fn renewed(&self, config: Config) -> Result<Self, ProxyError> {
        let is_same_client = (config.limits.connect_ms, config.limits.upstream_idle_ms)
            == (self.config.limits.connect_ms, self.config.limits.upstream_idle_ms);
        Ok(Self {
            patience: Patience { wait: config.hold.wait, ..self.patience.clone() },
            stop: self.stop.clone(),
            spoken_rules: Mutex::default(),
            told: Arc::clone(&self.told),
            counts: Arc::clone(&self.counts),
            rules: Arc::new(Rules::new(&config, self.newest.generation() + 1)?),
            newest: self.newest.clone(),
            client: if is_same_client { self.client.clone() } else { Client::new(&config.limits)? },
            budget: Arc::clone(&self.budget),
            hosts: Hosts::new(config.server.listen.ip(), config.server.hosts.iter().cloned()),
            record: self.record.clone(),
            config,
        })
    }

    /// The text that rides along on a request without an agent label, and how many
    /// pins are in it.
    pub fn carried(&self) -> (&str, usize) {
        let carriage = self.rules.carriage(None);
        (carriage.block(), carriage.count())
    }

    fn bounds(&self) -> Bounds {
        let limits = &self.config.limits;
        Bounds { call_arguments_bytes: limits.call_arguments_bytes, held_frames_bytes: limits.held_frames_bytes }
    }

    /// Serves with this configuration until `stop` is ready, then lets exchanges finish for `drain_ms`.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        Arc::new(Door::new(self)).serve(listener, stop).await;
    }
}

impl Door {
    /// Serves until `stop` is ready, then lets exchanges finish for `drain_ms`.
    pub async fn serve(self: Arc<Self>, listener: TcpListener, stop: impl Future<Output = ()>) {
        let limits = self.now().config.limits;
        let room = room::connections(limits.connections);
        let (connections, streams) = (Arc::new(Semaphore::new(room)), Arc::new(Semaphore::new(room)));
        let graceful = GracefulShutdown::new();
        tokio::pin!(stop);
        loop {
            let accepted = async {
                // Past the limit a connection waits to be accepted.
                let permit = Arc::clone(&connections).acquire_owned().await;
                (listener.accept().await, permit)
            };
            let (socket, permit) = tokio::select! {
                () = &mut stop => break,
                (accepted, permit) = accepted => match accepted {
                    Ok((socket, _)) => (socket, permit),
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                        continue;
                    }
                },
            };
            let (door, watcher, streams) = (Arc::clone(&self), graceful.watcher(), Arc::clone(&streams));
            tokio::spawn(async move {
                converse(door, socket, watcher, streams).await;
                drop(permit);
            });
        }
        drop(listener);
        let proxy = self.now();
        proxy.stop.send_replace(true);
        let drained = tokio::time::timeout(Duration::from_millis(proxy.config.limits.drain_ms), graceful.shutdown()).await;
        if drained.is_err() {
            tracing::warn!("some exchanges did not finish in time and were cut");
        }
    }
}

/// Serves one connection, HTTP/1.1 or HTTP/2 with prior knowledge, to its end.
async fn converse(door: Arc<Door>, socket: TcpStream, watcher: Watcher, streams: Arc<Semaphore>) {
    let limits = door.now().config.limits;
    // Frames are small, and each is awaited by somebody.
    let _ = socket.set_nodelay(true);
    let peer = Peer::of(&socket);
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(limits.request_ms))
        .max_buf_size(limits.header_bytes);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_PER_CONNECTION_MAX)
        .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX));
    let service = service_fn(move |request| {
        // A request keeps the configuration it began with.
        let (proxy, peer, streams) = (door.now(), peer.clone(), Arc::clone(&streams));
        async move {
            // One connection carries many requests there: each counts as if it had its own.
            let place = if request.version() == Version::HTTP_2 { streams.acquire_owned().await.ok() } else { None };
            Ok::<_, Infallible>(answer::holding(exchange::exchange(proxy, peer, request).await, place))
        }
    });
    let socket = TokioIo::new(watch::Watched::new(socket, limits.header_bytes, Duration::from_millis(limits.request_ms)));
    let connection = builder.serve_connection(socket, service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended");
    }
}
