//! How much a compaction took away, in tokens.
//!
//! What is gone is known by its length only: nothing keeps what people and models said.
//! How many tokens that was is told by what is left of the same conversation, the same
//! languages in the same words. It is counted when the request is long on its way, by a
//! process of its own, and written behind the entry; without it the entry is no worse.

use super::Proxy;
use crate::record::Compaction;
use crate::tokens;
use crate::wire::history::History;
use bytes::Bytes;
use std::ops::Range;

/// How much of what is left is counted, in bytes.
const SAMPLE_BYTES_MAX: usize = 64 * 1024;

/// How many counts run at once; a compaction past that gets no number.
pub(super) const COUNTS_MAX: usize = 2;

impl Proxy {
    /// Has the tokens of a compaction counted, and does not wait for it.
    pub(super) fn count_lost(&self, compaction: &Compaction, body: Bytes, history: Range<usize>) {
        let Some(entry) = compaction.entry.clone().filter(|_| compaction.bytes > 0) else { return };
        let Ok(permit) = std::sync::Arc::clone(&self.counts).try_acquire_owned() else { return };
        let (record, conversation, bytes) = (self.record.clone(), compaction.conversation.clone(), compaction.bytes);
        tokio::spawn(async move {
            let count = move || {
                let sample = sample(&body, history);
                let counted = tokens::count_elsewhere(&sample);
                drop(permit);
                counted.map(|tokens| scaled(bytes, tokens, sample.len()))
            };
            match tokio::task::spawn_blocking(count).await {
                Ok(Ok(tokens)) => {
                    let written = record.counted(entry, conversation, tokens).await;
                    written.unwrap_or_else(|error| tracing::info!(%error, "the tokens of a compaction were not written"));
                }
                Ok(Err(error)) => tracing::info!(%error, "the tokens of a compaction were not counted"),
                Err(error) => tracing::info!(%error, "the tokens of a compaction were not counted"),
            }
        });
    }
}

/// The newest texts of a history.
fn sample(body: &[u8], history: Range<usize>) -> String {
    let mut sample = String::new();
    for turn in History::new(body, history).turns().rev() {
        for text in turn.texts() {
            let room = SAMPLE_BYTES_MAX.saturating_sub(sample.len());
            sample.push_str(text.get(..text.floor_char_boundary(room)).unwrap_or_default());
            sample.push('\n');
        }
        if sample.len() >= SAMPLE_BYTES_MAX {
            break;
        }
    }
    sample
}

/// As many tokens as this many bytes have where `tokens` stand in `of_bytes`.
fn scaled(bytes: u64, tokens: usize, of_bytes: usize) -> u64 {
    let (tokens, of_bytes) = (u128::from(tokens as u64), u128::from(of_bytes.max(1) as u64));
    u64::try_from(u128::from(bytes) * tokens / of_bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_the_newest_text_of_a_history_and_no_more_of_it_than_is_needed() {
        let turns = |words: &str| format!(r#"[{{"role":"user","content":"old"}},{{"role":"assistant","content":"{words}"}}]"#);
        let short = turns("new");
        assert_eq!(sample(short.as_bytes(), 0..short.len()), "new\nold\n");
        let long = turns(&"é".repeat(SAMPLE_BYTES_MAX));
        assert_eq!(sample(long.as_bytes(), 0..long.len()).len(), SAMPLE_BYTES_MAX + 1);
        assert_eq!(scaled(1000, 25, 100), 250);
    }
}
