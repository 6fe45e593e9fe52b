//! One request's story, top to bottom.
//!
//! Admit it, find its route, read it, put the pins in, send it on, and let nothing
//! of the answer through that was not judged. The branches are here; the functions
//! they call are straight lines.

use super::answer::{self, Answer};
use super::body::{self, Collected};
use super::halted::{Brake, cut_short};
use super::hosted::{Going, Spent};
use super::peer::Peer;
use super::resume::Resumed;
use super::route::{self, Purpose, Route};
use super::server_held::{Missing, ServerHeld, unknown_answer};
use super::stream::Live;
use super::verdicts::{Asked, Case, Parties};
use super::wait::{Patience, Waiter};
use super::whole::{judge_whole, respond, tracked};
use super::{Proxy, admit, charset, closed, headers, words};
use crate::config::Upstream;
use crate::conversation::trace::Trace;
use crate::conversation::{self, Evidence, clue};
use crate::dialect::Family;
use crate::record::{Halt, Hints, Known, Observed, RecordError, Sighting, View};
use crate::upstream::{Target, UpstreamError};
use crate::wire::coding::{Coding, Pieces};
use crate::wire::history::History;
use crate::wire::refusal::Refusal;
use crate::wire::resume::{self as own, Resumable};
use crate::wire::{Endpoint, Framing, Gate, Place, Request, RequestError, stored};
use bytes::Bytes;
use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::http::request::Parts;
use std::sync::Arc;

/// Why an answer cannot come later whose calls could not be judged then.
const TOO_MANY_TOOLS: &str = "`background` is refused: the request declares more tools than linchpin remembers until its answer is read";

/// Answers one request of an agent.
pub(super) async fn exchange(proxy: Arc<Proxy>, peer: Peer, request: hyper::Request<Incoming>) -> Answer {
    let (parts, body) = request.into_parts();
    if let Err(barred) = admit::admit(parts.version, &parts.uri, &parts.headers, &proxy.hosts) {
        return answer::refuse(&refusal(barred.status, barred.why), guessed_family(&parts));
    }
    let speaks_anthropic = guessed_family(&parts) == Family::Anthropic;
    let family_of = |name: &str| proxy.config.upstreams.get(name).map(|upstream| upstream.family);
    let Some(route) = route::route(&parts.method, parts.uri.path(), family_of, speaks_anthropic) else {
        return answer::refuse(&refusal(403, "linchpin knows no such path"), guessed_family(&parts));
    };
    let Some(upstream) = proxy.config.upstreams.get(route.upstream) else {
        return answer::refuse(&refusal(403, "linchpin knows no such upstream"), guessed_family(&parts));
    };
    let visit = Visit { proxy: &proxy, peer, parts: &parts, route: &route, upstream };
    let outcome = match route.purpose {
        Purpose::Closed => Err(refusal(403, closed::why(upstream.family, route.path))),
        Purpose::Plain => visit.pass(body).await,
        Purpose::Stored(stored) => visit.stored(stored, body).await,
        Purpose::Inference(endpoint) => visit.infer(endpoint, body).await,
    };
    outcome.unwrap_or_else(|refusal| answer::refuse(&refusal, spoken_family(route.purpose, upstream)))
}

/// One admitted request, and where it goes.
pub(super) struct Visit<'a> {
    pub(super) proxy: &'a Proxy,
    pub(super) peer: Peer,
    pub(super) parts: &'a Parts,
    pub(super) route: &'a Route<'a>,
    pub(super) upstream: &'a Upstream,
}

/// An inference request, read, pinned, and ready to go.
struct Pinned {
    body: Bytes,
    case: Case,
    pins: usize,
    /// Approvals that count as used from here on.
    spent: Spent,
}

