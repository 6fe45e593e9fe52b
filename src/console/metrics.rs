//! `/metrics`: what is counted, in the text form that Prometheus reads. Behind the token
//! like everything else.
//!
//! Counts begin at zero with each start. Labels come from outside (pins said in a chat
//! have names too), so there are `[limits] metric_labels` of them at most, the ones that
//! were there first; the rest is counted together as `other`.

use super::Console;
use crate::record::{Health, Outcome};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::fmt::Write;
use std::sync::Arc;

pub(super) async fn metrics(State(console): State<Arc<Console>>) -> Response {
    // Whoever looks at the numbers wants to know whether the store works now.
    let is_well = console.record.probe().await == Health::Well;
    let (tally, labels_max) = (console.record.tally(), console.metric_labels);
    let mut text = String::new();
    let version = format!("{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    metric(&mut text, "linchpin_info", "gauge", "Which linchpin this is.", [(version, 1)]);
    metric(&mut text, "linchpin_store_up", "gauge", "1 while entries can be written.", [(String::new(), u64::from(is_well))]);
    metric(&mut text, "linchpin_pins", "gauge", "Pins that the configuration has.", [(String::new(), count(console.pin_texts().len()))]);
    let pending = count(console.record.pending_in_all());
    metric(&mut text, "linchpin_holds_pending", "gauge", "Calls that wait for a person.", [(String::new(), pending)]);
    let refused = console.guard.refused();
    metric(
        &mut text,
        "linchpin_refused_logins_total",
        "counter",
        "Requests of this port that brought no right token.",
        [(String::new(), refused)],
    );
    let outcomes = Outcome::ALL.into_iter().chain([Outcome::Passed]);
    let outcomes = outcomes.map(|outcome| (label("outcome", outcome.name()), tally.of(outcome)));
    metric(
        &mut text,
        "linchpin_outcomes_total",
        "counter",
        "What became of recorded calls; a held one counts again once it is decided.",
        outcomes,
    );
    let (shown, rest) = tally.pins.split_at(labels_max.min(tally.pins.len()));
    let other = rest.iter().map(|(_, calls)| calls).sum::<u64>();
    let pins = shown.iter().map(|(pin, calls)| (label("pin", pin), *calls)).chain((other > 0).then(|| (label("pin", "other"), other)));
    metric(&mut text, "linchpin_objections_total", "counter", "Recorded calls by the pins that decided.", pins);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

fn metric(text: &mut String, name: &str, kind: &str, help: &str, values: impl IntoIterator<Item = (String, u64)>) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    for (labels, value) in values {
        let _ = writeln!(text, "{name}{labels} {value}");
    }
}

fn label(name: &str, value: &str) -> String {
    let value = crate::show::escape(value).replace('\\', "\\\\").replace('"', "\\\"");
    format!("{{{name}=\"{value}\"}}")
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_cannot_end_its_line_or_its_quotes() {
        assert_eq!(label("pin", "a\"} 7\nb"), "{pin=\"a\\\"} 7\\\\u{a}b\"}");
    }
}
