//! `linchpin.toml`: what the operator wants, checked before anything starts.
//!
//! Every other room receives a [`Config`] that has passed every check; nothing is
//! checked again later. A mistake is shown where it stands, with its cause and a
//! way out; a setting whose feature is not built yet is known, named in
//! [`Config::unbuilt`], and fails closed.

mod change;
mod finding;
mod load;
mod parts;
mod pins;
mod place;
mod presets;
mod schema;
mod section;
mod shape;
mod together;
mod upstreams;
mod values;

pub use change::{Change, changes};
pub use finding::{ConfigError, Finding, Report};
pub use load::{Asked, Origin, load, origin, parse};
pub use place::{PlaceError, check_data_dir, prepare_data_dir, usual_file, write_new};
pub use presets::Preset;

use crate::dialect::{Dialect, Family};
use crate::pin::{Pin, PinId};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// A whole, checked configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it was read from; `None`: the built-in starter configuration.
    pub file: Option<PathBuf>,
    /// `[server]`
    pub server: Server,
    /// `[upstream.NAME]`, the built-in four included, by name.
    pub upstreams: BTreeMap<String, Upstream>,
    /// `[store] url`: the name of the store's file in the data dir.
    pub store: String,
    /// `[hold]`
    pub hold: Hold,
    /// `[breaker]`
    pub breaker: Breaker,
    /// `[[pin]]`, in the order of the file; the built-in pins are not among them.
    pub pins: Vec<Pin>,
    /// What the operator should know about how a pin was read.
    pub notes: BTreeMap<PinId, Vec<String>>,
    /// `[conversation] capture`
    pub capture: Capture,
    /// `[tools] hosted`
    pub hosted: Hosted,
    /// `[agent.NAME]`
    pub agents: BTreeMap<String, Agent>,
    /// `[operator.NAME]`, name to token hash.
    pub operators: BTreeMap<String, [u8; 32]>,
    /// `[notify]`
    pub notify: Option<Notify>,
    /// `[console]`
    pub console: Console,
    /// `[limits]`
    pub limits: Limits,
    /// `[redact] patterns`, each a valid regular expression.
    pub redact: Vec<String>,
    /// `[record] keep`
    pub keep: Duration,
    /// What is allowed and deserves a second look, one sentence each.
    pub warnings: Vec<String>,
    /// What was set and is not built yet, one sentence each: the setting, and what happens instead.
    pub unbuilt: Vec<String>,
}

/// `[server]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The agent port.
    pub listen: SocketAddr,
    /// The operator port.
    pub console: SocketAddr,
    /// The data dir, absolute; empty where the platform names none and nobody asked for one.
    pub data: PathBuf,
    /// Further Host names the agent port answers to, lower case.
    pub hosts: Vec<String>,
    /// Not built yet: `serve` refuses to start with it.
    pub tls: Option<Tls>,
}

/// `tls = { cert = "…", key = "…" }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// Certificate chain, PEM, absolute.
    pub cert: PathBuf,
    /// Private key, PEM, absolute.
    pub key: PathBuf,
}

/// `[upstream.NAME]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Its name, the first path segment that leads to it.
    pub name: String,
    /// The provider's origin, with a path prefix if it has one; http or https, no query, no credentials.
    pub url: Url,
    /// What it speaks.
    pub family: Family,
    /// Whether it is one of the built-in endpoints, unchanged.
    pub built_in: bool,
}

/// `[hold]`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// How long a stream is kept open for a person.
    pub wait: Duration,
    /// The same for each dialect.
    pub waits: Waits,
    /// How long a hold can still be approved.
    pub expires: Duration,
    /// How long a grant waits to be fetched.
    pub fetch_within: Duration,
    /// Whether the user may approve by a typed code.
    pub reply: bool,
}

/// How long a stream is kept open for a person, by dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// Chat Completions.
    pub openai_chat: Duration,
    /// Responses.
    pub openai_responses: Duration,
    /// Messages.
    pub anthropic: Duration,
}

