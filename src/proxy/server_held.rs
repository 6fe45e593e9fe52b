//! Requests that go on from what the provider keeps.
//!
//! Each answer that a provider keeps is remembered by its id: to which conversation it
//! belongs, of which holds it told, and which of its calls nobody has answered. When a
//! request goes on from it, the calls are answered in the client's stead; and when a
//! person has said yes meanwhile, linchpin answers the request itself, with the call,
//! under an id of its own that the next request is led back from.

use super::verdicts::Case;
use crate::call::Proposal;
use crate::conversation::{self, clue::Clue};
use crate::record::{Grant, Pending, Record, RecordError, Recorded, Remembered, Ties, View};
use crate::wire::refusal::Refusal;
use crate::wire::resume::known_as;
use crate::wire::server_held::{Answered, Continues, Debt, Delivered, OWN_ID, Owed, SWALLOWED_BYTES_MAX, Unanswered, newest_summary};
use crate::wire::{Endpoint, Request, Ruling, stored};
use bytes::Bytes;

/// What the server is told of a call that was let through and did not arrive.
const NOT_ARRIVED: &str = "[linchpin] the call was not delivered.";

/// What clients take for a reason to send their whole history.
const NOT_FOUND: &str = "previous_response_not_found";

/// What a request goes on from at the provider, and what hangs on its answer.
#[derive(Debug, Clone, Default)]
pub(super) struct ServerHeld {
    /// Where the provider keeps what came before.
    pub(super) continues: Option<Continues>,
    /// What has to be done there.
    pub(super) debt: Debt,
    /// The conversation that belongs to, if it is known, and whether it was this
    /// credential's.
    pub(super) chain: Option<(String, bool)>,
    upstream: String,
    credential: String,
    /// Whether a later request can go on from the answer.
    is_kept: bool,
    /// Whether the answer, or what is in it, can be read again at the provider.
    pub(super) is_stored: bool,
    /// Whether this request does just that, and asks no model.
    pub(super) reads: bool,
    /// Under which name its tools are remembered, where its answer is read later.
    pub(super) tools: Option<String>,
    /// Whether the answer's id is tied to the conversation already.
    pub(super) is_tied: bool,
    /// Whether what it reads is of no one conversation.
    pub(super) is_catalogue: bool,
    /// Whether the answer's tie must not be lost in a crash.
    pub(super) is_weighty: bool,
    told: Vec<Told>,
}

/// A call that was withheld in this exchange.
#[derive(Debug, Clone)]
struct Told {
    call: String,
    text: String,
    code: Option<String>,
}

impl ServerHeld {
    /// Looks up what a request goes on from.
    pub(super) async fn find(
        record: &Record,
        upstream: &str,
        credential: &[u8; 32],
        (request, body): (&Request, &[u8]),
        endpoint: Endpoint,
    ) -> Result<Self, Missing> {
        let mut held = Self {
            continues: request.continues.clone(),
            is_kept: request.is_kept && endpoint == Endpoint::Responses,
            is_stored: request.is_kept && answers(endpoint),
            ..Self::of(upstream, credential)
        };
        let Some(continues) = &held.continues else {
            held.chain = held.sealed(record, body, request).await?;
            return Ok(held);
        };
        let found = record.remembered(&held.name(continues)).await?;
        let is_same = found.as_ref().is_some_and(|found| found.credential == held.credential);
        let is_own = matches!(continues, Continues::Response(id) if id.starts_with(OWN_ID));
        if is_own && !is_same {
            return Err(Missing::Answer);
        }
        let Some(Remembered { conversation, mut debt, .. }) = found else { return Ok(held) };
        if !is_same {
            // The server needs its answers whoever asks; nothing else follows from them.
            debt.codes.clear();
            debt.owed.iter_mut().for_each(|owed| owed.code = None);
            debt.swallowed.clear();
        }
        (held.debt, held.chain) = (debt, Some((conversation, is_same)));
        Ok(held)
    }

    /// Nothing yet, at this upstream, for this credential.
    pub(super) fn of(upstream: &str, credential: &[u8; 32]) -> Self {
        Self { upstream: upstream.to_owned(), credential: conversation::credential_name(credential), ..Self::default() }
    }

