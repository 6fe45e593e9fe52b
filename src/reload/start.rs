//! What a start begins with: the file, or what was confirmed last.
//!
//! A file that asks for less than what was confirmed is not taken up by a restart either.

use super::kept::{self, KeptError};
use super::{Waiting, tell_waiting};
use crate::config::{self, Asked, Change, Config, ConfigError, Origin};

/// What a start begins with.
pub struct Start {
    /// What is in force.
    pub config: Config,
    pub(super) origin: Origin,
    pub(super) kept_config: Config,
    pub(super) waiting: Option<Waiting>,
    pub(super) why: Why,
}

/// How it came to that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Nothing was kept in this data dir.
    First,
    /// It asks for the same as what was kept.
    Same,
    /// It only tightens.
    Tightened(Vec<String>),
    /// A person said so at the start.
    Accepted(Vec<String>),
}

impl Why {
    /// What stands in the record about it.
    pub(super) fn told(&self) -> Option<(&'static str, &[String])> {
        match self {
            Self::First => Some(("first", &[])),
            Self::Same => None,
            Self::Tightened(what) => Some(("taken up", what)),
            Self::Accepted(what) => Some(("confirmed", what)),
        }
    }
}

/// Why there is nothing to begin with.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// What was kept cannot be read.
    #[error("{0}; a person begins anew with `linchpin serve --accept-config`")]
    Kept(#[source] KeptError),
    /// What was kept is no configuration of this linchpin's.
    #[error("what was confirmed last is no configuration of this linchpin's; a person begins anew with `linchpin serve --accept-config`")]
    Outdated(#[source] ConfigError),
}

/// Compares what was found with what was kept. `accepts`: a person stands by what was found.
pub fn settle(origin: Origin, config: Config, asked: &Asked, accepts: bool) -> Result<Start, StartError> {
    let begin = |why| Start { kept_config: config.clone(), config: config.clone(), origin: origin.clone(), waiting: None, why };
    let kept = match kept::read(&config.server.data) {
        Ok(Some(kept)) => kept,
        Ok(None) => return Ok(begin(Why::First)),
        Err(_) if accepts => return Ok(begin(Why::Accepted(Vec::new()))),
        Err(error) => return Err(StartError::Kept(error)),
    };
    let kept_config = match kept.config(asked) {
        Ok(kept_config) => kept_config,
        Err(_) if accepts => return Ok(begin(Why::Accepted(Vec::new()))),
        Err(error) => return Err(StartError::Outdated(error)),
    };
    let changes = config::changes(&kept_config, &config);
    let is_looser = changes.iter().any(|change| change.loosens);
    Ok(match (changes.is_empty(), is_looser) {
        (true, _) => begin(Why::Same),
        (false, false) => begin(Why::Tightened(super::words(&changes))),
        (false, true) if accepts => begin(Why::Accepted(super::words(&changes))),
        (false, true) => {
            let waiting = Some(Waiting { origin, config, changes });
            // Its data dir is where it was found, whatever it says.
            Start { config: kept_config.clone(), kept_config, origin: kept, waiting, why: Why::Same }
        }
    })
}

impl Start {
    /// Says what waits, if anything does.
    pub fn tell(&self, say: fn(&str)) {
        if let Some(waiting) = &self.waiting {
            tell_waiting(say, &waiting.changes);
            say("  or start with `--accept-config`, on a terminal or with the operator's token in `LINCHPIN_TOKEN`");
        }
    }

    /// What waits.
    pub fn waiting(&self) -> &[Change] {
        self.waiting.as_ref().map_or(&[], |waiting| &waiting.changes)
    }
}
