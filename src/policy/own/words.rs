//! Commands that operate linchpin, and variables that lead to it or away from it.

use super::super::clause::Seen;
use super::super::texts::Texts;
use crate::json::fold_key;
use crate::kind::Kind;
use regex::{Regex, RegexSet};
use std::sync::LazyLock;

/// An operator's command: the name in any directory, options, a verb, and then what
/// a sentence would not go on with.
const COMMANDS: [&str; 4] = [
    r"(?i)(?:^|[^a-z0-9_-])linchpin(?:\.exe)?\s+(?:-\S+\s+(?:\S+\s+)?){0,4}?(?:approvals|pins|violations|actions|conversations|audit)(?:\s+(?:list|show|approve|deny|watch|release|tail|stats|export|verify|head|-\S+)(?:$|[^a-z])|\s*(?:$|[;&|)\n<>]))",
    r"(?i)(?:^|[^a-z0-9_-])linchpin(?:\.exe)?\s+(?:-\S+\s+(?:\S+\s+)?){0,4}?(?:resume|halt)(?:\s+-|\s*(?:$|[;&|)\n<>])|\s+[a-z0-9_-]+\s*(?:$|[;&|)\n<>]))",
    r"(?i)(?:^|[^a-z0-9_-])linchpin(?:\.exe)?\s[^;&|\n]*--accept",
    r"(?i)(?:^|[^a-z0-9_-])linchpin(?:\.exe)?\s+(?:-\S+\s+(?:\S+\s+)?){0,4}?approvals\s+(?:approve|deny)",
];

/// Signals, services and the program's own file.
const PROCESSES: [&str; 7] = [
    r"(?i)(?:^|[^a-z])(?:pkill|killall|pgrep|pidof|taskkill|skill)(?:\.exe)?\s[^;&|\n]*linchpin(?:$|[^a-z0-9_-])",
    r"(?i)(?:^|[^a-z])(?:systemctl|service|launchctl|rc-service|supervisorctl|docker|podman|nerdctl|kubectl|brew\s+services|sc|nssm|net)(?:\.exe)?\s[^;&|\n]*(?:stop|restart|kill|disable|mask|rm|remove|unload|bootout|down|pause|delete|uninstall|reload)\s(?:[^;&|\n]*[^a-z0-9_;&|\n-])?linchpin(?:\.service)?(?:$|[^a-z0-9_./-])",
    r"(?i)(?:^|[^a-z])(?:(?:stop|suspend|debug|wait|get)-process|(?:stop|restart|suspend|set|remove)-service|spps|gps)\s[^;&\n]*linchpin(?:$|[^a-z0-9_-])",
    r"(?i)(?:^|[^a-z])wmic\s[^;&\n]*linchpin[^;&\n]*(?:delete|terminate|stop)",
    r"(?i)(?:^|[^a-z])service\s+linchpin\s+(?:stop|restart|reload|force)",
    r"(?i)linchpin[^\n]*xargs[^\n]*kill|(?:^|[^a-z])kill\s[^\n]*\([^\n]*linchpin",
    r"(?i)(?:^|[^a-z])(?:rm|mv|cp|chmod|chown|dd|truncate|ln|install|unlink|shred)\s[^;&|\n]*(?:(?:which|command -v|type -p)\s+linchpin|bin/linchpin)(?:$|[^a-z0-9_./-])",
];

/// A word that is only searched for. Not `grep=linchpin`, which gives a word a meaning.
pub(super) const SEARCHED: &str = r#"(?i)(--grep[= ]|(?:^|[\s;&|(])(?:grep|egrep|fgrep|rg|ack|ag)(?:\s+-[a-z-]+)*\s)["']?linchpin"#;

/// Under these keys stand words that a tool looks for.
const SEARCH_KEYS: [&str; 8] = ["query", "q", "search", "searchquery", "searchterm", "keywords", "pattern", "term"];

/// Every variable that only linchpin reads.
const VARIABLES: &str = r"(?:^|[^A-Za-z0-9_])(?:LINCHPIN_[A-Z]|(?i:linchpin_(?:token|config|data)(?:$|[^a-z0-9_])))";

/// The variables that tell an agent where its model is.
const BASE_URL: &str = r"(?:OPENAI|ANTHROPIC|CLAUDE|GEMINI|GOOGLE_GEMINI|GOOGLE_VERTEX|GOOGLE_GENAI|OLLAMA|AZURE_OPENAI|LITELLM|OPENROUTER|MISTRAL|GROQ|DEEPSEEK|XAI|CODEX|AIDER|LLM)(?:_[A-Z]+){0,3}_(?:BASE_URL|API_BASE|BASE|API_URL|ENDPOINT|HOST)";

