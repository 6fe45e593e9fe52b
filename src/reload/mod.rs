//! The configuration while linchpin runs: a change of the file is noticed, checked, and
//! taken up whole or not at all.
//!
//! A change that only tightens is taken up at once. One that loosens waits until an
//! operator has confirmed what it changes: whoever can write the file is not yet somebody
//! who may lift a rule. What was taken up last is kept in the data dir, so that a
//! restart is no way around that. Whatever goes wrong, the old configuration stays.

mod diff;
mod kept;
mod start;

pub use kept::KeptError;
pub use start::{Start, StartError, Why, settle};

use crate::config::{self, Asked, Change, Config, Origin};
use crate::digest::PinStamp;
use crate::proxy::Door;
use crate::record::{Changed, Record, RecordError};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::sync::watch::Receiver;

/// The file is looked at so many times within `reload_ms`: twice, unchanged, before it counts.
const LOOKS: u64 = 4;

/// However short `reload_ms` is, the file is not looked at more often.
const PAUSE_MIN: Duration = Duration::from_millis(50);

/// What is in force, and what waits to be.
pub struct Reload {
    asked: Asked,
    record: Record,
    door: Arc<Door>,
    say: fn(&str),
    data_dir: PathBuf,
    pause: Duration,
    in_force: RwLock<Arc<Config>>,
    /// Held while something is taken up: one change at a time.
    state: Mutex<State>,
}

struct State {
    /// What was taken up last, and what it says; parts of it may count only from the next start.
    kept: Origin,
    kept_config: Config,
    waiting: Option<Waiting>,
    trouble: Option<String>,
    /// The last look at the file, and the last that was acted on.
    looked: String,
    acted: String,
}

/// A change that waits for an operator.
struct Waiting {
    origin: Origin,
    config: Config,
    changes: Vec<Change>,
}

/// What an operator sees.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Standing {
    /// The file; `None`: the starter configuration.
    pub file: Option<PathBuf>,
    /// SHA-256 over what is in force.
    pub digest: String,
    /// What of it counts only from the next start.
    pub from_next_start: Vec<String>,
    /// A change that waits.
    pub waiting: Option<Proposed>,
    /// Why the file as it stands there cannot be used.
    pub trouble: Option<String>,
}

/// A change that waits, for a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Proposed {
    /// SHA-256 over it: what a confirmation names.
    pub digest: String,
    /// Each difference.
    pub changes: Vec<Difference>,
    /// The lines of the file that differ, `-` before old ones and `+` before new ones.
    pub lines: Vec<String>,
}

/// One difference.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Difference {
    /// What it is.
    pub what: String,
    /// Whether it is why the change waits.
    pub loosens: bool,
    /// Whether it counts only from the next start.
    pub from_next_start: bool,
}

impl From<&Change> for Difference {
    fn from(change: &Change) -> Self {
        Self { what: change.words.clone(), loosens: change.loosens, from_next_start: change.at_start }
    }
}

/// Why a change was not confirmed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotConfirmed {
    /// Nothing waits.
    #[error("no change of the configuration waits")]
    Nothing,
    /// Something else waits by now.
    #[error("the file was changed since it was shown: look again")]
    Other,
    /// It cannot be taken up.
    #[error("it cannot be taken up, the old configuration stays: {0}")]
    Failed(String),
}

impl Reload {
    /// Begins with what [`settle`] found. What happened at the start is in the record then.
    pub async fn begin(start: Start, asked: Asked, record: Record, door: Arc<Door>, say: fn(&str)) -> Result<Self, RecordError> {
        let Start { config, origin, kept_config, waiting, why } = start;
        let data_dir = config.server.data.clone();
        let pause = Duration::from_millis(config.limits.reload_ms / LOOKS).max(PAUSE_MIN);
        if let Some((change, what)) = why.told() {
            record.changed(row(change, &origin, what, None), None).await?;
        }
        if let Some(Waiting { origin, changes, .. }) = &waiting {
            record.changed(row("waits", origin, &words(changes), None), None).await?;
        }
        if why != Why::Same {
            let kept = (data_dir.clone(), origin.clone());
            let written = tokio::task::spawn_blocking(move || kept::write(&kept.0, &kept.1)).await;
            written.map_err(|_| RecordError::Closed)?.map_err(|error| RecordError::Store(error.to_string()))?;
        }
        let seen = waiting.as_ref().map_or_else(|| origin.digest(), |waiting| waiting.origin.digest());
        let state = State { kept: origin, kept_config, waiting, trouble: None, looked: seen.clone(), acted: seen };
        let in_force = RwLock::new(Arc::new(config));
        Ok(Self { asked, record, door, say, data_dir, pause, in_force, state: Mutex::new(state) })
    }

