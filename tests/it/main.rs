//! The one integration test program: linchpin as its users meet it.

// Tests may unwrap: a panic there is the failure it should be, also in what they share.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod actions;
mod approvals;
#[cfg(unix)]
mod audit;
mod chat_rules;
mod check;
mod conformance;
mod conversations;
mod crowds;
mod demo;
mod faults;
mod faults_around;
mod halts;
mod holds;
mod holds_and_kills;
mod hosted;
mod judging;
mod keeper;
mod limits;
mod long_sessions;
mod notify;
mod office;
mod ollama;
mod openapi;
mod prefix;
mod promise_1_carriage;
mod promise_2_gate;
mod promise_3_flow;
mod promise_4_one_call;
mod promise_5_only_tighten;
mod promise_6_record;
mod promise_7_wall;
mod promise_8_nothing_lost;
mod provider_rules;
mod reach;
mod readme;
mod record;
mod reload;
mod rests;
mod rooms;
mod server_held;
mod side_doors;
mod stage;
mod strict;
mod threats;
mod written_then_run;
