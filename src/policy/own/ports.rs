//! linchpin's ports, at any spelling of this machine's address, and the names that
//! lead to its desk.

use super::super::Guarded;
use super::super::canonical::{self, Form, is_loopback};
use crate::call::{Action, TargetSort};
use regex::Regex;
use std::net::IpAddr;

/// How far a host and a port may stand apart and still belong together
/// (`nc localhost 4142`, `{"host": …, "port": …}`).
const APART_BYTES_MAX: usize = 512;

/// More places than this with a port's number in one call, and it is blocked unseen.
const PLACES_MAX: usize = 1_000;

/// Names that public resolvers answer with a loopback address.
const LOOPBACK_DOMAINS: [&str; 8] = ["localtest.me", "lvh.me", "vcap.me", "lacolhost.com", "nip.io", "sslip.io", "xip.io", "traefik.me"];

/// The ports, and where they count.
#[derive(Debug)]
pub(super) struct Ports {
    /// Finds a port; `None` when nothing is guarded.
    port: Option<Regex>,
    /// `/dev/tcp/HOST/PORT`
    device: Option<Regex>,
    /// A rule of a packet filter about a port.
    filter: Option<Regex>,
    hosts: Vec<String>,
    /// It listens on every address of this machine, and nobody here knows which those are.
    is_everywhere: bool,
    desks: Vec<String>,
}

impl Ports {
    pub(super) fn new(guarded: &Guarded) -> Result<Self, regex::Error> {
        let ports: Vec<String> = guarded.ports.iter().map(u16::to_string).collect();
        let ports = (!ports.is_empty()).then(|| format!("0*(?:{})", ports.join("|")));
        Ok(Self {
            port: ports.as_ref().map(|ports| Regex::new(ports)).transpose()?,
            device: ports.as_ref().map(|ports| Regex::new(&format!(r"(?i)/dev/(?:tcp|udp)/([^/\s]+)/{ports}(?:\D|$)"))).transpose()?,
            // A packet filter's rule, and a name that is led to the port by hand.
            filter: ports
                .as_ref()
                .map(|ports| {
                    Regex::new(&format!(r"--(?:dports?|sports?|to-ports?)[ =]{ports}(?:\D|$)|--(?:resolve|connect-to)[ =]\S*:{ports}:"))
                })
                .transpose()?,
            hosts: guarded.hosts.iter().map(|host| host.to_lowercase()).collect(),
            is_everywhere: guarded.hosts.iter().any(|host| host.parse().is_ok_and(|address: IpAddr| address.is_unspecified())),
            desks: guarded.desks.iter().map(|host| host.to_lowercase()).filter(|host| !is_loopback(host)).collect(),
        })
    }

    pub(super) fn reach(&self, text: &str) -> Option<String> {
        if self.names_a_desk(text) {
            return Some("it reaches for linchpin's desk".to_owned());
        }
        self.reaches_a_port(text).then(|| "it reaches for a port of linchpin's".to_owned())
    }

    /// Whether one of the calls' hosts is the desk.
    pub(super) fn in_actions(&self, actions: &[Action]) -> Option<String> {
        let mut hosts = actions.iter().flat_map(|action| &action.targets).filter(|target| target.sort == TargetSort::Host);
        let is_desk =
            |host: &str| matches!(canonical::host(host), Form::Clear(clear) if clear.exact.iter().any(|name| self.desks.contains(name)));
        hosts.any(|host| is_desk(&host.value)).then(|| "it reaches for linchpin's desk".to_owned())
    }

