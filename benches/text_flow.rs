//! How long a text delta waits in the gate while a call is on its way.
//!
//! `cargo bench --bench text_flow` prints, for each dialect that lets text flow past
//! a call, and for plain text, the time from a frame going in to the same frame
//! having come out: median, 99th percentile and maximum over all deltas.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use linchpin::dialect::Dialect;
use linchpin::wire::{Bounds, Framing, Gate};
use std::time::Instant;

const DELTAS: usize = 200_000;

fn main() {
    println!("{:44} {:>10} {:>10} {:>10}", "stream", "median", "p99", "max");
    let chat_call = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"delete_email\",\"arguments\":\"{\"}}]},\"finish_reason\":null}]}\n\n";
    let chat_text = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"some words\"},\"finish_reason\":null}]}\n\n";
    let message_start = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"usage\":{}}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
    let message_text = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"some words\"}}\n\n";
    measure("openai-chat, text only", Dialect::OpenaiChat, "", chat_text);
    measure("openai-chat, text while a call is buffered", Dialect::OpenaiChat, chat_call, chat_text);
    measure("anthropic, text only", Dialect::Anthropic, message_start, message_text);
}

fn measure(name: &str, dialect: Dialect, before: &str, delta: &str) {
    let Some(mut gate) = Gate::new(dialect, Framing::Events, Bounds::default()) else { return println!("{name}: no streams") };
    let mut out = Vec::new();
    let waiting = gate.push(before.as_bytes(), &mut out);
    assert!(waiting.is_ok_and(|proposals| proposals.is_empty()), "nothing is to be decided yet");
    let mut times: Vec<u128> = Vec::with_capacity(DELTAS);
    for _ in 0..DELTAS {
        out.clear();
        let start = Instant::now();
        let passed = gate.push(delta.as_bytes(), &mut out);
        times.push(start.elapsed().as_nanos());
        assert!(passed.is_ok() && out == delta.as_bytes(), "the delta came out as it went in");
    }
    times.sort_unstable();
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or_default();
    println!("{name:44} {:>7} ns {:>7} ns {:>7} ns", at(0.5), at(0.99), times.last().copied().unwrap_or_default());
}
