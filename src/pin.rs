//! A pin: one safety rule that outlives the conversation it protects.
//!
//! Agents shorten their own history. A rule that lives only in that history is
//! lost with it, so a pin lives here and is written into every request anew.
//! This file says what a pin *is*; `inject` decides where its words go,
//! `language` reads what they ask for, and `policy` decides what a tool call that
//! breaks it costs.

use crate::kind::Kind;
use crate::verdict::Verdict;
use std::fmt;
use std::time::Duration;

/// The most bytes of UTF-8 a pin's text may have. A pin rides along on every
/// request, so it is a sentence or a paragraph, not a document.
pub const PIN_TEXT_BYTES_MAX: usize = 4096;

/// The most characters a pin's id may have.
pub const PIN_ID_CHARACTERS_MAX: usize = 64;

/// The ids of the built-in pins begin with this; a configured pin's id may not.
pub const BUILT_IN_PREFIX: &str = "linchpin-";

/// The built-in pin that blocks whatever cannot be read unambiguously.
pub const UNREADABLE: &str = "linchpin-unreadable";

/// The built-in pin that blocks calls which reach for linchpin itself.
pub const SELF: &str = "linchpin-self";

/// The built-in pin under whose name hosted tools are refused as a whole, and a client's
/// yes to a provider's question that nobody was asked.
pub const HOSTED: &str = "linchpin-hosted";

/// A pin's short name: ASCII letters, digits, `-`, `_` and `.`, beginning
/// with a letter or digit, at most [`PIN_ID_CHARACTERS_MAX`] characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PinId(String);

impl PinId {
    /// Checks and keeps an id.
    pub fn new(id: &str) -> Result<Self, PinError> {
        let starts_well = id.starts_with(|c: char| c.is_ascii_alphanumeric());
        let is_clean = id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        if starts_well && is_clean && id.len() <= PIN_ID_CHARACTERS_MAX {
            Ok(Self(id.to_owned()))
        } else {
            Err(PinError::Id(id.chars().take(PIN_ID_CHARACTERS_MAX).collect()))
        }
    }

    /// The id of a built-in pin.
    pub fn built_in(id: &'static str) -> Self {
        debug_assert!(id.starts_with(BUILT_IN_PREFIX), "`{id}` is no built-in pin");
        Self(id.to_owned())
    }

    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PinId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The words the model sees, exactly as the operator wrote them.
///
/// Never empty, at most [`PIN_TEXT_BYTES_MAX`] bytes of UTF-8, no control
/// characters but newline. A value of this type has passed those checks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PinText(String);

impl PinText {
    /// Checks and keeps a text. White space around it is dropped, nothing inside it is touched.
    pub fn new(text: &str) -> Result<Self, PinError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(PinError::EmptyText);
        }
        if text.len() > PIN_TEXT_BYTES_MAX {
            return Err(PinError::LongText { bytes: text.len() });
        }
        match text.chars().find(|c| c.is_control() && *c != '\n') {
            Some(control) => Err(PinError::ControlCharacter(control)),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why an id or a text is no pin's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// The id has other characters, or too many.
    #[error("`{0}` is not a pin id: use letters, digits, `-`, `_` and `.`, at most {PIN_ID_CHARACTERS_MAX}")]
    Id(String),
    /// No words.
    #[error("a pin needs a text")]
    EmptyText,
    /// Too many words.
    #[error("a pin's text has at most {PIN_TEXT_BYTES_MAX} bytes, this one has {bytes}")]
    LongText {
        /// Its length.
        bytes: usize,
    },
    /// A character that is not text.
    #[error("a pin's text has no control characters but newline, this one has U+{:04X}", *.0 as u32)]
    ControlCharacter(char),
}

/// One safety rule: its words, and how a tool call is held against them.
#[derive(Debug, Clone, PartialEq)]
pub struct Pin {
    /// Its short name.
    pub id: PinId,
    /// Its words, carried verbatim in every request. Built-in pins are enforced, not carried.
    pub text: PinText,
    /// What it enforces. Empty for a pin that is carried as text only.
    pub clauses: Vec<Clause>,
    /// Whether its verdicts count.
    pub mode: Mode,
    /// Where it came from.
    pub source: Source,
    /// The agent labels it is for; empty: all. It only ever adds a pin for those agents.
    pub agents: Vec<String>,
    /// How many different people a release needs.
    pub approvers: u8,
    /// Whether a code typed into the chat counts as a person's yes (`approve_by`).
    pub by_reply: bool,
    /// `waive = "named"`: whether it stands back where the user's own words named
    /// every target.
    pub waives_named: bool,
}

impl Pin {
    /// The pin that words make which a person said in a conversation.
    pub fn captured(id: PinId, text: PinText, clauses: Vec<Clause>) -> Self {
        Self {
            id,
            text,
            clauses,
            mode: Mode::Enforce,
            source: Source::Captured,
            agents: Vec::new(),
            approvers: 1,
            by_reply: false,
            waives_named: false,
        }
    }
}

/// One thing a pin asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// The kinds it is about.
    pub on: Vec<Kind>,
    /// What a matching call gets; never [`Verdict::Pass`].
    pub then: Verdict,
    /// Globs over tool names; empty: every tool.
    pub tools: Vec<String>,
    /// What narrows it.
    pub scope: Scope,
    /// Up to this many affected items pass first.
    pub limit: Option<Limit>,
}

