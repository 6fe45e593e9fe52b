//! The rooms and their walls, checked on the source text itself.
//!
//! `src/lib.rs` is the map: its headings say which rooms are words, thinking,
//! remembering and talking. A reader here takes a file apart into the paths it
//! names, so that a wall is broken neither by a group (`use std::{fs, fmt}`) nor in
//! the middle of a function. Each rule is also shown a made-up file that breaks it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers, lowest first, as `src/lib.rs` heads them.
const LAYERS: [&str; 4] = ["words", "thinking", "remembering", "talking"];

/// Crates whose every use is a socket, a disk, a clock or randomness.
const OUTSIDE: [&str; 10] = ["tokio", "reqwest", "hyper", "hyper_util", "axum", "rusqlite", "getrandom", "jiff", "rustix", "etcetera"];

/// What of these modules is a plain value; the rest reaches outside.
const PLAIN_VALUES: [(&str, &[&str]); 2] =
    [("std::time", &["Duration"]), ("std::net", &["IpAddr", "Ipv4Addr", "Ipv6Addr", "SocketAddr", "AddrParseError"])];

/// Parts of the standard library that reach outside whatever is taken from them.
const REACHES: [&str; 8] =
    ["std::fs", "std::env", "std::process", "std::thread", "std::os", "std::io::stdin", "std::io::stdout", "std::io::stderr"];

/// One file of `src/`.
struct Source {
    /// Below `src/`, with `/`.
    path: String,
    text: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The first part of its path: the room.
    fn room(&self) -> &str {
        let first = self.path.split('/').next().expect("a part");
        first.strip_suffix(".rs").unwrap_or(first)
    }

    fn is_test(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "testing.rs"))
    }
}

/// Every file of the program.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut found) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path: PathBuf = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let below = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
                found.push(Source { path: below, text: fs::read_to_string(&path).expect("a file") });
            }
        }
    }
    assert!(found.len() > 50, "only {} files were found", found.len());
    found
}

/// Names and punctuation, without comments and texts.
fn tokens(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let at = |place: usize| characters.get(place).copied().unwrap_or('\0');
    let (mut tokens, mut place) = (Vec::new(), 0);
    while place < characters.len() {
        let start = place;
        match at(place) {
            '/' if at(place + 1) == '/' => place = skip_until(&characters, place, |c| c == '\n'),
            '/' if at(place + 1) == '*' => {
                place += 2;
                while place < characters.len() && !(at(place) == '*' && at(place + 1) == '/') {
                    place += 1;
                }
                place += 2;
            }
            '"' => place = after_text(&characters, place),
            'r' if matches!(at(place + 1), '"' | '#') && raw_text(&characters, place).is_some() => {
                place = raw_text(&characters, place).expect("just found");
            }
            '\'' if at(place + 1) == '\\' => place = skip_until(&characters, place + 3, |c| c == '\'') + 1,
            '\'' if at(place + 2) == '\'' => place += 3,
            c if c.is_alphanumeric() || c == '_' => {
                place = skip_until(&characters, place, |c| !(c.is_alphanumeric() || c == '_'));
                tokens.push(characters[start..place].iter().collect());
            }
            ':' if at(place + 1) == ':' => {
                place += 2;
                tokens.push("::".to_owned());
            }
            c => {
                place += 1;
                if !c.is_whitespace() {
                    tokens.push(c.to_string());
                }
            }
        }
    }
    tokens
}

fn skip_until(characters: &[char], from: usize, ends: impl Fn(char) -> bool) -> usize {
    (from..characters.len()).find(|place| ends(characters[*place])).unwrap_or(characters.len())
}

/// Behind a text in quotes that begins here.
fn after_text(characters: &[char], start: usize) -> usize {
    let mut place = start + 1;
    while place < characters.len() && characters[place] != '"' {
        place += if characters[place] == '\\' { 2 } else { 1 };
    }
    place + 1
}

/// Behind a raw text that begins here, if one does.
fn raw_text(characters: &[char], start: usize) -> Option<usize> {
    let hashes = characters[start + 1..].iter().take_while(|c| **c == '#').count();
    if characters.get(start + 1 + hashes) != Some(&'"') {
        return None;
    }
    let body = start + 2 + hashes;
    let is_end = |place: &usize| characters[*place] == '"' && characters[*place + 1..].iter().take_while(|c| **c == '#').count() >= hashes;
    (body..characters.len()).find(is_end).map(|end| end + 1 + hashes)
}

