//! The agent's port as it stands open: who answers there now, and how that is exchanged.
//!
//! Another configuration is another [`Proxy`] beside the running one, made whole before
//! anybody is sent to it. A request keeps the one it began with; only its calls are judged,
//! once they are complete, by the stricter of the rules then and now.

use super::rules::Rules;
use super::{Proxy, ProxyError};
use crate::config::Config;
use std::sync::{Arc, PoisonError, RwLock};

/// Who answers agents. Outlives every configuration.
#[derive(Debug)]
pub struct Door {
    now: RwLock<Arc<Proxy>>,
}

impl Door {
    /// A door with this proxy behind it.
    pub fn new(proxy: Proxy) -> Self {
        Self { now: RwLock::new(Arc::new(proxy)) }
    }

    /// Who answers the next request.
    pub fn now(&self) -> Arc<Proxy> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A proxy with another configuration, not in force yet.
    pub fn prepare(&self, config: Config) -> Result<Proxy, ProxyError> {
        self.now().renewed(config)
    }

    /// From here on this one answers, and its rules bind what is under way.
    pub fn exchange(&self, proxy: Proxy) {
        proxy.newest.set(Arc::clone(&proxy.rules));
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(proxy);
    }
}

/// The rules in force, for whoever began under earlier ones.
#[derive(Debug, Clone)]
pub(super) struct Newest(Arc<RwLock<Arc<Rules>>>);

impl Newest {
    pub(super) fn new(rules: Arc<Rules>) -> Self {
        Self(Arc::new(RwLock::new(rules)))
    }

    fn set(&self, rules: Arc<Rules>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = rules;
    }

    fn get(&self) -> Arc<Rules> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn generation(&self) -> u64 {
        self.get().generation
    }

    /// The rules in force, if they are not these.
    pub(super) fn beside(&self, rules: &Rules) -> Option<Arc<Rules>> {
        Some(self.get()).filter(|newest| newest.generation != rules.generation)
    }
}
