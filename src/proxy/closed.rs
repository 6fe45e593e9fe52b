//! Why a path is closed, told to whoever asked for it.

use crate::dialect::Family;

/// What is told of a path that nobody has thought of.
const UNKNOWN: &str = "linchpin does not let this path through: it could carry an action that nobody judges";

/// The reason for one closed path.
pub(super) fn why(family: Family, path: &str) -> &'static str {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (family, segments.as_slice()) {
        (Family::Ollama, ["api", "create" | "copy" | "blobs", ..]) => {
            "linchpin does not let models be made through it: a model may bring a template or a system text that leaves the rules out; ask Ollama itself"
        }
        (Family::Ollama, ["api", "delete"]) => "linchpin does not let models be deleted through it: ask Ollama itself",
        (Family::Ollama, ["api", "pull" | "push"]) => {
            "linchpin does not let models be fetched or sent through it: what comes may have a template that leaves the rules out, and what goes leaves this machine; ask Ollama itself"
        }
        (Family::Ollama | Family::Openai, ["v1", "completions"]) => {
            "linchpin does not let bare completions through: they have no place for rules; use `/v1/chat/completions`"
        }
        _ => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_a_closed_path_is_told_what_to_do_instead() {
        for path in ["/api/create", "/api/blobs/sha256:0", "/api/copy", "/api/pull", "/api/delete"] {
            assert!(why(Family::Ollama, path).ends_with("ask Ollama itself"), "{path}");
            assert_eq!(why(Family::Openai, path), UNKNOWN, "{path}");
        }
        assert!(why(Family::Ollama, "/v1/completions").contains("/v1/chat/completions"));
        assert_eq!(why(Family::Ollama, "/api/signout"), UNKNOWN);
    }
}
