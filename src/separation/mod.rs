//! How far the agent is kept from linchpin on this machine, said to the operator at the start.
//!
//! Every other promise ends where the agent's side is the same user as linchpin: whoever
//! can read the token or write the data dir needs no call to be approved. linchpin cannot
//! arrange that for itself, so it says what it sees, what that means, and the one step that
//! helps most (docs/threats.md has the deployments). `seen` looks, this file only thinks.

mod seen;

pub use seen::seen;

use std::net::SocketAddr;
use std::path::PathBuf;

/// How many names of accounts or processes a line shows.
const NAMES_SHOWN_MAX: usize = 3;

/// What was seen. `None`: it cannot be told here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Who linchpin runs as; `None`: this system has no numbers for users.
    pub account: Option<Account>,
    /// The names of the other processes that run as the same user.
    pub company: Option<Vec<String>>,
    /// The other accounts that people can log in to; root, the administrator, is not among them.
    pub others: Option<Vec<String>>,
    /// Whether this is a container.
    pub is_container: bool,
    /// What keeps other accounts out of the data dir.
    pub data: Option<Data>,
    /// The operator's port.
    pub console: SocketAddr,
    /// The agents' ports.
    pub agents: Vec<SocketAddr>,
}

/// The account that linchpin runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number; 0 is root.
    pub uid: u32,
    /// Its name in the machine's own list, if it is there.
    pub name: Option<String>,
    /// Whether people can log in to it; `None`: it is in no list of this machine's.
    pub logs_in: Option<bool>,
}

/// The data dir.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// It will be made, for linchpin's account alone.
    NotThere,
    /// It is there.
    There {
        /// Its permissions.
        mode: u32,
        /// A folder on the way to it in which another account may put another one in its place.
        open_above: Option<PathBuf>,
    },
}

/// Whether an agent can be the same user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kin {
    /// Root: every other process of root's is its equal.
    Root,
    /// People log in to it, and start agents there.
    Login,
    /// Nobody logs in, but other programs run as it.
    Shared,
    /// Nothing else runs as it, and nobody logs in.
    Own,
    /// It cannot be told.
    Unknown,
}

impl Facts {
    fn kin(&self) -> Kin {
        let Some(account) = &self.account else { return Kin::Unknown };
        match (account.uid, account.logs_in, &self.company) {
            (0, _, _) => Kin::Root,
            (_, Some(true), _) => Kin::Login,
            (_, _, Some(company)) if !company.is_empty() => Kin::Shared,
            (_, _, Some(_)) => Kin::Own,
            (_, _, None) => Kin::Unknown,
        }
    }

    /// Agents that come in over this machine's (or container's) own loopback.
    fn has_agents_within(&self) -> bool {
        self.agents.iter().any(|listener| listener.ip().is_loopback())
    }
}

/// What the operator reads: a heading, a line for each thing seen, and the step that helps most.
pub fn told(facts: &Facts) -> Vec<String> {
    let mut lines = vec!["separation: what keeps the agent from being linchpin here".to_owned()];
    lines.push(format!("  account: {}", account(facts)));
    lines.extend(facts.is_container.then(|| format!("  container: {}", container(facts))));
    lines.push(format!("  data dir: {}", data(facts)));
    lines.push(format!("  console: {}", console(facts)));
    lines.push(format!("  other accounts: {}", others(facts)));
    lines.push(format!("  what helps most: {}", advice(facts)));
    lines
}

fn account(facts: &Facts) -> String {
    let kin = facts.kin();
    let Some(account) = &facts.account else { return "it cannot be told here who else runs as linchpin's user".into() };
    let who = match &account.name {
        Some(name) if account.uid != 0 => format!("`{name}` (uid {})", account.uid),
        Some(_) | None => format!("uid {}", account.uid),
    };
    let company = match &facts.company {
        Some(company) if !company.is_empty() => format!(" ({} run as it now)", counted(company, "other process", "other processes")),
        Some(_) | None => String::new(),
    };
    let equal = "can read the token, write the data dir and end linchpin, whatever the pins say";
    match kin {
        Kin::Root if facts.is_container => format!("root{company}; what runs as root in this container {equal}"),
        Kin::Root => format!("root{company}; an agent that runs as root {equal}"),
        Kin::Login => format!("{who}, which people log in to{company}; an agent that is started there is the same user: it {equal}"),
        Kin::Shared => format!("{who}, shared{company}; an agent among these is the same user: it {equal}"),
        Kin::Own => format!("{who}, of its own: nothing else runs as it, and nobody logs in to it"),
        Kin::Unknown => format!("{who}; it cannot be told whether anything else runs as it: an agent that does {equal}"),
    }
}

