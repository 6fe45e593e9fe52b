//! What the record is asked of holds: which are open, what people decide, and who gets
//! what was granted.

use crate::record::RecordError;
use crate::record::answers::Remembered;
use crate::record::desk::{Concluded, Conclusion, Decided, Decision, Grant, Path, Pending, Undecided};
use crate::record::handle::{Record, Unclaimed, guard};
use crate::record::tally::Tally;
use crate::record::word::Naming;
use crate::record::write::Writing;
use std::sync::Arc;

impl Record {
    /// The holds of a conversation that are open, oldest first. Asks no disk.
    pub fn pending(&self, conversation: &str) -> Vec<Pending> {
        self.shared.board.pending(conversation)
    }

    /// How many holds are open in all. Asks no disk.
    pub fn pending_in_all(&self) -> usize {
        self.shared.board.count()
    }

    /// How much was recorded since this record was opened.
    pub fn tally(&self) -> Tally {
        guard(&self.shared.tally).clone()
    }

    /// Changes whenever a hold was opened, which is on the disk by then.
    pub fn openings(&self) -> tokio::sync::watch::Receiver<u64> {
        self.shared.board.openings()
    }

    /// Notes that people were told of these holds.
    pub async fn told(&self, codes: Vec<String>) -> Result<(), RecordError> {
        self.transact(move |writing| writing.told(&codes)).await
    }

    /// Notes, as a row of the chain, that nobody could be told of these holds.
    pub async fn nobody_told(&self, codes: Vec<String>, tries: u32, why: String) -> Result<(), RecordError> {
        self.transact(move |writing| writing.nobody_told(codes, tries, &why)).await
    }

    /// Takes a person's yes or no. What it returns is on the disk.
    pub async fn decide(&self, decision: Decision) -> Result<Decided, Undecided> {
        self.transact(move |writing| writing.decide(&decision)).await?
    }

    /// The granted calls among these holds, not spent.
    pub async fn grants(&self, codes: Vec<String>) -> Result<Vec<Grant>, RecordError> {
        self.transact(move |writing| writing.grants(&codes)).await
    }

    /// Spends the grants of these holds for a request that linchpin answers itself.
    /// What it returns may leave, once; it is spent even if nothing of it arrives. `keep`
    /// says what hangs on that answer, and under which name: it is remembered with it.
    pub async fn spend(
        &self,
        codes: Vec<String>,
        keep: impl FnOnce(&[Grant]) -> Option<(String, Remembered)> + Send + 'static,
    ) -> Result<Vec<Grant>, RecordError> {
        let shared = Arc::clone(&self.shared);
        let spend = move |writing: &mut Writing<'_>| {
            let spent = codes.iter().map(|code| writing.spend(code, None, Path::Answered));
            let spent: Vec<Grant> = spent.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
            let entries = spent.iter().filter_map(|grant| grant.entry.clone()).collect();
            let kept = keep(&spent).filter(|_| !spent.is_empty());
            if let Some((name, remembered)) = &kept {
                writing.remember(name, remembered)?;
            }
            let name = kept.map(|(name, _)| name);
            Ok((spent, name, Unclaimed::new(&shared, entries, Vec::new())))
        };
        let (spent, kept, unclaimed) = self.transact(spend).await?;
        unclaimed.claim();
        kept.into_iter().for_each(|name| self.shared.answers.forget(&name));
        Ok(spent)
    }

    /// Says that connections have waited enough, and learns what each delivers. A
    /// grant is spent for the connection that asks first.
    pub async fn conclude(&self, conclusions: Vec<Conclusion>) -> Result<Vec<Concluded>, RecordError> {
        self.transact(move |writing| conclusions.iter().map(|conclusion| writing.conclude(conclusion)).collect()).await
    }

    /// Lets all unspent grants of a conversation lapse: a yes does not outlive the
    /// history it was given in.
    pub async fn lapse(&self, conversation: String) -> Result<(), RecordError> {
        self.transact(move |writing| writing.lapse_all(&conversation)).await
    }

    /// Spends what a person named for a call. `false`: it does not count, or no more.
    /// What it returns is on the disk.
    pub async fn spend_naming(&self, naming: Naming) -> Result<bool, RecordError> {
        self.transact(move |writing| writing.spend_naming(&naming)).await
    }

    /// Makes everything void that a message named and that is not spent: a yes does not
    /// outlive the history it was given in. `message` is [`Said::mark`](crate::conversation::Said::mark).
    pub async fn void_message(&self, conversation: String, message: String) -> Result<(), RecordError> {
        self.transact(move |writing| writing.spend_word(&conversation, &message).map(drop)).await
    }
}
