//! A linchpin inside the test's own process, with its record at hand: whoever has
//! that can decide as an operator does.

use crate::stage::{Answered, Provider, raw};
use linchpin::config;
use linchpin::proxy::Proxy;
use linchpin::record::{
    Cause, Covers, Decided, Decision, Entry, Filter, Halt, Hold, Lifted, Person, Reader, Record, RecordError, Resumed, Scope, Undecided,
    Via,
};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A serving linchpin. Stopped when dropped, its data dir kept for the next one.
pub(crate) struct Office {
    runtime: Runtime,
    pub(crate) record: Record,
    pub(crate) port: u16,
    pub(crate) dir: Arc<TempDir>,
    store: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
}

impl Office {
    pub(crate) fn open(provider: &Provider, more: &str) -> Self {
        Self::open_in(Arc::new(TempDir::new().expect("a dir")), provider, more)
    }

    pub(crate) fn open_in(dir: Arc<TempDir>, provider: &Provider, more: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0))).expect("a port");
        let address = listener.local_addr().expect("an address");
        let upstreams: String = ["openai", "anthropic", "ollama"]
            .iter()
            .map(|family| format!("[upstream.{family}]\nurl = \"http://{}\"\ndialect = \"{family}\"\n", provider.address))
            .collect();
        let data = dir.path().join("data");
        let asked = config::Asked { data: Some(data), listen: Some(address), ..config::Asked::default() };
        // Most tests try again and again on purpose.
        let breaker = if more.contains("[breaker]") { "" } else { "[breaker]\nrefusals = 1000000\n" };
        let config =
            config::parse(&format!("{upstreams}{breaker}{more}"), &dir.path().join("linchpin.toml"), &asked).expect("a configuration");
        let record = Record::open(&config.server.data, config.record()).expect("a record");
        let store = config.store_file();
        let proxy = Proxy::new(config, record.clone()).expect("a proxy");
        let (stop, stopped) = oneshot::channel();
        let serving = runtime.spawn(proxy.serve(listener, async move { drop(stopped.await) }));
        Self { runtime, record, port: address.port(), dir, store, stop: Some(stop), serving: Some(serving) }
    }

    /// Sends one request and reads the answer to its end.
    pub(crate) fn post(&self, path: &str, body: &str, headers: &str) -> Answered {
        raw(self.port, crate::stage::post(path, body, headers).as_bytes())
    }

    /// The pending holds.
    pub(crate) fn holds(&self) -> Vec<Hold> {
        let mut found = Vec::new();
        let reader = Reader::open(&self.store).expect("a reader");
        let take = |hold| {
            found.push(hold);
            Ok::<_, RecordError>(ControlFlow::Continue(()))
        };
        reader.holds(false, take).expect("holds");
        found
    }

    /// The code of the only hold, once there is one.
    pub(crate) fn code(&self) -> String {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            if let [hold] = self.holds().as_slice() {
                return hold.code.clone();
            }
            assert!(Instant::now() < until, "no hold, or several: {:?}", self.holds());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        let mut found = Vec::new();
        let take = |entry| {
            found.push(entry);
            Ok::<_, RecordError>(ControlFlow::Continue(()))
        };
        Reader::open(&self.store).expect("a reader").entries(&Filter::default(), take).expect("entries");
        found
    }

    pub(crate) fn decide(&self, code: &str, yes: bool, name: &str) -> Result<Decided, Undecided> {
        let by = Person { name: name.into(), is_verified: true, via: Via::Console };
        let decision = Decision { code: code.into(), yes, by, reason: None, digest: None, conversation: None };
        self.runtime.block_on(self.record.decide(decision))
    }

    /// Lets the conversation's unspent yeses lapse, as at a compaction.
    pub(crate) fn lapse(&self, conversation: &str) {
        self.runtime.block_on(self.record.lapse(conversation.into())).expect("written");
    }

    /// Makes void what a message named, as at a compaction.
    pub(crate) fn void(&self, conversation: &str, message: &str) {
        self.runtime.block_on(self.record.void_message(conversation.into(), message.into())).expect("written");
    }

    pub(crate) fn halt(&self, conversation: Option<&str>) -> bool {
        let scope = conversation.map_or(Scope::All, |id| Scope::Conversation(id.to_owned()));
        self.runtime.block_on(self.record.halt(Halt::new(scope, Covers::Every, Cause::Operator, "alice")))
    }

    pub(crate) fn resume(&self, conversation: Option<&str>) -> Resumed {
        let lifted = conversation.map_or(Lifted::All, |id| Lifted::Conversation(id.to_owned()));
        self.runtime.block_on(self.record.resume(lifted, "alice".into())).expect("written")
    }

    /// The conversations that are halted, as `conversations list` says it.
    pub(crate) fn halted(&self) -> Vec<String> {
        let talks = Reader::open(&self.store).expect("a reader").conversations().expect("conversations");
        talks.into_iter().filter(|talk| talk.halted).map(|talk| talk.id).collect()
    }

    pub(crate) fn approve(&self, code: &str) {
        assert_eq!(self.decide(code, true, "alice"), Ok(Decided::Granted));
    }

    /// The ids of the pins that were said in a chat.
    pub(crate) fn spoken(&self) -> Vec<String> {
        Reader::open(&self.store).expect("a reader").spoken().expect("pins").into_iter().map(|spoken| spoken.id).collect()
    }

    pub(crate) fn accept_pin(&self, pin: &str) -> bool {
        self.runtime.block_on(self.record.accept_pin(pin.to_owned(), "alice".into())).expect("accepted")
    }

    pub(crate) fn release_pin(&self, pin: &str) -> bool {
        self.runtime.block_on(self.record.release_pin(pin.to_owned(), "alice".into())).expect("released")
    }

    /// Stops as `serve` does on SIGTERM.
    pub(crate) fn close(mut self) -> Arc<TempDir> {
        self.stop();
        self.runtime.block_on(self.record.clone().close());
        Arc::clone(&self.dir)
    }

    fn stop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        if let Some(serving) = self.serving.take() {
            let _ = self.runtime.block_on(serving);
        }
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.stop.take();
    }
}
