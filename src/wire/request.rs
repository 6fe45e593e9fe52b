//! A request as linchpin needs to know it: where its instructions stand, and what
//! in it could act unseen.
//!
//! Each dialect reads its own; all of them answer with the same [`Request`].

use super::server_held::Continues;
use super::{anthropic, gemini, ollama, openai_chat, openai_responses};
use crate::dialect::Dialect;
use std::ops::Range;

/// An inference path, told by what is at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// `/chat/completions`
    Chat,
    /// `/responses`
    Responses,
    /// `/responses/compact`
    ResponsesCompact,
    /// `/responses/input_tokens`
    ResponsesInputTokens,
    /// `/messages`
    Messages,
    /// `/messages/count_tokens`
    CountTokens,
    /// `/models/MODEL:generateContent`
    GeminiGenerate,
    /// `/models/MODEL:streamGenerateContent`
    GeminiStream,
    /// `/models/MODEL:countTokens`
    GeminiCountTokens,
    /// The same at Vertex AI, where it takes other fields.
    VertexCountTokens,
    /// `POST /cachedContents`: instructions and tools that later requests only name.
    GeminiCache,
    /// `/api/chat`
    OllamaChat,
    /// `/api/generate`
    OllamaGenerate,
}

impl Endpoint {
    /// The dialect spoken there.
    pub fn dialect(self) -> Dialect {
        match self {
            Self::Chat => Dialect::OpenaiChat,
            Self::Responses | Self::ResponsesCompact | Self::ResponsesInputTokens => Dialect::OpenaiResponses,
            Self::Messages | Self::CountTokens => Dialect::Anthropic,
            Self::GeminiGenerate | Self::GeminiStream | Self::GeminiCache => Dialect::Gemini,
            Self::GeminiCountTokens | Self::VertexCountTokens => Dialect::Gemini,
            Self::OllamaChat | Self::OllamaGenerate => Dialect::Ollama,
        }
    }

    /// Whether a model answers there with words or calls, not with a count, a handle or
    /// a summary of its own.
    pub fn is_answered(self) -> bool {
        match self {
            Self::Chat | Self::Responses | Self::Messages => true,
            Self::GeminiGenerate | Self::GeminiStream | Self::OllamaChat | Self::OllamaGenerate => true,
            Self::ResponsesCompact | Self::ResponsesInputTokens | Self::CountTokens => false,
            Self::GeminiCountTokens | Self::VertexCountTokens | Self::GeminiCache => false,
        }
    }
}

/// What a request says, as spans of its body. The default is one that says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The `model`, where the body names it as a string; some APIs name it in the path.
    pub model: Option<String>,
    /// Whether a streamed answer is asked for.
    pub streams: bool,
    /// Where the pins go.
    pub place: Place,
    /// The declared tools (a JSON array), for `tools::find`.
    pub tools: Vec<Range<usize>>,
    /// Tools the provider runs itself, by the type they are declared with.
    pub hosted: Vec<HostedTool>,
    /// The client's own system text, if any: part of what tells conversations apart.
    pub system: Option<Range<usize>>,
    /// The first user message, likewise.
    pub first_user: Option<Range<usize>>,
    /// The whole history: `messages`, or `input`.
    pub history: Option<Range<usize>>,
    /// Identifiers of a conversation that the body names (`prompt_cache_key`, a
    /// previous response, `metadata.user_id` …), as `name=value`.
    pub identifiers: Vec<String>,
    /// Where the provider keeps what came before, if the request does not show it.
    pub continues: Option<Continues>,
    /// Whether the provider keeps the answer, so that a later request can go on from it.
    pub is_kept: bool,
}

/// A tool that the provider runs: its calls are over before linchpin sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostedTool {
    /// The declared type, or name.
    pub name: String,
    /// Whether it can change anything; a search cannot.
    pub acts: bool,
}

/// Where the pins are put, as an edit that `inject` carries out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Place {
    /// At the end of a JSON string that is not empty: `at` is its closing quote.
    StringEnd {
        /// The closing quote.
        at: usize,
    },
    /// In place of a value that says nothing (`""`, `null`): a JSON string.
    StringValue {
        /// The value to replace.
        range: Range<usize>,
    },
    /// A text part at the end of an array of parts: `at` is the closing bracket.
    PartsEnd {
        /// The closing bracket.
        at: usize,
        /// Whether the array has no element yet.
        is_first: bool,
        /// The part's `type`: `text`, or `input_text` in Responses.
        part_type: &'static str,
    },
    /// A member at the head of the body's object: `at` is just behind its `{`.
    Member {
        /// Just behind the opening brace.
        at: usize,
        /// The key: `system`, `instructions`.
        key: &'static str,
        /// Whether the object has no other member.
        is_only: bool,
    },
    /// A system message at the head of an array of messages: `at` is just behind its `[`.
    Message {
        /// Just behind the opening bracket.
        at: usize,
        /// Whether the array has no other element.
        is_only: bool,
    },
    /// A system message behind another message: `at` is just behind that one.
    BehindMessage {
        /// Just behind the message.
        at: usize,
    },
    /// Between two texts, in place of a range: as the inside of a JSON string that
    /// begins in the first and ends in the second.
    Between {
        /// What they are put in place of; it may be empty.
        range: Range<usize>,
        /// What stands before the block.
        before: String,
        /// What stands behind it.
        after: String,
    },
    /// The block stands there already, byte for byte: nothing is added.
    #[default]
    Already,
    /// Nothing is asked of a model, and no text of it would be read.
    Unasked,
}

/// Why a request is refused: it is never forwarded without its pins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Not the JSON of an inference request.
    #[error("the body is not a readable request ({0})")]
    Unreadable(String),
    /// It asks for something through which pins would not be carried, or through
    /// which calls would come back unjudged.
    #[error("`{setting}` is refused by linchpin: {why}")]
    Refused {
        /// The field.
        setting: &'static str,
        /// What is wrong with it, and what to do instead.
        why: &'static str,
        /// A provider's error code that makes clients fall back, where there is one.
        code: Option<&'static str>,
    },
}

impl Request {
    /// Reads the body of a request. `block` is the text that will be carried, to
    /// find out whether it already stands where it belongs.
    pub fn read(endpoint: Endpoint, body: &[u8], block: &str) -> Result<Self, RequestError> {
        Self::read_of(endpoint, None, body, block)
    }

    /// The same of a request whose path may name the model.
    pub fn read_of(endpoint: Endpoint, model: Option<&str>, body: &[u8], block: &str) -> Result<Self, RequestError> {
        match endpoint {
            Endpoint::Chat => openai_chat::read_request(body, block),
            Endpoint::Messages | Endpoint::CountTokens => anthropic::read_request(body, block),
            Endpoint::Responses | Endpoint::ResponsesCompact | Endpoint::ResponsesInputTokens => {
                openai_responses::read_request(body, block)
            }
            Endpoint::GeminiGenerate
            | Endpoint::GeminiStream
            | Endpoint::GeminiCountTokens
            | Endpoint::VertexCountTokens
            | Endpoint::GeminiCache => gemini::read_request(endpoint, model, body, block),
            Endpoint::OllamaChat | Endpoint::OllamaGenerate => ollama::read_request(endpoint, body, block),
        }
    }
}