/// The tokens outside `#[cfg(test)]` modules.
fn without_tests(tokens: &[String]) -> Vec<String> {
    let opening = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    let (mut kept, mut place) = (Vec::new(), 0);
    while place < tokens.len() {
        let is_opening = tokens[place..].iter().zip(opening).filter(|(token, expected)| token == expected).count() == opening.len();
        if !is_opening || tokens.get(place + 9).map(String::as_str) != Some("{") {
            kept.push(tokens[place].clone());
            place += 1;
            continue;
        }
        let (mut depth, mut end) = (1, place + 10);
        while end < tokens.len() && depth > 0 {
            depth += match tokens[end].as_str() {
                "{" => 1,
                "}" => -1,
                _ => 0,
            };
            end += 1;
        }
        place = end;
    }
    kept
}

/// Every path that begins with one of `roots`, with its groups spelled out.
fn paths(tokens: &[String], roots: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let is_inner = place > 0 && matches!(tokens[place - 1].as_str(), "::" | ".");
        let is_absolute = place > 1 && tokens[place - 1] == "::" && !is_name(&tokens[place - 2]);
        // A root alone is only a name, as in `pub(crate)`, unless it is imported.
        let is_path = tokens.get(place + 1).is_some_and(|next| next == "::") || (place > 0 && tokens[place - 1] == "use");
        if roots.contains(&token.as_str()) && is_path && (!is_inner || is_absolute) {
            tree(tokens, place, "", &mut found);
        }
    }
    found
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Reads one tree of a `use`, or one path, and gives where it ends.
fn tree(tokens: &[String], start: usize, before: &str, found: &mut Vec<String>) -> usize {
    let (mut path, mut place) = (before.to_owned(), start);
    loop {
        match tokens.get(place).map(String::as_str) {
            Some("{") => {
                place += 1;
                while tokens.get(place).is_some_and(|token| token != "}") {
                    place = tree(tokens, place, &path, found).max(place + 1);
                    while tokens.get(place).is_some_and(|token| token != "," && token != "}") {
                        place += 1;
                    }
                    place += usize::from(tokens.get(place).is_some_and(|token| token == ","));
                }
                return place + 1;
            }
            Some(token) if is_name(token) || token == "*" => {
                if token != "self" || path.is_empty() {
                    path = if path.is_empty() { token.to_owned() } else { format!("{path}::{token}") };
                }
                place += 1;
                if tokens.get(place).is_some_and(|next| next == "::") {
                    place += 1;
                } else {
                    found.push(path);
                    return place;
                }
            }
            _ => {
                found.push(path);
                return place;
            }
        }
    }
}

/// Which layer each room is in, as the map says.
fn map(lib: &str) -> BTreeMap<String, usize> {
    let (mut layer, mut rooms) = (None, BTreeMap::new());
    for line in lib.lines() {
        if let Some(heading) = line.strip_prefix("// -- ") {
            layer = LAYERS.iter().position(|name| *name == heading);
            assert!(layer.is_some(), "`{heading}` is no layer");
        } else if let Some(room) = line.trim_start_matches("pub ").strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) {
            rooms.insert(room.to_owned(), layer.unwrap_or_else(|| panic!("room `{room}` stands under no heading")));
        }
    }
    rooms
}

fn real_map() -> BTreeMap<String, usize> {
    map(&sources().iter().find(|source| source.path == "lib.rs").expect("a map").text)
}

/// What a file takes from a layer above its own.
fn upward(source: &Source, map: &BTreeMap<String, usize>) -> Vec<String> {
    let Some(own) = map.get(source.room()) else { return Vec::new() };
    let taken = paths(&tokens(&source.text), &["crate"]);
    let is_upward = |path: &String| match path.split("::").nth(1) {
        // The whole crate under one name hides what is taken.
        None | Some("*") => true,
        Some(room) => map.get(room).is_some_and(|layer| layer > own),
    };
    taken.into_iter().filter(is_upward).map(|path| format!("{}: {path}", source.path)).collect()
}

/// Whether a file climbs out of its room with `super`, where `crate` would say so.
fn climbs_out(source: &Source) -> bool {
    let parts: Vec<&str> = source.path.split('/').collect();
    let depth = parts.len() - usize::from(parts.last() == Some(&"mod.rs"));
    let tokens = tokens(&source.text);
    let has_inner = tokens.windows(3).any(|three| three[0] == "mod" && three[2] == "{");
    let reach = depth + usize::from(has_inner);
    paths(&tokens, &["super"]).iter().any(|path| path.split("::").take_while(|part| *part == "super").count() >= reach)
}

