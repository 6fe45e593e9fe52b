//! How many bytes may be buffered at one time, in all exchanges together.
//!
//! Past the limit a new body is refused with 503. A verdict is never made on less
//! than the whole call because memory ran short.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The bytes that may still be buffered.
#[derive(Debug)]
pub(super) struct Budget {
    left: AtomicUsize,
}

/// Bytes taken from a [`Budget`]; given back when dropped.
#[derive(Debug)]
pub(super) struct Share {
    budget: Arc<Budget>,
    bytes: usize,
}

/// The budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exhausted;

impl Budget {
    pub(super) fn new(bytes: usize) -> Arc<Self> {
        Arc::new(Self { left: AtomicUsize::new(bytes) })
    }

    /// A share of nothing yet.
    pub(super) fn share(self: &Arc<Self>) -> Share {
        Share { budget: Arc::clone(self), bytes: 0 }
    }
}

impl Share {
    /// Takes more.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), Exhausted> {
        let take = |left: usize| left.checked_sub(bytes);
        self.budget.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).map_err(|_| Exhausted)?;
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.left.fetch_add(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_ends_at_the_budget_and_comes_back_when_dropped() {
        let budget = Budget::new(10);
        let mut first = budget.share();
        assert_eq!(first.grow(8), Ok(()));
        assert_eq!(budget.share().grow(3), Err(Exhausted));
        drop(first);
        assert_eq!(budget.share().grow(10), Ok(()));
    }
}
