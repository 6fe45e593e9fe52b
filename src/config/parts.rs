//! The tables of the file other than pins and upstreams, one function each.

use super::finding::{ConfigError, Finding};
use super::load::Asked;
use super::section::{At, Section};
use super::{Agent, Breaker, Console, Hold, Limits, Notify, Server, Tls, Waits, WebhookKind, place, values};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where agents connect by default.
const AGENT_PORT: u16 = 4141;

/// Where operators connect by default.
const OPERATOR_PORT: u16 = 4142;

/// The store's file by default.
const STORE: &str = "linchpin.db";

/// `[server]`, with what the command line says over it.
pub(super) fn server(
    section: &Section<'_>,
    folder: Option<&Path>,
    asked: &Asked,
    findings: &mut Vec<Finding>,
) -> Result<Server, ConfigError> {
    let listen = section.read("listen", findings, values::address).map(|(address, _)| address);
    let console = section.read("console", findings, values::address).map(|(address, _)| address);
    let data = path(section, "data", folder, findings);
    let data = match (&asked.data, data) {
        (Some(asked), _) => place::absolute(asked)?,
        (None, Some(data)) => place::absolute(&data)?,
        (None, None) => place::usual_data(),
    };
    Ok(Server {
        listen: asked.listen.or(listen).unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, AGENT_PORT))),
        console: asked.console.or(console).unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, OPERATOR_PORT))),
        data,
        hosts: hosts(section, findings),
        tls: tls(section, folder, findings),
    })
}

/// `[console]`
pub(super) fn console(section: &Section<'_>, folder: Option<&Path>, findings: &mut Vec<Finding>) -> Console {
    Console {
        hosts: hosts(section, findings),
        public_url: section.read("public_url", findings, values::public_url).map(|(url, _)| url),
        tls: tls(section, folder, findings),
    }
}

/// `[store]`
pub(super) fn store(section: &Section<'_>, findings: &mut Vec<Finding>) -> String {
    section.read("url", findings, values::store).map_or(STORE.to_owned(), |(file, _)| file)
}

/// `[hold]`
pub(super) fn hold(section: &Section<'_>, findings: &mut Vec<Finding>) -> Hold {
    let (wait, _) = section.read("wait", findings, values::duration).unwrap_or((Duration::from_secs(45), 0..0));
    let (expires, place) = section.read("expires", findings, values::positive_duration).unwrap_or((Duration::from_secs(24 * 3600), 0..0));
    let fetch_within = section.read("fetch_within", findings, values::positive_duration);
    let mut alone = |key: &str| section.read(key, findings, values::duration).map_or(wait, |(wait, _)| wait);
    let waits = Waits {
        openai_chat: alone("wait_openai_chat"),
        openai_responses: alone("wait_openai_responses"),
        anthropic: alone("wait_anthropic"),
    };
    if wait.max(waits.openai_chat).max(waits.openai_responses).max(waits.anthropic) > expires {
        let place = section.span("wait").unwrap_or(place);
        findings.push(
            Finding::new("a hold would expire while the stream still waits", place).help("`expires` must be at least as long as `wait`"),
        );
    }
    Hold {
        wait,
        waits,
        expires,
        fetch_within: fetch_within.map_or(Duration::from_secs(15 * 60), |(within, _)| within),
        reply: section.switch("reply").unwrap_or(false),
    }
}

/// `[breaker]`
pub(super) fn breaker(section: &Section<'_>, findings: &mut Vec<Finding>) -> Breaker {
    Breaker {
        refusals: section.whole("refusals", 1, 1_000_000, findings).unwrap_or(5),
        within: section.read("within", findings, values::positive_duration).map_or(Duration::from_secs(600), |(within, _)| within),
    }
}