/// What a file takes from outside the process.
fn reaches_out(source: &Source) -> Vec<String> {
    let tokens = without_tests(&tokens(&source.text));
    let mut roots = OUTSIDE.to_vec();
    roots.extend(["std", "core"]);
    let begins = |path: &str, with: &str| path == with || path.strip_prefix(with).is_some_and(|rest| rest.starts_with("::"));
    let is_out = |path: &String| {
        let plain = PLAIN_VALUES.iter().find(|(module, _)| begins(path, module));
        OUTSIDE.iter().chain(&REACHES).any(|module| begins(path, module))
            || matches!(path.as_str(), "std" | "std::*" | "std::io" | "std::io::*")
            || plain.is_some_and(|(module, values)| !values.iter().any(|value| begins(path, &format!("{module}::{value}"))))
    };
    paths(&tokens, &roots).into_iter().filter(is_out).map(|path| format!("{}: {path}", source.path)).collect()
}

/// Whether a file's code says a word, in any case and as part of any name.
fn says(source: &Source, word: &str) -> bool {
    tokens(&source.text).iter().any(|token| token.to_lowercase().contains(word))
}

/// Whether a file names the operator's port as a room.
fn names_the_console(source: &Source) -> bool {
    let tokens = tokens(&source.text);
    paths(&tokens, &["crate", "linchpin"]).iter().any(|path| path.split("::").nth(1) == Some("console"))
}

/// Where a file on the way of a body would write JSON anew.
fn writes_json_anew(source: &Source) -> Vec<String> {
    let tokens = without_tests(&tokens(&source.text));
    let is_writing = |path: &String| {
        let inner = path.strip_prefix("serde_json::").unwrap_or("*");
        let first = inner.split("::").next().unwrap_or_default();
        matches!(first, "*" | "Value" | "json" | "Map" | "Serializer") || first.starts_with("to_") || inner.starts_with("value::to_")
    };
    paths(&tokens, &["serde_json"]).into_iter().filter(is_writing).map(|path| format!("{}: {path}", source.path)).collect()
}

fn opens_with_prose(source: &Source) -> bool {
    source.text.starts_with("//! ")
}

fn is_well_named(source: &Source) -> bool {
    let lower = source.path.to_lowercase();
    !["util", "helper", "manager"].iter().any(|word| lower.contains(word))
}

#[test]
fn imports_point_one_way() {
    let map = real_map();
    assert_eq!(LAYERS.map(|layer| map.values().any(|found| LAYERS[*found] == layer)), [true; 4], "{map:?}");
    let broken: Vec<String> = sources().iter().flat_map(|source| upward(source, &map)).collect();
    assert!(broken.is_empty(), "taken from a layer above:\n{}", broken.join("\n"));
    let climbers: Vec<String> = sources().into_iter().filter(climbs_out).map(|source| source.path).collect();
    assert!(climbers.is_empty(), "say `crate::`, not `super::`, outside the room: {climbers:?}");
}

#[test]
fn an_import_that_points_the_other_way_would_be_found() {
    let map = map(
        "// -- words\npub mod call;\n// -- thinking\npub mod wire;\n// -- remembering\npub mod record;\n// -- talking\npub mod proxy;\n",
    );
    for bad in [
        "use crate::record::Record;",
        "use crate::{call::Call, proxy::{self, X}};",
        "fn f() -> u8 { crate::proxy::port() }",
        "use crate as everything;",
        "use crate::*;",
    ] {
        assert!(!upward(&Source::new("wire/gate.rs", bad), &map).is_empty(), "{bad}");
    }
    for good in
        ["use crate::call::Call;", "// crate::proxy\n", "const A: &str = \"crate::proxy\";", "const A: char = '\"'; // crate::record"]
    {
        assert!(upward(&Source::new("wire/gate.rs", good), &map).is_empty(), "{good}");
    }
    assert!(upward(&Source::new("proxy/mod.rs", "use crate::record::Record;"), &map).is_empty());
    assert!(climbs_out(&Source::new("wire/mod.rs", "use super::record::Record;")));
    assert!(climbs_out(&Source::new("wire/gate.rs", "use super::super::record::Record;")));
    assert!(!climbs_out(&Source::new("wire/gate.rs", "use super::Gate;")));
}

#[test]
fn words_and_thinking_reach_for_nothing_outside_the_process() {
    let map = real_map();
    let is_inner = |source: &&Source| map.get(source.room()).is_some_and(|layer| *layer <= 1) && !source.is_test();
    let broken: Vec<String> = sources().iter().filter(is_inner).flat_map(reaches_out).collect();
    assert!(broken.is_empty(), "a socket, the disk, a clock or randomness:\n{}", broken.join("\n"));
}

