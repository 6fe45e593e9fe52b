//! Holds of which nobody was told yet.

use super::Reader;
use crate::record::entry::StampShape;
use crate::record::{RecordError, clock};

/// A hold that is open and of which nobody was told: what a notice may say of it.
/// Everything here is redacted.
#[derive(Debug, Clone, PartialEq)]
pub struct Untold {
    /// What a person calls it.
    pub code: String,
    /// When it was opened.
    pub at: String,
    /// Until when it can be approved.
    pub expires: String,
    /// Its conversation.
    pub conversation: String,
    /// The agent's label.
    pub agent: Option<String>,
    /// The tool.
    pub tool: String,
    /// The kinds of its actions, each once.
    pub actions: Vec<String>,
    /// The pins that hold it.
    pub pins: Vec<String>,
}

impl Reader {
    /// The oldest of these holds, and how many there are in all.
    pub fn untold(&self, count_max: usize) -> Result<(Vec<Untold>, usize), RecordError> {
        let now_ms = clock::read_ms(&self.connection)?;
        let _moment = self.connection.unchecked_transaction()?;
        const OPEN: &str = "FROM hold WHERE outcome = 'held' AND is_told = 0 AND expires_ms > ?1";
        let in_all: i64 = self.connection.prepare_cached(&format!("SELECT count(*) {OPEN}"))?.query_row([now_ms], |row| row.get(0))?;
        let select = format!("SELECT code, conversation, pins, opened_ms, expires_ms {OPEN} ORDER BY place LIMIT ?2");
        let mut statement = self.connection.prepare_cached(&select)?;
        let mut rows = statement.query((now_ms, i64::try_from(count_max).unwrap_or(i64::MAX)))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let pins: String = row.get(2)?;
            let pins: Vec<StampShape> = serde_json::from_str(&pins).map_err(|error| RecordError::Store(error.to_string()))?;
            found.push(Untold {
                code: row.get(0)?,
                conversation: row.get(1)?,
                pins: pins.into_iter().map(|stamp| stamp.id).collect(),
                at: clock::text(row.get(3)?),
                expires: clock::text(row.get(4)?),
                agent: None,
                tool: String::new(),
                actions: Vec::new(),
            });
        }
        found.iter_mut().try_for_each(|hold| self.fill_in(hold))?;
        Ok((found, usize::try_from(in_all).unwrap_or(usize::MAX)))
    }

    /// What the record says of the call.
    fn fill_in(&self, hold: &mut Untold) -> Result<(), RecordError> {
        let Some(entry) = self.first_entry(&hold.code)? else { return Ok(()) };
        (hold.tool, hold.agent) = (entry.tool, entry.agent);
        for action in entry.actions {
            if !hold.actions.contains(&action.kind) {
                hold.actions.push(action.kind);
            }
        }
        Ok(())
    }
}