impl Hold {
    /// How long a stream of this dialect is kept open.
    pub fn wait_in(&self, dialect: Dialect) -> Duration {
        match dialect {
            Dialect::OpenaiChat => self.waits.openai_chat,
            Dialect::OpenaiResponses => self.waits.openai_responses,
            Dialect::Anthropic => self.waits.anthropic,
            Dialect::Gemini | Dialect::Ollama => self.wait,
        }
    }
}

/// `[breaker]`: an agent that keeps trying is halted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breaker {
    /// This many refusals…
    pub refusals: u64,
    /// …in this time.
    pub within: Duration,
}

/// `[conversation] capture`: what happens to standing instructions said in chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Capture {
    /// They become pins.
    #[default]
    Enforce,
    /// They are shown to the operator as proposals.
    Propose,
    /// Nothing.
    Off,
}

/// `[notify]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// Where notices go. It may hold a secret: shown by its host only.
    pub webhook: Url,
    /// What the webhook speaks.
    pub kind: WebhookKind,
}

/// `[notify] kind`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WebhookKind {
    /// A JSON object of linchpin's own.
    #[default]
    Generic,
    /// Slack.
    Slack,
    /// ntfy.
    Ntfy,
    /// Telegram.
    Telegram,
}

/// `[tools] hosted`: tools the provider runs itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hosted {
    /// Those that act are gated.
    #[default]
    Gate,
    /// All are refused.
    Refuse,
    /// All pass.
    Pass,
}

/// `[agent.NAME]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Its own listener.
    pub listen: Option<SocketAddr>,
    /// SHA-256 of its bare credentials.
    pub key_sha256: Vec<[u8; 32]>,
    /// Globs over the tools it may use; empty: all.
    pub tools_allow: Vec<String>,
    /// Globs over the tools it may not use.
    pub tools_deny: Vec<String>,
}

/// `[console]`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Console {
    /// Host names accepted besides the listener's own address, lower case.
    pub hosts: Vec<String>,
    /// The address people reach it under.
    pub public_url: Option<Url>,
    /// Not built yet: `serve` refuses to start with it.
    pub tls: Option<Tls>,
}

/// `[limits]`: every bound linchpin keeps, with its unit in its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Open connections per listener; further ones wait to be accepted.
    pub connections: usize,
    /// All the bytes buffered for requests and responses together; past it 503.
    pub buffered_bytes: usize,
    /// One request's header section; past it 431.
    pub header_bytes: usize,
    /// One request's body, decoded; past it 413.
    pub body_bytes: usize,
    /// How long a request may take to arrive; past it 408 and the connection ends.
    pub request_ms: u64,
    /// One call's arguments; past it the call is withheld as unreadable.
    pub call_arguments_bytes: usize,
    /// Frames kept back in one stream; past it the calls in it are withheld as unreadable.
    pub held_frames_bytes: usize,
    /// A response that is not streamed; past it 403.
    pub response_bytes: usize,
    /// Connecting to an upstream; past it 502.
    pub connect_ms: u64,
    /// Silence from an upstream; past it the response counts as cut.
    pub upstream_idle_ms: u64,
    /// Letting exchanges finish after SIGTERM.
    pub drain_ms: u64,
    /// Different values of one label in the metrics.
    pub metric_labels: usize,
    /// How soon a change of the file is taken up.
    pub reload_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: usize = 1024 * 1024;
        Self {
            connections: 4096,
            buffered_bytes: 512 * MIB,
            header_bytes: 64 * 1024,
            body_bytes: 64 * MIB,
            request_ms: 30_000,
            call_arguments_bytes: 8 * MIB,
            held_frames_bytes: 16 * MIB,
            response_bytes: 64 * MIB,
            connect_ms: 10_000,
            upstream_idle_ms: 600_000,
            drain_ms: 20_000,
            metric_labels: 64,
            reload_ms: 5_000,
        }
    }
}

#[cfg(test)]
mod tests;
