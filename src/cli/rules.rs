//! The pins that the offline commands judge with: no data dir, no network, no
//! running linchpin.

use super::{Place, talk};
use crate::policy::{Guarded, Policy, starter};
use anyhow::Context;

/// The ports that are guarded when no configuration says otherwise.
const PORTS_DEFAULT: [u16; 2] = [4141, 4142];

/// The policy these commands judge by. stderr says where it came from.
pub(super) fn load(place: &Place) -> anyhow::Result<Policy> {
    if place.config.is_some() {
        anyhow::bail!("`--config` is not built yet");
    }
    talk::note("linchpin: no configuration, judging by the starter pins");
    let guarded = Guarded { ports: PORTS_DEFAULT.to_vec(), ..Guarded::default() };
    Policy::new(starter::pins(), &guarded).context("the pins cannot be enforced")
}
