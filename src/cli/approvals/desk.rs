//! The running linchpin's console, asked by a command.
//!
//! The token goes only to the linchpin that holds the data dir: its lock says that
//! one runs, its note says where. A command that brings a token of its own
//! (`LINCHPIN_TOKEN`) and cannot see the data dir asks the configured address.

use crate::cli::Place;
use crate::config::{self, Config};
use crate::console::{Answer, Ended, Halted, Sheet, noted_address, read_token};
use crate::record;
use crate::reload::Standing;
use anyhow::Context;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The variable a token may come from.
const TOKEN_VARIABLE: &str = "LINCHPIN_TOKEN";

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest answer: the largest list of holds, escaped as wastefully as can be.
const ANSWER_BYTES_MAX: usize = 256 * 1024 * 1024;

/// A connection to the console.
pub(in crate::cli) struct Desk {
    runtime: tokio::runtime::Runtime,
    http: reqwest::Client,
    base: String,
    token: String,
}

/// Why the console gave no useful answer.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum DeskError {
    /// Nobody answers.
    #[error("no linchpin answers at {base}: start it with `linchpin serve`")]
    Silent {
        base: String,
        #[source]
        source: reqwest::Error,
    },
    /// Wrong token.
    #[error(
        "the console at {0} does not take this token: it is in `operator.token` of the data dir, or, for a named operator, in `LINCHPIN_TOKEN`"
    )]
    WrongToken(String),
    /// It says no.
    #[error("{0}")]
    Refused(String),
    /// Something else answers, or another linchpin.
    #[error("what answers at {0} is no console of this linchpin's ({1})")]
    Strange(String, String),
}

/// What a decision brings with it.
#[derive(Debug, Default, Serialize)]
pub(super) struct Words<'a> {
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) digest: Option<&'a str>,
}

/// The part of a list that is needed here.
#[derive(Debug, Deserialize)]
struct Listed {
    holds: Vec<Coded>,
}

#[derive(Debug, Deserialize)]
struct Coded {
    code: String,
}

#[derive(Debug, Deserialize)]
struct Message {
    message: String,
}

impl Desk {
    /// The console of the linchpin that is meant.
    pub(in crate::cli) fn find(place: &Place) -> anyhow::Result<Self> {
        let token = std::env::var(TOKEN_VARIABLE).ok().map(|token| token.trim().to_owned()).filter(|token| !token.is_empty());
        let config = config::load(&place.asked());
        let data_dir = match (&config, &place.data) {
            (Ok(config), _) => config.server.data.clone(),
            (Err(_), Some(data_dir)) => data_dir.clone(),
            (Err(_), None) => return Err(config.err().map_or_else(|| anyhow::anyhow!("no configuration"), anyhow::Error::new)),
        };
        let base = base(&data_dir, config.as_ref().ok(), token.is_some())?;
        let token = match token {
            Some(token) => token,
            None => read_token(&data_dir)?,
        };
        // Another part of the process may have chosen a provider; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().timeout(PATIENCE).build();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("the runtime cannot be started")?;
        Ok(Self { runtime, http: http.context("the HTTP client cannot be set up")?, base, token })
    }

    /// One hold, whole.
    pub(super) fn sheet(&self, code: &str) -> Result<Sheet, DeskError> {
        self.ask(self.http.get(self.url(&format!("/api/approvals/{}", segment(code)))))
    }

    /// The codes of the pending holds, oldest first.
    pub(super) fn pending(&self) -> Result<Vec<String>, DeskError> {
        let listed: Listed = self.ask(self.http.get(self.url("/api/approvals")))?;
        Ok(listed.holds.into_iter().map(|hold| hold.code).collect())
    }

    /// Decides about one hold.
    pub(super) fn decide(&self, code: &str, yes: bool, words: &Words<'_>) -> Result<Answer, DeskError> {
        let body = serde_json::to_vec(words).map_err(|error| DeskError::Strange(self.base.clone(), error.to_string()))?;
        let verb = if yes { "approve" } else { "deny" };
        let request = self.http.post(self.url(&format!("/api/approvals/{}/{verb}", segment(code))));
        self.ask(request.header("content-type", "application/json").body(body))
    }

