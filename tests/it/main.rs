//! The one integration test program: linchpin as its users meet it.

// Tests may unwrap: a panic there is the failure it should be, also in what they share.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod check;
mod judging;
mod record;
