//! What people say in the chat, where it counts: a code they typed, a thing they named, and where the
//! targets of a held call came from.
//!
//! Nothing here makes a verdict stricter or milder by itself. A reply is a decision
//! like one at the desk, taken by the record; an origin is shown to whoever decides.

use super::verdicts::Case;
use crate::action;
use crate::call::Proposal;
use crate::conversation::{self, ConversationId, Origin};
use crate::digest::CallDigest;
use crate::json::{self, read_arguments};
use crate::kind::Kind;
use crate::language;
use crate::record::{Decision, Naming, Person, Record, Via};
use crate::verdict::Judgement;
use crate::wire::Endpoint;
use crate::wire::history::{History, Part};
use memchr::memmem;

/// Who a reply comes from, in the record: nobody's token vouches for them.
const REPLIER: &str = "user";

impl Case {
    /// Takes the code that the user's newest message consists of, if it is the code of
    /// a hold that this very history was told of.
    pub(super) async fn take_reply(&self, endpoint: Endpoint) {
        let pending = self.record.pending(self.conversation.as_str());
        if pending.is_empty() || !endpoint.is_answered() {
            return;
        }
        let told = self.ties(&pending).codes;
        if told.is_empty() {
            return;
        }
        let Some(range) = self.history.clone() else { return };
        let history = History::new(&self.request.bytes, range);
        let reply = conversation::newest(&history).and_then(|said| conversation::reply(&said.words));
        let Some(reply) = reply.filter(|reply| told.contains(&reply.code)) else { return };
        if is_called_with(&self.request.bytes, &history, &reply.code) {
            tracing::warn!(conversation = %self.conversation, "a code that the model used in a call decides nothing in the chat");
            return;
        }
        let by = Person { name: REPLIER.to_owned(), is_verified: false, via: Via::Reply };
        let conversation = Some(self.conversation.as_str().to_owned());
        let decision = Decision { code: reply.code, yes: reply.yes, by, reason: None, digest: None, conversation };
        match self.record.decide(decision).await {
            Ok(decided) => tracing::info!(?decided, conversation = %self.conversation, "a reply in the chat decided a hold"),
            Err(error) => tracing::warn!(%error, conversation = %self.conversation, "a reply in the chat decided nothing"),
        }
    }

    /// Lets pins stand back that waive what the user's newest own message asked for by
    /// name. That it was named is spent on the disk first; what cannot be written waives nothing.
    pub(super) async fn waive(&self, mut judged: Vec<(Proposal, Judgement)>) -> Vec<(Proposal, Judgement)> {
        let (policy, newest) = (&self.rules.policy, self.newest.beside(&self.rules));
        if !policy.waives() || !judged.iter().any(|(_, judgement)| judgement.verdict.withholds()) {
            return judged;
        }
        let Some(range) = self.history.clone() else { return judged };
        let history = History::new(&self.request.bytes, range);
        let said = conversation::newest(&history).filter(|said| !is_called_with(&self.request.bytes, &history, &json::escape(&said.words)));
        let Some(said) = said else { return judged };
        let asked = language::asked(&said.words);
        if asked.is_empty() {
            return judged;
        }
        for (proposal, judgement) in &mut judged {
            // Pins that were changed meanwhile stand back only if they still would.
            if newest.as_ref().is_some_and(|newest| newest.policy.waive(judgement, &asked).is_none()) {
                continue;
            }
            let Some(waived) = policy.waive(judgement, &asked) else { continue };
            let naming = Naming {
                conversation: self.conversation.as_str().to_owned(),
                digest: CallDigest::of(&proposal.call).to_string(),
                words: waived.namings.iter().map(|named| format!("{} named {named}", said.mark_here())).collect(),
                voids: vec![said.mark()],
            };
            match self.record.spend_naming(naming).await {
                Ok(true) => *judgement = waived.judgement,
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(%error, conversation = %self.conversation, "a pin does not stand back: the record cannot be written")
                }
            }
        }
        judged
    }

    /// Looks up where the targets of held calls came from, and adds to what they do what
    /// their texts would make readers do.
    pub(super) async fn trace(&self, mut judged: Vec<(Proposal, Judgement)>) -> (Vec<(Proposal, Judgement)>, Vec<Vec<Origin>>) {
        let is_held = Judgement::may_be_held;
        if !judged.iter().any(|(_, judgement)| is_held(judgement)) {
            let none = vec![Vec::new(); judged.len()];
            return (judged, none);
        }
        judged.iter_mut().filter(|(_, judgement)| is_held(judgement)).for_each(|(proposal, judgement)| tell_advice(proposal, judgement));
        let targets: Vec<Vec<String>> =
            judged.iter().map(|(_, judgement)| if is_held(judgement) { targets(judgement) } else { Vec::new() }).collect();
        let (body, history, system) =
            (self.request.bytes.clone(), self.history.clone().unwrap_or(0..0), self.system.clone().unwrap_or(0..0));
        let count = judged.len();
        let look = move || {
            let is_partial = is_partial(&body);
            let history = History::new(&body, history);
            let system = body.get(system).and_then(|system| std::str::from_utf8(system).ok()).unwrap_or_default();
            targets.iter().map(|targets| conversation::origins(&history, system, is_partial, targets.iter().map(String::as_str))).collect()
        };
        // Long histories take a moment; whoever looks must not keep sockets waiting. What
        // was not looked up is not shown.
        let mut found: Vec<Vec<Origin>> = tokio::task::spawn_blocking(look).await.unwrap_or_default();
        found.resize_with(count, Vec::new);
        (judged, found)
    }
}

