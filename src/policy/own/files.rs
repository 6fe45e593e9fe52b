//! linchpin's files: the names only it has, and the paths it was configured with.

use super::super::canonical;
use super::words::SEARCHED;
use crate::call::{Action, Count, TargetSort};
use crate::kind::Kind;
use regex::Regex;
use std::sync::LazyLock;

/// Files that are linchpin's wherever they lie. What goes on like program text
/// (`operator.token == x`, `operator.token()`) is none.
const NAMES: &str =
    r#"(?i)(?:^|[\s/\\"'=:,(<>|;&`~@{\[])(?:operator\.token|linchpin\.(?:toml|db|db-wal|db-shm|pid|sock))(?:$|[\s"'/;:,&|)<>`}\]#?*])"#;

/// The same, followed by an operator or a dot: a member of some program's object.
const MEMBERS: &str = r"(?i)operator\.token(?:\s*(?:===?|!==?|=\s)|\??\.[a-z_]|\(|\[)";

/// The directories that a variable names, below their owner's home.
const VARIABLES: [(&str, &str); 4] = [
    (".local/share/", "xdg_data_home"),
    (".config/", "xdg_config_home"),
    ("appdata/local/", "localappdata"),
    ("appdata/roaming/", "appdata"),
];

/// How a home is spelled, in lower case.
const HOMES: [&str; 3] = ["~", "$home", "${home}"];

/// How far above linchpin's files a directory still counts as theirs.
const LEVELS_ABOVE: usize = 2;

/// The names, compiled once: they are the same for every configuration.
#[derive(Debug)]
struct Names {
    files: Regex,
    members: Regex,
    searched: Regex,
}

static COMPILED: LazyLock<Result<Names, regex::Error>> =
    LazyLock::new(|| Ok(Names { files: Regex::new(NAMES)?, members: Regex::new(MEMBERS)?, searched: Regex::new(SEARCHED)? }));

/// The paths, ready to be found.
#[derive(Debug)]
pub(super) struct Files {
    names: &'static Names,
    /// Lower case, forward slashes: each path whole, and below its owner's home.
    whole: Vec<String>,
    below_home: Vec<String>,
    /// First into a directory above, then on from there.
    steps: Option<Regex>,
    /// By way of a variable: `xdg_data_home/linchpin`.
    by_variable: Vec<String>,
}

impl Files {
    pub(super) fn new(paths: &[String]) -> Result<Self, regex::Error> {
        let mut whole: Vec<String> = paths.iter().map(|path| tidy(path)).filter(|path| path.len() > 1).collect();
        // The directory that is linchpin's own, with whatever else is in it.
        let own: Vec<String> = whole.iter().filter_map(|path| path.rsplit_once('/')).map(|(parent, _)| parent.to_owned()).collect();
        whole.extend(own.into_iter().filter(|parent| parent.ends_with("/linchpin")));
        let below_home: Vec<String> =
            whole.iter().filter_map(|path| below_home(path)).filter(|path| path.contains('/')).map(str::to_owned).collect();
        let by_variable = below_home.iter().flat_map(|path| by_variable(path)).collect();
        let steps: Vec<String> = whole.iter().chain(&below_home).flat_map(|path| steps(path, below_home.contains(path))).collect();
        let steps = (!steps.is_empty()).then(|| Regex::new(&steps.join("|"))).transpose()?;
        let names = COMPILED.as_ref().map_err(regex::Error::clone)?;
        Ok(Self { names, whole, below_home, steps, by_variable })
    }

    pub(super) fn reach(&self, text: &str) -> Option<String> {
        let is_named = self.names.are_in(text);
        let text = tidy(text);
        let is_whole = self.whole.iter().any(|path| stands_in(&text, path, |before| !before.is_alphanumeric() && before != '/'));
        let is_below = || self.below_home.iter().any(|path| stands_in(&text, path, |before| before == '/'));
        let is_by_variable = || self.by_variable.iter().any(|path| stands_in(&text, path, |_| true));
        let is_by_steps = || self.steps.as_ref().is_some_and(|steps| steps.is_match(&self.names.searched.replace_all(&text, "$1")));
        (is_named || is_whole || is_below() || is_by_variable() || is_by_steps() || self.is_guessed(&text)).then(reached)
    }

    /// The same in a text whose lists of words were put together as paths.
    pub(super) fn reach_joined(&self, text: &str) -> Option<String> {
        let text = tidy(text);
        let is_below = |path: &String| stands_in(&text, path, |before| matches!(before, '/' | '"' | '\''));
        self.below_home.iter().any(is_below).then(reached).or_else(|| self.reach(&text))
    }

    /// What removes or replaces the directories right above linchpin's files. What
    /// is so wide that linchpin is only part of it (`/`, a whole home) is for the
    /// other pins, and a person, to decide.
    pub(super) fn in_actions(&self, actions: &[Action]) -> Option<String> {
        let destroys = |action: &&Action| {
            matches!(action.kind.broad(), Kind::Delete | Kind::Overwrite | Kind::Permission | Kind::Disclose) && action.count == Count::Set
        };
        let targets = actions.iter().filter(destroys).flat_map(|action| &action.targets);
        let mut directories = targets.filter(|target| target.sort == TargetSort::Path).map(|target| target.value.as_str());
        directories.any(|directory| self.lie_below(directory)).then(|| "linchpin's files lie below what it changes".to_owned())
    }