impl Visit<'_> {
    /// A path that can carry no action: both bodies pass as they are.
    async fn pass(&self, body: Incoming) -> Result<Answer, Refusal> {
        let limits = &self.proxy.config.limits;
        let body = body::collect(body, limits.body_bytes, limits.request_ms, &self.proxy.budget).await?;
        let mut headers = headers::upstream(self.parts.headers.clone(), false);
        if let Some(coding) = self.parts.headers.get(CONTENT_ENCODING) {
            headers.insert(CONTENT_ENCODING, coding.clone());
        }
        let upstream = self.send(headers, body.bytes).await?;
        let (status, headers) = (upstream.status(), headers::downstream(upstream.headers().clone(), false));
        use futures_util::StreamExt as _;
        let pieces = upstream.bytes_stream().map(|piece| piece.map_err(|error| answer::Broken(error.without_url().to_string())));
        Ok(respond(status, headers, answer::pieces(pieces)))
    }

    /// An inference path: nothing goes up unpinned, nothing comes back unjudged.
    async fn infer(&self, endpoint: Endpoint, body: Incoming) -> Result<Answer, Refusal> {
        let limits = &self.proxy.config.limits;
        let body = body::collect(body, limits.body_bytes, limits.request_ms, &self.proxy.budget).await?;
        let body = body::decoded(body, &self.parts.headers, limits.body_bytes)?;
        let mut pinned = self.pin(endpoint, body).await?;
        let (conversation, pins) = (pinned.case.conversation.clone(), pinned.pins);
        if self.proxy.config.hold.reply {
            pinned.case.take_reply(endpoint).await;
        }
        let mut answered = match pinned.case.resume(endpoint).await {
            Some(resumed) => resume(resumed, pinned.case),
            None => self.ask(endpoint, pinned).await?,
        };
        answer::mark(answered.headers_mut(), conversation.as_str(), pins);
        Ok(answered)
    }

    /// Asks the model, unless a halt comes before its answer does.
    async fn ask(&self, endpoint: Endpoint, pinned: Pinned) -> Result<Answer, Refusal> {
        let Pinned { body, mut case, spent, .. } = pinned;
        let body = case.held.put(body)?;
        let mut brake = case.waiter.brake.clone();
        let sent = tokio::select! {
            sent = self.send(headers::upstream(self.parts.headers.clone(), true), body) => sent,
            halt = brake.cut(), if endpoint.is_answered() => return Ok(halted(endpoint, case, &halt)),
        };
        let upstream = sent?;
        let (status, from_upstream) = (upstream.status(), upstream.headers().clone());
        if status.is_client_error() {
            self.proxy.give_back(spent).await;
        }
        let mut headers = headers::downstream(from_upstream.clone(), true);
        charset::as_judged(&mut headers);
        if let Some(framing) = framing_of(endpoint, status, &from_upstream)
            && let (Some(gate), Some(coding)) = (Gate::new(case.dialect, framing, self.proxy.bounds()), pieces_of(&from_upstream))
        {
            let live = Live::new(upstream, coding, gate, case);
            return Ok(respond(status, headers, answer::pieces(live.into_stream())));
        }
        let collected = tokio::select! {
            collected = self.collect_answer(upstream, &from_upstream) => collected,
            halt = brake.cut(), if endpoint.is_answered() => return Ok(halted(endpoint, case, &halt)),
        };
        case.waiter.brake = brake;
        Ok(judge_whole(self.proxy, case, status, headers, collected?).await)
    }

    /// Reads the request and puts the pins in.
    async fn pin(&self, endpoint: Endpoint, body: Collected) -> Result<Pinned, Refusal> {
        let credential = headers::credential(&self.parts.headers);
        self.refuse_unbuilt_agent(&credential)?;
        let carriage = Arc::clone(self.proxy.rules.carriage(self.route.label));
        let mut request = Request::read_of(endpoint, self.route.model, &body.bytes, carriage.block()).map_err(refused_request)?;
        let found = ServerHeld::find(&self.proxy.record, &self.upstream.name, &credential, (&request, &body.bytes), endpoint).await;
        let mut held = found.map_err(|missing| match missing {
            Missing::Answer => unknown_answer(),
            Missing::Record(error) => unreadable_store(error),
        })?;
        if endpoint == Endpoint::Responses && stored::is_background(&body.bytes) {
            let declared = stored::declared(&body.bytes, &request.tools).ok_or_else(|| refusal(403, TOO_MANY_TOOLS))?;
            held.remember_tools(&self.proxy.record, declared).await.map_err(unreadable_store)?;
        }
        // Where its turns stand is looked for once; all that asks for it is told.
        let history = History::new(&body.bytes, request.history.clone().unwrap_or(0..0));
        let known = self.conversation(endpoint, &request, credential, &held, &history).await?;
        let brake = Brake::new(self.proxy.record.clone(), known.links());
        let observed = self.observe(&known, &request, held.view(), &body.bytes, &history).await.map_err(unreadable_store)?;
        let in_force = self.proxy.in_force(&known, &observed, self.route.label, endpoint.dialect(), &history, &request);
        let in_force = in_force.await.map_err(unreadable_store)?;
        if in_force.head.block() != carriage.block() {
            // Another text is looked for in the instruction place.
            request = Request::read_of(endpoint, self.route.model, &body.bytes, in_force.head.block()).map_err(refused_request)?;
        }
        let pins = if request.place == Place::Unasked { 0 } else { in_force.count };
        let parties = Parties {
            conversation: known.id(),
            agent: self.route.label.map(str::to_owned),
            upstream: self.upstream.name.clone(),
            dialect: endpoint.dialect(),
            model: request.model.clone().or_else(|| self.route.model.map(str::to_owned)),
        };
        let (known, brake) = (&known, &brake);
        let going = Going { endpoint, known, in_force: &in_force, parties: &parties, brake, request: &request, body: &body.bytes };
        let edits = self.proxy.gate_hosted(&going).await?;
        let spent = self.proxy.spend_yeses(&going).await?;
        let pinned = in_force.put(&body.bytes, &request.place, &edits).ok_or_else(|| refusal(400, "the body has no place for the pins"))?;
        held.is_weighty =
            !self.proxy.record.spoken(known).is_empty() || !self.proxy.record.pending(&known.id).is_empty() || brake.stands().is_some();
        let asked = Asked { body, tools: request.tools, history: request.history, system: request.system, held };
        let wait = self.proxy.config.hold.wait_in(endpoint.dialect());
        let waiter = Waiter { patience: Patience { wait, ..self.proxy.patience.clone() }, peer: self.peer.clone(), brake: brake.clone() };
        let case = Case::new(in_force.rules, self.proxy.newest.clone(), self.proxy.record.clone(), parties, asked, waiter);
        Ok(Pinned { body: pinned.into(), case, pins, spent })
    }

    /// Looks what became of the history, and listens to what was said since.
    pub(super) async fn observe(
        &self,
        known: &Known,
        request: &Request,
        view: View,
        body: &Bytes,
        history: &History<'_>,
    ) -> Result<Observed, RecordError> {
        let Some(range) = request.history.clone() else { return Ok(Observed::default()) };
        let observed = self.proxy.record.observe(&known.id, history, view).await;
        if let Some(compaction) = &observed.compaction {
            self.proxy.count_lost(compaction, body.clone(), range);
        }
        if observed.compaction.is_some() && self.proxy.rules.policy.waives() {
            words::void_named(&self.proxy.record, &known.id(), history).await;
        }
        self.proxy.obey(known, &observed, history, request).await;
        self.proxy.listen(known, &observed, history).await?;
        self.proxy.record.heard(&known.id, &observed);
        Ok(observed)
    }

    /// Least privilege is not built yet, so an agent that is configured for it is
    /// not served with more than it should have.
    pub(super) fn refuse_unbuilt_agent(&self, credential: &[u8; 32]) -> Result<(), Refusal> {
        let is_label = |name: &str| self.route.label == Some(name);
        let is_agent = self.proxy.config.agents.iter().any(|(name, agent)| is_label(name) || agent.key_sha256.contains(credential));
        if is_agent {
            return Err(refusal(403, "this agent has a section `[agent.…]`, and linchpin cannot keep it to its rights yet"));
        }
        Ok(())
    }

    pub(super) async fn conversation(
        &self,
        endpoint: Endpoint,
        request: &Request,
        credential: [u8; 32],
        held: &ServerHeld,
        history: &History<'_>,
    ) -> Result<Known, Refusal> {
        let header = self.parts.headers.get(headers::CONVERSATION).and_then(|value| value.to_str().ok());
        let in_body = request.identifiers.iter().filter(|identifier| is_lasting(identifier)).cloned();
        let identifiers: Vec<String> = headers::session_ids(&self.parts.headers).chain(in_body).collect();
        let part = |range: &Option<std::ops::Range<usize>>| range.clone().and_then(|range| history.body().get(range));
        let (system, first_user) = (part(&request.system), part(&request.first_user));
        let rest = if identifiers.is_empty() { clue::of_rest(history) } else { None };
        let is_named = header.is_some() || !identifiers.is_empty();
        let sighting = Sighting {
            names: conversation::names(&Evidence {
                credential,
                header,
                identifiers: &identifiers,
                system,
                first_user,
                previous: held.previous(),
                chain: held.conversation(),
                rest: rest.as_deref(),
            }),
            credential: conversation::credential_name(&credential),
            setting: if is_named { String::new() } else { conversation::setting_name(&credential, system) },
            agent: self.route.label.map(str::to_owned),
            dialect: endpoint.dialect().name(),
            chain: held.chain.clone(),
        };
        let hints = || {
            let clues = clue::in_history(history);
            let quoted = clue::quoted(history, request.tools.is_empty());
            let may_be_rest = clue::may_begin_with_rest(history);
            Hints { trace: Trace::read(history, []), clues, quoted, may_be_rest }
        };
        self.proxy.record.conversation(sighting, hints).await.map_err(unreadable_store)
    }

    async fn send(&self, headers: HeaderMap, body: Bytes) -> Result<reqwest::Response, Refusal> {
        self.send_to(self.route.path, self.parts.uri.query(), headers, body).await
    }

    /// The same to another place at the same upstream.
    pub(super) async fn send_to(
        &self,
        path: &str,
        query: Option<&str>,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<reqwest::Response, Refusal> {
        let target = Target { method: &self.parts.method, path, query };
        self.proxy.client.send(self.upstream, target, headers, body).await.map_err(|error| {
            tracing::warn!(error = %chain(&error), upstream = %self.upstream.name, "no answer");
            let status = if matches!(error, UpstreamError::Path(_)) { 400 } else { 502 };
            Refusal { status, message: error.to_string(), code: "linchpin_upstream" }
        })
    }

    /// The whole of an answer that is not streamed, decoded.
    pub(super) async fn collect_answer(&self, mut upstream: reqwest::Response, headers: &HeaderMap) -> Result<Collected, Refusal> {
        let bytes_max = self.proxy.config.limits.response_bytes;
        let broken = |error: reqwest::Error| {
            tracing::warn!(%error, upstream = %self.upstream.name, "an answer broke off");
            Refusal {
                status: 502,
                message: format!("the answer of upstream `{}` broke off", self.upstream.name),
                code: "linchpin_upstream",
            }
        };
        let too_large = || refusal(403, "the answer is larger than linchpin judges (`response_bytes` under `[limits]`)");
        let mut share = self.proxy.budget.share();
        let mut all = bytes::BytesMut::new();
        while let Some(piece) = upstream.chunk().await.map_err(broken)? {
            if all.len() + piece.len() > bytes_max {
                return Err(too_large());
            }
            share.grow(piece.len()).map_err(|_| Refusal::from(body::BodyError::NoMemory))?;
            all.extend_from_slice(&piece);
        }
        let collected = Collected { bytes: all.freeze(), share };
        body::decoded(collected, headers, bytes_max).map_err(|error| Refusal {
            status: 403,
            message: format!("the upstream's answer cannot be judged: {error}"),
            code: "linchpin_unreadable",
        })
    }
}

