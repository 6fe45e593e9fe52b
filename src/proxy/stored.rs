//! What a provider keeps, read again: answers, their items, conversations, completions.
//!
//! The provider's copy still holds every call that was withheld. So what comes back is
//! judged like an answer, in the conversation that the id belongs to (`fates`); an id
//! that linchpin has not seen is judged by itself. What an agent adds to a conversation
//! there is read like a request: its user's words are heard, and nothing in it approves.

use super::answer::{self, Answer};
use super::body::{self, Collected};
use super::exchange::{Visit, framing_of, pieces_of, refusal, refused_request, unreadable_store};
use super::halted::Brake;
use super::route::{Stored, below_root};
use super::server_held::ServerHeld;
use super::stream::Live;
use super::verdicts::{Asked, Case, Parties};
use super::wait::{Patience, Waiter};
use super::whole::{is_json_object, respond, tracked, withhold_whole};
use super::{Proxy, headers};
use crate::config::Hosted;
use crate::conversation;
use crate::record::{Known, Observed, RecordError, Remembered, View};
use crate::wire::history::History;
use crate::wire::refusal::Refusal;
use crate::wire::server_held::{Continues, Debt, OWN_ID, Real};
use crate::wire::stored::{Page, Replay, Shape, as_request, echoed_tools};
use crate::wire::{Endpoint, Gate, Request, hosted};
use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, HeaderMap, HeaderValue};
use hyper::{Method, StatusCode};
use std::time::Duration;

/// What the id of a message begins with that stands in a withheld item's place.
const NOTICE_ID: &str = "msg_lp_";

/// What one path names.
struct Named<'a> {
    endpoint: Endpoint,
    shape: Shape,
    continues: Option<Continues>,
    identifiers: Vec<String>,
    /// The item, where it names one.
    item: Option<&'a str>,
}

impl<'a> Named<'a> {
    fn read(stored: Stored, path: &'a str) -> Self {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let segments = below_root(&segments);
        let id = |place: usize| segments.get(place).copied().unwrap_or_default();
        let response = |id: &str| Some(Continues::Response(id.to_owned()));
        let (chat, responses) = (Endpoint::Chat, Endpoint::Responses);
        let (endpoint, shape, continues) = match stored {
            Stored::Response => (responses, Shape::Answer(responses.dialect()), response(id(1))),
            Stored::InputItems => (responses, Shape::Items, response(id(1))),
            Stored::NewConversation | Stored::Conversation | Stored::Items | Stored::Item => {
                (responses, Shape::Items, Some(Continues::Conversation(id(1).to_owned())).filter(|_| !id(1).is_empty()))
            }
            Stored::Completions => (chat, Shape::Answers(chat.dialect()), None),
            Stored::Completion => (chat, Shape::Answer(chat.dialect()), response(id(2))),
            Stored::CompletionMessages => (chat, Shape::Messages, response(id(2))),
        };
        let identifiers = match &continues {
            Some(Continues::Conversation(id)) => vec![format!("conversation={id}")],
            Some(Continues::Response(_)) | None => Vec::new(),
        };
        Self { endpoint, shape, continues, identifiers, item: segments.get(3).copied().filter(|_| stored == Stored::Item) }
    }

    /// Whether it is an answer that linchpin gave itself: no provider keeps it.
    fn is_own(&self) -> bool {
        matches!(&self.continues, Some(Continues::Response(id)) if id.starts_with(OWN_ID))
    }
}