    fn lie_below(&self, directory: &str) -> bool {
        let directory = tidy(directory.trim_end_matches(['*', '.', '/']));
        match HOMES.iter().find_map(|home| directory.strip_prefix(home)) {
            Some(rest) => self.below_home.iter().any(|path| is_right_above(rest.trim_start_matches('/'), path)),
            None => {
                let is_home = below_home(&format!("{directory}/x")) == Some("x");
                let is_clear = matches!(canonical::path(&directory), canonical::Form::Clear(_));
                let is_deep = directory.matches('/').count() > 1;
                is_clear && is_deep && !is_home && self.whole.iter().any(|path| is_right_above(&directory, path))
            }
        }
    }

    /// `~/.local/share/linch*`: a pattern whose fixed part leads nowhere else.
    fn is_guessed(&self, text: &str) -> bool {
        let words = text.split(|c: char| c.is_whitespace() || "\"'`;|&()<>=,".contains(c));
        words.filter_map(|word| word.split_once(['*', '?', '[']).map(|(fixed, _)| fixed)).any(|fixed| {
            let leads = |path: &String| path.starts_with(fixed) && fixed.len() > path.rfind('/').map_or(0, |at| at + 1);
            let home = HOMES.iter().find_map(|home| fixed.strip_prefix(home)?.strip_prefix('/'));
            let leads_home =
                |path: &String| home.is_some_and(|fixed| path.starts_with(fixed) && fixed.len() > path.rfind('/').map_or(0, |at| at + 1));
            self.whole.iter().any(leads) || self.below_home.iter().any(leads_home)
        })
    }
}

impl Names {
    fn are_in(&self, text: &str) -> bool {
        self.files.is_match(text) && (has_path(text) || self.files.is_match(&self.members.replace_all(text, "")))
    }
}

/// Whether a slash leads to one of the names: then it is a file, whatever follows.
fn has_path(text: &str) -> bool {
    text.replace('\\', "/").to_lowercase().contains("/operator.token")
}

/// Whether the path lies at most [`LEVELS_ABOVE`] below this directory.
fn is_right_above(directory: &str, path: &str) -> bool {
    let below = path.strip_prefix(directory).and_then(|rest| rest.strip_prefix('/'));
    !directory.is_empty() && below.is_some_and(|below| below.split('/').count() <= LEVELS_ABOVE)
}

fn reached() -> String {
    "it reaches for a file of linchpin's".to_owned()
}

/// `cd /home/ann/.local && cat share/linchpin/x`, `tar -C ~/.local/share linchpin`: each way
/// to part a path between a directory to begin with and the rest, as a pattern.
fn steps(path: &str, is_below_home: bool) -> Vec<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let step = |above: usize| {
        let (first, rest) = parts.split_at_checked(parts.len().checked_sub(above)?)?;
        // A directory at the root is anybody's: what its parts are called says too little.
        if first.len() < if is_below_home { 1 } else { 2 } {
            return None;
        }
        let escaped = |parts: &[&str], between: &str| parts.iter().map(|part| regex::escape(part)).collect::<Vec<_>>().join(between);
        let directory = if is_below_home { r"(?:~|\$\{?home\}?)/" } else { "/" };
        let (first, rest) = (escaped(first, "/"), escaped(rest, STEP));
        Some(format!(r#"{INTO}["']?{directory}{first}["']?/?["']?(?:$|[\s;&|)])(?s:.*?)(?:[\s("'=]|\./){rest}(?:$|[\s/;&|)"'*])"#))
    };
    (1..=LEVELS_ABOVE).filter_map(step).collect()
}

/// What goes into a directory, and what goes on to the next.
const INTO: &str = r"(?:(?:^|[\s;&|(])(?:cd|pushd|chdir|set-location|sl)\s+(?:--\s+)?|(?:-c|--directory|--cwd|--root|--chdir)[ =]?)";
const STEP: &str = r#"(?:/|["']?\s*[;&|]+\s*(?:cd|pushd)\s+["']?)"#;

/// The path below `/home/NAME/`, `/Users/NAME/`, `C:/Users/NAME/`, `/root/`.
fn below_home(path: &str) -> Option<&str> {
    let home = path.find("/home/").or_else(|| path.find("/users/"));
    match home {
        Some(at) => path.get(at + 1..)?.splitn(3, '/').nth(2),
        None => path.strip_prefix("/root/").or_else(|| path.strip_prefix("/var/root/")).or_else(|| {
            // An unusual home: what lies below it is called as everywhere.
            let at = ["/.local/share/", "/.config/"].iter().filter_map(|usual| path.find(usual)).min()?;
            path.get(at + 1..)
        }),
    }
}

/// `$XDG_DATA_HOME/linchpin`, `${…}/linchpin`, `%APPDATA%/linchpin`
fn by_variable(path: &str) -> Vec<String> {
    let named = VARIABLES.iter().filter_map(|(directory, variable)| Some((variable, path.strip_prefix(directory)?)));
    named.flat_map(|(variable, rest)| ["", "}", "%"].map(|end| format!("{variable}{end}/{rest}"))).collect()
}

/// Lower case, forward slashes, no `//`, `/./` and `x/..`: one pass over the text.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for part in text.to_lowercase().replace('\\', "/").split('/') {
        let is_climb = part == ".." || part == ".";
        if part.is_empty() && !tidied.is_empty() {
            continue;
        }
        if !is_climb {
            tidied.push_str(part);
            tidied.push('/');
        } else if part == ".." {
            let kept = tidied.trim_end_matches('/').rfind(['/', ' ', '"', '\'', '\n']).map_or(0, |at| at + 1);
            tidied.truncate(kept);
        }
    }
    tidied.pop();
    tidied
}

/// Whether a path stands in a text as a path of its own.
fn stands_in(text: &str, path: &str, may_precede: impl Fn(char) -> bool) -> bool {
    text.match_indices(path).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + path.len()..).and_then(|after| after.chars().next());
        before.is_none_or(&may_precede) && after.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.'))
    })
}
