//! One notice on its way: to the address that was checked, and nowhere else.
//!
//! The receiver's name is looked up for each notice, the addresses are held against
//! linchpin's own listeners, and the connection is made to those very addresses. A
//! redirect is an answer like any other that is not a yes.

use super::body::Message;
use super::key::Signed;
use reqwest::redirect::Policy;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;
use url::Url;

/// How long a connection may take.
const CONNECT_WAIT: Duration = Duration::from_secs(5);

/// How long a notice may take in all, the look-up aside.
const ANSWER_WAIT: Duration = Duration::from_secs(10);

/// Where notices go.
#[derive(Debug)]
pub(super) struct Receiver {
    url: Url,
    own: Vec<SocketAddr>,
}

/// Why a notice was not taken. Never says more of the address than its host: the
/// rest may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The name leads nowhere.
    #[error("`{host}` cannot be looked up ({why})")]
    Lookup {
        /// The host.
        host: String,
        /// What happened.
        why: String,
    },
    /// The name leads to linchpin itself.
    #[error("`{0}` leads to a port of linchpin's own")]
    Own(String),
    /// No connection, or no answer in time.
    #[error("`{host}` does not answer ({why})")]
    Silent {
        /// The host.
        host: String,
        /// What happened.
        why: String,
    },
    /// An answer that is no yes.
    #[error("`{host}` answers {status}")]
    Refused {
        /// The host.
        host: String,
        /// The answer's status.
        status: u16,
    },
}

impl Receiver {
    pub(super) fn new(url: Url, own: Vec<SocketAddr>) -> Self {
        Self { url, own }
    }

    fn host(&self) -> String {
        crate::show::escape_short(self.url.host_str().unwrap_or_default(), 253)
    }

    /// Sends one notice. Taken is what is answered with a 2xx.
    pub(super) async fn post(&self, message: &Message, signed: &Signed) -> Result<(), PostError> {
        let addresses = self.addresses().await?;
        let silent = |error: reqwest::Error| PostError::Silent { host: self.host(), why: chain(&error.without_url()) };
        let client = self.client(&addresses).map_err(silent)?;
        let mut request = client.post(self.url.clone()).body(message.body.clone());
        for (name, value) in &message.headers {
            request = request.header(*name, value);
        }
        let request = request.header("x-linchpin-timestamp", &signed.timestamp).header("x-linchpin-signature", &signed.signature);
        let status = request.send().await.map_err(silent)?.status();
        if status.is_success() { Ok(()) } else { Err(PostError::Refused { host: self.host(), status: status.as_u16() }) }
    }

    /// A client that knows the receiver's name by these addresses only. There is one
    /// for each notice, which is at most one a second.
    fn client(&self, addresses: &[SocketAddr]) -> reqwest::Result<reqwest::Client> {
        // Another part of the process may have chosen a provider; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder().redirect(Policy::none()).no_proxy().connect_timeout(CONNECT_WAIT).timeout(ANSWER_WAIT);
        let builder = match self.url.domain() {
            Some(name) => builder.resolve_to_addrs(name, addresses),
            None => builder,
        };
        builder.user_agent(concat!("linchpin/", env!("CARGO_PKG_VERSION"))).build()
    }

    /// Where the receiver is now, if none of it is linchpin's own.
    async fn addresses(&self) -> Result<Vec<SocketAddr>, PostError> {
        let host = self.url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = self.url.port_or_known_default().unwrap_or(0);
        let failed = |why: String| PostError::Lookup { host: self.host(), why };
        let found = tokio::time::timeout(CONNECT_WAIT, tokio::net::lookup_host((host, port))).await;
        let found: Vec<SocketAddr> = match found {
            Ok(Ok(found)) => found.collect(),
            Ok(Err(error)) => return Err(failed(error.to_string())),
            Err(_) => return Err(failed("it takes too long".into())),
        };
        if found.is_empty() {
            return Err(failed("it has no address".into()));
        }
        if found.iter().any(|address| self.is_own(*address)) { Err(PostError::Own(self.host())) } else { Ok(found) }
    }

    /// Whether an address is a port of ours, under any address of this machine.
    fn is_own(&self, address: SocketAddr) -> bool {
        self.own.iter().any(|own| own.port() == address.port()) && is_this_machine(address.ip())
    }
}

/// Only a machine's own addresses can be bound.
fn is_this_machine(ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    ip.is_loopback() || ip.is_unspecified() || UdpSocket::bind((ip, 0)).is_ok()
}

/// An error and what caused it.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |said, cause| format!("{said}: {cause}"))
}