impl Clause {
    /// A clause on these kinds, for every tool, not narrowed.
    pub fn new(on: impl Into<Vec<Kind>>, then: Verdict) -> Self {
        Self { on: on.into(), then, tools: Vec::new(), scope: Scope::default(), limit: None }
    }
}

/// What narrows a clause: `where` in the configuration. An absent matcher narrows
/// nothing; a value that is not in canonical form counts as inside every pattern
/// and outside every exception (`policy` reads them).
///
/// Each list holds globs; one that begins with `!` is an exception.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scope {
    /// Globs over paths and ids.
    pub target: Vec<String>,
    /// Globs over mail addresses, channels and people.
    pub recipient: Vec<String>,
    /// Globs over host names.
    pub host: Vec<String>,
    /// Globs over tables.
    pub table: Vec<String>,
    /// Globs over full git refs or short branch names.
    pub branch: Vec<String>,
    /// Currencies, ISO 4217.
    pub currency: Vec<String>,
    /// A comparison with the amount of money.
    pub amount: Option<Comparison>,
    /// A comparison with the number of affected items.
    pub count: Option<Comparison>,
    /// A regular expression over the whole text of the arguments.
    pub text: Option<String>,
}

impl Scope {
    /// Whether nothing narrows the clause.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// The lists that narrow anything, by their keys.
    pub fn lists(&self) -> impl Iterator<Item = (&'static str, &Vec<String>)> {
        let lists = [
            ("target", &self.target),
            ("recipient", &self.recipient),
            ("host", &self.host),
            ("table", &self.table),
            ("branch", &self.branch),
            ("currency", &self.currency),
        ];
        lists.into_iter().filter(|(_, list)| !list.is_empty())
    }
}

/// `"> 50"`, `">= 50"`, `"< 50"`, `"<= 50"`, `"= 50"`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// How the value compares.
    pub order: Order,
    /// With what.
    pub bound: f64,
}

/// The five comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `=`
    Exactly,
}

/// `limit = "10 per hour"`: affected items per sliding window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How many items pass.
    pub items: u64,
    /// In which time.
    pub per: Duration,
}

impl fmt::Display for Limit {
    /// As the configuration spells it: `10 per hour`, `100 per 30m`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DAY: u64 = 24 * 3600;
        const NAMED: [(&str, u64); 7] =
            [("year", 365 * DAY), ("month", 30 * DAY), ("week", 7 * DAY), ("day", DAY), ("hour", 3600), ("minute", 60), ("second", 1)];
        const UNITS: [(&str, u64); 4] = [("d", DAY), ("h", 3600), ("m", 60), ("s", 1)];
        let seconds = self.per.as_secs();
        if let Some((name, _)) = NAMED.into_iter().find(|(_, each)| seconds == *each) {
            return write!(f, "{} per {name}", self.items);
        }
        let whole = UNITS.into_iter().find(|(_, each)| seconds >= *each && seconds.is_multiple_of(*each));
        let (unit, each) = whole.unwrap_or(("s", 1));
        write!(f, "{} per {}{unit}", self.items, seconds / each)
    }
}

/// Whether a pin's verdicts count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// They do.
    #[default]
    Enforce,
    /// Judged and recorded; never changes a byte. Its text is not carried.
    Shadow,
}

/// Where a pin came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The configuration, or the starter pins.
    Configured,
    /// The user's own words in a conversation.
    Captured,
    /// Part of linchpin; cannot be configured away, cannot be approved.
    BuiltIn,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_verbatim_but_for_the_space_around_it() {
        let text = PinText::new("  Ask  me\nfirst. ").expect("a good text");
        assert_eq!(text.as_str(), "Ask  me\nfirst.");
    }

    #[test]
    fn a_text_that_could_hide_something_is_refused() {
        assert_eq!(PinText::new(" \n "), Err(PinError::EmptyText));
        assert_eq!(PinText::new("a\u{7}b"), Err(PinError::ControlCharacter('\u{7}')));
        assert!(matches!(PinText::new(&"x".repeat(100_000)), Err(PinError::LongText { bytes: 100_000 })));
    }

    #[test]
    fn a_limit_reads_as_the_configuration_spells_it() {
        let told = |items, seconds| Limit { items, per: Duration::from_secs(seconds) }.to_string();
        assert_eq!(told(10, 3600), "10 per hour");
        assert_eq!(told(100, 1800), "100 per 30m");
        assert_eq!(told(3, 7 * 24 * 3600), "3 per week");
        assert_eq!(told(3, 48 * 3600), "3 per 2d");
        assert_eq!(told(1, 61), "1 per 61s");
    }

    #[test]
    fn an_id_is_short_and_plain() {
        assert!(PinId::new("confirm-deletes.2").is_ok());
        for bad in ["", "-x", "Über", "a b", &"x".repeat(65)] {
            assert!(PinId::new(bad).is_err(), "{bad:?} was taken");
        }
    }
}
