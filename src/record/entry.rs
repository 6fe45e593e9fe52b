//! What a row says: the body of the first row about a call, and of later ones.
//!
//! Bodies are JSON, since they outlive the program that wrote them. Everything in
//! them is redacted already; nothing here holds exact arguments.

use crate::call::{Action, Amount};
use crate::conversation::Origin;
use crate::digest::PinStamp;
use crate::kind::Kind;
use serde::{Deserialize, Serialize};

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It waits for a person.
    Held,
    /// A person said yes, and the agent got it.
    Released,
    /// A person said no.
    Denied,
    /// Nobody decided in time.
    Expired,
    /// It was withheld for good.
    Blocked,
    /// It was delivered, and pins warned of it.
    Warned,
    /// It was delivered; only pins in shadow mode objected.
    Shadow,
    /// It was withheld since its conversation is halted.
    Halted,
    /// It was delivered, no pin objected, and it was consequential: no violation.
    Passed,
}

impl Outcome {
    /// Every outcome of a call that was not simply passed, in the order users are told them.
    pub const ALL: [Self; 8] =
        [Self::Held, Self::Released, Self::Denied, Self::Expired, Self::Blocked, Self::Warned, Self::Shadow, Self::Halted];

    /// The word in the record, the commands and the console.
    pub fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Released => "released",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Blocked => "blocked",
            Self::Warned => "warned",
            Self::Shadow => "shadow",
            Self::Halted => "halted",
            Self::Passed => "passed",
        }
    }

    /// Reads that word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Passed]).find(|outcome| outcome.name() == name)
    }
}

/// The first row about a call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Opening {
    pub(super) conversation: String,
    pub(super) agent: Option<String>,
    pub(super) upstream: String,
    pub(super) dialect: String,
    pub(super) model: Option<String>,
    pub(super) tool: String,
    pub(super) arguments: String,
    pub(super) actions: Vec<ActionShape>,
    pub(super) verdict: String,
    pub(super) pins: Vec<String>,
    pub(super) why: String,
    pub(super) stamps: Vec<StampShape>,
    pub(super) outcome: Outcome,
    pub(super) delivered: String,
    pub(super) digest: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) expires: Option<String>,
    /// Of a call that was proposed anew after a person's yes, and spent it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) approval: Option<Approval>,
}

/// What people decided about a call: the value of `approval` in every JSON shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// `waiting` (further yeses are needed), `approved`, `denied`, `lapsed`.
    pub decision: String,
    /// How many different people have to say yes.
    pub needs: i64,
    /// Who said yes, or the one who said no.
    pub by: Vec<Voice>,
    /// How an approved call reached the agent, once it did: `waited`, `answered`, `reissued`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
}

/// One person's say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voice {
    /// Their name.
    pub name: String,
    /// When.
    pub at: String,
    /// Over which channel.
    pub via: String,
    /// Whether a token of their own vouches for the name.
    pub verified: bool,
    /// Why, in their words, redacted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// A later row about the same call: what changed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Change {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) delivered: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) approval: Option<Approval>,
}

/// A row that is about no call: a notice of these holds that no receiver took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Unheard {
    pub(super) codes: Vec<String>,
    pub(super) tries: u32,
    pub(super) why: String,
}

/// A [`PinStamp`] as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StampShape {
    pub(super) id: String,
    pub(super) version: String,
}

impl From<&PinStamp> for StampShape {
    fn from(stamp: &PinStamp) -> Self {
        Self { id: stamp.id.as_str().to_owned(), version: stamp.version.clone() }
    }
}

/// An action as every JSON shape shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActionShape {
    /// The kind's name.
    pub kind: String,
    /// The targets, as the call spells them.
    pub targets: Vec<String>,
    /// How many things, where the call states it.
    pub count: Option<u64>,
    /// How much money, where the call states it.
    pub amount: Option<AmountShape>,
    /// What shows it.
    pub evidence: String,
}

impl ActionShape {
    /// Whether it is of this kind, or of a finer one.
    pub(super) fn is(&self, kind: Kind) -> bool {
        Kind::from_name(&self.kind).is_some_and(|own| kind.covers(own))
    }

    /// Whether somebody may have to undo it. A word that is not known counts.
    pub(super) fn is_consequential(&self) -> bool {
        Kind::from_name(&self.kind).is_none_or(|kind| kind.is_consequential() || kind == Kind::Unknown)
    }
}

impl From<&Action> for ActionShape {
    fn from(action: &Action) -> Self {
        Self {
            kind: action.kind.name().to_owned(),
            targets: action.targets.iter().map(|target| target.value.clone()).collect(),
            count: action.count.stated(),
            amount: action.amount.as_ref().map(AmountShape::from),
            evidence: action.evidence.clone(),
        }
    }
}

/// `{"value":120.5,"currency":"EUR"}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AmountShape {
    /// In main units.
    pub value: f64,
    /// ISO 4217.
    pub currency: Option<String>,
}

impl From<&Amount> for AmountShape {
    fn from(amount: &Amount) -> Self {
        Self { value: amount.value, currency: amount.currency.clone() }
    }
}

/// Where one target came from: an element of `origin` in every JSON shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginShape {
    /// The target, as the call spells it.
    pub target: String,
    /// `own words`, `tool result`, `user message`, `system text`, `unseen`, `nowhere`.
    pub origin: String,
    /// Where there, in words.
    #[serde(rename = "where")]
    pub place: Option<String>,
}

impl From<&Origin> for OriginShape {
    fn from(origin: &Origin) -> Self {
        Self { target: origin.target.clone(), origin: origin.source.name().to_owned(), place: origin.place() }
    }
}
