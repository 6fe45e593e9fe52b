//! Tools that the provider runs itself, as a request names them.
//!
//! Such a call is over before linchpin sees it, so the request is the only place where it
//! can be kept from happening. This file finds every place where a dialect can name such
//! a tool, asks for a verdict on each by what it could do ([`Unseen`]), and switches off
//! what may not pass in a way that the provider itself enforces: the tool is taken out,
//! its server's list is narrowed, its calls are made to ask first. What cannot be switched
//! off refuses the request. The same request and the same verdicts give the same bytes.
//!
//! A type that is not known counts as one that may do anything.

mod anthropic;
mod approval;
mod chat;
mod gemini;
mod mcp;
mod responses;

pub use approval::{Question, Yes, asking, question, server, yeses};

use super::strip::{self, Declared, Edit, Fate, StripError};
use crate::call::ToolName;
use crate::dialect::Dialect;
use crate::json;
use crate::kind::Kind;
use crate::policy::Unseen;
use crate::verdict::Verdict;
use std::collections::HashMap;
use std::ops::Range;

/// Who runs a declared tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runs {
    /// The client: its calls come back and are judged one by one.
    Client,
    /// The provider, and this is what it does.
    Provider(Unseen),
    /// The provider calls a server's tools, whichever it has.
    Server(Unseen),
}

/// What was done about one tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Done {
    /// Each of its calls asks first, and the question is judged like a call.
    Asks,
    /// Some of a server's tools were taken out.
    Narrowed,
    /// It was taken out.
    Removed,
    /// It cannot be taken out, and the request was refused.
    Refused,
}

impl Done {
    /// In the record, behind the tool's name.
    pub fn told(self) -> &'static str {
        match self {
            Self::Asks => "was made to ask before each of its calls",
            Self::Narrowed => "was narrowed in the request",
            Self::Removed => "was taken out of the request",
            Self::Refused => "was refused with its request",
        }
    }
}

/// One tool that is not what the client asked for any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it is called.
    pub tool: ToolName,
    /// What was done.
    pub done: Done,
    /// Because of what: each of these may not pass.
    pub because: Vec<Unseen>,
}

/// A request's hosted tools, gated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gated {
    /// What is written where.
    pub edits: Vec<Edit>,
    /// What was done about which tool; with [`Done::Refused`] among it the request does not go up.
    pub changes: Vec<Change>,
}

/// The request that is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'r> {
    /// How it is spelled.
    pub dialect: Dialect,
    /// The whole body.
    pub body: &'r [u8],
    /// The arrays in it that declare tools.
    pub tools: &'r [Range<usize>],
    /// The model it asks.
    pub model: Option<&'r str>,
}

/// What a gate asks about everything it finds.
pub type Judge<'j> = dyn FnMut(&Unseen) -> Verdict + 'j;

/// Who runs a tool that is declared so.
pub fn runs(dialect: Dialect, declared: &Declared<'_>) -> Runs {
    match dialect {
        Dialect::OpenaiChat | Dialect::Ollama => chat::runs(declared),
        Dialect::OpenaiResponses => responses::runs(declared),
        Dialect::Anthropic => anthropic::runs(declared),
        Dialect::Gemini => gemini::runs(declared),
    }
}