/// Whether the model put these words (escaped, as they stand in the body) into a call: some agents hand on a tool's output as the
/// user's message, and the model could have its tools say what it likes.
fn is_called_with(body: &[u8], history: &History<'_>, code: &str) -> bool {
    let count = |text: &[u8]| memmem::find_iter(text, code.as_bytes()).count();
    history.turns().zip(history.spans()).any(|(turn, span)| {
        let calls = turn.parts.iter().any(|part| matches!(part, Part::Call { .. }));
        let whole = span.filter(|_| calls).and_then(|span| body.get(span)).map_or(0, count);
        whole > turn.texts().map(|text| count(text.as_bytes())).sum()
    })
}

/// Makes void what was named before a history was cut: a yes does not outlive it. What
/// nobody has answered yet was said after it.
pub(super) async fn void_named(record: &Record, conversation: &ConversationId, history: &History<'_>) {
    let Some(said) = conversation::newest(history).filter(|said| !said.is_last) else { return };
    if let Err(error) = record.void_message(conversation.as_str().to_owned(), said.mark()).await {
        tracing::error!(%error, %conversation, "what was named before a compaction cannot be made void");
    }
}

/// The targets of everything but plain reading.
fn targets(judgement: &Judgement) -> Vec<String> {
    let acting = judgement.actions.iter().filter(|action| action.kind.broad() != Kind::Read);
    acting.flat_map(|action| &action.targets).map(|target| target.value.clone()).collect()
}

/// Fields by which a request goes on from what it does not show.
const PARTLY: [&str; 5] = ["previous_response_id", "conversation", "thread", "cachedContent", "cached_content"];

/// Whether the provider keeps a part of the history that the request does not show.
fn is_partial(body: &[u8]) -> bool {
    let members = json::members(body).unwrap_or_default();
    members.iter().any(|member| PARTLY.contains(&member.key.as_ref()) && member.value.get() != "null")
}

/// Adds to a sent or published text's evidence what it tells its readers to do.
fn tell_advice(proposal: &Proposal, judgement: &mut Judgement) {
    let spoken = judgement.actions.iter_mut().find(|action| matches!(action.kind.broad(), Kind::Send | Kind::Publish));
    let Some((spoken, arguments)) = spoken.zip(read_arguments(&proposal.call.input).ok()) else { return };
    for advised in action::advised(&arguments) {
        let more = format!("; its text tells readers to run `{}` ({})", advised.evidence, advised.kind);
        spoken.evidence.push_str(&more);
    }
}