    /// An address with the desk's name in it, not the mere name.
    fn names_a_desk(&self, text: &str) -> bool {
        let text = if self.desks.is_empty() { return false } else { text.to_lowercase() };
        self.desks.iter().flat_map(|desk| text.match_indices(desk.as_str())).any(|(at, desk)| {
            let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + desk.len()..).unwrap_or_default());
            let after = after.strip_prefix('.').unwrap_or(after);
            let is_whole = !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-'))
                && !after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-'));
            is_whole && (before.ends_with("//") || after.starts_with(['/', ':']))
        })
    }

    fn reaches_a_port(&self, text: &str) -> bool {
        let Some(port) = &self.port else { return false };
        let mut places = port.find_iter(text).enumerate();
        let is_reached = places.any(|(nth, found)| nth >= PLACES_MAX || self.is_reach(text, found.start(), found.end()));
        let by_device = || {
            self.device
                .as_ref()
                .is_some_and(|device| device.captures_iter(text).filter_map(|found| found.get(1)).any(|host| self.is_ours(host.as_str())))
        };
        is_reached || by_device() || self.filter.as_ref().is_some_and(|filter| filter.is_match(text))
    }

    /// Whether the port number at this place is one of ours.
    fn is_reach(&self, text: &str, start: usize, end: usize) -> bool {
        let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
        let is_longer = after.starts_with(|c: char| c.is_alphanumeric() || c == '_') || is_decimal(after);
        let last = before.chars().next_back().unwrap_or(' ');
        let is_option = before.ends_with("-p") || before.ends_with("-P");
        if is_longer || (last.is_alphanumeric() && !is_option) {
            return false;
        }
        if last == ':' {
            return self.is_address(before.get(..before.len() - 1).unwrap_or_default());
        }
        // `fuser -k 4142/tcp`
        let names_protocol = after.get(..4).is_some_and(|next| next.eq_ignore_ascii_case("/tcp"));
        let is_argument = is_option || last.is_whitespace() || "\"'(,;".contains(last) || (last == '=' && ends_with_port(before));
        names_protocol || (is_argument && self.names_this_machine(near(text, start, end)))
    }

    /// Whether the text before a colon ends in our address, or in none at all.
    fn is_address(&self, before: &str) -> bool {
        if before.ends_with(']') {
            return before.rfind('[').and_then(|open| before.get(open..)).is_some_and(|host| self.is_ours(host));
        }
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        let name = before.rsplit(|c| !is_name(c)).next().unwrap_or_default();
        let stops_at = before.get(..before.len() - name.len()).and_then(|rest| rest.chars().next_back());
        let is_computed = matches!(stops_at, Some('$' | '}' | ')' | '%' | '*')) && (name.is_empty() || stops_at == Some('$'));
        match name {
            "" => is_computed || stops_at.is_none_or(|c| c.is_whitespace() || "/@(=,".contains(c)),
            "-i" | "-itcp" | "tcp" | "-iTCP" | "TCP" => true,
            name => is_computed || self.is_ours(name),
        }
    }

    fn names_this_machine(&self, text: &str) -> bool {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '[' | ']' | '-');
        text.split(|c| !is_part(c)).filter(|word| !word.is_empty()).any(|word| {
            let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
            // A bare small number is a number; a name with another port is another server.
            let is_address = if is_number { word.len() >= 8 } else { !word.ends_with(':') && word != "::" };
            is_address && !has_port(word) && self.is_ours(word)
        })
    }

    fn is_ours(&self, host: &str) -> bool {
        let Form::Clear(clear) = canonical::host(host) else { return false };
        let Some(name) = clear.exact.first() else { return false };
        let in_domain = |domain: &str| name == domain || name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
        is_loopback(name)
            || self.hosts.contains(name)
            || (self.is_everywhere && name.parse::<IpAddr>().is_ok())
            || LOOPBACK_DOMAINS.iter().any(|domain| in_domain(domain))
    }
}

/// `.5`: what stands before it is not a port.
fn is_decimal(after: &str) -> bool {
    after.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// `port=`, `--http-port=`
fn ends_with_port(before: &str) -> bool {
    before.trim_end_matches('=').to_ascii_lowercase().ends_with("port")
}

fn has_port(word: &str) -> bool {
    let is_bare_address = word.parse::<std::net::Ipv6Addr>().is_ok();
    !is_bare_address && word.rsplit_once(':').is_some_and(|(_, port)| port.bytes().any(|byte| byte.is_ascii_digit()))
}

/// The text around a place, cut at whole characters.
fn near(text: &str, start: usize, end: usize) -> &str {
    let from = text.floor_char_boundary(start.saturating_sub(APART_BYTES_MAX));
    let to = text.ceil_char_boundary(end.saturating_add(APART_BYTES_MAX));
    text.get(from..to).unwrap_or(text)
}