impl Visit<'_> {
    /// Reads, or changes, something that the provider keeps.
    pub(super) async fn stored(&self, stored: Stored, body: Incoming) -> Result<Answer, Refusal> {
        let limits = &self.proxy.config.limits;
        let body = body::collect(body, limits.body_bytes, limits.request_ms, &self.proxy.budget).await?;
        let body = body::decoded(body, &self.parts.headers, limits.body_bytes)?;
        let credential = headers::credential(&self.parts.headers);
        self.refuse_unbuilt_agent(&credential)?;
        let named = Named::read(stored, self.route.path);
        if named.is_own() {
            let message = "linchpin gave this answer itself, so no provider keeps it; go on from it with `previous_response_id`";
            return Err(Refusal { status: 404, message: message.into(), code: "linchpin_own_answer" });
        }
        let found = ServerHeld::reading(&self.proxy.record, &self.upstream.name, &credential, named.continues.clone()).await;
        let mut held = found.map_err(unreadable_store)?;
        held.is_catalogue = stored == Stored::Completions;
        let adds = self.parts.method == Method::POST && matches!(stored, Stored::NewConversation | Stored::Items);
        let is_named = matches!(named.continues, Some(Continues::Conversation(_)));
        if adds && !is_named {
            // To be heard once the conversation has an id; refused before it has one.
            self.read_items(&body.bytes, "-")?;
        } else if adds {
            self.hear_items(&named, credential, &held, &body.bytes).await?;
        }
        let case = self.reading_case(&named, credential, held).await?;
        let conversation = case.conversation.clone();
        let mut answered = self.fetch(stored, &named, case, &body.bytes, credential).await?;
        answer::mark(answered.headers_mut(), conversation.as_str(), 0);
        Ok(answered)
    }

    /// Items that are added are read as a request that hands them in.
    fn read_items(&self, body: &[u8], conversation: &str) -> Result<Option<(Bytes, Request)>, Refusal> {
        let unreadable = |error: crate::json::SpanError| Refusal { status: 400, message: error.to_string(), code: "linchpin_unreadable" };
        let Some(amounts_to) = as_request(body, conversation).map_err(unreadable)?.map(Bytes::from) else { return Ok(None) };
        let request = Request::read(Endpoint::Responses, &amounts_to, "").map_err(refused_request)?;
        self.refuse_acting(&request, &amounts_to)?;
        Ok(Some((amounts_to, request)))
    }

    /// What is added may bring no tool that the provider runs, and no yes to a question of
    /// its: whoever goes on from it later would not show it.
    fn refuse_acting(&self, request: &Request, body: &[u8]) -> Result<(), Refusal> {
        let says_yes = request.history.clone().is_some_and(|range| hosted::yeses(body, range).is_none_or(|yeses| !yeses.is_empty()));
        let acts = self.proxy.config.hosted != Hosted::Pass && request.hosted.iter().any(|tool| tool.acts);
        if !says_yes && !acts {
            return Ok(());
        }
        let message = "items that are added must not bring a tool that the provider runs, or an approval; say it in the request itself";
        Err(Refusal { status: 403, message: message.into(), code: "linchpin_policy" })
    }

    /// Hears what a user says in items that are added to a conversation.
    async fn hear_items(&self, named: &Named<'_>, credential: [u8; 32], held: &ServerHeld, body: &[u8]) -> Result<(), Refusal> {
        let Some(Continues::Conversation(id)) = &named.continues else { return Ok(()) };
        let Some((amounts_to, request)) = self.read_items(body, id)? else { return Ok(()) };
        let history = History::new(&amounts_to, request.history.clone().unwrap_or(0..0));
        let known = self.conversation(Endpoint::Responses, &request, credential, held, &history).await?;
        self.observe(&known, &request, View::New, &amounts_to, &history).await.map_err(unreadable_store)?;
        Ok(())
    }

    /// Who asks, in which conversation, and by which rules what comes back is judged.
    async fn reading_case(&self, named: &Named<'_>, credential: [u8; 32], held: ServerHeld) -> Result<Case, Refusal> {
        let request = Request { identifiers: named.identifiers.clone(), is_kept: true, ..Request::default() };
        let known = self.conversation(named.endpoint, &request, credential, &held, &History::new(b"", 0..0)).await?;
        self.case_of(&known, named.endpoint, &request, held).await.map_err(unreadable_store)
    }

    /// A case of a conversation, for what is read and nobody waits for.
    pub(super) async fn case_of(
        &self,
        known: &Known,
        endpoint: Endpoint,
        request: &Request,
        held: ServerHeld,
    ) -> Result<Case, RecordError> {
        let Proxy { record, newest, patience, budget, .. } = self.proxy;
        let in_force = self
            .proxy
            .in_force(known, &Observed::default(), self.route.label, endpoint.dialect(), &History::new(b"", 0..0), request)
            .await?;
        let declared = held.declared(record).await?;
        let parties = Parties {
            conversation: known.id(),
            agent: self.route.label.map(str::to_owned),
            upstream: self.upstream.name.clone(),
            dialect: endpoint.dialect(),
            model: None,
        };
        let brake = Brake::new(record.clone(), known.links());
        let waiter = Waiter { patience: Patience { wait: Duration::ZERO, ..patience.clone() }, peer: self.peer.clone(), brake };
        let body = Collected { bytes: Bytes::new(), share: budget.share() };
        let asked = Asked { body, tools: Vec::new(), history: None, system: None, held };
        let mut case = Case::new(in_force.rules, newest.clone(), record.clone(), parties, asked, waiter);
        case.offer(declared);
        Ok(case)
    }

    /// Asks the provider for it, and lets nothing through that was not judged.
    async fn fetch(
        &self,
        stored: Stored,
        named: &Named<'_>,
        mut case: Case,
        body: &Bytes,
        credential: [u8; 32],
    ) -> Result<Answer, Refusal> {
        let (query, after) = replayed_query(self.parts.uri.query())?;
        let query = match query {
            Some(query) => Some(self.real_query(&case, &query).await?),
            None => None,
        };
        let path = self.real_path(&case, named).await?;
        let upstream = self.send_to(&path, query.as_deref(), headers::upstream(self.parts.headers.clone(), true), body.clone()).await?;
        let (status, from_upstream) = (upstream.status(), upstream.headers().clone());
        let headers = headers::downstream(from_upstream.clone(), true);
        if stored == Stored::Response
            && let Some(framing) = framing_of(named.endpoint, status, &from_upstream)
            && let (Some(gate), Some(coding)) = (Gate::new(case.dialect, framing, self.proxy.bounds()), pieces_of(&from_upstream))
        {
            let replay = after.map(|after| Replay::after(after, self.proxy.config.limits.held_frames_bytes));
            return Ok(respond(status, headers, answer::pieces(Live::new(upstream, coding, gate, case).replayed(replay).into_stream())));
        }
        let collected = self.collect_answer(upstream, &from_upstream).await?;
        if stored == Stored::NewConversation && status.is_success() {
            self.hear_new(&collected.bytes, credential, body).await?;
        }
        if case.tools.is_empty() && stored == Stored::Response {
            case.offer(echoed_tools(&collected.bytes));
        }
        Ok(judge_page(case, named.shape, (status, headers), collected).await)
    }

    /// Hears what stands in the items a conversation begins with, now that it has an id.
    async fn hear_new(&self, answer: &[u8], credential: [u8; 32], body: &[u8]) -> Result<(), Refusal> {
        let Some(id) = crate::wire::stored::id_of(answer) else { return Ok(()) };
        let identifiers = vec![format!("conversation={id}")];
        let (endpoint, continues) = (Endpoint::Responses, Some(Continues::Conversation(id)));
        let named = Named { endpoint, shape: Shape::Items, continues: continues.clone(), identifiers, item: None };
        let held = ServerHeld::reading(&self.proxy.record, &self.upstream.name, &credential, continues).await;
        self.hear_items(&named, credential, &held.map_err(unreadable_store)?, body).await
    }

    /// The path by the id that the provider knows: a notice in a list has one of its own.
    async fn real_path(&self, case: &Case, named: &Named<'_>) -> Result<String, Refusal> {
        let path = self.route.path.to_owned();
        let Some(item) = named.item.filter(|item| item.starts_with(NOTICE_ID)) else { return Ok(path) };
        let real = case.real_id(item).await.map_err(unreadable_store)?;
        Ok(real.and_then(|real| Some(format!("{}{real}", path.strip_suffix(item)?))).unwrap_or(path))
    }

    /// The query likewise: a list goes on after, or before, an item.
    async fn real_query(&self, case: &Case, query: &str) -> Result<String, Refusal> {
        let mut pairs = Vec::new();
        for pair in query.split('&') {
            let item = pair.split_once('=').filter(|(key, item)| matches!(*key, "after" | "before") && item.starts_with(NOTICE_ID));
            let real = match item {
                Some((key, item)) => case.real_id(item).await.map_err(unreadable_store)?.map(|real| format!("{key}={real}")),
                None => None,
            };
            pairs.push(real.unwrap_or_else(|| pair.to_owned()));
        }
        Ok(pairs.join("&"))
    }
}

