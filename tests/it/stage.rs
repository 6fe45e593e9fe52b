//! The stage of the proxy tests: a provider that says what it is told to, and a real
//! linchpin in front of it, each on a loopback port of its own.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than anything here takes, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a linchpin is started that finds its ports taken.
const STARTS_MAX: usize = 5;

/// One request as the provider got it.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

/// What the provider answers: pieces of raw HTTP, each flushed by itself, with a pause behind it.
pub(crate) type Script = Vec<(Vec<u8>, Duration)>;

/// A provider that answers each request by itself, on loopback.
pub(crate) fn provide(answer: impl Fn(Received) -> Script + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            std::thread::spawn(move || drop(converse(socket, answer.as_ref())));
        }
    });
    address
}

/// A provider. The last script is repeated for ever.
pub(crate) struct Provider {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    scripts: Arc<Mutex<VecDeque<Script>>>,
}

impl Provider {
    pub(crate) fn answering(scripts: Vec<Script>) -> Self {
        let (received, scripts) = (Arc::<Mutex<Vec<Received>>>::default(), Arc::new(Mutex::new(VecDeque::from(scripts))));
        let (log, queue) = (Arc::clone(&received), Arc::clone(&scripts));
        let address = provide(move |request| {
            log.lock().expect("no panic").push(request);
            let mut scripts = queue.lock().expect("no panic");
            let script = if scripts.len() > 1 { scripts.pop_front() } else { scripts.front().cloned() };
            script.unwrap_or_default()
        });
        Self { address, received, scripts }
    }

    /// One that looks at each request before it answers.
    pub(crate) fn asking(answer: impl Fn(&Received) -> Script + Send + Sync + 'static) -> Self {
        let received = Arc::<Mutex<Vec<Received>>>::default();
        let log = Arc::clone(&received);
        let address = provide(move |request| {
            log.lock().expect("no panic").push(request.clone());
            answer(&request)
        });
        Self { address, received, scripts: Arc::default() }
    }

    /// Answers like this from now on.
    pub(crate) fn answer(&self, script: Script) {
        *self.scripts.lock().expect("no panic") = [script].into();
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().expect("no panic").clone()
    }
}

fn converse(mut socket: TcpStream, answer: &(impl Fn(Received) -> Script + ?Sized)) -> std::io::Result<()> {
    let request = read_request(&mut socket)?;
    for (bytes, pause) in answer(request) {
        socket.write_all(&bytes)?;
        socket.flush()?;
        std::thread::sleep(pause);
    }
    Ok(())
}

fn read_request(socket: &mut TcpStream) -> std::io::Result<Received> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 65536];
    loop {
        let head_end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = head_end {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length =
                head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |value| value.parse().expect("a length"));
            if bytes.len() >= end + 4 + length {
                return Ok(Received { head, body: bytes[end + 4..].to_vec() });
            }
        }
        match socket.read(&mut buffer)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

/// An answer in one piece.
pub(crate) fn whole(status: &str, content_type: &str, body: impl AsRef<[u8]>) -> Script {
    let body = body.as_ref();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\nx-upstream: yes\r\n\r\n",
        body.len()
    );
    vec![([head.as_bytes(), body].concat(), Duration::ZERO)]
}

pub(crate) fn json(body: impl AsRef<[u8]>) -> Script {
    whole("200 OK", "application/json", body)
}

/// A stream of events.
pub(crate) fn events(pieces: &[&str], pause: Duration) -> Script {
    streamed("text/event-stream", pieces, pause)
}

/// A streamed answer, chunked, each piece flushed by itself.
pub(crate) fn streamed(content_type: &str, pieces: &[&str], pause: Duration) -> Script {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n");
    let mut script = vec![(head.into(), Duration::ZERO)];
    script.extend(pieces.iter().map(|piece| (format!("{:x}\r\n{piece}\r\n", piece.len()).into_bytes(), pause)));
    script.push((b"0\r\n\r\n".to_vec(), Duration::ZERO));
    script
}

/// A running `linchpin serve`. Killed when dropped.
pub(crate) struct Linchpin {
    child: Child,
    pub(crate) dir: Arc<TempDir>,
    pub(crate) agent_port: u16,
    pub(crate) console_port: u16,
}