/// `[agent.NAME]`
pub(super) fn agents(file: &Section<'_>, findings: &mut Vec<Finding>) -> BTreeMap<String, Agent> {
    let mut agents = BTreeMap::new();
    let mut keys: Vec<At<[u8; 32]>> = Vec::new();
    for (name, place, section) in file.sections("agent", "agent") {
        check_name(name, &place, &section, findings);
        let own = section.read_list("key_sha256", findings, values::hash).unwrap_or_default();
        let tools = section.section("tools");
        let globs = |key: &str, findings: &mut Vec<Finding>| plain(tools.read_list(key, findings, values::glob));
        let listen = section.read("listen", findings, values::address).map(|(address, _)| address);
        if listen.is_none() && own.is_empty() {
            let finding = Finding::new(format!("nothing tells who agent `{}` is", crate::show::escape(name)), place);
            findings.push(finding.help("give it a `listen` of its own, or `key_sha256`"));
        }
        let agent = Agent {
            listen,
            key_sha256: own.iter().map(|(hash, _)| *hash).collect(),
            tools_allow: globs("allow", findings),
            tools_deny: globs("deny", findings),
        };
        own.into_iter().for_each(|key| refuse_shared(&mut keys, key, "key", findings));
        agents.insert(name.to_owned(), agent);
    }
    agents
}

/// `[operator.NAME]`
pub(super) fn operators(file: &Section<'_>, findings: &mut Vec<Finding>) -> BTreeMap<String, [u8; 32]> {
    let mut operators: BTreeMap<String, [u8; 32]> = BTreeMap::new();
    let mut tokens = Vec::new();
    for (name, place, section) in file.sections("operator", "operator") {
        check_name(name, &place, &section, findings);
        let shown = crate::show::escape(name);
        if name.eq_ignore_ascii_case("admin") {
            let finding = Finding::new("the name `admin` belongs to the bootstrap token", place.clone());
            findings.push(finding.help("call this person by another name"));
        }
        if operators.keys().any(|other| other.eq_ignore_ascii_case(name)) {
            let finding = Finding::new(format!("operator `{shown}` is there twice"), place.clone());
            findings.push(finding.help("names are compared without case: two approvers must be two people"));
        }
        match section.read("token_sha256", findings, values::hash) {
            Some((hash, span)) => {
                refuse_shared(&mut tokens, (hash, span), "token", findings);
                operators.insert(name.to_owned(), hash);
            }
            None if section.span("token_sha256").is_none() => {
                findings.push(Finding::new(format!("operator `{shown}` has no `token_sha256`"), place));
            }
            None => {}
        }
    }
    operators
}

/// `[notify]`
pub(super) fn notify(section: &Section<'_>, findings: &mut Vec<Finding>) -> Option<Notify> {
    let kind = section.read("kind", findings, values::webhook_kind).map_or(WebhookKind::default(), |(kind, _)| kind);
    if section.span("webhook").is_none()
        && let Some(place) = section.span("kind")
    {
        findings
            .push(Finding::new("a `kind` of webhook without a `webhook`", place).help("add `webhook = \"https://…\"` under `[notify]`"));
    }
    let (webhook, _) = section.read("webhook", findings, values::webhook)?;
    Some(Notify { webhook, kind })
}

/// `[redact]`
pub(super) fn redact(section: &Section<'_>, findings: &mut Vec<Finding>) -> Vec<String> {
    plain(section.read_list_or_empty("patterns", findings, values::regex))
}

/// `[record] keep`
pub(super) fn keep(section: &Section<'_>, findings: &mut Vec<Finding>) -> Option<Duration> {
    section.read("keep", findings, values::positive_duration).map(|(keep, _)| keep)
}

/// `[limits]`
pub(super) fn limits(section: &Section<'_>, findings: &mut Vec<Finding>) -> Limits {
    /// A day: no single wait is longer.
    const MS_MAX: u64 = 24 * 3600 * 1000;
    /// 64 GiB: more is a slip of the finger.
    const BYTES_MAX: u64 = 64 << 30;
    /// A header section must hold a request line and an ordinary set of headers.
    const HEADER_BYTES_MIN: u64 = 8 * 1024;
    const HEADER_BYTES_MAX: u64 = 16 << 20;
    let usual = Limits::default();
    let mut size = |key: &str, min: u64, max: u64, usual: usize| {
        section.whole(key, min, max, findings).and_then(|size| usize::try_from(size).ok()).unwrap_or(usual)
    };
    let mut limits = Limits {
        connections: size("connections", 1, 1_000_000, usual.connections),
        buffered_bytes: size("buffered_bytes", 1024, BYTES_MAX, usual.buffered_bytes),
        header_bytes: size("header_bytes", HEADER_BYTES_MIN, HEADER_BYTES_MAX, usual.header_bytes),
        body_bytes: size("body_bytes", 1024, BYTES_MAX, usual.body_bytes),
        call_arguments_bytes: size("call_arguments_bytes", 1, BYTES_MAX, usual.call_arguments_bytes),
        held_frames_bytes: size("held_frames_bytes", 1024, BYTES_MAX, usual.held_frames_bytes),
        response_bytes: size("response_bytes", 1024, BYTES_MAX, usual.response_bytes),
        metric_labels: size("metric_labels", 1, 10_000, usual.metric_labels),
        ..usual
    };
    for key in ["pending_holds", "captured_pins"] {
        let _ = size(key, 1, 10_000, 0);
    }
    let mut time = |key: &str, usual: u64| section.whole(key, 1, MS_MAX, findings).unwrap_or(usual);
    limits.request_ms = time("request_ms", usual.request_ms);
    limits.connect_ms = time("connect_ms", usual.connect_ms);
    limits.upstream_idle_ms = time("upstream_idle_ms", usual.upstream_idle_ms);
    limits.drain_ms = time("drain_ms", usual.drain_ms);
    limits.reload_ms = time("reload_ms", usual.reload_ms);
    within_buffer(section, &limits, findings);
    limits
}