    /// Accepts (`accept`) or releases (`release`) a pin that was said in a chat.
    pub(in crate::cli) fn pin(&self, id: &str, verb: &'static str) -> Result<(), DeskError> {
        let request = self.http.post(self.url(&format!("/api/pins/{}/{verb}", segment(id))));
        self.ask::<serde::de::IgnoredAny>(request).map(drop)
    }

    /// The configuration in force, and what waits.
    pub(in crate::cli) fn config(&self) -> Result<Standing, DeskError> {
        self.ask(self.http.get(self.url("/api/config")))
    }

    /// Confirms the change with this digest.
    pub(in crate::cli) fn accept_config(&self, digest: &str) -> Result<(), DeskError> {
        let body = serde_json::json!({ "digest": digest }).to_string();
        let request = self.http.post(self.url("/api/config/accept")).header("content-type", "application/json").body(body);
        self.ask::<serde::de::IgnoredAny>(request).map(drop)
    }

    /// Halts a conversation, or everything.
    pub(in crate::cli) fn halt(&self, conversation: Option<&str>, why: Option<&str>) -> Result<Halted, DeskError> {
        self.ask(self.post("/api/halt", &serde_json::json!({ "conversation": conversation, "why": why })))
    }

    /// Ends the halts of a conversation, or all.
    pub(in crate::cli) fn resume(&self, conversation: Option<&str>) -> Result<Ended, DeskError> {
        self.ask(self.post("/api/resume", &serde_json::json!({ "conversation": conversation })))
    }

    fn post(&self, path: &str, body: &serde_json::Value) -> reqwest::RequestBuilder {
        self.http.post(self.url(path)).header("content-type", "application/json").body(body.to_string())
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn ask<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<T, DeskError> {
        let silent = |source: reqwest::Error| DeskError::Silent { base: self.base.clone(), source: source.without_url() };
        let asked = async {
            let mut response = request.bearer_auth(&self.token).send().await.map_err(silent)?;
            let mut body = Vec::new();
            while let Some(piece) = response.chunk().await.map_err(silent)? {
                body.extend_from_slice(&piece);
                if body.len() > ANSWER_BYTES_MAX {
                    return Err(DeskError::Strange(self.base.clone(), "it does not stop talking".into()));
                }
            }
            Ok((response.status(), body))
        };
        let (status, body) = self.runtime.block_on(asked)?;
        let strange = |error: String| DeskError::Strange(self.base.clone(), error);
        match status.as_u16() {
            200 => serde_json::from_slice(&body).map_err(|error| strange(error.to_string())),
            401 => Err(DeskError::WrongToken(self.base.clone())),
            status => match serde_json::from_slice::<Message>(&body) {
                Ok(Message { message }) => Err(DeskError::Refused(message)),
                Err(_) => Err(strange(format!("status {status}"))),
            },
        }
    }
}

/// A code as it is typed is no path.
fn segment(code: &str) -> String {
    url::form_urlencoded::byte_serialize(code.as_bytes()).collect::<String>().replace('+', "%20")
}

/// The console's address.
fn base(data_dir: &Path, config: Option<&Config>, has_own_token: bool) -> anyhow::Result<String> {
    let is_there = match config::check_data_dir(data_dir) {
        Ok(is_there) => is_there,
        Err(_) if has_own_token => false,
        Err(error) => return Err(error.into()),
    };
    if is_there && record::is_in_use(data_dir) {
        let noted = noted_address(data_dir).or(config.map(|config| config.server.console));
        return noted.map(near).with_context(|| format!("nothing says where the console of `{}` listens", data_dir.display()));
    }
    match config.filter(|_| has_own_token && !is_there) {
        Some(config) => Ok(match &config.console.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => near(config.server.console),
        }),
        None => Err(not_running(data_dir.to_owned())),
    }
}

fn not_running(data_dir: PathBuf) -> anyhow::Error {
    anyhow::anyhow!("no linchpin is running with the data dir `{}`: start it with `linchpin serve`", data_dir.display())
}

/// The address to connect to: a listener everywhere is reached nearby.
fn near(listener: SocketAddr) -> String {
    let ip = match listener.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, listener.port()))
}