impl Case {
    /// Says which tools the calls in it may be of, as a JSON array.
    pub(super) fn offer(&mut self, declared: Option<String>) {
        let Some(declared) = declared else { return };
        self.tools = std::iter::once(0..declared.len()).collect();
        self.request.bytes = declared.into();
    }

    fn item_name(&self, item: &str) -> String {
        conversation::kept_name(&self.upstream, ("item", item))
    }

    /// The provider's id of an item that the agent knows by another.
    async fn real_id(&self, item: &str) -> Result<Option<String>, RecordError> {
        let found = self.record.remembered(&self.item_name(item)).await?.filter(|found| self.held.is_own(found));
        Ok(found.and_then(|found| if let Real::Other(id) = found.debt.real { Some(id) } else { None }))
    }

    fn note_alias(&self, (new, old): (String, String)) {
        let debt = Debt { real: Real::Other(old), ..Debt::default() };
        let tie = self.held.tie_to(self.conversation.to_string());
        self.record.note_answer(self.item_name(&new), Remembered { debt, ..tie });
    }
}

/// Judges a page that is there as a whole.
pub(super) async fn judge_page(mut case: Case, shape: Shape, (status, headers): (StatusCode, HeaderMap), body: Collected) -> Answer {
    let bytes = body.bytes.clone();
    let page = match Page::read(shape, &bytes) {
        Ok(page) => page,
        Err(_) if bytes.trim_ascii().is_empty() || (status.as_u16() >= 400 && !is_json_object(&bytes)) => {
            return respond(status, headers, answer::whole(bytes));
        }
        Err(error) => return withhold_whole(case, &error.to_string()).await,
    };
    let ruled = case.rule(page.proposals.clone()).await;
    let rulings = case.settle(ruled).await;
    case.keep(page.answered(&rulings)).await;
    match page.rewrite(&bytes, &rulings) {
        Some((rewritten, aliases)) => {
            aliases.into_iter().for_each(|alias| case.note_alias(alias));
            let mut answered = respond(status, headers, answer::whole(Bytes::new()));
            answered.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(rewritten.len()));
            *answered.body_mut() = tracked(rewritten.into(), case);
            answered
        }
        None => withhold_whole(case, "it cannot be rewritten without the withheld call").await,
    }
}

