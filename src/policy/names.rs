//! What a tool is called, in every spelling a client may dispatch on.
//!
//! Clients put the server in front (`mcp__mail__send`, `mail.send`, a namespace),
//! models add width and case, dispatchers carry the real name in their arguments. A
//! pin that names `send` means all of these, so a glob is compared with all of
//! them; an exception is compared with the raw name only.

use super::PolicyError;
use super::globs::matcher;
use super::texts::{Texts, folded};
use crate::call::ToolName;
use crate::json::fold_key;
use crate::pin::PinId;
use globset::GlobMatcher;
use std::collections::BTreeSet;

/// The arguments in which a dispatcher names the tool it is to run.
const NAME_KEYS: [&str; 19] = [
    "name",
    "tool",
    "toolname",
    "toolid",
    "toolslug",
    "tooluse",
    "qualifiedname",
    "id",
    "target",
    "function",
    "functionname",
    "action",
    "actionname",
    "method",
    "recipientname",
    "operation",
    "operationid",
    "command",
    "type",
];

/// Longer texts are no names; a tool that is called so counts as any tool.
const NAME_BYTES_MAX: usize = 256;

/// More names than this in one call, and every pattern counts as met.
const NAMES_MAX: usize = 256;

/// Every spelling of the tools one call may reach.
#[derive(Debug)]
pub(super) struct Names {
    raw: String,
    spellings: BTreeSet<String>,
    names_another: bool,
    /// Or one too long to be taken apart.
    too_many: bool,
}

impl Names {
    pub(super) fn of(tool: &ToolName, texts: &Texts) -> Self {
        let inner: Vec<&str> = texts
            .pieces
            .iter()
            .filter(|piece| piece.text.len() <= NAME_BYTES_MAX && NAME_KEYS.contains(&fold_key(&piece.key).as_str()))
            .map(|piece| piece.text.as_str())
            .collect();
        let mut spellings = BTreeSet::new();
        for name in [tool.name.as_str(), &tool.to_string()].into_iter().chain(inner.iter().take(NAMES_MAX).copied()) {
            add_spellings(&mut spellings, name);
        }
        Self {
            raw: tool.name.clone(),
            spellings,
            names_another: !inner.is_empty(),
            too_many: inner.len() > NAMES_MAX || tool.name.len() > NAME_BYTES_MAX,
        }
    }

    /// Whichever tool stands behind this one: it may be called anything.
    pub(super) fn any(tool: &ToolName) -> Self {
        Self { names_another: true, too_many: true, ..Self::of(tool, &Texts::default()) }
    }
}

/// The `tools` of a clause.
#[derive(Debug)]
pub(super) struct ToolGlobs {
    meant: Vec<GlobMatcher>,
    excepted: Vec<GlobMatcher>,
}

impl ToolGlobs {
    pub(super) fn new(pin: &PinId, globs: &[String]) -> Result<Self, PolicyError> {
        let meant = globs.iter().filter(|glob| !glob.starts_with('!')).map(|glob| matcher(pin, &alike(&folded(glob)), false));
        let excepted = globs.iter().filter_map(|glob| glob.strip_prefix('!')).map(|glob| matcher(pin, glob, false));
        Ok(Self { meant: meant.collect::<Result<_, _>>()?, excepted: excepted.collect::<Result<_, _>>()? })
    }

    /// Whether the clause is about this tool.
    pub(super) fn meet(&self, names: &Names) -> bool {
        let is_meant =
            self.meant.is_empty() || names.too_many || self.meant.iter().any(|glob| names.spellings.iter().any(|name| glob.is_match(name)));
        let is_excepted = !names.names_another && self.excepted.iter().any(|glob| glob.is_match(&names.raw));
        is_meant && !is_excepted
    }
}

/// A name, folded, with every prefix taken off that a client may have put there.
fn add_spellings(spellings: &mut BTreeSet<String>, name: &str) {
    let name: String = folded(name.get(..NAME_BYTES_MAX).unwrap_or(name)).trim().to_owned();
    let name = alike(&name);
    let separators = ["__", ".", ":", "/", "#"];
    let ends = separators.iter().flat_map(|separator| name.match_indices(separator).map(|(at, found)| at + found.len()));
    let flat = name.strip_prefix("mcp_").into_iter().flat_map(|rest| [Some(rest), rest.split_once('_').map(|(_, tool)| tool)]).flatten();
    let suffixes = ends.filter_map(|end| name.get(end..)).chain(flat);
    spellings.extend(suffixes.filter(|suffix| !suffix.is_empty()).map(str::to_owned));
    spellings.insert(name);
}

/// `-` and `_` are one character to many clients.
fn alike(name: &str) -> String {
    if name.contains('[') { name.to_owned() } else { name.replace('-', "_") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Input;
    use crate::json::read_arguments;

    fn met(glob: &str, tool: ToolName, arguments: &str) -> bool {
        let texts = Texts::of(&read_arguments(&Input::Json(arguments.into())).expect("readable"));
        let pin = PinId::new("p").expect("an id");
        ToolGlobs::new(&pin, &[glob.to_owned()]).expect("a glob").meet(&Names::of(&tool, &texts))
    }

    #[test]
    fn a_glob_finds_a_tool_under_every_client_s_prefix() {
        for name in [
            "gmail_delete",
            "mcp__google__gmail_delete",
            "google.gmail_delete",
            "google__gmail_delete",
            "mcp_google_gmail_delete",
            "GMAIL_DELETE",
            "ｇmail_delete",
            "gm\u{200b}ail_delete",
            " gmail-delete",
            "functions/gmail_delete",
        ] {
            assert!(met("gmail_*", ToolName::plain(name), "{}"), "{name}");
        }
        assert!(met("google.gmail_*", ToolName { namespace: Some("google".into()), name: "gmail_delete".into() }, "{}"));
        for name in ["xgmail_delete", "delete_gmail", "not_gmail_delete", "gmai"] {
            assert!(!met("gmail_*", ToolName::plain(name), "{}"), "{name}");
        }
    }

    #[test]
    fn a_dispatcher_is_known_by_the_tool_it_dispatches_to() {
        assert!(met("bash", ToolName::plain("tool_call"), r#"{"id":"bash","args":{"x":1}}"#));
        assert!(met("bash", ToolName::plain("parallel"), r#"{"tool_uses":[{"recipient_name":"functions.bash"}]}"#));
        assert!(met("bash", ToolName::plain("run"), r#"{"request":"{\"tool\":\"bash\"}"}"#));
        assert!(!met("bash", ToolName::plain("note"), r#"{"text":"bash"}"#));
    }

    #[test]
    fn a_name_too_long_to_be_read_is_every_tool_s() {
        assert!(met("bash", ToolName::plain(format!("{}__bash", "x".repeat(NAME_BYTES_MAX))), "{}"));
        assert!(!met("bash", ToolName::plain("x".repeat(NAME_BYTES_MAX)), "{}"));
    }

    #[test]
    fn an_exception_is_met_by_the_raw_name_only() {
        assert!(!met("!read_*", ToolName::plain("read_file"), "{}"));
        assert!(met("!read_*", ToolName::plain("x__read_file"), "{}"));
        assert!(met("!read_*", ToolName::plain("read_file"), r#"{"tool":"bash"}"#));
    }
}
