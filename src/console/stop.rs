//! The kill switch on the operator's port: halts, and their end.
//!
//! Whoever may log in may halt. Ending a halt lets calls through again, so where people
//! have tokens of their own it takes one of theirs.

use super::Console;
use super::decide::{REASON_BYTES_MAX, Refused};
use super::html;
use super::operators::Operator;
use super::pages::{Failed, framed};
use crate::record::{Cause, Covers, Halt, HaltLine, Lifted, Scope, Talk};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How many conversations the page lists, those spoken in last.
const TALKS_MAX: usize = 50;

/// What a halt came to. The keys are the API's answer, and what `halt --json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halted {
    /// The conversation; `None`: everything.
    pub conversation: Option<String>,
    /// In whose name.
    pub by: String,
    /// Whether it is written. If not it counts all the same, and is tried again.
    pub recorded: bool,
}

/// What ending halts came to. The keys are the API's answer, and what `resume --json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The conversation; `None`: everything.
    pub conversation: Option<String>,
    /// In whose name.
    pub by: String,
    /// How many halts ended.
    pub ended: usize,
    /// What halts the conversation still, in words.
    pub still: Option<String>,
}

/// What a request for either brings with it; an empty body means everything.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    conversation: Option<String>,
    why: Option<String>,
}

impl Asked {
    pub(super) fn read(body: &[u8]) -> Result<Self, Refused> {
        match body.trim_ascii() {
            [] => Ok(Self::default()),
            text => serde_json::from_slice(text).map_err(|error| Refused::Unreadable(error.to_string())),
        }
    }
}

/// The page and its forms.
pub(super) fn routes() -> Router<Arc<Console>> {
    Router::new().route("/stop", get(page)).route("/stop/halt", post(halt)).route("/stop/resume", post(resume))
}

impl Console {
    pub(super) async fn halt(&self, operator: &Operator, asked: Asked) -> Result<Halted, Refused> {
        let Asked { conversation, why } = asked;
        let why = why.map(|why| why.trim().to_owned()).filter(|why| !why.is_empty());
        if why.as_ref().is_some_and(|why| why.len() > REASON_BYTES_MAX) {
            return Err(Refused::LongReason);
        }
        let scope = match &conversation {
            Some(id) if !self.record.knows(id).await => return Err(Refused::NoConversation(id.clone())),
            Some(id) => Scope::Conversation(id.clone()),
            None => Scope::All,
        };
        let halt = Halt { why, ..Halt::new(scope, Covers::Every, Cause::Operator, operator.name.clone()) };
        let recorded = self.record.halt(halt).await;
        Ok(Halted { conversation, by: operator.name.clone(), recorded })
    }

    pub(super) async fn resume(&self, operator: &Operator, asked: Asked) -> Result<Ended, Refused> {
        if !operator.may_approve {
            return Err(Refused::MayNotResume);
        }
        let lifted = match &asked.conversation {
            Some(id) if !self.record.knows(id).await => return Err(Refused::NoConversation(id.clone())),
            Some(id) => Lifted::Conversation(id.clone()),
            None => Lifted::All,
        };
        let resumed = self.record.resume(lifted, operator.name.clone()).await?;
        let still = resumed.remains.as_ref().map(|halt| match &halt.scope {
            Scope::All => "everything is; `linchpin resume` without a name ends that".to_owned(),
            Scope::Credential(_) => {
                "everything under its credential is, by the breaker; `linchpin resume` without a name ends that".to_owned()
            }
            Scope::Conversation(id) => format!("what halted `{id}` reaches it; `linchpin resume {id}` ends that"),
        });
        Ok(Ended { conversation: asked.conversation, by: operator.name.clone(), ended: resumed.ended, still })
    }
}

/// A form's fields.
fn form(body: &[u8]) -> Asked {
    let mut asked = Asked::default();
    for (name, value) in url::form_urlencoded::parse(body) {
        let value = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        match name.as_ref() {
            "conversation" => asked.conversation = value,
            "why" => asked.why = value,
            _ => {}
        }
    }
    asked
}

async fn halt(State(console): State<Arc<Console>>, Extension(operator): Extension<Operator>, body: Bytes) -> Result<Response, Failed> {
    let halted = console.halt(&operator, form(&body)).await.map_err(|why| Failed::new(&operator, why))?;
    let to = if halted.recorded { "/stop" } else { "/stop?unwritten" };
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response())
}

