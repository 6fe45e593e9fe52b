//! `linchpin serve`: runs the proxy.
//!
//! Everything that can be wrong is found before the first connection is taken, and
//! said with a way out. What a person needs to go on (addresses to paste, pins and
//! how each is enforced) is said on stderr.

use super::{Place, check, talk};
use crate::config::{self, Config};
use crate::console::{Console, Token, note_address};
use crate::notify::{Notifier, Pace, Setup};
use crate::proxy::{Door, Proxy};
use crate::record::Record;
use crate::reload::{self, Reload, Start};
use crate::separation;
use crate::tokens;
use anyhow::Context;
use std::io::IsTerminal;
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;
use url::Url;

/// How long the name of an upstream may take to be looked up at start.
const LOOKUP_WAIT: Duration = Duration::from_secs(2);

/// Runs the proxy until it is told to stop.
#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// The agent port, over the configuration's
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// The operator's port, over the configuration's
    #[arg(long, value_name = "ADDR")]
    console: Option<SocketAddr>,
    /// Takes the configuration as it is, though it asks for less than what was confirmed last.
    /// A person's word: on a terminal, or with the operator's token in LINCHPIN_TOKEN
    #[arg(long)]
    accept_config: bool,
    /// How log lines are written
    #[arg(long, value_name = "FORM", default_value = "text")]
    log: LogForm,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum LogForm {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Listens until it is told to stop.
pub(super) fn run(place: &Place, serve: &Serve) -> anyhow::Result<ExitCode> {
    start_log(serve.log);
    let asked = config::Asked { listen: serve.listen, console: serve.console, ..place.asked() };
    let origin = config::origin(&asked)?;
    let config = origin.config(&asked)?;
    if config.server.tls.is_some() || config.console.tls.is_some() {
        anyhow::bail!("`tls` is not built yet: take it out, and put a TLS proxy in front of a loopback listener");
    }
    config::prepare_data_dir(&config.server.data)?;
    if serve.accept_config {
        refuse_nobody(&config.server.data)?;
    }
    let start = reload::settle(origin, config, &asked, serve.accept_config)?;
    let config = &start.config;
    let record = Record::open(&config.server.data, config.record())?;
    let token = Token::open(&config.server.data)?;
    let operator_port = listen(config.server.console, "--console", "console")?;
    let noted = operator_port.local_addr().and_then(|address| note_address(&config.server.data, address));
    noted.context("the console's address cannot be noted in the data dir")?;
    let agent_port = listen(config.server.listen, "--listen", "listen")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the runtime cannot be started")?;
    let served = runtime.block_on(serve_until_told(start, asked, record, token, agent_port, operator_port));
    // A lookup or a judge that still runs must not keep the process.
    runtime.shutdown_timeout(Duration::from_secs(1));
    served.map(|()| ExitCode::SUCCESS)
}

/// `--accept-config` is a person's word, so it takes one: at a terminal, or with the token.
fn refuse_nobody(data_dir: &std::path::Path) -> anyhow::Result<()> {
    let presented = std::env::var("LINCHPIN_TOKEN").ok();
    let is_token = presented.is_some_and(|token| Token::open(data_dir).is_ok_and(|own| own.is(token.trim().as_bytes())));
    if is_token || std::io::stdin().is_terminal() {
        return Ok(());
    }
    anyhow::bail!("`--accept-config` needs a person: start on a terminal, or with the operator's token in `LINCHPIN_TOKEN`")
}

async fn serve_until_told(
    start: Start,
    asked: config::Asked,
    record: Record,
    token: Token,
    agent_port: TcpListener,
    operator_port: TcpListener,
) -> anyhow::Result<()> {
    let config = start.config.clone();
    refuse_own_address(&config).await?;
    let own = vec![agent_port.local_addr()?, operator_port.local_addr()?];
    let notifier = notifier(&config, &record, own)?;
    let (stop, mut stopped) = watch::channel(false);
    let token_file = token.file().to_owned();
    let proxy = Proxy::new(config.clone(), record.clone())?;
    let mut console_stopped = stopped.clone();
    let console_stop = async move { drop(console_stopped.wait_for(|stop| *stop).await) };
    let carried = (proxy.carried().0.to_owned(), proxy.carried().1);
    let door = Arc::new(Door::new(proxy));
    start.tell(talk::note);
    let reload = Arc::new(Reload::begin(start, asked, record.clone(), Arc::clone(&door), talk::note).await?);
    let console = Console::new(&config, token, record.clone(), Arc::clone(&reload))?;
    let login_link = console.login_link(&config)?;
    let console = console.start(operator_port, console_stop).context("the console cannot be started")?;
    introduce(&config, carried.1, &token_file);
    talk::note(&format!("log in, once and within five minutes: {login_link}"));
    if let Some(notifier) = notifier {
        introduce_notifier(&config, &notifier);
        tokio::spawn(notifier.run(stopped.clone()));
    }
    tokio::spawn(tell_token_cost(carried.0));
    tokio::spawn(reload.run(stopped.clone()));
    agent_port.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(agent_port)?;
    tokio::spawn(async move {
        asked_to_stop().await;
        talk::note("linchpin: stopping; open exchanges may finish");
        let _ = stop.send(true);
    });
    door.serve(listener, async move { drop(stopped.wait_for(|stop| *stop).await) }).await;
    record.close().await;
    let _ = tokio::task::spawn_blocking(move || console.join()).await;
    Ok(())
}

/// Whoever tells people about holds, if `[notify]` says where.
fn notifier(config: &Config, record: &Record, own: Vec<SocketAddr>) -> anyhow::Result<Option<Notifier>> {
    let Some(notify) = &config.notify else { return Ok(None) };
    let desk = match &config.console.public_url {
        Some(url) => url.clone(),
        None => format!("http://{}/", config.server.console).parse().context("the console's address makes no link")?,
    };
    let setup = Setup { notify, desk, own, data_dir: &config.server.data, store: config.store_file(), pace: Pace::default() };
    Ok(Some(Notifier::new(setup, record.clone())?))
}

/// The address may hold a secret: only its host is said.
fn introduce_notifier(config: &Config, notifier: &Notifier) {
    let host = config.notify.as_ref().and_then(|notify| notify.webhook.host_str()).unwrap_or_default();
    talk::note(&format!("people are told of holds through {host} (notices are signed with the key in {})", notifier.key_file().display()));
}

fn start_log(form: LogForm) {
    let filter = EnvFilter::try_from_env("LINCHPIN_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process, as in tests, keeps the first log.
    let _ = match form {
        LogForm::Text => log.with_ansi(talk::wants_colour()).try_init(),
        LogForm::Json => log.json().try_init(),
    };
}

fn listen(address: SocketAddr, flag: &str, key: &str) -> anyhow::Result<TcpListener> {
    let wants = || format!("{address} cannot be listened on: choose another with `{flag} ADDR`, or `{key}` under `[server]`");
    let socket = TcpListener::bind(address).with_context(wants)?;
    Ok(socket)
}

/// An upstream that is linchpin itself would be asked for ever, and a webhook that is
/// would ask it.
async fn refuse_own_address(config: &Config) -> anyhow::Result<()> {
    let own = [config.server.listen, config.server.console];
    let upstreams = config.upstreams.values().filter(|upstream| !upstream.built_in);
    let upstreams = upstreams.map(|upstream| (format!("upstream `{}`", upstream.name), &upstream.url));
    let webhook = config.notify.iter().map(|notify| ("`[notify] webhook`".to_owned(), &notify.webhook));
    for (name, url) in upstreams.chain(webhook) {
        for address in addresses(url).await {
            let is_own =
                |listener: &SocketAddr| listener.port() == address.port() && (address.ip().is_loopback() || listener.ip() == address.ip());
            if own.iter().any(is_own) {
                anyhow::bail!("{name} leads to linchpin's own port {}", address.port());
            }
        }
    }
    Ok(())
}

/// Where a URL leads now; nowhere if that cannot be told.
async fn addresses(url: &Url) -> Vec<SocketAddr> {
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return Vec::new() };
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let lookup = tokio::net::lookup_host((host, port));
    match tokio::time::timeout(LOOKUP_WAIT, lookup).await {
        Ok(Ok(found)) => found.collect(),
        Ok(Err(_)) | Err(_) => Vec::new(),
    }
}

/// Says what to paste where, and what is enforced.
fn introduce(config: &Config, carried: usize, token_file: &std::path::Path) {
    let base = format!("http://{}", config.server.listen);
    talk::note(&config.origin());
    for (name, host) in config.foreign_hosts() {
        talk::note(&format!("upstream `{name}` is not built in: its requests go to {host}"));
    }
    for sentence in config.warnings.iter().chain(&config.unbuilt) {
        talk::note(&format!("note: {sentence}"));
    }
    talk::note(&format!("linchpin {} listens. Point your agent at it:", env!("CARGO_PKG_VERSION")));
    talk::note(&format!("  OPENAI_BASE_URL={base}/openai/v1"));
    talk::note(&format!("  ANTHROPIC_BASE_URL={base}/anthropic"));
    talk::note(&format!("  OLLAMA_HOST={base}/ollama"));
    talk::note(&format!("console: http://{} (its token is in {})", config.server.console, token_file.display()));
    talk::note(&format!("texts that ride along on every request: {carried}"));
    for pin in &config.pins {
        check::told_pin(config, pin).iter().for_each(|line| talk::note(line));
    }
    separation::told(&separation::seen(config)).iter().for_each(|line| talk::note(line));
}

/// Counts off the request path, in a process that takes the token table with it.
async fn tell_token_cost(block: String) {
    if block.is_empty() {
        return;
    }
    match tokio::task::spawn_blocking(move || tokens::count_elsewhere(&block)).await {
        Ok(Ok(tokens)) => {
            talk::note(&format!("the pins cost about {tokens} tokens per request (counted with OpenAI's o200k; an estimate elsewhere)"))
        }
        Ok(Err(error)) => tracing::info!(%error, "the pins' tokens were not counted"),
        Err(error) => tracing::info!(%error, "the pins' tokens were not counted"),
    }
}

/// Ready when the process is asked to end.
pub(super) async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return drop(tokio::signal::ctrl_c().await) };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
    #[cfg(not(unix))]
    drop(tokio::signal::ctrl_c().await);
}
