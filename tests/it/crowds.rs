//! Very many at once, very slow ones, and bytes that are no HTTP: everybody else is served
//! meanwhile, the operator first of all. (docs/faults.md lists what is seen.)
//!
//! Every client here is a thread with a small stack and a socket that gives up by itself, and
//! whoever waits for the threads waits for so long and no longer: nothing here can hang.

use crate::stage::{DELETES, Linchpin, Provider, Received, Script, events, json, parsed, post};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const CHAT: &str = "/v1/chat/completions";
const ASKS: &str = r#"{"messages":[{"role":"user","content":"hi"}]}"#;
const BLOCKS: &str = "[[pin]]\nid = \"no-mail\"\ntext = \"Never send mail.\"\non = [\"send\"]\nthen = \"block\"\n";

/// How many streams are open at one time.
const STREAMS: usize = 500;

/// How many connections say nothing, or half of something.
const HALF_OPEN: usize = 2000;

/// Longer than anything here takes, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(120);

/// The operator's answers come within this, whatever the agents do.
const OPERATORS_PATIENCE: Duration = Duration::from_secs(10);

/// Room for all sockets of this process: most systems give it 1,024.
#[cfg(unix)]
fn make_room() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let most = maximum.map_or(10_000, |most| most.min(10_000));
    let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum });
}

#[cfg(not(unix))]
fn make_room() {}

fn connected(port: u16) -> TcpStream {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let socket = TcpStream::connect_timeout(&address, PATIENCE).expect("a connection");
    socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    socket.set_write_timeout(Some(PATIENCE)).expect("a timeout");
    socket
}

/// Each does this by itself; what they come back with, in no order.
fn crowd<T: Send + 'static>(count: usize, each: impl Fn(usize) -> T + Clone + Send + 'static) -> Receiver<T> {
    let (sender, receiver) = channel();
    for n in 0..count {
        let (sender, each) = (sender.clone(), each.clone());
        let begun = std::thread::Builder::new().stack_size(256 * 1024).spawn(move || drop(sender.send(each(n))));
        begun.expect("a thread");
    }
    receiver
}

/// What so many came back with.
fn all<T>(receiver: &Receiver<T>, count: usize) -> Vec<T> {
    let until = Instant::now() + PATIENCE;
    let one =
        |n| receiver.recv_timeout(until.saturating_duration_since(Instant::now())).unwrap_or_else(|_| panic!("only {n} of {count} came"));
    (0..count).map(one).collect()
}

/// An operator's question, and that it was answered in time.
fn operator_asks(linchpin: &Linchpin, path: &str) -> String {
    let begun = Instant::now();
    let answered = linchpin.console(path, true);
    assert_eq!(answered.status, 200, "{path}: {}", linchpin.log());
    assert!(begun.elapsed() < OPERATORS_PATIENCE, "{path} took {:?}", begun.elapsed());
    answered.text()
}

/// Linchpin is well: nothing in it panicked, it is ready, the next one is served, the chain is whole.
fn goes_on(provider: &Provider, linchpin: &Linchpin) {
    assert!(!linchpin.log().contains("panicked"), "{}", linchpin.log());
    assert_eq!(linchpin.console("/readyz", false).status, 200, "{}", linchpin.log());
    provider.answer(json(r#"{"choices":[{"index":0,"message":{"role":"assistant","content":"well"},"finish_reason":"stop"}]}"#));
    assert!(linchpin.post(CHAT, ASKS).text().contains("well"), "{}", linchpin.log());
    assert!(linchpin.ask(&["audit", "verify"]).1);
}

/// What the n-th stream proposes.
fn tool(n: usize) -> Option<&'static str> {
    [Some("read_email"), None, Some("send_email"), Some("delete_email")][n % 4]
}

/// The model: a sentence of its own for each request, then a call or none.
fn answers_each(request: &Received) -> Script {
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let n: usize = body.split("number ").nth(1).and_then(|rest| rest.split('.').next()).and_then(|n| n.parse().ok()).unwrap_or(0);
    let frame = |delta: &str, end: &str| {
        format!("data: {{\"id\":\"x\",\"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":{end}}}]}}\n\n")
    };
    let mut frames = vec![frame(&format!("{{\"role\":\"assistant\",\"content\":\"words-{n}-end\"}}"), "null")];
    if let Some(tool) = tool(n) {
        let call = format!(
            "[{{\"index\":0,\"id\":\"call_{n}\",\"type\":\"function\",\"function\":{{\"name\":\"{tool}\",\"arguments\":\"{{\\\"id\\\":\\\"mail-{n}-end\\\"}}\"}}}}]"
        );
        frames.push(frame(&format!("{{\"tool_calls\":{call}}}"), "null"));
    }
    frames.push(frame("{}", if tool(n).is_some() { "\"tool_calls\"" } else { "\"stop\"" }));
    frames.push("data: [DONE]\n\n".to_owned());
    let frames: Vec<&str> = frames.iter().map(String::as_str).collect();
    events(&frames, Duration::ZERO)
}

