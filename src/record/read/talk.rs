//! Conversations, as people are shown them.

use super::{Reader, SELECT, read_row};
use crate::record::RecordError;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;

/// One conversation. The keys are the contract of `conversations list --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Talk {
    /// Its id.
    pub id: String,
    /// The agent's label.
    pub agent: Option<String>,
    /// The dialects it was held in.
    pub dialects: Vec<String>,
    /// Turns of its longest history.
    pub turns: i64,
    /// How often its history was compacted.
    pub compactions: i64,
    /// How many pins were said in it and stand.
    pub pins: i64,
    /// Whether a halt reaches it.
    pub halted: bool,
}

/// A halt that stands. The keys are those of `/api/halts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HaltLine {
    /// `all`, `conversation` or `credential`.
    pub of: String,
    /// The conversation, if it is one.
    pub conversation: Option<String>,
    /// `every` or `consequential`: which calls it withholds.
    pub covers: String,
    /// `operator`, `breaker` or `said`.
    pub cause: String,
    /// In whose name.
    pub by: String,
    /// Whether a token says so.
    pub verified: bool,
    /// Why, in their words, redacted.
    pub why: Option<String>,
    /// Since when.
    pub at: String,
}

/// One thing that happened in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// When.
    pub at: String,
    /// `compacted`, `captured`, or what became of a call.
    pub event: String,
    /// In words.
    pub what: String,
    /// How many tokens a compaction took away, once they are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
}

impl Reader {
    /// All conversations, the ones spoken in last at the end.
    pub fn conversations(&self) -> Result<Vec<Talk>, RecordError> {
        let select = "SELECT id, agent, dialects, turns, compactions, \
                      (SELECT count(*) FROM spoken WHERE conversation = id AND state = 'enforced'), \
                      EXISTS (SELECT 1 FROM halt WHERE of = 'all' OR of = 'credential' AND subject = credential \
                      OR of = 'conversation' AND (subject = id OR subject IN (SELECT other FROM kin WHERE kin.conversation = id) \
                      OR id IN (SELECT other FROM kin WHERE kin.conversation = subject))) FROM conversation ORDER BY seen_ms";
        let mut statement = self.connection.prepare(select)?;
        let read = |row: &rusqlite::Row<'_>| {
            let dialects: String = row.get(2)?;
            Ok(Talk {
                id: row.get(0)?,
                agent: row.get(1)?,
                dialects: dialects.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
                turns: row.get(3)?,
                compactions: row.get(4)?,
                pins: row.get(5)?,
                halted: row.get(6)?,
            })
        };
        Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    /// The halts that stand, oldest first.
    pub fn halts(&self) -> Result<Vec<HaltLine>, RecordError> {
        let mut statement = self.connection.prepare("SELECT of, subject, covers, cause, by, verified, why, at FROM halt ORDER BY at")?;
        let read = |row: &rusqlite::Row<'_>| {
            let (of, subject): (String, String) = (row.get(0)?, row.get(1)?);
            Ok(HaltLine {
                conversation: (of == "conversation").then_some(subject),
                of,
                covers: row.get(2)?,
                cause: row.get(3)?,
                by: row.get(4)?,
                verified: row.get(5)?,
                why: row.get(6)?,
                at: row.get(7)?,
            })
        };
        Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    /// What happened in a conversation, in order.
    pub fn timeline(&self, conversation: &str) -> Result<Vec<Moment>, RecordError> {
        let mut statement = self.connection.prepare(&format!("{SELECT} WHERE seq = first OR event = 'counted' ORDER BY seq"))?;
        let mut rows = statement.query([])?;
        let mut moments: Vec<Moment> = Vec::new();
        let mut compactions: HashMap<String, usize> = HashMap::new();
        while let Some(row) = rows.next()? {
            let row = read_row(row)?;
            let body: Value = serde_json::from_str(&row.body).unwrap_or_default();
            let is_for_all = matches!(row.event.as_str(), "halted" | "resumed") && body.get("conversation").is_some_and(Value::is_null);
            if !is_for_all && body.get("conversation").and_then(Value::as_str) != Some(conversation) {
                continue;
            }
            if row.event == "counted" {
                let counted = compactions.get(&row.entry).and_then(|place| moments.get_mut(*place));
                counted.into_iter().for_each(|moment| moment.tokens = body.get("tokens").and_then(Value::as_u64));
                continue;
            }
            compactions.insert(row.entry, moments.len());
            moments.push(Moment { what: told(&row.event, &body), at: row.at, event: row.event, tokens: None });
        }
        Ok(moments)
    }
}

fn told(event: &str, body: &Value) -> String {
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or("?").to_owned();
    let number = |key: &str| body.get(key).and_then(Value::as_u64).unwrap_or_default();
    match event {
        "compacted" => format!("{} turns are gone from the client's history, {} bytes of text", number("turns"), number("bytes")),
        "accepted" => format!("`{}` was accepted by {}", text("pin"), text("by")),
        "captured" => format!("`{}` was said: {}", text("pin"), text("text")),
        "halted" if body.get("tool").is_none() => {
            let what = match body.get("of").and_then(Value::as_str) {
                Some("conversation") => "this conversation",
                Some("credential") => "everything under one credential",
                _ => "everything",
            };
            let why = body.get("why").and_then(Value::as_str).map_or_else(String::new, |why| format!(": {why}"));
            format!("{what}, by {}{why}", text("by"))
        }
        "resumed" => {
            let what = if body.get("conversation").is_some_and(Value::is_null) { "everything" } else { "this conversation" };
            format!("{what}, by {}", text("by"))
        }
        _ => format!("the call `{}`", text("tool")),
    }
}
