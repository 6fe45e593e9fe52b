//! Logged-in browsers, and the link that logs the first one in.
//!
//! A session is a random secret in a cookie, kept here as its hash, in memory only:
//! a restart logs everybody out. The link that `serve` prints holds a secret of its
//! own, not the token; it works once, and not for long. It is turned into a session by
//! a POST, so that whatever looks at links beforehand (a preview, a scanner) does not
//! use it up.

use super::operators::Operator;
use crate::digest::hex;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq;

/// How long a session lasts.
pub(super) const SESSION_LASTS: Duration = Duration::from_secs(12 * 3600);

/// How long the login link works.
pub(super) const LINK_LASTS: Duration = Duration::from_secs(5 * 60);

/// How many sessions there are; one more ends the oldest.
const SESSIONS_MAX: usize = 64;

/// Bytes of randomness in a secret.
const SECRET_BYTES: usize = 32;

/// The sessions and the link of one run.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    open: Mutex<HashMap<[u8; 32], Session>>,
    link: Mutex<Option<([u8; 32], Instant)>>,
}

#[derive(Debug, Clone)]
struct Session {
    operator: Operator,
    until: Instant,
}

/// The system gives no random numbers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random numbers ({0})")]
pub(super) struct NoRandomness(String);

impl Sessions {
    /// A new session's secret.
    pub(super) fn open(&self, operator: Operator) -> Result<String, NoRandomness> {
        self.open_until(operator, Instant::now() + SESSION_LASTS)
    }

    fn open_until(&self, operator: Operator, until: Instant) -> Result<String, NoRandomness> {
        let secret = secret()?;
        let mut open = guard(&self.open);
        let now = Instant::now();
        open.retain(|_, session| session.until > now);
        let oldest = open.iter().min_by_key(|(_, session)| session.until).map(|(hash, _)| *hash);
        if let Some(oldest) = oldest.filter(|_| open.len() >= SESSIONS_MAX) {
            open.remove(&oldest);
        }
        open.insert(hash(secret.as_bytes()), Session { operator, until });
        Ok(secret)
    }

    /// Whose session this secret is. It is looked up by its hash, so that how long
    /// that takes says nothing about the secret.
    pub(super) fn who(&self, secret: &[u8]) -> Option<Operator> {
        let open = guard(&self.open);
        open.get(&hash(secret)).filter(|session| session.until > Instant::now()).map(|session| session.operator.clone())
    }

    /// Ends a session.
    pub(super) fn close(&self, secret: &[u8]) {
        guard(&self.open).remove(&hash(secret));
    }

    /// The secret of a new login link. An earlier link ends.
    pub(super) fn link(&self) -> Result<String, NoRandomness> {
        self.link_until(Instant::now() + LINK_LASTS)
    }

    fn link_until(&self, until: Instant) -> Result<String, NoRandomness> {
        let secret = secret()?;
        *guard(&self.link) = Some((hash(secret.as_bytes()), until));
        Ok(secret)
    }

    /// Whether this is the link's secret. If so, it is used up.
    pub(super) fn use_link(&self, presented: &[u8]) -> bool {
        let mut link = guard(&self.link);
        let is_right = link.is_some_and(|(expected, until)| hash(presented).ct_eq(&expected).into() && until > Instant::now());
        if is_right {
            *link = None;
        }
        is_right
    }
}

fn hash(secret: &[u8]) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// 256 random bits, in hexadecimal.
pub(super) fn secret() -> Result<String, NoRandomness> {
    let mut random = [0; SECRET_BYTES];
    getrandom::fill(&mut random).map_err(|error| NoRandomness(error.to_string()))?;
    Ok(hex(&random))
}

/// A lock whose last owner may have died: what it guards is whole at every moment.
fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operator(name: &str) -> Operator {
        Operator { name: name.into(), may_approve: true, may_claim: false }
    }

    #[test]
    fn a_session_is_its_operators_until_it_ends() {
        let sessions = Sessions::default();
        let secret = sessions.open(operator("alice")).expect("a secret");
        assert_eq!(secret.len(), 64);
        assert_eq!(sessions.who(secret.as_bytes()), Some(operator("alice")));
        assert_eq!(sessions.who(b"another"), None);
        sessions.close(secret.as_bytes());
        assert_eq!(sessions.who(secret.as_bytes()), None);
    }

    #[test]
    fn an_old_session_is_over_and_one_too_many_ends_the_oldest() {
        let sessions = Sessions::default();
        let over = sessions.open_until(operator("alice"), Instant::now()).expect("a secret");
        assert_eq!(sessions.who(over.as_bytes()), None);
        let first = sessions.open(operator("first")).expect("a secret");
        let rest: Vec<String> = (0..SESSIONS_MAX).map(|_| sessions.open(operator("x")).expect("a secret")).collect();
        assert_eq!(sessions.who(first.as_bytes()), None);
        assert!(rest.iter().all(|secret| sessions.who(secret.as_bytes()).is_some()));
    }

    #[test]
    fn a_login_link_works_once_and_not_for_long() {
        let sessions = Sessions::default();
        assert!(!sessions.use_link(b""));
        let secret = sessions.link().expect("a secret");
        assert!(!sessions.use_link(b"another") && sessions.use_link(secret.as_bytes()) && !sessions.use_link(secret.as_bytes()));
        let late = sessions.link_until(Instant::now()).expect("a secret");
        assert!(!sessions.use_link(late.as_bytes()));
    }
}