/// A configuration before this upstream.
pub(crate) fn configuration(upstream: SocketAddr, more: &str) -> String {
    let mut config = String::new();
    for family in ["openai", "anthropic", "gemini", "ollama"] {
        config += &format!("[upstream.{family}]\nurl = \"http://{upstream}\"\ndialect = \"{family}\"\n");
    }
    if !more.contains("[hold]") {
        // Most tests have nobody to wait for.
        config += "[hold]\nwait = \"0s\"\n";
    }
    if !more.contains("[breaker]") {
        // Most tests try again and again on purpose.
        config += "[breaker]\nrefusals = 1000000\n";
    }
    config + more
}

/// The pin most tests use.
pub(crate) const DELETES: &str =
    "[[pin]]\nid = \"confirm-deletes\"\ntext = \"Confirm with me before deleting anything.\"\non = [\"delete\"]\nthen = \"hold\"\n";

impl Linchpin {
    /// Before this provider, with these pins and further settings.
    pub(crate) fn before(provider: &Provider, more: &str) -> Self {
        Self::start(Arc::new(TempDir::new().expect("a dir")), provider.address, more)
    }

    /// With another configuration in the data dir of an earlier one, its operator stands by it.
    pub(crate) fn start(dir: Arc<TempDir>, upstream: SocketAddr, more: &str) -> Self {
        write_private(&dir.path().join("linchpin.toml"), &configuration(upstream, more));
        Self::start_with(dir, true)
    }

    /// Started by a shell that does something before: what ends in `;`, or is a program that
    /// starts others.
    pub(crate) fn start_under(dir: Arc<TempDir>, upstream: SocketAddr, more: &str, before: &str) -> Self {
        let file = dir.path().join("linchpin.toml");
        write_private(&file, &configuration(upstream, more));
        Self::start_as(dir, &file, true, before)
    }

    /// With the configuration as it stands there; `is_accepted`: with the operator's token and word.
    pub(crate) fn start_with(dir: Arc<TempDir>, is_accepted: bool) -> Self {
        let file = dir.path().join("linchpin.toml");
        Self::start_at(dir, &file, is_accepted)
    }

    /// The same with a file of one's choice.
    pub(crate) fn start_at(dir: Arc<TempDir>, file: &Path, is_accepted: bool) -> Self {
        Self::start_as(dir, file, is_accepted, "")
    }

    fn start_as(dir: Arc<TempDir>, file: &Path, is_accepted: bool, before: &str) -> Self {
        // A port that is free now may be taken before it is listened on: other tests look for some, too.
        for _ in 0..STARTS_MAX {
            let mut linchpin = Self::try_start(&dir, file, is_accepted, before);
            if linchpin.listens() {
                return linchpin;
            }
            let log = linchpin.log();
            assert!(log.contains("cannot be listened on") || log.contains("cannot share"), "it does not start: {log}");
        }
        panic!("no port stays free");
    }

