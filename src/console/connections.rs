//! The console's connections: few, short, and never all somebody else's.
//!
//! Whoever reaches the port can open connections and say nothing. So there are only
//! so many, each must speak soon, and one too many ends the oldest instead of
//! waiting: an operator's request needs milliseconds and gets through a flood.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::collections::VecDeque;
use std::future::Future;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// How many connections are open; one more ends the oldest.
const CONNECTIONS_MAX: usize = 256;

/// How long a connection may take to send a request's head, the first or the next.
const HEAD_WAIT: Duration = Duration::from_secs(10);

/// The largest head of a request.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// How long requests may take to finish when linchpin stops.
const DRAIN_WAIT: Duration = Duration::from_secs(2);

/// How long the listener rests after the system refused it a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop` is ready.
pub(super) async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let mut open: VecDeque<AbortHandle> = VecDeque::new();
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        let socket = match accepted {
            Ok((socket, _)) => socket,
            Err(error) => {
                tracing::warn!(%error, "a connection to the console could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let service = TowerToHyperService::new(router.clone());
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEAD_WAIT).max_buf_size(HEAD_BYTES_MAX);
        let connection = graceful.watch(builder.serve_connection(TokioIo::new(socket), service));
        let task = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the console ended");
            }
        });
        open.retain(|other| !other.is_finished());
        open.push_back(task.abort_handle());
        if open.len() > CONNECTIONS_MAX {
            open.pop_front().into_iter().for_each(|oldest| oldest.abort());
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(DRAIN_WAIT, graceful.shutdown()).await;
}
