//! Reading holds and deciding about them: the one way for the API and the pages.
//!
//! A yes names what was shown: the digest of the call, or on a page a proof that
//! this very text stood there. The store is read on threads that may wait, a few at
//! a time, never on the one that answers.

use super::Console;
use super::operators::{Name, NoName, NotAllowed, Operator};
use super::sheet::{OPEN_FIRST_BYTES, Sheet};
use crate::digest::{Fields, hex};
use crate::record::{Decided, Decision, Reader, RecordError, Undecided, read_code};
use crate::reload::NotConfirmed;
use crate::show;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// The longest reason, in bytes.
pub(super) const REASON_BYTES_MAX: usize = 2000;

/// What somebody asks for.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// As it stands in the address.
    pub(super) code: String,
    pub(super) yes: bool,
    /// Whom they claim to speak for.
    pub(super) claimed: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) shown: Shown,
}

impl Asked {
    /// What an address asks for: which hold, and `approve` or `deny`.
    pub(super) fn at((code, verb): (String, String), shown: Shown) -> Result<Self, Refused> {
        let yes = match verb.as_str() {
            "approve" => true,
            "deny" => false,
            _ => return Err(Refused::NoVerb(show::escape_short(&verb, 40))),
        };
        Ok(Self { code, yes, claimed: None, reason: None, shown })
    }
}

/// What they were shown.
#[derive(Debug, Clone)]
pub(super) enum Shown {
    /// The call with this digest; `None`: they do not say.
    Digest(Option<String>),
    /// A page with this proof on it.
    Page(String),
}

/// What a decision came to. The keys are the API's answer, and what
/// `approvals approve --json` and `deny --json` print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The hold.
    pub code: String,
    /// `approved`: the call may go, once. `waiting`: further people have to say yes. `denied`.
    pub decision: String,
    /// Who has said yes so far.
    pub given: Vec<String>,
    /// How many different people have to.
    pub needs: i64,
    /// In whose name this was decided.
    pub by: String,
    /// Whether a token of their own says who they are.
    pub verified: bool,
}

/// Why nothing was decided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("`{0}` is no code")]
    NoCode(String),
    #[error("`{0}` is no decision: use `approve` or `deny`")]
    NoVerb(String),
    #[error(transparent)]
    NoName(#[from] NoName),
    #[error("a reason has at most {REASON_BYTES_MAX} bytes")]
    LongReason,
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    #[error("the call in the hold `{0}` is longer than {OPEN_FIRST_BYTES} bytes: open its whole text first, and name its digest")]
    NotOpened(String),
    #[error("the hold `{0}` is not any more what the page showed: look again")]
    Changed(String),
    #[error("`{name}` said yes to the hold `{code}` and has no token of an operator by now: it can only be denied")]
    Stale { name: String, code: String },
    #[error(transparent)]
    Undecided(#[from] Undecided),
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error("this request cannot be read ({0})")]
    Unreadable(String),
    #[error("there is no captured pin `{0}`")]
    NoPin(String),
    #[error("{0}")]
    NotConfirmed(#[from] NotConfirmed),
    #[error("the bootstrap token confirms nothing, since `[operator.*]` is configured: use your own token (`LINCHPIN_TOKEN`)")]
    NotYoursToConfirm,
    #[error("there is no conversation `{0}`")]
    NoConversation(String),
    #[error("the bootstrap token halts but does not resume, since `[operator.*]` is configured: use your own token (`LINCHPIN_TOKEN`)")]
    MayNotResume,
    #[error("the bootstrap token releases nothing, since `[operator.*]` is configured: use your own token (`LINCHPIN_TOKEN`)")]
    NotYours,
}

impl Refused {
    /// The status and the one word a program goes by.
    pub(super) fn status(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NoCode(_) => (StatusCode::BAD_REQUEST, "bad-code"),
            Self::NoVerb(_) => (StatusCode::NOT_FOUND, "unknown"),
            Self::NoName(_) => (StatusCode::BAD_REQUEST, "bad-name"),
            Self::LongReason => (StatusCode::BAD_REQUEST, "bad-reason"),
            Self::Unreadable(_) => (StatusCode::BAD_REQUEST, "bad-body"),
            Self::NotAllowed(_) => (StatusCode::FORBIDDEN, "not-allowed"),
            Self::NotOpened(_) => (StatusCode::CONFLICT, "not-opened"),
            Self::Changed(_) => (StatusCode::CONFLICT, "changed"),
            Self::Stale { .. } => (StatusCode::CONFLICT, "stale"),
            Self::Record(_) => (StatusCode::SERVICE_UNAVAILABLE, "record"),
            Self::Undecided(why) => undecided(why),
            Self::NoPin(_) | Self::NoConversation(_) => (StatusCode::NOT_FOUND, "unknown"),
            Self::NotConfirmed(NotConfirmed::Nothing) => (StatusCode::NOT_FOUND, "unknown"),
            Self::NotConfirmed(NotConfirmed::Other) => (StatusCode::CONFLICT, "changed"),
            Self::NotConfirmed(NotConfirmed::Failed(_)) => (StatusCode::SERVICE_UNAVAILABLE, "record"),
            Self::NotYoursToConfirm => (StatusCode::FORBIDDEN, "not-allowed"),
            Self::NotYours | Self::MayNotResume => (StatusCode::FORBIDDEN, "not-allowed"),
        }
    }
}