    /// What is in force.
    pub fn in_force(&self) -> Arc<Config> {
        Arc::clone(&self.in_force.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is in force and what waits, for an operator.
    pub async fn standing(&self) -> Standing {
        let state = self.state.lock().await;
        let pending = config::changes(&self.in_force(), &state.kept_config);
        Standing {
            file: state.kept.file.clone(),
            digest: state.kept.digest(),
            from_next_start: pending.into_iter().map(|change| change.words).collect(),
            waiting: state.waiting.as_ref().map(|waiting| waiting.proposed(&state.kept)),
            trouble: state.trouble.clone(),
        }
    }

    /// Takes up the change that waits, in an operator's name. What it returns is in force,
    /// but for what counts only from the next start: that is told.
    pub async fn confirm(&self, digest: &str, by: &str) -> Result<Vec<Difference>, NotConfirmed> {
        let mut state = self.state.lock().await;
        let waiting = state.waiting.take().ok_or(NotConfirmed::Nothing)?;
        if waiting.origin.digest() != digest {
            state.waiting = Some(waiting);
            return Err(NotConfirmed::Other);
        }
        match self.take_up(&mut state, &waiting, Some(by)).await {
            Ok(()) => Ok(waiting.changes.iter().map(Difference::from).collect()),
            Err(why) => {
                state.waiting = Some(waiting);
                Err(NotConfirmed::Failed(why))
            }
        }
    }

    /// Looks at the file until told to stop.
    pub async fn run(self: Arc<Self>, mut stopped: Receiver<bool>) {
        loop {
            tokio::select! {
                stopped = stopped.wait_for(|stop| *stop) => return drop(stopped),
                () = tokio::time::sleep(self.pause) => {}
            }
            self.look().await;
        }
    }

    /// One look. What is read counts once two looks have found the same: an editor may be
    /// in the middle of writing.
    async fn look(&self) {
        let asked = self.asked.clone();
        let Ok(found) = tokio::task::spawn_blocking(move || config::origin(&asked)).await else { return };
        let seen = match &found {
            Ok(origin) => origin.digest(),
            Err(error) => format!("unreadable: {}", error.render(false)),
        };
        let mut state = self.state.lock().await;
        let is_settled = std::mem::replace(&mut state.looked, seen.clone()) == seen;
        if !is_settled || state.acted == seen {
            return;
        }
        let acted = match found {
            Ok(origin) => self.found(&mut state, origin).await,
            Err(error) => {
                self.broken(&mut state, &error.render(false)).await;
                Ok(())
            }
        };
        match acted {
            Ok(()) => state.acted = seen,
            // Tried again at the next look.
            Err(why) => tracing::error!(%why, "a change of the configuration cannot be taken up now; the old one stays"),
        }
    }

    async fn found(&self, state: &mut State, origin: Origin) -> Result<(), String> {
        if origin.file.is_none() && state.kept.file.is_some() {
            self.broken(state, "the file is gone").await;
            return Ok(());
        }
        let config = match origin.config(&self.asked) {
            Ok(config) => config,
            Err(error) => {
                self.broken(state, &error.render(false)).await;
                return Ok(());
            }
        };
        if let Err(error) = self.door.prepare(config.clone().beside(&self.in_force())) {
            self.broken(state, &error.to_string()).await;
            return Ok(());
        }
        let changes = config::changes(&state.kept_config, &config);
        let waiting = Waiting { origin, config, changes };
        if waiting.changes.is_empty() {
            self.withdrawn(state).await?;
        } else if waiting.changes.iter().any(|change| change.loosens) {
            self.put_off(state, waiting).await?;
        } else {
            self.take_up(state, &waiting, None).await?;
        }
        state.trouble = None;
        Ok(())
    }

    /// The file cannot be used: the old configuration stays, and nothing waits any more.
    async fn broken(&self, state: &mut State, why: &str) {
        (self.say)(&format!("linchpin: the configuration cannot be used; the old one stays in force\n{}", why.trim_end()));
        tracing::error!("the configuration cannot be used; the old one stays in force");
        let row = Changed {
            change: "refused".into(),
            digest: String::new(),
            file: state.kept.file.as_ref().map(|file| file.display().to_string()),
            what: vec![first_line(why)],
            by: None,
        };
        if let Err(error) = self.record.changed(row, None).await {
            tracing::error!(%error, "that the configuration cannot be used is not in the record");
        }
        state.waiting = None;
        state.trouble = Some(why.trim_end().to_owned());
    }

    /// The file asks for what is in force.
    async fn withdrawn(&self, state: &mut State) -> Result<(), String> {
        if let Some(waiting) = &state.waiting {
            let row = row("withdrawn", &waiting.origin, &words(&waiting.changes), None);
            self.record.changed(row, None).await.map_err(|error| error.to_string())?;
            (self.say)("linchpin: the configuration is again the one in force; nothing waits any more");
        } else if state.trouble.is_some() {
            (self.say)("linchpin: the configuration can be used again");
        }
        state.waiting = None;
        Ok(())
    }

    async fn put_off(&self, state: &mut State, waiting: Waiting) -> Result<(), String> {
        let words = words(&waiting.changes);
        self.record.changed(row("waits", &waiting.origin, &words, None), None).await.map_err(|error| error.to_string())?;
        tell_waiting(self.say, &waiting.changes);
        state.waiting = Some(waiting);
        Ok(())
    }

    /// Takes a change up: made ready first, then in the record, then kept, then in force.
    async fn take_up(&self, state: &mut State, waiting: &Waiting, by: Option<&str>) -> Result<(), String> {
        let running = waiting.config.clone().beside(&self.in_force());
        let proxy = self.door.prepare(running.clone()).map_err(|error| error.to_string())?;
        let (data_dir, origin) = (self.data_dir.clone(), waiting.origin.clone());
        let draft = tokio::task::spawn_blocking(move || kept::draft(&data_dir, &origin)).await.map_err(|error| error.to_string())?;
        let draft = draft.map_err(|error| error.to_string())?;
        let change = if by.is_some() { "confirmed" } else { "taken up" };
        let row = row(change, &waiting.origin, &words(&waiting.changes), by);
        let stamps: Vec<PinStamp> = running.pins.iter().map(PinStamp::of).collect();
        let terms = running.record().terms;
        self.record.changed(row, Some((stamps, terms))).await.map_err(|error| error.to_string())?;
        self.door.exchange(proxy);
        *self.in_force.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(running);
        (state.kept, state.kept_config, state.waiting) = (waiting.origin.clone(), waiting.config.clone(), None);
        if let Err(error) = draft.keep() {
            tracing::error!(%error, "what is in force now could not be kept: a restart begins with the one before");
        }
        let by = by.map_or_else(String::new, |by| format!(", confirmed by {by}"));
        (self.say)(&format!("linchpin: the configuration was changed{by}"));
        for change in &waiting.changes {
            (self.say)(&format!("  {}{}", change.words, if change.at_start { " (from the next start)" } else { "" }));
        }
        Ok(())
    }
}

impl Waiting {
    fn proposed(&self, kept: &Origin) -> Proposed {
        Proposed {
            digest: self.origin.digest(),
            changes: self.changes.iter().map(Difference::from).collect(),
            lines: diff::lines(&kept.text, &self.origin.text),
        }
    }
}

/// Says what waits, and how it is confirmed.
fn tell_waiting(say: fn(&str), changes: &[Change]) {
    say("linchpin: the configuration was changed in a way that loosens; the old one stays in force until an operator confirms it");
    for change in changes {
        say(&format!("  {}{}", if change.loosens { "loosens: " } else { "" }, change.words));
    }
    say("  confirm it on the console, or with `linchpin check --accept`");
}

fn words(changes: &[Change]) -> Vec<String> {
    changes.iter().map(|change| if change.loosens { format!("loosens: {}", change.words) } else { change.words.clone() }).collect()
}

fn row(change: &str, origin: &Origin, what: &[String], by: Option<&str>) -> Changed {
    Changed {
        change: change.to_owned(),
        digest: origin.digest(),
        file: origin.file.as_ref().map(|file| file.display().to_string()),
        what: what.to_vec(),
        by: by.map(str::to_owned),
    }
}

/// The first line that says something; the rest quotes the file.
fn first_line(why: &str) -> String {
    let line = why.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.trim_start_matches(['×', ' ']).chars().take(200).collect()
}
