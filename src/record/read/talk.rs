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
    /// Whether it is halted; nothing halts yet.
    pub halted: bool,
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
                      (SELECT count(*) FROM spoken WHERE conversation = id AND state = 'enforced') FROM conversation ORDER BY seen_ms";
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
                halted: false,
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
            if body.get("conversation").and_then(Value::as_str) != Some(conversation) {
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
        _ => format!("the call `{}`", text("tool")),
    }
}