/// Where agents keep their settings, and how a base URL is written there.
const SETTINGS: &str = r"(?i)(?:\.codex/config\.toml|opencode\.jsonc?|\.aider\.conf\.ya?ml|\.continue/config\.(?:json|ya?ml|ts)|\.claude/settings[a-z.]*\.json|\.claude\.json|\.gemini/settings\.json|goose/config\.ya?ml|crush\.json|\.qwen/settings\.json)";
const SETTING: &str = r#"(?i)(?:base[_-]?ur[li]|api[_-]?base|api[_-]?url)["'\s\]]*[:=]"#;

/// Options that do the same.
const OPTIONS: &str = r"(?i)(?:--(?:openai|anthropic|ollama|gemini)-(?:api-)?(?:base|url|host)(?:-url)?[= ]|model_providers\.[^\s=]{1,64}base_url\s*=|-c\s+openai_base_url\s*=)";

/// The compiled words.
#[derive(Debug)]
pub(super) struct Words {
    mentions: Regex,
    searched: Regex,
    commands: RegexSet,
    processes: RegexSet,
    variables: Regex,
    sets_base_url: RegexSet,
    is_base_url: Regex,
    settings: Regex,
    setting: Regex,
}

/// They are the same for every set of pins, so they are compiled once.
static WORDS: LazyLock<Result<Words, regex::Error>> = LazyLock::new(Words::new);

impl Words {
    pub(super) fn get() -> Result<&'static Self, regex::Error> {
        WORDS.as_ref().map_err(regex::Error::clone)
    }

    fn new() -> Result<Self, regex::Error> {
        Ok(Self {
            mentions: Regex::new("(?i)linchpin")?,
            searched: Regex::new(SEARCHED)?,
            commands: RegexSet::new(COMMANDS)?,
            processes: RegexSet::new(PROCESSES)?,
            variables: Regex::new(VARIABLES)?,
            sets_base_url: RegexSet::new([
                // NAME=…, "NAME": …, environ["NAME"] = …; not ==, and not the default in ${NAME:-…}.
                format!(r#"(?:^|[^$\w{{]|(?:^|[^$])\{{){BASE_URL}["'\]\)]*\s*(?:[:+?]?=(?:[^=~]|$)|:(?:[^\-+?:=]|$))"#),
                format!(
                    r#"(?i)(?:setenv|putenv|setx|setenvironmentvariable|unset|environ\.pop|env\.delete|del\s+os\.environ\[|delete\s+process\.env\.|env\s+-u|--unset=?|set\s+-[a-z]+)[\s("'\[]*(?:\w+\s+){{0,4}}{BASE_URL}(?:$|\W)"#
                ),
                format!(r"(?i)(?:\$env:|(?:^|[^a-z])set\s+){BASE_URL}\s*="),
                OPTIONS.to_owned(),
            ])?,
            settings: Regex::new(SETTINGS)?,
            setting: Regex::new(SETTING)?,
            is_base_url: Regex::new(&format!("^{BASE_URL}$"))?,
        })
    }

    /// Whether linchpin's name stands only among words that a tool looks for, and the
    /// tool does nothing but read.
    pub(super) fn is_search(&self, seen: &Seen<'_>) -> bool {
        let reads = !seen.actions.is_empty() && seen.actions.iter().all(|action| action.kind.broad() == Kind::Read);
        let mut named = seen.texts.pieces.iter().filter(|piece| self.mentions.is_match(&piece.text)).peekable();
        reads && named.peek().is_some() && named.all(|piece| SEARCH_KEYS.contains(&fold_key(&piece.key).as_str()))
    }

    /// `is_search`: see [`Words::is_search`].
    pub(super) fn reach(&self, text: &str, is_search: bool) -> Option<String> {
        let reach = if self.mentions.is_match(text) && !is_search { self.reach_by_name(text) } else { None };
        let moves = || self.sets_base_url.is_match(text) || (self.settings.is_match(text) && self.setting.is_match(text));
        reach.or_else(|| moves().then(moved))
    }

    fn reach_by_name(&self, text: &str) -> Option<String> {
        if self.commands.is_match(&self.searched.replace_all(text, "$1")) {
            Some("it runs an operator's command of linchpin".to_owned())
        } else if self.processes.is_match(text) {
            Some("it reaches for linchpin's process, service or program".to_owned())
        } else if self.variables.is_match(text) {
            Some("it reaches for a variable of linchpin's".to_owned())
        } else {
            None
        }
    }

    /// A variable given as a key, or as a name with its value beside it.
    pub(super) fn in_pieces(&self, texts: &Texts) -> Option<String> {
        let has_value =
            || texts.pieces.iter().any(|piece| matches!(fold_key(&piece.key).as_str(), "value" | "val" | "newvalue" | "content"));
        let is_key = texts.pieces.iter().any(|piece| self.is_base_url.is_match(piece.key.trim()));
        let is_named = texts.pieces.iter().any(|piece| self.is_base_url.is_match(piece.text.trim())) && has_value();
        (is_key || is_named).then(moved)
    }
}

fn moved() -> String {
    "it points an agent's base URL elsewhere".to_owned()
}
