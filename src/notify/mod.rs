//! Telling people that a call waits for them.
//!
//! When a hold is opened, `[notify] webhook` gets a notice: at once the first time,
//! then at most one a minute, each with everything that waits and was not told yet.
//! It carries nothing that approves: what is asked, and a link to the desk.
//!
//! What is still to be told stands in the record, not in memory. The task here is
//! woken, reads it, and notes there what arrived; a restart begins where it was. No
//! verdict ever waits for a receiver. One that takes nothing is tried a few times,
//! slower and slower, and then the record says that nobody was told.

mod body;
mod key;
mod post;

#[cfg(test)]
mod tests;

use crate::config::{Notify, WebhookKind};
use crate::record::{Reader, Record, RecordError, Untold};
use body::{Desk, Message};
use key::Key;
pub use key::KeyError;
pub use post::PostError;
use post::Receiver;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use url::Url;

/// How many holds one notice takes together; what is above it waits for the next.
const HOLDS_MAX: usize = 100;

/// How notices follow each other.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The time from one notice to the next.
    pub between: Duration,
    /// The pause after the first try that failed; it doubles with each.
    pub pause: Duration,
    /// The longest pause.
    pub pause_max: Duration,
    /// How often a hold is tried to be told.
    pub tries_max: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { between: Duration::from_secs(60), pause: Duration::from_secs(1), pause_max: Duration::from_secs(120), tries_max: 8 }
    }
}

/// Tells people about holds, for as long as it runs.
#[derive(Debug)]
pub struct Notifier {
    kind: WebhookKind,
    receiver: Receiver,
    desk: Desk,
    key: Key,
    record: Record,
    store: PathBuf,
    pace: Pace,
    /// How often each hold was tried, of those that were.
    tries: HashMap<String, u32>,
}

/// What a notifier is made of.
#[derive(Debug)]
pub struct Setup<'a> {
    /// `[notify]`
    pub notify: &'a Notify,
    /// `[console] public_url`, or the console's own address.
    pub desk: Url,
    /// Everything linchpin listens on: no notice goes there.
    pub own: Vec<SocketAddr>,
    /// Where the key is kept.
    pub data_dir: &'a Path,
    /// The record's file.
    pub store: PathBuf,
    /// How fast.
    pub pace: Pace,
}

impl Notifier {
    /// A notifier; its key is made if the data dir has none.
    pub fn new(setup: Setup<'_>, record: Record) -> Result<Self, KeyError> {
        Ok(Self {
            kind: setup.notify.kind,
            receiver: Receiver::new(setup.notify.webhook.clone(), setup.own),
            desk: Desk::new(setup.desk),
            key: Key::open(setup.data_dir)?,
            record,
            store: setup.store,
            pace: setup.pace,
            tries: HashMap::new(),
        })
    }

    /// The file with the key that signs.
    pub fn key_file(&self) -> &Path {
        self.key.file()
    }

    /// Tells until it is stopped. What was not told by then is told after the next start.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        tokio::select! {
            () = self.tell_for_ever() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    async fn tell_for_ever(&mut self) {
        let mut openings = self.record.openings();
        loop {
            // Marked before it is read: what opens meanwhile is another opening.
            openings.borrow_and_update();
            let pause = match self.tell().await {
                Ok(Told::Nothing) => {
                    if openings.changed().await.is_err() {
                        return;
                    }
                    continue;
                }
                Ok(Told::Taken) => self.pace.between,
                Ok(Told::Refused { tries }) => self.pause_after(tries),
                Err(error) => {
                    tracing::warn!(%error, "it cannot be read who is to be told");
                    self.pace.pause_max
                }
            };
            tokio::time::sleep_until(Instant::now() + pause).await;
        }
    }

    /// Tells what is still to be told, once.
    async fn tell(&mut self) -> Result<Told, RecordError> {
        let (holds, in_all) = self.untold().await?;
        if holds.is_empty() {
            self.tries.clear();
            return Ok(Told::Nothing);
        }
        let message = body::message(self.kind, &holds, in_all, &self.desk);
        let codes: Vec<String> = holds.into_iter().map(|hold| hold.code).collect();
        match self.post(&message).await {
            Ok(()) => {
                self.tries.clear();
                self.record.told(codes).await?;
                Ok(Told::Taken)
            }
            Err(error) => self.count_failure(codes, &error).await,
        }
    }

    async fn post(&self, message: &Message) -> Result<(), PostError> {
        let signed = self.key.sign(jiff::Timestamp::now().as_second(), &message.body);
        self.receiver.post(message, &signed).await
    }

    /// What was tried often enough is given up, and the record says so.
    async fn count_failure(&mut self, codes: Vec<String>, error: &PostError) -> Result<Told, RecordError> {
        self.tries.retain(|code, _| codes.contains(code));
        for code in &codes {
            *self.tries.entry(code.clone()).or_default() += 1;
        }
        let is_over = |code: &String| self.tries.get(code).is_some_and(|tries| *tries >= self.pace.tries_max);
        let given_up: Vec<String> = codes.iter().filter(|code| is_over(code)).cloned().collect();
        let tries = codes.iter().filter(|code| !is_over(code)).filter_map(|code| self.tries.get(code)).copied().max();
        tracing::warn!(%error, holds = codes.len(), given_up = given_up.len(), "nobody could be told that a call waits");
        if !given_up.is_empty() {
            self.record.nobody_told(given_up, self.pace.tries_max, error.to_string()).await?;
        }
        Ok(Told::Refused { tries: tries.unwrap_or(1) })
    }

    /// The first ones that are still to be told, and how many there are.
    async fn untold(&self) -> Result<(Vec<Untold>, usize), RecordError> {
        let store = self.store.clone();
        let read = move || Reader::open(&store)?.untold(HOLDS_MAX);
        // A reader that panicked has read nothing; it is asked again later.
        tokio::task::spawn_blocking(read).await.unwrap_or(Err(RecordError::Closed))
    }

    /// Doubles with each try, and is nowhere as long as somebody else's: a receiver
    /// that comes back is not met by everybody at once.
    fn pause_after(&self, tries: u32) -> Duration {
        let doubled = self.pace.pause.saturating_mul(1_u32.checked_shl(tries.saturating_sub(1)).unwrap_or(u32::MAX));
        let pause = doubled.min(self.pace.pause_max);
        let mut byte = [0];
        // Without randomness there is no jitter.
        let _ = getrandom::fill(&mut byte);
        let [byte] = byte;
        pause / 2 + pause.saturating_mul(u32::from(byte)) / 512
    }
}

/// How one attempt went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// There was nothing to tell.
    Nothing,
    /// The receiver took it.
    Taken,
    /// It did not; how often the most patient of the holds was tried.
    Refused { tries: u32 },
}
