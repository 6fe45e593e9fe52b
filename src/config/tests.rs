//! What is taken, what is refused, and how the refusal reads.

use super::*;
use crate::kind::Kind;
use crate::verdict::Verdict;
use std::path::Path;

/// Checks a file's text as if it stood in `/etc/linchpin/linchpin.toml`.
fn read(text: &str) -> Result<Config, ConfigError> {
    parse(text, Path::new("/etc/linchpin/linchpin.toml"), &Asked { data: Some("/var/lib/linchpin".into()), ..Asked::default() })
}

fn good(text: &str) -> Config {
    read(text).unwrap_or_else(|error| panic!("{}", error.render(false)))
}

/// The report of a file that is refused, without colour.
fn refused(text: &str) -> String {
    match read(text) {
        Ok(_) => panic!("this was taken:\n{text}"),
        Err(error) => error.render(false),
    }
}

/// A file with one good pin and these lines in it.
fn pin(lines: &str) -> String {
    format!("[[pin]]\nid = \"p\"\ntext = \"Ask me before deleting.\"\n{lines}\n")
}

#[test]
fn an_explicit_pin_is_enforced_as_written() {
    let config = good(&pin("on = [\"delete\", \"publish.push\"]\nthen = \"block\"\ntools = [\"gmail_*\"]"));
    let clause = &config.pins[0].clauses[0];
    assert_eq!((clause.on.as_slice(), clause.then), ([Kind::Delete, Kind::PublishPush].as_slice(), Verdict::Block));
    assert_eq!(clause.tools, ["gmail_*"]);
}