/// Gates a request's hosted tools. `also`: what else is to become of a tool that the
/// client runs.
pub fn gate(asked: &Asked<'_>, judge: &mut Judge<'_>, also: &mut dyn FnMut(&Declared<'_>) -> Fate) -> Result<Gated, StripError> {
    let mut plan = Plan::default();
    let first = strip::strip(asked.dialect, asked.body, asked.tools, |declared| {
        let fate = fate_of(asked.dialect, declared, judge, &mut plan);
        let fate = if fate == Fate::Stays { also(declared) } else { fate };
        if let (true, Some(place)) = (fate != Fate::Stays, place_of(asked.body, declared)) {
            plan.fates.insert(place, fate.clone());
        }
        fate
    })?;
    around(asked, judge, &mut plan)?;
    let Plan { fates, mut edits, cut, changes, is_open, .. } = plan;
    if cut.is_empty() && edits.is_empty() && !is_open {
        return Ok(Gated { edits: first, changes });
    }
    let kept = |declared: &Declared<'_>| place_of(asked.body, declared).and_then(|place| fates.get(&place).cloned()).unwrap_or(Fate::Stays);
    let cut: Vec<&str> = cut.iter().map(String::as_str).collect();
    edits.extend(strip::strip_and_cut(asked.dialect, asked.body, asked.tools, kept, &cut)?);
    Ok(Gated { edits, changes })
}

/// Every hosted tool that a request names, whatever becomes of it.
pub fn named(asked: &Asked<'_>) -> Result<Vec<ToolName>, StripError> {
    let mut found = Vec::new();
    strip::strip(asked.dialect, asked.body, asked.tools, |declared| {
        if let Runs::Provider(unseen) | Runs::Server(unseen) = runs(asked.dialect, declared) {
            found.push(unseen.tool().clone());
        }
        Fate::Stays
    })?;
    let mut note = |unseen: &Unseen| {
        found.push(unseen.tool().clone());
        Verdict::Pass
    };
    around(asked, &mut note, &mut Plan::default())?;
    Ok(found)
}

/// What is decided about a request on the way.
#[derive(Debug, Default)]
struct Plan {
    /// By where the declaration stands.
    fates: HashMap<usize, Fate>,
    /// Edits outside of the declarations.
    edits: Vec<Edit>,
    /// Members of the body that go.
    cut: Vec<String>,
    changes: Vec<Change>,
    /// Servers that declarations name, and whether they may still be reached.
    servers: Vec<(String, bool)>,
    /// Whether fates were decided on after their declarations were looked at.
    is_open: bool,
}

impl Plan {
    fn change(&mut self, tool: &ToolName, done: Done, because: impl IntoIterator<Item = Unseen>) {
        let because: Vec<Unseen> = because.into_iter().collect();
        match self.changes.iter_mut().find(|change| change.tool == *tool && change.done == done) {
            Some(known) => known.because.extend(because.into_iter().filter(|it| !known.because.contains(it)).collect::<Vec<_>>()),
            None => self.changes.push(Change { tool: tool.clone(), done, because }),
        }
    }
}

fn fate_of(dialect: Dialect, declared: &Declared<'_>, judge: &mut Judge<'_>, plan: &mut Plan) -> Fate {
    match (runs(dialect, declared), dialect) {
        (Runs::Client, _) => Fate::Stays,
        (Runs::Provider(unseen), _) => {
            if !judge(&unseen).withholds() {
                return Fate::Stays;
            }
            plan.change(&unseen.tool().clone(), Done::Removed, [unseen]);
            Fate::Goes
        }
        (Runs::Server(server), Dialect::Anthropic) => mcp::toolset(declared, &server, judge, plan),
        (Runs::Server(server), _) => mcp::server(declared, &server, dialect == Dialect::OpenaiResponses, judge, plan),
    }
}

/// What a request says about hosted tools outside of its declarations.
fn around(asked: &Asked<'_>, judge: &mut Judge<'_>, plan: &mut Plan) -> Result<(), StripError> {
    match asked.dialect {
        Dialect::OpenaiChat => chat::around(asked, judge, plan),
        Dialect::Anthropic => anthropic::around(asked, judge, plan),
        Dialect::OpenaiResponses | Dialect::Gemini | Dialect::Ollama => Ok(()),
    }
}

fn place_of(body: &[u8], declared: &Declared<'_>) -> Option<usize> {
    json::span_in(body, declared.element.get()).map(|span| span.start)
}

/// A tool that does these.
fn does(name: &str, kinds: &[Kind], evidence: &'static str) -> Runs {
    Runs::Provider(known(name, kinds, evidence))
}

fn known(name: &str, kinds: &[Kind], evidence: &'static str) -> Unseen {
    Unseen::Known { tool: ToolName::plain(name), kinds: kinds.to_vec(), evidence }
}

const LOOKS_UP: &str = "the provider looks something up";
const SEARCHES: &str = "the provider searches the web";
const FETCHES: &str = "the provider fetches addresses that the model names";
const RUNS_CODE: &str = "the provider runs code that the model writes";
const REACHES_OUT: &str = "the code that the provider runs can reach the network";
const DRAWS: &str = "the provider makes a picture";
const IS_UNKNOWN: &str = "nobody can say what a tool of this type does";

fn unknown(name: &str) -> Runs {
    does(name, &[Kind::Unknown], IS_UNKNOWN)
}

/// `web_search_2025_08_26` is of the family `web_search`, `bash_code_execution_20250825` not of `bash`.
fn is_of(kind: &str, family: &str) -> bool {
    let Some(rest) = kind.strip_prefix(family) else { return false };
    let date = rest.strip_prefix('_').filter(|date| !date.is_empty());
    rest.is_empty() || date.is_some_and(|date| date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_'))
}

fn is_one_of(kind: &str, families: &[&str]) -> bool {
    families.iter().any(|family| is_of(kind, family))
}

#[cfg(test)]
mod tests;