    fn try_start(dir: &Arc<TempDir>, file: &Path, is_accepted: bool, before: &str) -> Self {
        let (agent_port, console_port) = (free_port(), free_port());
        let log = std::fs::File::create(dir.path().join("log")).expect("a log");
        let data = dir.path().join("data");
        let program = env!("CARGO_BIN_EXE_linchpin");
        let mut command = if before.is_empty() { Command::new(program) } else { Command::new("sh") };
        if !before.is_empty() {
            // `exec`: the child is linchpin itself, whatever stands before it.
            let (last, first) = before.rsplit_once(';').map_or((before, String::new()), |(first, last)| (last, format!("{first};")));
            command.args(["-c", &format!("{first} exec {last} \"$0\" \"$@\"")]).arg(program);
        }
        command.args([
            "serve",
            "--listen",
            &format!("127.0.0.1:{agent_port}"),
            "--console",
            &format!("127.0.0.1:{console_port}"),
            "--config",
        ]);
        command.arg(file).arg("--data").arg(&data).env_remove("LINCHPIN_CONFIG").env_remove("LINCHPIN_TOKEN");
        if let (true, Ok(token)) = (is_accepted, std::fs::read_to_string(data.join("operator.token"))) {
            command.arg("--accept-config").env("LINCHPIN_TOKEN", token.trim());
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().expect("it starts");
        Self { child, dir: Arc::clone(dir), agent_port, console_port }
    }

    /// Whether it listens: it says so itself, since somebody else could be on the port. `false`: it has ended.
    fn listens(&mut self) -> bool {
        let until = Instant::now() + PATIENCE;
        while !self.log().contains("Point your agent at it") {
            if self.child.try_wait().expect("a child").is_some() {
                return false;
            }
            assert!(Instant::now() < until, "it does not listen: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        true
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// The log, once these words are in it; it panics when they do not come.
    pub(crate) fn log_with(&self, words: &str) -> String {
        for _ in 0..500 {
            let log = self.log();
            if log.contains(words) {
                return log;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("no `{words}` in the log: {}", self.log())
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Sends raw bytes and reads until the connection ends.
    pub(crate) fn raw(&self, request: &[u8]) -> Answered {
        raw(self.agent_port, request)
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Answered {
        self.raw(post(path, body, "").as_bytes())
    }

    /// The console, with the token or without.
    pub(crate) fn console(&self, path: &str, with_token: bool) -> Answered {
        let token = std::fs::read_to_string(self.data().join("operator.token")).expect("a token");
        let authorization = if with_token { format!("authorization: Bearer {}\r\n", token.trim()) } else { String::new() };
        let request = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\n{authorization}\r\n", self.console_port);
        raw(self.console_port, request.as_bytes())
    }

    /// A POST of JSON to the console, with the token.
    pub(crate) fn tell_console(&self, path: &str, body: &str) -> Answered {
        let token = std::fs::read_to_string(self.data().join("operator.token")).expect("a token");
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\r\n{body}",
            self.console_port,
            token.trim(),
            body.len()
        );
        raw(self.console_port, request.as_bytes())
    }

    /// stdout of a command about this data dir, and whether it succeeded.
    pub(crate) fn ask(&self, arguments: &[&str]) -> (String, bool) {
        ask(&self.data(), arguments)
    }

    pub(crate) fn violations(&self) -> Vec<serde_json::Value> {
        let (out, _) = self.ask(&["violations", "list", "--json"]);
        out.lines().map(|line| serde_json::from_str(line).expect("JSON Lines")).collect()
    }

    /// The process.
    #[cfg(unix)]
    pub(crate) fn pid(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.child)
    }

    /// SIGTERM: it finishes what is open, and ends.
    #[cfg(unix)]
    pub(crate) fn terminate(&mut self) -> std::process::ExitStatus {
        let _ = rustix::process::kill_process(self.pid(), rustix::process::Signal::TERM);
        self.child.wait().expect("it ends")
    }

    /// SIGTERM, not waited for.
    #[cfg(unix)]
    pub(crate) fn signal_term(&self) {
        rustix::process::kill_process(self.pid(), rustix::process::Signal::TERM).expect("a signal");
    }

    /// Waits for the end; whether it was a good one.
    #[cfg(unix)]
    pub(crate) fn ends_well(&mut self) -> bool {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.success();
            }
            assert!(Instant::now() < until, "it does not end: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// SIGKILL: nothing is tidied up.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Linchpin {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) fn ask(data: &Path, arguments: &[&str]) -> (String, bool) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_linchpin")).args(arguments).arg("--data").arg(data).env_remove("LINCHPIN_CONFIG").output();
    let output = output.expect("it runs");
    (String::from_utf8(output.stdout).expect("text"), output.status.success())
}

/// A POST of JSON that closes the connection behind it.
pub(crate) fn post(path: &str, body: &str, headers: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nauthorization: Bearer k\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// An answer as it came over the wire.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answered {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")))
    }
}

pub(crate) fn raw(port: u16, request: &[u8]) -> Answered {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let _ = socket.write_all(request);
    let mut bytes = Vec::new();
    let _ = socket.read_to_end(&mut bytes);
    parsed(&bytes)
}

pub(crate) fn parsed(bytes: &[u8]) -> Answered {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    let body = bytes.get(end + 4..).unwrap_or_default();
    let body = if head.contains("transfer-encoding: chunked") { dechunked(body) } else { body.to_vec() };
    Answered { status, head, body }
}

fn dechunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = bytes.windows(2).position(|window| window == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap_or("0"), 16).unwrap_or(0);
        let Some(chunk) = bytes.get(end + 2..end + 2 + size).filter(|_| size > 0) else { break };
        whole.extend_from_slice(chunk);
        bytes = bytes.get(end + 4 + size..).unwrap_or_default();
    }
    whole
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

pub(crate) fn write_private(path: &Path, text: &str) {
    std::fs::write(path, text).expect("written");
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("a mode");
}
