//! What it costs to know conversations, when there are very many.
//!
//! `cargo bench --bench conversations [-- COUNT]` opens COUNT conversations (100,000) of
//! 500 messages each in a record of its own, as requests would, and prints for each fifth
//! of them the memory of the process and the time of one request: of a conversation that
//! is new, of the same one two messages later, and of one that was left long ago and has
//! to be read from the store. The time is that of naming the conversation and comparing
//! its history, reading included; sockets, pins and judging are not in it. Each history
//! is sent whole as clients do, but only so often: the 250 requests of a real one in
//! between change nothing in what is kept. The run ends with an error if the last fifth
//! takes more memory or time than twice the second.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark prints what it measured, and stops where it cannot")]

use linchpin::conversation::trace::Trace;
use linchpin::conversation::{Evidence, names};
use linchpin::record::{Breaker, Hints, Record, Settings, Sighting, Terms, View};
use linchpin::wire::history::History;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const COUNT: u64 = 100_000;
const MESSAGES: u64 = 500;
const PARTS: u64 = 5;

/// Every so many new ones, one is asked for again, and one from long ago.
const AGAIN_EVERY: u64 = 10;

/// What one fifth showed.
#[derive(Default)]
struct Part {
    new: Vec<Duration>,
    hot: Vec<Duration>,
    cold: Vec<Duration>,
    memory_kib: u64,
}

fn main() {
    let count = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(COUNT);
    let dir = tempfile::tempdir().expect("a directory");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let parts = runtime.block_on(measure(dir.path(), count));
    println!("{:>14} {:>12} {:>22} {:>22} {:>22}", "conversations", "memory", "new: median, p99", "next: median, p99", "left: median, p99");
    for (number, part) in (1..).zip(&parts) {
        println!(
            "{:>14} {:>8} MiB {:>22} {:>22} {:>22}",
            count / PARTS * number,
            part.memory_kib / 1024,
            shown(&part.new),
            shown(&part.hot),
            shown(&part.cold)
        );
    }
    let stored = std::fs::metadata(dir.path().join("book.db")).map_or(0, |file| file.len());
    println!("store: {} bytes for each conversation", stored / count.max(1));
    let [_, second, .., last] = parts.as_slice() else { return };
    let is_flat = last.memory_kib <= 2 * second.memory_kib
        && [(&last.new, &second.new), (&last.hot, &second.hot), (&last.cold, &second.cold)]
            .iter()
            .all(|(last, second)| at(last, 0.5) <= 2 * at(second, 0.5));
    if !is_flat {
        println!("not flat");
        std::process::exit(1);
    }
}

async fn measure(dir: &std::path::Path, count: u64) -> Vec<Part> {
    let terms = Terms { expires: Duration::from_secs(60), fetch_within: Duration::from_secs(60) };
    let settings = Settings {
        file: "book.db".into(),
        redact: Vec::new(),
        keep: Duration::from_secs(86_400),
        terms,
        breaker: Breaker { refusals: 5, within: Duration::from_secs(600) },
        pins: Vec::new(),
    };
    let record = Record::open(dir, settings).expect("a record");
    let mut parts = Vec::new();
    for number in 0..count {
        if number % (count / PARTS).max(1) == 0 && parts.len() < PARTS as usize {
            parts.push(Part::default());
        }
        let part = parts.last_mut().expect("a part");
        part.new.push(request(&record, number, MESSAGES).await);
        if number % AGAIN_EVERY == 0 {
            part.hot.push(request(&record, number, MESSAGES + 2).await);
            // Spread over all that were there before.
            part.cold.push(request(&record, number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % (number / 2 + 1), MESSAGES + 4).await);
        }
        if number % 100 == 0 {
            part.memory_kib = part.memory_kib.max(memory_kib());
        }
    }
    record.close().await;
    parts
}

/// What a request asks the book; how long that takes.
async fn request(record: &Record, number: u64, messages: u64) -> Duration {
    let body = history(number, messages);
    let begun = Instant::now();
    let identifiers = [format!("session_id={number}")];
    let evidence = Evidence { identifiers: &identifiers, ..Evidence::default() };
    let sighting =
        Sighting { names: names(&evidence), credential: "k".into(), setting: "s".into(), agent: None, dialect: "openai-chat", chain: None };
    let history = History::new(body.as_bytes(), 0..body.len());
    let hints = || Hints { trace: Trace::read(&history, []), ..Hints::default() };
    let known = record.conversation(sighting, hints).await.expect("a conversation");
    let observed = record.observe(&known.id, &history, View::Whole).await;
    record.heard(&known.id, &observed);
    begun.elapsed()
}

fn history(number: u64, messages: u64) -> String {
    let mut body = String::from("[");
    for at in 0..messages {
        let comma = if at == 0 { "" } else { "," };
        // Fails only where there is no memory.
        let _ = match at % 4 {
            0 => write!(body, r#"{comma}{{"role":"user","content":"question {at} of {number}, in a sentence of usual length"}}"#),
            1 => write!(
                body,
                r#"{comma}{{"role":"assistant","content":null,"tool_calls":[{{"id":"call_{number:08x}{at:08x}","type":"function","function":{{"name":"read","arguments":"{{\"path\":\"/srv/{at}\"}}"}}}}]}}"#
            ),
            2 => write!(body, r#"{comma}{{"role":"tool","tool_call_id":"call_{number:08x}{:08x}","content":"a line of output"}}"#, at - 1),
            _ => write!(
                body,
                r#"{comma}{{"role":"assistant","content":"answer {at} of {number}: the file was read, and this is what stands in it"}}"#
            ),
        };
    }
    body.push(']');
    body
}

fn at(times: &[Duration], share: f64) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get((times.len() as f64 * share) as usize).copied().unwrap_or_default()
}

fn shown(times: &[Duration]) -> String {
    format!("{:.2} ms, {:.2} ms", at(times, 0.5).as_secs_f64() * 1e3, at(times, 0.99).as_secs_f64() * 1e3)
}

/// What the system says that this process has in memory; 0 where it does not say.
fn memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
