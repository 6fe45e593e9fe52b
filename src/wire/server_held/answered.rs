//! What an answer leaves behind at the server.

use serde::{Deserialize, Serialize};

/// An answer that has ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// Its id, by which a later request may go on from it.
    pub id: String,
    /// The calls in it that did not reach the agent, in order.
    pub unanswered: Vec<Unanswered>,
}

/// A call that the server has and the agent has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unanswered {
    /// The type of its item.
    pub kind: String,
    /// The id by which it is answered.
    pub call: String,
    /// The item's own id.
    pub item: String,
}