fn undecided(why: &Undecided) -> (StatusCode, &'static str) {
    match why {
        Undecided::Unknown(_) => (StatusCode::NOT_FOUND, "unknown"),
        Undecided::Expired(_) => (StatusCode::CONFLICT, "expired"),
        Undecided::Denied(_) => (StatusCode::CONFLICT, "denied"),
        Undecided::Spent(_) => (StatusCode::CONFLICT, "spent"),
        Undecided::Granted(_) => (StatusCode::CONFLICT, "granted"),
        Undecided::Foreign(_) => (StatusCode::CONFLICT, "foreign"),
        Undecided::Twice { .. } => (StatusCode::CONFLICT, "twice"),
        Undecided::OtherCall(_) => (StatusCode::CONFLICT, "other-call"),
        Undecided::NotByReply(_) => (StatusCode::FORBIDDEN, "not-allowed"),
        Undecided::Record(_) => (StatusCode::SERVICE_UNAVAILABLE, "record"),
    }
}

impl Console {
    /// Runs `work` with a reader, where waiting is allowed.
    pub(super) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self, &Reader) -> Result<T, RecordError> + Send + 'static,
    ) -> Result<T, RecordError> {
        let _turn = self.readers.acquire().await.map_err(|_| RecordError::Closed)?;
        let console = Arc::clone(self);
        let read = move || work(&console, &Reader::open(&console.store)?);
        tokio::task::spawn_blocking(read).await.map_err(|_| RecordError::Closed)?
    }

    /// One hold, decided ones too.
    pub(super) async fn sheet(self: &Arc<Self>, typed: &str) -> Result<Sheet, Refused> {
        let code = code(typed)?;
        let wanted = code.clone();
        let found = self.read(move |_, reader| reader.hold(&wanted)).await?;
        found.map(|hold| Sheet::of(hold, &self.pin_texts())).ok_or(Refused::Undecided(Undecided::Unknown(code)))
    }

    /// Takes somebody's decision. What it returns is on the disk.
    pub(super) async fn decide(self: &Arc<Self>, operator: &Operator, asked: Asked) -> Result<Answer, Refused> {
        let claimed = asked.claimed.as_deref().map(Name::new).transpose()?;
        let reason = asked.reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
        if reason.as_ref().is_some_and(|reason| reason.len() > REASON_BYTES_MAX) {
            return Err(Refused::LongReason);
        }
        let by = operator.person(asked.yes, claimed.as_ref())?;
        let sheet = self.sheet(&asked.code).await?;
        let code = sheet.hold.code.clone();
        if asked.yes
            && let Some(voice) = sheet.voices.iter().find(|voice| !self.guard.operators.stand_by(voice))
        {
            return Err(Refused::Stale { name: voice.name.clone(), code });
        }
        let digest = if asked.yes && sheet.is_open() { self.shown(&sheet, asked.shown)? } else { None };
        let decision = Decision { code: code.clone(), yes: asked.yes, by: by.clone(), reason, digest, conversation: None };
        let decided = self.record.decide(decision).await?;
        // Who said yes is told as it stands on the disk.
        let now = self.sheet(&code).await.unwrap_or(sheet);
        let (given, needs) = match &decided {
            Decided::Waits { given, needs } => (given.clone(), *needs),
            Decided::Granted | Decided::Denied => (now.hold.given, now.hold.needs),
        };
        let decision = match decided {
            Decided::Waits { .. } => "waiting",
            Decided::Granted => "approved",
            Decided::Denied => "denied",
        };
        Ok(Answer { code, decision: decision.to_owned(), given, needs, by: by.name, verified: by.is_verified })
    }

    /// The digest of what was shown, where that was all that has to be.
    fn shown(&self, sheet: &Sheet, shown: Shown) -> Result<Option<String>, Refused> {
        match shown {
            Shown::Digest(None) if sheet.is_long() => Err(Refused::NotOpened(sheet.hold.code.clone())),
            Shown::Digest(digest) => Ok(digest),
            Shown::Page(proof) if proof.as_bytes().ct_eq(self.proof(sheet).as_bytes()).into() => Ok(Some(sheet.digest.clone())),
            Shown::Page(_) => Err(Refused::Changed(sheet.hold.code.clone())),
        }
    }

    /// What only a page bears on which this call was shown whole, with the pins as
    /// they are now.
    pub(super) fn proof(&self, sheet: &Sheet) -> String {
        let mut fields = Fields::new("linchpin-shown-v1");
        fields.text(&self.proof_key);
        fields.text(&sheet.hold.code);
        fields.text(&sheet.digest);
        fields.texts(&sheet.hold.pins);
        fields.texts(&sheet.hold.changed);
        hex(&fields.finish())
    }
}

fn code(typed: &str) -> Result<String, Refused> {
    read_code(typed).ok_or_else(|| Refused::NoCode(show::escape_short(typed, 40)))
}
