//! Where a request goes, told by its target alone.
//!
//! A closed list: inference paths are carried and gated, a few paths that can carry
//! no action pass, everything else is refused. A path that this file does not know
//! is a door nobody guards.

use crate::dialect::Family;
use crate::wire::Endpoint;
use hyper::Method;

/// The longest agent label.
const LABEL_CHARACTERS_MAX: usize = 64;

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route<'a> {
    /// The agent label of `/@AGENT/…`.
    pub(super) label: Option<&'a str>,
    /// The upstream's name.
    pub(super) upstream: &'a str,
    /// The path below it, as sent.
    pub(super) path: &'a str,
    /// The model, where the path names it.
    pub(super) model: Option<&'a str>,
    /// What it is for.
    pub(super) purpose: Purpose,
}

/// What a path is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Carried and gated.
    Inference(Endpoint),
    /// Something that the provider keeps: what comes back is gated.
    Stored(Stored),
    /// Can carry no action; passes as it is.
    Plain,
    /// A door that is closed.
    Closed,
}

/// What the provider keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stored {
    /// An answer of Responses; also to cancel or to remove it.
    Response,
    /// What it was made from.
    InputItems,
    /// A conversation that is made now.
    NewConversation,
    /// What is said about one: nothing that was said in it.
    Conversation,
    /// What was said in one; also to add to it.
    Items,
    /// One thing that was.
    Item,
    /// Answers of Chat Completions.
    Completions,
    /// One of them.
    Completion,
    /// The messages it was made from.
    CompletionMessages,
}

/// The longest id in a path, in bytes.
const ID_BYTES_MAX: usize = 256;

/// Whether a segment is an id, spelled the one way in which it can be.
fn is_id(segment: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    !segment.is_empty() && segment.len() <= ID_BYTES_MAX && segment.bytes().all(is_plain)
}

/// Finds the route. `family_of` knows the configured upstreams; `speaks_anthropic`
/// says whether the headers are Anthropic's, for bare paths that both have.
/// `None`: the label or the upstream does not exist.
pub(super) fn route<'a>(
    method: &Method,
    path: &'a str,
    family_of: impl Fn(&str) -> Option<Family>,
    speaks_anthropic: bool,
) -> Option<Route<'a>> {
    let (label, path) = split_label(path)?;
    let (name, rest) = split_segment(path);
    let (upstream, rest, family) = match family_of(name) {
        Some(family) => (name, rest, family),
        None => {
            let family = bare_family(path, speaks_anthropic)?;
            (family.name(), path, family_of(family.name())?)
        }
    };
    let rest = if rest.is_empty() { "/" } else { rest };
    let (purpose, model) = purpose(method, rest, family);
    Some(Route { label, upstream, path: rest, model, purpose })
}

/// Takes `/@AGENT` off the front.
fn split_label(path: &str) -> Option<(Option<&str>, &str)> {
    let Some(labelled) = path.strip_prefix("/@") else { return Some((None, path)) };
    let end = labelled.find('/').unwrap_or(labelled.len());
    let (label, rest) = labelled.split_at_checked(end)?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_label = !label.is_empty() && label.len() <= LABEL_CHARACTERS_MAX && label.chars().all(is_plain);
    is_label.then_some((Some(label), if rest.is_empty() { "/" } else { rest }))
}

/// The first segment, and what follows it.
fn split_segment(path: &str) -> (&str, &str) {
    let inner = path.strip_prefix('/').unwrap_or(path);
    let end = inner.find('/').unwrap_or(inner.len());
    inner.split_at_checked(end).unwrap_or((inner, ""))
}

/// Whose path this is, when no upstream is named.
fn bare_family(path: &str, speaks_anthropic: bool) -> Option<Family> {
    let (version, rest) = split_segment(path);
    match version {
        "v1" if rest == "/messages" || rest.starts_with("/messages/") => Some(Family::Anthropic),
        "v1" if rest.starts_with("/models") && speaks_anthropic => Some(Family::Anthropic),
        "v1" => Some(Family::Openai),
        "v1beta" => Some(Family::Gemini),
        "api" => Some(Family::Ollama),
        _ => None,
    }
}

/// What a path is for, and the model it names.
fn purpose<'a>(method: &Method, path: &'a str, family: Family) -> (Purpose, Option<&'a str>) {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    if matches!(*method, Method::GET | Method::HEAD) && segments == [""] {
        return (Purpose::Plain, None);
    }
    match family {
        Family::Openai => (openai(method, &segments), None),
        Family::Anthropic => (anthropic(method, &segments), None),
        Family::Gemini => gemini(method, &segments),
        Family::Ollama => (ollama(method, &segments), None),
    }
}