/// What is buffered for one exchange must fit into what is buffered in all.
fn within_buffer(section: &Section<'_>, limits: &Limits, findings: &mut Vec<Finding>) {
    let parts =
        [("body_bytes", limits.body_bytes), ("response_bytes", limits.response_bytes), ("held_frames_bytes", limits.held_frames_bytes)];
    let mut too_large = parts.into_iter().filter(|(_, bytes)| *bytes > limits.buffered_bytes);
    if let Some((key, bytes)) = too_large.next()
        && let Some(place) = section.span("buffered_bytes").or_else(|| section.span(key))
    {
        let message = format!("`{key}` is {bytes}, but only {} may be buffered in all", limits.buffered_bytes);
        findings.push(Finding::new(message, place).help("`buffered_bytes` must be at least as large"));
    }
}

/// `hosts`, lower case.
fn hosts(section: &Section<'_>, findings: &mut Vec<Finding>) -> Vec<String> {
    plain(section.read_list_or_empty("hosts", findings, values::host_name))
}

/// `tls`: both files, or neither.
fn tls(section: &Section<'_>, folder: Option<&Path>, findings: &mut Vec<Finding>) -> Option<Tls> {
    let place = section.span("tls")?;
    let section = section.section("tls");
    match (path(&section, "cert", folder, findings), path(&section, "key", folder, findings)) {
        (Some(cert), Some(key)) => Some(Tls { cert, key }),
        _ => {
            findings.push(Finding::new("`tls` needs both files", place).help("write `tls = { cert = \"…\", key = \"…\" }`"));
            None
        }
    }
}

/// A path; a relative one starts from the file's folder, because the working
/// directory is anybody's.
fn path(section: &Section<'_>, key: &str, folder: Option<&Path>, findings: &mut Vec<Finding>) -> Option<PathBuf> {
    let (text, place) = section.text(key)?;
    if text.is_empty() || text.contains('\0') {
        findings.push(Finding::new(format!("`{key}` is not a path"), place));
        return None;
    }
    if text.starts_with('~') {
        findings.push(Finding::new("`~` stands for no folder here", place).help("write the path from the root"));
        return None;
    }
    Some(folder.unwrap_or(Path::new("/")).join(text))
}

/// The values without their places.
fn plain<T>(list: Option<Vec<At<T>>>) -> Vec<T> {
    list.into_iter().flatten().map(|(value, _)| value).collect()
}

/// The name of an agent or operator.
fn check_name(name: &str, place: &std::ops::Range<usize>, section: &Section<'_>, findings: &mut Vec<Finding>) {
    if let Err(mistake) = values::label(name) {
        findings.push(section.clone().called(String::new()).mistake(mistake, place.clone()));
    }
}

/// Two people, or two agents, with one secret are one.
fn refuse_shared(seen: &mut Vec<At<[u8; 32]>>, new: At<[u8; 32]>, what: &str, findings: &mut Vec<Finding>) {
    if let Some((_, first)) = seen.iter().find(|(hash, _)| *hash == new.0) {
        let finding = Finding::new(format!("this {what} is somebody else's too"), new.1).also(first.clone(), "first here");
        findings.push(finding.help(format!("give everybody a {what} of their own")));
    } else {
        seen.push(new);
    }
}
