//! The one integration test program: linchpin as its users meet it.

mod check;
