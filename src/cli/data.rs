//! The record, for the commands that read it.

use super::{Place, talk};
use crate::config;
use crate::record::Reader;
use std::path::PathBuf;

/// The store's name in the data dir, where no configuration can be asked.
const STORE: &str = "linchpin.db";

/// Opens the record of the data dir that is meant. Nothing is created.
pub(super) fn open_record(place: &Place) -> anyhow::Result<Reader> {
    let file = store_file(place)?;
    if let Some(data_dir) = file.parent() {
        config::check_data_dir(data_dir)?;
    }
    Ok(Reader::open(&file)?)
}

/// A broken configuration keeps nobody from reading the record of a data dir that
/// is named by `--data` or `LINCHPIN_DATA`.
fn store_file(place: &Place) -> anyhow::Result<PathBuf> {
    match (config::load(&place.asked()), &place.data) {
        (Ok(config), _) => Ok(config.store_file()),
        (Err(error), Some(data_dir)) => {
            talk::error(&anyhow::Error::new(error).context("the configuration cannot be used, the record is read all the same"));
            Ok(data_dir.join(STORE))
        }
        (Err(error), None) => Err(error.into()),
    }
}
