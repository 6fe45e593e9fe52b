//! The names under which a listener may be addressed.
//!
//! Both ports ask this first: a `Host` that is none of these is how a web page
//! reaches a local port after rebinding its own name.

use std::net::IpAddr;

/// A listener's names.
#[derive(Debug, Clone)]
pub struct Hosts {
    /// The listener's address and what always means this machine.
    own: Vec<String>,
    /// What the configuration adds, lower case.
    listed: Vec<String>,
}

impl Hosts {
    /// The names of a listener at this address, and the configured ones.
    pub fn new(listener: IpAddr, configured: impl IntoIterator<Item = String>) -> Self {
        let mut own = vec!["localhost".to_owned(), listener.to_string()];
        if listener.is_loopback() || listener.is_unspecified() {
            own.extend(["127.0.0.1".to_owned(), "::1".to_owned()]);
        }
        Self { own, listed: configured.into_iter().collect() }
    }

    /// Whether a `Host` names this listener, whatever port stands behind it.
    pub fn knows(&self, host: &str) -> bool {
        let name = without_port(host).to_ascii_lowercase();
        self.own.contains(&name) || self.listed.contains(&name)
    }

    /// Whether the configuration names this host, in lower case, with or without a port.
    pub fn lists(&self, host: &str) -> bool {
        self.listed.iter().any(|listed| listed == without_port(host))
    }
}

/// A host without its port and without the brackets of an IPv6 address.
fn without_port(host: &str) -> &str {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.split(']').next().unwrap_or_default();
    }
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}
