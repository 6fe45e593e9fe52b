//! Waiting for a person while the agent's connection is still open.
//!
//! What was held is on the disk already, with the words the agent gets if nobody
//! decides. Here a connection stands in the queue of each of its holds, for
//! `[hold] wait` at most. A grant is spent for the connection that asks first; if
//! the agent is gone by then, nobody asks, and nothing is delivered.

use super::halted::{Brake, Leaving};
use super::peer::Peer;
use super::verdicts::Case;
use crate::notice::{Notice, Reason};
use crate::record::{Concluded, Conclusion, EntryId, Standing, Waiting};
use crate::wire::Ruling;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// How often a stream shows a sign of life meanwhile.
pub(super) const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(10);

/// How often it is looked whether the agent is still there.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// An agent's connection that may wait for a person.
#[derive(Debug, Clone)]
pub(super) struct Waiter {
    pub(super) patience: Patience,
    pub(super) peer: Peer,
    pub(super) brake: Brake,
}

/// How long connections may wait, and what ends it for all of them.
#[derive(Debug, Clone)]
pub(super) struct Patience {
    /// `[hold] wait`.
    pub(super) wait: Duration,
    /// Whether linchpin is stopping.
    pub(super) stopping: watch::Receiver<bool>,
}

/// What was decided about an answer's calls, and which of them wait for a person.
#[derive(Debug)]
pub(super) struct Ruled {
    pub(super) rulings: Vec<Ruling>,
    pub(super) waits: Vec<Wait>,
    /// The calls that are about to be released.
    leaving: Vec<Leaving>,
    until: Instant,
}

/// One call that waits.
#[derive(Debug)]
pub(super) struct Wait {
    /// Which of the rulings is its.
    pub(super) place: usize,
    pub(super) entry: EntryId,
    pub(super) waiting: Waiting,
    pub(super) notice: Notice,
}

impl Ruled {
    pub(super) fn new(rulings: Vec<Ruling>, waits: Vec<Wait>, leaving: Vec<Leaving>, patience: &Patience) -> Self {
        Self { rulings, waits, leaving, until: Instant::now() + patience.wait }
    }

    /// Ready when every call was decided on, the time is over, or nobody is there any
    /// more to wait for it.
    pub(super) async fn settled(&mut self, waiter: &Waiter) {
        if self.waits.is_empty() || waiter.patience.wait.is_zero() {
            return;
        }
        let (mut stopping, mut brake) = (waiter.patience.stopping.clone(), waiter.brake.clone());
        let until = self.until;
        let waits = &mut self.waits;
        let decided = async {
            for wait in waits {
                // An error: the record was closed, and nothing will be decided.
                let _ = wait.waiting.standing.wait_for(|standing| *standing != Standing::Open).await;
            }
        };
        let hung_up = async {
            while !waiter.peer.is_gone() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        tokio::select! {
            () = decided => {}
            () = hung_up => {}
            () = brake.reached() => {}
            () = tokio::time::sleep_until(until) => {}
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
    }
}

impl Case {
    /// Waits without a sign of life, and says what happens to each call.
    pub(super) async fn settle(&mut self, mut ruled: Ruled) -> Vec<Ruling> {
        ruled.settled(&self.waiter).await;
        self.conclude(ruled).await
    }

    /// Says what happens to each call now that no more is waited for.
    pub(super) async fn conclude(&mut self, ruled: Ruled) -> Vec<Ruling> {
        let mut ruled = ruled;
        let before = std::mem::take(&mut ruled.rulings);
        let rulings = self.concluded(Ruled { rulings: before.clone(), ..ruled }).await;
        if rulings != before {
            self.note_fates(&rulings);
        }
        rulings
    }

    async fn concluded(&mut self, ruled: Ruled) -> Vec<Ruling> {
        let Ruled { mut rulings, waits, leaving, .. } = ruled;
        if let Some(halt) = self.waiter.brake.stands() {
            self.overtake(&halt, &mut rulings, waits, leaving).await;
            return rulings;
        }
        let open = |wait: &Wait| *wait.waiting.standing.borrow() == Standing::Open;
        let decided: Vec<Wait> = waits.into_iter().filter(|wait| !open(wait)).collect();
        // Nobody is there to get it: the grant stays for the next request.
        if decided.is_empty() || self.waiter.peer.is_gone() {
            return rulings;
        }
        let denied = |wait: &Wait| wait.notice.clone().because(Reason::Denied).text(Some(&wait.waiting.code));
        let conclusion = |wait: &Wait| Conclusion { entry: wait.entry.clone(), code: wait.waiting.code.clone(), denied: denied(wait) };
        match self.record.conclude(decided.iter().map(conclusion).collect()).await {
            Ok(concluded) => {
                for (wait, concluded) in decided.iter().zip(concluded) {
                    if concluded == Concluded::Denied {
                        self.held.retell(&wait.waiting.code, wait.notice.clone().because(Reason::Denied).text(None));
                    }
                    let ruling = match concluded {
                        Concluded::Release => Ruling::Release,
                        Concluded::Denied => Ruling::Withhold(denied(wait)),
                        Concluded::Withheld => continue,
                    };
                    rulings.get_mut(wait.place).into_iter().for_each(|place| *place = ruling.clone());
                }
            }
            Err(error) => {
                tracing::error!(%error, conversation = %self.conversation, "decided calls stay withheld: the record cannot be written")
            }
        }
        // What was released by now is spent, and stays released; nothing else leaves past a halt.
        if let Some(halt) = self.waiter.brake.stands() {
            self.overtake(&halt, &mut rulings, Vec::new(), leaving).await;
        }
        self.remember_writes(|place| rulings.get(place) == Some(&Ruling::Release));
        rulings
    }
}
