//! From a file, or from none, to a checked [`Config`].

use super::finding::{ConfigError, Finding, Report};
use super::section::Section;
use super::{Capture, Config, Hosted, parts, pins, place, shape, together, upstreams};
use crate::digest::{Fields, PinStamp, hex};
use crate::policy::{Guarded, starter};
use crate::record::{self, Settings, Terms};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::de::DeTable;

/// What the command line, or the environment, says over the file.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// `--config`, `LINCHPIN_CONFIG`
    pub config: Option<PathBuf>,
    /// `--data`, `LINCHPIN_DATA`
    pub data: Option<PathBuf>,
    /// `--listen`
    pub listen: Option<SocketAddr>,
    /// `--console`
    pub console: Option<SocketAddr>,
}

/// What a report calls the configuration when there is no file.
const NO_FILE: &str = "the built-in configuration";

/// Loads the configuration that is to be used: the file asked for, else the one
/// in the platform's config dir, else the starter configuration. Never one of
/// the working directory.
pub fn load(asked: &Asked) -> Result<Config, ConfigError> {
    origin(asked)?.config(asked)
}

/// What [`load`] would read, as it stands there now.
pub fn origin(asked: &Asked) -> Result<Origin, ConfigError> {
    match place::find(asked.config.as_deref())? {
        Some(path) => Ok(Origin { text: place::read(&path)?, file: Some(path) }),
        None => Ok(Origin::default()),
    }
}

/// Where a configuration comes from, word for word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The file; `None`: the starter configuration.
    pub file: Option<PathBuf>,
    /// Its text.
    pub text: String,
}

impl Origin {
    /// The configuration that these words are.
    pub fn config(&self, asked: &Asked) -> Result<Config, ConfigError> {
        match &self.file {
            Some(path) => parse(&self.text, path, asked),
            None => starter(asked),
        }
    }

    /// SHA-256 over it, hexadecimal.
    pub fn digest(&self) -> String {
        let mut fields = Fields::new("linchpin-config-v1");
        fields.text(if self.file.is_some() { "file" } else { "starter" });
        fields.text(&self.text);
        hex(&fields.finish())
    }
}

/// Checks a file's text. `file` names it in reports; relative paths start from its folder.
pub fn parse(text: &str, file: &Path, asked: &Asked) -> Result<Config, ConfigError> {
    let name = file.display().to_string();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (tree, errors) = DeTable::parse_recoverable(text);
    if let Some(report) = Report::of(&name, text, errors.iter().map(|error| broken(error, text)).collect()) {
        return Err(ConfigError::Invalid(report));
    }
    let mut shape = shape::compare(tree.get_ref());
    if tree.get_ref().is_empty() {
        let finding = Finding::new("the file says nothing", 0..text.len().min(1));
        shape.findings.push(finding.help("delete it to use the starter pins, or write one with `linchpin init`"));
    }
    let mut config = assemble(&Section::file(tree.get_ref()), Some(file), asked, &mut shape.findings)?;
    if let Some(report) = Report::of(&name, text, shape.findings) {
        return Err(ConfigError::Invalid(report));
    }
    config.unbuilt.extend(told(&shape.missing));
    Ok(config)
}

/// The configuration without a file: the public APIs, and the starter pins.
fn starter(asked: &Asked) -> Result<Config, ConfigError> {
    let mut findings = Vec::new();
    let nothing = DeTable::new();
    let mut config = assemble(&Section::file(&nothing), None, asked, &mut findings)?;
    config.pins = starter::pins();
    config.warnings.clear();
    match Report::of(NO_FILE, "", findings) {
        Some(report) => Err(ConfigError::Invalid(report)),
        None => Ok(config),
    }
}

