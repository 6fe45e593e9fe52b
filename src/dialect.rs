//! How an API spells a conversation.
//!
//! A dialect is a spelling, not a company: a local server that speaks Chat
//! Completions speaks [`Dialect::OpenaiChat`]. What an upstream is configured
//! with is its [`Family`]; which dialect a request speaks is told by its path.

use std::fmt;

/// The spelling of one exchange: where its instructions stand, how its answer
/// names a tool call, and how an error looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// OpenAI Chat Completions, `POST …/chat/completions`.
    OpenaiChat,
    /// OpenAI Responses, `POST …/responses`.
    OpenaiResponses,
    /// Anthropic Messages, `POST …/messages`.
    Anthropic,
    /// Gemini `generateContent`.
    Gemini,
    /// Ollama's own `/api/chat` and `/api/generate`.
    Ollama,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 5] = [Self::OpenaiChat, Self::OpenaiResponses, Self::Anthropic, Self::Gemini, Self::Ollama];

    /// The name used in the record, the API and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenaiChat => "openai-chat",
            Self::OpenaiResponses => "openai-responses",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::Ollama => "ollama",
        }
    }

    /// Reads that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }

    /// The family whose error shape this dialect uses.
    pub fn family(self) -> Family {
        match self {
            Self::OpenaiChat | Self::OpenaiResponses => Family::Openai,
            Self::Anthropic => Family::Anthropic,
            Self::Gemini => Family::Gemini,
            Self::Ollama => Family::Ollama,
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What `[upstream.NAME] dialect = "…"` says: the set of dialects an upstream speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Chat Completions and Responses; which one is told by the path.
    Openai,
    /// Anthropic Messages.
    Anthropic,
    /// Gemini.
    Gemini,
    /// Ollama.
    Ollama,
}

impl Family {
    /// Every family, in the order they are listed to users.
    pub const ALL: [Self; 4] = [Self::Openai, Self::Anthropic, Self::Gemini, Self::Ollama];

    /// The word in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Openai => "openai",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::Ollama => "ollama",
        }
    }

    /// Reads the word in the configuration.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.name() == name)
    }
}
