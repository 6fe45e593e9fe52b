//! Every setting there is, once: its name, what it takes, its default, what it does.
//!
//! `shape` compares a file with this table, so that a key is either here or
//! unknown; `docs/configuration.md` is written from it, so that the page cannot
//! drift. A setting whose feature is not built yet says here what happens instead.

use Sort::{Comparison, Switch, Text, Texts, Whole};

/// One setting.
pub(super) struct Setting {
    /// Its name with its tables; `NAME` stands for a name the operator chooses.
    pub(super) path: &'static str,
    /// What it takes.
    pub(super) sort: Sort,
    /// What it is when left out.
    pub(super) default: &'static str,
    /// What it does.
    pub(super) effect: &'static str,
    /// What happens instead, for a feature that is not built yet.
    pub(super) unbuilt: Option<Unbuilt>,
}

/// What happens instead of what a setting asks for.
pub(super) struct Unbuilt {
    /// In one clause.
    pub(super) instead: &'static str,
    /// Values that ask for nothing that is missing.
    pub(super) unless: &'static [&'static str],
}

/// What a setting takes, with the word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A text.
    Text(&'static str),
    /// A list of texts; a single text is a list of one.
    Texts(&'static str),
    /// A whole number in this unit.
    Whole(&'static str),
    /// true or false.
    Switch,
    /// A number, or a text with a comparison.
    Comparison(&'static str),
}

/// A setting that does what it says.
const fn built(path: &'static str, sort: Sort, default: &'static str, effect: &'static str) -> Setting {
    Setting { path, sort, default, effect, unbuilt: None }
}

/// A setting that is known and does nothing yet, unless it has one of these values.
const fn unbuilt(
    path: &'static str,
    sort: Sort,
    default: &'static str,
    effect: &'static str,
    instead: &'static str,
    unless: &'static [&'static str],
) -> Setting {
    Setting { path, sort, default, effect, unbuilt: Some(Unbuilt { instead, unless }) }
}

const NO_AGENTS: &str = "the agent's own listener is not opened, and requests with its key are refused";
const NO_TLS: &str = "`serve` refuses to start";
const NO_CONVERSATION_LIMIT: &str = "nothing is kept per conversation that it could bound";

/// The whole schema, in the order of the page.
#[rustfmt::skip]
pub(super) const SETTINGS: &[Setting] = &[
    built("server.listen", Text("address"), "\"127.0.0.1:4141\"", "where agents connect"),
    built("server.console", Text("address"), "\"127.0.0.1:4142\"", "where operators connect; off loopback it needs `tls` or `[console] public_url`"),
    built("server.data", Text("path"), "the platform's data dir", "the data dir; a relative path is taken from the file's folder"),
    built("server.hosts", Texts("host name"), "[]", "further `Host` names the agent port answers to; others get 421"),
    unbuilt("server.tls.cert", Text("path"), "none", "certificate chain of the agent port, PEM", NO_TLS, &[]),
    unbuilt("server.tls.key", Text("path"), "none", "private key of the agent port, PEM", NO_TLS, &[]),
    built("upstream.NAME.url", Text("URL"), "the public API for `openai`, `anthropic`, `gemini`; the local port for `ollama`", "the provider's origin, http or https, with a path prefix if it has one"),
    built("upstream.NAME.dialect", Text("`openai`, `anthropic`, `gemini` or `ollama`"), "the name, if it is one of these", "what it speaks; `gemini` is not built yet: its paths are refused"),
    built("store.url", Text("`sqlite://FILE`"), "\"sqlite://linchpin.db\"", "where the record is kept, inside the data dir"),
    built("hold.wait", Text("duration"), "\"45s\"", "how long a stream is kept open for a person; `\"0s\"` ends the turn at once"),
    built("hold.wait_openai_chat", Text("duration"), "`wait`", "the same for Chat Completions alone, where clients are more or less patient"),
    built("hold.wait_openai_responses", Text("duration"), "`wait`", "the same for Responses alone"),
    built("hold.wait_anthropic", Text("duration"), "`wait`", "the same for Messages alone"),
    built("hold.expires", Text("duration"), "\"24h\"", "how long a hold stays listed, and can be approved"),
    built("hold.fetch_within", Text("duration"), "\"15m\"", "how long a grant waits to be fetched"),
    built("hold.reply", Switch, "false", "whether the user may type `approve CODE` or `deny CODE` in the chat, as a whole message, for pins whose `approve_by` names `reply`"),
    built("breaker.refusals", Whole("refusals"), "5", "this many refused calls in one conversation, or under one credential, halt it"),
    built("breaker.within", Text("duration"), "\"10m\"", "the time they are counted in"),
    built("pin.id", Text("id"), "required", "its short name; ids that begin with `linchpin-` are reserved"),
    built("pin.text", Text("text"), "required", "the words the model sees, at most 4096 bytes"),
    built("pin.on", Texts("kind"), "understood from the text", "the kinds of action it is about; a broad kind covers its finer ones"),
    built("pin.then", Text("`warn`, `hold` or `block`"), "understood from the text", "what a matching call gets"),
    built("pin.tools", Texts("glob"), "every tool", "narrows it to these tool names"),
    built("pin.where.target", Texts("glob"), "any", "narrows it to paths and ids; `!` before a glob makes an exception"),
    built("pin.where.recipient", Texts("glob"), "any", "narrows it to mail addresses, channels and people"),
    built("pin.where.host", Texts("glob"), "any", "narrows it to host names"),
    built("pin.where.table", Texts("glob"), "any", "narrows it to database tables"),
    built("pin.where.branch", Texts("glob"), "any", "narrows it to git refs"),
    built("pin.where.amount", Comparison("amount"), "any", "narrows it by money: `\"> 50\"`, `\">= 50 EUR\"`, or a number that means at least that; an unstated amount is above it"),
    built("pin.where.currency", Texts("currency"), "any", "narrows it to currencies, ISO 4217"),
    built("pin.where.count", Comparison("count"), "any", "narrows it by the number of affected items: `\"> 10\"`, or a number that means at least that"),
    built("pin.where.text", Text("regular expression"), "any", "narrows it to calls whose arguments match"),
    built("pin.limit", Text("`N per TIME`"), "none", "this many affected items pass first: `\"10 per hour\"`, `\"100 per 30m\"`"),
    built("pin.approvers", Whole("people"), "1", "how many different people a release needs"),
    built("pin.waive", Text("`named`"), "never", "`named`: stand back, and only warn, when the user's own newest words asked for this very kind on every target by name"),
    built("pin.approve_by", Texts("`console` or `reply`"), "[\"console\"]", "where a yes may come from; `reply` needs `[hold] reply`"),
    built("pin.agents", Texts("agent label"), "every agent", "the agents it is for"),
    built("pin.mode", Text("`enforce` or `shadow`"), "\"enforce\"", "`shadow`: judged and recorded, never changes a byte"),
    built("pin.enforce", Switch, "true", "`false`: carried as text only"),
    built("conversation.capture", Text("`enforce`, `propose` or `off`"), "\"enforce\"", "what happens to standing instructions said in chat; `propose` only records them: nothing changes until an operator takes one (`linchpin pins accept ID`) or declines it (`pins release ID`). A stop said in chat halts its conversation unless this is `off`"),
    built("tools.hosted", Text("`gate`, `refuse` or `pass`"), "\"gate\"", "tools the provider runs itself: switch off what a pin would not pass, refuse all, pass all; see hosted.md"),
    unbuilt("agent.NAME.listen", Text("address"), "none", "a listener of this agent's own", NO_AGENTS, &[]),
    unbuilt("agent.NAME.key_sha256", Texts("SHA-256"), "[]", "hashes of the bare credentials that tell this agent", NO_AGENTS, &[]),
    unbuilt("agent.NAME.tools.allow", Texts("glob"), "every tool", "the tools it may use", NO_AGENTS, &[]),
    unbuilt("agent.NAME.tools.deny", Texts("glob"), "none", "the tools it may not use", NO_AGENTS, &[]),
    built("operator.NAME.token_sha256", Text("SHA-256"), "required", "hash of this person's token, whose name is then the operator's; once there is one, the bootstrap token reads and denies only"),
    built("notify.webhook", Text("URL"), "none", "where a notice of a hold is sent, signed; see notifications.md"),
    built("notify.kind", Text("`generic`, `slack`, `ntfy` or `telegram`"), "\"generic\"", "what the webhook speaks"),
    built("console.hosts", Texts("host name"), "[]", "`Host` names the console answers to besides its own address"),
    built("console.public_url", Text("URL"), "none", "the https address people reach the console under, behind a TLS proxy"),
    unbuilt("console.tls.cert", Text("path"), "none", "certificate chain of the console, PEM", NO_TLS, &[]),
    unbuilt("console.tls.key", Text("path"), "none", "private key of the console, PEM", NO_TLS, &[]),
    built("limits.connections", Whole("connections"), "4096", "open connections per listener; further ones wait"),
    built("limits.buffered_bytes", Whole("bytes"), "536870912", "everything buffered for requests and responses together; past it 503"),
    built("limits.header_bytes", Whole("bytes"), "65536", "one request's header section; past it 431"),
    built("limits.body_bytes", Whole("bytes"), "67108864", "one request's body, decoded; past it 413"),
    built("limits.request_ms", Whole("milliseconds"), "30000", "how long a request may take to arrive; past it 408"),
    built("limits.call_arguments_bytes", Whole("bytes"), "8388608", "one call's arguments; past it the call is withheld as unreadable"),
    built("limits.held_frames_bytes", Whole("bytes"), "16777216", "frames kept back in one stream; past it the calls in it are withheld as unreadable"),
    built("limits.response_bytes", Whole("bytes"), "67108864", "a response that is not streamed; past it 403"),
    built("limits.connect_ms", Whole("milliseconds"), "10000", "connecting to an upstream; past it 502"),
    built("limits.upstream_idle_ms", Whole("milliseconds"), "600000", "silence from an upstream; past it the response counts as cut"),
    built("limits.drain_ms", Whole("milliseconds"), "20000", "letting exchanges finish after SIGTERM"),
    built("limits.metric_labels", Whole("labels"), "64", "different label values one metric shows; the rest is counted as `other`"),
    built("limits.reload_ms", Whole("milliseconds"), "5000", "how soon a change of the file is noticed"),
    unbuilt("limits.pending_holds", Whole("holds"), "25", "pending holds of one conversation; further ones are refused", NO_CONVERSATION_LIMIT, &[]),
    unbuilt("limits.captured_pins", Whole("pins"), "20", "pins captured in one conversation", NO_CONVERSATION_LIMIT, &[]),
    built("redact.patterns", Texts("regular expression"), "[]", "secrets of your own, added to the built-in patterns"),
    built("record.keep", Text("duration"), "\"365d\"", "how long entries are kept; in place of older ones stands a checkpoint, and the chain stays verifiable"),
];

#[cfg(test)]
mod tests {
    //! `docs/configuration.md` is written from this table.

    use super::*;

    const BEGIN: &str = "<!-- the settings: written from src/config/schema.rs by its test, `LINCHPIN_WRITE_DOCS=1 cargo test` -->\n";
    const END: &str = "<!-- the end of the settings -->\n";

    /// The table a setting stands in, as the page heads it.
    fn table(path: &str) -> String {
        let tables: Vec<&str> = path.split('.').collect();
        match tables.as_slice() {
            ["pin", ..] => "[[pin]]".into(),
            [table, "NAME", ..] => format!("[{table}.NAME]"),
            [table, ..] => format!("[{table}]"),
            [] => String::new(),
        }
    }

    fn page_part() -> String {
        let mut part = String::new();
        let mut last = String::new();
        for setting in SETTINGS {
            let table = table(setting.path);
            if table != last {
                part.push_str(&format!("\n### `{table}`\n\n| key | takes | default | what it does |\n|---|---|---|---|\n"));
            }
            let depth = if table.contains(".NAME") { 2 } else { 1 };
            let key = setting.path.split('.').skip(depth).collect::<Vec<_>>().join(".");
            let default = if setting.default.starts_with(['"', '[', 't', 'f', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
                && !setting.default.contains(' ')
            {
                format!("`{}`", setting.default)
            } else {
                setting.default.to_owned()
            };
            let unbuilt = setting.unbuilt.as_ref().map_or_else(String::new, |unbuilt| format!(". *Not built yet:* {}", unbuilt.instead));
            part.push_str(&format!("| `{key}` | {} | {default} | {}{unbuilt} |\n", setting.sort.words(), setting.effect));
            last = table;
        }
        part.push('\n');
        part
    }

    #[test]
    fn the_page_on_configuration_names_every_setting_and_no_other() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md");
        let page = std::fs::read_to_string(path).expect("the page");
        let (head, rest) = page.split_once(BEGIN).expect("where the settings begin");
        let (settings, foot) = rest.split_once(END).expect("where the settings end");
        if std::env::var_os("LINCHPIN_WRITE_DOCS").is_some() {
            std::fs::write(path, format!("{head}{BEGIN}{}{END}{foot}", page_part())).expect("written");
        } else {
            assert_eq!(settings, page_part(), "run `LINCHPIN_WRITE_DOCS=1 cargo test` and look at the difference");
        }
    }

    #[test]
    fn no_setting_stands_in_the_schema_twice() {
        let mut paths: Vec<&str> = SETTINGS.iter().map(|setting| setting.path).collect();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), SETTINGS.len());
    }
}