/// linchpin's own answer, with a call that a person released.
fn resume(resumed: Resumed, case: Case) -> Answer {
    let kind = own::media_type(case.dialect, resumed.streams);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if !resumed.streams {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(resumed.bytes.len()));
    }
    respond(StatusCode::OK, headers, tracked(resumed.bytes.into(), case))
}

/// linchpin's own answer to a request whose answer a halt came before.
fn halted(endpoint: Endpoint, case: Case, halt: &Halt) -> Answer {
    let text = cut_short(halt);
    let asked = Resumable::read(endpoint, &case.request.bytes);
    let (streams, wants_usage) = asked.map_or((false, false), |asked| (asked.streams, asked.wants_usage));
    let answer = own::Answer {
        dialect: case.dialect,
        id: "halted",
        created: jiff::Timestamp::now().as_second(),
        model: case.model.as_deref().unwrap_or("linchpin"),
        streams,
        wants_usage,
        is_to_prompt: endpoint == Endpoint::OllamaGenerate,
    };
    match own::say(&answer, &text) {
        Some(bytes) => resume(Resumed { bytes, streams }, case),
        None => answer::refuse(&refusal(403, &text), case.dialect.family()),
    }
}

pub(super) fn refusal(status: u16, message: &str) -> Refusal {
    Refusal { status, message: message.to_owned(), code: "linchpin_policy" }
}