#[test]
fn a_thought_that_reaches_outside_would_be_found() {
    for bad in [
        "use std::fs;",
        "use std::{fmt, time::{Duration, Instant}};",
        "fn f() { let now = std::time::SystemTime::now(); }",
        "use std::net::TcpStream;",
        "use std::time;",
        "use tokio::spawn;",
        "use tokio;",
        "fn f() { ::std::process::exit(1) }",
        "fn f() { getrandom::fill(b) }",
        "use std as s;",
    ] {
        assert_eq!(reaches_out(&Source::new("wire/gate.rs", bad)).len(), 1, "{bad}");
    }
    for good in [
        "use std::time::Duration;",
        "use std::net::{IpAddr, Ipv4Addr};",
        "use std::io::Read;",
        "/// See [`std::fs`].\nstruct A;",
        "#[cfg(test)]\nmod tests { use std::fs; fn f() { if a { b } } }\nuse std::fmt;",
        "const A: &[&str] = &[\"std::fs\", r#\"use tokio;\"#];",
        "fn f(tokio: u8) -> u8 { tokio }",
    ] {
        assert!(reaches_out(&Source::new("wire/gate.rs", good)).is_empty(), "{good}");
    }
}

#[test]
fn the_agents_port_knows_nothing_of_the_operators() {
    let named: Vec<String> = sources()
        .into_iter()
        .filter(|source| !matches!(source.room(), "console" | "cli" | "lib" | "main"))
        .filter(names_the_console)
        .map(|source| source.path)
        .collect();
    assert!(named.is_empty(), "only the command line starts the console: {named:?}");
    let said: Vec<String> =
        sources().into_iter().filter(|source| source.room() == "proxy" && says(source, "console")).map(|source| source.path).collect();
    assert!(said.is_empty(), "the agent's port has no word for it: {said:?}");
}

#[test]
fn a_door_in_the_wall_would_be_found() {
    assert!(names_the_console(&Source::new("record/mod.rs", "use crate::{call, console::Token};")));
    assert!(!names_the_console(&Source::new("config/mod.rs", "pub struct Config { pub console: Console }")));
    assert!(says(&Source::new("proxy/mod.rs", "fn f(config: &Config) { serve(config.console.hosts) }"), "console"));
    assert!(!says(&Source::new("proxy/mod.rs", "//! Not the console.\nfn f() { g(\"console\") }"), "console"));
}

#[test]
fn no_body_is_written_anew() {
    let is_on_the_way = |source: &&Source| matches!(source.room(), "wire" | "inject" | "proxy") && !source.is_test();
    let broken: Vec<String> = sources().iter().filter(is_on_the_way).flat_map(writes_json_anew).collect();
    assert!(broken.is_empty(), "splice the bytes instead:\n{}", broken.join("\n"));
    for bad in
        ["use serde_json::Value;", "fn f() { serde_json::to_vec(&body) }", "use serde_json::{from_slice, json};", "use serde_json as j;"]
    {
        assert_eq!(writes_json_anew(&Source::new("wire/gate.rs", bad)).len(), 1, "{bad}");
    }
    for good in
        ["use serde_json::value::RawValue;", "fn f() { serde_json::from_slice(b) }", "#[cfg(test)]\nmod tests { use serde_json::Value; }"]
    {
        assert!(writes_json_anew(&Source::new("wire/gate.rs", good)).is_empty(), "{good}");
    }
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let silent: Vec<String> = sources().into_iter().filter(|source| !opens_with_prose(source)).map(|source| source.path).collect();
    assert!(silent.is_empty(), "begin with `//!`: {silent:?}");
    assert!(!opens_with_prose(&Source::new("a.rs", "use std::fmt;\n//! Late.")));
}

#[test]
fn no_file_is_a_drawer_for_everything() {
    let drawers: Vec<String> = sources().into_iter().filter(|source| !is_well_named(source)).map(|source| source.path).collect();
    assert!(drawers.is_empty(), "name it after what it is about: {drawers:?}");
    assert!(!is_well_named(&Source::new("wire/utils.rs", "")) && is_well_named(&Source::new("wire/sse.rs", "")));
}

#[test]
fn every_test_that_the_map_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/architecture.md")).expect("the page");
    let table = page.split("## What must never be there").nth(1).and_then(|rest| rest.split("\nAbsent,").next()).expect("the table");
    let named: Vec<&str> = table.split('`').skip(1).step_by(2).filter(|name| name.len() > 15 && name.contains('_')).collect();
    assert!(named.len() > 20, "{named:?}");
    let beside = fs::read_dir(root.join("tests/it")).expect("a folder").map(|entry| entry.expect("an entry").path());
    let beside = beside.filter(|path| path.is_file()).map(|path| Source::new("it.rs", &fs::read_to_string(path).expect("a file")));
    let all: Vec<Source> = sources().into_iter().chain(beside).collect();
    let is_there = |name: &&str| all.iter().any(|source| source.text.contains(&format!("fn {name}(")));
    let gone: Vec<&str> = named.into_iter().filter(|name| !is_there(name)).collect();
    assert!(gone.is_empty(), "docs/architecture.md names tests that are not there: {gone:?}");
}