/// The segments below the API's root. Besides `/v1`, hosts serve it below `/api/v1`
/// and `/openai/v1`, or at the root.
pub(super) fn below_root<'s, 'a>(segments: &'s [&'a str]) -> &'s [&'a str] {
    match segments {
        ["v1", rest @ ..] | ["api" | "openai", "v1", rest @ ..] => rest,
        rest => rest,
    }
}

fn openai(method: &Method, segments: &[&str]) -> Purpose {
    match (method.as_str(), below_root(segments)) {
        ("POST", ["chat", "completions"]) => Purpose::Inference(Endpoint::Chat),
        ("POST", ["responses"]) => Purpose::Inference(Endpoint::Responses),
        ("POST", ["responses", "compact"]) => Purpose::Inference(Endpoint::ResponsesCompact),
        ("POST", ["responses", "input_tokens"]) => Purpose::Inference(Endpoint::ResponsesInputTokens),
        (method, kept) if let Some(stored) = stored(method, kept) => Purpose::Stored(stored),
        ("GET" | "HEAD", ["models"]) => Purpose::Plain,
        ("GET" | "HEAD", ["models", id]) if !id.is_empty() => Purpose::Plain,
        ("POST", ["embeddings" | "moderations"]) => Purpose::Plain,
        ("POST", ["audio", "speech" | "transcriptions" | "translations"]) => Purpose::Plain,
        ("POST", ["images", "generations" | "edits" | "variations"]) => Purpose::Plain,
        _ => Purpose::Closed,
    }
}

/// What OpenAI keeps, if it is that.
fn stored(method: &str, path: &[&str]) -> Option<Stored> {
    let found = match (method, path) {
        ("GET" | "DELETE", ["responses", _]) | ("POST", ["responses", _, "cancel"]) => Stored::Response,
        ("GET", ["responses", _, "input_items"]) => Stored::InputItems,
        ("POST", ["conversations"]) => Stored::NewConversation,
        ("GET" | "POST" | "DELETE", ["conversations", _]) => Stored::Conversation,
        ("GET" | "POST", ["conversations", _, "items"]) => Stored::Items,
        ("GET" | "DELETE", ["conversations", _, "items", _]) => Stored::Item,
        ("GET", ["chat", "completions"]) => Stored::Completions,
        ("GET" | "POST" | "DELETE", ["chat", "completions", _]) => Stored::Completion,
        ("GET", ["chat", "completions", _, "messages"]) => Stored::CompletionMessages,
        _ => return None,
    };
    path.iter().all(|segment| is_id(segment)).then_some(found)
}

fn anthropic(method: &Method, segments: &[&str]) -> Purpose {
    match (method.as_str(), below_root(segments)) {
        ("POST", ["messages"]) => Purpose::Inference(Endpoint::Messages),
        ("POST", ["messages", "count_tokens"]) => Purpose::Inference(Endpoint::CountTokens),
        ("GET" | "HEAD", ["models"]) => Purpose::Plain,
        ("GET" | "HEAD", ["models", id]) if !id.is_empty() => Purpose::Plain,
        _ => Purpose::Closed,
    }
}

/// Gemini names the model and what is asked of it in the path's last segment.
fn gemini<'a>(method: &Method, segments: &[&'a str]) -> (Purpose, Option<&'a str>) {
    let ["v1" | "v1beta" | "v1alpha", below @ ..] = segments else { return (Purpose::Closed, None) };
    match (method.as_str(), below) {
        ("POST", ["models" | "tunedModels", asked]) => gemini_verb(asked),
        ("POST", ["cachedContents"]) => (Purpose::Inference(Endpoint::GeminiCache), None),
        ("GET" | "HEAD", ["models"]) => (Purpose::Plain, None),
        ("GET" | "HEAD", ["models", id]) if !id.is_empty() && !id.contains(':') => (Purpose::Plain, None),
        _ => (Purpose::Closed, None),
    }
}

/// `MODEL:VERB`.
fn gemini_verb(asked: &str) -> (Purpose, Option<&str>) {
    let Some((model, verb)) = asked.rsplit_once(':').filter(|(model, _)| !model.is_empty()) else { return (Purpose::Closed, None) };
    let purpose = match verb {
        "generateContent" => Purpose::Inference(Endpoint::GeminiGenerate),
        "streamGenerateContent" => Purpose::Inference(Endpoint::GeminiStream),
        "countTokens" => Purpose::Inference(Endpoint::GeminiCountTokens),
        "embedContent" | "batchEmbedContents" => Purpose::Plain,
        _ => Purpose::Closed,
    };
    (purpose, Some(model))
}