async fn resume(State(console): State<Arc<Console>>, Extension(operator): Extension<Operator>, body: Bytes) -> Result<Response, Failed> {
    console.resume(&operator, form(&body)).await.map_err(|why| Failed::new(&operator, why))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, "/stop")]).into_response())
}

async fn page(
    State(console): State<Arc<Console>>,
    Extension(operator): Extension<Operator>,
    axum::extract::RawQuery(query): axum::extract::RawQuery,
) -> Result<Response, Failed> {
    let read = console.read(|_, reader| Ok((reader.halts()?, reader.conversations()?))).await;
    let (halts, mut talks) = read.map_err(|error| Failed::new(&operator, error.into()))?;
    talks.reverse();
    talks.truncate(TALKS_MAX);
    let mut body = "<h1>Stop</h1>\n".to_owned();
    if query.as_deref() == Some("unwritten") {
        body.push_str("<p class=\"problem\" role=\"alert\">Halted, but that cannot be written now. It counts all the same and is tried again; until then a restart would end it.</p>\n");
    }
    body.push_str(
        "<form method=\"post\" action=\"/stop/halt\" class=\"card\">\n<p>Halting everything cuts every open answer, and no call is delivered until somebody resumes.</p>\n\
         <p><label>Why <input name=\"why\" maxlength=\"2000\"></label></p>\n<p><button class=\"no\">Halt everything</button></p>\n</form>\n",
    );
    body.push_str(if halts.is_empty() { "<h2>Nothing is halted</h2>\n" } else { "<h2>Halted</h2>\n" });
    halts.iter().for_each(|halt| body.push_str(&halt_card(halt)));
    if !halts.is_empty() {
        body.push_str("<form method=\"post\" action=\"/stop/resume\"><p><button class=\"yes\">Resume everything</button></p></form>\n");
    }
    body.push_str("<h2>Conversations</h2>\n");
    if talks.is_empty() {
        body.push_str("<p>None yet.</p>\n");
    }
    talks.iter().for_each(|talk| body.push_str(&talk_card(talk)));
    Ok(framed(StatusCode::OK, &operator, "/stop", "Stop", "", &body))
}

fn halt_card(halt: &HaltLine) -> String {
    let what = match (halt.of.as_str(), &halt.conversation) {
        (_, Some(id)) => format!("the conversation <code>{}</code>", html::short(id, 40)),
        ("all", None) => "everything".to_owned(),
        _ => "everything under one credential".to_owned(),
    };
    let covers = if halt.covers == "every" { "every call" } else { "calls that change something" };
    let why = halt.why.as_deref().map_or_else(String::new, |why| format!("<p>{}</p>\n", html::short(why, 300)));
    let resume = halt.conversation.as_deref().map_or_else(String::new, |id| button("resume", "yes", "Resume", id));
    format!(
        "<article class=\"card\">\n<p><span class=\"tag bad\">halted</span> {what}: {covers}, by {} ({}), <span class=\"faint\">{}</span></p>\n{why}{resume}</article>\n",
        html::short(&halt.by, 80),
        html::text(&halt.cause),
        html::text(&halt.at),
    )
}

fn talk_card(talk: &Talk) -> String {
    let state = if talk.halted { "<span class=\"tag bad\">halted</span> " } else { "" };
    format!(
        "<article class=\"card\">\n<p>{state}<code>{}</code> <span class=\"faint\">{}, {} turns</span></p>\n{}</article>\n",
        html::short(&talk.id, 40),
        html::short(talk.agent.as_deref().unwrap_or("unnamed agent"), 40),
        talk.turns,
        if talk.halted { String::new() } else { button("halt", "no", "Halt", &talk.id) },
    )
}

fn button(verb: &str, colour: &str, name: &str, id: &str) -> String {
    let id = html::text(id);
    format!(
        "<form method=\"post\" action=\"/stop/{verb}\"><input type=\"hidden\" name=\"conversation\" value=\"{id}\">\
         <button class=\"{colour}\" aria-label=\"{name} {id}\">{name}</button></form>\n"
    )
}
