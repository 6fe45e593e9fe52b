//! The pins that the offline commands judge with: no data dir, no network, no
//! running linchpin.

use super::{Place, talk};
use crate::config::{self, Capture, Config};
use crate::policy::Policy;
use anyhow::Context;

/// The policy these commands judge by. stderr says where it came from.
pub(super) fn load(place: &Place) -> anyhow::Result<Policy> {
    Ok(load_with_capture(place)?.0)
}

/// The policy, and what is done with rules that are said in chat.
pub(super) fn load_with_capture(place: &Place) -> anyhow::Result<(Policy, Capture)> {
    let config = config::load(&place.asked())?;
    talk::note(&config.origin());
    for (name, host) in config.foreign_hosts() {
        talk::note(&format!("upstream `{name}` is not built in: {host}"));
    }
    let capture = config.capture;
    Ok((compile(config)?, capture))
}

fn compile(config: Config) -> anyhow::Result<Policy> {
    let guarded = config.guarded();
    Policy::new(config.pins, &guarded).context("the pins cannot be enforced")
}