fn container(facts: &Facts) -> &'static str {
    if facts.has_agents_within() {
        "linchpin is in one, and its agents' port is on the loopback: the agents are in it, or share its network"
    } else {
        "linchpin is in one; an agent outside of it reaches the ports that are published, and nothing else of linchpin's"
    }
}

fn data(facts: &Facts) -> String {
    match &facts.data {
        None => "it cannot be told who reads it".into(),
        Some(Data::NotThere) => "not there yet; it is made with mode 0700, so that no other account reads it".into(),
        Some(Data::There { mode, open_above: Some(folder) }) => {
            format!("mode {mode:04o}, but another account may put another one in its place: it may write to `{}`", folder.display())
        }
        Some(Data::There { mode, open_above: None }) if mode & 0o077 != 0 => format!("mode {mode:04o}: other accounts get in"),
        Some(Data::There { mode, open_above: None }) => format!("mode {mode:04o}: no other account reads or writes it"),
    }
}

fn console(facts: &Facts) -> String {
    let address = facts.console;
    match (address.ip().is_loopback(), facts.has_agents_within()) {
        (true, true) => {
            format!("{address} is on the loopback that agents use, too: they reach the port, and need the token to get further")
        }
        (true, false) => format!("{address} is on the loopback, the agents' port is not: an agent elsewhere does not reach it"),
        (false, _) => format!("{address} is reached from wherever this address is: keep the agent's network away from it"),
    }
}

fn others(facts: &Facts) -> String {
    match &facts.others {
        None => "it cannot be told who else can log in here".into(),
        Some(others) if others.is_empty() => "in this machine's own list nobody else can log in".into(),
        Some(others) => format!("{} can log in here: they reach the ports on the loopback", counted(others, "other", "others")),
    }
}

/// The first of these that is open: each is worth less while one before it is.
fn advice(facts: &Facts) -> String {
    let page = "docs/threats.md, \"The deployment that helps most\"";
    let apart = "run linchpin as an account of its own that nobody logs in to, or in a container of its own";
    let open_above = match &facts.data {
        Some(Data::There { open_above: Some(folder), .. }) => Some(folder),
        Some(Data::There { .. } | Data::NotThere) | None => None,
    };
    match (facts.kin(), open_above) {
        (Kin::Root | Kin::Login | Kin::Shared | Kin::Unknown, _) if facts.is_container && facts.has_agents_within() => {
            format!("give the agent a container of its own, from which only linchpin's agent port is reached ({page})")
        }
        (Kin::Root, _) if facts.is_container => "run linchpin in it as another user than root".into(),
        (Kin::Root | Kin::Login | Kin::Unknown, _) if !facts.is_container => format!("{apart} ({page})"),
        (Kin::Shared, _) if !facts.is_container => format!("{apart}, instead of one that is shared ({page})"),
        (_, Some(folder)) => format!("let only linchpin's account and root write to `{}`", folder.display()),
        (_, None) if !facts.console.ip().is_loopback() => format!("keep the console's port out of the agent's network ({page})"),
        (_, None) => format!("let linchpin be the agent's only way out, which cannot be seen from here ({page})"),
    }
}

/// "2 others (`ann`, `bob`)".
fn counted(names: &[String], one: &str, many: &str) -> String {
    let shown: Vec<String> = names.iter().take(NAMES_SHOWN_MAX).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > NAMES_SHOWN_MAX { ", …" } else { "" };
    format!("{} {}: {}{more}", names.len(), if names.len() == 1 { one } else { many }, shown.join(", "))
}

#[cfg(test)]
mod tests;