    /// The conversation that a summary in the history is of which only the provider can
    /// read; whatever it says, it pays nothing and releases nothing.
    async fn sealed(&self, record: &Record, body: &[u8], request: &Request) -> Result<Option<(String, bool)>, RecordError> {
        let Some(summary) = request.history.clone().and_then(|history| newest_summary(body, history)) else { return Ok(None) };
        let found = record.remembered(&self.summary_name(&summary)).await?;
        Ok(found.map(|found| (found.conversation, found.credential == self.credential)))
    }

    fn summary_name(&self, summary: &str) -> String {
        conversation::kept_name(&self.upstream, ("summary", summary))
    }

    /// How much of its conversation the request shows.
    pub(super) fn view(&self) -> View {
        match (&self.continues, &self.chain) {
            (Some(_), _) => View::New,
            (None, Some(_)) => View::Sealed,
            (None, None) => View::Whole,
        }
    }

    /// What becomes of a call is remembered under this name.
    pub(super) fn call_name(&self, id: &str) -> String {
        conversation::kept_name(&self.upstream, ("call", id))
    }

    /// Whether this credential was given it.
    pub(super) fn is_own(&self, remembered: &Remembered) -> bool {
        remembered.credential == self.credential
    }

    /// What is remembered of an answer of which nothing but its id is known, and under
    /// which name.
    pub(super) fn begun(&self, id: String, conversation: String) -> (String, Remembered) {
        let debt = Debt { codes: self.debt.codes.clone(), tools: self.tools.clone(), ..Debt::default() };
        (self.name(&Continues::Response(id)), Remembered { debt, ..self.tie_to(conversation) })
    }

    pub(super) fn name(&self, continues: &Continues) -> String {
        conversation::kept_name(&self.upstream, continues.parts())
    }

    /// The conversation it surely goes on in.
    pub(super) fn conversation(&self) -> Option<&str> {
        self.chain.as_ref().filter(|(_, is_same)| *is_same).map(|(conversation, _)| conversation.as_str())
    }

    /// The previous answer's id, where the request shows nothing of it.
    pub(super) fn previous(&self) -> Option<&str> {
        self.continues.as_ref().map(|continues| continues.parts().1)
    }

    /// The request as the provider has to get it.
    pub(super) fn put(&self, body: Bytes) -> Result<Bytes, Refusal> {
        if self.debt.is_plain() {
            return Ok(body);
        }
        let refused = |status, message: String, code| Refusal { status, message, code };
        match self.debt.put(&body) {
            Ok(Some(put)) => Ok(put.into()),
            Ok(None) => Err(refused(400, "the body has no place for the answers that the provider needs".into(), "linchpin_unreadable")),
            Err(error) if matches!(self.continues, Some(Continues::Response(_))) => {
                Err(refused(400, format!("{error}; send the whole history instead"), NOT_FOUND))
            }
            Err(error) => Err(refused(403, format!("{error}; begin another one"), "linchpin_policy")),
        }
    }

    /// Adds what ties the request to holds through the provider's copy. Who only reads
    /// fetches nothing.
    pub(super) fn tie(&self, ties: &mut Ties) {
        if self.reads {
            return;
        }
        let owed = self.debt.owed.iter().filter_map(|owed| owed.code.as_ref());
        ties.codes.extend(self.debt.codes.iter().chain(owed).cloned());
    }

    /// Whether linchpin can answer this request with that hold's call: the server has it
    /// unanswered, or has nothing of it.
    pub(super) fn can_take(&self, hold: &Pending, ties: &Ties) -> bool {
        let is_again = ties.history.is_some() && ties.history == hold.history;
        self.continues.is_none() || is_again || self.owed(&hold.code).is_some()
    }

    /// Whether what linchpin would have to hand in later is as much as is kept.
    pub(super) fn has_room(&self, body: &[u8], grants: &[Grant]) -> bool {
        let calls: usize = grants.iter().filter_map(|grant| grant.wire.as_ref()).map(String::len).sum();
        self.continues.is_none() || body.len() + self.debt.swallowed.len() + calls <= SWALLOWED_BYTES_MAX
    }