/// The n-th stream, from its request to its end.
fn stream(port: u16, n: usize) -> (usize, String) {
    let mut socket = connected(port);
    let body = format!("{{\"stream\":true,\"messages\":[{{\"role\":\"user\",\"content\":\"this is number {n}.\"}}]}}");
    let _ = socket.write_all(post(CHAT, &body, "").as_bytes());
    let mut bytes = Vec::new();
    let _ = socket.read_to_end(&mut bytes);
    (n, parsed(&bytes).text())
}

/// Whether the n-th got what is its own, and nothing of another's.
fn check_stream(n: usize, text: &str, released: &[usize]) {
    let call = format!("mail-{n}-end");
    assert!(text.contains(&format!("words-{n}-end")) && text.ends_with("data: [DONE]\n\n"), "{n}: {text}");
    assert_eq!(text.matches("words-").count(), 1, "{n}: {text}");
    let is_delivered = text.contains("tool_calls\":[");
    match tool(n) {
        None => assert!(!is_delivered && !text.contains("[linchpin]"), "{n}: {text}"),
        Some("read_email") => assert!(is_delivered && text.contains(&call), "{n}: {text}"),
        Some("delete_email") if released.contains(&n) => assert!(is_delivered && text.contains(&call), "{n}: {text}"),
        Some(tool) => {
            let pin = if tool == "send_email" { "no-mail" } else { "confirm-deletes" };
            assert!(!is_delivered && !text.contains(&call) && text.contains(pin), "{n}: {text}");
        }
    }
}

/// The codes that wait, with the number of the stream of each.
fn waiting(linchpin: &Linchpin) -> Vec<(String, usize)> {
    let listed: serde_json::Value = serde_json::from_str(&operator_asks(linchpin, "/api/approvals")).expect("JSON");
    let holds = listed.as_array().or_else(|| listed["holds"].as_array()).expect("a list");
    let one = |hold: &serde_json::Value| {
        let arguments = hold["arguments"].as_str().expect("arguments");
        let n = arguments.split("mail-").nth(1).and_then(|rest| rest.split('-').next()).expect("a number");
        (hold["code"].as_str().expect("a code").to_owned(), n.parse().expect("a number"))
    };
    holds.iter().map(one).collect()
}

/// With room for 1,024 open files at first, as most systems give a program.
#[cfg(unix)]
#[test]
fn five_hundred_streams_at_once_get_each_its_own_answer_and_the_operator_gets_through() {
    make_room();
    let provider = Provider::asking(answers_each);
    let dir = std::sync::Arc::new(tempfile::TempDir::new().expect("a dir"));
    let more = format!("{DELETES}{BLOCKS}[hold]\nwait = \"10m\"\n");
    let linchpin = Linchpin::start_under(dir, provider.address, &more, "ulimit -S -n 1024;");
    let port = linchpin.agent_port;
    let streams = crowd(STREAMS, move |n| stream(port, n));
    let (until, mut holds) = (Instant::now() + PATIENCE, Vec::new());
    while holds.len() < STREAMS / 4 {
        assert!(Instant::now() < until, "only {} calls wait: {}", holds.len(), linchpin.log());
        holds = waiting(&linchpin);
        operator_asks(&linchpin, "/");
        std::thread::sleep(Duration::from_millis(50));
    }
    // All that can be decided is; the rest waits for a person, who says yes to every fifth.
    let mut released = Vec::new();
    for (place, (code, n)) in holds.iter().enumerate() {
        let verb = if place % 5 == 0 { "approve" } else { "deny" };
        released.extend((verb == "approve").then_some(*n));
        let begun = Instant::now();
        let answered = linchpin.tell_console(&format!("/api/approvals/{code}/{verb}"), "{}");
        assert_eq!(answered.status, 200, "{}", answered.text());
        assert!(begun.elapsed() < OPERATORS_PATIENCE, "{:?}", begun.elapsed());
    }
    let answers = all(&streams, STREAMS);
    answers.iter().for_each(|(n, text)| check_stream(*n, text, &released));
    let (ledger, _) = linchpin.ask(&["actions", "list", "--json"]);
    assert_eq!(ledger.lines().count(), released.len(), "what was released stands in the ledger, and nothing else");
    assert_eq!(linchpin.violations().len(), STREAMS / 2, "each blocked and each held call has its entry");
    assert!(linchpin.ask(&["audit", "verify"]).1);
    assert!(!linchpin.log().contains("panicked"), "{}", linchpin.log());
}