/// Ollama speaks the other two families' dialects, too, below `/v1`.
fn ollama(method: &Method, segments: &[&str]) -> Purpose {
    match (method.as_str(), segments) {
        (_, ["v1", "messages", ..]) => anthropic(method, segments),
        (_, ["v1", ..]) => openai(method, segments),
        ("POST", ["api", "chat"]) => Purpose::Inference(Endpoint::OllamaChat),
        ("POST", ["api", "generate"]) => Purpose::Inference(Endpoint::OllamaGenerate),
        ("POST", ["api", "embed" | "embeddings" | "show"]) => Purpose::Plain,
        ("GET" | "HEAD", ["api", "tags" | "ps" | "version"]) => Purpose::Plain,
        _ => Purpose::Closed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn families(name: &str) -> Option<Family> {
        Family::from_name(name).or((name == "local").then_some(Family::Openai))
    }

    fn seen(method: &str, path: &str) -> Option<(Option<String>, String, String, Purpose)> {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let found = route(&method, path, families, false)?;
        Some((found.label.map(str::to_owned), found.upstream.to_owned(), found.path.to_owned(), found.purpose))
    }

    #[test]
    fn an_inference_path_is_found_below_its_upstream_and_bare() {
        for (path, upstream, rest, endpoint) in [
            ("/openai/v1/chat/completions", "openai", "/v1/chat/completions", Endpoint::Chat),
            ("/v1/chat/completions", "openai", "/v1/chat/completions", Endpoint::Chat),
            ("/openai/chat/completions", "openai", "/chat/completions", Endpoint::Chat),
            ("/v1/responses", "openai", "/v1/responses", Endpoint::Responses),
            ("/v1/messages", "anthropic", "/v1/messages", Endpoint::Messages),
            ("/anthropic/v1/messages/count_tokens", "anthropic", "/v1/messages/count_tokens", Endpoint::CountTokens),
            ("/local/api/v1/responses/compact", "local", "/api/v1/responses/compact", Endpoint::ResponsesCompact),
            ("/v1beta/models/g:generateContent", "gemini", "/v1beta/models/g:generateContent", Endpoint::GeminiGenerate),
            ("/gemini/v1/models/g:streamGenerateContent", "gemini", "/v1/models/g:streamGenerateContent", Endpoint::GeminiStream),
            ("/api/chat", "ollama", "/api/chat", Endpoint::OllamaChat),
            ("/ollama/api/generate", "ollama", "/api/generate", Endpoint::OllamaGenerate),
            ("/ollama/v1/chat/completions", "ollama", "/v1/chat/completions", Endpoint::Chat),
            ("/ollama/v1/responses", "ollama", "/v1/responses", Endpoint::Responses),
            ("/@a/ollama/v1/messages", "ollama", "/v1/messages", Endpoint::Messages),
        ] {
            let label = path.starts_with("/@a/").then(|| "a".to_owned());
            assert_eq!(seen("POST", path), Some((label, upstream.into(), rest.into(), Purpose::Inference(endpoint))), "{path}");
        }
    }

    #[test]
    fn a_label_is_taken_off_the_front() {
        let found = seen("POST", "/@forum-bot/v1/messages").expect("a route");
        assert_eq!(found.0.as_deref(), Some("forum-bot"));
        for bad in ["/@/v1/messages", "/@a%20b/v1/messages", &format!("/@{}/v1/messages", "x".repeat(65))] {
            assert_eq!(seen("POST", bad), None, "{bad}");
        }
    }

    #[test]
    fn what_can_carry_no_action_passes_and_everything_else_is_closed() {
        for (method, path) in [
            ("GET", "/v1/models"),
            ("GET", "/openai/v1/models/gpt"),
            ("POST", "/v1/embeddings"),
            ("HEAD", "/anthropic"),
            ("GET", "/v1beta/models/g"),
            ("GET", "/api/tags"),
            ("GET", "/api/ps"),
            ("GET", "/api/version"),
            ("POST", "/api/show"),
            ("POST", "/api/embed"),
            ("GET", "/ollama/v1/models"),
            ("POST", "/ollama/v1/embeddings"),
            ("GET", "/ollama/"),
            ("GET", "/openai/"),
        ] {
            assert_eq!(seen(method, path).map(|found| found.3), Some(Purpose::Plain), "{method} {path}");
        }
        for (method, path) in [
            ("GET", "/v1/responses"),
            ("GET", "/v1/responses/resp%5F1"),
            ("GET", "/v1/responses/a/b"),
            ("PUT", "/v1/responses/resp_1"),
            ("DELETE", "/v1/models/gpt"),
            ("POST", "/v1/messages/batches"),
            ("GET", "/v1/messages/batches/b/results"),
            ("POST", "/v1/files"),
            ("GET", "/v1/files/f/content"),
            ("POST", "/v1/completions"),
            ("GET", "/v1/conversations//items"),
            ("POST", "/v1/realtime/sessions"),
            ("POST", "/v1beta/models/g:batchGenerateContent"),
            ("POST", "/v1beta/models/:generateContent"),
            ("POST", "/v1beta/interactions"),
            ("POST", "/gemini/models/g:generateContent"),
            ("POST", "/api/pull"),
            ("DELETE", "/api/delete"),
            ("POST", "/api/push"),
            ("POST", "/api/create"),
            ("POST", "/api/copy"),
            ("POST", "/api/blobs/sha256:0"),
            ("HEAD", "/api/blobs/sha256:0"),
            ("GET", "/api/chat"),
            ("POST", "/api/Chat"),
            ("POST", "/api/experimental/web_fetch"),
            ("POST", "/api/signout"),
            ("POST", "/ollama/v1/completions"),
            ("POST", "/ollama/v1/systemone"),
            ("POST", "/ollama/chat/completions"),
            ("POST", "/ollama/api/v1/chat/completions"),
            ("POST", "/openai/v1/x/chat/completions"),
            ("POST", "/v1/Responses"),
            ("GET", "/v1/models/a/b"),
            ("POST", "/openai/"),
        ] {
            assert_eq!(seen(method, path).map(|found| found.3), Some(Purpose::Closed), "{method} {path}");
        }
        assert_eq!(seen("GET", "/"), None);
        assert_eq!(seen("GET", "/metrics"), None);
    }

    /// Method, path and state of each row of the page about doors, with its family.
    fn doors() -> Vec<(Family, String, String, String)> {
        let mut family = None;
        let mut rows = Vec::new();
        for line in include_str!("../../docs/doors.md").lines() {
            if let Some(heading) = line.strip_prefix("## ") {
                family = Family::from_name(&heading.to_ascii_lowercase());
            }
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let ([method, path, state, _], Some(family)) = (cells.as_slice(), family) else { continue };
            if let Some(path) = path.strip_prefix('`').and_then(|path| path.strip_suffix('`')) {
                rows.push((family, (*method).to_owned(), path.to_owned(), (*state).to_owned()));
            }
        }
        rows
    }

    #[test]
    fn the_page_about_doors_says_what_becomes_of_each_path() {
        let rows = doors();
        assert!(rows.len() > 50, "the tables are found: {rows:?}");
        for (family, method, path, state) in &rows {
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let path = path.replace("{id}", "id_1");
            let said = match purpose(&method, &path, *family).0 {
                Purpose::Inference(_) => "pinned",
                Purpose::Stored(_) => "judged",
                Purpose::Plain => "passes",
                Purpose::Closed => "refused",
            };
            assert_eq!(said, state, "{method} {path}");
        }
    }

    #[test]
    fn every_open_door_stands_on_that_page() {
        // Whatever could be a path: every row's segments, in every order that is not absurd.
        let rows = doors();
        let known = |method: &str, path: &str| rows.iter().any(|(_, m, p, _)| m == method && p.replace("{id}", "id_1") == path);
        let mut words: Vec<&str> = rows.iter().flat_map(|(_, _, path, _)| path.split('/')).filter(|word| !word.is_empty()).collect();
        words.extend(["id_1", "cancel", "results", "retrieve", "items", "messages"]);
        words.retain(|word| *word != "{id}" && *word != "v1");
        words.sort_unstable();
        words.dedup();
        for first in &words {
            for second in [""].iter().chain(&words) {
                for third in [""].iter().chain(&words) {
                    let path = [*first, *second, *third]
                        .iter()
                        .filter(|word| !word.is_empty())
                        .fold(String::new(), |path, word| format!("{path}/{word}"));
                    for method in ["GET", "POST", "DELETE"] {
                        let of = |family, path: &str| purpose(&Method::from_bytes(method.as_bytes()).expect("a method"), path, family).0;
                        let below = format!("/v1{path}");
                        let open = |purpose| purpose != Purpose::Closed;
                        let is_open = open(of(Family::Openai, &path));
                        // An id may be any word.
                        assert!(!is_open || has_row(&path, |path| known(method, path)), "{method} {path}");
                        assert!(!open(of(Family::Anthropic, &below)) || has_row(&below, |path| known(method, path)), "{method} {below}");
                    }
                }
            }
        }
    }

    /// Whether a path has a row, some of its segments being ids.
    fn has_row(path: &str, known: impl Fn(&str) -> bool) -> bool {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        (0_u32..1 << segments.len()).any(|ids| {
            let named = segments.iter().enumerate().map(|(place, word)| if ids & (1 << place) == 0 { *word } else { "id_1" });
            known(&named.fold(String::new(), |path, word| format!("{path}/{word}")))
        })
    }
}
