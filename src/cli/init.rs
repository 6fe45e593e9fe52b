//! `linchpin init`: writes a first configuration, and never over an old one.

use super::{Place, talk};
use crate::config::{self, ConfigError, PlaceError, Preset};
use anyhow::Context;
use clap::ValueEnum;
use clap::builder::PossibleValue;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `init` can be told.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    /// For whom
    #[arg(long, value_name = "PRESET", default_value = "starter")]
    preset: Preset,
    /// Where to; default: `--config`, else the platform's config dir
    file: Option<PathBuf>,
}

impl ValueEnum for Preset {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

/// Writes the file, mode 0600, and says where it is.
pub(super) fn run(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    let asked = args.file.clone().or_else(|| place.config.clone());
    let path = match asked.or_else(config::usual_file) {
        Some(path) => std::path::absolute(&path).with_context(|| format!("cannot find `{}`", path.display()))?,
        None => anyhow::bail!("this user has no config dir: name a file"),
    };
    config::write_new(&path, &args.preset.text()).map_err(|error: PlaceError| ConfigError::from(error))?;
    talk::print(&crate::show::escape(&path.display().to_string()));
    talk::note("Written, for your eyes only (mode 0600). Change it as you like, then run `linchpin check`.");
    if config::usual_file().as_ref() != Some(&path) {
        talk::note("It is not where linchpin looks by itself: name it with `--config` or LINCHPIN_CONFIG.");
    }
    Ok(ExitCode::SUCCESS)
}