    fn owed(&self, code: &str) -> Option<&Owed> {
        self.debt.owed.iter().find(|owed| owed.code.as_deref() == Some(code))
    }

    /// A granted call's element as the server knows it.
    pub(super) fn element(&self, grant: &Grant) -> Option<String> {
        let element = grant.wire.as_deref()?;
        match self.owed(&grant.code) {
            Some(Owed { call: Unanswered { call, item, .. }, .. }) => known_as(element, call, item),
            None => Some(element.to_owned()),
        }
    }

    /// What hangs on linchpin's own answer to this request, and under which name.
    pub(super) fn after(&self, body: &[u8], conversation: String, spent: &[Grant]) -> Option<(String, Remembered)> {
        if !self.is_kept && self.continues.is_none() {
            return None;
        }
        let delivered = spent
            .iter()
            .filter_map(|grant| Some(Delivered { element: grant.wire.as_deref()?, id: &grant.call.id, owed: self.owed(&grant.code) }));
        let delivered: Vec<Delivered<'_>> = delivered.collect();
        let debt = self.debt.swallow(self.continues.as_ref(), body, &delivered)?;
        let name = match &self.continues {
            Some(continues @ Continues::Conversation(_)) => self.name(continues),
            Some(Continues::Response(_)) | None => self.name(&Continues::Response(format!("{OWN_ID}{}", own_id(spent)?))),
        };
        Some((name, Remembered { conversation, credential: self.credential.clone(), debt }))
    }

    /// What hangs on the provider's answer, and under which names. A hold that is not open
    /// any more ties nothing.
    fn behind(&self, answered: Answered, conversation: &str, open: &[Pending]) -> Vec<(String, Remembered)> {
        let owed = |call: Unanswered| match self.told.iter().rev().find(|told| told.call == call.call) {
            Some(Told { text, code, .. }) => Owed { call, text: text.clone(), code: code.clone() },
            None => Owed { call, text: NOT_ARRIVED.to_owned(), code: None },
        };
        let mut debt = Debt { codes: self.debt.codes.clone(), tools: self.tools.clone(), ..Debt::default() };
        debt.owed = answered.unanswered.into_iter().map(owed).collect();
        let told = self.debt.owed.iter().chain(&debt.owed).filter_map(|owed| owed.code.clone());
        debt.tell(told.collect::<Vec<_>>());
        debt.codes.retain(|code| open.iter().any(|hold| hold.code == *code));
        let remembered = Remembered { conversation: conversation.to_owned(), credential: self.credential.clone(), debt };
        let tie = Remembered { debt: Debt::default(), ..remembered.clone() };
        let summaries: Vec<_> = answered.summaries.iter().map(|summary| (self.summary_name(summary), tie.clone())).collect();
        let mut names = Vec::new();
        if self.is_kept || self.is_stored {
            names.push(self.name(&Continues::Response(answered.id)));
        }
        if let Some(continues @ Continues::Conversation(_)) = &self.continues
            && !self.reads
            && !(self.debt.is_empty() && self.told.is_empty() && remembered.debt.is_empty())
        {
            names.push(self.name(continues));
        }
        names.into_iter().map(|name| (name, remembered.clone())).chain(summaries).collect()
    }

    /// What is remembered of an answer to this client that only ties requests together.
    pub(super) fn tie_to(&self, conversation: String) -> Remembered {
        Remembered { conversation, credential: self.credential.clone(), debt: Debt::default() }
    }

    /// Notes a call that is withheld.
    pub(super) fn tell(&mut self, proposal: &str, ruling: &Ruling, recorded: Option<&Recorded>) {
        let Ruling::Withhold(text) = ruling else { return };
        if recorded.is_none() && self.told.iter().any(|told| told.call == proposal) {
            return;
        }
        let without_code = recorded.and_then(|recorded| recorded.notice.as_ref()).map(|notice| notice.text(None));
        self.told.push(Told {
            call: proposal.to_owned(),
            text: without_code.unwrap_or_else(|| text.clone()),
            code: recorded.and_then(|recorded| recorded.code.clone()),
        });
    }

