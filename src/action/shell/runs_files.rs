//! Programs that run what stands in a file they are given, or look for one of a name:
//! interpreters, build tools, database clients, schedulers. What an earlier call wrote
//! into it is done as well.

use super::Feed;
use super::expand::Argument;
use super::walk::Walker;
use crate::action::code::Language;
use crate::action::written::{ALWAYS, FIRST};

/// Programs, and the files that they run where none is named.
const RUNNERS: [(&str, &[&str]); 66] = [
    ("sh", &[]),
    ("bash", &[]),
    ("zsh", &[]),
    ("dash", &[]),
    ("ksh", &[]),
    ("ash", &[]),
    ("fish", &[]),
    ("pwsh", &[]),
    ("powershell", &[]),
    ("cmd", &[]),
    ("source", &[]),
    (".", &[]),
    ("make", &["Makefile", "GNUmakefile"]),
    ("gmake", &["Makefile", "GNUmakefile"]),
    ("just", &["justfile"]),
    ("task", &["Taskfile.yml"]),
    ("rake", &["Rakefile"]),
    ("npm", &["package.json"]),
    ("pnpm", &["package.json"]),
    ("yarn", &["package.json"]),
    ("bun", &["package.json"]),
    ("composer", &["composer.json"]),
    ("npx", &[]),
    ("tsx", &[]),
    ("ts-node", &[]),
    ("pip", &["setup.py"]),
    ("pip3", &["setup.py"]),
    ("uv", &[]),
    ("poetry", &[]),
    ("pipenv", &[]),
    ("pdm", &[]),
    ("nox", &["noxfile.py"]),
    ("pytest", &["conftest.py"]),
    ("jest", &[]),
    ("vitest", &[]),
    ("mocha", &[]),
    ("rspec", &[]),
    ("phpunit", &[]),
    ("bats", &[]),
    ("cargo", &["build.rs"]),
    ("go", &[]),
    ("java", &[]),
    ("gradle", &["build.gradle"]),
    ("docker", &["Dockerfile"]),
    ("podman", &["Containerfile", "Dockerfile"]),
    ("psql", &[]),
    ("mysql", &[]),
    ("mariadb", &[]),
    ("sqlite3", &[]),
    ("duckdb", &[]),
    ("sqlcmd", &[]),
    ("clickhouse-client", &[]),
    ("crontab", &[]),
    ("at", &[]),
    ("batch", &[]),
    ("systemd-run", &[]),
    ("run-parts", &[]),
    ("expect", &[]),
    ("awk", &[]),
    ("gawk", &[]),
    ("sed", &[]),
    ("xargs", &[]),
    ("parallel", &[]),
    ("ssh", &[]),
    ("screen", &[]),
    ("tmux", &[]),
];

/// Words behind `docker` that run what a file says.
const BUILDS: [&str; 3] = ["build", "buildx", "compose"];

impl Walker<'_> {
    /// What earlier calls wrote into the files that this command runs.
    pub(super) fn runs_files(&mut self, name: &str, rest: &[Argument], feed: &Feed) {
        if !self.reading.remembers() {
            return;
        }
        let found = RUNNERS.iter().find(|(program, _)| *program == name).map(|(_, files)| *files);
        let Some(own) = found.or_else(|| Language::of_program(name).map(|_| &[][..])) else { return };
        if let Some(from) = &feed.from {
            self.reading.ran(from, None);
        }
        let places = rest.iter().zip(rest.iter().skip(1)).filter(|(flag, _)| is_place(&flag.text)).map(|(_, place)| place.text.as_str());
        let glued =
            rest.iter().filter_map(|argument| argument.text.split_once('=')).filter(|(flag, _)| is_place(flag)).map(|(_, place)| place);
        let places: Vec<String> =
            places.chain(glued).map(|place| format!("{}/", place.trim_end_matches('/'))).chain([String::new()]).collect();
        let words: Vec<&str> = rest.iter().map(|argument| argument.text.as_str()).filter(|text| !text.starts_with('-')).collect();
        if matches!(name, "docker" | "podman") && !words.first().is_some_and(|word| BUILDS.contains(word)) {
            return;
        }
        for word in rest.iter().map(|argument| argument.text.as_str()) {
            let bare = word.strip_prefix("-f").filter(|glued| !glued.is_empty()).unwrap_or(word).trim_start_matches(['@', '<']);
            let value = bare.split_once('=').map_or(bare, |(_, value)| value);
            for place in &places {
                self.reading.ran(&format!("{place}{value}"), None);
            }
            // `python tools`, `run-parts hooks.d`: what stands in it.
            if matches!(name, "run-parts") {
                self.reading.ran(&format!("{}/*", value.trim_end_matches('/')), None);
            } else if name.starts_with("python") {
                self.reading.ran(&format!("{}/__main__.py", value.trim_end_matches('/')), None);
            }
        }
        let named = rest.iter().zip(rest.iter().skip(1)).filter(|(flag, _)| is_file(&flag.text)).map(|(_, file)| file.text.clone());
        let own: Vec<String> = own.iter().flat_map(|file| places.iter().map(move |place| format!("{place}{file}"))).chain(named).collect();
        for file in own {
            self.reading.ran(&file, None);
            for task in tasks(name, &words) {
                self.reading.ran(&format!("{file}#{task}"), None);
            }
        }
    }
}

/// Options that say in which directory to look.
fn is_place(flag: &str) -> bool {
    matches!(flag, "-C" | "--directory" | "--prefix" | "--cwd" | "--dir" | "--manifest-path" | "-d" | "--working-directory")
}

/// Options that say which file of tasks to use.
fn is_file(flag: &str) -> bool {
    matches!(flag, "-f" | "--file" | "--makefile" | "--justfile" | "--rakefile")
}

/// The tasks that are run by these words, with those that run by themselves around them.
fn tasks(name: &str, words: &[&str]) -> Vec<String> {
    let around = |task: &str| [format!("pre{task}"), task.to_owned(), format!("post{task}")];
    match name {
        "make" | "gmake" | "just" if words.is_empty() => vec![FIRST.to_owned(), ALWAYS.to_owned()],
        "make" | "gmake" | "just" => words.iter().map(|word| (*word).to_owned()).chain([ALWAYS.to_owned()]).collect(),
        "npm" | "pnpm" | "yarn" | "bun" | "composer" => {
            let installs = ["install", "i", "ci", "add", "update", "up", "rebuild", "pack", "publish", "link"];
            let by_itself = ["preinstall", "install", "postinstall", "prepare", "prepublish", "prepublishOnly", "prepack", "postpack"];
            let is_install = words.is_empty() || words.iter().take(2).any(|word| installs.contains(word));
            let named = words.iter().map(|word| if *word == "t" { "test" } else { word }).flat_map(around);
            named.chain(by_itself.into_iter().filter(|_| is_install).map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}