#[test]
fn two_thousand_half_open_connections_keep_nobody_out() {
    make_room();
    let provider = Provider::answering(vec![json("{}")]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let half: [&[u8]; 4] = [
        b"",
        b"POST /v1/chat",
        b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{",
        b"PRI * HTTP/2.0\r\n",
    ];
    let sockets: Vec<TcpStream> = (0..HALF_OPEN)
        .map(|n| {
            let mut socket = connected(linchpin.agent_port);
            let _ = socket.write_all(half[n % half.len()]);
            socket
        })
        .collect();
    operator_asks(&linchpin, "/api/status");
    let begun = Instant::now();
    goes_on(&provider, &linchpin);
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    drop(sockets);
    goes_on(&provider, &linchpin);
}

/// So little room that the agents' share is filled at once: the operator's is kept.
#[cfg(unix)]
#[test]
fn where_the_system_gives_few_files_agents_wait_and_the_operator_does_not() {
    make_room();
    let provider = Provider::answering(vec![json("{}")]);
    let dir = std::sync::Arc::new(tempfile::TempDir::new().expect("a dir"));
    let more = format!("{DELETES}[limits]\nrequest_ms = 20000\n");
    let linchpin = Linchpin::start_under(dir, provider.address, &more, "ulimit -n 1000;");
    let sockets: Vec<TcpStream> = (0..200).map(|_| connected(linchpin.agent_port)).collect();
    for _ in 0..5 {
        operator_asks(&linchpin, "/api/status");
        operator_asks(&linchpin, "/api/approvals");
    }
    assert!(linchpin.log().contains("few files"), "the operator is told: {}", linchpin.log());
    drop(sockets);
    goes_on(&provider, &linchpin);
}

/// The same numbers on every machine: a test that fails fails again.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

/// Bytes that are no request, by what they are.
fn no_requests() -> Vec<(String, Vec<u8>)> {
    let hello = [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice(), &noise(7, 500)].concat();
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice();
    let text = |text: &str| text.as_bytes().to_vec();
    let mut rows = vec![
        ("TLS hello".to_owned(), hello),
        ("SSLv2 hello".into(), b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10".to_vec()),
        ("SSH".into(), text("SSH-2.0-OpenSSH_9.6\r\n")),
        ("SMTP".into(), text("EHLO localhost\r\nMAIL FROM:<a@example.com>\r\n")),
        ("Redis".into(), text("*1\r\n$4\r\nPING\r\n")),
        ("HTTP/0.9".into(), text("GET /v1/models\r\n")),
        ("HTTP/0.9, bare".into(), text("GET /\n")),
        ("HTTP/3 over TCP".into(), text("GET / HTTP/3.0\r\nhost: localhost\r\n\r\n")),
        ("HTTP/1.1 in lower case".into(), text("GET / http/1.1\r\nhost: localhost\r\n\r\n")),
        ("a header without a name".into(), text("GET / HTTP/1.1\r\nhost: localhost\r\n: x\r\n\r\n")),
        ("a header without a colon".into(), text("GET / HTTP/1.1\r\nhost: localhost\r\nnonsense\r\n\r\n")),
        ("a null in a header".into(), text("GET / HTTP/1.1\r\nhost: local\0host\r\n\r\n")),
        ("a bare CR".into(), text("GET / HTTP/1.1\rhost: localhost\r\r")),
        ("a method of 100 KiB".into(), vec![b'A'; 100 * 1024]),
        ("a target of 100 KiB".into(), [b"GET /".as_slice(), &[b'a'; 100 * 1024], b" HTTP/1.1\r\nhost: localhost\r\n\r\n"].concat()),
        ("a header line of 1 MiB".into(), [b"GET / HTTP/1.1\r\nhost: localhost\r\nx: ".as_slice(), &[b'a'; 1 << 20], b"\r\n\r\n"].concat()),
        (
            "20,000 header lines".into(),
            [b"GET / HTTP/1.1\r\nhost: localhost\r\n".as_slice(), &b"a: b\r\n".repeat(20_000), b"\r\n"].concat(),
        ),
        ("empty lines without end".into(), b"\r\n".repeat(100_000)),
        (
            "a chunk size that is none".into(),
            text("POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
        ),
        (
            "a chunk size beyond all numbers".into(),
            text(
                "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
            ),
        ),
        ("a length below zero".into(), text("POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n{}")),
        ("HTTP/2, then noise".into(), [preface, &noise(11, 4096)].concat()),
        ("HTTP/2, a frame of 16 MiB announced".into(), [preface, b"\xff\xff\xff\x00\x00\x00\x00\x00\x01".as_slice()].concat()),
        (
            "HTTP/2, settings, then headers that are none".into(),
            [preface, b"\0\0\0\x04\0\0\0\0\0\0\0\x04\x01\x05\0\0\0\x01\xff\xff\xff\xff".as_slice()].concat(),
        ),
        (
            "HTTP/2, continuations without end".into(),
            [preface, b"\0\0\0\x04\0\0\0\0\0\0\0\x01\x01\0\0\0\0\x01\x82".as_slice(), &b"\0\0\x01\x09\0\0\0\0\x01\x82".repeat(20_000)]
                .concat(),
        ),
        (
            "HTTP/2, pings without end".into(),
            [preface, b"\0\0\0\x04\0\0\0\0\0".as_slice(), &b"\0\0\x08\x06\0\0\0\0\0abcdefgh".repeat(5_000)].concat(),
        ),
        ("HTTP/2, half of the preface".into(), preface[..20].to_vec()),
    ];
    rows.extend((1..=40).map(|seed| (format!("noise {seed}"), noise(seed, 1 + usize::try_from(seed).expect("small") * 97))));
    rows
}

/// Sends these bytes, all or as many as are taken. What came back until the end, and whether there was one.
fn answered(port: u16, bytes: &[u8], hangs_up: bool) -> (Vec<u8>, bool) {
    let mut socket = connected(port);
    socket.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
    let _ = socket.write_all(bytes);
    if hangs_up {
        let _ = socket.shutdown(Shutdown::Write);
    }
    let (mut back, mut buffer) = (Vec::new(), [0; 16 * 1024]);
    loop {
        match socket.read(&mut buffer) {
            Ok(0) => return (back, true),
            Ok(count) => back.extend_from_slice(&buffer[..count]),
            Err(error) => return (back, !matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)),
        }
    }
}

#[test]
fn bytes_that_are_no_request_are_refused_or_hung_up_on_and_the_next_one_is_served() {
    let provider = Provider::answering(vec![json("{}")]);
    let linchpin = Linchpin::before(&provider, &format!("{DELETES}[limits]\nrequest_ms = 3000\n"));
    let rows = no_requests();
    let (count, ports) = (rows.len(), [linchpin.agent_port, linchpin.console_port]);
    let each = crowd(count * ports.len(), move |place| {
        let (what, bytes) = &rows[place % count];
        // Some wait for more of an answer than they get.
        (what.clone(), answered(ports[place / count], bytes, place % 3 > 0))
    });
    for (what, (back, is_over)) in all(&each, count * ports.len()) {
        assert!(is_over, "{what}: the connection stays open");
        // What is answered over HTTP/2 is frames; over HTTP/1.1 it is a refusal.
        let status = parsed(&back).status;
        let is_http2 = !back.is_empty() && !back.starts_with(b"HTTP/");
        let is_refused = is_http2 || matches!(status, 0 | 400 | 401 | 403 | 404 | 405 | 408 | 413 | 414 | 421 | 431);
        assert!(is_refused, "{what}: {status}: {}", String::from_utf8_lossy(&back));
    }
    assert_eq!(linchpin.console("/api/status", true).status, 200);
    assert!(provider.received().is_empty(), "nothing of it went up");
    goes_on(&provider, &linchpin);
}

#[test]
fn requests_in_one_packet_are_answered_one_after_the_other() {
    let provider = Provider::asking(answers_each);
    let linchpin = Linchpin::before(&provider, &format!("{DELETES}{BLOCKS}"));
    let one = |n: usize, end: &str| {
        let body = format!("{{\"stream\":true,\"messages\":[{{\"role\":\"user\",\"content\":\"this is number {n}.\"}}]}}");
        post(CHAT, &body, "").replace("connection: close", end)
    };
    // The second is held by a pin, and the bytes behind the third are no request.
    let packet = [one(1, "x: y"), one(3, "x: y"), one(4, "x: y"), "\0\r\n\r\n".to_owned()].concat();
    let (back, is_over) = answered(linchpin.agent_port, packet.as_bytes(), false);
    let text = String::from_utf8_lossy(&back);
    assert!(is_over);
    let places = ["words-1-end", "words-3-end", "confirm-deletes", "words-4-end", "mail-4-end"]
        .map(|word| text.find(word).unwrap_or_else(|| panic!("no {word}: {text}")));
    assert!(places.is_sorted(), "{text}");
    assert_eq!(text.matches("HTTP/1.1 200").count(), 3, "{text}");
    assert_eq!((text.matches("HTTP/1.1 4").count(), text.contains("mail-3-end")), (1, false), "{text}");
}