/// Reads every part of the file, then compares the parts with one another.
fn assemble(file: &Section<'_>, path: Option<&Path>, asked: &Asked, findings: &mut Vec<Finding>) -> Result<Config, ConfigError> {
    let folder = path.and_then(Path::parent);
    let operators = parts::operators(file, findings);
    let hold = parts::hold(&file.section("hold"), findings);
    let desk = pins::Desk { operators: operators.len(), reply: hold.reply };
    let set = pins::read(file, &desk, findings);
    let mut unbuilt = Vec::new();
    let config = Config {
        file: path.map(Path::to_owned),
        server: parts::server(&file.section("server"), folder, asked, findings)?,
        upstreams: upstreams::read(file, findings, &mut unbuilt),
        store: parts::store(&file.section("store"), findings),
        hold,
        breaker: parts::breaker(&file.section("breaker"), findings),
        pins: set.pins,
        notes: set.notes,
        capture: file.section("conversation").read("capture", findings, super::values::capture).map_or(Capture::default(), |(it, _)| it),
        hosted: file.section("tools").read("hosted", findings, super::values::hosted).map_or(Hosted::default(), |(it, _)| it),
        agents: parts::agents(file, findings),
        operators,
        notify: parts::notify(&file.section("notify"), findings),
        console: parts::console(&file.section("console"), folder, findings),
        limits: parts::limits(&file.section("limits"), findings),
        redact: parts::redact(&file.section("redact"), findings),
        keep: parts::keep(&file.section("record"), findings).unwrap_or(Duration::from_secs(365 * 24 * 3600)),
        warnings: set.warnings,
        unbuilt,
    };
    together::check(&config, file, findings);
    Ok(Config { warnings: together::warn(&config), ..config })
}

/// A place where the file is no TOML.
fn broken(error: &toml::de::Error, text: &str) -> Finding {
    let end = text.len();
    let span = error.span().map_or(end..end, |span| span.start.min(end)..span.end.min(end));
    let finding = Finding::new(format!("this is not TOML: {}", crate::show::escape(error.message())), span);
    match error.message() {
        message if message.contains("duplicate key") => finding.help("every key and every table stands once; only `[[pin]]` is repeated"),
        _ => finding,
    }
}

/// One sentence for each thing that happens instead, naming all settings that ask for it.
fn told(missing: &[shape::Missing]) -> Vec<String> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for setting in missing {
        match groups.iter_mut().find(|(instead, _)| *instead == setting.instead) {
            Some((_, names)) => names.push(&setting.name),
            None => groups.push((setting.instead, vec![&setting.name])),
        }
    }
    groups.into_iter().map(|(instead, names)| format!("{}: not built yet; {instead}", names.join(", "))).collect()
}

impl Config {
    /// Which configuration this is, in a sentence.
    pub fn origin(&self) -> String {
        match (&self.file, place::usual_file()) {
            (Some(file), _) => format!("configuration: {}", file.display()),
            (None, Some(usual)) => format!("no configuration at {}: the starter pins apply", usual.display()),
            (None, None) => "no configuration: the starter pins apply".into(),
        }
    }

    /// What the record has to be told.
    pub fn record(&self) -> Settings {
        let terms = Terms { expires: self.hold.expires, fetch_within: self.hold.fetch_within };
        let pins = self.pins.iter().map(PinStamp::of).collect();
        let breaker = record::Breaker { refusals: self.breaker.refusals, within: self.breaker.within };
        Settings { file: self.store.clone(), redact: self.redact.clone(), keep: self.keep, terms, breaker, pins }
    }

    /// The upstreams that are not built in, with the hosts their requests go to.
    pub fn foreign_hosts(&self) -> BTreeMap<&str, &str> {
        let foreign = self.upstreams.values().filter(|upstream| !upstream.built_in);
        foreign.map(|upstream| (upstream.name.as_str(), upstream.url.host_str().unwrap_or_default())).collect()
    }

    /// What belongs to linchpin on this machine, which no call may reach for.
    pub fn guarded(&self) -> Guarded {
        let listeners: Vec<SocketAddr> =
            [self.server.listen, self.server.console].into_iter().chain(self.agents.values().filter_map(|agent| agent.listen)).collect();
        let public = self.console.public_url.as_ref().and_then(|url| url.host_str()).map(str::to_owned);
        let paths = [Some(&self.server.data), self.file.as_ref()].into_iter().flatten();
        Guarded {
            ports: listeners.iter().map(SocketAddr::port).collect(),
            hosts: self.server.hosts.iter().cloned().chain(listeners.iter().map(|address| address.ip().to_string())).collect(),
            desks: self.console.hosts.iter().cloned().chain(public).collect(),
            paths: paths.filter(|path| path.is_absolute()).map(|path| path.display().to_string()).collect(),
        }
    }

    /// The file the record is kept in.
    pub fn store_file(&self) -> PathBuf {
        self.server.data.join(&self.store)
    }
}
