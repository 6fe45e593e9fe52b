//! The pins that the offline commands judge with: no data dir, no network, no
//! running linchpin.

use super::{Place, talk};
use crate::config::{self, Config};
use crate::policy::Policy;
use anyhow::Context;

/// The policy these commands judge by. stderr says where it came from.
pub(super) fn load(place: &Place) -> anyhow::Result<Policy> {
    let config = config::load(&place.asked())?;
    talk::note(&config.origin());
    for (name, host) in config.foreign_hosts() {
        talk::note(&format!("upstream `{name}` is not built in: {host}"));
    }
    compile(config)
}

fn compile(config: Config) -> anyhow::Result<Policy> {
    let guarded = config.guarded();
    Policy::new(config.pins, &guarded).context("the pins cannot be enforced")
}
