//! Where the demo plays: the model's server, a real linchpin, a data dir of its own.
//!
//! The linchpin is the one `serve` runs: the same proxy, record, configuration and
//! policy, and nothing in it knows of the demo. Everything is on loopback and in a
//! fresh temporary folder, and is gone at the end.

use super::agent::Agent;
use super::mailbox::Desk;
use super::model::{Model, Seen};
use crate::cli::talk;
use crate::config;
use crate::proxy::Proxy;
use crate::record::{Entry, Filter, Reader, Record};
use anyhow::Context;
use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How often the temporary folder is tried to be removed, with growing pauses.
const REMOVALS_MAX: u32 = 5;
const REMOVAL_PAUSE: Duration = Duration::from_millis(50);

/// One agent's task.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task {
    /// Who works: the label in its base URL.
    pub(super) agent: &'static str,
    /// Which model it asks.
    pub(super) model: &'static str,
    /// The user's words.
    pub(super) words: &'static str,
}

/// What was counted while a task was worked on.
#[derive(Debug)]
pub(super) struct Run {
    /// At the model.
    pub(super) seen: Seen,
    /// At the agent: how often it shortened its history.
    pub(super) compactions: usize,
    /// In linchpin's record.
    pub(super) entries: Vec<Entry>,
}

/// The stage, while the demo runs.
#[derive(Debug)]
pub(super) struct Stage {
    model: Model,
    client: reqwest::Client,
    record: Record,
    store: PathBuf,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    shown: i64,
}

impl Stage {
    /// Starts the model, and a linchpin with these pins in front of it.
    pub(super) async fn set(data_dir: &Path, pins: &str) -> anyhow::Result<Self> {
        let model = Model::start().await?;
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let asked = config::Asked { data: Some(data_dir.to_owned()), listen: Some(address), ..config::Asked::default() };
        let config = config::parse(&configuration(model.address, pins), &data_dir.join("linchpin.toml"), &asked)?;
        let record = Record::open(&config.server.data, config.record())?;
        let store = config.store_file();
        let proxy = Proxy::new(config, record.clone())?;
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(proxy.serve(listener, async move { drop(stopped.await) }));
        // After the proxy, which chose the process's TLS provider: no client is built without one.
        let client = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { model, client, record, store, address, stop, serving, shown: 0 })
    }

    /// The task, with the agent talking to the model itself.
    pub(super) async fn without_linchpin(&mut self, task: Task, desk: &mut dyn Desk) -> anyhow::Result<Run> {
        self.run(task, format!("http://{}/v1", self.model.address), desk).await
    }

    /// The same task, with another base URL.
    pub(super) async fn with_linchpin(&mut self, task: Task, desk: &mut dyn Desk) -> anyhow::Result<Run> {
        self.run(task, format!("http://{}/@{}/model/v1", self.address, task.agent), desk).await
    }

    async fn run(&mut self, task: Task, base_url: String, desk: &mut dyn Desk) -> anyhow::Result<Run> {
        let agent = Agent { base_url, model: task.model, task: task.words, client: &self.client };
        let compactions = agent.work(desk).await?;
        let mut entries = entries(&self.store)?;
        entries.retain(|entry| entry.seq > self.shown);
        self.shown = entries.iter().map(|entry| entry.seq).max().unwrap_or(self.shown);
        Ok(Run { seen: self.model.take(), compactions, entries })
    }

    /// Stops linchpin as `serve` does, and returns where its record is.
    pub(super) async fn clear(self) -> anyhow::Result<PathBuf> {
        drop(self.client);
        let _ = self.stop.send(());
        self.serving.await.context("the demo's linchpin did not end well")?;
        self.record.close().await;
        Ok(self.store)
    }
}

/// All entries of the record, as `violations list` reads them.
pub(super) fn entries(store: &Path) -> anyhow::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    Reader::open(store)?.entries::<anyhow::Error>(&Filter::default(), |entry| {
        entries.push(entry);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(entries)
}

/// What `linchpin.toml` would say. Nobody is there to approve anything, so a hold
/// does not wait.
fn configuration(model: SocketAddr, pins: &str) -> String {
    format!(
        "[upstream.model]\nurl = \"http://{model}\"\ndialect = \"openai\"\n\
         [hold]\nwait = \"0s\"\n{pins}"
    )
}

/// A folder of the demo's own, removed with everything in it when this is dropped.
#[derive(Debug)]
pub(super) struct DataDir(PathBuf);

impl DataDir {
    pub(super) fn new() -> anyhow::Result<Self> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).context("no randomness for the name of a temporary folder")?;
        let name = format!("linchpin-demo-{:016x}", u64::from_ne_bytes(random));
        let parent = std::env::temp_dir();
        // It is not ours to create: what is created is removed later.
        anyhow::ensure!(parent.is_dir(), "there is no folder `{}` for temporary files", parent.display());
        let path = parent.join(name);
        // Only a folder that was not there before is removed later.
        anyhow::ensure!(!path.exists(), "`{}` is there already", path.display());
        config::prepare_data_dir(&path)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for DataDir {
    fn drop(&mut self) {
        // After an interruption the record may still be closing its files.
        let is_gone = (0..REMOVALS_MAX).any(|attempt| {
            std::thread::sleep(REMOVAL_PAUSE * attempt);
            std::fs::remove_dir_all(&self.0).is_ok() || !self.0.exists()
        });
        if !is_gone {
            talk::note(&format!("the temporary folder {} could not be removed", self.0.display()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DataDir;

    #[cfg(unix)]
    #[test]
    fn the_data_dir_is_for_its_owner_only_and_gone_afterwards() {
        use std::os::unix::fs::PermissionsExt;
        let dir = DataDir::new().expect("a folder");
        let path = dir.path().to_owned();
        std::fs::write(path.join("a"), "b").expect("a file");
        assert_eq!(std::fs::metadata(&path).expect("a folder").permissions().mode() & 0o777, 0o700);
        drop(dir);
        assert!(!path.exists());
    }
}