/// What stands in the store cannot be told: which pins were said, which calls wait.
pub(super) fn unreadable_store(error: RecordError) -> Refusal {
    tracing::error!(%error, "a request is refused: the store cannot be used");
    Refusal { status: 503, message: "linchpin cannot use its store".into(), code: "linchpin_record" }
}

pub(super) fn refused_request(error: RequestError) -> Refusal {
    let message = error.to_string();
    match error {
        RequestError::Unreadable(_) => Refusal { status: 400, message, code: "linchpin_unreadable" },
        RequestError::Refused { code: Some(code), .. } => Refusal { status: 400, message, code },
        RequestError::Refused { code: None, .. } => Refusal { status: 403, message, code: "linchpin_policy" },
    }
}

/// Whether an identifier names one conversation for as long as it lasts: not a
/// person, and not the turn before.
fn is_lasting(identifier: &str) -> bool {
    const PASSING: [&str; 4] = ["metadata.user_id=", "previous_response_id=", "previous_message_id=", "diagnostics."];
    !PASSING.iter().any(|passing| identifier.starts_with(passing))
}

/// Whose error shape to use where the path does not say.
fn guessed_family(parts: &Parts) -> Family {
    let path = parts.uri.path();
    let begins = |starts: &[&str]| starts.iter().any(|start| path.starts_with(start));
    if parts.headers.contains_key("anthropic-version") || begins(&["/anthropic", "/v1/messages"]) {
        Family::Anthropic
    } else if begins(&["/gemini", "/v1beta", "/v1alpha"]) {
        Family::Gemini
    } else if begins(&["/ollama", "/api/"]) {
        Family::Ollama
    } else {
        Family::Openai
    }
}

