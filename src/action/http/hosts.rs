//! What requests to well-known services do, by the table in `hosts.txt`.

use std::sync::LazyLock;

use crate::kind::Kind;

/// How much of a body is looked at.
const BODY_CHARACTERS_MAX: usize = 20_000;

struct Row {
    hosts: Vec<&'static str>,
    methods: Vec<&'static str>,
    pieces: Vec<&'static str>,
    kinds: Vec<Kind>,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| include_str!("hosts.txt").lines().filter_map(row).collect());

fn row(line: &'static str) -> Option<Row> {
    let mut words = line.split_whitespace();
    let hosts = words.next().filter(|word| !word.starts_with('#'))?.split('|').collect();
    let methods = words.next()?.split('|').collect();
    let pieces = words.next()?.split('|').collect();
    Some(Row { hosts, methods, pieces, kinds: words.filter_map(Kind::from_name).collect() })
}

/// What the table says of a request; empty where it says nothing.
pub(super) fn kinds(host: &str, method: &str, path: &str, body: &str) -> Vec<Kind> {
    let body: String = body.chars().take(BODY_CHARACTERS_MAX).filter(|c| !c.is_whitespace()).collect();
    let is_host = |known: &&str| *known == "*" || host.strip_suffix(*known).is_some_and(|below| below.is_empty() || below.ends_with('.'));
    let fits = |row: &&Row| {
        row.hosts.iter().any(is_host) && row.methods.contains(&method) && row.pieces.iter().any(|piece| holds(piece, path, &body))
    };
    ROWS.iter().find(fits).map(|row| row.kinds.clone()).unwrap_or_default()
}

/// `a+b` is both.
fn holds(piece: &str, path: &str, body: &str) -> bool {
    match piece.strip_prefix("body:") {
        Some(part) => body.contains(part),
        None => piece == "*" || piece.split('+').all(|part| path.contains(part)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_names_kinds_that_exist() {
        for line in include_str!("hosts.txt").lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            assert!(words.len() >= 4 && words.iter().skip(3).all(|kind| *kind == "-" || Kind::from_name(kind).is_some()), "{line}");
        }
    }

    #[test]
    fn a_host_is_no_other_that_ends_like_it() {
        assert_eq!(kinds("registry.npmjs.org", "PUT", "/x", ""), [Kind::Publish]);
        assert_eq!(kinds("evilregistry.npmjs.org.example", "PUT", "/x", ""), []);
        assert_eq!(kinds("notntfy.sh", "POST", "/x", ""), []);
        assert_eq!(kinds("registry.npmjs.org", "GET", "/x", ""), []);
    }
}