    /// Notes a call that was withheld before, in the words of then.
    pub(super) fn tell_again(&mut self, proposal: &str, told: stored::Told) {
        self.told.push(Told { call: proposal.to_owned(), text: told.plain, code: told.code });
    }

    /// The words in a withheld call's place, as they are told again.
    pub(super) fn told(&self, proposal: &str, said: &str) -> stored::Told {
        let told = self.told.iter().rev().find(|told| told.call == proposal);
        stored::Told {
            said: said.to_owned(),
            plain: told.map_or_else(|| said.to_owned(), |told| told.text.clone()),
            code: told.and_then(|told| told.code.clone()),
        }
    }

    /// Says of a withheld call why it is withheld now.
    pub(super) fn retell(&mut self, code: &str, text: String) {
        self.told.iter_mut().filter(|told| told.code.as_deref() == Some(code)).for_each(|told| told.text.clone_from(&text));
    }
}

/// Whether a provider may keep such an answer to be read again.
fn answers(endpoint: Endpoint) -> bool {
    matches!(endpoint, Endpoint::Chat | Endpoint::Responses)
}

/// The name of linchpin's own answer that consists of these calls.
pub(super) fn own_id(spent: &[Grant]) -> Option<String> {
    let letters = spent.first()?.code.chars().filter(char::is_ascii_alphanumeric);
    Some(letters.map(|letter| letter.to_ascii_lowercase()).collect())
}

/// Why it cannot be told what a request goes on from.
#[derive(Debug)]
pub(super) enum Missing {
    /// It names an answer of linchpin's own that is not remembered, or was another's.
    Answer,
    /// The store cannot be read.
    Record(RecordError),
}

impl From<RecordError> for Missing {
    fn from(error: RecordError) -> Self {
        Self::Record(error)
    }
}

/// The refusal of a request that names an answer nobody knows, in the API's own words.
pub(super) fn unknown_answer() -> Refusal {
    Refusal { status: 400, message: "Previous response not found; send the whole history instead".into(), code: NOT_FOUND }
}

impl Case {
    /// Keeps what an answer leaves behind at the provider, before its last bytes leave.
    pub(super) async fn keep(&mut self, answered: Option<Answered>) {
        let Some(answered) = answered else { return };
        self.held.is_tied = true;
        let open = self.record.pending(self.conversation.as_str());
        let is_in_place = matches!(self.held.continues, Some(Continues::Conversation(_)));
        for (name, mut remembered) in self.held.behind(answered, self.conversation.as_str(), &open) {
            if self.held.reads && !self.adds_to(&name, &mut remembered).await {
                continue;
            }
            let is_lasting = self.held.is_weighty || is_in_place || !remembered.debt.is_empty();
            if !is_lasting {
                self.record.note_answer(name, remembered);
            } else if let Err(error) = self.record.remember(name, remembered).await {
                tracing::error!(%error, conversation = %self.conversation, "what the provider needs is kept in memory only");
            }
        }
    }
}

impl Case {
    /// Remembers what is in an answer by which a history is known again that keeps
    /// nothing else.
    pub(super) fn note(&self, clue: Clue<'_>) {
        let Some(name) = clue.name() else { return };
        self.record.note_answer(name, self.held.tie_to(self.conversation.to_string()));
    }

    /// The same for what the provider has sealed. Behind it the client keeps little, so
    /// where something hangs on it, it must not be lost.
    pub(super) async fn note_seals(&self, seals: Vec<String>) {
        for name in seals.iter().filter_map(|seal| Clue::Seal(seal).name()) {
            let tie = self.held.tie_to(self.conversation.to_string());
            if !self.held.is_weighty {
                self.record.note_answer(name, tie);
            } else if let Err(error) = self.record.remember(name, tie).await {
                tracing::error!(%error, conversation = %self.conversation, "a compaction is remembered in memory only");
            }
        }
    }
}

/// The ids of proposals, to be told of by.
pub(super) fn ids(proposals: &[Proposal]) -> Vec<String> {
    proposals.iter().map(|proposal| proposal.call.id.clone()).collect()
}
