//! What is different between the configuration in force and another one, and which
//! of it loosens.
//!
//! A change that only adds or tightens is taken up at once; any other waits for an
//! operator. So the question here is not what is likely meant but what can be shown to
//! withhold no less: whatever cannot be compared counts as loosening.

mod pins;

use super::{Capture, Config, Limits};

/// One difference, told to an operator in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it is, in one clause. Names the setting, never a secret.
    pub words: String,
    /// Whether it waits for an operator.
    pub loosens: bool,
    /// Whether it counts only from the next start.
    pub at_start: bool,
}

impl Change {
    fn tightens(words: impl Into<String>) -> Self {
        Self { words: words.into(), loosens: false, at_start: false }
    }

    fn loosens(words: impl Into<String>) -> Self {
        Self { words: words.into(), loosens: true, at_start: false }
    }

    fn at_start_only(self) -> Self {
        Self { at_start: true, ..self }
    }
}

/// Every difference between two configurations; none: they ask for the same.
pub fn changes(old: &Config, new: &Config) -> Vec<Change> {
    let mut changes = pins::changes(&old.pins, &new.pins);
    changes.extend(touched(old, new));
    changes.extend(capture(old.capture, new.capture));
    changes.extend(redact(&old.redact, &new.redact));
    changes.extend(limits(&old.limits, &new.limits));
    if new.keep != old.keep {
        changes.push(Change { loosens: new.keep < old.keep, ..Change::tightens("`[record] keep` is another").at_start_only() });
    }
    changes
}

/// Parts in which every change waits: which way it goes cannot be told from here.
fn touched(old: &Config, new: &Config) -> Vec<Change> {
    let (server, console) = (&old.server, &old.console);
    let at_once = [
        ("`[upstream]`", old.upstreams == new.upstreams),
        ("`[server] hosts`", server.hosts == new.server.hosts),
        ("`[hold]`", old.hold == new.hold),
        ("`[tools]`", old.hosted == new.hosted),
        ("`[agent]`", old.agents == new.agents),
    ];
    let at_start = [
        ("`[breaker]`", old.breaker == new.breaker),
        ("`[server] listen`", server.listen == new.server.listen),
        ("`[server] console`", server.console == new.server.console),
        ("`[server] data`", server.data == new.server.data),
        ("`[server] tls`", server.tls == new.server.tls),
        ("`[store]`", old.store == new.store),
        ("`[operator]`", old.operators == new.operators),
        ("`[notify]`", old.notify == new.notify),
        ("`[console]`", *console == new.console),
    ];
    let told = |(name, is_same): &(&str, bool)| (!is_same).then(|| Change::loosens(format!("{name} is another")));
    at_once.iter().filter_map(told).chain(at_start.iter().filter_map(told).map(Change::at_start_only)).collect()
}

fn capture(old: Capture, new: Capture) -> Option<Change> {
    let strength = |capture| match capture {
        Capture::Off => 0,
        Capture::Propose => 1,
        Capture::Enforce => 2,
    };
    let words = "`[conversation] capture` is another";
    (old != new).then(|| Change { loosens: strength(new) < strength(old), ..Change::tightens(words) })
}

/// One pattern less is one secret more in the record.
fn redact(old: &[String], new: &[String]) -> Option<Change> {
    let is_all_there = old.iter().all(|pattern| new.contains(pattern));
    let words = if is_all_there { "`[redact]` has further patterns" } else { "`[redact]` lacks a pattern" };
    (old != new).then(|| Change { loosens: !is_all_there, ..Change::tightens(words) }.at_start_only())
}

/// A bound that is raised lets more through before something is withheld.
fn limits(old: &Limits, new: &Limits) -> Vec<Change> {
    let size = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
    let at_once = |limits: &Limits| {
        [
            ("header_bytes", size(limits.header_bytes)),
            ("body_bytes", size(limits.body_bytes)),
            ("request_ms", limits.request_ms),
            ("call_arguments_bytes", size(limits.call_arguments_bytes)),
            ("held_frames_bytes", size(limits.held_frames_bytes)),
            ("response_bytes", size(limits.response_bytes)),
            ("connect_ms", limits.connect_ms),
            ("upstream_idle_ms", limits.upstream_idle_ms),
            ("drain_ms", limits.drain_ms),
        ]
    };
    let at_start = |limits: &Limits| {
        [
            ("connections", size(limits.connections)),
            ("buffered_bytes", size(limits.buffered_bytes)),
            ("metric_labels", size(limits.metric_labels)),
            ("reload_ms", limits.reload_ms),
        ]
    };
    let told = |((key, old), (_, new)): ((&str, u64), (&str, u64))| {
        (old != new).then(|| Change { loosens: new > old, ..Change::tightens(format!("`[limits] {key}`: {old} -> {new}")) })
    };
    let first = at_once(old).into_iter().zip(at_once(new)).filter_map(told);
    first.chain(at_start(old).into_iter().zip(at_start(new)).filter_map(told).map(Change::at_start_only)).collect()
}

impl Config {
    /// This configuration as far as a linchpin that runs with `old` can take it up: what
    /// was opened at its start stays as it is.
    pub fn beside(self, old: &Self) -> Self {
        let server = super::Server { hosts: self.server.hosts.clone(), ..old.server.clone() };
        let limits = Limits {
            connections: old.limits.connections,
            buffered_bytes: old.limits.buffered_bytes,
            metric_labels: old.limits.metric_labels,
            reload_ms: old.limits.reload_ms,
            ..self.limits
        };
        Self {
            server,
            limits,
            store: old.store.clone(),
            operators: old.operators.clone(),
            notify: old.notify.clone(),
            console: old.console.clone(),
            redact: old.redact.clone(),
            keep: old.keep,
            ..self
        }
    }
}

#[cfg(test)]
mod tests;
