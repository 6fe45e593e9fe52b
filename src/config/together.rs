//! What parts of the configuration must be to one another.

use super::Config;
use super::finding::Finding;
use super::section::Section;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use url::{Host, Url};

/// Refuses what cannot be together.
pub(super) fn check(config: &Config, file: &Section<'_>, findings: &mut Vec<Finding>) {
    listeners(config, file, findings);
    console(config, file, findings);
    loops(config, file, findings);
    secrets(config, file, findings);
}

/// No two listeners on one address, and none of them on the console's.
fn listeners(config: &Config, file: &Section<'_>, findings: &mut Vec<Finding>) {
    let server = file.section("server");
    let place = |key| server.span(key).unwrap_or(0..0);
    if collide(config.server.listen, config.server.console) {
        let message = format!("agents and operators cannot share {}", config.server.console);
        let at = server.span("console").unwrap_or_else(|| place("listen"));
        findings.push(
            Finding::new(message, at).help("give `console` a port of its own: whoever reaches the agent port must not reach the console"),
        );
    }
    let mut taken = vec![config.server.listen, config.server.console];
    for (name, _, section) in file.sections("agent", "agent") {
        let Some(listen) = config.agents.get(name).and_then(|agent| agent.listen) else { continue };
        if taken.iter().any(|other| collide(*other, listen)) {
            let finding = Finding::new(format!("{listen} is taken by another listener"), section.span("listen").unwrap_or(0..0));
            findings.push(finding.help("give every agent a port of its own"));
        }
        taken.push(listen);
    }
}

/// Off loopback the token would travel in clear text.
fn console(config: &Config, file: &Section<'_>, findings: &mut Vec<Finding>) {
    let console = config.server.console;
    if !is_loopback(console.ip()) && config.console.tls.is_none() && config.console.public_url.is_none() {
        let finding = Finding::new(
            format!("the console at {console} could be reached from elsewhere in clear text"),
            file.section("server").span("console").unwrap_or(0..0),
        );
        findings.push(finding.help("listen on 127.0.0.1, or set `[console] public_url` behind a TLS proxy, or `[console] tls`"));
    }
}

/// A request must not come back to linchpin.
fn loops(config: &Config, file: &Section<'_>, findings: &mut Vec<Finding>) {
    let mut places: Vec<(&Url, Range<usize>)> = Vec::new();
    for (name, place, section) in file.sections("upstream", "upstream") {
        if let Some(upstream) = config.upstreams.get(name) {
            places.push((&upstream.url, section.span("url").unwrap_or(place)));
        }
    }
    if let (Some(notify), Some(place)) = (&config.notify, file.section("notify").span("webhook")) {
        places.push((&notify.webhook, place));
    }
    let configured: Vec<&Url> = places.iter().map(|(url, _)| *url).collect();
    let others: Vec<_> =
        config.upstreams.values().filter(|upstream| !configured.contains(&&upstream.url)).map(|upstream| (&upstream.url, 0..0)).collect();
    for (url, place) in places.into_iter().chain(others) {
        if let Some(listener) = own_listeners(config).find(|listener| leads_to(config, url, *listener)) {
            let finding = Finding::new(format!("this address is linchpin's own listener {listener}"), place);
            findings.push(finding.help("name the provider's address: a request must not come back to linchpin"));
        }
    }
}

/// Agents and operators with one secret would be one.
fn secrets(config: &Config, file: &Section<'_>, findings: &mut Vec<Finding>) {
    for (name, place, section) in file.sections("agent", "agent") {
        let Some(agent) = config.agents.get(name) else { continue };
        if let Some((operator, _)) = config.operators.iter().find(|(_, hash)| agent.key_sha256.contains(*hash)) {
            let finding = Finding::new(format!("this key is operator `{operator}`'s token"), section.span("key_sha256").unwrap_or(place));
            findings.push(finding.help("an agent must never hold what approves its calls"));
        }
    }
}

/// Everything linchpin listens on.
fn own_listeners(config: &Config) -> impl Iterator<Item = SocketAddr> {
    [config.server.listen, config.server.console].into_iter().chain(config.agents.values().filter_map(|agent| agent.listen))
}

/// Whether a URL, as it is written, leads to a listener. What a name resolves to
/// is asked when it is connected to.
fn leads_to(config: &Config, url: &Url, listener: SocketAddr) -> bool {
    if listener.port() == 0 || url.port_or_known_default() != Some(listener.port()) {
        return false;
    }
    let is_near = is_loopback(listener.ip()) || listener.ip().is_unspecified();
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_lowercase();
            let is_localhost = name == "localhost" || name.ends_with(".localhost");
            is_localhost && is_near || config.server.hosts.contains(&name) || config.console.hosts.contains(&name)
        }
        Some(Host::Ipv4(ip)) => reaches(ip.into(), listener, is_near),
        Some(Host::Ipv6(ip)) => reaches(ip.into(), listener, is_near),
        None => false,
    }
}

fn reaches(ip: IpAddr, listener: SocketAddr, is_near: bool) -> bool {
    ip.to_canonical() == listener.ip().to_canonical() || is_near && (is_loopback(ip) || ip.to_canonical().is_unspecified())
}

fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

/// Whether two listeners cannot both be opened.
fn collide(one: SocketAddr, other: SocketAddr) -> bool {
    one.port() == other.port() && one.port() != 0 && (one.ip() == other.ip() || one.ip().is_unspecified() || other.ip().is_unspecified())
}

/// What is allowed and deserves a second look.
pub(super) fn warn(config: &Config) -> Vec<String> {
    let mut warnings = config.warnings.clone();
    if config.pins.is_empty() {
        warnings.push("no pin is configured: only the built-in pins apply".into());
    }
    if config.hold.reply {
        warnings.push("`[hold] reply` trusts whoever writes user messages; such a yes is recorded as unverified".into());
    }
    if config.pins.iter().any(|pin| pin.waives_named) {
        warnings.push("`waive` trusts whoever writes user messages, a program that starts the agent with a prompt among them".into());
    }
    if !is_loopback(config.server.listen.ip()) && config.server.tls.is_none() {
        warnings
            .push(format!("the agent port {} can be reached from elsewhere in clear text: put a TLS proxy in front", config.server.listen));
    }
    for upstream in config.upstreams.values().filter(|upstream| !upstream.built_in) {
        let name = &upstream.name;
        let is_local = match upstream.url.host() {
            Some(Host::Domain(host)) => host == "localhost" || host.ends_with(".localhost"),
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => is_loopback(ip.into()),
            None => false,
        };
        if upstream.url.scheme() == "http" && !is_local {
            warnings.push(format!("`[upstream.{name}]` is plain http: keys and conversations travel in clear text"));
        }
        if upstream.url.path().ends_with("/v1") {
            warnings.push(format!(
                "the url of `[upstream.{name}]` ends in `/v1`: an agent whose base URL is `/{name}/v1` would ask for `/v1/v1`"
            ));
        }
    }
    warnings
}
