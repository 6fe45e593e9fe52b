//! Whether the agent is still there.
//!
//! While a call waits for a person nothing is read from the agent's connection and
//! little is written, so the HTTP library may not notice that the agent has hung up.
//! A grant that is spent for nobody is lost, so this is asked before it is spent: one
//! look at the socket, which takes nothing out of it.

use tokio::net::TcpStream;

/// The other end of a connection.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    #[cfg(unix)]
    socket: Option<std::sync::Arc<std::os::fd::OwnedFd>>,
}

impl Peer {
    /// Whoever is connected to this socket.
    #[cfg(unix)]
    pub(super) fn of(socket: &TcpStream) -> Self {
        let own = std::os::fd::AsFd::as_fd(socket).try_clone_to_owned();
        Self { socket: own.ok().map(std::sync::Arc::new) }
    }

    /// Whoever is connected to this socket.
    #[cfg(not(unix))]
    pub(super) fn of(_socket: &TcpStream) -> Self {
        Self {}
    }

    /// Whether they have hung up. Somebody who only said that they will send no more
    /// counts as gone; the HTTP library takes them so, too.
    #[cfg(unix)]
    pub(super) fn is_gone(&self) -> bool {
        use rustix::net::{RecvFlags, recv};
        let Some(socket) = &self.socket else { return false };
        let mut byte = [0; 1];
        match recv(socket, &mut byte, RecvFlags::PEEK | RecvFlags::DONTWAIT) {
            Ok((count, _)) => count == 0,
            Err(error) => error != rustix::io::Errno::AGAIN && error != rustix::io::Errno::INTR,
        }
    }

    /// Whether they have hung up: it cannot be told here.
    #[cfg(not(unix))]
    pub(super) fn is_gone(&self) -> bool {
        false
    }
}
