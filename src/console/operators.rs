//! Who speaks to the console, and what they may do.
//!
//! A token names its operator. The bootstrap token of the data dir is the operator
//! `admin`, and as long as nobody else is configured it may also speak for
//! somebody it names, which the record marks as unverified. As soon as one
//! `[operator.NAME]` exists, the bootstrap token may read and say no, and never yes:
//! whoever can read a file in the data dir is then not yet somebody who approves.

use super::token::Token;
use crate::config::Config;
use crate::record::{Person, Via, Voice};
use crate::show;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The name that belongs to the bootstrap token.
const BOOTSTRAP: &str = "admin";

/// The longest name that can be claimed, in characters.
const NAME_CHARACTERS_MAX: usize = 64;

/// Everybody who has a token.
#[derive(Debug)]
pub(super) struct Operators {
    bootstrap: Token,
    named: Vec<(String, [u8; 32])>,
}

/// Somebody whose token was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Operator {
    pub(super) name: String,
    /// Whether they may say yes.
    pub(super) may_approve: bool,
    /// Whether they may speak for somebody else: nobody has a token of their own.
    pub(super) may_claim: bool,
}

/// Why somebody may not decide so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotAllowed {
    /// The bootstrap token, where people have tokens of their own.
    #[error("the bootstrap token may deny but not approve, since `[operator.*]` is configured: use your own token (`LINCHPIN_TOKEN`)")]
    Bootstrap,
    /// A claimed name, where a token says who somebody is.
    #[error("`{0}` cannot be claimed: your token says who you are, since `[operator.*]` is configured")]
    Claimed(String),
}

/// What was claimed is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no name: 1 to 64 visible characters")]
pub(super) struct NoName(String);

impl Operators {
    pub(super) fn new(config: &Config, bootstrap: Token) -> Self {
        Self { bootstrap, named: config.operators.iter().map(|(name, hash)| (name.clone(), *hash)).collect() }
    }

    /// Whose token this is. Every token is compared with, so that a wrong one takes
    /// as long as any right one.
    pub(super) fn who(&self, presented: &[u8]) -> Option<Operator> {
        let hash: [u8; 32] = Sha256::digest(presented).into();
        let mut who = self.bootstrap.is(presented).then(|| self.bootstrap_operator());
        for (name, expected) in &self.named {
            if bool::from(hash.ct_eq(expected)) {
                who = Some(Operator { name: name.clone(), may_approve: true, may_claim: false });
            }
        }
        who
    }

    /// Whether an earlier yes still counts: where people have tokens of their own, only
    /// one that was given with a token of somebody who still is an operator.
    pub(super) fn stand_by(&self, voice: &Voice) -> bool {
        let is_operator = || self.named.iter().any(|(name, _)| name.eq_ignore_ascii_case(voice.name.trim()));
        self.named.is_empty() || voice.verified && is_operator()
    }

    /// Whoever holds the bootstrap token, or the login link made with it.
    pub(super) fn bootstrap_operator(&self) -> Operator {
        let is_alone = self.named.is_empty();
        Operator { name: BOOTSTRAP.to_owned(), may_approve: is_alone, may_claim: is_alone }
    }
}

impl Operator {
    /// The person who decides, for a yes or a no.
    pub(super) fn person(&self, yes: bool, claimed: Option<&Name>) -> Result<Person, NotAllowed> {
        if yes && !self.may_approve {
            return Err(NotAllowed::Bootstrap);
        }
        match claimed {
            None => Ok(Person { name: self.name.clone(), is_verified: true, via: Via::Console }),
            Some(Name(name)) if self.may_claim => Ok(Person { name: name.clone(), is_verified: false, via: Via::Console }),
            Some(Name(name)) => Err(NotAllowed::Claimed(name.clone())),
        }
    }
}

/// A name somebody claims, without outer space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name(String);

impl Name {
    pub(super) fn new(text: &str) -> Result<Self, NoName> {
        let name = text.trim();
        let is_fit = !name.is_empty() && name.chars().count() <= NAME_CHARACTERS_MAX && show::escape(name) == name;
        if is_fit { Ok(Self(name.to_owned())) } else { Err(NoName(show::escape_short(name, NAME_CHARACTERS_MAX))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operators(named: &[&str]) -> (Operators, String, tempfile::TempDir) {
        let dir = tempfile::tempdir().expect("a directory");
        let bootstrap = Token::open(dir.path()).expect("a token");
        let text = std::fs::read_to_string(bootstrap.file()).expect("a file").trim().to_owned();
        let named = named.iter().map(|name| ((*name).to_owned(), Sha256::digest(format!("token of {name}")).into())).collect();
        (Operators { bootstrap, named }, text, dir)
    }

    #[test]
    fn the_only_operator_decides_and_may_name_somebody_else_unverified() {
        let (operators, token, _dir) = operators(&[]);
        let admin = operators.who(token.as_bytes()).expect("the operator");
        let own = admin.person(true, None).expect("allowed");
        assert_eq!((own.name.as_str(), own.is_verified), ("admin", true));
        let claimed = admin.person(true, Some(&Name::new(" bob ").expect("a name"))).expect("allowed");
        assert_eq!((claimed.name.as_str(), claimed.is_verified), ("bob", false));
    }

    #[test]
    fn where_people_have_tokens_the_bootstrap_token_says_no_and_never_yes() {
        let (operators, token, _dir) = operators(&["alice", "bob"]);
        let admin = operators.who(token.as_bytes()).expect("the operator");
        assert_eq!(admin.person(true, None), Err(NotAllowed::Bootstrap));
        assert!(admin.person(false, None).is_ok_and(|person| person.is_verified));
        let alice = operators.who(b"token of alice").expect("alice");
        assert!(alice.person(true, None).is_ok_and(|person| person.name == "alice" && person.is_verified));
        let bob = Name::new("bob").expect("a name");
        assert_eq!(alice.person(true, Some(&bob)), Err(NotAllowed::Claimed("bob".into())));
        assert_eq!(operators.who(b"token of mallory"), None);
    }

    #[test]
    fn a_yes_from_before_people_had_tokens_counts_no_more() {
        let said = |name: &str, verified| Voice { name: name.into(), at: String::new(), via: "console".into(), verified, reason: None };
        let (alone, _, _dir) = operators(&[]);
        assert!(alone.stand_by(&said("bob", false)) && alone.stand_by(&said("admin", true)));
        let (several, _, _dir) = operators(&["bob"]);
        assert!(!several.stand_by(&said("bob", false)) && !several.stand_by(&said("admin", true)));
        assert!(several.stand_by(&said("Bob", true)));
    }

    #[test]
    fn a_name_is_visible_and_short() {
        for bad in ["", "  ", "a\u{202e}b", "a\nb", &"x".repeat(65)] {
            assert!(Name::new(bad).is_err(), "{bad:?}");
        }
        assert!(Name::new("Zoë van Dijk").is_ok());
    }
}