/// A query without `starting_after`, and what that said.
fn replayed_query(query: Option<&str>) -> Result<(Option<String>, Option<u64>), Refusal> {
    let Some(query) = query else { return Ok((None, None)) };
    let (starts, rest): (Vec<&str>, Vec<&str>) = query.split('&').partition(|pair| pair.split('=').next() == Some("starting_after"));
    let number = |pair: &&str| pair.split_once('=').and_then(|(_, number)| number.parse::<u64>().ok());
    match starts.as_slice() {
        [] => Ok((Some(query.to_owned()), None)),
        [one] => match number(one) {
            Some(after) => Ok((Some(rest.join("&")).filter(|rest| !rest.is_empty()), Some(after))),
            None => Err(refusal(400, "`starting_after` is no number")),
        },
        _ => Err(refusal(400, "`starting_after` stands there twice")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_that_is_read_on_is_asked_for_from_its_beginning() {
        let read = |query: &str| replayed_query(Some(query)).map_err(|refusal| refusal.status);
        assert_eq!(read("stream=true&starting_after=7"), Ok((Some("stream=true".into()), Some(7))));
        assert_eq!(read("include=x"), Ok((Some("include=x".into()), None)));
        assert_eq!(read("starting_after=7"), Ok((None, Some(7))));
        assert_eq!((read("starting_after=x"), read("starting_after=1&starting_after=2")), (Err(400), Err(400)));
    }
}