/// Whose error shape the client of this path expects: one upstream may speak several dialects.
fn spoken_family(purpose: Purpose, upstream: &Upstream) -> Family {
    match purpose {
        Purpose::Inference(endpoint) => endpoint.dialect().family(),
        Purpose::Stored(_) => Family::Openai,
        Purpose::Plain | Purpose::Closed => upstream.family,
    }
}

/// How the answer is streamed; `None`: it is one text.
pub(super) fn framing_of(endpoint: Endpoint, status: StatusCode, headers: &HeaderMap) -> Option<Framing> {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let kind = String::from_utf8_lossy(kind).to_ascii_lowercase();
    let media_type = kind.split(';').next().unwrap_or_default().trim();
    let is_array = endpoint == Endpoint::GeminiStream && media_type == "application/json" && status.is_success();
    Framing::of(endpoint.dialect(), media_type).or(is_array.then_some(Framing::Array))
}

/// How to decode a stream; `None`: only as a whole, or not at all.
pub(super) fn pieces_of(headers: &HeaderMap) -> Option<Pieces> {
    let Some(value) = headers.get(CONTENT_ENCODING) else { return Coding::Identity.in_pieces() };
    Coding::from_header(value.to_str().ok()?).ok()?.in_pieces()
}

/// An error and what caused it, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |said, cause| format!("{said}: {cause}"))
}
